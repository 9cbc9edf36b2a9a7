//! Days for a branch: chooses, among all solutions of a leaf, one that reads like a case. In: a leaf, a first day, a taste.
//! Out: a day for each point that occurs, and their order.

use super::net::{Net, Point};
use super::search::Leaf;
use super::waiting::Waiting;
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
    /// Per point, the bounds that speak of it.
    of: Vec<Vec<usize>>,
    waiting: Waiting,
    lo: Vec<i32>,
    hi: Vec<i32>,
}

impl<'a> Space<'a> {
    fn new(net: &'a Net, leaf: &Leaf, (first, last): (i32, i32)) -> Space<'a> {
        let at = |point: Point| point.0 as usize;
        let bounds: Vec<_> = leaf.bounds.iter().map(|(y, t, x)| (at(*y), *t, at(*x))).collect();
        let mut of = vec![Vec::new(); net.points.len()];
        for (number, (y, _, x)) in bounds.iter().enumerate() {
            of[*y].push(number);
            of[*x].push(number);
        }
        Space {
            net,
            bounds,
            of,
            waiting: Waiting::default(),
            lo: leaf.earliest.iter().map(|day| first.max(*day)).collect(),
            hi: leaf.caps.iter().map(|day| last.min(*day)).collect(),
        }
    }

    /// Looks at every bound.
    fn tighten_all(&mut self) -> bool {
        for (number, (y, _, x)) in self.bounds.iter().enumerate() {
            self.waiting.add(number, (*x, *y));
        }
        self.tighten()
    }

    fn look_at_bounds_of(&mut self, at: usize) {
        self.waiting.lowered(at);
        for &number in &self.of[at] {
            let (y, _, x) = self.bounds[number];
            self.waiting.add(number, (x, y));
        }
    }

    /// Narrows the days of each point as far as the bounds that wait, and what follows from them, tell; false if one has none left.
    fn tighten(&mut self) -> bool {
        let mut fits = true;
        while let Some(number) = self.waiting.next() {
            let (y, table, x) = self.bounds[number];
            if !fits {
                continue;
            }
            let table = self.net.get(table);
            let reach = table.apply(self.hi[x]);
            if reach < self.hi[y] {
                self.hi[y] = reach;
                self.look_at_bounds_of(y);
            }
            // The least x from which y's earliest day is within reach.
            let need = table.values().partition_point(|v| *v < self.lo[y]);
            let need = i32::try_from(need).unwrap_or(i32::MAX);
            if need > self.lo[x] {
                self.lo[x] = need;
                self.look_at_bounds_of(x);
            }
            fits = self.lo[x] <= self.hi[x] && self.lo[y] <= self.hi[y];
        }
        fits
    }

    fn fix(&mut self, at: usize, day: i32) -> bool {
        let (lo, hi) = (self.lo.clone(), self.hi.clone());
        self.lo[at] = day;
        self.hi[at] = day;
        self.look_at_bounds_of(at);
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
    let mut space = Space::new(net, leaf, (first, last));
    for &(x, day) in given {
        space.lo[x.0 as usize] = day;
        space.hi[x.0 as usize] = day;
    }
    if !space.tighten_all() {
        return None;
    }
    let mut left: Vec<usize> = (0..n).filter(|x| occurs(*x)).collect();
    let mut out: Dated = Vec::new();
    let mut previous = first;
    // Per point, what comes after it, and how much of what comes before it is left.
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut waits = vec![0_usize; n];
    for (a, b) in leaf
        .order
        .iter()
        .map(|(a, b)| (a.0 as usize, b.0 as usize))
        .filter(|(a, _)| occurs(*a))
    {
        after[a].push(b);
        waits[b] += 1;
    }
    while !left.is_empty() {
        let free = left.iter().copied().filter(|x| waits[*x] == 0);
        let at = free.min_by_key(|x| (space.lo[*x], *x))?;
        left.retain(|x| *x != at);
        after[at].iter().for_each(|x| waits[*x] -= 1);
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
