//! What was written, with holes where it was broken: names are still strings, sugar is still there.
//! In: nothing (plain data). Out: what `resolve` reads. Every node carries its span.

use crate::source::{FileId, Span};
use crate::time::{Day, Duration, Weekday};

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
    /// `otherwise unstated`
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
    /// `protects`
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
    /// `judged by WHO` or `unstated`
    JudgedBy(WhoOrUnstated),
    /// `caused by WHO` or `unstated`
    CausedBy(WhoOrUnstated),
    /// `chaired by WHO` or `unstated`
    ChairedBy(WhoOrUnstated),
    /// `attended by WHO` or `unstated`
    AttendedBy(WhoOrUnstated),
    /// `quorum "..."` or `unstated`
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
    /// `deadlock NAME` (a decision or role) or `unstated`
    Deadlock(Option<Name>),
    /// `then unstated` (false) or `then nothing` (true) of an option
    Then {
        /// `nothing` rather than `unstated`.
        nothing: bool,
    },
    // rules
    /// the sentence
    Sentence(Sentence),
    /// `effect STATUS begins|ends` or `effect STATUS becomes VALUE`
    Effect(Name, Change),
    /// `presume COND`
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

/// A duration: a number with a unit, or the name of a period, or bare days (an error that `resolve` reports).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Length {
    /// `10 working days`
    Given(Duration),
    /// `10 days`: refused, with an offer
    BareDays(u32),
    /// the name of a `period`
    Period(Name),
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

/// A condition. `and`, `or` and `or perhaps` are never mixed in one.
#[derive(Debug, Clone)]
pub struct Cond {
    /// Its atoms.
    pub atoms: Vec<Atom>,
    /// How they are joined (meaningless for one atom).
    pub join: Join,
    /// The whole.
    pub span: Span,
}

/// How atoms are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Join {
    /// `and`
    And,
    /// `or`
    Or,
    /// `or perhaps`: a doubt about which is meant
    OrPerhaps,
}

/// One atom of a condition.
#[derive(Debug, Clone)]
pub struct Atom {
    /// What it says.
    pub node: AtomKind,
    /// Its place.
    pub span: Span,
}

/// Forms of an atom.
#[derive(Debug, Clone)]
pub enum AtomKind {
    /// `"..."` or `not "..."`: words the compiler does not look into
    Quoted {
        /// The words.
        text: Text,
        /// With `not`.
        negated: bool,
    },
    /// `name` or `not name`: a fact, judgement, status or term
    Named {
        /// The name.
        name: Name,
        /// With `not`.
        negated: bool,
    },
    /// `name is VALUE`, `is not VALUE`, `is one of V, W`: also a moment such as `letter is sent` (already happened)
    Is {
        /// Subject, perhaps with an ordinal.
        occ: Occ,
        /// With `not`.
        negated: bool,
        /// Values or a state word such as `held`.
        values: Vec<Name>,
        /// `before MOMENT` (`true`) or `after MOMENT` (`false`).
        order: Option<(bool, Moment)>,
    },
    /// `name begins`, `ends`, `happens`: already happened; perhaps ordered against another moment
    Did {
        /// The moment.
        moment: Moment,
        /// `before MOMENT` (`true`) or `after MOMENT` (`false`).
        order: Option<(bool, Moment)>,
    },
}

/// `MOMENT or perhaps MOMENT or perhaps unstated`.
#[derive(Debug, Clone)]
pub struct Moments {
    /// The candidates; more than one is a doubt.
    pub any: Vec<Moment>,
    /// `or perhaps unstated`.
    pub perhaps_unstated: bool,
    /// The whole.
    pub span: Span,
}

/// `[ordinal] name state`.
#[derive(Debug, Clone)]
pub struct Moment {
    /// What.
    pub occ: Occ,
    /// Its state.
    pub state: Spanned<State>,
    /// The whole.
    pub span: Span,
}

/// `[ordinal] name [since MOMENT]`.
#[derive(Debug, Clone)]
pub struct Occ {
    /// Which one.
    pub ordinal: Option<Spanned<Ordinal>>,
    /// The name.
    pub name: Name,
    /// `since MOMENT`.
    pub since: Option<Box<Moment>>,
    /// The whole.
    pub span: Span,
}

/// Ordinals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ordinal {
    /// `first`
    First,
    /// `second`
    Second,
    /// `third`
    Third,
    /// `next`: the first after the rule's moment
    Next,
    /// `previous`: the one before the one the sentence names
    Previous,
    /// `last`: the latest so far
    Last,
    /// `each later`: all but the first
    EachLater,
    /// `each`
    Each,
    /// `any`
    Any,
    /// `that`: the one in the trigger
    That,
}

/// The state word of a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// `begins`
    Begins,
    /// `ends`
    Ends,
    /// `happens`
    Happens,
    /// `is WORD`: held, booked, due, cancelled, sent, received, decided, allocated, done, missed, or an option or value
    Is(Name),
}

/// `SUBJECT MODAL ACT`.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// Who.
    pub subject: Subject,
    /// With what force.
    pub modal: Spanned<Modal>,
    /// To do what.
    pub act: Act,
    /// The whole.
    pub span: Span,
}

/// The subject of a sentence.
#[derive(Debug, Clone)]
pub enum Subject {
    /// `the A`, `the A and B`, `the A or B`
    The(Who),
    /// `each A`
    Each(Who),
    /// `any A`
    Any(Who),
    /// `only the A`
    Only(Who),
    /// `nobody`
    Nobody(Span),
    /// `someone`: the owner is missing
    Someone(Span),
}

/// Modals. `nobody may/should/need` becomes `MustNot`/`ShouldNot`/`NeedNot` with subject `Nobody`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Modal {
    /// `must`
    Must,
    /// `must not`, `nobody may`
    MustNot,
    /// `should`
    Should,
    /// `should not`, `nobody should`
    ShouldNot,
    /// `may`
    May,
    /// `need not`, `nobody need`
    NeedNot,
}

/// Who: one or several parties, jointly or in the alternative.
#[derive(Debug, Clone)]
pub struct Who {
    /// The parties.
    pub parties: Vec<Party>,
    /// `or` between them rather than `and`.
    pub either: bool,
    /// The whole.
    pub span: Span,
}

/// `[each] name`.
#[derive(Debug, Clone)]
pub struct Party {
    /// Every holder.
    pub each: bool,
    /// The name.
    pub name: Name,
}

/// A `Who`, or `unstated`.
#[derive(Debug, Clone)]
pub enum WhoOrUnstated {
    /// Named.
    Who(Who),
    /// `unstated`
    Unstated(Span),
}

/// A name or quoted words.
#[derive(Debug, Clone)]
pub enum Thing {
    /// Declared.
    Name(Name),
    /// Not looked into.
    Quoted(Text),
    /// `ending STATUS` / `beginning STATUS` (for `consider`)
    Changing(Name, Change),
}

/// The act of a sentence.
#[derive(Debug, Clone)]
pub struct Act {
    /// Which.
    pub node: ActKind,
    /// Its place.
    pub span: Span,
}

/// Acts.
#[derive(Debug, Clone)]
pub enum ActKind {
    /// `"..."`
    Quoted(Text),
    /// `hold M`
    Hold(Occ),
    /// `book M`
    Book(Occ),
    /// `cancel M`
    Cancel(Occ),
    /// `attend M`
    Attend(Occ),
    /// `chair M`
    Chair(Occ),
    /// `send D to R`
    Send(Name, Who),
    /// `notify R that "..."` or `of N`
    Notify(Who, Thing),
    /// `ask R for D`
    Ask(Who, Thing),
    /// `consult R on N`
    Consult(Who, Thing),
    /// `record N in D`
    Record(Thing, Name),
    /// `consider N`
    Consider(Thing),
    /// `carry out N`
    CarryOut(Thing),
    /// `decide D`
    Decide(Name),
    /// `challenge N`
    Challenge(Name),
    /// `allocate R`
    Allocate(Name),
    /// `begin S`
    Begin(Name),
    /// `end S`
    End(Name),
}

/// A time slot.
#[derive(Debug, Clone)]
pub enum Time {
    /// `within unstated`
    WithinUnstated,
    /// `within D after M`
    Within(Vec<Spanned<Length>>, Moments),
    /// `at least D before M`
    AtLeastBefore(Vec<Spanned<Length>>, Moments),
    /// `at least D after M`
    AtLeastAfter(Vec<Spanned<Length>>, Moments),
    /// `until M`
    Until(Moments),
    /// `until D after M`
    UntilAfter(Vec<Spanned<Length>>, Moments),
    /// `at M`
    At(Occ),
    /// `same day as M`
    SameDay(Moments),
    /// `straight after M`
    StraightAfter(Moments),
    /// `before M`
    Before(Moments),
    /// `after M`
    After(Moments),
    /// `urgency "..."`
    Urgency(Text),
}

/// A holiday rule of a calendar.
#[derive(Debug, Clone)]
pub struct Holiday {
    /// What it is called.
    pub label: Text,
    /// When it falls.
    pub rule: HolidayRule,
    /// If it falls on a weekend day or another holiday, the next free day is taken instead.
    pub or_next_free_day: bool,
    /// First year, inclusive.
    pub from: Option<i32>,
    /// Last year, inclusive.
    pub until: Option<i32>,
    /// Years in which the rule does not apply.
    pub except: Vec<i32>,
}

/// When a holiday falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayRule {
    /// `25 december`
    Fixed {
        /// Day of the month.
        day: u32,
        /// Month, 1 to 12.
        month: u32,
    },
    /// `easter`, `easter - 2 days`, `easter + 1 day`: days from Easter Sunday (Gregorian)
    Easter {
        /// Days after Easter Sunday; negative is before.
        offset: i32,
    },
    /// `first monday of may`, `last monday of august`
    Nth {
        /// 1 to 4, or 0 for `last`.
        nth: u32,
        /// The day of the week.
        weekday: Weekday,
        /// Month, 1 to 12.
        month: u32,
    },
}
