//! The model in plain English: sentences of rules, limits, moments, conditions. In: a protocol and a part of it.
//! Out: words for charts, stories and pages, all from one place. No layout, no marks of severity, no judgement here.
//!
//! Labels are the author's own words, so they are never inflected: a label that is already a clause stands as it is, and
//! one that cannot carry an article is quoted.

mod acts;
mod labels;
mod moments;

pub use acts::{act, modal, party, party_label, subject, thing, who};
pub use labels::{clause, head};
pub use moments::{cond, happening, holds, moment, moments, numbered, which};

use super::{
    Body, Cond, Decision, Guard, Length, Limit, LimitKind, Moments, Origin, Protocol, Rule, Slot, StatusId, ValueId,
};

/// `“text”`: the author's words, set off from ours.
pub fn quoted(text: &str) -> String {
    format!("“{text}”")
}

/// A name with its hyphens read as spaces.
pub fn spaced(name: &str) -> String {
    name.replace('-', " ")
}

/// The text with its first letter in upper case.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn list(items: &[String], joint: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} {joint} {last}", init.join(", ")),
    }
}

/// The name of a value of a status, with spaces.
pub fn status_value(p: &Protocol, status: StatusId, value: ValueId) -> String {
    p.statuses[status.index()]
        .values
        .get(value.0 as usize)
        .map_or_else(String::new, |v| spaced(v))
}

/// Whether these are the values of a yes/no factor or status.
pub fn yes_no(values: &[String]) -> bool {
    matches!(values, [no, yes] if no == "no" && yes == "yes")
}

/// A status by what it is called: `“on a child protection plan”`.
pub fn status(p: &Protocol, status: StatusId) -> String {
    quoted(&p.statuses[status.index()].origin.label)
}

/// A change of status: `“on a child protection plan” ends`.
pub fn change(p: &Protocol, id: StatusId, value: ValueId) -> String {
    if yes_no(&p.statuses[id.index()].values) {
        format!(
            "{} {}",
            status(p, id),
            if value == ValueId(1) { "begins" } else { "ends" }
        )
    } else {
        format!("{} becomes {}", status(p, id), quoted(&status_value(p, id, value)))
    }
}

/// A decision by what it asks: `the decision “Is the plan discharged?”`.
fn decision_name(label: &str) -> String {
    format!("the decision {}", quoted(label))
}

/// The name of an option: its label.
pub fn choice(decision: &Decision, value: ValueId) -> &str {
    decision.options.get(value.0 as usize).map_or("", |o| &o.label)
}

/// A length: "10 working days or perhaps 10 calendar days".
pub fn length(l: &Length) -> String {
    l.any
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" or perhaps ")
}

/// A limit in two parts: what it says ("within 20 working days after"), and what it is measured from, if that is a
/// moment. A limit that names no moment is all in the first part.
pub fn limit_parts<'l>(p: &Protocol, l: &'l Limit) -> (String, Option<&'l Moments>) {
    match &l.kind {
        LimitKind::Unstated => ("no time stated".to_owned(), None),
        LimitKind::Within(d, m) => (format!("within {} after", length(d)), Some(m)),
        LimitKind::AtLeastBefore(d, m) => (format!("at least {} before", length(d)), Some(m)),
        LimitKind::AtLeastAfter(d, m) => (format!("at least {} after", length(d)), Some(m)),
        LimitKind::Until(m) => ("until".to_owned(), Some(m)),
        LimitKind::UntilAfter(d, m) => (format!("until {} after", length(d)), Some(m)),
        LimitKind::At(w) => (format!("at {}", which(p, w)), None),
        LimitKind::SameDay(m) => ("on the same day that".to_owned(), Some(m)),
        LimitKind::StraightAfter(m) => ("straight after".to_owned(), Some(m)),
        LimitKind::Before(m) => ("before".to_owned(), Some(m)),
        LimitKind::After(m) => ("after".to_owned(), Some(m)),
        LimitKind::Urgency(word) => (format!("{} (no number stated)", quoted(word)), None),
    }
}

/// A limit: `within 20 working days after “in care” begins`.
pub fn limit(p: &Protocol, l: &Limit) -> String {
    match limit_parts(p, l) {
        (said, Some(from)) => format!("{said} {}", moments(p, from)),
        (said, None) => said,
    }
}

/// When, while and if, as the opening of a sentence: "when X, if C". Empty if the guard says nothing.
pub fn guard_opening(p: &Protocol, g: &Guard) -> String {
    let mut parts = Vec::new();
    if !g.when.is_empty() {
        let all: Vec<_> = g.when.iter().map(|m| moments(p, m)).collect();
        parts.push(format!("when {}", list(&all, "or")));
    }
    for (word, c) in [("while", &g.while_), ("if", &g.if_)] {
        if *c != Cond::True {
            parts.push(format!("{word} {}", cond(p, c)));
        }
    }
    parts.join(", ")
}

/// Exceptions, as the close of a sentence: "unless C, or unless D". Empty without any.
pub fn unless(p: &Protocol, exceptions: &[Cond]) -> String {
    exceptions
        .iter()
        .map(|c| format!("unless {}", cond(p, c)))
        .collect::<Vec<_>>()
        .join(", or ")
}

/// What a rule says, without guard, limits and full stop: "the IRO must chair the first care review".
pub fn body(p: &Protocol, b: &Body) -> String {
    match b {
        Body::Norm {
            subject: s,
            modal: m,
            act: a,
        } => format!("{} {} {}", subject(p, s), modal(s, *m), act(p, a)),
        Body::Effect(s, v) => format!("{} without anyone's decision", change(p, *s, *v)),
        Body::Presume(c) => format!("it is usual, not required, that {}", cond(p, c)),
    }
}

fn sentence(opening: &str, middle: &str, tail: &[String]) -> String {
    let mut said = String::new();
    if !opening.is_empty() {
        said.push_str(opening);
        said.push_str(", ");
    }
    said.push_str(middle);
    for part in tail.iter().filter(|t| !t.is_empty()) {
        said.push_str(", ");
        said.push_str(part);
    }
    said.push('.');
    capital(&said)
}

/// A rule as one English sentence.
pub fn rule_sentence(p: &Protocol, r: &Rule) -> String {
    let mut tail: Vec<_> = r.limits.iter().map(|l| limit(p, l)).collect();
    tail.push(unless(p, &r.guard.unless));
    sentence(&guard_opening(p, &r.guard), &body(p, &r.body), &tail)
}

/// A decision as one English sentence, without its options.
pub fn decision_sentence(p: &Protocol, d: &Decision) -> String {
    let decider = match &d.decided_by {
        Slot::Given(w) => who(p, w),
        Slot::Unstated(_) | Slot::Absent => "somebody (not stated who)".to_owned(),
    };
    let mut tail: Vec<_> = d.at.iter().map(|w| format!("at {}", which(p, w))).collect();
    tail.extend(d.limits.iter().map(|l| limit(p, l)));
    for (words, slot) in [
        ("with the agreement of", &d.agreed_by),
        ("advised by", &d.advised_by),
        ("after consulting", &d.consulting),
    ] {
        tail.extend(slot.given().map(|w| format!("{words} {}", who(p, w))));
    }
    tail.push(unless(p, &d.guard.unless));
    sentence(
        &guard_opening(p, &d.guard),
        &format!("{decider} must decide {}", quoted(&d.origin.label)),
        &tail,
    )
}

/// The places an item cites: "stoke 03.4, stoke 07.1"; empty without any.
pub fn citations(origin: &Origin) -> String {
    origin
        .cites
        .iter()
        .map(|c| c.text.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
