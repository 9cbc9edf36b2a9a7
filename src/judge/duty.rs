//! What becomes of one instance of a duty. In: a case, a norm, what engaged it. Out: a verdict.
//! Must not know about bars, powers or presumptions (see `verdicts`).

use super::norms::{Norm, anchor};
use super::state::Case;
use super::which::{At, Frame, Missing, Truth, all};
use super::who::{Doer, is_one_of};
use crate::calendar::Reach;
use crate::model::{Limit, LimitKind, Moment, Ordinal, VerdictKind};
use crate::time::Day;

/// When an instance ends though nothing was done: its `while` became false, or `until` was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Lapse {
    /// The day.
    day: Day,
    /// Acts in this group or earlier still count; with `usize::MAX`, those on an earlier day do.
    group: usize,
}

/// What the limits of an instance come to.
#[derive(Debug, Default)]
struct Window {
    /// The last day allowed, if one is known.
    last: Option<Day>,
    /// A limit hangs on what has not occurred, or lies beyond the calendar.
    waits: bool,
    /// The latest entry that had to occur for `last` to be known.
    settled_by: Option<usize>,
}

/// A verdict on a duty, and the entry without which it could not be known.
pub(super) struct Finding {
    pub kind: VerdictKind,
    pub settled_by: Option<usize>,
}

impl Case<'_> {
    /// The verdict on the instance of a duty that stands from the start: it is engaged at the first moment at which its
    /// guards hold. Also the frame of that moment.
    pub fn standing(&self, norm: &Norm) -> (Frame, Result<Finding, Missing>) {
        let mut missing = None;
        for state in 0..self.states.len() {
            let at = At { seen: state, state };
            let trigger = state
                .checked_sub(1)
                .and_then(|group| self.log.iter().position(|e| e.group == group));
            let frame = Frame {
                trigger,
                ..Frame::default()
            };
            let group = state.checked_sub(1);
            let lifted = self.lifted(norm, group, at, None);
            let engaged = if self.in_force(norm, self.day_at(group)) {
                all([self.guards(norm, at), lifted.map(|l| !l)])
            } else {
                Ok(false)
            };
            match engaged {
                Ok(true) => return (frame, self.fate(norm, frame, state)),
                Ok(false) => {}
                Err(m) => missing = missing.or(Some(m)),
            }
        }
        let outcome = missing.map_or(
            Ok(Finding {
                kind: VerdictKind::NotEngaged,
                settled_by: None,
            }),
            Err,
        );
        (Frame::default(), outcome)
    }

    /// The verdict on an instance that an entry engages.
    pub fn duty(&self, norm: &Norm, frame: Frame) -> Result<Finding, Missing> {
        let trigger = frame.trigger.unwrap_or(0);
        if !self.engaged_at(norm, trigger)? || self.is_done_already(norm, frame) || self.is_too_late(norm, frame) {
            return Ok(Finding {
                kind: VerdictKind::NotEngaged,
                settled_by: None,
            });
        }
        self.fate(norm, frame, self.group(trigger))
    }

    /// An act named by its number that lies before the trigger leaves nothing to do.
    fn is_done_already(&self, norm: &Norm, frame: Frame) -> bool {
        let Some(moment) = norm
            .act_moment()
            .filter(|m| matches!(m.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third))
        else {
            return false;
        };
        let done = self.pick(&moment, frame);
        !self.is_backward(norm, frame)
            && done
                .zip(frame.trigger)
                .is_some_and(|(y, t)| y == t || !self.after(t, y))
    }

    /// A meeting named by its number that lies before the trigger leaves nothing to attend.
    fn is_too_late(&self, norm: &Norm, frame: Frame) -> bool {
        let numbered = |m: &Moment| matches!(m.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third);
        let meeting = norm.attended().filter(numbered).and_then(|m| self.pick(&m, frame));
        meeting
            .zip(frame.trigger)
            .is_some_and(|(x, t)| self.group(x) < self.group(t))
    }

    /// Kept, lapsed, breached or open. `from`: the first state in which `while` is looked at.
    fn fate(&self, norm: &Norm, frame: Frame, from: usize) -> Result<Finding, Missing> {
        let window = self.window(norm, frame)?;
        let lapse = self.lapse(norm, frame, from)?;
        let in_time = |&y: &usize| {
            lapse.is_none_or(|l| {
                if l.group == usize::MAX {
                    self.day(y) < l.day
                } else {
                    self.group(y) <= l.group
                }
            })
        };
        let mut missing = None;
        for y in self.acts(norm, frame).into_iter().filter(in_time) {
            match self.fits(norm, frame, y) {
                Ok(true) => {
                    return Ok(Finding {
                        kind: VerdictKind::Kept,
                        settled_by: Some(y),
                    });
                }
                Ok(false) => {}
                Err(m) => missing = missing.or(Some(m)),
            }
        }
        if let Some(m) = missing {
            return Err(m);
        }
        let by = norm.who.and_then(|w| w.parties.first().copied());
        let kind = match (window.last, lapse) {
            (Some(last), Some(l)) if l.day <= last => VerdictKind::Lapsed,
            (Some(last), _) if last < self.end => VerdictKind::Breached { when: last.plus(1), by },
            (Some(_), _) => VerdictKind::Open,
            (None, Some(_)) => VerdictKind::Lapsed,
            (None, None) if window.waits => VerdictKind::Open,
            // No upper limit at all: the act must still occur at some time, and it never did.
            (None, None) => VerdictKind::Breached {
                when: self.end.plus(1),
                by,
            },
        };
        Ok(Finding {
            kind,
            settled_by: window.settled_by,
        })
    }

    /// Whether what engages this instance is what its act has to come before, or on the same day as.
    fn is_backward(&self, norm: &Norm, frame: Frame) -> bool {
        frame.trigger.is_some()
            && norm.limits.iter().any(|limit| {
                let chosen = match &limit.kind {
                    LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) | LimitKind::SameDay(m) => self.chosen(m),
                    _ => return false,
                };
                matches!(chosen, Ok(Some(moment)) if self.pick(moment, frame) == frame.trigger)
            })
    }

    /// The acts that may keep an instance, in order, whatever its limits.
    fn acts(&self, norm: &Norm, frame: Frame) -> Vec<usize> {
        let NormActs { list, exact } = self.numbered(norm, frame);
        let backward = self.is_backward(norm, frame);
        let previous = frame
            .trigger
            .filter(|_| backward)
            .and_then(|t| (0..t).rev().find(|&e| self.triggers(norm, e) == Ok(true)));
        let placed = |y: usize| match frame.trigger {
            Some(t) if backward => y != t && previous.is_none_or(|p| self.after(p, y)),
            Some(t) => self.after(t, y),
            None => true,
        };
        let theirs = |y: usize| match (self.log.get(y).map(|e| e.doer), norm.who) {
            (Some(Doer::By(p)), Some(who)) if !norm.is_shared() => is_one_of(self.protocol, p, who),
            _ => true,
        };
        let mut placed: Vec<usize> = list.into_iter().filter(|&y| placed(y)).collect();
        if exact && !backward {
            placed.truncate(1);
        }
        placed.into_iter().filter(|&y| theirs(y)).collect()
    }

    /// The occurrences of the act's class that its ordinal leaves; `exact`: only the first of them after the trigger.
    fn numbered(&self, norm: &Norm, frame: Frame) -> NormActs {
        let Some(moment) = norm.act_moment() else {
            let done = |e: &super::state::Entry| match norm.id {
                crate::model::NormId::Rule(r) => !e.void && e.what == crate::model::Happening::Done(r),
                crate::model::NormId::Decision(_) => false,
            };
            let list = self
                .log
                .iter()
                .enumerate()
                .filter(|(_, e)| done(e))
                .map(|(i, _)| i)
                .collect();
            return NormActs { list, exact: false };
        };
        let now = frame.trigger.map_or(0, |t| self.group(t));
        let list = self.members(&moment, now);
        let numbered = matches!(moment.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third);
        match moment.ordinal {
            _ if numbered => NormActs {
                list: self.pick(&moment, frame).into_iter().collect(),
                exact: false,
            },
            Ordinal::EachLater => NormActs {
                list: list.into_iter().skip(1).collect(),
                exact: norm.recurs().is_some(),
            },
            other => NormActs {
                list,
                exact: other == Ordinal::Next,
            },
        }
    }

    /// Whether an act satisfies every limit.
    fn fits(&self, norm: &Norm, frame: Frame, y: usize) -> Truth {
        all(norm.limits.iter().map(|l| self.satisfies(l, frame, y)))
    }

    fn satisfies(&self, limit: &Limit, frame: Frame, y: usize) -> Truth {
        let moments = anchor(limit);
        let Some(moment) = self.chosen(&moments)? else {
            return Ok(true);
        };
        let (x, day) = (self.pick(moment, frame), self.day(y));
        let reach = |x: usize, length| Ok::<Reach, Missing>(self.calendar.add(self.day(x), self.length(length)?));
        Ok(match (&limit.kind, x) {
            // What ends when X comes is looked at as a lapse; what must come before X is in time while X has not come.
            (LimitKind::Until(_) | LimitKind::UntilAfter(..) | LimitKind::Unstated | LimitKind::Urgency(_), _) => true,
            (LimitKind::Before(_) | LimitKind::AtLeastBefore(..), None) => true,
            (_, None) => false,
            (LimitKind::Before(_), Some(x)) => self.after(y, x),
            (LimitKind::After(_) | LimitKind::StraightAfter(_), Some(x)) => self.after(x, y),
            (LimitKind::SameDay(_), Some(x)) => self.day(x) == day,
            (LimitKind::At(_), Some(x)) => self.day(x) == day && self.after(x, y),
            (LimitKind::Within(length, _), Some(x)) => self.day(x) <= day && Reach::Day(day) <= reach(x, length)?,
            (LimitKind::AtLeastAfter(length, _), Some(x)) => reach(x, length)? <= Reach::Day(day),
            (LimitKind::AtLeastBefore(length, _), Some(x)) => self
                .calendar
                .latest_before(self.day(x), self.length(length)?)
                .is_some_and(|last| day <= last),
        })
    }

    /// The last day the limits allow, and whether any is still to be known.
    fn window(&self, norm: &Norm, frame: Frame) -> Result<Window, Missing> {
        let mut window = Window::default();
        for limit in norm.limits.iter() {
            let moments = anchor(limit);
            let Some(moment) = self.chosen(&moments)? else { continue };
            if matches!(limit.kind, LimitKind::Until(_) | LimitKind::UntilAfter(..)) {
                continue;
            }
            let Some(x) = self.pick(moment, frame) else {
                window.waits = true;
                continue;
            };
            window.settled_by = window.settled_by.max(Some(x));
            let day = self.day(x);
            let last = match &limit.kind {
                LimitKind::Within(length, _) => self.calendar.add(day, self.length(length)?),
                LimitKind::AtLeastBefore(length, _) => {
                    let last = self.calendar.latest_before(day, self.length(length)?);
                    Reach::Day(last.unwrap_or(self.calendar.first().plus(-1)))
                }
                LimitKind::Before(_) | LimitKind::SameDay(_) | LimitKind::At(_) => Reach::Day(day),
                LimitKind::AtLeastAfter(length, _) => {
                    window.waits |= self.calendar.add(day, self.length(length)?) == Reach::Beyond;
                    continue;
                }
                _ => continue,
            };
            match last {
                Reach::Day(last) => window.last = Some(window.last.map_or(last, |l| l.min(last))),
                Reach::Beyond => window.waits = true,
            }
        }
        Ok(window)
    }

    /// When the instance lapses, if it does.
    fn lapse(&self, norm: &Norm, frame: Frame, from: usize) -> Result<Option<Lapse>, Missing> {
        let mut lapse: Option<Lapse> = None;
        let mut earliest = |found: Lapse| lapse = Some(lapse.map_or(found, |l| l.min(found)));
        for group in from..self.days.len() {
            if !self.holds(norm.while_, self.just_after(group))? {
                earliest(Lapse {
                    day: self.days.get(group).copied().unwrap_or(self.end),
                    group,
                });
                break;
            }
        }
        for limit in norm.limits.iter() {
            let moments = anchor(limit);
            let Some(moment) = self.chosen(&moments)? else { continue };
            let Some(x) = self.pick(moment, frame) else { continue };
            match &limit.kind {
                LimitKind::Until(_) => earliest(Lapse {
                    day: self.day(x),
                    group: self.group(x),
                }),
                LimitKind::UntilAfter(length, _) => match self.calendar.add(self.day(x), self.length(length)?) {
                    Reach::Day(day) if day <= self.end => earliest(Lapse { day, group: usize::MAX }),
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(lapse)
    }
}

/// The acts an ordinal leaves.
struct NormActs {
    list: Vec<usize>,
    exact: bool,
}
