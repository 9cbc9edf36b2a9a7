//! The only currency in which a pass complains: a [`Diagnostic`] with a stable code, labels in sources, and, for a
//! finding, the dated story that shows it. Wording lives beside the facts in each pass's `error.rs`; drawing in `render`.

mod codes;
mod suggest;

pub use codes::{CODES, Code, list as code, lookup};
pub use suggest::{nearest, nearest_with_distance, only_one};

use crate::source::Span;
use crate::time::Day;

/// How bad it is. The order is `Note < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Note,
    /// Wrong against guidance or a *should*, or wrong only on one reading or through one's own delay.
    Warning,
    /// Cannot be kept, contradicts law, or is not a protocol at all.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Whether a label marks what is wrong or what makes it wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelKind {
    /// What is wrong, here. Exactly one per diagnostic that has a place.
    Primary,
    /// What makes it wrong: a member of the core.
    Secondary,
    /// Not in the core, but about the same matter: a sibling branch, the law that defines the term.
    Related,
}

/// A place and what to say at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// Lower case, no full stop.
    pub text: String,
    /// What it marks.
    pub kind: LabelKind,
}

/// A change to the source that would mend it mechanically.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
    /// Nothing else can have been meant, so that it may be done without asking.
    pub safe: bool,
}

/// Changes of the protocol, the fewest that do, that were made in a copy of it, of which the question behind the finding was asked
/// again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// All of them are needed: one, or two where no single one does.
    pub changes: Vec<Change>,
    /// Nothing at all clashes there any more; if not, at least this does not.
    pub is_whole: bool,
}

/// A change of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which sort of change.
    pub kind: ChangeKind,
    /// What to do: imperative, lower case.
    pub text: String,
    /// What to write, as the language has it: a limit without the moment it is measured from, who does it, or a whole line.
    pub write: String,
    /// The line that is changed, or the head of the item to which one is added.
    pub span: Span,
    /// The rule or decision that is changed, qualified.
    pub rule: String,
}

/// Sorts of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Another number in a limit.
    Limit,
    /// Another one who does it.
    Who,
    /// A duty that lapses when something comes between.
    Lapse,
    /// One rule as an exception to another.
    Exception,
    /// A case in which a rule does not apply.
    Unless,
}

impl ChangeKind {
    /// `limit`, `who`, `lapse`, `exception` or `unless`.
    pub fn name(self) -> &'static str {
        match self {
            ChangeKind::Limit => "limit",
            ChangeKind::Who => "who",
            ChangeKind::Lapse => "lapse",
            ChangeKind::Exception => "exception",
            ChangeKind::Unless => "unless",
        }
    }
}

/// How far the number of a last day could be tightened, all else as it is, so that from every start date there is still a way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slack {
    /// Whose limit it is, qualified.
    pub rule: String,
    /// The limit.
    pub span: Span,
    /// As it is written, without the moment it is measured from.
    pub write: String,
    /// How far.
    pub spare: Spare,
}

/// How far a number could be tightened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spare {
    /// There is no way on, in some case and from some date, as it is: a finding says so.
    None,
    /// So far, and not by one more.
    Some(Brink),
    /// To the tightest that can be written.
    All(String),
    /// Not decided within the steps allowed.
    Unknown,
}

/// The tightest number that would do, and the next, which does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brink {
    /// The tightest that would do, as it would be written.
    pub tightest: String,
    /// It is tighter than what is written.
    pub is_less: bool,
    /// The next, with which it clashes.
    pub next: String,
    /// With which rules, quoted.
    pub with: Vec<String>,
    /// The worst start date, near the calendar's edition if it is one of several; none where no date matters.
    pub start: Option<Day>,
    /// From which others, in words; none: from all, or not counted.
    pub when: Option<String>,
    /// What the case assumes, in words.
    pub given: Vec<String>,
}

/// A rule (or other item) that a finding involves, for machine-readable output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Involved {
    /// Qualified name, such as `stoke.discharge-by-letter`.
    pub name: String,
    /// Where its head stands.
    pub span: Span,
    /// Citations as written, such as `stoke 03.4`.
    pub citations: Vec<String>,
    /// Statement ids, such as `STO-31`.
    pub statements: Vec<String>,
    /// In the core (`Primary`, `Secondary`) or beside it (`Related`).
    pub kind: LabelKind,
}

/// One dated line of a story. Steps are in order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The day; none for what never happens or has no date.
    pub day: Option<Day>,
    /// A whole sentence without a full stop, lower case.
    pub text: String,
    /// The rule that makes this step matter, qualified, if one does.
    pub rule: Option<String>,
}

/// What stands behind a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Places only: types, stale sources, uncited rules.
    Structural,
    /// The judge confirmed the history in the story.
    JudgeConfirmed,
}

/// One thing to tell the author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code; its page is `docs/codes/CODE.md`.
    pub code: Code,
    /// How bad it is here; the code's own level is only the usual one.
    pub severity: Severity,
    /// One line that stands alone: lower case, no full stop, user text in backticks.
    pub headline: String,
    /// Places; the first is the primary one. Empty only for what has no place.
    pub labels: Vec<Label>,
    /// Rules involved.
    pub rules: Vec<Involved>,
    /// The dated story, in order.
    pub story: Vec<Step>,
    /// Further sentences: bounds of the proof, assumptions, what was set aside.
    pub notes: Vec<String>,
    /// What would do, solved again, the least change first.
    pub repairs: Vec<Repair>,
    /// What to do: imperative.
    pub help: Vec<String>,
    /// A mechanical mend.
    pub fix: Option<Fix>,
    /// What stands behind it.
    pub evidence: Evidence,
    /// Findings that turn on the same rule, weaker or equal, printed beneath this one.
    pub beneath: Vec<Diagnostic>,
}

impl Diagnostic {
    /// A structural diagnostic at one place, with the code's usual severity.
    pub fn at(code: Code, span: Span, headline: impl Into<String>) -> Self {
        Diagnostic {
            severity: code.usual,
            code,
            headline: headline.into(),
            labels: vec![Label {
                span,
                text: String::new(),
                kind: LabelKind::Primary,
            }],
            rules: Vec::new(),
            story: Vec::new(),
            notes: Vec::new(),
            repairs: Vec::new(),
            help: Vec::new(),
            fix: None,
            evidence: Evidence::Structural,
            beneath: Vec::new(),
        }
    }

    /// Sets what is said at the primary place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Adds a secondary label.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
            kind: LabelKind::Secondary,
        });
        self
    }

    /// Adds an imperative help line.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a mechanical mend to which the author must agree: something else may have been meant.
    #[must_use]
    pub fn fix(self, span: Span, replacement: impl Into<String>) -> Self {
        self.mend(span, replacement.into(), false)
    }

    /// Adds a mechanical mend that needs no asking: nothing else can have been meant.
    #[must_use]
    pub fn safe_fix(self, span: Span, replacement: impl Into<String>) -> Self {
        self.mend(span, replacement.into(), true)
    }

    /// Adds a mechanical mend, safe or not.
    #[must_use]
    pub(crate) fn mend(mut self, span: Span, replacement: String, safe: bool) -> Self {
        self.fix = Some(Fix {
            span,
            replacement,
            safe,
        });
        self
    }

    /// Whether it says that a text is not a protocol, or not a case, so that nothing can be asked of it: an error of its text,
    /// names or kinds. A duty without a time is no such error: it has a hole, but is understood, and has no limit.
    pub fn stops(&self) -> bool {
        let of_the_text = ["D01", "D02", "D08"]
            .iter()
            .any(|range| self.code.id.starts_with(range));
        self.severity == Severity::Error && of_the_text && self.code != code::NO_TIME
    }

    /// The primary place, if any.
    pub fn place(&self) -> Option<Span> {
        self.labels.first().map(|l| l.span)
    }
}
