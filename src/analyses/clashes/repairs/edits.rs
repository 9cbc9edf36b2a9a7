//! Changes of one line of a protocol. In: which line becomes what. Out: a copy of the protocol that has it, and how it is told. Says
//! nothing of whether it mends anything.

use crate::diagnostics::{Change, ChangeKind};
use crate::model::{Body, Cond, Guard, Length, Limit, LimitKind, NormId, Protocol, RuleId, Subject, Who};
use crate::source::Span;
use crate::time::Duration;

use super::super::super::describe;

/// One change.
#[derive(Debug, Clone)]
pub struct Edit {
    /// The rule or decision that it changes.
    pub norm: NormId,
    /// What becomes of it.
    pub to: To,
    /// As the language has it.
    pub write: String,
    /// What to do, where that is more than to write it.
    pub text: Option<String>,
}

/// What becomes of a norm.
#[derive(Debug, Clone)]
pub enum To {
    /// The limit with this index counts so many.
    Limit { at: usize, length: Duration },
    /// Others do it.
    Who(Who),
    /// It lapses when this is no longer so.
    While(Cond),
    /// Where it applies, the other does not.
    Exception(RuleId),
    /// It does not apply in a case.
    Unless(Cond),
}

impl Edit {
    pub fn kind(&self) -> ChangeKind {
        match self.to {
            To::Limit { .. } => ChangeKind::Limit,
            To::Who(_) => ChangeKind::Who,
            To::While(_) => ChangeKind::Lapse,
            To::Exception(_) => ChangeKind::Exception,
            To::Unless(_) => ChangeKind::Unless,
        }
    }

    /// How much it changes a number, in thousandths of it; nothing for what changes none.
    pub fn size(&self, protocol: &Protocol) -> u32 {
        let To::Limit { at, length } = self.to else { return 0 };
        let limits = describe::limits(protocol, self.norm);
        let old = limits.get(at).and_then(|l| length_of(&l.kind));
        let old = old.and_then(|l| l.any.first()).map_or(1, |d| d.count.max(1));
        length.count.abs_diff(old).saturating_mul(1000) / old
    }

    /// As it is told.
    pub fn change(&self, protocol: &Protocol) -> Option<Change> {
        let text = match &self.text {
            Some(text) => text.clone(),
            None => format!("write `{}` in {}", self.write, describe::quoted(protocol, self.norm)),
        };
        Some(Change {
            kind: self.kind(),
            text,
            write: self.write.clone(),
            span: self.span(protocol)?,
            rule: describe::qualified(protocol, self.norm),
        })
    }

    /// The line that is changed, or the head of the item that gets one more.
    pub fn span(&self, protocol: &Protocol) -> Option<Span> {
        match self.to {
            To::Limit { at, .. } => describe::limits(protocol, self.norm).get(at).map(|l| l.span),
            To::Who(_) => describe::body_span(protocol, self.norm),
            _ => describe::span(protocol, self.norm),
        }
    }

    /// Makes it.
    pub fn make(&self, protocol: &mut Protocol) {
        let (limits, guard) = match self.norm {
            NormId::Decision(d) => match protocol.decisions.get_mut(d.index()) {
                Some(decision) => (&mut decision.limits, &mut decision.guard),
                None => return,
            },
            NormId::Rule(r) => match protocol.rules.get_mut(r.index()) {
                Some(rule) => {
                    match (&self.to, &mut rule.body) {
                        (To::Who(who), Body::Norm { subject, .. }) => *subject = Subject::The(who.clone()),
                        (To::Exception(to), _) => rule.exception_to.push(*to),
                        _ => {}
                    }
                    (&mut rule.limits, &mut rule.guard)
                }
                None => return,
            },
        };
        change(&self.to, limits, guard);
    }
}

/// What rules and decisions have in common.
fn change(to: &To, limits: &mut [Limit], guard: &mut Guard) {
    match to {
        To::Limit { at, length } => {
            if let Some(old) = limits.get_mut(*at).and_then(|limit| length_mut(&mut limit.kind)) {
                old.any = vec![*length];
            }
        }
        To::While(cond) => {
            guard.while_ = match std::mem::replace(&mut guard.while_, Cond::True) {
                Cond::True => cond.clone(),
                other => Cond::All(vec![other, cond.clone()]),
            };
        }
        To::Unless(case) => guard.unless.push(case.clone()),
        To::Who(_) | To::Exception(_) => {}
    }
}

/// A copy of the protocol that has all of these.
pub fn made(protocol: &Protocol, edits: &[Edit]) -> Protocol {
    let mut copy = protocol.clone();
    edits.iter().for_each(|edit| edit.make(&mut copy));
    copy
}

/// The length of a limit that has one.
pub fn length_of(limit: &LimitKind) -> Option<&Length> {
    match limit {
        LimitKind::Within(length, _)
        | LimitKind::AtLeastAfter(length, _)
        | LimitKind::AtLeastBefore(length, _)
        | LimitKind::UntilAfter(length, _) => Some(length),
        _ => None,
    }
}

fn length_mut(limit: &mut LimitKind) -> Option<&mut Length> {
    match limit {
        LimitKind::Within(length, _)
        | LimitKind::AtLeastAfter(length, _)
        | LimitKind::AtLeastBefore(length, _)
        | LimitKind::UntilAfter(length, _) => Some(length),
        _ => None,
    }
}
