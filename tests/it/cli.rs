//! The command from outside: what it prints where, and the exit code.

use std::fs::{self, File};
use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn duly(args: &[&str]) -> Run {
    let run = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(args)
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run {
        code: run.status.code().expect("not killed by a signal"),
        out: text(run.stdout),
        err: text(run.stderr),
    }
}

/// An empty folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn file(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = folder(name).join("p.duly");
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

fn json(args: &[&str]) -> (i32, serde_json::Value) {
    let run = duly(args);
    (run.code, serde_json::from_str(&run.out).expect(&run.out))
}

#[test]
fn a_missing_file() {
    let run = duly(&["check", "no/such.duly"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("there is no file or folder `no/such.duly`"),
        "{}",
        run.err
    );
}

#[test]
fn a_missing_file_in_every_form() {
    let short = duly(&["check", "no/such.duly", "--output", "short"]);
    assert_eq!(short.err, "duly: there is no file or folder `no/such.duly`\n");
    let plain = duly(&["check", "no/such.duly", "--output=plain"]);
    assert!(
        plain.err.is_ascii() && plain.err.contains("no/such.duly"),
        "{}",
        plain.err
    );
    let (code, document) = json(&["check", "no/such.duly", "--output", "json"]);
    assert_eq!(code, 2);
    assert_eq!(
        document["failures"][0]["headline"],
        "there is no file or folder `no/such.duly`"
    );
}

#[test]
fn a_folder_without_protocols() {
    let folder = folder("nothing");
    fs::write(folder.join("notes.txt"), "protocol p").unwrap();
    let run = duly(&["check", folder.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("there is no `.duly` file in the folder"),
        "{}",
        run.err
    );
}

#[cfg(unix)]
#[test]
fn a_folder_linked_into_itself() {
    let folder = folder("loop");
    std::os::unix::fs::symlink(&folder, folder.join("again")).unwrap();
    let run = duly(&["check", folder.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no `.duly` file"), "{}", run.err);
}

#[test]
fn not_utf8() {
    let run = duly(&["check", &file("latin1", b"protocol p \"caf\xe9\"\n")]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("is not a text in UTF-8") && run.err.contains("byte 15"),
        "{}",
        run.err
    );
}

#[test]
fn a_hundred_megabytes() {
    let path = folder("large").join("p.duly");
    File::create(&path).unwrap().set_len(100 * 1024 * 1024).unwrap();
    let start = Instant::now();
    let run = duly(&["check", path.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("too large") && run.err.contains("104857600"),
        "{}",
        run.err
    );
    assert!(start.elapsed() < Duration::from_secs(2), "refused before it is read");
}

#[test]
fn a_file_without_an_end() {
    if fs::metadata("/dev/zero").is_ok() {
        let run = duly(&["check", "/dev/zero"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains("too large"), "{}", run.err);
    }
}

#[test]
fn one_bad_path_does_not_hide_another() {
    let run = duly(&["check", "no/one.duly", "no/two.duly"]);
    assert!(
        run.err.contains("no/one.duly") && run.err.contains("no/two.duly"),
        "{}",
        run.err
    );
}

#[test]
fn an_unknown_verb() {
    let run = duly(&["chekc"]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("there is no verb `chekc`") && run.err.contains("duly check"),
        "{}",
        run.err
    );
}

#[test]
fn slips_on_the_command_line() {
    for (args, said) in [
        (vec!["check"], "`PATH` is missing"),
        (
            vec!["check", "p", "--outptu", "json"],
            "`--outptu` is not expected here",
        ),
        (
            vec!["check", "p", "--output", "jason"],
            "`jason` is not a value of `--output`",
        ),
        (vec!["check", "p", "--deny"], "`--deny` needs a value"),
        (
            vec!["check", "p", "--today", "2026-02-30"],
            "`2026-02-30` is not a value of `--today`",
        ),
        (vec!["check", "p", "--all", "--all"], "--all"),
        (vec!["flow", "a", "b"], "`b` is not expected here"),
    ] {
        let run = duly(&args);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{args:?}");
        assert!(run.err.contains(said), "{args:?}: {}", run.err);
    }
}

#[test]
fn help_and_version_are_no_failure() {
    for args in [
        vec!["--help"],
        vec!["check", "--help"],
        vec!["flow", "-h"],
        vec!["--version"],
    ] {
        let run = duly(&args);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{args:?}");
        assert!(!run.out.is_empty());
    }
    let alone = duly(&[]);
    assert_eq!(alone.code, 2);
    assert!(
        alone.out.contains("check") && alone.out.contains("explain"),
        "{}",
        alone.out
    );
}

#[test]
fn explain() {
    let page = duly(&["explain", "timing-clash"]);
    assert_eq!((page.code, page.out), (0, duly(&["explain", "d0301"]).out));
    let all = duly(&["explain"]);
    assert_eq!(all.code, 0);
    assert!(
        duly::diagnostics::CODES
            .iter()
            .all(|c| all.out.contains(c.id) && all.out.contains(c.name))
    );
}

#[test]
fn explain_of_an_unknown_code() {
    let near = duly(&["explain", "timing-clsh"]);
    assert_eq!((near.code, near.out.as_str()), (2, ""));
    assert!(
        near.err.contains("there is no code `timing-clsh`") && near.err.contains("duly explain timing-clash"),
        "{}",
        near.err
    );
    let far = duly(&["explain", "nonsense-word"]);
    assert!(far.err.contains("list them all"), "{}", far.err);
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_duly"))
        .arg("explain")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one() {
    let full = File::options().write(true).open("/dev/full").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_duly"))
        .arg("explain")
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    assert!(
        String::from_utf8(run.stderr)
            .unwrap()
            .contains("the output could not be written")
    );
}
