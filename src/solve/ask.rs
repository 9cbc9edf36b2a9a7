//! Questions about a protocol's histories. In: a [`Ground`]. Out: branches, or cores of norms.
//!
//! Two forms carry every analysis: *is there a history in which ...* ([`Asker::exists`]), and *an accepted prefix engages
//! a norm, yet no accepted history continues it* ([`Asker::refute`]), for all dates of the prefix at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ground::{Ground, norms, tag};
use super::net::{Choice, Formula, Instant, Lit, STRUCTURE, Tag, any};
use super::norms::Cut;
use super::project;
use super::search::{Core, Leaf, Outcome, Query};
use crate::calendar::Table;
use crate::model::{Body, Happening, Modal, NormId};

/// Which norms must be obeyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// must, must not, only.
    Must,
    /// Those and should, should not.
    Should,
}

/// Branches a search may try before it gives up.
const BUDGET: u32 = 20_000;

/// A word: occurrences in order; nothing else that is outside, or that changes a status or an ordinal, has occurred by its end.
pub type Word = Vec<Instant>;

/// A prefix that cannot be continued.
#[derive(Debug, Clone)]
pub struct Refutation {
    /// What has occurred.
    pub word: Word,
    /// A day for each letter (axis index).
    pub days: Vec<i32>,
    /// Values of universal choices that it needs.
    pub case: Vec<(Choice, u64)>,
    /// Norms that cannot stand together: a minimal core.
    pub core: BTreeSet<NormId>,
}

/// What a refutation attempt found.
#[derive(Debug)]
pub enum Attempt {
    /// Every accepted prefix of this word has an accepted continuation.
    Continues,
    /// This one has not.
    Stuck(Box<Refutation>),
    /// Not decided within the budget.
    Unfinished,
}

/// Asks questions of one protocol.
#[derive(Debug)]
pub struct Asker<'p> {
    /// The protocol made ready.
    pub ground: Ground<'p>,
    accept: BTreeMap<(NormId, Cut), Formula>,
    /// First and last axis day on which a story may start (both inclusive).
    pub starts: (i32, i32),
}

impl<'p> Asker<'p> {
    /// Stories may start on any day of the axis that leaves two years after it, once every base is in force.
    pub fn new(ground: Ground<'p>) -> Asker<'p> {
        let last = i32::try_from(ground.net.len).unwrap_or(i32::MAX) - 1;
        let from = ground
            .protocol
            .modules
            .iter()
            .filter_map(|m| m.in_force.0)
            .filter_map(|day| ground.calendar.index(day))
            .max()
            .unwrap_or(0);
        let margin = if last > 4 * 366 { 2 * 366 } else { 0 };
        Asker { ground, accept: BTreeMap::new(), starts: (from.min(last), (last - margin).max(0)) }
    }

    /// Whether a norm must be obeyed in a tier.
    pub fn in_tier(&self, norm: NormId, tier: Tier) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.ground.protocol.rules.get(r.index()).map(|r| &r.body) {
                Some(Body::Norm { subject: crate::model::Subject::Only(_), .. }) => true,
                Some(Body::Norm { modal: Modal::Must | Modal::MustNot, .. }) => true,
                Some(Body::Norm { modal: Modal::Should | Modal::ShouldNot, .. }) => tier == Tier::Should,
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

    fn prepare(&mut self, obeyed: &[NormId], cut: Cut) {
        for norm in obeyed {
            if !self.accept.contains_key(&(*norm, cut)) {
                let formula = self.ground.accept(*norm, cut);
                self.accept.insert((*norm, cut), formula);
            }
        }
    }

    fn tag(&self, norm: NormId) -> Tag {
        tag(self.ground.protocol, norm)
    }

    fn norms_of(&self, core: &Core) -> BTreeSet<NormId> {
        core.tags.iter().filter_map(|t| super::ground::norm_of(self.ground.protocol, *t)).collect()
    }

    /// Is there a history that satisfies `claims` and obeys these norms?
    pub fn exists(&mut self, claims: &[(Tag, Formula)], obeyed: &[NormId]) -> Outcome {
        self.prepare(obeyed, None);
        let mut formulas: Vec<(Tag, &Formula)> = self.ground.structure.iter().map(|(t, f)| (*t, f)).collect();
        formulas.extend(claims.iter().map(|(t, f)| (*t, f)));
        formulas.extend(obeyed.iter().filter_map(|n| Some((self.tag(*n), self.accept.get(&(*n, None))?))));
        let query = Query {
            net: &self.ground.net,
            formulas,
            fixed: Vec::new(),
            given: Vec::new(),
            horizon: self.starts.1,
            for_all: false,
            budget: BUDGET,
        };
        query.solve()
    }

    /// Which of these norms stand against the claims, as a minimal core; `None` if none do or it was not decided.
    pub fn core_against(&mut self, claims: &[(Tag, Formula)], obeyed: &[NormId]) -> Option<BTreeSet<NormId>> {
        let Outcome::Unsat(core) = self.exists(claims, obeyed) else { return None };
        let mut core: Vec<NormId> = self.norms_of(&core).into_iter().filter(|n| obeyed.contains(n)).collect();
        let mut at = 0;
        while at < core.len() {
            let mut fewer = core.clone();
            fewer.remove(at);
            if matches!(self.exists(claims, &fewer), Outcome::Unsat(_)) {
                core = fewer;
            } else {
                at += 1;
            }
        }
        Some(core.into_iter().collect())
    }

    /// The letters of words: what is not ours to time, and own acts that change a status, are counted by an ordinal or tested.
    pub fn letters(&self) -> Vec<Instant> {
        let causes: BTreeSet<Instant> = self.ground.settings.values().flatten().map(|s| s.cause).collect();
        self.ground
            .instances
            .iter()
            .filter(|i| {
                let outside = self.ground.net.instants.get(i.at.0 as usize).is_some_and(|x| !x.own);
                outside || causes.contains(&i.at) || (matches!(i.class, Happening::Held(_)) && self.counted(i.class))
            })
            .map(|i| i.at)
            .collect()
    }

    fn counted(&self, class: Happening) -> bool {
        self.ground.classes.get(&class).is_some_and(|c| c.len() > 1)
    }

    fn is_own(&self, x: Instant) -> bool {
        self.ground.net.instants.get(x.0 as usize).is_some_and(|i| i.own)
    }

    /// What it means that exactly this word has occurred, and that from its end on the outside is quiet.
    fn spell(&self, word: &[Instant], letters: &[Instant]) -> Vec<Formula> {
        let mut out: Vec<Formula> = word.iter().map(|x| Lit::Occurs(*x, true).into()).collect();
        out.extend(word.windows(2).filter_map(|w| match w {
            [a, b] => Some(Lit::Before(*a, *b).into()),
            _ => None,
        }));
        let Some(&end) = word.last() else { return out };
        for &x in letters {
            if word.contains(&x) {
                continue;
            }
            let never: Formula = Lit::Occurs(x, false).into();
            out.push(if self.is_own(x) { any([never, Lit::Before(end, x).into()]) } else { never });
        }
        out
    }

    /// Is a word an accepted prefix at all, in some case and on some dates?
    pub fn reachable(&mut self, word: &[Instant], letters: &[Instant], obeyed: &[NormId]) -> bool {
        let cut = word.last().copied();
        self.prepare(obeyed, cut);
        let spelt = self.spell(word, letters);
        matches!(self.solve(&spelt, obeyed, cut, &[], &[], false), Outcome::Sat(_))
    }

    fn solve(
        &self,
        extra: &[Formula],
        obeyed: &[NormId],
        cut: Cut,
        fixed: &[(Instant, i32)],
        given: &[(Choice, u64)],
        for_all: bool,
    ) -> Outcome {
        let mut formulas: Vec<(Tag, &Formula)> = self.ground.structure.iter().map(|(t, f)| (*t, f)).collect();
        formulas.extend(extra.iter().map(|f| (STRUCTURE, f)));
        formulas.extend(obeyed.iter().filter_map(|n| Some((self.tag(*n), self.accept.get(&(*n, cut))?))));
        let query = Query {
            net: &self.ground.net,
            formulas,
            fixed: fixed.to_vec(),
            given: given.to_vec(),
            horizon: self.starts.1,
            for_all,
            budget: BUDGET,
        };
        query.solve()
    }

    /// Looks for dates and a case in which this word is an accepted prefix that no accepted history continues.
    pub fn refute(&mut self, word: &[Instant], letters: &[Instant], obeyed: &[NormId]) -> Attempt {
        let cut = word.last().copied();
        self.prepare(obeyed, cut);
        self.prepare(obeyed, None);
        let spelt = self.spell(word, letters);
        let mut search = Refuter { asker: self, word, spelt, obeyed, cut, steps: 400 };
        match search.hunt(&mut Vec::new(), &mut Vec::new()) {
            Err(Unfinished) => Attempt::Unfinished,
            Ok(None) => Attempt::Continues,
            Ok(Some((days, case))) => match search.minimal(&days, &case) {
                Some(core) => Attempt::Stuck(Box::new(Refutation { word: word.to_vec(), days, case, core })),
                None => Attempt::Unfinished,
            },
        }
    }

    /// Whether the given core alone already makes this prefix (on these days, in this case) impossible to continue.
    pub fn is_stuck(
        &mut self,
        word: &[Instant],
        letters: &[Instant],
        days: &[(Instant, i32)],
        case: &[(Choice, u64)],
        core: &[NormId],
    ) -> bool {
        self.prepare(core, None);
        let spelt = self.spell(word, letters);
        matches!(self.solve(&spelt, core, None, days, case, false), Outcome::Unsat(_))
    }

    /// A continuation that obeys `obeyed`, on these days and in this case.
    pub fn continuation(
        &mut self,
        word: &[Instant],
        letters: &[Instant],
        days: &[(Instant, i32)],
        case: &[(Choice, u64)],
        obeyed: &[NormId],
    ) -> Option<Leaf> {
        self.prepare(obeyed, None);
        let spelt = self.spell(word, letters);
        match self.solve(&spelt, obeyed, None, days, case, false) {
            Outcome::Sat(leaf) => Some(*leaf),
            _ => None,
        }
    }

    /// Whether the word is an accepted prefix on these days in this case.
    pub fn is_prefix(
        &mut self,
        word: &[Instant],
        letters: &[Instant],
        days: &[(Instant, i32)],
        case: &[(Choice, u64)],
        obeyed: &[NormId],
    ) -> bool {
        let cut = word.last().copied();
        self.prepare(obeyed, cut);
        let spelt = self.spell(word, letters);
        matches!(self.solve(&spelt, obeyed, cut, days, case, false), Outcome::Sat(_))
    }
}

struct Unfinished;

struct Refuter<'a, 'p> {
    asker: &'a mut Asker<'p>,
    word: &'a [Instant],
    spelt: Vec<Formula>,
    obeyed: &'a [NormId],
    cut: Cut,
    steps: u32,
}

type Found = Option<(Vec<i32>, Vec<(Choice, u64)>)>;

impl Refuter<'_, '_> {
    /// Narrows the prefix (by case, by dates) until it is seen to continue everywhere, or somewhere not.
    ///
    /// A continuation found for one point of the prefix is good for every point that its bounds between the prefix's own
    /// dates allow; what it does not allow is the negation of one of those bounds, again one monotone edge.
    fn hunt(&mut self, case: &mut Vec<(Choice, u64)>, beyond: &mut Vec<Formula>) -> Result<Found, Unfinished> {
        self.steps = self.steps.checked_sub(1).ok_or(Unfinished)?;
        let mut prefix = self.spelt.clone();
        prefix.extend(beyond.iter().cloned());
        let reach = match self.asker.solve(&prefix, self.obeyed, self.cut, &[], case, false) {
            Outcome::Sat(leaf) => leaf,
            Outcome::Unsat(_) => return Ok(None),
            Outcome::Unfinished => return Err(Unfinished),
        };
        match self.asker.solve(&prefix, self.obeyed, None, &[], case, true) {
            Outcome::Unfinished => Err(Unfinished),
            Outcome::Sat(leaf) => self.elsewhere(&leaf, case, beyond),
            Outcome::Unsat(core) => match core.open.first() {
                Some(&choice) => self.split(choice, case, beyond),
                // No date of this prefix continues.
                None => self.point(&reach, case),
            },
        }
    }

    /// One value of a universal choice after the other.
    fn split(&mut self, choice: Choice, case: &mut Vec<(Choice, u64)>, beyond: &mut Vec<Formula>) -> Result<Found, Unfinished> {
        let left = case.iter().filter(|(c, _)| *c == choice).fold(self.asker.ground.net.full(choice), |s, (_, v)| s & v);
        for value in (0..64).map(|v| 1u64 << v).filter(|v| left & v != 0) {
            case.push((choice, value));
            let found = self.hunt(case, beyond)?;
            case.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Dates of the prefix that a continuation does not cover.
    fn elsewhere(&mut self, leaf: &Leaf, case: &mut Vec<(Choice, u64)>, beyond: &mut Vec<Formula>) -> Result<Found, Unfinished> {
        let between = project::onto(&self.asker.ground.net, leaf, self.word);
        for bound in between {
            let Some(negated) = self.negation(&bound) else { continue };
            beyond.push(negated);
            let found = self.hunt(case, beyond)?;
            beyond.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The dates at which a bound fails, if the order of the word leaves any.
    fn negation(&mut self, bound: &project::Between) -> Option<Formula> {
        let (y, x) = (*self.word.get(bound.y)?, *self.word.get(bound.x)?);
        let trivially_true = bound.y <= bound.x && bound.table.values().iter().zip(0..).all(|(v, d)| *v >= d);
        if trivially_true {
            return None;
        }
        Some(self.asker.below(y, &bound.table, x))
    }

    /// A concrete point, as plain as possible, at which the prefix is reached and not continued.
    fn point(&self, reach: &Leaf, case: &[(Choice, u64)]) -> Result<Found, Unfinished> {
        let days: Vec<i32> = self.word.iter().map(|x| reach.latest.get(x.0 as usize).copied().unwrap_or(0)).collect();
        // Whatever else the prefix needed to know of the case.
        let mut full: Vec<(Choice, u64)> = case.to_vec();
        for (at, set) in reach.values.iter().enumerate() {
            let choice = Choice(u32::try_from(at).unwrap_or(u32::MAX));
            let info = self.asker.ground.net.choices.get(at);
            if info.is_some_and(|i| i.universal) && *set != self.asker.ground.net.full(choice) {
                full.push((choice, *set));
            }
        }
        Ok(Some((days, full)))
    }

    fn minimal(&mut self, days: &[i32], case: &[(Choice, u64)]) -> Option<BTreeSet<NormId>> {
        let fixed: Vec<(Instant, i32)> = self.word.iter().copied().zip(days.iter().copied()).collect();
        let Outcome::Unsat(core) = self.asker.solve(&self.spelt, self.obeyed, None, &fixed, case, false) else {
            return None;
        };
        let mut core: Vec<NormId> = self.asker.norms_of(&core).into_iter().filter(|n| self.obeyed.contains(n)).collect();
        let mut at = 0;
        while at < core.len() {
            let mut fewer = core.clone();
            fewer.remove(at);
            match self.asker.solve(&self.spelt, &fewer, None, &fixed, case, false) {
                Outcome::Unsat(_) => core = fewer,
                _ => at += 1,
            }
        }
        Some(core.into_iter().collect())
    }
}

impl Asker<'_> {
    /// `day(y) > table(day(x))`, as a formula over tables that were not in the net before.
    fn below(&mut self, y: Instant, table: &Table, x: Instant) -> Formula {
        let negated = self.ground.net.table(Arc::new(table.strictly_below()));
        Lit::Le(x, negated, y).into()
    }
}
