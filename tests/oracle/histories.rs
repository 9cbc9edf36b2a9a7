//! Every history of a small protocol. In: a protocol and a calendar of a few days. Out: each history once.

use std::collections::BTreeSet;

use duly::calendar::Calendar;
use duly::model::{
    Act, Body, DecisionId, DocumentId, EventId, FactorId, Happening, History, Limit, LimitKind, MeetingId, Occurrence,
    Party, Protocol, RoleId, Rule, RuleId, StatusId, ValueId,
};
use duly::time::Day;

/// The most histories a random protocol may have.
pub const LIMIT: usize = 200_000;

/// How many days ahead a meeting is booked.
const AHEAD: [i32; 3] = [0, 2, 5];

/// One way in which something may occur.
#[derive(Clone, Copy)]
struct Way {
    what: Happening,
    by: Option<Party>,
    chair: Option<Party>,
    /// How many days later the meeting that is booked falls due.
    ahead: Option<i32>,
}

impl Way {
    fn on(self, day: Day) -> Occurrence {
        Occurrence {
            day,
            what: self.what,
            by: self.by,
            chair: self.chair,
            due: self.ahead.map(|days| day.plus(days)),
        }
    }
}

/// A class of occurrence: in which ways it may occur and how often.
struct Class {
    ways: Vec<Way>,
    at_most: usize,
}

fn ids<T>(items: &[T]) -> std::ops::Range<u32> {
    0..u32::try_from(items.len()).unwrap()
}

/// The doers that some rule gives an act, nobody if none does.
fn doers(protocol: &Protocol, is_it: impl Fn(&Act) -> bool) -> Vec<Option<Party>> {
    let named = |rule: &Rule| match &rule.body {
        Body::Norm { subject, act, .. } if is_it(act) => subject.who().and_then(|w| w.parties.first().copied()),
        _ => None,
    };
    let mut found: Vec<Option<Party>> = protocol.rules.iter().map(named).filter(Option::is_some).collect();
    found.sort();
    found.dedup();
    if found.is_empty() { vec![None] } else { found }
}

/// Who may chair, where some rule says who must or must not: each party that one names, one that none does, or nobody known.
fn chairs(protocol: &Protocol) -> Vec<Option<Party>> {
    let named = |rule: &Rule| match &rule.body {
        Body::Norm {
            subject,
            act: Act::Chair(_),
            ..
        } => Some(subject.who().map_or(vec![], |w| w.parties.clone())),
        _ => None,
    };
    let found: Vec<Vec<Party>> = protocol.rules.iter().filter_map(named).collect();
    if found.is_empty() {
        return vec![None];
    }
    let named: BTreeSet<Party> = found.into_iter().flatten().collect();
    let roles = ids(&protocol.roles).map(|r| Party::Role(RoleId(r)));
    let other = roles.filter(|r| !named.contains(r)).take(1);
    named.iter().copied().chain(other).map(Some).chain([None]).collect()
}

/// Whether anything in the protocol speaks of this happening. Every part of the model shows what it speaks of.
fn is_mentioned(protocol: &Protocol, what: Happening) -> bool {
    format!("{:?} {:?} {:?}", protocol.rules, protocol.decisions, protocol.statuses).contains(&format!("{what:?}"))
}

/// Whether some rule or decision has to do with the meeting as it is held.
fn is_held(protocol: &Protocol, meeting: MeetingId) -> bool {
    let at = |limits: &[Limit]| {
        limits
            .iter()
            .any(|l| matches!(&l.kind, LimitKind::At(w) if w.meeting == meeting))
    };
    protocol.rules.iter().any(|r| {
        at(&r.limits)
            || matches!(&r.body, Body::Norm { act: Act::Hold(w) | Act::Chair(w) | Act::Attend(w), .. } if w.meeting == meeting)
    }) || protocol
        .decisions
        .iter()
        .any(|d| at(&d.limits) || d.at.as_ref().is_some_and(|w| w.meeting == meeting))
}

/// The meetings of which some condition asks for which day they are set. Every part of the model shows what it speaks of.
pub fn days_asked_for(protocol: &Protocol) -> BTreeSet<MeetingId> {
    let shown = format!("{:?} {:?} {:?}", protocol.rules, protocol.decisions, protocol.terms);
    let mut found = BTreeSet::new();
    for form in ["DueBefore(", "DueWithin("] {
        for rest in shown.split(form).skip(1) {
            // The meetings are named before the span that ends the condition.
            let sides = if form == "DueBefore(" { 2 } else { 1 };
            for side in rest.split("meeting: MeetingId(").skip(1).take(sides) {
                let number: String = side.chars().take_while(char::is_ascii_digit).collect();
                found.insert(MeetingId(number.parse().unwrap()));
            }
        }
    }
    found
}

/// What may occur: every event, meeting, document, decision and act without a class; bookings, if anything speaks of them;
/// the statuses that an act begins or ends.
fn classes(protocol: &Protocol) -> Vec<Class> {
    let mut classes = Vec::new();
    let mut add = |whats: Vec<Happening>, doers: Vec<Option<Party>>, at_most| {
        let way = |what, by| Way {
            what,
            by,
            chair: None,
            ahead: None,
        };
        let ways = whats.iter().flat_map(|w| doers.iter().map(|d| way(*w, *d))).collect();
        classes.push(Class { ways, at_most });
    };
    for e in ids(&protocol.events).map(EventId) {
        let repeats = protocol.events[e.index()].repeats;
        add(vec![Happening::Happens(e)], vec![None], 1 + usize::from(repeats));
    }
    for m in ids(&protocol.meetings).map(MeetingId) {
        let repeats = protocol.meetings[m.index()].repeats;
        // One that is only ever booked is never held.
        let held = is_mentioned(protocol, Happening::Held(m)) || is_held(protocol, m);
        add(
            vec![Happening::Held(m)],
            doers(protocol, |a| matches!(a, Act::Hold(w) if w.meeting == m)),
            if held { 1 + usize::from(repeats) } else { 0 },
        );
        let booked = protocol
            .rules
            .iter()
            .any(|r| matches!(&r.body, Body::Norm { act: Act::Book(w), .. } if w.meeting == m));
        let told = [Happening::Booked(m), Happening::Due(m)]
            .into_iter()
            .any(|w| is_mentioned(protocol, w))
            || days_asked_for(protocol).contains(&m);
        add(
            vec![Happening::Booked(m)],
            doers(protocol, |a| matches!(a, Act::Book(w) if w.meeting == m)),
            usize::from(booked || told),
        );
    }
    for d in ids(&protocol.documents).map(DocumentId) {
        add(
            vec![Happening::Sent(d)],
            doers(protocol, |a| matches!(a, Act::Send(e, ..) if *e == d)),
            1,
        );
    }
    for d in ids(&protocol.decisions).map(DecisionId) {
        let outcomes = ids(&protocol.decisions[d.index()].options)
            .map(|v| Happening::Outcome(d, ValueId(v)))
            .collect();
        add(outcomes, vec![None], 1);
    }
    for s in ids(&protocol.statuses).map(StatusId) {
        let begins = |a: &Act| matches!(a, Act::Begin(t) if *t == s);
        let ends = |a: &Act| matches!(a, Act::End(t) if *t == s);
        let said = |act: &dyn Fn(&Act) -> bool| {
            protocol
                .rules
                .iter()
                .any(|r| matches!(&r.body, Body::Norm { act: a, .. } if act(a)))
        };
        add(
            vec![Happening::Begins(s)],
            doers(protocol, begins),
            usize::from(said(&begins)),
        );
        add(
            vec![Happening::Ends(s)],
            doers(protocol, ends),
            usize::from(said(&ends)),
        );
    }
    for r in ids(&protocol.rules).map(RuleId) {
        if matches!(
            &protocol.rules[r.index()].body,
            Body::Norm {
                act: Act::Notify(..) | Act::Attend(_),
                ..
            }
        ) {
            add(vec![Happening::Done(r)], vec![None], 1);
        }
    }
    let chairs = chairs(protocol);
    for class in &mut classes {
        let each = |way: Way| match way.what {
            Happening::Held(_) => chairs.iter().map(|&chair| Way { chair, ..way }).collect(),
            Happening::Booked(_) => AHEAD.iter().map(|&d| Way { ahead: Some(d), ..way }).collect(),
            _ => vec![way],
        };
        class.ways = class.ways.drain(..).flat_map(each).collect();
    }
    classes
}

/// What occurs, and what is given beside it.
pub type Branch = (Vec<Occurrence>, Givens);

/// The outcomes of a case, and what its statuses start as where the protocol leaves that open.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Givens {
    pub factors: Vec<(FactorId, ValueId)>,
    pub starts: Vec<(StatusId, ValueId)>,
}

/// Every history of a protocol in which a class occurs at most so often as `at_most` says, on these days, judged by nobody;
/// `None` if there are more than `limit`. It is always said who chairs. What falls due is listed as such: nobody books it. Where
/// a condition asks for the day for which a meeting is set, it is booked for any day from then on.
pub fn bounded(
    protocol: &Protocol,
    days: &[Day],
    at_most: impl Fn(Happening) -> usize,
    doers: impl Fn(Happening) -> Vec<Option<Party>>,
    limit: usize,
) -> Option<Vec<Branch>> {
    let asked_for = days_asked_for(protocol);
    let mut classes = classes(protocol);
    for m in ids(&protocol.meetings).map(MeetingId) {
        let way = Way {
            what: Happening::Due(m),
            by: None,
            chair: None,
            ahead: None,
        };
        classes.push(Class {
            ways: vec![way],
            at_most: 0,
        });
    }
    for class in &mut classes {
        class.at_most = class.ways.first().map_or(0, |way| at_most(way.what));
        let is_set =
            matches!(class.ways.first(), Some(Way { what: Happening::Booked(m), .. }) if asked_for.contains(m));
        let ahead: Vec<Option<i32>> = match is_set {
            true => (0..i32::try_from(days.len()).unwrap()).map(Some).collect(),
            false => vec![None],
        };
        let chaired = class.ways.iter().any(|way| way.chair.is_some());
        let named = class.ways.iter().filter(|way| way.chair.is_some() == chaired);
        let whats: BTreeSet<(Happening, Option<Party>)> = named.map(|way| (way.what, way.chair)).collect();
        class.ways = whats
            .into_iter()
            .flat_map(|(what, chair)| {
                doers(what).into_iter().map(move |by| Way {
                    what,
                    by,
                    chair,
                    ahead: None,
                })
            })
            .flat_map(|way| ahead.iter().map(move |&ahead| Way { ahead, ..way }))
            .collect();
    }
    let givens = givens(protocol);
    let mut found = sequences(&classes, days, limit / givens.len())?;
    // Nothing is booked for a day on which nothing may occur any more.
    found.retain(|s| {
        s.iter()
            .all(|o| o.due.is_none_or(|due| days.last().is_some_and(|last| due <= *last)))
    });
    let each = |s: Vec<Occurrence>| givens.iter().map(move |g| (s.clone(), g.clone())).collect::<Vec<_>>();
    Some(found.into_iter().flat_map(each).collect())
}

/// How many occurrences a history has at most.
pub fn size(protocol: &Protocol) -> usize {
    classes(protocol).iter().map(|c| c.at_most).sum()
}

/// Every sequence of occurrences with days that do not decrease, shorter ones before what extends them; `None` if there are
/// more than `limit`.
fn sequences(classes: &[Class], days: &[Day], limit: usize) -> Option<Vec<Vec<Occurrence>>> {
    fn extend(
        classes: &[Class],
        days: &[Day],
        left: &mut [usize],
        so_far: &mut Vec<Occurrence>,
        add: &mut impl FnMut(&[Occurrence]) -> Option<()>,
    ) -> Option<()> {
        add(so_far)?;
        for c in 0..classes.len() {
            if left[c] == 0 {
                continue;
            }
            left[c] -= 1;
            for (i, day) in days.iter().enumerate() {
                for way in &classes[c].ways {
                    so_far.push(way.on(*day));
                    extend(classes, &days[i..], left, so_far, add)?;
                    so_far.pop();
                }
            }
            left[c] += 1;
        }
        Some(())
    }
    let mut left: Vec<usize> = classes.iter().map(|c| c.at_most).collect();
    let mut found = Vec::new();
    let mut add = |s: &[Occurrence]| {
        found.push(s.to_vec());
        (found.len() <= limit).then_some(())
    };
    extend(classes, days, &mut left, &mut Vec::new(), &mut add)?;
    Some(found)
}

fn days(calendar: &Calendar) -> Vec<Day> {
    (calendar.first().0..=calendar.last().0).map(Day).collect()
}

/// Every combination of values of the factors, and of first values of the statuses that leave them open.
fn givens(protocol: &Protocol) -> Vec<Givens> {
    let mut all = vec![Givens::default()];
    for f in ids(&protocol.factors).map(FactorId) {
        let values = ids(&protocol.factors[f.index()].values).map(ValueId);
        all = with_each(all, values, |g, v| g.factors.push((f, v)));
    }
    for s in ids(&protocol.statuses).map(StatusId) {
        let status = &protocol.statuses[s.index()];
        if status.starts_as.is_none() && status.values != ["no", "yes"] {
            let values = ids(&status.values).map(ValueId);
            all = with_each(all, values, |g, v| g.starts.push((s, v)));
        }
    }
    all
}

/// Each of these, once with each value.
fn with_each(
    all: Vec<Givens>,
    values: impl Iterator<Item = ValueId> + Clone,
    give: impl Fn(&mut Givens, ValueId),
) -> Vec<Givens> {
    let mut more = Vec::new();
    for given in all {
        for value in values.clone() {
            let mut given = given.clone();
            give(&mut given, value);
            more.push(given);
        }
    }
    more
}

/// How many histories there are; `None` if there are more than [`LIMIT`].
pub fn count(protocol: &Protocol, calendar: &Calendar) -> Option<usize> {
    let number = givens(protocol).len();
    Some(sequences(&classes(protocol), &days(calendar), LIMIT / number)?.len() * number)
}

/// Every history that lasts until the last day of the calendar: every value of every factor, every set of occurrences,
/// every order, day, outcome and doer. None if there are too many.
pub fn histories(protocol: &Protocol, calendar: &Calendar) -> impl Iterator<Item = History> + use<> {
    let (givens, until) = (givens(protocol), calendar.last());
    let found = sequences(&classes(protocol), &days(calendar), LIMIT / givens.len());
    found.into_iter().flatten().flat_map(move |occurrences| {
        let histories: Vec<History> = givens.iter().map(|g| history(&occurrences, g, until)).collect();
        histories
    })
}

/// What occurs in such a case, and nothing more until the end of this day.
pub fn history(occurrences: &[Occurrence], givens: &Givens, until: Day) -> History {
    History {
        factors: givens.factors.clone(),
        starts: givens.starts.clone(),
        occurrences: occurrences.to_vec(),
        until: Some(until),
    }
}
