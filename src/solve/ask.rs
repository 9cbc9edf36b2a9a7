//! Questions about a protocol's histories. In: a [`Ground`]. Out: branches, or cores of norms.
//!
//! Two forms carry every analysis: *is there a history in which ...* ([`Asker::exists`]), and *an accepted prefix engages
//! a norm, yet no accepted history continues it* ([`Asker::refute`]), for all dates of the prefix at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::ground::{Ground, norms, tag};
use super::net::{Choice, Formula, Lit, Point, STRUCTURE, Tag, any};
use super::norms::Cut;
use super::project;
use super::search::{Core, Leaf, Outcome, Query};
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
const BUDGET: u32 = 1_500;

/// A word: occurrences in order; nothing else that is outside, or that changes a status or an ordinal, has occurred by its end.
pub type Word = Vec<Point>;

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

/// Norms that may stand in each other's way: they share an instant of ours, or a choice of ours, directly or through
/// others. What the outside does is given to all of them alike, so different parts cannot clash.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its norms.
    pub norms: Vec<NormId>,
    /// The letters that its formulas speak of.
    pub letters: Vec<Point>,
    structure: Vec<usize>,
}

/// What a refutation attempt found.
#[derive(Debug)]
pub enum Attempt {
    /// It is no accepted prefix in any case on any date.
    Unreachable,
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
    accept: BTreeMap<NormId, Formula>,
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
        Asker {
            ground,
            accept: BTreeMap::new(),
            starts: (from.min(last), (last - margin).max(0)),
        }
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

    fn prepare(&mut self, obeyed: &[NormId]) {
        for norm in obeyed {
            if !self.accept.contains_key(norm) {
                let formula = self.ground.accept(*norm, None);
                self.accept.insert(*norm, formula);
            }
        }
    }

    fn tag(&self, norm: NormId) -> Tag {
        tag(self.ground.protocol, norm)
    }

    fn norms_of(&self, core: &Core) -> BTreeSet<NormId> {
        core.tags
            .iter()
            .filter_map(|t| super::ground::norm_of(self.ground.protocol, *t))
            .collect()
    }

    /// Given days for some points; what is outside falls on a day on which stories may start.
    fn ranges(&self, fixed: &[(Point, i32)]) -> Vec<(Point, (i32, i32))> {
        let outside = self
            .ground
            .instances
            .iter()
            .map(|i| i.at)
            .filter(|x| !self.is_own(*x))
            .map(|x| (x, self.starts));
        outside.chain(fixed.iter().map(|(x, day)| (*x, (*day, *day)))).collect()
    }

    /// The ways in which a norm has something to do: a trigger occurs, its guard holds, and it is not done already.
    pub fn engagements(&mut self, norm: NormId) -> Vec<Formula> {
        self.ground.engagements(norm)
    }

    /// Sets a scene: these claims, these norms, and nothing of what is `hidden`.
    ///
    /// [`Asker::play_without`] leaves norms out again at no cost.
    pub fn scene(&mut self, part: &Part, claims: &[Formula], obeyed: &[NormId], hidden: BTreeSet<Point>) -> Scene {
        self.write(part, obeyed, None, hidden, |_| None, claims.to_vec())
    }

    /// Is there such a history, in this case? With `for_all`: one that does not depend on what else is judged, read or decided.
    pub fn play(&self, scene: &Scene, given: &[(Choice, u64)], for_all: bool) -> Outcome {
        self.solve(scene, &BTreeSet::new(), &[], &[], given, for_all)
    }

    /// The same with some norms left out.
    pub fn play_without(
        &self,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        given: &[(Choice, u64)],
        for_all: bool,
    ) -> Outcome {
        self.solve(scene, out, &[], &[], given, for_all)
    }

    /// Which of the scene's norms stand in the way, as a minimal core with the effects between them; `None` if none do or it
    /// was not decided.
    pub fn core_of(&self, scene: &Scene, out: &BTreeSet<NormId>, given: &[(Choice, u64)]) -> Option<BTreeSet<NormId>> {
        let Outcome::Unsat(core) = self.solve(scene, out, &[], &[], given, false) else {
            return None;
        };
        Some(self.shrink(scene, &core, &[], given))
    }

    fn shrink(&self, scene: &Scene, core: &Core, fixed: &[(Point, i32)], given: &[(Choice, u64)]) -> BTreeSet<NormId> {
        let obeyed: BTreeSet<NormId> = scene.norms();
        let (mut core, silent): (Vec<NormId>, Vec<NormId>) =
            self.norms_of(core).into_iter().partition(|n| obeyed.contains(n));
        let all_but =
            |kept: &[NormId]| -> BTreeSet<NormId> { obeyed.iter().copied().filter(|n| !kept.contains(n)).collect() };
        let mut at = 0;
        while at < core.len() {
            let mut fewer = core.clone();
            fewer.remove(at);
            if matches!(
                self.solve(scene, &all_but(&fewer), &[], fixed, given, false),
                Outcome::Unsat(_)
            ) {
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
            if !matches!(self.solve(scene, &out, &[], fixed, given, false), Outcome::Unsat(_)) {
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
        self.play(&scene, &[], false)
    }

    /// Everything as one part.
    pub fn whole(&self) -> Part {
        Part {
            norms: norms(self.ground.protocol).filter(|n| self.ground.binds(*n)).collect(),
            letters: self.letters(),
            structure: (0..self.ground.structure.len()).collect(),
        }
    }

    /// Outside points that the claims can do without, as many as possible; `None` if they cannot be at all.
    pub fn idle(&mut self, part: &Part, claims: &[Formula]) -> Option<BTreeSet<Point>> {
        let bare = self.scene(part, claims, &[], BTreeSet::new());
        let Outcome::Sat(leaf) = self.play(&bare, &[], false) else {
            return None;
        };
        let occurs = |leaf: &Leaf, x: &Point| leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true);
        let outside: Vec<Point> = self
            .ground
            .instances
            .iter()
            .map(|i| i.at)
            .filter(|x| !self.is_own(*x))
            .collect();
        let mut idle: BTreeSet<Point> = outside.iter().copied().filter(|x| !occurs(&leaf, x)).collect();
        for x in outside.into_iter().filter(|x| occurs(&leaf, x)) {
            idle.insert(x);
            let without = self.scene(part, claims, &[], idle.clone());
            if !matches!(self.play(&without, &[], false), Outcome::Sat(_)) {
                idle.remove(&x);
            }
        }
        Some(idle)
    }

    /// Start days of a one-letter word that are seen, by one branch, to continue; of others nothing is said.
    pub fn good_starts(
        &mut self,
        only: Point,
        part: &Part,
        given: &[(Choice, u64)],
        obeyed: &[NormId],
    ) -> impl Fn(i32) -> bool + use<> {
        let word = [only];
        let whole = self.under(&word, part, obeyed, None);
        let bounds = match self.solve(&whole, &BTreeSet::new(), &[], &[], given, false) {
            Outcome::Sat(leaf) => Some(project::onto(&self.ground.net, &leaf, &word)),
            _ => None,
        };
        move |day| {
            bounds
                .as_ref()
                .is_some_and(|bounds| bounds.iter().all(|b| b.table.apply(day) >= day))
        }
    }

    /// Splits these norms into parts.
    pub fn parts(&mut self, obeyed: &[NormId]) -> Vec<Part> {
        self.prepare(obeyed);
        let points = self.ground.net.points.len();
        let mut groups = Groups::new(points + self.ground.net.choices.len());
        let ours = |net: &super::net::Net, lit: &Lit, out: &mut Vec<usize>| match lit {
            Lit::Occurs(x, _) => out.extend(net.points[x.0 as usize].own.then_some(x.0 as usize)),
            Lit::Before(a, b) | Lit::Le(a, _, b) => {
                out.extend(
                    [a, b]
                        .into_iter()
                        .filter(|x| net.points[x.0 as usize].own)
                        .map(|x| x.0 as usize),
                );
            }
            Lit::Is(c, _) => out.extend((!net.choices[c.0 as usize].universal).then_some(points + c.0 as usize)),
        };
        let mut members: Vec<(Option<NormId>, usize, Vec<usize>)> = Vec::new();
        for (at, (_, formula)) in self.ground.structure.iter().enumerate() {
            let mut found = Vec::new();
            formula.atoms(&mut |lit| ours(&self.ground.net, lit, &mut found));
            members.push((None, at, found));
        }
        for norm in obeyed {
            let mut found = Vec::new();
            if let Some(formula) = self.accept.get(norm) {
                formula.atoms(&mut |lit| ours(&self.ground.net, lit, &mut found));
            }
            members.push((Some(*norm), 0, found));
        }
        for (_, _, found) in &members {
            for pair in found.windows(2) {
                if let [a, b] = pair {
                    groups.join(*a, *b);
                }
            }
        }
        let letters = self.letters();
        let mut parts: BTreeMap<usize, Part> = BTreeMap::new();
        for (norm, at, found) in &members {
            let Some(first) = found.first() else { continue };
            let part = parts.entry(groups.root(*first)).or_insert_with(|| Part {
                norms: Vec::new(),
                letters: Vec::new(),
                structure: Vec::new(),
            });
            match norm {
                Some(norm) => part.norms.push(*norm),
                None => part.structure.push(*at),
            }
        }
        parts.retain(|_, part| !part.norms.is_empty());
        for part in parts.values_mut() {
            let mut spoken: BTreeSet<Point> = BTreeSet::new();
            let mut see = |lit: &Lit| match lit {
                Lit::Occurs(x, _) => {
                    spoken.insert(*x);
                }
                Lit::Before(a, b) | Lit::Le(a, _, b) => spoken.extend([*a, *b]),
                Lit::Is(..) => {}
            };
            for norm in &part.norms {
                if let Some(formula) = self.accept.get(norm) {
                    formula.atoms(&mut see);
                }
            }
            for at in &part.structure {
                self.ground.structure[*at].1.atoms(&mut see);
            }
            part.letters = letters.iter().copied().filter(|x| spoken.contains(x)).collect();
        }
        parts.into_values().collect()
    }

    /// The letters of words: what is not ours to time, and own acts that change a status, are counted by an ordinal or tested.
    pub fn letters(&self) -> Vec<Point> {
        let causes: BTreeSet<Point> = self.ground.settings.values().flatten().map(|s| s.cause).collect();
        self.ground
            .instances
            .iter()
            .filter(|i| {
                let outside = self.ground.net.points.get(i.at.0 as usize).is_some_and(|x| !x.own);
                // The last copy of what repeats stays out of words, so that there is always a next one.
                let spare = self
                    .ground
                    .classes
                    .get(&i.class)
                    .is_none_or(|c| c.len() == 1 || i.number + 1 < c.len());
                outside
                    || spare
                        && (causes.contains(&i.at) || (matches!(i.class, Happening::Held(_)) && self.counted(i.class)))
            })
            .map(|i| i.at)
            .collect()
    }

    fn counted(&self, class: Happening) -> bool {
        self.ground.classes.get(&class).is_some_and(|c| c.len() > 1)
    }

    /// Whether an instant is ours to time.
    pub fn is_own(&self, x: Point) -> bool {
        self.ground.net.points.get(x.0 as usize).is_some_and(|i| i.own)
    }

    /// What it means that exactly this word has occurred, and that from its end on the outside is quiet.
    fn spell(&self, word: &[Point], letters: &[Point]) -> Vec<Formula> {
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
            out.push(if self.is_own(x) {
                any([never, Lit::Before(end, x).into()])
            } else {
                never
            });
        }
        out
    }

    /// The formulas of a part under a word: what it spells is known, so most of them shrink.
    fn under(&mut self, word: &[Point], part: &Part, obeyed: &[NormId], cut: Cut) -> Scene {
        let letters: BTreeSet<Point> = part.letters.iter().copied().collect();
        let place: BTreeMap<Point, usize> = word.iter().copied().zip(0..).collect();
        let hidden: BTreeSet<Point> = letters
            .iter()
            .copied()
            .filter(|x| !place.contains_key(x) && !self.is_own(*x))
            .collect();
        let known = |lit: &Lit| match lit {
            Lit::Occurs(x, yes) if place.contains_key(x) => Some(*yes),
            Lit::Before(a, b) => match (place.get(a), place.get(b)) {
                (Some(a), Some(b)) => Some(a < b),
                (None, Some(_)) if letters.contains(a) => Some(false),
                _ => None,
            },
            _ => None,
        };
        let spelt = self.spell(word, &part.letters);
        self.write(part, obeyed, cut, hidden, known, spelt)
    }

    fn write(
        &mut self,
        part: &Part,
        obeyed: &[NormId],
        cut: Cut,
        hidden: BTreeSet<Point>,
        known: impl Fn(&Lit) -> Option<bool>,
        claims: Vec<Formula>,
    ) -> Scene {
        let seen = |lit: &Lit| match lit {
            Lit::Occurs(x, yes) if hidden.contains(x) => Some(!*yes),
            Lit::Before(a, b) | Lit::Le(a, _, b) if hidden.contains(a) || hidden.contains(b) => Some(false),
            other => known(other),
        };
        let mut lines: Vec<Line> = Vec::new();
        for at in &part.structure {
            if let Some((tag, formula)) = self.ground.structure.get(*at) {
                lines.push(Line {
                    tag: *tag,
                    norm: None,
                    formula: formula.given(&seen),
                });
            }
        }
        self.ground.hidden.clone_from(&hidden);
        for norm in obeyed {
            let formula = self.ground.accept(*norm, cut);
            lines.push(Line {
                tag: self.tag(*norm),
                norm: Some(*norm),
                formula: formula.given(&seen),
            });
        }
        self.ground.hidden.clear();
        lines.extend(claims.into_iter().map(|f| Line {
            tag: STRUCTURE,
            norm: None,
            formula: f.given(&seen),
        }));
        lines.extend(hidden.iter().map(|x| Line {
            tag: STRUCTURE,
            norm: None,
            formula: Lit::Occurs(*x, false).into(),
        }));
        lines.retain(|l| !l.formula.is_true());
        Scene { lines }
    }

    fn solve(
        &self,
        scene: &Scene,
        out: &BTreeSet<NormId>,
        extra: &[Formula],
        fixed: &[(Point, i32)],
        given: &[(Choice, u64)],
        for_all: bool,
    ) -> Outcome {
        let silenced: Vec<Tag> = out.iter().map(|n| self.tag(*n)).collect();
        let mut formulas: Vec<(Tag, &Formula)> = scene
            .lines
            .iter()
            .filter(|l| !silenced.contains(&l.tag))
            .map(|l| (l.tag, &l.formula))
            .collect();
        formulas.extend(extra.iter().map(|f| (STRUCTURE, f)));
        let query = Query {
            net: &self.ground.net,
            formulas,
            within: self.ranges(fixed),
            given: given.to_vec(),
            for_all,
            budget: BUDGET,
        };
        query.solve()
    }

    /// Looks for dates and a case in which this word is an accepted prefix that no accepted history continues.
    pub fn refute(&mut self, word: &[Point], part: &Part, obeyed: &[NormId]) -> Attempt {
        let prefix = self.under(word, part, obeyed, word.last().copied());
        let whole = self.under(word, part, obeyed, None);
        let mut search = Refuter {
            asker: self,
            word,
            prefix,
            whole,
            steps: 400,
        };
        match search.hunt(&mut Vec::new(), &mut Vec::new()) {
            Err(Unfinished) => Attempt::Unfinished,
            Ok(Hunt::Nowhere) => Attempt::Unreachable,
            Ok(Hunt::Continues) => Attempt::Continues,
            Ok(Hunt::Stuck(days, case)) => match self.minimal(word, part, obeyed, &days, &case) {
                Some(core) => Attempt::Stuck(Box::new(Refutation {
                    word: word.to_vec(),
                    days,
                    case,
                    core,
                })),
                None => Attempt::Unfinished,
            },
        }
    }

    fn minimal(
        &mut self,
        word: &[Point],
        part: &Part,
        obeyed: &[NormId],
        days: &[i32],
        case: &[(Choice, u64)],
    ) -> Option<BTreeSet<NormId>> {
        let fixed: Vec<(Point, i32)> = word.iter().copied().zip(days.iter().copied()).collect();
        let whole = self.under(word, part, obeyed, None);
        let Outcome::Unsat(core) = self.solve(&whole, &BTreeSet::new(), &[], &fixed, case, false) else {
            return None;
        };
        Some(self.shrink(&whole, &core, &fixed, case))
    }

    /// Whether the given norms alone already make this prefix (on these days, in this case) impossible to continue.
    pub fn is_stuck(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &[(Choice, u64)],
        core: &[NormId],
    ) -> bool {
        let whole = self.under(word, part, core, None);
        matches!(
            self.solve(&whole, &BTreeSet::new(), &[], days, case, false),
            Outcome::Unsat(_)
        )
    }

    /// Whether it would do if the outside were not quiet: then nothing clashes, something only waits for the outside.
    pub fn waits_for_outside(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &[(Choice, u64)],
        core: &[NormId],
    ) -> bool {
        let mut claims: Vec<Formula> = word.iter().map(|x| Lit::Occurs(*x, true).into()).collect();
        claims.extend(word.windows(2).filter_map(|w| match w {
            [a, b] => Some(Lit::Before(*a, *b).into()),
            _ => None,
        }));
        if let Some(&end) = word.last() {
            let rest = part.letters.iter().filter(|x| !word.contains(x));
            claims.extend(rest.map(|x| any([Lit::Occurs(*x, false).into(), Lit::Before(end, *x).into()])));
        }
        let scene = self.scene(part, &claims, core, BTreeSet::new());
        matches!(
            self.solve(&scene, &BTreeSet::new(), &[], days, case, false),
            Outcome::Sat(_)
        )
    }

    /// A continuation that obeys these norms, on these days and in this case.
    pub fn continuation(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &[(Choice, u64)],
        obeyed: &[NormId],
    ) -> Option<Leaf> {
        let whole = self.under(word, part, obeyed, None);
        match self.solve(&whole, &BTreeSet::new(), &[], days, case, false) {
            Outcome::Sat(leaf) => Some(*leaf),
            _ => None,
        }
    }

    /// The word as an accepted prefix on these days in this case, if it is one.
    pub fn prefix(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &[(Choice, u64)],
        obeyed: &[NormId],
    ) -> Option<Leaf> {
        let prefix = self.under(word, part, obeyed, word.last().copied());
        match self.solve(&prefix, &BTreeSet::new(), &[], days, case, false) {
            Outcome::Sat(leaf) => Some(*leaf),
            _ => None,
        }
    }
}

/// Formulas that a history must satisfy, each with where it came from.
#[derive(Debug, Clone)]
pub struct Scene {
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    tag: Tag,
    norm: Option<NormId>,
    formula: Formula,
}

impl Scene {
    /// The norms it obeys.
    pub fn norms(&self) -> BTreeSet<NormId> {
        self.lines.iter().filter_map(|l| l.norm).collect()
    }
}

struct Unfinished;

enum Hunt {
    /// The prefix is not reached at all.
    Nowhere,
    Continues,
    Stuck(Vec<i32>, Vec<(Choice, u64)>),
}

struct Refuter<'a, 'p> {
    asker: &'a mut Asker<'p>,
    word: &'a [Point],
    prefix: Scene,
    whole: Scene,
    steps: u32,
}

impl Refuter<'_, '_> {
    /// Narrows the prefix (by case, by dates) until it is seen to continue everywhere, or somewhere not.
    ///
    /// A continuation found for one point of the prefix is good for every point that its bounds between the prefix's own
    /// dates allow; what it does not allow is the negation of one of those bounds, again one monotone edge.
    fn hunt(&mut self, case: &mut Vec<(Choice, u64)>, beyond: &mut Vec<Formula>) -> Result<Hunt, Unfinished> {
        self.steps = self.steps.checked_sub(1).ok_or(Unfinished)?;
        let reach = match self
            .asker
            .solve(&self.prefix, &BTreeSet::new(), beyond, &[], case, false)
        {
            Outcome::Sat(leaf) => leaf,
            Outcome::Unsat(_) => return Ok(Hunt::Nowhere),
            Outcome::Unfinished => return Err(Unfinished),
        };
        match self.asker.solve(&self.whole, &BTreeSet::new(), beyond, &[], case, true) {
            Outcome::Unfinished => Err(Unfinished),
            Outcome::Sat(leaf) => self.elsewhere(&leaf, case, beyond),
            Outcome::Unsat(core) => match core.open.first() {
                Some(&choice) => self.split(choice, case, beyond),
                // No date of this prefix continues.
                None => Ok(self.point(&reach, case)),
            },
        }
    }

    /// One value of a universal choice after the other.
    fn split(
        &mut self,
        choice: Choice,
        case: &mut Vec<(Choice, u64)>,
        beyond: &mut Vec<Formula>,
    ) -> Result<Hunt, Unfinished> {
        let left = case
            .iter()
            .filter(|(c, _)| *c == choice)
            .fold(self.asker.ground.net.full(choice), |s, (_, v)| s & v);
        let mut reached = false;
        for value in (0..64).map(|v| 1u64 << v).filter(|v| left & v != 0) {
            case.push((choice, value));
            let found = self.hunt(case, beyond)?;
            case.pop();
            match found {
                Hunt::Stuck(..) => return Ok(found),
                Hunt::Continues => reached = true,
                Hunt::Nowhere => {}
            }
        }
        Ok(if reached { Hunt::Continues } else { Hunt::Nowhere })
    }

    /// Dates of the prefix that a continuation does not cover.
    fn elsewhere(
        &mut self,
        leaf: &Leaf,
        case: &mut Vec<(Choice, u64)>,
        beyond: &mut Vec<Formula>,
    ) -> Result<Hunt, Unfinished> {
        let between = project::onto(&self.asker.ground.net, leaf, self.word);
        for bound in between {
            let Some(negated) = self.negation(&bound) else { continue };
            beyond.push(negated);
            let found = self.hunt(case, beyond)?;
            beyond.pop();
            if matches!(found, Hunt::Stuck(..)) {
                return Ok(found);
            }
        }
        Ok(Hunt::Continues)
    }

    /// The dates at which a bound fails, if the order of the word leaves any.
    fn negation(&mut self, bound: &project::Between) -> Option<Formula> {
        let (y, x) = (*self.word.get(bound.y)?, *self.word.get(bound.x)?);
        let trivially_true = bound.y <= bound.x && bound.table.values().iter().zip(0..).all(|(v, d)| *v >= d);
        if trivially_true {
            return None;
        }
        // day(y) > table(day(x))
        let negated = self.asker.ground.net.table(Arc::new(bound.table.strictly_below()));
        Some(Lit::Le(x, negated, y).into())
    }

    /// A concrete point at which the prefix is reached and not continued, with whatever it needs to know of the case.
    fn point(&self, reach: &Leaf, case: &[(Choice, u64)]) -> Hunt {
        let days = self
            .word
            .iter()
            .map(|x| reach.latest.get(x.0 as usize).copied().unwrap_or(0))
            .collect();
        let mut full: Vec<(Choice, u64)> = Vec::new();
        let narrowed = |c: Choice| case.iter().filter(|(k, _)| *k == c).fold(u64::MAX, |s, (_, v)| s & v);
        for (at, set) in reach.values.iter().enumerate() {
            let choice = Choice(u32::try_from(at).unwrap_or(u32::MAX));
            let set = set & narrowed(choice);
            let universal = self.asker.ground.net.choices.get(at).is_some_and(|i| i.universal);
            if universal && set != self.asker.ground.net.full(choice) {
                full.push((choice, set));
            }
        }
        Hunt::Stuck(days, full)
    }
}

/// Union-find.
struct Groups(Vec<usize>);

impl Groups {
    fn new(n: usize) -> Groups {
        Groups((0..n).collect())
    }

    fn root(&self, mut at: usize) -> usize {
        while self.0[at] != at {
            at = self.0[at];
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}
