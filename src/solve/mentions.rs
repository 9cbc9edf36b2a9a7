//! What a protocol speaks of: the classes of occurrence that need points. In: a protocol. Out: classes.

use std::collections::BTreeSet;

use super::bookings::days_asked_for;
use super::ground::{Ground, YES, is_yes_no, number, occurrence_of};
use crate::model::{
    Act, Body, Cond, DecisionId, Guard, Happening, LimitKind, Modal, Moment, Moments, Rule, RuleId, StatusId, Subject,
};

impl Ground<'_> {
    /// Every class that any rule, decision or status speaks of.
    pub fn mentioned(&self) -> BTreeSet<Happening> {
        let mut out = BTreeSet::new();
        let p = self.protocol;
        let moments = |ms: &Moments, out: &mut BTreeSet<Happening>| ms.any.iter().for_each(|m| mention(m, out));
        for status in &p.statuses {
            status.setters.iter().for_each(|s| moments(&s.when, &mut out));
        }
        for (at, rule) in p.rules.iter().enumerate() {
            mention_guard(&rule.guard, &mut out);
            for limit in &rule.limits {
                mention_limit(&limit.kind, &mut out);
            }
            if let Body::Norm { act, modal, subject } = &rule.body {
                let forbids = matches!(modal, Modal::MustNot | Modal::ShouldNot | Modal::NeedNot)
                    || matches!(subject, Subject::Only(_));
                if let Act::Hold(w) | Act::Chair(w) | Act::Attend(w) = act {
                    out.insert(Happening::Held(w.meeting));
                    w.since.iter().for_each(|m| mention(m, &mut out));
                }
                if matches!(act, Act::Hold(_) | Act::Chair(_)) {
                    continue;
                }
                if forbids || matches!(act, Act::Begin(_) | Act::End(_) | Act::Attend(_)) || !is_easy(rule) {
                    out.insert(occurrence_of(p, RuleId(number(at)), act));
                }
            }
        }
        for (at, decision) in p.decisions.iter().enumerate() {
            mention_guard(&decision.guard, &mut out);
            out.insert(Happening::Decided(DecisionId(number(at))));
            out.extend(decision.at.iter().map(|w| Happening::Held(w.meeting)));
            decision.limits.iter().for_each(|l| mention_limit(&l.kind, &mut out));
            for option in &decision.options {
                mention_cond(&option.if_, &mut out);
                option.unless.iter().for_each(|c| mention_cond(c, &mut out));
            }
        }
        for term in &p.terms {
            mention_cond(&term.means, &mut out);
        }
        for meeting in days_asked_for(p) {
            out.extend(self.kinds_below(meeting).into_iter().map(Happening::Booked));
            out.insert(Happening::Held(meeting));
        }
        // What somebody waits to see missed must be able to be done.
        let missed: Vec<RuleId> = out
            .iter()
            .filter_map(|what| match what {
                Happening::Missed(r) => Some(*r),
                _ => None,
            })
            .collect();
        for r in missed {
            if let Some(Body::Norm { act, .. }) = p.rules.get(r.index()).map(|rule| &rule.body) {
                out.insert(occurrence_of(p, r, act));
            }
        }
        // A status that is only tested must be able to become other than it was.
        let tested: Vec<StatusId> = out
            .iter()
            .filter_map(|what| match what {
                Happening::Becomes(s, _) => Some(*s),
                _ => None,
            })
            .collect();
        for s in tested {
            if let Some(status) = p.statuses.get(s.index()).filter(|status| is_yes_no(&status.values)) {
                out.insert(match status.starts_as {
                    Some(YES) => Happening::Ends(s),
                    _ => Happening::Begins(s),
                });
            }
        }
        out
    }
}

/// A duty that can be kept on the day that engages it, whatever else happens, as long as nobody waits for its act: its
/// limits are no limits, or count on from the moment that engages it.
fn is_easy(rule: &Rule) -> bool {
    let own = |m: &Moments| rule.guard.when.is_empty() || rule.guard.when.iter().any(|w| w.any == m.any);
    let dated = rule
        .limits
        .iter()
        .filter(|l| !matches!(l.kind, LimitKind::Unstated | LimitKind::Urgency(_)))
        .count();
    dated <= 1
        && rule.limits.iter().all(|l| match &l.kind {
            LimitKind::Unstated | LimitKind::Urgency(_) => true,
            LimitKind::Within(_, m) => own(m),
            LimitKind::Before(m) | LimitKind::AtLeastBefore(_, m) => rule.guard.when.is_empty() || own(m),
            LimitKind::StraightAfter(m) | LimitKind::After(m) => own(m),
            _ => false,
        })
}

fn mention(moment: &Moment, out: &mut BTreeSet<Happening>) {
    out.insert(moment.what);
    if let Some(since) = &moment.since {
        mention(since, out);
    }
}

fn mention_guard(guard: &Guard, out: &mut BTreeSet<Happening>) {
    guard.when.iter().flat_map(|m| &m.any).for_each(|m| mention(m, out));
    mention_cond(&guard.while_, out);
    mention_cond(&guard.if_, out);
    guard.unless.iter().for_each(|c| mention_cond(c, out));
}

fn mention_cond(cond: &Cond, out: &mut BTreeSet<Happening>) {
    match cond {
        Cond::Happened(m, _) => mention(m, out),
        Cond::Before(a, b, _) => {
            mention(a, out);
            mention(b, out);
        }
        Cond::Not(inner) => mention_cond(inner, out),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| mention_cond(c, out)),
        Cond::Status(s, values, _) => {
            out.extend(values.first().map(|v| Happening::Becomes(*s, *v)));
        }
        Cond::DueWithin(..) | Cond::DueBefore(..) | Cond::True | Cond::Factor(..) | Cond::Term(..) => {}
    }
}

fn mention_limit(limit: &LimitKind, out: &mut BTreeSet<Happening>) {
    if let Some(moments) = limit.moments() {
        moments.any.iter().for_each(|m| mention(m, out));
    }
    if let LimitKind::At(w) = limit {
        out.insert(Happening::Held(w.meeting));
        if let Some(since) = &w.since {
            mention(since, out);
        }
    }
}
