//! What no plan guarantees: a duty with a last day that waits for steps which have none. Asked whether it can be kept, a step
//! without a last day is quick; asked here whether it is guaranteed, it takes as long as it may. In: an [`Asker`] and the clashes
//! known. Out: one warning per chain of steps, with the days that they may take together, a dated case, and bounds that would do.

mod telling;

use std::collections::BTreeSet;

use crate::model::{LimitKind, NormId};
use crate::solve::ask::{Adverse, Asker, Outcome, Scene, Tier};
use crate::solve::control::Stuck;
use crate::solve::ground::norms;
use crate::solve::net::{Choice, Formula, Lit, Point, all};
use crate::solve::parts::Part;
use crate::solve::search::Leaf;
use crate::time::{Duration, Unit};

use super::clashes::Clashes;
use super::finding::Finding;
use super::law::{part_of, parts, past_clashes};
use super::{circles, describe, states};

/// A wait of so many working days stands for one without end: about two years.
const ENDLESS: u32 = 500;
/// How often a threshold is asked for again in a case that is worse.
const CASES: usize = 4;

/// One act of ours that another has to wait for.
#[derive(Debug, Clone)]
struct Step {
    /// The act.
    act: Point,
    /// What it waits for.
    since: Point,
    /// Who asks for it: what must be obeyed before what should, ours before the law.
    asked_by: Vec<NormId>,
    /// Its own length, where one who must do it is given one.
    bound: Option<Duration>,
    /// It is done on the day of what it waits for, or in it.
    at_once: bool,
}

impl Step {
    /// Nothing says how long it may take.
    fn is_limitless(&self) -> bool {
        self.bound.is_none() && !self.at_once
    }

    fn norm(&self) -> Option<NormId> {
        self.asked_by.first().copied()
    }
}

/// A duty, and all that it waits for since something outside.
struct Chain {
    duty: NormId,
    /// What engages it.
    trigger: Point,
    root: Point,
    /// In order.
    steps: Vec<Step>,
    /// The duty is engaged, and kept: a miss that another rule makes good is a miss.
    scene: Scene,
    engaged: Formula,
    kept: Formula,
    part: Part,
    hidden: BTreeSet<Point>,
    waived: BTreeSet<NormId>,
}

/// What a chain leaves.
struct Room {
    chain: Chain,
    /// Working days from the root to the trigger within which the duty can be kept from every start date.
    days: u32,
    /// A start date (axis day) from which one more is too many.
    start: i32,
    /// The case in which that is so.
    given: Vec<(Choice, u64)>,
    /// No case is known to be worse.
    sure: bool,
    /// The norms that leave no more room.
    core: BTreeSet<NormId>,
}

/// All chains, each told by the duty that it leaves least room for.
pub fn findings(asker: &mut Asker<'_>, clashes: &Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let parts = parts(asker);
    let mut rooms: Vec<Room> = Vec::new();
    for duty in norms(protocol) {
        let waits = states::asks(asker, duty) && ends(asker, duty) && asker.ground.has_instances(duty);
        if !waits || !asker.in_tier(duty, Tier::Must) || asker.ground.may_be_notice(duty) {
            continue;
        }
        let Some(part) = part_of(&parts, duty, Tier::Must) else {
            continue;
        };
        rooms.extend(of_duty(asker, clashes, &part, duty));
    }
    let mut out = Vec::new();
    for group in folded(rooms) {
        out.extend(telling::finding(asker, &group));
    }
    out
}

/// Whether a limit of it tells a last day.
fn ends(asker: &Asker<'_>, norm: NormId) -> bool {
    describe::limits(asker.ground.protocol, norm).iter().any(|l| {
        matches!(
            l.kind,
            LimitKind::Within(..) | LimitKind::AtLeastBefore(..) | LimitKind::Before(_) | LimitKind::SameDay(_)
        )
    })
}

/// The limitless steps of a chain.
fn limitless(chain: &Chain) -> BTreeSet<Option<NormId>> {
    chain
        .steps
        .iter()
        .filter(|s| s.is_limitless())
        .map(Step::norm)
        .collect()
}

/// Chains of which one has all the limitless steps of the other are one; the duty with least room comes first.
fn folded(mut rooms: Vec<Room>) -> Vec<Vec<Room>> {
    rooms.sort_by_key(|r| (r.days, r.chain.duty));
    let mut out: Vec<Vec<Room>> = Vec::new();
    for room in rooms {
        let mine = limitless(&room.chain);
        let same = out.iter_mut().find(|group| {
            let theirs = limitless(&group[0].chain);
            theirs.is_subset(&mine) || mine.is_subset(&theirs)
        });
        match same {
            Some(group) => group.push(room),
            None => out.push(vec![room]),
        }
    }
    out
}

fn of_duty(asker: &mut Asker<'_>, clashes: &Clashes, part: &Part, duty: NormId) -> Option<Room> {
    let engaged = asker.engagements(duty);
    for (trigger, engaged) in asker.ground.triggers(duty).into_iter().zip(engaged) {
        let Some(at) = trigger.at.filter(|at| asker.is_own(*at)) else {
            continue;
        };
        let kept = asker.ground.kept_duty(duty, &trigger);
        let Some(chain) = chain(asker, clashes, part, duty, at, (engaged, kept)) else {
            continue;
        };
        if let Some(room) = room(asker, chain) {
            return Some(room);
        }
    }
    None
}

/// What the duty waits for since something outside, in the plainest case; none if every step is given a time.
fn chain(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    part: &Part,
    duty: NormId,
    trigger: Point,
    (engaged, kept): (Formula, Formula),
) -> Option<Chain> {
    let claims = [engaged.clone(), kept.clone()];
    let hidden = asker.idle(part, &claims)?;
    let scene = asker.scene(part, &claims, &part.norms, hidden.clone());
    let waived = past_clashes(asker, clashes, &scene, &BTreeSet::new(), duty)
        .ok()?
        .waived;
    let Outcome::Sat(leaf) = asker.plainest(&scene, &waived, &[]) else {
        return None;
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut roots: Vec<Point> = Vec::new();
    let mut open = vec![trigger];
    while let Some(act) = open.pop() {
        if steps.iter().any(|s| s.act == act) || roots.contains(&act) {
            continue;
        }
        if !asker.is_own(act) {
            roots.push(act);
            continue;
        }
        let asked = askers(asker, act);
        let since = since(asker, &leaf, &asked, act)?;
        open.push(since);
        steps.push(step(asker, act, since, asked));
    }
    steps.reverse();
    let root = roots.pop()?;
    steps.iter().any(Step::is_limitless).then_some(Chain {
        duty,
        trigger,
        root,
        steps,
        scene,
        engaged,
        kept,
        part: part.clone(),
        hidden,
        waived,
    })
}

/// Who asks for an act: who must before who should, ours before the law.
fn askers(asker: &Asker<'_>, act: Point) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let mut asked = circles::askers(asker, act).unwrap_or_default();
    asked.retain(|n| asker.ground.binds(*n));
    asked.sort_by_key(|n| (!asker.in_tier(*n, Tier::Must), !describe::is_local(protocol, *n), *n));
    asked
}

/// The latest of what those who ask for an act wait for, in this branch.
fn since(asker: &mut Asker<'_>, leaf: &Leaf, asked: &[NormId], act: Point) -> Option<Point> {
    let occurs = |x: &Point| leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true);
    let mut before: Vec<Point> = Vec::new();
    for norm in asked {
        for moments in asker.ground.awaits(*norm) {
            let points = asker.ground.denoted_by(&moments).into_iter().map(|a| a.at);
            before.extend(points.filter(|x| *x != act && occurs(x)));
        }
    }
    // Of two, the one that the other comes before.
    let follows = |x: &Point| before.iter().filter(|y| leaf.order.contains(&(**y, *x))).count();
    before.iter().copied().max_by_key(|x| (follows(x), asker.is_own(*x)))
}

fn step(asker: &Asker<'_>, act: Point, since: Point, asked_by: Vec<NormId>) -> Step {
    let protocol = asker.ground.protocol;
    let must = asked_by.iter().filter(|n| asker.in_tier(**n, Tier::Must));
    let limits: Vec<_> = must
        .flat_map(|n| describe::limits(protocol, *n))
        .map(|l| &l.kind)
        .collect();
    let bound = limits.iter().find_map(|l| match l {
        LimitKind::Within(length, _) => length.any.first().copied(),
        _ => None,
    });
    let decided_there = asked_by.iter().any(|n| match n {
        NormId::Decision(d) => protocol.decisions.get(d.index()).is_some_and(|d| d.at.is_some()),
        NormId::Rule(_) => false,
    });
    let at_once = decided_there
        || limits
            .iter()
            .any(|l| matches!(l, LimitKind::At(_) | LimitKind::SameDay(_)));
    Step {
        act,
        since,
        asked_by,
        bound,
        at_once,
    }
}

fn working_days(count: u32) -> Duration {
    Duration {
        count,
        unit: Unit::WorkingDays,
        clear: false,
    }
}

/// `later` comes so long after `earlier`, or later still.
fn at_least(asker: &mut Asker<'_>, earlier: Point, duration: Duration, later: Point) -> Formula {
    let back = asker.ground.table(duration, true);
    Lit::Le(earlier, back, later).into()
}

/// `later` comes so long after `earlier` at the latest.
fn at_most(asker: &mut Asker<'_>, earlier: Point, duration: Duration, later: Point) -> Formula {
    let reach = asker.ground.table(duration, false);
    Lit::Le(later, reach, earlier).into()
}

/// How long the steps may take together; none if the duty does not turn on that.
fn room(asker: &mut Asker<'_>, chain: Chain) -> Option<Room> {
    let never = at_least(asker, chain.root, working_days(ENDLESS), chain.trigger);
    let claims = [chain.engaged.clone(), chain.kept.clone(), never];
    let late = asker.scene(&chain.part, &claims, &chain.part.norms, chain.hidden.clone());
    let core = asker.core_of(&late, &chain.waived, &[])?;
    let mut given: Vec<(Choice, u64)> = Vec::new();
    let (mut days, mut start) = threshold(asker, &chain, &given)?;
    let mut sure = false;
    for _ in 0..CASES {
        match worse(asker, &chain, days, start, &given) {
            Adverse::None => {
                sure = true;
                break;
            }
            Adverse::Case(case) => {
                let mut worse = given.clone();
                worse.extend(case);
                // A case in which it cannot be kept at all is a clash, and told as one.
                let Some(found) = threshold(asker, &chain, &worse) else {
                    break;
                };
                (days, start) = found;
                given = worse;
            }
            Adverse::Unfinished => break,
        }
    }
    Some(Room {
        chain,
        days,
        start,
        given,
        sure,
        core,
    })
}

/// The greatest number of working days from root to trigger that leaves a way from every start date, and a date from which one
/// more does not.
fn threshold(asker: &mut Asker<'_>, chain: &Chain, given: &[(Choice, u64)]) -> Option<(u32, i32)> {
    let from = |asker: &mut Asker<'_>, days: u32| {
        let waits = at_least(asker, chain.root, working_days(days), chain.trigger);
        asker.stuck_from(&chain.scene, &chain.waived, chain.root, &[waits], given)
    };
    if from(asker, 0) != Stuck::Never {
        return None;
    }
    let (mut can, mut cannot) = (0, ENDLESS);
    let mut start = None;
    while cannot - can > 1 {
        let days = can + (cannot - can) / 2;
        match from(asker, days) {
            Stuck::Never => can = days,
            Stuck::From(day) => {
                cannot = days;
                start = Some(day);
            }
            Stuck::Unfinished => return None,
        }
    }
    Some((can, start?))
}

/// A case in which even so many days are too many from this date.
fn worse(asker: &mut Asker<'_>, chain: &Chain, days: u32, start: i32, given: &[(Choice, u64)]) -> Adverse {
    let waits = at_least(asker, chain.root, working_days(days), chain.trigger);
    let mut claims = vec![chain.engaged.clone(), chain.kept.clone(), waits];
    claims.extend(given.iter().map(|(c, set)| Formula::from(Lit::Is(*c, *set))));
    claims.extend([Lit::From(chain.root, start), Lit::Until(chain.root, start)].map(Formula::from));
    let scene = asker.scene(&chain.part, &claims, &chain.part.norms, chain.hidden.clone());
    asker.adverse(&scene, &chain.waived)
}

/// Working days for each limitless step, of so many for all; one that is asked for in a number (a *should*) keeps to that if it can.
fn shares(asker: &Asker<'_>, chain: &Chain, days: u32) -> Option<Vec<Option<Duration>>> {
    let protocol = asker.ground.protocol;
    let asked = |step: &Step| {
        let limits = step.asked_by.iter().flat_map(|n| describe::limits(protocol, *n));
        limits.into_iter().find_map(|l| match &l.kind {
            LimitKind::Within(length, _) => length.any.first().copied().filter(|d| d.unit == Unit::WorkingDays),
            _ => None,
        })
    };
    let open: Vec<&Step> = chain.steps.iter().filter(|s| s.is_limitless()).collect();
    let free = u32::try_from(open.iter().filter(|s| asked(s).is_none()).count()).ok()?;
    let fixed: u32 = open.iter().filter_map(|s| asked(s)).map(|d| d.count).sum();
    let left = days.checked_sub(fixed)?;
    if left < free {
        return None;
    }
    let (each, mut over) = (left.checked_div(free).unwrap_or(0), left.checked_rem(free).unwrap_or(0));
    let share = |step: &Step| {
        if !step.is_limitless() {
            return None;
        }
        Some(asked(step).unwrap_or_else(|| {
            let more = u32::from(over > 0);
            over -= more;
            working_days(each + more)
        }))
    };
    Some(chain.steps.iter().map(share).collect())
}

/// Bounds for the limitless steps with which the duty can be kept from every start date, in every case that is known to matter,
/// though each step takes all of its time. Each proposal is solved anew.
fn proposal(asker: &mut Asker<'_>, room: &Room) -> Option<Vec<(usize, Duration)>> {
    let chain = &room.chain;
    for days in (1..=room.days).rev() {
        let Some(shares) = shares(asker, chain, days) else {
            break;
        };
        let mut taken = Vec::new();
        for (step, share) in chain.steps.iter().zip(&shares) {
            if let Some(length) = share.or(step.bound) {
                taken.push(at_least(asker, step.since, length, step.act));
                taken.push(at_most(asker, step.since, length, step.act));
            }
        }
        let all_taken = all(taken);
        let kept = asker.stuck_from(&chain.scene, &chain.waived, chain.root, &[all_taken], &room.given);
        if kept == Stuck::Never {
            return Some((0..).zip(shares).filter_map(|(at, s)| Some((at, s?))).collect());
        }
    }
    None
}
