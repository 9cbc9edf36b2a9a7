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

#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_gone() {
    let folder = folder("dangling");
    fs::write(folder.join("p.duly"), protocol(FINE)).unwrap();
    std::os::unix::fs::symlink("gone.duly", folder.join("q.duly")).unwrap();
    let run = duly(&["check", folder.to_str().unwrap(), "--output", "short"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("q.duly"), "{}", run.err);
}

#[test]
fn a_folder_named_like_a_file() {
    let folder = folder("named").join("x.duly");
    fs::create_dir_all(folder.join("y.duly")).unwrap();
    let shown = folder.to_str().unwrap();
    let empty = duly(&["check", shown]);
    assert_eq!(empty.code, 2);
    assert!(
        empty.err.contains("there is no `.duly` file in the folder"),
        "{}",
        empty.err
    );
    fs::write(folder.join("p.duly"), protocol(FINE)).unwrap();
    assert_eq!(duly(&["check", shown]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let path = file("secret", protocol(FINE));
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything may read this too.
    if fs::read(&path).is_err() {
        let run = duly(&["check", &path]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains("could not be read"), "{}", run.err);
    }
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

#[test]
fn check_into_a_closed_pipe_keeps_its_exit_code() {
    let path = file("closed", protocol("rulle a\n"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(["check", &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(2), ""));
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

/// A protocol of one rule, with nothing to complain of but what is put in its place.
fn protocol(rule: &str) -> String {
    format!(
        "protocol example \"An example\"\n\nrole worker \"worker\"\n\nstatus in-care \"in care\"\n\nmeeting visit \"visit\"\n\n{rule}\n"
    )
}

const FINE: &str = "rule see-the-child\n  when in-care begins\n  the worker must hold visit\n  within 5 working days after in-care begins\n  cites example 1\n";

fn codes(document: &serde_json::Value) -> Vec<&str> {
    document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["code"].as_str().unwrap())
        .collect()
}

#[test]
fn a_byte_order_mark_and_crlf_change_nothing() {
    let plain = json(&["check", &file("lf", protocol(FINE)), "--output", "json"]);
    let windows = format!("\u{feff}{}", protocol(FINE).replace('\n', "\r\n"));
    let windows = json(&["check", &file("crlf", windows), "--output", "json"]);
    assert_eq!(plain.0, windows.0);
    assert_eq!(codes(&plain.1), codes(&windows.1));
    assert!(plain.1["summary"]["errors"] == 0, "{}", plain.1);
}

#[test]
fn texts_that_are_no_protocol() {
    for (name, text, code) in [
        ("empty", String::new(), "D0108"),
        ("comment", "-- nothing yet\n".to_owned(), "D0108"),
        (
            "brackets",
            protocol(&format!("rule a\n  if {}\n", "(".repeat(100_000))),
            "D01",
        ),
        ("one-line", "(".repeat(1_000_000), "D01"),
        ("keyword", protocol("rulle a\n  when in-care begins\n"), "D0101"),
        (
            "february",
            protocol(&FINE.replace("  cites", "  in force from 2026-02-30\n  cites")),
            "D0106",
        ),
        (
            "horizon",
            protocol(&FINE.replace("  cites", "  in force from 2999-01-01\n  cites")),
            "D0213",
        ),
        ("days", protocol(&FINE.replace("5 working days", "5 days")), "D0204"),
    ] {
        let start = Instant::now();
        let (exit, document) = json(&["check", &file(name, text), "--output", "json"]);
        assert!(
            codes(&document).iter().any(|c| c.starts_with(code)),
            "{name}: {:?}",
            codes(&document)
        );
        assert_eq!(exit, 2, "{name}");
        assert!(
            start.elapsed() < Duration::from_secs(10),
            "{name} takes {:?}",
            start.elapsed()
        );
    }
}

#[test]
fn one_fault_is_said_once() {
    let long = format!("  if {}\n", "(".repeat(100_000));
    for (name, text, code) in [
        ("once-empty", String::new(), "D0108"),
        ("once-comment", "\n-- nothing yet\n".to_owned(), "D0108"),
        ("once-long-line", protocol(&format!("rule a\n{long}")), "D0105"),
        (
            "once-long-head",
            protocol(&format!("{FINE}\nrule a \"{}\"\n", "x".repeat(20_000))),
            "D0105",
        ),
    ] {
        let (_, document) = json(&["check", &file(name, text), "--output", "json"]);
        let severe = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["severity"] == "error");
        let found: Vec<_> = severe.map(|f| f["code"].as_str().unwrap()).collect();
        assert_eq!(found, [code], "{name}");
    }
}

#[test]
fn a_hole_is_found_and_stops_nothing() {
    let path = file(
        "hole",
        protocol(&FINE.replace("  within 5 working days after in-care begins\n", "")),
    );
    let (exit, document) = json(&["check", &path, "--output", "json"]);
    assert!(codes(&document).contains(&"D0205"), "{document}");
    assert_eq!(exit, 1);
    assert!(document["checked"][0]["calendar"].is_object(), "{document}");
    assert_eq!(duly(&["flow", &path]).code, 0);
}

#[test]
fn exit_zero_does_not_hide_that_nothing_was_read() {
    assert_eq!(duly(&["check", &file("bad", "nonsense\n"), "--exit-zero"]).code, 2);
    assert_eq!(duly(&["check", "no/such.duly", "--exit-zero"]).code, 2);
}

#[test]
fn the_level_denied_decides_the_exit_code() {
    // A role that nobody uses is a note.
    let path = file("note", protocol(&format!("{FINE}\nrole idler \"idler\"\n")));
    assert_ne!(duly(&["check", &path]).code, 1);
    assert_eq!(duly(&["check", &path, "--deny", "note"]).code, 1);
    assert_eq!(duly(&["check", &path, "--deny", "note", "--exit-zero"]).code, 0);
}

#[test]
fn the_json_document_has_the_documented_fields() {
    let (_, document) = json(&[
        "check",
        &file("fields", protocol(&FINE.replace("5 working", "5"))),
        "--output",
        "json",
    ]);
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).unwrap();
    let documented = |name: &str| {
        assert!(
            page.contains(&format!("`{name}`")),
            "docs/json.md does not name `{name}`"
        )
    };
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(document["schema_version"], duly::render::SCHEMA_VERSION);
    assert_eq!(document["tool"]["version"], env!("CARGO_PKG_VERSION"));
    let finding = &document["findings"][0];
    for value in [
        &document,
        &document["tool"],
        &document["summary"],
        &document["checked"][0],
        finding,
        &finding["labels"][0],
    ] {
        keys(value).iter().for_each(|key| documented(key));
    }
    assert_eq!(finding["confirmed"], false);
    assert_eq!(finding["evidence"], "structural");
    assert!(finding["labels"][0]["line"].as_u64().unwrap() > 1);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let path = file("same", protocol("rulle a\n\nrule b\n  the nobody must x\n"));
    for form in ["rich", "short", "plain", "json"] {
        let args = ["check", path.as_str(), "--output", form, "--today", "2026-11-22"];
        assert_eq!(duly(&args).out, duly(&args).out);
    }
}

#[test]
fn no_colour_where_there_is_no_terminal() {
    let run = duly(&["check", &file("colour", "nonsense\n")]);
    assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'));
}

#[test]
fn a_folder_is_one_protocol() {
    let folder = folder("parts");
    let (head, rule) = (protocol(""), FINE);
    fs::write(folder.join("a.duly"), head).unwrap();
    fs::create_dir(folder.join("rules")).unwrap();
    fs::write(folder.join("rules/b.duly"), rule).unwrap();
    let (exit, document) = json(&["check", folder.to_str().unwrap(), "--output", "json"]);
    assert_eq!(document["summary"]["errors"], 0, "{document}");
    assert_ne!(exit, 2);
}

#[test]
fn charts_on_standard_output_and_as_files() {
    let path = file("flow", protocol(FINE));
    let printed = duly(&["flow", &path]);
    assert_eq!((printed.code, printed.err.as_str()), (0, ""));
    let folder = folder("charts").join("new");
    let run = duly(&["flow", &path, "--out", folder.to_str().unwrap()]);
    assert_eq!((run.code, run.out.as_str(), run.err.as_str()), (0, "", ""));
    let mut charts: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    charts.sort();
    assert!(
        charts.len() > 1 && charts.iter().all(|c| c.extension().is_some_and(|e| e == "dot")),
        "{charts:?}"
    );
    for chart in &charts {
        let text = fs::read_to_string(chart).unwrap();
        assert!(printed.out.contains(&text));
        let name = chart.file_stem().unwrap().to_str().unwrap();
        assert_eq!(duly(&["flow", &path, "--chart", name]).out, text);
    }
}

#[test]
fn a_chart_that_is_not_there() {
    let run = duly(&["flow", &file("nochart", protocol(FINE)), "--chart", "nope"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("there is no chart `nope`") && run.err.contains("`overview`"),
        "{}",
        run.err
    );
}

#[test]
fn a_folder_that_cannot_be_written_to() {
    let path = file("unwritable", protocol(FINE));
    let run = duly(&["flow", &path, "--out", &format!("{path}/below-a-file")]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(
        run.err.contains("could not be written") && run.err.contains("name a folder after `--out`"),
        "{}",
        run.err
    );
}

#[test]
fn a_chart_that_cannot_be_written_leaves_nothing_half_written() {
    let path = file("half", protocol(FINE));
    let folder = folder("half-charts");
    // A folder stands where the first chart should.
    fs::create_dir(folder.join("overview.dot")).unwrap();
    let run = duly(&["flow", &path, "--out", folder.to_str().unwrap()]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("overview.dot` could not be written"), "{}", run.err);
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["overview.dot"]);
}

#[test]
fn flow_of_what_is_no_protocol_prints_no_chart() {
    let run = duly(&["flow", &file("noflow", "nonsense\n")]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("D01"), "{}", run.err);
}

/// A protocol that can be read, with one scenario that can be read and one that cannot.
const RULES: &str = "protocol p \"A plan\"\n  authority \"An example council\"\nrole iro \"the reviewing officer\"\n\
                     status plan \"on a plan\"\nmeeting review \"the review\"\n\
                     rule first-review\n  when plan begins\n  the iro must hold review\n  \
                     within 20 working days after plan begins\n  cites p 1\n";

#[test]
fn a_scenario_that_cannot_be_read_stops_only_what_asks_of_it() {
    let folder = folder("unread-scenario");
    fs::write(folder.join("p.duly"), RULES).unwrap();
    let unread =
        "scenario one \"held in time\"\n  on 2026-01-05 plan begins\n  expect review is held by the end of January\n";
    fs::write(folder.join("scenarios.duly"), unread).unwrap();
    fs::write(
        folder.join("case.toml"),
        "[[event]]\ndate = 2026-01-05\nwhat = \"plan begins\"\n",
    )
    .unwrap();
    let path = folder.to_str().unwrap();
    let case = folder.join("case.toml");
    for args in [
        vec!["flow", path, "--text"],
        vec![
            "schedule",
            path,
            "--case",
            case.to_str().unwrap(),
            "--today",
            "2026-01-06",
        ],
    ] {
        let run = duly(&args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.err);
        assert!(
            run.err.contains("scenarios.duly:3:") && run.err.contains("warning[D0102]"),
            "{}",
            run.err
        );
        assert!(run.out.contains("the review"), "{}", run.out);
    }
    let check = duly(&["check", path, "--output", "short"]);
    assert_eq!(check.code, 0, "{}", check.out);
    assert!(
        check.out.contains("scenarios.duly:3:") && check.out.contains("warning[D0102]"),
        "{}",
        check.out
    );
    assert_eq!(duly(&["check", path, "--deny", "warning"]).code, 1);

    let test = duly(&["test", path]);
    assert_eq!(test.code, 2, "{}", test.out);
    assert!(
        test.err.contains("error[D0102]") && test.err.contains("1 error"),
        "{}",
        test.err
    );
    assert!(
        test.out.ends_with("1 scenario: 0 hold, 1 could not be asked\n"),
        "{}",
        test.out
    );

    // Where the rules cannot be read either, both are told.
    fs::write(folder.join("p.duly"), RULES.replace("the iro must", "the iro will")).unwrap();
    let test = duly(&["test", path, "--output", "short"]);
    assert_eq!(test.code, 2);
    assert!(
        test.err.contains("p.duly:8:") && test.err.contains("scenarios.duly:3:"),
        "{}",
        test.err
    );
    assert_eq!(duly(&["flow", path]).code, 2);

    // In the first column, it may have been the head of a rule.
    fs::write(folder.join("p.duly"), RULES).unwrap();
    fs::write(
        folder.join("scenarios.duly"),
        format!("{unread}xyzzy two\n  when plan ends\n"),
    )
    .unwrap();
    assert_eq!(duly(&["flow", path]).code, 2);
}
