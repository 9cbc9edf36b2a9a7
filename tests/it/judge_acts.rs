//! What is forbidden, reserved or decided, and by whom: the judge against its page, continued.

use crate::story::{AFTER_THE_PLAN, GATE, Story};

// Prohibition

fn barred(limit: &str) -> Story {
    Story::of(&format!("\nrule r\n  nobody may hold any talk\n  {limit}\n"))
}

#[test]
fn a_bar_is_breached_by_every_matching_act_in_its_window() {
    let until = || barred("until 10 calendar days after order happens").on("2026-01-05", "order happens");
    assert_eq!(
        until().on("2026-01-14", "conference held").says("r"),
        "breached 2026-01-14"
    );
    assert_eq!(until().on("2026-01-15", "conference held").says("r"), "kept");
    assert_eq!(until().on("2026-01-14", "review held").says("r"), "kept");
    assert_eq!(
        barred("until order happens")
            .on("2026-01-04", "talk held")
            .on("2026-01-05", "order happens")
            .says("r"),
        "breached 2026-01-04"
    );
    assert_eq!(
        barred("until order happens")
            .on("2026-01-05", "order happens")
            .on("2026-01-05", "talk held")
            .says("r"),
        "kept"
    );
    assert_eq!(
        barred("until order happens").on("2026-11-05", "talk held").says("r"),
        "breached 2026-11-05"
    );
    assert_eq!(
        barred("after order happens")
            .on("2026-01-04", "talk held")
            .on("2026-01-05", "order happens")
            .says("r"),
        "kept"
    );
    let twice = barred("after order happens")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "talk held")
        .on("2026-01-07", "talk held");
    assert_eq!(twice.says("r"), "breached 2026-01-06, breached 2026-01-07");
}

#[test]
fn guards_of_a_bar_are_tested_at_the_act() {
    let rule = "\nrule r\n  while on-plan\n  unless exceptional\n  nobody may hold any talk\n";
    let story = |exceptional| {
        Story::of(rule)
            .given("exceptional", exceptional)
            .on("2026-01-04", "talk held")
            .on("2026-01-05", "order happens")
    };
    assert_eq!(story(0).says("r"), "kept");
    assert_eq!(story(0).on("2026-01-06", "talk held").says("r"), "breached 2026-01-06");
    assert_eq!(story(1).on("2026-01-06", "talk held").says("r"), "not engaged");
}

#[test]
fn a_bar_on_some_binds_only_them() {
    let rule = "\nrule r\n  the manager must not hold any talk\n";
    assert_eq!(
        Story::of(rule).on("2026-01-06", "talk held by deputy").says("r"),
        "breached 2026-01-06"
    );
    assert_eq!(
        Story::of(rule).on("2026-01-06", "talk held by worker").says("r"),
        "kept"
    );
    assert_eq!(
        Story::of(rule).on("2026-01-06", "talk held").says("r"),
        "needs who acts on 2026-01-06"
    );
}

#[test]
fn ending_a_status_is_the_act_of_whoever_causes_it_and_nobodys_if_the_outside_does() {
    let text = format!("{GATE}{AFTER_THE_PLAN}\nrule r\n  nobody may end on-plan\n");
    let on = || {
        Story::of(&text)
            .on("2026-01-05", "order happens")
            .on("2026-01-06", "plea happens")
    };
    assert_eq!(
        on().on("2026-01-07", "on-plan ends by worker").says("r"),
        "breached 2026-01-07"
    );
    assert_eq!(on().on("2026-01-07", "gate is stop").says("r"), "breached 2026-01-07");
    assert_eq!(on().on("2026-01-07", "move happens").says("r"), "kept");
}

#[test]
fn considering_includes_deciding() {
    let text = format!(
        "{GATE}\nrule talk-of-it\n  the worker may consider ending on-plan\nrule r\n  nobody should consider ending on-plan\n"
    );
    let on = || {
        Story::of(&text)
            .given("urgent", 1)
            .on("2026-01-05", "order happens")
            .on("2026-01-06", "plea happens")
    };
    assert_eq!(
        on().on("2026-01-07", "talk-of-it done").says("r"),
        "breached 2026-01-07"
    );
    assert_eq!(on().on("2026-01-07", "gate is go").says("r"), "breached 2026-01-07");
    assert_eq!(
        on().on("2026-01-07", "on-plan ends by worker").says("r"),
        "breached 2026-01-07"
    );
    assert_eq!(on().says("r"), "kept");
}

// Exclusive power

const POWER: &str = r#"
rule power
  only the manager may end on-plan
  if urgent
"#;

#[test]
fn an_act_beyond_a_power_is_void() {
    let story = |by: &str, urgent| {
        let text = format!("{POWER}{AFTER_THE_PLAN}");
        Story::of(&text)
            .given("urgent", urgent)
            .on("2026-01-05", "order happens")
            .on("2026-01-06", &format!("on-plan ends {by}"))
    };
    assert_eq!(story("by deputy", 1).says("power"), "kept");
    assert_eq!(story("by deputy", 1).says("tell"), "breached 2026-01-10");
    for void in [story("by worker", 1), story("by manager", 0)] {
        assert_eq!(void.says("power"), "breached 2026-01-06");
        assert_eq!(void.says("tell"), "not engaged");
    }
    assert_eq!(
        story("", 1).says("power"),
        "kept",
        "what the outside does is nobody's act"
    );
}

#[test]
fn a_power_over_a_meeting_needs_to_know_who_holds_it() {
    let rules = "\nrule power\n  only the manager may hold any talk\nrule r\n  when order happens\n  the worker must hold next talk\n  within 5 calendar days after order happens\n";
    let story = |held: &str| {
        Story::of(rules)
            .on("2026-01-05", "order happens")
            .on("2026-01-06", held)
    };
    assert_eq!(story("talk held").says("power"), "needs who acts on 2026-01-06");
    let void = story("talk held by worker");
    assert_eq!(
        (void.says("power").as_str(), void.says("r").as_str()),
        ("breached 2026-01-06", "breached 2026-01-11")
    );
}

#[test]
fn an_option_beyond_a_power_is_taken_but_its_effect_is_void() {
    let text = format!("{GATE}{POWER}{AFTER_THE_PLAN}").replace("decided by manager", "decided by worker");
    let story = Story::of(&text)
        .given("urgent", 1)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "plea happens")
        .on("2026-01-07", "gate is stop");
    assert_eq!(
        (
            story.says("gate").as_str(),
            story.says("power").as_str(),
            story.says("tell").as_str()
        ),
        ("kept", "breached 2026-01-07", "not engaged")
    );
}

// Decision

#[test]
fn a_decision_is_a_duty_and_a_closed_option_a_breach() {
    let story = |urgent| Story::of(GATE).given("urgent", urgent).on("2026-01-06", "plea happens");
    assert_eq!(story(0).says("gate"), "breached 2026-01-12");
    assert_eq!(story(1).on("2026-01-07", "gate is go").says("gate"), "kept");
    assert_eq!(
        story(0).on("2026-01-07", "gate is go").says("gate"),
        "kept, breached 2026-01-07"
    );
    assert_eq!(
        story(0).on("2026-01-07", "gate is stop by worker").says("gate"),
        "breached 2026-01-12"
    );
}

#[test]
fn a_decision_at_a_meeting_is_taken_in_it() {
    let gate =
        "\ndecision gate \"gate\"\n  at each review\n  decided by manager\n  option stop \"stop\"\n    then nothing\n";
    let story = || Story::of(gate).on("2026-01-06", "review held");
    assert_eq!(Story::of(gate).says("gate"), "not engaged");
    assert_eq!(story().says("gate"), "breached 2026-01-07");
    assert_eq!(story().on("2026-01-06", "gate is stop").says("gate"), "kept");
    assert_eq!(
        story().on("2026-01-07", "gate is stop").says("gate"),
        "breached 2026-01-07"
    );
    let when = gate.replace("at each review", "when order happens\n  at next review");
    assert_eq!(Story::of(&when).on("2026-01-06", "order happens").says("gate"), "open");
}

#[test]
fn an_own_act_that_sets_what_is_so_already_is_held_against_a_bar_and_engages_nothing() {
    let text = format!(
        "{AFTER_THE_PLAN}\nrule r\n  nobody may end on-plan\nrule by-letter\n  when letter is sent\n  effect on-plan ends\n"
    );
    let story = Story::of(&text).on("2026-01-05", "letter sent by worker");
    assert_eq!(
        (story.says("r").as_str(), story.says("tell").as_str()),
        ("breached 2026-01-05", "not engaged")
    );
}
