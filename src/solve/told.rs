//! What the search tells whoever listens: its circuit, what always holds, what the theory taught, what was learned, and what cannot
//! be. In: steps of a [`Search`] as they happen. Out: steps of a proof. Without a listener nothing is done.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::net::{Lit, Net, TableId};
use super::search::{Node, Search, Sign};
use crate::certify::proof::{Atom, Clause, Listener, Sign as Said, Step};

/// A listener, and the tables that it was told.
#[derive(Debug)]
pub(super) struct Told {
    listener: RefCell<Box<dyn Listener>>,
    tables: BTreeSet<TableId>,
}

impl Told {
    /// Begins with the axis and the choices.
    pub(super) fn new(net: &Net, mut listener: Box<dyn Listener>) -> Told {
        listener.hear(Step::Axis(net.len, net.choices.iter().map(|c| c.size).collect()));
        Told {
            listener: RefCell::new(listener),
            tables: BTreeSet::new(),
        }
    }
}

impl Search {
    /// Tells a step, if anybody listens.
    pub(super) fn tell(&self, step: impl FnOnce() -> Step) {
        if let Some(told) = &self.proof {
            told.listener.borrow_mut().hear(step());
        }
    }

    /// Tells a step about a clause.
    pub(super) fn tell_clause(&self, step: impl FnOnce(Clause) -> Step, signs: &[Sign]) {
        self.tell(|| step(signs.iter().map(|s| s.said()).collect()));
    }

    pub(super) fn tell_gate(&self, node: &Node) {
        self.tell(|| match node {
            Node::Atom(lit) => Step::Atom(atom(*lit)),
            Node::All(parts) => Step::All(parts.to_vec()),
            Node::Any(parts) => Step::Any(parts.to_vec()),
        });
    }

    /// Adds what is so of two atoms whatever else is. A lemma passes, so it is told as learned too.
    pub(super) fn attach_lemma(&mut self, signs: Vec<Sign>) {
        self.tell_clause(Step::Lemma, &signs);
        self.tell_clause(Step::Learned, &signs);
        self.attach(signs);
    }

    /// Tells a lemma of the theory, and first the tables that it rests on.
    pub(super) fn tell_lemma(&mut self, net: &Net, clause: &[Sign]) {
        let Some(told) = &mut self.proof else { return };
        for sign in clause {
            if let Node::Atom(Lit::Le(_, table, _) | Lit::IfLe(_, table, _)) = self.nodes[sign.var()]
                && told.tables.insert(table)
            {
                let values = net.get(table).values().to_vec();
                told.listener.get_mut().hear(Step::Table(table.0, values));
            }
        }
        self.tell_clause(Step::Lemma, clause);
    }
}

fn atom(lit: Lit) -> Atom {
    match lit {
        Lit::Occurs(x, yes) => Atom::Occurs(x.0, yes),
        Lit::Before(a, b) => Atom::Before(a.0, b.0),
        Lit::Le(y, table, x) => Atom::AtMost {
            y: y.0,
            table: table.0,
            x: x.0,
        },
        Lit::IfLe(y, table, x) => Atom::IfAtMost {
            y: y.0,
            table: table.0,
            x: x.0,
        },
        Lit::Is(choice, set) => Atom::Is(choice.0, set),
        Lit::From(x, day) => Atom::From(x.0, day),
        Lit::Until(x, day) => Atom::Until(x.0, day),
    }
}

impl Sign {
    pub(super) fn said(self) -> Said {
        Said {
            gate: self.0 >> 1,
            is: self.0 & 1 == 0,
        }
    }
}
