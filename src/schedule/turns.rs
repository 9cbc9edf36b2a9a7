//! What a first or last day turns on of what nobody gave. In: a day and what its branches rest on. Out: the values under others of
//! which it would be another day. A branch rests on much that its end does not turn on: how a matter is decided that comes later.

use std::collections::BTreeSet;

use super::work::{Room, Terms};
use crate::model::FactorId;
use crate::solve::ask::Outcome;
use crate::solve::branch::{End, Extreme};
use crate::solve::ground::is_reading;
use crate::solve::net::{Choice, Formula, Lit, Point};

impl Room<'_> {
    /// Of what an extreme of `x` rests on, the doubts, of which each answer is worked out anyway, and those values that it turns
    /// on, each changed alone.
    pub(super) fn turns_on(
        &mut self,
        (x, also): (Point, &[Formula]),
        terms: &Terms,
        end: End,
        extreme: &Extreme,
    ) -> BTreeSet<Choice> {
        let rests: Vec<Choice> = extreme.rests.union(&extreme.core.open()).copied().collect();
        let mut out = BTreeSet::new();
        for choice in rests {
            if self.is_doubt(choice) || !self.is_same((x, also), terms, end, (extreme.day, choice)) {
                out.insert(choice);
            }
        }
        out
    }

    fn is_doubt(&self, choice: Choice) -> bool {
        let at = self.asker.ground.factors.iter().position(|c| *c == choice);
        let factor = at.and_then(|at| u32::try_from(at).ok()).map(FactorId);
        factor.is_some_and(|f| is_reading(self.protocol, f))
    }

    /// Whether this is the day under every other value of a choice too.
    fn is_same(
        &mut self,
        (x, also): (Point, &[Formula]),
        terms: &Terms,
        end: End,
        (day, choice): (i32, Choice),
    ) -> bool {
        let Some(taken) = terms.case.iter().position(|(c, _)| *c == choice) else {
            return false;
        };
        let mut others = self.asker.ground.net.full(choice) & !terms.case[taken].1;
        let (there, beyond) = match end {
            End::Latest => (Lit::From(x, day), Lit::From(x, day + 1)),
            End::Earliest => (Lit::Until(x, day), Lit::Until(x, day - 1)),
        };
        while others != 0 {
            let value = 1u64 << others.trailing_zeros();
            others &= !value;
            let mut case = terms.case.clone();
            case[taken].1 = value;
            let mut ask = |lit: Lit| {
                let mut with = also.to_vec();
                with.extend([Lit::Occurs(x, true).into(), lit.into()]);
                self.asker.branch(&self.scene, &terms.out, &with, &case)
            };
            if !matches!(ask(there), Outcome::Sat(_)) || !matches!(ask(beyond), Outcome::Unsat(_)) {
                return false;
            }
        }
        true
    }
}
