//! Plans: one set of days for all cases at once. Where a protocol has forty decisions, its cases are 2^40; looked at one by one they are
//! too many, though what is done in each differs only near each decision. A plan has days for the acts of every case together, and each
//! act is done just where a rule asks for it. In: a scene. Out: a plan, and in which cases it may fail; only these are left to look at.
//!
//! Found by taking what ties acts to cases (licences, and that merits decide) to be as it must, and resting on no value of what is not ours.
//! Nothing is taken on trust: every formula of the scene is then read again in the plan, with *x occurs* standing for the cases in
//! which x is asked for. What is left are formulas over the case alone. Where they are true, the plan is a history of the scene.

use std::collections::{BTreeMap, BTreeSet};

use super::absorb::absorbed;
use super::ask::{Asker, Line, Outcome, Scene};
use super::needs::Needs;
use super::net::{Choice, Formula, Lit, Net, Point, all, any};
use super::search::{Gate, Leaf};
use crate::model::NormId;
use rustc_hash::{FxHashMap as Map, FxHashSet as Set};

/// How many clashes the search for a plan may run into: more is left to looking at cases.
const PATIENCE: u32 = 500;

/// Days for all cases, and in which of them each act is done.
#[derive(Debug)]
pub struct Plan {
    leaf: Leaf,
    bounds: Set<(Point, u32, Point)>,
    /// What is said to come right after each point, and of which pairs it was worked out whether they are in order.
    later: Map<Point, Vec<Point>>,
    order: Map<(Point, Point), bool>,
    /// For each act that a rule has to ask for, the cases in which one does.
    done: BTreeMap<Point, Formula>,
    /// For each outcome that is not ours, what decides it.
    merits: BTreeMap<Choice, Choice>,
    /// Formulas read already, kept so that each stays its own.
    known: Map<*const Formula, (Formula, Formula)>,
    /// For each point, what of the outside it cannot occur without.
    needs: Needs,
    /// In every case it is a history of the scene that it was made for, in which all norms of a part are obeyed.
    pub(super) is_whole: bool,
}

impl Asker<'_> {
    /// A plan for a scene without some of its norms; none if none was found quickly.
    pub(super) fn plan(&mut self, scene: &Scene, out: &BTreeSet<NormId>) -> Option<Plan> {
        let instances = self.ground.instances.iter();
        let merits: BTreeMap<Choice, Choice> = instances.filter_map(|i| Some((i.outcome?, i.merits?))).collect();
        let net = &self.ground.net;
        let whichever: Vec<(Choice, u64)> = net
            .universal()
            .chain(merits.keys().copied())
            .map(|c| (c, net.full(c)))
            .collect();
        let by_case = self.ground.by_case.iter();
        let by_case: BTreeSet<Gate> = by_case.filter_map(|at| self.structure.get(*at)).copied().collect();
        let mut open = Scene::default();
        let mut loose = Loose::new(merits.keys().copied().chain(net.universal()));
        let lines: Vec<(&Line, Formula)> = scene
            .lines()
            .map(|line| {
                let formula = self.absorbed(line);
                match line.is_claim || by_case.contains(&line.gate) {
                    true => (line, loose.of(&formula)),
                    false => (line, formula),
                }
            })
            .collect();
        for (line, formula) in lines {
            open.push(line.with(self.gate(&formula)));
        }
        let found = self.within(PATIENCE, |asker| {
            asker.solve(&open, out, &[], &[], &[], Some(&whichever))
        });
        let Outcome::Sat(leaf) = found else { return None };
        let mut later: Map<Point, Vec<Point>> = Map::default();
        for (a, b) in &leaf.order {
            later.entry(*a).or_default().push(*b);
        }
        let mut plan = Plan {
            bounds: leaf.bounds.iter().map(|(y, f, x)| (*y, f.0, *x)).collect(),
            later,
            order: Map::default(),
            leaf: *leaf,
            done: BTreeMap::new(),
            merits,
            known: Map::default(),
            needs: Needs::default(),
            is_whole: false,
        };
        // What asks for an act comes before it, so whoever is asked later reads what is known of the earlier.
        for x in plan.in_order() {
            let done = match (plan.occurs(x), self.ground.licences.get(&x)) {
                (true, Some(licence)) => plan.read(&mut self.ground.net, &licence.clone()),
                (true, None) => Formula::TRUE,
                (false, _) => Formula::FALSE,
            };
            plan.done.insert(x, done);
            let is_ours = self.is_own(x);
            plan.needs.add(x, is_ours, self.ground.licences.get(&x));
        }
        plan.known.clear();
        Some(plan)
    }

    /// In which cases a plan may not be a history of this scene; false if in none.
    pub(super) fn left_by(&mut self, plan: &mut Plan, scene: &Scene, out: &BTreeSet<NormId>) -> Formula {
        let mut left = Vec::new();
        for line in scene.lines().filter(|l| l.norm.is_none_or(|n| !out.contains(&n))) {
            let formula = self.absorbed(line);
            let holds = plan.read(&mut self.ground.net, &formula);
            let holds = absorbed(&self.ground.net, &holds);
            left.push(self.ground.net.not(&holds));
        }
        any(left)
    }

    /// What a line says, and nothing twice of the case; what questions claim is seldom claimed again, and left as it is.
    fn absorbed(&mut self, line: &Line) -> Formula {
        if line.is_claim {
            return line.formula.clone();
        }
        let net = &self.ground.net;
        let known = self.absorbed.entry(line.gate);
        known.or_insert_with(|| absorbed(net, &line.formula)).clone()
    }

    /// Whether one of these plans shows that what comes about in this way can be kept in every case, so that nothing need be asked: it
    /// is such a way in every case and obeys all norms, and nothing of the outside occurs in it that this way could do without.
    pub fn is_planned(&mut self, way: &Formula, plans: &mut [Plan]) -> bool {
        let outside: Vec<Point> = self.ground.outside().collect();
        plans.iter_mut().filter(|plan| plan.is_whole).any(|plan| {
            let needed = plan.needs.of(way);
            let mut given = outside.iter().filter(|x| plan.occurs(**x));
            given.all(|x| needed.contains(x)) && plan.read(&mut self.ground.net, way).is_true()
        })
    }
}

impl Plan {
    /// Its days, with the acts of every case.
    pub(super) fn leaf(&self) -> &Leaf {
        &self.leaf
    }

    fn occurs(&self, x: Point) -> bool {
        self.leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true)
    }

    /// All points, none before one that it comes after.
    fn in_order(&self) -> Vec<Point> {
        let points = self.leaf.occurs.len();
        let mut after: Vec<Vec<usize>> = vec![Vec::new(); points];
        let mut waits = vec![0_usize; points];
        for (a, b) in &self.leaf.order {
            if let (Some(after), Some(waits)) = (after.get_mut(a.0 as usize), waits.get_mut(b.0 as usize)) {
                after.push(b.0 as usize);
                *waits += 1;
            }
        }
        let mut ready: Vec<usize> = (0..points).rev().filter(|x| waits.get(*x) == Some(&0)).collect();
        let mut out = Vec::new();
        while let Some(x) = ready.pop() {
            out.extend(u32::try_from(x).map(Point));
            for y in after.get(x).into_iter().flatten() {
                if let Some(waits) = waits.get_mut(*y) {
                    *waits -= 1;
                    if *waits == 0 {
                        ready.push(*y);
                    }
                }
            }
        }
        out
    }

    /// The cases in which a formula is seen to be true in this plan.
    fn read(&mut self, net: &mut Net, formula: &Formula) -> Formula {
        let (Formula::All(parts) | Formula::Any(parts)) = formula else {
            let Formula::Lit(lit) = formula else {
                return Formula::FALSE;
            };
            return self.atom(net, lit);
        };
        let id = parts.identity();
        if let Some((_, known)) = id.and_then(|id| self.known.get(&id)) {
            return known.clone();
        }
        let inner: Vec<Formula> = parts.iter().map(|part| self.read(net, part)).collect();
        let cases = match formula {
            Formula::All(_) => all(inner),
            _ => any(inner),
        };
        if let Some(id) = id {
            self.known.insert(id, (formula.clone(), cases.clone()));
        }
        cases
    }

    /// Whether one point comes before another, directly or through others.
    fn comes_before(&mut self, a: Point, b: Point) -> bool {
        if let Some(known) = self.order.get(&(a, b)) {
            return *known;
        }
        let mut seen = Set::from_iter([a]);
        let mut open = vec![a];
        while let Some(x) = open.pop() {
            open.extend(self.later.get(&x).into_iter().flatten().filter(|y| seen.insert(**y)));
        }
        let is = a != b && seen.contains(&b);
        self.order.insert((a, b), is);
        is
    }

    /// Of the atoms that the branch did not need, it says nothing: they count as false, whatever they are.
    fn atom(&mut self, net: &mut Net, lit: &Lit) -> Formula {
        let at = |x: Point| x.0 as usize;
        let is = match *lit {
            Lit::Occurs(x, yes) => {
                let done = self.done.get(&x).cloned();
                return match (done, yes) {
                    (Some(done), true) => done,
                    (Some(done), false) => net.not(&done),
                    (None, _) => Formula::FALSE,
                };
            }
            Lit::Is(choice, set) => {
                if let Some(merits) = self.merits.get(&choice) {
                    return Lit::Is(*merits, set).into();
                }
                if net.choices.get(at_choice(choice)).is_some_and(|c| c.universal) {
                    return Lit::Is(choice, set).into();
                }
                let left = self.leaf.values.get(at_choice(choice));
                left.is_some_and(|left| left & !set == 0)
            }
            Lit::Before(a, b) => self.comes_before(a, b),
            Lit::Le(y, f, x) => self.bounds.contains(&(y, f.0, x)),
            Lit::IfLe(y, f, x) => !self.occurs(y) || !self.occurs(x) || self.bounds.contains(&(y, f.0, x)),
            Lit::From(x, day) => !self.occurs(x) || self.leaf.earliest.get(at(x)).is_some_and(|d| *d >= day),
            Lit::Until(x, day) => !self.occurs(x) || self.leaf.caps.get(at(x)).is_some_and(|d| *d <= day),
        };
        if is { Formula::TRUE } else { Formula::FALSE }
    }
}

fn at_choice(choice: Choice) -> usize {
    choice.0 as usize
}

/// What formulas ask in one case or another: what they ask of the case itself is taken to be so.
struct Loose {
    open: BTreeSet<Choice>,
    known: Map<*const Formula, Formula>,
}

impl Loose {
    fn new(open: impl Iterator<Item = Choice>) -> Loose {
        Loose {
            open: open.collect(),
            known: Map::default(),
        }
    }

    fn of(&mut self, formula: &Formula) -> Formula {
        let (Formula::All(parts) | Formula::Any(parts)) = formula else {
            return match formula {
                Formula::Lit(Lit::Is(c, set)) if *set != 0 && self.open.contains(c) => Formula::TRUE,
                _ => formula.clone(),
            };
        };
        let id = parts.identity();
        if let Some(known) = id.and_then(|id| self.known.get(&id)) {
            return known.clone();
        }
        let inner: Vec<Formula> = parts.iter().map(|part| self.of(part)).collect();
        let loose = match formula {
            Formula::All(_) => all(inner),
            _ => any(inner),
        };
        if let Some(id) = id {
            self.known.insert(id, loose.clone());
        }
        loose
    }
}
