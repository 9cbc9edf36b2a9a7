//! The one layout of a file. In: a file of `Sources`. Out: its text laid out, proved to say the same as before, or why it
//! was left as it is. It changes white space alone: no word, no comment and no order.

mod lay;
mod prove;

use crate::diagnostics::{Diagnostic, Severity};
use crate::source::{FileId, Sources};
use crate::syntax;

/// Columns beyond which a line is broken where it can be: before `and` and `or`, and after a comma.
pub const WIDTH: usize = 100;

/// Why a file was left as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// It cannot be read; what is wrong with it.
    Unreadable(Vec<Diagnostic>),
    /// The text laid out was not proved to be the same; what could not be shown. A fault of this compiler.
    Unproved(&'static str),
}

/// The text of a file, laid out: heads in the first column, slots beneath in two, values in line, at most one blank line.
/// The time it takes grows with the length of the file and no faster.
///
/// # Errors
/// [`Refused`], where nothing may be changed.
pub fn format(sources: &Sources, file: FileId) -> Result<String, Refused> {
    let parsed = syntax::parse(sources, file);
    // That it uses former words is no matter.
    if parsed.diagnostics.iter().any(|d| d.severity == Severity::Error) {
        return Err(Refused::Unreadable(parsed.diagnostics));
    }
    let laid = lay::out(sources, &parsed.cut);
    prove::same(sources, file, &parsed.cut, &laid)?;
    Ok(laid)
}
