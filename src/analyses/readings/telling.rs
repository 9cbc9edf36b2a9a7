//! A doubt in words: one case with two endings, or that nothing turns on it. In: what was found. Out: a finding.

use std::cmp::Reverse;

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::model::{NormId, Protocol, words};
use crate::solve::ask::Asker;
use crate::solve::ground::norms;

use super::super::finding::{Finding, Reach};
use super::super::{case, clashes, describe};
use super::endings::{Becomes, Flip};
use super::{Doubt, Told};

/// How many norms a headline names.
const NAMED: usize = 3;

/// The case that shows most: a breach first, then a norm of ours, then whatever else turns on it.
pub(super) fn best<'t>(protocol: &Protocol, told: &'t [Told]) -> Option<&'t Told> {
    told.iter().max_by_key(|t| {
        let breach = |f: &Flip| f.norm == t.norm && matches!(f.other, Becomes::Broken(_));
        (
            t.endings.flips.iter().any(breach),
            describe::is_local(protocol, t.norm),
            t.endings.flips.len() + t.endings.options.len(),
            Reverse(t.norm),
        )
    })
}

/// One case with two endings; what turns on the doubt elsewhere is named beside it.
pub(super) fn finding(asker: &mut Asker<'_>, doubt: &Doubt, best: &Told, all: &[Told]) -> Finding {
    let protocol = asker.ground.protocol;
    let mut turns: Vec<NormId> = vec![best.norm];
    for told in std::iter::once(best).chain(all) {
        for norm in std::iter::once(told.norm).chain(told.endings.flips.iter().map(|f| f.norm)) {
            if !turns.contains(&norm) {
                turns.push(norm);
            }
        }
    }
    let (fine, other) = (best.answers.fine, best.answers.other);
    let place = protocol.factors.get(doubt.factor.index()).map(|f| f.origin.span);
    let mut places: Vec<_> = place
        .into_iter()
        .map(|span| (span, "which is meant?".to_owned(), LabelKind::Primary))
        .collect();
    for norm in &turns {
        let here = match best.endings.flips.iter().find(|f| f.norm == *norm) {
            Some(flip) => format!(
                "read as {}: {}; as {}: {}",
                answer(protocol, doubt, fine),
                becomes(flip.fine),
                answer(protocol, doubt, other),
                becomes(flip.other),
            ),
            None => "turns on it too, in another case".to_owned(),
        };
        let span = describe::body_span(protocol, *norm);
        places.extend(span.map(|span| (span, here, LabelKind::Secondary)));
    }
    let ours: Vec<NormId> = turns
        .iter()
        .copied()
        .filter(|n| describe::is_local(protocol, *n))
        .collect();
    let subject = if ours.is_empty() { &turns } else { &ours };
    let named_norms: Vec<String> = subject
        .iter()
        .take(NAMED)
        .map(|n| describe::quoted(protocol, *n))
        .collect();
    let who = match subject.len().saturating_sub(NAMED) {
        0 => describe::join(&named_norms),
        more => format!("{} and {more} more", named_norms.join(", ")),
    };
    let turn = if subject.len() == 1 { "turns" } else { "turn" };
    let mut story = case::telling(asker, &best.case, &turns);
    if let Some(act) = &best.act {
        let at = story.partition_point(|s| s.day <= act.day);
        story.insert(at, act.clone());
    }
    story.push(ending(protocol, doubt, best, true));
    story.push(ending(protocol, doubt, best, false));
    let mut notes = vec!["both endings are of one history: only the reading differs".to_owned()];
    notes.extend(clashes::set_aside(protocol, &best.waived));
    let assumed = case::assumptions(asker, &best.given);
    if !assumed.is_empty() {
        notes.push(format!("the case: {}", assumed.join("; ")));
    }
    Finding {
        code: code::READING_MATTERS,
        severity: Severity::Warning,
        headline: format!("{who} {turn} on how {} is read", named(protocol, doubt)),
        // A doubt is told after all that holds however the text is read, whatever is at stake.
        protects: false,
        core: turns,
        related: Vec::new(),
        places,
        story,
        notes,
        help: vec![help(protocol, doubt)],
        repairs: Vec::new(),
        evidence: Evidence::JudgeConfirmed,
        reach: Reach::OneReading,
    }
}

/// What becomes of everything under one answer.
fn ending(protocol: &Protocol, doubt: &Doubt, told: &Told, fine: bool) -> Step {
    let mut said: Vec<String> = Vec::new();
    for flip in &told.endings.flips {
        let comes = if fine { flip.fine } else { flip.other };
        let asks = match comes {
            Becomes::Due => format!(": {}", asks(protocol, flip.norm)),
            _ => String::new(),
        };
        said.push(format!(
            "{} {}{asks}",
            describe::quoted(protocol, flip.norm),
            becomes(comes)
        ));
    }
    for (option, open) in &told.endings.options {
        let is = if *open == fine { "may" } else { "may not" };
        said.push(format!("{option} {is} be chosen"));
    }
    let of = if fine { told.answers.fine } else { told.answers.other };
    Step {
        day: told.endings.history.until,
        text: format!("read as {}: {}", answer(protocol, doubt, of), said.join("; ")),
        rule: Some(describe::qualified(protocol, told.norm)),
    }
}

fn becomes(what: Becomes) -> String {
    match what {
        Becomes::Idle => "does not apply".to_owned(),
        Becomes::Kept => "is kept".to_owned(),
        Becomes::Due => "applies, and is still to be done".to_owned(),
        Becomes::Broken(when) => format!("is broken from {when} on"),
        Becomes::Lapsed => "has lapsed".to_owned(),
        Becomes::Departed => "applies, and is set aside".to_owned(),
    }
}

/// What a norm asks, without its limits.
fn asks(protocol: &Protocol, norm: NormId) -> String {
    match norm {
        NormId::Rule(r) => {
            let body = protocol.rules.get(r.index()).map(|r| words::body(protocol, &r.body));
            body.unwrap_or_default()
        }
        NormId::Decision(_) => describe::sentence(protocol, norm),
    }
}

/// The doubt in words: which it is, and where it stands.
fn named(protocol: &Protocol, doubt: &Doubt) -> String {
    let Some(factor) = protocol.factors.get(doubt.factor.index()) else {
        return String::new();
    };
    match factor.origin.name.split_once('/') {
        Some((item, _)) => format!("“{}” in `{item}`", factor.origin.label),
        None => format!("`{}`", factor.origin.name),
    }
}

/// An answer as it is written.
fn answer(protocol: &Protocol, doubt: &Doubt, at: u32) -> String {
    let values = protocol.factors.get(doubt.factor.index()).map(|f| &f.values);
    let value = values.and_then(|v| v.get(at as usize)).cloned().unwrap_or_default();
    format!("“{value}”")
}

fn help(protocol: &Protocol, doubt: &Doubt) -> String {
    let name = protocol
        .factors
        .get(doubt.factor.index())
        .map_or("", |f| &f.origin.name);
    let in_limits = norms(protocol).any(|n| !doubt.limits(protocol, n).is_empty());
    match name.split_once('/') {
        Some((item, _)) => format!("ask which is meant, and write that one alone in `{item}`"),
        None if in_limits => format!("ask which is meant, and write that one alone in `{name}`"),
        None => format!("ask which answer is meant, and write what tests `{name}` for that one"),
    }
}

/// Nothing was found to turn on it.
pub(super) fn idle(protocol: &Protocol, doubt: &Doubt) -> Finding {
    let place = protocol.factors.get(doubt.factor.index()).map(|f| f.origin.span);
    let here = |span| {
        let text = "no rule is kept, broken or engaged by it".to_owned();
        (span, text, LabelKind::Primary)
    };
    Finding {
        code: code::READING_MATTERS,
        severity: Severity::Note,
        headline: format!("nothing was found to turn on how {} is read", named(protocol, doubt)),
        core: Vec::new(),
        related: Vec::new(),
        places: place.into_iter().map(here).collect(),
        story: Vec::new(),
        notes: Vec::new(),
        help: vec!["leave it, unless a rule is missing that should depend on it".to_owned()],
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::OneReading,
        protects: false,
    }
}
