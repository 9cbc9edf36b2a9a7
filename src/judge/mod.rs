//! What a protocol means: `docs/decisions/0002-meaning.md` in code, and what all else is tested against.
//! In: a protocol, a calendar, a history. Out: a verdict per instance of every norm, or faults of the history itself.
//! Must not share code with `solve`, nor use the calendar's tables. Written for reading; slow is fine.

mod bars;
mod claims;
mod duty;
mod engaged;
mod norms;
mod state;
mod verdicts;
mod which;
mod who;

use std::collections::BTreeSet;

pub use claims::{Claim, Tier, accepted, confirm};

use crate::calendar::Calendar;
use crate::model::{History, NormId, Protocol, Verdict};
use state::{Case, Miss};

/// What the judge says of a history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// One verdict per instance, and `NotEngaged` for a norm without any: rules in order, then decisions.
    pub verdicts: Vec<Verdict>,
    /// Ways in which the history is none: a verdict beside a fault means nothing.
    pub faults: Vec<String>,
}

impl Judgement {
    /// The norms of which some instance is engaged.
    pub fn engaged(&self) -> BTreeSet<NormId> {
        let engaged = self.verdicts.iter().filter(|v| v.kind.is_engaged());
        engaged.map(|v| v.norm).collect()
    }
}

/// Judges a history.
pub fn judge(protocol: &Protocol, calendar: &Calendar, history: &History) -> Judgement {
    judged(protocol, calendar, history).1
}

/// Replays and judges until every missed limit that something depends on has its place: each lies later than what it
/// depends on, so they are found one after the other, the earliest first.
fn judged<'a>(protocol: &'a Protocol, calendar: &'a Calendar, history: &History) -> (Case<'a>, Judgement) {
    let mut known: BTreeSet<Miss> = BTreeSet::new();
    loop {
        let misses: Vec<Miss> = known.iter().copied().collect();
        let mut case = Case::replay(protocol, calendar, history, &misses);
        case.check_givens(history);
        let (verdicts, missed) = case.verdicts();
        match missed.iter().copied().filter(|m| !known.contains(m)).min() {
            Some(miss) => known.insert(miss),
            None => {
                if known.iter().any(|m| !missed.contains(m)) {
                    case.faults
                        .push("a limit is missed only if what follows from missing it does not happen".to_owned());
                }
                let faults = std::mem::take(&mut case.faults);
                return (case, Judgement { verdicts, faults });
            }
        };
    }
}
