//! What every norm has: what engages it, its guards, what lifts it, and, for bars and powers, their window.
//! In: a case. Out: instances and truths. Must not decide a verdict on a duty (see `duty`).

use super::state::{Case, Misuse};
use super::which::{At, Frame, Missing, Truth, all, any, held, plain};
use super::who::{Doer, all_among, class_of, considers, is_kind, is_one_of, is_shared, same_act};
use crate::calendar::Reach;
use crate::model::{
    Act, Body, Cond, DecisionId, Happening, Limit, LimitKind, Modal, Moment, Moments, NormId, Ordinal, Protocol, Rule,
    RuleId, Subject, VerdictKind, Which, Who,
};
use crate::source::Span;
use crate::time::Day;

/// A rule, or a decision seen as the duty to decide.
pub(super) struct Norm<'p> {
    pub id: NormId,
    pub rule: Option<&'p Rule>,
    pub when: &'p [Moments],
    pub while_: &'p Cond,
    pub if_: &'p Cond,
    pub unless: &'p [Cond],
    pub limits: Vec<Limit>,
    /// What is to be done or left undone; none for effects and presumptions.
    pub act: Option<Act>,
    /// With what force; a decision is a must.
    pub modal: Modal,
    /// Whose act it is; none: anybody's.
    pub who: Option<&'p Who>,
    /// An exclusive power.
    pub only: bool,
    /// Where it is written.
    pub span: Span,
}

/// An instance of a norm, or what is missing to tell whether there is one.
pub(super) type Instance = Result<Frame, Missing>;

impl<'p> Norm<'p> {
    /// The norm a rule states.
    pub fn of_rule(protocol: &'p Protocol, id: RuleId) -> Option<Norm<'p>> {
        let rule = protocol.rules.get(id.index())?;
        let (act, modal, who, only) = match &rule.body {
            Body::Norm { subject, modal, act } => (
                Some(act.clone()),
                *modal,
                subject.who(),
                matches!(subject, Subject::Only(_)),
            ),
            Body::Effect(..) | Body::Presume(_) => (None, Modal::May, None, false),
        };
        let g = &rule.guard;
        let (when, while_, if_, unless, limits) = (&g.when[..], &g.while_, &g.if_, &g.unless[..], rule.limits.clone());
        Some(Norm {
            id: NormId::Rule(id),
            rule: Some(rule),
            when,
            while_,
            if_,
            unless,
            limits,
            act,
            modal,
            who,
            only,
            span: rule.body_span,
        })
    }

    /// The exclusive power a rule gives, if it gives one. Chairing is part of a meeting and voids nothing.
    pub fn of_power(protocol: &'p Protocol, id: RuleId) -> Option<Norm<'p>> {
        Norm::of_rule(protocol, id).filter(|n| n.only && !matches!(n.act, Some(Act::Chair(_))))
    }

    /// The duty to take a decision: in the meeting of its `at`, first of all its limits.
    pub fn of_decision(protocol: &'p Protocol, id: DecisionId) -> Option<Norm<'p>> {
        let d = protocol.decisions.get(id.index())?;
        let at = d.at.iter().map(|w| Limit {
            kind: LimitKind::At(w.clone()),
            span: w.span,
        });
        let g = &d.guard;
        Some(Norm {
            id: NormId::Decision(id),
            rule: None,
            when: &g.when,
            while_: &g.while_,
            if_: &g.if_,
            unless: &g.unless,
            limits: at.chain(d.limits.iter().cloned()).collect(),
            act: Some(Act::Decide(id)),
            modal: Modal::Must,
            who: d.decided_by.given(),
            only: false,
            span: d.whole,
        })
    }

    /// Whether an act is forbidden, or reserved, rather than required.
    pub fn is_bar(&self) -> bool {
        self.only || matches!(self.modal, Modal::MustNot | Modal::ShouldNot)
    }

    /// Whether it requires an act.
    pub fn is_duty(&self) -> bool {
        self.act.is_some() && !self.only && matches!(self.modal, Modal::Must | Modal::Should)
    }

    /// Whether anybody's doing the act keeps the duty.
    pub fn is_shared(&self) -> bool {
        self.act.as_ref().is_some_and(is_shared)
    }

    /// The meeting of the act, with its ordinal.
    pub fn which(&self) -> Option<&Which> {
        match self.act.as_ref()? {
            Act::Hold(w) | Act::Book(w) | Act::Cancel(w) | Act::Attend(w) | Act::Chair(w) => Some(w),
            _ => None,
        }
    }

    /// The moment of the act's own class, if it has one.
    pub fn act_moment(&self) -> Option<Moment> {
        let class = self.act.as_ref().and_then(class_of)?;
        let (ordinal, since, span) = match self.which() {
            Some(w) => (w.ordinal, w.since.clone(), w.span),
            None => (Ordinal::Any, None, self.span),
        };
        Some(Moment {
            ordinal,
            what: class,
            since,
            span,
        })
    }

    /// Each later meeting after the previous one: the recurring duty, by its meeting.
    pub fn recurs(&self) -> Option<Moment> {
        let act = self.act_moment().filter(|m| m.ordinal == Ordinal::EachLater)?;
        let is_previous = |m: &Moment| m.ordinal == Ordinal::Previous && m.what == act.what;
        self.limits
            .iter()
            .any(|l| anchor(l).any.iter().any(is_previous))
            .then_some(act)
    }

    /// The limit whose anchor engages a norm that has no `when`.
    pub fn engaging_limit(&self) -> Option<&Limit> {
        let engages = |l: &&Limit| match l.kind {
            LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_) => false,
            // What is barred before a moment is barred from the start.
            LimitKind::Before(_) | LimitKind::AtLeastBefore(..) => !self.is_bar(),
            _ => true,
        };
        self.limits.iter().find(engages)
    }
}

/// The moment a limit is measured from; without candidates where there is none.
pub(super) fn anchor(limit: &Limit) -> Moments {
    match &limit.kind {
        LimitKind::Within(_, m)
        | LimitKind::AtLeastBefore(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::Until(m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::Before(m)
        | LimitKind::After(m) => m.clone(),
        LimitKind::At(w) => Moments {
            any: vec![held(w)],
            reading: None,
            perhaps_unstated: false,
            span: w.span,
        },
        LimitKind::Unstated | LimitKind::Urgency(_) => Moments {
            any: vec![],
            reading: None,
            perhaps_unstated: true,
            span: limit.span,
        },
    }
}

impl Case<'_> {
    /// Whether this entry is one that engages the norm, its guards aside.
    pub fn triggers(&self, norm: &Norm, entry: usize) -> Truth {
        if norm.when.is_empty() {
            norm.engaging_limit()
                .map_or(Ok(false), |l| self.engages(&anchor(l), entry))
        } else {
            any(norm.when.iter().map(|m| self.engages(m, entry)))
        }
    }

    /// Whether something that occurs engages the norm; otherwise it stands from the start.
    pub fn is_triggered(norm: &Norm) -> bool {
        !norm.when.is_empty() || norm.engaging_limit().is_some()
    }

    /// The instances of a norm that something engages, their guards aside.
    pub fn instances(&self, norm: &Norm) -> Vec<Instance> {
        let triggers = |e: &usize| self.triggers(norm, *e) != Ok(false);
        let found: Vec<usize> = (0..self.log.len()).filter(triggers).collect();
        let previous = norm
            .when
            .iter()
            .any(|w| w.any.iter().any(|m| m.ordinal == Ordinal::Previous));
        let act = norm.act_moment();
        if let Some(act) = norm.recurs() {
            let all = Moment {
                ordinal: Ordinal::Each,
                ..act
            };
            let from = if norm.when.is_empty() {
                Some(0)
            } else {
                found.first().copied()
            };
            let from = from.unwrap_or(usize::MAX);
            let members = self.members(&all, self.days.len());
            let frame = |t| {
                Ok(Frame {
                    trigger: Some(t),
                    pinned: None,
                    trigger_is_previous: true,
                })
            };
            return members.into_iter().filter(|&t| t >= from).map(frame).collect();
        }
        let mut instances = Vec::new();
        for t in found {
            let same_class = act
                .as_ref()
                .is_some_and(|a| self.log.get(t).is_some_and(|e| self.is(e, a.what)));
            let frame = Frame {
                trigger: Some(t),
                pinned: None,
                trigger_is_previous: norm.when.is_empty() || previous || same_class,
            };
            match self.triggers(norm, t) {
                Err(m) => instances.push(Err(m)),
                Ok(_) if norm.when.is_empty() => instances.push(Ok(Frame {
                    pinned: Some(t),
                    ..frame
                })),
                Ok(_) => instances.extend(self.one_for_each(norm, frame)),
            }
        }
        instances
    }

    /// A limit on `each X` makes one instance for each X there is after the trigger.
    fn one_for_each(&self, norm: &Norm, frame: Frame) -> Vec<Instance> {
        let trigger = frame.trigger.unwrap_or(0);
        for limit in &norm.limits {
            let moments = anchor(limit);
            match self.chosen(&moments) {
                Err(m) => return vec![Err(m)],
                Ok(Some(m)) if Case::is_every(m.ordinal) && !self.denotes(m, trigger) => {
                    let every: Vec<usize> = self
                        .picks(m, frame)
                        .into_iter()
                        .filter(|&x| norm.is_bar() || self.after(trigger, x))
                        .collect();
                    if !every.is_empty() {
                        return every
                            .into_iter()
                            .map(|x| {
                                Ok(Frame {
                                    pinned: Some(x),
                                    ..frame
                                })
                            })
                            .collect();
                    }
                }
                Ok(_) => {}
            }
        }
        vec![Ok(frame)]
    }

    /// `if`, and no `unless`, and `while`.
    pub fn guards(&self, norm: &Norm, at: At) -> Truth {
        all([
            self.holds(norm.if_, at),
            self.no_exception(norm, at),
            self.holds(norm.while_, at),
        ])
    }

    /// Whether a norm that stands from the start ever binds: its guards hold at some time while it is in force. The `if` of
    /// a power is part of the power and is left out.
    pub fn ever_binds(&self, norm: &Norm) -> Truth {
        any((0..self.states.len()).map(|state| {
            let at = At { seen: state, state };
            let if_ = if norm.only { Ok(true) } else { self.holds(norm.if_, at) };
            let from = state
                .checked_sub(1)
                .and_then(|g| self.days.get(g))
                .copied()
                .unwrap_or(self.calendar.first());
            let until = self.days.get(state).copied().unwrap_or(self.end);
            all([
                Ok(self.in_force(norm, from) || self.in_force(norm, until)),
                if_,
                self.no_exception(norm, at),
                self.holds(norm.while_, at),
            ])
        }))
    }

    /// No `unless` is true.
    pub fn no_exception(&self, norm: &Norm, at: At) -> Truth {
        any(norm.unless.iter().map(|c| self.holds(c, at))).map(|b| !b)
    }

    /// Whether the norm is in force on a day.
    pub fn in_force(&self, norm: &Norm, day: Day) -> bool {
        let within =
            |(from, until): (Option<Day>, Option<Day>)| from.is_none_or(|f| f <= day) && until.is_none_or(|u| day < u);
        let module = match norm.id {
            NormId::Rule(_) => norm.rule.map(|r| r.origin.module),
            NormId::Decision(d) => self.protocol.decisions.get(d.index()).map(|d| d.origin.module),
        };
        module
            .and_then(|m| self.protocol.modules.get(m.index()))
            .is_none_or(|m| within(m.in_force))
            && norm
                .rule
                .is_none_or(|r| within(r.in_force) && r.departs_from.as_ref().is_none_or(|d| within((None, d.expires))))
    }

    /// Whether another rule lifts this norm at a group: an exception to it, a departure from it, a replacement, or a
    /// `need not` of the same act in a text that does not rank below it. Without a group: before anything occurs. `doer` is
    /// who acts, where it is an act that is tested.
    pub fn lifted(&self, norm: &Norm, group: Option<usize>, at: At, doer: Option<Doer>) -> Truth {
        let others = (0..self.protocol.rules.len())
            .filter_map(|r| u32::try_from(r).ok())
            .map(RuleId);
        any(others
            .filter(|&o| NormId::Rule(o) != norm.id)
            .filter_map(|o| Norm::of_rule(self.protocol, o))
            .map(|other| {
                if !self.speaks_of(&other, norm) {
                    return Ok(false);
                }
                // What only some may do is lifted for them alone.
                let for_them = match (doer, other.who) {
                    (Some(Doer::By(p)), Some(who)) if other.modal == Modal::May => is_one_of(self.protocol, p, who),
                    _ => true,
                };
                if for_them {
                    self.reigns(&other, group, at)
                } else {
                    Ok(false)
                }
            }))
    }

    /// Whether `other` is written as one that lifts `norm`.
    fn speaks_of(&self, other: &Norm, norm: &Norm) -> bool {
        let (Some(rule), NormId::Rule(id)) = (other.rule, norm.id) else {
            return self.waives(other, norm);
        };
        rule.exception_to.contains(&id)
            || rule.replaces.contains(&id)
            || rule.departs_from.as_ref().is_some_and(|d| d.from == id)
            || self.waives(other, norm)
    }

    /// Whether `other` is a *need not* of the duty `norm`.
    fn waives(&self, other: &Norm, norm: &Norm) -> bool {
        let rank = |n: &Norm| {
            let module = match n.id {
                NormId::Rule(_) => n.rule.map(|r| r.origin.module),
                NormId::Decision(d) => self.protocol.decisions.get(d.index()).map(|d| d.origin.module),
            };
            module
                .and_then(|m| self.protocol.modules.get(m.index()))
                .map(|m| m.rank)
        };
        let every = |w: Option<&Which>| w.is_none_or(|w| matches!(w.ordinal, Ordinal::Any | Ordinal::Each));
        let same = match (&norm.act, &other.act) {
            (Some(a), Some(b)) => same_act(self.protocol, a, b),
            _ => false,
        };
        other.modal == Modal::NeedNot
            && norm.is_duty()
            && same
            && rank(other) >= rank(norm)
            && (every(other.which()) || other.which().map(|w| w.ordinal) == norm.which().map(|w| w.ordinal))
            && match (norm.who, other.who) {
                (_, None) => true,
                (Some(a), Some(b)) => all_among(self.protocol, a, b),
                (None, Some(_)) => false,
            }
    }

    /// Whether a norm is engaged at a group: its `when` is there, or has been. What was engaged by one of several alike
    /// says nothing of the others. What permits, waives or forbids does so while its limits and its `while` last.
    fn reigns(&self, norm: &Norm, group: Option<usize>, at: At) -> Truth {
        let day = self.day_at(group);
        if !self.in_force(norm, day) {
            return Ok(false);
        }
        let lasting = norm.act.is_some() && !norm.is_duty();
        let alike = |what: Happening| self.log.iter().any(|e| Some(e.group) == group && self.is(e, what));
        let one_of_several = !lasting && norm.when.iter().any(|w| w.any.iter().any(|m| alike(m.what)));
        let nearby = |&e: &usize| Some(self.group(e)) == group || (Some(self.group(e)) < group && !one_of_several);
        let engaged = |e: usize| {
            let frame = Frame {
                trigger: Some(e),
                ..Frame::default()
            };
            let window = if lasting {
                self.in_window(norm, frame, group, day)
            } else {
                Ok(true)
            };
            all([self.triggers(norm, e), self.guards(norm, self.guard_at(e)), window])
        };
        let here = if norm.when.is_empty() {
            let window = if lasting {
                self.in_window(norm, Frame::default(), group, day)
            } else {
                Ok(true)
            };
            all([self.guards(norm, at), window])
        } else {
            any((0..self.log.len()).filter(nearby).map(engaged))
        };
        if here == Ok(false) {
            return here;
        }
        all([
            here,
            self.holds(norm.while_, at),
            self.lifted(norm, group, at, None).map(|b| !b),
        ])
    }

    /// Whether an effect takes place at an entry.
    pub fn takes_effect(&self, rule: RuleId, entry: usize) -> Truth {
        let Some(norm) = Norm::of_rule(self.protocol, rule) else {
            return Ok(false);
        };
        let triggers = self.triggers(&norm, entry);
        if triggers == Ok(false) {
            return triggers;
        }
        self.engaged_at(&norm, entry)
            .and_then(|engaged| triggers.map(|t| t && engaged))
    }

    /// Whether a norm whose trigger this is, is engaged by it.
    pub fn engaged_at(&self, norm: &Norm, entry: usize) -> Truth {
        if !self.in_force(norm, self.day(entry)) {
            return Ok(false);
        }
        let at = self.guard_at(entry);
        all([
            self.guards(norm, at),
            self.lifted(norm, Some(self.group(entry)), at, None).map(|b| !b),
        ])
    }

    /// Whether a bar or a permission covers an act in this group on this day: every limit does. Without a group: before
    /// anything occurs.
    pub fn in_window(&self, norm: &Norm, frame: Frame, group: Option<usize>, day: Day) -> Truth {
        all(norm.limits.iter().map(|limit| {
            let moments = anchor(limit);
            let Some(moment) = self.chosen(&moments)? else {
                return Ok(true);
            };
            let points = self.picks(moment, frame);
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
        let (Some(act), Some(e)) = (&norm.act, self.log.get(entry)) else {
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

    /// Whether a happening is among the moments that engage a norm.
    pub fn is_engaged_by(norm: &Norm, what: Happening) -> bool {
        let said = |m: &Moments| m.any.iter().any(|m| m.what == what);
        if norm.when.is_empty() {
            norm.engaging_limit().is_some_and(|l| said(&anchor(l)))
        } else {
            norm.when.iter().any(said)
        }
    }

    /// Whether a moment is among those of a norm.
    pub fn mentions(norm: &Norm, what: Happening) -> bool {
        let said = |m: &Moments| m.any.iter().any(|m| plain(m.what) == what);
        norm.when.iter().any(said) || norm.limits.iter().any(|l| said(&anchor(l)))
    }
}
