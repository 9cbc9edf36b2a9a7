//! Parts of one text in the terms of another. In: a part and where each name of the one lies in the other. Out: the same part without its
//! places, so that two parts that say the same are equal; terms and names of periods are spelt out. Must not decide what is the same.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::model::{
    Act, Body, Choice, Cond, Decision, DecisionId, DocumentId, EventId, FactorId, FactorKind, Guard, Happening, Length,
    Limit, LimitKind, MeetingId, Moment, Moments, Party, Protocol, RoleId, Rule, RuleId, Slot, StatusId, Subject,
    Thing, ValueId, Which, Who,
};
use crate::source::{FileId, Span};

/// A place that is none.
pub const NOWHERE: Span = Span {
    file: FileId(0),
    start: 0,
    end: 0,
};

/// Where each item of one text lies in the other, by its index.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    /// Roles.
    pub roles: Vec<RoleId>,
    /// Facts, judgements, readings, quoted conditions.
    pub factors: Vec<FactorId>,
    /// Statuses.
    pub statuses: Vec<StatusId>,
    /// Events.
    pub events: Vec<EventId>,
    /// Meetings.
    pub meetings: Vec<MeetingId>,
    /// Documents.
    pub documents: Vec<DocumentId>,
    /// Decisions.
    pub decisions: Vec<DecisionId>,
    /// Rules.
    pub rules: Vec<RuleId>,
    /// For each factor, its values.
    pub factor_values: Vec<Vec<ValueId>>,
    /// For each status, its values.
    pub status_values: Vec<Vec<ValueId>>,
    /// For each decision, its options; none: the other text has no such option.
    pub options: Vec<Vec<Option<ValueId>>>,
    /// Items that both texts have and define otherwise.
    pub changed: BTreeSet<Item>,
}

/// An item of the first text, by its kind and its place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    Role(u32),
    Factor(u32),
    Status(u32),
    Event(u32),
    Meeting(u32),
    Decision(u32),
}

/// Stands for an option that the other text does not have: equal to no other.
const NO_SUCH: u32 = u32::MAX;

/// Says parts of `text` in other terms.
#[derive(Debug)]
pub struct Translate<'t> {
    /// The text whose parts they are: terms are looked up in it.
    pub text: &'t Protocol,
    /// Where everything lies.
    pub ids: &'t Ids,
    /// Items that were named and that the texts define otherwise.
    pub touched: RefCell<BTreeSet<Item>>,
    /// Options that were named and that the other text does not have.
    pub lacking: RefCell<BTreeSet<String>>,
}

fn at<T: Copy>(list: &[T], index: usize, none: T) -> T {
    list.get(index).copied().unwrap_or(none)
}

impl<'t> Translate<'t> {
    /// Nothing named yet.
    pub fn new(text: &'t Protocol, ids: &'t Ids) -> Self {
        Translate {
            text,
            ids,
            touched: RefCell::default(),
            lacking: RefCell::default(),
        }
    }

    fn touch(&self, item: Item) {
        if self.ids.changed.contains(&item) {
            self.touched.borrow_mut().insert(item);
        }
    }

    fn role(&self, id: RoleId) -> RoleId {
        let id = at(&self.ids.roles, id.index(), id);
        self.touch(Item::Role(id.0));
        id
    }

    fn factor(&self, id: FactorId) -> FactorId {
        let id = at(&self.ids.factors, id.index(), id);
        self.touch(Item::Factor(id.0));
        id
    }

    fn status(&self, id: StatusId) -> StatusId {
        let id = at(&self.ids.statuses, id.index(), id);
        self.touch(Item::Status(id.0));
        id
    }

    fn event(&self, id: EventId) -> EventId {
        let id = at(&self.ids.events, id.index(), id);
        self.touch(Item::Event(id.0));
        id
    }

    fn meeting(&self, id: MeetingId) -> MeetingId {
        let id = at(&self.ids.meetings, id.index(), id);
        self.touch(Item::Meeting(id.0));
        id
    }

    fn document(&self, id: DocumentId) -> DocumentId {
        at(&self.ids.documents, id.index(), id)
    }

    fn decision_id(&self, id: DecisionId) -> DecisionId {
        let id = at(&self.ids.decisions, id.index(), id);
        self.touch(Item::Decision(id.0));
        id
    }

    fn rule_id(&self, id: RuleId) -> RuleId {
        at(&self.ids.rules, id.index(), id)
    }

    fn value(lists: &[Vec<ValueId>], item: usize, value: ValueId) -> ValueId {
        lists
            .get(item)
            .and_then(|values| values.get(value.0 as usize))
            .copied()
            .unwrap_or(value)
    }

    /// A value of a status.
    pub fn status_value(&self, status: StatusId, value: ValueId) -> ValueId {
        Self::value(&self.ids.status_values, status.index(), value)
    }

    fn option(&self, decision: DecisionId, value: ValueId) -> ValueId {
        let options = self.ids.options.get(decision.index());
        let found = options.and_then(|o| o.get(value.0 as usize)).copied().flatten();
        found.unwrap_or_else(|| {
            let of = self.text.decisions.get(decision.index());
            let name = of.and_then(|d| d.options.get(value.0 as usize)).map(|o| o.name.clone());
            self.lacking.borrow_mut().extend(name);
            ValueId(NO_SUCH)
        })
    }

    /// One party.
    pub fn party(&self, party: Party) -> Party {
        match party {
            Party::Role(r) => Party::Role(self.role(r)),
            Party::Meeting(m) => Party::Meeting(self.meeting(m)),
        }
    }

    /// Parties, in an order of their own: which is named first says who acts, so it is kept.
    pub fn who(&self, who: &Who) -> Who {
        Who {
            parties: who.parties.iter().map(|p| self.party(*p)).collect(),
            either: who.either,
            span: NOWHERE,
        }
    }

    fn subject(&self, subject: &Subject) -> Subject {
        match subject {
            Subject::The(w) => Subject::The(self.who(w)),
            Subject::Each(w) => Subject::Each(self.who(w)),
            Subject::Any(w) => Subject::Any(self.who(w)),
            Subject::Only(w) => Subject::Only(self.who(w)),
            Subject::Nobody => Subject::Nobody,
            Subject::Someone => Subject::Someone,
        }
    }

    fn thing(&self, thing: &Thing) -> Thing {
        match thing {
            Thing::Decision(d) => Thing::Decision(self.decision_id(*d)),
            Thing::Change(s, v) => Thing::Change(self.status(*s), self.status_value(*s, *v)),
            Thing::Named(name) => Thing::Named(name.clone()),
            Thing::Document(d) => Thing::Document(self.document(*d)),
            Thing::Event(e) => Thing::Event(self.event(*e)),
            Thing::Quoted(words) => Thing::Quoted(words.clone()),
        }
    }

    /// An act.
    pub fn act(&self, act: &Act) -> Act {
        match act {
            Act::Quoted(words) => Act::Quoted(words.clone()),
            Act::Hold(w) => Act::Hold(self.which(w)),
            Act::Book(w) => Act::Book(self.which(w)),
            Act::Cancel(w) => Act::Cancel(self.which(w)),
            Act::Attend(w) => Act::Attend(self.which(w)),
            Act::Chair(w) => Act::Chair(self.which(w)),
            Act::Send(d, to, ordinal) => Act::Send(self.document(*d), self.who(to), *ordinal),
            Act::Notify(who, t) => Act::Notify(self.who(who), self.thing(t)),
            Act::Ask(who, t) => Act::Ask(self.who(who), self.thing(t)),
            Act::Consult(who, t) => Act::Consult(self.who(who), self.thing(t)),
            Act::Record(t, d) => Act::Record(self.thing(t), self.document(*d)),
            Act::Consider(t) => Act::Consider(self.thing(t)),
            Act::CarryOut(t) => Act::CarryOut(self.thing(t)),
            Act::Decide(d) => Act::Decide(self.decision_id(*d)),
            Act::Challenge(t) => Act::Challenge(self.thing(t)),
            Act::Allocate(r) => Act::Allocate(self.role(*r)),
            Act::Begin(s) => Act::Begin(self.status(*s)),
            Act::End(s) => Act::End(self.status(*s)),
        }
    }

    /// What occurs.
    pub fn happening(&self, what: Happening) -> Happening {
        match what {
            Happening::Begins(s) => Happening::Begins(self.status(s)),
            Happening::Ends(s) => Happening::Ends(self.status(s)),
            Happening::Becomes(s, v) => Happening::Becomes(self.status(s), self.status_value(s, v)),
            Happening::Happens(e) => Happening::Happens(self.event(e)),
            Happening::Held(m) => Happening::Held(self.meeting(m)),
            Happening::Booked(m) => Happening::Booked(self.meeting(m)),
            Happening::Due(m) => Happening::Due(self.meeting(m)),
            Happening::Cancelled(m) => Happening::Cancelled(self.meeting(m)),
            Happening::Sent(d) => Happening::Sent(self.document(d)),
            Happening::Received(d) => Happening::Received(self.document(d)),
            Happening::Decided(d) => Happening::Decided(self.decision_id(d)),
            Happening::Outcome(d, v) => Happening::Outcome(self.decision_id(d), self.option(d, v)),
            Happening::Allocated(r) => Happening::Allocated(self.role(r)),
            Happening::Done(r) => Happening::Done(self.rule_id(r)),
            Happening::Missed(r) => Happening::Missed(self.rule_id(r)),
        }
    }

    fn moment(&self, moment: &Moment) -> Moment {
        Moment {
            ordinal: moment.ordinal,
            what: self.happening(moment.what),
            since: moment.since.as_ref().map(|m| Box::new(self.moment(m))),
            span: NOWHERE,
        }
    }

    /// Moments.
    pub fn moments(&self, moments: &Moments) -> Moments {
        Moments {
            any: moments.any.iter().map(|m| self.moment(m)).collect(),
            reading: moments.reading.map(|f| self.factor(f)),
            perhaps_unstated: moments.perhaps_unstated,
            span: NOWHERE,
        }
    }

    fn which(&self, which: &Which) -> Which {
        Which {
            ordinal: which.ordinal,
            meeting: self.meeting(which.meeting),
            since: which.since.as_ref().map(|m| Box::new(self.moment(m))),
            span: NOWHERE,
        }
    }

    fn length(&self, length: &Length) -> Length {
        Length {
            any: length.any.clone(),
            reading: length.reading.map(|f| self.factor(f)),
            period: None,
            span: NOWHERE,
        }
    }

    /// A condition; terms are spelt out.
    pub fn cond(&self, cond: &Cond) -> Cond {
        match cond {
            Cond::True => Cond::True,
            Cond::Factor(f, values, _) => {
                let of = |v: &ValueId| Self::value(&self.ids.factor_values, f.index(), *v);
                let mut values: Vec<ValueId> = values.iter().map(of).collect();
                values.sort_unstable();
                Cond::Factor(self.factor(*f), values, NOWHERE)
            }
            Cond::Status(s, values, _) => {
                let mut values: Vec<ValueId> = values.iter().map(|v| self.status_value(*s, *v)).collect();
                values.sort_unstable();
                Cond::Status(self.status(*s), values, NOWHERE)
            }
            Cond::Happened(m, _) => Cond::Happened(self.moment(m), NOWHERE),
            Cond::Before(a, b, _) => Cond::Before(self.moment(a), self.moment(b), NOWHERE),
            Cond::DueBefore(a, b, _) => Cond::DueBefore(self.which(a), self.which(b), NOWHERE),
            Cond::DueWithin(a, d, _) => Cond::DueWithin(self.which(a), self.length(d), NOWHERE),
            Cond::Term(t, _) => match self.text.terms.get(t.index()) {
                Some(term) => self.cond(&term.means),
                None => Cond::True,
            },
            Cond::Not(inner) => Cond::Not(Box::new(self.cond(inner))),
            Cond::All(parts) => Cond::All(parts.iter().map(|c| self.cond(c)).collect()),
            Cond::Any(parts) => Cond::Any(parts.iter().map(|c| self.cond(c)).collect()),
        }
    }

    fn guard(&self, guard: &Guard) -> Guard {
        Guard {
            when: guard.when.iter().map(|m| self.moments(m)).collect(),
            while_: self.cond(&guard.while_),
            if_: self.cond(&guard.if_),
            unless: guard.unless.iter().map(|c| self.cond(c)).collect(),
        }
    }

    fn limit(&self, limit: &Limit) -> Limit {
        let kind = match &limit.kind {
            LimitKind::Unstated => LimitKind::Unstated,
            LimitKind::Within(d, m) => LimitKind::Within(self.length(d), self.moments(m)),
            LimitKind::AtLeastBefore(d, m) => LimitKind::AtLeastBefore(self.length(d), self.moments(m)),
            LimitKind::AtLeastAfter(d, m) => LimitKind::AtLeastAfter(self.length(d), self.moments(m)),
            LimitKind::Until(m) => LimitKind::Until(self.moments(m)),
            LimitKind::UntilAfter(d, m) => LimitKind::UntilAfter(self.length(d), self.moments(m)),
            LimitKind::At(w) => LimitKind::At(self.which(w)),
            LimitKind::SameDay(m) => LimitKind::SameDay(self.moments(m)),
            LimitKind::StraightAfter(m) => LimitKind::StraightAfter(self.moments(m)),
            LimitKind::Before(m) => LimitKind::Before(self.moments(m)),
            LimitKind::After(m) => LimitKind::After(self.moments(m)),
            LimitKind::Urgency(word) => LimitKind::Urgency(word.clone()),
        };
        Limit { kind, span: NOWHERE }
    }

    /// A rule; its name, its label and what it cites stay as they are.
    pub fn rule(&self, rule: &Rule) -> Rule {
        let rules = |ids: &[RuleId]| {
            let mut ids: Vec<RuleId> = ids.iter().map(|r| self.rule_id(*r)).collect();
            ids.sort_unstable();
            ids
        };
        Rule {
            origin: rule.origin.clone(),
            guard: self.guard(&rule.guard),
            body: match &rule.body {
                Body::Norm { subject, modal, act } => Body::Norm {
                    subject: self.subject(subject),
                    modal: *modal,
                    act: self.act(act),
                },
                Body::Effect(s, v) => Body::Effect(self.status(*s), self.status_value(*s, *v)),
                Body::Presume(c) => Body::Presume(self.cond(c)),
            },
            limits: rule.limits.iter().map(|l| self.limit(l)).collect(),
            exception_to: rules(&rule.exception_to),
            departs_from: rule.departs_from.as_ref().map(|d| crate::model::Departure {
                from: self.rule_id(d.from),
                because: None,
                expires: d.expires,
                span: NOWHERE,
            }),
            replaces: rules(&rule.replaces),
            in_force: rule.in_force,
            refers_to: Vec::new(),
            whole: NOWHERE,
            body_span: NOWHERE,
        }
    }

    fn slot<T, U>(slot: &Slot<T>, of: impl FnOnce(&T) -> U) -> Slot<U> {
        match slot {
            Slot::Given(t) => Slot::Given(of(t)),
            Slot::Unstated(_) => Slot::Unstated(NOWHERE),
            Slot::Absent => Slot::Absent,
        }
    }

    /// A slot for parties.
    pub fn party_slot(&self, slot: &Slot<Who>) -> Slot<Who> {
        Self::slot(slot, |w| self.who(w))
    }

    /// What kind of factor.
    pub fn factor_kind(&self, kind: &FactorKind) -> FactorKind {
        match kind {
            FactorKind::Judgement(who) => FactorKind::Judgement(who.as_ref().map(|w| self.who(w))),
            other => other.clone(),
        }
    }

    /// An option, without its label and what it cites; its effects in order of status.
    pub fn choice(&self, choice: &Choice) -> Choice {
        let mut effects: Vec<(StatusId, ValueId, Span)> = choice
            .effects
            .iter()
            .map(|(s, v, _)| (self.status(*s), self.status_value(*s, *v), NOWHERE))
            .collect();
        effects.sort_unstable_by_key(|(s, v, _)| (*s, *v));
        Choice {
            name: choice.name.clone(),
            label: choice.label.clone(),
            if_: self.cond(&choice.if_),
            unless: choice.unless.iter().map(|c| self.cond(c)).collect(),
            effects,
            then: Self::slot(&choice.then, |()| ()),
            cites: Vec::new(),
            span: NOWHERE,
        }
    }

    /// A decision; its name, its label and what it cites stay as they are.
    pub fn decision(&self, decision: &Decision) -> Decision {
        Decision {
            origin: decision.origin.clone(),
            guard: self.guard(&decision.guard),
            at: decision.at.as_ref().map(|w| self.which(w)),
            decided_by: self.party_slot(&decision.decided_by),
            agreed_by: self.party_slot(&decision.agreed_by),
            advised_by: self.party_slot(&decision.advised_by),
            consulting: self.party_slot(&decision.consulting),
            deadlock: decision.deadlock.clone(),
            limits: decision.limits.iter().map(|l| self.limit(l)).collect(),
            options: decision.options.iter().map(|o| self.choice(o)).collect(),
            otherwise_unstated: decision.otherwise_unstated.map(|_| NOWHERE),
            whole: NOWHERE,
        }
    }
}

/// Whether two rules in the same terms say the same.
pub fn same_rule(a: &Rule, b: &Rule) -> bool {
    let departs = |r: &Rule| r.departs_from.as_ref().map(|d| (d.from, d.expires));
    a.guard == b.guard
        && a.body == b.body
        && a.limits == b.limits
        && a.exception_to == b.exception_to
        && a.replaces == b.replaces
        && departs(a) == departs(b)
        && a.in_force == b.in_force
}

/// Whether two options in the same terms are open in the same cases and do the same.
pub fn same_choice(a: &Choice, b: &Choice) -> bool {
    a.if_ == b.if_ && a.unless == b.unless && a.effects == b.effects && a.then == b.then
}

/// Whether two decisions in the same terms say the same, options in whatever order.
pub fn same_decision(a: &Decision, b: &Decision) -> bool {
    let unstated = |s: &Slot<String>| match s {
        Slot::Given(t) => Some(t.clone()),
        Slot::Unstated(_) => Some(String::new()),
        Slot::Absent => None,
    };
    a.guard == b.guard
        && a.at == b.at
        && (&a.decided_by, &a.agreed_by, &a.advised_by, &a.consulting)
            == (&b.decided_by, &b.agreed_by, &b.advised_by, &b.consulting)
        && unstated(&a.deadlock) == unstated(&b.deadlock)
        && a.limits == b.limits
        && a.options.len() == b.options.len()
        && a.options
            .iter()
            .all(|o| b.options.iter().any(|p| p.name == o.name && same_choice(o, p)))
        && a.otherwise_unstated.is_some() == b.otherwise_unstated.is_some()
}
