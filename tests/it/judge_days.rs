//! Days that are set, as conditions ask for them: the judge against its paragraph in `docs/decisions/0002-meaning.md`.

use crate::story::Story;

/// A duty that is engaged on Monday 2 February where `test` is true then, and is broken three days later.
fn tested(test: &str) -> Story {
    Story::of(&format!(
        "rule r\n  when each plea happens\n  if {test}\n  the manager must send letter to worker\n  within 2 calendar days after that plea happens\n"
    ))
}

const TRUE: &str = "breached 2026-02-05";
const FALSE: &str = "not engaged";

fn asked(story: Story) -> String {
    story.on("2026-02-02", "plea happens").until("2026-02-28").says("r")
}

#[test]
fn a_day_that_is_set_is_known_as_soon_as_it_is_set() {
    let both = |test: &str, review: &str, conference: &str| {
        asked(
            tested(test)
                .on("2026-01-05", &format!("review booked due {review}"))
                .on("2026-01-06", &format!("conference booked due {conference}")),
        )
    };
    let before = "next review is due before conference is due";
    let after = "next review is due after conference is due";
    let not_before = "next review is not due before conference is due";
    // Later than the test, and in either order.
    assert_eq!(both(before, "2026-02-10", "2026-02-12"), TRUE);
    assert_eq!(both(after, "2026-02-10", "2026-02-12"), FALSE);
    assert_eq!(both(not_before, "2026-02-10", "2026-02-12"), FALSE);
    assert_eq!(both(before, "2026-02-12", "2026-02-10"), FALSE);
    assert_eq!(both(after, "2026-02-12", "2026-02-10"), TRUE);
    assert_eq!(both(not_before, "2026-02-12", "2026-02-10"), TRUE);
    // On one day it is both.
    assert_eq!(both(before, "2026-02-10", "2026-02-10"), TRUE);
    assert_eq!(both(after, "2026-02-10", "2026-02-10"), TRUE);
    // A day that has passed is still the one that was set.
    assert_eq!(both(before, "2026-01-20", "2026-02-10"), TRUE);
}

#[test]
fn what_is_not_set_any_more_lies_nowhere() {
    let before = "next review is due before conference is due";
    let one = tested(before).on("2026-01-05", "review booked due 2026-02-10");
    assert_eq!(asked(one), FALSE);
    let both = || {
        tested(before)
            .on("2026-01-05", "review booked due 2026-02-10")
            .on("2026-01-06", "conference booked due 2026-02-12")
    };
    assert_eq!(asked(both().on("2026-01-07", "conference cancelled")), FALSE);
    assert_eq!(asked(both().on("2026-01-07", "review held")), FALSE);
    assert_eq!(
        asked(both().on("2026-01-07", "conference booked due 2026-02-09")),
        FALSE
    );
    let anew = both()
        .on("2026-01-07", "review held")
        .on("2026-01-08", "review booked due 2026-02-11");
    assert_eq!(asked(anew), TRUE);
    let nowhere = tested("next review is not due before conference is due");
    assert_eq!(asked(nowhere), TRUE);
}

#[test]
fn the_first_is_the_one_that_is_set_while_none_has_been_held() {
    let first = || {
        tested("first review is due before conference is due")
            .on("2026-01-05", "conference booked due 2026-02-12")
            .on("2026-01-05", "review booked due 2026-02-10")
    };
    assert_eq!(asked(first()), TRUE);
    let second = |test: &str| {
        tested(test)
            .on("2026-01-05", "conference booked due 2026-02-12")
            .on("2026-01-06", "review held")
            .on("2026-01-07", "review booked due 2026-02-10")
    };
    assert_eq!(asked(second("first review is due before conference is due")), FALSE);
    assert_eq!(asked(second("second review is due before conference is due")), TRUE);
}

#[test]
fn how_far_off_a_day_is_counts_from_the_day_of_the_test() {
    let within = |test: &str, day: &str| asked(tested(test).on("2026-01-05", &format!("conference booked due {day}")));
    // Monday 2 February and ten working days: Monday 16 February; ten calendar days: Thursday the 12th.
    assert_eq!(within("conference is due within 10 working days", "2026-02-16"), TRUE);
    assert_eq!(within("conference is due within 10 working days", "2026-02-17"), FALSE);
    assert_eq!(
        within("conference is not due within 10 working days", "2026-02-17"),
        TRUE
    );
    assert_eq!(within("conference is due within 10 calendar days", "2026-02-12"), TRUE);
    assert_eq!(within("conference is due within 10 calendar days", "2026-02-13"), FALSE);
    assert_eq!(asked(tested("conference is due within 10 calendar days")), FALSE);
    assert_eq!(asked(tested("conference is not due within 10 calendar days")), TRUE);
}

#[test]
fn which_days_are_counted_may_be_a_doubt() {
    let doubt = |value: u32| {
        let story = tested("conference is due within 10 working days or perhaps 10 calendar days");
        let reading = story.reading();
        asked(
            story
                .given(&reading, value)
                .on("2026-01-05", "conference booked due 2026-02-16"),
        )
    };
    assert_eq!((doubt(0).as_str(), doubt(1).as_str()), (TRUE, FALSE));
}

#[test]
fn a_booking_for_no_day_leaves_it_open() {
    let story = tested("conference is due within 10 calendar days").on("2026-01-05", "conference booked");
    assert_eq!(asked(story), "needs a meeting booked for no day that is given");
}

#[test]
fn a_kind_of_meeting_is_set_where_one_of_the_kind_is() {
    let story = tested("next talk is due within 10 calendar days").on("2026-01-05", "conference booked due 2026-02-10");
    assert_eq!(asked(story), TRUE);
}

#[test]
fn without_a_length_or_another_day_a_moment_keeps_its_meaning() {
    let story = tested("conference is due").on("2026-01-05", "conference booked due 2026-02-10");
    assert_eq!(asked(story), FALSE);
    let story = tested("conference is due before order happens").on("2026-01-05", "conference booked due 2026-02-10");
    assert_eq!(asked(story), FALSE);
}
