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
#[derive(Default)]
struct Graph {
    from: BTreeMap<Point, Row>,
    into: BTreeMap<Point, Row>,
    identity: Option<Arc<Table>>,
}

/// The bounds between `roots` that a branch implies.
pub fn onto(net: &Net, leaf: &Leaf, roots: &[Point]) -> Vec<Between> {
    let mut graph = Graph {
        identity: Some(net.shared(net.identity)),
        ..Graph::default()
    };
    for &(y, table, x, _) in &leaf.bounds {
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

impl Graph {
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
        let is_order = |t: &Arc<Table>| self.identity.as_ref().is_some_and(|id| Arc::ptr_eq(id, t));
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
        for (x, f) in into.iter().filter(|(x, _)| **x != gone) {
            let reach = match &star {
                Some(star) => {
                    let reach = self.compose(star, f);
                    // Where the star falls off the axis there is no day for `gone`, so none for `x` either.
                    let alive = Table::new((0..).zip(reach.values()).map(|(day, r)| if *r < 0 { -1 } else { day }));
                    self.meet(*x, *x, Arc::new(alive));
                    reach
                }
                None => Arc::clone(f),
            };
            for (z, g) in out.iter().filter(|(z, _)| **z != gone) {
                let joined = self.compose(g, &reach);
                self.meet(*z, *x, joined);
            }
        }
    }
}
