//! Brute force: random small protocols and every history of them, judged one by one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod alternate;
mod announced;
mod changes;
mod compare;
mod dice;
mod forms;
mod generate;
mod histories;
mod keeping;
mod refutation;
mod repairs;
mod schedule;
mod shrink;
mod slack;
mod solver;
mod stnu;
mod writer;
mod years;

use std::collections::{BTreeMap, BTreeSet};

use duly::judge::judge;
use duly::model::VerdictKind;

use forms::Form;
use generate::{random_protocol, text_of};
use histories::{LIMIT, count, histories};

#[test]
fn a_seed_gives_the_same_protocol_every_time() {
    assert_eq!(random_protocol(7).0, random_protocol(7).0);
    assert_ne!(random_protocol(7).0, random_protocol(8).0);
}

#[test]
fn every_history_is_listed_once_in_order_and_their_number_is_bounded() {
    for seed in 0..30 {
        let (text, protocol, calendar) = random_protocol(seed);
        let number = count(&protocol, &calendar).unwrap();
        assert!(number <= LIMIT, "{number} histories of\n{text}");
        if number > 20_000 {
            continue;
        }
        let mut seen = BTreeSet::new();
        for history in histories(&protocol, &calendar) {
            assert!(history.occurrences.is_sorted_by_key(|o| o.day));
            assert!(history.occurrences.len() <= 4);
            assert!(seen.insert(format!("{history:?}")), "twice: {history:?}");
        }
        assert_eq!(seen.len(), number);
    }
}

#[test]
fn random_protocols_hold_every_form() {
    let texts: Vec<String> = (0..600).filter_map(|seed| text_of(seed, 0, Form::ALL)).collect();
    for form in Form::ALL {
        let number = texts.iter().filter(|t| form.is_in(t)).count();
        assert!(number > 0, "none of {} texts holds {form:?}", texts.len());
    }
}

/// The generator is worth its time only if the protocols it makes are kept, broken and left open in every way there is.
#[test]
fn random_protocols_reach_every_verdict() {
    let mut reached: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in 0..60 {
        let (text, protocol, calendar) = random_protocol(seed);
        let step = count(&protocol, &calendar).unwrap() / 40 + 1;
        for history in histories(&protocol, &calendar).step_by(step) {
            let judgement = judge(&protocol, &calendar, &history);
            let ill: Vec<_> = judgement
                .faults
                .iter()
                .filter(|f| !f.contains("sets") && !f.contains("missed only if") && !f.contains("nobody attends"))
                .collect();
            assert!(ill.is_empty(), "{ill:?} in {history:?} of\n{text}");
            assert!(judgement.verdicts.len() >= protocol.rules.len() + protocol.decisions.len());
            for verdict in &judgement.verdicts {
                let name = match verdict.kind {
                    VerdictKind::NotEngaged => "not engaged",
                    VerdictKind::Kept => "kept",
                    VerdictKind::Breached { .. } => "breached",
                    VerdictKind::Lapsed => "lapsed",
                    VerdictKind::Open => "open",
                    VerdictKind::Departed => "departed",
                    VerdictKind::Undetermined(_) => "undetermined",
                };
                *reached.entry(name).or_default() += 1;
            }
        }
    }
    for name in ["not engaged", "kept", "breached", "lapsed", "open", "departed"] {
        assert!(
            reached.get(name).is_some_and(|&n| n >= 20),
            "{name} is hardly reached: {reached:?}"
        );
    }
}

/// What a later occurrence cannot change: cutting a history off where a breach has been found leaves the breach.
#[test]
fn a_breach_stands_whatever_comes_after_unless_it_was_counted_back() {
    let mut compared = 0;
    for seed in 0..40 {
        let (text, protocol, calendar) = random_protocol(seed);
        if text.contains("before") {
            continue;
        }
        let step = count(&protocol, &calendar).unwrap() / 25 + 1;
        for history in histories(&protocol, &calendar).step_by(step) {
            let whole = judge(&protocol, &calendar, &history);
            for verdict in &whole.verdicts {
                let VerdictKind::Breached { when, .. } = verdict.kind else {
                    continue;
                };
                let engaged = verdict.trigger.and_then(|t| history.occurrences.get(t)).map(|o| o.day);
                if !whole.faults.is_empty() || when > calendar.last() || engaged > Some(when) {
                    continue;
                }
                let mut cut = history.clone();
                cut.occurrences.retain(|o| o.day <= when);
                cut.until = Some(when);
                let cut = judge(&protocol, &calendar, &cut);
                assert!(
                    cut.verdicts.contains(verdict),
                    "{verdict:?} of {history:?} is lost when cut on {when}:\n{text}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared > 200, "only {compared} breaches were compared");
}
