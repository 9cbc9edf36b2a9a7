//! What is said about lines: in the wrong place, written twice, missing, never used. In and out: as [`super`].

use super::super::checks::{DEEPEST_TERM, LONGEST_TERM};
use super::super::slots::{Home, keyword};
use super::{a_home, a_kind, head, kind_word, or, part_word, title};
use crate::ast::{Item, ItemKind, Part, Slot, SlotKind, Verified};
use crate::diagnostics::{Diagnostic, Severity, code};
use crate::source::Span;

pub(in crate::resolve) fn misplaced(word: &str, slot: &Slot, home: Home, homes: &[Home], head: Span) -> Diagnostic {
    let belongs: Vec<String> = homes.iter().take(4).map(|h| a_home(*h).to_owned()).collect();
    let word = if word == "sentence" {
        "a sentence"
    } else {
        &format!("`{word}`")
    };
    Diagnostic::at(
        code::MISPLACED,
        slot.keyword,
        format!("{word} does not belong in {}", a_home(home)),
    )
    .here(format!("belongs in {}", or(&belongs)))
    .also(head, "this item")
    .help(format!("move it to {}, or remove it", or(&belongs)))
}

pub(in crate::resolve) fn misplaced_part(part: &Part, parent: ItemKind, here: ItemKind) -> Diagnostic {
    let word = part_word(part.kind.node);
    Diagnostic::at(
        code::MISPLACED,
        part.kind.span,
        format!("`{word}` does not belong in {}", a_kind(here)),
    )
    .here(format!("belongs in {}", a_kind(parent)))
    .help(format!("move it to {}, or remove it", a_kind(parent)))
}

pub(in crate::resolve) fn repeated(word: &str, second: Span, first: Span) -> Diagnostic {
    let help = match word {
        "if" | "while" => "join the two with `and` or `or` on the next line",
        "when" => "add the second moment on the next line with `or`",
        _ => "keep one of the two lines",
    };
    Diagnostic::at(
        code::REPEATED_SLOT,
        second,
        format!("`{word}` may stand only once here"),
    )
    .here("again here")
    .also(first, "first here")
    .help(help)
}

pub(in crate::resolve) fn verified_without_citation(slot: &Slot) -> Diagnostic {
    let word = match &slot.node {
        SlotKind::Verified(Verified::Checked, _) => "checked",
        SlotKind::Verified(Verified::AsQuoted, _) => "as quoted by",
        SlotKind::Verified(Verified::Unchecked, _) => "unchecked",
        other => keyword(other),
    };
    Diagnostic::at(
        code::MISPLACED,
        slot.keyword,
        format!("`{word}` says how a citation was verified, and there is none above it"),
    )
    .here("no `cites` line above")
    .help("put it under a `cites` line")
}

pub(in crate::resolve) fn only_with(slot: &Slot, word: &str, other: &str) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        slot.keyword,
        format!("`{word}` stands only beside `{other}`"),
    )
    .here(format!("no `{other}` in this rule"))
    .help(format!("add `{other} BASE.RULE`, or remove this line"))
}

pub(in crate::resolve) fn incomplete(item: &Item, lacks: &str, help: &str) -> Diagnostic {
    Diagnostic::at(code::INCOMPLETE_ITEM, head(item), format!("{} {lacks}", title(item)))
        .here("incomplete")
        .help(help)
}

/// A gap that nobody declared. The item is understood without the line, so what is asked of it can be answered.
pub(in crate::resolve) fn undeclared_gap(item: &Item, lacks: &str, help: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..incomplete(item, lacks, help)
    }
}

pub(in crate::resolve) fn two_bodies(item: &Item, first: Span, second: Span) -> Diagnostic {
    Diagnostic::at(
        code::INCOMPLETE_ITEM,
        second,
        format!("{} says two things", title(item)),
    )
    .here("a second one")
    .also(first, "the first one")
    .help("make two rules of it, so that each has its own verdict and citation")
}

pub(in crate::resolve) fn departure_without(place: Span, because: bool, expires: bool) -> Diagnostic {
    let lacks = match (because, expires) {
        (true, true) => "`because` and `expires`",
        (true, false) => "`because`",
        _ => "`expires`",
    };
    Diagnostic::at(
        code::INCOMPLETE_ITEM,
        place,
        format!("a departure from a base rule needs {lacks}"),
    )
    .here(format!("without {lacks}"))
    .help(
        "add `because \"the reason\"` and `expires DATE`, so that a departure is explained and does not last for ever",
    )
}

pub(in crate::resolve) fn replacement_without_reason(place: Span) -> Diagnostic {
    Diagnostic::at(
        code::INCOMPLETE_ITEM,
        place,
        "a rule that replaces a base rule needs `because`",
    )
    .here("without a reason")
    .help("add `because \"the reason\"`")
}

/// Names of a circle that are shown; nobody reads more.
const RING: usize = 12;

pub(in crate::resolve) fn cycle(what: &str, names: &[String], place: Span, others: &[Span]) -> Diagnostic {
    let mut ring: Vec<String> = names.iter().chain(names.first()).map(|n| format!("`{n}`")).collect();
    if names.len() > RING {
        let between = format!("{} more", names.len() - RING);
        ring.splice(RING..names.len(), [between]);
    }
    let d = Diagnostic::at(
        code::CYCLE,
        place,
        format!("{what} in a circle: {}", ring.join(", then ")),
    )
    .here("part of the circle")
    .help("break the circle at one of these lines");
    others.iter().take(RING).fold(d, |d, span| d.also(*span, "and this"))
}

pub(in crate::resolve) fn large_term(name: &str, head: Span, deep: bool) -> Diagnostic {
    let headline = match deep {
        true => format!("`{name}` is explained through more than {DEEPEST_TERM} terms, one by the other"),
        false => format!("`{name}` comes to more than {LONGEST_TERM} conditions with its terms written out"),
    };
    Diagnostic::at(code::TOO_LARGE, head, headline)
        .here("nobody could check what it means")
        .help("say what it means in fewer terms")
}

pub(in crate::resolve) fn unused(name: &str, kind: ItemKind, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::UNUSED_ITEM,
        place,
        format!("{} `{name}` is declared and never used", kind_word(kind)),
    )
    .here("nothing refers to it")
    .help("refer to it in a rule, or remove it")
}

pub(in crate::resolve) fn two_calendars(second: Span, first: Span) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        second,
        "two calendars are in use, and a protocol counts by one",
    )
    .here("second calendar")
    .also(first, "first calendar")
    .help("use one of them only")
}
