//! The laws of monotone tables, on small random ones, against trying everything.

use std::collections::BTreeSet;

use duly::calendar::{BEFORE, BEYOND, DaySet, Table};
use proptest::prelude::*;

/// A monotone table of this length; `least` is `BEFORE`, or 0 for tables that stay on the axis below.
fn monotone(len: usize, least: i32) -> impl Strategy<Value = Table> {
    prop::collection::vec(least..=len as i32, len).prop_map(|mut values| {
        values.sort_unstable();
        Table::new(values)
    })
}

fn three() -> impl Strategy<Value = (Table, Table, Table)> {
    (1..14usize).prop_flat_map(|len| (monotone(len, BEFORE), monotone(len, BEFORE), monotone(len, BEFORE)))
}

/// The greatest index that passes, by trying all.
fn greatest(len: usize, test: impl Fn(i32) -> bool) -> i32 {
    (0..len as i32).rev().find(|x| test(*x)).unwrap_or(BEFORE)
}

proptest! {
    #[test]
    fn tables_compose_pointwise((f, g, h) in three()) {
        let identity = Table::identity(f.len());
        for x in std::iter::once(BEFORE).chain(0..f.len() as i32).chain([BEYOND]) {
            prop_assert_eq!(Table::compose(&g, &f).apply(x), g.apply(f.apply(x)));
            prop_assert_eq!(Table::min(&g, &f).apply(x), g.apply(x).min(f.apply(x)));
            prop_assert_eq!(identity.apply(x), x);
        }
        prop_assert!(Table::compose(&g, &f).is_monotone() && Table::min(&g, &f).is_monotone());
        prop_assert_eq!(Table::compose(&h, &Table::compose(&g, &f)), Table::compose(&Table::compose(&h, &g), &f));
        prop_assert_eq!(&Table::compose(&identity, &f), &f);
        prop_assert_eq!(&Table::compose(&f, &identity), &f);
        // Composition distributes over min, so parallel paths may be merged before or after.
        prop_assert_eq!(
            Table::compose(&h, &Table::min(&g, &f)),
            Table::min(&Table::compose(&h, &g), &Table::compose(&h, &f))
        );
    }

    #[test]
    fn adjoints_are_greatest((f, _, _) in three()) {
        let (adjoint, below) = (f.adjoint(), f.strictly_below());
        for y in 0..f.len() as i32 {
            prop_assert_eq!(adjoint.apply(y), greatest(f.len(), |x| f.apply(x) <= y));
            prop_assert_eq!(below.apply(y), greatest(f.len(), |x| f.apply(x) < y));
            for x in 0..f.len() as i32 {
                prop_assert_eq!(f.apply(x) <= y, x <= adjoint.apply(y));
                // The negation of a bound is a bound.
                prop_assert_eq!(f.apply(x) < y, x <= below.apply(y));
            }
        }
        prop_assert!(adjoint.is_monotone() && below.is_monotone());
    }

    #[test]
    fn the_adjoint_of_a_path_is_the_path_of_adjoints(
        (f, g) in (1..14usize).prop_flat_map(|len| (monotone(len, 0), monotone(len, 0)))
    ) {
        prop_assert_eq!(Table::compose(&g, &f).adjoint(), Table::compose(&f.adjoint(), &g.adjoint()));
    }

    #[test]
    fn star_is_where_a_loop_comes_to_rest((h, _, _) in three()) {
        let star = h.star();
        for y in 0..h.len() as i32 {
            prop_assert_eq!(star.apply(y), greatest(h.len(), |z| z <= y && z <= h.apply(z)));
        }
        prop_assert!(star.is_monotone());
        prop_assert_eq!(Table::compose(&star, &star), star);
    }

    #[test]
    fn sets_of_days_are_sets(a in prop::collection::btree_set(0..40i32, 0..30), b in prop::collection::btree_set(0..40i32, 0..30)) {
        let of = |days: &BTreeSet<i32>| DaySet::of(0, 39, |day| days.contains(&day));
        let (x, y) = (of(&a), of(&b));
        prop_assert!(x.iter().eq(a.iter().copied()));
        prop_assert!(x.without(&y).iter().eq(a.difference(&b).copied()));
        prop_assert!(x.filter(|day| day % 3 == 0).iter().eq(a.iter().copied().filter(|day| day % 3 == 0)));
        prop_assert_eq!((x.first(), x.len(), x.is_empty()), (a.first().copied(), a.len(), a.is_empty()));
        prop_assert!((-1..41).all(|day| x.contains(day) == a.contains(&day)));
        prop_assert_eq!(x.without(&y) == x, a.is_disjoint(&b));
    }

    #[test]
    fn shifts_add_up_while_they_stay_on_the_axis(len in 1..14usize, n in -15..15i32, m in 0..15i32) {
        for x in 0..len as i32 {
            let expected = if x + n < 0 { BEFORE } else if x + n >= len as i32 { BEYOND } else { x + n };
            prop_assert_eq!(Table::shift(len, n).apply(x), expected);
        }
        prop_assert_eq!(Table::shift(len, m).adjoint(), Table::shift(len, -m));
    }
}

#[test]
fn a_table_that_falls_is_not_monotone() {
    // 20 days for the first three starts, fewer from then on: the kind of rule that splits the dates.
    assert!(!Table::new([2, 3, 4, 3, 4]).is_monotone());
    assert!(Table::new([BEFORE, 0, 0, 3, BEYOND]).is_monotone());
    assert_eq!(Table::new([-7, 0, 2, 3, 9]).values(), [BEFORE, 0, 2, 3, BEYOND]);
}
