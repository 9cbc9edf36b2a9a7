//! The checker of what the solver says cannot be: it takes every real proof, refuses what was tampered with, and takes nothing that
//! is not true of every history, which a small world shows by trying all of them.

mod world;

use crate::files::duly_files;
use duly::analyses;
use duly::certify::proof::{Atom, Listener, Sign, Step};
use duly::certify::{Checker, Refusal};
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;

/// Writes a proof down.
#[derive(Debug)]
struct Writer {
    proofs: Rc<RefCell<Vec<Vec<Step>>>>,
    number: usize,
}

impl Listener for Writer {
    fn hear(&mut self, step: Step) {
        self.proofs.borrow_mut()[self.number].push(step);
    }
}

/// The proof of each search that `check` makes of a protocol.
fn proofs(text: &str) -> Vec<Vec<Step>> {
    proofs_in(text, analyses::Calendars::default())
}

fn proofs_in(text: &str, calendars: analyses::Calendars) -> Vec<Vec<Step>> {
    let loaded = from_text("p.duly", text, &mut Sources::new());
    let proofs: Rc<RefCell<Vec<Vec<Step>>>> = Rc::default();
    let listener = || -> Box<dyn Listener> {
        proofs.borrow_mut().push(Vec::new());
        Box::new(Writer {
            proofs: Rc::clone(&proofs),
            number: proofs.borrow().len() - 1,
        })
    };
    let today = Day::from_ymd(2026, 11, 22).unwrap();
    let extent = analyses::Extent {
        calendars,
        ..analyses::Extent::default()
    };
    analyses::check_within(&loaded.protocol, today, extent, &mut |_| (), Some(&listener)).unwrap();
    proofs.take()
}

/// Which steps are refused, and why.
fn refused(proof: &[Step]) -> Vec<(usize, Refusal)> {
    let mut checker = Checker::default();
    let heard = proof.iter().map(|step| checker.hear(step));
    heard
        .enumerate()
        .filter_map(|(at, heard)| Some((at, heard.err()?)))
        .collect()
}

/// Eleven days are asked for and ten allowed: a clash by one day.
const BY_A_DAY: &str = r#"protocol p "A visit"
  authority "An example council"
role officer
status in-care
meeting visit
rule soon
  the officer must hold visit
  within 10 calendar days after in-care begins
  cites p 1
rule late
  when in-care begins
  the officer must hold visit
  at least 11 calendar days after in-care begins
  cites p 2
"#;

fn by_a_day() -> Vec<Step> {
    let mut found = proofs(BY_A_DAY);
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn places(proof: &[Step], is: impl Fn(&Step) -> bool) -> Vec<usize> {
    (0..proof.len()).filter(|at| is(&proof[*at])).collect()
}

/// With holidays too that nobody has announced, with which alone two limits of the example clash.
#[test]
fn proofs_about_more_holidays_are_taken() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/holidays/bad/no-room-for-two-more.duly");
    let text = std::fs::read_to_string(path).unwrap();
    let answers = |dates, further| {
        let proofs = proofs_in(&text, analyses::Calendars { dates, further });
        proofs.iter().for_each(|proof| assert_eq!(refused(proof), []));
        let of = |proof: &Vec<Step>| places(proof, |s| matches!(s, Step::Answer(_))).len();
        proofs.iter().map(of).sum::<usize>()
    };
    assert_eq!(answers(analyses::Dates::Listed, 0), 0, "nothing clashes as it is");
    assert!(answers(analyses::Dates::Listed, 2) > 3);
    assert!(answers(analyses::Dates::EveryYear, 2) > 3);
}

const EVERY_YEAR: analyses::Calendars = analyses::Calendars {
    dates: analyses::Dates::EveryYear,
    further: 0,
};

/// What is proved of all years at once, on the axis of their runs; not what is asked again of a few.
fn of_every_year(text: &str) -> Vec<Vec<Step>> {
    let mut found = proofs_in(text, EVERY_YEAR);
    found.retain(|proof| matches!(proof.first(), Some(Step::Axis(days, _)) if *days > 400_000));
    found
}

/// The atoms of the gates, in order.
fn atoms(proof: &[Step]) -> Vec<Option<Atom>> {
    let gates = proof.iter().filter_map(|step| match step {
        Step::Atom(atom) => Some(Some(*atom)),
        Step::All(_) | Step::Any(_) => Some(None),
        _ => None,
    });
    gates.collect()
}

#[test]
fn proofs_about_every_year_are_taken() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui/clashes/bad");
    let (mut searches, mut answers, mut conditional) = (0, 0, 0);
    for path in duly_files(&folder) {
        let text = std::fs::read_to_string(&path).unwrap();
        for proof in of_every_year(&text) {
            assert_eq!(refused(&proof), [], "{}", path.display());
            searches += 1;
            answers += places(&proof, |s| matches!(s, Step::Answer(_))).len();
            let atoms = atoms(&proof);
            let is_conditional = |sign: &Sign| matches!(atoms[sign.gate as usize], Some(Atom::IfAtMost { .. }));
            let rests = |s: &Step| matches!(s, Step::Lemma(clause) if clause.iter().any(is_conditional));
            conditional += places(&proof, rests).len();
        }
    }
    assert!(
        searches > 10 && answers > 100 && conditional > 10,
        "{searches} {answers} {conditional}"
    );
}

#[test]
fn every_real_proof_is_taken() {
    let (mut answers, mut lemmas, mut learned) = (0, 0, 0);
    for question in ["clashes", "control"] {
        for kind in ["good", "bad"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/ui")
                .join(question)
                .join(kind);
            for path in duly_files(&folder) {
                for proof in proofs(&std::fs::read_to_string(&path).unwrap()) {
                    assert_eq!(refused(&proof), [], "{}", path.display());
                    answers += places(&proof, |s| matches!(s, Step::Answer(_))).len();
                    lemmas += places(&proof, |s| matches!(s, Step::Lemma(_))).len();
                    learned += places(&proof, |s| matches!(s, Step::Learned(_))).len();
                }
            }
        }
    }
    assert!(
        answers > 500 && lemmas > 1_000 && learned > 1_000,
        "{answers} {lemmas} {learned}"
    );
}

#[test]
fn a_bound_that_is_a_day_too_tight_is_found_out() {
    a_day_too_tight(by_a_day());
    let mut every = of_every_year(BY_A_DAY);
    assert_eq!(every.len(), 1);
    a_day_too_tight(every.remove(0));
}

fn a_day_too_tight(proof: Vec<Step>) {
    assert_eq!(refused(&proof), []);
    let mut loosened = 0;
    for table in places(&proof, |s| matches!(s, Step::Table(..))) {
        // The solver went by this table; let what it should have gone by be a day later.
        let mut tampered = proof.clone();
        let Step::Table(_, values) = &mut tampered[table] else {
            unreachable!()
        };
        values.iter_mut().for_each(|day| *day = day.saturating_add(1));
        let first = refused(&tampered).first().copied();
        loosened += usize::from(matches!(first, Some((at, Refusal::NoContradiction)) if at > table));
    }
    assert!(loosened > 0);
}

#[test]
fn without_its_lemmas_a_proof_does_not_hold() {
    let proof = by_a_day();
    let is_lemma = |s: &Step| matches!(s, Step::Lemma(_));
    let none: Vec<Step> = proof.iter().filter(|s| !is_lemma(s)).cloned().collect();
    assert!(
        refused(&none)
            .iter()
            .any(|(at, why)| { matches!(none[*at], Step::Answer(_)) && *why == Refusal::DoesNotFollow })
    );
    // The first lemmas are of the circuit; what is dropped is missed where it is learned.
    let first = places(&proof, is_lemma)[0];
    let mut dropped = proof.clone();
    dropped.remove(first);
    assert_eq!(refused(&dropped).first(), Some(&(first, Refusal::DoesNotFollow)));
}

#[test]
fn a_lemma_with_a_sign_flipped_or_left_out_is_no_contradiction() {
    let proof = by_a_day();
    let mut tried = 0;
    for at in places(&proof, |s| matches!(s, Step::Lemma(_))) {
        let Step::Lemma(clause) = &proof[at] else {
            unreachable!()
        };
        // One of a single sign is empty without it; a longer one may say more than it needs, and does not where it has two.
        if clause.len() > 2 {
            continue;
        }
        for sign in 0..clause.len() {
            let (mut flipped, mut fewer) = (clause.clone(), clause.clone());
            flipped[sign].is = !flipped[sign].is;
            fewer.remove(sign);
            for other in [flipped, fewer] {
                let mut tampered = proof[..=at].to_vec();
                tampered[at] = Step::Lemma(other);
                assert_eq!(
                    refused(&tampered),
                    [(at, Refusal::NoContradiction)],
                    "{:?}",
                    tampered[at]
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn what_does_not_follow_is_neither_learned_nor_answered() {
    let proof = by_a_day();
    let end = proof.len();
    let gates = places(&proof, |s| matches!(s, Step::Atom(_) | Step::All(_) | Step::Any(_))).len();
    // An order that may be so or not: neither follows.
    let mut defined = proof
        .iter()
        .filter(|s| matches!(s, Step::Atom(_) | Step::All(_) | Step::Any(_)));
    let order = defined.position(|s| matches!(s, Step::Atom(Atom::Before(..)))).unwrap();
    let order = |is| Sign {
        gate: u32::try_from(order).unwrap(),
        is,
    };
    for clause in [vec![], vec![order(true)], vec![order(false)]] {
        for step in [Step::Learned(clause.clone()), Step::Answer(clause.clone())] {
            let mut tampered = proof.clone();
            tampered.push(step);
            assert_eq!(refused(&tampered), [(end, Refusal::DoesNotFollow)]);
        }
    }
    let unknown = Sign {
        gate: u32::try_from(gates).unwrap(),
        is: true,
    };
    let mut tampered = proof.clone();
    tampered.push(Step::Learned(vec![unknown]));
    assert_eq!(refused(&tampered), [(end, Refusal::Undefined)]);
    // Nothing that is refused can be rested on.
    tampered[end] = Step::Learned(vec![]);
    tampered.push(Step::Answer(vec![]));
    assert_eq!(refused(&tampered).len(), 2);
}

#[test]
fn an_axis_and_a_table_are_said_once_and_a_table_never_falls() {
    let again = [Step::Axis(3, vec![]), Step::Axis(4, vec![])];
    assert_eq!(refused(&again), [(1, Refusal::SaidAgain)]);
    let table = |values: [i32; 3]| Step::Table(0, values.to_vec());
    assert_eq!(
        refused(&[table([0, 1, 2]), table([1, 1, 2])]),
        [(1, Refusal::SaidAgain)]
    );
    assert_eq!(refused(&[table([0, 2, 1])]), [(0, Refusal::NotMonotone)]);
}
