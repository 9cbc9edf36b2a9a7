//! When a norm has something to do. In: a norm. Out: for each way of engaging it, the formula that says so.

use super::Trigger;
use crate::model::{Act, Body, NormId, Subject, Who};
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, all};

impl Ground<'_> {
    /// Each way in which some instance has something to do: engaged, not done already, and for a chair a meeting to chair.
    pub fn engagements(&mut self, norm: NormId) -> Vec<Formula> {
        if let NormId::Rule(r) = norm
            && let Some(Body::Norm { act: Act::Chair(which), subject, .. }) =
                self.protocol.rules.get(r.index()).map(|r| &r.body)
        {
            // Whoever chairs, nobody is not enough: the meetings at which the rule asks for a chair.
            let nobody = match subject {
                Subject::The(w) => Subject::The(Who { parties: Vec::new(), ..w.clone() }),
                other => other.clone(),
            };
            return self.broken_chair(norm, which, &nobody).into_iter().map(|(_, f)| f).collect();
        }
        let triggers: Vec<Trigger> = self.triggers(norm);
        let mut out = Vec::new();
        for trigger in triggers {
            let already = self.already_done(norm, &trigger);
            let not_already = self.net.not(&already);
            out.push(all([self.engaged(&trigger), not_already]));
        }
        out
    }
}
