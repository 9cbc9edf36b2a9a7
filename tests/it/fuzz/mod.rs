//! What must hold of any bytes: the bodies of the targets in `tests/fuzz`, run here on shipped files, so that they are compiled
//! with everything else and hold before a fuzzer starts from those files.

mod case;
mod format;
mod parse;
mod resolve;

use std::fs;
use std::path::Path;

/// Hands every file of a folder of the project to a check.
fn each(folder: &str, holds: fn(&[u8])) {
    let mut files = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            holds(&fs::read(path).unwrap());
            files += 1;
        }
    }
    assert!(files > 0, "{folder}");
}

#[test]
fn of_shipped_protocols() {
    for folder in ["examples", "policies/doncaster"] {
        each(folder, parse::holds);
        each(folder, resolve::holds);
        each(folder, format::holds);
    }
}

#[test]
fn of_shipped_cases() {
    each("examples/cases", case::holds);
}
