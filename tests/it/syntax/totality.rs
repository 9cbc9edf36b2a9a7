//! Whatever the text, parsing ends, the tree holds every byte, and every place lies in the file.

use super::{WHOLE, read};
use duly::source::Span;
use proptest::prelude::*;

/// Checks what must hold for every text.
fn holds(text: &str) {
    let (sources, id, parsed) = read(text);
    assert_eq!(parsed.cut.tree.text(&sources), text);
    let mut at = 0;
    for token in &parsed.cut.tree.tokens {
        assert_eq!(token.span.start, at, "gap or overlap in {text:?}");
        assert!(token.span.end > token.span.start, "empty token in {text:?}");
        at = token.span.end;
    }
    assert_eq!(at as usize, text.len());
    let fits = |span: Span| span.file == id && span.start <= span.end && text.get(span.range()).is_some();
    for diagnostic in &parsed.diagnostics {
        assert!(!diagnostic.headline.is_empty() && !diagnostic.labels.is_empty());
        for label in &diagnostic.labels {
            assert!(fits(label.span), "{:?} in {text:?}", label.span);
        }
        if let Some(fix) = &diagnostic.fix {
            assert!(fits(fix.span), "{:?} in {text:?}", fix.span);
        }
    }
    for item in &parsed.file.items {
        assert!(fits(item.span) && fits(item.kind.span));
        assert!(item.slots.iter().all(|s| fits(s.span) && fits(s.keyword)));
    }
    assert!(parsed.diagnostics.is_sorted_by_key(|d| d.place().map(|p| p.start)));
}

/// Words and marks of the language, and some that are not.
const BITS: &[&str] = &[
    "rule",
    "role",
    "decision",
    "option",
    "when",
    "if",
    "unless",
    "and",
    "or",
    "or perhaps",
    "within",
    "10 working days",
    "after",
    "x is held",
    "first",
    "since",
    "the",
    "only the",
    "must",
    "may not",
    "hold",
    "consider ending",
    "a-b",
    "Ä",
    "\"words\"",
    "\"open",
    "--",
    "(",
    ")",
    ",",
    ".",
    "\r",
    "\r\n",
    "\n",
    "\n  ",
    "\t",
    "2026-02-30",
    "99999999999",
    "\u{FEFF}",
    "\u{A0}",
    "“",
    "cites",
    "stoke 03",
    "(STO-1)",
    "not stated",
    "not",
    "is",
    "is one of",
    "holiday",
    "easter",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_any_characters(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn of_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn of_any_words(bits in prop::collection::vec((prop::sample::select(BITS), any::<bool>()), 0..60)) {
        let text: String = bits.iter().map(|(bit, space)| format!("{bit}{}", if *space { " " } else { "" })).collect();
        holds(&text);
    }

    #[test]
    fn of_a_file_with_any_line_replaced(at in 0usize..80, line in "\\PC{0,40}") {
        let mut lines: Vec<&str> = WHOLE.lines().collect();
        let at = at % lines.len();
        lines[at] = &line;
        holds(&lines.join("\n"));
    }

    #[test]
    fn of_a_file_with_any_stretch_replaced(from in 0usize..4000, length in 0usize..12, bit in prop::sample::select(BITS)) {
        let chars: Vec<char> = WHOLE.chars().collect();
        let from = from % chars.len();
        let to = (from + length).min(chars.len());
        let text: String = chars[..from].iter().copied().chain(bit.chars()).chain(chars[to..].iter().copied()).collect();
        holds(&text);
    }
}

/// Leaving out one letter of one word costs at most one line or one head: all other lines are still read.
#[test]
fn a_slip_costs_one_line() {
    let total = |text: &str| {
        let (_, _, parsed) = read(text);
        let items = &parsed.file.items;
        let lines: usize = items
            .iter()
            .map(|i| i.slots.len() + i.parts.iter().map(|p| 1 + p.slots.len()).sum::<usize>())
            .sum();
        (items.len(), lines, parsed.diagnostics.len())
    };
    let (items, lines, _) = total(WHOLE);
    let (mut slips, mut unnoticed, mut lost) = (0, 0, 0);
    let mut start = 0;
    for line in WHOLE.split_inclusive('\n') {
        let word = start + (line.len() - line.trim_start().len());
        start += line.len();
        if line.trim().is_empty() || line.trim_start().starts_with("--") {
            continue;
        }
        let slipped = format!("{}{}", &WHOLE[..word + 1], &WHOLE[word + 2..]);
        let (items_left, lines_left, said) = total(&slipped);
        slips += 1;
        unnoticed += usize::from(said == 0);
        lost += lines - lines_left.min(lines);
        assert_eq!(items_left, items, "{line}");
        assert!(lines - lines_left.min(lines) <= 1, "{line}");
        assert!(said <= 2, "{line}: {said}");
    }
    assert_eq!(unnoticed, 0);
    assert!(lost <= slips);
}
