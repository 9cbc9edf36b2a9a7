//! Whether the days of a case can be: in order, not twice, not in the future, not before birth, within the calendar. In:
//! occurrences with their places. Out: complaints; nothing is reordered or left out here.

use std::collections::BTreeMap;

use super::{Dated, error};
use crate::diagnostics::Diagnostic;
use crate::model::{Happening, Protocol};
use crate::source::Span;
use crate::time::Day;

/// The order of the lines of one file. A file that runs backwards throughout is told once.
pub(super) fn check_file(dated: &[Dated], out: &mut Vec<Diagnostic>) {
    let falls = |pair: &&[Dated]| matches!(pair, [a, b] if b.occurrence.day < a.occurrence.day);
    let rises = |pair: &[Dated]| matches!(pair, [a, b] if b.occurrence.day > a.occurrence.day);
    let wrong: Vec<&[Dated]> = dated.windows(2).filter(falls).collect();
    if let ([first, _, ..], false) = (wrong.as_slice(), dated.windows(2).any(rises)) {
        if let [_, later] = first {
            out.push(error::newest_first(later.span));
        }
        return;
    }
    for pair in wrong {
        if let [before, after] = pair {
            out.push(error::out_of_order(
                (after.span, after.occurrence.day),
                (before.span, before.occurrence.day),
            ));
        }
    }
}

/// Each day against today, the calendar and the birth.
pub(super) fn check_days(
    dated: &[Dated],
    born: Option<(Day, Span)>,
    protocol: &Protocol,
    today: Day,
    whole: Option<Span>,
    out: &mut Vec<Diagnostic>,
) {
    let def = &protocol.calendar;
    let on_axis = |day: Day| def.known_from.is_none_or(|f| f <= day) && def.known_until.is_none_or(|u| day <= u);
    let axis = (def.known_from, def.known_until);
    if let (Some(whole), false) = (whole, on_axis(today)) {
        out.push(error::outside(whole, "today lies outside", today, axis));
    }
    if let Some((born, span)) = born.filter(|(born, _)| *born > today) {
        out.push(error::born_in_the_future(span, born, today));
    }
    for d in dated {
        let day = d.occurrence.day;
        if day > today {
            let booking = matches!(d.occurrence.what, Happening::Held(_));
            out.push(error::in_the_future(d.span, day, today, booking));
        } else if !on_axis(day) {
            out.push(error::outside(
                d.span,
                "working days cannot be counted from here",
                day,
                axis,
            ));
        } else if let Some((born, span)) = born.filter(|(born, _)| day < *born) {
            out.push(error::before_birth(d.span, day, (span, born)));
        }
        match (d.occurrence.what, d.occurrence.due) {
            (_, Some(due)) if !on_axis(due) => {
                out.push(error::outside(d.span, "booked on this day for that one", due, axis))
            }
            (Happening::Booked(_), Some(due)) if due < day => out.push(error::booked_for_the_past(d.span, due)),
            _ => {}
        }
    }
}

/// What to say of a day that lies outside the calendar.
pub(super) fn off_axis(protocol: &Protocol, day: Day, span: Span, here: &str) -> Option<Diagnostic> {
    let (from, until) = (protocol.calendar.known_from, protocol.calendar.known_until);
    let off = from.is_some_and(|f| day < f) || until.is_some_and(|u| u < day);
    off.then(|| error::outside(span, here, day, (from, until)))
}

/// What is listed twice though it occurs once, and lines that say the same.
pub(super) fn check_repeats(dated: &[Dated], protocol: &Protocol, out: &mut Vec<Diagnostic>) {
    let mut firsts: BTreeMap<Happening, &Dated> = BTreeMap::new();
    let mut on_day: BTreeMap<(Happening, Day), Vec<&Dated>> = BTreeMap::new();
    for d in dated {
        let (what, day) = (d.occurrence.what, d.occurrence.day);
        let once = match what {
            Happening::Happens(e) => protocol.events.get(e.index()).filter(|e| !e.repeats).map(|e| &e.origin),
            Happening::Held(m) => protocol
                .meetings
                .get(m.index())
                .filter(|m| !m.repeats)
                .map(|m| &m.origin),
            _ => None,
        };
        let that_day = on_day.entry((what, day)).or_default();
        let same = that_day.iter().rev().find(|e| e.occurrence == d.occurrence);
        let state = match what {
            Happening::Begins(s) => protocol
                .statuses
                .get(s.index())
                .map(|s| format!("{} begins", s.origin.name)),
            Happening::Ends(s) => protocol
                .statuses
                .get(s.index())
                .map(|s| format!("{} ends", s.origin.name)),
            _ => None,
        };
        match (once, firsts.get(&what), same) {
            (Some(origin), Some(first), _) => out.push(error::twice(d.span, first.span, &origin.name)),
            (_, Some(first), None) => out.extend(state.map(|said| error::begun_twice(d.span, first.span, &said))),
            (_, _, Some(same)) => out.push(error::same_line(d.span, same.span)),
            _ => {}
        }
        that_day.push(d);
        firsts.entry(what).or_insert(d);
    }
}
