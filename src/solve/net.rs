//! The solver's own language: points, finite choices, and formulas over them. In: whatever `ground` writes down.
//! Out: what `search` decides. Knows nothing of rules, roles or sentences; a [`Tag`] says where a formula came from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::Table;

/// A point: a day on the axis and a position within that day, or *never*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Point(pub u32);

/// A finite choice of at most 64 values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Choice(pub u32);

/// A monotone table of the net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// Where a formula came from, for cores; [`STRUCTURE`] is never part of one.
pub type Tag = u32;

/// The tag of what holds in every history, whatever the rules say.
pub const STRUCTURE: Tag = u32::MAX;

/// An atom. Each is exact under negation: see [`Net::not`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lit {
    /// It occurs, or (false) never does.
    Occurs(Point, bool),
    /// Both occur, the first at an earlier position.
    Before(Point, Point),
    /// Both occur, and `day(0) <= table(day(2))`.
    Le(Point, TableId, Point),
    /// The choice is one of this set of values.
    Is(Choice, u64),
}

/// A formula in negation normal form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// An atom.
    Lit(Lit),
    /// All of them; of nothing: true.
    All(Vec<Formula>),
    /// Any of them; of nothing: false.
    Any(Vec<Formula>),
}

impl Formula {
    /// Always.
    pub const TRUE: Formula = Formula::All(Vec::new());
    /// Never.
    pub const FALSE: Formula = Formula::Any(Vec::new());

    /// Whether it is trivially true.
    pub fn is_true(&self) -> bool {
        matches!(self, Formula::All(parts) if parts.is_empty())
    }

    /// Whether it is trivially false.
    pub fn is_false(&self) -> bool {
        matches!(self, Formula::Any(parts) if parts.is_empty())
    }
}

impl Formula {
    /// Calls `see` on every atom.
    pub fn atoms(&self, see: &mut impl FnMut(&Lit)) {
        match self {
            Formula::Lit(lit) => see(lit),
            Formula::All(parts) | Formula::Any(parts) => parts.iter().for_each(|p| p.atoms(see)),
        }
    }

    /// The same formula where some atoms are known.
    #[must_use]
    pub fn given(&self, known: &impl Fn(&Lit) -> Option<bool>) -> Formula {
        match self {
            Formula::Lit(lit) => match known(lit) {
                Some(true) => Formula::TRUE,
                Some(false) => Formula::FALSE,
                None => self.clone(),
            },
            Formula::All(parts) => {
                let mut out = Vec::with_capacity(parts.len());
                for part in parts {
                    let part = part.given(known);
                    if part.is_false() {
                        return Formula::FALSE;
                    }
                    out.push(part);
                }
                all(out)
            }
            Formula::Any(parts) => {
                let mut out = Vec::with_capacity(parts.len());
                for part in parts {
                    let part = part.given(known);
                    if part.is_true() {
                        return Formula::TRUE;
                    }
                    out.push(part);
                }
                any(out)
            }
        }
    }
}

impl From<Lit> for Formula {
    fn from(lit: Lit) -> Formula {
        Formula::Lit(lit)
    }
}

/// All of them, flattened.
pub fn all(parts: impl IntoIterator<Item = Formula>) -> Formula {
    let mut out: Vec<Formula> = Vec::new();
    for part in parts {
        match part {
            Formula::All(inner) => out.extend(inner),
            Formula::Any(inner) if inner.is_empty() => return Formula::FALSE,
            other => out.push(other),
        }
    }
    match out.len() {
        1 => out.swap_remove(0),
        _ => Formula::All(out),
    }
}

/// Any of them, flattened.
pub fn any(parts: impl IntoIterator<Item = Formula>) -> Formula {
    let mut out: Vec<Formula> = Vec::new();
    for part in parts {
        match part {
            Formula::Any(inner) => out.extend(inner),
            Formula::All(inner) if inner.is_empty() => return Formula::TRUE,
            other => out.push(other),
        }
    }
    match out.len() {
        1 => out.swap_remove(0),
        _ => Formula::Any(out),
    }
}

/// What the net knows of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointInfo {
    /// Ours to time (else the outside's).
    pub own: bool,
}

/// What the net knows of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChoiceInfo {
    /// How many values, at most 64.
    pub size: u32,
    /// Chosen by the case (for all), not by us (for some).
    pub universal: bool,
}

/// Points, choices and tables.
#[derive(Debug, Clone)]
pub struct Net {
    /// Days on the axis.
    pub len: usize,
    /// Points.
    pub points: Vec<PointInfo>,
    /// Choices.
    pub choices: Vec<ChoiceInfo>,
    tables: Vec<Arc<Table>>,
    negations: BTreeMap<TableId, TableId>,
    /// The identity: `Le(y, IDENTITY, x)` is `y <= x` in days.
    pub identity: TableId,
}

impl Net {
    /// An empty net over an axis of `len` days.
    pub fn new(len: usize) -> Net {
        let mut net = Net {
            len,
            points: Vec::new(),
            choices: Vec::new(),
            tables: Vec::new(),
            negations: BTreeMap::new(),
            identity: TableId(0),
        };
        net.identity = net.table(Arc::new(Table::identity(len)));
        net
    }

    /// A new point.
    pub fn point(&mut self, own: bool) -> Point {
        self.points.push(PointInfo { own });
        Point(index(self.points.len() - 1))
    }

    /// A new choice among `size` values (at most 64).
    pub fn choice(&mut self, size: usize, universal: bool) -> Choice {
        self.choices.push(ChoiceInfo {
            size: index(size.min(64)),
            universal,
        });
        Choice(index(self.choices.len() - 1))
    }

    /// Registers a table.
    pub fn table(&mut self, table: Arc<Table>) -> TableId {
        self.tables.push(table);
        TableId(index(self.tables.len() - 1))
    }

    /// The table behind an id.
    pub fn get(&self, id: TableId) -> &Table {
        &self.tables[id.0 as usize]
    }

    /// The table behind an id, to keep.
    pub fn shared(&self, id: TableId) -> Arc<Table> {
        Arc::clone(&self.tables[id.0 as usize])
    }

    /// All values of a choice.
    pub fn full(&self, choice: Choice) -> u64 {
        match self.choices.get(choice.0 as usize).map_or(0, |c| c.size) {
            64.. => u64::MAX,
            n => (1u64 << n) - 1,
        }
    }

    /// Negation. `Before` and `Le` are negated under the reading that both sides occur; whoever writes them puts the
    /// `Occurs` beside them. Not `y <= f(x)` is `x <= n(y)` with `n(y) = max { x : f(x) < y }`: one monotone edge again.
    pub fn not(&mut self, formula: &Formula) -> Formula {
        match formula {
            Formula::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|f| self.not(f)).collect();
                any(parts)
            }
            Formula::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|f| self.not(f)).collect();
                all(parts)
            }
            Formula::Lit(Lit::Occurs(x, yes)) => Lit::Occurs(*x, !yes).into(),
            Formula::Lit(Lit::Before(a, b)) => Lit::Before(*b, *a).into(),
            Formula::Lit(Lit::Le(y, f, x)) => Lit::Le(*x, self.negation(*f), *y).into(),
            Formula::Lit(Lit::Is(c, set)) => Lit::Is(*c, self.full(*c) & !set).into(),
        }
    }

    fn negation(&mut self, f: TableId) -> TableId {
        if let Some(&known) = self.negations.get(&f) {
            return known;
        }
        let negated = Arc::new(Table::strictly_below(self.get(f)));
        let id = self.table(negated);
        self.negations.insert(f, id);
        id
    }
}

fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
