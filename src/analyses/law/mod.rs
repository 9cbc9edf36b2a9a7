//! Local against national: a local rule under which the law's limit may pass, one that is stricter than the law, and a
//! presumption of the law that a local duty leaves no room for. In: an [`Asker`] and the clashes known so far. Out: findings.

mod looser;
mod no_room;
mod stricter;

use std::collections::BTreeSet;

use crate::diagnostics::Severity;
use crate::model::{Act, Body, NormId, Protocol, Rank};
use crate::solve::ask::Outcome;
use crate::solve::ask::{Asker, Scene, Tier};
use crate::solve::ground::norms;
use crate::solve::parts::Part;
use crate::solve::search::Leaf;

use super::clashes::Clashes;
use super::describe;
use super::finding::Finding;
pub(super) use super::refine::without;

/// How many clashes may lie between a question and its answer.
const LAYERS: usize = 5;

/// All questions.
pub fn findings(asker: &mut Asker<'_>, clashes: &Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let (local, base): (Vec<NormId>, Vec<NormId>) = norms(protocol).partition(|n| describe::is_local(protocol, *n));
    let parts = parts(asker);
    let mut out = Vec::new();
    let mut stricter = Vec::new();
    for &law in &base {
        for &ours in &local {
            if speaks_to(asker, ours, law) {
                match looser::looser(asker, clashes, &parts, ours, law) {
                    Some(found) => out.push(found),
                    None => stricter.extend(stricter::stricter(asker, &parts, ours, law)),
                }
            }
            if presumes(protocol, law) && binds(asker, ours) {
                out.extend(no_room::no_room(asker, clashes, &parts, ours, law));
            }
        }
    }
    out.extend(stricter::folded(asker, stricter));
    out
}

/// The act of a rule that asks for something.
fn asked(protocol: &Protocol, norm: NormId) -> Option<&Act> {
    let NormId::Rule(r) = norm else { return None };
    match &protocol.rules.get(r.index())?.body {
        Body::Norm { act, .. } if !describe::forbids(protocol, norm) => Some(act),
        _ => None,
    }
}

/// Both ask for the same meeting, document or act.
fn speaks_to(asker: &Asker<'_>, ours: NormId, law: NormId) -> bool {
    let protocol = asker.ground.protocol;
    if !asker.ground.binds(ours) || !asker.ground.binds(law) {
        return false;
    }
    match (asked(protocol, ours), asked(protocol, law)) {
        // The same one of them, too: a rule on the next review says nothing of when the first is due.
        (Some(Act::Hold(a)), Some(Act::Hold(b))) if a.ordinal != b.ordinal => false,
        (Some(Act::Hold(a)), Some(Act::Hold(b))) => {
            asker.ground.kinds_below(a.meeting).contains(&b.meeting)
                || asker.ground.kinds_below(b.meeting).contains(&a.meeting)
        }
        (Some(Act::Send(a, _, m)), Some(Act::Send(b, _, n))) => a == b && m == n,
        (Some(Act::Allocate(a)), Some(Act::Allocate(b))) => a == b,
        _ => false,
    }
}

fn presumes(protocol: &Protocol, norm: NormId) -> bool {
    matches!(norm, NormId::Rule(r) if matches!(protocol.rules.get(r.index()).map(|r| &r.body), Some(Body::Presume(_))))
}

fn binds(asker: &Asker<'_>, norm: NormId) -> bool {
    asker.in_tier(norm, Tier::Must) && asker.ground.binds(norm) && !describe::forbids(asker.ground.protocol, norm)
}

/// The parts of the protocol, per tier.
pub(super) type Parts = [(Tier, Vec<Part>)];

/// The parts of the protocol, if what only *should* be is obeyed too, and if not.
pub(super) fn parts(asker: &mut Asker<'_>) -> Vec<(Tier, Vec<Part>)> {
    let tiers = [Tier::Should, Tier::Must].into_iter();
    tiers
        .map(|tier| {
            let obeyed = asker.obeyed(tier, &BTreeSet::new());
            (tier, asker.parts(&obeyed))
        })
        .collect()
}

/// The part of the protocol that a norm belongs to.
pub(super) fn part_of(parts: &Parts, norm: NormId, tier: Tier) -> Option<Part> {
    parts
        .iter()
        .filter(|(t, _)| *t == tier)
        .flat_map(|(_, parts)| parts)
        .find(|p| p.norms.contains(&norm))
        .cloned()
}

/// What a scene allows once the clashes that are known already are looked past.
pub(super) struct Past {
    /// A branch of it.
    pub leaf: Leaf,
    /// The norms left aside.
    pub waived: BTreeSet<NormId>,
}

/// Plays a scene; where a known clash stands in the way, leaves one of its norms aside and says so.
pub(super) fn past_clashes(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    scene: &Scene,
    out: &BTreeSet<NormId>,
    keep: NormId,
) -> Result<Past, BTreeSet<NormId>> {
    let mut out = out.clone();
    let mut waived = BTreeSet::new();
    for _ in 0..LAYERS {
        match asker.play_without(scene, &out, &[]) {
            Outcome::Sat(leaf) => return Ok(Past { leaf: *leaf, waived }),
            Outcome::Unfinished => return Err(BTreeSet::new()),
            Outcome::Unsat(_) => {
                let Some(core) = asker.core_of(scene, &out, &[]) else {
                    return Err(BTreeSet::new());
                };
                let asking: BTreeSet<NormId> = core
                    .iter()
                    .copied()
                    .filter(|n| !describe::is_silent(asker.ground.protocol, *n))
                    .collect();
                // Part of a clash that is known already: the claims bring about what the rest of it asks for.
                let known = clashes
                    .cores
                    .iter()
                    .find(|c| !asking.is_empty() && asking.is_subset(&c.core));
                let Some(next) = known.and_then(|_| Clashes::waive(asker.ground.protocol, &core, Some(keep))) else {
                    return Err(core);
                };
                waived.insert(next);
                out.insert(next);
            }
        }
    }
    Err(BTreeSet::new())
}

/// Statute and regulation at full level, guidance one lower, recalled wording one lower still.
fn level(protocol: &Protocol, law: NormId, full: Severity) -> Severity {
    let lower = |s: Severity| {
        if s == Severity::Error {
            Severity::Warning
        } else {
            Severity::Note
        }
    };
    let mut level = full;
    if describe::rank(protocol, law) == Rank::Guidance || describe::is_should(protocol, law) {
        level = level.min(Severity::Warning);
    }
    if describe::is_recalled(protocol, law) {
        lower(level)
    } else {
        level
    }
}
