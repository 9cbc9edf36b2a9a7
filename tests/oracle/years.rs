//! An axis of runs of years against those years alone: what the solver says of all runs at once, it says of the years of each.

use std::collections::{BTreeMap, BTreeSet};

use duly::calendar::{Calendar, runs};
use duly::model::Protocol;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::solve::net::Point;
use duly::solve::parts::Part;
use duly::solve::words::Attempt;
use duly::time::Day;

use crate::dice::seeds;
use crate::forms::Form;
use crate::generate::{protocol_of, text_of};

const FROM: i32 = 2029;

/// How often each answer was given.
type Seen = BTreeMap<&'static str, usize>;

/// The last axis day of the first year, from which a story has two more years.
fn first_year(calendar: &Calendar) -> i32 {
    let year = calendar.first().ymd().0;
    calendar.index(Day::from_ymd(year, 12, 31).unwrap()).unwrap()
}

fn words(part: &Part) -> Vec<Vec<Point>> {
    let mut out: Vec<Vec<Point>> = part.letters.iter().map(|x| vec![*x]).collect();
    for a in &part.letters {
        out.extend(part.letters.iter().filter(|b| *b != a).map(|b| vec![*a, *b]));
    }
    out
}

/// The years of some runs, each an axis of its own; the later the rarer.
fn some_years(protocol: &Protocol, seed: usize) -> Vec<Calendar> {
    let all = runs(FROM, 3).unwrap();
    let firsts = [0, 3 * seed + 1, 7 * seed + 200, all.len() - 1 - seed].map(|at| all[at % all.len()]);
    let years = firsts.into_iter();
    years
        .map(|y| Calendar::standing(&protocol.calendar, y, 3).unwrap())
        .collect()
}

fn compare(protocol: &Protocol, every: &Calendar, seed: usize, seen: &mut Seen) {
    let mut asker = Asker::new(Ground::new(protocol, every));
    let obeyed = asker.obeyed(Tier::Must, &BTreeSet::new());
    let parts = asker.parts(&obeyed);
    let years = some_years(protocol, seed);
    let mut alone: Vec<Asker<'_>> = years
        .iter()
        .map(|c| Asker::starting(Ground::new(protocol, c), (0, first_year(c))))
        .collect();
    for part in &parts {
        for word in words(part) {
            let all = asker.refute(&word, part, &obeyed);
            let answers: Vec<Attempt> = alone.iter_mut().map(|a| a.refute(&word, part, &obeyed)).collect();
            for answer in &answers {
                match (&all, answer) {
                    (Attempt::Unfinished, _) | (_, Attempt::Unfinished) => panic!("seed {seed}: {word:?} not decided"),
                    // What no run brings, no years bring; what goes on in all runs goes on in all years.
                    (Attempt::Unreachable, other) => {
                        assert!(matches!(other, Attempt::Unreachable), "seed {seed}: {word:?} {other:?}");
                    }
                    (Attempt::Continues, other) => {
                        assert!(!matches!(other, Attempt::Stuck(_)), "seed {seed}: {word:?} {other:?}");
                    }
                    (Attempt::Stuck(_), _) => {}
                }
            }
            *seen.entry(kind(&all)).or_default() += 1;
            if let Attempt::Stuck(found) = &all {
                // On the days that were found, and in those years alone, it is stuck too.
                let days: Vec<Day> = found.days.iter().map(|at| every.day(*at).unwrap()).collect();
                let (first, _) = every.run_at(found.days[0]).unwrap();
                let first = every.day(first).unwrap().ymd().0;
                let calendar = Calendar::standing(&protocol.calendar, first, 3).unwrap();
                let last = i32::try_from(calendar.len()).unwrap() - 1;
                let mut there = Asker::starting(Ground::new(protocol, &calendar), (0, last));
                let at = days.iter().map(|day| calendar.index(*day).unwrap());
                let fixed: Vec<(Point, i32)> = word.iter().copied().zip(at).collect();
                let core: Vec<_> = found.core.iter().copied().collect();
                assert!(
                    there.prefix(&word, part, &fixed, &found.case, &obeyed).is_some(),
                    "seed {seed}: {found:?}"
                );
                assert!(
                    there.is_stuck(&word, part, &fixed, &found.case, &core),
                    "seed {seed}: {found:?}"
                );
            }
        }
    }
}

fn kind(attempt: &Attempt) -> &'static str {
    match attempt {
        Attempt::Unreachable => "unreachable",
        Attempt::Continues => "continues",
        Attempt::Stuck(_) => "stuck",
        Attempt::Unfinished => "unfinished",
    }
}

#[test]
fn what_is_said_of_all_runs_of_years_is_so_in_the_years_of_each() {
    let mut seen = Seen::new();
    let mut every = None;
    for seed in seeds(60) {
        let Some(text) = text_of(seed, 1, Form::ALL) else {
            continue;
        };
        let Some(protocol) = protocol_of(&text) else { continue };
        let every = every.get_or_insert_with(|| Calendar::every_year(&protocol.calendar, FROM, 3).unwrap());
        compare(&protocol, every, usize::try_from(seed).unwrap(), &mut seen);
    }
    for answer in ["unreachable", "continues", "stuck"] {
        assert!(seen.get(answer).is_some_and(|n| *n > 10), "{seen:?}");
    }
}
