//! Local against national: a local rule under which the law's limit may pass, and a presumption of the law that a local
//! duty leaves no room for. In: an [`Asker`] and the clashes known so far. Out: findings.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{Act, Body, Confirmation, History, NormId, Protocol, Rank, RuleId};
use crate::solve::ask::Outcome;
use crate::solve::ask::{Asker, Scene, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::moments::Stand;
use crate::solve::net::{Choice, Point};
use crate::solve::parts::Part;
use crate::solve::search::Leaf;

use super::case::{self, Case};
use super::clashes::{self, Clashes};
use super::finding::{Finding, Reach};
use super::{describe, states};

/// How many clashes may lie between a question and its answer.
const LAYERS: usize = 5;

/// Both questions.
pub fn findings(asker: &mut Asker<'_>, clashes: &Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let (local, base): (Vec<NormId>, Vec<NormId>) = norms(protocol).partition(|n| describe::is_local(protocol, *n));
    let parts: Vec<(Tier, Vec<Part>)> = [Tier::Should, Tier::Must]
        .into_iter()
        .map(|tier| {
            let obeyed = asker.obeyed(tier, &BTreeSet::new());
            (tier, asker.parts(&obeyed))
        })
        .collect();
    let mut out = Vec::new();
    for &law in &base {
        for &ours in &local {
            if speaks_to(asker, ours, law) {
                out.extend(looser(asker, clashes, &parts, ours, law));
            }
            if presumes(protocol, law) && binds(asker, ours) {
                out.extend(no_room(asker, clashes, &parts, ours, law));
            }
        }
    }
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
        (Some(Act::Send(a, _)), Some(Act::Send(b, _))) => a == b,
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
type Parts = [(Tier, Vec<Part>)];

/// The part of the protocol that a norm belongs to.
fn part_of(parts: &Parts, norm: NormId, tier: Tier) -> Option<Part> {
    parts
        .iter()
        .filter(|(t, _)| *t == tier)
        .flat_map(|(_, parts)| parts)
        .find(|p| p.norms.contains(&norm))
        .cloned()
}

/// What a scene allows once the clashes that are known already are looked past.
struct Past {
    leaf: Leaf,
    waived: BTreeSet<NormId>,
}

/// Plays a scene; where a known clash stands in the way, leaves one of its norms aside and says so.
fn past_clashes(
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

/// A history that obeys everything but the law's limit, in which our rule is engaged and kept, and the limit has passed.
fn looser(asker: &mut Asker<'_>, clashes: &Clashes, parts: &Parts, ours: NormId, law: NormId) -> Option<Finding> {
    let ways = asker.ground.kept_but_late(ours, law);
    for tier in [Tier::Should, Tier::Must] {
        let Some(part) = part_of(parts, ours, tier) else {
            continue;
        };
        let mut plain: Vec<_> = Vec::new();
        for way in &ways {
            if let Some(hidden) = asker.idle(&part, std::slice::from_ref(&way.formula)) {
                plain.push((way, hidden));
            }
        }
        // The fewest outside occurrences make the plainest case.
        plain.sort_by_key(|(_, hidden)| std::cmp::Reverse(hidden.len()));
        for (way, hidden) in plain {
            let claim = std::slice::from_ref(&way.formula);
            let obeyed: Vec<NormId> = part.norms.iter().copied().filter(|n| *n != law).collect();
            let scene = asker.scene(&part, claim, &obeyed, hidden);
            let Ok(past) = past_clashes(asker, clashes, &scene, &BTreeSet::new(), ours) else {
                continue;
            };
            let found = late_case(asker, &past, &obeyed, ours, law, tier, way.act, way.since);
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

#[expect(clippy::too_many_arguments, reason = "the parts of one claim, named")]
fn late_case(
    asker: &mut Asker<'_>,
    past: &Past,
    obeyed: &[NormId],
    ours: NormId,
    law: NormId,
    tier: Tier,
    act: Point,
    since: Option<Point>,
) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let first = super::first_day(asker)?;
    // A rule without a last day of its own has no worst case: then any case will do.
    let endless = !describe::has_last_day(protocol, ours);
    let taste = if endless { Taste::Early } else { Taste::Late };
    let made = case::case(asker, &past.leaf, &[], first, taste)?;
    let others: Vec<NormId> = obeyed.iter().copied().filter(|n| !past.waived.contains(n)).collect();
    let cleared = without(protocol, &past.waived);
    let day_of = |point: Point| {
        made.dated
            .iter()
            .find(|(p, _)| *p == point)
            .and_then(|(_, at)| asker.ground.calendar.day(*at))
    };
    let end = made.history.until?;
    let claims = [
        Claim::Accepted {
            tier: super::judge_tier(tier),
            except: norms(protocol).filter(|n| !others.contains(n)).collect(),
        },
        Claim::Engages(ours),
        Claim::Breaches(law),
    ];
    let history = History {
        until: Some(end),
        ..made.history.clone()
    };
    if confirm(&cleared, asker.ground.calendar, &history, &claims) != Confirmation::Confirmed {
        return None;
    }
    let when = crate::judge::judge(&cleared, asker.ground.calendar, &history)
        .verdicts
        .into_iter()
        .find_map(|v| match v.kind {
            crate::model::VerdictKind::Breached { when, .. } if v.norm == law => Some(when),
            _ => None,
        })?;
    let held = day_of(act)?;
    let last = when.plus(-1);
    let days = held.0 - last.0;
    let working = (last.0 + 1..=held.0)
        .filter(|d| asker.ground.calendar.is_working(crate::time::Day(*d)))
        .count();
    let mut story = case::telling(asker, &made, &[ours, law]);
    let at = story
        .iter()
        .position(|s| s.day.is_some_and(|d| d > last))
        .unwrap_or(story.len());
    story.insert(
        at,
        Step {
            day: Some(last),
            text: format!("last day allowed by {}", describe::quoted(protocol, law)),
            rule: Some(describe::qualified(protocol, law)),
        },
    );
    story.push(Step {
        day: Some(held),
        text: format!(
            "{} is satisfied; {} was due {days} calendar days ({working} working days) earlier",
            describe::quoted(protocol, ours),
            describe::quoted(protocol, law)
        ),
        rule: Some(describe::qualified(protocol, ours)),
    });
    if let Some(skipped) = since.and_then(day_of).map(|from| skipped(asker, protocol, law, from))
        && !skipped.is_empty()
    {
        story.insert(
            at + 1,
            Step {
                day: None,
                text: format!("(not counted: {skipped})"),
                rule: None,
            },
        );
    }
    let mut notes = vec!["every other rule is obeyed in this story".to_owned()];
    notes.extend(clashes::set_aside(protocol, &past.waived));
    let narrowed: Vec<(Choice, u64)> = universals(asker, &past.leaf);
    let readings: Vec<String> = case::assumptions(asker, &narrowed);
    if !readings.is_empty() {
        notes.push(format!("the case: {}", readings.join("; ")));
    }
    let reach = clashes::reach(asker, &narrowed, false).min(Reach::SomeCases);
    let related = governing(asker, &made, law, ours);
    Some(Finding {
        code: code::LOOSER_THAN_LAW,
        severity: level(protocol, law, Severity::Error),
        headline: if endless {
            format!(
                "{} sets no last day, so the limit of {} may pass",
                describe::quoted(protocol, ours),
                describe::quoted(protocol, law)
            )
        } else {
            format!(
                "{} lets the limit of {} pass: {days} calendar days late in the case shown",
                describe::quoted(protocol, ours),
                describe::quoted(protocol, law)
            )
        },
        core: vec![ours, law],
        related,
        places: Vec::new(),
        story,
        notes,
        help: vec![format!(
            "add to {} the limit of {}, whatever else it waits for",
            describe::quoted(protocol, ours),
            describe::quoted(protocol, law)
        )],
        evidence: Evidence::JudgeConfirmed,
        reach,
        protects: false,
    })
}

/// Local norms whose acts occur in the case and on which our rule waits: those that bring about its trigger.
fn governing(asker: &mut Asker<'_>, made: &Case, law: NormId, ours: NormId) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let judged = crate::judge::judge(protocol, asker.ground.calendar, &made.history);
    let mut out: Vec<NormId> = judged
        .verdicts
        .iter()
        .filter(|v| {
            v.trigger.is_some()
                && matches!(
                    v.kind,
                    crate::model::VerdictKind::Kept | crate::model::VerdictKind::Breached { .. }
                )
        })
        .map(|v| v.norm)
        .filter(|n| {
            *n != law && *n != ours && describe::is_local(protocol, *n) && states::touches_protected(asker, &[*n])
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

fn universals(asker: &Asker<'_>, leaf: &Leaf) -> Vec<(Choice, u64)> {
    let net = &asker.ground.net;
    leaf.values
        .iter()
        .enumerate()
        .filter_map(|(at, set)| {
            let choice = Choice(u32::try_from(at).ok()?);
            (net.choices.get(at)?.universal && *set != net.full(choice)).then_some((choice, *set))
        })
        .collect()
}

/// The named days skipped in counting the law's limit.
fn skipped(asker: &Asker<'_>, protocol: &Protocol, law: NormId, from: crate::time::Day) -> String {
    let NormId::Rule(r) = law else { return String::new() };
    let Some(rule) = protocol.rules.get(r.index()) else {
        return String::new();
    };
    let duration = rule.limits.iter().find_map(|l| match &l.kind {
        crate::model::LimitKind::Within(length, _) => length.any.first().copied(),
        _ => None,
    });
    let Some(duration) = duration else { return String::new() };
    let named: Vec<String> = asker
        .ground
        .calendar
        .skipped(from, duration)
        .into_iter()
        .filter(|(_, why)| !why.ends_with("day") || why.contains(' '))
        .map(|(day, why)| format!("{day} {why}"))
        .collect();
    named.join(", ")
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

/// The protocol without some rules: as if they were never in force.
fn without(protocol: &Protocol, rules: &BTreeSet<NormId>) -> Protocol {
    let mut out = protocol.clone();
    for norm in rules {
        if let NormId::Rule(RuleId(r)) = norm
            && let Some(rule) = out.rules.get_mut(*r as usize)
        {
            rule.in_force = (None, Some(crate::time::Day(i32::MIN / 2)));
        }
    }
    out
}

/// A presumption of the law, engaged together with our duty, whose condition no accepted history leaves standing.
fn no_room(asker: &mut Asker<'_>, clashes: &Clashes, parts: &Parts, ours: NormId, law: NormId) -> Option<Finding> {
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
    for mine in asker.engagements(ours) {
        for theirs in asker.engagements(law) {
            let both = [mine.clone(), theirs.clone()];
            let Some(hidden) = asker.idle(&part, &both) else {
                continue;
            };
            let scene = asker.scene(&part, &both, &part.norms, hidden.clone());
            // The two together must be possible at all, clashes looked past; then they must leave no room.
            let Ok(past) = past_clashes(asker, clashes, &scene, &BTreeSet::new(), ours) else {
                continue;
            };
            let claims = [mine.clone(), theirs, stands.clone()];
            let standing = asker.scene(&part, &claims, &part.norms, hidden);
            if !matches!(asker.play_without(&standing, &past.waived, &[]), Outcome::Unsat(_)) {
                continue;
            }
            let Some(core) = asker.core_of(&standing, &past.waived, &[]) else {
                continue;
            };
            if !core.contains(&ours) {
                continue;
            }
            if let Some(found) = departure(asker, &past, &part, ours, law, cond, core) {
                return Some(found);
            }
        }
    }
    None
}

fn departure(
    asker: &mut Asker<'_>,
    past: &Past,
    part: &Part,
    ours: NormId,
    law: NormId,
    cond: &crate::model::Cond,
    core: BTreeSet<NormId>,
) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let first = super::first_day(asker)?;
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
    let mut story = case::steps(protocol, &made.history);
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
    let narrowed = universals(asker, &past.leaf);
    let assumed = case::assumptions(asker, &narrowed);
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
        evidence: Evidence::JudgeConfirmed,
        reach: clashes::reach(asker, &narrowed, false).min(Reach::SomeCases),
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
