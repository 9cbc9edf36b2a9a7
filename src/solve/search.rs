//! Decides a conjunction of formulas: a tableau with unit propagation, back-jumping and explanations, over the theory of
//! monotone tables. In: a net and tagged formulas. Out: a [`Leaf`] (one consistent branch), or the tags that clash.
//!
//! The theory needs no search. Bounds `y <= f(x)` with monotone `f` are closed under pointwise maximum (the max-closed
//! class of Jeavons and Cooper, 1995), so lowering upper bounds to a fixpoint finds the greatest solution of a branch if
//! there is one, and every bound that was lowered knows the edge that did it: that chain is the explanation.

use std::cell::Cell;
use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use super::net::{Choice, Formula, Lit, Net, Point, STRUCTURE, TableId, Tag};

/// One consistent branch: which points occur, which values remain, which bounds hold.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Per point: occurs, never, or undecided (then *never* is consistent).
    pub occurs: Vec<Option<bool>>,
    /// Per choice: the values left.
    pub values: Vec<u64>,
    /// `(y, f, x, tag)`: `day(y) <= f(day(x))`.
    pub bounds: Vec<(Point, TableId, Point, Tag)>,
    /// `(a, b)`: a at an earlier position than b.
    pub order: Vec<(Point, Point)>,
    /// Per point: its day in the greatest solution (axis index).
    pub latest: Vec<i32>,
}

/// What a search found.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// A branch in which every formula is true.
    Sat(Box<Leaf>),
    /// There is none.
    Unsat(Core),
    /// The budget of branches ran out.
    Unfinished,
}

/// Why there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Core {
    /// The formulas that clash, by tag (without [`STRUCTURE`]). Not yet minimal.
    pub tags: BTreeSet<Tag>,
    /// Universal choices that were left open and would have to be known.
    pub open: BTreeSet<Choice>,
}

/// A question to decide.
#[derive(Debug)]
pub struct Query<'a> {
    /// The net.
    pub net: &'a Net,
    /// Formulas that must all be true.
    pub formulas: Vec<(Tag, &'a Formula)>,
    /// Points whose day lies in a given range (axis indices, both inclusive).
    pub within: Vec<(Point, (i32, i32))>,
    /// Choices whose values are narrowed beforehand.
    pub given: Vec<(Choice, u64)>,
    /// Universal choices left open may not be used to make a formula true: a branch then holds for every value.
    pub for_all: bool,
    /// How many branches may be tried.
    pub budget: u32,
}

impl Query<'_> {
    /// Decides it.
    pub fn solve(&self) -> Outcome {
        let mut state = State::new(self);
        let root = Rc::new(Why {
            seen: Cell::new(0),
            tag: STRUCTURE,
            marker: 0,
            open: None,
            parents: Vec::new(),
        });
        for &(choice, set) in &self.given {
            if state.narrow(choice, set, &root).is_err() {
                return Outcome::Unsat(Core::default());
            }
        }
        for &(tag, formula) in &self.formulas {
            let why = Rc::new(Why {
                seen: Cell::new(0),
                tag,
                marker: 0,
                open: None,
                parents: Vec::new(),
            });
            if let Err(clash) = state.assert(formula, &why) {
                return Outcome::Unsat(clash.explain().core);
            }
        }
        match state.run() {
            Ok(leaf) => Outcome::Sat(Box::new(leaf)),
            Err(Stop::Clash(explained)) => Outcome::Unsat(explained.core),
            Err(Stop::Budget) => Outcome::Unfinished,
        }
    }
}

/// Why an atom was asserted: a formula's tag, the decision it hangs on, and what made its alternatives false.
#[derive(Debug)]
struct Why {
    /// The last explanation that has seen this.
    seen: Cell<u32>,
    tag: Tag,
    marker: u32,
    open: Option<Choice>,
    parents: Vec<Rc<Why>>,
}

thread_local! {
    /// Numbers explanations, so that each looks at a reason once.
    static STAMP: Cell<u32> = const { Cell::new(0) };
}

type Reason = Rc<Why>;

/// Reasons that cannot stand together.
struct Clash(Vec<Reason>);

#[derive(Default)]
struct Explained {
    core: Core,
    markers: BTreeSet<u32>,
}

impl Explained {
    fn join(&mut self, other: Explained) {
        self.core.tags.extend(other.core.tags);
        self.core.open.extend(other.core.open);
        self.markers.extend(other.markers);
    }
}

impl Clash {
    fn explain(self) -> Explained {
        let stamp = STAMP.with(|s| {
            s.set(s.get().wrapping_add(1).max(1));
            s.get()
        });
        let mut out = Explained::default();
        let mut queue = self.0;
        while let Some(why) = queue.pop() {
            if why.seen.replace(stamp) == stamp {
                continue;
            }
            if why.tag != STRUCTURE {
                out.core.tags.insert(why.tag);
            }
            if why.marker != 0 {
                out.markers.insert(why.marker);
            }
            out.core.open.extend(why.open);
            queue.extend(why.parents.iter().cloned());
        }
        out
    }
}

enum Stop {
    Clash(Explained),
    Budget,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Truth {
    True,
    False,
    Unknown,
}

struct Bound {
    y: Point,
    table: TableId,
    x: Point,
    why: Reason,
}

enum Undo {
    Occurs(usize),
    Narrow(usize, u64, Option<Reason>),
    Order(usize),
    Later(usize, Vec<u64>),
    Bound(usize),
    Latest(usize, i32, Option<usize>),
    Done(usize),
    Pending,
}

struct State<'q, 'a> {
    query: &'q Query<'a>,
    occurs: Vec<Option<(bool, Reason)>>,
    values: Vec<(u64, Option<Reason>)>,
    order: Vec<Vec<(usize, Reason)>>,
    /// Per point the set of points known to be later, transitively; kept for nets of up to [`CLOSED`] points.
    later: Vec<Vec<u64>>,
    bounds: Vec<Bound>,
    out: Vec<Vec<usize>>,
    latest: Vec<i32>,
    lowered_by: Vec<Option<usize>>,
    earliest: Vec<i32>,
    pending: Vec<(&'a Formula, Reason)>,
    done: Vec<bool>,
    trail: Vec<Undo>,
    markers: u32,
    budget: u32,
}

/// Up to how many points the order is kept transitively closed.
const CLOSED: usize = 512;

/// After how many lowerings of one bound a circle is looked for.
const PATIENCE: u32 = 4;

/// How far an order query looks before it says *unknown*; asserting an order always looks all the way.
const GLANCE: usize = 48;

impl<'q, 'a> State<'q, 'a> {
    fn new(query: &'q Query<'a>) -> Self {
        let n = query.net.points.len();
        let last = i32::try_from(query.net.len).unwrap_or(i32::MAX) - 1;
        let mut earliest = vec![0; n];
        let mut latest = vec![last; n];
        for &(x, (lo, hi)) in &query.within {
            if let (Some(from), Some(to)) = (earliest.get_mut(x.0 as usize), latest.get_mut(x.0 as usize)) {
                *from = lo;
                *to = hi;
            }
        }
        let values = (0..query.net.choices.len())
            .map(|c| (query.net.full(Choice(u32::try_from(c).unwrap_or(0))), None))
            .collect();
        State {
            query,
            occurs: vec![None; n],
            values,
            order: vec![Vec::new(); n],
            later: if n <= CLOSED {
                vec![vec![0; n.div_ceil(64)]; n]
            } else {
                Vec::new()
            },
            bounds: Vec::new(),
            out: vec![Vec::new(); n],
            latest,
            lowered_by: vec![None; n],
            earliest,
            pending: Vec::new(),
            done: Vec::new(),
            trail: Vec::new(),
            markers: 0,
            budget: query.budget,
        }
    }

    fn run(&mut self) -> Result<Leaf, Stop> {
        let Some(choose) = self.propagate().map_err(|c| Stop::Clash(c.explain()))? else {
            return Ok(self.leaf());
        };
        let Some(left) = self.budget.checked_sub(1) else {
            return Err(Stop::Budget);
        };
        self.budget = left;
        let (formula, why) = (self.pending[choose].0, Rc::clone(&self.pending[choose].1));
        let mut total = Clash(vec![why]).explain();
        self.finish(choose);
        let Formula::Any(alternatives) = formula else {
            return Err(Stop::Clash(total));
        };
        for alternative in alternatives {
            if self.truth(alternative) == Truth::False {
                total.join(Clash(self.why_false(alternative)).explain());
                continue;
            }
            self.markers += 1;
            let marker = self.markers;
            let depth = self.trail.len();
            let why = Rc::new(Why {
                seen: Cell::new(0),
                tag: STRUCTURE,
                marker,
                open: None,
                parents: Vec::new(),
            });
            let found = match self.assert(alternative, &why) {
                Ok(()) => self.run(),
                Err(clash) => Err(Stop::Clash(clash.explain())),
            };
            match found {
                Err(Stop::Clash(mut explained)) => {
                    self.undo(depth);
                    // The clash does not depend on this decision: no other alternative would help.
                    if !explained.markers.remove(&marker) {
                        return Err(Stop::Clash(explained));
                    }
                    total.join(explained);
                }
                other => return other,
            }
        }
        Err(Stop::Clash(total))
    }

    /// Asserts whatever follows, and picks the open formula with fewest alternatives left.
    fn propagate(&mut self) -> Result<Option<usize>, Clash> {
        loop {
            let mut changed = false;
            let mut best: Option<(usize, usize)> = None;
            let mut at = 0;
            while at < self.pending.len() {
                if self.done[at] {
                    at += 1;
                    continue;
                }
                let formula = self.pending[at].0;
                match self.truth(formula) {
                    Truth::True => self.finish(at),
                    Truth::False => {
                        let mut reasons = self.why_false(formula);
                        reasons.push(Rc::clone(&self.pending[at].1));
                        return Err(Clash(reasons));
                    }
                    Truth::Unknown => {
                        if let Formula::Any(parts) = formula {
                            let open: Vec<&Formula> = parts.iter().filter(|p| self.truth(p) != Truth::False).collect();
                            if let [only] = open.as_slice() {
                                let mut parents = vec![Rc::clone(&self.pending[at].1)];
                                for part in parts.iter().filter(|p| !std::ptr::eq(*p, *only)) {
                                    parents.extend(self.why_false(part));
                                }
                                let why = Rc::new(Why {
                                    seen: Cell::new(0),
                                    tag: STRUCTURE,
                                    marker: 0,
                                    open: None,
                                    parents,
                                });
                                self.finish(at);
                                self.assert(only, &why)?;
                                changed = true;
                            } else if best.is_none_or(|(n, _)| open.len() < n) {
                                best = Some((open.len(), at));
                            }
                        }
                    }
                }
                at += 1;
            }
            if !changed {
                return Ok(best.map(|(_, at)| at));
            }
        }
    }

    fn finish(&mut self, at: usize) {
        self.done[at] = true;
        self.trail.push(Undo::Done(at));
    }

    fn assert(&mut self, formula: &'a Formula, why: &Reason) -> Result<(), Clash> {
        match formula {
            Formula::All(parts) => parts.iter().try_for_each(|part| self.assert(part, why)),
            Formula::Any(parts) if parts.is_empty() => Err(Clash(vec![Rc::clone(why)])),
            Formula::Any(_) => {
                self.pending.push((formula, Rc::clone(why)));
                self.done.push(false);
                self.trail.push(Undo::Pending);
                Ok(())
            }
            Formula::Lit(lit) => self.assert_lit(*lit, why),
        }
    }

    fn assert_lit(&mut self, lit: Lit, why: &Reason) -> Result<(), Clash> {
        match lit {
            Lit::Occurs(x, yes) => self.set_occurs(x, yes, why),
            Lit::Is(c, set) => {
                if self.is_open(c) && self.values[c.0 as usize].0 & !set != 0 {
                    return Err(Clash(vec![Rc::clone(why), open_choice(c)]));
                }
                self.narrow(c, set, why)
            }
            Lit::Before(a, b) => {
                self.set_occurs(a, true, why)?;
                self.set_occurs(b, true, why)?;
                if self.follows(b, a, usize::MAX) {
                    let mut reasons = self.path(b, a, usize::MAX).unwrap_or_default();
                    reasons.push(Rc::clone(why));
                    return Err(Clash(reasons));
                }
                let (from, to) = (a.0 as usize, b.0 as usize);
                if !self.order[from].iter().any(|(t, _)| *t == to) {
                    self.order[from].push((to, Rc::clone(why)));
                    self.trail.push(Undo::Order(from));
                    self.close(from, to);
                    self.bound(a, self.query.net.identity, b, why)?;
                }
                Ok(())
            }
            Lit::Le(y, table, x) => {
                self.set_occurs(y, true, why)?;
                self.set_occurs(x, true, why)?;
                self.bound(y, table, x, why)
            }
        }
    }

    fn set_occurs(&mut self, x: Point, yes: bool, why: &Reason) -> Result<(), Clash> {
        match &self.occurs[x.0 as usize] {
            Some((known, _)) if *known == yes => Ok(()),
            Some((_, because)) => Err(Clash(vec![Rc::clone(because), Rc::clone(why)])),
            None => {
                self.occurs[x.0 as usize] = Some((yes, Rc::clone(why)));
                self.trail.push(Undo::Occurs(x.0 as usize));
                Ok(())
            }
        }
    }

    fn narrow(&mut self, c: Choice, set: u64, why: &Reason) -> Result<(), Clash> {
        let at = c.0 as usize;
        let (old, because) = self.values[at].clone();
        let new = old & set;
        if new == old {
            return Ok(());
        }
        if new == 0 {
            let mut reasons = vec![Rc::clone(why)];
            reasons.extend(because);
            return Err(Clash(reasons));
        }
        let mut parents = vec![Rc::clone(why)];
        parents.extend(because.clone());
        let joined = Rc::new(Why {
            seen: Cell::new(0),
            tag: STRUCTURE,
            marker: 0,
            open: None,
            parents,
        });
        self.values[at] = (new, Some(joined));
        self.trail.push(Undo::Narrow(at, old, because));
        Ok(())
    }

    fn bound(&mut self, y: Point, table: TableId, x: Point, why: &Reason) -> Result<(), Clash> {
        let at = self.bounds.len();
        self.bounds.push(Bound {
            y,
            table,
            x,
            why: Rc::clone(why),
        });
        self.out[x.0 as usize].push(at);
        self.trail.push(Undo::Bound(x.0 as usize));
        let mut queue = VecDeque::from([at]);
        let mut lowered: std::collections::BTreeMap<usize, u32> = std::collections::BTreeMap::new();
        while let Some(edge) = queue.pop_front() {
            let Bound { y, table, x, .. } = self.bounds[edge];
            let (to, from) = (y.0 as usize, x.0 as usize);
            let reach = self.query.net.get(table).apply(self.latest[from]);
            if reach >= self.latest[to] {
                continue;
            }
            self.trail.push(Undo::Latest(to, self.latest[to], self.lowered_by[to]));
            self.latest[to] = reach;
            self.lowered_by[to] = Some(edge);
            let times = lowered.entry(to).or_insert(0);
            *times += 1;
            if reach >= self.earliest[to] && (*times).is_multiple_of(PATIENCE) {
                self.leap(to);
            }
            if self.latest[to] < self.earliest[to] {
                return Err(self.chain(to));
            }
            queue.extend(self.out[to].iter().copied());
        }
        Ok(())
    }

    /// If what lowers `at` is a circle of bounds, goes straight to the latest day that the whole circle allows: the
    /// greatest d, not above the present one, with `L(d) >= d` for the composition L of its tables.
    fn leap(&mut self, at: usize) {
        let mut circle = Vec::new();
        let mut node = at;
        loop {
            let Some(edge) = self.lowered_by[node] else { return };
            circle.push(self.bounds[edge].table);
            node = self.bounds[edge].x.0 as usize;
            if node == at {
                break;
            }
            if circle.len() > self.bounds.len() {
                return;
            }
        }
        let around = |day: i32| {
            circle
                .iter()
                .rev()
                .fold(day, |d, table| self.query.net.get(*table).apply(d))
        };
        let now = self.latest[at];
        let allowed = (self.earliest[at]..=now)
            .rev()
            .find(|d| around(*d) >= *d)
            .unwrap_or(self.earliest[at] - 1);
        if allowed < now {
            self.trail.push(Undo::Latest(at, now, self.lowered_by[at]));
            self.latest[at] = allowed;
        }
    }

    /// The edges that, applied one after the other, put `at` too early.
    fn chain(&self, mut at: usize) -> Clash {
        let mut reasons = Vec::new();
        let mut seen = BTreeSet::new();
        while let Some(edge) = self.lowered_by[at] {
            if !seen.insert(edge) {
                break;
            }
            reasons.push(Rc::clone(&self.bounds[edge].why));
            at = self.bounds[edge].x.0 as usize;
        }
        Clash(reasons)
    }

    /// Whether `to` is known to be later than `from`.
    fn follows(&self, from: Point, to: Point, limit: usize) -> bool {
        match self.later.get(from.0 as usize) {
            Some(row) => row[to.0 as usize / 64] & (1 << (to.0 % 64)) != 0,
            None => self.path(from, to, limit).is_some(),
        }
    }

    /// Adds an arc to the transitive closure.
    fn close(&mut self, from: usize, to: usize) {
        if self.later.is_empty() {
            return;
        }
        let mut gained = self.later[to].clone();
        gained[to / 64] |= 1 << (to % 64);
        for x in 0..self.later.len() {
            let before = x == from || self.later[x][from / 64] & (1 << (from % 64)) != 0;
            if before && gained.iter().zip(&self.later[x]).any(|(g, l)| g & !l != 0) {
                self.trail.push(Undo::Later(x, self.later[x].clone()));
                for (l, g) in self.later[x].iter_mut().zip(&gained) {
                    *l |= g;
                }
            }
        }
    }

    /// Reasons of a path of order arcs, if one is found among the first `limit` arcs looked at.
    fn path(&self, from: Point, to: Point, limit: usize) -> Option<Vec<Reason>> {
        let (from, to) = (from.0 as usize, to.0 as usize);
        let mut came: Vec<(usize, usize, Reason)> = Vec::new();
        let mut seen = BTreeSet::from([from]);
        let mut queue = VecDeque::from([from]);
        let mut looked = 0;
        while let Some(node) = queue.pop_front() {
            for (next, why) in &self.order[node] {
                looked += 1;
                if looked > limit {
                    return None;
                }
                if !seen.insert(*next) {
                    continue;
                }
                came.push((*next, node, Rc::clone(why)));
                if *next == to {
                    let mut reasons = Vec::new();
                    let mut at = to;
                    while at != from {
                        let (_, previous, why) = came.iter().find(|(n, _, _)| *n == at)?;
                        reasons.push(Rc::clone(why));
                        at = *previous;
                    }
                    return Some(reasons);
                }
                queue.push_back(*next);
            }
        }
        None
    }

    fn is_open(&self, c: Choice) -> bool {
        self.query.for_all
            && self.query.net.choices[c.0 as usize].universal
            && self.values[c.0 as usize].0.count_ones() > 1
    }

    fn truth(&self, formula: &Formula) -> Truth {
        match formula {
            Formula::Lit(lit) => self.truth_lit(*lit),
            Formula::All(parts) => {
                let mut all = Truth::True;
                for part in parts {
                    match self.truth(part) {
                        Truth::False => return Truth::False,
                        Truth::Unknown => all = Truth::Unknown,
                        Truth::True => {}
                    }
                }
                all
            }
            Formula::Any(parts) => {
                let mut any = Truth::False;
                for part in parts {
                    match self.truth(part) {
                        Truth::True => return Truth::True,
                        Truth::Unknown => any = Truth::Unknown,
                        Truth::False => {}
                    }
                }
                any
            }
        }
    }

    fn never(&self, x: Point) -> Option<&Reason> {
        self.occurs[x.0 as usize]
            .as_ref()
            .filter(|(yes, _)| !yes)
            .map(|(_, why)| why)
    }

    fn truth_lit(&self, lit: Lit) -> Truth {
        match lit {
            Lit::Occurs(x, yes) => match &self.occurs[x.0 as usize] {
                Some((known, _)) if *known == yes => Truth::True,
                Some(_) => Truth::False,
                None => Truth::Unknown,
            },
            Lit::Is(c, set) => {
                let left = self.values[c.0 as usize].0;
                if left & !set == 0 {
                    Truth::True
                } else if left & set == 0 || self.is_open(c) {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
            Lit::Before(a, b) => {
                let absent = self.never(a).is_some() || self.never(b).is_some();
                if absent || a == b || self.follows(b, a, GLANCE) {
                    Truth::False
                } else if self.follows(a, b, GLANCE) {
                    Truth::True
                } else {
                    Truth::Unknown
                }
            }
            Lit::Le(y, _, x) => {
                if self.never(y).is_some() || self.never(x).is_some() {
                    Truth::False
                } else {
                    Truth::Unknown
                }
            }
        }
    }

    fn why_false(&self, formula: &Formula) -> Vec<Reason> {
        match formula {
            Formula::All(parts) => parts
                .iter()
                .find(|p| self.truth(p) == Truth::False)
                .map_or_else(Vec::new, |p| self.why_false(p)),
            Formula::Any(parts) => parts.iter().flat_map(|p| self.why_false(p)).collect(),
            Formula::Lit(Lit::Occurs(x, _)) => self.occurs[x.0 as usize]
                .iter()
                .map(|(_, why)| Rc::clone(why))
                .collect(),
            Formula::Lit(Lit::Is(c, set)) => {
                let (left, why) = &self.values[c.0 as usize];
                if left & set == 0 {
                    why.iter().cloned().collect()
                } else {
                    vec![open_choice(*c)]
                }
            }
            Formula::Lit(Lit::Before(a, b)) => self
                .never(*a)
                .or(self.never(*b))
                .map(|why| vec![Rc::clone(why)])
                .or_else(|| self.path(*b, *a, usize::MAX))
                .unwrap_or_default(),
            Formula::Lit(Lit::Le(y, _, x)) => self.never(*y).or(self.never(*x)).cloned().into_iter().collect(),
        }
    }

    fn undo(&mut self, depth: usize) {
        while self.trail.len() > depth {
            match self.trail.pop() {
                Some(Undo::Occurs(x)) => self.occurs[x] = None,
                Some(Undo::Narrow(c, set, why)) => self.values[c] = (set, why),
                Some(Undo::Order(x)) => {
                    self.order[x].pop();
                }
                Some(Undo::Later(x, row)) => self.later[x] = row,
                Some(Undo::Bound(x)) => {
                    self.bounds.pop();
                    self.out[x].pop();
                }
                Some(Undo::Latest(x, day, by)) => {
                    self.latest[x] = day;
                    self.lowered_by[x] = by;
                }
                Some(Undo::Done(at)) => {
                    if let Some(done) = self.done.get_mut(at) {
                        *done = false;
                    }
                }
                Some(Undo::Pending) => {
                    self.pending.pop();
                    self.done.pop();
                }
                None => break,
            }
        }
    }

    fn leaf(&self) -> Leaf {
        let tag = |why: &Reason| {
            let mut tags = Clash(vec![Rc::clone(why)]).explain().core.tags.into_iter();
            if why.tag == STRUCTURE {
                tags.next().unwrap_or(STRUCTURE)
            } else {
                why.tag
            }
        };
        Leaf {
            occurs: self.occurs.iter().map(|o| o.as_ref().map(|(yes, _)| *yes)).collect(),
            values: self.values.iter().map(|(set, _)| *set).collect(),
            bounds: self.bounds.iter().map(|b| (b.y, b.table, b.x, tag(&b.why))).collect(),
            order: self
                .order
                .iter()
                .enumerate()
                .flat_map(|(a, to)| to.iter().map(move |(b, _)| (Point(narrow(a)), Point(narrow(*b)))))
                .collect(),
            latest: self.latest.clone(),
        }
    }
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn open_choice(c: Choice) -> Reason {
    Rc::new(Why {
        seen: Cell::new(0),
        tag: STRUCTURE,
        marker: 0,
        open: Some(c),
        parents: Vec::new(),
    })
}
