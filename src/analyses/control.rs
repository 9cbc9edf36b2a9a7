//! What no plan guarantees: a duty with a last day that waits for steps of others. Asked whether it can be kept, a step is quick; asked
//! here whether it is guaranteed, it takes as long as it may: without end where it has no number of days, all of its time where it
//! has, or none of it where that is worse; or, in calendar days, any part of it, of which no plan can know. Steps in the hands of
//! whoever owes the duty leave it to him; that they have less time than the text says is a note. In: an [`Asker`] and the clashes
//! known. Out: one finding per chain of steps, with a dated case, and bounds that would do.

mod bounds;
mod chain;
mod foresight;
mod notices;
mod telling;

use std::collections::BTreeSet;

use crate::model::{Limit, LimitKind, Moments, NormId};
use crate::solve::adverse::Adverse;
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::control::Stuck;
use crate::solve::ground::norms;
use crate::solve::net::{Choice, Formula, Lit, Point, all};
use crate::solve::parts::Part;

use super::clashes::Clashes;
use super::finding::Finding;
use super::law::{part_of, parts};
use super::{describe, states};
use chain::{Chain, at_least, on_first_day, on_last_day, working_days};

/// A wait of so many working days stands for one without end: about two years.
const ENDLESS: u32 = 500;
/// How often a threshold is asked for again in a case that is worse.
const CASES: usize = 4;

/// What the slow steps do for the duty to come too late, or too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// They take more than so many working days together, and those without a number of days may.
    Endless(u32),
    /// Each takes all of its time.
    Last,
    /// Each comes at once.
    First,
    /// Each at some time of its own, and no plan answers all.
    Unforeseen,
}

/// What a chain leaves.
struct Room {
    chain: Chain,
    pace: Pace,
    /// A start date (axis day) from which the duty cannot be kept at this pace.
    start: i32,
    /// The case in which that is so.
    given: Vec<(Choice, u64)>,
    /// No case is known to be worse.
    sure: bool,
    /// The norms that leave no more room.
    core: BTreeSet<NormId>,
}

impl Room {
    /// None of the steps is anybody else's than the duty.
    fn in_hand(&self) -> bool {
        self.chain.slow().all(|s| s.in_hand)
    }

    /// Who asks for the steps that are told.
    fn slow_norms(&self) -> Vec<NormId> {
        let endless = matches!(self.pace, Pace::Endless(_));
        let told = self.chain.slow().filter(|s| s.is_limitless() || !endless);
        told.filter_map(chain::Step::norm).collect()
    }
}

/// All chains, each told by the duty that it leaves least room for.
pub fn findings(asker: &mut Asker<'_>, clashes: &Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let parts = parts(asker);
    let mut rooms: Vec<Room> = Vec::new();
    for duty in norms(protocol) {
        let waits = states::asks(asker, duty) && ends(asker, duty) && asker.ground.has_instances(duty);
        let tier = [Tier::Must, Tier::Should].into_iter().find(|t| asker.in_tier(duty, *t));
        let Some(tier) = tier.filter(|_| waits && !asker.ground.may_be_notice(duty)) else {
            continue;
        };
        if let Some(part) = part_of(&parts, duty, tier) {
            rooms.extend(of_duty(asker, clashes, (&part, tier), duty));
        }
    }
    let mut out = Vec::new();
    for group in folded(rooms) {
        let group = to_blame(asker, group);
        out.extend(telling::finding(asker, &group));
    }
    out.extend(notices::findings(asker));
    out
}

/// Without the duties for which it is too late only because it is for another of them, and not the other way round: a letter about
/// the same decision may go out whenever that is taken, but no history in which the other is kept goes so far.
fn to_blame(asker: &mut Asker<'_>, group: Vec<Room>) -> Vec<Room> {
    if group.len() < 2 {
        return group;
    }
    let mut fails_by_others = |room: &Room| {
        let apart = |other: &&Room| other.chain.duty != room.chain.duty;
        let firm = group
            .iter()
            .filter(apart)
            .filter(|o| fails_without(asker, o, [room.chain.duty].into()));
        let firm: BTreeSet<NormId> = firm.map(|o| o.chain.duty).collect();
        !firm.is_empty() && !fails_without(asker, room, firm)
    };
    let blamed: Vec<bool> = group.iter().map(|room| !fails_by_others(room)).collect();
    group
        .into_iter()
        .zip(blamed)
        .filter_map(|(room, blamed)| blamed.then_some(room))
        .collect()
}

/// Whether the duty of a room cannot be kept at its pace even where these need not be.
fn fails_without(asker: &mut Asker<'_>, room: &Room, mut out: BTreeSet<NormId>) -> bool {
    // It fails by its core alone, whatever else is obeyed; of what cannot be foreseen the core answers another question.
    if room.pace != Pace::Unforeseen && room.core.is_disjoint(&out) {
        return true;
    }
    out.extend(&room.chain.waived);
    let also = telling::claims(asker, room);
    matches!(asker.play_where(&room.chain.scene, &out, &also), Outcome::Unsat(_))
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

/// Chains of which one has all the slow steps of the other are one, if they are slow in the same way and as bad; the duty with least
/// room comes first, a *must* before a *should*.
fn folded(mut rooms: Vec<Room>) -> Vec<Vec<Room>> {
    let days = |r: &Room| match r.pace {
        Pace::Endless(days) => days,
        Pace::Last | Pace::First | Pace::Unforeseen => 0,
    };
    rooms.sort_by_key(|r| (r.in_hand(), r.chain.tier, days(r), r.chain.duty));
    let mut out: Vec<Vec<Room>> = Vec::new();
    for room in rooms {
        let mine: BTreeSet<NormId> = room.slow_norms().into_iter().collect();
        let same = out.iter_mut().find(|group| {
            let first = &group[0];
            let theirs: BTreeSet<NormId> = first.slow_norms().into_iter().collect();
            let alike = std::mem::discriminant(&first.pace) == std::mem::discriminant(&room.pace);
            alike && first.in_hand() == room.in_hand() && (theirs.is_subset(&mine) || mine.is_subset(&theirs))
        });
        match same {
            Some(group) => group.push(room),
            None => out.push(vec![room]),
        }
    }
    out
}

fn of_duty(asker: &mut Asker<'_>, clashes: &Clashes, (part, tier): (&Part, Tier), duty: NormId) -> Option<Room> {
    let engaged = asker.engagements(duty);
    let awaited = awaited(asker, part, duty);
    let mut ways = Vec::new();
    for (trigger, engaged) in asker.ground.triggers(duty).into_iter().zip(engaged) {
        let kept = asker.ground.kept_duty(duty, &trigger);
        let ends: Vec<Point> = trigger.at.into_iter().chain(awaited.iter().copied()).collect();
        let own = ends.into_iter().filter(|x| asker.is_own(*x));
        ways.extend(own.map(|end| (end, (engaged.clone(), kept.clone()))));
    }
    for (end, claims) in ways {
        let Some(whole) = chain::chain(asker, clashes, (part, tier), duty, end, claims) else {
            continue;
        };
        // What others do may be slow or quick; what is in one's own hands is only ever slow.
        let found = whole.with_slow(|s| !s.in_hand).and_then(|theirs| {
            let slow = slow(asker, &theirs);
            let known = slow.or_else(|| at_once(asker, &theirs));
            known.or_else(|| foresight::unforeseen(asker, &theirs))
        });
        let found = found.or_else(|| whole.with_slow(|_| true).and_then(|any| slow(asker, &any)));
        if let Some(room) = found.filter(|r| !is_known(clashes, r)) {
            return Some(room);
        }
    }
    None
}

/// What the act of a duty has to come after, by its own limits or by what forbids it until then.
fn awaited(asker: &mut Asker<'_>, part: &Part, duty: NormId) -> Vec<Point> {
    let protocol = asker.ground.protocol;
    let after = |limit: &Limit| match &limit.kind {
        LimitKind::After(moments) | LimitKind::AtLeastAfter(_, moments) | LimitKind::StraightAfter(moments) => {
            Some(moments.clone())
        }
        _ => None,
    };
    let until = |limit: &Limit| match &limit.kind {
        LimitKind::Until(moments) => Some(moments.clone()),
        _ => None,
    };
    let mut moments: Vec<Moments> = describe::limits(protocol, duty).iter().filter_map(after).collect();
    let barred = |n: &&NormId| {
        describe::forbids(protocol, **n) && describe::act_of(protocol, **n) == describe::act_of(protocol, duty)
    };
    for bar in part.norms.iter().filter(barred) {
        moments.extend(describe::limits(protocol, *bar).iter().filter_map(until));
    }
    let mut out: Vec<Point> = Vec::new();
    for moment in moments {
        out.extend(asker.ground.denoted_by(&moment).into_iter().map(|m| m.at));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// A clash says so already: the slow step is an occurrence after which nothing helps.
fn is_known(clashes: &Clashes, room: &Room) -> bool {
    let within = |core: &BTreeSet<NormId>| core.contains(&room.chain.duty) && core.is_subset(&room.core);
    clashes.cores.iter().any(|c| within(&c.core))
}

/// The steps take as long as they may.
fn slow(asker: &mut Asker<'_>, chain: &Chain) -> Option<Room> {
    if chain.slow().any(chain::Step::is_limitless) {
        return endless(asker, chain);
    }
    let slow: Vec<_> = chain.slow().cloned().collect();
    let last: Vec<Formula> = slow.iter().filter_map(|s| on_last_day(asker, s)).collect();
    (last.len() == slow.len()).then_some(())?;
    at_pace(asker, chain, Pace::Last, all(last))
}

/// The steps come as early as they may.
fn at_once(asker: &mut Asker<'_>, chain: &Chain) -> Option<Room> {
    let first = all(chain.slow().map(|s| on_first_day(asker, s)));
    at_pace(asker, chain, Pace::First, first)
}

/// A start date, and perhaps a case, from which the duty can be kept, but not at this pace.
fn at_pace(asker: &mut Asker<'_>, chain: &Chain, pace: Pace, taken: Formula) -> Option<Room> {
    let also = [taken];
    let mut given = Vec::new();
    let stuck = |asker: &mut Asker<'_>, given: &[(Choice, u64)]| asker.stuck_from(&chain.course(&also), given);
    let mut found = stuck(asker, &given);
    if found == Stuck::Never
        && let Adverse::Case(case) = chain.adverse(asker, &also)
    {
        given = case;
        found = stuck(asker, &given);
    }
    let Stuck::From(start) = found else { return None };
    // What cannot be kept at any pace is a clash, and told as one.
    if asker.stuck_from(&chain.course(&[]), &given) != Stuck::Never {
        return None;
    }
    let mut claims = also.to_vec();
    claims.extend([Lit::From(chain.root, start), Lit::Until(chain.root, start)].map(Formula::from));
    let scene = chain.scene_with(asker, &claims);
    let core = asker.core_of(&scene, &chain.waived, &given)?;
    Some(Room {
        chain: chain.clone(),
        pace,
        start,
        given,
        sure: true,
        core,
    })
}

/// How long the steps may take together; none if the duty does not turn on that.
fn endless(asker: &mut Asker<'_>, chain: &Chain) -> Option<Room> {
    let never = at_least(asker, chain.root, working_days(ENDLESS), chain.end());
    let late = chain.scene_with(asker, &[never]);
    let core = asker.core_of(&late, &chain.waived, &[])?;
    let mut given: Vec<(Choice, u64)> = Vec::new();
    let (mut days, mut start) = threshold(asker, chain, &given)?;
    let mut sure = false;
    for _ in 0..CASES {
        match worse(asker, chain, days, start, &given) {
            Adverse::None => {
                sure = true;
                break;
            }
            Adverse::Case(case) => {
                let mut worse = given.clone();
                worse.extend(case);
                // A case in which it cannot be kept at all is a clash, and told as one.
                let Some(found) = threshold(asker, chain, &worse) else {
                    break;
                };
                (days, start) = found;
                given = worse;
            }
            Adverse::Unfinished => break,
        }
    }
    Some(Room {
        chain: chain.clone(),
        pace: Pace::Endless(days),
        start,
        given,
        sure,
        core,
    })
}

/// The greatest number of working days from root to the last slow step that leaves a way from every start date, and a date from
/// which one more does not.
fn threshold(asker: &mut Asker<'_>, chain: &Chain, given: &[(Choice, u64)]) -> Option<(u32, i32)> {
    let from = |asker: &mut Asker<'_>, days: u32| {
        let waits = [at_least(asker, chain.root, working_days(days), chain.end())];
        asker.stuck_from(&chain.course(&waits), given)
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
    let mut claims = vec![at_least(asker, chain.root, working_days(days), chain.end())];
    claims.extend(given.iter().map(|(c, set)| Formula::from(Lit::Is(*c, *set))));
    claims.extend([Lit::From(chain.root, start), Lit::Until(chain.root, start)].map(Formula::from));
    chain.adverse(asker, &claims)
}
