//! The JSON document. Its fields are documented in `docs/json.md`; a change that could break a reader raises
//! [`SCHEMA_VERSION`].

use super::slack::{self, SlackOut};
use super::{Checked, Counts, Failure, Report};
use crate::diagnostics::{Change, Diagnostic, Evidence, Fix, Involved, Label, LabelKind, Repair, Step};
use crate::source::{Sources, Span};
use serde::Serialize;

/// The version of the document's schema.
pub const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    summary: Summary,
    checked: Vec<CheckedOut<'a>>,
    findings: Vec<Finding<'a>>,
    failures: Vec<FailureOut<'a>>,
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

/// What wrote the document.
pub(super) const TOOL: Tool = Tool {
    name: "duly",
    version: env!("CARGO_PKG_VERSION"),
};

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    unproven: usize,
}

#[derive(Serialize)]
struct CheckedOut<'a> {
    path: &'a str,
    calendar: Option<Calendar<'a>>,
    asked: Option<AskedOut>,
    proved: &'a [String],
    bounds: &'a [String],
    slack: Option<Vec<SlackOut<'a>>>,
    unproven: usize,
    certified: Option<Certified>,
}

#[derive(Serialize)]
struct AskedOut {
    dates: &'static str,
    further_holidays: u8,
    steps: u64,
}

#[derive(Serialize)]
struct Certified {
    answers: usize,
    learned: usize,
    lemmas: usize,
}

#[derive(Serialize)]
struct Calendar<'a> {
    name: &'a str,
    edition: Option<String>,
    published_until: Option<String>,
    known_until: Option<String>,
}

#[derive(Serialize)]
pub(super) struct FailureOut<'a> {
    headline: &'a str,
    causes: &'a [String],
    help: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    headline: &'a str,
    rules: Vec<Rule<'a>>,
    labels: Vec<LabelOut<'a>>,
    story: Vec<StepOut<'a>>,
    notes: &'a [String],
    repairs: Vec<RepairOut<'a>>,
    help: &'a [String],
    fix: Option<FixOut<'a>>,
    evidence: &'static str,
    confirmed: bool,
    beneath: Vec<Finding<'a>>,
}

/// Lines and columns count from 1, columns in characters; bytes count from 0; the end is exclusive.
#[derive(Serialize)]
pub(super) struct Place<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    start_byte: u32,
    end_byte: u32,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    citations: &'a [String],
    statements: &'a [String],
    role: &'static str,
}

#[derive(Serialize)]
struct LabelOut<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    kind: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct StepOut<'a> {
    date: Option<String>,
    weekday: Option<&'static str>,
    text: &'a str,
    rule: Option<&'a str>,
}

#[derive(Serialize)]
struct FixOut<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
    safe: bool,
}

#[derive(Serialize)]
struct RepairOut<'a> {
    changes: Vec<ChangeOut<'a>>,
    then: &'static str,
}

#[derive(Serialize)]
struct ChangeOut<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    kind: &'static str,
    rule: &'a str,
    write: &'a str,
    text: &'a str,
}

/// The document, with every finding, indented, ending with a newline.
pub fn report(report: &Report<'_>) -> String {
    let counts = Counts::of(report.findings);
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        summary: Summary {
            errors: counts.errors,
            warnings: counts.warnings,
            notes: counts.notes,
            unproven: report.checked.iter().map(|c| c.unproven).sum(),
        },
        checked: report.checked.iter().map(|c| checked(report.sources, c)).collect(),
        findings: report.findings.iter().map(|f| finding(report.sources, f)).collect(),
        failures: report.failures.iter().map(failure).collect(),
    };
    // Every key is a string and no value is a map, so serialising cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn checked<'a>(sources: &'a Sources, c: &'a Checked) -> CheckedOut<'a> {
    CheckedOut {
        path: &c.path,
        calendar: c.calendar.as_ref().map(|c| Calendar {
            name: &c.name,
            edition: c.edition.map(|d| d.to_string()),
            published_until: c.published_until.map(|d| d.to_string()),
            known_until: c.known_until.map(|d| d.to_string()),
        }),
        asked: c.asked.map(|asked| AskedOut {
            dates: asked.dates,
            further_holidays: asked.further_holidays,
            steps: asked.steps,
        }),
        proved: &c.proved,
        bounds: &c.bounds,
        slack: c
            .slack
            .as_ref()
            .map(|all| all.iter().map(|s| slack::out(sources, s)).collect()),
        unproven: c.unproven,
        certified: c.certified.map(|tally| Certified {
            answers: tally.answers,
            learned: tally.learned,
            lemmas: tally.lemmas,
        }),
    }
}

pub(super) fn failure(f: &Failure) -> FailureOut<'_> {
    FailureOut {
        headline: &f.headline,
        causes: &f.causes,
        help: f.help.as_deref(),
    }
}

pub(super) fn finding<'a>(sources: &'a Sources, f: &'a Diagnostic) -> Finding<'a> {
    let (evidence, confirmed) = match f.evidence {
        Evidence::Structural => ("structural", false),
        Evidence::JudgeConfirmed => ("judge-confirmed", true),
    };
    Finding {
        code: f.code.id,
        name: f.code.name,
        severity: f.severity.name(),
        headline: &f.headline,
        rules: f.rules.iter().map(|r| rule(sources, r)).collect(),
        labels: f.labels.iter().map(|l| label(sources, l)).collect(),
        story: f.story.iter().map(step).collect(),
        notes: &f.notes,
        repairs: f.repairs.iter().map(|r| repair(sources, r)).collect(),
        help: &f.help,
        fix: f.fix.as_ref().map(|fix| mend(sources, fix)),
        evidence,
        confirmed,
        beneath: f.beneath.iter().map(|b| finding(sources, b)).collect(),
    }
}

pub(super) fn place(sources: &Sources, span: Span) -> Place<'_> {
    let (start, end) = (
        sources.position(span.file, span.start),
        sources.position(span.file, span.end),
    );
    Place {
        file: sources.name(span.file),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        start_byte: span.start,
        end_byte: span.end,
    }
}

fn rule<'a>(sources: &'a Sources, r: &'a Involved) -> Rule<'a> {
    let at = sources.position(r.span.file, r.span.start);
    Rule {
        name: &r.name,
        file: sources.name(r.span.file),
        line: at.line,
        column: at.column,
        citations: &r.citations,
        statements: &r.statements,
        role: match r.kind {
            LabelKind::Primary | LabelKind::Secondary => "core",
            LabelKind::Related => "related",
        },
    }
}

fn label<'a>(sources: &'a Sources, l: &'a Label) -> LabelOut<'a> {
    let kind = match l.kind {
        LabelKind::Primary => "primary",
        LabelKind::Secondary => "secondary",
        LabelKind::Related => "related",
    };
    LabelOut {
        place: place(sources, l.span),
        kind,
        text: &l.text,
    }
}

fn step(s: &Step) -> StepOut<'_> {
    StepOut {
        date: s.day.map(|d| d.to_string()),
        weekday: s.day.map(|d| d.weekday().name()),
        text: &s.text,
        rule: s.rule.as_deref(),
    }
}

fn repair<'a>(sources: &'a Sources, r: &'a Repair) -> RepairOut<'a> {
    RepairOut {
        changes: r.changes.iter().map(|c| change(sources, c)).collect(),
        then: match r.is_whole {
            true => "all-can-be-kept",
            false => "clash-no-more",
        },
    }
}

fn change<'a>(sources: &'a Sources, c: &'a Change) -> ChangeOut<'a> {
    ChangeOut {
        place: place(sources, c.span),
        kind: c.kind.name(),
        rule: &c.rule,
        write: &c.write,
        text: &c.text,
    }
}

fn mend<'a>(sources: &'a Sources, fix: &'a Fix) -> FixOut<'a> {
    FixOut {
        place: place(sources, fix.span),
        replacement: &fix.replacement,
        safe: fix.safe,
    }
}
