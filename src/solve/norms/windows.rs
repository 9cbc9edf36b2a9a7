//! Limits in time: when an act lies in the window of an instance, and until when it may. In: a norm, what engages it, an
//! act. Out: formulas. Says nothing of who acts.

use super::{Trigger, occurs, order};
use crate::solve::ground::Ground;
use crate::solve::moments::Alternative;
use crate::solve::net::{Formula, Lit, Point, TableId, all, any};
use crate::model::{Act, Body, Happening, Length, LimitKind, Moments, NormId, Ordinal, Which};
use crate::time::Duration;

impl Ground<'_> {
    /// A table for a duration: `x + d`, or its adjoint, the greatest x with `x + d <= y`.
    pub fn table(&mut self, duration: Duration, adjoint: bool) -> TableId {
        if let Some(&known) = self.table_ids.get(&(duration, adjoint)) {
            return known;
        }
        let table = if adjoint { self.tables.adjoint(duration) } else { self.tables.add(duration) };
        let id = self.net.table(table);
        self.table_ids.insert((duration, adjoint), id);
        id
    }

    /// For each candidate of a length, under its reading.
    pub(super) fn lengths(&mut self, length: &Length, mut f: impl FnMut(&mut Self, Duration) -> Formula) -> Formula {
        let mut ways = Vec::new();
        for (at, duration) in length.any.iter().enumerate() {
            let inner = f(self, *duration);
            ways.push(match length.reading {
                Some(r) if length.any.len() > 1 => all([Lit::Is(self.factors[r.index()], 1 << at).into(), inner]),
                _ => inner,
            });
        }
        any(ways)
    }

    /// The points a limit's anchor may mean; the trigger itself where it is the same moment.
    pub(super) fn anchors(&mut self, norm: NormId, moments: &Moments, trigger: &Trigger) -> Vec<Alternative> {
        let same = self.engaging(norm).is_some_and(|ms| ms.iter().any(|m| m.any == moments.any));
        let found = self.moments(moments, trigger.at);
        match trigger.at {
            Some(t) if same && found.iter().any(|a| a.at == t) => {
                found.into_iter().filter(|a| a.at == t).map(|a| Alternative { cond: Formula::TRUE, ..a }).collect()
            }
            _ => found,
        }
    }

    /// One limit on `act`. An anchor that never occurs binds nothing from above, and forbids from below.
    pub(super) fn limit(&mut self, norm: NormId, limit: &LimitKind, trigger: &Trigger, act: Point) -> Formula {
        let identity = self.net.identity;
        let (moments, upper): (&Moments, bool) = match limit {
            LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_) | LimitKind::UntilAfter(..) => {
                return Formula::TRUE;
            }
            LimitKind::At(which) => {
                let meetings = self.which(which, trigger.at);
                return any(meetings.into_iter().map(|m| {
                    all([m.cond, occurs(m.at), order(m.at, act), Lit::Le(act, identity, m.at).into()])
                }));
            }
            LimitKind::Within(_, m) | LimitKind::AtLeastBefore(_, m) | LimitKind::Before(m) | LimitKind::SameDay(m) => (m, true),
            LimitKind::AtLeastAfter(_, m) | LimitKind::StraightAfter(m) | LimitKind::After(m) => (m, false),
        };
        let anchors = self.anchors(norm, moments, trigger);
        let mut ways = Vec::new();
        let mut come = Vec::new();
        for x in anchors {
            let bound = match limit {
                LimitKind::Within(length, _) => {
                    let late = self.lengths(length, |g, d| Lit::Le(act, g.table(d, false), x.at).into());
                    if Some(x.at) == trigger.at { late } else { all([late, Lit::Le(x.at, identity, act).into()]) }
                }
                LimitKind::AtLeastBefore(length, _) => {
                    self.lengths(length, |g, d| Lit::Le(act, g.table(d, true), x.at).into())
                }
                LimitKind::AtLeastAfter(length, _) => {
                    self.lengths(length, |g, d| Lit::Le(x.at, g.table(d, true), act).into())
                }
                LimitKind::Before(_) => order(act, x.at),
                LimitKind::SameDay(_) if x.at == act => Formula::TRUE,
                LimitKind::SameDay(_) => {
                    all([Lit::Le(act, identity, x.at).into(), Lit::Le(x.at, identity, act).into()])
                }
                _ => order(x.at, act),
            };
            ways.push(all([x.cond.clone(), occurs(x.at), bound]));
            come.push(all([x.cond, occurs(x.at)]));
        }
        if upper && !matches!(limit, LimitKind::SameDay(_)) {
            ways.push(self.net.not(&any(come)));
        }
        if let Some(unstated) = perhaps_unstated(self, moments) {
            ways.push(unstated);
        }
        any(ways)
    }

    /// All limits on `act`, and that it follows what engages the norm (or, for a notice, precedes it).
    pub(super) fn window(&mut self, norm: NormId, trigger: &Trigger, act: Point) -> Formula {
        let mut parts = Vec::new();
        if let Some(t) = trigger.at {
            if self.engaged_by_later(norm) {
                parts.push(order(act, t));
            } else if t != act {
                parts.push(order(t, act));
            } else {
                return Formula::FALSE;
            }
        }
        for limit in self.limits(norm) {
            parts.push(self.limit(norm, &limit.kind, trigger, act));
        }
        if let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
        {
            parts.push(self.at_meeting(norm, which, trigger, act));
        }
        all(parts)
    }

    fn at_meeting(&mut self, norm: NormId, which: &Which, trigger: &Trigger, act: Point) -> Formula {
        let identity = self.net.identity;
        let engaged_by_meeting = self.guard(norm).is_some_and(|g| g.when.is_empty());
        let meetings = match trigger.at {
            Some(t) if engaged_by_meeting => vec![Alternative { at: t, after: false, cond: Formula::TRUE }],
            at => self.which(which, at),
        };
        any(meetings.into_iter().map(|m| {
            all([m.cond, occurs(m.at), order(m.at, act), Lit::Le(act, identity, m.at).into()])
        }))
    }

    /// Every upper limit hangs on something that never comes; none: there is no upper limit.
    pub(super) fn nothing_due(&mut self, norm: NormId, trigger: &Trigger) -> Option<Formula> {
        let mut never = Vec::new();
        for limit in self.limits(norm) {
            let come: Vec<Formula> = match &limit.kind {
                LimitKind::Within(_, m) | LimitKind::AtLeastBefore(_, m) | LimitKind::Before(m) | LimitKind::SameDay(m) => {
                    self.anchors(norm, m, trigger).into_iter().map(|a| all([a.cond, occurs(a.at)])).collect()
                }
                LimitKind::At(which) => {
                    self.which(which, trigger.at).into_iter().map(|a| all([a.cond, occurs(a.at)])).collect()
                }
                _ => continue,
            };
            never.push(self.net.not(&any(come)));
        }
        if let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
            && self.guard(norm).is_some_and(|g| !g.when.is_empty())
        {
            let come = self.which(which, trigger.at).into_iter().map(|a| all([a.cond, occurs(a.at)])).collect::<Vec<_>>();
            never.push(self.net.not(&any(come)));
        }
        if never.is_empty() { None } else { Some(all(never)) }
    }

    /// The day of `x` is no later than every dated upper limit of the instance: it comes in time to end the duty.
    pub(super) fn not_past_due(&mut self, norm: NormId, trigger: &Trigger, x: Point) -> Formula {
        let identity = self.net.identity;
        let mut parts = Vec::new();
        for limit in self.limits(norm) {
            match &limit.kind {
                LimitKind::Within(length, m) => {
                    let anchors = self.anchors(norm, m, trigger);
                    let come: Vec<Formula> = anchors.iter().map(|a| all([a.cond.clone(), occurs(a.at)])).collect();
                    let mut ways = vec![self.net.not(&any(come))];
                    for a in anchors {
                        let in_time = self.lengths(length, |g, d| Lit::Le(x, g.table(d, false), a.at).into());
                        ways.push(all([a.cond, occurs(a.at), in_time]));
                    }
                    ways.extend(perhaps_unstated(self, m));
                    parts.push(any(ways));
                }
                LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) => {
                    let anchors = self.anchors(norm, m, trigger);
                    for a in anchors {
                        let come = all([a.cond, occurs(a.at), if a.at == x { Formula::TRUE } else { order(a.at, x) }]);
                        parts.push(self.net.not(&come));
                    }
                }
                LimitKind::SameDay(m) => {
                    let anchors = self.anchors(norm, m, trigger);
                    for a in anchors {
                        let gone = all([a.cond, occurs(a.at), if a.at == x { Formula::FALSE } else { order(a.at, x) }]);
                        let same: Formula = Lit::Le(x, identity, a.at).into();
                        let not_gone = self.net.not(&gone);
                        parts.push(any([not_gone, same]));
                    }
                }
                LimitKind::At(which) => parts.push(self.meeting_still_on(which, trigger, x)),
                _ => {}
            }
        }
        if let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
        {
            if self.guard(norm).is_some_and(|g| g.when.is_empty()) {
                if let Some(t) = trigger.at {
                    parts.push(Lit::Le(x, identity, t).into());
                }
            } else {
                parts.push(self.meeting_still_on(which, trigger, x));
            }
        }
        all(parts)
    }

    fn meeting_still_on(&mut self, which: &Which, trigger: &Trigger, x: Point) -> Formula {
        let identity = self.net.identity;
        let mut parts = Vec::new();
        for m in self.which(which, trigger.at) {
            let gone = all([m.cond, occurs(m.at), if m.at == x { Formula::FALSE } else { order(m.at, x) }]);
            let not_gone = self.net.not(&gone);
            parts.push(any([not_gone, Lit::Le(x, identity, m.at).into()]));
        }
        all(parts)
    }

    /// A booked date of the `number`-th meeting satisfies the dated limits of the duty to hold it, even one that has lapsed.
    pub(in crate::solve) fn due_in_time(&mut self, norm: NormId, due: Point, held: Option<Point>, number: usize) -> Option<Formula> {
        let NormId::Rule(r) = norm else { return None };
        let rule = self.rule(r)?;
        let Body::Norm { act: Act::Hold(which), .. } = &rule.body else { return None };
        let wanted = match which.ordinal {
            Ordinal::First => number == 0,
            Ordinal::Second => number == 1,
            Ordinal::Third => number == 2,
            Ordinal::EachLater => number > 0,
            _ => return None,
        };
        if !wanted {
            return None;
        }
        let mut parts = Vec::new();
        for limit in &rule.limits {
            let LimitKind::Within(length, m) = &limit.kind else { continue };
            let previous = m.any.first().is_some_and(|m| m.ordinal == Ordinal::Previous);
            let anchors: Vec<Point> = if previous {
                let class = Happening::Held(which.meeting);
                self.of_class(class).filter(|i| i.number + 1 == number).map(|i| i.at).collect()
            } else {
                self.moments(m, held).into_iter().map(|a| a.at).collect()
            };
            for x in anchors {
                let in_time = self.lengths(length, |g, d| Lit::Le(due, g.table(d, false), x).into());
                parts.push(any([Formula::from(Lit::Occurs(x, false)), in_time]));
            }
        }
        Some(all(parts))
    }
}

fn perhaps_unstated(ground: &Ground<'_>, moments: &Moments) -> Option<Formula> {
    let reading = moments.reading.filter(|_| moments.perhaps_unstated)?;
    let last = u32::try_from(moments.any.len()).ok()?;
    Some(Lit::Is(ground.factors[reading.index()], 1u64.checked_shl(last)?).into())
}
