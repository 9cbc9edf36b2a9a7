//! The generated parser. In: `grammar/duly.pest`. Out: [`Rule`] and [`Duly`], which do not leave this room.

/// The parser that pest generates from the grammar.
#[derive(pest_derive::Parser)]
#[grammar = "grammar/duly.pest"]
pub(super) struct Duly;

/// One matched rule.
pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;
