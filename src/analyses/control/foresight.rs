//! Duties that only whoever knew beforehand how long others take could keep: early others and late ones can both be answered, but not
//! by the same act, and that has to be done before they come. In: a chain whose slow steps have first and last days. Out: a [`Room`],
//! if the question is one of plain intervals and its answer is certain; and the case that shows it.
//!
//! What others owe is left out of what has to be obeyed here: it is theirs to keep, and says how long they may take, no more. So only a
//! step is asked about of whose day nothing else speaks.

use std::collections::BTreeSet;

use crate::model::{Happening, NormId};
use crate::solve::ask::{Asker, Outcome};
use crate::solve::control::Course;
use crate::solve::days::Taste;
use crate::solve::net::{Choice, Formula, Lit, Point, all};
use crate::solve::project::Delay;

use super::super::case::{self, Shown};
use super::super::judge_tier;
use super::chain::{Chain, Step, delay, in_time, on_first_day, on_last_day};
use super::{Pace, Room};

/// Up to how many steps their ends are mixed for a story.
const ENDS: usize = 3;

/// A start date, and perhaps a case, from which no plan answers every day that the slow steps may come on.
pub(super) fn unforeseen(asker: &mut Asker<'_>, chain: &Chain) -> Option<Room> {
    let steps: Vec<Step> = chain.slow().cloned().collect();
    let norms: BTreeSet<NormId> = chain.scene.norms();
    let theirs: BTreeSet<NormId> = steps.iter().flat_map(|s| s.asked_by.iter().copied()).collect();
    if !steps.iter().all(|s| s.is_plain && is_free(asker, s, &norms)) {
        return None;
    }
    let delays: Vec<Delay> = steps.iter().map(|s| delay(asker, s, None)).collect::<Option<_>>()?;
    let also: Vec<Formula> = steps.iter().map(comes).collect();
    let mut out: BTreeSet<NormId> = chain.waived.union(&theirs).copied().collect();
    let (from, to) = asker.starts;
    let start = from + (to - from) / 2;
    for given in cases(asker, chain, &also)? {
        let is_lost = |asker: &mut Asker<'_>, out: &BTreeSet<NormId>| {
            let course = Course {
                out,
                delays: &delays,
                ..chain.course(&also)
            };
            asker.lost_from(&course, start, &given).is_some()
        };
        if !is_lost(asker, &out) {
            continue;
        }
        let mut core = theirs.clone();
        core.insert(chain.duty);
        for norm in norms.iter().filter(|n| !theirs.contains(n)) {
            if chain.waived.contains(norm) || !out.insert(*norm) {
                continue;
            }
            if !is_lost(asker, &out) {
                out.remove(norm);
                core.insert(*norm);
            }
        }
        let room = Room {
            chain: chain.clone(),
            pace: Pace::Unforeseen,
            start,
            given,
            sure: true,
            core,
        };
        return Some(room);
    }
    None
}

/// The case that nothing is known of, and one in which the duty can be kept.
fn cases(asker: &mut Asker<'_>, chain: &Chain, also: &[Formula]) -> Option<Vec<Vec<(Choice, u64)>>> {
    let Outcome::Sat(leaf) = asker.play_where(&chain.scene, &chain.waived, also) else {
        return None;
    };
    let net = &asker.ground.net;
    let rests = net.universal().map(|c| (c, leaf.values[c.0 as usize]));
    let case: Vec<(Choice, u64)> = rests.filter(|(c, set)| *set != net.full(*c)).collect();
    Some(if case.is_empty() {
        vec![case]
    } else {
        vec![Vec::new(), case]
    })
}

/// A step is done, after what it waits for.
fn comes(step: &Step) -> Formula {
    all([Lit::Occurs(step.act, true), Lit::Before(step.since, step.act)].map(Formula::from))
}

/// None but those who ask for a step say when it may be done.
fn is_free(asker: &Asker<'_>, step: &Step, norms: &BTreeSet<NormId>) -> bool {
    let Some(class) = asker.ground.instance(step.act).map(|i| i.class) else {
        return false;
    };
    let is_set =
        matches!(class, Happening::Held(kind) if asker.ground.of_class(Happening::Booked(kind)).next().is_some());
    let others = norms.iter().filter(|n| !step.asked_by.contains(n));
    !is_set && !others.into_iter().any(|n| asker.ground.is_about(*n, class))
}

/// A case in which what had to be done before others came was done as for one of their ends, and they took the other: whatever is
/// done from there on, the duty is broken, and in the end it alone.
pub(super) fn shown(asker: &mut Asker<'_>, room: &Room, fellows: &BTreeSet<NormId>) -> Option<Shown> {
    let chain = &room.chain;
    let steps: Vec<Step> = chain.slow().cloned().collect();
    let number = steps.len().min(ENDS);
    let first = super::super::first_day(asker)?;
    let mut all_ends = Vec::new();
    for late in (0..1u32 << number).rev() {
        let mut ends: Vec<Formula> = room.given.iter().map(|(c, set)| Lit::Is(*c, *set).into()).collect();
        for (at, step) in (0..).zip(&steps) {
            ends.push(match late & (1 << at) != 0 || at >= number {
                true => on_last_day(asker, step)?,
                false => on_first_day(asker, step),
            });
            ends.push(in_time(step));
        }
        all_ends.push(ends);
    }
    for start in [first, room.start] {
        let on = [Lit::From(chain.root, start), Lit::Until(chain.root, start)].map(Formula::from);
        for expected in &all_ends {
            let also: Vec<Formula> = on.iter().chain(expected).cloned().collect();
            let Outcome::Sat(leaf) = asker.plainest(&chain.scene, &chain.waived, &also) else {
                continue;
            };
            let planned = case::case(asker, &leaf, &[(chain.root, start)], start.min(first), Taste::Early)?;
            for came in all_ends.iter().filter(|came| *came != expected) {
                let done = done_before(asker, &steps, &planned.dated);
                let claims: Vec<Formula> = on.iter().chain(came).cloned().chain(done).collect();
                if !matches!(
                    asker.play_where(&chain.scene, &chain.waived, &claims),
                    Outcome::Unsat(_)
                ) {
                    continue;
                }
                if let Some(shown) = told(asker, room, fellows, &claims, (start, first)) {
                    return Some(shown);
                }
            }
        }
    }
    None
}

/// What of ours was done on the day of what the last of the steps waits for, or before: on its day.
fn done_before(asker: &Asker<'_>, steps: &[Step], dated: &[(Point, i32)]) -> Vec<Formula> {
    let since = steps.last().map(|s| s.since);
    let Some(until) = dated.iter().position(|(x, _)| Some(*x) == since) else {
        return Vec::new();
    };
    let theirs = |x: Point| steps.iter().any(|s| s.act == x);
    let ours = dated[..=until].iter().filter(|(x, _)| asker.is_own(*x) && !theirs(*x));
    ours.flat_map(|(x, day)| [Lit::Occurs(*x, true), Lit::From(*x, *day), Lit::Until(*x, *day)])
        .map(Formula::from)
        .collect()
}

fn told(
    asker: &mut Asker<'_>,
    room: &Room,
    fellows: &BTreeSet<NormId>,
    claims: &[Formula],
    (start, first): (i32, i32),
) -> Option<Shown> {
    let chain = &room.chain;
    let others = chain.part.norms.iter().copied();
    let obeyed: Vec<NormId> = others.filter(|n| *n != chain.duty && !fellows.contains(n)).collect();
    let claims: Vec<Formula> = claims.iter().cloned().chain([chain.engaged.clone()]).collect();
    let scene = asker.scene(&chain.part, &claims, &obeyed, chain.hidden.clone());
    let Outcome::Sat(leaf) = asker.plainest(&scene, &chain.waived, &[]) else {
        return None;
    };
    let made = case::case(asker, &leaf, &[(chain.root, start)], start.min(first), Taste::Early)?;
    let kept: Vec<NormId> = obeyed.into_iter().filter(|n| !chain.waived.contains(n)).collect();
    case::show(asker, &made, chain.duty, &kept, judge_tier(chain.tier))
}
