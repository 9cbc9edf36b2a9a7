//! What must be so before a text may take the place of another that was read without an error: every line says the same, all
//! words and comments stand in the same order, it is not too large to be read again, and laying it out again changes nothing.

use super::{Refused, lay};
use crate::source::{FileId, Sources};
use crate::syntax::{self, Cut, TokenKind};

/// Holds `laid` against the file that it was made from, and that could be read.
///
/// # Errors
/// [`Refused::Unproved`], with what could not be shown.
pub(super) fn same(sources: &Sources, file: FileId, cut: &Cut, laid: &str) -> Result<(), Refused> {
    if laid.len() > syntax::LARGEST_FILE {
        return Err(Refused::Unproved("laid out it would be larger than what is read"));
    }
    let mut after = Sources::new();
    let file = after.add(sources.name(file), laid.to_owned());
    let again = syntax::cut(&after, file);
    if !words(sources, cut).eq(words(&after, &again)) {
        return Err(Refused::Unproved("a word or a comment was lost or moved"));
    }
    if !syntax::says_the_same((sources, cut), (&after, &again)) {
        return Err(Refused::Unproved("a line would mean something else"));
    }
    if lay::out(&after, &again) != laid {
        return Err(Refused::Unproved("laying it out again changes it"));
    }
    Ok(())
}

/// All tokens but white space, in order.
fn words<'a>(sources: &'a Sources, cut: &'a Cut) -> impl Iterator<Item = &'a str> {
    let says = |kind: TokenKind| !matches!(kind, TokenKind::Space | TokenKind::Newline);
    let tokens = cut.tree.tokens.iter().filter(move |t| says(t.kind));
    tokens.map(|t| sources.slice(t.span).trim_end())
}
