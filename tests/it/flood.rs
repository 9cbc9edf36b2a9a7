//! What would flood the author if each place were a finding of its own: one note for many places of one kind, and nothing
//! at all where nothing is wrong.

use duly::analyses;
use duly::diagnostics::{Code, Diagnostic, Severity, code};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

const WORDS: &str = r#"protocol test "Test"
  authority "A council"
role worker "worker"
role court "court"
  outside
role parents "parents"
  outside
fact rare "it is rare"
status on-plan "on a plan"
status in-care "in care"
event order "an order"
  comes from court
event hearing "a hearing"
  comes from court
meeting review "review"
"#;

/// Everything found, with what stands beneath something else.
pub fn found(text: &str) -> Vec<Diagnostic> {
    let loaded = from_text("p.duly", text, &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics);
    let mut all = loaded.diagnostics;
    all.extend(
        analyses::check(&loaded.protocol, Day::parse_iso("2026-11-22").unwrap())
            .unwrap()
            .findings,
    );
    let beneath: Vec<Diagnostic> = all.iter_mut().flat_map(|d| std::mem::take(&mut d.beneath)).collect();
    all.extend(beneath);
    all.retain(|d| d.code != code::UNUSED_ITEM);
    all
}

fn said(all: &[Diagnostic]) -> Vec<(&str, Severity, &str)> {
    all.iter()
        .map(|d| (d.code.id, d.severity, d.headline.as_str()))
        .collect()
}

/// There is this one note, which has the number of places, and nothing else.
fn one_note(all: &[Diagnostic], code: Code, number: &str) {
    assert_eq!(all.len(), 1, "{:#?}", said(all));
    assert_eq!(
        (all[0].code, all[0].severity),
        (code, Severity::Note),
        "{:#?}",
        said(all)
    );
    assert!(all[0].headline.contains(number), "{:#?}", said(all));
}

/// As many rules as asked for, each about a document of its own.
fn letters(number: usize, who: &str, time: &str) -> String {
    let one = |n| {
        format!(
            "document letter-{n} \"letter\"\nrule tell-{n}\n  when order happens\n  {who} must send letter-{n} to parents\n  {time}\n  cites test {n}\n"
        )
    };
    (1..=number).map(one).collect()
}

#[test]
fn duties_without_a_limit_are_one_note() {
    one_note(
        &found(&format!("{WORDS}{}", letters(30, "the worker", "timing not stated"))),
        code::MISSING_SLOT,
        "30 ",
    );
}

#[test]
fn duties_of_nobody_are_one_note() {
    let all = found(&format!(
        "{WORDS}{}",
        letters(10, "someone", "within 5 working days after order happens")
    ));
    one_note(&all, code::NO_OWNER, "10 ");
}

#[test]
fn law_that_is_not_repeated_is_one_note() {
    let text = r#"protocol test "Test"
  authority "A council"
  uses england
  implements care-planning-2010, working-together-2023
rule tell
  when in-care begins
  the social-worker must notify parents that "the child is looked after"
  within 5 working days after in-care begins
  cites test 1
"#;
    let all = found(text);
    assert_eq!(said(&all).len(), 1, "{:#?}", said(&all));
    assert_eq!((all[0].code, all[0].severity), (code::SILENT, Severity::Note));
}

#[test]
fn what_is_normal_clashes_with_no_exception() {
    let text = format!(
        r#"{WORDS}
rule normally
  when in-care begins
  normally not on-plan
  unless rare
  cites test 1
rule sometimes
  when in-care begins
  if rare
  the worker must hold review
  within 5 working days after in-care begins
  cites test 2
rule put-on-plan
  when order happens
  if rare
  the worker must begin on-plan
  within 5 working days after order happens
  cites test 3
"#
    );
    assert!(found(&text).is_empty(), "{:#?}", said(&found(&text)));
}

#[test]
fn notice_of_what_others_fix_is_at_most_one_finding_for_each_event() {
    let notices: String = (1..=6)
        .map(|n| {
            let days = 5 + n;
            format!(
                "document letter-{n} \"letter\"\nrule notice-{n}\n  the worker must send letter-{n} to parents\n  at least {days} working days before hearing happens\n  cites test {n}\n"
            )
        })
        .collect();
    let all = found(&format!("{WORDS}{notices}"));
    assert!(all.len() <= 1, "{:#?}", said(&all));
}

#[test]
fn a_judgement_that_somebody_makes_is_no_finding() {
    let judgements: String = (1..=10)
        .map(|n| {
            format!(
                "judgement view-{n} \"a view\"\n  judged by worker\nrule tell-{n}\n  when order happens\n  if view-{n}\n  the worker must notify parents that \"{n}\"\n  within 5 working days after order happens\n  cites test {n}\n"
            )
        })
        .collect();
    let judged = format!("{WORDS}{judgements}");
    assert!(found(&judged).is_empty(), "{:#?}", said(&found(&judged)));
    one_note(
        &found(&judged.replace("judged by worker", "judged by not stated")),
        code::NO_OWNER,
        "10 ",
    );
}

#[test]
fn duties_that_outlive_a_status_are_one_note() {
    let asked: String = (1..=8)
        .map(|n| {
            format!(
                "rule tell-{n}\n  when order happens\n  if in-care\n  the worker must notify parents that \"{n}\"\n  within 5 working days after order happens\n  cites test {n}\n"
            )
        })
        .collect();
    let words = WORDS.replace(
        "status in-care \"in care\"\n",
        "event placed \"placed\"\n  comes from court\nstatus in-care \"in care\"\n  begins when placed happens\n  ends when hearing happens\n",
    );
    one_note(&found(&format!("{words}{asked}")), code::NO_HAND_OVER, "8 ");
    let lapsing = asked.replace("  if in-care", "  while in-care");
    let all = found(&format!("{words}{lapsing}"));
    assert!(all.is_empty(), "{:#?}", said(&all));
}

#[test]
fn what_is_only_repeated_is_silent() {
    let twice: String = (1..=6)
        .map(|n| {
            format!(
                "rule meet-{n}\n  when order happens\n  the worker must hold review\n  within 5 working days after order happens\n  cites test {n}\n"
            )
        })
        .collect();
    let all = found(&format!("{WORDS}{twice}"));
    assert!(all.is_empty(), "{:#?}", said(&all));
}

#[test]
fn a_status_left_alone_in_many_states_is_one_finding() {
    let words = WORDS.replace(
        "status on-plan \"on a plan\"\n",
        "status on-plan \"on a plan\"\n  always governed\n  begins when hearing happens\n",
    );
    let events: String = (1..=6)
        .map(|n| format!("event turn-{n} \"a turn\"\n  comes from court\n"))
        .collect();
    let looks: String = (1..=6)
        .map(|n| {
            format!(
                "rule look-{n}\n  when turn-{n} happens\n  if on-plan\n  the worker must consider ending on-plan\n  within 5 working days after turn-{n} happens\n  cites test {n}\n"
            )
        })
        .collect();
    let all = found(&format!("{words}{events}{looks}"));
    let alone: Vec<_> = all.iter().filter(|d| d.code == code::STRANDED).collect();
    assert_eq!(alone.len(), 1, "{:#?}", said(&all));
    assert_eq!(all.len(), 1, "{:#?}", said(&all));
}

/// Nothing is said of a remand, nor of a plan that begins in care unless `already` says it.
const HOLE: &str = r#"protocol once "What a missing branch leaves open is not told again as a status left alone"

role conference
role manager
role court
  outside
event plan-made
  comes from      court
event order-made
  comes from      court
event agreed
  comes from      court
event remanded
  comes from      court
status route "the route into care"
  one of          none, by-order, by-agreement, on-remand
  starts as       none
  becomes by-order when order-made happens
  becomes by-agreement when agreed happens
  becomes on-remand when remanded happens
status in-care "in care"
  begins when     order-made happens
  begins when     agreed happens
  begins when     remanded happens
status on-plan "on a plan"
  always governed
  begins when     plan-made happens

rule after-an-order
  when            in-care begins
  if              on-plan
  and             route is by-order
  the manager must end on-plan
  within          10 working days after in-care begins
  cites           once 1

rule after-an-agreement
  when            in-care begins
  if              on-plan
  and             route is by-agreement
  the manager must end on-plan
  within          20 working days after in-care begins
  cites           once 2

rule until-then
  when            on-plan begins
  while           not in-care
  the conference must consider ending on-plan
  within          12 months after on-plan begins
  cites           once 3
"#;

#[test]
fn a_missing_branch_is_not_told_again_as_a_status_left_alone() {
    let already = r#"
rule in-care-already
  when            on-plan begins
  if              in-care
  the conference must consider ending on-plan
  within          3 months after on-plan begins
  cites           once 4
"#;
    let errors = |text: &str| -> Vec<&str> {
        let all = found(text);
        let bad = all.iter().filter(|d| d.severity > Severity::Note);
        bad.map(|d| d.code.id).collect()
    };
    assert_eq!(errors(&format!("{HOLE}{already}")), [code::MISSING_BRANCH.id]);
    // The plan that begins in care is another hole.
    assert_eq!(errors(HOLE), [code::MISSING_BRANCH.id, code::STRANDED.id]);
}

/// Whoever does too early what one rule asks for later springs no trap.
#[test]
fn acting_too_early_is_no_trap() {
    let all = found(&format!(
        "{WORDS}{}",
        r#"meeting inspection "inspection"
  repeats
rule again
  when first inspection is held
  the worker must hold second inspection
  at least 3 months after first inspection is held
  within 6 months after first inspection is held
  cites test 1
"#
    ));
    assert!(all.iter().all(|d| d.severity == Severity::Note), "{:?}", said(&all));
}

/// Reviews that go on while a status lasts govern it.
#[test]
fn what_is_done_while_a_status_lasts_governs_it() {
    let all = found(&format!(
        "{WORDS}{}",
        r#"status housed "housed"
  always governed
  begins when order happens
  ends when hearing happens
rule keep-looking
  while housed
  when housed begins
  the worker must hold review
  within 3 months after housed begins
  cites test 1
rule close-it
  when hearing happens
  the worker must consider ending housed
  within 5 working days after hearing happens
  cites test 2
"#
    ));
    assert!(all.iter().all(|d| d.code != code::STRANDED), "{:?}", said(&all));
}
