//! The words that start a line, and what a name looks like. In: a word. Out: what it stands for. Nothing is reported here.

use super::grammar::{Duly, Rule};
use crate::ast::ItemKind;
use pest::Parser;

/// The item words and their kinds.
const ITEMS: [(&str, ItemKind); 17] = [
    ("protocol", ItemKind::Protocol),
    ("base", ItemKind::Base),
    ("source", ItemKind::Source),
    ("calendar", ItemKind::Calendar),
    ("role", ItemKind::Role),
    ("fact", ItemKind::Fact),
    ("judgement", ItemKind::Judgement),
    ("reading", ItemKind::Reading),
    ("period", ItemKind::Period),
    ("term", ItemKind::Term),
    ("status", ItemKind::Status),
    ("event", ItemKind::Event),
    ("meeting", ItemKind::Meeting),
    ("document", ItemKind::Document),
    ("decision", ItemKind::Decision),
    ("rule", ItemKind::Rule),
    ("background", ItemKind::Background),
];

/// Items that the language is meant to have and this version does not.
pub(super) const LATER_ITEMS: [&str; 3] = ["handover", "scenario", "drop"];

/// The kind of item that a word starts.
pub(super) fn item_kind(word: &str) -> Option<ItemKind> {
    ITEMS.iter().find(|(item, _)| *item == word).map(|(_, kind)| *kind)
}

/// Every item word.
pub(super) fn items() -> impl Iterator<Item = &'static str> {
    ITEMS.iter().map(|(word, _)| *word)
}

/// The words of a keyword rule: `k_same_as` and `w_same_as` stand for `same as`.
pub(super) fn keyword(rule: Rule) -> Option<String> {
    if rule == Rule::k_one_off {
        return Some("one-off".to_owned());
    }
    let id = format!("{rule:?}");
    id.strip_prefix("k_").or_else(|| id.strip_prefix("w_")).map(|words| words.replace('_', " "))
}

/// Every keyword that can start a line other than a head.
pub(super) fn starts() -> Vec<String> {
    let starts_a_line = |rule: &&Rule| format!("{rule:?}").starts_with("k_");
    Rule::all_rules().iter().filter(starts_a_line).filter_map(|rule| keyword(*rule)).collect()
}

/// Letters, digits, hyphens and underscores up to the first other character.
pub(super) fn first(slice: &str) -> &str {
    let end = slice.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'));
    &slice[..end.unwrap_or(slice.len())]
}

/// Whether the whole of `word` is a name.
pub(super) fn is_name(word: &str) -> bool {
    Duly::parse(Rule::name, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str() == word))
}

/// Whether `word` is one of the connectives that cannot be names.
pub(super) fn is_reserved(word: &str) -> bool {
    Duly::parse(Rule::reserved, word).is_ok_and(|mut pairs| pairs.next().is_some_and(|p| p.as_str() == word))
}
