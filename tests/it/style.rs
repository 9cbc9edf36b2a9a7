//! How messages are written (`docs/diagnostics.md`), held for every message of `tests/ui`, `tests/reviewed` and the slips; and under
//! which words they stand.

use crate::files::duly_files;
use crate::syntax::slips::SLIPS;
use duly::diagnostics::Diagnostic;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::month_name;
use std::collections::BTreeSet;
use std::path::Path;

/// Words with which help begins: verbs in the imperative, and a condition before one.
const VERBS: &str = "add ask begin break call change check choose close compare correct count declare did end give if join keep \
                     leave let list look make mend move name put read refer remove run save say see send set sort split start \
                     take test use write";

/// Words that blame, beg, or speak of the compiler.
const NEVER: [&str; 12] = [
    "please",
    "invalid",
    "illegal",
    "syntax",
    "token",
    "undefined",
    "unresolved",
    "parse",
    "parser",
    "unexpected",
    "forbidden character",
    "sorry",
];

/// What is wrong with the style of a headline or help line; nothing if nothing is.
fn faults(line: &str, help: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let mut say = |what: &str| faults.push(format!("{what}: {line}"));
    if line.trim() != line || line.is_empty() || line.contains('\n') {
        say("not one line");
    }
    if line.ends_with(['.', '!', ';', ':']) && !line.ends_with("...") {
        say("ends with a stop");
    }
    let mut months = (1..=12).filter_map(month_name);
    if line.starts_with(|c: char| c.is_uppercase()) && !months.any(|m| line.starts_with(m)) {
        say("starts with a capital");
    }
    if line.matches('`').count() % 2 == 1 {
        say("a backtick is left open");
    }
    // What the author wrote is the author's.
    let ours: String = line.split('`').step_by(2).collect::<Vec<_>>().join(" ").to_lowercase();
    let words: Vec<&str> = ours.split(|c: char| !c.is_alphanumeric()).collect();
    for word in NEVER {
        if words.contains(&word) {
            say(word);
        }
    }
    let first = line.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    if help && !VERBS.split_whitespace().any(|v| v == first) {
        say("help does not begin with a verb");
    }
    faults
}

fn faults_of(d: &Diagnostic) -> Vec<String> {
    let mut all = faults(&d.headline, false);
    all.extend(d.help.iter().flat_map(|h| faults(h, true)));
    for label in d.labels.iter().filter(|l| !l.text.is_empty()) {
        all.extend(faults(label.text.trim_end_matches('?'), false));
    }
    all
}

fn of_text(text: &str) -> Vec<Diagnostic> {
    let loaded = from_text("test.duly", text, &mut Sources::new());
    let mut all = loaded.diagnostics;
    all.extend(loaded.scenarios.diagnostics);
    all
}

#[test]
fn messages_about_text_and_names_keep_the_style() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let files = duly_files(&root);
    let texts = files.iter().map(|p| std::fs::read_to_string(p).unwrap());
    let (mut seen, mut wrong) = (0, BTreeSet::new());
    for text in texts.chain(SLIPS.iter().map(|s| (*s).to_owned())) {
        for d in of_text(&text) {
            seen += 1;
            wrong.extend(faults_of(&d));
        }
    }
    assert!(seen > 300, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The headlines and help lines of a report as it is drawn, each joined to one line.
fn drawn(report: &str) -> Vec<(bool, String)> {
    let mut out: Vec<(bool, String)> = Vec::new();
    let mut open = false;
    for line in report.lines() {
        let head = ["error[D", "warning[D", "note[D"]
            .iter()
            .any(|s| line.trim_start().starts_with(s));
        if let Some(help) = line.strip_prefix("  = help: ") {
            out.push((true, help.to_owned()));
            open = true;
        } else if head {
            out.push((false, line.split_once("]: ").unwrap().1.to_owned()));
            open = false;
        } else if open && line.starts_with("          ") && !line.trim().is_empty() {
            let last = &mut out.last_mut().unwrap().1;
            last.push(' ');
            last.push_str(line.trim());
        } else {
            open = false;
        }
    }
    out
}

#[test]
fn findings_keep_the_style() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![tests.join("ui"), tests.join("reviewed")];
    let (mut seen, mut wrong) = (0, BTreeSet::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "snap") {
                // Every line of these is as it is printed.
                for (help, line) in drawn(&std::fs::read_to_string(&path).unwrap()) {
                    seen += 1;
                    wrong.extend(faults(&line, help));
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_style_is_not_kept_by_everything() {
    for (line, help) in [
        ("The role is missing", false),
        ("there is no `x` here.", false),
        ("invalid name `x`", false),
        ("there is no `x here", false),
        ("please write `x`", true),
        ("you should write `x`", true),
    ] {
        assert!(!faults(line, help).is_empty(), "{line}");
    }
}

const BEFORE: &str = "protocol p \"P\"\n  authority \"An example council\"\nrole chair \"the chair\"\nrole clerk \"the clerk\"\n\
status in-care \"looked after\"\nstatus route \"the route\"\n  one of none, section-20\n  starts as none\n\
event order \"an order\"\n  comes from not stated\nmeeting talk \"a talk\"\nmeeting visit \"a visit\"\n  repeats\n\
document letter \"the letter\"\n";

/// A code, and lines after [`BEFORE`] with the words that it underlines between `«` and `»`.
const UNDER: &[(&str, &str)] = &[
    ("D0101", "«rool» x\n"),
    ("D0101", "rule r\n  «also cald» \"x\"\n"),
    ("D0101", "rule r\n  «xyzzy» in-care begins\n"),
    ("D0102", "rule r\n  when in-care «starts»\n"),
    ("D0102", "rule r\n  when in-care«»\n"),
    ("D0102", "rule r\n  if in-care «&&» in-care\n"),
    ("D0102", "rule «Some_Rule»\n"),
    ("D0102", "source s\n  edition «1/2/2026»\n"),
    ("D0102", "rule r\n  if in-care and in-care «or» in-care\n"),
    ("D0106", "source s\n  edition «2026-02-30»\n"),
    ("D0107", "rule r\n  «and» in-care\n"),
    ("D0107", "role x\n  «chaired by» chair\n"),
    (
        "D0109",
        "rule r\n  when order happens\n  the chair must hold talk\n  «urgency» \"soon\"\n",
    ),
    (
        "D0109",
        "rule r\n  when order happens\n  the chair must hold talk\n  timing «unstated»\n",
    ),
    (
        "D0109",
        "rule r\n  when order happens\n  the chair must hold talk\n  «within unstated»\n",
    ),
    (
        "D0201",
        "rule r\n  when «ordr» happens\n  the chair must hold talk\n  timing not stated\n",
    ),
    (
        "D0201",
        "rule r\n  when order happens\n  the «char» must hold talk\n  timing not stated\n",
    ),
    (
        "D0201",
        "rule r\n  when order happens\n  the chair must hold talk\n  timing not stated\n  cites «q» 1\n",
    ),
    (
        "D0202",
        "rule r\n  when order happens\n  the chair must hold «letter»\n  timing not stated\n",
    ),
    (
        "D0202",
        "rule r\n  when order happens\n  the «order» must hold talk\n  timing not stated\n",
    ),
    (
        "D0202",
        "rule r\n  when chair «happens»\n  the chair must hold talk\n  timing not stated\n",
    ),
    (
        "D0202",
        "rule r\n  when order happens\n  if «talk»\n  the chair must hold talk\n  timing not stated\n",
    ),
    ("D0203", "meeting «chair»\n"),
    (
        "D0204",
        "rule r\n  the chair must hold talk\n  within «10 days» after order happens\n",
    ),
    ("D0205", "rule r\n  when order happens\n  «the chair must hold talk»\n"),
    (
        "D0206",
        "rule r\n  the chair must hold talk\n  within 2 weeks after order happens\n  «before in-care begins»\n",
    ),
    (
        "D0207",
        "rule r\n  when order happens\n  the chair must hold «visit»\n  timing not stated\n",
    ),
    (
        "D0207",
        "rule r\n  when order happens\n  the chair must hold «first» talk\n  timing not stated\n",
    ),
    ("D0208", "role a\n  kind of b\nrole b\n  «kind of a»\n"),
    (
        "D0209",
        "rule r\n  when route is «section-21»\n  the chair must hold talk\n  timing not stated\n",
    ),
    (
        "D0209",
        "rule r\n  the chair must hold talk\n  within «0 weeks» after order happens\n",
    ),
    ("D0210", "«fact f»\n  one of a\n"),
    (
        "D0211",
        "rule r\n  when order happens\n  «when» in-care begins\n  the chair must hold talk\n  timing not stated\n",
    ),
    ("D0212", "role «unused» \"nobody\"\n"),
    (
        "D0213",
        "rule r\n  when order happens\n  the chair must hold talk\n  timing not stated\n  in force from «2190-01-01»\n",
    ),
];

#[test]
fn the_right_words_are_underlined() {
    let mut wrong = Vec::new();
    for (code, marked) in UNDER {
        let from = marked.find('«').unwrap();
        let words = marked.split('«').nth(1).unwrap().split('»').next().unwrap();
        let text = format!("{BEFORE}{}", marked.replace(['«', '»'], ""));
        let mut sources = Sources::new();
        let loaded = from_text("test.duly", &text, &mut sources);
        let all: Vec<_> = loaded
            .diagnostics
            .iter()
            .filter(|d| d.code.id == *code)
            .map(|d| d.place().unwrap())
            .map(|p| (p.start as usize, sources.slice(p)))
            .collect();
        if !all.contains(&(BEFORE.len() + from, words)) {
            wrong.push(format!(
                "{code}: {marked} {all:?} {:?}",
                loaded.diagnostics.iter().map(|d| d.code.id).collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_of_text_and_names_has_its_words() {
    // Of these the place is a point or the whole file.
    let points = ["D0103", "D0105", "D0108"];
    for code in duly::diagnostics::CODES {
        if code.id < "D03" && !points.contains(&code.id) {
            assert!(UNDER.iter().any(|(id, _)| *id == code.id), "{}", code.id);
        }
    }
}
