//! What a formula says twice of the case: where one way is that a choice fell otherwise, another need not say that it fell so. In: a
//! formula, such as *it was decided otherwise, or it was decided so and the act is done*. Out: one that is true of the same
//! histories, *it was decided otherwise, or the act is done*. Asks nothing.
//!
//! A plan needs this: it rests on no outcome, so an act that counts only together with its outcome would count for nothing in it.

use super::net::{Choice, Formula, Lit, Net, all, any};
use rustc_hash::FxHashMap as Map;

/// The values of choices that are left where a part is looked at: all others are ways of their own. Ordered by choice.
type Left = Vec<(Choice, u64)>;

/// The formula without what it says twice. Parts that say nothing twice are shared with it.
pub(super) fn absorbed(net: &Net, formula: &Formula) -> Formula {
    let mut absorbing = Absorbing {
        net,
        known: Map::default(),
    };
    absorbing.of(formula, &Left::new()).unwrap_or_else(|| formula.clone())
}

struct Absorbing<'n> {
    net: &'n Net,
    /// Shared parts that were looked at, by what was left there.
    known: Map<(*const Formula, Left), Option<Formula>>,
}

impl Absorbing<'_> {
    /// None if nothing is said twice.
    fn of(&mut self, formula: &Formula, left: &Left) -> Option<Formula> {
        let parts = match formula {
            Formula::Lit(Lit::Is(choice, set)) => {
                let (_, values) = left.iter().find(|(of, _)| of == choice)?;
                return match (values & !set, values & set) {
                    (0, _) => Some(Formula::TRUE),
                    (_, 0) => Some(Formula::FALSE),
                    _ => None,
                };
            }
            Formula::Lit(_) => return None,
            Formula::All(parts) | Formula::Any(parts) => parts,
        };
        let key = (parts.identity()?, left.clone());
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let is_any = matches!(formula, Formula::Any(_));
        let beside = is_any.then(|| self.beside(parts.iter(), left));
        let inner: Vec<Option<Formula>> = parts
            .iter()
            .map(|part| match (&beside, part) {
                (Some(beside), Formula::All(_) | Formula::Any(_)) => self.of(part, beside),
                _ => self.of(part, left),
            })
            .collect();
        let absorbed = inner.iter().any(Option::is_some).then(|| {
            let inner = inner.into_iter().zip(parts.iter());
            let inner = inner.map(|(absorbed, part)| absorbed.unwrap_or_else(|| part.clone()));
            if is_any { any(inner) } else { all(inner) }
        });
        self.known.insert(key, absorbed.clone());
        absorbed
    }

    /// What is left to the other ways, where these are some.
    fn beside<'f>(&self, ways: impl Iterator<Item = &'f Formula>, left: &Left) -> Left {
        let mut beside = left.clone();
        for way in ways {
            let Formula::Lit(Lit::Is(choice, set)) = way else {
                continue;
            };
            match beside.iter_mut().find(|(of, _)| of == choice) {
                Some((_, values)) => *values &= !set,
                None => beside.push((*choice, self.net.full(*choice) & !set)),
            }
        }
        beside.sort_unstable();
        beside
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solve::net::Point;

    fn is(choice: Choice, set: u64) -> Formula {
        Lit::Is(choice, set).into()
    }

    #[test]
    fn a_way_need_not_say_what_the_others_leave() {
        let mut net = Net::new(10);
        let outcome = net.choice(2, true);
        let done: Formula = Lit::Occurs(Point(0), true).into();
        let said = any([is(outcome, 2), all([done.clone(), is(outcome, 1)])]);
        assert_eq!(absorbed(&net, &said), any([is(outcome, 2), done.clone()]));
        // Nothing else is lost: of three values two are left, and which of them is said once.
        let third = net.choice(3, true);
        let said = any([is(third, 4), all([done, is(third, 1)])]);
        assert_eq!(absorbed(&net, &said), said);
    }
}
