//! What a protocol declares besides its norms: roles, factors, statuses, events, meetings, documents, terms, statements.
//! In: nothing (plain data). Out: the arenas of a [`super::Protocol`].

use super::{Citation, Cond, Guard, MeetingId, Modal, Moments, Origin, RoleId, Slot, SourceId, ValueId};
use crate::source::Span;

/// A role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Common part.
    pub origin: Origin,
    /// Not ours to control.
    pub outside: bool,
    /// Several holders.
    pub many: bool,
    /// Roles this one counts as (`counts as`, `kind of`, `same as` both ways), not transitively closed.
    pub counts_as: Vec<RoleId>,
}

/// What a case fixes for good.
#[derive(Debug, Clone)]
pub struct Factor {
    /// Common part.
    pub origin: Origin,
    /// Which sort.
    pub kind: FactorKind,
    /// Names of its values; a yes/no factor has `no`, `yes` in this order.
    pub values: Vec<String>,
}

/// Sorts of factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorKind {
    /// A `fact`.
    Fact,
    /// A `judgement`; none: `judged by not stated`.
    Judgement(Option<Who>),
    /// A `reading`, or an `or perhaps` on the spot.
    Reading,
    /// A quoted condition, one per text and module.
    Quoted,
}

/// A status.
#[derive(Debug, Clone)]
pub struct Status {
    /// Common part.
    pub origin: Origin,
    /// Names of its values; a yes/no status has `no`, `yes` in this order.
    pub values: Vec<String>,
    /// The value before anything sets it; none if the case may start with any of them.
    pub starts_as: Option<ValueId>,
    /// Must never be left with no rule that governs it.
    pub protects: bool,
    /// What sets it, as declared on the status itself (rules' effects and acts, and options, also set it).
    pub setters: Vec<Setter>,
}

/// `begins when`, `ends when`, `becomes V when` of a status.
#[derive(Debug, Clone)]
pub struct Setter {
    /// The moment.
    pub when: Moments,
    /// The value it sets.
    pub value: ValueId,
    /// The line.
    pub span: Span,
}

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Common part.
    pub origin: Origin,
    /// Who causes it; none: unstated or not said.
    pub caused_by: Option<Who>,
    /// It may happen more than once.
    pub repeats: bool,
}

/// A meeting, any talk, or a body that decides.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// Common part.
    pub origin: Origin,
    /// It may be held more than once.
    pub repeats: bool,
    /// Kinds it counts as (`kind of`, `counts as`, `combines`), not transitively closed.
    pub counts_as: Vec<MeetingId>,
    /// Who chairs it as declared here.
    pub chaired_by: Slot<Who>,
    /// Who attends.
    pub attended_by: Slot<Who>,
    /// Its quorum in words.
    pub quorum: Slot<String>,
    /// What it is about.
    pub about: Option<String>,
}

/// A document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Common part.
    pub origin: Origin,
    /// What it must, should or may say.
    pub says: Vec<Saying>,
}

/// A `must say` line.
#[derive(Debug, Clone)]
pub struct Saying {
    /// Must, should or may.
    pub force: Modal,
    /// The content.
    pub text: String,
    /// When it applies.
    pub guard: Guard,
    /// Citations of the line itself.
    pub cites: Vec<Citation>,
    /// The line.
    pub span: Span,
}

/// A named condition.
#[derive(Debug, Clone)]
pub struct Term {
    /// Common part.
    pub origin: Origin,
    /// What it means.
    pub means: Cond,
}

/// A statement without a rule.
#[derive(Debug, Clone)]
pub struct Background {
    /// Common part; the name is empty.
    pub origin: Origin,
    /// Texts it refers to.
    pub refers_to: Vec<(SourceId, Span)>,
}

/// Parties, jointly or in the alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The parties.
    pub parties: Vec<Party>,
    /// Either will do.
    pub either: bool,
    /// Where it is written.
    pub span: Span,
}

/// One party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A role.
    Role(RoleId),
    /// A meeting that decides or acts.
    Meeting(MeetingId),
}
