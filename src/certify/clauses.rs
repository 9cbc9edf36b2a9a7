//! Clauses, and whether another follows from them by propagating units: deny all of its signs, set whatever is then left alone in a
//! clause, and see whether that ends in a contradiction. In: clauses of literals, numbers of which an even one and the odd one after
//! it are opposites. Out: yes or no. Knows nothing of gates.
//!
//! A clause is looked at only when one of two of its literals is denied (watched literals; Moskewicz and others, 2001).

use std::collections::HashMap;

/// A literal; its opposite differs in the lowest bit.
pub(super) type Literal = usize;

#[derive(Debug, Default)]
pub(super) struct Clauses {
    /// Empty where one is gone; what watched it is dropped when it is next looked at.
    clauses: Vec<Box<[Literal]>>,
    /// Clauses that may go again, by their literals in order.
    passing: HashMap<Box<[Literal]>, Vec<usize>>,
    /// Per literal, the clauses to look at when it is denied, each with another literal of it that may hold already.
    watches: Vec<Vec<(usize, Literal)>>,
    holds: Vec<bool>,
    /// What holds, in the order in which it was set; between two questions, what holds in any case.
    trail: Vec<Literal>,
    /// Nothing satisfies all that was added.
    pub dead: bool,
}

impl Clauses {
    /// One more gate.
    pub fn grow(&mut self) {
        for _ in 0..2 {
            self.watches.push(Vec::new());
            self.holds.push(false);
        }
    }

    /// From now on one of these holds; `passing`: until it is removed.
    pub fn add(&mut self, mut clause: Vec<Literal>, passing: bool) {
        clause.sort_unstable();
        clause.dedup();
        let number = self.clauses.len();
        if passing {
            self.passing.entry(clause.as_slice().into()).or_default().push(number);
        }
        // Two that may still hold come first, and are watched.
        clause.sort_by_key(|l| self.holds[l ^ 1]);
        match clause.iter().take_while(|l| !self.holds[**l ^ 1]).count() {
            0 => self.dead = true,
            1 => {
                let from = self.trail.len();
                self.set(clause[0]);
                self.dead |= self.propagate(from);
            }
            _ => {
                self.watches[clause[0]].push((number, clause[1]));
                self.watches[clause[1]].push((number, clause[0]));
            }
        }
        self.clauses.push(clause.into());
    }

    /// Takes one away that was added to pass. What it had set in any case stays: it follows.
    pub fn remove(&mut self, mut clause: Vec<Literal>) {
        clause.sort_unstable();
        clause.dedup();
        if let Some(number) = self.passing.get_mut(clause.as_slice()).and_then(Vec::pop) {
            self.clauses[number] = Box::default();
        }
    }

    /// Whether a clause follows.
    pub fn imply(&mut self, clause: &[Literal]) -> bool {
        let from = self.trail.len();
        for literal in clause {
            self.set(literal ^ 1);
        }
        let holds_anyhow = clause.iter().any(|l| self.holds[*l]);
        let follows = self.dead || holds_anyhow || self.propagate(from);
        for literal in self.trail.drain(from..) {
            self.holds[literal] = false;
        }
        follows
    }

    fn set(&mut self, literal: Literal) {
        if !self.holds[literal] {
            self.holds[literal] = true;
            self.trail.push(literal);
        }
    }

    /// Sets what follows from what stands on the trail from here on; whether it ends in a contradiction.
    fn propagate(&mut self, mut next: usize) -> bool {
        let mut contradiction = false;
        while let Some(&literal) = self.trail.get(next).filter(|_| !contradiction) {
            next += 1;
            let denied = literal ^ 1;
            let mut watching = std::mem::take(&mut self.watches[denied]);
            watching.retain_mut(|(number, other)| {
                if contradiction || self.holds[*other] {
                    return true;
                }
                let clause = &mut self.clauses[*number];
                if clause.is_empty() {
                    return false;
                }
                if clause[0] == denied {
                    clause.swap(0, 1);
                }
                *other = clause[0];
                if let Some(free) = (2..clause.len()).find(|at| !self.holds[clause[*at] ^ 1]) {
                    clause.swap(1, free);
                    self.watches[clause[1]].push((*number, *other));
                    return false;
                }
                contradiction = self.holds[*other ^ 1];
                if !contradiction && !self.holds[*other] {
                    self.holds[*other] = true;
                    self.trail.push(*other);
                }
                true
            });
            self.watches[denied] = watching;
        }
        contradiction
    }
}
