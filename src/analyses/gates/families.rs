//! Case families: norms engaged by one moment, about one status or one act, whose guards split one variable between them.
//! In: an [`Asker`]. Out: each family with the values its members speak for, and what else may speak. Solves nothing.

use std::collections::BTreeSet;

use crate::model::{Act, Body, Cond, FactorId, Moment, NormId, Protocol, StatusId, Subject, ValueId, words};
use crate::solve::ask::Asker;
use crate::solve::ground::norms;
use crate::solve::moments::{bit, bits};
use crate::source::Span;

use super::super::gaps::same_matter;
use super::super::{describe, states};
use super::{conjuncts, factors, guard, moments, same_moment};

/// What a family splits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Variable {
    Status(StatusId),
    Factor(FactorId),
}

/// What a family is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Matter {
    /// What becomes of a status.
    Status(StatusId),
    /// Whether the act of this norm is asked for.
    Act(NormId),
}

/// Norms engaged by one moment and about one matter, whose guards split one variable.
pub(super) struct Family {
    pub(super) moment: Moment,
    pub(super) matter: Matter,
    pub(super) on: Variable,
    /// Each with the values for which it speaks.
    pub(super) members: Vec<(NormId, u64)>,
    /// Others that speak to the matter where they are engaged, whatever their guard.
    pub(super) others: Vec<NormId>,
    /// Others of the same moment and status that name nobody.
    pub(super) ownerless: Vec<NormId>,
}

/// All families, those about a status first.
pub(super) fn families(asker: &Asker<'_>) -> Vec<Family> {
    let mut found = families_of_statuses(asker);
    let acts = families_of_acts(asker, &found);
    found.extend(acts);
    found
}

impl Variable {
    pub(super) fn values(self, protocol: &Protocol) -> &[String] {
        match self {
            Variable::Status(s) => protocol.statuses.get(s.index()).map_or(&[], |s| &s.values),
            Variable::Factor(f) => protocol.factors.get(f.index()).map_or(&[], |f| &f.values),
        }
    }

    pub(super) fn name(self, protocol: &Protocol) -> &str {
        match self {
            Variable::Status(s) => protocol.statuses.get(s.index()).map_or("", |s| &s.origin.name),
            Variable::Factor(f) => protocol.factors.get(f.index()).map_or("", |f| &f.origin.name),
        }
    }

    pub(super) fn is(self, value: ValueId, span: Span) -> Cond {
        match self {
            Variable::Status(s) => Cond::Status(s, vec![value], span),
            Variable::Factor(f) => Cond::Factor(f, vec![value], span),
        }
    }

    pub(super) fn full(self, protocol: &Protocol) -> u64 {
        (0u32..)
            .take(self.values(protocol).len())
            .fold(0, |set, v| set | bit(ValueId(v)))
    }
}

/// The variable that a condition tests, if it tests just one, and the values for which it holds.
pub(super) fn test(protocol: &Protocol, cond: &Cond) -> Option<(Variable, u64)> {
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

fn families_of_statuses(asker: &Asker<'_>) -> Vec<Family> {
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
            let members = split(protocol, &norms, on);
            let known = out.iter().any(|f| f.on == on && f.members == members);
            if members.is_empty() || known {
                continue;
            }
            let (ownerless, others) = norms
                .iter()
                .copied()
                .filter(|n| !members.iter().any(|(m, _)| m == n))
                .partition(|n| names_nobody(protocol, *n));
            out.push(Family {
                moment: moment.clone(),
                matter: Matter::Status(subject),
                on,
                members,
                others,
                ownerless,
            });
        }
    }
    out
}

/// Rules of ours that ask for one act at one moment, each in some cases only. What is `known` of a status is not told again.
fn families_of_acts(asker: &Asker<'_>, known: &[Family]) -> Vec<Family> {
    let protocol = asker.ground.protocol;
    let mut forks: Vec<(&Moment, Vec<NormId>)> = Vec::new();
    for norm in states::local_norms(protocol) {
        if !states::asks(asker, norm) || act(protocol, norm).is_none() {
            continue;
        }
        for moment in moments(protocol, norm) {
            let alike = |(m, norms): &&mut (&Moment, Vec<NormId>)| {
                same_moment(m, moment) && norms.first().is_some_and(|n| one_act(protocol, *n, norm))
            };
            match forks.iter_mut().find(alike) {
                Some((_, norms)) => norms.push(norm),
                None => forks.push((moment, vec![norm])),
            }
        }
    }
    let mut out: Vec<Family> = Vec::new();
    for (moment, norms) in forks {
        let variables: BTreeSet<Variable> = norms
            .iter()
            .flat_map(|n| tests(protocol, *n))
            .map(|(on, _)| on)
            .collect();
        for on in variables {
            let members = split(protocol, &norms, on);
            let told = |f: &Family| f.on == on && members.iter().all(|m| f.members.contains(m));
            let Some((first, _)) = members.first().filter(|_| !known.iter().chain(&out).any(told)) else {
                continue;
            };
            out.push(Family {
                moment: moment.clone(),
                matter: Matter::Act(*first),
                on,
                others: closers(asker, moment, *first, on, &members),
                members,
                ownerless: Vec::new(),
            });
        }
    }
    out
}

/// Those of the norms that test a variable, with the values for which they speak; none if they do not split it.
fn split(protocol: &Protocol, norms: &[NormId], on: Variable) -> Vec<(NormId, u64)> {
    let members: Vec<(NormId, u64)> = norms
        .iter()
        .filter_map(|n| Some((*n, values_of(protocol, *n, on)?)))
        .collect();
    // A case within another's case splits nothing.
    let apart = |(_, a): &(NormId, u64)| members.iter().any(|(_, b)| a & b != *a && a & b != *b);
    if members.iter().any(apart) { members } else { Vec::new() }
}

/// Whatever says something of the left-out case: it asks for the act or lets it be, or it tests the same variable, at the
/// same moment or about the same act. Who chairs or attends does not say that there is a meeting.
fn closers(asker: &Asker<'_>, moment: &Moment, first: NormId, on: Variable, members: &[(NormId, u64)]) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let about = |norm: NormId| match (act(protocol, first), norm) {
        (Some(Act::Hold(w)), NormId::Decision(d)) => {
            let at = protocol.decisions.get(d.index()).and_then(|d| d.at.as_ref());
            at.is_some_and(|at| at.meeting == w.meeting)
        }
        (Some(Act::Decide(d)), NormId::Decision(e)) => *d == e,
        (Some(wanted), _) => act(protocol, norm)
            .is_some_and(|a| !matches!(a, Act::Chair(_) | Act::Attend(_)) && same_matter(asker, wanted, a)),
        _ => false,
    };
    norms(protocol)
        .filter(|n| !members.iter().any(|(m, _)| m == n))
        .filter(|n| {
            let here = moments(protocol, *n).any(|m| same_moment(m, moment));
            let turns = turns_on(protocol, *n, on);
            (about(*n) && (turns || !describe::forbids(protocol, *n))) || (here && turns)
        })
        .collect()
}

/// Whether a norm tests a variable anywhere.
fn turns_on(protocol: &Protocol, norm: NormId, on: Variable) -> bool {
    let Some(guard) = guard(protocol, norm) else {
        return false;
    };
    let options = match norm {
        NormId::Decision(d) => protocol.decisions.get(d.index()).map_or(&[][..], |d| &d.options),
        NormId::Rule(_) => &[],
    };
    let of_options = options.iter().flat_map(|o| std::iter::once(&o.if_).chain(&o.unless));
    let (mut statuses, mut facts) = (BTreeSet::new(), BTreeSet::new());
    for cond in [&guard.if_, &guard.while_]
        .into_iter()
        .chain(&guard.unless)
        .chain(of_options)
    {
        states::tested(protocol, cond, &mut statuses);
        factors(protocol, cond, &mut facts);
    }
    match on {
        Variable::Status(s) => statuses.contains(&s),
        Variable::Factor(f) => facts.contains(&f),
    }
}

pub(super) fn act(protocol: &Protocol, norm: NormId) -> Option<&Act> {
    let NormId::Rule(r) = norm else { return None };
    match protocol.rules.get(r.index()).map(|r| &r.body) {
        Some(Body::Norm { act, .. }) => Some(act),
        _ => None,
    }
}

/// Whether two rules speak of one act, whoever does it and whoever a letter goes to.
fn one_act(protocol: &Protocol, a: NormId, b: NormId) -> bool {
    match (act(protocol, a), act(protocol, b)) {
        (Some(Act::Send(a, ..)), Some(Act::Send(b, ..))) => a == b,
        (Some(a), Some(b)) => words::act(protocol, a) == words::act(protocol, b),
        _ => false,
    }
}

/// The values of a variable for which a norm speaks, if it tests it.
fn values_of(protocol: &Protocol, norm: NormId, on: Variable) -> Option<u64> {
    tests(protocol, norm)
        .into_iter()
        .filter(|(v, _)| *v == on)
        .map(|(_, set)| set)
        .reduce(|a, b| a & b)
}
