//! One case worked out: what is lost, what is due by when and why that day; and every link of every date counted once more by
//! code that shares nothing with the compiler.

mod counted_again;
mod forms;
mod small;

use duly::case::read;
use duly::model::Protocol;
use duly::resolve::from_text;
use duly::schedule::{Duty, Fate, Loss, Schedule, State, Taken, schedule};
use duly::source::Sources;
use std::path::Path;
use std::sync::OnceLock;

use crate::story::day;

fn shipped(path: &str) -> Protocol {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(path);
    let text = std::fs::read_to_string(path).unwrap();
    let loaded = from_text("protocol.duly", &text, &mut Sources::new());
    assert!(loaded.is_well_formed());
    loaded.protocol
}

fn stoke() -> &'static Protocol {
    static STOKE: OnceLock<Protocol> = OnceLock::new();
    STOKE.get_or_init(|| shipped("stoke-on-trent/stoke-on-trent.duly"))
}

fn doncaster() -> &'static Protocol {
    static DONCASTER: OnceLock<Protocol> = OnceLock::new();
    DONCASTER.get_or_init(|| shipped("doncaster/doncaster.duly"))
}

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cases").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn worked_out(protocol: &Protocol, files: &[(&str, &str)], today: &str) -> Schedule {
    let mut sources = Sources::new();
    let ids: Vec<_> = files.iter().map(|(name, text)| sources.add(*name, *text)).collect();
    let (history, found) = read(&sources, &ids, protocol, day(today));
    let bad: Vec<&str> = found
        .iter()
        .filter(|d| d.stops())
        .map(|d| d.headline.as_str())
        .collect();
    assert_eq!(bad, [""; 0]);
    schedule(protocol, &history).unwrap()
}

/// The duties of a rule that are asked under some reading.
fn of<'s>(schedule: &'s Schedule, rule: &str) -> Vec<&'s Duty> {
    let named = |d: &&Duty| d.rule.name == rule || d.rule.name.ends_with(&format!(".{rule}"));
    schedule.duties.iter().filter(named).collect()
}

/// The only duty of a rule, under every reading alike.
fn only<'s>(schedule: &'s Schedule, rule: &str) -> &'s Fate {
    let found = of(schedule, rule);
    assert_eq!(found.len(), 1, "{rule}: {found:#?}");
    assert_eq!(found[0].fates.len(), 1, "{rule}: {found:#?}");
    &found[0].fates[0]
}

fn last(fate: &Fate) -> Option<String> {
    fate.latest.as_ref().map(|b| b.day.to_string())
}

fn first(fate: &Fate) -> Option<String> {
    fate.earliest.as_ref().map(|b| b.day.to_string())
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn the_first_care_review_is_due_past_the_bank_holiday() {
    let case = example("stoke-on-trent.toml");
    let s = worked_out(stoke(), &[("case.toml", &case)], "2026-04-21");
    let review = only(&s, "first-care-review-in-20-days");
    assert_eq!(review.state, State::Due);
    assert!(review.stated);
    assert_eq!((first(review), last(review)), (some("2026-04-21"), some("2026-05-19")));
    let [why] = review.latest.as_ref().unwrap().why.as_slice() else {
        panic!("one link: {review:#?}");
    };
    assert_eq!(why.anchor_day, day("2026-04-20"));
    assert_eq!(why.rule.as_ref().unwrap().cites, ["care-planning-2010 33(1)"]);
    assert!(why.published);
    let named: Vec<String> = why.skipped.iter().map(|(d, n)| format!("{d} {n}")).collect();
    assert_eq!(named.len(), 9);
    assert!(
        named.contains(&"2026-05-04 Early May bank holiday".to_owned()),
        "{named:?}"
    );
    // What waits for it is asked later, and its days follow from it.
    let second = only(&s, "second-care-review-in-3-months");
    assert_eq!(second.state, State::Later);
    assert_eq!(last(second), some("2026-08-19"));
    assert_eq!(second.latest.as_ref().unwrap().why.len(), 2);
}

#[test]
fn a_letter_of_ten_days_has_two_last_days_where_the_text_names_no_unit() {
    let (toml, csv) = (example("doncaster.toml"), example("doncaster.csv"));
    let files = [("case.toml", toml.as_str()), ("case.csv", csv.as_str())];
    let s = worked_out(doncaster(), &files, "2026-11-09");
    let letter = of(&s, "letter-before-first-review");
    assert_eq!(letter.len(), 1);
    let told: Vec<(String, State, Option<String>)> = letter[0]
        .fates
        .iter()
        .map(|f| {
            let under: Vec<String> = f
                .under
                .iter()
                .filter_map(|a| s.answer(*a))
                .map(|(r, answer)| format!("{} = {answer}", r.name))
                .collect();
            (under.join(", "), f.state, last(f))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("ten-days = 10 working days".to_owned(), State::Due, some("2026-11-10")),
            ("ten-days = 10 calendar days".to_owned(), State::Due, some("2026-11-14")),
        ]
    );
    // Two days later it is too late under the one reading and not under the other.
    let s = worked_out(doncaster(), &files, "2026-11-11");
    let letter = of(&s, "letter-before-first-review");
    let told: Vec<(State, Option<String>)> = letter[0].fates.iter().map(|f| (f.state, last(f))).collect();
    assert_eq!(told, [(State::TooLate, None), (State::Due, some("2026-11-14"))]);
    let lost = s
        .lost
        .iter()
        .find(|l| l.rules[0].name == "doncaster.letter-before-first-review");
    let lost = lost.unwrap_or_else(|| panic!("{:#?}", s.lost));
    assert_eq!(lost.under, letter[0].fates[0].under);
    assert_eq!(lost.kind, Loss::Clash { booked: true });
    // Then a conference has to be held, of which no last day is stated but the one it is booked for.
    assert!(!of(&s, "conference-if-letters-are-late").is_empty());
}
