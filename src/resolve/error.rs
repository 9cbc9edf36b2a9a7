//! The wording of what `resolve` complains about, beside the facts it needs. In: what was found. Out: a diagnostic that
//! stands alone. Nothing is decided here.

mod kinds;
mod lines;
mod names;
mod scenarios;
mod times;

pub(super) use {kinds::*, lines::*, names::*, scenarios::*, times::*};

use super::slots::Home;
use crate::ast::{Item, ItemKind, PartKind};
use crate::source::Span;

/// A kind with its article, as in "`care-review` is a meeting".
pub(super) fn a_kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Protocol => "a protocol",
        ItemKind::Base => "a base",
        ItemKind::Source => "a source",
        ItemKind::Calendar => "a calendar",
        ItemKind::Role => "a role",
        ItemKind::Fact => "a fact",
        ItemKind::Judgement => "a judgement",
        ItemKind::Reading => "a doubt",
        ItemKind::Period => "a period",
        ItemKind::Term => "a term",
        ItemKind::Status => "a status",
        ItemKind::Event => "an event",
        ItemKind::Meeting => "a meeting",
        ItemKind::Document => "a document",
        ItemKind::Decision => "a decision",
        ItemKind::Rule => "a rule",
        ItemKind::Background => "a background",
        ItemKind::Scenario => "a scenario",
        ItemKind::Broken => "an item of an unknown kind",
    }
}

fn kind_word(kind: ItemKind) -> &'static str {
    let full = a_kind(kind);
    full.split_once(' ').map_or(full, |(_, word)| word)
}

fn a_part(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Option => "an option",
        PartKind::Otherwise => "`otherwise`",
        PartKind::Answer => "an answer",
        PartKind::MustSay => "a `must say` line",
        PartKind::ShouldSay => "a `should say` line",
        PartKind::MaySay => "a `may say` line",
    }
}

fn part_word(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Option => "option",
        PartKind::Otherwise => "otherwise",
        PartKind::Answer => "answer",
        PartKind::MustSay => "must say",
        PartKind::ShouldSay => "should say",
        PartKind::MaySay => "may say",
    }
}

fn a_home(home: Home) -> &'static str {
    match home {
        Home::Item(kind) => a_kind(kind),
        Home::Part(kind) => a_part(kind),
    }
}

/// `a`, `b` or `c`.
fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|w| format!("`{}`", w.as_ref())).collect();
    or(&words)
}

fn or(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// What an item is called in a headline.
fn title(item: &Item) -> String {
    match &item.name {
        Some(name) => format!("{} `{}`", kind_word(item.kind.node), name.node),
        None => format!("this {}", kind_word(item.kind.node)),
    }
}

fn head(item: &Item) -> Span {
    super::names::head_of(item)
}
