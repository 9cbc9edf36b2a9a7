//! The least change of a limit that removes a clash, as `check` tells it, against every count there is, tried by adding dates for
//! every start date. Random limits on one meeting, or on two that follow each other, in mixed units.

use std::collections::BTreeMap;

use duly::analyses;
use duly::calendar::{Calendar, Reach};
use duly::diagnostics::{ChangeKind, Diagnostic};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::{Day, Duration, Unit};

use crate::dice::Dice;

const SEEDS: u64 = 150;
const UNITS: [(Unit, usize); 4] = [
    (Unit::WorkingDays, 30),
    (Unit::CalendarDays, 40),
    (Unit::Weeks, 6),
    (Unit::Months, 3),
];

/// `early`: the first no sooner than; `soon`: no later than; `gap`: the second so long after the first; `total`: the second no
/// later than.
pub(crate) type Limits = BTreeMap<&'static str, Duration>;

pub(crate) fn limits(dice: &mut Dice) -> Limits {
    let names: &[&'static str] = match dice.below(3) {
        0 => &["early", "soon"],
        1 => &["early", "gap", "total"],
        _ => &["early", "soon", "gap", "total"],
    };
    let mut length = || {
        let (unit, most) = *dice.pick(&UNITS);
        Duration {
            count: u32::try_from(1 + dice.below(most)).unwrap(),
            unit,
            clear: false,
        }
    };
    names.iter().map(|name| (*name, length())).collect()
}

pub(crate) fn text(limits: &Limits) -> String {
    let mut out = String::from(
        "protocol t \"t\"\n  authority \"a\"\nrole chair\nevent e\n  comes from not stated\nmeeting one\nmeeting two\n",
    );
    for (name, length) in limits {
        let (act, limit) = match *name {
            "early" => ("one", format!("at least {length} after e happens")),
            "soon" => ("one", format!("within {length} after e happens")),
            "gap" => ("two", format!("at least {length} after one is held")),
            _ => ("two", format!("within {length} after e happens")),
        };
        out += &format!("rule {name}\n  when e happens\n  the chair must hold {act}\n  {limit}\n  cites t 1\n");
    }
    out
}

/// Whether from every start date there are days for both meetings, by the earliest day of each.
pub(crate) fn can_be_kept(calendar: &Calendar, limits: &Limits) -> bool {
    let plus = |day: Day, name: &str| match limits.get(name) {
        None => None,
        Some(length) => match calendar.add(day, *length) {
            Reach::Day(day) => Some(day),
            Reach::Beyond => panic!("{day} and {length} leave the axis"),
        },
    };
    let last = calendar.last().plus(-2 * 366);
    let mut day = calendar.first();
    while day <= last {
        let one = plus(day, "early").unwrap_or(day);
        let two = plus(one, "gap").unwrap_or(day);
        let late = |at: Day, name: &str| plus(day, name).is_some_and(|last| at > last);
        if late(one, "soon") || late(two, "total") {
            return false;
        }
        day = day.plus(1);
    }
    true
}

/// The count nearest to the one written with which all of these can be kept: one by one, away from it.
fn least(calendar: &Calendar, limits: &Limits, name: &str) -> Option<Duration> {
    let written = limits[name];
    let counts: Vec<u32> = match name {
        "early" | "gap" => (1..written.count).rev().collect(),
        _ => (written.count + 1..written.count + 200).collect(),
    };
    let with = |count: u32| {
        let length = Duration { count, ..written };
        let mut changed = limits.clone();
        changed.extend(limits.keys().find(|n| **n == name).map(|n| (*n, length)));
        can_be_kept(calendar, &changed).then_some(length)
    };
    counts.into_iter().find_map(with)
}

fn clashes(text: &str) -> (Vec<Diagnostic>, Calendar) {
    let loaded = from_text("t.duly", text, &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}\n{text}", loaded.diagnostics);
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let found = analyses::check(&loaded.protocol, today).unwrap().findings;
    let apart = found.into_iter().flat_map(|mut head| {
        let beneath = std::mem::take(&mut head.beneath);
        std::iter::once(head).chain(beneath)
    });
    let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
    (apart.filter(|d| d.code.id == "D0301").collect(), calendar)
}

#[test]
fn a_limit_is_changed_by_no_more_than_it_takes() {
    let (mut compared, mut partial) = (0, 0);
    for seed in 0..SEEDS {
        let all = limits(&mut Dice(seed));
        let text = text(&all);
        let (found, calendar) = clashes(&text);
        assert_eq!(found.is_empty(), can_be_kept(&calendar, &all), "{text}");
        for clash in found {
            let in_core = |name: &&str| clash.rules.iter().any(|r| r.name == format!("t.{name}"));
            let core: Limits = all.iter().filter(|(n, _)| in_core(n)).map(|(n, l)| (*n, *l)).collect();
            assert!(!can_be_kept(&calendar, &core), "{core:?} of\n{text}");
            let mut expected = BTreeMap::new();
            for name in core.keys() {
                let Some(length) = least(&calendar, &core, name) else {
                    continue;
                };
                let word = if matches!(*name, "early" | "gap") {
                    "at least"
                } else {
                    "within"
                };
                let mut changed = all.clone();
                changed.insert(*name, length);
                let whole = can_be_kept(&calendar, &changed);
                expected.insert(format!("t.{name}"), (format!("{word} {length}"), whole));
            }
            let told: BTreeMap<String, (String, bool)> = clash
                .repairs
                .iter()
                .filter_map(|repair| match repair.changes.as_slice() {
                    [one] if one.kind == ChangeKind::Limit => Some((one, repair.is_whole)),
                    _ => None,
                })
                .map(|(one, whole)| (one.rule.clone(), (one.write.clone(), whole)))
                .collect();
            assert_eq!(
                told.len(),
                expected.len().min(3),
                "{told:?} for {expected:?} of\n{text}"
            );
            for (rule, said) in &told {
                assert_eq!(Some(said), expected.get(rule), "{rule} of\n{text}");
                compared += 1;
                partial += usize::from(!said.1);
            }
        }
    }
    assert!(
        compared > 100 && partial > 5,
        "only {compared} compared, {partial} of them partial"
    );
}
