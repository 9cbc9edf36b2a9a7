//! A history in which one and the same act keeps one norm and comes too late for another, as a dated story. In: a branch of
//! the solver. Out: a [`Late`], confirmed by the judge. Which of the two is the law is not known here.

use crate::diagnostics::Step;
use crate::model::{Happening, NormId, Protocol};
use crate::solve::ask::Asker;
use crate::solve::ground::{REPEATS, norms, occurrence_of};
use crate::solve::net::Point;
use crate::solve::norms::engagement;
use crate::solve::search::Leaf;
use crate::time::Day;

use super::super::case::{self, Case};
use super::super::describe;
use super::Court;
use std::collections::BTreeSet;

/// A question about lateness: the norm that is kept, the one that is broken, and how.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'w> {
    /// Kept by the act.
    pub kept: NormId,
    /// Broken by it.
    pub broken: NormId,
    /// The way.
    pub way: &'w engagement::Late,
}

/// A case of lateness.
#[derive(Debug)]
pub struct Late {
    /// The case.
    pub case: Case,
    /// How many calendar days after the last day.
    pub days: i32,
    /// How many of those are working days.
    pub working: i32,
    /// The dated story, up to the act.
    pub story: Vec<Step>,
    /// The story uses up all that a bounded history may hold of something that repeats.
    pub cut_short: bool,
}

/// Dates a branch, in this year if they can be found there, has it confirmed, and tells it.
pub fn late(
    asker: &mut Asker<'_>,
    leaf: &Leaf,
    pair: Pair<'_>,
    court: &dyn Court,
    waived: &BTreeSet<NormId>,
) -> Option<Late> {
    let made = super::dated(asker, leaf)?;
    let calendar = asker.ground.calendar;
    let breaches = court.breaches(&made.history, Some(pair.kept), pair.broken, waived)?;
    let day_of = |point| {
        let (_, at) = made.dated.iter().find(|(p, _)| *p == point)?;
        calendar.day(*at)
    };
    let held = day_of(pair.way.act)?;
    // Of several turns, the latest that the act comes too late for.
    let last = breaches.into_iter().filter(|when| *when <= held).max()?.plus(-1);
    let days = held.0 - last.0;
    let working = (last.0 + 1..=held.0).filter(|d| calendar.is_working(Day(*d)));
    let working = i32::try_from(working.count()).unwrap_or(i32::MAX);
    let since = pair.way.since.and_then(day_of);
    let mut told = vec![pair.kept, pair.broken];
    told.extend(behind(asker.ground.protocol, pair.kept));
    let cut_short = uses_last_copy(asker, &made, &told, pair.way.act);
    let story = story(asker, &made, pair, &told, (last, held, working), since);
    Some(Late {
        case: made,
        days,
        working,
        story,
        cut_short,
    })
}

/// Whether the last of something that repeats, of which these norms speak, comes before the act, or is due that day.
fn uses_last_copy(asker: &mut Asker<'_>, made: &Case, norms: &[NormId], act: Point) -> bool {
    let spoken = case::spoken_of(asker, norms);
    let Some(at) = made.dated.iter().position(|(p, _)| *p == act) else {
        return false;
    };
    let day = made.dated.get(at).map(|(_, day)| *day);
    made.dated.iter().enumerate().any(|(place, (point, on))| {
        spoken.contains(point)
            && asker.ground.instance(*point).is_some_and(|i| {
                let due_then = matches!(i.class, Happening::Due(_)) && Some(*on) == day;
                i.number + 1 == REPEATS && (place < at || due_then)
            })
    })
}

fn story(
    asker: &mut Asker<'_>,
    made: &Case,
    pair: Pair<'_>,
    told: &[NormId],
    (last, held, working): (Day, Day, i32),
    since: Option<Day>,
) -> Vec<Step> {
    let protocol = asker.ground.protocol;
    let mut story = case::telling_up_to(asker, made, told, Some(pair.way.act));
    let at = story
        .iter()
        .position(|s| s.day.is_some_and(|d| d > last))
        .unwrap_or(story.len());
    let mut passed = vec![Step {
        day: Some(last),
        text: format!("last day allowed by {}", describe::quoted(protocol, pair.broken)),
        rule: Some(describe::qualified(protocol, pair.broken)),
    }];
    let skipped = since.map(|from| skipped(asker, pair.broken, from)).unwrap_or_default();
    if !skipped.is_empty() {
        passed.push(Step {
            day: None,
            text: format!("(not counted: {skipped})"),
            rule: None,
        });
    }
    story.splice(at..at, passed);
    story.push(Step {
        day: Some(held),
        text: format!(
            "{} is satisfied; {} was due {} ({}) earlier",
            describe::quoted(protocol, pair.kept),
            describe::quoted(protocol, pair.broken),
            days_in_words(held.0 - last.0, "calendar"),
            days_in_words(working, "working"),
        ),
        rule: Some(describe::qualified(protocol, pair.kept)),
    });
    story
}

/// `1 calendar day`, `94 working days`.
pub fn days_in_words(days: i32, kind: &str) -> String {
    format!("{days} {kind} day{}", if days == 1 { "" } else { "s" })
}

/// Norms that bring about what engages a rule: what they wait for explains when it comes.
fn behind(protocol: &Protocol, norm: NormId) -> Vec<NormId> {
    let NormId::Rule(rule) = norm else { return Vec::new() };
    let when = protocol.rules.get(rule.index()).map_or(&[][..], |r| &r.guard.when);
    let awaited: Vec<Happening> = when.iter().flat_map(|m| &m.any).map(|m| m.what).collect();
    norms(protocol)
        .filter(|n| *n != norm)
        .filter(|n| match n {
            NormId::Decision(d) => awaited
                .iter()
                .any(|w| matches!(w, Happening::Outcome(of, _) | Happening::Decided(of) if of == d)),
            NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
                Some(crate::model::Body::Norm { act, .. }) if !describe::forbids(protocol, *n) => {
                    awaited.contains(&occurrence_of(protocol, *r, act))
                }
                _ => false,
            },
        })
        .collect()
}

/// The named days skipped in counting a limit.
fn skipped(asker: &Asker<'_>, norm: NormId, from: Day) -> String {
    let protocol = asker.ground.protocol;
    let NormId::Rule(r) = norm else { return String::new() };
    let Some(rule) = protocol.rules.get(r.index()) else {
        return String::new();
    };
    let duration = rule.limits.iter().find_map(|l| match &l.kind {
        crate::model::LimitKind::Within(length, _) => length.any.first().copied(),
        _ => None,
    });
    let Some(duration) = duration else { return String::new() };
    let named: Vec<String> = asker
        .ground
        .calendar
        .skipped(from, duration)
        .into_iter()
        .filter(|(_, why)| !why.ends_with("day") || why.contains(' '))
        .map(|(day, why)| format!("{day} {why}"))
        .collect();
    named.join(", ")
}
