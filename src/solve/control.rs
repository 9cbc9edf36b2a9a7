//! Whether there is a way from every start date, and in every case. In: a course that a story is to take, and what of it is not ours
//! to time. Out: a date from which there is no way, or that there is one from each.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::alternate::{Delay, Network, Obstacle};
use super::ask::{Asker, Case, Outcome, Scene};
use super::net::{Formula, Lit, Point, TableId, any};
use super::project;
use super::search::Leaf;
use crate::calendar::DaySet;
use crate::model::NormId;

/// How many branches are looked at for one question.
const BRANCHES: usize = 60;
/// How many orders of waiting are looked at in one branch.
const ORDERS: usize = 16;
/// Into how many cases a question may be split.
const CASES: usize = 60;

/// What a story is to be.
#[derive(Debug)]
pub struct Course<'c> {
    /// Its scene.
    pub scene: &'c Scene,
    /// The scene without what is to come of it: in which cases it is asked for.
    pub asked: &'c Scene,
    /// Norms of the scene that need not be obeyed.
    pub out: &'c BTreeSet<NormId>,
    /// What it starts from.
    pub root: Point,
    /// True in it.
    pub also: &'c [Formula],
    /// Not ours to time: there is a way only if one order of waiting answers every day that these may come on.
    pub delays: &'c [Delay],
    /// True of the days at which the delays are tried first; not asked for on others.
    pub tried: &'c [Formula],
    /// Set where an order of waiting was searched for: that no way was found is then not to say that there is none.
    pub searched: Option<&'c Cell<bool>>,
}

/// From where there is no way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stuck {
    /// From no start date: there is a way from each.
    Never,
    /// From this one (axis day).
    From(i32),
    /// Not decided.
    Unfinished,
}

/// From where a course is asked for at all.
enum First {
    On(i32),
    Never,
    Unfinished,
}

impl Asker<'_> {
    /// A start date from which the course cannot be taken in this case; with delays, at the days that are tried.
    pub fn stuck_from(&mut self, course: &Course<'_>, given: &Case) -> Stuck {
        self.follow(course, given, None).0
    }

    /// Whether the course can be taken from every start date in every case (what is judged, decided on the merits or read)
    /// in which it is asked for. Where that was not decided: no.
    pub fn is_open(&mut self, course: &Course<'_>) -> bool {
        let mut claims: Vec<Formula> = course.also.iter().chain(course.tried).cloned().collect();
        for _ in 0..CASES {
            let bare = match self.solve(course.asked, &course.asked.norms(), &claims, &[], &[], None) {
                Outcome::Sat(leaf) => leaf,
                Outcome::Unsat(_) => return true,
                Outcome::Unfinished => return false,
            };
            let case = self.case_of(&bare);
            let (Stuck::Never, Some(rests)) = self.follow(course, &[], Some(&case)) else {
                return false;
            };
            match self.other_cases(&rests) {
                others if others.is_empty() => return true,
                others => claims.push(any(others)),
            }
        }
        false
    }

    /// A branch that is found settles all dates that it leaves open, so few are asked about. Also the last branch, narrowed to what
    /// all of them rest on.
    fn follow(&mut self, course: &Course<'_>, given: &Case, case: Option<&Case>) -> (Stuck, Option<Leaf>) {
        let (from, to) = self.starts;
        let mut open = DaySet::range(from, to);
        let mut rests: Option<Leaf> = None;
        let claims: Vec<Formula> = course.also.iter().chain(course.tried).cloned().collect();
        for _ in 0..BRANCHES {
            let Some(day) = open.first() else {
                return (Stuck::Never, rests);
            };
            // A branch from this day on, whichever it is good for, settles all of its days.
            let onwards: Vec<Formula> = claims
                .iter()
                .cloned()
                .chain([Lit::From(course.root, day).into()])
                .collect();
            for (claims, fixed) in [(&onwards, None), (&claims, Some((course.root, day)))] {
                if !open.contains(day) {
                    break;
                }
                let found = match (case, fixed) {
                    // The less a branch rests on, the fewer cases are left.
                    (Some(case), None) => self.broadly(course.scene, course.out, claims, case),
                    _ => self.solve(course.scene, course.out, claims, fixed.as_slice(), given, case),
                };
                match found {
                    Outcome::Sat(leaf) => {
                        open = open.without(&self.settled(course, &leaf, &open));
                        // With nothing to answer, a branch on this very day is a way from it.
                        if fixed.is_some() && course.delays.is_empty() {
                            open = open.without(&DaySet::range(day, day));
                        }
                        rests = Some(narrowed(*leaf, rests));
                    }
                    Outcome::Unsat(_) => match self.first_asked(course, claims, day, case.unwrap_or(given)) {
                        First::On(first) if first == day => return (Stuck::From(day), None),
                        // Nothing is asked from the days before: a rule is not in force yet, or no longer.
                        First::On(first) => open = open.without(&DaySet::range(from, first - 1)),
                        First::Never => return (Stuck::Never, rests),
                        First::Unfinished => return (Stuck::Unfinished, None),
                    },
                    Outcome::Unfinished => return (Stuck::Unfinished, None),
                }
            }
            if open.contains(day) {
                return (Stuck::Unfinished, None);
            }
        }
        (Stuck::Unfinished, None)
    }

    /// The first start date, this one or later, from which the course is asked for.
    fn first_asked(&mut self, course: &Course<'_>, claims: &[Formula], day: i32, given: &Case) -> First {
        let norms = course.asked.norms();
        let mut until = self.starts.1;
        let mut found = First::Never;
        while day <= until {
            let between = [Lit::From(course.root, day), Lit::Until(course.root, until)].map(Formula::from);
            let claims: Vec<Formula> = claims.iter().cloned().chain(between).collect();
            match self.solve(course.asked, &norms, &claims, &[], given, None) {
                Outcome::Sat(leaf) => {
                    let among = DaySet::range(day, until);
                    let Some(first) =
                        project::days_of(&self.ground.net, &mut self.memo, &leaf, course.root, &among).first()
                    else {
                        return First::Unfinished;
                    };
                    found = First::On(first);
                    until = first - 1;
                }
                Outcome::Unsat(_) => break,
                Outcome::Unfinished => return First::Unfinished,
            }
        }
        found
    }

    /// The start dates among these from which a branch is a plan that answers the delays.
    fn settled(&mut self, course: &Course<'_>, leaf: &Leaf, open: &DaySet) -> DaySet {
        let net = &self.ground.net;
        let mut tried = BTreeSet::new();
        for formula in course.tried {
            formula.atoms(&mut |lit| {
                if let Lit::Le(y, table, x) = *lit {
                    tried.insert((y, table, x));
                }
            });
        }
        let bounds = leaf.bounds.iter().filter(|bound| !tried.contains(bound));
        let network = Network {
            identity: net.shared(net.identity),
            bounds: bounds.map(|(y, table, x)| (*y, net.shared(*table), *x)).collect(),
            order: &leaf.order,
            first: &leaf.earliest,
            last: &leaf.caps,
            delays: course.delays.iter().collect(),
        };
        let found = network.answered(&mut self.memo, course.root, open, ORDERS);
        if let Some(searched) = course.searched.filter(|_| !found.is_exact) {
            searched.set(true);
        }
        // What the question claims of the root says where it was looked for; what the branch chose, where it is a way.
        found.days.filter(|day| {
            leaf.chosen.iter().all(|lit| match *lit {
                Lit::From(x, first) => x != course.root || day >= first,
                Lit::Until(x, last) => x != course.root || day <= last,
                _ => true,
            })
        })
    }

    /// What stands in the way of any plan that answers the delays from a start date: bounds that hold in every history in which the
    /// course is taken in this case, between points that occur in each. None if there is such a plan, if it turns on more than
    /// such bounds, or if those are no plain intervals.
    pub fn lost_from(&mut self, course: &Course<'_>, start: i32, given: &Case) -> Option<Vec<Obstacle>> {
        let fixed = [(course.root, start)];
        let Outcome::Sat(leaf) = self.solve(course.scene, course.out, course.also, &fixed, given, None) else {
            return None;
        };
        let net = &self.ground.net;
        let last = i32::try_from(net.len).unwrap_or(i32::MAX) - 1;
        // First and last days need not be the same in every history, and are left out: so is what the order says beyond days.
        let bounds = leaf.bounds.iter().take(leaf.forced?);
        let network = Network {
            identity: net.shared(net.identity),
            bounds: bounds.map(|(y, table, x)| (*y, net.shared(*table), *x)).collect(),
            order: &[],
            first: &vec![0; net.points.len()],
            last: &vec![last; net.points.len()],
            delays: course.delays.iter().collect(),
        };
        let obstacles = network.obstacle(course.root, start)?;
        let points: BTreeSet<Point> = obstacles
            .iter()
            .flat_map(|o| match *o {
                Obstacle::Bound(y, x) | Obstacle::Order(y, x) => vec![y, x],
                Obstacle::Axis => Vec::new(),
            })
            .collect();
        for x in points {
            let without: Vec<Formula> = course
                .also
                .iter()
                .cloned()
                .chain([Lit::Occurs(x, false).into()])
                .collect();
            if !matches!(
                self.solve(course.scene, course.out, &without, &fixed, given, None),
                Outcome::Unsat(_)
            ) {
                return None;
            }
        }
        (!obstacles.contains(&Obstacle::Axis)).then_some(obstacles)
    }

    /// Any day from the day of one point, or from so much later, to the last day that a table tells from another.
    pub fn delay(&mut self, at: Point, since: Point, (until, most): (Point, TableId)) -> Delay {
        Delay {
            at,
            since,
            least: self.ground.net.shared(self.ground.net.identity),
            until,
            most: self.ground.net.shared(most),
        }
    }
}

/// A branch, with only those values of choices that another leaves too.
fn narrowed(mut leaf: Leaf, other: Option<Leaf>) -> Leaf {
    if let Some(other) = other {
        for (mine, theirs) in leaf.values.iter_mut().zip(other.values) {
            *mine &= theirs;
        }
    }
    leaf
}
