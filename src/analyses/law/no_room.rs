//! A presumption of the law, applying together with a local duty, whose condition no accepted history leaves standing.
//! In: both norms. Out: a finding, confirmed by the judge.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{Act, Body, Confirmation, NormId};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::moments::Stand;
use crate::solve::net::Choice;
use crate::solve::parts::Part;

use super::super::clashes::{self, Clashes};
use super::super::finding::{Finding, Reach};
use super::super::given::needed;
use super::super::{case, describe, states};
use super::{Parts, Past, asked, level, part_of, past_clashes, without};

/// A presumption of the law, engaged together with our duty, whose condition no accepted history leaves standing.
pub(super) fn no_room(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    parts: &Parts,
    ours: NormId,
    law: NormId,
) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let NormId::Rule(law_rule) = law else { return None };
    let Body::Presume(cond) = &protocol.rules.get(law_rule.index())?.body else {
        return None;
    };
    let mut about = BTreeSet::new();
    states::tested(protocol, cond, &mut about);
    if !states::subjects(asker, ours).iter().any(|s| about.contains(s)) {
        return None;
    }
    let part = part_of(parts, ours, Tier::Must)?;
    let stands = asker.ground.cond(cond, Stand::End);
    let mut ways = Vec::new();
    for mine in asker.engagements(ours) {
        for theirs in asker.engagements(law) {
            let both = vec![mine.clone(), theirs];
            if let Some(hidden) = asker.idle(&part, &both) {
                ways.push((both, hidden));
            }
        }
    }
    // The fewest outside occurrences make the plainest case.
    ways.sort_by_key(|(_, hidden)| Reverse(hidden.len()));
    for (mut claims, hidden) in ways {
        let scene = asker.scene(&part, &claims, &part.norms, hidden.clone());
        // The two together must be possible at all, clashes looked past; then they must leave no room.
        let Ok(past) = past_clashes(asker, clashes, &scene, &BTreeSet::new(), ours) else {
            continue;
        };
        claims.push(stands.clone());
        let standing = asker.scene(&part, &claims, &part.norms, hidden);
        let Some(core) = asker.core_of(&standing, &past.waived, &[]) else {
            continue;
        };
        if !core.contains(&ours) {
            continue;
        }
        let Outcome::Sat(leaf) = asker.plainest(&scene, &past.waived, &[]) else {
            continue;
        };
        let past = Past { leaf: *leaf, ..past };
        let needed = needed(asker, &scene, &past.leaf, &past.waived, &[]);
        if let Some(found) = departure(asker, &past, &part, (ours, law), cond, core, &needed) {
            return Some(found);
        }
    }
    None
}

fn departure(
    asker: &mut Asker<'_>,
    past: &Past,
    part: &Part,
    (ours, law): (NormId, NormId),
    cond: &crate::model::Cond,
    core: BTreeSet<NormId>,
    needed: &[(Choice, u64)],
) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let first = super::super::first_day(asker)?;
    let made = case::case(asker, &past.leaf, &[], first, Taste::Early)?;
    let cleared = without(protocol, &past.waived);
    let others: Vec<NormId> = part
        .norms
        .iter()
        .copied()
        .filter(|n| !past.waived.contains(n))
        .collect();
    let claims = [
        Claim::Accepted {
            tier: crate::judge::Tier::Must,
            except: norms(protocol).filter(|n| !others.contains(n)).collect(),
        },
        Claim::Engages(ours),
        Claim::Holds(crate::model::Cond::Not(Box::new(cond.clone()))),
    ];
    if confirm(&cleared, asker.ground.calendar, &made.history, &claims) != Confirmation::Confirmed {
        return None;
    }
    let mut told: Vec<NormId> = core.iter().copied().collect();
    told.push(law);
    let mut story = case::telling(asker, &made, &told);
    story.push(Step {
        day: made.history.until,
        text: format!(
            "{} has had no room: {}",
            describe::quoted(protocol, law),
            describe::sentence(protocol, law)
        ),
        rule: Some(describe::qualified(protocol, law)),
    });
    let mut notes = Vec::new();
    notes.extend(clashes::set_aside(protocol, &past.waived));
    let assumed = case::assumptions(asker, needed);
    if !assumed.is_empty() {
        notes.push(format!("the case: {}", assumed.join("; ")));
    }
    let mut all_core: Vec<NormId> = core.into_iter().collect();
    all_core.sort_by_key(|n| {
        (
            *n != ours,
            describe::is_silent(protocol, *n),
            describe::rank(protocol, *n),
        )
    });
    all_core.push(law);
    all_core.dedup();
    let protects = states::touches_protected(asker, &all_core);
    let name = describe::quoted(protocol, ours);
    Some(Finding {
        code: code::NO_ROOM_FOR_PRESUMPTION,
        severity: level(protocol, law, Severity::Warning),
        headline: format!(
            "{name} leaves no room for {}, in a case to which both apply",
            describe::quoted(protocol, law)
        ),
        related: criteria(asker, &all_core),
        core: all_core,
        places: Vec::new(),
        story,
        notes,
        help: vec![format!(
            "say in {name} when it does not apply (`unless`), so that the case of {} can go the other way",
            describe::quoted(protocol, law)
        )],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: clashes::reach(asker, needed, false).min(Reach::SomeCases),
        protects,
    })
}

/// Local norms that ask for the same change to be considered or decided under conditions of their own.
fn criteria(asker: &Asker<'_>, core: &[NormId]) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let at_stake: BTreeSet<_> = core.iter().flat_map(|n| states::subjects(asker, *n)).collect();
    states::local_norms(protocol)
        .into_iter()
        .filter(|n| !core.contains(n))
        .filter(|n| match asked(protocol, *n) {
            Some(Act::Consider(crate::model::Thing::Change(s, _))) => at_stake.contains(s),
            _ => false,
        })
        .collect()
}
