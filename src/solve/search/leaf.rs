//! A branch that was found, read off the search. In: what it has decided and what its theory knows. Out: a [`Leaf`].

use super::super::net::{Lit, Net, Point, TableId};
use super::{Node, Search};

/// One consistent branch: which points occur, which values remain, which bounds hold.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Per point: occurs, never, or undecided (then *never* is consistent).
    pub occurs: Vec<Option<bool>>,
    /// Per point: occurs in every branch of the question.
    pub certain: Vec<bool>,
    /// Per choice: the values left.
    pub values: Vec<u64>,
    /// `(y, f, x)`: `day(y) <= f(day(x))`, and both occur. Those that only say something if both do come last.
    pub bounds: Vec<(Point, TableId, Point)>,
    /// How many of these, the first ones, hold in every branch of the question; none where a cap on a day need not.
    pub forced: Option<usize>,
    /// First and last days of a point that hold because the branch chose so, not in every branch of the question.
    pub chosen: Vec<Lit>,
    /// `(a, b)`: a at an earlier position than b.
    pub order: Vec<(Point, Point)>,
    /// Per point: its first day (axis index) that no cap rules out.
    pub earliest: Vec<i32>,
    /// Per point: its last day (axis index) that no cap rules out.
    pub caps: Vec<i32>,
    /// Per point: its day in the greatest solution (axis index).
    pub latest: Vec<i32>,
}

impl Search {
    /// The branch as it stands.
    pub(super) fn leaf(&self, net: &Net) -> Leaf {
        let mut occurs = vec![None; net.points.len()];
        let mut certain = vec![false; net.points.len()];
        let mut caps = vec![i32::try_from(net.len).unwrap_or(i32::MAX) - 1; net.points.len()];
        // Nothing was decided before the first level after those of the assumptions.
        let decided = self
            .levels
            .get(self.assumed.len())
            .map_or(self.trail.len(), |level| level.trail);
        let (mut forced, mut chosen) = (0, Vec::new());
        for (at, sign) in self.trail.iter().enumerate().filter(|(_, s)| s.is_yes()) {
            let is_forced = at < decided;
            let Node::Atom(lit) = self.nodes[sign.var()] else {
                continue;
            };
            match lit {
                Lit::Occurs(x, yes) => {
                    occurs[x.0 as usize] = Some(yes);
                    certain[x.0 as usize] = yes && is_forced;
                }
                Lit::Le(..) | Lit::Before(..) => forced += usize::from(is_forced),
                Lit::Until(x, day) => caps[x.0 as usize] = caps[x.0 as usize].min(day),
                Lit::From(..) | Lit::IfLe(..) | Lit::Is(..) => {}
            }
            if matches!(lit, Lit::From(..) | Lit::Until(..)) && !is_forced {
                chosen.push(lit);
            }
        }
        let point = |x: usize| Point(u32::try_from(x).unwrap_or(u32::MAX));
        let all = self.theory.bounds();
        let is_there = |x: usize| occurs[x] == Some(true);
        let conditional = all
            .iter()
            .filter(|b| b.is_conditional && is_there(b.y) && is_there(b.x));
        let bounds = all.iter().filter(|b| !b.is_conditional).chain(conditional);
        let bounds = bounds.map(|b| (point(b.y), b.table, point(b.x))).collect();
        Leaf {
            occurs,
            certain,
            values: self.theory.values().to_vec(),
            bounds,
            forced: chosen.is_empty().then_some(forced),
            chosen,
            order: self.theory.arcs().map(|(a, b)| (point(a), point(b))).collect(),
            earliest: (0..net.points.len()).map(|x| self.theory.earliest(x)).collect(),
            caps,
            latest: self.theory.latest().to_vec(),
        }
    }
}
