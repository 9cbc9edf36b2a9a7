//! Days that are set: each booking of a meeting whose day a condition asks for has a point of its own, the day for which it is
//! booked. In: a [`Ground`]. Out: those points, what holds of them in every history, and which of them is meant where a test
//! stands. Such a point has a day and no place in the order: what is set for a day has not occurred.

use std::collections::BTreeSet;

use super::ground::Ground;
use super::moments::{Stand, before, occurs};
use super::net::{Formula, Lit, Point, STRUCTURE, all, any};
use crate::model::{Body, Cond, Guard, Happening, MeetingId, Ordinal, Protocol, Which};

impl Ground<'_> {
    /// Gives each booking of these meetings a point for the day.
    pub(super) fn set_days(&mut self) {
        for meeting in days_asked_for(self.protocol) {
            let booked: Vec<Point> = self.bookings(meeting);
            for at in booked {
                if !self.booked_for.contains_key(&at) {
                    let day = self.net.point(true);
                    self.booked_for.insert(at, day);
                }
            }
        }
    }

    /// A meeting is booked for a day not yet past, and is held, if it is, on the day for which it was last booked.
    pub(super) fn keep_bookings(&mut self) {
        let identity = self.net.identity;
        let le = |a: Point, b: Point| Formula::from(Lit::Le(a, identity, b));
        let never = |x: Point| Formula::from(Lit::Occurs(x, false));
        let days: Vec<(Point, Point)> = self.booked_for.iter().map(|(b, f)| (*b, *f)).collect();
        for (booked, day) in days {
            let set = all([occurs(day), le(booked, day)]);
            self.structure.push((STRUCTURE, any([never(booked), set])));
            self.structure.push((STRUCTURE, any([never(day), occurs(booked)])));
            let Some((Happening::Booked(meeting), number)) = self.instance(booked).map(|i| (i.class, i.number)) else {
                continue;
            };
            let on = |x: Point| all([le(x, day), le(day, x)]);
            // In a case, what was booked may have been held on another day, or may have to be: what stands is claimed there.
            if self.has_occurred(Happening::Booked(meeting), number) {
                continue;
            }
            let held: Vec<Point> = self.of_class(Happening::Held(meeting)).map(|i| i.at).collect();
            for held in held {
                let stands = self.stands_booked(meeting, booked, Stand::Before(held));
                let other = self.net.not(&stands);
                self.structure.push((STRUCTURE, any([never(held), other, on(held)])));
            }
            if self.occurred.is_some() {
                continue;
            }
            // Each meeting is booked for itself: before it is held, and once the previous one has been.
            let nth = |n: usize| {
                self.of_class(Happening::Held(meeting))
                    .find(|i| i.number == n)
                    .map(|i| i.at)
            };
            let previous = number.checked_sub(1).and_then(nth);
            let mut fits: Vec<Formula> = previous
                .map(|p| all([occurs(p), before(p, booked)]))
                .into_iter()
                .collect();
            fits.extend(nth(number).map(|h| any([never(h), before(booked, h)])));
            self.structure.push((STRUCTURE, any([never(booked), all(fits)])));
            // Where anything waits for that day, it comes, unless the meeting is cancelled by then.
            let due = self
                .of_class(Happening::Due(meeting))
                .find(|i| i.number == number)
                .map(|i| i.at);
            if let Some(due) = due {
                let mut ways = vec![never(booked), all([before(booked, due), occurs(due), on(due)])];
                let cancelled: Vec<Point> = self.of_class(Happening::Cancelled(meeting)).map(|i| i.at).collect();
                ways.extend(
                    cancelled
                        .into_iter()
                        .map(|c| all([before(booked, c), occurs(c), le(c, day)])),
                );
                self.structure.push((STRUCTURE, any(ways)));
            }
        }
    }

    /// The day for which a booking is made, where a condition asks for it.
    pub fn booked_for(&self, booking: Point) -> Option<Point> {
        self.booked_for.get(&booking).copied()
    }

    /// What sets the days that a condition asks for: the first booking of each meeting, and what engages those who may book it.
    pub fn setting_days(&mut self, cond: &Cond) -> BTreeSet<Point> {
        let mut meetings = BTreeSet::new();
        asked_for(cond, &mut meetings);
        let mut out = BTreeSet::new();
        for meeting in meetings {
            let class = Happening::Booked(meeting);
            out.extend(self.of_class(class).take(1).map(|i| i.at));
            for norm in self.asking(class) {
                out.extend(self.triggers(norm).into_iter().filter_map(|t| t.at));
            }
        }
        out
    }

    /// It is no occurrence but a day for which a meeting is booked.
    pub fn is_set_day(&self, x: Point) -> bool {
        self.booked_for.values().any(|day| *day == x)
    }

    fn bookings(&self, meeting: MeetingId) -> Vec<Point> {
        let kinds = self.kinds_below(meeting);
        let of = |m| self.of_class(Happening::Booked(m)).map(|i| i.at).collect::<Vec<_>>();
        kinds.into_iter().flat_map(of).collect()
    }

    /// It is booked, and since then neither booked anew, nor held, nor cancelled.
    fn stands_booked(&mut self, meeting: MeetingId, booked: Point, stand: Stand) -> Formula {
        let mut parts = vec![self.happened(booked, stand)];
        for other in self.changes_of_day(meeting) {
            if other != booked {
                let since = all([before(booked, other), self.happened(other, stand)]);
                parts.push(self.net.not(&since));
            }
        }
        all(parts)
    }

    /// What sets a meeting's day, or ends that it is set.
    pub(super) fn changes_of_day(&self, meeting: MeetingId) -> Vec<Point> {
        let kinds = self.kinds_below(meeting);
        let classes = kinds
            .into_iter()
            .flat_map(|m| [Happening::Booked(m), Happening::Held(m), Happening::Cancelled(m)]);
        classes
            .flat_map(|c| self.of_class(c).map(|i| i.at).collect::<Vec<_>>())
            .collect()
    }

    /// The days for which a meeting may be set where the test stands: at most one of them in any history.
    fn days_set(&mut self, which: &Which, stand: Stand) -> Vec<(Point, Formula)> {
        let number = match which.ordinal {
            Ordinal::First => Some(0),
            Ordinal::Second => Some(1),
            Ordinal::Third => Some(2),
            _ => None,
        };
        let is_that = match number {
            None => Formula::TRUE,
            Some(number) => {
                let held = self.each(Happening::Held(which.meeting));
                let held: Vec<Formula> = held.into_iter().map(|a| self.happened(a.at, stand)).collect();
                self.exactly(number, &held)
            }
        };
        let mut out = Vec::new();
        for booked in self.bookings(which.meeting) {
            let Some(day) = self.booked_for(booked) else { continue };
            let stands = self.stands_booked(which.meeting, booked, stand);
            out.push((day, all([is_that.clone(), stands, occurs(day)])));
        }
        out.retain(|(_, f)| !f.is_false());
        out
    }

    /// Both are set for a day, the first for no later one.
    pub(super) fn due_before(&mut self, first: &Which, second: &Which, stand: Stand) -> Formula {
        let (firsts, seconds) = (self.days_set(first, stand), self.days_set(second, stand));
        let mut ways = Vec::new();
        for (a, is_a) in &firsts {
            for (b, is_b) in &seconds {
                let lies = match a == b {
                    true => Formula::TRUE,
                    false => Lit::Le(*a, self.net.identity, *b).into(),
                };
                ways.push(all([is_a.clone(), is_b.clone(), lies]));
            }
        }
        any(ways)
    }

    /// It is set for a day no more than so long after the day of the test; when the history ends, for any.
    pub(super) fn due_within(&mut self, which: &Which, length: &crate::model::Length, stand: Stand) -> Formula {
        let now = match stand {
            Stand::Start => return Formula::FALSE,
            Stand::End => None,
            Stand::Before(t) | Stand::Changed(t) | Stand::After(t) => Some(t),
        };
        let mut ways = Vec::new();
        for (day, is_set) in self.days_set(which, stand) {
            let near = match now {
                None => Formula::TRUE,
                Some(now) => self.lengths(length, |ground, duration| ground.within(day, duration, now)),
            };
            ways.push(all([is_set, near]));
        }
        any(ways)
    }
}

/// The meetings of which this condition asks for the day; a term speaks for itself.
fn asked_for(cond: &Cond, out: &mut BTreeSet<MeetingId>) {
    match cond {
        Cond::DueBefore(a, b, _) => out.extend([a.meeting, b.meeting]),
        Cond::DueWithin(a, _, _) => out.extend([a.meeting]),
        Cond::Not(inner) => asked_for(inner, out),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| asked_for(c, out)),
        Cond::True | Cond::Factor(..) | Cond::Status(..) | Cond::Happened(..) | Cond::Before(..) | Cond::Term(..) => {}
    }
}

/// The meetings of which a condition asks for which day they are set.
pub(super) fn days_asked_for(protocol: &Protocol) -> BTreeSet<MeetingId> {
    let mut out = BTreeSet::new();
    let mut guard = |g: &Guard| {
        [&g.if_, &g.while_]
            .into_iter()
            .chain(&g.unless)
            .for_each(|c| asked_for(c, &mut out));
    };
    protocol.rules.iter().for_each(|r| guard(&r.guard));
    protocol.decisions.iter().for_each(|d| guard(&d.guard));
    for option in protocol.decisions.iter().flat_map(|d| &d.options) {
        std::iter::once(&option.if_)
            .chain(&option.unless)
            .for_each(|c| asked_for(c, &mut out));
    }
    protocol.terms.iter().for_each(|t| asked_for(&t.means, &mut out));
    for rule in &protocol.rules {
        if let Body::Presume(cond) = &rule.body {
            asked_for(cond, &mut out);
        }
    }
    out
}
