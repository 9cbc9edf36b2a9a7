//! Norms as an author knows them: names, places, citations, sentences. In: a protocol. Out: words and labels.

use crate::diagnostics::{Involved, Label, LabelKind};
use crate::model::{
    Body, Factor, FactorKind, Happening, Limit, LimitKind, Modal, Module, NormId, Origin, Protocol, Rank, Subject,
    Verified, words,
};
use crate::solve::ground::class_of;
use crate::source::Span;

/// The common part of a norm.
pub fn origin(protocol: &Protocol, norm: NormId) -> Option<&Origin> {
    protocol.origin(norm)
}

/// Its name, as declared.
pub fn name(protocol: &Protocol, norm: NormId) -> &str {
    origin(protocol, norm).map_or("", |o| &o.name)
}

/// Its module.
pub fn module(protocol: &Protocol, norm: NormId) -> Option<&Module> {
    origin(protocol, norm).and_then(|o| protocol.modules.get(o.module.index()))
}

/// Whether it belongs to the protocol under examination.
pub fn is_local(protocol: &Protocol, norm: NormId) -> bool {
    module(protocol, norm).is_some_and(|m| m.local)
}

/// The rank of its module; a local one is [`Rank::Local`].
pub fn rank(protocol: &Protocol, norm: NormId) -> Rank {
    module(protocol, norm).map_or(Rank::Local, |m| if m.local { Rank::Local } else { m.rank })
}

/// `module.name`.
pub fn qualified(protocol: &Protocol, norm: NormId) -> String {
    let module = module(protocol, norm).map_or("", |m| &m.name);
    format!("{module}.{}", name(protocol, norm))
}

/// In backticks; a base norm with its module.
pub fn quoted(protocol: &Protocol, norm: NormId) -> String {
    if is_local(protocol, norm) {
        format!("`{}`", name(protocol, norm))
    } else {
        format!("`{}`", qualified(protocol, norm))
    }
}

/// What occurs where a norm is done.
pub fn act_of(protocol: &Protocol, norm: NormId) -> Option<Happening> {
    match norm {
        NormId::Decision(d) => Some(Happening::Decided(d)),
        NormId::Rule(r) => {
            let Some(Body::Norm { act, .. }) = protocol.rules.get(r.index()).map(|r| &r.body) else {
                return None;
            };
            Some(class_of(act).unwrap_or(Happening::Done(r)))
        }
    }
}

/// Several, joined by commas and `and`.
pub fn list(protocol: &Protocol, norms: &[NormId]) -> String {
    let names: Vec<String> = norms.iter().map(|n| quoted(protocol, *n)).collect();
    join(&names)
}

/// The same, joined by commas and `or`.
pub fn either(protocol: &Protocol, norms: &[NormId]) -> String {
    let names: Vec<String> = norms.iter().map(|n| quoted(protocol, *n)).collect();
    joined(&names, "or")
}

/// `a, b and c`.
pub fn join(names: &[String]) -> String {
    joined(names, "and")
}

fn joined(names: &[String], joint: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} {joint} {last}", most.join(", ")),
    }
}

/// What it says, as a sentence to stand within another: no capital of its own, no full stop.
pub fn sentence(protocol: &Protocol, norm: NormId) -> String {
    let text = match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| words::rule_sentence(protocol, r)),
        NormId::Decision(d) => protocol
            .decisions
            .get(d.index())
            .map(|d| words::decision_sentence(protocol, d)),
    };
    let text = text.unwrap_or_default();
    let text = text.trim_end_matches('.');
    // A name that the author writes with a capital keeps it.
    let first = text.split(' ').next().unwrap_or_default();
    let is_name = |label: &String| label.split(' ').next() == Some(first);
    if protocol.roles.iter().any(|r| is_name(&r.origin.label)) {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// The last day it sets, in words: `within 10 working days after “in care” begins`; empty if it sets none.
pub fn last_day(protocol: &Protocol, norm: NormId) -> String {
    let said: Vec<String> = limits(protocol, norm)
        .iter()
        .filter(|l| sets_last_day(&l.kind))
        .map(|l| words::limit(protocol, l))
        .collect();
    join(&said)
}

/// Whether it forbids.
pub fn forbids(protocol: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => false,
        NormId::Rule(r) => matches!(
            protocol.rules.get(r.index()).map(|r| &r.body),
            Some(
                Body::Norm {
                    modal: Modal::MustNot | Modal::ShouldNot,
                    ..
                } | Body::Norm {
                    subject: Subject::Only(_),
                    ..
                }
            )
        ),
    }
}

/// Whether it gives somebody a power that nobody else has.
pub fn is_exclusive(protocol: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => false,
        NormId::Rule(r) => {
            matches!(
                protocol.rules.get(r.index()).map(|r| &r.body),
                Some(Body::Norm {
                    subject: Subject::Only(_),
                    ..
                })
            )
        }
    }
}

/// Whether it is an effect or a presumption: nothing anybody has to do.
pub fn is_silent(protocol: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => false,
        NormId::Rule(r) => {
            matches!(
                protocol.rules.get(r.index()).map(|r| &r.body),
                Some(Body::Effect(..) | Body::Presume(_))
            )
        }
    }
}

/// Whether it is only a *should*.
pub fn is_should(protocol: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => false,
        NormId::Rule(r) => matches!(
            protocol.rules.get(r.index()).map(|r| &r.body),
            Some(Body::Norm {
                modal: Modal::Should | Modal::ShouldNot,
                ..
            })
        ),
    }
}

/// Whether the wording of a base norm was not held against its source.
pub fn is_recalled(protocol: &Protocol, norm: NormId) -> bool {
    !is_local(protocol, norm)
        && origin(protocol, norm).is_some_and(|o| {
            !o.cites.is_empty() && o.cites.iter().all(|c| matches!(c.verified, Some(Verified::Unchecked)))
        })
}

/// Its limits in time, as written.
pub fn limits(protocol: &Protocol, norm: NormId) -> &[Limit] {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map_or(&[], |r| &r.limits),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map_or(&[], |d| &d.limits),
    }
}

fn sets_last_day(limit: &LimitKind) -> bool {
    matches!(
        limit,
        LimitKind::Within(..)
            | LimitKind::AtLeastBefore(..)
            | LimitKind::Before(_)
            | LimitKind::SameDay(_)
            | LimitKind::At(_)
            | LimitKind::StraightAfter(_)
    )
}

/// Whether its `when` or one of its limits names such a moment.
pub fn speaks_of(protocol: &Protocol, norm: NormId, what: Happening) -> bool {
    let guard = match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| &r.guard),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map(|d| &d.guard),
    };
    let when = guard.into_iter().flat_map(|g| &g.when);
    let limits = limits(protocol, norm).iter().filter_map(|l| l.kind.moments());
    when.chain(limits).any(|m| m.any.iter().any(|m| m.what == what))
}

/// Whether it sets a number of days or months by which its act is due.
pub fn has_deadline(protocol: &Protocol, norm: NormId) -> bool {
    limits(protocol, norm)
        .iter()
        .any(|l| matches!(l.kind, LimitKind::Within(..)))
}

/// Whether it says by when, in a number or by another occurrence.
pub fn has_last_day(protocol: &Protocol, norm: NormId) -> bool {
    limits(protocol, norm).iter().any(|l| sets_last_day(&l.kind))
}

/// The head line of a norm.
pub fn span(protocol: &Protocol, norm: NormId) -> Option<Span> {
    origin(protocol, norm).map(|o| o.span)
}

/// The line that says what it asks.
pub fn body_span(protocol: &Protocol, norm: NormId) -> Option<Span> {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| r.body_span),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map(|d| d.origin.span),
    }
}

/// A label on a norm.
pub fn label(protocol: &Protocol, norm: NormId, kind: LabelKind, text: impl Into<String>) -> Option<Label> {
    Some(Label {
        span: body_span(protocol, norm)?,
        text: text.into(),
        kind,
    })
}

/// A norm for machine-readable output.
pub fn involved(protocol: &Protocol, norm: NormId, kind: LabelKind) -> Option<Involved> {
    let origin = origin(protocol, norm)?;
    let mut citations: Vec<String> = origin.cites.iter().map(|c| c.text.clone()).collect();
    let mut statements: Vec<String> = origin.cites.iter().flat_map(|c| c.statements.clone()).collect();
    if let NormId::Decision(d) = norm
        && let Some(decision) = protocol.decisions.get(d.index())
    {
        for cite in decision.options.iter().flat_map(|o| &o.cites) {
            citations.push(cite.text.clone());
            statements.extend(cite.statements.clone());
        }
    }
    citations.dedup();
    statements.dedup();
    Some(Involved {
        name: qualified(protocol, norm),
        span: origin.span,
        citations,
        statements,
        kind,
    })
}

/// What a norm is in a clash, for its label.
pub fn part_in_clash(protocol: &Protocol, norm: NormId) -> String {
    let base = if is_local(protocol, norm) {
        String::new()
    } else {
        format!("{}: ", module(protocol, norm).map_or("", |m| &m.label))
    };
    let what = if is_exclusive(protocol, norm) {
        "this leaves it to somebody else alone"
    } else if forbids(protocol, norm) {
        "this forbids it"
    } else if is_silent(protocol, norm) {
        "this follows by itself"
    } else if is_should(protocol, norm) {
        "this asks for it"
    } else {
        "this requires it"
    };
    format!("{base}{what}")
}

/// `exceptional: no`, in words.
pub fn factor_is(factor: &Factor, values: &[&str]) -> String {
    let label = factor.origin.label.trim_end_matches('?').to_owned();
    match (&factor.kind, values) {
        (FactorKind::Quoted, ["yes"]) => format!("“{label}” holds"),
        (FactorKind::Quoted, ["no"]) => format!("“{label}” does not hold"),
        (FactorKind::Judgement(_), ["no"]) => format!("it is judged otherwise than “{label}”"),
        (FactorKind::Judgement(_), ["yes"]) if words::clause(&label) => format!("it is judged that {label}"),
        (FactorKind::Judgement(_), ["yes"]) => format!("“{label}” is judged to hold"),
        (FactorKind::Reading, values) => {
            let values = values.join(" or ").replace('-', " ");
            format!("“{}” is read as {values}", factor.origin.label)
        }
        (_, ["no"]) => words::holds(&label, false),
        (_, ["yes"]) => words::holds(&label, true),
        (_, values) => format!("{label}: {}", values.join(" or ").replace('-', " ")),
    }
}
