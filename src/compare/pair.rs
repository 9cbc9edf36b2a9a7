//! Which rules of two texts are one and the same, and which are two forms of one. In: both texts, things aligned. Out: pairs. Two rules are
//! the same only if they say the same and the same rules lift them and make their breach good. Must not ask the solver.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::discriminant;

use super::align::{Sharing, key};
use super::join::{number, rule_id};
use super::translate::{Ids, Translate, same_decision, same_rule};
use crate::model::{Act, Body, Decision, Happening, Modal, ModuleId, Moments, Protocol, Rule, RuleId, ValueId};

/// The first text in its own terms: places gone, terms spelt out.
pub fn itself(x: &Protocol) -> Ids {
    fn own<T>(n: usize, id: fn(u32) -> T) -> Vec<T> {
        (0..n).map(|at| id(number(at))).collect()
    }
    let options = |d: &Decision| own(d.options.len(), ValueId).into_iter().map(Some).collect();
    Ids {
        rules: own(x.rules.len(), RuleId),
        options: x.decisions.iter().map(options).collect(),
        ..Ids::default()
    }
}

/// Rules of the second text, each with its rule of the first.
pub type Pairs = BTreeMap<RuleId, RuleId>;

/// Pairs of rules that are forms of one another (the second's, the first's), and those among them that say the same and are
/// referred to by rules that say the same.
pub fn twin_rules(x: &Protocol, y: &Protocol, sharing: Sharing, ids: &mut Ids) -> (Pairs, Pairs) {
    let own = itself(x);
    let plain = Translate::new(x, &own);
    let firsts: Vec<Rule> = x.rules.iter().map(|r| plain.rule(r)).collect();
    let mut pairs: Pairs = BTreeMap::new();
    let by_key: BTreeMap<_, _> = x
        .rules
        .iter()
        .enumerate()
        .filter_map(|(at, r)| Some((key(x, &r.origin, sharing)?, rule_id(at))))
        .collect();
    for (at, rule) in y.rules.iter().enumerate() {
        let named = key(y, &rule.origin, sharing).and_then(|k| by_key.get(&k));
        pairs.extend(named.map(|first| (rule_id(at), *first)));
    }
    // What is left by name is paired where it says the same, then where it asks for the same on the same occasion.
    let alike: [&dyn Fn(&Rule, &Rule) -> bool; 2] = [&same_rule, &|a, b| {
        discriminant(&a.body) == discriminant(&b.body) && same_matter(a, b)
    }];
    for alike in alike.iter().take(if sharing == Sharing::Versions { 2 } else { 1 }) {
        ids.rules = references(y, &pairs);
        let seconds: Vec<Rule> = {
            let translate = Translate::new(y, ids);
            y.rules.iter().map(|r| translate.rule(r)).collect()
        };
        let left_y: Vec<usize> = (0..seconds.len())
            .filter(|at| !pairs.contains_key(&rule_id(*at)))
            .collect();
        let taken: BTreeSet<RuleId> = pairs.values().copied().collect();
        let left_x: Vec<usize> = (0..firsts.len()).filter(|at| !taken.contains(&rule_id(*at))).collect();
        for &b in &left_y {
            let fit = |a: &&usize| matches!((firsts.get(**a), seconds.get(b)), (Some(a), Some(b)) if alike(a, b));
            let mut like = left_x.iter().filter(fit);
            let (Some(&a), None) = (like.next(), like.next()) else {
                continue;
            };
            let rivals = left_y
                .iter()
                .filter(|b| matches!((firsts.get(a), seconds.get(**b)), (Some(a), Some(b)) if alike(a, b)));
            if rivals.count() == 1 {
                pairs.insert(rule_id(b), rule_id(a));
            }
        }
    }
    ids.rules = references(y, &pairs);
    let mut twins: Pairs = pairs.clone();
    loop {
        ids.rules = references(y, &twins);
        let translate = Translate::new(y, ids);
        let mut left = twins.clone();
        left.retain(|second, first| {
            let both = y.rules.get(second.index()).zip(firsts.get(first.index()));
            both.is_some_and(|(b, a)| {
                same_rule(a, &translate.rule(b)) && same_standing(x, a.origin.module, y, b.origin.module)
            }) && same_company(x, y, &twins, *first, *second)
        });
        if left.len() == twins.len() {
            return (pairs, twins);
        }
        twins = left;
    }
}

/// Both stand in texts of one rank that are in force at the same time.
fn same_standing(x: &Protocol, first: ModuleId, y: &Protocol, second: ModuleId) -> bool {
    let standing = |text: &Protocol, of: ModuleId| text.modules.get(of.index()).map(|m| (m.rank, m.in_force));
    standing(x, first) == standing(y, second)
}

/// Both ask for the same thing, or set the same status, on the same occasion.
fn same_matter(a: &Rule, b: &Rule) -> bool {
    let matter = match (&a.body, &b.body) {
        (Body::Norm { act: a, .. }, Body::Norm { act: b, .. }) => a == b,
        (Body::Effect(s, _), Body::Effect(t, _)) => s == t,
        (Body::Presume(_), Body::Presume(_)) => true,
        _ => false,
    };
    matter && a.guard.when == b.guard.when
}

/// Where each rule of the second lies in the first; what has no place there is unlike any other.
fn references(y: &Protocol, places: &Pairs) -> Vec<RuleId> {
    let unlike = |at: usize| RuleId(u32::MAX - number(at));
    (0..y.rules.len())
        .map(|at| places.get(&rule_id(at)).copied().unwrap_or_else(|| unlike(at)))
        .collect()
}

/// Rules that lift this one, or make its breach good, by naming it; and those that may waive it.
fn company(text: &Protocol, of: RuleId) -> BTreeSet<RuleId> {
    let act = text.rules.get(of.index()).and_then(asked);
    let names = |rule: &Rule| {
        let missed = |m: &Moments| m.any.iter().any(|m| m.what == Happening::Missed(of));
        rule.exception_to.contains(&of)
            || rule.replaces.contains(&of)
            || rule.departs_from.as_ref().is_some_and(|d| d.from == of)
            || rule.guard.when.iter().any(missed)
            || act.is_some_and(|act| may_waive(rule, act))
    };
    let rules = text.rules.iter().enumerate();
    rules.filter(|(_, r)| names(r)).map(|(at, _)| rule_id(at)).collect()
}

/// The act of a duty.
pub fn asked(rule: &Rule) -> Option<&Act> {
    match &rule.body {
        Body::Norm {
            modal: Modal::Must | Modal::Should,
            act,
            ..
        } => Some(act),
        _ => None,
    }
}

/// A `need not` on an act of that kind; which one exactly is looked at where it is asked.
fn may_waive(rule: &Rule, act: &Act) -> bool {
    matches!(&rule.body, Body::Norm { modal: Modal::NeedNot, act: waived, .. } if discriminant(waived) == discriminant(act))
}

fn same_company(x: &Protocol, y: &Protocol, twins: &Pairs, first: RuleId, second: RuleId) -> bool {
    let theirs: Option<BTreeSet<RuleId>> = company(y, second).iter().map(|r| twins.get(r).copied()).collect();
    theirs == Some(company(x, first))
}

/// Decisions of the second that the first has word for word, if the same rules waive deciding.
pub fn twin_decisions(x: &Protocol, y: &Protocol, twins: &Pairs, ids: &Ids) -> BTreeSet<usize> {
    let waivers = |text: &Protocol| -> BTreeSet<RuleId> {
        let decides = |r: &Rule| {
            matches!(
                r.body,
                Body::Norm {
                    modal: Modal::NeedNot,
                    act: Act::Decide(_),
                    ..
                }
            )
        };
        let rules = text.rules.iter().enumerate();
        rules.filter(|(_, r)| decides(r)).map(|(at, _)| rule_id(at)).collect()
    };
    let theirs: Option<BTreeSet<RuleId>> = waivers(y).iter().map(|r| twins.get(r).copied()).collect();
    if theirs != Some(waivers(x)) {
        return BTreeSet::new();
    }
    let own = itself(x);
    let (plain, translate) = (Translate::new(x, &own), Translate::new(y, ids));
    let same = |(at, second): (usize, &Decision)| {
        let first = x.decisions.get(ids.decisions.get(at)?.index())?;
        let same = same_decision(&plain.decision(first), &translate.decision(second))
            && same_standing(x, first.origin.module, y, second.origin.module);
        same.then_some(at)
    };
    y.decisions.iter().enumerate().filter_map(same).collect()
}
