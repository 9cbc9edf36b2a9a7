//! Conditions, moments and what picks one of several occurrences, as written. In: nothing (plain data). Out: parts of slots.
//! What a name stands for is not known here.

use super::{Length, Name, Spanned, Text};
use crate::source::Span;

/// A condition. `and`, `or` and `or perhaps` are never mixed in one.
#[derive(Debug, Clone)]
pub struct Cond {
    /// Its atoms.
    pub atoms: Vec<Atom>,
    /// How they are joined (meaningless for one atom).
    pub join: Join,
    /// The whole.
    pub span: Span,
}

/// How atoms are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// `and`
    And,
    /// `or`
    Or,
    /// `or perhaps`: a doubt about which is meant
    OrPerhaps,
}

/// One atom of a condition.
#[derive(Debug, Clone)]
pub struct Atom {
    /// What it says.
    pub node: AtomKind,
    /// Its place.
    pub span: Span,
}

/// Forms of an atom.
#[derive(Debug, Clone)]
pub enum AtomKind {
    /// `"..."` or `not "..."`: words the compiler does not look into
    Quoted {
        /// The words.
        text: Text,
        /// With `not`.
        negated: bool,
    },
    /// `name` or `not name`: a fact, judgement, status or term
    Named {
        /// The name.
        name: Name,
        /// With `not`.
        negated: bool,
    },
    /// `name is VALUE`, `is not VALUE`, `is one of V, W`: also a moment such as `letter is sent` (already happened)
    Is {
        /// Subject, perhaps with an ordinal.
        occ: Occ,
        /// With `not`.
        negated: bool,
        /// Values or a state word such as `held`.
        values: Vec<Name>,
        /// How it lies to something else.
        order: Option<Order>,
    },
    /// `name begins`, `ends`, `happens`: already happened; perhaps ordered against another moment
    Did {
        /// The moment.
        moment: Moment,
        /// How it lies to something else.
        order: Option<Order>,
    },
}

/// How a moment lies to another, or to the moment of the test.
#[derive(Debug, Clone)]
pub enum Order {
    /// `before MOMENT`
    Before(Moment),
    /// `after MOMENT`
    After(Moment),
    /// `within LENGTHS`: no more than that long from the moment of the test; more than one is a doubt
    Within(Vec<Spanned<Length>>),
}

/// `MOMENT or perhaps MOMENT or perhaps unstated`.
#[derive(Debug, Clone)]
pub struct Moments {
    /// The candidates; more than one is a doubt.
    pub any: Vec<Moment>,
    /// `or perhaps unstated`.
    pub perhaps_unstated: bool,
    /// The whole.
    pub span: Span,
}

/// `[ordinal] name state`.
#[derive(Debug, Clone)]
pub struct Moment {
    /// What.
    pub occ: Occ,
    /// Its state.
    pub state: Spanned<State>,
    /// The whole.
    pub span: Span,
}

/// `[ordinal] name [since MOMENT]`.
#[derive(Debug, Clone)]
pub struct Occ {
    /// Which one.
    pub ordinal: Option<Spanned<Ordinal>>,
    /// The name.
    pub name: Name,
    /// `since MOMENT`.
    pub since: Option<Box<Moment>>,
    /// The whole.
    pub span: Span,
}

/// Ordinals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ordinal {
    /// `first`
    First,
    /// `second`
    Second,
    /// `third`
    Third,
    /// `next`: the first after the rule's moment
    Next,
    /// `previous`: the one before the one the sentence names
    Previous,
    /// `last`: the latest so far
    Last,
    /// `each later`: all but the first
    EachLater,
    /// `each`
    Each,
    /// `any`
    Any,
    /// `that`: the one in the trigger
    That,
}

/// The state word of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// `begins`
    Begins,
    /// `ends`
    Ends,
    /// `happens`
    Happens,
    /// `is WORD`: held, booked, due, cancelled, sent, received, decided, allocated, done, missed, or an option or value
    Is(Name),
}
