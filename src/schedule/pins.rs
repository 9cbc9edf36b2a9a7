//! The past, fixed: each occurrence of a history is a point on its day, in order, and nothing else has occurred. In: a history
//! and a ground made for it. Out: what must be so in every continuation.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Happening, History, MeetingId, Party, Protocol};
use crate::solve::ground::Ground;
use crate::solve::net::{Choice, Formula, Lit, Point, all, any};
use crate::time::Day;

/// A history as the solver knows it.
#[derive(Debug)]
pub(super) struct Pins {
    /// Each occurrence with its point, its place in the history and its axis day, in order.
    pub past: Vec<(Point, usize, i32)>,
    /// What holds in every continuation.
    pub claims: Vec<Formula>,
    /// Meetings booked and not yet held.
    pub booked: Vec<Booking>,
    /// What does not occur any more: the outside invents nothing.
    pub hidden: BTreeSet<Point>,
    /// Choices whose values the history tells.
    pub told: BTreeSet<Choice>,
}

/// A meeting that is booked for a day, today or later.
#[derive(Debug, Clone)]
pub(super) struct Booking {
    pub meeting: MeetingId,
    pub day: Day,
    /// That it is held: on this day or not at all.
    pub held: Point,
    /// That it is due, where rules speak of that.
    pub due: Option<Point>,
    pub claim: Formula,
}

/// How often each class has occurred.
pub(super) fn occurred(protocol: &Protocol, history: &History) -> BTreeMap<Happening, usize> {
    let mut out = BTreeMap::new();
    for occurrence in &history.occurrences {
        *out.entry(Ground::primitive(protocol, occurrence.what)).or_insert(0) += 1;
    }
    // A meeting falls due when it is held, and may be due once more: it is booked.
    for (meeting, _) in pending(history, Day(i32::MIN)) {
        out.entry(Happening::Booked(meeting)).or_insert(1);
    }
    out
}

/// Bookings that stand at the end of a history, for a day not before `from`: neither moved, cancelled nor held since.
fn pending(history: &History, from: Day) -> BTreeMap<MeetingId, Day> {
    let mut out = BTreeMap::new();
    for occurrence in &history.occurrences {
        match (occurrence.what, occurrence.due) {
            (Happening::Booked(m), Some(day)) => {
                out.insert(m, day);
            }
            (Happening::Cancelled(m) | Happening::Held(m), _) => {
                out.remove(&m);
            }
            _ => {}
        }
    }
    out.retain(|_, day| *day >= from);
    out
}

impl Pins {
    /// Fixes a history that ends on axis day `today`.
    pub fn new(ground: &Ground<'_>, history: &History, today: (Day, i32)) -> Pins {
        let mut pins = Pins {
            past: Vec::new(),
            claims: Vec::new(),
            booked: Vec::new(),
            hidden: BTreeSet::new(),
            told: BTreeSet::new(),
        };
        pins.fix_given(ground, history);
        pins.fix_past(ground, history);
        let past: BTreeSet<Point> = pins.past.iter().map(|(x, ..)| *x).collect();
        let last = pins.past.last().map(|(x, ..)| *x);
        for (&meeting, &day) in &pending(history, today.0) {
            let number = ground.times_held(meeting);
            let next = |class: Happening| ground.of_class(class).nth(number).map(|i| i.at);
            let (Some(held), Some(at)) = (next(Happening::Held(meeting)), ground.calendar.index(day)) else {
                continue;
            };
            // It may be held on no other day, and where rules speak of the day it is due, that day is this one.
            let due = next(Happening::Due(meeting));
            let on = |x| [Lit::From(x, at).into(), Lit::Until(x, at).into()];
            let mut claim: Vec<Formula> = on(held).to_vec();
            if let Some(due) = due {
                claim.push(Lit::Occurs(due, true).into());
                claim.extend(on(due));
            }
            pins.booked.push(Booking {
                meeting,
                day,
                held,
                due,
                claim: all(claim),
            });
        }
        for instance in &ground.instances {
            let x = instance.at;
            let follows = match instance.class {
                _ if past.contains(&x) => continue,
                // When a limit is missed follows from the rest.
                Happening::Missed(_) => continue,
                Happening::Due(m) if instance.number < ground.times_held(m) => continue,
                // Of what just happens nothing is invented, whoever brings it about.
                Happening::Happens(_) => {
                    pins.hidden.insert(x);
                    continue;
                }
                _ if ground.net.points.get(x.0 as usize).is_some_and(|p| !p.own) => {
                    pins.hidden.insert(x);
                    continue;
                }
                _ => last.map(|last| Lit::Before(last, x)),
            };
            pins.claims.push(Lit::From(x, today.1).into());
            if let Some(follows) = follows {
                pins.claims.push(any([Lit::Occurs(x, false).into(), follows.into()]));
            }
        }
        pins
    }

    fn fix_given(&mut self, ground: &Ground<'_>, history: &History) {
        let factors = history
            .factors
            .iter()
            .filter_map(|(f, v)| Some((*ground.factors.get(f.index())?, *v)));
        let starts = history
            .starts
            .iter()
            .filter_map(|(s, v)| Some((*ground.starts.get(s)?, *v)));
        for (choice, value) in factors.chain(starts) {
            self.tell(choice, value.0);
        }
    }

    fn tell(&mut self, choice: Choice, value: u32) {
        self.told.insert(choice);
        self.claims.push(Lit::Is(choice, 1 << value.min(63)).into());
    }

    fn fix_past(&mut self, ground: &Ground<'_>, history: &History) {
        let mut counts: BTreeMap<Happening, usize> = BTreeMap::new();
        for (at, occurrence) in history.occurrences.iter().enumerate() {
            let class = Ground::primitive(ground.protocol, occurrence.what);
            let number = counts.entry(class).or_insert(0);
            let instance = ground.of_class(class).nth(*number);
            *number += 1;
            let (Some(instance), Some(day)) = (instance, ground.calendar.index(occurrence.day)) else {
                continue;
            };
            let x = instance.at;
            let on = [Lit::Occurs(x, true), Lit::From(x, day), Lit::Until(x, day)];
            self.claims.extend(on.map(Formula::from));
            // The day for which it was booked is known, where rules speak of that.
            if let (Some(set), Some(due)) = (ground.booked_for(x), occurrence.due)
                && let Some(due) = ground.calendar.index(due)
            {
                self.claims
                    .extend([Lit::From(set, due), Lit::Until(set, due)].map(Formula::from));
            }
            if let Some((before, ..)) = self.past.last() {
                self.claims.push(Lit::Before(*before, x).into());
            }
            self.past.push((x, at, day));
            if let (Some(outcome), Happening::Outcome(_, value)) = (instance.outcome, occurrence.what) {
                self.tell(outcome, value.0);
                self.told.extend(instance.merits);
            }
            let place = |by: Party, among: &[Party]| {
                let exact = among.iter().position(|p| *p == by);
                exact.or_else(|| among.iter().position(|p| ground.counts_as(by, *p)))
            };
            if let (Some(doer), Some(by)) = (instance.doer, occurrence.by)
                && let Some(value) = place(by, &instance.doers)
            {
                self.tell(doer, u32::try_from(value).unwrap_or(0));
            }
            if let (Some(chair), Some(by)) = (instance.chair, occurrence.chair) {
                let value = place(by, &ground.chairs).unwrap_or(ground.chairs.len());
                self.tell(chair, u32::try_from(value).unwrap_or(0));
            }
        }
    }

    /// The point at a place in the history.
    pub fn at(&self, place: usize) -> Option<Point> {
        self.past.iter().find(|(_, at, _)| *at == place).map(|(x, ..)| *x)
    }

    /// The place in the history of a point, if it has occurred.
    pub fn place(&self, x: Point) -> Option<usize> {
        self.past.iter().find(|(p, ..)| *p == x).map(|(_, at, _)| *at)
    }
}
