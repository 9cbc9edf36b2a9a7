//! Which slot may stand in which item, and how often. In: an item. Out: complaints about lines that stand in the wrong
//! place or twice. It does not look into a slot.

use super::error;
use crate::ast::{Item, ItemKind, Part, PartKind, Slot, SlotKind, Time};
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// Where a line may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In an item.
    Item(ItemKind),
    /// Under a part of an item.
    Part(PartKind),
}

/// How often a slot may stand in one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Often {
    Once,
    Any,
}

use Home::{Item as I, Part as P};
use ItemKind as K;
use Often::{Any, Once};

const EVERYWHERE: &[Home] = &[
    I(K::Protocol),
    I(K::Base),
    I(K::Source),
    I(K::Role),
    I(K::Fact),
    I(K::Judgement),
    I(K::Reading),
    I(K::Period),
    I(K::Term),
    I(K::Status),
    I(K::Event),
    I(K::Meeting),
    I(K::Document),
    I(K::Decision),
    I(K::Rule),
    I(K::Background),
    P(PartKind::Option),
    P(PartKind::Otherwise),
    P(PartKind::Answer),
    P(PartKind::MustSay),
    P(PartKind::ShouldSay),
    P(PartKind::MaySay),
];
const GUARDED: &[Home] = &[
    I(K::Rule),
    I(K::Decision),
    P(PartKind::Option),
    P(PartKind::MustSay),
    P(PartKind::ShouldSay),
    P(PartKind::MaySay),
];
const ENGAGED: &[Home] = &[
    I(K::Rule),
    I(K::Decision),
    P(PartKind::MustSay),
    P(PartKind::ShouldSay),
    P(PartKind::MaySay),
];
const KINDS: &[Home] = &[I(K::Role), I(K::Meeting)];

/// The slots of the language: keyword, where it may stand (the usual place first), how often.
const TABLE: &[(&str, &[Home], Often)] = &[
    ("authority", &[I(K::Protocol)], Once),
    ("uses", &[I(K::Protocol), I(K::Base)], Any),
    ("implements", &[I(K::Protocol), I(K::Base)], Any),
    ("rank", &[I(K::Base), I(K::Protocol)], Once),
    ("file", &[I(K::Source)], Once),
    ("edition", &[I(K::Source), I(K::Calendar)], Once),
    ("review due", &[I(K::Source)], Once),
    (
        "in force from",
        &[I(K::Rule), I(K::Source), I(K::Protocol), I(K::Base)],
        Once,
    ),
    (
        "in force until",
        &[I(K::Rule), I(K::Source), I(K::Protocol), I(K::Base)],
        Once,
    ),
    ("replaced by", &[I(K::Source)], Once),
    (
        "also called",
        &[
            I(K::Role),
            I(K::Term),
            I(K::Document),
            I(K::Meeting),
            I(K::Status),
            I(K::Event),
            I(K::Source),
        ],
        Any,
    ),
    ("same as", &[I(K::Role)], Any),
    ("kind of", KINDS, Any),
    ("counts as", KINDS, Any),
    ("outside", &[I(K::Role)], Once),
    ("many", &[I(K::Role)], Once),
    ("repeats", &[I(K::Meeting), I(K::Event)], Once),
    ("always governed", &[I(K::Status)], Once),
    ("one of", &[I(K::Fact), I(K::Judgement), I(K::Status)], Once),
    ("starts as", &[I(K::Status)], Once),
    ("is", &[I(K::Period)], Once),
    ("means", &[I(K::Term)], Once),
    ("begins when", &[I(K::Status)], Any),
    ("ends when", &[I(K::Status)], Any),
    ("becomes", &[I(K::Status)], Any),
    ("judged by", &[I(K::Judgement)], Once),
    ("comes from", &[I(K::Event)], Once),
    ("chaired by", &[I(K::Meeting)], Once),
    ("attended by", &[I(K::Meeting)], Once),
    ("quorum", &[I(K::Meeting)], Once),
    ("combines", &[I(K::Meeting)], Once),
    ("for example", &[I(K::Judgement), I(K::Fact), I(K::Term)], Any),
    ("about", &[I(K::Meeting)], Once),
    ("because", &[I(K::Rule)], Once),
    ("refers to", &[I(K::Background), I(K::Rule)], Any),
    ("when", ENGAGED, Once),
    ("while", ENGAGED, Once),
    ("if", GUARDED, Once),
    ("unless", GUARDED, Any),
    ("decided by", &[I(K::Decision)], Once),
    ("agreed by", &[I(K::Decision)], Once),
    ("advised by", &[I(K::Decision)], Once),
    ("consulting", &[I(K::Decision)], Once),
    ("deadlock", &[I(K::Decision)], Once),
    ("then", &[P(PartKind::Option)], Once),
    ("sentence", &[I(K::Rule)], Any),
    ("effect", &[I(K::Rule), P(PartKind::Option)], Any),
    ("normally", &[I(K::Rule)], Any),
    ("within", &[I(K::Rule), I(K::Decision)], Any),
    ("at least", &[I(K::Rule), I(K::Decision)], Any),
    ("until", &[I(K::Rule), I(K::Decision)], Any),
    ("at", &[I(K::Rule), I(K::Decision)], Once),
    ("same day as", &[I(K::Rule), I(K::Decision)], Any),
    ("straight after", &[I(K::Rule), I(K::Decision)], Any),
    ("before", &[I(K::Rule), I(K::Decision)], Any),
    ("after", &[I(K::Rule), I(K::Decision)], Any),
    ("timing", &[I(K::Rule), I(K::Decision)], Once),
    ("exception to", &[I(K::Rule)], Any),
    ("departs from", &[I(K::Rule)], Once),
    ("replaces", &[I(K::Rule)], Any),
    ("expires", &[I(K::Rule)], Once),
    ("cites", EVERYWHERE, Any),
    ("checked", EVERYWHERE, Any),
    ("given", &[I(K::Scenario)], Any),
    ("on", &[I(K::Scenario)], Any),
    ("expect", &[I(K::Scenario)], Any),
    ("known from", &[I(K::Calendar)], Once),
    ("published until", &[I(K::Calendar)], Once),
    ("known until", &[I(K::Calendar)], Once),
    ("weekend", &[I(K::Calendar)], Once),
    ("holiday", &[I(K::Calendar)], Any),
    ("one-off", &[I(K::Calendar)], Any),
];

/// The keyword a slot is known by in the table and in messages.
pub(super) fn keyword(slot: &SlotKind) -> &'static str {
    match slot {
        SlotKind::Authority(_) => "authority",
        SlotKind::Uses(_) => "uses",
        SlotKind::Implements(_) => "implements",
        SlotKind::Rank(_) => "rank",
        SlotKind::File(_) => "file",
        SlotKind::Edition(_) => "edition",
        SlotKind::ReviewDue(_) => "review due",
        SlotKind::InForceFrom(_) => "in force from",
        SlotKind::InForceUntil(_) => "in force until",
        SlotKind::ReplacedBy(_) => "replaced by",
        SlotKind::AlsoCalled(_) => "also called",
        SlotKind::SameAs(_) => "same as",
        SlotKind::KindOf(_) => "kind of",
        SlotKind::CountsAs(_) => "counts as",
        SlotKind::Outside => "outside",
        SlotKind::Many => "many",
        SlotKind::Repeats => "repeats",
        SlotKind::Protects => "always governed",
        SlotKind::OneOf(_) => "one of",
        SlotKind::StartsAs(_) => "starts as",
        SlotKind::Is(_) => "is",
        SlotKind::Means(_) => "means",
        SlotKind::BeginsWhen(_) => "begins when",
        SlotKind::EndsWhen(_) => "ends when",
        SlotKind::BecomesWhen(..) => "becomes",
        SlotKind::JudgedBy(_) => "judged by",
        SlotKind::CausedBy(_) => "comes from",
        SlotKind::ChairedBy(_) => "chaired by",
        SlotKind::AttendedBy(_) => "attended by",
        SlotKind::Quorum(_) => "quorum",
        SlotKind::Combines(_) => "combines",
        SlotKind::ForExample(_) => "for example",
        SlotKind::About(_) => "about",
        SlotKind::Because(_) => "because",
        SlotKind::RefersTo(_) => "refers to",
        SlotKind::When(_) => "when",
        SlotKind::While(_) => "while",
        SlotKind::If(_) => "if",
        SlotKind::Unless(_) => "unless",
        SlotKind::DecidedBy(_) => "decided by",
        SlotKind::AgreedBy(_) => "agreed by",
        SlotKind::AdvisedBy(_) => "advised by",
        SlotKind::Consulting(_) => "consulting",
        SlotKind::Deadlock(_) => "deadlock",
        SlotKind::Then { .. } => "then",
        SlotKind::Sentence(_) => "sentence",
        SlotKind::Effect(..) => "effect",
        SlotKind::Presume(_) => "normally",
        SlotKind::Time(time) => match time {
            Time::Within(..) => "within",
            Time::AtLeastBefore(..) | Time::AtLeastAfter(..) => "at least",
            Time::Until(_) | Time::UntilAfter(..) => "until",
            Time::At(_) => "at",
            Time::SameDay(_) => "same day as",
            Time::StraightAfter(_) => "straight after",
            Time::Before(_) => "before",
            Time::After(_) => "after",
            Time::Wording(_) | Time::NotStated => "timing",
        },
        SlotKind::ExceptionTo(_) => "exception to",
        SlotKind::DepartsFrom(_) => "departs from",
        SlotKind::Replaces(_) => "replaces",
        SlotKind::Expires(_) => "expires",
        SlotKind::Cites(_) => "cites",
        SlotKind::KnownFrom(_) => "known from",
        SlotKind::PublishedUntil(_) => "published until",
        SlotKind::KnownUntil(_) => "known until",
        SlotKind::Weekend(_) => "weekend",
        SlotKind::Holiday(_) => "holiday",
        SlotKind::OneOff(..) => "one-off",
        SlotKind::Given(_) => "given",
        SlotKind::On(_) => "on",
        SlotKind::Expect(_) => "expect",
        SlotKind::Verified(..) => "checked",
    }
}

/// Checks the place and number of an item's lines, its parts' included.
pub(super) fn check(item: &Item, out: &mut Vec<Diagnostic>) {
    // Where the head of an option could not be read, its lines seem to belong to the item.
    if !(item.broken && item.kind.node == K::Decision) {
        lines(&item.slots, I(item.kind.node), item.kind.span, out);
    }
    for part in &item.parts {
        if parent(part.kind.node) == item.kind.node {
            lines(&part.slots, P(part.kind.node), part.kind.span, out);
        } else {
            out.push(error::misplaced_part(part, parent(part.kind.node), item.kind.node));
        }
    }
    if item.kind.node == K::Decision {
        let mut otherwise = item.parts.iter().filter(|p| p.kind.node == PartKind::Otherwise);
        if let (Some(first), Some(second)) = (otherwise.next(), otherwise.next()) {
            out.push(error::repeated("otherwise", head(second), head(first)));
        }
    }
}

fn head(part: &Part) -> Span {
    part.kind.span
}

/// The item a kind of part belongs to.
fn parent(part: PartKind) -> ItemKind {
    match part {
        PartKind::Option | PartKind::Otherwise => K::Decision,
        PartKind::Answer => K::Reading,
        PartKind::MustSay | PartKind::ShouldSay | PartKind::MaySay => K::Document,
    }
}

fn lines(slots: &[Slot], home: Home, head: Span, out: &mut Vec<Diagnostic>) {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    let mut cited = false;
    for slot in slots {
        let word = keyword(&slot.node);
        let Some((_, homes, often)) = TABLE.iter().find(|(w, _, _)| *w == word) else {
            continue;
        };
        if !homes.contains(&home) {
            out.push(error::misplaced(word, slot, home, homes, head));
            continue;
        }
        match seen.iter().find(|(w, _)| *w == word) {
            Some((_, first)) if *often == Once => out.push(error::repeated(word, slot.keyword, *first)),
            Some(_) => {}
            None => seen.push((word, slot.keyword)),
        }
        match &slot.node {
            SlotKind::Cites(_) => cited = true,
            SlotKind::Verified(..) if !cited => out.push(error::verified_without_citation(slot)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    #[test]
    fn no_keyword_stands_twice_in_the_table() {
        for (at, (word, homes, _)) in TABLE.iter().enumerate() {
            assert!(
                TABLE.iter().skip(at + 1).all(|(w, _, _)| w != word),
                "`{word}` stands twice"
            );
            assert!(!homes.is_empty());
        }
    }
}
