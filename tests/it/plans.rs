//! Plans: one set of days that answers for the duties behind decisions, whatever is decided.

#[path = "../../benches/generate.rs"]
mod generate;

use std::collections::BTreeSet;
use std::slice;

use duly::calendar::Calendar;
use duly::resolve::from_text;
use duly::solve::adverse::Adverse;
use duly::solve::ask::{Asker, Tier};
use duly::solve::ground::Ground;
use duly::source::Sources;

/// Each rule after a decision is asked for in some cases only, and its act counts as done only in these.
#[test]
fn one_plan_answers_for_every_duty_behind_decisions() {
    let loaded = from_text("p.duly", &generate::protocol(60), &mut Sources::new());
    assert!(loaded.is_well_formed(), "{:#?}", loaded.diagnostics.first());
    let calendar = Calendar::build(&loaded.protocol.calendar).unwrap();
    let mut asker = Asker::new(Ground::new(&loaded.protocol, &calendar));
    let none = BTreeSet::new();
    let obeyed = asker.obeyed(Tier::Must, &none);
    let (mut plans, mut asked) = (Vec::new(), 0);
    for part in asker.parts(&obeyed) {
        for norm in part.norms.clone() {
            for way in asker.engagements(norm) {
                let claims = slice::from_ref(&way);
                let hidden = asker.idle(&part, claims).unwrap();
                let scene = asker.scene(&part, claims, &part.norms, hidden);
                let found = asker.adverse_beyond(&scene, &none, &mut plans);
                assert!(matches!(found, Adverse::None), "{norm:?}: {found:?}");
                asked += 1;
            }
        }
    }
    assert_eq!((plans.len(), asked), (1, 62));
}
