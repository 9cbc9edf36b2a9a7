//! Two families of questions of `check`: does it matter how a doubt is read, and does a plan guarantee what has a last day? Small
//! protocols, the dates that come out, and a count by other code.

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

fn protocol(rules: &str) -> String {
    format!("{WORDS}{rules}")
}

fn of(text: &str, code: &str) -> Vec<Diagnostic> {
    found(text).into_iter().filter(|d| d.code.id == code).collect()
}

/// A conference within so many working days, and a letter so long before it, once the talk has been held.
fn talk_then_letter(conference: u32, letter: &str, talk: &str) -> String {
    protocol(&format!(
        "rule conference-soon\n  the chair must hold conference\n  within {conference} working days after in-care begins\n  cites t 1\n\
         rule talk\n  when in-care begins\n  the worker must consult chair on conference\n  {talk}\n  cites t 2\n\
         rule letter-before\n  when talk is done\n  the chair must send letter to school\n  at least {letter} before conference is held\n  cites t 3\n"
    ))
}

/// The number of working days that the note on a chain names.
fn room(text: &str) -> Option<u32> {
    let found = of(text, "D0505");
    let note = found.first()?.notes.iter().find(|n| n.contains("may take"))?.clone();
    let after = note.split("may take ").nth(1)?;
    after.split(' ').next()?.parse().ok()
}

#[test]
fn the_days_left_for_steps_without_a_limit_are_the_difference() {
    for (conference, letter, left) in [(20, 10, 10), (20, 19, 1), (15, 4, 11), (7, 6, 1)] {
        let text = talk_then_letter(conference, &format!("{letter} working days"), "timing not stated");
        assert_eq!(room(&text), Some(left), "{conference} and {letter}");
    }
}

/// The same for a letter in calendar days, counted over every start date without the solver and without its tables.
#[test]
fn the_days_left_are_those_of_the_worst_start_date() {
    for (conference, letter) in [(20, 10), (15, 12), (10, 7)] {
        let text = talk_then_letter(conference, &format!("{letter} calendar days"), "timing not stated");
        let loaded = from_text("p.duly", &text, &mut Sources::new());
        let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
        let last = calendar.last().plus(-2 * 366);
        let mut day = calendar.first();
        let mut least = u32::MAX;
        while day <= last {
            // From the day of the order, working days are counted one by one.
            let mut held = day;
            let mut counted = 0;
            while counted < conference {
                held = held.plus(1);
                counted += u32::from(calendar.is_working(held));
            }
            let sent = held.plus(-letter);
            let days = (day.0 + 1..=sent.0).filter(|d| calendar.is_working(Day(*d))).count();
            // The talk may also be held after the last of these, up to the day on which the letter goes.
            least = least.min(u32::try_from(days).unwrap());
            day = day.plus(1);
        }
        assert_eq!(room(&text), Some(least), "{conference} and {letter}");
    }
}

#[test]
fn the_numbers_proposed_are_enough_and_one_more_is_not() {
    let text = talk_then_letter(20, "10 working days", "timing not stated");
    let help = of(&text, "D0505").remove(0).help.join("\n");
    assert!(help.contains("`talk` within 10 working days after"), "{help}");
    let with = |n: u32| {
        let bound = format!("within {n} working days after in-care begins");
        said(&talk_then_letter(20, "10 working days", &bound), "D0505")
    };
    assert_eq!(with(10), [""; 0]);
}

#[test]
fn a_story_of_a_slow_step_breaks_the_duty_and_nothing_else() {
    let text = talk_then_letter(20, "10 working days", "timing \"promptly\"");
    let finding = of(&text, "D0505").remove(0);
    assert_eq!(finding.severity, Severity::Warning);
    let broken: Vec<_> = finding.story.iter().filter(|s| s.text.contains("broken")).collect();
    assert_eq!(broken.len(), 1, "{:#?}", finding.story);
    // Monday 5 January 2026; the 11th working day after it is Tuesday 20 January, the 20th Monday 2 February.
    assert_eq!(broken[0].day, Day::from_ymd(2026, 1, 20));
    let held = finding.story.last();
    assert_eq!(held.and_then(|s| s.day), Day::from_ymd(2026, 2, 2));
}

#[test]
fn what_nothing_waits_for_is_not_told() {
    let free = "rule talk\n  when in-care begins\n  the worker must consult chair on conference\n  timing not stated\n  cites t 2\n";
    assert_eq!(said(&protocol(free), "D0505"), [""; 0]);
    // The letter is due so long after the talk, whenever that is.
    let after = format!(
        "{free}rule letter-then\n  when talk is done\n  the chair must send letter to school\n  within 5 working days after talk is done\n  cites t 3\n"
    );
    assert_eq!(said(&protocol(&after), "D0505"), [""; 0]);
}

#[test]
fn one_chain_is_told_once() {
    let two = talk_then_letter(20, "10 working days", "timing not stated")
        + "document agenda\nrule agenda-before\n  when talk is done\n  the chair must send agenda to worker\n  at least 5 working days before conference is held\n  cites t 4\n";
    let told = of(&two, "D0505");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].headline.contains("`letter-before`"), "{}", told[0].headline);
    assert!(
        told[0].notes.iter().any(|n| n.contains("`agenda-before`")),
        "{:#?}",
        told[0].notes
    );
}

/// A conference, and a letter before it in days of which the text does not say which.
fn doubtful_letter(more: &str) -> String {
    protocol(&format!(
        "period notice\n  is 10 working days or perhaps 10 calendar days\n\
         rule conference-soon\n  the chair must hold conference\n  within 20 working days after in-care begins\n  cites t 1\n\
         rule letter-before\n  when in-care begins\n  the chair must send letter to school\n  at least notice before conference is held\n  cites t 2\n{more}"
    ))
}

#[test]
fn one_case_has_two_endings_and_the_days_between_tell_them_apart() {
    let told = of(&doubtful_letter(""), "D0406");
    assert_eq!(told.len(), 1, "{told:#?}");
    let story = &told[0].story;
    let endings: Vec<&str> = story
        .iter()
        .filter(|s| s.text.starts_with("read as"))
        .map(|s| s.text.as_str())
        .collect();
    assert_eq!(endings.len(), 2, "{story:#?}");
    assert!(
        endings[0].starts_with("read as “10 calendar days”: `letter-before` is kept"),
        "{endings:?}"
    );
    assert!(
        endings[1].starts_with("read as “10 working days”: `letter-before` is broken"),
        "{endings:?}"
    );
    let day = |what: &str| {
        story
            .iter()
            .find(|s| s.text.contains(what))
            .and_then(|s| s.day)
            .unwrap()
    };
    let (sent, held) = (day("is sent"), day("conference is held"));
    let loaded = from_text("p.duly", &doubtful_letter(""), &mut Sources::new());
    let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
    let between = (sent.0 + 1..=held.0).filter(|d| calendar.is_working(Day(*d))).count();
    assert!(held.0 - sent.0 >= 10 && between < 10, "{sent} and {held}");
}

#[test]
fn a_doubt_used_twice_is_one_doubt_and_marks_both_rules() {
    let more = "document agenda\nrule agenda-before\n  when in-care begins\n  the chair must send agenda to worker\n  at least notice before conference is held\n  cites t 3\n";
    let told = of(&doubtful_letter(more), "D0406");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        told[0].headline,
        "`letter-before` and `agenda-before` turn on how `notice` is read"
    );
}

#[test]
fn options_that_hang_on_a_missed_limit_are_open_under_one_reading_only() {
    let more = "decision goes-on \"Does it go on?\"\n  when in-care begins\n  decided by chair\n  timing not stated\n  cites t 3\n\
                \x20 option yes\n    unless letter-before is missed\n  option no\n";
    let told = of(&doubtful_letter(more), "D0406").remove(0);
    let endings: Vec<&str> = told
        .story
        .iter()
        .filter(|s| s.text.starts_with("read as"))
        .map(|s| s.text.as_str())
        .collect();
    assert!(endings[0].contains("`yes` of `goes-on` may be chosen"), "{endings:?}");
    assert!(
        endings[1].contains("`yes` of `goes-on` may not be chosen"),
        "{endings:?}"
    );
}

#[test]
fn a_reading_that_changes_nothing_is_a_note() {
    let rules = "doubt r \"How?\"\n  answer a\n  answer b\n  cites t 1\n\
                 rule x\n  when in-care begins\n  if r is a or r is b\n  the chair must hold conference\n  within 5 working days after in-care begins\n  cites t 1\n";
    let told = of(&protocol(rules), "D0406");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].severity, Severity::Note);
}

#[test]
fn a_rule_that_applies_under_one_answer_only_turns_on_it() {
    let rules = "doubt r \"How?\"\n  answer a\n  answer b\n  cites t 1\n\
                 rule x\n  when in-care begins\n  if r is a\n  the chair must hold conference\n  within 5 working days after in-care begins\n  cites t 1\n";
    let told = of(&protocol(rules), "D0406");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0].severity, Severity::Warning);
    assert_eq!(told[0].headline, "`x` turns on how `r` is read");
}

#[test]
fn an_act_that_nobody_waits_for_is_put_between_the_two_last_days() {
    let rules = "rule x\n  the chair must \"tell the school\"\n  within 2 working days or perhaps 2 calendar days after in-care begins\n  cites t 1\n";
    let told = of(&protocol(rules), "D0406");
    assert_eq!(told.len(), 1, "{told:#?}");
    let told = &told[0];
    assert!(told.headline.starts_with("`x` turns on how"), "{}", told.headline);
    assert!(
        told.story
            .iter()
            .any(|s| s.text.contains("tell the school") && s.rule.is_some()),
        "{:#?}",
        told.story
    );
}
