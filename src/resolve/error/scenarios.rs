//! What is said about what a scenario expects. In and out: as [`super`].

use super::super::moments::ordinal_word;
use crate::ast::{Name, Text};
use crate::diagnostics::{Diagnostic, code};
use crate::model::Ordinal;
use crate::source::Span;

fn bad(span: Span, headline: impl Into<String>) -> Diagnostic {
    Diagnostic::at(code::BAD_EXPECTATION, span, headline)
}

pub(in crate::resolve) fn nothing_happened_yet(span: Span) -> Diagnostic {
    bad(span, "this is expected before the case has begun")
        .here("no `on` line above it")
        .help("move it below the `on` line after which it is expected")
}

pub(in crate::resolve) fn not_an_act(span: Span) -> Diagnostic {
    bad(span, "nobody here decides on which day this happens")
        .here("no act of a rule")
        .help(
            "name what somebody must do, such as `next care-review is held`, or ask how a rule stands: `RULE is kept`",
        )
}

pub(in crate::resolve) fn no_one_act(ordinal: Ordinal, span: Span) -> Diagnostic {
    let word = ordinal_word(ordinal);
    bad(span, format!("`{word}` names no one act that is still to come"))
        .here("which one?")
        .help("write `first`, `second`, `third`, or `next` for the first one from that day on")
}

pub(in crate::resolve) fn wrong_standing(name: &Name, span: Span, word: &str, of: &str) -> Diagnostic {
    bad(
        span,
        format!("`{word}` is said of {of}, and `{}` is something else", name.node),
    )
    .here("does not fit this rule")
    .help(format!(
        "write `{0} is kept`, or what else can become of such a rule",
        name.node
    ))
}

pub(in crate::resolve) fn only_is_two(span: Span) -> Diagnostic {
    bad(
        span,
        "`only` says two things: that one may, and that all others may not",
    )
    .here("two expectations in one")
    .help("write one line for who may, and one for somebody who may not: `the A may ...`, `the B must not ...`")
}

pub(in crate::resolve) fn someone_who(span: Span) -> Diagnostic {
    bad(span, "what `someone` may or must not do depends on who it is")
        .here("who?")
        .help("name a role or meeting, or write `nobody may ...`")
}

pub(in crate::resolve) fn act_of_no_rule(span: Span) -> Diagnostic {
    bad(span, "no rule speaks of this act")
        .here("in no rule of the protocol or its bases")
        .help("write the act as the rule has it, word for word")
}

pub(in crate::resolve) fn rule_of_base(name: &Name, base: &str) -> Diagnostic {
    let whole = format!("{base}.{}", name.node);
    Diagnostic::at(
        code::UNKNOWN_NAME,
        name.span,
        format!("`{}` is a rule of a base", name.node),
    )
    .here(format!("declared in `{base}`"))
    .help(format!("write `{whole}`"))
    .fix(name.span, whole)
}

pub(in crate::resolve) fn not_a_value(name: &Text, value: &Text) -> Diagnostic {
    bad(
        name.span.to(value.span),
        format!("`not` and a value say two things of `{}`", name.node),
    )
    .here("which value does it have?")
    .help("write the value that it has, without `not`")
}
