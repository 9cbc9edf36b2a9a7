//! How far a last day could be sooner, as `check` tells it, against every count there is, tried by adding dates for every start
//! date; on the random limits of [`crate::repairs`].

use duly::analyses::{self, Extent};
use duly::calendar::{Calendar, Reach};
use duly::diagnostics::{Slack, Spare};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::{Day, Duration};

use crate::dice::Dice;
use crate::repairs::{Limits, can_be_kept, limits, text};

const SEEDS: u64 = 120;

fn slack(text: &str) -> (Vec<Slack>, Calendar) {
    let loaded = from_text("t.duly", text, &mut Sources::new());
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let extent = Extent {
        slack: true,
        ..Extent::default()
    };
    let report = analyses::check_within(&loaded.protocol, today, extent, &mut |_| (), None).unwrap();
    (report.slack, Calendar::build(&loaded.protocol.calendar).unwrap())
}

/// The lowest count of a last day with which all can be kept, one by one from what is written.
fn tightest(calendar: &Calendar, all: &Limits, name: &'static str) -> Duration {
    let written = all[name];
    let with = |count: u32| Duration { count, ..written };
    let is_kept = |count: &u32| {
        let mut changed = all.clone();
        changed.insert(name, with(*count));
        can_be_kept(calendar, &changed)
    };
    with((1..=written.count).rev().take_while(is_kept).last().unwrap())
}

/// Whether a limit alone is passed from this start date: what is due later than it allows.
fn is_late(calendar: &Calendar, all: &Limits, start: Day) -> bool {
    let plus = |day: Day, name: &str| match all.get(name).map(|length| calendar.add(day, *length)) {
        Some(Reach::Day(day)) => Some(day),
        _ => None,
    };
    let one = plus(start, "early").unwrap_or(start);
    let two = plus(one, "gap").unwrap_or(start);
    let late = |at: Day, name: &str| plus(start, name).is_some_and(|last| at > last);
    late(one, "soon") || late(two, "total")
}

#[test]
fn a_last_day_is_said_to_be_as_near_as_it_can_be() {
    let (mut some, mut none, mut whole, mut clashing) = (0, 0, 0, 0);
    for seed in 0..SEEDS {
        let all = limits(&mut Dice(seed));
        let text = text(&all);
        let (told, calendar) = slack(&text);
        let last_days: Vec<&'static str> = ["soon", "total"].into_iter().filter(|n| all.contains_key(n)).collect();
        // A limit that is as near as it can be written has no room to ask about.
        let open = last_days.iter().filter(|n| all[**n].count > 1).count();
        assert_eq!(told.len(), open, "{told:#?} of\n{text}");
        for limit in told {
            let name = *last_days.iter().find(|n| limit.rule == format!("t.{n}")).unwrap();
            match limit.spare {
                Spare::Unknown => panic!("not decided: {name} of\n{text}"),
                Spare::None => {
                    assert!(!can_be_kept(&calendar, &all), "{name} of\n{text}");
                    clashing += 1;
                }
                // Where others clash as it is, one of them is looked past.
                _ if !can_be_kept(&calendar, &all) => {}
                Spare::All(write) => {
                    assert_eq!(write, format!("within {}", tightest(&calendar, &all, name)), "{text}");
                    whole += 1;
                }
                Spare::Some(brink) => {
                    let least = tightest(&calendar, &all, name);
                    assert_eq!(brink.tightest, format!("within {least}"), "{name} of\n{text}");
                    assert_eq!(brink.is_less, least != all[name], "{text}");
                    let count = least.count - 1;
                    let mut next = all.clone();
                    next.insert(name, Duration { count, ..least });
                    // Without one it is so from every start date.
                    let start = brink.start.unwrap_or(Day::from_ymd(2026, 1, 5).unwrap());
                    assert!(is_late(&calendar, &next, start), "{name} of\n{text}");
                    if brink.is_less { some += 1 } else { none += 1 }
                }
            }
        }
    }
    assert!(
        some > 20 && whole > 0 && clashing > 20,
        "{some} with some, {none} with none, {whole} with all, {clashing} that clash"
    );
}
