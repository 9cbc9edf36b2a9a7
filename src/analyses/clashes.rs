//! Clashes: an accepted prefix engages a norm, yet no accepted history keeps it. Timing, norms, authority and law are one
//! question; the members of the core say which. In: an [`Asker`]. Out: findings, and what was proved.
//!
//! Two searches share the cores they find. *Words*: every order of up to [`WORD`] occurrences that change a status, a guard
//! or an ordinal, for all dates and cases. *Keeping*: for each duty, a case in which it can be engaged but never kept.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Evidence, Severity, code};
use crate::model::{Body, FactorKind, NormId, Protocol, Rank};
use crate::solve::ask::Outcome;
use crate::solve::ask::{Adverse, Asker, Scene, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::class_of;
use crate::solve::net::{Choice, Point};
use crate::solve::parts::Part;
use crate::solve::search::Leaf;
use crate::solve::words::{Attempt, Refutation};

use super::case::{self, Shown};
use super::dates::Dates;
use super::describe;
use super::finding::{Finding, Reach};

/// How many occurrences a word may hold.
pub const WORD: usize = 2;
/// How many words are tried for one part; beyond that the verdict is *not proven*.
const WORDS: usize = 4_000;
/// How many clashes are looked for behind one another in one word or norm.
const LAYERS: usize = 4;

/// What is known of clashes so far.
#[derive(Debug, Default)]
pub struct Clashes {
    /// Cores, in the order in which they were found.
    pub cores: Vec<Clash>,
    /// Questions that were not decided.
    pub unfinished: usize,
    /// Clashes found that no history shows: they are not told.
    pub unshown: usize,
    /// Words tried.
    pub words: usize,
}

/// One clash.
#[derive(Debug, Clone)]
pub struct Clash {
    /// The norms, those that ask or forbid and the effects between them.
    pub core: BTreeSet<NormId>,
    /// In which tier it was found.
    pub tier: Tier,
    /// The prefix, if one led to it.
    pub refutation: Option<Refutation>,
    /// What the case assumes.
    pub given: Vec<(Choice, u64)>,
    /// The norm that was asked about, if one was, and in which scene.
    pub asked: Option<(NormId, Scene)>,
    /// The authority need not have let it come to this.
    pub avoidable: bool,
    pub(super) part: Part,
}

impl Clashes {
    fn knows(&self, core: &BTreeSet<NormId>) -> bool {
        self.cores.iter().any(|c| c.core.is_subset(core))
    }

    /// What to leave aside so that `core` no longer stands in the way: what forbids first, then the law, never an effect.
    pub fn waive(protocol: &Protocol, core: &BTreeSet<NormId>, keep: Option<NormId>) -> Option<NormId> {
        core.iter()
            .copied()
            .filter(|n| !describe::is_silent(protocol, *n) && Some(*n) != keep)
            .max_by_key(|n| {
                (
                    describe::forbids(protocol, *n),
                    describe::rank(protocol, *n),
                    std::cmp::Reverse(*n),
                )
            })
    }
}

/// Searches both ways, in both tiers.
pub fn search(asker: &mut Asker<'_>) -> Clashes {
    let mut found = Clashes::default();
    for tier in [Tier::Must, Tier::Should] {
        let obeyed = asker.obeyed(tier, &BTreeSet::new());
        let parts = asker.parts(&obeyed);
        // Smaller cores first: what no case keeps, then what some order of events leaves stuck.
        for part in parts.iter().filter(|_| tier == Tier::Must) {
            for &norm in &part.norms {
                keeping(asker, part, norm, tier, &mut found);
            }
        }
        for part in &parts {
            words(asker, part, tier, &mut found);
        }
    }
    found
}

/// Looks for clashes right after one of these occurrences, each alone.
pub fn after(asker: &mut Asker<'_>, part: &Part, starts: &[Point]) -> Clashes {
    let mut found = Clashes::default();
    for &start in starts {
        word_continues(asker, part, &[start], Tier::Must, &mut found);
    }
    found
}

fn words(asker: &mut Asker<'_>, part: &Part, tier: Tier, found: &mut Clashes) {
    let mut words: Vec<Vec<Point>> = part.letters.iter().map(|l| vec![*l]).collect();
    for length in 1..=WORD {
        let mut longer = Vec::new();
        for word in &words {
            if found.words >= WORDS {
                found.unfinished += 1;
                return;
            }
            found.words += 1;
            if word_continues(asker, part, word, tier, found) && length < WORD {
                longer.extend(part.letters.iter().filter(|l| !word.contains(l)).map(|l| {
                    let mut longer = word.clone();
                    longer.push(*l);
                    longer
                }));
            }
        }
        words = longer;
    }
}

/// Whether a word is reached and continues everywhere; clashes that hide behind one another are found one by one.
fn word_continues(asker: &mut Asker<'_>, part: &Part, word: &[Point], tier: Tier, found: &mut Clashes) -> bool {
    let mut obeyed = part.norms.clone();
    for _ in 0..LAYERS {
        match asker.refute(word, part, &obeyed) {
            Attempt::Unreachable => return false,
            Attempt::Continues => return obeyed.len() == part.norms.len(),
            Attempt::Unfinished => {
                found.unfinished += 1;
                return false;
            }
            Attempt::Stuck(refutation) => {
                let protocol = asker.ground.protocol;
                let core = refutation.core.clone();
                if core.iter().all(|n| describe::is_silent(protocol, *n)) {
                    return false;
                }
                let avoidable = word.iter().any(|x| asker.is_own(*x));
                if own_doing(asker, word, &core) {
                    return false;
                }
                let subsumed = found.knows(&core);
                match found.cores.iter_mut().find(|c| c.core == core) {
                    Some(known) => {
                        if known.avoidable && !avoidable {
                            known.avoidable = false;
                            known.given.clone_from(&refutation.case);
                            known.refutation = Some(*refutation);
                        }
                    }
                    None if subsumed => {}
                    None => found.cores.push(Clash {
                        core: core.clone(),
                        tier,
                        given: refutation.case.clone(),
                        refutation: Some(*refutation),
                        asked: None,
                        avoidable,
                        part: part.clone(),
                    }),
                }
                let Some(waived) = Clashes::waive(protocol, &core, None) else {
                    return false;
                };
                obeyed.retain(|n| *n != waived);
            }
        }
    }
    false
}

/// The one duty of a core stands in its own way by what was done of it: whoever acts too early springs no trap.
fn own_doing(asker: &Asker<'_>, word: &[Point], core: &BTreeSet<NormId>) -> bool {
    let protocol = asker.ground.protocol;
    let mut asking = core.iter().filter(|n| !describe::is_silent(protocol, **n));
    let (Some(NormId::Rule(r)), None) = (asking.next(), asking.next()) else {
        return false;
    };
    let asked = match protocol.rules.get(r.index()).map(|rule| &rule.body) {
        Some(Body::Norm { act, .. }) => class_of(act),
        _ => None,
    };
    let done = |x: &Point| asker.is_own(*x) && asker.ground.instance(*x).map(|i| i.class) == asked;
    asked.is_some() && word.iter().any(done)
}

/// Looks for a case in which a duty is engaged but in no accepted history kept.
fn keeping(asker: &mut Asker<'_>, part: &Part, norm: NormId, tier: Tier, found: &mut Clashes) {
    let protocol = asker.ground.protocol;
    if describe::forbids(protocol, norm) {
        return;
    }
    for way in asker.engagements(norm) {
        // What engages it, and nothing else from outside: what the court might yet do must not rescue a protocol.
        let Some(hidden) = asker.idle(part, std::slice::from_ref(&way)) else {
            continue;
        };
        let scene = asker.scene(part, std::slice::from_ref(&way), &part.norms, hidden);
        let mut out = BTreeSet::new();
        for _ in 0..LAYERS {
            match asker.adverse(&scene, &out) {
                Adverse::None => break,
                Adverse::Unfinished => {
                    found.unfinished += 1;
                    break;
                }
                Adverse::Case(given) => {
                    let Some(core) = asker.core_of(&scene, &out, &given) else {
                        break;
                    };
                    // Without the norm itself in it, it is its trigger that cannot come about: another norm's clash.
                    let full = core.clone();
                    if core.contains(&norm)
                        && !found
                            .cores
                            .iter()
                            .any(|c| c.core.is_subset(&full) || full.is_subset(&c.core))
                    {
                        found.cores.push(Clash {
                            core: full,
                            tier,
                            refutation: None,
                            given,
                            asked: Some((norm, scene.clone())),
                            avoidable: false,
                            part: part.clone(),
                        });
                    }
                    let Some(waived) = Clashes::waive(protocol, &core, Some(norm)) else {
                        break;
                    };
                    out.insert(waived);
                }
            }
        }
    }
}

/// Findings for all clashes.
pub fn findings(asker: &mut Asker<'_>, clashes: &mut Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    // A clash between rules of the law alone is not the author's to mend.
    let ours = |clash: &&Clash| clash.core.iter().any(|n| describe::is_local(protocol, *n));
    let told: Vec<Option<Finding>> = clashes
        .cores
        .iter()
        .filter(ours)
        .map(|clash| finding(asker, clash))
        .collect();
    clashes.unshown = told.iter().filter(|f| f.is_none()).count();
    told.into_iter().flatten().collect()
}

fn finding(asker: &mut Asker<'_>, clash: &Clash) -> Option<Finding> {
    let protocol = asker.ground.protocol;
    let core = ordered(protocol, &clash.core);
    let asking: Vec<NormId> = core
        .iter()
        .copied()
        .filter(|n| !describe::is_silent(protocol, *n))
        .collect();
    let (shown, dates) = match &clash.refutation {
        Some(refutation) => {
            let dates = Dates::of(asker, clash, refutation, &asking);
            (shown_by_word(asker, clash, refutation, &asking, &dates), Some(dates))
        }
        None => (shown_by_norm(asker, clash, &asking), None),
    };
    let (mut code, mut level) = classify(protocol, clash, &asking);
    let waits = clash.refutation.as_ref().zip(dates.as_ref()).is_some_and(|(r, dates)| {
        let fixed: Vec<(Point, i32)> = r.word.iter().copied().zip(dates.witness.iter().copied()).collect();
        asker.waits_for_outside(&r.word, &clash.part, &fixed, &clash.given, &asking)
    });
    if waits {
        (code, level) = (code::FORCED_WAIT, Severity::Note);
    }
    let some_dates = dates.as_ref().is_some_and(|d| !d.is_always());
    let mut notes = Vec::new();
    if let Some(dates) = &dates {
        notes.extend(dates.words());
    } else if let (Some(from), Some(to)) = (
        asker.ground.calendar.day(asker.starts.0),
        asker.ground.calendar.day(asker.starts.1),
    ) {
        notes.push(format!("from every start date {from} to {to}"));
    }
    let assumed = case::assumptions(asker, &clash.given);
    if !assumed.is_empty() {
        notes.push(format!("the case: {}", assumed.join("; ")));
    }
    let reach = reach(asker, &clash.given, some_dates);
    let best = best_shown(protocol, &shown)?;
    let mut story = case::telling(asker, &best.case, &core);
    let at = story
        .iter()
        .rposition(|s| s.day.is_some_and(|d| d <= best.when))
        .map_or(story.len(), |i| i + 1);
    story.insert(at, case::breach_step(protocol, best.broken, best.when));
    let others: Vec<NormId> = asking.iter().copied().filter(|n| *n != best.broken).collect();
    if !others.is_empty() {
        notes.push(format!(
            "in this story {} {} obeyed; giving up any other of them instead breaks that one",
            describe::list(protocol, &others),
            if others.len() == 1 { "is" } else { "are" }
        ));
    }
    let (headline, help) = wording(protocol, code, &core, &asking, dates.as_ref());
    Some(Finding {
        code,
        severity: level,
        headline,
        related: Vec::new(),
        places: Vec::new(),
        story,
        notes,
        help,
        evidence: Evidence::JudgeConfirmed,
        reach,
        protects: super::states::touches_protected(asker, &core),
        core,
    })
}

/// Local duties first, then effects, then what forbids, then the law.
fn ordered(protocol: &Protocol, core: &BTreeSet<NormId>) -> Vec<NormId> {
    let mut out: Vec<NormId> = core.iter().copied().collect();
    out.sort_by_key(|n| {
        (
            describe::rank(protocol, *n),
            describe::forbids(protocol, *n),
            describe::is_silent(protocol, *n),
            describe::span(protocol, *n),
        )
    });
    out
}

fn classify(protocol: &Protocol, clash: &Clash, asking: &[NormId]) -> (Code, Severity) {
    let local: Vec<NormId> = asking
        .iter()
        .copied()
        .filter(|n| describe::is_local(protocol, *n))
        .collect();
    let base: Vec<NormId> = asking
        .iter()
        .copied()
        .filter(|n| !describe::is_local(protocol, *n))
        .collect();
    let duty = |n: &NormId| !describe::forbids(protocol, *n);
    let code = if asking.iter().any(|n| describe::is_exclusive(protocol, *n)) {
        code::DUTY_POWER
    } else if asking.iter().any(|n| describe::forbids(protocol, *n)) && asking.iter().any(duty) {
        code::DUTY_PROHIBITION
    } else if !local.is_empty() && !base.is_empty() {
        code::AGAINST_LAW
    } else {
        code::IMPOSSIBLE_TIME
    };
    let mut level = if clash.tier == Tier::Must {
        Severity::Error
    } else {
        Severity::Warning
    };
    let guidance_only = !base.is_empty() && base.iter().all(|n| describe::rank(protocol, *n) == Rank::Guidance);
    if guidance_only && code == code::AGAINST_LAW || clash.avoidable {
        level = level.min(Severity::Warning);
    }
    if base.iter().any(|n| describe::is_recalled(protocol, *n)) {
        level = match level {
            Severity::Error => Severity::Warning,
            _ => Severity::Note,
        };
    }
    (if clash.avoidable { code::TRAP } else { code }, level)
}

pub(super) fn reach(asker: &Asker<'_>, given: &[(Choice, u64)], some_dates: bool) -> Reach {
    let mut reach = if some_dates { Reach::SomeDates } else { Reach::EveryCase };
    for (choice, set) in given {
        if *set == asker.ground.net.full(*choice) {
            continue;
        }
        let Some(factor) = asker.ground.factors.iter().position(|c| c == choice) else {
            continue;
        };
        let is_reading = asker
            .ground
            .protocol
            .factors
            .get(factor)
            .is_some_and(|f| matches!(f.kind, FactorKind::Reading));
        reach = reach.min(if is_reading {
            Reach::OneReading
        } else {
            Reach::SomeCases
        });
    }
    reach
}

/// Stories in which all but one of the core are obeyed, each confirmed by the judge.
fn shown_by_word(
    asker: &mut Asker<'_>,
    clash: &Clash,
    refutation: &Refutation,
    asking: &[NormId],
    dates: &Dates,
) -> Vec<Shown> {
    let fixed: Vec<(Point, i32)> = refutation
        .word
        .iter()
        .copied()
        .zip(dates.witness.iter().copied())
        .collect();
    let mut out = Vec::new();
    for &broken in asking {
        let others: Vec<NormId> = asking.iter().copied().filter(|n| *n != broken).collect();
        // With everything else obeyed it reads like a case; where that cannot be, the core alone must do.
        let rest: Vec<NormId> = clash.part.norms.iter().copied().filter(|n| *n != broken).collect();
        for obeyed in [&rest, &others] {
            let leaf = asker.continuation(&refutation.word, &clash.part, &fixed, &clash.given, obeyed);
            let found = leaf.and_then(|leaf| {
                shown(
                    asker,
                    &leaf,
                    &fixed,
                    dates.witness.first().copied(),
                    broken,
                    &others,
                    clash.tier,
                )
            });
            if let Some(found) = found {
                out.push(found);
                break;
            }
        }
    }
    out
}

fn shown_by_norm(asker: &mut Asker<'_>, clash: &Clash, asking: &[NormId]) -> Vec<Shown> {
    let Some((_, scene)) = &clash.asked else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for &broken in asking {
        let others: Vec<NormId> = asking.iter().copied().filter(|n| *n != broken).collect();
        let rest: BTreeSet<NormId> = scene.norms().into_iter().filter(|n| !others.contains(n)).collect();
        let Outcome::Sat(leaf) = asker.play_without(scene, &rest, &clash.given) else {
            continue;
        };
        out.extend(shown(asker, &leaf, &[], None, broken, &others, clash.tier));
    }
    out
}

fn shown(
    asker: &Asker<'_>,
    leaf: &Leaf,
    fixed: &[(Point, i32)],
    first: Option<i32>,
    broken: NormId,
    others: &[NormId],
    tier: Tier,
) -> Option<Shown> {
    let first = first.or_else(|| super::first_day(asker))?;
    let made = case::case(asker, leaf, fixed, first, Taste::Early)?;
    case::show(asker, &made, broken, others, super::judge_tier(tier))
}

/// The story that tells most: a prohibition broken, or else a limit passed after all else was done.
fn best_shown<'s>(protocol: &Protocol, shown: &'s [Shown]) -> Option<&'s Shown> {
    shown.iter().min_by_key(|s| {
        (
            !describe::forbids(protocol, s.broken),
            !describe::has_deadline(protocol, s.broken),
            std::cmp::Reverse(s.case.history.occurrences.len()),
            std::cmp::Reverse(describe::rank(protocol, s.broken)),
            std::cmp::Reverse(s.when),
        )
    })
}

fn wording(
    protocol: &Protocol,
    code: Code,
    core: &[NormId],
    asking: &[NormId],
    dates: Option<&Dates>,
) -> (String, Vec<String>) {
    let q = |n: &NormId| describe::quoted(protocol, *n);
    let duties: Vec<NormId> = asking
        .iter()
        .copied()
        .filter(|n| !describe::forbids(protocol, *n))
        .collect();
    let bars: Vec<NormId> = asking
        .iter()
        .copied()
        .filter(|n| describe::forbids(protocol, *n))
        .collect();
    let when = dates.and_then(Dates::short).map_or(String::new(), |s| format!(" {s}"));
    let chief = core
        .iter()
        .copied()
        .find(|n| duties.contains(n))
        .or(core.first().copied());
    let Some(chief) = chief else {
        return (String::new(), Vec::new());
    };
    let others: Vec<NormId> = duties.iter().copied().filter(|n| *n != chief).collect();
    let with = if others.is_empty() {
        String::new()
    } else {
        format!(", given {}", describe::list(protocol, &others))
    };
    if let Some(power) = bars.iter().find(|n| describe::is_exclusive(protocol, **n)) {
        return (
            format!(
                "{} does what {} leaves to somebody else alone{with}{when}",
                q(&chief),
                q(power)
            ),
            vec![
                format!(
                    "make {} an `exception to {}`, if that is meant",
                    q(&chief),
                    describe::name(protocol, *power)
                ),
                format!(
                    "or have the holder of {} decide first, and let {} only carry it out",
                    q(power),
                    q(&chief)
                ),
            ],
        );
    }
    if code == code::FORCED_WAIT {
        return (
            format!(
                "{} waits for something outside that no rule brings about{}",
                q(&chief),
                bars.first()
                    .map_or(String::new(), |b| format!(": {} holds until then", q(b)))
            ),
            vec!["name who asks for it or tells the other side, and by when".to_owned()],
        );
    }
    if let Some(bar) = bars.first() {
        let verb = if code == code::TRAP {
            "can be left with no way past"
        } else {
            "cannot be done without breaking"
        };
        return (
            format!("{} {verb} {}{with}{when}", q(&chief), q(bar)),
            vec![
                format!(
                    "say in {} which cases it does not cover (`unless`), or make {} an exception to it",
                    q(bar),
                    q(&chief)
                ),
                format!("or let {} wait until {} is over", q(&chief), q(bar)),
            ],
        );
    }
    let rest: Vec<NormId> = asking.iter().copied().filter(|n| *n != chief).collect();
    if rest.is_empty() {
        return (
            format!("{} cannot be kept{when}", q(&chief)),
            vec![format!(
                "loosen the limits of {}, or say when it does not apply",
                q(&chief)
            )],
        );
    }
    (
        format!(
            "{} cannot be kept together with {}{when}",
            q(&chief),
            describe::list(protocol, &rest)
        ),
        vec![format!(
            "change one of the limits: {}",
            describe::list(protocol, asking)
        )],
    )
}

/// Places of the clashes' members, for other analyses that say they looked past them.
pub fn set_aside(protocol: &Protocol, waived: &BTreeSet<NormId>) -> Option<String> {
    let list: Vec<NormId> = waived.iter().copied().collect();
    (!list.is_empty()).then(|| {
        format!(
            "found with {} set aside, which a clash above concerns",
            describe::list(protocol, &list)
        )
    })
}
