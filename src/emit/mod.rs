//! Flowcharts of a protocol. In: the model and the marks of findings. Out: Graphviz DOT and a text equivalent per chart.
//! Must not read the syntax tree, must not judge: what is drawn is what the model says.

mod dot;
mod drawing;
mod links;
mod look;
mod narrative;
mod overview;
mod process;

use crate::model::{NormId, Protocol, words};
use process::Process;

/// One flowchart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// A short name, unique among the charts of a protocol, fit for a file: `in-care-begins`.
    pub name: String,
    /// The title as it stands above the chart.
    pub title: String,
    /// One complete DOT graph, closed by a line `}`; several may follow one another in one file.
    pub dot: String,
    /// The same in words: who does what, after what, by when.
    pub text: String,
}

/// A mark on a norm: a finding that touches it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The norm.
    pub norm: NormId,
    /// The finding's number in the report, from 1.
    pub finding: usize,
    /// Its headline: one line.
    pub headline: String,
}

/// The overview first, then one chart per process: local rules and decisions, each in exactly one of them.
pub fn charts(protocol: &Protocol, marks: &[Mark]) -> Vec<Chart> {
    let links = links::Links::of(protocol);
    let processes = process::partition(protocol, &links);
    std::iter::once(overview::chart(protocol, &links, &processes, marks))
        .chain(processes.iter().map(|one| Chart {
            name: one.name.clone(),
            title: one.heading(),
            dot: drawing::draw(protocol, &links, &processes, one, marks),
            text: narrative::tell(protocol, &links, one, marks),
        }))
        .collect()
}

/// The title of the protocol and the authority it binds: the local modules' first ones that say so.
fn heading(protocol: &Protocol) -> String {
    let local = || protocol.modules.iter().filter(|m| m.local);
    let title = local()
        .map(|m| m.label.as_str())
        .find(|l| !l.is_empty())
        .unwrap_or("Protocol");
    match local().find_map(|m| m.authority.as_deref()) {
        Some(authority) => format!("{title} · {authority}"),
        None => title.to_owned(),
    }
}

/// The marks on these norms in order of number, each thing found once.
fn findings<'m>(norms: &[NormId], marks: &'m [Mark]) -> Vec<&'m Mark> {
    let mut found: Vec<&Mark> = marks.iter().filter(|m| norms.contains(&m.norm)).collect();
    found.sort_by_key(|m| m.finding);
    let mut once: Vec<&Mark> = Vec::new();
    for mark in found {
        if !once
            .iter()
            .any(|o| o.finding == mark.finding && o.headline == mark.headline)
        {
            once.push(mark);
        }
    }
    once
}

/// "⚠ finding 1" or "⚠ findings 1, 2"; empty without any.
fn flag(found: &[&Mark]) -> String {
    let mut numbers: Vec<String> = found.iter().map(|m| m.finding.to_string()).collect();
    numbers.dedup();
    match numbers.as_slice() {
        [] => String::new(),
        [one] => format!("⚠ finding {one}"),
        several => format!("⚠ findings {}", several.join(", ")),
    }
}

/// What the marks of a chart stand for, to be written out above it; a finding of several parts is numbered once.
fn notes(found: &[&Mark]) -> Vec<(String, String)> {
    let mut last = None;
    let note = |m: &&Mark| {
        let number = match last.replace(m.finding) == Some(m.finding) {
            true => String::new(),
            false => format!("⚠ finding {}", m.finding),
        };
        (number, words::capital(&m.headline))
    };
    found.iter().map(note).collect()
}

/// The process that holds a norm.
fn home(processes: &[Process], norm: NormId) -> Option<&Process> {
    processes.iter().find(|p| p.norms.contains(&norm))
}
