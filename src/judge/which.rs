//! Which occurrence is meant, and what is true when. In: the log so far. Out: entries, and truth or what is missing.
//! Must not know about norms.

use super::state::{Case, Entry};
use super::who::{Doer, class_of, is_kind, is_one_of, is_shared};
use crate::calendar::Reach;
use crate::model::{Body, Cond, Happening, Length, Moment, Moments, Ordinal, RuleId, ValueId, Which};
use crate::time::{Day, Duration};

/// What a history would have to say for there to be an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Missing(pub String);

/// True, false, or what is missing to tell.
pub(super) type Truth = Result<bool, Missing>;

/// A point at which conditions are tested.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    /// What has already happened: groups before this one.
    pub seen: usize,
    /// Which state is read: `states[state]`.
    pub state: usize,
}

/// What a sentence's ordinals are counted from.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    /// The entry that engages this instance.
    pub trigger: Option<usize>,
    /// The one of `each X` this instance is about.
    pub pinned: Option<usize>,
    /// `previous X` is the trigger itself, not the one before it.
    pub trigger_is_previous: bool,
}

/// All of them: false wins over missing, missing over true.
pub(super) fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut result = Ok(true);
    for t in truths {
        match t {
            Ok(false) => return Ok(false),
            Err(m) if result.is_ok() => result = Err(m),
            _ => {}
        }
    }
    result
}

/// Any of them: true wins over missing, missing over false.
pub(super) fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    all(truths.into_iter().map(|t| t.map(|b| !b))).map(|b| !b)
}

/// A meeting picked by an ordinal, as a moment.
pub(super) fn held(which: &Which) -> Moment {
    Moment {
        ordinal: which.ordinal,
        what: Happening::Held(which.meeting),
        since: which.since.clone(),
        span: which.span,
    }
}

/// `S begins` and `S ends` said as the value they set.
pub(super) fn plain(what: Happening) -> Happening {
    match what {
        Happening::Begins(s) => Happening::Becomes(s, ValueId(1)),
        Happening::Ends(s) => Happening::Becomes(s, ValueId(0)),
        other => other,
    }
}

/// The place in the numbering an ordinal names, from 0.
fn place(ordinal: Ordinal) -> Option<usize> {
    match ordinal {
        Ordinal::First => Some(0),
        Ordinal::Second => Some(1),
        Ordinal::Third => Some(2),
        _ => None,
    }
}

impl Case<'_> {
    /// Whether an entry is an occurrence of this class. A void act is an occurrence of none, nor is a change to what is so.
    pub fn is(&self, entry: &Entry, class: Happening) -> bool {
        let kind = |m, k| is_kind(self.protocol, m, k);
        !entry.void
            && !entry.idle
            && match (entry.what, plain(class)) {
                (Happening::Held(m), Happening::Held(k))
                | (Happening::Booked(m), Happening::Booked(k))
                | (Happening::Due(m), Happening::Due(k))
                | (Happening::Cancelled(m), Happening::Cancelled(k)) => kind(m, k),
                (Happening::Outcome(d, _), Happening::Decided(e)) => d == e,
                (what, Happening::Done(r)) => what == Happening::Done(r) || self.is_act_of(entry, r),
                (what, class) => what == class,
            }
    }

    /// Whether an entry is the act of a rule whose act has a class of its own, by someone whose act it may be.
    fn is_act_of(&self, entry: &Entry, rule: RuleId) -> bool {
        let Some(Body::Norm { subject, act, .. }) = self.protocol.rules.get(rule.index()).map(|r| &r.body) else {
            return false;
        };
        class_of(act).is_some_and(|class| self.is(entry, class))
            && match (entry.doer, subject.who()) {
                (Doer::By(p), Some(who)) if !is_shared(act) => is_one_of(self.protocol, p, who),
                _ => true,
            }
    }

    /// The entries a moment's ordinal counts, in order: those of its class, from its `since` on. `now` is the group from
    /// which `since` looks back.
    pub fn members(&self, moment: &Moment, now: usize) -> Vec<usize> {
        let mut list: Vec<usize> = self
            .log
            .iter()
            .enumerate()
            .filter(|(_, e)| self.is(e, moment.what))
            .map(|(i, _)| i)
            .collect();
        if let Some(since) = &moment.since {
            let starts = self.meant(since, now);
            let start = match place(since.ordinal) {
                Some(n) => starts.get(n).copied(),
                None => starts
                    .iter()
                    .rev()
                    .find(|&&s| self.group(s) <= now)
                    .or(starts.first())
                    .copied(),
            };
            list.retain(|&e| start.is_some_and(|s| e > s));
        }
        list
    }

    /// Whether a moment written as what engages (or sets) may be this entry.
    pub fn denotes(&self, moment: &Moment, entry: usize) -> bool {
        if !self.log.get(entry).is_some_and(|e| self.is(e, moment.what)) {
            return false;
        }
        let list = self.members(moment, self.group(entry));
        let Some(number) = list.iter().position(|&e| e == entry) else {
            return false;
        };
        match moment.ordinal {
            Ordinal::EachLater => number > 0,
            other => place(other).is_none_or(|n| n == number),
        }
    }

    /// The same, where it may be written in several ways.
    pub fn engages(&self, moments: &Moments, entry: usize) -> Truth {
        match self.chosen(moments) {
            Ok(m) => Ok(m.is_some_and(|m| self.denotes(m, entry))),
            Err(missing) if moments.any.iter().any(|m| self.denotes(m, entry)) => Err(missing),
            Err(_) => Ok(false),
        }
    }

    /// The entries among which a sentence's ordinal chooses: `each later` leaves out the first.
    fn meant(&self, moment: &Moment, now: usize) -> Vec<usize> {
        let skip = usize::from(moment.ordinal == Ordinal::EachLater);
        self.members(moment, now).into_iter().skip(skip).collect()
    }

    /// The one entry a moment means in a sentence.
    pub fn pick(&self, moment: &Moment, frame: Frame) -> Option<usize> {
        let now = frame.trigger.map_or(0, |t| self.group(t));
        let list = self.meant(moment, now);
        let before = |strict: bool| {
            let t = frame.trigger?;
            list.iter().rev().find(|&&e| e < t || (!strict && e == t)).copied()
        };
        match moment.ordinal {
            Ordinal::First | Ordinal::Second | Ordinal::Third => {
                place(moment.ordinal).and_then(|n| list.get(n).copied())
            }
            Ordinal::Next => list
                .iter()
                .find(|&&e| frame.trigger.is_none_or(|t| self.after(t, e)))
                .copied(),
            Ordinal::Last if frame.trigger.is_none() => list.last().copied(),
            // Without `when`, what engages is itself the last so far.
            Ordinal::Last => before(frame.pinned != frame.trigger),
            Ordinal::Previous => before(!frame.trigger_is_previous),
            Ordinal::Each | Ordinal::EachLater | Ordinal::Any | Ordinal::That => frame
                .pinned
                .filter(|p| list.contains(p))
                .or_else(|| before(false))
                .or_else(|| list.first().copied()),
        }
    }

    /// The latest that a moment may mean before this group.
    pub fn latest_before(&self, moment: &Moment, frame: Frame, group: Option<usize>) -> Option<usize> {
        let list = self.meant(moment, frame.trigger.map_or(0, |t| self.group(t)));
        list.into_iter().rfind(|&x| Some(self.group(x)) < group)
    }

    /// Every entry a moment may mean: for a bar, which any of them may open or close.
    pub fn picks(&self, moment: &Moment, frame: Frame) -> Vec<usize> {
        match moment.ordinal {
            Ordinal::Each | Ordinal::Any | Ordinal::EachLater | Ordinal::That => {
                let list = self.meant(moment, frame.trigger.map_or(usize::MAX, |t| self.group(t)));
                match frame.trigger.filter(|t| list.contains(t)) {
                    Some(t) => vec![t],
                    None => list,
                }
            }
            _ => self.pick(moment, frame).into_iter().collect(),
        }
    }

    /// Whether `e` comes after `t`. What an occurrence causes comes after it; what it causes together is simultaneous.
    pub fn after(&self, t: usize, e: usize) -> bool {
        match (self.log.get(t), self.log.get(e)) {
            (Some(a), Some(b)) => b.group > a.group || (b.group == a.group && e != t && !a.derived),
            _ => false,
        }
    }

    /// The candidate the history's reading tells, none where it is `unstated`.
    pub fn chosen<'m>(&self, moments: &'m Moments) -> Result<Option<&'m Moment>, Missing> {
        match moments.reading {
            None => Ok(moments.any.first()),
            Some(reading) => Ok(moments.any.get(self.value(reading)?.0 as usize)),
        }
    }

    /// The duration the history's reading tells.
    pub fn length(&self, length: &Length) -> Result<Duration, Missing> {
        let which = match length.reading {
            None => 0,
            Some(reading) => self.value(reading)?.0 as usize,
        };
        length
            .any
            .get(which)
            .copied()
            .ok_or_else(|| Missing("a duration".to_owned()))
    }

    /// The value of a factor.
    fn value(&self, factor: crate::model::FactorId) -> Result<ValueId, Missing> {
        self.factors.get(&factor).copied().ok_or_else(|| {
            let name = self.protocol.factors.get(factor.index()).map_or("", |f| &f.origin.name);
            Missing(format!("`{name}`"))
        })
    }

    /// Where a guard is tested at an entry: just before it, or, where it is the change of a status, just after.
    pub fn guard_at(&self, entry: usize) -> At {
        let group = self.group(entry);
        let changes = self
            .log
            .get(entry)
            .is_some_and(|e| matches!(e.what, Happening::Becomes(..)));
        At {
            seen: group,
            state: group + usize::from(changes),
        }
    }

    /// Where an act is tested: just before it, whatever it sets.
    pub fn act_at(&self, entry: usize) -> At {
        let group = self.group(entry);
        At {
            seen: group,
            state: group,
        }
    }

    /// Just after everything a group causes.
    pub fn just_after(&self, group: usize) -> At {
        At {
            seen: group + 1,
            state: group + 1,
        }
    }

    /// The day for which a meeting is set: that of its latest booking, unless it was cancelled or held since. One meeting at a
    /// time is set; it is the first, where none has been held.
    fn day_set(&self, which: &Which, at: At) -> Result<Option<Day>, Missing> {
        let latest = |class: Happening| {
            let is = |e: &Entry| e.group < at.seen && self.is(e, class);
            self.log.iter().rposition(is)
        };
        let held = Happening::Held(which.meeting);
        let times = self.log.iter().filter(|e| e.group < at.seen && self.is(e, held));
        if place(which.ordinal).is_some_and(|n| times.count() != n) {
            return Ok(None);
        }
        let Some(booked) = latest(Happening::Booked(which.meeting)) else {
            return Ok(None);
        };
        if [held, Happening::Cancelled(which.meeting)]
            .into_iter()
            .any(|c| latest(c) > Some(booked))
        {
            return Ok(None);
        }
        let day = self.log.get(booked).and_then(|e| e.due);
        day.map(Some)
            .ok_or_else(|| Missing("a meeting booked for no day that is given".to_owned()))
    }

    /// Whether a condition holds.
    pub fn holds(&self, cond: &Cond, at: At) -> Truth {
        let happened = |m: &Moment| {
            let mut list = self.meant(m, at.seen);
            list.retain(|&e| self.group(e) < at.seen);
            match m.ordinal {
                Ordinal::Last => list.last().copied(),
                other => list.get(place(other).unwrap_or(0)).copied(),
            }
        };
        match cond {
            Cond::True => Ok(true),
            Cond::Factor(f, values, _) => self.value(*f).map(|v| values.contains(&v)),
            Cond::Status(s, values, _) => match self
                .states
                .get(at.state)
                .and_then(|st| st.get(s.index()))
                .copied()
                .flatten()
            {
                Some(v) => Ok(values.contains(&v)),
                None => {
                    let name = self.protocol.statuses.get(s.index()).map_or("", |s| &s.origin.name);
                    Err(Missing(format!("`{name}`")))
                }
            },
            Cond::Happened(m, _) => Ok(happened(m).is_some()),
            Cond::Before(a, b, _) => {
                // What is caused together is simultaneous: neither comes before the other.
                Ok(happened(a).is_some_and(|a| happened(b).is_none_or(|b| self.after(a, b))))
            }
            Cond::DueBefore(a, b, _) => match (self.day_set(a, at)?, self.day_set(b, at)?) {
                (Some(a), Some(b)) => Ok(a <= b),
                _ => Ok(false),
            },
            Cond::DueWithin(which, length, _) => match self.day_set(which, at)? {
                // Beyond the calendar lies later than any day that is set.
                Some(day) => {
                    let now = self.days.get(at.seen).copied().unwrap_or(self.end);
                    Ok(match self.calendar.add(now, self.length(length)?) {
                        Reach::Day(last) => day <= last,
                        Reach::Beyond => true,
                    })
                }
                None => Ok(false),
            },
            Cond::Term(t, _) => self
                .protocol
                .terms
                .get(t.index())
                .map_or(Ok(true), |t| self.holds(&t.means, at)),
            Cond::Not(c) => self.holds(c, at).map(|b| !b),
            Cond::All(cs) => all(cs.iter().map(|c| self.holds(c, at))),
            Cond::Any(cs) => any(cs.iter().map(|c| self.holds(c, at))),
        }
    }
}
