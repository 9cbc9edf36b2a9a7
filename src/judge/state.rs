//! Replays a history: what each occurrence causes, the statuses before and after it, and which acts are void.
//! In: a protocol, a calendar, a history, the limits known to have been missed. Out: a [`Case`], the log all else reads.
//! Must not know about verdicts on duties.

use std::collections::BTreeMap;

use super::norms::Norm;
use super::which::Missing;
use super::who::{Doer, brought_about_by, doer};
use crate::calendar::Calendar;
use crate::model::{
    Act, Body, FactorId, Happening, History, MeetingId, Occurrence, Ordinal, Party, Protocol, RuleId, StatusId,
    ValueId, VerdictKind,
};
use crate::time::Day;

/// One occurrence, listed or derived.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The day.
    pub day: Day,
    /// What occurs; a change of status always as `Becomes`.
    pub what: Happening,
    /// Whose act it is.
    pub doer: Doer,
    /// Who chairs, if it is a meeting and the history says.
    pub chair: Option<Party>,
    /// For which day, if it is a booking and the history says.
    pub due: Option<Day>,
    /// The listed occurrence it goes back to.
    pub primary: Option<usize>,
    /// Entries of one group are one occurrence and all it causes.
    pub group: usize,
    /// Caused by another entry of its group.
    pub derived: bool,
    /// Done without the power to: it sets nothing and is no occurrence.
    pub void: bool,
    /// Sets a status to the value it has already: no occurrence, but an act to be held against bars and powers.
    pub idle: bool,
}

/// A limit that passed without its act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Miss {
    /// The day it is known.
    pub day: Day,
    /// How many listed occurrences come before it at least.
    pub after: usize,
    /// Whose limit.
    pub rule: RuleId,
    /// What engaged the instance.
    pub trigger: Option<usize>,
}

/// An act beyond a power.
#[derive(Debug, Clone)]
pub(super) struct Misuse {
    /// The exclusive power.
    pub rule: RuleId,
    /// The act, in the log.
    pub entry: usize,
    /// A breach, or undetermined.
    pub kind: VerdictKind,
}

/// A history replayed.
#[derive(Debug)]
pub(super) struct Case<'a> {
    pub protocol: &'a Protocol,
    pub calendar: &'a Calendar,
    pub factors: BTreeMap<FactorId, ValueId>,
    /// Everything that occurred, in order.
    pub log: Vec<Entry>,
    /// Values of the statuses before group `i`; the last: at the end.
    pub states: Vec<Vec<Option<ValueId>>>,
    /// The day of each group.
    pub days: Vec<Day>,
    pub misuses: Vec<Misuse>,
    pub faults: Vec<String>,
    /// The last day of the history.
    pub end: Day,
}

impl<'a> Case<'a> {
    /// Replays `history`, with these limits missed on the way.
    pub fn replay(protocol: &'a Protocol, calendar: &'a Calendar, history: &History, misses: &[Miss]) -> Case<'a> {
        let starts: BTreeMap<StatusId, ValueId> = history.starts.iter().copied().collect();
        let start = |(i, s): (usize, &crate::model::Status)| {
            let given = u32::try_from(i).ok().and_then(|i| starts.get(&StatusId(i)).copied());
            s.starts_as
                .or(given)
                .or((s.values == ["no", "yes"]).then_some(ValueId(0)))
        };
        let mut case = Case {
            protocol,
            calendar,
            factors: history.factors.iter().copied().collect(),
            log: Vec::new(),
            states: vec![protocol.statuses.iter().enumerate().map(start).collect()],
            days: Vec::new(),
            misuses: Vec::new(),
            faults: Vec::new(),
            end: history.until.unwrap_or(calendar.last()),
        };
        let mut waiting: Vec<Miss> = misses.to_vec();
        let mut bookings: Vec<(Day, MeetingId)> = Vec::new();
        for (i, occurrence) in history.occurrences.iter().enumerate() {
            case.pass_until(occurrence.day, i, &mut waiting, &mut bookings);
            if let Some(fault) = case
                .fault_in(history, i, occurrence)
                .or_else(|| case.nothing_to_attend(i, occurrence))
            {
                case.faults.push(fault);
                continue;
            }
            match occurrence.what {
                Happening::Booked(m) | Happening::Cancelled(m) => {
                    bookings.retain(|&(_, other)| other != m);
                    if let (Happening::Booked(m), Some(due)) = (occurrence.what, occurrence.due) {
                        // What the history lists is not derived once more.
                        let falls = |o: &Occurrence| o.what == Happening::Due(m) && o.day == due;
                        if !history.occurrences.iter().any(falls) {
                            bookings.push((due, m));
                        }
                    }
                }
                _ => {}
            }
            case.occur(Entry {
                day: occurrence.day,
                what: super::which::plain(occurrence.what),
                doer: doer(protocol, occurrence),
                chair: occurrence.chair,
                due: occurrence.due,
                primary: Some(i),
                group: case.days.len(),
                derived: false,
                void: false,
                idle: false,
            });
        }
        case.pass_until(case.end, history.occurrences.len(), &mut waiting, &mut bookings);
        case
    }

    /// What comes about at the start of days up to this one: bookings fall due, limits have been missed.
    fn pass_until(&mut self, day: Day, listed: usize, waiting: &mut Vec<Miss>, bookings: &mut Vec<(Day, MeetingId)>) {
        loop {
            let due = bookings.iter().copied().filter(|b| b.0 <= day).min();
            let miss = waiting
                .iter()
                .copied()
                .filter(|m| m.day <= day && m.after <= listed)
                .min();
            let (day, what, primary) = match (due, miss) {
                (Some((d, m)), miss) if miss.is_none_or(|miss| d < miss.day) => {
                    bookings.retain(|&b| b != (d, m));
                    (d, Happening::Due(m), None)
                }
                (_, Some(miss)) => {
                    waiting.retain(|&w| w != miss);
                    (miss.day, Happening::Missed(miss.rule), miss.trigger)
                }
                _ => return,
            };
            let group = self.days.len();
            self.occur(Entry {
                day,
                what,
                doer: Doer::Outside,
                chair: None,
                due: None,
                primary,
                group,
                derived: false,
                void: false,
                idle: false,
            });
        }
    }

    /// One occurrence and, round by round, all it causes.
    fn occur(&mut self, seed: Entry) {
        let Some(before) = self.states.last().cloned() else {
            return;
        };
        self.days.push(seed.day);
        self.states.push(before);
        let mut round = self.log.len();
        match seed.what {
            Happening::Becomes(s, v) => {
                let doer = brought_about_by(self.protocol, seed.doer);
                self.set(s, v, Entry { doer, ..seed.clone() });
            }
            _ => self.push(seed.clone()),
        }
        let mut changed: Vec<(StatusId, ValueId)> = match seed.what {
            Happening::Becomes(s, v) => vec![(s, v)],
            _ => Vec::new(),
        };
        while round < self.log.len() {
            let sources: Vec<usize> = (round..self.log.len())
                .filter(|&e| self.log.get(e).is_some_and(|e| !e.void && !e.idle))
                .collect();
            round = self.log.len();
            let caused: Vec<(StatusId, ValueId)> = sources.into_iter().flat_map(|e| self.caused_by(e)).collect();
            for (s, v) in caused {
                match changed.iter().find(|(t, _)| *t == s) {
                    Some((_, w)) if *w == v => continue,
                    None => changed.push((s, v)),
                    Some(_) => {
                        let name = self.protocol.statuses.get(s.index()).map_or("", |s| &s.origin.name);
                        self.faults
                            .push(format!("one occurrence on {} sets `{name}` twice", seed.day));
                        continue;
                    }
                }
                let doer = brought_about_by(self.protocol, seed.doer);
                self.set(
                    s,
                    v,
                    Entry {
                        what: Happening::Becomes(s, v),
                        doer,
                        derived: true,
                        ..seed.clone()
                    },
                );
            }
        }
    }

    /// Sets a status, unless it has that value already or the act is void.
    fn set(&mut self, status: StatusId, value: ValueId, entry: Entry) {
        let now = self
            .states
            .last()
            .and_then(|s| s.get(status.index()))
            .copied()
            .flatten();
        let idle = now == Some(value);
        if idle && entry.doer == Doer::Outside {
            return;
        }
        self.push(Entry { idle, ..entry });
        let void = self.log.last().is_some_and(|e| e.void);
        if let Some(slot) = self
            .states
            .last_mut()
            .and_then(|s| s.get_mut(status.index()))
            .filter(|_| !void)
        {
            *slot = Some(value);
        }
    }

    /// Adds an entry to the log and holds it against every exclusive power.
    fn push(&mut self, entry: Entry) {
        let index = self.log.len();
        self.log.push(entry);
        let rules = (0..self.protocol.rules.len())
            .filter_map(|r| u32::try_from(r).ok())
            .map(RuleId);
        let found: Vec<Misuse> = rules
            .filter_map(|rule| Norm::of_power(self.protocol, rule).map(|norm| (rule, norm)))
            .filter_map(|(rule, norm)| {
                self.misuse(&norm, index).map(|kind| Misuse {
                    rule,
                    entry: index,
                    kind,
                })
            })
            .collect();
        if let Some(entry) = self.log.get_mut(index) {
            entry.void = found.iter().any(|m| matches!(m.kind, VerdictKind::Breached { .. }));
        }
        self.misuses.extend(found);
    }

    /// The changes of status that one entry causes directly.
    fn caused_by(&mut self, entry: usize) -> Vec<(StatusId, ValueId)> {
        let mut caused = Vec::new();
        let mut missing: Vec<Missing> = Vec::new();
        if let Some(Happening::Outcome(d, v)) = self.log.get(entry).map(|e| e.what) {
            let option = self
                .protocol
                .decisions
                .get(d.index())
                .and_then(|d| d.options.get(v.0 as usize));
            caused.extend(option.into_iter().flat_map(|o| &o.effects).map(|&(s, v, _)| (s, v)));
        }
        for (i, status) in self.protocol.statuses.iter().enumerate() {
            for setter in &status.setters {
                match (self.engages(&setter.when, entry), u32::try_from(i)) {
                    (Ok(true), Ok(i)) => caused.push((StatusId(i), setter.value)),
                    (Err(m), _) => missing.push(m),
                    _ => {}
                }
            }
        }
        for (i, rule) in self.protocol.rules.iter().enumerate() {
            let (Body::Effect(s, v), Ok(i)) = (&rule.body, u32::try_from(i)) else {
                continue;
            };
            match self.takes_effect(RuleId(i), entry) {
                Ok(true) => caused.push((*s, *v)),
                Ok(false) => {}
                Err(m) => missing.push(m),
            }
        }
        let day = self.log.get(entry).map_or(self.end, |e| e.day);
        self.faults.extend(
            missing
                .into_iter()
                .map(|Missing(what)| format!("what changes on {day} depends on {what}, which is not given")),
        );
        caused
    }

    /// The group of an entry.
    pub fn group(&self, entry: usize) -> usize {
        self.log.get(entry).map_or(usize::MAX, |e| e.group)
    }

    /// The day of an entry.
    pub fn day(&self, entry: usize) -> Day {
        self.log.get(entry).map_or(self.end, |e| e.day)
    }

    /// The day of a group; without one, the day on which anything begins.
    pub fn day_at(&self, group: Option<usize>) -> Day {
        let day = self.days.get(group.unwrap_or(0));
        day.copied().unwrap_or(self.calendar.first())
    }

    /// Why a listed occurrence cannot stand in a history.
    fn fault_in(&self, history: &History, i: usize, o: &Occurrence) -> Option<String> {
        let p = self.protocol;
        let earlier = history.occurrences.get(..i).unwrap_or_default();
        let again = || earlier.iter().any(|e| e.what == o.what);
        let known = match o.what {
            Happening::Begins(s) | Happening::Ends(s) => s.index() < p.statuses.len(),
            Happening::Becomes(s, v) => p
                .statuses
                .get(s.index())
                .is_some_and(|s| (v.0 as usize) < s.values.len()),
            Happening::Happens(e) => e.index() < p.events.len(),
            Happening::Held(m) | Happening::Booked(m) | Happening::Due(m) | Happening::Cancelled(m) => {
                m.index() < p.meetings.len()
            }
            Happening::Sent(d) | Happening::Received(d) => d.index() < p.documents.len(),
            Happening::Decided(d) => d.index() < p.decisions.len(),
            Happening::Outcome(d, v) => match p.decisions.get(d.index()) {
                Some(d) if (v.0 as usize) >= d.options.len() => {
                    return Some(format!("occurrence {i} is no outcome of `{}`", d.origin.name));
                }
                found => found.is_some(),
            },
            Happening::Allocated(r) => r.index() < p.roles.len(),
            Happening::Done(r) | Happening::Missed(r) => r.index() < p.rules.len(),
        };
        if !known {
            return Some(format!("occurrence {i} is of something the protocol does not declare"));
        }
        if earlier.last().is_some_and(|e| e.day > o.day) {
            return Some(format!("occurrence {i} on {} is earlier than the one before it", o.day));
        }
        if o.day < self.calendar.first() || o.day > self.calendar.last() || o.day > self.end {
            return Some(format!(
                "occurrence {i} on {} is outside the history or the calendar",
                o.day
            ));
        }
        match o.what {
            Happening::Decided(d) => Some(format!(
                "occurrence {i} does not say how `{}` is decided",
                p.decisions.get(d.index()).map_or("", |d| &d.origin.name)
            )),
            Happening::Missed(_) => Some(format!(
                "occurrence {i} is a missed limit, which is derived and never listed"
            )),
            Happening::Happens(e) if again() && p.events.get(e.index()).is_some_and(|e| !e.repeats) => Some(format!(
                "occurrence {i}: `{}` happens twice, though it does not repeat",
                p.events.get(e.index()).map_or("", |e| &e.origin.name)
            )),
            Happening::Held(m) if again() && p.meetings.get(m.index()).is_some_and(|m| !m.repeats) => Some(format!(
                "occurrence {i}: `{}` is held twice, though it does not repeat",
                p.meetings.get(m.index()).map_or("", |m| &m.origin.name)
            )),
            _ => None,
        }
    }

    /// Who attends a meeting does so on the day it is held, after it begins.
    fn nothing_to_attend(&self, i: usize, o: &Occurrence) -> Option<String> {
        let Happening::Done(rule) = o.what else { return None };
        let Some(Body::Norm {
            act: Act::Attend(which),
            ..
        }) = self.protocol.rules.get(rule.index()).map(|r| &r.body)
        else {
            return None;
        };
        let held = |e: &Entry| e.day == o.day && self.is(e, Happening::Held(which.meeting));
        (!self.log.iter().any(held)).then(|| {
            let name = self.protocol.meetings.get(which.meeting.index());
            let name = name.map_or("", |m| &m.origin.name);
            format!(
                "occurrence {i} on {}: nobody attends `{name}` while it is not held",
                o.day
            )
        })
    }

    /// Faults of what is fixed for the case rather than of an occurrence.
    pub fn check_givens(&mut self, history: &History) {
        for (i, &(f, v)) in history.factors.iter().enumerate() {
            match self.protocol.factors.get(f.index()) {
                None => self
                    .faults
                    .push("a value is given to something the protocol does not declare".to_owned()),
                Some(d) if (v.0 as usize) >= d.values.len() => self
                    .faults
                    .push(format!("`{}` is given a value it does not have", d.origin.name)),
                Some(d)
                    if history
                        .factors
                        .get(..i)
                        .unwrap_or_default()
                        .iter()
                        .any(|&(g, w)| g == f && w != v) =>
                {
                    self.faults.push(format!("`{}` is given two values", d.origin.name));
                }
                Some(_) => {}
            }
        }
        for &(s, v) in &history.starts {
            match self.protocol.statuses.get(s.index()) {
                Some(d) if (v.0 as usize) < d.values.len() && d.starts_as.is_none_or(|w| w == v) => {}
                Some(d) => self.faults.push(format!("`{}` cannot start as given", d.origin.name)),
                None => self
                    .faults
                    .push("a start is given to something the protocol does not declare".to_owned()),
            }
        }
        if self.end > self.calendar.last() {
            self.faults
                .push(format!("the history ends on {}, beyond the calendar", self.end));
        }
    }

    /// Whether a moment's ordinal makes every later one matter rather than one.
    pub fn is_every(ordinal: Ordinal) -> bool {
        matches!(ordinal, Ordinal::Each | Ordinal::EachLater)
    }
}
