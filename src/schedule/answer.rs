//! What is worked out of a case under one answer to each doubt, before answers are put together: plain data. In: nothing. Out:
//! [`Answer`].

use std::collections::BTreeSet;

use super::{Bound, Loss, State, Under};
use crate::model::NormId;
use crate::solve::net::Choice;

/// What is worked out under some answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Answer {
    pub under: Under,
    pub lost: Vec<(Loss, Vec<NormId>)>,
    pub items: Vec<Item>,
    /// What nobody gave and the days rest on.
    pub rests: BTreeSet<Choice>,
    /// The values taken of all that nobody gave.
    pub case: Vec<(Choice, u64)>,
    pub unsettled: Vec<String>,
}

/// One instance of a duty.
#[derive(Debug, Clone)]
pub(super) struct Item {
    /// Its place among those that duties may have.
    pub owed: usize,
    pub state: State,
    pub earliest: Option<Bound>,
    pub latest: Option<Bound>,
    pub stated: bool,
    /// What these days turn on though nobody gave it.
    pub turns_on: BTreeSet<Choice>,
}

impl Item {
    /// One of which no days are known.
    pub fn without_days(owed: usize, state: State) -> Item {
        Item {
            owed,
            state,
            earliest: None,
            latest: None,
            stated: false,
            turns_on: BTreeSet::new(),
        }
    }
}
