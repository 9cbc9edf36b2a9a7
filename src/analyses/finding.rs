//! What the analyses find, before it is ranked and worded for print. In: cores and cases. Out: [`Diagnostic`]s, grouped by
//! a small set of pivots and ordered by how much they matter.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, Evidence, Label, LabelKind, Severity, Step};
use crate::model::{NormId, Protocol, Rank};
use crate::source::Span;

use super::describe;

/// How often it bites. The order is from seldom to always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Only on one reading of the text.
    OneReading,
    /// Only from some start dates.
    SomeDates,
    /// Only in a case of a certain kind.
    SomeCases,
    /// In every case.
    EveryCase,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// One line.
    pub headline: String,
    /// The norms that make it, the most telling first.
    pub core: Vec<NormId>,
    /// Norms beside it: siblings, the law that defines the matter.
    pub related: Vec<NormId>,
    /// Places that are not norms, with what to say there.
    pub places: Vec<(Span, String, LabelKind)>,
    /// The dated story.
    pub story: Vec<Step>,
    /// Bounds, assumptions, what was set aside.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Vec<String>,
    /// What stands behind it.
    pub evidence: Evidence,
    /// How often it bites.
    pub reach: Reach,
    /// A status that must never be left alone is at stake.
    pub protects: bool,
}

impl Finding {
    fn rank(&self, protocol: &Protocol) -> Rank {
        self.core.iter().map(|n| describe::rank(protocol, *n)).max().unwrap_or(Rank::Local)
    }

    /// Order of importance: level; protects; reach; highest rank; more norms of ours; place.
    fn weight(&self, protocol: &Protocol) -> impl Ord + use<> {
        let place = self.core.iter().find_map(|n| describe::span(protocol, *n)).or(self.places.first().map(|p| p.0));
        (
            Reverse(self.severity),
            Reverse(self.evidence != Evidence::Structural || self.severity > Severity::Note),
            Reverse(self.protects),
            Reverse(self.reach),
            Reverse(self.rank(protocol)),
            place,
            self.code.id,
        )
    }

    fn diagnostic(self, protocol: &Protocol) -> Diagnostic {
        let mut labels: Vec<Label> = Vec::new();
        let mut rules = Vec::new();
        for (at, norm) in self.core.iter().enumerate() {
            let kind = if at == 0 { LabelKind::Primary } else { LabelKind::Secondary };
            // What a place says of a norm's own line is better than what its kind alone can say.
            if !self.places.iter().any(|(span, _, _)| Some(*span) == describe::body_span(protocol, *norm)) {
                labels.extend(describe::label(protocol, *norm, kind, describe::part_in_clash(protocol, *norm)));
            }
            rules.extend(describe::involved(protocol, *norm, kind));
        }
        for (span, text, kind) in self.places {
            let kind = if labels.is_empty() { LabelKind::Primary } else { kind };
            labels.push(Label { span, text, kind });
        }
        for norm in &self.related {
            if self.core.contains(norm) {
                continue;
            }
            labels.extend(describe::label(protocol, *norm, LabelKind::Related, "this speaks of the same matter"));
            rules.extend(describe::involved(protocol, *norm, LabelKind::Related));
        }
        Diagnostic {
            code: self.code,
            severity: self.severity,
            headline: self.headline,
            labels,
            rules,
            story: self.story,
            notes: self.notes,
            help: self.help,
            fix: None,
            evidence: self.evidence,
            beneath: Vec::new(),
        }
    }
}

/// Orders findings, and puts those that turn on one norm beneath the weightiest of them.
pub fn arrange(protocol: &Protocol, mut findings: Vec<Finding>) -> Vec<Diagnostic> {
    findings.sort_by_cached_key(|f| f.weight(protocol));
    let pivots = pivots(protocol, &findings);
    let mut groups: Vec<(Option<NormId>, Diagnostic)> = Vec::new();
    for finding in findings {
        let pivot = pivots.iter().copied().find(|p| finding.core.contains(p));
        let level = finding.severity;
        let diagnostic = finding.diagnostic(protocol);
        let group = groups.iter_mut().find(|(p, head)| pivot.is_some() && *p == pivot && (head.severity > Severity::Note) == (level > Severity::Note));
        match group {
            Some((_, head)) => head.beneath.push(diagnostic),
            None => groups.push((pivot, diagnostic)),
        }
    }
    groups.into_iter().map(|(_, d)| d).collect()
}

/// A small hitting set: again and again the norm in most of the cores not hit yet; ties go to the weightiest finding.
fn pivots(protocol: &Protocol, findings: &[Finding]) -> Vec<NormId> {
    let mut open: Vec<&Finding> = findings.iter().filter(|f| f.severity > Severity::Note && !f.core.is_empty()).collect();
    let mut out = Vec::new();
    while let Some(first) = open.first() {
        let candidates: BTreeSet<NormId> = open.iter().flat_map(|f| f.core.iter().copied()).collect();
        let turns_on = |n: &NormId| open.iter().filter(|f| f.core.contains(n)).count();
        let best = candidates
            .iter()
            .copied()
            .max_by_key(|n| {
                (turns_on(n), describe::is_local(protocol, *n), first.core.contains(n), Reverse(describe::span(protocol, *n)))
            });
        let Some(best) = best else { break };
        out.push(best);
        open.retain(|f| !f.core.contains(&best));
    }
    out
}
