//! One case, its values fixed: its branches, and the first and last days they leave a point. In: an [`Asker`], a scene, a
//! case. Out: branches and days, with what each rests on.

use std::collections::BTreeSet;

use super::ask::{Asker, Case, Core, Outcome, Scene};
use super::net::{Choice, Formula, Lit, Point};
use super::search::Leaf;
use crate::model::NormId;

/// Which end of the days of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The first.
    Earliest,
    /// The last.
    Latest,
}

/// The first or last day of a point over all branches.
#[derive(Debug, Clone)]
pub struct Extreme {
    /// Axis day.
    pub day: i32,
    /// A branch that reaches it.
    pub leaf: Leaf,
    /// Why no branch goes further.
    pub core: Core,
    /// Values, not ours, that the branches looked at rest on.
    pub rests: BTreeSet<Choice>,
    /// Nothing goes further; else that was not decided.
    pub sure: bool,
}

/// Branches looked at one after the other before the days between are halved.
const STEPS: usize = 6;

impl Asker<'_> {
    /// A branch of a scene in which these are so too and that rests on nothing but the values of this case.
    pub fn branch(&mut self, scene: &Scene, out: &BTreeSet<NormId>, also: &[Formula], case: &Case) -> Outcome {
        self.solve(scene, out, also, &[], &[], Some(case))
    }

    /// What of a case a branch rests on.
    pub fn rests_on(&self, leaf: &Leaf, case: &Case) -> BTreeSet<Choice> {
        let narrowed = |c: &Choice| {
            let left = leaf.values.get(c.0 as usize);
            left.is_some_and(|set| *set != self.ground.net.full(*c))
        };
        case.iter().map(|(c, _)| *c).filter(narrowed).collect()
    }

    /// The first or last day of `x` over all branches of a scene in which these are so too; `None` if there is no branch in
    /// which it occurs, or that was not decided.
    pub fn extreme(
        &mut self,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        (x, also): (Point, &[Formula]),
        case: &Case,
        end: End,
    ) -> Option<Extreme> {
        let last = i32::try_from(self.ground.net.len).unwrap_or(i32::MAX) - 1;
        let mut with = also.to_vec();
        with.push(Lit::Occurs(x, true).into());
        let Outcome::Sat(leaf) = self.branch(scene, out, &with, case) else {
            return None;
        };
        let of = |asker: &Self, leaf: &Leaf| match end {
            End::Latest => leaf.latest.get(x.0 as usize).copied().unwrap_or(last),
            End::Earliest => asker.least(leaf).get(x.0 as usize).copied().unwrap_or(0),
        };
        let mut found = Extreme {
            day: of(self, &leaf),
            rests: self.rests_on(&leaf, case),
            leaf: *leaf,
            core: Core::default(),
            sure: false,
        };
        // No branch is known to go beyond this day.
        let mut bound = match end {
            End::Latest => last + 1,
            End::Earliest => -1,
        };
        for step in 0.. {
            let next = match end {
                _ if step >= STEPS => found.day + (bound - found.day) / 2,
                End::Latest => found.day + 1,
                End::Earliest => found.day - 1,
            };
            if next == found.day || next == bound || !(0..=last).contains(&next) {
                found.sure = true;
                break;
            }
            let lit = match end {
                End::Latest => Lit::From(x, next),
                End::Earliest => Lit::Until(x, next),
            };
            with.push(lit.into());
            let outcome = self.branch(scene, out, &with, case);
            with.pop();
            match outcome {
                Outcome::Sat(leaf) => {
                    found.day = of(self, &leaf);
                    found.rests = self.rests_on(&leaf, case);
                    found.leaf = *leaf;
                }
                Outcome::Unsat(core) => {
                    bound = next;
                    found.core = core;
                }
                Outcome::Unfinished => break,
            }
        }
        Some(found)
    }

    /// Per point its day in the least solution of a branch (axis index).
    pub fn least(&self, leaf: &Leaf) -> Vec<i32> {
        let mut least = leaf.earliest.clone();
        let identity = self.ground.net.identity;
        let order = leaf.order.iter().map(|(a, b)| (*a, identity, *b));
        let bounds: Vec<_> = leaf.bounds.iter().copied().chain(order).collect();
        loop {
            let mut changed = false;
            for &(y, table, x) in &bounds {
                let table = self.ground.net.get(table);
                let Some(low) = least.get(y.0 as usize).copied() else {
                    continue;
                };
                // The first day of x from which y's first day is within reach.
                let need = table.values().partition_point(|v| *v < low);
                let need = i32::try_from(need).unwrap_or(i32::MAX);
                if let Some(slot) = least.get_mut(x.0 as usize).filter(|slot| **slot < need) {
                    *slot = need;
                    changed = true;
                }
            }
            if !changed {
                return least;
            }
        }
    }

    /// Which of a scene's norms stand in the way of these in this case, as a minimal core with the effects between them; empty
    /// if none do or that was not decided.
    pub fn core_where(
        &mut self,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        also: &[Formula],
        case: &Case,
    ) -> BTreeSet<NormId> {
        let Outcome::Unsat(found) = self.branch(scene, out, also, case) else {
            return BTreeSet::new();
        };
        self.shrink(scene, &found, |asker, out| asker.branch(scene, out, also, case))
    }
}
