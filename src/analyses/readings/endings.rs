//! One history under two answers, judged. In: a history and a doubt. Out: what turns on the answer, by the shortest beginning of the
//! history of which it decides.

use crate::calendar::Calendar;
use crate::judge::{Claim, Judgement, confirm, judge};
use crate::model::{Cond, Confirmation, DecisionId, Happening, History, NormId, Protocol, Verdict, VerdictKind};
use crate::solve::ask::Tier;
use crate::solve::ground::norms;
use crate::time::Day;

use super::super::{describe, judge_tier};
use super::{Asked, Doubt};

/// Spans, in days after the last occurrence, after which the two endings are held against each other.
const SPANS: [i32; 7] = [0, 1, 7, 15, 45, 100, 200];

/// What a history is judged by.
pub(super) struct Judged<'c> {
    /// What is to be obeyed.
    pub obeyed: Vec<NormId>,
    /// The protocol without what is left aside.
    pub cleared: Protocol,
    /// Its calendar.
    pub calendar: &'c Calendar,
}

/// What comes of one history under either answer.
pub(super) struct Endings {
    /// Up to where it is decided.
    pub history: History,
    /// The norms whose verdict turns on the answer.
    pub flips: Vec<Flip>,
    /// The options open under one answer only: whether under the first.
    pub options: Vec<(String, bool)>,
}

/// A norm whose verdict turns on the answer.
pub(super) struct Flip {
    /// The norm.
    pub norm: NormId,
    /// Under the first answer.
    pub fine: Becomes,
    /// Under the other.
    pub other: Becomes,
}

/// What becomes of a norm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Becomes {
    /// It does not apply.
    Idle,
    /// It is kept.
    Kept,
    /// It applies, and is still to be done.
    Due,
    /// It is broken from this day on.
    Broken(Day),
    /// It has lapsed.
    Lapsed,
    /// It applies, and is set aside.
    Departed,
}

impl Judged<'_> {
    /// The endings of the shortest beginning of this history that answers the question, if what is to be obeyed is obeyed under
    /// the first answer.
    pub fn endings(&self, doubt: &Doubt, asked: &Asked, whole: &History) -> Option<Endings> {
        let all = whole.occurrences.len();
        let end = whole.until?;
        let until = |span| end.plus(span).min(self.calendar.last());
        let accepted = SPANS.into_iter().any(|span| {
            let fine = doubt.read(whole, asked.answers.fine);
            let fine = History {
                until: Some(until(span)),
                ..fine
            };
            self.accepts(asked.tier, &fine, &[])
        });
        if !accepted {
            return None;
        }
        let cuts = (1..=all).zip(whole.occurrences.iter().map(|o| o.day));
        let later = SPANS.map(|span| (all, until(span)));
        cuts.chain(later).find_map(|(n, until)| {
            let mut history = whole.clone();
            history.occurrences.truncate(n);
            history.until = Some(until);
            self.ending(doubt, asked, history, until)
        })
    }

    fn ending(&self, doubt: &Doubt, asked: &Asked, history: History, until: Day) -> Option<Endings> {
        let (protocol, calendar) = (&self.cleared, self.calendar);
        let fine = doubt.read(&history, asked.answers.fine);
        let other = doubt.read(&history, asked.answers.other);
        let (one, two) = (judge(protocol, calendar, &fine), judge(protocol, calendar, &other));
        if !two.faults.is_empty() {
            return None;
        }
        let flips: Vec<Flip> = norms(protocol)
            .filter_map(|norm| {
                let (here, there) = (kinds(&one, norm), kinds(&two, norm));
                Some(Flip {
                    norm,
                    fine: becomes(&here, &there, until)?,
                    other: becomes(&there, &here, until)?,
                })
            })
            .filter(|f| f.fine != f.other)
            .collect();
        let is_broken = |b: Becomes| matches!(b, Becomes::Broken(_));
        let turns = |f: &Flip| f.norm == asked.norm && (!asked.breach || is_broken(f.other));
        if !flips.iter().any(turns) {
            return None;
        }
        // What has no last day is in breach right after a history ends without it: that is for the whole of it to show.
        let later = |v: &&Verdict| matches!(v.kind, VerdictKind::Breached { when, .. } if when > until);
        let later: Vec<NormId> = one.verdicts.iter().filter(later).map(|v| v.norm).collect();
        if !self.accepts(asked.tier, &fine, &later) {
            return None;
        }
        Some(Endings {
            options: self.options(&fine, &other),
            history,
            flips,
        })
    }

    /// What is to be obeyed is obeyed, but perhaps for these.
    fn accepts(&self, tier: Tier, history: &History, but: &[NormId]) -> bool {
        let left = |n: &NormId| !self.obeyed.contains(n) || but.contains(n);
        let claim = Claim::Accepted {
            tier: judge_tier(tier),
            except: norms(&self.cleared).filter(left).collect(),
        };
        confirm(&self.cleared, self.calendar, history, &[claim]) == Confirmation::Confirmed
    }

    /// Options that are open at the end of the one history and closed at the end of the other: whether at the first.
    fn options(&self, fine: &History, other: &History) -> Vec<(String, bool)> {
        let protocol = &self.cleared;
        let mut out = Vec::new();
        for (id, decision) in (0..).map(DecisionId).zip(&protocol.decisions) {
            let is_it = |what| matches!(what, Happening::Outcome(d, _) if d == id);
            let taken = fine.occurrences.iter().any(|o| is_it(o.what));
            let local = describe::is_local(protocol, NormId::Decision(id));
            for option in decision.options.iter().filter(|_| local && !taken) {
                let not = |c: &Cond| Claim::Holds(Cond::Not(Box::new(c.clone())));
                let mut claims = vec![Claim::Holds(option.if_.clone())];
                claims.extend(option.unless.iter().map(not));
                let open = |history| confirm(protocol, self.calendar, history, &claims) == Confirmation::Confirmed;
                let (here, there) = (open(fine), open(other));
                if here != there {
                    out.push((format!("`{}` of `{}`", option.name, decision.origin.name), here));
                }
            }
        }
        out
    }
}

fn kinds(judged: &Judgement, norm: NormId) -> Vec<&VerdictKind> {
    let of = judged.verdicts.iter().filter(|v| v.norm == norm);
    of.map(|v| &v.kind).collect()
}

/// What becomes of a norm, as far as it is not the same elsewhere; none if that says nothing.
fn becomes(here: &[&VerdictKind], there: &[&VerdictKind], until: Day) -> Option<Becomes> {
    let fresh: Vec<&VerdictKind> = here.iter().filter(|k| !there.contains(k)).copied().collect();
    let broken = fresh.iter().find_map(|k| match k {
        VerdictKind::Breached { when, .. } if *when <= until => Some(Becomes::Broken(*when)),
        _ => None,
    });
    broken.or_else(|| match fresh.first()? {
        VerdictKind::NotEngaged => Some(Becomes::Idle),
        VerdictKind::Kept => Some(Becomes::Kept),
        // Without a last day, what is not done when the history ends is in breach from then on.
        VerdictKind::Open | VerdictKind::Breached { .. } => Some(Becomes::Due),
        VerdictKind::Lapsed => Some(Becomes::Lapsed),
        VerdictKind::Departed => Some(Becomes::Departed),
        VerdictKind::Undetermined(_) => None,
    })
}
