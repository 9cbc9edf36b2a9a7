//! Clauses of a [`Search`]: kept so that each is looked at only when one of two of its signs is denied (watched literals, as in
//! Chaff; Moskewicz and others, 2001), and forgotten when they are of little use. In: signs of which one must hold. Out: what
//! then follows, or a clash.

use super::search::{Reason, Search, Sign};
use crate::certify::proof::Step;

/// Learned clauses kept before the first are forgotten.
pub(super) const ROOM: usize = 4_000;

/// What is looked at when a sign comes to hold.
#[derive(Debug, Default)]
pub(super) struct Side {
    /// What then holds by a clause of two.
    pub(super) binary: Vec<Sign>,
    /// The longer clauses that watch for it, each with another sign of it that may hold already.
    pub(super) watches: Vec<(u32, Sign)>,
}

/// A clause of three or more.
#[derive(Debug)]
pub(super) struct Clause {
    pub(super) signs: Box<[Sign]>,
    /// How often, lately more than long ago, it was part of what taught another; none for what the circuit says.
    pub(super) use_of: Option<f64>,
}

impl Search {
    /// Adds a clause of two or more, of which the first two are watched.
    pub(super) fn attach(&mut self, signs: Vec<Sign>) -> Reason {
        match signs.as_slice() {
            [a, b] => {
                self.sides[(!*a).at()].binary.push(*b);
                self.sides[(!*b).at()].binary.push(*a);
                Reason::Binary(*b)
            }
            _ => {
                let at = self.clauses.len();
                for (sign, other) in [(signs[0], signs[1]), (signs[1], signs[0])] {
                    self.sides[(!sign).at()].watches.push((number(at), other));
                }
                let signs = signs.into();
                self.clauses.push(Clause { signs, use_of: None });
                Reason::Clause(at)
            }
        }
    }

    /// Between questions: where more was learned than there is room for, forgets the half of it that was of least use. It can
    /// be learned again; what is kept makes every step slower.
    pub(super) fn forget(&mut self) {
        if self.learned <= self.room {
            return;
        }
        let mut uses: Vec<f64> = self.clauses.iter().filter_map(|c| c.use_of).collect();
        self.room += self.room / 20;
        self.back_to(0);
        // What holds already needs no reason any more.
        for sign in &self.trail {
            self.how[sign.var()].reason = Reason::None;
        }
        uses.sort_unstable_by(f64::total_cmp);
        let least = uses[uses.len() / 2];
        let holds = &self.holds;
        let is_kept = |c: &Clause| {
            c.use_of
                .is_none_or(|u| u > least && !c.signs.iter().any(|s| holds[s.at()]))
        };
        for gone in self.clauses.iter().filter(|c| !is_kept(c)) {
            self.tell_clause(Step::Forgotten, &gone.signs);
        }
        self.clauses.retain(is_kept);
        self.learned = self.clauses.iter().filter(|c| c.use_of.is_some()).count();
        self.sides.iter_mut().for_each(|side| side.watches.clear());
        for (at, clause) in self.clauses.iter_mut().enumerate() {
            // Two that are not denied for good come first, if there are two.
            clause.signs.sort_by_key(|s| holds[(!*s).at()]);
            for (sign, other) in [(0, 1), (1, 0)] {
                self.sides[(!clause.signs[sign]).at()]
                    .watches
                    .push((number(at), clause.signs[other]));
            }
        }
    }

    /// What follows from this sign by clauses of two.
    pub(super) fn propagate_binary(&mut self, sign: Sign) -> Result<(), Vec<Sign>> {
        for at in 0..self.sides[sign.at()].binary.len() {
            let other = self.sides[sign.at()].binary[at];
            if self.holds[(!other).at()] {
                return Err(vec![other, !sign]);
            }
            if !self.holds[other.at()] {
                self.set(other, Reason::Binary(!sign));
            }
        }
        Ok(())
    }

    /// What follows from this sign by longer ones.
    pub(super) fn propagate_clauses(&mut self, sign: Sign) -> Result<(), Vec<Sign>> {
        let mut watching = std::mem::take(&mut self.sides[sign.at()].watches);
        self.steps += watching.len() as u64 / 8;
        let mut kept = 0;
        let mut clash = None;
        for at in 0..watching.len() {
            let (number, other) = watching[at];
            watching[kept] = (number, other);
            kept += 1;
            if clash.is_some() || self.holds[other.at()] {
                continue;
            }
            let clause = &mut self.clauses[number as usize].signs;
            if clause[0] == !sign {
                clause.swap(0, 1);
            }
            let first = clause[0];
            watching[kept - 1].1 = first;
            if self.holds[first.at()] {
                continue;
            }
            if let Some(free) = (2..clause.len()).find(|i| !self.holds[(!clause[*i]).at()]) {
                clause.swap(1, free);
                let watched = !clause[1];
                self.sides[watched.at()].watches.push((number, first));
                kept -= 1;
            } else if self.holds[(!first).at()] {
                clash = Some(clause.to_vec());
            } else {
                self.set(first, Reason::Clause(number as usize));
            }
        }
        watching.truncate(kept);
        self.sides[sign.at()].watches = watching;
        clash.map_or(Ok(()), Err)
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
