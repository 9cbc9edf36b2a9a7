//! Days for a branch: chooses, among all solutions of a leaf, one that reads like a case. In: a leaf, a first day, a taste.
//! Out: a day for each point that occurs, and their order.

use super::net::{Net, Point};
use super::search::Leaf;
use crate::calendar::Calendar;

/// How to choose among solutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taste {
    /// Outside occurrences four weeks apart where they may be, own acts as early as they can.
    Early,
    /// Own acts as late as they can: the worst case of a limit that is too loose.
    Late,
}

/// Points that occur with their axis days, in order of position.
pub type Dated = Vec<(Point, i32)>;

struct Space<'a> {
    net: &'a Net,
    bounds: Vec<(usize, super::net::TableId, usize)>,
    lo: Vec<i32>,
    hi: Vec<i32>,
}

impl Space<'_> {
    fn tighten(&mut self) -> bool {
        loop {
            let mut changed = false;
            for &(y, table, x) in &self.bounds {
                let table = self.net.get(table);
                let reach = table.apply(self.hi[x]);
                if reach < self.hi[y] {
                    self.hi[y] = reach;
                    changed = true;
                }
                // The least x from which y's earliest day is within reach.
                let need = table.values().partition_point(|v| *v < self.lo[y]);
                let need = i32::try_from(need).unwrap_or(i32::MAX);
                if need > self.lo[x] {
                    self.lo[x] = need;
                    changed = true;
                }
                if self.lo[x] > self.hi[x] || self.lo[y] > self.hi[y] {
                    return false;
                }
            }
            if !changed {
                return true;
            }
        }
    }

    fn fix(&mut self, at: usize, day: i32) -> bool {
        let (lo, hi) = (self.lo.clone(), self.hi.clone());
        self.lo[at] = day;
        self.hi[at] = day;
        if self.tighten() {
            return true;
        }
        self.lo = lo;
        self.hi = hi;
        false
    }
}

/// Days for every point that occurs in `leaf`, none before axis day `first` nor after `last`; `given` days are kept.
/// `None` if the branch has no solution in that range.
pub fn choose(
    net: &Net,
    calendar: &Calendar,
    leaf: &Leaf,
    given: &[(Point, i32)],
    (first, last): (i32, i32),
    taste: Taste,
) -> Option<Dated> {
    let n = net.points.len();
    let occurs = |x: usize| leaf.occurs.get(x).copied().flatten() == Some(true);
    let mut space = Space {
        net,
        bounds: leaf
            .bounds
            .iter()
            .map(|(y, t, x)| (y.0 as usize, *t, x.0 as usize))
            .collect(),
        lo: leaf.earliest.iter().map(|day| first.max(*day)).collect(),
        hi: leaf.caps.iter().map(|day| last.min(*day)).collect(),
    };
    for &(x, day) in given {
        space.lo[x.0 as usize] = day;
        space.hi[x.0 as usize] = day;
    }
    if !space.tighten() {
        return None;
    }
    let mut left: Vec<usize> = (0..n).filter(|x| occurs(*x)).collect();
    let mut out: Dated = Vec::new();
    let mut previous = first;
    while !left.is_empty() {
        let free = |x: usize| {
            !leaf
                .order
                .iter()
                .any(|(a, b)| b.0 as usize == x && left.contains(&(a.0 as usize)))
        };
        let at = left
            .iter()
            .copied()
            .filter(|x| free(*x))
            .min_by_key(|x| (space.lo[*x], *x))?;
        left.retain(|x| *x != at);
        let (lo, hi) = (space.lo[at], space.hi[at]);
        let own = net.points.get(at).is_some_and(|i| i.own);
        let wanted = match (own, taste) {
            (true, Taste::Late) => hi,
            (true, Taste::Early) => working(calendar, lo, hi),
            (false, _) if out.is_empty() => working(calendar, lo, hi),
            (false, _) => working(calendar, (previous + 28).clamp(lo, hi), hi),
        };
        let tries = [wanted, working(calendar, (previous + 7).clamp(lo, hi), hi), lo, hi];
        let day = tries.into_iter().find(|day| space.fix(at, *day))?;
        previous = previous.max(day);
        out.push((Point(u32::try_from(at).unwrap_or(u32::MAX)), day));
    }
    // Equal days keep the order in which they were placed, which respects every arc.
    out.sort_by_key(|(_, day)| *day);
    Some(out)
}

/// The first working day from `lo` on, if there is one up to `hi`; else `lo`.
fn working(calendar: &Calendar, lo: i32, hi: i32) -> i32 {
    (lo..=hi.min(lo + 10))
        .find(|d| calendar.day(*d).is_some_and(|d| calendar.is_working(d)))
        .unwrap_or(lo)
}
