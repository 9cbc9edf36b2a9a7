//! What is said where a name is of the wrong kind, or a value is not one of its values. In and out: as [`super`].

use super::super::names::{Entry, Values};
use super::{a_kind, list, title};
use crate::ast::{Item, ItemKind, Name, Ref};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

pub(in crate::resolve) fn wrong_kind(name: &Name, entry: &Entry, needs: &str) -> Diagnostic {
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

pub(in crate::resolve) fn not_a_condition(name: &Name, entry: &Entry) -> Diagnostic {
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

pub(in crate::resolve) fn wrong_state(name: &Name, entry: &Entry, word: &str, place: Span) -> Diagnostic {
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
        Some(_) if entry.kind == ItemKind::Rule && word == "due" => d.help(format!(
            "write by which day it is due: `{} is due by 2026-05-19`; when it occurs, `{0} is done` or `{0} is missed`",
            name.node
        )),
        Some(states) => d.help(format!(
            "write {}",
            list(states.iter().map(|s| format!("{} {s}", name.node)))
        )),
        None => d.help(format!(
            "test it with `if`, and name a moment here: {} is the same throughout a case",
            a_kind(entry.kind)
        )),
    }
}

pub(in crate::resolve) fn wrong_option(
    word: &str,
    place: Span,
    of: &str,
    entry: &Entry,
    options: &Values,
) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_VALUE,
        place,
        format!("`{word}` is not an option of decision `{of}`"),
    )
    .here("neither `decided` nor one of its options")
    .also(entry.span, "declared here");
    nearest_value(d, word, options, "decided")
}

pub(in crate::resolve) fn option_called_decided(name: &Name) -> Diagnostic {
    Diagnostic::at(code::WRONG_VALUE, name.span, "an option cannot be called `decided`")
        .here("`is decided` means that some option was taken")
        .help("call it by what was decided")
}

fn nearest_value(d: Diagnostic, word: &str, known: &Values, also: &str) -> Diagnostic {
    let mut names: Vec<&str> = known.names.iter().map(String::as_str).collect();
    names.dedup();
    let words = || names.iter().copied().chain((!also.is_empty()).then_some(also));
    match crate::diagnostics::nearest(word, words()) {
        Some(near) => d.help(format!("did you mean `{near}`?")),
        None => d.help(format!("write {}", list(words()))),
    }
}

pub(in crate::resolve) fn wrong_value(value: &Name, of: &str, entry: &Entry, known: &Values) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_VALUE,
        value.span,
        format!("`{}` is not a value of `{of}`", value.node),
    )
    .here("not one of its values")
    .also(entry.span, "declared here");
    nearest_value(d, &value.node, known, "")
}

pub(in crate::resolve) fn wrong_own_value(value: &Name, of: &Name, known: &Values) -> Diagnostic {
    let d = Diagnostic::at(
        code::WRONG_VALUE,
        value.span,
        format!("`{}` is not a value of `{}`", value.node, of.node),
    )
    .here("not one of its values")
    .also(of.span, "declared here");
    nearest_value(d, &value.node, known, "")
}

pub(in crate::resolve) fn value_needed(name: &Name, entry: &Entry, known: &Values) -> Diagnostic {
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

pub(in crate::resolve) fn begins_with_values(name: &Name, place: Span, entry: &Entry, known: &Values) -> Diagnostic {
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

pub(in crate::resolve) fn setter_with_values(item: &Item, place: Span, ends: bool, known: &Values) -> Diagnostic {
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

pub(in crate::resolve) fn order_of_value(name: &Name, entry: &Entry, place: Span) -> Diagnostic {
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

pub(in crate::resolve) fn term_has_no_value(name: &Name, entry: &Entry) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is a term, which is true or not and takes no value", name.node),
    )
    .here("a term stands alone")
    .also(entry.span, "declared as a term here")
    .help(format!("write `{0}` or `not {0}`", name.node))
}

pub(in crate::resolve) fn term_has_no_moment(name: &Name, entry: &Entry, word: &str) -> Diagnostic {
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

pub(in crate::resolve) fn wrong_rank(name: &Name) -> Diagnostic {
    Diagnostic::at(code::WRONG_VALUE, name.span, format!("`{}` is not a rank", name.node))
        .here("not a rank")
        .help("write `statute`, `regulation`, `guidance` or `local`")
}

pub(in crate::resolve) fn not_a_base_rule(r: &Ref, slot: &str, declared: Option<Span>) -> Diagnostic {
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
