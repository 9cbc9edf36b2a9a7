//! The lines of a scenario, as written. In: nothing (plain data). Out: parts of slots. What a name stands for is not known here.

use super::{Moment, Ref, Sentence, Spanned, Text};
use crate::time::Day;

/// `given NAME`, `given not NAME`, `given NAME is VALUE`; the name may be words in quotes.
#[derive(Debug, Clone)]
pub struct Given {
    /// The name, `base.name` included, or the quoted words.
    pub name: Text,
    /// `not`.
    pub negated: bool,
    /// The value, its words joined by single spaces.
    pub value: Option<Text>,
}

/// `on DATE MOMENT`, or `as of DATE`.
#[derive(Debug, Clone)]
pub struct On {
    /// The day.
    pub day: Spanned<Day>,
    /// What happens, its words joined by single spaces; none: nothing.
    pub what: Option<Text>,
    /// `for DATE`: the day a meeting is booked for.
    pub booked_for: Option<Spanned<Day>>,
    /// `chaired by NAME`.
    pub chair: Option<Text>,
    /// `by NAME`.
    pub by: Option<Text>,
}

impl On {
    /// The day has come, and nothing is told of it: `as of DATE`.
    pub fn nothing(day: Spanned<Day>) -> On {
        On {
            day,
            what: None,
            booked_for: None,
            chair: None,
            by: None,
        }
    }
}

/// What is expected of the case as far as it has been told.
#[derive(Debug, Clone)]
pub enum Expect {
    /// `MOMENT by DATE`, `MOMENT not before DATE`, `MOMENT on DATE`
    Timed(Moment, Bound, Spanned<Day>),
    /// `RULE is due by DATE`
    DueBy(Ref, Spanned<Day>),
    /// `RULE is kept`
    Stands(Ref, Spanned<Standing>),
    /// a sentence: who must, may or must not do what
    Says(Sentence),
    /// `clash between RULE and RULE`
    Clash(Ref, Ref),
    /// `no clash`
    NoClash,
}

/// Which end of the time that an act has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// `by`: its last day
    Last,
    /// `not before`: its first day
    First,
    /// `on`: its only day
    Only,
}

/// How a rule stands in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// `kept`
    Kept,
    /// `missed`: of a duty
    Missed,
    /// `broken`: of what forbids or reserves an act
    Broken,
    /// `still to do`
    Open,
    /// `lapsed`
    Lapsed,
    /// `set aside`: of a presumption
    SetAside,
    /// `does not apply`
    NotEngaged,
}
