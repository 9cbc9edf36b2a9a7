//! The judge against the page it is: at least one test per paragraph of `docs/decisions/0002-meaning.md`.

use duly::judge::{Claim, Tier};
use duly::model::{FactorId, Happening, MeetingId, StatusId, ValueId};

use crate::story::{AFTER_THE_PLAN, GATE, Story, letter, letter_after_order, review};

// History

#[test]
fn a_history_out_of_order_or_of_unknown_things_is_no_history() {
    let story = Story::of("")
        .on("2026-02-02", "plea happens")
        .on("2026-02-01", "plea happens");
    assert_eq!(story.faults().len(), 1);
    let story = Story::of("")
        .on("2026-02-02", "order happens")
        .on("2026-02-03", "order happens");
    assert_eq!(
        story.faults(),
        ["occurrence 1: `order` happens twice, though it does not repeat"]
    );
    let mut story = Story::of("").on("2026-02-02", "plea happens");
    story.history.occurrences[0].what = Happening::Held(MeetingId(99));
    assert_eq!(story.faults().len(), 1);
    let mut story = Story::of("").given("urgent", 0);
    story.history.factors.push((FactorId(0), ValueId(7)));
    assert_eq!(story.faults(), ["`urgent` is given a value it does not have"]);
    let story = Story::of("").on("2026-02-02", "plea happens").until("2026-02-01");
    assert_eq!(story.faults().len(), 1);
}

#[test]
fn an_outcome_must_be_one_of_the_decisions() {
    let mut story = Story::of(GATE)
        .on("2026-02-02", "plea happens")
        .on("2026-02-03", "gate is stop");
    assert_eq!(story.says("gate"), "kept");
    story.history.occurrences[1].what = match story.history.occurrences[1].what {
        Happening::Outcome(d, _) => Happening::Outcome(d, ValueId(9)),
        other => other,
    };
    assert_eq!(story.faults(), ["occurrence 1 is no outcome of `gate`"]);
}

// State

#[test]
fn declared_setters_effects_options_and_acts_set_statuses() {
    let on = |story: Story| story.on("2026-01-05", "order happens");
    let text = format!("{GATE}{AFTER_THE_PLAN}");
    let by_effect = on(Story::of(&text)).on("2026-01-06", "move happens");
    assert_eq!(by_effect.says("tell"), "breached 2026-01-10");
    assert_eq!(by_effect.says("end-by-move"), "kept");
    let by_option = on(Story::of(&text))
        .on("2026-01-06", "plea happens")
        .on("2026-01-07", "gate is stop");
    assert_eq!(by_option.says("tell"), "breached 2026-01-11");
    let by_act = on(Story::of(&text))
        .on("2026-01-08", "on-plan ends by manager")
        .on("2026-01-09", "letter sent by manager");
    assert_eq!(by_act.says("tell"), "kept");
}

#[test]
fn a_setter_that_changes_nothing_is_no_occurrence() {
    let never_on = Story::of(AFTER_THE_PLAN).on("2026-01-06", "move happens");
    assert_eq!(never_on.says("tell"), "not engaged");
    let twice = Story::of(AFTER_THE_PLAN)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "move happens")
        .on("2026-01-20", "move happens")
        .on("2026-01-21", "on-plan ends");
    assert_eq!(twice.says("tell"), "breached 2026-01-10");
}

#[test]
fn effects_cause_effects() {
    let story = Story::of(
        r#"
rule chain
  when on-plan begins
  effect in-care begins
rule hold-it
  when in-care begins
  someone must hold next review
  within 2 calendar days after in-care begins
"#,
    )
    .on("2026-01-05", "order happens");
    assert_eq!(story.says("hold-it"), "breached 2026-01-08");
}

// Tests

#[test]
fn a_guard_sees_the_state_before_an_occurrence_and_after_a_change() {
    let story = |when: &str, test: &str| {
        review(when, &[&format!("if {test}")])
            .on("2026-01-05", "order happens")
            .says("r")
    };
    assert_eq!(story("order happens", "on-plan"), "not engaged");
    assert_eq!(story("order happens", "not on-plan"), "breached 2026-01-08");
    assert_eq!(story("on-plan begins", "on-plan"), "breached 2026-01-08");
    assert_eq!(story("order happens", "order happens"), "not engaged");
    assert_eq!(story("on-plan begins", "order happens"), "not engaged");
}

#[test]
fn order_atoms_compare_occurrences() {
    let story = || review("order happens", &["if first plea happens before first move happens"]);
    let yes = story()
        .on("2026-01-02", "plea happens")
        .on("2026-01-02", "move happens")
        .on("2026-01-05", "order happens");
    assert_eq!(yes.says("r"), "breached 2026-01-08");
    let no = story()
        .on("2026-01-02", "move happens")
        .on("2026-01-02", "plea happens")
        .on("2026-01-05", "order happens");
    assert_eq!(no.says("r"), "not engaged");
    let yet = story()
        .on("2026-01-02", "plea happens")
        .on("2026-01-05", "order happens");
    assert_eq!(yet.says("r"), "breached 2026-01-08");
}

#[test]
fn a_missing_value_is_named_and_not_guessed() {
    let story = || review("order happens", &["if urgent", "unless exceptional"]).on("2026-01-05", "order happens");
    assert_eq!(story().says("r"), "needs `urgent`");
    assert_eq!(story().given("urgent", 1).says("r"), "needs `exceptional`");
    assert_eq!(story().given("urgent", 0).says("r"), "not engaged");
    assert_eq!(story().given("exceptional", 1).says("r"), "not engaged");
    assert_eq!(
        story().given("urgent", 1).given("exceptional", 0).says("r"),
        "breached 2026-01-08"
    );
}

// Which one

#[test]
fn ordinals_number_the_occurrences() {
    let when = |ordinal: &str| {
        let text = format!(
            "\nrule r\n  when {ordinal} plea happens\n  someone must hold next review\n  within 2 calendar days after that plea happens\n"
        );
        let story = Story::of(&text)
            .on("2026-01-05", "plea happens")
            .on("2026-02-05", "plea happens")
            .on("2026-03-05", "plea happens");
        story.says("r")
    };
    assert_eq!(when("first"), "breached 2026-01-08");
    assert_eq!(when("second"), "breached 2026-02-08");
    assert_eq!(when("third"), "breached 2026-03-08");
    assert_eq!(
        when("each"),
        "breached 2026-01-08, breached 2026-02-08, breached 2026-03-08"
    );
    assert_eq!(when("each later"), "breached 2026-02-08, breached 2026-03-08");
}

#[test]
fn since_starts_the_numbering_anew() {
    let rule = "\nrule r\n  when order happens\n  someone must hold first review since order happens\n  within 5 calendar days after order happens\n";
    let story = Story::of(rule)
        .on("2026-01-04", "review held")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held");
    assert_eq!(story.says("r"), "kept");
    let without = Story::of(&rule.replace(" since order happens", ""));
    let story = without
        .on("2026-01-04", "review held")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held");
    assert_eq!(story.says("r"), "not engaged");
}

#[test]
fn next_is_the_earliest_later_one_and_no_other() {
    let rule = "\nrule r\n  when order happens\n  someone must hold next review\n  at least 10 calendar days after order happens\n";
    let story = Story::of(rule)
        .on("2026-01-05", "order happens")
        .on("2026-01-20", "review held");
    assert_eq!(story.says("r"), "kept");
    let early = Story::of(rule)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held")
        .on("2026-01-20", "review held");
    assert_eq!(early.says("r"), "breached 2027-01-01");
}

#[test]
fn a_meeting_is_of_every_kind_it_counts_as() {
    let rule =
        "\nrule r\n  when order happens\n  someone must hold next talk\n  within 5 calendar days after order happens\n";
    let story = Story::of(rule)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "conference held");
    assert_eq!(story.says("r"), "kept");
    let other = Story::of(rule)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held");
    assert_eq!(other.says("r"), "breached 2026-01-11");
}

// Engagement

#[test]
fn an_exception_takes_the_place_of_its_rule() {
    let rules = r#"
rule usual
  when order happens
  someone must hold next review
  within 5 calendar days after order happens
rule slow
  when order happens
  if urgent
  someone must hold next review
  within 9 calendar days after order happens
  exception to usual
"#;
    let story = |urgent| {
        Story::of(rules)
            .given("urgent", urgent)
            .on("2026-01-05", "order happens")
            .on("2026-01-12", "review held")
    };
    assert_eq!(
        (story(0).says("usual").as_str(), story(0).says("slow").as_str()),
        ("breached 2026-01-11", "not engaged")
    );
    assert_eq!(
        (story(1).says("usual").as_str(), story(1).says("slow").as_str()),
        ("not engaged", "kept")
    );
}

#[test]
fn an_exception_for_one_of_several_says_nothing_of_the_others() {
    let rules = r#"
rule usual
  when each plea happens
  the manager must send letter to worker
  within 2 calendar days after that plea happens
rule slow
  when second plea happens
  the manager must send letter to worker
  within 9 calendar days after second plea happens
  exception to usual
rule other
  when each move happens
  the manager must send letter to worker
  within 2 calendar days after that move happens
rule moved
  when order happens
  the manager must send letter to worker
  within 9 calendar days after order happens
  exception to other
"#;
    let story = Story::of(rules)
        .on("2026-01-05", "plea happens")
        .on("2026-02-05", "plea happens")
        .on("2026-03-05", "plea happens")
        .on("2026-04-05", "move happens")
        .on("2026-05-05", "order happens")
        .on("2026-06-05", "move happens");
    assert_eq!(
        story.says("usual"),
        "breached 2026-01-08, not engaged, breached 2026-03-08"
    );
    assert_eq!(story.says("other"), "breached 2026-04-08, not engaged");
}

#[test]
fn need_not_lifts_a_duty_to_do_the_same() {
    let rules = r#"
rule usual
  when each plea happens
  the manager must hold next review
  within 5 calendar days after that plea happens
rule waived
  when order happens
  nobody need hold any review
"#;
    let story = Story::of(rules)
        .on("2026-01-05", "plea happens")
        .on("2026-02-01", "order happens")
        .on("2026-02-05", "plea happens");
    assert_eq!(story.says("usual"), "breached 2026-01-11, not engaged");
}

#[test]
fn a_rule_binds_only_while_in_force() {
    let rule = "\nrule r\n  when each plea happens\n  someone must hold next review\n  within 5 calendar days after that plea happens\n  in force from 2026-02-01\n  in force until 2026-03-01\n";
    let story = Story::of(rule)
        .on("2026-01-31", "plea happens")
        .on("2026-02-01", "plea happens")
        .on("2026-03-01", "plea happens");
    assert_eq!(story.says("r"), "not engaged, breached 2026-02-07, not engaged");
}

// Chair, presumption, missed, beyond, hours

#[test]
fn every_meeting_is_chaired_by_one_who_counts() {
    let rule = "\nrule r\n  the manager must chair each review\n";
    let story = Story::of(rule)
        .on("2026-01-06", "review held chair deputy")
        .on("2026-02-06", "review held chair worker")
        .on("2026-03-06", "review held");
    assert_eq!(
        story.says("r"),
        "kept, breached 2026-02-06, needs who chairs on 2026-03-06"
    );
}

#[test]
fn a_presumption_is_departed_from_and_never_breached() {
    let rule = "\nrule r\n  when order happens\n  normally not on-plan\n";
    let story = || Story::of(rule).on("2026-01-06", "order happens");
    assert_eq!(Story::of(rule).says("r"), "not engaged");
    assert_eq!(story().says("r"), "departed");
    assert_eq!(story().on("2026-02-06", "on-plan ends").says("r"), "kept");
    assert!(story().accepts(Tier::Should));
}

const REPAIR: &str = r#"
rule r
  when order happens
  the manager must send letter to worker
  within 5 calendar days after order happens
rule repair
  when r is missed
  the manager must hold next review
  within 3 calendar days after r is missed
rule twice
  when repair is missed
  someone should hold next talk
  within 2 calendar days after repair is missed
"#;

#[test]
fn a_missed_limit_is_an_occurrence_and_a_repaired_breach_is_forgiven() {
    let story = || Story::of(REPAIR).on("2026-01-05", "order happens");
    let repaired = story().on("2026-01-14", "review held");
    assert_eq!(
        (repaired.says("r").as_str(), repaired.says("repair").as_str()),
        ("breached 2026-01-11", "kept")
    );
    assert!(repaired.accepts(Tier::Must));
    let early = story().on("2026-01-10", "review held");
    assert_eq!(
        (early.says("repair").as_str(), early.says("twice").as_str()),
        ("breached 2026-01-15", "breached 2026-01-18")
    );
    assert!(!early.accepts(Tier::Must));
    let kept = story().on("2026-01-06", "letter sent");
    assert_eq!(
        (kept.says("r").as_str(), kept.says("repair").as_str()),
        ("kept", "not engaged")
    );
}

#[test]
fn a_limit_counted_back_is_missed_when_that_is_known() {
    let rules = r#"
rule r
  the manager must send letter to worker
  at least 10 calendar days before first review is held
rule repair
  when r is missed
  someone must hold next talk
  within 3 calendar days after r is missed
"#;
    let story = Story::of(rules).on("2026-03-16", "review held");
    assert_eq!(
        (story.says("r").as_str(), story.says("repair").as_str()),
        ("breached 2026-03-07", "breached 2026-03-20")
    );
}

#[test]
fn no_verdict_rests_on_what_lies_beyond_the_calendar() {
    let story = |limit: &str| letter(limit).on("2042-12-20", "order happens").until("2042-12-31");
    assert_eq!(
        story("within 9 calendar days after order happens").says("r"),
        "breached 2042-12-30"
    );
    assert_eq!(story("within 12 calendar days after order happens").says("r"), "open");
    assert_eq!(story("at least 12 calendar days after order happens").says("r"), "open");
}

#[test]
fn hours_allow_the_day_on_which_they_end() {
    let story = || letter_after_order("within 48 hours after order happens");
    assert_eq!(story().on("2026-01-07", "letter sent").says("r"), "kept");
    assert_eq!(story().on("2026-01-08", "letter sent").says("r"), "breached 2026-01-08");
}

#[test]
fn a_booking_falls_due_unless_it_is_moved_or_cancelled() {
    let rule = "\nrule r\n  when first review is due\n  the manager must send letter to worker\n  within 2 calendar days after first review is due\n";
    let booked = || Story::of(rule).on("2026-01-05", "review booked due 2026-02-02");
    assert_eq!(booked().says("r"), "breached 2026-02-05");
    assert_eq!(booked().on("2026-01-09", "review cancelled").says("r"), "not engaged");
    assert_eq!(
        booked().on("2026-01-09", "review booked due 2026-03-02").says("r"),
        "breached 2026-03-05"
    );
}

#[test]
fn an_act_without_a_class_is_done() {
    let rules = "\nrule told\n  when order happens\n  the manager must notify worker that \"it is made\"\n  within 2 calendar days after order happens\nrule then\n  when told is done\n  someone must hold next talk\n  within 2 calendar days after told is done\n";
    let story = Story::of(rules)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "told done");
    assert_eq!(
        (story.says("told").as_str(), story.says("then").as_str()),
        ("kept", "breached 2026-01-09")
    );
}

// Claims

#[test]
fn tiers_and_claims() {
    let text = REPAIR.replace(
        "the manager must hold next review",
        "the manager should hold next review",
    );
    let story = Story::of(&text).on("2026-01-05", "order happens");
    let (r, repair) = (story.norm("r"), story.norm("repair"));
    assert!(!story.accepts(Tier::Must));
    assert!(story.confirms(&[
        Claim::Accepted {
            tier: Tier::Must,
            except: vec![r]
        },
        Claim::Breaches(r),
        Claim::Engages(repair),
        Claim::Breaches(repair)
    ]));
    assert!(!story.confirms(&[Claim::Accepted {
        tier: Tier::Should,
        except: vec![r]
    }]));
    assert!(!story.confirms(&[Claim::Keeps(r)]));
    let kept = Story::of(&text)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "letter sent");
    assert!(kept.confirms(&[
        Claim::Accepted {
            tier: Tier::Should,
            except: vec![]
        },
        Claim::Keeps(r)
    ]));
    assert!(!kept.confirms(&[Claim::Engages(repair)]));
    let on_plan = |values| {
        Claim::Holds(duly::model::Cond::Status(
            StatusId(0),
            values,
            kept.protocol.rules[0].whole,
        ))
    };
    assert!(kept.confirms(&[on_plan(vec![ValueId(1)])]));
    assert!(!kept.confirms(&[on_plan(vec![ValueId(0)])]));
    let broken = kept.on("2026-01-01", "plea happens");
    assert!(!broken.confirms(&[]));
}

#[test]
fn every_shipped_protocol_can_be_judged_though_nothing_happens() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = crate::files::duly_files(&root.join("policies"));
    assert!(!files.is_empty());
    for file in files {
        let story = Story::whole(&std::fs::read_to_string(&file).unwrap());
        let judgement = duly::judge::judge(&story.protocol, &story.calendar, &story.history);
        assert_eq!(judgement.faults, Vec::<String>::new(), "{}", file.display());
        let judged: std::collections::BTreeSet<_> = judgement.verdicts.iter().map(|v| v.norm).collect();
        assert_eq!(
            judged.len(),
            story.protocol.rules.len() + story.protocol.decisions.len(),
            "{}",
            file.display()
        );
        let missed: Vec<_> = judgement.verdicts.iter().filter(|v| v.trigger.is_some()).collect();
        assert!(
            missed.is_empty(),
            "{}: nothing happened, yet {missed:?}",
            file.display()
        );
    }
}
