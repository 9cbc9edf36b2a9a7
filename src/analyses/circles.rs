//! Circular waits: duties that are engaged and never done, since each waits for what only the next asks for. Waiting for the
//! outside is none. In: an [`Asker`] and what is known. Out: one finding per circle, with a dated case.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::{Claim, Tier as Judged};
use crate::model::{Happening, Moments, NormId, words};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::net::{Formula, Point, all, any};
use crate::solve::parts::Part;

use super::case::{self, Case};
use super::finding::{Finding, Reach};
use super::{describe, states};

/// What a norm waits for, and who asks for that.
struct Wait {
    norm: NormId,
    what: Moments,
    on: Vec<NormId>,
}

/// All circles. Those whose members one finding names already are not told again.
pub fn findings(asker: &mut Asker<'_>, known: &[Finding]) -> Vec<Finding> {
    let waits = waits(asker);
    let candidates: BTreeSet<NormId> = waits.iter().map(|w| w.norm).filter(|n| reaches(&waits, *n)).collect();
    if candidates.is_empty() {
        return Vec::new();
    }
    let mut part = asker.whole();
    part.norms.retain(|n| asker.in_tier(*n, Tier::Must));
    let stuck = stuck(asker, &part, candidates);
    let mut told: Vec<BTreeSet<NormId>> = Vec::new();
    let mut out = Vec::new();
    for norm in &stuck {
        let circle = circle(&waits, &stuck, *norm);
        let members: BTreeSet<NormId> = circle.iter().map(|w| w.norm).collect();
        let ours = members.iter().any(|n| describe::is_local(asker.ground.protocol, *n));
        let is_known = |f: &Finding| f.severity > Severity::Note && members.iter().all(|n| f.core.contains(n));
        if members.is_empty() || !ours || told.contains(&members) || known.iter().any(is_known) {
            continue;
        }
        out.extend(finding(asker, &part, &circle, &stuck));
        told.push(members);
    }
    out
}

/// What each duty and decision waits for that only rules bring about. A notice may come before what it waits for.
fn waits(asker: &mut Asker<'_>) -> Vec<Wait> {
    let protocol = asker.ground.protocol;
    let mut out = Vec::new();
    for norm in norms(protocol) {
        let free = asker.ground.may_be_notice(norm) || !asker.ground.is_triggered(norm);
        if !states::asks(asker, norm) || free || !asker.ground.has_instances(norm) {
            continue;
        }
        for what in asker.ground.awaits(norm) {
            let points: BTreeSet<Point> = asker.ground.denoted_by(&what).into_iter().map(|a| a.at).collect();
            let askers: Option<Vec<Vec<NormId>>> = points.iter().map(|x| askers(asker, *x)).collect();
            let on: BTreeSet<NormId> = askers.into_iter().flatten().flatten().collect();
            if !on.is_empty() {
                out.push(Wait {
                    norm,
                    what,
                    on: on.into_iter().collect(),
                });
            }
        }
    }
    out
}

/// The norms without which an act of ours does not occur; `None` for what may occur without.
pub(super) fn askers(asker: &Asker<'_>, at: Point) -> Option<Vec<NormId>> {
    let class = asker.ground.instance(at).map(|i| i.class)?;
    let comes_by_itself = matches!(
        class,
        Happening::Happens(_) | Happening::Due(_) | Happening::Booked(_) | Happening::Cancelled(_)
    );
    let found: Vec<NormId> = norms(asker.ground.protocol)
        .filter(|n| asker.ground.asks_for(*n, class))
        .collect();
    (asker.is_own(at) && !comes_by_itself && !found.is_empty()).then_some(found)
}

/// Whether what a norm waits for waits for it, if in some case only.
fn reaches(waits: &[Wait], from: NormId) -> bool {
    let mut seen: BTreeSet<NormId> = BTreeSet::new();
    let mut open = vec![from];
    while let Some(norm) = open.pop() {
        for next in waits.iter().filter(|w| w.norm == norm).flat_map(|w| &w.on) {
            if *next == from {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}

/// Those of the candidates that none ever does, as long as nobody does what only these ask for: again and again, whoever can
/// do theirs without the others is let go.
fn stuck(asker: &mut Asker<'_>, part: &Part, candidates: BTreeSet<NormId>) -> BTreeSet<NormId> {
    let mut stuck = candidates;
    loop {
        let free: Vec<NormId> = stuck
            .iter()
            .copied()
            .filter(|n| is_done(asker, part, *n, &stuck))
            .collect();
        if free.is_empty() {
            return stuck;
        }
        stuck.retain(|n| !free.contains(n));
    }
}

/// The acts for which nobody asks but these.
fn withheld(asker: &Asker<'_>, stuck: &BTreeSet<NormId>) -> BTreeSet<Point> {
    let points = asker.ground.instances.iter().map(|i| i.at);
    points
        .filter(|x| askers(asker, *x).is_some_and(|by| by.iter().all(|n| stuck.contains(n))))
        .collect()
}

/// Some history keeps a norm without any act that only the stuck ones ask for but its own. Not decided: it may.
fn is_done(asker: &mut Asker<'_>, part: &Part, norm: NormId, stuck: &BTreeSet<NormId>) -> bool {
    let mut hidden = withheld(asker, stuck);
    let mut ways: Vec<Formula> = Vec::new();
    for trigger in asker.ground.triggers(norm) {
        for way in asker.ground.ways(norm, &trigger) {
            hidden.remove(&way.at);
        }
        let engaged = asker.ground.engaged(&trigger);
        ways.push(all([engaged, asker.ground.kept_duty(norm, &trigger)]));
    }
    let scene = asker.scene(part, &[any(ways)], &[], hidden);
    !matches!(asker.play(&scene, &[]), Outcome::Unsat(_))
}

/// The circle that a stuck norm's waiting leads into.
fn circle<'w>(waits: &'w [Wait], stuck: &BTreeSet<NormId>, from: NormId) -> Vec<&'w Wait> {
    let mut path: Vec<&Wait> = Vec::new();
    let mut at = from;
    loop {
        if let Some(start) = path.iter().position(|w| w.norm == at) {
            return path.split_off(start);
        }
        let all_stuck = |w: &&Wait| w.norm == at && w.on.iter().all(|n| stuck.contains(n));
        let Some(wait) = waits.iter().find(all_stuck) else {
            return Vec::new();
        };
        let Some(next) = wait.on.first() else { return Vec::new() };
        path.push(wait);
        at = *next;
    }
}

/// A history with no *must* broken in which the norm is engaged, confirmed by the judge.
fn engaged(asker: &mut Asker<'_>, part: &Part, norm: NormId, stuck: &BTreeSet<NormId>) -> Option<Case> {
    let withheld = withheld(asker, stuck);
    let first = super::first_day(asker)?;
    let claims = [
        Claim::Engages(norm),
        Claim::Accepted {
            tier: Judged::Must,
            except: Vec::new(),
        },
    ];
    asker.engagements(norm).into_iter().find_map(|way| {
        let way = std::slice::from_ref(&way);
        let mut hidden = asker.idle(part, way)?;
        hidden.extend(&withheld);
        let scene = asker.scene(part, way, &part.norms, hidden);
        let Outcome::Sat(leaf) = asker.plainest(&scene, &BTreeSet::new(), &[]) else {
            return None;
        };
        let made = case::case(asker, &leaf, &[], first, Taste::Early)?;
        case::holds(asker, &made, &claims, [0]).then_some(made)
    })
}

fn finding(asker: &mut Asker<'_>, part: &Part, circle: &[&Wait], stuck: &BTreeSet<NormId>) -> Option<Finding> {
    let (start, case) = circle
        .iter()
        .enumerate()
        .find_map(|(at, w)| Some((at, engaged(asker, part, w.norm, stuck)?)))?;
    let protocol = asker.ground.protocol;
    let turned: Vec<&Wait> = circle.iter().cycle().skip(start).take(circle.len()).copied().collect();
    let core: Vec<NormId> = turned.iter().map(|w| w.norm).collect();
    let mut story = case::steps(protocol, &case.history);
    let mut places = Vec::new();
    for (at, wait) in turned.iter().enumerate() {
        let name = describe::quoted(protocol, wait.norm);
        let waits: Vec<String> = wait.what.any.iter().map(|m| words::moment(protocol, m)).collect();
        let (waits, on) = (waits.join(" or "), describe::list(protocol, &wait.on));
        let ask = if wait.on.len() == 1 { "asks" } else { "ask" };
        story.push(Step {
            day: case.history.until,
            text: format!("{name} waits until {waits}; only {on} {ask} for that"),
            rule: Some(describe::qualified(protocol, wait.norm)),
        });
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        let span = describe::body_span(protocol, wait.norm);
        places.extend(span.map(|span| (span, format!("waits until {waits}"), kind)));
    }
    let headline = match core.as_slice() {
        [one] => format!(
            "{} waits for itself and is never done",
            describe::quoted(protocol, *one)
        ),
        many => format!(
            "{} wait for each other, so none of them is ever done",
            describe::list(protocol, many)
        ),
    };
    let musts = core.iter().all(|n| asker.in_tier(*n, Tier::Must));
    Some(Finding {
        code: code::CIRCULAR_WAIT,
        severity: if musts { Severity::Error } else { Severity::Warning },
        headline,
        related: Vec::new(),
        places,
        story,
        notes: Vec::new(),
        help: vec!["say which comes first, and measure its limit from something that comes before it".to_owned()],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::EveryCase,
        protects: states::touches_protected(asker, &core),
        core,
    })
}
