//! When a norm has something to do. In: a norm. Out: for each way of engaging it, the formula that says so.

use crate::model::NormId;
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, all};

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
