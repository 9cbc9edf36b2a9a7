//! Every page of a code keeps its word: `check` gives the code for its first example, and no longer for the mended one.
//!
//! An example is completed by the words of [`VOCABULARY`] that it uses and does not declare, unless it has a header of its own. What is
//! mended takes the place of the items of the same name, and is added to the rest.

use duly::analyses::{self, Calendars, Extent};
use duly::diagnostics::{CODES, Diagnostic, code};
use duly::resolve::from_text;
use duly::scenario;
use duly::source::Sources;
use duly::time::Day;
use std::collections::BTreeSet;
use std::path::Path;

/// What the examples of all pages are about.
const VOCABULARY: &str = r#"role chair "the chair"
role manager "the manager"
role worker "the worker"
role social-worker "the social worker"
role reviewing-officer "the reviewing officer"
role service-manager "the service manager"
role conference-chair "the conference chair"
role inspector "the inspector"
role iro "the reviewing officer"
role officer "the officer"
role head "the head"
role governors "the governors"
role parents "the parents"
  outside
role school "the school"
  outside
fact kind "the kind of exclusion"
  one of fixed-term, long, permanent
fact exceptional "the circumstances are exceptional"
fact combining-is-practicable "combining is practicable"
fact at-home "the child lives at home"
judgement criteria-are-met "the criteria are met"
  judged by not stated
status in-care "looked after"
  begins when order happens
  begins when accommodation happens
  begins when removal happens
  ends when return-home happens
status on-plan "on a child protection plan"
  begins when concern happens
status registered "registered"
status route "legal route into care"
  one of none, section-20, interim-order, police-protection
  starts as none
  becomes section-20 when accommodation happens
  becomes interim-order when order happens
  becomes police-protection when removal happens
event order "an order is made"
  comes from not stated
event return-home "the child goes home"
  comes from not stated
event accommodation "the authority accommodates the child"
  comes from not stated
event removal "the police remove the child"
  comes from not stated
event concern "a conference makes a plan"
  comes from not stated
event grounds-are-gone "the grounds are gone"
  comes from not stated
event complaint "a complaint is made"
  comes from not stated
event final-hearing "the final hearing"
  comes from not stated
meeting conference "the conference"
meeting review-conference "the review conference"
  repeats
meeting review "the review"
meeting combined-review "combined review"
  repeats
meeting care-review "care review"
  repeats
meeting visit "visit"
  repeats
meeting inspection "inspection"
  repeats
document outcome-letter "the outcome letter"
document discharge-letter "the discharge letter"
document invitation "the invitation"
document letter "the letter"
document notice "the notice"
document report "the report"
meeting hearing "the hearing"
event exclusion "a pupil is excluded"
  comes from not stated
event new-school "the child moves to another school"
  comes from not stated
role court "the court"
  outside
"#;

const HEADER: &str = "protocol example \"An example\"\n  authority \"An example council\"\n";

/// Pages whose example cannot be run as it stands, and why.
const NOT_RUN: &[(&str, &str)] = &[
    (
        "D0105",
        "the example would fill the page: it is a line of more than 10,000 characters",
    ),
    ("D0801", "a case file, not a protocol"),
    ("D0802", "a case file, not a protocol"),
    ("D0803", "a case file, not a protocol"),
    ("D0804", "a case file, not a protocol"),
    ("D0805", "a case file, not a protocol"),
    ("D0806", "a case file, not a protocol"),
    ("D0807", "a case file, not a protocol"),
    ("D0808", "a case file, not a protocol"),
    ("D0809", "a case file, not a protocol"),
    ("D0810", "a case file, not a protocol"),
];

/// Pages whose mended example still gets the code, and why.
const STILL: &[(&str, &str)] = &[("D0603", "one rule more leaves the other rules of the law on the list")];

const KINDS: [&str; 19] = [
    "protocol",
    "base",
    "source",
    "calendar",
    "role",
    "fact",
    "judgement",
    "doubt",
    "reading",
    "period",
    "term",
    "status",
    "event",
    "meeting",
    "document",
    "decision",
    "rule",
    "background",
    "scenario",
];

/// The items of a text, each with its name; what stands before the first has none.
fn items(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let head = !line.starts_with(' ') && words.next().is_some_and(|w| KINDS.contains(&w));
        if head || found.is_empty() {
            let name = words.next().filter(|_| head).unwrap_or_default();
            found.push((name.to_owned(), String::new()));
        }
        if let Some((_, item)) = found.last_mut() {
            item.push_str(line);
            item.push('\n');
        }
    }
    found
}

/// The first example with what is mended put in.
fn mended(first: &str, mended: &str) -> String {
    let new = items(mended);
    let mut placed = BTreeSet::new();
    let mut text = String::new();
    for (name, item) in items(first) {
        match new.iter().find(|(n, _)| *n == name && !name.is_empty()) {
            Some((_, item)) if placed.insert(name) => text.push_str(item),
            Some(_) => {}
            None => text.push_str(&item),
        }
    }
    let rest = new.iter().filter(|(n, _)| !placed.contains(n));
    text.extend(rest.map(|(_, item)| item.as_str()));
    text
}

/// The words of a text that could be names.
fn words(text: &str) -> BTreeSet<String> {
    let outside = text.split('"').step_by(2);
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    outside.flat_map(|t| t.split(|c| !word(c))).map(str::to_owned).collect()
}

/// An example with the items that it leaves out.
pub fn completed(example: &str) -> String {
    let own = items(example);
    let headed = example
        .lines()
        .any(|line| line.starts_with("protocol ") || line.starts_with("base "));
    let whole = headed || own.iter().all(|(name, _)| name.is_empty());
    if whole {
        return example.to_owned();
    }
    let own: BTreeSet<&String> = own.iter().map(|(name, _)| name).collect();
    let shared = items(VOCABULARY);
    let mut used = words(example);
    let mut chosen: BTreeSet<usize> = BTreeSet::new();
    loop {
        let new = shared
            .iter()
            .enumerate()
            .find(|(at, (name, _))| used.contains(name) && !own.contains(name) && !chosen.contains(at));
        let Some((at, (_, item))) = new else { break };
        chosen.insert(at);
        used.extend(words(item));
    }
    let chosen: String = chosen.into_iter().map(|at| shared[at].1.as_str()).collect();
    format!("{HEADER}{chosen}{example}")
}

/// The codes that `check` gives in the year 2026.
fn codes(text: &str, calendars: Calendars) -> BTreeSet<&'static str> {
    let mut sources = Sources::new();
    let loaded = from_text("example.duly", text, &mut sources);
    let mut all = loaded.diagnostics;
    all.extend(loaded.scenarios.diagnostics);
    if !all.iter().any(Diagnostic::stops) {
        let run = scenario::run(&loaded.protocol, &loaded.scenarios.all).unwrap();
        all.extend(run.diagnostics);
        let today = Day::from_ymd(2026, 11, 22).unwrap();
        let extent = Extent {
            calendars,
            ..Extent::default()
        };
        let report = analyses::check_within(&loaded.protocol, today, extent, &mut |_| (), None);
        all.extend(report.unwrap().findings);
    }
    let beneath = all.iter().flat_map(|d| &d.beneath);
    all.iter().chain(beneath).map(|d| d.code.id).collect()
}

fn examples(id: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/codes/{id}.md"));
    let page = std::fs::read_to_string(path).unwrap();
    let blocks = page.split("```duly\n").skip(1);
    blocks.map(|b| b.split("```").next().unwrap().to_owned()).collect()
}

/// What does not hold of an example and of the same mended.
fn faults_of(id: &str, first: &str, second: Option<&String>) -> Vec<String> {
    let mut faults = Vec::new();
    let bad = completed(first);
    // What is asked for by an option is asked for here.
    let calendars = Calendars {
        further: if id == code::HOLIDAY_TO_COME.id { 2 } else { 0 },
        ..Calendars::default()
    };
    let found = codes(&bad, calendars);
    if !found.contains(id) {
        faults.push(format!("{id} is not found ({found:?}) in\n{bad}"));
    }
    let Some(second) = second else { return faults };
    let good = completed(&mended(first, second));
    if !from_text("mended.duly", &good, &mut Sources::new()).is_well_formed() {
        faults.push(format!("{id} cannot be read as mended:\n{good}"));
    }
    let still = STILL.iter().any(|(other, _)| *other == id);
    if codes(&good, calendars).contains(id) != still {
        let but = if still { "no longer" } else { "still" };
        faults.push(format!("{id} is {but} found in\n{good}"));
    }
    faults
}

#[test]
fn every_example_gives_its_code_and_the_mended_one_does_not() {
    let mut faults = Vec::new();
    for code in CODES.iter().filter(|c| NOT_RUN.iter().all(|(id, _)| *id != c.id)) {
        let examples = examples(code.id);
        if examples.len() < 2 {
            faults.push(format!("{} has {} examples, not two", code.id, examples.len()));
        }
        // An example and the same mended, one pair after the other; a last one may stand alone.
        for pair in examples.chunks(2) {
            faults.extend(faults_of(code.id, &pair[0], pair.get(1)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn what_is_not_run_is_registered() {
    for (id, why) in NOT_RUN.iter().chain(STILL) {
        assert!(CODES.iter().any(|c| c.id == *id) && !why.is_empty(), "{id}");
    }
}
