//! The words that start a line, and what a name looks like. In: a word. Out: what it stands for. Nothing is reported here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::grammar::{Duly, Rule};
use crate::ast::ItemKind;
use pest::Parser;

/// The item words and their kinds.
const ITEMS: [(&str, ItemKind); 18] = [
    ("protocol", ItemKind::Protocol),
    ("base", ItemKind::Base),
    ("source", ItemKind::Source),
    ("calendar", ItemKind::Calendar),
    ("role", ItemKind::Role),
    ("fact", ItemKind::Fact),
    ("judgement", ItemKind::Judgement),
    ("doubt", ItemKind::Reading),
    ("period", ItemKind::Period),
    ("term", ItemKind::Term),
    ("status", ItemKind::Status),
    ("event", ItemKind::Event),
    ("meeting", ItemKind::Meeting),
    ("document", ItemKind::Document),
    ("decision", ItemKind::Decision),
    ("rule", ItemKind::Rule),
    ("background", ItemKind::Background),
    ("scenario", ItemKind::Scenario),
];

/// Items that the language is meant to have and this version does not.
pub(super) const LATER_ITEMS: [&str; 2] = ["handover", "drop"];

/// The word of a kind of item as it once was.
const FORMER: (&str, ItemKind) = ("reading", ItemKind::Reading);

/// The kind of item that a word starts, a former word included.
pub(super) fn item_kind(word: &str) -> Option<ItemKind> {
    let former = (word == FORMER.0).then_some(FORMER.1);
    ITEMS
        .iter()
        .find(|(item, _)| *item == word)
        .map(|(_, kind)| *kind)
        .or(former)
}

/// The word that starts a kind of item; empty for none.
pub(super) fn word_of(kind: ItemKind) -> &'static str {
    ITEMS.iter().find(|(_, k)| *k == kind).map_or("", |(word, _)| word)
}

/// Every item word.
pub(super) fn items() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|(word, _)| *word)
}

/// The words of every keyword rule: `k_same_as` and `w_same_as` stand for `same as`. Read off the names of the rules once.
static KEYWORDS: LazyLock<BTreeMap<Rule, String>> = LazyLock::new(|| {
    let words = |rule: &Rule| {
        let id = format!("{rule:?}");
        let words = id
            .strip_prefix("k_")
            .or_else(|| id.strip_prefix("w_"))?
            .replace('_', " ");
        Some((
            *rule,
            if *rule == Rule::k_one_off {
                "one-off".to_owned()
            } else {
                words
            },
        ))
    };
    Rule::all_rules().iter().filter_map(words).collect()
});

/// Keywords that can start a line other than a head, in the order of the grammar.
static STARTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let starts_a_line = |rule: &&Rule| format!("{rule:?}").starts_with("k_");
    let rules = Rule::all_rules().iter().filter(starts_a_line);
    rules.filter_map(|rule| keyword(*rule)).collect()
});

/// The words of a keyword rule.
pub(super) fn keyword(rule: Rule) -> Option<&'static str> {
    KEYWORDS.get(&rule).map(String::as_str)
}

/// Every keyword that can start a line other than a head.
pub(super) fn starts() -> &'static [&'static str] {
    &STARTS
}

/// Whether `word` by itself is a word of the language, at the start of a line or within one.
pub(super) fn is_keyword(word: &str) -> bool {
    item_kind(word).is_none() && KEYWORDS.values().any(|k| k == word)
}

/// Letters, digits, hyphens and underscores, and whatever lies beyond ASCII: as `word_char` of the grammar, without the
/// byte order mark, which is space.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_' || (!c.is_ascii() && c != '\u{FEFF}')
}

/// The word that a slice starts with; empty if it starts with something else.
pub(super) fn first(slice: &str) -> &str {
    &slice[..slice.find(|c| !is_word_char(c)).unwrap_or(slice.len())]
}

/// Whether the whole of `word` is a name.
pub(super) fn is_name(word: &str) -> bool {
    Duly::parse(Rule::name, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str() == word))
}

/// Whether `word` is one of the connectives that cannot be names.
pub(super) fn is_reserved(word: &str) -> bool {
    Duly::parse(Rule::reserved, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str() == word))
}

/// Whether `word` says which of several is meant.
pub(super) fn is_ordinal(word: &str) -> bool {
    Duly::parse(Rule::ordinal, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str() == word))
}
