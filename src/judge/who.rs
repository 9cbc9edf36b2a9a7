//! Who counts as whom, and who does an act. In: the protocol and one occurrence. Out: plain answers.
//! Must not know about time or verdicts.

use crate::model::{Act, Body, Happening, MeetingId, Occurrence, Party, Protocol, Thing, Who};

/// Whose doing an occurrence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doer {
    /// Nobody's: a court, a parent, the calendar.
    Outside,
    /// An act, but nobody is named as its doer.
    Unnamed,
    /// This party's.
    By(Party),
}

/// Whether `party` is `other` or counts as it, over any number of steps.
pub(super) fn counts_as(protocol: &Protocol, party: Party, other: Party) -> bool {
    if party == other {
        return true;
    }
    let direct = |of: Party| -> Vec<Party> {
        match of {
            Party::Role(r) => protocol
                .roles
                .get(r.index())
                .map_or(vec![], |r| r.counts_as.iter().map(|&r| Party::Role(r)).collect()),
            Party::Meeting(m) => protocol
                .meetings
                .get(m.index())
                .map_or(vec![], |m| m.counts_as.iter().map(|&m| Party::Meeting(m)).collect()),
        }
    };
    let mut reached = direct(party);
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        for p in direct(at) {
            if !reached.contains(&p) {
                reached.push(p);
            }
        }
        next += 1;
    }
    reached.contains(&other)
}

/// Whether a meeting is of this kind.
pub(super) fn is_kind(protocol: &Protocol, meeting: MeetingId, kind: MeetingId) -> bool {
    counts_as(protocol, Party::Meeting(meeting), Party::Meeting(kind))
}

/// Whether `party` counts as one of those named.
pub(super) fn is_one_of(protocol: &Protocol, party: Party, who: &Who) -> bool {
    who.parties.iter().any(|&w| counts_as(protocol, party, w))
}

/// Whether everyone in `who` counts as somebody in `others`.
pub(super) fn all_among(protocol: &Protocol, who: &Who, others: &Who) -> bool {
    who.parties.iter().all(|&p| is_one_of(protocol, p, others))
}

/// The doer of a listed occurrence: as the history says, or else as the protocol declares.
pub(super) fn doer(protocol: &Protocol, occurrence: &Occurrence) -> Doer {
    let declared = |who: Option<&Who>| who.and_then(|w| w.parties.first().copied());
    let named = occurrence.by.or_else(|| match occurrence.what {
        Happening::Happens(e) => declared(protocol.events.get(e.index()).and_then(|e| e.caused_by.as_ref())),
        Happening::Outcome(d, _) => declared(protocol.decisions.get(d.index()).and_then(|d| d.decided_by.given())),
        Happening::Done(r) => declared(protocol.rules.get(r.index()).and_then(|r| match &r.body {
            Body::Norm { subject, .. } => subject.who(),
            _ => None,
        })),
        _ => None,
    });
    match (named, occurrence.what) {
        (Some(p), _) => Doer::By(p),
        (
            None,
            Happening::Happens(_)
            | Happening::Received(_)
            | Happening::Due(_)
            | Happening::Becomes(..)
            | Happening::Begins(_)
            | Happening::Ends(_),
        ) => Doer::Outside,
        (None, _) => Doer::Unnamed,
    }
}

/// Whose act it is when an occurrence of this doer sets a status: what an outside party brings about is nobody's act.
pub(super) fn brought_about_by(protocol: &Protocol, doer: Doer) -> Doer {
    match doer {
        Doer::By(Party::Role(r)) if protocol.roles.get(r.index()).is_some_and(|r| r.outside) => Doer::Outside,
        other => other,
    }
}

/// What occurs when the act is done; none for an act without a class of its own, which is its rule's `is done`.
pub(super) fn class_of(act: &Act) -> Option<Happening> {
    use crate::model::ValueId;
    Some(match act {
        Act::Hold(w) => Happening::Held(w.meeting),
        Act::Book(w) => Happening::Booked(w.meeting),
        Act::Cancel(w) => Happening::Cancelled(w.meeting),
        Act::Send(d, ..) => Happening::Sent(*d),
        Act::Decide(d) => Happening::Decided(*d),
        Act::Allocate(r) => Happening::Allocated(*r),
        Act::Begin(s) => Happening::Becomes(*s, ValueId(1)),
        Act::End(s) => Happening::Becomes(*s, ValueId(0)),
        _ => return None,
    })
}

/// Whether an act is done once for all who must do it: a meeting is, whoever calls it.
pub(super) fn is_shared(act: &Act) -> bool {
    matches!(act, Act::Hold(_) | Act::Book(_) | Act::Cancel(_))
}

/// Whether two acts are the same act, whoever does it and wherever it is written. Ordinals are not looked at.
pub(super) fn same_act(protocol: &Protocol, a: &Act, b: &Act) -> bool {
    let whos = |x: &Who, y: &Who| all_among(protocol, x, y);
    match (a, b) {
        (Act::Quoted(x), Act::Quoted(y)) => x == y,
        (Act::Hold(x), Act::Hold(y))
        | (Act::Book(x), Act::Book(y))
        | (Act::Cancel(x), Act::Cancel(y))
        | (Act::Attend(x), Act::Attend(y))
        | (Act::Chair(x), Act::Chair(y)) => is_kind(protocol, x.meeting, y.meeting),
        (Act::Send(d, x, _), Act::Send(e, y, _)) => d == e && whos(x, y),
        (Act::Notify(x, t), Act::Notify(y, u))
        | (Act::Ask(x, t), Act::Ask(y, u))
        | (Act::Consult(x, t), Act::Consult(y, u)) => t == u && whos(x, y),
        (Act::Record(t, d), Act::Record(u, e)) => t == u && d == e,
        (Act::Consider(t), Act::Consider(u))
        | (Act::CarryOut(t), Act::CarryOut(u))
        | (Act::Challenge(t), Act::Challenge(u)) => t == u,
        (Act::Decide(d), Act::Decide(e)) => d == e,
        (Act::Allocate(r), Act::Allocate(q)) => r == q,
        (Act::Begin(s), Act::Begin(t)) | (Act::End(s), Act::End(t)) => s == t,
        _ => false,
    }
}

/// Whether an occurrence of `what` by a rule of this protocol amounts to considering `thing`: considering it, deciding it,
/// taking a decision that may change a status so, and changing it.
pub(super) fn considers(protocol: &Protocol, what: Happening, thing: &Thing) -> bool {
    let deciding = |d: crate::model::DecisionId| match thing {
        Thing::Decision(e) => d == *e,
        Thing::Change(s, v) => protocol.decisions.get(d.index()).is_some_and(|d| {
            d.options
                .iter()
                .any(|o| o.effects.iter().any(|(t, w, _)| t == s && w == v))
        }),
        _ => false,
    };
    match what {
        Happening::Outcome(d, _) => deciding(d),
        Happening::Becomes(s, v) => *thing == Thing::Change(s, v),
        Happening::Done(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm {
                act: Act::Consider(other),
                ..
            }) => other == thing || matches!(other, Thing::Decision(d) if deciding(*d)),
            _ => false,
        },
        _ => false,
    }
}
