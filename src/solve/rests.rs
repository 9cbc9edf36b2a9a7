//! Why histories could not rest on fewer values of a case. In: what refuted questions that asked for such histories. Out: which values
//! a like question may do without, as far as is known. Asks nothing.

use super::ask::{Case, Core};
use super::net::{Choice, Net};
use super::search::Gate;

/// How many reasons are kept before the older half of them is forgotten.
const ROOM: usize = 4_000;

/// Reasons, the latest last.
#[derive(Debug, Default)]
pub(super) struct Rests(Vec<Reason>);

/// These gates cannot all hold with nothing resting on any of these values.
#[derive(Debug)]
struct Reason {
    /// What was said last comes first: it is what other questions do not say.
    gates: Box<[Gate]>,
    values: Box<[(Choice, u64)]>,
}

/// Which values of a case a history may do without.
#[derive(Debug)]
pub(super) struct Freeing<'c> {
    case: &'c Case,
    /// Per value of the case those earlier ones, as bits, with which it cannot be left open.
    barred: Vec<Vec<Bits>>,
    is_refuted: bool,
}

type Bits = Box<[u64]>;

impl Rests {
    /// For a question that assumes all of this, what the reasons known say of its case.
    pub(super) fn of<'c>(&self, gates: &[Gate], case: &'c Case) -> Freeing<'c> {
        let last = gates.iter().map(|gate| gate.0 as usize).max().unwrap_or(0);
        let mut assumed = vec![false; last + 1];
        for gate in gates {
            assumed[gate.0 as usize] = true;
        }
        let mut freeing = Freeing {
            case,
            barred: vec![Vec::new(); case.len()],
            is_refuted: false,
        };
        let is = |gate: &Gate| assumed.get(gate.0 as usize) == Some(&true);
        for reason in self.0.iter().filter(|reason| reason.gates.iter().all(is)) {
            freeing.bar(&reason.values);
        }
        freeing
    }

    /// Keeps a reason, of which the question at hand makes use too.
    pub(super) fn learn(&mut self, core: Core, freeing: &mut Freeing<'_>) {
        if self.0.len() >= ROOM {
            self.0.drain(..ROOM / 2);
        }
        let reason = Reason {
            gates: core.gates.into_iter().rev().collect(),
            values: core.others.into_iter().collect(),
        };
        freeing.bar(&reason.values);
        self.0.push(reason);
    }
}

impl Freeing<'_> {
    /// Not all choices with a value in this case that would have helped can be left open.
    fn bar(&mut self, values: &[(Choice, u64)]) {
        let mut bits: Bits = vec![0; self.case.len().div_ceil(64)].into();
        let mut last = None;
        for &(choice, others) in values {
            let at = self.case.binary_search_by_key(&choice, |(c, _)| *c);
            if let Some(at) = at.ok().filter(|at| self.case[*at].1 & !others == 0) {
                bits[at / 64] |= 1 << (at % 64);
                last = last.max(Some(at));
            }
        }
        match last {
            Some(at) => self.barred[at].push(bits),
            None => self.is_refuted = true,
        }
    }

    /// The case with as many values left open together as can be for all that is known, the first of them first; none if there is
    /// none.
    pub(super) fn case(&self, net: &Net) -> Option<Vec<(Choice, u64)>> {
        let mut free: Bits = vec![0; self.case.len().div_ceil(64)].into();
        let mut out = self.case.to_vec();
        for (at, (choice, value)) in out.iter_mut().enumerate() {
            free[at / 64] |= 1 << (at % 64);
            let is_barred = |bits: &Bits| bits.iter().zip(&free).all(|(bar, free)| bar & !free == 0);
            match self.barred[at].iter().any(is_barred) {
                true => free[at / 64] &= !(1 << (at % 64)),
                false => *value = net.full(*choice),
            }
        }
        (!self.is_refuted && free.iter().any(|bits| *bits != 0)).then_some(out)
    }
}
