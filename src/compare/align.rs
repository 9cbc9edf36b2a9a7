//! Which items of two texts are the same thing. In: both texts, and whether names that each gives to its own things mean the same in both.
//! Out: for each item of the second its place among those of the first, if it has one. Must not look at rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Origin, Protocol, ValueId};

/// Whose names mean the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// Two versions of one text: all names.
    Versions,
    /// Texts of different authorities: the names of a base that both use.
    Bases,
}

/// For each item of the second text, the same thing in the first.
pub type Places = Vec<Option<usize>>;

/// Items of both texts that may be the same.
#[derive(Debug)]
pub struct Aligned {
    /// By kind.
    pub roles: Places,
    pub factors: Places,
    pub statuses: Places,
    pub events: Places,
    pub meetings: Places,
    pub documents: Places,
    pub decisions: Places,
    /// What is called otherwise and is the same by its words: as the first text has it, as the second has it.
    pub renamed: Vec<(String, String)>,
}

/// Aligns the items of two texts by their names; and, in two versions of one text, what is left by its words.
pub fn align(x: &Protocol, y: &Protocol, sharing: Sharing) -> Aligned {
    let mut renamed = Vec::new();
    let mut by = |xs: Vec<&Origin>, ys: Vec<&Origin>, fits: &dyn Fn(usize, usize) -> bool| {
        places((x, &xs), (y, &ys), sharing, fits, &mut renamed)
    };
    let any = |_, _| true;
    let roles = by(origins(&x.roles, |i| &i.origin), origins(&y.roles, |i| &i.origin), &any);
    let factors = by(
        origins(&x.factors, |i| &i.origin),
        origins(&y.factors, |i| &i.origin),
        &|a, b| {
            x.factors.get(a).zip(y.factors.get(b)).is_some_and(|(a, b)| {
                std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind) && same_values(&a.values, &b.values)
            })
        },
    );
    let statuses = by(
        origins(&x.statuses, |i| &i.origin),
        origins(&y.statuses, |i| &i.origin),
        &|a, b| {
            let both = x.statuses.get(a).zip(y.statuses.get(b));
            both.is_some_and(|(a, b)| same_values(&a.values, &b.values))
        },
    );
    let events = by(
        origins(&x.events, |i| &i.origin),
        origins(&y.events, |i| &i.origin),
        &any,
    );
    let meetings = by(
        origins(&x.meetings, |i| &i.origin),
        origins(&y.meetings, |i| &i.origin),
        &any,
    );
    let documents = by(
        origins(&x.documents, |i| &i.origin),
        origins(&y.documents, |i| &i.origin),
        &any,
    );
    let decisions = by(
        origins(&x.decisions, |i| &i.origin),
        origins(&y.decisions, |i| &i.origin),
        &any,
    );
    Aligned {
        roles,
        factors,
        statuses,
        events,
        meetings,
        documents,
        decisions,
        renamed,
    }
}

fn origins<T>(items: &[T], origin: impl Fn(&T) -> &Origin) -> Vec<&Origin> {
    items.iter().map(origin).collect()
}

/// The same values, in whatever order: with others it is another thing.
fn same_values(a: &[String], b: &[String]) -> bool {
    a.iter().collect::<BTreeSet<_>>() == b.iter().collect::<BTreeSet<_>>()
}

/// For each value of the second, its place in the first.
pub fn values(first: &[String], second: &[String]) -> Vec<Option<ValueId>> {
    let place = |v: &String| first.iter().position(|w| w == v);
    second
        .iter()
        .map(|v| place(v).and_then(|at| u32::try_from(at).ok()).map(ValueId))
        .collect()
}

/// A name that means the same in both texts; none: it is the text's own.
pub fn key(text: &Protocol, origin: &Origin, sharing: Sharing) -> Option<(String, String)> {
    let module = text.modules.get(origin.module.index())?;
    match (module.local, sharing) {
        (false, _) => Some((module.name.clone(), origin.name.clone())),
        (true, Sharing::Versions) => Some((String::new(), origin.name.clone())),
        (true, Sharing::Bases) => None,
    }
}

fn places(
    (x, xs): (&Protocol, &[&Origin]),
    (y, ys): (&Protocol, &[&Origin]),
    sharing: Sharing,
    fits: &dyn Fn(usize, usize) -> bool,
    renamed: &mut Vec<(String, String)>,
) -> Places {
    let known: BTreeMap<(String, String), usize> = xs
        .iter()
        .enumerate()
        .filter_map(|(at, origin)| Some((key(x, origin, sharing)?, at)))
        .collect();
    let mut out: Places = ys
        .iter()
        .enumerate()
        .map(|(at, origin)| {
            let found = key(y, origin, sharing).and_then(|k| known.get(&k)).copied();
            found.filter(|found| fits(*found, at))
        })
        .collect();
    if sharing == Sharing::Bases {
        return out;
    }
    let taken: BTreeSet<usize> = out.iter().flatten().copied().collect();
    let left_x: Vec<usize> = (0..xs.len()).filter(|at| !taken.contains(at)).collect();
    let left_y: Vec<usize> = (0..ys.len())
        .filter(|at| out.get(*at).is_some_and(Option::is_none))
        .collect();
    let alike = |a: usize, b: usize| {
        let (Some(a_of), Some(b_of)) = (xs.get(a), ys.get(b)) else {
            return false;
        };
        // A reading written on the spot goes by its rule: `RULE/or-perhaps-1`.
        let spot = |o: &Origin| o.name.rsplit_once('/').map(|(_, spot)| spot.to_owned());
        a_of.label == b_of.label && spot(a_of) == spot(b_of) && fits(a, b)
    };
    for &b in &left_y {
        let mut like = left_x.iter().filter(|a| alike(**a, b));
        let (Some(&a), None) = (like.next(), like.next()) else {
            continue;
        };
        if left_y.iter().filter(|other| alike(a, **other)).count() == 1
            && let (Some(place), Some(a_of), Some(b_of)) = (out.get_mut(b), xs.get(a), ys.get(b))
        {
            *place = Some(a);
            if !a_of.name.contains('/') {
                renamed.push((a_of.name.clone(), b_of.name.clone()));
            }
        }
    }
    out
}
