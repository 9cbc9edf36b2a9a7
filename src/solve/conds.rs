//! Conditions as formulas: what is true where a test stands. In: a condition and a [`Stand`]. Out: formulas. Says nothing of
//! what engages or binds.

use super::ground::{Ground, NO, YES};
use super::moments::{Alternative, Stand, before, bit, bits, occurs, precedes};
use super::net::{Formula, Lit, Point, all, any};
use crate::model::{Cond, Happening, Moment, Ordinal, StatusId, ValueId};

impl Ground<'_> {
    /// The status has one of the values of `mask`.
    pub fn status(&mut self, status: StatusId, mask: u64, stand: Stand) -> Formula {
        let asked = (status, mask, stand);
        if let Some(known) = self.known.statuses.get(&asked) {
            return known.clone();
        }
        let found = self.status_anew(status, mask, stand);
        self.known.statuses.insert(asked, found.clone());
        found
    }

    fn status_anew(&mut self, status: StatusId, mask: u64, stand: Stand) -> Formula {
        let mut settings: Vec<(Point, ValueId, Formula)> = self
            .set_by(status)
            .map(|s| (s.cause, s.value, s.effective.clone()))
            .collect();
        for (class, value) in [(Happening::Begins(status), YES), (Happening::Ends(status), NO)] {
            let own: Vec<Point> = self.of_class(class).map(|i| i.at).collect();
            for at in own {
                if !settings.iter().any(|(c, _, _)| *c == at) {
                    settings.push((at, value, occurs(at)));
                }
            }
        }
        let mut ways = Vec::new();
        // It still has the value it had before anything set it.
        let first = match self.protocol.statuses.get(status.index()) {
            None => Formula::FALSE,
            Some(s) => match (s.starts_as, self.starts.get(&status)) {
                (Some(v), _) => known(bit(v) & mask != 0),
                (None, Some(choice)) => Lit::Is(*choice, mask).into(),
                (None, None) => known(bit(NO) & mask != 0),
            },
        };
        if !first.is_false() {
            let untouched: Vec<Formula> = settings
                .iter()
                .filter(|(_, v, _)| bit(*v) & mask == 0)
                .map(|(c, _, eff)| all([eff.clone(), self.changed(*c, stand)]))
                .collect();
            ways.push(all([first, self.net.not(&any(untouched))]));
        }
        // Or something set it, and nothing set it otherwise since.
        for (cause, value, effective) in &settings {
            if bit(*value) & mask == 0 {
                continue;
            }
            let mut parts = vec![effective.clone(), self.changed(*cause, stand)];
            for (other, v, eff) in &settings {
                if bit(*v) & mask != 0 || other == cause {
                    continue;
                }
                let undone = all([eff.clone(), self.changed(*other, stand), before(*cause, *other)]);
                parts.push(self.net.not(&undone));
            }
            ways.push(all(parts));
        }
        any(ways)
    }

    /// A condition, where the test stands.
    pub fn cond(&mut self, cond: &Cond, stand: Stand) -> Formula {
        match cond {
            Cond::True => Formula::TRUE,
            Cond::Factor(f, values, _) => Lit::Is(self.factors[f.index()], bits(values)).into(),
            Cond::Status(s, values, _) => self.status(*s, bits(values), stand),
            Cond::Term(t, _) => {
                let protocol = self.protocol;
                match protocol.terms.get(t.index()) {
                    Some(term) => self.cond(&term.means, stand),
                    None => Formula::TRUE,
                }
            }
            Cond::Not(inner) => {
                let inner = self.cond(inner, stand);
                self.net.not(&inner)
            }
            Cond::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|c| self.cond(c, stand)).collect();
                all(parts)
            }
            Cond::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|c| self.cond(c, stand)).collect();
                any(parts)
            }
            Cond::Happened(moment, _) => {
                let ways: Vec<_> = self
                    .tested(moment, stand)
                    .into_iter()
                    .map(|a| all([a.cond, self.happened(a.at, stand)]))
                    .collect();
                any(ways)
            }
            Cond::DueBefore(first, second, _) => self.due_before(first, second, stand),
            Cond::DueWithin(which, length, _) => self.due_within(which, length, stand),
            Cond::Before(first, second, _) => {
                let firsts = self.tested(first, stand);
                let seconds = self.tested(second, stand);
                let mut ways = Vec::new();
                for a in &firsts {
                    // What causes a change comes before it; what is the same, or caused together with it, does not.
                    let mut parts = vec![a.cond.clone(), self.happened(a.at, stand)];
                    for b in &seconds {
                        let come = all([b.cond.clone(), self.happened(b.at, stand)]);
                        parts.push(any([self.net.not(&come), precedes(a, b)]));
                    }
                    ways.push(all(parts));
                }
                any(ways)
            }
        }
    }

    /// The points a moment may mean in a condition: `last` is the latest that has happened where the test stands.
    fn tested(&mut self, moment: &Moment, stand: Stand) -> Vec<Alternative> {
        let list = self.denoted(moment);
        if moment.ordinal != Ordinal::Last {
            return list;
        }
        (0..list.len())
            .map(|at| {
                let has: Vec<Formula> = list.iter().map(|o| self.happened(o.at, stand)).collect();
                let by_then = |o: &Alternative| {
                    let known = list.iter().zip(&has).find(|(x, _)| x.is(o));
                    known.map_or(Formula::FALSE, |(_, has)| has.clone())
                };
                let cond = all([list[at].cond.clone(), self.latest(&list, at, by_then)]);
                Alternative {
                    cond,
                    ..list[at].clone()
                }
            })
            .collect()
    }
}

fn known(yes: bool) -> Formula {
    if yes { Formula::TRUE } else { Formula::FALSE }
}
