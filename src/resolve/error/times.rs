//! What is said about times: lengths, limits, dates, and which of several occurrences. In and out: as [`super`].

use super::super::moments::ordinal_word;
use super::super::names::Entry;
use super::{a_kind, list, title};
use crate::ast::{Item, ItemKind, Name, Occ, Ordinal, Slot, Spanned};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;
use crate::time::{Day, Duration};

pub(in crate::resolve) fn bare_days(count: u32, place: Span) -> Diagnostic {
    let day = if count == 1 { "day" } else { "days" };
    let either = format!("{count} working {day} or perhaps {count} calendar {day}");
    Diagnostic::at(
        code::BARE_DAYS,
        place,
        format!("`{count} {day}` does not say which days are counted"),
    )
    .here("working days or calendar days?")
    .help(format!("write `{count} working {day}` or `{count} calendar {day}`"))
    .help(format!(
        "if the source does not say, write `{either}`: duly then checks both and tells you whether it matters"
    ))
    .fix(place, either)
}

pub(in crate::resolve) fn absurd_duration(d: Duration, place: Span) -> Diagnostic {
    let (what, help) = if d.count == 0 {
        (
            "is no time at all",
            "write `same day as` for the day itself, or a number from 1",
        )
    } else {
        ("is more than a hundred years", "check the number and its unit")
    };
    Diagnostic::at(code::WRONG_VALUE, place, format!("`{d}` {what}"))
        .here("not a length of time")
        .help(help)
}

pub(in crate::resolve) fn doubt_within_doubt(name: &Name) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_VALUE,
        name.span,
        format!("`{}` is a doubt already, and stands here beside another", name.node),
    )
    .here("a period with several readings")
    .help("put all the readings into one `period` and name that alone")
}

/// `moment` is one of the protocol's own.
pub(in crate::resolve) fn no_time(item: &Item, place: Span, moment: &str) -> Diagnostic {
    Diagnostic::at(
        code::NO_TIME,
        place,
        format!("{} is a duty that says nothing about time", title(item)),
    )
    .here("by when?")
    .help(format!(
        "add the limit of the source, such as `within 10 working days after {moment}`"
    ))
    .help("write `timing not stated` if the source is silent")
}

pub(in crate::resolve) fn needs_when(item: &Item, first: Span, other: Span) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_WHEN,
        other,
        format!("{} has several time slots and no `when`", title(item)),
    )
    .here("measured from another moment")
    .also(first, "without `when`, this line alone would engage the rule")
    .help("add `when` with the moment that starts the duty")
}

pub(in crate::resolve) fn effect_needs_when(item: &Item, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_WHEN,
        place,
        format!("{} has an effect and no `when`", title(item)),
    )
    .here("when does this happen?")
    .help("add `when` with the moment at which it happens by itself")
}

pub(in crate::resolve) fn time_of_effect(slot: &Slot) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        slot.span,
        "an effect happens at its `when`, so a limit in time does not belong here",
    )
    .here("not in a rule with an effect")
    .help("write the limit in a rule with a sentence, or name the later moment in `when`")
}

pub(in crate::resolve) fn ordinal_needed(occ: &Occ, entry: &Entry) -> Diagnostic {
    let name = &occ.name.node;
    let offers = ["first", "next", "last", "each", "any"].map(|o| format!("{o} {name}"));
    Diagnostic::at(
        code::NEEDS_ORDINAL,
        occ.name.span,
        format!("`{name}` repeats, and nothing says which one is meant"),
    )
    .here("which one?")
    .also(entry.span, "declared with `repeats`")
    .help(format!("write {}", list(offers)))
}

pub(in crate::resolve) fn ordinal_refused(occ: &Occ, ordinal: &Spanned<Ordinal>, entry: &Entry) -> Diagnostic {
    let word = ordinal_word(ordinal.node);
    let name = &occ.name.node;
    let d = Diagnostic::at(
        code::NEEDS_ORDINAL,
        ordinal.span,
        format!("`{name}` does not repeat, so there is no `{word} {name}`"),
    )
    .here("one too many words")
    .also(
        entry.span,
        format!("declared as {} that comes once", a_kind(entry.kind)),
    );
    if matches!(entry.kind, ItemKind::Meeting | ItemKind::Event) {
        d.help(format!("remove `{word}`, or add `repeats` to `{name}`"))
    } else {
        d.help(format!("remove `{word}`"))
    }
    .fix(ordinal.span.to(occ.name.span), name.clone())
}

pub(in crate::resolve) fn since_refused(name: &Name, since: Span, entry: &Entry) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_ORDINAL,
        since,
        format!("`{}` does not repeat, so it is not counted since a moment", name.node),
    )
    .here("nothing to count")
    .also(
        entry.span,
        format!("declared as {} that comes once", a_kind(entry.kind)),
    )
    .help("remove `since` and its moment")
}

pub(in crate::resolve) fn points_nowhere(ordinal: Ordinal, place: Span) -> Diagnostic {
    let word = ordinal_word(ordinal);
    let (means, help) = if ordinal == Ordinal::Previous {
        (
            "the one before the meeting that the sentence names",
            "name that meeting in the sentence, or write `last`",
        )
    } else {
        ("the one in the trigger", "name it in `when`, or write `next` or `last`")
    };
    Diagnostic::at(
        code::NEEDS_ORDINAL,
        place,
        format!("`{word}` means {means}, and there is none"),
    )
    .here("which one?")
    .help(help)
}

pub(in crate::resolve) fn within_of_no_day(place: Span) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        place,
        "in a condition, `within` asks how far off the day is for which a meeting is set",
    )
    .here("no day that is set")
    .help("write `... is due within ...` of a meeting")
    .help("if it is a limit on an act, write `within ... after ...` on a line of its own, without `if`")
}

pub(in crate::resolve) fn day_of_which(place: Span) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_ORDINAL,
        place,
        "one meeting at a time is set for a day, the next that is to be held",
    )
    .here("the day of which one?")
    .help("write `next`, or `first`, `second` or `third`, and no `since`")
}

pub(in crate::resolve) fn days_in_while(place: Span) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        place,
        "how days lie that are set is looked at in one moment, and `while` looks on",
    )
    .here("not in a `while`")
    .help("write it with `if` or `unless`")
}

pub(in crate::resolve) fn within_from_when(place: Span) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_WHEN,
        place,
        "how far off a day is depends on when it is asked, and nothing says when",
    )
    .here("within so long of what?")
    .help("add `when` with the moment at which this is looked at")
}

pub(in crate::resolve) fn reversed(from: &Spanned<Day>, until: &Spanned<Day>) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_VALUE,
        until.span,
        format!("in force until {} ends before it begins on {}", until.node, from.node),
    )
    .here("`until` is the first day it is no longer in force")
    .also(from.span, "begins here")
    .help("put a date after the first one")
}

pub(in crate::resolve) fn beyond_calendar(day: &Spanned<Day>, last: Day) -> Diagnostic {
    Diagnostic::at(
        code::BEYOND_CALENDAR,
        day.span,
        format!("{} lies beyond the calendar, which ends on {last}", day.node),
    )
    .here("no working day is known there")
    .help(format!("write a date up to {last}, or extend the calendar"))
}
