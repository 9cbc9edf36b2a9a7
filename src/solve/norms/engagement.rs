//! When a norm has something to do. In: a norm. Out: for each way of engaging it, the formula that says so.

use crate::model::NormId;
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, Point, all};

impl Ground<'_> {
    /// Each way in which some instance has something to do: engaged, not done already, and for a chair a meeting to chair.
    pub fn engagements(&mut self, norm: NormId) -> Vec<Formula> {
        if let Some(meetings) = self.chaired(norm) {
            return meetings.into_iter().map(|(_, bound, _)| bound).filter(|f| !f.is_false()).collect();
        }
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            let already = self.already_done(norm, &trigger);
            out.push(all([self.engaged(&trigger), self.net.not(&already)]));
        }
        if let NormId::Decision(d) = norm {
            out.extend(self.closed_options(d).into_iter().map(|(_, f)| f));
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
    /// Each way in which one and the same act keeps `ours` and breaks `law` by coming too late.
    pub fn kept_but_late(&mut self, ours: NormId, law: NormId) -> Vec<Late> {
        let mut out = Vec::new();
        for mine in self.triggers(ours) {
            for way in self.ways(ours, &mine) {
                for theirs in self.triggers(law) {
                    for act in self.ways(law, &theirs).into_iter().filter(|a| a.at == way.at) {
                        let already = self.already_done(ours, &mine);
                        let formula = all([
                            self.engaged(&mine),
                            self.net.not(&already),
                            way.cond.clone(),
                            self.window(ours, &mine, &way),
                            act.cond,
                            self.broken_duty(law, &theirs, None),
                        ]);
                        if !formula.is_false() {
                            out.push(Late { formula, act: way.at, since: theirs.at });
                        }
                    }
                }
            }
        }
        out
    }
}
