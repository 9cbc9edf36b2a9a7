//! From which dates a clash bites. In: a clash and its prefix. Out: counts over every start date, and days for its story.

use std::collections::BTreeMap;

use crate::model::NormId;
use crate::solve::ask::Asker;
use crate::solve::net::Point;
use crate::solve::words::Refutation;
use crate::time::{Day, Weekday};

use super::clashes::Clash;
use super::describe;

/// From which dates of its first occurrence a clash bites.
#[derive(Debug)]
pub struct Dates {
    /// Days of the word that make a good story.
    pub witness: Vec<i32>,
    /// How many start dates were asked about, and how many of them bite; none: not counted (several outside dates).
    counted: Option<(usize, usize)>,
    /// The days of the week from which it bites, if just those.
    weekdays: Vec<Weekday>,
    /// First and last start day asked about.
    range: Option<(Day, Day)>,
    several: bool,
    /// Days that are off only in the calendar on which it is told.
    further: Vec<Day>,
}

impl Dates {
    /// Counts them, and picks days that make a good story.
    pub fn of(asker: &mut Asker<'_>, clash: &Clash, refutation: &Refutation, asking: &[NormId]) -> Dates {
        let witness = witness(asker, clash, refutation, asking);
        let day = |asker: &Asker<'_>, at: i32| asker.ground.calendar.day(at);
        let range = day(asker, asker.starts.0).zip(day(asker, asker.starts.1));
        let mut dates = Dates {
            witness,
            counted: None,
            weekdays: Vec::new(),
            range,
            several: refutation.word.len() > 1,
            further: asker.ground.calendar.further().to_vec(),
        };
        let [only] = refutation.word.as_slice() else {
            return dates;
        };
        let stuck = asker.stuck_starts(*only, &clash.part, &clash.given, asking);
        let (from, to) = asker.starts;
        let mut by_weekday: BTreeMap<Weekday, (usize, usize)> = BTreeMap::new();
        let (mut asked, mut bad) = (0, 0);
        for at in from..=to {
            let Some(day) = day(asker, at) else { continue };
            let entry = by_weekday.entry(day.weekday()).or_default();
            entry.1 += 1;
            asked += 1;
            if stuck.contains(at) {
                entry.0 += 1;
                bad += 1;
            }
        }
        dates.counted = Some((asked, bad));
        dates.weekdays = by_weekday
            .iter()
            .filter(|(_, (bad, _))| *bad > 0)
            .map(|(w, _)| *w)
            .collect();
        dates
    }

    /// From every date asked about.
    pub fn is_always(&self) -> bool {
        self.several || self.counted.is_none_or(|(asked, bad)| asked == bad)
    }

    /// For notes.
    pub fn words(&self) -> Vec<String> {
        let off: Vec<String> = self
            .further
            .iter()
            .map(|day| format!("{} {day}", day.weekday().name()))
            .collect();
        let (them, holidays) = match off.len() {
            1 => ("it", "a holiday"),
            _ => ("them", "holidays"),
        };
        let off = (!off.is_empty()).then(|| {
            let days = describe::join(&off);
            format!("shown as if {days} were made {holidays}; the calendar does not have {them} as such")
        });
        off.into_iter().chain(self.range_in_words()).collect()
    }

    fn range_in_words(&self) -> Option<String> {
        let (asked, bad) = self.counted?;
        let (from, to) = self.range?;
        let range = format!("{from} to {to}");
        if asked == bad {
            return Some(format!("from every one of the {asked} start dates {range}"));
        }
        let days: Vec<String> = self.weekdays.iter().map(|w| w.name().to_owned()).collect();
        let on = if self.weekdays.len() < 5 {
            format!(", all of them a {}", days.join(" or a "))
        } else {
            String::new()
        };
        let then = if self.further.is_empty() { "" } else { "then " };
        Some(format!("{then}from {bad} of the {asked} start dates {range}{on}"))
    }

    /// For a headline; none if it is always.
    pub fn short(&self) -> Option<String> {
        match self.further.len() {
            0 => {}
            1 => return Some("if 1 more holiday is announced".to_owned()),
            n => return Some(format!("if {n} more holidays are announced")),
        }
        let (asked, bad) = self.counted?;
        if asked == bad {
            return None;
        }
        let days: Vec<String> = self.weekdays.iter().map(|w| w.name().to_owned()).collect();
        Some(if self.weekdays.len() < 5 {
            format!("if it starts on a {}", days.join(" or a "))
        } else {
            format!("from {bad} of {asked} start dates")
        })
    }
}

/// Dates for the word that still clash, near the calendar's edition and four weeks apart if that will do.
fn witness(asker: &mut Asker<'_>, clash: &Clash, refutation: &Refutation, asking: &[NormId]) -> Vec<i32> {
    let Some(first) = super::first_day(asker) else {
        return refutation.days.clone();
    };
    for start in (0..400).map(|n| first + n) {
        for gap in [28, 14, 7, 1, 0] {
            let days: Vec<i32> = (0..).take(refutation.word.len()).map(|n| start + n * gap).collect();
            let fixed: Vec<(Point, i32)> = refutation.word.iter().copied().zip(days.iter().copied()).collect();
            if asker.is_stuck(&refutation.word, &clash.part, &fixed, &clash.given, asking)
                && asker
                    .prefix(&refutation.word, &clash.part, &fixed, &clash.given, asking)
                    .is_some()
            {
                return days;
            }
            if refutation.word.len() == 1 {
                break;
            }
        }
    }
    refutation.days.clone()
}
