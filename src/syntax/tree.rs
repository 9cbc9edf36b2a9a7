//! The lossless tree: every byte of a file in a row of tokens, white space, comments and broken text included.
//! In: nothing (plain data, filled by `lines`). Out: what a formatter or an editor reads. No meaning is given here.

use crate::source::{FileId, Sources, Span};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenKind {
    /// Spaces, tabs, carriage returns, a byte order mark.
    Space,
    /// The end of a line, `\n` alone.
    Newline,
    /// `-- ...` to the end of the line, exclusive.
    Comment,
    /// Quoted words with both quotes.
    Text,
    /// A name, keyword, number or date.
    Word,
    /// Any other single character, such as `,` or `(`.
    Mark,
    /// Text that was not read: an open quotation, a line or a file beyond the limits.
    Unread,
}

impl TokenKind {
    /// White space, line ends and comments: what says nothing.
    pub fn is_trivia(self) -> bool {
        matches!(self, TokenKind::Space | TokenKind::Newline | TokenKind::Comment)
    }
}

/// One token and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its place; never empty.
    pub span: Span,
}

/// All tokens of one file, in order, without gap or overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The file.
    pub file: FileId,
    /// Its tokens.
    pub tokens: Vec<Token>,
}

impl Tree {
    /// The text of the file, put together from the tokens.
    pub fn text(&self, sources: &Sources) -> String {
        self.tokens.iter().map(|t| sources.slice(t.span)).collect()
    }
}
