//! The questions that `check` asks, one file each, all thin clients of `solve`. In: a protocol and today's date. Out: a
//! [`Report`]: findings in the order in which they matter, what was proved, and within what bounds. No analysis knows the
//! shipped protocols.

mod case;
mod circles;
mod clashes;
mod dates;
mod describe;
mod finding;
mod gaps;
mod gates;
mod green;
mod law;
mod letters;
mod sources;
mod states;
mod unasked;

use crate::calendar::{Calendar, CalendarError};
use crate::diagnostics::{Diagnostic, LabelKind, Severity};
use crate::judge;
use crate::model::{NormId, Protocol};
use crate::solve::ask::{Asker, Tier};
use crate::solve::ground::Ground;
use crate::time::Day;

/// What `check` found.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Findings, grouped and ordered.
    pub findings: Vec<Diagnostic>,
    /// What was proved, one sentence each.
    pub proved: Vec<String>,
    /// Within what bounds, one sentence each.
    pub bounds: Vec<String>,
    /// How many questions were not decided.
    pub unproven: usize,
}

/// Asks every question of a protocol.
///
/// # Errors
/// The calendar of the protocol cannot be made into an axis of days.
pub fn check(protocol: &Protocol, today: Day) -> Result<Report, CalendarError> {
    let calendar = Calendar::build(&protocol.calendar)?;
    let mut asker = Asker::new(Ground::new(protocol, &calendar));
    let mut clashes = clashes::search(&mut asker);
    let mut findings = clashes::findings(&mut asker, &mut clashes);
    findings.extend(letters::findings(protocol, &calendar, &clashes));
    findings.extend(law::findings(&mut asker, &clashes));
    findings.extend(gates::findings(&mut asker));
    findings.extend(states::findings(&mut asker, &findings));
    findings.extend(circles::findings(&mut asker, &findings));
    findings.extend(gaps::findings(&asker));
    findings.extend(sources::findings(protocol, today));
    let (proved, unreached) = green::green(&mut asker, &clashes, &findings);
    findings.extend(unreached);
    let mut bounds = bounds(&asker, &clashes);
    let (left_out, sentences) = unasked::unasked(protocol);
    bounds.extend(sentences);
    Ok(Report {
        findings: finding::arrange(protocol, findings),
        proved,
        bounds,
        unproven: clashes.unfinished + clashes.unshown + left_out.len(),
    })
}

/// The norms in the core of the errors and warnings of a report, each with the number of the headline it stands under
/// (from 1) and what its own finding says.
pub fn marks(protocol: &Protocol, report: &Report) -> Vec<(NormId, usize, String)> {
    let mut out: Vec<(NormId, usize, String)> = Vec::new();
    for (at, head) in report.findings.iter().enumerate() {
        for finding in std::iter::once(head)
            .chain(&head.beneath)
            .filter(|d| d.severity > Severity::Note)
        {
            for rule in finding.rules.iter().filter(|r| r.kind != LabelKind::Related) {
                let norm =
                    crate::solve::ground::norms(protocol).find(|n| describe::qualified(protocol, *n) == rule.name);
                if let Some(norm) = norm
                    && !out
                        .iter()
                        .any(|(n, number, said)| (*n, *number, said) == (norm, at + 1, &finding.headline))
                {
                    out.push((norm, at + 1, finding.headline.clone()));
                }
            }
        }
    }
    out
}

/// Within what all verdicts of a run hold.
fn bounds(asker: &Asker<'_>, clashes: &clashes::Clashes) -> Vec<String> {
    let calendar = asker.ground.calendar;
    let mut out = Vec::new();
    if let (Some(from), Some(to)) = (calendar.day(asker.starts.0), calendar.day(asker.starts.1)) {
        out.push(format!("start dates {from} to {to}, every one of them"));
    }
    out.push(format!(
        "{} orders of up to {} occurrences that change a status, a guard or an ordinal; at most {} of what repeats",
        clashes.words,
        clashes::WORD,
        crate::solve::ground::REPEATS
    ));
    if let Some(until) = calendar.published_until() {
        out.push(format!("bank holidays after {until} are extrapolated by rule"));
    }
    out.push("own acts occur only where a rule asks for or allows them; the outside does what rules ask of it, and nothing more once a story is told".to_owned());
    if asker.ground.protocol.rules.iter().any(|r| has_hours(&r.limits)) {
        out.push("limits in hours are counted in whole days".to_owned());
    }
    out
}

fn has_hours(limits: &[crate::model::Limit]) -> bool {
    use crate::model::LimitKind::{AtLeastAfter, AtLeastBefore, UntilAfter, Within};
    limits.iter().any(|l| match &l.kind {
        Within(d, _) | AtLeastBefore(d, _) | AtLeastAfter(d, _) | UntilAfter(d, _) => {
            d.any.iter().any(|d| d.unit == crate::time::Unit::Hours)
        }
        _ => false,
    })
}

/// The tier as the judge knows it: the two rooms share no types.
fn judge_tier(tier: Tier) -> judge::Tier {
    match tier {
        Tier::Must => judge::Tier::Must,
        Tier::Should => judge::Tier::Should,
    }
}

/// The first working Monday of the calendar's edition year, where stories begin if they can: the same day on every run.
fn first_day(asker: &Asker<'_>) -> Option<i32> {
    let calendar = asker.ground.calendar;
    let (from, to) = asker.starts;
    let wanted = calendar
        .edition()
        .and_then(|e| Day::from_ymd(e.ymd().0, 1, 1))
        .and_then(|day| calendar.index(day))
        .unwrap_or(from)
        .clamp(from, to);
    (wanted..=to).find(|at| {
        calendar
            .day(*at)
            .is_some_and(|d| d.weekday() == crate::time::Weekday::Monday && calendar.is_working(d))
    })
}
