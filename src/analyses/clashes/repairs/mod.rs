//! What would remove a clash: the least changes of our own rules, each made in a copy of the protocol, of which the clash's question
//! is then asked again, and of which the judge confirms a history. In: a clash. Out: [`Repair`]s. Never changes the law, nor any file.
//!
//! The question is asked of the norms of the core alone, for all dates and cases: after every word of what they speak of, is there
//! a way to keep them? Only of what is told it is asked once more with all norms obeyed.

mod candidates;
pub(super) mod edits;
pub(super) mod numbers;

use std::collections::{BTreeSet, VecDeque};

use crate::calendar::Calendar;
use crate::diagnostics::{ChangeKind, Repair};
use crate::judge::Claim;
use crate::model::{Happening, NormId, Protocol};
use crate::solve::ask::{Asker, Outcome};
use crate::solve::days::Taste;
use crate::solve::ground::Ground;
use crate::solve::net::{Choice, Point};
use crate::solve::parts::Part;
use crate::solve::search::Leaf;
use crate::solve::words::{Attempt, Refutation, Word};

use self::candidates::Candidate;
use self::edits::{Edit, made};
use super::super::{case, first_day, judge_tier};
use super::{Clash, Clashes, keeping, own_doing};

/// How many repairs of one clash are told.
const TOLD: usize = 3;
/// Steps that a point of a new ground stands for: making one is work too, and as much on every machine.
const POINT: u64 = 1_000;
/// To find what mends a clash takes at most so many steps, a fraction of a second, and to confirm it as many again.
const LEAST: u64 = 2_000_000;
/// Or its share of this part of what the search for all clashes took, if that is more.
const PART: u64 = 8;
/// A change of more than this, in thousandths of the number, is told after exceptions.
const MODEST: u32 = 1_000;

/// Where copies of a protocol are asked about.
pub struct Bench<'p> {
    protocol: &'p Protocol,
    calendar: &'p Calendar,
    /// Steps for each clash.
    each: u64,
    /// Steps left for this one.
    steps: u64,
}

/// What becomes of a clash in a copy.
enum Answer {
    /// There is a way after every word.
    Gone,
    /// There is none here.
    Stuck(Stuck),
    /// Not decided.
    Unknown,
}

/// Where a clash bites.
enum Stuck {
    /// After an order of occurrences.
    After(Box<Refutation>),
    /// In a case in which the duty asked about is engaged.
    In(Vec<(Choice, u64)>),
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
    /// A bench for a protocol whose clashes, so many, took so many steps to find.
    pub fn new(protocol: &'p Protocol, calendar: &'p Calendar, (clashes, took): (usize, u64)) -> Bench<'p> {
        let clashes = u64::try_from(clashes.max(1)).unwrap_or(u64::MAX);
        Bench {
            protocol,
            calendar,
            each: (took / PART / clashes).max(LEAST),
            steps: 0,
        }
    }

    /// The least changes that remove a clash, the best first; none where none does, or that was not decided. And what sorts of change were
    /// tried and do not. The `chief` is the duty, or the effect, that does what is forbidden.
    pub fn repairs(
        &mut self,
        asker: &Asker<'_>,
        clash: &Clash,
        chief: Option<NormId>,
        clashes: &Clashes,
    ) -> (Vec<Repair>, Vec<ChangeKind>) {
        self.steps = self.each;
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
            return (Vec::new(), Vec::new());
        };
        let candidates = candidates::of(asker, clash, chief, later(asker, clash));
        let mut found: Vec<Vec<Edit>> = Vec::new();
        let mut in_vain = Vec::new();
        for candidate in &candidates {
            match self.least(&question, candidate, None) {
                Some(edit) => found.push(vec![edit]),
                None if self.steps > 0 => in_vain.push(candidate.by(candidate.most()).kind()),
                None => {}
            }
        }
        if found.is_empty() {
            found = self.pairs(&question, &candidates);
        }
        // Small changes of a number first, then exceptions, then large changes; among equals what the headline names, then the
        // order of the file.
        found.sort_by_key(|edits| {
            let size: u32 = edits.iter().fold(0, |sum, e| sum.saturating_add(e.size(protocol)));
            let large = if size > MODEST { size } else { 0 };
            let kind = edits.iter().map(Edit::kind).max();
            let beside = !edits.iter().any(|e| Some(e.norm) == chief);
            (large, kind, size, beside, edits.first().and_then(|e| e.span(protocol)))
        });
        // What was found is looked at once more with as many steps again.
        self.steps = self.each;
        let mut told: Vec<(Vec<Edit>, Repair)> = Vec::new();
        for edits in found {
            if told.len() < TOLD
                && let Some(repair) = self.confirmed(&question, &stuck, &edits)
            {
                told.push((edits, repair));
            }
        }
        for (edits, repair) in &mut told {
            repair.is_whole = self.is_whole(&question, edits);
        }
        told.sort_by_key(|(_, repair)| !repair.is_whole);
        (told.into_iter().map(|(_, repair)| repair).collect(), in_vain)
    }

    /// Two changes where no single one does: the least of the one with the other as large as can be, then the least of the other.
    fn pairs(&mut self, question: &Question<'_>, candidates: &[Candidate]) -> Vec<Vec<Edit>> {
        let mut found = Vec::new();
        for (at, one) in candidates.iter().enumerate() {
            for other in candidates.iter().skip(at + 1) {
                let Some(first) = self.least(question, one, Some(&other.by(other.most()))) else {
                    continue;
                };
                if let Some(second) = self.least(question, other, Some(&first)) {
                    found.push(vec![first, second]);
                }
            }
        }
        found
    }

    /// The least change that does, beside another that is made, by halving; none where none does.
    fn least(&mut self, question: &Question<'_>, candidate: &Candidate, beside: Option<&Edit>) -> Option<Edit> {
        let mut would_do = |change: u32| {
            let edits: Vec<Edit> = beside.cloned().into_iter().chain([candidate.by(change)]).collect();
            self.would_do(question, &edits)
        };
        let (mut bad, mut good) = (0, candidate.most());
        if good == 0 || !would_do(good) {
            return None;
        }
        // Most are near: the steps are small at first.
        let mut step = candidate.step();
        while bad + step < good {
            if would_do(bad + step) {
                good = bad + step;
            } else {
                bad += step;
                step = step.saturating_mul(2);
            }
        }
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2;
            if would_do(middle) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        // With the steps used up, what was not decided counts as no: it is then not known to be the least.
        (self.steps > 0).then(|| candidate.by(good))
    }

    fn would_do(&mut self, question: &Question<'_>, edits: &[Edit]) -> bool {
        let copy = made(self.protocol, edits);
        matches!(self.try_out(&copy, |asker| question.ask(asker)), Some(Answer::Gone))
    }

    /// The changes as they are told, if the judge too finds a history of the copy in which the norms are kept where they clashed.
    fn confirmed(&mut self, question: &Question<'_>, stuck: &Stuck, edits: &[Edit]) -> Option<Repair> {
        let copy = made(self.protocol, edits);
        let is_kept = self.try_out(&copy, |asker| question.is_kept(asker, stuck))?;
        let changes: Option<Vec<_>> = edits.iter().map(|edit| edit.change(self.protocol)).collect();
        Some(Repair {
            changes: changes.filter(|_| is_kept)?,
            is_whole: false,
        })
    }

    /// Whether nothing at all clashes there any more; no, where that is not decided.
    fn is_whole(&mut self, question: &Question<'_>, edits: &[Edit]) -> bool {
        // A clash that no change touches stays.
        let untouched = |k: &BTreeSet<NormId>| !edits.iter().any(|edit| k.contains(&edit.norm));
        let beside = |k: &&BTreeSet<NormId>| untouched(k) && !k.is_disjoint(&question.clash.core);
        if question.known.iter().any(beside) {
            return false;
        }
        let copy = made(self.protocol, edits);
        self.try_out(&copy, |asker| question.leaves_nothing(asker)) == Some(true)
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
            let found = self.after_each_word(asker, &part, |asker, attempt| match attempt {
                Attempt::Stuck(found) if self.is_meant(asker, &part, &found) => {
                    Some(Answer::Stuck(Stuck::After(found)))
                }
                Attempt::Unfinished => Some(Answer::Unknown),
                _ => None,
            });
            if let Some(answer) = found {
                return answer;
            }
            let found = self.kept(asker, &part);
            if !found.open.is_empty() {
                return Answer::Unknown;
            }
            let is_other = |c: &Clash| self.known.iter().any(|k| k.is_subset(&c.core));
            if let Some(clash) = found.cores.into_iter().find(|c| !is_other(c)) {
                return Answer::Stuck(Stuck::In(clash.given));
            }
        }
        Answer::Gone
    }

    /// Cases in which the duty that was asked about, if one was, cannot be kept in a part.
    fn kept(&self, asker: &mut Asker<'_>, part: &Part) -> Clashes {
        let mut found = Clashes::default();
        if let Some((norm, _)) = self.clash.asked {
            keeping(asker, part, norm, self.clash.tier, &mut found, &mut Vec::new());
        }
        found
    }

    /// Whether a refutation is one that the search for clashes would tell, and no other clash.
    fn is_meant(&self, asker: &mut Asker<'_>, part: &Part, found: &Refutation) -> bool {
        !self.known.iter().any(|k| k.is_subset(&found.core)) && is_told(asker, part, found)
    }

    /// Whether the judge confirms that the norms are kept on the days and in the case in which they clashed.
    fn is_kept(&self, asker: &mut Asker<'_>, stuck: &Stuck) -> bool {
        let parts = asker.parts(&self.core);
        !parts.is_empty()
            && parts.iter().all(|part| match stuck {
                Stuck::After(stuck) => {
                    let fixed: Vec<(Point, i32)> = stuck.word.iter().copied().zip(stuck.days.iter().copied()).collect();
                    let first = stuck.days.iter().copied().min().unwrap_or_default();
                    let leaf = asker.continuation(&stuck.word, part, &fixed, &stuck.case, &part.norms);
                    leaf.is_some_and(|leaf| self.is_accepted(asker, &leaf, &fixed, first))
                }
                Stuck::In(given) => self.is_kept_in(asker, part, given),
            })
    }

    /// The same where a duty of the clash is engaged: the one that was asked about, or another where it is so no more.
    fn is_kept_in(&self, asker: &mut Asker<'_>, part: &Part, given: &[(Choice, u64)]) -> bool {
        let Some(first) = first_day(asker) else { return false };
        let asked = self.clash.asked.iter().map(|(norm, _)| *norm);
        let norms: Vec<NormId> = asked.chain(part.norms.iter().copied()).collect();
        norms.into_iter().any(|norm| {
            asker.engagements(norm).into_iter().any(|way| {
                let Some(hidden) = asker.idle(part, std::slice::from_ref(&way)) else {
                    return false;
                };
                let scene = asker.scene(part, std::slice::from_ref(&way), &part.norms, hidden);
                match asker.play(&scene, given) {
                    Outcome::Sat(leaf) => self.is_accepted(asker, &leaf, &[], first),
                    _ => false,
                }
            })
        })
    }

    /// Whether the judge accepts a history as far as these norms go.
    fn is_accepted(&self, asker: &Asker<'_>, leaf: &Leaf, fixed: &[(Point, i32)], first: i32) -> bool {
        let except = crate::solve::ground::norms(asker.ground.protocol).filter(|n| !self.core.contains(n));
        let claim = Claim::Accepted {
            tier: judge_tier(self.clash.tier),
            except: except.collect(),
        };
        let made = case::case(asker, leaf, fixed, first, Taste::Early);
        made.is_some_and(|made| case::holds(asker, &made, std::slice::from_ref(&claim), [0]))
    }

    /// Whether nothing clashes after any of the words with all norms obeyed.
    fn leaves_nothing(&self, asker: &mut Asker<'_>) -> bool {
        let obeyed = asker.obeyed(self.clash.tier, &BTreeSet::new());
        let mut parts = asker.parts(&obeyed).into_iter();
        let Some(part) = parts.find(|p| self.core.iter().any(|n| p.norms.contains(n))) else {
            return false;
        };
        let clashes = self.after_each_word(asker, &part, |asker, attempt| match attempt {
            Attempt::Stuck(found) => is_told(asker, &part, &found).then_some(()),
            Attempt::Unfinished => Some(()),
            _ => None,
        });
        let found = self.kept(asker, &part);
        clashes.is_none() && found.cores.is_empty() && found.open.is_empty()
    }

    /// Asks what is after each order, of up to [`super::WORD`] occurrences, of what the core speaks of, the clash's own first, until
    /// something is made of an answer. After what cannot be, or cannot go on, nothing longer is.
    fn after_each_word<T>(
        &self,
        asker: &mut Asker<'_>,
        part: &Part,
        mut made: impl FnMut(&mut Asker<'_>, Attempt) -> Option<T>,
    ) -> Option<T> {
        let at = |(class, number): &(Happening, usize)| {
            let mut of_class = asker.ground.of_class(*class);
            of_class.find(|i| i.number == *number).map(|i| i.at)
        };
        let own: Word = self.word.iter().filter_map(at).collect();
        let spoken = case::spoken_of(asker, &self.core);
        let is_spoken = |x: &&Point| spoken.contains(x) || own.contains(x);
        let letters: Vec<Point> = part.letters.iter().filter(is_spoken).copied().collect();
        let mut words = VecDeque::from([own]);
        words.extend(letters.iter().map(|x| vec![*x]));
        let mut asked = BTreeSet::from([Word::new()]);
        while let Some(word) = words.pop_front() {
            if !asked.insert(word.clone()) {
                continue;
            }
            let attempt = asker.refute(&word, part, &part.norms);
            if matches!(attempt, Attempt::Continues) && word.len() < super::WORD {
                let others = letters.iter().filter(|x| !word.contains(x));
                words.extend(others.map(|x| word.iter().copied().chain([*x]).collect::<Word>()));
            }
            if let Some(made) = made(asker, attempt) {
                return Some(made);
            }
        }
        None
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
