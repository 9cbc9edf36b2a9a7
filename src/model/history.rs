//! A history: what a case fixes and what occurred, in order; and what a judge says of a norm in it.

use super::{DecisionId, FactorId, Happening, Party, RuleId, StatusId, ValueId};
use crate::time::Day;

/// One case from start to end. Nothing occurs after `until`; what has not occurred by then never does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// The value of each factor that matters; others are undetermined.
    pub factors: Vec<(FactorId, ValueId)>,
    /// The value each status has before anything sets it, where `starts_as` leaves it open.
    pub starts: Vec<(StatusId, ValueId)>,
    /// What occurred, in the order it occurred; days never decrease. Derived occurrences (a status that begins by
    /// effect, an outcome's consequences, a rule missed) are not listed: the judge derives them.
    pub occurrences: Vec<Occurrence>,
    /// The last day of the history, inclusive: limits after it are still open.
    pub until: Option<Day>,
}

/// One occurrence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// The day.
    pub day: Day,
    /// What occurs. A decision is listed once, as its `Outcome`; an act with no class of its own as `Done(rule)`.
    pub what: Happening,
    /// Who does it, where an act is attributed to somebody; none: outside, or nobody named.
    pub by: Option<Party>,
    /// For `Held`: who chairs, where it matters.
    pub chair: Option<Party>,
    /// For `Held`, `Booked`, `Cancelled`: the day the meeting was booked for, where it matters.
    pub due: Option<Day>,
}

/// A norm: a rule, or a decision taken as the duty to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NormId {
    /// A rule.
    Rule(RuleId),
    /// A decision.
    Decision(DecisionId),
}

/// What the judge says of one instance of a norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The norm.
    pub norm: NormId,
    /// Index in `occurrences` of what engaged this instance; none for a norm that needs no trigger.
    pub trigger: Option<usize>,
    /// The verdict.
    pub kind: VerdictKind,
}

/// Verdicts, as in the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerdictKind {
    /// No trigger, guard false, not in force, or an exception true.
    NotEngaged,
    /// The act by a holder within its window; a prohibition unviolated.
    Kept,
    /// The window closed without the act, or a forbidden act was done; on this day, by this party.
    Breached {
        /// The first day on which it is in breach.
        when: Day,
        /// By whom, if known.
        by: Option<Party>,
    },
    /// `while` became false first.
    Lapsed,
    /// The history ends first.
    Open,
    /// A *should* or a presumption set aside.
    Departed,
    /// The answer needs a slot that is missing.
    Undetermined(String),
}

impl VerdictKind {
    /// Whether an instance of which this is said is known to be engaged.
    pub fn is_engaged(&self) -> bool {
        !matches!(self, VerdictKind::NotEngaged | VerdictKind::Undetermined(_))
    }
}

/// The result of asking the judge to confirm a claim about a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirmation {
    /// It holds.
    Confirmed,
    /// It does not; why, for an internal error.
    Refused(String),
}
