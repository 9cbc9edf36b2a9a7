//! The solver's own language: points, finite choices, and formulas over them. In: whatever `ground` writes down.
//! Out: what `search` decides. Knows nothing of rules, roles or sentences; a [`Tag`] says where a formula came from.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::rc::Rc;
use std::sync::Arc;

use crate::calendar::Table;
use rustc_hash::{FxHashMap as Map, FxHashSet as Set};

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
    /// The same, if both occur.
    IfLe(Point, TableId, Point),
    /// The choice is one of this set of values.
    Is(Choice, u64),
    /// On this axis day or later, if it occurs.
    From(Point, i32),
    /// On this axis day or earlier, if it occurs.
    Until(Point, i32),
}

impl Lit {
    /// The points it speaks of.
    pub fn points(&self) -> impl Iterator<Item = Point> {
        let (one, other) = match *self {
            Lit::Occurs(x, _) | Lit::From(x, _) | Lit::Until(x, _) => (Some(x), None),
            Lit::Before(a, b) | Lit::Le(a, _, b) | Lit::IfLe(a, _, b) => (Some(a), Some(b)),
            Lit::Is(..) => (None, None),
        };
        one.into_iter().chain(other)
    }
}

/// A formula in negation normal form. Parts are shared, not copied: cloning one is cheap however large it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    /// An atom.
    Lit(Lit),
    /// All of them; of nothing: true.
    All(Parts),
    /// Any of them; of nothing: false.
    Any(Parts),
}

/// The parts of a formula, shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts(Option<Rc<[Formula]>>);

impl Parts {
    fn of(parts: Vec<Formula>) -> Parts {
        Parts((!parts.is_empty()).then(|| parts.into()))
    }

    /// The same for shared parts, and for no others that are alive.
    pub(super) fn identity(&self) -> Option<*const Formula> {
        self.0.as_ref().map(|parts| parts.as_ptr())
    }
}

impl Deref for Parts {
    type Target = [Formula];

    fn deref(&self) -> &[Formula] {
        self.0.as_deref().unwrap_or(&[])
    }
}

impl Formula {
    /// Always.
    pub const TRUE: Formula = Formula::All(Parts(None));
    /// Never.
    pub const FALSE: Formula = Formula::Any(Parts(None));

    /// Whether it is trivially true.
    pub fn is_true(&self) -> bool {
        matches!(self, Formula::All(parts) if parts.is_empty())
    }

    /// Whether it is trivially false.
    pub fn is_false(&self) -> bool {
        matches!(self, Formula::Any(parts) if parts.is_empty())
    }

    /// Calls `see` on every atom; on those of a shared part once.
    pub fn atoms(&self, see: &mut impl FnMut(&Lit)) {
        let mut seen = Set::default();
        let mut open = vec![self];
        while let Some(formula) = open.pop() {
            match formula {
                Formula::Lit(lit) => see(lit),
                Formula::All(parts) | Formula::Any(parts) => {
                    if parts.identity().is_some_and(|id| seen.insert(id)) {
                        open.extend(parts.iter());
                    }
                }
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
            Formula::All(inner) => out.extend(inner.iter().cloned()),
            Formula::Any(inner) if inner.is_empty() => return Formula::FALSE,
            other => out.push(other),
        }
    }
    match out.len() {
        1 => out.swap_remove(0),
        _ => Formula::All(Parts::of(out)),
    }
}

/// Any of them, flattened.
pub fn any(parts: impl IntoIterator<Item = Formula>) -> Formula {
    let mut out: Vec<Formula> = Vec::new();
    for part in parts {
        match part {
            Formula::Any(inner) => out.extend(inner.iter().cloned()),
            Formula::All(inner) if inner.is_empty() => return Formula::TRUE,
            other => out.push(other),
        }
    }
    match out.len() {
        1 => out.swap_remove(0),
        _ => Formula::Any(Parts::of(out)),
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
    /// Each table once, however often it is asked for.
    known: Map<Arc<Table>, TableId>,
    negations: BTreeMap<TableId, TableId>,
    /// What a shared formula was negated to. The formula is kept, so that its identity stays its own.
    negated: Map<*const Formula, (Formula, Formula)>,
    /// On an axis of several runs: the point in whose run all others lie.
    pub home: Option<Point>,
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
            known: Map::default(),
            negations: BTreeMap::new(),
            negated: Map::default(),
            home: None,
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

    /// Registers a table; one that is known keeps its id.
    pub fn table(&mut self, table: Arc<Table>) -> TableId {
        let next = TableId(index(self.tables.len()));
        let id = *self.known.entry(Arc::clone(&table)).or_insert(next);
        if id == next {
            self.tables.push(table);
        }
        id
    }

    /// The table behind an id.
    pub fn get(&self, id: TableId) -> &Table {
        &self.tables[id.0 as usize]
    }

    /// The table behind an id, to keep.
    pub fn shared(&self, id: TableId) -> Arc<Table> {
        Arc::clone(&self.tables[id.0 as usize])
    }

    /// The choices that a case makes, not we.
    pub fn universal(&self) -> impl Iterator<Item = Choice> {
        let choices = (0..).map(Choice).zip(&self.choices);
        choices.filter(|(_, info)| info.universal).map(|(choice, _)| choice)
    }

    /// All values of a choice.
    pub fn full(&self, choice: Choice) -> u64 {
        match self.choices.get(choice.0 as usize).map_or(0, |c| c.size) {
            64.. => u64::MAX,
            n => (1u64 << n) - 1,
        }
    }

    /// The same formula in the cases in which `choice` is one of these values, whatever it is elsewhere in a question: its atoms are
    /// decided here and now. So two answers can be held against one and the same history.
    pub fn decided(&self, formula: &Formula, choice: Choice, values: u64) -> Formula {
        let mut known = Map::default();
        Net::decide(formula, choice, values, &mut known)
    }

    fn decide(formula: &Formula, choice: Choice, values: u64, known: &mut Map<*const Formula, Formula>) -> Formula {
        let (Formula::All(parts) | Formula::Any(parts)) = formula else {
            return match formula {
                Formula::Lit(Lit::Is(c, set)) if *c == choice && values & !set == 0 => Formula::TRUE,
                Formula::Lit(Lit::Is(c, set)) if *c == choice && values & set == 0 => Formula::FALSE,
                other => other.clone(),
            };
        };
        if let Some(done) = parts.identity().and_then(|id| known.get(&id)) {
            return done.clone();
        }
        let inner: Vec<Formula> = parts.iter().map(|f| Net::decide(f, choice, values, known)).collect();
        let decided = match formula {
            Formula::All(_) => all(inner),
            _ => any(inner),
        };
        if let Some(id) = parts.identity() {
            known.insert(id, decided.clone());
        }
        decided
    }

    /// Negation. `Before` and `Le` are negated under the reading that both sides occur; whoever writes them puts the
    /// `Occurs` beside them. Not `y <= f(x)` is `x <= n(y)` with `n(y) = max { x : f(x) < y }`: one monotone edge again.
    pub fn not(&mut self, formula: &Formula) -> Formula {
        let (Formula::All(parts) | Formula::Any(parts)) = formula else {
            return self.not_atom(formula);
        };
        let id = parts.identity();
        if let Some((_, known)) = id.and_then(|id| self.negated.get(&id)) {
            return known.clone();
        }
        let inner: Vec<Formula> = parts.iter().map(|f| self.not(f)).collect();
        let negated = match formula {
            Formula::All(_) => any(inner),
            _ => all(inner),
        };
        if let Some(id) = id {
            self.negated.insert(id, (formula.clone(), negated.clone()));
        }
        negated
    }

    fn not_atom(&mut self, atom: &Formula) -> Formula {
        let Formula::Lit(lit) = atom else { return atom.clone() };
        match *lit {
            Lit::Occurs(x, yes) => Lit::Occurs(x, !yes),
            Lit::Before(a, b) => Lit::Before(b, a),
            Lit::Le(y, f, x) => Lit::Le(x, self.negation(f), y),
            Lit::IfLe(y, f, x) => Lit::IfLe(x, self.negation(f), y),
            Lit::Is(c, set) => Lit::Is(c, self.full(c) & !set),
            Lit::From(x, day) => Lit::Until(x, day - 1),
            Lit::Until(x, day) => Lit::From(x, day + 1),
        }
        .into()
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
