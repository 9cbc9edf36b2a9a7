//! What `check` tells to write against a clash, written into the file: the clash is gone then, and where all is said to be kept
//! nothing clashes any more.

use std::fs;
use std::path::Path;

use duly::analyses;
use duly::diagnostics::{Diagnostic, Repair, RepairKind};
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

/// The text with the repair written into it, by hand as an author would.
fn mended(text: &str, repair: &Repair) -> String {
    let (start, end) = (repair.span.start as usize, repair.span.end as usize);
    let line_end = end + text[end..].find('\n').unwrap();
    match repair.kind {
        RepairKind::Limit => {
            let old = &text[start..end];
            // `within 20 working days after ...`: all before `after` or `before` is the limit.
            let from = [" after ", " before "]
                .iter()
                .filter_map(|w| old.find(w))
                .min()
                .unwrap();
            format!("{}{}{}{}", &text[..start], repair.write, &old[from..], &text[end..])
        }
        RepairKind::Lapse if repair.write.starts_with("means ") => {
            let head = text[..start].rfind('\n').map_or(0, |n| n + 1);
            let term = format!("term it-came\n  {}\n", repair.write);
            let line = "\n  while not it-came";
            format!(
                "{}{term}{}{line}{}",
                &text[..head],
                &text[head..line_end],
                &text[line_end..]
            )
        }
        _ => format!("{}\n  {}{}", &text[..line_end], repair.write, &text[line_end..]),
    }
}

#[test]
fn what_is_told_mends_the_clash() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = duly_files(&root.join("tests/ui/clashes/bad"));
    files.extend(["four-weeks", "review-before-conference"].map(|name| root.join(format!("examples/{name}.duly"))));
    let mut tried = [0; 4];
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        for clash in clashes(&text) {
            for repair in &clash.repairs {
                let text = mended(&text, repair);
                let left = clashes(&text);
                let name = shown(&path);
                assert!(left.iter().all(|d| core(d) != core(&clash)), "{name}: {repair:?}");
                assert!(left.is_empty() || !repair.is_whole, "{name}: {repair:?}\n{left:#?}");
                tried[repair.kind as usize] += 1;
            }
        }
    }
    // Of each sort, or nothing is said about it.
    assert!(tried.iter().all(|n| *n > 0), "{tried:?}");
}

#[test]
fn the_law_is_never_changed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("tests/ui/clashes/bad/later-than-the-law.duly")).unwrap();
    let found = clashes(&text);
    let repairs: Vec<&Repair> = found.iter().flat_map(|d| &d.repairs).collect();
    assert!(!repairs.is_empty(), "{found:#?}");
    assert!(
        repairs.iter().all(|r| r.rule.starts_with("late-review.")),
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
