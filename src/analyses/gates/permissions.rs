//! Permissions: can what a rule says somebody may do, or what only they may do, ever be done? In: an [`Asker`]. Out: one
//! finding per permission that nobody can use without breaking a norm, with a dated case.

use crate::diagnostics::{Evidence, LabelKind, Severity, code};
use crate::judge::Claim;
use crate::model::{Body, Modal, NormId, Protocol, words};
use crate::solve::ask::{Asker, Tier};
use crate::solve::net::any;
use crate::solve::parts::Part;

use super::super::finding::{Finding, Reach};
use super::super::{describe, states};
use super::usable;

pub(super) fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let offers: Vec<NormId> = states::local_norms(protocol)
        .into_iter()
        .filter(|n| permits(protocol, *n))
        .collect();
    if offers.is_empty() {
        return Vec::new();
    }
    // What permits binds nobody, so it is in no part of its own.
    let mut part = asker.whole();
    part.norms.retain(|n| asker.in_tier(*n, Tier::Must));
    offers.into_iter().filter_map(|n| finding(asker, &part, n)).collect()
}

fn permits(protocol: &Protocol, norm: NormId) -> bool {
    let NormId::Rule(r) = norm else { return false };
    matches!(
        protocol.rules.get(r.index()).map(|r| &r.body),
        Some(Body::Norm { modal: Modal::May, .. })
    )
}

fn finding(asker: &mut Asker<'_>, part: &Part, norm: NormId) -> Option<Finding> {
    let used = any(asker.ground.uses(norm));
    let bar = usable::barred(asker, part, used)?;
    let story = usable::story(asker, &bar, norm, &[Claim::Engages(norm)])?;
    let protocol = asker.ground.protocol;
    let others = bar.others(protocol, norm);
    let core = bar.members(norm);
    let (name, list) = (describe::quoted(protocol, norm), describe::list(protocol, &others));
    let NormId::Rule(r) = norm else { return None };
    let rule = protocol.rules.get(r.index())?;
    let Body::Norm { act, .. } = &rule.body else {
        return None;
    };
    let mut places = vec![(rule.body_span, "nobody can use this".to_owned(), LabelKind::Primary)];
    for other in &others {
        let span = describe::body_span(protocol, *other);
        let text = describe::part_in_clash(protocol, *other);
        places.extend(span.map(|span| (span, text, LabelKind::Secondary)));
    }
    Some(Finding {
        code: code::BLOCKED_OPTION,
        severity: Severity::Warning,
        headline: format!("what {name} permits can never be done without breaking {list}"),
        places,
        related: Vec::new(),
        story,
        notes: Vec::new(),
        help: vec![
            format!(
                "make {name} an `exception to {}`, if that is meant",
                others.first().map_or("", |n| describe::name(protocol, *n))
            ),
            format!("or drop {name}: nobody may {} here", words::act(protocol, act)),
        ],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::EveryCase,
        protects: states::touches_protected(asker, &core),
        core,
    })
}
