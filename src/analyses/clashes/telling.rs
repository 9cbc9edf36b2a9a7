//! Clashes as findings: a story that the judge confirms, the dates, the level. In: what the search found. Out: [`Finding`]s.

use std::collections::BTreeSet;

use crate::diagnostics::{Code, Evidence, Severity, Step, code};
use crate::judge::{Claim, confirm};
use crate::model::{Confirmation, DecisionId, Happening, History, LimitKind, NormId, Protocol, Rank, ValueId, words};
use crate::solve::ask::Asker;
use crate::solve::ask::{Outcome, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::net::{Choice, Formula, Lit, Point, all, any};
use crate::solve::search::Leaf;
use crate::solve::words::Refutation;
use crate::time::Day;

use super::super::case::{self, Case, Shown};
use super::super::dates::Dates;
use super::super::describe;
use super::super::finding::Finding;
use super::cast::{Cast, Through};
use super::repairs::Bench;
use super::wording::{self, Circumstances};
use super::{Clash, Clashes, reach, window};

/// Findings for all clashes, each with what would mend it if there is a bench to find that out.
pub fn findings(asker: &mut Asker<'_>, clashes: &mut Clashes, mut bench: Option<Bench<'_>>) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    // A clash between rules of the law alone is not the author's to mend.
    let ours = |clash: &&Clash| clash.core.iter().any(|n| describe::is_local(protocol, *n));
    let cores: Vec<Clash> = clashes.cores.iter().filter(ours).cloned().collect();
    let told: Vec<Option<Finding>> = cores
        .iter()
        .map(|clash| finding(asker, clash, clashes, bench.as_mut()))
        .collect();
    let unshown = cores.into_iter().zip(&told).filter(|(_, told)| told.is_none());
    clashes.unshown = unshown.map(|(clash, _)| clash.core).collect();
    // That nothing is open where the source leaves the rest unsaid is a gap that its author has declared.
    let declared = |f: &Finding| {
        f.core
            .iter()
            .any(|n| clashes.closed.contains(n) && is_left_open(protocol, *n))
    };
    told.into_iter().flatten().filter(|f| !declared(f)).collect()
}

/// Whether a decision is said to have outcomes that the source does not name.
fn is_left_open(protocol: &Protocol, norm: NormId) -> bool {
    let NormId::Decision(d) = norm else { return false };
    let decision = protocol.decisions.get(d.index());
    decision.is_some_and(|d| d.otherwise_unstated.is_some())
}

fn finding(
    asker: &mut Asker<'_>,
    clash: &Clash,
    clashes: &mut Clashes,
    bench: Option<&mut Bench<'_>>,
) -> Option<Finding> {
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
    let mut cast = Cast::of(asker, &asking, &shown);
    let impossible = window::impossible(asker, clash, &asking);
    let of_itself = |norm: NormId| shown.iter().find(|s| s.broken == norm);
    let closed = asking.iter().copied().find(|n| is_closed(asker, clash, *n));
    let best = match impossible.or(closed).and_then(of_itself) {
        Some(shown) => shown,
        None => best_shown(protocol, &cast, &shown)?,
    };
    let (mut code, mut level) = classify(protocol, clash, &asking);
    if let Some(norm) = impossible {
        cast.leads(norm);
        (code, level) = (code::IMPOSSIBLE_TIME, Severity::Error);
    }
    let waits = clash.refutation.as_ref().zip(dates.as_ref()).is_some_and(|(r, dates)| {
        let fixed: Vec<(Point, i32)> = r.word.iter().copied().zip(dates.witness.iter().copied()).collect();
        asker.waits_for_outside(&r.word, &clash.part, &fixed, &clash.given, &asking)
    });
    let awaited = match asking.as_slice() {
        [only] if dates.is_none() && impossible.is_none() => awaited(asker, clash, *only),
        _ => None,
    };
    // What somebody is asked to send will be received.
    let arrives = awaited.is_some_and(|what| is_sent(asker, what));
    if (waits || arrives) && impossible.is_none() {
        (code, level) = (code::FORCED_WAIT, Severity::Note);
    }
    if let Some(decision) = closed.filter(|_| impossible.is_none()) {
        cast.leads(decision);
        code = code::MISSING_BRANCH;
        clashes.closed.insert(decision);
    }
    let circumstances = Circumstances {
        option: option(asker, clash, &asking),
        beyond: match asking.as_slice() {
            [only] => beyond_reach(asker, clash, *only),
            _ => false,
        },
        later: later(asker, clash, &cast),
        awaited,
        impossible: impossible.is_some(),
    };
    if let Some((decision, _)) = circumstances.option
        && leaves_another_way(asker, clash, decision)
    {
        clashes.optional.push(clash.core.clone());
        if impossible.is_none() {
            level = level.min(Severity::Warning);
        }
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
    // Whatever else the clash was found with has no part in what can never be kept, or is to be decided and cannot be.
    let alone = impossible.or(closed);
    let concerned = alone.map_or(asking, |norm| vec![norm]);
    let others: Vec<NormId> = concerned.iter().copied().filter(|n| *n != best.broken).collect();
    if !others.is_empty() {
        notes.push(format!(
            "in this story {} {} obeyed; giving up any other of them instead breaks that one",
            describe::list(protocol, &others),
            if others.len() == 1 { "is" } else { "are" }
        ));
    }
    notes.extend(window::note(asker, &best.case, &concerned));
    let story = story(asker, best, &core, cast.through);
    // Where something only waits for the outside, no rule of ours is too tight.
    let bench = bench.filter(|_| code != code::FORCED_WAIT && code != code::MISSING_BRANCH);
    let mended = bench.map(|bench| bench.repairs(asker, clash, cast.chief(), clashes));
    let (repairs, in_vain) = mended.unwrap_or_default();
    let (headline, help) = wording::wording(
        protocol,
        code,
        &cast,
        dates.as_ref(),
        &circumstances,
        (&repairs, &in_vain),
    );
    // What leads the headline is marked first, and an effect that the clash runs through belongs to it.
    let mut members: Vec<NormId> = cast.chief().into_iter().collect();
    let mut related: Vec<NormId> = core.into_iter().filter(|n| Some(*n) != cast.chief()).collect();
    if alone.is_none() {
        members.append(&mut related);
    }
    Some(Finding {
        code,
        severity: level,
        headline,
        related,
        places: Vec::new(),
        story,
        notes,
        repairs,
        help,
        evidence: Evidence::JudgeConfirmed,
        reach: reach(asker, &clash.given, some_dates),
        protects: super::super::states::touches_protected(asker, &members),
        core: members,
    })
}

/// The dated lines, with what is broken on its day, and before it the effect that breaks it.
fn story(asker: &mut Asker<'_>, best: &Shown, core: &[NormId], through: Option<Through>) -> Vec<Step> {
    let protocol = asker.ground.protocol;
    let mut story = case::telling(asker, &up_to_the_breach(asker, best), core);
    let after = |story: &[Step], day: Day| {
        let last = story.iter().rposition(|s| s.day.is_some_and(|d| d <= day));
        last.map_or(story.len(), |i| i + 1)
    };
    let mut steps = Vec::new();
    if let Some(through) = through
        && describe::forbids(protocol, best.broken)
    {
        steps.push(Step {
            day: Some(best.when),
            text: format!(
                "by `{}`, {}",
                describe::name(protocol, through.effect),
                words::change(protocol, through.change.0, through.change.1)
            ),
            rule: Some(describe::qualified(protocol, through.effect)),
        });
    }
    steps.push(case::breach_step(protocol, best.broken, best.when));
    let at = after(&story, best.when);
    story.splice(at..at, steps);
    story
}

/// The case without what else is done on the day on which a bar is broken, once it is: it tells nothing.
fn up_to_the_breach(asker: &Asker<'_>, best: &Shown) -> Case {
    let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
    let mut case = best.case.clone();
    if !describe::forbids(protocol, best.broken) {
        return case;
    }
    let broken = |history: &History| confirm(protocol, calendar, history, &[Claim::Breaches(best.broken)]);
    for at in (0..case.history.occurrences.len()).rev() {
        let Some(occurrence) = case.history.occurrences.get(at) else {
            break;
        };
        if occurrence.day > best.when {
            continue;
        }
        let mut less = case.clone();
        less.history.occurrences.remove(at);
        less.dated.remove(at);
        if occurrence.day < best.when || broken(&less.history) != Confirmation::Confirmed {
            break;
        }
        case = less;
    }
    case
}

/// The one option that a clash is about, if its case says how the matter is decided.
fn option(asker: &Asker<'_>, clash: &Clash, asking: &[NormId]) -> Option<(NormId, ValueId)> {
    asking.iter().find_map(|norm| {
        let NormId::Decision(d) = norm else { return None };
        let instance = asker.ground.of_class(Happening::Decided(*d)).next()?;
        let choices = [instance.outcome, instance.merits];
        let (_, set) = clash.given.iter().find(|(c, _)| choices.contains(&Some(*c)))?;
        (set.count_ones() == 1).then(|| (*norm, ValueId(set.trailing_zeros())))
    })
}

/// Whether nothing clashes where this decision may go another way.
fn leaves_another_way(asker: &mut Asker<'_>, clash: &Clash, decision: NormId) -> bool {
    let NormId::Decision(id) = decision else { return false };
    if is_left_open(asker.ground.protocol, decision) {
        return true;
    }
    let choices: Vec<Choice> = asker
        .ground
        .of_class(Happening::Decided(id))
        .flat_map(|i| [i.outcome, i.merits])
        .flatten()
        .collect();
    let given: Vec<(Choice, u64)> = clash
        .given
        .iter()
        .copied()
        .filter(|(c, _)| !choices.contains(c))
        .collect();
    match (&clash.asked, &clash.refutation) {
        (Some((_, scene)), _) => matches!(asker.play(scene, &given), Outcome::Sat(_)),
        (None, Some(r)) => {
            let fixed: Vec<(Point, i32)> = r.word.iter().copied().zip(r.days.iter().copied()).collect();
            asker
                .continuation(&r.word, &clash.part, &fixed, &given, &clash.part.norms)
                .is_some()
        }
        (None, None) => false,
    }
}

/// Whether what a norm asks for cannot be done at all in the case of a clash, whatever its limits are: no option of a decision is
/// open, or the status is not there to be changed.
fn beyond_reach(asker: &mut Asker<'_>, clash: &Clash, norm: NormId) -> bool {
    let Some(act) = describe::act_of(asker.ground.protocol, norm).filter(|_| clash.bare.is_some()) else {
        return false;
    };
    let ways: Vec<Formula> = match norm {
        NormId::Decision(d) => open(asker, d),
        NormId::Rule(_) => {
            let done = asker.ground.each(act).into_iter();
            done.map(|a| all([Lit::Occurs(a.at, true).into(), a.cond])).collect()
        }
    };
    !may_be(asker, clash, any(ways))
}

/// The ways of taking a decision: some option of it is open.
fn open(asker: &mut Asker<'_>, decision: DecisionId) -> Vec<Formula> {
    let class = Happening::Decided(decision);
    let taken: Vec<Point> = asker.ground.of_class(class).map(|i| i.at).collect();
    let open = |at: Point| {
        let closed = all(asker.ground.closed(decision, at));
        all([Lit::Occurs(at, true).into(), asker.ground.net.not(&closed)])
    };
    taken.into_iter().map(open).collect()
}

/// Whether it is a decision that could be taken in the case of a clash, but for its options, of which none is ever open.
fn is_closed(asker: &mut Asker<'_>, clash: &Clash, norm: NormId) -> bool {
    let NormId::Decision(decision) = norm else { return false };
    let taken = asker.ground.of_class(Happening::Decided(decision));
    let taken = any(taken.map(|i| Lit::Occurs(i.at, true).into()));
    let open = any(open(asker, decision));
    may_be(asker, clash, taken) && !may_be(asker, clash, open)
}

/// Whether this may be so in the case of a clash, if no norm need be obeyed.
fn may_be(asker: &mut Asker<'_>, clash: &Clash, formula: Formula) -> bool {
    match (&clash.refutation, &clash.bare) {
        (Some(found), _) => asker.may_follow(&found.word, &clash.part, &found.fixed(), &clash.given, formula),
        (None, Some(bare)) => {
            let case = clash.given.iter().map(|(c, set)| Lit::Is(*c, *set).into());
            let also: Vec<Formula> = case.chain([formula]).collect();
            !matches!(asker.play_where(bare, &BTreeSet::new(), &also), Outcome::Unsat(_))
        }
        (None, None) => true,
    }
}

/// What a duty has to follow, by its own limits, that comes from outside and would do if it came.
fn awaited(asker: &mut Asker<'_>, clash: &Clash, duty: NormId) -> Option<Happening> {
    let protocol = asker.ground.protocol;
    let limits = describe::limits(protocol, duty).iter();
    let follows: Vec<Happening> = limits
        .filter_map(|l| match &l.kind {
            LimitKind::After(m) | LimitKind::AtLeastAfter(_, m) | LimitKind::StraightAfter(m) => m.any.first(),
            _ => None,
        })
        .map(|moment| moment.what)
        .collect();
    let from_outside = |what: &Happening| {
        let mut all = asker.ground.of_class(*what);
        all.next().is_some_and(|i| !asker.is_own(i.at))
    };
    let what = follows.into_iter().find(from_outside)?;
    let engaged = any(asker.engagements(duty));
    let occurs = any(asker.ground.of_class(what).map(|i| Lit::Occurs(i.at, true).into()));
    let scene = asker.scene(&clash.part, &[engaged, occurs], &clash.part.norms, BTreeSet::new());
    matches!(asker.play(&scene, &clash.given), Outcome::Sat(_)).then_some(what)
}

/// Whether it is the receipt of what some rule asks somebody to send.
fn is_sent(asker: &Asker<'_>, what: Happening) -> bool {
    let Happening::Received(document) = what else {
        return false;
    };
    norms(asker.ground.protocol).any(|n| asker.ground.asks_for(n, Happening::Sent(document)))
}

/// What came from outside when the chief duty was engaged already, if a bar speaks of it.
fn later(asker: &Asker<'_>, clash: &Clash, cast: &Cast) -> Option<Happening> {
    let protocol = asker.ground.protocol;
    let word = &clash.refutation.as_ref()?.word;
    let [_, .., last] = word.as_slice() else { return None };
    let what = asker.ground.instance(*last).filter(|_| !asker.is_own(*last))?.class;
    let chief = *cast.duties.first()?;
    let speaks = |n: NormId| describe::speaks_of(protocol, n, what);
    (cast.bars.iter().any(|b| speaks(*b)) && !speaks(chief)).then_some(what)
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
    let first = first.or_else(|| super::super::first_day(asker))?;
    let made = case::case(asker, leaf, fixed, first, Taste::Early)?;
    case::show(asker, &made, broken, others, super::super::judge_tier(tier))
}

/// The story that tells most: a prohibition broken where the act that it forbids is what the clash turns on, or else, where
/// several duties of ours share the time that there is, a limit passed after all else was done.
fn best_shown<'s>(protocol: &Protocol, cast: &Cast, shown: &'s [Shown]) -> Option<&'s Shown> {
    let budget = |s: &&Shown| describe::is_local(protocol, s.broken) && describe::has_deadline(protocol, s.broken);
    let runs_out = cast.duties.len() > 1 && cast.begins.is_empty() && shown.iter().any(|s| budget(&s));
    let by_bar = cast.direct && !runs_out;
    shown.iter().min_by_key(|s| {
        (
            describe::forbids(protocol, s.broken) != by_bar,
            cast.begins.contains(&s.broken),
            !describe::has_deadline(protocol, s.broken),
            std::cmp::Reverse(s.case.history.occurrences.len()),
            std::cmp::Reverse(describe::rank(protocol, s.broken)),
            std::cmp::Reverse(s.when),
        )
    })
}
