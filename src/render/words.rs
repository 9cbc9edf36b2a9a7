//! Words that several forms of output share: dates, counts, levels and places; and text made safe to show.

use super::{Counts, Report, slack};
use crate::certify::Tally;
use crate::diagnostics::{Change, Diagnostic, Evidence, Severity, Step};
use crate::source::{Sources, Span};
use crate::time::{Day, month_name};
use std::borrow::Cow;

fn month(number: u32) -> &'static str {
    month_name(number).unwrap_or_default()
}

/// `Mon 12 Jan 2026`; the day of the month takes two columns, so that dates align beneath each other.
pub fn date_short(day: Day) -> String {
    let (year, m, d) = day.ymd();
    let (weekday, month) = (day.weekday().name(), month(m));
    format!(
        "{} {d:>2} {} {year}",
        weekday.get(..3).unwrap_or(weekday),
        month.get(..3).unwrap_or(month)
    )
}

/// `Monday 12 January 2026`.
pub fn date_long(day: Day) -> String {
    let (year, m, d) = day.ymd();
    format!("{} {d} {} {year}", day.weekday().name(), month(m))
}

fn counted(n: usize, one: &str) -> Option<String> {
    (n > 0).then(|| format!("{n} {one}{}", if n == 1 { "" } else { "s" }))
}

/// `1 error, 3 warnings, 9 notes`, without what there is none of; `nothing found` if there is nothing.
pub fn counts(counts: Counts) -> String {
    let parts: Vec<String> = [
        counted(counts.errors, "error"),
        counted(counts.warnings, "warning"),
        counted(counts.notes, "note"),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        "nothing found".to_owned()
    } else {
        parts.join(", ")
    }
}

/// `and 12 more: 3 warnings, 9 notes; --all prints them`, if anything is left.
pub fn more(left: &[Diagnostic]) -> Option<String> {
    let n = Counts::of(left);
    (!left.is_empty()).then(|| {
        format!(
            "and {} more: {}; --all prints them",
            n.at_least(Severity::Note),
            counts(n)
        )
    })
}

/// What a story is: a case, or, where nothing was judged, only what came after what.
pub fn story_title(finding: &Diagnostic) -> &'static str {
    match finding.evidence {
        Evidence::Structural => "how it came about:",
        Evidence::JudgeConfirmed => "a case that shows it:",
    }
}

/// What stands above the findings beneath a headline; says where their cases are if they are not told here.
pub fn beneath_title(finding: &Diagnostic, told: bool) -> &'static str {
    if told || finding.beneath.iter().all(|f| f.story.is_empty()) {
        "the same rule is also behind:"
    } else {
        "the same rule is also behind these (`--all` shows their cases):"
    }
}

/// The rule that makes a step matter, unless the step names it already, and the places that this rule cites.
pub fn ground<'d>(finding: &'d Diagnostic, step: &'d Step) -> (Option<&'d str>, Option<String>) {
    let Some(rule) = step.rule.as_deref() else {
        return (None, None);
    };
    let short = rule.rsplit('.').next().unwrap_or(rule);
    let named = [rule, short]
        .iter()
        .any(|name| step.text.contains(&format!("`{name}`")));
    let cited = finding.rules.iter().find(|r| r.name == rule).map(|r| &r.citations);
    let places = cited.filter(|c| !c.is_empty()).map(|c| c.join(", "));
    ((!named).then_some(rule), places)
}

/// Stands for a space at which no line ends.
const TIE: char = '\u{a0}';

/// The text as one word for [`hanging`].
pub fn unbroken(text: &str) -> String {
    text.replace(' ', &TIE.to_string())
}

/// A text beneath its lead: lines of at most `width` columns, all but the first indented by as much as the lead takes. A
/// longer word has a line of its own, and what [`unbroken`] holds together is one word.
pub fn hanging(lead: &str, text: &str, width: usize) -> String {
    let indent = lead.chars().count();
    let mut out = lead.to_owned();
    let mut column = indent;
    for (i, line) in text.split('\n').enumerate() {
        let start = |out: &mut String| {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            indent
        };
        if i > 0 {
            column = start(&mut out);
        }
        for (j, word) in line.split(' ').enumerate() {
            let long = word.chars().count();
            if j > 0 && column > indent && column + 1 + long > width {
                column = start(&mut out);
            } else if j > 0 {
                out.push(' ');
                column += 1;
            }
            out.extend(word.chars().map(|c| if c == TIE { ' ' } else { c }));
            column += long;
        }
    }
    out
}

/// `policies/stoke.duly:12:3`, or nothing for a finding without a place.
pub fn place(sources: &Sources, span: Option<Span>) -> Option<String> {
    let span = span?;
    let at = sources.position(span.file, span.start);
    Some(format!(
        "{}:{}:{}",
        visible(sources.name(span.file)),
        at.line,
        at.column
    ))
}

/// What to do, in order: repairs that were solved again, each with its line, then other advice.
pub fn advice(sources: &Sources, finding: &Diagnostic) -> Vec<String> {
    let here = finding.place().map(|place| place.file);
    let change = |change: &Change| {
        let line = sources.position(change.span.file, change.span.start).line;
        let file = match here == Some(change.span.file) {
            true => String::new(),
            false => format!(" of {}", sources.name(change.span.file)),
        };
        format!("{} (line {line}{file})", change.text)
    };
    let repairs = finding.repairs.iter().enumerate().map(|(at, repair)| {
        let or = if at == 0 { "" } else { "or " };
        let changes: Vec<String> = repair.changes.iter().map(change).collect();
        let then = match repair.is_whole {
            true => "all can be kept from every start date",
            false => "these rules clash no more, from any start date",
        };
        format!("{or}{}: then {then}", changes.join(" and "))
    });
    repairs.chain(finding.help.iter().cloned()).collect()
}

/// The lines that end a report: what was proved, within which bounds, what was left open, and the counts.
pub fn closing(report: &Report<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let several = report.checked.len() > 1;
    for checked in report.checked {
        let of = if several {
            format!("{}: ", visible(&checked.path))
        } else {
            String::new()
        };
        let slack = checked.slack.as_ref().map(|all| slack::sentences(report.sources, all));
        lines.extend(slack.iter().flatten().map(|s| format!("{of}slack: {}", visible(s))));
        lines.extend(checked.proved.iter().map(|s| format!("{of}proved: {}", visible(s))));
        lines.extend(checked.bounds.iter().map(|s| format!("{of}bounds: {}", visible(s))));
        if let Some(open) = counted(checked.unproven, "question") {
            lines.push(format!("{of}not proven: {open} ended without an answer"));
        }
        lines.extend(
            checked
                .certified
                .map(|tally| format!("{of}certified: {}", certified(tally))),
        );
    }
    lines.push(counts(Counts::of(report.findings)));
    lines
}

fn certified(tally: Tally) -> String {
    let many = |n, one| counted(n, one).unwrap_or(format!("no {one}s"));
    format!(
        "{} of the solver that something cannot be, each checked from the start, over {} on order, days and values and {} that follow",
        many(tally.answers, "answer"),
        many(tally.lemmas, "lemma"),
        many(tally.learned, "clause")
    )
}

/// The text with everything that could steer a terminal or reorder a line replaced, byte for byte, so that offsets stay
/// valid: control characters other than newline and tab (and the return of CRLF), and the bidirectional controls.
pub fn visible(text: &str) -> Cow<'_, str> {
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t' | '\r'))
            || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let lone_return = text.contains('\r') && text.replace("\r\n", "").contains('\r');
    if !lone_return && !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let steers = hidden(c) || (c == '\r' && chars.peek() != Some(&'\n'));
        shown.push(match (steers, c.len_utf8()) {
            (false, _) => c,
            (true, 1) => '?',
            (true, 2) => '¿',
            (true, _) => '\u{fffd}',
        });
    }
    Cow::Owned(shown)
}

/// As it is said: dates in words, a capital, and a full stop unless it already ends in a mark.
pub fn sentence(text: &str) -> String {
    let text = in_words(&visible(text));
    let mut chars = text.chars();
    let start: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    let stop = if text.ends_with(['.', '?', '!', ':']) { "" } else { "." };
    format!("{start}{}{stop}", chars.as_str())
}

/// The text with every date that stands by itself in words; one within backticks is something to be typed, or a name.
fn in_words(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(i, part)| match i % 2 {
        0 => dated(part),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

fn dated(text: &str) -> String {
    let of_a_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/');
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(of_a_word) {
        let (before, from) = rest.split_at(start);
        let (word, after) = from.split_at(from.find(|c| !of_a_word(c)).unwrap_or(from.len()));
        out.push_str(before);
        match Day::parse_iso(word) {
            Some(day) => out.push_str(&date_long(day)),
            None => out.push_str(word),
        }
        rest = after;
    }
    out + rest
}
