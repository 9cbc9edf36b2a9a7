//! Tables made of tables, each once: limits come in few lengths, so most of what an elimination composes it has composed before.
//! In: tables that bounds come with. Out: what they make. Forgets what is made of other than these, which seldom comes again.
//! From one elimination to the next it keeps what it knows: most questions of a protocol leave most of its bounds as they are.

use std::sync::Arc;

use crate::calendar::Table;
use rustc_hash::FxHashMap as Map;

/// How many tables are remembered.
const ROOM: usize = 2_000;
/// How many days of tables are kept from one elimination to the next: 8 MiB of them.
const KEPT: usize = 2 << 20;

/// What makes one table of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Way {
    /// The first after the second.
    Compose,
    /// The lesser of both.
    Min,
    /// Where a loop through the first comes to rest; the second is the same.
    Star,
}

/// Tables that are known, and what they make.
#[derive(Debug)]
pub(super) struct Memo {
    identity: Arc<Table>,
    /// What is known, by where it lies; held, so that nothing else comes to lie there. Whether it lets everything pass.
    known: Map<*const Table, (Arc<Table>, bool)>,
    made: Map<(Way, *const Table, *const Table), Arc<Table>>,
}

impl Memo {
    pub(super) fn new(identity: Arc<Table>) -> Memo {
        let mut memo = Memo {
            identity: Arc::clone(&identity),
            known: Map::default(),
            made: Map::default(),
        };
        memo.know(&identity);
        memo
    }

    /// The table that changes nothing.
    pub(super) fn identity(&self) -> &Arc<Table> {
        &self.identity
    }

    /// Before another elimination: forgets everything if it is too much to keep.
    pub(super) fn begin(&mut self) {
        if self.known.len() * self.identity.len() > KEPT {
            *self = Memo::new(Arc::clone(&self.identity));
        }
    }

    /// Remembers a table that bounds come with.
    pub(super) fn know(&mut self, table: &Arc<Table>) {
        if self.known.len() < ROOM && !self.knows(table) {
            self.known
                .insert(Arc::as_ptr(table), (Arc::clone(table), is_slack(table)));
        }
    }

    fn knows(&self, table: &Arc<Table>) -> bool {
        self.known.contains_key(&Arc::as_ptr(table))
    }

    /// Whether a bound of a point on itself allows every day.
    pub(super) fn is_slack(&self, table: &Arc<Table>) -> bool {
        let known = self.known.get(&Arc::as_ptr(table));
        known.map_or_else(|| is_slack(table), |(_, slack)| *slack)
    }

    /// `outer` after `inner`; most bounds are mere order, the identity.
    pub(super) fn compose(&mut self, outer: &Arc<Table>, inner: &Arc<Table>) -> Arc<Table> {
        if Arc::ptr_eq(&self.identity, outer) {
            Arc::clone(inner)
        } else if Arc::ptr_eq(&self.identity, inner) {
            Arc::clone(outer)
        } else {
            self.once(Way::Compose, outer, inner, Table::compose)
        }
    }

    /// Both limits hold.
    pub(super) fn min(&mut self, a: &Arc<Table>, b: &Arc<Table>) -> Arc<Table> {
        self.once(Way::Min, a, b, Table::min)
    }

    /// Where a loop comes to rest.
    pub(super) fn star(&mut self, table: &Arc<Table>) -> Arc<Table> {
        self.once(Way::Star, table, table, |table, _| table.star())
    }

    fn once(
        &mut self,
        way: Way,
        a: &Arc<Table>,
        b: &Arc<Table>,
        make: impl FnOnce(&Table, &Table) -> Table,
    ) -> Arc<Table> {
        let key = (way, Arc::as_ptr(a), Arc::as_ptr(b));
        if let Some(made) = self.made.get(&key) {
            return Arc::clone(made);
        }
        let made = make(a, b);
        if !self.knows(a) || !self.knows(b) || self.known.len() >= ROOM {
            return Arc::new(made);
        }
        let made = match [a, b, &self.identity].into_iter().find(|same| ***same == made) {
            Some(same) => Arc::clone(same),
            None => Arc::new(made),
        };
        self.know(&made);
        self.made.insert(key, Arc::clone(&made));
        made
    }
}

fn is_slack(table: &Table) -> bool {
    (0..).zip(table.values()).all(|(day, reach): (i32, _)| *reach >= day)
}
