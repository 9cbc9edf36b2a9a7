//! What a word processor leaves behind, and quotations that are not closed. In: a line. Out: the first of them, with its mend.
//! What stands between straight marks, and in comments, is not looked at.

use super::lines::{Line, scan};
use super::tree::{Token, TokenKind};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

/// Marks around a quotation, one kind a row.
const QUOTES: [&[char]; 3] = [
    &['\u{201C}', '\u{201D}', '\u{201E}'],
    &['\u{AB}', '\u{BB}'],
    &['\u{2018}', '\u{2019}', '\u{201A}'],
];

/// Spaces that are not meant to end a line.
const SPACES: [char; 3] = ['\u{A0}', '\u{2007}', '\u{202F}'];

/// The first odd mark of a line, if it has one.
pub(super) fn odd(line: Line, slice: &str) -> Option<Diagnostic> {
    let base = line.span.start as usize;
    let span = |from: usize, to: usize| Span::new(line.span.file, base + from, base + to);
    let mut tokens = Vec::new();
    scan(line.span.file, slice, 0, &mut tokens);
    tokens.iter().find_map(|token| in_token(token, slice, &span))
}

fn in_token(token: &Token, slice: &str, span: &dyn Fn(usize, usize) -> Span) -> Option<Diagnostic> {
    let start = token.span.start as usize;
    let written = slice.get(token.span.range())?;
    match token.kind {
        TokenKind::Unread => return Some(open(slice, start, written, span)),
        TokenKind::Word => {}
        _ => return None,
    }
    let quote = written.char_indices().find_map(|(at, c)| {
        let family = QUOTES.iter().find(|marks| marks.contains(&c))?;
        // Within a word, a single mark is an apostrophe.
        (at == 0 || !family.contains(&'\u{2019}')).then_some((at, c, *family))
    });
    if let Some((at, mark, family)) = quote {
        let from = start + at;
        let here = span(from, from + mark.len_utf8());
        let bad = Diagnostic::at(
            code::BAD_LINE,
            here,
            format!("`{mark}` is not a quotation mark of the language"),
        )
        .help("write straight marks, `\"like this\"`");
        let Some(length) = closed(&slice[from..], mark, family) else {
            return Some(bad);
        };
        let inside = quoted(&slice[from..from + length]);
        return Some(bad.safe_fix(span(from, from + length), inside));
    }
    let (at, space) = written.char_indices().find(|(_, c)| SPACES.contains(c))?;
    let here = span(start + at, start + at + space.len_utf8());
    let bad = Diagnostic::at(code::BAD_LINE, here, "a non-breaking space does not separate words");
    Some(bad.help("write an ordinary space").safe_fix(here, " "))
}

/// A quotation that begins at `start` and does not end on its line.
fn open(slice: &str, start: usize, written: &str, span: &dyn Fn(usize, usize) -> Span) -> Diagnostic {
    let bad = Diagnostic::at(code::BAD_LINE, span(start, start + 1), "the quotation is not closed")
        .here("it begins here")
        .help("write `\"` at the end of the quoted words, on the same line");
    let words = written.trim_end();
    let line = slice[..start].rfind('\n').map_or(0, |at| at + 1);
    // Where another quotation stands before it, or a comment may begin in it, nobody can tell which mark was lost.
    let alone = !slice[line..start].contains('"') && !words.contains("--") && words.len() > 1;
    let odd = |c: char| QUOTES[..2].iter().any(|marks| marks.contains(&c));
    match (words.matches(odd).count(), words.chars().next_back()) {
        (0, _) => bad.mend(span(start + words.len(), start + words.len()), "\"".to_owned(), alone),
        (1, Some(last)) if odd(last) => {
            let end = start + words.len();
            bad.mend(span(end - last.len_utf8(), end), "\"".to_owned(), alone)
        }
        _ => bad,
    }
}

/// Bytes of the quotation that `text` begins with, to its closing mark on the same line; nothing where it cannot be told.
fn closed(text: &str, mark: char, family: &[char]) -> Option<usize> {
    let line = text.split(['\n', '\r']).next()?;
    let straight = |c: char| c == '"' || family.contains(&c);
    let mut marks = line.char_indices().skip(1).filter(|(_, c)| straight(*c));
    let (at, closing) = marks.next()?;
    let single = family.contains(&'\u{2019}');
    // An apostrophe is a closing single mark too; a straight mark closes only if no other follows.
    if (single || closing == '"') && marks.next().is_some() {
        return None;
    }
    let length = at + closing.len_utf8();
    let inside = text.get(mark.len_utf8()..at)?;
    let whole = !inside.trim().is_empty() && !inside.contains("--");
    whole.then_some(length)
}

/// The same words between straight marks.
fn quoted(words: &str) -> String {
    let inside = words.trim_matches(|c| c == '"' || QUOTES.iter().any(|marks| marks.contains(&c)));
    format!("\"{}\"", inside.trim_matches(|c| SPACES.contains(&c)))
}
