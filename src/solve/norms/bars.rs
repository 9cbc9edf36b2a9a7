//! What breaks a prohibition, an exclusive power or a rule on chairing. In: a norm. Out: acts, and when they break it.

use std::collections::BTreeSet;

use super::{Trigger, class_of, held};
use crate::model::{Act, Body, Cond, DecisionId, Happening, Modal, NormId, Ordinal, RuleId, StatusId, Thing, ValueId};
use crate::solve::ground::{Ground, NO, YES, number};
use crate::solve::moments::{Alternative, Frame, Stand, precedes};
use crate::solve::net::{Formula, Lit, Point, all, any};

impl Ground<'_> {
    /// Each act that breaks a prohibition, an exclusive power or a rule on chairing, with when it does.
    pub fn violations(&mut self, norm: NormId) -> Vec<(Point, Formula)> {
        let NormId::Rule(r) = norm else { return Vec::new() };
        let Some(Body::Norm { subject, act, .. }) = self.rule(r).map(|r| &r.body) else {
            return Vec::new();
        };
        if let Some(meetings) = self.chaired(norm) {
            return meetings
                .into_iter()
                .map(|(at, bound, wrong)| (at, all([bound, wrong])))
                .filter(|(_, f)| !f.is_false())
                .collect();
        }
        let mut out = Vec::new();
        for trigger in self.windows_of(norm) {
            for way in self.matching(norm, act, &trigger.frame) {
                let by = subject.who().map(|who| self.done_by(way.at, who));
                let wrong = if self.is_power(norm) {
                    let if_ = self
                        .guard(norm)
                        .map_or(Formula::TRUE, |g| self.cond(&g.if_, Stand::Before(way.at)));
                    // Nobody named as the doer: not known.
                    let theirs = by.flatten().unwrap_or(Formula::TRUE);
                    self.net.not(&all([if_, theirs]))
                } else {
                    by.map_or(Formula::TRUE, |by| by.unwrap_or(Formula::FALSE))
                };
                let bound = self.bound(norm, &trigger, &way);
                out.push((way.at, all([bound, wrong])));
            }
        }
        out.retain(|(_, f)| !f.is_false());
        out
    }

    /// The ways of using a permission or an exclusive power: an act of the kind it speaks of, by one who has it, where it
    /// stands and something is left to change.
    pub fn uses(&mut self, norm: NormId) -> Vec<Formula> {
        let NormId::Rule(r) = norm else { return Vec::new() };
        let Some((Body::Norm { subject, act, .. }, span)) = self.rule(r).map(|r| (&r.body, r.body_span)) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        for trigger in self.windows_of(norm) {
            for way in self.matching(norm, act, &trigger.frame) {
                let by = subject.who().and_then(|who| self.done_by(way.at, who));
                let if_ = match self.guard(norm) {
                    Some(guard) if self.is_power(norm) => self.cond(&guard.if_, Stand::Before(way.at)),
                    _ => Formula::TRUE,
                };
                let so_already = match act {
                    Act::Begin(s) => self.cond(&Cond::Status(*s, vec![YES], span), Stand::Before(way.at)),
                    Act::End(s) => self.cond(&Cond::Status(*s, vec![NO], span), Stand::Before(way.at)),
                    _ => Formula::FALSE,
                };
                let bound = self.bound(norm, &trigger, &way);
                out.push(all([
                    bound,
                    if_,
                    by.unwrap_or(Formula::TRUE),
                    self.net.not(&so_already),
                ]));
            }
        }
        out.retain(|f| !f.is_false());
        out
    }

    /// Changes of a status that rules bring about by themselves at something from outside, where a bar or power on that change binds: the
    /// rule, what it follows, and when it is so. They are nobody's acts, and break nothing.
    pub fn changes_from_outside(&mut self, norm: NormId) -> Vec<(NormId, Point, Formula)> {
        let NormId::Rule(r) = norm else { return Vec::new() };
        let Some(rule) = self.rule(r) else { return Vec::new() };
        let (status, value) = match &rule.body {
            Body::Norm { act: Act::Begin(s), .. } => (*s, YES),
            Body::Norm { act: Act::End(s), .. } => (*s, NO),
            _ => return Vec::new(),
        };
        let so_already = Cond::Status(status, vec![value], rule.body_span);
        let own = |x: Point| self.net.points[x.0 as usize].own;
        let from_outside = self.set_by(status).filter(|s| s.value == value && !own(s.cause));
        let changes: Vec<(NormId, Alternative)> = from_outside
            .filter_map(|s| {
                let way = Alternative {
                    at: s.cause,
                    after: true,
                    derived: true,
                    class: self.instance(s.cause).map(|i| i.class),
                    cond: s.effective.clone(),
                };
                matches!(s.norm, Some(NormId::Rule(_))).then_some((s.norm?, way))
            })
            .collect();
        let mut out = Vec::new();
        for trigger in self.windows_of(norm) {
            for (effect, way) in &changes {
                let bound = self.bound(norm, &trigger, way);
                let already = self.cond(&so_already, Stand::Before(way.at));
                out.push((*effect, way.at, all([bound, self.net.not(&already)])));
            }
        }
        out.retain(|(_, _, f)| !f.is_false());
        out
    }

    /// What opens the windows of a bar: one that stands has a single one.
    fn windows_of(&mut self, norm: NormId) -> Vec<Trigger> {
        if self.is_triggered(norm) {
            return self.triggers(norm);
        }
        vec![Trigger {
            at: None,
            cond: Formula::TRUE,
            frame: Frame::default(),
        }]
    }

    /// An act is one that a norm is about: after what engages it, in its window and while its `while` holds.
    fn covers(&mut self, norm: NormId, trigger: &Trigger, act: &Alternative) -> Formula {
        let Some(guard) = self.guard(norm) else {
            return Formula::FALSE;
        };
        let late_enough = trigger
            .frame
            .trigger
            .as_ref()
            .map_or(Formula::TRUE, |t| precedes(t, act));
        if act.cond.is_false() || late_enough.is_false() {
            return Formula::FALSE;
        }
        all([
            act.comes(),
            self.engaged(trigger),
            late_enough,
            self.bar_window(norm, &trigger.frame, act.at),
            self.cond(&guard.while_, Stand::Before(act.at)),
        ])
    }

    /// An act lies where a bar or a power binds: it covers it, is in force, its guards are open and nothing lifts it.
    fn bound(&mut self, norm: NormId, trigger: &Trigger, act: &Alternative) -> Formula {
        let covered = self.covers(norm, trigger, act);
        let Some(guard) = self.guard(norm).filter(|_| !covered.is_false()) else {
            return Formula::FALSE;
        };
        let stand = Stand::Before(act.at);
        let tested_here = trigger.at.is_none() && !self.is_power(norm);
        let if_ = if tested_here {
            self.cond(&guard.if_, stand)
        } else {
            Formula::TRUE
        };
        let unless = self.excepted(norm, stand);
        let lifted = self.lifted(norm, act.at, stand, Some(act.at));
        all([
            covered,
            self.in_force(norm, act.at),
            if_,
            self.net.not(&unless),
            self.net.not(&lifted),
        ])
    }

    /// The acts that a prohibition or power speaks of.
    fn matching(&mut self, norm: NormId, act: &Act, frame: &Frame) -> Vec<Alternative> {
        match act {
            Act::Begin(s) => self.settings_as_acts(*s, YES),
            Act::End(s) => self.settings_as_acts(*s, NO),
            Act::Consider(thing) => self.considering(thing),
            Act::Hold(_) | Act::Book(_) | Act::Cancel(_) | Act::Send(..) => {
                let Some(moment) = self.act_moment(norm) else {
                    return Vec::new();
                };
                match moment.ordinal {
                    Ordinal::Next if frame.trigger.is_some() => self.pick(&moment, frame),
                    _ => self.denoted(&moment),
                }
            }
            act => match class_of(act) {
                Some(class) => self.each(class),
                None => self.acts_like(|ground, other| ground.same_act(other, act)),
            },
        }
    }

    /// What is done of every rule whose act is such.
    fn acts_like(&self, is_such: impl Fn(&Self, &Act) -> bool) -> Vec<Alternative> {
        let rules = self.protocol.rules.iter().enumerate();
        let alike = rules.filter(|(_, r)| matches!(&r.body, Body::Norm { act, .. } if is_such(self, act)));
        let one = |rule: RuleId| self.protocol.done_as.get(&rule).copied().unwrap_or(rule);
        let alike: BTreeSet<RuleId> = alike.map(|(at, _)| one(RuleId(number(at)))).collect();
        alike.into_iter().flat_map(|rule| self.acts_of(rule)).collect()
    }

    /// Considering something, deciding it, taking a decision that may change a status so, and changing it.
    fn considering(&mut self, thing: &Thing) -> Vec<Alternative> {
        let mut decisions: Vec<DecisionId> = Vec::new();
        let mut out = Vec::new();
        match thing {
            Thing::Decision(d) => decisions.push(*d),
            Thing::Change(s, v) => {
                out.extend(self.settings_as_acts(*s, *v));
                let may = |d: &crate::model::Decision| {
                    d.options
                        .iter()
                        .any(|o| o.effects.iter().any(|(x, y, _)| x == s && y == v))
                };
                let all = self.protocol.decisions.iter().enumerate();
                decisions.extend(all.filter(|(_, d)| may(d)).map(|(at, _)| DecisionId(number(at))));
            }
            _ => {}
        }
        for d in &decisions {
            out.extend(self.each(Happening::Decided(*d)));
        }
        out.extend(self.acts_like(|_, act| match act {
            Act::Consider(other) => other == thing || matches!(other, Thing::Decision(d) if decisions.contains(d)),
            _ => false,
        }));
        out
    }

    /// Whatever own act sets a status so, even where it was so already; what the outside causes is nobody's act, and so is
    /// a change that nobody is named to make.
    fn settings_as_acts(&self, status: StatusId, value: ValueId) -> Vec<Alternative> {
        let by_nobody = |x: Point| {
            self.instance(x)
                .is_some_and(|i| matches!(i.class, Happening::Begins(_) | Happening::Ends(_)) && i.doers.is_empty())
        };
        self.set_by(status)
            .filter(|s| s.value == value && self.net.points[s.cause.0 as usize].own && !by_nobody(s.cause))
            .map(|s| {
                let class = self.instance(s.cause).map(|i| i.class);
                let derived =
                    class.is_none_or(|c| !matches!(c, Happening::Begins(x) | Happening::Ends(x) if x == status));
                Alternative {
                    at: s.cause,
                    after: true,
                    derived,
                    class,
                    cond: s.raw.clone(),
                }
            })
            .collect()
    }

    /// For a rule on chairing: each meeting, when the rule binds it, and when its chair is the wrong one.
    pub(super) fn chaired(&mut self, norm: NormId) -> Option<Vec<(Point, Formula, Formula)>> {
        let NormId::Rule(r) = norm else { return None };
        let Some(Body::Norm {
            act: Act::Chair(which),
            subject,
            modal,
        }) = self.rule(r).map(|r| &r.body)
        else {
            return None;
        };
        let bars = matches!(modal, Modal::MustNot | Modal::ShouldNot) && !self.is_power(norm);
        let meetings = self.denoted(&held(which));
        let mut out = Vec::new();
        for trigger in self.windows_of(norm) {
            for meeting in &meetings {
                let Some(choice) = self.instance(meeting.at).and_then(|i| i.chair) else {
                    continue;
                };
                let theirs = self
                    .chairs
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| subject.who().is_none_or(|w| self.counts_as_one(**p, w)))
                    .fold(0u64, |s, (at, _)| s | 1 << at);
                let wrong = if bars { theirs } else { self.net.full(choice) & !theirs };
                let mut wrong = Formula::from(Lit::Is(choice, wrong));
                if self.is_power(norm) {
                    // Whoever holds it, they hold it only while its condition is true.
                    let if_ = self
                        .guard(norm)
                        .map_or(Formula::TRUE, |g| self.cond(&g.if_, Stand::Before(meeting.at)));
                    wrong = any([wrong, self.net.not(&if_)]);
                }
                // A duty is engaged, or is not, where its trigger occurs.
                let bound = if trigger.at.is_some() && !self.is_prohibition(norm) {
                    self.covers(norm, &trigger, meeting)
                } else {
                    self.bound(norm, &trigger, meeting)
                };
                out.push((meeting.at, bound, wrong));
            }
        }
        Some(out)
    }
}
