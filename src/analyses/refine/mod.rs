//! One question, whoever asks it: is there a history that obeys these norms, in which that norm is broken? In: an [`Asker`], the
//! norms, and a [`Court`] that judges the history. Out: a dated case, or why there is none. Must not know whose norms they are:
//! a protocol and the law above it, two versions of one protocol, or the protocols of two authorities.

pub mod extent;
pub mod late;

use std::collections::BTreeSet;

use crate::calendar::Calendar;
use crate::diagnostics::Step;
use crate::judge::{Claim, confirm, judge};
use crate::model::{Confirmation, History, NormId, Protocol, RuleId, VerdictKind, words};
use crate::solve::ask::{Asker, Outcome, Scene, Tier};
use crate::solve::days::Taste;
use crate::solve::ground::norms;
use crate::solve::net::{Formula, Lit, any};
use crate::solve::parts::Part;
use crate::solve::search::Leaf;
use crate::time::Day;

use super::case::{self, Case};
use super::clashes::Clashes;
use super::describe;
use super::given::{Given, needed};

/// Who judges a history: by one text, or each norm by its own.
pub trait Court {
    /// The first days on which `broken` is in breach, if there are any, all that is to be obeyed is, but for what is waived, and
    /// `kept` is engaged.
    fn breaches(
        &self,
        history: &History,
        kept: Option<NormId>,
        broken: NormId,
        waived: &BTreeSet<NormId>,
    ) -> Option<Vec<Day>>;
}

/// All norms stand in one text.
#[derive(Debug)]
pub struct OneText<'t> {
    /// The text.
    pub protocol: &'t Protocol,
    /// Its calendar.
    pub calendar: &'t Calendar,
    /// What is to be obeyed.
    pub obeyed: &'t [NormId],
    /// In which tier.
    pub tier: Tier,
}

impl Court for OneText<'_> {
    fn breaches(
        &self,
        history: &History,
        kept: Option<NormId>,
        broken: NormId,
        waived: &BTreeSet<NormId>,
    ) -> Option<Vec<Day>> {
        let cleared = without(self.protocol, waived);
        let obeyed = |n: &NormId| self.obeyed.contains(n) && !waived.contains(n);
        let mut claims = vec![
            Claim::Accepted {
                tier: super::judge_tier(self.tier),
                except: norms(self.protocol).filter(|n| !obeyed(n)).collect(),
            },
            Claim::Breaches(broken),
        ];
        claims.extend(kept.map(Claim::Engages));
        let confirmed = confirm(&cleared, self.calendar, history, &claims) == Confirmation::Confirmed;
        confirmed.then(|| breaches_of(&cleared, self.calendar, history, broken))
    }
}

/// The first days of each breach of a norm, as the judge has them.
pub fn breaches_of(protocol: &Protocol, calendar: &Calendar, history: &History, norm: NormId) -> Vec<Day> {
    let verdicts = judge(protocol, calendar, history).verdicts.into_iter();
    let breached = verdicts.filter_map(|v| match v.kind {
        VerdictKind::Breached { when, .. } if v.norm == norm => Some(when),
        _ => None,
    });
    breached.collect()
}

/// What was in force until then never is.
pub const LONG_AGO: Day = Day(i32::MIN / 2);

/// The protocol without some rules: as if they were never in force.
pub fn without(protocol: &Protocol, rules: &BTreeSet<NormId>) -> Protocol {
    let mut out = protocol.clone();
    for norm in rules {
        if let NormId::Rule(RuleId(r)) = norm
            && let Some(rule) = out.rules.get_mut(*r as usize)
        {
            rule.in_force = (None, Some(LONG_AGO));
        }
    }
    out
}

/// How many days of the axis one attempt at dates may span: as many as [`case::case`] looks at.
const SPAN: usize = 4 * 366;

/// A branch with dates, in this year if they can be found there.
fn dated(asker: &Asker<'_>, leaf: &Leaf) -> Option<Case> {
    let now = super::first_day(asker)?;
    let (from, to) = asker.starts;
    std::iter::once(now)
        .chain((from..=to).step_by(SPAN))
        .find_map(|first| case::case(asker, leaf, &[], first, Taste::Early))
}

/// What is asked: obeying these norms of a part, can that one be broken?
#[derive(Debug)]
pub struct Question<'q> {
    /// Broken, if it can be.
    pub broken: NormId,
    /// Obeyed, as far as they belong to the part.
    pub obeyed: &'q [NormId],
    /// Norms that the question leaves aside altogether.
    pub aside: &'q BTreeSet<NormId>,
    /// The part that both belong to.
    pub part: &'q Part,
    /// The norm that speaks of the same act on the side that is obeyed: it is not left aside to look behind a clash.
    pub counterpart: Option<NormId>,
}

/// What came of it.
#[derive(Debug)]
pub enum Answer {
    /// It can be, and the judge bears it out.
    Broken(Box<Broken>),
    /// Whoever obeys these keeps it.
    Kept(BTreeSet<NormId>),
    /// It is never engaged, or nothing can break it.
    Idle,
    /// Not decided, or the judge does not bear out what was found.
    Open,
}

/// A case in which a norm is broken.
#[derive(Debug)]
pub struct Broken {
    /// The case.
    pub case: Case,
    /// The first day of the breach.
    pub when: Day,
    /// Norms left aside, because they clash among themselves.
    pub waived: BTreeSet<NormId>,
    /// What the case takes of what is judged or read.
    pub given: Given,
}

/// How many clashes may lie between the question and its answer.
const LAYERS: usize = 5;

/// Asks.
pub fn breach(asker: &mut Asker<'_>, question: &Question<'_>, court: &dyn Court) -> Answer {
    // Not accepted: so the last turn of what recurs, which is not asked for, is not asked about either.
    let kept = asker.ground.accept(question.broken, None);
    let breaks = asker.ground.net.not(&kept);
    if breaks.is_false() {
        return Answer::Idle;
    }
    let claims = [breaks];
    let bare = asker.scene(question.part, &claims, &[], BTreeSet::new());
    match asker.play_without(&bare, question.aside, &[]) {
        Outcome::Sat(_) => {}
        Outcome::Unsat(_) => return Answer::Idle,
        Outcome::Unfinished => return Answer::Open,
    }
    // What the breach can do without makes no plainer case, but obeying the rest may need it.
    if let Some(hidden) = asker.idle(question.part, &claims) {
        let scene = asker.scene(question.part, &claims, question.obeyed, hidden);
        if let Some(found) = shown(asker, question, &scene, question.aside, court) {
            return Answer::Broken(Box::new(found));
        }
    }
    let scene = asker.scene(question.part, &claims, question.obeyed, BTreeSet::new());
    let mut out = question.aside.clone();
    for _ in 0..LAYERS {
        match asker.play_without(&scene, &out, &[]) {
            Outcome::Sat(_) => {
                let found = shown(asker, question, &scene, &out, court);
                return found.map_or(Answer::Open, |found| Answer::Broken(Box::new(found)));
            }
            Outcome::Unfinished => return Answer::Open,
            Outcome::Unsat(_) => {}
        }
        let Some(core) = asker.core_of(&scene, &out, &[]) else {
            return Answer::Open;
        };
        // Kept for a reason, if these can be obeyed where it has something to do; else they only clash among themselves.
        match can_be_engaged(asker, question, &core, &out) {
            Outcome::Sat(_) => return Answer::Kept(core),
            Outcome::Unfinished => return Answer::Open,
            Outcome::Unsat(_) => {}
        }
        let Some(next) = Clashes::waive(asker.ground.protocol, &core, question.counterpart) else {
            return Answer::Open;
        };
        out.insert(next);
    }
    Answer::Open
}

fn can_be_engaged(
    asker: &mut Asker<'_>,
    question: &Question<'_>,
    core: &BTreeSet<NormId>,
    out: &BTreeSet<NormId>,
) -> Outcome {
    let engaged: Formula = any(asker.engagements(question.broken));
    let obeyed: Vec<NormId> = question.obeyed.iter().copied().filter(|n| core.contains(n)).collect();
    let scene = asker.scene(question.part, &[engaged], &obeyed, BTreeSet::new());
    asker.play_without(&scene, out, &[])
}

/// Spans, in days after the last occurrence, within which a breach by omission is looked for.
const SPANS: [i32; 9] = [0, 1, 7, 15, 45, 100, 200, 400, 800];

/// The plainest case of a scene that the court confirms.
fn shown(
    asker: &mut Asker<'_>,
    question: &Question<'_>,
    scene: &Scene,
    out: &BTreeSet<NormId>,
    court: &dyn Court,
) -> Option<Broken> {
    // The fewest outside occurrences first, then the fewest acts of ours.
    let Outcome::Sat(mut leaf) = asker.play_without(scene, out, &[]) else {
        return None;
    };
    let mut also: Vec<Formula> = Vec::new();
    for x in asker.ground.outside().collect::<Vec<_>>() {
        if leaf.occurs.get(x.0 as usize).copied().flatten() == Some(true) {
            also.push(Lit::Occurs(x, false).into());
            match asker.play_where(scene, out, &also) {
                Outcome::Sat(fewer) => leaf = fewer,
                _ => drop(also.pop()),
            }
        }
    }
    let Outcome::Sat(leaf) = asker.plainest(scene, out, &also) else {
        return None;
    };
    let mut case = dated(asker, &leaf)?;
    let end = case.history.until?;
    let waived: BTreeSet<NormId> = out.difference(question.aside).copied().collect();
    let when = SPANS.into_iter().find_map(|span| {
        case.history.until = Some(end.plus(span).min(asker.ground.calendar.last()));
        let days = court.breaches(&case.history, None, question.broken, &waived)?;
        days.into_iter().min()
    })?;
    let given = needed(asker, scene, &leaf, out, &also);
    Some(Broken {
        case,
        when,
        waived,
        given,
    })
}

/// The story of a case, with the line that says what is broken; who acts is named where it could be somebody else.
pub fn story(asker: &mut Asker<'_>, found: &Broken, broken: NormId, beside: &[NormId]) -> Vec<Step> {
    let protocol = asker.ground.protocol;
    let mut told = beside.to_vec();
    told.push(broken);
    let mut story = case::telling(asker, &found.case, &told);
    let all = case::steps(protocol, &found.case.history);
    for ((step, occurrence), (point, _)) in all.iter().zip(&found.case.history.occurrences).zip(&found.case.dated) {
        let several = asker.ground.instance(*point).is_some_and(|i| i.doers.len() > 1);
        if let Some(by) = occurrence.by.filter(|_| several)
            && let Some(line) = story.iter_mut().find(|s| s.day == step.day && s.text == step.text)
        {
            line.text = format!("{}, by {}", line.text, words::party(protocol, by));
        }
    }
    // What has no last day is broken only in that it is never done.
    let is_never = !describe::forbids(protocol, broken) && !describe::has_last_day(protocol, broken);
    let day = Some(found.when).filter(|_| !is_never);
    let at = story.iter().position(|s| day.is_some() && s.day > day);
    let at = at.unwrap_or(story.len());
    let (name, said) = (describe::quoted(protocol, broken), describe::sentence(protocol, broken));
    let text = match describe::forbids(protocol, broken) {
        true => format!("this breaks {name}: {said}"),
        false if is_never => format!("{name} is never kept: {said}"),
        false => format!("{name} is broken from this day on: {said}"),
    };
    story.insert(
        at,
        Step {
            day,
            text,
            rule: Some(describe::qualified(protocol, broken)),
        },
    );
    story
}

/// What a case assumes of what is judged or read, and what was left aside to find it.
pub fn notes(asker: &Asker<'_>, given: &Given, waived: &BTreeSet<NormId>) -> Vec<String> {
    let mut notes = Vec::new();
    let assumed = case::assumptions(asker, given);
    if !assumed.is_empty() {
        notes.push(format!("the case: {}", assumed.join("; ")));
    }
    if !waived.is_empty() {
        let list: Vec<NormId> = waived.iter().copied().collect();
        let names = describe::list(asker.ground.protocol, &list);
        notes.push(format!(
            "found with {names} set aside, which cannot be kept together with other rules"
        ));
    }
    notes
}
