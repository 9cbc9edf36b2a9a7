//! One case, read. In: the text of case files (TOML, or CSV of dated events), the protocol they are a case of, and today.
//! Out: a [`History`] of what was understood, and a diagnostic for each line that was not. Names are looked up in the
//! model; nothing is judged or worked out here, and no file or clock is touched. What a case file may say:
//! `docs/decisions/0011-case-files.md`.

mod csv;
mod error;
mod given;
mod happenings;
mod order;
mod toml;

use crate::diagnostics::{Diagnostic, Severity};
use crate::model::{History, Occurrence, Protocol};
use crate::source::{FileId, Sources, Span};
use crate::time::Day;

/// Words of a case file and where they stand.
#[derive(Debug, Clone)]
struct Said {
    text: String,
    span: Span,
}

/// A name and the value given to it.
#[derive(Debug, Clone)]
struct Pair {
    name: Said,
    value: Said,
}

/// One dated event as written: one `[[event]]`, or one line of CSV.
#[derive(Debug, Clone)]
struct Line {
    span: Span,
    date: Option<Said>,
    what: Option<Said>,
    by: Option<Said>,
    chair: Option<Said>,
    booked_for: Option<Said>,
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
#[derive(Debug)]
struct Dated {
    occurrence: Occurrence,
    span: Span,
}

/// Reads the files of one case: one in TOML, one in CSV (its name ends in `.csv`), or both. The history ends on `today`,
/// inclusive: later limits are open. It holds what was understood, its occurrences ordered by day and, on one day, as
/// written; while a diagnostic is an error, it is not the whole case and nothing should be made of it.
/// Diagnostics are in order of place.
pub fn read(sources: &Sources, files: &[FileId], protocol: &Protocol, today: Day) -> (History, Vec<Diagnostic>) {
    let mut out = Vec::new();
    let mut names = happenings::Names::of(protocol);
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
