//! What an author sees: every file of `tests/ui/QUESTION/{good,bad}` with its output, source and report side by side in one
//! snapshot. A good file has no error; a bad one has at least one finding.

use crate::files::{duly_files, shown};
use duly::analyses;
use duly::diagnostics::{Diagnostic, Severity, code};
use duly::model::Protocol;
use duly::render::{Format, Report, Style, report};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;
use std::path::Path;

#[test]
fn types() {
    walk("types", |_| Vec::new());
}

#[test]
fn clashes() {
    walk("clashes", |p| asked(p, &["D03", "D0401", "D0403", "D0501"]));
}

#[test]
fn holidays() {
    let further = |p: &Protocol| {
        let calendars = analyses::Calendars {
            further: 2,
            ..analyses::Calendars::default()
        };
        let extent = analyses::Extent {
            calendars,
            ..analyses::Extent::default()
        };
        with_codes(
            analyses::check_within(p, today(), extent, &mut |_| (), None).unwrap(),
            &["D03"],
        )
    };
    walk("holidays", further);
}

#[test]
fn gates() {
    walk("gates", |p| asked(p, &["D04"]));
}

#[test]
fn states() {
    walk("states", |p| asked(p, &["D0502", "D0503", "D0504"]));
}

#[test]
fn readings() {
    walk("readings", |p| asked(p, &["D0406"]));
}

#[test]
fn control() {
    walk("control", |p| asked(p, &["D0505"]));
}

#[test]
fn law() {
    walk("law", |p| asked(p, &["D0601", "D0604"]));
}

#[test]
fn gaps() {
    walk("gaps", |p| {
        asked(p, &["D0603", "D0702", "D0703", "D0704", "D0705", "D0706", "D0707"])
    });
}

#[test]
fn sources() {
    walk("sources", |p| asked(p, &["D0701"]));
}

fn today() -> Day {
    Day::from_ymd(2026, 11, 22).unwrap()
}

/// What `check` says of a protocol in the year 2026, as far as it has one of these codes.
fn asked(protocol: &Protocol, codes: &[&str]) -> Vec<Diagnostic> {
    with_codes(analyses::check(protocol, today()).unwrap(), codes)
}

fn with_codes(report: analyses::Report, codes: &[&str]) -> Vec<Diagnostic> {
    let found = report.findings;
    // Of a group, each finding stands for itself here.
    let apart = found.into_iter().flat_map(|mut head| {
        let beneath = std::mem::take(&mut head.beneath);
        std::iter::once(head).chain(beneath)
    });
    apart
        .filter(|d| codes.iter().any(|c| d.code.id.starts_with(c)))
        .collect()
}

/// Every file of a question, with what `ask` adds to what is wrong with the text itself.
fn walk(question: &str, ask: impl Fn(&Protocol) -> Vec<Diagnostic>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(question);
    let files = duly_files(&folder);
    assert!(!files.is_empty());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = shown(&path);
        let mut sources = Sources::new();
        let loaded = from_text(&name, &text, &mut sources);
        let asked = if loaded.is_well_formed() {
            ask(&loaded.protocol)
        } else {
            Vec::new()
        };
        let good = path.parent().is_some_and(|p| p.ends_with("good"));
        if good {
            assert!(
                loaded.is_well_formed(),
                "{name} is to be good: {:#?}",
                loaded.diagnostics
            );
            assert!(asked.is_empty(), "{name} is to be good: {asked:#?}");
        } else {
            // A former word is a note, and all that is wrong with it.
            let finds = |d: &Diagnostic| d.severity > Severity::Note || d.code == code::FORMER_WORD;
            let wrong = loaded.diagnostics.iter().any(finds);
            assert!(wrong || !asked.is_empty(), "{name} is to be bad");
        }
        let findings: Vec<Diagnostic> = loaded.diagnostics.into_iter().chain(asked).collect();
        let drawn = report(
            &Report {
                sources: &sources,
                findings: &findings,
                checked: &[],
                failures: &[],
            },
            Style {
                format: Format::Rich,
                colour: false,
                all: true,
                width: duly::render::WIDTH,
            },
        );
        let stem = path.file_stem().unwrap().to_string_lossy().replace(['.', ' '], "-");
        insta::with_settings!({ snapshot_path => path.parent().unwrap(), prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(stem, format!("{text}\n=====\n{drawn}"));
        });
    }
}
