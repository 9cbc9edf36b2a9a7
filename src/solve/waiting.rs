//! Bounds that wait to be looked at, each at most once. In: bounds whose origin was lowered. Out: which to look at next.
//!
//! What goes round in a circle of bounds comes first: what only hangs on the circle waits until that has come to rest, or all of
//! it would be lowered again in every round.

use std::collections::VecDeque;

/// After how many lowerings of one point it is taken to lie on a circle.
pub(super) const PATIENCE: u32 = 4;

/// Bounds by number, in the order in which they came, but for those of circles.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    round: VecDeque<usize>,
    rest: VecDeque<usize>,
    is_in: Vec<bool>,
    /// Per point how often it was lowered since nothing waited, and which points were.
    times: Vec<u32>,
    lowered: Vec<usize>,
}

impl Waiting {
    /// A bound waits, which leads from the one point to the other.
    pub(super) fn add(&mut self, bound: usize, (from, to): (usize, usize)) {
        if self.is_in.len() <= bound {
            self.is_in.resize(bound + 1, false);
        }
        if !std::mem::replace(&mut self.is_in[bound], true) {
            match self.goes_round(from) && self.goes_round(to) {
                true => self.round.push_back(bound),
                false => self.rest.push_back(bound),
            }
        }
    }

    /// The next one; with none left all counts begin anew.
    pub(super) fn next(&mut self) -> Option<usize> {
        let next = self.round.pop_front().or_else(|| self.rest.pop_front());
        match next {
            Some(next) => self.is_in[next] = false,
            None => self.lowered.drain(..).for_each(|point| self.times[point] = 0),
        }
        next
    }

    /// Counts that a point was lowered once more.
    pub(super) fn lowered(&mut self, point: usize) -> u32 {
        if self.times.len() <= point {
            self.times.resize(point + 1, 0);
        }
        if self.times[point] == 0 {
            self.lowered.push(point);
        }
        self.times[point] += 1;
        self.times[point]
    }

    fn goes_round(&self, point: usize) -> bool {
        self.times.get(point).is_some_and(|times| *times >= PATIENCE)
    }
}
