//! Why a definition gives no calendar. `resolve` has refused such a definition with its place; these words are for a
//! caller that built one by hand.

use crate::time::Day;

/// Why there is no calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarError {
    /// The first day of the axis is missing.
    NoKnownFrom,
    /// The last day of the axis is missing.
    NoKnownUntil,
    /// The axis ends before it starts.
    Backwards {
        /// Its first day.
        from: Day,
        /// Its last day.
        until: Day,
    },
    /// The axis has more than [`crate::time::LONGEST_AXIS`] days.
    TooLong,
    /// All seven days are weekend.
    NoWorkingDay,
    /// A holiday of some year falls in another, so that years of one kind are not alike.
    HangsOnAnotherYear,
    /// Runs of so many years are not made.
    NoSuchRuns,
    /// A day asked about is not on the axis.
    Outside(Day),
}

impl std::fmt::Display for CalendarError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CalendarError::NoKnownFrom => write!(f, "the calendar does not say from which day it is known"),
            CalendarError::NoKnownUntil => write!(f, "the calendar does not say until which day it is known"),
            CalendarError::Backwards { from, until } => {
                write!(f, "the calendar is known from {from} until {until}, which is earlier")
            }
            CalendarError::TooLong => write!(f, "the calendar covers more than 200 years"),
            CalendarError::NoWorkingDay => write!(f, "the weekend takes all seven days, so no day is a working day"),
            CalendarError::HangsOnAnotherYear => write!(
                f,
                "a holiday can fall in another year than the one it belongs to, so years of one kind are not alike"
            ),
            CalendarError::NoSuchRuns => write!(f, "runs have one, two or three years"),
            CalendarError::Outside(day) => write!(f, "the calendar knows nothing of {day}"),
        }
    }
}

impl std::error::Error for CalendarError {}
