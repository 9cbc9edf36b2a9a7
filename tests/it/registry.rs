//! Holds every policy and the registry of its source's statements to each other: nothing cited that is not registered,
//! nothing said to be encoded that is not.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use duly::ast::{Item, ItemKind, SlotKind};
use duly::source::Sources;

/// Dispositions that are not the names of items.
const WITHOUT_A_RULE: [&str; 3] = ["background", "content", "not-encoded"];

struct Row {
    statement: String,
    /// `section.paragraph`
    place: String,
    paraphrase: String,
    disposition: String,
    reason: String,
}

/// Fields of one line: parted by commas, with quotes around a field that holds one.
fn fields(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => out.push(String::new()),
            c => out.last_mut().unwrap().push(c),
        }
    }
    out
}

/// Every folder of `policies/`, sorted.
fn policies() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut found: Vec<PathBuf> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    assert!(found.len() >= 2, "{found:?}");
    found
}

fn rows(policy: &Path) -> Vec<Row> {
    let registry = fs::read_to_string(policy.join("registry.csv")).unwrap();
    let mut lines = registry.lines();
    assert_eq!(
        lines.next(),
        Some("statement,section,paragraph,paraphrase,disposition,reason")
    );
    lines
        .map(|line| {
            let [statement, section, paragraph, paraphrase, disposition, reason]: [String; 6] = fields(line)
                .try_into()
                .unwrap_or_else(|got| panic!("six fields expected: {got:?}"));
            Row {
                statement,
                place: format!("{section}.{paragraph}"),
                paraphrase,
                disposition,
                reason,
            }
        })
        .collect()
}

/// Item names that cite a statement, with the place each gives. `background` stands for items that have no name.
fn cited(policy: &Path) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let name = format!("{}.duly", policy.file_name().unwrap().to_str().unwrap());
    let text = fs::read_to_string(policy.join(&name)).unwrap();
    let mut sources = Sources::new();
    let file = sources.add(&name, &text);
    let parsed = duly::syntax::parse(&sources, file);
    assert!(parsed.diagnostics.is_empty(), "{:#?}", parsed.diagnostics);
    let mut out: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for item in &parsed.file.items {
        let carrier = carrier(item);
        for slot in item.slots.iter().chain(item.parts.iter().flat_map(|part| &part.slots)) {
            if let SlotKind::Cites(cites) = &slot.node {
                for id in &cites.ids {
                    out.entry(id.node.clone())
                        .or_default()
                        .insert((carrier.clone(), cites.place.node.clone()));
                }
            }
        }
    }
    out
}

fn carrier(item: &Item) -> String {
    match (&item.kind.node, &item.name) {
        (ItemKind::Background, _) => "background".into(),
        (_, Some(name)) => name.node.clone(),
        (kind, None) => panic!("a {kind:?} without a name"),
    }
}

#[test]
fn statements_are_complete_and_unique() {
    for policy in policies() {
        let ids: Vec<String> = rows(&policy).into_iter().map(|row| row.statement).collect();
        let (letters, _) = ids[0].split_once('-').unwrap();
        let expected: Vec<String> = (1..=ids.len()).map(|n| format!("{letters}-{n:02}")).collect();
        assert_eq!(ids, expected, "{policy:?}");
    }
}

#[test]
fn the_last_statement_of_a_source_is_registered() {
    for (policy, last) in [("doncaster", "DON-60"), ("stoke-on-trent", "STO-112")] {
        let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies").join(policy);
        assert_eq!(rows(&policy).last().unwrap().statement, last);
    }
}

#[test]
fn a_statement_is_cited_where_the_registry_says_by_what_the_registry_names() {
    for policy in policies() {
        let mut cited = cited(&policy);
        for row in rows(&policy) {
            let by = cited.remove(&row.statement).unwrap_or_default();
            let names: BTreeSet<&str> = by.iter().map(|(name, _)| name.as_str()).collect();
            let expected: BTreeSet<&str> = match row.disposition.as_str() {
                "content" | "not-encoded" => BTreeSet::new(),
                names => names.split(' ').collect(),
            };
            assert_eq!(names, expected, "{}", row.statement);
            for (name, place) in &by {
                assert_eq!(place, &row.place, "{} in `{name}`", row.statement);
            }
        }
        assert!(cited.is_empty(), "cited but not registered: {cited:?}");
    }
}

#[test]
fn what_has_no_rule_has_a_reason() {
    for row in policies().iter().flat_map(|policy| rows(policy)) {
        assert!(!row.paraphrase.is_empty(), "{}", row.statement);
        assert_eq!(
            WITHOUT_A_RULE.contains(&row.disposition.as_str()),
            !row.reason.is_empty(),
            "{}",
            row.statement
        );
    }
}
