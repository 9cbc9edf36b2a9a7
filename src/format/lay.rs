//! Lays a file out. In: its tokens and its logical lines. Out: text. Each row of the result is one of the file's own, or a
//! piece of one that was too long; what a row begins with decides how far it is indented and where its value stands.

use super::WIDTH;
use crate::source::{Sources, Span};
use crate::syntax::{Cut, Start, Token, TokenKind, start_of};

/// How far a slot is indented; what belongs to an option or an answer by as much again.
const INDENT: usize = 2;
/// The column at which values stand, counted from 0.
const VALUES: usize = 18;
/// Spaces before a comment that follows something on its line, at least.
const BEFORE_COMMENT: usize = 2;

/// One line of the result.
struct Row {
    code: String,
    comment: Option<String>,
}

/// The text laid out.
pub(super) fn out(sources: &Sources, cut: &Cut) -> String {
    let mut layout = Layout {
        sources,
        rows: Vec::new(),
        waiting: Vec::new(),
        blank: false,
        part: false,
        line: Line::default(),
    };
    let mut lines = cut.lines.iter().peekable();
    for physical in cut.tree.tokens.split_inclusive(|t| t.kind == TokenKind::Newline) {
        let said: Vec<Token> = physical.iter().filter(|t| !t.kind.is_trivia()).copied().collect();
        let comment = physical.iter().find(|t| t.kind == TokenKind::Comment);
        match (said.first(), comment) {
            (Some(first), comment) => {
                let begins = lines.next_if(|l| l.start == first.span.start);
                if let Some(span) = begins {
                    layout.begin(*span);
                }
                layout.code(&said, comment, begins.is_some());
            }
            (None, Some(comment)) => {
                let flush = physical.first().is_some_and(|t| t.kind == TokenKind::Comment);
                layout.comment(comment, flush);
            }
            (None, None) => layout.blank = true,
        }
    }
    layout.finish()
}

/// The logical line that is being laid out.
#[derive(Clone, Copy)]
struct Line {
    start: Start,
    indent: usize,
    /// Its wording may hold any white space, so it is copied.
    raw: bool,
}

impl Default for Line {
    fn default() -> Self {
        Line {
            start: Start::Item,
            indent: 0,
            raw: false,
        }
    }
}

/// A comment on a line of its own, until it is known what follows.
struct Waiting {
    text: String,
    flush: bool,
    /// A blank line stood above it.
    blank: bool,
}

struct Layout<'a> {
    sources: &'a Sources,
    rows: Vec<Row>,
    waiting: Vec<Waiting>,
    /// A blank line was passed.
    blank: bool,
    /// An option or an answer has begun.
    part: bool,
    line: Line,
}

impl Layout<'_> {
    /// A logical line begins.
    fn begin(&mut self, span: Span) {
        let start = start_of(self.sources.slice(span));
        match start {
            Start::Item => self.part = false,
            Start::Part { .. } => self.part = true,
            Start::Slot { .. } | Start::Sentence => {}
        }
        let indent = match start {
            Start::Item => 0,
            Start::Part { .. } => INDENT,
            Start::Slot { .. } | Start::Sentence if self.part => 2 * INDENT,
            Start::Slot { .. } | Start::Sentence => INDENT,
        };
        let raw = matches!(start, Start::Slot { raw: true, .. });
        self.flush_comments(Some(indent), start == Start::Item);
        self.line = Line { start, indent, raw };
    }

    fn comment(&mut self, token: &Token, flush: bool) {
        self.waiting.push(Waiting {
            text: self.sources.slice(token.span).trim_end().to_owned(),
            flush,
            blank: std::mem::take(&mut self.blank),
        });
    }

    /// Comments stand where what follows them stands; before a head, and at the end, those of the item above stay with it.
    fn flush_comments(&mut self, next: Option<usize>, outside: bool) {
        let above = self.line.indent.max(if self.rows.is_empty() { 0 } else { INDENT });
        for waiting in std::mem::take(&mut self.waiting) {
            let indent = match next {
                Some(next) if !outside => next,
                _ if waiting.flush => 0,
                _ => above,
            };
            self.push_blank(waiting.blank);
            self.rows.push(Row {
                code: format!("{}{}", " ".repeat(indent), waiting.text),
                comment: None,
            });
        }
    }

    fn push_blank(&mut self, blank: bool) {
        if blank && !self.rows.is_empty() {
            self.rows.push(Row {
                code: String::new(),
                comment: None,
            });
        }
    }

    /// One physical line that says something.
    fn code(&mut self, said: &[Token], comment: Option<&Token>, begins: bool) {
        self.flush_comments(Some(self.line.indent), false);
        let blank = std::mem::take(&mut self.blank);
        self.push_blank(blank);
        let rows = self.line.rows(self.sources, said, begins);
        self.rows
            .extend(rows.into_iter().map(|code| Row { code, comment: None }));
        if let (Some(row), Some(comment)) = (self.rows.last_mut(), comment) {
            row.comment = Some(self.sources.slice(comment.span).trim_end().to_owned());
        }
    }

    fn finish(mut self) -> String {
        self.flush_comments(None, true);
        let mut out = String::new();
        let mut rows = self.rows.as_slice();
        while let Some(first) = rows.first() {
            // Comments in rows one below the other stand in one column.
            let run = rows.iter().take_while(|r| r.comment.is_some()).count();
            let (these, rest) = rows.split_at(run.max(1));
            let widest = these.iter().map(|r| width(&r.code)).max().unwrap_or(0);
            for row in these {
                out.push_str(&row.code);
                if let Some(comment) = &row.comment {
                    let gap = widest - width(&row.code) + BEFORE_COMMENT;
                    out.extend(std::iter::repeat_n(' ', gap));
                    out.push_str(comment);
                }
                out.push('\n');
            }
            debug_assert!(first.comment.is_some() || run == 0);
            rows = rest;
        }
        out
    }
}

impl Line {
    /// The rows of one physical line: one, or several where it is too long.
    fn rows(&self, sources: &Sources, said: &[Token], begins: bool) -> Vec<String> {
        let words = if begins {
            self.keyword()
        } else {
            continuation(sources, said)
        };
        let whole = self.row(sources, said, words, begins);
        if self.raw || width(&whole) <= WIDTH || !self.can_break() {
            return vec![whole];
        }
        let mut rows = Vec::new();
        for (at, piece) in self.pieces(sources, said, begins).into_iter().enumerate() {
            let begins = begins && at == 0;
            let words = if begins {
                self.keyword()
            } else {
                continuation(sources, piece)
            };
            rows.extend(self.filled(sources, piece, words, begins));
        }
        rows
    }

    /// How many words its keyword has.
    fn keyword(&self) -> usize {
        match self.start {
            Start::Slot { words, .. } | Start::Part { words } => words,
            Start::Item | Start::Sentence => 0,
        }
    }

    fn can_break(&self) -> bool {
        matches!(self.start, Start::Slot { .. } | Start::Sentence)
    }

    /// A condition is broken before each `and` and `or`, a sentence before as few as will do and never among those who act.
    fn pieces<'t>(&self, sources: &Sources, said: &'t [Token], begins: bool) -> Vec<&'t [Token]> {
        let verb = |t: &Token| matches!(sources.slice(t.span), "must" | "should" | "may" | "need");
        let acts = match self.start {
            Start::Sentence => said.iter().position(verb).unwrap_or(0),
            _ => 0,
        };
        let joins = |at: usize| at > acts && is_connective(sources, &said[at]);
        let ends: Vec<usize> = (0..said.len()).filter(|at| joins(*at)).chain([said.len()]).collect();
        let mut pieces = Vec::new();
        let mut from = 0;
        for (at, end) in ends.iter().enumerate() {
            let fits = self.start == Start::Sentence
                && ends
                    .get(at + 1)
                    .is_some_and(|next| width(&self.row(sources, &said[from..*next], 0, begins && from == 0)) <= WIDTH);
            if !fits {
                pieces.push(&said[from..*end]);
                from = *end;
            }
        }
        pieces.retain(|p| !p.is_empty());
        pieces
    }

    /// A piece, in rows that end in commas where it is too long for one.
    fn filled(&self, sources: &Sources, piece: &[Token], words: usize, begins: bool) -> Vec<String> {
        let mut rows = Vec::new();
        let (mut from, mut end) = (0, 0);
        let row = |from: usize, to: usize| match from {
            0 => self.row(sources, &piece[..to], words, begins),
            _ => self.row(sources, &piece[from..to], 0, false),
        };
        let commas = (0..piece.len())
            .filter(|at| sources.slice(piece[*at].span) == ",")
            .map(|at| at + 1);
        for comma in commas.chain([piece.len()]) {
            if end > from && width(&row(from, comma)) > WIDTH {
                rows.push(row(from, end));
                from = end;
            }
            end = comma;
        }
        rows.push(row(from, end));
        rows
    }

    /// One row: indented, the words of its keyword, the rest where values stand.
    fn row(&self, sources: &Sources, said: &[Token], words: usize, begins: bool) -> String {
        let mut row = " ".repeat(self.indent);
        match self.start {
            Start::Item => {}
            Start::Sentence if begins => {}
            Start::Sentence => row.extend(std::iter::repeat_n(' ', INDENT)),
            Start::Part { words: 1 } if begins && is_named(sources, said) => {}
            Start::Part { .. } | Start::Slot { .. } => {
                let (keyword, value) = said.split_at(words.min(said.len()));
                row.push_str(&joined(sources, keyword));
                if value.is_empty() {
                    return row;
                }
                let gap = VALUES.saturating_sub(width(&row)).max(usize::from(!keyword.is_empty()));
                row.extend(std::iter::repeat_n(' ', gap));
                if self.raw {
                    row.push_str(sources.slice(value[0].span.to(value[value.len() - 1].span)));
                } else {
                    row.push_str(&joined(sources, value));
                }
                return row;
            }
        }
        row.push_str(&joined(sources, said));
        row
    }
}

/// `option NAME` and `answer NAME` read like heads.
fn is_named(sources: &Sources, said: &[Token]) -> bool {
    said.first()
        .is_some_and(|t| matches!(sources.slice(t.span), "option" | "answer"))
}

fn is_connective(sources: &Sources, token: &Token) -> bool {
    token.kind == TokenKind::Word && matches!(sources.slice(token.span), "and" | "or")
}

/// How many words continue the line above: `and`, `or`, `or perhaps`, or none after a comma.
fn continuation(sources: &Sources, said: &[Token]) -> usize {
    let word = |at: usize| said.get(at).map(|t| sources.slice(t.span));
    match (word(0), word(1)) {
        (Some("or"), Some("perhaps")) => 2,
        (Some("and" | "or"), _) => 1,
        _ => 0,
    }
}

/// Tokens on one line: one space where there was white space, none before a comma and one after it.
fn joined(sources: &Sources, tokens: &[Token]) -> String {
    let mut out = String::new();
    let mut before: Option<&Token> = None;
    for token in tokens {
        let text = sources.slice(token.span);
        if let Some(before) = before {
            let apart = before.span.end != token.span.start;
            let space = match (sources.slice(before.span), text) {
                (_, "," | ")") | ("(", _) => false,
                (",", _) | (_, "(") => true,
                _ => apart,
            };
            if space {
                out.push(' ');
            }
        }
        out.push_str(text);
        before = Some(token);
    }
    out
}

/// Columns, counted in characters.
fn width(text: &str) -> usize {
    text.chars().count()
}
