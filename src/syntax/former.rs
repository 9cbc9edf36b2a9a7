//! Words that the language once had. In: what a line matched. Out: a note for each, with the word of today and the mend.

use super::grammar::{Pair, Rule};
use super::words;
use crate::ast::ItemKind;
use crate::diagnostics::{Diagnostic, code};
use crate::source::{FileId, Span};

/// Former words, each with the rule that still reads it. A word of today is what the rule is named after.
const FORMER: [(Rule, &str); 8] = [
    (Rule::k_normally, "presume"),
    (Rule::w_not_stated, "unstated"),
    (Rule::k_timing, "urgency"),
    (Rule::k_comes_from, "caused by"),
    (Rule::k_always_governed, "protects"),
    (Rule::w_still_to_do, "open"),
    (Rule::w_does_not_apply, "is not engaged"),
    (Rule::item_word, "reading"),
];

/// Former keywords that start a line.
pub(super) fn starts() -> impl Iterator<Item = &'static str> {
    FORMER
        .iter()
        .filter(|(rule, _)| format!("{rule:?}").starts_with("k_"))
        .map(|(_, word)| *word)
}

/// Notes on the former words among what a line that begins at the offset `base` matched: a head, or what a line holds.
pub(super) fn notes(file: FileId, base: usize, line: &Pair) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    let place = |pair: &Pair| Span::new(file, base + pair.as_span().start(), base + pair.as_span().end());
    if let Some(now) = whole(line) {
        notes.push(note(place(line), "this line", now));
        return notes;
    }
    for pair in line.clone().into_inner().flatten() {
        let rule = pair.as_rule();
        let Some((_, former)) = FORMER.iter().find(|(r, _)| *r == rule) else {
            continue;
        };
        let written = pair.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
        if written != *former {
            continue;
        }
        let now = match rule {
            Rule::item_word => words::word_of(ItemKind::Reading).to_owned(),
            _ => words::keyword(rule).unwrap_or_default().to_owned(),
        };
        notes.push(note(place(&pair), &format!("`{former}`"), now));
    }
    notes
}

/// Lines that are written otherwise as a whole.
fn whole(line: &Pair) -> Option<String> {
    let mut parts = line.clone().into_inner();
    match line.as_rule() {
        Rule::within => {
            parts.find(|p| p.as_rule() == Rule::w_not_stated)?;
            Some("timing          not stated".to_owned())
        }
        Rule::on => {
            let date = parts.find(|p| p.as_rule() == Rule::date)?;
            parts.find(|p| p.as_rule() == Rule::w_nothing)?;
            Some(format!("as of {}", date.as_str()))
        }
        _ => None,
    }
}

fn note(place: Span, former: &str, now: String) -> Diagnostic {
    let shown = now.split_whitespace().collect::<Vec<_>>().join(" ");
    Diagnostic::at(code::FORMER_WORD, place, format!("{former} is written `{shown}` now"))
        .help(format!("write `{shown}`, or let `duly check --fix` do it"))
        .safe_fix(place, now)
}
