//! A local rule under which the law's limit may pass: how late at the most, how late at the least. In: both norms. Out: a
//! finding that tells the worst case, confirmed by the judge.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, code};
use crate::model::NormId;
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::net::{Choice, Formula};
use crate::solve::norms::engagement;
use crate::solve::search::Leaf;

use super::super::case::{self, Case};
use super::super::clashes::{self, Clashes};
use super::super::finding::{Finding, Reach};
use super::super::given::{Given, needed};
use super::super::{describe, states};
use super::late::{Claimed, Late, Pair, days_in_words, late};
use super::{Parts, Past, level, part_of, past_clashes, without};

/// Lateness of this many calendar days is taken to have no end.
const ENDLESS: i32 = 2 * 366;
/// How late the case is that stands for lateness without end if the judge confirms it, in calendar days.
const A_YEAR: i32 = 365;

/// How late at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Most {
    /// By this many calendar days.
    Days(i32),
    /// By as many as one likes.
    Endless,
}

/// One way of being late, with what it takes.
struct Course<'w> {
    way: &'w engagement::Late,
    scene: Scene,
    past: Past,
    /// Some question about it was not decided: it may be worse.
    undecided: Cell<bool>,
}

/// How late, and whether that is all.
struct Extent {
    /// At the least, in calendar days.
    least: i32,
    most: Most,
    /// Nothing is worse, with however much of what repeats.
    sure: bool,
}

/// A history that obeys everything but the law's limit, in which our rule is engaged and kept, and the limit has passed.
pub(super) fn looser(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    parts: &Parts,
    ours: NormId,
    law: NormId,
) -> Option<Finding> {
    let ways = asker.ground.kept_but_late(ours, law);
    [Tier::Should, Tier::Must].into_iter().find_map(|tier| {
        let part = part_of(parts, ours, tier)?;
        let mut plain: Vec<(&engagement::Late, _)> = Vec::new();
        for way in &ways {
            if let Some(hidden) = asker.idle(&part, std::slice::from_ref(&way.formula)) {
                plain.push((way, hidden));
            }
        }
        // The fewest outside occurrences make the plainest case.
        plain.sort_by_key(|(_, hidden)| Reverse(hidden.len()));
        let obeyed: Vec<NormId> = part.norms.iter().copied().filter(|n| *n != law).collect();
        let mut courses = Vec::new();
        for (way, hidden) in plain {
            let scene = asker.scene(&part, std::slice::from_ref(&way.formula), &obeyed, hidden);
            if let Ok(past) = past_clashes(asker, clashes, &scene, &BTreeSet::new(), ours) {
                courses.push(Course {
                    way,
                    scene,
                    past,
                    undecided: Cell::new(false),
                });
            }
        }
        worst(asker, &courses, &obeyed, (ours, law), tier)
    })
}

impl Course<'_> {
    /// A branch of it in which these are so too; `None` also if that was not decided.
    fn with(&self, asker: &mut Asker<'_>, also: &[Formula]) -> Option<Leaf> {
        match asker.play_where(&self.scene, &self.past.waived, also) {
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
fn worst(
    asker: &mut Asker<'_>,
    courses: &[Course<'_>],
    obeyed: &[NormId],
    (ours, law): (NormId, NormId),
    tier: Tier,
) -> Option<Finding> {
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
            let Some((late, past, needed)) = told(asker, course, &also, obeyed, (ours, law), tier) else {
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
            return Some(finding(asker, &past, (late, &needed), (ours, law), extent));
        }
        shown /= 2;
    }
    // Any case that the judge confirms is better than none.
    courses.iter().find_map(|course| {
        let (late, past, needed) = told(asker, course, &[], obeyed, (ours, law), tier)?;
        let extent = Extent {
            least: least.min(late.days),
            most: Most::Days(late.days),
            sure: false,
        };
        Some(finding(asker, &past, (late, &needed), (ours, law), extent))
    })
}

/// A case of a course in which these are so too, confirmed by the judge, with what it needs of what is judged or read.
fn told(
    asker: &mut Asker<'_>,
    course: &Course<'_>,
    also: &[Formula],
    obeyed: &[NormId],
    (ours, law): (NormId, NormId),
    tier: Tier,
) -> Option<(Late, Past, Given)> {
    let waived = &course.past.waived;
    let Outcome::Sat(leaf) = asker.plainest(&course.scene, waived, also) else {
        return None;
    };
    let others: Vec<NormId> = obeyed.iter().copied().filter(|n| !waived.contains(n)).collect();
    let claimed = Claimed {
        obeyed: &others,
        tier,
        cleared: &without(asker.ground.protocol, waived),
    };
    let pair = Pair {
        kept: ours,
        broken: law,
        way: course.way,
    };
    let case = late(asker, &leaf, pair, &claimed)?;
    let past = Past {
        leaf: *leaf,
        waived: waived.clone(),
    };
    let needed = needed(asker, &course.scene, &past.leaf, &past.waived, also);
    Some((case, past, needed))
}

fn finding(
    asker: &mut Asker<'_>,
    past: &Past,
    (shown, needed): (Late, &[(Choice, u64)]),
    (ours, law): (NormId, NormId),
    extent: Extent,
) -> Finding {
    let protocol = asker.ground.protocol;
    let (local, base) = (describe::quoted(protocol, ours), describe::quoted(protocol, law));
    let least = days_in_words(extent.least, "calendar");
    let working = days_in_words(shown.working, "working");
    let told = days_in_words(shown.days, "calendar");
    let (headline, extent) = match extent.most {
        Most::Endless => (
            format!("{local} lets the limit of {base} pass without end"),
            format!("at the least {least} late, at the most without end; the story stops after {told}"),
        ),
        Most::Days(days) => {
            let days = days_in_words(days, "calendar");
            if extent.sure {
                (
                    format!("{local} lets the limit of {base} pass by up to {days}"),
                    format!("at the least {least} late, at the most {days} (in this story {working})"),
                )
            } else {
                (
                    format!("{local} lets the limit of {base} pass by {days} or more"),
                    format!("at the least {least} late, in this story {days} ({working}), and it may be more"),
                )
            }
        }
    };
    let mut notes = vec![extent, "every other rule is obeyed in this story".to_owned()];
    notes.extend(clashes::set_aside(protocol, &past.waived));
    let readings = case::assumptions(asker, needed);
    if !readings.is_empty() {
        notes.push(format!("the case: {}", readings.join("; ")));
    }
    Finding {
        code: code::LOOSER_THAN_LAW,
        severity: level(protocol, law, Severity::Error),
        headline,
        core: vec![ours, law],
        related: governing(asker, &shown.case, law, ours),
        places: Vec::new(),
        story: shown.story,
        notes,
        help: vec![format!(
            "add to {local} the limit of {base}, whatever else it waits for"
        )],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: clashes::reach(asker, needed, false).min(Reach::SomeCases),
        protects: false,
    }
}

/// Local norms whose acts occur in the case and on which our rule waits: those that bring about its trigger.
fn governing(asker: &mut Asker<'_>, made: &Case, law: NormId, ours: NormId) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let judged = crate::judge::judge(protocol, asker.ground.calendar, &made.history);
    let mut out: Vec<NormId> = judged
        .verdicts
        .iter()
        .filter(|v| {
            v.trigger.is_some()
                && matches!(
                    v.kind,
                    crate::model::VerdictKind::Kept | crate::model::VerdictKind::Breached { .. }
                )
        })
        .map(|v| v.norm)
        .filter(|n| {
            *n != law && *n != ours && describe::is_local(protocol, *n) && states::touches_protected(asker, &[*n])
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}
