//! The calendar file: an all-day entry on each last day. In: a schedule. Out: iCalendar as RFC 5545 has it. Titles hold the
//! protocol's words and nothing of the case.

use super::super::words::date_short;
use super::{Worked, words};
use crate::schedule::{Duty, Fate, State};
use crate::time::Day;

/// Octets of a line, without its break.
const LINE: usize = 75;

/// The day from which revisions are counted, so that a later run supersedes an earlier one.
const FIRST_REVISION: i32 = 18_262;

/// Draws the calendar file.
pub(super) fn calendar(worked: &Worked<'_>) -> String {
    let mut out = String::new();
    for text in [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//duly//schedule//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ] {
        line(&mut out, text);
    }
    for duty in &worked.schedule.duties {
        for fate in &duty.fates {
            entry(&mut out, worked, duty, fate);
        }
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn entry(out: &mut String, worked: &Worked<'_>, duty: &Duty, fate: &Fate) {
    let day = match (fate.state, &fate.latest) {
        (State::Overdue(when), _) => when.plus(-1),
        (State::Due | State::Later, Some(bound)) => bound.day,
        _ => return,
    };
    let today = worked.schedule.today;
    let reading = words::under(worked.schedule, &fate.under);
    let mut about = vec![words::task(duty), words::rule(&duty.rule)];
    if !reading.is_empty() {
        about.push(format!("if {reading}"));
    }
    match fate.state {
        State::Overdue(_) => about.push("overdue".to_owned()),
        State::Later => about.extend(duty.because.as_ref().map(|b| format!("once {b}"))),
        _ => {}
    }
    if let Some(first) = fate.earliest.as_ref().filter(|b| b.day > today) {
        about.push(format!("not before {}", words::date(first.day)));
    }
    if !fate.stated && matches!(fate.state, State::Due | State::Later) {
        about.push("no last day is stated; other rules force this one".to_owned());
    }
    about.extend(fate.latest.iter().flat_map(|b| words::reasons(b, "later", words::date)));
    about.push(format!("worked out on {}", date_short(today)));
    let title = match fate.state {
        State::Overdue(_) => format!("Overdue: {}", duty.what),
        _ => format!("Last day: {}", duty.what),
    };
    line(out, "BEGIN:VEVENT");
    let id = digest(&[worked.case, &duty.key, &reading]);
    line(out, &format!("UID:{id:016x}@{}.duly", ascii(worked.protocol)));
    line(out, &format!("DTSTAMP:{}T000000Z", basic(today)));
    line(
        out,
        &format!("SEQUENCE:{}", today.0.saturating_sub(FIRST_REVISION).max(0)),
    );
    line(out, &format!("DTSTART;VALUE=DATE:{}", basic(day)));
    line(out, &format!("DTEND;VALUE=DATE:{}", basic(day.plus(1))));
    line(out, &format!("SUMMARY:{}", escaped(&title)));
    line(out, &format!("DESCRIPTION:{}", escaped(&about.join("\n"))));
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// `20260519`.
fn basic(day: Day) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}")
}

fn ascii(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect()
}

/// FNV-1a over the parts, each closed by a byte that no text has: the same on every machine and in every version.
fn digest(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|p| p.bytes().chain([0xff]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace("\r\n", "\\n")
        .replace(['\n', '\r'], "\\n")
}

/// A line, folded where it is too long; a character is never cut.
fn line(out: &mut String, text: &str) {
    let mut octets = 0;
    for c in text.chars() {
        if octets + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
}
