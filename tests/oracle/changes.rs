//! Changes to a protocol of which it is known, without any solving, what they do to the start dates from which it cannot be kept:
//! none, or only one way (metamorphic testing; Chen, Cheung and Yiu 1998). In: random rows of meetings with one limit across. Out:
//! the number of dates that `check` says fail, before and after.

use duly::analyses;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

use crate::dice::Dice;

/// A length of time as it is written.
type Length = (usize, &'static str);

/// Meetings in a row, each so long after the one before, the last of them within a limit.
#[derive(Debug, Clone)]
struct Row {
    waits: Vec<Length>,
    limit: Length,
    /// Weeks by which all that the calendar knows lies later.
    later: usize,
    /// Public holidays, as the calendar declares them.
    holidays: Vec<&'static str>,
}

/// How a row is written down.
#[derive(Clone, Copy, Default)]
struct Style {
    /// Other names, which sort the other way round.
    renamed: bool,
    /// The rules from the last to the first.
    backwards: bool,
    /// The wait and the limit of the last meeting in rules of their own.
    split: bool,
}

const UNITS: [&str; 3] = ["working days", "calendar days", "weeks"];
const HOLIDAYS: [&str; 4] = [
    "\"Spring\" first monday of may",
    "\"Summer\" last monday of august",
    "\"Winter\" 25 december or next free day",
    "\"Friday\" easter - 2 days",
];

/// About how many calendar days a length is.
fn days((count, unit): Length) -> usize {
    match unit {
        "weeks" => count * 7,
        "working days" => count * 7 / 5,
        _ => count,
    }
}

impl Row {
    /// One whose limit is about as long as its waits; `units` for the waits and for the limit.
    fn random(dice: &mut Dice, waits: &[&'static str], limits: &[&'static str]) -> Row {
        let wait = |dice: &mut Dice| {
            let unit = *dice.pick(waits);
            (1 + dice.below(if unit == "weeks" { 4 } else { 20 }), unit)
        };
        let waits: Vec<Length> = (0..1 + dice.below(3)).map(|_| wait(dice)).collect();
        let unit = *dice.pick(limits);
        let whole: usize = waits.iter().map(|w| days(*w)).sum();
        let about = match unit {
            "weeks" => whole / 7,
            "working days" => whole * 5 / 7,
            _ => whole,
        };
        let holidays = HOLIDAYS.into_iter().filter(|_| dice.one_in(2)).collect();
        Row {
            waits,
            limit: ((about + dice.below(4)).saturating_sub(1).max(1), unit),
            later: 0,
            holidays,
        }
    }

    fn written(&self, style: Style) -> String {
        let name = |at: usize| match style.renamed {
            true => format!("z{:02}", 50 - at),
            false => format!("meeting-{at}"),
        };
        let start = if style.renamed { "aa" } else { "in-care" };
        let day = |iso: &str| {
            Day::parse_iso(iso)
                .unwrap()
                .plus(i32::try_from(7 * self.later).unwrap())
        };
        let mut text = format!(
            "protocol rows \"Rows\"\n  authority \"A council\"\n\ncalendar own \"Own\"\n  edition {}\n  known from {}\n  \
             published until {}\n  known until {}\n  weekend saturday, sunday\n",
            day("2026-01-01"),
            day("2024-01-01"),
            day("2027-12-31"),
            day("2028-12-31"),
        );
        for holiday in &self.holidays {
            text += &format!("  holiday {holiday}\n");
        }
        text += &format!("\nrole chair \"the chair\"\nstatus {start} \"in care\"\n");
        for at in 0..self.waits.len() {
            text += &format!("meeting {} \"a meeting\"\n", name(at));
        }
        let mut rules = Vec::new();
        let rule = |number: usize, at: usize, limits: &[String]| {
            let limits: String = limits.iter().map(|l| format!("  {l}\n")).collect();
            let number = if style.renamed { 90 - number } else { number };
            let act = format!("the chair must hold {}", name(at));
            format!("\nrule r{number}\n  when {start} begins\n  {act}\n{limits}  cites rows {number}\n")
        };
        let last = self.waits.len() - 1;
        for (at, (count, unit)) in self.waits.iter().enumerate() {
            let since = match at {
                0 => format!("{start} begins"),
                _ => format!("{} is held", name(at - 1)),
            };
            let wait = format!("at least {count} {unit} after {since}");
            let limit = format!("within {} {} after {start} begins", self.limit.0, self.limit.1);
            match (at == last, style.split) {
                (true, false) => rules.push(rule(at, at, &[wait, limit])),
                (true, true) => rules.extend([rule(at, at, &[wait]), rule(80, at, &[limit])]),
                (false, _) => rules.push(rule(at, at, &[wait])),
            }
        }
        if style.backwards {
            rules.reverse();
        }
        text + &rules.concat()
    }
}

/// From how many start dates `check` says that not all can be kept, of how many.
fn failing(text: &str) -> (usize, usize) {
    let mut sources = Sources::new();
    let loaded = from_text("rows.duly", text, &mut sources);
    assert!(loaded.is_well_formed(), "{:#?} of\n{text}", loaded.diagnostics);
    let checked = analyses::check(&loaded.protocol, Day::parse_iso("2026-11-22").unwrap()).unwrap();
    let clashes: Vec<_> = checked.findings.iter().filter(|f| f.code.id == "D0301").collect();
    let dates = |note: &String| {
        let words: Vec<&str> = note.split_whitespace().collect();
        match words.as_slice() {
            ["from", "every", "start", "date", ..] => Some((usize::MAX, usize::MAX)),
            ["from", "every", "one", "of", "the", all, ..] => Some((all.parse().unwrap(), all.parse().unwrap())),
            ["from", bad, "of", "the", all, ..] => Some((bad.parse().unwrap(), all.parse().unwrap())),
            _ => None,
        }
    };
    match clashes.as_slice() {
        [] => (0, 0),
        [one] => one.notes.iter().find_map(dates).unwrap_or_else(|| panic!("{one:#?}")),
        many => panic!("one circle of bounds clashes once: {many:#?} of\n{text}"),
    }
}

fn bad(row: &Row, style: Style) -> usize {
    failing(&row.written(style)).0
}

/// Rows of which some start dates fail and others do not are what the comparisons are about.
fn each(seeds: u64, waits: &[&'static str], limits: &[&'static str], mut compare: impl FnMut(&Row, usize)) {
    let mut some = 0;
    for seed in 0..seeds {
        let row = Row::random(&mut Dice(seed), waits, limits);
        let before = bad(&row, Style::default());
        some += u64::from(before > 0 && before < usize::MAX);
        compare(&row, before);
    }
    assert!(some * 5 >= seeds, "only {some} of {seeds} fail from some dates");
}

#[test]
fn names_order_and_one_rule_or_two_change_nothing() {
    each(25, &UNITS, &UNITS, |row, before| {
        let (renamed, backwards, split) = (true, true, true);
        for style in [
            Style {
                renamed,
                ..Style::default()
            },
            Style {
                backwards,
                ..Style::default()
            },
            Style {
                split,
                ..Style::default()
            },
            Style {
                renamed,
                backwards,
                split,
            },
        ] {
            assert_eq!(
                bad(row, style),
                before,
                "{}\n{}",
                row.written(Style::default()),
                row.written(style)
            );
        }
    });
}

#[test]
fn whole_weeks_later_is_the_same_where_there_are_no_holidays() {
    each(25, &UNITS, &UNITS, |row, _| {
        let bare = Row {
            holidays: Vec::new(),
            ..row.clone()
        };
        let later = Row {
            later: 37,
            ..bare.clone()
        };
        assert_eq!(
            failing(&later.written(Style::default())),
            failing(&bare.written(Style::default())),
            "{bare:?}"
        );
    });
}

#[test]
fn a_longer_limit_or_a_shorter_wait_fails_from_no_more_dates() {
    let mut fewer = 0;
    each(40, &UNITS, &UNITS, |row, before| {
        let mut longer = row.clone();
        longer.limit.0 += 1;
        let mut shorter = row.clone();
        shorter.waits[0].0 -= 1;
        shorter.waits[0].0 = shorter.waits[0].0.max(1);
        for other in [longer, shorter] {
            let after = bad(&other, Style::default());
            assert!(after <= before, "{before}, then {after}: {row:?}, then {other:?}");
            fewer += usize::from(after < before);
        }
    });
    assert!(fewer >= 20, "{fewer}");
}

/// A working day less puts off what is counted in working days, and nothing else.
#[test]
fn one_more_holiday_hurts_waits_and_helps_limits_that_are_counted_in_working_days() {
    let more = |row: &Row| Row {
        holidays: HOLIDAYS.to_vec(),
        ..row.clone()
    };
    let mut changed = 0;
    each(25, &UNITS[..1], &UNITS[1..], |row, before| {
        let after = bad(&more(row), Style::default());
        assert!(after >= before, "{before}, then {after}: {row:?}");
        changed += usize::from(after > before);
    });
    each(25, &UNITS[1..], &UNITS[..1], |row, before| {
        let after = bad(&more(row), Style::default());
        assert!(after <= before, "{before}, then {after}: {row:?}");
        changed += usize::from(after < before);
    });
    assert!(changed >= 10, "{changed}");
}
