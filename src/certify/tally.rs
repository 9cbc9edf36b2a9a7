//! How much of a proof there was: for whoever reports it; no verdict rests on it. In: steps. Out: counts.

use super::proof::Step;

/// How much was accepted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers "this cannot be".
    pub answers: usize,
    /// Clauses learned on the way.
    pub learned: usize,
    /// Lemmas on order, days and values.
    pub lemmas: usize,
}

impl Tally {
    /// One step more.
    pub fn count(&mut self, step: &Step) {
        match step {
            Step::Answer(_) => self.answers += 1,
            Step::Learned(_) => self.learned += 1,
            Step::Lemma(_) => self.lemmas += 1,
            _ => {}
        }
    }
}
