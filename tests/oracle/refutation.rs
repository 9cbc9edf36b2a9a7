//! Is there an accepted prefix that no accepted history continues? The solver's answer, for all dates of a word at once, against every history.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use duly::judge::judge;
use duly::model::{Cond, Happening, NormId, Occurrence, ValueId, Verdict, VerdictKind};
use duly::solve::ask::Asker;
use duly::solve::ground::Instance;
use duly::solve::net::Point;
use duly::solve::words::Attempt;

use crate::dice::seeds;
use crate::forms::Form;
use crate::histories::{Givens, history};
use crate::solver::{Difference, Judged, World, asks_for_days_set, class, differences, solved, solved_with_days_set};

/// How often each answer was the judge's.
type Seen = BTreeMap<&'static str, usize>;

/// An occurrence as a letter.
pub type Letter = (Happening, usize);

pub fn letters_of(world: &World, occurrences: &[Occurrence]) -> Vec<(Letter, i32)> {
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

/// Dates and a case: the days of a word's letters, the factors, and for each decision the outcomes that its merits may have
/// called for, as a set.
pub type Key = (Vec<i32>, Givens, Vec<(Letter, u64)>);

/// What the merits of a decision taken in a history may have called for: the outcome chosen, or one that was closed, which
/// calls for nothing. Closed is what the judge calls a breach of the decision though nothing else is different.
fn merits(world: &World, judged: &Judged, at: usize) -> u64 {
    let Happening::Outcome(d, chosen) = judged.occurrences[at].what else {
        return 0;
    };
    let decision = &world.protocol.decisions[d.index()];
    if decision
        .options
        .iter()
        .all(|o| o.if_ == Cond::True && o.unless.is_empty())
    {
        return 1 << chosen.0;
    }
    let breached = |outcome: ValueId| {
        let mut occurrences = judged.occurrences.clone();
        occurrences[at].what = Happening::Outcome(d, outcome);
        let whole = history(&occurrences, &judged.givens, world.calendar.last());
        let breach = |v: &Verdict| v.norm == NormId::Decision(d) && matches!(v.kind, VerdictKind::Breached { .. });
        let told = judge(&world.protocol, &world.calendar, &whole);
        told.verdicts.iter().filter(|v| breach(v)).count()
    };
    let others = (0..u32::try_from(decision.options.len()).unwrap()).map(ValueId);
    let closed = others.filter(|v| breached(*v) > breached(chosen));
    closed.fold(1 << chosen.0, |set, v| set | 1 << v.0)
}

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
        for judged in &world.histories {
            let all = letters_of(world, &judged.occurrences);
            // What other parts speak of stays out of it.
            if all.iter().any(|(l, _)| !is_own(l) && !is_letter(l)) {
                continue;
            }
            let letters: Vec<(Letter, i32)> = all.iter().copied().filter(|(l, _)| is_letter(l)).collect();
            let outcomes = taken(world, judged, &all);
            let key = |n: usize| {
                (
                    letters[..n].iter().map(|(_, d)| *d).collect::<Vec<_>>(),
                    judged.givens.clone(),
                    outcomes.clone(),
                )
            };
            let word = |n: usize| letters[..n].iter().map(|(l, _)| *l).collect::<Vec<_>>();
            let ends_here = all.last().is_some_and(|(l, _)| is_letter(l));
            if ends_here && judged.disobeyed_so_far.is_disjoint(&norms) {
                prefixes
                    .entry(word(letters.len()))
                    .or_default()
                    .insert(key(letters.len()));
            }
            if judged.disobeyed.is_disjoint(&norms) {
                for n in 1..=letters.len() {
                    if letters[n..].iter().all(|(l, _)| is_own(l)) {
                        wholes.entry(word(n)).or_default().insert(key(n));
                    }
                }
            }
        }
        let outcomes = outcomes_of(&asker);
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

/// Every case of a prefix: what the merits of each decision call for, whether it has been taken or not.
pub fn cases(key: &Key, outcomes: &[(Letter, u32)]) -> Vec<Key> {
    let mut all = vec![(key.0.clone(), key.1.clone(), Vec::new())];
    for (letter, size) in outcomes {
        let taken = key.2.iter().find(|(l, _)| l == letter);
        let open = taken.map_or(u64::MAX, |(_, set)| *set);
        all = all
            .into_iter()
            .flat_map(|k: Key| {
                let values = (0..*size).map(|v| 1 << v).filter(move |v| open & v != 0);
                values.map(move |v| (k.0.clone(), k.1.clone(), [&k.2[..], &[(*letter, v)]].concat()))
            })
            .collect();
    }
    all
}

/// Whether a whole history has these dates and is of this case.
fn continues(case: &Key, whole: &Key) -> bool {
    case.0 == whole.0 && is_of_case(case, whole)
}

/// Whether a history is of this case.
pub fn is_of_case(case: &Key, whole: &Key) -> bool {
    let fits = |(letter, set): &(Letter, u64)| case.2.iter().any(|(l, v)| l == letter && set & v != 0);
    case.1 == whole.1 && whole.2.iter().all(fits)
}

/// The decisions taken in a history, with what their merits may have called for.
pub fn taken(world: &World, judged: &Judged, letters: &[(Letter, i32)]) -> Vec<(Letter, u64)> {
    let decided = |at: &usize| matches!(judged.occurrences[*at].what, Happening::Outcome(..));
    let each = (0..letters.len()).filter(decided);
    each.map(|at| (letters[at].0, merits(world, judged, at))).collect()
}

/// Each decision that may be taken, with how many outcomes it has.
pub fn outcomes_of(asker: &Asker<'_>) -> Vec<(Letter, u32)> {
    let ground = &asker.ground;
    let size = |i: &Instance| Some(((i.class, i.number), ground.net.choices[i.outcome?.0 as usize].size));
    ground.instances.iter().filter_map(size).collect()
}

fn compare(seeds: std::ops::Range<u64>, change: impl Fn(&mut Asker<'_>)) -> (Seen, String) {
    compare_where(seeds, &solved(), |_| true, change)
}

fn compare_where(
    seeds: std::ops::Range<u64>,
    forms: &[Form],
    wanted: impl Fn(&str) -> bool,
    change: impl Fn(&mut Asker<'_>),
) -> (Seen, String) {
    let seen = RefCell::new(Seen::new());
    let (_, text) = differences(seeds, forms, wanted, |w| {
        differences_in_refutation(w, &change, &mut seen.borrow_mut())
    });
    (seen.into_inner(), text)
}

#[test]
fn what_the_solver_cannot_continue_the_judge_cannot_and_nothing_else() {
    let (seen, text) = compare(seeds(250), |_| {});
    assert!(text.is_empty(), "{text}");
    assert!(
        seen["stuck"] > 100 && seen["continues"] > 200,
        "hardly anything was asked: {seen:?}"
    );
}

#[test]
fn what_turns_on_days_that_are_set_is_continued_by_both_or_neither() {
    let (seen, text) = compare_where(seeds(1200), &solved_with_days_set(), asks_for_days_set, |_| {});
    assert!(text.is_empty(), "{text}");
    assert!(
        seen["stuck"] > 5 && seen["continues"] > 15,
        "hardly anything was asked: {seen:?}"
    );
}

/// A solver for which what is judged turns out as the protocol needs it is found out.
#[test]
fn judgements_made_existential_are_seen() {
    let ours = |asker: &mut Asker<'_>| asker.ground.net.choices.iter_mut().for_each(|c| c.universal = false);
    let (_, text) = compare(0..60, ours);
    assert!(text.contains("solver continues, judge stuck"), "{text}");
}
