//! What is said about case files. In: what is wrong and where. Out: diagnostics, each with what to write instead.

use super::{Form, Pair, Said};
use crate::diagnostics::{Diagnostic, Severity, code, nearest};
use crate::source::Span;
use crate::time::{Day, written_at_start};

/// `a`, `b` or `c`.
fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|w| format!("`{}`", w.as_ref())).collect();
    match words.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

impl Form {
    /// A key of a case file as it is written here.
    pub(super) fn word(self, key: &'static str) -> &'static str {
        match (self, key) {
            (Form::Scenario, "chair") => "chaired by",
            (Form::Scenario, "booked-for") => "for",
            _ => key,
        }
    }
}

// The file itself

pub(super) fn not_toml(span: Span, message: &str) -> Diagnostic {
    Diagnostic::at(code::BAD_CASE_FILE, span, "this line is not TOML")
        .here(message)
        .help("write `name = value`, with words in double quotes and days as `2026-04-20`")
}

pub(super) fn unknown_key(said: &Said, known: &[&str], what: &str) -> Diagnostic {
    let name = said.text.trim();
    let d = Diagnostic::at(code::BAD_CASE_FILE, said.span, format!("a case has no {what} `{name}`"))
        .here(format!("not a {what} of a case"));
    match nearest(name, known.iter().copied()) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(format!("write {}", list(known))),
    }
}

pub(super) fn wrong_sort(said: &Said, span: Span) -> Diagnostic {
    let headline = format!("`{}` is given something that is no word and no day", said.text);
    Diagnostic::at(code::BAD_CASE_FILE, span, headline)
        .here("not a value of a case")
        .help("write `true`, `false`, a word in double quotes, or a day as `2026-04-20`")
}

pub(super) fn not_a_table(said: &Said) -> Diagnostic {
    let headline = format!("`{}` holds names and values, and here is one value", said.text);
    Diagnostic::at(code::BAD_CASE_FILE, said.span, headline)
        .here("not a table")
        .help(format!(
            "write `[{}]` on a line of its own, and each `name = value` below it",
            said.text
        ))
}

pub(super) fn not_events(said: &Said) -> Diagnostic {
    Diagnostic::at(
        code::BAD_CASE_FILE,
        said.span,
        "`event` may come many times, and here it is one",
    )
    .here("not a list of events")
    .help("write `[[event]]`, in double brackets, above each event")
}

pub(super) fn key_missing(span: Span, key: &str) -> Diagnostic {
    let (headline, help) = if key == "date" {
        (
            "an event without a day",
            "write the day on which it occurred: `date = 2026-04-20`",
        )
    } else {
        (
            "an event that does not say what occurred",
            "write what occurred: `what = \"in-care begins\"`",
        )
    };
    missing(span, key, headline, help)
}

pub(super) fn not_booked_for(span: Span, form: Form) -> Diagnostic {
    let help = match form {
        Form::File => {
            "write the day on which the meeting is to be held as `booked-for`, beside the `date` on which it was booked"
        }
        Form::Scenario => "write the day on which the meeting is to be held after it: `is booked for 2026-09-30`",
    };
    missing(
        span,
        form.word("booked-for"),
        "a booking without the day it is for",
        help,
    )
}

fn missing(span: Span, key: &str, headline: &str, help: &str) -> Diagnostic {
    Diagnostic::at(code::BAD_CASE_FILE, span, headline)
        .here(format!("`{key}` is missing"))
        .help(help)
}

pub(super) fn misplaced(said: &Said, key: &str, only: &str) -> Diagnostic {
    Diagnostic::at(
        code::BAD_CASE_FILE,
        said.span,
        format!("`{key}` says nothing about this event"),
    )
    .here(format!("only for a meeting that {only}"))
    .help(format!("take `{key}` out, or put it beside the meeting it belongs to"))
}

pub(super) fn no_header(span: Span, missing: Option<&str>) -> Diagnostic {
    let headline = match missing {
        Some(column) => format!("the first line names no column `{column}`"),
        None => "this file of events is empty".to_owned(),
    };
    Diagnostic::at(code::BAD_CASE_FILE, span, headline)
        .here("columns are named here")
        .help("begin the file with the line `date,what,by,chair,booked-for`; the last three may be left out")
}

pub(super) fn column_twice(said: &Said) -> Diagnostic {
    let headline = format!("there are two columns `{}`", said.text.trim());
    Diagnostic::at(code::BAD_CASE_FILE, said.span, headline)
        .here("named again here")
        .help("take one of them out")
}

pub(super) fn too_many_fields(span: Span, columns: usize, fields: usize) -> Diagnostic {
    let headline = format!("this line has {fields} fields, and the first line names {columns} columns");
    Diagnostic::at(code::BAD_CASE_FILE, span, headline)
        .here("too many commas")
        .help("put a field that holds a comma in double quotes")
}

pub(super) fn open_quote(span: Span) -> Diagnostic {
    Diagnostic::at(code::BAD_CASE_FILE, span, "a quote is opened and never closed")
        .here("opened here")
        .help("close it with a double quote, and write a quote inside it twice")
}

// Names

pub(super) fn several(said: &Said, named: &[String]) -> Diagnostic {
    let headline = format!("`{}` may be several things", said.text.trim());
    Diagnostic::at(code::UNKNOWN_HAPPENING, said.span, headline)
        .here("declared in several bases")
        .help(format!("say which: {}", list(named)))
}

pub(super) fn unknown_happening(said: &Said, name: &str, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::at(
        code::UNKNOWN_HAPPENING,
        said.span,
        format!("the protocol knows no `{name}`"),
    )
    .here("not declared");
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(
            "name a status, event, meeting, document, decision, role or rule of the protocol, or leave the event out if no rule turns on it",
        ),
    }
}

/// `can`: what the words were perhaps meant to say.
pub(super) fn no_happening(said: &Said, can: &[String]) -> Diagnostic {
    let written = said.text.trim();
    let headline = match can {
        [] => format!("`{written}` does not say what occurred"),
        _ => format!("`{written}` is not how a case says what occurred"),
    };
    let help = match can {
        [] => "write a name that a `.duly` file declares and what became of it, such as `in-care begins` or `care-review is held`".to_owned(),
        can => format!("write {}", list(can)),
    };
    Diagnostic::at(code::UNKNOWN_HAPPENING, said.span, headline)
        .here("a name as it is declared, and its state, are needed")
        .help(help)
}

pub(super) fn ordinal(said: &Said, rest: &str) -> Diagnostic {
    let headline = format!("`{}` counts what the case counts by its order", said.text.trim());
    Diagnostic::at(code::UNKNOWN_HAPPENING, said.span, headline)
        .here("no ordinal here")
        .help(format!("write `{rest}`, and list every earlier one before it"))
}

pub(super) fn wrong_state(said: &Said, name: &str, kind: &str, can: &[String]) -> Diagnostic {
    let written = said.text.trim();
    let d = Diagnostic::at(
        code::UNKNOWN_HAPPENING,
        said.span,
        format!("`{written}` cannot occur: `{name}` is {kind}"),
    )
    .here("not what becomes of it");
    match nearest(written, can.iter().map(String::as_str)) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(format!("write {}", list(can))),
    }
}

fn derived(said: &Said, why: &str, help: String) -> Diagnostic {
    let headline = format!("`{}` is worked out and not listed", said.text.trim());
    Diagnostic::at(code::UNKNOWN_HAPPENING, said.span, headline)
        .here(why)
        .help(help)
}

pub(super) fn derived_due(said: &Said, name: &str, form: Form) -> Diagnostic {
    let help = match form {
        Form::File => format!("list `{name} is booked` on the day it was booked, with that day as `booked-for`"),
        Form::Scenario => format!("write `{name} is booked for` and that day, on the day it was booked"),
    };
    derived(said, "it is due on the day it is booked for", help)
}

pub(super) fn derived_miss(said: &Said, name: &str) -> Diagnostic {
    let help = format!("leave it out: `{name}` is missed when its limit passes and nothing listed keeps it");
    derived(said, "follows from what is not listed", help)
}

pub(super) fn derived_effect(said: &Said, name: &str) -> Diagnostic {
    let help = format!("leave it out, and list what `{name}` follows from");
    derived(said, "nobody does it: it follows by itself", help)
}

pub(super) fn not_dated(said: &Said, name: &str, form: Form) -> Diagnostic {
    let headline = format!("`{name}` is fixed for the case and does not occur");
    Diagnostic::at(code::UNKNOWN_HAPPENING, said.span, headline)
        .here("no event")
        .help(match form {
            Form::File => format!("write its value under `[given]`: `{name} = ...`"),
            Form::Scenario => format!("write its value on a line of its own: `given {name}` or `given {name} is ...`"),
        })
}

pub(super) fn unknown_party(said: &Said, near: Option<&str>) -> Diagnostic {
    let headline = format!("there is no role or meeting `{}`", said.text.trim());
    let d = Diagnostic::at(code::UNKNOWN_VALUE, said.span, headline).here("not declared");
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help("name a role or meeting of the protocol, or leave it out if none of them did it"),
    }
}

pub(super) fn not_a_party(said: &Said, kind: &str) -> Diagnostic {
    let headline = format!("`{}` is {kind}, and cannot act", said.text.trim());
    Diagnostic::at(code::UNKNOWN_VALUE, said.span, headline)
        .here("a role or meeting is needed")
        .help("name the role or meeting that did it, or leave it out")
}

// Values

pub(super) fn unknown_given(said: &Said, near: Option<&str>) -> Diagnostic {
    let headline = format!("the protocol has no `{}`", said.text);
    let d = Diagnostic::at(code::UNKNOWN_VALUE, said.span, headline).here("not declared");
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help("use the name under which the protocol declares it, or leave the line out"),
    }
}

pub(super) fn unknown_value(pair: &Pair, values: &[String], form: Form) -> Diagnostic {
    let (name, value) = (&pair.name.text, pair.value.text.trim());
    let d = Diagnostic::at(
        code::UNKNOWN_VALUE,
        pair.value.span,
        format!("`{name}` cannot be `{value}`"),
    )
    .here("not one of its values");
    match nearest(value, values.iter().map(String::as_str)) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None if super::happenings::yes_no(values) => d.help(match form {
            Form::File => "write `true` or `false`".to_owned(),
            Form::Scenario => format!("write `given {name}` or `given not {name}`"),
        }),
        None => d.help(format!("write {}", list(values))),
    }
}

pub(super) fn status_is_not_given(said: &Said, start_is_open: bool) -> Diagnostic {
    let headline = format!("`{}` is a status, which changes in the course of a case", said.text);
    let d = Diagnostic::at(code::UNKNOWN_VALUE, said.span, headline).here("not fixed for the case");
    if start_is_open {
        d.help("put its first value under `[start]`, and list each change as an event")
    } else {
        d.help("list each change, or what brings it about, as an event with its day")
    }
}

pub(super) fn given_twice(said: &Said) -> Diagnostic {
    let headline = format!("`{}` is given a value twice", said.text);
    Diagnostic::at(code::LISTED_TWICE, said.span, headline)
        .here("given again here")
        .help("take one of the two lines out")
}

pub(super) fn has_no_value(said: &Said, kind: &str) -> Diagnostic {
    let headline = format!("`{}` is {kind}, and has no value", said.text);
    Diagnostic::at(code::UNKNOWN_VALUE, said.span, headline)
        .here("not a fact, judgement or doubt")
        .help("list the day on which it occurred as an event instead")
}

pub(super) fn only_a_status_starts(said: &Said, kind: &str) -> Diagnostic {
    let headline = format!("`{}` is {kind}, and only a status has a first value", said.text);
    Diagnostic::at(code::UNKNOWN_VALUE, said.span, headline)
        .here("not a status")
        .help("put a fact, judgement or doubt under `[given]`, and list what occurred as an event")
}

pub(super) fn starts_otherwise(pair: &Pair, as_: &str, yes_no: bool) -> Diagnostic {
    let name = &pair.name.text;
    let d = Diagnostic::at(
        code::UNKNOWN_VALUE,
        pair.value.span,
        format!("`{name}` starts as `{as_}` in every case"),
    )
    .here("cannot start otherwise");
    if yes_no {
        d.help(format!(
            "take the line out, and list `{name} begins` with its day as the first event"
        ))
    } else {
        d.help("take the line out, and list what brought it about with its day as the first event")
    }
}

pub(super) fn no_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::at(code::NO_VALUE, span, format!("`{name}` is named and has no value"))
        .here("nothing is written")
        .help("write its value, or take the line out if it is not known")
}

pub(super) fn facts_not_given(whole: Span, missing: &[&str]) -> Diagnostic {
    let named: Vec<String> = missing.iter().map(|m| format!("`{m}`")).collect();
    let headline = match named.as_slice() {
        [most @ .., last] if (1..5).contains(&most.len()) => {
            format!("the case says nothing of {} and {last}", most.join(", "))
        }
        [one] => format!("the case says nothing of {one}"),
        many => format!("the case says nothing of {} facts", many.len()),
    };
    let mut d = Diagnostic::at(code::NO_VALUE, whole, headline)
        .note(format!("what turns on these stays open: {}", named.join(", ")))
        .help("write each that is known under `[given]`");
    d.severity = Severity::Note;
    d
}

// Days

/// Four digits and two more after a hyphen: meant as a day, and told as one.
pub(super) fn looks_like_a_day(text: &str) -> bool {
    let b = text.trim_start_matches(['"', '\'']).as_bytes();
    let digits = |r: std::ops::Range<usize>| b.get(r).is_some_and(|s| s.iter().all(u8::is_ascii_digit));
    digits(0..4) && b.get(4) == Some(&b'-') && digits(5..6)
}

pub(super) fn no_day(said: &Said) -> Diagnostic {
    let text = said.text.trim().trim_matches(['"', '\'']);
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let at = |headline: String| Diagnostic::at(code::NOT_A_DAY, said.span, headline);
    let is_form = day.len() == 10
        && day.bytes().enumerate().all(|(i, b)| match i {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    match (Day::parse_iso(day), is_form, rest.is_empty()) {
        (Some(_), _, false) => at(format!("`{text}` has a time of day, and a case is told in days"))
            .here("more than a day")
            .help(format!(
                "write `{day}` if that is the day in London; of events on one day, write the earlier one first"
            )),
        (None, true, _) => at(format!("there is no day `{day}`"))
            .here("not in the calendar")
            .help("look up the day that was meant, and write it as year, month, day"),
        _ => {
            let other = written_at_start(text).filter(|w| !w.days.is_empty());
            at(format!("`{text}` is not a day"))
                .here("not a day")
                .help(other.map_or_else(
                    || "write year, month, day with hyphens, such as `2026-04-20`".to_owned(),
                    |written| written.help(),
                ))
        }
    }
}

pub(super) fn out_of_order((span, day): (Span, Day), (before, earlier): (Span, Day)) -> Diagnostic {
    Diagnostic::at(
        code::OUT_OF_ORDER,
        span,
        format!("{day} stands after {earlier}, which is later"),
    )
    .here("earlier than the one above it")
    .also(before, "later than the one below it")
    .help("check both days, and move the event to its place if they are right")
}

pub(super) fn newest_first(span: Span) -> Diagnostic {
    Diagnostic::at(code::OUT_OF_ORDER, span, "the events run backwards, the newest first")
        .here("earlier than the one above it")
        .help("sort the lines by day with the oldest first, and turn the order of those on one day round as well")
}

pub(super) fn booked_for_the_past(span: Span, due: Day) -> Diagnostic {
    Diagnostic::at(
        code::OUT_OF_ORDER,
        span,
        format!("a meeting is booked for {due}, which had passed"),
    )
    .here("booked on this day")
    .help("write the day of the booking as `date`, and the day it is for as `booked-for`")
}

pub(super) fn twice(span: Span, first: Span, name: &str) -> Diagnostic {
    Diagnostic::at(
        code::LISTED_TWICE,
        span,
        format!("`{name}` is listed twice, though it comes once in a case"),
    )
    .here("listed again here")
    .also(first, "first listed here")
    .help(format!(
        "take one of them out, or declare `repeats` for `{name}` in the protocol"
    ))
}

pub(super) fn begun_twice(span: Span, first: Span, said: &str) -> Diagnostic {
    let mut d = Diagnostic::at(code::LISTED_TWICE, span, format!("`{said}` is listed twice"))
        .here("listed again here")
        .also(first, "first listed here")
        .help("take one of them out, unless the opposite happened in between");
    d.severity = Severity::Warning;
    d
}

pub(super) fn nothing_written(file: Span) -> Diagnostic {
    Diagnostic::at(code::BAD_CASE_FILE, file, "this case file is empty")
        .here("what is known of the case is written here")
        .help("write each event below a line `[[event]]`: `date = 2026-04-20`, and `what = \"in-care begins\"`")
}

pub(super) fn same_line(span: Span, first: Span) -> Diagnostic {
    let mut d = Diagnostic::at(code::LISTED_TWICE, span, "the same is listed twice on one day")
        .here("listed again here")
        .also(first, "first listed here")
        .help("take one of them out, unless it did occur twice that day");
    d.severity = Severity::Warning;
    d
}

pub(super) fn in_the_future(span: Span, day: Day, today: Day, held: bool) -> Diagnostic {
    let d =
        Diagnostic::at(code::IN_THE_FUTURE, span, format!("{day} has not come yet")).here(format!("today is {today}"));
    if held {
        d.help("list `is booked` instead, on the day it was booked and with this day as `booked-for`")
    } else {
        d.help("check the year, or leave out what is only planned: a case lists what occurred")
    }
}

pub(super) fn born_in_the_future(span: Span, day: Day, today: Day) -> Diagnostic {
    Diagnostic::at(
        code::IN_THE_FUTURE,
        span,
        format!("the child is born on {day}, which has not come yet"),
    )
    .here(format!("today is {today}"))
    .help("check the year, or leave `born` out until the child is born")
}

pub(super) fn before_birth(span: Span, day: Day, (born, birth): (Span, Day)) -> Diagnostic {
    Diagnostic::at(code::BEFORE_BIRTH, span, format!("{day} is before the child is born"))
        .here("before the birth")
        .also(born, format!("born on {birth}"))
        .help("check both years; leave it as it is if it was done for a child not yet born")
}

pub(super) fn outside(span: Span, here: &str, day: Day, (from, until): (Option<Day>, Option<Day>)) -> Diagnostic {
    let known = match (from, until) {
        (Some(from), Some(until)) => format!("the calendar is known from {from} until {until}"),
        (Some(from), None) => format!("the calendar is known from {from}"),
        (None, Some(until)) => format!("the calendar is known until {until}"),
        (None, None) => "the calendar is not known".to_owned(),
    };
    Diagnostic::at(
        code::OUTSIDE_CALENDAR,
        span,
        format!("{day} is outside the protocol's calendar"),
    )
    .here(here)
    .note(known)
    .help("check the year, or give the protocol a calendar that covers it")
}
