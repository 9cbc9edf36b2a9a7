//! Names and small questions of the model. In: a protocol and a part of it. Out: words and plain answers.

use crate::model::{Happening, MeetingId, NormId, Party, Protocol, Who};

/// A norm as a scenario names it.
pub(super) fn name(p: &Protocol, norm: NormId) -> String {
    p.named(norm)
}

/// The places a norm cites, in brackets after a space; nothing without any.
pub(super) fn cited(p: &Protocol, norm: NormId) -> String {
    let places = p.origin(norm).map(crate::model::words::citations).unwrap_or_default();
    if places.is_empty() {
        String::new()
    } else {
        format!(" ({places})")
    }
}

/// Whether a party is another or counts as it, over any number of steps.
pub(super) fn counts_as(p: &Protocol, party: Party, other: Party) -> bool {
    let mut reached = vec![party];
    let mut next = 0;
    while let Some(&at) = reached.get(next) {
        let direct: Vec<Party> = match at {
            Party::Role(r) => {
                let kinds = p.roles.get(r.index()).map(|r| r.counts_as.as_slice());
                kinds.unwrap_or_default().iter().copied().map(Party::Role).collect()
            }
            Party::Meeting(m) => {
                let kinds = p.meetings.get(m.index()).map(|m| m.counts_as.as_slice());
                kinds.unwrap_or_default().iter().copied().map(Party::Meeting).collect()
            }
        };
        for kind in direct {
            if !reached.contains(&kind) {
                reached.push(kind);
            }
        }
        next += 1;
    }
    reached.contains(&other)
}

/// Whether everyone counts as one of the others.
pub(super) fn all_among(p: &Protocol, who: &[Party], others: &Who) -> bool {
    who.iter()
        .all(|&w| others.parties.iter().any(|&other| counts_as(p, w, other)))
}

/// Whether a meeting is of this kind.
pub(super) fn is_kind(p: &Protocol, meeting: MeetingId, kind: MeetingId) -> bool {
    counts_as(p, Party::Meeting(meeting), Party::Meeting(kind))
}

/// Whether what occurs is of this class, a meeting of any kind that the class is.
pub(super) fn is_of(p: &Protocol, what: Happening, class: Happening) -> bool {
    match (what, class) {
        (Happening::Held(m), Happening::Held(kind))
        | (Happening::Booked(m), Happening::Booked(kind))
        | (Happening::Cancelled(m), Happening::Cancelled(kind)) => is_kind(p, m, kind),
        (Happening::Outcome(d, _), Happening::Decided(e)) => d == e,
        _ => what == class,
    }
}
