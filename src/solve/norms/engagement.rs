//! When a norm has something to do. In: a norm. Out: for each way of engaging it, the formula that says so.

use std::sync::Arc;

use super::Trigger;
use super::triggers::anchor;
use crate::calendar::Table;
use crate::model::{Happening, Limit, LimitKind, Moments, NormId};
use crate::solve::ground::Ground;
use crate::solve::moments::Stand;
use crate::solve::net::{Formula, Lit, Point, TableId, all, any};

impl Ground<'_> {
    /// What must have come before a norm's act can be in time: what engages it, and what its limits have it follow.
    pub fn awaits(&self, norm: NormId) -> Vec<Moments> {
        let waits = |limit: &Limit| {
            use LimitKind::{After, At, AtLeastAfter, SameDay, StraightAfter, Within};
            matches!(
                limit.kind,
                After(_) | AtLeastAfter(..) | At(_) | SameDay(_) | StraightAfter(_) | Within(..)
            )
        };
        let limits = self.all_limits(norm).into_iter().filter(waits);
        limits.map(|l| anchor(&l)).chain(self.engaging(norm)).collect()
    }

    /// Each way in which some instance has something to do: engaged, not done already, and for a chair a meeting to chair.
    pub fn engagements(&mut self, norm: NormId) -> Vec<Formula> {
        if let Some(known) = self.known.engagements.get(&norm) {
            return known.clone();
        }
        let found = self.engagements_anew(norm);
        self.known.engagements.insert(norm, found.clone());
        found
    }

    fn engagements_anew(&mut self, norm: NormId) -> Vec<Formula> {
        if let Some(meetings) = self.chaired(norm) {
            return meetings
                .into_iter()
                .map(|(_, bound, _)| bound)
                .filter(|f| !f.is_false())
                .collect();
        }
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            let already = self.already_done(norm, &trigger);
            out.push(all([self.engaged(&trigger), self.net.not(&already)]));
        }
        out
    }
}

/// One way in which an act keeps one norm and comes too late for another.
#[derive(Debug, Clone)]
pub struct Late {
    /// It is so.
    pub formula: Formula,
    /// The act.
    pub act: Point,
    /// What engages the norm that is broken.
    pub since: Option<Point>,
    /// The instance that is broken.
    broken: Trigger,
}

impl Ground<'_> {
    /// `straight after X` taken at its word as far as a day goes: on the day of X.
    fn at_once(&mut self, norm: NormId, trigger: &Trigger, act: Point) -> Formula {
        let NormId::Rule(r) = norm else { return Formula::TRUE };
        let mut out = Vec::new();
        for limit in self.protocol.rules.get(r.index()).map_or(&[][..], |r| &r.limits) {
            if let LimitKind::StraightAfter(m) = &limit.kind {
                let identity = self.net.identity;
                let same_day = self
                    .pick_of(m, &trigger.frame)
                    .into_iter()
                    .map(|x| all([x.comes(), Lit::Le(act, identity, x.at).into()]));
                out.push(any(same_day.collect::<Vec<_>>()));
            }
        }
        all(out)
    }

    /// A duty has not lapsed just before an act, and nothing has engaged it anew since: the act is late for this instance.
    fn still_due(&mut self, norm: NormId, instance: &Trigger, all_instances: &[Trigger], act: Point) -> Formula {
        let mut out = Vec::new();
        if let Some(guard) = self.guard(norm) {
            out.push(self.cond(&guard.while_, Stand::Before(act)));
        }
        for other in all_instances {
            if let (Some(since), Some(anew)) = (instance.at, other.at)
                && since != anew
                && anew != act
            {
                let order = [Lit::Before(since, anew).into(), Lit::Before(anew, act).into()];
                let renewed = all(order.into_iter().chain([self.engaged(other)]));
                out.push(self.net.not(&renewed));
            }
        }
        all(out)
    }

    /// Each way in which one and the same act keeps `ours` and breaks `law` by coming too late.
    pub fn kept_but_late(&mut self, ours: NormId, law: NormId) -> Vec<Late> {
        let mut out = Vec::new();
        for mine in self.triggers(ours) {
            for way in self.ways(ours, &mine) {
                let instances = self.triggers(law);
                for theirs in &instances {
                    for act in self.ways(law, theirs).into_iter().filter(|a| a.at == way.at) {
                        let already = self.already_done(ours, &mine);
                        let at_once = self.at_once(ours, &mine, way.at);
                        let formula = all([
                            at_once,
                            self.engaged(&mine),
                            self.net.not(&already),
                            way.cond.clone(),
                            self.window(ours, &mine, &way),
                            act.cond,
                            self.broken_duty(law, theirs, None),
                            self.still_due(law, theirs, &instances, way.at),
                        ]);
                        if !formula.is_false() {
                            out.push(Late {
                                formula,
                                act: way.at,
                                since: theirs.at,
                                broken: theirs.clone(),
                            });
                        }
                    }
                }
            }
        }
        out
    }

    /// The act comes this many calendar days or more after a last day that `law`, which it breaks, knows.
    pub fn late_by(&mut self, law: NormId, late: &Late, days: i32) -> Formula {
        let mut ways = Vec::new();
        for limit in self.all_limits(law).into_iter().filter(|l| l.kind.is_upper()) {
            for x in self.pick_of(&anchor(&limit), &late.broken.frame) {
                let from = |g: &mut Self, last: TableId| {
                    let back = g.days_before(last, days);
                    Formula::from(Lit::Le(x.at, back, late.act))
                };
                let passed = match &limit.kind {
                    LimitKind::Within(length, _) => self.lengths(length, |g, d| {
                        let last = g.table(d, false);
                        from(g, last)
                    }),
                    LimitKind::AtLeastBefore(length, _) => self.lengths(length, |g, d| {
                        let last = g.table(d, true);
                        from(g, last)
                    }),
                    _ => {
                        let same = self.net.identity;
                        from(self, same)
                    }
                };
                ways.push(all([x.comes(), passed]));
            }
        }
        any(ways)
    }

    /// `y -> max { x : last(x) + days <= y }`.
    fn days_before(&mut self, last: TableId, days: i32) -> TableId {
        let shift = Table::shift_on(self.calendar, -days);
        let back = Table::compose(&self.net.get(last).adjoint(), &shift);
        self.net.table(Arc::new(back))
    }

    /// Every meeting that is held is held on a working day.
    pub fn on_working_days(&mut self) -> Vec<Formula> {
        let calendar = self.calendar;
        let is_working = |at| calendar.day(at).is_some_and(|day| calendar.is_working(day));
        let working = self.net.table(Arc::new(Table::last_of(self.net.len, is_working)));
        let held = self.instances.iter().filter(|i| matches!(i.class, Happening::Held(_)));
        // Not later than the last working day up to it: on one.
        held.map(|i| any([Lit::Occurs(i.at, false).into(), Lit::Le(i.at, working, i.at).into()]))
            .collect()
    }
}
