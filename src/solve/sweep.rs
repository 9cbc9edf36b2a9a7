//! The start dates that a network of bounds leaves, each followed by itself but all side by side: per point one row, its last day by
//! start date. In: bounds, first and last days. Out: start dates. What eliminating every point but one gives too; slower where
//! that adds few bounds, but this adds none.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::net::Point;
use super::waiting::Waiting;
use crate::calendar::{DaySet, Table};

/// `(y, f, x)`: `day(y) <= f(day(x))`.
pub(super) type Bound = (Point, Arc<Table>, Point);

/// The days of `root` at which all these bounds can be kept by days from `first` to `last` of each point (by point, inclusive).
///
/// A bound lowers a whole row at once. A start date is out as soon as one lowers the root itself, or leaves some point no day, and
/// is not looked at again.
pub(super) fn sweep(bounds: &[Bound], root: Point, first: &[i32], last: &[i32]) -> DaySet {
    let mut points: BTreeMap<Point, usize> = BTreeMap::new();
    for point in bounds.iter().flat_map(|(y, _, x)| [*y, *x]).chain([root]) {
        let next = points.len();
        points.entry(point).or_insert(next);
    }
    let at = |point: Point| points.get(&point).copied().unwrap_or(0);
    let (from, to) = (first[root.0 as usize], last[root.0 as usize]);
    let starts: Vec<i32> = (from..=to).collect();
    let mut open = vec![true; starts.len()];
    let mut rows: Vec<Vec<i32>> = vec![Vec::new(); points.len()];
    for (point, row) in &points {
        rows[*row] = vec![last[point.0 as usize]; starts.len()];
    }
    rows[at(root)].clone_from(&starts);
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); points.len()];
    let mut waiting = Waiting::default();
    for (number, (y, _, x)) in bounds.iter().enumerate() {
        out[at(*x)].push(number);
        waiting.add(number, (at(*x), at(*y)));
    }
    while let Some(number) = waiting.next() {
        let (y, table, x) = &bounds[number];
        let lowest = if *y == root { i32::MAX } else { first[y.0 as usize] };
        let mut row = std::mem::take(&mut rows[at(*y)]);
        let since = &rows[at(*x)];
        let mut lowered = false;
        for (start, is_open) in open.iter_mut().enumerate().filter(|(_, is_open)| **is_open) {
            let reach = table.apply(since.get(start).copied().unwrap_or(row[start]));
            if reach < row[start] {
                row[start] = reach;
                *is_open = reach >= lowest;
                lowered |= *is_open;
            }
        }
        rows[at(*y)] = row;
        if lowered {
            waiting.lowered(at(*y));
            for next in &out[at(*y)] {
                waiting.add(*next, (at(*y), at(bounds[*next].0)));
            }
        }
    }
    let left = starts.into_iter().zip(open).filter(|(_, is_open)| *is_open);
    left.map(|(day, _)| day).collect()
}
