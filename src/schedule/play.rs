//! One continuation with all its days: what is true in it. In: a branch. Out: truths of formulas. Decides nothing.

use super::pins::Pins;
use crate::solve::ask::Asker;
use crate::solve::days::{Taste, choose};
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, Lit, Point};
use crate::solve::search::Leaf;

/// A continuation.
#[derive(Debug, Clone)]
pub(super) struct Play {
    /// Per point: its axis day and its place in the order; none if it never occurs.
    when: Vec<Option<(i32, usize)>>,
    /// Per choice: the values left, of which the first is taken.
    values: Vec<u64>,
}

impl Play {
    /// Gives days to a branch; `fixed` are kept. `None` if it has no days, which a branch always has.
    pub fn of(asker: &Asker<'_>, pins: &Pins, leaf: &Leaf, fixed: Option<(Point, i32)>, taste: Taste) -> Option<Play> {
        let ground = &asker.ground;
        let last = i32::try_from(ground.net.len).unwrap_or(i32::MAX) - 1;
        let mut given: Vec<(Point, i32)> = pins.past.iter().map(|(x, _, day)| (*x, *day)).collect();
        given.extend(fixed);
        let dated = choose(&ground.net, ground.calendar, leaf, &given, (0, last), taste)?;
        let mut when = vec![None; ground.net.points.len()];
        for (place, (x, day)) in dated.into_iter().enumerate() {
            if let Some(slot) = when.get_mut(x.0 as usize) {
                *slot = Some((day, place));
            }
        }
        Some(Play {
            when,
            values: leaf.values.clone(),
        })
    }

    /// The axis day of a point, if it occurs.
    pub fn day(&self, x: Point) -> Option<i32> {
        Some(self.at(x)?.0)
    }

    fn at(&self, x: Point) -> Option<(i32, usize)> {
        self.when.get(x.0 as usize).copied().flatten()
    }

    /// Whether a formula is true in it.
    pub fn holds(&self, ground: &Ground<'_>, formula: &Formula) -> bool {
        match formula {
            Formula::All(parts) => parts.iter().all(|f| self.holds(ground, f)),
            Formula::Any(parts) => parts.iter().any(|f| self.holds(ground, f)),
            Formula::Lit(lit) => match *lit {
                Lit::Occurs(x, yes) => self.at(x).is_some() == yes,
                Lit::Before(a, b) => matches!((self.at(a), self.at(b)), (Some(a), Some(b)) if a.1 < b.1),
                Lit::Le(y, table, x) => match (self.day(y), self.day(x)) {
                    (Some(y), Some(x)) => y <= ground.net.get(table).apply(x),
                    _ => false,
                },
                Lit::IfLe(y, table, x) => match (self.day(y), self.day(x)) {
                    (Some(y), Some(x)) => y <= ground.net.get(table).apply(x),
                    _ => true,
                },
                Lit::Is(choice, set) => {
                    let left = self.values.get(choice.0 as usize).copied().unwrap_or(0);
                    let first = left & left.wrapping_neg();
                    first & set != 0
                }
                Lit::From(x, day) => self.day(x).is_none_or(|at| at >= day),
                Lit::Until(x, day) => self.day(x).is_none_or(|at| at <= day),
            },
        }
    }

    /// Points that occur, in order.
    pub fn points(&self) -> Vec<Point> {
        let mut found: Vec<(usize, Point)> = (0..)
            .map(Point)
            .zip(&self.when)
            .filter_map(|(x, at)| Some(((*at)?.1, x)))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, x)| x).collect()
    }
}
