//! Every history of a small protocol. In: a protocol and a calendar of a few days. Out: each history once.

use std::collections::BTreeSet;

use duly::calendar::Calendar;
use duly::model::{
    Act, Body, DecisionId, DocumentId, EventId, FactorId, Happening, History, MeetingId, Occurrence, Party, Protocol,
    Rule, RuleId, ValueId,
};
use duly::time::Day;

/// The most histories a random protocol may have.
pub const LIMIT: usize = 200_000;

/// A class of occurrence: in which ways it may occur and how often.
struct Class {
    ways: Vec<(Happening, Option<Party>)>,
    at_most: usize,
}

fn ids<T>(items: &[T]) -> impl Iterator<Item = u32> {
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

/// What may occur: every event, meeting, document, decision and act without a class; the statuses that an act begins or ends.
fn classes(protocol: &Protocol) -> Vec<Class> {
    let mut classes = Vec::new();
    let mut add = |whats: Vec<Happening>, doers: Vec<Option<Party>>, at_most| {
        let ways = whats.iter().flat_map(|w| doers.iter().map(|d| (*w, *d))).collect();
        classes.push(Class { ways, at_most });
    };
    for e in ids(&protocol.events).map(EventId) {
        add(vec![Happening::Happens(e)], vec![None], 1);
    }
    for m in ids(&protocol.meetings).map(MeetingId) {
        let repeats = protocol.meetings[m.index()].repeats;
        add(
            vec![Happening::Held(m)],
            doers(protocol, |a| matches!(a, Act::Hold(w) if w.meeting == m)),
            1 + usize::from(repeats),
        );
    }
    for d in ids(&protocol.documents).map(DocumentId) {
        add(
            vec![Happening::Sent(d)],
            doers(protocol, |a| matches!(a, Act::Send(e, _) if *e == d)),
            1,
        );
    }
    for d in ids(&protocol.decisions).map(DecisionId) {
        let outcomes = ids(&protocol.decisions[d.index()].options)
            .map(|v| Happening::Outcome(d, ValueId(v)))
            .collect();
        add(outcomes, vec![None], 1);
    }
    for s in ids(&protocol.statuses).map(duly::model::StatusId) {
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
                act: Act::Notify(..),
                ..
            }
        ) {
            add(vec![Happening::Done(r)], vec![None], 1);
        }
    }
    classes
}

/// What occurs, and the outcomes that go with it.
type Branch = (Vec<Occurrence>, Vec<(FactorId, ValueId)>);

/// Every history of a protocol in which a class occurs at most so often as `at_most` says, on these days, judged by nobody;
/// `None` if there are more than `limit`.
pub fn bounded(
    protocol: &Protocol,
    days: &[Day],
    at_most: impl Fn(Happening) -> usize,
    doers: impl Fn(Happening) -> Vec<Option<Party>>,
    limit: usize,
) -> Option<Vec<Branch>> {
    let mut classes = classes(protocol);
    for class in &mut classes {
        class.at_most = class.ways.first().map_or(0, |(what, _)| at_most(*what));
        let whats: BTreeSet<Happening> = class.ways.iter().map(|(what, _)| *what).collect();
        class.ways = whats
            .into_iter()
            .flat_map(|what| doers(what).into_iter().map(move |by| (what, by)))
            .collect();
    }
    let givens = givens(protocol);
    let mut found: Vec<Vec<Occurrence>> = Vec::new();
    let mut number = 0;
    sequences(&classes, days, &mut |s| {
        number += 1;
        if number * givens.len() <= limit {
            found.push(s.to_vec());
        }
    });
    let each = |s: Vec<Occurrence>| givens.iter().map(move |g| (s.clone(), g.clone())).collect::<Vec<_>>();
    (number * givens.len() <= limit).then(|| found.into_iter().flat_map(each).collect())
}

/// How many occurrences a history has at most.
pub fn size(protocol: &Protocol) -> usize {
    classes(protocol).iter().map(|c| c.at_most).sum()
}

/// Every sequence of occurrences with days that do not decrease, shorter ones before what extends them.
fn sequences(classes: &[Class], days: &[Day], each: &mut impl FnMut(&[Occurrence])) {
    fn extend(
        classes: &[Class],
        days: &[Day],
        left: &mut [usize],
        so_far: &mut Vec<Occurrence>,
        each: &mut impl FnMut(&[Occurrence]),
    ) {
        each(so_far);
        for c in 0..classes.len() {
            if left[c] == 0 {
                continue;
            }
            left[c] -= 1;
            for (i, day) in days.iter().enumerate() {
                for &(what, by) in &classes[c].ways {
                    so_far.push(Occurrence {
                        day: *day,
                        what,
                        by,
                        chair: None,
                        due: None,
                    });
                    extend(classes, &days[i..], left, so_far, each);
                    so_far.pop();
                }
            }
            left[c] += 1;
        }
    }
    let mut left: Vec<usize> = classes.iter().map(|c| c.at_most).collect();
    extend(classes, days, &mut left, &mut Vec::new(), each);
}

fn days(calendar: &Calendar) -> Vec<Day> {
    (calendar.first().0..=calendar.last().0).map(Day).collect()
}

/// Every combination of values of the factors.
fn givens(protocol: &Protocol) -> Vec<Vec<(FactorId, ValueId)>> {
    let mut all = vec![Vec::new()];
    for f in ids(&protocol.factors).map(FactorId) {
        let values: Vec<u32> = ids(&protocol.factors[f.index()].values).collect();
        let more = |g: Vec<(FactorId, ValueId)>| {
            values
                .iter()
                .map(move |&v| [&g[..], &[(f, ValueId(v))]].concat())
                .collect::<Vec<_>>()
        };
        all = all.into_iter().flat_map(more).collect();
    }
    all
}

/// How many histories there are.
pub fn count(protocol: &Protocol, calendar: &Calendar) -> usize {
    let mut number = 0;
    sequences(&classes(protocol), &days(calendar), &mut |_| number += 1);
    number * givens(protocol).len()
}

/// Every history that lasts until the last day of the calendar: every value of every factor, every set of occurrences,
/// every order, day, outcome and doer.
pub fn histories(protocol: &Protocol, calendar: &Calendar) -> impl Iterator<Item = History> + use<> {
    let mut found: Vec<Vec<Occurrence>> = Vec::new();
    sequences(&classes(protocol), &days(calendar), &mut |s| found.push(s.to_vec()));
    let (givens, until) = (givens(protocol), Some(calendar.last()));
    found.into_iter().flat_map(move |occurrences| {
        let histories: Vec<History> = givens
            .iter()
            .map(|factors| History {
                factors: factors.clone(),
                starts: Vec::new(),
                occurrences: occurrences.clone(),
                until,
            })
            .collect();
        histories
    })
}
