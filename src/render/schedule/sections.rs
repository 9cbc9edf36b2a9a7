//! In which order the duties of a schedule are told to a person. In: a schedule. Out: its sections, none of them empty.

use crate::schedule::{Duty, Fate, Schedule, State};

/// What stands above the names of duties that are asked no more.
pub(super) const NOT_ASKED: &str = "Not asked any more";

/// What is said of a schedule without a duty or a loss.
pub(super) const NOTHING: &str = "Nothing that the case lists asks anything of anybody";

/// Duties that stand alike.
pub(super) struct Section<'s> {
    /// What stands above them.
    pub title: &'static str,
    /// At least one.
    pub duties: Vec<&'s Duty>,
    /// Nothing is left to do, so no day need be explained.
    pub is_over: bool,
}

/// What stands above a section, which duties are in it, and whether nothing is left to do.
type Kind = (&'static str, fn(&Duty) -> bool, bool);

/// The sections that have a duty: first what should be done already, last what is done.
pub(super) fn sections(schedule: &Schedule) -> Vec<Section<'_>> {
    let all: [Kind; 6] = [
        ("Overdue", is_overdue, false),
        ("Due", |d| !is_overdue(d) && is_due(d) && has_day(d), false),
        (
            "Later, once something else has occurred",
            |d| !is_overdue(d) && !is_due(d) && is_later(d) && has_day(d),
            false,
        ),
        (
            "To be done; no last day is known",
            |d| !is_overdue(d) && is_due(d) && !has_day(d),
            false,
        ),
        (
            "Later; no last day is known yet",
            |d| !is_overdue(d) && !is_due(d) && is_later(d) && !has_day(d),
            false,
        ),
        ("Done", is_done, true),
    ];
    let with = |(title, wanted, is_over): Kind| Section {
        title,
        duties: schedule.duties.iter().filter(|d| wanted(d)).collect(),
        is_over,
    };
    all.into_iter().map(with).filter(|s| !s.duties.is_empty()).collect()
}

/// Duties of which nothing is asked any more under any reading; what is too late is told among what is lost.
pub(super) fn over(schedule: &Schedule) -> Vec<&Duty> {
    let is_over = |d: &&Duty| {
        d.fates
            .iter()
            .all(|f| matches!(f.state, State::Lapsed | State::NotAsked))
    };
    schedule.duties.iter().filter(is_over).collect()
}

fn any(duty: &Duty, wanted: impl Fn(&Fate) -> bool) -> bool {
    duty.fates.iter().any(wanted)
}

fn is_overdue(duty: &Duty) -> bool {
    any(duty, |f| matches!(f.state, State::Overdue(_)))
}

fn is_due(duty: &Duty) -> bool {
    any(duty, |f| f.state == State::Due)
}

fn is_later(duty: &Duty) -> bool {
    any(duty, |f| matches!(f.state, State::Later | State::Waiting))
}

fn has_day(duty: &Duty) -> bool {
    any(duty, |f| f.latest.is_some())
}

fn is_done(duty: &Duty) -> bool {
    !is_overdue(duty)
        && !is_due(duty)
        && !is_later(duty)
        && any(duty, |f| matches!(f.state, State::Done(_) | State::Late(_)))
}
