//! What becomes of a duty: kept, lapsed, open, done already, or broken. In: a norm and what engages it. Out: formulas.

use super::triggers::anchor;
use super::{Cut, Trigger, class_of, held, occurs, order};
use crate::model::{Act, Body, Cond, Happening, LimitKind, Moment, NormId, Ordinal, Party, RuleId, Who};
use crate::solve::ground::Ground;
use crate::solve::moments::{Alternative, Stand, precedes};
use crate::solve::net::{Formula, Lit, Point, all, any};
use std::collections::BTreeSet;

impl Ground<'_> {
    /// The occurrences that an act is, by its ordinal.
    pub(super) fn act_moment(&self, norm: NormId) -> Option<Moment> {
        let (what, span) = match norm {
            NormId::Decision(d) => (Happening::Decided(d), self.decision(d)?.whole),
            NormId::Rule(r) => match self.rule(r).map(|r| (&r.body, r.body_span)) {
                Some((Body::Norm { act, .. }, span)) => (class_of(act)?, span),
                _ => return None,
            },
        };
        let (since, span) = match self.which_of(norm) {
            Some(w) => (w.since.clone(), w.span),
            None => (None, span),
        };
        Some(Moment {
            ordinal: self.ordinal_of(norm).unwrap_or(Ordinal::Any),
            what,
            since,
            span,
        })
    }

    /// The acts that may keep an instance, whatever its limits: of the class asked for, in their place, by who must.
    pub fn ways(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Alternative> {
        let notice = self.is_notice(norm, &trigger.frame);
        let backward = !notice.is_false();
        let list = match self.act_moment(norm) {
            Some(moment) => {
                let exact = !backward && (moment.ordinal == Ordinal::Next || self.recurs(norm).is_some());
                match moment.ordinal {
                    _ if exact => self.pick(
                        &Moment {
                            ordinal: Ordinal::Next,
                            ..moment
                        },
                        &trigger.frame,
                    ),
                    Ordinal::First | Ordinal::Second | Ordinal::Third => self.pick(&moment, &trigger.frame),
                    Ordinal::EachLater => self.denoted(&moment),
                    _ => self.denoted(&Moment {
                        ordinal: Ordinal::Each,
                        ..moment
                    }),
                }
            }
            None => match norm {
                NormId::Rule(r) => self.acts_of(r),
                NormId::Decision(_) => Vec::new(),
            },
        };
        let others: Vec<Alternative> = match (&trigger.frame.trigger, backward) {
            (Some(t), true) => self
                .instances(norm)
                .into_iter()
                .filter_map(|(f, _)| f.trigger)
                .filter(|o| !o.is(t))
                .collect(),
            _ => Vec::new(),
        };
        let who = self.holder(norm);
        let mut out = Vec::new();
        for way in list {
            let placed = match &trigger.frame.trigger {
                None => Formula::TRUE,
                Some(t) if backward && t.is(&way) => Formula::FALSE,
                Some(t) if backward => {
                    let mut parts = vec![notice.clone()];
                    for other in &others {
                        let earlier = all([other.comes(), precedes(other, t)]);
                        parts.push(any([self.net.not(&earlier), precedes(other, &way)]));
                    }
                    any([all(parts), precedes(t, &way)])
                }
                Some(t) => precedes(t, &way),
            };
            let theirs = who
                .as_ref()
                .and_then(|who| self.done_by(way.at, who))
                .unwrap_or(Formula::TRUE);
            out.push(Alternative {
                cond: all([way.cond.clone(), occurs(way.at), placed, theirs]),
                ..way
            });
        }
        out.retain(|w| !w.cond.is_false());
        out
    }

    /// The occurrences of an act without a class.
    pub(super) fn acts_of(&self, rule: RuleId) -> Vec<Alternative> {
        let class = Happening::Done(self.protocol.done_as.get(&rule).copied().unwrap_or(rule));
        self.of_class(class)
            .map(|i| Alternative {
                at: i.at,
                after: false,
                derived: false,
                class: Some(class),
                cond: Formula::TRUE,
            })
            .collect()
    }

    /// Who must; nobody where a meeting is held, booked or cancelled once for all.
    fn holder(&self, norm: NormId) -> Option<Who> {
        match norm {
            NormId::Decision(d) => self.decision(d).and_then(|d| d.decided_by.given()).cloned(),
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm {
                    act: Act::Hold(_) | Act::Book(_) | Act::Cancel(_),
                    ..
                }) => None,
                Some(Body::Norm { subject, .. }) => subject.who().cloned(),
                _ => None,
            },
        }
    }

    /// The act at `at` is done by one of `who`; `None` if nobody is named as its doer.
    pub fn done_by(&self, at: Point, who: &Who) -> Option<Formula> {
        let instance = self.instance(at)?;
        let fits = |party: &Party| self.counts_as_one(*party, who);
        match instance.doers.as_slice() {
            [] => None,
            [one] => Some(if fits(one) { Formula::TRUE } else { Formula::FALSE }),
            many => {
                let set = many
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| fits(p))
                    .fold(0u64, |s, (at, _)| s | 1 << at);
                Some(instance.doer.map_or(Formula::TRUE, |c| Lit::Is(c, set).into()))
            }
        }
    }

    /// The points at which a rule's act is done, by one who counts as its subject.
    pub fn done(&mut self, rule: RuleId) -> Vec<Alternative> {
        let norm = NormId::Rule(rule);
        let Some(moment) = self.act_moment(norm) else {
            return self.acts_of(rule);
        };
        let list = self.each(moment.what);
        let who = self.holder(norm);
        let theirs = |at| {
            who.as_ref()
                .and_then(|who| self.done_by(at, who))
                .unwrap_or(Formula::TRUE)
        };
        list.into_iter()
            .map(|a| Alternative {
                cond: all([a.cond.clone(), theirs(a.at)]),
                ..a
            })
            .collect()
    }

    /// An act named by `first`, `second`, ... that already lies before the trigger: nothing is left to do.
    pub(in crate::solve) fn already_done(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        let Some(t) = &trigger.frame.trigger else {
            return Formula::FALSE;
        };
        let numbered = |m: &Moment| matches!(m.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third);
        if self.is_prohibition(norm) || !self.is_triggered(norm) {
            return Formula::FALSE;
        }
        // A meeting that lies before the trigger leaves nothing to attend.
        if let Some(meeting) = self.attended(norm).map(|w| held(&w)).filter(numbered) {
            let meetings = self.pick(&meeting, &trigger.frame).into_iter();
            return any(meetings.map(|x| all([x.comes(), order(x.at, t.at)])));
        }
        let Some(moment) = self.act_moment(norm).filter(numbered) else {
            return Formula::FALSE;
        };
        let notice = self.is_notice(norm, &trigger.frame);
        if notice.is_true() {
            return Formula::FALSE;
        }
        let done = self.pick(&moment, &trigger.frame);
        let mut ways = Vec::new();
        for y in done {
            let later = precedes(t, &y);
            ways.push(all([y.comes(), self.net.not(&later)]));
        }
        all([self.net.not(&notice), any(ways)])
    }

    /// The ways in which a duty lapses: `while` becomes false, or what it stands `until` comes.
    fn lapses(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Vec<Formula> {
        let Some(guard) = self.guard(norm) else {
            return Vec::new();
        };
        let limits = self.all_limits(norm);
        let mut out = Vec::new();
        let mut lapse = |ground: &mut Self, end: Point, cond: Formula, plus| {
            let in_time = ground.no_later_than_due(norm, trigger, end, plus, cut);
            let so_far = match cut {
                Some(cut) if cut != end => order(end, cut),
                _ => Formula::TRUE,
            };
            out.push(all([occurs(end), so_far, cond, in_time]));
        };
        if guard.while_ != Cond::True {
            for cause in self.causes(&guard.while_) {
                let follows = match trigger.at {
                    Some(t) if t != cause => order(t, cause),
                    _ => Formula::TRUE,
                };
                let still = self.cond(&guard.while_, Stand::After(cause));
                let over = self.net.not(&still);
                lapse(self, cause, all([follows, over]), None);
            }
        }
        for limit in &limits {
            let plus = match &limit.kind {
                LimitKind::Until(_) => None,
                LimitKind::UntilAfter(length, _) => Some(length),
                _ => continue,
            };
            for x in self.pick_of(&anchor(limit), &trigger.frame) {
                let over = match (plus, cut) {
                    (Some(length), Some(cut)) => self.lengths(length, |g, d| g.apart(x.at, d, cut)),
                    _ => Formula::TRUE,
                };
                lapse(self, x.at, all([x.cond, over]), plus);
            }
        }
        out
    }

    /// Some way is taken within the window.
    pub fn kept_duty(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        let mut out = Vec::new();
        for way in self.ways(norm, trigger) {
            let window = self.window(norm, trigger, &way);
            out.push(all([way.cond, window]));
        }
        any(out)
    }

    /// An instance of a duty is neither kept, lapsed, open nor without anything due. With a cut: by then.
    pub fn broken_duty(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let fine = self.fine_duty(norm, trigger, cut);
        let already = self.already_done(norm, trigger);
        all([self.engaged(trigger), self.net.not(&already), self.net.not(&fine)])
    }

    fn fine_duty(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let mut out = vec![self.kept_duty(norm, trigger)];
        out.extend(self.lapses(norm, trigger, cut));
        out.push(match cut {
            // What is not yet past every last day that is known is open.
            Some(end) => self.no_later_than_due(norm, trigger, end, None, cut),
            None => self.nothing_due(norm, trigger, cut),
        });
        any(out)
    }

    /// An instance is engaged and kept; with a cut, it may still be.
    pub(super) fn repaired(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let already = self.already_done(norm, trigger);
        let mut ways = vec![self.kept_duty(norm, trigger)];
        if let Some(end) = cut {
            let lapsed = any(self.lapses(norm, trigger, cut));
            let in_time = self.no_later_than_due(norm, trigger, end, None, cut);
            ways.push(all([in_time, self.net.not(&lapsed)]));
        }
        all([self.engaged(trigger), self.net.not(&already), any(ways)])
    }

    /// It is the last turn that a bounded history can hold of what recurs: its next one lies beyond the bound.
    pub(super) fn is_last_turn(&self, norm: NormId, trigger: &Trigger) -> bool {
        self.is_recurring(norm) && trigger.at.is_some_and(|t| self.is_last_copy(t))
    }

    pub(super) fn accept_duty(&mut self, norm: NormId, cut: Cut) -> Formula {
        self.accept_duty_but(norm, &BTreeSet::new(), cut)
    }

    /// A duty is obeyed in all that engages it but for this; `None` for what is no duty.
    pub fn accept_others(&mut self, norm: NormId, but: &BTreeSet<Option<Point>>) -> Option<Formula> {
        let is_duty = !self.is_prohibition(norm) && !self.is_chairing(norm) && self.binds(norm);
        is_duty.then(|| all([self.accept_duty_but(norm, but, None), self.opens_only(norm)]))
    }

    fn accept_duty_but(&mut self, norm: NormId, but: &BTreeSet<Option<Point>>, cut: Cut) -> Formula {
        if !self.has_instances(norm) {
            return Formula::TRUE;
        }
        let mut parts = Vec::new();
        for (of, trigger) in self.triggers(norm).into_iter().enumerate() {
            // Not asked for, and that is said.
            if self.is_last_turn(norm, &trigger) || but.contains(&trigger.at) {
                continue;
            }
            let engaged = self.engaged(&trigger);
            let mut ways = vec![self.net.not(&engaged)];
            if let (Some(t), Some(cut)) = (trigger.at, cut)
                && t != cut
            {
                ways.push(order(cut, t));
            }
            ways.push(self.already_done(norm, &trigger));
            ways.push(self.fine_duty(norm, &trigger, cut));
            ways.push(self.made_good(norm, of, cut));
            parts.push(any(ways));
        }
        all(parts)
    }

    fn is_last_copy(&self, at: Point) -> bool {
        self.instance(at)
            .is_some_and(|i| i.number + 1 == self.turns_held(i.class))
    }

    /// Each turn asks for the next.
    fn is_recurring(&self, norm: NormId) -> bool {
        let NormId::Rule(r) = norm else { return false };
        matches!(
            self.rule(r).map(|r| &r.body),
            Some(Body::Norm {
                act: Act::Hold(_) | Act::Send(..),
                ..
            })
        ) && matches!(
            self.ordinal_of(norm),
            Some(Ordinal::EachLater | Ordinal::Each | Ordinal::Next)
        )
    }
}
