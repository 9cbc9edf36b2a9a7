//! Is there a case in which a norm may be engaged, but then not kept with everything obeyed? The solver's answer, which looks at cases by
//! plans and one by one, against every history of every case.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use duly::model::{Body, Modal, NormId, Subject};
use duly::solve::adverse::Adverse;
use duly::solve::ground::norms;
use duly::solve::net::any;

use crate::dice::seeds;
use crate::refutation::{Key, Letter, cases, is_of_case, letters_of, outcomes_of, taken};
use crate::solver::{Difference, Judged, World, differences, solved};

/// How often each answer was the judge's.
type Seen = BTreeMap<&'static str, usize>;

fn differences_in_keeping(world: &World, seen: &mut Seen) -> Vec<Difference> {
    let mut asker = world.asker();
    let obeyed = asker.obeyed(world.tier, &BTreeSet::new());
    let all: BTreeSet<_> = obeyed.iter().copied().collect();
    let outcomes: Vec<(Letter, u32)> = outcomes_of(&asker);
    let key = |judged: &Judged| -> Key {
        let letters = letters_of(world, &judged.occurrences);
        (Vec::new(), judged.givens.clone(), taken(world, judged, &letters))
    };
    let keys: Vec<(&Judged, Key)> = world.histories.iter().map(|h| (h, key(h))).collect();
    let part = asker.whole();
    let mut out = Vec::new();
    for norm in norms(&world.protocol).collect::<Vec<_>>() {
        if !all.contains(&norm) || !is_duty(world, norm) {
            continue;
        }
        let engaged: Vec<&(&Judged, Key)> = keys.iter().filter(|(h, _)| h.engaged.contains(&norm)).collect();
        let fine: Vec<&Key> = engaged
            .iter()
            .filter(|(h, _)| h.disobeyed.is_disjoint(&all))
            .map(|(_, k)| k)
            .collect();
        let asked: BTreeSet<Key> = engaged.iter().flat_map(|(_, k)| cases(k, &outcomes)).collect();
        let adverse = asked.iter().find(|case| !fine.iter().any(|k| is_of_case(case, k)));
        let judge = if adverse.is_some() {
            "in some case not"
        } else {
            "in every case"
        };
        *seen.entry(judge).or_default() += 1;
        let claim = any(asker.ground.engagements(norm));
        let scene = asker.scene(&part, &[claim], &obeyed, BTreeSet::new());
        let solver = match asker.adverse(&scene, &BTreeSet::new()) {
            Adverse::None => "in every case",
            Adverse::Case(_) => "in some case not",
            Adverse::Unfinished => "unfinished",
        };
        if solver != judge {
            out.push((
                format!("{norm:?} kept"),
                solver.to_owned(),
                format!("{judge} {adverse:?}"),
            ));
        }
    }
    out
}

/// Somebody must or should do something. What forbids is kept by doing nothing.
fn is_duty(world: &World, norm: NormId) -> bool {
    let NormId::Rule(rule) = norm else { return false };
    matches!(
        &world.protocol.rules[rule.index()].body,
        Body::Norm { modal: Modal::Must | Modal::Should, subject, .. } if !matches!(subject, Subject::Only(_) | Subject::Nobody)
    )
}

#[test]
fn what_can_be_kept_in_every_case_is_the_same_for_both() {
    let seen = RefCell::new(Seen::new());
    let (_, text) = differences(
        seeds(250),
        &solved(),
        |_| true,
        |w| differences_in_keeping(w, &mut seen.borrow_mut()),
    );
    assert!(text.is_empty(), "{text}");
    let seen = seen.into_inner();
    assert!(
        seen["in every case"] > 100 && seen["in some case not"] > 50,
        "hardly anything was asked: {seen:?}"
    );
}
