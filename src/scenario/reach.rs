//! What no scenario reaches: rules that none engages, options that none takes, answers on which a rule turns and that none
//! has. In: the scenarios of a protocol. Out: names. Only what the protocol itself declares is counted, not its bases.

use std::collections::BTreeSet;

use crate::calendar::Calendar;
use crate::judge::{Claim, confirm, judge};
use crate::model::{
    Body, Cond, Confirmation, DecisionId, FactorId, Happening, History, ModuleId, NormId, Protocol, RuleId, Scenario,
    StatusId, ValueId,
};
use crate::source::{FileId, Span};

/// What none of the scenarios reaches, in order of declaration, and of how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unreached {
    /// Rules and decisions that none engages.
    pub rules: Vec<String>,
    /// Of so many.
    pub of_rules: usize,
    /// Options that none takes: `discharge is discharged`.
    pub options: Vec<String>,
    /// Of so many.
    pub of_options: usize,
    /// Answers on which a rule turns and that none has: `route is on-remand`, `not exceptional`.
    pub branches: Vec<String>,
    /// Of so many.
    pub of_branches: usize,
}

/// What scenarios have reached so far.
pub(super) struct Reached<'p> {
    protocol: &'p Protocol,
    norms: Vec<(NormId, bool)>,
    options: Vec<((DecisionId, ValueId), bool)>,
    factors: Vec<((FactorId, ValueId), bool)>,
    statuses: Vec<((StatusId, ValueId), bool)>,
}

impl<'p> Reached<'p> {
    pub(super) fn of(protocol: &'p Protocol) -> Self {
        let local = |m: ModuleId| protocol.modules.get(m.index()).is_some_and(|m| m.local);
        let values = |n: usize| (0..).map(ValueId).take(n);
        let rules = (0..)
            .map(RuleId)
            .zip(&protocol.rules)
            .filter(|(_, r)| local(r.origin.module));
        let decisions = (0..).map(DecisionId).zip(&protocol.decisions);
        let decisions: Vec<_> = decisions.filter(|(_, d)| local(d.origin.module)).collect();
        let mut tested = Tested::default();
        for (_, rule) in rules.clone() {
            let guard = &rule.guard;
            [&guard.while_, &guard.if_]
                .into_iter()
                .chain(&guard.unless)
                .for_each(|c| tested.look(protocol, c));
            if let Body::Presume(c) = &rule.body {
                tested.look(protocol, c);
            }
        }
        for (_, decision) in &decisions {
            let guard = &decision.guard;
            [&guard.while_, &guard.if_]
                .into_iter()
                .chain(&guard.unless)
                .for_each(|c| tested.look(protocol, c));
            for option in &decision.options {
                std::iter::once(&option.if_)
                    .chain(&option.unless)
                    .for_each(|c| tested.look(protocol, c));
            }
        }
        let norms = rules
            .map(|(id, _)| NormId::Rule(id))
            .chain(decisions.iter().map(|(id, _)| NormId::Decision(*id)));
        let options = decisions
            .iter()
            .flat_map(|(id, d)| values(d.options.len()).map(|v| (*id, v)));
        let of_factor = |f: &FactorId| protocol.factors.get(f.index()).map_or(0, |f| f.values.len());
        let factors = tested
            .factors
            .iter()
            .flat_map(|f| values(of_factor(f)).map(|v| (*f, v)));
        let of_status = |s: &StatusId| protocol.statuses.get(s.index()).map_or(0, |s| s.values.len());
        let statuses = tested
            .statuses
            .iter()
            .flat_map(|s| values(of_status(s)).map(|v| (*s, v)));
        Reached {
            norms: norms.map(|n| (n, false)).collect(),
            options: options.map(|o| (o, false)).collect(),
            factors: factors.map(|f| (f, false)).collect(),
            statuses: statuses.map(|s| (s, false)).collect(),
            protocol,
        }
    }

    /// Adds what one scenario reaches.
    pub(super) fn add(&mut self, calendar: &Calendar, scenario: &Scenario) {
        let whole = History {
            factors: scenario.factors.clone(),
            starts: scenario.starts.clone(),
            occurrences: scenario.occurrences.clone(),
            until: scenario
                .expectations
                .iter()
                .map(|e| e.day)
                .chain(scenario.occurrences.iter().map(|o| o.day))
                .max(),
        };
        let engaged = judge(self.protocol, calendar, &whole).engaged();
        for (norm, reached) in &mut self.norms {
            *reached |= engaged.contains(norm);
        }
        for ((decision, option), reached) in &mut self.options {
            let taken = Happening::Outcome(*decision, *option);
            *reached |= whole.occurrences.iter().any(|o| o.what == taken);
        }
        for (given, reached) in &mut self.factors {
            *reached |= whole.factors.contains(given);
        }
        for so_far in 0..=whole.occurrences.len() {
            let history = History {
                occurrences: whole.occurrences.iter().take(so_far).cloned().collect(),
                until: whole.occurrences.get(so_far.saturating_sub(1)).map(|o| o.day),
                ..whole.clone()
            };
            self.add_statuses(calendar, &history);
        }
    }

    /// One question tells whether there is anything new at all; seldom is there.
    fn add_statuses(&mut self, calendar: &Calendar, history: &History) {
        let holds =
            |cond: Cond| confirm(self.protocol, calendar, history, &[Claim::Holds(cond)]) == Confirmation::Confirmed;
        let open = |s: &&mut ((StatusId, ValueId), bool)| !s.1;
        let anything = self.statuses.iter().filter(|s| !s.1).map(|(s, _)| is(*s)).collect();
        if !holds(Cond::Any(anything)) {
            return;
        }
        for (status, reached) in self.statuses.iter_mut().filter(open) {
            *reached = holds(is(*status));
        }
    }

    /// What is left.
    pub(super) fn rest(&self) -> Unreached {
        let p = self.protocol;
        let norm = |n: &NormId| super::names::name(p, *n);
        let option = |(d, v): &(DecisionId, ValueId)| {
            let decision = p.decisions.get(d.index());
            let option = decision.and_then(|d| Some((d, d.options.get(v.0 as usize)?)));
            option
                .map(|(d, o)| format!("{} is {}", d.origin.name, o.name))
                .unwrap_or_default()
        };
        let factor = |(f, v): &(FactorId, ValueId)| {
            let factor = p.factors.get(f.index());
            factor
                .map(|f| answer(&f.origin.name, &f.values, *v))
                .unwrap_or_default()
        };
        let status = |(s, v): &(StatusId, ValueId)| {
            let status = p.statuses.get(s.index());
            status
                .map(|s| answer(&s.origin.name, &s.values, *v))
                .unwrap_or_default()
        };
        let mut branches = left(&self.factors, factor);
        branches.extend(left(&self.statuses, status));
        Unreached {
            rules: left(&self.norms, norm),
            of_rules: self.norms.len(),
            options: left(&self.options, option),
            of_options: self.options.len(),
            branches,
            of_branches: self.factors.len() + self.statuses.len(),
        }
    }
}

fn left<T>(all: &[(T, bool)], name: impl Fn(&T) -> String) -> Vec<String> {
    all.iter()
        .filter(|(_, reached)| !reached)
        .map(|(t, _)| name(t))
        .collect()
}

fn is((status, value): (StatusId, ValueId)) -> Cond {
    Cond::Status(status, vec![value], Span::new(FileId(0), 0, 0))
}

/// As a `given` line or a condition says it.
fn answer(name: &str, values: &[String], value: ValueId) -> String {
    let words = name.contains(' ');
    let name = if words { format!("\"{name}\"") } else { name.to_owned() };
    let said = values.get(value.0 as usize).map_or("", String::as_str);
    match (crate::model::words::yes_no(values), value) {
        (true, ValueId(0)) => format!("not {name}"),
        (true, _) => name,
        (false, _) => format!("{name} is {said}"),
    }
}

/// What conditions turn on.
#[derive(Default)]
struct Tested {
    factors: BTreeSet<FactorId>,
    statuses: BTreeSet<StatusId>,
}

impl Tested {
    fn look(&mut self, p: &Protocol, cond: &Cond) {
        match cond {
            Cond::Factor(f, ..) => drop(self.factors.insert(*f)),
            Cond::Status(s, ..) => drop(self.statuses.insert(*s)),
            // Terms make no circles: `resolve` refuses those.
            Cond::Term(t, _) => {
                if let Some(term) = p.terms.get(t.index()) {
                    self.look(p, &term.means);
                }
            }
            Cond::Not(inner) => self.look(p, inner),
            Cond::All(all) | Cond::Any(all) => all.iter().for_each(|c| self.look(p, c)),
            Cond::True | Cond::Happened(..) | Cond::Before(..) | Cond::DueBefore(..) | Cond::DueWithin(..) => {}
        }
    }
}
