//! The questions that `check` asks, one file each, all thin clients of `solve`. In: a protocol and today's date. Out: a
//! [`Report`]: findings in the order in which they matter, what was proved, and within what bounds. No analysis knows the
//! shipped protocols.

mod beyond;
pub mod case;
mod circles;
mod clashes;
mod control;
mod dates;
mod days_off;
pub mod describe;
mod finding;
mod gaps;
mod gates;
pub mod given;
mod green;
mod law;
mod letters;
mod readings;
pub mod refine;
mod sources;
mod states;
mod unasked;

use crate::calendar::{Calendar, CalendarError};
use crate::certify::proof::Listening;
use crate::diagnostics::{Diagnostic, LabelKind, Severity, Slack, Spare, code};
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
    /// How far each last day could be sooner, if that was asked.
    pub slack: Vec<Slack>,
    /// How many questions were not decided.
    pub unproven: usize,
}

/// How far a run is: told when each family of questions begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is asked now, in a few words.
    pub family: &'static str,
    /// Which family this is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// Families of questions that a run goes through; a test counts them.
const FAMILIES: usize = 10;

/// Steps of the solver if nobody says otherwise: about half a minute of work for clashes.
pub const STEPS: u64 = 200_000_000;

/// How many questions that were not decided are named; the rest is counted.
const OPEN_NAMED: usize = 3;

/// How much of it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Steps of the solver for clashes, in each calendar asked about; each other family of questions may take a quarter of that.
    pub steps: u64,
    /// In which calendars.
    pub calendars: Calendars,
    /// How far each last day could be sooner too.
    pub slack: bool,
}

impl Default for Extent {
    fn default() -> Extent {
        Extent {
            steps: STEPS,
            calendars: Calendars::default(),
            slack: false,
        }
    }
}

/// In which calendars it is asked whether there is a way on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calendars {
    /// Of which start dates.
    pub dates: Dates,
    /// Up to how many holidays may yet be announced, on whichever working days.
    pub further: usize,
}

impl Calendars {
    /// Others than the one listed, as it is.
    pub fn are_others(self) -> bool {
        self != Calendars::default()
    }
}

/// Of which start dates `check` asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dates {
    /// Those of the calendar.
    #[default]
    Listed,
    /// Those and, where the question is whether there is a way on, every year there can be.
    EveryYear,
}

/// Asks every question of a protocol, of the start dates listed and within [`STEPS`].
///
/// # Errors
/// The calendar of the protocol cannot be made into an axis of days.
pub fn check(protocol: &Protocol, today: Day) -> Result<Report, CalendarError> {
    check_within(protocol, today, Extent::default(), &mut |_| (), None)
}

/// The same with so many steps of the solver for clashes, and a quarter of that for each other family of questions. A family that is not through by then says so
/// and counts as not proven; of what it found, only what does not rest on having looked everywhere is told. `tell` hears which
/// family begins, and a listener, if there is one, the proof of every answer that something cannot be; nothing depends on either.
///
/// # Errors
/// The calendar of the protocol cannot be made into an axis of days.
pub fn check_within(
    protocol: &Protocol,
    today: Day,
    Extent {
        steps,
        calendars,
        slack,
    }: Extent,
    tell: &mut dyn FnMut(Progress),
    listening: Option<Listening<'_>>,
) -> Result<Report, CalendarError> {
    let calendar = Calendar::build(&protocol.calendar)?;
    let mut run = Run {
        asker: Asker::proving(Ground::new(protocol, &calendar), listening.map(|listener| listener())),
        steps,
        stopped: Vec::new(),
        begun: 0,
        families: FAMILIES + usize::from(calendars.are_others()) + usize::from(slack),
        tell,
    };
    let mut clashes = run.family("clashes", clashes::search).0;
    run.steps = steps / 4;
    let bench = clashes::Bench::new(protocol, &calendar, (clashes.cores.len(), run.asker.steps()));
    let mut findings = run
        .family("how clashes are shown", |asker| {
            clashes::findings(asker, &mut clashes, Some(bench))
        })
        .0;
    let (letters, undecided) = letters::findings(protocol, &calendar, &clashes, run.steps, listening);
    clashes.open.extend(undecided);
    findings.extend(letters);
    findings.extend(run.whole("what recurs", |asker| clashes::recurring::findings(asker, &clashes)));
    findings.extend(run.whole("the law", |asker| law::findings(asker, &clashes)));
    let mut gates = run.whole("gates", gates::findings);
    gates.retain(|g| !clashes.says_already(g));
    findings.retain(|f| !gates.iter().any(|g| clashes.better_said(f, g)));
    for gate in gates.iter_mut().filter(|g| g.code == code::MISSING_BRANCH) {
        // Whoever must decide and cannot is as badly off as in any other clash.
        if gate.core.iter().any(|n| clashes.closed.contains(n)) {
            gate.severity = Severity::Error;
        }
    }
    findings.extend(gates);
    let before = findings.clone();
    findings.extend(run.whole("states", |asker| states::findings(asker, &before)));
    let before = findings.clone();
    findings.extend(run.whole("circles", |asker| circles::findings(asker, &before)));
    findings.extend(run.whole("control", |asker| control::findings(asker, &clashes)));
    findings.extend(run.whole("readings", |asker| readings::findings(asker, &clashes)));
    let beyond = calendars
        .are_others()
        .then(|| run.beyond((protocol, today), calendars, &clashes, listening));
    let mut beyond = beyond.unwrap_or_default();
    findings.append(&mut beyond.findings);
    findings.extend(gaps::findings(&run.asker));
    findings.extend(days_off::findings(&run.asker));
    findings.extend(sources::findings(protocol, today));
    let ((mut proved, unreached), finished) = run.family("what keeps and what breaks each rule", |asker| {
        green::green(asker, &clashes, &findings)
    });
    match finished {
        true => findings.extend(unreached),
        false => proved.clear(),
    }
    let slack = match slack {
        // It is the question of clashes, and may take as much.
        true => {
            let ask = |_: &mut Asker<'_>| clashes::slack::ask(protocol, &calendar, &clashes, steps, listening);
            run.family("slack", ask).0
        }
        false => Vec::new(),
    };
    proved.extend(beyond.proved);
    clashes.open.append(&mut beyond.open);
    let mut bounds = bounds(&run.asker, &clashes);
    bounds.extend(beyond.bounds);
    for open in clashes.open.iter().take(OPEN_NAMED) {
        bounds.push(format!("not decided: {open}"));
    }
    if let Some(more) = clashes.open.len().checked_sub(OPEN_NAMED).filter(|n| *n > 0) {
        bounds.push(format!("not decided: {more} more like these"));
    }
    let (left_out, sentences) = unasked::unasked(protocol);
    bounds.extend(sentences);
    if !run.stopped.is_empty() {
        bounds.push(format!(
            "stopped with questions left after {steps} steps for clashes, a quarter of that for others: {}; `--steps` allows more",
            run.stopped.join(", ")
        ));
    }
    Ok(Report {
        findings: finding::arrange(protocol, findings),
        proved,
        bounds,
        unproven: clashes.open.len()
            + clashes.unshown.len()
            + beyond.unshown
            + left_out.len()
            + run.stopped.len()
            + slack.iter().filter(|s| s.spare == Spare::Unknown).count(),
        slack,
    })
}

/// A run through the families of questions.
struct Run<'p, 't> {
    asker: Asker<'p>,
    /// For the next family.
    steps: u64,
    /// Families that were not finished.
    stopped: Vec<&'static str>,
    /// How many families have begun.
    begun: usize,
    /// How many there will be.
    families: usize,
    tell: &'t mut dyn FnMut(Progress),
}

impl<'p> Run<'p, '_> {
    /// What a family of questions finds, and whether it finished.
    fn family<T>(&mut self, name: &'static str, ask: impl FnOnce(&mut Asker<'p>) -> T) -> (T, bool) {
        self.begun += 1;
        (self.tell)(Progress {
            family: name,
            number: self.begun,
            of: self.families,
        });
        self.asker.allow(self.steps);
        let found = ask(&mut self.asker);
        let finished = !self.asker.is_spent();
        if !finished {
            self.stopped.push(name);
        }
        (found, finished)
    }

    /// Whether there is a way on in other calendars, each asked on an axis of its own; where that cannot be asked, it counts as not proven.
    fn beyond(
        &mut self,
        (protocol, today): (&Protocol, Day),
        calendars: Calendars,
        clashes: &clashes::Clashes,
        listening: Option<Listening<'_>>,
    ) -> beyond::Beyond {
        let name = match calendars.dates {
            Dates::Listed => "holidays not yet announced",
            Dates::EveryYear => "every year",
        };
        // The question is that of clashes, and may take as much.
        let steps = self.steps * 4;
        let asked = self
            .family(name, |_| {
                beyond::ask((protocol, today), calendars, clashes, steps, listening)
            })
            .0;
        let asked = asked.unwrap_or_else(|why| beyond::Beyond {
            open: vec![format!("whether there is a way on in every year: {why}")],
            ..beyond::Beyond::default()
        });
        if asked.is_spent {
            self.stopped.push(name);
        }
        asked
    }

    /// The findings of a family, none unless it finished: they rest on there being no other history.
    fn whole(
        &mut self,
        name: &'static str,
        ask: impl FnOnce(&mut Asker<'p>) -> Vec<finding::Finding>,
    ) -> Vec<finding::Finding> {
        match self.family(name, ask) {
            (found, true) => found,
            (_, false) => Vec::new(),
        }
    }
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
        let edition = calendar.edition().map(|day| format!("; calendar edition {day}"));
        let edition = edition.unwrap_or_default();
        out.push(format!("bank holidays after {until} are extrapolated by rule{edition}"));
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
pub fn judge_tier(tier: Tier) -> judge::Tier {
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
