//! Who judges between two texts: what is obeyed by the first, what is broken by the second, each by its own rules. In: a history of the
//! joined text. Out: the days of the breach, if the judge bears out both. Must not use the solver's answer as evidence.

use std::collections::BTreeSet;

use super::join::Joined;
use crate::analyses::judge_tier;
use crate::analyses::refine::{Court, breaches_of, without};
use crate::calendar::Calendar;
use crate::judge::{Claim, confirm};
use crate::model::{
    Confirmation, DecisionId, DocumentId, EventId, FactorId, Happening, History, MeetingId, NormId, Occurrence, Party,
    Protocol, RoleId, RuleId, StatusId, ValueId,
};
use crate::solve::ask::Tier;
use crate::solve::ground::{is_yes_no, norms};
use crate::time::Day;

/// Two texts, each with the things of the other but only its own rules.
#[derive(Debug)]
pub struct TwoTexts<'j> {
    /// The first text with the second beside it.
    pub joined: &'j Joined,
    /// The second text with the first beside it.
    pub reverse: &'j Joined,
    /// How many rules and decisions are the first's own.
    pub own: (usize, usize),
    /// The first text alone, in the joined terms.
    pub accepting: &'j Protocol,
    /// The second text alone, in the terms of the reverse.
    pub breaking: &'j Protocol,
    /// The calendar of both.
    pub calendar: &'j Calendar,
    /// Norms of the first that are to be obeyed.
    pub obeyed: &'j [NormId],
    /// In which tier.
    pub tier: Tier,
}

/// A text without the rules that stand apart in it: those beyond so many.
pub fn alone(joined: &Joined, own_rules: usize) -> Protocol {
    let beyond = (own_rules..joined.protocol.rules.len()).filter_map(|at| u32::try_from(at).ok());
    without(&joined.protocol, &beyond.map(|at| NormId::Rule(RuleId(at))).collect())
}

impl Court for TwoTexts<'_> {
    fn breaches(
        &self,
        history: &History,
        kept: Option<NormId>,
        broken: NormId,
        waived: &BTreeSet<NormId>,
    ) -> Option<Vec<Day>> {
        let except = norms(self.accepting).filter(|n| !self.obeyed.contains(n) || waived.contains(n));
        let mut claims = vec![Claim::Accepted {
            tier: judge_tier(self.tier),
            except: except.collect(),
        }];
        claims.extend(kept.map(Claim::Engages));
        let accepting = without(self.accepting, waived);
        let ours = self.of_the_first(history);
        if confirm(&accepting, self.calendar, &ours, &claims) != Confirmation::Confirmed {
            return None;
        }
        let theirs = self.of_the_second(history)?;
        let (broken, _) = self.joined.apart.iter().find(|(_, place)| **place == broken)?;
        let claims = [Claim::Breaches(*broken)];
        let confirmed = confirm(self.breaking, self.calendar, &theirs, &claims) == Confirmation::Confirmed;
        confirmed.then(|| breaches_of(self.breaking, self.calendar, &theirs, *broken))
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Where an item of the joined text lies in the reverse: the first's own by where the reverse has it, the rest by where it came from.
fn crossed<T: Copy + PartialEq>(here: usize, first: &[T], places: &[T], id: impl Fn(u32) -> T) -> Option<T> {
    first.get(here).copied().or_else(|| {
        places
            .iter()
            .position(|p| *p == id(number(here)))
            .map(|at| id(number(at)))
    })
}

impl TwoTexts<'_> {
    /// The rules of the first whose act this one's is.
    fn doing(&self, rule: RuleId) -> Vec<RuleId> {
        let one = |r: RuleId| self.joined.protocol.done_as.get(&r).copied().unwrap_or(r);
        let own = (0..self.own.0).map(|at| RuleId(number(at)));
        own.filter(|r| one(*r) == rule).collect()
    }

    /// The history as the first text knows it.
    fn of_the_first(&self, history: &History) -> History {
        let mut out = history.clone();
        out.occurrences = Vec::new();
        for o in &history.occurrences {
            match o.what {
                Happening::Done(rule) => out.occurrences.extend(self.doing(rule).into_iter().map(|r| Occurrence {
                    what: Happening::Done(r),
                    ..o.clone()
                })),
                _ => out.occurrences.push(o.clone()),
            }
        }
        out
    }

    fn party(&self, party: Party) -> Option<Party> {
        let (first, places) = (&self.reverse.ids, &self.joined.ids);
        Some(match party {
            Party::Role(r) => Party::Role(crossed(r.index(), &first.roles, &places.roles, RoleId)?),
            Party::Meeting(m) => Party::Meeting(crossed(m.index(), &first.meetings, &places.meetings, MeetingId)?),
        })
    }

    fn status(&self, status: StatusId) -> Option<StatusId> {
        crossed(
            status.index(),
            &self.reverse.ids.statuses,
            &self.joined.ids.statuses,
            StatusId,
        )
    }

    fn value(lists: &[Vec<ValueId>], item: usize, value: ValueId) -> ValueId {
        let values = lists.get(item).and_then(|values| values.get(value.0 as usize));
        values.copied().unwrap_or(value)
    }

    /// What occurs, as the second text knows it; nothing where it knows nothing of it.
    fn what(&self, what: Happening) -> Option<Vec<Happening>> {
        let (first, places) = (&self.reverse.ids, &self.joined.ids);
        let meeting = |m: MeetingId| crossed(m.index(), &first.meetings, &places.meetings, MeetingId);
        let document = |d: DocumentId| crossed(d.index(), &first.documents, &places.documents, DocumentId);
        let decision = |d: DecisionId| crossed(d.index(), &first.decisions, &places.decisions, DecisionId);
        Some(vec![match what {
            Happening::Begins(s) => Happening::Begins(self.status(s)?),
            Happening::Ends(s) => Happening::Ends(self.status(s)?),
            Happening::Becomes(s, v) => {
                Happening::Becomes(self.status(s)?, Self::value(&first.status_values, s.index(), v))
            }
            Happening::Happens(e) => Happening::Happens(crossed(e.index(), &first.events, &places.events, EventId)?),
            Happening::Held(m) => Happening::Held(meeting(m)?),
            Happening::Booked(m) => Happening::Booked(meeting(m)?),
            Happening::Due(m) => Happening::Due(meeting(m)?),
            Happening::Cancelled(m) => Happening::Cancelled(meeting(m)?),
            Happening::Sent(d) => Happening::Sent(document(d)?),
            Happening::Received(d) => Happening::Received(document(d)?),
            Happening::Decided(d) => Happening::Decided(decision(d)?),
            Happening::Outcome(d, v) => {
                let option = match first.options.get(d.index()) {
                    Some(options) => options.get(v.0 as usize).copied().flatten()?,
                    None => v,
                };
                Happening::Outcome(decision(d)?, option)
            }
            Happening::Allocated(r) => Happening::Allocated(crossed(r.index(), &first.roles, &places.roles, RoleId)?),
            Happening::Done(rule) | Happening::Missed(rule) => {
                let one = |r: RuleId| self.joined.protocol.done_as.get(&r).copied().unwrap_or(r);
                let theirs = places
                    .rules
                    .iter()
                    .enumerate()
                    .filter(|(_, place)| one(**place) == rule);
                return Some(theirs.map(|(at, _)| Happening::Done(RuleId(number(at)))).collect());
            }
        }])
    }

    /// The history as the second text knows it; none if it has no words for it.
    fn of_the_second(&self, history: &History) -> Option<History> {
        let (first, places) = (&self.reverse.ids, &self.joined.ids);
        let mut occurrences = Vec::new();
        for o in &history.occurrences {
            for what in self.what(o.what)? {
                occurrences.push(Occurrence {
                    day: o.day,
                    what,
                    by: o.by.map(|p| self.party(p)).map_or(Some(None), |p| p.map(Some))?,
                    chair: o.chair.map(|p| self.party(p)).map_or(Some(None), |p| p.map(Some))?,
                    due: o.due,
                });
            }
        }
        let mut factors = Vec::new();
        for (f, v) in &history.factors {
            let at = crossed(f.index(), &first.factors, &places.factors, FactorId)?;
            factors.push((at, Self::value(&first.factor_values, f.index(), *v)));
        }
        let mut starts = Vec::new();
        for (s, v) in &history.starts {
            let at = self.status(*s)?;
            let open = |s: &crate::model::Status| s.starts_as.is_none() && !is_yes_no(&s.values);
            if self.breaking.statuses.get(at.index()).is_some_and(open) {
                starts.push((at, Self::value(&first.status_values, s.index(), *v)));
            }
        }
        Some(History {
            factors,
            starts,
            occurrences,
            until: history.until,
        })
    }
}
