//! What the analyses find, before it is ranked and worded for print. In: cores and cases. Out: [`Diagnostic`]s, grouped by
//! a small set of pivots and ordered by how much they matter.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::diagnostics::{Code, Diagnostic, Evidence, Label, LabelKind, Repair, Severity, Step};
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
    /// What would do, solved again.
    pub repairs: Vec<Repair>,
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
        self.core
            .iter()
            .map(|n| describe::rank(protocol, *n))
            .max()
            .unwrap_or(Rank::Local)
    }

    /// Order of importance: level; protects; reach; highest rank; more norms of ours; place.
    fn weight(&self, protocol: &Protocol) -> impl Ord + use<> {
        let place = self
            .core
            .iter()
            .find_map(|n| describe::span(protocol, *n))
            .or(self.places.first().map(|p| p.0));
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
            let kind = if at == 0 {
                LabelKind::Primary
            } else {
                LabelKind::Secondary
            };
            // What a place says of a norm's own line is better than what its kind alone can say.
            if !self
                .places
                .iter()
                .any(|(span, _, _)| Some(*span) == describe::body_span(protocol, *norm))
            {
                labels.extend(describe::label(
                    protocol,
                    *norm,
                    kind,
                    describe::part_in_clash(protocol, *norm),
                ));
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
            labels.extend(describe::label(
                protocol,
                *norm,
                LabelKind::Related,
                "this speaks of the same matter",
            ));
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
            repairs: self.repairs,
            help: self.help,
            fix: None,
            evidence: self.evidence,
            beneath: Vec::new(),
        }
    }
}

/// Orders findings, and puts those that turn on one norm beneath the weightiest of them; and beneath a group also what
/// concerns only norms that the group concerns already.
pub fn arrange(protocol: &Protocol, mut findings: Vec<Finding>) -> Vec<Diagnostic> {
    findings.sort_by_cached_key(|f| f.weight(protocol));
    let pivots = pivots(protocol, &findings);
    let mut groups: Vec<Group> = Vec::new();
    let mut late: Vec<Finding> = Vec::new();
    for finding in findings {
        if finding.severity == Severity::Note {
            groups.push(Group {
                pivot: None,
                norms: BTreeSet::new(),
                members: vec![finding],
            });
            continue;
        }
        let pivot = pivots.iter().copied().find(|p| finding.core.contains(p));
        let alone = |p: NormId| groups.iter().all(|g| g.pivot != Some(p));
        match pivot {
            Some(p) if !alone(p) => {
                if let Some(group) = groups.iter_mut().find(|g| g.pivot == Some(p)) {
                    group.norms.extend(finding.core.iter().copied());
                    group.members.push(finding);
                }
            }
            _ => {
                let norms = finding.core.iter().copied().collect();
                if finding.core.is_empty() {
                    late.push(finding)
                } else {
                    groups.push(Group {
                        pivot,
                        norms,
                        members: vec![finding],
                    })
                }
            }
        }
    }
    groups.extend(late.into_iter().map(|f| Group {
        pivot: None,
        norms: BTreeSet::new(),
        members: vec![f],
    }));
    let mut at = 0;
    while at < groups.len() {
        let lone = groups[at].members.len() == 1 && !groups[at].norms.is_empty();
        let host = groups
            .iter()
            .position(|g| g.members.len() > 1 && groups[at].norms.is_subset(&g.norms));
        match host {
            Some(host) if lone && host != at => {
                let gone = groups.remove(at);
                let host = if host > at { host - 1 } else { host };
                groups[host].members.extend(gone.members);
            }
            _ => at += 1,
        }
    }
    for group in &mut groups {
        group.members.sort_by_cached_key(|f| f.weight(protocol));
    }
    groups.sort_by_cached_key(|g| g.members.first().map(|f| f.weight(protocol)));
    groups
        .into_iter()
        .filter_map(|group| {
            let mut members = group.members.into_iter().map(|f| f.diagnostic(protocol));
            let mut head = members.next()?;
            head.beneath.extend(members);
            Some(head)
        })
        .collect()
}

struct Group {
    pivot: Option<NormId>,
    norms: BTreeSet<NormId>,
    members: Vec<Finding>,
}

/// A small hitting set: again and again the norm in most of the cores not hit yet; ties go to the weightiest finding.
fn pivots(protocol: &Protocol, findings: &[Finding]) -> Vec<NormId> {
    let mut open: Vec<&Finding> = findings
        .iter()
        .filter(|f| f.severity > Severity::Note && !f.core.is_empty())
        .collect();
    let mut out = Vec::new();
    while let Some(first) = open.first() {
        let candidates: BTreeSet<NormId> = open.iter().flat_map(|f| f.core.iter().copied()).collect();
        let turns_on = |n: &NormId| open.iter().filter(|f| f.core.contains(n)).count();
        let best = candidates.iter().copied().max_by_key(|n| {
            (
                turns_on(n),
                describe::is_local(protocol, *n),
                describe::forbids(protocol, *n),
                first.core.contains(n),
                Reverse(describe::span(protocol, *n)),
            )
        });
        let Some(best) = best else { break };
        out.push(best);
        open.retain(|f| !f.core.contains(&best));
    }
    out
}
