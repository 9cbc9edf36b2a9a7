//! What engages a norm, with its guards and what lifts it. In: a norm. Out: [`Trigger`]s. Says nothing of acts.

use std::collections::BTreeSet;

use super::{Trigger, occurs, order};
use crate::model::{
    Act, Body, Cond, Happening, Limit, LimitKind, Modal, Moment, Moments, NormId, Ordinal, StatusId, Which,
};
use crate::solve::ground::Ground;
use crate::solve::moments::{Alternative, Frame, Last, Stand, precedes};
use crate::solve::net::{Formula, Lit, Point, all, any};

impl<'p> Ground<'p> {
    /// The moments that engage a norm by themselves: its `when`, or the anchor of the first limit that has one.
    pub(in crate::solve) fn engaging(&self, norm: NormId) -> Vec<Moments> {
        let Some(guard) = self.guard(norm) else {
            return Vec::new();
        };
        if !guard.when.is_empty() {
            return guard.when.clone();
        }
        self.engaging_limit(norm).map(|l| anchor(&l)).into_iter().collect()
    }

    /// The limit whose anchor engages a norm that has no `when`. What is barred before a moment is barred from the start.
    fn engaging_limit(&self, norm: NormId) -> Option<Limit> {
        let bars = self.is_prohibition(norm);
        self.all_limits(norm).into_iter().find(|l| match l.kind {
            LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_) => false,
            LimitKind::Before(_) | LimitKind::AtLeastBefore(..) => !bars,
            _ => true,
        })
    }

    /// The limits of a norm; of a decision, first that it is taken in the meeting of its `at`; of a duty to attend, last that
    /// it is done in the meeting.
    pub(in crate::solve) fn all_limits(&self, norm: NormId) -> Vec<Limit> {
        let at = match norm {
            NormId::Decision(d) => self.decision(d).and_then(|d| d.at.as_ref()),
            NormId::Rule(_) => None,
        };
        let at = at.map(|w| Limit {
            kind: LimitKind::At(w.clone()),
            span: w.span,
        });
        let own = at.into_iter().chain(self.limits(norm).iter().cloned());
        let meeting = self.attended(norm).map(|w| Limit {
            span: w.span,
            kind: LimitKind::At(w),
        });
        own.chain(meeting).collect()
    }

    /// The meeting that a duty to attend is about: where something else engages it, one that comes then.
    pub(super) fn attended(&self, norm: NormId) -> Option<Which> {
        let NormId::Rule(r) = norm else { return None };
        let rule = self.rule(r)?;
        let Body::Norm {
            modal: Modal::Must | Modal::Should,
            act: Act::Attend(which),
            ..
        } = &rule.body
        else {
            return None;
        };
        if self.is_power(norm) {
            return None;
        }
        let measured = |l: &Limit| l.kind.moments().is_some() && !matches!(l.kind, LimitKind::Until(_));
        let meets = |l: &Limit| matches!(l.kind, LimitKind::At(_));
        let engaged = !rule.guard.when.is_empty() || rule.limits.iter().any(|l| measured(l) || meets(l));
        let several =
            self.kinds_below(which.meeting).len() > 1 || self.copies_of_moment(Happening::Held(which.meeting));
        let ordinal = match (which.ordinal, several) {
            (Ordinal::Any, true) if engaged => Ordinal::Next,
            (Ordinal::Any, false) if engaged => Ordinal::First,
            (other, _) => other,
        };
        Some(Which {
            ordinal,
            ..which.clone()
        })
    }

    /// Something that occurs engages the norm; otherwise it stands from the start.
    pub fn is_triggered(&self, norm: NormId) -> bool {
        !self.engaging(norm).is_empty() || self.recurs(norm).is_some()
    }

    /// What engages an instance is what its act must precede, or be on the same day as: a notice.
    pub fn is_notice(&mut self, norm: NormId, frame: &Frame) -> Formula {
        let Some(trigger) = &frame.trigger else {
            return Formula::FALSE;
        };
        let mut ways = Vec::new();
        for limit in self.all_limits(norm) {
            if let LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) | LimitKind::SameDay(m) = &limit.kind {
                let itself = self.pick_of(m, frame).into_iter().filter(|x| x.is(trigger));
                ways.extend(itself.map(|x| if x.cond == trigger.cond { Formula::TRUE } else { x.cond }));
            }
        }
        any(ways)
    }

    /// Some instance may be a notice, whatever the case.
    pub fn may_be_notice(&self, norm: NormId) -> bool {
        let engaging: Vec<Happening> = self
            .engaging(norm)
            .iter()
            .flat_map(|w| &w.any)
            .map(|m| m.what)
            .collect();
        let by_itself = self.guard(norm).is_some_and(|g| g.when.is_empty());
        let other = |m: &Moment| m.ordinal == Ordinal::Next || m.ordinal == Ordinal::Last && !by_itself;
        let itself = |m: &Moment| engaging.contains(&m.what) && !other(m);
        self.all_limits(norm).iter().any(|limit| match &limit.kind {
            LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) | LimitKind::SameDay(m) => m.any.iter().any(itself),
            _ => false,
        })
    }

    /// The meeting of an act, with its ordinal.
    pub(super) fn which_of(&self, norm: NormId) -> Option<&'p Which> {
        let NormId::Rule(r) = norm else { return None };
        match self.rule(r).map(|r| &r.body) {
            Some(Body::Norm {
                act: Act::Hold(w) | Act::Book(w) | Act::Cancel(w) | Act::Attend(w) | Act::Chair(w),
                ..
            }) => Some(w),
            _ => None,
        }
    }

    /// Which of several the act is.
    pub(super) fn ordinal_of(&self, norm: NormId) -> Option<Ordinal> {
        let NormId::Rule(r) = norm else { return None };
        match self.rule(r).map(|r| &r.body) {
            Some(Body::Norm {
                act: Act::Send(_, _, ordinal),
                ..
            }) => Some(*ordinal),
            _ => self.which_of(norm).map(|w| w.ordinal),
        }
    }

    /// Each later meeting after the previous one: every one of them, where a norm is such a recurring duty.
    pub(super) fn recurs(&self, norm: NormId) -> Option<Moment> {
        let act = self.act_moment(norm).filter(|m| m.ordinal == Ordinal::EachLater)?;
        let previous = |m: &Moment| m.ordinal == Ordinal::Previous && m.what == act.what;
        let recurs = self.limits(norm).iter().any(|l| anchor(l).any.iter().any(previous));
        recurs.then_some(Moment {
            ordinal: Ordinal::Each,
            ..act
        })
    }

    /// What engages a norm, guard included.
    pub fn triggers(&mut self, norm: NormId) -> Vec<Trigger> {
        if let Some(known) = self.known.triggers.get(&norm) {
            return known.clone();
        }
        let found = self.triggers_anew(norm);
        self.known.triggers.insert(norm, found.clone());
        found
    }

    fn triggers_anew(&mut self, norm: NormId) -> Vec<Trigger> {
        let mut found = Vec::new();
        for (frame, cond) in self.instances(norm) {
            let Some(trigger) = frame.trigger.clone() else { continue };
            let guards = if self.is_prohibition(norm) {
                self.engages_bar(norm, &trigger)
            } else {
                self.engaged_at(norm, &trigger)
            };
            let cond = all([cond, guards]);
            if !cond.is_false() {
                found.push(Trigger {
                    at: Some(trigger.at),
                    cond,
                    frame,
                });
            }
        }
        if !self.is_triggered(norm) {
            found.extend(self.standing(norm));
        }
        found
    }

    /// The `if` of a bar that something engages is tested there; that of a power is part of the power.
    fn engages_bar(&mut self, norm: NormId, trigger: &Alternative) -> Formula {
        match self.guard(norm) {
            Some(guard) if !self.is_power(norm) => self.cond(&guard.if_, Stand::at(trigger)),
            _ => Formula::TRUE,
        }
    }

    /// Guards hold at a trigger, the norm is in force and nothing lifts it.
    fn engaged_at(&mut self, norm: NormId, trigger: &Alternative) -> Formula {
        let stand = Stand::at(trigger);
        let guards = self.guards(norm, stand);
        let in_force = self.in_force(norm, trigger.at);
        let lifted = self.lifted(norm, trigger.at, stand, None);
        all([guards, in_force, self.net.not(&lifted)])
    }

    /// `if`, `while`, and no `unless`.
    pub(super) fn guards(&mut self, norm: NormId, stand: Stand) -> Formula {
        let Some(guard) = self.guard(norm) else {
            return Formula::FALSE;
        };
        let unless = self.excepted(norm, stand);
        all([
            self.cond(&guard.if_, stand),
            self.cond(&guard.while_, stand),
            self.net.not(&unless),
        ])
    }

    /// Some `unless` holds.
    pub(super) fn excepted(&mut self, norm: NormId, stand: Stand) -> Formula {
        let unless = self.guard(norm).map_or(&[][..], |g| &g.unless);
        let ways: Vec<Formula> = unless.iter().map(|c| self.cond(c, stand)).collect();
        any(ways)
    }

    /// Instances of a norm that something engages, their guards aside, and when there is each.
    pub(super) fn instances(&mut self, norm: NormId) -> Vec<(Frame, Formula)> {
        let Some(guard) = self.guard(norm) else {
            return Vec::new();
        };
        let mut found: Vec<Alternative> = Vec::new();
        for moments in self.engaging(norm) {
            for a in self.denoted_by(&moments) {
                // Two ways to the same occurrence are one trigger.
                match found.iter_mut().find(|f| f.is(&a)) {
                    Some(known) => known.cond = any([known.cond.clone(), a.cond]),
                    None => found.push(a),
                }
            }
        }
        if let Some(every) = self.recurs(norm) {
            return self.turns(&every, (!guard.when.is_empty()).then_some(found));
        }
        let previous = guard
            .when
            .iter()
            .flat_map(|w| &w.any)
            .any(|m| m.ordinal == Ordinal::Previous);
        let mut out = Vec::new();
        for a in found {
            let trigger_is_previous = guard.when.is_empty() || previous || self.is_of_act(norm, &a);
            let frame = Frame {
                trigger: Some(a.clone()),
                pinned: guard.when.is_empty().then_some(a.at),
                trigger_is_previous,
            };
            match guard.when.is_empty() || self.is_prohibition(norm) {
                true => out.push((frame, a.cond)),
                false => out.extend(self.one_for_each(norm, frame)),
            }
        }
        out
    }

    /// What engages is of the class of the norm's own act.
    fn is_of_act(&self, norm: NormId, a: &Alternative) -> bool {
        let class = match norm {
            NormId::Decision(d) => Some(Happening::Decided(d)),
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm { act, .. }) => super::class_of(act),
                _ => None,
            },
        };
        match (class, a.class) {
            (Some(Happening::Begins(s) | Happening::Ends(s)), _) => a.after && self.set_by(s).any(|x| x.cause == a.at),
            (Some(Happening::Held(kind)), Some(Happening::Held(m))) => !a.after && self.kinds_below(kind).contains(&m),
            (Some(class), Some(of)) => !a.after && class == of,
            _ => false,
        }
    }

    /// One turn of a recurring duty for each meeting held, from the first trigger on if it has any of its own.
    fn turns(&mut self, every: &Moment, from: Option<Vec<Alternative>>) -> Vec<(Frame, Formula)> {
        let mut out = Vec::new();
        for a in self.denoted(every) {
            let begun = match &from {
                None => Formula::TRUE,
                Some(from) => any(from.iter().map(|f| {
                    let reached = if f.at == a.at { Formula::TRUE } else { precedes(f, &a) };
                    all([f.comes(), reached])
                })),
            };
            let cond = all([a.cond.clone(), begun]);
            out.push((
                Frame {
                    trigger: Some(a),
                    pinned: None,
                    trigger_is_previous: true,
                },
                cond,
            ));
        }
        out
    }

    /// A limit on `each X` makes one instance for each X there is after the trigger.
    fn one_for_each(&mut self, norm: NormId, frame: Frame) -> Vec<(Frame, Formula)> {
        let Some(trigger) = frame.trigger.clone() else {
            return Vec::new();
        };
        for limit in self.all_limits(norm) {
            let moments = anchor(&limit);
            let every = moments
                .any
                .iter()
                .any(|m| matches!(m.ordinal, Ordinal::Each | Ordinal::EachLater));
            if !every {
                continue;
            }
            let xs = self.picks_of(&moments, &frame, Last::Usual);
            if xs.iter().any(|x| x.is(&trigger)) {
                continue;
            }
            let mut out: Vec<(Frame, Formula)> = Vec::new();
            let mut some = Vec::new();
            for x in xs {
                let later = all([x.comes(), precedes(&trigger, &x)]);
                some.push(later.clone());
                out.push((
                    Frame {
                        pinned: Some(x.at),
                        ..frame.clone()
                    },
                    all([trigger.cond.clone(), later]),
                ));
            }
            let none = self.net.not(&any(some));
            out.push((frame, all([trigger.cond, none])));
            return out;
        }
        vec![(frame, trigger.cond)]
    }

    /// A norm that stands from the start is engaged at the first moment at which its guards hold; a bar or a permission, if
    /// it ever binds. A decision that nothing engages need not be taken.
    fn standing(&mut self, norm: NormId) -> Vec<Trigger> {
        let stands = |cond| Trigger {
            at: None,
            cond,
            frame: Frame::default(),
        };
        if matches!(norm, NormId::Decision(_))
            || matches!(norm, NormId::Rule(r) if self.rule(r).is_none_or(|r| !matches!(r.body, Body::Norm { .. })))
        {
            return Vec::new();
        }
        if self.is_prohibition(norm) || !self.binds(norm) {
            return vec![stands(self.ever_binds(norm))];
        }
        let guards = self.guards(norm, Stand::Start);
        let lifted = self.lifted_at_start(norm);
        let at_start = all([guards, self.net.not(&lifted)]);
        let mut out = Vec::new();
        let mut earlier: Vec<(Point, Formula)> = Vec::new();
        let not_before = self.net.not(&at_start);
        if !not_before.is_false() {
            for p in self.causes_of_guards(norm) {
                let guards = self.guards(norm, Stand::After(p));
                let in_force = self.in_force(norm, p);
                let lifted = self.lifted(norm, p, Stand::After(p), None);
                earlier.push((p, all([occurs(p), guards, in_force, self.net.not(&lifted)])));
            }
        }
        for (p, holds) in &earlier {
            let others = earlier
                .iter()
                .filter(|(q, _)| q != p)
                .map(|(q, f)| all([f.clone(), order(*q, *p)]));
            let first = self.net.not(&any(others));
            let class = self.instance(*p).map(|i| i.class);
            let entry = Alternative {
                at: *p,
                after: false,
                derived: false,
                class,
                cond: Formula::TRUE,
            };
            let frame = Frame {
                trigger: Some(entry),
                ..Frame::default()
            };
            out.push(Trigger {
                at: Some(*p),
                cond: all([holds.clone(), not_before.clone(), first]),
                frame,
            });
        }
        out.push(stands(at_start));
        out.retain(|t| !t.cond.is_false());
        out
    }

    /// The guards of a norm that stands hold at some time. The `if` of a power is part of the power and is left out.
    fn ever_binds(&mut self, norm: NormId) -> Formula {
        let mut stands = vec![Stand::Start];
        stands.extend(self.causes_of_guards(norm).into_iter().map(Stand::After));
        let mut ways = Vec::new();
        for stand in stands {
            let Some(guard) = self.guard(norm) else {
                return Formula::FALSE;
            };
            let unless = self.excepted(norm, stand);
            let if_ = if self.is_power(norm) {
                Formula::TRUE
            } else {
                self.cond(&guard.if_, stand)
            };
            let there = match stand {
                Stand::After(p) => occurs(p),
                _ => Formula::TRUE,
            };
            let holds = all([there, if_, self.cond(&guard.while_, stand), self.net.not(&unless)]);
            if holds.is_true() {
                return holds;
            }
            ways.push(holds);
        }
        any(ways)
    }

    /// The points that may change the truth of a norm's guards.
    fn causes_of_guards(&mut self, norm: NormId) -> Vec<Point> {
        let Some(guard) = self.guard(norm) else {
            return Vec::new();
        };
        let conds: Vec<Cond> = [&guard.if_, &guard.while_]
            .into_iter()
            .chain(&guard.unless)
            .cloned()
            .collect();
        self.causes(&Cond::All(conds))
    }

    /// The points that may change the truth of a condition.
    pub(super) fn causes(&mut self, cond: &Cond) -> Vec<Point> {
        let mut out: BTreeSet<Point> = BTreeSet::new();
        let mut statuses: Vec<StatusId> = Vec::new();
        let mut moments: Vec<Moment> = Vec::new();
        self.parts_of(cond, &mut statuses, &mut moments);
        for s in statuses {
            out.extend(self.set_by(s).map(|x| x.cause));
            out.extend(self.of_class(Happening::Begins(s)).map(|i| i.at));
            out.extend(self.of_class(Happening::Ends(s)).map(|i| i.at));
        }
        for m in moments {
            out.extend(self.denoted(&m).into_iter().map(|a| a.at));
        }
        out.into_iter().collect()
    }

    /// The norm's text and the rule itself are in force on the day of `at`.
    pub fn in_force(&mut self, norm: NormId, at: Point) -> Formula {
        let module = match norm {
            NormId::Rule(r) => self.rule(r).map(|r| r.origin.module),
            NormId::Decision(d) => self.decision(d).map(|d| d.origin.module),
        };
        let rule = match norm {
            NormId::Rule(r) => self.rule(r),
            NormId::Decision(_) => None,
        };
        let module = module
            .and_then(|m| self.protocol.modules.get(m.index()))
            .map(|m| m.in_force);
        let expires = rule.and_then(|r| r.departs_from.as_ref()).map(|d| (None, d.expires));
        let mut parts = Vec::new();
        for (from, until) in [module, rule.map(|r| r.in_force), expires].into_iter().flatten() {
            let late = |day: Option<crate::time::Day>| {
                day.map(|day| self.calendar.index(day).ok_or(day < self.calendar.first()))
            };
            match (late(from), late(until)) {
                (Some(Err(false)), _) | (_, Some(Err(true))) => return Formula::FALSE,
                (from, until) => {
                    if let Some(Ok(from)) = from {
                        let early = self.no_later_than(at, from - 1);
                        parts.push(self.net.not(&early));
                    }
                    if let Some(Ok(until)) = until {
                        parts.push(self.no_later_than(at, until - 1));
                    }
                }
            }
        }
        all(parts)
    }

    fn no_later_than(&mut self, at: Point, day: i32) -> Formula {
        let net = &mut self.net;
        let table = *self.constants.entry(day).or_insert_with(|| {
            let table = crate::calendar::Table::new((0..net.len).map(|_| day));
            net.table(std::sync::Arc::new(table))
        });
        Lit::Le(at, table, at).into()
    }
}

/// A meeting picked by an ordinal, as a moment.
pub(in crate::solve) fn held(which: &Which) -> Moment {
    Moment {
        ordinal: which.ordinal,
        what: Happening::Held(which.meeting),
        since: which.since.clone(),
        span: which.span,
    }
}

/// The moment a limit is measured from; without candidates where there is none.
pub(in crate::solve) fn anchor(limit: &Limit) -> Moments {
    if let Some(moments) = limit.kind.moments() {
        return moments.clone();
    }
    let (any, span) = match &limit.kind {
        LimitKind::At(w) => (vec![held(w)], w.span),
        _ => (Vec::new(), limit.span),
    };
    Moments {
        perhaps_unstated: any.is_empty(),
        any,
        reading: None,
        span,
    }
}
