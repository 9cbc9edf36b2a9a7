//! The pages of `tests/spec`, reference and test at once: every block marked `duly good` is read without a complaint, every block
//! marked `duly bad CODE WORDS` gives that code alone, under those words. Examples leave out items that others declare; they are
//! completed as those of the pages of codes are.

use crate::pages::completed;
use duly::diagnostics::{Diagnostic, Severity};
use duly::resolve::from_text;
use duly::source::Sources;
use std::path::{Path, PathBuf};

/// A block of a page: what stands after `duly` on its first line, and the text.
fn blocks(page: &str) -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        if open && line == "```" {
            open = false;
        } else if open {
            let text = &mut out.last_mut().unwrap().1;
            text.push_str(line);
            text.push('\n');
        } else if let Some(info) = line.strip_prefix("```duly") {
            out.push((info.trim().to_owned(), String::new()));
            open = true;
        }
    }
    out
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    found.sort();
    found
}

/// What is wrong with a text, each with its code and the words it stands under.
fn wrong(text: &str) -> Vec<(String, String)> {
    let mut sources = Sources::new();
    let loaded = from_text("page.duly", text, &mut sources);
    let all = loaded.diagnostics.iter().chain(&loaded.scenarios.diagnostics);
    let wrong = all.filter(|d: &&Diagnostic| d.severity > Severity::Note);
    wrong
        .map(|d| {
            let words = d.place().map(|p| sources.slice(p)).unwrap_or_default();
            (
                d.code.id.to_owned(),
                words.lines().next().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

#[test]
fn every_block_is_as_good_or_bad_as_its_page_says() {
    let mut faults = Vec::new();
    let (mut good, mut bad) = (0, 0);
    for path in pages() {
        let page = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let (before_good, before_bad) = (good, bad);
        for (info, text) in blocks(&page) {
            let found = wrong(&completed(&text));
            let expected: Vec<(String, String)> = match info.split_once(' ') {
                None if info == "good" => {
                    good += 1;
                    Vec::new()
                }
                Some(("bad", rest)) => {
                    bad += 1;
                    let (code, words) = rest.split_once(' ').unwrap_or((rest, ""));
                    vec![(code.to_owned(), words.to_owned())]
                }
                _ => panic!("{name}: a block is `duly good` or `duly bad CODE WORDS`, not `{info}`"),
            };
            if found != expected {
                faults.push(format!("{name}: `{info}`: {found:?}\n{text}"));
            }
        }
        assert!(
            good > before_good && bad > before_bad,
            "{name} has a good block and a bad one"
        );
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_construct_has_its_page() {
    let pages = pages();
    let names: Vec<_> = pages.iter().map(|p| p.file_stem().unwrap().to_str().unwrap()).collect();
    for construct in
        "header source role fact judgement doubt period term status event meeting document decision sentences guards \
                      time scenario calendar citations"
            .split_whitespace()
    {
        assert!(names.contains(&construct), "{construct}");
    }
}
