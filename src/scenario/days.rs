//! The first and last day of an act, and what can no longer be kept. In: a schedule. Out: what it says, against what was
//! expected.

use super::{Came, Line, names};
use crate::model::{Act, Body, Bound, FactorId, Happening, History, Moment, NormId, Ordinal, Protocol, ValueId, words};
use crate::schedule::{self, Duty, Loss, Schedule, State};
use crate::source::{FileId, Span};
use crate::time::Day;

/// The answers to doubts, in words, and the first and last day under them.
type Way<'s> = (String, Option<&'s schedule::Bound>, Option<&'s schedule::Bound>);

/// Whether the act has this first, last or only day, with everything else kept that can be.
pub(super) fn timed(
    p: &Protocol,
    history: &History,
    schedule: &Schedule,
    (what, which): (Happening, Ordinal),
    bound: Bound,
    wanted: Day,
) -> Came {
    let act = words::moment(
        p,
        &Moment {
            ordinal: which,
            what,
            since: None,
            span: Span::new(FileId(0), 0, 0),
        },
    );
    let (first, last) = (format!("the first day: {act}"), format!("the last day: {act}"));
    let expected = Line::on(
        wanted,
        match bound {
            Bound::First => first.clone(),
            Bound::Last => last.clone(),
            Bound::Only => format!("the only day: {act}"),
        },
    );
    // Each way in which the case may be read, with the days under it.
    let mut found: Vec<Way<'_>> = Vec::new();
    let mut past = Vec::new();
    // Whether a day that is asked about is another under another answer, or there is none.
    let mut open = false;
    let duties = asking(p, history, schedule, (what, which));
    for duty in &duties {
        let asked = duty.fates.iter().map(|f| {
            let day = |b: &Option<schedule::Bound>, not: Bound| b.as_ref().filter(|_| bound != not).map(|b| b.day);
            let now = matches!(f.state, State::Due | State::Later);
            now.then(|| (day(&f.earliest, Bound::Last), day(&f.latest, Bound::First)))
        });
        let mut asked: Vec<_> = asked.collect();
        asked.dedup();
        open |= asked.len() > 1;
        for fate in &duty.fates {
            match fate.state {
                State::Due | State::Later => {
                    found.push((under(p, &fate.under), fate.earliest.as_ref(), fate.latest.as_ref()))
                }
                State::Overdue(day) => past.push(Line::on(
                    day,
                    format!("`{}` is missed from this day on", names::name(p, duty.rule.norm)),
                )),
                State::TooLate => past.push(Line::never(format!(
                    "for `{}` no day is left",
                    names::name(p, duty.rule.norm)
                ))),
                State::Waiting | State::Late(_) | State::Done(_) | State::Lapsed | State::NotAsked => {}
            }
        }
    }
    let day = |b: &Option<&schedule::Bound>| b.map(|b| b.day);
    // What several duties ask is one act: its first day is the latest of theirs, its last the earliest.
    let earliest = found.iter().filter_map(|(_, e, _)| day(e)).max();
    let latest = found.iter().filter_map(|(_, _, l)| day(l)).min();
    let mut got = Vec::new();
    for (under, e, l) in &found {
        if bound != Bound::Last {
            got.extend(e.iter().flat_map(|b| told(p, b, &first, under)));
        }
        if bound != Bound::First {
            got.extend(l.iter().flat_map(|b| told(p, b, &last, under)));
        }
    }
    let mut seen: Vec<Line> = Vec::new();
    got.retain(|l| {
        let new = !seen.contains(l);
        seen.push(l.clone());
        new
    });
    got.extend(past);
    if got.is_empty() {
        got.push(Line::never(match found.is_empty() {
            true => format!("nothing asks that {act}"),
            false => format!("no such day is stated or follows: {act}"),
        }));
    }
    let unsure = found.iter().any(|(_, e, l)| {
        let unsure = |b: &Option<&schedule::Bound>| b.is_some_and(|b| !b.sure);
        (bound != Bound::Last && unsure(e)) || (bound != Bound::First && unsure(l))
    });
    let holds = match bound {
        Bound::First => earliest == Some(wanted),
        Bound::Last => latest == Some(wanted),
        Bound::Only => earliest == Some(wanted) && latest == Some(wanted),
    };
    if open || unsure || (!holds && !schedule.unsettled.is_empty()) {
        got.extend(schedule.unsettled.iter().map(Line::never));
        if open {
            got.push(Line::never(
                "how the text is read makes a difference, and the case does not give it",
            ));
        }
        return Came::undecided(expected, got);
    }
    if !holds {
        let values = assumed(schedule, &duties);
        let said = || format!("nobody gave this, and it was taken so: {}", values.join(", "));
        got.extend((!values.is_empty()).then(|| Line::never(said())));
    }
    Came::out(holds, expected, got)
}

/// The duties that ask for an act.
pub(super) fn asking<'s>(
    p: &Protocol,
    history: &History,
    schedule: &'s Schedule,
    (what, which): (Happening, Ordinal),
) -> Vec<&'s Duty> {
    let asks = |d: &&Duty| is_of(p, history, d, what, which);
    schedule.duties.iter().filter(asks).collect()
}

/// What the days of these rest on though nobody gave it: of what is asked now what its days turn on, of what is asked later all.
pub(super) fn assumed(schedule: &Schedule, duties: &[&Duty]) -> Vec<String> {
    let later = |d: &&Duty| d.fates.iter().any(|f| f.state == State::Later);
    let mut out: Vec<&schedule::Assumed> = match duties.is_empty() || duties.iter().any(later) {
        true => schedule.assumed.iter().collect(),
        false => duties.iter().flat_map(|d| &d.fates).flat_map(|f| &f.assumed).collect(),
    };
    out.sort();
    out.dedup();
    out.into_iter()
        .map(|a| format!("`{}` is `{}`", a.name, a.value))
        .collect()
}

/// A day with the links that lead to it.
fn told(p: &Protocol, bound: &schedule::Bound, what: &str, under: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for why in &bound.why {
        let rule = why.rule.as_ref().map(|r| {
            let name = names::name(p, r.norm);
            let cites = if r.cites.is_empty() {
                String::new()
            } else {
                format!(" ({})", r.cites.join(", "))
            };
            format!("`{name}` counts from here: {}{cites}", why.said)
        });
        let mut text = rule.unwrap_or_else(|| why.said.clone());
        // That a Saturday is no working day goes without saying.
        let named = why.skipped.iter().filter(|(day, name)| day.weekday().name() != name);
        let days: Vec<String> = named.map(|(day, name)| format!("{name} ({day})")).collect();
        if !days.is_empty() {
            text = format!("{text}; not counted: {}", days.join(", "));
        }
        lines.push(Line::on(why.anchor_day, text));
    }
    lines.push(Line::on(bound.day, format!("{what}{under}")));
    let together: Vec<String> = bound
        .together
        .iter()
        .map(|r| format!("`{}`", names::name(p, r.norm)))
        .collect();
    match together.as_slice() {
        [] => {}
        [one] => lines.push(Line::never(format!("{one} leaves no other day"))),
        many => lines.push(Line::never(format!(
            "these together leave no other day: {}",
            many.join(", ")
        ))),
    }
    lines
}

fn under(p: &Protocol, answers: &[(FactorId, ValueId)]) -> String {
    let said = |(f, v): &(FactorId, ValueId)| {
        let factor = p.factors.get(f.index())?;
        let value = factor.values.get(v.0 as usize)?;
        Some(format!("“{}” is read as “{value}”", factor.origin.label))
    };
    let said: Vec<String> = answers.iter().filter_map(said).collect();
    if said.is_empty() {
        String::new()
    } else {
        format!(", if {}", said.join(" and "))
    }
}

/// Whether a duty asks for this act.
fn is_of(p: &Protocol, history: &History, duty: &Duty, what: Happening, which: Ordinal) -> bool {
    let (class, ordinal) = match duty.rule.norm {
        NormId::Decision(d) => (Happening::Decided(d), Ordinal::Any),
        NormId::Rule(r) => {
            let Some(Body::Norm { act, .. }) = p.rules.get(r.index()).map(|r| &r.body) else {
                return false;
            };
            match act {
                Act::Hold(w) => (Happening::Held(w.meeting), w.ordinal),
                Act::Book(w) => (Happening::Booked(w.meeting), w.ordinal),
                Act::Cancel(w) => (Happening::Cancelled(w.meeting), w.ordinal),
                Act::Send(d, _, ordinal) => (Happening::Sent(*d), *ordinal),
                Act::Decide(d) => (Happening::Decided(*d), Ordinal::Any),
                Act::Allocate(r) => (Happening::Allocated(*r), Ordinal::Any),
                Act::Begin(s) => (Happening::Begins(*s), Ordinal::Any),
                Act::End(s) => (Happening::Ends(*s), Ordinal::Any),
                _ => (Happening::Done(r), Ordinal::Any),
            }
        }
    };
    if !names::is_of(p, class, what) && !names::is_of(p, what, class) {
        return false;
    }
    let so_far = history
        .occurrences
        .iter()
        .filter(|o| names::is_of(p, o.what, what))
        .count();
    let number = |ordinal: Ordinal| match ordinal {
        Ordinal::First => Some(1),
        Ordinal::Second => Some(2),
        Ordinal::Third => Some(3),
        _ => None,
    };
    let wanted = number(which).unwrap_or(so_far + 1);
    match ordinal {
        Ordinal::EachLater => wanted > 1 && wanted == so_far + 1,
        // What is yet to come and is named by no number is the next one.
        _ => wanted == number(ordinal).unwrap_or(so_far + 1),
    }
}

/// Whether, from here on, these two cannot both be kept; or, without any, whether everything can be.
pub(super) fn clash(p: &Protocol, schedule: &Schedule, today: Day, pair: Option<(NormId, NormId)>) -> Came {
    let clashes: Vec<_> = schedule
        .lost
        .iter()
        .filter(|l| !matches!(l.kind, Loss::Broken { .. }))
        .collect();
    let mut got: Vec<Line> = clashes
        .iter()
        .map(|l| {
            let rules: Vec<String> = l
                .rules
                .iter()
                .map(|r| format!("`{}`", names::name(p, r.norm)))
                .collect();
            let said = match &l.kind {
                Loss::Booking { meeting, day } => format!("with {meeting} on {day}, not all can be kept of "),
                Loss::Clash { .. } | Loss::Broken { .. } => "not all can be kept of ".to_owned(),
            };
            Line::on(today, format!("{said}{}{}", rules.join(", "), under(p, &l.under)))
        })
        .collect();
    let (expected, hit) = match pair {
        Some((a, b)) => {
            let both = |l: &&&schedule::Lost| [a, b].iter().all(|n| l.rules.iter().any(|r| r.norm == *n));
            let hits: Vec<_> = clashes.iter().filter(both).collect();
            let said = format!(
                "`{}` and `{}` cannot both be kept",
                names::name(p, a),
                names::name(p, b)
            );
            // Under one answer to a doubt only, it is not settled.
            let whole = hits.iter().any(|l| l.under.is_empty());
            (said, (!hits.is_empty()).then_some(whole))
        }
        None => {
            let whole = clashes.iter().any(|l| l.under.is_empty());
            let free = match (clashes.is_empty(), whole) {
                (true, _) => Some(true),
                (false, true) => None,
                (false, false) => Some(false),
            };
            ("everything can be kept".to_owned(), free)
        }
    };
    let expected = Line::on(today, expected);
    if got.is_empty() {
        got.push(Line::on(today, "everything can be kept"));
    }
    let unsettled = !schedule.unsettled.is_empty();
    match hit {
        Some(false) => Came::undecided(expected, got),
        Some(true) if pair.is_some() || !unsettled => Came::out(true, expected, got),
        None if pair.is_none() || !unsettled => Came::out(false, expected, got),
        _ => {
            got.extend(schedule.unsettled.iter().map(Line::never));
            Came::undecided(expected, got)
        }
    }
}
