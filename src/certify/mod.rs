//! The small checker of what the solver says cannot be. In: a proof, one step after the other as the search makes it. Out: each
//! step accepted, or refused with a reason. Must not use anything of `solve`: it is evidence about it only while they share no
//! code, and it stays small enough to be read in one go. What a proof shows, and what not: decision 0016.
//!
//! - A *gate* is defined once, from gates defined before it, so that it is true or false of each history.
//! - A *lemma* is accepted if its atoms, denied, contradict one another by themselves (`lemmas`).
//! - What is *learned*, and each *answer*, is accepted if it follows from what is there by propagating units (`clauses`).
//!
//! What is refused is not added, so nothing can rest on it.

mod clauses;
mod lemmas;
pub mod proof;
mod refusal;
mod tally;

pub use refusal::Refusal;
pub use tally::Tally;

use clauses::{Clauses, Literal};
use lemmas::Facts;
use proof::{Atom, Clause, Sign, Step};

/// Checks the proof of one search.
#[derive(Debug, Default)]
pub struct Checker {
    facts: Facts,
    /// Per gate, the atom that it is; none for what is made of others.
    gates: Vec<Option<Atom>>,
    clauses: Clauses,
    /// Lemmas that are still there.
    lemmas: Vec<Vec<Literal>>,
}

impl Checker {
    /// Takes the next step.
    ///
    /// # Errors
    /// The step does not hold, and was not added.
    pub fn hear(&mut self, step: &Step) -> Result<(), Refusal> {
        match step {
            Step::Axis(..) if self.facts.days > 0 || !self.gates.is_empty() => return Err(Refusal::SaidAgain),
            Step::Axis(days, choices) => (self.facts.days, self.facts.choices) = (*days, choices.clone()),
            Step::Table(number, _) if self.facts.tables.contains_key(number) => return Err(Refusal::SaidAgain),
            Step::Table(_, values) if !values.is_sorted() => return Err(Refusal::NotMonotone),
            Step::Table(number, values) => _ = self.facts.tables.insert(*number, values.clone()),
            Step::Atom(atom) => _ = self.define(Some(*atom)),
            Step::All(parts) => {
                self.defined(parts)?;
                let me = self.define(None);
                for part in parts {
                    self.clauses.add(vec![me ^ 1, yes(*part)], false);
                }
            }
            Step::Any(parts) => {
                self.defined(parts)?;
                let me = self.define(None);
                let ways = parts.iter().map(|part| yes(*part));
                self.clauses.add(std::iter::once(me ^ 1).chain(ways).collect(), false);
            }
            Step::Always(gate) => {
                self.defined(&[*gate])?;
                self.clauses.add(vec![yes(*gate)], false);
            }
            Step::Lemma(clause) => {
                let literals = self.literals(clause)?;
                let denied: Vec<Atom> = clause.iter().filter_map(|sign| self.denied(*sign)).collect();
                if !self.facts.refute(&denied) {
                    return Err(Refusal::NoContradiction);
                }
                self.clauses.add(literals.clone(), true);
                self.lemmas.push(literals);
            }
            Step::Learned(clause) => {
                let literals = self.follows(clause)?;
                self.clauses.add(literals, true);
            }
            Step::Forgotten(clause) => {
                let literals = self.literals(clause)?;
                self.clauses.remove(literals);
            }
            Step::Answer(clause) => _ = self.follows(clause)?,
            Step::Asked(_) => {}
        }
        Ok(())
    }

    /// A gate more. Only that it asks for its parts is written down, not the converse: less can be shown of it, and it is enough.
    fn define(&mut self, atom: Option<Atom>) -> Literal {
        self.gates.push(atom);
        self.clauses.grow();
        2 * (self.gates.len() - 1)
    }

    fn defined(&self, gates: &[u32]) -> Result<(), Refusal> {
        let known = gates.iter().all(|gate| (*gate as usize) < self.gates.len());
        known.then_some(()).ok_or(Refusal::Undefined)
    }

    fn literals(&self, clause: &Clause) -> Result<Vec<Literal>, Refusal> {
        let literal = |sign: &Sign| {
            self.defined(&[sign.gate])?;
            Ok(yes(sign.gate) ^ usize::from(!sign.is))
        };
        clause.iter().map(literal).collect()
    }

    /// What is so of a history if the sign is not; nothing where no atom says that.
    fn denied(&self, sign: Sign) -> Option<Atom> {
        match (self.gates.get(sign.gate as usize).copied().flatten()?, sign.is) {
            (atom, false) => Some(atom),
            (Atom::Occurs(x, occurs), true) => Some(Atom::Occurs(x, !occurs)),
            _ => None,
        }
    }

    /// The clause, if it follows; the lemmas that were there for it go.
    fn follows(&mut self, clause: &Clause) -> Result<Vec<Literal>, Refusal> {
        let literals = self.literals(clause)?;
        let follows = self.clauses.imply(&literals);
        for lemma in self.lemmas.drain(..) {
            self.clauses.remove(lemma);
        }
        follows.then_some(literals).ok_or(Refusal::DoesNotFollow)
    }
}

fn yes(gate: u32) -> Literal {
    2 * gate as usize
}
