//! What was written otherwise, in an officer's words. In: two forms of a rule, a decision or a thing. Out: one line for each part that
//! differs. Must not say what the difference comes to: that is asked.

use std::collections::BTreeSet;

use super::join::Joined;
use super::relate::Telling;
use super::translate::{Ids, Item, Translate, same_choice};
use crate::analyses::describe;
use crate::analyses::refine::late::days_in_words;
use crate::model::{
    Body, Choice, Cond, Decision, Guard, Limit, Modal, NormId, Party, Protocol, Rule, Slot, Subject, Who, words,
};

/// A norm as its own text says it.
pub type Of<'t> = (&'t Protocol, NormId);

/// `now X, before Y`; nothing where both are the same.
fn turned(what: &str, before: &str, now: &str) -> Option<String> {
    let or_none = |s: &str| {
        if s.is_empty() {
            "nothing".to_owned()
        } else {
            s.to_owned()
        }
    };
    (before != now).then(|| format!("{what}: now {}; before {}", or_none(now), or_none(before)))
}

fn rule(text: &Protocol, norm: NormId) -> Option<&Rule> {
    match norm {
        NormId::Rule(r) => text.rules.get(r.index()),
        NormId::Decision(_) => None,
    }
}

fn decision(text: &Protocol, norm: NormId) -> Option<&Decision> {
    match norm {
        NormId::Decision(d) => text.decisions.get(d.index()),
        NormId::Rule(_) => None,
    }
}

fn limits(text: &Protocol, limits: &[Limit]) -> String {
    let said: Vec<String> = limits.iter().map(|l| words::limit(text, l)).collect();
    describe::join(&said)
}

/// A condition with its terms spelt out: so a term that means something else is a difference.
fn spelt(text: &Protocol, cond: &Cond) -> String {
    if *cond == Cond::True {
        return String::new();
    }
    let ids = Ids::default();
    words::cond(text, &Translate::new(text, &ids).cond(cond))
}

fn guards((before, b): (&Protocol, &Guard), (now, n): (&Protocol, &Guard)) -> Vec<String> {
    let when = |text: &Protocol, g: &Guard| {
        let all: Vec<String> = g.when.iter().map(|m| words::moments(text, m)).collect();
        all.join(" or ")
    };
    let unless = |text: &Protocol, g: &Guard| {
        let all: Vec<String> = g.unless.iter().map(|c| spelt(text, c)).collect();
        all.join(", or ")
    };
    let parts = [
        turned("when", &when(before, b), &when(now, n)),
        turned("while", &spelt(before, &b.while_), &spelt(now, &n.while_)),
        turned("if", &spelt(before, &b.if_), &spelt(now, &n.if_)),
        turned("unless", &unless(before, b), &unless(now, n)),
    ];
    parts.into_iter().flatten().collect()
}

/// What differs between two forms of one norm.
pub fn otherwise((before, b): Of<'_>, (now, n): Of<'_>) -> Vec<String> {
    if let (Some(old), Some(new)) = (rule(before, b), rule(now, n)) {
        return rules((before, old), (now, new));
    }
    match (decision(before, b), decision(now, n)) {
        (Some(old), Some(new)) => decisions((before, old), (now, new)),
        _ => Vec::new(),
    }
}

fn rules((before, old): (&Protocol, &Rule), (now, new): (&Protocol, &Rule)) -> Vec<String> {
    let mut out = Vec::new();
    match (&old.body, &new.body) {
        (
            Body::Norm {
                subject: s,
                modal: m,
                act: a,
            },
            Body::Norm {
                subject: t,
                modal: n,
                act: b,
            },
        ) => {
            out.extend(turned("who", &words::subject(before, s), &words::subject(now, t)));
            out.extend(turned("force", words::modal(s, *m), words::modal(t, *n)));
            out.extend(turned("what", &words::act(before, a), &words::act(now, b)));
        }
        _ => out.extend(turned(
            "it says",
            &words::body(before, &old.body),
            &words::body(now, &new.body),
        )),
    }
    out.extend(turned("time", &limits(before, &old.limits), &limits(now, &new.limits)));
    out.extend(guards((before, &old.guard), (now, &new.guard)));
    let names = |text: &Protocol, rule: &Rule| {
        let all = rule.exception_to.iter().chain(&rule.replaces);
        let all = all.chain(rule.departs_from.as_ref().map(|d| &d.from));
        let names: Vec<String> = all.map(|r| format!("`{}`", text.named(NormId::Rule(*r)))).collect();
        describe::join(&names)
    };
    out.extend(turned("it lifts", &names(before, old), &names(now, new)));
    let days = |rule: &Rule| match rule.in_force {
        (None, None) => String::new(),
        (from, until) => {
            let from = from.map(|d| format!("from {d}")).unwrap_or_default();
            let until = until.map(|d| format!("until {d}")).unwrap_or_default();
            format!("{from} {until}").trim().to_owned()
        }
    };
    out.extend(turned("in force", &days(old), &days(new)));
    out
}

fn decisions((before, old): (&Protocol, &Decision), (now, new): (&Protocol, &Decision)) -> Vec<String> {
    let who = |text: &Protocol, slot: &Slot<Who>| match slot {
        Slot::Given(w) => words::who(text, w),
        Slot::Unstated(_) => "somebody, not stated who".to_owned(),
        Slot::Absent => String::new(),
    };
    let slots = [
        ("decided by", &old.decided_by, &new.decided_by),
        ("agreed by", &old.agreed_by, &new.agreed_by),
        ("advised by", &old.advised_by, &new.advised_by),
        ("consulting", &old.consulting, &new.consulting),
    ];
    let mut out: Vec<String> = slots
        .iter()
        .filter_map(|(what, b, n)| turned(what, &who(before, b), &who(now, n)))
        .collect();
    let deadlock = |d: &Decision| match &d.deadlock {
        Slot::Given(name) => words::spaced(name),
        Slot::Unstated(_) => "not stated".to_owned(),
        Slot::Absent => String::new(),
    };
    out.extend(turned("deadlock", &deadlock(old), &deadlock(new)));
    let at = |text: &Protocol, d: &Decision| d.at.as_ref().map(|w| words::which(text, w)).unwrap_or_default();
    out.extend(turned("at", &at(before, old), &at(now, new)));
    out.extend(turned("time", &limits(before, &old.limits), &limits(now, &new.limits)));
    out.extend(guards((before, &old.guard), (now, &new.guard)));
    out.extend(options((before, old), (now, new)));
    let otherwise = |d: &Decision| {
        if d.otherwise_unstated.is_some() {
            "not stated"
        } else {
            ""
        }
    };
    out.extend(turned("otherwise", otherwise(old), otherwise(new)));
    out
}

fn options((before, old): (&Protocol, &Decision), (now, new): (&Protocol, &Decision)) -> Vec<String> {
    let open = |text: &Protocol, o: &Choice| {
        let mut parts = vec![spelt(text, &o.if_)];
        parts.extend(o.unless.iter().map(|c| format!("unless {}", spelt(text, c))));
        parts.retain(|p| !p.is_empty());
        parts.join(", ")
    };
    let does = |text: &Protocol, o: &Choice| {
        let all: Vec<String> = o.effects.iter().map(|(s, v, _)| words::change(text, *s, *v)).collect();
        match &o.then {
            Slot::Unstated(_) => "not stated".to_owned(),
            _ => all.join(" and "),
        }
    };
    let mut out = Vec::new();
    for option in &old.options {
        match new.options.iter().find(|o| o.name == option.name) {
            None => out.push(format!("the option `{}` is taken away", option.name)),
            Some(other) => {
                let name = format!("the option `{}` is open if", option.name);
                out.extend(turned(&name, &open(before, option), &open(now, other)));
                let name = format!("what follows from the option `{}`", option.name);
                out.extend(turned(&name, &does(before, option), &does(now, other)));
            }
        }
    }
    for option in new
        .options
        .iter()
        .filter(|o| !old.options.iter().any(|p| p.name == o.name))
    {
        out.push(format!("the option `{}` is added", option.name));
    }
    out
}

/// Whether two decisions leave other outcomes, or other consequences.
pub fn options_differ(joined: &Joined, y: &Protocol, old: &Decision, new: &Decision, x: &Protocol) -> bool {
    let own = Ids::default();
    let (p, t) = (Translate::new(x, &own), Translate::new(y, &joined.ids));
    let same = |a: &Choice, b: &Choice| same_choice(&p.choice(a), &t.choice(b));
    old.options.len() != new.options.len()
        || !old
            .options
            .iter()
            .all(|o| new.options.iter().any(|q| q.name == o.name && same(o, q)))
}

/// What a rule is, beyond what can be broken.
pub fn permits(text: &Protocol, norm: NormId) -> Option<Modal> {
    match rule(text, norm).map(|r| &r.body) {
        Some(Body::Norm {
            modal: modal @ (Modal::May | Modal::NeedNot),
            subject,
            ..
        }) if !matches!(subject, Subject::Only(_)) => Some(*modal),
        _ => None,
    }
}

/// How far apart: `up to 8 calendar days later`, `later without end`; nothing where that is not what differs.
pub fn by_how_much(telling: &Telling, which: &str) -> Option<String> {
    telling.late.map(|(days, sure)| match days {
        None => format!("{which} without end"),
        Some(days) if sure => format!("up to {} {which}", days_in_words(days, "calendar")),
        Some(days) => format!("{} {which} or more", days_in_words(days, "calendar")),
    })
}

/// What both texts call something and say otherwise.
pub fn things(old: &Protocol, new: &Protocol, joined: &Joined) -> Vec<String> {
    let pairs = &joined.aligned;
    let mut out = Vec::new();
    // By name: another label is no other thing.
    let party = |text: &Protocol, party: &Party| match party {
        Party::Role(r) => text.roles.get(r.index()).map(|r| format!("`{}`", r.origin.name)),
        Party::Meeting(m) => text.meetings.get(m.index()).map(|m| format!("`{}`", m.origin.name)),
    };
    let who = |text: &Protocol, who: Option<&Who>| {
        let names = who.into_iter().flat_map(|w| &w.parties).filter_map(|p| party(text, p));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut said = |name: &str, parts: Vec<Option<String>>| {
        out.extend(parts.into_iter().flatten().map(|part| format!("`{name}`: {part}")));
    };
    let yes = |b: bool, words: &str| if b { words.to_owned() } else { String::new() };
    for (at, place) in pairs.roles.iter().enumerate() {
        if let (Some(o), Some(n)) = (place.and_then(|p| old.roles.get(p)), new.roles.get(at)) {
            let ups = |text: &Protocol, r: &crate::model::Role| {
                let names: BTreeSet<&str> = r
                    .counts_as
                    .iter()
                    .map(|r| text.roles[r.index()].origin.name.as_str())
                    .collect();
                names.into_iter().collect::<Vec<_>>().join(", ")
            };
            said(
                &n.origin.name,
                vec![
                    turned("whose it is", &yes(o.outside, "outside"), &yes(n.outside, "outside")),
                    turned("holders", &yes(o.many, "many"), &yes(n.many, "many")),
                    turned("counts as", &ups(old, o), &ups(new, n)),
                ],
            );
        }
    }
    for (at, place) in pairs.factors.iter().enumerate() {
        if let (Some(o), Some(n)) = (place.and_then(|p| old.factors.get(p)), new.factors.get(at)) {
            use crate::model::FactorKind::Judgement;
            let judge = |text: &Protocol, f: &crate::model::Factor| match &f.kind {
                Judgement(Some(w)) => who(text, Some(w)),
                Judgement(None) => "not stated".to_owned(),
                _ => String::new(),
            };
            said(
                &n.origin.name,
                vec![turned("judged by", &judge(old, o), &judge(new, n))],
            );
        }
    }
    for (at, place) in pairs.events.iter().enumerate() {
        if let (Some(o), Some(n)) = (place.and_then(|p| old.events.get(p)), new.events.get(at)) {
            said(
                &n.origin.name,
                vec![
                    turned(
                        "comes from",
                        &who(old, o.caused_by.as_ref()),
                        &who(new, n.caused_by.as_ref()),
                    ),
                    turned("how often", &yes(o.repeats, "repeats"), &yes(n.repeats, "repeats")),
                ],
            );
        }
    }
    for (at, place) in pairs.meetings.iter().enumerate() {
        if let (Some(o), Some(n)) = (place.and_then(|p| old.meetings.get(p)), new.meetings.get(at)) {
            let kinds = |text: &Protocol, m: &crate::model::Meeting| {
                let names: BTreeSet<&str> = m
                    .counts_as
                    .iter()
                    .map(|m| text.meetings[m.index()].origin.name.as_str())
                    .collect();
                names.into_iter().collect::<Vec<_>>().join(", ")
            };
            said(
                &n.origin.name,
                vec![
                    turned(
                        "chaired by",
                        &who(old, o.chaired_by.given()),
                        &who(new, n.chaired_by.given()),
                    ),
                    turned(
                        "attended by",
                        &who(old, o.attended_by.given()),
                        &who(new, n.attended_by.given()),
                    ),
                    turned(
                        "quorum",
                        o.quorum.given().map_or("", String::as_str),
                        n.quorum.given().map_or("", String::as_str),
                    ),
                    turned("how often", &yes(o.repeats, "repeats"), &yes(n.repeats, "repeats")),
                    turned("counts as", &kinds(old, o), &kinds(new, n)),
                ],
            );
        }
    }
    for (at, place) in pairs.documents.iter().enumerate() {
        if let (Some(o), Some(n)) = (place.and_then(|p| old.documents.get(p)), new.documents.get(at)) {
            let says = |text: &Protocol, d: &crate::model::Document| -> BTreeSet<String> {
                let one = |s: &crate::model::Saying| {
                    let opening = words::guard_opening(text, &s.guard);
                    let opening = if opening.is_empty() {
                        opening
                    } else {
                        format!("{opening}, ")
                    };
                    format!("{opening}{} say “{}”", words::modal(&Subject::Someone, s.force), s.text)
                };
                d.says.iter().map(one).collect()
            };
            let (before, now) = (says(old, o), says(new, n));
            let added = now.difference(&before).map(|s| Some(format!("added: {s}")));
            let gone = before.difference(&now).map(|s| Some(format!("taken away: {s}")));
            said(&n.origin.name, added.chain(gone).collect());
        }
    }
    for (at, place) in pairs.statuses.iter().enumerate() {
        if let (Some(o), Some(n)) = (place.and_then(|p| old.statuses.get(p)), new.statuses.get(at)) {
            let item = place.and_then(|p| u32::try_from(p).ok()).map(Item::Status);
            let is_set_otherwise = item.is_some_and(|i| joined.ids.changed.contains(&i));
            let starts = |s: &crate::model::Status| {
                let value = s.starts_as.and_then(|v| s.values.get(v.0 as usize));
                value.map(|v| words::spaced(v)).unwrap_or_default()
            };
            let sets = |text: &Protocol, s: &crate::model::Status| {
                let one = |set: &crate::model::Setter| {
                    let value = s.values.get(set.value.0 as usize).map_or("", String::as_str);
                    format!("{value} when {}", words::moments(text, &set.when))
                };
                let all: BTreeSet<String> = s.setters.iter().map(one).collect();
                all.into_iter().collect::<Vec<_>>().join("; ")
            };
            said(
                &n.origin.name,
                vec![
                    turned("starts as", &starts(o), &starts(n)),
                    turned("set", &sets(old, o), &sets(new, n)).filter(|_| is_set_otherwise),
                    turned(
                        "duty",
                        &yes(o.protects, "always governed"),
                        &yes(n.protects, "always governed"),
                    ),
                ],
            );
        }
    }
    out
}
