//! Begun twice: two duties ask for one act, and whoever keeps the one has kept the other; yet they differ in who or by
//! when. Plain repetition is silent. In: an [`Asker`] and what is known. Out: one note per pair.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{
    Act, Body, Confirmation, Limit, LimitKind, Modal, NormId, Protocol, Rule, Subject, Which, Who, words,
};
use crate::solve::ask::{Asker, Outcome};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::net::{Formula, Point, all, any};
use crate::solve::parts::Part;

use super::super::case::{self, Case};
use super::super::describe;
use super::super::finding::{Finding, Reach};
use super::{asks, local_norms, touches_protected};

pub(super) fn findings(asker: &mut Asker<'_>, known: &[Finding]) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let mut pairs: Vec<(NormId, NormId)> = Vec::new();
    for idle in local_norms(protocol) {
        for keeper in norms(protocol).filter(|k| *k != idle) {
            // What keeps one rule and comes too late for the other is told as just that.
            let told = known
                .iter()
                .any(|f| f.code == code::LOOSER_THAN_LAW && f.core.contains(&idle) && f.core.contains(&keeper));
            if !told && asks(asker, idle) && asks(asker, keeper) && is_double(asker, idle, keeper) {
                pairs.push((idle, keeper));
            }
        }
    }
    if pairs.is_empty() {
        return Vec::new();
    }
    let part = asker.whole();
    let mut found: Vec<Finding> = Vec::new();
    for (idle, keeper) in pairs {
        let again = found.iter().any(|f| f.core.contains(&idle) && f.core.contains(&keeper));
        if !again {
            found.extend(finding(asker, &part, idle, keeper));
        }
    }
    found
}

fn rule(protocol: &Protocol, norm: NormId) -> Option<(&Rule, &Subject, Modal, &Act)> {
    let NormId::Rule(r) = norm else { return None };
    let rule = protocol.rules.get(r.index())?;
    match &rule.body {
        Body::Norm { subject, modal, act } => Some((rule, subject, *modal, act)),
        _ => None,
    }
}

/// Whether both ask for the same act, the keeper with no less force, and their doubles differ.
fn is_double(asker: &Asker<'_>, idle: NormId, keeper: NormId) -> bool {
    let protocol = asker.ground.protocol;
    let (Some((rule, _, modal, act)), Some((_, _, force, other))) = (rule(protocol, idle), rule(protocol, keeper))
    else {
        return false;
    };
    // A word for urgency has no number to be held against one: it may well ask for more.
    let worded = |l: &Limit| matches!(l.kind, LimitKind::Urgency(_) | LimitKind::StraightAfter(_));
    let weaker = modal == Modal::Must && force != Modal::Must;
    !weaker
        && same_act(act, other)
        && asker.ground.has_instances(idle)
        && asker.ground.has_instances(keeper)
        && !rule.limits.iter().any(worded)
        && !differences(asker, idle, keeper).is_empty()
}

/// Whether doing the second is doing the first.
fn same_act(a: &Act, b: &Act) -> bool {
    match (a, b) {
        (Act::Hold(a), Act::Hold(b)) | (Act::Book(a), Act::Book(b)) | (Act::Cancel(a), Act::Cancel(b)) => same(a, b),
        (Act::Send(a, to, m), Act::Send(b, others, n)) => {
            a == b && m == n && to.parties.iter().all(|p| others.parties.contains(p))
        }
        (Act::Allocate(a), Act::Allocate(b)) => a == b,
        (Act::Begin(a), Act::Begin(b)) | (Act::End(a), Act::End(b)) => a == b,
        _ => false,
    }
}

fn same(a: &Which, b: &Which) -> bool {
    a.meeting == b.meeting && a.ordinal == b.ordinal && a.since.is_some() == b.since.is_some()
}

/// In what the two differ: who must, and by when.
fn differences(asker: &Asker<'_>, idle: NormId, keeper: NormId) -> Vec<&'static str> {
    let protocol = asker.ground.protocol;
    let (Some((a, who, ..)), Some((b, other, ..))) = (rule(protocol, idle), rule(protocol, keeper)) else {
        return Vec::new();
    };
    let mut out = Vec::new();
    if let (Some(who), Some(other)) = (who.who(), other.who())
        && !(is_among(asker, who, other) || is_among(asker, other, who))
    {
        out.push("of somebody else");
    }
    // A limit that the source leaves open is no limit.
    let said = |rule: &Rule| -> BTreeSet<String> {
        let stated = rule.limits.iter().filter(|l| l.kind != LimitKind::Unstated);
        stated.map(|l| words::limit(protocol, l)).collect()
    };
    if said(a) != said(b) {
        out.push("with another limit");
    }
    out
}

/// Whether each party counts as one of the others.
fn is_among(asker: &Asker<'_>, who: &Who, others: &Who) -> bool {
    who.parties.iter().all(|p| asker.ground.counts_as_one(*p, others))
}

/// One act that both wait for, where both are engaged: each way for it, with the act.
fn together(asker: &mut Asker<'_>, idle: NormId, keeper: NormId) -> Vec<(Point, Formula)> {
    let mut out = Vec::new();
    for mine in asker.ground.triggers(idle) {
        for way in asker.ground.ways(idle, &mine) {
            for theirs in asker.ground.triggers(keeper) {
                for act in asker
                    .ground
                    .ways(keeper, &theirs)
                    .into_iter()
                    .filter(|a| a.at == way.at)
                {
                    let engaged = [asker.ground.engaged(&mine), asker.ground.engaged(&theirs)];
                    let formula = all(engaged.into_iter().chain([way.cond.clone(), act.cond]));
                    if !formula.is_false() {
                        out.push((way.at, formula));
                    }
                }
            }
        }
    }
    out
}

fn finding(asker: &mut Asker<'_>, part: &Part, idle: NormId, keeper: NormId) -> Option<Finding> {
    let ways = together(asker, idle, keeper);
    let claim = any(ways.iter().map(|(_, f)| f.clone()).collect::<Vec<_>>());
    let breaks = asker.ground.breaks(idle);
    // Whoever obeys the one cannot break the other.
    let scene = asker.scene(part, &[breaks], &[keeper], BTreeSet::new());
    if !matches!(asker.play(&scene, &[]), Outcome::Unsat(_)) {
        return None;
    }
    let case = shown(asker, part, &claim, idle, keeper)?;
    let protocol = asker.ground.protocol;
    let (name, other) = (describe::quoted(protocol, idle), describe::quoted(protocol, keeper));
    let differ: Vec<String> = differences(asker, idle, keeper)
        .into_iter()
        .map(str::to_owned)
        .collect();
    let mut story = case::telling(asker, &case, &[idle, keeper]);
    let acts: BTreeSet<Point> = ways.iter().map(|(at, _)| *at).collect();
    let done = case.dated.iter().find(|(p, _)| acts.contains(p));
    story.push(Step {
        day: done.and_then(|(_, at)| asker.ground.calendar.day(*at)),
        text: format!("this keeps {other}, and with it {name}"),
        rule: Some(describe::qualified(protocol, idle)),
    });
    let mut places = Vec::new();
    for (norm, text, kind) in [
        (idle, "this adds nothing", LabelKind::Primary),
        (keeper, "whoever keeps this has kept the other", LabelKind::Secondary),
    ] {
        places.extend(describe::body_span(protocol, norm).map(|span| (span, text.to_owned(), kind)));
    }
    Some(Finding {
        code: code::BEGUN_TWICE,
        severity: Severity::Note,
        headline: format!(
            "{name} asks again for what {other} asks for, {}, and adds nothing to it",
            describe::join(&differ)
        ),
        core: vec![idle, keeper],
        related: Vec::new(),
        places,
        story,
        notes: vec![format!("within the bounds, no history obeys {other} and breaks {name}")],
        help: vec![format!(
            "say it once: drop {name}, or make it an `exception to {}` if it is meant to differ",
            describe::name(protocol, keeper)
        )],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::EveryCase,
        protects: touches_protected(asker, &[idle, keeper]),
    })
}

/// A case in which both are engaged, and one act keeps both.
fn shown(asker: &mut Asker<'_>, part: &Part, claim: &Formula, idle: NormId, keeper: NormId) -> Option<Case> {
    let claims = std::slice::from_ref(claim);
    let hidden = asker.idle(part, claims)?;
    let scene = asker.scene(part, claims, &[idle, keeper], hidden);
    let Outcome::Sat(leaf) = asker.play(&scene, &[]) else {
        return None;
    };
    let first = super::super::first_day(asker)?;
    let made = case::case(asker, &leaf, &[], first, Taste::Early)?;
    let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
    let both = [Claim::Keeps(idle), Claim::Keeps(keeper)];
    (confirm(protocol, calendar, &made.history, &both) == Confirmation::Confirmed).then_some(made)
}
