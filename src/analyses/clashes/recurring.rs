//! A duty that recurs without end against a bar on its act that, once it binds, has none. The search for clashes looks at a few turns of what
//! recurs, and those can all be done before the bar binds; the next cannot. In: an [`Asker`] and the clashes known. Out: findings,
//! each with a case in which the judge finds that turn broken.

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, Severity, code};
use crate::model::{Act, Body, Cond, Limit, LimitKind, MeetingId, NormId, Ordinal, Protocol, Rule};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::moments::Stand;
use crate::solve::net::{Formula, Lit, Point, all};
use crate::time::Duration;

use super::super::case::{self, Shown};
use super::super::finding::{Finding, Reach};
use super::super::{describe, first_day, judge_tier, states};
use super::Clashes;

pub fn findings(asker: &mut Asker<'_>, clashes: &Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let mut out = Vec::new();
    let binding: Vec<NormId> = norms(protocol).filter(|n| asker.ground.binds(*n)).collect();
    for &duty in &binding {
        let Some((meeting, length)) = recurs(protocol, duty).filter(|_| !may_be_ended(asker, duty)) else {
            continue;
        };
        for &bar in binding.iter().filter(|n| is_endless_bar(protocol, **n, meeting)) {
            let core = BTreeSet::from([duty, bar]);
            let ours = core.iter().any(|n| describe::is_local(protocol, *n));
            if !ours || clashes.cores.iter().any(|c| c.core.is_subset(&core)) {
                continue;
            }
            let in_tier = |t: &Tier| core.iter().all(|n| asker.in_tier(*n, *t));
            let tier = [Tier::Must, Tier::Should].into_iter().find(in_tier);
            if let Some((tier, shown)) = tier.and_then(|t| Some((t, shown(asker, (duty, length), bar, t)?))) {
                out.push(told(asker, (duty, bar), tier, &shown));
            }
        }
    }
    out
}

fn rule(protocol: &Protocol, norm: NormId) -> Option<&Rule> {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()),
        NormId::Decision(_) => None,
    }
}

/// The meeting that a duty asks for again and again, and within how long after the one before.
fn recurs(protocol: &Protocol, norm: NormId) -> Option<(MeetingId, Duration)> {
    let rule = rule(protocol, norm)?;
    let Body::Norm {
        act: Act::Hold(which), ..
    } = &rule.body
    else {
        return None;
    };
    let again = rule.limits.iter().find_map(|l| match &l.kind {
        LimitKind::Within(length, m) if m.any.iter().any(|m| m.ordinal == Ordinal::Previous) => length.any.first(),
        _ => None,
    });
    let asks = !describe::forbids(protocol, norm) && which.ordinal == Ordinal::EachLater;
    again.filter(|_| asks).map(|length| (which.meeting, *length))
}

/// Whether somebody of ours may bring a duty to an end, or lift it: then he may do so in time. Of what is not known, yes.
fn may_be_ended(asker: &Asker<'_>, duty: NormId) -> bool {
    let protocol = asker.ground.protocol;
    let Some(rule) = rule(protocol, duty) else { return true };
    let ends = |l: &Limit| matches!(l.kind, LimitKind::Until(_) | LimitKind::UntilAfter(..));
    let lifts = |r: &Rule| matches!(duty, NormId::Rule(id) if r.exception_to.contains(&id));
    rule.limits.iter().any(ends) || protocol.rules.iter().any(lifts) || !lasts_without_us(asker, &rule.guard.while_)
}

/// Whether nobody of ours sets a status so that this holds no longer.
fn lasts_without_us(asker: &Asker<'_>, cond: &Cond) -> bool {
    match cond {
        Cond::True => true,
        Cond::Status(status, values, _) => {
            let mut set = asker.ground.set_by(*status);
            !set.any(|s| !values.contains(&s.value) && asker.is_own(s.cause))
        }
        Cond::All(parts) => parts.iter().all(|part| lasts_without_us(asker, part)),
        _ => false,
    }
}

/// A prohibition of every such meeting that says of no end, and to which nothing is an exception.
fn is_endless_bar(protocol: &Protocol, norm: NormId, meeting: MeetingId) -> bool {
    let Some(rule) = rule(protocol, norm) else { return false };
    let all_of_them = |act: &Act| matches!(act, Act::Hold(w) if w.meeting == meeting && matches!(w.ordinal, Ordinal::Any | Ordinal::Each));
    let bars = matches!(&rule.body, Body::Norm { act, .. } if all_of_them(act));
    let lifted = matches!(norm, NormId::Rule(id) if protocol.rules.iter().any(|r| r.exception_to.contains(&id)));
    bars && describe::forbids(protocol, norm)
        && !describe::is_exclusive(protocol, norm)
        && rule.limits.is_empty()
        && rule.guard.while_ == Cond::True
        && !rule.guard.when.is_empty()
        && !lifted
}

/// A case in which the last meeting that is looked at has been held, then the bar binds while there is time for the next, and the duty
/// still lasts: its next turn is then broken.
fn shown(asker: &mut Asker<'_>, (duty, length): (NormId, Duration), bar: NormId, tier: Tier) -> Option<Shown> {
    let protocol = asker.ground.protocol;
    let lasting = rule(protocol, duty)?.guard.while_.clone();
    let part = asker.whole();
    let obeyed = asker.obeyed(tier, &BTreeSet::new());
    let engaged = asker.engagements(duty);
    let held: Vec<Option<Point>> = asker.ground.triggers(duty).into_iter().map(|t| t.at).collect();
    let reach = asker.ground.table(length, false);
    for trigger in asker.ground.triggers(bar) {
        let Some(at) = trigger.at else { continue };
        let binds = asker.ground.engaged(&trigger);
        let lasts = asker.ground.cond(&lasting, Stand::After(at));
        for (engaged, held) in engaged.iter().zip(&held).rev() {
            let Some(held) = held.filter(|x| *x != at) else {
                continue;
            };
            let in_time = [Lit::Before(held, at).into(), Lit::Le(at, reach, held).into()];
            let claims = [binds.clone(), lasts.clone(), engaged.clone()];
            let claims: Vec<Formula> = in_time.into_iter().chain(claims).collect();
            let claims = [all(claims)];
            let Some(hidden) = asker.idle(&part, &claims) else {
                continue;
            };
            let scene = asker.scene(&part, &claims, &obeyed, hidden);
            let Outcome::Sat(leaf) = asker.plainest(&scene, &BTreeSet::new(), &[]) else {
                continue;
            };
            let case = case::case(asker, &leaf, &[], first_day(asker)?, Taste::Early);
            let found = case.and_then(|case| case::show(asker, &case, duty, &[bar], judge_tier(tier)));
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

fn told(asker: &mut Asker<'_>, (duty, bar): (NormId, NormId), tier: Tier, shown: &Shown) -> Finding {
    let protocol = asker.ground.protocol;
    let (asks, forbids) = (describe::quoted(protocol, duty), describe::quoted(protocol, bar));
    let mut story = case::telling(asker, &shown.case, &[duty, bar]);
    story.push(case::breach_step(protocol, duty, shown.when));
    let recalled = [duty, bar].iter().any(|n| describe::is_recalled(protocol, *n));
    let severity = match tier {
        Tier::Must if !recalled => Severity::Error,
        _ => Severity::Warning,
    };
    let mut help = Vec::new();
    if describe::is_local(protocol, duty) {
        help.push(format!("say until when {asks} lasts (`while`)"));
    }
    if describe::is_local(protocol, bar) {
        let or = if help.is_empty() { "" } else { "or " };
        help.push(format!(
            "{or}say in {forbids} until when it binds, or which cases it does not cover (`unless`)"
        ));
    }
    Finding {
        code: code::DUTY_PROHIBITION,
        severity,
        headline: format!("{asks} comes again and again, and cannot be kept once {forbids} binds"),
        core: vec![duty, bar],
        related: Vec::new(),
        places: Vec::new(),
        story,
        notes: vec!["however often it is done before, the next time is forbidden, without end".to_owned()],
        help,
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::SomeCases,
        protects: states::touches_protected(asker, &[duty, bar]),
    }
}
