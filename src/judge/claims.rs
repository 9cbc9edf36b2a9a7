//! What is claimed of a history, confirmed or refused. In: a judgement. Out: yes, or why not.

use super::norms::Norm;
use super::state::Case;
use super::verdicts::is_must;
use super::which::Missing;
use super::{Judgement, judged};
use crate::calendar::Calendar;
use crate::model::{Cond, Confirmation, Happening, History, Modal, NormId, Protocol, RuleId, Verdict, VerdictKind};

/// Which norms must not be breached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Duties, prohibitions and exclusive powers.
    Must,
    /// These, and what *should* and *should not* be done.
    Should,
}

/// Something claimed of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Every norm of the tier is fine, but perhaps for these.
    Accepted {
        /// The tier.
        tier: Tier,
        /// Norms not looked at.
        except: Vec<NormId>,
    },
    /// Some instance of the norm is engaged.
    Engages(NormId),
    /// Some instance of the norm is breached.
    Breaches(NormId),
    /// Some instance of the norm is kept and none is breached or undetermined.
    Keeps(NormId),
    /// A condition holds when the history ends.
    Holds(Cond),
}

/// Whether every norm of a tier is fine: not engaged, kept, lapsed, open, departed or undetermined, or breached and made good.
pub fn accepted(judgement: &Judgement, protocol: &Protocol, tier: Tier) -> bool {
    judgement.faults.is_empty() && first_failure(judgement, protocol, tier, &[]).is_none()
}

fn first_failure<'j>(
    judgement: &'j Judgement,
    protocol: &Protocol,
    tier: Tier,
    except: &[NormId],
) -> Option<&'j Verdict> {
    judgement.verdicts.iter().find(|v| {
        matches!(v.kind, VerdictKind::Breached { .. })
            && !except.contains(&v.norm)
            && is_in(protocol, v.norm, tier)
            && !is_made_good(judgement, protocol, v)
    })
}

fn is_in(protocol: &Protocol, norm: NormId, tier: Tier) -> bool {
    let NormId::Rule(rule) = norm else { return true };
    Norm::of_rule(protocol, rule).is_some_and(|n| {
        is_must(n.modal, n.only) || (tier == Tier::Should && matches!(n.modal, Modal::Should | Modal::ShouldNot))
    })
}

/// A breach is made good where a rule engaged by `is missed` of that very instance is kept.
fn is_made_good(judgement: &Judgement, protocol: &Protocol, breach: &Verdict) -> bool {
    let NormId::Rule(missed) = breach.norm else {
        return false;
    };
    judgement.verdicts.iter().any(|v| {
        let repairs = |rule: RuleId| {
            Norm::of_rule(protocol, rule)
                .is_some_and(|n| n.is_duty() && Case::is_engaged_by(&n, Happening::Missed(missed)))
        };
        v.kind == VerdictKind::Kept && v.trigger == breach.trigger && matches!(v.norm, NormId::Rule(r) if repairs(r))
    })
}

/// Holds every claim against one history.
pub fn confirm(protocol: &Protocol, calendar: &Calendar, history: &History, claims: &[Claim]) -> Confirmation {
    let (case, judgement) = judged(protocol, calendar, history);
    if let Some(fault) = judgement.faults.first() {
        return Confirmation::Refused(fault.clone());
    }
    let kinds = |norm: NormId| {
        judgement
            .verdicts
            .iter()
            .filter(move |v| v.norm == norm)
            .map(|v| &v.kind)
    };
    let is_breach = |k: &VerdictKind| matches!(k, VerdictKind::Breached { .. });
    let name = |norm: NormId| match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map_or("", |r| &r.origin.name),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map_or("", |d| &d.origin.name),
    };
    for claim in claims {
        let refusal = match claim {
            Claim::Accepted { tier, except } => first_failure(&judgement, protocol, *tier, except)
                .map(|v| format!("`{}` is not accepted: {:?}", name(v.norm), v.kind)),
            Claim::Engages(n) => {
                (!kinds(*n).any(VerdictKind::is_engaged)).then(|| format!("`{}` is not engaged", name(*n)))
            }
            Claim::Breaches(n) => (!kinds(*n).any(is_breach)).then(|| format!("`{}` is not breached", name(*n))),
            Claim::Keeps(n) => {
                let spoilt = kinds(*n).any(|k| is_breach(k) || matches!(k, VerdictKind::Undetermined(_)));
                (spoilt || !kinds(*n).any(|k| *k == VerdictKind::Kept)).then(|| format!("`{}` is not kept", name(*n)))
            }
            Claim::Holds(cond) => match case.holds_at_the_end(cond) {
                Ok(true) => None,
                Ok(false) => Some("the condition does not hold at the end".to_owned()),
                Err(Missing(what)) => Some(format!(
                    "whether the condition holds at the end depends on {what}, which is not given"
                )),
            },
        };
        if let Some(why) = refusal {
            return Confirmation::Refused(why);
        }
    }
    Confirmation::Confirmed
}
