//! Every year there can be: the kinds of years counted and held against the calendar, an axis of runs of years held against real years,
//! and what `check` says of it held against a count.

use std::collections::{BTreeMap, BTreeSet};

use duly::analyses::{self, Calendars, Dates, Extent, Report};
use duly::calendar::{BEYOND, CYCLE, Calendar, CalendarError, Kind, Reach, SORTS, Table, kind, runs};
use duly::model::CalendarDef;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::{Day, Duration, Unit, Weekday};

fn definition() -> CalendarDef {
    resolved("protocol t \"t\"\n  authority \"a council\"\n")
        .protocol
        .calendar
}

fn resolved(text: &str) -> duly::resolve::Loaded {
    let mut sources = Sources::new();
    let loaded = from_text("t.duly", text, &mut sources);
    assert!(
        !loaded.diagnostics.iter().any(duly::diagnostics::Diagnostic::stops),
        "{:?}",
        loaded.diagnostics
    );
    loaded
}

fn day(year: i32, month: u32, day: u32) -> Day {
    Day::from_ymd(year, month, day).unwrap()
}

fn working_days(count: u32) -> Duration {
    Duration {
        count,
        unit: Unit::WorkingDays,
        clear: false,
    }
}

// --- kinds ---

/// A small number for each kind.
fn number(kind: Kind) -> usize {
    usize::from(kind.leap) * 35 + usize::try_from(kind.easter).unwrap()
}

/// How many sorts of runs of one, two and three years lie within these years.
fn sorts(years: std::ops::RangeInclusive<i32>) -> [usize; 3] {
    let mut seen = [vec![false; 70], vec![false; 70 * 70], vec![false; 70 * 70 * 70]];
    let mut before: Vec<usize> = Vec::new();
    for year in years {
        before.insert(0, number(kind(year)));
        before.truncate(3);
        let mut sort = 0;
        for (length, one) in before.iter().enumerate() {
            sort += one * 70_usize.pow(u32::try_from(length).unwrap());
            seen[length][sort] = true;
        }
    }
    seen.map(|seen| seen.into_iter().filter(|s| *s).count())
}

#[test]
fn the_years_1901_to_4098_do_not_hold_every_kind() {
    assert_eq!(sorts(1901..=4098), [69, 176, 303]);
    assert_eq!(sorts(2029..=2028 + CYCLE), SORTS, "one whole cycle, so all there are");
    // And the next cycle is the same: nothing new comes after it.
    for year in (1..CYCLE).step_by(997) {
        assert_eq!(kind(year), kind(year + CYCLE), "{year}");
    }
}

#[test]
fn a_kind_is_what_the_days_say() {
    for year in 1583..=9999 {
        let kind = kind(year);
        assert_eq!(kind.begins, day(year, 1, 1).weekday(), "{year}");
        assert_eq!(kind.leap, Day::from_ymd(year, 2, 29).is_some(), "{year}");
        assert_eq!(day(year, 3, 22).plus(kind.easter).weekday(), Weekday::Sunday, "{year}");
        assert!((0..35).contains(&kind.easter), "{year}");
    }
    // The latest and the earliest Easter there can be, and one between.
    for (year, month, date) in [(2026, 4, 5), (2038, 4, 25), (2285, 3, 22), (1943, 4, 25), (1818, 3, 22)] {
        assert_eq!(day(year, 3, 22).plus(kind(year).easter), day(year, month, date));
    }
}

/// Each holiday of a year by its place in the year, with its name.
fn holidays(calendar: &Calendar, year: i32) -> Vec<(i32, String)> {
    let first = day(year, 1, 1);
    let of = calendar.holidays().filter(|(day, _)| day.ymd().0 == year);
    of.map(|(day, name)| (day.0 - first.0, name.to_owned())).collect()
}

#[test]
fn two_years_of_one_kind_have_the_same_holidays() {
    let def = definition();
    let mut known: BTreeMap<Kind, Vec<(i32, String)>> = BTreeMap::new();
    for century in (1901..=4098).step_by(150) {
        let calendar = Calendar::standing(&def, century, 150).unwrap();
        for year in century..century + 150 {
            let here = holidays(&calendar, year);
            assert_eq!(here.len(), 8, "{year}");
            assert_eq!(known.entry(kind(year)).or_insert_with(|| here.clone()), &here, "{year}");
        }
    }
    // They differ from kind to kind, or fewer would do.
    let different: BTreeSet<_> = known.values().collect();
    assert!(different.len() > 60, "{}", different.len());
}

#[test]
fn runs_are_the_first_of_their_sort() {
    assert_eq!(runs(2029, 0), None);
    assert_eq!(runs(2029, 4), None);
    for (length, all) in (1..).zip(SORTS) {
        let found = runs(2029, length).unwrap();
        assert_eq!(found.len(), all);
        assert_eq!(found[0], 2029);
        assert!(found.is_sorted());
        let sort = |first: i32| -> Vec<Kind> { (first..).take(length).map(kind).collect() };
        for first in 2029..4098 {
            let example = found.iter().find(|other| sort(**other) == sort(first)).unwrap();
            assert!(*example <= first, "{first}");
        }
    }
}

// --- the axis ---

const LENGTHS: [(u32, Unit); 9] = [
    (0, Unit::WorkingDays),
    (1, Unit::WorkingDays),
    (15, Unit::WorkingDays),
    (250, Unit::WorkingDays),
    (28, Unit::CalendarDays),
    (6, Unit::Weeks),
    (1, Unit::Months),
    (18, Unit::Months),
    (2, Unit::Years),
];

#[test]
fn what_is_counted_in_a_run_is_what_is_counted_in_every_year_like_it() {
    let def = definition();
    let runs_of_three = Calendar::every_year(&def, 2029, 3).unwrap();
    let sort = |first: i32| (kind(first), kind(first + 1), kind(first + 2));
    let examples: BTreeMap<_, i32> = runs(2029, 3).unwrap().into_iter().map(|y| (sort(y), y)).collect();
    for year in (1901..4096).step_by(13) {
        let real = Calendar::standing(&def, year, 3).unwrap();
        let example = day(examples[&sort(year)], 1, 1);
        let (first, end) = (0..i32::try_from(runs_of_three.len()).unwrap())
            .find(|at| runs_of_three.day(*at) == Some(example) && runs_of_three.run_at(*at).unwrap().0 == *at)
            .and_then(|at| runs_of_three.run_at(at))
            .unwrap();
        for (count, unit) in LENGTHS {
            let length = Duration {
                count,
                unit,
                clear: year % 2 == 0,
            };
            for x in 0..i32::try_from(real.len()).unwrap() {
                let there = match real.add(real.day(x).unwrap(), length) {
                    Reach::Day(y) => real.index(y).unwrap(),
                    Reach::Beyond => end + 1 - first,
                };
                let here = runs_of_three.counted(first + x, length);
                let here = if here == BEYOND { end + 1 - first } else { here - first };
                assert_eq!(here, there, "{year}, day {x}, {length}");
            }
        }
    }
}

#[test]
fn no_table_leads_from_one_run_into_another() {
    let calendar = Calendar::every_year(&definition(), 2029, 2).unwrap();
    assert_eq!(calendar.runs(), SORTS[1]);
    let mut tables: Vec<Table> = LENGTHS
        .iter()
        .map(|(count, unit)| {
            Table::of(
                &calendar,
                Duration {
                    count: *count,
                    unit: *unit,
                    clear: false,
                },
            )
        })
        .collect();
    tables.extend(tables.clone().iter().map(Table::adjoint));
    tables.extend([-400, -30, -1, 1, 400].map(|n| Table::shift_on(&calendar, n)));
    for table in &tables {
        assert!(table.is_monotone());
        for (x, &y) in (0..).zip(table.values()) {
            let (first, end) = calendar.run_at(x).unwrap();
            if calendar.day(x).is_none() {
                assert_eq!(y, x, "what lies between two runs stays there");
            } else {
                let beyond = y == BEYOND && usize::try_from(end + 1).unwrap() == calendar.len();
                assert!(beyond || (first - 1..=end + 1).contains(&y), "{x} to {y}");
            }
        }
    }
    // A table and its adjoint: f(x) <= y just where x <= adjoint(y).
    let (f, back) = (&tables[2], &tables[LENGTHS.len() + 2]);
    for x in (0..i32::try_from(calendar.len()).unwrap()).step_by(101) {
        for y in (x - 60..x + 60).filter(|y| (0..i32::try_from(calendar.len()).unwrap()).contains(y)) {
            assert_eq!(f.apply(x) <= y, x <= back.apply(y), "{x} and {y}");
        }
    }
}

#[test]
fn days_and_indexes_of_runs_agree() {
    let calendar = Calendar::every_year(&definition(), 2029, 3).unwrap();
    let mut days = 0;
    for at in 0..i32::try_from(calendar.len()).unwrap() {
        let Some(day) = calendar.day(at) else { continue };
        days += 1;
        let again = calendar.index(day).unwrap();
        assert_eq!(calendar.day(again), Some(day));
        assert!(!calendar.is_published(day));
        assert_eq!(
            calendar.is_working(day),
            calendar.why_not_working(day).is_none(),
            "{day}"
        );
    }
    assert_eq!(days + SORTS[2] - 1, calendar.len(), "one index between each two runs");
}

#[test]
fn years_whose_holidays_hang_on_the_year_before_are_not_of_a_kind() {
    let with = |rule: &str| {
        let text = format!(
            "calendar c \"C\"\n  known from 2020-01-01\n  published until 2028-12-31\n  known until 2040-12-31\n  edition 2026-11-22\n  \
             weekend saturday, sunday\n  holiday \"H\" {rule}\nprotocol t \"t\"\n  authority \"a council\"\n"
        );
        Calendar::every_year(&resolved(&text).protocol.calendar, 2029, 2).map(|c| c.runs())
    };
    assert_eq!(with("31 december"), Ok(SORTS[1]));
    assert_eq!(
        with("31 december or next free day"),
        Err(CalendarError::HangsOnAnotherYear)
    );
    assert_eq!(with("easter - 90 days"), Err(CalendarError::HangsOnAnotherYear));
}

// --- what check says ---

fn asked(text: &str, dates: Dates) -> Report {
    asked_with(text, dates, 0)
}

fn asked_with(text: &str, dates: Dates, further: usize) -> Report {
    let extent = Extent {
        calendars: Calendars { dates, further },
        ..Extent::default()
    };
    let today = Day::parse_iso("2026-11-22").unwrap();
    analyses::check_within(&resolved(text).protocol, today, extent, &mut |_| (), None).unwrap()
}

fn clash(report: &Report) -> Option<&duly::diagnostics::Diagnostic> {
    report.findings.iter().find(|d| d.code.id == "D0301")
}

/// A review at least so long after a child comes into care, and within so many calendar days.
fn review(calendar: &str, least: &str, most: &str) -> String {
    format!(
        "{calendar}protocol t \"t\"\n  authority \"a council\"\nrole officer\nstatus in-care\nmeeting review\n\
         rule not-at-once\n  when in-care begins\n  the officer must hold review\n  at least {least} after in-care begins\n  cites t 1\n\
         rule soon\n  the officer must hold review\n  within {most} after in-care begins\n  cites t 2\n"
    )
}

/// A feast that meets Easter only in the years in which Easter is on 22 March; the last was 1818, the next is 2285.
const FEAST: &str = "calendar feast \"Feast\"\n  known from 1995-01-01\n  published until 2028-12-31\n  known until 2042-12-31\n  \
    edition 2026-11-22\n  weekend saturday, sunday\n  holiday \"First day\" 19 march\n  holiday \"Last day\" 24 march\n  \
    holiday \"Good Friday\" easter - 2 days\n  holiday \"Easter Monday\" easter + 1 day\n";

#[test]
fn a_clash_that_only_a_far_year_brings_is_found_and_told_of_that_year() {
    let text = review(FEAST, "1 working day", "6 calendar days");
    let listed = asked(&text, Dates::Listed);
    assert!(clash(&listed).is_none());
    let every = asked(&text, Dates::EveryYear);
    let found = clash(&every).unwrap();
    assert_eq!(found.story[0].day, Some(day(2285, 3, 18)), "{:?}", found.story);
    assert!(
        found.notes.iter().any(|n| n.contains("2285 is the first year")),
        "{:?}",
        found.notes
    );
    assert!(
        every
            .bounds
            .iter()
            .any(|b| b.contains("every year under the standing holiday rules of feast, edition 2026-11-22"))
    );
    assert_eq!(every.unproven, 0);
    // A day more, and there is a way in every year.
    let every = asked(&review(FEAST, "1 working day", "7 calendar days"), Dates::EveryYear);
    assert!(clash(&every).is_none());
    assert_eq!(every.unproven, 0);
    assert!(
        every.proved.iter().any(|p| p.starts_with("in every year too")),
        "{:?}",
        every.proved
    );
}

/// The most calendar days that so many working days take, from any day of these calendars.
fn longest(calendars: &[Calendar], count: u32) -> i32 {
    let days = calendars
        .iter()
        .flat_map(|c| (0..).map_while(|at| c.day(at)).map(move |x| (c, x)));
    let taken = days.filter_map(|(c, x)| match c.add(x, working_days(count)) {
        Reach::Day(y) => Some(y.0 - x.0),
        Reach::Beyond => None,
    });
    taken.max().unwrap()
}

#[test]
fn there_is_a_way_in_every_year_just_where_the_longest_count_allows_it() {
    for (calendar, count) in [("", 1), ("", 5), ("", 20), (FEAST, 2), (FEAST, 20)] {
        let def = resolved(&review(calendar, "1 week", "2 weeks")).protocol.calendar;
        let standing = (2029..=4098).step_by(140);
        let standing: Vec<Calendar> = standing.map(|y| Calendar::standing(&def, y, 140).unwrap()).collect();
        let every = longest(&standing, count);
        // What was moved or added once makes a longer count in the dates listed alone.
        let listed = longest(&[Calendar::build(&def).unwrap()], count);
        for most in [every - 1, every] {
            let count = match count {
                1 => "1 working day".to_owned(),
                n => format!("{n} working days"),
            };
            let report = asked(
                &review(calendar, &count, &format!("{most} calendar days")),
                Dates::EveryYear,
            );
            assert_eq!(
                clash(&report).is_some(),
                most < every.max(listed),
                "{count} within {most} calendar days"
            );
            assert_eq!(report.unproven, 0);
            assert!(report.proved.iter().any(|p| p.starts_with("in every year too")));
        }
    }
}

#[test]
fn what_takes_longer_than_a_run_is_not_proven() {
    let every = asked(&review("", "30 months", "40 months"), Dates::EveryYear);
    assert!(clash(&every).is_none());
    assert!(every.unproven > 0);
    assert!(
        !every.proved.iter().any(|p| p.starts_with("in every year too")),
        "{:?}",
        every.proved
    );
    let said = "takes longer than three years hold";
    assert!(
        every
            .bounds
            .iter()
            .any(|b| b.starts_with("not decided") && b.contains(said)),
        "{:?}",
        every.bounds
    );
    // What takes up to a year is proved.
    let every = asked(&review("", "11 months", "12 months"), Dates::EveryYear);
    assert_eq!((clash(&every).is_none(), every.unproven), (true, 0));
}

#[test]
fn rules_of_a_day_to_come_or_gone_by_are_those_of_the_day_asked() {
    let dated = |line: &str| {
        let text = review(FEAST, "1 working day", "6 calendar days");
        asked(
            &text.replace("  cites t 2\n", &format!("  {line}\n  cites t 2\n")),
            Dates::EveryYear,
        )
    };
    let gone = dated("in force until 2020-01-01");
    assert!(clash(&gone).is_none());
    assert!(
        gone.bounds
            .iter()
            .any(|b| b == "of every year: the rules as they stand on 2026-11-22"),
        "{:?}",
        gone.bounds
    );
    assert!(clash(&dated("in force from 2020-01-01")).is_some());
}

#[test]
fn a_calendar_without_kinds_is_not_asked_of_every_year() {
    let calendar = FEAST.replace("24 march", "31 december or next free day");
    let every = asked(&review(&calendar, "1 working day", "9 calendar days"), Dates::EveryYear);
    assert_eq!(every.unproven, 1);
    assert!(
        every
            .bounds
            .iter()
            .any(|b| b.contains("years of one kind are not alike")),
        "{:?}",
        every.bounds
    );
}

// --- holidays that nobody has announced ---

/// The most calendar days that so many working days may take if so many more of them are made days off, from any start date.
fn longest_with(def: &CalendarDef, count: u32, further: u32) -> i32 {
    let calendar = Calendar::build(def).unwrap();
    let first = calendar.edition().unwrap().plus(1);
    // They are put where they cost most: on the days counted, the first of them after the edition.
    let starts = (calendar.first().0..=calendar.last().0 - 2 * 366).map(Day);
    let taken = starts.filter_map(|x| {
        let Reach::Day(last_made) = calendar.add(x, working_days(count + further - 1)) else {
            return None;
        };
        let Reach::Day(end) = calendar.add(x, working_days(count + further)) else {
            return None;
        };
        let made = (x.0.max(first.0 - 1) + 1..=last_made.0).map(Day);
        let enough = made.filter(|day| calendar.is_working(*day)).count() >= usize::try_from(further).unwrap();
        enough.then_some(end.0 - x.0)
    });
    taken.max().unwrap()
}

#[test]
fn more_holidays_leave_no_way_on_just_where_the_longest_count_says_so() {
    for (count, further) in [(1, 1), (5, 1), (20, 1), (20, 2), (10, 3)] {
        let text = |most: i32| review("", &format!("{count} working days"), &format!("{most} calendar days"));
        let def = resolved(&text(1)).protocol.calendar;
        let longest = longest_with(&def, count, further);
        let more = usize::try_from(further).unwrap();
        let enough = asked_with(&text(longest), Dates::Listed, more);
        assert_eq!(
            (
                enough.unproven,
                enough.findings.iter().any(|d| d.code.id.starts_with("D030"))
            ),
            (0, false)
        );
        assert!(
            enough.proved.iter().any(|p| p.starts_with("with up to")),
            "{:?}",
            enough.proved
        );
        let short = asked_with(&text(longest - 1), Dates::Listed, more);
        let found = short
            .findings
            .iter()
            .find(|d| d.code.id == "D0308" || d.code.id == "D0301");
        let found = found.unwrap_or_else(|| {
            panic!(
                "{count} working days and {further} more holidays in {} days",
                longest - 1
            )
        });
        // With fewer of them there is room, unless a date of the past had no more.
        if found.code.id == "D0308" {
            assert!(found.headline.ends_with("announced"), "{}", found.headline);
            assert!(
                found.notes.iter().any(|n| n.starts_with("shown as if")),
                "{:?}",
                found.notes
            );
        }
    }
}

#[test]
fn a_holiday_too_few_is_told_with_the_days_that_it_takes() {
    let text = review("", "20 working days", "34 calendar days");
    assert!(clash(&asked(&text, Dates::Listed)).is_none());
    // One more is room enough; two are not, and three are told as the two that it takes.
    assert_eq!(asked_with(&text, Dates::Listed, 1).unproven, 0);
    for more in [2, 3] {
        let report = asked_with(&text, Dates::Listed, more);
        let found = report.findings.iter().find(|d| d.code.id == "D0308").unwrap();
        assert!(
            found.headline.ends_with("if 2 more holidays are announced"),
            "{}",
            found.headline
        );
        assert_eq!(found.severity, duly::diagnostics::Severity::Warning);
    }
}

#[test]
fn more_holidays_are_asked_about_in_every_year_there_can_be() {
    let text = review("", "20 working days", "34 calendar days");
    let enough = asked_with(&text, Dates::EveryYear, 1);
    assert_eq!(enough.unproven, 0);
    let said = "in every year too, under the standing holiday rules and with up to 1 more holiday";
    assert!(enough.proved.iter().any(|p| p.starts_with(said)), "{:?}", enough.proved);
    let short = asked_with(&text, Dates::EveryYear, 2);
    let found = short.findings.iter().find(|d| d.code.id == "D0308").unwrap();
    assert!(
        found.notes.iter().any(|n| n.contains("2029 is the first year")),
        "{:?}",
        found.notes
    );
}
