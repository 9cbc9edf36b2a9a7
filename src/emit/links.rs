//! What each norm brings about and what it waits for. In: a protocol. Out: the links between local norms that a flowchart
//! follows. No drawing here.

use crate::model::{
    Act, Body, Cond, Guard, Happening, Limit, LimitKind, MeetingId, Modal, Moment, Moments, NormId, Ordinal, Protocol,
    Slot, StatusId, Subject, Thing, ValueId, Which, Who, words,
};

/// The local norms of a protocol in document order, with what they bring about.
#[derive(Debug)]
pub struct Links {
    /// Rules and decisions of local modules, in document order.
    pub norms: Vec<NormId>,
    products: Vec<Vec<(Ordinal, Happening)>>,
}

/// What rules and decisions share.
pub struct View<'p> {
    /// When it applies.
    pub guard: &'p Guard,
    /// Limits in time.
    pub limits: &'p [Limit],
    /// The meeting a decision is taken in.
    pub at: Option<&'p Which>,
    /// Who does it: none where nobody is named.
    pub who: Option<&'p Who>,
    /// The item's common part.
    pub origin: &'p crate::model::Origin,
}

/// The common view of a norm.
pub fn view(p: &Protocol, norm: NormId) -> View<'_> {
    match norm {
        NormId::Rule(r) => {
            let rule = &p.rules[r.index()];
            let who = match &rule.body {
                Body::Norm { subject, .. } => subject.who(),
                Body::Effect(..) | Body::Presume(_) => None,
            };
            View {
                guard: &rule.guard,
                limits: &rule.limits,
                at: None,
                who,
                origin: &rule.origin,
            }
        }
        NormId::Decision(d) => {
            let d = &p.decisions[d.index()];
            View {
                guard: &d.guard,
                limits: &d.limits,
                at: d.at.as_ref(),
                who: d.decided_by.given(),
                origin: &d.origin,
            }
        }
    }
}

/// `module.name`, unique in a protocol.
pub fn key(p: &Protocol, norm: NormId) -> String {
    let origin = view(p, norm).origin;
    let module = p.modules.get(origin.module.index()).map_or("", |m| m.name.as_str());
    format!("{module}.{}", origin.name)
}

/// The class of things a change of status belongs to.
pub fn change(p: &Protocol, s: StatusId, v: ValueId) -> Happening {
    match (words::yes_no(&p.statuses[s.index()].values), v) {
        (true, ValueId(0)) => Happening::Ends(s),
        (true, _) => Happening::Begins(s),
        (false, _) => Happening::Becomes(s, v),
    }
}

/// Whether a class is a change of status.
pub fn is_change(what: Happening) -> bool {
    matches!(what, Happening::Begins(_) | Happening::Ends(_) | Happening::Becomes(..))
}

/// The moments that a limit is measured from, and whether the act comes before them.
pub fn anchor(limit: &Limit) -> Option<(&Moments, bool)> {
    match &limit.kind {
        LimitKind::Unstated | LimitKind::At(_) | LimitKind::Urgency(_) => None,
        LimitKind::AtLeastBefore(_, m) | LimitKind::Until(m) | LimitKind::Before(m) => Some((m, true)),
        LimitKind::Within(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::After(m) => Some((m, false)),
    }
}

/// Everything a norm waits for or is measured from.
pub fn awaited(p: &Protocol, norm: NormId) -> Vec<(Ordinal, Happening)> {
    let v = view(p, norm);
    let named = v
        .guard
        .when
        .iter()
        .chain(v.limits.iter().filter_map(|l| anchor(l).map(|(m, _)| m)));
    let mut all: Vec<_> = named.flat_map(|ms| &ms.any).map(|m| (m.ordinal, m.what)).collect();
    all.extend(meeting_of(&v).map(|w| (w.ordinal, Happening::Held(w.meeting))));
    all
}

/// The meeting in which it is done, if one is named.
pub fn meeting_of<'p>(v: &View<'p>) -> Option<&'p Which> {
    v.at.or_else(|| {
        v.limits.iter().find_map(|l| match &l.kind {
            LimitKind::At(w) => Some(w),
            _ => None,
        })
    })
}

/// The happening that a norm is chiefly about: what engages it, otherwise what it forbids or brings about.
pub fn main_trigger(p: &Protocol, norm: NormId) -> Option<Happening> {
    let v = view(p, norm);
    let first = |ms: &Moments| ms.any.first().map(|m| m.what);
    if let Some(what) = v.guard.when.first().and_then(first) {
        return Some(what);
    }
    if let Some(what) = v.limits.iter().find_map(anchor).and_then(|(ms, _)| first(ms)) {
        return Some(what);
    }
    if let Some(w) = meeting_of(&v) {
        return Some(Happening::Held(w.meeting));
    }
    if let Some(s) = status_in(&v.guard.while_) {
        return Some(Happening::Begins(s));
    }
    let NormId::Rule(r) = norm else { return None };
    match &p.rules[r.index()].body {
        Body::Norm { act, .. } => match act {
            Act::Hold(w) | Act::Book(w) | Act::Cancel(w) | Act::Attend(w) | Act::Chair(w) => {
                Some(Happening::Held(w.meeting))
            }
            Act::Decide(d) => Some(Happening::Decided(*d)),
            Act::Send(d, ..) => Some(Happening::Sent(*d)),
            Act::Begin(s) => Some(Happening::Begins(*s)),
            Act::End(s) => Some(Happening::Ends(*s)),
            Act::Allocate(r) => Some(Happening::Allocated(*r)),
            Act::Notify(_, t) | Act::Ask(_, t) | Act::Consult(_, t) | Act::Record(t, _) => about(p, t),
            Act::Consider(t) | Act::CarryOut(t) | Act::Challenge(t) => about(p, t),
            Act::Quoted(_) => None,
        },
        Body::Effect(s, v) => Some(change(p, *s, *v)),
        Body::Presume(c) => status_in(c).map(Happening::Begins),
    }
}

fn about(p: &Protocol, thing: &Thing) -> Option<Happening> {
    match thing {
        Thing::Decision(d) => Some(Happening::Decided(*d)),
        Thing::Change(s, v) => Some(change(p, *s, *v)),
        Thing::Document(d) => Some(Happening::Sent(*d)),
        Thing::Event(e) => Some(Happening::Happens(*e)),
        Thing::Named(_) | Thing::Quoted(_) => None,
    }
}

fn status_in(c: &Cond) -> Option<StatusId> {
    match c {
        Cond::Status(s, ..) => Some(*s),
        Cond::Not(c) => status_in(c),
        Cond::All(cs) | Cond::Any(cs) => cs.iter().find_map(status_in),
        _ => None,
    }
}

/// A meeting and every kind it counts as.
fn kinds(p: &Protocol, meeting: MeetingId) -> Vec<MeetingId> {
    let mut all = vec![meeting];
    let mut at = 0;
    while let Some(m) = all.get(at) {
        let more: Vec<_> = p.meetings[m.index()]
            .counts_as
            .iter()
            .copied()
            .filter(|k| !all.contains(k))
            .collect();
        all.extend(more);
        at += 1;
    }
    all
}

/// What a norm brings about by itself: acts, effects, outcomes.
pub fn direct(p: &Protocol, norm: NormId) -> Vec<(Ordinal, Happening)> {
    let mut out = Vec::new();
    match norm {
        NormId::Decision(id) => {
            out.push((Ordinal::Any, Happening::Decided(id)));
            for (at, option) in (0u32..).zip(&p.decisions[id.index()].options) {
                out.push((Ordinal::Any, Happening::Outcome(id, ValueId(at))));
                out.extend(option.effects.iter().map(|&(s, v, _)| (Ordinal::Any, change(p, s, v))));
            }
        }
        NormId::Rule(id) => {
            out.extend([
                (Ordinal::Any, Happening::Done(id)),
                (Ordinal::Any, Happening::Missed(id)),
            ]);
            match &p.rules[id.index()].body {
                Body::Norm { subject, modal, act } if active(subject, *modal) => {
                    let held = |w: &Which, state: fn(MeetingId) -> Happening| -> Vec<_> {
                        kinds(p, w.meeting).into_iter().map(|m| (w.ordinal, state(m))).collect()
                    };
                    match act {
                        Act::Hold(w) => out.extend(held(w, Happening::Held)),
                        Act::Book(w) => {
                            out.extend(held(w, Happening::Booked));
                            out.extend(held(w, Happening::Due));
                        }
                        Act::Cancel(w) => out.extend(held(w, Happening::Cancelled)),
                        Act::Send(d, _, ordinal) => {
                            out.extend([Happening::Sent(*d), Happening::Received(*d)].map(|h| (*ordinal, h)));
                        }
                        Act::Allocate(r) => out.push((Ordinal::Any, Happening::Allocated(*r))),
                        Act::Begin(s) => out.push((Ordinal::Any, Happening::Begins(*s))),
                        Act::End(s) => out.push((Ordinal::Any, Happening::Ends(*s))),
                        _ => {}
                    }
                }
                Body::Effect(s, v) => out.push((Ordinal::Any, change(p, *s, *v))),
                Body::Norm { .. } | Body::Presume(_) => {}
            }
        }
    }
    out
}

/// Whether a norm of this kind leads to its act, rather than limiting it.
pub fn active(subject: &Subject, modal: Modal) -> bool {
    matches!(modal, Modal::Must | Modal::Should | Modal::May) && !matches!(subject, Subject::Nobody | Subject::Only(_))
}

/// Whether what is brought about under one ordinal can be what is awaited under the other.
pub fn agree(brought: Ordinal, awaited: Ordinal) -> bool {
    use Ordinal::{EachLater, First, Second, Third};
    let number = |o| matches!(o, First | Second | Third);
    match (brought, awaited) {
        (a, b) if number(a) && number(b) => a == b,
        (First, EachLater) | (EachLater, First) => false,
        _ => true,
    }
}

impl Links {
    /// The links of the local part of a protocol.
    pub fn of(p: &Protocol) -> Links {
        let local = |n: &NormId| {
            p.modules
                .get(view(p, *n).origin.module.index())
                .is_some_and(|m| m.local)
        };
        let rules = (0u32..)
            .zip(&p.rules)
            .map(|(i, r)| (r.origin.module, r.whole.start, NormId::Rule(crate::model::RuleId(i))));
        let decisions = (0u32..).zip(&p.decisions).map(|(i, d)| {
            (
                d.origin.module,
                d.whole.start,
                NormId::Decision(crate::model::DecisionId(i)),
            )
        });
        let mut placed: Vec<_> = rules.chain(decisions).filter(|(.., n)| local(n)).collect();
        placed.sort();
        let norms: Vec<_> = placed.into_iter().map(|(.., n)| n).collect();
        let products = norms.iter().map(|&n| with_setters(p, direct(p, n))).collect();
        Links { norms, products }
    }

    /// The local norms that can bring this about, in document order.
    pub fn makers(&self, ordinal: Ordinal, what: Happening) -> Vec<NormId> {
        let made = |all: &Vec<(Ordinal, Happening)>| all.iter().any(|&(o, h)| h == what && agree(o, ordinal));
        self.norms
            .iter()
            .zip(&self.products)
            .filter(|(_, all)| made(all))
            .map(|(&n, _)| n)
            .collect()
    }
}

/// Adds the changes that the statuses themselves declare: `begins when`, `ends when`, `becomes V when`.
fn with_setters(p: &Protocol, mut all: Vec<(Ordinal, Happening)>) -> Vec<(Ordinal, Happening)> {
    let mut at = 0;
    while let Some(&(ordinal, what)) = all.get(at) {
        for (s, v) in set_by(p, ordinal, what) {
            let next = (Ordinal::Any, change(p, s, v));
            if !all.contains(&next) {
                all.push(next);
            }
        }
        at += 1;
    }
    all
}

fn set_by(p: &Protocol, ordinal: Ordinal, what: Happening) -> Vec<(StatusId, ValueId)> {
    let fits = |m: &Moment| m.what == what && agree(ordinal, m.ordinal);
    (0u32..)
        .zip(&p.statuses)
        .flat_map(|(i, s)| s.setters.iter().map(move |set| (StatusId(i), set)))
        .filter(|(_, set)| set.when.any.iter().any(fits))
        .map(|(s, set)| (s, set.value))
        .collect()
}

/// The moments that set a status to what this class says, as declared on the status.
pub fn setters(p: &Protocol, what: Happening) -> Vec<&Moment> {
    let (Happening::Begins(s) | Happening::Ends(s) | Happening::Becomes(s, _)) = what else {
        return Vec::new();
    };
    let status = &p.statuses[s.index()];
    status
        .setters
        .iter()
        .filter(|set| change(p, s, set.value) == what)
        .flat_map(|set| &set.when.any)
        .collect()
}

/// The lane a norm stands in: its label, and whether it is outside. None for what happens by itself.
pub fn lane(p: &Protocol, norm: NormId) -> Option<(String, bool)> {
    let unstated = || Some(("owner not stated".to_owned(), false));
    match norm {
        NormId::Decision(d) => match &p.decisions[d.index()].decided_by {
            Slot::Given(w) => lane_of(p, w),
            Slot::Unstated(_) | Slot::Absent => unstated(),
        },
        NormId::Rule(r) => match &p.rules[r.index()].body {
            Body::Norm {
                subject: Subject::Nobody,
                ..
            } => Some(("everyone".to_owned(), false)),
            Body::Norm { subject, .. } => subject.who().map_or_else(unstated, |w| lane_of(p, w)),
            Body::Effect(..) | Body::Presume(_) => None,
        },
    }
}

/// The lane of the first party: others are named in the node.
pub fn lane_of(p: &Protocol, who: &Who) -> Option<(String, bool)> {
    who.parties.first().map(|&party| {
        let outside = matches!(party, crate::model::Party::Role(r) if p.roles[r.index()].outside);
        let label = words::party_label(p, party);
        (words::head(label).to_owned(), outside)
    })
}
