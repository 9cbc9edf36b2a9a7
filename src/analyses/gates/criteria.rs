//! Bypassed criteria: a rule says under which conditions a change is considered, and another way leads to the same change
//! without a look at them. In: an [`Asker`]. Out: one finding per way round, with a dated case.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{
    Act, Body, Cond, Confirmation, FactorId, FactorKind, Happening, Modal, NormId, Protocol, RuleId, StatusId, Subject,
    Thing, ValueId, words,
};
use crate::solve::ask::Asker;
use crate::solve::ground::{Ground, Instance, NO, Setting, YES, class_of, norms};
use crate::solve::moments::{Alternative, Stand, bit};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::source::Span;

use super::super::case::{self, Case};
use super::super::finding::{Finding, Reach};
use super::super::{describe, states};
use super::{causes, conjuncts, dated, factors, guard, moments, same_moment};

/// A norm that says under which conditions a change is considered, or may be made.
struct Criteria {
    norm: NormId,
    status: StatusId,
    value: ValueId,
    /// The conditions, all of which it asks for.
    parts: Vec<Cond>,
}

/// A way to the same change: what asks for the act, the effect between if there is one, and what sets the status.
struct Route {
    norm: NormId,
    effect: Option<NormId>,
    settings: Vec<Setting>,
}

/// A case in which the route is taken, and the powers that had to be left aside for the judge to see the change.
struct Shown {
    case: Case,
    aside: BTreeSet<NormId>,
}

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let mut out = Vec::new();
    for criteria in criteria(protocol) {
        for route in routes(asker, &criteria) {
            out.extend(finding(asker, &criteria, &route));
        }
    }
    out
}

fn criteria(protocol: &Protocol) -> Vec<Criteria> {
    let mut out = Vec::new();
    for norm in states::local_norms(protocol) {
        match norm {
            NormId::Rule(r) => {
                let Some(rule) = protocol.rules.get(r.index()) else {
                    continue;
                };
                let change = match &rule.body {
                    Body::Norm {
                        act: Act::Consider(Thing::Change(s, v)),
                        modal,
                        ..
                    } if !denies(*modal) => Some((*s, *v)),
                    Body::Norm {
                        subject: Subject::Only(_),
                        act: Act::End(s),
                        ..
                    } => Some((*s, NO)),
                    Body::Norm {
                        subject: Subject::Only(_),
                        act: Act::Begin(s),
                        ..
                    } => Some((*s, YES)),
                    _ => None,
                };
                if let Some((status, value)) = change {
                    out.push(Criteria {
                        norm,
                        status,
                        value,
                        parts: conjuncts(protocol, &rule.guard.if_),
                    });
                }
            }
            NormId::Decision(d) => {
                for option in protocol.decisions.get(d.index()).map_or(&[][..], |d| &d.options) {
                    for (status, value, _) in &option.effects {
                        let parts = conjuncts(protocol, &option.if_);
                        out.push(Criteria {
                            norm,
                            status: *status,
                            value: *value,
                            parts,
                        });
                    }
                }
            }
        }
    }
    out
}

fn denies(modal: Modal) -> bool {
    matches!(modal, Modal::MustNot | Modal::ShouldNot | Modal::NeedNot)
}

/// What leads to the change besides the criteria's own norm, engaged by the same moment if that names one.
fn routes(asker: &Asker<'_>, criteria: &Criteria) -> Vec<Route> {
    let protocol = asker.ground.protocol;
    let mut out: Vec<Route> = Vec::new();
    let settings = asker
        .ground
        .settings
        .get(&criteria.status)
        .map_or(&[][..], Vec::as_slice);
    for setting in settings.iter().filter(|s| s.value == criteria.value) {
        let Some(source) = setting.norm.filter(|n| describe::is_local(protocol, *n)) else {
            continue;
        };
        let Some(class) = asker.ground.instance(setting.cause).map(|i| i.class) else {
            continue;
        };
        let is_effect = describe::is_silent(protocol, source);
        let mut askers: Vec<NormId> = states::local_norms(protocol)
            .into_iter()
            .filter(|n| obliges(protocol, *n, class))
            .collect();
        if is_effect && !asker.is_own(setting.cause) {
            askers.push(source);
        }
        for norm in askers {
            let beside = moments(protocol, criteria.norm).next().is_none()
                || moments(protocol, criteria.norm).any(|a| moments(protocol, norm).any(|b| same_moment(a, b)));
            if norm == criteria.norm || !beside {
                continue;
            }
            let effect = (is_effect && norm != source).then_some(source);
            match out.iter_mut().find(|r| r.norm == norm && r.effect == effect) {
                Some(known) => known.settings.push(setting.clone()),
                None => out.push(Route {
                    norm,
                    effect,
                    settings: vec![setting.clone()],
                }),
            }
        }
    }
    out
}

/// Whether a norm makes somebody do acts of this class: a duty, or a decision with one outcome only.
fn obliges(protocol: &Protocol, norm: NormId, class: Happening) -> bool {
    match norm {
        NormId::Decision(d) => {
            class == Happening::Decided(d) && protocol.decisions.get(d.index()).is_some_and(|d| d.options.len() == 1)
        }
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm {
                subject,
                modal: Modal::Must | Modal::Should,
                act,
            }) => !matches!(subject, Subject::Only(_) | Subject::Nobody) && asked(r, act) == class,
            _ => false,
        },
    }
}

fn asked(rule: RuleId, act: &Act) -> Happening {
    class_of(act).unwrap_or(Happening::Done(rule))
}

/// The factors that a norm looks at.
fn looks_at(protocol: &Protocol, norm: NormId) -> BTreeSet<FactorId> {
    let mut out = BTreeSet::new();
    if let Some(guard) = guard(protocol, norm) {
        [&guard.if_, &guard.while_]
            .into_iter()
            .chain(&guard.unless)
            .for_each(|c| factors(protocol, c, &mut out));
    }
    if let NormId::Decision(d) = norm {
        for option in protocol.decisions.get(d.index()).map_or(&[][..], |d| &d.options) {
            std::iter::once(&option.if_)
                .chain(&option.unless)
                .for_each(|c| factors(protocol, c, &mut out));
        }
    }
    out
}

fn finding(asker: &mut Asker<'_>, criteria: &Criteria, route: &Route) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let mut seen = looks_at(protocol, route.norm);
    seen.extend(route.effect.into_iter().flat_map(|n| looks_at(protocol, n)));
    let mut bypassed: BTreeSet<FactorId> = BTreeSet::new();
    let mut shown: Option<(usize, Shown)> = None;
    for at in 0..criteria.parts.len() {
        let mut of = BTreeSet::new();
        factors(protocol, criteria.parts.get(at)?, &mut of);
        let tested = |f: &FactorId| {
            seen.contains(f)
                || protocol
                    .factors
                    .get(f.index())
                    .is_none_or(|f| f.kind == FactorKind::Reading)
        };
        if of.is_empty() || of.iter().any(tested) {
            continue;
        }
        if let Some(case) = round(asker, criteria, route, at) {
            bypassed.extend(of);
            shown.get_or_insert((at, case));
        }
    }
    let (at, Shown { case: shown, aside }) = shown?;
    let aside: Vec<NormId> = aside.into_iter().collect();
    let failed = match criteria.parts.get(at)? {
        Cond::Not(inner) => (**inner).clone(),
        part => Cond::Not(Box::new(part.clone())),
    };
    let (name, sets) = (
        describe::quoted(protocol, route.norm),
        describe::quoted(protocol, criteria.norm),
    );
    let names: Vec<String> = bypassed
        .iter()
        .filter_map(|f| protocol.factors.get(f.index()))
        .map(called)
        .collect();
    let change = words::change(protocol, criteria.status, criteria.value);
    let core: Vec<NormId> = std::iter::once(route.norm)
        .chain(route.effect)
        .chain([criteria.norm])
        .collect();
    let mut places: Vec<(Span, String, LabelKind)> = Vec::new();
    for norm in &core {
        let (text, kind) = if *norm == criteria.norm {
            (
                format!("this looks at {} first", describe::join(&names)),
                LabelKind::Secondary,
            )
        } else if *norm == route.norm {
            (
                format!("this does not look at {}", describe::join(&names)),
                LabelKind::Primary,
            )
        } else {
            ("this follows by itself".to_owned(), LabelKind::Secondary)
        };
        if let Some(span) = describe::body_span(protocol, *norm) {
            places.push((span, text, kind));
        }
    }
    let mut story = case::steps(protocol, &shown.history);
    story.push(Step {
        day: shown.history.until,
        text: format!("{change}, though {}", words::cond(protocol, &failed)),
        rule: Some(describe::qualified(protocol, route.effect.unwrap_or(route.norm))),
    });
    Some(Finding {
        code: code::CRITERIA_BYPASSED,
        severity: Severity::Warning,
        headline: format!(
            "through {name} {change} without a look at {}, which {sets} makes a condition",
            describe::join(&names)
        ),
        related: Vec::new(),
        places,
        story,
        notes: if aside.is_empty() {
            Vec::new()
        } else {
            vec![format!(
                "shown as if {} did not make the change void",
                describe::list(protocol, &aside)
            )]
        },
        help: vec![
            format!("test {} in {name} too (`if`)", describe::join(&names)),
            format!("or say in {sets} that {name} goes before it (`unless`)"),
        ],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: states::touches_protected(asker, &core),
        core,
    })
}

fn called(factor: &crate::model::Factor) -> String {
    match factor.kind {
        FactorKind::Quoted => format!("“{}”", factor.origin.label),
        _ => format!("`{}`", factor.origin.name),
    }
}

/// A case in which the route is taken after the criteria's moment, and of its conditions only the one at `failing` fails.
fn round(asker: &mut Asker<'_>, criteria: &Criteria, route: &Route, failing: usize) -> Option<Shown> {
    let protocol = asker.ground.protocol;
    let part = criteria.parts.get(failing)?;
    let claims = [
        Claim::Engages(route.norm),
        Claim::Holds(Cond::Status(
            criteria.status,
            vec![criteria.value],
            describe::span(protocol, criteria.norm)?,
        )),
        Claim::Holds(Cond::Not(Box::new(part.clone()))),
    ];
    // An effect is not engaged like a duty: that it sets the status is all there is to it.
    let claims = if describe::is_silent(protocol, route.norm) {
        &claims[1..]
    } else {
        &claims[..]
    };
    let changed = Cond::Status(
        criteria.status,
        vec![criteria.value],
        describe::span(protocol, criteria.norm)?,
    );
    let tested = guard(protocol, route.norm).map(|g| &g.if_);
    let before = causes(asker, [&changed].into_iter().chain(tested));
    let starts = starts(&mut asker.ground, criteria);
    let moments: BTreeSet<Point> = starts.iter().filter_map(|start| start.as_ref().map(|a| a.at)).collect();
    let engaging: BTreeSet<Point> = asker
        .ground
        .triggers(route.norm)
        .into_iter()
        .filter_map(|t| t.at)
        .collect();
    // Where the change is decided in a meeting, that must be held; one meeting often follows from another.
    let meets =
        matches!(route.norm, NormId::Decision(d) if protocol.decisions.get(d.index()).is_some_and(|d| d.at.is_some()));
    let first_held = |i: &&Instance| meets && i.number == 0 && matches!(i.class, Happening::Held(_));
    let beside: BTreeSet<Point> = asker.ground.instances.iter().filter(first_held).map(|i| i.at).collect();
    // One moment at a time: what else might have brought the child there is another case.
    let firsts: Vec<Option<Point>> = if moments.is_empty() {
        vec![None]
    } else {
        moments.iter().copied().map(Some).collect()
    };
    for setting in &route.settings {
        for first in &firsts {
            let mut visible: BTreeSet<Point> = before.difference(&moments).copied().collect();
            visible.extend(engaging.difference(&moments));
            visible.extend(first);
            visible.insert(setting.cause);
            visible.extend(&beside);
            let write = |ground: &mut Ground<'_>| vec![taken(ground, criteria, route, setting, failing)];
            let Some(case) = dated(asker, &visible, write) else {
                continue;
            };
            // Where a power makes the change void, the two still disagree on what it takes: that is shown without the power.
            for aside in [BTreeSet::new(), powers(protocol, criteria)] {
                let rest = without(protocol, &aside);
                if confirm(&rest, asker.ground.calendar, &case.history, claims) == Confirmation::Confirmed {
                    return Some(Shown { case, aside });
                }
            }
        }
    }
    None
}

/// The exclusive powers over the change, but for the criteria's own norm.
fn powers(protocol: &Protocol, criteria: &Criteria) -> BTreeSet<NormId> {
    let over = |n: &NormId| {
        matches!(n, NormId::Rule(r) if matches!(
            protocol.rules.get(r.index()).map(|r| &r.body),
            Some(Body::Norm { subject: Subject::Only(_), act: Act::Begin(s) | Act::End(s), .. }) if *s == criteria.status
        ))
    };
    norms(protocol).filter(|n| over(n) && *n != criteria.norm).collect()
}

/// The same protocol where these rules say nothing.
fn without(protocol: &Protocol, aside: &BTreeSet<NormId>) -> Protocol {
    let mut rest = protocol.clone();
    for norm in aside {
        if let NormId::Rule(r) = norm
            && let Some(rule) = rest.rules.get_mut(r.index())
        {
            rule.body = Body::Presume(Cond::True);
        }
    }
    rest
}

/// The occurrences at which the criteria are asked about; none: whenever the change comes.
fn starts(ground: &mut Ground<'_>, criteria: &Criteria) -> Vec<Option<Alternative>> {
    let protocol = ground.protocol;
    let mut out: Vec<Option<Alternative>> = Vec::new();
    for moment in moments(protocol, criteria.norm) {
        out.extend(ground.denoted(moment).into_iter().map(Some));
    }
    if moments(protocol, criteria.norm).next().is_none() {
        out.push(None);
    }
    out
}

/// The change comes by this setting, its route kept, and of the criteria only one fails.
fn taken(ground: &mut Ground<'_>, criteria: &Criteria, route: &Route, setting: &Setting, failing: usize) -> Formula {
    // A duty that has nothing due is obeyed too: this one is to be kept.
    let mut kept: Vec<Formula> = Vec::new();
    for trigger in ground.triggers(route.norm) {
        let engaged = ground.engaged(&trigger);
        let silent = describe::is_silent(ground.protocol, route.norm);
        kept.push(if silent {
            engaged
        } else {
            all([engaged, ground.kept_duty(route.norm, &trigger)])
        });
    }
    let already = ground.status(criteria.status, bit(criteria.value), Stand::Before(setting.cause));
    let changes = ground.net.not(&already);
    let mut ways = Vec::new();
    for start in starts(ground, criteria) {
        let mut parts: Vec<Formula> = Vec::new();
        let stand = match start {
            Some(a) => {
                let stand = Stand::at(&a);
                parts.extend([Lit::Occurs(a.at, true).into(), a.cond]);
                if a.at != setting.cause {
                    parts.push(Lit::Before(a.at, setting.cause).into());
                }
                stand
            }
            None => Stand::Before(setting.cause),
        };
        for (at, part) in criteria.parts.iter().enumerate() {
            let holds = ground.cond(part, stand);
            parts.push(if at == failing { ground.net.not(&holds) } else { holds });
        }
        ways.push(all(parts));
    }
    all([
        Lit::Occurs(setting.cause, true).into(),
        setting.effective.clone(),
        changes,
        any(kept),
        any(ways),
    ])
}
