//! Every link counted again: days by hand, holidays from the published list, months by chrono. Nothing of the compiler's own
//! calendar is used.

use super::*;
use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};
use duly::schedule::{Bound, Direction};
use duly::time::{Day, Duration, Unit};
use std::collections::BTreeMap;

const PUBLISHED: &str = include_str!("../../fixtures/bank-holidays.csv");

fn holidays() -> BTreeMap<NaiveDate, &'static str> {
    let lines = PUBLISHED.lines().skip(1);
    lines
        .map(|l| l.split_once(',').unwrap())
        .map(|(date, name)| (date.parse().unwrap(), name))
        .collect()
}

fn date(day: Day) -> NaiveDate {
    day.to_string().parse().unwrap()
}

fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

/// The day on which a count from `from` ends, and what was passed over.
fn count(holidays: &BTreeMap<NaiveDate, &str>, from: NaiveDate, length: Duration) -> (NaiveDate, Vec<NaiveDate>) {
    let clear = i64::from(length.clear);
    let n = i64::from(length.count);
    let free = |d: NaiveDate| matches!(d.weekday(), Weekday::Sat | Weekday::Sun) || holidays.contains_key(&d);
    let end = match length.unit {
        Unit::Hours => from + days((n + 23) / 24 + clear),
        Unit::CalendarDays => from + days(n + clear),
        Unit::Weeks => from + days(7 * n + clear),
        Unit::Months => from + Months::new(length.count) + days(clear),
        Unit::Years => from + Months::new(12 * length.count) + days(clear),
        Unit::WorkingDays => {
            let (mut day, mut left, mut passed) = (from, n + clear, Vec::new());
            while left > 0 {
                day += days(1);
                if free(day) {
                    passed.push(day);
                } else {
                    left -= 1;
                }
            }
            return (day, passed);
        }
    };
    (end, Vec::new())
}

/// Counts every link of a bound; how many there were.
fn check(bound: &Bound, fixed: &[NaiveDate], holidays: &BTreeMap<NaiveDate, &str>) -> usize {
    let why = &bound.why;
    for (at, link) in why.iter().enumerate() {
        let (anchor, day) = (date(link.anchor_day), date(link.day));
        let skipped: Vec<NaiveDate> = link.skipped.iter().map(|(d, _)| date(*d)).collect();
        match (link.direction, link.count) {
            (Direction::Same, _) => assert_eq!(anchor, day, "{link:#?}"),
            (Direction::After, Some(length)) => {
                assert_eq!((day, skipped), count(holidays, anchor, length), "{link:#?}");
            }
            (Direction::Before, Some(length)) => {
                let (end, passed) = count(holidays, day, length);
                assert!(end <= anchor, "{link:#?}");
                assert_eq!(skipped, passed, "{link:#?}");
                assert!(
                    count(holidays, day + days(1), length).0 > anchor,
                    "a later day would do: {link:#?}"
                );
            }
            other => panic!("{other:?}: {link:#?}"),
        }
        for (day, name) in &link.skipped {
            let day = date(*day);
            match holidays.get(&day) {
                Some(published) => assert!(name.starts_with(published), "{name} on {day}"),
                None => assert!(name == "Saturday" || name == "Sunday", "{name} on {day}"),
            }
        }
        match at.checked_sub(1) {
            Some(before) => assert_eq!(why[before].day, link.anchor_day, "a broken chain: {why:#?}"),
            None => assert!(fixed.contains(&anchor), "{anchor} is nothing that occurred: {why:#?}"),
        }
    }
    if let Some(last) = why.last() {
        assert_eq!(last.day, bound.day);
    }
    why.len()
}

/// Counts every link of a schedule again.
fn check_all(s: &Schedule, fixed: &[NaiveDate]) -> usize {
    let holidays = holidays();
    assert_eq!(s.unsettled, [""; 0]);
    let mut links = 0;
    for duty in &s.duties {
        for fate in &duty.fates {
            for bound in fate.earliest.iter().chain(&fate.latest) {
                let is_past = matches!(fate.state, State::Overdue(_) | State::Late(_));
                assert_eq!(bound.day < s.today, is_past, "{}: {bound:#?}", duty.rule.name);
                assert!(bound.sure);
                links += check(bound, fixed, &holidays);
            }
            if let (Some(first), Some(last)) = (&fate.earliest, &fate.latest) {
                assert!(first.day <= last.day, "{}: {fate:#?}", duty.rule.name);
                assert!(
                    !last.why.is_empty() || !last.together.is_empty(),
                    "{}: {last:#?}",
                    duty.rule.name
                );
            }
        }
    }
    links
}

/// Moves every date of a case by so many days.
fn moved(text: &str, by: i64) -> (String, Vec<NaiveDate>) {
    let mut out = String::new();
    let mut dates = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("2026-") {
        let (before, from) = rest.split_at(at);
        let date: NaiveDate = from[..10].parse().unwrap();
        let later = date + days(by);
        dates.push(later);
        out += before;
        out += &later.to_string();
        rest = &from[10..];
    }
    (out + rest, dates)
}

#[test]
fn stoke_from_many_start_dates() {
    let case = example("stoke-on-trent.toml");
    let mut links = 0;
    // 61 days apart, so on every day of the week.
    for n in -3..6 {
        let (text, dates) = moved(&case, n * 61);
        let today = (*dates.last().unwrap() + days(n.rem_euclid(3))).to_string();
        let s = worked_out(stoke(), &[("case.toml", &text)], &today);
        links += check_all(&s, &dates);
    }
    assert!(links > 100, "{links}");
}

#[test]
fn doncaster_from_many_start_dates() {
    let (toml, csv) = (example("doncaster.toml"), example("doncaster.csv"));
    let mut links = 0;
    for n in -1..3 {
        let (text, dates) = moved(&csv, n * 80);
        let today = date(day("2026-11-09")) + days(n * 80);
        let files = [("case.toml", toml.as_str()), ("case.csv", text.as_str())];
        let s = worked_out(doncaster(), &files, &today.to_string());
        links += check_all(&s, &dates);
    }
    assert!(links > 50, "{links}");
}

/// Every kind of count, each way, with chains of several links.
const KINDS: &str = r#"protocol p "Kinds of count"
  authority "A"
role officer "the officer"
status in-care "looked after"
meeting talk "the talk"
meeting review "the review"
meeting follow-up "the follow-up"
document letter "the letter"
document reply "the reply"
document notice "the notice"
rule in-working-days
  the officer must hold review
  within 20 working days after in-care begins
  cites p 1
rule in-months
  the officer must hold follow-up
  within 3 months after review is held
  cites p 2
rule pulled-forward
  when talk is held
  the officer must hold review
  at least 10 working days after talk is held
  cites p 3
rule talk-in-weeks
  the officer must hold talk
  within 6 weeks after in-care begins
  cites p 4
rule letter-before
  the officer must send letter to officer
  at least 10 working days before follow-up is held
  cites p 5
rule notice-before
  the officer must send notice to officer
  at least 3 clear calendar days before follow-up is held
  cites p 6
rule reply-in-hours
  the officer must send reply to officer
  within 48 hours after talk is held
  cites p 7
"#;

#[test]
fn every_kind_of_count_from_every_day_of_two_years() {
    let loaded = from_text("p.duly", KINDS, &mut Sources::new());
    assert!(loaded.is_well_formed());
    let mut links = 0;
    let start: NaiveDate = "2026-01-01".parse().unwrap();
    for n in (0..730).step_by(2) {
        let begins = start + days(n);
        let csv = format!("date,what\n{begins},in-care begins\n");
        let s = worked_out(&loaded.protocol, &[("case.csv", &csv)], &begins.to_string());
        links += check_all(&s, &[begins]);
    }
    assert!(links > 365 * 7, "{links}");
}
