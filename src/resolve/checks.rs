//! What can only be seen once everything is resolved: circles, names nobody uses, dates past the calendar, one calendar.
//! In: the resolved protocol and who referred to what. Out: complaints.

use std::collections::{BTreeMap, BTreeSet};

use super::error;
use super::moments::anchor;
use super::names::{Cx, NO, Target, YES};
use crate::ast::{ItemKind, SlotKind};
use crate::diagnostics::{Diagnostic, Severity};
use crate::model::{Body, Cond, Guard, Happening, Limit, Moments, Protocol, StatusId, ValueId};
use crate::source::Span;

/// Terms within terms, from which on a term is too deep.
pub(super) const DEEPEST_TERM: usize = 100;

/// Conditions in a term with its terms written out, beyond which it is too long.
pub(super) const LONGEST_TERM: usize = 10_000;

/// From, to, and the line that links them.
type Edge<N> = (N, N, Span);

impl Cx<'_> {
    /// Takes the one calendar that the files declare.
    pub(super) fn choose_calendar(&mut self) {
        let mut first: Option<Span> = None;
        for item in self
            .units
            .iter()
            .flat_map(super::Unit::items)
            .filter(|i| i.kind.node == ItemKind::Calendar)
        {
            match first {
                Some(span) => self.out.push(error::two_calendars(item.kind.span, span)),
                None => {
                    first = Some(item.kind.span);
                    self.protocol.calendar = super::calendar::calendar(item, &mut self.out);
                }
            }
        }
    }

    /// Every check on the whole.
    pub(super) fn check(&mut self) {
        self.circles();
        self.dates();
        self.days_set();
        self.unused();
    }

    fn circles(&mut self) {
        let mut found: Vec<Diagnostic> = Vec::new();
        let p = &self.protocol;
        let name_of = |t: &Target| match t {
            Target::Role(r) => p.roles.get(r.index()).map(|r| r.origin.name.clone()),
            Target::Meeting(m) => p.meetings.get(m.index()).map(|m| m.origin.name.clone()),
            _ => None,
        };
        found.extend(circles(&self.kinds, "kinds run", |t| name_of(t).unwrap_or_default()));
        let rule = |r: &crate::model::RuleId| {
            p.rules
                .get(r.index())
                .map(|r| r.origin.name.clone())
                .unwrap_or_default()
        };
        found.extend(circles(&self.exceptions, "exceptions run", rule));

        let mut terms = Vec::new();
        for (at, term) in p.terms.iter().enumerate() {
            terms_in(&term.means, &mut |to: crate::model::TermId, span| {
                terms.push((at, to.index(), span))
            });
        }
        let term = |t: &usize| p.terms.get(*t).map(|t| t.origin.name.clone()).unwrap_or_default();
        let in_circles = circles(&terms, "terms are explained", term);
        if in_circles.is_empty() {
            found.extend(large_terms(p));
        }
        found.extend(in_circles);

        let mut changes = Vec::new();
        for (at, status) in p.statuses.iter().enumerate() {
            let this = StatusId(super::names::id(at));
            for setter in &status.setters {
                changes.extend(causes(&setter.when).map(|from| (from, (this, setter.value), setter.span)));
            }
        }
        for rule in &p.rules {
            if let Body::Effect(status, value) = &rule.body {
                let from = rule.guard.when.iter().flat_map(causes);
                changes.extend(from.map(|from| (from, (*status, *value), rule.body_span)));
            }
        }
        let change = |(s, v): &(StatusId, ValueId)| {
            let Some(status) = p.statuses.get(s.index()) else {
                return String::new();
            };
            let value = status.values.get(v.0 as usize).cloned().unwrap_or_default();
            let yes_no = self.status_values.get(s.index()).is_some_and(|v| v.yes_no);
            match *v {
                YES if yes_no => format!("{} begins", status.origin.name),
                NO if yes_no => format!("{} ends", status.origin.name),
                _ => format!("{} becomes {value}", status.origin.name),
            }
        };
        found.extend(circles(&changes, "changes of status cause each other", change));
        self.out.extend(found);
    }

    fn dates(&mut self) {
        let Some(last) = self.protocol.calendar.known_until else {
            return;
        };
        for item in self.units.iter().flat_map(super::Unit::items) {
            for slot in &item.slots {
                if let SlotKind::Edition(d)
                | SlotKind::ReviewDue(d)
                | SlotKind::InForceFrom(d)
                | SlotKind::InForceUntil(d)
                | SlotKind::Expires(d) = &slot.node
                    && d.node > last
                {
                    self.out.push(error::beyond_calendar(d, last));
                }
            }
        }
    }

    /// How days lie that are set is looked at in one moment, and the text must say in which.
    fn days_set(&mut self) {
        let p = &self.protocol;
        let mut found: Vec<Diagnostic> = Vec::new();
        let mut look = |guard: &Guard, limits: &[Limit], at_meeting: bool| {
            let mut seen = Vec::new();
            days_in(p, &guard.while_, &mut seen);
            found.extend(seen.drain(..).map(|(span, _)| error::days_in_while(span)));
            let engaged = at_meeting || !guard.when.is_empty() || limits.iter().any(|l| anchor(l).is_some());
            if !engaged {
                std::iter::once(&guard.if_)
                    .chain(&guard.unless)
                    .for_each(|c| days_in(p, c, &mut seen));
                let within = seen.into_iter().filter(|(_, within)| *within);
                found.extend(within.map(|(span, _)| error::within_from_when(span)));
            }
        };
        p.rules.iter().for_each(|r| look(&r.guard, &r.limits, false));
        p.decisions
            .iter()
            .for_each(|d| look(&d.guard, &d.limits, d.at.is_some()));
        self.out.extend(found);
    }

    /// Names of the protocol that nothing refers to. Where something is wrong, what is mended may use any of them.
    fn unused(&mut self) {
        let mut items = self.units.iter().flat_map(super::Unit::items);
        let broken = items.any(|i| i.broken && i.kind.node != ItemKind::Scenario);
        if broken || !self.lost.is_empty() || self.out.iter().any(|d| d.severity == Severity::Error) {
            return;
        }
        for (module, unit) in self
            .units
            .iter()
            .enumerate()
            .filter(|(_, u)| u.local && u.is_protocol())
        {
            for item in unit.items() {
                let Some(name) = &item.name else { continue };
                let used = match item.kind.node {
                    ItemKind::Source => {
                        let source = self.tables[module].sources.get(&name.node);
                        name.node == unit.name || source.is_some_and(|(s, _)| self.used_sources.contains(s))
                    }
                    ItemKind::Role
                    | ItemKind::Fact
                    | ItemKind::Judgement
                    | ItemKind::Reading
                    | ItemKind::Period
                    | ItemKind::Term
                    | ItemKind::Status
                    | ItemKind::Event
                    | ItemKind::Meeting
                    | ItemKind::Document => self.used.contains(&(module, name.node.clone())),
                    _ => true,
                };
                if !used {
                    self.out.push(error::unused(&name.node, item.kind.node, name.span));
                }
            }
        }
    }
}

/// The changes of status among the candidates of a moment.
fn causes(when: &Moments) -> impl Iterator<Item = (StatusId, ValueId)> {
    when.any.iter().filter_map(|m| match m.what {
        Happening::Begins(s) => Some((s, YES)),
        Happening::Ends(s) => Some((s, NO)),
        Happening::Becomes(s, v) => Some((s, v)),
        _ => None,
    })
}

/// Where a condition asks how days lie that are set, and whether it asks how far off one is; through its terms, of which none
/// holds itself but by a mistake that is told.
fn days_in(p: &Protocol, cond: &Cond, found: &mut Vec<(Span, bool)>) {
    let mut open = vec![cond];
    let mut terms = BTreeSet::new();
    while let Some(cond) = open.pop() {
        match cond {
            Cond::DueBefore(_, _, span) => found.push((*span, false)),
            Cond::DueWithin(_, _, span) => found.push((*span, true)),
            Cond::Term(t, _) if terms.insert(*t) => open.extend(p.terms.get(t.index()).map(|t| &t.means)),
            Cond::Not(inner) => open.push(inner),
            Cond::All(all) | Cond::Any(all) => open.extend(all),
            Cond::True
            | Cond::Factor(..)
            | Cond::Status(..)
            | Cond::Happened(..)
            | Cond::Before(..)
            | Cond::Term(..) => {}
        }
    }
}

/// A term that, with the terms it names written out, is deeper or longer than anything anybody could check; what names such a
/// term is not reported as well. Every other reader of conditions follows terms into terms and relies on this. No term may
/// hold itself.
fn large_terms(p: &Protocol) -> Vec<Diagnostic> {
    let named: Vec<Vec<usize>> = p
        .terms
        .iter()
        .map(|term| {
            let mut named = Vec::new();
            terms_in(&term.means, &mut |to: crate::model::TermId, _| named.push(to.index()));
            named
        })
        .collect();
    // How deep and how long; nothing where that was too much.
    let mut sizes: Vec<Option<Option<(usize, usize)>>> = vec![None; named.len()];
    let mut found = Vec::new();
    for start in 0..named.len() {
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(parts) = named.get(*at) else { break };
            if let Some(part) = parts.get(*next) {
                *next += 1;
                if sizes.get(*part).is_some_and(Option::is_none) {
                    path.push((*part, 0));
                }
                continue;
            }
            let mut parts = parts.iter().map(|part| sizes.get(*part).copied().flatten().flatten());
            let whole = parts.try_fold((0, 1), |(depth, length): (usize, usize), part| {
                part.map(|(d, l)| (depth.max(d + 1), length.saturating_add(l)))
            });
            let fits = whole.filter(|(depth, length)| *depth <= DEEPEST_TERM && *length <= LONGEST_TERM);
            if let (Some((depth, _)), None, Some(term)) = (whole, fits, p.terms.get(*at)) {
                found.push(error::large_term(
                    &term.origin.name,
                    term.origin.span,
                    depth > DEEPEST_TERM,
                ));
            }
            if let Some(size) = sizes.get_mut(*at) {
                *size = Some(fits);
            }
            path.pop();
        }
    }
    found
}

fn terms_in(c: &Cond, found: &mut impl FnMut(crate::model::TermId, Span)) {
    match c {
        Cond::Term(t, span) => found(*t, *span),
        Cond::Not(c) => terms_in(c, found),
        Cond::All(all) | Cond::Any(all) => all.iter().for_each(|c| terms_in(c, found)),
        Cond::True
        | Cond::Factor(..)
        | Cond::Status(..)
        | Cond::Happened(..)
        | Cond::Before(..)
        | Cond::DueBefore(..)
        | Cond::DueWithin(..) => {}
    }
}

/// One complaint for each line that closes a circle, found depth first in the order of the lines.
fn circles<N: Ord + Clone>(edges: &[Edge<N>], what: &str, name: impl Fn(&N) -> String) -> Vec<Diagnostic> {
    let mut from: BTreeMap<&N, Vec<(&N, Span)>> = BTreeMap::new();
    for (a, b, span) in edges {
        from.entry(a).or_default().push((b, *span));
    }
    let mut done: BTreeMap<&N, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for start in edges.iter().map(|(a, _, _)| a) {
        if done.contains_key(start) {
            continue;
        }
        // The path from the start, each node with how many of its edges were followed; no recursion, so no depth limit.
        let mut path: Vec<(&N, usize, Option<Span>)> = vec![(start, 0, None)];
        done.insert(start, false);
        while let Some((node, next, _)) = path.last_mut() {
            let Some((to, span)) = from.get(*node).and_then(|e| e.get(*next)) else {
                done.insert(*node, true);
                path.pop();
                continue;
            };
            *next += 1;
            match done.get(to) {
                None => {
                    done.insert(*to, false);
                    path.push((*to, 0, Some(*span)));
                }
                Some(false) => {
                    let ring: Vec<_> = path.iter().skip_while(|(n, _, _)| n != to).collect();
                    let names: Vec<String> = ring.iter().map(|(n, _, _)| name(n)).collect();
                    let others: Vec<Span> = ring.iter().skip(1).filter_map(|(_, _, s)| *s).collect();
                    found.push(error::cycle(what, &names, *span, &others));
                }
                Some(true) => {}
            }
        }
    }
    found
}
