//! Chains: what a duty waits for, step by step, back to something outside. In: a duty and what engages it. Out: a [`Chain`], each step
//! with who asks for it, how long it may take, and whether whoever owes the duty has it in hand.

use std::collections::BTreeSet;

use crate::model::{Body, LimitKind, Modal, NormId, Party, Who};
use crate::solve::adverse::Adverse;
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::control::Course;
use crate::solve::ground::norms;
use crate::solve::net::{Formula, Lit, Point, TableId, all, any};
use crate::solve::parts::Part;
use crate::solve::project::Delay;
use crate::solve::search::Leaf;
use crate::time::{Duration, Unit};

use super::super::clashes::Clashes;
use super::super::law::past_clashes;
use super::super::{circles, describe};

/// One act of ours that another has to wait for.
#[derive(Debug, Clone)]
pub(super) struct Step {
    /// The act.
    pub act: Point,
    /// What it waits for.
    pub since: Point,
    /// Who asks for it: what must be obeyed before what should, ours before the law.
    pub asked_by: Vec<NormId>,
    /// Its own length, where one who must do it is given one; of those it may be read as, the longest.
    pub bound: Option<Duration>,
    /// It is done on the day of what it waits for, or in it.
    pub at_once: bool,
    /// Whoever owes the duty at the end of the chain can do it as soon as he likes.
    pub in_hand: bool,
    /// All that is said of when it is done, by those who bind, is a first or a last day measured from what it waits for.
    pub is_plain: bool,
    /// The last days it is given: from what, and by which table.
    last: Vec<(Point, TableId, Formula)>,
    /// The first days it is given: of `at least ... after`, from what and how long.
    first: Vec<(Point, TableId, Formula)>,
}

impl Step {
    /// Nothing says how long it may take.
    pub fn is_limitless(&self) -> bool {
        self.bound.is_none() && !self.at_once
    }

    /// The first of those who ask for it.
    pub fn norm(&self) -> Option<NormId> {
        self.asked_by.first().copied()
    }
}

/// A duty, and all that it waits for since something outside.
#[derive(Clone)]
pub(super) struct Chain {
    pub duty: NormId,
    pub tier: Tier,
    /// What engages it, or what its act has to come after.
    pub trigger: Point,
    pub root: Point,
    /// In order.
    pub steps: Vec<Step>,
    /// Which of the steps may be slow.
    pub slow: Vec<usize>,
    /// The duty is engaged, and kept: a miss that another rule makes good is a miss.
    pub scene: Scene,
    /// The duty is engaged.
    pub asked: Scene,
    pub engaged: Formula,
    pub kept: Formula,
    pub part: Part,
    pub hidden: BTreeSet<Point>,
    pub waived: BTreeSet<NormId>,
}

impl Chain {
    /// The steps that may be slow, in order.
    pub fn slow(&self) -> impl Iterator<Item = &Step> {
        self.slow.iter().filter_map(|at| self.steps.get(*at))
    }

    /// The last of these.
    pub fn end(&self) -> Point {
        self.slow().last().map_or(self.trigger, |s| s.act)
    }

    /// The same with only such steps slow; none if there are none.
    pub fn with_slow(&self, is_slow: impl Fn(&Step) -> bool) -> Option<Chain> {
        let slow: Vec<usize> = (0..)
            .zip(&self.steps)
            .filter(|(_, s)| !s.at_once && is_slow(s))
            .map(|(at, _)| at)
            .collect();
        (!slow.is_empty()).then(|| Chain { slow, ..self.clone() })
    }

    /// The course on which these are true too.
    pub fn course<'c>(&'c self, also: &'c [Formula]) -> Course<'c> {
        Course {
            scene: &self.scene,
            asked: &self.asked,
            out: &self.waived,
            root: self.root,
            also,
            delays: &[],
            tried: &[],
            searched: None,
        }
    }

    /// A scene in which the duty is engaged and kept, and these are true too.
    pub fn scene_with(&self, asker: &mut Asker<'_>, also: &[Formula]) -> Scene {
        let mut claims = vec![self.engaged.clone(), self.kept.clone()];
        claims.extend(also.iter().cloned());
        asker.scene(&self.part, &claims, &self.part.norms, self.hidden.clone())
    }

    /// A case in which the duty may be engaged with these true, but then not be kept with everything obeyed.
    pub fn adverse(&self, asker: &mut Asker<'_>, also: &[Formula]) -> Adverse {
        let mut claims = vec![self.engaged.clone()];
        claims.extend(also.iter().cloned());
        let asked = asker.scene(&self.part, &claims, &self.part.norms, self.hidden.clone());
        let scene = self.scene_with(asker, also);
        asker.adverse_to(&asked, &scene, &self.waived)
    }
}

/// What the duty waits for since something outside, in the plainest case; `end` is what engages it, or what its act has to come after.
pub(super) fn chain(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    (part, tier): (&Part, Tier),
    duty: NormId,
    end: Point,
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
    let mut open = vec![end];
    while let Some(act) = open.pop() {
        if steps.iter().any(|s| s.act == act) || roots.contains(&act) {
            continue;
        }
        if !asker.is_own(act) {
            roots.push(act);
            continue;
        }
        let by = askers(asker, act);
        let since = since(asker, &leaf, &by, act)?;
        open.push(since);
        steps.push(step(asker, (duty, tier), act, since, by));
    }
    steps.reverse();
    let root = roots.pop()?;
    // Of what began before the rule was in force, nothing is asked.
    let claims = [all([engaged, asker.ground.in_force(duty, root)]), kept];
    let scene = asker.scene(part, &claims, &part.norms, hidden.clone());
    let asked = asker.scene(part, &claims[..1], &part.norms, hidden.clone());
    let [engaged, kept] = claims;
    Some(Chain {
        duty,
        tier,
        trigger: end,
        root,
        steps,
        slow: Vec::new(),
        scene,
        asked,
        engaged,
        kept,
        part: part.clone(),
        hidden,
        waived,
    })
}

/// Who asks for an act: who must before who should, ours before the law. Where nobody does, what leaves it to somebody outside, who
/// times it as they like.
fn askers(asker: &Asker<'_>, act: Point) -> Vec<NormId> {
    let protocol = asker.ground.protocol;
    let mut asked = circles::askers(asker, act).unwrap_or_default();
    asked.retain(|n| asker.ground.binds(*n));
    if asked.is_empty() {
        let class = asker.ground.instance(act).map(|i| i.class);
        let leaves = |n: &NormId| class.is_some_and(|c| asker.ground.asks_for(*n, c)) && is_left_to_others(asker, *n);
        asked = norms(protocol).filter(leaves).collect();
    }
    asked.sort_by_key(|n| (!asker.in_tier(*n, Tier::Must), !describe::is_local(protocol, *n), *n));
    asked
}

/// A permission of nobody but those outside.
fn is_left_to_others(asker: &Asker<'_>, norm: NormId) -> bool {
    let NormId::Rule(r) = norm else { return false };
    match asker.ground.protocol.rules.get(r.index()).map(|r| &r.body) {
        Some(Body::Norm {
            modal: Modal::May,
            subject,
            ..
        }) => subject.who().is_some_and(|who| {
            !who.parties.is_empty() && who.parties.iter().all(|p| asker.ground.is_outside_party(*p))
        }),
        _ => false,
    }
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

/// Who must, by name.
fn holder<'p>(asker: &Asker<'p>, norm: NormId) -> Option<&'p Who> {
    let protocol = asker.ground.protocol;
    match norm {
        NormId::Rule(r) => match &protocol.rules.get(r.index())?.body {
            Body::Norm { subject, .. } => subject.who(),
            _ => None,
        },
        NormId::Decision(d) => protocol.decisions.get(d.index())?.decided_by.given(),
    }
}

fn step(asker: &mut Asker<'_>, (duty, tier): (NormId, Tier), act: Point, since: Point, asked_by: Vec<NormId>) -> Step {
    let protocol = asker.ground.protocol;
    let binds = |n: &NormId| asker.in_tier(*n, tier) || is_left_to_others(asker, *n);
    let bind: Vec<NormId> = asked_by.iter().copied().filter(binds).collect();
    let limits: Vec<_> = bind
        .iter()
        .flat_map(|n| describe::limits(protocol, *n))
        .map(|l| &l.kind)
        .collect();
    let bound = limits.iter().find_map(|l| match l {
        LimitKind::Within(length, _) => length.any.iter().copied().max_by_key(calendar_days),
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
    let owes = holder(asker, duty);
    let in_hand = asked_by.iter().any(|n| match (holder(asker, *n), owes) {
        (Some(theirs), Some(owes)) => theirs
            .parties
            .iter()
            .all(|p: &Party| asker.ground.counts_as_one(*p, owes)),
        _ => false,
    });
    let (mut first, mut last) = (Vec::new(), Vec::new());
    let mut is_plain = limits.iter().all(|l| {
        matches!(
            l,
            LimitKind::Within(..) | LimitKind::AtLeastAfter(..) | LimitKind::After(_)
        )
    });
    for norm in &bind {
        let open = asker.ground.open(*norm).into_iter();
        for tie in open
            .filter(|o| o.acts.iter().any(|(x, _)| *x == act))
            .flat_map(|o| o.ties)
        {
            is_plain &= tie.from == since;
            let ends = match (&tie.limit.kind, tie.length) {
                (LimitKind::Within(..), _) => &mut last,
                (LimitKind::AtLeastAfter(..), Some(length)) => {
                    first.push((tie.from, asker.ground.table(length, false), tie.meant));
                    continue;
                }
                _ => continue,
            };
            ends.push((tie.from, tie.table, tie.meant));
        }
    }
    // Of several first or last days, not one alone would count.
    is_plain &= first.len() <= 1 && last.len() == 1;
    Step {
        act,
        since,
        asked_by,
        bound,
        at_once,
        in_hand,
        is_plain,
        last,
        first,
    }
}

/// About how many days a length comes to: to tell a longer from a shorter one.
fn calendar_days(length: &Duration) -> u32 {
    match length.unit {
        Unit::Hours => length.count / 24,
        Unit::WorkingDays => length.count * 7 / 5,
        Unit::CalendarDays => length.count,
        Unit::Weeks => length.count * 7,
        Unit::Months => length.count * 30,
        Unit::Years => length.count * 365,
    }
}

/// So many working days.
pub(super) fn working_days(count: u32) -> Duration {
    Duration {
        count,
        unit: Unit::WorkingDays,
        clear: false,
    }
}

/// `later` comes so long after `earlier`, or later still.
pub(super) fn at_least(asker: &mut Asker<'_>, earlier: Point, duration: Duration, later: Point) -> Formula {
    let back = asker.ground.table(duration, true);
    Lit::Le(earlier, back, later).into()
}

/// `later` comes so long after `earlier` at the latest.
pub(super) fn at_most(asker: &mut Asker<'_>, earlier: Point, duration: Duration, later: Point) -> Formula {
    let reach = asker.ground.table(duration, false);
    Lit::Le(later, reach, earlier).into()
}

/// A step comes on the last day that any who ask for it leave it. None if none does.
pub(super) fn on_last_day(asker: &mut Asker<'_>, step: &Step) -> Option<Formula> {
    let mut ways = Vec::new();
    for (from, last, meant) in &step.last {
        let back = std::sync::Arc::new(asker.ground.net.get(*last).adjoint());
        let back = asker.ground.net.table(back);
        ways.push(all([meant.clone(), Lit::Le(*from, back, step.act).into()]));
    }
    (!ways.is_empty()).then(|| any(ways))
}

/// A step comes no later than those who ask for it leave it, which nobody need obey who only may.
pub(super) fn in_time(step: &Step) -> Formula {
    all(step
        .last
        .iter()
        .map(|(from, last, _)| Lit::Le(step.act, *last, *from).into()))
}

/// A step comes on the first day that it can: that of what it waits for, or so long after as it has to wait.
pub(super) fn on_first_day(asker: &Asker<'_>, step: &Step) -> Formula {
    let identity = asker.ground.net.identity;
    let same: Formula = Lit::Le(step.act, identity, step.since).into();
    let waited = step.first.iter().map(|(from, first, meant)| {
        let no_later = Lit::Le(step.act, *first, *from).into();
        all([meant.clone(), no_later])
    });
    any(std::iter::once(same).chain(waited))
}

/// A step may come on any day up to so long after what it waits for; of its own accord, up to the last day that it is given.
pub(super) fn delay(asker: &mut Asker<'_>, step: &Step, length: Option<Duration>) -> Option<Delay> {
    let ends = match length {
        Some(length) => (step.since, asker.ground.table(length, false)),
        // Of several, the one that is measured from what it waits for says most.
        None => {
            let same = step.last.iter().find(|(from, ..)| *from == step.since);
            same.or(step.last.first()).map(|(from, table, _)| (*from, *table))?
        }
    };
    let mut delay = asker.delay(step.act, step.since, ends);
    if let Some((_, first, _)) = step.first.iter().find(|(from, ..)| *from == step.since) {
        delay.least = asker.ground.net.shared(*first);
    }
    Some(delay)
}
