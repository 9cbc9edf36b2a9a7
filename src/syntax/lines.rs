//! Cuts a file into tokens and logical lines. In: the text. Out: the lossless [`Tree`] and one [`Line`] for each line that
//! says something, joined with the lines that continue it. Of what a line says, only its first word is
//! looked at: `and` and `or` continue a slot, so does what follows a comma and starts no line itself; a head is not continued.

use super::error;
use super::start;
use super::tree::{Token, TokenKind, Tree};
use super::words;
use crate::diagnostics::Diagnostic;
use crate::source::{FileId, Span};

/// Characters beyond which a line is not read.
pub(super) const LONGEST_LINE: usize = 10_000;

/// A line with the lines that continue it, from its first word to its last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    /// From the first token that says something to the last, comments between them included.
    pub span: Span,
    /// It starts in the first column.
    pub flush: bool,
    /// It starts with `and` or `or`, and there is no line above that it could continue.
    pub stray: bool,
    /// It is too long to be read, and that has been said.
    pub unread: bool,
}

/// Cuts `text`. Lines that are too long, and characters that are no text, are reported.
pub(super) fn cut(file: FileId, text: &str, out: &mut Vec<Diagnostic>) -> (Tree, Vec<Line>) {
    let mut tokens = Vec::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for physical in text.split_inclusive('\n') {
        let from = tokens.len();
        let start = at;
        at += physical.len();
        let body = physical.trim_end_matches(['\n', '\r']);
        if body.len() > LONGEST_LINE && body.chars().count() > LONGEST_LINE {
            let span = Span::new(file, start, start + body.len());
            let comment = body.trim_start_matches(is_space).starts_with("--");
            out.push(error::long_line(span, comment));
            tokens.push(Token {
                kind: TokenKind::Unread,
                span,
            });
            scan(file, &physical[body.len()..], start + body.len(), &mut tokens);
            let indent = body.len() - body.trim_start_matches(is_space).len();
            lines.push(Line {
                span: Span::new(file, start + indent, start + body.len()),
                flush: indent == 0,
                stray: false,
                unread: true,
            });
            continue;
        }
        scan(file, physical, start, &mut tokens);
        let said = || tokens.iter().skip(from).filter(|t| !t.kind.is_trivia());
        let (Some(first), Some(last)) = (said().next(), said().next_back()) else {
            continue;
        };
        let span = first.span.to(last.span);
        let continues = first.kind == TokenKind::Word && matches!(&text[first.span.range()], "and" | "or");
        let listed = !start::starts_a_line(words::first(&text[first.span.range()]))
            && lines
                .last()
                .is_some_and(|above| text[above.span.range()].ends_with(','));
        // A line end before the first column leaves a mark of byte order, which is no indentation.
        let flush = text[start..first.span.start as usize]
            .trim_start_matches('\u{FEFF}')
            .is_empty();
        match lines.last_mut() {
            Some(above) if (continues || listed && !flush) && !above.stray && !is_head(text, above) => {
                above.span = above.span.to(span)
            }
            _ => lines.push(Line {
                span,
                flush,
                stray: continues,
                unread: false,
            }),
        }
    }
    (Tree { file, tokens }, lines)
}

fn is_head(text: &str, line: &Line) -> bool {
    words::item_kind(words::first(&text[line.span.range()])).is_some()
}

/// Appends the tokens of `text`, which begins at the offset `base` of the file. Written by hand because every byte of every
/// file passes here: pest took as long for this as for all the rest.
pub(super) fn scan(file: FileId, text: &str, base: usize, tokens: &mut Vec<Token>) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let line_end = || {
            rest.find('\n')
                .map_or(rest.len(), |end| rest[..end].trim_end_matches('\r').len())
        };
        let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (kind, length) = match first {
            '\n' => (TokenKind::Newline, 1),
            _ if is_space(first) => (TokenKind::Space, run(is_space)),
            '-' if rest.starts_with("--") => (TokenKind::Comment, line_end()),
            '"' => match rest[1..].find(['"', '\n']) {
                Some(end) if rest[1 + end..].starts_with('"') => (TokenKind::Text, end + 2),
                _ => (TokenKind::Unread, line_end()),
            },
            _ if words::is_word_char(first) => (TokenKind::Word, run(words::is_word_char)),
            _ => (TokenKind::Mark, first.len_utf8()),
        };
        let start = base + (text.len() - rest.len());
        tokens.push(Token {
            kind,
            span: Span::new(file, start, start + length),
        });
        rest = &rest[length..];
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{FEFF}')
}

/// A character that no text holds: a control character, or the mark of bytes that were lost. What ends lines elsewhere is
/// [`odd_line_end`]'s.
pub(super) fn is_no_text(c: char) -> bool {
    c == '\u{FFFD}' || (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}'))
}

/// A mark, shown by nothing, that has what follows drawn from right to left or out of its order: what is read on paper is then
/// not what is read here.
pub(super) fn turns_text(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The first place, with its length, where some editors end a line and the language does not: what looks like a line of the
/// protocol there may be part of a comment. Carriage returns before a line feed or the end of the file are common and harmless.
pub(super) fn odd_line_end(text: &str) -> Option<(usize, usize)> {
    let stands = |at: usize| !matches!(text[at..].trim_start_matches('\r').chars().next(), None | Some('\n'));
    let odd = |(at, c): &(usize, char)| match c {
        '\r' => stands(*at),
        _ => matches!(c, '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'),
    };
    text.char_indices().find(odd).map(|(at, c)| (at, c.len_utf8()))
}
