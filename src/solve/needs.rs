//! What of the outside something cannot occur without: an act of ours occurs where a rule engaged by then asks for it, and so on back to
//! what is not ours. In: points, what comes before first, and what licenses each. Out: outside points, perhaps too few of them.

use std::collections::BTreeSet;

use super::net::{Formula, Lit, Point};
use rustc_hash::FxHashMap as Map;

/// For each point what of the outside it cannot occur without.
#[derive(Debug, Default)]
pub(super) struct Needs(Map<Point, BTreeSet<Point>>);

impl Needs {
    /// Adds a point, once what it may hang on was added: what was not counts as needing nothing.
    pub(super) fn add(&mut self, x: Point, is_ours: bool, licence: Option<&Formula>) {
        let needs = match (is_ours, licence) {
            (false, _) => BTreeSet::from([x]),
            (true, Some(licence)) => self.of(licence),
            (true, None) => BTreeSet::new(),
        };
        self.0.insert(x, needs);
    }

    /// What a formula cannot be true without.
    pub(super) fn of(&self, formula: &Formula) -> BTreeSet<Point> {
        self.needed(formula, &mut Map::default()).unwrap_or_default()
    }

    /// None: it is never true.
    fn needed(
        &self,
        formula: &Formula,
        known: &mut Map<*const Formula, Option<BTreeSet<Point>>>,
    ) -> Option<BTreeSet<Point>> {
        let parts = match formula {
            Formula::Lit(Lit::Occurs(x, true)) => return Some(self.of_points([*x])),
            Formula::Lit(Lit::Before(a, b) | Lit::Le(a, _, b)) => return Some(self.of_points([*a, *b])),
            Formula::Lit(_) => return Some(BTreeSet::new()),
            Formula::All(parts) | Formula::Any(parts) => parts,
        };
        let id = parts.identity();
        if let Some(needed) = id.and_then(|id| known.get(&id)) {
            return needed.clone();
        }
        let mut inner = parts.iter().map(|part| self.needed(part, known));
        let needed = match formula {
            Formula::All(_) => inner.try_fold(BTreeSet::new(), |all, one| Some(&all | &one?)),
            _ => inner.flatten().reduce(|both, one| &both & &one),
        };
        if let Some(id) = id {
            known.insert(id, needed.clone());
        }
        needed
    }

    fn of_points<const N: usize>(&self, points: [Point; N]) -> BTreeSet<Point> {
        points.iter().filter_map(|x| self.0.get(x)).flatten().copied().collect()
    }
}
