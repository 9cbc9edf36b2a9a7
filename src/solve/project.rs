//! All dates at once: eliminates every point of a branch but its roots. In: a leaf of the search. Out: for each pair of
//! roots the table that binds them; a tuple of root days can be completed exactly when every table allows it.
//!
//! Monotone tables are closed under composition, pointwise minimum and star, so a point Y goes by replacing each path
//! X -> Y -> Z with `g . h* . f`. Nothing is approximated and the order is free; the least connected go first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::net::{Net, Point};
use super::search::Leaf;
use crate::calendar::Table;

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
struct Graph<'l> {
    from: BTreeMap<Point, Row>,
    into: BTreeMap<Point, Row>,
    identity: Arc<Table>,
    /// Per point its first day, inclusive.
    first: &'l [i32],
    /// Per point its last day, inclusive.
    last: Vec<i32>,
}

/// The bounds between `roots` that a branch implies.
pub fn onto(net: &Net, leaf: &Leaf, roots: &[Point]) -> Vec<Between> {
    let mut graph = Graph {
        identity: net.shared(net.identity),
        from: BTreeMap::new(),
        into: BTreeMap::new(),
        first: &leaf.earliest,
        last: leaf.caps.clone(),
    };
    for &(y, table, x) in &leaf.bounds {
        graph.meet(y, x, net.shared(table));
    }
    let nodes: BTreeSet<Point> = graph.from.keys().chain(graph.into.keys()).copied().collect();
    let mut queue: BTreeSet<(usize, Point)> = nodes
        .into_iter()
        .filter(|v| !roots.contains(v))
        .map(|v| (graph.cost(v), v))
        .collect();
    while let Some((_, gone)) = queue.pop_first() {
        let touched = graph.neighbours(gone);
        let before: Vec<usize> = touched.iter().map(|v| graph.cost(*v)).collect();
        graph.eliminate(gone);
        for (v, old) in touched.into_iter().zip(before) {
            if queue.remove(&(old, v)) {
                queue.insert((graph.cost(v), v));
            }
        }
    }
    let position = |v: &Point| roots.iter().position(|r| r == v);
    let mut out = Vec::new();
    for (at, root) in roots.iter().enumerate() {
        let last = graph.last[root.0 as usize];
        if last < leaf.caps[root.0 as usize] {
            out.push(Between {
                y: at,
                x: at,
                table: Arc::new(Table::new(
                    (0..)
                        .zip(graph.identity.values())
                        .map(|(day, _): (i32, _)| day.min(last)),
                )),
            });
        }
    }
    for (x, row) in &graph.from {
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

impl Graph<'_> {
    fn meet(&mut self, y: Point, x: Point, table: Arc<Table>) {
        let row = self.from.entry(x).or_default();
        let joined = match row.get(&y) {
            Some(old) if Arc::ptr_eq(old, &table) => return,
            Some(old) => Arc::new(Table::min(old, &table)),
            None => table,
        };
        row.insert(y, Arc::clone(&joined));
        self.into.entry(y).or_default().insert(x, joined);
    }

    /// `outer` after `inner`; most bounds are mere order, the identity.
    fn compose(&self, outer: &Arc<Table>, inner: &Arc<Table>) -> Arc<Table> {
        let is_order = |t: &Arc<Table>| Arc::ptr_eq(&self.identity, t);
        if is_order(outer) {
            Arc::clone(inner)
        } else if is_order(inner) {
            Arc::clone(outer)
        } else {
            Arc::new(Table::compose(outer, inner))
        }
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

    fn eliminate(&mut self, gone: Point) {
        let out = self.from.remove(&gone).unwrap_or_default();
        let into = self.into.remove(&gone).unwrap_or_default();
        for z in out.keys() {
            self.into.get_mut(z).map(|row| row.remove(&gone));
        }
        for x in into.keys() {
            self.from.get_mut(x).map(|row| row.remove(&gone));
        }
        let star = out.get(&gone).map(|h| Arc::new(h.star()));
        let (first, last) = (self.first[gone.0 as usize], self.last[gone.0 as usize]);
        let rest = star.as_ref().map_or(last, |star| star.apply(last));
        for (z, g) in out.iter().filter(|(z, _)| **z != gone) {
            let cap = &mut self.last[z.0 as usize];
            *cap = g.apply(rest).min(*cap);
        }
        for (x, f) in into.iter().filter(|(x, _)| **x != gone) {
            let reach = star
                .as_ref()
                .map_or_else(|| Arc::clone(f), |star| self.compose(star, f));
            if reach.apply(self.first[x.0 as usize]) < first {
                // Where that leaves `gone` no day, there is none for `x` either.
                let alive = (0..)
                    .zip(reach.values())
                    .map(|(day, r)| if *r < first { -1 } else { day });
                let alive = Arc::new(Table::new(alive));
                self.meet(*x, *x, alive);
            }
            for (z, g) in out.iter().filter(|(z, _)| **z != gone) {
                let joined = self.compose(g, &reach);
                self.meet(*z, *x, joined);
            }
        }
    }
}
