//! Two versions of a protocol, and two authorities: each relation on a protocol small enough to see that it is right.

use duly::compare::{Compared, Diff, Relation, Row, compare, diff};
use duly::model::Protocol;
use duly::resolve::{from_text, load};
use duly::source::Sources;
use duly::world::MemoryWorld;
use std::fs;
use std::process::Command;

const STEPS: u64 = 50_000_000;

const BEFORE: &str = r#"protocol town "A child who comes into care"
  authority       "An example council"

role iro "the independent reviewing officer"
role worker "the social worker"
role manager "the team manager"
status in-care "looked after"
status on-plan "on a plan"
meeting review "the care review"
meeting talk "the talk"
  repeats
document report "the report"
fact urgent "the case is urgent"

rule first-review
  when            in-care begins
  the iro must hold review
  within          20 working days after in-care begins
  cites           town 1

rule report-sent
  when            in-care begins
  the worker must send report to iro
  within          10 working days after in-care begins
  cites           town 2

rule tell-manager
  when            in-care begins
  the worker must notify manager of in-care
  within          2 working days after in-care begins
  cites           town 3

rule no-early-review
  nobody may hold review
  until           5 calendar days after in-care begins
  cites           town 4

rule first-talk
  when            in-care begins
  the worker must hold first talk
  within          5 working days after in-care begins
  cites           town 5

rule later-talks
  the worker must hold each later talk
  within          28 calendar days after previous talk is held
  cites           town 6

rule plan-ends
  when            in-care begins
  if              urgent
  effect          on-plan ends
  cites           town 7

rule while-on-plan
  while           on-plan
  the worker must hold talk
  within          20 calendar days after on-plan begins
  cites           town 8

decision route-home "Does the child go home?"
  when            review is held
  decided by      iro
  within          5 working days after review is held
  cites           town 9
  option home "home"
  option stay "stay"
"#;

fn read(text: &str) -> Protocol {
    let loaded = from_text("town.duly", text, &mut Sources::new());
    let wrong: Vec<&str> = loaded
        .diagnostics
        .iter()
        .filter(|d| d.stops())
        .map(|d| d.headline.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    loaded.protocol
}

fn before() -> String {
    BEFORE.replace("  the worker must hold talk\n", "  the worker must hold next talk\n")
}

/// The old text with some words said otherwise; all of them must be there.
fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(before(), |text, (from, to)| {
        assert!(text.contains(from), "no {from:?}");
        text.replacen(from, to, 1)
    })
}

fn changed(text: &str) -> Diff {
    diff(&read(&before()), &read(text), STEPS).unwrap()
}

/// The rows that mean something else or are not decided.
fn told(found: &Diff) -> Vec<(String, Relation)> {
    let name = |r: &Row| r.new.as_ref().or(r.old.as_ref()).unwrap().name.clone();
    let other = found.rows.iter().filter(|r| r.relation != Relation::Same);
    other.map(|r| (name(r), r.relation)).collect()
}

fn only(found: &Diff) -> &Row {
    assert_eq!(found.rows.len(), 1, "{:#?}", found.rows);
    assert!(found.things.is_empty(), "{:?}", found.things);
    &found.rows[0]
}

#[test]
fn a_version_is_the_same_as_itself_and_nothing_is_asked() {
    let found = changed(&before());
    assert!(found.rows.is_empty() && found.things.is_empty());
    assert_eq!(found.unchanged, 9);
    assert!(!found.is_changed() && found.unproven() == 0);
}

#[test]
fn names_order_layout_and_labels_mean_nothing() {
    let text = with(&[
        ("rule first-review", "-- a comment\nrule review-held"),
        ("role iro \"the independent", "role officer \"the independent"),
        ("the iro must hold", "the officer must hold"),
        ("send report to iro", "send report to officer"),
        ("decided by      iro", "decided by officer"),
        (
            "document report \"the report\"",
            "document report \"the written report\"",
        ),
    ]);
    let (head, tail) = text.split_at(text.find("rule report-sent").unwrap());
    let (moved, rest) = tail.split_at(tail.find("rule tell-manager").unwrap());
    let found = changed(&format!("{head}{rest}\n{moved}"));
    assert!(found.rows.is_empty() && !found.is_changed(), "{:#?}", found.rows);
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        found.renamed,
        [pair("iro", "officer"), pair("first-review", "review-held")]
    );
}

#[test]
fn a_rule_split_in_two_is_the_same() {
    let rule = |name: &str, cond: &str| {
        format!(
            "rule {name}\n  when in-care begins\n  if {cond}\n  the worker must notify manager of in-care\n  within 2 working days after in-care begins\n  cites town 3\n\n"
        )
    };
    let text = before();
    let at = text.find("rule tell-manager").unwrap();
    let end = text.find("rule no-early-review").unwrap();
    let halves = rule("tell-manager", "urgent") + &rule("tell-manager-else", "not urgent");
    let found = changed(&format!("{}{halves}{}", &text[..at], &text[end..]));
    assert_eq!(told(&found), []);
    assert_eq!(found.rows.len(), 2);
    // One half alone is less.
    let half = changed(&format!(
        "{}{}{}",
        &text[..at],
        rule("tell-manager", "urgent"),
        &text[end..]
    ));
    assert_eq!(told(&half), [("tell-manager".to_owned(), Relation::Looser)]);
}

#[test]
fn a_longer_limit_is_looser_by_so_many_days_and_a_shorter_one_tighter() {
    let found = changed(&with(&[("20 working days", "28 working days")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Looser);
    let case = row.looser.as_ref().unwrap();
    // Eight working days over the turn of the millennium are eighteen days: no stretch of the calendar has more.
    assert_eq!(case.late, Some((Some(18), true)));
    assert!(
        case.story
            .iter()
            .any(|s| s.text.contains("last day allowed by `old.first-review`"))
    );
    assert_eq!(row.otherwise.len(), 1);
    let found = changed(&with(&[("20 working days", "19 working days")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Tighter);
    assert!(row.said.starts_with("it must now be done up to "), "{}", row.said);
}

/// A longer limit beside another rule that still asks for the shorter one changes nothing, but is never left unsaid.
#[test]
fn what_another_rule_still_asks_for_is_the_same_and_said() {
    let second = "rule review-by-law\n  when            in-care begins\n  the iro must hold review\n  \
                  within          20 working days after in-care begins\n  cites           town 10\n";
    let old = format!("{}\n{second}", before());
    let new = old.replacen("within          20 working days", "within          28 working days", 1);
    let found = diff(&read(&old), &read(&new), STEPS).unwrap();
    let row = only(&found);
    assert_eq!((row.relation, row.by_others), (Relation::Same, true), "{row:#?}");
    assert!(row.said.contains("`review-by-law` asks for all of it"), "{}", row.said);
    assert!(row.otherwise.iter().any(|l| l.contains("28 working days")), "{row:#?}");
    assert!(!found.is_changed());
}

#[test]
fn working_days_against_calendar_days_turn_on_the_date() {
    let found = changed(&with(&[("10 working days", "14 calendar days")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Incomparable);
    // From a Sunday, ten working days are twelve days; over Christmas up to twenty.
    assert_eq!(row.looser.as_ref().unwrap().late, Some((Some(2), true)));
    assert_eq!(row.tighter.as_ref().unwrap().late, Some((Some(6), true)));
    // Ten working days never take more than three weeks, nor do they take fewer than eight days.
    let longer = changed(&with(&[("10 working days", "21 calendar days")]));
    assert_eq!(only(&longer).relation, Relation::Looser);
    let shorter = changed(&with(&[("10 working days", "8 calendar days")]));
    assert_eq!(only(&shorter).relation, Relation::Tighter);
}

#[test]
fn force_and_holder() {
    let found = changed(&with(&[("the worker must send", "the worker should send")]));
    assert_eq!(only(&found).relation, Relation::Looser);
    let back = diff(
        &read(&with(&[("the worker must send", "the worker should send")])),
        &read(&before()),
        STEPS,
    );
    assert_eq!(only(&back.unwrap()).relation, Relation::Tighter);
    let found = changed(&with(&[("the worker must send", "the manager must send")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Incomparable);
    assert_eq!(row.otherwise, ["who: now the team manager; before the social worker"]);
    let by = |s: &duly::diagnostics::Step| s.text.ends_with("by the team manager");
    assert!(row.looser.as_ref().unwrap().story.iter().any(by));
}

#[test]
fn an_act_without_a_class_is_one_act_by_its_words() {
    let found = changed(&with(&[("2 working days", "3 working days")]));
    assert_eq!(only(&found).relation, Relation::Looser);
}

#[test]
fn a_bar_is_longer_or_shorter() {
    let found = changed(&with(&[("until           5 calendar", "until           7 calendar")]));
    assert_eq!(only(&found).relation, Relation::Tighter);
    let found = changed(&with(&[("until           5 calendar", "until           3 calendar")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Looser);
    assert_eq!(row.said, "it no longer forbids all that it did");
}

#[test]
fn what_recurs() {
    let found = changed(&with(&[("28 calendar days", "35 calendar days")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Looser);
    assert_eq!(row.looser.as_ref().unwrap().late, Some((Some(7), true)));
}

#[test]
fn added_and_removed() {
    let added = "\nrule second-report\n  when in-care begins\n  the worker must send report to iro\n  within 15 working days after in-care begins\n  cites town 10\n";
    let found = changed(&(before() + added));
    let row = only(&found);
    assert_eq!(
        (row.relation, row.said.as_str()),
        (
            Relation::Same,
            "added: all of it was asked for already, by `report-sent`"
        )
    );
    assert!(!found.is_changed());
    let added = added.replace("15 working", "3 working");
    let found = changed(&(before() + &added));
    assert_eq!(only(&found).relation, Relation::Tighter);
    let text = before();
    let (at, end) = (
        text.find("rule report-sent").unwrap(),
        text.find("rule tell-manager").unwrap(),
    );
    let found = changed(&format!("{}{}", &text[..at], &text[end..]));
    let row = only(&found);
    assert!(row.new.is_none() && row.looser.is_some());
    assert_eq!(row.relation, Relation::Looser);
}

#[test]
fn what_only_one_version_has_is_named() {
    let added = "\ndocument letter \"the letter\"\nrule letter-sent\n  when in-care begins\n  the worker must send letter to iro\n  within 3 working days after in-care begins\n  cites town 10\n";
    let found = changed(&(before() + added));
    assert_eq!(found.things, ["document `letter` is only in the new version"]);
    assert_eq!(told(&found), [("letter-sent".to_owned(), Relation::Tighter)]);
    let found = changed(&with(&[(
        "status in-care \"looked after\"",
        "status in-care \"looked after\"\n  starts as yes",
    )]));
    assert!(found.is_changed());
    assert!(
        found.things.iter().any(|t| t.starts_with("`in-care`: starts as")),
        "{:?}",
        found.things
    );
}

#[test]
fn an_option_taken_away_is_said() {
    let found = changed(&with(&[("  option stay \"stay\"\n", "")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Incomparable);
    assert_eq!(row.otherwise, ["the option `stay` is taken away"]);
    let found = changed(&with(&[("decided by      iro", "decided by      manager")]));
    let row = only(&found);
    assert_eq!(row.relation, Relation::Incomparable);
    assert!(row.otherwise[0].starts_with("decided by: now"), "{:?}", row.otherwise);
}

#[test]
fn what_sets_a_status_is_named_with_all_that_turns_on_it() {
    let found = changed(&with(&[("  if              urgent\n  effect", "  effect")]));
    assert!(found.is_changed());
    assert_eq!(told(&found), [("plan-ends".to_owned(), Relation::Incomparable)]);
    assert!(
        found
            .things
            .iter()
            .any(|t| t.contains("`on-plan`") && t.contains("`while-on-plan`")),
        "{:?}",
        found.things
    );
    // With that changed too, the same is not claimed of a rule that turns on it.
    let found = changed(&with(&[
        ("  if              urgent\n  effect", "  effect"),
        ("20 calendar days after on-plan", "19 calendar days after on-plan"),
    ]));
    let row = found
        .rows
        .iter()
        .find(|r| r.new.as_ref().is_some_and(|e| e.name == "while-on-plan"))
        .unwrap();
    assert!(!row.open.is_empty() && row.relation == Relation::Open, "{row:#?}");
}

#[test]
fn a_waiver_counts_only_in_its_own_version() {
    let waiver = "\nrule not-if-urgent\n  when in-care begins\n  if urgent\n  the worker need not send report to iro\n  cites town 10\n";
    let found = changed(&(before() + waiver));
    let relations = told(&found);
    assert!(
        relations.contains(&("report-sent".to_owned(), Relation::Looser)),
        "{relations:?}"
    );
    assert!(
        relations.contains(&("not-if-urgent".to_owned(), Relation::Looser)),
        "{relations:?}"
    );
}

const SHARED: &str = r#"base land "Words of the land"
role iro "the reviewing officer"
role worker "the social worker"
status in-care "looked after"
meeting review "the care review"
document report "the report"
"#;

fn authority(name: &str, rules: &str) -> Protocol {
    let text = format!(
        "protocol {name} \"Care\"\n  authority \"{name}\"\n  uses land\n\ndocument letter \"the letter\"\n{rules}"
    );
    let mut world = MemoryWorld::default();
    world.files.insert("land.duly".to_owned(), SHARED.to_owned());
    world.files.insert("local.duly".to_owned(), text);
    let loaded = load(&world, "local.duly", &mut Sources::new()).unwrap();
    assert!(loaded.is_well_formed(), "{:?}", loaded.diagnostics);
    loaded.protocol
}

fn rule(name: &str, act: &str, days: &str) -> String {
    format!("\nrule {name}\n  when in-care begins\n  {act}\n  within {days} after in-care begins\n")
}

fn relations(found: &Compared) -> Vec<(String, Vec<Option<Relation>>)> {
    let cells = |s: &duly::compare::Subject| s.cells.iter().map(|c| c.as_ref().and_then(|c| c.relation)).collect();
    found.subjects.iter().map(|s| (s.said.clone(), cells(s))).collect()
}

#[test]
fn authorities_are_held_against_each_other_on_what_they_share() {
    let a = authority(
        "north",
        &[
            rule("hold-it", "the iro must hold review", "20 working days"),
            rule("send-it", "the worker must send report to iro", "5 working days"),
            rule("write", "the worker must send letter to iro", "5 working days"),
        ]
        .concat(),
    );
    let b = authority(
        "south",
        &[
            rule("review-held", "the iro must hold review", "28 working days"),
            rule("report-sent", "the worker must send report to iro", "5 working days"),
            rule("write", "the worker must send letter to iro", "5 working days"),
        ]
        .concat(),
    );
    let c = authority("west", &rule("held", "the iro must hold review", "10 working days"));
    let texts = [
        ("north".to_owned(), &a),
        ("south".to_owned(), &b),
        ("west".to_owned(), &c),
    ];
    let found = compare(&texts, STEPS).unwrap();
    assert_eq!(
        relations(&found),
        [
            (
                "hold the care review".to_owned(),
                vec![None, Some(Relation::Looser), Some(Relation::Tighter)]
            ),
            ("send the report".to_owned(), vec![None, Some(Relation::Same), None]),
        ]
    );
    // What each calls its own letter is not taken for one.
    assert_eq!(
        found.alone,
        [vec!["write".to_owned()], vec!["write".to_owned()], vec![]]
    );
    assert!(found.is_different());
}

#[test]
fn exit_codes_and_forms() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("old.duly"), before()).unwrap();
    fs::write(path("same.duly"), before() + "\n-- nothing\n").unwrap();
    fs::write(path("new.duly"), with(&[("20 working days", "28 working days")])).unwrap();
    fs::write(path("broken.duly"), "rule\n").unwrap();
    let run = |args: &[&str]| {
        let out = Command::new(env!("CARGO_BIN_EXE_duly")).args(args).output().unwrap();
        (out.status.code(), String::from_utf8(out.stdout).unwrap())
    };
    let (old, same, new, broken) = (
        &path("old.duly"),
        &path("same.duly"),
        &path("new.duly"),
        &path("broken.duly"),
    );
    let (code, text) = run(&["diff", old, same]);
    assert_eq!(code, Some(0));
    assert!(
        text.ends_with("nothing changed in meaning: 9 rules and decisions word for word the same\n"),
        "{text}"
    );
    let (code, text) = run(&["diff", old, new, "--output", "short"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("looser: `first-review`: it may now be done up to 18 calendar days later"),
        "{text}"
    );
    let (code, text) = run(&["diff", old, new, "--output", "plain"]);
    assert_eq!(code, Some(1));
    assert!(text.lines().all(|l| l.ends_with(['.', ':'])), "{text}");
    let (code, text) = run(&["diff", old, new, "--output", "json"]);
    assert_eq!(code, Some(1));
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["rules"][0]["relation"], "looser");
    assert_eq!(json["rules"][0]["looser"]["late"]["days"], 18);
    assert_eq!(run(&["diff", old, broken]).0, Some(2));
    assert_eq!(run(&["diff", old, &path("none.duly")]).0, Some(2));
    let (code, _) = run(&["diff", old, new, "--steps", "10"]);
    assert_eq!(code, Some(3), "nothing is shown with ten steps, and nothing is claimed");
    let (code, text) = run(&["diff", old, new, "--findings"]);
    assert_eq!(code, Some(1));
    assert!(
        text.contains("changed: 1 looser; 8 rules and decisions word for word the same"),
        "{text}"
    );
    assert_eq!(run(&["compare", old, "--output", "short"]).0, Some(2));
    let (code, text) = run(&["compare", old, new]);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("nothing that more than one of them speaks of"), "{text}");
}
