//! `duly check --fix` from outside: what it writes, what it leaves alone, and what it says.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn duly(args: &[&str]) -> Run {
    let run = Command::new(env!("CARGO_BIN_EXE_duly")).args(args).output().unwrap();
    Run {
        code: run.status.code().unwrap(),
        out: String::from_utf8(run.stdout).unwrap(),
        err: String::from_utf8(run.stderr).unwrap(),
    }
}

/// A file in an empty folder of this test's own.
fn file(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fix-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("p.duly");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

const FINE: &str = "protocol p \"Children in care\"\n  authority \"An example council\"\nrole iro \"the reviewing officer\"\n\
                    status in-care \"looked after\"\nfact on-plan \"on a plan\"\nmeeting care-review \"the care review\"\n\
                    rule first-review\n  when in-care begins\n  if on-plan\n  and not in-care\n  \
                    the iro must hold care-review\n  within 20 working days after in-care begins\n  cites p 1\n";

/// The same with what may be in it after a word processor and a hurried hand.
const SLIPS: &str = "protocol p “Children in care”\n  authority \"An example council\nRole iro \"the reviewing officer\"\n\
                     status in‑care \"looked after\"\nfact on_plan \"on a plan\"\nmeeting Care-Review \"the care review\"\n\
                     rul first-review\n  When in-care begins.\n  if on-plan && !in-care\n  \
                     the iro mus hold\u{A0}care-review;\n  wihtin 20 working dayss after in-care Begins\n  cites p 1\n";

#[test]
fn safe_slips_are_mended_and_counted_and_then_the_file_is_checked() {
    let path = file("safe", SLIPS);
    let run = duly(&["check", "--fix", &path, "--output", "short", "--exit-zero"]);
    let now = fs::read_to_string(&path).unwrap();
    assert_eq!(
        now,
        FINE.replace("on-plan\n  and not", "on-plan and not"),
        "{}",
        run.err
    );
    assert_eq!(run.err, format!("fixed 17 slips in {path}\n"));
    assert_eq!(run.code, 0, "{}", run.out);
    assert!(!run.out.contains("D01"), "{}", run.out);
}

#[test]
fn a_second_time_there_is_nothing_left_to_do() {
    let path = file("twice", SLIPS);
    duly(&["check", "--fix", &path]);
    let once = fs::read_to_string(&path).unwrap();
    let written = fs::metadata(&path).unwrap().modified().unwrap();
    let again = duly(&["check", "--fix", &path]);
    assert_eq!(again.err, "");
    assert_eq!(fs::read_to_string(&path).unwrap(), once);
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
}

#[test]
fn what_may_have_been_meant_otherwise_is_not_touched() {
    // A name that is only near, `will`, a date that can be two, days of which kind nobody says.
    for (name, right, slip) in [
        ("near", "iro must hold", "iroo must hold"),
        ("will", "iro must hold", "iro will hold"),
        ("days", "20 working days", "20 days"),
        ("dash", "cites p 1", "cites p 1\n  – and not in-care"),
        ("unit", "20 working days", "20"),
    ] {
        let text = FINE.replace(right, slip);
        assert_ne!(text, FINE);
        let path = file(name, &text);
        let run = duly(&["check", "--fix", &path]);
        assert_eq!(fs::read_to_string(&path).unwrap(), text, "{name}");
        assert_eq!((run.code, run.err.as_str()), (2, ""), "{name}");
    }
}

#[test]
fn a_file_that_would_still_not_read_is_left_as_it_was() {
    let text = FINE
        .replace("rule first", "rul first")
        .replace("must hold", "will hold");
    let path = file("unread", &text);
    let run = duly(&["check", "--fix", &path, "--output", "short"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(run.code, 2);
    let said = format!(
        "{path} is left as it was: 1 slip could be fixed, and a line could still not be read\n  \
         {path}:11: the sentence needs `must`, `should`, `may` or `need not` here, not `will`\n"
    );
    assert_eq!(run.err, said);
    assert!(run.out.contains("`rul`") && run.out.contains("`will`"), "{}", run.out);
}

#[test]
fn the_lines_that_stop_it_are_named_also_those_behind_a_slip() {
    // Behind the capital, the kind of days; behind the capital of an item, a name of two words.
    let text = FINE
        .replace("  within 20 working days", "  Within 20 school days")
        .replace("rule first-review", "Rule first review");
    let path = file("behind", &text);
    let run = duly(&["check", "--fix", &path, "--output", "short"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    assert_eq!(run.code, 2);
    let said: Vec<&str> = run.err.lines().collect();
    assert_eq!(
        said[0],
        format!("{path} is left as it was: 2 slips could be fixed, and 2 lines could still not be read")
    );
    assert!(
        said[1].starts_with(&format!("  {path}:7: `first review` is not a name")),
        "{}",
        run.err
    );
    assert!(
        said[2].starts_with(&format!("  {path}:12: `school days` is not a unit")),
        "{}",
        run.err
    );
    assert_eq!(said.len(), 3, "{}", run.err);
}

#[test]
fn a_file_that_may_not_be_written_is_said_and_checked() {
    let path = file("read-only", SLIPS);
    let mut permissions = fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).unwrap();
    let run = duly(&["check", "--fix", &path, "--output", "short"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("could not be written"), "{}", run.err);
    assert!(run.out.contains("D0101"), "{}", run.out);
    assert_eq!(fs::read_to_string(&path).unwrap(), SLIPS);
}

#[test]
fn former_words_are_written_in_the_words_of_today() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/ui/types/bad/former-words.duly");
    let path = file("former", &fs::read_to_string(folder).unwrap());
    let before = duly(&["check", &path, "--output", "json"]).out;
    let run = duly(&["check", "--fix", &path, "--output", "json"]);
    assert!(
        run.err.starts_with("fixed ") && run.err.lines().count() == 1,
        "{}",
        run.err
    );
    assert!(before.contains("D0109") && !run.out.contains("D0109"), "{}", run.out);
    serde_json::from_str::<serde_json::Value>(&run.out).unwrap();
}

#[test]
fn every_file_of_a_folder_is_mended_line_ends_and_all() {
    let path = file("folder", &SLIPS.replace('\n', "\r\n"));
    let folder = PathBuf::from(&path).parent().unwrap().to_owned();
    fs::write(folder.join("q.duly"), "term t \"a term\"\n  mean in-care\n").unwrap();
    let run = duly(&["check", "--fix", folder.to_str().unwrap(), folder.to_str().unwrap()]);
    assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    let now = fs::read_to_string(&path).unwrap();
    assert_eq!(now.matches("\r\n").count(), now.matches('\n').count());
    assert_eq!(
        fs::read_to_string(folder.join("q.duly")).unwrap(),
        "term t \"a term\"\n  means in-care\n"
    );
}

#[test]
fn the_standard_library_is_not_touched() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let law = root.join("stdlib/england/children-act-1989.duly");
    let before = fs::metadata(&law).unwrap().modified().unwrap();
    let path = file(
        "library",
        &SLIPS
            .replace("council\n", "council\"\n  uses england\n")
            .replace("in‑care", "in-the-care"),
    );
    duly(&["check", "--fix", &path]);
    assert_eq!(fs::metadata(&law).unwrap().modified().unwrap(), before);
}
