//! One text with what another says otherwise beside it. In: two texts. Out: the first as it is, then the things that only the second
//! has, then each norm of the second that the first does not have word for word, apart from the rest. So *accepted by the first,
//! broken in the second* is a question to one model. Must not ask it.

use std::collections::{BTreeMap, BTreeSet};

use super::align::{self, Aligned, Sharing, align};
use super::changes::{note_changes, voidable};
use super::pair::{itself, twin_decisions, twin_rules};
use super::translate::{Ids, Item, NOWHERE, Translate};
use crate::model::{
    Act, Body, Decision, DecisionId, Guard, Happening, Limit, LimitKind, Modal, ModuleId, Moment, Moments, NormId,
    Origin, Protocol, Rule, RuleId, Slot, StatusId, Subject, ValueId,
};
use crate::solve::ground::class_of;

/// Two texts in one.
#[derive(Debug)]
pub struct Joined {
    /// The first text, with what only the second has and says behind it.
    pub protocol: Protocol,
    /// Where each item of the second lies in it.
    pub ids: Ids,
    /// Norms of the second that stand apart in it: as it names them, as the joined text does.
    pub apart: BTreeMap<NormId, NormId>,
    /// Norms of the second that the first has word for word, in whatever order and under whatever name.
    pub twins: BTreeMap<NormId, NormId>,
    /// Norms of the second that are another form of one of the first.
    pub counterparts: BTreeMap<NormId, NormId>,
    /// Norms of the second that cannot stand beside the first, and why.
    pub unsaid: BTreeMap<NormId, String>,
    /// For norms of the second, the items they turn on that the texts define otherwise.
    pub touched: BTreeMap<NormId, BTreeSet<Item>>,
    /// Norms of the second whose act may be void under an exclusive power that only one of the texts has in that form.
    pub voidable: BTreeSet<NormId>,
    /// How things lie.
    pub aligned: Aligned,
}

/// A place as the number of an item.
pub fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The rule at a place.
pub fn rule_id(n: usize) -> RuleId {
    RuleId(number(n))
}

/// Puts the second text beside the first; its norms are named after `side`.
pub fn join(x: &Protocol, y: &Protocol, sharing: Sharing, side: &str) -> Joined {
    let aligned = align(x, y, sharing);
    let mut ids = places(x, y, &aligned);
    let (pairs, twins) = twin_rules(x, y, sharing, &mut ids);
    let decisions = twin_decisions(x, y, &twins, &ids);
    let mut joined = Joined {
        protocol: x.clone(),
        ids,
        apart: BTreeMap::new(),
        twins: twins
            .iter()
            .map(|(y, x)| (NormId::Rule(*y), NormId::Rule(*x)))
            .collect(),
        counterparts: pairs
            .iter()
            .map(|(y, x)| (NormId::Rule(*y), NormId::Rule(*x)))
            .collect(),
        unsaid: BTreeMap::new(),
        touched: BTreeMap::new(),
        voidable: BTreeSet::new(),
        aligned,
    };
    for (at, place) in joined.aligned.decisions.iter().enumerate() {
        let (of, Some(place)) = (NormId::Decision(DecisionId(number(at))), place) else {
            continue;
        };
        let as_first = NormId::Decision(DecisionId(number(*place)));
        joined.counterparts.insert(of, as_first);
        if decisions.contains(&at) {
            joined.twins.insert(of, as_first);
        }
    }
    add_modules(&mut joined, y, side);
    add_items(&mut joined, y);
    number_rules(&mut joined, x, y);
    note_changes(&mut joined, x, y);
    joined.voidable = voidable(&joined, x, y);
    add_norms(&mut joined, x, y);
    joined
}

/// Where each item of the second lies; what the first does not have comes behind it.
fn places(x: &Protocol, y: &Protocol, aligned: &Aligned) -> Ids {
    fn ids<T>(places: &[Option<usize>], len: usize, id: fn(u32) -> T) -> Vec<T> {
        let mut next = len;
        let place = |place: &Option<usize>| {
            id(number(place.unwrap_or_else(|| {
                next += 1;
                next - 1
            })))
        };
        places.iter().map(place).collect()
    }
    let own = |n: usize| (0..n).map(|v| ValueId(number(v))).collect::<Vec<_>>();
    let mapped = |first: Option<&Vec<String>>, second: &Vec<String>| match first {
        Some(first) => {
            let found = align::values(first, second).into_iter().enumerate();
            found.map(|(at, v)| v.unwrap_or(ValueId(number(at)))).collect()
        }
        None => own(second.len()),
    };
    let factors = y.factors.iter().zip(&aligned.factors);
    let statuses = y.statuses.iter().zip(&aligned.statuses);
    let decisions = y.decisions.iter().zip(&aligned.decisions);
    let names = |d: &Decision| d.options.iter().map(|o| o.name.clone()).collect::<Vec<_>>();
    Ids {
        roles: ids(&aligned.roles, x.roles.len(), crate::model::RoleId),
        factors: ids(&aligned.factors, x.factors.len(), crate::model::FactorId),
        statuses: ids(&aligned.statuses, x.statuses.len(), StatusId),
        events: ids(&aligned.events, x.events.len(), crate::model::EventId),
        meetings: ids(&aligned.meetings, x.meetings.len(), crate::model::MeetingId),
        documents: ids(&aligned.documents, x.documents.len(), crate::model::DocumentId),
        decisions: ids(&aligned.decisions, x.decisions.len(), DecisionId),
        rules: Vec::new(),
        factor_values: factors
            .map(|(f, at)| mapped(at.and_then(|at| x.factors.get(at)).map(|f| &f.values), &f.values))
            .collect(),
        status_values: statuses
            .map(|(s, at)| mapped(at.and_then(|at| x.statuses.get(at)).map(|s| &s.values), &s.values))
            .collect(),
        options: decisions
            .map(|(d, at)| match at.and_then(|at| x.decisions.get(at)) {
                Some(first) => align::values(&names(first), &names(d)),
                None => own(d.options.len()).into_iter().map(Some).collect(),
            })
            .collect(),
        changed: BTreeSet::new(),
    }
}

fn add_modules(joined: &mut Joined, y: &Protocol, side: &str) {
    for module in &y.modules {
        let mut module = module.clone();
        module.name = if module.local {
            side.to_owned()
        } else {
            format!("{side}.{}", module.name)
        };
        module.local = false;
        module.apart = true;
        module.implements = Vec::new();
        joined.protocol.modules.push(module);
    }
}

impl Joined {
    /// What both have in common with every item, said of the joined text.
    fn origin(&self, y: &Protocol, origin: &Origin) -> Origin {
        let first = self.protocol.modules.len() - y.modules.len();
        Origin {
            module: ModuleId(number(first) + origin.module.0),
            cites: Vec::new(),
            span: NOWHERE,
            ..origin.clone()
        }
    }
}

/// Things that only the second has.
fn add_items(joined: &mut Joined, y: &Protocol) {
    let ids = joined.ids.clone();
    let t = Translate::new(y, &ids);
    let mut p = std::mem::take(&mut joined.protocol);
    let first = p.modules.len() - y.modules.len();
    let origin = |o: &Origin| Origin {
        module: ModuleId(number(first) + o.module.0),
        cites: Vec::new(),
        span: NOWHERE,
        ..o.clone()
    };
    let only = |places: &[Option<usize>]| -> Vec<usize> {
        let places = places.iter().enumerate();
        places.filter(|(_, place)| place.is_none()).map(|(at, _)| at).collect()
    };
    for at in only(&joined.aligned.roles) {
        let mut role = y.roles[at].clone();
        role.origin = origin(&role.origin);
        for other in &mut role.counts_as {
            *other = ids.roles[other.index()];
        }
        p.roles.push(role);
    }
    for at in only(&joined.aligned.factors) {
        let mut factor = y.factors[at].clone();
        factor.origin = origin(&factor.origin);
        factor.kind = t.factor_kind(&factor.kind);
        p.factors.push(factor);
    }
    for at in only(&joined.aligned.statuses) {
        let mut status = y.statuses[at].clone();
        status.origin = origin(&status.origin);
        for setter in &mut status.setters {
            setter.when = t.moments(&setter.when);
        }
        p.statuses.push(status);
    }
    for at in only(&joined.aligned.events) {
        let mut event = y.events[at].clone();
        event.origin = origin(&event.origin);
        event.caused_by = event.caused_by.as_ref().map(|w| t.who(w));
        p.events.push(event);
    }
    for at in only(&joined.aligned.meetings) {
        let mut meeting = y.meetings[at].clone();
        meeting.origin = origin(&meeting.origin);
        for other in &mut meeting.counts_as {
            *other = ids.meetings[other.index()];
        }
        meeting.chaired_by = t.party_slot(&meeting.chaired_by);
        meeting.attended_by = t.party_slot(&meeting.attended_by);
        p.meetings.push(meeting);
    }
    for at in only(&joined.aligned.documents) {
        let mut document = y.documents[at].clone();
        document.origin = origin(&document.origin);
        document.says = Vec::new();
        p.documents.push(document);
    }
    joined.protocol = p;
}

/// Gives each norm of the second a place: its twin's, or one behind all rules of the first.
fn number_rules(joined: &mut Joined, x: &Protocol, y: &Protocol) {
    let mut next = x.rules.len();
    joined.ids.rules = (0..y.rules.len())
        .map(|at| match joined.twins.get(&NormId::Rule(rule_id(at))) {
            Some(NormId::Rule(first)) => *first,
            _ => {
                next += 1;
                rule_id(next - 1)
            }
        })
        .collect();
}

/// The norms of the second that the first does not have word for word, and what lifts them.
fn add_norms(joined: &mut Joined, x: &Protocol, y: &Protocol) {
    let ids = joined.ids.clone();
    let statuses = x.statuses.len();
    let mut waivers = Vec::new();
    for (at, rule) in y.rules.iter().enumerate() {
        let norm = NormId::Rule(rule_id(at));
        let t = Translate::new(y, &ids);
        let mut said = t.rule(rule);
        said.origin = joined.origin(y, &rule.origin);
        let touched: BTreeSet<Item> = t.touched.into_inner();
        if !touched.is_empty() {
            joined.touched.insert(norm, touched);
        }
        let is_waiver = matches!(
            said.body,
            Body::Norm {
                modal: Modal::NeedNot,
                ..
            }
        );
        if joined.twins.contains_key(&norm) {
            if is_waiver {
                waivers.push(said);
            }
            continue;
        }
        let why = why_unsaid(joined, &said, statuses, &t.lacking.into_inner());
        match why {
            Some(why) => {
                joined.unsaid.insert(norm, why);
                // Its place is kept, and nothing stands there.
                said.body = Body::Presume(crate::model::Cond::True);
                said.guard = Guard {
                    when: Vec::new(),
                    while_: crate::model::Cond::True,
                    if_: crate::model::Cond::True,
                    unless: Vec::new(),
                };
                said.limits = Vec::new();
                (said.exception_to, said.replaces, said.departs_from) = (Vec::new(), Vec::new(), None);
            }
            None => {
                joined
                    .apart
                    .insert(norm, NormId::Rule(rule_id(joined.protocol.rules.len())));
            }
        }
        joined.protocol.rules.push(said);
    }
    joined.protocol.rules.extend(waivers);
    for (at, decision) in y.decisions.iter().enumerate() {
        let id = DecisionId(number(at));
        let norm = NormId::Decision(id);
        let t = Translate::new(y, &ids);
        let mut said = t.decision(decision);
        said.origin = joined.origin(y, &decision.origin);
        let touched = t.touched.into_inner();
        let lacking = t.lacking.into_inner();
        if joined.aligned.decisions.get(at).copied().flatten().is_none() {
            joined.apart.insert(
                norm,
                NormId::Decision(DecisionId(number(joined.protocol.decisions.len()))),
            );
            joined.protocol.decisions.push(said);
        } else if !joined.twins.contains_key(&norm) {
            if let Some(option) = lacking.first() {
                joined
                    .unsaid
                    .insert(norm, format!("`{option}` is an option in one of them only"));
            } else {
                joined
                    .apart
                    .insert(norm, NormId::Rule(rule_id(joined.protocol.rules.len())));
                joined.protocol.rules.push(to_decide(said, ids.decisions[at]));
            }
        }
        // Which options there are is said of the decision itself.
        let touched: BTreeSet<Item> = touched
            .into_iter()
            .filter(|i| *i != Item::Decision(ids.decisions[at].0))
            .collect();
        if !touched.is_empty() {
            joined.touched.insert(norm, touched);
        }
    }
    for (key, value) in alike_acts(joined) {
        joined.protocol.done_as.insert(key, value);
    }
}

/// Why a rule of the second cannot stand beside the first as it is.
fn why_unsaid(joined: &Joined, said: &Rule, statuses: usize, lacking: &BTreeSet<String>) -> Option<String> {
    if let Some(option) = lacking.first() {
        return Some(format!("`{option}` is an option in one of them only"));
    }
    let shared = |s: StatusId| s.index() < statuses;
    let name = |s: StatusId| {
        joined
            .protocol
            .statuses
            .get(s.index())
            .map_or("", |s| s.origin.name.as_str())
    };
    match &said.body {
        Body::Effect(s, _) if shared(*s) => Some(format!("it says what sets `{}`", name(*s))),
        Body::Norm {
            act: Act::Begin(s) | Act::End(s),
            ..
        } if shared(*s) && joined.ids.changed.contains(&Item::Status(s.0)) => {
            Some(format!("what begins or ends `{}` is said otherwise", name(*s)))
        }
        Body::Presume(_) => Some("what is usual is not asked about".to_owned()),
        _ => None,
    }
}

/// The duty to take a decision, as a rule.
fn to_decide(decision: Decision, id: DecisionId) -> Rule {
    let held = |w: &crate::model::Which| Moments {
        any: vec![Moment {
            ordinal: w.ordinal,
            what: Happening::Held(w.meeting),
            since: w.since.clone(),
            span: NOWHERE,
        }],
        reading: None,
        perhaps_unstated: false,
        span: NOWHERE,
    };
    let mut guard = decision.guard;
    if guard.when.is_empty() {
        guard.when.extend(decision.at.iter().map(held));
    }
    let mut limits = decision.limits;
    limits.extend(decision.at.into_iter().map(|w| Limit {
        kind: LimitKind::At(w),
        span: NOWHERE,
    }));
    Rule {
        origin: decision.origin,
        guard,
        body: Body::Norm {
            subject: match decision.decided_by {
                Slot::Given(who) => Subject::The(who),
                _ => Subject::Someone,
            },
            modal: Modal::Must,
            act: Act::Decide(id),
        },
        limits,
        exception_to: Vec::new(),
        departs_from: None,
        replaces: Vec::new(),
        in_force: (None, None),
        refers_to: Vec::new(),
        whole: NOWHERE,
        body_span: NOWHERE,
    }
}

/// Acts that have no class of their own and are asked for in the same words are one act, if a norm that stands apart asks for it.
fn alike_acts(joined: &Joined) -> Vec<(RuleId, RuleId)> {
    let own = itself(&joined.protocol);
    let t = Translate::new(&joined.protocol, &own);
    let acts: Vec<(RuleId, Act)> = joined
        .protocol
        .rules
        .iter()
        .enumerate()
        .filter_map(|(at, r)| match &r.body {
            Body::Norm { act, .. } if class_of(act).is_none() && !matches!(act, Act::Chair(_)) => {
                Some((rule_id(at), t.act(act)))
            }
            _ => None,
        })
        .collect();
    let apart: BTreeSet<NormId> = joined.apart.values().copied().collect();
    let mut out = Vec::new();
    for (at, (rule, act)) in acts.iter().enumerate() {
        let is_first = !acts.iter().take(at).any(|(_, other)| other == act);
        let alike: Vec<RuleId> = acts
            .iter()
            .skip(at + 1)
            .filter(|(_, a)| a == act)
            .map(|(r, _)| *r)
            .collect();
        let turns_on_it = std::iter::once(rule)
            .chain(&alike)
            .any(|r| apart.contains(&NormId::Rule(*r)));
        if is_first && turns_on_it {
            out.extend(alike.into_iter().map(|other| (other, *rule)));
        }
    }
    out
}
