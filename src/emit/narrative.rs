//! A chart in words, for those who cannot see it and for those who would rather read. In: a process. Out: plain text.

use super::links::{self, Links};
use super::process::Process;
use super::{Mark, heading};
use crate::model::{Cond, Decision, DecisionId, Happening, NormId, Protocol, Slot, ValueId, words};

/// The steps that wait for one of the happenings picked out, as a list.
type Follows<'a> = dyn Fn(&dyn Fn(Happening) -> bool) -> String + 'a;

/// The text equivalent of a process: numbered steps, each with what leads on from it.
pub fn tell(p: &Protocol, links: &Links, process: &Process, marks: &[Mark]) -> String {
    let order = in_flow(p, links, &process.norms);
    let number = |norm: NormId| order.iter().position(|&n| n == norm).map(|at| at + 1);
    let mut out = format!("{}\n{}\n", process.heading(), heading(p));
    for (at, &norm) in order.iter().enumerate() {
        let view = links::view(p, norm);
        let sentence = match norm {
            NormId::Rule(r) => words::rule_sentence(p, &p.rules[r.index()]),
            NormId::Decision(d) => words::decision_sentence(p, &p.decisions[d.index()]),
        };
        out.push_str(&format!("\n{}. {sentence}", at + 1));
        let places = words::citations(view.origin);
        if !places.is_empty() {
            out.push_str(&format!(" ({places})"));
        }
        out.push('\n');
        let follows = |made: &dyn Fn(Happening) -> bool| -> String {
            let mut steps: Vec<usize> = order
                .iter()
                .filter(|&&n| {
                    n != norm
                        && links::awaited(p, n)
                            .iter()
                            .any(|&(o, h)| made(h) && links.makers(o, h).contains(&norm))
                })
                .filter_map(|&n| number(n))
                .collect();
            steps.sort_unstable();
            steps.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        match norm {
            NormId::Decision(d) => out.push_str(&options(p, d, &p.decisions[d.index()], &follows)),
            NormId::Rule(r) => {
                let general: Vec<_> = p.rules[r.index()]
                    .exception_to
                    .iter()
                    .map(|&g| {
                        number(NormId::Rule(g)).map_or_else(
                            || words::quoted(&p.rules[g.index()].origin.label),
                            |n| format!("step {n}"),
                        )
                    })
                    .collect();
                if !general.is_empty() {
                    out.push_str(&format!("   Exception to {}.\n", general.join(", ")));
                }
                let next = follows(&|_| true);
                if !next.is_empty() {
                    out.push_str(&format!("   Leads to: {next}.\n"));
                }
            }
        }
        for mark in marks.iter().filter(|m| m.norm == norm) {
            out.push_str(&format!("   Finding {}: {}.\n", mark.finding, mark.headline));
        }
    }
    out
}

fn options(p: &Protocol, id: DecisionId, decision: &Decision, follows: &Follows<'_>) -> String {
    let mut out = String::new();
    for (v, choice) in (0u32..).zip(&decision.options) {
        let mut said = vec![format!("   - Option {}", words::quoted(&choice.label))];
        if choice.if_ != Cond::True {
            said.push(format!("if {}", words::cond(p, &choice.if_)));
        }
        said.extend((!choice.unless.is_empty()).then(|| words::unless(p, &choice.unless)));
        let mut line = said.join(", ");
        let changes: Vec<_> = choice.effects.iter().map(|&(s, v, _)| words::change(p, s, v)).collect();
        let made: Vec<_> = choice.effects.iter().map(|&(s, v, _)| links::change(p, s, v)).collect();
        if !changes.is_empty() {
            line.push_str(&format!(": {}", changes.join(" and ")));
        }
        let next = follows(&|h| h == Happening::Outcome(id, ValueId(v)) || made.contains(&h));
        line.push_str(match choice.then {
            Slot::Unstated(_) => "; what follows is not stated.",
            // Nothing of the option itself; a rule may wait for it all the same.
            Slot::Given(()) if next.is_empty() => "; nothing follows.",
            Slot::Given(()) | Slot::Absent => ".",
        });
        if !next.is_empty() {
            line.push_str(&format!(" Leads to: {next}."));
        }
        out.push_str(&line);
        out.push('\n');
    }
    if decision.otherwise_unstated.is_some() {
        out.push_str("   - Otherwise: not stated.\n");
    }
    let next = follows(&|h| h == Happening::Decided(id));
    if !next.is_empty() {
        out.push_str(&format!("   Whatever is decided, leads to: {next}.\n"));
    }
    out
}

/// The norms, each after those of the process that lead to it where there is no circle; otherwise in document order.
fn in_flow(p: &Protocol, links: &Links, norms: &[NormId]) -> Vec<NormId> {
    let before: Vec<Vec<NormId>> = norms
        .iter()
        .map(|&n| {
            let awaited = links::awaited(p, n);
            let makers = awaited.iter().flat_map(|&(o, h)| links.makers(o, h));
            makers.filter(|m| *m != n && norms.contains(m)).collect()
        })
        .collect();
    let mut left: Vec<usize> = (0..norms.len()).collect();
    let mut order: Vec<NormId> = Vec::new();
    while !left.is_empty() {
        let ready = left
            .iter()
            .position(|&i| before[i].iter().all(|n| order.contains(n)))
            .unwrap_or(0);
        order.push(norms[left.remove(ready)]);
    }
    order
}
