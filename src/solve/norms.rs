//! What it is for a history to engage, keep or break a norm, as formulas. In: a [`Ground`] and a norm. Out: formulas that
//! say of a history just what the judge says of it (docs/decisions/0002-meaning.md), written independently of the judge.

use super::ground::{Ground, NO, YES, class_of, number};
use super::moments::{Alternative, Stand, bit};
use super::net::{Formula, Point, Lit, TableId, all, any};
use super::ground::Setting;
use crate::model::{
    Act, Body, Cond, Decision, DecisionId, Guard, Happening, Length, Limit, LimitKind, Modal, Moments, NormId, Ordinal, Party,
    Rule, RuleId, StatusId, Subject, Thing, ValueId, Which, Who,
};
use crate::time::Duration;

/// What engages one instance of a norm.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// The point; none for a norm that stands from the start.
    pub at: Option<Point>,
    /// Tests at it see the state after it.
    pub after: bool,
    /// Which one is meant, and the guard at it.
    pub cond: Formula,
}

/// One way to do what a duty asks: the point, and when it is the one asked for.
#[derive(Debug, Clone)]
pub struct Way {
    /// The act.
    pub at: Point,
    /// When it is the one asked for, by somebody who may.
    pub cond: Formula,
}

/// The moment up to which a history is looked at: everything up to it has occurred, nothing after it has.
pub type Cut = Option<Point>;

fn occurs(x: Point) -> Formula {
    Lit::Occurs(x, true).into()
}

fn order(a: Point, b: Point) -> Formula {
    if a == b { Formula::FALSE } else { Lit::Before(a, b).into() }
}

impl<'p> Ground<'p> {
    fn rule(&self, id: RuleId) -> Option<&'p Rule> {
        self.protocol.rules.get(id.index())
    }

    fn decision(&self, id: DecisionId) -> Option<&'p Decision> {
        self.protocol.decisions.get(id.index())
    }

    fn guard(&self, norm: NormId) -> Option<&'p Guard> {
        match norm {
            NormId::Rule(r) => self.rule(r).map(|r| &r.guard),
            NormId::Decision(d) => self.decision(d).map(|d| &d.guard),
        }
    }

    fn limits(&self, norm: NormId) -> &'p [Limit] {
        match norm {
            NormId::Rule(r) => self.rule(r).map_or(&[], |r| &r.limits),
            NormId::Decision(d) => self.decision(d).map_or(&[], |d| &d.limits),
        }
    }

    /// The moments that engage a norm by themselves: its `when`, or the anchor of its first time slot.
    fn engaging(&self, norm: NormId) -> Option<Vec<&'p Moments>> {
        let guard = self.guard(norm)?;
        if !guard.when.is_empty() {
            return Some(guard.when.iter().collect());
        }
        self.limits(norm).iter().find_map(|l| anchor(&l.kind)).map(|m| vec![m])
    }

    /// Engaged by something that the act must precede: a notice.
    pub fn engaged_by_later(&self, norm: NormId) -> bool {
        self.guard(norm).is_some_and(|g| g.when.is_empty())
            && self
                .limits(norm)
                .iter()
                .find(|l| anchor(&l.kind).is_some())
                .is_some_and(|l| matches!(l.kind, LimitKind::Before(_) | LimitKind::AtLeastBefore(..)))
    }

    /// What engages a norm, guard included.
    pub fn triggers(&mut self, norm: NormId) -> Vec<Trigger> {
        self.triggers_without(norm, true)
    }

    fn triggers_without(&mut self, norm: NormId, exceptions: bool) -> Vec<Trigger> {
        let Some(guard) = self.guard(norm) else { return Vec::new() };
        if guard.when.is_empty()
            && let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
        {
            let meetings = self.which(which, None);
            return self.guarded(norm, guard, meetings, exceptions);
        }
        match self.engaging(norm) {
            Some(moments) => {
                let mut alternatives: Vec<Alternative> = Vec::new();
                for m in moments {
                    for alternative in self.moments(m, None) {
                        // Two ways to the same point are one trigger.
                        match alternatives.iter_mut().find(|a| a.at == alternative.at && a.after == alternative.after) {
                            Some(known) => known.cond = any([known.cond.clone(), alternative.cond]),
                            None => alternatives.push(alternative),
                        }
                    }
                }
                self.guarded(norm, guard, alternatives, exceptions)
            }
            None => vec![Trigger { at: None, after: false, cond: Formula::TRUE }],
        }
    }

    fn guarded(&mut self, norm: NormId, guard: &Guard, at: Vec<Alternative>, exceptions: bool) -> Vec<Trigger> {
        at.into_iter()
            .map(|a| {
                let stand = Stand::at(a.at, a.after);
                let mut parts = vec![a.cond];
                parts.push(self.cond(&guard.if_, stand, Some(a.at)));
                parts.push(self.cond(&guard.while_, stand, Some(a.at)));
                if !self.is_prohibition(norm) {
                    for unless in &guard.unless {
                        let holds = self.cond(unless, stand, Some(a.at));
                        parts.push(self.net.not(&holds));
                    }
                }
                if let NormId::Rule(r) = norm {
                    parts.push(self.in_force(r, a.at));
                    if exceptions {
                        parts.push(self.not_excepted(r, a.at, a.after));
                    }
                }
                Trigger { at: Some(a.at), after: a.after, cond: all(parts) }
            })
            .filter(|t| !t.cond.is_false())
            .collect()
    }

    fn in_force(&mut self, rule: RuleId, at: Point) -> Formula {
        let Some((from, until)) = self.rule(rule).map(|r| r.in_force) else { return Formula::TRUE };
        let len = self.net.len;
        let mut parts = Vec::new();
        let constant = |ground: &mut Self, day: i32| {
            let table = crate::calendar::Table::new((0..len).map(|_| day));
            ground.net.table(std::sync::Arc::new(table))
        };
        if let Some(from) = from
            && let Some(index) = self.calendar.index(from)
        {
            let table = constant(self, index - 1);
            parts.push(self.net.not(&Lit::Le(at, table, at).into()));
        }
        if let Some(until) = until {
            match self.calendar.index(until) {
                Some(index) => {
                    let table = constant(self, index - 1);
                    parts.push(Lit::Le(at, table, at).into());
                }
                None if until < self.calendar.first() => return Formula::FALSE,
                None => {}
            }
        }
        all(parts)
    }

    /// No rule that is an exception to this one, departs from it, replaces it, or lifts it, is engaged at `at`.
    fn not_excepted(&mut self, rule: RuleId, at: Point, after: bool) -> Formula {
        let mut ways = Vec::new();
        for (index, other) in self.protocol.rules.iter().enumerate() {
            let id = RuleId(number(index));
            if id == rule {
                continue;
            }
            let sets_aside = other.exception_to.contains(&rule)
                || other.replaces.contains(&rule)
                || other.departs_from.as_ref().is_some_and(|d| d.from == rule)
                || self.lifts(other, rule);
            if !sets_aside {
                continue;
            }
            ways.push(self.applies_at(id, at, after));
        }
        self.net.not(&any(ways))
    }

    /// `need not` on the same act.
    fn lifts(&self, other: &Rule, rule: RuleId) -> bool {
        let (Body::Norm { modal: Modal::NeedNot, act: lifted, .. }, Some(Body::Norm { modal, act, .. })) =
            (&other.body, self.rule(rule).map(|r| &r.body))
        else {
            return false;
        };
        matches!(modal, Modal::Must | Modal::Should)
            && match (lifted, act) {
                (Act::Hold(a), Act::Hold(b)) | (Act::Chair(a), Act::Chair(b)) | (Act::Attend(a), Act::Attend(b)) => {
                    self.kinds_below(a.meeting).contains(&b.meeting)
                }
                (a, b) => a == b,
            }
    }

    /// A rule's guard holds at a point: its own trigger is this one or came before, or it has none.
    fn applies_at(&mut self, rule: RuleId, at: Point, after: bool) -> Formula {
        let Some(r) = self.rule(rule) else { return Formula::FALSE };
        let stand = Stand::at(at, after);
        let guard = &r.guard;
        let mut parts = vec![
            self.cond(&guard.if_, stand, Some(at)),
            self.cond(&guard.while_, stand, Some(at)),
            self.in_force(rule, at),
        ];
        for unless in &guard.unless {
            let holds = self.cond(unless, stand, Some(at));
            parts.push(self.net.not(&holds));
        }
        if !guard.when.is_empty() {
            let mut engaged = Vec::new();
            for trigger in self.triggers_without(NormId::Rule(rule), false) {
                engaged.push(match trigger.at {
                    Some(t) if t == at => all([occurs(t), trigger.cond]),
                    Some(t) => all([occurs(t), order(t, at), trigger.cond]),
                    None => trigger.cond,
                });
            }
            return any(engaged);
        }
        all(parts)
    }

    /// A table for a duration: `x + d`, or its adjoint, the greatest x with `x + d <= y`.
    pub fn table(&mut self, duration: Duration, adjoint: bool) -> TableId {
        if let Some(&known) = self.table_ids.get(&(duration, adjoint)) {
            return known;
        }
        let table = if adjoint { self.tables.adjoint(duration) } else { self.tables.add(duration) };
        let id = self.net.table(table);
        self.table_ids.insert((duration, adjoint), id);
        id
    }

    /// For each candidate of a length, under its reading.
    fn lengths(&mut self, length: &Length, mut f: impl FnMut(&mut Self, Duration) -> Formula) -> Formula {
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

    /// The points a limit's anchor may mean; the trigger itself where it is the same moment.
    fn anchors(&mut self, norm: NormId, moments: &Moments, trigger: &Trigger) -> Vec<Alternative> {
        let same = self.engaging(norm).is_some_and(|ms| ms.iter().any(|m| m.any == moments.any));
        let found = self.moments(moments, trigger.at);
        match trigger.at {
            Some(t) if same && found.iter().any(|a| a.at == t) => {
                found.into_iter().filter(|a| a.at == t).map(|a| Alternative { cond: Formula::TRUE, ..a }).collect()
            }
            _ => found,
        }
    }

    /// One limit on `act`. An anchor that never occurs binds nothing from above, and forbids from below.
    fn limit(&mut self, norm: NormId, limit: &LimitKind, trigger: &Trigger, act: Point) -> Formula {
        let identity = self.net.identity;
        let (moments, upper): (&Moments, bool) = match limit {
            LimitKind::Unstated | LimitKind::Urgency(_) | LimitKind::Until(_) | LimitKind::UntilAfter(..) => {
                return Formula::TRUE;
            }
            LimitKind::At(which) => {
                let meetings = self.which(which, trigger.at);
                return any(meetings.into_iter().map(|m| {
                    all([m.cond, occurs(m.at), order(m.at, act), Lit::Le(act, identity, m.at).into()])
                }));
            }
            LimitKind::Within(_, m) | LimitKind::AtLeastBefore(_, m) | LimitKind::Before(m) | LimitKind::SameDay(m) => (m, true),
            LimitKind::AtLeastAfter(_, m) | LimitKind::StraightAfter(m) | LimitKind::After(m) => (m, false),
        };
        let anchors = self.anchors(norm, moments, trigger);
        let mut ways = Vec::new();
        let mut come = Vec::new();
        for x in anchors {
            let bound = match limit {
                LimitKind::Within(length, _) => {
                    let late = self.lengths(length, |g, d| Lit::Le(act, g.table(d, false), x.at).into());
                    if Some(x.at) == trigger.at { late } else { all([late, Lit::Le(x.at, identity, act).into()]) }
                }
                LimitKind::AtLeastBefore(length, _) => {
                    self.lengths(length, |g, d| Lit::Le(act, g.table(d, true), x.at).into())
                }
                LimitKind::AtLeastAfter(length, _) => {
                    self.lengths(length, |g, d| Lit::Le(x.at, g.table(d, true), act).into())
                }
                LimitKind::Before(_) => order(act, x.at),
                LimitKind::SameDay(_) if x.at == act => Formula::TRUE,
                LimitKind::SameDay(_) => {
                    all([Lit::Le(act, identity, x.at).into(), Lit::Le(x.at, identity, act).into()])
                }
                _ => order(x.at, act),
            };
            ways.push(all([x.cond.clone(), occurs(x.at), bound]));
            come.push(all([x.cond, occurs(x.at)]));
        }
        if upper && !matches!(limit, LimitKind::SameDay(_)) {
            ways.push(self.net.not(&any(come)));
        }
        if let Some(unstated) = perhaps_unstated(self, moments) {
            ways.push(unstated);
        }
        any(ways)
    }

    /// All limits on `act`, and that it follows what engages the norm (or, for a notice, precedes it).
    fn window(&mut self, norm: NormId, trigger: &Trigger, act: Point) -> Formula {
        let mut parts = Vec::new();
        if let Some(t) = trigger.at {
            if self.engaged_by_later(norm) {
                parts.push(order(act, t));
            } else if t != act {
                parts.push(order(t, act));
            } else {
                return Formula::FALSE;
            }
        }
        for limit in self.limits(norm) {
            parts.push(self.limit(norm, &limit.kind, trigger, act));
        }
        if let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
        {
            parts.push(self.at_meeting(norm, which, trigger, act));
        }
        all(parts)
    }

    fn at_meeting(&mut self, norm: NormId, which: &Which, trigger: &Trigger, act: Point) -> Formula {
        let identity = self.net.identity;
        let engaged_by_meeting = self.guard(norm).is_some_and(|g| g.when.is_empty());
        let meetings = match trigger.at {
            Some(t) if engaged_by_meeting => vec![Alternative { at: t, after: false, cond: Formula::TRUE }],
            at => self.which(which, at),
        };
        any(meetings.into_iter().map(|m| {
            all([m.cond, occurs(m.at), order(m.at, act), Lit::Le(act, identity, m.at).into()])
        }))
    }

    /// The ways to do what a duty asks.
    pub fn ways(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Way> {
        let plain = |a: Alternative| Way { at: a.at, cond: all([a.cond, occurs(a.at)]) };
        match norm {
            NormId::Decision(d) => {
                self.of_class(Happening::Decided(d)).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect()
            }
            NormId::Rule(r) => {
                let Some(Body::Norm { act, subject, .. }) = self.rule(r).map(|r| &r.body) else { return Vec::new() };
                let ways: Vec<Way> = match act {
                    Act::Hold(which) => {
                        let which = if matches!(which.ordinal, Ordinal::Each | Ordinal::EachLater | Ordinal::Any) {
                            Which { ordinal: Ordinal::Next, ..which.clone() }
                        } else {
                            which.clone()
                        };
                        self.which(&which, trigger.at).into_iter().map(plain).collect()
                    }
                    Act::Begin(s) | Act::End(s) => {
                        let value = if matches!(act, Act::Begin(_)) { YES } else { NO };
                        let settings: Vec<Setting> = self.set_by(*s).cloned().collect();
                        settings
                            .into_iter()
                            .filter(|x| x.value == value)
                            .map(|x| Way { at: x.cause, cond: x.effective })
                            .collect()
                    }
                    act => {
                        let class = class_of(act).unwrap_or(Happening::Done(r));
                        self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect()
                    }
                };
                let holder = subject.who().cloned();
                ways.into_iter()
                    .map(|w| {
                        let by = match (&holder, act) {
                            // A meeting is held once for all who must hold it.
                            (_, Act::Hold(_) | Act::Book(_) | Act::Cancel(_)) | (None, _) => Formula::TRUE,
                            (Some(who), _) => self.done_by(w.at, who).unwrap_or(Formula::TRUE),
                        };
                        Way { at: w.at, cond: all([w.cond, by]) }
                    })
                    .collect()
            }
        }
    }

    /// The act at `at` is done by one of `who`; `None` if nobody is named as its doer.
    pub fn done_by(&self, at: Point, who: &Who) -> Option<Formula> {
        let instance = self.instance(at)?;
        let fits = |party: &Party| self.counts_as_one(*party, who);
        match instance.doers.as_slice() {
            [] => None,
            [one] => Some(if fits(one) { Formula::TRUE } else { Formula::FALSE }),
            many => {
                let set = many.iter().enumerate().filter(|(_, p)| fits(p)).fold(0u64, |s, (at, _)| s | 1 << at);
                Some(instance.doer.map_or(Formula::TRUE, |c| Lit::Is(c, set).into()))
            }
        }
    }

    /// The points at which a rule's act is done as the rule asks.
    pub fn done(&mut self, rule: RuleId) -> Vec<Alternative> {
        let norm = NormId::Rule(rule);
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            for way in self.ways(norm, &trigger) {
                let window = self.window(norm, &trigger, way.at);
                let cond = all([self.engaged(&trigger), way.cond, window]);
                out.push(Alternative { at: way.at, after: false, cond });
            }
        }
        out
    }

    /// The meetings of an act named by `first`, `second`, ...: already held before the trigger, nothing is left to do.
    fn already_done(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        let (NormId::Rule(r), Some(t)) = (norm, trigger.at) else { return Formula::FALSE };
        let Some(Body::Norm { act: Act::Hold(which), .. }) = self.rule(r).map(|r| &r.body) else { return Formula::FALSE };
        if !matches!(which.ordinal, Ordinal::First | Ordinal::Second | Ordinal::Third) || self.engaged_by_later(norm) {
            return Formula::FALSE;
        }
        let ways = self.which(which, trigger.at);
        any(ways.into_iter().map(|w| all([w.cond, occurs(w.at), order(w.at, t)])))
    }

    /// Every upper limit hangs on something that never comes; none: there is no upper limit.
    fn nothing_due(&mut self, norm: NormId, trigger: &Trigger) -> Option<Formula> {
        let mut never = Vec::new();
        for limit in self.limits(norm) {
            let come: Vec<Formula> = match &limit.kind {
                LimitKind::Within(_, m) | LimitKind::AtLeastBefore(_, m) | LimitKind::Before(m) | LimitKind::SameDay(m) => {
                    self.anchors(norm, m, trigger).into_iter().map(|a| all([a.cond, occurs(a.at)])).collect()
                }
                LimitKind::At(which) => {
                    self.which(which, trigger.at).into_iter().map(|a| all([a.cond, occurs(a.at)])).collect()
                }
                _ => continue,
            };
            never.push(self.net.not(&any(come)));
        }
        if let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
            && self.guard(norm).is_some_and(|g| !g.when.is_empty())
        {
            let come = self.which(which, trigger.at).into_iter().map(|a| all([a.cond, occurs(a.at)])).collect::<Vec<_>>();
            never.push(self.net.not(&any(come)));
        }
        if never.is_empty() { None } else { Some(all(never)) }
    }

    /// The day of `x` is no later than every dated upper limit of the instance: it comes in time to end the duty.
    fn not_past_due(&mut self, norm: NormId, trigger: &Trigger, x: Point) -> Formula {
        let identity = self.net.identity;
        let mut parts = Vec::new();
        for limit in self.limits(norm) {
            match &limit.kind {
                LimitKind::Within(length, m) => {
                    let anchors = self.anchors(norm, m, trigger);
                    let come: Vec<Formula> = anchors.iter().map(|a| all([a.cond.clone(), occurs(a.at)])).collect();
                    let mut ways = vec![self.net.not(&any(come))];
                    for a in anchors {
                        let in_time = self.lengths(length, |g, d| Lit::Le(x, g.table(d, false), a.at).into());
                        ways.push(all([a.cond, occurs(a.at), in_time]));
                    }
                    ways.extend(perhaps_unstated(self, m));
                    parts.push(any(ways));
                }
                LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) => {
                    let anchors = self.anchors(norm, m, trigger);
                    for a in anchors {
                        let come = all([a.cond, occurs(a.at), if a.at == x { Formula::TRUE } else { order(a.at, x) }]);
                        parts.push(self.net.not(&come));
                    }
                }
                LimitKind::SameDay(m) => {
                    let anchors = self.anchors(norm, m, trigger);
                    for a in anchors {
                        let gone = all([a.cond, occurs(a.at), if a.at == x { Formula::FALSE } else { order(a.at, x) }]);
                        let same: Formula = Lit::Le(x, identity, a.at).into();
                        let not_gone = self.net.not(&gone);
                        parts.push(any([not_gone, same]));
                    }
                }
                LimitKind::At(which) => parts.push(self.meeting_still_on(which, trigger, x)),
                _ => {}
            }
        }
        if let NormId::Decision(d) = norm
            && let Some(which) = self.decision(d).and_then(|d| d.at.as_ref())
        {
            if self.guard(norm).is_some_and(|g| g.when.is_empty()) {
                if let Some(t) = trigger.at {
                    parts.push(Lit::Le(x, identity, t).into());
                }
            } else {
                parts.push(self.meeting_still_on(which, trigger, x));
            }
        }
        all(parts)
    }

    fn meeting_still_on(&mut self, which: &Which, trigger: &Trigger, x: Point) -> Formula {
        let identity = self.net.identity;
        let mut parts = Vec::new();
        for m in self.which(which, trigger.at) {
            let gone = all([m.cond, occurs(m.at), if m.at == x { Formula::FALSE } else { order(m.at, x) }]);
            let not_gone = self.net.not(&gone);
            parts.push(any([not_gone, Lit::Le(x, identity, m.at).into()]));
        }
        all(parts)
    }

    /// The ways in which a duty lapses: `while` becomes false, or what it stands `until` comes.
    fn lapses(&mut self, norm: NormId, trigger: &Trigger) -> Vec<Formula> {
        let Some(guard) = self.guard(norm) else { return Vec::new() };
        let mut ends: Vec<(Point, Formula)> = Vec::new();
        if guard.while_ != Cond::True {
            for cause in self.causes(&guard.while_) {
                let still = self.cond(&guard.while_, Stand::After(cause), trigger.at);
                ends.push((cause, self.net.not(&still)));
            }
        }
        for limit in self.limits(norm) {
            if let LimitKind::Until(m) = &limit.kind {
                ends.extend(self.moments(m, trigger.at).into_iter().map(|a| (a.at, a.cond)));
            }
        }
        let mut out = Vec::new();
        for (end, cond) in ends {
            let follows = match trigger.at {
                Some(t) if t == end => continue,
                Some(t) => order(t, end),
                None => Formula::TRUE,
            };
            let in_time = self.not_past_due(norm, trigger, end);
            out.push(all([occurs(end), follows, cond, in_time]));
        }
        out
    }

    /// The points that may change the truth of a condition.
    fn causes(&self, cond: &Cond) -> Vec<Point> {
        let mut statuses: Vec<StatusId> = Vec::new();
        self.statuses_in(cond, &mut statuses);
        let mut out: Vec<Point> = Vec::new();
        for s in statuses {
            out.extend(self.set_by(s).map(|x| x.cause));
            out.extend(self.of_class(Happening::Begins(s)).map(|i| i.at));
            out.extend(self.of_class(Happening::Ends(s)).map(|i| i.at));
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The statuses a condition tests, through its terms.
    pub fn statuses_in(&self, cond: &Cond, out: &mut Vec<StatusId>) {
        match cond {
            Cond::Status(s, _, _) => out.push(*s),
            Cond::Term(t, _) => {
                if let Some(term) = self.protocol.terms.get(t.index()) {
                    self.statuses_in(&term.means, out);
                }
            }
            Cond::Not(inner) => self.statuses_in(inner, out),
            Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| self.statuses_in(c, out)),
            _ => {}
        }
    }

    /// Whether a norm forbids (rather than asks).
    pub fn is_prohibition(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => false,
            NormId::Rule(r) => matches!(
                self.rule(r).map(|r| &r.body),
                Some(Body::Norm { modal: Modal::MustNot | Modal::ShouldNot, .. } | Body::Norm { subject: Subject::Only(_), .. })
            ),
        }
    }

    /// Whether a norm binds at all: duties, decisions, prohibitions and exclusive powers.
    pub fn binds(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm { subject: Subject::Only(_), .. }) => true,
                Some(Body::Norm { modal, .. }) => !matches!(modal, Modal::May | Modal::NeedNot),
                _ => false,
            },
        }
    }

    /// An instance of a duty is neither kept, lapsed, open nor without anything due. With a cut: by then.
    pub fn broken_duty(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let fine = self.fine_duty(norm, trigger, cut);
        let not_fine = self.net.not(&fine);
        let already = self.already_done(norm, trigger);
        let not_already = self.net.not(&already);
        all([self.engaged(trigger), not_already, not_fine])
    }

    /// The trigger occurs and its guard holds.
    pub fn engaged(&self, trigger: &Trigger) -> Formula {
        match trigger.at {
            Some(t) => all([occurs(t), trigger.cond.clone()]),
            None => trigger.cond.clone(),
        }
    }

    /// Some way is taken within the window.
    pub fn kept_duty(&mut self, norm: NormId, trigger: &Trigger) -> Formula {
        let mut out = Vec::new();
        for way in self.ways(norm, trigger) {
            let window = self.window(norm, trigger, way.at);
            out.push(all([way.cond, window]));
        }
        any(out)
    }

    fn fine_duty(&mut self, norm: NormId, trigger: &Trigger, cut: Cut) -> Formula {
        let mut out = vec![self.kept_duty(norm, trigger)];
        out.extend(self.lapses(norm, trigger));
        out.extend(self.nothing_due(norm, trigger));
        if let Some(cut) = cut {
            let open = if self.engaged_by_later(norm) {
                Formula::FALSE
            } else {
                self.not_past_due(norm, trigger, cut)
            };
            out.push(open);
        }
        any(out)
    }

    fn accept_duty(&mut self, norm: NormId, cut: Cut) -> Formula {
        if !self.has_instances(norm) {
            return Formula::TRUE;
        }
        let mut parts = Vec::new();
        let recurring = self.is_recurring(norm);
        let triggers = self.triggers(norm);
        for trigger in triggers {
            let mut ways = Vec::new();
            if let Some(t) = trigger.at {
                ways.push(Lit::Occurs(t, false).into());
                if let Some(cut) = cut
                    && t != cut
                {
                    ways.push(order(cut, t));
                }
            }
            ways.push(self.net.not(&trigger.cond));
            ways.push(self.already_done(norm, &trigger));
            // The last turn a bounded history can hold: its next one lies beyond the bound, and that is said.
            if recurring && trigger.at.is_some_and(|t| self.is_last_copy(t)) {
                continue;
            }
            ways.push(self.fine_duty(norm, &trigger, cut));
            parts.push(any(ways));
        }
        all(parts)
    }

    fn is_last_copy(&self, at: Point) -> bool {
        self.instance(at).is_some_and(|i| i.number + 1 == super::ground::REPEATS)
    }

    /// Each turn asks for the next.
    fn is_recurring(&self, norm: NormId) -> bool {
        let NormId::Rule(r) = norm else { return false };
        matches!(
            self.rule(r).map(|r| &r.body),
            Some(Body::Norm { act: Act::Hold(Which { ordinal: Ordinal::EachLater | Ordinal::Each | Ordinal::Next, .. }), .. })
        )
    }

    /// Whether the act a duty asks for is a point of the net at all; a duty whose act nobody waits for can always be kept.
    pub fn has_instances(&self, norm: NormId) -> bool {
        match norm {
            NormId::Decision(_) => true,
            NormId::Rule(r) => match self.rule(r).map(|r| &r.body) {
                Some(Body::Norm { act: Act::Chair(_) | Act::Hold(_) | Act::Begin(_) | Act::End(_), .. }) => true,
                Some(Body::Norm { act, .. }) => {
                    self.classes.contains_key(&class_of(act).unwrap_or(Happening::Done(r)))
                }
                _ => false,
            },
        }
    }

    /// Every instance of a norm is fine; with a cut, so far.
    pub fn accept(&mut self, norm: NormId, cut: Cut) -> Formula {
        if !self.binds(norm) {
            return Formula::TRUE;
        }
        if let NormId::Rule(r) = norm
            && let Some(Body::Norm { act: Act::Chair(which), subject, .. }) = self.rule(r).map(|r| &r.body)
        {
            let broken = self.broken_chair(norm, which, subject);
            return self.net.not(&any(broken.into_iter().map(|(_, f)| f)));
        }
        if self.is_prohibition(norm) {
            let broken = self.violations(norm);
            return self.net.not(&any(broken.into_iter().map(|(_, f)| f)));
        }
        self.accept_duty(norm, cut)
    }

    /// Each act that breaks a prohibition or an exclusive power, with when it does.
    pub fn violations(&mut self, norm: NormId) -> Vec<(Point, Formula)> {
        let NormId::Rule(r) = norm else { return Vec::new() };
        let Some(rule) = self.rule(r) else { return Vec::new() };
        let Body::Norm { subject, act, .. } = &rule.body else { return Vec::new() };
        let exclusive = matches!(subject, Subject::Only(_));
        let mut out = Vec::new();
        for trigger in self.triggers(norm) {
            for way in self.matching(act, trigger.at) {
                let stand = Stand::Before(way.at);
                let mut parts = vec![way.cond];
                if let Some(t) = trigger.at {
                    if t == way.at {
                        continue;
                    }
                    parts.extend([occurs(t), order(t, way.at), trigger.cond.clone()]);
                }
                parts.push(self.cond(&rule.guard.while_, stand, trigger.at));
                let allowed = if trigger.at.is_none() { self.cond(&rule.guard.if_, stand, Some(way.at)) } else { Formula::TRUE };
                if exclusive {
                    let Some(by) = subject.who().and_then(|who| self.done_by(way.at, who)) else { continue };
                    let right = all([by, allowed]);
                    parts.push(self.net.not(&right));
                } else {
                    parts.push(allowed);
                    if let Some(who) = subject.who() {
                        parts.extend(self.done_by(way.at, who));
                    }
                }
                for unless in &rule.guard.unless {
                    let holds = self.cond(unless, stand, trigger.at);
                    parts.push(self.net.not(&holds));
                }
                if trigger.at.is_none() {
                    parts.push(self.in_force(r, way.at));
                    parts.push(self.not_excepted(r, way.at, false));
                }
                for limit in &rule.limits {
                    parts.push(self.forbidden_window(norm, &limit.kind, &trigger, way.at));
                }
                out.push((way.at, all(parts)));
            }
        }
        out.retain(|(_, f)| !f.is_false());
        out
    }

    fn forbidden_window(&mut self, norm: NormId, limit: &LimitKind, trigger: &Trigger, act: Point) -> Formula {
        match limit {
            LimitKind::Until(m) | LimitKind::Before(m) => {
                let come: Vec<Formula> = self
                    .moments(m, trigger.at)
                    .into_iter()
                    .map(|a| if a.at == act { a.cond } else { all([a.cond, occurs(a.at), order(a.at, act)]) })
                    .collect();
                self.net.not(&any(come))
            }
            LimitKind::UntilAfter(length, m) => {
                let anchors = self.anchors(norm, m, trigger);
                let mut ways = Vec::new();
                for a in anchors {
                    let follows = if Some(a.at) == trigger.at { Formula::TRUE } else { order(a.at, act) };
                    let over = self.lengths(length, |g, d| Lit::Le(a.at, g.table(d, true), act).into());
                    let not_over = self.net.not(&over);
                    ways.push(all([a.cond, occurs(a.at), follows, not_over]));
                }
                any(ways)
            }
            LimitKind::Unstated | LimitKind::Urgency(_) => Formula::TRUE,
            other => self.limit(norm, other, trigger, act),
        }
    }

    /// The acts that a prohibition or power speaks of.
    fn matching(&mut self, act: &Act, trigger: Option<Point>) -> Vec<Way> {
        let plain = |a: Alternative| Way { at: a.at, cond: all([a.cond, occurs(a.at)]) };
        match act {
            Act::Hold(which) => self.which(which, trigger).into_iter().map(plain).collect(),
            Act::Begin(s) => self.settings_as_acts(*s, YES),
            Act::End(s) => self.settings_as_acts(*s, NO),
            Act::Consider(thing) | Act::CarryOut(thing) => match thing {
                Thing::Decision(d) => self.of_class(Happening::Decided(*d)).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect(),
                Thing::Change(s, v) => {
                    let mut out = self.settings_as_acts(*s, *v);
                    for (at, decision) in self.protocol.decisions.iter().enumerate() {
                        if decision.options.iter().any(|o| o.effects.iter().any(|(x, y, _)| x == s && y == v)) {
                            let class = Happening::Decided(DecisionId(number(at)));
                            out.extend(self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }));
                        }
                    }
                    for (at, rule) in self.protocol.rules.iter().enumerate() {
                        if let Body::Norm { act: Act::Consider(Thing::Change(x, y)), .. } = &rule.body
                            && (x, y) == (s, v)
                        {
                            let class = Happening::Done(RuleId(number(at)));
                            out.extend(self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }));
                        }
                    }
                    out
                }
                _ => Vec::new(),
            },
            act => match class_of(act) {
                Some(class) => self.of_class(class).map(|i| Way { at: i.at, cond: occurs(i.at) }).collect(),
                None => Vec::new(),
            },
        }
    }

    /// Whatever own act sets a status so; what the outside causes is nobody's act.
    fn settings_as_acts(&self, status: StatusId, value: ValueId) -> Vec<Way> {
        self.set_by(status)
            .filter(|s| s.value == value && self.net.points[s.cause.0 as usize].own)
            .map(|s| Way { at: s.cause, cond: s.effective.clone() })
            .collect()
    }

    /// Each meeting that is chaired by somebody who does not count as the subject.
    pub fn broken_chair(&mut self, norm: NormId, which: &Which, subject: &Subject) -> Vec<(Point, Formula)> {
        let Some(guard) = self.guard(norm) else { return Vec::new() };
        let mut out = Vec::new();
        let standing = self.engaging(norm).is_none();
        let triggers = self.triggers(norm);
        for trigger in triggers {
            for meeting in self.which(which, trigger.at) {
                let Some(choice) = self.instance(meeting.at).and_then(|i| i.chair) else { continue };
                let set = self
                    .chairs
                    .iter()
                    .enumerate()
                    .filter(|(_, p)| subject.who().is_some_and(|w| self.counts_as_one(**p, w)))
                    .fold(0u64, |s, (at, _)| s | 1 << at);
                let mut parts = vec![meeting.cond, occurs(meeting.at)];
                let stand = Stand::Before(meeting.at);
                if let Some(t) = trigger.at {
                    if t != meeting.at {
                        parts.push(order(t, meeting.at));
                    }
                    parts.extend([occurs(t), trigger.cond.clone()]);
                } else if standing && let NormId::Rule(r) = norm {
                    parts.push(self.cond(&guard.if_, stand, Some(meeting.at)));
                    parts.push(self.cond(&guard.while_, stand, Some(meeting.at)));
                    for unless in &guard.unless {
                        let holds = self.cond(unless, stand, Some(meeting.at));
                        parts.push(self.net.not(&holds));
                    }
                    parts.push(self.in_force(r, meeting.at));
                    parts.push(self.not_excepted(r, meeting.at, false));
                }
                parts.push(Lit::Is(choice, self.net.full(choice) & !set).into());
                out.push((meeting.at, all(parts)));
            }
        }
        out
    }

    /// A booked date of the `number`-th meeting satisfies the dated limits of the duty to hold it, even one that has lapsed.
    pub(super) fn due_in_time(&mut self, norm: NormId, due: Point, held: Option<Point>, number: usize) -> Option<Formula> {
        let NormId::Rule(r) = norm else { return None };
        let rule = self.rule(r)?;
        let Body::Norm { act: Act::Hold(which), .. } = &rule.body else { return None };
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
        let mut parts = Vec::new();
        for limit in &rule.limits {
            let LimitKind::Within(length, m) = &limit.kind else { continue };
            let previous = m.any.first().is_some_and(|m| m.ordinal == Ordinal::Previous);
            let anchors: Vec<Point> = if previous {
                let class = Happening::Held(which.meeting);
                self.of_class(class).filter(|i| i.number + 1 == number).map(|i| i.at).collect()
            } else {
                self.moments(m, held).into_iter().map(|a| a.at).collect()
            };
            for x in anchors {
                let in_time = self.lengths(length, |g, d| Lit::Le(due, g.table(d, false), x).into());
                parts.push(any([Formula::from(Lit::Occurs(x, false)), in_time]));
            }
        }
        Some(all(parts))
    }

    /// Gathers what sets each status, in an order in which a status comes after those whose changes set it.
    pub(super) fn add_settings(&mut self) {
        let mut left: Vec<StatusId> = (0..self.protocol.statuses.len()).map(|at| StatusId(number(at))).collect();
        while !left.is_empty() {
            let ready = left.iter().position(|s| self.sources_of(*s).iter().all(|x| x == s || !left.contains(x)));
            let status = left.remove(ready.unwrap_or(0));
            let mut found = self.declared_settings(status);
            self.settings.insert(status, found.clone());
            found.extend(self.norm_settings(status));
            self.settings.insert(status, found);
        }
    }

    /// Statuses whose changes set this one.
    fn sources_of(&self, status: StatusId) -> Vec<StatusId> {
        let mut out = Vec::new();
        let mut moment = |what: Happening| match what {
            Happening::Begins(s) | Happening::Ends(s) | Happening::Becomes(s, _) => out.push(s),
            _ => {}
        };
        if let Some(s) = self.protocol.statuses.get(status.index()) {
            s.setters.iter().flat_map(|x| &x.when.any).for_each(|m| moment(m.what));
        }
        for rule in &self.protocol.rules {
            if matches!(&rule.body, Body::Effect(s, _) if *s == status) {
                rule.guard.when.iter().flat_map(|m| &m.any).for_each(|m| moment(m.what));
            }
        }
        out
    }

    fn declared_settings(&mut self, status: StatusId) -> Vec<Setting> {
        let setters = self.protocol.statuses.get(status.index()).map_or(&[][..], |s| &s.setters);
        let mut out = Vec::new();
        for setter in setters {
            for a in self.moments(&setter.when, None) {
                let raw = all([occurs(a.at), a.cond]);
                out.push(Setting { status, value: setter.value, cause: a.at, effective: raw.clone(), raw, norm: None });
            }
        }
        out
    }

    fn norm_settings(&mut self, status: StatusId) -> Vec<Setting> {
        let mut out = Vec::new();
        for (at, rule) in self.protocol.rules.iter().enumerate() {
            let norm = NormId::Rule(RuleId(number(at)));
            match &rule.body {
                Body::Effect(s, value) if *s == status => {
                    for trigger in self.triggers(norm) {
                        let Some(cause) = trigger.at else { continue };
                        let raw = all([occurs(cause), trigger.cond]);
                        let effective = self.defined(&raw, super::ground::tag(self.protocol, norm));
                        out.push(Setting { status, value: *value, cause, effective, raw, norm: Some(norm) });
                    }
                }
                Body::Norm { act: act @ (Act::Begin(s) | Act::End(s)), modal: Modal::Must | Modal::Should | Modal::May, .. }
                    if *s == status =>
                {
                    let value = if matches!(act, Act::Begin(_)) { YES } else { NO };
                    let Some(class) = class_of(act) else { continue };
                    let points: Vec<Point> = self.of_class(class).map(|i| i.at).collect();
                    for cause in points {
                        if out.iter().any(|x: &Setting| x.cause == cause) {
                            continue;
                        }
                        out.push(Setting { status, value, cause, effective: occurs(cause), raw: occurs(cause), norm: Some(norm) });
                    }
                }
                _ => {}
            }
        }
        for (at, decision) in self.protocol.decisions.iter().enumerate() {
            let id = DecisionId(number(at));
            for (index, option) in decision.options.iter().enumerate() {
                for (s, value, _) in &option.effects {
                    if *s != status {
                        continue;
                    }
                    let instances: Vec<_> =
                        self.of_class(Happening::Decided(id)).filter_map(|i| Some((i.at, i.outcome?))).collect();
                    for (cause, outcome) in instances {
                        let raw = all([occurs(cause), Lit::Is(outcome, bit(ValueId(number(index)))).into()]);
                        let norm = Some(NormId::Decision(id));
                        out.push(Setting { status, value: *value, cause, effective: raw.clone(), raw, norm });
                    }
                }
            }
        }
        out
    }

    /// A choice that stands for a formula, so that guards may speak of statuses that speak of guards.
    fn defined(&mut self, formula: &Formula, tag: u32) -> Formula {
        let choice = self.net.choice(2, false);
        let no = self.net.not(formula);
        let definition = any([
            all([Lit::Is(choice, 0b10).into(), formula.clone()]),
            all([Lit::Is(choice, 0b01).into(), no]),
        ]);
        self.structure.push((tag, definition));
        Lit::Is(choice, 0b10).into()
    }
}

/// The moment in a limit, if it names one that can engage.
fn anchor(limit: &LimitKind) -> Option<&Moments> {
    match limit {
        LimitKind::Within(_, m)
        | LimitKind::AtLeastBefore(_, m)
        | LimitKind::AtLeastAfter(_, m)
        | LimitKind::UntilAfter(_, m)
        | LimitKind::SameDay(m)
        | LimitKind::StraightAfter(m)
        | LimitKind::Before(m)
        | LimitKind::After(m) => Some(m),
        LimitKind::Until(_) | LimitKind::At(_) | LimitKind::Unstated | LimitKind::Urgency(_) => None,
    }
}

fn perhaps_unstated(ground: &Ground<'_>, moments: &Moments) -> Option<Formula> {
    let reading = moments.reading.filter(|_| moments.perhaps_unstated)?;
    let last = u32::try_from(moments.any.len()).ok()?;
    Some(Lit::Is(ground.factors[reading.index()], 1u64.checked_shl(last)?).into())
}
