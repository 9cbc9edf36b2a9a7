//! A local rule that is stricter than the law: the law may be kept by an act that comes too late for it. In: both norms.
//! Out: one note for each base, told by a case that the judge confirmed.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::model::{ModuleId, NormId};
use crate::solve::ask::{Asker, Outcome, Tier};

use super::super::describe;
use super::super::finding::{Finding, Reach};
use super::super::refine::OneText;
use super::super::refine::late::{Pair, late};
use super::{Parts, part_of};

/// A local rule that is stricter than a rule of the law.
pub(super) struct Stricter {
    ours: NormId,
    law: NormId,
    story: Vec<Step>,
}

/// A history that the law accepts, in which its rule is kept by an act that comes too late for ours.
pub(super) fn stricter(asker: &mut Asker<'_>, parts: &Parts, ours: NormId, law: NormId) -> Option<Stricter> {
    let protocol = asker.ground.protocol;
    if !describe::has_last_day(protocol, ours) || !describe::has_last_day(protocol, law) {
        return None;
    }
    let part = part_of(parts, law, Tier::Must)?;
    let obeyed: Vec<NormId> = part
        .norms
        .iter()
        .copied()
        .filter(|n| !describe::is_local(protocol, *n))
        .collect();
    let court = OneText {
        protocol,
        calendar: asker.ground.calendar,
        obeyed: &obeyed,
        tier: Tier::Must,
    };
    for way in asker.ground.kept_but_late(law, ours) {
        let Some(hidden) = asker.idle(&part, std::slice::from_ref(&way.formula)) else {
            continue;
        };
        let scene = asker.scene(&part, std::slice::from_ref(&way.formula), &obeyed, hidden);
        let Outcome::Sat(leaf) = asker.plainest(&scene, &BTreeSet::new(), &[]) else {
            continue;
        };
        let pair = Pair {
            kept: law,
            broken: ours,
            way: &way,
        };
        if let Some(case) = late(asker, &leaf, pair, &court, &BTreeSet::new()) {
            let story = case.story;
            return Some(Stricter { ours, law, story });
        }
    }
    None
}

/// One note for each base.
pub(super) fn folded(asker: &Asker<'_>, found: Vec<Stricter>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let mut bases: BTreeMap<ModuleId, Vec<Stricter>> = BTreeMap::new();
    for one in found {
        if let Some(origin) = describe::origin(protocol, one.law) {
            bases.entry(origin.module).or_default().push(one);
        }
    }
    bases.into_values().filter_map(|found| note(asker, found)).collect()
}

fn note(asker: &Asker<'_>, found: Vec<Stricter>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let base = &describe::module(protocol, found.first()?.law)?.name;
    let mut core: Vec<NormId> = found.iter().map(|s| s.ours).collect();
    core.sort_unstable();
    core.dedup();
    let n = core.len();
    let mut places = Vec::new();
    for one in &found {
        let kind = if places.is_empty() {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        let text = format!(
            "{}; {} allows {}",
            describe::last_day(protocol, one.ours),
            describe::quoted(protocol, one.law),
            describe::last_day(protocol, one.law)
        );
        places.extend(describe::body_span(protocol, one.ours).map(|span| (span, text, kind)));
    }
    let mut related: Vec<NormId> = found.iter().map(|s| s.law).collect();
    related.sort_unstable();
    related.dedup();
    let each = "a case like the one told was found for each of them, confirmed by the judge".to_owned();
    Some(Finding {
        code: code::STRICTER_THAN_LAW,
        severity: Severity::Note,
        headline: format!(
            "stricter than `{base}` in {n} place{}",
            if n == 1 { "" } else { "s" }
        ),
        core,
        related,
        places,
        notes: (found.len() > 1).then_some(each).into_iter().collect(),
        story: found.into_iter().next()?.story,
        help: vec!["ask whether the shorter limit is meant, since staff who know only the law will be late here; if so, leave it".to_owned()],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::EveryCase,
        protects: false,
    })
}
