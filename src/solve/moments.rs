//! Moments and conditions as formulas: which point a moment means, in which case; what was true just before one.
//! In: a [`Ground`] and a piece of the model. Out: formulas. Says nothing of duties.

use std::collections::BTreeMap;

use super::ground::{Ground, NO, Setting, YES, is_yes_no};
use super::net::{Formula, Lit, Point, all, any};
use super::norms::Trigger;
use crate::model::{Happening, Moment, Moments, NormId, Ordinal, StatusId, ValueId};

/// A point that a moment may mean.
#[derive(Debug, Clone)]
pub struct Alternative {
    /// The point.
    pub at: Point,
    /// A change of status: tests at it see the state just after it.
    pub after: bool,
    /// It is caused by what occurs at its point, and so comes after it.
    pub derived: bool,
    /// The class of what occurs at its point: copies of one class stand in a fixed order.
    pub class: Option<Happening>,
    /// When this is the one meant.
    pub cond: Formula,
}

impl Alternative {
    /// The same occurrence, whenever it is meant.
    pub fn is(&self, other: &Alternative) -> bool {
        (self.at, self.after, self.derived) == (other.at, other.after, other.derived)
    }

    /// It is the one meant, and occurs.
    pub fn comes(&self) -> Formula {
        all([self.cond.clone(), occurs(self.at)])
    }
}

/// What the ordinals of a sentence count from.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What engages this instance; none for one that stands from the start.
    pub trigger: Option<Alternative>,
    /// The one of `each X` this instance is about.
    pub pinned: Option<Point>,
    /// `previous X` is the trigger itself, not the one before it.
    pub trigger_is_previous: bool,
}

impl Frame {
    /// What engages the sentence is the moment of one of its limits: without `when`, it is itself the last so far.
    fn engages_itself(&self) -> bool {
        self.pinned.is_some() && self.pinned == self.trigger.as_ref().map(|t| t.at)
    }
}

/// Which one `last` means in the limit of a bar.
#[derive(Debug, Clone, Copy)]
pub enum Last {
    /// The latest before what engages the bar.
    Usual,
    /// The latest before this point.
    Before(Point),
    /// The last that ever comes.
    OfAll,
}

/// Where a test stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// Before anything.
    Start,
    /// Just before a point.
    Before(Point),
    /// At a change of status at this point: its changes are made, but it has not yet happened.
    Changed(Point),
    /// Just after a point and all it causes.
    After(Point),
    /// When the history ends.
    End,
}

impl Stand {
    /// Where a guard at a trigger stands.
    pub fn at(trigger: &Alternative) -> Stand {
        if trigger.after {
            Stand::Changed(trigger.at)
        } else {
            Stand::Before(trigger.at)
        }
    }
}

/// What was written down already. The same written twice would be two formulas, each negated and encoded by itself. What sets a
/// status makes all of it void.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) statuses: BTreeMap<(StatusId, u64, Stand), Formula>,
    each: BTreeMap<Happening, Vec<Alternative>>,
    pub(super) triggers: BTreeMap<NormId, Vec<Trigger>>,
    pub(super) engagements: BTreeMap<NormId, Vec<Formula>>,
}

pub(super) fn occurs(x: Point) -> Formula {
    Lit::Occurs(x, true).into()
}

pub(super) fn before(a: Point, b: Point) -> Formula {
    if a == b {
        Formula::FALSE
    } else {
        all([occurs(a), Lit::Before(a, b).into()])
    }
}

/// `a` comes before `b`, of which one may cause the other.
pub fn precedes(a: &Alternative, b: &Alternative) -> Formula {
    if a.at == b.at {
        if !a.derived && b.derived {
            Formula::TRUE
        } else {
            Formula::FALSE
        }
    } else if a.class.is_some() && a.class == b.class {
        // Copies of one class stand in the order of their points.
        if a.at < b.at { occurs(a.at) } else { Formula::FALSE }
    } else {
        before(a.at, b.at)
    }
}

impl Ground<'_> {
    /// `x` has happened where the test stands.
    pub fn happened(&self, x: Point, stand: Stand) -> Formula {
        match stand {
            Stand::Start => Formula::FALSE,
            Stand::End => occurs(x),
            Stand::After(t) if x == t => occurs(x),
            Stand::Before(t) | Stand::Changed(t) | Stand::After(t) => before(x, t),
        }
    }

    /// `x` has made its changes where the test stands.
    pub(super) fn changed(&self, x: Point, stand: Stand) -> Formula {
        match stand {
            Stand::Changed(t) => self.happened(x, Stand::After(t)),
            stand => self.happened(x, stand),
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
        if let Some(known) = self.known.each.get(&class) {
            return known.clone();
        }
        let found = self.each_anew(class);
        self.known.each.insert(class, found.clone());
        found
    }

    fn each_anew(&mut self, class: Happening) -> Vec<Alternative> {
        let plain = |at, cond| Alternative {
            at,
            after: false,
            derived: false,
            class: None,
            cond,
        };
        let mut found = match class {
            Happening::Begins(s) => self.changes(s, YES),
            Happening::Ends(s) => self.changes(s, NO),
            Happening::Becomes(s, v) => self.changes(s, v),
            Happening::Outcome(d, v) => self
                .of_class(Happening::Decided(d))
                .filter_map(|i| Some(plain(i.at, Lit::Is(i.outcome?, bit(v)).into())))
                .collect(),
            Happening::Done(rule) => self.done(rule),
            class => self
                .candidates(class)
                .into_iter()
                .map(|at| plain(at, Formula::TRUE))
                .collect(),
        };
        for a in &mut found {
            a.class = self.instance(a.at).map(|i| i.class);
        }
        found
    }

    /// The points that change a status to this value.
    fn changes(&mut self, status: StatusId, value: ValueId) -> Vec<Alternative> {
        let class = if value == YES {
            Happening::Begins(status)
        } else {
            Happening::Ends(status)
        };
        let mut out: Vec<Alternative> = Vec::new();
        let settings: Vec<Setting> = self.set_by(status).cloned().collect();
        for setting in settings.into_iter().filter(|s| s.value == value) {
            let already = self.status(status, bit(value), Stand::Before(setting.cause));
            let changes = self.net.not(&already);
            let derived = self.instance(setting.cause).is_none_or(|i| i.class != class);
            out.push(Alternative {
                at: setting.cause,
                after: true,
                derived,
                class: None,
                cond: all([setting.effective, changes]),
            });
        }
        // Nothing sets it: it begins or ends by itself.
        if out.is_empty()
            && self
                .settings
                .get(&status)
                .is_none_or(|s| s.iter().all(|s| s.value != value))
            && is_yes_no(self.values_of(status))
        {
            let own: Vec<Point> = self.of_class(class).map(|i| i.at).collect();
            for at in own {
                let already = self.status(status, bit(value), Stand::Before(at));
                let cond = self.net.not(&already);
                out.push(Alternative {
                    at,
                    after: true,
                    derived: false,
                    class: None,
                    cond,
                });
            }
        }
        out
    }

    fn values_of(&self, status: StatusId) -> &[String] {
        self.protocol.statuses.get(status.index()).map_or(&[], |s| &s.values)
    }

    /// The points a moment may mean as what engages or sets, or in a condition: by its number alone.
    pub fn denoted(&mut self, moment: &Moment) -> Vec<Alternative> {
        self.denoted_from(moment, None)
    }

    /// The same, where `since` looks back from what engages the sentence.
    fn denoted_from(&mut self, moment: &Moment, now: Option<&Alternative>) -> Vec<Alternative> {
        let list = self.counted(moment, now);
        let mut out = Vec::new();
        for (at, a) in list.iter().enumerate() {
            let cond = match moment.ordinal {
                Ordinal::First | Ordinal::Second | Ordinal::Third | Ordinal::EachLater => {
                    let earlier = self.among(&list, at, |o| precedes(o, a));
                    match moment.ordinal {
                        Ordinal::First => self.exactly(0, &earlier),
                        Ordinal::Second => self.exactly(1, &earlier),
                        Ordinal::Third => self.exactly(2, &earlier),
                        _ => any(earlier),
                    }
                }
                _ => Formula::TRUE,
            };
            out.push(Alternative {
                cond: all([a.cond.clone(), cond]),
                ..a.clone()
            });
        }
        out.retain(|a| !a.cond.is_false());
        out
    }

    /// The same, where it may be written in several ways.
    pub fn denoted_by(&mut self, moments: &Moments) -> Vec<Alternative> {
        self.read(moments, |g, m| g.denoted(m))
    }

    /// The points a moment may mean in a sentence: at most one of them in any history.
    pub fn pick(&mut self, moment: &Moment, frame: &Frame) -> Vec<Alternative> {
        if matches!(moment.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third) {
            return self.denoted_from(moment, frame.trigger.as_ref());
        }
        // `each later` leaves out the first.
        let list = match moment.ordinal {
            Ordinal::EachLater => self.denoted_from(moment, frame.trigger.as_ref()),
            _ => self.counted(moment, frame.trigger.as_ref()),
        };
        // Mostly it is just what engages the sentence.
        if let Some(itself) = frame
            .trigger
            .as_ref()
            .and_then(|t| list.iter().find(|o| t.is(o) && implies(&t.cond, &o.cond)))
        {
            let pinned = frame.pinned.is_none_or(|p| p == itself.at);
            match moment.ordinal {
                Ordinal::Each | Ordinal::EachLater | Ordinal::Any | Ordinal::That if pinned => {
                    return vec![itself.clone()];
                }
                Ordinal::Previous if frame.trigger_is_previous => return vec![itself.clone()],
                Ordinal::Last if frame.engages_itself() => return vec![itself.clone()],
                _ => {}
            }
        }
        let is_trigger = |o: &Alternative| frame.trigger.as_ref().is_some_and(|t| t.is(o));
        let since_trigger = |o: &Alternative| frame.trigger.as_ref().map_or(Formula::TRUE, |t| precedes(t, o));
        let before_trigger = |o: &Alternative| frame.trigger.as_ref().map_or(Formula::FALSE, |t| precedes(o, t));
        let up_to_trigger = |o: &Alternative| {
            if is_trigger(o) {
                Formula::TRUE
            } else {
                before_trigger(o)
            }
        };
        let mut out = Vec::new();
        for (at, a) in list.iter().enumerate() {
            let cond = match moment.ordinal {
                Ordinal::Next if is_trigger(a) => Formula::FALSE,
                Ordinal::Next => {
                    let between = self.among(&list, at, |o| {
                        if is_trigger(o) {
                            Formula::FALSE
                        } else {
                            all([since_trigger(o), precedes(o, a)])
                        }
                    });
                    all([since_trigger(a), self.exactly(0, &between)])
                }
                Ordinal::Last if frame.trigger.is_none() => {
                    let later = self.among(&list, at, |o| all([occurs(o.at), precedes(a, o)]));
                    self.exactly(0, &later)
                }
                Ordinal::Last if frame.engages_itself() => self.latest(&list, at, up_to_trigger),
                Ordinal::Last => self.latest(&list, at, before_trigger),
                Ordinal::Previous if !frame.trigger_is_previous => self.latest(&list, at, before_trigger),
                Ordinal::Previous => self.latest(&list, at, up_to_trigger),
                _ => {
                    let pinned = frame.pinned.and_then(|p| list.iter().find(|o| o.at == p));
                    let latest = self.latest(&list, at, up_to_trigger);
                    let none = self.among(&list, list.len(), up_to_trigger);
                    let earlier = self.among(&list, at, |o| precedes(o, a));
                    let first = all([self.exactly(0, &none), self.exactly(0, &earlier)]);
                    let found = any([latest, first]);
                    match pinned {
                        Some(p) if p.is(a) => Formula::TRUE,
                        Some(p) => all([self.net.not(&p.comes()), found]),
                        None => found,
                    }
                }
            };
            out.push(Alternative {
                cond: all([a.cond.clone(), cond]),
                ..a.clone()
            });
        }
        out.retain(|a| !a.cond.is_false());
        out
    }

    /// The same, where it may be written in several ways.
    pub fn pick_of(&mut self, moments: &Moments, frame: &Frame) -> Vec<Alternative> {
        self.read(moments, |g, m| g.pick(m, frame))
    }

    /// Every point a moment may mean: for a bar, which any of them may open or close.
    pub fn picks_of(&mut self, moments: &Moments, frame: &Frame, last: Last) -> Vec<Alternative> {
        self.read(moments, |g, m| match (m.ordinal, last) {
            (Ordinal::Each | Ordinal::Any | Ordinal::EachLater | Ordinal::That, _) => {
                let list = g.denoted(m);
                match frame.trigger.as_ref().and_then(|t| list.iter().find(|o| t.is(o))) {
                    Some(itself) => vec![Alternative {
                        cond: Formula::TRUE,
                        ..itself.clone()
                    }],
                    None => list,
                }
            }
            (Ordinal::Last, Last::Before(at)) => g.latest_before(m, frame, at),
            (Ordinal::Last, Last::OfAll) => g.pick(m, &Frame::default()),
            _ => g.pick(m, frame),
        })
    }

    /// The latest that a moment may mean before a point.
    fn latest_before(&mut self, moment: &Moment, frame: &Frame, at: Point) -> Vec<Alternative> {
        let list = self.counted(moment, frame.trigger.as_ref());
        let mut out = Vec::new();
        for (n, a) in list.iter().enumerate() {
            let latest = self.latest(&list, n, |o| before(o.at, at));
            out.push(Alternative {
                cond: all([a.cond.clone(), latest]),
                ..a.clone()
            });
        }
        out.retain(|a| !a.cond.is_false());
        out
    }

    /// `or perhaps`: each candidate under its reading.
    fn read(
        &mut self,
        moments: &Moments,
        mut find: impl FnMut(&mut Self, &Moment) -> Vec<Alternative>,
    ) -> Vec<Alternative> {
        let mut out = Vec::new();
        for (at, moment) in moments.any.iter().enumerate() {
            let reading = match moments.reading {
                Some(f) if moments.any.len() > 1 || moments.perhaps_unstated => {
                    Lit::Is(self.factors[f.index()], 1 << at).into()
                }
                _ => Formula::TRUE,
            };
            for alternative in find(self, moment) {
                out.push(Alternative {
                    cond: all([reading.clone(), alternative.cond]),
                    ..alternative
                });
            }
        }
        out
    }

    /// The occurrences that a moment's ordinal counts: those of its class, from its `since` on.
    fn counted(&mut self, moment: &Moment, now: Option<&Alternative>) -> Vec<Alternative> {
        let list = self.each(moment.what);
        let Some(since) = &moment.since else { return list };
        let mut starts = self.denoted(since);
        let mut numbered =
            matches!(since.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third) || starts.len() < 2;
        if !numbered && let Some(t) = now.filter(|t| starts.iter().any(|s| t.is(s) && implies(&t.cond, &s.cond))) {
            // It counts from what engages the sentence.
            starts = vec![t.clone()];
            numbered = true;
        }
        let mut out = Vec::new();
        for a in list {
            let now = now.unwrap_or(&a);
            let mut ways = Vec::new();
            for (at, s) in starts.iter().enumerate() {
                let chosen = if numbered {
                    Formula::TRUE
                } else {
                    let up_to_now = |o: &Alternative| {
                        if o.at == now.at {
                            Formula::TRUE
                        } else {
                            precedes(o, now)
                        }
                    };
                    let none = self.among(&starts, starts.len(), up_to_now);
                    let earlier = self.among(&starts, at, |o| precedes(o, s));
                    let first = all([self.exactly(0, &none), self.exactly(0, &earlier)]);
                    any([self.latest(&starts, at, up_to_now), first])
                };
                ways.push(all([s.cond.clone(), chosen, precedes(s, &a)]));
            }
            out.push(Alternative {
                cond: all([a.cond.clone(), any(ways)]),
                ..a
            });
        }
        out
    }

    /// `list[at]` is the latest of those for which this holds.
    pub(super) fn latest(
        &mut self,
        list: &[Alternative],
        at: usize,
        counts: impl Fn(&Alternative) -> Formula,
    ) -> Formula {
        let Some(me) = list.get(at) else { return Formula::FALSE };
        let mine = counts(me);
        if mine.is_false() {
            return mine;
        }
        let later = self.among(list, at, |o| all([counts(o), precedes(me, o)]));
        all([mine, self.exactly(0, &later)])
    }

    /// What holds of the others of a list that occur. Copies of one class stand in a fixed order, so half of it is known.
    fn among(&self, list: &[Alternative], me: usize, holds: impl Fn(&Alternative) -> Formula) -> Vec<Formula> {
        let others = list.iter().enumerate().filter(|(at, _)| *at != me).map(|(_, o)| o);
        others
            .map(|o| all([o.cond.clone(), occurs(o.at), holds(o)]))
            .filter(|f| !f.is_false())
            .collect()
    }

    pub(super) fn exactly(&mut self, n: usize, others: &[Formula]) -> Formula {
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
}

/// Whether the one plainly says all that the other says.
fn implies(a: &Formula, b: &Formula) -> bool {
    match (a, b) {
        (Formula::All(has), Formula::All(parts)) => parts.iter().all(|p| has.contains(p)),
        (Formula::All(has), b) => has.contains(b),
        (a, Formula::All(parts)) => parts.iter().all(|p| p == a),
        (a, b) => a == b,
    }
}

/// The value as a set of one.
pub fn bit(value: ValueId) -> u64 {
    1u64.checked_shl(value.0).unwrap_or(0)
}

/// The values as a set.
pub fn bits(values: &[ValueId]) -> u64 {
    values.iter().fold(0, |set, v| set | bit(*v))
}
