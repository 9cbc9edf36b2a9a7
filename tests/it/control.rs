//! Whether a plan guarantees what has a last day: others may take all of their time, or none of it; whoever has the steps in hand
//! himself may not complain. Small protocols, the dates that come out, and a count by other code.

use crate::flood::found;
use crate::questions::said;
use duly::calendar::Calendar;
use duly::diagnostics::{Diagnostic, Severity};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

const WORDS: &str = "\
protocol t \"t\"
  authority \"a council\"
role chair
role worker
role manager
role school
  outside
fact grave
status in-care
  begins when order happens
event order
  comes from not stated
meeting conference
document letter
";

/// The findings of this family.
fn told(rules: &str) -> Vec<Diagnostic> {
    let all = found(&format!("{WORDS}{rules}"));
    all.into_iter().filter(|d| d.code.id == "D0505").collect()
}

/// The only one.
fn one(rules: &str) -> Diagnostic {
    let mut told = told(rules);
    assert_eq!(told.len(), 1, "{told:#?}");
    told.remove(0)
}

/// Somebody is allocated within so many days, and then a letter is due by another day.
fn allocated_then_letter(days: &str, who: &str, last: &str) -> String {
    format!(
        "rule allocated\n  the manager must allocate worker\n  within {days} after in-care begins\n  cites t 1\n\
         rule letter-soon\n  when worker is allocated\n  the {who} send letter to school\n  within {last} after in-care begins\n  cites t 2\n"
    )
}

#[test]
fn others_may_take_all_of_their_time() {
    let told = one(&allocated_then_letter(
        "15 working days",
        "worker must",
        "12 working days",
    ));
    assert_eq!(told.severity, Severity::Warning);
    assert_eq!(
        told.headline,
        "nothing guarantees `letter-soon`: it waits for `allocated`, which may take 15 working days"
    );
    assert!(
        told.help[0].contains("`allocated` within 12 working days after"),
        "{:?}",
        told.help
    );
    assert!(
        told.notes.iter().any(|n| n.contains("in every case")),
        "{:?}",
        told.notes
    );
    // From Monday 5 January 2026 the 12th working day is Wednesday 21 January, the 15th Monday 26 January.
    let days: Vec<Option<Day>> = told.story.iter().map(|s| s.day).collect();
    let expected = [(1, 5), (1, 22), (1, 26)].map(|(month, day)| Day::from_ymd(2026, month, day));
    assert_eq!(days, expected, "{:#?}", told.story);
    assert!(told.story[2].text.contains("allocated"), "{:#?}", told.story);
}

#[test]
fn with_the_days_proposed_nothing_is_left_to_tell() {
    for days in [12, 13] {
        let text = allocated_then_letter(&format!("{days} working days"), "worker must", "12 working days");
        assert_eq!(told(&text).len(), days - 12, "{days}");
    }
}

/// In calendar days, counted over every start date without the solver and without its tables.
#[test]
fn the_days_proposed_are_those_of_the_worst_start_date() {
    let text = allocated_then_letter("30 working days", "worker must", "21 calendar days");
    let help = one(&text).help[0].clone();
    let loaded = from_text("p.duly", &format!("{WORDS}{text}"), &mut Sources::new());
    let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
    let last = calendar.last().plus(-2 * 366);
    let starts = (calendar.first().0..=last.0).map(Day);
    let least = starts
        .map(|s| (s.0 + 1..=s.0 + 21).filter(|d| calendar.is_working(Day(*d))).count())
        .min();
    let least = least.unwrap();
    assert!(
        help.contains(&format!("within {least} working days")),
        "{least}: {help}"
    );
}

#[test]
fn what_is_in_the_same_hands_is_a_note() {
    let told = one(&allocated_then_letter(
        "15 working days",
        "manager must",
        "12 working days",
    ));
    assert_eq!(told.severity, Severity::Note);
    assert_eq!(
        told.headline,
        "`allocated` has less time than the limit says: `letter-soon` waits for that"
    );
}

#[test]
fn a_limit_that_only_a_later_duty_of_the_same_hands_sets_is_a_note() {
    let rules = "rule talk\n  when in-care begins\n  the chair must consult worker on conference\n  timing not stated\n  cites t 1\n\
         rule letter-soon\n  when talk is done\n  the chair must send letter to school\n  within 12 working days after in-care begins\n  cites t 2\n";
    let told = one(rules);
    assert_eq!(told.severity, Severity::Note);
    assert_eq!(
        told.headline,
        "`talk` has a last day that no rule sets: `letter-soon` waits for that"
    );
    assert!(
        told.notes.iter().any(|n| n.contains("may take 12 working days")),
        "{:?}",
        told.notes
    );
}

#[test]
fn what_only_should_be_done_in_time_is_a_note() {
    let told = one(&allocated_then_letter(
        "15 working days",
        "worker should",
        "12 working days",
    ));
    assert_eq!(told.severity, Severity::Note);
    assert!(
        told.headline.starts_with("nothing guarantees `letter-soon`"),
        "{}",
        told.headline
    );
}

/// A step that only *should* be quick may be slow for a *must*, and not for a *should*.
#[test]
fn a_should_binds_a_step_only_for_what_should_be() {
    let rules = |last: &str| {
        let first = "rule allocated\n  the manager should allocate worker\n  within 5 working days after in-care begins\n  cites t 1\n";
        format!(
            "{first}rule letter-soon\n  when worker is allocated\n  the worker {last} send letter to school\n  within 12 working days after in-care begins\n  cites t 2\n"
        )
    };
    assert_eq!(told(&rules("should")).len(), 0);
    assert_eq!(one(&rules("must")).severity, Severity::Warning);
}

fn reply_then_conference(bar: &str) -> String {
    format!(
        "rule reply\n  when in-care begins\n  the school must notify chair that \"they will come\"\n  within 10 working days after in-care begins\n  cites t 1\n\
         rule conference-after\n  when reply is done\n  the chair must hold conference\n  within 5 working days after reply is done\n  cites t 2\n{bar}"
    )
}

#[test]
fn others_may_come_at_once() {
    let bar =
        "rule not-before\n  nobody may hold conference\n  until 15 working days after in-care begins\n  cites t 3\n";
    let told = one(&reply_then_conference(bar));
    assert_eq!(told.severity, Severity::Warning);
    assert_eq!(
        told.headline,
        "nothing guarantees `conference-after`: it waits for `reply`, which may come as soon as it is asked for"
    );
    let replied = told.story.iter().find(|s| s.text.contains("notified")).unwrap();
    assert_eq!(replied.day, told.story[0].day, "{:#?}", told.story);
    assert_eq!(self::told(&reply_then_conference("")).len(), 0);
}

fn report_and_talk(report: u32) -> String {
    format!(
        "rule report\n  when in-care begins\n  the worker must notify manager that \"a child came\"\n  within {report} working days after in-care begins\n  cites t 1\n\
         rule talk\n  when report is done\n  the manager must consult worker on conference\n  within 10 working days after report is done\n  cites t 2\n\
         rule letter-soon\n  when talk is done\n  the chair must send letter to school\n  within 12 working days after in-care begins\n  cites t 3\n"
    )
}

#[test]
fn several_steps_add_up() {
    let told = one(&report_and_talk(5));
    assert_eq!(
        told.headline,
        "nothing guarantees `letter-soon`: it waits for `report` and `talk`, and each of these may take all of its time"
    );
    assert!(
        told.help[0].contains("`report` within 2 working days after"),
        "{:?}",
        told.help
    );
    assert_eq!(self::told(&report_and_talk(2)).len(), 0);
}

/// Read one way the step leaves time, read the other it does not: that one is told.
#[test]
fn the_case_that_leaves_no_time_is_the_one_told() {
    let told = one(&allocated_then_letter(
        "10 working days or perhaps 20 working days",
        "worker must",
        "15 working days",
    ));
    let case = told
        .notes
        .iter()
        .find(|n| n.starts_with("the case in which it is so"))
        .unwrap();
    assert!(case.contains("read as 20 working days"), "{case}");
    assert!(
        told.headline.ends_with("which may take 20 working days"),
        "{}",
        told.headline
    );
    assert!(told.help[0].contains("within 15 working days after"), "{:?}", told.help);
}

#[test]
fn what_depends_on_the_case_waits_for_another_step_in_each() {
    let told = one("judgement bad-case\n  judged by chair\n\
         rule report\n  when in-care begins\n  if not bad-case\n  the worker must notify manager that \"a child came\"\n  within 10 working days after in-care begins\n  cites t 1\n\
         rule report-slow\n  when in-care begins\n  if bad-case\n  the worker must notify manager that \"it is bad\"\n  within 20 working days after in-care begins\n  cites t 1\n\
         rule letter-soon\n  when report is done or report-slow is done\n  the chair must send letter to school\n  within 15 working days after in-care begins\n  cites t 3\n");
    assert!(told.headline.contains("`report-slow`"), "{}", told.headline);
}

#[test]
fn a_duty_measured_from_what_it_waits_for_is_not_told() {
    let rules = "rule allocated\n  the manager must allocate worker\n  within 15 working days after in-care begins\n  cites t 1\n\
         rule letter-then\n  when worker is allocated\n  the worker must send letter to school\n  within 5 working days after worker is allocated\n  cites t 2\n";
    assert_eq!(said(&format!("{WORDS}{rules}"), "D0505"), [""; 0]);
}

/// What can be kept at no pace is a clash, and told as one; what is told behind it names the rule left aside.
#[test]
fn behind_a_clash_the_rule_left_aside_is_named() {
    let text = allocated_then_letter("15 working days", "worker must", "12 working days");
    let bar =
        "rule not-yet\n  nobody may send letter to school\n  until 20 working days after in-care begins\n  cites t 3\n";
    let all = found(&format!("{WORDS}{text}{bar}"));
    assert!(all.iter().any(|d| d.code.id == "D0302"), "{all:#?}");
    let behind = all.iter().find(|d| d.code.id == "D0505").unwrap();
    assert!(
        behind.notes.iter().any(|n| n.contains("`not-yet`")),
        "{:?}",
        behind.notes
    );
}

/// Where it is grave the letter cannot be sent in time at all: that is a clash, and no case of slow steps.
#[test]
fn a_case_that_is_lost_at_any_pace_is_not_the_one_told() {
    let text = allocated_then_letter("10 working days", "worker must", "12 working days");
    let bar = "rule not-yet\n  nobody may send letter to school\n  until 20 working days after in-care begins\n  unless not grave\n  cites t 3\n";
    let all = found(&format!("{WORDS}{text}{bar}"));
    assert!(all.iter().any(|d| d.severity == Severity::Error), "{all:#?}");
    assert!(all.iter().all(|d| d.code.id != "D0505"), "{all:#?}");
}

/// An invitation, a reply within so many days of it, and a conference within two days of that, on one of three days.
fn a_conference_between(days: &str, reply: &str) -> String {
    format!(
        "rule invited\n  when in-care begins\n  the manager must send letter to school\n  at least 16 {days} after in-care begins\n  \
         within 18 {days} after in-care begins\n  cites t 1\n\
         rule replied\n  when invited is done\n  the school must notify manager that \"it will come\"\n  within {reply} after invited is done\n  \
         cites t 2\n\
         rule soon-after\n  when replied is done\n  the manager must hold conference\n  within 2 {days} after replied is done\n  cites t 3\n\
         rule by-day-22\n  when in-care begins\n  the manager must hold conference\n  within 22 {days} after in-care begins\n  cites t 4\n\
         rule not-yet\n  nobody may hold conference\n  until 20 {days} after in-care begins\n  cites t 5\n"
    )
}

#[test]
fn what_only_foresight_could_keep_is_told_with_the_rules_in_the_way() {
    let told = one(&a_conference_between("calendar days", "6 calendar days"));
    assert_eq!(told.severity, Severity::Warning);
    assert_eq!(
        told.headline,
        "nothing guarantees `soon-after`: only whoever knew beforehand how long `replied` takes could be in time"
    );
    let said = format!("{told:?}");
    assert!(said.contains("dynamic control, exact for calendar days"), "{said}");
    assert!(
        said.contains("`replied`, `soon-after`, `by-day-22` and `not-yet`"),
        "{said}"
    );
    // The conference on day 22 answers a reply on any of the days from 18 to 22, and no more of them.
    assert!(said.contains("within 4 calendar days"), "{said}");
}

#[test]
fn what_one_plan_answers_is_not_told() {
    assert!(told(&a_conference_between("calendar days", "4 calendar days")).is_empty());
    assert_eq!(told(&a_conference_between("calendar days", "5 calendar days")).len(), 1);
}

/// Working days are no plain intervals, so nothing is said for certain there, and nothing is told.
#[test]
fn foresight_is_asked_about_in_calendar_days_only() {
    let all = told(&a_conference_between("working days", "6 working days"));
    assert!(all.iter().all(|d| !d.headline.contains("beforehand")), "{all:#?}");
}
