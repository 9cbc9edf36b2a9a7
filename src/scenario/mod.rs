//! Scenarios asked. In: a protocol and its scenarios. Out: a [`Run`]: for each expectation whether it holds, with what was
//! expected and what came out as dated lines, and what no scenario reaches. How things stand is the judge's to say, on which
//! days they can still be done the schedule's; what each word means: `docs/decisions/0013-scenarios.md`. Must not: read files
//! or a clock, lay anything out, or decide anything that judge or schedule decide.

mod acts;
mod days;
mod names;
mod reach;
mod standing;

pub use reach::Unreached;

use crate::calendar::{Calendar, CalendarError};
use crate::diagnostics::{Diagnostic, code};
use crate::judge::judge;
use crate::model::{Expectation, Expected, History, Occurrence, Protocol, Scenario, Verdict, VerdictKind, words};
use crate::schedule::{Schedule, schedule};
use crate::source::Span;
use crate::time::Day;

/// What came of all scenarios of a protocol.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Each scenario, in order.
    pub told: Vec<Told>,
    /// Scenarios that cannot have happened: nothing was asked of them.
    pub diagnostics: Vec<Diagnostic>,
    /// What none of them reaches.
    pub unreached: Unreached,
}

/// What came of one scenario.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Its head line.
    pub span: Span,
    /// Each expectation, in order.
    pub checks: Vec<Check>,
}

/// Whether an expectation holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// It does.
    Holds,
    /// It turns on something that the case does not give, or that was not worked out.
    Undecided,
    /// It does not.
    Fails,
}

/// What came of one expectation. The lines of what was expected and what came out are empty where it holds.
#[derive(Debug, Clone)]
pub struct Check {
    /// The line.
    pub span: Span,
    /// Whether it holds.
    pub answer: Answer,
    /// What had happened.
    pub so_far: Vec<Line>,
    /// What was expected.
    pub expected: Vec<Line>,
    /// What came out.
    pub got: Vec<Line>,
    /// What the day that is asked about rests on though the case does not give it, as `name` and value: `urgent` is `no`.
    pub assumed: Vec<String>,
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The day, if it has one.
    pub day: Option<Day>,
    /// A clause without a full stop, lower case.
    pub text: String,
}

impl Line {
    fn on(day: Day, text: impl Into<String>) -> Line {
        Line {
            day: Some(day),
            text: text.into(),
        }
    }

    fn never(text: impl Into<String>) -> Line {
        Line {
            day: None,
            text: text.into(),
        }
    }
}

/// What an expectation comes to, before the case is told around it.
struct Came {
    answer: Answer,
    expected: Vec<Line>,
    got: Vec<Line>,
}

impl Came {
    fn out(holds: bool, expected: Line, got: Vec<Line>) -> Came {
        let answer = if holds { Answer::Holds } else { Answer::Fails };
        Came {
            answer,
            expected: vec![expected],
            got,
        }
    }

    fn undecided(expected: Line, got: Vec<Line>) -> Came {
        Came {
            answer: Answer::Undecided,
            expected: vec![expected],
            got,
        }
    }
}

/// Asks every scenario.
///
/// # Errors
/// The calendar of the protocol cannot be made into an axis of days.
pub fn run(protocol: &Protocol, scenarios: &[Scenario]) -> Result<Run, CalendarError> {
    let calendar = Calendar::build(&protocol.calendar)?;
    let mut reached = reach::Reached::of(protocol);
    let mut run = Run::default();
    for scenario in scenarios {
        if let Some(wrong) = impossible(protocol, &calendar, scenario) {
            run.diagnostics.push(wrong);
            continue;
        }
        reached.add(&calendar, scenario);
        let mut asked = Asked {
            protocol,
            calendar: &calendar,
            worked_out: Vec::new(),
        };
        let checks = scenario.expectations.iter().map(|e| asked.check(scenario, e));
        let checks = checks.collect::<Result<_, _>>()?;
        run.told.push(Told {
            name: scenario.name.clone(),
            label: scenario.label.clone(),
            span: scenario.span,
            checks,
        });
    }
    run.unreached = reached.rest();
    Ok(run)
}

/// A complaint about a case that cannot have happened as it is told.
fn impossible(protocol: &Protocol, calendar: &Calendar, scenario: &Scenario) -> Option<Diagnostic> {
    let last = scenario.expectations.last()?;
    let whole = History {
        occurrences: scenario.occurrences.clone(),
        until: scenario
            .occurrences
            .last()
            .map(|o| o.day.max(last.day))
            .or(Some(last.day)),
        ..scenario.up_to(last)
    };
    let fault = judge(protocol, calendar, &whole).faults.into_iter().next()?;
    let headline = format!("scenario `{}` cannot have happened: {fault}", scenario.name);
    let d = Diagnostic::at(code::IMPOSSIBLE_CASE, scenario.span, headline).here("in this case");
    Some(match fault.ends_with("which is not given") {
        true => d.help("write its value on a `given` line"),
        false => d.help("check the days and their order, and leave out what follows by itself"),
    })
}

/// One scenario at work.
struct Asked<'p> {
    protocol: &'p Protocol,
    calendar: &'p Calendar,
    /// Schedules by the place in the case for which they were worked out.
    worked_out: Vec<((usize, Day), Schedule)>,
}

impl Asked<'_> {
    fn check(&mut self, scenario: &Scenario, expectation: &Expectation) -> Result<Check, CalendarError> {
        let history = scenario.up_to(expectation);
        let day = expectation.day;
        let mut assumed = Vec::new();
        let came = match &expectation.what {
            Expected::Stands(norm, standing) => self.stands(&history, day, *norm, *standing),
            Expected::DueBy(norm, by) => self.due_by(&history, *norm, *by),
            Expected::Says { subject, modal, act } => self.says(&history, day, subject, *modal, act),
            Expected::Timed {
                what,
                which,
                bound,
                day: wanted,
            } => {
                let schedule = self.schedule(expectation, &history)?;
                let duties = days::asking(self.protocol, &history, &schedule, (*what, *which));
                assumed = days::assumed(&schedule, &duties);
                days::timed(self.protocol, &history, &schedule, (*what, *which), *bound, *wanted)
            }
            Expected::Clash(a, b) => {
                let schedule = self.schedule(expectation, &history)?;
                days::clash(self.protocol, &schedule, day, Some((*a, *b)))
            }
            Expected::NoClash => {
                let schedule = self.schedule(expectation, &history)?;
                days::clash(self.protocol, &schedule, day, None)
            }
        };
        let told = came.answer != Answer::Holds;
        Ok(Check {
            span: expectation.span,
            answer: came.answer,
            so_far: if told { self.so_far(&history) } else { Vec::new() },
            expected: if told { came.expected } else { Vec::new() },
            got: if told { came.got } else { Vec::new() },
            assumed,
        })
    }

    /// The verdicts as they are known on the last day. What has no last day at all is missed, for the judge, on the day after a
    /// history ends; as long as the case may go on it is open.
    fn judged(&self, history: &History) -> Vec<Verdict> {
        let mut verdicts = judge(self.protocol, self.calendar, history).verdicts;
        for verdict in &mut verdicts {
            if let VerdictKind::Breached { when, .. } = verdict.kind
                && history.until.is_some_and(|until| when > until)
            {
                verdict.kind = VerdictKind::Open;
            }
        }
        verdicts
    }

    fn schedule(&mut self, expectation: &Expectation, history: &History) -> Result<Schedule, CalendarError> {
        let at = (expectation.after, expectation.day);
        if let Some((_, known)) = self.worked_out.iter().find(|(place, _)| *place == at) {
            return Ok(known.clone());
        }
        let schedule = schedule(self.protocol, history)?;
        self.worked_out.push((at, schedule.clone()));
        Ok(schedule)
    }

    /// What happened, line by line, and the day the case has come to if that is later.
    fn so_far(&self, history: &History) -> Vec<Line> {
        let told = |o: &Occurrence| {
            let mut text = words::happening(self.protocol, o.what);
            if let Some(due) = o.due {
                text = format!("{text} for {due}");
            }
            if let Some(chair) = o.chair {
                text = format!("{text}, chaired by {}", words::party(self.protocol, chair));
            }
            if let Some(by) = o.by {
                text = format!("{text}, by {}", words::party(self.protocol, by));
            }
            Line::on(o.day, text)
        };
        let mut lines: Vec<Line> = history.occurrences.iter().map(told).collect();
        let last = history.occurrences.last().map(|o| o.day);
        if let Some(until) = history.until.filter(|u| Some(*u) != last) {
            lines.push(Line::on(until, "nothing happens"));
        }
        lines
    }
}
