//! Prohibitions, permissions and exclusive powers: their window, which acts fall in it, and the misuse of a power.
//! In: a case. Out: truths. Must not say what engages a norm (see `engaged`).

use super::norms::{Norm, anchor};
use super::state::{Case, Misuse};
use super::which::{Frame, Missing, Truth, all, any, held, plain};
use super::who::{Doer, considers, is_kind, is_one_of, same_act};
use crate::calendar::Reach;
use crate::model::{Act, Body, Happening, LimitKind, NormId, Ordinal, RuleId, VerdictKind};
use crate::time::Day;

impl Case<'_> {
    /// Whether a bar or a permission covers an act in this group on this day: every limit does. Without a group: before
    /// anything occurs.
    pub fn in_window(&self, norm: &Norm, frame: Frame, group: Option<usize>, day: Day) -> Truth {
        all(norm.limits.iter().map(|limit| {
            let moments = anchor(limit);
            let Some(moment) = self.chosen(&moments)? else {
                return Ok(true);
            };
            // What a bar ends with, or must come before, is yet to come: it is the last of all.
            let ahead = matches!(
                limit.kind,
                LimitKind::Until(_) | LimitKind::Before(_) | LimitKind::AtLeastBefore(..)
            );
            let points = match (norm.when.is_empty() && moment.ordinal == Ordinal::Last, ahead) {
                (true, true) => self.picks(moment, Frame::default()),
                (true, false) => self.latest_before(moment, frame, group).into_iter().collect(),
                (false, _) => self.picks(moment, frame),
            };
            let mut begun = points.iter().copied().filter(|&x| Some(self.group(x)) < group);
            let reach = |x: usize, length| Ok(self.calendar.add(self.day(x), self.length(length)?));
            match &limit.kind {
                LimitKind::Unstated | LimitKind::Urgency(_) => Ok(true),
                LimitKind::Until(_) | LimitKind::Before(_) => Ok(!points.iter().any(|&x| Some(self.group(x)) <= group)),
                LimitKind::After(_) | LimitKind::StraightAfter(_) => Ok(begun.next().is_some()),
                LimitKind::SameDay(_) => Ok(points.iter().any(|&x| self.day(x) == day)),
                LimitKind::At(_) => Ok(begun.any(|x| self.day(x) == day)),
                LimitKind::UntilAfter(length, _) => any(begun.map(|x| Ok(Reach::Day(day) < reach(x, length)?))),
                LimitKind::Within(length, _) => any(begun.map(|x| Ok(Reach::Day(day) <= reach(x, length)?))),
                LimitKind::AtLeastAfter(length, _) => any(begun.map(|x| Ok(Reach::Day(day) >= reach(x, length)?))),
                LimitKind::AtLeastBefore(length, _) => any(points.iter().map(|&x| {
                    Ok(self
                        .calendar
                        .latest_before(self.day(x), self.length(length)?)
                        .is_some_and(|l| day <= l))
                })),
            }
        }))
    }

    /// Whether an entry is an act of the kind a bar or a power is about. What the outside brings about is nobody's act.
    pub fn is_matching_act(&self, norm: &Norm, entry: usize, frame: Frame) -> bool {
        let (Some(act), Some(e)) = (norm.act.as_deref(), self.log.get(entry)) else {
            return false;
        };
        let changes = matches!(e.what, Happening::Becomes(..));
        if e.void || (changes && e.doer == Doer::Outside) {
            return false;
        }
        let same = |r: RuleId| {
            norm.id == NormId::Rule(r)
                || matches!(self.protocol.rules.get(r.index()).map(|r| &r.body), Some(Body::Norm { act: a, .. }) if same_act(self.protocol, a, act))
        };
        match (act, norm.act_moment(), e.what) {
            (Act::Consider(thing), _, what) => {
                matches!(what, Happening::Done(r) if same(r)) || considers(self.protocol, what, thing)
            }
            // To begin or end a status is to set it so, even where it was so already.
            (Act::Begin(_) | Act::End(_), Some(moment), what) => what == plain(moment.what),
            (_, Some(moment), _) => {
                self.is(e, moment.what)
                    && match moment.ordinal {
                        Ordinal::Next if frame.trigger.is_some() => self.pick(&moment, frame) == Some(entry),
                        _ => self.denotes(&moment, entry),
                    }
            }
            (Act::Chair(w), _, Happening::Held(m)) => {
                is_kind(self.protocol, m, w.meeting) && self.denotes(&held(w), entry)
            }
            (_, _, Happening::Done(r)) => same(r),
            _ => false,
        }
    }

    /// Whether an act lies where a bar or a power binds: in its window, in force, its guards open, nothing lifting it.
    /// The `if` of a bar that something engages was tested there; that of a power is part of the power.
    pub fn binds(&self, norm: &Norm, frame: Frame, entry: usize) -> Truth {
        let covered = self.covers(norm, frame, entry);
        if covered == Ok(false) || !self.in_force(norm, self.day(entry)) {
            return Ok(false);
        }
        let at = self.act_at(entry);
        let tested_here = frame.trigger.is_none() && !norm.only;
        let if_ = if tested_here {
            self.holds(norm.if_, at)
        } else {
            Ok(true)
        };
        let doer = self.log.get(entry).map(|e| e.doer);
        let lifted = self.lifted(norm, Some(self.group(entry)), at, doer);
        all([covered, if_, self.no_exception(norm, at), lifted.map(|l| !l)])
    }

    /// Whether an act is one that a norm is about, after what engages it, in its window and while its `while` holds.
    pub fn covers(&self, norm: &Norm, frame: Frame, entry: usize) -> Truth {
        let late_enough = frame.trigger.is_none_or(|t| self.after(t, entry));
        if !late_enough || !self.is_matching_act(norm, entry, frame) {
            return Ok(false);
        }
        all([
            self.in_window(norm, frame, Some(self.group(entry)), self.day(entry)),
            self.holds(norm.while_, self.act_at(entry)),
        ])
    }

    /// Whether an act goes beyond an exclusive power, as a breach or as undetermined.
    pub fn misuse(&self, norm: &Norm, entry: usize) -> Option<VerdictKind> {
        let e = self.log.get(entry)?;
        let frames = if Case::is_triggered(norm) {
            self.instances(norm)
        } else {
            vec![Ok(Frame::default())]
        };
        let bound = any(frames.into_iter().map(|f| self.binds(norm, f?, entry)));
        let allowed = match e.doer {
            Doer::By(p) => Ok(norm.who.is_some_and(|who| is_one_of(self.protocol, p, who))),
            _ => Err(Missing(format!("who acts on {}", e.day))),
        };
        let may = all([self.holds(norm.if_, self.act_at(entry)), allowed]);
        let by = match e.doer {
            Doer::By(p) => Some(p),
            _ => None,
        };
        match all([bound, may.map(|m| !m)]) {
            Ok(false) => None,
            Ok(true) => Some(VerdictKind::Breached { when: e.day, by }),
            Err(Missing(what)) => Some(VerdictKind::Undetermined(what)),
        }
    }

    /// The breaches found of an exclusive power.
    pub fn misuses_of(&self, rule: RuleId) -> Vec<&Misuse> {
        self.misuses.iter().filter(|m| m.rule == rule).collect()
    }
}
