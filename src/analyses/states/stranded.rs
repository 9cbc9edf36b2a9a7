//! Stranded statuses: one that is to be `always governed` holds, the outside is quiet, and no duty or decision of ours that bears on it is
//! open or can still be engaged. In: an [`Asker`] and what is known of missing branches. Out: one finding per status.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::{Claim, confirm, judge};
use crate::model::{
    Cond, Confirmation, FactorKind, Happening, History, Moment, NormId, StatusId, ValueId, VerdictKind, words,
};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::{NO, YES, norms};
use crate::solve::moments::{Stand, bit};
use crate::solve::net::{Choice, Formula, Lit, Point, all, any};
use crate::solve::parts::Part;
use crate::source::Span;

use super::super::case::{self, Case};
use super::super::finding::{Finding, Reach};
use super::super::gates::{factors, guard, moments};
use super::super::{clashes, describe};
use super::{all_but, asks, close, local_norms, open_at_the_end, subjects, tested};

/// How many states beside the first are named.
const NAMED: usize = 3;

/// A status that must never be left alone, with who bears on it.
struct Ward {
    status: StatusId,
    value: ValueId,
    /// Our duties and decisions that bear on it.
    ours: Vec<NormId>,
    /// Those of the law.
    law: Vec<NormId>,
}

/// A way of getting to where it holds: what occurs last, and what of the outside occurs at all.
#[derive(Clone)]
struct State {
    claims: Vec<Formula>,
    end: Point,
    seen: BTreeSet<Point>,
    /// What occurred, in order, as it is told.
    word: Vec<Happening>,
    given: Vec<(Choice, u64)>,
}

/// A state in which it is left alone.
struct Left {
    state: State,
    case: Case,
}

pub(super) fn findings(asker: &mut Asker<'_>, known: &[Finding]) -> Vec<Finding> {
    let part = asker.whole();
    let wards = wards(asker);
    wards
        .iter()
        .filter_map(|ward| finding(asker, &part, ward, known))
        .collect()
}

/// The statuses a norm governs: those it bears on, and of a duty those for as long as which it stands.
fn concerns(asker: &Asker<'_>, norm: NormId) -> BTreeSet<StatusId> {
    let protocol = asker.ground.protocol;
    let mut out = subjects(asker, norm);
    if asker.ground.binds(norm) && !describe::forbids(protocol, norm) {
        let guard = match norm {
            NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| &r.guard),
            NormId::Decision(d) => protocol.decisions.get(d.index()).map(|d| &d.guard),
        };
        if let Some(guard) = guard {
            tested(protocol, &guard.while_, &mut out);
        }
    }
    out
}

/// What must be governed: each value that a status which is `always governed` does not start with. One on which nothing of ours bears
/// is not this protocol's matter.
fn wards(asker: &Asker<'_>) -> Vec<Ward> {
    let protocol = asker.ground.protocol;
    let bearing: Vec<(NormId, BTreeSet<StatusId>)> = norms(protocol).map(|n| (n, concerns(asker, n))).collect();
    let mut out = Vec::new();
    for (at, status) in (0u32..)
        .map(StatusId)
        .zip(&protocol.statuses)
        .filter(|(_, s)| s.protects)
    {
        let on_it = |n: &&(NormId, BTreeSet<StatusId>)| n.1.contains(&at);
        if !bearing
            .iter()
            .filter(on_it)
            .any(|(n, _)| describe::is_local(protocol, *n))
        {
            continue;
        }
        let asking = bearing
            .iter()
            .filter(on_it)
            .map(|(n, _)| *n)
            .filter(|n| asks(asker, *n));
        let (ours, law): (Vec<NormId>, Vec<NormId>) = asking.partition(|n| describe::is_local(protocol, *n));
        let first = status.starts_as.unwrap_or(NO);
        for value in (0u32..).map(ValueId).take(status.values.len()).filter(|v| *v != first) {
            out.push(Ward {
                status: at,
                value,
                ours: ours.clone(),
                law: law.clone(),
            });
        }
    }
    out
}

fn finding(asker: &mut Asker<'_>, part: &Part, ward: &Ward, known: &[Finding]) -> Option<Finding> {
    let after = governed(asker, &ward.ours);
    let facts = facts(asker, ward);
    let mut left: Vec<Left> = Vec::new();
    // The plainest state that leaves it alone says most: only if there is none is one looked for behind it.
    for state in begun(asker, ward) {
        if left.is_empty() {
            left.extend(in_some_case(asker, part, ward, &state, &facts, &after, known));
        }
    }
    if left.is_empty() {
        for state in decided(asker, part, ward) {
            left.extend(in_some_case(asker, part, ward, &state, &facts, &after, known));
        }
        for state in crossed(asker, ward, &after) {
            left.extend(alone(asker, part, ward, state, &after, known));
        }
    }
    told(asker, part, ward, left)
}

/// The state as it is, or in the first case of it that one fact makes.
fn in_some_case(
    asker: &mut Asker<'_>,
    part: &Part,
    ward: &Ward,
    state: &State,
    facts: &[(Choice, u64)],
    after: &Governed,
    known: &[Finding],
) -> Option<Left> {
    let cases = std::iter::once(Vec::new()).chain(facts.iter().map(|f| vec![*f]));
    cases.into_iter().find_map(|given| {
        let state = State { given, ..state.clone() };
        alone(asker, part, ward, state, after, known)
    })
}

/// For each way of being governed, the point at which it is engaged or done, and what must be so for it.
type Governed = Vec<(Option<Point>, Formula)>;

fn governed(asker: &mut Asker<'_>, by: &[NormId]) -> Governed {
    let mut out = Vec::new();
    for &norm in by {
        for trigger in asker.ground.triggers(norm) {
            let engaged = asker.ground.engaged(&trigger);
            if asker.ground.has_instances(norm) {
                for way in asker.ground.ways(norm, &trigger) {
                    out.push((Some(way.at), all([engaged.clone(), way.cond])));
                }
            } else {
                out.push((trigger.at, engaged));
            }
        }
    }
    out
}

/// One of these comes later than `end`: something is engaged by it or done in it. What is engaged at the end counts too.
fn later(after: &Governed, end: Point, done_counts: bool) -> Formula {
    let ways = after.iter().map(|(at, formula)| match at {
        None => formula.clone(),
        Some(at) if *at == end => {
            if done_counts {
                formula.clone()
            } else {
                Formula::FALSE
            }
        }
        Some(at) => all([formula.clone(), Lit::Before(end, *at).into()]),
    });
    any(ways.collect::<Vec<_>>())
}

/// What sets the status to the value, alone.
fn begun(asker: &mut Asker<'_>, ward: &Ward) -> Vec<State> {
    let points = setters(asker, ward);
    points.into_iter().filter_map(|at| state(asker, ward, &[at])).collect()
}

fn setters(asker: &Asker<'_>, ward: &Ward) -> Vec<Point> {
    let set = asker.ground.set_by(ward.status).filter(|s| s.value == ward.value);
    let mut out: Vec<Point> = set.map(|s| s.cause).collect();
    if ward.value == YES {
        out.extend(
            asker
                .ground
                .of_class(Happening::Begins(ward.status))
                .take(1)
                .map(|i| i.at),
        );
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// These occur in this order, and then the status has its value.
fn state(asker: &mut Asker<'_>, ward: &Ward, word: &[Point]) -> Option<State> {
    let end = *word.last()?;
    let told = word
        .iter()
        .filter_map(|x| asker.ground.instance(*x))
        .map(|i| i.class)
        .collect();
    let mut claims: Vec<Formula> = word.iter().map(|x| Lit::Occurs(*x, true).into()).collect();
    for pair in word.windows(2) {
        if let [a, b] = pair {
            claims.push(Lit::Before(*a, *b).into());
        }
    }
    claims.push(asker.ground.status(ward.status, bit(ward.value), Stand::After(end)));
    Some(State {
        claims,
        end,
        seen: word.iter().copied().filter(|x| !asker.is_own(*x)).collect(),
        word: told,
        given: Vec::new(),
    })
}

/// What sets it, and one thing more from outside on which those who govern it turn; in both orders.
fn crossed(asker: &mut Asker<'_>, ward: &Ward, after: &Governed) -> Vec<State> {
    let mut turning: BTreeSet<Point> = BTreeSet::new();
    for (at, formula) in after {
        turning.extend(at);
        formula.atoms(&mut |lit| turning.extend(lit.points()));
    }
    let setters = setters(asker, ward);
    let others: Vec<Point> = turning
        .into_iter()
        .filter(|x| !asker.is_own(*x) && !setters.contains(x) && asker.ground.instance(*x).is_some())
        .collect();
    let mut out = Vec::new();
    for &set in &setters {
        for &other in &others {
            out.extend(state(asker, ward, &[set, other]));
            out.extend(state(asker, ward, &[other, set]));
        }
    }
    out
}

/// A decision about it was taken, and left it as it is.
fn decided(asker: &mut Asker<'_>, part: &Part, ward: &Ward) -> Vec<State> {
    let protocol = asker.ground.protocol;
    let mut out = Vec::new();
    for norm in &ward.ours {
        let NormId::Decision(id) = *norm else { continue };
        let options = protocol.decisions.get(id.index()).map_or(&[][..], |d| &d.options);
        let taken = asker.ground.of_class(Happening::Decided(id)).next();
        let Some((at, outcome)) = taken.and_then(|i| Some((i.at, i.outcome?))) else {
            continue;
        };
        for (option, value) in options.iter().zip((0u32..).map(ValueId)) {
            if option.effects.iter().any(|(s, _, _)| *s == ward.status) {
                continue;
            }
            let stays = asker.ground.status(ward.status, bit(ward.value), Stand::After(at));
            let claims = vec![Lit::Occurs(at, true).into(), Lit::Is(outcome, bit(value)).into(), stays];
            let Some(hidden) = asker.idle(part, &claims) else {
                continue;
            };
            let outside: Vec<Point> = asker.ground.outside().collect();
            out.push(State {
                claims,
                end: at,
                seen: outside.into_iter().filter(|x| !hidden.contains(x)).collect(),
                word: vec![Happening::Outcome(id, value)],
                given: Vec::new(),
            });
        }
    }
    out
}

/// The values of the facts that those who govern it turn on, one at a time. What is judged may go either way.
fn facts(asker: &Asker<'_>, ward: &Ward) -> Vec<(Choice, u64)> {
    let protocol = asker.ground.protocol;
    let mut tested = BTreeSet::new();
    for guard in ward.ours.iter().filter_map(|n| guard(protocol, *n)) {
        let conds = [&guard.if_, &guard.while_].into_iter().chain(&guard.unless);
        conds.for_each(|c| factors(protocol, c, &mut tested));
    }
    let mut out = Vec::new();
    for factor in tested {
        let (Some(item), Some(choice)) = (
            protocol.factors.get(factor.index()),
            asker.ground.factors.get(factor.index()),
        ) else {
            continue;
        };
        if item.kind == FactorKind::Fact {
            out.extend((0u32..).take(item.values.len()).map(|v| (*choice, bit(ValueId(v)))));
        }
    }
    out
}

/// The state with a case of it, if nobody governs it from there on.
fn alone(
    asker: &mut Asker<'_>,
    part: &Part,
    ward: &Ward,
    state: State,
    after: &Governed,
    known: &[Finding],
) -> Option<Left> {
    if governs(asker, part, &state, after) != Some(false) {
        return None;
    }
    let case = shown(asker, part, ward, &state)?;
    // A branch is missed where its moment came while the status held, not where the status came after it.
    let set_last = setters(asker, ward).contains(&state.end);
    let told = !set_last && known.iter().any(|f| is_hole(asker, f, &case.history));
    (!told).then_some(Left { state, case })
}

/// Whether somebody may still govern it after this state; `None` if that was not decided.
fn governs(asker: &mut Asker<'_>, part: &Part, state: &State, after: &Governed) -> Option<bool> {
    // A decision that was just taken is done; what just engaged a duty leaves it open.
    let just_engaged = !matches!(state.word.last(), Some(Happening::Outcome(..)));
    let mut claims = state.claims.clone();
    claims.push(later(after, state.end, just_engaged));
    let scene = asker.scene(part, &claims, &[], quiet(asker, state));
    match asker.play(&scene, &state.given) {
        Outcome::Sat(_) => Some(true),
        Outcome::Unsat(_) => Some(false),
        Outcome::Unfinished => None,
    }
}

/// What of the outside does not occur.
fn quiet(asker: &Asker<'_>, state: &State) -> BTreeSet<Point> {
    asker.ground.outside().filter(|x| !state.seen.contains(x)).collect()
}

/// A dated case that gets there with every rule obeyed so far, in which the judge finds nothing of ours open.
fn shown(asker: &mut Asker<'_>, part: &Part, ward: &Ward, state: &State) -> Option<Case> {
    let mut few = state.seen.clone();
    few.insert(state.end);
    let must = asker.obeyed(Tier::Must, &BTreeSet::new());
    let stays = asker.ground.status(ward.status, bit(ward.value), Stand::End);
    let claims: Vec<Formula> = state.claims.iter().cloned().chain([stays]).collect();
    // Few occurrences make the plainest case; where they do not do, all is done that must be.
    let near = close(&mut asker.ground, &few, state.end);
    let tries = [
        (all_but(asker, &few), Vec::new(), near),
        (quiet(asker, state), must, Vec::new()),
    ];
    tries.into_iter().find_map(|(hidden, obeyed, near)| {
        let claims: Vec<Formula> = claims.iter().cloned().chain(near).collect();
        let scene = asker.scene(part, &claims, &obeyed, hidden);
        let Outcome::Sat(leaf) = asker.play(&scene, &state.given) else {
            return None;
        };
        let first = super::super::first_day(asker)?;
        let made = case::case(asker, &leaf, &[], first, Taste::Early)?;
        is_left(asker, ward, &made.history).then_some(made)
    })
}

/// The judge's word: all is well so far, the status holds, and nobody of ours has anything to do about it.
fn is_left(asker: &Asker<'_>, ward: &Ward, history: &History) -> bool {
    let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
    let Some(status) = protocol.statuses.get(ward.status.index()) else {
        return false;
    };
    let holds = Claim::Holds(Cond::Status(ward.status, vec![ward.value], status.origin.span));
    confirm(protocol, calendar, history, &[holds]) == Confirmation::Confirmed
        && open_at_the_end(asker, history).is_some_and(|open| ward.ours.iter().all(|n| !open.contains(n)))
}

/// Whether a missing branch that is told already is this very hole: its moment came, and none of its norms was engaged.
fn is_hole(asker: &Asker<'_>, known: &Finding, history: &History) -> bool {
    let protocol = asker.ground.protocol;
    if known.code != code::MISSING_BRANCH || known.core.is_empty() {
        return false;
    }
    let verdicts = judge(protocol, asker.ground.calendar, history).verdicts;
    let engaged = verdicts
        .iter()
        .any(|v| known.core.contains(&v.norm) && v.kind != VerdictKind::NotEngaged);
    let came = |m: &Moment| {
        let happened = Claim::Holds(Cond::Happened(m.clone(), m.span));
        confirm(protocol, asker.ground.calendar, history, &[happened]) == Confirmation::Confirmed
    };
    !engaged && known.core.iter().flat_map(|n| moments(protocol, *n)).any(came)
}

fn told(asker: &mut Asker<'_>, part: &Part, ward: &Ward, left: Vec<Left>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let status = protocol.statuses.get(ward.status.index())?;
    let come = |l: &Left| -> String {
        let told: Vec<String> = l.state.word.iter().map(|w| words::happening(protocol, *w)).collect();
        told.join(" and then ")
    };
    let ways: Vec<String> = left.iter().map(come).collect();
    let mut by_law: Vec<NormId> = Vec::new();
    let mut lawful = true;
    for found in &left {
        let mut any_here = false;
        for &law in &ward.law {
            let after = governed(asker, &[law]);
            if governs(asker, part, &found.state, &after) == Some(true) {
                any_here = true;
                if !by_law.contains(&law) {
                    by_law.push(law);
                }
            }
        }
        lawful &= any_here;
    }
    let (first, more) = ways.split_first()?;
    let shown = left.first()?;
    let name = if ward.value == YES {
        format!("`{}`", status.origin.name)
    } else {
        let value = status.values.get(ward.value.0 as usize)?;
        format!("`{}` as `{value}`", status.origin.name)
    };
    let bearing: Vec<NormId> = local_norms(protocol)
        .into_iter()
        .filter(|n| concerns(asker, *n).contains(&ward.status))
        .collect();
    let core = if ward.ours.is_empty() {
        bearing
    } else {
        ward.ours.clone()
    };
    let mut places: Vec<(Span, String, LabelKind)> = Vec::new();
    for (at, norm) in core.iter().enumerate() {
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        let text = if asks(asker, *norm) {
            "this does not come to it"
        } else {
            "this asks nobody to look at it"
        };
        places.extend(describe::body_span(protocol, *norm).map(|span| (span, text.to_owned(), kind)));
    }
    let mut story = case::steps(protocol, &shown.case.history);
    story.push(Step {
        day: shown.case.history.until,
        text: format!("{name} holds, and no rule or decision of this protocol is left that bears on it"),
        rule: None,
    });
    let mut notes = Vec::new();
    let assumed = case::assumptions(asker, &shown.state.given);
    if !assumed.is_empty() {
        notes.push(format!("the case: {}", assumed.join("; ")));
    }
    if !more.is_empty() {
        notes.push(match more {
            few if few.len() <= NAMED => format!("the same once {}", few.join("; or once ")),
            many => format!("the same in {} more states", many.len()),
        });
    }
    let mut help = vec![format!(
        "add a rule or a decision that says who looks at {name} then, and by when"
    )];
    if !by_law.is_empty() {
        let list = describe::list(protocol, &by_law);
        let go = if by_law.len() == 1 { "goes" } else { "go" };
        help.push(format!(
            "or say that {list} {go} on from there: the law still governs it"
        ));
    }
    Some(Finding {
        code: code::STRANDED,
        severity: if lawful { Severity::Note } else { Severity::Error },
        headline: format!("nothing of this protocol governs {name} once {first}"),
        core,
        related: by_law,
        places,
        story,
        notes,
        help,
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: clashes::reach(asker, &shown.state.given, false).min(Reach::SomeCases),
        protects: true,
    })
}
