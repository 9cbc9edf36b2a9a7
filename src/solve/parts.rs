//! Which norms may stand in each other's way, and which occurrences make words. In: an [`Asker`]. Out: [`Part`]s.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::Asker;
use super::ground::{class_of, norms};
use super::net::{Lit, Net, Point};
use crate::model::{Act, Body, Happening, Modal, NormId};

/// Norms that may stand in each other's way: they share an instant of ours, or a choice of ours, directly or through
/// others. What the outside does is given to all of them alike, so different parts cannot clash.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its norms.
    pub norms: Vec<NormId>,
    /// The letters that its formulas speak of.
    pub letters: Vec<Point>,
    /// Which of the formulas of the ground are about them.
    pub(super) structure: Vec<usize>,
}

impl Asker<'_> {
    /// Everything as one part.
    pub fn whole(&self) -> Part {
        Part {
            norms: norms(self.ground.protocol).filter(|n| self.ground.binds(*n)).collect(),
            letters: self.letters(),
            structure: (0..self.ground.structure.len()).collect(),
        }
    }

    /// Splits these norms into parts.
    pub fn parts(&mut self, obeyed: &[NormId]) -> Vec<Part> {
        let points = self.ground.net.points.len();
        let everything = points + self.ground.net.choices.len();
        let mut groups = Groups::new(everything);
        let ours = |net: &Net, lit: &Lit, out: &mut Vec<usize>| {
            let own = |x: Point| net.points[x.0 as usize].own.then_some(x.0 as usize);
            out.extend(lit.points().filter_map(own));
            if let Lit::Is(c, _) = lit
                && !net.choices[c.0 as usize].universal
            {
                out.push(points + c.0 as usize);
            }
        };
        let mut members: Vec<(Option<NormId>, usize, Vec<usize>)> = Vec::new();
        for (at, (_, formula)) in self.ground.structure.iter().enumerate() {
            if self.ground.loose.contains(&at) {
                continue;
            }
            let mut found = Vec::new();
            formula.atoms(&mut |lit| ours(&self.ground.net, lit, &mut found));
            members.push((None, at, found));
        }
        for norm in obeyed {
            let mut found = Vec::new();
            let (formula, _) = self.accepting(*norm, false);
            formula.atoms(&mut |lit| ours(&self.ground.net, lit, &mut found));
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
        for (number, (norm, at, found)) in members.iter().enumerate() {
            let key = match (found.first(), norm) {
                (Some(first), _) => groups.root(*first),
                // Nothing of ours could keep it: it stands in its own way, and alone.
                (None, Some(norm)) if self.is_hopeless(*norm) => everything + number,
                (None, _) => continue,
            };
            let part = parts.entry(key).or_insert_with(|| Part {
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
        // What only puts points in order binds none together; it holds where all of its own are.
        for &at in &self.ground.loose {
            let Some((_, formula)) = self.ground.structure.get(at) else {
                continue;
            };
            let mut found = Vec::new();
            formula.atoms(&mut |lit| ours(&self.ground.net, lit, &mut found));
            let roots: BTreeSet<usize> = found.iter().map(|x| groups.root(*x)).collect();
            if let (1, Some(part)) = (roots.len(), roots.first().and_then(|root| parts.get_mut(root))) {
                part.structure.push(at);
            }
        }
        for part in parts.values_mut() {
            let mut spoken: BTreeSet<Point> = BTreeSet::new();
            let mut see = |lit: &Lit| spoken.extend(lit.points());
            for norm in &part.norms {
                self.accepting(*norm, false).0.atoms(&mut see);
            }
            for at in &part.structure {
                self.ground.structure[*at].1.atoms(&mut see);
            }
            part.letters = letters.iter().copied().filter(|x| spoken.contains(x)).collect();
        }
        parts.into_values().collect()
    }

    /// A duty to begin or end a status, engaged in some history and kept in none: what it asks for has no way to occur.
    fn is_hopeless(&mut self, norm: NormId) -> bool {
        let changes = match norm {
            NormId::Rule(r) => match self.ground.protocol.rules.get(r.index()).map(|r| &r.body) {
                Some(Body::Norm {
                    act: act @ (Act::Begin(_) | Act::End(_)),
                    modal: Modal::Must | Modal::Should,
                    ..
                }) => class_of(act),
                _ => None,
            },
            NormId::Decision(_) => None,
        };
        let outside = |class| self.ground.of_class(class).any(|i| !self.is_own(i.at));
        changes.is_some_and(|class| !outside(class)) && !self.accepting(norm, false).0.is_true()
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
                // When a limit is missed follows from the rest.
                outside
                    || !matches!(i.class, Happening::Missed(_))
                        && spare
                        && (causes.contains(&i.at) || (matches!(i.class, Happening::Held(_)) && self.counted(i.class)))
            })
            .map(|i| i.at)
            .collect()
    }

    fn counted(&self, class: Happening) -> bool {
        self.ground.classes.get(&class).is_some_and(|c| c.len() > 1)
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
