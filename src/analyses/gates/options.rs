//! Decisions on their own: is some option always open, can each be taken, is there more than one, and what if those who
//! must agree do not? In: an [`Asker`]. Out: findings per decision.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Evidence, LabelKind, Severity, Step, code};
use crate::judge::Claim;
use crate::model::{Cond, Decision, DecisionId, Happening, NormId, Slot, ValueId};
use crate::solve::ask::{Asker, Tier};
use crate::solve::ground::Ground;
use crate::solve::moments::{Stand, bit};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::solve::parts::Part;
use crate::source::Span;

use super::super::case;
use super::super::finding::{Finding, Reach};
use super::super::{describe, states};
use super::{causes, orders, usable, witness};

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let obeyed = asker.obeyed(Tier::Must, &BTreeSet::new());
    let parts = asker.parts(&obeyed);
    let mut out = Vec::new();
    for norm in states::local_norms(protocol) {
        let NormId::Decision(id) = norm else { continue };
        let Some(decision) = protocol.decisions.get(id.index()) else {
            continue;
        };
        out.extend(closed(asker, id, decision));
        out.extend(lone_outcome(decision));
        out.extend(deadlock(decision));
        if let Some(part) = parts.iter().find(|p| p.norms.contains(&norm)) {
            out.extend(blocked(asker, id, decision, part));
        }
    }
    out
}

/// A finding about what is written in a decision.
fn structural(code: Code, headline: String, span: Span, here: &str, help: &str) -> Finding {
    Finding {
        code,
        severity: Severity::Note,
        headline,
        core: Vec::new(),
        related: Vec::new(),
        places: vec![(span, here.to_owned(), LabelKind::Primary)],
        story: Vec::new(),
        notes: Vec::new(),
        help: vec![help.to_owned()],
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::EveryCase,
        protects: false,
    }
}

fn lone_outcome(decision: &Decision) -> Option<Finding> {
    let [only] = decision.options.as_slice() else {
        return None;
    };
    Some(structural(
        code::MISSING_BRANCH,
        format!("`{}` names one outcome only, `{}`", decision.origin.name, only.name),
        only.span,
        "the only outcome",
        "name the other outcomes and what follows from them, or make it a duty if there is nothing to decide",
    ))
}

fn deadlock(decision: &Decision) -> Option<Finding> {
    let joint = decision
        .decided_by
        .given()
        .is_some_and(|w| w.parties.len() > 1 && !w.either);
    let assent = decision.agreed_by.given().is_some();
    if !(joint || assent) || matches!(decision.deadlock, Slot::Given(_)) {
        return None;
    }
    Some(structural(
        code::NO_DEADLOCK_RULE,
        format!(
            "several must agree on `{}`, and nothing says what happens if they do not",
            decision.origin.name
        ),
        decision.origin.span,
        "decided together",
        "name who settles it (`deadlock`)",
    ))
}

/// A case that reaches the decision and finds every option closed.
fn closed(asker: &mut Asker<'_>, id: DecisionId, decision: &Decision) -> Option<Finding> {
    if decision.options.is_empty() || decision.otherwise_unstated.is_some() {
        return None;
    }
    let norm = NormId::Decision(id);
    let shut = Cond::All(
        decision
            .options
            .iter()
            .map(|o| {
                let open = Cond::Not(Box::new(o.if_.clone()));
                Cond::Any(std::iter::once(open).chain(o.unless.iter().cloned()).collect())
            })
            .collect(),
    );
    if decision
        .options
        .iter()
        .any(|o| o.if_ == Cond::True && o.unless.is_empty())
    {
        return None;
    }
    let points: Vec<Point> = asker.ground.triggers(norm).into_iter().filter_map(|t| t.at).collect();
    let tested = causes(asker, [&shut, &decision.guard.if_].into_iter());
    let protects = states::touches_protected(asker, &[norm]);
    let claims = [Claim::Engages(norm), Claim::Holds(shut.clone())];
    // Where the order of days decides, a case in which they are set tells more.
    let set = orders::set(std::iter::once(&shut));
    let tries = match set.is_empty() {
        true => vec![Cond::True],
        false => vec![Cond::All(set), Cond::True],
    };
    let tries = tries.iter().flat_map(|set| points.iter().map(move |at| (set, *at)));
    let shown = tries.into_iter().find_map(|(set, at)| {
        let visible: BTreeSet<Point> = tested.iter().copied().chain([at]).collect();
        let write = |ground: &mut Ground<'_>| {
            let mut ways = Vec::new();
            for trigger in ground.triggers(norm) {
                let Some(at) = trigger.frame.trigger.clone() else {
                    continue;
                };
                let engaged = ground.engaged(&trigger);
                let stand = Stand::at(&at);
                ways.push(all([engaged, ground.cond(&shut, stand), ground.cond(set, stand)]));
            }
            vec![any(ways)]
        };
        witness(asker, &visible, write, &claims, &[])
    })?;
    let protocol = asker.ground.protocol;
    let mut story = case::steps(protocol, &shown.history);
    story.push(Step {
        day: shown.history.until,
        text: format!(
            "`{}` is to be decided, and none of its options is open",
            decision.origin.name
        ),
        rule: Some(describe::qualified(protocol, norm)),
    });
    let given: Vec<_> = asker
        .ground
        .factors
        .iter()
        .zip(&shown.history.factors)
        .filter(|(_, (f, _))| {
            decision.options.iter().any(|o| {
                let mut seen = BTreeSet::new();
                super::factors(protocol, &o.if_, &mut seen);
                seen.contains(f)
            })
        })
        .map(|(choice, (_, value))| (*choice, bit(*value)))
        .collect();
    let assumed = case::assumptions(asker, &given);
    Some(Finding {
        code: code::MISSING_BRANCH,
        severity: if protects { Severity::Error } else { Severity::Warning },
        headline: format!(
            "a case can reach `{}` and find none of its options open",
            decision.origin.name
        ),
        core: vec![norm],
        related: Vec::new(),
        places: vec![(
            decision.origin.span,
            "no option for every case".to_owned(),
            LabelKind::Primary,
        )],
        story,
        notes: if assumed.is_empty() {
            Vec::new()
        } else {
            vec![format!("the case: {}", assumed.join("; "))]
        },
        help: vec![
            "add the option that is missing, or say that the source does not (`otherwise not stated`)".to_owned(),
        ],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects,
    })
}

/// Options that nobody can take without breaking another rule, where some other option can be taken.
fn blocked(asker: &mut Asker<'_>, id: DecisionId, decision: &Decision, part: &Part) -> Vec<Finding> {
    let mut shut = Vec::new();
    if decision.options.len() < 2 {
        return Vec::new();
    }
    for at in (0u32..).take(decision.options.len()) {
        let taken: Vec<Formula> = asker
            .ground
            .of_class(Happening::Decided(id))
            .filter_map(|i| {
                Some(all([
                    Lit::Occurs(i.at, true).into(),
                    Lit::Is(i.outcome?, bit(ValueId(at))).into(),
                ]))
            })
            .collect();
        if let Some(bar) = usable::barred(asker, part, any(taken)) {
            shut.push((at, bar));
        }
    }
    if shut.len() == decision.options.len() {
        // That the decision cannot be taken at all is a clash, and said there.
        return Vec::new();
    }
    let protocol = asker.ground.protocol;
    let norm = NormId::Decision(id);
    let mut out = Vec::new();
    for (at, bar) in shut {
        let Some(option) = decision.options.get(at as usize) else {
            continue;
        };
        let Some(story) = usable::story(asker, &bar, norm, &[]) else {
            continue;
        };
        let others = bar.others(protocol, norm);
        let members = bar.members(norm);
        out.push(Finding {
            code: code::BLOCKED_OPTION,
            severity: Severity::Warning,
            headline: format!(
                "the option `{}` of `{}` can never be taken without breaking {}",
                option.name,
                decision.origin.name,
                describe::either(protocol, &others)
            ),
            places: vec![
                (
                    decision.origin.span,
                    format!("offers `{}`", option.name),
                    LabelKind::Primary,
                ),
                (option.span, "nobody can take this".to_owned(), LabelKind::Secondary),
            ],
            related: Vec::new(),
            story,
            notes: Vec::new(),
            help: vec![
                format!("say when `{}` is open (`if`), or remove it", option.name),
                format!("or make an exception for it in {}", describe::list(protocol, &others)),
            ],
            repairs: Vec::new(),
            evidence: Evidence::JudgeConfirmed,
            reach: Reach::EveryCase,
            protects: states::touches_protected(asker, &members),
            core: members,
        });
    }
    out
}
