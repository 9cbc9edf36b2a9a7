//! Days off that nobody has announced yet: up to so many working days that may turn out to be none. In: a [`Ground`] and how many.
//! Out: what holds of them in every question, and limits in working days that count them. Says nothing of who announces them.
//!
//! Each is a point of its own, a day without a place in the order, for nothing occurs on it. One that makes no difference lies where
//! nothing is counted, so *just so many* are also *up to so many*. Counting `d` working days from x passes over k of them just where it
//! ends with the `d + k`-th working day of the calendar; and it passes over k or more just where k of them lie after x and no later than
//! the `d + k - 1`-th. (If fewer are passed over, then fewer lie by that day: each working day more can be but one of them.) So a last day
//! is one of several, the later ones on a condition, and an earliest day is all of several, the later ones on that condition; every part
//! of it is a bound between two points. Their order has a reason: an act that is in time without the announced days off, and late enough
//! with all of them, is so wherever they lie, and the search tries that first.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ground::Ground;
use super::net::{Formula, Lit, Point, TableId, all, any};
use crate::calendar::Table;
use crate::time::{Duration, Unit};

/// The days off that are not yet announced.
#[derive(Debug, Default)]
pub struct Announced {
    /// Their points; each on a later day than the one before.
    pub days: Vec<Point>,
    /// The first axis day on which one may fall.
    from: Option<i32>,
    /// `x ->` the day before.
    before: Option<TableId>,
    /// That a count from a point (or back from it) passes over so many or more of them.
    passed: BTreeMap<(Point, Duration, bool, usize), Formula>,
}

impl Ground<'_> {
    /// Makes so many, none before an axis day.
    pub(super) fn announce(&mut self, (count, from): (usize, Option<i32>)) {
        if count == 0 {
            return;
        }
        let before = Arc::new(Table::shift_on(self.calendar, -1));
        self.announced = Announced {
            days: (0..count).map(|_| self.net.point(false)).collect(),
            from,
            before: Some(self.net.table(before)),
            passed: BTreeMap::new(),
        };
    }

    /// What holds of them in every question: each falls on a working day of its own.
    pub(super) fn days_off(&mut self) -> Vec<Lit> {
        let Some(before) = self.announced.before else {
            return Vec::new();
        };
        let calendar = self.calendar;
        let is_working = |at| calendar.day(at).is_some_and(|day| calendar.is_working(day));
        let working = self.net.table(Arc::new(Table::last_of(self.net.len, is_working)));
        let days = &self.announced.days;
        let mut out: Vec<Lit> = days.iter().map(|x| Lit::Occurs(*x, true)).collect();
        out.extend(days.iter().map(|x| Lit::Le(*x, working, *x)));
        out.extend(
            days.iter()
                .zip(days.iter().skip(1))
                .map(|(a, b)| Lit::Le(*a, before, *b)),
        );
        out.extend(
            days.first()
                .zip(self.announced.from)
                .map(|(x, from)| Lit::From(*x, from)),
        );
        out
    }

    /// `day(y) <= day(x) + d`.
    pub(super) fn within(&mut self, y: Point, d: Duration, x: Point) -> Formula {
        self.some(x, d, false, |g, d| Lit::Le(y, g.table(d, false), x).into())
    }

    /// `day(a) + d <= day(b)`.
    pub(super) fn apart(&mut self, a: Point, d: Duration, b: Point) -> Formula {
        self.every(a, d, false, |g, d| Lit::Le(a, g.table(d, true), b).into())
    }

    /// `f` of what counting `d` from `x`, or back from it, comes to, where `f` holds the rather the more it is.
    pub(super) fn some(
        &mut self,
        x: Point,
        d: Duration,
        back: bool,
        mut f: impl FnMut(&mut Self, Duration) -> Formula,
    ) -> Formula {
        let ways = self.counts(x, d, back).into_iter();
        any(ways.map(|(d, passed)| all([passed, f(self, d)])).collect::<Vec<_>>())
    }

    /// The same where `f` holds the rather the less it is.
    pub(super) fn every(
        &mut self,
        x: Point,
        d: Duration,
        back: bool,
        mut f: impl FnMut(&mut Self, Duration) -> Formula,
    ) -> Formula {
        let ways = self.counts(x, d, back).into_iter();
        let parts = ways.map(|(d, passed)| {
            let inner = f(self, d);
            match passed.is_true() {
                true => inner,
                false => any([inner, self.net.not(&passed)]),
            }
        });
        all(parts.collect::<Vec<_>>())
    }

    /// What counting `d` from `x` may come to, each with when it is just that.
    pub(super) fn exactly_counted(&mut self, x: Point, d: Duration, back: bool) -> Vec<(Duration, Formula)> {
        let mut out = self.counts(x, d, back);
        let more: Vec<Formula> = out.iter().skip(1).map(|(_, passed)| passed.clone()).collect();
        for ((_, passed), more) in out.iter_mut().zip(more) {
            *passed = all([passed.clone(), self.net.not(&more)]);
        }
        out
    }

    /// `d`, and `d` with one, two ... more, each with when so many or more announced days off are passed over.
    fn counts(&mut self, x: Point, d: Duration, back: bool) -> Vec<(Duration, Formula)> {
        let is_counted = d.unit == Unit::WorkingDays && d.count + u32::from(d.clear) > 0;
        let count = if is_counted { self.announced.days.len() } else { 0 };
        let longer = |d: Duration| Duration {
            count: d.count + 1,
            ..d
        };
        let lengths: Vec<Duration> = std::iter::successors(Some(d), |d| Some(longer(*d)))
            .take(count + 1)
            .collect();
        let mut out = vec![(d, Formula::TRUE)];
        for (k, (shorter, length)) in (1..).zip(lengths.iter().zip(lengths.iter().skip(1))) {
            out.push((*length, self.passed_over(x, *shorter, back, k)));
        }
        out
    }

    /// `k` of them lie within a length after `x`, its last day included; or within it back from `x`, `x` included.
    fn passed_over(&mut self, x: Point, length: Duration, back: bool, k: usize) -> Formula {
        let key = (x, length, back, k);
        if let Some(known) = self.announced.passed.get(&key) {
            return known.clone();
        }
        let Some(before) = self.announced.before else {
            return Formula::FALSE;
        };
        let table = self.table(length, back);
        let days = self.announced.days.clone();
        let ways = days.windows(k).filter_map(|some| Some((*some.first()?, *some.last()?)));
        let ways: Vec<Formula> = ways
            .map(|(first, last)| match back {
                false => all([Lit::Le(x, before, first).into(), Lit::Le(last, table, x).into()]),
                true => {
                    let too_early = Lit::Le(first, table, x).into();
                    all([self.net.not(&too_early), Lit::Le(last, self.net.identity, x).into()])
                }
            })
            .collect();
        let made = any(ways);
        self.announced.passed.insert(key, made.clone());
        made
    }
}
