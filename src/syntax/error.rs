//! What can be wrong with the form of a file, and how it is said. In: places and words. Out: diagnostics. What was expected
//! at the spot where a line stops making sense is worked out in `explain`.

use super::LARGEST_FILE;
use super::lines::LONGEST_LINE;
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;
use crate::time::{Day, month_name};

pub(super) fn large_file(span: Span, bytes: usize) -> Diagnostic {
    let limit = LARGEST_FILE / (1024 * 1024);
    let start = Span {
        end: span.start,
        ..span
    };
    Diagnostic::at(
        code::TOO_LARGE,
        start,
        format!("the file has {bytes} bytes; more than {limit} MiB are not read"),
    )
    .help("split the protocol into several files of one folder")
}

pub(super) fn no_line_ends(span: Span) -> Diagnostic {
    let start = Span {
        end: span.start,
        ..span
    };
    Diagnostic::at(
        code::NOT_TEXT,
        start,
        "no line of the file ends: it has carriage returns where line feeds should be",
    )
    .help("save the file with the line ends of Unix or Windows")
}

pub(super) fn long_line(span: Span, comment: bool) -> Diagnostic {
    let start = Span {
        end: span.start,
        ..span
    };
    let help = match comment {
        true => "break the comment into several lines, each of which starts with `--`",
        false => "write one slot a line; a condition continues on the next line with `and` or `or`",
    };
    Diagnostic::at(
        code::TOO_LARGE,
        start,
        format!("a line has more than {LONGEST_LINE} characters and is not read"),
    )
    .help(help)
}

pub(super) fn not_text(span: Span) -> Diagnostic {
    Diagnostic::at(code::NOT_TEXT, span, "the file holds characters that are not text")
        .here("the first of them")
        .help("save the file as plain text in UTF-8")
}

pub(super) fn turned_text(span: Span) -> Diagnostic {
    let headline = "a hidden mark turns around how the text is shown";
    Diagnostic::at(code::NOT_TEXT, span, headline)
        .here("the first of them; from here on, what is shown is not what is read")
        .help("delete it, and read the line again before you trust it")
        .fix(span, "")
}

pub(super) fn odd_line_end(span: Span) -> Diagnostic {
    let headline = "a character that some editors show as the end of a line stands within one";
    Diagnostic::at(code::NOT_TEXT, span, headline)
        .here("the first of them")
        .help("save the file with the line ends of Unix or Windows, and read the line again")
}

pub(super) fn empty_file(span: Span) -> Diagnostic {
    Diagnostic::at(code::EMPTY_FILE, span, "the file says nothing")
        .help("start with a header such as `protocol stoke \"Children in care\"`, then write rules")
}

pub(super) fn large_number(span: Span, digits: &str) -> Diagnostic {
    let shown = if digits.len() > 20 {
        "the number".to_owned()
    } else {
        format!("the number `{digits}`")
    };
    Diagnostic::at(code::BAD_LINE, span, format!("{shown} is too large")).help("write the number that the source gives")
}

/// There is no point in a thousand messages about a file that is something else.
pub(super) fn too_many_faults(span: Span, most: usize) -> Diagnostic {
    Diagnostic::at(
        code::BAD_LINE,
        span,
        format!("more than {most} lines cannot be read; the rest of the file is not looked at"),
    )
    .help("mend the lines above first, or check that the file is a protocol")
}

pub(super) fn unreadable(span: Span) -> Diagnostic {
    Diagnostic::at(code::BAD_LINE, span, "this line cannot be read").help("compare it with the language reference")
}

/// A date of the right form that no calendar has.
pub(super) fn no_such_date(span: Span, date: &str) -> Diagnostic {
    let bad = Diagnostic::at(code::BAD_DATE, span, format!("there is no day `{date}`"));
    let mut parts = date.split('-');
    let year = parts.next().and_then(|p| p.parse::<i32>().ok());
    let month = parts.next().and_then(|p| p.parse::<u32>().ok());
    let day = parts.next().and_then(|p| p.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (year, month, day) else {
        return bad;
    };
    let Some(name) = month_name(month) else {
        let bad = bad.here("months are numbered 01 to 12");
        return match month_name(day) {
            Some(_) => bad.help(format!(
                "write year, month, day: perhaps `{year:04}-{day:02}-{month:02}`"
            )),
            None => bad.help("write year, month, day, such as `2026-05-19`"),
        };
    };
    let length = (28..=31)
        .rev()
        .find(|d| Day::from_ymd(year, month, *d).is_some())
        .unwrap_or(31);
    bad.here(format!("{name} {year} has {length} days"))
        .help(format!("write a day from 01 to {length}"))
}

/// `31 february` of a holiday.
pub(super) fn no_such_day_of_month(span: Span, day: u32, month: &str) -> Diagnostic {
    let headline = format!("there is no day `{day} {}` in any year", month.to_lowercase());
    Diagnostic::at(code::BAD_DATE, span, headline).help("write a day that the month has")
}

pub(super) fn mixed_condition(first: Span, second: Span, words: (&str, &str)) -> Diagnostic {
    let clean = |w: &str| w.split_whitespace().collect::<Vec<_>>().join(" ");
    let (a, b) = (clean(words.0), clean(words.1));
    Diagnostic::at(
        code::BAD_LINE,
        second,
        format!("`{a}` and `{b}` are mixed in one condition"),
    )
    .here("it is not said which of them binds first")
    .also(first, format!("`{a}` here"))
    .help("give one part a `term` of its own, and name the term here")
}

pub(super) fn mixed_parties(first: Span, second: Span) -> Diagnostic {
    Diagnostic::at(
        code::BAD_LINE,
        second,
        "`and` and `or` are mixed in one list of parties",
    )
    .here("it is not said which of them binds first")
    .also(first, "the other word is here")
    .help("write two rules, or declare a role that stands for some of the parties")
}

pub(super) fn not_in_this_version(span: Span, word: &str) -> Diagnostic {
    let help = match word {
        "handover" => "write what ends a duty as `while` or `until` in the rule itself",
        _ => "write a rule that `replaces` or `departs from` the other one",
    };
    Diagnostic::at(
        code::UNKNOWN_WORD,
        span,
        format!("`{word}` is not in this version of the language"),
    )
    .help(help)
}

pub(super) fn before_the_first_item(span: Span) -> Diagnostic {
    Diagnostic::at(code::MISPLACED, span, "this line stands before the first item")
        .here("it belongs to nothing")
        .help("start the file with a head such as `protocol NAME`, or move the line below the rule it belongs to")
}

pub(super) fn nothing_to_continue(span: Span, word: &str) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        span,
        format!("there is no condition above for `{word}` to continue"),
    )
    .help("write the line below the `if`, `unless`, `while` or `when` it belongs to")
}
