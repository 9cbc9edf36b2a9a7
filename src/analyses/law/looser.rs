//! A local rule under which the law's limit may pass: how late at the most, how late at the least. In: both norms. Out: a
//! finding that tells the worst case, confirmed by the judge.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, code};
use crate::model::NormId;
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::ground::REPEATS;
use crate::solve::net::{Choice, Formula};
use crate::solve::norms::engagement;
use crate::solve::search::Leaf;

use super::super::case::{self, Case};
use super::super::clashes::{self, Clashes};
use super::super::finding::{Finding, Reach};
use super::super::{describe, states};
use super::late::{Claimed, Late, Pair, days_in_words, late};
use super::{Parts, Past, level, needed, part_of, past_clashes, without};

/// Lateness of this many calendar days is taken to have no end.
const ENDLESS: i32 = 2 * 366;
/// How late the case is that stands for lateness without end, in calendar days.
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
                courses.push(Course { way, scene, past });
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
            Outcome::Unsat(_) | Outcome::Unfinished => None,
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
    let protocol = asker.ground.protocol;
    let cleared = without(protocol, &course.past.waived);
    let others: Vec<NormId> = obeyed
        .iter()
        .copied()
        .filter(|n| !course.past.waived.contains(n))
        .collect();
    let claimed = Claimed {
        obeyed: &others,
        tier,
        cleared: &cleared,
    };
    let pair = Pair {
        kept: ours,
        broken: law,
        way: course.way,
    };
    let shown = if most == Most::Endless { A_YEAR } else { bound };
    let by = asker.ground.late_by(law, course.way, shown);
    // Few would hold a meeting on a Sunday; but the figure must not depend on it.
    let mut plain = asker.ground.on_working_days();
    plain.push(by.clone());
    for also in [plain, vec![by]] {
        let Outcome::Sat(leaf) = asker.plainest(&course.scene, &course.past.waived, &also) else {
            continue;
        };
        // The solver's figure and the judge's are two: told only where they agree.
        let agree = |case: &Late| most == Most::Endless || case.days == bound;
        if let Some(case) = late(asker, &leaf, pair, &claimed).filter(agree) {
            let past = Past {
                leaf: *leaf,
                waived: course.past.waived.clone(),
            };
            let needed = needed(asker, &course.scene, &past, &also);
            return Some(finding(asker, &past, (case, &needed), (ours, law), (least, most)));
        }
    }
    None
}

fn finding(
    asker: &mut Asker<'_>,
    past: &Past,
    (shown, needed): (Late, &[(Choice, u64)]),
    (ours, law): (NormId, NormId),
    (least, most): (i32, Most),
) -> Finding {
    let protocol = asker.ground.protocol;
    let (local, base) = (describe::quoted(protocol, ours), describe::quoted(protocol, law));
    let least = days_in_words(least, "calendar");
    let working = days_in_words(shown.working, "working");
    let (headline, extent) = match most {
        Most::Endless => (
            format!("{local} lets the limit of {base} pass without end"),
            format!("at the least {least} late, at the most without end; the story stops after about a year"),
        ),
        Most::Days(days) => {
            let days = days_in_words(days, "calendar");
            if shown.cut_short {
                (
                    format!("{local} lets the limit of {base} pass by {days} or more"),
                    format!(
                        "at the least {least} late; {days} (in this story {working}) is the most with {REPEATS} of what \
                         repeats, and with more of it, it may be more"
                    ),
                )
            } else {
                (
                    format!("{local} lets the limit of {base} pass by up to {days}"),
                    format!("at the least {least} late, at the most {days} (in this story {working})"),
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
