//! Whether what a protocol offers, an option or a permission, can be used at all without breaking a norm. In: an [`Asker`]
//! and what it is to use it. Out: the norms in the way, and a story in which using it breaks one of them.

use std::collections::BTreeSet;

use crate::diagnostics::Step;
use crate::judge::Claim;
use crate::model::{NormId, Protocol};
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::days::Taste;
use crate::solve::net::Formula;
use crate::solve::parts::Part;

use super::super::case;
use super::super::{describe, judge_tier};

/// What stands in the way of using something.
pub(super) struct Bar {
    scene: Scene,
    core: BTreeSet<NormId>,
}

impl Bar {
    /// The norms in the way that ask or forbid, without the one that offers.
    pub(super) fn others(&self, protocol: &Protocol, offer: NormId) -> Vec<NormId> {
        let asks = |n: &NormId| *n != offer && !describe::is_silent(protocol, *n);
        self.core.iter().copied().filter(asks).collect()
    }

    /// The norm that offers, then all that are in the way.
    pub(super) fn members(&self, offer: NormId) -> Vec<NormId> {
        let others = self.core.iter().copied().filter(|n| *n != offer);
        std::iter::once(offer).chain(others).collect()
    }
}

/// What no history that obeys the part's norms can do, though some history does it; `None` where one can, or none does.
pub(super) fn barred(asker: &mut Asker<'_>, part: &Part, used: Formula) -> Option<Bar> {
    let claims = [used];
    // What the case itself rules out, whoever wrote the guard meant.
    let hidden = asker.idle(part, &claims)?;
    // Most can be used quietly; only where not is every way of the outside looked at.
    let quiet = asker.scene(part, &claims, &part.norms, hidden);
    if matches!(asker.play(&quiet, &[]), Outcome::Sat(_)) {
        return None;
    }
    let scene = asker.scene(part, &claims, &part.norms, BTreeSet::new());
    let core = asker.core_of(&scene, &BTreeSet::new(), &[])?;
    Some(Bar { scene, core })
}

/// A story in which it is used and one of the norms in the way is broken, all others of them obeyed. The judge confirms
/// that, and what is `claimed` besides.
pub(super) fn story(asker: &mut Asker<'_>, bar: &Bar, offer: NormId, claimed: &[Claim]) -> Option<Vec<Step>> {
    let protocol = asker.ground.protocol;
    let asking: Vec<NormId> = bar
        .core
        .iter()
        .copied()
        .filter(|n| !describe::is_silent(protocol, *n))
        .collect();
    let first = super::super::first_day(asker)?;
    let shown = asking.iter().copied().filter(|n| *n != offer).find_map(|broken| {
        let others: Vec<NormId> = asking.iter().copied().filter(|n| *n != broken).collect();
        let obeyed = bar.scene.norms();
        let rest: BTreeSet<NormId> = obeyed.into_iter().filter(|n| !others.contains(n)).collect();
        let Outcome::Sat(leaf) = asker.play_without(&bar.scene, &rest, &[]) else {
            return None;
        };
        case::case(asker, &leaf, &[], first, Taste::Early)
            .and_then(|made| case::show(asker, &made, broken, &others, judge_tier(Tier::Must)))
            .filter(|shown| case::holds(asker, &shown.case, claimed, [0]))
    })?;
    let mut story = case::steps(protocol, &shown.case.history);
    let place = story
        .iter()
        .rposition(|s| s.day.is_some_and(|d| d <= shown.when))
        .map_or(story.len(), |i| i + 1);
    story.insert(place, case::breach_step(protocol, shown.broken, shown.when));
    Some(story)
}
