//! What a case takes of what is not ours to choose. In: a branch of the solver and the scene it is a branch of. Out: the values
//! that could not as well be others.

use std::collections::BTreeSet;

use crate::model::NormId;
use crate::solve::ask::{Asker, Outcome, Scene};
use crate::solve::net::{Choice, Formula, Lit};
use crate::solve::search::Leaf;

/// Values of what is judged, read, or decided on the merits.
pub type Given = Vec<(Choice, u64)>;

/// What a branch takes of what is judged, read, or decided on the merits: what could not as well be otherwise. `out` are norms
/// of the scene that are left aside.
pub fn needed(asker: &mut Asker<'_>, scene: &Scene, leaf: &Leaf, out: &BTreeSet<NormId>, also: &[Formula]) -> Given {
    let mut needed = universals(asker, leaf);
    let mut at = 0;
    while let Some(&(choice, _)) = needed.get(at) {
        let rest: Vec<Formula> = needed
            .iter()
            .filter(|(c, _)| *c != choice)
            .map(|(c, set)| Lit::Is(*c, *set).into())
            .chain(also.iter().cloned())
            .collect();
        let full = asker.ground.net.full(choice);
        let mut values = (0..64).map(|v| 1u64 << v).filter(|v| full & v != 0);
        let any_will_do = values.all(|value| {
            let mut case = rest.clone();
            case.push(Lit::Is(choice, value).into());
            matches!(asker.play_where(scene, out, &case), Outcome::Sat(_))
        });
        if any_will_do {
            needed.remove(at);
        } else {
            at += 1;
        }
    }
    needed
}

fn universals(asker: &Asker<'_>, leaf: &Leaf) -> Given {
    let net = &asker.ground.net;
    leaf.values
        .iter()
        .enumerate()
        .filter_map(|(at, set)| {
            let choice = Choice(u32::try_from(at).ok()?);
            (net.choices.get(at)?.universal && *set != net.full(choice)).then_some((choice, *set))
        })
        .collect()
}
