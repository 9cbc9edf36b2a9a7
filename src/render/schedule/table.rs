//! The table: what is lost, what is overdue, what is due, what comes later, what has no last day, what is done. In: a schedule.
//! Out: lines of at most so many columns as asked for, a longer word excepted.

use super::super::words::date_long;
use super::sections::{NOT_ASKED, NOTHING, over, sections};
use super::{Worked, words};
use crate::schedule::{Bound, Duty, Fate, State};

/// Columns of a date: `was due Mon 12 Jan 2026`.
const DATES: usize = 26;

/// Draws the table.
pub(super) fn table(worked: &Worked<'_>, why: bool, width: usize) -> String {
    let schedule = worked.schedule;
    let mut out = Lines {
        text: String::new(),
        width,
    };
    out.say(0, worked.title);
    out.say(0, &format!("As things stand on {}", date_long(schedule.today)));
    out.lost(worked);
    for section in sections(schedule) {
        out.section(worked, section.title, &section.duties, why && !section.is_over);
    }
    out.names(NOT_ASKED, &over(schedule));
    if schedule.lost.is_empty() && schedule.duties.is_empty() {
        out.end("");
        out.say(0, &format!("{NOTHING}."));
    }
    out.basis(worked);
    out.text
}

struct Lines {
    text: String,
    /// Columns of a line.
    width: usize,
}

impl Lines {
    /// A paragraph whose every line is indented by so much.
    fn say(&mut self, indent: usize, text: &str) {
        self.hang(indent, &" ".repeat(indent), text);
    }

    /// A paragraph beneath its lead.
    fn hang(&mut self, indent: usize, lead: &str, text: &str) {
        let mut line = lead.to_owned();
        let mut columns = lead.chars().count();
        let mut fresh = true;
        for word in text.split_whitespace() {
            let width = word.chars().count();
            if !fresh && columns + 1 + width > self.width {
                self.end(&line);
                line = " ".repeat(indent);
                columns = indent;
                fresh = true;
            }
            if !fresh {
                line.push(' ');
                columns += 1;
            }
            line.push_str(word);
            columns += width;
            fresh = false;
        }
        self.end(&line);
    }

    fn end(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    fn title(&mut self, title: &str) {
        self.end("");
        self.end(title);
    }

    /// What is broken or cannot be kept; a duty that is overdue is told there.
    fn lost(&mut self, worked: &Worked<'_>) {
        let schedule = worked.schedule;
        let lost: Vec<_> = schedule.lost_for_good().collect();
        if !lost.is_empty() {
            self.title("Lost");
        }
        for lost in lost {
            let under = words::under(schedule, &lost.under);
            let read = if under.is_empty() {
                String::new()
            } else {
                format!("if {under}: ")
            };
            self.say(2, &format!("{read}{}", words::lost(lost, words::date)));
        }
    }

    fn section(&mut self, worked: &Worked<'_>, title: &str, duties: &[&Duty], why: bool) {
        if duties.is_empty() {
            return;
        }
        self.title(&format!("{title} ({})", duties.len()));
        for duty in duties {
            self.duty(worked, duty, why);
        }
    }

    fn duty(&mut self, worked: &Worked<'_>, duty: &Duty, why: bool) {
        let mut task = words::task(duty);
        for word in &duty.urgency {
            task.push_str(&format!(", “{word}”"));
        }
        let one = duty.fates.len() == 1;
        let lead = match duty.fates.as_slice() {
            [only]
                if only.latest.is_some()
                    || matches!(only.state, State::Overdue(_) | State::Late(_) | State::Done(Some(_))) =>
            {
                words::last_day(only)
            }
            _ => String::new(),
        };
        if lead.is_empty() {
            self.hang(4, "  ", &task);
        } else {
            self.hang(DATES, &format!("  {lead:<width$}", width = DATES - 2), &task);
        }
        let indent = if lead.is_empty() { 4 } else { DATES };
        self.say(indent, &words::rule(&duty.rule));
        for fate in &duty.fates {
            if !one {
                let under = words::under(worked.schedule, &fate.under);
                let lead = format!("    {:<width$} ", words::last_day(fate), width = DATES - 5);
                self.hang(DATES, &lead, &format!("if {under}"));
            }
            self.fate(worked, duty, fate, if one { indent } else { DATES }, why);
        }
    }

    /// What is to be said of the days of a duty besides the last one.
    fn fate(&mut self, worked: &Worked<'_>, duty: &Duty, fate: &Fate, indent: usize, why: bool) {
        if let (State::Late(_), Some(bound)) = (fate.state, &fate.latest) {
            self.say(indent, &format!("its last day was {}", words::date(bound.day)));
        }
        if let (State::Overdue(_) | State::Late(_), Some(bound)) = (fate.state, &fate.latest) {
            self.reasons(indent, duty, (bound, "later"), why);
        }
        if !matches!(fate.state, State::Due | State::Later) {
            return;
        }
        if let (State::Later, Some(because)) = (fate.state, &duty.because) {
            self.say(indent, &format!("once {because}"));
        }
        let later = fate.earliest.as_ref().filter(|b| b.day > worked.schedule.today);
        let fixed = |b: &Bound| fate.latest.as_ref().is_some_and(|last| last.day == b.day);
        if let Some(bound) = later.filter(|b| !fixed(b)) {
            self.say(indent, &format!("not before {}", words::date(bound.day)));
            if why {
                self.reasons(indent, duty, (bound, "earlier"), why);
            }
        }
        if let Some(limits) = words::uncounted(duty, fate) {
            self.hang(indent + 2, &" ".repeat(indent), &limits);
        }
        if let Some(bound) = &fate.latest {
            if !fate.stated {
                self.say(indent, "no last day is stated; other rules force this one");
            }
            self.reasons(indent, duty, (bound, "later"), why);
        }
    }

    /// In short the limit that counts to the day itself; in full every link.
    fn reasons(&mut self, indent: usize, duty: &Duty, (bound, what): (&Bound, &str), why: bool) {
        if why {
            for reason in words::reasons(bound, what, words::date) {
                self.hang(indent + 2, &format!("{}- ", " ".repeat(indent)), &reason);
            }
        } else {
            for reason in words::in_short(duty, bound, what) {
                self.say(indent, &reason);
            }
        }
    }

    /// Only names: nobody has to do anything.
    fn names(&mut self, title: &str, duties: &[&Duty]) {
        if duties.is_empty() {
            return;
        }
        self.title(&format!("{title} ({})", duties.len()));
        let names: Vec<String> = duties.iter().map(|d| format!("`{}`", d.rule.name)).collect();
        self.say(2, &names.join(", "));
    }

    /// What the days rest on.
    fn basis(&mut self, worked: &Worked<'_>) {
        let schedule = worked.schedule;
        if !schedule.assumed.is_empty() {
            self.title("Not given, and taken to be");
            for assumed in &schedule.assumed {
                self.hang(4, "  ", &words::assumed(assumed));
            }
            self.say(2, "Put what is known of these into the case file, and ask again.");
        }
        if !schedule.readings.is_empty() {
            self.title("Open to doubt");
            for reading in &schedule.readings {
                self.hang(4, "  ", &words::open(reading));
            }
        }
        if !schedule.unsettled.is_empty() {
            self.title("Not worked out");
            for sentence in &schedule.unsettled {
                self.hang(4, "  ", sentence);
            }
        }
        self.end("");
        self.say(0, &words::calendar(worked.calendar, |day| day.to_string()));
    }
}
