//! Notices of what comes from outside: a duty so many days before something that nobody here times, and that engages it by itself. It
//! can be kept only by whoever knows in advance. In: an [`Asker`]. Out: one note per occurrence.

use std::collections::BTreeMap;

use crate::diagnostics::{Evidence, LabelKind, Severity, code};
use crate::model::{Happening, LimitKind, NormId, words};
use crate::solve::ask::Asker;

use super::super::finding::{Finding, Reach};
use super::super::{describe, states};

/// All notes, in order of what they wait for.
pub(super) fn findings(asker: &Asker<'_>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let mut duties: BTreeMap<Happening, Vec<NormId>> = BTreeMap::new();
    for duty in states::local_norms(protocol) {
        if !states::asks(asker, duty) || !asker.ground.may_be_notice(duty) {
            continue;
        }
        let limits = describe::limits(protocol, duty);
        let ahead = limits.iter().filter_map(|l| match &l.kind {
            LimitKind::AtLeastBefore(_, moments) => Some(moments),
            _ => None,
        });
        for what in ahead.flat_map(|m| &m.any).map(|m| m.what) {
            let mut points = asker.ground.of_class(what).map(|i| i.at).peekable();
            if points.peek().is_some() && points.all(|x| !asker.is_own(x)) {
                let list = duties.entry(what).or_default();
                if !list.contains(&duty) {
                    list.push(duty);
                }
            }
        }
    }
    duties
        .into_iter()
        .map(|(what, duties)| note(asker, what, duties))
        .collect()
}

fn note(asker: &Asker<'_>, what: Happening, duties: Vec<NormId>) -> Finding {
    let protocol = asker.ground.protocol;
    let said = words::happening(protocol, what);
    let kinds = std::iter::once(LabelKind::Primary).chain(std::iter::repeat(LabelKind::Secondary));
    let places = duties.iter().zip(kinds).filter_map(|(duty, kind)| {
        let span = describe::body_span(protocol, *duty)?;
        Some((
            span,
            "whoever must do this has to know of it beforehand".to_owned(),
            kind,
        ))
    });
    Finding {
        code: code::NOT_GUARANTEED,
        severity: Severity::Note,
        headline: format!(
            "{} can be kept only by whoever knows in advance that {said}",
            describe::list(protocol, &duties)
        ),
        places: places.collect(),
        related: Vec::new(),
        story: Vec::new(),
        notes: Vec::new(),
        help: vec![
            "say who hears of it beforehand and what is done at short notice, or measure from what is known by then"
                .to_owned(),
        ],
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::EveryCase,
        protects: false,
        core: duties,
    }
}
