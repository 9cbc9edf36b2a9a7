//! A calendar turned into tables. In: a [`CalendarDef`]. Out: which days are working days and what the others are
//! called, how a duration is counted from a day, and the same as monotone tables with their adjoints.
//! Must not know about rules, occurrences or verdicts, and reads no clock: the last day known is data.
//!
//! The **axis** is the days `known from ..= known until`, indexed from 0. Nothing is said of a day outside it: what ends
//! past the last day is [`Reach::Beyond`], on which no verdict may rest.
//!
//! An axis may also be made of several **runs** of days, one after the other, each on its own: what leads out of one is beyond,
//! and never arrives in another. Between two runs lies one index that is no day. It stands for all that is beyond the one and
//! before the other, as [`BEYOND`] and [`BEFORE`] do for the whole, so tables over such an axis are monotone like others.

mod day_set;
mod error;
mod holidays;
mod kinds;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use day_set::DaySet;
pub use error::CalendarError;
pub use kinds::{CYCLE, Kind, SORTS, kind, runs};
pub use table::{BEFORE, BEYOND, Table};

use crate::model::CalendarDef;
use crate::time::{Day, Duration, LONGEST_AXIS, Unit, Weekday};

/// What a day off is called that nobody has announced.
const FURTHER: &str = "a further holiday";

/// Where counting ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// On this day.
    Day(Day),
    /// Past the last day known (or it began outside the axis).
    Beyond,
}

/// Days that follow one another, and where they stand on the axis.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: Day,
    last: Day,
    /// The index of the first.
    at: i32,
}

impl Run {
    fn index(&self, day: Day) -> Option<i32> {
        (self.first..=self.last)
            .contains(&day)
            .then(|| self.at + day.0 - self.first.0)
    }

    fn day(&self, index: i32) -> Option<Day> {
        (self.at..=self.end())
            .contains(&index)
            .then(|| Day(self.first.0 + index - self.at))
    }

    /// The index of the last.
    fn end(&self) -> i32 {
        self.at + self.last.0 - self.first.0
    }
}

/// A calendar over its axis. Immutable once built.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// At least one; ascending by first day and by index.
    runs: Vec<Run>,
    published_until: Option<Day>,
    edition: Option<Day>,
    weekend: Vec<Weekday>,
    holidays: BTreeMap<Day, String>,
    /// Those of them that nobody has announced.
    further: Vec<Day>,
    /// The indexes of the working days, ascending.
    working: Vec<i32>,
    /// By index: how many working days lie on or before it.
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
        has_working_day(def)?;
        // A year more on each side: a substitute may be pushed across the end of a year.
        let mut holidays = holidays::place(def, first.ymd().0 - 1..=last.ymd().0 + 1);
        holidays.retain(|day, _| (first..=last).contains(day));
        Ok(Calendar::of(def, &[(first, last)], holidays))
    }

    /// Every year there can be, under the rules that stand for good: for each sort of `length` years (1 to 3) that follow one another,
    /// the first such years from `from` on, as a run of their own. No day of it is published. A kind of year tells all that its
    /// holidays hang on ([`Kind`]), so what holds of all runs holds of all years.
    ///
    /// # Errors
    /// A [`CalendarError`] if `length` is another, if a standing rule leads into another year, or there is no working day.
    pub fn every_year(def: &CalendarDef, from: i32, length: usize) -> Result<Calendar, CalendarError> {
        has_working_day(def)?;
        let standing = holidays::standing(def, from);
        let each = kinds::runs(from, 1).unwrap_or_default();
        if !each.iter().all(|year| holidays::stay_within(&standing, *year)) {
            return Err(CalendarError::HangsOnAnotherYear);
        }
        let mut holidays = BTreeMap::new();
        let mut runs = Vec::new();
        let years = i32::try_from(length).unwrap_or(0);
        for first in kinds::runs(from, length).ok_or(CalendarError::NoSuchRuns)? {
            let last = first + years - 1;
            holidays.extend(holidays::place(&standing, first..=last));
            runs.extend(Day::from_ymd(first, 1, 1).zip(Day::from_ymd(last, 12, 31)));
        }
        Ok(Calendar::of(&unpublished(standing), &runs, holidays))
    }

    /// `length` years (at least 1) from `from` on, under the rules that stand for good in that year. No day of it is published.
    ///
    /// # Errors
    /// A [`CalendarError`] as for [`Calendar::build`].
    pub fn standing(def: &CalendarDef, from: i32, length: i32) -> Result<Calendar, CalendarError> {
        Calendar::build(&CalendarDef {
            known_from: Day::from_ymd(from, 1, 1),
            known_until: Day::from_ymd(from + length - 1, 12, 31),
            ..unpublished(holidays::standing(def, from))
        })
    }

    /// The calendar over these runs, which ascend by first day.
    fn of(def: &CalendarDef, spans: &[(Day, Day)], holidays: BTreeMap<Day, String>) -> Calendar {
        let mut runs: Vec<Run> = Vec::new();
        let (mut working, mut worked) = (Vec::new(), Vec::new());
        for &(first, last) in spans {
            let at = runs.last().map_or(0, |run| run.end() + 2);
            // The index before the run, which is no day.
            worked.extend(runs.last().map(|_| working.len()));
            for (index, day) in (at..).zip((first.0..=last.0).map(Day)) {
                if !def.weekend.contains(&day.weekday()) && !holidays.contains_key(&day) {
                    working.push(index);
                }
                worked.push(working.len());
            }
            runs.push(Run { first, last, at });
        }
        Calendar {
            runs,
            published_until: def.published_until,
            edition: def.edition,
            weekend: def.weekend.clone(),
            holidays,
            further: Vec::new(),
            working,
            worked,
        }
    }

    /// The same with these days off too, under no name of their own.
    pub fn with_days_off(&self, days: &[Day]) -> Calendar {
        let mut out = self.clone();
        out.holidays.extend(days.iter().map(|day| (*day, FURTHER.to_owned())));
        out.further.extend(days);
        let off: BTreeSet<i32> = days.iter().filter_map(|day| self.index(*day)).collect();
        out.working.retain(|at| !off.contains(at));
        for (count, at) in out.worked.iter_mut().zip(0..) {
            *count = out.working.partition_point(|working| *working <= at);
        }
        out
    }

    /// The first day of the axis, inclusive.
    pub fn first(&self) -> Day {
        self.runs.first().map_or(Day(0), |run| run.first)
    }

    /// The last day of the axis, inclusive.
    pub fn last(&self) -> Day {
        self.runs.last().map_or(Day(0), |run| run.last)
    }

    /// How many runs of days the axis is made of: mostly one.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// The number of indexes of the axis: of its days, and of what lies between its runs.
    pub fn len(&self) -> usize {
        self.worked.len()
    }

    /// Never: an axis has at least one day.
    pub fn is_empty(&self) -> bool {
        self.worked.is_empty()
    }

    /// The index of a day, if it lies on the axis; where it lies in several runs, in the last of them.
    pub fn index(&self, day: Day) -> Option<i32> {
        let begun = self.runs.partition_point(|run| run.first <= day);
        self.runs.get(begun.checked_sub(1)?)?.index(day)
    }

    /// The day at an index, if it lies on the axis; none for [`BEFORE`] and [`BEYOND`], and none between two runs.
    pub fn day(&self, index: i32) -> Option<Day> {
        self.run(index)?.day(index)
    }

    /// The run at an index; between two runs the earlier one.
    fn run(&self, index: i32) -> Option<&Run> {
        let begun = self.runs.partition_point(|run| run.at <= index);
        self.runs.get(begun.checked_sub(1)?)
    }

    /// The first and the last index of the run that an index lies in; between two runs, of the earlier one.
    pub fn run_at(&self, index: i32) -> Option<(i32, i32)> {
        self.run(index).map(|run| (run.at, run.end()))
    }

    /// The index `n` calendar days later, earlier if negative; where that leads out of the run, the index beyond it or before it.
    /// What is beyond or before stays there.
    pub fn shifted(&self, index: i32, n: i32) -> i32 {
        match self.run(index) {
            Some(run) if run.day(index).is_some() => {
                self.or_out(run, index.saturating_add(n).clamp(run.at - 1, run.end() + 1))
            }
            _ => index,
        }
    }

    /// An index of a run or just past it, which past the last run is [`BEYOND`].
    fn or_out(&self, run: &Run, index: i32) -> i32 {
        let is_last = usize::try_from(run.end() + 1) == Ok(self.len());
        if is_last && index > run.end() { BEYOND } else { index }
    }

    /// Whether the day is a working day; outside the axis none is known to be.
    pub fn is_working(&self, day: Day) -> bool {
        self.index(day)
            .is_some_and(|at| self.working.binary_search(&at).is_ok())
    }

    /// The name of the holiday on that day, if it is one.
    pub fn holiday(&self, day: Day) -> Option<&str> {
        self.holidays.get(&day).map(String::as_str)
    }

    /// The holidays of the axis with their names, ascending.
    pub fn holidays(&self) -> impl Iterator<Item = (Day, &str)> {
        self.holidays.iter().map(|(day, name)| (*day, name.as_str()))
    }

    /// Days off that were added to it ([`Calendar::with_days_off`]).
    pub fn further(&self) -> &[Day] {
        &self.further
    }

    /// Why a day of the axis is no working day: the holiday's name, or the weekday's; none if it is one.
    pub fn why_not_working(&self, day: Day) -> Option<&str> {
        let weekend = self.weekend.contains(&day.weekday()).then(|| day.weekday().name());
        self.holiday(day).or(weekend).filter(|_| self.index(day).is_some())
    }

    /// Whether the holidays around that day are published; a later day of the axis is reckoned by the standing rules
    /// alone, and may yet gain or move a holiday.
    pub fn is_published(&self, day: Day) -> bool {
        self.first() <= day && self.published_until.is_some_and(|until| day <= until)
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
        self.day(self.counted(self.index(x)?, d))
    }

    /// The same on the axis: the index beyond the run where counting leads out of it. What is beyond or before stays there.
    pub fn counted(&self, from: i32, d: Duration) -> i32 {
        match self.run(from) {
            Some(run) if run.day(from).is_some() => self
                .counted_within(run, from, d)
                .filter(|at| *at <= run.end())
                .unwrap_or(self.or_out(run, run.end() + 1)),
            _ => from,
        }
    }

    /// The same, or some index past the run, or none.
    fn counted_within(&self, run: &Run, from: i32, d: Duration) -> Option<i32> {
        let count = u64::from(d.count);
        let extra = u64::from(d.clear);
        let length = self.len() as u64;
        let days = |n: u64| from.checked_add(i32::try_from(n).ok()?);
        let months = |n: u64| {
            // A month has at least 28 days: more of them than fit the axis are beyond, whatever the dates.
            let n = (n * 28 <= length).then_some(n)?;
            let day = run.day(from)?.plus_months(i32::try_from(n).ok()?);
            run.index(day.plus(i32::from(d.clear)))
        };
        match d.unit {
            Unit::Hours => days(count.div_ceil(24) + extra),
            Unit::CalendarDays => days(count + extra),
            Unit::Weeks => days(count * 7 + extra),
            Unit::Months => months(count),
            Unit::Years => months(count * 12),
            Unit::WorkingDays => match usize::try_from(count + extra).ok()? {
                0 => Some(from),
                n => {
                    let worked = *self.worked.get(usize::try_from(from).ok()?)?;
                    self.working.get(worked.checked_add(n - 1)?).copied()
                }
            },
        }
    }

    /// The latest day that lies at least `d` before `y`: the greatest `x` with `add(x, d) <= y`. None if that would be
    /// before the axis (before its run), or `y` is not on it.
    pub fn latest_before(&self, y: Day, d: Duration) -> Option<Day> {
        let y = self.index(y)?;
        // `counted` is monotone and never earlier than where it began, so what fits is a prefix of the run up to `y`.
        let (mut fit, mut unfit) = (self.run(y)?.at - 1, y + 1);
        while unfit - fit > 1 {
            let middle = fit + (unfit - fit) / 2;
            if self.counted(middle, d) <= y {
                fit = middle;
            } else {
                unfit = middle;
            }
        }
        self.day(fit)
    }

    /// The days passed over in counting `d` from `x`, ascending, each with its reason; empty for units that pass over none.
    /// If counting ends beyond the axis, those up to its last day.
    pub fn skipped(&self, x: Day, d: Duration) -> Vec<(Day, &str)> {
        if d.unit != Unit::WorkingDays || self.index(x).is_none() {
            return Vec::new();
        }
        let end = self.reach(x, d).unwrap_or(self.last());
        (x.0 + 1..=end.0)
            .map(Day)
            .filter_map(|day| Some((day, self.why_not_working(day)?)))
            .collect()
    }
}

/// Without one, looking for the next free day would come to no end.
fn has_working_day(def: &CalendarDef) -> Result<(), CalendarError> {
    match (0..7).all(|n| def.weekend.contains(&Day(n).weekday())) {
        true => Err(CalendarError::NoWorkingDay),
        false => Ok(()),
    }
}

/// The same without a published day.
fn unpublished(def: CalendarDef) -> CalendarDef {
    CalendarDef {
        published_until: None,
        ..def
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
