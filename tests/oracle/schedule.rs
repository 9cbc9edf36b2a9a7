//! Schedules against every history: what is said of the first and last day of a duty holds of all continuations of a case.
//! A world ends sooner than a schedule looks, so each bound is held from one side by whole histories, and from the other by
//! what is accepted so far.

use std::collections::BTreeSet;
use std::fmt::Write;

use duly::judge::judge;
use duly::model::{Body, Happening, NormId, Occurrence, VerdictKind};
use duly::schedule::{Loss, State, schedule};
use duly::solve::ask::Tier;
use duly::time::Day;

use crate::dice::seeds;
use crate::generate::text_of;
use crate::histories::{Givens, history};
use crate::solver::{ATTEMPTS, Judged, World, asking, class, class_of, solved};

/// Cases of one world that are worked out.
const CASES: usize = 40;

/// Continuations of a case in which nothing more comes from outside.
fn continuations<'w>(world: &'w World, past: &[Occurrence], givens: &Givens, today: Day) -> Vec<&'w Judged> {
    let quiet = |o: &Occurrence| {
        let alone =
            matches!(o.what, Happening::Begins(_) | Happening::Ends(_)) && asking(&world.protocol, o.what).is_empty();
        o.day >= today && !alone && !matches!(o.what, Happening::Happens(_))
    };
    let of_case = |h: &&Judged| {
        h.givens == *givens && h.occurrences.starts_with(past) && h.occurrences[past.len()..].iter().all(quiet)
    };
    world.histories.iter().filter(of_case).collect()
}

/// What a schedule says that no history bears out, or rules out what one does.
fn differences(world: &World) -> (usize, Vec<String>) {
    let asker = world.asker();
    let obeyed: BTreeSet<NormId> = asker.obeyed(Tier::Should, &BTreeSet::new()).into_iter().collect();
    let (mut seen, mut out, mut compared) = (BTreeSet::new(), Vec::new(), 0);
    for whole in &world.histories {
        for cut in 0..=whole.occurrences.len() {
            let past = &whole.occurrences[..cut];
            if seen.len() >= CASES || !seen.insert(format!("{:?} {past:?}", whole.givens)) {
                continue;
            }
            let today = past.last().map_or(world.calendar.first(), |o| o.day);
            let all = continuations(world, past, &whole.givens, today);
            let kept: Vec<&&Judged> = all.iter().filter(|h| h.disobeyed.is_disjoint(&obeyed)).collect();
            let so_far: Vec<&&Judged> = all.iter().filter(|h| h.disobeyed_so_far.is_disjoint(&obeyed)).collect();
            if kept.is_empty() {
                continue;
            }
            let found = schedule(&world.protocol, &history(past, &whole.givens, today)).unwrap();
            let mut say = |what: String| {
                let mut text = format!("{what}; today {today}, given {:?}, so far:", whole.givens);
                past.iter()
                    .for_each(|o| write!(text, " {} {:?}", o.day, o.what).unwrap());
                out.push(text);
            };
            if found.lost.iter().any(|l| matches!(l.kind, Loss::Broken { .. })) {
                // Broken, be it made good since.
                continue;
            }
            if !found.lost.is_empty() {
                let rules: Vec<&str> = found.lost[0].rules.iter().map(|r| r.name.as_str()).collect();
                // What can be done in no continuation is lost, though nobody is ever in breach.
                let lost = found.lost[0].rules[0].norm;
                let is_kept = |h: &&&Judged| {
                    let whole = history(&h.occurrences, &h.givens, world.calendar.last());
                    let judged = judge(&world.protocol, &world.calendar, &whole).verdicts;
                    let mut of = judged.iter().filter(|v| v.norm == lost).peekable();
                    of.peek().is_some() && of.all(|v| v.kind == VerdictKind::Kept)
                };
                if !kept.iter().any(is_kept) {
                    continue;
                }
                let on: Vec<String> = kept[0].occurrences[cut..]
                    .iter()
                    .map(|o| format!("{} {:?} by {:?}", o.day, o.what, o.by))
                    .collect();
                say(format!(
                    "lost {:?} of {rules:?}, though there is a way on: {on:?}",
                    found.lost[0].kind
                ));
                continue;
            }
            for duty in &found.duties {
                let NormId::Rule(rule) = duty.rule.norm else { continue };
                let Body::Norm { act, .. } = &world.protocol.rules[rule.index()].body else {
                    continue;
                };
                let wanted = class_of(act, rule);
                // What may come twice does not tell which of the two a date is for.
                let once = |h: &&&Judged| h.occurrences.iter().filter(|o| class(o.what) == wanted).count() == 1;
                let day = |h: &&Judged| {
                    let rest = &h.occurrences[cut..];
                    rest.iter().find(|o| class(o.what) == wanted).map(|o| o.day)
                };
                let [fate] = duty.fates.as_slice() else { continue };
                if fate.state != State::Due
                    || all
                        .iter()
                        .any(|h| !once(&h) && h.occurrences.iter().any(|o| class(o.what) == wanted))
                {
                    continue;
                }
                compared += 1;
                let days: BTreeSet<Day> = kept.iter().filter_map(|h| day(h)).collect();
                let last = world.calendar.first().plus(i32::try_from(world.days).unwrap() - 1);
                if let (Some(first), Some(bound)) = (days.first(), &fate.earliest)
                    && *first < bound.day
                {
                    say(format!(
                        "{}: earliest {}, though {first} will do",
                        duty.rule.name, bound.day
                    ));
                }
                if let (Some(late), Some(bound)) = (days.last(), &fate.latest)
                    && *late > bound.day
                {
                    say(format!(
                        "{}: latest {}, though {late} will do",
                        duty.rule.name, bound.day
                    ));
                }
                for bound in [&fate.earliest, &fate.latest]
                    .into_iter()
                    .flatten()
                    .filter(|b| b.sure && b.day <= last)
                {
                    if !so_far.iter().any(|h| day(h) == Some(bound.day)) {
                        say(format!("{}: {} will not do", duty.rule.name, bound.day));
                    }
                }
            }
        }
    }
    (compared, out)
}

#[test]
fn first_and_last_days_are_those_of_all_continuations() {
    let (mut compared, mut text) = (0, String::new());
    for seed in seeds(200) {
        let small = |attempt| World::new(&text_of(seed, attempt, &solved())?, seed);
        let Some(world) = (0..ATTEMPTS).find_map(small) else {
            continue;
        };
        let (number, found) = differences(&world);
        compared += number;
        if let Some(first) = found.first() {
            writeln!(text, "seed {seed}\n{}\n  {first}\n", world.text).unwrap();
        }
    }
    assert!(text.is_empty(), "{text}");
    assert!(compared > 100, "only {compared} duties were compared");
}
