//! What engages a norm, its guards, and what lifts it. In: a case. Out: instances and truths.
//! Must not look at the act (see `duty` and `bars`).

use super::norms::{Instance, Norm, anchor};
use super::state::Case;
use super::which::{At, Frame, Truth, all, any, plain};
use super::who::{Doer, all_among, is_one_of, same_act};
use crate::model::{Body, Happening, Modal, Moment, Moments, NormId, Ordinal, RuleId};
use crate::time::Day;

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
        for limit in norm.limits.iter() {
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
            .filter(|&o| NormId::Rule(o) != norm.id && self.lifts(o))
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

    /// Whether a rule is written as one that lifts others.
    fn lifts(&self, rule: RuleId) -> bool {
        self.protocol.rules.get(rule.index()).is_some_and(|r| {
            let waives = matches!(
                r.body,
                Body::Norm {
                    modal: Modal::NeedNot,
                    ..
                }
            );
            waives || !r.exception_to.is_empty() || !r.replaces.is_empty() || r.departs_from.is_some()
        })
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
        let every = |o: Option<Ordinal>| o.is_none_or(|o| matches!(o, Ordinal::Any | Ordinal::Each));
        let same = match (norm.act.as_deref(), other.act.as_deref()) {
            (Some(a), Some(b)) => same_act(self.protocol, a, b),
            _ => false,
        };
        other.modal == Modal::NeedNot
            && norm.is_duty()
            && same
            && rank(other) >= rank(norm)
            && (every(other.ordinal()) || other.ordinal() == norm.ordinal())
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
