//! What must not change what `check` finds: the names an author happened to choose, and whether a gap in the source is
//! declared or just left open.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use duly::analyses;
use duly::ast::{PartKind, Slot, SlotKind};
use duly::diagnostics::{Diagnostic, LabelKind, Severity, code};
use duly::resolve::load;
use duly::source::Sources;
use duly::syntax::{TokenKind, parse};
use duly::time::Day;
use duly::world::MemoryWorld;

/// Path and text of each file of a protocol.
type Files = BTreeMap<String, String>;

/// Everything found in the files under `p/`, those beneath others included, with the sources to place them in.
fn check(files: &Files) -> (Vec<Diagnostic>, Sources) {
    let world = MemoryWorld {
        files: files.clone(),
        today: None,
    };
    let mut sources = Sources::new();
    let loaded = load(&world, "p/", &mut sources).unwrap();
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics);
    let mut found = loaded.diagnostics;
    found.extend(
        analyses::check(&loaded.protocol, Day::parse_iso("2026-11-22").unwrap())
            .unwrap()
            .findings,
    );
    let beneath: Vec<Diagnostic> = found.iter_mut().flat_map(|d| std::mem::take(&mut d.beneath)).collect();
    found.extend(beneath);
    (found, sources)
}

/// File, line, and whether it is in the core.
type Place = (String, u32, LabelKind);

/// Code, level and places of each finding, sorted.
fn by_place((found, sources): &(Vec<Diagnostic>, Sources)) -> Vec<(String, Severity, Vec<Place>)> {
    let place = |d: &Diagnostic| {
        let mut places: Vec<_> = d
            .labels
            .iter()
            .map(|l| {
                let path = sources.name(l.span.file);
                let file = path.rsplit('/').next().unwrap().to_owned();
                (file, sources.position(l.span.file, l.span.start).line, l.kind)
            })
            .collect();
        places.sort();
        places
    };
    let mut all: Vec<_> = found
        .iter()
        .map(|d| (d.code.id.to_owned(), d.severity, place(d)))
        .collect();
    all.sort();
    all
}

/// Code, level and rules of each finding but those that say that a line is missing, sorted.
fn by_rule((found, _): &(Vec<Diagnostic>, Sources)) -> Vec<(String, Severity, Vec<String>)> {
    let mut all: Vec<_> = found
        .iter()
        .filter(|d| ![code::NO_TIME, code::INCOMPLETE_ITEM].contains(&d.code))
        .map(|d| {
            let mut rules: Vec<String> = d.rules.iter().map(|r| r.name.clone()).collect();
            rules.sort();
            (d.code.id.to_owned(), d.severity, rules)
        })
        .collect();
    all.sort();
    all
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// One file alone; the bases it uses come with duly.
fn alone(path: &str) -> Files {
    Files::from([(format!("p/{}", path.rsplit('/').next().unwrap()), read(path))])
}

fn stoke() -> Files {
    alone("policies/stoke-on-trent/stoke-on-trent.duly")
}

/// What is found in the Stoke-on-Trent policy as it stands: asked once, for it takes the longest.
fn of_stoke() -> &'static (Vec<Diagnostic>, Sources) {
    static FOUND: OnceLock<(Vec<Diagnostic>, Sources)> = OnceLock::new();
    FOUND.get_or_init(|| check(&stoke()))
}

/// The same protocol with every declared name and every statement id replaced by one that says nothing and sorts the other
/// way round. Lines stay where they are; the bases, which are renamed too, stand beside it.
fn renamed(files: &Files) -> Files {
    let mut files = files.clone();
    for base in [
        "england",
        "children-act-1989",
        "care-planning-2010",
        "care-planning-guidance-2015",
        "working-together-2023",
    ] {
        files.insert(format!("p/{base}.duly"), read(&format!("stdlib/england/{base}.duly")));
    }
    let mut sources = Sources::new();
    let parsed: Vec<_> = files
        .iter()
        .map(|(path, text)| {
            let file = sources.add(path, text.clone());
            (path, parse(&sources, file))
        })
        .collect();
    let mut declared = BTreeSet::new();
    for (_, parsed) in &parsed {
        assert!(parsed.diagnostics.is_empty());
        for item in &parsed.file.items {
            declared.extend(item.name.iter().map(|n| n.node.clone()));
            slot_names(&item.slots, &mut declared);
            for part in &item.parts {
                let named = matches!(part.kind.node, PartKind::Option | PartKind::Answer);
                declared.extend(part.name.iter().filter(|_| named).map(|n| n.node.clone()));
                slot_names(&part.slots, &mut declared);
            }
        }
    }
    assert!(declared.len() > 300, "{} names", declared.len());
    let new: BTreeMap<&String, String> = declared
        .iter()
        .rev()
        .enumerate()
        .map(|(at, name)| (name, format!("x{at:04}")))
        .collect();
    let text_of = |parsed: &duly::syntax::Parsed| -> String {
        let of = |word: &str| new.get(&word.to_owned()).cloned().unwrap_or_else(|| word.to_owned());
        let token = |t: &duly::syntax::Token| match t.kind {
            TokenKind::Word => sources.slice(t.span).split('.').map(of).collect::<Vec<_>>().join("."),
            _ => sources.slice(t.span).to_owned(),
        };
        parsed.cut.tree.tokens.iter().map(token).collect()
    };
    parsed
        .iter()
        .map(|(path, parsed)| ((*path).clone(), text_of(parsed)))
        .collect()
}

/// Names and ids that slots declare: values, and the ids of statements.
fn slot_names(slots: &[Slot], out: &mut BTreeSet<String>) {
    for slot in slots {
        match &slot.node {
            SlotKind::OneOf(names) => out.extend(names.iter().map(|n| n.node.clone())),
            SlotKind::Cites(cites) => out.extend(cites.ids.iter().map(|i| i.node.clone())),
            _ => {}
        }
    }
}

/// The same protocol without the lines that say `not stated` after one of these words. What is taken out leaves an empty
/// line; how many were taken out is said.
fn without(markers: &[&str], files: &Files) -> (Files, usize) {
    let mut taken = 0;
    let files = files
        .iter()
        .map(|(path, text)| {
            let line = |line: &str| {
                let said = line
                    .split("--")
                    .next()
                    .unwrap_or("")
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                let marker = markers.iter().any(|m| said == format!("{m} not stated"));
                taken += usize::from(marker);
                if marker { "\n".to_owned() } else { format!("{line}\n") }
            };
            (path.clone(), text.lines().map(line).collect())
        })
        .collect();
    (files, taken)
}

const MARKERS: [&str; 4] = ["timing", "otherwise", "judged by", "decided by"];

/// Every kind of marker, where it matters: a limit left open beside a limit of another rule, a gate, a judgement.
const GAPS: &str = r#"protocol gaps "Gaps"
  authority "A council"
role worker "worker"
role manager "manager"
role court "court"
  outside
event order "an order"
  comes from court
judgement safe "it is safe"
  judged by not stated
status on-plan "on a plan"
  begins when order happens
document letter "letter"
meeting review "review"
rule tell
  when order happens
  the worker must send letter to manager
  timing not stated
  cites gaps 1
rule wait
  when order happens
  nobody may hold review
  until 30 calendar days after order happens
  cites gaps 2
rule hurry
  when order happens
  if safe
  the worker must hold review
  within 10 calendar days after order happens
  cites gaps 3
decision gate "Does the plan end?"
  when order happens
  decided by not stated
  cites gaps 4
  option over
    effect on-plan ends
  otherwise not stated
decision bare "And then?"
  when order happens
  decided by manager
  cites gaps 5
  otherwise not stated
"#;

#[test]
fn names_say_nothing() {
    let files = stoke();
    let other = renamed(&files);
    assert!(other.values().all(|text| !text.contains("on-plan ")), "a name is left");
    let (plain, changed) = (by_place(of_stoke()), by_place(&check(&other)));
    assert!(plain.len() > 5, "{plain:#?}");
    assert_eq!(plain, changed);
}

#[test]
fn a_gap_left_open_is_a_gap_declared() {
    let gaps = Files::from([("p/gaps.duly".to_owned(), GAPS.to_owned())]);
    let plain = check(&gaps);
    assert!(
        plain.0.iter().any(|d| d.code == code::DUTY_PROHIBITION),
        "{:#?}",
        plain.0
    );
    for marker in MARKERS {
        let (less, taken) = without(&[marker], &gaps);
        assert!(taken > 0, "no `{marker} not stated`");
        let found = check(&less);
        assert_eq!(by_rule(&plain), by_rule(&found), "without `{marker} not stated`");
        // An outcome that is missing is missed only where there is no other.
        let said = found
            .0
            .iter()
            .filter(|d| [code::NO_TIME, code::INCOMPLETE_ITEM].contains(&d.code))
            .count();
        assert_eq!(said, 1, "without `{marker} not stated`: {:#?}", found.0);
    }
}

#[test]
fn stoke_without_its_markers_is_found_the_same() {
    let (less, taken) = without(&MARKERS, &stoke());
    assert!(taken > 30, "only {taken} lines");
    let found = check(&less);
    assert!(
        found
            .0
            .iter()
            .any(|d| d.code == code::NO_TIME && d.severity == Severity::Error)
    );
    assert_eq!(by_rule(of_stoke()), by_rule(&found));
}
