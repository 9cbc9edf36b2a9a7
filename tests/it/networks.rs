//! Plain networks of limits: the start dates that the solver finds stuck, all at once, against each date worked out by itself with the
//! calendar alone, without its tables.

#[path = "../../benches/near_tree.rs"]
#[allow(dead_code, reason = "the benchmark uses more of it")]
mod near_tree;

use std::collections::BTreeSet;

use duly::calendar::{Calendar, DaySet, Reach};
use duly::resolve::from_text;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::solve::words::Attempt;
use duly::source::Sources;
use duly::time::{Day, Duration, Unit};
use near_tree::{Kept, Length, Link, Network, network};

fn duration(length: Length) -> Duration {
    let unit = match length.unit {
        "working days" => Unit::WorkingDays,
        "calendar days" => Unit::CalendarDays,
        _ => Unit::Months,
    };
    Duration {
        count: length.count,
        unit,
        clear: false,
    }
}

/// Whether there is a day for everything from this start date: the first days, raised until every limit is kept.
fn can_be_kept(calendar: &Calendar, network: &Network, start: Day) -> bool {
    let mut days = vec![start; network.occurrences];
    loop {
        let before = days.clone();
        for link in &network.links {
            let end = calendar.add(days[link.from], duration(link.length));
            let least = match (link.within, end) {
                (false, Reach::Day(end)) => end,
                (false, Reach::Beyond) => return false,
                (true, _) => days[link.from],
            };
            days[link.of] = days[link.of].max(least);
            let ends_by = |since: Day, day: Day| matches!(calendar.add(since, duration(link.length)), Reach::Day(end) if end < day);
            while link.within && ends_by(days[link.from], days[link.of]) {
                days[link.from] = days[link.from].plus(1);
            }
        }
        if days[0] > start || days.iter().any(|day| *day > calendar.last()) {
            return false;
        }
        if days == before {
            return true;
        }
    }
}

/// The axis days among the start dates that are stuck: all at once, and each by itself; and the clashes that were told, with their dates.
fn stuck(network: &Network) -> (DaySet, DaySet, Vec<(usize, DaySet)>) {
    let loaded = from_text("p.duly", &network.text(), &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics.first());
    let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
    let mut asker = Asker::new(Ground::new(&loaded.protocol, &calendar));
    let obeyed = asker.obeyed(Tier::Must, &BTreeSet::new());
    let (mut at_once, mut told) = (BTreeSet::new(), Vec::new());
    for part in asker.parts(&obeyed) {
        let root = part.letters[0];
        at_once.extend(asker.stuck_starts(root, &part, &[], &part.norms).iter());
        match asker.refute(&part.letters, &part, &part.norms) {
            Attempt::Stuck(found) => {
                let core: Vec<_> = found.core.iter().copied().collect();
                told.push((core.len(), asker.stuck_starts(root, &part, &[], &core)));
            }
            Attempt::Continues => {}
            other => panic!("{other:?}"),
        }
    }
    let (from, to) = asker.starts;
    let one_by_one = DaySet::of(from, to, |at| {
        !can_be_kept(&calendar, network, calendar.day(at).unwrap())
    });
    (at_once.into_iter().collect(), one_by_one, told)
}

/// Somewhere two limits one after the other have to take about as long as they may: from which dates they can is not known beforehand.
fn tighten(net: &mut Network, seed: usize) {
    let within: Vec<Link> = net.links.iter().filter(|l| l.within).copied().collect();
    let about = |l: &Link| match l.length.unit {
        "working days" => l.length.count * 7 / 5,
        "calendar days" => l.length.count,
        _ => l.length.count * 30,
    };
    let firsts = within.iter().filter(|l| l.from == 0);
    let pairs = firsts.flat_map(|first| within.iter().filter(|l| l.from == first.of).map(move |l| (first, l)));
    let pairs: Vec<_> = pairs
        .filter(|(a, b)| a.length.unit != "calendar days" || b.length.unit != "calendar days")
        .collect();
    if let Some((first, second)) = pairs.get(seed % pairs.len().max(1)) {
        net.links.push(Link {
            of: second.of,
            from: 0,
            length: Length {
                count: about(first) + about(second),
                unit: "calendar days",
            },
            within: false,
        });
    }
}

#[test]
fn all_start_dates_at_once_are_those_that_are_stuck_one_by_one() {
    let mut some = 0;
    for seed in 0..16 {
        let mut net = network(40, [0, 5, 20, 60][seed % 4], Kept::Always, seed as u64);
        tighten(&mut net, seed);
        let (at_once, one_by_one, told) = stuck(&net);
        assert_eq!(at_once, one_by_one, "seed {seed}");
        assert_eq!(at_once.is_empty(), told.is_empty(), "seed {seed}");
        for (_, dates) in told {
            assert!(
                !dates.is_empty() && dates.without(&one_by_one).is_empty(),
                "seed {seed}"
            );
        }
        let starts = 4383;
        some += usize::from((1..starts).contains(&at_once.len()));
    }
    assert!(some > 1, "networks that are stuck from some dates only: {some}");
}

#[test]
fn a_much_connected_network_is_swept_to_the_same_dates() {
    let (at_once, one_by_one, told) = stuck(&network(150, 60, Kept::Mostly, 3));
    assert_eq!(at_once, one_by_one);
    assert_eq!(told, [(2, at_once)]);
}

#[test]
fn four_weeks_and_twenty_working_days_clash_from_every_weekend_wherever_they_stand() {
    for (cross, kept, dates) in [
        (0, Kept::Mostly, 754),
        (5, Kept::Mostly, 754),
        (0, Kept::Never, 4383),
        (20, Kept::Always, 0),
    ] {
        let (at_once, one_by_one, _) = stuck(&network(60, cross, kept, 11));
        assert_eq!(at_once.len(), dates, "{cross} {kept:?}");
        assert_eq!(at_once, one_by_one);
    }
}
