//! Two versions of one protocol. In: the old model and the new one. Out: a row for each rule or decision that is not word for word the
//! same, with what that comes to; and what else was said otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::align::Sharing;
use super::join::{Joined, join};
use super::relate::{Asked, Direction, Telling};
use super::translate::Item;
use super::{Relation, at_all_times, bounds, words};
use crate::analyses::describe;
use crate::calendar::{Calendar, CalendarError};
use crate::model::{DecisionId, Modal, NormId, Protocol};
use crate::solve::ask::Asker;
use crate::solve::ground::{Ground, norms};
use crate::source::Span;
use crate::time::Day;

/// A rule or decision of one version.
#[derive(Debug, Clone)]
pub struct Entry {
    /// As its protocol names it.
    pub name: String,
    /// Its head line.
    pub span: Span,
    /// What it says, as a sentence.
    pub sentence: String,
    /// What it cites, as written.
    pub cites: Vec<String>,
}

/// A rule or decision that is not word for word the same in both versions.
#[derive(Debug, Clone)]
pub struct Row {
    /// In the old version; none: it is added.
    pub old: Option<Entry>,
    /// In the new version; none: it is removed.
    pub new: Option<Entry>,
    /// What the new version makes of it.
    pub relation: Relation,
    /// In one line, what that comes to.
    pub said: String,
    /// What is written otherwise, a line for each part.
    pub otherwise: Vec<String>,
    /// A case that the new version accepts and the old rule does not.
    pub looser: Option<Telling>,
    /// A case that the old version accepts and the new rule does not.
    pub tighter: Option<Telling>,
    /// Why it is not proven, where it is not.
    pub open: Vec<String>,
}

/// How a new version differs from an old one.
#[derive(Debug, Clone, Default)]
pub struct Diff {
    /// Rules and decisions, in the order of the new version, then what was removed.
    pub rows: Vec<Row>,
    /// What else is said otherwise: things that only one version has, and things that are defined otherwise.
    pub things: Vec<String>,
    /// What is only called otherwise: before, now.
    pub renamed: Vec<(String, String)>,
    /// How many rules and decisions are word for word the same.
    pub unchanged: usize,
    /// Within what bounds.
    pub bounds: Vec<String>,
}

impl Diff {
    /// Whether anything means something else.
    pub fn is_changed(&self) -> bool {
        let shown = |r: &Row| r.looser.is_some() || r.tighter.is_some();
        let changed = |r: &Row| shown(r) || !matches!(r.relation, Relation::Same | Relation::Open);
        !self.things.is_empty() || self.rows.iter().any(changed)
    }

    /// How many rows were not decided, wholly or in one direction.
    pub fn unproven(&self) -> usize {
        self.rows.iter().filter(|r| !r.open.is_empty()).count()
    }
}

/// Asks how the new version differs from the old one, within so many steps of the solver for each direction.
///
/// # Errors
/// The calendar of one of them cannot be made into an axis of days.
pub fn diff(old: &Protocol, new: &Protocol, steps: u64) -> Result<Diff, CalendarError> {
    let (old, new) = (&at_all_times(old), &at_all_times(new));
    let calendar = Calendar::build(&new.calendar)?;
    let counted_before = Calendar::build(&old.calendar)?;
    let older = join(old, new, Sharing::Versions, "new");
    let newer = join(new, old, Sharing::Versions, "old");
    let sizes = |p: &Protocol| (p.rules.len(), p.decisions.len());
    let mut asking = Asking {
        old,
        new,
        older: &older,
        newer: &newer,
        accepting_old: Direction::new(&older, &newer, sizes(old), new.rules.len(), &calendar, steps),
        accepting_new: Direction::new(&newer, &older, sizes(new), old.rules.len(), &calendar, steps),
    };
    let mut out = Diff {
        things: asking.things(),
        renamed: older.aligned.renamed.clone(),
        unchanged: older.twins.len(),
        ..Diff::default()
    };
    for norm in norms(new).filter(|n| !older.twins.contains_key(n)) {
        let before = older.counterparts.get(&norm).copied();
        out.rows.push(match before {
            Some(before) => asking.changed(before, norm),
            None => asking.added(norm),
        });
    }
    let known: BTreeSet<NormId> = older
        .counterparts
        .values()
        .chain(older.twins.values())
        .copied()
        .collect();
    for norm in norms(old).filter(|n| !known.contains(n)) {
        out.rows.push(asking.removed(norm));
    }
    out.renamed.extend(asking.renamed_rules());
    if days(&counted_before) != days(&calendar) {
        out.things.push(format!(
            "the calendar: now `{}`; before `{}`; here all days are counted by the new one",
            new.calendar.name, old.calendar.name
        ));
    }
    out.bounds = bounds(&Asker::new(Ground::new(new, &calendar)));
    Ok(out)
}

/// The days a calendar knows, each working or not.
fn days(calendar: &Calendar) -> Vec<(Day, bool)> {
    let days = (calendar.first().0..=calendar.last().0).map(Day);
    days.map(|day| (day, calendar.is_working(day))).collect()
}

struct Asking<'d> {
    old: &'d Protocol,
    new: &'d Protocol,
    older: &'d Joined,
    newer: &'d Joined,
    accepting_old: Direction<'d>,
    accepting_new: Direction<'d>,
}

/// A norm as it is shown.
pub fn entry(text: &Protocol, norm: NormId) -> Option<Entry> {
    let origin = text.origin(norm)?;
    Some(Entry {
        name: text.named(norm),
        span: origin.span,
        sentence: describe::sentence(text, norm),
        cites: origin.cites.iter().map(|c| c.text.clone()).collect(),
    })
}

/// What of an answer is a case, what is not known, and which rules see to it that there is none.
fn taken(asked: Asked, whose: &str) -> (Option<Telling>, Option<String>, Vec<NormId>) {
    match asked {
        Asked::Breaks(telling) => (Some(telling), None, Vec::new()),
        Asked::Open(why) => (None, Some(format!("{whose}: {why}")), Vec::new()),
        Asked::Keeps(by) => (None, None, by),
        Asked::NotAsked => (None, None, Vec::new()),
    }
}

/// Whether the new version still allows what the old one forbids.
const LOOSER: &str = "whether the old rule can now be broken";
/// Whether the new version forbids what the old one allows.
const TIGHTER: &str = "whether the new rule could be broken before";

/// How the second lies to the first, by what each allows that the other does not.
pub fn relation(looser: bool, tighter: bool, open: bool) -> Relation {
    match (looser, tighter) {
        (true, true) => Relation::Incomparable,
        (true, false) if !open => Relation::Looser,
        (false, true) if !open => Relation::Tighter,
        (false, false) if !open => Relation::Same,
        _ => Relation::Open,
    }
}

impl Asking<'_> {
    fn changed(&mut self, before: NormId, now: NormId) -> Row {
        let mut row = Row {
            old: entry(self.old, before),
            new: entry(self.new, now),
            relation: Relation::Same,
            said: String::new(),
            otherwise: words::otherwise((self.old, before), (self.new, now)),
            looser: None,
            tighter: None,
            open: Vec::new(),
        };
        if let Some((relation, said)) = self.by_form(before, now) {
            (row.relation, row.said) = (relation, said);
            return row;
        }
        let (looser, no_looser, still) = taken(self.accepting_new.ask(before, Some(now)), LOOSER);
        let (tighter, no_tighter, _) = taken(self.accepting_old.ask(now, Some(before)), TIGHTER);
        row.open.extend(no_looser);
        row.open.extend(no_tighter);
        row.relation = relation(looser.is_some(), tighter.is_some(), !row.open.is_empty());
        let forbids = describe::forbids(self.new, now);
        row.said = said(looser.as_ref(), tighter.as_ref(), row.relation, forbids);
        (row.looser, row.tighter) = (looser, tighter);
        // That nothing came of it may be because another rule, of the law perhaps, asks for it all the same.
        let others: Vec<NormId> = still.into_iter().filter(|n| *n != now).collect();
        if row.relation == Relation::Same && !others.is_empty() {
            row.said = format!(
                "what it comes to is the same: {} {} for all of it",
                describe::list(self.new, &others),
                if others.len() == 1 { "asks" } else { "ask" }
            );
        }
        if let Some(said) = self.options_said(before, now) {
            row.relation = Relation::Incomparable;
            row.said = said;
        }
        row
    }

    /// What the form of a rule says already: a permission, a waiver, what happens by itself, what is usual, or what one version has
    /// no words for.
    fn by_form(&self, before: NormId, now: NormId) -> Option<(Relation, String)> {
        let unsaid = self.older.unsaid.get(&now).or_else(|| self.newer.unsaid.get(&before));
        match (words::permits(self.old, before), words::permits(self.new, now)) {
            (Some(_), Some(_)) => {
                let said = "what it allows is said otherwise";
                return Some((Relation::Incomparable, said.to_owned()));
            }
            (Some(_), None) => {
                let said = "it allowed something, and now asks for something or forbids it";
                return Some((Relation::Incomparable, said.to_owned()));
            }
            (None, Some(_)) => {
                let said = "it asked for something or forbade it, and now allows something";
                return Some((Relation::Incomparable, said.to_owned()));
            }
            (None, None) => {}
        }
        unsaid.map(|why| (Relation::Incomparable, why.clone()))
    }

    fn options_said(&self, before: NormId, now: NormId) -> Option<String> {
        let (NormId::Decision(b), NormId::Decision(n)) = (before, now) else {
            return None;
        };
        let (b, n) = (self.old.decisions.get(b.index())?, self.new.decisions.get(n.index())?);
        let differ = words::options_differ(self.older, self.new, b, n, self.old);
        differ.then(|| "its options, when they are open or what follows from them is said otherwise".to_owned())
    }

    fn added(&mut self, norm: NormId) -> Row {
        let asked = self.accepting_old.ask(norm, None);
        let unsaid = self.older.unsaid.get(&norm).cloned();
        let row = Row {
            old: None,
            new: entry(self.new, norm),
            relation: Relation::Same,
            said: String::new(),
            otherwise: only(self.new, norm, "added"),
            looser: None,
            tighter: None,
            open: Vec::new(),
        };
        alone(row, asked, words::permits(self.new, norm), unsaid, self.old)
    }

    fn removed(&mut self, norm: NormId) -> Row {
        let asked = self.accepting_new.ask(norm, None);
        let unsaid = self.newer.unsaid.get(&norm).cloned();
        let row = Row {
            old: entry(self.old, norm),
            new: None,
            relation: Relation::Same,
            said: String::new(),
            otherwise: only(self.old, norm, "removed"),
            looser: None,
            tighter: None,
            open: Vec::new(),
        };
        alone(row, asked, words::permits(self.old, norm), unsaid, self.new)
    }

    fn renamed_rules(&self) -> Vec<(String, String)> {
        let pairs = self.older.twins.iter();
        pairs
            .map(|(now, before)| (self.old.named(*before), self.new.named(*now)))
            .filter(|(before, now)| before != now)
            .collect()
    }

    /// What is said otherwise of things, and what only one version has.
    fn things(&self) -> Vec<String> {
        let mut out = words::things(self.old, self.new, self.older);
        let mut only = |joined: &Joined, text: &Protocol, which: &str| {
            out.extend(
                only_here(joined, text)
                    .into_iter()
                    .map(|(kind, name)| format!("{kind} `{name}` is only in the {which} version")),
            );
        };
        only(self.newer, self.old, "old");
        only(self.older, self.new, "new");
        let turned_on = self.turned_on();
        for (item, rules) in turned_on {
            let name = self.older.name_of(item);
            let many = if rules.len() == 1 {
                "rule that says"
            } else {
                "rules that say"
            };
            out.push(format!(
                "`{name}` is set or defined otherwise, and {} {many} the same as before may turn on it: {}",
                rules.len(),
                rules.join(", ")
            ));
        }
        let voidable = self.older.voidable.iter().filter(|n| self.older.twins.contains_key(n));
        let voidable: Vec<String> = voidable.map(|n| format!("`{}`", self.new.named(*n))).collect();
        if !voidable.is_empty() {
            out.push(format!(
                "who alone may do something is said otherwise, and what others do is then void: {} may turn on it",
                voidable.join(", ")
            ));
        }
        out
    }

    /// Rules that are word for word the same and turn on things that are not.
    fn turned_on(&self) -> BTreeMap<Item, Vec<String>> {
        let mut out: BTreeMap<Item, Vec<String>> = BTreeMap::new();
        for (norm, items) in self
            .older
            .touched
            .iter()
            .filter(|(n, _)| self.older.twins.contains_key(n))
        {
            for item in items {
                out.entry(*item)
                    .or_default()
                    .push(format!("`{}`", self.new.named(*norm)));
            }
        }
        out
    }
}

/// Things that only this text has: their kind and name.
fn only_here(joined: &Joined, text: &Protocol) -> Vec<(&'static str, String)> {
    let a = &joined.aligned;
    let mut out = Vec::new();
    let mut see = |kind: &'static str, places: &[Option<usize>], name: &dyn Fn(usize) -> Option<String>| {
        for (at, _) in places.iter().enumerate().filter(|(_, p)| p.is_none()) {
            out.extend(name(at).map(|name| (kind, name)));
        }
    };
    see("role", &a.roles, &|at| {
        text.roles.get(at).map(|i| i.origin.name.clone())
    });
    see("fact", &a.factors, &|at| {
        text.factors
            .get(at)
            .map(|i| i.origin.name.clone())
            .filter(|n| !n.contains('/'))
    });
    see("status", &a.statuses, &|at| {
        text.statuses.get(at).map(|i| i.origin.name.clone())
    });
    see("event", &a.events, &|at| {
        text.events.get(at).map(|i| i.origin.name.clone())
    });
    see("meeting", &a.meetings, &|at| {
        text.meetings.get(at).map(|i| i.origin.name.clone())
    });
    see("document", &a.documents, &|at| {
        text.documents.get(at).map(|i| i.origin.name.clone())
    });
    out
}

/// Options of a decision that only one version has, in words.
fn only(text: &Protocol, norm: NormId, what: &str) -> Vec<String> {
    let NormId::Decision(DecisionId(d)) = norm else {
        return Vec::new();
    };
    let options = text.decisions.get(d as usize).map_or(&[][..], |d| &d.options);
    options
        .iter()
        .map(|o| format!("the option `{}` is {what} with it", o.name))
        .collect()
}

/// A row for a rule that only one version has; `other` is the one that does not have it.
fn alone(mut row: Row, asked: Asked, permits: Option<Modal>, unsaid: Option<String>, other: &Protocol) -> Row {
    let is_added = row.old.is_none();
    let what = if is_added { "added" } else { "removed" };
    if permits.is_some() {
        row.relation = if is_added { Relation::Looser } else { Relation::Tighter };
        row.said = format!(
            "{what}: what it allows is {}",
            if is_added { "new" } else { "no longer said" }
        );
        return row;
    }
    if let Some(why) = unsaid {
        row.relation = Relation::Incomparable;
        row.said = format!("{what}: {why}");
        return row;
    }
    match asked {
        Asked::Breaks(telling) => {
            row.said = format!(
                "{what}: {}",
                if is_added {
                    "it asks for more than before"
                } else {
                    "nothing else asks for it"
                }
            );
            if is_added {
                row.relation = Relation::Tighter;
                row.tighter = Some(telling);
            } else {
                row.relation = Relation::Looser;
                row.looser = Some(telling);
            }
        }
        Asked::Keeps(by) => {
            let said = match is_added {
                true => "all of it was asked for already",
                false => "all of it is still asked for",
            };
            let by = describe::list(other, &by);
            let by = if by.is_empty() { by } else { format!(", by {by}") };
            row.said = format!("{what}: {said}{by}");
        }
        Asked::Open(why) => {
            row.relation = Relation::Open;
            row.said = format!("{what}: what it comes to is not proven");
            row.open
                .push(format!("{}: {why}", if is_added { TIGHTER } else { LOOSER }));
        }
        Asked::NotAsked => {
            row.relation = Relation::Incomparable;
            row.said = format!("{what}: it says what happens by itself or is usual");
        }
    }
    row
}

/// What a difference comes to, in one line; `forbids` where the new rule does.
fn said(looser: Option<&Telling>, tighter: Option<&Telling>, relation: Relation, forbids: bool) -> String {
    let later = looser.map(|t| match words::by_how_much(t, "later") {
        Some(days) => format!("it may now be done {days} than before"),
        None if forbids => "it no longer forbids all that it did".to_owned(),
        None => "it no longer asks for all that it did".to_owned(),
    });
    let earlier = tighter.map(|t| match words::by_how_much(t, "earlier") {
        Some(days) => format!("it must now be done {days} than before"),
        None if forbids => "it forbids something that it did not forbid before".to_owned(),
        None => "it asks for something that it did not ask for before".to_owned(),
    });
    let parts: Vec<String> = later.into_iter().chain(earlier).collect();
    match (parts.as_slice(), relation) {
        ([], Relation::Same) => "the same in other words".to_owned(),
        ([], _) => "what it comes to is not proven".to_owned(),
        ([one], Relation::Open) => format!("{one}; whether the contrary is so in other cases is not proven"),
        ([one], _) => one.clone(),
        (more, _) => more.join("; in other cases "),
    }
}
