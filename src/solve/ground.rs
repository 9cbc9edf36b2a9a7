//! From a protocol to a net: one point for each thing that may occur, one choice for each thing a case or a plan fixes.
//! In: a model and its calendar. Out: a [`Ground`], on which `states`, `moments` and `norms` write formulas.

use std::collections::{BTreeMap, BTreeSet};

use super::announced::Announced;
use super::index::Index;
use super::moments::Known;
use super::net::{Choice, Formula, Lit, Net, Point, STRUCTURE, TableId, Tag, any};
use super::runs::Home;
use crate::calendar::{Calendar, Tables};
use crate::model::{
    Act, Body, Cond, Decision, DecisionId, FactorId, FactorKind, Happening, MeetingId, Modal, NormId, Party, Protocol,
    RuleId, StatusId, ValueId,
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
    /// For a decision: which outcome is chosen.
    pub outcome: Option<Choice>,
    /// For a decision with options that are not always open: which outcome the merits call for. It is the one chosen where
    /// it is open; where it is not, it says nothing.
    pub merits: Option<Choice>,
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

/// What a protocol is made ready for, beyond what it says.
#[derive(Default)]
struct Aim {
    once: BTreeSet<Happening>,
    occurred: Option<BTreeMap<Happening, usize>>,
    asked_about: BTreeSet<Happening>,
    announced: (usize, Option<i32>),
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
    /// Which of these only put points in order: they bind nothing together that other formulas do not.
    pub(super) loose: BTreeSet<usize>,
    /// Which of these tie what is done to the case: by licence, or because the merits decide.
    pub(super) by_case: BTreeSet<usize>,
    /// For each act that a rule has to ask for or allow, that one does.
    pub(super) licences: BTreeMap<Point, Formula>,
    /// Classes of which a history holds at most one, whatever the protocol says.
    pub(super) once: BTreeSet<Happening>,
    /// Classes that are points though nobody waits for them: what is asked turns on them.
    pub(super) asked_about: BTreeSet<Happening>,
    /// For one case: how often each class has occurred in it. Then every duty's act has a point, so that it has a day.
    pub(super) occurred: Option<BTreeMap<Happening, usize>>,
    /// Working days that may yet be made days off.
    pub(super) announced: Announced,
    /// For each booking of a meeting whose day a condition asks for, the day for which it is booked.
    pub(super) booked_for: BTreeMap<Point, Point>,
    /// Which rules speak of what.
    pub(super) index: Index,
    /// Where a history is looked at so far: what lies before it has occurred, nothing after it has.
    pub now: Point,
    /// What keeps a history in one run of the axis, if that has several.
    pub(super) home: Option<Home>,
    pub(super) tables: Tables<'p>,
    pub(super) table_ids: BTreeMap<(Duration, bool), TableId>,
    /// Tables of one value, by that value.
    pub(super) constants: BTreeMap<i32, TableId>,
    /// Tables composed of two: the first of the second.
    pub(super) joined: BTreeMap<(TableId, TableId), TableId>,
    /// Formulas that were written down already.
    pub(super) known: Known,
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
        Act::Send(d, ..) => Happening::Sent(*d),
        Act::Decide(d) => Happening::Decided(*d),
        Act::Allocate(r) => Happening::Allocated(*r),
        Act::Begin(s) => Happening::Begins(*s),
        Act::End(s) => Happening::Ends(*s),
        _ => return None,
    })
}

/// The class of what a rule's act is: one that others may be too, or *the rule is done*.
pub fn occurrence_of(protocol: &Protocol, rule: RuleId, act: &Act) -> Happening {
    let done = || Happening::Done(protocol.done_as.get(&rule).copied().unwrap_or(rule));
    class_of(act).unwrap_or_else(done)
}

/// Value index of *yes* and *no* of a yes/no status or factor.
pub const YES: ValueId = ValueId(1);
/// See [`YES`].
pub const NO: ValueId = ValueId(0);

impl<'p> Ground<'p> {
    /// Makes a protocol ready.
    pub fn new(protocol: &'p Protocol, calendar: &'p Calendar) -> Ground<'p> {
        Ground::build(protocol, calendar, Aim::default())
    }

    /// The same where up to so many working days may yet be made days off, none of them before an axis day.
    pub fn announcing(protocol: &'p Protocol, calendar: &'p Calendar, count: usize, from: Option<i32>) -> Ground<'p> {
        let announced = (count, from);
        Ground::build(
            protocol,
            calendar,
            Aim {
                announced,
                ..Aim::default()
            },
        )
    }

    /// The same where what these rules ask for has a day even if nobody waits for it.
    pub fn asking_about(protocol: &'p Protocol, calendar: &'p Calendar, rules: &BTreeSet<RuleId>) -> Ground<'p> {
        let acts = rules
            .iter()
            .filter_map(|rule| match protocol.rules.get(rule.index()).map(|r| &r.body) {
                Some(Body::Norm { act, .. }) if !matches!(act, Act::Chair(_)) => {
                    Some(occurrence_of(protocol, *rule, act))
                }
                _ => None,
            });
        let asked_about = acts.collect();
        Ground::build(
            protocol,
            calendar,
            Aim {
                asked_about,
                ..Aim::default()
            },
        )
    }

    /// The same as if what is of these classes occurred at most once.
    pub fn with_once(protocol: &'p Protocol, calendar: &'p Calendar, once: BTreeSet<Happening>) -> Ground<'p> {
        Ground::build(protocol, calendar, Aim { once, ..Aim::default() })
    }

    /// The same for one case, in which each class (as [`Ground::primitive`] names it) has occurred so often: what has occurred
    /// needs no rule that allows it, what repeats may still occur twice, and the act of every duty is a point.
    pub fn of_case(protocol: &'p Protocol, calendar: &'p Calendar, occurred: BTreeMap<Happening, usize>) -> Ground<'p> {
        let occurred = Some(occurred);
        Ground::build(
            protocol,
            calendar,
            Aim {
                occurred,
                ..Aim::default()
            },
        )
    }

    fn build(protocol: &'p Protocol, calendar: &'p Calendar, aim: Aim) -> Ground<'p> {
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
            loose: BTreeSet::new(),
            by_case: BTreeSet::new(),
            licences: BTreeMap::new(),
            once: aim.once,
            asked_about: aim.asked_about,
            occurred: aim.occurred,
            announced: Announced::default(),
            booked_for: BTreeMap::new(),
            index: Index::of(protocol),
            now: Point(0),
            home: None,
            tables: Tables::new(calendar),
            table_ids: BTreeMap::new(),
            constants: BTreeMap::new(),
            joined: BTreeMap::new(),
            known: Known::default(),
        };
        ground.add_choices();
        ground.add_instances();
        ground.announce(aim.announced);
        ground.order_instances();
        ground.set_days();
        ground.add_settings();
        ground.follow_merits();
        ground.license();
        ground.attend_what_is_held();
        ground.place_misses();
        ground.plan_due_dates();
        ground.keep_bookings();
        ground.now = ground.net.point(true);
        ground.home = Home::of(&mut ground);
        // What was written before all was ready may be less than there is.
        ground.known = Known::default();
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

    fn add_instances(&mut self) {
        let mentioned = self.mentioned();
        let derived = self.derived_statuses();
        let mut primitive: BTreeSet<Happening> = BTreeSet::new();
        for class in mentioned {
            match class {
                Happening::Outcome(d, _) => {
                    primitive.insert(Happening::Decided(d));
                }
                Happening::Missed(rule) if !self.can_be_missed(rule) => {}
                Happening::Done(rule) => {
                    if let Some(Body::Norm { act, .. }) = self.protocol.rules.get(rule.index()).map(|r| &r.body) {
                        primitive.insert(occurrence_of(self.protocol, rule, act));
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
        primitive.extend(self.of_this_case());
        primitive.extend(self.asked_about.iter().copied().filter(|c| !is_change(*c)));
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
                && self.times(class) == 0
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
        let decision = match class {
            Happening::Decided(d) => self.protocol.decisions.get(d.index()),
            _ => None,
        };
        let guarded = |d: &Decision| d.options.iter().any(|o| o.if_ != Cond::True || !o.unless.is_empty());
        let is_guarded = decision.is_some_and(guarded);
        let outcome = decision.map(|d| self.net.choice(d.options.len().max(1), !is_guarded));
        let merits = decision
            .filter(|_| is_guarded)
            .map(|d| self.net.choice(d.options.len().max(1), true));
        let chair = matches!(class, Happening::Held(_)).then(|| self.net.choice(self.chairs.len() + 1, false));
        self.classes.entry(class).or_default().push(self.instances.len());
        self.instances.push(Instance {
            at,
            class,
            number,
            doers,
            doer,
            outcome,
            merits,
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
}

/// Whether it is a change of a status: a point of its own only where nothing else brings it about.
fn is_change(class: Happening) -> bool {
    matches!(
        class,
        Happening::Begins(_) | Happening::Ends(_) | Happening::Becomes(..)
    )
}

/// Whether values are those of a yes/no item.
pub fn is_yes_no(values: &[String]) -> bool {
    matches!(values, [no, yes] if no == "no" && yes == "yes")
}

pub(super) fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
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
