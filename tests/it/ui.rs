//! What an author sees: every file of `tests/ui/QUESTION/{good,bad}` with its output, source and report side by side in one
//! snapshot. A good file has no error; a bad one has at least one finding.

use crate::files::{duly_files, shown};
use duly::diagnostics::Severity;
use duly::render::{Format, Report, Style, report};
use duly::resolve::from_text;
use duly::source::Sources;
use std::path::Path;

#[test]
fn types() {
    walk("types");
}

fn walk(question: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui").join(question);
    let files = duly_files(&folder);
    assert!(!files.is_empty());
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let name = shown(&path);
        let mut sources = Sources::new();
        let loaded = from_text(&name, &text, &mut sources);
        let findings = &loaded.diagnostics;
        let good = path.parent().is_some_and(|p| p.ends_with("good"));
        if good {
            assert!(findings.iter().all(|d| d.severity < Severity::Error), "{name} is to be good: {findings:#?}");
        } else {
            assert!(
                findings.iter().any(|d| d.severity > Severity::Note),
                "{name} is to be bad"
            );
        }
        let drawn = report(
            &Report {
                sources: &sources,
                findings,
                checked: &[],
                failures: &[],
            },
            Style {
                format: Format::Rich,
                colour: false,
                all: true,
            },
        );
        let stem = path.file_stem().unwrap().to_string_lossy().replace(['.', ' '], "-");
        insta::with_settings!({ snapshot_path => path.parent().unwrap(), prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(stem, format!("{text}\n=====\n{drawn}"));
        });
    }
}
