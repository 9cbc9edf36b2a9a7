//! The registry of codes. A code is never reused; each has a page in `docs/codes/` and a test that triggers it.
//! D01 text, D02 names and kinds, D03 clashes, D04 gates, D05 states, D06 law, D07 gaps and sources,
//! D08 case files and scenarios.

use super::Severity;

/// One registered code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Such as `D0301`.
    pub id: &'static str,
    /// Such as `cannot-be-kept`.
    pub name: &'static str,
    /// Its severity unless the finding says otherwise.
    pub usual: Severity,
}

macro_rules! codes {
    ($($konst:ident = $id:literal $name:literal $severity:ident;)*) => {
        $(#[doc = concat!("`", $id, " ", $name, "`")] pub const $konst: Code = Code { id: $id, name: $name, usual: Severity::$severity };)*
        /// Every code, in order.
        pub const CODES: &[Code] = &[$($konst),*];
    };
}

/// Codes as constants.
pub mod list {
    use super::{Code, Severity};
    codes! {
        UNKNOWN_WORD = "D0101" "unknown-word" Error;
        BAD_LINE = "D0102" "bad-line" Error;
        NOT_TEXT = "D0103" "not-text" Error;
        TOO_LARGE = "D0105" "too-large" Error;
        BAD_DATE = "D0106" "bad-date" Error;
        MISPLACED = "D0107" "misplaced-line" Error;
        EMPTY_FILE = "D0108" "empty-file" Error;
        FORMER_WORD = "D0109" "former-word" Note;
        UNKNOWN_NAME = "D0201" "unknown-name" Error;
        WRONG_KIND = "D0202" "wrong-kind" Error;
        DUPLICATE_NAME = "D0203" "duplicate-name" Error;
        BARE_DAYS = "D0204" "bare-days" Error;
        NO_TIME = "D0205" "no-time-slot" Error;
        NEEDS_WHEN = "D0206" "needs-when" Error;
        NEEDS_ORDINAL = "D0207" "needs-ordinal" Error;
        CYCLE = "D0208" "cycle" Error;
        WRONG_VALUE = "D0209" "wrong-value" Error;
        INCOMPLETE_ITEM = "D0210" "incomplete-item" Error;
        REPEATED_SLOT = "D0211" "repeated-slot" Error;
        UNUSED_ITEM = "D0212" "unused-item" Note;
        BEYOND_CALENDAR = "D0213" "beyond-the-calendar" Error;
        IMPOSSIBLE_TIME = "D0301" "timing-clash" Error;
        DUTY_PROHIBITION = "D0302" "duty-against-prohibition" Error;
        DUTY_POWER = "D0303" "duty-against-power" Error;
        AGAINST_LAW = "D0304" "contradicts-law" Error;
        FORCED_WAIT = "D0305" "forced-wait" Note;
        CIRCULAR_WAIT = "D0306" "circular-wait" Error;
        TWO_LETTERS = "D0307" "two-letters" Warning;
        HOLIDAY_TO_COME = "D0308" "holiday-to-come" Warning;
        MISSING_BRANCH = "D0401" "missing-branch" Error;
        BLOCKED_OPTION = "D0403" "blocked-option" Warning;
        CRITERIA_BYPASSED = "D0404" "criteria-bypassed" Warning;
        NO_DEADLOCK_RULE = "D0405" "no-way-out-of-disagreement" Note;
        READING_MATTERS = "D0406" "reading-matters" Warning;
        TRAP = "D0501" "trap" Warning;
        STRANDED = "D0502" "stranded-status" Error;
        BEGUN_TWICE = "D0503" "begun-twice" Note;
        NO_HAND_OVER = "D0504" "no-hand-over" Note;
        NOT_GUARANTEED = "D0505" "not-guaranteed" Warning;
        LOOSER_THAN_LAW = "D0601" "looser-than-law" Error;
        NO_ROOM_FOR_PRESUMPTION = "D0602" "no-room-for-presumption" Warning;
        SILENT = "D0603" "silent-on-law" Note;
        STRICTER_THAN_LAW = "D0604" "stricter-than-law" Note;
        STALE_SOURCE = "D0701" "stale-source" Warning;
        MISSING_SLOT = "D0702" "missing-slot" Note;
        NO_OWNER = "D0703" "no-owner" Note;
        UNSAID = "D0704" "unsaid-consequence" Note;
        UNCITED = "D0705" "uncited-rule" Note;
        VACUOUS = "D0706" "vacuous-rule" Note;
        HOURS_OFF = "D0707" "hours-end-on-a-day-off" Note;
        BAD_CASE_FILE = "D0801" "bad-case-file" Error;
        UNKNOWN_HAPPENING = "D0802" "unknown-happening" Error;
        UNKNOWN_VALUE = "D0803" "unknown-value" Error;
        NO_VALUE = "D0804" "no-value" Error;
        OUT_OF_ORDER = "D0805" "out-of-order" Error;
        LISTED_TWICE = "D0806" "listed-twice" Error;
        IN_THE_FUTURE = "D0807" "in-the-future" Error;
        BEFORE_BIRTH = "D0808" "before-birth" Warning;
        OUTSIDE_CALENDAR = "D0809" "outside-the-calendar" Error;
        NOT_A_DAY = "D0810" "not-a-day" Error;
        BAD_EXPECTATION = "D0811" "bad-expectation" Error;
        IMPOSSIBLE_CASE = "D0812" "impossible-case" Error;
    }
}

pub use list::CODES;

/// The code with this id or name, whatever its case.
pub fn lookup(word: &str) -> Option<Code> {
    CODES
        .iter()
        .copied()
        .find(|c| c.id.eq_ignore_ascii_case(word) || c.name.eq_ignore_ascii_case(word))
}
