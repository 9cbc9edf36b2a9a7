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

// Which one, in a prohibition

#[test]
fn a_bar_until_so_long_after_the_last_binds_anew_after_each() {
    let two = |limit: &str, second: &str| {
        barred(limit)
            .on("2026-01-05", "talk held")
            .on("2026-02-05", second)
            .on("2026-02-14", "talk held")
            .says("r")
    };
    // Of two talks at least ten days apart none is barred; the second begins it anew.
    let last = "until 10 calendar days after last talk is held";
    assert_eq!(two(last, "plea happens"), "kept, kept");
    assert_eq!(two(last, "talk held"), "breached 2026-02-14, breached 2026-02-14, kept");
    // After the first alone.
    let first = "until 10 calendar days after first talk is held";
    assert_eq!(two(first, "talk held"), "kept");
    // Once so long has passed since the latest, not since any.
    let since = barred("at least 10 calendar days after last talk is held")
        .on("2026-01-05", "talk held")
        .on("2026-01-12", "talk held")
        .on("2026-01-19", "talk held");
    assert!(!since.says("r").contains("breached"), "{}", since.says("r"));
    let each = barred("at least 10 calendar days after each talk is held")
        .on("2026-01-05", "talk held")
        .on("2026-01-12", "talk held")
        .on("2026-01-19", "talk held");
    assert!(each.says("r").contains("breached 2026-01-19"), "{}", each.says("r"));
}

#[test]
fn beside_a_when_the_last_is_the_latest_before_it() {
    let story = Story::of(
        "\nrule r\n  when order happens\n  nobody may hold any review\n  until 10 calendar days after last talk is held\n",
    )
    .on("2026-01-05", "talk held")
    .on("2026-01-06", "order happens")
    .on("2026-01-12", "talk held");
    let early = |story: Story, date: &str| story.on(date, "review held").says("r");
    assert_eq!(early(story, "2026-01-18"), "kept");
}

#[test]
fn a_duty_measured_from_the_last_alone_is_engaged_by_each() {
    let story = Story::of(
        "\nrule r\n  the worker must send letter to court\n  within 3 calendar days after last talk is held\n",
    )
    .on("2026-01-05", "talk held")
    .on("2026-01-07", "letter sent by worker");
    assert_eq!(story.says("r"), "kept");
    let late = Story::of(
        "\nrule r\n  the worker must send letter to court\n  within 3 calendar days after last talk is held\n",
    )
    .on("2026-01-05", "talk held");
    assert_eq!(late.says("r"), "breached 2026-01-09");
}

// Attending

#[test]
fn a_meeting_is_attended_when_it_is_held() {
    let rule = "\nrule r\n  when order happens\n  the worker must attend next talk\n  within 10 calendar days after order happens\n";
    let story = || Story::of(rule).on("2026-01-05", "order happens");
    let there = story()
        .on("2026-01-07", "talk held")
        .on("2026-01-07", "r done by worker");
    assert_eq!(there.says("r"), "kept");
    assert_eq!(
        story().on("2026-01-08", "r done by worker").faults(),
        ["occurrence 1 on 2026-01-08: nobody attends `talk` while it is not held"]
    );
    // Not there when it was held, nor any held in time.
    assert_eq!(story().on("2026-01-07", "talk held").says("r"), "breached 2026-01-08");
    assert_eq!(story().says("r"), "breached 2026-01-16");
}

#[test]
fn each_meeting_engages_the_duty_to_attend_it_and_none_that_was_held_before() {
    let every = Story::of("\nrule r\n  the worker must attend each talk\n")
        .on("2026-01-05", "talk held")
        .on("2026-01-05", "r done by worker")
        .on("2026-01-09", "talk held");
    assert_eq!(every.says("r"), "kept, breached 2026-01-10");
    let past = Story::of("\nrule r\n  when order happens\n  the worker must attend first talk\n")
        .on("2026-01-04", "talk held")
        .on("2026-01-05", "order happens");
    assert_eq!(past.says("r"), "not engaged");
    let never = Story::of("\nrule r\n  when order happens\n  the worker must attend next talk\n")
        .on("2026-01-05", "order happens");
    assert_eq!(never.says("r"), "open");
}
