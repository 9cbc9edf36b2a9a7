//! Statuses that must never be left alone. In: an [`Asker`]. Out: which norms bear on them.

use std::collections::BTreeSet;

use crate::model::{Act, Body, Cond, DecisionId, Happening, NormId, Protocol, RuleId, StatusId, Thing};
use crate::solve::ask::Asker;
use crate::solve::ground::class_of;

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

/// Whether any of these norms bears on a status that `protects`.
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
        .filter(|n| super::describe::is_local(protocol, *n))
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
        Cond::True | Cond::Factor(..) | Cond::Happened(..) | Cond::Before(..) => {}
    }
}
