//! Hand-over: a duty of ours is still open when a status it turns on changes, and nothing says what becomes of it. It turns
//! on a status if it tests it (`if`), or if another rule asks for the same act only `while` that holds. In: an [`Asker`].
//! Out: one note per status, with a history in which a duty is due after the change.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::{Claim, confirm, judge};
use crate::model::{
    Act, Body, Cond, Confirmation, Happening, Limit, LimitKind, Moment, NormId, Protocol, RuleId, StatusId, VerdictKind,
};
use crate::solve::ask::{Asker, Outcome};
use crate::solve::days::Taste;
use crate::solve::ground::{NO, YES, class_of, is_yes_no, norms};
use crate::solve::moments::{Stand, bit, bits};
use crate::solve::net::{Formula, Lit, Point, all};
use crate::solve::norms::Trigger;
use crate::solve::parts::Part;
use crate::time::{Duration, Unit};

use super::super::case::{self, Case};
use super::super::describe;
use super::super::finding::{Finding, Reach};
use super::super::gates::{causes, conjuncts, guard, moments};
use super::{all_but, asks, local_norms, subjects, tested};

/// A duty and a status it turns on.
struct Crossing {
    norm: NormId,
    status: StatusId,
    /// The values for which it is asked.
    mask: u64,
}

/// A duty shown to outlive the change of its status.
struct Shown {
    norm: NormId,
    case: Case,
    /// The change.
    at: Point,
}

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let crossings = crossings(asker);
    let statuses: BTreeSet<StatusId> = crossings.iter().map(|c| c.status).collect();
    let part = asker.whole();
    let mut out = Vec::new();
    for status in statuses {
        let mut open: Vec<Shown> = Vec::new();
        for crossing in crossings.iter().filter(|c| c.status == status) {
            open.extend(shown(asker, &part, crossing));
        }
        out.extend(told(asker, status, open));
    }
    out
}

fn crossings(asker: &Asker<'_>) -> Vec<Crossing> {
    let protocol = asker.ground.protocol;
    let mut out: Vec<Crossing> = Vec::new();
    for norm in local_norms(protocol).into_iter().filter(|n| asks(asker, *n)) {
        let Some(guard) = guard(protocol, norm) else { continue };
        if ends_by_limit(protocol, norm) || is_about_a_meeting(protocol, norm) {
            continue;
        }
        let mut turns = masks(protocol, &guard.if_);
        for other in norms(protocol).filter(|o| *o != norm && same_act(protocol, *o, norm)) {
            let regime = super::super::gates::guard(protocol, other).map(|g| masks(protocol, &g.while_));
            turns.extend(regime.into_iter().flatten());
        }
        let mut lapses = BTreeSet::new();
        tested(protocol, &guard.while_, &mut lapses);
        let own = subjects(asker, norm);
        for (status, mask) in turns {
            let settled = lapses.contains(&status) || own.contains(&status) || answered(protocol, norm, status);
            if !settled && !out.iter().any(|c| c.norm == norm && c.status == status) {
                out.push(Crossing { norm, status, mask });
            }
        }
    }
    out
}

/// The statuses whose values a condition asks for, each with these.
fn masks(protocol: &Protocol, cond: &Cond) -> Vec<(StatusId, u64)> {
    let parts = conjuncts(protocol, cond);
    parts
        .iter()
        .filter_map(|c| match c {
            Cond::Status(s, values, _) => Some((*s, bits(values))),
            _ => None,
        })
        .collect()
}

fn act(protocol: &Protocol, norm: NormId) -> Option<Happening> {
    match norm {
        NormId::Decision(d) => Some(Happening::Decided(d)),
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm { act, .. }) => class_of(act),
            _ => None,
        },
    }
}

fn same_act(protocol: &Protocol, a: NormId, b: NormId) -> bool {
    act(protocol, a).is_some_and(|x| act(protocol, b) == Some(x))
}

fn limits(protocol: &Protocol, norm: NormId) -> &[Limit] {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map_or(&[], |r| &r.limits),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map_or(&[], |d| &d.limits),
    }
}

fn ends_by_limit(protocol: &Protocol, norm: NormId) -> bool {
    let ends = |l: &Limit| matches!(l.kind, LimitKind::Until(_) | LimitKind::UntilAfter(..));
    limits(protocol, norm).iter().any(ends)
}

/// Who chairs or comes is asked of each meeting that is held, and of none that is not.
fn is_about_a_meeting(protocol: &Protocol, norm: NormId) -> bool {
    matches!(norm, NormId::Rule(r) if matches!(
        protocol.rules.get(r.index()).map(|r| &r.body),
        Some(Body::Norm { act: Act::Chair(_) | Act::Attend(_), .. })
    ))
}

/// Whether something is said of the change: a limit that names it, or a rule that it engages and that speaks of the same act
/// or makes an exception.
fn answered(protocol: &Protocol, norm: NormId, status: StatusId) -> bool {
    let names = |m: &Moment| match m.what {
        Happening::Begins(s) | Happening::Ends(s) | Happening::Becomes(s, _) => s == status,
        _ => false,
    };
    let limited = limits(protocol, norm).iter().any(|l| match &l.kind {
        LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) => m.any.iter().any(names),
        _ => false,
    });
    let lifts = |other: NormId, id: RuleId| match other {
        NormId::Rule(r) => protocol
            .rules
            .get(r.index())
            .is_some_and(|r| r.exception_to.contains(&id)),
        NormId::Decision(_) => false,
    };
    limited
        || norms(protocol).filter(|o| *o != norm).any(|other| {
            moments(protocol, other).any(names)
                && !moments(protocol, norm).any(|m| moments(protocol, other).any(|o| o.what == m.what))
                && (same_act(protocol, other, norm) || matches!(norm, NormId::Rule(id) if lifts(other, id)))
        })
}

/// What takes the status away from the values for which the duty is asked.
fn changes(asker: &Asker<'_>, crossing: &Crossing) -> Vec<Point> {
    let set = asker.ground.set_by(crossing.status);
    let mut out: Vec<Point> = set
        .filter(|s| bit(s.value) & crossing.mask == 0)
        .map(|s| s.cause)
        .collect();
    for (class, value) in [
        (Happening::Begins(crossing.status), YES),
        (Happening::Ends(crossing.status), NO),
    ] {
        if bit(value) & crossing.mask == 0 {
            out.extend(asker.ground.of_class(class).take(1).map(|i| i.at));
        }
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// A case in which the duty is engaged, then its status changes, and then it is still due.
fn shown(asker: &mut Asker<'_>, part: &Part, crossing: &Crossing) -> Option<Shown> {
    let protocol = asker.ground.protocol;
    let tests = causes(asker, guard(protocol, crossing.norm).into_iter().map(|g| &g.if_));
    let changes = changes(asker, crossing);
    let mut behind: Vec<(Point, Formula)> = Vec::new();
    for trigger in asker.ground.triggers(crossing.norm) {
        let Some(start) = trigger.at else { continue };
        for &change in changes.iter().filter(|x| **x != start) {
            let formula = crosses(asker, crossing, &trigger, start, change);
            if formula.is_false() {
                continue;
            }
            let visible: BTreeSet<Point> = tests.iter().copied().chain([start, change]).collect();
            let hidden = all_but(asker, &visible);
            if let Some(case) = outlived(asker, part, crossing, &formula, hidden) {
                return Some(Shown {
                    norm: crossing.norm,
                    case,
                    at: change,
                });
            }
            behind.push((change, formula));
        }
    }
    // What engages it may itself need other things to come first.
    behind.into_iter().find_map(|(change, formula)| {
        let hidden = asker.idle(part, std::slice::from_ref(&formula))?;
        let case = outlived(asker, part, crossing, &formula, hidden)?;
        Some(Shown {
            norm: crossing.norm,
            case,
            at: change,
        })
    })
}

/// Engaged at `start` while the status has its value; on the day after, at `change`, that is over, and nothing was done yet.
fn crosses(asker: &mut Asker<'_>, crossing: &Crossing, trigger: &Trigger, start: Point, change: Point) -> Formula {
    let ground = &mut asker.ground;
    let had = ground.status(crossing.status, crossing.mask, Stand::Before(change));
    let has = ground.status(crossing.status, crossing.mask, Stand::After(change));
    let identity = ground.net.identity;
    let same_day: Formula = Lit::Le(change, identity, start).into();
    let day = Duration {
        count: 1,
        unit: Unit::CalendarDays,
        clear: false,
    };
    let next_day: Formula = Lit::Le(change, ground.table(day, false), start).into();
    let mut parts = vec![
        Lit::Occurs(change, true).into(),
        Lit::Before(start, change).into(),
        ground.engaged(trigger),
        had,
        ground.net.not(&has),
        ground.net.not(&same_day),
        next_day,
    ];
    for way in ground.ways(crossing.norm, trigger) {
        let done = all([way.cond, Lit::Before(way.at, change).into()]);
        parts.push(ground.net.not(&done));
    }
    all(parts)
}

/// The case, if the judge finds all obeyed so far, the status changed and the duty open.
fn outlived(
    asker: &mut Asker<'_>,
    part: &Part,
    crossing: &Crossing,
    formula: &Formula,
    hidden: BTreeSet<Point>,
) -> Option<Case> {
    let protocol = asker.ground.protocol;
    let scene = asker.scene(part, std::slice::from_ref(formula), &[], hidden);
    let Outcome::Sat(leaf) = asker.play(&scene, &[], false) else {
        return None;
    };
    let first = super::super::first_day(asker)?;
    let made = case::case(asker, &leaf, &[], first, Taste::Early)?;
    let span = protocol.statuses.get(crossing.status.index())?.origin.span;
    let values: Vec<_> = (0..64u32).map(crate::model::ValueId).collect();
    let held: Vec<_> = values.into_iter().filter(|v| bit(*v) & crossing.mask != 0).collect();
    let claims = [
        Claim::Accepted {
            tier: crate::judge::Tier::Must,
            except: Vec::new(),
        },
        Claim::Holds(Cond::Not(Box::new(Cond::Status(crossing.status, held, span)))),
    ];
    let calendar = asker.ground.calendar;
    let open = |history| {
        let verdicts = judge(protocol, calendar, history).verdicts;
        verdicts
            .iter()
            .any(|v| v.norm == crossing.norm && v.kind == VerdictKind::Open)
    };
    (confirm(protocol, calendar, &made.history, &claims) == Confirmation::Confirmed && open(&made.history))
        .then_some(made)
}

fn told(asker: &mut Asker<'_>, status: StatusId, open: Vec<Shown>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let first = open.first()?;
    let item = protocol.statuses.get(status.index())?;
    let core: Vec<NormId> = open.iter().map(|s| s.norm).collect();
    let name = &item.origin.name;
    let change = if is_yes_no(&item.values) {
        let ends = asker.ground.set_by(status).any(|s| s.cause == first.at && s.value == NO)
            || asker.ground.instance(first.at).is_some_and(|i| i.class == Happening::Ends(status));
        format!("`{name}` {}", if ends { "ends" } else { "begins" })
    } else {
        format!("`{name}` changes")
    };
    let (who, verb, it) = match core.as_slice() {
        [one] => (describe::quoted(protocol, *one), "is", "it"),
        [_, _] | [_, _, _] => (describe::list(protocol, &core), "are", "them"),
        many => (format!("{} duties", many.len()), "are", "them"),
    };
    let mut places = Vec::new();
    for (at, norm) in core.iter().enumerate() {
        let kind = if at == 0 { LabelKind::Primary } else { LabelKind::Secondary };
        places.extend(describe::body_span(protocol, *norm).map(|span| (span, "still due then?".to_owned(), kind)));
    }
    let mut story = case::telling(asker, &first.case, &[first.norm]);
    story.push(Step {
        day: first.case.history.until,
        text: format!("{change}, and {} is still due", describe::quoted(protocol, first.norm)),
        rule: Some(describe::qualified(protocol, first.norm)),
    });
    Some(Finding {
        code: code::NO_HAND_OVER,
        severity: Severity::Note,
        headline: format!("{who} {verb} still due when {change}, and nothing says what becomes of {it}"),
        core,
        related: Vec::new(),
        places,
        story,
        notes: Vec::new(),
        help: vec![format!(
            "say whether {it} ends with `{name}` (`while`), or who takes {it} over then"
        )],
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: item.protects,
    })
}
