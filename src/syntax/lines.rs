//! Cuts a file into tokens and logical lines. In: the text. Out: the lossless [`Tree`] and one [`Line`] for each line that
//! says something, joined with the lines that continue it. What a line says is not looked at here.

use pest::Parser;

use super::error;
use super::grammar::{Duly, Rule};
use super::tree::{Token, TokenKind, Tree};
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
            out.push(error::long_line(span));
            tokens.push(Token { kind: TokenKind::Unread, span });
            scan(file, &physical[body.len()..], start + body.len(), &mut tokens);
            continue;
        }
        scan(file, physical, start, &mut tokens);
        let said = || tokens.iter().skip(from).filter(|t| !t.kind.is_trivia());
        let (Some(first), Some(last)) = (said().next(), said().next_back()) else {
            continue;
        };
        let span = first.span.to(last.span);
        let continues = first.kind == TokenKind::Word && matches!(&text[first.span.range()], "and" | "or");
        // A line end before the first column leaves a mark of byte order, which is no indentation.
        let flush = text[start..first.span.start as usize].trim_start_matches('\u{FEFF}').is_empty();
        match lines.last_mut() {
            Some(above) if continues && !above.stray => above.span = above.span.to(span),
            _ => lines.push(Line { span, flush, stray: continues }),
        }
    }
    (Tree { file, tokens }, lines)
}

fn scan(file: FileId, text: &str, base: usize, tokens: &mut Vec<Token>) {
    let Ok(pairs) = Duly::parse(Rule::scan, text) else {
        if !text.is_empty() {
            tokens.push(Token { kind: TokenKind::Unread, span: Span::new(file, base, base + text.len()) });
        }
        return;
    };
    for pair in pairs.flat_map(|scan| scan.into_inner()) {
        let kind = match pair.as_rule() {
            Rule::blank => TokenKind::Space,
            Rule::newline => TokenKind::Newline,
            Rule::comment => TokenKind::Comment,
            Rule::text => TokenKind::Text,
            Rule::plain => TokenKind::Word,
            Rule::open => TokenKind::Unread,
            Rule::mark => TokenKind::Mark,
            _ => continue,
        };
        let span = pair.as_span();
        tokens.push(Token { kind, span: Span::new(file, base + span.start(), base + span.end()) });
    }
}
