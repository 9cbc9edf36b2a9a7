//! What breaks a prohibition, an exclusive power or a rule on chairing. In: a norm. Out: acts, and when they break it.

use super::{Trigger, Way, occurs, order};
use crate::solve::ground::{Ground, NO, YES, class_of, number};
use crate::solve::moments::{Alternative, Stand};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::model::{Act, Body, DecisionId, Happening, LimitKind, NormId, RuleId, StatusId, Subject, Thing, ValueId, Which};

impl Ground<'_> {
    /// Each act that breaks a prohibition or an exclusive power, with when it does.
    pub fn violations(&mut self, norm: NormId) -> Vec<(Point, Formula)> {
        let NormId::Rule(r) = norm else { return Vec::new() };
        let Some(rule) = self.rule(r) else { return Vec::new() };
        let Body::Norm { subject, act, .. } = &rule.body else { return Vec::new() };
        let exclusive = matches!(subject, Subject::Only(_));
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            for way in self.matching(act, trigger.at) {
                let stand = Stand::Before(way.at);
                let mut parts = vec![way.cond];
                if let Some(t) = trigger.at {
                    if t == way.at {
                        continue;
                    }
                    parts.extend([occurs(t), order(t, way.at), trigger.cond.clone()]);
                }
                parts.push(self.cond(&rule.guard.while_, stand, trigger.at));
                let allowed = if trigger.at.is_none() { self.cond(&rule.guard.if_, stand, Some(way.at)) } else { Formula::TRUE };
                if exclusive {
                    let Some(by) = subject.who().and_then(|who| self.done_by(way.at, who)) else { continue };
                    let right = all([by, allowed]);
                    parts.push(self.net.not(&right));
                } else {
                    parts.push(allowed);
                    if let Some(who) = subject.who() {
                        parts.extend(self.done_by(way.at, who));
                    }
                }
                for unless in &rule.guard.unless {
                    let holds = self.cond(unless, stand, trigger.at);
                    parts.push(self.net.not(&holds));
                }
                if trigger.at.is_none() {
                    parts.push(self.in_force(r, way.at));
                    parts.push(self.not_excepted(r, way.at, false));
                }
                for limit in &rule.limits {
                    parts.push(self.forbidden_window(norm, &limit.kind, &trigger, way.at));
                }
                out.push((way.at, all(parts)));
            }
        }
        out.retain(|(_, f)| !f.is_false());
        out
    }

    fn forbidden_window(&mut self, norm: NormId, limit: &LimitKind, trigger: &Trigger, act: Point) -> Formula {
        match limit {
            LimitKind::Until(m) | LimitKind::Before(m) => {
                let come: Vec<Formula> = self
                    .moments(m, trigger.at)
                    .into_iter()
                    .map(|a| if a.at == act { a.cond } else { all([a.cond, occurs(a.at), order(a.at, act)]) })
                    .collect();
                self.net.not(&any(come))
            }
            LimitKind::UntilAfter(length, m) => {
                let anchors = self.anchors(norm, m, trigger);
                let mut ways = Vec::new();
                for a in anchors {
                    let follows = if Some(a.at) == trigger.at { Formula::TRUE } else { order(a.at, act) };
                    let over = self.lengths(length, |g, d| Lit::Le(a.at, g.table(d, true), act).into());
                    let not_over = self.net.not(&over);
                    ways.push(all([a.cond, occurs(a.at), follows, not_over]));
                }
                any(ways)
            }
            LimitKind::Unstated | LimitKind::Urgency(_) => Formula::TRUE,
            other => self.limit(norm, other, trigger, act),
        }
    }

    /// The acts that a prohibition or power speaks of.
    fn matching(&mut self, act: &Act, trigger: Option<Point>) -> Vec<Way> {
        let plain = |a: Alternative| Way { at: a.at, cond: all([a.cond, occurs(a.at)]) };
        match act {
            Act::Hold(which) => self.which(which, trigger).into_iter().map(plain).collect(),
            Act::Begin(s) => self.settings_as_acts(*s, YES),
            Act::End(s) => self.settings_as_acts(*s, NO),
            Act::Consider(thing) | Act::CarryOut(thing) => match thing {
                Thing::Decision(d) => self.of_class(Happening::Decided(*d)).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect(),
                Thing::Change(s, v) => {
                    let mut out = self.settings_as_acts(*s, *v);
                    for (at, decision) in self.protocol.decisions.iter().enumerate() {
                        if decision.options.iter().any(|o| o.effects.iter().any(|(x, y, _)| x == s && y == v)) {
                            let class = Happening::Decided(DecisionId(number(at)));
                            out.extend(self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }));
                        }
                    }
                    for (at, rule) in self.protocol.rules.iter().enumerate() {
                        if let Body::Norm { act: Act::Consider(Thing::Change(x, y)), .. } = &rule.body
                            && (x, y) == (s, v)
                        {
                            let class = Happening::Done(RuleId(number(at)));
                            out.extend(self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }));
                        }
                    }
                    out
                }
                _ => Vec::new(),
            },
            act => match class_of(act) {
                Some(class) => self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect(),
                None => Vec::new(),
            },
        }
    }

    /// Whatever own act sets a status so; what the outside causes is nobody's act.
    fn settings_as_acts(&self, status: StatusId, value: ValueId) -> Vec<Way> {
        self.set_by(status)
            .filter(|s| s.value == value && self.net.points[s.cause.0 as usize].own)
            .map(|s| Way { at: s.cause, cond: s.effective.clone() })
            .collect()
    }

    /// Each meeting that is chaired by somebody who does not count as the subject.
    pub fn broken_chair(&mut self, norm: NormId, which: &Which, subject: &Subject) -> Vec<(Point, Formula)> {
        let Some(guard) = self.guard(norm) else { return Vec::new() };
        let mut out = Vec::new();
        let standing = self.engaging(norm).is_none();
        let triggers = self.triggers(norm);
        for trigger in triggers {
            for meeting in self.which(which, trigger.at) {
                let Some(choice) = self.instance(meeting.at).and_then(|i| i.chair) else { continue };
                let set = self
                    .chairs
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| subject.who().is_some_and(|w| self.counts_as_one(**p, w)))
                    .fold(0u64, |s, (at, _)| s | 1 << at);
                let mut parts = vec![meeting.cond, occurs(meeting.at)];
                let stand = Stand::Before(meeting.at);
                if let Some(t) = trigger.at {
                    if t != meeting.at {
                        parts.push(order(t, meeting.at));
                    }
                    parts.extend([occurs(t), trigger.cond.clone()]);
                } else if standing && let NormId::Rule(r) = norm {
                    parts.push(self.cond(&guard.if_, stand, Some(meeting.at)));
                    parts.push(self.cond(&guard.while_, stand, Some(meeting.at)));
                    for unless in &guard.unless {
                        let holds = self.cond(unless, stand, Some(meeting.at));
                        parts.push(self.net.not(&holds));
                    }
                    parts.push(self.in_force(r, meeting.at));
                    parts.push(self.not_excepted(r, meeting.at, false));
                }
                parts.push(Lit::Is(choice, self.net.full(choice) & !set).into());
                out.push((meeting.at, all(parts)));
            }
        }
        out
    }
}
