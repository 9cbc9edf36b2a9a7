//! Why a proof is not accepted. In: nothing. Out: reasons, in words.

use std::fmt;

/// Why a step is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It names a gate that is not defined.
    Undefined,
    /// The axis or a table is said a second time, or the axis after something else.
    SaidAgain,
    /// A later day of a table gives an earlier one.
    NotMonotone,
    /// What a lemma denies can be so together, as far as can be seen.
    NoContradiction,
    /// A clause does not follow from what is there.
    DoesNotFollow,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Undefined => "a step speaks of a gate that is not defined",
            Refusal::SaidAgain => "the axis or a table is said twice",
            Refusal::NotMonotone => "a later day of a table gives an earlier one",
            Refusal::NoContradiction => "a lemma denies what can be so together",
            Refusal::DoesNotFollow => "a clause does not follow from what stands before it",
        })
    }
}
