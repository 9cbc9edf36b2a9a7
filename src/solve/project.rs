//! All dates at once: eliminates every point of a branch but its roots. In: a leaf of the search. Out: for each pair of
//! roots the table that binds them; a tuple of root days can be completed exactly when every table allows it.
//!
//! Monotone tables are closed under composition, pointwise minimum and star, so a point Y goes by replacing each path
//! X -> Y -> Z with `g . h* . f`. Nothing is approximated and the order is free; the least connected go first. Where all that is left
//! is much connected, eliminating would bind every point to every other; then, if there is one root, its days are followed
//! through what is left side by side (`sweep`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::memo::Memo;
use super::net::{Net, Point};
use super::search::Leaf;
use super::sweep;
use crate::calendar::{BEFORE, DaySet, Table};

/// From how many bounds on, that eliminating a point may add, days are rather followed side by side.
const FILL: usize = 16;

/// `day(roots[y]) <= table(day(roots[x]))`.
#[derive(Debug, Clone)]
pub struct Between {
    /// Index into the roots.
    pub y: usize,
    /// Index into the roots; equal to `y` for a bound on one root alone.
    pub x: usize,
    /// The bound.
    pub table: Arc<Table>,
}

/// Bounds on one point, by the other point of each.
type Row = BTreeMap<Point, Arc<Table>>;

/// The bounds as a graph: `from[x][y]` and `into[y][x]` hold the same table.
pub(super) struct Graph<'l> {
    from: BTreeMap<Point, Row>,
    into: BTreeMap<Point, Row>,
    memo: &'l mut Memo,
    /// Per point its first day, inclusive.
    first: &'l [i32],
    /// Per point its last day, inclusive.
    last: Vec<i32>,
    /// Some point that was eliminated had no day at all, whatever the others.
    pub(super) dead: bool,
}

/// The bounds between `roots` that a branch implies.
pub(super) fn onto(net: &Net, memo: &mut Memo, leaf: &Leaf, roots: &[Point]) -> Vec<Between> {
    let mut graph = Graph::new(memo, &leaf.earliest, leaf.caps.clone());
    let idle = idle(net, leaf, roots);
    for &(y, table, x) in leaf
        .bounds
        .iter()
        .filter(|(y, _, x)| !idle.contains(x) && !idle.contains(y))
    {
        graph.meet(y, x, net.shared(table));
    }
    let inner = graph.points().into_iter().filter(|v| !roots.contains(v)).collect();
    match roots {
        [only] => graph.eliminate_or_sweep(inner, *only),
        _ => graph.eliminate_all(inner),
    }
    let mut out = graph.between(roots, &leaf.caps);
    // What a branch says of a root by itself it need not say of all dates of the question.
    let end = i32::try_from(net.len).unwrap_or(i32::MAX) - 1;
    for (at, root) in roots.iter().enumerate() {
        let (first, last) = (leaf.earliest[root.0 as usize], leaf.caps[root.0 as usize]);
        if first > 0 || last < end {
            let table = Table::new((0..=end).map(|day| if day < first { BEFORE } else { day.min(last) }));
            out.push(Between {
                y: at,
                x: at,
                table: Arc::new(table),
            });
        }
    }
    out
}

/// The days of `root` among these at which every bound that a branch implies can be kept.
pub(super) fn days_of(net: &Net, memo: &mut Memo, leaf: &Leaf, root: Point, among: &DaySet) -> DaySet {
    let bounds = onto(net, memo, leaf, &[root]);
    among.filter(|day| bounds.iter().all(|b| b.table.apply(day) >= day))
}

/// The days of `root` among these at which no branch of the question is possible, as far as what all branches have in common
/// shows; a branch of it is given.
pub(super) fn closed_days_of(net: &Net, memo: &mut Memo, leaf: &Leaf, root: Point, among: &DaySet) -> DaySet {
    let Some(forced) = leaf.forced else {
        return DaySet::default();
    };
    let mut common = leaf.clone();
    common.bounds.truncate(forced);
    among.without(&days_of(net, memo, &common, root, among))
}

/// Points that only their home binds, on an axis of several runs: they may always lie on its day.
fn idle(net: &Net, leaf: &Leaf, roots: &[Point]) -> BTreeSet<Point> {
    let Some(home) = net.home else { return BTreeSet::new() };
    let last = i32::try_from(net.len).unwrap_or(i32::MAX) - 1;
    let capped = |x: &Point| leaf.earliest[x.0 as usize] > 0 || leaf.caps[x.0 as usize] < last;
    let mut out: BTreeSet<Point> = (0..).map(Point).take(net.points.len()).collect();
    out.retain(|x| *x != home && !roots.contains(x) && !capped(x));
    for (y, _, x) in leaf.bounds.iter().filter(|(y, _, x)| *x != home && *y != home) {
        out.remove(x);
        out.remove(y);
    }
    out
}

impl<'l> Graph<'l> {
    /// No bounds yet between points that have these first and last days.
    pub(super) fn new(memo: &'l mut Memo, first: &'l [i32], last: Vec<i32>) -> Graph<'l> {
        memo.begin();
        Graph {
            from: BTreeMap::new(),
            into: BTreeMap::new(),
            memo,
            first,
            last,
            dead: false,
        }
    }

    /// The points that bounds speak of.
    pub(super) fn points(&self) -> BTreeSet<Point> {
        self.from.keys().chain(self.into.keys()).copied().collect()
    }

    /// Eliminates points that are ours: for some day of each. The least connected go first.
    pub(super) fn eliminate_all(&mut self, points: Vec<Point>) {
        self.eliminate_up_to(points, usize::MAX);
    }

    /// The same, all points but one: where eliminating adds too many bounds, the days of that one are followed instead.
    pub(super) fn eliminate_or_sweep(&mut self, points: Vec<Point>, root: Point) {
        let left = self.eliminate_up_to(points, FILL);
        if left.is_empty() {
            return;
        }
        let bounds = self.from.iter();
        let bounds = bounds.flat_map(|(x, row)| row.iter().map(|(y, table)| (*y, Arc::clone(table), *x)));
        let open = sweep::sweep(&bounds.collect::<Vec<_>>(), root, self.first, &self.last);
        for gone in left {
            self.take(gone);
        }
        self.keep(root, |day| open.contains(day));
    }

    /// Eliminates the least connected, up to where eliminating one may add so many bounds; gives back what is left.
    fn eliminate_up_to(&mut self, points: Vec<Point>, fill: usize) -> Vec<Point> {
        let mut queue: BTreeSet<(usize, Point)> = points.into_iter().map(|v| (self.cost(v), v)).collect();
        while let Some((cost, gone)) = queue.first().copied() {
            if cost > fill {
                break;
            }
            queue.pop_first();
            let touched = self.neighbours(gone);
            let before: Vec<usize> = touched.iter().map(|v| self.cost(*v)).collect();
            self.eliminate(gone);
            for (v, old) in touched.into_iter().zip(before) {
                if queue.remove(&(old, v)) {
                    queue.insert((self.cost(v), v));
                }
            }
        }
        queue.into_iter().map(|(_, v)| v).collect()
    }

    /// What is left between these, beyond the last days they had.
    pub(super) fn between(&self, roots: &[Point], caps: &[i32]) -> Vec<Between> {
        let position = |v: &Point| roots.iter().position(|r| r == v);
        let mut out = Vec::new();
        for (at, root) in roots.iter().enumerate() {
            let last = self.last[root.0 as usize];
            if last < caps[root.0 as usize] {
                out.push(Between {
                    y: at,
                    x: at,
                    table: Arc::new(Table::new(
                        (0..)
                            .zip(self.memo.identity().values())
                            .map(|(day, _): (i32, _)| day.min(last)),
                    )),
                });
            }
        }
        for (x, row) in &self.from {
            for (y, table) in row {
                if let (Some(y), Some(x)) = (position(y), position(x)) {
                    out.push(Between {
                        y,
                        x,
                        table: Arc::clone(table),
                    });
                }
            }
        }
        out
    }

    /// Eliminates a point that is not ours, for all days from `least` of the one point to `most` of the other: each bound on it
    /// has to hold at the end that is worse for it.
    pub(super) fn eliminate_worst(&mut self, delay: &Delay) {
        let gone = delay.at;
        let (out, into) = self.take(gone);
        let back = Arc::new(delay.most.adjoint());
        let (first, last) = (self.first[gone.0 as usize], self.last[gone.0 as usize]);
        // Days of its own that are none: past its last, and those from which a bound leads back before them.
        let own = out.get(&gone);
        let len = i32::try_from(self.memo.identity().len()).unwrap_or(i32::MAX);
        let mut none: Vec<i32> = (first.max(0)..len)
            .filter(|day| *day > last || own.is_some_and(|h| h.apply(*day) < *day))
            .collect();
        none.push(len);
        let next = |day: i32| none.get(none.partition_point(|bad| *bad < day)).copied().unwrap_or(len);
        self.keep(delay.since, |day| delay.least.apply(day) >= first);
        // Of two points that it is measured from, a day of the one has to do for every day of the other.
        let one = delay.since == delay.until;
        let from = |day: i32| if one { delay.least.apply(day).max(first) } else { first };
        self.keep(delay.until, |day| delay.most.apply(day) < next(from(day)));
        for (z, g) in out.iter().filter(|(z, _)| **z != gone) {
            let joined = self.memo.compose(g, &delay.least);
            self.join(*z, delay.since, joined);
        }
        for (x, f) in into.iter().filter(|(x, _)| **x != gone) {
            let joined = self.memo.compose(&back, f);
            self.join(delay.until, *x, joined);
        }
    }
}

impl Graph<'_> {
    /// Leaves a point those of its days that are good: the bound on itself by the last good day so far.
    fn keep(&mut self, x: Point, good: impl Fn(i32) -> bool) {
        let (first, last) = (self.first[x.0 as usize], self.last[x.0 as usize]);
        if (first..=last).all(&good) {
            return;
        }
        let kept = Table::last_of(self.memo.identity().len(), good);
        self.join(x, x, Arc::new(kept));
    }
}

/// An occurrence whose day is not ours: any from `least` of the day of one point to `most` of the day of another (both inclusive).
#[derive(Debug, Clone)]
pub struct Delay {
    /// The occurrence.
    pub at: Point,
    /// What its first day is measured from.
    pub since: Point,
    /// Its first day, by the day of `since`.
    pub least: Arc<Table>,
    /// What its last day is measured from; mostly the same.
    pub until: Point,
    /// Its last day, by the day of `until`.
    pub most: Arc<Table>,
}

impl Graph<'_> {
    /// `day(y) <= table(day(x))` too.
    pub(super) fn meet(&mut self, y: Point, x: Point, table: Arc<Table>) {
        self.memo.know(&table);
        self.join(y, x, table);
    }

    fn join(&mut self, y: Point, x: Point, table: Arc<Table>) {
        if x == y && self.memo.is_slack(&table) {
            return;
        }
        let row = self.from.entry(x).or_default();
        let joined = match row.get(&y) {
            Some(old) if Arc::ptr_eq(old, &table) => return,
            Some(old) => self.memo.min(old, &table),
            None => table,
        };
        row.insert(y, Arc::clone(&joined));
        self.into.entry(y).or_default().insert(x, joined);
    }

    /// How many bounds eliminating `v` may add.
    fn cost(&self, v: Point) -> usize {
        let others = |rows: &BTreeMap<Point, Row>| {
            rows.get(&v)
                .map_or(0, |row| row.len() - usize::from(row.contains_key(&v)))
        };
        others(&self.from) * others(&self.into)
    }

    fn neighbours(&self, v: Point) -> Vec<Point> {
        let near: BTreeSet<Point> = [&self.from, &self.into]
            .iter()
            .filter_map(|rows| rows.get(&v))
            .flat_map(|row| row.keys().copied())
            .collect();
        near.into_iter().filter(|n| *n != v).collect()
    }

    /// Takes the bounds out of and into a point away.
    fn take(&mut self, gone: Point) -> (Row, Row) {
        let out = self.from.remove(&gone).unwrap_or_default();
        let into = self.into.remove(&gone).unwrap_or_default();
        for z in out.keys() {
            self.into.get_mut(z).map(|row| row.remove(&gone));
        }
        for x in into.keys() {
            self.from.get_mut(x).map(|row| row.remove(&gone));
        }
        (out, into)
    }

    fn eliminate(&mut self, gone: Point) {
        let (out, into) = self.take(gone);
        let star = out.get(&gone).map(|h| self.memo.star(h));
        let (first, last) = (self.first[gone.0 as usize], self.last[gone.0 as usize]);
        let rest = star.as_ref().map_or(last, |star| star.apply(last));
        self.dead |= rest < first;
        for (z, g) in out.iter().filter(|(z, _)| **z != gone) {
            let cap = &mut self.last[z.0 as usize];
            *cap = g.apply(rest).min(*cap);
        }
        for (x, f) in into.iter().filter(|(x, _)| **x != gone) {
            let reach = star
                .as_ref()
                .map_or_else(|| Arc::clone(f), |star| self.memo.compose(star, f));
            if reach.apply(self.first[x.0 as usize]) < first {
                // Where that leaves `gone` no day, there is none for `x` either.
                let alive = (0..)
                    .zip(reach.values())
                    .map(|(day, r)| if *r < first { -1 } else { day });
                let alive = Arc::new(Table::new(alive));
                self.join(*x, *x, alive);
            }
            for (z, g) in out.iter().filter(|(z, _)| **z != gone) {
                let joined = self.memo.compose(g, &reach);
                self.join(*z, *x, joined);
            }
        }
    }
}
