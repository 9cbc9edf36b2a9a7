//! Green is never vacuous: what was proved of the norms that no finding concerns. In: an [`Asker`] and the findings. Out:
//! sentences, and a note on what nothing ever engages.

mod idle;

use std::collections::BTreeSet;

use crate::diagnostics::{Evidence, LabelKind, Severity, code};
use crate::judge::{self, Claim};
use crate::model::{Cond, History, LimitKind, NormId, Protocol, VerdictKind};
use crate::solve::ask::Outcome;
use crate::solve::ask::{Asker, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::net::Formula;
use crate::solve::parts::Part;

use super::case::{self, Case};
use super::clashes::Clashes;
use super::describe;
use super::finding::{Finding, Reach};

/// Each of our norms with a history in which it is engaged and nothing of its tier is broken, and
/// one in which it is broken, both confirmed by the judge. Gives what was proved, and a note on what can never be engaged.
pub fn green(asker: &mut Asker<'_>, clashes: &Clashes, found: &[Finding]) -> (Vec<String>, Vec<Finding>) {
    let protocol = asker.ground.protocol;
    let troubled: BTreeSet<NormId> = found
        .iter()
        .filter(|f| f.severity > Severity::Note)
        .flat_map(|f| f.core.iter().copied())
        .collect();
    let obeyed = asker.obeyed(Tier::Must, &BTreeSet::new());
    let parts = asker.parts(&obeyed);
    let (left_out, _) = super::unasked::unasked(protocol);
    let (mut keepable, mut breakable, mut free, mut ahead) = (0, 0, 0, 0);
    let (mut idle, mut endless) = (Vec::new(), Vec::new());
    let mut witnessed = Witnessed::default();
    for norm in super::states::local_norms(protocol) {
        if !asker.ground.binds(norm) || troubled.contains(&norm) || left_out.contains(&norm) {
            continue;
        }
        let part = parts
            .iter()
            .find(|p| p.norms.contains(&norm))
            .cloned()
            .unwrap_or_else(|| asker.whole());
        let reached = witnessed.kept.contains(&norm)
            || witnessed.broken.contains(&norm)
            || asker
                .engagements(norm)
                .into_iter()
                .any(|way| asker.idle(&part, std::slice::from_ref(&way)).is_some());
        if !reached && !describe::forbids(protocol, norm) {
            idle.push(norm);
            continue;
        }
        if !asker.ground.has_instances(norm) {
            match comes_before(protocol, norm) {
                true => ahead += 1,
                false => free += 1,
            }
            continue;
        }
        if witnessed.kept.contains(&norm) || kept_once(asker, &part, &troubled, norm, &mut witnessed) {
            keepable += 1;
        }
        if witnessed.broken.contains(&norm) || broken_once(asker, &part, norm, &mut witnessed) {
            breakable += 1;
        } else if has_last_day(protocol, norm) && never_broken(asker, &part, norm) {
            endless.push(norm);
        }
    }
    let mut proved = Vec::new();
    if clashes.open.is_empty() {
        let but = if troubled.is_empty() {
            ""
        } else {
            ", but for the findings above"
        };
        proved.push(format!(
            "the solver found a way on for every accepted course of events within the bounds{but}"
        ));
    }
    if keepable + breakable > 0 {
        proved.push(format!(
            "{} a history that keeps {}, confirmed by the judge; {breakable} {} one that breaks {}",
            match keepable {
                1 => "1 rule or decision has".to_owned(),
                many => format!("{many} rules and decisions have"),
            },
            if keepable == 1 { "it" } else { "them" },
            if breakable == 1 { "has" } else { "have" },
            if breakable == 1 { "it" } else { "them" },
        ));
    }
    if super::states::local_norms(protocol).is_empty() {
        proved = vec!["no rules and no decisions: nothing was asked".to_owned()];
    }
    if free > 0 {
        proved.push(format!(
            "{free} more can be kept on the day they are engaged, whatever else happens: nobody waits for their act"
        ));
    }
    if ahead > 0 {
        proved.push(format!(
            "{ahead} more can be kept by acting early enough before what they must come before: nobody waits for their act"
        ));
    }
    let list = |norms: &[NormId]| describe::list(protocol, norms);
    let unreached = vacuous(
        protocol,
        &idle,
        format!("nothing within the bounds ever engages {}", list(&idle)),
        "is never engaged",
        (
            idle::reasons(protocol, asker.ground.calendar, &idle),
            help(protocol, &idle),
        ),
    );
    let unending = vacuous(
        protocol,
        &endless,
        format!("nothing within the bounds ever breaks {}: its last day never comes", list(&endless)),
        "has no last day that comes",
        (
            Vec::new(),
            vec![
                "check what its limit counts from: does that come about where the rule applies, and not only by the act itself?"
                    .to_owned(),
            ],
        ),
    );
    (proved, unreached.into_iter().chain(unending).collect())
}

/// One finding about rules of which each is vacuous in the same way; none if there are none.
fn vacuous(
    protocol: &Protocol,
    norms: &[NormId],
    headline: String,
    what: &str,
    (notes, help): (Vec<String>, Vec<String>),
) -> Option<Finding> {
    let kinds = std::iter::once(LabelKind::Primary).chain(std::iter::repeat(LabelKind::Secondary));
    let places = norms.iter().zip(kinds).filter_map(|(norm, kind)| {
        let span = describe::body_span(protocol, *norm)?;
        Some((span, format!("`{}` {what}", describe::name(protocol, *norm)), kind))
    });
    (!norms.is_empty()).then(|| Finding {
        code: code::VACUOUS,
        severity: Severity::Note,
        headline,
        core: norms.to_vec(),
        related: Vec::new(),
        places: places.collect(),
        story: Vec::new(),
        notes,
        help,
        repairs: Vec::new(),
        evidence: Evidence::Structural,
        reach: Reach::EveryCase,
        protects: false,
    })
}

/// A limit of it tells a last day.
fn has_last_day(protocol: &Protocol, norm: NormId) -> bool {
    !describe::forbids(protocol, norm) && describe::limits(protocol, norm).iter().any(|l| l.kind.is_upper())
}

/// It must come before something.
fn comes_before(protocol: &Protocol, norm: NormId) -> bool {
    let limits = describe::limits(protocol, norm);
    limits
        .iter()
        .any(|l| matches!(l.kind, LimitKind::Before(_) | LimitKind::AtLeastBefore(..)))
}

/// No history breaks it, whatever else is done or left.
fn never_broken(asker: &mut Asker<'_>, part: &Part, norm: NormId) -> bool {
    let breaks = asker.ground.breaks(norm);
    let scene = asker.scene(part, &[breaks], &[], BTreeSet::new());
    matches!(asker.play(&scene, &[]), Outcome::Unsat(_))
}

/// What to look at in rules that nothing engages.
fn help(protocol: &Protocol, idle: &[NormId]) -> Vec<String> {
    let counted_only = |norm: &&NormId| {
        let NormId::Rule(r) = norm else { return false };
        protocol.rules.get(r.index()).is_some_and(|rule| {
            let anchored = rule.limits.iter().any(|l| l.kind.moments().is_some());
            let tests = rule.guard.if_ != Cond::True || rule.guard.while_ != Cond::True;
            rule.guard.when.is_empty() && tests && anchored
        })
    };
    let mut out = vec![
        "check what engages it, and its `if`, `while` and `unless`: is there a way for all to be as they must?"
            .to_owned(),
    ];
    if let Some(rule) = idle.iter().find(counted_only) {
        out.push(format!(
            "write a `when` in {}: without one its `if` and `while` are looked at just before the moment that its limit counts from",
            describe::quoted(protocol, *rule)
        ));
    }
    out
}

/// What histories that the judge has seen show of norms other than the one that each was made for.
#[derive(Default)]
struct Witnessed {
    /// Engaged, and not broken by the time the history ended.
    kept: BTreeSet<NormId>,
    /// Broken by then.
    broken: BTreeSet<NormId>,
}

impl Witnessed {
    /// Whether this is so once the judge has seen a case over one of these spans of days after its last occurrence.
    fn shows(&mut self, asker: &Asker<'_>, case: &Case, spans: [i32; 2], is_so: impl Fn(&Witnessed) -> bool) -> bool {
        spans.into_iter().any(|span| {
            if let Some(history) = case::until(asker, case, span) {
                self.see(asker, &history);
            }
            is_so(self)
        })
    }

    /// Takes in all that the judge says of a history.
    fn see(&mut self, asker: &Asker<'_>, history: &History) {
        let judged = judge::judge(asker.ground.protocol, asker.ground.calendar, history);
        if !judged.faults.is_empty() {
            return;
        }
        let (mut engaged, mut broken) = (BTreeSet::new(), BTreeSet::new());
        for verdict in judged.verdicts {
            match verdict.kind {
                VerdictKind::Breached { .. } => broken.insert(verdict.norm),
                kind if kind.is_engaged() => engaged.insert(verdict.norm),
                _ => false,
            };
        }
        self.kept.extend(engaged.difference(&broken));
        self.broken.extend(broken);
    }
}

/// Engaged, and not broken by the time the history ends; where all others cannot be obeyed with it, those of the findings are not.
fn kept_once(
    asker: &mut Asker<'_>,
    part: &Part,
    troubled: &BTreeSet<NormId>,
    norm: NormId,
    seen: &mut Witnessed,
) -> bool {
    let others = norms(asker.ground.protocol).filter(|n| *n != norm).collect();
    let fine = Claim::Accepted {
        tier: judge::Tier::Should,
        except: others,
    };
    // A breach that another rule makes good is accepted too.
    let claims = [Claim::Engages(norm), fine];
    let ways = asker.engagements(norm);
    let sound: Vec<NormId> = part.norms.iter().copied().filter(|n| !troubled.contains(n)).collect();
    let obeyed = match sound.len() == part.norms.len() {
        true => vec![&sound],
        false => vec![&part.norms, &sound],
    };
    let is_kept = |seen: &Witnessed| seen.kept.contains(&norm);
    obeyed.into_iter().any(|obeyed| {
        ways.iter().any(|way| {
            made(asker, part, std::slice::from_ref(way), obeyed).is_some_and(|case| {
                seen.shows(asker, &case, [0, 1], is_kept) || case::holds(asker, &case, &claims, [0, 1])
            })
        })
    })
}

/// Broken, if not when the last thing occurs then in two years' time.
fn broken_once(asker: &mut Asker<'_>, part: &Part, norm: NormId, seen: &mut Witnessed) -> bool {
    let breaks = asker.ground.breaks(norm);
    let is_broken = |seen: &Witnessed| seen.broken.contains(&norm);
    made(asker, part, &[breaks], &[]).is_some_and(|case| seen.shows(asker, &case, [800, 0], is_broken))
}

/// A case in which these claims are true and these norms obeyed, with as little from outside as can be.
fn made(asker: &mut Asker<'_>, part: &Part, claims: &[Formula], obeyed: &[NormId]) -> Option<Case> {
    let hidden = asker.idle(part, claims)?;
    let scene = asker.scene(part, claims, obeyed, hidden);
    let Outcome::Sat(leaf) = asker.play(&scene, &[]) else {
        return None;
    };
    let first = super::first_day(asker)?;
    case::case(asker, &leaf, &[], first, Taste::Early)
}
