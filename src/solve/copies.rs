//! How often a thing may occur in the histories that are looked at. In: a class of occurrence. Out: a number of points.

use std::collections::BTreeSet;

use super::ground::{Ground, REPEATS, number, occurrence_of};
use super::norms::{anchor, held};
use crate::model::{
    Act, Body, Guard, Happening, MeetingId, Modal, Moment, NormId, Ordinal, Protocol, Rule, RuleId, Subject, Which,
};

/// How many more of what repeats are looked at than a case holds already.
const AHEAD: usize = 2;
/// The most copies of one class of act, however many rules ask for it.
const MOST: usize = 4 * REPEATS;

impl Ground<'_> {
    /// How many occurrences of a class a history may hold; in a case, always two more than it holds already.
    pub(super) fn copies(&self, class: Happening) -> usize {
        match (self.usual_copies(class), self.times(class)) {
            (1, times) => times.max(1),
            (usual, 0) => usual,
            (usual, times) => usual.max(times + AHEAD),
        }
    }

    /// How many turns of what recurs a history may hold.
    pub(super) fn turns_held(&self, class: Happening) -> usize {
        match self.times(class) {
            0 => REPEATS,
            times => REPEATS.max(times + AHEAD),
        }
    }

    /// How often a class has occurred in the case, if there is one.
    pub(super) fn times(&self, class: Happening) -> usize {
        let occurred = self.occurred.as_ref();
        occurred.and_then(|o| o.get(&class)).copied().unwrap_or(0)
    }

    /// How often a meeting has been held in the case, if there is one.
    pub fn times_held(&self, meeting: MeetingId) -> usize {
        self.times(Happening::Held(meeting))
    }

    /// It is among those that have occurred in the case.
    pub(super) fn has_occurred(&self, class: Happening, number: usize) -> bool {
        number < self.times(class)
    }

    /// In a case: what has occurred in it, and the act of every duty.
    pub(super) fn of_this_case(&self) -> BTreeSet<Happening> {
        let Some(occurred) = &self.occurred else {
            return BTreeSet::new();
        };
        let mut out: BTreeSet<Happening> = occurred.keys().copied().collect();
        for (at, rule) in self.protocol.rules.iter().enumerate() {
            if let Body::Norm {
                act,
                modal: Modal::Must | Modal::Should,
                subject,
            } = &rule.body
                && !matches!(act, Act::Chair(_) | Act::Begin(_) | Act::End(_))
                && !matches!(subject, Subject::Only(_))
            {
                out.insert(occurrence_of(self.protocol, RuleId(number(at)), act));
            }
        }
        out
    }

    /// The class under which the net knows what a history lists.
    pub fn primitive(protocol: &Protocol, what: Happening) -> Happening {
        match what {
            Happening::Outcome(d, _) => Happening::Decided(d),
            Happening::Done(rule) => match protocol.rules.get(rule.index()).map(|r| &r.body) {
                Some(Body::Norm { act, .. }) => occurrence_of(protocol, rule, act),
                _ => what,
            },
            other => other,
        }
    }

    fn usual_copies(&self, class: Happening) -> usize {
        let p = self.protocol;
        if self.once.contains(&class) {
            return 1;
        }
        let repeats = match class {
            Happening::Held(m) | Happening::Booked(m) | Happening::Due(m) | Happening::Cancelled(m) => {
                p.meetings.get(m.index()).is_some_and(|m| m.repeats)
            }
            Happening::Happens(e) => p.events.get(e.index()).is_some_and(|e| e.repeats),
            // Once for each time that the rule is engaged.
            Happening::Missed(rule) => {
                let engaging = self.engaging(NormId::Rule(rule));
                let mut moments = engaging.iter().flat_map(|w| &w.any);
                let once = |m: &Moment| match m.what {
                    _ if matches!(m.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third) => true,
                    Happening::Held(_) | Happening::Happens(_) => !self.copies_of_moment(m.what),
                    Happening::Outcome(d, _) => self.usual_copies(Happening::Decided(d)) == 1,
                    Happening::Decided(_) => self.usual_copies(m.what) == 1,
                    _ => false,
                };
                let first = moments.next();
                moments.next().is_some() || !first.is_none_or(once)
            }
            Happening::Decided(d) => p
                .decisions
                .get(d.index())
                .is_some_and(|d| self.is_asked_again(&d.guard, d.at.as_ref())),
            class => {
                let asking = self.rules_on(class).filter(|(_, rule)| {
                    matches!(
                        &rule.body,
                        Body::Norm {
                            modal: Modal::Must | Modal::Should,
                            ..
                        }
                    )
                });
                // Each rule that asks for it may need one of its own.
                return asking
                    .map(|(_, rule)| {
                        if self.is_asked_again(&rule.guard, None) || self.is_measured_again(rule) {
                            REPEATS
                        } else {
                            1
                        }
                    })
                    .sum::<usize>()
                    .max(self.highest_asked(class))
                    .clamp(1, MOST);
            }
        };
        if repeats { REPEATS } else { 1 }
    }

    /// The greatest number by which a rule names a document of this class, or all there may be where it names each.
    fn highest_asked(&self, class: Happening) -> usize {
        let asked = |rule: &Rule| match &rule.body {
            Body::Norm {
                act: Act::Send(d, _, ordinal),
                ..
            } if Happening::Sent(*d) == class => match ordinal {
                Ordinal::Any | Ordinal::That | Ordinal::First => 1,
                Ordinal::Second => 2,
                _ => REPEATS,
            },
            _ => 1,
        };
        self.rules_on(class).map(|(_, rule)| asked(rule)).max().unwrap_or(1)
    }

    fn is_asked_again(&self, guard: &Guard, at: Option<&Which>) -> bool {
        let each = |o: Ordinal| matches!(o, Ordinal::Each | Ordinal::EachLater | Ordinal::Any);
        let twice = |m: &Moment| each(m.ordinal) && self.copies_of_moment(m.what);
        if guard.when.is_empty() {
            at.is_some_and(|w| {
                each(w.ordinal) && self.protocol.meetings.get(w.meeting.index()).is_some_and(|m| m.repeats)
            })
        } else {
            guard.when.iter().flat_map(|m| &m.any).any(twice)
        }
    }

    /// Without a `when`, the anchor of a limit engages a rule, each time it comes.
    fn is_measured_again(&self, rule: &Rule) -> bool {
        let each = |m: &Moment| {
            !matches!(m.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third) && self.copies_of_moment(m.what)
        };
        let attends = match &rule.body {
            Body::Norm {
                act: Act::Attend(which),
                ..
            } => each(&held(which)),
            _ => false,
        };
        rule.guard.when.is_empty() && (attends || rule.limits.iter().any(|l| anchor(l).any.iter().any(each)))
    }

    pub(super) fn copies_of_moment(&self, class: Happening) -> bool {
        match class {
            Happening::Held(m) => self
                .kinds_below(m)
                .into_iter()
                .any(|m| self.protocol.meetings.get(m.index()).is_some_and(|m| m.repeats)),
            Happening::Happens(e) => self.protocol.events.get(e.index()).is_some_and(|e| e.repeats),
            _ => false,
        }
    }
}
