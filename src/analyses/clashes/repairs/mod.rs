//! What would remove a clash: the least changes of our own rules, each made in a copy of the protocol, of which the clash's question
//! is then asked again, and of which the judge confirms a history. In: a clash. Out: [`Repair`]s. Never changes the law, nor any file.
//!
//! The question is asked of the norms of the core alone, for all dates and cases: after every word of what they speak of, is there
//! a way to keep them? Only of what is told it is asked once more with all norms obeyed.

mod edits;

use std::collections::BTreeSet;

use crate::calendar::Calendar;
use crate::diagnostics::Repair;
use crate::judge::Claim;
use crate::model::{Happening, NormId, Protocol};
use crate::solve::ask::Asker;
use crate::solve::days::Taste;
use crate::solve::ground::Ground;
use crate::solve::net::Point;
use crate::solve::parts::Part;
use crate::solve::words::{Attempt, Refutation};

use self::edits::{Edit, Loose};
use super::super::{case, describe, judge_tier};
use super::{Clash, Clashes, keeping, own_doing};

/// How many repairs of one clash are told.
const TOLD: usize = 3;
/// Steps that a point of a new ground stands for: making one is work too, and as much on every machine.
const POINT: u64 = 1_000;
/// The mending of all clashes gets at least so many steps: a fraction of a second.
const LEAST: u64 = 2_000_000;
/// Or this part of what the search for them took, if that is more.
const PART: u64 = 8;
/// A change of more than this, in thousandths of the number, is told after exceptions.
const MODEST: u32 = 1_000;

/// Where copies of a protocol are asked about.
pub struct Bench<'p> {
    protocol: &'p Protocol,
    calendar: &'p Calendar,
    /// Steps left, for all clashes.
    steps: u64,
}

/// What becomes of a clash in a copy.
enum Answer {
    /// There is a way after every word.
    Gone,
    /// There is none after this one.
    Stuck(Box<Refutation>),
    /// Some norm of it cannot be kept at all, or it was not decided.
    Unknown,
}

/// A clash to be repaired.
struct Question<'c> {
    clash: &'c Clash,
    /// The norms to obey.
    core: Vec<NormId>,
    /// What leads to it, as a class and a number: points are counted anew in every copy.
    word: Vec<(Happening, usize)>,
    /// Cores of other clashes.
    known: Vec<&'c BTreeSet<NormId>>,
}

impl<'p> Bench<'p> {
    /// A bench for a protocol whose clashes took so many steps to find.
    pub fn new(protocol: &'p Protocol, calendar: &'p Calendar, took: u64) -> Bench<'p> {
        Bench {
            protocol,
            calendar,
            steps: (took / PART).max(LEAST),
        }
    }

    /// The least changes that remove a clash, the best first; none where none does, or that was not decided. The `chief` is the
    /// duty, or the effect, that does what is forbidden.
    pub fn repairs(
        &mut self,
        asker: &Asker<'_>,
        clash: &Clash,
        chief: Option<NormId>,
        clashes: &Clashes,
    ) -> Vec<Repair> {
        let protocol = self.protocol;
        let letter = |x: &Point| asker.ground.instance(*x).map(|i| (i.class, i.number));
        let binding = |n: &&NormId| asker.ground.binds(**n) && asker.in_tier(**n, clash.tier);
        let question = Question {
            clash,
            core: clash.core.iter().filter(binding).copied().collect(),
            word: clash
                .refutation
                .iter()
                .flat_map(|r| r.word.iter().filter_map(letter))
                .collect(),
            known: clashes
                .cores
                .iter()
                .map(|c| &c.core)
                .filter(|c| **c != clash.core)
                .collect(),
        };
        // What is not found to clash as it is would not clash after any change.
        let Some(Answer::Stuck(stuck)) = self.try_out(protocol, |asker| question.ask(asker)) else {
            return Vec::new();
        };
        let mut found: Vec<Edit> = Vec::new();
        for limit in edits::loose(protocol, clash.core.iter().copied()) {
            found.extend(self.least(&question, limit));
        }
        for edit in edits::others(asker, clash, chief, later(asker, clash)) {
            if self.would_do(&question, &edit) {
                found.push(edit);
            }
        }
        // Small changes of a number first, then exceptions, then large changes; among equals, the order of the file.
        found.sort_by_key(|edit| {
            let size = edit.size(protocol);
            let large = if size > MODEST { size } else { 0 };
            (large, edit.kind(), size, edit.span(protocol))
        });
        let mut told: Vec<Repair> = Vec::new();
        for edit in found {
            if told.len() < TOLD {
                told.extend(self.confirmed(&question, &stuck, &edit));
            }
        }
        told.sort_by_key(|r| !r.is_whole);
        told
    }

    /// The least change of a limit that does, by halving; none where none does.
    fn least(&mut self, question: &Question<'_>, limit: Loose) -> Option<Edit> {
        let (mut bad, mut good) = (0, limit.most());
        if good == 0 || !self.would_do(question, &limit.by(good)) {
            return None;
        }
        // Most are near: the steps are small at first.
        let mut step = (limit.length.count / 4).max(1);
        while bad + step < good {
            if self.would_do(question, &limit.by(bad + step)) {
                good = bad + step;
            } else {
                bad += step;
                step = step.saturating_mul(2);
            }
        }
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2;
            if self.would_do(question, &limit.by(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        // With the steps used up, what was not decided counts as no: it is then not known to be the least.
        (self.steps > 0).then(|| limit.by(good))
    }

    fn would_do(&mut self, question: &Question<'_>, edit: &Edit) -> bool {
        let copy = edit.made(self.protocol);
        matches!(self.try_out(&copy, |asker| question.ask(asker)), Some(Answer::Gone))
    }

    /// The change as it is told, if the judge too finds a history of the copy in which the norms are kept where they clashed.
    fn confirmed(&mut self, question: &Question<'_>, stuck: &Refutation, edit: &Edit) -> Option<Repair> {
        let protocol = self.protocol;
        let copy = edit.made(protocol);
        // A clash that the change does not touch stays.
        let beside = |k: &&BTreeSet<NormId>| !k.contains(&edit.norm()) && !k.is_disjoint(&question.clash.core);
        let stays = question.known.iter().any(beside);
        let is_whole = self.try_out(&copy, |asker| {
            question
                .is_kept(asker, stuck)
                .then(|| !stays && question.leaves_nothing(asker))
        })??;
        Some(Repair {
            kind: edit.kind(),
            text: edit.text(protocol),
            write: edit.write(protocol),
            span: edit.span(protocol)?,
            rule: describe::qualified(protocol, edit.norm()),
            is_whole,
        })
    }

    /// What is asked of a copy, if steps are left for it.
    fn try_out<T>(&mut self, copy: &Protocol, ask: impl FnOnce(&mut Asker<'_>) -> T) -> Option<T> {
        if self.steps == 0 {
            return None;
        }
        let ground = Ground::new(copy, self.calendar);
        let made = u64::try_from(ground.net.points.len()).ok()?.saturating_mul(POINT);
        self.steps = self.steps.saturating_sub(made);
        let mut asker = Asker::new(ground);
        asker.allow(self.steps);
        let answer = ask(&mut asker);
        self.steps = self.steps.saturating_sub(asker.steps());
        (self.steps > 0).then_some(answer)
    }
}

impl Question<'_> {
    /// Asks it of one copy.
    fn ask(&self, asker: &mut Asker<'_>) -> Answer {
        for part in asker.parts(&self.core) {
            for word in Words::of(asker, &part, self) {
                match asker.refute(&word, &part, &part.norms) {
                    Attempt::Stuck(found) if self.is_meant(asker, &part, &found) => return Answer::Stuck(found),
                    Attempt::Unfinished => return Answer::Unknown,
                    _ => {}
                }
            }
            if let Some((norm, _)) = self.clash.asked {
                let mut found = Clashes::default();
                keeping(asker, &part, norm, self.clash.tier, &mut found, &mut Vec::new());
                if !found.cores.is_empty() || !found.open.is_empty() {
                    return Answer::Unknown;
                }
            }
        }
        Answer::Gone
    }

    /// Whether a refutation is one that the search for clashes would tell, and no other clash.
    fn is_meant(&self, asker: &mut Asker<'_>, part: &Part, found: &Refutation) -> bool {
        !self.known.iter().any(|k| k.is_subset(&found.core)) && is_told(asker, part, found)
    }

    /// Whether the judge confirms that the norms are kept on the days and in the case in which they clashed.
    fn is_kept(&self, asker: &mut Asker<'_>, stuck: &Refutation) -> bool {
        let fixed: Vec<(Point, i32)> = stuck.word.iter().copied().zip(stuck.days.iter().copied()).collect();
        let except = crate::solve::ground::norms(asker.ground.protocol).filter(|n| !self.core.contains(n));
        let claim = Claim::Accepted {
            tier: judge_tier(self.clash.tier),
            except: except.collect(),
        };
        let first = stuck.days.iter().copied().min().unwrap_or_default();
        let parts = asker.parts(&self.core);
        for part in &parts {
            let Some(leaf) = asker.continuation(&stuck.word, part, &fixed, &stuck.case, &part.norms) else {
                return false;
            };
            let made = case::case(asker, &leaf, &fixed, first, Taste::Early);
            if !made.is_some_and(|made| case::holds(asker, &made, std::slice::from_ref(&claim), [0])) {
                return false;
            }
        }
        !parts.is_empty()
    }

    /// Whether nothing clashes after any of the words with all norms obeyed.
    fn leaves_nothing(&self, asker: &mut Asker<'_>) -> bool {
        let obeyed = asker.obeyed(self.clash.tier, &BTreeSet::new());
        let mut parts = asker.parts(&obeyed).into_iter();
        let Some(part) = parts.find(|p| self.core.iter().any(|n| p.norms.contains(n))) else {
            return false;
        };
        for word in Words::of(asker, &part, self) {
            match asker.refute(&word, &part, &part.norms) {
                Attempt::Stuck(found) if is_told(asker, &part, &found) => return false,
                Attempt::Unfinished => return false,
                _ => {}
            }
        }
        true
    }
}

/// Orders of what the norms of a core speak of, of up to [`super::WORD`] occurrences; the clash's own first.
struct Words;

impl Words {
    fn of(asker: &mut Asker<'_>, part: &Part, question: &Question<'_>) -> Vec<Vec<Point>> {
        let at = |(class, number): &(Happening, usize)| {
            let mut of_class = asker.ground.of_class(*class);
            of_class.find(|i| i.number == *number).map(|i| i.at)
        };
        let own: Vec<Point> = question.word.iter().filter_map(at).collect();
        let spoken = case::spoken_of(asker, &question.core);
        let is_spoken = |x: &&Point| spoken.contains(x) || own.contains(x);
        let letters: Vec<Point> = part.letters.iter().filter(is_spoken).copied().collect();
        let mut words = vec![own.clone()];
        words.extend(letters.iter().map(|x| vec![*x]));
        let pairs = letters.iter().flat_map(|x| letters.iter().map(move |y| vec![*x, *y]));
        words.extend(pairs.filter(|w| w.first() != w.last()));
        let mut seen = BTreeSet::new();
        words.retain(|w| !w.is_empty() && seen.insert(w.clone()));
        words
    }
}

/// Whether a refutation is a clash: not what whoever acts too early brings about, nor what waiting too long does.
fn is_told(asker: &mut Asker<'_>, part: &Part, found: &Refutation) -> bool {
    let avoidable = found.word.iter().any(|x| asker.is_own(*x));
    !(own_doing(asker, &found.word, &found.core) || avoidable && asker.is_stuck_by_waiting(found, part))
}

/// What came from outside when something had been engaged already.
fn later(asker: &Asker<'_>, clash: &Clash) -> Option<Happening> {
    let word = &clash.refutation.as_ref()?.word;
    let [_, .., last] = word.as_slice() else { return None };
    Some(asker.ground.instance(*last).filter(|_| !asker.is_own(*last))?.class)
}
