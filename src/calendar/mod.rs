//! A calendar turned into tables. In: a [`CalendarDef`]. Out: which days are working days and what the others are
//! called, how a duration is counted from a day, and the same as monotone tables with their adjoints.
//! Must not know about rules, occurrences or verdicts, and reads no clock: the last day known is data.
//!
//! The **axis** is the days `known from ..= known until`, indexed from 0. Nothing is said of a day outside it: what ends
//! past the last day is [`Reach::Beyond`], on which no verdict may rest.

mod error;
mod holidays;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use error::CalendarError;
pub use table::{BEFORE, BEYOND, Table};

use crate::model::CalendarDef;
use crate::time::{Day, Duration, LONGEST_AXIS, Unit, Weekday};

/// Where counting ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// On this day.
    Day(Day),
    /// Past the last day known (or it began outside the axis).
    Beyond,
}

/// A calendar over its axis. Immutable once built.
#[derive(Debug, Clone)]
pub struct Calendar {
    first: Day,
    last: Day,
    published_until: Option<Day>,
    edition: Option<Day>,
    weekend: Vec<Weekday>,
    holidays: BTreeMap<Day, String>,
    /// The working days, ascending.
    working: Vec<Day>,
    /// By index: how many working days lie on or before that day.
    worked: Vec<usize>,
}

impl Calendar {
    /// Builds the calendar. A definition without `published until` has no published day.
    ///
    /// # Errors
    /// A [`CalendarError`] if the axis has no start, no end or no extent, is too long, or has no working day.
    pub fn build(def: &CalendarDef) -> Result<Calendar, CalendarError> {
        let first = def.known_from.ok_or(CalendarError::NoKnownFrom)?;
        let last = def.known_until.ok_or(CalendarError::NoKnownUntil)?;
        if last < first {
            return Err(CalendarError::Backwards {
                from: first,
                until: last,
            });
        }
        if last.0.saturating_sub(first.0) >= LONGEST_AXIS {
            return Err(CalendarError::TooLong);
        }
        if (0..7).all(|n| def.weekend.contains(&Day(n).weekday())) {
            return Err(CalendarError::NoWorkingDay);
        }
        // A year more on each side: a substitute may be pushed across the end of a year.
        let mut holidays = holidays::place(def, first.ymd().0 - 1..=last.ymd().0 + 1);
        holidays.retain(|day, _| (first..=last).contains(day));
        let mut working = Vec::new();
        let mut worked = Vec::new();
        for day in (first.0..=last.0).map(Day) {
            if !def.weekend.contains(&day.weekday()) && !holidays.contains_key(&day) {
                working.push(day);
            }
            worked.push(working.len());
        }
        let (published_until, edition) = (def.published_until, def.edition);
        Ok(Calendar {
            first,
            last,
            published_until,
            edition,
            weekend: def.weekend.clone(),
            holidays,
            working,
            worked,
        })
    }

    /// The first day of the axis, inclusive.
    pub fn first(&self) -> Day {
        self.first
    }

    /// The last day of the axis, inclusive.
    pub fn last(&self) -> Day {
        self.last
    }

    /// The number of days of the axis.
    pub fn len(&self) -> usize {
        self.worked.len()
    }

    /// Never: an axis has at least one day.
    pub fn is_empty(&self) -> bool {
        self.worked.is_empty()
    }

    /// The index of a day, if it lies on the axis.
    pub fn index(&self, day: Day) -> Option<i32> {
        (self.first..=self.last).contains(&day).then(|| day.0 - self.first.0)
    }

    /// The day at an index, if it lies on the axis; none for [`BEFORE`] and [`BEYOND`].
    pub fn day(&self, index: i32) -> Option<Day> {
        (0..=self.last.0 - self.first.0)
            .contains(&index)
            .then(|| Day(self.first.0 + index))
    }

    /// Whether the day is a working day; outside the axis none is known to be.
    pub fn is_working(&self, day: Day) -> bool {
        self.working.binary_search(&day).is_ok()
    }

    /// The name of the holiday on that day, if it is one.
    pub fn holiday(&self, day: Day) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// The holidays of the axis with their names, ascending.
    pub fn holidays(&self) -> impl Iterator<Item = (Day, &str)> {
        self.holidays.iter().map(|(day, name)| (*day, name.as_str()))
    }

    /// Why a day of the axis is no working day: the holiday's name, or the weekday's; none if it is one.
    pub fn why_not_working(&self, day: Day) -> Option<&str> {
        let weekend = self.weekend.contains(&day.weekday()).then(|| day.weekday().name());
        self.holiday(day).or(weekend).filter(|_| self.index(day).is_some())
    }

    /// Whether the holidays around that day are published; a later day of the axis is reckoned by the standing rules
    /// alone, and may yet gain or move a holiday.
    pub fn is_published(&self, day: Day) -> bool {
        self.first <= day && self.published_until.is_some_and(|until| day <= until)
    }

    /// Last published day, inclusive.
    pub fn published_until(&self) -> Option<Day> {
        self.published_until
    }

    /// The day this edition was made.
    pub fn edition(&self) -> Option<Day> {
        self.edition
    }

    /// The last day of "within `d` after `x`". The day of `x` is not counted; 0 of any unit is `x` itself.
    ///
    /// Working days: the n-th working day after `x`. Calendar days, weeks: plainly added. Months, years: the corresponding
    /// date, or the last day of a shorter month, always from the original date. Hours: rounded up to whole days, since
    /// an instant on the day of `x` may be its last. `clear`: one (working) day more.
    pub fn add(&self, x: Day, d: Duration) -> Reach {
        self.reach(x, d).map_or(Reach::Beyond, Reach::Day)
    }

    fn reach(&self, x: Day, d: Duration) -> Option<Day> {
        let from = self.index(x)?;
        let count = u64::from(d.count);
        let extra = u64::from(d.clear);
        let length = self.len() as u64;
        let days = |n: u64| self.day(from.checked_add(i32::try_from(n).ok()?)?);
        let months = |n: u64| {
            // A month has at least 28 days: more of them than fit the axis are beyond, whatever the dates.
            let n = (n * 28 <= length).then_some(n)?;
            let day = x.plus_months(i32::try_from(n).ok()?).plus(i32::from(d.clear));
            self.index(day).map(|_| day)
        };
        match d.unit {
            Unit::Hours => days(count.div_ceil(24) + extra),
            Unit::CalendarDays => days(count + extra),
            Unit::Weeks => days(count * 7 + extra),
            Unit::Months => months(count),
            Unit::Years => months(count * 12),
            Unit::WorkingDays => match usize::try_from(count + extra).ok()? {
                0 => Some(x),
                n => {
                    let worked = *self.worked.get(usize::try_from(from).ok()?)?;
                    self.working.get(worked.checked_add(n - 1)?).copied()
                }
            },
        }
    }

    /// The latest day that lies at least `d` before `y`: the greatest `x` with `add(x, d) <= y`. None if that would be
    /// before the axis, or `y` is not on it.
    pub fn latest_before(&self, y: Day, d: Duration) -> Option<Day> {
        self.index(y)?;
        let fits = |x: i32| self.add(Day(x), d) <= Reach::Day(y);
        // `add` is monotone in `x` and never earlier than `x`, so the days that fit are a prefix of `first..=y`.
        let (mut fit, mut unfit) = (self.first.0 - 1, y.0 + 1);
        while unfit - fit > 1 {
            let middle = fit + (unfit - fit) / 2;
            if fits(middle) { fit = middle } else { unfit = middle }
        }
        (fit >= self.first.0).then_some(Day(fit))
    }

    /// The days passed over in counting `d` from `x`, ascending, each with its reason; empty for units that pass over none.
    /// If counting ends beyond the axis, those up to its last day.
    pub fn skipped(&self, x: Day, d: Duration) -> Vec<(Day, &str)> {
        if d.unit != Unit::WorkingDays || self.index(x).is_none() {
            return Vec::new();
        }
        let end = self.reach(x, d).unwrap_or(self.last);
        (x.0 + 1..=end.0)
            .map(Day)
            .filter_map(|day| Some((day, self.why_not_working(day)?)))
            .collect()
    }
}

/// The tables of one calendar, each made once.
#[derive(Debug, Clone)]
pub struct Tables<'a> {
    calendar: &'a Calendar,
    add: BTreeMap<Duration, Arc<Table>>,
    adjoint: BTreeMap<Duration, Arc<Table>>,
}

impl<'a> Tables<'a> {
    /// No table yet.
    pub fn new(calendar: &'a Calendar) -> Self {
        Tables {
            calendar,
            add: BTreeMap::new(),
            adjoint: BTreeMap::new(),
        }
    }

    /// The calendar they belong to.
    pub fn calendar(&self) -> &'a Calendar {
        self.calendar
    }

    /// `x -> add(x, D)`.
    pub fn add(&mut self, d: Duration) -> Arc<Table> {
        let calendar = self.calendar;
        Arc::clone(self.add.entry(d).or_insert_with(|| Arc::new(Table::of(calendar, d))))
    }

    /// `y -> max { x : add(x, D) <= y }`: the latest day at least `D` before `y`.
    pub fn adjoint(&mut self, d: Duration) -> Arc<Table> {
        if let Some(made) = self.adjoint.get(&d) {
            return Arc::clone(made);
        }
        let made = Arc::new(self.add(d).adjoint());
        self.adjoint.insert(d, Arc::clone(&made));
        made
    }
}
