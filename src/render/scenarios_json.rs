//! What came of scenarios, for machines. Its fields are documented in `docs/json.md`.

use super::json::{FailureOut, Finding, Place, SCHEMA_VERSION, TOOL, Tool, failure, finding, place};
use super::scenarios::{answer, line_of};
use super::{Tested, scenarios};
use crate::scenario::{Answer, Check, Line, Told, Unreached};
use crate::source::Sources;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    summary: Summary,
    tested: Vec<TestedOut<'a>>,
    findings: Vec<Finding<'a>>,
    failures: Vec<FailureOut<'a>>,
}

#[derive(Serialize)]
struct Summary {
    scenarios: usize,
    hold: usize,
    fail: usize,
    undecided: usize,
    left_out: usize,
}

#[derive(Serialize)]
struct TestedOut<'a> {
    path: &'a str,
    scenarios: Vec<ScenarioOut<'a>>,
    unreached: UnreachedOut<'a>,
}

#[derive(Serialize)]
struct ScenarioOut<'a> {
    name: &'a str,
    label: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    answer: &'static str,
    expectations: Vec<CheckOut<'a>>,
}

#[derive(Serialize)]
struct CheckOut<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: String,
    answer: &'static str,
    so_far: Vec<LineOut<'a>>,
    expected: Vec<LineOut<'a>>,
    got: Vec<LineOut<'a>>,
    assumed: &'a [String],
}

#[derive(Serialize)]
struct LineOut<'a> {
    date: Option<String>,
    text: &'a str,
}

#[derive(Serialize)]
struct UnreachedOut<'a> {
    rules: &'a [String],
    of_rules: usize,
    options: &'a [String],
    of_options: usize,
    branches: &'a [String],
    of_branches: usize,
}

/// The document, indented, ending with a newline.
pub fn report(tested: &Tested<'_>) -> String {
    let sources = tested.sources;
    let count = |wanted| {
        let told = tested.runs.iter().flat_map(|(_, run)| &run.told);
        told.filter(|t| worst(t) == wanted).count()
    };
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: TOOL,
        summary: Summary {
            scenarios: scenarios::left_out(tested) + tested.runs.iter().map(|(_, run)| run.told.len()).sum::<usize>(),
            hold: count(Answer::Holds),
            fail: count(Answer::Fails),
            undecided: count(Answer::Undecided),
            left_out: scenarios::left_out(tested),
        },
        tested: tested
            .runs
            .iter()
            .map(|(path, run)| TestedOut {
                path,
                scenarios: run.told.iter().map(|t| scenario(sources, t)).collect(),
                unreached: unreached(&run.unreached),
            })
            .collect(),
        findings: tested.findings.iter().map(|f| finding(sources, f)).collect(),
        failures: tested.failures.iter().map(failure).collect(),
    };
    // Every key is a string and no value is a map, so serialising cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn worst(told: &Told) -> Answer {
    told.checks.iter().map(|c| c.answer).max().unwrap_or(Answer::Holds)
}

fn scenario<'a>(sources: &'a Sources, told: &'a Told) -> ScenarioOut<'a> {
    ScenarioOut {
        name: &told.name,
        label: &told.label,
        place: place(sources, told.span),
        answer: scenarios::answer(worst(told)),
        expectations: told.checks.iter().map(|c| check(sources, c)).collect(),
    }
}

fn check<'a>(sources: &'a Sources, c: &'a Check) -> CheckOut<'a> {
    let lines = |lines: &'a [Line]| {
        lines
            .iter()
            .map(|l| LineOut {
                date: l.day.map(|d| d.to_string()),
                text: &l.text,
            })
            .collect()
    };
    CheckOut {
        place: place(sources, c.span),
        text: line_of(sources, c.span),
        answer: answer(c.answer),
        so_far: lines(&c.so_far),
        expected: lines(&c.expected),
        got: lines(&c.got),
        assumed: &c.assumed,
    }
}

fn unreached(u: &Unreached) -> UnreachedOut<'_> {
    UnreachedOut {
        rules: &u.rules,
        of_rules: u.of_rules,
        options: &u.options,
        of_options: u.of_options,
        branches: &u.branches,
        of_branches: u.of_branches,
    }
}
