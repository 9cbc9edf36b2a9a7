//! The JSON document of a schedule. Its fields are documented in `docs/schedule.md`; a change that could break a reader raises
//! [`SCHEDULE_SCHEMA_VERSION`].

use super::{Worked, words};
use crate::schedule::{Bound, Direction, Fate, Loss, RuleRef, Schedule, State, Taken, Under, Why};
use crate::time::Day;
use serde::Serialize;

/// The version of the document's schema.
pub const SCHEDULE_SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    today: String,
    protocol: &'a str,
    calendar: CalendarOut<'a>,
    lost: Vec<LostOut<'a>>,
    duties: Vec<DutyOut<'a>>,
    assumed: Vec<AssumedOut<'a>>,
    readings: Vec<ReadingOut<'a>>,
    unsettled: &'a [String],
    remarks: &'a [String],
}

#[derive(Serialize)]
struct CalendarOut<'a> {
    name: &'a str,
    edition: Option<String>,
    published_until: Option<String>,
    known_until: Option<String>,
}

#[derive(Serialize)]
struct RuleOut<'a> {
    name: &'a str,
    cites: &'a [String],
    says: &'a str,
}

#[derive(Serialize)]
struct AnswerOut<'a> {
    reading: &'a str,
    answer: &'a str,
}

#[derive(Serialize)]
struct LostOut<'a> {
    kind: &'static str,
    since: Option<String>,
    engaged_by: Option<&'a str>,
    meeting: Option<&'a str>,
    booked_for: Option<String>,
    under: Vec<AnswerOut<'a>>,
    rules: Vec<RuleOut<'a>>,
    text: String,
}

#[derive(Serialize)]
struct DutyOut<'a> {
    key: &'a str,
    rule: RuleOut<'a>,
    who: Option<&'a str>,
    what: &'a str,
    engaged_by: Option<&'a str>,
    force: &'static str,
    timing: &'a [String],
    limits: &'a [String],
    fates: Vec<FateOut<'a>>,
}

#[derive(Serialize)]
struct FateOut<'a> {
    under: Vec<AnswerOut<'a>>,
    state: &'static str,
    /// First day in breach, or day on which it was done.
    since: Option<String>,
    first_day: Option<BoundOut<'a>>,
    last_day: Option<BoundOut<'a>>,
    last_day_stated: bool,
}

#[derive(Serialize)]
struct BoundOut<'a> {
    day: String,
    sure: bool,
    why: Vec<WhyOut<'a>>,
    together: Vec<&'a str>,
}

#[derive(Serialize)]
struct WhyOut<'a> {
    rule: Option<RuleOut<'a>>,
    limit: &'a str,
    from: &'a str,
    from_day: String,
    count: Option<String>,
    direction: &'static str,
    skipped: Vec<SkippedOut<'a>>,
    day: String,
    published: bool,
}

#[derive(Serialize)]
struct SkippedOut<'a> {
    day: String,
    name: &'a str,
}

#[derive(Serialize)]
struct AssumedOut<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    how: &'static str,
    instead: &'a [String],
}

#[derive(Serialize)]
struct ReadingOut<'a> {
    name: &'a str,
    label: &'a str,
    answers: &'a [String],
}

/// Draws the document.
pub(super) fn document(worked: &Worked<'_>) -> String {
    let schedule = worked.schedule;
    let document = Document {
        schema_version: SCHEDULE_SCHEMA_VERSION,
        today: iso(schedule.today),
        protocol: worked.protocol,
        calendar: CalendarOut {
            name: &worked.calendar.name,
            edition: worked.calendar.edition.map(iso),
            published_until: worked.calendar.published_until.map(iso),
            known_until: worked.calendar.known_until.map(iso),
        },
        lost: schedule
            .lost
            .iter()
            .map(|l| LostOut {
                kind: match l.kind {
                    Loss::Broken { .. } => "broken",
                    Loss::Clash { .. } => "clash",
                    Loss::Booking { .. } => "booking",
                },
                since: match l.kind {
                    Loss::Broken { when, .. } => Some(iso(when)),
                    _ => None,
                },
                engaged_by: match &l.kind {
                    Loss::Broken { because, .. } => because.as_deref(),
                    _ => None,
                },
                meeting: match &l.kind {
                    Loss::Booking { meeting, .. } => Some(meeting),
                    _ => None,
                },
                booked_for: match l.kind {
                    Loss::Booking { day, .. } => Some(iso(day)),
                    _ => None,
                },
                under: under(schedule, &l.under),
                rules: l.rules.iter().map(rule).collect(),
                text: words::lost(l, words::date),
            })
            .collect(),
        duties: schedule
            .duties
            .iter()
            .map(|d| DutyOut {
                key: &d.key,
                rule: rule(&d.rule),
                who: (!d.who.is_empty()).then_some(d.who.as_str()),
                what: &d.what,
                engaged_by: d.because.as_deref(),
                force: if d.must { "must" } else { "should" },
                timing: &d.urgency,
                limits: &d.limits,
                fates: d.fates.iter().map(|f| fate(schedule, f)).collect(),
            })
            .collect(),
        assumed: schedule
            .assumed
            .iter()
            .map(|a| AssumedOut {
                name: &a.name,
                label: &a.label,
                value: &a.value,
                how: match a.how {
                    Taken::First => "first",
                    Taken::ToKeepAll => "to-keep-all",
                    Taken::WhereOpen => "where-open",
                },
                instead: &a.instead,
            })
            .collect(),
        readings: schedule
            .readings
            .iter()
            .map(|r| ReadingOut {
                name: &r.name,
                label: &r.label,
                answers: &r.answers,
            })
            .collect(),
        unsettled: &schedule.unsettled,
        remarks: worked.remarks,
    };
    // Every key is a string and no value is a map, so serialising cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn under<'a>(schedule: &'a Schedule, under: &Under) -> Vec<AnswerOut<'a>> {
    let told = under.iter().filter_map(|a| schedule.answer(*a));
    told.map(|(reading, answer)| AnswerOut {
        reading: &reading.name,
        answer,
    })
    .collect()
}

fn fate<'a>(schedule: &'a Schedule, fate: &'a Fate) -> FateOut<'a> {
    FateOut {
        under: under(schedule, &fate.under),
        state: words::state(fate.state),
        since: match fate.state {
            State::Overdue(day) => Some(iso(day)),
            State::Done(day) => day.map(iso),
            State::Late(day) => Some(iso(day)),
            _ => None,
        },
        first_day: fate.earliest.as_ref().map(bound),
        last_day: fate.latest.as_ref().map(bound),
        last_day_stated: fate.stated,
    }
}

fn iso(day: Day) -> String {
    day.to_string()
}

fn rule(rule: &RuleRef) -> RuleOut<'_> {
    RuleOut {
        name: &rule.name,
        cites: &rule.cites,
        says: &rule.says,
    }
}

fn bound(bound: &Bound) -> BoundOut<'_> {
    BoundOut {
        day: iso(bound.day),
        sure: bound.sure,
        why: bound.why.iter().map(link).collect(),
        together: bound.together.iter().map(|r| r.name.as_str()).collect(),
    }
}

fn link(why: &Why) -> WhyOut<'_> {
    WhyOut {
        rule: why.rule.as_ref().map(rule),
        limit: &why.said,
        from: &why.anchor,
        from_day: iso(why.anchor_day),
        count: why.count.map(|c| c.to_string()),
        direction: match why.direction {
            Direction::After => "after",
            Direction::Before => "before",
            Direction::Same => "same",
        },
        skipped: why
            .skipped
            .iter()
            .map(|(day, name)| SkippedOut { day: iso(*day), name })
            .collect(),
        day: iso(why.day),
        published: why.published,
    }
}
