//! Missing branches: norms that split one variable between them and leave a value without an answer.
//! In: an [`Asker`]. Out: one finding per family, with a dated case of the first value nobody speaks of.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::Claim;
use crate::model::{Act, Body, Cond, FactorId, Moment, NormId, Protocol, StatusId, Subject, ValueId};
use crate::solve::ask::Asker;
use crate::solve::ground::{Ground, norms};
use crate::solve::moments::{Stand, bit, bits};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::source::Span;

use super::super::case::{self, Case};
use super::super::finding::{Finding, Reach};
use super::super::{describe, states};
use super::{causes, conjuncts, guard, moments, same_moment, witness};

/// What a family splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Variable {
    Status(StatusId),
    Factor(FactorId),
}

/// Norms engaged by one moment and bearing on one status, whose guards split one variable.
struct Family {
    moment: Moment,
    subject: StatusId,
    on: Variable,
    /// Each with the values for which it speaks.
    members: Vec<(NormId, u64)>,
    /// Others of the same moment and subject that name somebody, whatever their guard.
    others: Vec<NormId>,
    /// Others of the same moment and subject that name nobody.
    ownerless: Vec<NormId>,
}

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let found = families(asker);
    found.iter().filter_map(|family| finding(asker, family)).collect()
}

impl Variable {
    fn values(self, protocol: &Protocol) -> &[String] {
        match self {
            Variable::Status(s) => protocol.statuses.get(s.index()).map_or(&[], |s| &s.values),
            Variable::Factor(f) => protocol.factors.get(f.index()).map_or(&[], |f| &f.values),
        }
    }

    fn name(self, protocol: &Protocol) -> &str {
        match self {
            Variable::Status(s) => protocol.statuses.get(s.index()).map_or("", |s| &s.origin.name),
            Variable::Factor(f) => protocol.factors.get(f.index()).map_or("", |f| &f.origin.name),
        }
    }

    fn is(self, value: ValueId, span: Span) -> Cond {
        match self {
            Variable::Status(s) => Cond::Status(s, vec![value], span),
            Variable::Factor(f) => Cond::Factor(f, vec![value], span),
        }
    }

    fn full(self, protocol: &Protocol) -> u64 {
        (0u32..)
            .take(self.values(protocol).len())
            .fold(0, |set, v| set | bit(ValueId(v)))
    }
}

/// The variable that a condition tests, if it tests just one, and the values for which it holds.
fn test(protocol: &Protocol, cond: &Cond) -> Option<(Variable, u64)> {
    match cond {
        Cond::Status(s, values, _) => Some((Variable::Status(*s), bits(values))),
        Cond::Factor(f, values, _) => Some((Variable::Factor(*f), bits(values))),
        Cond::Not(inner) => {
            let (on, values) = test(protocol, inner)?;
            Some((on, on.full(protocol) & !values))
        }
        _ => None,
    }
}

fn tests(protocol: &Protocol, norm: NormId) -> Vec<(Variable, u64)> {
    let parts = guard(protocol, norm).map_or(Vec::new(), |g| conjuncts(protocol, &g.if_));
    parts.iter().filter_map(|c| test(protocol, c)).collect()
}

/// Whether a norm decides something about its subject; to consider is not to decide.
fn speaks(protocol: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => true,
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm { act, .. }) => !matches!(act, Act::Consider(_)),
            Some(Body::Effect(..)) => true,
            _ => false,
        },
    }
}

fn names_nobody(protocol: &Protocol, norm: NormId) -> bool {
    matches!(norm, NormId::Rule(r) if matches!(
        protocol.rules.get(r.index()).map(|r| &r.body),
        Some(Body::Norm { subject: Subject::Someone, .. })
    ))
}

fn families(asker: &Asker<'_>) -> Vec<Family> {
    let protocol = asker.ground.protocol;
    let speakers: Vec<NormId> = states::local_norms(protocol)
        .into_iter()
        .filter(|n| speaks(protocol, *n))
        .collect();
    let mut forks: Vec<(&Moment, StatusId, Vec<NormId>)> = Vec::new();
    for &norm in &speakers {
        for subject in states::subjects(asker, norm) {
            for moment in moments(protocol, norm) {
                match forks
                    .iter_mut()
                    .find(|(m, s, _)| *s == subject && same_moment(m, moment))
                {
                    Some((_, _, norms)) => norms.push(norm),
                    None => forks.push((moment, subject, vec![norm])),
                }
            }
        }
    }
    // The same norms may bear on several statuses: the one that must never be left alone says most.
    let protects = |s: StatusId| protocol.statuses.get(s.index()).is_some_and(|s| s.protects);
    forks.sort_by_key(|(_, subject, _)| (!protects(*subject), *subject));
    let mut out: Vec<Family> = Vec::new();
    for (moment, subject, norms) in forks {
        let variables: BTreeSet<Variable> = norms
            .iter()
            .flat_map(|n| tests(protocol, *n))
            .map(|(on, _)| on)
            .collect();
        for on in variables.into_iter().filter(|on| *on != Variable::Status(subject)) {
            let members: Vec<(NormId, u64)> = norms
                .iter()
                .filter_map(|n| Some((*n, values_of(protocol, *n, on)?)))
                .collect();
            let sets: BTreeSet<u64> = members.iter().map(|(_, set)| *set).collect();
            let known = out.iter().any(|f| f.on == on && f.members == members);
            if sets.len() < 2 || known {
                continue;
            }
            let (ownerless, others) = norms
                .iter()
                .copied()
                .filter(|n| !members.iter().any(|(m, _)| m == n))
                .partition(|n| names_nobody(protocol, *n));
            out.push(Family {
                moment: moment.clone(),
                subject,
                on,
                members,
                others,
                ownerless,
            });
        }
    }
    out
}

/// The values of a variable for which a norm speaks, if it tests it.
fn values_of(protocol: &Protocol, norm: NormId, on: Variable) -> Option<u64> {
    tests(protocol, norm)
        .into_iter()
        .filter(|(v, _)| *v == on)
        .map(|(_, set)| set)
        .reduce(|a, b| a & b)
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
    let status = protocol.statuses.get(family.subject.index())?;
    let subject = &status.origin.name;
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
    let when = crate::model::words::moment(protocol, &family.moment);
    let mut story = case::steps(protocol, &shown.history);
    story.push(Step {
        day: shown.history.until,
        text: format!(
            "`{on}` is {}: no rule or decision says what becomes of `{subject}`",
            named.first()?
        ),
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
        severity: if status.protects {
            Severity::Error
        } else {
            Severity::Warning
        },
        headline: format!(
            "when {when}, nothing says what becomes of `{subject}` if `{on}` is {}",
            either(&named)
        ),
        core,
        related: defining(asker, family),
        places,
        story,
        notes,
        help: vec![
            format!(
                "add a rule or a decision for `{subject}` that covers `{on}` is {}",
                either(&named)
            ),
            "or let one of these apply to every other case".to_owned(),
        ],
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: status.protects,
    })
}

/// Rules of the law that say what becomes of the subject at this moment: what they leave to the protocol is missing here.
fn defining(asker: &Asker<'_>, family: &Family) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
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
            about.contains(&family.subject)
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
