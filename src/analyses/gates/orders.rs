//! Orders that nobody speaks of: norms that ask whether one meeting is set for a day before another's, where nothing says what
//! holds if it is set for a day after. The order of two days that are set is a fact of the case. In: an [`Asker`]. Out: one
//! finding for each such order of a matter, with a dated case of the other order.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::Claim;
use crate::model::{Body, Cond, Modal, Moment, NormId, Ordinal, Protocol, Subject, Which, words};
use crate::solve::ask::Asker;
use crate::solve::ground::norms;
use crate::solve::moments::Stand;
use crate::solve::net::{Lit, Point, all, any};
use crate::source::Span;

use super::super::case::{self, Case};
use super::super::finding::{Finding, Reach};
use super::super::gaps::same_matter;
use super::super::{describe, states};
use super::families::act;
use super::{causes, conjuncts, guard, moments, same_moment, witness};

/// Norms of one matter that speak of one order only.
struct OneSided {
    moment: Moment,
    /// The first is set for a day no later than the second.
    order: (Which, Which),
    members: Vec<NormId>,
    /// Whatever else may speak of the other order at this moment.
    others: Vec<NormId>,
}

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let found = one_sided(asker);
    found.iter().filter_map(|one| finding(asker, one)).collect()
}

/// That both sides of each order in these conditions are set for a day, be it in the one order or the other.
pub(super) fn set<'c>(conds: impl Iterator<Item = &'c Cond>) -> Vec<Cond> {
    let mut out = Vec::new();
    let mut open: Vec<&Cond> = conds.collect();
    while let Some(cond) = open.pop() {
        match cond {
            Cond::DueBefore(a, b, span) => {
                let other = Cond::DueBefore(b.clone(), a.clone(), *span);
                out.push(Cond::Any(vec![cond.clone(), other]));
            }
            Cond::Not(inner) => open.push(inner),
            Cond::All(parts) | Cond::Any(parts) => open.extend(parts),
            _ => {}
        }
    }
    out
}

fn same(a: &Which, b: &Which) -> bool {
    (a.ordinal, a.meeting) == (b.ordinal, b.meeting)
}

/// The orders that must lie so for a norm to apply.
fn orders(protocol: &Protocol, norm: NormId) -> Vec<(Which, Which)> {
    let parts = guard(protocol, norm).map_or(Vec::new(), |g| conjuncts(protocol, &g.if_));
    let order = |c: Cond| match c {
        Cond::DueBefore(a, b, _) if !same(&a, &b) => Some((a, b)),
        _ => None,
    };
    parts.into_iter().filter_map(order).collect()
}

/// Whether a norm applies or not by how this pair of days lies. What an option looks at is said by the decision itself.
fn looks_at(protocol: &Protocol, norm: NormId, (a, b): &(Which, Which)) -> bool {
    let Some(guard) = guard(protocol, norm) else {
        return false;
    };
    let conds = std::iter::once(&guard.if_).chain(&guard.unless);
    let opened: Vec<Cond> = conds.flat_map(|c| conjuncts(protocol, c)).collect();
    let mut open: Vec<&Cond> = opened.iter().collect();
    while let Some(cond) = open.pop() {
        match cond {
            Cond::DueBefore(c, d, _) if same(a, c) && same(b, d) || same(a, d) && same(b, c) => return true,
            Cond::Not(inner) => open.push(inner),
            Cond::All(parts) | Cond::Any(parts) => open.extend(parts),
            _ => {}
        }
    }
    false
}

/// Whether a norm says what is to be, to become or is usual; who bars or allows in one order only leaves nothing open.
fn says(asker: &Asker<'_>, norm: NormId) -> bool {
    let protocol = asker.ground.protocol;
    match norm {
        NormId::Decision(_) => true,
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm { subject, modal, .. }) => {
                matches!(modal, Modal::Must | Modal::Should) && !matches!(subject, Subject::Nobody | Subject::Only(_))
            }
            Some(Body::Effect(..) | Body::Presume(_)) => true,
            None => false,
        },
    }
}

/// Whether two norms speak of one matter: one act, one status, or what is usual of one thing.
fn one_matter(asker: &Asker<'_>, a: NormId, b: NormId) -> bool {
    let protocol = asker.ground.protocol;
    let presumed = |n: NormId| match n {
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Presume(Cond::Not(c))) => Some(words::cond(protocol, c)),
            Some(Body::Presume(c)) => Some(words::cond(protocol, c)),
            _ => None,
        },
        NormId::Decision(_) => None,
    };
    match (presumed(a), presumed(b)) {
        (Some(a), Some(b)) => return a == b,
        // What must be done is not what is usual.
        (Some(_), None) | (None, Some(_)) => return false,
        (None, None) => {}
    }
    let acts = act(protocol, a).zip(act(protocol, b));
    acts.is_some_and(|(a, b)| same_matter(asker, a, b))
        || !states::subjects(asker, a).is_disjoint(&states::subjects(asker, b))
}

fn one_sided(asker: &Asker<'_>) -> Vec<OneSided> {
    let protocol = asker.ground.protocol;
    let mut out: Vec<OneSided> = Vec::new();
    for norm in states::local_norms(protocol).into_iter().filter(|n| says(asker, *n)) {
        for order in orders(protocol, norm) {
            let agrees = |n: NormId| {
                let mut its = orders(protocol, n).into_iter();
                its.any(|(a, b)| same(&a, &order.0) && same(&b, &order.1))
            };
            for moment in moments(protocol, norm) {
                let here = |n: NormId| moments(protocol, n).any(|m| same_moment(m, moment));
                let known = |o: &OneSided| {
                    o.members.contains(&norm)
                        && same_moment(&o.moment, moment)
                        && same(&o.order.0, &order.0)
                        && same(&o.order.1, &order.1)
                };
                if out.iter().any(known) {
                    continue;
                }
                let alike: Vec<NormId> = norms(protocol)
                    .filter(|n| here(*n) && (*n == norm || one_matter(asker, norm, *n)))
                    .collect();
                let (members, mut others): (Vec<NormId>, Vec<NormId>) = alike.into_iter().partition(|n| agrees(*n));
                others.extend(
                    norms(protocol)
                        .filter(|n| here(*n) && !agrees(*n) && looks_at(protocol, *n, &order) && !members.contains(n)),
                );
                others.sort_unstable();
                others.dedup();
                out.push(OneSided {
                    moment: moment.clone(),
                    order: order.clone(),
                    members,
                    others,
                });
            }
        }
    }
    out
}

/// What must hold, besides the order, for a norm to apply.
fn beside(protocol: &Protocol, norm: NormId, (a, b): &(Which, Which)) -> Vec<Cond> {
    let parts = guard(protocol, norm).map_or(Vec::new(), |g| conjuncts(protocol, &g.if_));
    let itself = |c: &Cond| matches!(c, Cond::DueBefore(c, d, _) if same(a, c) && same(b, d));
    parts.into_iter().filter(|c| !itself(c)).collect()
}

/// A case in which the moment comes, both are set in the other order, and none of these norms is engaged.
fn unanswered(asker: &mut Asker<'_>, one: &OneSided, first: NormId) -> Option<Case> {
    let (a, b) = &one.order;
    let span = one.moment.span;
    let after = Cond::All(vec![
        Cond::DueBefore(b.clone(), a.clone(), span),
        Cond::Not(Box::new(Cond::DueBefore(a.clone(), b.clone(), span))),
    ]);
    let silent: Vec<NormId> = one.members.iter().chain(&one.others).copied().collect();
    let shared = beside(asker.ground.protocol, first, &one.order);
    let tested = causes(asker, shared.iter().chain([&after]));
    let points: BTreeSet<Point> = asker.ground.denoted(&one.moment).into_iter().map(|a| a.at).collect();
    let few: BTreeSet<Point> = tested.union(&points).copied().collect();
    let every: BTreeSet<Point> = asker.ground.instances.iter().map(|i| i.at).collect();
    let claims = [
        Claim::Holds(Cond::Happened(one.moment.clone(), span)),
        Claim::Holds(after.clone()),
    ];
    let mut shown = |visible: &BTreeSet<Point>| {
        witness(
            asker,
            visible,
            |ground| {
                let mut ways = Vec::new();
                for alternative in ground.denoted(&one.moment) {
                    let stand = Stand::at(&alternative);
                    let mut parts = vec![Lit::Occurs(alternative.at, true).into(), alternative.cond];
                    parts.extend(shared.iter().chain([&after]).map(|c| ground.cond(c, stand)));
                    ways.push(all(parts));
                }
                let mut formulas = vec![any(ways), ground.cond(&after, Stand::End)];
                for norm in &silent {
                    for trigger in ground.triggers(*norm) {
                        let engaged = ground.engaged(&trigger);
                        formulas.push(ground.net.not(&engaged));
                    }
                }
                formulas
            },
            &claims,
            &silent,
        )
    };
    let mut found = [few, every].iter().find_map(&mut shown)?;
    // Whatever the case can do without is left out.
    let mut visible: BTreeSet<Point> = found.dated.iter().map(|(x, _)| *x).collect();
    for (x, _) in found.dated.clone() {
        visible.remove(&x);
        match shown(&visible) {
            Some(less) => found = less,
            None => drop(visible.insert(x)),
        }
    }
    Some(found)
}

fn finding(asker: &mut Asker<'_>, one: &OneSided) -> Option<Finding> {
    let first = *one.members.first()?;
    let shown = unanswered(asker, one, first)?;
    let protocol = asker.ground.protocol;
    let (this, that) = (named(protocol, &one.order.0), named(protocol, &one.order.1));
    let mut story = case::steps(protocol, &shown.history);
    story.push(Step {
        day: shown.history.until,
        text: format!(
            "{} is set for a day after {}: nothing says what holds then",
            words::which(protocol, &one.order.0),
            words::which(protocol, &one.order.1)
        ),
        rule: None,
    });
    let mut places: Vec<(Span, String, LabelKind)> = Vec::new();
    for (at, norm) in one.members.iter().enumerate() {
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        if let Some(span) = describe::body_span(protocol, *norm) {
            places.push((span, format!("only if {this} is due before {that}"), kind));
        }
    }
    let protects = states::touches_protected(asker, &one.members);
    Some(Finding {
        code: code::MISSING_BRANCH,
        // One rule alone claims no partition.
        severity: match (protects, one.members.len()) {
            (true, _) => Severity::Error,
            (false, 1) => Severity::Note,
            _ => Severity::Warning,
        },
        headline: format!(
            "{} {} only where {this} is due before {that}, and nothing says what holds if it is due after",
            describe::list(protocol, &one.members),
            if one.members.len() == 1 { "speaks" } else { "speak" },
        ),
        core: one.members.clone(),
        related: Vec::new(),
        places,
        story,
        notes: Vec::new(),
        help: vec![
            format!("add a rule for the case in which {this} is due after {that}"),
            "or let this apply whatever the order".to_owned(),
        ],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects,
    })
}

/// `first care-review`, as the language writes it.
fn named(protocol: &Protocol, which: &Which) -> String {
    let name = protocol
        .meetings
        .get(which.meeting.index())
        .map_or("", |m| &m.origin.name);
    let ordinal = match which.ordinal {
        Ordinal::First => "first ",
        Ordinal::Second => "second ",
        Ordinal::Third => "third ",
        Ordinal::Next => "next ",
        _ => "",
    };
    format!("`{ordinal}{name}`")
}
