//! What both texts call one thing and define otherwise: what a rule that turns on it comes to is then not settled by the rule alone. In: two
//! texts side by side. Out: items, and norms whose act may be void in one text only. Must not word it.

use std::collections::BTreeSet;
use std::mem::discriminant;

use super::join::{Joined, number, rule_id};
use super::pair::{asked, itself};
use super::translate::{Item, Translate, same_choice};
use crate::model::{
    Act, Body, Decision, DecisionId, Modal, Moments, NormId, Protocol, Rule, RuleId, StatusId, Subject, ValueId,
};
use crate::solve::ground::class_of;

/// Notes which items both texts have and define otherwise, so that what is accepted may turn on it.
pub fn note_changes(joined: &mut Joined, x: &Protocol, y: &Protocol) {
    let own = itself(x);
    let mut changed = BTreeSet::new();
    {
        let (p, t) = (Translate::new(x, &own), Translate::new(y, &joined.ids));
        let both = |places: &[Option<usize>]| -> Vec<(usize, usize)> {
            let places = places.iter().enumerate();
            places
                .filter_map(|(at, place)| Some((place.as_ref().copied()?, at)))
                .collect()
        };
        for (a, b) in both(&joined.aligned.roles) {
            let ups = |ids: &[crate::model::RoleId]| ids.iter().copied().collect::<BTreeSet<_>>();
            let (first, second) = (&x.roles[a], &y.roles[b]);
            let theirs: Vec<_> = second.counts_as.iter().map(|r| joined.ids.roles[r.index()]).collect();
            if first.outside != second.outside || first.many != second.many || ups(&first.counts_as) != ups(&theirs) {
                changed.insert(Item::Role(number(a)));
            }
        }
        for (a, b) in both(&joined.aligned.events) {
            let (first, second) = (&x.events[a], &y.events[b]);
            let who = (
                first.caused_by.as_ref().map(|w| p.who(w)),
                second.caused_by.as_ref().map(|w| t.who(w)),
            );
            if first.repeats != second.repeats || who.0 != who.1 {
                changed.insert(Item::Event(number(a)));
            }
        }
        for (a, b) in both(&joined.aligned.meetings) {
            let (first, second) = (&x.meetings[a], &y.meetings[b]);
            let theirs: BTreeSet<_> = second
                .counts_as
                .iter()
                .map(|m| joined.ids.meetings[m.index()])
                .collect();
            let ours: BTreeSet<_> = first.counts_as.iter().copied().collect();
            let chairs = p.party_slot(&first.chaired_by) != t.party_slot(&second.chaired_by);
            if first.repeats != second.repeats || ours != theirs || chairs {
                changed.insert(Item::Meeting(number(a)));
            }
        }
        for (a, b) in both(&joined.aligned.statuses) {
            let (first, second) = (&x.statuses[a], &y.statuses[b]);
            let starts = second.starts_as.map(|v| t.status_value(StatusId(number(b)), v));
            let set = |t: &Translate<'_>, of: StatusId, s: &crate::model::Status| -> Vec<(Moments, ValueId)> {
                let setters = s.setters.iter();
                let mut set: Vec<_> = setters
                    .map(|s| (t.moments(&s.when), t.status_value(of, s.value)))
                    .collect();
                set.sort_by_key(|(when, value)| (*value, format!("{when:?}")));
                set
            };
            let sets = set(&p, StatusId(number(a)), first) != set(&t, StatusId(number(b)), second);
            if first.starts_as != starts || sets {
                changed.insert(Item::Status(number(a)));
            }
        }
        // What sets a status is part of what it is.
        let unpaired = |rules: &[Rule], has: &dyn Fn(RuleId) -> bool| -> Vec<Rule> {
            let rules = rules.iter().enumerate();
            rules
                .filter(|(at, _)| !has(rule_id(*at)))
                .map(|(_, r)| r.clone())
                .collect()
        };
        let known: BTreeSet<NormId> = joined.twins.values().copied().collect();
        let only_x = unpaired(&x.rules, &|r| known.contains(&NormId::Rule(r)));
        let only_y = unpaired(&y.rules, &|r| joined.twins.contains_key(&NormId::Rule(r)));
        let effect = |r: &Rule| match r.body {
            Body::Effect(s, _) => Some(s),
            _ => None,
        };
        changed.extend(only_x.iter().filter_map(effect).map(|s| Item::Status(s.0)));
        changed.extend(
            only_y
                .iter()
                .filter_map(effect)
                .map(|s| Item::Status(joined.ids.statuses[s.index()].0)),
        );
        let acts = |t: &Translate<'_>, rules: &[Rule]| -> BTreeSet<(StatusId, bool)> {
            let act = |r: &Rule| match &r.body {
                Body::Norm {
                    modal: Modal::Must | Modal::Should | Modal::May,
                    act,
                    ..
                } => match t.act(act) {
                    Act::Begin(s) => Some((s, true)),
                    Act::End(s) => Some((s, false)),
                    _ => None,
                },
                _ => None,
            };
            rules.iter().filter_map(act).collect()
        };
        let (ours, theirs) = (acts(&p, &x.rules), acts(&t, &y.rules));
        changed.extend(ours.symmetric_difference(&theirs).map(|(s, _)| Item::Status(s.0)));
        changed.extend(effects_differ(x, y, joined, (&p, &t)));
        // What is void sets nothing.
        for power in lone_powers(joined, x, y) {
            match power {
                Act::Begin(s) | Act::End(s) => drop(changed.insert(Item::Status(s.0))),
                act => changed.extend(set_by(x, &act).into_iter().map(|s| Item::Status(s.0))),
            }
        }
    }
    joined.ids.changed = changed;
}

/// Statuses that an act of this kind sets by itself: if it is void, it sets none.
fn set_by(x: &Protocol, act: &Act) -> BTreeSet<StatusId> {
    let Some(class) = class_of(act) else {
        return BTreeSet::new();
    };
    let is_such = |m: &Moments| m.any.iter().any(|m| discriminant(&m.what) == discriminant(&class));
    let effects = x.rules.iter().filter_map(|r| match r.body {
        Body::Effect(s, _) if r.guard.when.iter().any(is_such) => Some(s),
        _ => None,
    });
    let decides = matches!(act, Act::Decide(_));
    let options = x.decisions.iter().filter(|_| decides).flat_map(|d| &d.options);
    let options = options.flat_map(|o| o.effects.iter().map(|(s, ..)| *s));
    let statuses = x.statuses.iter().enumerate();
    let declared = statuses.filter(|(_, s)| s.setters.iter().any(|s| is_such(&s.when)));
    let declared = declared.map(|(at, _)| StatusId(number(at)));
    effects.chain(options).chain(declared).collect()
}

/// The acts that an exclusive power leaves to somebody, if only one text has it in that form: it makes what others do void.
fn lone_powers(joined: &Joined, x: &Protocol, y: &Protocol) -> Vec<Act> {
    let power = |rule: &Rule| match &rule.body {
        Body::Norm {
            subject: Subject::Only(_),
            act,
            ..
        } if !matches!(act, Act::Chair(_)) => Some(act.clone()),
        _ => None,
    };
    let known: BTreeSet<NormId> = joined.twins.values().copied().collect();
    let ours = x.rules.iter().enumerate();
    let ours = ours.filter(|(at, _)| !known.contains(&NormId::Rule(rule_id(*at))));
    let t = Translate::new(y, &joined.ids);
    let theirs = y.rules.iter().enumerate();
    let theirs = theirs.filter(|(at, _)| !joined.twins.contains_key(&NormId::Rule(rule_id(*at))));
    let theirs = theirs.filter_map(|(_, r)| power(r)).map(|act| t.act(&act));
    ours.filter_map(|(_, r)| power(r)).chain(theirs).collect()
}

/// Norms of the second text whose act a power that only one text has in that form may make void.
pub fn voidable(joined: &Joined, x: &Protocol, y: &Protocol) -> BTreeSet<NormId> {
    let powers = lone_powers(joined, x, y);
    let is_such = |act: &Act| powers.iter().any(|p| discriminant(p) == discriminant(act));
    let rules = y
        .rules
        .iter()
        .enumerate()
        .filter(|(_, r)| asked(r).is_some_and(is_such));
    let decides = powers.iter().any(|p| matches!(p, Act::Decide(_)));
    let decisions = y.decisions.iter().enumerate().filter(|_| decides);
    rules
        .map(|(at, _)| NormId::Rule(rule_id(at)))
        .chain(decisions.map(|(at, _)| NormId::Decision(DecisionId(number(at)))))
        .collect()
}

/// Statuses that an option of one text sets and the same option of the other does not.
fn effects_differ(
    x: &Protocol,
    y: &Protocol,
    joined: &Joined,
    (p, t): (&Translate<'_>, &Translate<'_>),
) -> BTreeSet<Item> {
    type Effect = (String, StatusId, ValueId);
    let of = |t: &Translate<'_>, d: &Decision| -> BTreeSet<Effect> {
        let options = d.options.iter().map(|o| t.choice(o));
        options
            .flat_map(|o| {
                o.effects
                    .iter()
                    .map(|(s, v, _)| (o.name.clone(), *s, *v))
                    .collect::<Vec<_>>()
            })
            .collect()
    };
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (at, second) in y.decisions.iter().enumerate() {
        let theirs = of(t, second);
        let first = joined.aligned.decisions.get(at).copied().flatten();
        seen.extend(first);
        let ours = first
            .and_then(|a| x.decisions.get(a))
            .map(|d| of(p, d))
            .unwrap_or_default();
        out.extend(ours.symmetric_difference(&theirs).map(|(_, s, _)| Item::Status(s.0)));
        if let (Some(first), false) = (
            first,
            joined.twins.contains_key(&NormId::Decision(DecisionId(number(at)))),
        ) {
            let plain = |t: &Translate<'_>, d: &Decision| -> Vec<_> { d.options.iter().map(|o| t.choice(o)).collect() };
            let (a, b) = (plain(p, &x.decisions[first]), plain(t, second));
            let alike = a.len() == b.len()
                && a.iter()
                    .all(|o| b.iter().any(|q| q.name == o.name && same_choice(o, q)));
            if !alike {
                out.insert(Item::Decision(number(first)));
            }
        }
    }
    for (at, first) in x.decisions.iter().enumerate().filter(|(at, _)| !seen.contains(at)) {
        let _ = at;
        out.extend(of(p, first).into_iter().map(|(_, s, _)| Item::Status(s.0)));
    }
    out
}
