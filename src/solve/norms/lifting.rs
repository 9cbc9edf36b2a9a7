//! What lifts a norm: exceptions, departures, replacements and waivers. In: a norm and where it is tested. Out: formulas.

use super::{occurs, order};
use crate::model::{Act, Body, LimitKind, Modal, NormId, Ordinal, Party, RuleId, Who};
use crate::solve::ground::Ground;
use crate::solve::moments::{Frame, Stand};
use crate::solve::net::{Formula, Point, all, any};

/// Who does an act that is tested; none: nobody is asked.
type Doer = Option<Point>;

impl Ground<'_> {
    /// Before anything occurs, only what stands itself lifts a norm, unless it waits for something.
    pub(super) fn lifted_at_start(&mut self, norm: NormId) -> Formula {
        let mut ways = Vec::new();
        for (id, other) in self.may_lift(norm) {
            if !other.guard.when.is_empty() || !self.speaks_of(id, norm) {
                continue;
            }
            let waits = other.limits.iter().any(|l| {
                !matches!(
                    l.kind,
                    LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_) | LimitKind::Before(_)
                )
            });
            let is_act = matches!(&other.body, crate::model::Body::Norm { .. });
            if waits && is_act {
                continue;
            }
            let guards = self.guards(NormId::Rule(id), Stand::Start);
            let lifted = self.lifted_at_start(NormId::Rule(id));
            ways.push(all([guards, self.net.not(&lifted)]));
        }
        any(ways)
    }

    /// Some rule lifts this norm at `at`: an exception to it, a departure from it, a replacement, or a `need not`.
    pub(super) fn lifted(&mut self, norm: NormId, at: Point, stand: Stand, doer: Doer) -> Formula {
        let mut ways = Vec::new();
        for (id, other) in self.may_lift(norm) {
            if !self.speaks_of(id, norm) {
                continue;
            }
            let theirs = match (&other.body, doer) {
                // What only some may do is lifted for them alone.
                (
                    Body::Norm {
                        subject,
                        modal: Modal::May,
                        ..
                    },
                    Some(act),
                ) => subject
                    .who()
                    .and_then(|who| self.done_by(act, who))
                    .unwrap_or(Formula::TRUE),
                _ => Formula::TRUE,
            };
            let reigns = self.reigns(id, at, stand);
            ways.push(all([theirs, reigns]));
        }
        any(ways)
    }

    /// Whether a rule is written as one that lifts a norm.
    fn speaks_of(&self, other: RuleId, norm: NormId) -> bool {
        let Some(rule) = self.rule(other) else { return false };
        let of_rule = match norm {
            NormId::Rule(r) => {
                rule.exception_to.contains(&r)
                    || rule.replaces.contains(&r)
                    || rule.departs_from.as_ref().is_some_and(|d| d.from == r)
            }
            NormId::Decision(_) => false,
        };
        of_rule || self.waives(other, norm)
    }

    /// A `need not` on the same act, in a text that does not rank below, of all who must.
    fn waives(&self, other: RuleId, norm: NormId) -> bool {
        let Some(rule) = self.rule(other) else { return false };
        let Body::Norm {
            subject,
            modal: Modal::NeedNot,
            act,
        } = &rule.body
        else {
            return false;
        };
        let (wanted, who, module) = match norm {
            NormId::Decision(d) => match self.decision(d) {
                Some(decision) => (Act::Decide(d), decision.decided_by.given(), decision.origin.module),
                None => return false,
            },
            NormId::Rule(r) => match self.rule(r).map(|r| (&r.body, r.origin.module)) {
                Some((
                    Body::Norm {
                        subject,
                        modal: Modal::Must | Modal::Should,
                        act,
                    },
                    module,
                )) if !self.is_power(norm) => (act.clone(), subject.who(), module),
                _ => return false,
            },
        };
        let of = |m: crate::model::ModuleId| self.protocol.modules.get(m.index());
        let (theirs, its) = (of(rule.origin.module), of(module));
        theirs.map(|m| m.apart) == its.map(|m| m.apart)
            && theirs.map(|m| m.rank) >= its.map(|m| m.rank)
            && self.same_act(&wanted, act)
            && match (self.ordinal_of(NormId::Rule(other)), self.ordinal_of(norm)) {
                (Some(Ordinal::Any | Ordinal::Each) | None, _) => true,
                (a, b) => a == b,
            }
            && match (who, subject.who()) {
                (_, None) => true,
                (Some(a), Some(b)) => self.all_among(a, b),
                (None, Some(_)) => false,
            }
    }

    fn all_among(&self, who: &Who, others: &Who) -> bool {
        who.parties.iter().all(|p: &Party| self.counts_as_one(*p, others))
    }

    /// The same act, whoever does it and wherever it is written; ordinals aside.
    pub(super) fn same_act(&self, a: &Act, b: &Act) -> bool {
        match (a, b) {
            (Act::Hold(x), Act::Hold(y))
            | (Act::Book(x), Act::Book(y))
            | (Act::Cancel(x), Act::Cancel(y))
            | (Act::Attend(x), Act::Attend(y))
            | (Act::Chair(x), Act::Chair(y)) => self.kinds_below(y.meeting).contains(&x.meeting),
            (Act::Send(d, x, _), Act::Send(e, y, _)) => d == e && self.all_among(x, y),
            (Act::Notify(x, t), Act::Notify(y, u))
            | (Act::Ask(x, t), Act::Ask(y, u))
            | (Act::Consult(x, t), Act::Consult(y, u)) => t == u && self.all_among(x, y),
            (a, b) => a == b,
        }
    }

    /// A rule is engaged at `at`: its `when` is there, or has been. What was engaged by one of several alike says nothing of
    /// the others. What permits, waives or forbids does so while its limits and its `while` last.
    fn reigns(&mut self, rule: RuleId, at: Point, stand: Stand) -> Formula {
        let norm = NormId::Rule(rule);
        let Some(r) = self.rule(rule) else {
            return Formula::FALSE;
        };
        let lasting = matches!(&r.body, Body::Norm { modal, .. } if !matches!(modal, Modal::Must | Modal::Should) || self.is_power(norm));
        let here = if r.guard.when.is_empty() {
            let guards = self.guards(norm, stand);
            let window = if lasting {
                self.bar_window(norm, &Frame::default(), at)
            } else {
                Formula::TRUE
            };
            all([guards, window])
        } else {
            let mut alike = Vec::new();
            for m in r.guard.when.iter().flat_map(|w| &w.any).filter(|_| !lasting) {
                alike.extend(self.each(m.what).into_iter().filter(|a| a.at == at).map(|a| a.cond));
            }
            let none_alike = self.net.not(&any(alike));
            let mut ways = Vec::new();
            for moments in &r.guard.when {
                for e in self.denoted_by(moments) {
                    let near = if e.at == at {
                        Formula::TRUE
                    } else {
                        all([occurs(e.at), order(e.at, at), none_alike.clone()])
                    };
                    let guards = self.guards(norm, Stand::at(&e));
                    let frame = Frame {
                        trigger: Some(e.clone()),
                        ..Frame::default()
                    };
                    let window = if lasting {
                        self.bar_window(norm, &frame, at)
                    } else {
                        Formula::TRUE
                    };
                    ways.push(all([e.cond, near, guards, window]));
                }
            }
            any(ways)
        };
        if here.is_false() {
            return here;
        }
        let lifted = self.lifted(norm, at, stand, None);
        all([
            here,
            self.in_force(norm, at),
            self.cond(&r.guard.while_, stand),
            self.net.not(&lifted),
        ])
    }
}
