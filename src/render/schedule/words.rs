//! Words that several forms of a schedule share. In: parts of a schedule. Out: text without layout.

use super::super::CalendarEdition;
use super::super::words::date_short;
use crate::schedule::{
    Assumed, Bound, Direction, Duty, Fate, Loss, Lost, Reading, RuleRef, Schedule, State, Taken, Why,
};
use crate::time::{Day, Weekday};

/// How a date is written.
pub(super) type Dates = fn(Day) -> String;

/// A date in running text.
pub(super) fn date(day: Day) -> String {
    date_short(day).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One word for a state.
pub(super) fn state(state: State) -> &'static str {
    match state {
        State::Overdue(_) => "overdue",
        State::Late(_) => "late",
        State::TooLate => "too-late",
        State::Waiting => "waiting",
        State::Due => "due",
        State::Later => "later",
        State::Done(_) => "done",
        State::Lapsed => "lapsed",
        State::NotAsked => "not-asked",
    }
}

/// `the lead worker: hold the first care review`; `somebody (not stated who): ...`.
pub(super) fn task(duty: &Duty) -> String {
    let who = match duty.who.as_str() {
        "" => "somebody (not stated who)",
        who => who,
    };
    let should = if duty.must { "" } else { " (should)" };
    format!("{who}{should}: {}", duty.what)
}

/// `` `care-planning-2010.first-care-review-in-20-days` (care-planning-2010 33(1)) ``.
pub(super) fn rule(rule: &RuleRef) -> String {
    match rule.cites.as_slice() {
        [] => format!("`{}`", rule.name),
        cites => format!("`{}` ({})", rule.name, cites.join(", ")),
    }
}

/// Several, joined by commas and `and`.
pub(super) fn rules(rules: &[RuleRef]) -> String {
    let names: Vec<String> = rules.iter().map(|r| format!("`{}`", r.name)).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `` `ten-day-rule` is 10-calendar-days ``, joined; empty whatever the reading.
pub(super) fn under(schedule: &Schedule, under: &[(crate::schedule::Doubt, crate::schedule::Answer)]) -> String {
    let told = under.iter().filter_map(|a| schedule.answer(*a));
    told.map(|(reading, answer)| match reading.name.contains('/') {
        true => format!("{} is read as {answer}", doubt(reading)),
        false => format!("{} is {answer}", doubt(reading)),
    })
    .collect::<Vec<_>>()
    .join(" and ")
}

/// A doubt by its name; one that stands on the spot, `X or perhaps Y`, has none of its own and is quoted.
pub(super) fn doubt(reading: &Reading) -> String {
    match reading.name.contains('/') {
        true => format!("“{}”", reading.label),
        false => format!("`{}`", reading.name),
    }
}

/// What was lost, as a sentence without a full stop.
pub(super) fn lost(lost: &Lost, date: Dates) -> String {
    let first = lost.rules.first().map(rule).unwrap_or_default();
    let says = lost.rules.first().map_or("", |r| r.says.trim_end_matches('.'));
    let rest = lost.rules.get(1..).unwrap_or_default();
    match &lost.kind {
        Loss::Broken { when, .. } => format!("{first} is broken since {}: {says}", date(*when)),
        Loss::Clash { booked } => {
            let mut said = format!("{first} cannot be kept any more");
            if !rest.is_empty() {
                said.push_str(&format!(" together with {}", rules(rest)));
            }
            if *booked {
                said.push_str(", unless a booking is moved");
            }
            format!("{said}: {says}; the days are worked out as if it were given up")
        }
        Loss::Booking { meeting, day } => format!(
            "{meeting} on {} as booked, or these can be kept, not both: {}; the days are worked out as if it were moved",
            date(*day),
            rules(&lost.rules)
        ),
    }
}

/// The last day of a fate, in words; what stands where no day is known.
pub(super) fn last_day(fate: &Fate) -> String {
    match (fate.state, &fate.latest) {
        (State::Overdue(day), _) => format!("was due {}", date_short(day.plus(-1))),
        (State::Late(day), _) => format!("late {}", date_short(day)),
        (State::Done(Some(day)), _) => format!("done {}", date_short(day)),
        (State::Done(None), _) => "done".to_owned(),
        (State::TooLate, _) => "too late".to_owned(),
        (State::Waiting, _) => "waits for others".to_owned(),
        (State::Lapsed | State::NotAsked, _) => "not asked".to_owned(),
        (_, Some(bound)) if fate.earliest.as_ref().is_some_and(|first| first.day == bound.day) => {
            format!("on {}", date_short(bound.day))
        }
        (_, Some(bound)) => format!("by {}", date_short(bound.day)),
        (_, None) => "no last day".to_owned(),
    }
}

/// The limits of a duty that state a last day where none is known, as a sentence without a full stop.
pub(super) fn uncounted(duty: &Duty, fate: &Fate) -> Option<String> {
    let open = matches!(fate.state, State::Due | State::Later) && fate.stated && fate.latest.is_none();
    (open && !duty.limits.is_empty()).then(|| {
        let limits = duty.limits.join(", and ");
        format!("{limits}, of which no day is known yet")
    })
}

/// One link as a sentence without a full stop.
pub(super) fn link(why: &Why, date: Dates) -> String {
    let anchor = format!("{} ({})", date(why.anchor_day), why.anchor);
    let day = date(why.day);
    let counted = match (why.count, why.direction) {
        (Some(count), Direction::After) => format!("{count} after {anchor} is {day}"),
        (Some(count), Direction::Before) => format!("the last day at least {count} before {anchor} is {day}"),
        _ if why.rule.is_none() => format!("booked for {day}"),
        _ => format!("the same day as {anchor}"),
    };
    let mut parts = vec![counted];
    parts.extend(skipped(why, date));
    if !why.published {
        parts.push("holidays that far ahead are extrapolated by rule".to_owned());
    }
    let by = why
        .rule
        .as_ref()
        .map_or(String::new(), |r| format!(" [{}: {}]", rule(r), why.said));
    format!("{}{by}", parts.join("; "))
}

/// `passed over: 8 days of weekends, Mon 4 May 2026 (Early May bank holiday)`.
fn skipped(why: &Why, date: Dates) -> Option<String> {
    let is_weekend = |day: Day, name: &str| {
        matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && name == day.weekday().name()
    };
    let weekends = why.skipped.iter().filter(|(d, n)| is_weekend(*d, n)).count();
    let mut said: Vec<String> = match weekends {
        0 => Vec::new(),
        1 => vec!["1 day of a weekend".to_owned()],
        n => vec![format!("{n} days of weekends")],
    };
    let named = why.skipped.iter().filter(|(d, n)| !is_weekend(*d, n));
    said.extend(named.map(|(day, name)| format!("{} ({name})", date(*day))));
    (!said.is_empty()).then(|| format!("passed over: {}", said.join(", ")))
}

/// Why a day is the first or the last: one sentence per link; where no chain explains it, the rules that together do.
pub(super) fn reasons(bound: &Bound, what: &str, date: Dates) -> Vec<String> {
    let mut out: Vec<String> = bound.why.iter().map(|why| link(why, date)).collect();
    if !bound.together.is_empty() {
        out.push(format!("no {what} day is left by {}", rules(&bound.together)));
    }
    if !bound.sure {
        out.push(format!("whether a {what} day is left was not decided"));
    }
    out
}

/// The limit that counts to the day itself, rather than every link.
pub(super) fn in_short(duty: &Duty, bound: &Bound, what: &str) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(last) = bound.why.last() {
        let other = last.rule.as_ref().filter(|r| r.name != duty.rule.name);
        let of = other.map_or(String::new(), |r| format!(" (`{}`)", r.name));
        out.push(format!("{}{of}", last.said));
    } else if !bound.together.is_empty() {
        out.push(format!("no {what} day is left by {}", rules(&bound.together)));
    }
    if !bound.sure {
        out.push(format!("whether a {what} day is left was not decided"));
    }
    out
}

/// A value that was taken, without a full stop.
pub(super) fn assumed(assumed: &Assumed) -> String {
    let how = match assumed.how {
        Taken::First => "",
        Taken::ToKeepAll => ", so that everything can be kept",
        Taken::WhereOpen => ", where that may be chosen",
    };
    let instead = match assumed.instead.as_slice() {
        [] => String::new(),
        others => format!("; what follows if it is {} is not listed", others.join(" or ")),
    };
    format!("`{}` is {}{how}{instead}", assumed.name, assumed.value)
}

/// A doubt with its answers.
pub(super) fn open(reading: &Reading) -> String {
    let name = doubt(reading);
    match name.contains(&reading.label) {
        true => name,
        false => format!("{name}: {} ({})", reading.label, reading.answers.join(", or ")),
    }
}

/// Which calendar was counted with, without a full stop.
pub(super) fn calendar(calendar: &CalendarEdition, date: Dates) -> String {
    let mut said = format!("calendar {}", calendar.name);
    if let Some(edition) = calendar.edition {
        said.push_str(&format!(", edition {}", date(edition)));
    }
    if let Some(until) = calendar.published_until {
        let until = date(until);
        said.push_str(&format!(
            "; holidays are published until {until} and extrapolated by rule after that"
        ));
    }
    said
}
