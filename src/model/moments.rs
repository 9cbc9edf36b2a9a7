//! What occurs, which of several is meant, and what may be asked of it: moments, conditions, guards.
//! In: nothing (plain data). Out: parts of items and norms.

use super::{
    DecisionId, DocumentId, EventId, FactorId, Length, MeetingId, Ordinal, RoleId, RuleId, StatusId, TermId, ValueId,
};
use crate::source::Span;

/// A class of things that occur, each at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Happening {
    /// A yes/no status begins.
    Begins(StatusId),
    /// A yes/no status ends.
    Ends(StatusId),
    /// A status takes a value.
    Becomes(StatusId, ValueId),
    /// An event happens.
    Happens(EventId),
    /// A meeting is held.
    Held(MeetingId),
    /// A meeting is booked.
    Booked(MeetingId),
    /// The day a meeting is booked for.
    Due(MeetingId),
    /// A meeting is cancelled.
    Cancelled(MeetingId),
    /// A document is sent.
    Sent(DocumentId),
    /// A document is received.
    Received(DocumentId),
    /// A decision is taken.
    Decided(DecisionId),
    /// A decision is taken with this outcome.
    Outcome(DecisionId, ValueId),
    /// A role is filled.
    Allocated(RoleId),
    /// A rule's act is done.
    Done(RuleId),
    /// A rule's limit passes without its act.
    Missed(RuleId),
}

/// One candidate or several (`or perhaps`), told apart by a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moments {
    /// The candidates in order; at least one.
    pub any: Vec<Moment>,
    /// The reading that tells which, where there are several: value `i` is candidate `i`; one value more if
    /// `perhaps_unstated`.
    pub reading: Option<FactorId>,
    /// `or perhaps unstated`.
    pub perhaps_unstated: bool,
    /// Where it is written.
    pub span: Span,
}

/// An occurrence of a class, picked out by an ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Which of them; `Any` where it does not repeat.
    pub ordinal: Ordinal,
    /// What occurs.
    pub what: Happening,
    /// Counted since this moment.
    pub since: Option<Box<Moment>>,
    /// Where it is written.
    pub span: Span,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cond {
    /// Always.
    True,
    /// A factor has one of these values.
    Factor(FactorId, Vec<ValueId>, Span),
    /// A status has one of these values, just before the moment of the test.
    Status(StatusId, Vec<ValueId>, Span),
    /// It has already happened.
    Happened(Moment, Span),
    /// The first happened, and before the second (which may be yet to come).
    Before(Moment, Moment, Span),
    /// Both meetings are set for a day (booked, and neither cancelled nor held since), the first for no later day.
    DueBefore(Which, Which, Span),
    /// The meeting is set for a day no more than this long after the day of the test.
    DueWithin(Which, Length, Span),
    /// A term, by name; its meaning is in the arena.
    Term(TermId, Span),
    /// Not.
    Not(Box<Cond>),
    /// All of them.
    All(Vec<Cond>),
    /// Any of them.
    Any(Vec<Cond>),
}

/// When a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Moments that engage it, in the alternative; empty: the first time slot's anchor does.
    pub when: Vec<Moments>,
    /// Lapses when this becomes false.
    pub while_: Cond,
    /// Tested at the moment that engages it.
    pub if_: Cond,
    /// Separate exceptions; tested at the trigger for a duty, at the act for a prohibition.
    pub unless: Vec<Cond>,
}

/// Which meeting: a meeting with an ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// Which of them.
    pub ordinal: Ordinal,
    /// The meeting.
    pub meeting: MeetingId,
    /// Counted since this moment.
    pub since: Option<Box<Moment>>,
    /// Where it is written.
    pub span: Span,
}
