//! Who does what: what is ours to time and what the outside's, who is named as doing an act, and who counts as whom. In: a [`Ground`]'s
//! protocol. Out: yes or no, and parties. Writes no formulas.

use super::ground::{Ground, class_of};
use crate::model::{Body, Happening, Modal, Party, Subject, Who};

impl Ground<'_> {
    /// Whether a class is the outside's to time.
    pub(super) fn is_outside(&self, class: Happening) -> bool {
        let p = self.protocol;
        match class {
            Happening::Happens(e) => {
                let who = p.events.get(e.index()).and_then(|e| e.caused_by.as_ref());
                who.is_none_or(|w| w.parties.iter().all(|party| self.is_outside_party(*party)))
            }
            Happening::Received(_) => true,
            Happening::Begins(_) | Happening::Ends(_) => !self.anybody_does(class),
            // What a rule asks of an outside party is taken to be done: the outside keeps the duties it is given.
            _ => false,
        }
    }

    /// Some rule asks somebody, perhaps nobody by name, to do acts of this class.
    fn anybody_does(&self, class: Happening) -> bool {
        self.rules_on(class).any(|(_, rule)| match &rule.body {
            Body::Norm {
                modal: Modal::Must | Modal::Should | Modal::May,
                act,
                ..
            } => class_of(act) == Some(class),
            _ => false,
        })
    }

    /// Whether a party is not ours to control.
    pub fn is_outside_party(&self, party: Party) -> bool {
        match party {
            Party::Role(r) => self.protocol.roles.get(r.index()).is_some_and(|r| r.outside),
            Party::Meeting(_) => false,
        }
    }

    /// Who is named as doing acts of this class: the first party of each subject; of a decision, its deciders.
    pub(super) fn holders(&self, class: Happening) -> Vec<Party> {
        let mut out = Vec::new();
        // Who is asked to hold a meeting may book it.
        let holds = match class {
            Happening::Booked(m) => Some(Happening::Held(m)),
            _ => None,
        };
        for (_, rule) in [class].into_iter().chain(holds).flat_map(|class| self.rules_on(class)) {
            let Body::Norm {
                subject,
                modal: Modal::Must | Modal::Should | Modal::May,
                ..
            } = &rule.body
            else {
                continue;
            };
            // Who decides is said by the decision; a rule that leaves it to one alone only keeps others from it.
            let only_decides = matches!((subject, class), (Subject::Only(_), Happening::Decided(_)));
            if !only_decides {
                out.extend(subject.who().and_then(|w| w.parties.first()).copied());
            }
        }
        if let Happening::Decided(d) = class {
            let decision = self.protocol.decisions.get(d.index());
            out.extend(
                decision
                    .and_then(|d| d.decided_by.given())
                    .and_then(|w| w.parties.first())
                    .copied(),
            );
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether `party` counts as `wanted`.
    pub fn counts_as(&self, party: Party, wanted: Party) -> bool {
        match (party, wanted) {
            (Party::Meeting(a), Party::Meeting(b)) => self.kinds_below(b).contains(&a),
            (Party::Role(a), Party::Role(b)) => {
                let mut seen = vec![a];
                let mut at = 0;
                while let Some(&role) = seen.get(at) {
                    if role == b {
                        return true;
                    }
                    for &up in self.protocol.roles.get(role.index()).map_or(&[][..], |r| &r.counts_as) {
                        if !seen.contains(&up) {
                            seen.push(up);
                        }
                    }
                    at += 1;
                }
                false
            }
            _ => false,
        }
    }

    /// Whether `party` counts as one of `who`.
    pub fn counts_as_one(&self, party: Party, who: &Who) -> bool {
        who.parties.iter().any(|wanted| self.counts_as(party, *wanted))
    }
}
