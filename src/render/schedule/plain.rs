//! A schedule in sentences, for whoever hears it: one fact a line, dates in full, and how many there are before the first of
//! them. In: a schedule. Out: lines without layout.

use super::super::words::{date_long, sentence};
use super::sections::{NOT_ASKED, NOTHING, over, sections};
use super::{Worked, words};
use crate::schedule::{Bound, Duty, Fate, State};

/// Tells the schedule; with `why` every link of every day.
pub(super) fn sentences(worked: &Worked<'_>, why: bool) -> String {
    let schedule = worked.schedule;
    let mut out = Spoken::default();
    out.say(worked.title);
    out.say(&format!("as things stand on {}", date_long(schedule.today)));
    let lost: Vec<_> = schedule.lost_for_good().collect();
    for (i, one) in lost.iter().enumerate() {
        out.say(&format!("lost, {} of {}", i + 1, lost.len()));
        let under = words::under(schedule, &one.under);
        out.say(&format!("{}{}", given(&under), words::lost(one, date_long)));
    }
    for section in sections(schedule) {
        let of = section.duties.len();
        for (i, duty) in section.duties.iter().enumerate() {
            out.say(&format!("{}, {} of {of}", section.title, i + 1));
            out.duty(worked, duty, why && !section.is_over);
        }
    }
    let over = over(schedule);
    if !over.is_empty() {
        let names: Vec<String> = over.iter().map(|d| format!("`{}`", d.rule.name)).collect();
        out.say(&format!("{NOT_ASKED}: {}", names.join(", ")));
    }
    if schedule.lost.is_empty() && schedule.duties.is_empty() {
        out.say(NOTHING);
    }
    out.basis(worked);
    out.text
}

/// `if ... : `, or nothing whatever the reading.
fn given(under: &str) -> String {
    match under {
        "" => String::new(),
        under => format!("if {under}: "),
    }
}

#[derive(Default)]
struct Spoken {
    text: String,
}

impl Spoken {
    fn say(&mut self, text: &str) {
        self.text.push_str(&sentence(text));
        self.text.push('\n');
    }

    fn duty(&mut self, worked: &Worked<'_>, duty: &Duty, why: bool) {
        self.say(&words::task(duty));
        for word in &duty.urgency {
            self.say(&format!("in the words of the source: “{word}”"));
        }
        for fate in &duty.fates {
            let under = words::under(worked.schedule, &fate.under);
            self.say(&format!("{}{}", given(&under), stands(duty, fate)));
            self.days(worked, duty, fate, why);
        }
        let places = match duty.rule.cites.as_slice() {
            [] => String::new(),
            cites => format!(", see {}", cites.join(", ")),
        };
        self.say(&format!("rule `{}`{places}", duty.rule.name));
    }

    /// The first day, and how the days were counted.
    fn days(&mut self, worked: &Worked<'_>, duty: &Duty, fate: &Fate, why: bool) {
        let (is_late, is_open) = (
            matches!(fate.state, State::Overdue(_) | State::Late(_)),
            matches!(fate.state, State::Due | State::Later),
        );
        let last = fate.latest.as_ref();
        let fixed = |b: &&Bound| last.is_some_and(|last| last.day == b.day);
        let first = fate.earliest.as_ref().filter(|b| b.day > worked.schedule.today);
        if let Some(bound) = first.filter(|b| is_open && !fixed(b)) {
            self.say(&format!("not before {}", date_long(bound.day)));
            if why {
                self.reasons(duty, bound, "earlier", why);
            }
        }
        if let Some(limits) = words::uncounted(duty, fate) {
            self.say(&limits);
        }
        if let Some(bound) = last.filter(|_| is_open || is_late) {
            if !fate.stated && is_open {
                self.say("no last day is stated; other rules force this one");
            }
            self.reasons(duty, bound, "later", why);
        }
    }

    fn reasons(&mut self, duty: &Duty, bound: &Bound, what: &str, why: bool) {
        for reason in match why {
            true => words::reasons(bound, what, date_long),
            false => words::in_short(duty, bound, what),
        } {
            self.say(&reason);
        }
    }

    /// What the days rest on.
    fn basis(&mut self, worked: &Worked<'_>) {
        let schedule = worked.schedule;
        for assumed in &schedule.assumed {
            self.say(&format!("not given, and taken to be so: {}", words::assumed(assumed)));
        }
        if !schedule.assumed.is_empty() {
            self.say("put what is known of these into the case file, and ask again");
        }
        for reading in &schedule.readings {
            self.say(&format!("open to doubt: {}", words::open(reading)));
        }
        for left in &schedule.unsettled {
            self.say(&format!("not worked out: {left}"));
        }
        self.say(&words::calendar(worked.calendar, date_long));
    }
}

/// How a duty stands, with its day.
fn stands(duty: &Duty, fate: &Fate) -> String {
    let last = fate.latest.as_ref().map(|bound| date_long(bound.day));
    match (fate.state, last) {
        (State::Overdue(day), _) => format!("its last day was {}", date_long(day.plus(-1))),
        (State::Late(day), Some(last)) => format!("done late, on {}; its last day was {last}", date_long(day)),
        (State::Late(day), None) => format!("done late, on {}", date_long(day)),
        (State::Done(Some(day)), _) => format!("done on {}", date_long(day)),
        (State::Done(None), _) => "done".to_owned(),
        (State::TooLate, _) => "too late".to_owned(),
        (State::Waiting, _) => "waits for others".to_owned(),
        (State::Lapsed | State::NotAsked, _) => "not asked".to_owned(),
        (State::Due | State::Later, last) => {
            let only = fate.earliest.as_ref().zip(fate.latest.as_ref());
            let by = match (last, only) {
                (Some(day), Some((first, last))) if first.day == last.day => format!("on {day}"),
                (Some(day), _) => format!("by {day}"),
                (None, _) => "no last day".to_owned(),
            };
            match &duty.because {
                Some(because) if fate.state == State::Later => format!("{by}, once {because}"),
                _ => by,
            }
        }
    }
}
