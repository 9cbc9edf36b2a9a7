//! What `duly check` says of every shipped protocol, held to what was reviewed: a change in a verdict is a change in a
//! snapshot, and so in a pull request. Accept with `INSTA_UPDATE=always`, after reading the difference.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Folders of `policies/` and files of `examples/`, as paths from the project's folder, sorted.
fn shipped() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["policies", "examples"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let (path, name) = {
                let e = entry.unwrap();
                (e.path(), e.file_name().into_string().unwrap())
            };
            // A folder of case files is no protocol.
            if path.is_dir() && !crate::files::duly_files(&path).is_empty() || name.ends_with(".duly") {
                found.push(format!("{folder}/{name}"));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn every_shipped_protocol_says_what_was_reviewed() {
    let shipped = shipped();
    assert!(shipped.len() > 2, "{shipped:?}");
    for path in shipped {
        let run = Command::new(env!("CARGO_BIN_EXE_duly"))
            .args(["check", &path, "--all", "--today", "2026-11-22"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert!(
            run.stderr.is_empty(),
            "{path}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
        let said = String::from_utf8(run.stdout).unwrap();
        let exit = run.status.code().unwrap();
        assert_ne!(exit, 2, "{path} is not a protocol:\n{said}");
        let name = path.trim_end_matches(".duly").replace('/', "__");
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "../reviewed" }, {
            insta::assert_snapshot!(name, format!("$ duly check {path} --all\n{said}\nexit code {exit}\n"));
        });
    }
}
