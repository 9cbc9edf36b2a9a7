//! Scenarios: what a case tells by the reader of case files, and what is expected of it by the names of the protocol. In: the
//! items as written and the protocol, whole. Out: scenarios and what is wrong with them, apart from the protocol and from
//! what is said of it: a scenario adds nothing to either.

use super::error;
use super::items::label;
use super::names::{Cx, Target, head_of};
use crate::ast::{self, Expect, Item, ItemKind, Name, On, Ref, SlotKind};
use crate::case::{self, Line, Reader, Said};
use crate::diagnostics::{Diagnostic, Severity};
use crate::model::{
    Act, Body, Expectation, Expected, Happening, Modal, NormId, Ordinal, Protocol, RuleId, Scenario, Standing, Subject,
};
use crate::source::Span;
use crate::time::Day;

/// The scenarios of a protocol.
#[derive(Debug, Clone, Default)]
pub struct Scenarios {
    /// Those that could be read, in order of files and lines.
    pub all: Vec<Scenario>,
    /// How many others there are, in which something is wrong.
    pub left_out: usize,
    /// What is wrong with those, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Cx<'a> {
    /// Reads the scenarios of the protocol under examination.
    pub(super) fn scenarios(&mut self, protocol: &Protocol) -> Scenarios {
        let units = self.units;
        let items: Vec<(usize, &'a Item)> = units
            .iter()
            .enumerate()
            .filter(|(_, u)| u.local)
            .flat_map(|(m, u)| u.items().map(move |i| (m, i)))
            .filter(|(_, i)| i.kind.node == ItemKind::Scenario)
            .collect();
        if items.is_empty() {
            return Scenarios::default();
        }
        let said_of_the_protocol = std::mem::take(&mut self.out);
        let mut reader = Reader::new(protocol);
        let mut names: Vec<&Name> = Vec::new();
        let of_all = items.len();
        let mut all = Vec::new();
        for (module, item) in items {
            let before = self.out.len();
            if let Some(name) = &item.name {
                if let Some(first) = names.iter().find(|n| n.node == name.node) {
                    self.out.push(error::duplicate(
                        name,
                        ItemKind::Scenario,
                        first.span,
                        ItemKind::Scenario,
                    ));
                }
                names.push(name);
            }
            super::slots::check(item, &mut self.out);
            self.enter(module, item);
            let scenario = self.scenario(item, protocol, &mut reader);
            let faults = self.out.iter().skip(before).any(|d| d.severity == Severity::Error);
            if !faults && !item.broken {
                all.push(scenario);
            }
        }
        let mut diagnostics = std::mem::replace(&mut self.out, said_of_the_protocol);
        super::sort(&mut diagnostics);
        let left_out = of_all - all.len();
        Scenarios {
            all,
            left_out,
            diagnostics,
        }
    }

    fn scenario(&mut self, item: &Item, protocol: &Protocol, reader: &mut Reader<'_>) -> Scenario {
        let mut given = Vec::new();
        let mut dated = Vec::new();
        let mut expectations = Vec::new();
        let mut last: Option<(Span, Day)> = None;
        for slot in &item.slots {
            match &slot.node {
                SlotKind::Given(g) => given.push((said(&g.name), value(g, &mut self.out))),
                SlotKind::On(on) => {
                    let here = (on.day.span, on.day.node);
                    if let Some(before) = last.filter(|(_, day)| on.day.node < *day) {
                        self.out.push(case::out_of_order(here, before));
                    }
                    last = last.filter(|(_, day)| on.day.node < *day).or(Some(here));
                    match &on.what {
                        Some(what) => dated.extend(reader.occurrence(&line(on, what, slot.span), &mut self.out)),
                        None => drop(reader.on_axis(here.1, here.0, &mut self.out)),
                    }
                }
                SlotKind::Expect(expect) => {
                    let Some((_, day)) = last else {
                        // The line that is missing may be one that could not be read.
                        if !item.broken {
                            self.out.push(error::nothing_happened_yet(slot.span));
                        }
                        continue;
                    };
                    let what = self.expected(expect, protocol, reader, slot.span);
                    expectations.extend(what.map(|what| Expectation {
                        after: dated.len(),
                        day,
                        what,
                        span: slot.span,
                    }));
                }
                _ => {}
            }
        }
        let expects = item.slots.iter().any(|s| matches!(s.node, SlotKind::Expect(_)));
        if !expects && !item.broken {
            let help = "add a line such as `expect first-review is due by 2026-05-19` below what happens";
            self.out.push(error::incomplete(item, "expects nothing", help));
        }
        let (factors, starts) = reader.given(
            &given
                .into_iter()
                .filter_map(|(n, v)| v.map(|v| (n, v)))
                .collect::<Vec<_>>(),
            &mut self.out,
        );
        if let Some((_, day)) = last {
            reader.check(&dated, day, &mut self.out);
        }
        Scenario {
            name: self.item.clone(),
            label: label(item),
            span: head_of(item),
            factors,
            starts,
            occurrences: dated.into_iter().map(|d| d.occurrence).collect(),
            expectations,
        }
    }

    fn expected(&mut self, expect: &Expect, protocol: &Protocol, reader: &Reader<'_>, span: Span) -> Option<Expected> {
        Some(match expect {
            Expect::Timed(moment, bound, day) => {
                let moment = self.moment(moment);
                reader.on_axis(day.node, day.span, &mut self.out);
                let moment = moment?;
                if !is_an_act(moment.what) {
                    self.out.push(error::not_an_act(moment.span));
                    return None;
                }
                let which = moment.ordinal;
                if !matches!(
                    which,
                    Ordinal::Any | Ordinal::First | Ordinal::Second | Ordinal::Third | Ordinal::Next
                ) {
                    self.out.push(error::no_one_act(which, moment.span));
                    return None;
                }
                Expected::Timed {
                    what: moment.what,
                    which,
                    bound: *bound,
                    day: day.node,
                }
            }
            Expect::DueBy(r, day) => {
                let norm = self.norm(r, "is due by");
                reader.on_axis(day.node, day.span, &mut self.out);
                let norm = norm?;
                if !is_duty(protocol, norm) {
                    self.out
                        .push(error::wrong_standing(&r.name, r.span, "due by", "a duty"));
                    return None;
                }
                Expected::DueBy(norm, day.node)
            }
            Expect::Stands(r, standing) => {
                let norm = self.norm(r, "is kept")?;
                if let Some((word, of)) = refused(protocol, norm, standing.node) {
                    self.out.push(error::wrong_standing(&r.name, standing.span, word, of));
                    return None;
                }
                Expected::Stands(norm, standing.node)
            }
            Expect::Says(sentence) => {
                let Body::Norm { subject, modal, act } = self.sentence(sentence)? else {
                    return None;
                };
                if matches!(subject, Subject::Only(_)) {
                    self.out.push(error::only_is_two(span));
                    return None;
                }
                if !rules(protocol).any(|(_, a)| same_act(a, &act)) && !has_a_class(&act) {
                    self.out.push(error::act_of_no_rule(sentence.act.span));
                    return None;
                }
                if matches!(subject, Subject::Someone) && !matches!(modal, Modal::Must | Modal::Should) {
                    self.out.push(error::someone_who(span));
                    return None;
                }
                Expected::Says { subject, modal, act }
            }
            Expect::Clash(a, b) => {
                let (a, b) = (self.norm(a, "clash between"), self.norm(b, "clash between"));
                Expected::Clash(a?, b?)
            }
            Expect::NoClash => Expected::NoClash,
        })
    }

    /// A rule or a decision.
    fn norm(&mut self, r: &Ref, words: &str) -> Option<NormId> {
        if r.module.is_some() {
            return self.rule(r, words).map(NormId::Rule);
        }
        // The rules of a base that is implemented are named with it; nothing here is too far to say so.
        let table = self.tables.get(self.module)?;
        let of_base = |m: &&usize| {
            let there = self.tables.get(**m).and_then(|t| t.items.get(&r.name.node));
            there.is_some_and(|e| e.kind == ItemKind::Rule)
        };
        if self.peek(&r.name.node).is_none()
            && let Some(base) = table.implements.iter().find(of_base)
        {
            let base = self.tables.get(*base).map(|t| t.name.clone()).unwrap_or_default();
            self.out.push(error::rule_of_base(&r.name, &base));
            return None;
        }
        let needs = format!("`{words}` needs a rule or decision");
        match self.named(&r.name, &[ItemKind::Rule, ItemKind::Decision], &needs)? {
            Target::Rule(rule) => Some(NormId::Rule(rule)),
            Target::Decision(decision) => Some(NormId::Decision(decision)),
            _ => None,
        }
    }
}

fn said(text: &ast::Text) -> Said {
    Said {
        text: text.node.clone(),
        span: text.span,
    }
}

/// The value that a `given` line gives: none for a bare name, and no answer at all for one that says two things.
fn value(g: &ast::Given, out: &mut Vec<Diagnostic>) -> Option<Option<Said>> {
    match (&g.value, g.negated) {
        (Some(value), false) => Some(Some(said(value))),
        (None, false) => Some(None),
        (None, true) => Some(Some(Said {
            text: "no".to_owned(),
            span: g.name.span,
        })),
        (Some(value), true) => {
            out.push(error::not_a_value(&g.name, value));
            None
        }
    }
}

fn line(on: &On, what: &ast::Text, span: Span) -> Line {
    let day = |d: &ast::Spanned<Day>| Said {
        text: d.node.to_string(),
        span: d.span,
    };
    Line {
        span,
        date: Some(day(&on.day)),
        what: Some(said(what)),
        by: on.by.as_ref().map(said),
        chair: on.chair.as_ref().map(said),
        booked_for: on.booked_for.as_ref().map(day),
    }
}

/// Whether somebody of ours does this, so that it has a first and a last day.
fn is_an_act(what: Happening) -> bool {
    match what {
        Happening::Held(_)
        | Happening::Booked(_)
        | Happening::Cancelled(_)
        | Happening::Sent(_)
        | Happening::Decided(_)
        | Happening::Allocated(_)
        | Happening::Begins(_)
        | Happening::Ends(_)
        | Happening::Done(_) => true,
        Happening::Becomes(..)
        | Happening::Happens(_)
        | Happening::Due(_)
        | Happening::Received(_)
        | Happening::Outcome(..)
        | Happening::Missed(_) => false,
    }
}

/// The acts of all sentences.
fn rules(p: &Protocol) -> impl Iterator<Item = (RuleId, &Act)> {
    (0..).map(RuleId).zip(&p.rules).filter_map(|(id, r)| match &r.body {
        Body::Norm { act, .. } => Some((id, act)),
        Body::Effect(..) | Body::Presume(_) => None,
    })
}

/// Whether a case tells this act as an occurrence of something declared, whatever rule it is an act of.
fn has_a_class(act: &Act) -> bool {
    matches!(
        act,
        Act::Hold(_)
            | Act::Book(_)
            | Act::Cancel(_)
            | Act::Chair(_)
            | Act::Send(..)
            | Act::Decide(_)
            | Act::Allocate(_)
            | Act::Begin(_)
            | Act::End(_)
    )
}

/// Whether two sentences name the same act of those without a class.
fn same_act(a: &Act, b: &Act) -> bool {
    let who = |x: &crate::model::Who, y: &crate::model::Who| x.parties == y.parties;
    match (a, b) {
        (Act::Quoted(x), Act::Quoted(y)) => x == y,
        (Act::Attend(x), Act::Attend(y)) => x.meeting == y.meeting,
        (Act::Notify(x, t), Act::Notify(y, u))
        | (Act::Ask(x, t), Act::Ask(y, u))
        | (Act::Consult(x, t), Act::Consult(y, u)) => t == u && who(x, y),
        (Act::Record(t, d), Act::Record(u, e)) => t == u && d == e,
        (Act::Consider(t), Act::Consider(u))
        | (Act::CarryOut(t), Act::CarryOut(u))
        | (Act::Challenge(t), Act::Challenge(u)) => t == u,
        _ => false,
    }
}

fn is_duty(p: &Protocol, norm: NormId) -> bool {
    let NormId::Rule(rule) = norm else { return true };
    matches!(
        p.rules.get(rule.index()).map(|r| &r.body),
        Some(Body::Norm { subject, modal: Modal::Must | Modal::Should, .. })
            if !matches!(subject, Subject::Nobody | Subject::Only(_))
    )
}

/// The word that does not fit a norm of this kind, with what it is said of.
fn refused(p: &Protocol, norm: NormId, standing: Standing) -> Option<(&'static str, &'static str)> {
    let body = match norm {
        NormId::Rule(r) => p.rules.get(r.index()).map(|r| &r.body),
        NormId::Decision(_) => None,
    };
    let presumption = matches!(body, Some(Body::Presume(_)));
    let bars = match body {
        Some(Body::Norm { subject, modal, .. }) => {
            matches!(subject, Subject::Only(_)) || matches!(modal, Modal::MustNot | Modal::ShouldNot)
        }
        Some(_) => false,
        None => true,
    };
    match standing {
        Standing::Missed if !is_duty(p, norm) => Some(("missed", "a duty or a decision")),
        Standing::Broken if !bars => Some(("broken", "a rule that forbids an act or leaves it to somebody alone")),
        Standing::SetAside if !presumption => Some(("set aside", "a rule that says what is `normally` so")),
        _ => None,
    }
}
