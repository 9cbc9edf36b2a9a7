//! On which days the holidays fall. In: the rules and one-off days of a definition, a range of years. Out: a name for
//! each holiday. Must not know about counting.

use std::collections::BTreeMap;

use crate::ast::{Holiday, HolidayRule};
use crate::model::CalendarDef;
use crate::time::{Day, Weekday};

/// The holidays of `first..=last` years by day. One-off days win and keep their name; then every rule takes its own day;
/// then the rules that found theirs on a weekend or taken look, in order of that day, for the next free one. Doing it in
/// that order is what gives Boxing Day its own Monday when Christmas Day was a Sunday, and Christmas Day the Tuesday.
pub(super) fn place(def: &CalendarDef, years: std::ops::RangeInclusive<i32>) -> BTreeMap<Day, String> {
    let mut placed: BTreeMap<Day, String> = BTreeMap::new();
    for (day, label) in &def.one_offs {
        placed.entry(*day).or_insert_with(|| label.clone());
    }
    let mut waiting: Vec<(Day, &Holiday)> = Vec::new();
    for year in years {
        for holiday in def.holidays.iter().filter(|h| applies(h, year)) {
            let Some(own) = own_day(holiday.rule, year) else {
                continue;
            };
            let taken = placed.contains_key(&own) || def.weekend.contains(&own.weekday());
            if taken && holiday.or_next_free_day {
                waiting.push((own, holiday));
            } else {
                placed.entry(own).or_insert_with(|| holiday.label.node.clone());
            }
        }
    }
    waiting.sort_by_key(|(own, _)| *own);
    for (own, holiday) in waiting {
        let free = |day: &Day| !placed.contains_key(day) && !def.weekend.contains(&day.weekday());
        if let Some(day) = (1..).map(|n| own.plus(n)).find(free) {
            placed.insert(day, format!("{} (substitute day)", holiday.label.node));
        }
    }
    placed
}

fn applies(holiday: &Holiday, year: i32) -> bool {
    holiday.from.is_none_or(|from| from <= year)
        && holiday.until.is_none_or(|until| year <= until)
        && !holiday.except.contains(&year)
}

/// The day a rule names in a year, wherever it falls; none if that year has no such day.
fn own_day(rule: HolidayRule, year: i32) -> Option<Day> {
    match rule {
        HolidayRule::Fixed { day, month } => Day::from_ymd(year, month, day),
        HolidayRule::Easter { offset } => easter(year).map(|sunday| sunday.plus(offset)),
        HolidayRule::Nth { nth: 0, weekday, month } => {
            let last = Day::from_ymd(year, month, 1)?.plus_months(1).plus(-1);
            Some(last.plus(-days_between(weekday, last.weekday())))
        }
        HolidayRule::Nth { nth, weekday, month } => {
            let first = Day::from_ymd(year, month, 1)?;
            let weeks = i32::try_from(nth).ok()? - 1;
            Some(
                first
                    .plus(days_between(first.weekday(), weekday))
                    .plus(weeks.checked_mul(7)?),
            )
        }
    }
}

/// Days from one weekday forward to the next such other, 0 to 6.
fn days_between(from: Weekday, to: Weekday) -> i32 {
    (to as i32 - from as i32).rem_euclid(7)
}

/// Easter Sunday of a Gregorian year.
fn easter(year: i32) -> Option<Day> {
    let (month, day) = super::kinds::easter(year);
    Day::from_ymd(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

/// The rules that stand for good: those that apply in `year`, each for every year, and without what was moved or added once.
pub(super) fn standing(def: &CalendarDef, year: i32) -> CalendarDef {
    let lasts = |h: &&Holiday| h.from.is_none_or(|from| from <= year) && h.until.is_none_or(|until| year <= until);
    let always = |h: &Holiday| Holiday {
        from: None,
        until: None,
        except: Vec::new(),
        ..h.clone()
    };
    CalendarDef {
        holidays: def.holidays.iter().filter(lasts).map(always).collect(),
        one_offs: Vec::new(),
        ..def.clone()
    }
}

/// Whether all that the rules say of a year falls in it: then its holidays do not hang on the year before.
pub(super) fn stay_within(def: &CalendarDef, year: i32) -> bool {
    place(def, year..=year).keys().all(|day| day.ymd().0 == year)
}
