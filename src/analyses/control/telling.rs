//! A chain that guarantees nothing, in words: what waits for what, a dated case, and bounds that would do. In: the rooms of one
//! chain, that of the least first. Out: a finding, confirmed by the judge.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, code};
use crate::model::{Body, LimitKind, NormId, words};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::net::{Formula, Lit, Point};
use crate::time::Duration;

use super::super::case::{self, Shown};
use super::super::finding::{Finding, Reach};
use super::super::{clashes, describe, states};
use super::bounds::{Proposal, proposal, shares};
use super::chain::{Step, at_least, at_most, on_first_day, on_last_day, working_days};
use super::{ENDLESS, Pace, Room, foresight};

/// How many start dates near the first of the year are tried for the story.
const TRIES: i32 = 200;

/// One finding; none if the judge confirms no case.
pub(super) fn finding(asker: &mut Asker<'_>, rooms: &[Room]) -> Option<Finding> {
    let room = rooms.first()?;
    let chain = &room.chain;
    let protocol = asker.ground.protocol;
    let anchor = anchor(asker, chain.duty);
    // Others that wait for the same may be late with it.
    let fellows: BTreeSet<NormId> = rooms
        .iter()
        .map(|r| r.chain.duty)
        .filter(|n| *n != chain.duty)
        .collect();
    let shown = match shown(asker, room, anchor, &BTreeSet::new()) {
        None if !fellows.is_empty() => shown(asker, room, anchor, &fellows)?,
        shown => shown?,
    };
    let slow = room.slow_norms();
    let duty = describe::quoted(protocol, chain.duty);
    let mut told = vec![chain.duty];
    told.extend(chain.steps.iter().filter_map(Step::norm));
    let rest: Vec<NormId> = room.core.iter().copied().filter(|n| !told.contains(n)).collect();
    told.extend(rest);
    let end = shown.case.dated.iter().map(|(x, _)| *x).find(|x| Some(*x) == anchor);
    let mut story = case::telling_up_to(asker, &shown.case, &told, end);
    let broken = case::breach_step(protocol, chain.duty, shown.when);
    let at = story.partition_point(|s| s.day <= broken.day);
    story.insert(at, broken);
    if end.is_none() {
        // The last of the steps may come when it is too late already.
        let trigger = shown.case.dated.iter().find(|(x, _)| *x == chain.trigger);
        let trigger = trigger.and_then(|(_, at)| asker.ground.calendar.day(*at));
        story.retain(|s| s.day <= trigger.max(Some(shown.when)));
    }
    let mut notes = vec![asked(room).to_owned()];
    notes.extend(together(asker, room));
    notes.extend(in_the_way(asker, room));
    for step in chain.slow().filter(|s| s.is_limitless()) {
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
    let quick: Vec<NormId> = (0..)
        .zip(&chain.steps)
        .filter(|(at, s)| s.in_hand && !s.at_once && !chain.slow.contains(at))
        .filter_map(|(_, s)| s.norm())
        .collect();
    if !quick.is_empty() {
        notes.push(format!(
            "{} {} in the same hands as {duty}, and taken to be as quick as need be",
            describe::list(protocol, &quick),
            if quick.len() == 1 { "is" } else { "are" }
        ));
    }
    let assumed = case::assumptions(asker, &room.given);
    if !assumed.is_empty() {
        let which = match room.pace {
            Pace::Endless(_) => "the case in which that is least",
            Pace::Last | Pace::First | Pace::Unforeseen => "the case in which it is so",
        };
        notes.push(format!("{which}: {}", assumed.join("; ")));
    }
    notes.extend(clashes::set_aside(protocol, &chain.waived));
    if !fellows.is_empty() {
        let fellows: Vec<NormId> = fellows.into_iter().collect();
        notes.push(format!(
            "the same steps are waited for by {}",
            describe::list(protocol, &fellows)
        ));
    }
    let (help, solved) = help(asker, room, &duty);
    notes.extend(solved);
    let mut core = vec![chain.duty];
    core.extend(slow.iter().copied().filter(|n| *n != chain.duty));
    let mild = room.in_hand() || chain.tier == Tier::Should;
    Some(Finding {
        code: code::NOT_GUARANTEED,
        severity: if mild { Severity::Note } else { Severity::Warning },
        headline: headline(asker, room, &duty),
        related: room.core.iter().copied().filter(|n| !core.contains(n)).collect(),
        protects: states::touches_protected(asker, &core),
        places: places(asker, room),
        core,
        story,
        notes,
        help,
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
    })
}

/// The steps, as one or several.
fn of_steps<'w>(room: &Room, one: &'w str, several: &'w str) -> &'w str {
    if room.slow_norms().len() == 1 { one } else { several }
}

fn headline(asker: &Asker<'_>, room: &Room, duty: &str) -> String {
    let slow = describe::list(asker.ground.protocol, &room.slow_norms());
    match room.pace {
        Pace::Endless(_) if room.in_hand() => format!(
            "{slow} {} a last day that no rule sets: {duty} waits for {}",
            of_steps(room, "has", "have"),
            of_steps(room, "that", "these")
        ),
        _ if room.in_hand() => format!(
            "{slow} {} less time than the limit says: {duty} waits for {}",
            of_steps(room, "has", "have"),
            of_steps(room, "that", "these")
        ),
        Pace::Endless(_) => format!(
            "nothing guarantees {duty}: it waits for {slow}, and no number of days is set for {}",
            of_steps(room, "that", "these")
        ),
        Pace::Last => match room.chain.slow().map(|s| s.bound).collect::<Vec<_>>().as_slice() {
            [Some(length)] => format!("nothing guarantees {duty}: it waits for {slow}, which may take {length}"),
            _ => format!("nothing guarantees {duty}: it waits for {slow}, and each of these may take all of its time"),
        },
        Pace::First => format!(
            "nothing guarantees {duty}: it waits for {slow}, which may come {}",
            of_steps(room, "as soon as it is asked for", "each as soon as it is asked for")
        ),
        Pace::Unforeseen => format!(
            "nothing guarantees {duty}: only whoever knew beforehand how long {slow} {} could be in time",
            of_steps(room, "takes", "take")
        ),
    }
}

/// What the verdict answers.
fn asked(room: &Room) -> &'static str {
    match room.pace {
        _ if room.in_hand() => {
            "asked: does it hold whatever time is taken? Whoever has to do the one has the other in hand, so it can be kept, if done earlier than the text says"
        }
        Pace::Endless(_) => {
            "asked: is it guaranteed, however long a step without a number of days takes? If they are quick, it can be kept"
        }
        Pace::Last => {
            "asked: is it guaranteed, if all others keep to their limits and take all of their time? If they are quicker, it can be kept"
        }
        Pace::First => {
            "asked: is it guaranteed, if others are as quick as they may? If they are slower, it can be kept"
        }
        Pace::Unforeseen => {
            "asked: is there a way to act that is in time whatever part of their time others take, if on each day only what has happened by then is known? There is none (dynamic control, exact for calendar days)"
        }
    }
}

/// How long the steps may take together, where no rule says how long any may.
fn together(asker: &mut Asker<'_>, room: &Room) -> Option<String> {
    let Pace::Endless(most) = room.pace else { return None };
    let root = room.chain.steps.first().cloned()?;
    let root = since(asker, &root);
    let together = of_steps(room, "the step", "the steps together");
    let or_less = if room.sure { "" } else { " or fewer" };
    Some(format!(
        "for {} to be in time from every start date, {together} may take {}{or_less}, counted from when {root}",
        describe::quoted(asker.ground.protocol, room.chain.duty),
        days(most)
    ))
}

/// Which rules leave no plan.
fn in_the_way(asker: &Asker<'_>, room: &Room) -> Option<String> {
    let core: Vec<NormId> = room.core.iter().copied().collect();
    let said = || {
        format!(
            "what stands in the way of every plan is the days of {}, together",
            describe::list(asker.ground.protocol, &core)
        )
    };
    (room.pace == Pace::Unforeseen).then(said)
}

fn places(asker: &Asker<'_>, room: &Room) -> Vec<(crate::source::Span, String, LabelKind)> {
    let protocol = asker.ground.protocol;
    let late = match room.pace {
        Pace::First => "this may be wanted too early",
        Pace::Endless(_) | Pace::Last => "this may come too late",
        Pace::Unforeseen => "this may come too early or too late",
    };
    let mut places: Vec<_> = describe::body_span(protocol, room.chain.duty)
        .map(|span| (span, late.to_owned(), LabelKind::Primary))
        .into_iter()
        .collect();
    for norm in room.slow_norms() {
        let others = if outside(asker, norm) {
            ", and others time it"
        } else {
            ""
        };
        let text = match room.pace {
            Pace::Endless(_) => "no number of days is set for this",
            Pace::Last => "this may take all of its time",
            Pace::First => "this may come at once",
            Pace::Unforeseen => "this may come on any day of its time",
        };
        let span = describe::body_span(protocol, norm);
        places.extend(span.map(|span| (span, format!("{text}{others}"), LabelKind::Secondary)));
    }
    places
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

/// What the story claims of its pace: what makes the duty fail, and then that each step goes at that pace rather than the last alone.
fn pace(asker: &mut Asker<'_>, room: &Room) -> (Vec<Formula>, Vec<Formula>) {
    let chain = &room.chain;
    let mut each: Vec<Formula> = Vec::new();
    match room.pace {
        Pace::Endless(days) => {
            let wait = at_least(asker, chain.root, working_days(days + 1), chain.end());
            each.push(at_most(asker, chain.root, working_days(days + 1), chain.end()));
            let shares = shares(asker, chain, days + 1).unwrap_or_default();
            for at in &chain.slow {
                let Some(step) = chain.steps.get(*at) else { continue };
                let share = shares.iter().find(|(s, _)| s == at).map(|(_, length)| *length);
                if let Some(length) = share.or(step.bound) {
                    each.push(at_least(asker, step.since, length, step.act));
                }
            }
            (vec![wait], each)
        }
        Pace::Last => (chain.slow().filter_map(|s| on_last_day(asker, s)).collect(), each),
        Pace::First => (chain.slow().map(|s| on_first_day(asker, s)).collect(), each),
        Pace::Unforeseen => (Vec::new(), each),
    }
}

/// That the steps take as long as they may, or as little, from the start date of a room and in its case.
pub(super) fn claims(asker: &mut Asker<'_>, room: &Room) -> Vec<Formula> {
    let chain = &room.chain;
    let mut claims = match room.pace {
        Pace::Endless(_) => vec![at_least(asker, chain.root, working_days(ENDLESS), chain.end())],
        Pace::Last | Pace::First | Pace::Unforeseen => pace(asker, room).0,
    };
    claims.extend([Lit::From(chain.root, room.start), Lit::Until(chain.root, room.start)].map(Formula::from));
    claims.extend(room.given.iter().map(|(c, set)| Formula::from(Lit::Is(*c, *set))));
    claims
}

/// A case, near the first of the year if it can be, in which each step takes its time, everything else is obeyed, but perhaps the
/// fellows of the duty, and the duty is broken.
fn shown(asker: &mut Asker<'_>, room: &Room, anchor: Option<Point>, fellows: &BTreeSet<NormId>) -> Option<Shown> {
    let chain = &room.chain;
    if room.pace == Pace::Unforeseen {
        return foresight::shown(asker, room, fellows);
    }
    let others = chain.part.norms.iter().copied().filter(|n| *n != chain.duty);
    let obeyed: Vec<NormId> = others.filter(|n| !fellows.contains(n)).collect();
    let (wait, each) = pace(asker, room);
    let given: Vec<Formula> = room.given.iter().map(|(c, set)| Lit::Is(*c, *set).into()).collect();
    let mut late = vec![chain.engaged.clone()];
    late.extend(wait.iter().chain(&given).cloned());
    let mut slow = late.clone();
    slow.extend(each);
    let first = super::super::first_day(asker)?;
    let out: BTreeSet<NormId> = chain.waived.union(fellows).copied().collect();
    let starts: Vec<i32> = (first..first + TRIES).chain([room.start]).collect();
    let start = starts.into_iter().find(|day| {
        let on = [Lit::From(chain.root, *day), Lit::Until(chain.root, *day)].map(Formula::from);
        let also: Vec<Formula> = on
            .into_iter()
            .chain(given.iter().cloned())
            .chain(wait.iter().cloned())
            .collect();
        matches!(asker.play_where(&chain.scene, &out, &also), Outcome::Unsat(_))
            && matches!(
                asker.play_where(&chain.asked, &chain.asked.norms(), &also),
                Outcome::Sat(_)
            )
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
        case::show(asker, &made, chain.duty, &kept, super::super::judge_tier(chain.tier))
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
fn help(asker: &mut Asker<'_>, room: &Room, duty: &str) -> (Vec<String>, Option<String>) {
    let slow = describe::list(asker.ground.protocol, &room.slow_norms());
    let Some(Proposal {
        bounds,
        everywhere,
        exact,
    }) = proposal(asker, room)
    else {
        let help = match room.pace {
            Pace::Endless(_) => {
                "set a number of days for each step, or measure the duty from the last of them".to_owned()
            }
            Pace::Last => format!("give {slow} less time, or measure {duty} from the last of what it waits for"),
            Pace::First => format!("say when {slow} may come at the earliest, or what is done if it comes too early"),
            Pace::Unforeseen => {
                format!("leave {duty} more days, give {slow} less time, or have it said beforehand when that will be")
            }
        };
        return (vec![help], None);
    };
    let said = |asker: &mut Asker<'_>, (at, length): &(usize, Duration)| {
        let step = room.chain.steps.get(*at).cloned()?;
        let name = describe::quoted(asker.ground.protocol, step.norm()?);
        Some(format!("{name} within {length} after {}", since(asker, &step)))
    };
    let said: Vec<String> = bounds.iter().filter_map(|b| said(asker, b)).collect();
    let said = said.join("; ");
    let help = match room.pace {
        Pace::Endless(_) => format!(
            "set a number of days{}: {said}",
            of_steps(room, "; this would do", " for each; these would do")
        ),
        Pace::Last | Pace::First | Pace::Unforeseen => {
            format!("leave less time; this would do: {said}; or measure {duty} from the last of what it waits for")
        }
    };
    let cases = match everywhere {
        true => "in every case",
        false => "in the case shown",
    };
    let how = match exact {
        true => " (dynamic control, exact for calendar days)",
        false => "",
    };
    let solved = format!(
        "the numbers in the help were solved again: with them, each step may take any part of its time, from every start date, {cases}{how}"
    );
    (vec![help], Some(solved))
}
