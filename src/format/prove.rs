//! What must be so before a text may take the place of another: it can be read, says the same in the same order, holds the same
//! comments at the same places, and laying it out again changes nothing.

use super::{Refused, lay};
use crate::source::{Sources, Span};
use crate::syntax::{self, Parsed, TokenKind};

/// Holds `laid` against the file that it was made from.
///
/// # Errors
/// [`Refused::Unproved`], with what could not be shown.
pub(super) fn same(sources: &Sources, parsed: &Parsed, laid: &str) -> Result<(), Refused> {
    let mut after = Sources::new();
    let file = after.add(sources.name(parsed.file.file), laid.to_owned());
    let again = syntax::parse(&after, file);
    if !super::is_read(&again) {
        return Err(Refused::Unproved("the text laid out cannot be read"));
    }
    if words(sources, parsed) != words(&after, &again) {
        return Err(Refused::Unproved("a word or a comment was lost or moved"));
    }
    if !syntax::says_the_same((sources, parsed), (&after, &again)) {
        return Err(Refused::Unproved("the text laid out means something else"));
    }
    if lay::out(&after, &again) != laid {
        return Err(Refused::Unproved("laying it out again changes it"));
    }
    Ok(())
}

/// All tokens but white space.
fn words<'a>(sources: &'a Sources, parsed: &Parsed) -> Vec<&'a str> {
    let says = |kind: TokenKind| !matches!(kind, TokenKind::Space | TokenKind::Newline);
    let text = |span: Span| sources.slice(span).trim_end();
    let tokens = parsed.tree.tokens.iter();
    tokens.filter(|t| says(t.kind)).map(|t| text(t.span)).collect()
}
