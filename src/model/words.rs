//! The model in plain English: sentences of rules, limits, moments, conditions. In: a protocol and a part of it.
//! Out: words for charts, stories and pages, all from one place. No layout, no marks of severity, no judgement here.
//!
//! Labels are the author's own words, so they are never inflected: a label that is already a clause stands as it is, and
//! one that cannot carry an article is quoted.

mod labels;

pub use labels::head;
use labels::{clause, counted, determined, nominal, noun, ordinal_words, plural, words_of};

use super::{
    Act, Body, Cond, Decision, FactorKind, Guard, Happening, Length, Limit, LimitKind, Modal, Moment, Moments, Ordinal,
    Origin, Party, Protocol, Rule, Slot, StatusId, Subject, Thing, ValueId, Which, Who,
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

/// One party: "the social worker", "the review conference".
pub fn party(p: &Protocol, party: Party) -> String {
    match party {
        Party::Role(r) => {
            let role = &p.roles[r.index()];
            let label = head(&role.origin.label);
            let one_of_many = role.many && nominal(label) && !determined(label) && !plural(label);
            if one_of_many {
                format!("each {label}")
            } else {
                noun("role", label)
            }
        }
        Party::Meeting(m) => noun("meeting", &p.meetings[m.index()].origin.label),
    }
}

/// The label of a party, as written and whole.
pub fn party_label(p: &Protocol, party: Party) -> &str {
    match party {
        Party::Role(r) => &p.roles[r.index()].origin.label,
        Party::Meeting(m) => &p.meetings[m.index()].origin.label,
    }
}

/// Parties: "the IRO and the social worker".
pub fn who(p: &Protocol, who: &Who) -> String {
    let names: Vec<_> = who.parties.iter().map(|&w| party(p, w)).collect();
    list(&names, if who.either { "or" } else { "and" })
}

fn bare_who(p: &Protocol, who: &Who, lead: &str) -> String {
    let names: Vec<_> = who
        .parties
        .iter()
        .map(|&w| {
            let label = head(party_label(p, w));
            if nominal(label) && !determined(label) {
                format!("{lead} {label}")
            } else {
                party(p, w)
            }
        })
        .collect();
    list(&names, if who.either { "or" } else { "and" })
}

/// The subject of a norm: "only the conference", "nobody", "somebody (not stated who)".
pub fn subject(p: &Protocol, subject: &Subject) -> String {
    match subject {
        Subject::The(w) => who(p, w),
        Subject::Each(w) => bare_who(p, w, "each"),
        Subject::Any(w) => bare_who(p, w, "any"),
        Subject::Only(w) => format!("only {}", who(p, w)),
        Subject::Nobody => "nobody".to_owned(),
        Subject::Someone => "somebody (not stated who)".to_owned(),
    }
}

/// The modal as it reads after this subject: "nobody" takes the negation into itself.
pub fn modal(subject: &Subject, modal: Modal) -> &'static str {
    let nobody = matches!(subject, Subject::Nobody);
    match modal {
        Modal::Must => "must",
        Modal::MustNot if nobody => "may",
        Modal::MustNot => "must not",
        Modal::Should => "should",
        Modal::ShouldNot if nobody => "should",
        Modal::ShouldNot => "should not",
        Modal::May => "may",
        Modal::NeedNot if nobody => "need",
        Modal::NeedNot => "need not",
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

#[derive(Clone, Copy, PartialEq)]
enum Tense {
    Present,
    Perfect,
}

/// What occurs, as a clause: "the discharge letter is sent", `“on a child protection plan” begins`.
pub fn happening(p: &Protocol, what: Happening) -> String {
    happening_as(p, None, what, Tense::Present)
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
    let meeting = |m: super::MeetingId, participle: &str| {
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
            // A long name may be anything: it is quoted.
            if words_of(label).count() > 4 {
                return timed(format!("{} {verb}", quoted(label)));
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
        Happening::Missed(r) => timed(format!("{} in time", done(p, &p.rules[r.index()], false))),
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
                plainly(label, values == &[ValueId(1)])
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
        Cond::Term(t, _) => plainly(&p.terms[t.index()].origin.label, true),
        Cond::Not(inner) => match &**inner {
            Cond::Term(t, _) => plainly(&p.terms[t.index()].origin.label, false),
            other => format!("it is not so that {}", nested(other)),
        },
        Cond::All(cs) => list(&cs.iter().map(nested).collect::<Vec<_>>(), "and"),
        Cond::Any(cs) => list(&cs.iter().map(nested).collect::<Vec<_>>(), "or"),
    }
}

/// A yes/no label as a condition: a clause as it is, anything else quoted.
fn plainly(label: &str, yes: bool) -> String {
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

/// What an act is about, as a noun phrase.
pub fn thing(p: &Protocol, t: &Thing) -> String {
    match t {
        Thing::Decision(d) => decision_name(&p.decisions[d.index()].origin.label),
        Thing::Change(s, v) if yes_no(&p.statuses[s.index()].values) => {
            format!(
                "{} the status {}",
                if *v == ValueId(1) { "beginning" } else { "ending" },
                status(p, *s)
            )
        }
        Thing::Change(s, v) => format!(
            "a change of the status {} to {}",
            status(p, *s),
            quoted(&status_value(p, *s, *v))
        ),
        Thing::Named(text) => noun("matter", text),
        Thing::Document(d) => noun("document", &p.documents[d.index()].origin.label),
        Thing::Event(e) => noun("event", &p.events[e.index()].origin.label),
        Thing::Quoted(text) => quoted(text),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Infinitive,
    Participle,
}

/// An act as an infinitive: "hold the next review conference", "send the letter to the child".
pub fn act(p: &Protocol, a: &Act) -> String {
    act_words(p, a, Form::Infinitive)
}

fn act_words(p: &Protocol, a: &Act, form: Form) -> String {
    let verb = |infinitive: &'static str, participle: &'static str| match form {
        Form::Infinitive => infinitive,
        Form::Participle => participle,
    };
    let role = |r: super::RoleId| noun("role", &p.roles[r.index()].origin.label);
    match a {
        Act::Quoted(text) if form == Form::Infinitive => text.clone(),
        Act::Quoted(text) => format!("done this: {}", quoted(text)),
        Act::Hold(w) => format!("{} {}", verb("hold", "held"), which(p, w)),
        Act::Book(w) => format!("{} {}", verb("book", "booked"), which(p, w)),
        Act::Cancel(w) => format!("{} {}", verb("cancel", "cancelled"), which(p, w)),
        Act::Attend(w) => format!("{} {}", verb("attend", "attended"), which(p, w)),
        Act::Chair(w) => format!("{} {}", verb("chair", "chaired"), which(p, w)),
        Act::Send(d, to) => {
            let document = noun("document", &p.documents[d.index()].origin.label);
            format!("{} {document} to {}", verb("send", "sent"), who(p, to))
        }
        Act::Notify(to, Thing::Quoted(text)) => {
            format!("{} {} that {}", verb("notify", "notified"), who(p, to), quoted(text))
        }
        Act::Notify(to, t) => format!("{} {} of {}", verb("notify", "notified"), who(p, to), thing(p, t)),
        Act::Ask(to, t) => format!("{} {} for {}", verb("ask", "asked"), who(p, to), thing(p, t)),
        Act::Consult(to, t) => format!("{} {} on {}", verb("consult", "consulted"), who(p, to), thing(p, t)),
        Act::Record(t, d) => {
            let document = noun("document", &p.documents[d.index()].origin.label);
            format!("{} {} in {document}", verb("record", "recorded"), thing(p, t))
        }
        Act::Consider(t) => format!("{} {}", verb("consider", "considered"), thing(p, t)),
        Act::CarryOut(t) => format!("{} {}", verb("carry out", "carried out"), thing(p, t)),
        Act::Decide(d) => format!(
            "{} {}",
            verb("take", "taken"),
            decision_name(&p.decisions[d.index()].origin.label)
        ),
        Act::Challenge(t) => format!("{} {}", verb("challenge", "challenged"), thing(p, t)),
        Act::Allocate(r) => format!("{} {}", verb("allocate", "allocated"), role(*r)),
        Act::Begin(s) => format!("{} the status {}", verb("begin", "begun"), status(p, *s)),
        Act::End(s) => format!("{} the status {}", verb("end", "ended"), status(p, *s)),
    }
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
