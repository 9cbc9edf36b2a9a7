//! What was meant: typed roles, statuses, happenings, norms and decisions, with names resolved to ids and sugar gone.
//! In: nothing (plain data, built by `resolve`). Out: what every later room reads. No text of a source is looked at here.

mod history;
mod items;
mod moments;
mod norms;
mod scenarios;
pub mod words;

pub use crate::ast::{Bound, Modal, Ordinal, Standing, Verified};
pub use history::{Confirmation, History, NormId, Occurrence, Verdict, VerdictKind};
pub use items::{
    Background, Document, Event, Factor, FactorKind, Meeting, Party, Role, Saying, Setter, Status, Term, Who,
};
pub use moments::{Cond, Guard, Happening, Moment, Moments, Which};
pub use norms::{Act, Body, Choice, Decision, Departure, Length, Limit, LimitKind, Rule, Subject, Thing};
pub use scenarios::{Expectation, Expected, Scenario};

use crate::source::{FileId, Span};
use crate::time::{Day, Weekday};

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
    /// Rules whose acts, of no class of their own, are one and the same occurrence: what is done of the key is done of the value.
    /// Only where texts are held against each other.
    pub done_as: std::collections::BTreeMap<RuleId, RuleId>,
}

impl Protocol {
    /// What a norm has in common with every item.
    pub fn origin(&self, norm: NormId) -> Option<&Origin> {
        match norm {
            NormId::Rule(r) => self.rules.get(r.index()).map(|r| &r.origin),
            NormId::Decision(d) => self.decisions.get(d.index()).map(|d| &d.origin),
        }
    }

    /// A norm as the protocol itself names it: `discharge`, `care-planning-2010.first-care-review-in-20-days`.
    pub fn named(&self, norm: NormId) -> String {
        let Some(origin) = self.origin(norm) else {
            return String::new();
        };
        match self.modules.get(origin.module.index()) {
            Some(m) if !m.local => format!("{}.{}", m.name, origin.name),
            _ => origin.name.clone(),
        }
    }
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
    pub verified: Option<Verified>,
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
    /// Stands beside the others to be held against them, as another version of them: waives nothing of theirs, nor they of it.
    pub apart: bool,
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
