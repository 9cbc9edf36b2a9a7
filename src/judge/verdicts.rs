//! A verdict per instance of every norm. In: a case. Out: verdicts, and the limits missed.

use super::duty::Finding;
use super::norms::Norm;
use super::state::{Case, Miss};
use super::which::{At, Frame, Missing, Truth, all, any};
use super::who::{Doer, counts_as, is_one_of};
use crate::model::{Act, Body, Cond, DecisionId, Happening, Modal, NormId, Party, RuleId, Verdict, VerdictKind};

impl Case<'_> {
    /// All verdicts, and every limit of a duty that was missed by the end.
    pub fn verdicts(&self) -> (Vec<Verdict>, Vec<Miss>) {
        let mut verdicts = Vec::new();
        let mut missed = Vec::new();
        for rule in (0..self.protocol.rules.len())
            .filter_map(|r| u32::try_from(r).ok())
            .map(RuleId)
        {
            let Some(norm) = Norm::of_rule(self.protocol, rule) else {
                continue;
            };
            let presumed = match norm.rule.map(|r| &r.body) {
                Some(Body::Presume(cond)) => Some(cond),
                _ => None,
            };
            let found = if matches!(norm.act.as_deref(), Some(Act::Chair(_))) && (norm.is_duty() || norm.is_bar()) {
                self.chairs(&norm)
            } else if norm.only {
                self.power(&norm, rule)
            } else if norm.is_bar() {
                self.bar(&norm)
            } else if norm.is_duty() {
                self.duties(&norm, &mut missed)
            } else {
                self.permission(&norm, presumed)
            };
            add(&mut verdicts, norm.id, found);
        }
        for decision in (0..self.protocol.decisions.len())
            .filter_map(|d| u32::try_from(d).ok())
            .map(DecisionId)
        {
            let Some(norm) = Norm::of_decision(self.protocol, decision) else {
                continue;
            };
            let mut found = if Case::is_triggered(&norm) {
                self.duties(&norm, &mut Vec::new())
            } else {
                Vec::new()
            };
            found.extend(self.closed_options(decision));
            add(&mut verdicts, norm.id, found);
        }
        (verdicts, missed)
    }

    fn verdict(&self, norm: &Norm, entry: Option<usize>, kind: VerdictKind) -> Verdict {
        Verdict {
            norm: norm.id,
            trigger: entry.and_then(|e| self.log.get(e)).and_then(|e| e.primary),
            kind,
        }
    }

    fn duties(&self, norm: &Norm, missed: &mut Vec<Miss>) -> Vec<Verdict> {
        let results: Vec<(Frame, Result<Finding, Missing>)> = if Case::is_triggered(norm) || norm.recurs().is_some() {
            let judge = |i: Result<Frame, Missing>| match i {
                Ok(frame) => (frame, self.duty(norm, frame)),
                Err(m) => (Frame::default(), Err(m)),
            };
            self.instances(norm).into_iter().map(judge).collect()
        } else {
            vec![self.standing(norm)]
        };
        let mut verdicts = Vec::new();
        for (frame, result) in results {
            let kind = match result {
                Ok(finding) => {
                    missed.extend(self.miss(norm, frame, &finding));
                    finding.kind
                }
                Err(Missing(what)) => VerdictKind::Undetermined(what),
            };
            verdicts.push(self.verdict(norm, frame.trigger, kind));
        }
        verdicts
    }

    /// Where a breach stands among the occurrences, if something is said to follow from it: at the start of its day, or
    /// right after the occurrence its limit is counted back from.
    fn miss(&self, norm: &Norm, frame: Frame, finding: &Finding) -> Option<Miss> {
        let (NormId::Rule(rule), VerdictKind::Breached { when, .. }) = (norm.id, &finding.kind) else {
            return None;
        };
        if *when > self.end || !self.is_awaited(Happening::Missed(rule)) {
            return None;
        }
        let later = |e: &usize| self.day(*e) >= *when;
        let settled = [finding.settled_by, frame.trigger]
            .into_iter()
            .flatten()
            .filter(later)
            .max();
        let primary = |e: usize| self.log.get(e).and_then(|e| e.primary);
        Some(Miss {
            day: settled.map_or(*when, |e| self.day(e)),
            after: settled.and_then(primary).map_or(0, |p| p + 1),
            rule,
            trigger: frame.trigger.and_then(primary),
        })
    }

    /// Whether anything in the protocol speaks of this happening.
    fn is_awaited(&self, what: Happening) -> bool {
        let protocol = self.protocol;
        let rules = (0..protocol.rules.len()).filter_map(|r| Norm::of_rule(protocol, RuleId(u32::try_from(r).ok()?)));
        let decisions = (0..protocol.decisions.len())
            .filter_map(|d| Norm::of_decision(protocol, DecisionId(u32::try_from(d).ok()?)));
        let terms = protocol.terms.iter().any(|t| speaks(&t.means, what));
        let options = protocol
            .decisions
            .iter()
            .flat_map(|d| &d.options)
            .any(|o| speaks(&o.if_, what) || o.unless.iter().any(|c| speaks(c, what)));
        let setters = protocol
            .statuses
            .iter()
            .flat_map(|s| &s.setters)
            .any(|s| s.when.any.iter().any(|m| m.what == what));
        let presumed = protocol
            .rules
            .iter()
            .any(|r| matches!(&r.body, Body::Presume(c) if speaks(c, what)));
        let guarded = |n: Norm| {
            Case::mentions(&n, what)
                || speaks(n.if_, what)
                || speaks(n.while_, what)
                || n.unless.iter().any(|c| speaks(c, what))
        };
        terms || options || setters || presumed || rules.chain(decisions).any(guarded)
    }

    fn bar(&self, norm: &Norm) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for frame in self.frames(norm) {
            let frame = match frame {
                Ok(frame) => frame,
                Err(m) => {
                    verdicts.push(self.verdict(norm, None, VerdictKind::Undetermined(m.0)));
                    continue;
                }
            };
            let engaged = frame
                .trigger
                .map_or_else(|| self.ever_binds(norm), |t| self.holds(norm.if_, self.guard_at(t)));
            if engaged == Ok(false) {
                verdicts.push(self.verdict(norm, frame.trigger, VerdictKind::NotEngaged));
                continue;
            }
            let breaches = (0..self.log.len()).filter_map(|e| {
                let doer = self.log.get(e)?.doer;
                let forbidden = all([
                    engaged.clone(),
                    self.binds(norm, frame, e),
                    self.is_barred(norm, e, doer),
                ]);
                self.breach(forbidden, e, doer)
            });
            let mut found: Vec<VerdictKind> = breaches.collect();
            if found.is_empty() {
                found.push(VerdictKind::Kept);
            }
            verdicts.extend(found.into_iter().map(|kind| self.verdict(norm, frame.trigger, kind)));
        }
        verdicts
    }

    /// The instances of a norm that binds in a window: one that stands has a single one.
    fn frames(&self, norm: &Norm) -> Vec<Result<Frame, Missing>> {
        if Case::is_triggered(norm) {
            self.instances(norm)
        } else {
            vec![Ok(Frame::default())]
        }
    }

    /// Whether a bar is addressed to the doer of an act.
    fn is_barred(&self, norm: &Norm, entry: usize, doer: Doer) -> Truth {
        match (norm.who, doer) {
            (None, _) => Ok(true),
            (Some(who), Doer::By(p)) => Ok(is_one_of(self.protocol, p, who)),
            (Some(_), _) => Err(Missing(format!("who acts on {}", self.day(entry)))),
        }
    }

    fn breach(&self, forbidden: Truth, entry: usize, doer: Doer) -> Option<VerdictKind> {
        match forbidden {
            Ok(false) => None,
            Ok(true) => Some(VerdictKind::Breached {
                when: self.day(entry),
                by: party(doer),
            }),
            Err(Missing(what)) => Some(VerdictKind::Undetermined(what)),
        }
    }

    /// An exclusive power: its breaches were found when the acts were replayed, for they are void.
    fn power(&self, norm: &Norm, rule: RuleId) -> Vec<Verdict> {
        let mut found: Vec<Verdict> = self
            .misuses_of(rule)
            .into_iter()
            .map(|m| self.verdict(norm, Some(m.entry), m.kind.clone()))
            .collect();
        if found.is_empty() {
            found.extend(self.frames(norm).first().map(|frame| {
                let trigger = frame.as_ref().ok().and_then(|f| f.trigger);
                let stands = trigger.is_some() || self.ever_binds(norm) != Ok(false);
                self.verdict(
                    norm,
                    trigger,
                    if stands {
                        VerdictKind::Kept
                    } else {
                        VerdictKind::NotEngaged
                    },
                )
            }));
        }
        found
    }

    /// Each meeting held where the norm binds has, or has not, one of those named in its chair.
    fn chairs(&self, norm: &Norm) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        let frames = self.frames(norm);
        for entry in 0..self.log.len() {
            let Some((e, Happening::Held(m))) = self.log.get(entry).map(|e| (e, e.what)) else {
                continue;
            };
            let bound = any(frames.iter().cloned().map(|frame| {
                let frame = frame?;
                match frame.trigger {
                    // A duty is engaged, or is not, where its trigger occurs; of a bar, its `if` alone is tested there.
                    Some(t) if norm.is_duty() => all([self.engaged_at(norm, t), self.covers(norm, frame, entry)]),
                    Some(t) if !norm.only => {
                        all([self.holds(norm.if_, self.guard_at(t)), self.binds(norm, frame, entry)])
                    }
                    _ => self.binds(norm, frame, entry),
                }
            }));
            let declared = || {
                self.protocol
                    .meetings
                    .get(m.index())
                    .and_then(|m| m.chaired_by.given())
                    .and_then(|w| w.parties.first().copied())
            };
            let chair = e.chair.or_else(declared);
            let theirs = match (chair, norm.who) {
                (None, _) => Err(Missing(format!("who chairs on {}", e.day))),
                (Some(_), None) => Ok(true),
                (Some(c), Some(who)) => Ok(who.parties.iter().any(|&p| counts_as(self.protocol, c, p))),
            };
            let allowed = if norm.only {
                all([theirs, self.holds(norm.if_, self.act_at(entry))])
            } else if norm.is_bar() {
                theirs.map(|t| !t)
            } else {
                theirs
            };
            let kind = match all([bound.clone(), allowed.map(|a| !a)]) {
                Ok(true) => VerdictKind::Breached { when: e.day, by: chair },
                Ok(false) if bound == Ok(false) => continue,
                Ok(false) => VerdictKind::Kept,
                Err(Missing(what)) => VerdictKind::Undetermined(what),
            };
            verdicts.push(self.verdict(norm, Some(entry), kind));
        }
        verdicts
    }

    /// Permissions, waivers and effects are kept where they are engaged; a presumption, if it holds in the end.
    fn permission(&self, norm: &Norm, presumed: Option<&Cond>) -> Vec<Verdict> {
        let end = At {
            seen: self.days.len(),
            state: self.days.len(),
        };
        let frames = self.frames(norm).into_iter();
        frames
            .map(|frame| {
                let frame = match frame {
                    Ok(frame) => frame,
                    Err(m) => return self.verdict(norm, None, VerdictKind::Undetermined(m.0)),
                };
                let engaged = match frame.trigger {
                    Some(t) => self.engaged_at(norm, t),
                    None if presumed.is_some() => all([self.guards(norm, end), Ok(self.in_force(norm, self.end))]),
                    // An effect that nothing brings about does not come about.
                    None => all([Ok(norm.act.is_some()), self.ever_binds(norm)]),
                };
                let kind = match (engaged, presumed.map_or(Ok(true), |c| self.holds(c, end))) {
                    (Ok(false), _) => VerdictKind::NotEngaged,
                    (Ok(true), Ok(true)) => VerdictKind::Kept,
                    (Ok(true), Ok(false)) => VerdictKind::Departed,
                    (Err(Missing(what)), _) | (_, Err(Missing(what))) => VerdictKind::Undetermined(what),
                };
                self.verdict(norm, frame.trigger, kind)
            })
            .collect()
    }

    /// Outcomes chosen though they were not open.
    fn closed_options(&self, decision: DecisionId) -> Vec<Verdict> {
        let Some(d) = self.protocol.decisions.get(decision.index()) else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (index, e) in self.log.iter().enumerate().filter(|(_, e)| !e.void) {
            let Happening::Outcome(of, value) = e.what else {
                continue;
            };
            let Some(option) = d.options.get(value.0 as usize).filter(|_| of == decision) else {
                continue;
            };
            let at = self.act_at(index);
            let open = all([
                self.holds(&option.if_, at),
                any(option.unless.iter().map(|c| self.holds(c, at))).map(|u| !u),
            ]);
            let kind = self.breach(open.map(|o| !o), index, e.doer);
            found.extend(kind.map(|kind| Verdict {
                norm: NormId::Decision(decision),
                trigger: e.primary,
                kind,
            }));
        }
        found
    }

    /// Whether a condition holds when the history ends.
    pub fn holds_at_the_end(&self, cond: &Cond) -> Truth {
        self.holds(
            cond,
            At {
                seen: self.days.len(),
                state: self.days.len(),
            },
        )
    }
}

/// A norm without an instance is not engaged.
fn add(verdicts: &mut Vec<Verdict>, norm: NormId, found: Vec<Verdict>) {
    if found.is_empty() {
        verdicts.push(Verdict {
            norm,
            trigger: None,
            kind: VerdictKind::NotEngaged,
        });
    }
    verdicts.extend(found);
}

fn party(doer: Doer) -> Option<Party> {
    match doer {
        Doer::By(p) => Some(p),
        _ => None,
    }
}

/// Whether a condition speaks of a happening. A term speaks for itself.
fn speaks(cond: &Cond, what: Happening) -> bool {
    match cond {
        Cond::Happened(m, _) => m.what == what,
        Cond::Before(a, b, _) => a.what == what || b.what == what,
        Cond::DueBefore(a, b, _) => [a, b].iter().any(|w| Happening::Due(w.meeting) == what),
        Cond::DueWithin(a, _, _) => Happening::Due(a.meeting) == what,
        Cond::Not(c) => speaks(c, what),
        Cond::All(cs) | Cond::Any(cs) => cs.iter().any(|c| speaks(c, what)),
        Cond::True | Cond::Factor(..) | Cond::Status(..) | Cond::Term(..) => false,
    }
}

/// Whether a modal puts a norm in the first tier.
pub(super) fn is_must(modal: Modal, only: bool) -> bool {
    only || matches!(modal, Modal::Must | Modal::MustNot)
}
