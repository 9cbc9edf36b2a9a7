//! What is fixed for a case and how it starts. In: names and values as written. Out: values of facts, judgements, readings
//! and quoted words, and first values of statuses.

use super::happenings::{Found, Names, Target, value_in};
use super::{Pair, error};
use crate::diagnostics::Diagnostic;
use crate::model::{FactorId, FactorKind, Protocol, Status, StatusId, ValueId};
use crate::source::Span;

/// The values under `[given]`, in order of declaration.
pub(super) fn factors(names: &mut Names<'_>, pairs: &[Pair], out: &mut Vec<Diagnostic>) -> Vec<(FactorId, ValueId)> {
    let mut found = Vec::new();
    for pair in pairs {
        let Some(targets) = targets(names, pair, |t| matches!(t, Target::Factor(_)), out) else {
            continue;
        };
        for target in targets {
            match target {
                Target::Factor(f) => {
                    let factor = names.protocol.factors.get(f.index());
                    let values = factor.map_or(&[][..], |f| &f.values);
                    if found.iter().any(|(g, _)| *g == f) {
                        out.push(error::given_twice(&pair.name));
                    } else {
                        found.extend(value(names, pair, values, out).map(|v| (f, v)));
                    }
                }
                Target::Status(s) => {
                    let open = names
                        .protocol
                        .statuses
                        .get(s.index())
                        .is_some_and(|s| fixed_start(s).is_none());
                    out.push(error::status_is_not_given(&pair.name, open));
                }
                other => out.push(error::has_no_value(&pair.name, other.a_kind())),
            }
        }
    }
    found.sort_unstable();
    found
}

/// The values under `[start]`, in order of declaration.
pub(super) fn starts(names: &mut Names<'_>, pairs: &[Pair], out: &mut Vec<Diagnostic>) -> Vec<(StatusId, ValueId)> {
    let mut found = Vec::new();
    for pair in pairs {
        let Some(targets) = targets(names, pair, |t| matches!(t, Target::Status(_)), out) else {
            continue;
        };
        for target in targets {
            let Target::Status(s) = target else {
                out.push(error::only_a_status_starts(&pair.name, target.a_kind()));
                continue;
            };
            let Some(status) = names.protocol.statuses.get(s.index()) else {
                continue;
            };
            let yes_no = super::happenings::yes_no(&status.values);
            match (value(names, pair, &status.values, out), fixed_start(status)) {
                (Some(_), _) if found.iter().any(|(g, _)| *g == s) => out.push(error::given_twice(&pair.name)),
                (Some(v), Some(fixed)) if v != fixed => {
                    let as_ = status.values.get(fixed.0 as usize).map_or("", String::as_str);
                    out.push(error::starts_otherwise(pair, as_, yes_no));
                }
                (Some(v), _) => found.push((s, v)),
                (None, _) => {}
            }
        }
    }
    found.sort_unstable();
    found
}

/// The value with which a status starts in every case, if the protocol fixes it. One that is yes or no starts as no: what is
/// true at first began on some day, and that day matters.
fn fixed_start(status: &Status) -> Option<ValueId> {
    let no = super::happenings::yes_no(&status.values).then_some(ValueId(0));
    status.starts_as.or(no)
}

/// Says which facts have no value. Judgements, readings and quoted words come up in the course of a case; facts are known
/// at its start.
pub(super) fn not_given(p: &Protocol, given: &[(FactorId, ValueId)], whole: Span, out: &mut Vec<Diagnostic>) {
    let missing: Vec<&str> = (0..)
        .map(FactorId)
        .zip(&p.factors)
        .filter(|(id, f)| f.kind == FactorKind::Fact && !given.iter().any(|(g, _)| g == id))
        .map(|(_, f)| f.origin.name.as_str())
        .collect();
    if !missing.is_empty() {
        out.push(error::facts_not_given(whole, &missing));
    }
}

fn targets(
    names: &mut Names<'_>,
    pair: &Pair,
    wanted: impl Fn(Target) -> bool,
    out: &mut Vec<Diagnostic>,
) -> Option<Vec<Target>> {
    match names.find(&pair.name.text, wanted) {
        Found::These(targets) => Some(targets),
        Found::Several(named) => {
            out.push(error::several(&pair.name, &named));
            None
        }
        Found::Nothing(near) => {
            out.push(error::unknown_given(&pair.name, near.as_deref()));
            None
        }
    }
}

fn value(names: &Names<'_>, pair: &Pair, values: &[String], out: &mut Vec<Diagnostic>) -> Option<ValueId> {
    let found = value_in(values, pair.value.text.trim());
    if found.is_none() {
        out.push(error::unknown_value(pair, values, names.form));
    }
    found
}
