//! What occurs, in words: happenings, moments, conditions, which of several. In: parts of a guard or limit. Out: clauses.

use super::acts::{Form, act_words};
use super::labels::{clause, counted, determined, head, nominal, ordinal_words, plural, words_of};
use super::{
    change, choice, decision_name, list, party_label, quoted, spaced, status, status_value, subject, who, yes_no,
};
use crate::model::{
    Act, Body, Cond, FactorKind, Happening, MeetingId, Moment, Moments, Ordinal, Protocol, Rule, Subject, ValueId,
    Which,
};

#[derive(Clone, Copy, PartialEq)]
enum Tense {
    Present,
    Perfect,
}

/// What occurs, as a clause: "the discharge letter is sent", `“on a child protection plan” begins`.
pub fn happening(p: &Protocol, what: Happening) -> String {
    happening_as(p, None, what, Tense::Present)
}

/// The same where it is one of several of its class: "the second care review is held". `number` counts from 0; from the
/// fourth on it is not said.
pub fn numbered(p: &Protocol, what: Happening, number: usize) -> String {
    let ordinal = match number {
        0 => Some(Ordinal::First),
        1 => Some(Ordinal::Second),
        2 => Some(Ordinal::Third),
        _ => None,
    };
    happening_as(p, ordinal, what, Tense::Present)
}

fn passive(subject: &str, many: bool, participle: &str, tense: Tense) -> String {
    let verb = match (tense, many) {
        (Tense::Present, false) => "is",
        (Tense::Present, true) => "are",
        (Tense::Perfect, false) => "has been",
        (Tense::Perfect, true) => "have been",
    };
    format!("{subject} {verb} {participle}")
}

/// `ordinal`: none for the class itself, "a care review is held".
fn happening_as(p: &Protocol, ordinal: Option<Ordinal>, what: Happening, tense: Tense) -> String {
    let one = |kind: &str, label: &str, repeats: bool, participle: &str| {
        let head = head(label);
        passive(
            &counted(ordinal, repeats, kind, label),
            plural(head) && nominal(head),
            participle,
            tense,
        )
    };
    let meeting = |m: MeetingId, participle: &str| {
        let m = &p.meetings[m.index()];
        one("meeting", &m.origin.label, m.repeats, participle)
    };
    let perfect = tense == Tense::Perfect;
    let timed = |clause: String| match ordinal.and_then(|o| ordinal_words(o, false)) {
        Some("each") => format!("{clause} (each time)"),
        Some(which) => format!("{clause} ({which} time)"),
        None => clause,
    };
    match what {
        Happening::Begins(s) => timed(format!(
            "{} {}",
            status(p, s),
            if perfect { "has begun" } else { "begins" }
        )),
        Happening::Ends(s) => timed(format!(
            "{} {}",
            status(p, s),
            if perfect { "has ended" } else { "ends" }
        )),
        Happening::Becomes(s, v) => {
            let verb = if perfect { "has become" } else { "becomes" };
            timed(format!("{} {verb} {}", status(p, s), quoted(&status_value(p, s, v))))
        }
        Happening::Happens(e) => {
            let e = &p.events[e.index()];
            let label = &e.origin.label;
            if clause(label) {
                let clause = timed(label.clone());
                return if perfect {
                    format!("it has happened that {clause}")
                } else {
                    clause
                };
            }
            let verb = match (perfect, plural(label)) {
                (true, false) => "has happened",
                (true, true) => "have happened",
                (false, false) => "happens",
                (false, true) => "happen",
            };
            // A long name may be anything, "the business registers" as well as "the court papers": it is quoted.
            let words = words_of(label).count();
            if words > 4 || words > 2 && determined(label) && plural(label) || label.chars().count() < 3 {
                return timed(format!(
                    "{} {}",
                    quoted(label),
                    if perfect { "has happened" } else { "happens" }
                ));
            }
            format!("{} {verb}", counted(ordinal, e.repeats, "event", label))
        }
        Happening::Held(m) => meeting(m, "held"),
        Happening::Booked(m) => meeting(m, "booked"),
        Happening::Due(m) => meeting(m, "due"),
        Happening::Cancelled(m) => meeting(m, "cancelled"),
        Happening::Sent(d) => one("document", &p.documents[d.index()].origin.label, false, "sent"),
        Happening::Received(d) => one("document", &p.documents[d.index()].origin.label, false, "received"),
        Happening::Allocated(r) => one("role", &p.roles[r.index()].origin.label, false, "allocated"),
        Happening::Decided(d) => timed(passive(
            &decision_name(&p.decisions[d.index()].origin.label),
            false,
            "taken",
            tense,
        )),
        Happening::Outcome(d, v) => {
            let d = &p.decisions[d.index()];
            let verb = if perfect { "has been" } else { "is" };
            timed(format!(
                "the outcome of {} {verb} {}",
                quoted(&d.origin.label),
                quoted(choice(d, v))
            ))
        }
        Happening::Done(r) => timed(done(p, &p.rules[r.index()], true)),
        Happening::Missed(r) => timed(format!("{} in time", not_done(p, &p.rules[r.index()]))),
    }
}

/// "the social worker has not consulted the IRO". A letter that nobody is named to send, and no other rule asks for, is told
/// without its readers.
fn not_done(p: &Protocol, rule: &Rule) -> String {
    let letter = |r: &Rule| match &r.body {
        Body::Norm {
            act: Act::Send(d, ..), ..
        } => Some(*d),
        _ => None,
    };
    let nobodys = matches!(&rule.body, Body::Norm { subject, .. } if subject.who().is_none());
    match letter(rule) {
        Some(d) if nobodys && p.rules.iter().filter(|r| letter(r) == Some(d)).count() == 1 => {
            let label = &p.documents[d.index()].origin.label;
            format!("{} has not been sent", counted(None, false, "document", label))
        }
        _ => done(p, rule, false),
    }
}

/// "the social worker has consulted the IRO"; with `kept` false, "has not".
fn done(p: &Protocol, rule: &Rule, kept: bool) -> String {
    let not = if kept { "" } else { " not" };
    match &rule.body {
        Body::Norm { subject: s, act: a, .. } => {
            let doer = match s {
                Subject::Nobody | Subject::Someone => "somebody".to_owned(),
                Subject::Only(w) => who(p, w),
                other => subject(p, other),
            };
            let joint = s.who().is_some_and(|w| w.parties.len() > 1 && !w.either);
            let many = joint
                || s.who()
                    .and_then(|w| w.parties.first())
                    .is_some_and(|&w| plural(party_label(p, w)));
            let verb = if many && !matches!(s, Subject::Each(_)) {
                "have"
            } else {
                "has"
            };
            format!("{doer} {verb}{not} {}", act_words(p, a, Form::Participle))
        }
        Body::Effect(s, v) => {
            let clause = change(p, *s, *v);
            if kept {
                clause
            } else {
                format!("it is not so that {clause}")
            }
        }
        Body::Presume(c) => {
            let clause = cond(p, c);
            if kept {
                clause
            } else {
                format!("it is not so that {clause}")
            }
        }
    }
}

/// A moment as a clause: "the next review conference is held".
pub fn moment(p: &Protocol, m: &Moment) -> String {
    moment_as(p, m, Tense::Present)
}

fn moment_as(p: &Protocol, m: &Moment, tense: Tense) -> String {
    let said = happening_as(p, Some(m.ordinal), m.what, tense);
    match &m.since {
        Some(since) => format!("{said} (counted since {})", moment(p, since)),
        None => said,
    }
}

/// Candidate moments: "... or perhaps ...".
pub fn moments(p: &Protocol, ms: &Moments) -> String {
    let mut all: Vec<_> = ms.any.iter().map(|m| moment(p, m)).collect();
    if ms.perhaps_unstated {
        all.push("some moment that is not stated".to_owned());
    }
    all.join(" or perhaps ")
}

/// A condition as a clause; empty for one that is always true.
pub fn cond(p: &Protocol, c: &Cond) -> String {
    let nested = |c: &Cond| match c {
        Cond::All(cs) | Cond::Any(cs) if cs.len() > 1 => format!("({})", cond(p, c)),
        _ => cond(p, c),
    };
    match c {
        Cond::True => String::new(),
        Cond::Factor(f, values, _) => {
            let f = &p.factors[f.index()];
            let label = &f.origin.label;
            let names: Vec<_> = values
                .iter()
                .filter_map(|v| f.values.get(v.0 as usize))
                .map(|v| quoted(&spaced(v)))
                .collect();
            if yes_no(&f.values) {
                holds(label, values == &[ValueId(1)])
            } else if f.kind == FactorKind::Reading {
                format!("{} is read as {}", quoted(label), list(&names, "or"))
            } else {
                format!("{} is {}", quoted(label), list(&names, "or"))
            }
        }
        Cond::Status(s, values, _) => {
            let st = &p.statuses[s.index()];
            if yes_no(&st.values) {
                let holds = if values == &[ValueId(1)] {
                    "holds"
                } else {
                    "does not hold"
                };
                return format!("{} {holds}", status(p, *s));
            }
            let names: Vec<_> = values.iter().map(|&v| quoted(&status_value(p, *s, v))).collect();
            format!("{} is {}", status(p, *s), list(&names, "or"))
        }
        Cond::Happened(m, _) => moment_as(p, m, Tense::Perfect),
        Cond::Before(a, b, _) => format!("{} before {}", moment(p, a), moment(p, b)),
        Cond::DueBefore(a, b, _) => format!("{} is set for a day no later than {}", which(p, a), which(p, b)),
        Cond::DueWithin(a, length, _) => format!("{} is set for a day within {}", which(p, a), super::length(length)),
        Cond::Term(t, _) => holds(&p.terms[t.index()].origin.label, true),
        Cond::Not(inner) => match &**inner {
            Cond::Term(t, _) => holds(&p.terms[t.index()].origin.label, false),
            other => format!("it is not so that {}", nested(other)),
        },
        Cond::All(cs) => list(&cs.iter().map(nested).collect::<Vec<_>>(), "and"),
        Cond::Any(cs) => list(&cs.iter().map(nested).collect::<Vec<_>>(), "or"),
    }
}

/// A yes/no label as a condition: a clause as it is, anything else quoted.
pub fn holds(label: &str, yes: bool) -> String {
    match (clause(label) && !label.ends_with('?'), yes) {
        (true, true) => label.to_owned(),
        (true, false) => format!("it is not so that {label}"),
        (false, true) => format!("{} holds", quoted(label)),
        (false, false) => format!("{} does not hold", quoted(label)),
    }
}

/// Which meeting: "the next review conference".
pub fn which(p: &Protocol, w: &Which) -> String {
    let m = &p.meetings[w.meeting.index()];
    let said = counted(Some(w.ordinal), m.repeats, "meeting", &m.origin.label);
    match &w.since {
        Some(since) => format!("{said} (counted since {})", moment(p, since)),
        None => said,
    }
}
