//! The forms of a schedule, and what the command does with bad input.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

const STOKE: [&str; 6] = [
    "schedule",
    "policies/stoke-on-trent",
    "--case",
    "examples/cases/stoke-on-trent.toml",
    "--today",
    "2026-04-21",
];

const DONCASTER: [&str; 8] = [
    "schedule",
    "policies/doncaster",
    "--case",
    "examples/cases/doncaster.toml",
    "--case",
    "examples/cases/doncaster.csv",
    "--today",
    "2026-11-09",
];

fn duly(args: &[&str]) -> (Option<i32>, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

fn with<'a>(args: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    args.iter().chain(more).copied().collect()
}

#[test]
fn the_table_is_no_wider_than_a_page_and_says_what_matters_first() {
    let (code, table, _) = duly(&STOKE);
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("stoke-table", table);
    let (_, full, _) = duly(&with(&STOKE, &["--why"]));
    let words: Vec<&str> = full.split_whitespace().collect();
    assert!(
        words.join(" ").contains("Mon 4 May 2026 (Early May bank holiday)"),
        "{full}"
    );
    for line in table.lines().chain(full.lines()) {
        // A name is never broken, however long.
        let names = line.split_whitespace().any(|w| w.chars().count() > 40);
        assert!(line.chars().count() <= 100 || names, "{line}");
    }
    let at = |text: &str| table.find(text).unwrap_or_else(|| panic!("no {text}"));
    assert!(at("Overdue (") < at("Due (") && at("Due (") < at("Later") && at("Later") < at("Done ("));
    let (_, table, _) = duly(&DONCASTER);
    insta::assert_snapshot!("doncaster-table", table);
}

#[test]
fn the_document_is_json_of_its_schema() {
    let (_, text, _) = duly(&with(&DONCASTER, &["--output", "json"]));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema_version"], 1);
    let duties = json["duties"].as_array().unwrap();
    let letter = duties
        .iter()
        .find(|d| d["rule"]["name"] == "doncaster.letter-before-first-review")
        .unwrap();
    let days: Vec<&str> = letter["fates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["last_day"]["day"].as_str().unwrap())
        .collect();
    assert_eq!(days, ["2026-11-10", "2026-11-14"]);
    // Every field is written down.
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schedule.md")).unwrap();
    let mut open = vec![&json];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    assert!(
                        page.contains(&format!("`{name}`")),
                        "docs/schedule.md does not name `{name}`"
                    );
                    open.push(value);
                }
            }
            serde_json::Value::Array(all) => open.extend(all),
            _ => {}
        }
    }
}

#[test]
fn the_sheet_has_as_many_cells_on_every_line() {
    let (_, text, _) = duly(&with(&DONCASTER, &["--output", "csv"]));
    let mut rows = Vec::new();
    for line in text.split_terminator("\r\n") {
        let mut cells = 1;
        let mut quoted = false;
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ',' if !quoted => cells += 1,
                _ => {}
            }
        }
        assert!(!quoted && !line.contains('\n'), "{line}");
        rows.push(cells);
    }
    assert!(rows.len() > 20);
    assert!(rows.iter().all(|n| *n == 14), "{rows:?}");
}

/// Lines put together again.
fn unfolded(text: &str) -> Vec<String> {
    assert!(text.ends_with("\r\n"));
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
    for line in text.split("\r\n") {
        assert!(line.len() <= 75, "{line}");
    }
    text.replace("\r\n ", "")
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_calendar_file_is_as_the_standard_has_it_and_the_same_on_every_run() {
    let args = with(&DONCASTER, &["--output", "ics"]);
    let (_, text, _) = duly(&args);
    assert_eq!(duly(&args).1, text);
    let lines = unfolded(&text);
    assert_eq!(
        (lines[0].as_str(), lines.last().unwrap().as_str()),
        ("BEGIN:VCALENDAR", "END:VCALENDAR")
    );
    let of = |name: &str| -> Vec<&str> { lines.iter().filter_map(|l| l.strip_prefix(name)).collect() };
    let ids = of("UID:");
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(distinct.len(), ids.len());
    assert_eq!(of("BEGIN:VEVENT").len(), ids.len());
    assert!(of("DTSTAMP:").iter().all(|s| *s == "20261109T000000Z"));
    let last_days = of("DTSTART;VALUE=DATE:");
    assert!(
        last_days.contains(&"20261110") && last_days.contains(&"20261114"),
        "{last_days:?}"
    );
    // A day later the same entries have the same names and a higher number.
    let mut later = args.clone();
    later[7] = "2026-11-10";
    let (_, next, _) = duly(&later);
    let next = unfolded(&next);
    let kept = ids.iter().filter(|id| next.contains(&format!("UID:{id}"))).count();
    assert!(kept * 2 > ids.len(), "{kept} of {}", ids.len());
    let sequence = |lines: &[String]| -> u32 {
        let found = lines.iter().find_map(|l| l.strip_prefix("SEQUENCE:")).unwrap();
        found.parse().unwrap()
    };
    assert_eq!(sequence(&next), sequence(&lines) + 1);
    // The same case under another name is another child's.
    let copy = std::env::temp_dir().join(format!("duly-{}-sibling.csv", std::process::id()));
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(DONCASTER[5]), &copy).unwrap();
    let mut sibling = args.clone();
    sibling[5] = copy.to_str().unwrap();
    let (_, sibling, _) = duly(&sibling);
    fs::remove_file(&copy).unwrap();
    let sibling = unfolded(&sibling);
    assert!(ids.iter().all(|id| !sibling.contains(&format!("UID:{id}"))));
}

#[test]
fn bad_input_is_told_and_ends_with_2() {
    let (code, out, err) = duly(&[
        "schedule",
        "policies/doncaster",
        "--case",
        "no-such.toml",
        "--today",
        "2026-11-09",
    ]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("no-such.toml"), "{err}");
    // A case of the other protocol.
    let mut other = STOKE;
    other[1] = "policies/doncaster";
    let (code, out, err) = duly(&other);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("child-understands"), "{err}");
    let (code, _, err) = duly(&["schedule", "policies/doncaster"]);
    assert_eq!(code, Some(2));
    assert!(err.contains("--case"), "{err}");
    // Before anything has occurred: what is listed lies in the future.
    let mut early = STOKE;
    early[5] = "2026-01-01";
    let (code, out, err) = duly(&early);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("D0807"), "{err}");
    let mut beyond = with(&STOKE, &[]);
    beyond[5] = "2199-01-01";
    let (code, out, err) = duly(&beyond);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(err.contains("2199-01-01"), "{err}");
}

#[test]
fn a_reader_that_closes_the_pipe_changes_nothing() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(STOKE)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = child.wait_with_output().unwrap();
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(String::from_utf8(run.stderr).unwrap(), "");
}
