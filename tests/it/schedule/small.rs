//! Small protocols, one question each.

use super::*;

const HEAD: &str = r#"protocol p "Reviews"
  authority "A"
role officer "the officer"
status in-care "looked after"
meeting talk "the talk"
meeting review "the review"
document letter "the letter"
"#;

fn case(rules: &str, events: &[(&str, &str)], today: &str) -> Schedule {
    let text = format!("{HEAD}{rules}");
    let mut sources = Sources::new();
    let loaded = from_text("p.duly", &text, &mut sources);
    let slips: Vec<&str> = loaded
        .diagnostics
        .iter()
        .filter(|d| d.stops())
        .map(|d| d.headline.as_str())
        .collect();
    assert_eq!(slips, [""; 0], "{text}");
    let mut csv = "date,what,by,chair,booked-for\n".to_owned();
    for (date, what) in events {
        let (what, booked) = what.split_once(" for ").unwrap_or((what, ""));
        csv += &format!("{date},{what},,,{booked}\n");
    }
    worked_out(&loaded.protocol, &[("case.csv", &csv)], today)
}

const REVIEW: &str = r#"rule review-in-20
  the officer must hold review
  within 20 working days after in-care begins
  cites p 1
"#;

#[test]
fn what_is_past_its_last_day_is_overdue_and_comes_first() {
    let s = case(REVIEW, &[("2026-04-20", "in-care begins")], "2026-05-20");
    assert_eq!(only(&s, "review-in-20").state, State::Overdue(day("2026-05-20")));
    assert_eq!(s.lost.len(), 1);
    assert_eq!(
        s.lost[0].kind,
        Loss::Broken {
            when: day("2026-05-20"),
            because: some("“looked after” begins"),
        }
    );
    assert!(s.is_in_breach());
    // The last day itself is in time.
    let s = case(REVIEW, &[("2026-04-20", "in-care begins")], "2026-05-19");
    let review = only(&s, "review-in-20");
    assert_eq!((review.state, last(review)), (State::Due, some("2026-05-19")));
    assert!(!s.is_in_breach());
}

#[test]
fn what_is_done_is_done_on_its_day() {
    let events = [("2026-04-20", "in-care begins"), ("2026-05-06", "review is held")];
    let s = case(REVIEW, &events, "2026-05-20");
    assert_eq!(only(&s, "review-in-20").state, State::Done(Some(day("2026-05-06"))));
    assert!(s.lost.is_empty());
}

#[test]
fn a_later_rule_pulls_an_earlier_day_forward() {
    let rules = format!(
        r#"{REVIEW}rule talk-in-20
  the officer must hold talk
  within 20 working days after in-care begins
  cites p 2
rule time-between
  when talk is held
  the officer must hold review
  at least 10 working days after talk is held
  cites p 3
"#
    );
    let s = case(&rules, &[("2026-04-20", "in-care begins")], "2026-04-21");
    let talk = only(&s, "talk-in-20");
    // Ten working days before Tuesday 19 May.
    assert_eq!(last(talk), some("2026-05-05"));
    let why = &talk.latest.as_ref().unwrap().why;
    let rules: Vec<&str> = why.iter().map(|w| w.rule.as_ref().unwrap().name.as_str()).collect();
    assert_eq!(rules, ["p.review-in-20", "p.time-between"]);
    let review = only(&s, "review-in-20");
    assert_eq!(
        first(review),
        some("2026-05-06"),
        "ten working days after today at the earliest"
    );
}

#[test]
fn a_late_event_pushes_what_can_move_and_not_what_cannot() {
    let rules = format!(
        r#"{REVIEW}rule talk-in-5
  the officer must hold talk
  within 5 working days after in-care begins
  cites p 2
rule letter-after-talk
  the officer must send letter to officer
  within 10 working days after talk is held
  cites p 3
"#
    );
    let s = case(
        &rules,
        &[("2026-06-01", "in-care begins"), ("2026-06-17", "talk is held")],
        "2026-06-18",
    );
    assert_eq!(only(&s, "talk-in-5").state, State::Late(day("2026-06-17")));
    assert_eq!(last(only(&s, "letter-after-talk")), some("2026-07-01"));
    assert_eq!(last(only(&s, "review-in-20")), some("2026-06-29"));
}

#[test]
fn what_no_continuation_can_keep_is_said_first_with_its_rules() {
    let rules = format!(
        r#"{REVIEW}rule talk-first
  when in-care begins
  the officer must hold review
  after talk is held
  cites p 2
rule slow-talk
  when in-care begins
  the officer must hold talk
  at least 6 weeks after in-care begins
  cites p 3
"#
    );
    let s = case(&rules, &[("2026-04-20", "in-care begins")], "2026-04-21");
    assert_eq!(s.lost.len(), 1, "{:#?}", s.lost);
    assert_eq!(s.lost[0].kind, Loss::Clash { booked: false });
    let mut names: Vec<&str> = s.lost[0].rules.iter().map(|r| r.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["p.review-in-20", "p.slow-talk", "p.talk-first"]);
}

#[test]
fn a_booking_that_breaks_a_limit_is_named_and_one_that_fits_fixes_the_day() {
    let booked = |day| [("2026-04-20", "in-care begins"), ("2026-04-20", day)];
    let s = case(REVIEW, &booked("review is booked for 2026-05-12"), "2026-04-21");
    let review = only(&s, "review-in-20");
    assert_eq!((first(review), last(review)), (some("2026-05-12"), some("2026-05-12")));
    assert!(s.lost.is_empty());
    let s = case(REVIEW, &booked("review is booked for 2026-05-20"), "2026-04-21");
    assert!(
        matches!(&s.lost[0].kind, Loss::Booking { day: d, .. } if *d == day("2026-05-20")),
        "{:#?}",
        s.lost
    );
    assert_eq!(last(only(&s, "review-in-20")), some("2026-05-19"));
}

#[test]
fn without_a_stated_last_day_there_is_none_or_the_one_that_others_force() {
    let rules = r#"rule talk-soon
  when in-care begins
  the officer must hold talk
  timing "promptly"
  cites p 1
rule letter-some-time
  when in-care begins
  the officer must send letter to officer
  timing not stated
  cites p 2
"#;
    let s = case(rules, &[("2026-04-20", "in-care begins")], "2026-04-21");
    let talk = of(&s, "talk-soon");
    assert_eq!(talk[0].urgency, ["promptly"]);
    for rule in ["talk-soon", "letter-some-time"] {
        let fate = only(&s, rule);
        assert_eq!((fate.state, last(fate), fate.stated), (State::Due, None, false));
    }
    let forced = format!(
        r#"{REVIEW}{rules}rule talk-first
  when in-care begins
  the officer must hold review
  after talk is held
  cites p 3
"#
    );
    let s = case(&forced, &[("2026-04-20", "in-care begins")], "2026-04-21");
    let talk = only(&s, "talk-soon");
    assert_eq!((last(talk), talk.stated), (some("2026-05-19"), false));
    assert_eq!(last(only(&s, "letter-some-time")), None);
}

#[test]
fn an_empty_case_asks_for_nothing_that_something_engages() {
    let s = case(REVIEW, &[], "2026-04-21");
    assert!(
        s.duties.is_empty() && s.lost.is_empty() && s.unsettled.is_empty(),
        "{s:#?}"
    );
}

#[test]
fn what_repeats_more_often_than_a_proof_looks_at_is_followed() {
    let rules = r#"meeting visit "the visit"
  repeats
rule visits
  while in-care
  the officer must hold each later visit
  within 10 working days after previous visit is held
  cites p 1
"#;
    let events = [
        ("2026-04-20", "in-care begins"),
        ("2026-04-21", "visit is held"),
        ("2026-04-28", "visit is held"),
        ("2026-05-06", "visit is held"),
        ("2026-05-13", "visit is held"),
        ("2026-05-20", "visit is held"),
        ("2026-06-01", "visit is held"),
    ];
    let s = case(rules, &events, "2026-06-02");
    let due: Vec<_> = of(&s, "visits")
        .into_iter()
        .filter(|d| d.fates[0].state == State::Due)
        .collect();
    assert_eq!(due.len(), 1, "{s:#?}");
    assert_eq!(last(&due[0].fates[0]), some("2026-06-15"));
    assert!(s.lost.is_empty());
}

#[test]
fn what_lapses_is_not_asked_any_more() {
    let rules = r#"rule review-in-20
  while in-care
  the officer must hold review
  within 20 working days after in-care begins
  cites p 1
"#;
    let events = [("2026-04-20", "in-care begins"), ("2026-04-24", "in-care ends")];
    let s = case(rules, &events, "2026-06-20");
    assert_eq!(only(&s, "review-in-20").state, State::Lapsed);
    assert!(s.lost.is_empty());
}

/// A meeting that comes again and again.
const VISITS: &str = r#"meeting visit "the visit"
  repeats
rule first-visit
  the officer must hold first visit
  within 1 week after in-care begins
  cites p 2
rule weekly-visits
  the officer must hold each later visit
  within 1 week after previous visit is held
  cites p 3
rule note-of-visit
  when second visit is held
  the officer must send letter to officer
  within 3 working days after second visit is held
"#;

#[test]
fn of_what_recurs_only_the_broken_instance_is_left_out() {
    let events = [("2026-04-20", "in-care begins"), ("2026-04-24", "visit is held")];
    let s = case(VISITS, &events, "2026-05-06");
    let visits = of(&s, "weekly-visits");
    let told: Vec<(State, Option<String>)> = visits.iter().map(|d| (d.fates[0].state, last(&d.fates[0]))).collect();
    // The second visit is overdue; once it is held, on the day of asking at the earliest, the third is due in a week.
    assert_eq!(
        told[0],
        (State::Overdue(day("2026-05-02")), some("2026-05-01")),
        "{visits:#?}"
    );
    assert_eq!((told.len(), told[1].0), (2, State::Later), "{visits:#?}");
    // What follows from what is overdue is asked later.
    assert_eq!(only(&s, "note-of-visit").state, State::Later);
    let Loss::Broken { because, .. } = &s.lost[0].kind else {
        panic!("{:#?}", s.lost);
    };
    assert_eq!(because.as_deref(), Some("the first meeting “the visit” is held"));
    assert_eq!(s.lost_for_good().count(), 0);
}

#[test]
fn what_is_done_after_its_last_day_is_late_and_not_overdue() {
    let events = [("2026-04-20", "in-care begins"), ("2026-05-21", "review is held")];
    let s = case(REVIEW, &events, "2026-06-01");
    let review = only(&s, "review-in-20");
    assert_eq!(review.state, State::Late(day("2026-05-21")));
    let bound = review.latest.as_ref().unwrap();
    assert_eq!((bound.day, bound.why.len()), (day("2026-05-19"), 1));
    assert_eq!(bound.why[0].anchor_day, day("2026-04-20"));
    assert_eq!(s.lost_for_good().count(), 0);
    // It was broken all the same.
    assert!(s.is_in_breach());
}

#[test]
fn how_an_overdue_day_was_counted_is_told() {
    let s = case(REVIEW, &[("2026-04-20", "in-care begins")], "2026-05-20");
    let review = only(&s, "review-in-20");
    assert!(review.stated);
    let bound = review.latest.as_ref().unwrap();
    let counted: Vec<_> = bound.why.iter().map(|w| (w.anchor_day, w.day)).collect();
    assert_eq!(counted, [(day("2026-04-20"), day("2026-05-19"))]);
}

#[test]
fn what_must_be_is_lost_before_what_should_be() {
    let rules = r#"rule late-talk
  when in-care begins
  the officer should hold talk
  at least 6 weeks after in-care begins
rule early-talk
  when in-care begins
  the officer must hold talk
  within 2 weeks after in-care begins
rule late-review
  when in-care begins
  the officer must hold review
  at least 6 weeks after in-care begins
rule early-review
  when in-care begins
  the officer must hold review
  within 2 weeks after in-care begins
"#;
    let s = case(rules, &[("2026-04-20", "in-care begins")], "2026-04-20");
    let lost: Vec<&str> = s.lost.iter().map(|l| l.rules[0].name.as_str()).collect();
    assert_eq!(lost.len(), 2, "{lost:?}");
    assert_eq!(lost[1], "p.late-talk");
}

#[test]
fn a_value_taken_so_that_all_can_be_kept_is_told_so() {
    let rules = r#"fact urgent "it is urgent"
fact known "it is known"
rule late-review
  when in-care begins
  unless urgent
  the officer must hold review
  at least 6 weeks after in-care begins
rule early-review
  when in-care begins
  the officer must hold review
  within 2 weeks after in-care begins
rule early-talk
  when in-care begins
  unless known
  the officer must hold talk
  within 2 weeks after in-care begins
"#;
    let s = case(rules, &[("2026-04-20", "in-care begins")], "2026-04-20");
    let taken = |name: &str| {
        let found = s.assumed.iter().find(|a| a.name == name);
        found.map(|a| (a.value.as_str(), a.how))
    };
    assert_eq!(taken("urgent"), Some(("yes", Taken::ToKeepAll)));
    assert_eq!(taken("known"), Some(("no", Taken::First)));
}

/// Whatever is overdue, what must come before the next of it has no last day but the calendar's, which is nobody's.
#[test]
fn the_end_of_the_calendar_is_no_last_day() {
    let rules = r#"meeting visit
  repeats
rule first-visit
  while in-care
  the officer must hold first visit
  within 20 working days after in-care begins
  cites p 1
rule later-visits
  while in-care
  the officer must hold each later visit
  within 6 months after previous visit is held
  cites p 2
rule prepare
  while in-care
  the officer should "prepare the visit"
  at least 15 working days before each visit is held
  cites p 3
"#;
    let s = case(rules, &[("2026-04-02", "in-care begins")], "2026-06-20");
    let days = s.duties.iter().flat_map(|d| &d.fates).filter_map(last);
    let far: Vec<String> = days.filter(|day| day.as_str() > "2030-01-01").collect();
    assert_eq!(far, [""; 0], "{s:#?}");
}
