//! Histories on an axis of several runs of days: each lies in one of them, and begins in its first year. In: a [`Ground`]. Out:
//! bounds that hold in every question. On an axis of one run there is nothing to do.
//!
//! The end of a run is a monotone function of a day in it, so "in the same run" is two bounds between a point and one
//! [`Home`] for all, and the solver's reasoning about all dates at once stays what it is.

use std::sync::Arc;

use super::ask::Asker;
use super::ground::Ground;
use super::net::{Formula, Lit, Net, Point, TableId};
use crate::calendar::Table;

/// How many days after the first occurrence of a history the outside, and what begins a story, may still come: all within a year.
pub const SPREAD: i32 = 365;

/// What keeps a history in one run: no occurrence is earlier, and none is past the end of its run.
#[derive(Debug, Clone, Copy)]
pub struct Home {
    /// A day of the first year of a run, not later than anything that occurs.
    pub(super) at: Point,
    /// `x -> x`, or the last day of the first year of its run.
    first_year: TableId,
    /// `x ->` the last day of its run.
    end: TableId,
    /// `x -> x +` [`SPREAD`], or the last day of its run.
    spread: TableId,
}

impl Home {
    /// The home of a ground's histories; none on an axis of one run.
    pub(super) fn of(ground: &mut Ground<'_>) -> Option<Home> {
        let calendar = ground.calendar;
        if calendar.runs() == 1 {
            return None;
        }
        let len = calendar.len();
        let first_year = Table::last_of(len, |x| {
            let first = calendar.run_at(x).and_then(|(first, _)| calendar.day(first));
            let year = calendar.day(x).map(|day| day.ymd().0);
            year.is_some() && year == first.map(|day| day.ymd().0)
        });
        // What lies between two runs is in neither.
        let clipped = |x: i32, to: i32| match calendar.run_at(x) {
            Some((_, end)) if x <= end => to.min(end),
            _ => x,
        };
        let axis = || 0..i32::try_from(len).unwrap_or(i32::MAX);
        let end = Table::new(axis().map(|x| clipped(x, i32::MAX)));
        let spread = Table::new(axis().map(|x| clipped(x, x.saturating_add(SPREAD))));
        let mut table = |t: Table| ground.net.table(Arc::new(t));
        let (first_year, end, spread) = (table(first_year), table(end), table(spread));
        let at = ground.net.point(true);
        ground.net.home = Some(at);
        Some(Home {
            at,
            first_year,
            end,
            spread,
        })
    }

    /// What holds in every question: there is a home, all that occurs lies in its run, and what is outside within a year of it. The
    /// first bound says that the home occurs, without which no other would say anything.
    pub(super) fn bounds(&self, ground: &Ground<'_>) -> Vec<Lit> {
        let mut out = vec![Lit::Le(self.at, self.first_year, self.at)];
        let points = (0..).map(Point).take(ground.net.points.len());
        for x in points.filter(|x| *x != self.at) {
            out.push(Lit::IfLe(self.at, ground.net.identity, x));
            out.push(Lit::IfLe(x, self.end, self.at));
        }
        out.extend(ground.outside().map(|x| Lit::IfLe(x, self.spread, self.at)));
        out
    }

    /// Whether a bound on the day of one letter of a word, by that of another or its own, holds wherever letters may fall; of two
    /// letters the one may be known to be `later`.
    pub(super) fn implies(&self, net: &Net, later: bool, table: &Table) -> bool {
        let (first_year, spread) = (net.get(self.first_year), net.get(self.spread));
        (0..).zip(table.values()).all(|(x, &bound)| {
            // No letter falls later than this where the other one falls on `x`; and none on `x` if that is too late itself.
            let reached = spread.apply(first_year.apply(x));
            x > reached || bound >= if later { reached } else { x }
        })
    }
}

impl Asker<'_> {
    /// A letter of a word falls where stories may start.
    pub(super) fn in_reach(&self, x: Point) -> Formula {
        match self.ground.home {
            Some(home) => Lit::IfLe(x, home.spread, home.at).into(),
            None => Lit::Until(x, self.starts.1).into(),
        }
    }
}
