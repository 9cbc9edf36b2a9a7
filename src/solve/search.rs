//! Decides which formulas can be true together: conflict-driven search over a circuit of shared gates, with the theory of
//! `theory`. In: formulas, once each; then any number of questions, each a set of assumptions. Out: a [`Leaf`] (one
//! consistent branch), or the assumptions that clash. What one question learns holds for all later ones.
//!
//! The circuit is in negation normal form, so an atom or gate that is not asserted says nothing: a branch is found as soon
//! as every asserted gate is justified by asserted atoms, and is as general as that allows. Clause learning, first
//! unique implication points and assumptions are those of MiniSat (Eén and Sörensson, 2003); justification of gates is
//! that of circuit solvers.

mod leaf;

pub use leaf::Leaf;

use std::collections::{BTreeMap, BTreeSet};

use super::clauses::{Clause, ROOM, Side};
use super::net::{Formula, Lit, Net};
use super::theory::Theory;
use super::told::Told;
use crate::certify::proof::{Listener, Step};
use rustc_hash::{FxHashMap as Map, FxHashSet as Set};

/// A formula of the circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gate(pub(super) u32);

/// What a question assumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assume {
    /// This formula is true.
    True(Gate),
    /// No branch may rest on this formula's being true.
    Unused(Gate),
}

/// What a search found.
#[derive(Debug, Clone)]
pub enum Found {
    /// A branch in which every assumption holds.
    Sat(Box<Leaf>),
    /// These assumptions clash. Not yet minimal.
    Unsat(BTreeSet<Assume>),
    /// The budget of conflicts ran out.
    Unfinished,
}

/// A gate or atom, asserted (even) or denied (odd).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sign(pub(super) u32);

impl Sign {
    pub(super) fn yes(var: u32) -> Sign {
        Sign(var << 1)
    }

    pub(super) fn var(self) -> usize {
        (self.0 >> 1) as usize
    }

    fn is_yes(self) -> bool {
        self.0 & 1 == 0
    }

    pub(super) fn at(self) -> usize {
        self.0 as usize
    }
}

impl std::ops::Not for Sign {
    type Output = Sign;

    fn not(self) -> Sign {
        Sign(self.0 ^ 1)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Atom(Lit),
    All(Box<[u32]>),
    Any(Box<[u32]>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// Decided, assumed or always so.
    None,
    /// The other one of a clause of two.
    Binary(Sign),
    Clause(usize),
    /// The theory excludes it.
    Theory,
}

/// How a gate came to be known; stale for one that is not.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) level: usize,
    /// Its place on the trail; the greatest there is if it is not known.
    pub(super) position: usize,
    pub(super) reason: Reason,
}

/// Where a level of the search begins.
#[derive(Debug)]
struct Level {
    trail: usize,
    theory: usize,
    /// Up to here on the trail every gate was justified.
    justified: usize,
}

/// The search, with its circuit and all it has learned.
#[derive(Debug)]
pub struct Search {
    pub(super) nodes: Vec<Node>,
    pub(super) index: Map<Node, u32>,
    /// The gate of a shared formula. The formula is kept, so that its identity stays its own.
    pub(super) shared: Map<*const Formula, (Formula, u32)>,
    pub(super) orders: BTreeMap<(usize, usize), u32>,
    pub(super) choices: BTreeMap<usize, Vec<(u64, u32)>>,

    pub(super) clauses: Vec<Clause>,
    /// Learned clauses of three or more that are kept before those of least use are forgotten.
    pub(super) room: usize,
    /// How many of the clauses were learned.
    pub(super) learned: usize,
    /// Per sign, what is looked at when it comes to hold.
    pub(super) sides: Vec<Side>,

    /// Per sign, whether it holds.
    pub(super) holds: Vec<bool>,
    /// Per gate, how it came to be known.
    pub(super) how: Vec<How>,
    pub(super) activity: Vec<f64>,
    bump: f64,

    pub(super) trail: Vec<Sign>,
    propagated: usize,
    told: usize,
    justified: usize,
    levels: Vec<Level>,
    /// What the first levels assume, one each.
    assumed: Vec<Sign>,
    theory: Theory,
    /// What always holds clashes.
    dead: bool,
    /// What was set so far, over all questions: a measure of work that is the same on every machine.
    pub(super) steps: u64,
    /// At so many steps every question ends undecided.
    limit: u64,
    /// Who is told the proof, if anybody listens.
    pub(super) proof: Option<Told>,
}

const DECAY: f64 = 1.0 / 0.95;
const LARGE: f64 = 1e100;

impl Search {
    /// An empty circuit over a net, whose points and choices stay as they are; a listener is told the proof of each answer.
    pub fn new(net: &Net, listener: Option<Box<dyn Listener>>) -> Search {
        Search {
            nodes: Vec::new(),
            index: Map::default(),
            shared: Map::default(),
            orders: BTreeMap::new(),
            choices: BTreeMap::new(),
            clauses: Vec::new(),
            room: ROOM,
            learned: 0,
            sides: Vec::new(),
            holds: Vec::new(),
            how: Vec::new(),
            activity: Vec::new(),
            bump: 1.0,
            trail: Vec::new(),
            propagated: 0,
            told: 0,
            justified: 0,
            levels: Vec::new(),
            assumed: Vec::new(),
            theory: Theory::new(net),
            dead: false,
            steps: 0,
            limit: u64::MAX,
            proof: listener.map(|listener| Told::new(net, listener)),
        }
    }

    /// From now on at most so many steps, for all questions together.
    pub fn allow(&mut self, steps: u64) {
        self.limit = self.steps.saturating_add(steps);
    }

    /// Steps taken so far, over all questions.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// Whether the steps allowed are used up.
    pub fn is_spent(&self) -> bool {
        self.steps >= self.limit
    }

    /// Every branch of every question makes this true.
    pub fn always(&mut self, net: &Net, gate: Gate) {
        self.tell(|| Step::Always(gate.0));
        self.fix(Sign::yes(gate.0));
        self.dead |= self.propagate(net).is_err();
    }

    fn known(&self, sign: Sign) -> bool {
        self.holds[sign.at()] || self.holds[(!sign).at()]
    }

    /// From now on this always holds.
    pub(super) fn fix(&mut self, sign: Sign) {
        self.back_to(0);
        if self.holds[(!sign).at()] {
            self.dead = true;
        } else if !self.holds[sign.at()] {
            self.set(sign, Reason::None);
        }
    }

    pub(super) fn set(&mut self, sign: Sign, reason: Reason) {
        let var = sign.var();
        self.holds[sign.at()] = true;
        self.how[var] = How {
            level: self.levels.len(),
            position: self.trail.len(),
            reason,
        };
        self.trail.push(sign);
        self.steps += 1;
    }

    fn descend(&mut self) {
        self.levels.push(Level {
            trail: self.trail.len(),
            theory: self.theory.mark(),
            justified: self.justified,
        });
    }

    pub(super) fn back_to(&mut self, level: usize) {
        let Some(Level {
            trail,
            theory,
            justified,
        }) = self.levels.drain(level.min(self.levels.len())..).next()
        else {
            return;
        };
        for sign in self.trail.drain(trail..) {
            self.holds[sign.at()] = false;
            self.how[sign.var()].position = usize::MAX;
        }
        self.theory.undo(theory);
        self.propagated = trail;
        self.told = trail;
        self.justified = justified;
    }

    /// Sets whatever follows; a clash is a clause of which nothing holds.
    fn propagate(&mut self, net: &Net) -> Result<(), Vec<Sign>> {
        loop {
            while let Some(&sign) = self.trail.get(self.propagated) {
                self.propagated += 1;
                self.propagate_binary(sign)?;
                self.propagate_clauses(sign)?;
            }
            let Some(&sign) = self.trail.get(self.told) else {
                return Ok(());
            };
            self.told += 1;
            if sign.is_yes()
                && let Node::Atom(lit) = &self.nodes[sign.var()]
            {
                let atom = sign.0 >> 1;
                if let Err(clash) = self.theory.assert(net, *lit, atom) {
                    let clash: Vec<Sign> = clash.into_iter().map(|atom| !Sign::yes(atom)).collect();
                    self.tell_lemma(net, &clash);
                    return Err(clash);
                }
                self.deny_excluded();
            }
        }
    }

    /// Denies atoms that the theory has come to exclude.
    fn deny_excluded(&mut self) {
        let orders = std::mem::take(&mut self.theory.excluded);
        for order in &orders {
            if let Some(&var) = self.orders.get(order) {
                self.deny(var);
            }
        }
        let touched = std::mem::take(&mut self.theory.touched);
        for choice in touched {
            let left = self.theory.values()[choice];
            let gone: Vec<u32> = self.choices.get(&choice).map_or(Vec::new(), |atoms| {
                let gone = atoms.iter().filter(|(set, _)| left & set == 0);
                gone.map(|(_, var)| *var).collect()
            });
            gone.into_iter().for_each(|var| self.deny(var));
        }
    }

    fn deny(&mut self, var: u32) {
        let sign = !Sign::yes(var);
        if !self.known(sign) {
            self.set(sign, Reason::Theory);
            // Nobody asks why something holds in any case, so it is told at once.
            if self.levels.is_empty() && self.proof.is_some() {
                self.because(sign);
            }
        }
    }

    /// The signs that, all of them denied, leave only this one.
    fn because(&self, sign: Sign) -> Vec<Sign> {
        let var = sign.var();
        match self.how[var].reason {
            Reason::None => Vec::new(),
            Reason::Binary(other) => vec![other],
            Reason::Clause(at) => self.clauses[at].signs.iter().copied().filter(|s| *s != sign).collect(),
            Reason::Theory => {
                let Node::Atom(lit) = self.nodes[var] else {
                    return Vec::new();
                };
                let before = self.how[var].position;
                let earlier = |atom: u32| self.how[atom as usize].position < before;
                let why = self.theory.why_not(lit, &earlier);
                let why: Vec<Sign> = why.into_iter().map(|atom| !Sign::yes(atom)).collect();
                self.tell(|| Step::Lemma(why.iter().chain([&sign]).map(|s| s.said()).collect()));
                why
            }
        }
    }

    /// What a clause of which nothing holds teaches: a clause whose first must hold as soon as no other does, and the level
    /// from which on that is so. None if it clashes with what always holds.
    fn learn(&mut self, clash: Vec<Sign>) -> Option<(Vec<Sign>, usize)> {
        let top = clash.iter().map(|s| self.how[s.var()].level).max().unwrap_or(0);
        self.back_to(top);
        if top == 0 {
            return None;
        }
        let mut seen: Set<usize> = Set::default();
        let mut learned: Vec<Sign> = Vec::new();
        let mut here = 0;
        let mut open = clash;
        let mut at = self.trail.len();
        let uip = loop {
            for sign in open.drain(..) {
                let var = sign.var();
                if self.how[var].level == 0 || !seen.insert(var) {
                    continue;
                }
                self.activity[var] += self.bump;
                if self.how[var].level == top {
                    here += 1;
                } else {
                    learned.push(sign);
                }
            }
            let is_here = |s: &Sign| self.how[s.var()].level == top && seen.contains(&s.var());
            at = self.trail[..at].iter().rposition(is_here)?;
            let sign = self.trail[at];
            here -= 1;
            if here == 0 {
                break sign;
            }
            if let Reason::Clause(at) = self.how[sign.var()].reason
                && let Some(use_of) = &mut self.clauses[at].use_of
            {
                *use_of += self.bump;
            }
            open = self.because(sign);
        };
        self.bump *= DECAY;
        if self.bump > LARGE {
            self.activity.iter_mut().for_each(|a| *a /= LARGE);
            let learned = self.clauses.iter_mut().filter_map(|c| c.use_of.as_mut());
            learned.for_each(|u| *u /= LARGE);
            self.bump /= LARGE;
        }
        // What the others already force need not be said.
        let needed: Vec<Sign> = learned
            .iter()
            .copied()
            .filter(|s| {
                let why = self.because(!*s);
                why.is_empty() && self.how[s.var()].reason == Reason::None
                    || why
                        .iter()
                        .any(|w| self.how[w.var()].level != 0 && !seen.contains(&w.var()))
            })
            .collect();
        let mut clause = vec![!uip];
        clause.extend(needed);
        let back = clause[1..].iter().map(|s| self.how[s.var()].level).max().unwrap_or(0);
        // The second one is watched too: it must be among the last to be undone.
        if let Some(second) = (1..clause.len()).find(|at| self.how[clause[*at].var()].level == back) {
            clause.swap(1, second);
        }
        Some((clause, back))
    }

    /// The assumptions that a clause of which nothing holds goes back to.
    fn assumptions_of(&self, clash: Vec<Sign>) -> BTreeSet<Sign> {
        let mut seen = Set::default();
        let mut out = BTreeSet::new();
        let mut open = clash;
        while let Some(sign) = open.pop() {
            let var = sign.var();
            if self.how[var].level == 0 || !seen.insert(var) {
                continue;
            }
            if self.how[var].reason == Reason::None {
                out.insert(!sign);
            } else {
                open.extend(self.because(!sign));
            }
        }
        out
    }

    /// Decides whether all these assumptions can hold together, within a budget of clashes. Assumptions that come first, and
    /// in the order of the question before, are not worked out again.
    pub fn solve(&mut self, net: &Net, assumptions: &[Assume], budget: u32) -> Found {
        self.forget();
        let signs: Vec<Sign> = assumptions.iter().map(|a| a.sign()).collect();
        let same = signs.iter().zip(&self.assumed).take_while(|(a, b)| a == b).count();
        self.back_to(same);
        self.assumed = signs;
        let mut left = budget;
        while !self.dead {
            if self.is_spent() {
                return Found::Unfinished;
            }
            if let Err(clash) = self.propagate(net) {
                let Some((clause, back)) = self.learn(clash) else {
                    self.dead = true;
                    break;
                };
                self.tell_clause(Step::Learned, &clause);
                self.back_to(back);
                let first = clause[0];
                let reason = match clause.as_slice() {
                    [_] => Reason::None,
                    _ => self.attach(clause),
                };
                if let Reason::Clause(at) = reason {
                    self.clauses[at].use_of = Some(self.bump);
                    self.learned += 1;
                }
                self.set(first, reason);
                match left.checked_sub(1) {
                    Some(less) => left = less,
                    None => return Found::Unfinished,
                }
            } else if let Some(&next) = self.assumed.get(self.levels.len()) {
                if self.holds[(!next).at()] {
                    let mut core = self.assumptions_of(vec![next]);
                    core.insert(next);
                    return self.refuted(core);
                }
                self.descend();
                if !self.holds[next.at()] {
                    self.set(next, Reason::None);
                }
            } else if let Some(way) = self.unjustified() {
                self.descend();
                self.set(Sign::yes(way), Reason::None);
            } else {
                return Found::Sat(Box::new(self.leaf(net)));
            }
        }
        self.refuted(BTreeSet::new())
    }

    fn refuted(&self, core: BTreeSet<Sign>) -> Found {
        self.tell(|| Step::Answer(core.iter().map(|s| (!*s).said()).collect()));
        Found::Unsat(core.into_iter().map(Assume::of).collect())
    }

    /// The way to try next: of the first asserted gate that nothing justifies, the one that clashes most often, or else the first.
    fn unjustified(&mut self) -> Option<u32> {
        while let Some(sign) = self.trail.get(self.justified) {
            if sign.is_yes()
                && let Node::Any(ways) = &self.nodes[sign.var()]
                && !ways.iter().any(|way| self.is_justified(*way))
            {
                let mut best: Option<u32> = None;
                for &way in ways.iter().filter(|way| !self.known(Sign::yes(**way))) {
                    if best.is_none_or(|b| self.activity[way as usize] > self.activity[b as usize]) {
                        best = Some(way);
                    }
                }
                return best;
            }
            self.justified += 1;
        }
        None
    }

    fn is_justified(&self, way: u32) -> bool {
        self.holds[Sign::yes(way).at()]
            || matches!(&self.nodes[way as usize], Node::Atom(lit) if self.theory.implies(*lit))
    }
}

impl Assume {
    fn sign(self) -> Sign {
        match self {
            Assume::True(gate) => Sign::yes(gate.0),
            Assume::Unused(gate) => !Sign::yes(gate.0),
        }
    }

    fn of(sign: Sign) -> Assume {
        let gate = Gate(sign.0 >> 1);
        if sign.is_yes() {
            Assume::True(gate)
        } else {
            Assume::Unused(gate)
        }
    }
}
