//! The declaration tables: which names there are, what each stands for, and looking one up. In: the modules as written.
//! Out: ids. The tables are complete before any reference is looked up, so the order of items never matters.

use std::collections::{BTreeMap, BTreeSet, btree_map};

use super::{Unit, error};
use crate::ast::{Item, ItemKind, Name, PartKind, Ref, SlotKind};
use crate::diagnostics::{Diagnostic, nearest};
use crate::model::{
    DecisionId, DocumentId, EventId, Factor, FactorId, FactorKind, MeetingId, ModuleId, Origin, Protocol, RoleId,
    RuleId, SourceId, StatusId, TermId, ValueId,
};
use crate::source::Span;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Role(RoleId),
    Factor(FactorId),
    Period(usize),
    Term(TermId),
    Status(StatusId),
    Event(EventId),
    Meeting(MeetingId),
    Document(DocumentId),
    Decision(DecisionId),
    Rule(RuleId),
}

/// One declared name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub target: Target,
    pub kind: ItemKind,
    /// The name where it is declared.
    pub span: Span,
}

/// The values of a factor or status, or the options of a decision.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pub names: Vec<String>,
    /// No `one of`: the values are `no` and `yes`.
    pub yes_no: bool,
}

impl Values {
    /// The position of a value.
    pub(super) fn find(&self, name: &str) -> Option<ValueId> {
        self.names.iter().position(|n| n == name).map(value_id)
    }
}

/// The value `no` of what is yes or no.
pub(super) const NO: ValueId = ValueId(0);
/// The value `yes` of what is yes or no.
pub(super) const YES: ValueId = ValueId(1);

/// For how many unknown names a near one is looked for: each costs a look at every name there is, and nobody reads more.
const OFFERS: usize = 200;

/// An arena position as a number that fits an id; a file is far too small to reach the limit.
pub(super) fn id(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

pub(super) fn value_id(at: usize) -> ValueId {
    ValueId(id(at))
}

/// A duration with a name.
#[derive(Debug, Clone)]
pub(super) struct Period {
    pub any: Vec<crate::time::Duration>,
    pub reading: Option<FactorId>,
}

/// The names a module declares.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub name: String,
    pub head: Option<Span>,
    pub items: BTreeMap<String, Entry>,
    /// Registered texts; apart from items, since a module is its own text.
    pub sources: BTreeMap<String, (SourceId, Span)>,
    /// Modules whose names may be written without qualification.
    pub uses: Vec<usize>,
    /// Modules whose rules may be named with qualification.
    pub implements: Vec<usize>,
    /// A module in the header could not be found: what is unknown may have been its name.
    pub incomplete: bool,
    /// No header gives the module its name, or what it says could not be read: what is unknown may be that name.
    pub nameless: bool,
}

/// Everything that is known while references are resolved.
pub(super) struct Cx<'a> {
    pub units: &'a [Unit],
    pub tables: Vec<Table>,
    pub factor_values: Vec<Values>,
    pub status_values: Vec<Values>,
    pub options: Vec<Values>,
    pub events_repeat: Vec<bool>,
    pub meetings_repeat: Vec<bool>,
    /// Meetings that are kinds of others: they may be named with or without an ordinal.
    pub general_meetings: BTreeSet<MeetingId>,
    pub periods: Vec<Period>,
    pub protocol: Protocol,
    /// Factors that no item declares; their ids follow the declared ones.
    pub extra: Vec<Factor>,
    quoted: BTreeMap<(ModuleId, String), FactorId>,
    /// Names that lines the parser could not read may have declared: what is said about them would only follow from that.
    pub lost: BTreeSet<String>,
    pub out: Vec<Diagnostic>,
    /// Names that something refers to, by module.
    pub used: BTreeSet<(usize, String)>,
    pub used_sources: BTreeSet<SourceId>,
    /// How many names were unknown so far.
    unknowns: usize,
    /// `same as` pairs, to be read both ways.
    pub same_as: Vec<(RoleId, RoleId)>,
    /// Who or what counts as what, and the line that says so: to be searched for cycles.
    pub kinds: Vec<(Target, Target, Span)>,
    /// Which rule is an exception to which, and the line that says so: to be searched for cycles.
    pub exceptions: Vec<(RuleId, RuleId, Span)>,
    /// The module at work.
    pub module: usize,
    /// The name of the item at work, for doubts named after their place.
    pub item: String,
    /// Its head line.
    pub head: Option<Span>,
    /// How many doubts the item at work has had so far.
    pub doubts: u32,
}

impl<'a> Cx<'a> {
    /// Declares every name of every module.
    pub(super) fn declare(units: &'a [Unit], lost: BTreeSet<String>) -> Self {
        let mut cx = Cx {
            units,
            tables: Vec::new(),
            factor_values: Vec::new(),
            status_values: Vec::new(),
            options: Vec::new(),
            events_repeat: Vec::new(),
            meetings_repeat: Vec::new(),
            general_meetings: BTreeSet::new(),
            periods: Vec::new(),
            protocol: Protocol::default(),
            extra: Vec::new(),
            quoted: BTreeMap::new(),
            lost,
            out: Vec::new(),
            used: BTreeSet::new(),
            used_sources: BTreeSet::new(),
            unknowns: 0,
            same_as: Vec::new(),
            kinds: Vec::new(),
            exceptions: Vec::new(),
            module: 0,
            item: String::new(),
            head: None,
            doubts: 0,
        };
        let mut next = BTreeMap::<&'static str, usize>::new();
        for unit in units {
            let mut table = Table {
                name: unit.name.clone(),
                ..Table::default()
            };
            for item in unit.items() {
                cx.declare_item(item, &mut table, &mut next);
            }
            if !table.sources.contains_key(&table.name) {
                // A module is its own text, so that a base can be cited without a second declaration.
                let at = count(&mut next, "source");
                let span = unit.place();
                table.sources.insert(table.name.clone(), (SourceId(id(at)), span));
            }
            cx.tables.push(table);
        }
        cx.link_modules();
        cx
    }

    fn declare_item(&mut self, item: &Item, table: &mut Table, next: &mut BTreeMap<&'static str, usize>) {
        let target = match item.kind.node {
            ItemKind::Protocol | ItemKind::Base => {
                table.head = Some(head_of(item));
                return;
            }
            ItemKind::Source => {
                let source = SourceId(id(count(next, "source")));
                if let Some(name) = &item.name {
                    if let Some((_, first)) = table.sources.get(&name.node) {
                        self.out
                            .push(error::duplicate(name, ItemKind::Source, *first, ItemKind::Source));
                    } else {
                        table.sources.insert(name.node.clone(), (source, name.span));
                    }
                }
                return;
            }
            // A scenario is a case of the protocol and no part of it: its name is looked at with it.
            ItemKind::Calendar | ItemKind::Background | ItemKind::Scenario | ItemKind::Broken => return,
            ItemKind::Role => Target::Role(RoleId(id(count(next, "role")))),
            ItemKind::Fact | ItemKind::Judgement | ItemKind::Reading => {
                let values = if item.kind.node == ItemKind::Reading {
                    Values {
                        names: self.part_names(item, PartKind::Answer),
                        yes_no: false,
                    }
                } else {
                    self.one_of(item)
                };
                self.factor_values.push(values);
                Target::Factor(FactorId(id(count(next, "factor"))))
            }
            ItemKind::Period => Target::Period(count(next, "period")),
            ItemKind::Term => Target::Term(TermId(id(count(next, "term")))),
            ItemKind::Status => {
                let values = self.one_of(item);
                self.status_values.push(values);
                Target::Status(StatusId(id(count(next, "status"))))
            }
            ItemKind::Event => {
                self.events_repeat.push(repeats(item));
                Target::Event(EventId(id(count(next, "event"))))
            }
            ItemKind::Meeting => {
                self.meetings_repeat.push(repeats(item));
                Target::Meeting(MeetingId(id(count(next, "meeting"))))
            }
            ItemKind::Document => Target::Document(DocumentId(id(count(next, "document")))),
            ItemKind::Decision => {
                let names = self.part_names(item, PartKind::Option);
                self.options.push(Values { names, yes_no: false });
                Target::Decision(DecisionId(id(count(next, "decision"))))
            }
            ItemKind::Rule => Target::Rule(RuleId(id(count(next, "rule")))),
        };
        let Some(name) = &item.name else { return };
        match table.items.get(&name.node) {
            Some(first) => self
                .out
                .push(error::duplicate(name, item.kind.node, first.span, first.kind)),
            None => {
                table.items.insert(
                    name.node.clone(),
                    Entry {
                        target,
                        kind: item.kind.node,
                        span: name.span,
                    },
                );
            }
        }
    }

    fn one_of(&mut self, item: &Item) -> Values {
        let listed = item.slots.iter().find_map(|s| match &s.node {
            SlotKind::OneOf(names) => Some(names),
            _ => None,
        });
        let Some(names) = listed else {
            return Values {
                names: vec!["no".to_owned(), "yes".to_owned()],
                yes_no: true,
            };
        };
        Values {
            names: self.distinct(names.iter()),
            yes_no: false,
        }
    }

    fn part_names(&mut self, item: &Item, kind: PartKind) -> Vec<String> {
        self.distinct(
            item.parts
                .iter()
                .filter(|p| p.kind.node == kind)
                .filter_map(|p| p.name.as_ref()),
        )
    }

    fn distinct<'n>(&mut self, names: impl Iterator<Item = &'n Name>) -> Vec<String> {
        let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
        let mut all = Vec::new();
        for name in names {
            match seen.entry(&name.node) {
                btree_map::Entry::Occupied(first) => self.out.push(error::duplicate_value(name, *first.get())),
                btree_map::Entry::Vacant(free) => drop(free.insert(name.span)),
            }
            all.push(name.node.clone());
        }
        all
    }

    /// Resolves the `uses` and `implements` of every header and reports names that two modules declare.
    fn link_modules(&mut self) {
        for at in 0..self.units.len() {
            let unit = &self.units[at];
            // Of a head that cannot be read the name may be half a name, and the label is not there.
            let nameless = unit
                .headers()
                .all(|h| h.name.is_none() || h.broken && h.label.is_none());
            let first_is_lost = unit.items().next().is_some_and(|i| i.kind.node == ItemKind::Broken);
            let lost = first_is_lost && unit.headers().next().is_none();
            let (mut uses, mut implements, mut incomplete) = (Vec::new(), Vec::new(), lost);
            for item in self.units[at].headers() {
                // The line that could not be read may have named a base.
                incomplete |= item.broken;
                for slot in &item.slots {
                    let (names, into) = match &slot.node {
                        SlotKind::Uses(names) => (names, &mut uses),
                        SlotKind::Implements(names) => (names, &mut implements),
                        _ => continue,
                    };
                    for name in names {
                        match self.units.iter().position(|u| u.name == name.node) {
                            Some(to) if to == at => self.out.push(error::module_of_itself(name)),
                            Some(to) if self.units[to].is_protocol() => {
                                self.out.push(error::not_a_base(name, self.units[to].place()));
                            }
                            Some(to) => into.push((to, name)),
                            None => {
                                incomplete = true;
                                let known: Vec<&str> = self
                                    .units
                                    .iter()
                                    .map(|u| u.name.as_str())
                                    .chain(super::stdlib::names())
                                    .collect();
                                let near = nearest(&name.node, known);
                                self.out.push(error::unknown_module(name, near));
                            }
                        }
                    }
                }
            }
            self.clashes(at, &uses);
            self.tables[at].incomplete = incomplete;
            self.tables[at].nameless = nameless;
            self.tables[at].uses = uses.into_iter().map(|(to, _)| to).collect();
            self.tables[at].implements = implements.into_iter().map(|(to, _)| to).collect();
        }
    }

    /// Names that a module would see twice: its own against a used module's, or two used modules'.
    fn clashes(&mut self, at: usize, uses: &[(usize, &Name)]) {
        for (n, (used, written)) in uses.iter().enumerate() {
            for (name, entry) in &self.tables[*used].items {
                if let Some(own) = self.tables[at].items.get(name) {
                    self.out.push(error::clash(name, own, entry, &self.tables[*used].name));
                }
                for (other, _) in uses.iter().take(n).filter(|(o, _)| o != used) {
                    if let Some(first) = self.tables[*other].items.get(name) {
                        let modules = [self.tables[*other].name.as_str(), self.tables[*used].name.as_str()];
                        self.out.push(error::clash_of_used(
                            name,
                            written.span,
                            [first.span, entry.span],
                            modules,
                        ));
                    }
                }
            }
        }
    }

    /// The entry a bare name refers to in the module at work.
    fn find(&self, name: &str) -> Option<(usize, Entry)> {
        let uses = self.tables[self.module].uses.iter().copied();
        std::iter::once(self.module)
            .chain(uses)
            .find_map(|m| self.tables[m].items.get(name).map(|e| (m, *e)))
    }

    /// What a name stands for, without a complaint and without counting as a use.
    pub(super) fn peek(&self, name: &str) -> Option<Target> {
        self.find(name).map(|(_, e)| e.target)
    }

    /// What a name stands for, whatever its kind; complains if there is no such name.
    pub(super) fn any(&mut self, name: &Name, needs: &str) -> Option<Entry> {
        if let Some((module, entry)) = self.find(&name.node) {
            self.used.insert((module, name.node.clone()));
            return Some(entry);
        }
        self.unknown(name, &[], needs);
        None
    }

    /// What a name stands for, if it is of one of the kinds wanted; complains otherwise. `needs` says what is needed:
    /// "`send` needs a document".
    pub(super) fn named(&mut self, name: &Name, wanted: &[ItemKind], needs: &str) -> Option<Target> {
        let Some((module, entry)) = self.find(&name.node) else {
            self.unknown(name, wanted, needs);
            return None;
        };
        self.used.insert((module, name.node.clone()));
        if wanted.contains(&entry.kind) {
            return Some(entry.target);
        }
        self.out.push(error::wrong_kind(name, &entry, needs));
        None
    }

    fn unknown(&mut self, name: &Name, wanted: &[ItemKind], needs: &str) {
        if self.lost.contains(&name.node) {
            return;
        }
        let seen: Vec<usize> = std::iter::once(self.module)
            .chain(self.tables[self.module].uses.iter().copied())
            .collect();
        let names = |of_kind: bool| {
            let tables = seen.iter().map(|m| &self.tables[*m]);
            let entries = tables.flat_map(|t| &t.items);
            let wanted = entries.filter(move |(_, e)| !of_kind || wanted.is_empty() || wanted.contains(&e.kind));
            wanted.map(|(n, _)| n.as_str())
        };
        let near = (self.unknowns < OFFERS)
            .then(|| nearest(&name.node, names(true)).map(ToOwned::to_owned))
            .flatten();
        self.unknowns += 1;
        if near.is_none() && self.tables[self.module].incomplete {
            return;
        }
        let elsewhere = self
            .tables
            .iter()
            .find(|t| t.items.contains_key(&name.node))
            .map(|t| t.name.clone());
        self.out
            .push(error::unknown(name, needs, near.as_deref(), elsewhere.as_deref()));
    }

    /// A rule by `rule` or `module.rule`.
    pub(super) fn rule(&mut self, r: &Ref, slot: &str) -> Option<RuleId> {
        let needs = format!("`{slot}` needs a rule");
        let Some(module) = &r.module else {
            return match self.named(&r.name, &[ItemKind::Rule], &needs)? {
                Target::Rule(rule) => Some(rule),
                _ => None,
            };
        };
        let table = &self.tables[self.module];
        let reachable = std::iter::once(self.module)
            .chain(table.uses.iter().copied())
            .chain(table.implements.iter().copied());
        let reachable: Vec<usize> = reachable.collect();
        let Some(at) = reachable.iter().copied().find(|m| self.tables[*m].name == module.node) else {
            if table.nameless {
                return None;
            }
            let near = nearest(&module.node, reachable.iter().map(|m| self.tables[*m].name.as_str()));
            let known =
                self.tables.iter().any(|t| t.name == module.node) || super::stdlib::find(&module.node).is_some();
            let wrong = if known {
                error::module_not_named(module)
            } else {
                error::unknown_module(module, near)
            };
            self.out.push(wrong);
            return None;
        };
        match self.tables[at].items.get(&r.name.node) {
            Some(Entry {
                target: Target::Rule(rule),
                ..
            }) => {
                self.used.insert((at, r.name.node.clone()));
                Some(*rule)
            }
            Some(entry) => {
                let wrong = error::wrong_kind(&r.name, entry, &needs);
                self.out.push(wrong);
                None
            }
            None => {
                let rules = self.tables[at]
                    .items
                    .iter()
                    .filter(|(_, e)| e.kind == ItemKind::Rule)
                    .map(|(n, _)| n.as_str());
                let near = nearest(&r.name.node, rules);
                if !self.lost.contains(&r.name.node) {
                    let unknown = error::unknown_in_module(&r.name, &module.node, near);
                    self.out.push(unknown);
                }
                None
            }
        }
    }

    /// A registered text: a `source`, or a module, of any module.
    pub(super) fn source(&mut self, name: &Name) -> Option<SourceId> {
        let own = self.tables[self.module].sources.get(&name.node);
        let found = own.or_else(|| self.tables.iter().find_map(|t| t.sources.get(&name.node)));
        if let Some((source, _)) = found {
            self.used_sources.insert(*source);
            return Some(*source);
        }
        if !self.lost.contains(&name.node) && !self.tables[self.module].nameless {
            let near = nearest(
                &name.node,
                self.tables.iter().flat_map(|t| t.sources.keys()).map(String::as_str),
            );
            let unknown = error::unknown_source(name, near);
            self.out.push(unknown);
        }
        None
    }

    /// Begins work on an item.
    pub(super) fn enter(&mut self, module: usize, item: &Item) {
        self.module = module;
        self.item = item.name.as_ref().map(|n| n.node.clone()).unwrap_or_default();
        self.head = Some(head_of(item));
        self.doubts = 0;
    }

    /// The factor that stands for quoted words: one per text and module.
    pub(super) fn quoted(&mut self, text: &str, span: Span) -> FactorId {
        let key = (ModuleId(id(self.module)), text.to_owned());
        if let Some(known) = self.quoted.get(&key) {
            return *known;
        }
        let values = vec!["no".to_owned(), "yes".to_owned()];
        let factor = self.add_factor(text.to_owned(), text.to_owned(), FactorKind::Quoted, values, span);
        self.quoted.insert(key, factor);
        factor
    }

    /// The factor that tells the candidates of an `or perhaps` apart, named after its place.
    pub(super) fn doubt(&mut self, candidates: Vec<String>, span: Span) -> FactorId {
        self.doubts += 1;
        let name = format!("{}/or-perhaps-{}", self.item, self.doubts);
        let label = candidates.join(" or perhaps ");
        self.add_factor(name, label, FactorKind::Reading, candidates, span)
    }

    /// A factor that no item declares.
    pub(super) fn add_factor(
        &mut self,
        name: String,
        label: String,
        kind: FactorKind,
        values: Vec<String>,
        span: Span,
    ) -> FactorId {
        let at = self.factor_values.len() + self.extra.len();
        let origin = Origin {
            module: ModuleId(id(self.module)),
            name,
            label,
            span,
            cites: Vec::new(),
        };
        self.extra.push(Factor { origin, kind, values });
        FactorId(id(at))
    }
}

/// The head line of an item, without its slots.
pub(super) fn head_of(item: &Item) -> Span {
    let name = item.name.as_ref().map(|n| n.span);
    let label = item.label.as_ref().map(|l| l.span);
    [name, label].into_iter().flatten().fold(item.kind.span, Span::to)
}

fn repeats(item: &Item) -> bool {
    item.slots.iter().any(|s| matches!(s.node, SlotKind::Repeats))
}

fn count(next: &mut BTreeMap<&'static str, usize>, what: &'static str) -> usize {
    let n = next.entry(what).or_default();
    *n += 1;
    *n - 1
}
