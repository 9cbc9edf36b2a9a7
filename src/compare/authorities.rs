//! The protocols of several authorities side by side. In: their models. Out: a row for each thing that more than one of them speaks of,
//! in the words of a base that they share, with what each says and how it lies to what the first says. What is only one's is listed by
//! name. Must not take two things for one because two authorities call them alike.

use std::collections::BTreeSet;

use super::align::Sharing;
use super::diff::{Entry, entry};
use super::join::{Joined, join};
use super::pair::itself;
use super::relate::{Asked, Direction, Telling};
use super::translate::Translate;
use super::{Relation, at_all_times, bounds};
use crate::analyses::describe;
use crate::calendar::{Calendar, CalendarError};
use crate::model::{Act, Body, Modal, NormId, Ordinal, Protocol, RoleId, Thing, Which, Who, words};
use crate::solve::ask::Asker;
use crate::solve::ground::{Ground, norms};

/// What one authority says of a subject.
#[derive(Debug, Clone)]
pub struct Cell {
    /// Its rules.
    pub rules: Vec<Entry>,
    /// What each of them says, as a sentence.
    pub says: Vec<String>,
    /// How that lies to what the first authority says that speaks of it; none for that one.
    pub relation: Option<Relation>,
    /// A case that this authority accepts and that one does not.
    pub looser: Option<Telling>,
    /// A case that that one accepts and this authority does not.
    pub tighter: Option<Telling>,
    /// Why it is not proven, where it is not.
    pub open: Vec<String>,
}

/// Something that more than one authority speaks of.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What is done, in words.
    pub said: String,
    /// For each authority in turn what it says of it, if anything.
    pub cells: Vec<Option<Cell>>,
}

/// Authorities side by side.
#[derive(Debug, Clone, Default)]
pub struct Compared {
    /// Whose they are.
    pub names: Vec<String>,
    /// What more than one speaks of.
    pub subjects: Vec<Subject>,
    /// For each authority in turn, rules on what none of the others speaks of in words that they share.
    pub alone: Vec<Vec<String>>,
    /// Within what bounds.
    pub bounds: Vec<String>,
}

impl Compared {
    /// Whether any says other than the first that speaks of it.
    pub fn is_different(&self) -> bool {
        let other =
            |c: &Cell| c.looser.is_some() || c.tighter.is_some() || matches!(c.relation, Some(Relation::Incomparable));
        self.subjects.iter().flat_map(|s| s.cells.iter().flatten()).any(other)
    }

    /// How many cells were not decided, wholly or in one direction.
    pub fn unproven(&self) -> usize {
        let cells = self.subjects.iter().flat_map(|s| s.cells.iter().flatten());
        cells.filter(|c| !c.open.is_empty()).count()
    }
}

/// With what force it is spoken of: who must do it and who must not are two subjects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Force {
    Asks,
    Allows,
    Forbids,
}

/// A norm of the first or of another, in the first's terms.
struct Spoken {
    of: usize,
    norm: NormId,
    force: Force,
    act: Act,
}

/// Holds the texts against each other, each pair within so many steps of the solver in each direction.
///
/// # Errors
/// The calendar of one of them cannot be made into an axis of days.
pub fn compare(texts: &[(String, &Protocol)], steps: u64) -> Result<Compared, CalendarError> {
    let models: Vec<Protocol> = texts.iter().map(|(_, text)| at_all_times(text)).collect();
    let Some(first) = models.first() else {
        return Ok(Compared::default());
    };
    let calendar = Calendar::build(&first.calendar)?;
    let mut spoken = Vec::new();
    for (of, text) in models.iter().enumerate() {
        let joined = join(first, text, Sharing::Bases, "other");
        spoken.extend(in_terms_of(first, text, of, &joined));
    }
    let mut groups: Vec<Vec<Spoken>> = Vec::new();
    let mut alone: Vec<Vec<String>> = vec![Vec::new(); models.len()];
    for one in spoken {
        match groups
            .iter_mut()
            .find(|g| g.first().is_some_and(|o| o.force == one.force && o.act == one.act))
        {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let mut out = Compared {
        names: texts.iter().map(|(name, _)| name.clone()).collect(),
        ..Compared::default()
    };
    let mut shared: Vec<Vec<Spoken>> = Vec::new();
    for group in groups {
        let who: BTreeSet<usize> = group.iter().map(|s| s.of).collect();
        if who.len() > 1 {
            shared.push(group);
        } else {
            for one in group {
                if let (Some(names), Some(text)) = (alone.get_mut(one.of), models.get(one.of)) {
                    names.push(text.named(one.norm));
                }
            }
        }
    }
    // What is spoken of in words of one's own only was never among them.
    for (of, text) in models.iter().enumerate() {
        let known: BTreeSet<String> = alone.get(of).into_iter().flatten().cloned().collect();
        let listed = shared
            .iter()
            .flatten()
            .filter(|s| s.of == of)
            .map(|s| text.named(s.norm));
        let listed: BTreeSet<String> = listed.chain(known).collect();
        let rest = local_norms(text).map(|n| text.named(n)).filter(|n| !listed.contains(n));
        if let Some(names) = alone.get_mut(of) {
            names.extend(rest);
            names.sort_unstable();
        }
    }
    out.alone = alone;
    out.subjects = shared.iter().map(|group| subject(first, &models, group)).collect();
    for at in 0..models.len() {
        for against in 0..at {
            relate(&models, (against, at), &shared, &mut out, &calendar, steps);
        }
    }
    out.bounds = bounds(&Asker::new(Ground::new(first, &calendar)));
    Ok(out)
}

fn local_norms(text: &Protocol) -> impl Iterator<Item = NormId> {
    norms(text).filter(|n| describe::is_local(text, *n))
}

fn force_of(text: &Protocol, norm: NormId) -> Option<Force> {
    if describe::forbids(text, norm) {
        return Some(Force::Forbids);
    }
    match norm {
        NormId::Decision(_) => Some(Force::Asks),
        NormId::Rule(r) => match text.rules.get(r.index()).map(|r| &r.body) {
            Some(Body::Norm {
                modal: Modal::May | Modal::NeedNot,
                ..
            }) => Some(Force::Allows),
            Some(Body::Norm { .. }) => Some(Force::Asks),
            _ => None,
        },
    }
}

/// The local norms of a text whose act the first has words for: the act without those it is addressed to.
fn in_terms_of(first: &Protocol, text: &Protocol, of: usize, joined: &Joined) -> Vec<Spoken> {
    let own = itself(first);
    let ids = if of == 0 { &own } else { &joined.ids };
    let mut out = Vec::new();
    for norm in local_norms(text) {
        let act = match norm {
            NormId::Decision(d) => Some(Act::Decide(d)),
            NormId::Rule(r) => match text.rules.get(r.index()).map(|r| &r.body) {
                Some(Body::Norm { act, .. }) => Some(act.clone()),
                _ => None,
            },
        };
        if let (Some(act), Some(force)) = (act, force_of(text, norm)) {
            let act = to_nobody(Translate::new(text, ids).act(&act));
            if of == 0 || is_within(first, &act) {
                out.push(Spoken { of, norm, force, act });
            }
        }
    }
    out
}

/// An act without those it is addressed to, and whichever of several it is: that is part of what is said of it.
fn to_nobody(act: Act) -> Act {
    let nobody = || Who {
        parties: Vec::new(),
        either: false,
        span: super::translate::NOWHERE,
    };
    let any = |w: Which| Which {
        ordinal: Ordinal::Any,
        since: None,
        ..w
    };
    match act {
        Act::Hold(w) => Act::Hold(any(w)),
        Act::Book(w) => Act::Book(any(w)),
        Act::Cancel(w) => Act::Cancel(any(w)),
        Act::Attend(w) => Act::Attend(any(w)),
        Act::Chair(w) => Act::Chair(any(w)),
        Act::Send(d, ..) => Act::Send(d, nobody(), Ordinal::Any),
        Act::Notify(_, t) => Act::Notify(nobody(), t),
        Act::Ask(_, t) => Act::Ask(nobody(), t),
        Act::Consult(_, t) => Act::Consult(nobody(), t),
        other => other,
    }
}

/// Whether the first text has words for all that an act names.
fn is_within(first: &Protocol, act: &Act) -> bool {
    let thing = |t: &Thing| match t {
        Thing::Decision(d) => d.index() < first.decisions.len(),
        Thing::Change(s, _) => s.index() < first.statuses.len(),
        Thing::Document(d) => d.index() < first.documents.len(),
        Thing::Event(e) => e.index() < first.events.len(),
        // By the same words, but not by a name that each may give to its own.
        Thing::Quoted(_) => true,
        Thing::Named(_) => false,
    };
    match act {
        Act::Quoted(_) => true,
        Act::Hold(w) | Act::Book(w) | Act::Cancel(w) | Act::Attend(w) | Act::Chair(w) => {
            w.meeting.index() < first.meetings.len()
        }
        Act::Send(d, ..) => d.index() < first.documents.len(),
        Act::Notify(_, t) | Act::Ask(_, t) | Act::Consult(_, t) => thing(t),
        Act::Record(t, d) => thing(t) && d.index() < first.documents.len(),
        Act::Consider(t) | Act::CarryOut(t) | Act::Challenge(t) => thing(t),
        Act::Decide(d) => d.index() < first.decisions.len(),
        Act::Allocate(RoleId(r)) => (*r as usize) < first.roles.len(),
        Act::Begin(s) | Act::End(s) => s.index() < first.statuses.len(),
    }
}

/// The act in words, to stand at the head of a row.
fn head(first: &Protocol, force: Force, act: &Act) -> String {
    let said = match act {
        Act::Notify(_, t) => format!("notify somebody: {}", words::thing(first, t)),
        Act::Ask(_, t) => format!("ask somebody: {}", words::thing(first, t)),
        Act::Consult(_, t) => format!("consult somebody: {}", words::thing(first, t)),
        _ => words::act(first, act).trim_end().trim_end_matches(" to").to_owned(),
    };
    match force {
        Force::Asks => said,
        Force::Allows => format!("be allowed to {said}"),
        Force::Forbids => format!("be kept from this: {said}"),
    }
}

fn subject(first: &Protocol, models: &[Protocol], group: &[Spoken]) -> Subject {
    let cell = |(of, text): (usize, &Protocol)| {
        let rules: Vec<NormId> = group.iter().filter(|s| s.of == of).map(|s| s.norm).collect();
        (!rules.is_empty()).then(|| Cell {
            says: rules.iter().map(|n| describe::sentence(text, *n)).collect(),
            rules: rules.iter().filter_map(|n| entry(text, *n)).collect(),
            relation: None,
            looser: None,
            tighter: None,
            open: Vec::new(),
        })
    };
    Subject {
        said: group.first().map(|s| head(first, s.force, &s.act)).unwrap_or_default(),
        cells: models.iter().enumerate().map(cell).collect(),
    }
}

/// How what one says lies to what another says, for the subjects of which the other is the first that speaks.
fn relate(
    models: &[Protocol],
    (against, at): (usize, usize),
    shared: &[Vec<Spoken>],
    out: &mut Compared,
    calendar: &Calendar,
    steps: u64,
) {
    let of = |group: &[Spoken], which: usize| -> Vec<NormId> {
        group.iter().filter(|s| s.of == which).map(|s| s.norm).collect()
    };
    let concerned: Vec<usize> = shared
        .iter()
        .enumerate()
        .filter(|(_, g)| g.iter().map(|s| s.of).min() == Some(against) && g.iter().any(|s| s.of == at))
        .map(|(n, _)| n)
        .collect();
    let (Some(first), Some(second)) = (models.get(against), models.get(at)) else {
        return;
    };
    if concerned.is_empty() {
        return;
    }
    let name = |n: usize| out.names.get(n).cloned().unwrap_or_default();
    let (first_name, second_name) = (&name(against), &name(at));
    let older = join(first, second, Sharing::Bases, second_name);
    let newer = join(second, first, Sharing::Bases, first_name);
    let sizes = |p: &Protocol| (p.rules.len(), p.decisions.len());
    let mut accepting_first = Direction::new(&older, &newer, sizes(first), second.rules.len(), calendar, steps);
    let mut accepting_second = Direction::new(&newer, &older, sizes(second), first.rules.len(), calendar, steps);
    for n in concerned {
        let group = &shared[n];
        let (ours, theirs) = (of(group, against), of(group, at));
        let Some(cell) = out
            .subjects
            .get_mut(n)
            .and_then(|s| s.cells.get_mut(at))
            .and_then(Option::as_mut)
        else {
            continue;
        };
        if group.first().is_some_and(|s| s.force == Force::Allows) {
            let same = theirs.iter().all(|t| older.twins.contains_key(t));
            cell.relation = Some(if same { Relation::Same } else { Relation::Incomparable });
            continue;
        }
        let alone = |norms: &[NormId]| <[NormId; 1]>::try_from(norms.to_vec()).ok().map(|[one]| one);
        cell.looser = any(
            &mut accepting_second,
            &newer,
            &ours,
            alone(&theirs),
            first,
            &mut cell.open,
        );
        cell.tighter = any(
            &mut accepting_first,
            &older,
            &theirs,
            alone(&ours),
            second,
            &mut cell.open,
        );
        cell.relation = Some(super::diff::relation(
            cell.looser.is_some(),
            cell.tighter.is_some(),
            !cell.open.is_empty(),
        ));
    }
}

/// The first case in which one of these norms is broken while the other text is obeyed.
fn any(
    direction: &mut Direction<'_>,
    joined: &Joined,
    norms: &[NormId],
    speaks: Option<NormId>,
    text: &Protocol,
    open: &mut Vec<String>,
) -> Option<Telling> {
    let mut found = None;
    for norm in norms {
        if joined.twins.contains_key(norm) {
            continue;
        }
        if let Some(why) = joined.unsaid.get(norm) {
            open.push(format!("`{}`: {why}", text.named(*norm)));
            continue;
        }
        match direction.ask(*norm, speaks) {
            Asked::Breaks(telling) => found = found.or(Some(telling)),
            Asked::Open(why) => open.push(format!("`{}`: {why}", text.named(*norm))),
            Asked::Keeps(_) | Asked::NotAsked => {}
        }
    }
    found
}
