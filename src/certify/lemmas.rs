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
    /// below the first.
    fn no_day(&self, atoms: &[Atom], occurring: &BTreeSet<u32>) -> bool {
        let end = i32::try_from(self.days).unwrap_or(i32::MAX) - 1;
        let mut span: BTreeMap<u32, (i32, i32)> = occurring.iter().map(|x| (*x, (0, end))).collect();
        let mut bounds: Vec<(u32, Option<&[i32]>, u32)> = Vec::new();
        for atom in atoms {
            match *atom {
                Atom::Before(a, b) => bounds.push((a, None, b)),
                Atom::AtMost { y, table, x } => {
                    bounds.extend(self.tables.get(&table).map(|values| (y, Some(values.as_slice()), x)));
                }
                Atom::IfAtMost { y, table, x } if occurring.contains(&x) => {
                    bounds.extend(self.tables.get(&table).map(|values| (y, Some(values.as_slice()), x)));
                }
                Atom::From(x, day) => _ = span.get_mut(&x).map(|(first, _)| *first = day.max(*first)),
                Atom::Until(x, day) => _ = span.get_mut(&x).map(|(_, last)| *last = day.min(*last)),
                Atom::IfAtMost { .. } | Atom::Occurs(..) | Atom::Is(..) => {}
            }
        }
        let empty = |(first, last): (i32, i32)| last < first;
        if span.values().any(|s| empty(*s)) {
            return true;
        }
        loop {
            let mut lowered = false;
            for &(y, table, x) in &bounds {
                // None is left no day so far, so that a last day is one of the axis.
                let from = span.get(&x).map_or(end, |(_, last)| *last);
                let to = match (table, usize::try_from(from)) {
                    (Some(values), Ok(at)) => values.get(at).copied().unwrap_or(i32::MAX),
                    _ => from,
                };
                if let Some(s) = span.get_mut(&y).filter(|(_, last)| to < *last) {
                    s.1 = to;
                    if empty(*s) {
                        return true;
                    }
                    lowered = true;
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
