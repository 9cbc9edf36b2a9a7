//! How two texts differ in what they mean: two versions of one protocol, or the protocols of several authorities. In: models. Out: rows,
//! one for each rule or each subject, with what is stricter, what is looser, and a dated case for each. A row says *the same* only if the
//! solver found no case within its bounds, and every case is borne out by the judge under each text's own rules. Nothing is guessed: what
//! only one text has words for is said to be incomparable.

mod align;
mod authorities;
mod changes;
mod court;
mod diff;
mod join;
mod pair;
mod relate;
mod translate;
mod words;

pub use authorities::{Cell, Compared, Subject, compare};
pub use diff::{Diff, Entry, Row, diff};
pub use relate::Telling;

use crate::model::Protocol;
use crate::solve::ask::Asker;
use translate::Item;

/// How what one text says lies to what another says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Nobody who keeps the one breaks the other, within the bounds.
    Same,
    /// Whoever keeps the second keeps the first, and not the other way round.
    Tighter,
    /// Whoever keeps the first keeps the second, and not the other way round.
    Looser,
    /// Each allows what the other does not, or one has no words for it.
    Incomparable,
    /// Not decided.
    Open,
}

impl Relation {
    /// In one word, as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Same => "same",
            Relation::Tighter => "tighter",
            Relation::Looser => "looser",
            Relation::Incomparable => "incomparable",
            Relation::Open => "not proven",
        }
    }
}

/// A text as if it were in force at all times: when it is in force is said, and is no difference of its rules.
fn at_all_times(text: &Protocol) -> Protocol {
    let mut out = text.clone();
    for module in out.modules.iter_mut().filter(|m| m.local) {
        module.in_force = (None, None);
    }
    out
}

impl join::Joined {
    /// The name of an item, as the first text declares it.
    fn name_of(&self, item: Item) -> &str {
        let p = &self.protocol;
        let origin = match item {
            Item::Role(i) => p.roles.get(i as usize).map(|i| &i.origin),
            Item::Factor(i) => p.factors.get(i as usize).map(|i| &i.origin),
            Item::Status(i) => p.statuses.get(i as usize).map(|i| &i.origin),
            Item::Event(i) => p.events.get(i as usize).map(|i| &i.origin),
            Item::Meeting(i) => p.meetings.get(i as usize).map(|i| &i.origin),
            Item::Decision(i) => p.decisions.get(i as usize).map(|i| &i.origin),
        };
        origin.map_or("", |o| &o.name)
    }
}

/// Within what an answer holds: said once for all.
fn bounds(asker: &Asker<'_>) -> Vec<String> {
    let calendar = asker.ground.calendar;
    let mut out = Vec::new();
    if let (Some(from), Some(to)) = (calendar.day(asker.starts.0), calendar.day(asker.starts.1)) {
        out.push(format!("start dates {from} to {to}, every one of them"));
    }
    out.push(format!(
        "at most {} of what repeats; own acts occur only where a rule of either asks for or allows them, if any does",
        crate::solve::ground::REPEATS
    ));
    if let Some(until) = calendar.published_until() {
        let edition = calendar.edition().map(|day| format!("; calendar edition {day}"));
        let edition = edition.unwrap_or_default();
        out.push(format!("bank holidays after {until} are extrapolated by rule{edition}"));
    }
    out
}
