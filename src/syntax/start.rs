//! What a line begins with. In: a logical line. Out: what kind of line it is, how many words its keyword has, and which rule
//! of the grammar reads lines that begin so, once one has been read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::grammar::Rule;
use super::{former, words};

/// What a line begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The head of an item.
    Item,
    /// Something with slots of its own: `option`, `answer`, `otherwise`, `must say`.
    Part {
        /// Words of its keyword.
        words: usize,
    },
    /// A slot.
    Slot {
        /// Words of its keyword; the day of `on DATE` is counted with it.
        words: usize,
        /// Its value is kept as it is written, white space included.
        raw: bool,
    },
    /// A sentence of a rule.
    Sentence,
}

/// Keywords of lines by their first word, those of more words first.
static KEYWORDS: LazyLock<BTreeMap<String, Vec<Vec<String>>>> = LazyLock::new(|| {
    let mut by_first: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for phrase in words::starts().iter().copied().chain(former::starts()) {
        let phrase: Vec<String> = phrase.split(' ').map(str::to_owned).collect();
        if let Some(first) = phrase.first() {
            by_first.entry(first.clone()).or_default().push(phrase);
        }
    }
    for phrases in by_first.values_mut() {
        phrases.sort_by_key(|p| std::cmp::Reverse(p.len()));
    }
    by_first
});

/// The longest keyword that a line begins with, where there is one; `first` is its first word.
fn keyword(slice: &str, first: &str) -> Option<&'static Vec<String>> {
    let fits = |phrase: &&Vec<String>| {
        let mut written = slice.split_whitespace();
        phrase.iter().all(|word| written.next().map(words::first) == Some(word))
    };
    KEYWORDS.get(first)?.iter().find(fits)
}

/// Which rule of the grammar read the lines that began with a keyword. Slots begin with different keywords, so what read one
/// such line reads the next, and the some thirty others need not be tried on it first.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<&'static Vec<String>, Rule>);

impl Known {
    /// The rule that read an earlier line with the keyword of this one.
    pub(super) fn rule(&self, slice: &str) -> Option<Rule> {
        self.0.get(keyword(slice, words::first(slice))?).copied()
    }

    /// Remembers which rule read a line.
    pub(super) fn learn(&mut self, slice: &str, rule: Rule) {
        if let Some(keyword) = keyword(slice, words::first(slice)) {
            self.0.insert(keyword, rule);
        }
    }
}

/// Whether a word starts a line, or is the first of those that do.
pub(super) fn starts_a_line(word: &str) -> bool {
    words::item_kind(word).is_some() || KEYWORDS.contains_key(word)
}

/// What the line `slice` begins with; what starts no line is taken for a slot of one word.
pub fn start_of(slice: &str) -> Start {
    let first = words::first(slice);
    if words::item_kind(first).is_some() {
        return Start::Item;
    }
    let words = keyword(slice, first).map_or(1, Vec::len);
    match first {
        "the" | "each" | "any" | "only" | "nobody" | "someone" => Start::Sentence,
        "option" | "answer" | "otherwise" => Start::Part { words },
        "must" | "should" | "may" => Start::Part { words },
        "on" => Start::Slot { words: 2, raw: false },
        _ => Start::Slot {
            words,
            raw: first == "cites",
        },
    }
}
