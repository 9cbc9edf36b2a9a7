//! How two versions differ, for machines. Its fields are documented in `docs/json.md`.

use super::Differing;
use super::json::{FailureOut, Finding, Place, SCHEMA_VERSION, TOOL, Tool, failure, finding, place};
use crate::compare::{Diff, Entry, Row, Telling};
use crate::source::Sources;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    old: &'a str,
    new: &'a str,
    changed: Option<bool>,
    unproven: usize,
    rules: Vec<RowOut<'a>>,
    things: &'a [String],
    renamed: Vec<Renamed<'a>>,
    unchanged: usize,
    appeared: &'a [String],
    gone: &'a [String],
    bounds: &'a [String],
    findings: Vec<Finding<'a>>,
    failures: Vec<FailureOut<'a>>,
}

#[derive(Serialize)]
struct Renamed<'a> {
    old: &'a str,
    new: &'a str,
}

#[derive(Serialize)]
struct RowOut<'a> {
    relation: &'static str,
    said: &'a str,
    old: Option<EntryOut<'a>>,
    new: Option<EntryOut<'a>>,
    otherwise: &'a [String],
    looser: Option<Case<'a>>,
    tighter: Option<Case<'a>>,
    open: &'a [String],
}

#[derive(Serialize)]
pub(super) struct EntryOut<'a> {
    name: &'a str,
    sentence: &'a str,
    citations: &'a [String],
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
pub(super) struct Case<'a> {
    story: Vec<StepOut<'a>>,
    notes: &'a [String],
    late: Option<Late>,
}

#[derive(Serialize)]
struct StepOut<'a> {
    date: Option<String>,
    text: &'a str,
    rule: Option<&'a str>,
}

#[derive(Serialize)]
struct Late {
    days: Option<i32>,
    at_most: bool,
}

/// The document, indented, ending with a newline.
pub fn report(differing: &Differing<'_>) -> String {
    let sources = differing.sources;
    let none = Diff::default();
    let diff = differing.diff.unwrap_or(&none);
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        old: differing.old,
        new: differing.new,
        changed: differing.diff.map(Diff::is_changed),
        unproven: diff.unproven(),
        rules: diff.rows.iter().map(|r| row(sources, r)).collect(),
        things: &diff.things,
        renamed: diff.renamed.iter().map(|(old, new)| Renamed { old, new }).collect(),
        unchanged: diff.unchanged,
        appeared: differing.appeared,
        gone: differing.gone,
        bounds: &diff.bounds,
        findings: differing.findings.iter().map(|f| finding(sources, f)).collect(),
        failures: differing.failures.iter().map(failure).collect(),
    };
    // Every key is a string and no value is a map, so serialising cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn row<'a>(sources: &'a Sources, row: &'a Row) -> RowOut<'a> {
    RowOut {
        relation: row.relation.name(),
        said: &row.said,
        old: row.old.as_ref().map(|e| entry(sources, e)),
        new: row.new.as_ref().map(|e| entry(sources, e)),
        otherwise: &row.otherwise,
        looser: row.looser.as_ref().map(case),
        tighter: row.tighter.as_ref().map(case),
        open: &row.open,
    }
}

pub(super) fn entry<'a>(sources: &'a Sources, entry: &'a Entry) -> EntryOut<'a> {
    EntryOut {
        name: &entry.name,
        sentence: &entry.sentence,
        citations: &entry.cites,
        place: place(sources, entry.span),
    }
}

pub(super) fn case(telling: &Telling) -> Case<'_> {
    let step = |s: &'_ crate::diagnostics::Step| s.day.map(|d| d.to_string());
    Case {
        story: telling
            .story
            .iter()
            .map(|s| StepOut {
                date: step(s),
                text: &s.text,
                rule: s.rule.as_deref(),
            })
            .collect(),
        notes: &telling.notes,
        late: telling.late.map(|(days, at_most)| Late { days, at_most }),
    }
}
