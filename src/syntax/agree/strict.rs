//! The strict reader: a file is what the grammar says, or it is nothing. In: a text. Out: its items, or nothing at the first
//! fault. It recovers from nothing, remembers nothing between lines, and cuts the text by a few rules of its own.

use pest::Parser;

use crate::ast::{Item, Part};
use crate::source::{FileId, Span};
use crate::syntax::build::{Builder, Built};
use crate::syntax::grammar::{Duly, Pair, Rule};
use crate::syntax::{LARGEST_FILE, lines, start, words};

/// The items of a text, where nothing at all is wrong with its form.
pub(super) fn items(file: FileId, text: &str) -> Option<Vec<Item>> {
    let refused = |c: char| match c {
        '\t' | '\n' | '\r' => false,
        '\u{FFFD}' | '\u{2028}' | '\u{2029}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    let ended: String = text
        .split_inclusive('\n')
        .map(|l| l.trim_end_matches(['\r', '\n']))
        .collect();
    if text.contains(refused) || ended.contains('\r') || text.len() > LARGEST_FILE {
        return None;
    }
    let mut items: Vec<Item> = Vec::new();
    for (from, to) in cut(text)? {
        let slice = &text[from..to];
        let mut out = Vec::new();
        let mut builder = Builder {
            file,
            base: from,
            out: &mut out,
        };
        let span = Span::new(file, from, to);
        if words::item_kind(words::first(slice)).is_some() {
            let pair = Duly::parse(Rule::head, slice).ok()?.next()?;
            let head = builder.head(pair, words::item_kind)?;
            items.push(Item {
                kind: head.kind,
                name: head.name,
                label: head.label,
                slots: Vec::new(),
                parts: Vec::new(),
                broken: false,
                span,
            });
        } else {
            let built = builder.line(whole(slice)?)?;
            let item = items.last_mut()?;
            item.span.end = span.end;
            match (built, item.parts.last_mut()) {
                (Built::Part(part), _) => item.parts.push(part),
                (Built::Slot(slot), None) => item.slots.push(slot),
                (Built::Slot(slot), Some(Part { slots, span, .. })) => {
                    span.end = slot.span.end;
                    slots.push(slot);
                }
            }
        }
        if out.iter().any(|d| d.stops()) {
            return None;
        }
    }
    (!items.is_empty()).then_some(items)
}

/// What the whole of `line` matches in a slice, every kind of slot tried.
pub(super) fn whole(slice: &str) -> Option<Pair<'_>> {
    Duly::parse(Rule::line, slice).ok()?.next()?.into_inner().next()
}

/// From where to where each line that says something goes, with the lines that continue it; nothing if one continues nothing
/// or is too long.
fn cut(text: &str) -> Option<Vec<(usize, usize)>> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let from = at;
        at += line.len() + 1;
        if line.trim_end_matches('\r').chars().count() > lines::LONGEST_LINE {
            return None;
        }
        let said = &line[..said(line)];
        let indented = said.starts_with([' ', '\t', '\r']);
        let first = said.trim_start_matches(SPACE);
        if first.is_empty() {
            continue;
        }
        let here = (from + said.len() - first.len(), from + said.len());
        let word = words::first(first);
        let continues = matches!(word, "and" | "or");
        let above = found
            .last_mut()
            .map(|above| (text[above.0..above.1].ends_with(','), above));
        match above {
            Some((_, above)) if continues && words::item_kind(words::first(&text[above.0..])).is_none() => {
                above.1 = here.1
            }
            // After a head that ends in a comma, which none may, it does not matter what follows.
            Some((true, above)) if indented && !start::starts_a_line(word) => above.1 = here.1,
            _ if continues => return None,
            _ => found.push(here),
        }
    }
    Some(found)
}

const SPACE: [char; 4] = [' ', '\t', '\r', '\u{FEFF}'];

/// Where what a line says ends: before white space, and before a comment, which begins outside quotation marks and not within
/// a word. A quotation mark that is not closed quotes the rest of the line.
fn said(line: &str) -> usize {
    let (mut quoted, mut before, mut comment) = (false, None, line.len());
    for (at, c) in line.char_indices() {
        if !quoted && line[at..].starts_with("--") && !before.is_some_and(words::is_word_char) {
            comment = at;
            break;
        }
        quoted ^= c == '"';
        before = Some(c);
    }
    match quoted {
        true => line.trim_end_matches('\r').len(),
        false => line[..comment].trim_end_matches(SPACE).len(),
    }
}
