//! When a norm has something to do. In: a norm. Out: for each way of engaging it, the formula that says so.

use super::Trigger;
use crate::model::{LimitKind, NormId};
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, Lit, Point, all, any};

impl Ground<'_> {
    /// Each way in which some instance has something to do: engaged, not done already, and for a chair a meeting to chair.
    pub fn engagements(&mut self, norm: NormId) -> Vec<Formula> {
        if let Some(meetings) = self.chaired(norm) {
            return meetings
                .into_iter()
                .map(|(_, bound, _)| bound)
                .filter(|f| !f.is_false())
                .collect();
        }
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            let already = self.already_done(norm, &trigger);
            out.push(all([self.engaged(&trigger), self.net.not(&already)]));
        }
        out
    }
}

/// One way in which an act keeps one norm and comes too late for another.
#[derive(Debug, Clone)]
pub struct Late {
    /// It is so.
    pub formula: Formula,
    /// The act.
    pub act: Point,
    /// What engages the norm that is broken.
    pub since: Option<Point>,
}

impl Ground<'_> {
    /// `straight after X` taken at its word as far as a day goes: on the day of X.
    fn at_once(&mut self, norm: NormId, trigger: &Trigger, act: Point) -> Formula {
        let NormId::Rule(r) = norm else { return Formula::TRUE };
        let mut out = Vec::new();
        for limit in self.protocol.rules.get(r.index()).map_or(&[][..], |r| &r.limits) {
            if let LimitKind::StraightAfter(m) = &limit.kind {
                let identity = self.net.identity;
                let same_day = self
                    .pick_of(m, &trigger.frame)
                    .into_iter()
                    .map(|x| all([x.comes(), Lit::Le(act, identity, x.at).into()]));
                out.push(any(same_day.collect::<Vec<_>>()));
            }
        }
        all(out)
    }

    /// Each way in which one and the same act keeps `ours` and breaks `law` by coming too late.
    pub fn kept_but_late(&mut self, ours: NormId, law: NormId) -> Vec<Late> {
        let mut out = Vec::new();
        for mine in self.triggers(ours) {
            for way in self.ways(ours, &mine) {
                for theirs in self.triggers(law) {
                    for act in self.ways(law, &theirs).into_iter().filter(|a| a.at == way.at) {
                        let already = self.already_done(ours, &mine);
                        let at_once = self.at_once(ours, &mine, way.at);
                        let formula = all([
                            at_once,
                            self.engaged(&mine),
                            self.net.not(&already),
                            way.cond.clone(),
                            self.window(ours, &mine, &way),
                            act.cond,
                            self.broken_duty(law, &theirs, None),
                        ]);
                        if !formula.is_false() {
                            out.push(Late {
                                formula,
                                act: way.at,
                                since: theirs.at,
                            });
                        }
                    }
                }
            }
        }
        out
    }
}
