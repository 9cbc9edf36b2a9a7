//! In which case can it not be? In: a scene. Out: a case (values of what is judged, decided on the merits or read), or that there is none.
//! A plan, and any history, is good for more cases than one; only those left are looked at.

use std::collections::BTreeSet;

use super::ask::{Asker, Case, Core, Outcome, Scene};
use super::net::{Choice, Formula, Lit, Point, any};
use super::plan::Plan;
use super::search::{Gate, Leaf};
use crate::model::NormId;

/// Clashes a search may run into where the answer is only good to have.
const GLANCE: u32 = 50;
/// How many cases a question may be split into.
const CASES: usize = 400;
/// How often it is tried to do without some values.
const TRIES: usize = 100;
/// After so many histories of one case a plan for all is tried, where it is of no use to other questions.
const FEW: usize = 1;
/// How many plans known are held against a question.
const PLANS: usize = 4;

/// What the search for an adverse case found.
#[derive(Debug)]
pub enum Adverse {
    /// In every case there is a history.
    None,
    /// In this one there is none.
    Case(Vec<(Choice, u64)>),
    /// Not decided.
    Unfinished,
}

impl Asker<'_> {
    /// Looks for a case (values of what is judged, decided on the merits or read) in which the scene's claims are possible, but
    /// not together with obeying its norms, `out` left out. A history that obeys them is good for every case that agrees with
    /// it on what it rests on, so only the others are looked at.
    pub fn adverse(&mut self, scene: &Scene, out: &BTreeSet<NormId>) -> Adverse {
        self.adverse_to(scene, scene, out)
    }

    /// The same, beginning with plans that are known; those that are made are added to them.
    pub fn adverse_beyond(&mut self, scene: &Scene, out: &BTreeSet<NormId>, plans: &mut Vec<Plan>) -> Adverse {
        self.look_for_case(scene, scene, out, (plans, 0))
    }

    /// The same of the cases in which the claims of one scene are possible, and those of another have to be.
    pub fn adverse_to(&mut self, asked: &Scene, scene: &Scene, out: &BTreeSet<NormId>) -> Adverse {
        self.look_for_case(asked, scene, out, (&mut Vec::new(), FEW))
    }

    fn look_for_case(
        &mut self,
        asked: &Scene,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        (plans, few): (&mut Vec<Plan>, usize),
    ) -> Adverse {
        let mut beyond: Vec<Formula> = Vec::new();
        for plan in plans.iter_mut().rev().take(PLANS) {
            beyond.push(self.left_by(plan, scene, out));
        }
        for step in 0..CASES {
            if beyond.last().is_some_and(Formula::is_false) {
                return Adverse::None;
            }
            let bare = match self.solve(asked, &asked.norms(), &beyond, &[], &[], None) {
                Outcome::Sat(leaf) => leaf,
                Outcome::Unsat(_) => return Adverse::None,
                Outcome::Unfinished => return Adverse::Unfinished,
            };
            if step == few
                && let Some(mut plan) = self.plan(scene, out)
            {
                let left = self.left_by(&mut plan, scene, out);
                plan.is_whole = left.is_false() && out.is_empty();
                beyond.push(left);
                plans.push(plan);
                continue;
            }
            let case = self.case_of(&bare);
            match self.broadly(scene, out, &[], &case) {
                Outcome::Sat(leaf) => beyond.push(any(self.other_cases(&leaf))),
                Outcome::Unsat(core) => {
                    let asked = |asker: &mut Self, case: &Case| asker.solve(scene, out, &[], &[], &[], Some(case));
                    return Adverse::Case(self.needed(case, core, asked));
                }
                Outcome::Unfinished => return Adverse::Unfinished,
            }
        }
        Adverse::Unfinished
    }

    /// A history of this case that rests on as few of its values as can be: of each in turn it does without, if it can.
    ///
    /// They are not tried one by one. What is known of why others could not do without says which values to leave; if that is not
    /// enough, the answer says why, and that is known from then on.
    pub(super) fn broadly(&mut self, scene: &Scene, out: &BTreeSet<NormId>, extra: &[Formula], case: &Case) -> Outcome {
        let mut gates: Vec<Gate> = self.heard(scene, out).map(|l| l.gate).collect();
        gates.extend(extra.iter().map(|f| self.gate(f)));
        let mut freeing = self.rests.of(&gates, case);
        for _ in 0..TRIES {
            let Some(fewer) = freeing.case(&self.ground.net) else {
                break;
            };
            // Worth a glance: what takes long rests on it, or might as well.
            match self.within(GLANCE, |asker| asker.solve(scene, out, extra, &[], &[], Some(&fewer))) {
                Outcome::Unsat(core) => self.rests.learn(core, &mut freeing),
                Outcome::Unfinished => break,
                found => return found,
            }
        }
        self.solve(scene, out, extra, &[], &[], Some(case))
    }

    /// One value for everything that is not ours: what the leaf rests on, else the first, which of yes and no is *no*.
    pub(super) fn case_of(&self, leaf: &Leaf) -> Vec<(Choice, u64)> {
        let net = &self.ground.net;
        let lowest = |set: u64| set & set.wrapping_neg();
        net.universal()
            .map(|c| (c, lowest(leaf.values[c.0 as usize])))
            .collect()
    }

    /// What differs from a leaf in a value that it rests on: a way for each of its choices.
    pub(super) fn other_cases(&self, leaf: &Leaf) -> Vec<Formula> {
        let net = &self.ground.net;
        net.universal()
            .map(|c| (c, net.full(c) & !leaf.values[c.0 as usize]))
            .filter(|(_, others)| *others != 0)
            .map(|(c, others)| Lit::Is(c, others).into())
            .collect()
    }

    /// Another case than that of a leaf, or one in which something from outside does not occur that does in it.
    pub fn otherwise(&self, leaf: &Leaf) -> Formula {
        let occurs = |x: &Point| leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true);
        let outside = self.ground.outside().filter(occurs);
        let others = outside.map(|x| Lit::Occurs(x, false).into());
        any(self.other_cases(leaf).into_iter().chain(others))
    }

    /// The values of a case without which a question would not be refuted: others may then be what they like.
    pub(super) fn needed(
        &mut self,
        case: Vec<(Choice, u64)>,
        core: Core,
        mut ask: impl FnMut(&mut Self, &Case) -> Outcome,
    ) -> Vec<(Choice, u64)> {
        let among = |case: Vec<(Choice, u64)>, core: &Core| -> Vec<(Choice, u64)> {
            let open = core.open();
            case.into_iter().filter(|(c, _)| open.contains(c)).collect()
        };
        let mut case = among(case, &core);
        let mut at = 0;
        while at < case.len() {
            let mut fewer = case.clone();
            fewer.remove(at);
            match ask(self, &fewer) {
                Outcome::Unsat(core) => case = among(fewer, &core),
                _ => at += 1,
            }
        }
        case
    }
}
