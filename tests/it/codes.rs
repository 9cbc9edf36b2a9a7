//! Every code that names and kinds can give is triggered by some file of `tests/ui`; codes of the questions join with them.

use duly::diagnostics::CODES;
use std::path::Path;

/// Codes that no text file of a repository can trigger, and where they are triggered instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("D0103", "tests/it/cli.rs"),
    ("D0104", "tests/it/syntax.rs"),
    ("D0105", "tests/it/syntax.rs"),
];

fn snapshots(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&snapshots(&path));
        } else if path.extension().is_some_and(|e| e == "snap") {
            all.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    all
}

#[test]
fn every_code_of_text_and_names_is_triggered() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let all = snapshots(&root.join("tests/ui"));
    let missing: Vec<&str> = CODES
        .iter()
        .filter(|c| c.id.starts_with("D01") || c.id.starts_with("D02"))
        .map(|c| c.id)
        .filter(|id| !all.contains(&format!("[{id}]")) && ELSEWHERE.iter().all(|(e, _)| e != id))
        .collect();
    assert!(missing.is_empty(), "no file in tests/ui triggers {missing:?}");
}
