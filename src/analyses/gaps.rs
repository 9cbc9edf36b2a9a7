//! What the source leaves out: owners, limits, citations, and base rules nobody speaks to. In: an [`Asker`].
//! Out: one note per kind, with a list; these are facts about the text, so nothing is solved here.

use crate::diagnostics::{Code, Evidence, LabelKind, Severity, code};
use crate::model::{
    Act, Body, DecisionId, FactorKind, Happening, Limit, LimitKind, Modal, NormId, Protocol, Rule, Slot, StatusId,
    Subject, ValueId, words,
};
use crate::solve::ask::Asker;
use crate::solve::ground::{class_of, is_yes_no, norms};
use crate::source::Span;

use super::finding::{Finding, Reach};
use super::{describe, states};

/// How many places one note shows; the headline has the count.
const SHOWN: usize = 8;

/// All gaps.
pub fn findings(asker: &Asker<'_>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    [
        no_owner(protocol),
        no_limit(protocol),
        unsaid(asker),
        unmoved(asker),
        uncited(protocol),
        silent(asker),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// One note about a list of places, of which all say the same; none if there are none.
fn note(code: Code, headline: String, found: &[Span], here: &str, help: &str) -> Option<Finding> {
    let found: Vec<(Span, String)> = found.iter().map(|span| (*span, here.to_owned())).collect();
    note_at(code, headline, &found, help)
}

/// One note about a list of places, with what to say at each.
fn note_at(code: Code, headline: String, found: &[(Span, String)], help: &str) -> Option<Finding> {
    let places: Vec<_> = found
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(at, (span, here))| {
            (
                *span,
                here.clone(),
                if at == 0 {
                    LabelKind::Primary
                } else {
                    LabelKind::Secondary
                },
            )
        })
        .collect();
    let more = found.len().saturating_sub(SHOWN);
    (!places.is_empty()).then(|| Finding {
        code,
        severity: Severity::Note,
        headline,
        core: Vec::new(),
        related: Vec::new(),
        places,
        story: Vec::new(),
        notes: if more == 0 {
            Vec::new()
        } else {
            vec![format!("and {more} more like these")]
        },
        help: vec![help.to_owned()],
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::EveryCase,
        protects: false,
    })
}

/// `1 duty has`, `3 duties have`.
fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

fn is_duty(rule: &Rule) -> bool {
    matches!(&rule.body, Body::Norm { subject, modal: Modal::Must | Modal::Should, .. }
        if !matches!(subject, Subject::Only(_) | Subject::Nobody))
}

fn local_rules(protocol: &Protocol) -> impl Iterator<Item = &Rule> {
    protocol
        .rules
        .iter()
        .filter(|r| protocol.modules.get(r.origin.module.index()).is_some_and(|m| m.local))
}

fn no_owner(protocol: &Protocol) -> Option<Finding> {
    let is_local = |o: &crate::model::Origin| protocol.modules.get(o.module.index()).is_some_and(|m| m.local);
    let duties: Vec<Span> = local_rules(protocol)
        .filter(|r| {
            is_duty(r)
                && matches!(
                    &r.body,
                    Body::Norm {
                        subject: Subject::Someone,
                        ..
                    }
                )
        })
        .map(|r| r.body_span)
        .collect();
    let undecided = protocol
        .decisions
        .iter()
        .filter(|d| is_local(&d.origin) && !matches!(d.decided_by, Slot::Given(_)))
        .map(|d| d.origin.span);
    let unjudged = protocol
        .factors
        .iter()
        .filter(|f| is_local(&f.origin) && f.kind == FactorKind::Judgement(None))
        .map(|f| f.origin.span);
    let judged: Vec<Span> = undecided.chain(unjudged).collect();
    let mut said = Vec::new();
    if !duties.is_empty() {
        said.push(count(duties.len(), "duty", "duties"));
    }
    if !judged.is_empty() {
        said.push(count(judged.len(), "decision or judgement", "decisions or judgements"));
    }
    let have = if duties.len() + judged.len() == 1 {
        "has"
    } else {
        "have"
    };
    let found: Vec<Span> = judged.into_iter().chain(duties).collect();
    note(
        code::NO_OWNER,
        format!("{} {have} no named owner", describe::join(&said)),
        &found,
        "whose is it?",
        "ask who is meant, and name the role",
    )
}

/// Whether a limit ends some time: what only says how soon in words does not.
fn ends(limit: &LimitKind) -> bool {
    match limit {
        LimitKind::Within(..)
        | LimitKind::AtLeastBefore(..)
        | LimitKind::Until(_)
        | LimitKind::UntilAfter(..)
        | LimitKind::At(_)
        | LimitKind::SameDay(_)
        | LimitKind::Before(_) => true,
        LimitKind::Unstated
        | LimitKind::AtLeastAfter(..)
        | LimitKind::StraightAfter(_)
        | LimitKind::After(_)
        | LimitKind::Urgency(_) => false,
    }
}

fn no_limit(protocol: &Protocol) -> Option<Finding> {
    // Who chairs or attends does so when the meeting is; a standing duty to hold to something has no day either.
    let dated = |r: &&Rule| match &r.body {
        Body::Norm { act, .. } => {
            let bare = r.guard.when.is_empty() && r.limits.is_empty();
            !bare && !matches!(act, Act::Chair(_) | Act::Attend(_))
        }
        _ => false,
    };
    let endless = |limits: &[Limit]| !limits.iter().any(|l| ends(&l.kind));
    // The line of a limit does not say whose it is.
    let asked = |limits: &[Limit], whole: Span, name: &str| {
        let at = limits.first().map_or(whole, |l| l.span);
        (at, format!("by when for `{name}`?"))
    };
    let duties: Vec<(Span, String)> = local_rules(protocol)
        .filter(|r| is_duty(r) && endless(&r.limits))
        .filter(dated)
        .map(|r| asked(&r.limits, r.body_span, &r.origin.name))
        .collect();
    // What is decided at a meeting is decided on its day.
    let is_local = |m: crate::model::ModuleId| protocol.modules.get(m.index()).is_some_and(|m| m.local);
    let decisions: Vec<(Span, String)> = protocol
        .decisions
        .iter()
        .filter(|d| is_local(d.origin.module) && d.at.is_none() && !d.guard.when.is_empty() && endless(&d.limits))
        .map(|d| asked(&d.limits, d.origin.span, &d.origin.name))
        .collect();
    let counts = [
        (duties.len(), "duty", "duties"),
        (decisions.len(), "decision", "decisions"),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| count(n, one, many))
        .collect();
    let have = if duties.len() + decisions.len() == 1 {
        "has"
    } else {
        "have"
    };
    let found: Vec<(Span, String)> = duties.into_iter().chain(decisions).collect();
    note_at(
        code::MISSING_SLOT,
        format!("{} {have} no last day", describe::join(&said)),
        &found,
        "ask by when, and write it down (`within`, `before`, `at`)",
    )
}

/// Outcomes from which nothing follows: no effect, nothing that speaks of them, and no `then nothing`. A `then not stated` only says
/// so in words.
fn unsaid(asker: &Asker<'_>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let is_local = |m: crate::model::ModuleId| protocol.modules.get(m.index()).is_some_and(|m| m.local);
    let spoken = asker.ground.mentioned();
    let mut found: Vec<Span> = Vec::new();
    for (at, decision) in (0..)
        .zip(&protocol.decisions)
        .filter(|(_, d)| is_local(d.origin.module))
    {
        for (value, option) in (0..).zip(&decision.options) {
            let outcome = Happening::Outcome(DecisionId(at), ValueId(value));
            let follows = !option.effects.is_empty() || spoken.contains(&outcome) || option.then.given().is_some();
            if !follows {
                found.push(option.span);
            }
        }
    }
    note(
        code::UNSAID,
        format!("nothing follows from {}", count(found.len(), "outcome", "outcomes")),
        &found,
        "what follows?",
        "ask what follows, and write it down: an `effect`, a rule `when` it is so, or `then nothing`",
    )
}

/// Statuses that rules speak of, and that nothing ever changes.
fn unmoved(asker: &Asker<'_>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let spoken = asker.ground.mentioned();
    let mut found: Vec<(&str, Span)> = Vec::new();
    for (at, status) in (0..).map(StatusId).zip(&protocol.statuses) {
        let is_spoken = spoken
            .iter()
            .any(|what| matches!(what, Happening::Becomes(s, _) if *s == at));
        let is_moved = asker.ground.set_by(at).next().is_some();
        if is_spoken && !is_moved && status.starts_as.is_some() && !is_yes_no(&status.values) {
            found.push((&status.origin.name, status.origin.span));
        }
    }
    let (name, _) = *found.first()?;
    let spans: Vec<Span> = found.iter().map(|(_, span)| *span).collect();
    let mut finding = note(
        code::VACUOUS,
        format!(
            "nothing ever changes {}, so rules that wait for it never apply",
            names(&found)
        ),
        &spans,
        "always as it starts",
        &format!("say what changes it: `becomes VALUE when ...` under `{name}`, or an `effect`"),
    )?;
    finding.severity = Severity::Warning;
    Some(finding)
}

fn names(found: &[(&str, Span)]) -> String {
    let quoted: Vec<String> = found.iter().map(|(name, _)| format!("`{name}`")).collect();
    quoted.join(" and ")
}

fn uncited(protocol: &Protocol) -> Option<Finding> {
    let found: Vec<Span> = states::local_norms(protocol)
        .into_iter()
        .filter(|n| describe::origin(protocol, *n).is_some_and(|o| o.cites.is_empty()))
        .filter(|n| match n {
            NormId::Rule(_) => true,
            NormId::Decision(d) => protocol
                .decisions
                .get(d.index())
                .is_some_and(|d| d.options.iter().all(|o| o.cites.is_empty())),
        })
        .filter_map(|n| describe::span(protocol, n))
        .collect();
    note(
        code::UNCITED,
        format!(
            "{} no paragraph of a source",
            count(found.len(), "rule or decision cites", "rules and decisions cite")
        ),
        &found,
        "where does this come from?",
        "add `cites` with the section and paragraph",
    )
}

/// Base duties to whose act no local norm speaks: one that asks for it, allows it, forbids it or decides it.
fn silent(asker: &Asker<'_>) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let ours: Vec<&Act> = local_rules(protocol)
        .filter_map(|r| match &r.body {
            Body::Norm { act, .. } => Some(act),
            _ => None,
        })
        .collect();
    let found: Vec<Span> = norms(protocol)
        .filter_map(|n| match n {
            NormId::Rule(r) => protocol.rules.get(r.index()),
            NormId::Decision(_) => None,
        })
        .filter(|r| is_base_must(protocol, r))
        .filter(|r| match &r.body {
            Body::Norm { act, .. } => !ours.iter().any(|o| same_matter(asker, act, o)),
            _ => false,
        })
        .map(|r| r.body_span)
        .collect();
    note(
        code::SILENT,
        format!(
            "on {} of the law this protocol says nothing",
            count(found.len(), "duty", "duties")
        ),
        &found,
        "no local rule speaks of this",
        "read the list once: these apply as they stand; repeat those that staff would look for here",
    )
}

fn is_base_must(protocol: &Protocol, rule: &Rule) -> bool {
    let local = protocol.modules.get(rule.origin.module.index()).is_none_or(|m| m.local);
    !local
        && matches!(&rule.body, Body::Norm { subject, modal: Modal::Must, .. }
            if !matches!(subject, Subject::Only(_) | Subject::Nobody))
}

/// Whether two acts are about one thing: the same meeting or kind of it, the same document, decision or status, or just
/// the same.
pub(super) fn same_matter(asker: &Asker<'_>, base: &Act, ours: &Act) -> bool {
    let meeting = |act: &Act| match act {
        Act::Hold(w) | Act::Book(w) | Act::Cancel(w) | Act::Attend(w) | Act::Chair(w) => Some(w.meeting),
        _ => None,
    };
    match (meeting(base), meeting(ours)) {
        (Some(a), Some(b)) => asker.ground.kinds_below(a).contains(&b) || asker.ground.kinds_below(b).contains(&a),
        _ => match (class_of(base), class_of(ours)) {
            (Some(a), Some(b)) => a == b,
            // Acts without a class of their own are the same if they read the same.
            _ => words::act(asker.ground.protocol, base) == words::act(asker.ground.protocol, ours),
        },
    }
}
