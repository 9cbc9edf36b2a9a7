//! Rules and decisions. In: an item. Out: a norm or a gate of the model, with what is missing or cannot stand together
//! reported. What a duty must say about time is settled here.

use super::error;
use super::items::first;
use super::moments::{anchor, moments_of, words};
use super::names::{Cx, Target, head_of};
use crate::ast::{self, ActKind, Item, ItemKind, Name, PartKind, SlotKind, Time};
use crate::model::{
    Act, Body, Choice, Cond, Decision, Departure, Guard, Happening, Limit, Modal, Ordinal, Rule, RuleId, Slot, Subject,
    Thing,
};
use crate::source::Span;

/// Kinds of item that talk can be about.
const THINGS: &[ItemKind] = &[
    ItemKind::Decision,
    ItemKind::Document,
    ItemKind::Event,
    ItemKind::Fact,
    ItemKind::Judgement,
    ItemKind::Reading,
    ItemKind::Rule,
    ItemKind::Term,
    ItemKind::Status,
    ItemKind::Meeting,
];

const SUBJECT: &str = "the subject of a sentence needs a role or a meeting";

impl Cx<'_> {
    /// A rule.
    pub(super) fn build_rule(&mut self, item: &Item) {
        let origin = self.origin(item);
        let guard = self.guard(&item.slots);
        let (body, body_span) = self.body(item);
        let limits = self.limits(item);
        let mut exception_to = Vec::new();
        let mut replaces = Vec::new();
        for slot in &item.slots {
            match &slot.node {
                SlotKind::ExceptionTo(r) => {
                    exception_to.extend(self.rule(r, "exception to").map(|rule| (rule, slot.span)))
                }
                SlotKind::Replaces(r) => replaces.extend(self.base_rule(r, "replaces")),
                _ => {}
            }
        }
        let here = RuleId(super::names::id(self.protocol.rules.len()));
        self.exceptions
            .extend(exception_to.iter().map(|(general, span)| (here, *general, *span)));
        let departs_from = self.departure(item);
        self.because(item);
        if let Some(body) = &body {
            self.time_is_said(item, body, &guard, &limits, body_span);
            self.words_that_point(body, &guard, &limits);
        }
        // A rule whose sentence could not be read stands in the arena as one that asks nothing.
        let body = body.unwrap_or(Body::Presume(Cond::True));
        if guard.when.is_empty() && matches!(body, Body::Effect(..)) && !item.broken && !says_when(item) {
            self.out.push(error::effect_needs_when(item, body_span));
        }
        let rule = Rule {
            origin,
            guard,
            body,
            limits,
            exception_to: exception_to.into_iter().map(|(rule, _)| rule).collect(),
            departs_from,
            replaces,
            in_force: self.in_force(&item.slots),
            refers_to: self.refers_to(&item.slots),
            whole: item.span,
            body_span,
        };
        self.protocol.rules.push(rule);
    }

    /// The sentence, effect or presumption: exactly one.
    fn body(&mut self, item: &Item) -> (Option<Body>, Span) {
        let bodies: Vec<&ast::Slot> = item
            .slots
            .iter()
            .filter(|s| {
                matches!(
                    s.node,
                    SlotKind::Sentence(_) | SlotKind::Effect(..) | SlotKind::Presume(_)
                )
            })
            .collect();
        let Some(first) = bodies.first() else {
            if !item.broken {
                let help = "add a sentence such as `the social-worker must hold first care-review`, an `effect` or what is `normally` so";
                self.out.push(error::incomplete(item, "says nothing", help));
            }
            return (None, head_of(item));
        };
        for second in bodies.iter().skip(1) {
            self.out.push(error::two_bodies(item, first.span, second.span));
        }
        let body = match &first.node {
            SlotKind::Sentence(s) => self.sentence(s),
            SlotKind::Effect(name, change) => self
                .change(name, change, first.span, "`effect` needs a status")
                .map(|(status, value)| Body::Effect(status, value)),
            SlotKind::Presume(c) => Some(Body::Presume(self.cond(c))),
            _ => None,
        };
        (body, first.span)
    }

    /// Who, with what force, does what.
    pub(super) fn sentence(&mut self, s: &ast::Sentence) -> Option<Body> {
        let subject = match &s.subject {
            ast::Subject::The(w) => self.parties(w, SUBJECT).map(Subject::The),
            ast::Subject::Each(w) => self.parties(w, SUBJECT).map(Subject::Each),
            ast::Subject::Any(w) => self.parties(w, SUBJECT).map(Subject::Any),
            ast::Subject::Only(w) => self.parties(w, SUBJECT).map(Subject::Only),
            ast::Subject::Nobody(_) => Some(Subject::Nobody),
            ast::Subject::Someone(_) => Some(Subject::Someone),
        };
        let act = self.act(&s.act.node);
        Some(Body::Norm {
            subject: subject?,
            modal: s.modal.node,
            act: act?,
        })
    }

    fn act(&mut self, act: &ActKind) -> Option<Act> {
        Some(match act {
            ActKind::Quoted(text) => Act::Quoted(text.node.clone()),
            ActKind::Hold(occ) => Act::Hold(self.which(occ, "hold")?),
            ActKind::Book(occ) => Act::Book(self.which(occ, "book")?),
            ActKind::Cancel(occ) => Act::Cancel(self.which(occ, "cancel")?),
            ActKind::Attend(occ) => Act::Attend(self.which(occ, "attend")?),
            ActKind::Chair(occ) => Act::Chair(self.which(occ, "chair")?),
            ActKind::Send(ordinal, document, who) => {
                let sent = self.document_named(document, "send");
                let who = self.who(who, "to");
                Act::Send(sent?, who?, ordinal.as_ref().map_or(Ordinal::Any, |o| o.node))
            }
            ActKind::Notify(who, thing) => {
                let (who, thing) = (self.who(who, "notify"), self.thing(thing, "notify"));
                Act::Notify(who?, thing?)
            }
            ActKind::Ask(who, thing) => {
                let (who, thing) = (self.who(who, "ask"), self.thing(thing, "ask"));
                Act::Ask(who?, thing?)
            }
            ActKind::Consult(who, thing) => {
                let (who, thing) = (self.who(who, "consult"), self.thing(thing, "consult"));
                Act::Consult(who?, thing?)
            }
            ActKind::Record(thing, document) => {
                let (thing, document) = (
                    self.thing(thing, "record"),
                    self.document_named(document, "record ... in"),
                );
                Act::Record(thing?, document?)
            }
            ActKind::Consider(thing) => Act::Consider(self.thing(thing, "consider")?),
            ActKind::CarryOut(thing) => Act::CarryOut(self.thing(thing, "carry out")?),
            ActKind::Decide(name) => match self.named(name, &[ItemKind::Decision], "`decide` needs a decision")? {
                Target::Decision(d) => Act::Decide(d),
                _ => return None,
            },
            ActKind::Challenge(name) => Act::Challenge(self.thing_named(name, "challenge")?),
            ActKind::Allocate(name) => match self.named(name, &[ItemKind::Role], "`allocate` needs a role")? {
                Target::Role(r) => Act::Allocate(r),
                _ => return None,
            },
            ActKind::Begin(name) => Act::Begin(
                self.change(name, &ast::Change::Begins, name.span, "`begin` needs a status")?
                    .0,
            ),
            ActKind::End(name) => Act::End(
                self.change(name, &ast::Change::Ends, name.span, "`end` needs a status")?
                    .0,
            ),
        })
    }

    fn document_named(&mut self, name: &Name, verb: &str) -> Option<crate::model::DocumentId> {
        match self.named(name, &[ItemKind::Document], &format!("`{verb}` needs a document"))? {
            Target::Document(d) => Some(d),
            _ => None,
        }
    }

    fn thing(&mut self, thing: &ast::Thing, verb: &str) -> Option<Thing> {
        match thing {
            ast::Thing::Quoted(text) => Some(Thing::Quoted(text.node.clone())),
            ast::Thing::Name(name) => self.thing_named(name, verb),
            ast::Thing::Changing(name, change) => {
                let (status, value) =
                    self.change(name, change, name.span, &format!("`{verb} ending` needs a status"))?;
                Some(Thing::Change(status, value))
            }
        }
    }

    fn thing_named(&mut self, name: &Name, verb: &str) -> Option<Thing> {
        let needs = format!("`{verb}` needs a decision, document, event or another thing that can be talked about");
        Some(match self.named(name, THINGS, &needs)? {
            Target::Decision(d) => Thing::Decision(d),
            Target::Document(d) => Thing::Document(d),
            Target::Event(e) => Thing::Event(e),
            _ => Thing::Named(name.node.clone()),
        })
    }

    /// The time slots of a rule.
    fn limits(&mut self, item: &Item) -> Vec<Limit> {
        let mut limits = Vec::new();
        for slot in &item.slots {
            if let SlotKind::Time(time) = &slot.node {
                limits.extend(self.limit(time, slot.span));
            }
        }
        limits
    }

    /// `previous` is counted from the meeting that the sentence names, and `that` is the one in the trigger: without those
    /// they mean nothing.
    fn words_that_point(&mut self, body: &Body, guard: &Guard, limits: &[Limit]) {
        let triggers: Vec<Target> = guard
            .when
            .iter()
            .flat_map(|m| &m.any)
            .map(|m| thing_of(m.what))
            .collect();
        let names_a_meeting = matches!(
            body,
            Body::Norm {
                act: Act::Hold(_) | Act::Book(_) | Act::Cancel(_) | Act::Attend(_) | Act::Chair(_),
                ..
            }
        );
        for (ordinal, what, span) in limits.iter().flat_map(moments_of) {
            let lost = match ordinal {
                Ordinal::Previous => !names_a_meeting,
                Ordinal::That => !triggers.contains(&thing_of(what)),
                _ => false,
            };
            if lost {
                self.out.push(error::points_nowhere(ordinal, span));
            }
        }
    }

    /// A duty says something about time, and several limits hang on one trigger.
    fn time_is_said(&mut self, item: &Item, body: &Body, guard: &Guard, limits: &[Limit], span: Span) {
        let times: Vec<&ast::Slot> = item
            .slots
            .iter()
            .filter(|s| matches!(s.node, SlotKind::Time(_)))
            .collect();
        match body {
            Body::Effect(..) => {
                if let Some(slot) = times
                    .iter()
                    .find(|s| !matches!(s.node, SlotKind::Time(Time::NotStated)))
                {
                    self.out.push(error::time_of_effect(slot));
                }
            }
            Body::Norm { subject, modal, act } => {
                let duty = matches!(modal, Modal::Must | Modal::Should);
                let owned = !matches!(subject, Subject::Nobody | Subject::Only(_));
                let standing = match act {
                    Act::Chair(_) | Act::Attend(_) => true,
                    Act::Quoted(_) => guard.while_ != Cond::True,
                    _ => false,
                };
                if duty && owned && !standing && times.is_empty() && !item.broken {
                    let moment = self.a_moment(item);
                    self.out.push(error::no_time(item, span, &moment));
                }
            }
            Body::Presume(_) => {}
        }
        if says_when(item) || item.broken {
            return;
        }
        let mut anchors = limits.iter().filter_map(|l| Some((anchor(l)?, l.span)));
        if let Some((first, at)) = anchors.next()
            && let Some((_, other)) = anchors.find(|(a, _)| *a != first)
        {
            self.out.push(error::needs_when(item, at, other));
        }
    }

    /// A moment from which the duty of a rule can be counted, in words: what engages it, or else the first thing declared that
    /// happens.
    fn a_moment(&self, item: &Item) -> String {
        let own =
            first!(item.slots, SlotKind::When(any) => any.iter().flat_map(|m| &m.any).next().map(words)).flatten();
        let declared = || {
            self.units.get(self.module)?.items().find_map(|item| {
                let name = &item.name.as_ref()?.node;
                let one = |slot: &ast::Slot| matches!(slot.node, SlotKind::Repeats | SlotKind::OneOf(_));
                let state = match item.kind.node {
                    ItemKind::Event => "happens",
                    ItemKind::Status => "begins",
                    ItemKind::Meeting => "is held",
                    ItemKind::Document => "is sent",
                    _ => return None,
                };
                let plain = !item.slots.iter().any(one);
                plain.then(|| format!("{name} {state}"))
            })
        };
        own.or_else(declared).unwrap_or_else(|| "MOMENT".to_owned())
    }

    fn base_rule(&mut self, r: &ast::Ref, slot: &str) -> Option<RuleId> {
        let rule = self.rule(r, slot)?;
        let table = &self.tables[self.module];
        if r.module
            .as_ref()
            .map_or(table.items.contains_key(&r.name.node), |m| m.node == table.name)
        {
            let declared = table.items.get(&r.name.node).map(|e| e.span);
            self.out.push(error::not_a_base_rule(r, slot, declared));
        }
        Some(rule)
    }

    fn departure(&mut self, item: &Item) -> Option<Departure> {
        let slot = item.slots.iter().find(|s| matches!(s.node, SlotKind::DepartsFrom(_)));
        let because = first!(item.slots, SlotKind::Because(text) => text.node.clone());
        let expires = first!(item.slots, SlotKind::Expires(day) => day.node);
        let Some(slot) = slot else {
            if let Some(stray) = item.slots.iter().find(|s| matches!(s.node, SlotKind::Expires(_))) {
                self.out.push(error::only_with(stray, "expires", "departs from"));
            }
            return None;
        };
        let SlotKind::DepartsFrom(r) = &slot.node else {
            return None;
        };
        if (because.is_none() || expires.is_none()) && !item.broken {
            self.out.push(error::departure_without(
                slot.span,
                because.is_none(),
                expires.is_none(),
            ));
        }
        Some(Departure {
            from: self.base_rule(r, "departs from")?,
            because,
            expires,
            span: slot.span,
        })
    }

    /// `because` belongs to a departure or a replacement, and a replacement needs it.
    fn because(&mut self, item: &Item) {
        let find = |wanted: fn(&SlotKind) -> bool| item.slots.iter().find(|s| wanted(&s.node));
        let because = find(|s| matches!(s, SlotKind::Because(_)));
        let replaces = find(|s| matches!(s, SlotKind::Replaces(_)));
        let departs = find(|s| matches!(s, SlotKind::DepartsFrom(_)));
        match (because, replaces, departs) {
            (Some(stray), None, None) => self.out.push(error::only_with(stray, "because", "departs from")),
            (None, Some(slot), None) if !item.broken => self.out.push(error::replacement_without_reason(slot.span)),
            _ => {}
        }
    }

    /// A decision.
    pub(super) fn decision(&mut self, item: &Item) {
        let origin = self.origin(item);
        let guard = self.guard(&item.slots);
        let mut at = None;
        let mut limits = Vec::new();
        for slot in &item.slots {
            match &slot.node {
                SlotKind::Time(Time::At(occ)) => at = self.which(occ, "at"),
                SlotKind::Time(time) => limits.extend(self.limit(time, slot.span)),
                _ => {}
            }
        }
        let by = first!(item.slots, SlotKind::DecidedBy(w) => w);
        if by.is_none() && !item.broken {
            let help = "add `decided by` and who decides, or `decided by not stated` if the source does not say";
            self.out
                .push(error::undeclared_gap(item, "does not say who decides", help));
        }
        if item.parts.is_empty() && !item.broken {
            let help = "add an `option` for each outcome, or `otherwise not stated` if the source names none";
            self.out.push(error::undeclared_gap(item, "has no options", help));
        }
        let decided_by = self.filled(by, "decided by");
        let agreed_by = self.filled(first!(item.slots, SlotKind::AgreedBy(w) => w), "agreed by");
        let advised_by = self.filled(first!(item.slots, SlotKind::AdvisedBy(w) => w), "advised by");
        let consulting = self.filled(first!(item.slots, SlotKind::Consulting(w) => w), "consulting");
        let mut deadlock = Slot::Absent;
        for slot in &item.slots {
            match &slot.node {
                SlotKind::Deadlock(None) => deadlock = Slot::Unstated(slot.span),
                SlotKind::Deadlock(Some(name)) => {
                    let kinds = [ItemKind::Decision, ItemKind::Role, ItemKind::Meeting];
                    if self
                        .named(name, &kinds, "`deadlock` needs a decision, role or meeting")
                        .is_some()
                    {
                        deadlock = Slot::Given(name.node.clone());
                    }
                }
                _ => {}
            }
        }
        let mut options = Vec::new();
        let mut otherwise_unstated = None;
        for part in &item.parts {
            match part.kind.node {
                PartKind::Option => options.push(self.option(part)),
                PartKind::Otherwise => {
                    otherwise_unstated = Some(part.span);
                    drop(self.cites(&part.slots));
                }
                _ => {}
            }
        }
        self.protocol.decisions.push(Decision {
            origin,
            guard,
            at,
            decided_by,
            agreed_by,
            advised_by,
            consulting,
            deadlock,
            limits,
            options,
            otherwise_unstated,
            whole: item.span,
        });
    }

    fn option(&mut self, part: &ast::Part) -> Choice {
        let guard = self.guard(&part.slots);
        if let Some(name) = part.name.as_ref().filter(|n| n.node == "decided") {
            self.out.push(error::option_called_decided(name));
        }
        let mut effects = Vec::new();
        let mut then = Slot::Absent;
        for slot in &part.slots {
            match &slot.node {
                SlotKind::Effect(name, change) => {
                    if let Some((status, value)) = self.change(name, change, slot.span, "`effect` needs a status") {
                        effects.push((status, value, slot.span));
                    }
                }
                SlotKind::Then { nothing: true } => then = Slot::Given(()),
                SlotKind::Then { nothing: false } => then = Slot::Unstated(slot.span),
                _ => {}
            }
        }
        let name = part.name.as_ref().map(|n| n.node.clone()).unwrap_or_default();
        let label = part
            .label
            .as_ref()
            .map_or_else(|| name.replace('-', " "), |l| l.node.clone());
        let heads = [part.name.as_ref().map(|n| n.span), part.label.as_ref().map(|l| l.span)];
        let span = heads.into_iter().flatten().fold(part.kind.span, Span::to);
        Choice {
            name,
            label,
            if_: guard.if_,
            unless: guard.unless,
            effects,
            then,
            cites: self.cites(&part.slots),
            span,
        }
    }
}

/// What an occurrence is an occurrence of.
fn thing_of(what: Happening) -> Target {
    match what {
        Happening::Begins(s) | Happening::Ends(s) | Happening::Becomes(s, _) => Target::Status(s),
        Happening::Happens(e) => Target::Event(e),
        Happening::Held(m) | Happening::Booked(m) | Happening::Due(m) | Happening::Cancelled(m) => Target::Meeting(m),
        Happening::Sent(d) | Happening::Received(d) => Target::Document(d),
        Happening::Decided(d) | Happening::Outcome(d, _) => Target::Decision(d),
        Happening::Allocated(r) => Target::Role(r),
        Happening::Done(r) | Happening::Missed(r) => Target::Rule(r),
    }
}

fn says_when(item: &Item) -> bool {
    item.slots.iter().any(|s| matches!(s.node, SlotKind::When(_)))
}
