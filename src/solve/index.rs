//! Which rules speak of what, so that a question about one class of acts looks at the rules on it and at no others. In: a
//! protocol. Out: rules by what they ask for, lift and attend, in the order of the text. Decides nothing: whether a rule that
//! is listed binds, permits or forbids is for whoever asks.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{Ground, number, occurrence_of};
use crate::model::{Act, Body, Happening, MeetingId, Modal, NormId, Protocol, Rule, RuleId};

/// Rules by what they speak of.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    /// By the class of the act, whatever is said of it; an act without a class is `Done` of its own rule, or of the one whose
    /// act it is.
    acts: BTreeMap<Happening, Vec<RuleId>>,
    /// By the rule that they are an exception to, depart from or replace.
    lifting: BTreeMap<RuleId, Vec<RuleId>>,
    /// Those that say who need not.
    waiving: Vec<RuleId>,
    /// Those that have somebody attend a meeting.
    attending: Vec<RuleId>,
    /// Per meeting, those that count as it directly.
    counting: BTreeMap<MeetingId, Vec<MeetingId>>,
}

impl Index {
    pub(super) fn of(protocol: &Protocol) -> Index {
        let mut index = Index::default();
        for (at, rule) in protocol.rules.iter().enumerate() {
            index.add(protocol, RuleId(number(at)), rule);
        }
        for (at, meeting) in protocol.meetings.iter().enumerate() {
            for kind in meeting.counts_as.iter().copied().collect::<BTreeSet<_>>() {
                index.counting.entry(kind).or_default().push(MeetingId(number(at)));
            }
        }
        index
    }

    fn add(&mut self, protocol: &Protocol, id: RuleId, rule: &Rule) {
        let departed = rule.departs_from.iter().map(|d| &d.from);
        let lifted: BTreeSet<RuleId> = rule
            .exception_to
            .iter()
            .chain(&rule.replaces)
            .chain(departed)
            .copied()
            .collect();
        for of in lifted {
            self.lifting.entry(of).or_default().push(id);
        }
        let Body::Norm { act, modal, .. } = &rule.body else {
            return;
        };
        self.acts
            .entry(occurrence_of(protocol, id, act))
            .or_default()
            .push(id);
        if *modal == Modal::NeedNot {
            self.waiving.push(id);
        }
        if matches!(act, Act::Attend(_)) {
            self.attending.push(id);
        }
    }
}

impl<'p> Ground<'p> {
    /// The rules whose act is of this class, whatever they say of it, in order.
    pub(super) fn rules_on(&self, class: Happening) -> impl Iterator<Item = (RuleId, &'p Rule)> + use<'p, '_> {
        self.these(self.index.acts.get(&class).map_or(&[], Vec::as_slice))
    }

    /// The rules that have somebody attend a meeting, in order.
    pub(super) fn attending(&self) -> impl Iterator<Item = (RuleId, &'p Rule)> + use<'p, '_> {
        self.these(&self.index.attending)
    }

    /// The rules that may lift a norm, in order: those that name it, and those that say who need not.
    pub(super) fn may_lift(&self, norm: NormId) -> Vec<(RuleId, &'p Rule)> {
        let named = match norm {
            NormId::Rule(r) => self.index.lifting.get(&r),
            NormId::Decision(_) => None,
        };
        let mut ids: Vec<RuleId> = named
            .into_iter()
            .flatten()
            .chain(&self.index.waiving)
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| NormId::Rule(*id) != norm);
        self.these(&ids).collect()
    }

    fn these<'i>(&self, ids: &'i [RuleId]) -> impl Iterator<Item = (RuleId, &'p Rule)> + use<'p, 'i> {
        let rules = &self.protocol.rules;
        ids.iter().filter_map(|id| Some((*id, rules.get(id.index())?)))
    }

    /// The norms that ask for acts of this class or allow them: rules, then decisions, in order.
    pub(super) fn asking(&self, class: Happening) -> Vec<NormId> {
        let mut classes = vec![class];
        match class {
            Happening::Held(m) => classes.extend(self.kinds_above(m).into_iter().skip(1).map(Happening::Held)),
            Happening::Booked(m) | Happening::Cancelled(m) => classes.push(Happening::Held(m)),
            _ => {}
        }
        let mut norms: Vec<NormId> = classes
            .into_iter()
            .flat_map(|c| self.rules_on(c))
            .map(|(id, _)| NormId::Rule(id))
            .collect();
        if let Happening::Decided(d) = class {
            norms.push(NormId::Decision(d));
        }
        norms.sort_unstable();
        norms.retain(|norm| self.asks_for(*norm, class));
        norms
    }

    /// A meeting and every meeting that counts as it.
    pub fn kinds_below(&self, kind: MeetingId) -> Vec<MeetingId> {
        closure(kind, |k| self.index.counting.get(&k).map_or(&[], Vec::as_slice))
    }

    /// A meeting and every meeting that it counts as.
    fn kinds_above(&self, kind: MeetingId) -> Vec<MeetingId> {
        let meetings = &self.protocol.meetings;
        closure(kind, |k| {
            meetings.get(k.index()).map_or(&[], |m| m.counts_as.as_slice())
        })
    }
}

/// What is reached from a meeting, itself first.
fn closure<'i>(from: MeetingId, next: impl Fn(MeetingId) -> &'i [MeetingId]) -> Vec<MeetingId> {
    let mut out = vec![from];
    let mut at = 0;
    while let Some(&kind) = out.get(at) {
        for &other in next(kind) {
            if !out.contains(&other) {
                out.push(other);
            }
        }
        at += 1;
    }
    out
}
