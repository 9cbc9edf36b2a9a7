//! What engages a norm, with its guards and what lifts it. In: a norm. Out: [`Trigger`]s. Says nothing of acts.

use super::{Trigger, occurs, order};
use crate::solve::ground::{Ground, number};
use crate::solve::moments::{Alternative, Stand};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::model::{Act, Body, Guard, LimitKind, Modal, Moments, NormId, Rule, RuleId};

impl<'p> Ground<'p> {
    /// The moments that engage a norm by themselves: its `when`, or the anchor of its first time slot.
    pub(super) fn engaging(&self, norm: NormId) -> Option<Vec<&'p Moments>> {
        let guard = self.guard(norm)?;
        if !guard.when.is_empty() {
            return Some(guard.when.iter().collect());
        }
        self.limits(norm).iter().find_map(|l| anchor(&l.kind)).map(|m| vec![m])
    }

    /// Engaged by something that the act must precede: a notice.
    pub fn engaged_by_later(&self, norm: NormId) -> bool {
        self.guard(norm).is_some_and(|g| g.when.is_empty())
            && self
                .limits(norm)
                .iter()
                .find(|l| anchor(&l.kind).is_some())
                .is_some_and(|l| matches!(l.kind, LimitKind::Before(_) | LimitKind::AtLeastBefore(..)))
    }

    /// What engages a norm, guard included.
    pub fn triggers(&mut self, norm: NormId) -> Vec<Trigger> {
        self.triggers_without(norm, true)
    }

    fn triggers_without(&mut self, norm: NormId, exceptions: bool) -> Vec<Trigger> {
        let Some(guard) = self.guard(norm) else { return Vec::new() };
        if guard.when.is_empty()
            && let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
        {
            let meetings = self.which(which, None);
            return self.guarded(norm, guard, meetings, exceptions);
        }
        match self.engaging(norm) {
            Some(moments) => {
                let mut alternatives: Vec<Alternative> = Vec::new();
                for m in moments {
                    for alternative in self.moments(m, None) {
                        // Two ways to the same point are one trigger.
                        match alternatives.iter_mut().find(|a| a.at == alternative.at && a.after == alternative.after) {
                            Some(known) => known.cond = any([known.cond.clone(), alternative.cond]),
                            None => alternatives.push(alternative),
                        }
                    }
                }
                self.guarded(norm, guard, alternatives, exceptions)
            }
            None => vec![Trigger { at: None, after: false, cond: Formula::TRUE }],
        }
    }

    fn guarded(&mut self, norm: NormId, guard: &Guard, at: Vec<Alternative>, exceptions: bool) -> Vec<Trigger> {
        at.into_iter()
            .map(|a| {
                let stand = Stand::at(a.at, a.after);
                let mut parts = vec![a.cond];
                parts.push(self.cond(&guard.if_, stand, Some(a.at)));
                parts.push(self.cond(&guard.while_, stand, Some(a.at)));
                if !self.is_prohibition(norm) {
                    for unless in &guard.unless {
                        let holds = self.cond(unless, stand, Some(a.at));
                        parts.push(self.net.not(&holds));
                    }
                }
                if let NormId::Rule(r) = norm {
                    parts.push(self.in_force(r, a.at));
                    if exceptions {
                        parts.push(self.not_excepted(r, a.at, a.after));
                    }
                }
                Trigger { at: Some(a.at), after: a.after, cond: all(parts) }
            })
            .filter(|t| !t.cond.is_false())
            .collect()
    }

    pub(super) fn in_force(&mut self, rule: RuleId, at: Point) -> Formula {
        let Some((from, until)) = self.rule(rule).map(|r| r.in_force) else { return Formula::TRUE };
        let len = self.net.len;
        let mut parts = Vec::new();
        let constant = |ground: &mut Self, day: i32| {
            let table = crate::calendar::Table::new((0..len).map(|_| day));
            ground.net.table(std::sync::Arc::new(table))
        };
        if let Some(from) = from
            && let Some(index) = self.calendar.index(from)
        {
            let table = constant(self, index - 1);
            parts.push(self.net.not(&Lit::Le(at, table, at).into()));
        }
        if let Some(until) = until {
            match self.calendar.index(until) {
                Some(index) => {
                    let table = constant(self, index - 1);
                    parts.push(Lit::Le(at, table, at).into());
                }
                None if until < self.calendar.first() => return Formula::FALSE,
                None => {}
            }
        }
        all(parts)
    }

    /// No rule that is an exception to this one, departs from it, replaces it, or lifts it, is engaged at `at`.
    pub(super) fn not_excepted(&mut self, rule: RuleId, at: Point, after: bool) -> Formula {
        let mut ways = Vec::new();
        for (index, other) in self.protocol.rules.iter().enumerate() {
            let id = RuleId(number(index));
            if id == rule {
                continue;
            }
            let sets_aside = other.exception_to.contains(&rule)
                || other.replaces.contains(&rule)
                || other.departs_from.as_ref().is_some_and(|d| d.from == rule)
                || self.lifts(other, rule);
            if !sets_aside {
                continue;
            }
            ways.push(self.applies_at(id, at, after));
        }
        self.net.not(&any(ways))
    }

    /// `need not` on the same act.
    fn lifts(&self, other: &Rule, rule: RuleId) -> bool {
        let (Body::Norm { modal: Modal::NeedNot, act: lifted, .. }, Some(Body::Norm { modal, act, .. })) =
            (&other.body, self.rule(rule).map(|r| &r.body))
        else {
            return false;
        };
        matches!(modal, Modal::Must | Modal::Should)
            && match (lifted, act) {
                (Act::Hold(a), Act::Hold(b)) | (Act::Chair(a), Act::Chair(b)) | (Act::Attend(a), Act::Attend(b)) => {
                    self.kinds_below(a.meeting).contains(&b.meeting)
                }
                (a, b) => a == b,
            }
    }

    /// A rule's guard holds at a point: its own trigger is this one or came before, or it has none.
    fn applies_at(&mut self, rule: RuleId, at: Point, after: bool) -> Formula {
        let Some(r) = self.rule(rule) else { return Formula::FALSE };
        let stand = Stand::at(at, after);
        let guard = &r.guard;
        let mut parts = vec![
            self.cond(&guard.if_, stand, Some(at)),
            self.cond(&guard.while_, stand, Some(at)),
            self.in_force(rule, at),
        ];
        for unless in &guard.unless {
            let holds = self.cond(unless, stand, Some(at));
            parts.push(self.net.not(&holds));
        }
        if !guard.when.is_empty() {
            let mut engaged = Vec::new();
            for trigger in self.triggers_without(NormId::Rule(rule), false) {
                engaged.push(match trigger.at {
                    Some(t) if t == at => all([occurs(t), trigger.cond]),
                    Some(t) => all([occurs(t), order(t, at), trigger.cond]),
                    None => trigger.cond,
                });
            }
            return any(engaged);
        }
        all(parts)
    }
}

/// The moment in a limit, if it names one that can engage.
fn anchor(limit: &LimitKind) -> Option<&Moments> {
    match limit {
        LimitKind::Within(_, m)
        | LimitKind::AtLeastBefore(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::Before(m)
        | LimitKind::After(m) => Some(m),
        LimitKind::Until(_) | LimitKind::At(_) | LimitKind::Unstated | LimitKind::Urgency(_) => None,
    }
}
