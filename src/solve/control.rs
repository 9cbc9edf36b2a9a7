//! Whether there is a way from every start date. In: a scene and the point that its stories start from. Out: a date from which
//! there is none, or that there is one from each.

use std::collections::BTreeSet;

use super::ask::{Asker, Case, Outcome, Scene};
use super::net::{Formula, Lit, Point};
use super::project;
use super::search::Leaf;
use crate::model::NormId;

/// How many branches are looked at for one question.
const BRANCHES: usize = 60;

/// From where there is no way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// From no start date: there is a way from each.
    Never,
    /// From this one (axis day).
    From(i32),
    /// Not decided.
    Unfinished,
}

impl Asker<'_> {
    /// A start date of `root` from which the scene has no history, `out` left out, in which `also` is true, in this case. A
    /// branch that is found settles all dates that its bounds allow, so few are asked about.
    pub fn stuck_from(
        &mut self,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        root: Point,
        also: &[Formula],
        given: &Case,
    ) -> Stuck {
        let (from, to) = self.starts;
        let mut settled = BTreeSet::new();
        for _ in 0..BRANCHES {
            let Some(day) = (from..=to).find(|d| !settled.contains(d)) else {
                return Stuck::Never;
            };
            // A branch from this day on, whichever it is good for, settles all of its days.
            let onwards: Vec<Formula> = also.iter().cloned().chain([Lit::From(root, day).into()]).collect();
            match self.solve(scene, out, &onwards, &[], given, None) {
                Outcome::Sat(leaf) => settled.extend(self.allowed(&leaf, root)),
                Outcome::Unsat(_) => return Stuck::From(day),
                Outcome::Unfinished => return Stuck::Unfinished,
            }
            if !settled.contains(&day) {
                match self.solve(scene, out, also, &[(root, day)], given, None) {
                    Outcome::Sat(_) => settled.insert(day),
                    Outcome::Unsat(_) => return Stuck::From(day),
                    Outcome::Unfinished => return Stuck::Unfinished,
                };
            }
        }
        Stuck::Unfinished
    }

    /// The days of a root that the bounds of a branch allow.
    fn allowed(&self, leaf: &Leaf, root: Point) -> Vec<i32> {
        let bounds = project::onto(&self.ground.net, leaf, &[root]);
        let first = leaf.earliest.get(root.0 as usize).copied().unwrap_or(0);
        let (from, to) = self.starts;
        let fits = |day: &i32| bounds.iter().all(|b| b.table.apply(*day) >= *day);
        (from.max(first)..=to).filter(fits).collect()
    }
}
