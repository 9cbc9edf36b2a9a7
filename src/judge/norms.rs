//! What every norm has: its guards, its limits, its act, and whose act that is. In: a rule or a decision. Out: a norm.
//! Nothing of a history is looked at here (see `engaged`, `duty` and `bars`).

use std::borrow::Cow;

use super::which::{Frame, Missing, held};
use super::who::{class_of, is_shared};
use crate::model::{
    Act, Body, Cond, DecisionId, Limit, LimitKind, Modal, Moment, Moments, NormId, Ordinal, Protocol, Rule, RuleId,
    Subject, Which, Who,
};
use crate::source::Span;

/// A rule, or a decision seen as the duty to decide.
pub(super) struct Norm<'p> {
    pub id: NormId,
    pub rule: Option<&'p Rule>,
    pub when: &'p [Moments],
    pub while_: &'p Cond,
    pub if_: &'p Cond,
    pub unless: &'p [Cond],
    pub limits: Cow<'p, [Limit]>,
    /// What is to be done or left undone; none for effects and presumptions.
    pub act: Option<Cow<'p, Act>>,
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
                Some(Cow::Borrowed(act)),
                *modal,
                subject.who(),
                matches!(subject, Subject::Only(_)),
            ),
            Body::Effect(..) | Body::Presume(_) => (None, Modal::May, None, false),
        };
        let g = &rule.guard;
        let norm = Norm {
            id: NormId::Rule(id),
            rule: Some(rule),
            when: &g.when,
            while_: &g.while_,
            if_: &g.if_,
            unless: &g.unless,
            limits: Cow::Borrowed(&rule.limits),
            act,
            modal,
            who,
            only,
            span: rule.body_span,
        };
        Some(norm.in_its_meeting(protocol))
    }

    /// Who must attend a meeting does so in it: a limit like the `at` of a decision, after all others. Where something else
    /// engages the duty, the meeting is one that comes then.
    fn in_its_meeting(mut self, protocol: &Protocol) -> Self {
        let Some(Act::Attend(which)) = self.act.as_deref().filter(|_| self.is_duty()) else {
            return self;
        };
        let mut which = which.clone();
        let engaged = !self.when.is_empty() || self.engaging_limit().is_some();
        if engaged && which.ordinal == Ordinal::Any {
            which.ordinal = if comes_once(protocol, &which) {
                Ordinal::First
            } else {
                Ordinal::Next
            };
        }
        let span = which.span;
        self.limits.to_mut().push(Limit {
            kind: LimitKind::At(which),
            span,
        });
        self
    }

    /// The meeting that a duty to attend is about, as its limit has it.
    pub fn attended(&self) -> Option<Moment> {
        match (self.act.as_deref(), self.limits.last().map(|l| &l.kind)) {
            (Some(Act::Attend(_)), Some(LimitKind::At(which))) if self.is_duty() => Some(held(which)),
            _ => None,
        }
    }

    /// The exclusive power a rule gives, if it gives one. Chairing is part of a meeting and voids nothing.
    pub fn of_power(protocol: &'p Protocol, id: RuleId) -> Option<Norm<'p>> {
        Norm::of_rule(protocol, id).filter(|n| n.only && !matches!(n.act.as_deref(), Some(Act::Chair(_))))
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
            limits: match &d.at {
                Some(_) => at.chain(d.limits.iter().cloned()).collect(),
                None => Cow::Borrowed(&d.limits),
            },
            act: Some(Cow::Owned(Act::Decide(id))),
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
        self.act.as_deref().is_some_and(is_shared)
    }

    /// The meeting of the act, with its ordinal.
    pub fn which(&self) -> Option<&Which> {
        match self.act.as_deref()? {
            Act::Hold(w) | Act::Book(w) | Act::Cancel(w) | Act::Attend(w) | Act::Chair(w) => Some(w),
            _ => None,
        }
    }

    /// Which of several its act is.
    pub fn ordinal(&self) -> Option<Ordinal> {
        match self.act.as_deref()? {
            Act::Send(_, _, ordinal) => Some(*ordinal),
            _ => self.which().map(|w| w.ordinal),
        }
    }

    /// The moment of the act's own class, if it has one.
    pub fn act_moment(&self) -> Option<Moment> {
        let class = self.act.as_deref().and_then(class_of)?;
        let (since, span) = match self.which() {
            Some(w) => (w.since.clone(), w.span),
            None => (None, self.span),
        };
        let ordinal = self.ordinal().unwrap_or(Ordinal::Any);
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

/// Whether a meeting is held once at most: it does not repeat, and no other counts as it.
fn comes_once(protocol: &Protocol, which: &Which) -> bool {
    let repeats = protocol.meetings.get(which.meeting.index()).is_some_and(|m| m.repeats);
    !repeats && protocol.meetings.iter().all(|m| !m.counts_as.contains(&which.meeting))
}

/// The moment a limit is measured from; without candidates where there is none.
pub(super) fn anchor(limit: &Limit) -> Cow<'_, Moments> {
    match &limit.kind {
        LimitKind::Within(_, m)
        | LimitKind::AtLeastBefore(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::Until(m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::Before(m)
        | LimitKind::After(m) => Cow::Borrowed(m),
        LimitKind::At(w) => Cow::Owned(Moments {
            any: vec![held(w)],
            reading: None,
            perhaps_unstated: false,
            span: w.span,
        }),
        LimitKind::Unstated | LimitKind::Urgency(_) => Cow::Owned(Moments {
            any: vec![],
            reading: None,
            perhaps_unstated: true,
            span: limit.span,
        }),
    }
}
