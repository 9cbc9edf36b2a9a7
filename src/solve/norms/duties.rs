//! What becomes of a duty: kept, lapsed, open, done already, or broken. In: a norm and what engages it. Out: formulas.

use super::{Cut, Trigger, Way, occurs, order};
use crate::solve::ground::{Ground, NO, REPEATS, Setting, YES, class_of};
use crate::solve::moments::{Alternative, Stand};
use crate::solve::net::{Formula, Lit, Point, all, any};
use crate::model::{Act, Body, Cond, Happening, LimitKind, NormId, Ordinal, Party, RuleId, StatusId, Which, Who};

impl Ground<'_> {
    /// The ways to do what a duty asks.
    pub fn ways(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Way> {
        let plain = |a: Alternative| Way { at: a.at, cond: all([a.cond, occurs(a.at)]) };
        match norm {
            NormId::Decision(d) => {
                self.of_class(Happening::Decided(d)).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect()
            }
            NormId::Rule(r) => {
                let Some(Body::Norm { act, subject, .. }) = self.rule(r).map(|r| &r.body) else { return Vec::new() };
                let ways: Vec<Way> = match act {
                    Act::Hold(which) => {
                        let which = if matches!(which.ordinal, Ordinal::Each | Ordinal::EachLater | Ordinal::Any) {
                            Which { ordinal: Ordinal::Next, ..which.clone() }
                        } else {
                            which.clone()
                        };
                        self.which(&which, trigger.at).into_iter().map(plain).collect()
                    }
                    Act::Begin(s) | Act::End(s) => {
                        let value = if matches!(act, Act::Begin(_)) { YES } else { NO };
                        let settings: Vec<Setting> = self.set_by(*s).cloned().collect();
                        settings
                            .into_iter()
                            .filter(|x| x.value == value)
                            .map(|x| Way { at: x.cause, cond: x.effective })
                            .collect()
                    }
                    act => {
                        let class = class_of(act).unwrap_or(Happening::Done(r));
                        self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect()
                    }
                };
                let holder = subject.who().cloned();
                ways.into_iter()
                    .map(|w| {
                        let by = match (&holder, act) {
                            // A meeting is held once for all who must hold it.
                            (_, Act::Hold(_) | Act::Book(_) | Act::Cancel(_)) | (None, _) => Formula::TRUE,
                            (Some(who), _) => self.done_by(w.at, who).unwrap_or(Formula::TRUE),
                        };
                        Way { at: w.at, cond: all([w.cond, by]) }
                    })
                    .collect()
            }
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
                let set = many.iter().enumerate().filter(|(_, p)| fits(p)).fold(0u64, |s, (at, _)| s | 1 << at);
                Some(instance.doer.map_or(Formula::TRUE, |c| Lit::Is(c, set).into()))
            }
        }
    }

    /// The points at which a rule's act is done as the rule asks.
    pub fn done(&mut self, rule: RuleId) -> Vec<Alternative> {
        let norm = NormId::Rule(rule);
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            for way in self.ways(norm, &trigger) {
                let window = self.window(norm, &trigger, way.at);
                let cond = all([self.engaged(&trigger), way.cond, window]);
                out.push(Alternative { at: way.at, after: false, cond });
            }
        }
        out
    }

    /// The meetings of an act named by `first`, `second`, ...: already held before the trigger, nothing is left to do.
    pub(super) fn already_done(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        let (NormId::Rule(r), Some(t)) = (norm, trigger.at) else { return Formula::FALSE };
        let Some(Body::Norm { act: Act::Hold(which), .. }) = self.rule(r).map(|r| &r.body) else { return Formula::FALSE };
        if !matches!(which.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third) || self.engaged_by_later(norm) {
            return Formula::FALSE;
        }
        let ways = self.which(which, trigger.at);
        any(ways.into_iter().map(|w| all([w.cond, occurs(w.at), order(w.at, t)])))
    }

    /// The ways in which a duty lapses: `while` becomes false, or what it stands `until` comes.
    fn lapses(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Formula> {
        let Some(guard) = self.guard(norm) else { return Vec::new() };
        let mut ends: Vec<(Point, Formula)> = Vec::new();
        if guard.while_ != Cond::True {
            for cause in self.causes(&guard.while_) {
                let still = self.cond(&guard.while_, Stand::After(cause), trigger.at);
                ends.push((cause, self.net.not(&still)));
            }
        }
        for limit in self.limits(norm) {
            if let LimitKind::Until(m) = &limit.kind {
                ends.extend(self.moments(m, trigger.at).into_iter().map(|a| (a.at, a.cond)));
            }
        }
        let mut out = Vec::new();
        for (end, cond) in ends {
            let follows = match trigger.at {
                Some(t) if t == end => continue,
                Some(t) => order(t, end),
                None => Formula::TRUE,
            };
            let in_time = self.not_past_due(norm, trigger, end);
            out.push(all([occurs(end), follows, cond, in_time]));
        }
        out
    }

    /// The points that may change the truth of a condition.
    fn causes(&self, cond: &Cond) -> Vec<Point> {
        let mut statuses: Vec<StatusId> = Vec::new();
        self.statuses_in(cond, &mut statuses);
        let mut out: Vec<Point> = Vec::new();
        for s in statuses {
            out.extend(self.set_by(s).map(|x| x.cause));
            out.extend(self.of_class(Happening::Begins(s)).map(|i| i.at));
            out.extend(self.of_class(Happening::Ends(s)).map(|i| i.at));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Some way is taken within the window.
    pub fn kept_duty(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        let mut out = Vec::new();
        for way in self.ways(norm, trigger) {
            let window = self.window(norm, trigger, way.at);
            out.push(all([way.cond, window]));
        }
        any(out)
    }

    /// An instance of a duty is neither kept, lapsed, open nor without anything due. With a cut: by then.
    pub fn broken_duty(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let fine = self.fine_duty(norm, trigger, cut);
        let not_fine = self.net.not(&fine);
        let already = self.already_done(norm, trigger);
        let not_already = self.net.not(&already);
        all([self.engaged(trigger), not_already, not_fine])
    }

    fn fine_duty(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let mut out = vec![self.kept_duty(norm, trigger)];
        out.extend(self.lapses(norm, trigger));
        out.extend(self.nothing_due(norm, trigger));
        if let Some(cut) = cut {
            let open = if self.engaged_by_later(norm) {
                Formula::FALSE
            } else {
                self.not_past_due(norm, trigger, cut)
            };
            out.push(open);
        }
        any(out)
    }

    pub(super) fn accept_duty(&mut self, norm: NormId, cut: Cut) -> Formula {
        if !self.has_instances(norm) {
            return Formula::TRUE;
        }
        let mut parts = Vec::new();
        let recurring = self.is_recurring(norm);
        let triggers = self.triggers(norm);
        for trigger in triggers {
            let mut ways = Vec::new();
            if let Some(t) = trigger.at {
                ways.push(Lit::Occurs(t, false).into());
                if let Some(cut) = cut
                    && t != cut
                {
                    ways.push(order(cut, t));
                }
            }
            ways.push(self.net.not(&trigger.cond));
            ways.push(self.already_done(norm, &trigger));
            // The last turn a bounded history can hold: its next one lies beyond the bound, and that is said.
            if recurring && trigger.at.is_some_and(|t| self.is_last_copy(t)) {
                continue;
            }
            ways.push(self.fine_duty(norm, &trigger, cut));
            parts.push(any(ways));
        }
        all(parts)
    }

    fn is_last_copy(&self, at: Point) -> bool {
        self.instance(at).is_some_and(|i| i.number + 1 == REPEATS)
    }

    /// Each turn asks for the next.
    fn is_recurring(&self, norm: NormId) -> bool {
        let NormId::Rule(r) = norm else { return false };
        matches!(
            self.rule(r).map(|r| &r.body),
            Some(Body::Norm { act: Act::Hold(Which { ordinal: Ordinal::EachLater | Ordinal::Each | Ordinal::Next, .. }), .. })
        )
    }
}
