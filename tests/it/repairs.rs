//! What `check` tells to write against a clash, written into the file: the clash is gone then, and where all is said to be kept
//! nothing clashes any more.

use std::fs;
use std::path::Path;

use duly::analyses;
use duly::diagnostics::{Change, ChangeKind, Diagnostic, Repair};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

use crate::files::{duly_files, shown};

/// The clashes of a protocol, each for itself.
fn clashes(text: &str) -> Vec<Diagnostic> {
    let loaded = from_text("test.duly", text, &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}\n{text}", loaded.diagnostics);
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let found = analyses::check(&loaded.protocol, today).unwrap().findings;
    let apart = found.into_iter().flat_map(|mut head| {
        let beneath = std::mem::take(&mut head.beneath);
        std::iter::once(head).chain(beneath)
    });
    let codes = ["D0301", "D0302", "D0303", "D0304", "D0501"];
    apart.filter(|d| codes.contains(&d.code.id)).collect()
}

fn core(clash: &Diagnostic) -> Vec<&str> {
    clash.rules.iter().map(|r| r.name.as_str()).collect()
}

/// The text with the repair written into it, by hand as an author would: from the end on, so that what is before stays where it is.
fn mended(text: &str, repair: &Repair) -> String {
    let mut changes: Vec<&Change> = repair.changes.iter().collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.span.start));
    changes
        .into_iter()
        .fold(text.to_owned(), |text, change| changed(&text, change))
}

fn changed(text: &str, change: &Change) -> String {
    let (start, end) = (change.span.start as usize, change.span.end as usize);
    let line_end = end + text[end..].find('\n').unwrap();
    let old = &text[start..end];
    match change.kind {
        ChangeKind::Limit => {
            // `within 20 working days after ...`: all before `after` or `before` is the limit.
            let from = [" after ", " before "]
                .iter()
                .filter_map(|w| old.find(w))
                .min()
                .unwrap();
            format!("{}{}{}{}", &text[..start], change.write, &old[from..], &text[end..])
        }
        ChangeKind::Who => {
            let from = [" must ", " should "].iter().filter_map(|w| old.find(w)).min().unwrap();
            format!("{}{}{}{}", &text[..start], change.write, &old[from..], &text[end..])
        }
        ChangeKind::Lapse if change.write.starts_with("means ") => {
            let head = text[..start].rfind('\n').map_or(0, |n| n + 1);
            let term = format!("term it-came\n  {}\n", change.write);
            let line = "\n  while not it-came";
            format!(
                "{}{term}{}{line}{}",
                &text[..head],
                &text[head..line_end],
                &text[line_end..]
            )
        }
        _ => format!("{}\n  {}{}", &text[..line_end], change.write, &text[line_end..]),
    }
}

#[test]
fn what_is_told_mends_the_clash() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = duly_files(&root.join("tests/ui/clashes/bad"));
    files.extend(["four-weeks", "review-before-conference"].map(|name| root.join(format!("examples/{name}.duly"))));
    let (mut tried, mut pairs) = ([0; 5], 0);
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for clash in clashes(&text) {
            for repair in &clash.repairs {
                let text = mended(&text, repair);
                let left = clashes(&text);
                let name = shown(&path);
                assert!(left.iter().all(|d| core(d) != core(&clash)), "{name}: {repair:?}");
                assert!(left.is_empty() || !repair.is_whole, "{name}: {repair:?}\n{left:#?}");
                pairs += usize::from(repair.changes.len() == 2);
                let kinds = repair.changes.iter().map(|change| change.kind as usize);
                kinds.for_each(|kind| tried[kind] += 1);
            }
        }
    }
    // Of each sort, or nothing is said about it.
    assert!(tried.iter().all(|n| *n > 0) && pairs > 0, "{tried:?}, {pairs} of two");
}

#[test]
fn the_law_is_never_changed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("tests/ui/clashes/bad/later-than-the-law.duly")).unwrap();
    let found = clashes(&text);
    let repairs: Vec<&Repair> = found.iter().flat_map(|d| &d.repairs).collect();
    assert!(!repairs.is_empty(), "{found:#?}");
    assert!(
        repairs
            .iter()
            .flat_map(|r| &r.changes)
            .all(|c| c.rule.starts_with("late-review.")),
        "{repairs:#?}"
    );
}

/// Where no number and no exception would do, none is told, and the advice stays what it was.
#[test]
fn what_nothing_mends_is_told_as_before() {
    let text = "protocol t \"t\"\n  authority \"a\"\nrole chair\nevent e\n  comes from not stated\nmeeting one\nmeeting two\n\
                rule early\n  when e happens\n  the chair must hold one\n  after two is held\n  cites t 1\n\
                rule later\n  when e happens\n  the chair must hold two\n  at least 1 weeks after one is held\n  cites t 2\n\
                rule soon\n  when e happens\n  the chair must hold one\n  within 2 weeks after e happens\n  cites t 3\n";
    let found = clashes(text);
    assert!(found.iter().all(|d| d.repairs.is_empty()), "{found:#?}");
    let advice: Vec<&String> = found.iter().flat_map(|d| &d.help).collect();
    assert_eq!(advice, ["change one of the limits: `early`, `later` and `soon`"]);
}

/// The words of a base, in quotation marks in a file of ours, would be another condition.
#[test]
fn no_case_is_written_in_the_words_of_a_base() {
    let text = "protocol t \"t\"\n  authority \"a\"\n  uses england\n  implements care-planning-2010\nrole manager\n\
                rule manager-chairs\n  while in-care\n  the manager must chair first care-review\n  cites t 1\n";
    let found = clashes(text);
    let changes: Vec<&Change> = found.iter().flat_map(|d| &d.repairs).flat_map(|r| &r.changes).collect();
    assert!(changes.iter().any(|c| c.write == "the iro"), "{found:#?}");
    assert!(changes.iter().all(|c| !c.write.contains('"')), "{changes:#?}");
}

/// `exception to` stands in rules, and of our own: neither a decision nor the law is told to have one.
#[test]
fn no_exception_is_advised_that_cannot_be_written() {
    let text = "protocol t \"t\"\n  authority \"a\"\nrole chair\nevent e\n  comes from not stated\nstatus open\n\
                decision closing \"Is it closed?\"\n  when e happens\n  decided by chair\n  within 1 week after e happens\n  cites t 1\n\
                \x20 option yes\n    effect open ends\n\
                rule stays\n  nobody may end open\n  until 1 month after e happens\n  cites t 2\n";
    let found = clashes(text);
    assert!(!found.is_empty());
    let advice: Vec<&String> = found.iter().flat_map(|d| &d.help).collect();
    assert!(advice.iter().all(|help| !help.contains("exception")), "{found:#?}");
    let changes = found.iter().flat_map(|d| &d.repairs).flat_map(|r| &r.changes);
    assert!(
        changes.into_iter().all(|c| c.kind != ChangeKind::Exception),
        "{found:#?}"
    );
}
