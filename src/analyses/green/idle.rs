//! Why nothing engages a rule. In: the rule. Out: a sentence. Each reason is tried: in a copy of the protocol without what is named the
//! rule can be engaged, and as it is it cannot.

use std::collections::BTreeSet;

use crate::calendar::Calendar;
use crate::model::{Body, Cond, Guard, NormId, Protocol, RuleId};
use crate::solve::ask::{Asker, Outcome};
use crate::solve::ground::Ground;

use super::super::{describe, gates, states};

/// How many rules of one finding are asked about.
const ASKED: usize = 6;
/// Steps for each copy: a fraction of a second.
const STEPS: u64 = 2_000_000;

/// What stands in the way of each of these, as far as that is one thing; the same is said once.
pub(super) fn reasons(protocol: &Protocol, calendar: &Calendar, idle: &[NormId]) -> Vec<String> {
    let mut found: Vec<(String, Vec<NormId>)> = Vec::new();
    for norm in idle.iter().take(ASKED) {
        let Some(why) = reason(protocol, calendar, *norm) else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == why) {
            Some((_, norms)) => norms.push(*norm),
            None => found.push((why, vec![*norm])),
        }
    }
    let told = found
        .into_iter()
        .map(|(why, norms)| format!("{}: {why}", describe::list(protocol, &norms)));
    told.collect()
}

/// A change of a guard.
type Change = fn(&mut Guard);

/// Parts of a guard that may stand in the way, each with how that is said, and what takes it out.
const PARTS: [(&str, Change); 3] = [
    ("`if` is never true", |guard| guard.if_ = Cond::True),
    ("`while` does not hold", |guard| guard.while_ = Cond::True),
    ("`unless` is always true", |guard| guard.unless.clear()),
];

fn reason(protocol: &Protocol, calendar: &Calendar, norm: NormId) -> Option<String> {
    let is_engaged = |changes: &[Change]| {
        let mut copy = protocol.clone();
        if let Some(guard) = guard(&mut copy, norm) {
            changes.iter().for_each(|change| change(guard));
        }
        may_be_engaged(&copy, calendar, norm)
    };
    let written = gates::guard(protocol, norm)?;
    for (why, change) in PARTS {
        let mut freed = written.clone();
        change(&mut freed);
        if freed != *written && is_engaged(&[change]) {
            let culprit = culprit(protocol, calendar, norm).map_or(String::new(), |effect| {
                format!(", because of what {} changes", describe::quoted(protocol, effect))
            });
            return Some(format!("{why} at the moment at which it would be engaged{culprit}"));
        }
    }
    let lifts = |rule: &crate::model::Rule| matches!(norm, NormId::Rule(r) if rule.exception_to.contains(&r));
    let lifting: Vec<RuleId> = ids(protocol)
        .filter(|(_, rule)| lifts(rule))
        .map(|(id, _)| id)
        .collect();
    if !lifting.is_empty() && may_be_engaged(&without(protocol, &lifting), calendar, norm) {
        let lifting: Vec<NormId> = lifting.into_iter().map(NormId::Rule).collect();
        return Some(format!(
            "{} always applies instead",
            describe::either(protocol, &lifting)
        ));
    }
    match is_engaged(&PARTS.map(|(_, change)| change)) {
        true => Some("`if`, `while` and `unless` are never all as they must be".to_owned()),
        false if lifting.is_empty() => Some("what would engage it never comes about".to_owned()),
        false => None,
    }
}

/// The effect without which the rule would be engaged, of those on a status that its guards test.
fn culprit(protocol: &Protocol, calendar: &Calendar, norm: NormId) -> Option<NormId> {
    let guard = gates::guard(protocol, norm)?;
    let mut statuses = BTreeSet::new();
    let conds = [&guard.if_, &guard.while_].into_iter().chain(&guard.unless);
    conds.for_each(|cond| states::tested(protocol, cond, &mut statuses));
    let is_effect = |body: &Body| matches!(body, Body::Effect(s, _) if statuses.contains(s));
    let mut effects = ids(protocol).filter(|(id, rule)| NormId::Rule(*id) != norm && is_effect(&rule.body));
    let found = effects.find(|(id, _)| may_be_engaged(&without(protocol, &[*id]), calendar, norm));
    found.map(|(id, _)| NormId::Rule(id))
}

fn ids(protocol: &Protocol) -> impl Iterator<Item = (RuleId, &crate::model::Rule)> {
    (0..).map(RuleId).zip(&protocol.rules)
}

/// A copy in which these never apply.
fn without(protocol: &Protocol, rules: &[RuleId]) -> Protocol {
    let mut copy = protocol.clone();
    for id in rules {
        if let Some(rule) = copy.rules.get_mut(id.index()) {
            rule.guard.unless.push(Cond::True);
            rule.exception_to.clear();
        }
    }
    copy
}

fn guard(protocol: &mut Protocol, norm: NormId) -> Option<&mut Guard> {
    match norm {
        NormId::Rule(r) => protocol.rules.get_mut(r.index()).map(|r| &mut r.guard),
        NormId::Decision(d) => protocol.decisions.get_mut(d.index()).map(|d| &mut d.guard),
    }
}

fn may_be_engaged(protocol: &Protocol, calendar: &Calendar, norm: NormId) -> bool {
    let mut asker = Asker::new(Ground::new(protocol, calendar));
    asker.allow(STEPS);
    let part = asker.whole();
    asker.engagements(norm).into_iter().any(|way| {
        let scene = asker.scene(&part, &[way], &[], BTreeSet::new());
        matches!(asker.play(&scene, &[]), Outcome::Sat(_))
    })
}
