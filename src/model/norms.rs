//! Rules and decisions: what each asks, of whom, and its limits in time.
//! In: nothing (plain data). Out: the norms of a [`super::Protocol`].

use super::{
    Citation, Cond, DecisionId, DocumentId, EventId, FactorId, Guard, Modal, Moments, Ordinal, Origin, RoleId, RuleId,
    Slot, SourceId, StatusId, ValueId, Which, Who,
};
use crate::source::Span;
use crate::time::{Day, Duration};

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Common part.
    pub origin: Origin,
    /// When.
    pub guard: Guard,
    /// What.
    pub body: Body,
    /// Limits in time, in order.
    pub limits: Vec<Limit>,
    /// Rules it is an exception to.
    pub exception_to: Vec<RuleId>,
    /// The base rule it departs from, why, until when.
    pub departs_from: Option<Departure>,
    /// The base rule it replaces.
    pub replaces: Vec<RuleId>,
    /// In force from (inclusive) and until (exclusive).
    pub in_force: (Option<Day>, Option<Day>),
    /// Texts it refers to.
    pub refers_to: Vec<(SourceId, Span)>,
    /// Whole item.
    pub whole: Span,
    /// The sentence, effect or presumption line.
    pub body_span: Span,
}

/// `departs from ... because ... expires ...`.
#[derive(Debug, Clone)]
pub struct Departure {
    /// The base rule.
    pub from: RuleId,
    /// The reason given.
    pub because: Option<String>,
    /// First day it no longer holds.
    pub expires: Option<Day>,
    /// The line.
    pub span: Span,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// SUBJECT MODAL ACT.
    Norm {
        /// Who.
        subject: Subject,
        /// With what force.
        modal: Modal,
        /// To do what.
        act: Act,
    },
    /// It happens by itself.
    Effect(StatusId, ValueId),
    /// Usual, not required.
    Presume(Cond),
}

/// The subject of a norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A named holder or holders.
    The(Who),
    /// Every holder.
    Each(Who),
    /// One who wishes.
    Any(Who),
    /// An exclusive power.
    Only(Who),
    /// No one at all.
    Nobody,
    /// The owner is missing.
    Someone,
}

impl Subject {
    /// Who is named, if anybody is.
    pub fn who(&self) -> Option<&Who> {
        match self {
            Subject::The(w) | Subject::Each(w) | Subject::Any(w) | Subject::Only(w) => Some(w),
            Subject::Nobody | Subject::Someone => None,
        }
    }
}

/// What an act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A decision.
    Decision(DecisionId),
    /// A change of a status to this value.
    Change(StatusId, ValueId),
    /// An event or document or factor or rule, by what it is called.
    Named(String),
    /// A document.
    Document(DocumentId),
    /// An event.
    Event(EventId),
    /// Quoted words.
    Quoted(String),
}

/// Acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Quoted: an occurrence with no effect.
    Quoted(String),
    /// Hold a meeting.
    Hold(Which),
    /// Book it.
    Book(Which),
    /// Cancel it.
    Cancel(Which),
    /// Attend it.
    Attend(Which),
    /// Chair it.
    Chair(Which),
    /// Send a document; which of several, `Any` if it does not say.
    Send(DocumentId, Who, Ordinal),
    /// Notify.
    Notify(Who, Thing),
    /// Ask for.
    Ask(Who, Thing),
    /// Consult on.
    Consult(Who, Thing),
    /// Record in.
    Record(Thing, DocumentId),
    /// Consider (never deciding).
    Consider(Thing),
    /// Carry out.
    CarryOut(Thing),
    /// Take a decision.
    Decide(DecisionId),
    /// Challenge.
    Challenge(Thing),
    /// Fill a role.
    Allocate(RoleId),
    /// Begin a status.
    Begin(StatusId),
    /// End a status.
    End(StatusId),
}

/// One or several durations (`or perhaps`), told apart by a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    /// The candidates; at least one.
    pub any: Vec<Duration>,
    /// The reading that tells which, where there are several: value `i` is candidate `i`.
    pub reading: Option<FactorId>,
    /// The period's name, if it has one.
    pub period: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// A limit in time on the act (or on the decision).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What it says.
    pub kind: LimitKind,
    /// The line.
    pub span: Span,
}

/// Limits. "Y" is the act, "X" the moment named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitKind {
    /// `timing not stated`: a declared gap; no upper limit.
    Unstated,
    /// `within D after X`: Y is no later than X + D, and not before X. The day of X is not counted.
    Within(Length, Moments),
    /// `at least D before X`: Y is no later than the D-th before X; `clear` adds one day.
    AtLeastBefore(Length, Moments),
    /// `at least D after X`: Y is not earlier than X + D.
    AtLeastAfter(Length, Moments),
    /// `until X` of a prohibition: ends when X occurs (X itself is allowed). Of a standing duty: it stops.
    Until(Moments),
    /// `until D after X`: ends on the day X + D (that day is allowed).
    UntilAfter(Length, Moments),
    /// `at M`: in that meeting: the same day, and after it begins.
    At(Which),
    /// Equal days.
    SameDay(Moments),
    /// After X; no number.
    StraightAfter(Moments),
    /// Not after X; the same day is allowed.
    Before(Moments),
    /// Not before X; the same day is allowed.
    After(Moments),
    /// The source's own word for urgency; never a number.
    Urgency(String),
}

impl LimitKind {
    /// Whether it tells a last day.
    pub fn is_upper(&self) -> bool {
        matches!(
            self,
            LimitKind::Within(..)
                | LimitKind::AtLeastBefore(..)
                | LimitKind::Before(_)
                | LimitKind::SameDay(_)
                | LimitKind::At(_)
        )
    }

    /// The moments it is measured from. None where it names no moment, or names a meeting (`at M`).
    pub fn moments(&self) -> Option<&Moments> {
        match self {
            LimitKind::Within(_, m)
            | LimitKind::AtLeastBefore(_, m)
            | LimitKind::AtLeastAfter(_, m)
            | LimitKind::UntilAfter(_, m)
            | LimitKind::Until(m)
            | LimitKind::SameDay(m)
            | LimitKind::StraightAfter(m)
            | LimitKind::Before(m)
            | LimitKind::After(m) => Some(m),
            LimitKind::At(_) | LimitKind::Unstated | LimitKind::Urgency(_) => None,
        }
    }
}

/// A gate.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Common part.
    pub origin: Origin,
    /// When it must be taken.
    pub guard: Guard,
    /// The meeting in which it is taken.
    pub at: Option<Which>,
    /// Who decides.
    pub decided_by: Slot<Who>,
    /// Whose assent is needed.
    pub agreed_by: Slot<Who>,
    /// Who recommends.
    pub advised_by: Slot<Who>,
    /// Who is consulted.
    pub consulting: Slot<Who>,
    /// What happens if they disagree: a role or decision, by name.
    pub deadlock: Slot<String>,
    /// Limits in time.
    pub limits: Vec<Limit>,
    /// Its options, in order.
    pub options: Vec<Choice>,
    /// `otherwise not stated`, at this place.
    pub otherwise_unstated: Option<Span>,
    /// Whole item.
    pub whole: Span,
}

/// An option of a decision.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// When it is open.
    pub if_: Cond,
    /// Exceptions.
    pub unless: Vec<Cond>,
    /// What it does: statuses set, with the line.
    pub effects: Vec<(StatusId, ValueId, Span)>,
    /// `then nothing` or `then not stated`.
    pub then: Slot<()>,
    /// Citations of its own.
    pub cites: Vec<Citation>,
    /// The option's head line.
    pub span: Span,
}
