//! Limits in clock hours run on over weekends and holidays: from how many days they end when nobody is at work. In: an
//! [`Asker`]. Out: one note, with the longest wait for the next working day. It is counted from the calendar, not solved.

use crate::calendar::{Calendar, Reach as Counted};
use crate::diagnostics::{Evidence, LabelKind, Severity, code};
use crate::model::{Body, LimitKind, Modal, Rule};
use crate::solve::ask::Asker;
use crate::source::Span;
use crate::time::{Day, Duration, Unit};

use super::describe;
use super::finding::{Finding, Reach};

/// How often a length of time ends on a day off, and the worst of it.
struct Count {
    off: usize,
    all: usize,
    /// From this day it ends on the second, and the third is the next working day.
    worst: Option<(Day, Day, Day)>,
}

/// The note, if any of our duties has such a limit.
pub fn findings(asker: &Asker<'_>) -> Option<Finding> {
    let ground = &asker.ground;
    let found: Vec<(&Rule, Duration, Span)> = ground
        .protocol
        .rules
        .iter()
        .filter_map(|r| in_hours(asker, r))
        .collect();
    let (first, duration, _) = found.first()?;
    let count = counted(ground.calendar, asker.starts, *duration);
    let (from, end, next) = count.worst?;
    let names: Vec<String> = found.iter().map(|(r, ..)| format!("`{}`", r.origin.name)).collect();
    let places = found.iter().enumerate().map(|(at, (_, _, span))| {
        let kind = if at == 0 {
            LabelKind::Primary
        } else {
            LabelKind::Secondary
        };
        (*span, "who is there to act when these hours end?".to_owned(), kind)
    });
    let skipped = ground
        .calendar
        .why_not_working(end)
        .map_or(String::new(), |why| format!(" ({why})"));
    Some(Finding {
        code: code::HOURS_OFF,
        severity: Severity::Note,
        headline: format!(
            "the clock hours of {} can end on a day when nobody is at work",
            describe::join(&names)
        ),
        core: Vec::new(),
        related: Vec::new(),
        places: places.collect(),
        story: Vec::new(),
        notes: vec![
            format!(
                "those of `{}` do so from {} of {} days; the next working day is furthest off from {}: they end on {}{skipped}, and it is {}",
                first.origin.name,
                count.off,
                count.all,
                said(from),
                said(end),
                said(next)
            ),
            "limits in hours are counted here in whole days, rounded up".to_owned(),
        ],
        help: vec!["ask whether somebody is on duty then, or whether working days are meant".to_owned()],
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::SomeDates,
        protects: false,
    })
}

fn said(day: Day) -> String {
    format!("{:?} {day}", day.weekday())
}

/// A duty of ours, the hours within which it is due, and where they stand.
fn in_hours<'p>(asker: &Asker<'p>, rule: &'p Rule) -> Option<(&'p Rule, Duration, Span)> {
    let is_local = asker.ground.protocol.modules.get(rule.origin.module.index())?.local;
    let is_duty = matches!(
        &rule.body,
        Body::Norm {
            modal: Modal::Must | Modal::Should,
            ..
        }
    );
    rule.limits
        .iter()
        .filter(|_| is_local && is_duty)
        .find_map(|limit| match &limit.kind {
            LimitKind::Within(length, _) => {
                let hours = length.any.iter().find(|d| d.unit == Unit::Hours)?;
                Some((rule, *hours, limit.span))
            }
            _ => None,
        })
}

/// Counts from every start day (first and last axis day, inclusive).
fn counted(calendar: &Calendar, (first, last): (i32, i32), duration: Duration) -> Count {
    let mut count = Count {
        off: 0,
        all: 0,
        worst: None,
    };
    for from in (first..=last).filter_map(|at| calendar.day(at)) {
        let Counted::Day(end) = calendar.add(from, duration) else {
            continue;
        };
        count.all += 1;
        if calendar.is_working(end) {
            continue;
        }
        count.off += 1;
        let Some(next) = (1..)
            .map(|n| end.plus(n))
            .take_while(|d| *d <= calendar.last())
            .find(|d| calendar.is_working(*d))
        else {
            continue;
        };
        // The first of the longest waits from the calendar's edition on: one that is yet to come.
        let is_to_come = calendar.edition().is_none_or(|edition| from >= edition);
        let wait = |(_, end, next): &(Day, Day, Day)| next.0 - end.0;
        let found = (from, end, next);
        if is_to_come && calendar.is_published(next) && count.worst.as_ref().is_none_or(|w| wait(w) < wait(&found)) {
            count.worst = Some(found);
        }
    }
    count
}
