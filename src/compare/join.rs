//! One text with what another says otherwise beside it. In: two texts. Out: the first as it is, then the things that only the second
//! has, then each norm of the second that the first does not have word for word, apart from the rest. So *accepted by the first,
//! broken in the second* is a question to one model. Must not ask it.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use super::align::{self, Aligned, Sharing, align, key};
use super::translate::{Ids, Item, NOWHERE, Translate, same_choice, same_decision, same_rule};
use crate::model::{
    Act, Body, Decision, DecisionId, Guard, Happening, Limit, LimitKind, Modal, ModuleId, Moment, Moments, NormId,
    Origin, Protocol, Rule, RuleId, Slot, StatusId, Subject, ValueId,
};
use crate::solve::ground::class_of;

/// Two texts in one.
#[derive(Debug)]
pub struct Joined {
    /// The first text, with what only the second has and says behind it.
    pub protocol: Protocol,
    /// Where each item of the second lies in it.
    pub ids: Ids,
    /// Norms of the second that stand apart in it: as it names them, as the joined text does.
    pub apart: BTreeMap<NormId, NormId>,
    /// Norms of the second that the first has word for word, in whatever order and under whatever name.
    pub twins: BTreeMap<NormId, NormId>,
    /// Norms of the second that are another form of one of the first.
    pub counterparts: BTreeMap<NormId, NormId>,
    /// Norms of the second that cannot stand beside the first, and why.
    pub unsaid: BTreeMap<NormId, String>,
    /// For norms of the second, the items they turn on that the texts define otherwise.
    pub touched: BTreeMap<NormId, BTreeSet<Item>>,
    /// Norms of the second whose act may be void under an exclusive power that only one of the texts has in that form.
    pub voidable: BTreeSet<NormId>,
    /// How things lie.
    pub aligned: Aligned,
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn rule_id(n: usize) -> RuleId {
    RuleId(number(n))
}

/// Puts the second text beside the first; its norms are named after `side`.
pub fn join(x: &Protocol, y: &Protocol, sharing: Sharing, side: &str) -> Joined {
    let aligned = align(x, y, sharing);
    let mut ids = places(x, y, &aligned);
    let (pairs, twins) = twin_rules(x, y, sharing, &mut ids);
    let decisions = twin_decisions(x, y, &ids);
    let mut joined = Joined {
        protocol: x.clone(),
        ids,
        apart: BTreeMap::new(),
        twins: twins.iter().map(|(y, x)| (NormId::Rule(*y), NormId::Rule(*x))).collect(),
        counterparts: pairs.iter().map(|(y, x)| (NormId::Rule(*y), NormId::Rule(*x))).collect(),
        unsaid: BTreeMap::new(),
        touched: BTreeMap::new(),
        voidable: BTreeSet::new(),
        aligned,
    };
    for (at, place) in joined.aligned.decisions.iter().enumerate() {
        let (of, Some(place)) = (NormId::Decision(DecisionId(number(at))), place) else {
            continue;
        };
        let as_first = NormId::Decision(DecisionId(number(*place)));
        joined.counterparts.insert(of, as_first);
        if decisions.contains(&at) {
            joined.twins.insert(of, as_first);
        }
    }
    add_modules(&mut joined, y, side);
    add_items(&mut joined, y);
    number_rules(&mut joined, x, y);
    note_changes(&mut joined, x, y);
    joined.voidable = voidable(&joined, x, y);
    add_norms(&mut joined, x, y);
    joined
}

/// Where each item of the second lies; what the first does not have comes behind it.
fn places(x: &Protocol, y: &Protocol, aligned: &Aligned) -> Ids {
    fn ids<T>(places: &[Option<usize>], len: usize, id: fn(u32) -> T) -> Vec<T> {
        let mut next = len;
        let place = |place: &Option<usize>| {
            id(number(place.unwrap_or_else(|| {
                next += 1;
                next - 1
            })))
        };
        places.iter().map(place).collect()
    }
    let own = |n: usize| (0..n).map(|v| ValueId(number(v))).collect::<Vec<_>>();
    let mapped = |first: Option<&Vec<String>>, second: &Vec<String>| match first {
        Some(first) => {
            let found = align::values(first, second).into_iter().enumerate();
            found.map(|(at, v)| v.unwrap_or(ValueId(number(at)))).collect()
        }
        None => own(second.len()),
    };
    let factors = y.factors.iter().zip(&aligned.factors);
    let statuses = y.statuses.iter().zip(&aligned.statuses);
    let decisions = y.decisions.iter().zip(&aligned.decisions);
    let names = |d: &Decision| d.options.iter().map(|o| o.name.clone()).collect::<Vec<_>>();
    Ids {
        roles: ids(&aligned.roles, x.roles.len(), crate::model::RoleId),
        factors: ids(&aligned.factors, x.factors.len(), crate::model::FactorId),
        statuses: ids(&aligned.statuses, x.statuses.len(), StatusId),
        events: ids(&aligned.events, x.events.len(), crate::model::EventId),
        meetings: ids(&aligned.meetings, x.meetings.len(), crate::model::MeetingId),
        documents: ids(&aligned.documents, x.documents.len(), crate::model::DocumentId),
        decisions: ids(&aligned.decisions, x.decisions.len(), DecisionId),
        rules: Vec::new(),
        factor_values: factors
            .map(|(f, at)| mapped(at.and_then(|at| x.factors.get(at)).map(|f| &f.values), &f.values))
            .collect(),
        status_values: statuses
            .map(|(s, at)| mapped(at.and_then(|at| x.statuses.get(at)).map(|s| &s.values), &s.values))
            .collect(),
        options: decisions
            .map(|(d, at)| match at.and_then(|at| x.decisions.get(at)) {
                Some(first) => align::values(&names(first), &names(d)),
                None => own(d.options.len()).into_iter().map(Some).collect(),
            })
            .collect(),
        changed: BTreeSet::new(),
    }
}

/// The first text in its own terms: places gone, terms spelt out.
pub fn itself(x: &Protocol) -> Ids {
    fn own<T>(n: usize, id: fn(u32) -> T) -> Vec<T> {
        (0..n).map(|at| id(number(at))).collect()
    }
    let options = |d: &Decision| own(d.options.len(), ValueId).into_iter().map(Some).collect();
    Ids {
        rules: own(x.rules.len(), RuleId),
        options: x.decisions.iter().map(options).collect(),
        ..Ids::default()
    }
}

type Pairs = BTreeMap<RuleId, RuleId>;

/// Pairs of rules that are forms of one another (the second's, the first's), and those among them that say the same and are
/// referred to by rules that say the same.
fn twin_rules(x: &Protocol, y: &Protocol, sharing: Sharing, ids: &mut Ids) -> (Pairs, Pairs) {
    let own = itself(x);
    let plain = Translate::new(x, &own);
    let firsts: Vec<Rule> = x.rules.iter().map(|r| plain.rule(r)).collect();
    let mut pairs: Pairs = BTreeMap::new();
    let by_key: BTreeMap<_, _> = x
        .rules
        .iter()
        .enumerate()
        .filter_map(|(at, r)| Some((key(x, &r.origin, sharing)?, rule_id(at))))
        .collect();
    for (at, rule) in y.rules.iter().enumerate() {
        let named = key(y, &rule.origin, sharing).and_then(|k| by_key.get(&k));
        pairs.extend(named.map(|first| (rule_id(at), *first)));
    }
    // What is left by name is paired where it says the same, then where it asks for the same on the same occasion.
    let alike: [&dyn Fn(&Rule, &Rule) -> bool; 2] =
        [&same_rule, &|a, b| discriminant(&a.body) == discriminant(&b.body) && same_matter(a, b)];
    for alike in alike.iter().take(if sharing == Sharing::Versions { 2 } else { 1 }) {
        ids.rules = references(y, &pairs);
        let seconds: Vec<Rule> = {
            let translate = Translate::new(y, ids);
            y.rules.iter().map(|r| translate.rule(r)).collect()
        };
        let left_y: Vec<usize> = (0..seconds.len()).filter(|at| !pairs.contains_key(&rule_id(*at))).collect();
        let taken: BTreeSet<RuleId> = pairs.values().copied().collect();
        let left_x: Vec<usize> = (0..firsts.len()).filter(|at| !taken.contains(&rule_id(*at))).collect();
        for &b in &left_y {
            let fit = |a: &&usize| matches!((firsts.get(**a), seconds.get(b)), (Some(a), Some(b)) if alike(a, b));
            let mut like = left_x.iter().filter(fit);
            let (Some(&a), None) = (like.next(), like.next()) else { continue };
            let rivals = left_y.iter().filter(|b| {
                matches!((firsts.get(a), seconds.get(**b)), (Some(a), Some(b)) if alike(a, b))
            });
            if rivals.count() == 1 {
                pairs.insert(rule_id(b), rule_id(a));
            }
        }
    }
    ids.rules = references(y, &pairs);
    let mut twins: Pairs = pairs.clone();
    loop {
        ids.rules = references(y, &twins);
        let translate = Translate::new(y, ids);
        let mut left = twins.clone();
        left.retain(|second, first| {
            let both = y.rules.get(second.index()).zip(firsts.get(first.index()));
            both.is_some_and(|(b, a)| same_rule(a, &translate.rule(b)))
                && same_company(x, y, &twins, *first, *second)
        });
        if left.len() == twins.len() {
            return (pairs, twins);
        }
        twins = left;
    }
}

/// Both ask for the same thing, or set the same status, on the same occasion.
fn same_matter(a: &Rule, b: &Rule) -> bool {
    let matter = match (&a.body, &b.body) {
        (Body::Norm { act: a, .. }, Body::Norm { act: b, .. }) => a == b,
        (Body::Effect(s, _), Body::Effect(t, _)) => s == t,
        (Body::Presume(_), Body::Presume(_)) => true,
        _ => false,
    };
    matter && a.guard.when == b.guard.when
}

/// Where each rule of the second lies in the first; what has no place there is unlike any other.
fn references(y: &Protocol, places: &Pairs) -> Vec<RuleId> {
    let unlike = |at: usize| RuleId(u32::MAX - number(at));
    (0..y.rules.len())
        .map(|at| places.get(&rule_id(at)).copied().unwrap_or_else(|| unlike(at)))
        .collect()
}

/// Rules that lift this one, or make its breach good, by naming it; and those that may waive it.
fn company(text: &Protocol, of: RuleId) -> BTreeSet<RuleId> {
    let act = text.rules.get(of.index()).and_then(asked);
    let names = |rule: &Rule| {
        let missed = |m: &Moments| m.any.iter().any(|m| m.what == Happening::Missed(of));
        rule.exception_to.contains(&of)
            || rule.replaces.contains(&of)
            || rule.departs_from.as_ref().is_some_and(|d| d.from == of)
            || rule.guard.when.iter().any(missed)
            || act.is_some_and(|act| may_waive(rule, act))
    };
    let rules = text.rules.iter().enumerate();
    rules.filter(|(_, r)| names(r)).map(|(at, _)| rule_id(at)).collect()
}

fn asked(rule: &Rule) -> Option<&Act> {
    match &rule.body {
        Body::Norm {
            modal: Modal::Must | Modal::Should,
            act,
            ..
        } => Some(act),
        _ => None,
    }
}

/// A `need not` on an act of that kind; which one exactly is looked at where it is asked.
fn may_waive(rule: &Rule, act: &Act) -> bool {
    matches!(&rule.body, Body::Norm { modal: Modal::NeedNot, act: waived, .. } if discriminant(waived) == discriminant(act))
}

fn same_company(x: &Protocol, y: &Protocol, twins: &Pairs, first: RuleId, second: RuleId) -> bool {
    let theirs: Option<BTreeSet<RuleId>> = company(y, second).iter().map(|r| twins.get(r).copied()).collect();
    theirs == Some(company(x, first))
}

/// Decisions of the second that the first has word for word.
fn twin_decisions(x: &Protocol, y: &Protocol, ids: &Ids) -> BTreeSet<usize> {
    let own = itself(x);
    let (plain, translate) = (Translate::new(x, &own), Translate::new(y, ids));
    let same = |(at, second): (usize, &Decision)| {
        let first = x.decisions.get(ids.decisions.get(at)?.index())?;
        same_decision(&plain.decision(first), &translate.decision(second)).then_some(at)
    };
    y.decisions.iter().enumerate().filter_map(same).collect()
}

fn add_modules(joined: &mut Joined, y: &Protocol, side: &str) {
    for module in &y.modules {
        let mut module = module.clone();
        module.name = if module.local {
            side.to_owned()
        } else {
            format!("{side}.{}", module.name)
        };
        module.local = false;
        module.apart = true;
        module.implements = Vec::new();
        joined.protocol.modules.push(module);
    }
}

impl Joined {
    /// What both have in common with every item, said of the joined text.
    fn origin(&self, y: &Protocol, origin: &Origin) -> Origin {
        let first = self.protocol.modules.len() - y.modules.len();
        Origin {
            module: ModuleId(number(first) + origin.module.0),
            cites: Vec::new(),
            span: NOWHERE,
            ..origin.clone()
        }
    }
}

/// Things that only the second has.
fn add_items(joined: &mut Joined, y: &Protocol) {
    let ids = joined.ids.clone();
    let t = Translate::new(y, &ids);
    let mut p = std::mem::take(&mut joined.protocol);
    let first = p.modules.len() - y.modules.len();
    let origin = |o: &Origin| Origin {
        module: ModuleId(number(first) + o.module.0),
        cites: Vec::new(),
        span: NOWHERE,
        ..o.clone()
    };
    let only = |places: &[Option<usize>]| -> Vec<usize> {
        let places = places.iter().enumerate();
        places.filter(|(_, place)| place.is_none()).map(|(at, _)| at).collect()
    };
    for at in only(&joined.aligned.roles) {
        let mut role = y.roles[at].clone();
        role.origin = origin(&role.origin);
        for other in &mut role.counts_as {
            *other = ids.roles[other.index()];
        }
        p.roles.push(role);
    }
    for at in only(&joined.aligned.factors) {
        let mut factor = y.factors[at].clone();
        factor.origin = origin(&factor.origin);
        factor.kind = t.factor_kind(&factor.kind);
        p.factors.push(factor);
    }
    for at in only(&joined.aligned.statuses) {
        let mut status = y.statuses[at].clone();
        status.origin = origin(&status.origin);
        for setter in &mut status.setters {
            setter.when = t.moments(&setter.when);
        }
        p.statuses.push(status);
    }
    for at in only(&joined.aligned.events) {
        let mut event = y.events[at].clone();
        event.origin = origin(&event.origin);
        event.caused_by = event.caused_by.as_ref().map(|w| t.who(w));
        p.events.push(event);
    }
    for at in only(&joined.aligned.meetings) {
        let mut meeting = y.meetings[at].clone();
        meeting.origin = origin(&meeting.origin);
        for other in &mut meeting.counts_as {
            *other = ids.meetings[other.index()];
        }
        meeting.chaired_by = t.party_slot(&meeting.chaired_by);
        meeting.attended_by = t.party_slot(&meeting.attended_by);
        p.meetings.push(meeting);
    }
    for at in only(&joined.aligned.documents) {
        let mut document = y.documents[at].clone();
        document.origin = origin(&document.origin);
        document.says = Vec::new();
        p.documents.push(document);
    }
    joined.protocol = p;
}

/// Gives each norm of the second a place: its twin's, or one behind all rules of the first.
fn number_rules(joined: &mut Joined, x: &Protocol, y: &Protocol) {
    let mut next = x.rules.len();
    joined.ids.rules = (0..y.rules.len())
        .map(|at| match joined.twins.get(&NormId::Rule(rule_id(at))) {
            Some(NormId::Rule(first)) => *first,
            _ => {
                next += 1;
                rule_id(next - 1)
            }
        })
        .collect();
}

/// Notes which items both texts have and define otherwise, so that what is accepted may turn on it.
fn note_changes(joined: &mut Joined, x: &Protocol, y: &Protocol) {
    let own = itself(x);
    let mut changed = BTreeSet::new();
    {
        let (p, t) = (Translate::new(x, &own), Translate::new(y, &joined.ids));
        let both = |places: &[Option<usize>]| -> Vec<(usize, usize)> {
            let places = places.iter().enumerate();
            places.filter_map(|(at, place)| Some((place.as_ref().copied()?, at))).collect()
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
            let who = (first.caused_by.as_ref().map(|w| p.who(w)), second.caused_by.as_ref().map(|w| t.who(w)));
            if first.repeats != second.repeats || who.0 != who.1 {
                changed.insert(Item::Event(number(a)));
            }
        }
        for (a, b) in both(&joined.aligned.meetings) {
            let (first, second) = (&x.meetings[a], &y.meetings[b]);
            let theirs: BTreeSet<_> = second.counts_as.iter().map(|m| joined.ids.meetings[m.index()]).collect();
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
                let mut set: Vec<_> = setters.map(|s| (t.moments(&s.when), t.status_value(of, s.value))).collect();
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
            rules.filter(|(at, _)| !has(rule_id(*at))).map(|(_, r)| r.clone()).collect()
        };
        let known: BTreeSet<NormId> = joined.twins.values().copied().collect();
        let only_x = unpaired(&x.rules, &|r| known.contains(&NormId::Rule(r)));
        let only_y = unpaired(&y.rules, &|r| joined.twins.contains_key(&NormId::Rule(r)));
        let effect = |r: &Rule| match r.body {
            Body::Effect(s, _) => Some(s),
            _ => None,
        };
        changed.extend(only_x.iter().filter_map(effect).map(|s| Item::Status(s.0)));
        changed.extend(only_y.iter().filter_map(effect).map(|s| Item::Status(joined.ids.statuses[s.index()].0)));
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
                // What a letter, a meeting or a decision sets by itself: whichever status that is.
                _ => changed.extend(set_by_acts(x).into_iter().map(|s| Item::Status(s.0))),
            }
        }
    }
    joined.ids.changed = changed;
}

/// Statuses that an effect, an option or a `begins when` sets: the void act that should have set one does not.
fn set_by_acts(x: &Protocol) -> BTreeSet<StatusId> {
    let effects = x.rules.iter().filter_map(|r| match r.body {
        Body::Effect(s, _) => Some(s),
        _ => None,
    });
    let options = x.decisions.iter().flat_map(|d| &d.options).flat_map(|o| o.effects.iter().map(|(s, ..)| *s));
    let statuses = x.statuses.iter().enumerate().filter(|(_, s)| !s.setters.is_empty());
    let declared = statuses.map(|(at, _)| StatusId(number(at)));
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

fn voidable(joined: &Joined, x: &Protocol, y: &Protocol) -> BTreeSet<NormId> {
    let powers = lone_powers(joined, x, y);
    let is_such = |act: &Act| powers.iter().any(|p| discriminant(p) == discriminant(act));
    let rules = y.rules.iter().enumerate().filter(|(_, r)| asked(r).is_some_and(is_such));
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
            .flat_map(|o| o.effects.iter().map(|(s, v, _)| (o.name.clone(), *s, *v)).collect::<Vec<_>>())
            .collect()
    };
    let mut out = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (at, second) in y.decisions.iter().enumerate() {
        let theirs = of(t, second);
        let first = joined.aligned.decisions.get(at).copied().flatten();
        seen.extend(first);
        let ours = first.and_then(|a| x.decisions.get(a)).map(|d| of(p, d)).unwrap_or_default();
        out.extend(ours.symmetric_difference(&theirs).map(|(_, s, _)| Item::Status(s.0)));
        if let (Some(first), false) = (first, joined.twins.contains_key(&NormId::Decision(DecisionId(number(at))))) {
            let plain = |t: &Translate<'_>, d: &Decision| -> Vec<_> { d.options.iter().map(|o| t.choice(o)).collect() };
            let (a, b) = (plain(p, &x.decisions[first]), plain(t, second));
            let alike = a.len() == b.len() && a.iter().all(|o| b.iter().any(|q| q.name == o.name && same_choice(o, q)));
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

/// The norms of the second that the first does not have word for word, and what lifts them.
fn add_norms(joined: &mut Joined, x: &Protocol, y: &Protocol) {
    let ids = joined.ids.clone();
    let statuses = x.statuses.len();
    let mut waivers = Vec::new();
    for (at, rule) in y.rules.iter().enumerate() {
        let norm = NormId::Rule(rule_id(at));
        let t = Translate::new(y, &ids);
        let mut said = t.rule(rule);
        said.origin = joined.origin(y, &rule.origin);
        let touched: BTreeSet<Item> = t.touched.into_inner();
        if !touched.is_empty() {
            joined.touched.insert(norm, touched);
        }
        let is_waiver = matches!(said.body, Body::Norm { modal: Modal::NeedNot, .. });
        if joined.twins.contains_key(&norm) {
            if is_waiver {
                waivers.push(said);
            }
            continue;
        }
        let why = why_unsaid(joined, &said, statuses, &t.lacking.into_inner());
        match why {
            Some(why) => {
                joined.unsaid.insert(norm, why);
                // Its place is kept, and nothing stands there.
                said.body = Body::Presume(crate::model::Cond::True);
                said.guard = Guard {
                    when: Vec::new(),
                    while_: crate::model::Cond::True,
                    if_: crate::model::Cond::True,
                    unless: Vec::new(),
                };
                said.limits = Vec::new();
                (said.exception_to, said.replaces, said.departs_from) = (Vec::new(), Vec::new(), None);
            }
            None => {
                joined.apart.insert(norm, NormId::Rule(rule_id(joined.protocol.rules.len())));
            }
        }
        joined.protocol.rules.push(said);
    }
    joined.protocol.rules.extend(waivers);
    for (at, decision) in y.decisions.iter().enumerate() {
        let id = DecisionId(number(at));
        let norm = NormId::Decision(id);
        let t = Translate::new(y, &ids);
        let mut said = t.decision(decision);
        said.origin = joined.origin(y, &decision.origin);
        let touched = t.touched.into_inner();
        let lacking = t.lacking.into_inner();
        if joined.aligned.decisions.get(at).copied().flatten().is_none() {
            joined.apart.insert(norm, NormId::Decision(DecisionId(number(joined.protocol.decisions.len()))));
            joined.protocol.decisions.push(said);
        } else if !joined.twins.contains_key(&norm) {
            if let Some(option) = lacking.first() {
                joined.unsaid.insert(norm, format!("`{option}` is an option in one of them only"));
            } else {
                joined.apart.insert(norm, NormId::Rule(rule_id(joined.protocol.rules.len())));
                joined.protocol.rules.push(to_decide(said, ids.decisions[at]));
            }
        }
        // Which options there are is said of the decision itself.
        let touched: BTreeSet<Item> = touched.into_iter().filter(|i| *i != Item::Decision(ids.decisions[at].0)).collect();
        if !touched.is_empty() {
            joined.touched.insert(norm, touched);
        }
    }
    for (key, value) in alike_acts(joined) {
        joined.protocol.done_as.insert(key, value);
    }
}

/// Why a rule of the second cannot stand beside the first as it is.
fn why_unsaid(joined: &Joined, said: &Rule, statuses: usize, lacking: &BTreeSet<String>) -> Option<String> {
    if let Some(option) = lacking.first() {
        return Some(format!("`{option}` is an option in one of them only"));
    }
    let shared = |s: StatusId| s.index() < statuses;
    let name = |s: StatusId| joined.protocol.statuses.get(s.index()).map_or("", |s| s.origin.name.as_str());
    match &said.body {
        Body::Effect(s, _) if shared(*s) => Some(format!("it says what sets `{}`", name(*s))),
        Body::Norm {
            act: Act::Begin(s) | Act::End(s),
            ..
        } if shared(*s) && joined.ids.changed.contains(&Item::Status(s.0)) => {
            Some(format!("what begins or ends `{}` is said otherwise", name(*s)))
        }
        Body::Presume(_) => Some("what is usual is not asked about".to_owned()),
        _ => None,
    }
}

/// The duty to take a decision, as a rule.
fn to_decide(decision: Decision, id: DecisionId) -> Rule {
    let held = |w: &crate::model::Which| Moments {
        any: vec![Moment {
            ordinal: w.ordinal,
            what: Happening::Held(w.meeting),
            since: w.since.clone(),
            span: NOWHERE,
        }],
        reading: None,
        perhaps_unstated: false,
        span: NOWHERE,
    };
    let mut guard = decision.guard;
    if guard.when.is_empty() {
        guard.when.extend(decision.at.iter().map(held));
    }
    let mut limits = decision.limits;
    limits.extend(decision.at.into_iter().map(|w| Limit {
        kind: LimitKind::At(w),
        span: NOWHERE,
    }));
    Rule {
        origin: decision.origin,
        guard,
        body: Body::Norm {
            subject: match decision.decided_by {
                Slot::Given(who) => Subject::The(who),
                _ => Subject::Someone,
            },
            modal: Modal::Must,
            act: Act::Decide(id),
        },
        limits,
        exception_to: Vec::new(),
        departs_from: None,
        replaces: Vec::new(),
        in_force: (None, None),
        refers_to: Vec::new(),
        whole: NOWHERE,
        body_span: NOWHERE,
    }
}

/// Acts that have no class of their own and are asked for in the same words are one act, if a norm that stands apart asks for it.
fn alike_acts(joined: &Joined) -> Vec<(RuleId, RuleId)> {
    let own = itself(&joined.protocol);
    let t = Translate::new(&joined.protocol, &own);
    let acts: Vec<(RuleId, Act)> = joined
        .protocol
        .rules
        .iter()
        .enumerate()
        .filter_map(|(at, r)| match &r.body {
            Body::Norm { act, .. } if class_of(act).is_none() && !matches!(act, Act::Chair(_)) => {
                Some((rule_id(at), t.act(act)))
            }
            _ => None,
        })
        .collect();
    let apart: BTreeSet<NormId> = joined.apart.values().copied().collect();
    let mut out = Vec::new();
    for (at, (rule, act)) in acts.iter().enumerate() {
        let is_first = !acts.iter().take(at).any(|(_, other)| other == act);
        let alike: Vec<RuleId> = acts.iter().skip(at + 1).filter(|(_, a)| a == act).map(|(r, _)| *r).collect();
        let turns_on_it = std::iter::once(rule).chain(&alike).any(|r| apart.contains(&NormId::Rule(*r)));
        if is_first && turns_on_it {
            out.extend(alike.into_iter().map(|other| (other, *rule)));
        }
    }
    out
}
