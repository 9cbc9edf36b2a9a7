//! Limits that are written in one number, looser or tighter by so many. In: a rule or decision. Out: [`Edit`]s. Says nothing of which
//! number would do.

use crate::model::{Limit, LimitKind, NormId, Protocol};
use crate::time::{Duration, Unit};

use super::super::super::describe;
use super::edits::{Edit, To, length_of};

/// A limit in a number.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// Whose it is.
    pub norm: NormId,
    /// Which of its limits.
    pub at: usize,
    /// As it is written.
    pub length: Duration,
    /// It says until when a duty is to be done.
    pub is_last_day: bool,
    /// The word before it.
    word: &'static str,
    /// Looser is more; if not, it is less.
    more: bool,
}

/// In which direction a number is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// More is allowed.
    Looser,
    /// Less is.
    Tighter,
}

impl Number {
    /// By how much it can change at all: a day is the least that can be asked for, and more than some years is no limit.
    pub fn most(&self, way: Way) -> u32 {
        let years = |each: u32| each.max(self.length.count.saturating_mul(3));
        match (self.is_more(way), self.length.unit) {
            (false, _) => self.length.count.saturating_sub(1),
            (true, Unit::Hours) => 0,
            (true, Unit::WorkingDays) => years(260),
            (true, Unit::CalendarDays) => years(366),
            (true, Unit::Weeks) => years(52),
            (true, Unit::Months) => years(12),
            (true, Unit::Years) => years(2),
        }
    }

    /// A change to begin with, where the least is looked for.
    pub fn step(&self) -> u32 {
        (self.length.count / 4).max(1)
    }

    /// Changed by so much.
    pub fn by(&self, way: Way, change: u32) -> Edit {
        let length = self.changed(way, change);
        Edit {
            norm: self.norm,
            to: To::Limit { at: self.at, length },
            write: self.written(length),
            text: None,
        }
    }

    /// The length changed by so much.
    pub fn changed(&self, way: Way, change: u32) -> Duration {
        let count = match self.is_more(way) {
            true => self.length.count.saturating_add(change),
            false => self.length.count.saturating_sub(change),
        };
        Duration { count, ..self.length }
    }

    /// The limit with another length, without the moment it is measured from.
    pub fn written(&self, length: Duration) -> String {
        format!("{} {length}", self.word)
    }

    fn is_more(&self, way: Way) -> bool {
        self.more == (way == Way::Looser)
    }
}

/// Those of a rule or decision, in its own order. Hours are counted in days, so nothing could be said of them in their own unit.
pub fn numbers(protocol: &Protocol, norm: NormId) -> Vec<Number> {
    let forbids = describe::forbids(protocol, norm);
    let number = |(at, limit): (usize, &Limit)| {
        let (word, more, is_upper) = match &limit.kind {
            LimitKind::Within(..) => ("within", !forbids, true),
            LimitKind::AtLeastBefore(..) => ("at least", forbids, true),
            LimitKind::AtLeastAfter(..) => ("at least", forbids, false),
            LimitKind::UntilAfter(..) => ("until", false, false),
            _ => return None,
        };
        match length_of(&limit.kind)?.any.as_slice() {
            [one] if one.unit != Unit::Hours => Some(Number {
                norm,
                at,
                length: *one,
                is_last_day: is_upper && !forbids,
                word,
                more,
            }),
            _ => None,
        }
    };
    let limits = describe::limits(protocol, norm).iter().enumerate();
    limits.filter_map(number).collect()
}
