//! What a history that was found for one question says of another. In: a branch, and what the other question claims. Out: the cases
//! that the branch leaves open, so that only these need be looked at.

use std::collections::{BTreeSet, HashMap};

use super::ask::Asker;
use super::net::{Formula, Lit, Net, Point, all, any};
use super::search::Leaf;

impl Asker<'_> {
    /// In which cases a branch does not show that what is claimed can be, with nothing of what is hidden; `None` if in none.
    ///
    /// The branch obeys the same norms in every case that agrees with what it rests on. Of a case among these it is left to look at
    /// what the claim asks of the case itself.
    pub fn left_by(&mut self, leaf: &Leaf, claim: &Formula, hidden: &BTreeSet<Point>) -> Option<Formula> {
        let occurs = |x: &Point| leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true);
        if hidden.iter().any(occurs) {
            return None;
        }
        let rest = Residue::of(&self.ground.net, leaf).of_formula(claim);
        if rest.is_false() {
            return None;
        }
        let unlike = self.ground.net.not(&rest);
        Some(any(self.other_cases(leaf).into_iter().chain([unlike])))
    }
}

/// What becomes of formulas in a branch.
struct Residue<'l> {
    net: &'l Net,
    leaf: &'l Leaf,
    bounds: BTreeSet<(Point, u32, Point)>,
    order: BTreeSet<(Point, Point)>,
    known: HashMap<*const Formula, Formula>,
}

impl<'l> Residue<'l> {
    fn of(net: &'l Net, leaf: &'l Leaf) -> Residue<'l> {
        Residue {
            net,
            leaf,
            bounds: leaf.bounds.iter().map(|(y, f, x)| (*y, f.0, *x)).collect(),
            order: leaf.order.iter().copied().collect(),
            known: HashMap::new(),
        }
    }

    /// True, false, or what is left to the case. What the branch does not say is taken to be false.
    fn of_formula(&mut self, formula: &Formula) -> Formula {
        let (Formula::All(parts) | Formula::Any(parts)) = formula else {
            let Formula::Lit(lit) = formula else {
                return Formula::FALSE;
            };
            return self.of_atom(lit);
        };
        let id = parts.identity();
        if let Some(known) = id.and_then(|id| self.known.get(&id)) {
            return known.clone();
        }
        let inner: Vec<Formula> = parts.iter().map(|part| self.of_formula(part)).collect();
        let left = match formula {
            Formula::All(_) => all(inner),
            _ => any(inner),
        };
        if let Some(id) = id {
            self.known.insert(id, left.clone());
        }
        left
    }

    fn of_atom(&self, lit: &Lit) -> Formula {
        let at = |x: Point| x.0 as usize;
        let occurs = |x: Point| self.leaf.occurs.get(at(x)).copied().flatten() == Some(true);
        let is = match *lit {
            // Undecided is as good as never.
            Lit::Occurs(x, yes) => occurs(x) == yes,
            Lit::Before(a, b) => self.order.contains(&(a, b)),
            Lit::Le(y, f, x) => self.bounds.contains(&(y, f.0, x)),
            Lit::From(x, day) => !occurs(x) || self.leaf.earliest.get(at(x)).is_some_and(|d| *d >= day),
            Lit::Until(x, day) => !occurs(x) || self.leaf.caps.get(at(x)).is_some_and(|d| *d <= day),
            Lit::Is(choice, set) => {
                let left = self.leaf.values.get(choice.0 as usize).copied().unwrap_or(0);
                let ours = self.net.choices.get(choice.0 as usize).is_none_or(|c| !c.universal);
                match left & !set {
                    0 => true,
                    _ if ours || left & set == 0 => false,
                    _ => return Lit::Is(choice, set).into(),
                }
            }
        };
        if is { Formula::TRUE } else { Formula::FALSE }
    }
}
