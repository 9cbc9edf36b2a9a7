//! What it is for a history to engage, keep or break a norm, as formulas. In: a [`Ground`] and a norm. Out: formulas that
//! say of a history just what the judge says of it (docs/decisions/0002-meaning.md), written independently of the judge.

mod bars;
mod duties;
mod engagement;
mod settings;
mod triggers;
mod windows;

use super::ground::{Ground, class_of};
use super::net::{Formula, Point, Lit, all, any};
use crate::model::{Act, Body, Cond, Decision, DecisionId, Guard, Happening, Limit, Modal, NormId, Rule, RuleId, StatusId, Subject};

/// What engages one instance of a norm.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// The point; none for a norm that stands from the start.
    pub at: Option<Point>,
    /// Tests at it see the state after it.
    pub after: bool,
    /// Which one is meant, and the guard at it.
    pub cond: Formula,
}

/// One way to do what a duty asks: the point, and when it is the one asked for.
#[derive(Debug, Clone)]
pub struct Way {
    /// The act.
    pub at: Point,
    /// When it is the one asked for, by somebody who may.
    pub cond: Formula,
}

/// The moment up to which a history is looked at: everything up to it has occurred, nothing after it has.
pub type Cut = Option<Point>;

fn occurs(x: Point) -> Formula {
    Lit::Occurs(x, true).into()
}

fn order(a: Point, b: Point) -> Formula {
    if a == b { Formula::FALSE } else { Lit::Before(a, b).into() }
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
                Some(Body::Norm { modal: Modal::MustNot | Modal::ShouldNot, .. } | Body::Norm { subject: Subject::Only(_), .. })
            ),
        }
    }

    /// Whether a norm binds at all: duties, decisions, prohibitions and exclusive powers.
    pub fn binds(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm { subject: Subject::Only(_), .. }) => true,
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
                Some(Body::Norm { act: Act::Chair(_) | Act::Hold(_) | Act::Begin(_) | Act::End(_), .. }) => true,
                Some(Body::Norm { act, .. }) => {
                    self.classes.contains_key(&class_of(act).unwrap_or(Happening::Done(r)))
                }
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

    /// Every instance of a norm is fine; with a cut, so far.
    pub fn accept(&mut self, norm: NormId, cut: Cut) -> Formula {
        if !self.binds(norm) {
            return Formula::TRUE;
        }
        if let NormId::Rule(r) = norm
            && let Some(Body::Norm { act: Act::Chair(which), subject, .. }) = self.rule(r).map(|r| &r.body)
        {
            let broken = self.broken_chair(norm, which, subject);
            return self.net.not(&any(broken.into_iter().map(|(_, f)| f)));
        }
        if self.is_prohibition(norm) {
            let broken = self.violations(norm);
            return self.net.not(&any(broken.into_iter().map(|(_, f)| f)));
        }
        self.accept_duty(norm, cut)
    }

    /// The statuses a condition tests, through its terms.
    pub fn statuses_in(&self, cond: &Cond, out: &mut Vec<StatusId>) {
        match cond {
            Cond::Status(s, _, _) => out.push(*s),
            Cond::Term(t, _) => {
                if let Some(term) = self.protocol.terms.get(t.index()) {
                    self.statuses_in(&term.means, out);
                }
            }
            Cond::Not(inner) => self.statuses_in(inner, out),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| self.statuses_in(c, out)),
            _ => {}
        }
    }
}
