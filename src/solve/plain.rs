//! Networks whose tables all shift by a fixed number of days, as on calendar days and weeks: there the question is one of plain
//! intervals, and decided exactly (`stnu`). In: a [`Network`]. Out: the start dates from which its plan can be followed, and what
//! stands in the way elsewhere. Looks at the tables only, not at what they are for.
//!
//! A table that shifts days off the axis says *beyond* there, or *before*. As every point lies on the axis, that is the same as the
//! shift itself beside the first and the last day of each point, so nothing is lost at the ends: a link that might lead past the last
//! day cannot be answered there, and the start dates from which it might are left out. A table that says *beyond* of every day is no
//! bound. One that is a shift only on a part of the axis is not plain; nor is any on an axis of several runs.
//!
//! What comes at an earlier position than something from outside on the same day has not seen it; and others are not taken to come
//! first on the very day on which that would be too late for it, as little as in `alternate`.

use super::alternate::Network;
use super::net::Point;
use super::stnu::{Bound, Cause, Link, Stnu};
use crate::calendar::{BEFORE, BEYOND, DaySet, Table};

/// Where each point of ours and of others lies among the nodes; the root and the first day of the axis come before them.
const ROOT: usize = 0;
const AXIS: usize = 1;

/// How a table moves days.
enum Shift {
    By(i64),
    /// It leaves every day of the axis.
    Free,
}

/// A network of plain intervals.
pub(super) struct Plain<'n> {
    network: &'n Network<'n>,
    root: Point,
    points: Vec<Point>,
    /// What binds, beside first and last days.
    bounds: Vec<(Bound, Obstacle)>,
    links: Vec<Link>,
}

/// What stands in the way of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// A bound of the first on the second.
    Bound(Point, Point),
    /// What comes at an earlier position than something from outside, and what that is.
    Order(Point, Point),
    /// A first or last day of some point.
    Axis,
}

impl<'n> Plain<'n> {
    /// None if a table is not plain, or two ends of a delay are measured from different things.
    pub(super) fn of(network: &'n Network<'n>, root: Point) -> Option<Plain<'n>> {
        let bounded = network.bounds.iter().flat_map(|(y, _, x)| [*y, *x]);
        let measured = network.delays.iter().flat_map(|d| [d.at, d.since]);
        let mut points: Vec<Point> = bounded.chain(measured).filter(|x| *x != root).collect();
        points.sort_unstable();
        points.dedup();
        let mut plain = Plain {
            network,
            root,
            points,
            bounds: Vec::new(),
            links: Vec::new(),
        };
        for delay in &network.delays {
            let (Shift::By(least), Shift::By(most)) = (shift(&delay.least)?, shift(&delay.most)?) else {
                return None;
            };
            let at = plain.node(delay.at)?;
            let since = plain.node(delay.since)?;
            let is_link = at != ROOT && delay.since == delay.until && 0 <= least && least <= most;
            let is_new = plain.links.iter().all(|l| l.at != at);
            plain.links.push(Link { since, least, most, at });
            (is_link && is_new).then_some(())?;
        }
        for (y, table, x) in &network.bounds {
            if let Shift::By(most) = shift(table)? {
                let (to, from) = (plain.node(*y)?, plain.node(*x)?);
                plain.bind((to, from), (most, false), Obstacle::Bound(*y, *x));
            }
        }
        for (a, b) in network.order {
            let ends = plain.node(*a).zip(plain.node(*b));
            let is_theirs = |x: &Point| network.delays.iter().any(|d| d.at == *x);
            if let Some(ends) = ends.filter(|_| is_theirs(b) && !is_theirs(a)) {
                plain.bind(ends, (0, true), Obstacle::Order(*a, *b));
            }
        }
        Some(plain)
    }

    fn bind(&mut self, (to, from): (usize, usize), (most, is_before): (i64, bool), what: Obstacle) {
        let bound = Bound {
            to,
            from,
            most,
            is_before,
        };
        self.bounds.push((bound, what));
    }

    fn node(&self, x: Point) -> Option<usize> {
        match x == self.root {
            true => Some(ROOT),
            false => self.points.binary_search(&x).ok().map(|at| at + AXIS + 1),
        }
    }

    /// The start dates among these from which the plan can be followed. What can be from one start date with the last days of an
    /// earlier and the first days of a later one, or cannot be with the widest of both, needs no asking in between.
    pub(super) fn guaranteed(&self, days: &DaySet) -> DaySet {
        let (first, last) = (
            self.network.first[self.root.0 as usize],
            self.network.last[self.root.0 as usize],
        );
        let open = days.filter(|day| first <= day && day <= last);
        let Some(ends) = open.first().zip(open.iter().last()) else {
            return open;
        };
        let mut good = open.clone();
        let mut left = vec![ends];
        while let Some((from, to)) = left.pop() {
            if open.without(&open.without(&DaySet::range(from, to))).is_empty() || self.plan(from, to).is_ok() {
                continue;
            }
            if self.plan(to, from).is_err() {
                good = good.without(&DaySet::range(from, to));
                continue;
            }
            let middle = from + (to - from) / 2;
            left.extend([(from, middle), (middle + 1, to)]);
        }
        good
    }

    /// What stands in the way from this start date; nothing if the plan can be followed.
    pub(super) fn obstacle(&self, start: i32) -> Option<Vec<Obstacle>> {
        let causes = self.plan(start, start).err()?;
        let what = causes.into_iter().filter_map(|cause| match cause {
            Cause::Bound(at) => self
                .bounds
                .get(at)
                .map_or(Some(Obstacle::Axis), |(_, what)| Some(*what)),
            Cause::Least(_) | Cause::Most(_) => None,
        });
        Some(what.collect())
    }

    /// The plan with the first days as they are seen from one start date, and the last days as from another.
    fn plan(&self, first: i32, last: i32) -> Result<(), Vec<Cause>> {
        let mut bounds: Vec<Bound> = self.bounds.iter().map(|(bound, _)| *bound).collect();
        let mut bind = |to: usize, from: usize, most: i64| {
            bounds.push(Bound {
                to,
                from,
                most,
                is_before: false,
            });
        };
        // The start date is known before anything else: it answers nothing.
        bind(ROOT, AXIS, i64::from(first));
        bind(AXIS, ROOT, -i64::from(first));
        for x in &self.points {
            let (from, to) = (self.network.first[x.0 as usize], self.network.last[x.0 as usize]);
            if let Some(node) = self.node(*x) {
                bind(AXIS, node, -i64::from(from.max(0)));
                bind(node, AXIS, i64::from(to) - i64::from(last) + i64::from(first));
            }
        }
        let nodes = self.points.len() + AXIS + 1;
        let links = self.links.clone();
        Stnu { nodes, bounds, links }.plan().map(drop)
    }
}

/// By how many days a table shifts each day; none if not each by the same.
fn shift(table: &Table) -> Option<Shift> {
    let on_axis = (0i32..)
        .zip(table.values())
        .find(|(_, to)| **to != BEFORE && **to != BEYOND);
    let Some((from, to)) = on_axis else {
        return table.values().iter().all(|to| *to == BEYOND).then_some(Shift::Free);
    };
    let by = to - from;
    let len = i32::try_from(table.len()).ok()?;
    let shifted = |day: i32| match day.saturating_add(by) {
        to if to >= len => BEYOND,
        to => to.max(BEFORE),
    };
    let is_plain = (0i32..).zip(table.values()).all(|(day, to)| *to == shifted(day));
    is_plain.then_some(Shift::By(i64::from(by)))
}
