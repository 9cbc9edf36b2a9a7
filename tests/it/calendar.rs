//! The calendar against the published list, an independent count and worked values.

mod diagnostics;
mod holidays;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use duly::ast;
use duly::calendar::{BEFORE, BEYOND, Calendar, CalendarError, Reach, Table, Tables};
use duly::diagnostics::{Diagnostic, code};
use duly::model::CalendarDef;
use duly::resolve::calendar::calendar as resolve;
use duly::source::Sources;
use duly::syntax::parse;
use duly::time::{Day, Duration, Unit, Weekday};

const ENGLAND_AND_WALES: &str = include_str!("../../stdlib/calendars/england-and-wales.duly");
const PUBLISHED: &str = include_str!("../fixtures/bank-holidays.csv");

// --- reading ---

/// The one calendar item of a text.
fn item(text: &str) -> ast::Item {
    let mut sources = Sources::new();
    let file = sources.add("calendar.duly", text);
    let parsed = parse(&sources, file);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let [item] = <[ast::Item; 1]>::try_from(parsed.file.items).unwrap();
    item
}

fn definition(text: &str) -> CalendarDef {
    let mut out = Vec::new();
    let def = resolve(&item(text), &mut out);
    assert_eq!(out, [], "a good calendar has no diagnostics");
    def
}

fn england_and_wales() -> Calendar {
    Calendar::build(&definition(ENGLAND_AND_WALES)).unwrap()
}

/// The same rules over fewer days, to look at the ends of an axis.
fn england_and_wales_between(from: &str, until: &str) -> Calendar {
    let def = CalendarDef {
        known_from: Some(day(from)),
        known_until: Some(day(until)),
        ..definition(ENGLAND_AND_WALES)
    };
    Calendar::build(&def).unwrap()
}

fn day(iso: &str) -> Day {
    Day::parse_iso(iso).unwrap()
}

fn span_of(count: u32, unit: Unit) -> Duration {
    Duration {
        count,
        unit,
        clear: false,
    }
}

fn clear(count: u32, unit: Unit) -> Duration {
    Duration {
        count,
        unit,
        clear: true,
    }
}

fn add(calendar: &Calendar, x: &str, d: Duration) -> String {
    match calendar.add(day(x), d) {
        Reach::Day(y) => y.to_string(),
        Reach::Beyond => "beyond".to_owned(),
    }
}

fn days(from: &str, until: &str) -> impl Iterator<Item = Day> + use<> {
    (day(from).0..=day(until).0).map(Day)
}

use Unit::{CalendarDays, Hours, Months, Weeks, WorkingDays, Years};

// --- an independent reckoning: other library calls, another Easter, day by day ---

/// Easter Sunday by Oudin's method (1940), as the US Naval Observatory gives it.
fn easter_oudin(y: i32) -> NaiveDate {
    let c = y / 100;
    let n = y - 19 * (y / 19);
    let k = (c - 17) / 25;
    let mut i = c - c / 4 - (c - k) / 3 + 19 * n + 15;
    i -= 30 * (i / 30);
    i -= (i / 28) * (1 - (i / 28) * (29 / (i + 1)) * ((21 - n) / 11));
    let mut j = y + y / 4 + i + 2 - c + c / 4;
    j -= 7 * (j / 7);
    let l = i - j;
    let m = 3 + (l + 40) / 44;
    let d = l + 28 - 31 * (m / 4);
    NaiveDate::from_ymd_opt(y, m as u32, d as u32).unwrap()
}

/// The days off of one year, weekends apart, each case spelt out.
fn days_off(year: i32) -> Vec<NaiveDate> {
    let date = |m: u32, d: u32| NaiveDate::from_ymd_opt(year, m, d).unwrap();
    let monday = |m: u32, days: std::ops::RangeInclusive<u32>| {
        days.map(|d| date(m, d))
            .find(|d| d.weekday() == chrono::Weekday::Mon)
            .unwrap()
    };
    let mut off = vec![
        easter_oudin(year) - chrono::Days::new(2),
        easter_oudin(year) + chrono::Days::new(1),
        monday(8, 25..=31),
    ];
    off.push(date(
        1,
        match date(1, 1).weekday() {
            chrono::Weekday::Sat => 3,
            chrono::Weekday::Sun => 2,
            _ => 1,
        },
    ));
    off.extend(match date(12, 25).weekday() {
        chrono::Weekday::Fri => [date(12, 25), date(12, 28)],
        chrono::Weekday::Sat => [date(12, 27), date(12, 28)],
        chrono::Weekday::Sun => [date(12, 26), date(12, 27)],
        _ => [date(12, 25), date(12, 26)],
    });
    off.push(if [1995, 2020].contains(&year) {
        date(5, 8)
    } else {
        monday(5, 1..=7)
    });
    match year {
        2002 => off.extend([date(6, 3), date(6, 4)]),
        2012 => off.extend([date(6, 4), date(6, 5)]),
        2022 => off.extend([date(6, 2), date(6, 3), date(9, 19)]),
        _ => off.push(monday(5, 25..=31)),
    }
    match year {
        1999 => off.push(date(12, 31)),
        2011 => off.push(date(4, 29)),
        2023 => off.push(date(5, 8)),
        _ => {}
    }
    off
}

fn worked_by_hand(d: NaiveDate, off: &BTreeMap<i32, Vec<NaiveDate>>) -> bool {
    !matches!(d.weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun) && !off[&d.year()].contains(&d)
}

#[test]
fn working_days_agree_with_a_count_day_by_day() {
    let calendar = england_and_wales();
    let off: BTreeMap<i32, Vec<NaiveDate>> = (1995..=2042).map(|y| (y, days_off(y))).collect();
    let date = |d: Day| {
        let (y, m, dom) = d.ymd();
        NaiveDate::from_ymd_opt(y, m, dom).unwrap()
    };
    // Every day of the axis first, so that a fault below is one of counting.
    let works: BTreeMap<Day, bool> = days("1995-01-01", "2042-12-31")
        .map(|d| (d, worked_by_hand(date(d), &off)))
        .collect();
    for (d, works) in &works {
        assert_eq!(calendar.is_working(*d), *works, "{d}");
    }
    let flat: Vec<bool> = works.into_values().collect();
    for x in days("2000-01-01", "2040-12-31") {
        let mut at = (x.0 - calendar.first().0) as usize;
        for count in 0..=120 {
            if count > 0 {
                at += 1;
                while !flat[at] {
                    at += 1;
                }
            }
            let expected = Reach::Day(calendar.first().plus(at as i32));
            assert_eq!(
                calendar.add(x, span_of(count, WorkingDays)),
                expected,
                "{x} and {count} working days"
            );
        }
    }
}

// --- worked values ---

#[test]
fn statutory_limits_fall_where_they_should() {
    let c = england_and_wales();
    // Looked after on 20 April 2026: 4 May is a holiday.
    assert_eq!(add(&c, "2026-04-20", span_of(20, WorkingDays)), "2026-05-19");
    // Strategy discussion on 26 March 2026: Easter in between.
    assert_eq!(add(&c, "2026-03-26", span_of(15, WorkingDays)), "2026-04-20");
    assert_eq!(add(&c, "2026-03-28", span_of(0, WorkingDays)), "2026-03-28");
    assert_eq!(add(&c, "2026-03-28", span_of(1, WorkingDays)), "2026-03-30");
    assert_eq!(add(&c, "2026-03-28", span_of(2, Weeks)), "2026-04-11");
    // Half a day may run into the next one; two days and an hour into the third.
    assert_eq!(add(&c, "2026-03-28", span_of(0, Hours)), "2026-03-28");
    assert_eq!(add(&c, "2026-03-28", span_of(12, Hours)), "2026-03-29");
    assert_eq!(add(&c, "2026-03-28", span_of(48, Hours)), "2026-03-30");
    assert_eq!(add(&c, "2026-03-28", span_of(49, Hours)), "2026-03-31");
}

#[test]
fn clear_days_are_those_of_civil_procedure_rule_2_8() {
    let c = england_and_wales();
    // A hearing on Friday 20 October, three clear days: served by Monday 16 October.
    assert_eq!(
        c.latest_before(day("2023-10-20"), clear(3, CalendarDays)),
        Some(day("2023-10-16"))
    );
    assert_eq!(
        c.latest_before(day("2023-10-20"), span_of(3, CalendarDays)),
        Some(day("2023-10-17"))
    );
    // Notice on 1 October, 28 clear days: 30 October at the earliest.
    assert_eq!(add(&c, "2023-10-01", clear(28, CalendarDays)), "2023-10-30");
    // Three clear working days before a Tuesday that follows a bank holiday.
    assert_eq!(
        c.latest_before(day("2026-05-05"), clear(3, WorkingDays)),
        Some(day("2026-04-28"))
    );
    assert_eq!(
        c.latest_before(day("2026-05-05"), span_of(3, WorkingDays)),
        Some(day("2026-04-29"))
    );
}

#[test]
fn months_go_to_the_corresponding_date_or_the_end_of_the_month() {
    let c = england_and_wales();
    // Dodds v Walker: 30 September and four months is 30 January, not the 31st.
    assert_eq!(add(&c, "2026-09-30", span_of(4, Months)), "2027-01-30");
    assert_eq!(add(&c, "2026-10-31", span_of(4, Months)), "2027-02-28");
    assert_eq!(add(&c, "2027-10-31", span_of(4, Months)), "2028-02-29");
    // From the original date, never from a clamped one.
    assert_eq!(add(&c, "2026-01-31", span_of(1, Months)), "2026-02-28");
    assert_eq!(add(&c, "2026-01-31", span_of(2, Months)), "2026-03-31");
    assert_eq!(add(&c, "2028-02-29", span_of(1, Years)), "2029-02-28");
    assert_eq!(add(&c, "2028-02-29", span_of(4, Years)), "2032-02-29");
    assert_eq!(add(&c, "2026-01-31", clear(1, Months)), "2026-03-01");
    // "A month before 28 February" is the latest day from which a month ends by then: not minus one month.
    assert_eq!(
        c.latest_before(day("2026-02-28"), span_of(1, Months)),
        Some(day("2026-01-31"))
    );
    assert_eq!(
        c.latest_before(day("2026-03-30"), span_of(1, Months)),
        Some(day("2026-02-28"))
    );
    assert_eq!(
        c.latest_before(day("2026-05-31"), span_of(3, Months)),
        Some(day("2026-02-28"))
    );
}

fn extremes(calendar: &Calendar, count: u32, starts: impl Iterator<Item = Day>) -> (i32, i32) {
    let spans: Vec<i32> = starts
        .map(|x| match calendar.add(x, span_of(count, WorkingDays)) {
            Reach::Day(y) => y.0 - x.0,
            Reach::Beyond => panic!("{x} and {count} working days are on the axis"),
        })
        .collect();
    (*spans.iter().min().unwrap(), *spans.iter().max().unwrap())
}

#[test]
fn working_days_span_what_they_span_in_calendar_days() {
    let c = england_and_wales();
    let usual = || days("2020-01-01", "2031-12-31");
    assert_eq!(extremes(&c, 15, usual()), (19, 26));
    assert_eq!(extremes(&c, 15, usual().filter(|x| c.is_working(*x))), (21, 26));
    assert_eq!(extremes(&c, 20, usual()), (26, 34));
    // Four holidays in eleven days, once: Easter and the Royal Wedding of 2011.
    assert_eq!(extremes(&c, 15, days("2011-01-01", "2011-12-31")), (19, 27));
}

/// Start days from 2020 to 2031 on which no day lies within both bounds, computed with tables.
fn failing(calendar: &Calendar, upper: &Table, lower: &Table) -> Vec<Day> {
    days("2020-01-01", "2031-12-31")
        .filter(|d| {
            let at = calendar.index(*d).unwrap();
            upper.apply(at) < lower.apply(at)
        })
        .collect()
}

#[test]
fn twenty_eight_days_and_twenty_working_days_clash_on_weekends_only() {
    let c = england_and_wales();
    let mut tables = Tables::new(&c);
    let bad = failing(
        &c,
        &tables.add(span_of(20, WorkingDays)),
        &tables.add(span_of(28, CalendarDays)),
    );
    assert_eq!(days("2020-01-01", "2031-12-31").count(), 4383);
    assert_eq!(bad.len(), 754);
    assert!(
        bad.iter()
            .all(|d| matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday))
    );
    // The same as a loop: Y <= add(X, 20 working days), X + 28 <= Y.
    let round = Table::compose(
        &tables.adjoint(span_of(28, CalendarDays)),
        &tables.add(span_of(20, WorkingDays)),
    );
    let again: Vec<Day> = days("2020-01-01", "2031-12-31")
        .filter(|d| round.apply(c.index(*d).unwrap()) < c.index(*d).unwrap())
        .collect();
    assert_eq!(again, bad);
}

#[test]
fn letters_between_conference_and_review_fit_only_an_early_conference() {
    let c = england_and_wales();
    let mut tables = Tables::new(&c);
    let review = tables.add(span_of(20, WorkingDays));
    let latest_letter = Table::compose(&tables.adjoint(span_of(10, CalendarDays)), &review);
    assert_eq!(
        failing(&c, &latest_letter, &tables.add(span_of(15, WorkingDays))).len(),
        4187
    );
    assert_eq!(
        failing(&c, &latest_letter, &tables.add(span_of(10, WorkingDays))).len(),
        0
    );
}

#[test]
fn what_is_skipped_is_named() {
    let c = england_and_wales();
    let skipped: Vec<String> = c
        .skipped(day("2026-04-30"), span_of(3, WorkingDays))
        .into_iter()
        .map(|(d, why)| format!("{d} {why}"))
        .collect();
    assert_eq!(
        skipped,
        [
            "2026-05-02 Saturday",
            "2026-05-03 Sunday",
            "2026-05-04 Early May bank holiday"
        ]
    );
    assert_eq!(c.skipped(day("2026-04-30"), span_of(30, CalendarDays)), []);
    // A holiday on a weekend day is called by its own name.
    let def = CalendarDef {
        one_offs: vec![(day("2026-05-02"), "Fair".to_owned())],
        ..definition(ENGLAND_AND_WALES)
    };
    let fair = Calendar::build(&def).unwrap();
    assert_eq!(fair.why_not_working(day("2026-05-02")), Some("Fair"));
    assert_eq!(fair.why_not_working(day("2026-05-05")), None);
    // From a Saturday: the day itself is not counted and not named; the Sunday is skipped.
    assert_eq!(
        c.skipped(day("2026-05-09"), span_of(1, WorkingDays)),
        [(day("2026-05-10"), "Sunday")]
    );
}

// --- the ends of the axis ---

#[test]
fn past_the_last_day_is_beyond_and_nothing_is_known_outside() {
    let c = england_and_wales_between("2027-01-01", "2028-12-31");
    assert_eq!(add(&c, "2028-12-01", span_of(30, CalendarDays)), "2028-12-31");
    assert_eq!(add(&c, "2028-12-01", span_of(31, CalendarDays)), "beyond");
    // The last working day is Friday 29 December.
    assert_eq!(add(&c, "2028-12-28", span_of(1, WorkingDays)), "2028-12-29");
    assert_eq!(add(&c, "2028-12-28", span_of(2, WorkingDays)), "beyond");
    for unit in [Hours, CalendarDays, WorkingDays, Weeks, Months, Years] {
        assert_eq!(add(&c, "2027-01-01", span_of(u32::MAX, unit)), "beyond", "{unit:?}");
        assert_eq!(add(&c, "2027-01-01", clear(u32::MAX, unit)), "beyond", "{unit:?}");
        assert_eq!(add(&c, "2026-12-31", span_of(1, unit)), "beyond", "{unit:?}");
        assert_eq!(c.latest_before(day("2027-01-01"), span_of(1, unit)), None, "{unit:?}");
        assert_eq!(c.latest_before(day("2029-01-01"), span_of(1, unit)), None, "{unit:?}");
        assert_eq!(
            c.latest_before(day("2027-01-01"), span_of(0, unit)),
            Some(day("2027-01-01")),
            "{unit:?}"
        );
    }
    assert!(!c.is_working(day("2026-12-30")) && !c.is_working(day("2029-01-02")));
    assert_eq!(c.why_not_working(day("2029-01-06")), None);
    assert_eq!(
        (
            c.index(day("2027-01-01")),
            c.index(day("2026-12-31")),
            c.index(day("2029-01-01"))
        ),
        (Some(0), None, None)
    );
    assert_eq!(
        (c.day(730), c.day(731), c.day(BEFORE), c.day(BEYOND)),
        (Some(day("2028-12-31")), None, None, None)
    );
    assert_eq!(c.len(), 731);
    // A month that just fits a short axis is not beyond it.
    let short = england_and_wales_between("2027-02-01", "2027-03-01");
    assert_eq!(add(&short, "2027-02-01", span_of(1, Months)), "2027-03-01");
    assert_eq!(add(&short, "2027-02-02", span_of(1, Months)), "beyond");
}

#[test]
fn published_days_end_with_the_list() {
    let c = england_and_wales();
    assert!(c.is_published(day("1995-01-01")) && c.is_published(day("2028-12-31")));
    assert!(!c.is_published(day("1994-12-31")) && !c.is_published(day("2029-01-01")));
}

#[test]
fn a_definition_without_extent_or_working_days_is_refused() {
    let good = definition(ENGLAND_AND_WALES);
    let refused = |change: fn(&mut CalendarDef)| {
        let mut def = good.clone();
        change(&mut def);
        Calendar::build(&def).map(|c| c.len())
    };
    assert_eq!(refused(|d| d.known_from = None), Err(CalendarError::NoKnownFrom));
    assert_eq!(refused(|d| d.known_until = None), Err(CalendarError::NoKnownUntil));
    assert_eq!(refused(|d| d.known_until = Day::from_ymd(1995, 1, 1)), Ok(1));
    assert!(matches!(
        refused(|d| d.known_until = Day::from_ymd(1994, 12, 31)),
        Err(CalendarError::Backwards { .. })
    ));
    assert_eq!(
        refused(|d| d.known_until = Day::from_ymd(2195, 1, 2)),
        Err(CalendarError::TooLong)
    );
    assert_eq!(refused(|d| d.known_until = Day::from_ymd(2195, 1, 1)), Ok(73_050));
    assert_eq!(
        refused(|d| d.weekend = (0..7).map(|n| Day(n).weekday()).collect()),
        Err(CalendarError::NoWorkingDay)
    );
}

// --- adjoints ---

#[test]
fn latest_before_is_the_adjoint_of_add_for_every_unit() {
    let c = england_and_wales_between("2027-01-01", "2028-12-31");
    let mut tables = Tables::new(&c);
    let units = [Hours, CalendarDays, WorkingDays, Weeks, Months, Years];
    let lengths = units
        .into_iter()
        .flat_map(|unit| [0, 1, 3, 13, 48].map(|n| [span_of(n, unit), clear(n, unit)]))
        .flatten();
    for d in lengths {
        let forward = tables.add(d);
        assert!(forward.is_monotone(), "{d}");
        let back = tables.adjoint(d);
        for (y, by) in (0..).zip(days("2027-01-01", "2028-12-31")) {
            let latest = c.latest_before(by, d);
            assert_eq!(
                back.apply(y),
                latest.map_or(BEFORE, |x| c.index(x).unwrap()),
                "{d} before {by}"
            );
            for x in 0..c.len() as i32 {
                assert_eq!(forward.apply(x) <= y, x <= back.apply(y), "{d}: x = {x}, y = {y}");
            }
        }
    }
}

#[test]
fn a_table_is_made_once() {
    let c = england_and_wales_between("2027-01-01", "2027-03-31");
    let mut tables = Tables::new(&c);
    let d = span_of(10, WorkingDays);
    assert!(std::sync::Arc::ptr_eq(&tables.add(d), &tables.add(d)));
    assert!(std::sync::Arc::ptr_eq(&tables.adjoint(d), &tables.adjoint(d)));
    for x in days("2027-01-01", "2027-03-31") {
        let expected = match c.add(x, d) {
            Reach::Day(y) => c.index(y).unwrap(),
            Reach::Beyond => BEYOND,
        };
        assert_eq!(tables.add(d).apply(c.index(x).unwrap()), expected);
    }
}

/// The page that finds a clash by hand counts as the calendar does.
#[test]
fn the_page_by_hand_counts_as_the_calendar_does() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/method.md")).unwrap();
    let c = england_and_wales();
    let mut tables = Tables::new(&c);
    let [first, last, weeks] =
        [(28, CalendarDays), (20, WorkingDays), (6, Weeks)].map(|(count, unit)| tables.add(span_of(count, unit)));
    let day = |cell: &str| {
        let (weekday, date) = cell.split_once(' ').unwrap();
        let day = Day::parse_iso(date).unwrap();
        assert!(day.weekday().name().starts_with(weekday), "{cell}");
        c.index(day).unwrap()
    };
    let mut counted = 0;
    let mut start = None;
    for line in page.lines().filter(|l| l.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        match cells.as_slice() {
            [from, earliest, latest, left] if from.contains("2026-") => {
                let (from, earliest, latest) = (day(from), day(earliest), day(latest));
                assert_eq!((first.apply(from), last.apply(from)), (earliest, latest), "{line}");
                assert_eq!((latest - earliest + 1).max(0), left.parse::<i32>().unwrap(), "{line}");
                counted += 1;
            }
            ["in care", "", from] => start = Some(day(from)),
            [step, rule, reached] if reached.contains("2026-") => {
                let table = if *rule == "3" { &last } else { &weeks };
                assert_eq!(table.apply(start.unwrap()), day(reached), "{step}");
                counted += 1;
            }
            _ => {}
        }
    }
    assert_eq!(counted, 11);
}
