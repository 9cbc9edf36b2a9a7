//! The wording of what `resolve` complains about, beside the facts it needs. In: what was found. Out: a diagnostic that
//! stands alone. Nothing is decided here.

use super::moments::ordinal_word;
use super::names::{Entry, Values};
use super::slots::{Home, keyword};
use crate::ast::{Item, ItemKind, Name, Occ, Ordinal, Part, PartKind, Ref, Slot, SlotKind, Spanned};
use crate::diagnostics::{Diagnostic, Severity, code};
use crate::source::Span;
use crate::time::{Day, Duration};

/// A kind with its article, as in "`care-review` is a meeting".
pub(super) fn a_kind(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Protocol => "a protocol",
        ItemKind::Base => "a base",
        ItemKind::Source => "a source",
        ItemKind::Calendar => "a calendar",
        ItemKind::Role => "a role",
        ItemKind::Fact => "a fact",
        ItemKind::Judgement => "a judgement",
        ItemKind::Reading => "a reading",
        ItemKind::Period => "a period",
        ItemKind::Term => "a term",
        ItemKind::Status => "a status",
        ItemKind::Event => "an event",
        ItemKind::Meeting => "a meeting",
        ItemKind::Document => "a document",
        ItemKind::Decision => "a decision",
        ItemKind::Rule => "a rule",
        ItemKind::Background => "a background",
        ItemKind::Broken => "an item of an unknown kind",
    }
}

fn kind_word(kind: ItemKind) -> &'static str {
    let full = a_kind(kind);
    full.split_once(' ').map_or(full, |(_, word)| word)
}

fn a_part(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Option => "an option",
        PartKind::Otherwise => "`otherwise`",
        PartKind::Answer => "an answer",
        PartKind::MustSay => "a `must say` line",
        PartKind::ShouldSay => "a `should say` line",
        PartKind::MaySay => "a `may say` line",
    }
}

fn part_word(kind: PartKind) -> &'static str {
    match kind {
        PartKind::Option => "option",
        PartKind::Otherwise => "otherwise",
        PartKind::Answer => "answer",
        PartKind::MustSay => "must say",
        PartKind::ShouldSay => "should say",
        PartKind::MaySay => "may say",
    }
}

fn a_home(home: Home) -> &'static str {
    match home {
        Home::Item(kind) => a_kind(kind),
        Home::Part(kind) => a_part(kind),
    }
}

/// `a`, `b` or `c`.
fn list(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let words: Vec<String> = words.into_iter().map(|w| format!("`{}`", w.as_ref())).collect();
    or(&words)
}

fn or(words: &[String]) -> String {
    match words {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// What an item is called in a headline.
fn title(item: &Item) -> String {
    match &item.name {
        Some(name) => format!("{} `{}`", kind_word(item.kind.node), name.node),
        None => format!("this {}", kind_word(item.kind.node)),
    }
}

fn head(item: &Item) -> Span {
    super::names::head_of(item)
}

// names and modules

pub(super) fn unknown(name: &Name, needs: &str, near: Option<&str>, elsewhere: Option<&str>) -> Diagnostic {
    let d = Diagnostic::at(
        code::UNKNOWN_NAME,
        name.span,
        format!("there is no `{}` here", name.node),
    );
    match (near, elsewhere) {
        (_, Some(module)) => d
            .here(format!("declared in `{module}`, which this file does not use"))
            .help(format!("add `{module}` to the `uses` line of the header")),
        (Some(near), None) => {
            let help = format!("did you mean `{near}`?");
            d.here(needs).help(help).fix(name.span, near)
        }
        (None, None) => d.here(needs).help(format!(
            "declare `{}`, or put words the compiler need not look into in quotes",
            name.node
        )),
    }
}

pub(super) fn unknown_in_module(name: &Name, module: &str, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::at(
        code::UNKNOWN_NAME,
        name.span,
        format!("there is no rule `{}` in `{module}`", name.node),
    );
    match near {
        Some(near) => d
            .here("not a rule of that base")
            .help(format!("did you mean `{near}`?"))
            .fix(name.span, near),
        None => d
            .here("not a rule of that base")
            .help(format!("look up the rule's name in `{module}`")),
    }
}

pub(super) fn unknown_module(name: &Name, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::at(
        code::UNKNOWN_NAME,
        name.span,
        format!("there is no base `{}`", name.node),
    )
    .here("not found");
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None => d.help(format!(
            "name a base in the header's `uses` or `implements`: one that comes with duly ({}) or a file `{}.duly` beside this one",
            list(super::stdlib::names()),
            name.node
        )),
    }
}

pub(super) fn module_not_named(name: &Name) -> Diagnostic {
    let headline = format!("`{}` is a base that this file does not name in its header", name.node);
    Diagnostic::at(code::UNKNOWN_NAME, name.span, headline)
        .here("not in `implements` or `uses`")
        .help(format!("add `{}` to the `implements` line of the header", name.node))
}

pub(super) fn unknown_source(name: &Name, near: Option<&str>) -> Diagnostic {
    let d = Diagnostic::at(
        code::UNKNOWN_NAME,
        name.span,
        format!("there is no source `{}` to cite", name.node),
    )
    .here("a citation begins with a source or a module");
    match near {
        Some(near) => d.help(format!("did you mean `{near}`?")).fix(name.span, near),
        None => d.help(format!("declare it: `source {} \"title of the text\"`", name.node)),
    }
}

pub(super) fn module_of_itself(name: &Name) -> Diagnostic {
    Diagnostic::at(code::CYCLE, name.span, format!("`{}` uses itself", name.node))
        .here("this is the module's own name")
        .help("remove it from the header")
}

pub(super) fn module_cycle(name: &Name, path: &[String]) -> Diagnostic {
    let ring: Vec<String> = path.iter().map(|m| format!("`{m}`")).collect();
    Diagnostic::at(
        code::CYCLE,
        name.span,
        format!("`{}` comes back to itself: {}", name.node, ring.join(" uses ")),
    )
    .here("closes the circle")
    .help("move what both need into a base of its own")
}

pub(super) fn not_a_base(name: &Name, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is a protocol; a header can only use a base", name.node),
    )
    .here("a base is needed here")
    .also(place, "declared as a protocol here")
    .help("put what both share into a file that begins with `base`")
}

pub(super) fn duplicate(name: &Name, kind: ItemKind, first: Span, first_kind: ItemKind) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        name.span,
        format!("`{}` is declared twice", name.node),
    )
    .here(format!("here as {}", a_kind(kind)))
    .also(first, format!("first declared here as {}", a_kind(first_kind)))
    .help("give one of them another name")
}

pub(super) fn duplicate_value(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        name.span,
        format!("`{}` stands twice in one list of values", name.node),
    )
    .here("again here")
    .also(first, "first here")
    .help("remove it or give it another name")
}

pub(super) fn clash(name: &str, own: &Entry, used: &Entry, module: &str) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        own.span,
        format!("`{name}` is also declared in `{module}`, which this file uses"),
    )
    .here(format!("here as {}", a_kind(own.kind)))
    .also(used.span, format!("in `{module}` as {}", a_kind(used.kind)))
    .help("use the one that is there, or give this one another name")
}

pub(super) fn clash_of_used(name: &str, place: Span, at: [Span; 2], modules: [&str; 2]) -> Diagnostic {
    let [first, second] = modules;
    Diagnostic::at(
        code::DUPLICATE_NAME,
        place,
        format!("`{name}` is declared in both `{first}` and `{second}`"),
    )
    .here("both are used here")
    .also(at[0], format!("in `{first}`"))
    .also(at[1], format!("in `{second}`"))
    .help(format!(
        "name one of them in `implements` only; its rules can still be named as `{second}.RULE`"
    ))
}

pub(super) fn two_headers(second: Span, first: Span) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        second,
        "one folder is one protocol, and this is its second `protocol` header",
    )
    .here("second header")
    .also(first, "first header")
    .help("move one of the two protocols to a folder of its own")
}

pub(super) fn no_header(place: Span) -> Diagnostic {
    Diagnostic::at(code::INCOMPLETE_ITEM, place, "no file says which protocol this is")
        .here("no `protocol` header")
        .help("begin with a line such as `protocol my-town \"Children in care\"`")
}

// kinds and values

pub(super) fn wrong_kind(name: &Name, entry: &Entry, needs: &str) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is {}; {needs}", name.node, a_kind(entry.kind)),
    )
    .here(needs)
    .also(entry.span, format!("declared as {} here", a_kind(entry.kind)))
    .help(match needs.split_once(" needs ") {
        Some((_, wanted)) => format!("name {wanted}"),
        None => format!("name something else than `{}`", name.node),
    })
}

pub(super) fn not_a_condition(name: &Name, entry: &Entry) -> Diagnostic {
    let help = match states_of(entry.kind) {
        Some(states) => format!(
            "say what has happened to it, such as `{} {}`",
            name.node,
            states.first().copied().unwrap_or("is done")
        ),
        None => "name a fact, judgement, status or term".to_owned(),
    };
    let needs = "a condition is a fact, judgement, status or term, or a moment";
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is {}; {needs}", name.node, a_kind(entry.kind)),
    )
    .here("neither true nor false by itself")
    .also(entry.span, format!("declared as {} here", a_kind(entry.kind)))
    .help(help)
}

/// The states in which a kind of item can be named as a moment, if it can be.
fn states_of(kind: ItemKind) -> Option<&'static [&'static str]> {
    Some(match kind {
        ItemKind::Meeting => &["is held", "is booked", "is due", "is cancelled"],
        ItemKind::Document => &["is sent", "is received"],
        ItemKind::Decision => &["is decided"],
        ItemKind::Event => &["happens"],
        ItemKind::Status => &["begins", "ends"],
        ItemKind::Role => &["is allocated"],
        ItemKind::Rule => &["is done", "is missed"],
        _ => return None,
    })
}

pub(super) fn wrong_state(name: &Name, entry: &Entry, word: &str, place: Span) -> Diagnostic {
    let said = if matches!(word, "begins" | "ends" | "happens") {
        word.to_owned()
    } else {
        format!("is {word}")
    };
    let headline = format!(
        "`{}` is {}, and {} never `{said}`",
        name.node,
        a_kind(entry.kind),
        a_kind(entry.kind)
    );
    let d = Diagnostic::at(code::WRONG_KIND, place, headline)
        .here(format!("not a state of {}", a_kind(entry.kind)))
        .also(entry.span, format!("declared as {} here", a_kind(entry.kind)));
    match states_of(entry.kind) {
        Some(states) => d.help(format!(
            "write {}",
            list(states.iter().map(|s| format!("{} {s}", name.node)))
        )),
        None => d.help(format!(
            "{} is the same throughout a case; test it with `if`, and name a moment here",
            a_kind(entry.kind)
        )),
    }
}

pub(super) fn wrong_option(word: &str, place: Span, of: &str, entry: &Entry, options: &Values) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_VALUE,
        place,
        format!("`{word}` is not an option of decision `{of}`"),
    )
    .here("neither `decided` nor one of its options")
    .also(entry.span, "declared here");
    nearest_value(d, word, place, options, "decided")
}

pub(super) fn option_called_decided(name: &Name) -> Diagnostic {
    Diagnostic::at(code::WRONG_VALUE, name.span, "an option cannot be called `decided`")
        .here("`is decided` means that some option was taken")
        .help("call it by what was decided")
}

fn nearest_value(d: Diagnostic, word: &str, place: Span, known: &Values, also: &str) -> Diagnostic {
    let words = || {
        known
            .names
            .iter()
            .map(String::as_str)
            .chain((!also.is_empty()).then_some(also))
    };
    let _ = place;
    match crate::diagnostics::nearest(word, words()) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(format!("write {}", list(words()))),
    }
}

pub(super) fn wrong_value(value: &Name, of: &str, entry: &Entry, known: &Values) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_VALUE,
        value.span,
        format!("`{}` is not a value of `{of}`", value.node),
    )
    .here("not one of its values")
    .also(entry.span, "declared here");
    nearest_value(d, &value.node, value.span, known, "")
}

pub(super) fn wrong_own_value(value: &Name, of: &Name, known: &Values) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_VALUE,
        value.span,
        format!("`{}` is not a value of `{}`", value.node, of.node),
    )
    .here("not one of its values")
    .also(of.span, "declared here");
    nearest_value(d, &value.node, value.span, known, "")
}

pub(super) fn value_needed(name: &Name, entry: &Entry, known: &Values) -> Diagnostic {
    let first = known.names.first().map_or("VALUE", String::as_str);
    Diagnostic::at(
        code::WRONG_VALUE,
        name.span,
        format!("`{}` takes one of several values, and none is named", name.node),
    )
    .here("which value?")
    .also(entry.span, format!("its values are {}", list(&known.names)))
    .help(format!("write `{} is {first}` or another of its values", name.node))
}

pub(super) fn begins_with_values(name: &Name, place: Span, entry: &Entry, known: &Values) -> Diagnostic {
    let first = known.names.first().map_or("VALUE", String::as_str);
    Diagnostic::at(
        code::WRONG_VALUE,
        place,
        format!(
            "`{}` takes one of several values, so it neither begins nor ends",
            name.node
        ),
    )
    .here("say which value it takes")
    .also(entry.span, format!("its values are {}", list(&known.names)))
    .help(format!(
        "write `{} is {first}` for the moment, or `becomes {first}` for an effect",
        name.node
    ))
}

pub(super) fn setter_with_values(item: &Item, place: Span, ends: bool, known: &Values) -> Diagnostic {
    let first = known.names.first().map_or("VALUE", String::as_str);
    let word = if ends { "ends" } else { "begins" };
    Diagnostic::at(
        code::WRONG_VALUE,
        place,
        format!("{} takes one of several values, so it never {word}", title(item)),
    )
    .here("say which value it takes")
    .help(format!("write `becomes {first} when ...`"))
}

pub(super) fn order_of_value(name: &Name, entry: &Entry, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        place,
        format!(
            "`{}` is {}, fixed for a case, so it comes neither before nor after",
            name.node,
            a_kind(entry.kind)
        ),
    )
    .here("no order in time")
    .also(entry.span, format!("declared as {} here", a_kind(entry.kind)))
    .help("remove the order, or name two moments")
}

pub(super) fn term_has_no_value(name: &Name, entry: &Entry) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is a term, which is true or not and takes no value", name.node),
    )
    .here("a term stands alone")
    .also(entry.span, "declared as a term here")
    .help(format!("write `{0}` or `not {0}`", name.node))
}

pub(super) fn term_has_no_moment(name: &Name, entry: &Entry, word: &str) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is a term, so `{} {word}` names no moment", name.node, name.node),
    )
    .here("a term is a condition, not something that happens")
    .also(entry.span, "declared as a term here")
    .help(format!(
        "name a status in it that begins or ends, such as `in-care begins`, and test `{}` with `if` or `while`",
        name.node
    ))
}

pub(super) fn wrong_rank(name: &Name) -> Diagnostic {
    Diagnostic::at(code::WRONG_VALUE, name.span, format!("`{}` is not a rank", name.node))
        .here("not a rank")
        .help("write `statute`, `regulation`, `guidance` or `local`")
}

pub(super) fn not_a_base_rule(r: &Ref, slot: &str, declared: Option<Span>) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_KIND,
        r.span,
        format!(
            "`{}` is a rule of this protocol; `{slot}` needs a rule of a base",
            r.name.node
        ),
    )
    .here("a rule of this protocol")
    .help("write `exception to` if this rule is an exception to one of your own");
    match declared {
        Some(at) => d.also(at, "declared here"),
        None => d,
    }
}

// time

pub(super) fn bare_days(count: u32, place: Span) -> Diagnostic {
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

pub(super) fn absurd_duration(d: Duration, place: Span) -> Diagnostic {
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

pub(super) fn doubt_within_doubt(name: &Name) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_VALUE,
        name.span,
        format!("`{}` is a doubt already, and stands here beside another", name.node),
    )
    .here("a period with several readings")
    .help("put all the readings into one `period` and name that alone")
}

pub(super) fn no_time(item: &Item, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::NO_TIME,
        place,
        format!("{} is a duty that says nothing about time", title(item)),
    )
    .here("by when?")
    .help("add a time slot such as `within 10 working days after on-plan begins` or `before first care-review is held`")
    .help("write `within unstated` if the source is silent")
}

pub(super) fn needs_when(item: &Item, first: Span, other: Span) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_WHEN,
        other,
        format!("{} has several time slots and no `when`", title(item)),
    )
    .here("measured from another moment")
    .also(first, "without `when`, this line alone would engage the rule")
    .help("add `when` with the moment that starts the duty")
}

pub(super) fn effect_needs_when(item: &Item, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::NEEDS_WHEN,
        place,
        format!("{} has an effect and no `when`", title(item)),
    )
    .here("when does this happen?")
    .help("add `when` with the moment at which it happens by itself")
}

pub(super) fn time_of_effect(slot: &Slot) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        slot.span,
        "an effect happens at its `when`, so a limit in time does not belong here",
    )
    .here("not in a rule with an effect")
    .help("write the limit in a rule with a sentence, or name the later moment in `when`")
}

pub(super) fn ordinal_needed(occ: &Occ, entry: &Entry) -> Diagnostic {
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

pub(super) fn ordinal_refused(occ: &Occ, ordinal: &Spanned<Ordinal>, entry: &Entry) -> Diagnostic {
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

pub(super) fn since_refused(name: &Name, since: Span, entry: &Entry) -> Diagnostic {
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

pub(super) fn points_nowhere(ordinal: Ordinal, place: Span) -> Diagnostic {
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

pub(super) fn reversed(from: &Spanned<Day>, until: &Spanned<Day>) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_VALUE,
        until.span,
        format!("in force until {} ends before it begins on {}", until.node, from.node),
    )
    .here("`until` is the first day it is no longer in force")
    .also(from.span, "begins here")
    .help("put a date after the first one")
}

pub(super) fn beyond_calendar(day: &Spanned<Day>, last: Day) -> Diagnostic {
    Diagnostic::at(
        code::BEYOND_CALENDAR,
        day.span,
        format!("{} lies beyond the calendar, which ends on {last}", day.node),
    )
    .here("no working day is known there")
    .help(format!("write a date up to {last}, or extend the calendar"))
}

// slots and items

pub(super) fn misplaced(word: &str, slot: &Slot, home: Home, homes: &[Home], head: Span) -> Diagnostic {
    let belongs: Vec<String> = homes.iter().take(4).map(|h| a_home(*h).to_owned()).collect();
    let word = if word == "sentence" {
        "a sentence"
    } else {
        &format!("`{word}`")
    };
    Diagnostic::at(
        code::MISPLACED,
        slot.keyword,
        format!("{word} does not belong in {}", a_home(home)),
    )
    .here(format!("belongs in {}", or(&belongs)))
    .also(head, "this item")
    .help(format!("move it to {}, or remove it", or(&belongs)))
}

pub(super) fn misplaced_part(part: &Part, parent: ItemKind, here: ItemKind) -> Diagnostic {
    let word = part_word(part.kind.node);
    Diagnostic::at(
        code::MISPLACED,
        part.kind.span,
        format!("`{word}` does not belong in {}", a_kind(here)),
    )
    .here(format!("belongs in {}", a_kind(parent)))
    .help(format!("move it to {}, or remove it", a_kind(parent)))
}

pub(super) fn repeated(word: &str, second: Span, first: Span) -> Diagnostic {
    let help = match word {
        "if" | "while" => "join the two with `and` or `or` on the next line",
        "when" => "add the second moment on the next line with `or`",
        _ => "keep one of the two lines",
    };
    Diagnostic::at(
        code::REPEATED_SLOT,
        second,
        format!("`{word}` may stand only once here"),
    )
    .here("again here")
    .also(first, "first here")
    .help(help)
}

pub(super) fn verified_without_citation(slot: &Slot) -> Diagnostic {
    let word = match &slot.node {
        SlotKind::Verified(crate::ast::Verified::Checked, _) => "checked",
        SlotKind::Verified(crate::ast::Verified::AsQuoted, _) => "as quoted by",
        SlotKind::Verified(crate::ast::Verified::Unchecked, _) => "unchecked",
        other => keyword(other),
    };
    Diagnostic::at(
        code::MISPLACED,
        slot.keyword,
        format!("`{word}` says how a citation was verified, and there is none above it"),
    )
    .here("no `cites` line above")
    .help("put it under a `cites` line")
}

pub(super) fn only_with(slot: &Slot, word: &str, other: &str) -> Diagnostic {
    Diagnostic::at(
        code::MISPLACED,
        slot.keyword,
        format!("`{word}` stands only beside `{other}`"),
    )
    .here(format!("no `{other}` in this rule"))
    .help(format!("add `{other} BASE.RULE`, or remove this line"))
}

pub(super) fn incomplete(item: &Item, lacks: &str, help: &str) -> Diagnostic {
    Diagnostic::at(code::INCOMPLETE_ITEM, head(item), format!("{} {lacks}", title(item)))
        .here("incomplete")
        .help(help)
}

/// A gap that nobody declared. The item is understood without the line, so what is asked of it can be answered.
pub(super) fn undeclared_gap(item: &Item, lacks: &str, help: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..incomplete(item, lacks, help)
    }
}

pub(super) fn two_bodies(item: &Item, first: Span, second: Span) -> Diagnostic {
    Diagnostic::at(
        code::INCOMPLETE_ITEM,
        second,
        format!("{} says two things", title(item)),
    )
    .here("a second one")
    .also(first, "the first one")
    .help("make two rules of it, so that each has its own verdict and citation")
}

pub(super) fn departure_without(place: Span, because: bool, expires: bool) -> Diagnostic {
    let lacks = match (because, expires) {
        (true, true) => "`because` and `expires`",
        (true, false) => "`because`",
        _ => "`expires`",
    };
    Diagnostic::at(
        code::INCOMPLETE_ITEM,
        place,
        format!("a departure from a base rule needs {lacks}"),
    )
    .here(format!("without {lacks}"))
    .help(
        "add `because \"the reason\"` and `expires DATE`, so that a departure is explained and does not last for ever",
    )
}

pub(super) fn replacement_without_reason(place: Span) -> Diagnostic {
    Diagnostic::at(
        code::INCOMPLETE_ITEM,
        place,
        "a rule that replaces a base rule needs `because`",
    )
    .here("without a reason")
    .help("add `because \"the reason\"`")
}

pub(super) fn cycle(what: &str, names: &[String], place: Span, others: &[Span]) -> Diagnostic {
    let ring: Vec<String> = names.iter().chain(names.first()).map(|n| format!("`{n}`")).collect();
    let d = Diagnostic::at(
        code::CYCLE,
        place,
        format!("{what} in a circle: {}", ring.join(", then ")),
    )
    .here("part of the circle")
    .help("break the circle at one of these lines");
    others.iter().fold(d, |d, span| d.also(*span, "and this"))
}

pub(super) fn unused(name: &str, kind: ItemKind, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::UNUSED_ITEM,
        place,
        format!("{} `{name}` is declared and never used", kind_word(kind)),
    )
    .here("nothing refers to it")
    .help("refer to it in a rule, or remove it")
}

pub(super) fn two_calendars(second: Span, first: Span) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        second,
        "two calendars are in use, and a protocol counts by one",
    )
    .here("second calendar")
    .also(first, "first calendar")
    .help("use one of them only")
}
