//! Days, weekdays, units and durations; the only room that names chrono. No clock is read here.

mod written;

use chrono::{Datelike, NaiveDate};

pub use written::{Written, month_name, written_at_start};

/// A civil day (Europe/London, proleptic Gregorian), counted from 1970-01-01 = 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// The most days a calendar's axis may have: 200 years.
pub const LONGEST_AXIS: i32 = 73_050;

const EPOCH_FROM_CE: i32 = 719_163;

impl Day {
    /// The day of this year, month (1 to 12) and day of the month, if there is one.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Day> {
        NaiveDate::from_ymd_opt(year, month, day).map(|d| Day(d.num_days_from_ce() - EPOCH_FROM_CE))
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(EPOCH_FROM_CE)).unwrap_or_default()
    }

    /// Year, month (1 to 12), day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        let d = self.date();
        (d.year(), d.month(), d.day())
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        use Weekday::*;
        match (self.0 + 3).rem_euclid(7) {
            0 => Monday,
            1 => Tuesday,
            2 => Wednesday,
            3 => Thursday,
            4 => Friday,
            5 => Saturday,
            _ => Sunday,
        }
    }

    /// The day `n` calendar days later (earlier if negative).
    #[must_use]
    pub fn plus(self, n: i32) -> Day {
        Day(self.0.saturating_add(n))
    }

    /// The corresponding day `n` months later, or the last day of that month if there is none.
    #[must_use]
    pub fn plus_months(self, n: i32) -> Day {
        let d = self.date();
        let moved = if n >= 0 {
            d.checked_add_months(chrono::Months::new(n.unsigned_abs()))
        } else {
            d.checked_sub_months(chrono::Months::new(n.unsigned_abs()))
        };
        moved.map_or(self, |d| Day(d.num_days_from_ce() - EPOCH_FROM_CE))
    }

    /// `2026-05-19`, exactly ten characters, or nothing.
    pub fn parse_iso(text: &str) -> Option<Day> {
        let b = text.as_bytes();
        if b.len() != 10 || b.get(4) != Some(&b'-') || b.get(7) != Some(&b'-') {
            return None;
        }
        let part = |r: std::ops::Range<usize>| text.get(r).filter(|s| s.bytes().all(|b| b.is_ascii_digit()));
        let (y, m, d) = (part(0..4)?, part(5..7)?, part(8..10)?);
        Day::from_ymd(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
    }
}

impl std::fmt::Display for Day {
    /// ISO 8601: `2026-05-19`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl Weekday {
    /// The English name, capitalised.
    pub fn name(self) -> &'static str {
        use Weekday::*;
        match self {
            Monday => "Monday",
            Tuesday => "Tuesday",
            Wednesday => "Wednesday",
            Thursday => "Thursday",
            Friday => "Friday",
            Saturday => "Saturday",
            Sunday => "Sunday",
        }
    }
}

/// Units of duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Clock hours from the instant, whatever the day.
    Hours,
    /// Days, whatever the day.
    CalendarDays,
    /// Days that are neither weekend nor holiday in the protocol's calendar.
    WorkingDays,
    /// Seven calendar days each.
    Weeks,
    /// Calendar months, clamped to the last day of a shorter month.
    Months,
    /// Twelve calendar months each.
    Years,
}

/// A number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
    /// `clear` days: neither end is counted, which adds one.
    pub clear: bool,
}

impl std::fmt::Display for Duration {
    /// As the language writes it: `10 working days`, `1 month`, `28 clear calendar days`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            Unit::Hours => "hour",
            Unit::CalendarDays => "calendar day",
            Unit::WorkingDays => "working day",
            Unit::Weeks => "week",
            Unit::Months => "month",
            Unit::Years => "year",
        };
        let clear = if self.clear { "clear " } else { "" };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {clear}{unit}{plural}", self.count)
    }
}
