//! Declarations: headers, texts, roles, factors, statuses, events, meetings, documents, terms, statements. In: an item.
//! Out: its entry in the model, pushed in the order in which `names` gave out ids.

use super::error;
use super::names::{Cx, NO, Period, Target, YES, head_of, id};
use crate::ast::{self, Item, ItemKind, PartKind, SlotKind, WhoOrUnstated};
use crate::model::{
    Background, Citation, Cond, Document, Event, Factor, FactorKind, Guard, Meeting, MeetingId, Modal, Module,
    ModuleId, Origin, Party, Rank, Role, RoleId, Saying, Setter, Slot, Status, Term, TextSource, ValueId, Who,
};
use crate::source::Span;
use crate::time::Day;

/// What the first slot of a kind says.
macro_rules! first {
    ($slots:expr, $pattern:pat => $value:expr) => {
        $slots.iter().find_map(|s| match &s.node {
            $pattern => Some($value),
            _ => None,
        })
    };
}
pub(super) use first;

/// Kinds of item that may be a party.
pub(super) const PARTIES: &[ItemKind] = &[ItemKind::Role, ItemKind::Meeting];

impl<'a> Cx<'a> {
    /// The items of a kind in all modules, in the order in which ids were given out.
    fn all(&self, kind: ItemKind) -> Vec<(usize, &'a Item)> {
        let of = |(m, unit): (usize, &'a super::Unit)| {
            unit.items().filter(move |i| i.kind.node == kind).map(move |i| (m, i))
        };
        self.units.iter().enumerate().flat_map(of).collect()
    }

    /// Fills in the durations of periods and which meetings are kinds of others: what other items rest on.
    pub(super) fn prepare(&mut self) {
        for (module, item) in self.all(ItemKind::Period) {
            self.enter(module, item);
            let written = first!(item.slots, SlotKind::Is(l) => l);
            if written.is_none() && !item.broken {
                self.out.push(error::incomplete(
                    item,
                    "says no length of time",
                    "add a line such as `is 10 working days`",
                ));
            }
            let any: Vec<_> = written.into_iter().flatten().filter_map(|l| self.duration(l)).collect();
            let reading = (any.len() > 1).then(|| {
                let values: Vec<String> = any.iter().map(ToString::to_string).collect();
                self.add_factor(
                    self.item.clone(),
                    label(item),
                    FactorKind::Reading,
                    values,
                    head_of(item),
                )
            });
            self.periods.push(Period { any, reading });
        }
        for (module, item) in self.all(ItemKind::Meeting) {
            self.enter(module, item);
            for name in kind_names(item) {
                if let Some(Target::Meeting(general)) = self.peek(&name.node) {
                    self.general_meetings.insert(general);
                }
            }
        }
    }

    /// Builds every declaration of a module but its rules and decisions.
    pub(super) fn build_module(&mut self, module: usize) {
        self.header(module);
        let units = self.units;
        for item in units[module].items() {
            self.enter(module, item);
            // A calendar, a scenario and an item of an unknown kind answer for their own lines.
            if !matches!(
                item.kind.node,
                ItemKind::Calendar | ItemKind::Scenario | ItemKind::Broken
            ) {
                super::slots::check(item, &mut self.out);
            }
            match item.kind.node {
                ItemKind::Source => self.text_source(item),
                ItemKind::Role => self.role(item),
                ItemKind::Fact | ItemKind::Judgement | ItemKind::Reading => self.factor(item),
                ItemKind::Term => self.term(item),
                ItemKind::Status => self.status(item),
                ItemKind::Event => self.event(item),
                ItemKind::Meeting => self.meeting(item),
                ItemKind::Document => self.document(item),
                ItemKind::Background => self.background(item),
                ItemKind::Decision => self.decision(item),
                ItemKind::Rule => self.build_rule(item),
                ItemKind::Period => drop(self.cites(&item.slots)),
                ItemKind::Protocol | ItemKind::Base | ItemKind::Calendar | ItemKind::Scenario | ItemKind::Broken => {}
            }
        }
        self.own_text(module);
    }

    fn header(&mut self, module: usize) {
        let unit = &self.units[module];
        let mut built = Module {
            name: unit.name.clone(),
            label: unit.name.replace('-', " "),
            file: unit.place().file,
            span: unit.place(),
            rank: if unit.is_protocol() {
                Rank::Local
            } else {
                Rank::Guidance
            },
            local: unit.local,
            implements: self.tables[module]
                .implements
                .iter()
                .map(|m| ModuleId(id(*m)))
                .collect(),
            in_force: (None, None),
            apart: false,
            authority: None,
        };
        let mut ranked = false;
        for item in unit.headers() {
            self.enter(module, item);
            built.label = label(item);
            built.in_force = self.in_force(&item.slots);
            drop(self.cites(&item.slots));
            for slot in &item.slots {
                match &slot.node {
                    SlotKind::Authority(text) => built.authority = Some(text.node.clone()),
                    SlotKind::Rank(name) => {
                        ranked = true;
                        built.rank = match name.node.as_str() {
                            "statute" => Rank::Statute,
                            "regulation" => Rank::Regulation,
                            "guidance" => Rank::Guidance,
                            "local" => Rank::Local,
                            _ => {
                                self.out.push(error::wrong_rank(name));
                                built.rank
                            }
                        };
                    }
                    _ => {}
                }
            }
            let has_rules = unit
                .items()
                .any(|i| matches!(i.kind.node, ItemKind::Rule | ItemKind::Decision));
            if item.kind.node == ItemKind::Base && has_rules && !ranked && !item.broken {
                let help =
                    "add `rank statute`, `rank regulation` or `rank guidance`, so that rules can be held against it";
                self.out.push(error::incomplete(item, "has rules but no rank", help));
            }
        }
        // Where there is no item at all, the text has been found empty or unreadable already; a first one that cannot be read
        // may be the header.
        let read = |i: &Item| i.kind.node != ItemKind::Broken;
        if unit.local && unit.headers().next().is_none() && unit.items().next().is_some_and(read) {
            let only_scenarios = unit.items().all(|i| i.kind.node == ItemKind::Scenario);
            self.out.push(error::no_header(unit.place(), only_scenarios));
        }
        self.protocol.modules.push(built);
    }

    /// The text that a module itself is, unless it declares a `source` of its own name; its id follows those.
    fn own_text(&mut self, module: usize) {
        let unit = &self.units[module];
        let named = |i: &Item| i.kind.node == ItemKind::Source && i.name.as_ref().is_some_and(|n| n.node == unit.name);
        if unit.items().any(named) {
            return;
        }
        let Some(m) = self.protocol.modules.get(module) else {
            return;
        };
        let (name, label, span, in_force) = (m.name.clone(), m.label.clone(), m.span, m.in_force);
        let origin = Origin {
            module: ModuleId(id(module)),
            name,
            label,
            span,
            cites: Vec::new(),
        };
        self.protocol.sources.push(TextSource {
            origin,
            in_force,
            replaced_by: None,
            edition: None,
            review_due: None,
        });
    }

    /// The common part of an item.
    pub(super) fn origin(&mut self, item: &Item) -> Origin {
        let module = ModuleId(id(self.module));
        Origin {
            module,
            name: self.item.clone(),
            label: label(item),
            span: head_of(item),
            cites: self.cites(&item.slots),
        }
    }

    /// The citations among some slots, each with the line on how it was verified.
    pub(super) fn cites(&mut self, slots: &[ast::Slot]) -> Vec<Citation> {
        let mut found: Vec<Citation> = Vec::new();
        for slot in slots {
            match &slot.node {
                SlotKind::Cites(c) => found.push(Citation {
                    source: self.source(&c.source),
                    text: format!("{} {}", c.source.node, c.place.node).trim_end().to_owned(),
                    statements: c.ids.iter().map(|i| i.node.clone()).collect(),
                    verified: None,
                    span: slot.span,
                }),
                SlotKind::Verified(how, _) => {
                    if let Some(last) = found.last_mut() {
                        last.verified = Some(*how);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// `in force from` and `in force until`, in the right order.
    pub(super) fn in_force(&mut self, slots: &[ast::Slot]) -> (Option<Day>, Option<Day>) {
        let from = first!(slots, SlotKind::InForceFrom(d) => d);
        let until = first!(slots, SlotKind::InForceUntil(d) => d);
        if let (Some(from), Some(until)) = (from, until)
            && until.node <= from.node
        {
            self.out.push(error::reversed(from, until));
        }
        (from.map(|d| d.node), until.map(|d| d.node))
    }

    fn text_source(&mut self, item: &Item) {
        let replaced = first!(item.slots, SlotKind::ReplacedBy(name) => name);
        let source = TextSource {
            origin: self.origin(item),
            in_force: self.in_force(&item.slots),
            replaced_by: replaced.and_then(|name| self.source(name)),
            edition: first!(item.slots, SlotKind::Edition(d) => d.node),
            review_due: first!(item.slots, SlotKind::ReviewDue(d) => d.node),
        };
        self.protocol.sources.push(source);
    }

    fn role(&mut self, item: &Item) {
        let origin = self.origin(item);
        let here = RoleId(id(self.protocol.roles.len()));
        let mut counts_as = Vec::new();
        for slot in &item.slots {
            let (name, same) = match &slot.node {
                SlotKind::CountsAs(name) | SlotKind::KindOf(name) => (name, false),
                SlotKind::SameAs(name) => (name, true),
                _ => continue,
            };
            let needs = format!("`{}` of a role needs a role", super::slots::keyword(&slot.node));
            if let Some(Target::Role(other)) = self.named(name, &[ItemKind::Role], &needs) {
                counts_as.push(other);
                if same {
                    self.same_as.push((other, here));
                } else {
                    self.kinds.push((Target::Role(here), Target::Role(other), slot.span));
                }
            }
        }
        self.protocol.roles.push(Role {
            origin,
            outside: item.slots.iter().any(|s| matches!(s.node, SlotKind::Outside)),
            many: item.slots.iter().any(|s| matches!(s.node, SlotKind::Many)),
            counts_as,
        });
    }

    fn factor(&mut self, item: &Item) {
        let origin = self.origin(item);
        let kind = match item.kind.node {
            ItemKind::Judgement => {
                let who = first!(item.slots, SlotKind::JudgedBy(w) => w);
                if who.is_none() && !item.broken {
                    let help = "add `judged by` and who judges, or `judged by not stated` if the source does not say";
                    self.out
                        .push(error::undeclared_gap(item, "does not say who judges", help));
                }
                FactorKind::Judgement(match who {
                    Some(WhoOrUnstated::Who(w)) => self.who(w, "judged by"),
                    _ => None,
                })
            }
            ItemKind::Reading => {
                let answers = item.parts.iter().filter(|p| p.kind.node == PartKind::Answer);
                if answers.clone().count() < 2 && !item.broken {
                    let help = "add an `answer` line for each way in which the text can be read";
                    self.out.push(error::incomplete(
                        item,
                        "has fewer than two answers, so it is no doubt",
                        help,
                    ));
                }
                for answer in answers {
                    drop(self.cites(&answer.slots));
                }
                FactorKind::Reading
            }
            _ => FactorKind::Fact,
        };
        self.one_of_has_two(item);
        let values = self
            .factor_values
            .get(self.protocol.factors.len())
            .map(|v| v.names.clone())
            .unwrap_or_default();
        self.protocol.factors.push(Factor { origin, kind, values });
    }

    fn one_of_has_two(&mut self, item: &Item) {
        if let Some(names) = first!(item.slots, SlotKind::OneOf(names) => names)
            && names.len() < 2
            && !item.broken
        {
            self.out.push(error::incomplete(
                item,
                "has only one value",
                "list every value it can take after `one of`",
            ));
        }
    }

    fn term(&mut self, item: &Item) {
        let origin = self.origin(item);
        let means = match first!(item.slots, SlotKind::Means(c) => c) {
            Some(c) => self.cond(c),
            None => {
                if !item.broken {
                    let help = "add a line `means ...` with the condition it stands for";
                    self.out.push(error::incomplete(item, "has no meaning", help));
                }
                Cond::True
            }
        };
        self.protocol.terms.push(Term { origin, means });
    }

    fn status(&mut self, item: &Item) {
        let origin = self.origin(item);
        self.one_of_has_two(item);
        let known = self
            .status_values
            .get(self.protocol.statuses.len())
            .cloned()
            .unwrap_or_default();
        let starts_as = match first!(item.slots, SlotKind::StartsAs(v) => v) {
            Some(value) => self.own_value(item, value),
            None => known.yes_no.then_some(NO),
        };
        let mut setters = Vec::new();
        for slot in &item.slots {
            let (when, value) = match &slot.node {
                SlotKind::BeginsWhen(m) | SlotKind::EndsWhen(m) if !known.yes_no => {
                    let ends = matches!(slot.node, SlotKind::EndsWhen(_));
                    self.out
                        .push(error::setter_with_values(item, slot.keyword, ends, &known));
                    (m, None)
                }
                SlotKind::BeginsWhen(m) => (m, Some(YES)),
                SlotKind::EndsWhen(m) => (m, Some(NO)),
                SlotKind::BecomesWhen(v, m) => (m, self.own_value(item, v)),
                _ => continue,
            };
            if let (Some(when), Some(value)) = (self.moments(when), value) {
                setters.push(Setter {
                    when,
                    value,
                    span: slot.span,
                });
            }
        }
        let protects = item.slots.iter().any(|s| matches!(s.node, SlotKind::Protects));
        self.protocol.statuses.push(Status {
            origin,
            values: known.names,
            starts_as,
            protects,
            setters,
        });
    }

    /// A value of the status at work.
    fn own_value(&mut self, item: &Item, value: &ast::Name) -> Option<ValueId> {
        let known = self
            .status_values
            .get(self.protocol.statuses.len())
            .cloned()
            .unwrap_or_default();
        let found = known.find(&value.node);
        if found.is_none()
            && let Some(name) = &item.name
        {
            self.out.push(error::wrong_own_value(value, name, &known));
        }
        found
    }

    fn event(&mut self, item: &Item) {
        let origin = self.origin(item);
        let caused_by = match first!(item.slots, SlotKind::CausedBy(w) => w) {
            Some(WhoOrUnstated::Who(w)) => self.who(w, "comes from"),
            _ => None,
        };
        let repeats = self
            .events_repeat
            .get(self.protocol.events.len())
            .copied()
            .unwrap_or_default();
        self.protocol.events.push(Event {
            origin,
            caused_by,
            repeats,
        });
    }

    fn meeting(&mut self, item: &Item) {
        let origin = self.origin(item);
        let here = MeetingId(id(self.protocol.meetings.len()));
        let mut counts_as = Vec::new();
        for slot in &item.slots {
            let names: &[ast::Name] = match &slot.node {
                SlotKind::CountsAs(name) | SlotKind::KindOf(name) => std::slice::from_ref(name),
                SlotKind::Combines(names) => names,
                _ => continue,
            };
            let needs = format!("`{}` of a meeting needs a meeting", super::slots::keyword(&slot.node));
            for name in names {
                if let Some(Target::Meeting(other)) = self.named(name, &[ItemKind::Meeting], &needs) {
                    counts_as.push(other);
                    self.kinds
                        .push((Target::Meeting(here), Target::Meeting(other), slot.span));
                }
            }
        }
        let chaired = first!(item.slots, SlotKind::ChairedBy(w) => w);
        let attended = first!(item.slots, SlotKind::AttendedBy(w) => w);
        let meeting = Meeting {
            origin,
            repeats: self.meetings_repeat.get(here.index()).copied().unwrap_or_default(),
            counts_as,
            chaired_by: self.filled(chaired, "chaired by"),
            attended_by: self.filled(attended, "attended by"),
            quorum: item
                .slots
                .iter()
                .find_map(|s| match &s.node {
                    SlotKind::Quorum(Some(text)) => Some(Slot::Given(text.node.clone())),
                    SlotKind::Quorum(None) => Some(Slot::Unstated(s.span)),
                    _ => None,
                })
                .unwrap_or(Slot::Absent),
            about: first!(item.slots, SlotKind::About(text) => text.node.clone()),
        };
        self.protocol.meetings.push(meeting);
    }

    fn document(&mut self, item: &Item) {
        let origin = self.origin(item);
        let mut says = Vec::new();
        for part in &item.parts {
            let force = match part.kind.node {
                PartKind::MustSay => Modal::Must,
                PartKind::ShouldSay => Modal::Should,
                PartKind::MaySay => Modal::May,
                PartKind::Option | PartKind::Otherwise | PartKind::Answer => continue,
            };
            let text = part.label.as_ref().map(|l| l.node.clone()).unwrap_or_default();
            let (guard, cites) = (self.guard(&part.slots), self.cites(&part.slots));
            says.push(Saying {
                force,
                text,
                guard,
                cites,
                span: part.span,
            });
        }
        self.protocol.documents.push(Document { origin, says });
    }

    fn background(&mut self, item: &Item) {
        let background = Background {
            origin: self.origin(item),
            refers_to: self.refers_to(&item.slots),
        };
        self.protocol.backgrounds.push(background);
    }

    /// The texts that `refers to` lines name.
    pub(super) fn refers_to(&mut self, slots: &[ast::Slot]) -> Vec<(crate::model::SourceId, Span)> {
        let mut found = Vec::new();
        for slot in slots {
            if let SlotKind::RefersTo(name) = &slot.node
                && let Some(source) = self.source(name)
            {
                found.push((source, slot.span));
            }
        }
        found
    }

    /// The parties; none if one of them could not be resolved.
    pub(super) fn who(&mut self, who: &ast::Who, slot: &str) -> Option<Who> {
        self.parties(who, &format!("`{slot}` needs a role or a meeting"))
    }

    /// The parties, with what is needed in words.
    pub(super) fn parties(&mut self, who: &ast::Who, needs: &str) -> Option<Who> {
        let mut parties = Vec::new();
        for party in &who.parties {
            parties.push(match self.named(&party.name, PARTIES, needs) {
                Some(Target::Role(r)) => Some(Party::Role(r)),
                Some(Target::Meeting(m)) => Some(Party::Meeting(m)),
                _ => None,
            });
        }
        let parties = parties.into_iter().collect::<Option<_>>()?;
        Some(Who {
            parties,
            either: who.either,
            span: who.span,
        })
    }

    /// A slot for parties.
    pub(super) fn filled(&mut self, who: Option<&WhoOrUnstated>, slot: &str) -> Slot<Who> {
        match who {
            Some(WhoOrUnstated::Who(w)) => self.who(w, slot).map_or(Slot::Absent, Slot::Given),
            Some(WhoOrUnstated::Unstated(span)) => Slot::Unstated(*span),
            None => Slot::Absent,
        }
    }

    /// `when`, `while`, `if`, `unless`.
    pub(super) fn guard(&mut self, slots: &[ast::Slot]) -> Guard {
        let mut guard = Guard {
            when: Vec::new(),
            while_: Cond::True,
            if_: Cond::True,
            unless: Vec::new(),
        };
        for slot in slots {
            match &slot.node {
                SlotKind::When(any) => guard.when = any.iter().filter_map(|m| self.moments(m)).collect(),
                SlotKind::While(c) => guard.while_ = self.cond(c),
                SlotKind::If(c) => guard.if_ = self.cond(c),
                SlotKind::Unless(c) => {
                    let unless = self.cond(c);
                    guard.unless.push(unless);
                }
                _ => {}
            }
        }
        guard
    }
}

/// The label of an item, or its name with hyphens read as spaces.
pub(super) fn label(item: &Item) -> String {
    match (&item.label, &item.name) {
        (Some(label), _) => label.node.clone(),
        (None, Some(name)) => name.node.replace('-', " "),
        (None, None) => String::new(),
    }
}

/// The meetings that a meeting says it counts as.
fn kind_names(item: &Item) -> impl Iterator<Item = &ast::Name> {
    item.slots.iter().flat_map(|s| match &s.node {
        SlotKind::CountsAs(name) | SlotKind::KindOf(name) => std::slice::from_ref(name),
        SlotKind::Combines(names) => names.as_slice(),
        _ => &[],
    })
}
