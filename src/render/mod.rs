//! Drawing: findings and failures in, text out. In: [`Diagnostic`]s with their [`Sources`], and [`Failure`]s, which have no
//! place in a source. Out: one string, the same bytes for the same input. Must not: print, look at the terminal, decide
//! whether colour is wanted, reorder findings or word them.
//!
//! codespan-reporting draws what has a place in a source (one report may lie in several files); miette draws what has
//! none. Neither is named outside this room.

mod compared;
mod compared_json;
mod diff;
mod diff_json;
mod failure;
mod json;
mod plain;
mod rich;
mod scenarios;
mod scenarios_json;
pub mod schedule;
mod short;
mod slack;
mod telling;
mod words;

pub use json::SCHEMA_VERSION;

use crate::certify::Tally;
use crate::compare::{Compared, Diff};
use crate::diagnostics::{Diagnostic, Severity, Slack};
use crate::scenario::Run;
use crate::source::Sources;
use crate::time::Day;

/// Columns of a line of prose where no terminal says otherwise.
pub const WIDTH: usize = 100;

/// How many headlines `rich` and `plain` print in full unless all are asked for.
const IN_FULL: usize = 5;

/// Forms of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Source excerpts, dated stories, notes and help.
    Rich,
    /// One line per finding.
    Short,
    /// Sentences for a screen reader: no box drawing, no colour.
    Plain,
    /// The documented JSON document, always with every finding.
    Json,
}

/// How to draw.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// The form.
    pub format: Format,
    /// Colour; only `rich` has any.
    pub colour: bool,
    /// Every headline in full rather than the first five, and the case of each finding beneath one.
    pub all: bool,
    /// Columns that a line of prose may take, in `rich`; [`WIDTH`] where no terminal says otherwise.
    pub width: usize,
}

/// What one run has to say about everything it was asked to look at.
#[derive(Debug)]
pub struct Report<'a> {
    /// Where the labels lie.
    pub sources: &'a Sources,
    /// Headlines in the order in which they matter.
    pub findings: &'a [Diagnostic],
    /// What was examined, one entry per path given.
    pub checked: &'a [Checked],
    /// What could not be examined at all. Only `json` shows it in the report; the other forms draw failures apart.
    pub failures: &'a [Failure],
}

/// One path that was examined, and how far the proof went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checked {
    /// As the user wrote it.
    pub path: String,
    /// The calendar in use; none where the protocol did not get far enough to have one.
    pub calendar: Option<CalendarEdition>,
    /// How much was asked; none where nothing was.
    pub asked: Option<Asked>,
    /// What was proved, one sentence each.
    pub proved: Vec<String>,
    /// Within what bounds, one sentence each.
    pub bounds: Vec<String>,
    /// How far each last day could be sooner, if that was asked.
    pub slack: Option<Vec<Slack>>,
    /// How many questions ended neither proved nor refuted.
    pub unproven: usize,
    /// How much of the solver's proofs was checked, if that was asked for.
    pub certified: Option<Tally>,
}

/// How much was asked of a protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Of which start dates: `listed` or `every-year`, as the option has it.
    pub dates: &'static str,
    /// With up to how many holidays that nobody has announced.
    pub further_holidays: u8,
    /// How many steps of the solver clashes may take; each other family of questions a quarter of that.
    pub steps: u64,
}

/// Which calendar a run counted with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CalendarEdition {
    /// Its name.
    pub name: String,
    /// The day this edition was made.
    pub edition: Option<Day>,
    /// Last day whose holidays are published, inclusive.
    pub published_until: Option<Day>,
    /// Last day of the axis, inclusive.
    pub known_until: Option<Day>,
}

/// Something that went wrong and has no place in a source: an argument, a file that cannot be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One line that stands alone: lower case, no full stop, user text in backticks.
    pub headline: String,
    /// Why, each the cause of the one before.
    pub causes: Vec<String>,
    /// What to do: imperative.
    pub help: Option<String>,
}

impl Failure {
    /// A failure with neither cause nor help.
    pub fn new(headline: impl Into<String>) -> Self {
        Failure {
            headline: headline.into(),
            causes: Vec::new(),
            help: None,
        }
    }

    /// Adds a cause of what was said last.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Sets what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }
}

/// Draws a report; the text ends with a newline.
pub fn report(report: &Report<'_>, style: Style) -> String {
    match style.format {
        Format::Rich => rich::report(report, style),
        Format::Short => short::report(report),
        Format::Plain => plain::report(report, style),
        Format::Json => json::report(report),
    }
}

/// What one run of scenarios has to say.
#[derive(Debug)]
pub struct Tested<'a> {
    /// Where the lines lie.
    pub sources: &'a Sources,
    /// What came of each protocol, with the path as given.
    pub runs: &'a [(String, Run)],
    /// Scenarios that are in none of these, since something is wrong with them.
    pub left_out: usize,
    /// What is wrong with scenarios. Only `json` shows it in the report; the other forms draw it apart.
    pub findings: &'a [Diagnostic],
    /// What could not be read at all; likewise.
    pub failures: &'a [Failure],
}

/// Draws what came of scenarios; the text ends with a newline.
pub fn tested(tested: &Tested<'_>, style: Style) -> String {
    match style.format {
        Format::Rich => scenarios::rich(tested, style),
        Format::Short => scenarios::short(tested),
        Format::Plain => scenarios::plain(tested, style),
        Format::Json => scenarios_json::report(tested),
    }
}

/// How two versions of a protocol differ.
#[derive(Debug)]
pub struct Differing<'a> {
    /// Where the rules lie.
    pub sources: &'a Sources,
    /// The old version, as the user wrote it.
    pub old: &'a str,
    /// The new version, as the user wrote it.
    pub new: &'a str,
    /// What differs; none where one of them could not be read.
    pub diff: Option<&'a Diff>,
    /// What `check` says of the new version and not of the old one.
    pub appeared: &'a [String],
    /// What `check` said of the old version and says no longer.
    pub gone: &'a [String],
    /// What is wrong with the texts. Only `json` shows it in the report; the other forms draw it apart.
    pub findings: &'a [Diagnostic],
    /// What could not be read at all; likewise.
    pub failures: &'a [Failure],
}

/// Draws how two versions differ; the text ends with a newline unless it is empty.
pub fn differing(differing: &Differing<'_>, style: Style) -> String {
    match style.format {
        Format::Rich => diff::rich(differing, style),
        Format::Short => diff::short(differing),
        Format::Plain => diff::plain(differing, style),
        Format::Json => diff_json::report(differing),
    }
}

/// How the protocols of several authorities differ.
#[derive(Debug)]
pub struct Comparing<'a> {
    /// Where the rules lie.
    pub sources: &'a Sources,
    /// What came of it; none where one of them could not be read.
    pub compared: Option<&'a Compared>,
    /// What is wrong with the texts. Only `json` shows it in the report; the other forms draw it apart.
    pub findings: &'a [Diagnostic],
    /// What could not be read at all; likewise.
    pub failures: &'a [Failure],
}

/// Draws how they differ; the text ends with a newline unless it is empty.
pub fn comparing(comparing: &Comparing<'_>, style: Style) -> String {
    match style.format {
        Format::Rich => compared::rich(comparing, style),
        Format::Short => compared::short(comparing),
        Format::Plain => compared::plain(comparing, style),
        Format::Json => compared_json::report(comparing),
    }
}

/// Draws one failure; the text ends with a newline. `json` failures belong to a [`Report`], so here they are drawn as
/// `short` draws them.
pub fn failure(failure: &Failure, style: Style) -> String {
    match style.format {
        Format::Rich => failure::graphical(failure, style.colour),
        Format::Plain => plain::failure(failure),
        Format::Short | Format::Json => failure::short(failure),
    }
}

/// Draws a page that is written in Markdown; only `plain` makes it another.
pub fn page(text: &str, style: Style) -> String {
    match style.format {
        Format::Plain => plain::page(text),
        Format::Rich | Format::Short | Format::Json => text.to_owned(),
    }
}

/// How many findings there are at each level, those beneath a headline included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Counts {
    /// Counts these findings and what is beneath them.
    pub fn of(findings: &[Diagnostic]) -> Counts {
        let mut counts = Counts::default();
        counts.add(findings);
        counts
    }

    fn add(&mut self, findings: &[Diagnostic]) {
        for finding in findings {
            match finding.severity {
                Severity::Error => self.errors += 1,
                Severity::Warning => self.warnings += 1,
                Severity::Note => self.notes += 1,
            }
            self.add(&finding.beneath);
        }
    }

    /// How many there are at this level or above.
    pub fn at_least(&self, level: Severity) -> usize {
        match level {
            Severity::Error => self.errors,
            Severity::Warning => self.errors + self.warnings,
            Severity::Note => self.errors + self.warnings + self.notes,
        }
    }
}

/// The headlines to print in full, and those left for `--all`.
fn split(findings: &[Diagnostic], style: Style) -> (&[Diagnostic], &[Diagnostic]) {
    findings.split_at(if style.all {
        findings.len()
    } else {
        findings.len().min(IN_FULL)
    })
}
