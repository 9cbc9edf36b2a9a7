//! `R is missed`: the start of the day after the last day of a limit that passes without its act. In: the norms of a ground.
//! Out: formulas that put each such point in its place and let it occur just where a duty is broken, and what makes a breach
//! good. Says nothing of who speaks of it.

use super::triggers::anchor;
use super::{Cut, Trigger, occurs, order};
use crate::model::{Act, Body, Happening, LimitKind, Modal, NormId, RuleId, Subject};
use crate::solve::ground::{Ground, number};
use crate::solve::moments::Alternative;
use crate::solve::net::{Choice, Formula, Lit, Point, STRUCTURE, TableId, all, any};

/// How a point of `R is missed` may come about: whose instance is broken, and what made that known, if that came later.
struct Way {
    /// Which of the rule's triggers.
    of: usize,
    /// Right after this; none: at the start of the day after the last.
    after: Option<Alternative>,
    /// It is broken, and this is the day.
    cond: Formula,
}

impl Ground<'_> {
    /// A rule that can be missed at all: a duty, not one to chair.
    pub(in crate::solve) fn can_be_missed(&self, rule: RuleId) -> bool {
        matches!(
            self.rule(rule).map(|r| &r.body),
            Some(Body::Norm { modal: Modal::Must | Modal::Should, subject, act })
                if !matches!(subject, Subject::Only(_)) && !matches!(act, Act::Chair(_))
        )
    }

    /// Every point of `R is missed` that the ground has, with its rule.
    fn misses(&self) -> Vec<(Point, RuleId)> {
        let rule = |what: Happening| match what {
            Happening::Missed(r) => Some(r),
            _ => None,
        };
        self.instances
            .iter()
            .filter_map(|i| Some((i.at, rule(i.class)?)))
            .collect()
    }

    /// Lets `R is missed` occur where an instance of R is broken, and nowhere else.
    pub(in crate::solve) fn place_misses(&mut self) {
        let misses = self.misses();
        let mut rules: Vec<RuleId> = misses.iter().map(|(_, r)| *r).collect();
        rules.dedup();
        for rule in rules {
            let norm = NormId::Rule(rule);
            let points: Vec<Point> = misses.iter().filter(|(_, r)| *r == rule).map(|(x, _)| *x).collect();
            let triggers = self.triggers(norm);
            let broken: Vec<Formula> = triggers.iter().map(|t| self.known_broken(norm, t)).collect();
            let mut told: Vec<Vec<Formula>> = vec![Vec::new(); triggers.len()];
            for &missed in &points {
                let ways = self.ways_to_miss(norm, &triggers, missed);
                let choice = self.net.choice(ways.len().max(1), false);
                let mut any_way = vec![Lit::Occurs(missed, false).into()];
                for (at, way) in ways.iter().enumerate().take(64) {
                    let here = all([occurs(missed), Lit::Is(choice, 1 << at).into(), way.cond.clone()]);
                    any_way.push(all([broken[way.of].clone(), here.clone()]));
                    told[way.of].push(here);
                }
                self.structure.push((STRUCTURE, any(any_way)));
                self.put_in_order(missed, rule, choice, &ways, &misses);
            }
            for (broken, told) in broken.iter().zip(told) {
                let not = self.net.not(broken);
                self.structure.push((STRUCTURE, any(told.into_iter().chain([not]))));
            }
        }
    }

    /// An instance is broken, on a day that its limits tell and that the axis still has.
    fn known_broken(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        if self.is_last_turn(norm, trigger) {
            return Formula::FALSE;
        }
        let mut known = Vec::new();
        for (x, last) in self.last_days(norm, trigger) {
            if let Some(told) = self.ends_on_axis(x.at, last) {
                known.push(all([x.comes(), told]));
            }
        }
        all([self.broken_duty(norm, trigger, None), any(known)])
    }

    /// The day after the last one that a table tells is still on the axis, in its run; none if it never is.
    fn ends_on_axis(&mut self, x: Point, last: TableId) -> Option<Formula> {
        let table = self.net.get(last);
        if self.calendar.runs() == 1 {
            let end = i32::try_from(self.net.len).unwrap_or(i32::MAX) - 1;
            let latest = (0..=end).rev().find(|&d| table.apply(d) < end)?;
            return Some(Lit::Until(x, latest).into());
        }
        let told = |d: i32| self.calendar.run_at(d).is_some_and(|(_, end)| table.apply(d) < end);
        let told = self
            .net
            .table(std::sync::Arc::new(crate::calendar::Table::last_of(self.net.len, told)));
        Some(Lit::Le(x, told, x).into())
    }

    /// The moments from which a last day follows, each with its table. A length with several readings has a way for each.
    fn last_days(&mut self, norm: NormId, trigger: &Trigger) -> Vec<(Alternative, TableId)> {
        let mut out = Vec::new();
        for limit in self.all_limits(norm).into_iter().filter(|l| l.kind.is_upper()) {
            for x in self.pick_of(&anchor(&limit), &trigger.frame) {
                let (length, back) = match &limit.kind {
                    LimitKind::Within(length, _) => (length, false),
                    LimitKind::AtLeastBefore(length, _) => (length, true),
                    _ => {
                        out.push((x, self.net.identity));
                        continue;
                    }
                };
                for (at, duration) in length.any.iter().enumerate() {
                    let read = match length.reading {
                        Some(r) if length.any.len() > 1 => Lit::Is(self.factors[r.index()], 1 << at).into(),
                        _ => Formula::TRUE,
                    };
                    for (duration, exactly) in self.exactly_counted(x.at, *duration, back) {
                        let table = self.table(duration, back);
                        let cond = all([x.cond.clone(), Formula::clone(&read), exactly]);
                        out.push((Alternative { cond, ..x.clone() }, table));
                    }
                }
            }
        }
        out.retain(|(x, _)| !x.cond.is_false());
        out
    }

    /// What must have come for the last day to be known: what engages the instance, and what its limits are measured from.
    fn what_settles(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Alternative> {
        let mut out: Vec<Alternative> = Vec::new();
        let mut add = |x: Alternative| match out.iter_mut().find(|o| o.at == x.at) {
            Some(known) => known.cond = any([known.cond.clone(), x.cond]),
            None => out.push(x),
        };
        if let Some(t) = &trigger.frame.trigger {
            add(t.clone());
        }
        for limit in self.all_limits(norm) {
            if !matches!(limit.kind, LimitKind::Until(_) | LimitKind::UntilAfter(..)) {
                self.pick_of(&anchor(&limit), &trigger.frame)
                    .into_iter()
                    .for_each(&mut add);
            }
        }
        out
    }

    /// Where `missed` may stand for each instance: at the start of the first day past every last day, or, where one of the
    /// moments that tell it comes only then or later, right after the latest of these.
    fn ways_to_miss(&mut self, norm: NormId, triggers: &[Trigger], missed: Point) -> Vec<Way> {
        let mut out = Vec::new();
        for (of, trigger) in triggers.iter().enumerate() {
            let lasts = self.last_days(norm, trigger);
            let settles = self.what_settles(norm, trigger);
            // The first day past: later than some last day, and no later than the day after any of them.
            let past = |g: &mut Self, x: Point, late: bool| {
                let mut ways = Vec::new();
                for (from, last) in &lasts {
                    let in_time: Formula = Lit::Le(x, *last, from.at).into();
                    let in_time = if late { g.net.not(&in_time) } else { in_time };
                    ways.push(all([from.comes(), in_time]));
                }
                ways
            };
            let after_some = any(past(self, missed, true));
            let mut early = Vec::new();
            for (from, last) in &lasts {
                let next = self.day_after(*last);
                let come = self.net.not(&from.comes());
                early.push(any([come, Lit::Le(missed, next, from.at).into()]));
            }
            let mut known_by_then = Vec::new();
            for s in &settles {
                let come = self.net.not(&s.comes());
                known_by_then.push(any([come, self.on_an_earlier_day(s.at, missed)]));
            }
            out.push(Way {
                of,
                after: None,
                cond: all([after_some, all(early), all(known_by_then)]),
            });
            for (at, s) in settles.iter().enumerate() {
                let late = any(past(self, s.at, true));
                if late.is_false() {
                    continue;
                }
                let mut latest = Vec::new();
                for (_, other) in settles.iter().enumerate().filter(|(n, _)| *n != at) {
                    let come = self.net.not(&other.comes());
                    latest.push(any([come, order(other.at, s.at)]));
                }
                let same_day = Lit::Le(missed, self.net.identity, s.at).into();
                out.push(Way {
                    of,
                    after: Some(s.clone()),
                    cond: all([s.comes(), late, all(latest), order(s.at, missed), same_day]),
                });
            }
        }
        out.retain(|w| !w.cond.is_false());
        out
    }

    /// Nothing lies between a limit missed and the start of its day, or what made it known; of several rules missed there, the
    /// one that is written first comes first.
    fn put_in_order(&mut self, missed: Point, rule: RuleId, choice: Choice, ways: &[Way], misses: &[(Point, RuleId)]) {
        let earlier = |x: Point| misses.iter().any(|(m, r)| *m == x && *r <= rule);
        let others: Vec<Point> = self.instances.iter().map(|i| i.at).filter(|x| !earlier(*x)).collect();
        for other in others {
            let mut fine: Vec<Formula> = vec![
                Lit::Occurs(missed, false).into(),
                Lit::Occurs(other, false).into(),
                order(missed, other),
            ];
            for (at, way) in ways.iter().enumerate().take(64) {
                let is_it: Formula = Lit::Is(choice, 1 << at).into();
                fine.push(match &way.after {
                    None => all([is_it, order(other, missed), self.on_an_earlier_day(other, missed)]),
                    Some(s) if s.at == other => is_it,
                    Some(s) => all([is_it, order(other, s.at)]),
                });
            }
            self.loose.insert(self.structure.len());
            self.structure.push((STRUCTURE, any(fine)));
        }
    }

    fn on_an_earlier_day(&mut self, x: Point, y: Point) -> Formula {
        let same_or_later = Lit::Le(y, self.net.identity, x).into();
        self.net.not(&same_or_later)
    }

    /// `x -> last(x) + 1`.
    fn day_after(&mut self, last: TableId) -> TableId {
        let shift = crate::calendar::Table::shift_on(self.calendar, 1);
        let next = crate::calendar::Table::compose(&shift, self.net.get(last));
        self.net.table(std::sync::Arc::new(next))
    }

    /// A duty that missing this instance engages is kept; with a cut, it may still be.
    pub(super) fn made_good(&mut self, norm: NormId, of: usize, cut: Cut) -> Formula {
        let NormId::Rule(missed) = norm else {
            return Formula::FALSE;
        };
        let points: Vec<Point> = self.of_class(Happening::Missed(missed)).map(|i| i.at).collect();
        if points.is_empty() {
            return Formula::FALSE;
        }
        let triggers = self.triggers(norm);
        let mut out = Vec::new();
        for at in points {
            let ways = self.ways_to_miss(norm, &triggers, at);
            let placed = any(ways.into_iter().filter(|w| w.of == of).map(|w| w.cond));
            let mut kept = Vec::new();
            for repair in (0..self.protocol.rules.len()).map(|r| RuleId(number(r))) {
                let is_duty = self.can_be_missed(repair);
                let engaged_so = self
                    .engaging(NormId::Rule(repair))
                    .iter()
                    .any(|w| w.any.iter().any(|m| m.what == Happening::Missed(missed)));
                if !is_duty || !engaged_so {
                    continue;
                }
                for t in self.triggers(NormId::Rule(repair)) {
                    if t.at == Some(at) {
                        kept.push(self.repaired(NormId::Rule(repair), &t, cut));
                    }
                }
            }
            out.push(all([placed, any(kept)]));
        }
        any(out)
    }
}
