//! When a duty is kept, lapses, is breached or stays open, limit by limit: the judge against its page, continued.

use crate::story::{Story, letter, letter_after_order};

// Duty

#[test]
fn within_counts_from_the_day_after_and_the_last_day_is_allowed() {
    let story = || letter_after_order("within 10 working days after order happens");
    assert_eq!(story().on("2026-01-19", "letter sent").says("r"), "kept");
    assert_eq!(story().on("2026-01-20", "letter sent").says("r"), "breached 2026-01-20");
    assert_eq!(story().on("2026-01-05", "letter sent").says("r"), "kept");
    assert_eq!(story().until("2026-01-19").says("r"), "open");
    assert_eq!(story().until("2026-01-20").says("r"), "breached 2026-01-20");
}

#[test]
fn months_are_clamped_to_the_end_of_a_shorter_one() {
    let story = || letter("within 1 month after order happens").on("2026-01-31", "order happens");
    assert_eq!(story().on("2026-02-28", "letter sent").says("r"), "kept");
    assert_eq!(story().on("2026-03-01", "letter sent").says("r"), "breached 2026-03-01");
}

#[test]
fn an_act_before_its_trigger_keeps_nothing_even_on_the_same_day() {
    let story = letter("within 5 calendar days after order happens")
        .on("2026-01-05", "letter sent")
        .on("2026-01-05", "order happens");
    assert_eq!(story.says("r"), "breached 2026-01-11");
}

#[test]
fn at_least_before_counts_back_from_what_engages_it() {
    let rule = |limit: &str| {
        Story::of(&format!(
            "\nrule r\n  the manager must send letter to worker\n  {limit}\n"
        ))
    };
    let story = |limit: &str, sent: &str| {
        rule(limit)
            .on(sent, "letter sent")
            .on("2026-02-16", "review held")
            .says("r")
    };
    assert_eq!(
        story("at least 10 calendar days before first review is held", "2026-02-06"),
        "kept"
    );
    assert_eq!(
        story("at least 10 calendar days before first review is held", "2026-02-07"),
        "breached 2026-02-07"
    );
    assert_eq!(
        story(
            "at least 10 clear calendar days before first review is held",
            "2026-02-06"
        ),
        "breached 2026-02-06"
    );
    assert_eq!(
        story(
            "at least 10 clear calendar days before first review is held",
            "2026-02-05"
        ),
        "kept"
    );
    assert_eq!(
        rule("at least 10 calendar days before first review is held").says("r"),
        "not engaged"
    );
}

#[test]
fn what_precedes_each_of_several_lies_after_the_one_before() {
    let rule = "\nrule r\n  the manager must send letter to worker\n  before each review is held\n";
    let one = Story::of(rule)
        .on("2026-01-05", "letter sent")
        .on("2026-01-06", "review held")
        .on("2026-02-06", "review held");
    assert_eq!(one.says("r"), "kept, breached 2026-02-07");
    let same_day = Story::of(rule)
        .on("2026-01-06", "letter sent")
        .on("2026-01-06", "review held");
    assert_eq!(same_day.says("r"), "kept");
    let just_late = Story::of(rule)
        .on("2026-01-06", "review held")
        .on("2026-01-06", "letter sent");
    assert_eq!(just_late.says("r"), "breached 2026-01-07");
}

#[test]
fn at_least_after_and_after_are_lower_limits() {
    let least = || letter_after_order("at least 10 calendar days after order happens");
    assert_eq!(least().on("2026-01-15", "letter sent").says("r"), "kept");
    assert_eq!(least().on("2026-01-14", "letter sent").says("r"), "breached 2027-01-01");
    let after = || letter_after_order("after first review is held");
    assert_eq!(
        after()
            .on("2026-01-09", "review held")
            .on("2026-01-09", "letter sent")
            .says("r"),
        "kept"
    );
    assert_eq!(
        after()
            .on("2026-01-08", "letter sent")
            .on("2026-01-09", "review held")
            .says("r"),
        "breached 2027-01-01"
    );
}

#[test]
fn same_day_and_at_are_the_same_day() {
    let same = || letter_after_order("same day as first review is held");
    assert_eq!(
        same()
            .on("2026-01-09", "letter sent")
            .on("2026-01-09", "review held")
            .says("r"),
        "kept"
    );
    assert_eq!(
        same()
            .on("2026-01-09", "review held")
            .on("2026-01-10", "letter sent")
            .says("r"),
        "breached 2026-01-10"
    );
    let at = || letter_after_order("at next review");
    assert_eq!(
        at().on("2026-01-09", "review held")
            .on("2026-01-09", "letter sent")
            .says("r"),
        "kept"
    );
    assert_eq!(
        at().on("2026-01-09", "letter sent")
            .on("2026-01-09", "review held")
            .says("r"),
        "breached 2026-01-10"
    );
    assert_eq!(at().says("r"), "open");
}

#[test]
fn what_hangs_on_something_that_never_comes_stays_open_and_what_has_no_limit_must_still_be_done() {
    let story = letter_after_order("before first review is held");
    assert_eq!(story.says("r"), "open");
    assert_eq!(story.on("2026-05-05", "letter sent").says("r"), "kept");
    for limit in ["timing not stated", "timing \"soon\"", "straight after order happens"] {
        let story = letter_after_order(limit);
        assert_eq!(story.says("r"), "breached 2027-01-01", "{limit}");
        assert_eq!(story.on("2026-12-31", "letter sent").says("r"), "kept", "{limit}");
    }
}

#[test]
fn a_first_that_was_already_held_leaves_nothing_to_do() {
    let rule = "\nrule r\n  when order happens\n  someone must hold first review\n  within 5 calendar days after order happens\n";
    let story = Story::of(rule)
        .on("2026-01-04", "review held")
        .on("2026-01-05", "order happens");
    assert_eq!(story.says("r"), "not engaged");
}

#[test]
fn a_duty_lapses_when_its_while_ends_in_time() {
    let rule = "\nrule r\n  when order happens\n  while not in-care\n  the manager must send letter to worker\n  within 5 calendar days after order happens\n";
    let story = || Story::of(rule).on("2026-01-05", "order happens");
    assert_eq!(story().on("2026-01-10", "in-care begins").says("r"), "lapsed");
    assert_eq!(
        story().on("2026-01-11", "in-care begins").says("r"),
        "breached 2026-01-11"
    );
    assert_eq!(
        story()
            .on("2026-01-09", "letter sent")
            .on("2026-01-10", "in-care begins")
            .says("r"),
        "kept"
    );
    assert_eq!(
        story()
            .on("2026-01-08", "in-care begins")
            .on("2026-01-09", "letter sent")
            .says("r"),
        "lapsed"
    );
    let never = Story::of(rule)
        .on("2026-01-04", "in-care begins")
        .on("2026-01-05", "order happens");
    assert_eq!(never.says("r"), "not engaged");
}

#[test]
fn each_later_one_follows_the_previous_and_the_last_stays_open() {
    let rule = "\nrule r\n  someone must hold each later review\n  within 1 month after previous review is held\n";
    let story = Story::of(rule)
        .on("2026-01-05", "review held")
        .on("2026-02-05", "review held")
        .on("2026-03-06", "review held")
        .until("2026-04-01");
    assert_eq!(story.says("r"), "kept, breached 2026-03-06, open");
}

#[test]
fn a_standing_duty_is_engaged_when_its_guards_first_hold() {
    let rule = "\nrule r\n  while on-plan\n  the manager must send letter to worker\n  timing not stated\n";
    assert_eq!(Story::of(rule).says("r"), "not engaged");
    let on = || Story::of(rule).on("2026-01-05", "order happens");
    assert_eq!(on().says("r"), "breached 2027-01-01");
    assert_eq!(on().on("2026-01-06", "letter sent").says("r"), "kept");
    assert_eq!(on().on("2026-01-06", "on-plan ends").says("r"), "lapsed");
}

#[test]
fn a_duty_is_kept_by_someone_who_counts_as_its_subject() {
    let story = || letter_after_order("within 5 calendar days after order happens");
    assert_eq!(story().on("2026-01-06", "letter sent by deputy").says("r"), "kept");
    assert_eq!(
        story().on("2026-01-06", "letter sent by worker").says("r"),
        "breached 2026-01-11"
    );
    let rule = "\nrule r\n  when order happens\n  the manager must hold next talk\n  within 5 calendar days after order happens\n";
    let meeting = Story::of(rule)
        .on("2026-01-05", "order happens")
        .on("2026-01-06", "talk held by worker");
    assert_eq!(meeting.says("r"), "kept", "a meeting is held once for all who must");
}

// Doubts

#[test]
fn a_reading_picks_the_candidate() {
    let length = || letter_after_order("within 2 calendar days or perhaps 9 calendar days after order happens");
    let reading = length().reading();
    assert_eq!(length().says("r"), format!("needs `{reading}`"));
    assert_eq!(
        length().given(&reading, 0).on("2026-01-10", "letter sent").says("r"),
        "breached 2026-01-08"
    );
    assert_eq!(
        length().given(&reading, 1).on("2026-01-10", "letter sent").says("r"),
        "kept"
    );
    let anchor = || {
        let limit = "within 2 calendar days after order happens or perhaps in-care begins or perhaps not stated";
        letter_after_order(limit).on("2026-02-05", "in-care begins")
    };
    let reading = anchor().reading();
    assert_eq!(anchor().given(&reading, 0).says("r"), "breached 2026-01-08");
    assert_eq!(anchor().given(&reading, 1).says("r"), "breached 2026-02-08");
    assert_eq!(
        anchor().given(&reading, 2).on("2026-03-01", "letter sent").says("r"),
        "kept"
    );
}
