//! Which norms share a chart. In: the local norms and their links. Out: processes, each small enough for one page.
//!
//! One mechanism: norms are joined, strongest tie first, as long as the result still fits a page. Ties, in order: an
//! exception and its rule; a decision's outcome and what follows; an act and what follows; the same trigger; the same
//! section of the source. What is left too small for a page of its own is then put with its nearest kin.

use super::links::{self, Links};
use crate::model::{Happening, NormId, Ordinal, Protocol, words};

/// Norms drawn together.
#[derive(Debug, Clone)]
pub struct Process {
    /// Unique, fit for a file name.
    pub name: String,
    /// Its number among the charts, from 1.
    pub number: usize,
    /// From the triggers: "When “in care” begins".
    pub title: String,
    /// The norms, in document order.
    pub norms: Vec<NormId>,
    /// What it is chiefly triggered by, most common first.
    pub triggers: Vec<Happening>,
}

impl Process {
    /// "7. When “in care” begins".
    pub fn heading(&self) -> String {
        format!("{}. {}", self.number, self.title)
    }
}

/// How much fits a page: a rule counts 1, a decision 2, since it brings a branch for each option.
const FULL: usize = 9;
/// Less than this is no page of its own.
const SMALL: usize = 4;
/// How much a page may hold when small ones are put on it.
const CROWDED: usize = 12;

fn weight(norm: NormId) -> usize {
    match norm {
        NormId::Rule(_) => 1,
        NormId::Decision(_) => 2,
    }
}

struct Groups<'n> {
    norms: &'n [NormId],
    /// The group of each norm: the index of its first member.
    of: Vec<usize>,
}

impl Groups<'_> {
    fn weight(&self, group: usize) -> usize {
        self.of
            .iter()
            .zip(self.norms)
            .filter(|(g, _)| **g == group)
            .map(|(_, &n)| weight(n))
            .sum()
    }

    /// Joins the groups of two norms if they are different and together no heavier than `most`.
    fn join(&mut self, a: usize, b: usize, most: usize) {
        let (low, high) = (self.of[a].min(self.of[b]), self.of[a].max(self.of[b]));
        if low != high && self.weight(low) + self.weight(high) <= most {
            for g in self.of.iter_mut().filter(|g| **g == high) {
                *g = low;
            }
        }
    }
}

/// The processes of the local part, in document order of their first norm.
pub fn partition(p: &Protocol, links: &Links) -> Vec<Process> {
    let norms = &links.norms;
    let mut groups = Groups {
        norms,
        of: (0..norms.len()).collect(),
    };
    for ties in ties(p, links) {
        for (a, b) in ties {
            groups.join(a, b, FULL);
        }
    }
    let mains: Vec<_> = norms.iter().map(|&n| links::main_trigger(p, n)).collect();
    let places: Vec<_> = norms.iter().map(|&n| section(p, n)).collect();
    for at in 0..norms.len() {
        // Nearest kin: the same trigger, the same section, then the distance in the document.
        let mut others: Vec<usize> = (0..norms.len()).filter(|&o| groups.of[o] != groups.of[at]).collect();
        others.sort_by_key(|&o| (mains[o] != mains[at], places[o] != places[at], o.abs_diff(at)));
        for other in others {
            if groups.weight(groups.of[at]) < SMALL {
                groups.join(at, other, CROWDED);
            }
        }
    }
    let mut first: Vec<usize> = groups.of.clone();
    first.sort_unstable();
    first.dedup();
    let members = |g: usize| -> Vec<NormId> {
        groups
            .of
            .iter()
            .zip(norms)
            .filter(|(of, _)| **of == g)
            .map(|(_, &n)| n)
            .collect()
    };
    named(p, links, first.into_iter().map(members).collect())
}

/// Pairs of indices to join, strongest kind first.
fn ties(p: &Protocol, links: &Links) -> [Vec<(usize, usize)>; 5] {
    let [mut exceptions, mut outcomes, mut acts, mut triggers, mut sections] = [const { Vec::new() }; 5];
    let at = |n: NormId| links.norms.iter().position(|&m| m == n);
    let mains: Vec<_> = links.norms.iter().map(|&n| links::main_trigger(p, n)).collect();
    let places: Vec<_> = links.norms.iter().map(|&n| section(p, n)).collect();
    for (b, &norm) in links.norms.iter().enumerate() {
        if let NormId::Rule(r) = norm {
            let to = &p.rules[r.index()].exception_to;
            exceptions.extend(to.iter().filter_map(|&r| at(NormId::Rule(r))).map(|a| (a, b)));
        }
        for (ordinal, what) in links::awaited(p, norm) {
            let found = links
                .makers(ordinal, what)
                .into_iter()
                .filter_map(at)
                .filter(|&a| a != b)
                .map(|a| (a, b));
            match what {
                Happening::Outcome(..) | Happening::Decided(_) => outcomes.extend(found),
                _ => acts.extend(found),
            }
        }
        triggers.extend(
            (0..b)
                .rev()
                .find(|&a| mains[a].is_some() && mains[a] == mains[b])
                .map(|a| (a, b)),
        );
        sections.extend(
            (0..b)
                .rev()
                .find(|&a| places[a].is_some() && places[a] == places[b])
                .map(|a| (a, b)),
        );
    }
    [exceptions, outcomes, acts, triggers, sections]
}

/// The section a norm cites first: "stoke 03" of "stoke 03.4".
fn section(p: &Protocol, norm: NormId) -> Option<&str> {
    let text = links::view(p, norm).origin.cites.first()?.text.as_str();
    Some(text.split('.').next().unwrap_or(text))
}

fn named(p: &Protocol, links: &Links, all: Vec<Vec<NormId>>) -> Vec<Process> {
    let mut out: Vec<Process> = Vec::new();
    for norms in all {
        let mut counted: Vec<(usize, Happening)> = Vec::new();
        for what in norms.iter().filter_map(|&n| links::main_trigger(p, n)) {
            match counted.iter_mut().find(|(_, h)| *h == what) {
                Some((n, _)) => *n += 1,
                None => counted.push((1, what)),
            }
        }
        // What starts a process is not what it brings about itself. Stable: the first in the document wins a tie.
        let inner = |h: Happening| links.makers(Ordinal::Any, h).iter().any(|n| norms.contains(n));
        counted.sort_by_key(|&(n, h)| (inner(h), std::cmp::Reverse(n)));
        let outer = counted.iter().filter(|&&(_, h)| !inner(h)).count().max(1);
        counted.truncate(outer);
        let all: usize = counted.iter().map(|(n, _)| n).sum();
        let enough = counted.first().is_some_and(|(n, _)| n * 2 >= all);
        let triggers: Vec<_> = counted.into_iter().map(|(_, h)| h).collect();
        let mut shown = if enough { 1 } else { triggers.len().min(2) };
        // One more trigger tells two charts of the same name apart, as long as there is one.
        while shown < triggers.len() && out.iter().any(|o| o.title == title(p, &triggers[..shown])) {
            shown += 1;
        }
        let title = title(p, &triggers[..shown]);
        let stem = triggers
            .first()
            .map_or_else(|| "standing-rules".to_owned(), |&h| slug(p, h));
        let taken = |name: &str| out.iter().any(|o| o.name == name);
        let name = (1..)
            .map(|n| if n == 1 { stem.clone() } else { format!("{stem}-{n}") })
            .find(|name| !taken(name))
            .unwrap_or(stem.clone());
        let parts = out
            .iter()
            .filter(|o| o.title == title || o.title.starts_with(&format!("{title} (part ")))
            .count();
        let title = if parts == 0 {
            title
        } else {
            format!("{title} (part {})", parts + 1)
        };
        out.push(Process {
            name,
            number: out.len() + 1,
            title,
            norms,
            triggers,
        });
    }
    out
}

fn title(p: &Protocol, triggers: &[Happening]) -> String {
    let all: Vec<_> = triggers
        .iter()
        .map(|&h| format!("when {}", words::happening(p, h)))
        .collect();
    if all.is_empty() {
        "Standing rules".to_owned()
    } else {
        words::capital(&all.join(", and "))
    }
}

/// A happening as a file name: `in-care-begins`.
fn slug(p: &Protocol, what: Happening) -> String {
    let said = |name: &str, state: &str| format!("{name}-{state}");
    match what {
        Happening::Begins(s) => said(&p.statuses[s.index()].origin.name, "begins"),
        Happening::Ends(s) => said(&p.statuses[s.index()].origin.name, "ends"),
        Happening::Becomes(s, v) => {
            let s = &p.statuses[s.index()];
            said(
                &s.origin.name,
                s.values.get(v.0 as usize).map_or("changes", |v| v.as_str()),
            )
        }
        Happening::Happens(e) => p.events[e.index()].origin.name.clone(),
        Happening::Held(m) => said(&p.meetings[m.index()].origin.name, "held"),
        Happening::Booked(m) => said(&p.meetings[m.index()].origin.name, "booked"),
        Happening::Due(m) => said(&p.meetings[m.index()].origin.name, "due"),
        Happening::Cancelled(m) => said(&p.meetings[m.index()].origin.name, "cancelled"),
        Happening::Sent(d) => said(&p.documents[d.index()].origin.name, "sent"),
        Happening::Received(d) => said(&p.documents[d.index()].origin.name, "received"),
        Happening::Decided(d) => said(&p.decisions[d.index()].origin.name, "decided"),
        Happening::Outcome(d, v) => {
            let d = &p.decisions[d.index()];
            said(
                &d.origin.name,
                d.options.get(v.0 as usize).map_or("decided", |o| o.name.as_str()),
            )
        }
        Happening::Allocated(r) => said(&p.roles[r.index()].origin.name, "allocated"),
        Happening::Done(r) => said(&p.rules[r.index()].origin.name, "done"),
        Happening::Missed(r) => said(&p.rules[r.index()].origin.name, "missed"),
    }
}

/// Whether one process brings about what another waits for, and what that is; in document order, each once.
pub fn flows(p: &Protocol, links: &Links, from: &Process, to: &Process) -> Vec<Happening> {
    let mut found = Vec::new();
    let awaited: Vec<(Ordinal, Happening)> = to.norms.iter().flat_map(|&n| links::awaited(p, n)).collect();
    for (ordinal, what) in awaited {
        let made = links.makers(ordinal, what).iter().any(|n| from.norms.contains(n));
        if made && !found.contains(&what) {
            found.push(what);
        }
    }
    found
}
