//! `duly check --slack`: how far each last day could be sooner, all else as it is.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use duly::analyses::{self, Extent};
use duly::diagnostics::{Slack, Spare};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

fn slack(items: &str) -> Vec<Slack> {
    let text = format!("protocol test \"Test\"\n  authority \"Test\"\n{items}");
    let loaded = from_text("test.duly", &text, &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics);
    let extent = Extent {
        slack: true,
        ..Extent::default()
    };
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let report = analyses::check_within(&loaded.protocol, today, extent, &mut |_| (), None).unwrap();
    report.slack
}

fn of<'s>(all: &'s [Slack], rule: &str) -> &'s Spare {
    &all.iter().find(|s| s.rule == format!("test.{rule}")).unwrap().spare
}

/// The tightest that would do, what the next clashes with, and what the case assumes.
fn some(spare: &Spare) -> (&str, &[String], &[String]) {
    match spare {
        Spare::Some(brink) => (&brink.tightest, &brink.with, &brink.given),
        other => panic!("{other:?}"),
    }
}

const VISITS: &str = "role inspector\nevent order\n  comes from not stated\nmeeting visit\nmeeting talk\n\
    judgement frail\n  judged by inspector\n\
    rule visit\n  when order happens\n  the inspector must hold visit\n  within 10 working days after order happens\n\
    rule talk\n  when visit is held\n  the inspector must hold talk\n  within 30 calendar days after order happens\n";

#[test]
fn what_nothing_stands_in_the_way_of_has_all_there_is() {
    let told = slack(VISITS);
    assert_eq!(told.len(), 2);
    assert_eq!(*of(&told, "visit"), Spare::All("within 1 working day".to_owned()));
    assert_eq!(*of(&told, "talk"), Spare::All("within 1 calendar day".to_owned()));
}

/// Each for itself: that two cannot both be as near as each could alone is no reason to say less of either.
#[test]
fn the_other_numbers_stay_as_they_are() {
    let gap = "rule gap\n  when visit is held\n  the inspector must hold talk\n  at least 2 weeks after visit is held\n";
    let told = slack(&format!("{VISITS}{gap}"));
    let (tightest, with, _) = some(of(&told, "talk"));
    assert_eq!((tightest, with), ("within 14 calendar days", &["`gap`".to_owned()][..]));
    assert_eq!(*of(&told, "visit"), Spare::All("within 1 working day".to_owned()));
}

/// The case that needs most decides, and is named.
#[test]
fn one_case_may_need_more_than_others() {
    let frail = "rule rest\n  when order happens\n  if frail\n  the inspector must hold visit\n  at least 1 week after order happens\n";
    let told = slack(&format!("{VISITS}{frail}"));
    let (tightest, with, given) = some(of(&told, "visit"));
    assert_eq!(with, ["`rest`"]);
    assert!(given.iter().any(|g| g.contains("frail")), "{given:?}");
    // A week is five working days, but for as many holidays as can fall into one.
    assert_eq!(tightest, "within 5 working days");
}

#[test]
fn what_clashes_as_it_is_has_none_and_is_looked_past() {
    let late = "rule late\n  when order happens\n  the inspector must hold visit\n  at least 30 working days after order happens\n";
    let told = slack(&format!("{VISITS}{late}"));
    assert_eq!(*of(&told, "visit"), Spare::None);
}

/// Of two words, and before something: `at least` tightens upwards.
#[test]
fn days_before_a_meeting_tighten_upwards() {
    let items = "role inspector\nevent order\n  comes from not stated\nmeeting visit\ndocument notice\n\
        rule visit\n  when order happens\n  the inspector must hold visit\n  within 10 working days after order happens\n\
        rule tell\n  when order happens\n  the inspector must send notice to inspector\n  at least 3 working days before visit is held\n";
    let told = slack(items);
    let (tightest, with, _) = some(of(&told, "tell"));
    assert_eq!((tightest, with), ("at least 10 working days", &["`visit`".to_owned()][..]));
    let (tightest, ..) = some(of(&told, "visit"));
    assert_eq!(tightest, "within 3 working days");
}

fn duly(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duly")).args(args).output().unwrap()
}

fn written(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn it_is_printed_with_the_worst_date_and_in_json() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/four-weeks.duly");
    let text = std::fs::read_to_string(example).unwrap();
    let path = written("slack.duly", &text.replace("20 working days after", "25 working days after"));
    let path = path.to_str().unwrap();
    let printed = String::from_utf8(duly(&["check", path, "--slack"]).stdout).unwrap();
    let line: Vec<&str> = printed.split_whitespace().collect();
    let said = "slack: `review-in-20-days` (line 17), `within 25 working days`: `within 21 working days` would do; with `within 20 \
                working days` it clashes with `time-to-settle` if it starts on a Saturday or a Sunday, such as on Sat 10 Jan 2026";
    assert!(line.join(" ").contains(said), "{printed}");
    let json = String::from_utf8(duly(&["check", path, "--slack", "--output", "json"]).stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let slack = &json["checked"][0]["slack"][0];
    assert_eq!(slack["spare"], "some");
    assert_eq!(slack["tightest"], "within 21 working days");
    assert_eq!(slack["next"]["start"], "2026-01-10");
    let json = String::from_utf8(duly(&["check", path, "--output", "json"]).stdout).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["checked"][0]["slack"].is_null(), "nothing is said where nothing was asked");
}

#[test]
fn where_there_is_no_last_day_that_is_said() {
    let path = written("slack-none.duly", "protocol test \"Test\"\n  authority \"Test\"\n");
    let path = path.to_str().unwrap();
    let printed = String::from_utf8(duly(&["check", path, "--slack"]).stdout).unwrap();
    assert!(printed.contains("slack: no last day is written in one number"), "{printed}");
    let printed = String::from_utf8(duly(&["check", path]).stdout).unwrap();
    assert!(!printed.contains("slack"), "{printed}");
}

#[test]
fn with_too_few_steps_it_is_not_proven() {
    let gap = "rule gap\n  when visit is held\n  the inspector must hold talk\n  at least 2 weeks after visit is held\n";
    let text = format!("protocol test \"Test\"\n  authority \"Test\"\n{VISITS}{gap}");
    let path = written("slack-steps.duly", &text);
    let run = duly(&["check", path.to_str().unwrap(), "--slack", "--steps", "20"]);
    assert_eq!(run.status.code(), Some(3));
    let printed = String::from_utf8(run.stdout).unwrap();
    assert!(printed.contains("not decided within the steps allowed"), "{printed}");
}
