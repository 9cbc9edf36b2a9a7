//! Who acts and what they do, in words: parties, subjects, acts. In: parts of a norm. Out: phrases.

use super::labels::{counted, determined, head, nominal, noun, plural};
use super::{decision_name, list, quoted, status, status_value, which, yes_no};
use crate::model::{Act, Modal, Ordinal, Party, Protocol, RoleId, Subject, Thing, ValueId, Who};

/// One party: "the social worker", "the review conference".
pub fn party(p: &Protocol, party: Party) -> String {
    match party {
        Party::Role(r) => {
            let role = &p.roles[r.index()];
            let label = head(&role.origin.label);
            let one_of_many = role.many && nominal(label) && !determined(label) && !plural(label);
            // A role is somebody, even "the authority the child moves to".
            if one_of_many {
                format!("each {label}")
            } else if determined(label) {
                label.to_owned()
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
pub(super) enum Form {
    Infinitive,
    Participle,
}

/// An act as an infinitive: "hold the next review conference", "send the letter to the child".
pub fn act(p: &Protocol, a: &Act) -> String {
    act_words(p, a, Form::Infinitive)
}

pub(super) fn act_words(p: &Protocol, a: &Act, form: Form) -> String {
    let verb = |infinitive: &'static str, participle: &'static str| match form {
        Form::Infinitive => infinitive,
        Form::Participle => participle,
    };
    let role = |r: RoleId| noun("role", &p.roles[r.index()].origin.label);
    match a {
        Act::Quoted(text) if form == Form::Infinitive => text.clone(),
        Act::Quoted(text) => format!("done this: {}", quoted(text)),
        Act::Hold(w) => format!("{} {}", verb("hold", "held"), which(p, w)),
        Act::Book(w) => format!("{} {}", verb("book", "booked"), which(p, w)),
        Act::Cancel(w) => format!("{} {}", verb("cancel", "cancelled"), which(p, w)),
        Act::Attend(w) => format!("{} {}", verb("attend", "attended"), which(p, w)),
        Act::Chair(w) => format!("{} {}", verb("chair", "chaired"), which(p, w)),
        Act::Send(d, to, ordinal) => {
            let which = Some(*ordinal).filter(|o| *o != Ordinal::Any);
            let label = &p.documents[d.index()].origin.label;
            let document = match which {
                Some(_) => counted(which, true, "document", label),
                None => noun("document", label),
            };
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
