//! Who must, may or must not do what on a day. In: a history. Out: what the judge says of it as it is, and of the same with
//! the act done on that day.

use super::{Asked, Came, Line, names};
use crate::judge::judge;
use crate::model::{
    Act, Body, Happening, History, Modal, NormId, Occurrence, Ordinal, Party, RuleId, Slot, Subject, ValueId, Verdict,
    VerdictKind, Which, Who, words,
};
use crate::time::Day;

/// What doing an act on a day breaks.
#[derive(Debug, Default)]
struct Broken {
    /// What forbids it, or leaves it to somebody else alone.
    must: Vec<NormId>,
    /// What says that it should not be done.
    should: Vec<NormId>,
    /// What is missing to tell, a clause each.
    missing: Vec<String>,
    /// Why it cannot be done at all.
    cannot: Option<String>,
}

impl Asked<'_> {
    pub(super) fn says(&self, history: &History, today: Day, subject: &Subject, modal: Modal, act: &Act) -> Came {
        let said = format!(
            "{} {} {}",
            words::subject(self.protocol, subject),
            words::modal(subject, modal),
            words::act(self.protocol, act)
        );
        let expected = Line::on(today, said);
        match modal {
            Modal::Must | Modal::Should | Modal::NeedNot => {
                self.asked_of(history, today, subject, modal, act, expected)
            }
            Modal::May | Modal::MustNot | Modal::ShouldNot => {
                self.open_to(history, today, subject, modal, act, expected)
            }
        }
    }

    /// Whether a duty to do this is open, and whose it is.
    fn asked_of(
        &self,
        history: &History,
        today: Day,
        subject: &Subject,
        modal: Modal,
        act: &Act,
        expected: Line,
    ) -> Came {
        let judged = match act {
            Act::Chair(_) => self.held_by_another(history, today, subject, act),
            _ => self.judged(history),
        };
        let mut missing = Vec::new();
        // Each open duty to do this: whether it is a must, and whether it is theirs.
        let mut open: Vec<(NormId, bool, bool)> = Vec::new();
        for verdict in &judged {
            let Some((owner, is_must, its_act)) = self.duty(verdict.norm) else {
                continue;
            };
            if !self.same(history, &its_act, act, verdict.trigger) {
                continue;
            }
            match &verdict.kind {
                // A chair's duty shows only where a meeting is held: it would be broken there.
                VerdictKind::Breached { when, .. } if matches!(act, Act::Chair(_)) && *when == today => {
                    open.push((verdict.norm, is_must, self.is_theirs(subject, owner)));
                }
                VerdictKind::Open => open.push((verdict.norm, is_must, self.is_theirs(subject, owner))),
                VerdictKind::Undetermined(what) => missing.push(what.clone()),
                _ => {}
            }
        }
        let asked = |must: bool| open.iter().any(|(_, is_must, theirs)| *is_must == must && *theirs);
        let holds = match modal {
            Modal::Must => asked(true),
            Modal::Should => asked(false) && !asked(true),
            _ => !asked(true) && !asked(false),
        };
        let mut got: Vec<Line> = open
            .iter()
            .map(|(norm, _, _)| {
                Line::on(
                    today,
                    format!("{}{}", self.sentence(*norm), names::cited(self.protocol, *norm)),
                )
            })
            .collect();
        if got.is_empty() {
            got.push(Line::on(today, "no open duty asks for it"));
        }
        if !holds && !missing.is_empty() {
            got.extend(missing.iter().map(|m| Line::on(today, not_given(m))));
            return Came::undecided(expected, got);
        }
        Came::out(holds, expected, got)
    }

    /// The verdicts if the meeting were held on that day, chaired by somebody else of ours: what is new.
    fn held_by_another(&self, history: &History, today: Day, subject: &Subject, act: &Act) -> Vec<Verdict> {
        let p = self.protocol;
        let named = subject.who().map_or(&[][..], |w| &w.parties);
        let other = |(id, role): (u32, &crate::model::Role)| {
            let party = Party::Role(crate::model::RoleId(id));
            let akin = |n: &Party| names::counts_as(p, *n, party) || names::counts_as(p, party, *n);
            (!role.outside && !named.iter().any(akin)).then_some(party)
        };
        let others: Vec<Party> = (0..).zip(&p.roles).filter_map(other).collect();
        let Ok(ways) = self.ways(history, act) else {
            return Vec::new();
        };
        let before = self.judged(history);
        let mut found: Vec<Verdict> = Vec::new();
        for (what, chair) in ways.iter().flat_map(|w| others.iter().map(move |o| (*w, *o))) {
            let mut with = history.clone();
            with.occurrences.push(Occurrence {
                day: today,
                what,
                by: None,
                chair: Some(chair),
                due: None,
            });
            let new = self.judged(&with).into_iter().filter(|v| !before.contains(v));
            for verdict in new {
                if !found.iter().any(|f| f.norm == verdict.norm) && verdict.kind != VerdictKind::Open {
                    found.push(verdict);
                }
            }
        }
        found
    }

    /// Whether doing it now breaks a bar or goes beyond a power.
    fn open_to(
        &self,
        history: &History,
        today: Day,
        subject: &Subject,
        modal: Modal,
        act: &Act,
        expected: Line,
    ) -> Came {
        // Nobody may: whoever of ours does it.
        let ours =
            |(id, role): (u32, &crate::model::Role)| (!role.outside).then_some(Party::Role(crate::model::RoleId(id)));
        let doers: Vec<Party> = match subject.who() {
            Some(who) => who.parties.clone(),
            None => (0..).zip(&self.protocol.roles).filter_map(ours).collect(),
        };
        let mut allowed = Vec::new();
        let mut got = Vec::new();
        let mut missing = false;
        for doer in doers {
            let broken = self.broken_by(history, today, doer, act);
            let fits = broken.cannot.is_none()
                && match modal {
                    Modal::MustNot => !broken.must.is_empty(),
                    Modal::ShouldNot => broken.must.is_empty() && !broken.should.is_empty(),
                    _ => broken.must.is_empty() && broken.should.is_empty() && broken.missing.is_empty(),
                };
            if fits {
                continue;
            }
            missing |= broken.cannot.is_none() && broken.must.is_empty() && !broken.missing.is_empty();
            let who = words::party(self.protocol, doer);
            for line in self.why(today, &who, &broken) {
                if !got.contains(&line) {
                    got.push(line);
                }
            }
            if broken.cannot.is_none()
                && broken.must.is_empty()
                && broken.should.is_empty()
                && broken.missing.is_empty()
            {
                allowed.push(who);
            }
        }
        if !allowed.is_empty() {
            let who: Vec<&str> = allowed.iter().take(3).map(String::as_str).collect();
            let more = if allowed.len() > 3 { " and others" } else { "" };
            got.push(Line::on(
                today,
                format!("nothing forbids it to {}{more}", who.join(", ")),
            ));
        }
        let holds = got.is_empty();
        match missing && allowed.is_empty() {
            true => Came::undecided(expected, got),
            false => Came::out(holds, expected, got),
        }
    }

    fn why(&self, today: Day, who: &str, broken: &Broken) -> Vec<Line> {
        let norms = broken.must.iter().chain(&broken.should);
        let mut lines: Vec<Line> = norms
            .map(|n| {
                let (name, cited) = (names::name(self.protocol, *n), names::cited(self.protocol, *n));
                Line::on(
                    today,
                    format!("`{name}` speaks against it: {}{cited}", self.sentence(*n)),
                )
            })
            .collect();
        lines.extend(broken.missing.iter().map(|m| Line::on(today, m.as_str())));
        if let Some(why) = &broken.cannot {
            lines.push(Line::on(today, format!("{who} cannot do it: {why}")));
        }
        lines
    }

    /// What it breaks if this party does it at the end of that day.
    fn broken_by(&self, history: &History, today: Day, doer: Party, act: &Act) -> Broken {
        let mut least: Option<Broken> = None;
        let ways = match self.ways(history, act) {
            Ok(ways) => ways,
            Err(why) => {
                return Broken {
                    cannot: Some(why),
                    ..Broken::default()
                };
            }
        };
        let before = judge(self.protocol, self.calendar, history).verdicts;
        for what in ways {
            let mut with = history.clone();
            with.occurrences.push(Occurrence {
                day: today,
                what,
                by: Some(doer),
                chair: matches!(act, Act::Chair(_)).then_some(doer),
                due: None,
            });
            let broken = self.new_breaches(&before, &with, today, act);
            let weight = |b: &Broken| (b.cannot.is_some(), b.must.len(), b.missing.len(), b.should.len());
            if least.as_ref().is_none_or(|l| weight(&broken) < weight(l)) {
                least = Some(broken);
            }
        }
        least.unwrap_or_default()
    }

    fn new_breaches(&self, before: &[Verdict], with: &History, today: Day, act: &Act) -> Broken {
        let judged = judge(self.protocol, self.calendar, with);
        let mut broken = Broken {
            cannot: judged.faults.first().cloned(),
            ..Broken::default()
        };
        // What is broken twice on one day by one party is told twice in the same words.
        let mut known: Vec<&Verdict> = before.iter().collect();
        for verdict in &judged.verdicts {
            if let Some(at) = known.iter().position(|k| *k == verdict) {
                known.swap_remove(at);
                continue;
            }
            let chairing = matches!((act, self.act_of(verdict.norm)), (Act::Chair(_), Some(Act::Chair(_))));
            if !self.bars(verdict.norm) && !chairing {
                continue;
            }
            match &verdict.kind {
                VerdictKind::Breached { when, .. } if *when == today && self.is_must(verdict.norm) => {
                    broken.must.push(verdict.norm);
                }
                VerdictKind::Breached { when, .. } if *when == today => broken.should.push(verdict.norm),
                VerdictKind::Undetermined(what) => broken.missing.push(not_given(what)),
                _ => {}
            }
        }
        broken
    }

    /// What occurs when the act is done: one of these; or why it cannot be.
    fn ways(&self, history: &History, act: &Act) -> Result<Vec<Happening>, String> {
        let one = |what: Happening, which: &Which| match self.number(history, what, which.ordinal) {
            Some(_) => Ok(vec![what]),
            None => Err("another one comes first, or it has come already".to_owned()),
        };
        match act {
            Act::Hold(w) | Act::Chair(w) => one(Happening::Held(w.meeting), w),
            Act::Book(w) => one(Happening::Booked(w.meeting), w),
            Act::Cancel(w) => one(Happening::Cancelled(w.meeting), w),
            Act::Send(d, ..) => Ok(vec![Happening::Sent(*d)]),
            Act::Allocate(r) => Ok(vec![Happening::Allocated(*r)]),
            Act::Begin(s) => Ok(vec![Happening::Begins(*s)]),
            Act::End(s) => Ok(vec![Happening::Ends(*s)]),
            Act::Decide(d) => {
                let options = self.protocol.decisions.get(d.index()).map_or(0, |d| d.options.len());
                let outcome = |v: usize| Some(Happening::Outcome(*d, ValueId(u32::try_from(v).ok()?)));
                Ok((0..options).filter_map(outcome).collect())
            }
            _ => {
                let mut rules = (0..).map(RuleId).zip(&self.protocol.rules);
                let speaks = |b: &Body| matches!(b, Body::Norm { act: a, .. } if self.same(history, a, act, None));
                // An act of a permission or a duty comes about; that of a bar is only spoken of, but is told by the same words.
                let found = rules
                    .find(|(_, r)| speaks(&r.body))
                    .map(|(id, _)| vec![Happening::Done(id)]);
                found.ok_or_else(|| "no rule speaks of it".to_owned())
            }
        }
    }

    /// Which one the next of a class is, counted from 1, if that is the one meant.
    fn number(&self, history: &History, what: Happening, which: Ordinal) -> Option<usize> {
        let next = 1 + count(self, history, what, history.occurrences.len());
        let fits = match which {
            Ordinal::First => next == 1,
            Ordinal::Second => next == 2,
            Ordinal::Third => next == 3,
            Ordinal::EachLater => next > 1,
            _ => true,
        };
        fits.then_some(next)
    }

    /// Who must do it, whether it is a must, and what it is; none for what is no duty.
    fn duty(&self, norm: NormId) -> Option<(Option<Who>, bool, Act)> {
        match norm {
            NormId::Rule(r) => match &self.protocol.rules.get(r.index())?.body {
                Body::Norm {
                    subject,
                    modal: modal @ (Modal::Must | Modal::Should),
                    act,
                } if !matches!(subject, Subject::Nobody | Subject::Only(_)) => {
                    Some((subject.who().cloned(), *modal == Modal::Must, act.clone()))
                }
                _ => None,
            },
            NormId::Decision(d) => {
                let decided_by = match &self.protocol.decisions.get(d.index())?.decided_by {
                    Slot::Given(who) => Some(who.clone()),
                    Slot::Unstated(_) | Slot::Absent => None,
                };
                Some((decided_by, true, Act::Decide(d)))
            }
        }
    }

    fn is_theirs(&self, subject: &Subject, owner: Option<Who>) -> bool {
        match (subject.who(), owner) {
            (Some(who), Some(owner)) => names::all_among(self.protocol, &who.parties, &owner),
            (None, None) => true,
            // `nobody need`: whoever's it is.
            (None, Some(_)) => matches!(subject, Subject::Nobody),
            (Some(_), None) => false,
        }
    }

    fn act_of(&self, norm: NormId) -> Option<&Act> {
        match norm {
            NormId::Rule(r) => match &self.protocol.rules.get(r.index())?.body {
                Body::Norm { act, .. } => Some(act),
                Body::Effect(..) | Body::Presume(_) => None,
            },
            NormId::Decision(_) => None,
        }
    }

    /// Whether a norm forbids an act or leaves it to somebody alone; a decision does so by the options that it closes.
    pub(super) fn bars(&self, norm: NormId) -> bool {
        let NormId::Rule(r) = norm else { return true };
        matches!(
            self.protocol.rules.get(r.index()).map(|r| &r.body),
            Some(Body::Norm { subject, modal, .. })
                if matches!(subject, Subject::Only(_)) || matches!(modal, Modal::MustNot | Modal::ShouldNot)
        )
    }

    fn is_must(&self, norm: NormId) -> bool {
        let NormId::Rule(r) = norm else { return true };
        !matches!(
            self.protocol.rules.get(r.index()).map(|r| &r.body),
            Some(Body::Norm {
                modal: Modal::Should | Modal::ShouldNot,
                ..
            })
        )
    }

    /// A rule or decision as one clause.
    fn sentence(&self, norm: NormId) -> String {
        let said = match norm {
            NormId::Rule(r) => {
                let rule = self.protocol.rules.get(r.index());
                rule.map(|r| words::rule_sentence(self.protocol, r))
            }
            NormId::Decision(d) => {
                let decision = self.protocol.decisions.get(d.index());
                decision.map(|d| words::decision_sentence(self.protocol, d))
            }
        };
        let said = said.unwrap_or_default();
        let mut chars = said.trim_end_matches('.').chars();
        let first: String = chars.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
        format!("{first}{}", chars.as_str())
    }

    /// Whether the act of a rule, engaged by this occurrence, is the one that is expected, from now on.
    fn same(&self, history: &History, of_rule: &Act, expected: &Act, trigger: Option<usize>) -> bool {
        let p = self.protocol;
        let meeting = |x: &Which, y: &Which, class: fn(crate::model::MeetingId) -> Happening| {
            (names::is_kind(p, y.meeting, x.meeting) || names::is_kind(p, x.meeting, y.meeting))
                && self.is_the_one(history, class(x.meeting), x.ordinal, y.ordinal, trigger)
        };
        let who = |x: &Who, y: &Who| names::all_among(p, &y.parties, x) || names::all_among(p, &x.parties, y);
        match (of_rule, expected) {
            (Act::Quoted(x), Act::Quoted(y)) => x == y,
            (Act::Hold(x), Act::Hold(y)) | (Act::Attend(x), Act::Attend(y)) | (Act::Chair(x), Act::Chair(y)) => {
                meeting(x, y, Happening::Held)
            }
            (Act::Book(x), Act::Book(y)) => meeting(x, y, Happening::Booked),
            (Act::Cancel(x), Act::Cancel(y)) => meeting(x, y, Happening::Cancelled),
            (Act::Send(d, x, _), Act::Send(e, y, _)) => d == e && who(x, y),
            (Act::Notify(x, t), Act::Notify(y, u))
            | (Act::Ask(x, t), Act::Ask(y, u))
            | (Act::Consult(x, t), Act::Consult(y, u)) => t == u && who(x, y),
            (Act::Record(t, d), Act::Record(u, e)) => t == u && d == e,
            (Act::Consider(t), Act::Consider(u))
            | (Act::CarryOut(t), Act::CarryOut(u))
            | (Act::Challenge(t), Act::Challenge(u)) => t == u,
            (Act::Decide(d), Act::Decide(e)) => d == e,
            (Act::Allocate(r), Act::Allocate(q)) => r == q,
            (Act::Begin(s), Act::Begin(t)) | (Act::End(s), Act::End(t)) => s == t,
            _ => false,
        }
    }

    /// Whether the one that a rule names can be the one that is expected: both by their number.
    fn is_the_one(
        &self,
        history: &History,
        what: Happening,
        of_rule: Ordinal,
        expected: Ordinal,
        trigger: Option<usize>,
    ) -> bool {
        let so_far = count(self, history, what, history.occurrences.len());
        let wanted = match expected {
            Ordinal::First => 1,
            Ordinal::Second => 2,
            Ordinal::Third => 3,
            _ => so_far + 1,
        };
        match of_rule {
            Ordinal::First => wanted == 1,
            Ordinal::Second => wanted == 2,
            Ordinal::Third => wanted == 3,
            Ordinal::EachLater => wanted > 1,
            Ordinal::Next => trigger.is_none_or(|t| wanted == 1 + count(self, history, what, t + 1)),
            _ => true,
        }
    }
}

/// How many of a class there are among the first occurrences of a case.
fn count(asked: &Asked<'_>, history: &History, what: Happening, among: usize) -> usize {
    let listed = history.occurrences.iter().take(among);
    listed.filter(|o| names::is_of(asked.protocol, o.what, what)).count()
}

fn not_given(what: &str) -> String {
    format!("this depends on {what}, which the case does not give")
}
