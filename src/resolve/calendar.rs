//! A `calendar` item becomes a [`CalendarDef`]. In: the item as written. Out: the definition and what is wrong with it.
//! Must not place holidays or count days: that is `calendar`'s work.
//! A definition returned without a diagnostic is one that `Calendar::build` accepts.

use std::collections::BTreeMap;

use crate::ast::{Holiday, Item, SlotKind};
use crate::diagnostics::{Diagnostic, code};
use crate::model::CalendarDef;
use crate::source::Span;
use crate::time::{Day, Weekday};

/// The definition an item gives. A slot that is missing or wrong is reported in `out` and left as written; what would only
/// follow from a broken line is not reported.
pub fn calendar(item: &Item, out: &mut Vec<Diagnostic>) -> CalendarDef {
    let name = item.name.as_ref().map(|n| n.node.clone()).unwrap_or_default();
    let head = item.name.as_ref().map_or(item.kind.span, |n| n.span);

    let known_from = single(item, out, |s| {
        if let SlotKind::KnownFrom(d) = s {
            Some(d.node)
        } else {
            None
        }
    });
    let published_until = single(item, out, |s| {
        if let SlotKind::PublishedUntil(d) = s {
            Some(d.node)
        } else {
            None
        }
    });
    let known_until = single(item, out, |s| {
        if let SlotKind::KnownUntil(d) = s {
            Some(d.node)
        } else {
            None
        }
    });
    let edition = single(item, out, |s| {
        if let SlotKind::Edition(d) = s {
            Some(d.node)
        } else {
            None
        }
    });
    let weekend = single(item, out, |s| {
        if let SlotKind::Weekend(days) = s {
            Some(days.iter().map(|d| d.node).collect::<Vec<Weekday>>())
        } else {
            None
        }
    });

    let missing: Vec<&str> = [
        (known_from.is_none(), "known from"),
        (published_until.is_none(), "published until"),
        (known_until.is_none(), "known until"),
        (edition.is_none(), "edition"),
        (weekend.is_none(), "weekend"),
    ]
    .into_iter()
    .filter_map(|(gone, line)| gone.then_some(line))
    .collect();
    if !item.broken && !missing.is_empty() {
        let quoted: Vec<String> = missing.iter().map(|line| format!("`{line}`")).collect();
        out.push(
            Diagnostic::at(code::INCOMPLETE_ITEM, head, format!("calendar `{name}` has no line {}", quoted.join(", ")))
                .here("no date can be counted without it")
                .help("add what is missing, such as `known until 2042-12-31`, `edition 2026-11-22` or `weekend saturday, sunday`"),
        );
    }

    axis(&name, known_from, known_until, published_until, out);
    if let Some((days, span)) = &weekend
        && (0..7).all(|n| days.contains(&Day(n).weekday()))
    {
        out.push(
            Diagnostic::at(
                code::WRONG_VALUE,
                *span,
                format!("calendar `{name}` makes every day of the week a weekend day"),
            )
            .here("no working day is left")
            .help("name only the days that are never working days"),
        );
    }

    let mut holidays = Vec::new();
    let mut one_offs: Vec<(Day, String)> = Vec::new();
    let mut placed: BTreeMap<Day, Span> = BTreeMap::new();
    for slot in &item.slots {
        match &slot.node {
            SlotKind::Holiday(h) => {
                holiday(h, slot.span, out);
                holidays.push(h.clone());
            }
            SlotKind::OneOff(day, label) => {
                if let Some(earlier) = placed.insert(day.node, day.span) {
                    out.push(
                        Diagnostic::at(code::REPEATED_SLOT, day.span, format!("calendar `{name}` names {} twice", day.node))
                            .here("the first line names the day")
                            .also(earlier, "named here")
                            .help("keep one of the two lines"),
                    );
                }
                let outside = known_from.is_some_and(|(from, _)| day.node < from)
                    || known_until.is_some_and(|(until, _)| until < day.node);
                if outside {
                    let headline = format!("`{}` on {} lies outside the days calendar `{name}` knows", label.node, day.node);
                    out.push(
                        Diagnostic::at(code::BEYOND_CALENDAR, day.span, headline)
                            .here("never used")
                            .help("correct the date, or widen `known from` and `known until`"),
                    );
                }
                one_offs.push((day.node, label.node.clone()));
            }
            SlotKind::KnownFrom(_)
            | SlotKind::PublishedUntil(_)
            | SlotKind::KnownUntil(_)
            | SlotKind::Edition(_)
            | SlotKind::Weekend(_) => {}
            _ => out.push(
                Diagnostic::at(code::MISPLACED, slot.keyword, format!("calendar `{name}` has a line that calendars do not take"))
                    .here("does not belong here")
                    .help(
                        "keep `known from`, `published until`, `known until`, `edition`, `weekend`, `holiday` and `one-off`; \
                         move the rest, or make it a comment",
                    ),
            ),
        }
    }

    CalendarDef {
        label: item
            .label
            .as_ref()
            .map_or_else(|| name.replace('-', " "), |l| l.node.clone()),
        name,
        known_from: known_from.map(|(d, _)| d),
        published_until: published_until.map(|(d, _)| d),
        known_until: known_until.map(|(d, _)| d),
        edition: edition.map(|(d, _)| d),
        weekend: weekend.map(|(days, _)| days).unwrap_or_default(),
        holidays,
        one_offs,
    }
}

/// The one slot that `pick` takes, with its place; further ones are reported.
fn single<T>(item: &Item, out: &mut Vec<Diagnostic>, pick: impl Fn(&SlotKind) -> Option<T>) -> Option<(T, Span)> {
    let mut found: Option<(T, Span)> = None;
    for slot in &item.slots {
        match (pick(&slot.node), &found) {
            (Some(_), Some((_, first))) => out.push(
                Diagnostic::at(code::REPEATED_SLOT, slot.span, "a calendar says this only once")
                    .here("said again")
                    .also(*first, "said here")
                    .help("keep one of the two lines"),
            ),
            (Some(value), None) => found = Some((value, slot.span)),
            (None, _) => {}
        }
    }
    found
}

/// The days `Calendar::build` can take: `from <= published until <= until`, and not more than 200 years.
fn axis(
    name: &str,
    from: Option<(Day, Span)>,
    until: Option<(Day, Span)>,
    published: Option<(Day, Span)>,
    out: &mut Vec<Diagnostic>,
) {
    let Some(((from, from_at), (until, until_at))) = from.zip(until) else {
        return;
    };
    if until < from {
        out.push(
            Diagnostic::at(
                code::WRONG_VALUE,
                until_at,
                format!("calendar `{name}` is known until {until}, before it is known at all"),
            )
            .here("too early")
            .also(from_at, "known from here on")
            .help("correct one of the two dates"),
        );
    } else if until.0.saturating_sub(from.0) >= crate::time::LONGEST_AXIS {
        out.push(
            Diagnostic::at(
                code::WRONG_VALUE,
                until_at,
                format!("calendar `{name}` covers more than 200 years"),
            )
            .here("too late")
            .also(from_at, "known from here on")
            .help("end it where a case that starts today has surely ended"),
        );
    } else if let Some((day, at)) = published
        && !(from..=until).contains(&day)
    {
        let headline =
            format!("the holidays of calendar `{name}` are published until {day}, outside the days it knows");
        out.push(
            Diagnostic::at(code::WRONG_VALUE, at, headline)
                .here(format!("not within {from} to {until}"))
                .help("give the last day whose holidays are published, or widen `known from` and `known until`"),
        );
    }
}

/// The years a holiday applies in; a date that no year has is refused by `syntax`.
fn holiday(h: &Holiday, span: Span, out: &mut Vec<Diagnostic>) {
    let label = &h.label.node;
    if let (Some(from), Some(until)) = (h.from, h.until)
        && until < from
    {
        out.push(
            Diagnostic::at(
                code::WRONG_VALUE,
                span,
                format!("`{label}` ends in {until}, before it starts in {from}"),
            )
            .here("applies in no year")
            .help("correct one of the two years"),
        );
    }
}
