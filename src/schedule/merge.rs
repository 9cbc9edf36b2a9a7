//! Answers to doubts, put together. In: a room. Out: one schedule in which a day stands once where all answers agree, and under
//! each answer where they do not.

use std::collections::{BTreeMap, BTreeSet};

use super::answer::{Answer, Item};
use super::work::Room;
use super::{Assumed, COMBINATIONS, Duty, Fate, Loss, Lost, Reading, Schedule, State, Taken, Under, names};
use crate::model::{Cond, FactorId, Happening, Limit, NormId, ValueId, words};
use crate::solve::ground::is_reading;
use crate::solve::net::Choice;
use crate::time::Day;

/// Works out every combination of answers to the doubts that the days turn out to rest on. A doubt used twice is one doubt.
/// True if there are more combinations than were worked out.
pub(super) fn explore(room: &mut Room<'_>) -> (Vec<Answer>, bool) {
    let mut doubts: BTreeSet<FactorId> = BTreeSet::new();
    let mut done: BTreeMap<Under, Answer> = BTreeMap::new();
    loop {
        let wanted = combinations(room, &doubts);
        let more = wanted.len() > COMBINATIONS;
        for under in wanted.into_iter().take(COMBINATIONS) {
            done.entry(under).or_insert_with_key(|under| room.answer(under));
        }
        let known = doubts.len();
        for answer in done.values() {
            doubts.extend(answer.rests.iter().filter_map(|c| doubt(room, *c)));
        }
        if doubts.len() == known || more {
            let wanted = combinations(room, &doubts);
            let answers = wanted.into_iter().filter_map(|under| done.remove(&under)).collect();
            return (answers, more);
        }
    }
}

/// The doubt behind a choice.
fn doubt(room: &Room<'_>, choice: Choice) -> Option<FactorId> {
    let at = room.asker.ground.factors.iter().position(|c| *c == choice)?;
    let factor = FactorId(u32::try_from(at).ok()?);
    is_reading(room.protocol, factor).then_some(factor)
}

/// Every combination of answers, the first answers first; one more than is worked out at the most.
fn combinations(room: &Room<'_>, doubts: &BTreeSet<FactorId>) -> Vec<Under> {
    let mut out: Vec<Under> = vec![Vec::new()];
    for &doubt in doubts {
        let answers = room.protocol.factors.get(doubt.index()).map_or(0, |f| f.values.len());
        let answers = (0..answers).filter_map(|v| u32::try_from(v).ok()).map(ValueId);
        let answers: Vec<ValueId> = answers.collect();
        out = out
            .iter()
            .flat_map(|under| {
                answers.iter().map(|v| {
                    let mut with = under.clone();
                    with.push((doubt, *v));
                    with
                })
            })
            .take(COMBINATIONS + 1)
            .collect();
    }
    out
}

/// What holds under some answers, told with as few of them as tell it apart.
fn told_apart<T: PartialEq + Clone>(all: &[(Under, T)]) -> Vec<(Under, T)> {
    let mut doubts: Vec<FactorId> = Vec::new();
    if let Some((under, _)) = all.first() {
        for (doubt, _) in under {
            let others = |u: &Under| -> Under { u.iter().filter(|(d, _)| d != doubt).copied().collect() };
            let matters = all
                .iter()
                .any(|(u, t)| all.iter().any(|(w, s)| others(u) == others(w) && s != t));
            if matters {
                doubts.push(*doubt);
            }
        }
    }
    let mut out: Vec<(Under, T)> = Vec::new();
    for (under, t) in all {
        let told: Under = under.iter().filter(|(d, _)| doubts.contains(d)).copied().collect();
        if !out.iter().any(|(u, _)| *u == told) {
            out.push((told, t.clone()));
        }
    }
    out
}

/// Puts the answers together.
pub(super) fn merge(room: &Room<'_>, answers: Vec<Answer>, more: bool) -> Schedule {
    let mut schedule = Schedule {
        today: room.today,
        lost: lost(room, &answers),
        duties: duties(room, &answers),
        assumed: Vec::new(),
        readings: Vec::new(),
        unsettled: Vec::new(),
    };
    for answer in &answers {
        for sentence in &answer.unsettled {
            if !schedule.unsettled.contains(sentence) {
                schedule.unsettled.push(sentence.clone());
            }
        }
    }
    if more {
        schedule.unsettled.push(format!(
            "more than {COMBINATIONS} combinations of readings matter to this case; only the first were worked out"
        ));
    }
    schedule.assumed = assumed(room, &answers);
    let unders = schedule.duties.iter().flat_map(|d| &d.fates).map(|f| &f.under);
    let unders = unders.chain(schedule.lost.iter().map(|l| &l.under));
    let told: BTreeSet<FactorId> = unders.flatten().map(|(f, _)| *f).collect();
    schedule.readings = told.into_iter().filter_map(|f| reading(room, f)).collect();
    schedule
}

fn reading(room: &Room<'_>, factor: FactorId) -> Option<Reading> {
    let found = room.protocol.factors.get(factor.index())?;
    Some(Reading {
        factor,
        name: found.origin.name.clone(),
        label: found.origin.label.clone(),
        answers: found.values.clone(),
    })
}

fn lost(room: &Room<'_>, answers: &[Answer]) -> Vec<Lost> {
    let mut kinds: Vec<(Loss, Vec<NormId>)> = Vec::new();
    for (loss, norms) in answers.iter().flat_map(|a| &a.lost) {
        if !kinds.iter().any(|(l, n)| l == loss && n == norms) {
            kinds.push((loss.clone(), norms.clone()));
        }
    }
    let mut out = Vec::new();
    for (loss, norms) in kinds {
        let has = |a: &Answer| a.lost.iter().any(|(l, n)| *l == loss && *n == norms);
        let all: Vec<(Under, bool)> = answers.iter().map(|a| (a.under.clone(), has(a))).collect();
        for (under, _) in told_apart(&all).into_iter().filter(|(_, there)| *there) {
            out.push(Lost {
                under,
                kind: loss.clone(),
                rules: norms.iter().map(|n| names::rule(room.protocol, *n)).collect(),
            });
        }
    }
    out.sort_by_key(|l: &Lost| {
        let when = match l.kind {
            Loss::Broken { when, .. } => Some(when),
            Loss::Clash { .. } | Loss::Booking { .. } => None,
        };
        let must = l.rules.first().is_none_or(|r| names::is_must(room.protocol, r.norm));
        (when.is_none(), when, !must)
    });
    out
}

fn duties(room: &Room<'_>, answers: &[Answer]) -> Vec<Duty> {
    let instances: BTreeSet<usize> = answers.iter().flat_map(|a| &a.items).map(|i| i.owed).collect();
    let mut out: Vec<Duty> = Vec::new();
    for at in instances {
        let Some(owed) = room.owed.get(at) else { continue };
        let fate = |a: &Answer| {
            let item = a.items.iter().find(|i| i.owed == at);
            (a.under.clone(), item.map_or_else(not_asked, fate_of))
        };
        let all: Vec<(Under, Fate)> = answers.iter().map(fate).collect();
        let turns_on = |a: &'_ Answer| -> Vec<Assumed> {
            let items = a.items.iter().filter(|i| i.owed == at);
            items.flat_map(|i| taken(room, a, &i.turns_on)).collect()
        };
        let assumed: BTreeSet<Assumed> = answers.iter().flat_map(turns_on).collect();
        let assumed: Vec<Assumed> = assumed.into_iter().collect();
        let fates = told_apart(&all).into_iter().map(|(under, fate)| Fate {
            under,
            assumed: assumed.clone(),
            ..fate
        });
        let (who, what) = names::task(room.protocol, owed.norm);
        let trigger = owed.trigger.and_then(|t| room.asker.ground.instance(t));
        let rule = names::rule(room.protocol, owed.norm);
        let engaged_by = trigger.map_or(String::new(), |t| words::happening(room.protocol, t.class));
        out.push(Duty {
            key: format!("{}/{engaged_by}/{}", rule.name, trigger.map_or(0, |t| t.number)),
            rule,
            who,
            what,
            because: trigger.map(|t| because(room, owed.norm, t.class, t.number)),
            must: names::is_must(room.protocol, owed.norm),
            urgency: names::urgency(room.protocol, owed.norm),
            limits: names::last_limits(room.protocol, owed.norm),
            fates: fates.collect(),
        });
    }
    out.sort_by_key(|d| (d.class(), d.last_day(), d.first_day(), d.rule.span));
    out
}

/// What engages a duty, as its `when` says it.
pub(super) fn because(room: &Room<'_>, norm: NormId, what: Happening, number: usize) -> String {
    let p = room.protocol;
    let guard = match norm {
        NormId::Rule(r) => p.rules.get(r.index()).map(|r| (&r.guard, &r.limits[..])),
        NormId::Decision(d) => p.decisions.get(d.index()).map(|d| (&d.guard, &d.limits[..])),
    };
    let (when, limits): (&[_], &[Limit]) = guard.map_or((&[], &[]), |(g, l)| (&g.when, l));
    let anchors = limits.iter().filter_map(|l| l.kind.moments());
    let mut moments = when.iter().chain(anchors).flat_map(|m| &m.any);
    // What is derived from something that occurs is told as the text names it.
    let derived = moments.clone().find(|m| {
        matches!(
            m.what,
            Happening::Begins(_) | Happening::Ends(_) | Happening::Becomes(..)
        ) && m.what != what
    });
    match (moments.any(|m| m.what == what), derived) {
        (false, Some(m)) => words::happening(p, m.what),
        _ => names::happening(p, what, number),
    }
}

fn not_asked() -> Fate {
    Fate {
        under: Vec::new(),
        state: State::NotAsked,
        earliest: None,
        latest: None,
        stated: false,
        assumed: Vec::new(),
    }
}

fn fate_of(item: &Item) -> Fate {
    Fate {
        under: Vec::new(),
        state: item.state,
        earliest: item.earliest.clone(),
        latest: item.latest.clone(),
        stated: item.stated,
        assumed: Vec::new(),
    }
}

/// What nobody gave and some answer rests on.
fn assumed(room: &Room<'_>, answers: &[Answer]) -> Vec<Assumed> {
    let all: BTreeSet<Assumed> = answers.iter().flat_map(|a| taken(room, a, &a.rests)).collect();
    all.into_iter().collect()
}

/// The values that were taken of these.
fn taken<'a>(room: &'a Room<'_>, answer: &'a Answer, of: &'a BTreeSet<Choice>) -> impl Iterator<Item = Assumed> + 'a {
    of.iter().filter_map(|choice| {
        let (_, set) = answer.case.iter().find(|(c, _)| c == choice)?;
        value_of(room, *choice, set.trailing_zeros())
    })
}

fn value_of(room: &Room<'_>, choice: Choice, value: u32) -> Option<Assumed> {
    let p = room.protocol;
    let ground = &room.asker.ground;
    let at = value as usize;
    let named = |origin: &crate::model::Origin, values: &[String]| Assumed {
        name: origin.name.clone(),
        label: origin.label.clone(),
        value: values.get(at).cloned().unwrap_or_default(),
        instead: Vec::new(),
        how: if at == 0 { Taken::First } else { Taken::ToKeepAll },
    };
    if let Some(factor) = ground.factors.iter().position(|c| *c == choice) {
        let factor = p.factors.get(factor)?;
        let is_reading = matches!(factor.kind, crate::model::FactorKind::Reading);
        return (!is_reading).then(|| named(&factor.origin, &factor.values));
    }
    if let Some((status, _)) = ground.starts.iter().find(|(_, c)| **c == choice) {
        let status = p.statuses.get(status.index())?;
        return Some(named(&status.origin, &status.values));
    }
    let of_decision = ground
        .instances
        .iter()
        .find(|i| i.outcome == Some(choice) || i.merits == Some(choice))?;
    let Happening::Decided(d) = of_decision.class else {
        return None;
    };
    let decision = p.decisions.get(d.index())?;
    let options: Vec<String> = decision.options.iter().map(|o| o.name.clone()).collect();
    let mut taken = named(&decision.origin, &options);
    taken.instead = options.into_iter().filter(|o| *o != taken.value).collect();
    let guarded = |o: &crate::model::Choice| o.if_ != Cond::True || !o.unless.is_empty();
    let may_be_closed = of_decision.merits == Some(choice) && decision.options.get(at).is_some_and(guarded);
    Some(match may_be_closed {
        true => Assumed {
            how: Taken::WhereOpen,
            ..taken
        },
        false => taken,
    })
}

impl Duty {
    /// Overdue, then due, then later, then done or over.
    fn class(&self) -> u8 {
        let of = |state: &State| match state {
            State::Overdue(_) | State::TooLate => 0,
            State::Due => 1,
            State::Later | State::Waiting => 2,
            State::Done(_) | State::Late(_) => 3,
            State::Lapsed | State::NotAsked => 4,
        };
        self.fates.iter().map(|f| of(&f.state)).min().unwrap_or(4)
    }

    fn last_day(&self) -> (bool, Option<Day>) {
        let overdue = self.fates.iter().filter_map(|f| match f.state {
            State::Overdue(day) | State::Late(day) => Some(day),
            State::Done(day) => day,
            _ => None,
        });
        let days = self.fates.iter().filter_map(|f| f.latest.as_ref().map(|b| b.day));
        let first = overdue.chain(days).min();
        (first.is_none(), first)
    }

    fn first_day(&self) -> Option<Day> {
        let days = self.fates.iter().filter_map(|f| f.earliest.as_ref());
        days.map(|b| b.day).min()
    }
}
