//! What is said about names and modules: unknown, declared twice, in a circle. In and out: as [`super`].

use super::super::names::Entry;
use super::super::stdlib;
use super::{a_kind, list};
use crate::ast::{ItemKind, Name};
use crate::diagnostics::{Diagnostic, code};
use crate::source::Span;

pub(in crate::resolve) fn unknown(name: &Name, needs: &str, near: Option<&str>, elsewhere: Option<&str>) -> Diagnostic {
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
        // Quoted words may stand for a condition and for what is talked about; for nothing that acts or is acted on.
        (None, None) if needs.contains("condition") || needs.contains("talked about") => d.here(needs).help(format!(
            "declare `{}`, or put words the compiler need not look into in quotes",
            name.node
        )),
        (None, None) => {
            let kind = needs.rsplit(" needs ").next().unwrap_or("an item");
            d.here(needs)
                .help(format!("declare `{}` as {kind}, on a line of its own", name.node))
        }
    }
}

pub(in crate::resolve) fn unknown_in_module(name: &Name, module: &str, near: Option<&str>) -> Diagnostic {
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

pub(in crate::resolve) fn unknown_module(name: &Name, near: Option<&str>) -> Diagnostic {
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
            list(stdlib::names()),
            name.node
        )),
    }
}

pub(in crate::resolve) fn module_not_named(name: &Name) -> Diagnostic {
    let headline = format!("`{}` is a base that this file does not name in its header", name.node);
    Diagnostic::at(code::UNKNOWN_NAME, name.span, headline)
        .here("not in `implements` or `uses`")
        .help(format!("add `{}` to the `implements` line of the header", name.node))
}

pub(in crate::resolve) fn unknown_source(name: &Name, near: Option<&str>) -> Diagnostic {
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

pub(in crate::resolve) fn module_of_itself(name: &Name) -> Diagnostic {
    Diagnostic::at(code::CYCLE, name.span, format!("`{}` uses itself", name.node))
        .here("this is the module's own name")
        .help("remove it from the header")
}

pub(in crate::resolve) fn module_cycle(name: &Name, path: &[String]) -> Diagnostic {
    let ring: Vec<String> = path.iter().map(|m| format!("`{m}`")).collect();
    Diagnostic::at(
        code::CYCLE,
        name.span,
        format!("`{}` comes back to itself: {}", name.node, ring.join(" uses ")),
    )
    .here("closes the circle")
    .help("move what both need into a base of its own")
}

pub(in crate::resolve) fn deep_modules(name: &Name, most: usize) -> Diagnostic {
    let headline = format!("`{}` is used through more than {most} other bases", name.node);
    Diagnostic::at(code::TOO_LARGE, name.span, headline)
        .help("name in `uses` the bases that are needed, without others between")
}

pub(in crate::resolve) fn not_a_base(name: &Name, place: Span) -> Diagnostic {
    Diagnostic::at(
        code::WRONG_KIND,
        name.span,
        format!("`{}` is a protocol; a header can only use a base", name.node),
    )
    .here("a base is needed here")
    .also(place, "declared as a protocol here")
    .help("put what both share into a file that begins with `base`")
}

pub(in crate::resolve) fn duplicate(name: &Name, kind: ItemKind, first: Span, first_kind: ItemKind) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        name.span,
        format!("`{}` is declared twice", name.node),
    )
    .here(format!("here as {}", a_kind(kind)))
    .also(first, format!("first declared here as {}", a_kind(first_kind)))
    .help("give one of them another name")
}

pub(in crate::resolve) fn duplicate_value(name: &Name, first: Span) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        name.span,
        format!("`{}` stands twice in one list of values", name.node),
    )
    .here("again here")
    .also(first, "first here")
    .help("remove it or give it another name")
}

pub(in crate::resolve) fn clash(name: &str, own: &Entry, used: &Entry, module: &str) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        own.span,
        format!("`{name}` is also declared in `{module}`, which this file uses"),
    )
    .here(format!("here as {}", a_kind(own.kind)))
    .also(used.span, format!("in `{module}` as {}", a_kind(used.kind)))
    .help("use the one that is there, or give this one another name")
}

pub(in crate::resolve) fn clash_of_used(name: &str, place: Span, at: [Span; 2], modules: [&str; 2]) -> Diagnostic {
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

pub(in crate::resolve) fn two_headers(second: Span, first: Span) -> Diagnostic {
    Diagnostic::at(
        code::DUPLICATE_NAME,
        second,
        "one folder is one protocol, and this is its second `protocol` header",
    )
    .here("second header")
    .also(first, "first header")
    .help("move one of the two protocols to a folder of its own")
}

pub(in crate::resolve) fn no_header(place: Span, only_scenarios: bool) -> Diagnostic {
    let bad = Diagnostic::at(code::INCOMPLETE_ITEM, place, "no file says which protocol this is")
        .here("no `protocol` header");
    if only_scenarios {
        return bad.help("name the folder that the protocol and its scenarios are in, rather than this file");
    }
    bad.help("begin with a line such as `protocol my-town \"Children in care\"`")
}
