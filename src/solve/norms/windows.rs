//! Limits in time: when an act lies in the window of an instance, and until when it may. In: a norm, what engages it, an
//! act. Out: formulas. Says nothing of who acts.

use super::triggers::anchor;
use super::{Cut, Trigger, occurs, order};
use crate::model::{Act, Body, Happening, Length, LimitKind, Moments, NormId, Ordinal};
use crate::solve::ground::Ground;
use crate::solve::moments::{Alternative, Frame, Last, precedes};
use crate::solve::net::{Formula, Lit, Point, TableId, all, any};
use crate::time::Duration;

/// By the time a history is looked at, `x` has occurred.
fn by(x: Point, cut: Cut) -> Formula {
    match cut {
        Some(cut) if cut != x => all([occurs(x), order(x, cut)]),
        _ => occurs(x),
    }
}

impl Ground<'_> {
    /// A table for a duration: `x + d`, or its adjoint, the greatest x with `x + d <= y`.
    pub fn table(&mut self, duration: Duration, adjoint: bool) -> TableId {
        if let Some(&known) = self.table_ids.get(&(duration, adjoint)) {
            return known;
        }
        let table = if adjoint {
            self.tables.adjoint(duration)
        } else {
            self.tables.add(duration)
        };
        let id = self.net.table(table);
        self.table_ids.insert((duration, adjoint), id);
        id
    }

    /// For each candidate of a length, under its reading.
    pub(in crate::solve) fn lengths(
        &mut self,
        length: &Length,
        mut f: impl FnMut(&mut Self, Duration) -> Formula,
    ) -> Formula {
        let mut ways = Vec::new();
        for (at, duration) in length.any.iter().enumerate() {
            let inner = f(self, *duration);
            ways.push(match length.reading {
                Some(r) if length.any.len() > 1 => all([Lit::Is(self.factors[r.index()], 1 << at).into(), inner]),
                _ => inner,
            });
        }
        any(ways)
    }

    /// `limit` on `act`, where it names no moment or its moment is `x`.
    fn limit_at(&mut self, limit: &LimitKind, x: &Alternative, act: &Alternative) -> Formula {
        let identity = self.net.identity;
        let le = |a: Point, t: TableId, b: Point| Formula::from(Lit::Le(a, t, b));
        match limit {
            LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_) | LimitKind::UntilAfter(..) => {
                Formula::TRUE
            }
            LimitKind::Within(length, _) => {
                let in_time = self.lengths(length, |g, d| g.within(act.at, d, x.at));
                all([le(x.at, identity, act.at), in_time])
            }
            LimitKind::AtLeastBefore(length, _) => self.lengths(length, |g, d| g.apart(act.at, d, x.at)),
            LimitKind::AtLeastAfter(length, _) => self.lengths(length, |g, d| g.apart(x.at, d, act.at)),
            LimitKind::Before(_) => precedes(act, x),
            LimitKind::SameDay(_) => all([le(act.at, identity, x.at), le(x.at, identity, act.at)]),
            LimitKind::At(_) => all([precedes(x, act), le(act.at, identity, x.at)]),
            LimitKind::StraightAfter(_) | LimitKind::After(_) => precedes(x, act),
        }
    }

    /// All limits on `act`. What must come before X is in time while X has not come; what must come after it is not.
    pub(super) fn window(&mut self, norm: NormId, trigger: &Trigger, act: &Alternative) -> Formula {
        let mut parts = Vec::new();
        for limit in self.all_limits(norm) {
            let moments = anchor(&limit);
            if matches!(limit.kind, LimitKind::Until(_) | LimitKind::UntilAfter(..)) || moments.any.is_empty() {
                continue;
            }
            let mut ways: Vec<Formula> = Vec::new();
            let mut come = Vec::new();
            for x in self.pick_of(&moments, &trigger.frame) {
                let bound = self.limit_at(&limit.kind, &x, act);
                ways.push(all([x.comes(), bound]));
                come.push(x.comes());
            }
            if matches!(limit.kind, LimitKind::Before(_) | LimitKind::AtLeastBefore(..)) {
                ways.push(self.net.not(&any(come)));
            }
            ways.extend(perhaps_unstated(self, &moments));
            parts.push(any(ways));
        }
        all(parts)
    }

    /// Nothing is due: no upper limit is known, and some limit hangs on what has not come by then. A norm with no limit
    /// that hangs on anything is due at some time.
    pub(super) fn nothing_due(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let mut unknown = Vec::new();
        let mut waits = Vec::new();
        for limit in self.all_limits(norm) {
            let moments = anchor(&limit);
            if matches!(limit.kind, LimitKind::Until(_) | LimitKind::UntilAfter(..)) || moments.any.is_empty() {
                continue;
            }
            let come: Vec<Formula> = self
                .pick_of(&moments, &trigger.frame)
                .into_iter()
                .map(|x| all([x.cond, by(x.at, cut)]))
                .collect();
            let never = self.net.not(&any(come));
            let unstated = perhaps_unstated(self, &moments);
            let stated = unstated.as_ref().map_or(Formula::TRUE, |u| self.net.not(u));
            waits.push(all([never.clone(), stated]));
            if limit.kind.is_upper() {
                unknown.push(any(std::iter::once(never).chain(unstated)));
            }
        }
        all([all(unknown), any(waits)])
    }

    /// The day of `end`, or (with a length) the day so much later, is no later than every last day known by then.
    pub(super) fn no_later_than_due(
        &mut self,
        norm: NormId,
        trigger: &Trigger,
        end: Point,
        plus: Option<&Length>,
        cut: Cut,
    ) -> Formula {
        let mut parts = Vec::new();
        for limit in self.all_limits(norm).into_iter().filter(|l| l.kind.is_upper()) {
            let moments = anchor(&limit);
            let mut ways = Vec::new();
            let mut come = Vec::new();
            for x in self.pick_of(&moments, &trigger.frame) {
                let here = all([x.cond.clone(), by(x.at, cut)]);
                let in_time = match &limit.kind {
                    LimitKind::Within(length, _) => {
                        self.lengths(length, |g, d| g.reaches(end, plus, Some((d, false)), x.at))
                    }
                    LimitKind::AtLeastBefore(length, _) => {
                        self.lengths(length, |g, d| g.reaches(end, plus, Some((d, true)), x.at))
                    }
                    _ => self.reaches(end, plus, None, x.at),
                };
                ways.push(all([here.clone(), in_time]));
                come.push(here);
            }
            ways.push(self.net.not(&any(come)));
            ways.extend(perhaps_unstated(self, &moments));
            parts.push(any(ways));
        }
        all(parts)
    }

    /// `day(end) + plus` is no later than the last day that a length from `x` (or, the other way, back from it) leads to.
    fn reaches(&mut self, end: Point, plus: Option<&Length>, last: Option<(Duration, bool)>, x: Point) -> Formula {
        match (plus, last) {
            (None, None) => Lit::Le(end, self.net.identity, x).into(),
            (None, Some((d, false))) => self.within(end, d, x),
            (None, Some((d, true))) => self.apart(end, d, x),
            (Some(plus), None) => self.lengths(plus, |g, p| g.apart(end, p, x)),
            (Some(plus), Some((d, back))) => self.lengths(plus, |g, p| {
                let joined =
                    |g: &mut Self, d| g.every(end, p, false, |g, p| Lit::Le(end, g.joined(p, d, back), x).into());
                match back {
                    false => g.some(x, d, back, joined),
                    true => g.every(x, d, back, joined),
                }
            }),
        }
    }

    /// `x -> max { e : e + plus <= x + d }`, or of `x` less `d`.
    fn joined(&mut self, plus: Duration, d: Duration, back: bool) -> TableId {
        let (outer, inner) = (self.table(plus, true), self.table(d, back));
        let net = &mut self.net;
        *self.joined.entry((outer, inner)).or_insert_with(|| {
            let joined = crate::calendar::Table::compose(net.get(outer), net.get(inner));
            net.table(std::sync::Arc::new(joined))
        })
    }

    /// An act lies where every limit of a bar or a permission lets it bind.
    pub(super) fn bar_window(&mut self, norm: NormId, frame: &Frame, act: Point) -> Formula {
        let identity = self.net.identity;
        let mut parts = Vec::new();
        for limit in self.all_limits(norm) {
            let moments = anchor(&limit);
            if moments.any.is_empty() {
                continue;
            }
            let begun = |x: &Alternative| all([x.comes(), order(x.at, act)]);
            let mut ways = Vec::new();
            // What a bar ends with, or must come before, is yet to come: it is the last of all.
            let last = match limit.kind {
                _ if self.guard(norm).is_none_or(|g| !g.when.is_empty()) => Last::Usual,
                LimitKind::Until(_) | LimitKind::Before(_) | LimitKind::AtLeastBefore(..) => Last::OfAll,
                _ => Last::Before(act),
            };
            for x in self.picks_of(&moments, frame, last) {
                ways.push(match &limit.kind {
                    LimitKind::Until(_) | LimitKind::Before(_) if x.at == act => x.cond,
                    LimitKind::UntilAfter(length, _) => {
                        let over = self.lengths(length, |g, d| g.apart(x.at, d, act));
                        all([begun(&x), self.net.not(&over)])
                    }
                    LimitKind::Within(length, _) => {
                        all([begun(&x), self.lengths(length, |g, d| g.within(act, d, x.at))])
                    }
                    LimitKind::AtLeastAfter(length, _) => {
                        all([begun(&x), self.lengths(length, |g, d| g.apart(x.at, d, act))])
                    }
                    LimitKind::AtLeastBefore(length, _) => {
                        all([x.comes(), self.lengths(length, |g, d| g.apart(act, d, x.at))])
                    }
                    LimitKind::SameDay(_) => all([
                        x.comes(),
                        Lit::Le(act, identity, x.at).into(),
                        Lit::Le(x.at, identity, act).into(),
                    ]),
                    LimitKind::At(_) => all([begun(&x), Lit::Le(act, identity, x.at).into()]),
                    _ => begun(&x),
                });
            }
            let here = any(ways);
            let here = if matches!(limit.kind, LimitKind::Until(_) | LimitKind::Before(_)) {
                self.net.not(&here)
            } else {
                here
            };
            parts.push(any(std::iter::once(here).chain(perhaps_unstated(self, &moments))));
        }
        all(parts)
    }

    /// A booked date of the `number`-th meeting satisfies the dated limits of the duty to hold it, even one that has lapsed.
    pub(in crate::solve) fn due_in_time(
        &mut self,
        norm: NormId,
        due: Point,
        held: Option<Point>,
        number: usize,
    ) -> Option<Formula> {
        let NormId::Rule(r) = norm else { return None };
        let rule = self.rule(r)?;
        let Body::Norm {
            act: Act::Hold(which), ..
        } = &rule.body
        else {
            return None;
        };
        let wanted = match which.ordinal {
            Ordinal::First => number == 0,
            Ordinal::Second => number == 1,
            Ordinal::Third => number == 2,
            Ordinal::EachLater => number > 0,
            _ => return None,
        };
        if !wanted {
            return None;
        }
        let class = Happening::Held(which.meeting);
        let trigger = held.map(|at| Alternative {
            at,
            after: false,
            derived: false,
            class: Some(class),
            cond: Formula::TRUE,
        });
        let frame = Frame {
            trigger,
            ..Frame::default()
        };
        let mut parts = Vec::new();
        for limit in &rule.limits {
            let LimitKind::Within(length, m) = &limit.kind else {
                continue;
            };
            let previous = m.any.first().is_some_and(|m| m.ordinal == Ordinal::Previous);
            let anchors: Vec<Point> = if previous {
                self.of_class(class)
                    .filter(|i| i.number + 1 == number)
                    .map(|i| i.at)
                    .collect()
            } else {
                self.pick_of(m, &frame).into_iter().map(|a| a.at).collect()
            };
            for x in anchors {
                let in_time = self.lengths(length, |g, d| g.within(due, d, x));
                // The next one is booked once the previous has been held; else it could be booked for any day.
                let free = (!previous).then(|| Lit::Occurs(x, false).into());
                parts.push(any(free.into_iter().chain([in_time])));
            }
        }
        Some(all(parts))
    }
}

fn perhaps_unstated(ground: &Ground<'_>, moments: &Moments) -> Option<Formula> {
    let reading = moments.reading.filter(|_| moments.perhaps_unstated)?;
    let last = u32::try_from(moments.any.len()).ok()?;
    Some(Lit::Is(ground.factors[reading.index()], 1u64.checked_shl(last)?).into())
}
