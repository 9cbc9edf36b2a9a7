//! Lengths, limits in time and holidays, as written. In: nothing (plain data). Out: parts of slots. Nothing is counted here.

use super::{Moments, Name, Occ, Spanned, Text};
use crate::time::{Duration, Weekday};

/// A duration: a number with a unit, or the name of a period, or bare days (an error that `resolve` reports).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Length {
    /// `10 working days`
    Given(Duration),
    /// `10 days`: refused, with an offer
    BareDays(u32),
    /// the name of a `period`
    Period(Name),
}

/// A time slot.
#[derive(Debug, Clone)]
pub enum Time {
    /// `timing not stated`
    NotStated,
    /// `within D after M`
    Within(Vec<Spanned<Length>>, Moments),
    /// `at least D before M`
    AtLeastBefore(Vec<Spanned<Length>>, Moments),
    /// `at least D after M`
    AtLeastAfter(Vec<Spanned<Length>>, Moments),
    /// `until M`
    Until(Moments),
    /// `until D after M`
    UntilAfter(Vec<Spanned<Length>>, Moments),
    /// `at M`
    At(Occ),
    /// `same day as M`
    SameDay(Moments),
    /// `straight after M`
    StraightAfter(Moments),
    /// `before M`
    Before(Moments),
    /// `after M`
    After(Moments),
    /// `timing "..."`
    Wording(Text),
}

/// A holiday rule of a calendar.
#[derive(Debug, Clone)]
pub struct Holiday {
    /// What it is called.
    pub label: Text,
    /// When it falls.
    pub rule: HolidayRule,
    /// If it falls on a weekend day or another holiday, the next free day is taken instead.
    pub or_next_free_day: bool,
    /// First year, inclusive.
    pub from: Option<i32>,
    /// Last year, inclusive.
    pub until: Option<i32>,
    /// Years in which the rule does not apply.
    pub except: Vec<i32>,
}

/// When a holiday falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayRule {
    /// `25 december`
    Fixed {
        /// Day of the month.
        day: u32,
        /// Month, 1 to 12.
        month: u32,
    },
    /// `easter`, `easter - 2 days`, `easter + 1 day`: days from Easter Sunday (Gregorian)
    Easter {
        /// Days after Easter Sunday; negative is before.
        offset: i32,
    },
    /// `first monday of may`, `last monday of august`
    Nth {
        /// 1 to 4, or 0 for `last`.
        nth: u32,
        /// The day of the week.
        weekday: Weekday,
        /// Month, 1 to 12.
        month: u32,
    },
}
