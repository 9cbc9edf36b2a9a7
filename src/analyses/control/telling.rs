//! A chain that guarantees nothing, in words: what waits for what, a dated case, and bounds that would do. In: the rooms of one
//! chain, that of the least first. Out: a finding, confirmed by the judge.

use crate::diagnostics::{Evidence, LabelKind, Severity, code};
use crate::model::{Body, LimitKind, NormId, words};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::net::{Formula, Lit, Point};

use super::super::case::{self, Shown};
use super::super::finding::{Finding, Reach};
use super::super::{clashes, describe, states};
use super::{ENDLESS, Room, Step, at_least, at_most, proposal, shares, working_days};

/// How many start dates near the first of the year are tried for the story.
const TRIES: i32 = 200;

/// One finding; none if the judge confirms no case.
pub(super) fn finding(asker: &mut Asker<'_>, rooms: &[Room]) -> Option<Finding> {
    let room = rooms.first()?;
    let chain = &room.chain;
    let protocol = asker.ground.protocol;
    let anchor = anchor(asker, chain.duty);
    let shown = shown(asker, room, anchor)?;
    let open: Vec<&Step> = chain.steps.iter().filter(|s| s.is_limitless()).collect();
    let limitless: Vec<NormId> = open.iter().filter_map(|s| s.norm()).collect();
    let duty = describe::quoted(protocol, chain.duty);
    let root = chain.steps.first().map(|s| since(asker, s)).unwrap_or_default();
    let mut places: Vec<_> = describe::body_span(protocol, chain.duty)
        .map(|span| (span, "this may come too late".to_owned(), LabelKind::Primary))
        .into_iter()
        .collect();
    for norm in &limitless {
        let others = if outside(asker, *norm) {
            ", and others time it"
        } else {
            ""
        };
        let text = format!("no number of days is set for this{others}");
        let span = describe::body_span(protocol, *norm);
        places.extend(span.map(|span| (span, text, LabelKind::Secondary)));
    }
    let mut told = vec![chain.duty];
    told.extend(chain.steps.iter().filter_map(Step::norm));
    told.extend(
        room.core
            .iter()
            .copied()
            .filter(|n| !told.contains(n))
            .collect::<Vec<_>>(),
    );
    let end = shown.case.dated.iter().map(|(x, _)| *x).find(|x| Some(*x) == anchor);
    let mut story = case::telling_up_to(asker, &shown.case, &told, end);
    let broken = case::breach_step(protocol, chain.duty, shown.when);
    let at = story.partition_point(|s| s.day <= broken.day);
    story.insert(at, broken);
    if end.is_none() {
        story.retain(|s| s.day <= Some(shown.when));
    }
    let mut notes = vec![
        "asked: is it guaranteed, however long a step without a number of days takes? If they are quick, it can be kept".to_owned(),
    ];
    let together = if open.len() == 1 {
        "the step"
    } else {
        "the steps together"
    };
    let or_less = if room.sure { "" } else { " or fewer" };
    notes.push(format!(
        "for {duty} to be in time from every start date, {together} may take {}{or_less}, counted from when {root}",
        days(room.days)
    ));
    for step in &open {
        let mild: Vec<NormId> = step
            .asked_by
            .iter()
            .copied()
            .filter(|n| describe::is_should(protocol, *n) && describe::has_deadline(protocol, *n))
            .collect();
        if !mild.is_empty() {
            notes.push(format!(
                "{} gives a number of days, but only with `should`",
                describe::list(protocol, &mild)
            ));
        }
    }
    let assumed = case::assumptions(asker, &room.given);
    if !assumed.is_empty() {
        notes.push(format!("the case in which that is least: {}", assumed.join("; ")));
    }
    notes.extend(clashes::set_aside(protocol, &chain.waived));
    let mut others: Vec<NormId> = rooms
        .iter()
        .skip(1)
        .map(|r| r.chain.duty)
        .filter(|n| *n != chain.duty)
        .collect();
    others.dedup();
    if !others.is_empty() {
        notes.push(format!(
            "the same steps are waited for by {}",
            describe::list(protocol, &others)
        ));
    }
    let (help, solved) = help(asker, room);
    notes.extend(solved);
    let mut core = vec![chain.duty];
    core.extend(limitless.iter().copied().filter(|n| *n != chain.duty));
    Some(Finding {
        code: code::NOT_GUARANTEED,
        severity: Severity::Warning,
        headline: format!(
            "nothing guarantees {duty}: it waits for {}, and no number of days is set for {}",
            describe::list(protocol, &limitless),
            if open.len() == 1 { "that" } else { "these" }
        ),
        related: room.core.iter().copied().filter(|n| !core.contains(n)).collect(),
        protects: states::touches_protected(asker, &core),
        core,
        places,
        story,
        notes,
        help,
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
    })
}

/// `1 working day`, `10 working days`.
fn days(n: u32) -> String {
    working_days(n).to_string()
}

/// Whether those who must are not ours.
fn outside(asker: &Asker<'_>, norm: NormId) -> bool {
    let NormId::Rule(r) = norm else { return false };
    match asker.ground.protocol.rules.get(r.index()).map(|r| &r.body) {
        Some(Body::Norm { subject, .. }) => {
            let who = subject.who().map_or(&[][..], |w| &w.parties);
            !who.is_empty() && who.iter().all(|p| asker.ground.is_outside_party(*p))
        }
        _ => false,
    }
}

/// A case, near the first of the year if it can be, in which each step takes its time, everything else is obeyed, and the duty is
/// broken.
fn shown(asker: &mut Asker<'_>, room: &Room, anchor: Option<Point>) -> Option<Shown> {
    let chain = &room.chain;
    let obeyed: Vec<NormId> = chain.part.norms.iter().copied().filter(|n| *n != chain.duty).collect();
    let wait = at_least(asker, chain.root, working_days(room.days + 1), chain.trigger);
    let given: Vec<Formula> = room.given.iter().map(|(c, set)| Lit::Is(*c, *set).into()).collect();
    let mut late = vec![chain.engaged.clone(), wait.clone()];
    late.extend(given.iter().cloned());
    // Just so late, and each of them slow rather than the last alone.
    let mut slow = late.clone();
    slow.push(at_most(asker, chain.root, working_days(room.days + 1), chain.trigger));
    if let Some(shares) = shares(asker, chain, room.days + 1) {
        for (step, share) in chain.steps.iter().zip(shares) {
            if let Some(length) = share.or(step.bound) {
                slow.push(at_least(asker, step.since, length, step.act));
            }
        }
    }
    let first = super::super::first_day(asker)?;
    let starts: Vec<i32> = (first..first + TRIES).chain([room.start]).collect();
    let start = starts.into_iter().find(|day| {
        let on = [Lit::From(chain.root, *day), Lit::Until(chain.root, *day)].map(Formula::from);
        let also: Vec<Formula> = on
            .into_iter()
            .chain(given.iter().cloned())
            .chain([wait.clone()])
            .collect();
        matches!(asker.play_where(&chain.scene, &chain.waived, &also), Outcome::Unsat(_))
    })?;
    let fixed = [Lit::From(chain.root, start), Lit::Until(chain.root, start)].map(Formula::from);
    let kept: Vec<NormId> = obeyed.iter().copied().filter(|n| !chain.waived.contains(n)).collect();
    let mut ways = vec![slow.clone(), late];
    // What the duty has to come before comes as late as the rest allows: else it would be missed by that alone.
    if let Some(anchor) = anchor {
        let scene = asker.scene(&chain.part, &slow, &obeyed, chain.hidden.clone());
        let after = |asker: &mut Asker<'_>, days: u32| {
            let later = at_least(asker, chain.trigger, working_days(days), anchor);
            vec![
                later,
                Lit::Occurs(anchor, true).into(),
                Lit::Before(chain.trigger, anchor).into(),
            ]
        };
        let can = |asker: &mut Asker<'_>, days: u32| {
            let also: Vec<Formula> = after(asker, days).into_iter().chain(fixed.clone()).collect();
            matches!(asker.play_where(&scene, &chain.waived, &also), Outcome::Sat(_))
        };
        if can(asker, 0) {
            let (mut least, mut most) = (0, ENDLESS);
            while most - least > 1 {
                let days = least + (most - least) / 2;
                if can(asker, days) { least = days } else { most = days }
            }
            let apart = after(asker, least);
            ways.insert(0, slow.into_iter().chain(apart).collect());
        }
    }
    ways.into_iter().find_map(|claims| {
        let scene = asker.scene(&chain.part, &claims, &obeyed, chain.hidden.clone());
        let Outcome::Sat(leaf) = asker.plainest(&scene, &chain.waived, &fixed) else {
            return None;
        };
        let made = case::case(asker, &leaf, &[(chain.root, start)], start.min(first), Taste::Early)?;
        case::show(asker, &made, chain.duty, &kept, super::super::judge_tier(Tier::Must))
    })
}

/// What a duty has to come before, if that is what its last day hangs on.
fn anchor(asker: &mut Asker<'_>, duty: NormId) -> Option<Point> {
    let limits = describe::limits(asker.ground.protocol, duty);
    let moments = limits.iter().find_map(|l| match &l.kind {
        LimitKind::AtLeastBefore(_, m) | LimitKind::Before(m) => Some(m),
        _ => None,
    })?;
    asker.ground.denoted_by(moments).first().map(|a| a.at)
}

/// What a step waits for, in the words of who is asked for it.
fn since(asker: &mut Asker<'_>, step: &Step) -> String {
    let protocol = asker.ground.protocol;
    for norm in &step.asked_by {
        for moments in asker.ground.awaits(*norm) {
            if asker.ground.denoted_by(&moments).iter().any(|a| a.at == step.since) {
                return words::moments(protocol, &moments);
            }
        }
    }
    let what = asker.ground.instance(step.since).map(|i| i.class);
    what.map(|w| words::happening(protocol, w)).unwrap_or_default()
}

/// What to do, and what stands behind it.
fn help(asker: &mut Asker<'_>, room: &Room) -> (Vec<String>, Option<String>) {
    let Some(bounds) = proposal(asker, room) else {
        let help = "set a number of days for each step, or measure the duty from the last of them";
        return (vec![help.to_owned()], None);
    };
    let protocol = asker.ground.protocol;
    let mut said: Vec<String> = Vec::new();
    for (at, length) in bounds {
        if let Some((step, norm)) = room.chain.steps.get(at).and_then(|s| Some((s, s.norm()?))) {
            let name = describe::quoted(protocol, norm);
            said.push(format!("{name} within {length} after {}", since(asker, step)));
        }
    }
    (
        vec![format!("set a number of days for each; these would do: {}", said.join("; "))],
        Some("the numbers in the help were solved again: with them, each step may take all of its time, from every start date".to_owned()),
    )
}
