//! What it is for a history to engage, keep or break a norm, as formulas. In: a [`Ground`] and a norm. Out: formulas that
//! say of a history just what the judge says of it (docs/decisions/0002-meaning.md), written independently of the judge.

mod bars;
mod duties;
pub mod engagement;
mod lifting;
mod missed;
pub mod owed;
mod settings;
mod triggers;
mod windows;

pub(in crate::solve) use triggers::{anchor, held};

use super::ground::{Ground, class_of, number, occurrence_of};
use super::moments::{Frame, Stand, bit};
use super::net::{Choice, Formula, Lit, Point, all, any};
use crate::model::{
    Act, Body, Cond, Decision, DecisionId, Guard, Happening, Limit, Modal, Moment, NormId, Ordinal, Rule, RuleId,
    StatusId, Subject, ValueId, Which,
};

/// What engages one instance of a norm.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// The point; none for a norm that stands from the start.
    pub at: Option<Point>,
    /// Which one is meant, and the guard at it.
    pub cond: Formula,
    /// What the ordinals of this instance count from.
    pub frame: Frame,
}

/// The moment up to which a history is looked at: everything up to it has occurred, nothing after it has.
pub type Cut = Option<Point>;

fn occurs(x: Point) -> Formula {
    Lit::Occurs(x, true).into()
}

fn order(a: Point, b: Point) -> Formula {
    if a == b {
        Formula::FALSE
    } else {
        Lit::Before(a, b).into()
    }
}

impl<'p> Ground<'p> {
    fn rule(&self, id: RuleId) -> Option<&'p Rule> {
        self.protocol.rules.get(id.index())
    }

    fn decision(&self, id: DecisionId) -> Option<&'p Decision> {
        self.protocol.decisions.get(id.index())
    }

    fn guard(&self, norm: NormId) -> Option<&'p Guard> {
        match norm {
            NormId::Rule(r) => self.rule(r).map(|r| &r.guard),
            NormId::Decision(d) => self.decision(d).map(|d| &d.guard),
        }
    }

    fn limits(&self, norm: NormId) -> &'p [Limit] {
        match norm {
            NormId::Rule(r) => self.rule(r).map_or(&[], |r| &r.limits),
            NormId::Decision(d) => self.decision(d).map_or(&[], |d| &d.limits),
        }
    }

    /// Whether a norm forbids (rather than asks).
    pub fn is_prohibition(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => false,
            NormId::Rule(r) => matches!(
                self.rule(r).map(|r| &r.body),
                Some(
                    Body::Norm {
                        modal: Modal::MustNot | Modal::ShouldNot,
                        ..
                    } | Body::Norm {
                        subject: Subject::Only(_),
                        ..
                    }
                )
            ),
        }
    }

    /// Whether a norm is an exclusive power.
    pub fn is_power(&self, norm: NormId) -> bool {
        matches!(norm, NormId::Rule(r) if matches!(self.rule(r).map(|r| &r.body), Some(Body::Norm { subject: Subject::Only(_), .. })))
    }

    /// Whether a norm is about who chairs.
    fn is_chairing(&self, norm: NormId) -> bool {
        matches!(norm, NormId::Rule(r) if matches!(self.rule(r).map(|r| &r.body), Some(Body::Norm { act: Act::Chair(_), .. })))
    }

    /// Whether a norm binds at all: duties, decisions, prohibitions and exclusive powers.
    pub fn binds(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm {
                    subject: Subject::Only(_),
                    ..
                }) => true,
                Some(Body::Norm { modal, .. }) => !matches!(modal, Modal::May | Modal::NeedNot),
                _ => false,
            },
        }
    }

    /// Whether the act a duty asks for is a point of the net at all; a duty whose act nobody waits for can always be kept.
    pub fn has_instances(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm {
                    act: Act::Chair(_) | Act::Hold(_) | Act::Begin(_) | Act::End(_),
                    ..
                }) => true,
                Some(Body::Norm { act, .. }) => self.classes.contains_key(&occurrence_of(self.protocol, r, act)),
                _ => false,
            },
        }
    }

    /// The trigger occurs and its guard holds.
    pub fn engaged(&self, trigger: &Trigger) -> Formula {
        match trigger.at {
            Some(t) => all([occurs(t), trigger.cond.clone()]),
            None => trigger.cond.clone(),
        }
    }

    /// Some instance of a norm is broken.
    pub fn breaks(&mut self, norm: NormId) -> Formula {
        if self.is_prohibition(norm) || self.is_chairing(norm) {
            return any(self.violations(norm).into_iter().map(|(_, f)| f));
        }
        let mut ways = Vec::new();
        for (of, trigger) in self.triggers(norm).into_iter().enumerate() {
            let good = self.made_good(norm, of, None);
            ways.push(all([self.broken_duty(norm, &trigger, None), self.net.not(&good)]));
        }
        if let NormId::Decision(d) = norm {
            ways.extend(self.closed_options(d).into_iter().map(|(_, f)| f));
        }
        any(ways)
    }

    /// Every instance of a norm is fine; with a cut, so far.
    pub fn accept(&mut self, norm: NormId, cut: Cut) -> Formula {
        if !self.binds(norm) {
            return Formula::TRUE;
        }
        if self.is_prohibition(norm) || self.is_chairing(norm) {
            let broken = any(self.violations(norm).into_iter().map(|(_, f)| f));
            return self.net.not(&broken);
        }
        all([self.accept_duty(norm, cut), self.opens_only(norm)])
    }

    /// A decision takes no option that is closed.
    fn opens_only(&mut self, norm: NormId) -> Formula {
        let closed = match norm {
            NormId::Decision(d) => any(self.closed_options(d).into_iter().map(|(_, f)| f)),
            NormId::Rule(_) => Formula::FALSE,
        };
        self.net.not(&closed)
    }

    /// The statuses a condition tests and the moments it names, through its terms.
    fn parts_of(&self, cond: &Cond, statuses: &mut Vec<StatusId>, moments: &mut Vec<Moment>) {
        match cond {
            Cond::Status(s, _, _) => statuses.push(*s),
            Cond::Happened(m, _) => moments.push(m.clone()),
            Cond::Before(a, b, _) => moments.extend([a.clone(), b.clone()]),
            Cond::DueBefore(a, b, _) => moments.extend([a, b].into_iter().flat_map(|w| self.changes_of(w))),
            Cond::DueWithin(a, _, _) => moments.extend(self.changes_of(a)),
            Cond::Term(t, _) => {
                if let Some(term) = self.protocol.terms.get(t.index()) {
                    self.parts_of(&term.means, statuses, moments);
                }
            }
            Cond::Not(inner) => self.parts_of(inner, statuses, moments),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| self.parts_of(c, statuses, moments)),
            Cond::True | Cond::Factor(..) => {}
        }
    }

    /// What sets a meeting's day, or ends that it is set.
    fn changes_of(&self, which: &Which) -> Vec<Moment> {
        let kinds = self.kinds_below(which.meeting).into_iter();
        let classes = kinds.flat_map(|m| [Happening::Booked(m), Happening::Held(m), Happening::Cancelled(m)]);
        let moment = |what| Moment {
            ordinal: Ordinal::Any,
            what,
            since: None,
            span: which.span,
        };
        classes.map(moment).collect()
    }

    /// Outcomes that were not open when they were chosen.
    fn closed_options(&mut self, id: DecisionId) -> Vec<(Point, Formula)> {
        let taken: Vec<(Point, Choice)> = self
            .of_class(Happening::Decided(id))
            .filter_map(|i| Some((i.at, i.outcome?)))
            .collect();
        let mut out = Vec::new();
        for (at, outcome) in taken {
            for (index, closed) in self.closed(id, at).into_iter().enumerate() {
                let chosen = Lit::Is(outcome, bit(ValueId(number(index)))).into();
                out.push((at, all([occurs(at), chosen, closed])));
            }
        }
        out.retain(|(_, f)| !f.is_false());
        out
    }

    /// For each option of a decision, that it is closed just before this point.
    pub fn closed(&mut self, id: DecisionId, at: Point) -> Vec<Formula> {
        let options = self.decision(id).map_or(&[][..], |d| &d.options);
        let stand = Stand::Before(at);
        options
            .iter()
            .map(|option| {
                let open = self.cond(&option.if_, stand);
                let shut = self.net.not(&open);
                let unless = option.unless.iter().map(|c| self.cond(c, stand));
                any(std::iter::once(shut).chain(unless))
            })
            .collect()
    }
}
