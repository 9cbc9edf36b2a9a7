//! Doubts that matter: one and the same dated history, accepted under one answer, in which under another a norm is broken, or
//! applies where it did not. In: an [`Asker`] and the clashes known. Out: one finding per doubt of ours, with both endings
//! confirmed by the judge.

mod endings;
mod telling;

use std::collections::{BTreeMap, BTreeSet};

use crate::calendar::{Calendar, Reach};
use crate::diagnostics::Step;
use crate::model::{
    Cond, Decision, DecisionId, FactorId, Happening, History, Length, Limit, LimitKind, NormId, Occurrence, Protocol,
    ValueId, words,
};
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::{is_reading, norms};
use crate::solve::net::{Choice, Formula, Lit, all, any};
use crate::solve::parts::Part;
use crate::solve::search::Leaf;
use crate::time::Day;

use super::case::{self, Case};
use super::clashes::Clashes;
use super::finding::Finding;
use super::given::{Given, needed};
use super::law::{Parts, part_of, parts, past_clashes, without};
use super::{describe, states};
use endings::{Endings, Judged};

/// One doubt about the text.
struct Doubt {
    factor: FactorId,
    choice: Choice,
    /// How many answers.
    answers: u32,
}

/// Two answers: one under which a case is accepted, and another.
#[derive(Clone, Copy)]
struct Answers {
    fine: u32,
    other: u32,
}

/// A question: is there a case in which this norm turns on which of two answers is meant?
struct Asked {
    norm: NormId,
    answers: Answers,
    /// What is obeyed under the first.
    tier: Tier,
    /// It is to be broken under the second, not only to apply or not.
    breach: bool,
}

/// A case with its two endings.
struct Told {
    norm: NormId,
    answers: Answers,
    case: Case,
    /// An act in it that the solver has no point for.
    act: Option<Step>,
    given: Given,
    waived: BTreeSet<NormId>,
    endings: Endings,
}

/// Norms that a choice bears on, with what it is to break each.
type Turning = BTreeMap<Choice, Vec<(NormId, Formula)>>;

/// All doubts of ours; those of the law are not the author's to settle.
pub fn findings(asker: &mut Asker<'_>, clashes: &Clashes) -> Vec<Finding> {
    let protocol = asker.ground.protocol;
    let local = |id: FactorId| {
        let module = protocol.factors.get(id.index()).map(|f| f.origin.module);
        module.is_some_and(|m| protocol.modules.get(m.index()).is_some_and(|m| m.local))
    };
    let all = (0..).map(FactorId).zip(&protocol.factors).zip(&asker.ground.factors);
    let doubts: Vec<Doubt> = all
        .filter(|((id, _), _)| is_reading(protocol, *id) && local(*id))
        .map(|((factor, of), choice)| Doubt {
            factor,
            choice: *choice,
            answers: u32::try_from(of.values.len()).unwrap_or(0),
        })
        .collect();
    if doubts.is_empty() {
        return Vec::new();
    }
    let parts = parts(asker);
    let turning = turning(asker);
    let of = |doubt: &Doubt| of_doubt(asker, (clashes, &parts), doubt, &turning);
    doubts.iter().filter_map(of).collect()
}

fn turning(asker: &mut Asker<'_>) -> Turning {
    let mut out = Turning::new();
    for norm in norms(asker.ground.protocol) {
        if asker.ground.binds(norm) && asker.ground.has_instances(norm) {
            let breaks = asker.ground.breaks(norm);
            for choice in choices(&breaks) {
                out.entry(choice).or_default().push((norm, breaks.clone()));
            }
        }
    }
    out
}

fn choices(formula: &Formula) -> BTreeSet<Choice> {
    let mut found = BTreeSet::new();
    formula.atoms(&mut |lit| {
        if let Lit::Is(choice, _) = lit {
            found.insert(*choice);
        }
    });
    found
}

impl Doubt {
    /// Every answer beside every other one.
    fn pairs(&self) -> impl Iterator<Item = Answers> + use<> {
        let n = self.answers;
        let others = move |fine| {
            (0..n)
                .filter(move |b| *b != fine)
                .map(move |other| Answers { fine, other })
        };
        (0..n).flat_map(others)
    }

    fn is(&self, answer: u32) -> Formula {
        Lit::Is(self.choice, 1 << answer).into()
    }

    /// A formula as it is under this answer.
    fn under(&self, asker: &Asker<'_>, formula: &Formula, answer: u32) -> Formula {
        asker.ground.net.decided(formula, self.choice, 1 << answer)
    }

    /// The history as it is read under this answer.
    fn read(&self, history: &History, answer: u32) -> History {
        let mut history = history.clone();
        history.factors.retain(|(f, _)| *f != self.factor);
        history.factors.push((self.factor, ValueId(answer)));
        history
    }

    /// The limits of a norm that are other ones under another answer.
    fn limits<'p>(&self, protocol: &'p Protocol, norm: NormId) -> Vec<&'p Limit> {
        let is_doubtful = |limit: &&Limit| {
            let readings = [
                length(limit).and_then(|l| l.reading),
                limit.kind.moments().and_then(|m| m.reading),
            ];
            readings.contains(&Some(self.factor))
        };
        describe::limits(protocol, norm).iter().filter(is_doubtful).collect()
    }
}

fn length(limit: &Limit) -> Option<&Length> {
    match &limit.kind {
        LimitKind::Within(l, _)
        | LimitKind::AtLeastBefore(l, _)
        | LimitKind::AtLeastAfter(l, _)
        | LimitKind::UntilAfter(l, _) => Some(l),
        _ => None,
    }
}

/// Everything that turns on one doubt, told by the case in which most does.
fn of_doubt(asker: &mut Asker<'_>, known: (&Clashes, &Parts), doubt: &Doubt, turning: &Turning) -> Option<Finding> {
    let mut told: Vec<Told> = Vec::new();
    for (norm, breaks) in turning.get(&doubt.choice).into_iter().flatten() {
        let mut pairs = doubt.pairs();
        told.extend(pairs.find_map(|answers| broken(asker, known, doubt, (*norm, breaks), answers)));
    }
    for norm in norms(asker.ground.protocol) {
        if told.iter().any(|t| t.endings.flips.iter().any(|f| f.norm == norm)) {
            continue;
        }
        let found = doubt
            .pairs()
            .find_map(|answers| engaged(asker, known.0, doubt, norm, answers));
        told.extend(found.or_else(|| acted(asker, known.0, doubt, norm)));
    }
    match telling::best(asker.ground.protocol, &told) {
        Some(best) => Some(telling::finding(asker, doubt, best, &told)),
        None if asker.is_spent() => None,
        None => Some(telling::idle(asker.ground.protocol, doubt)),
    }
}

/// A history that is accepted under the one answer and breaks the norm under the other.
fn broken(
    asker: &mut Asker<'_>,
    (clashes, parts): (&Clashes, &Parts),
    doubt: &Doubt,
    (norm, breaks): (NormId, &Formula),
    answers: Answers,
) -> Option<Told> {
    let tier = tier(asker.ground.protocol, norm);
    let part = part_of(parts, norm, tier)?;
    let plain = vec![doubt.is(answers.fine), doubt.under(asker, breaks, answers.other)];
    // What may be decided only then, if it is missed, makes the better case.
    let mut ways: Vec<Vec<Formula>> = Vec::new();
    for decision in waiting_for(asker.ground.protocol, norm) {
        let engaged = any(asker.engagements(NormId::Decision(decision)));
        let later = decided_later(asker, norm, decision);
        ways.push(plain.iter().cloned().chain([engaged, later]).collect());
    }
    ways.push(plain);
    let asked = Asked {
        norm,
        answers,
        tier,
        breach: true,
    };
    let mut ways = ways.into_iter();
    ways.find_map(|claims| told(asker, clashes, &part, doubt, &claims, &asked))
}

fn tier(protocol: &Protocol, norm: NormId) -> Tier {
    match describe::is_should(protocol, norm) {
        true => Tier::Should,
        false => Tier::Must,
    }
}

/// The decisions of which some option is open or closed by the norm's being missed.
fn waiting_for(protocol: &Protocol, norm: NormId) -> Vec<DecisionId> {
    let NormId::Rule(rule) = norm else { return Vec::new() };
    let missed = Happening::Missed(rule);
    let speaks = |c: &Cond| {
        let mut found = false;
        happened(protocol, c, &mut |what| found |= what == missed);
        found
    };
    let waits = |d: &Decision| d.options.iter().any(|o| speaks(&o.if_) || o.unless.iter().any(speaks));
    let all = (0..).map(DecisionId).zip(&protocol.decisions);
    all.filter(|(_, d)| waits(d)).map(|(id, _)| id).collect()
}

/// Calls `see` on what a condition asks to have happened, through its terms.
fn happened(protocol: &Protocol, cond: &Cond, see: &mut impl FnMut(Happening)) {
    match cond {
        Cond::Happened(m, _) => see(m.what),
        Cond::Before(a, b, _) => {
            see(a.what);
            see(b.what);
        }
        Cond::DueBefore(a, b, _) => {
            see(Happening::Booked(a.meeting));
            see(Happening::Booked(b.meeting));
        }
        Cond::DueWithin(a, _, _) => see(Happening::Booked(a.meeting)),
        Cond::Term(t, _) => {
            if let Some(term) = protocol.terms.get(t.index()) {
                happened(protocol, &term.means, see);
            }
        }
        Cond::Not(inner) => happened(protocol, inner, see),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| happened(protocol, c, see)),
        Cond::True | Cond::Factor(..) | Cond::Status(..) => {}
    }
}

/// The decision is taken after something that a limit of the norm hangs on.
fn decided_later(asker: &mut Asker<'_>, norm: NormId, decision: DecisionId) -> Formula {
    let limits = describe::limits(asker.ground.protocol, norm);
    let anchors = limits.iter().filter_map(|l| l.kind.moments());
    let anchors: Vec<_> = anchors.flat_map(|m| asker.ground.denoted_by(m)).map(|a| a.at).collect();
    let decided = asker.ground.of_class(Happening::Decided(decision));
    let decided: Vec<_> = decided.map(|i| i.at).collect();
    any(anchors.into_iter().map(|x| {
        let after = |y| any([Lit::Occurs(y, false).into(), Lit::Before(x, y).into()]);
        all(std::iter::once(Lit::Occurs(x, true).into()).chain(decided.iter().copied().map(after)))
    }))
}

/// A history in which the norm applies under the one answer and not under the other.
fn engaged(asker: &mut Asker<'_>, clashes: &Clashes, doubt: &Doubt, norm: NormId, answers: Answers) -> Option<Told> {
    let engaged = any(asker.engagements(norm));
    if !choices(&engaged).contains(&doubt.choice) {
        return None;
    }
    let here = doubt.under(asker, &engaged, answers.fine);
    let there = doubt.under(asker, &engaged, answers.other);
    let claims = [doubt.is(answers.fine), here, asker.ground.net.not(&there)];
    let part = everything(asker);
    let asked = Asked {
        norm,
        answers,
        tier: Tier::Must,
        breach: false,
    };
    told(asker, clashes, &part, doubt, &claims, &asked)
}

/// All that must be obeyed, and can be by something that the solver has a point for.
fn everything(asker: &Asker<'_>) -> Part {
    let mut part = asker.whole();
    let can = |n: &NormId| asker.in_tier(*n, Tier::Must) && asker.ground.has_instances(*n);
    part.norms.retain(can);
    part
}

/// A case made of a branch, and what it rests on.
struct Made {
    case: Case,
    scene: Scene,
    leaf: Leaf,
    waived: BTreeSet<NormId>,
}

/// Solves and dates.
fn made(asker: &mut Asker<'_>, clashes: &Clashes, part: &Part, claims: &[Formula], norm: NormId) -> Option<Made> {
    let hidden = asker.idle(part, claims)?;
    let scene = asker.scene(part, claims, &part.norms, hidden);
    let waived = past_clashes(asker, clashes, &scene, &BTreeSet::new(), norm)
        .ok()?
        .waived;
    let Outcome::Sat(leaf) = asker.plainest(&scene, &waived, &[]) else {
        return None;
    };
    let case = case::case(asker, &leaf, &[], super::first_day(asker)?, Taste::Early)?;
    Some(Made {
        case,
        scene,
        leaf: *leaf,
        waived,
    })
}

/// What is left to obey of a part, and by which protocol.
fn judged<'p>(asker: &Asker<'p>, part: &Part, waived: &BTreeSet<NormId>) -> Judged<'p> {
    Judged {
        obeyed: part.norms.iter().copied().filter(|n| !waived.contains(n)).collect(),
        cleared: without(asker.ground.protocol, waived),
        calendar: asker.ground.calendar,
    }
}

/// Solves, dates and judges a case.
fn told(
    asker: &mut Asker<'_>,
    clashes: &Clashes,
    part: &Part,
    doubt: &Doubt,
    claims: &[Formula],
    asked: &Asked,
) -> Option<Told> {
    let mut made = made(asker, clashes, part, claims, asked.norm)?;
    let endings = judged(asker, part, &made.waived).endings(doubt, asked, &made.case.history)?;
    made.case.dated.truncate(endings.history.occurrences.len());
    made.case.history = endings.history.clone();
    Some(with(asker, doubt, asked, made, endings))
}

fn with(asker: &mut Asker<'_>, doubt: &Doubt, asked: &Asked, made: Made, endings: Endings) -> Told {
    let mut given = needed(asker, &made.scene, &made.leaf, &made.waived, &[]);
    given.retain(|(c, _)| *c != doubt.choice);
    Told {
        norm: asked.norm,
        answers: asked.answers,
        case: made.case,
        act: None,
        given,
        waived: made.waived,
        endings,
    }
}

/// A duty whose act nobody waits for has no point in the solver: its act is put on the days about which the answers may differ.
fn acted(asker: &mut Asker<'_>, clashes: &Clashes, doubt: &Doubt, norm: NormId) -> Option<Told> {
    let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
    let limits = doubt.limits(protocol, norm);
    let NormId::Rule(rule) = norm else { return None };
    if limits.is_empty() || asker.ground.has_instances(norm) || !states::asks(asker, norm) {
        return None;
    }
    let part = everything(asker);
    let engaged = any(asker.engagements(norm));
    let mut made = made(asker, clashes, &part, &[engaged], norm)?;
    let mut judged = judged(asker, &part, &made.waived);
    judged.obeyed.push(norm);
    // Which day of the week it starts on may decide whether the answers differ at all.
    let first = super::first_day(asker)?;
    let (case, asked, day, endings) = (first..first + 7).find_map(|first| {
        let case = case::case(asker, &made.leaf, &[], first, Taste::Early)?;
        let days = case
            .history
            .occurrences
            .iter()
            .flat_map(|o| around(calendar, o.day, &limits));
        let days: BTreeSet<Day> = days.collect();
        let (asked, day, endings) = days.into_iter().find_map(|day| {
            let mut history = case.history.clone();
            let act = Occurrence {
                day,
                what: Happening::Done(rule),
                by: None,
                chair: None,
                due: None,
            };
            let at = history.occurrences.partition_point(|o| o.day <= day);
            history.occurrences.insert(at, act);
            history.until = history.until.max(Some(day));
            doubt.pairs().find_map(|answers| {
                let asked = Asked {
                    norm,
                    answers,
                    tier: tier(protocol, norm),
                    breach: true,
                };
                let endings = judged.endings(doubt, &asked, &history)?;
                Some((asked, day, endings))
            })
        })?;
        Some((case, asked, day, endings))
    })?;
    made.case = case;
    // The case is told up to where it is decided; the act stands beside it.
    let until = endings.history.until;
    made.case.history.occurrences.retain(|o| Some(o.day) <= until);
    made.case.dated.truncate(made.case.history.occurrences.len());
    made.case.history.until = until;
    let mut told = with(asker, doubt, &asked, made, endings);
    told.act = Some(Step {
        day: Some(day),
        text: words::happening(protocol, Happening::Done(rule)),
        rule: Some(describe::qualified(protocol, norm)),
    });
    Some(told)
}

/// The days about which the answers to how long a limit is may differ, counted from an occurrence or back from it.
fn around(calendar: &Calendar, day: Day, limits: &[&Limit]) -> Vec<Day> {
    let mut days = vec![day, day.plus(1)];
    for duration in limits.iter().filter_map(|l| length(l)).flat_map(|l| &l.any) {
        let reached = match calendar.add(day, *duration) {
            Reach::Day(last) => Some(last),
            Reach::Beyond => None,
        };
        let last = reached.into_iter().chain(calendar.latest_before(day, *duration));
        days.extend(last.flat_map(|d| [d, d.plus(1)]));
    }
    days
}
