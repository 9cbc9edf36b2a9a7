//! From a protocol to a net: one point for each thing that may occur, one choice for each thing a case or a plan fixes.
//! In: a model and its calendar. Out: a [`Ground`], on which `states`, `moments` and `norms` write formulas.

use std::collections::{BTreeMap, BTreeSet};

use super::moments::Stand;
use super::net::{Choice, Formula, Lit, Net, Point, STRUCTURE, TableId, Tag, all, any};
use crate::calendar::{Calendar, Tables};
use crate::model::{
    Act, Body, DecisionId, FactorId, FactorKind, Guard, Happening, LimitKind, MeetingId, Modal, Moment, Moments,
    NormId, Ordinal, Party, Protocol, RuleId, StatusId, Subject, ValueId, Which, Who,
};
use crate::time::Duration;

/// How many occurrences of one class a history may hold: of a repeated meeting, event or of what each of them asks for.
pub const REPEATS: usize = 3;

/// One thing that may occur.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its point.
    pub at: Point,
    /// Its class; a decision has `Decided`.
    pub class: Happening,
    /// Number among its class, from 0.
    pub number: usize,
    /// Who may do it; empty for what is nobody's act.
    pub doers: Vec<Party>,
    /// Which of them does, where there are several.
    pub doer: Option<Choice>,
    /// For a decision: which outcome.
    pub outcome: Option<Choice>,
    /// For a meeting: who chairs, among [`Ground::chairs`].
    pub chair: Option<Choice>,
}

/// What sets a status.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The status.
    pub status: StatusId,
    /// The value.
    pub value: ValueId,
    /// The point that sets it.
    pub cause: Point,
    /// It does set it.
    pub effective: Formula,
    /// It would, were it not void.
    pub raw: Formula,
    /// The rule or decision behind it, if any.
    pub norm: Option<NormId>,
}

/// A protocol made ready for the solver.
#[derive(Debug)]
pub struct Ground<'p> {
    /// The protocol.
    pub protocol: &'p Protocol,
    /// Its calendar.
    pub calendar: &'p Calendar,
    /// Points, choices, tables.
    pub net: Net,
    /// All instances.
    pub instances: Vec<Instance>,
    /// Instances by class.
    pub classes: BTreeMap<Happening, Vec<usize>>,
    /// The choice of each factor.
    pub factors: Vec<Choice>,
    /// The choice of a status's first value, where the protocol leaves it open.
    pub starts: BTreeMap<StatusId, Choice>,
    /// What sets each status.
    pub settings: BTreeMap<StatusId, Vec<Setting>>,
    /// Parties who may chair, for the values of a chair choice.
    pub chairs: Vec<Party>,
    /// What holds in every history.
    pub structure: Vec<(Tag, Formula)>,
    /// Where a history is looked at so far: what lies before it has occurred, nothing after it has.
    pub now: Point,
    pub(super) tables: Tables<'p>,
    pub(super) table_ids: BTreeMap<(Duration, bool), TableId>,
    /// Tables of one value, by that value.
    pub(super) constants: BTreeMap<i32, TableId>,
    /// Tables composed of two: the first of the second.
    pub(super) joined: BTreeMap<(TableId, TableId), TableId>,
}

/// The tag of a norm: rules first, then decisions.
pub fn tag(protocol: &Protocol, norm: NormId) -> Tag {
    match norm {
        NormId::Rule(r) => r.0,
        NormId::Decision(d) => u32::try_from(protocol.rules.len()).unwrap_or(STRUCTURE) + d.0,
    }
}

/// The norm behind a tag.
pub fn norm_of(protocol: &Protocol, tag: Tag) -> Option<NormId> {
    let rules = u32::try_from(protocol.rules.len()).ok()?;
    if tag < rules {
        Some(NormId::Rule(RuleId(tag)))
    } else {
        ((tag - rules) as usize)
            .lt(&protocol.decisions.len())
            .then(|| NormId::Decision(DecisionId(tag - rules)))
    }
}

/// All norms of a protocol: rules, then decisions.
pub fn norms(protocol: &Protocol) -> impl Iterator<Item = NormId> + use<> {
    let rules = u32::try_from(protocol.rules.len()).unwrap_or(0);
    let decisions = u32::try_from(protocol.decisions.len()).unwrap_or(0);
    (0..rules)
        .map(|r| NormId::Rule(RuleId(r)))
        .chain((0..decisions).map(|d| NormId::Decision(DecisionId(d))))
}

/// The class of occurrence that an act is, if it has one; `None` for acts whose occurrence is *R is done*.
pub fn class_of(act: &Act) -> Option<Happening> {
    Some(match act {
        Act::Hold(w) => Happening::Held(w.meeting),
        Act::Book(w) => Happening::Booked(w.meeting),
        Act::Cancel(w) => Happening::Cancelled(w.meeting),
        Act::Send(d, _) => Happening::Sent(*d),
        Act::Decide(d) => Happening::Decided(*d),
        Act::Allocate(r) => Happening::Allocated(*r),
        Act::Begin(s) => Happening::Begins(*s),
        Act::End(s) => Happening::Ends(*s),
        _ => return None,
    })
}

/// Value index of *yes* and *no* of a yes/no status or factor.
pub const YES: ValueId = ValueId(1);
/// See [`YES`].
pub const NO: ValueId = ValueId(0);

impl<'p> Ground<'p> {
    /// Makes a protocol ready.
    pub fn new(protocol: &'p Protocol, calendar: &'p Calendar) -> Ground<'p> {
        let mut ground = Ground {
            protocol,
            calendar,
            net: Net::new(calendar.len()),
            instances: Vec::new(),
            classes: BTreeMap::new(),
            factors: Vec::new(),
            starts: BTreeMap::new(),
            settings: BTreeMap::new(),
            chairs: Vec::new(),
            structure: Vec::new(),
            now: Point(0),
            tables: Tables::new(calendar),
            table_ids: BTreeMap::new(),
            constants: BTreeMap::new(),
            joined: BTreeMap::new(),
        };
        ground.add_choices();
        ground.add_instances();
        ground.order_instances();
        ground.add_settings();
        ground.license();
        ground.plan_due_dates();
        ground.now = ground.net.point(true);
        ground
    }

    fn add_choices(&mut self) {
        for factor in &self.protocol.factors {
            let choice = self.net.choice(factor.values.len(), true);
            self.factors.push(choice);
        }
        for (at, status) in self.protocol.statuses.iter().enumerate() {
            if status.starts_as.is_none() && !is_yes_no(&status.values) {
                let choice = self.net.choice(status.values.len(), true);
                self.starts.insert(StatusId(number(at)), choice);
            }
        }
        let mut chairs = BTreeSet::new();
        for rule in &self.protocol.rules {
            if let Body::Norm {
                subject,
                act: Act::Chair(_),
                ..
            } = &rule.body
            {
                chairs.extend(subject.who().into_iter().flat_map(|w| w.parties.iter().copied()));
            }
        }
        self.chairs = chairs.into_iter().collect();
    }

    /// Every class that any rule, decision or status speaks of.
    fn mentioned(&self) -> BTreeSet<Happening> {
        let mut out = BTreeSet::new();
        let p = self.protocol;
        let moments = |ms: &Moments, out: &mut BTreeSet<Happening>| ms.any.iter().for_each(|m| mention(m, out));
        for status in &p.statuses {
            status.setters.iter().for_each(|s| moments(&s.when, &mut out));
        }
        for (at, rule) in p.rules.iter().enumerate() {
            mention_guard(&rule.guard, &mut out);
            for limit in &rule.limits {
                mention_limit(&limit.kind, &mut out);
            }
            if let Body::Norm { act, modal, subject } = &rule.body {
                let forbids = matches!(modal, Modal::MustNot | Modal::ShouldNot | Modal::NeedNot)
                    || matches!(subject, Subject::Only(_));
                if let Act::Hold(w) | Act::Chair(w) = act {
                    out.insert(Happening::Held(w.meeting));
                    w.since.iter().for_each(|m| mention(m, &mut out));
                } else if forbids || matches!(act, Act::Begin(_) | Act::End(_)) || !is_easy(rule) {
                    out.insert(class_of(act).unwrap_or(Happening::Done(RuleId(number(at)))));
                }
            }
        }
        for (at, decision) in p.decisions.iter().enumerate() {
            mention_guard(&decision.guard, &mut out);
            out.insert(Happening::Decided(DecisionId(number(at))));
            out.extend(decision.at.iter().map(|w| Happening::Held(w.meeting)));
            decision.limits.iter().for_each(|l| mention_limit(&l.kind, &mut out));
            for option in &decision.options {
                mention_cond(&option.if_, &mut out);
                option.unless.iter().for_each(|c| mention_cond(c, &mut out));
            }
        }
        for term in &p.terms {
            mention_cond(&term.means, &mut out);
        }
        out
    }

    fn add_instances(&mut self) {
        let mentioned = self.mentioned();
        let derived = self.derived_statuses();
        let mut primitive: BTreeSet<Happening> = BTreeSet::new();
        for class in mentioned {
            match class {
                Happening::Outcome(d, _) => {
                    primitive.insert(Happening::Decided(d));
                }
                Happening::Missed(_) => {}
                Happening::Done(rule) => {
                    if let Some(Body::Norm { act, .. }) = self.protocol.rules.get(rule.index()).map(|r| &r.body) {
                        primitive.insert(class_of(act).unwrap_or(class));
                    }
                }
                // A status that something sets begins and ends by that; one that nothing sets begins by itself.
                Happening::Begins(s) | Happening::Ends(s) if derived.contains(&(s, class == Happening::Begins(s))) => {}
                Happening::Becomes(..) => {}
                Happening::Held(kind) => {
                    primitive.extend(self.kinds_below(kind).into_iter().map(Happening::Held));
                }
                other => {
                    primitive.insert(other);
                }
            }
        }
        for rule in &self.protocol.rules {
            if let Body::Norm {
                act: act @ (Act::Begin(_) | Act::End(_)),
                modal,
                ..
            } = &rule.body
                && !matches!(modal, Modal::MustNot | Modal::ShouldNot | Modal::NeedNot)
            {
                primitive.extend(class_of(act));
            }
        }
        let abstract_kinds: BTreeSet<MeetingId> = self
            .protocol
            .meetings
            .iter()
            .flat_map(|m| m.counts_as.iter().copied())
            .collect();
        for class in primitive {
            // A kind of meeting that no rule holds as such exists only through the meetings that count as it.
            if let Happening::Held(m) = class
                && abstract_kinds.contains(&m)
                && self.holders(class).is_empty()
            {
                continue;
            }
            let copies = self.copies(class);
            for number in 0..copies {
                self.add_instance(class, number);
            }
        }
        // A rule whose act has no class of its own occurs as *done* where somebody waits for it; others are always free.
    }

    fn add_instance(&mut self, class: Happening, number: usize) {
        let outside = self.is_outside(class);
        let at = self.net.point(!outside);
        let doers = if outside { Vec::new() } else { self.holders(class) };
        let doer = (doers.len() > 1).then(|| self.net.choice(doers.len(), false));
        let outcome = match class {
            Happening::Decided(d) => {
                let options = self.protocol.decisions.get(d.index()).map_or(0, |d| d.options.len());
                Some(self.net.choice(options.max(1), true))
            }
            _ => None,
        };
        let chair = matches!(class, Happening::Held(_)).then(|| self.net.choice(self.chairs.len() + 1, false));
        self.classes.entry(class).or_default().push(self.instances.len());
        self.instances.push(Instance {
            at,
            class,
            number,
            doers,
            doer,
            outcome,
            chair,
        });
    }

    /// `(status, begins?)` for statuses that something sets so.
    fn derived_statuses(&self) -> BTreeSet<(StatusId, bool)> {
        let mut out = BTreeSet::new();
        for (at, status) in self.protocol.statuses.iter().enumerate() {
            for setter in &status.setters {
                out.insert((StatusId(number(at)), setter.value == YES));
            }
        }
        for rule in &self.protocol.rules {
            match &rule.body {
                Body::Effect(s, v) => {
                    out.insert((*s, *v == YES));
                }
                Body::Norm {
                    act: Act::Begin(s),
                    modal: Modal::Must | Modal::Should | Modal::May,
                    ..
                } => {
                    out.insert((*s, true));
                }
                Body::Norm {
                    act: Act::End(s),
                    modal: Modal::Must | Modal::Should | Modal::May,
                    ..
                } => {
                    out.insert((*s, false));
                }
                _ => {}
            }
        }
        for decision in &self.protocol.decisions {
            for (s, v, _) in decision.options.iter().flat_map(|o| &o.effects) {
                out.insert((*s, *v == YES));
            }
        }
        out
    }

    /// Whether a class is the outside's to time.
    fn is_outside(&self, class: Happening) -> bool {
        let p = self.protocol;
        match class {
            Happening::Happens(e) => {
                let who = p.events.get(e.index()).and_then(|e| e.caused_by.as_ref());
                who.is_none_or(|w| w.parties.iter().all(|party| self.is_outside_party(*party)))
            }
            Happening::Received(_) => true,
            Happening::Begins(_) | Happening::Ends(_) => !self.anybody_does(class),
            // What a rule asks of an outside party is taken to be done: the outside keeps the duties it is given.
            _ => false,
        }
    }

    /// Some rule asks somebody, perhaps nobody by name, to do acts of this class.
    fn anybody_does(&self, class: Happening) -> bool {
        self.protocol.rules.iter().any(|rule| match &rule.body {
            Body::Norm {
                modal: Modal::Must | Modal::Should | Modal::May,
                act,
                ..
            } => class_of(act) == Some(class),
            _ => false,
        })
    }

    /// Whether a party is not ours to control.
    pub fn is_outside_party(&self, party: Party) -> bool {
        match party {
            Party::Role(r) => self.protocol.roles.get(r.index()).is_some_and(|r| r.outside),
            Party::Meeting(_) => false,
        }
    }

    /// Who is named as doing acts of this class: the first party of each subject; of a decision, its deciders.
    fn holders(&self, class: Happening) -> Vec<Party> {
        let mut out = Vec::new();
        for (at, rule) in self.protocol.rules.iter().enumerate() {
            let Body::Norm {
                subject,
                modal: Modal::Must | Modal::Should | Modal::May,
                act,
            } = &rule.body
            else {
                continue;
            };
            let same = class_of(act).unwrap_or(Happening::Done(RuleId(number(at)))) == class;
            if same && !matches!(subject, Subject::Only(_)) {
                out.extend(subject.who().and_then(|w| w.parties.first()).copied());
            }
        }
        if let Happening::Decided(d) = class {
            let decision = self.protocol.decisions.get(d.index());
            out.extend(
                decision
                    .and_then(|d| d.decided_by.given())
                    .and_then(|w| w.parties.first())
                    .copied(),
            );
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// How many occurrences of a class a history may hold.
    fn copies(&self, class: Happening) -> usize {
        let p = self.protocol;
        let repeats = match class {
            Happening::Held(m) | Happening::Booked(m) | Happening::Due(m) | Happening::Cancelled(m) => {
                p.meetings.get(m.index()).is_some_and(|m| m.repeats)
            }
            Happening::Happens(e) => p.events.get(e.index()).is_some_and(|e| e.repeats),
            Happening::Decided(d) => p
                .decisions
                .get(d.index())
                .is_some_and(|d| self.is_asked_again(&d.guard, d.at.as_ref())),
            class => {
                let asking = p.rules.iter().enumerate().filter(|(at, rule)| match &rule.body {
                    Body::Norm {
                        act,
                        modal: Modal::Must | Modal::Should,
                        ..
                    } => class_of(act).unwrap_or(Happening::Done(RuleId(number(*at)))) == class,
                    _ => false,
                });
                // Each rule that asks for it may need one of its own.
                return asking
                    .map(|(_, rule)| {
                        if self.is_asked_again(&rule.guard, None) {
                            REPEATS
                        } else {
                            1
                        }
                    })
                    .sum::<usize>()
                    .clamp(1, REPEATS + 1);
            }
        };
        if repeats { REPEATS } else { 1 }
    }

    fn is_asked_again(&self, guard: &Guard, at: Option<&Which>) -> bool {
        let each = |o: Ordinal| matches!(o, Ordinal::Each | Ordinal::EachLater | Ordinal::Any);
        let twice = |m: &Moment| each(m.ordinal) && self.copies_of_moment(m.what);
        if guard.when.is_empty() {
            at.is_some_and(|w| {
                each(w.ordinal) && self.protocol.meetings.get(w.meeting.index()).is_some_and(|m| m.repeats)
            })
        } else {
            guard.when.iter().flat_map(|m| &m.any).any(twice)
        }
    }

    fn copies_of_moment(&self, class: Happening) -> bool {
        match class {
            Happening::Held(m) => self
                .kinds_below(m)
                .into_iter()
                .any(|m| self.protocol.meetings.get(m.index()).is_some_and(|m| m.repeats)),
            Happening::Happens(e) => self.protocol.events.get(e.index()).is_some_and(|e| e.repeats),
            _ => false,
        }
    }

    /// A meeting and every meeting that counts as it.
    pub fn kinds_below(&self, kind: MeetingId) -> Vec<MeetingId> {
        let meetings = &self.protocol.meetings;
        let mut out = vec![kind];
        let mut at = 0;
        while let Some(&k) = out.get(at) {
            for (m, meeting) in meetings.iter().enumerate() {
                let id = MeetingId(number(m));
                if meeting.counts_as.contains(&k) && !out.contains(&id) {
                    out.push(id);
                }
            }
            at += 1;
        }
        out
    }

    /// Whether `party` counts as `wanted`.
    pub fn counts_as(&self, party: Party, wanted: Party) -> bool {
        match (party, wanted) {
            (Party::Meeting(a), Party::Meeting(b)) => self.kinds_below(b).contains(&a),
            (Party::Role(a), Party::Role(b)) => {
                let mut seen = vec![a];
                let mut at = 0;
                while let Some(&role) = seen.get(at) {
                    if role == b {
                        return true;
                    }
                    for &up in self.protocol.roles.get(role.index()).map_or(&[][..], |r| &r.counts_as) {
                        if !seen.contains(&up) {
                            seen.push(up);
                        }
                    }
                    at += 1;
                }
                false
            }
            _ => false,
        }
    }

    /// Whether `party` counts as one of `who`.
    pub fn counts_as_one(&self, party: Party, who: &Who) -> bool {
        who.parties.iter().any(|wanted| self.counts_as(party, *wanted))
    }

    /// Instances of a class, in order.
    pub fn of_class(&self, class: Happening) -> impl Iterator<Item = &Instance> {
        self.classes
            .get(&class)
            .into_iter()
            .flatten()
            .filter_map(|at| self.instances.get(*at))
    }

    /// What sets a status.
    pub fn set_by(&self, status: StatusId) -> impl Iterator<Item = &Setting> {
        self.settings.get(&status).into_iter().flatten()
    }

    /// What the outside times.
    pub fn outside(&self) -> impl Iterator<Item = Point> {
        let outside = |x: &Point| self.net.points.get(x.0 as usize).is_some_and(|info| !info.own);
        self.instances.iter().map(|i| i.at).filter(outside)
    }

    /// The instance at a point.
    pub fn instance(&self, at: Point) -> Option<&Instance> {
        self.instances.get(at.0 as usize)
    }

    fn order_instances(&mut self) {
        let mut out = Vec::new();
        for members in self.classes.values() {
            for pair in members.windows(2) {
                if let [a, b] = pair {
                    let (a, b) = (self.instances[*a].at, self.instances[*b].at);
                    out.push(any([Lit::Occurs(b, false).into(), Lit::Before(a, b).into()]));
                }
            }
        }
        self.structure.extend(out.into_iter().map(|f| (STRUCTURE, f)));
    }

    /// An own act occurs only where some rule asks for it or allows it: the authority acts by its rules.
    fn license(&mut self) {
        let mut by_class: BTreeMap<Happening, Vec<Formula>> = BTreeMap::new();
        let mut own: Vec<(Point, Happening)> = Vec::new();
        for instance in &self.instances {
            if self.net.points[instance.at.0 as usize].own
                && !instance.doers.is_empty() | !matches!(instance.class, Happening::Happens(_))
            {
                own.push((instance.at, instance.class));
            }
        }
        for (at, class) in own {
            if matches!(class, Happening::Due(_) | Happening::Happens(_)) {
                continue;
            }
            let mut ways = Vec::new();
            for norm in norms(self.protocol) {
                if self.asks_for(norm, class) {
                    ways.extend(self.license_by(norm, at));
                }
            }
            by_class.entry(class).or_default();
            let formula = any(std::iter::once(Formula::from(Lit::Occurs(at, false))).chain(ways));
            if !formula.is_true() {
                self.structure.push((STRUCTURE, formula));
            }
        }
    }

    fn asks_for(&self, norm: NormId, class: Happening) -> bool {
        match norm {
            NormId::Decision(d) => class == Happening::Decided(d),
            NormId::Rule(r) => match self.protocol.rules.get(r.index()).map(|rule| &rule.body) {
                Some(Body::Norm {
                    modal: Modal::Must | Modal::Should | Modal::May,
                    act,
                    ..
                }) => {
                    let asked = class_of(act).unwrap_or(Happening::Done(r));
                    match (asked, class) {
                        (Happening::Held(kind), Happening::Held(m)) => self.kinds_below(kind).contains(&m),
                        (Happening::Held(kind), Happening::Booked(m) | Happening::Cancelled(m)) => kind == m,
                        (a, b) => a == b,
                    }
                }
                _ => false,
            },
        }
    }

    fn license_by(&mut self, norm: NormId, act: Point) -> Vec<Formula> {
        // A notice before X is engaged by X but is done before it: it may be done at any time.
        if self.engaged_by_later(norm) {
            return vec![Formula::TRUE];
        }
        // A decision that nothing engages may be taken at any time.
        if matches!(norm, NormId::Decision(_)) && !self.is_triggered(norm) {
            return vec![Formula::TRUE];
        }
        let mut ways = Vec::new();
        for t in self.triggers(norm) {
            let already = self.already_done(norm, &t);
            let by_then = match t.at {
                Some(at) if at != act => all([Lit::Occurs(at, true).into(), Lit::Before(at, act).into()]),
                _ => Formula::TRUE,
            };
            ways.push(all([by_then, t.cond, self.net.not(&already)]));
        }
        ways
    }

    /// A meeting is booked for a day on which holding it would still be in time.
    fn plan_due_dates(&mut self) {
        let p = self.protocol;
        let dues: Vec<(Point, MeetingId, usize)> = self
            .instances
            .iter()
            .filter_map(|i| match i.class {
                Happening::Due(m) => Some((i.at, m, i.number)),
                _ => None,
            })
            .collect();
        for (due, meeting, number) in dues {
            let held = self.of_class(Happening::Held(meeting)).nth(number).map(|i| i.at);
            if let Some(held) = held {
                // Booked for the day on which it is held, if it is.
                let same = all([
                    Lit::Occurs(due, true).into(),
                    Lit::Le(due, self.net.identity, held).into(),
                    Lit::Le(held, self.net.identity, due).into(),
                ]);
                self.structure
                    .push((STRUCTURE, any([Lit::Occurs(held, false).into(), same])));
            }
            for (at, rule) in p.rules.iter().enumerate() {
                let Body::Norm {
                    act: Act::Hold(which),
                    modal: Modal::Must | Modal::Should,
                    ..
                } = &rule.body
                else {
                    continue;
                };
                if which.meeting != meeting {
                    continue;
                }
                let norm = NormId::Rule(RuleId(super::ground::number(at)));
                if let Some(formula) = self.due_in_time(norm, due, held, number) {
                    let tag = tag(p, norm);
                    // Held late, it was booked late; but nobody books what nobody has to hold any more.
                    let free = held.map_or(Formula::FALSE, |held| {
                        let stands = self.cond(&rule.guard.while_, Stand::Before(held));
                        all([Lit::Occurs(held, true).into(), stands])
                    });
                    self.structure
                        .push((tag, any([Lit::Occurs(due, false).into(), free, formula])));
                }
            }
        }
    }
}

/// A duty that can be kept on the day that engages it, whatever else happens, as long as nobody waits for its act: its
/// limits are no limits, or count on from the moment that engages it.
fn is_easy(rule: &crate::model::Rule) -> bool {
    let own = |m: &Moments| rule.guard.when.is_empty() || rule.guard.when.iter().any(|w| w.any == m.any);
    let dated = rule
        .limits
        .iter()
        .filter(|l| !matches!(l.kind, LimitKind::Unstated | LimitKind::Urgency(_)))
        .count();
    dated <= 1
        && rule.limits.iter().all(|l| match &l.kind {
            LimitKind::Unstated | LimitKind::Urgency(_) => true,
            LimitKind::Within(_, m) => own(m),
            LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) => rule.guard.when.is_empty() || own(m),
            LimitKind::StraightAfter(m) | LimitKind::After(m) => own(m),
            _ => false,
        })
}

/// Whether values are those of a yes/no item.
pub fn is_yes_no(values: &[String]) -> bool {
    matches!(values, [no, yes] if no == "no" && yes == "yes")
}

pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn mention(moment: &Moment, out: &mut BTreeSet<Happening>) {
    out.insert(moment.what);
    if let Some(since) = &moment.since {
        mention(since, out);
    }
}

fn mention_guard(guard: &Guard, out: &mut BTreeSet<Happening>) {
    guard.when.iter().flat_map(|m| &m.any).for_each(|m| mention(m, out));
    mention_cond(&guard.while_, out);
    mention_cond(&guard.if_, out);
    guard.unless.iter().for_each(|c| mention_cond(c, out));
}

fn mention_cond(cond: &crate::model::Cond, out: &mut BTreeSet<Happening>) {
    use crate::model::Cond;
    match cond {
        Cond::Happened(m, _) => mention(m, out),
        Cond::Before(a, b, _) => {
            mention(a, out);
            mention(b, out);
        }
        Cond::Not(inner) => mention_cond(inner, out),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| mention_cond(c, out)),
        Cond::True | Cond::Factor(..) | Cond::Status(..) | Cond::Term(..) => {}
    }
}

fn mention_limit(limit: &LimitKind, out: &mut BTreeSet<Happening>) {
    match limit {
        LimitKind::Within(_, m)
        | LimitKind::AtLeastBefore(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::Until(m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::Before(m)
        | LimitKind::After(m) => m.any.iter().for_each(|m| mention(m, out)),
        LimitKind::At(w) => {
            out.insert(Happening::Held(w.meeting));
            if let Some(since) = &w.since {
                mention(since, out);
            }
        }
        LimitKind::Unstated | LimitKind::Urgency(_) => {}
    }
}

/// The factor of a choice, if it is one.
pub fn factor_of(ground: &Ground<'_>, choice: Choice) -> Option<FactorId> {
    ground
        .factors
        .iter()
        .position(|c| *c == choice)
        .map(|at| FactorId(number(at)))
}

/// Whether a factor is a reading.
pub fn is_reading(protocol: &Protocol, factor: FactorId) -> bool {
    protocol
        .factors
        .get(factor.index())
        .is_some_and(|f| matches!(f.kind, FactorKind::Reading))
}
