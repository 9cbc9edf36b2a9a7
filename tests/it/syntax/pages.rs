//! The pages of the codes of this room: the first example shows the fault, and nothing else; the last one is mended.

use super::read;

const PAGES: &[(&str, &str)] = &[
    ("D0101", include_str!("../../../docs/codes/D0101.md")),
    ("D0102", include_str!("../../../docs/codes/D0102.md")),
    ("D0103", include_str!("../../../docs/codes/D0103.md")),
    ("D0105", include_str!("../../../docs/codes/D0105.md")),
    ("D0106", include_str!("../../../docs/codes/D0106.md")),
    ("D0107", include_str!("../../../docs/codes/D0107.md")),
    ("D0108", include_str!("../../../docs/codes/D0108.md")),
    ("D0109", include_str!("../../../docs/codes/D0109.md")),
];

fn examples(page: &str) -> Vec<&str> {
    page.split("```duly\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn show_the_fault_and_its_mend() {
    for (code, page) in PAGES {
        let examples = examples(page);
        let (bad, good) = match examples.as_slice() {
            [bad, good] => (Some(*bad), *good),
            // A file that is too large does not fit on a page.
            [good] if *code == "D0105" => (None, *good),
            other => panic!("{code} has {} examples", other.len()),
        };
        if let Some(bad) = bad {
            let found: Vec<_> = read(bad).2.diagnostics.iter().map(|d| d.code.id).collect();
            assert!(
                !found.is_empty() && found.iter().all(|id| id == code),
                "{code}: {found:?}"
            );
        }
        assert_eq!(read(good).2.diagnostics, [], "{code}");
    }
}

#[test]
fn are_all_there() {
    let registered = duly::diagnostics::CODES
        .iter()
        .map(|c| c.id)
        .filter(|id| id.starts_with("D01"));
    assert!(registered.eq(PAGES.iter().map(|(code, _)| *code)));
}
