//! Missing branches: norms that split one variable between them and leave a value without an answer.
//! In: an [`Asker`]. Out: one finding per family, with a dated case of the first value nobody speaks of.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::Claim;
use crate::model::{Body, Cond, NormId, Protocol, ValueId, words};
use crate::solve::ask::Asker;
use crate::solve::ground::{Ground, norms};
use crate::solve::moments::{Stand, bit};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::source::Span;

use super::super::case::{self, Case};
use super::super::finding::{Finding, Reach};
use super::super::{describe, states};
use super::families::{Family, Matter, Variable, act, families, test};
use super::{causes, conjuncts, guard, moments, same_moment, witness};

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    families(asker)
        .iter()
        .filter_map(|family| finding(asker, family))
        .collect()
}

/// What the guards of all members ask besides the variable.
fn common(protocol: &Protocol, family: &Family) -> Vec<Cond> {
    let mut guards = family.members.iter().map(|(n, _)| {
        let parts = guard(protocol, *n).map_or(Vec::new(), |g| conjuncts(protocol, &g.if_));
        parts
            .into_iter()
            .filter(|c| test(protocol, c).is_none_or(|(on, _)| on != family.on))
            .collect::<Vec<Cond>>()
    });
    let first = guards.next().unwrap_or_default();
    let rest: Vec<Vec<Cond>> = guards.collect();
    let same = |a: &Cond, b: &Cond| a == b || test(protocol, a).is_some_and(|t| test(protocol, b) == Some(t));
    first
        .into_iter()
        .filter(|c| rest.iter().all(|g| g.iter().any(|other| same(c, other))))
        .collect()
}

/// A case of this value in which the moment comes and no norm of the family or beside it is engaged.
fn unanswered(asker: &mut Asker<'_>, family: &Family, shared: &[Cond], value: ValueId) -> Option<Case> {
    let is_value = family.on.is(value, family.moment.span);
    let silent: Vec<NormId> = family
        .members
        .iter()
        .map(|(n, _)| *n)
        .chain(family.others.iter().copied())
        .collect();
    let claims = [
        Claim::Holds(Cond::Happened(family.moment.clone(), family.moment.span)),
        Claim::Holds(is_value.clone()),
    ];
    let before = causes(asker, shared.iter());
    let around = causes(asker, std::iter::once(&is_value));
    let points: BTreeSet<Point> = asker.ground.denoted(&family.moment).into_iter().map(|a| a.at).collect();
    // Mostly what brings the moment brings the value too; if not, something else did.
    let alone = points
        .iter()
        .map(|at| before.iter().copied().chain([*at]).collect::<BTreeSet<Point>>());
    let together = (!around.is_empty() && !around.is_subset(&points))
        .then(|| before.iter().chain(&around).chain(&points).copied().collect());
    alone.chain(together).find_map(|visible| {
        witness(
            asker,
            &visible,
            |ground| unanswered_in(ground, family, shared, &is_value, &silent),
            &claims,
            &silent,
        )
    })
}

/// The moment comes in this case, and none of these norms is engaged.
fn unanswered_in(
    ground: &mut Ground<'_>,
    family: &Family,
    shared: &[Cond],
    is_value: &Cond,
    silent: &[NormId],
) -> Vec<Formula> {
    let mut ways = Vec::new();
    for alternative in ground.denoted(&family.moment) {
        let stand = Stand::at(&alternative);
        let mut parts: Vec<Formula> = vec![Lit::Occurs(alternative.at, true).into(), alternative.cond];
        parts.extend(shared.iter().chain([is_value]).map(|c| ground.cond(c, stand)));
        ways.push(all(parts));
    }
    let mut formulas = vec![any(ways)];
    for norm in silent {
        for trigger in ground.triggers(*norm) {
            let engaged = ground.engaged(&trigger);
            formulas.push(ground.net.not(&engaged));
        }
    }
    formulas
}

fn finding(asker: &mut Asker<'_>, family: &Family) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let covered = family.members.iter().fold(0, |set, (_, values)| set | values);
    let shared = common(protocol, family);
    let open = family.on.full(protocol) & !covered;
    let mut missing: Vec<(ValueId, Case)> = Vec::new();
    for value in (0u32..)
        .take(family.on.values(protocol).len())
        .map(ValueId)
        .filter(|v| open & bit(*v) != 0)
    {
        if let Some(case) = unanswered(asker, family, &shared, value) {
            missing.push((value, case));
        }
    }
    let (_, shown) = missing.first()?;
    let values: Vec<ValueId> = missing.iter().map(|(v, _)| *v).collect();
    let said = said(protocol, family)?;
    let on = family.on.name(protocol);
    let named: Vec<String> = values
        .iter()
        .filter_map(|v| family.on.values(protocol).get(v.0 as usize).map(|v| format!("`{v}`")))
        .collect();
    let core: Vec<NormId> = family.members.iter().map(|(n, _)| *n).collect();
    let mut places: Vec<(Span, String, LabelKind)> = Vec::new();
    for (at, (norm, set)) in family.members.iter().enumerate() {
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        let speaks_of: Vec<String> = family
            .on
            .values(protocol)
            .iter()
            .zip(0u32..)
            .filter(|(_, v)| set & bit(ValueId(*v)) != 0)
            .map(|(name, _)| format!("`{name}`"))
            .collect();
        if let Some(span) = describe::body_span(protocol, *norm) {
            places.push((span, format!("only if `{on}` is {}", either(&speaks_of)), kind));
        }
    }
    if let Variable::Status(s) = family.on {
        let setters = protocol.statuses.get(s.index()).map_or(&[][..], |s| &s.setters);
        for setter in setters.iter().filter(|s| values.contains(&s.value)) {
            places.push((
                setter.span,
                "no rule of the protocol follows from this".to_owned(),
                LabelKind::Related,
            ));
        }
    }
    let when = words::moment(protocol, &family.moment);
    let mut story = case::steps(protocol, &shown.history);
    story.push(Step {
        day: shown.history.until,
        text: format!("`{on}` is {}: {}", named.first()?, said.silence),
        rule: None,
    });
    let mut notes: Vec<String> = Vec::new();
    if !family.ownerless.is_empty() {
        notes.push(format!(
            "{} may apply, but names nobody who acts",
            describe::list(protocol, &family.ownerless)
        ));
    }
    Some(Finding {
        code: code::MISSING_BRANCH,
        severity: if said.protects {
            Severity::Error
        } else {
            Severity::Warning
        },
        headline: format!("when {when}, {} if `{on}` is {}", said.headline, either(&named)),
        core,
        related: defining(asker, family),
        places,
        story,
        notes,
        help: vec![
            format!("add {} that covers `{on}` is {}", said.help, either(&named)),
            said.or.to_owned(),
        ],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: said.protects,
    })
}

/// What a hole is called, by what the family is about.
struct Said {
    headline: String,
    silence: String,
    help: String,
    or: &'static str,
    protects: bool,
}

fn said(protocol: &Protocol, family: &Family) -> Option<Said> {
    match family.matter {
        Matter::Status(s) => {
            let status = protocol.statuses.get(s.index())?;
            let subject = &status.origin.name;
            Some(Said {
                headline: format!("nothing says what becomes of `{subject}`"),
                silence: format!("no rule or decision says what becomes of `{subject}`"),
                help: format!("a rule or a decision for `{subject}`"),
                or: "or let one of these apply to every other case",
                protects: status.protects,
            })
        }
        Matter::Act(norm) => {
            let act = words::act(protocol, act(protocol, norm)?);
            Some(Said {
                headline: format!("no rule asks anybody to {act}"),
                silence: format!("no rule asks anybody to {act}"),
                help: format!("a rule to {act}"),
                or: "or say that it `need not` be done then, or let one of these apply to every other case",
                protects: false,
            })
        }
    }
}

/// Rules of the law that say what becomes of the subject at this moment: what they leave to the protocol is missing here.
fn defining(asker: &Asker<'_>, family: &Family) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let Matter::Status(subject) = family.matter else {
        return Vec::new();
    };
    norms(protocol)
        .filter(|n| !describe::is_local(protocol, *n))
        .filter(|n| moments(protocol, *n).any(|m| same_moment(m, &family.moment)))
        .filter(|n| {
            let mut about = states::subjects(asker, *n);
            if let NormId::Rule(r) = n
                && let Some(Body::Presume(cond)) = protocol.rules.get(r.index()).map(|r| &r.body)
            {
                states::tested(protocol, cond, &mut about);
            }
            about.contains(&subject)
        })
        .collect()
}

/// `a, b or c`.
fn either(names: &[String]) -> String {
    match names {
        [most @ .., last] if !most.is_empty() => format!("{} or {last}", most.join(", ")),
        _ => names.concat(),
    }
}
