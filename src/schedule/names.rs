//! Rules and moments as an author knows them. In: a protocol. Out: words.

use super::RuleRef;
use crate::model::{
    Act, Body, Happening, Limit, LimitKind, Modal, Module, NormId, Ordinal, Origin, Protocol, Rank, Subject, Which,
    words,
};
use crate::source::{FileId, Span};

/// The common part of a norm.
pub(super) fn origin(p: &Protocol, norm: NormId) -> Option<&Origin> {
    p.origin(norm)
}

fn module(p: &Protocol, norm: NormId) -> Option<&Module> {
    origin(p, norm).and_then(|o| p.modules.get(o.module.index()))
}

/// Name, places and sentence of a norm.
pub(super) fn rule(p: &Protocol, norm: NormId) -> RuleRef {
    let origin = origin(p, norm);
    let says = match norm {
        NormId::Rule(r) => p.rules.get(r.index()).map(|r| words::rule_sentence(p, r)),
        NormId::Decision(d) => p.decisions.get(d.index()).map(|d| words::decision_sentence(p, d)),
    };
    RuleRef {
        norm,
        name: format!(
            "{}.{}",
            module(p, norm).map_or("", |m| &m.name),
            origin.map_or("", |o| &o.name)
        ),
        cites: origin.map_or(Vec::new(), |o| o.cites.iter().map(|c| c.text.clone()).collect()),
        says: says.unwrap_or_default(),
        span: origin.map_or(Span::new(FileId(0), 0, 0), |o| o.span),
    }
}

/// The limits of a norm that state a last day, in words.
pub(super) fn last_limits(p: &Protocol, norm: NormId) -> Vec<String> {
    let limits: &[Limit] = match norm {
        NormId::Rule(r) => p.rules.get(r.index()).map_or(&[], |r| &r.limits),
        NormId::Decision(d) => p.decisions.get(d.index()).map_or(&[], |d| &d.limits),
    };
    let upper = limits.iter().filter(|l| l.kind.is_upper());
    upper.map(|l| words::limit(p, l)).collect()
}

/// What is given up first: a should before a must, what ranks lower before what ranks higher.
pub(super) fn weight(p: &Protocol, norm: NormId) -> (bool, Rank) {
    let rank = module(p, norm).map_or(Rank::Local, |m| if m.local { Rank::Local } else { m.rank });
    (is_must(p, norm), rank)
}

/// Must rather than should.
pub(super) fn is_must(p: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => true,
        NormId::Rule(r) => match p.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm {
                subject: Subject::Only(_),
                ..
            }) => true,
            Some(Body::Norm { modal, .. }) => !matches!(modal, Modal::Should | Modal::ShouldNot),
            _ => false,
        },
    }
}

/// An effect or a presumption: nothing anybody has to do.
pub(super) fn is_silent(p: &Protocol, norm: NormId) -> bool {
    matches!(norm, NormId::Rule(r) if matches!(p.rules.get(r.index()).map(|r| &r.body), Some(Body::Effect(..) | Body::Presume(_))))
}

/// Who must do what; nobody where the text names nobody.
pub(super) fn task(p: &Protocol, norm: NormId) -> (String, String) {
    match norm {
        NormId::Rule(r) => match p.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm { subject, act, .. }) => {
                let who = subject.who().map_or(String::new(), |_| words::subject(p, subject));
                (who, words::act(p, &next_of(act)))
            }
            _ => (String::new(), String::new()),
        },
        NormId::Decision(d) => p.decisions.get(d.index()).map_or((String::new(), String::new()), |d| {
            let who = d.decided_by.given().map_or(String::new(), |w| words::who(p, w));
            (who, format!("decide {}", words::quoted(&d.origin.label)))
        }),
    }
}

/// Of what is asked again and again one instance is told: the next one.
fn next_of(act: &Act) -> Act {
    match act {
        Act::Hold(which) if which.ordinal == Ordinal::EachLater => Act::Hold(Which {
            ordinal: Ordinal::Next,
            ..which.clone()
        }),
        other => other.clone(),
    }
}

/// The source's own words for urgency.
pub(super) fn urgency(p: &Protocol, norm: NormId) -> Vec<String> {
    let limits = match norm {
        NormId::Rule(r) => p.rules.get(r.index()).map_or(&[][..], |r| &r.limits),
        NormId::Decision(d) => p.decisions.get(d.index()).map_or(&[][..], |d| &d.limits),
    };
    limits
        .iter()
        .filter_map(|l| match &l.kind {
            LimitKind::Urgency(word) => Some(word.clone()),
            _ => None,
        })
        .collect()
}

/// What occurs, with its number where it may come more than once.
pub(super) fn happening(p: &Protocol, what: Happening, number: usize) -> String {
    let repeats = match what {
        Happening::Held(m) | Happening::Booked(m) | Happening::Due(m) | Happening::Cancelled(m) => {
            p.meetings.get(m.index()).is_some_and(|m| m.repeats)
        }
        _ => false,
    };
    match repeats {
        true => words::numbered(p, what, number),
        false => words::happening(p, what),
    }
}
