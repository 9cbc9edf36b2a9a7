//! How often a thing may occur in the histories that are looked at. In: a class of occurrence. Out: a number of points.

use super::ground::{Ground, REPEATS, class_of, number};
use super::norms::{anchor, held};
use crate::model::{Act, Body, Guard, Happening, Modal, Moment, NormId, Ordinal, Rule, RuleId, Which};

impl Ground<'_> {
    /// How many occurrences of a class a history may hold.
    pub(super) fn copies(&self, class: Happening) -> usize {
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
                    Happening::Outcome(d, _) => self.copies(Happening::Decided(d)) == 1,
                    Happening::Decided(_) => self.copies(m.what) == 1,
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
                let asking = p.rules.iter().enumerate().filter(|(at, rule)| match &rule.body {
                    Body::Norm {
                        act,
                        modal: Modal::Must | Modal::Should,
                        ..
                    } => class_of(act).unwrap_or(Happening::Done(RuleId(number(*at)))) == class,
                    _ => false,
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
                    .clamp(1, REPEATS + 1);
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
        self.protocol.rules.iter().map(asked).max().unwrap_or(1)
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
