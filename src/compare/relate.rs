//! What one text accepts and another breaks. In: two texts joined both ways. Out: for each norm of the one that the other does not have
//! word for word, a dated case, or that there is none within the bounds. Must not word what it means.

use std::collections::{BTreeMap, BTreeSet};

use super::court::{TwoTexts, alone};
use super::join::Joined;
use crate::analyses::refine::extent::{self, Worst};
use crate::analyses::refine::{self, Answer, Court, Question, notes, story};
use crate::calendar::Calendar;
use crate::diagnostics::Step;
use crate::model::{Act, Body, Modal, NormId, Protocol, RuleId};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::ground::{Ground, norms};
use crate::solve::parts::Part;

/// A case that the one text accepts and the other does not.
#[derive(Debug, Clone)]
pub struct Telling {
    /// Dated lines.
    pub story: Vec<Step>,
    /// What it assumes, and what was left aside.
    pub notes: Vec<String>,
    /// How many calendar days the act that keeps the one comes too late for the other at the most, and whether that is sure; none
    /// without end. Nothing where that is not what differs.
    pub late: Option<(Option<i32>, bool)>,
}

/// What the first text allows of a norm of the second.
#[derive(Debug, Clone)]
pub enum Asked {
    /// To break it.
    Breaks(Telling),
    /// Never to break it, within the bounds: these rules of the first text, as it names them, ask for all of it.
    Keeps(Vec<NormId>),
    /// Not decided, and why.
    Open(String),
    /// It is no norm that could be broken.
    NotAsked,
}

/// Asks what the first text accepts.
#[derive(Debug)]
pub struct Direction<'j> {
    joined: &'j Joined,
    reverse: &'j Joined,
    own: (usize, usize),
    accepting: Protocol,
    breaking: Protocol,
    calendar: &'j Calendar,
    asker: Asker<'j>,
    aside: BTreeSet<NormId>,
    parts: BTreeMap<Tier, Vec<Part>>,
}

impl<'j> Direction<'j> {
    /// The first text has so many rules and decisions of its own, the second so many rules.
    pub fn new(
        joined: &'j Joined,
        reverse: &'j Joined,
        own: (usize, usize),
        theirs: usize,
        calendar: &'j Calendar,
        steps: u64,
    ) -> Self {
        let rules: BTreeSet<RuleId> = joined
            .apart
            .values()
            .filter_map(|n| match n {
                NormId::Rule(r) => Some(*r),
                NormId::Decision(_) => None,
            })
            .collect();
        let mut asker = Asker::new(Ground::asking_about(&joined.protocol, calendar, &rules));
        asker.allow(steps);
        let aside = joined
            .apart
            .values()
            .copied()
            .filter(|n| asker.ground.binds(*n))
            .collect();
        Direction {
            joined,
            reverse,
            own,
            accepting: alone(joined, own.0),
            breaking: alone(reverse, theirs),
            calendar,
            asker,
            aside,
            parts: BTreeMap::new(),
        }
    }

    /// Whether the steps allowed are used up.
    pub fn is_spent(&self) -> bool {
        self.asker.is_spent()
    }

    fn is_own(own: (usize, usize), norm: NormId) -> bool {
        match norm {
            NormId::Rule(r) => r.index() < own.0,
            NormId::Decision(d) => d.index() < own.1,
        }
    }

    fn part_of(&mut self, norm: NormId, tier: Tier) -> Part {
        let asker = &mut self.asker;
        let parts = self.parts.entry(tier).or_insert_with(|| {
            let obeyed = asker.obeyed(tier, &BTreeSet::new());
            asker.parts(&obeyed)
        });
        let found = parts.iter().find(|p| p.norms.contains(&norm)).cloned();
        found.unwrap_or_else(|| asker.whole())
    }

    /// What becomes of a norm of the second text where the first is obeyed; `speaks` is the norm of the first about the same act, if
    /// there is one.
    pub fn ask(&mut self, norm: NormId, speaks: Option<NormId>) -> Asked {
        let Some(&broken) = self.joined.apart.get(&norm) else {
            return Asked::NotAsked;
        };
        if !self.asker.ground.binds(broken) {
            return Asked::NotAsked;
        }
        if self.is_spent() {
            return Asked::Open("the steps allowed were used up; `--steps` allows more".to_owned());
        }
        let tier = if self.asker.in_tier(broken, Tier::Must) {
            Tier::Must
        } else {
            Tier::Should
        };
        let part = self.part_of(broken, tier);
        let own = self.own;
        let all: BTreeSet<NormId> = norms(&self.joined.protocol).filter(|n| Self::is_own(own, *n)).collect();
        let obeyed: Vec<NormId> = part.norms.iter().copied().filter(|n| all.contains(n)).collect();
        let obeyed: Vec<NormId> = obeyed.into_iter().filter(|n| self.asker.in_tier(*n, tier)).collect();
        let court = TwoTexts {
            joined: self.joined,
            reverse: self.reverse,
            own,
            accepting: &self.accepting,
            breaking: &self.breaking,
            calendar: self.calendar,
            obeyed: &obeyed,
            tier,
        };
        let question = Question {
            broken,
            obeyed: &obeyed,
            aside: &self.aside,
            part: &part,
            counterpart: speaks,
        };
        match refine::breach(&mut self.asker, &question, &court) {
            Answer::Broken(found) => {
                if let Some(speaks) = speaks.filter(|s| all.contains(s))
                    && let Some(worst) = worst(&mut self.asker, &question, speaks, &court)
                {
                    return Asked::Breaks(late(&self.asker, worst));
                }
                let beside: Vec<NormId> = speaks.into_iter().collect();
                let story = story(&mut self.asker, &found, broken, &beside);
                let notes = notes(&self.asker, &found.given, &found.waived);
                Asked::Breaks(Telling {
                    story,
                    notes,
                    late: None,
                })
            }
            Answer::Kept(core) => match self.why_unsure(norm) {
                Some(why) => Asked::Open(why),
                None => Asked::Keeps(core.into_iter().filter(|n| all.contains(n)).collect()),
            },
            Answer::Idle => Asked::Open("nothing within the bounds engages or breaks it".to_owned()),
            Answer::Open => Asked::Open(match self.asker.is_spent() {
                true => "the steps allowed were used up; `--steps` allows more".to_owned(),
                false => "the search found neither a case that the judge bears out nor that there is none".to_owned(),
            }),
        }
    }

    /// Why that there is no case says nothing: what the norm turns on is defined otherwise.
    fn why_unsure(&self, norm: NormId) -> Option<String> {
        if self.joined.voidable.contains(&norm) {
            return Some("who alone may do it is said otherwise, and what others do is then void".to_owned());
        }
        let touched = self.joined.touched.get(&norm)?;
        let names: Vec<String> = touched
            .iter()
            .map(|item| format!("`{}`", self.joined.name_of(*item)))
            .collect();
        Some(format!("it turns on {}, which is said otherwise", names.join(" and ")))
    }
}

/// Both ask for an act that can be early or late.
fn is_duty(protocol: &Protocol, norm: NormId) -> bool {
    match norm {
        NormId::Decision(_) => true,
        NormId::Rule(r) => matches!(
            protocol.rules.get(r.index()).map(|r| &r.body),
            Some(Body::Norm { modal: Modal::Must | Modal::Should, act, .. }) if !matches!(act, Act::Chair(_))
        ),
    }
}

fn worst(asker: &mut Asker<'_>, question: &Question<'_>, speaks: NormId, court: &dyn Court) -> Option<Worst> {
    let protocol = asker.ground.protocol;
    if !is_duty(protocol, speaks) || !is_duty(protocol, question.broken) {
        return None;
    }
    let ways = asker.ground.kept_but_late(speaks, question.broken);
    let obeyed: Vec<NormId> = question.obeyed.to_vec();
    let courses = extent::courses(asker, &ways, question.part, &obeyed, |asker, scene| {
        let possible = matches!(asker.play_without(scene, question.aside, &[]), Outcome::Sat(_));
        possible.then(|| question.aside.clone())
    });
    extent::worst(asker, &courses, (speaks, question.broken), court)
}

fn late(asker: &Asker<'_>, worst: Worst) -> Telling {
    let days = match worst.extent.most {
        extent::Most::Days(days) => Some(days),
        extent::Most::Endless => None,
    };
    Telling {
        notes: notes(asker, &worst.given, &BTreeSet::new()),
        late: Some((days, worst.extent.sure)),
        story: worst.late.story,
    }
}
