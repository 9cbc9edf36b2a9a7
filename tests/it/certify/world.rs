//! A world of three points, three days and three values, of which every history can be tried: the checker takes nothing that is not
//! true of all of them, and the search finds one just where there is one, with a proof that is taken where there is none.

use super::{Writer, atoms, refused};
use duly::calendar::Table;
use duly::certify::proof::{Atom, Clause, Sign, Step};
use duly::certify::{Checker, Refusal};
use duly::solve::net::{Choice, Formula, Lit, Net, Point, TableId, all as all_of, any as any_of};
use duly::solve::search::{Assume, Found, Leaf, Search};
use proptest::prelude::*;
use proptest::sample::Index;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A history of the small world: per point its day and position, and the value of the one choice.
#[derive(Debug, Clone)]
struct History {
    points: [Option<(i32, usize)>; POINTS],
    value: u32,
}

const POINTS: usize = 3;
const DAYS: i32 = 3;
const VALUES: u32 = 3;

/// All histories of the small world.
fn histories() -> Vec<History> {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
    let mut out = Vec::new();
    for days in 0..(DAYS + 1).pow(3) {
        let day = |x: u32| Some(days / (DAYS + 1).pow(x) % (DAYS + 1)).filter(|d| *d < DAYS);
        for order in orders {
            let at = [0, 1, 2].map(|x| Some((day(x)?, order[x as usize])));
            let mut occurring: Vec<(usize, i32)> = at.iter().flatten().map(|(d, p)| (*p, *d)).collect();
            occurring.sort_unstable();
            if occurring.is_sorted_by_key(|(_, day)| *day) {
                out.extend((0..VALUES).map(|value| History { points: at, value }));
            }
        }
    }
    out
}

impl History {
    fn is(&self, atom: Atom, tables: &[Vec<i32>]) -> bool {
        let at = |x: u32| self.points[x as usize];
        match atom {
            Atom::Occurs(x, yes) => at(x).is_some() == yes,
            Atom::Before(a, b) => matches!((at(a), at(b)), (Some((_, a)), Some((_, b))) if a < b),
            Atom::AtMost { y, table, x } => {
                matches!((at(y), at(x)), (Some((y, _)), Some((x, _))) if y <= tables[table as usize][x as usize])
            }
            Atom::IfAtMost { y, table, x } => match (at(y), at(x)) {
                (Some((y, _)), Some((x, _))) => y <= tables[table as usize][x as usize],
                _ => true,
            },
            Atom::Is(_, set) => set & (1 << self.value) != 0,
            Atom::From(x, day) => at(x).is_none_or(|(at, _)| at >= day),
            Atom::Until(x, day) => at(x).is_none_or(|(at, _)| at <= day),
        }
    }

    /// Per gate, whether it is true.
    fn gates(&self, proof: &[Step], tables: &[Vec<i32>]) -> Vec<bool> {
        let mut gates: Vec<bool> = Vec::new();
        for step in proof {
            let part = |g: &u32| gates[*g as usize];
            let is = match step {
                Step::Atom(atom) => self.is(*atom, tables),
                Step::All(parts) => parts.iter().all(part),
                Step::Any(parts) => parts.iter().any(part),
                _ => continue,
            };
            gates.push(is);
        }
        gates
    }
}

fn atom() -> impl Strategy<Value = Atom> {
    let point = 0..POINTS as u32;
    let day = -1..=DAYS;
    prop_oneof![
        (point.clone(), any::<bool>()).prop_map(|(x, yes)| Atom::Occurs(x, yes)),
        (point.clone(), point.clone()).prop_map(|(a, b)| Atom::Before(a, b)),
        (point.clone(), 0..2u32, point.clone()).prop_map(|(y, table, x)| Atom::AtMost { y, table, x }),
        (point.clone(), 0..2u32, point.clone()).prop_map(|(y, table, x)| Atom::IfAtMost { y, table, x }),
        (0..8u64).prop_map(|set| Atom::Is(0, set)),
        (point.clone(), day.clone()).prop_map(|(x, day)| Atom::From(x, day)),
        (point, day).prop_map(|(x, day)| Atom::Until(x, day)),
    ]
}

fn clause(gates: usize, signs: &[(Index, bool)]) -> Clause {
    let sign = |(at, is): &(Index, bool)| Sign {
        gate: at.index(gates) as u32,
        is: *is,
    };
    signs.iter().map(sign).collect()
}

type Signs = Vec<(Index, bool)>;

fn signs() -> impl Strategy<Value = Signs> {
    prop::collection::vec((any::<Index>(), prop::bool::weighted(0.2)), 0..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn nothing_is_taken_that_is_not_true_of_every_history(
        tables in prop::array::uniform2(prop::collection::vec(-1..=DAYS, DAYS as usize)),
        atoms in prop::collection::vec(atom(), 4..10),
        gates in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<Index>(), 0..4)), 0..5),
        always in prop::collection::vec(any::<Index>(), 0..2),
        claims in prop::collection::vec((0..4u8, signs()), 1..30),
    ) {
        let tables = tables.map(|mut table| { table.sort_unstable(); table });
        let mut proof = vec![Step::Axis(DAYS as usize, vec![VALUES])];
        proof.extend((0..).zip(&tables).map(|(number, table)| Step::Table(number, table.clone())));
        let mut number = atoms.len();
        proof.extend(atoms.into_iter().map(Step::Atom));
        for (is_all, parts) in gates {
            let parts = parts.iter().map(|p| p.index(number) as u32).collect();
            proof.push(if is_all { Step::All(parts) } else { Step::Any(parts) });
            number += 1;
        }
        let always: Vec<usize> = always.iter().map(|gate| gate.index(number)).collect();
        proof.extend(always.iter().map(|gate| Step::Always(*gate as u32)));
        let worlds: Vec<Vec<bool>> = histories().iter().map(|h| h.gates(&proof, &tables)).collect();
        let counts: Vec<&Vec<bool>> = worlds.iter().filter(|w| always.iter().all(|gate| w[*gate])).collect();
        let mut checker = Checker::default();
        for step in &proof {
            prop_assert_eq!(checker.hear(step), Ok(()));
        }
        for (kind, signs) in claims {
            let clause = clause(number, &signs);
            let holds = |world: &[bool]| clause.iter().any(|s| world[s.gate as usize] == s.is);
            let (step, of) = match kind {
                0 | 1 => (Step::Lemma(clause.clone()), worlds.iter().collect()),
                2 => (Step::Learned(clause.clone()), counts.clone()),
                _ => (Step::Answer(clause.clone()), counts.clone()),
            };
            if checker.hear(&step).is_ok() {
                prop_assert!(of.iter().all(|world| holds(world)), "{:?} after {:?}", step, proof);
            }
        }
    }
}

/// The net of the small world, and the numbers of its tables.
fn net(tables: &[Vec<i32>]) -> (Net, Vec<TableId>) {
    let mut net = Net::new(DAYS as usize);
    (0..POINTS).for_each(|_| _ = net.point(true));
    net.choice(VALUES as usize, false);
    let table = |values: &Vec<i32>| net.table(Arc::new(Table::new(values.iter().copied())));
    let numbers = tables.iter().map(table).collect();
    (net, numbers)
}

fn lit(atom: Atom, tables: &[TableId]) -> Lit {
    match atom {
        Atom::Occurs(x, yes) => Lit::Occurs(Point(x), yes),
        Atom::Before(a, b) => Lit::Before(Point(a), Point(b)),
        Atom::AtMost { y, table, x } => Lit::Le(Point(y), tables[table as usize], Point(x)),
        Atom::IfAtMost { y, table, x } => Lit::IfLe(Point(y), tables[table as usize], Point(x)),
        Atom::Is(choice, set) => Lit::Is(Choice(choice), set),
        Atom::From(x, day) => Lit::From(Point(x), day),
        Atom::Until(x, day) => Lit::Until(Point(x), day),
    }
}

/// A search that is told what always holds, and its proof as far as it has come.
fn search(net: &Net, always: &[Formula]) -> (Search, Rc<RefCell<Vec<Vec<Step>>>>) {
    let proofs = Rc::new(RefCell::new(vec![Vec::new()]));
    let listener = Writer {
        proofs: Rc::clone(&proofs),
        number: 0,
    };
    let mut search = Search::new(net, Some(Box::new(listener)));
    for formula in always {
        let gate = search.gate(formula);
        search.always(net, gate);
    }
    (search, proofs)
}

/// Three days, of which the last is past the end of what may follow the first: as two runs of years are.
#[test]
fn what_may_never_occur_bounds_nothing_until_it_is_said_to_occur() {
    let run_of = [1, 1, 2].to_vec();
    let (net, tables) = net(&[vec![0, 1, 2], run_of]);
    let [home, early, late] = [0, 1, 2].map(Point);
    let always = [
        Lit::Le(home, tables[0], home),
        Lit::IfLe(home, tables[0], early),
        Lit::IfLe(late, tables[1], home),
        Lit::Until(early, 0),
        Lit::From(late, 2),
    ];
    let (mut search, proofs) = search(&net, &always.map(Formula::from));
    let [early, late] = [early, late].map(|x| Assume::True(search.gate(&Lit::Occurs(x, true).into())));
    for one in [early, late] {
        assert!(matches!(search.solve(&net, &[one], 100), Found::Sat(_)));
    }
    for both in [[early, late], [late, early]] {
        assert!(matches!(search.solve(&net, &both, 100), Found::Unsat(_)));
    }
    let proof = proofs.take().remove(0);
    assert_eq!(refused(&proof), []);
    let atoms = atoms(&proof);
    let says = |sign: &Sign| atoms[sign.gate as usize].filter(|_| !sign.is);
    let occurs = |sign: &Sign| matches!(says(sign), Some(Atom::Occurs(1 | 2, true)));
    // Each lemma that rests on such a bound says so of both, and is no contradiction without either.
    let mut forgotten = 0;
    for at in 0..proof.len() {
        let Step::Lemma(clause) = &proof[at] else { continue };
        if clause.iter().any(|s| matches!(says(s), Some(Atom::IfAtMost { .. }))) {
            assert_eq!(clause.iter().filter(|s| occurs(s)).count(), 2);
            for left_out in (0..clause.len()).filter(|sign| occurs(&clause[*sign])) {
                let mut tampered = proof[..=at].to_vec();
                let mut fewer = clause.clone();
                fewer.remove(left_out);
                tampered[at] = Step::Lemma(fewer);
                assert_eq!(refused(&tampered), [(at, Refusal::NoContradiction)]);
                forgotten += 1;
            }
        }
    }
    assert!(forgotten >= 2, "{forgotten}");
}

/// Something that is all or any of some atoms, or of such.
#[derive(Debug, Clone)]
enum Claim {
    Atom(Atom),
    All(Vec<Claim>),
    Any(Vec<Claim>),
}

impl Claim {
    fn formula(&self, tables: &[TableId]) -> Formula {
        let parts = |parts: &[Claim]| parts.iter().map(|p| p.formula(tables)).collect::<Vec<_>>();
        match self {
            Claim::Atom(atom) => lit(*atom, tables).into(),
            Claim::All(inner) => all_of(parts(inner)),
            Claim::Any(inner) => any_of(parts(inner)),
        }
    }

    fn is_so(&self, history: &History, tables: &[Vec<i32>]) -> bool {
        match self {
            Claim::Atom(atom) => history.is(*atom, tables),
            Claim::All(parts) => parts.iter().all(|part| part.is_so(history, tables)),
            Claim::Any(parts) => parts.iter().any(|part| part.is_so(history, tables)),
        }
    }
}

fn claim() -> impl Strategy<Value = Claim> {
    // What says something only of what occurs is asked most.
    let (point, day) = (0..POINTS as u32, -1..=DAYS);
    let bound = (point.clone(), 0..2u32, point.clone()).prop_map(|(y, table, x)| Atom::IfAtMost { y, table, x });
    let end = (point, day, any::<bool>()).prop_map(|(x, day, from)| match from {
        true => Atom::From(x, day),
        false => Atom::Until(x, day),
    });
    let one = prop_oneof![2 => atom(), 2 => bound, 1 => end].prop_map(Claim::Atom);
    one.prop_recursive(2, 12, 3, |inner| {
        (any::<bool>(), prop::collection::vec(inner, 1..4)).prop_map(|(is_all, parts)| match is_all {
            true => Claim::All(parts),
            false => Claim::Any(parts),
        })
    })
}

/// The history that a branch shows: what is not said to occur never does, and each day is the last that it allows.
fn is_shown(leaf: &Leaf, history: &History) -> bool {
    let at = |x: usize| (leaf.occurs[x] == Some(true)).then_some(leaf.latest[x]);
    (0..POINTS).all(|x| history.points[x].map(|(day, _)| day) == at(x)) && leaf.values[0] & (1 << history.value) != 0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_search_finds_a_history_just_where_there_is_one_and_proves_that_there_is_none(
        tables in prop::array::uniform2(prop::collection::vec(-1..=DAYS, DAYS as usize)),
        always in prop::collection::vec(claim(), 0..5),
        questions in prop::collection::vec(prop::collection::vec(claim(), 0..5), 1..4),
    ) {
        let tables = tables.map(|mut table| { table.sort_unstable(); table });
        let (net, numbers) = net(&tables);
        let formulas: Vec<Formula> = always.iter().map(|claim| claim.formula(&numbers)).collect();
        let (mut search, proofs) = search(&net, &formulas);
        let worlds: Vec<History> = histories()
            .into_iter()
            .filter(|h| always.iter().all(|claim| claim.is_so(h, &tables)))
            .collect();
        for asked in &questions {
            let gates: Vec<Assume> =
                asked.iter().map(|claim| Assume::True(search.gate(&claim.formula(&numbers)))).collect();
            let is_so = |h: &&History| asked.iter().all(|claim| claim.is_so(h, &tables));
            let mut answers = worlds.iter().filter(is_so);
            match search.solve(&net, &gates, 10_000) {
                Found::Sat(leaf) => {
                    prop_assert!(answers.any(|h| is_shown(&leaf, h)), "{:?} of {:?}, always {:?}", leaf, asked, always);
                }
                Found::Unsat(_) => {
                    let there_is = answers.next();
                    prop_assert!(there_is.is_none(), "{:?} is {:?}, always {:?}", there_is, asked, always);
                }
                Found::Unfinished => prop_assert!(false, "{:?} is not decided", asked),
            }
        }
        drop(search);
        let proof = proofs.take().remove(0);
        prop_assert_eq!(refused(&proof), [], "{:?}", proof);
    }
}
