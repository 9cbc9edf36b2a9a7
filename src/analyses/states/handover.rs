//! Hand-over: a duty of ours is still open when a status it turns on changes, and nothing says what becomes of it. It turns
//! on a status if it tests it (`if`), or if another rule asks for the same act only `while` that holds. In: an [`Asker`].
//! Out: one note per status, with a history in which a duty is due after the change.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{
    Act, Body, Cond, Confirmation, Happening, Limit, LimitKind, Moment, NormId, Protocol, RuleId, StatusId, ValueId,
};
use crate::solve::ask::{Asker, Outcome};
use crate::solve::days::Taste;
use crate::solve::ground::{NO, YES, class_of, is_yes_no, norms};
use crate::solve::moments::{Stand, bit, bits};
use crate::solve::net::{Formula, Lit, Point, all};
use crate::solve::norms::Trigger;
use crate::solve::parts::Part;
use crate::solve::search::Leaf;

use super::super::case::{self, Case};
use super::super::describe;
use super::super::finding::{Finding, Reach};
use super::super::gates::{self, causes, conjuncts, guard, moments, same_moment};
use super::{all_but, asks, close, local_norms, open_at_the_end, subjects, tested};

/// How many stories the judge is shown of one change. Which one comes first is chance.
const STORIES: usize = 8;

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
    let protects = |s: &StatusId| {
        asker
            .ground
            .protocol
            .statuses
            .get(s.index())
            .is_some_and(|s| s.protects)
    };
    let mut statuses: Vec<StatusId> = crossings.iter().map(|c| c.status).collect();
    statuses.sort_by_key(|s| (!protects(s), *s));
    statuses.dedup();
    let part = asker.whole();
    let mut out: Vec<Finding> = Vec::new();
    for status in statuses {
        let mut open: Vec<Shown> = Vec::new();
        for crossing in crossings.iter().filter(|c| c.status == status) {
            // Whoever is asked what becomes of a duty once need not be asked again.
            if !out.iter().any(|f| f.core.contains(&crossing.norm)) {
                open.extend(shown(asker, &part, crossing));
            }
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
            let regime = gates::guard(protocol, other).map(|g| masks(protocol, &g.while_));
            turns.extend(regime.into_iter().flatten());
        }
        let mut lapses = BTreeSet::new();
        tested(protocol, &guard.while_, &mut lapses);
        let own = subjects(asker, norm);
        for (status, mask) in turns {
            let settled = lapses.contains(&status)
                || own.contains(&status)
                || answered(protocol, norm, status)
                || is_meant(asker, norm, status);
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

fn values_in(mask: u64) -> Vec<ValueId> {
    (0..64u32).map(ValueId).filter(|v| bit(*v) & mask != 0).collect()
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

/// Whether what engages the duty also makes somebody change the status: whoever wrote that had the change in mind.
fn is_meant(asker: &Asker<'_>, norm: NormId, status: StatusId) -> bool {
    let protocol = asker.ground.protocol;
    norms(protocol).filter(|o| *o != norm && asks(asker, *o)).any(|other| {
        subjects(asker, other).contains(&status)
            && moments(protocol, norm).any(|m| moments(protocol, other).any(|o| same_moment(o, m)))
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
    // One of what comes again will do.
    out.retain(|x| asker.ground.instance(*x).is_some_and(|i| i.number == 0));
    out.sort_unstable();
    out.dedup();
    out
}

/// A case in which the duty is engaged, then its status changes, and then it is still due.
fn shown(asker: &mut Asker<'_>, part: &Part, crossing: &Crossing) -> Option<Shown> {
    let protocol = asker.ground.protocol;
    let span = protocol.statuses.get(crossing.status.index())?.origin.span;
    let had = Cond::Status(crossing.status, values_in(crossing.mask), span);
    let tested = guard(protocol, crossing.norm).into_iter().map(|g| &g.if_);
    let tests = causes(asker, tested.chain([&had]));
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
            let near = close(&mut asker.ground, &visible, change);
            let formula = all(near.into_iter().chain([formula]));
            if let Some(case) = outlived(asker, part, crossing, change, &formula, hidden) {
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
        let outside: BTreeSet<Point> = asker.ground.outside().filter(|x| !hidden.contains(x)).collect();
        let near = close(&mut asker.ground, &outside, change);
        let formula = all(near.into_iter().chain([formula]));
        let case = outlived(asker, part, crossing, change, &formula, hidden)?;
        Some(Shown {
            norm: crossing.norm,
            case,
            at: change,
        })
    })
}

/// Engaged at `start` while the status has its value; on a later day, at `change`, that is over, and nothing was done yet.
fn crosses(asker: &mut Asker<'_>, crossing: &Crossing, trigger: &Trigger, start: Point, change: Point) -> Formula {
    let ground = &mut asker.ground;
    let had = ground.status(crossing.status, crossing.mask, Stand::Before(change));
    let has = ground.status(crossing.status, crossing.mask, Stand::After(change));
    let identity = ground.net.identity;
    let same_day: Formula = Lit::Le(change, identity, start).into();
    let mut parts = vec![
        Lit::Occurs(change, true).into(),
        Lit::Before(start, change).into(),
        ground.engaged(trigger),
        had,
        ground.net.not(&has),
        ground.net.not(&same_day),
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
    change: Point,
    formula: &Formula,
    hidden: BTreeSet<Point>,
) -> Option<Case> {
    // What a history that keeps no rule shows may be somebody's fault, which the judge would not have; but one that keeps all of
    // them so far is not always found in what is visible.
    let claims = std::slice::from_ref(formula);
    let obeyed = asker.scene_until(part, change, claims, &part.norms, hidden.clone());
    let free = asker.scene(part, claims, &[], hidden);
    let played = [&obeyed, &free].into_iter().find_map(|scene| {
        let mut others = Vec::new();
        for _ in 0..STORIES {
            let Outcome::Sat(leaf) = asker.play_where(scene, &BTreeSet::new(), &others) else {
                break;
            };
            if let Some(case) = still_due(asker, crossing, &leaf) {
                return Some(case);
            }
            others.push(asker.otherwise(&leaf));
        }
        None
    });
    // What need not be done for it may be what the judge would not have.
    played.or_else(|| match asker.plainest(&obeyed, &BTreeSet::new(), &[]) {
        Outcome::Sat(leaf) => still_due(asker, crossing, &leaf),
        _ => None,
    })
}

fn still_due(asker: &Asker<'_>, crossing: &Crossing, leaf: &Leaf) -> Option<Case> {
    let protocol = asker.ground.protocol;
    let first = super::super::first_day(asker)?;
    let made = case::case(asker, leaf, &[], first, Taste::Early)?;
    let span = protocol.statuses.get(crossing.status.index())?.origin.span;
    let held = Cond::Status(crossing.status, values_in(crossing.mask), span);
    let over = Claim::Holds(Cond::Not(Box::new(held)));
    let open = open_at_the_end(asker, &made.history)?.contains(&crossing.norm);
    let confirmed = confirm(protocol, asker.ground.calendar, &made.history, &[over]) == Confirmation::Confirmed;
    (open && confirmed).then_some(made)
}

fn told(asker: &mut Asker<'_>, status: StatusId, open: Vec<Shown>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let first = open.first()?;
    let item = protocol.statuses.get(status.index())?;
    let core: Vec<NormId> = open.iter().map(|s| s.norm).collect();
    let name = &item.origin.name;
    let change = if is_yes_no(&item.values) {
        let ends = asker
            .ground
            .set_by(status)
            .any(|s| s.cause == first.at && s.value == NO)
            || asker
                .ground
                .instance(first.at)
                .is_some_and(|i| i.class == Happening::Ends(status));
        format!("`{name}` {}", if ends { "ends" } else { "begins" })
    } else {
        format!("`{name}` changes")
    };
    let (who, are, them, whether) = match core.as_slice() {
        [one] => (describe::quoted(protocol, *one), "is", "it", "it ends"),
        [_, _] | [_, _, _] => (describe::list(protocol, &core), "are", "them", "they end"),
        many => (format!("{} duties", many.len()), "are", "them", "they end"),
    };
    let mut places = Vec::new();
    for (at, norm) in core.iter().enumerate() {
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
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
        headline: format!("{who} {are} still due when {change}, and nothing says what becomes of {them}"),
        core,
        related: Vec::new(),
        places,
        story,
        notes: Vec::new(),
        help: vec![format!(
            "say whether {whether} when {change} (`while`), or who takes {them} over then"
        )],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: item.protects,
    })
}
