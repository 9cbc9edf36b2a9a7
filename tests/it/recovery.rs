//! What one mistake costs: one diagnostic, at its place, and nothing of what stands beside it.

use duly::diagnostics::{Diagnostic, Severity};
use duly::resolve::from_text;
use duly::source::Sources;
use std::fmt::Write;
use std::path::Path;

/// What is wrong with a text, with the underlined words and, for notes, nothing.
fn found(text: &str) -> Vec<(&'static str, String)> {
    let mut sources = Sources::new();
    let loaded = from_text("test.duly", text, &mut sources);
    let wrong = loaded.diagnostics.iter().filter(|d| d.severity > Severity::Note);
    wrong
        .map(|d| (d.code.id, sources.slice(d.place().unwrap()).to_owned()))
        .collect()
}

const HEADER: &str = "protocol p \"Children in care\"\n  authority \"An example council\"\n\
role iro \"the reviewing officer\"\nrole parents \"the parents\"\n  outside\nstatus in-care \"looked after\"\n\
fact on-plan \"on a plan\"\nstatus route \"legal route\"\n  one of none, section-20, order\n  starts as none\n\
event hearing \"a hearing\"\n  comes from not stated\nmeeting care-review \"the care review\"\n  repeats\n\
document letter \"the letter\"\n";

/// Texts with five mistakes each, marked by `«` and `»` and followed by their codes.
const FIVE: [(&str, [&str; 5]); 4] = [
    (
        "rule one\n  «wehn» in-care begins\n  the iro must hold first care-review\n  within 20 working days after in-care begins\n\
         rule two\n  the iro must hold first care-review\n  within «20 days» after in-care begins\n\
         rule three\n  when in-care begins\n  the «iroo» must send letter to parents\n  within 2 weeks after in-care begins\n\
         rule four\n  when in-care «starts»\n  the iro must send letter to parents\n  within 2 weeks after in-care begins\n\
         rule five\n  when in-care begins\n  the iro must send «care-review» to parents\n  within 2 weeks after in-care begins\n",
        ["D0101", "D0204", "D0201", "D0102", "D0202"],
    ),
    (
        "rule one\n  when letter «happens»\n  the iro must hold first care-review\n  timing not stated\n\
         rule two\n  when in-care begins\n  «when» in-care ends\n  the iro must hold next care-review\n  timing not stated\n\
         rule three\n  when in-care begins\n  the iro must hold «care-review»\n  timing not stated\n\
         source s \"A text\"\n  edition «2026-02-30»\n\
         rule four\n  when route is «section-21»\n  the iro must send letter to parents\n  timing not stated\n",
        ["D0202", "D0211", "D0207", "D0106", "D0209"],
    ),
    (
        "«rol» clerk \"the clerk\"\nrule one\n  when in-care begins\n  the clerk must hold first care-review\n  timing not stated\n\
         rule two\n  when in-care begins\n  the iro must send letter to parents\n  timing «\"»soon\n\
         rule three\n  if on-plan «&&» in-care\n  the iro must hold first care-review\n  within 2 weeks after in-care begins\n\
         rule four\n  «chaired by» iro\n  when in-care begins\n  the iro must send letter to parents\n  timing not stated\n\
         fact «on-plan» \"again\"\n",
        ["D0101", "D0102", "D0102", "D0107", "D0203"],
    ),
    (
        "rule one\n  when in-care begins\n  if «iro»\n  the iro must send letter to parents\n  timing not stated\n\
         «judgement serious \"it is serious\"»\n\
         rule two\n  when in-care begins\n  if serious\n  the iro must send letter to parents\n  timing “soon\n\
         rule three\n  the iro must hold first care-review\n  within 2 weeks after «hearng» happens\n\
         rule four\n  when hearing happens\n  the iro «will» hold next care-review\n  timing not stated\n",
        ["D0202", "D0210", "D0102", "D0201", "D0102"],
    ),
];

#[test]
fn five_mistakes_are_five_diagnostics() {
    for (text, codes) in FIVE {
        let marked: Vec<&str> = text.split('«').skip(1).map(|t| t.split('»').next().unwrap()).collect();
        let plain = format!("{HEADER}{}", text.replace(['«', '»'], ""));
        let found = found(&plain);
        let mut left: Vec<&str> = marked.clone();
        assert_eq!(
            found.iter().map(|(c, _)| *c).collect::<Vec<_>>(),
            codes,
            "{found:#?}\n{plain}"
        );
        for (_, words) in &found {
            // A mark of a word processor cannot stand between marks here.
            left.retain(|m| m != words);
        }
        assert!(left.is_empty(), "{left:?} {found:?}");
    }
}

/// The item that stands on a line, as numbers of lines, the first inclusive and the last exclusive.
fn item_of(lines: &[&str], at: usize) -> std::ops::Range<usize> {
    let head = |line: &&str| line.starts_with(|c: char| c.is_ascii_lowercase());
    let from = (0..=at).rev().find(|i| head(&lines[*i])).unwrap_or(0);
    let to = (at + 1..lines.len()).find(|i| head(&lines[*i])).unwrap_or(lines.len());
    from..to
}

/// Ways to break a line that has no comment.
fn broken(line: &str) -> Vec<String> {
    let indent = &line[..line.len() - line.trim_start().len()];
    let words: Vec<&str> = line.split_whitespace().collect();
    let half = words[..words.len() / 2 + 1].join(" ");
    let mut ways = vec![
        format!("{indent}{}", &line.trim_start()[1..]),
        format!("{indent}xyzzy {}", words[1..].join(" ")),
        format!("{line} %"),
        format!("{indent}{half} ~"),
        format!("{line} \"open"),
    ];
    // The name of an item, an option or an answer may be any word.
    let named = indent.is_empty() || matches!(words[0], "option" | "answer");
    if words.len() > 2 && !named {
        ways.push(format!("{indent}{} {} {}", words[0], words[0], words[2..].join(" ")));
    }
    ways
}

fn loaded(text: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let loaded = from_text("shipped.duly", text, &mut sources);
    (sources, loaded.diagnostics)
}

/// Breaks lines of a shipped file, one at a time, and collects what is then said elsewhere than in the item that is broken.
/// Gives how many were broken, and how many of them are read all the same: a place in a source may be any words.
fn strays(text: &str, step: usize) -> (usize, usize, String) {
    let lines: Vec<&str> = text.lines().collect();
    let (_, before) = loaded(text);
    let known: Vec<&str> = before.iter().map(|d| d.headline.as_str()).collect();
    let (mut tried, mut quiet, mut out) = (0, 0, String::new());
    for at in (0..lines.len()).step_by(step) {
        let line = lines[at];
        if line.trim().is_empty() || line.contains("--") {
            continue;
        }
        let item = item_of(&lines, at);
        for way in broken(line) {
            let mut all = lines.clone();
            all[at] = &way;
            let (sources, after) = loaded(&(all.join("\n") + "\n"));
            tried += 1;
            let mut inside = 0;
            for d in after.iter().filter(|d| !known.contains(&d.headline.as_str())) {
                let place = d.place().unwrap();
                let found = sources.position(place.file, place.start).line as usize - 1;
                if item.contains(&found) && sources.name(place.file) == "shipped.duly" {
                    inside += 1;
                } else {
                    writeln!(
                        out,
                        "{}: `{way}`: line {}: {} {}",
                        at + 1,
                        found + 1,
                        d.code.id,
                        d.headline
                    )
                    .unwrap();
                }
            }
            quiet += usize::from(inside == 0);
            assert!(
                inside > 0 || line.trim_start().starts_with("cites"),
                "{}: `{way}`",
                at + 1
            );
        }
    }
    (tried, quiet, out)
}

#[test]
fn what_is_broken_in_one_item_is_said_of_that_item_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (path, step, least) in [
        ("examples/review-before-conference.duly", 1, 100),
        ("policies/stoke-on-trent/stoke-on-trent.duly", 5, 500),
        ("policies/doncaster/doncaster.duly", 7, 100),
    ] {
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        let (tried, quiet, out) = strays(&text, step);
        assert!(tried >= least && quiet * 5 < tried, "{path}: {tried}, {quiet}");
        assert!(out.is_empty(), "{path}, {} of {tried}:\n{out}", out.lines().count());
    }
}

#[test]
fn what_a_lost_line_may_have_said_is_not_missed_elsewhere() {
    let uses = "rule one\n  when route is section-20\n  the iro must hold first care-review\n  timing not stated\n";
    for (right, slip) in [
        (
            "  one of none, section-20, order\n",
            "  one off none, section-20, order\n",
        ),
        (
            "  one of none, section-20, order\n",
            "  one of none; section-20; order\n",
        ),
        ("  repeats\n", "  repeets\n"),
        ("status route", "status Route"),
        ("meeting care-review", "meeting care review"),
        ("meeting care-review", "meating care-review"),
        ("role iro", "widget iro"),
        ("role iro", "role «iro»"),
        ("role iro", "person iro"),
        ("role iro", "perod iro"),
        ("status route", "staut route"),
        ("status route", "period-of route"),
        ("meeting care-review", "conference care-review"),
        ("document letter", "document iro letter"),
        ("event hearing", "event first hearing"),
        ("meeting care-review", "Meeting Care-Review"),
    ] {
        assert_eq!(found(&format!("{HEADER}{uses}")), []);
        let text = format!("{HEADER}{uses}").replace(right, slip);
        let found = found(&text);
        assert_eq!(found.len(), 1, "{slip}: {found:?}");
    }
}

#[test]
fn a_name_in_a_line_that_cannot_be_read_hides_no_slip_elsewhere() {
    let text = format!(
        "{HEADER}rule one\n  when hering happens and\n  the iro must hold first care-review\n  timing not stated\n\
         rule two\n  when hering happens\n  the iro must hold next care-review\n  urgency not stated\n\
         rule three\n  if letterr is sent\n  the iro must hold next care-review\n  within unstated\n"
    );
    let found: Vec<&str> = found(&text).iter().map(|(c, _)| *c).collect();
    assert_eq!(found, ["D0102", "D0201", "D0201"]);
}

#[test]
fn tabs_are_as_good_as_spaces() {
    let text = format!(
        "{HEADER}rule one\n  when in-care begins\n  the iro must hold first care-review\n  within 2 weeks after in-care begins\n  cites p 1\n"
    );
    assert_eq!(found(&text), []);
    let tabs = text.replace("  ", "\t").replace(' ', "\t\t");
    let quoted = |t: &str| {
        t.split('"')
            .skip(1)
            .step_by(2)
            .map(|t| t.replace("\t\t", " "))
            .collect::<Vec<_>>()
    };
    assert_eq!(quoted(&tabs), quoted(&text));
    assert_eq!(found(&tabs), []);
}

#[test]
fn what_cites_a_protocol_whose_head_is_lost_is_not_told() {
    let uses = "rule one\n  when in-care begins\n  the iro must hold first care-review\n  timing not stated\n  cites p 1\n\
                rule two\n  exception to p.one\n  when in-care begins\n  the iro must send letter to parents\n  timing not stated\n  cites p 2\n";
    let whole = format!("{HEADER}{uses}");
    assert_eq!(found(&whole), []);
    let head = "protocol p \"Children in care\"\n";
    for slip in [
        "",
        "Protocol P \"Children in care\"\n",
        "protcol p \"Children in care\"\n",
        "programme p \"Children in care\"\n",
        "protocol the p \"Children in care\"\n",
        "protocol p q \"Children in care\"\n",
    ] {
        let found = found(&whole.replace(head, slip));
        assert_eq!(found.len(), 1, "{slip}: {found:?}");
    }
    let without = whole
        .replace(head, "")
        .replace("  authority \"An example council\"\n", "");
    assert_eq!(found(&without), [("D0210", String::new())]);
    // A base that is misspelt in a citation is told all the same.
    let other = whole.replace("cites p 2", "cites pp-guide 2");
    assert_eq!(found(&other), [("D0201", "pp-guide".to_owned())]);
}

#[test]
fn a_duty_without_a_time_is_shown_a_moment_of_its_own_protocol() {
    let help = |rule: &str| {
        let mut sources = Sources::new();
        let loaded = from_text("test.duly", &format!("{HEADER}{rule}"), &mut sources);
        let found = loaded.diagnostics.into_iter().find(|d| d.code.id == "D0205").unwrap();
        found.help[0].clone()
    };
    let own = help("rule one\n  when hearing happens\n  the iro must send letter to parents\n");
    assert!(own.ends_with("`within 10 working days after hearing happens`"), "{own}");
    let declared = help("rule one\n  the iro must send letter to parents\n");
    assert!(
        declared.ends_with("`within 10 working days after in-care begins`"),
        "{declared}"
    );
}
