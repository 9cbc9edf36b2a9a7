//! What occurred, looked up: `in-care begins`, `review-conference is held`, `discharge is discharged`. In: a line of a case.
//! Out: an occurrence of the protocol, or what is wrong with the line. Days are not compared here.

use std::collections::BTreeMap;

use super::{Dated, Form, Line, Said, error};
use crate::diagnostics::{Diagnostic, nearest};
use crate::model::{
    Act, Body, DecisionId, DocumentId, EventId, FactorId, Happening, MeetingId, ModuleId, Occurrence, Origin, Party,
    Protocol, RoleId, RuleId, StatusId, ValueId,
};

/// What a name of a protocol stands for in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Role(RoleId),
    Factor(FactorId),
    Status(StatusId),
    Event(EventId),
    Meeting(MeetingId),
    Document(DocumentId),
    Decision(DecisionId),
    Rule(RuleId),
}

impl Target {
    /// With its article.
    pub(super) fn a_kind(self) -> &'static str {
        match self {
            Target::Role(_) => "a role",
            Target::Factor(_) => "a fact, judgement or doubt",
            Target::Status(_) => "a status",
            Target::Event(_) => "an event",
            Target::Meeting(_) => "a meeting",
            Target::Document(_) => "a document",
            Target::Decision(_) => "a decision",
            Target::Rule(_) => "a rule",
        }
    }
}

/// For how many unknown names a near one is looked for: each costs a look at every name there is, and nobody reads more.
const OFFERS: usize = 200;

/// The names of a protocol and its bases.
pub(super) struct Names<'p> {
    pub(super) protocol: &'p Protocol,
    pub(super) form: Form,
    all: BTreeMap<&'p str, Vec<(ModuleId, Target)>>,
    unknowns: usize,
}

/// What looking up a name gives.
pub(super) enum Found {
    /// One thing, or quoted words that stand in several modules.
    These(Vec<Target>),
    /// Declared in several bases, named here.
    Several(Vec<String>),
    /// Nothing; the nearest of the names that were wanted.
    Nothing(Option<String>),
}

impl<'p> Names<'p> {
    pub(super) fn of(protocol: &'p Protocol, form: Form) -> Self {
        let mut all: BTreeMap<&str, Vec<(ModuleId, Target)>> = BTreeMap::new();
        let mut add = |origin: &'p Origin, target| all.entry(&origin.name).or_default().push((origin.module, target));
        macro_rules! arenas {
            ($($arena:ident $target:ident $id:ident;)*) => { $(
                for (id, item) in (0..).zip(&protocol.$arena) { add(&item.origin, Target::$target($id(id))); }
            )* };
        }
        arenas! {
            roles Role RoleId; factors Factor FactorId; statuses Status StatusId; events Event EventId;
            meetings Meeting MeetingId; documents Document DocumentId; decisions Decision DecisionId; rules Rule RuleId;
        }
        Names {
            protocol,
            form,
            all,
            unknowns: 0,
        }
    }

    fn module(&self, id: ModuleId) -> &'p str {
        self.protocol.modules.get(id.index()).map_or("", |m| &m.name)
    }

    /// What a name stands for, `name` or `base.name`; the protocol's own comes before a base's. Only what is `wanted` is offered
    /// in place of a name that there is not.
    pub(super) fn find(&mut self, name: &str, wanted: impl Fn(Target) -> bool) -> Found {
        let (base, bare) = match name.split_once('.') {
            // Quoted words of a condition may hold a full stop.
            Some((base, bare)) if !self.all.contains_key(name) => (Some(base), bare),
            _ => (None, name),
        };
        let all: &[(ModuleId, Target)] = self.all.get(bare).map_or(&[], Vec::as_slice);
        let of_base: Vec<_> = all
            .iter()
            .filter(|(m, _)| base.is_none_or(|b| self.module(*m) == b))
            .collect();
        let local = |m: ModuleId| self.protocol.modules.get(m.index()).is_some_and(|m| m.local);
        let own: Vec<Target> = of_base.iter().filter(|(m, _)| local(*m)).map(|(_, t)| *t).collect();
        let quoted = |t: &Target| matches!(t, Target::Factor(f) if self.is_quoted(*f));
        let targets: Vec<Target> = of_base.iter().map(|(_, t)| *t).collect();
        match targets.as_slice() {
            [] => Found::Nothing(self.near(name, wanted)),
            [_] => Found::These(targets),
            many if many.iter().all(quoted) => Found::These(targets),
            _ if own.len() == 1 => Found::These(own),
            _ => {
                let named = of_base.iter().map(|(m, _)| format!("{}.{bare}", self.module(*m)));
                Found::Several(named.collect())
            }
        }
    }

    /// The values of what a name stands for, if it stands for one thing that has values.
    pub(super) fn values(&mut self, name: &str) -> Option<&'p [String]> {
        let Found::These(found) = self.find(name, |_| false) else {
            return None;
        };
        match found.first()? {
            Target::Factor(f) => self.protocol.factors.get(f.index()).map(|f| f.values.as_slice()),
            Target::Status(s) => self.protocol.statuses.get(s.index()).map(|s| s.values.as_slice()),
            _ => None,
        }
    }

    /// Whether a name stands for a status.
    pub(super) fn is_status(&mut self, name: &str) -> bool {
        matches!(self.find(name, |_| false), Found::These(found) if matches!(found.as_slice(), [Target::Status(_)]))
    }

    fn is_quoted(&self, factor: FactorId) -> bool {
        use crate::model::FactorKind;
        let factor = self.protocol.factors.get(factor.index());
        factor.is_some_and(|f| f.kind == FactorKind::Quoted)
    }

    fn near(&mut self, name: &str, wanted: impl Fn(Target) -> bool) -> Option<String> {
        self.unknowns += 1;
        if self.unknowns > OFFERS {
            return None;
        }
        let offered = self.all.iter().filter(|(_, ts)| ts.iter().any(|(_, t)| wanted(*t)));
        nearest(name, offered.map(|(n, _)| *n)).map(ToOwned::to_owned)
    }

    /// A role or meeting.
    fn party(&mut self, said: &Said, out: &mut Vec<Diagnostic>) -> Option<Party> {
        let wanted = |t| matches!(t, Target::Role(_) | Target::Meeting(_));
        let name = said.text.trim();
        match self.find(name, wanted) {
            Found::These(found) => match found.as_slice() {
                [Target::Role(r)] => Some(Party::Role(*r)),
                [Target::Meeting(m)] => Some(Party::Meeting(*m)),
                _ => {
                    let kind = found.first().map_or("", |t| t.a_kind());
                    out.push(error::not_a_party(said, kind));
                    None
                }
            },
            Found::Several(named) => {
                out.push(error::several(said, &named));
                None
            }
            Found::Nothing(near) => {
                out.push(error::unknown_party(said, near.as_deref()));
                None
            }
        }
    }
}

/// The occurrence that a line tells.
pub(super) fn occurrence(names: &mut Names<'_>, line: &Line, out: &mut Vec<Diagnostic>) -> Option<Dated> {
    let missing = [("date", line.date.is_none()), ("what", line.what.is_none())];
    for (key, _) in missing.into_iter().filter(|(_, missing)| *missing) {
        out.push(error::key_missing(line.span, key));
    }
    let form = names.form;
    // All fields are looked at before any that is wrong ends it.
    let day = line.date.as_ref().map(|d| super::day(d, out));
    let due = line.booked_for.as_ref().map(|d| super::day(d, out));
    let by = line.by.as_ref().map(|p| names.party(p, out));
    let chair = line.chair.as_ref().map(|p| names.party(p, out));
    let what = line.what.as_ref().and_then(|w| happening(names, w, out))?;
    if let (Some(said), false) = (&line.chair, matches!(what, Happening::Held(_))) {
        out.push(error::misplaced(said, form.word("chair"), "`is held`"));
    }
    let bookable = matches!(
        what,
        Happening::Held(_) | Happening::Booked(_) | Happening::Cancelled(_)
    );
    if let (Some(said), false) = (&line.booked_for, bookable) {
        out.push(error::misplaced(
            said,
            form.word("booked-for"),
            "`is booked`, `is held` or `is cancelled`",
        ));
    }
    if let (Happening::Booked(_), None, Some(said)) = (what, &line.booked_for, &line.what) {
        out.push(error::not_booked_for(said.span, form));
        return None;
    }
    let day = day??;
    if [due.is_some_and(|d| d.is_none()), by == Some(None), chair == Some(None)].contains(&true) {
        return None;
    }
    Some(Dated {
        occurrence: Occurrence {
            day,
            what,
            by: by.flatten(),
            chair: chair.flatten(),
            due: due.flatten(),
        },
        span: line.date.as_ref().map_or(line.span, |d| d.span),
    })
}

/// `NAME begins`, `NAME is STATE`: what occurs.
fn happening(names: &mut Names<'_>, said: &Said, out: &mut Vec<Diagnostic>) -> Option<Happening> {
    let words: Vec<&str> = said.text.split_whitespace().collect();
    let (name, state, bare) = match words.as_slice() {
        [
            "first" | "second" | "third" | "next" | "last" | "previous" | "each" | "any",
            rest @ ..,
        ] if rest.len() > 1 => {
            out.push(error::ordinal(said, &rest.join(" ")));
            return None;
        }
        [name, "is", state] => (*name, *state, false),
        [name, state] => (*name, *state, true),
        words => {
            let can = said_loosely(names, words);
            out.push(error::no_happening(said, &can));
            return None;
        }
    };
    let found = names.find(name, |t| !matches!(t, Target::Role(_) | Target::Factor(_)));
    let target = match found {
        Found::These(found) => *found.first()?,
        Found::Several(named) => {
            out.push(error::several(said, &named));
            return None;
        }
        Found::Nothing(near) => {
            let near = near.map(|n| said.text.trim().replacen(name, &n, 1));
            let can = said_loosely(names, &words);
            out.push(match can.is_empty() {
                true => error::unknown_happening(said, name, near.as_deref()),
                false => error::no_happening(said, &can),
            });
            return None;
        }
    };
    // What begins, ends or happens does so without `is`.
    let happening = state_of(names.protocol, target, state)
        .filter(|h| bare == matches!(h, Happening::Begins(_) | Happening::Ends(_) | Happening::Happens(_)));
    if happening.is_none() {
        let wrong = wrong_state(names, said, name, target, state);
        out.push(wrong);
    }
    happening
}

/// What may occur of what these words name, perhaps written with spaces and capitals as a person would; none if they name
/// nothing.
fn said_loosely(names: &mut Names<'_>, words: &[&str]) -> Vec<String> {
    // All of them may be the name, or all but `happens`, or all but `is held`.
    let found = (0..words.len().min(3)).find_map(|left| {
        let (name, state) = words.split_at(words.len() - left);
        let name = name.join("-").to_lowercase();
        if !names.all.contains_key(name.as_str()) {
            return None;
        }
        let Found::These(found) = names.find(&name, |_| false) else {
            return None;
        };
        let can = states(names.protocol, &name, *found.first()?);
        let meant = format!("{name} {}", state.join(" ").to_lowercase());
        Some(if can.contains(&meant) { vec![meant] } else { can })
    });
    found.unwrap_or_default()
}

/// What a case can list of this, in the words of a case; empty for what it never lists.
fn states(p: &Protocol, name: &str, target: Target) -> Vec<String> {
    let phrases = |states: &[&str]| states.iter().map(|s| format!("{name} {s}")).collect::<Vec<_>>();
    match target {
        Target::Status(s) => match p.statuses.get(s.index()) {
            Some(s) if !yes_no(&s.values) => s.values.iter().map(|v| format!("{name} is {v}")).collect(),
            _ => phrases(&["begins", "ends"]),
        },
        Target::Event(_) => phrases(&["happens"]),
        Target::Meeting(_) => phrases(&["is held", "is booked", "is cancelled"]),
        Target::Document(_) => phrases(&["is sent", "is received"]),
        Target::Role(_) => phrases(&["is allocated"]),
        Target::Decision(d) => {
            let options = p.decisions.get(d.index()).map_or(&[][..], |d| &d.options);
            options.iter().map(|o| format!("{name} is {}", o.name)).collect()
        }
        Target::Rule(r) => match (own_class(p, r), p.rules.get(r.index()).map(|r| &r.body)) {
            (Some(instead), _) => vec![instead],
            (None, Some(Body::Norm { .. })) => phrases(&["is done"]),
            _ => Vec::new(),
        },
        Target::Factor(_) => Vec::new(),
    }
}

/// What occurs when this is in that state, if it is one that a case lists.
fn state_of(p: &Protocol, target: Target, state: &str) -> Option<Happening> {
    Some(match (target, state) {
        (Target::Status(s), _) => {
            let values = &p.statuses.get(s.index())?.values;
            match (state, yes_no(values)) {
                ("begins", true) => Happening::Begins(s),
                ("ends", true) => Happening::Ends(s),
                (value, false) => Happening::Becomes(s, value_in(values, value)?),
                _ => return None,
            }
        }
        (Target::Event(e), "happens") => Happening::Happens(e),
        (Target::Meeting(m), "held") => Happening::Held(m),
        (Target::Meeting(m), "booked") => Happening::Booked(m),
        (Target::Meeting(m), "cancelled") => Happening::Cancelled(m),
        (Target::Document(d), "sent") => Happening::Sent(d),
        (Target::Document(d), "received") => Happening::Received(d),
        (Target::Role(r), "allocated") => Happening::Allocated(r),
        (Target::Decision(d), option) => {
            let options = &p.decisions.get(d.index())?.options;
            let at = options.iter().position(|o| o.name == option)?;
            Happening::Outcome(d, ValueId(u32::try_from(at).ok()?))
        }
        (Target::Rule(r), "done") if own_class(p, r).is_none() => match p.rules.get(r.index())?.body {
            Body::Norm { .. } => Happening::Done(r),
            Body::Effect(..) | Body::Presume(_) => return None,
        },
        _ => return None,
    })
}

/// A status that only begins and ends.
pub(super) fn yes_no(values: &[String]) -> bool {
    values == ["no", "yes"]
}

/// The position of a value.
pub(super) fn value_in(values: &[String], name: &str) -> Option<ValueId> {
    let at = values.iter().position(|v| v == name)?;
    u32::try_from(at).ok().map(ValueId)
}

/// How a case tells the act of a rule that something declared tells: that its meeting is held, its letter sent.
fn own_class(p: &Protocol, rule: RuleId) -> Option<String> {
    let Body::Norm { act, .. } = &p.rules.get(rule.index())?.body else {
        return None;
    };
    let (origin, state) = match act {
        Act::Hold(w) => (&p.meetings.get(w.meeting.index())?.origin, "is held"),
        Act::Book(w) => (&p.meetings.get(w.meeting.index())?.origin, "is booked"),
        Act::Cancel(w) => (&p.meetings.get(w.meeting.index())?.origin, "is cancelled"),
        Act::Send(d, ..) => (&p.documents.get(d.index())?.origin, "is sent"),
        Act::Allocate(r) => (&p.roles.get(r.index())?.origin, "is allocated"),
        Act::Begin(s) => (&p.statuses.get(s.index())?.origin, "begins"),
        Act::End(s) => (&p.statuses.get(s.index())?.origin, "ends"),
        Act::Decide(d) => {
            let decision = p.decisions.get(d.index())?;
            let option = decision.options.first().map_or("", |o| &o.name);
            return Some(format!("{} is {option}", decision.origin.name));
        }
        _ => return None,
    };
    Some(format!("{} {state}", origin.name))
}

/// What to say of a state that this thing cannot have, or that no case lists.
fn wrong_state(names: &Names<'_>, said: &Said, name: &str, target: Target, state: &str) -> Diagnostic {
    let (p, form) = (names.protocol, names.form);
    let can = states(p, name, target);
    match target {
        Target::Factor(_) => error::not_dated(said, name, form),
        Target::Meeting(_) if state == "due" => error::derived_due(said, name, form),
        Target::Rule(_) if state == "missed" => error::derived_miss(said, name),
        Target::Rule(_) if can.is_empty() => error::derived_effect(said, name),
        _ => error::wrong_state(said, name, target.a_kind(), &can),
    }
}
