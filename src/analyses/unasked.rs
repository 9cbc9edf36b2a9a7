//! What of a protocol no question covers yet. In: a protocol. Out: sentences that name the rules, so that nothing is green
//! by being left out.

use crate::model::{Body, Happening, Moments, NormId, Protocol, Rule, RuleId, StatusId};
use crate::solve::ground::norms;

use super::describe;

/// The rules that are not covered, and a sentence for each kind of them.
pub fn unasked(protocol: &Protocol) -> (Vec<NormId>, Vec<String>) {
    let by_itself = of(protocol, |p, r| match r.body {
        Body::Effect(s, _) => r.guard.when.iter().any(|w| changes(w, s) || brings_about(p, w, s)),
        _ => false,
    });
    let mut sentences = Vec::new();
    let mut say = |found: &[NormId], what: &str| {
        if !found.is_empty() {
            sentences.push(format!("not asked: {what} ({})", describe::list(protocol, found)));
        }
    };
    say(&by_itself, "what a status does to itself as it changes");
    (by_itself, sentences)
}

fn of(protocol: &Protocol, is_such: impl Fn(&Protocol, &Rule) -> bool) -> Vec<NormId> {
    let rule = |n: &NormId| match n {
        NormId::Rule(RuleId(r)) => protocol.rules.get(*r as usize),
        NormId::Decision(_) => None,
    };
    norms(protocol)
        .filter(|n| rule(n).is_some_and(|r| is_such(protocol, r)))
        .collect()
}

/// These moments are changes of a status.
fn changes(moments: &Moments, status: StatusId) -> bool {
    moments
        .any
        .iter()
        .any(|m| matches!(m.what, Happening::Begins(s) | Happening::Ends(s) | Happening::Becomes(s, _) if s == status))
}

/// These moments are changes of a status that is itself set by changes of this one.
fn brings_about(protocol: &Protocol, moments: &Moments, status: StatusId) -> bool {
    let other = |s: &StatusId| {
        *s != status
            && changes(moments, *s)
            && protocol
                .statuses
                .get(s.index())
                .is_some_and(|s| s.setters.iter().any(|x| changes(&x.when, status)))
    };
    (0..).map(StatusId).take(protocol.statuses.len()).any(|s| other(&s))
}
