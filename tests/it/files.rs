//! Every file that comes with duly is well formed: the bases, the policies, the examples.

use duly::diagnostics::Severity;
use duly::render::{Format, Report, Style, report};
use duly::resolve::from_text;
use duly::source::Sources;
use std::path::{Path, PathBuf};

/// The `.duly` files under a folder, sorted, but for scenarios: those are read with the protocol beside them only.
pub fn duly_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(duly_files(&path));
        } else if path.extension().is_some_and(|e| e == "duly") && !path.ends_with("scenarios.duly") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The path from the crate's folder, with slashes.
pub fn shown(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/")
}

/// The fenced `duly` blocks of a page.
fn blocks(page: &str) -> Vec<String> {
    let parts = page.split("```duly\n").skip(1);
    parts
        .filter_map(|p| p.split_once("```").map(|(block, _)| block.to_owned()))
        .collect()
}

#[test]
fn whole_protocols_in_the_language_reference_are_well_formed() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md")).unwrap();
    let whole: Vec<String> = blocks(&page)
        .into_iter()
        .filter(|b| b.starts_with("protocol"))
        .collect();
    assert!(!whole.is_empty());
    for block in whole {
        let loaded = from_text("docs/language.md", &block, &mut Sources::new());
        assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    }
}

#[test]
fn every_file_that_comes_with_duly_is_well_formed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files: Vec<PathBuf> = ["stdlib/england", "policies", "examples"]
        .iter()
        .flat_map(|f| duly_files(&root.join(f)))
        .collect();
    assert!(files.len() >= 8, "only {} files found", files.len());
    let mut wrong = String::new();
    for path in files {
        let mut sources = Sources::new();
        let loaded = from_text(&shown(&path), &std::fs::read_to_string(&path).unwrap(), &mut sources);
        if loaded.diagnostics.iter().any(|d| d.severity == Severity::Error) {
            let found = Report {
                sources: &sources,
                findings: &loaded.diagnostics,
                checked: &[],
                failures: &[],
            };
            wrong.push_str(&report(
                &found,
                Style {
                    format: Format::Rich,
                    colour: false,
                    all: true,
                    width: duly::render::WIDTH,
                },
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
