//! Texts that have gone out of force, or whose own review is overdue. In: a protocol and a day. Out: findings about places;
//! no case is needed, for a reference is stale in all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{Evidence, LabelKind, Severity, Step, code};
use crate::model::{ModuleId, Origin, Protocol, SourceId, TextSource};
use crate::source::Span;
use crate::time::Day;

use super::describe;
use super::finding::{Finding, Reach};

/// One reference to a text that is out of force.
struct Stale<'p> {
    from: &'p Origin,
    span: Span,
    to: SourceId,
    since: Day,
}

/// What refers to a text that is no longer in force on `today`, and the protocol's own texts whose review is overdue.
pub fn findings(protocol: &Protocol, today: Day) -> Vec<Finding> {
    stale(protocol, today)
        .into_iter()
        .chain(overdue(protocol, today))
        .collect()
}

fn is_local(protocol: &Protocol, module: ModuleId) -> bool {
    protocol.modules.get(module.index()).is_some_and(|m| m.local)
}

fn text(protocol: &Protocol, id: SourceId) -> Option<&TextSource> {
    protocol.sources.get(id.index())
}

fn name(protocol: &Protocol, id: SourceId) -> &str {
    text(protocol, id).map_or("", |s| &s.origin.name)
}

fn references(protocol: &Protocol) -> impl Iterator<Item = (&Origin, SourceId, Span)> {
    let rules = protocol.rules.iter().map(|r| (&r.origin, &r.refers_to));
    let backgrounds = protocol.backgrounds.iter().map(|b| (&b.origin, &b.refers_to));
    rules
        .chain(backgrounds)
        .filter(|(origin, _)| is_local(protocol, origin.module))
        .flat_map(|(origin, texts)| texts.iter().map(move |(source, span)| (origin, *source, *span)))
}

fn stale(protocol: &Protocol, today: Day) -> Option<Finding> {
    let found: Vec<Stale<'_>> = references(protocol)
        .filter_map(|(from, to, span)| {
            let since = text(protocol, to)?.in_force.1.filter(|until| *until <= today)?;
            Some(Stale { from, span, to, since })
        })
        .collect();
    let first = found.first()?;
    let texts: BTreeMap<SourceId, Day> = found.iter().map(|s| (s.to, s.since)).collect();
    let headline = if found.len() == 1 {
        let by = called(first.from);
        format!(
            "{by} rests on `{}`, which is no longer in force since {}",
            name(protocol, first.to),
            first.since
        )
    } else {
        let list: Vec<String> = texts
            .iter()
            .map(|(id, since)| format!("`{}` (until {since})", name(protocol, *id)))
            .collect();
        format!(
            "{} references rest on texts no longer in force: {}",
            found.len(),
            describe::join(&list)
        )
    };
    let mut places = Vec::new();
    for (at, stale) in found.iter().enumerate() {
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        places.push((stale.span, format!("out of force since {}", stale.since), kind));
    }
    let mut help = Vec::new();
    for id in texts.keys() {
        let old = name(protocol, *id);
        help.push(match successors(protocol, *id, today).last() {
            Some(now) => format!(
                "read `{}` in place of `{old}`, see whether this still follows from it, and refer to it",
                name(protocol, *now)
            ),
            None => format!("find out what took the place of `{old}`, and refer to that"),
        });
    }
    Some(Finding {
        code: code::STALE_SOURCE,
        severity: Severity::Warning,
        headline,
        core: Vec::new(),
        related: Vec::new(),
        places,
        story: succession(protocol, texts.keys().copied(), today),
        notes: Vec::new(),
        help,
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::EveryCase,
        protects: false,
    })
}

/// An item by its name, or a nameless one by its label.
fn called(origin: &Origin) -> String {
    if origin.name.is_empty() {
        format!("“{}”", origin.label)
    } else {
        format!("`{}`", origin.name)
    }
}

/// What took the place of a text, one after the other, up to the first that is in force on `today`.
fn successors(protocol: &Protocol, of: SourceId, today: Day) -> Vec<SourceId> {
    let mut out: Vec<SourceId> = Vec::new();
    let mut at = of;
    while let Some(next) = text(protocol, at).and_then(|s| s.replaced_by)
        // A chain that bites its own tail leads nowhere.
        && next != of
        && !out.contains(&next)
    {
        out.push(next);
        if text(protocol, next).is_some_and(|s| s.in_force.1.is_none_or(|until| until > today)) {
            break;
        }
        at = next;
    }
    out
}

/// The dated lines of how each text came to be replaced.
fn succession(protocol: &Protocol, texts: impl Iterator<Item = SourceId>, today: Day) -> Vec<Step> {
    let mut lines: BTreeSet<(Day, String)> = BTreeSet::new();
    for first in texts {
        let chain: Vec<SourceId> = std::iter::once(first)
            .chain(successors(protocol, first, today))
            .collect();
        for id in chain {
            let Some(source) = text(protocol, id) else { continue };
            if let Some(from) = source.in_force.0 {
                lines.insert((from, format!("`{}` comes into force", source.origin.name)));
            }
            if let Some(until) = source.in_force.1.filter(|until| *until <= today) {
                let by = source
                    .replaced_by
                    .map_or(String::new(), |s| format!(", replaced by `{}`", name(protocol, s)));
                lines.insert((until, format!("`{}` is no longer in force{by}", source.origin.name)));
            }
        }
    }
    lines
        .into_iter()
        .map(|(day, text)| Step {
            day: Some(day),
            text,
            rule: None,
        })
        .collect()
}

fn overdue(protocol: &Protocol, today: Day) -> Vec<Finding> {
    let late = |s: &&TextSource| s.review_due.is_some_and(|due| due < today) && is_local(protocol, s.origin.module);
    let own = protocol.sources.iter().filter(late);
    own.filter_map(|source| {
        let due = source.review_due?;
        Some(Finding {
            code: code::STALE_SOURCE,
            severity: Severity::Note,
            headline: format!("the review of `{}` was due on {due}", source.origin.name),
            core: Vec::new(),
            related: Vec::new(),
            places: vec![(
                source.origin.span,
                format!("its review was due on {due}"),
                LabelKind::Primary,
            )],
            story: Vec::new(),
            notes: Vec::new(),
            help: vec![format!(
                "see whether there is a later edition of `{}`, and register that",
                source.origin.name
            )],
            repairs: Vec::new(),
            evidence: Evidence::Structural,
            reach: Reach::EveryCase,
            protects: false,
        })
    })
    .collect()
}
