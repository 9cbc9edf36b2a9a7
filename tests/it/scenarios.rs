//! Scenarios: each kind of expectation, holding and not; what is said of bad ones; and that they change nothing else.

use duly::analyses;
use duly::render::{Format, Report, Style, Tested, report, tested};
use duly::resolve::{Loaded, from_text};
use duly::scenario::{Answer, Run, run};
use duly::source::Sources;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::story::day;

/// A protocol with one rule of each sort that an expectation can speak of.
const RULES: &str = r#"protocol town "A child who comes into care"
  authority       "An example council"
role worker "the worker"
role manager "the manager"
role chair "the chair"
role court "the court"
  outside
fact urgent "it is urgent"
fact needed "it is needed"
doubt which-days "Which days are meant?"
  answer working
  answer calendar
period notice "the notice"
  is 5 working days or perhaps 5 calendar days
event order "an order is made"
  comes from court
status in-care "looked after"
  begins when order happens
status on-plan "on a plan"
status home "where the child lives"
  one of with-parents, away
meeting review "the review"
  repeats
meeting conference "the conference"
document letter "the letter"

rule first-review
  when in-care begins
  while in-care
  the worker must hold first review
  within 10 working days after in-care begins
rule letter-first
  when in-care begins
  the worker must send letter to manager
  at least notice before first review is held
rule later-reviews
  the worker should hold each later review
  within 1 month after previous review is held
rule if-needed
  when in-care begins
  if needed
  the manager must "look into it"
  timing not stated
rule chaired
  the chair must chair each review
rule only-the-conference
  only the conference may end on-plan
rule not-yet
  nobody should consider ending on-plan
  until 3 months after on-plan begins
  unless urgent
rule consider-it
  the manager may consider ending on-plan
rule quiet
  when in-care begins
  the manager must not send letter to worker
  until 2 weeks after in-care begins
rule no-plan
  when in-care begins
  normally not on-plan
rule late-conference
  when order happens
  the manager must hold conference
  at least 6 weeks after order happens
rule early-conference
  when order happens
  if urgent
  the worker must hold conference
  within 4 weeks after order happens
decision stays "Does the child stay?"
  at next review
  when in-care begins
  decided by chair
  option yes-stays "stays"
  option no-leaves "leaves"
    if needed
"#;

/// What is given and what happens before each of [`LINES`].
const CASE: &str = r#"
scenario case "a case"
  given urgent
  given not needed
  given notice is 5 working days
  given home is away
  on 2026-04-01 on-plan begins
  on 2026-04-20 order happens
"#;

/// Lines of which the first kind holds in that case and the second does not.
const LINES: [(&str, &str); 19] = [
    (
        "first review is held by 2026-05-05",
        "first review is held by 2026-05-04",
    ),
    (
        "first review is held not before 2026-04-27",
        "first review is held not before 2026-04-20",
    ),
    ("letter is sent by 2026-04-27", "letter is sent by 2026-05-04"),
    ("first-review is due by 2026-05-05", "first-review is due by 2026-05-04"),
    ("stays is open", "stays is missed"),
    ("first-review is still to do", "first-review is kept"),
    ("if-needed is not engaged", "first-review is not engaged"),
    ("no-plan is set aside", "no-plan is kept"),
    (
        "the worker must hold first review",
        "the manager must hold first review",
    ),
    ("the worker must hold next review", "the worker must hold second review"),
    (
        "the manager need not hold first review",
        "the worker need not hold first review",
    ),
    (
        "the chair must chair first review",
        "the manager must chair first review",
    ),
    (
        "the worker must send letter to manager",
        "the chair must send letter to manager",
    ),
    ("the conference may end on-plan", "the manager may end on-plan"),
    (
        "the manager must not end on-plan",
        "the conference must not end on-plan",
    ),
    (
        "the manager must not send letter to worker",
        "the chair must not send letter to worker",
    ),
    (
        "the manager may consider ending on-plan",
        "nobody should consider ending on-plan",
    ),
    ("the chair may decide stays", "the chair must not decide stays"),
    (
        "clash between late-conference and early-conference",
        "clash between first-review and letter-first",
    ),
];

fn loaded(text: &str) -> (Sources, Loaded) {
    let mut sources = Sources::new();
    let loaded = from_text("town.duly", text, &mut sources);
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics);
    (sources, loaded)
}

fn asked(scenarios: &str) -> (Sources, Run) {
    let (sources, loaded) = loaded(&format!("{RULES}{scenarios}"));
    assert!(
        loaded.scenarios.diagnostics.is_empty(),
        "{:#?}",
        loaded.scenarios.diagnostics
    );
    let run = run(&loaded.protocol, &loaded.scenarios.all).unwrap();
    assert!(run.diagnostics.is_empty(), "{:#?}", run.diagnostics);
    (sources, run)
}

fn answers(run: &Run) -> Vec<Answer> {
    run.told.iter().flat_map(|t| &t.checks).map(|c| c.answer).collect()
}

fn drawn(sources: &Sources, run: Run, format: Format, all: bool) -> String {
    let runs = [("town.duly".to_owned(), run)];
    let style = Style {
        format,
        colour: false,
        all,
        width: duly::render::WIDTH,
    };
    let what = Tested {
        sources,
        runs: &runs,
        left_out: 0,
        findings: &[],
        failures: &[],
    };
    tested(&what, style)
}

#[test]
fn what_is_so_holds_and_what_is_not_fails() {
    let holding: String = LINES.iter().map(|(holds, _)| format!("  expect {holds}\n")).collect();
    let failing: String = LINES.iter().map(|(_, fails)| format!("  expect {fails}\n")).collect();
    let (sources, run) = asked(&format!("{CASE}{holding}"));
    let right = vec![Answer::Holds; LINES.len()];
    assert_eq!(answers(&run), right, "{}", drawn(&sources, run, Format::Rich, false));
    let (sources, run) = asked(&format!("{CASE}{failing}"));
    let wrong = vec![Answer::Fails; LINES.len()];
    assert_eq!(answers(&run), wrong, "{}", drawn(&sources, run, Format::Rich, false));
    insta::assert_snapshot!("failures", drawn(&sources, run, Format::Rich, false));
}

/// The same case as it goes on: what is known later only.
#[test]
fn a_case_is_followed_as_it_unfolds() {
    let (sources, run) = asked(&format!(
        "{CASE}{}",
        r#"  expect letter-first is still to do
  on 2026-04-27 letter is sent by worker
  expect quiet is kept
  expect no clash
  as of 2026-05-05
  expect first-review is still to do
  as of 2026-05-06
  expect first-review is missed
  expect later-reviews does not apply
  on 2026-05-06 review is held chaired by manager
  expect letter-first is kept
  expect chaired is missed
  expect later-reviews is due by 2026-06-06
  expect second review is held by 2026-06-06
  expect the worker should hold second review
  on 2026-05-06 stays is no-leaves by chair
  expect stays is broken
  on 2026-05-07 on-plan ends by manager
  expect only-the-conference is broken
"#
    ));
    let mut expected = vec![Answer::Holds; 13];
    // The conferences still cannot both be held in time.
    expected[2] = Answer::Fails;
    assert_eq!(answers(&run), expected, "{}", drawn(&sources, run, Format::Rich, false));
}

#[test]
fn what_turns_on_something_not_given_is_undecided() {
    let (sources, run) = asked(
        r#"
scenario open "nothing given"
  on 2026-04-01 on-plan begins
  on 2026-04-20 order happens
  expect if-needed does not apply
  expect the manager may consider ending on-plan
  expect letter is sent by 2026-04-27
  on 2026-04-28 letter is sent
  on 2026-05-04 review is held chaired by chair
  expect letter-first is kept
"#,
    );
    assert_eq!(
        answers(&run),
        vec![Answer::Undecided; 4],
        "{}",
        drawn(&sources, run, Format::Rich, false)
    );
    insta::assert_snapshot!("undecided", drawn(&sources, run, Format::Rich, true));
}

/// What comes of one scenario that holds and one that does not.
fn two() -> (Sources, Run) {
    asked(
        r#"
scenario good "it holds"
  given needed
  on 2026-04-20 order happens
  expect first-review is due by 2026-05-05
scenario bad "it does not"
  given not urgent
  given notice is 5 calendar days
  on 2026-04-20 order happens
  expect letter is sent by 2026-04-27
"#,
    )
}

#[test]
fn every_form_says_the_same() {
    for (name, format) in [
        ("short", Format::Short),
        ("plain", Format::Plain),
        ("json", Format::Json),
    ] {
        let (sources, run) = two();
        insta::assert_snapshot!(name, drawn(&sources, run, format, false));
    }
}

#[test]
fn what_no_scenario_reaches_is_named() {
    let (_, run) = two();
    let left = &run.unreached;
    assert!(!left.rules.contains(&"first-review".to_owned()), "{left:?}");
    assert!(left.rules.contains(&"early-conference".to_owned()), "{left:?}");
    assert_eq!(left.options, ["stays is yes-stays", "stays is no-leaves"]);
    assert!(left.branches.contains(&"urgent".to_owned()), "{left:?}");
    assert!(!left.branches.contains(&"not urgent".to_owned()), "{left:?}");
    let (_, run) = asked(&format!(
        "{CASE}  expect first-review is still to do\n  on 2026-05-05 review is held\n  on 2026-05-05 stays is yes-stays\n  expect first-review is kept\n"
    ));
    assert!(!run.unreached.options.contains(&"stays is yes-stays".to_owned()));
    assert!(!run.unreached.rules.contains(&"early-conference".to_owned()));
}

/// Scenarios with one slip each.
const BAD: &[&str] = &[
    // of the case
    "on 2026-04-20 ordr happens\n  expect first-review is still to do",
    "on 2026-04-20 first review is held\n  expect first-review is still to do",
    "on 2026-04-20 review is due\n  expect first-review is still to do",
    "on 2026-04-20 first-review is missed\n  expect first-review is still to do",
    "on 2026-04-20 urgent happens\n  expect first-review is still to do",
    "on 2026-04-20 order happens\n  on 2026-04-10 on-plan begins\n  expect first-review is still to do",
    "on 2026-04-20 order happens\n  as of 2026-04-10\n  expect first-review is still to do",
    "on 2026-04-20 order happens\n  on 2026-04-21 order happens\n  expect first-review is still to do",
    "on 2026-04-20 review is booked\n  expect first-review is still to do",
    "on 2026-04-20 order happens for 2026-04-21\n  expect first-review is still to do",
    "on 2026-04-20 order happens by letter\n  expect first-review is still to do",
    "on 2099-04-20 order happens\n  expect first-review is still to do",
    "as of 2099-04-20\n  expect first-review is still to do",
    "on 2026-04-20 order happens\n  expect first-review is due by 2099-05-05",
    "on 2026-04-20 order happens\n  expect first review is held by 2026-02-30",
    "given which-days\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given urgent is working\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given which-days is tomorrow\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given not which-days is working\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given order\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given urgnt\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given in-care\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    "given urgent\n  given not urgent\n  on 2026-04-20 order happens\n  expect first-review is still to do",
    // of what is expected
    "on 2026-04-20 order happens",
    "expect first-review is still to do\n  on 2026-04-20 order happens",
    "on 2026-04-20 order happens\n  expect frst-review is still to do",
    "on 2026-04-20 order happens\n  expect letter is still to do",
    "on 2026-04-20 order happens\n  expect quiet is missed",
    "on 2026-04-20 order happens\n  expect first-review is broken",
    "on 2026-04-20 order happens\n  expect first-review is set aside",
    "on 2026-04-20 order happens\n  expect no-plan is due by 2026-05-05",
    "on 2026-04-20 order happens\n  expect review is held by 2026-05-05",
    "on 2026-04-20 order happens\n  expect each review is held by 2026-05-05",
    "on 2026-04-20 order happens\n  expect in-care is held by 2026-05-05",
    "on 2026-04-20 order happens\n  expect order happens by 2026-05-05",
    "on 2026-04-20 order happens\n  expect the letter must hold first review",
    "on 2026-04-20 order happens\n  expect the worker must \"look in to it\"",
    "on 2026-04-20 order happens\n  expect only the conference may end on-plan",
    "on 2026-04-20 order happens\n  expect someone may end on-plan",
    // of form
    "on 2026-04-20 order happens\n  expect the manager may end on-plan on 2026-05-05",
    "on order happens\n  expect first-review is still to do",
    "on 2026-04-20 order happens\n  expect first-review is late",
    "on 2026-04-20 order happens\n  cites town 1\n  expect first-review is still to do",
    "when order happens\n  on 2026-04-20 order happens\n  expect first-review is still to do",
];

#[test]
fn bad_scenarios_are_told() {
    let mut said = String::new();
    for lines in BAD {
        let mut sources = Sources::new();
        let loaded = from_text(
            "town.duly",
            &format!("{RULES}\nscenario s \"a case\"\n  {lines}\n"),
            &mut sources,
        );
        let mut found = loaded.diagnostics.clone();
        found.retain(|d| d.code.id != "D0212");
        found.extend(loaded.scenarios.diagnostics);
        assert!(!found.is_empty(), "nothing is said of\n{lines}");
        assert!(loaded.scenarios.all.is_empty(), "it is asked all the same:\n{lines}");
        for d in &found {
            let place = d.place().map_or("", |p| sources.slice(p));
            said += &format!("{} {}\n    at `{place}`: {}\n", d.code.id, d.headline, d.labels[0].text);
            d.help.iter().for_each(|h| said += &format!("    = {h}\n"));
        }
    }
    insta::assert_snapshot!("bad", said);
}

#[test]
fn two_scenarios_of_one_name() {
    let scenario = "scenario s \"a case\"\n  on 2026-04-20 order happens\n  expect first-review is still to do\n";
    let (_, loaded) = loaded(&format!("{RULES}{scenario}{scenario}"));
    let said: Vec<&str> = loaded
        .scenarios
        .diagnostics
        .iter()
        .map(|d| d.headline.as_str())
        .collect();
    assert_eq!(said, ["`s` is declared twice"]);
    assert_eq!(loaded.scenarios.all.len(), 1);
}

/// The names, quoted words and acts of a scenario leave no trace in the protocol or in what `check` says of it.
#[test]
fn a_scenario_changes_nothing_else() {
    let scenario = "\nscenario urgent \"named like a fact\"\n  given which-days is working\n  given urgent\n  on 2026-04-20 order happens\n  expect first-review is still to do\n  expect the worker must \"never said\"\n";
    let without = loaded(RULES).1;
    let with = loaded(&format!("{RULES}{scenario}")).1;
    assert_eq!(format!("{:?}", without.protocol), format!("{:?}", with.protocol));
    assert_eq!(without.diagnostics, with.diagnostics);
    // `which-days` is used by the scenario alone, and is still told to be unused.
    assert!(
        with.diagnostics
            .iter()
            .any(|d| d.code.id == "D0212" && d.headline.contains("which-days"))
    );
    assert_eq!(with.scenarios.diagnostics.len(), 1);
    let findings = |l: &Loaded| analyses::check(&l.protocol, day("2026-11-22")).unwrap().findings;
    assert_eq!(findings(&without), findings(&with));
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("scenarios-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("town.duly"), RULES).unwrap();
    folder
}

fn exit(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_duly"))
        .arg("test")
        .arg(folder)
        .args(args)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code().unwrap(), text(run.stdout), text(run.stderr))
}

#[test]
fn the_exit_code_tells_what_came_of_them() {
    let scenario = |expected: &str, given: &str| {
        format!("scenario s \"a case\"\n{given}  on 2026-04-20 order happens\n  expect {expected}\n")
    };
    let at = folder("exit");
    assert_eq!(exit(&at, &[]).0, 2);
    for (code, text) in [
        (0, scenario("first-review is still to do", "")),
        (1, scenario("first-review is kept", "")),
        (2, scenario("first-review is late", "")),
        (2, scenario("frst-review is still to do", "")),
        (3, scenario("if-needed is still to do", "")),
        (0, scenario("if-needed is still to do", "  given needed\n")),
    ] {
        fs::write(at.join("scenarios.duly"), &text).unwrap();
        for form in ["rich", "short", "plain", "json"] {
            let (found, out, err) = exit(&at, &["--output", form]);
            assert_eq!(found, code, "{form}\n{text}\n{out}\n{err}");
            assert_eq!(form == "json" || code != 2, err.is_empty(), "{form}\n{err}");
        }
    }
}

/// One bad scenario does not keep the others from being asked, but the run is not fine.
#[test]
fn a_bad_scenario_costs_itself_alone() {
    let at = folder("one-bad");
    let text = "scenario bad \"a slip\"\n  on 2026-04-20 ordr happens\n  expect first-review is still to do\nscenario good \"none\"\n  on 2026-04-20 order happens\n  expect first-review is still to do\n";
    fs::write(at.join("scenarios.duly"), text).unwrap();
    let (code, out, err) = exit(&at, &["--output", "short"]);
    assert_eq!(code, 2);
    assert!(out.contains("holds: good"), "{out}");
    assert!(
        err.contains("did you mean `order happens`?") || err.contains("knows no `ordr`"),
        "{err}"
    );
}

#[test]
fn every_shipped_scenario_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for policy in ["doncaster", "stoke-on-trent"] {
        let (code, out, err) = exit(&root.join("policies").join(policy), &[]);
        assert_eq!((code, err.as_str()), (0, ""), "{policy}\n{out}");
        assert!(out.lines().filter(|l| l.starts_with("holds")).count() >= 15, "{out}");
    }
}

/// A scenario that cannot be asked is drawn like every other finding.
#[test]
fn a_bad_scenario_is_drawn() {
    let (sources, loaded) = loaded(&format!(
        "{RULES}\nscenario s \"a case\"\n  on 2026-04-20 order happens\n  expect quiet is missed\n"
    ));
    let found = Report {
        sources: &sources,
        findings: &loaded.scenarios.diagnostics,
        checked: &[],
        failures: &[],
    };
    let style = Style {
        format: Format::Rich,
        colour: false,
        all: true,
        width: duly::render::WIDTH,
    };
    insta::assert_snapshot!("drawn", report(&found, style));
}

#[test]
fn what_breaks_a_bar_again_breaks_it() {
    let (sources, run) = asked(&format!(
        "{CASE}{}",
        r#"  on 2026-04-22 letter is sent by manager
  expect quiet is broken
  expect the manager must not send letter to worker
  as of 2026-04-23
  expect the manager must not send letter to worker
  as of 2026-05-04
  expect the manager may send letter to worker
"#
    ));
    assert_eq!(
        answers(&run),
        [Answer::Holds; 4],
        "{}",
        drawn(&sources, run, Format::Rich, false)
    );
}

#[test]
fn a_case_that_cannot_have_happened_is_refused_and_nothing_is_asked_of_it() {
    let rules = r#"
rule letter-ends-it
  when letter is sent
  if not urgent
  effect on-plan ends
"#;
    let told = |given: &str| {
        let (_, loaded) = loaded(&format!(
            "{RULES}{rules}\nscenario sent \"a letter\"\n{given}  on 2026-06-01 on-plan begins\n  on 2026-06-08 letter is sent by manager\n  expect quiet does not apply\n"
        ));
        run(&loaded.protocol, &loaded.scenarios.all).unwrap()
    };
    let refused = told("");
    let [wrong] = refused.diagnostics.as_slice() else {
        panic!("{:#?}", refused.diagnostics);
    };
    assert_eq!(wrong.code.id, "D0812");
    assert!(
        wrong.headline.starts_with("scenario `sent` cannot have happened: "),
        "{}",
        wrong.headline
    );
    assert!(refused.told.is_empty());
    let fine = told("  given not urgent\n");
    assert!(fine.diagnostics.is_empty(), "{:#?}", fine.diagnostics);
    assert_eq!(answers(&fine), [Answer::Holds]);
}

#[test]
fn a_day_that_rests_on_what_nobody_gave_is_counted_where_it_holds() {
    let (sources, run) = asked(
        r#"
scenario open "nobody says whether it is urgent"
  given notice is 5 working days
  on 2026-04-20 order happens
  expect first review is held by 2026-05-05
"#,
    );
    assert_eq!(answers(&run), [Answer::Holds]);
    let assumed = run.told[0].checks[0].assumed.clone();
    assert!(!assumed.is_empty());
    let quiet = drawn(&sources, run.clone(), Format::Rich, false);
    assert!(quiet.contains("1 expected day holds but rests on values"), "{quiet}");
    assert!(!quiet.contains(&assumed[0]), "{quiet}");
    let named = drawn(&sources, run.clone(), Format::Rich, true);
    assert!(named.contains(&assumed[0]), "{named}");
    let json: serde_json::Value = serde_json::from_str(&drawn(&sources, run, Format::Json, false)).unwrap();
    let check = &json["tested"][0]["scenarios"][0]["expectations"][0];
    assert_eq!(check["assumed"][0], assumed[0].as_str());
}

#[test]
fn a_reader_that_closes_the_pipe_changes_nothing() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(["test", "policies/doncaster"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = child.wait_with_output().unwrap();
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(String::from_utf8(run.stderr).unwrap(), "");
}
