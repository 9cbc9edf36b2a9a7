//! The second form of question: an accepted prefix engages a norm, yet no accepted history continues it, for all dates of
//! the prefix at once. In: an [`Asker`] and a word. Out: dates, a case and a core, or that every prefix continues.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ask::{Asker, Case, Outcome, Scene};
use super::net::{Choice, Formula, Lit, Point, any};
use super::parts::Part;
use super::project;
use super::runs::Home;
use super::search::Leaf;
use crate::calendar::DaySet;
use crate::model::NormId;

/// A word: occurrences in order; nothing else that is outside, or that changes a status or an ordinal, has occurred by its end.
pub type Word = Vec<Point>;

/// A prefix that cannot be continued.
#[derive(Debug, Clone)]
pub struct Refutation {
    /// What has occurred.
    pub word: Word,
    /// A day for each letter (axis index).
    pub days: Vec<i32>,
    /// A day for each day off that is not yet announced, where the ground has such.
    pub days_off: Vec<(Point, i32)>,
    /// Values of universal choices that it needs.
    pub case: Vec<(Choice, u64)>,
    /// Norms that cannot stand together: a minimal core.
    pub core: BTreeSet<NormId>,
}

impl Refutation {
    /// Everything whose day it rests on, with that day: the letters, and the days off.
    pub fn fixed(&self) -> Vec<(Point, i32)> {
        let letters = self.word.iter().copied().zip(self.days.iter().copied());
        letters.chain(self.days_off.iter().copied()).collect()
    }
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

impl<'p> Asker<'p> {
    /// The start days of a one-letter word that do not continue, with these norms obeyed.
    ///
    /// One branch shows most days to continue, and what it has in common with all others shows most of the rest to be stuck; only
    /// what lies between is asked about day by day.
    pub fn stuck_starts(&mut self, only: Point, part: &Part, given: &Case, obeyed: &[NormId]) -> DaySet {
        let whole = self.whole_of(&[only], part, obeyed);
        let none = BTreeSet::new();
        let starts = DaySet::range(self.starts.0, self.starts.1);
        let (mut stuck, mut open) = (DaySet::default(), starts);
        match self.solve(&whole, &none, &[], &[], given, None) {
            Outcome::Sat(leaf) => {
                let net = &self.ground.net;
                open = open.without(&project::days_of(net, &mut self.memo, &leaf, only, &open));
                stuck = project::closed_days_of(net, &mut self.memo, &leaf, only, &open);
            }
            Outcome::Unsat(_) => return open,
            Outcome::Unfinished => {}
        }
        let asked = open.without(&stuck).filter(|day| {
            let found = self.solve(&whole, &none, &[], &[(only, day)], given, None);
            matches!(found, Outcome::Unsat(_))
        });
        let between = open.without(&stuck).without(&asked);
        open.without(&between)
    }

    /// What it means that exactly this word has occurred by its end, and that from there on the outside is quiet: what never
    /// occurs, and what is claimed.
    fn spell(&self, word: &[Point], letters: &[Point], end: Option<Point>) -> (Vec<Point>, Vec<Formula>) {
        let others = letters.iter().copied().filter(|x| !word.contains(x));
        let (later, never): (Vec<Point>, Vec<Point>) = others.partition(|x| self.is_own(*x));
        let mut claims = self.in_order(word);
        // A story starts, and its letters fall, where stories may start.
        claims.extend(word.iter().map(|x| self.in_reach(*x)));
        if let Some(end) = end {
            let after = |x: Point| any([Lit::Occurs(x, false).into(), Lit::Before(end, x).into()]);
            claims.extend(later.into_iter().map(after));
        }
        (never, claims)
    }

    /// These occur, in this order.
    fn in_order(&self, word: &[Point]) -> Vec<Formula> {
        let mut out: Vec<Formula> = word.iter().map(|x| Lit::Occurs(*x, true).into()).collect();
        out.extend(word.windows(2).filter_map(|w| match w {
            [a, b] => Some(Lit::Before(*a, *b).into()),
            _ => None,
        }));
        out
    }

    /// Histories that begin with the word, obey these norms, and in which nothing more comes from outside.
    fn whole_of(&mut self, word: &[Point], part: &Part, obeyed: &[NormId]) -> Scene {
        let (never, claims) = self.spell(word, &part.letters, word.last().copied());
        self.write(part, &never, &claims, obeyed, false)
    }

    /// The word as far as it goes: on the day of its last letter, right after it, all is well so far.
    fn prefix_of(&mut self, word: &[Point], part: &Part, obeyed: &[NormId]) -> Scene {
        let now = self.ground.now;
        let (never, mut claims) = self.spell(word, &part.letters, Some(now));
        if let Some(&end) = word.last() {
            claims.push(Lit::Before(end, now).into());
            claims.push(Lit::Le(now, self.ground.net.identity, end).into());
        }
        self.write(part, &never, &claims, obeyed, true)
    }

    /// Looks for dates and a case in which this word is an accepted prefix that no accepted history continues.
    pub fn refute(&mut self, word: &[Point], part: &Part, obeyed: &[NormId]) -> Attempt {
        self.refute_where(word, part, obeyed, &[])
    }

    /// The same among prefixes of which these are so too.
    pub fn refute_where(&mut self, word: &[Point], part: &Part, obeyed: &[NormId], also: &[Formula]) -> Attempt {
        let prefix = self.prefix_of(word, part, obeyed);
        let whole = self.whole_of(word, part, obeyed);
        match self.refuter(word, prefix, whole).hunt(also) {
            Hunt::Unfinished => Attempt::Unfinished,
            Hunt::Nowhere => Attempt::Unreachable,
            Hunt::Continues => Attempt::Continues,
            Hunt::Stuck(fixed, case) => match self.minimal(word, part, obeyed, &fixed, &case) {
                Some(core) => Attempt::Stuck(Box::new(Refutation {
                    word: word.to_vec(),
                    days: fixed.iter().take(word.len()).map(|(_, day)| *day).collect(),
                    days_off: fixed.iter().skip(word.len()).copied().collect(),
                    case,
                    core,
                })),
                None => Attempt::Unfinished,
            },
        }
    }

    /// Whether every prefix of this word that one part accepts has a continuation that a wider one accepts, so that the prefixes of
    /// both continue.
    pub fn continues_in(&mut self, word: &[Point], part: &Part, wider: &Part) -> bool {
        let prefix = self.prefix_of(word, part, &part.norms);
        let whole = self.whole_of(word, wider, &wider.norms);
        matches!(self.refuter(word, prefix, whole).hunt(&[]), Hunt::Continues)
    }

    fn refuter<'a>(&'a mut self, word: &'a [Point], prefix: Scene, whole: Scene) -> Refuter<'a, 'p> {
        let mut roots = word.to_vec();
        roots.extend(&self.ground.announced.days);
        Refuter {
            asker: self,
            word,
            roots,
            prefix,
            whole,
        }
    }

    fn minimal(
        &mut self,
        word: &[Point],
        part: &Part,
        obeyed: &[NormId],
        fixed: &[(Point, i32)],
        case: &Case,
    ) -> Option<BTreeSet<NormId>> {
        let whole = self.whole_of(word, part, obeyed);
        let Outcome::Unsat(core) = self.solve(&whole, &BTreeSet::new(), &[], fixed, case, None) else {
            return None;
        };
        let ask = |asker: &mut Self, out: &BTreeSet<NormId>| asker.solve(&whole, out, &[], fixed, case, None);
        Some(self.shrink(&whole, &core, ask))
    }

    /// Whether the given norms alone already make this prefix (on these days, in this case) impossible to continue.
    pub fn is_stuck(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &Case,
        core: &[NormId],
    ) -> bool {
        let whole = self.whole_of(word, part, core);
        matches!(
            self.solve(&whole, &BTreeSet::new(), &[], days, case, None),
            Outcome::Unsat(_)
        )
    }

    /// Whether it is stuck just as well where none of the word's own acts was done by its end: then it is not by them that it
    /// comes to this, but by waiting so long with what is still to be done.
    pub fn is_stuck_by_waiting(&mut self, found: &Refutation, part: &Part) -> bool {
        let Some(&end) = found.days.last() else { return false };
        let given: Vec<(Point, i32)> = found.fixed().into_iter().filter(|(x, _)| !self.is_own(*x)).collect();
        let word: Vec<Point> = found.word.iter().copied().filter(|x| !self.is_own(*x)).collect();
        if word.len() == found.word.len() {
            return false;
        }
        let others = part.letters.iter().copied().filter(|x| !word.contains(x));
        let (own, never): (Vec<Point>, Vec<Point>) = others.partition(|x| self.is_own(*x));
        let mut claims = self.in_order(&word);
        claims.extend(
            own.iter()
                .map(|x| any([Lit::Occurs(*x, false).into(), Lit::From(*x, end).into()])),
        );
        let core: Vec<NormId> = found.core.iter().copied().collect();
        let scene = self.write(part, &never, &claims, &core, false);
        let none = BTreeSet::new();
        matches!(
            self.solve(&scene, &none, &[], &given, &found.case, None),
            Outcome::Unsat(_)
        )
    }

    /// Whether it would do if the outside were not quiet: then nothing clashes, something only waits for the outside.
    pub fn waits_for_outside(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &Case,
        core: &[NormId],
    ) -> bool {
        let mut claims = self.in_order(word);
        if let Some(&end) = word.last() {
            let rest = part.letters.iter().filter(|x| !word.contains(x));
            claims.extend(rest.map(|x| any([Lit::Occurs(*x, false).into(), Lit::Before(end, *x).into()])));
        }
        let scene = self.scene(part, &claims, core, BTreeSet::new());
        matches!(
            self.solve(&scene, &BTreeSet::new(), &[], days, case, None),
            Outcome::Sat(_)
        )
    }

    /// Whether this may be so after the word, on these days and in this case, if no norm need be obeyed.
    pub fn may_follow(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &Case,
        also: Formula,
    ) -> bool {
        let whole = self.whole_of(word, part, &[]);
        let found = self.solve(&whole, &BTreeSet::new(), &[also], days, case, None);
        !matches!(found, Outcome::Unsat(_))
    }

    /// A continuation that obeys these norms, on these days and in this case.
    pub fn continuation(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &Case,
        obeyed: &[NormId],
    ) -> Option<Leaf> {
        let whole = self.whole_of(word, part, obeyed);
        self.on_days(&whole, days, case)
    }

    /// The word as an accepted prefix on these days in this case, if it is one.
    pub fn prefix(
        &mut self,
        word: &[Point],
        part: &Part,
        days: &[(Point, i32)],
        case: &Case,
        obeyed: &[NormId],
    ) -> Option<Leaf> {
        let prefix = self.prefix_of(word, part, obeyed);
        self.on_days(&prefix, days, case)
    }

    fn on_days(&mut self, scene: &Scene, days: &[(Point, i32)], case: &Case) -> Option<Leaf> {
        match self.solve(scene, &BTreeSet::new(), &[], days, case, None) {
            Outcome::Sat(leaf) => Some(*leaf),
            _ => None,
        }
    }
}

/// Into how many parts the dates and cases of a prefix may be split.
const STEPS: usize = 400;
/// After so many of these a plan for all is tried. It takes longer than a history of one case, of which few are needed as a rule.
const FEW: usize = 8;

enum Hunt {
    Unfinished,
    /// The prefix is not reached at all.
    Nowhere,
    Continues,
    /// On these days of its roots, in this case.
    Stuck(Vec<(Point, i32)>, Vec<(Choice, u64)>),
}

struct Refuter<'a, 'p> {
    asker: &'a mut Asker<'p>,
    word: &'a [Point],
    /// Whose days a prefix fixes: the letters of the word, then the days off not yet announced.
    roots: Vec<Point>,
    prefix: Scene,
    whole: Scene,
}

impl Refuter<'_, '_> {
    /// Narrows the prefix (by case, by dates) until it is seen to continue everywhere, or somewhere not.
    ///
    /// A continuation found for one point of the prefix is good for every point that its bounds between the prefix's own
    /// dates allow, in every case that agrees with it on what it rests on. Where one of these fails is left to look at: the
    /// negation of a bound is again one monotone edge.
    fn hunt(&mut self, also: &[Formula]) -> Hunt {
        let none = BTreeSet::new();
        let mut beyond: Vec<Formula> = also.to_vec();
        for step in 0..STEPS {
            let reach = match self.asker.solve(&self.prefix, &none, &beyond, &[], &[], None) {
                Outcome::Sat(leaf) => leaf,
                Outcome::Unsat(_) if beyond.len() == also.len() => return Hunt::Nowhere,
                Outcome::Unsat(_) => return Hunt::Continues,
                Outcome::Unfinished => return Hunt::Unfinished,
            };
            // Many cases: one plan may do for all that are left.
            if step == FEW
                && let Some(mut plan) = self.asker.plan(&self.whole, &none)
            {
                let mut fails = self.dates_beyond(plan.leaf());
                fails.push(self.asker.left_by(&mut plan, &self.whole, &none));
                match any(fails) {
                    fails if fails.is_false() => return Hunt::Continues,
                    fails => beyond.push(fails),
                }
                continue;
            }
            let case = self.asker.case_of(&reach);
            match self.asker.broadly(&self.whole, &none, &beyond, &case) {
                Outcome::Sat(leaf) => match self.elsewhere(&leaf) {
                    Some(fails) => beyond.push(fails),
                    None => return Hunt::Continues,
                },
                // On no date of this prefix, in this case.
                Outcome::Unsat(core) => {
                    let (whole, beyond) = (&self.whole, &beyond);
                    let ask =
                        |asker: &mut Asker<'_>, case: &Case| asker.solve(whole, &none, beyond, &[], &[], Some(case));
                    let needed = self.asker.needed(case, core, ask);
                    return self.point(&reach, needed);
                }
                Outcome::Unfinished => return Hunt::Unfinished,
            }
        }
        Hunt::Unfinished
    }

    /// The dates and cases of the prefix that a continuation does not cover; none if it covers all.
    fn elsewhere(&mut self, leaf: &Leaf) -> Option<Formula> {
        let mut fails = self.dates_beyond(leaf);
        fails.extend(self.asker.other_cases(leaf));
        (!fails.is_empty()).then(|| any(fails))
    }

    /// The dates of the prefix that the bounds of a continuation do not allow.
    fn dates_beyond(&mut self, leaf: &Leaf) -> Vec<Formula> {
        let asker = &mut *self.asker;
        let between = project::onto(&asker.ground.net, &mut asker.memo, leaf, &self.roots);
        between.iter().filter_map(|bound| self.negation(bound)).collect()
    }

    /// The dates at which a bound fails, if the order of the word leaves any.
    fn negation(&mut self, bound: &project::Between) -> Option<Formula> {
        let (y, x) = (*self.roots.get(bound.y)?, *self.roots.get(bound.x)?);
        let are_letters = bound.y.max(bound.x) < self.word.len();
        let no_later = bound.y == bound.x || are_letters && bound.y < bound.x;
        let trivially_true = no_later && self.days_of(x).all(|day| bound.table.apply(day) >= day);
        let at_home = |home: Home| home.implies(&self.asker.ground.net, bound.y > bound.x, &bound.table);
        if trivially_true || are_letters && self.asker.ground.home.is_some_and(at_home) {
            return None;
        }
        // day(y) > table(day(x))
        let negated = self.asker.ground.net.table(Arc::new(bound.table.strictly_below()));
        Some(Lit::Le(x, negated, y).into())
    }

    /// The days on which a root may fall at all.
    fn days_of(&self, root: Point) -> std::ops::RangeInclusive<i32> {
        let last = i32::try_from(self.asker.ground.net.len).unwrap_or(i32::MAX) - 1;
        match self.word.contains(&root) && self.asker.ground.home.is_none() {
            true => self.asker.starts.0..=self.asker.starts.1.min(last),
            false => 0..=last,
        }
    }

    /// A concrete point at which the prefix is reached and not continued, with whatever it needs to know of the case.
    fn point(&self, reach: &Leaf, mut case: Vec<(Choice, u64)>) -> Hunt {
        let days = self.roots.iter().map(|x| (*x, reach.latest[x.0 as usize])).collect();
        let net = &self.asker.ground.net;
        for choice in net.universal() {
            let left = reach.values[choice.0 as usize];
            if left != net.full(choice) && !case.iter().any(|(c, _)| *c == choice) {
                case.push((choice, left));
            }
        }
        case.sort_unstable();
        Hunt::Stuck(days, case)
    }
}
