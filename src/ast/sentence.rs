//! Who, with what force, does what, as written. In: nothing (plain data). Out: the sentence of a rule, and parties wherever
//! they are named. What a name stands for is not known here.

use super::{Change, Name, Occ, Ordinal, Spanned, Text};
use crate::source::Span;

/// `SUBJECT MODAL ACT`.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Who.
    pub subject: Subject,
    /// With what force.
    pub modal: Spanned<Modal>,
    /// To do what.
    pub act: Act,
    /// The whole.
    pub span: Span,
}

/// The subject of a sentence.
#[derive(Debug, Clone)]
pub enum Subject {
    /// `the A`, `the A and B`, `the A or B`
    The(Who),
    /// `each A`
    Each(Who),
    /// `any A`
    Any(Who),
    /// `only the A`
    Only(Who),
    /// `nobody`
    Nobody(Span),
    /// `someone`: the owner is missing
    Someone(Span),
}

/// Modals. `nobody may/should/need` becomes `MustNot`/`ShouldNot`/`NeedNot` with subject `Nobody`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modal {
    /// `must`
    Must,
    /// `must not`, `nobody may`
    MustNot,
    /// `should`
    Should,
    /// `should not`, `nobody should`
    ShouldNot,
    /// `may`
    May,
    /// `need not`, `nobody need`
    NeedNot,
}

/// Who: one or several parties, jointly or in the alternative.
#[derive(Debug, Clone)]
pub struct Who {
    /// The parties.
    pub parties: Vec<Party>,
    /// `or` between them rather than `and`.
    pub either: bool,
    /// The whole.
    pub span: Span,
}

/// `[each] name`.
#[derive(Debug, Clone)]
pub struct Party {
    /// Every holder.
    pub each: bool,
    /// The name.
    pub name: Name,
}

/// A `Who`, or `not stated`.
#[derive(Debug, Clone)]
pub enum WhoOrUnstated {
    /// Named.
    Who(Who),
    /// `unstated`
    Unstated(Span),
}

/// A name or quoted words.
#[derive(Debug, Clone)]
pub enum Thing {
    /// Declared.
    Name(Name),
    /// Not looked into.
    Quoted(Text),
    /// `ending STATUS` / `beginning STATUS` (for `consider`)
    Changing(Name, Change),
}

/// The act of a sentence.
#[derive(Debug, Clone)]
pub struct Act {
    /// Which.
    pub node: ActKind,
    /// Its place.
    pub span: Span,
}

/// Acts.
#[derive(Debug, Clone)]
pub enum ActKind {
    /// `"..."`
    Quoted(Text),
    /// `hold M`
    Hold(Occ),
    /// `book M`
    Book(Occ),
    /// `cancel M`
    Cancel(Occ),
    /// `attend M`
    Attend(Occ),
    /// `chair M`
    Chair(Occ),
    /// `send first D to R`
    Send(Option<Spanned<Ordinal>>, Name, Who),
    /// `notify R that "..."` or `of N`
    Notify(Who, Thing),
    /// `ask R for D`
    Ask(Who, Thing),
    /// `consult R on N`
    Consult(Who, Thing),
    /// `record N in D`
    Record(Thing, Name),
    /// `consider N`
    Consider(Thing),
    /// `carry out N`
    CarryOut(Thing),
    /// `decide D`
    Decide(Name),
    /// `challenge N`
    Challenge(Name),
    /// `allocate R`
    Allocate(Name),
    /// `begin S`
    Begin(Name),
    /// `end S`
    End(Name),
}
