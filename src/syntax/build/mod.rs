//! Matched rules into the nodes of `ast`. In: the pairs of one slice and where the slice stands. Out: one head, part or slot.
//! What the grammar leaves open is settled here: dates that do not exist, numbers too large, mixed connectives.

mod calendar;
mod conds;
mod scenario;
mod sentence;
mod slots;

use std::iter::Peekable;

use pest::iterators::Pairs;

use super::error;
use super::grammar::{Pair, Rule};
use crate::ast::*;
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Span};
use crate::time::Day;

/// A head line that was read.
#[derive(Debug)]
pub(in crate::syntax) struct Head {
    pub kind: Spanned<ItemKind>,
    pub name: Option<Name>,
    pub label: Option<Text>,
}

/// A line that is not a head.
#[derive(Debug)]
pub(in crate::syntax) enum Built {
    Part(Part),
    Slot(Slot),
}

/// Turns the pairs of one slice into nodes. Every function gives nothing where it reported what is wrong.
pub(in crate::syntax) struct Builder<'a> {
    pub file: FileId,
    /// Offset of the slice in the file.
    pub base: usize,
    pub out: &'a mut Vec<Diagnostic>,
}

/// The rules inside one rule, taken from the left.
struct Inner<'i>(Peekable<Pairs<'i, Rule>>);

impl<'i> Inner<'i> {
    fn of(pair: &Pair<'i>) -> Self {
        Inner(pair.clone().into_inner().peekable())
    }
    fn next(&mut self) -> Option<Pair<'i>> {
        self.0.next()
    }
    fn eat(&mut self, rule: Rule) -> Option<Pair<'i>> {
        self.0.next_if(|p| p.as_rule() == rule)
    }
    fn has(&mut self, rule: Rule) -> bool {
        self.eat(rule).is_some()
    }
}

/// Where a pair really ends: pest counts the white space before an optional part that is not there.
fn end(pair: &Pair) -> usize {
    let text = pair.as_str();
    // What is counted with it ends in white space or is a comment; few pairs do, and looking inside takes time.
    if !text.ends_with(char::is_whitespace) && !text.as_bytes().windows(2).any(|pair| pair == b"--") {
        return pair.as_span().end();
    }
    match pair.clone().into_inner().next_back() {
        Some(last) if pair.as_rule() != Rule::ids => end(&last),
        _ => pair.as_span().end(),
    }
}

impl Builder<'_> {
    fn span(&self, pair: &Pair) -> Span {
        Span::new(self.file, self.base + pair.as_span().start(), self.base + end(pair))
    }

    fn spanned<T>(&self, pair: &Pair, node: T) -> Spanned<T> {
        Spanned {
            node,
            span: self.span(pair),
        }
    }
    pub(super) fn name(&self, pair: Pair) -> Name {
        self.spanned(&pair, pair.as_str().to_owned())
    }

    pub(super) fn text(&self, pair: Pair) -> Text {
        self.spanned(&pair, pair.as_str().trim_matches('"').to_owned())
    }

    pub(super) fn names(&self, pair: Pair) -> Vec<Name> {
        pair.into_inner().map(|p| self.name(p)).collect()
    }

    pub(super) fn number(&mut self, pair: &Pair) -> Option<u32> {
        let number = pair.as_str().parse().ok();
        if number.is_none() {
            self.out.push(error::large_number(self.span(pair), pair.as_str()));
        }
        number
    }

    pub(super) fn year(&mut self, pair: &Pair) -> Option<i32> {
        pair.as_str().parse().ok()
    }

    pub(super) fn date(&mut self, pair: Pair) -> Option<Spanned<Day>> {
        let day = Day::parse_iso(pair.as_str());
        if day.is_none() {
            self.out.push(error::no_such_date(self.span(&pair), pair.as_str()));
        }
        day.map(|day| self.spanned(&pair, day))
    }

    /// The pairs of `head`.
    pub(in crate::syntax) fn head(&mut self, pair: Pair, kind_of: impl Fn(&str) -> Option<ItemKind>) -> Option<Head> {
        let mut inner = Inner::of(&pair);
        let word = inner.next()?;
        let kind = self.spanned(&word, kind_of(word.as_str())?);
        let name = inner.eat(Rule::name).map(|p| self.name(p));
        let label = inner.eat(Rule::text).map(|p| self.text(p));
        Some(Head { kind, name, label })
    }

    /// The pairs of what stands in a `line`.
    pub(in crate::syntax) fn line(&mut self, pair: Pair) -> Option<Built> {
        let span = self.span(&pair);
        let mut inner = Inner::of(&pair);
        if let Rule::named_part | Rule::otherwise | Rule::saying = pair.as_rule() {
            let word = inner.next()?;
            let kind = match word.as_rule() {
                Rule::k_option => PartKind::Option,
                Rule::k_answer => PartKind::Answer,
                Rule::k_must_say => PartKind::MustSay,
                Rule::k_should_say => PartKind::ShouldSay,
                Rule::k_may_say => PartKind::MaySay,
                _ => PartKind::Otherwise,
            };
            let name = inner.eat(Rule::name).map(|p| self.name(p));
            let label = inner.eat(Rule::text).map(|p| self.text(p));
            return Some(Built::Part(Part {
                kind: self.spanned(&word, kind),
                name,
                label,
                slots: Vec::new(),
                span,
            }));
        }
        if pair.as_rule() == Rule::sentence {
            let keyword = self.keyword(&pair);
            let node = SlotKind::Sentence(self.sentence(pair)?);
            return Some(Built::Slot(Slot { node, keyword, span }));
        }
        let keyword = inner.next()?;
        let node = self.slot(pair.as_rule(), keyword.as_rule(), inner)?;
        Some(Built::Slot(Slot {
            node,
            keyword: self.span(&keyword),
            span,
        }))
    }

    /// The first word of a sentence, which lies within its subject.
    fn keyword(&self, pair: &Pair) -> Span {
        match pair.clone().into_inner().next() {
            Some(first) => self.keyword(&first),
            None => self.span(pair),
        }
    }
}
