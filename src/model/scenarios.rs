//! A dated case with what is expected of it. In: nothing (plain data). Out: what `test` asks; no other question reads it.

use super::{
    Act, Bound, FactorId, Happening, History, Modal, NormId, Occurrence, Ordinal, Standing, StatusId, Subject, ValueId,
};
use crate::source::Span;
use crate::time::Day;

/// A scenario of a protocol.
#[derive(Debug, Clone)]
pub struct Scenario {
    /// Its name.
    pub name: String,
    /// Its label, or its name with hyphens read as spaces.
    pub label: String,
    /// Its head line.
    pub span: Span,
    /// The value of each factor that is given.
    pub factors: Vec<(FactorId, ValueId)>,
    /// First values of statuses whose start the protocol leaves open.
    pub starts: Vec<(StatusId, ValueId)>,
    /// What occurs, in order.
    pub occurrences: Vec<Occurrence>,
    /// What is expected, in order.
    pub expectations: Vec<Expectation>,
}

impl Scenario {
    /// The case as far as an expectation has it.
    pub fn up_to(&self, expectation: &Expectation) -> History {
        History {
            factors: self.factors.clone(),
            starts: self.starts.clone(),
            occurrences: self.occurrences.iter().take(expectation.after).cloned().collect(),
            until: Some(expectation.day),
        }
    }
}

/// One expectation, of the case as far as it has been told above it.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// How many occurrences stand above it.
    pub after: usize,
    /// The day of the last `on` line above it: the last day of the case so far, inclusive.
    pub day: Day,
    /// What is expected.
    pub what: Expected,
    /// The line.
    pub span: Span,
}

/// What is expected.
#[derive(Debug, Clone)]
pub enum Expected {
    /// The first, last or only day of an act that is still to come.
    Timed {
        /// What occurs when it is done.
        what: Happening,
        /// Which of several: first, second, third, next, or any where it comes once.
        which: Ordinal,
        /// Which end of its time.
        bound: Bound,
        /// That day.
        day: Day,
    },
    /// The last day of one duty by itself, whatever others ask.
    DueBy(NormId, Day),
    /// How a norm stands.
    Stands(NormId, Standing),
    /// Who must, may or must not do what on that day.
    Says {
        /// Who.
        subject: Subject,
        /// With what force.
        modal: Modal,
        /// To do what.
        act: Act,
    },
    /// From here on these two cannot both be kept.
    Clash(NormId, NormId),
    /// From here on everything can be kept.
    NoClash,
}
