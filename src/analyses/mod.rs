//! The questions that `check` asks, one file each, all thin clients of `solve`. In: a protocol and today's date. Out: a
//! [`Report`]: findings in the order in which they matter, what was proved, and within what bounds. No analysis knows the
//! shipped protocols.

mod case;
mod clashes;
mod describe;
mod finding;
mod gaps;
mod gates;
mod sources;
mod states;

use crate::calendar::{Calendar, CalendarError};
use crate::diagnostics::Diagnostic;
use crate::judge;
use crate::model::Protocol;
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
    let clashes = clashes::search(&mut asker);
    let mut findings = clashes::findings(&mut asker, &clashes);
    findings.extend(gates::findings(&mut asker));
    findings.extend(gaps::findings(&asker));
    findings.extend(sources::findings(protocol, today));
    Ok(Report { findings: finding::arrange(protocol, findings), unproven: clashes.unfinished, ..Report::default() })
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
        calendar.day(*at).is_some_and(|d| d.weekday() == crate::time::Weekday::Monday && calendar.is_working(d))
    })
}
