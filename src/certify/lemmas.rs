//! Whether a clause about order, days and values is true of every history, by the simplest means there are. In: what each of its
//! signs says, denied. Out: whether that cannot be. Looks at nothing but these atoms: no search, nothing kept.

use std::collections::{BTreeMap, BTreeSet};

use super::proof::Atom;

/// The axis of days, the values of each choice, and the tables.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub days: usize,
    pub choices: Vec<u32>,
    pub tables: BTreeMap<u32, Vec<i32>>,
}

impl Facts {
    /// Whether no history has all of these atoms. One that is passed over makes it harder to say so, never easier.
    pub fn refute(&self, atoms: &[Atom]) -> bool {
        let occurring = occurring(atoms);
        let never = |a: &Atom| matches!(a, Atom::Occurs(x, false) if occurring.contains(x));
        atoms.iter().any(never) || self.no_value(atoms) || is_circle(atoms) || self.no_day(atoms, &occurring)
    }

    /// A choice that is left no value.
    fn no_value(&self, atoms: &[Atom]) -> bool {
        let mut left: BTreeMap<u32, u64> = BTreeMap::new();
        for atom in atoms {
            if let Atom::Is(choice, set) = atom {
                let size = self.choices.get(*choice as usize).copied().unwrap_or(64);
                let all = 1u64.checked_shl(size).map_or(u64::MAX, |beyond| beyond - 1);
                *left.entry(*choice).or_insert(all) &= set;
            }
        }
        left.values().any(|set| *set == 0)
    }

    /// A point that occurs and is left no day. No point can be later than its last day; as tables are monotone, neither can what is
    /// bounded by one be later than the table says for that day. So last days are lowered until they come to rest, or one falls
    /// below the first. A bound that says nothing of what occurs counts only between points that do for what other atoms say.
    fn no_day(&self, atoms: &[Atom], occurring: &BTreeSet<u32>) -> bool {
        let end = i32::try_from(self.days).unwrap_or(i32::MAX) - 1;
        let points: Vec<u32> = occurring.iter().copied().collect();
        let place = |x: u32| points.binary_search(&x).ok();
        let mut span = vec![(0, end); points.len()];
        let mut bounds: Vec<(usize, Option<&[i32]>, usize)> = Vec::new();
        for atom in atoms {
            match *atom {
                Atom::Before(a, b) => bounds.extend(place(a).zip(place(b)).map(|(a, b)| (a, None, b))),
                Atom::AtMost { y, table, x } | Atom::IfAtMost { y, table, x } => {
                    let both = place(y).zip(place(x)).zip(self.tables.get(&table));
                    bounds.extend(both.map(|((y, x), values)| (y, Some(values.as_slice()), x)));
                }
                Atom::From(x, day) => place(x).into_iter().for_each(|x| span[x].0 = day.max(span[x].0)),
                Atom::Until(x, day) => place(x).into_iter().for_each(|x| span[x].1 = day.min(span[x].1)),
                Atom::Occurs(..) | Atom::Is(..) => {}
            }
        }
        if span.iter().any(|(first, last)| last < first) {
            return true;
        }
        loop {
            let mut lowered = false;
            for &(y, table, x) in &bounds {
                // None is left no day so far, so that a last day is one of the axis.
                let from = span[x].1;
                let to = match (table, usize::try_from(from)) {
                    (Some(values), Ok(at)) => values.get(at).copied().unwrap_or(i32::MAX),
                    _ => from,
                };
                if to < span[y].1 {
                    span[y].1 = to;
                    lowered = true;
                    if to < span[y].0 {
                        return true;
                    }
                }
            }
            if !lowered {
                return false;
            }
        }
    }
}

/// The points that occur where all of these atoms are so.
fn occurring(atoms: &[Atom]) -> BTreeSet<u32> {
    let points = atoms.iter().flat_map(|atom| match *atom {
        Atom::Occurs(x, true) => [Some(x), None],
        Atom::Before(a, b) => [Some(a), Some(b)],
        Atom::AtMost { y, x, .. } => [Some(y), Some(x)],
        _ => [None, None],
    });
    points.flatten().collect()
}

/// The order goes round in a circle: something is before another, and that is so again of each that it is before.
fn is_circle(atoms: &[Atom]) -> bool {
    let mut arcs: Vec<(u32, u32)> = Vec::new();
    arcs.extend(atoms.iter().filter_map(|a| match *a {
        Atom::Before(a, b) => Some((a, b)),
        _ => None,
    }));
    loop {
        let from: BTreeSet<u32> = arcs.iter().map(|(a, _)| *a).collect();
        let before = arcs.len();
        arcs.retain(|(_, b)| from.contains(b));
        if arcs.len() == before {
            return !arcs.is_empty();
        }
    }
}
