//! Is there an accepted prefix that no accepted history continues? The solver's answer, for all dates of a word at once, against every history.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use duly::model::{Happening, NormId, Occurrence};
use duly::solve::ask::Asker;
use duly::solve::net::Point;
use duly::solve::words::Attempt;

use crate::histories::Givens;
use crate::solver::{Difference, World, class, differences, solved};

/// How often each answer was the judge's.
type Seen = BTreeMap<&'static str, usize>;

/// An occurrence as a letter.
type Letter = (Happening, usize);

fn letters_of(world: &World, occurrences: &[Occurrence]) -> Vec<(Letter, i32)> {
    let number = |at: usize| {
        occurrences[..at]
            .iter()
            .filter(|o| class(o.what) == class(occurrences[at].what))
            .count()
    };
    occurrences
        .iter()
        .enumerate()
        .map(|(at, o)| ((class(o.what), number(at)), o.day.0 - world.calendar.first().0))
        .collect()
}

/// Dates and a case: the days of a word's letters, the factors, and the outcome of each decision.
type Key = (Vec<i32>, Givens, Vec<(Letter, u32)>);

/// Each word of each part: whether some accepted prefix of it has no accepted continuation in which the outside is quiet.
fn differences_in_refutation(world: &World, change: impl Fn(&mut Asker<'_>), seen: &mut Seen) -> Vec<Difference> {
    let mut asker = world.asker();
    change(&mut asker);
    let obeyed = asker.obeyed(world.tier, &BTreeSet::new());
    let points: BTreeMap<Letter, (Point, bool)> = asker
        .ground
        .instances
        .iter()
        .map(|i| {
            (
                (i.class, i.number),
                (i.at, asker.ground.net.points[i.at.0 as usize].own),
            )
        })
        .collect();
    let mut out = Vec::new();
    for part in asker.parts(&obeyed) {
        let is_letter = |l: &Letter| points.get(l).is_some_and(|(p, _)| part.letters.contains(p));
        let is_own = |l: &Letter| points.get(l).is_none_or(|(_, own)| *own);
        let norms: BTreeSet<NormId> = part.norms.iter().copied().collect();
        let mut prefixes: BTreeMap<Vec<Letter>, BTreeSet<Key>> = BTreeMap::new();
        let mut wholes: BTreeMap<Vec<Letter>, BTreeSet<Key>> = BTreeMap::new();
        for history in &world.histories {
            let all = letters_of(world, &history.occurrences);
            // What other parts speak of stays out of it.
            if all.iter().any(|(l, _)| !is_own(l) && !is_letter(l)) {
                continue;
            }
            let letters: Vec<(Letter, i32)> = all.iter().copied().filter(|(l, _)| is_letter(l)).collect();
            let outcomes: Vec<(Letter, u32)> = history
                .occurrences
                .iter()
                .zip(&all)
                .filter_map(|(o, (l, _))| match o.what {
                    Happening::Outcome(_, v) => Some((*l, v.0)),
                    _ => None,
                })
                .collect();
            let key = |n: usize| {
                (
                    letters[..n].iter().map(|(_, d)| *d).collect::<Vec<_>>(),
                    history.givens.clone(),
                    outcomes.clone(),
                )
            };
            let word = |n: usize| letters[..n].iter().map(|(l, _)| *l).collect::<Vec<_>>();
            let ends_here = all.last().is_some_and(|(l, _)| is_letter(l));
            if ends_here && history.disobeyed_so_far.is_disjoint(&norms) {
                prefixes
                    .entry(word(letters.len()))
                    .or_default()
                    .insert(key(letters.len()));
            }
            if history.disobeyed.is_disjoint(&norms) {
                for n in 1..=letters.len() {
                    if letters[n..].iter().all(|(l, _)| is_own(l)) {
                        wholes.entry(word(n)).or_default().insert(key(n));
                    }
                }
            }
        }
        let outcomes: Vec<(Letter, u32)> = asker
            .ground
            .instances
            .iter()
            .filter_map(|i| {
                Some((
                    (i.class, i.number),
                    asker.ground.net.choices[i.outcome?.0 as usize].size,
                ))
            })
            .collect();
        for (word, keys) in &prefixes {
            let none = BTreeSet::new();
            let whole = wholes.get(word).unwrap_or(&none);
            let stuck = keys
                .iter()
                .flat_map(|k| cases(k, &outcomes))
                .find(|k| !whole.iter().any(|w| continues(k, w)));
            let spelled: Vec<Point> = word.iter().map(|l| points[l].0).collect();
            let solver = match asker.refute(&spelled, &part, &part.norms) {
                Attempt::Unreachable => "unreachable",
                Attempt::Continues => "continues",
                Attempt::Stuck(_) => "stuck",
                Attempt::Unfinished => "unfinished",
            };
            let judge = if stuck.is_some() { "stuck" } else { "continues" };
            *seen.entry(judge).or_default() += 1;
            if solver != judge {
                out.push((
                    format!("word {word:?} of {:?}", part.norms),
                    solver.to_owned(),
                    format!("{judge} {stuck:?}"),
                ));
            }
        }
    }
    out
}

/// Every way in which decisions that a prefix has not taken may turn out.
fn cases(key: &Key, outcomes: &[(Letter, u32)]) -> Vec<Key> {
    let mut all = vec![key.clone()];
    for (letter, size) in outcomes {
        if !key.2.iter().any(|(l, _)| l == letter) {
            all = all
                .into_iter()
                .flat_map(|k| (0..*size).map(move |v| (k.0.clone(), k.1.clone(), [&k.2[..], &[(*letter, v)]].concat())))
                .collect();
        }
    }
    all
}

/// Whether a whole history has these dates and is of this case.
fn continues(case: &Key, whole: &Key) -> bool {
    case.0 == whole.0 && case.1 == whole.1 && whole.2.iter().all(|o| case.2.contains(o))
}

fn compare(seeds: std::ops::Range<u64>, change: impl Fn(&mut Asker<'_>)) -> (Seen, String) {
    let seen = RefCell::new(Seen::new());
    let (_, text) = differences(seeds, &solved(), |w| differences_in_refutation(w, &change, &mut seen.borrow_mut()));
    (seen.into_inner(), text)
}

#[test]
fn what_the_solver_cannot_continue_the_judge_cannot_and_nothing_else() {
    let (seen, text) = compare(0..400, |_| {});
    assert!(text.is_empty(), "{text}");
    assert!(
        seen["stuck"] > 100 && seen["continues"] > 200,
        "hardly anything was asked: {seen:?}"
    );
}

/// A solver for which what is judged turns out as the protocol needs it is found out.
#[test]
fn judgements_made_existential_are_seen() {
    let ours = |asker: &mut Asker<'_>| asker.ground.net.choices.iter_mut().for_each(|c| c.universal = false);
    let (_, text) = compare(0..100, ours);
    assert!(text.contains("solver continues, judge stuck"), "{text}");
}
