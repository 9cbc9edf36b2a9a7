//! Which years there are. In: a year. Out: its kind, and for runs of years a first example of each sort. Must not know which days
//! are holidays.
//!
//! A standing rule makes a holiday from a date, a weekday of a month or Easter. All it can see of a year is whether it has a
//! leap day, on which weekday it begins and on which day Easter falls: two years of one kind have the same holidays, day of
//! the year by day of the year. There are few kinds, so what holds on an example of each holds in every year.

use std::collections::BTreeSet;

use crate::time::Weekday;

/// All that a standing holiday rule can see of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    /// It has a 29 February.
    pub leap: bool,
    /// The weekday of 1 January.
    pub begins: Weekday,
    /// Easter Sunday, in days after 22 March, its earliest: 0 to 34.
    pub easter: i32,
}

/// How many sorts of runs of one, two and three years there are: of all that begin in one cycle of the Gregorian Easter.
pub const SORTS: [usize; 3] = [70, 210, 422];

/// Years after which leap days, weekdays and Easter begin again.
pub const CYCLE: i32 = 5_700_000;

/// The kind of a Gregorian year from 1 on.
pub fn kind(year: i32) -> Kind {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400;
    let weekdays = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];
    // 1 January of the year 1 was a Monday, and 365 days are a day more than whole weeks.
    let begins = (before % 7 + leap_days % 7) % 7;
    let (month, day) = easter(year);
    Kind {
        leap: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0),
        begins: usize::try_from(begins)
            .ok()
            .and_then(|at| weekdays.get(at).copied())
            .unwrap_or(Weekday::Monday),
        easter: (month - 3) * 31 + day - 22,
    }
}

/// The first years of runs of `length` years (1 to 3), ascending: of every sort of run there is, the first that begins in `from` or
/// later. None for another length.
pub fn runs(from: i32, length: usize) -> Option<Vec<i32>> {
    let all = *SORTS.get(length.checked_sub(1)?)?;
    let mut known: BTreeSet<Vec<Kind>> = BTreeSet::new();
    let mut out = Vec::new();
    for first in (from.max(1)..).take(CYCLE as usize) {
        if known.len() == all {
            break;
        }
        if known.insert((first..).take(length).map(kind).collect()) {
            out.push(first);
        }
    }
    Some(out)
}

/// Month and day of Easter Sunday in a Gregorian year, by the anonymous algorithm (Nature, 20 April 1876; as given in J. Meeus,
/// Astronomical Algorithms, chapter 8). The letters are those of the literature: `a` is the place in the 19-year cycle of
/// the moon, `h` the days from 21 March to the full moon, `l` the days from there to the Sunday, less one.
pub(super) fn easter(year: i32) -> (i32, i32) {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    (n / 31, n % 31 + 1)
}
