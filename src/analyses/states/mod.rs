//! Statuses: is one that is `always governed` ever left alone, is a duty begun twice, does one outlive the status it turns on? And
//! which norms bear on a status. In: an [`Asker`]. Out: findings, each with a history that the judge confirmed.

mod handover;
mod stranded;
mod twice;

use std::collections::BTreeSet;

use crate::judge::judge;
use crate::model::{
    Act, Body, Cond, DecisionId, Happening, History, NormId, Protocol, RuleId, StatusId, Thing, VerdictKind,
};
use crate::solve::ask::{Asker, Tier};
use crate::solve::ground::{Ground, class_of};
use crate::solve::net::{Formula, Lit, Point, any};
use crate::time::{Duration, Unit};

use super::describe;
use super::finding::Finding;

/// All findings about statuses. What is `known` already is not told again.
pub fn findings(asker: &mut Asker<'_>, known: &[Finding]) -> Vec<Finding> {
    let mut out = stranded::findings(asker, known);
    out.extend(twice::findings(asker, known));
    out.extend(handover::findings(asker));
    out
}

/// Everything that may occur but these.
fn all_but(asker: &Asker<'_>, visible: &BTreeSet<Point>) -> BTreeSet<Point> {
    let points = asker.ground.instances.iter().map(|i| i.at);
    points.filter(|x| !visible.contains(x)).collect()
}

/// These occur within the week before `end`, or not at all: so near together that no other limit passes meanwhile.
fn close(ground: &mut Ground<'_>, points: &BTreeSet<Point>, end: Point) -> Vec<Formula> {
    let week = Duration {
        count: 1,
        unit: Unit::Weeks,
        clear: false,
    };
    let table = ground.table(week, false);
    let near = |x: &Point| any([Lit::Occurs(*x, false).into(), Lit::Le(end, table, *x).into()]);
    points.iter().filter(|x| **x != end).map(near).collect()
}

/// The norms that wait for something when a history ends; `None` if the judge finds it no history, or a must broken by then.
fn open_at_the_end(asker: &Asker<'_>, history: &History) -> Option<BTreeSet<NormId>> {
    let judged = judge(asker.ground.protocol, asker.ground.calendar, history);
    let end = history.until?;
    let mut open = BTreeSet::new();
    for verdict in judged.verdicts {
        match verdict.kind {
            // Without a last day, what is not done when the history ends is in breach from then on.
            VerdictKind::Breached { when, .. } if when > end => open.insert(verdict.norm),
            VerdictKind::Breached { .. } if asker.in_tier(verdict.norm, Tier::Must) => return None,
            VerdictKind::Open => open.insert(verdict.norm),
            _ => false,
        };
    }
    judged.faults.is_empty().then_some(open)
}

/// Whether a norm asks somebody for something: a duty or a decision.
pub fn asks(asker: &Asker<'_>, norm: NormId) -> bool {
    asker.ground.binds(norm) && !describe::forbids(asker.ground.protocol, norm)
}

/// The statuses a norm bears on: those its act can set, forbids to set, or decides about.
pub fn subjects(asker: &Asker<'_>, norm: NormId) -> BTreeSet<StatusId> {
    let protocol = asker.ground.protocol;
    let mut out = BTreeSet::new();
    let class = match norm {
        NormId::Decision(d) => {
            if let Some(decision) = protocol.decisions.get(d.index()) {
                out.extend(decision.options.iter().flat_map(|o| &o.effects).map(|(s, _, _)| *s));
            }
            Some(Happening::Decided(d))
        }
        NormId::Rule(r) => match protocol.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Effect(s, _)) => {
                out.insert(*s);
                None
            }
            Some(Body::Norm { act, .. }) => {
                match act {
                    Act::Begin(s) | Act::End(s) | Act::Consider(Thing::Change(s, _)) => {
                        out.insert(*s);
                    }
                    _ => {}
                }
                class_of(act)
            }
            _ => None,
        },
    };
    if let Some(class) = class {
        for setting in asker.ground.settings.values().flatten() {
            if asker.ground.instance(setting.cause).is_some_and(|i| i.class == class) {
                out.insert(setting.status);
            }
        }
    }
    out
}

/// Whether any of these norms bears on a status that is `always governed`.
pub fn touches_protected(asker: &Asker<'_>, norms: &[NormId]) -> bool {
    let protects = |s: &StatusId| {
        asker
            .ground
            .protocol
            .statuses
            .get(s.index())
            .is_some_and(|s| s.protects)
    };
    norms.iter().any(|n| subjects(asker, *n).iter().any(protects))
}

/// All norms of the protocol under examination.
pub fn local_norms(protocol: &Protocol) -> Vec<NormId> {
    let rules = (0..).map(|r| NormId::Rule(RuleId(r))).take(protocol.rules.len());
    let decisions = (0..)
        .map(|d| NormId::Decision(DecisionId(d)))
        .take(protocol.decisions.len());
    rules
        .chain(decisions)
        .filter(|n| describe::is_local(protocol, *n))
        .collect()
}

/// The statuses a condition tests, through its terms.
pub fn tested(protocol: &Protocol, cond: &Cond, out: &mut BTreeSet<StatusId>) {
    match cond {
        Cond::Status(s, _, _) => {
            out.insert(*s);
        }
        Cond::Term(t, _) => {
            if let Some(term) = protocol.terms.get(t.index()) {
                tested(protocol, &term.means, out);
            }
        }
        Cond::Not(inner) => tested(protocol, inner, out),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| tested(protocol, c, out)),
        Cond::True
        | Cond::Factor(..)
        | Cond::Happened(..)
        | Cond::Before(..)
        | Cond::DueBefore(..)
        | Cond::DueWithin(..) => {}
    }
}
