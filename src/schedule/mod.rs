//! One case worked out. In: a protocol and the history of a case so far. Out: a [`Schedule`]: what is lost, what is due by
//! when and why that day, what is done. What it means: `docs/decisions/0012-schedules.md`. Must not read files or a clock,
//! nor lay anything out.

mod answer;
mod merge;
mod names;
mod pins;
mod play;
mod turns;
mod why;
mod work;

use crate::calendar::{Calendar, CalendarError};
use crate::model::{FactorId, History, NormId, Protocol, ValueId};
use crate::source::Span;
use crate::time::{Day, Duration};

/// What one case asks of whom, by when, and why that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// The day it is worked out for: the last day of the history.
    pub today: Day,
    /// What was broken already, or cannot be kept any more: said first. What is broken by its first day in breach, then what
    /// must be before what should be.
    pub lost: Vec<Lost>,
    /// What is asked: by last day, first day, place in the file. What is done or has lapsed comes last.
    pub duties: Vec<Duty>,
    /// What nobody gave and the days rest on, with the value taken.
    pub assumed: Vec<Assumed>,
    /// The readings that days or states differ by, in order of declaration.
    pub readings: Vec<Reading>,
    /// What could not be worked out, one sentence each: the days are then not the whole answer.
    pub unsettled: Vec<String>,
}

/// The answers under which something holds; none: whatever the answer.
pub type Under = Vec<(Doubt, Answer)>;

/// A doubt: a reading of the protocol.
pub type Doubt = FactorId;

/// One of its answers.
pub type Answer = ValueId;

/// Something that is not, or cannot be, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// The answers under which it is.
    pub under: Under,
    /// What became of it.
    pub kind: Loss,
    /// The rules in it: the broken one, or those that cannot stand together, the one given up first.
    pub rules: Vec<RuleRef>,
}

/// How something is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// Broken from this day on.
    Broken {
        /// The first day in breach.
        when: Day,
        /// What engaged the instance that is broken, in words; none if nothing in particular did.
        because: Option<String>,
    },
    /// From here on these rules cannot all be kept; the days are worked out as if the first were given up.
    Clash {
        /// They could if some meeting were not booked for the day it is booked for.
        booked: bool,
    },
    /// With this booking the rules cannot all be kept; the days are worked out as if it were moved.
    Booking {
        /// The meeting, in words.
        meeting: String,
        /// The day it is booked for.
        day: Day,
    },
}

/// One instance of a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What tells this instance from all others, the same as a case goes on: rule, what engages it, which of several.
    pub key: String,
    /// The rule, or the decision that must be taken.
    pub rule: RuleRef,
    /// Who must, in words: `the lead worker`; empty if the text names nobody.
    pub who: String,
    /// What is to be done, in words: `hold the first care review`.
    pub what: String,
    /// What engages it, in words: `“in care” begins`; none if nothing in particular does.
    pub because: Option<String>,
    /// Must rather than should.
    pub must: bool,
    /// The source's own words for urgency.
    pub urgency: Vec<String>,
    /// Its own limits that state a last day, in words: `within 10 working days after the plan ends`.
    pub limits: Vec<String>,
    /// What became or becomes of it: one, or one for each answer to a reading where they differ.
    pub fates: Vec<Fate>,
}

/// What becomes of a duty under some answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// The answers.
    pub under: Under,
    /// How it stands today.
    pub state: State,
    /// The first day on which it can be done with everything else kept; none: it is not to be done any more, or not known.
    pub earliest: Option<Bound>,
    /// The last such day; none: there is none that is known. If overdue or late, the last day it had.
    pub latest: Option<Bound>,
    /// Its own text states a last day. If not, and there is one, other rules force it.
    pub stated: bool,
    /// What nobody gave and its days turn on, each alone, under some answers.
    pub assumed: Vec<Assumed>,
}

/// How a duty stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Its last day has passed; the first day in breach.
    Overdue(Day),
    /// Done after its last day, on this day.
    Late(Day),
    /// Asked, and no continuation does it in time: among what is lost.
    TooLate,
    /// Asked, but it cannot be done before something from outside occurs, which nobody invents.
    Waiting,
    /// To be done from now on.
    Due,
    /// To be done once something occurs that is yet to come.
    Later,
    /// Done, on this day if that can be told.
    Done(Option<Day>),
    /// Not asked any more.
    Lapsed,
    /// Not engaged under this reading.
    NotAsked,
}

/// A first or last day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The day, inclusive.
    pub day: Day,
    /// From a fixed day to this one. Empty: today, or no chain of single limits explains it.
    pub why: Vec<Why>,
    /// The rules that together leave no further day, where no chain explains it.
    pub together: Vec<RuleRef>,
    /// Nothing goes further; else that was not decided and it may be further.
    pub sure: bool,
}

/// One link: a day counted from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The rule that counts; none: a date somebody booked.
    pub rule: Option<RuleRef>,
    /// What is counted, in words: `within 20 working days after “in care” begins`.
    pub said: String,
    /// What it is counted from, in words.
    pub anchor: String,
    /// On this day.
    pub anchor_day: Day,
    /// How much; none: the same day.
    pub count: Option<Duration>,
    /// Which way.
    pub direction: Direction,
    /// Days passed over, each with its name, ascending.
    pub skipped: Vec<(Day, String)>,
    /// The day counted to.
    pub day: Day,
    /// All days between are published; else some holidays are extrapolated by rule.
    pub published: bool,
}

/// Which way a link counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// `day` is the anchor's day and the count after it.
    After,
    /// `day` is the latest day from which the count does not end after the anchor's day.
    Before,
    /// `day` is the anchor's day.
    Same,
}

/// A rule as an author knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRef {
    /// The rule or decision.
    pub norm: NormId,
    /// Qualified: `stoke.discharge-by-letter`.
    pub name: String,
    /// The places it cites.
    pub cites: Vec<String>,
    /// What it says, as a sentence.
    pub says: String,
    /// Its head line.
    pub span: Span,
}

/// A value taken because nobody gave one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Assumed {
    /// What it is the value of: a name as declared.
    pub name: String,
    /// Its label.
    pub label: String,
    /// The value taken.
    pub value: String,
    /// Of a decision that is yet to be taken, its other options: what follows from them is not among the duties.
    pub instead: Vec<String>,
    /// Why this one.
    pub how: Taken,
}

/// Why a value was taken that nobody gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Taken {
    /// It is the first; of yes and no, no.
    First,
    /// With the first not everything could be kept, and with this it can.
    ToKeepAll,
    /// It is what a decision will say if it may: an option that is not always open.
    WhereOpen,
}

/// A doubt about what the text means that this case leaves open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The doubt.
    pub factor: FactorId,
    /// Its name.
    pub name: String,
    /// What is doubtful.
    pub label: String,
    /// Its answers.
    pub answers: Vec<String>,
}

impl Schedule {
    /// Whether something is broken, overdue, or cannot be kept any more, under some reading.
    pub fn is_in_breach(&self) -> bool {
        let overdue = |d: &Duty| d.fates.iter().any(|f| matches!(f.state, State::Overdue(_)));
        !self.lost.is_empty() || self.duties.iter().any(overdue)
    }

    /// What is lost, but for what is told among the duties: overdue and still to be done, or done late.
    pub fn lost_for_good(&self) -> impl Iterator<Item = &Lost> {
        self.lost.iter().filter(|l| {
            let Loss::Broken { when, because } = &l.kind else {
                return true;
            };
            let told = |f: &Fate| matches!(f.state, State::Late(_)) || f.state == State::Overdue(*when);
            let same = |d: &Duty| l.rules.first().is_some_and(|r| r.norm == d.rule.norm) && d.because == *because;
            !self.duties.iter().any(|d| same(d) && d.fates.iter().any(told))
        })
    }

    /// An answer in words: the doubt and the answer.
    pub fn answer(&self, (factor, value): (Doubt, Answer)) -> Option<(&Reading, &str)> {
        let reading = self.readings.iter().find(|r| r.factor == factor)?;
        Some((reading, reading.answers.get(value.0 as usize)?))
    }
}

/// Combinations of answers that are worked out; beyond them it is said that there are more.
const COMBINATIONS: usize = 16;

/// Steps of the solver for one case.
const STEPS: u64 = 200_000_000;

/// Works a case out.
///
/// # Errors
/// The calendar of the protocol cannot be made into an axis of days, or the history ends outside it.
pub fn schedule(protocol: &Protocol, history: &History) -> Result<Schedule, CalendarError> {
    let calendar = Calendar::build(&protocol.calendar)?;
    let last = history.occurrences.last().map(|o| o.day);
    let today = history.until.or(last).unwrap_or(calendar.first());
    for day in history.occurrences.iter().map(|o| o.day).chain([today]) {
        calendar.index(day).ok_or(CalendarError::Outside(day))?;
    }
    let mut room = work::Room::new(protocol, &calendar, history, today);
    let (answers, more) = merge::explore(&mut room);
    Ok(merge::merge(&room, answers, more))
}
