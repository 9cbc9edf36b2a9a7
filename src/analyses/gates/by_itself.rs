//! What changes a status by itself, at something from outside, while a rule forbids that change or leaves it to somebody alone. Nobody
//! does it, so nobody breaks that rule; but the text says both. In: an [`Asker`]. Out: findings per effect and bar, with a dated case.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{Act, Body, Cond, Confirmation, NormId, Protocol, StatusId, ValueId, words};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::{NO, YES, norms};
use crate::solve::net::{Formula, Point};

use super::super::case::{self, Case};
use super::super::finding::{Finding, Reach};
use super::super::{describe, first_day, states};

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let mut out: Vec<Finding> = Vec::new();
    for bar in norms(protocol).filter(|n| describe::forbids(protocol, *n)) {
        let Some(change) = change(protocol, bar).filter(|_| asker.ground.binds(bar)) else {
            continue;
        };
        for (effect, cause, formula) in asker.ground.changes_from_outside(bar) {
            let ours = [effect, bar].iter().any(|n| describe::is_local(protocol, *n));
            let known = out.iter().any(|f| f.core == [effect] && f.related == [bar]);
            if ours && !known {
                out.extend(shown(asker, (effect, bar), change, cause, formula));
            }
        }
    }
    out
}

/// The change of a status that a rule forbids, or leaves to somebody.
fn change(protocol: &Protocol, bar: NormId) -> Option<(StatusId, ValueId)> {
    let NormId::Rule(r) = bar else { return None };
    match protocol.rules.get(r.index()).map(|r| &r.body)? {
        Body::Norm { act: Act::Begin(s), .. } => Some((*s, YES)),
        Body::Norm { act: Act::End(s), .. } => Some((*s, NO)),
        _ => None,
    }
}

fn shown(
    asker: &mut Asker<'_>,
    (effect, bar): (NormId, NormId),
    (status, value): (StatusId, ValueId),
    cause: Point,
    formula: Formula,
) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let span = describe::span(protocol, effect)?;
    let claims = [
        Claim::Engages(effect),
        Claim::Holds(Cond::Status(status, vec![value], span)),
    ];
    let case = dated(asker, formula, &claims)?;
    let day = case.dated.iter().find(|(x, _)| *x == cause);
    let day = day.and_then(|(_, at)| asker.ground.calendar.day(*at));
    let mut story = case::telling(asker, &case, &[effect, bar]);
    let at = story.iter().rposition(|s| s.day.is_some() && s.day <= day);
    story.insert(
        at.map_or(story.len(), |at| at + 1),
        Step {
            day,
            text: format!(
                "by `{}`, {}, while `{}` stands",
                describe::name(protocol, effect),
                words::change(protocol, status, value),
                describe::name(protocol, bar)
            ),
            rule: Some(describe::qualified(protocol, effect)),
        },
    );
    let (does, holder) = (describe::quoted(protocol, effect), describe::quoted(protocol, bar));
    let name = &protocol.statuses.get(status.index())?.origin.name;
    let verb = if value == YES { "begins" } else { "ends" };
    let is_power = describe::is_exclusive(protocol, bar);
    let (code, says) = match is_power {
        true => (code::DUTY_POWER, "leaves to somebody alone"),
        false => (code::DUTY_PROHIBITION, "forbids"),
    };
    let mut help = Vec::new();
    if describe::is_local(protocol, effect) && describe::is_local(protocol, bar) {
        let bar = describe::name(protocol, bar);
        help.push(format!(
            "write `exception to {bar}` in {does}, if it is meant to come by itself"
        ));
    }
    help.push(match is_power {
        true => format!("or have the holder of {holder} decide it, and take {does} out"),
        false => format!("or say in {holder} which cases it does not cover (`unless`), or take {does} out"),
    });
    Some(Finding {
        code,
        severity: Severity::Warning,
        headline: format!("by {does}, `{name}` {verb} by itself, which {holder} {says}"),
        core: vec![effect],
        related: vec![bar],
        places: Vec::new(),
        story,
        notes: vec![
            "nobody breaks a rule in this story: what comes by itself, from outside, is nobody's act".to_owned(),
        ],
        help,
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: states::touches_protected(asker, &[effect, bar]),
    })
}

/// A dated case in which all rules are obeyed, if there is one, and the judge finds these true.
fn dated(asker: &mut Asker<'_>, formula: Formula, claims: &[Claim]) -> Option<Case> {
    let part = asker.whole();
    let formulas = [formula];
    let hidden = asker.idle(&part, &formulas)?;
    let obeyed = asker.obeyed(Tier::Must, &BTreeSet::new());
    [obeyed, Vec::new()].into_iter().find_map(|obeyed| {
        let scene = asker.scene(&part, &formulas, &obeyed, hidden.clone());
        let Outcome::Sat(leaf) = asker.plainest(&scene, &BTreeSet::new(), &[]) else {
            return None;
        };
        let made = case::case(asker, &leaf, &[], first_day(asker)?, Taste::Early)?;
        let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
        (confirm(protocol, calendar, &made.history, claims) == Confirmation::Confirmed).then_some(made)
    })
}
