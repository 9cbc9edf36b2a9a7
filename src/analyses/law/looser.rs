//! A local rule under which the law's limit may pass: how late at the most, how late at the least. In: both norms. Out: a
//! finding that tells the worst case, confirmed by the judge.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, code};
use crate::model::NormId;
use crate::solve::ask::{Asker, Tier};

use super::super::case::{self, Case};
use super::super::clashes::{self, Clashes};
use super::super::finding::{Finding, Reach};
use super::super::refine::OneText;
use super::super::refine::extent::{self, Most, Worst};
use super::super::refine::late::days_in_words;
use super::super::{describe, states};
use super::{Parts, level, part_of, past_clashes};

/// A history that obeys everything but the law's limit, in which our rule is engaged and kept, and the limit has passed.
pub(super) fn looser(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    parts: &Parts,
    ours: NormId,
    law: NormId,
) -> Option<Finding> {
    let ways = asker.ground.kept_but_late(ours, law);
    [Tier::Should, Tier::Must].into_iter().find_map(|tier| {
        let part = part_of(parts, ours, tier)?;
        let obeyed: Vec<NormId> = part.norms.iter().copied().filter(|n| *n != law).collect();
        let courses = extent::courses(asker, &ways, &part, &obeyed, |asker, scene| {
            let past = past_clashes(asker, clashes, scene, &BTreeSet::new(), ours);
            past.ok().map(|past| past.waived)
        });
        let court = OneText {
            protocol: asker.ground.protocol,
            calendar: asker.ground.calendar,
            obeyed: &obeyed,
            tier,
        };
        let worst = extent::worst(asker, &courses, (ours, law), &court)?;
        Some(finding(asker, worst, (ours, law)))
    })
}

fn finding(asker: &mut Asker<'_>, worst: Worst, (ours, law): (NormId, NormId)) -> Finding {
    let Worst {
        late: shown,
        waived,
        given,
        extent,
    } = worst;
    let protocol = asker.ground.protocol;
    let (local, base) = (describe::quoted(protocol, ours), describe::quoted(protocol, law));
    let least = days_in_words(extent.least, "calendar");
    let working = days_in_words(shown.working, "working");
    let told = days_in_words(shown.days, "calendar");
    let (headline, extent) = match extent.most {
        Most::Endless => (
            format!("{local} lets the limit of {base} pass without end"),
            format!("at the least {least} late, at the most without end; the story stops after {told}"),
        ),
        Most::Days(days) => {
            let days = days_in_words(days, "calendar");
            if extent.sure {
                (
                    format!("{local} lets the limit of {base} pass by up to {days}"),
                    format!("at the least {least} late, at the most {days} (in this story {working})"),
                )
            } else {
                (
                    format!("{local} lets the limit of {base} pass by {days} or more"),
                    format!("at the least {least} late, in this story {days} ({working}), and it may be more"),
                )
            }
        }
    };
    let mut notes = vec![extent, "every other rule is obeyed in this story".to_owned()];
    notes.extend(clashes::set_aside(protocol, &waived));
    let readings = case::assumptions(asker, &given);
    if !readings.is_empty() {
        notes.push(format!("the case: {}", readings.join("; ")));
    }
    Finding {
        code: code::LOOSER_THAN_LAW,
        severity: level(protocol, law, Severity::Error),
        headline,
        core: vec![ours, law],
        related: governing(asker, &shown.case, law, ours),
        places: Vec::new(),
        story: shown.story,
        notes,
        help: vec![format!(
            "add to {local} the limit of {base}, whatever else it waits for"
        )],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: clashes::reach(asker, &given, false).min(Reach::SomeCases),
        protects: false,
    }
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
