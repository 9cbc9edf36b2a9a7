//! By how many days one norm lets the limit of another pass: at the most, at the least, and a case of it. In: the ways in which an
//! act keeps the one and comes too late for the other. Out: a [`Worst`], confirmed by a court.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::model::NormId;
use crate::solve::ask::{Asker, Outcome, Scene};
use crate::solve::net::Formula;
use crate::solve::norms::engagement;
use crate::solve::parts::Part;
use crate::solve::search::Leaf;

use super::super::given::{Given, needed};
use super::Court;
use super::late::{Late, Pair, late};

/// Lateness of this many calendar days is taken to have no end.
const ENDLESS: i32 = 2 * 366;
/// How late the case is that stands for lateness without end if the judge confirms it, in calendar days.
const A_YEAR: i32 = 365;

/// How late at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Most {
    /// By this many calendar days.
    Days(i32),
    /// By as many as one likes.
    Endless,
}

/// One way of being late, with what it takes.
pub struct Course<'w> {
    way: &'w engagement::Late,
    scene: Scene,
    waived: BTreeSet<NormId>,
    /// Some question about it was not decided: it may be worse.
    undecided: Cell<bool>,
}

/// How late, and whether that is all.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    /// At the least, in calendar days.
    pub least: i32,
    /// At the most.
    pub most: Most,
    /// Nothing is worse, with however much of what repeats.
    pub sure: bool,
}

/// The worst that was found.
#[derive(Debug)]
pub struct Worst {
    /// Its case.
    pub late: Late,
    /// Norms left aside, in the case as in the question.
    pub waived: BTreeSet<NormId>,
    /// What the case takes of what is judged or read.
    pub given: Given,
    /// How late.
    pub extent: Extent,
}

/// The ways, each with a scene in which these norms are obeyed; `looked_past` says what must be left aside for it to be possible.
/// The plainest come first: those with the fewest outside occurrences.
pub fn courses<'w>(
    asker: &mut Asker<'_>,
    ways: &'w [engagement::Late],
    part: &Part,
    obeyed: &[NormId],
    mut looked_past: impl FnMut(&mut Asker<'_>, &Scene) -> Option<BTreeSet<NormId>>,
) -> Vec<Course<'w>> {
    let mut plain: Vec<(&engagement::Late, _)> = Vec::new();
    for way in ways {
        if let Some(hidden) = asker.idle(part, std::slice::from_ref(&way.formula)) {
            plain.push((way, hidden));
        }
    }
    plain.sort_by_key(|(_, hidden)| Reverse(hidden.len()));
    let mut out = Vec::new();
    for (way, hidden) in plain {
        let scene = asker.scene(part, std::slice::from_ref(&way.formula), obeyed, hidden);
        if let Some(waived) = looked_past(asker, &scene) {
            out.push(Course {
                way,
                scene,
                waived,
                undecided: Cell::new(false),
            });
        }
    }
    out
}

impl Course<'_> {
    /// A branch of it in which these are so too; `None` also if that was not decided.
    fn with(&self, asker: &mut Asker<'_>, also: &[Formula]) -> Option<Leaf> {
        match asker.play_where(&self.scene, &self.waived, also) {
            Outcome::Sat(leaf) => Some(*leaf),
            Outcome::Unsat(_) => None,
            Outcome::Unfinished => {
                self.undecided.set(true);
                None
            }
        }
    }

    fn can_be(&self, asker: &mut Asker<'_>, law: NormId, days: i32) -> bool {
        let by = asker.ground.late_by(law, self.way, days);
        self.with(asker, &[by]).is_some()
    }

    /// The greatest lateness of it, if it is more than `known`.
    fn most(&self, asker: &mut Asker<'_>, law: NormId, known: i32) -> Option<Most> {
        if !self.can_be(asker, law, known + 1) {
            return None;
        }
        if self.can_be(asker, law, ENDLESS) {
            return Some(Most::Endless);
        }
        let (mut can, mut cannot) = (known + 1, ENDLESS);
        while cannot - can > 1 {
            let days = can + (cannot - can) / 2;
            if self.can_be(asker, law, days) {
                can = days;
            } else {
                cannot = days;
            }
        }
        Some(Most::Days(can))
    }

    /// The least lateness of it, if it is less than `known`.
    fn least(&self, asker: &mut Asker<'_>, law: NormId, known: i32) -> Option<i32> {
        let mut up_to = |days: i32| {
            let more = asker.ground.late_by(law, self.way, days + 1);
            let less = asker.ground.net.not(&more);
            self.with(asker, &[less]).is_some()
        };
        let (mut cannot, mut can) = (0, known - 1);
        if can < 1 || !up_to(can) {
            return None;
        }
        while can - cannot > 1 {
            let days = cannot + (can - cannot) / 2;
            if up_to(days) { can = days } else { cannot = days }
        }
        Some(can)
    }
}

/// The worst of all courses, and a case of it.
pub fn worst(
    asker: &mut Asker<'_>,
    courses: &[Course<'_>],
    (ours, law): (NormId, NormId),
    court: &dyn Court,
) -> Option<Worst> {
    let mut worst: Option<(&Course<'_>, Most)> = None;
    for course in courses {
        let known = match worst {
            Some((_, Most::Endless)) => break,
            Some((_, Most::Days(days))) => days,
            None => 0,
        };
        if let Some(most) = course.most(asker, law, known) {
            worst = Some((course, most));
        }
    }
    let (course, most) = worst?;
    let bound = match most {
        Most::Days(days) => days,
        Most::Endless => ENDLESS,
    };
    let mut least = bound;
    for other in courses {
        least = other.least(asker, law, least).unwrap_or(least);
    }
    let sure = courses.iter().all(|c| !c.undecided.get());
    let mut shown = if most == Most::Endless { A_YEAR } else { bound };
    // A history that long may hold more of what repeats than the solver looks at, and the judge refuse it: then a shorter one.
    while shown > 0 {
        let by = asker.ground.late_by(law, course.way, shown);
        // Few would hold a meeting on a Sunday; but the figure must not depend on it.
        let mut working = asker.ground.on_working_days();
        working.push(by.clone());
        for also in [working, vec![by]] {
            let Some((late, given)) = told(asker, course, &also, (ours, law), court) else {
                continue;
            };
            // The solver's figure and the judge's are two: told as the worst only where they agree.
            let extent = Extent {
                least: least.min(late.days),
                most: match most {
                    Most::Endless => most,
                    Most::Days(_) => Most::Days(late.days),
                },
                sure: sure && !late.cut_short && late.days == bound,
            };
            return Some(Worst {
                late,
                waived: course.waived.clone(),
                given,
                extent,
            });
        }
        shown /= 2;
    }
    // Any case that the judge confirms is better than none.
    courses.iter().find_map(|course| {
        let (late, given) = told(asker, course, &[], (ours, law), court)?;
        let extent = Extent {
            least: least.min(late.days),
            most: Most::Days(late.days),
            sure: false,
        };
        Some(Worst {
            late,
            waived: course.waived.clone(),
            given,
            extent,
        })
    })
}

/// A case of a course in which these are so too, confirmed by the judge, with what it needs of what is judged or read.
fn told(
    asker: &mut Asker<'_>,
    course: &Course<'_>,
    also: &[Formula],
    (ours, law): (NormId, NormId),
    court: &dyn Court,
) -> Option<(Late, Given)> {
    let waived = &course.waived;
    let Outcome::Sat(leaf) = asker.plainest(&course.scene, waived, also) else {
        return None;
    };
    let pair = Pair {
        kept: ours,
        broken: law,
        way: course.way,
    };
    let case = late(asker, &leaf, pair, court, waived)?;
    let given = needed(asker, &course.scene, &leaf, waived, also);
    Some((case, given))
}
