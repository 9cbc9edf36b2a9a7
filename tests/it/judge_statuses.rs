//! Statuses with several values, what a case starts with, order in conditions, and acts without a class: the judge against
//! its page, continued.

use crate::story::{Story, review};

/// A status with three values and what sets it.
fn route(starts: &str, items: &str) -> Story {
    Story::of(&format!(
        "status route \"route\"\n  one of none, voluntary, compulsory\n{starts}  becomes compulsory when order happens\n{items}"
    ))
}

/// A review that is due two days after a moment, under a guard.
fn review_when(moment: &str, guard: &str) -> String {
    format!(
        "rule r\n  when {moment}\n{guard}  someone must hold next review\n  within 2 calendar days after {moment}\n"
    )
}

const AT_NONE: &str = "  starts as none\n";

// Statuses with several values

#[test]
fn a_guard_sees_the_value_before_an_occurrence_and_after_a_change() {
    let on_order = |moment: &str, guard: &str| {
        route(AT_NONE, &review_when(moment, guard))
            .on("2026-01-05", "order happens")
            .says("r")
    };
    assert_eq!(on_order("order happens", "  if route is none\n"), "breached 2026-01-08");
    assert_eq!(on_order("order happens", "  if route is compulsory\n"), "not engaged");
    assert_eq!(
        on_order("route is compulsory", "  if route is compulsory\n"),
        "breached 2026-01-08"
    );
    assert_eq!(on_order("route is compulsory", "  if route is none\n"), "not engaged");
    assert_eq!(
        on_order("route is compulsory", "  unless route is one of none, voluntary\n"),
        "breached 2026-01-08"
    );
    assert_eq!(
        on_order("route is compulsory", "  if route is not compulsory\n"),
        "not engaged"
    );
    assert_eq!(on_order("route is voluntary", ""), "not engaged");
}

#[test]
fn a_status_takes_a_value_each_time_it_had_another() {
    let rules = "rule agreed\n  when each plea happens\n  effect route becomes voluntary\n";
    let story = route(AT_NONE, &format!("{rules}{}", review_when("route is voluntary", "")))
        .on("2026-01-05", "plea happens")
        .on("2026-02-05", "plea happens")
        .on("2026-03-05", "order happens")
        .on("2026-04-05", "plea happens");
    assert_eq!(story.says("r"), "breached 2026-01-08, breached 2026-04-08");
}

#[test]
fn a_change_of_value_causes_further_changes_at_its_own_position() {
    let rules = "rule over\n  when route is compulsory\n  effect on-plan ends\nrule told\n  when on-plan ends\n  if route is compulsory\n  the manager must send letter to worker\n  within 2 calendar days after on-plan ends\nrule begun\n  when each plea happens\n  effect on-plan begins\n";
    // In the shared vocabulary the order begins the plan, so here it would set it to two values at once.
    let both = route(AT_NONE, rules).on("2026-01-05", "order happens");
    assert_eq!(both.faults(), ["one occurrence on 2026-01-05 sets `on-plan` twice"]);
    let rules = rules.replace("route is compulsory\n  effect", "route is voluntary\n  effect");
    let rules = rules.replace("if route is compulsory", "if route is voluntary");
    let chain = route(
        AT_NONE,
        &format!("{rules}rule agreed\n  when each move happens\n  effect route becomes voluntary\n"),
    )
    .on("2026-01-04", "plea happens")
    .on("2026-01-05", "move happens");
    assert_eq!(chain.says("told"), "breached 2026-01-08");
}

#[test]
fn one_occurrence_that_sets_two_values_makes_no_history() {
    let two = route(
        AT_NONE,
        "rule agreed\n  when order happens\n  effect route becomes voluntary\n",
    );
    assert_eq!(
        two.on("2026-01-05", "order happens").faults(),
        ["one occurrence on 2026-01-05 sets `route` twice"]
    );
}

// What a case starts with

#[test]
fn a_status_that_leaves_it_open_starts_as_the_case_says() {
    let story =
        || route("", &review_when("order happens", "  if route is voluntary\n")).on("2026-01-05", "order happens");
    assert_eq!(story().starts("route", 1).says("r"), "breached 2026-01-08");
    assert_eq!(story().starts("route", 0).says("r"), "not engaged");
    assert_eq!(story().says("r"), "needs `route`");
}

#[test]
fn what_a_case_starts_with_has_not_occurred_and_is_not_set_again() {
    let story = || route("", &review_when("route is compulsory", ""));
    assert_eq!(story().starts("route", 2).says("r"), "not engaged");
    let again = story().starts("route", 2).on("2026-01-05", "order happens");
    assert_eq!(again.says("r"), "not engaged");
    let changed = story().starts("route", 1).on("2026-01-05", "order happens");
    assert_eq!(changed.says("r"), "breached 2026-01-08");
}

#[test]
fn a_case_starts_with_a_value_there_is_and_that_the_protocol_allows() {
    let wrong = ["`route` cannot start as given"];
    assert_eq!(route("", "").starts("route", 7).faults(), wrong);
    assert_eq!(route(AT_NONE, "").starts("route", 1).faults(), wrong);
    assert_eq!(route(AT_NONE, "").starts("route", 0).faults(), Vec::<String>::new());
}

// Order in conditions

#[test]
fn nothing_comes_before_itself_or_before_what_is_caused_with_it() {
    let tested = |condition: &str| {
        Story::of(&format!(
            "rule both\n  when order happens\n  effect in-care begins\n{}",
            review_when("second plea happens", &format!("  if {condition}\n"))
        ))
        .on("2026-01-02", "plea happens")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "plea happens")
        .says("r")
    };
    let (yes, no) = ("breached 2026-01-09", "not engaged");
    assert_eq!(tested("order happens before on-plan begins"), yes);
    assert_eq!(tested("on-plan begins before order happens"), no);
    assert_eq!(tested("on-plan begins before in-care begins"), no);
    assert_eq!(tested("in-care begins before on-plan begins"), no);
    assert_eq!(tested("in-care begins after on-plan begins"), no);
    assert_eq!(tested("order happens before order happens"), no);
    assert_eq!(tested("first plea happens before order happens"), yes);
}

#[test]
fn the_last_of_several_is_the_latest_before_the_test() {
    let story = |which: &str| {
        review(
            "order happens",
            &[&format!("if {which} plea happens before first move happens")],
        )
        .on("2026-01-01", "plea happens")
        .on("2026-01-02", "move happens")
        .on("2026-01-03", "plea happens")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "plea happens")
    };
    assert_eq!(story("first").says("r"), "breached 2026-01-08");
    assert_eq!(story("last").says("r"), "not engaged");
    assert_eq!(story("second").says("r"), "not engaged");
}

#[test]
fn counting_since_each_later_one_leaves_out_the_first() {
    let rule = "rule r\n  when order happens\n  someone must hold first review since each later plea happens\n  within 5 calendar days after order happens\n";
    let story = Story::of(rule)
        .on("2026-01-02", "plea happens")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held");
    assert_eq!(story.says("r"), "breached 2026-01-11");
    let twice = Story::of(rule)
        .on("2026-01-02", "plea happens")
        .on("2026-01-03", "plea happens")
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held");
    assert_eq!(twice.says("r"), "kept");
}

#[test]
fn a_limit_on_each_later_one_makes_an_instance_for_each_after_the_first() {
    let rule = "rule r\n  when first plea happens\n  the manager must send letter to worker\n  within 2 calendar days after each later plea happens\n";
    let once = || Story::of(rule).on("2026-01-05", "plea happens");
    assert_eq!(once().says("r"), "open", "no later plea ever comes");
    assert_eq!(once().on("2026-01-20", "plea happens").says("r"), "breached 2026-01-23");
    let late = once()
        .on("2026-01-06", "letter sent")
        .on("2026-01-20", "plea happens")
        .on("2026-02-20", "plea happens")
        .on("2026-02-21", "letter sent");
    assert_eq!(late.says("r"), "breached 2026-01-23, kept");
}

// What stands from the start, and what is tested where

#[test]
fn a_duty_that_stands_is_waived_by_what_stands_and_not_by_what_comes_later() {
    let rules = |waiver: &str| {
        Story::of(&format!(
            "rule r\n  if urgent\n  the manager must send letter to worker\n  timing not stated\nrule waived\n{waiver}  nobody need send letter to worker\n"
        ))
        .given("urgent", 1)
    };
    assert_eq!(rules("").says("r"), "not engaged");
    assert_eq!(rules("  when order happens\n").says("r"), "breached 2027-01-01");
    let later = rules("  when order happens\n").on("2026-01-05", "order happens");
    assert_eq!(later.says("r"), "breached 2027-01-01");
}

#[test]
fn a_duty_to_chair_is_excepted_where_it_is_engaged_and_a_bar_where_the_meeting_is_held() {
    let story = |who: &str| {
        Story::of(&format!(
            "rule r\n  when order happens\n  unless on-plan\n  {who} chair next review\n"
        ))
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "review held chair worker")
    };
    assert_eq!(story("the manager must").says("r"), "breached 2026-01-06");
    assert_eq!(story("the worker must not").says("r"), "not engaged");
}

#[test]
fn a_power_to_chair_is_for_those_named_and_while_its_condition_holds() {
    let story = |chair: &str, urgent| {
        Story::of("rule r\n  when order happens\n  only the manager may chair next review\n  if urgent\n")
            .given("urgent", urgent)
            .on("2026-01-05", "order happens")
            .on("2026-01-06", &format!("review held chair {chair}"))
            .says("r")
    };
    assert_eq!(story("deputy", 1), "kept");
    assert_eq!(story("worker", 1), "breached 2026-01-06");
    assert_eq!(story("deputy", 0), "breached 2026-01-06");
}

// Attending

/// Somebody must attend the next review after an order.
fn attends(who: &str, limit: &str) -> Story {
    Story::of(&format!(
        "rule r\n  when order happens\n  {who} must attend next review\n{limit}rule other\n  when order happens\n  the worker must attend next review\n  within 5 calendar days after order happens\n"
    ))
    .on("2026-01-05", "order happens")
}

#[test]
fn attending_is_done_of_the_rule_that_asks_for_it_by_one_who_counts() {
    let story = || attends("the manager", "  within 5 calendar days after order happens\n");
    assert_eq!(story().says("r"), "breached 2026-01-11");
    let held = || story().on("2026-01-10", "review held");
    assert_eq!(held().on("2026-01-10", "r done").says("r"), "kept");
    assert_eq!(held().on("2026-01-10", "r done by deputy").says("r"), "kept");
    assert_eq!(
        held().on("2026-01-10", "r done by worker").says("r"),
        "breached 2026-01-11"
    );
    let one = held().on("2026-01-10", "r done by manager");
    assert_eq!(one.says("other"), "breached 2026-01-11");
}

#[test]
fn attending_in_a_meeting_is_on_its_day_once_it_has_begun() {
    let story = || attends("someone", "  at next review\n");
    assert_eq!(story().says("r"), "open");
    let held = || story().on("2026-01-09", "review held");
    assert_eq!(held().on("2026-01-09", "r done").says("r"), "kept");
    assert_eq!(held().says("r"), "breached 2026-01-10");
    // Neither the day after nor before it begins is there anything to attend.
    assert_eq!(held().on("2026-01-10", "r done").faults().len(), 1);
    let before = story().on("2026-01-09", "r done").on("2026-01-09", "review held");
    assert_eq!(before.faults().len(), 1);
}
