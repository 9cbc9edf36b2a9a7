//! Every registered code has a page, and every page a registered code; `duly explain` prints each.

use duly::diagnostics::{CODES, lookup};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

fn page(id: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/codes/{id}.md"));
    fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn ids_and_names_are_unique_and_in_order() {
    let ids: Vec<_> = CODES.iter().map(|c| c.id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    let names: BTreeSet<_> = CODES.iter().map(|c| c.name).collect();
    assert_eq!(names.len(), CODES.len());
}

#[test]
fn every_page_belongs_to_a_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/codes");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let id = name.strip_suffix(".md").unwrap_or_else(|| panic!("{name} is no page"));
        assert!(lookup(id).is_some_and(|c| c.id == id), "{name} belongs to no code");
    }
}

#[test]
fn every_code_has_a_page_that_names_it_and_says_what_to_do() {
    for code in CODES {
        let text = page(code.id);
        assert_eq!(
            text.lines().next(),
            Some(format!("# {} {}", code.id, code.name).as_str())
        );
        assert!(text.lines().count() > 6, "the page of {} says nothing", code.id);
    }
}

#[test]
fn explain_prints_every_page() {
    for code in CODES {
        let run = Command::new(env!("CARGO_BIN_EXE_duly"))
            .args(["explain", code.id])
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", code.id);
        assert_eq!(String::from_utf8(run.stdout).unwrap(), page(code.id));
    }
}

/// The examples of a page, each with the line it starts on.
fn examples(page: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut inside = false;
    for (i, line) in page.lines().enumerate() {
        match line {
            "```duly" => {
                inside = true;
                found.push((i + 2, String::new()));
            }
            "```" => inside = false,
            _ if inside => found.last_mut().unwrap().1 += &format!("{line}\n"),
            _ => {}
        }
    }
    found
}

#[test]
fn examples_are_written_in_the_language() {
    // The pages of D01 show what is not.
    let mut faults = Vec::new();
    for code in CODES.iter().filter(|c| !c.id.starts_with("D01")) {
        for (line, text) in examples(&page(code.id)) {
            let mut sources = duly::source::Sources::new();
            let file = sources.add("example", text.as_str());
            let wrong: Vec<_> = duly::syntax::parse(&sources, file)
                .diagnostics
                .into_iter()
                .map(|d| (d.code.id, d.headline))
                .collect();
            faults.extend(wrong.into_iter().map(|w| format!("{} line {line}: {w:?}", code.id)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
