//! Days off that nobody has announced against every calendar that has them: what the solver says of all of these at once, it says of
//! each, and where it finds no way on, there is none in the calendar that it names.

use std::collections::{BTreeMap, BTreeSet};

use duly::calendar::Calendar;
use duly::model::Protocol;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::solve::net::Point;
use duly::solve::parts::Part;
use duly::solve::words::Attempt;
use duly::time::Day;

use crate::dice::{Dice, seeds};
use crate::generate::{on_days, random_protocol};

/// How often each answer was given.
type Seen = BTreeMap<&'static str, usize>;

fn words(part: &Part) -> Vec<Vec<Point>> {
    let mut out: Vec<Vec<Point>> = part.letters.iter().map(|x| vec![*x]).collect();
    for a in &part.letters {
        out.extend(part.letters.iter().filter(|b| *b != a).map(|b| vec![*a, *b]));
    }
    out
}

/// Every set of so many working days.
fn days_off(calendar: &Calendar, count: usize) -> Vec<Vec<Day>> {
    let days = (calendar.first().0..=calendar.last().0).map(Day);
    let working: Vec<Day> = days.filter(|day| calendar.is_working(*day)).collect();
    let mut out = vec![Vec::new()];
    for _ in 0..count {
        let longer = |some: &Vec<Day>| {
            let later = working.iter().filter(|day| some.last().is_none_or(|last| last < *day));
            later.map(|day| [some.as_slice(), &[*day]].concat()).collect::<Vec<_>>()
        };
        out = out.iter().flat_map(longer).collect();
    }
    out
}

fn asker<'p>(ground: Ground<'p>, calendar: &Calendar) -> Asker<'p> {
    Asker::starting(ground, (0, i32::try_from(calendar.len()).unwrap() - 1))
}

fn kind(attempt: &Attempt) -> &'static str {
    match attempt {
        Attempt::Unreachable => "unreachable",
        Attempt::Continues => "continues",
        Attempt::Stuck(_) => "stuck",
        Attempt::Unfinished => "unfinished",
    }
}

fn compare(seed: u64, (protocol, calendar): (&Protocol, &Calendar), count: usize, seen: &mut Seen) {
    let mut all = asker(Ground::announcing(protocol, calendar, count, None), calendar);
    let obeyed = all.obeyed(Tier::Must, &BTreeSet::new());
    let parts = all.parts(&obeyed);
    let sets = days_off(calendar, count);
    let calendars: Vec<Calendar> = sets.iter().map(|off| calendar.with_days_off(off)).collect();
    let mut each: Vec<Asker<'_>> = calendars.iter().map(|c| asker(Ground::new(protocol, c), c)).collect();
    // Whether the days off make a difference anywhere: else this would test nothing.
    let mut plain = asker(Ground::new(protocol, calendar), calendar);
    for (at, part) in parts.iter().enumerate() {
        let alone = plain.parts(&obeyed)[at].clone();
        assert_eq!(alone.norms, part.norms, "days off bind nothing together");
        for word in words(part) {
            let said = all.refute(&word, part, &obeyed);
            *seen.entry(kind(&said)).or_default() += 1;
            let mut stuck = 0;
            for (one, off) in each.iter_mut().zip(&sets) {
                let part = one.parts(&obeyed)[at].clone();
                let told = one.refute(&word, &part, &obeyed);
                stuck += usize::from(matches!(told, Attempt::Stuck(_)));
                match (&said, &told) {
                    (_, Attempt::Unfinished) => panic!("seed {seed}: {word:?} not decided with {off:?} off"),
                    // On an axis of two weeks they may cut a question of two letters into very many parts.
                    (Attempt::Unfinished, _) => {}
                    (Attempt::Unreachable, Attempt::Unreachable) | (Attempt::Stuck(_), _) => {}
                    (Attempt::Continues, Attempt::Continues | Attempt::Unreachable) => {}
                    _ => panic!("seed {seed}: {word:?} {said:?}, with {off:?} off {told:?}"),
                }
            }
            let Attempt::Stuck(found) = &said else { continue };
            assert!(stuck > 0, "seed {seed}: {found:?}");
            // In the calendar that has the days named, and on the days named.
            let off: Vec<Day> = found
                .days_off
                .iter()
                .map(|(_, at)| calendar.day(*at).unwrap())
                .collect();
            let at_these = sets.iter().position(|set| *set == off).unwrap();
            let there = &mut each[at_these];
            let part = there.parts(&obeyed)[at].clone();
            let fixed: Vec<(Point, i32)> = word.iter().copied().zip(found.days.iter().copied()).collect();
            let core: Vec<_> = found.core.iter().copied().collect();
            assert!(
                there.prefix(&word, &part, &fixed, &found.case, &obeyed).is_some(),
                "seed {seed}: {found:?} is no prefix"
            );
            assert!(
                there.is_stuck(&word, &part, &fixed, &found.case, &core),
                "seed {seed}: {found:?} goes on"
            );
            if !plain.is_stuck(&word, &alone, &fixed, &found.case, &core) {
                *seen.entry("stuck by days off alone").or_default() += 1;
            }
        }
    }
}

#[test]
fn what_is_said_of_all_days_off_is_so_of_each() {
    let mut seen = Seen::new();
    for seed in seeds(250) {
        let (_, protocol, calendar) = random_protocol(seed);
        compare(seed, (&protocol, &calendar), 1, &mut seen);
        if seed % 5 == 0 {
            compare(seed, (&protocol, &calendar), 2, &mut seen);
        }
    }
    let of = |answer: &str| seen.get(answer).copied().unwrap_or(0);
    assert!(
        ["unreachable", "continues", "stuck"]
            .iter()
            .all(|answer| of(answer) > 10),
        "{seen:?}"
    );
    assert!(of("unfinished") * 10 < of("continues"), "{seen:?}");
}

/// A few limits that have little room: in working days against calendar days, forwards and back, after one another, and with what
/// follows where one is missed.
fn tight(dice: &mut Dice) -> String {
    let mut text = "protocol tight \"Tight\"\n  authority \"Nobody\"\nrole worker \"worker\"\nrole panel \"panel\"\nevent start \"start\"\nevent call \"call\"\n\
        meeting review \"review\"\nmeeting visit \"visit\"\ndocument letter \"letter\"\n"
        .to_owned();
    let working = 1 + dice.below(4);
    let lengths = [
        working,
        working,
        working + 1 + dice.below(3),
        1 + dice.below(3),
        1 + dice.below(3),
    ];
    let [least, most, calendar, short, other] = lengths;
    let rules = [
        format!(
            "  when start happens\n  the worker must hold review\n  at least {least} working days after start happens\n"
        ),
        format!(
            "  when start happens\n  the worker must hold review\n  within {calendar} calendar days after start happens\n"
        ),
        format!(
            "  when start happens\n  the worker must hold review\n  within {most} working days after start happens\n"
        ),
        format!(
            "  when start happens\n  the worker must send letter to panel\n  at least {short} working days before review is held\n"
        ),
        "  when start happens\n  the worker must send letter to panel\n  after visit is held\n".to_owned(),
        format!(
            "  when start happens\n  the worker must hold visit\n  at least {other} clear working days after start happens\n"
        ),
        format!(
            "  when call happens\n  the worker must hold visit\n  within {short} working days after call happens\n  until {other} working days after review is held\n"
        ),
        format!("  the worker must not hold visit\n  until {short} working days after start happens\n"),
        "  when r2 is missed\n  the worker must hold visit\n  at least 1 working day after r2 is missed\n".to_owned(),
        format!(
            "  when start happens\n  the worker must hold visit\n  within {calendar} calendar days after start happens\n"
        ),
    ];
    for (number, rule) in rules.iter().enumerate() {
        if number == 2 || dice.below(2) == 0 {
            text.push_str(&format!("rule r{number}\n{rule}"));
        }
    }
    text
}

#[test]
fn days_off_that_leave_too_little_room_are_found() {
    let mut seen = Seen::new();
    for seed in seeds(120) {
        let text = tight(&mut Dice(seed));
        let (protocol, calendar) = on_days(&text, seed, 14).unwrap_or_else(|| panic!("seed {seed}:\n{text}"));
        compare(seed, (&protocol, &calendar), 1 + usize::from(seed % 4 == 0), &mut seen);
    }
    let of = |answer: &str| seen.get(answer).copied().unwrap_or(0);
    let all = ["continues", "stuck", "stuck by days off alone"];
    assert!(all.iter().all(|answer| of(answer) > 10), "{seen:?}");
    assert!(of("unfinished") * 10 < of("continues"), "{seen:?}");
}
