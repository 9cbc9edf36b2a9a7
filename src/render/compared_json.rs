//! Authorities side by side, for machines. Its fields are documented in `docs/json.md`.

use super::Comparing;
use super::diff_json::{Case, EntryOut, case, entry};
use super::json::{FailureOut, Finding, SCHEMA_VERSION, TOOL, Tool, failure, finding};
use crate::compare::{Cell, Compared, Relation, Subject};
use crate::source::Sources;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    protocols: &'a [String],
    different: Option<bool>,
    unproven: usize,
    subjects: Vec<SubjectOut<'a>>,
    alone: &'a [Vec<String>],
    bounds: &'a [String],
    findings: Vec<Finding<'a>>,
    failures: Vec<FailureOut<'a>>,
}

#[derive(Serialize)]
struct SubjectOut<'a> {
    subject: &'a str,
    cells: Vec<Option<CellOut<'a>>>,
}

#[derive(Serialize)]
struct CellOut<'a> {
    relation: Option<&'static str>,
    rules: Vec<EntryOut<'a>>,
    says: &'a [String],
    looser: Option<Case<'a>>,
    tighter: Option<Case<'a>>,
    open: &'a [String],
}

/// The document, indented, ending with a newline.
pub fn report(comparing: &Comparing<'_>) -> String {
    let sources = comparing.sources;
    let none = Compared::default();
    let compared = comparing.compared.unwrap_or(&none);
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        protocols: &compared.names,
        different: comparing.compared.map(Compared::is_different),
        unproven: compared.unproven(),
        subjects: compared.subjects.iter().map(|s| subject(sources, s)).collect(),
        alone: &compared.alone,
        bounds: &compared.bounds,
        findings: comparing.findings.iter().map(|f| finding(sources, f)).collect(),
        failures: comparing.failures.iter().map(failure).collect(),
    };
    // Every key is a string and no value is a map, so serialising cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn subject<'a>(sources: &'a Sources, subject: &'a Subject) -> SubjectOut<'a> {
    SubjectOut {
        subject: &subject.said,
        cells: subject
            .cells
            .iter()
            .map(|c| c.as_ref().map(|c| cell(sources, c)))
            .collect(),
    }
}

fn cell<'a>(sources: &'a Sources, cell: &'a Cell) -> CellOut<'a> {
    CellOut {
        relation: cell.relation.map(Relation::name),
        rules: cell.rules.iter().map(|e| entry(sources, e)).collect(),
        says: &cell.says,
        looser: cell.looser.as_ref().map(case),
        tighter: cell.tighter.as_ref().map(case),
        open: &cell.open,
    }
}
