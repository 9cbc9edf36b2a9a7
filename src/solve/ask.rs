//! Questions about a protocol's histories. In: a [`Ground`]. Out: branches, or cores of norms.
//!
//! Two forms carry every analysis: *is there a history in which ...* ([`Asker::exists`]), and *an accepted prefix engages
//! a norm, yet no accepted history continues it* ([`Asker::refute`]), for all dates of the prefix at once.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{Ground, norm_of, norms, tag};
use super::memo::Memo;
use super::net::{Choice, Formula, Lit, Point, STRUCTURE, Tag};
use super::parts::Part;
use super::rests::Rests;
use super::search::{Assume, Found, Gate, Leaf, Search};
use crate::certify::proof::{Listener, Step};
use crate::model::{Body, Modal, NormId};
use rustc_hash::{FxHashMap as Map, FxHashSet as Set};

/// Which norms must be obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// must, must not, only.
    Must,
    /// Those and should, should not.
    Should,
}

/// A case: values of choices that are not ours. A choice that it does not name may have any value.
pub type Case = [(Choice, u64)];

/// Clashes a search may run into before it gives up.
const BUDGET: u32 = 20_000;

/// What a question found.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A branch in which it is so.
    Sat(Box<Leaf>),
    /// There is none.
    Unsat(Core),
    /// Not decided within the budget.
    Unfinished,
}

/// Why there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Core {
    /// The norms that clash. Not yet minimal.
    pub norms: BTreeSet<NormId>,
    /// What was assumed to be true that clashes.
    pub(super) gates: BTreeSet<Gate>,
    /// Values of choices, not ours, that might have helped.
    pub(super) others: BTreeSet<(Choice, u64)>,
}

impl Core {
    /// Choices, not ours, of which other values might have helped.
    pub fn open(&self) -> BTreeSet<Choice> {
        self.others.iter().map(|(choice, _)| *choice).collect()
    }
}

/// Asks questions of one protocol.
#[derive(Debug)]
pub struct Asker<'p> {
    /// The protocol made ready.
    pub ground: Ground<'p>,
    /// First and last axis day on which a story may start (both inclusive).
    pub starts: (i32, i32),
    search: Search,
    /// The gates of what holds in every history, in the order of the ground's structure.
    pub(super) structure: Vec<Gate>,
    /// What it is to accept a norm, whole and so far.
    accept: BTreeMap<(NormId, bool), (Formula, Gate)>,
    /// Why histories could not rest on fewer values of a case.
    pub(super) rests: Rests,
    /// What lines of scenes say once nothing in them is said twice of the case.
    pub(super) absorbed: Map<Gate, Formula>,
    /// What the tables of bounds make together.
    pub(super) memo: Memo,
    budget: u32,
}

impl<'p> Asker<'p> {
    /// Stories may start on any day of the axis that leaves two years after it, once every base is in force. On an axis of
    /// several runs: in the first year of each.
    pub fn new(ground: Ground<'p>) -> Asker<'p> {
        Asker::proving(ground, None)
    }

    /// The same, if somebody is to be told the proof of every answer that there is no such history.
    pub fn proving(ground: Ground<'p>, listener: Option<Box<dyn Listener>>) -> Asker<'p> {
        let last = i32::try_from(ground.net.len).unwrap_or(i32::MAX) - 1;
        if ground.home.is_some() {
            return Asker::begin(ground, (0, last), listener);
        }
        let from = ground
            .protocol
            .modules
            .iter()
            .filter_map(|m| m.in_force.0)
            .filter_map(|day| ground.calendar.index(day))
            .max()
            .unwrap_or(0);
        let margin = if last > 4 * 366 { 2 * 366 } else { 0 };
        Asker::begin(ground, (from.min(last), (last - margin).max(0)), listener)
    }

    /// The same where stories start from the one axis day to the other, both inclusive: what is outside falls on these, and
    /// nothing occurs earlier.
    pub fn starting(ground: Ground<'p>, starts: (i32, i32)) -> Asker<'p> {
        Asker::begin(ground, starts, None)
    }

    fn begin(ground: Ground<'p>, starts: (i32, i32), listener: Option<Box<dyn Listener>>) -> Asker<'p> {
        let memo = Memo::new(ground.net.shared(ground.net.identity));
        let mut asker = Asker {
            search: Search::new(&ground.net, listener),
            ground,
            starts,
            structure: Vec::new(),
            accept: BTreeMap::new(),
            rests: Rests::default(),
            memo,
            absorbed: Map::default(),
            budget: BUDGET,
        };
        let last = i32::try_from(asker.ground.net.len).unwrap_or(i32::MAX) - 1;
        let outside = asker.ground.outside().filter(|_| starts.1 < last);
        let until: Vec<Lit> = outside.map(|x| Lit::Until(x, starts.1)).collect();
        let all = asker.ground.instances.iter().filter(|_| starts.0 > 0);
        let from: Vec<Lit> = all.map(|i| Lit::From(i.at, starts.0)).collect();
        let home = asker.ground.home.map(|home| home.bounds(&asker.ground));
        let days_off = asker.ground.days_off();
        for lit in from
            .into_iter()
            .chain(until)
            .chain(home.unwrap_or_default())
            .chain(days_off)
        {
            let gate = asker.search.gate(&lit.into());
            asker.search.always(&asker.ground.net, gate);
        }
        let formulas: Vec<Formula> = asker.ground.structure.iter().map(|(_, f)| f.clone()).collect();
        asker.structure = formulas.iter().map(|f| asker.search.gate(f)).collect();
        asker
    }

    /// From now on at most so many steps, for all questions together; beyond them every question is undecided.
    pub fn allow(&mut self, steps: u64) {
        self.search.allow(steps);
    }

    /// Whether the steps allowed are used up: what was then not found may well be there.
    pub fn is_spent(&self) -> bool {
        self.search.is_spent()
    }

    /// Steps taken so far: a measure of work that is the same on every machine.
    pub fn steps(&self) -> u64 {
        self.search.steps()
    }

    /// Whether a norm must be obeyed in a tier.
    pub fn in_tier(&self, norm: NormId, tier: Tier) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.ground.protocol.rules.get(r.index()).map(|r| &r.body) {
                Some(Body::Norm {
                    subject: crate::model::Subject::Only(_),
                    ..
                }) => true,
                Some(Body::Norm {
                    modal: Modal::Must | Modal::MustNot,
                    ..
                }) => true,
                Some(Body::Norm {
                    modal: Modal::Should | Modal::ShouldNot,
                    ..
                }) => tier == Tier::Should,
                _ => false,
            },
        }
    }

    /// The norms of a tier, without some.
    pub fn obeyed(&self, tier: Tier, except: &BTreeSet<NormId>) -> Vec<NormId> {
        norms(self.ground.protocol)
            .filter(|n| self.ground.binds(*n) && self.in_tier(*n, tier) && !except.contains(n))
            .collect()
    }

    /// What it is to accept a norm; so far: in what has occurred by [`Ground::now`].
    pub(super) fn accepting(&mut self, norm: NormId, so_far: bool) -> (Formula, Gate) {
        if let Some(known) = self.accept.get(&(norm, so_far)) {
            return known.clone();
        }
        let cut = so_far.then_some(self.ground.now);
        let formula = self.ground.accept(norm, cut);
        let gate = self.search.gate(&formula);
        self.accept.insert((norm, so_far), (formula.clone(), gate));
        (formula, gate)
    }

    /// The ways in which a norm has something to do: a trigger occurs, its guard holds, and it is not done already.
    pub fn engagements(&mut self, norm: NormId) -> Vec<Formula> {
        self.ground.engagements(norm)
    }

    /// Sets a scene: these claims, these norms, and nothing of what is `hidden`.
    ///
    /// [`Asker::play_without`] leaves norms out again at no cost.
    pub fn scene(&mut self, part: &Part, claims: &[Formula], obeyed: &[NormId], hidden: BTreeSet<Point>) -> Scene {
        let hidden: Vec<Point> = hidden.into_iter().collect();
        self.write(part, &hidden, claims, obeyed, false)
    }

    /// Sets a scene that ends with `last`, on its day: the norms are obeyed in what has occurred by then.
    pub fn scene_until(
        &mut self,
        part: &Part,
        last: Point,
        claims: &[Formula],
        obeyed: &[NormId],
        hidden: BTreeSet<Point>,
    ) -> Scene {
        let hidden: Vec<Point> = hidden.into_iter().collect();
        let now = self.ground.now;
        let mut claims = claims.to_vec();
        claims.push(Lit::Before(last, now).into());
        claims.push(Lit::Le(now, self.ground.net.identity, last).into());
        self.write(part, &hidden, &claims, obeyed, true)
    }

    /// The same; so far: each norm is obeyed in what has occurred by [`Ground::now`]. What many scenes have in common comes
    /// first.
    pub(super) fn write(
        &mut self,
        part: &Part,
        hidden: &[Point],
        claims: &[Formula],
        obeyed: &[NormId],
        so_far: bool,
    ) -> Scene {
        let mut lines: Vec<Line> = Vec::new();
        // That a limit is missed follows from what occurs, and cannot be left out.
        let is_miss = |x: &Point| {
            matches!(
                self.ground.instance(*x).map(|i| i.class),
                Some(crate::model::Happening::Missed(_))
            )
        };
        let hidden: Vec<Point> = hidden.iter().copied().filter(|x| !is_miss(x)).collect();
        let never = hidden.into_iter().map(|x| Lit::Occurs(x, false).into());
        self.claim(&mut lines, never);
        for &at in &part.structure {
            if let (Some((tag, formula)), Some(gate)) = (self.ground.structure.get(at), self.structure.get(at)) {
                lines.push(Line {
                    tag: *tag,
                    norm: None,
                    is_claim: false,
                    formula: formula.clone(),
                    gate: *gate,
                });
            }
        }
        for &norm in obeyed {
            let (formula, gate) = self.accepting(norm, so_far);
            lines.push(Line {
                tag: tag(self.ground.protocol, norm),
                norm: Some(norm),
                is_claim: false,
                formula,
                gate,
            });
        }
        self.claim(&mut lines, claims.iter().cloned());
        Scene { lines }
    }

    fn claim(&mut self, lines: &mut Vec<Line>, claims: impl Iterator<Item = Formula>) {
        lines.extend(claims.map(|formula| Line {
            tag: STRUCTURE,
            norm: None,
            is_claim: true,
            gate: self.search.gate(&formula),
            formula,
        }));
    }

    /// Is there such a history, in this case?
    pub fn play(&mut self, scene: &Scene, given: &Case) -> Outcome {
        self.play_without(scene, &BTreeSet::new(), given)
    }

    /// The same with some norms left out.
    pub fn play_without(&mut self, scene: &Scene, out: &BTreeSet<NormId>, given: &Case) -> Outcome {
        self.solve(scene, out, &[], &[], given, None)
    }

    /// The gate of a formula.
    pub(super) fn gate(&mut self, formula: &Formula) -> Gate {
        self.search.gate(formula)
    }

    /// A question asked with so many clashes allowed.
    pub(super) fn within<T>(&mut self, budget: u32, ask: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.budget, budget);
        let found = ask(self);
        self.budget = before;
        found
    }

    /// The same, with more formulas to satisfy.
    pub fn play_where(&mut self, scene: &Scene, out: &BTreeSet<NormId>, also: &[Formula]) -> Outcome {
        self.solve(scene, out, also, &[], &[], None)
    }

    /// The same with as few acts of ours as can be: whatever the rest can do without is left out.
    pub fn plainest(&mut self, scene: &Scene, out: &BTreeSet<NormId>, also: &[Formula]) -> Outcome {
        let mut found = self.play_where(scene, out, also);
        let mut also = also.to_vec();
        for x in self.ground.instances.iter().map(|i| i.at).collect::<Vec<_>>() {
            let Outcome::Sat(leaf) = &found else { return found };
            let occurs = leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true);
            if self.is_own(x) && occurs && leaf.certain.get(x.0 as usize) == Some(&false) {
                also.push(Lit::Occurs(x, false).into());
                match self.play_where(scene, out, &also) {
                    fewer @ Outcome::Sat(_) => found = fewer,
                    _ => drop(also.pop()),
                }
            }
        }
        found
    }

    /// Which of the scene's norms stand in the way, as a minimal core with the effects between them; `None` if none do or it
    /// was not decided.
    pub fn core_of(&mut self, scene: &Scene, out: &BTreeSet<NormId>, given: &Case) -> Option<BTreeSet<NormId>> {
        let Outcome::Unsat(core) = self.play_without(scene, out, given) else {
            return None;
        };
        Some(self.shrink(scene, &core, |asker, out| asker.play_without(scene, out, given)))
    }

    /// A minimal core within one that was found, with the effects between its norms; `ask` asks the same with norms left out.
    pub(super) fn shrink(
        &mut self,
        scene: &Scene,
        core: &Core,
        mut ask: impl FnMut(&mut Self, &BTreeSet<NormId>) -> Outcome,
    ) -> BTreeSet<NormId> {
        let obeyed: BTreeSet<NormId> = scene.norms();
        let (mut core, silent): (Vec<NormId>, Vec<NormId>) = core.norms.iter().partition(|n| obeyed.contains(n));
        let all_but =
            |kept: &[NormId]| -> BTreeSet<NormId> { obeyed.iter().copied().filter(|n| !kept.contains(n)).collect() };
        let mut at = 0;
        while at < core.len() {
            let mut fewer = core.clone();
            fewer.remove(at);
            if let Outcome::Unsat(_) = ask(self, &all_but(&fewer)) {
                core = fewer;
            } else {
                at += 1;
            }
        }
        // Effects are no norms to obey, but those without which the clash would not be belong to it.
        let mut kept: BTreeSet<NormId> = core.iter().copied().collect();
        for norm in silent {
            let mut out = all_but(&core);
            out.insert(norm);
            if !matches!(ask(self, &out), Outcome::Unsat(_)) {
                kept.insert(norm);
            }
        }
        kept
    }

    /// Is there a history of the whole protocol that satisfies `claims` and obeys these norms?
    pub fn exists(&mut self, claims: &[(Tag, Formula)], obeyed: &[NormId]) -> Outcome {
        let part = self.whole();
        let claims: Vec<Formula> = claims.iter().map(|(_, f)| f.clone()).collect();
        let scene = self.scene(&part, &claims, obeyed, BTreeSet::new());
        self.play(&scene, &[])
    }

    /// Outside points that the claims can do without, as many as possible; `None` if they cannot be at all.
    pub fn idle(&mut self, part: &Part, claims: &[Formula]) -> Option<BTreeSet<Point>> {
        let bare = self.scene(part, claims, &[], BTreeSet::new());
        let Outcome::Sat(leaf) = self.play(&bare, &[]) else {
            return None;
        };
        let occurs = |leaf: &Leaf, x: &Point| leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true);
        let outside: Vec<Point> = self.ground.outside().collect();
        let mut idle: BTreeSet<Point> = outside.iter().copied().filter(|x| !occurs(&leaf, x)).collect();
        let may_lack = |x: &Point| occurs(&leaf, x) && leaf.certain.get(x.0 as usize) == Some(&false);
        for x in outside.into_iter().filter(may_lack) {
            idle.insert(x);
            let without = self.scene(part, claims, &[], idle.clone());
            if !matches!(self.play(&without, &[]), Outcome::Sat(_)) {
                idle.remove(&x);
            }
        }
        Some(idle)
    }

    /// Whether an instant is ours to time.
    pub fn is_own(&self, x: Point) -> bool {
        self.ground.net.points.get(x.0 as usize).is_some_and(|i| i.own)
    }

    /// What a scene says without some of its norms.
    pub(super) fn heard<'s>(
        &self,
        scene: &'s Scene,
        out: &BTreeSet<NormId>,
    ) -> impl Iterator<Item = &'s Line> + use<'s> {
        let silenced: Set<Tag> = out.iter().map(|n| tag(self.ground.protocol, *n)).collect();
        let heard = move |line: &&Line| silenced.is_empty() || !silenced.contains(&line.tag);
        scene.lines.iter().filter(heard)
    }

    /// A scene, without some of its norms, with more formulas, on given days, in a given case; and resting on nothing but this
    /// case of what it names.
    pub(super) fn solve(
        &mut self,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        extra: &[Formula],
        fixed: &[(Point, i32)],
        given: &Case,
        resting_on: Option<&Case>,
    ) -> Outcome {
        let mut assumed: Vec<Assume> = self.heard(scene, out).map(|l| Assume::True(l.gate)).collect();
        let days = fixed
            .iter()
            .flat_map(|(x, day)| [Lit::From(*x, *day), Lit::Until(*x, *day)]);
        let full = |c: Choice| self.ground.net.full(c);
        let case = given
            .iter()
            .filter(|(c, set)| *set != full(*c))
            .map(|(c, set)| Lit::Is(*c, *set));
        let also: Vec<Formula> = days
            .chain(case)
            .map(Formula::from)
            .chain(extra.iter().cloned())
            .collect();
        assumed.extend(also.iter().map(|f| Assume::True(self.search.gate(f))));
        let mut unused: BTreeMap<Assume, (Choice, u64)> = BTreeMap::new();
        for &(choice, values) in resting_on.unwrap_or_default() {
            let contrary = self.search.atoms_of(choice).filter(|(set, _)| values & !set != 0);
            unused.extend(contrary.map(|(set, gate)| (Assume::Unused(gate), (choice, set))));
        }
        assumed.extend(unused.keys());
        match self.search.solve(&self.ground.net, &assumed, self.budget) {
            Found::Sat(leaf) => {
                self.search.tell(|| Step::Asked(Vec::new()));
                Outcome::Sat(leaf)
            }
            Found::Unfinished => {
                self.search.tell(|| Step::Asked(Vec::new()));
                Outcome::Unfinished
            }
            Found::Unsat(clash) => {
                let clashing = |line: &&Line| clash.contains(&Assume::True(line.gate));
                let tags = self.heard(scene, out).filter(clashing).map(|l| l.tag);
                let norms: BTreeSet<NormId> = tags.filter_map(|t| norm_of(self.ground.protocol, t)).collect();
                self.search
                    .tell(|| Step::Asked(norms.iter().map(|n| self.ground.protocol.named(*n)).collect()));
                let gate = |a: &Assume| match a {
                    Assume::True(gate) => Some(*gate),
                    Assume::Unused(_) => None,
                };
                Outcome::Unsat(Core {
                    norms,
                    gates: clash.iter().filter_map(gate).collect(),
                    others: clash.iter().filter_map(|a| unused.get(a)).copied().collect(),
                })
            }
        }
    }
}

/// Formulas that a history must satisfy, each with where it came from.
#[derive(Debug, Clone, Default)]
pub struct Scene {
    lines: Vec<Line>,
}

/// One of them.
#[derive(Debug, Clone)]
pub(super) struct Line {
    tag: Tag,
    /// What it is to accept this norm.
    pub(super) norm: Option<NormId>,
    /// Asked for by the question, not by the protocol.
    pub(super) is_claim: bool,
    pub(super) formula: Formula,
    pub(super) gate: Gate,
}

impl Line {
    /// The same place, another formula.
    pub(super) fn with(&self, gate: Gate) -> Line {
        Line { gate, ..self.clone() }
    }
}

impl Scene {
    /// The norms it obeys.
    pub fn norms(&self) -> BTreeSet<NormId> {
        self.lines.iter().filter_map(|l| l.norm).collect()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }

    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }
}
