//! Every file of the language that ships with the project reads without a complaint.

use std::path::{Path, PathBuf};

use duly::source::Sources;

/// Every `.duly` file below a folder of the project, in order of path.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut out = Vec::new();
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "duly") {
                out.push(path);
            }
        }
    }
    out.sort();
    out
}

#[test]
fn files_read_without_a_complaint() {
    for folder in ["stdlib", "policies", "examples"] {
        let files = files(folder);
        assert!(!files.is_empty(), "{folder}");
        for path in files {
            let mut sources = Sources::new();
            let file = sources.add(path.display().to_string(), std::fs::read_to_string(&path).unwrap());
            let parsed = duly::syntax::parse(&sources, file);
            let complaints: Vec<String> = parsed
                .diagnostics
                .iter()
                .map(|d| {
                    let at = d.labels.first().map(|l| sources.position(l.span.file, l.span.start));
                    format!("{at:?} {} {}", d.code.id, d.headline)
                })
                .collect();
            assert!(complaints.is_empty(), "{}:\n{}", path.display(), complaints.join("\n"));
        }
    }
}
