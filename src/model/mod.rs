//! What was meant: typed roles, statuses, happenings, norms and decisions, with names resolved to ids and sugar gone.
//! In: nothing (plain data, built by `resolve`). Out: what every later room reads. No text of a source is looked at here.

mod history;
pub mod words;

pub use history::{Confirmation, History, NormId, Occurrence, Verdict, VerdictKind};

use crate::source::{FileId, Span};
use crate::time::{Day, Duration, Weekday};

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident;)*) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)] pub struct $id(pub u32);
        impl $id { /// As an index into its arena.
            pub fn index(self) -> usize { self.0 as usize } })*
    };
}
ids! {
    /// A file of the protocol: the local one or a base.
    ModuleId; /// A role, or a body that is not a meeting.
    RoleId; /// A fact, judgement, reading, or the words of a quoted condition: what a case fixes.
    FactorId; /// A status.
    StatusId; /// An event.
    EventId; /// A meeting.
    MeetingId; /// A document.
    DocumentId; /// A decision.
    DecisionId; /// A rule.
    RuleId; /// A named condition.
    TermId; /// A registered text.
    SourceId;
}

/// Position of a value in the `values` of a factor or status, or of an option in a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(pub u32);

/// A whole protocol: the local file, the files beside it and every base they use.
#[derive(Debug, Clone, Default)]
pub struct Protocol {
    /// Files, in dependency order: what is used comes first.
    pub modules: Vec<Module>,
    /// Registered texts.
    pub sources: Vec<TextSource>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Facts, judgements, readings and quoted conditions.
    pub factors: Vec<Factor>,
    /// Statuses.
    pub statuses: Vec<Status>,
    /// Events.
    pub events: Vec<Event>,
    /// Meetings.
    pub meetings: Vec<Meeting>,
    /// Documents.
    pub documents: Vec<Document>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// Terms.
    pub terms: Vec<Term>,
    /// Statements that carry no rule.
    pub backgrounds: Vec<Background>,
    /// The calendar in use.
    pub calendar: CalendarDef,
}

/// What every item has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file's module.
    pub module: ModuleId,
    /// Its name as declared (unqualified).
    pub name: String,
    /// Its label, or its name with hyphens read as spaces.
    pub label: String,
    /// The item's head line.
    pub span: Span,
    /// Its citations.
    pub cites: Vec<Citation>,
}

/// One `cites` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The registered text, if `source` is declared for it (a module is its own source).
    pub source: Option<SourceId>,
    /// As written: source name and place, such as `stoke 03.4`.
    pub text: String,
    /// Statement ids.
    pub statements: Vec<String>,
    /// How well the wording was verified; none for local protocols.
    pub verified: Option<crate::ast::Verified>,
    /// Where it stands.
    pub span: Span,
}

/// Rank of a module. A higher rank stands above a lower one: `Local < Guidance < Regulation < Statute`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// A protocol of an authority.
    Local,
    /// Statutory guidance.
    Guidance,
    /// Secondary legislation.
    Regulation,
    /// An Act.
    Statute,
}

/// A file that declares items.
#[derive(Debug, Clone)]
pub struct Module {
    /// Its name.
    pub name: String,
    /// Its title.
    pub label: String,
    /// Its file.
    pub file: FileId,
    /// The head line.
    pub span: Span,
    /// Its rank.
    pub rank: Rank,
    /// Whether this is (part of) the protocol under examination rather than a base or vocabulary it uses.
    pub local: bool,
    /// Bases it says it implements.
    pub implements: Vec<ModuleId>,
    /// In force from (inclusive) and until (exclusive).
    pub in_force: (Option<Day>, Option<Day>),
    /// The authority, as a text.
    pub authority: Option<String>,
}

/// A registered text: what is cited.
#[derive(Debug, Clone)]
pub struct TextSource {
    /// Common part.
    pub origin: Origin,
    /// In force from (inclusive) and until (exclusive).
    pub in_force: (Option<Day>, Option<Day>),
    /// What replaced it.
    pub replaced_by: Option<SourceId>,
    /// Edition date.
    pub edition: Option<Day>,
    /// Date its next review is due.
    pub review_due: Option<Day>,
}

/// A role.
#[derive(Debug, Clone)]
pub struct Role {
    /// Common part.
    pub origin: Origin,
    /// Not ours to control.
    pub outside: bool,
    /// Several holders.
    pub many: bool,
    /// Roles this one counts as (`counts as`, `kind of`, `same as` both ways), not transitively closed.
    pub counts_as: Vec<RoleId>,
}

/// What a case fixes for good.
#[derive(Debug, Clone)]
pub struct Factor {
    /// Common part.
    pub origin: Origin,
    /// Which sort.
    pub kind: FactorKind,
    /// Names of its values; a yes/no factor has `no`, `yes` in this order.
    pub values: Vec<String>,
}

/// Sorts of factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorKind {
    /// A `fact`.
    Fact,
    /// A `judgement`; none: `judged by unstated`.
    Judgement(Option<Who>),
    /// A `reading`, or an `or perhaps` on the spot.
    Reading,
    /// A quoted condition, one per text and module.
    Quoted,
}

/// A status.
#[derive(Debug, Clone)]
pub struct Status {
    /// Common part.
    pub origin: Origin,
    /// Names of its values; a yes/no status has `no`, `yes` in this order.
    pub values: Vec<String>,
    /// The value before anything sets it; none if the case may start with any of them.
    pub starts_as: Option<ValueId>,
    /// Must never be left with no rule that governs it.
    pub protects: bool,
    /// What sets it, as declared on the status itself (rules' effects and acts, and options, also set it).
    pub setters: Vec<Setter>,
}

/// `begins when`, `ends when`, `becomes V when` of a status.
#[derive(Debug, Clone)]
pub struct Setter {
    /// The moment.
    pub when: Moments,
    /// The value it sets.
    pub value: ValueId,
    /// The line.
    pub span: Span,
}

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Common part.
    pub origin: Origin,
    /// Who causes it; none: unstated or not said.
    pub caused_by: Option<Who>,
    /// It may happen more than once.
    pub repeats: bool,
}

/// A meeting, any talk, or a body that decides.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// Common part.
    pub origin: Origin,
    /// It may be held more than once.
    pub repeats: bool,
    /// Kinds it counts as (`kind of`, `counts as`, `combines`), not transitively closed.
    pub counts_as: Vec<MeetingId>,
    /// Who chairs it as declared here.
    pub chaired_by: Slot<Who>,
    /// Who attends.
    pub attended_by: Slot<Who>,
    /// Its quorum in words.
    pub quorum: Slot<String>,
    /// What it is about.
    pub about: Option<String>,
}

/// A slot that may be filled, declared unstated, or not written at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot<T> {
    /// Filled.
    Given(T),
    /// `unstated`, at this place.
    Unstated(Span),
    /// Not written.
    Absent,
}

impl<T> Slot<T> {
    /// What fills it.
    pub fn given(&self) -> Option<&T> {
        match self {
            Slot::Given(t) => Some(t),
            _ => None,
        }
    }
}

/// A document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Common part.
    pub origin: Origin,
    /// What it must, should or may say.
    pub says: Vec<Saying>,
}

/// A `must say` line.
#[derive(Debug, Clone)]
pub struct Saying {
    /// Must, should or may.
    pub force: Modal,
    /// The content.
    pub text: String,
    /// When it applies.
    pub guard: Guard,
    /// Citations of the line itself.
    pub cites: Vec<Citation>,
    /// The line.
    pub span: Span,
}

/// A named condition.
#[derive(Debug, Clone)]
pub struct Term {
    /// Common part.
    pub origin: Origin,
    /// What it means.
    pub means: Cond,
}

/// A statement without a rule.
#[derive(Debug, Clone)]
pub struct Background {
    /// Common part; the name is empty.
    pub origin: Origin,
    /// Texts it refers to.
    pub refers_to: Vec<(SourceId, Span)>,
}

/// Parties, jointly or in the alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The parties.
    pub parties: Vec<Party>,
    /// Either will do.
    pub either: bool,
    /// Where it is written.
    pub span: Span,
}

/// One party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// A role.
    Role(RoleId),
    /// A meeting that decides or acts.
    Meeting(MeetingId),
}

/// A class of things that occur, each at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Happening {
    /// A yes/no status begins.
    Begins(StatusId),
    /// A yes/no status ends.
    Ends(StatusId),
    /// A status takes a value.
    Becomes(StatusId, ValueId),
    /// An event happens.
    Happens(EventId),
    /// A meeting is held.
    Held(MeetingId),
    /// A meeting is booked.
    Booked(MeetingId),
    /// The day a meeting is booked for.
    Due(MeetingId),
    /// A meeting is cancelled.
    Cancelled(MeetingId),
    /// A document is sent.
    Sent(DocumentId),
    /// A document is received.
    Received(DocumentId),
    /// A decision is taken.
    Decided(DecisionId),
    /// A decision is taken with this outcome.
    Outcome(DecisionId, ValueId),
    /// A role is filled.
    Allocated(RoleId),
    /// A rule's act is done.
    Done(RuleId),
    /// A rule's limit passes without its act.
    Missed(RuleId),
}

/// One candidate or several (`or perhaps`), told apart by a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moments {
    /// The candidates in order; at least one.
    pub any: Vec<Moment>,
    /// The reading that tells which, where there are several: value `i` is candidate `i`; one value more if
    /// `perhaps_unstated`.
    pub reading: Option<FactorId>,
    /// `or perhaps unstated`.
    pub perhaps_unstated: bool,
    /// Where it is written.
    pub span: Span,
}

/// An occurrence of a class, picked out by an ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Which of them; `Any` where it does not repeat.
    pub ordinal: Ordinal,
    /// What occurs.
    pub what: Happening,
    /// Counted since this moment.
    pub since: Option<Box<Moment>>,
    /// Where it is written.
    pub span: Span,
}

pub use crate::ast::{Modal, Ordinal, Verified};

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cond {
    /// Always.
    True,
    /// A factor has one of these values.
    Factor(FactorId, Vec<ValueId>, Span),
    /// A status has one of these values, just before the moment of the test.
    Status(StatusId, Vec<ValueId>, Span),
    /// It has already happened.
    Happened(Moment, Span),
    /// The first happened, and before the second (which may be yet to come).
    Before(Moment, Moment, Span),
    /// A term, by name; its meaning is in the arena.
    Term(TermId, Span),
    /// Not.
    Not(Box<Cond>),
    /// All of them.
    All(Vec<Cond>),
    /// Any of them.
    Any(Vec<Cond>),
}

/// When a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Moments that engage it, in the alternative; empty: the first time slot's anchor does.
    pub when: Vec<Moments>,
    /// Lapses when this becomes false.
    pub while_: Cond,
    /// Tested at the moment that engages it.
    pub if_: Cond,
    /// Separate exceptions; tested at the trigger for a duty, at the act for a prohibition.
    pub unless: Vec<Cond>,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Common part.
    pub origin: Origin,
    /// When.
    pub guard: Guard,
    /// What.
    pub body: Body,
    /// Limits in time, in order.
    pub limits: Vec<Limit>,
    /// Rules it is an exception to.
    pub exception_to: Vec<RuleId>,
    /// The base rule it departs from, why, until when.
    pub departs_from: Option<Departure>,
    /// The base rule it replaces.
    pub replaces: Vec<RuleId>,
    /// In force from (inclusive) and until (exclusive).
    pub in_force: (Option<Day>, Option<Day>),
    /// Texts it refers to.
    pub refers_to: Vec<(SourceId, Span)>,
    /// Whole item.
    pub whole: Span,
    /// The sentence, effect or presumption line.
    pub body_span: Span,
}

/// `departs from ... because ... expires ...`.
#[derive(Debug, Clone)]
pub struct Departure {
    /// The base rule.
    pub from: RuleId,
    /// The reason given.
    pub because: Option<String>,
    /// First day it no longer holds.
    pub expires: Option<Day>,
    /// The line.
    pub span: Span,
}

/// What a rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// SUBJECT MODAL ACT.
    Norm {
        /// Who.
        subject: Subject,
        /// With what force.
        modal: Modal,
        /// To do what.
        act: Act,
    },
    /// It happens by itself.
    Effect(StatusId, ValueId),
    /// Usual, not required.
    Presume(Cond),
}

/// The subject of a norm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A named holder or holders.
    The(Who),
    /// Every holder.
    Each(Who),
    /// One who wishes.
    Any(Who),
    /// An exclusive power.
    Only(Who),
    /// No one at all.
    Nobody,
    /// The owner is missing.
    Someone,
}

impl Subject {
    /// Who is named, if anybody is.
    pub fn who(&self) -> Option<&Who> {
        match self {
            Subject::The(w) | Subject::Each(w) | Subject::Any(w) | Subject::Only(w) => Some(w),
            Subject::Nobody | Subject::Someone => None,
        }
    }
}

/// What an act is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Thing {
    /// A decision.
    Decision(DecisionId),
    /// A change of a status to this value.
    Change(StatusId, ValueId),
    /// An event or document or factor or rule, by what it is called.
    Named(String),
    /// A document.
    Document(DocumentId),
    /// An event.
    Event(EventId),
    /// Quoted words.
    Quoted(String),
}

/// Acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Quoted: an occurrence with no effect.
    Quoted(String),
    /// Hold a meeting.
    Hold(Which),
    /// Book it.
    Book(Which),
    /// Cancel it.
    Cancel(Which),
    /// Attend it.
    Attend(Which),
    /// Chair it.
    Chair(Which),
    /// Send a document.
    Send(DocumentId, Who),
    /// Notify.
    Notify(Who, Thing),
    /// Ask for.
    Ask(Who, Thing),
    /// Consult on.
    Consult(Who, Thing),
    /// Record in.
    Record(Thing, DocumentId),
    /// Consider (never deciding).
    Consider(Thing),
    /// Carry out.
    CarryOut(Thing),
    /// Take a decision.
    Decide(DecisionId),
    /// Challenge.
    Challenge(Thing),
    /// Fill a role.
    Allocate(RoleId),
    /// Begin a status.
    Begin(StatusId),
    /// End a status.
    End(StatusId),
}

/// Which meeting: a meeting with an ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Which {
    /// Which of them.
    pub ordinal: Ordinal,
    /// The meeting.
    pub meeting: MeetingId,
    /// Counted since this moment.
    pub since: Option<Box<Moment>>,
    /// Where it is written.
    pub span: Span,
}

/// One or several durations (`or perhaps`), told apart by a reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    /// The candidates; at least one.
    pub any: Vec<Duration>,
    /// The reading that tells which, where there are several: value `i` is candidate `i`.
    pub reading: Option<FactorId>,
    /// The period's name, if it has one.
    pub period: Option<String>,
    /// Where it is written.
    pub span: Span,
}

/// A limit in time on the act (or on the decision).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What it says.
    pub kind: LimitKind,
    /// The line.
    pub span: Span,
}

/// Limits. "Y" is the act, "X" the moment named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitKind {
    /// `within unstated`: a declared gap; no upper limit.
    Unstated,
    /// `within D after X`: Y is no later than X + D, and not before X. The day of X is not counted.
    Within(Length, Moments),
    /// `at least D before X`: Y is no later than the D-th before X; `clear` adds one day.
    AtLeastBefore(Length, Moments),
    /// `at least D after X`: Y is not earlier than X + D.
    AtLeastAfter(Length, Moments),
    /// `until X` of a prohibition: ends when X occurs (X itself is allowed). Of a standing duty: it stops.
    Until(Moments),
    /// `until D after X`: ends on the day X + D (that day is allowed).
    UntilAfter(Length, Moments),
    /// `at M`: in that meeting: the same day, and after it begins.
    At(Which),
    /// Equal days.
    SameDay(Moments),
    /// After X; no number.
    StraightAfter(Moments),
    /// Not after X; the same day is allowed.
    Before(Moments),
    /// Not before X; the same day is allowed.
    After(Moments),
    /// The source's own word for urgency; never a number.
    Urgency(String),
}

/// A gate.
#[derive(Debug, Clone)]
pub struct Decision {
    /// Common part.
    pub origin: Origin,
    /// When it must be taken.
    pub guard: Guard,
    /// The meeting in which it is taken.
    pub at: Option<Which>,
    /// Who decides.
    pub decided_by: Slot<Who>,
    /// Whose assent is needed.
    pub agreed_by: Slot<Who>,
    /// Who recommends.
    pub advised_by: Slot<Who>,
    /// Who is consulted.
    pub consulting: Slot<Who>,
    /// What happens if they disagree: a role or decision, by name.
    pub deadlock: Slot<String>,
    /// Limits in time.
    pub limits: Vec<Limit>,
    /// Its options, in order.
    pub options: Vec<Choice>,
    /// `otherwise unstated`, at this place.
    pub otherwise_unstated: Option<Span>,
    /// Whole item.
    pub whole: Span,
}

/// An option of a decision.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// When it is open.
    pub if_: Cond,
    /// Exceptions.
    pub unless: Vec<Cond>,
    /// What it does: statuses set, with the line.
    pub effects: Vec<(StatusId, ValueId, Span)>,
    /// `then nothing` or `then unstated`.
    pub then: Slot<()>,
    /// Citations of its own.
    pub cites: Vec<Citation>,
    /// The option's head line.
    pub span: Span,
}

/// A calendar as written; `calendar` turns it into tables.
#[derive(Debug, Clone, Default)]
pub struct CalendarDef {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// First day of the axis, inclusive.
    pub known_from: Option<Day>,
    /// Last day whose holidays are published, inclusive; later ones are extrapolated by rule.
    pub published_until: Option<Day>,
    /// Last day of the axis, inclusive.
    pub known_until: Option<Day>,
    /// The day this edition was made.
    pub edition: Option<Day>,
    /// Weekend days.
    pub weekend: Vec<Weekday>,
    /// Standing rules, in order.
    pub holidays: Vec<crate::ast::Holiday>,
    /// One-off days.
    pub one_offs: Vec<(Day, String)>,
}
