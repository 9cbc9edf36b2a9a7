//! Moments and conditions as formulas: which point a moment means, in which case; what was true just before one.
//! In: a [`Ground`] and a piece of the model. Out: formulas. Says nothing of duties.

use super::ground::{Ground, NO, Setting, YES, is_yes_no};
use super::net::{Formula, Point, Lit, all, any};
use crate::model::{Cond, Happening, Moment, Moments, Ordinal, StatusId, ValueId, Which};

/// A point that a moment may mean.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// The point.
    pub at: Point,
    /// A change of status: tests at it see the state just after it.
    pub after: bool,
    /// When this is the one meant.
    pub cond: Formula,
}

/// Where a test stands.
#[derive(Debug, Clone, Copy)]
pub enum Stand {
    /// Just before a point.
    Before(Point),
    /// Just after the changes of a point.
    After(Point),
    /// When the history ends.
    End,
}

impl Stand {
    /// Before or after.
    pub fn at(point: Point, after: bool) -> Stand {
        if after { Stand::After(point) } else { Stand::Before(point) }
    }
}

fn occurs(x: Point) -> Formula {
    Lit::Occurs(x, true).into()
}

fn before(a: Point, b: Point) -> Formula {
    if a == b { Formula::FALSE } else { all([occurs(a), Lit::Before(a, b).into()]) }
}

impl Ground<'_> {
    /// `x` has happened where the test stands.
    pub fn happened(&self, x: Point, stand: Stand) -> Formula {
        match stand {
            Stand::End => occurs(x),
            Stand::Before(t) => before(x, t),
            Stand::After(t) if x == t => occurs(x),
            Stand::After(t) => before(x, t),
        }
    }

    /// All instances of a class: of a meeting, those of every kind that counts as it.
    fn candidates(&self, class: Happening) -> Vec<Point> {
        match class {
            Happening::Held(kind) => self
                .kinds_below(kind)
                .into_iter()
                .flat_map(|m| self.of_class(Happening::Held(m)).map(|i| i.at).collect::<Vec<_>>())
                .collect(),
            class => self.of_class(class).map(|i| i.at).collect(),
        }
    }

    /// Every occurrence of a class, whichever one is meant.
    pub fn each(&mut self, class: Happening) -> Vec<Alternative> {
        let plain = |at, cond| Alternative { at, after: false, cond };
        match class {
            Happening::Begins(s) => self.changes(s, YES),
            Happening::Ends(s) => self.changes(s, NO),
            Happening::Becomes(s, v) => self.changes(s, v),
            Happening::Outcome(d, v) => self
                .of_class(Happening::Decided(d))
                .filter_map(|i| Some(plain(i.at, Lit::Is(i.outcome?, bit(v)).into())))
                .collect(),
            Happening::Done(rule) => self.done(rule),
            Happening::Missed(_) => Vec::new(),
            class => self.candidates(class).into_iter().map(|at| plain(at, Formula::TRUE)).collect(),
        }
    }

    /// The points that change a status to this value.
    fn changes(&mut self, status: StatusId, value: ValueId) -> Vec<Alternative> {
        let class = if value == YES { Happening::Begins(status) } else { Happening::Ends(status) };
        let mut out: Vec<Alternative> = Vec::new();
        let settings: Vec<Setting> = self.set_by(status).cloned().collect();
        for setting in settings.into_iter().filter(|s| s.value == value) {
            let already = self.status(status, bit(value), Stand::Before(setting.cause));
            let changes = self.net.not(&already);
            out.push(Alternative { at: setting.cause, after: true, cond: all([setting.effective, changes]) });
        }
        // Nothing sets it: it begins or ends by itself.
        if out.is_empty() && self.settings.get(&status).is_none_or(|s| s.iter().all(|s| s.value != value)) && is_yes_no(self.values_of(status)) {
            out.extend(self.of_class(class).map(|i| Alternative { at: i.at, after: true, cond: Formula::TRUE }));
        }
        out
    }

    fn values_of(&self, status: StatusId) -> &[String] {
        self.protocol.statuses.get(status.index()).map_or(&[], |s| &s.values)
    }

    /// The points a moment may mean, for a rule engaged at `trigger`.
    pub fn moment(&mut self, moment: &Moment, trigger: Option<Point>) -> Vec<Alternative> {
        let every = self.each(moment.what);
        let since: Option<Vec<Alternative>> = moment.since.as_ref().map(|m| self.moment(m, trigger));
        self.pick(every, moment.ordinal, since.as_deref(), trigger)
    }

    /// The meetings that `which` may mean.
    pub fn which(&mut self, which: &Which, trigger: Option<Point>) -> Vec<Alternative> {
        let every = self.each(Happening::Held(which.meeting));
        let since: Option<Vec<Alternative>> = which.since.as_ref().map(|m| self.moment(m, trigger));
        self.pick(every, which.ordinal, since.as_deref(), trigger)
    }

    /// `or perhaps`: each candidate under its reading.
    pub fn moments(&mut self, moments: &Moments, trigger: Option<Point>) -> Vec<Alternative> {
        let mut out = Vec::new();
        for (at, moment) in moments.any.iter().enumerate() {
            let reading = match moments.reading {
                Some(f) if moments.any.len() > 1 || moments.perhaps_unstated => {
                    Lit::Is(self.factors[f.index()], 1 << at).into()
                }
                _ => Formula::TRUE,
            };
            for alternative in self.moment(moment, trigger) {
                out.push(Alternative { cond: all([reading.clone(), alternative.cond]), ..alternative });
            }
        }
        out
    }

    fn pick(
        &mut self,
        every: Vec<Alternative>,
        ordinal: Ordinal,
        since: Option<&[Alternative]>,
        trigger: Option<Point>,
    ) -> Vec<Alternative> {
        // `since X`: only those after X count.
        let counted: Vec<(Alternative, Formula)> = every
            .into_iter()
            .map(|a| {
                let in_range = match since {
                    None => Formula::TRUE,
                    Some(xs) => any(xs.iter().map(|x| all([x.cond.clone(), before(x.at, a.at)]))),
                };
                (a, in_range)
            })
            .collect();
        let mut out = Vec::new();
        for (at, (a, in_range)) in counted.iter().enumerate() {
            let others: Vec<Formula> = counted
                .iter()
                .enumerate()
                .filter(|(o, _)| *o != at)
                .map(|(_, (o, range))| {
                    all([o.cond.clone(), range.clone(), self.earlier(o.at, a.at, ordinal, trigger)])
                })
                .collect();
            let cond = match ordinal {
                Ordinal::Each | Ordinal::Any => Formula::TRUE,
                Ordinal::First => self.net.not(&any(others)),
                Ordinal::Second => self.exactly(1, &others),
                Ordinal::Third => self.exactly(2, &others),
                Ordinal::EachLater => any(others),
                Ordinal::That => match trigger {
                    Some(t) if t == a.at => Formula::TRUE,
                    _ => Formula::FALSE,
                },
                Ordinal::Next => match trigger {
                    Some(t) if t == a.at => Formula::FALSE,
                    Some(t) => all([Lit::Before(t, a.at).into(), self.net.not(&any(others))]),
                    None => self.net.not(&any(others)),
                },
                Ordinal::Last | Ordinal::Previous => match trigger {
                    Some(t) if t == a.at && ordinal == Ordinal::Last => Formula::FALSE,
                    Some(t) => all([before(a.at, t), self.net.not(&any(others))]),
                    None => Formula::FALSE,
                },
            };
            let cond = all([a.cond.clone(), in_range.clone(), cond]);
            if !cond.is_false() {
                out.push(Alternative { cond, ..a.clone() });
            }
        }
        out
    }

    /// `other` stands in the way of `me` being the one that `ordinal` means.
    fn earlier(&self, other: Point, me: Point, ordinal: Ordinal, trigger: Option<Point>) -> Formula {
        if other == me {
            return Formula::FALSE;
        }
        let first_way = match ordinal {
            Ordinal::Next => match trigger {
                Some(t) if t == other => return Formula::FALSE,
                Some(t) => all([before(t, other), before(other, me)]),
                None => before(other, me),
            },
            Ordinal::Last | Ordinal::Previous => match trigger {
                Some(t) if t == other => return Formula::FALSE,
                Some(t) => all([before(me, other), before(other, t)]),
                None => Formula::FALSE,
            },
            _ => before(other, me),
        };
        // Copies of one class stand in a fixed order, so half of these are known beforehand.
        match (self.instance(other), self.instance(me)) {
            (Some(o), Some(m)) if o.class == m.class => match ordinal {
                Ordinal::Last | Ordinal::Previous if o.number < m.number => Formula::FALSE,
                Ordinal::Last | Ordinal::Previous => match trigger {
                    Some(t) => before(other, t),
                    None => Formula::FALSE,
                },
                _ if o.number > m.number => Formula::FALSE,
                Ordinal::Next => match trigger {
                    Some(t) => before(t, other),
                    None => Formula::TRUE,
                },
                _ => Formula::TRUE,
            },
            _ => first_way,
        }
    }

    fn exactly(&mut self, n: usize, others: &[Formula]) -> Formula {
        if n == 0 {
            return self.net.not(&any(others.iter().cloned()));
        }
        let mut ways = Vec::new();
        for (at, one) in others.iter().enumerate() {
            let none_before: Vec<Formula> = others[..at].iter().map(|o| self.net.not(o)).collect();
            let rest = self.exactly(n - 1, &others[at + 1..]);
            ways.push(all(none_before.into_iter().chain([one.clone(), rest])));
        }
        any(ways)
    }

    /// The status has one of the values of `mask`.
    pub fn status(&mut self, status: StatusId, mask: u64, stand: Stand) -> Formula {
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
                .map(|(c, _, eff)| all([eff.clone(), self.happened(*c, stand)]))
                .collect();
            ways.push(all([first, self.net.not(&any(untouched))]));
        }
        // Or something set it, and nothing set it otherwise since.
        for (cause, value, effective) in &settings {
            if bit(*value) & mask == 0 {
                continue;
            }
            let mut parts = vec![effective.clone(), self.happened(*cause, stand)];
            for (other, v, eff) in &settings {
                if bit(*v) & mask != 0 || other == cause {
                    continue;
                }
                let undone = all([eff.clone(), self.happened(*other, stand), before(*cause, *other)]);
                parts.push(self.net.not(&undone));
            }
            ways.push(all(parts));
        }
        any(ways)
    }

    /// A condition, where the test stands.
    pub fn cond(&mut self, cond: &Cond, stand: Stand, trigger: Option<Point>) -> Formula {
        match cond {
            Cond::True => Formula::TRUE,
            Cond::Factor(f, values, _) => Lit::Is(self.factors[f.index()], bits(values)).into(),
            Cond::Status(s, values, _) => self.status(*s, bits(values), stand),
            Cond::Term(t, _) => {
                let protocol = self.protocol;
                match protocol.terms.get(t.index()) {
                    Some(term) => self.cond(&term.means, stand, trigger),
                    None => Formula::TRUE,
                }
            }
            Cond::Not(inner) => {
                let inner = self.cond(inner, stand, trigger);
                self.net.not(&inner)
            }
            Cond::All(parts) => {
                let parts: Vec<_> = parts.iter().map(|c| self.cond(c, stand, trigger)).collect();
                all(parts)
            }
            Cond::Any(parts) => {
                let parts: Vec<_> = parts.iter().map(|c| self.cond(c, stand, trigger)).collect();
                any(parts)
            }
            Cond::Happened(moment, _) => {
                let ways: Vec<_> = self
                    .moment(moment, trigger)
                    .into_iter()
                    .map(|a| all([a.cond, self.happened(a.at, stand)]))
                    .collect();
                any(ways)
            }
            Cond::Before(first, second, _) => {
                let firsts = self.moment(first, trigger);
                let seconds = self.moment(second, trigger);
                let mut ways = Vec::new();
                for a in &firsts {
                    let late: Vec<Formula> =
                        seconds.iter().map(|b| all([b.cond.clone(), before(b.at, a.at)])).collect();
                    let in_time = self.net.not(&any(late));
                    ways.push(all([a.cond.clone(), self.happened(a.at, stand), in_time]));
                }
                any(ways)
            }
        }
    }
}

fn known(yes: bool) -> Formula {
    if yes { Formula::TRUE } else { Formula::FALSE }
}

/// The value as a set of one.
pub fn bit(value: ValueId) -> u64 {
    1u64.checked_shl(value.0).unwrap_or(0)
}

/// The values as a set.
pub fn bits(values: &[ValueId]) -> u64 {
    values.iter().fold(0, |set, v| set | bit(*v))
}
