//! One case, read. In: the text of case files (TOML, or CSV of dated events), the protocol they are a case of, and today; or
//! the lines of a scenario, which tell a case in the same words ([`Reader`]). Out: a [`History`] of what was understood, and a
//! diagnostic for each line that was not. Names are looked up in the model; nothing is judged or worked out here, and no
//! file or clock is touched. What a case file may say: `docs/decisions/0011-case-files.md`.

mod csv;
mod error;
mod given;
mod happenings;
mod order;
mod toml;

use crate::diagnostics::{Diagnostic, Severity};
use crate::model::{FactorId, History, Occurrence, Protocol, StatusId, ValueId};
use crate::source::{FileId, Sources, Span};
use crate::time::Day;

/// Words of a case and where they stand.
#[derive(Debug, Clone)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Where.
    pub span: Span,
}

/// A name and the value given to it.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The name.
    pub name: Said,
    /// The value; `yes` and `no` for what is one of these.
    pub value: Said,
}

/// One dated event as written: one `[[event]]`, one line of CSV, or one `on` line of a scenario.
#[derive(Debug, Clone)]
pub struct Line {
    /// The whole.
    pub span: Span,
    /// The day, as `2026-04-20`.
    pub date: Option<Said>,
    /// What occurred, such as `in-care begins`.
    pub what: Option<Said>,
    /// Who did it.
    pub by: Option<Said>,
    /// Who chaired it.
    pub chair: Option<Said>,
    /// The day a meeting is booked for.
    pub booked_for: Option<Said>,
}

/// How a case is written, where that changes what there is to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A file of its own.
    File,
    /// A scenario of a protocol.
    Scenario,
}

/// What a file says, before any name is looked up.
#[derive(Debug, Default)]
struct Written {
    born: Option<Said>,
    given: Vec<Pair>,
    start: Vec<Pair>,
    lines: Vec<Line>,
}

/// An occurrence and where it is written.
#[derive(Debug, Clone)]
pub struct Dated {
    /// What occurred.
    pub occurrence: Occurrence,
    /// Its day, as written.
    pub span: Span,
}

/// Values of facts, judgements, readings and quoted words, in order of declaration.
pub type Factors = Vec<(FactorId, ValueId)>;
/// First values of statuses, in order of declaration.
pub type Starts = Vec<(StatusId, ValueId)>;

/// Reads what the scenarios of a protocol tell, line by line: with the names and the checks of case files.
pub struct Reader<'p>(happenings::Names<'p>);

impl<'p> Reader<'p> {
    /// For this protocol.
    pub fn new(protocol: &'p Protocol) -> Self {
        Reader(happenings::Names::of(protocol, Form::Scenario))
    }

    /// The occurrence that a line tells, or a complaint.
    pub fn occurrence(&mut self, line: &Line, out: &mut Vec<Diagnostic>) -> Option<Dated> {
        happenings::occurrence(&mut self.0, line, out)
    }

    /// What `given` lines give: values of factors and, where the protocol leaves it open, first values of statuses. A name
    /// without a value is true, and must be something that is true or not.
    pub fn given(&mut self, given: &[(Said, Option<Said>)], out: &mut Vec<Diagnostic>) -> (Factors, Starts) {
        let (mut fixed, mut starts) = (Vec::new(), Vec::new());
        for (name, value) in given {
            let values = self.0.values(&name.text);
            let value = match value {
                Some(value) => value.clone(),
                None if values.is_some_and(|v| !happenings::yes_no(v)) => {
                    out.push(error::no_value(&name.text, name.span));
                    continue;
                }
                None => Said {
                    text: "yes".to_owned(),
                    span: name.span,
                },
            };
            let name = name.clone();
            let into = if self.0.is_status(&name.text) {
                &mut starts
            } else {
                &mut fixed
            };
            into.push(Pair { name, value });
        }
        let factors = given::factors(&mut self.0, &fixed, out);
        (factors, given::starts(&mut self.0, &starts, out))
    }

    /// Holds the occurrences of one case, ended on `last`, against the calendar, and what comes once against being listed
    /// twice.
    pub fn check(&self, dated: &[Dated], last: Day, out: &mut Vec<Diagnostic>) {
        order::check_days(dated, None, self.0.protocol, last, None, out);
        order::check_repeats(dated, self.0.protocol, out);
    }

    /// Whether a day lies within the calendar, with a complaint if not.
    pub fn on_axis(&self, day: Day, span: Span, out: &mut Vec<Diagnostic>) -> bool {
        let wrong = order::off_axis(self.0.protocol, day, span, "working days cannot be counted here");
        let fine = wrong.is_none();
        out.extend(wrong);
        fine
    }
}

/// A day that stands after a later one.
pub fn out_of_order(at: (Span, Day), before: (Span, Day)) -> Diagnostic {
    error::out_of_order(at, before)
}

/// Reads the files of one case: one in TOML, one in CSV (its name ends in `.csv`), or both. The history ends on `today`,
/// inclusive: later limits are open. It holds what was understood, its occurrences ordered by day and, on one day, as
/// written; while a diagnostic is an error, it is not the whole case and nothing should be made of it.
/// Diagnostics are in order of place.
pub fn read(sources: &Sources, files: &[FileId], protocol: &Protocol, today: Day) -> (History, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut names = happenings::Names::of(protocol, Form::File);
    let (mut given, mut start, mut dated, mut born) = (Vec::new(), Vec::new(), Vec::new(), None);
    for &file in files {
        let is_csv = sources.name(file).to_ascii_lowercase().ends_with(".csv");
        let written = if is_csv {
            csv::read(sources, file, &mut out)
        } else {
            toml::read(sources, file, &mut out)
        };
        given.extend(written.given);
        start.extend(written.start);
        born = born.or(written.born);
        let lines = written.lines.iter();
        let understood: Vec<Dated> = lines
            .filter_map(|l| happenings::occurrence(&mut names, l, &mut out))
            .collect();
        order::check_file(&understood, &mut out);
        dated.extend(understood);
    }
    let born = born.and_then(|said| day(&said, &mut out).map(|day| (day, said.span)));
    let whole = files.first().map(|&file| Span::new(file, 0, 0));
    order::check_days(&dated, born, protocol, today, whole, &mut out);
    order::check_repeats(&dated, protocol, &mut out);
    // Stable, so that what was written in order on one day stays in order.
    dated.sort_by_key(|d| d.occurrence.day);
    let factors = given::factors(&mut names, &given, &mut out);
    let starts = given::starts(&mut names, &start, &mut out);
    // While something is refused, it may be what was to give the value.
    if let (Some(whole), true) = (whole, out.iter().all(|d| d.severity < Severity::Error)) {
        given::not_given(protocol, &factors, whole, &mut out);
    }
    let history = History {
        factors,
        starts,
        occurrences: dated.into_iter().map(|d| d.occurrence).collect(),
        until: Some(today),
    };
    out.sort_by_key(|d| (d.place(), d.code));
    (history, out)
}

/// The day that is written, or a complaint.
fn day(said: &Said, out: &mut Vec<Diagnostic>) -> Option<Day> {
    let day = Day::parse_iso(said.text.trim());
    if day.is_none() {
        out.push(error::no_day(said));
    }
    day
}
