//! Whether a plan holds whatever day others take: what is ours may wait to see what is not. In: points, bounds between them, and
//! delays that are not ours. Out: an order of waiting, and the start dates from which it is enough. Knows nothing of rules.
//!
//! Give each act of ours the delays that it waits for, and put them all in a row: a delay stands before every act that waits for it
//! and after whatever it is measured from. Then eliminate from the back: an act of ours by composition (for some day), a delay by
//! the end that is worse for each bound (for every day). An act that waits for a delay comes no earlier than it, and may depend on
//! its day; no other act does. So a row that leaves a start date is a plan that can be followed: sound, whatever the row. Which row
//! is searched for. To ask of each act one fixed day would be far too much: a reply within two days of a call that may come any day
//! has none.
//!
//! What hangs together only through the root are questions of their own, since its day is known. One without delays, or whose tables
//! all shift days by a number of their own, is answered exactly (`plain`), and no order is searched for.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::successors;
use std::sync::Arc;

use super::memo::Memo;
use super::net::Point;
pub use super::plain::Obstacle;
use super::plain::Plain;
pub use super::project::Delay;
use super::project::{Between, Graph};
use crate::calendar::{DaySet, Table};

/// What a plan has to keep to.
#[derive(Debug, Clone)]
pub struct Network<'n> {
    /// The table that changes nothing, as long as the axis.
    pub identity: Arc<Table>,
    /// `(y, f, x)`: `day(y) <= f(day(x))`.
    pub bounds: Vec<(Point, Arc<Table>, Point)>,
    /// `(a, b)`: a comes at an earlier position than b, and so cannot have waited for it.
    pub order: &'n [(Point, Point)],
    /// Per point its first day (axis index, inclusive).
    pub first: &'n [i32],
    /// Per point its last day (axis index, inclusive).
    pub last: &'n [i32],
    /// What is not ours to time.
    pub delays: Vec<&'n Delay>,
}

/// Start dates for which there is a plan.
#[derive(Debug, Clone)]
pub struct Guaranteed {
    /// These.
    pub days: DaySet,
    /// No others, of those that were asked about.
    pub is_exact: bool,
}

/// A point of ours, and the places in a row that it may have.
struct Place {
    at: Point,
    /// Behind this many delays: all that it is bound to come after.
    usual: usize,
    /// Behind no more than these.
    most: usize,
}

impl<'n> Network<'n> {
    /// The start dates (days of `root`) among `days` for which there is a plan; at most `tries` orders of waiting are looked at where
    /// one has to be searched for, and a date that is then left out is not shown to be bad.
    pub fn guaranteed(&self, root: Point, days: &DaySet, tries: usize) -> Guaranteed {
        let mut memo = Memo::new(Arc::clone(&self.identity));
        self.answered(&mut memo, root, days, tries)
    }

    /// The same, with what is known of tables.
    pub(super) fn answered(&self, memo: &mut Memo, root: Point, days: &DaySet, tries: usize) -> Guaranteed {
        let mut found = Guaranteed {
            days: days.clone(),
            is_exact: true,
        };
        for part in self.parts(root) {
            found.days = match Plain::of(&part, root).filter(|_| !part.delays.is_empty()) {
                Some(plain) => plain.guaranteed(&found.days),
                None => {
                    found.is_exact &= part.delays.is_empty();
                    part.searched(memo, root, &found.days, tries)
                }
            };
        }
        found
    }

    /// What stands in the way of a plan from this start date, beside the delays; none if there is a plan, or if it was not decided
    /// exactly.
    pub fn obstacle(&self, root: Point, start: i32) -> Option<Vec<Obstacle>> {
        self.parts(root)
            .iter()
            .filter(|part| !part.delays.is_empty())
            .find_map(|part| Plain::of(part, root)?.obstacle(start))
    }

    /// What hangs together otherwise than through the root; all that hangs on no delay is one.
    fn parts(&self, root: Point) -> Vec<Network<'n>> {
        if self.delays.is_empty() {
            return vec![self.clone()];
        }
        let mut near: BTreeMap<Point, BTreeSet<Point>> = BTreeMap::new();
        let bounds = self.bounds.iter().map(|(y, _, x)| (*y, *x));
        let delays = self.delays.iter().flat_map(|d| [(d.at, d.since), (d.at, d.until)]);
        let theirs = |x: &Point| self.delays.iter().any(|d| d.at == *x);
        let order = self.order.iter().copied().filter(|(_, b)| theirs(b));
        for (y, x) in bounds
            .chain(delays)
            .chain(order)
            .filter(|(y, x)| *y != root && *x != root)
        {
            near.entry(y).or_default().insert(x);
            near.entry(x).or_default().insert(y);
        }
        let mut parts: Vec<BTreeSet<Point>> = Vec::new();
        for delay in &self.delays {
            if !parts.iter().any(|part| part.contains(&delay.at)) {
                let mut part = closure(delay.at, |x| near.get(&x).into_iter().flatten().copied().collect());
                part.insert(delay.at);
                parts.push(part);
            }
        }
        let none: BTreeSet<Point> = BTreeSet::new();
        let lies = |points: &BTreeSet<Point>, x: Point| match points.is_empty() {
            true => !parts.iter().any(|part| part.contains(&x)),
            false => points.contains(&x),
        };
        let part = |points: &BTreeSet<Point>| {
            let bounds = self.bounds.iter();
            // A bound on the root alone stands beside those that hang on no delay.
            let bounds = bounds.filter(|(y, _, x)| lies(points, if *y == root { *x } else { *y }));
            Network {
                identity: Arc::clone(&self.identity),
                bounds: bounds.cloned().collect(),
                delays: self.delays.iter().copied().filter(|d| lies(points, d.at)).collect(),
                ..*self
            }
        };
        std::iter::once(&none).chain(&parts).map(part).collect()
    }

    /// The start dates among `days` for which some order of waiting is enough.
    fn searched(&self, memo: &mut Memo, root: Point, days: &DaySet, tries: usize) -> DaySet {
        let mut open = days.clone();
        // Where there is nothing to wait for, there is one order.
        let mut left = if self.delays.is_empty() { 1 } else { tries };
        for row in self.rows() {
            let places = self.places(root, &row);
            let usual: Vec<usize> = places.iter().map(|p| p.usual).collect();
            let most: Vec<usize> = places.iter().map(|p| p.most).collect();
            // What is likely first, then whatever there is.
            let all = successors(Some(vec![0; places.len()]), |now| following(now, &most));
            for behind in [usual, most.clone()].into_iter().chain(all) {
                if left == 0 || open.is_empty() {
                    return days.without(&open);
                }
                left -= 1;
                open = open.without(&self.under(memo, root, (&row, &places, &behind), &open));
            }
        }
        days.without(&open)
    }

    /// The orders in which the delays may stand: none before what it is measured from.
    fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new()];
        for _ in &self.delays {
            let longer = |row: &Vec<usize>| -> Vec<Vec<usize>> {
                let stands = |x: Point| {
                    self.delays
                        .iter()
                        .position(|d| d.at == x)
                        .is_none_or(|at| row.contains(&at))
                };
                let next = (0..self.delays.len())
                    .filter(|at| !row.contains(at) && stands(self.delays[*at].since) && stands(self.delays[*at].until));
                next.map(|at| row.iter().copied().chain([at]).collect()).collect()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        rows
    }

    /// Where each point of ours may stand in a row.
    fn places(&self, root: Point, row: &[usize]) -> Vec<Place> {
        let theirs: Vec<Point> = row.iter().map(|at| self.delays[*at].at).collect();
        let bounded = self.bounds.iter().flat_map(|(y, _, x)| [*y, *x]);
        let measured = self.delays.iter().flat_map(|d| [d.since, d.until]);
        let points: BTreeSet<Point> = bounded.chain(measured).collect();
        let ours = points.into_iter().filter(|x| *x != root && !theirs.contains(x));
        let is_order = |f: &Table| (0..).zip(f.values()).all(|(day, reach): (i32, _)| *reach <= day);
        let no_later = |x: Point| -> Vec<Point> {
            let bounds = self.bounds.iter().filter(|(a, f, _)| *a == x && is_order(f));
            bounds.map(|(_, _, b)| *b).collect()
        };
        let earlier = |x: Point| -> Vec<Point> {
            let order = self.order.iter().filter(|(_, b)| *b == x);
            order.map(|(a, _)| *a).collect()
        };
        // What is bound to come after each delay, and what comes before it.
        let after: Vec<BTreeSet<Point>> = theirs.iter().map(|c| closure(*c, no_later)).collect();
        let before: Vec<BTreeSet<Point>> = theirs.iter().map(|c| closure(*c, earlier)).collect();
        let ahead = |at: Point, number: usize| {
            let delay = &self.delays[row[number]];
            delay.since == at || delay.until == at || before[number].contains(&at)
        };
        ours.map(|at| {
            let most = (0..row.len()).find(|n| ahead(at, *n)).unwrap_or(row.len());
            let usual = after.iter().rposition(|set| set.contains(&at)).map_or(0, |n| n + 1);
            Place {
                at,
                usual: usual.min(most),
                most,
            }
        })
        .collect()
    }

    /// The start dates that one row leaves.
    fn under(
        &self,
        memo: &mut Memo,
        root: Point,
        (row, places, now): (&[usize], &[Place], &[usize]),
        days: &DaySet,
    ) -> DaySet {
        let mut graph = Graph::new(memo, self.first, self.last.to_vec());
        for (y, table, x) in &self.bounds {
            graph.meet(*y, *x, Arc::clone(table));
        }
        for (place, behind) in places.iter().zip(now) {
            for at in &row[..*behind] {
                graph.meet(self.delays[*at].at, place.at, Arc::clone(&self.identity));
            }
        }
        for behind in (0..=row.len()).rev() {
            let here = places.iter().zip(now).filter(|(_, at)| **at == behind);
            let here = here.map(|(p, _)| p.at).collect();
            match row {
                // With nothing to wait for, days may as well be followed.
                [] => graph.eliminate_or_sweep(here, root),
                _ => graph.eliminate_all(here),
            }
            if let Some(at) = behind.checked_sub(1).and_then(|at| row.get(at)) {
                graph.eliminate_worst(self.delays[*at]);
            }
        }
        let left: Vec<Between> = graph.between(&[root], self.last);
        let first = self.first[root.0 as usize];
        days.filter(|day| !graph.dead && day >= first && left.iter().all(|b| b.table.apply(day) >= day))
    }
}

/// All that is reached from a point.
fn closure(from: Point, next: impl Fn(Point) -> Vec<Point>) -> BTreeSet<Point> {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(x) = open.pop() {
        open.extend(next(x).into_iter().filter(|y| seen.insert(*y)));
    }
    seen
}

/// The next row of places: counted up like a number of mixed digits.
fn following(now: &[usize], most: &[usize]) -> Option<Vec<usize>> {
    let mut next = now.to_vec();
    for (digit, most) in next.iter_mut().zip(most) {
        if *digit < *most {
            *digit += 1;
            return Some(next);
        }
        *digit = 0;
    }
    None
}
