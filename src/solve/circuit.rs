//! Formulas as a circuit of shared gates, and what the gates say as clauses. In: formulas. Out: gates of a [`Search`].
//!
//! An asserted gate asserts its parts; a gate that is not asserted says nothing (Plaisted and Greenbaum, 1986).

use super::clauses::Side;
use super::net::{Choice, Formula, Lit};
use super::search::{Gate, How, Node, Reason, Search, Sign};

impl Search {
    /// The gate of a formula; the same formula has the same gate.
    pub fn gate(&mut self, formula: &Formula) -> Gate {
        Gate(self.encode(formula))
    }

    /// Atoms on a choice, with the values each allows.
    pub fn atoms_of(&self, choice: Choice) -> impl Iterator<Item = (u64, Gate)> {
        let atoms = self.choices.get(&(choice.0 as usize));
        atoms.into_iter().flatten().map(|(set, var)| (*set, Gate(*var)))
    }

    fn encode(&mut self, formula: &Formula) -> u32 {
        let parts = match formula {
            Formula::Lit(lit) => return self.node(Node::Atom(*lit)),
            Formula::All(parts) | Formula::Any(parts) => parts,
        };
        let id = parts.identity();
        if let Some((_, known)) = id.and_then(|id| self.shared.get(&id)) {
            return *known;
        }
        let mut inner: Vec<u32> = Vec::with_capacity(parts.len());
        for part in parts.iter() {
            let part = self.encode(part);
            if !inner.contains(&part) {
                inner.push(part);
            }
        }
        let var = match (inner.as_slice(), formula) {
            ([only], _) => *only,
            (_, Formula::All(_)) => self.node(Node::All(inner.into())),
            _ => self.node(Node::Any(inner.into())),
        };
        if let Some(id) = id {
            self.shared.insert(id, (formula.clone(), var));
        }
        var
    }

    fn node(&mut self, node: Node) -> u32 {
        if let Some(&known) = self.index.get(&node) {
            return known;
        }
        let var = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.tell_gate(&node);
        self.nodes.push(node.clone());
        self.index.insert(node.clone(), var);
        self.how.push(How {
            level: 0,
            position: usize::MAX,
            reason: Reason::None,
        });
        self.activity.push(0.0);
        for _ in 0..2 {
            self.holds.push(false);
            self.sides.push(Side::default());
        }
        let me = Sign::yes(var);
        // A clause about a new gate is attached as things stand: what it should have set already, it only sets later.
        match node {
            Node::Atom(lit) => self.atom(lit, me),
            Node::All(parts) => {
                for &part in &parts {
                    self.attach(vec![!me, Sign::yes(part)]);
                }
            }
            Node::Any(parts) if parts.is_empty() => self.fix(!me),
            Node::Any(parts) => {
                let mut clause: Vec<Sign> = std::iter::once(!me)
                    .chain(parts.iter().map(|part| Sign::yes(*part)))
                    .collect();
                if let Some(free) = (1..clause.len()).find(|at| !self.holds[(!clause[*at]).at()]) {
                    clause.swap(1, free);
                }
                self.attach(clause);
            }
        }
        var
    }

    /// What an atom says of other atoms.
    fn atom(&mut self, lit: Lit, me: Sign) {
        match lit {
            Lit::Occurs(x, yes) => {
                if let Some(&other) = self.index.get(&Node::Atom(Lit::Occurs(x, !yes))) {
                    self.attach_lemma(vec![!me, !Sign::yes(other)]);
                    self.attach_lemma(vec![me, Sign::yes(other)]);
                }
            }
            Lit::Before(a, b) | Lit::Le(a, _, b) => {
                for x in [a, b] {
                    let occurs = self.node(Node::Atom(Lit::Occurs(x, true)));
                    self.attach_lemma(vec![!me, Sign::yes(occurs)]);
                }
                if let Lit::Before(a, b) = lit {
                    let (from, to) = (a.0 as usize, b.0 as usize);
                    let var = me.0 >> 1;
                    self.orders.insert((from, to), var);
                    if let Some(&other) = self.orders.get(&(to, from)) {
                        self.attach_lemma(vec![!me, !Sign::yes(other)]);
                    }
                }
            }
            Lit::Is(c, set) => self.choices.entry(c.0 as usize).or_default().push((set, me.0 >> 1)),
            Lit::From(..) | Lit::Until(..) | Lit::IfLe(..) => {}
        }
    }
}
