//! Text to what was written. In: a file of `Sources`. Out: its items with holes where they are broken, the lossless tree of
//! its tokens, and what is wrong with it. Total: it never fails. No name is looked up and no meaning given here.

#[cfg(test)]
mod agree;
mod build;
mod context;
mod error;
mod expected;
mod explain;
mod former;
mod grammar;
mod lines;
mod marks;
mod mend;
mod plain;
mod slips;
mod start;
mod tree;
mod words;

pub use mend::{Mended, Stop, mend};
pub use start::{Start, start_of};
pub use tree::{Token, TokenKind, Tree};

use std::cell::OnceCell;
use std::collections::BTreeMap;

use pest::Parser;
use pest::iterators::Pairs;

use crate::ast::{File, Item, ItemKind, Name, Part, Slot, Spanned};
use crate::diagnostics::{Diagnostic, nearest};
use crate::source::{FileId, Sources, Span};
use build::{Builder, Built, Head};
use context::Context;
use explain::Mistake;
use grammar::{Duly, Pair, Rule};
use lines::Line;
use start::Known;

/// Bytes beyond which a file is not read.
pub const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// Faults of form after which the rest of a file is not read.
pub const MOST_FAULTS: usize = 200;

/// A file cut up, before anything in it is read.
#[derive(Debug, Clone)]
pub struct Cut {
    /// Its tokens, every byte of it.
    pub tree: Tree,
    /// Its logical lines in order, each with those that continue it: from its first word to its last.
    pub lines: Vec<Span>,
}

/// Cuts a file into tokens and lines without reading them. Total: it never fails.
pub fn cut(sources: &Sources, file: FileId) -> Cut {
    let (tree, lines) = lines::cut(file, sources.text(file), &mut Vec::new());
    let lines = lines.iter().map(|l| l.span).collect();
    Cut { tree, lines }
}

/// What one file holds.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// Its items.
    pub file: File,
    /// Its tokens and lines.
    pub cut: Cut,
    /// What is wrong with its form, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads one file.
pub fn parse(sources: &Sources, file: FileId) -> Parsed {
    let text = sources.text(file);
    let whole = Span::new(file, 0, text.len());
    let mut diagnostics = Vec::new();
    // Lines that end in carriage returns alone are one line here, and nothing said of that line would help.
    let one_line = text.contains('\r') && !text.contains('\n');
    if text.len() > LARGEST_FILE || one_line {
        diagnostics.push(match one_line {
            true => error::no_line_ends(whole),
            false => error::large_file(whole, text.len()),
        });
        let tokens = vec![Token {
            kind: TokenKind::Unread,
            span: whole,
        }];
        let file = File {
            file,
            items: Vec::new(),
        };
        return Parsed {
            cut: Cut {
                tree: Tree {
                    file: file.file,
                    tokens,
                },
                lines: Vec::new(),
            },
            file,
            diagnostics,
        };
    }
    // Almost every file is plain, and nothing in it needs a closer look.
    if !text.bytes().all(|b| matches!(b, b'\t' | b'\n' | b' '..=b'~')) {
        let first = |bad: fn(char) -> bool| text.match_indices(bad).next().map(|(at, c)| (at, c.len()));
        let place = |(at, length)| Span::new(file, at, at + length);
        diagnostics.extend(first(lines::is_no_text).map(place).map(error::not_text));
        diagnostics.extend(first(lines::turns_text).map(place).map(error::turned_text));
        diagnostics.extend(lines::odd_line_end(text).map(place).map(error::odd_line_end));
    }
    let (tree, lines) = lines::cut(file, text, &mut diagnostics);
    if lines.is_empty() && diagnostics.is_empty() {
        diagnostics.push(error::empty_file(Span::new(file, 0, 0)));
    }
    let places: Vec<Span> = lines.iter().map(|l| l.span).collect();
    let mut assembly = Assembly {
        text,
        file,
        items: Vec::new(),
        reading: Reading::NothingYet,
        known: Known::default(),
        places: &places,
        declared: OnceCell::new(),
        out: &mut diagnostics,
    };
    let (mut faults, mut looked_at) = (0, 0);
    for line in lines {
        // Notes, as of former words, are no faults: a long file may be full of them.
        faults += assembly.out[looked_at..].iter().filter(|d| d.stops()).count();
        looked_at = assembly.out.len();
        if faults >= MOST_FAULTS {
            assembly.out.push(error::too_many_faults(line.span, MOST_FAULTS));
            assembly.mark_broken();
            break;
        }
        assembly.line(line);
    }
    let items = assembly.items;
    diagnostics.sort_by_key(|d| d.place().map(|p| p.start));
    Parsed {
        file: File { file, items },
        cut: Cut { tree, lines: places },
        diagnostics,
    }
}

/// Whether two files say the same, line by line: every rule of the grammar that matched, and every word that it matched,
/// whatever white space stands between. Files that cannot be read say nothing that could be the same.
pub fn says_the_same(one: (&Sources, &Cut), other: (&Sources, &Cut)) -> bool {
    let mut known = Known::default();
    one.1.lines.len() == other.1.lines.len()
        && one.1.lines.iter().zip(&other.1.lines).all(|(a, b)| {
            let (a, b) = (one.0.slice(*a), other.0.slice(*b));
            a == b || matched(&mut known, a).is_some_and(|a| matched(&mut known, b).is_some_and(|b| a.eq(b)))
        })
}

/// How many lines of a file the grammar can read, with nothing made of them: for measuring what [`parse`] adds to that.
pub fn readable(sources: &Sources, cut: &Cut) -> usize {
    let mut known = Known::default();
    let mut reads = |span: &&Span| {
        let slice = sources.slice(**span);
        pair(&mut known, rule_of(slice), slice).is_ok()
    };
    cut.lines.iter().filter(|span| reads(span)).count()
}

/// Whether the grammar can read a line.
fn reads(slice: &str) -> bool {
    Duly::parse(rule_of(slice), slice).is_ok()
}

/// The rule that a line is read by.
fn rule_of(slice: &str) -> Rule {
    match start_of(slice) {
        Start::Item => Rule::head,
        Start::Part { .. } | Start::Slot { .. } | Start::Sentence => Rule::line,
    }
}

/// Every rule that matches in a line, those without others in them with their words.
fn matched<'i>(known: &mut Known, slice: &'i str) -> Option<impl Iterator<Item = (Rule, &'i str)> + use<'i>> {
    // A keyword of several words matches any white space between them, and says the same with any.
    let words = |pair: Pair<'i>| match pair.clone().into_inner().next() {
        None if words::keyword(pair.as_rule()).is_none() => pair.as_str(),
        _ => "",
    };
    let pair = pair(known, rule_of(slice), slice).ok()??;
    Some(
        Pairs::single(pair)
            .flatten()
            .map(move |pair| (pair.as_rule(), words(pair))),
    )
}

/// What the grammar matches in a slice: the head, or what the line holds.
fn pair<'i>(known: &mut Known, rule: Rule, slice: &'i str) -> Result<Option<Pair<'i>>, Box<pest::error::Error<Rule>>> {
    if rule != Rule::line {
        return Ok(Duly::parse(rule, slice)?.next());
    }
    if let Some(rule) = known.rule(slice)
        && let Ok(mut pairs) = Duly::parse(rule, slice)
        && let Some(pair) = pairs.next()
        && pair.as_span().end() == slice.len()
    {
        return Ok(Some(pair));
    }
    // Also where the known rule fails: only `line` tells what else could have stood here.
    let pair = Duly::parse(rule, slice)?
        .next()
        .and_then(|line| line.into_inner().next());
    if let Some(pair) = &pair {
        known.learn(slice, pair.as_rule());
    }
    Ok(pair)
}

/// What the next slot belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// No item has begun.
    NothingYet,
    /// No item has begun, and that has been said.
    NothingYetReported,
    /// The last item.
    Item,
    /// An item that is not read: its lines are passed over.
    Skipping,
}

/// Puts lines together to items.
struct Assembly<'a> {
    text: &'a str,
    file: FileId,
    items: Vec<Item>,
    reading: Reading,
    known: Known,
    /// Every line.
    places: &'a [Span],
    /// What the names stand for that heads declare, those below included; looked for when first asked.
    declared: OnceCell<BTreeMap<&'a str, ItemKind>>,
    out: &'a mut Vec<Diagnostic>,
}

impl<'a> Assembly<'a> {
    fn line(&mut self, line: Line) {
        let slice = &self.text[line.span.range()];
        let first = words::first(slice);
        match words::item_kind(first) {
            Some(kind) if line.unread => {
                self.reading = Reading::Item;
                return self.broken(line, slice, kind, first);
            }
            Some(kind) => return self.head(line, slice, kind),
            None if line.unread => return self.mark_broken(),
            None => {}
        }
        if words::LATER_ITEMS.contains(&first) && line.flush {
            self.out.push(error::not_in_this_version(self.word(line, first), first));
            self.reading = Reading::Skipping;
            return self.broken(line, slice, ItemKind::Broken, first);
        }
        if line.stray {
            self.out.push(error::nothing_to_continue(self.word(line, first), first));
            return self.mark_broken();
        }
        if self.reading == Reading::Skipping && !(line.flush && nearest(first, words::items()).is_some()) {
            return;
        }
        let built = self.read(Rule::line, line, slice, |builder, pair| builder.line(pair));
        match built {
            Ok(built) => self.place(line, built),
            Err(Mistake::UnknownItem { diagnostics, meant }) => {
                self.out.extend(diagnostics);
                let kind = meant.unwrap_or(ItemKind::Broken);
                self.broken(line, slice, kind, first);
                self.reading = if meant.is_some() {
                    Reading::Item
                } else {
                    Reading::Skipping
                };
            }
            Err(Mistake::Line(diagnostic)) if self.reading == Reading::Item => {
                self.out.extend(diagnostic);
                self.mark_broken();
            }
            // What looks like a comment is told as what it is; the first item may still come.
            Err(Mistake::Line(diagnostics)) if first.is_empty() && self.reading == Reading::NothingYet => {
                self.out.extend(diagnostics);
            }
            Err(Mistake::Line(_)) => self.before_the_first(line),
        }
    }

    /// Asks the grammar about one slice and turns the answer into nodes.
    fn read<T>(
        &mut self,
        rule: Rule,
        line: Line,
        slice: &str,
        build: impl FnOnce(&mut Builder, Pair) -> Option<T>,
    ) -> Result<T, Mistake> {
        let base = line.span.start as usize;
        let pair = pair(&mut self.known, rule, slice);
        let pair = pair.map_err(|error| explain::explain(&error, rule, (line, slice), self.context()))?;
        if let Some(pair) = &pair {
            self.out.extend(former::notes(self.file, base, pair));
        }
        let mut found = Vec::new();
        let mut builder = Builder {
            file: self.file,
            base,
            out: &mut found,
        };
        let built = pair.and_then(|pair| build(&mut builder, pair));
        // What the builder finds wrong costs the line, even where it could go on.
        match built {
            Some(built) if found.is_empty() => Ok(built),
            _ if found.is_empty() => Err(Mistake::Line(vec![error::unreadable(line.span)])),
            _ => Err(Mistake::Line(found)),
        }
    }

    /// What is known around the next line.
    fn context(&self) -> Context<'_> {
        Context {
            declared: self.declared(),
            item: self.items.last().filter(|_| self.reading == Reading::Item),
            text: self.text,
        }
    }

    /// What the names of the file stand for, read off its heads.
    fn declared(&self) -> &BTreeMap<&'a str, ItemKind> {
        self.declared.get_or_init(|| {
            let heads = self.places.iter().filter_map(|place| {
                let mut words = self.text.get(place.range())?.split_whitespace();
                let kind = words::item_kind(words.next()?)?;
                Some((words.next()?, kind))
            });
            heads.collect()
        })
    }

    fn head(&mut self, line: Line, slice: &str, kind: ItemKind) {
        let read = self.read(Rule::head, line, slice, |builder, pair| {
            builder.head(pair, words::item_kind)
        });
        self.reading = Reading::Item;
        match read {
            Ok(Head { kind, name, label }) => self.items.push(Item {
                kind,
                name,
                label,
                slots: Vec::new(),
                parts: Vec::new(),
                broken: false,
                span: line.span,
            }),
            Err(Mistake::Line(diagnostics) | Mistake::UnknownItem { diagnostics, .. }) => {
                self.out.extend(diagnostics);
                self.broken(line, slice, kind, words::first(slice));
            }
        }
    }

    /// An item of which no more than the kind and perhaps the name could be read.
    fn broken(&mut self, line: Line, slice: &str, kind: ItemKind, word: &str) {
        let after = slice.get(word.len()..).unwrap_or("");
        let from = word.len() + (after.len() - after.trim_start().len());
        let rest = slice.get(from..).unwrap_or("");
        let written = slips::name_before_label(rest).unwrap_or_else(|| words::first(rest));
        let name = written.split_whitespace().collect::<Vec<_>>().join("-");
        let start = line.span.start as usize + from;
        self.items.push(Item {
            kind: Spanned {
                node: kind,
                span: self.word(line, word),
            },
            name: words::is_name(&name).then(|| Name {
                span: Span::new(self.file, start, start + written.len()),
                node: name,
            }),
            label: None,
            slots: Vec::new(),
            parts: Vec::new(),
            broken: true,
            span: line.span,
        });
    }

    fn place(&mut self, line: Line, built: Built) {
        match self.reading {
            Reading::Skipping => {}
            Reading::NothingYet | Reading::NothingYetReported => self.before_the_first(line),
            Reading::Item => {
                if let Some(item) = self.items.last_mut() {
                    item.span = item.span.to(line.span);
                    match built {
                        Built::Part(part) => item.parts.push(part),
                        Built::Slot(slot) => attach(item, slot),
                    }
                }
            }
        }
    }

    fn before_the_first(&mut self, line: Line) {
        if self.reading == Reading::NothingYet {
            self.out.push(error::before_the_first_item(line.span));
            self.reading = Reading::NothingYetReported;
            // The head that is missing may be that of the protocol: nobody is to ask for it once more.
            self.broken(line, "", ItemKind::Broken, "");
        }
    }

    fn mark_broken(&mut self) {
        if let (Reading::Item, Some(item)) = (self.reading, self.items.last_mut()) {
            item.broken = true;
        }
    }

    /// The place of the first word of a line.
    fn word(&self, line: Line, word: &str) -> Span {
        let start = line.span.start as usize;
        Span::new(self.file, start, start + word.len())
    }
}

/// A slot belongs to the last part of an item, or to the item where there is none.
fn attach(item: &mut Item, slot: Slot) {
    match item.parts.last_mut() {
        Some(Part { slots, span, .. }) => {
            *span = span.to(slot.span);
            slots.push(slot);
        }
        None => item.slots.push(slot),
    }
}
