//! `duly fmt` from outside: what it writes, what it leaves, and the exit code.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const CROOKED: &str = "role   a\n many\n";
const STRAIGHT: &str = "role a\n  many\n";
const BROKEN: &str = "role   a\n menny\n";

/// Runs the command with something on standard input; exit code, output and complaints.
fn fmt(args: &[&str], input: &str) -> (i32, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_duly"))
        .arg("fmt")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever reads nothing from it may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let run = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

/// A folder of this test's own with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fmt-{name}"));
    let _ = fs::remove_dir_all(&folder);
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn names(folder: &PathBuf) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_folder_is_laid_out_and_what_cannot_be_read_stays() {
    let at = folder(
        "folder",
        &[
            ("a.duly", CROOKED),
            ("in/b.duly", CROOKED),
            ("c.duly", BROKEN),
            ("d.txt", CROOKED),
        ],
    );
    let (code, out, err) = fmt(&[at.to_str().unwrap()], "");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("c.duly") && err.contains("did you mean `many`"), "{err}");
    let text = |name: &str| fs::read_to_string(at.join(name)).unwrap();
    assert_eq!(text("a.duly"), STRAIGHT);
    assert_eq!(text("in/b.duly"), STRAIGHT);
    assert_eq!(text("c.duly"), BROKEN);
    assert_eq!(text("d.txt"), CROOKED);
    assert_eq!(
        names(&at),
        ["a.duly", "c.duly", "d.txt", "in"],
        "nothing is left beside them"
    );
}

#[test]
fn check_names_what_would_change_and_writes_nothing() {
    let at = folder("check", &[("a.duly", CROOKED), ("b.duly", STRAIGHT)]);
    let path = |name: &str| at.join(name).to_str().unwrap().to_owned();
    let (code, out, err) = fmt(&["--check", at.to_str().unwrap()], "");
    assert_eq!((code, out, err), (1, format!("{}\n", path("a.duly")), String::new()));
    assert_eq!(fs::read_to_string(path("a.duly")).unwrap(), CROOKED);
    assert_eq!(
        fmt(&["--check", &path("b.duly")], ""),
        (0, String::new(), String::new())
    );
}

#[test]
fn diff_shows_the_lines() {
    let at = folder("diff", &[("a.duly", CROOKED), ("b.duly", STRAIGHT)]);
    let (code, out, _) = fmt(&["--diff", at.to_str().unwrap()], "");
    assert_eq!(code, 1);
    assert!(out.contains("-role   a\n") && out.contains("+role a\n"), "{out}");
    assert!(!out.contains("b.duly"), "{out}");
    assert_eq!(fs::read_to_string(at.join("a.duly")).unwrap(), CROOKED);
}

#[test]
fn standard_input_goes_to_standard_output() {
    assert_eq!(fmt(&["-"], CROOKED), (0, STRAIGHT.to_owned(), String::new()));
    assert_eq!(fmt(&["-", "--check"], CROOKED), (1, "-\n".to_owned(), String::new()));
    let (code, out, err) = fmt(&["-"], BROKEN);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("menny"), "{err}");
}

#[test]
fn a_file_that_is_laid_out_is_not_written() {
    let at = folder("untouched", &[("a.duly", STRAIGHT)]);
    let path = at.join("a.duly");
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(fmt(&[path.to_str().unwrap()], "").0, 0);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
}

#[cfg(unix)]
#[test]
fn links_permissions_and_read_only_files() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let at = folder("unix", &[("a.duly", CROOKED), ("b.duly", CROOKED)]);
    let mode = |name: &str, mode| fs::set_permissions(at.join(name), fs::Permissions::from_mode(mode)).unwrap();
    mode("a.duly", 0o640);
    mode("b.duly", 0o440);
    symlink(at.join("a.duly"), at.join("link.duly")).unwrap();
    let (code, _, _) = fmt(&[at.join("link.duly").to_str().unwrap()], "");
    assert_eq!(code, 0);
    assert!(fs::symlink_metadata(at.join("link.duly")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(at.join("a.duly")).unwrap(), STRAIGHT);
    assert_eq!(
        fs::metadata(at.join("a.duly")).unwrap().permissions().mode() & 0o777,
        0o640
    );
    let (code, _, err) = fmt(&[at.join("b.duly").to_str().unwrap()], "");
    assert_eq!(code, 2);
    assert!(
        err.contains("could not be written") && err.contains("read-only"),
        "{err}"
    );
    assert_eq!(fs::read_to_string(at.join("b.duly")).unwrap(), CROOKED);
}

#[test]
fn paths_that_cannot_be_had() {
    let (code, out, err) = fmt(&["no/such.duly"], "");
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(err.contains("there is no file or folder `no/such.duly`"), "{err}");
    assert_eq!(fmt(&[], "").0, 2);
}
