//! A branch of the solver made into a case: a history the judge can read, and the dated lines a person can. In: a leaf.
//! Out: a [`Case`]. Nothing here decides anything.

use std::collections::BTreeSet;

use crate::diagnostics::Step;
use crate::judge::{Claim, Tier, confirm, judge};
use crate::model::{
    Confirmation, FactorId, Happening, History, NormId, Occurrence, Party, Protocol, StatusId, ValueId, VerdictKind,
    words,
};
use crate::solve::ask::Asker;
use crate::solve::days::{Dated, Taste, choose};
use crate::solve::net::{Choice, Point};
use crate::solve::search::Leaf;
use crate::time::Day;

use super::describe;

/// A dated case.
#[derive(Debug, Clone)]
pub struct Case {
    /// As the judge reads it.
    pub history: History,
    /// Its points with their axis days, in order.
    pub dated: Dated,
}

/// A case in which one norm is broken and others are not, with what the judge says of it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The case.
    pub case: Case,
    /// First day of the breach.
    pub when: Day,
    /// The broken norm.
    pub broken: NormId,
}

/// Turns a leaf into a case that starts on `first`; `given` days are kept. `None` if it has no solution there.
pub fn case(asker: &Asker<'_>, leaf: &Leaf, given: &[(Point, i32)], first: i32, taste: Taste) -> Option<Case> {
    let ground = &asker.ground;
    let last = i32::try_from(ground.net.len).unwrap_or(i32::MAX) - 1;
    let until = (first + 4 * 366).min(last);
    let mut dated = choose(&ground.net, ground.calendar, leaf, given, (first, until), taste)?;
    // A day that is set is told where it is set; nothing need occur on it.
    let set: Dated = dated.extract_if(.., |(x, _)| ground.is_set_day(*x)).collect();
    let end = dated.last().and_then(|(_, at)| ground.calendar.day(*at));
    // The judge finds for itself what is missed.
    dated.retain(|(x, _)| !matches!(ground.instance(*x).map(|i| i.class), Some(Happening::Missed(_))));
    let mut history = history(asker, leaf, &dated, &set)?;
    history.until = history.until.max(end);
    Some(Case { history, dated })
}

fn pick(leaf: &Leaf, choice: Choice) -> u32 {
    leaf.values
        .get(choice.0 as usize)
        .map_or(0, |set| set.trailing_zeros().min(63))
}

fn history(asker: &Asker<'_>, leaf: &Leaf, dated: &Dated, set: &Dated) -> Option<History> {
    let ground = &asker.ground;
    let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let factors = ground
        .factors
        .iter()
        .enumerate()
        .map(|(f, c)| (FactorId(index(f)), ValueId(pick(leaf, *c))))
        .collect();
    let starts: Vec<(StatusId, ValueId)> = ground
        .starts
        .iter()
        .map(|(s, c)| (*s, ValueId(pick(leaf, *c))))
        .collect();
    let mut occurrences = Vec::new();
    for &(point, at) in dated {
        let instance = ground.instance(point)?;
        let day = ground.calendar.day(at)?;
        let what = match (instance.class, instance.outcome) {
            (Happening::Decided(d), Some(choice)) => Happening::Outcome(d, ValueId(pick(leaf, choice))),
            (class, _) => class,
        };
        let by = match (instance.doers.as_slice(), instance.doer) {
            ([one], _) => Some(*one),
            (many, Some(choice)) => many.get(pick(leaf, choice) as usize).copied(),
            _ => None,
        };
        let chair = instance
            .chair
            .filter(|c| is_narrowed(asker, leaf, *c))
            .and_then(|c| chair_of(asker, leaf, c));
        occurrences.push(Occurrence {
            day,
            what,
            by,
            chair,
            due: ground
                .booked_for(point)
                .and_then(|day| set.iter().find(|(x, _)| *x == day))
                .and_then(|(_, at)| ground.calendar.day(*at)),
        });
    }
    let until = occurrences.last().map(|o| o.day);
    Some(History {
        factors,
        starts,
        occurrences,
        until,
    })
}

fn is_narrowed(asker: &Asker<'_>, leaf: &Leaf, choice: Choice) -> bool {
    leaf.values
        .get(choice.0 as usize)
        .is_some_and(|set| *set != asker.ground.net.full(choice))
}

fn chair_of(asker: &Asker<'_>, leaf: &Leaf, choice: Choice) -> Option<Party> {
    asker.ground.chairs.get(pick(leaf, choice) as usize).copied()
}

/// Spans, in days after the last occurrence, within which a breach by omission is looked for.
const SPANS: [i32; 9] = [0, 1, 7, 15, 45, 100, 200, 400, 800];

/// Looks for a history of this case, ever longer, in which the judge finds `broken` broken and the `obeyed` norms not.
pub fn show(asker: &Asker<'_>, case: &Case, broken: NormId, obeyed: &[NormId], tier: Tier) -> Option<Shown> {
    let ground = &asker.ground;
    let except: Vec<NormId> = crate::solve::ground::norms(ground.protocol)
        .filter(|n| !obeyed.contains(n))
        .collect();
    let claims = [Claim::Accepted { tier, except }, Claim::Breaches(broken)];
    let end = case.history.until?;
    for span in SPANS {
        let until = end.plus(span).min(ground.calendar.last());
        let history = History {
            until: Some(until),
            ..case.history.clone()
        };
        if confirm(ground.protocol, ground.calendar, &history, &claims) == Confirmation::Confirmed {
            let dated = case.dated.clone();
            let case = without_idle_changes(asker, Case { history, dated }, &claims, obeyed);
            let when = judge(ground.protocol, ground.calendar, &case.history)
                .verdicts
                .into_iter()
                .find_map(|v| match v.kind {
                    VerdictKind::Breached { when, .. } if v.norm == broken => Some(when),
                    _ => None,
                })?;
            return Some(Shown { case, when, broken });
        }
    }
    None
}

/// Leaves out what is said to begin or end and makes no difference to these claims, nor to which of the obeyed
/// norms are engaged: a status that ends before it has begun, for one.
fn without_idle_changes(asker: &Asker<'_>, mut case: Case, claims: &[Claim], obeyed: &[NormId]) -> Case {
    let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
    let is_change = |o: &Occurrence| matches!(o.what, Happening::Begins(_) | Happening::Ends(_));
    if !case.history.occurrences.iter().any(is_change) {
        return case;
    }
    // The history is read once for all norms: there are as many of them as it is long.
    let engaged = judge(protocol, calendar, &case.history).engaged();
    let mut wanted: Vec<Claim> = obeyed
        .iter()
        .filter(|n| engaged.contains(n))
        .map(|n| Claim::Engages(*n))
        .collect();
    wanted.extend(claims.iter().cloned());
    for at in (0..case.history.occurrences.len()).rev() {
        if !is_change(&case.history.occurrences[at]) {
            continue;
        }
        let mut less = case.clone();
        less.history.occurrences.remove(at);
        less.dated.remove(at);
        if confirm(protocol, calendar, &less.history, &wanted) == Confirmation::Confirmed {
            case = less;
        }
    }
    case
}

/// Whether the judge confirms these claims of this case, over some span of days after its last occurrence.
pub fn holds(asker: &Asker<'_>, case: &Case, claims: &[Claim], spans: impl IntoIterator<Item = i32>) -> bool {
    let ground = &asker.ground;
    let is_so = |history| confirm(ground.protocol, ground.calendar, &history, claims) == Confirmation::Confirmed;
    spans.into_iter().filter_map(|span| until(asker, case, span)).any(is_so)
}

/// The history of a case, looked at so many days longer than its last occurrence, if the calendar goes so far.
pub fn until(asker: &Asker<'_>, case: &Case, span: i32) -> Option<History> {
    let end = case.history.until?;
    Some(History {
        until: Some(end.plus(span).min(asker.ground.calendar.last())),
        ..case.history.clone()
    })
}

/// Whether a meeting comes more than once, so that which of them it is says something even of one.
fn repeats(protocol: &Protocol, what: Happening) -> bool {
    match what {
        Happening::Held(m) | Happening::Booked(m) | Happening::Due(m) | Happening::Cancelled(m) => {
            protocol.meetings.get(m.index()).is_some_and(|m| m.repeats)
        }
        _ => false,
    }
}

/// What a case occasions, line by line; what comes more than once is numbered.
pub fn steps(protocol: &Protocol, history: &History) -> Vec<Step> {
    let mut out: Vec<Step> = Vec::new();
    let of_class = |what: Happening| history.occurrences.iter().filter(move |o| o.what == what).count();
    for (at, occurrence) in history.occurrences.iter().enumerate() {
        let what = occurrence.what;
        let before = history.occurrences[..at].iter().filter(|o| o.what == what).count();
        let several = of_class(what) > 1 && !matches!(what, Happening::Allocated(_));
        let mut text = match several || repeats(protocol, what) {
            true => words::numbered(protocol, what, before),
            false => words::happening(protocol, what),
        };
        if let Some(day) = occurrence.due {
            text = format!("{text} for {day}");
        }
        if let Some(chair) = occurrence.chair {
            text = format!("{text}, chaired by {}", words::party(protocol, chair));
        }
        out.push(Step {
            day: Some(occurrence.day),
            text,
            rule: None,
        });
    }
    out
}

/// The occurrences that any of these norms speaks of.
pub fn spoken_of(asker: &mut Asker<'_>, norms: &[NormId]) -> BTreeSet<Point> {
    let mut spoken = BTreeSet::new();
    for norm in norms {
        let formula = asker.ground.accept(*norm, None);
        formula.atoms(&mut |lit| spoken.extend(lit.points()));
    }
    spoken
}

/// The lines of a case that bear on these norms: what the outside does, and the acts that any of them speaks of.
pub fn telling(asker: &mut Asker<'_>, case: &Case, norms: &[NormId]) -> Vec<Step> {
    telling_up_to(asker, case, norms, None)
}

/// The same, up to an occurrence (inclusive) with which the story is over.
pub fn telling_up_to(asker: &mut Asker<'_>, case: &Case, norms: &[NormId], end: Option<Point>) -> Vec<Step> {
    let mut spoken: BTreeSet<Point> = case
        .dated
        .iter()
        .map(|(p, _)| *p)
        .filter(|p| !asker.is_own(*p))
        .collect();
    spoken.extend(spoken_of(asker, norms));
    // A meeting held on the day it was due is held: that it was due says less.
    for &(due, day) in &case.dated {
        let held = asker.ground.instance(due).and_then(|i| match i.class {
            Happening::Due(m) => asker.ground.of_class(Happening::Held(m)).find(|h| h.number == i.number),
            _ => None,
        });
        if let Some(held) = held.map(|h| h.at).filter(|h| case.dated.contains(&(*h, day)))
            && spoken.remove(&due)
        {
            spoken.insert(held);
        }
    }
    let last = end.and_then(|end| case.dated.iter().position(|(p, _)| *p == end));
    let last_day = last.and_then(|at| case.dated.get(at)).map(|(_, day)| *day);
    let all = steps(asker.ground.protocol, &case.history);
    let mut out: Vec<(bool, Step)> = Vec::new();
    for (at, (step, (point, day))) in all.into_iter().zip(&case.dated).enumerate() {
        let due = asker
            .ground
            .instance(*point)
            .is_some_and(|i| matches!(i.class, Happening::Due(_)));
        let over = last.is_some_and(|last| at > last);
        if over && !(due && last_day == Some(*day)) {
            continue;
        }
        if spoken.contains(point) {
            out.push((due, step));
        }
    }
    // That a meeting is due is told before what is done on that day.
    out.sort_by_key(|(due, step)| (step.day, !due));
    out.into_iter().map(|(_, step)| step).collect()
}

/// The line that says what is broken, and when.
pub fn breach_step(protocol: &Protocol, norm: NormId, when: Day) -> Step {
    let name = describe::name(protocol, norm);
    let text = match describe::forbids(protocol, norm) {
        true => format!("this breaks `{name}`: {}", describe::sentence(protocol, norm)),
        false => format!(
            "`{name}` is broken from this day on: {}",
            describe::sentence(protocol, norm)
        ),
    };
    Step {
        day: Some(when),
        text,
        rule: Some(describe::qualified(protocol, norm)),
    }
}

/// What the case assumes of facts, judgements and readings, where it matters.
pub fn assumptions(asker: &Asker<'_>, given: &[(Choice, u64)]) -> Vec<String> {
    let protocol = asker.ground.protocol;
    // The values a case leaves, where it leaves some and not all.
    let left = |choice: Choice, values: &[String]| -> Option<Vec<String>> {
        let full = asker.ground.net.full(choice);
        let set = given.iter().filter(|(c, _)| *c == choice).fold(full, |s, (_, v)| s & v);
        let kept = values.iter().enumerate().filter(|(at, _)| set & (1 << at) != 0);
        (set != full && set != 0).then(|| kept.map(|(_, v)| v.clone()).collect())
    };
    let mut out = Vec::new();
    for (factor, choice) in protocol.factors.iter().zip(&asker.ground.factors) {
        if let Some(values) = left(*choice, &factor.values) {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            out.push(describe::factor_is(factor, &values));
        }
    }
    for (status, choice) in &asker.ground.starts {
        if let Some(status) = protocol.statuses.get(status.index())
            && let Some(values) = left(*choice, &status.values)
        {
            let values = values.join(" or ").replace('-', " ");
            out.push(format!("at first, {} is {values}", status.origin.label));
        }
    }
    out
}
