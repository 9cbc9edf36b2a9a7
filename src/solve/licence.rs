//! By what the authority acts: an act of its own occurs where a rule asks for it or allows it, an outcome is the one its merits
//! call for, a meeting is booked for a day on which it is in time. In: a [`Ground`]. Out: formulas that hold in every history.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{Ground, occurrence_of, tag};
use super::moments::Stand;
use super::net::{Choice, Formula, Lit, Point, STRUCTURE, all, any};
use crate::model::{Act, Body, DecisionId, Happening, MeetingId, Modal, NormId};

impl Ground<'_> {
    /// The outcome that the merits call for is chosen wherever it is open.
    pub(super) fn follow_merits(&mut self) {
        let decided: Vec<(Point, Choice, Choice, DecisionId)> = self
            .instances
            .iter()
            .filter_map(|i| match i.class {
                Happening::Decided(d) => Some((i.at, i.outcome?, i.merits?, d)),
                _ => None,
            })
            .collect();
        for (at, outcome, merits, id) in decided {
            let mut ways = vec![Lit::Occurs(at, false).into()];
            for (value, closed) in self.closed(id, at).into_iter().enumerate() {
                let bit = 1u64 << value.min(63);
                let chosen = any([closed, Lit::Is(outcome, bit).into()]);
                ways.push(all([Lit::Is(merits, bit).into(), chosen]));
            }
            self.by_case.insert(self.structure.len());
            self.structure.push((STRUCTURE, any(ways)));
        }
    }

    /// An own act occurs only where some rule asks for it or allows it: the authority acts by its rules.
    pub(super) fn license(&mut self) {
        let mut by_class: BTreeMap<Happening, Vec<Formula>> = BTreeMap::new();
        let mut own: Vec<(Point, Happening)> = Vec::new();
        for instance in &self.instances {
            if self.net.points[instance.at.0 as usize].own
                && !self.has_occurred(instance.class, instance.number)
                && !instance.doers.is_empty() | !matches!(instance.class, Happening::Happens(_))
            {
                own.push((instance.at, instance.class));
            }
        }
        for (at, class) in own {
            // A meeting that somebody attends and no rule holds is somebody else's.
            let asking = self.asking(class);
            let of_others = matches!(class, Happening::Held(m) if asking.is_empty() && self.is_attended(m));
            // Where texts are held against each other, what no rule asks for or allows is not for these rules to time.
            let of_nobody = !self.asked_about.is_empty() && asking.is_empty();
            if of_others
                || of_nobody
                || matches!(class, Happening::Due(_) | Happening::Happens(_) | Happening::Missed(_))
            {
                continue;
            }
            let mut ways = Vec::new();
            for norm in asking {
                ways.extend(self.license_by(norm, at));
            }
            by_class.entry(class).or_default();
            let licence = any(ways);
            let formula = any([Lit::Occurs(at, false).into(), licence.clone()]);
            if !formula.is_true() {
                self.by_case.insert(self.structure.len());
                self.licences.insert(at, licence);
                self.structure.push((STRUCTURE, formula));
            }
        }
    }

    /// Some rule has somebody attend it.
    fn is_attended(&self, meeting: MeetingId) -> bool {
        self.attending().any(|(_, rule)| match &rule.body {
            Body::Norm {
                act: Act::Attend(which),
                modal: Modal::Must | Modal::Should | Modal::May,
                ..
            } => self.kinds_below(which.meeting).contains(&meeting),
            _ => false,
        })
    }

    /// Who attends a meeting does so on the day it is held, after it begins.
    pub(super) fn attend_what_is_held(&mut self) {
        let mut found: Vec<(Point, Happening)> = Vec::new();
        for (id, rule) in self.attending() {
            if let Body::Norm {
                act: act @ Act::Attend(which),
                ..
            } = &rule.body
            {
                let done = self.of_class(occurrence_of(self.protocol, id, act));
                let to_come = done.filter(|i| !self.has_occurred(i.class, i.number));
                found.extend(to_come.map(|i| (i.at, Happening::Held(which.meeting))));
            }
        }
        for (act, held) in found {
            let mut ways = vec![Lit::Occurs(act, false).into()];
            for meeting in self.each(held) {
                let same_day = Lit::Le(act, self.net.identity, meeting.at).into();
                ways.push(all([meeting.comes(), Lit::Before(meeting.at, act).into(), same_day]));
            }
            self.structure.push((STRUCTURE, any(ways)));
        }
    }

    /// Whether a norm asks for acts of this class or allows them.
    pub fn asks_for(&self, norm: NormId, class: Happening) -> bool {
        let NormId::Rule(r) = norm else {
            return self.is_about(norm, class);
        };
        let rule = self.protocol.rules.get(r.index());
        let is_positive = matches!(
            rule.map(|rule| &rule.body),
            Some(Body::Norm {
                modal: Modal::Must | Modal::Should | Modal::May,
                ..
            })
        );
        is_positive && self.is_about(norm, class)
    }

    /// Whether a norm asks for acts of this class, allows them or forbids them.
    pub fn is_about(&self, norm: NormId, class: Happening) -> bool {
        match norm {
            NormId::Decision(d) => class == Happening::Decided(d),
            NormId::Rule(r) => match self.protocol.rules.get(r.index()).map(|rule| &rule.body) {
                Some(Body::Norm { act, .. }) => {
                    let asked = occurrence_of(self.protocol, r, act);
                    match (asked, class) {
                        (Happening::Held(kind), Happening::Held(m)) => self.kinds_below(kind).contains(&m),
                        (Happening::Held(kind), Happening::Booked(m) | Happening::Cancelled(m)) => kind == m,
                        (a, b) => a == b,
                    }
                }
                _ => false,
            },
        }
    }

    fn license_by(&mut self, norm: NormId, act: Point) -> Vec<Formula> {
        // A decision that nothing engages may be taken at any time.
        if matches!(norm, NormId::Decision(_)) && !self.is_triggered(norm) {
            return vec![Formula::TRUE];
        }
        // A notice before X is engaged by X but is done before it: it may be done at any time.
        if self.may_be_notice(norm) {
            return vec![Formula::TRUE];
        }
        let mut ways = Vec::new();
        for t in self.triggers(norm) {
            let already = self.already_done(norm, &t);
            let by_then = match t.at {
                Some(at) if at != act => all([Lit::Occurs(at, true).into(), Lit::Before(at, act).into()]),
                _ => Formula::TRUE,
            };
            ways.push(all([by_then, t.cond, self.net.not(&already)]));
        }
        ways
    }

    /// A meeting is booked for a day on which holding it would still be in time.
    pub(super) fn plan_due_dates(&mut self) {
        let p = self.protocol;
        let dues: Vec<(Point, MeetingId, usize)> = self
            .instances
            .iter()
            .filter_map(|i| match i.class {
                Happening::Due(m) => Some((i.at, m, i.number)),
                _ => None,
            })
            .collect();
        // The day for which a meeting is booked is planned in the same way.
        let mut set: Vec<(Point, MeetingId, usize)> = Vec::new();
        for (booked, day) in &self.booked_for {
            if let Some(i) = self.instance(*booked)
                && let Happening::Booked(m) = i.class
                && !self.has_occurred(i.class, i.number)
            {
                let before = self.times(Happening::Held(m)).saturating_sub(self.times(i.class));
                set.push((*day, m, i.number + before));
            }
        }
        let set_days: BTreeSet<Point> = self.booked_for.values().copied().collect();
        for (due, meeting, number) in dues.into_iter().chain(set) {
            let held = self.of_class(Happening::Held(meeting)).nth(number).map(|i| i.at);
            if let Some(held) = held.filter(|_| !set_days.contains(&due)) {
                // Booked for the day on which it is held, if it is.
                let same = all([
                    Lit::Occurs(due, true).into(),
                    Lit::Le(due, self.net.identity, held).into(),
                    Lit::Le(held, self.net.identity, due).into(),
                ]);
                self.structure
                    .push((STRUCTURE, any([Lit::Occurs(held, false).into(), same])));
            }
            if self.has_occurred(Happening::Held(meeting), number) {
                continue;
            }
            let holding = self.rules_on(Happening::Held(meeting)).filter(|(_, rule)| {
                matches!(
                    &rule.body,
                    Body::Norm {
                        act: Act::Hold(_),
                        modal: Modal::Must | Modal::Should,
                        ..
                    }
                )
            });
            for (id, rule) in holding.collect::<Vec<_>>() {
                let norm = NormId::Rule(id);
                if let Some(formula) = self.due_in_time(norm, due, held, number) {
                    let tag = tag(p, norm);
                    // Held late, it was booked late; but nobody books what nobody has to hold any more.
                    let free = held.map_or(Formula::FALSE, |held| {
                        let stands = self.cond(&rule.guard.while_, Stand::Before(held));
                        all([Lit::Occurs(held, true).into(), stands])
                    });
                    self.structure
                        .push((tag, any([Lit::Occurs(due, false).into(), free, formula])));
                }
            }
        }
    }
}
