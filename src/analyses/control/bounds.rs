//! Numbers of days for slow steps with which the duty at the end of their chain is in time, whatever part of its time each takes. In: a
//! room. Out: bounds, each solved anew from every start date, and whether they were in every case.

use std::cell::Cell;

use crate::model::LimitKind;
use crate::solve::ask::Asker;
use crate::solve::control::{Course, Stuck};
use crate::solve::net::{Formula, all};
use crate::time::{Duration, Unit};

use super::super::describe;
use super::chain::{Chain, Step, at_least, at_most, delay, on_last_day, working_days};
use super::{Pace, Room};

/// How many sums of days are tried, from the greatest downwards.
const TRIES: usize = 40;

/// Bounds that would do.
pub(super) struct Proposal {
    /// Which step of the chain, and how long it may take.
    pub bounds: Vec<(usize, Duration)>,
    /// They were solved in every case, not only in the one that is told.
    pub everywhere: bool,
    /// Nothing but plain intervals was asked about: no way was missed for want of an order of waiting.
    pub exact: bool,
}

/// The greatest bounds, shared out evenly, that are enough.
pub(super) fn proposal(asker: &mut Asker<'_>, room: &Room) -> Option<Proposal> {
    match room.pace {
        Pace::Endless(days) => (1..=days).rev().take(TRIES).find_map(|days| {
            let shares = shares(asker, &room.chain, days)?;
            is_enough(asker, room, shares)
        }),
        Pace::Last | Pace::Unforeseen => shorter(asker, room),
        Pace::First => None,
    }
}

/// Working days for each limitless step, of so many for all; one that is asked for in a number (a *should*) keeps to that if it can.
pub(super) fn shares(asker: &Asker<'_>, chain: &Chain, days: u32) -> Option<Vec<(usize, Duration)>> {
    let protocol = asker.ground.protocol;
    let asked = |step: &Step| {
        let limits = step.asked_by.iter().flat_map(|n| describe::limits(protocol, *n));
        limits.into_iter().find_map(|l| match &l.kind {
            LimitKind::Within(length, _) => length.any.first().copied().filter(|d| d.unit == Unit::WorkingDays),
            _ => None,
        })
    };
    let open: Vec<(usize, &Step)> = chain
        .slow
        .iter()
        .filter_map(|at| Some((*at, chain.steps.get(*at)?)))
        .filter(|(_, s)| s.is_limitless())
        .collect();
    let free = u32::try_from(open.iter().filter(|(_, s)| asked(s).is_none()).count()).ok()?;
    let fixed: u32 = open.iter().filter_map(|(_, s)| asked(s)).map(|d| d.count).sum();
    let left = days.checked_sub(fixed)?;
    if left < free {
        return None;
    }
    let (each, mut over) = (left.checked_div(free).unwrap_or(0), left.checked_rem(free).unwrap_or(0));
    let share = |(at, step): (usize, &Step)| {
        let length = asked(step).unwrap_or_else(|| {
            let more = u32::from(over > 0);
            over -= more;
            working_days(each + more)
        });
        (at, length)
    };
    Some(open.into_iter().map(share).collect())
}

/// A shorter time for one of the steps, the rest as they are; else the same part of its own for each.
fn shorter(asker: &mut Asker<'_>, room: &Room) -> Option<Proposal> {
    let slow = room.chain.slow.clone();
    let of = |at: usize| room.chain.steps.get(at).and_then(|s| s.bound).map(in_days);
    let one = slow.iter().find_map(|at| {
        let whole = of(*at)?;
        greatest(asker, room, whole.count, |n| {
            vec![(*at, Duration { count: n, ..whole })]
        })
    });
    one.or_else(|| {
        let all: Vec<(usize, Duration)> = slow.iter().filter_map(|at| Some((*at, of(*at)?))).collect();
        let most = all.iter().map(|(_, d)| d.count).max()?;
        greatest(asker, room, most, |n| {
            let part = |d: &Duration| Duration {
                count: d.count * n / most,
                ..*d
            };
            all.iter().map(|(at, d)| (*at, part(d))).collect()
        })
    })
}

/// The greatest number below `most`, and at least one, whose bounds are enough, by halving.
fn greatest(
    asker: &mut Asker<'_>,
    room: &Room,
    most: u32,
    bounds: impl Fn(u32) -> Vec<(usize, Duration)>,
) -> Option<Proposal> {
    let (mut can, mut cannot) = (0, most);
    let mut found = None;
    while cannot - can > 1 {
        let n = can + (cannot - can) / 2;
        let tried = bounds(n);
        let is_some = tried.iter().all(|(_, d)| d.count > 0);
        match is_some.then(|| is_enough(asker, room, tried)).flatten() {
            Some(proposal) => (can, found) = (n, Some(proposal)),
            // Fewer than one day for a step is no proposal: more may be one.
            None if !is_some => can = n,
            None => cannot = n,
        }
    }
    found
}

/// A length in days of the same kind, so that it can be made shorter by one.
fn in_days(length: Duration) -> Duration {
    let days = |each: u32| Duration {
        count: length.count * each,
        unit: Unit::CalendarDays,
        clear: false,
    };
    match length.unit {
        Unit::Hours | Unit::WorkingDays | Unit::CalendarDays => length,
        Unit::Weeks => days(7),
        Unit::Months => days(30),
        Unit::Years => days(365),
    }
}

/// Whether these bounds are enough, whatever part of its time each slow step takes.
fn is_enough(asker: &mut Asker<'_>, room: &Room, bounds: Vec<(usize, Duration)>) -> Option<Proposal> {
    let chain = &room.chain;
    let (mut also, mut tried, mut delays): (Vec<Formula>, Vec<Formula>, Vec<_>) = Default::default();
    for at in &chain.slow {
        let step = chain.steps.get(*at)?;
        let length = bounds.iter().find(|(b, _)| b == at).map(|(_, length)| *length);
        match length {
            Some(length) => {
                also.push(at_most(asker, step.since, length, step.act));
                tried.push(at_least(asker, step.since, length, step.act));
            }
            None => tried.push(on_last_day(asker, step)?),
        }
        delays.push(delay(asker, step, length)?);
    }
    let tried = [all(tried)];
    let searched = Cell::new(false);
    let course = Course {
        delays: &delays,
        tried: &tried,
        searched: Some(&searched),
        ..chain.course(&also)
    };
    if asker.stuck_from(&course, &room.given) != Stuck::Never {
        return None;
    }
    let everywhere = asker.is_open(&course);
    let exact = !searched.get();
    Some(Proposal {
        bounds,
        everywhere,
        exact,
    })
}
