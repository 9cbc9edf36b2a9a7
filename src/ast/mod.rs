//! What was written, with holes where it was broken: names are still strings, sugar is still there.
//! In: nothing (plain data). Out: what `resolve` reads. Every node carries its span.

mod conds;
mod scenario;
mod sentence;
mod times;

pub use conds::{Atom, AtomKind, Cond, Join, Moment, Moments, Occ, Order, Ordinal, State};
pub use scenario::{Bound, Expect, Given, On, Standing};
pub use sentence::{Act, ActKind, Modal, Party, Sentence, Subject, Thing, Who, WhoOrUnstated};
pub use times::{Holiday, HolidayRule, Length, Time};

use crate::source::{FileId, Span};
use crate::time::{Day, Weekday};

/// A node and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The node.
    pub node: T,
    /// Its place.
    pub span: Span,
}

/// A name as written.
pub type Name = Spanned<String>;
/// A quoted string, without its quotes.
pub type Text = Spanned<String>;

/// One file.
#[derive(Debug, Clone)]
pub struct File {
    /// Which file.
    pub file: FileId,
    /// Its items, in order; broken ones have `ItemKind::Broken`.
    pub items: Vec<Item>,
}

/// One item: a head line and its slots.
#[derive(Debug, Clone)]
pub struct Item {
    /// What kind of item.
    pub kind: Spanned<ItemKind>,
    /// Its name; absent for `background` and where it was broken.
    pub name: Option<Name>,
    /// Its label.
    pub label: Option<Text>,
    /// Its slots, in order, without those that belong to a part.
    pub slots: Vec<Slot>,
    /// Options, answers, `must say` lines: sub-items with slots of their own, in order.
    pub parts: Vec<Part>,
    /// A slot or the head was broken and has been reported: silence what would only follow from it.
    pub broken: bool,
    /// The whole item.
    pub span: Span,
}

/// The item keywords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// `protocol`
    Protocol,
    /// `base`
    Base,
    /// `source`
    Source,
    /// `calendar`
    Calendar,
    /// `role`
    Role,
    /// `fact`
    Fact,
    /// `judgement`
    Judgement,
    /// `reading`
    Reading,
    /// `period`
    Period,
    /// `term`
    Term,
    /// `status`
    Status,
    /// `event`
    Event,
    /// `meeting`
    Meeting,
    /// `document`
    Document,
    /// `decision`
    Decision,
    /// `rule`
    Rule,
    /// `background`
    Background,
    /// `scenario`
    Scenario,
    /// A head whose word is unknown and has been reported: only its name is kept, so that what refers to it is not
    /// reported as well.
    Broken,
}

/// A sub-item of a decision, a reading or a document.
#[derive(Debug, Clone)]
pub struct Part {
    /// Which.
    pub kind: Spanned<PartKind>,
    /// The name of an option or answer.
    pub name: Option<Name>,
    /// The label of an option or answer; the text of a `must say`.
    pub label: Option<Text>,
    /// Its slots.
    pub slots: Vec<Slot>,
    /// The whole part.
    pub span: Span,
}

/// Kinds of part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartKind {
    /// `option NAME`
    Option,
    /// `otherwise not stated`
    Otherwise,
    /// `answer NAME`
    Answer,
    /// `must say "..."`
    MustSay,
    /// `should say "..."`
    ShouldSay,
    /// `may say "..."`
    MaySay,
}

/// One slot line (with its continuation lines).
#[derive(Debug, Clone)]
pub struct Slot {
    /// What it says.
    pub node: SlotKind,
    /// The keyword alone, for messages about the slot itself.
    pub keyword: Span,
    /// The whole slot.
    pub span: Span,
}

/// Every slot of the language. Which item takes which slot is checked in `resolve`.
#[derive(Debug, Clone)]
pub enum SlotKind {
    // header, source
    /// `authority "..."`
    Authority(Text),
    /// `uses a, b`
    Uses(Vec<Name>),
    /// `implements a, b`
    Implements(Vec<Name>),
    /// `rank statute|regulation|guidance|local`
    Rank(Name),
    /// `file "..."`
    File(Text),
    /// `edition DATE`
    Edition(Spanned<Day>),
    /// `review due DATE`
    ReviewDue(Spanned<Day>),
    /// `in force from DATE`
    InForceFrom(Spanned<Day>),
    /// `in force until DATE` (exclusive: the first day it is no longer in force)
    InForceUntil(Spanned<Day>),
    /// `replaced by NAME`
    ReplacedBy(Name),
    // declarations
    /// `also called "...", "..."`
    AlsoCalled(Vec<Text>),
    /// `same as NAME`
    SameAs(Name),
    /// `kind of NAME`
    KindOf(Name),
    /// `counts as NAME`
    CountsAs(Name),
    /// `outside`
    Outside,
    /// `many`
    Many,
    /// `repeats`
    Repeats,
    /// `always governed`
    Protects,
    /// `one of a, b, c`
    OneOf(Vec<Name>),
    /// `starts as VALUE`: the value of a status before any occurrence sets it
    StartsAs(Name),
    /// `is DURATION or perhaps DURATION` of a period
    Is(Vec<Spanned<Length>>),
    /// `means COND`
    Means(Cond),
    /// `begins when MOMENT` of a status
    BeginsWhen(Moments),
    /// `ends when MOMENT` of a status
    EndsWhen(Moments),
    /// `becomes VALUE when MOMENT` of a status
    BecomesWhen(Name, Moments),
    /// `judged by WHO` or `not stated`
    JudgedBy(WhoOrUnstated),
    /// `comes from WHO` or `not stated`
    CausedBy(WhoOrUnstated),
    /// `chaired by WHO` or `not stated`
    ChairedBy(WhoOrUnstated),
    /// `attended by WHO` or `not stated`
    AttendedBy(WhoOrUnstated),
    /// `quorum "..."` or `not stated`
    Quorum(Option<Text>),
    /// `combines a, b`
    Combines(Vec<Name>),
    /// `for example "..."`
    ForExample(Text),
    /// `about "..."`
    About(Text),
    /// `because "..."`
    Because(Text),
    /// `refers to NAME`
    RefersTo(Name),
    // guards
    /// `when MOMENT or MOMENT ...`: any of them engages; each may be `A or perhaps B`; `X is one of V, W` is
    /// written out as one alternative a value
    When(Vec<Moments>),
    /// `while COND`
    While(Cond),
    /// `if COND`
    If(Cond),
    /// `unless COND`
    Unless(Cond),
    // decisions
    /// `decided by`
    DecidedBy(WhoOrUnstated),
    /// `agreed by`
    AgreedBy(WhoOrUnstated),
    /// `advised by`
    AdvisedBy(WhoOrUnstated),
    /// `consulting`
    Consulting(WhoOrUnstated),
    /// `deadlock NAME` (a decision or role) or `not stated`
    Deadlock(Option<Name>),
    /// `then not stated` (false) or `then nothing` (true) of an option
    Then {
        /// `nothing` rather than `not stated`.
        nothing: bool,
    },
    // rules
    /// the sentence
    Sentence(Sentence),
    /// `effect STATUS begins|ends` or `effect STATUS becomes VALUE`
    Effect(Name, Change),
    /// `normally COND`
    Presume(Cond),
    /// a time slot
    Time(Time),
    /// `exception to RULE`
    ExceptionTo(Ref),
    /// `departs from RULE`
    DepartsFrom(Ref),
    /// `replaces RULE`
    Replaces(Ref),
    /// `expires DATE`
    Expires(Spanned<Day>),
    /// `cites PLACE (IDS)`
    Cites(Cites),
    // calendars
    /// `known from DATE`
    KnownFrom(Spanned<Day>),
    /// `published until DATE` (inclusive)
    PublishedUntil(Spanned<Day>),
    /// `known until DATE` (inclusive; the last day of the axis)
    KnownUntil(Spanned<Day>),
    /// `weekend saturday, sunday`
    Weekend(Vec<Spanned<Weekday>>),
    /// `holiday "..." RULE [or next free day] [from YEAR] [until YEAR] [except YEARS]`
    Holiday(Holiday),
    /// `one-off DATE "..."`
    OneOff(Spanned<Day>, Text),
    // scenarios
    /// `given ...`
    Given(Given),
    /// `on DATE ...`
    On(On),
    /// `expect ...`
    Expect(Expect),
    /// a citation status: `checked "..."`, `as quoted by "..."`, `unchecked "..."`
    Verified(Verified, Option<Text>),
}

/// How well a base rule's wording was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verified {
    /// Held against the enacted text.
    Checked,
    /// As another authority or agency quotes it.
    AsQuoted,
    /// Recalled; the text was not reached.
    Unchecked,
}

/// `begins`, `ends` or `becomes VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// `begins`
    Begins,
    /// `ends`
    Ends,
    /// `becomes VALUE`
    Becomes(Name),
}

/// A rule by name, `rule` or `module.rule`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ref {
    /// The module, if qualified.
    pub module: Option<Name>,
    /// The item.
    pub name: Name,
    /// Both.
    pub span: Span,
}

/// `cites PLACE (IDS)`: the place is kept as words after the source's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cites {
    /// The source, by name.
    pub source: Name,
    /// Section, paragraph or line as written, such as `03.4`.
    pub place: Text,
    /// Statement ids.
    pub ids: Vec<Text>,
}
