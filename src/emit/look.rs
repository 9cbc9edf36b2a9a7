//! How norms look and where their words stand: shapes, lines, conditions, limits. In: a norm. Out: what `drawing` sets down.

use super::links::{self, View};
use crate::model::{Body, Limit, LimitKind, Modal, Moments, Ordinal, Protocol, Rule, Subject, Which, Who, words};

/// Attributes as a node or an edge holds them.
pub fn look(pairs: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    pairs.iter().map(|&(k, v)| (k, v.to_owned())).collect()
}

/// How a rule looks: its force can be told without colour, by shape, border and word.
pub fn rule_look(p: &Protocol, rule: &Rule) -> (String, Vec<(&'static str, String)>) {
    let Body::Norm { subject, modal, .. } = &rule.body else {
        return match rule.body {
            Body::Effect(..) => (
                "BY ITSELF".to_owned(),
                look(&[("shape", "box3d"), ("margin", "0.14,0.14")]),
            ),
            _ => ("USUALLY".to_owned(), look(&[("style", "filled,rounded,dotted")])),
        };
    };
    let said = words::modal(subject, *modal).to_uppercase();
    let word = match subject {
        Subject::Nobody => format!("NOBODY {said}"),
        Subject::Only(who) => format!("ONLY {} {said}", words::who(p, who)),
        Subject::Any(_) => format!("ANY OF THEM {said}"),
        Subject::Each(_) => format!("EACH {said}"),
        Subject::The(_) | Subject::Someone => said,
    };
    let shape = match (subject, modal) {
        (Subject::Only(_), _) => look(&[("peripheries", "2")]),
        (_, Modal::Must) => look(&[("penwidth", "1.6")]),
        (_, Modal::Should) => look(&[("style", "filled,dashed")]),
        (_, Modal::May) => look(&[("style", "filled,rounded")]),
        (_, Modal::MustNot) => look(&[("shape", "octagon"), ("peripheries", "2"), ("margin", "0.02,0.02")]),
        (_, Modal::ShouldNot) => look(&[
            ("shape", "octagon"),
            ("style", "filled,dashed"),
            ("margin", "0.02,0.02"),
        ]),
        (_, Modal::NeedNot) => look(&[("style", "filled,rounded,dotted")]),
    };
    (word, shape)
}

/// What a norm is entered by: its `when`, or else the first moment its limits name, or the meeting it is done in.
pub enum Entry<'v> {
    When(&'v [Moments]),
    Limit,
    Meeting(&'v Which),
    Nothing,
}

pub fn entry<'v>(view: &View<'v>) -> Entry<'v> {
    if !view.guard.when.is_empty() {
        return Entry::When(&view.guard.when);
    }
    if view.limits.iter().any(|l| matches!(links::anchor(l), Some((_, false)))) {
        return Entry::Limit;
    }
    links::meeting_of(view).map_or(Entry::Nothing, Entry::Meeting)
}

/// Where a limit stands: on the arrow that enters the norm, on an arrow of its own, or in the node.
#[derive(Clone, Copy, PartialEq)]
pub enum Carrier {
    Entry,
    Arrow,
    Node,
}

/// Each limit with its position and where it stands.
pub fn carried<'v>(p: &Protocol, view: &View<'v>) -> Vec<(usize, &'v Limit, Carrier)> {
    let place = |limit: &Limit| match (entry(view), links::anchor(limit)) {
        (Entry::When(_), None) => Carrier::Entry,
        (Entry::When(all), Some((from, false))) if same(p, from, &all[0]) => Carrier::Entry,
        (_, Some(_)) => Carrier::Arrow,
        (Entry::Meeting(_), None) if matches!(limit.kind, LimitKind::At(_)) => Carrier::Entry,
        (_, None) => Carrier::Node,
    };
    view.limits.iter().enumerate().map(|(n, l)| (n, l, place(l))).collect()
}

/// "together: A and B" or "either A or B".
pub fn together(p: &Protocol, who: &Who) -> String {
    format!(
        "{} {}",
        if who.either { "either" } else { "together:" },
        words::who(p, who)
    )
}

/// `while`, `if` and `unless`, a paragraph each.
pub fn conditions(p: &Protocol, view: &View<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for (word, c) in [("while", &view.guard.while_), ("if", &view.guard.if_)] {
        let said = words::cond(p, c);
        if !said.is_empty() {
            all.push(format!("{word} {said}"));
        }
    }
    all.extend(
        view.guard
            .unless
            .iter()
            .map(|c| format!("unless {}", words::cond(p, c))),
    );
    all
}

/// "within 3 days after" on an arrow that starts at the moment: "within 3 days".
pub fn from_here(said: &str) -> String {
    match said {
        "on the same day that" => "on the same day".to_owned(),
        "straight after" => said.to_owned(),
        "after" => "not before this".to_owned(),
        _ => match said.strip_suffix(" after") {
            Some(short) if short.starts_with("within") => short.to_owned(),
            Some(short) => format!("{short} after this"),
            None => said.to_owned(),
        },
    }
}

/// Whether a limit is measured from the very moment that engages the norm.
pub fn same(p: &Protocol, limit: &Moments, when: &Moments) -> bool {
    limit.any.len() == when.any.len()
        && limit.perhaps_unstated == when.perhaps_unstated
        && limit.any.iter().zip(&when.any).all(|(l, w)| {
            l.what == w.what && (l.ordinal == Ordinal::That || words::moment(p, l) == words::moment(p, w))
        })
}
