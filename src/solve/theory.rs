//! What a set of atoms means: order, days and values. In: atoms as they are asserted, undone last first. Out: what cannot
//! stand together, what follows, and the atoms that are why. Knows nothing of formulas.
//!
//! Days need no search. Bounds `y <= f(x)` with monotone `f` are closed under pointwise maximum (the max-closed class of
//! Jeavons and Cooper, 1995), so lowering upper bounds to a fixpoint finds the greatest solution if there is one, and each
//! lowering knows the bound that did it: that chain is the explanation.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::net::{Choice, Lit, Net, Point, TableId};
use super::waiting::{PATIENCE, Waiting};

/// Names an atom that was asserted.
pub type Atom = u32;

/// A bound between days: `y <= table(x)`. One that says nothing of what occurs is of use only where both are known to, or it would
/// lead on through a point that never does.
#[derive(Debug, Clone, Copy)]
pub struct Bound {
    /// The later one at most.
    pub y: usize,
    /// The table.
    pub table: TableId,
    /// The one it is measured from.
    pub x: usize,
    /// It holds if both occur; else both do.
    pub is_conditional: bool,
    atom: Atom,
}

/// One lowering of an upper bound.
#[derive(Debug, Clone)]
struct Event {
    point: usize,
    /// The upper bound before, and the event that had made it.
    before: (i32, Option<usize>),
    by: Lowered,
}

#[derive(Debug, Clone)]
enum Lowered {
    /// A cap on the day itself.
    Cap(Atom),
    /// A bound, and the event that had made the upper bound of what it is measured from.
    Edge(usize, Option<usize>),
    /// A circle of bounds, run round until it comes to rest.
    Circle(Vec<usize>),
}

#[derive(Debug)]
enum Undo {
    Arc(usize),
    Later(usize, Box<[u64]>),
    Bound(usize),
    Lowered,
    Raised(usize, i32, Option<Atom>),
    Occurs(usize),
    Narrowed(usize, u64),
}

/// Up to how many points the order is kept transitively closed.
const CLOSED: usize = 512;

/// The atoms asserted so far, and what they mean.
#[derive(Debug)]
pub struct Theory {
    /// Arcs of the order, from each point: to which, and why.
    arcs: Vec<Vec<(usize, Atom)>>,
    /// Per point the set of points known to be later, transitively; kept for up to [`CLOSED`] points.
    later: Vec<Box<[u64]>>,
    bounds: Vec<Bound>,
    out: Vec<Vec<usize>>,
    latest: Vec<i32>,
    lowered_by: Vec<Option<usize>>,
    events: Vec<Event>,
    earliest: Vec<(i32, Option<Atom>)>,
    /// That a point occurs. One that does not may be given days that cannot be.
    occurs: Vec<Option<Atom>>,
    values: Vec<u64>,
    narrowed: Vec<Vec<(u64, Atom)>>,
    trail: Vec<Undo>,
    /// Bounds that wait to be looked at, for [`Theory::settle`].
    waiting: Waiting,
    /// Orders and values that can no longer be: pairs `(a, b)` where now b comes before a, and choices that were narrowed.
    pub excluded: Vec<(usize, usize)>,
    /// Choices narrowed since they were last looked at.
    pub touched: Vec<usize>,
}

/// Atoms that cannot stand together.
pub type Clash = Vec<Atom>;

impl Theory {
    /// Nothing asserted.
    pub fn new(net: &Net) -> Theory {
        let n = net.points.len();
        let last = i32::try_from(net.len).unwrap_or(i32::MAX) - 1;
        let choices = 0..u32::try_from(net.choices.len()).unwrap_or(u32::MAX);
        Theory {
            arcs: vec![Vec::new(); n],
            later: if n <= CLOSED {
                vec![vec![0; n.div_ceil(64)].into_boxed_slice(); n]
            } else {
                Vec::new()
            },
            bounds: Vec::new(),
            out: vec![Vec::new(); n],
            latest: vec![last; n],
            lowered_by: vec![None; n],
            events: Vec::new(),
            earliest: vec![(0, None); n],
            occurs: vec![None; n],
            values: choices.map(|c| net.full(Choice(c))).collect(),
            narrowed: vec![Vec::new(); net.choices.len()],
            trail: Vec::new(),
            waiting: Waiting::default(),
            excluded: Vec::new(),
            touched: Vec::new(),
        }
    }

    /// Where the trail stands, to come back to.
    pub fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Takes back whatever was asserted since.
    pub fn undo(&mut self, mark: usize) {
        while self.trail.len() > mark {
            match self.trail.pop() {
                Some(Undo::Arc(x)) => {
                    self.arcs[x].pop();
                }
                Some(Undo::Later(x, row)) => self.later[x] = row,
                Some(Undo::Bound(x)) => {
                    self.bounds.pop();
                    self.out[x].pop();
                }
                Some(Undo::Lowered) => {
                    if let Some(event) = self.events.pop() {
                        (self.latest[event.point], self.lowered_by[event.point]) = event.before;
                    }
                }
                Some(Undo::Raised(x, day, atom)) => self.earliest[x] = (day, atom),
                Some(Undo::Occurs(x)) => self.occurs[x] = None,
                Some(Undo::Narrowed(c, set)) => {
                    self.values[c] = set;
                    self.narrowed[c].pop();
                }
                None => break,
            }
        }
        self.excluded.clear();
        self.touched.clear();
    }

    /// Asserts an atom. That an order or a bound has both its points occur is not asked here: `search` keeps that.
    pub fn assert(&mut self, net: &Net, lit: Lit, atom: Atom) -> Result<(), Clash> {
        match lit {
            Lit::Occurs(_, false) => Ok(()),
            Lit::Occurs(x, true) => {
                self.occurs[to_index(x)] = Some(atom);
                self.trail.push(Undo::Occurs(to_index(x)));
                self.fits_if_it_occurs(to_index(x))?;
                self.wake(net, to_index(x))
            }
            Lit::Before(a, b) => {
                let (from, to) = (a.0 as usize, b.0 as usize);
                if from == to || self.follows(to, from) {
                    let mut clash = self.path(to, from, &|_| true);
                    clash.push(atom);
                    return Err(clash);
                }
                self.arcs[from].push((to, atom));
                self.trail.push(Undo::Arc(from));
                self.close(from, to);
                self.assert(net, Lit::Le(a, net.identity, b), atom)
            }
            Lit::Le(y, table, x) | Lit::IfLe(y, table, x) => {
                let bound = Bound {
                    y: to_index(y),
                    table,
                    x: to_index(x),
                    is_conditional: matches!(lit, Lit::IfLe(..)),
                    atom,
                };
                self.bound(net, bound)
            }
            Lit::Is(c, set) => self.narrow(to_index_of(c), set, atom),
            Lit::From(x, day) => self.raise(to_index(x), day, atom),
            Lit::Until(x, day) => self.cap(net, to_index(x), day, atom),
        }
    }

    /// Whether an atom is true of whatever satisfies what was asserted, as far as that is known at a glance.
    pub fn implies(&self, lit: Lit) -> bool {
        match lit {
            Lit::Before(a, b) => !self.later.is_empty() && self.follows(to_index(a), to_index(b)),
            Lit::Is(c, set) => self.values[to_index_of(c)] & !set == 0,
            _ => false,
        }
    }

    /// Whether an atom is false of it, as far as that is known at a glance.
    pub fn excludes(&self, lit: Lit) -> bool {
        match lit {
            Lit::Before(a, b) => a == b || !self.later.is_empty() && self.follows(to_index(b), to_index(a)),
            Lit::Is(c, set) => self.values[to_index_of(c)] & set == 0,
            _ => false,
        }
    }

    /// The atoms that exclude `lit`, among those for which `earlier` holds.
    pub fn why_not(&self, lit: Lit, earlier: &impl Fn(Atom) -> bool) -> Vec<Atom> {
        match lit {
            Lit::Before(a, b) => self.path(to_index(b), to_index(a), earlier),
            Lit::Is(c, set) => self.narrowers(to_index_of(c), set, earlier),
            _ => Vec::new(),
        }
    }

    /// The values left of a choice.
    pub fn values(&self) -> &[u64] {
        &self.values
    }

    /// Each point's day in the greatest solution.
    pub fn latest(&self) -> &[i32] {
        &self.latest
    }

    /// Each point's first day that is not ruled out by a cap.
    pub fn earliest(&self, x: usize) -> i32 {
        self.earliest[x].0
    }

    /// The bounds asserted.
    pub fn bounds(&self) -> &[Bound] {
        &self.bounds
    }

    /// The arcs asserted.
    pub fn arcs(&self) -> impl Iterator<Item = (usize, usize)> {
        self.arcs
            .iter()
            .enumerate()
            .flat_map(|(from, to)| to.iter().map(move |(to, _)| (from, *to)))
    }

    fn narrow(&mut self, c: usize, set: u64, atom: Atom) -> Result<(), Clash> {
        let old = self.values[c];
        let new = old & set;
        if new == 0 {
            let mut clash = self.narrowers(c, set, &|_| true);
            clash.push(atom);
            return Err(clash);
        }
        if new != old {
            self.trail.push(Undo::Narrowed(c, old));
            self.values[c] = new;
            self.narrowed[c].push((set, atom));
            self.touched.push(c);
        }
        Ok(())
    }

    /// Atoms that leave none of `set` to a choice.
    fn narrowers(&self, c: usize, mut set: u64, earlier: &impl Fn(Atom) -> bool) -> Vec<Atom> {
        let mut out = Vec::new();
        for &(allowed, atom) in self.narrowed[c].iter().filter(|(_, atom)| earlier(*atom)) {
            if set & !allowed != 0 {
                out.push(atom);
                set &= allowed;
            }
        }
        out
    }

    fn raise(&mut self, x: usize, day: i32, atom: Atom) -> Result<(), Clash> {
        let (old, because) = self.earliest[x];
        if day > old {
            self.trail.push(Undo::Raised(x, old, because));
            self.earliest[x] = (day, Some(atom));
        }
        self.fits_if_it_occurs(x)
    }

    fn cap(&mut self, net: &Net, x: usize, day: i32, atom: Atom) -> Result<(), Clash> {
        if day >= self.latest[x] {
            return Ok(());
        }
        self.lower(x, day, Lowered::Cap(atom));
        self.fits_if_it_occurs(x)?;
        self.settle(net, x)
    }

    fn bound(&mut self, net: &Net, bound: Bound) -> Result<(), Clash> {
        let (at, x, y) = (self.bounds.len(), bound.x, bound.y);
        self.bounds.push(bound);
        self.out[x].push(at);
        self.trail.push(Undo::Bound(x));
        self.waiting.add(at, (x, y));
        self.run(net)
    }

    fn lower(&mut self, x: usize, day: i32, by: Lowered) {
        let before = (self.latest[x], self.lowered_by[x]);
        self.latest[x] = day;
        self.lowered_by[x] = Some(self.events.len());
        self.events.push(Event { point: x, before, by });
        self.trail.push(Undo::Lowered);
    }

    /// Lowers upper bounds along the bounds from a point and whatever hangs on them, until nothing changes.
    fn settle(&mut self, net: &Net, x: usize) -> Result<(), Clash> {
        for &at in &self.out[x] {
            self.waiting.add(at, (x, self.bounds[at].y));
        }
        self.run(net)
    }

    /// Looks at the bounds that waited for a point to be known to occur.
    fn wake(&mut self, net: &Net, x: usize) -> Result<(), Clash> {
        for &at in self.out[x].iter().filter(|at| self.bounds[**at].is_conditional) {
            self.waiting.add(at, (x, self.bounds[at].y));
        }
        self.run(net)
    }

    fn run(&mut self, net: &Net) -> Result<(), Clash> {
        let mut found = Ok(());
        while let Some(edge) = self.waiting.next() {
            let Bound {
                y,
                table,
                x,
                is_conditional,
                ..
            } = self.bounds[edge];
            if is_conditional && self.occurs[x].is_none() {
                continue;
            }
            let reach = net.get(table).apply(self.latest[x]);
            if reach >= self.latest[y] || found.is_err() {
                continue;
            }
            self.lower(y, reach, Lowered::Edge(edge, self.lowered_by[x]));
            let times = self.waiting.lowered(y);
            if reach >= self.earliest[y].0 && times.is_multiple_of(PATIENCE) {
                self.leap(net, y);
            }
            found = match is_conditional {
                true => self.fits_if_it_occurs(y),
                false => self.fits(y),
            };
            for &at in &self.out[y] {
                self.waiting.add(at, (y, self.bounds[at].y));
            }
        }
        found
    }

    /// What goes round in a circle of bounds comes to rest at the greatest day that the circle allows; stepping there
    /// one round at a time could take as many rounds as the axis has days.
    fn leap(&mut self, net: &Net, at: usize) {
        let mut circle = Vec::new();
        let mut node = at;
        loop {
            let Some(Lowered::Edge(edge, _)) = self.lowered_by[node].map(|e| &self.events[e].by) else {
                return;
            };
            circle.push(*edge);
            node = self.bounds[*edge].x;
            if node == at {
                break;
            }
            if circle.len() > self.bounds.len() {
                return;
            }
        }
        let around = |day: i32| {
            let tables = circle.iter().rev().map(|edge| net.get(self.bounds[*edge].table));
            tables.fold(day, |d, table| table.apply(d))
        };
        let now = self.latest[at];
        let first = self.earliest[at].0;
        let allowed = (first..=now).rev().find(|d| around(*d) >= *d).unwrap_or(first - 1);
        if allowed < now {
            self.lower(at, allowed, Lowered::Circle(circle));
        }
    }

    /// Some day is left for a point, if it is known to occur.
    fn fits_if_it_occurs(&self, x: usize) -> Result<(), Clash> {
        let Some(occurs) = self.occurs[x] else { return Ok(()) };
        self.fits(x).map_err(|mut clash| {
            clash.push(occurs);
            clash
        })
    }

    /// Some day is left for a point that occurs.
    fn fits(&self, x: usize) -> Result<(), Clash> {
        if self.latest[x] >= self.earliest[x].0 {
            return Ok(());
        }
        let mut clash = self.chain(x);
        clash.extend(self.earliest[x].1);
        Err(clash)
    }

    /// The atoms that, applied one after the other, put the upper bound of `x` where it is.
    fn chain(&self, x: usize) -> Vec<Atom> {
        let mut atoms = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open: Vec<usize> = self.lowered_by[x].into_iter().collect();
        while let Some(at) = open.pop() {
            if !seen.insert(at) {
                continue;
            }
            let event = &self.events[at];
            match &event.by {
                Lowered::Cap(atom) => {
                    atoms.insert(*atom);
                }
                Lowered::Edge(edge, since) => {
                    atoms.extend(self.atoms_of(*edge));
                    open.extend(since);
                }
                Lowered::Circle(edges) => {
                    atoms.extend(edges.iter().flat_map(|edge| self.atoms_of(*edge)));
                    open.extend(event.before.1);
                }
            }
        }
        atoms.into_iter().collect()
    }

    /// The atoms by which a bound leads on: its own, and that what it is measured from occurs, if it does not say so itself.
    fn atoms_of(&self, edge: usize) -> impl Iterator<Item = Atom> {
        let Bound {
            x,
            is_conditional,
            atom,
            ..
        } = self.bounds[edge];
        let occurs = self.occurs[x].filter(|_| is_conditional);
        std::iter::once(atom).chain(occurs)
    }

    /// Whether `to` is known to be later than `from`.
    fn follows(&self, from: usize, to: usize) -> bool {
        match self.later.get(from) {
            Some(row) => row[to / 64] & (1 << (to % 64)) != 0,
            None => !self.path(from, to, &|_| true).is_empty(),
        }
    }

    /// Adds an arc to the transitive closure, and notes the orders it excludes.
    fn close(&mut self, from: usize, to: usize) {
        if self.later.is_empty() {
            return;
        }
        let mut gained = self.later[to].clone();
        gained[to / 64] |= 1 << (to % 64);
        for x in 0..self.later.len() {
            let before = x == from || self.later[x][from / 64] & (1 << (from % 64)) != 0;
            if !before || gained.iter().zip(&self.later[x]).all(|(g, l)| g & !l == 0) {
                continue;
            }
            self.trail.push(Undo::Later(x, self.later[x].clone()));
            for (word, g) in gained.iter().enumerate() {
                let mut new = g & !self.later[x][word];
                self.later[x][word] |= g;
                while new != 0 {
                    self.excluded.push((word * 64 + new.trailing_zeros() as usize, x));
                    new &= new - 1;
                }
            }
        }
    }

    /// The atoms of a path of arcs, of those for which `earlier` holds; empty if there is none.
    fn path(&self, from: usize, to: usize, earlier: &impl Fn(Atom) -> bool) -> Vec<Atom> {
        let mut came: BTreeMap<usize, (usize, Atom)> = BTreeMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            for &(next, atom) in self.arcs[node].iter().filter(|(_, atom)| earlier(*atom)) {
                if next == from || came.contains_key(&next) {
                    continue;
                }
                came.insert(next, (node, atom));
                if next == to {
                    let mut atoms = Vec::new();
                    let mut at = to;
                    while let Some(&(previous, atom)) = came.get(&at) {
                        atoms.push(atom);
                        at = previous;
                    }
                    return atoms;
                }
                queue.push_back(next);
            }
        }
        Vec::new()
    }
}

fn to_index(x: Point) -> usize {
    x.0 as usize
}

fn to_index_of(c: Choice) -> usize {
    c.0 as usize
}
