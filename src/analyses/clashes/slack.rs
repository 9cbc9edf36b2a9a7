//! How far each last day of ours could be sooner, all else as it is, so that from every start date, in every case and after every order of
//! occurrences there is still a way on; and the start date from which there is none with the next number. In: a protocol and its
//! clashes. Out: [`Slack`]s. Changes no file: each number is tried in a copy.
//!
//! All are first made as tight as can be, together. Whatever then clashes is looked at alone; the others, which do not even clash
//! together, have all the slack there is.

use std::collections::BTreeSet;

use crate::calendar::Calendar;
use crate::certify::proof::Listening;
use crate::diagnostics::{Brink, Slack, Spare};
use crate::model::{Happening, NormId, Protocol};
use crate::solve::ask::{Asker, Tier};
use crate::solve::ground::Ground;
use crate::solve::net::Point;
use crate::solve::words::Attempt;

use super::super::dates::Dates;
use super::super::{case, describe, states};
use super::repairs::edits::{Edit, made};
use super::repairs::numbers::{Number, Way, numbers};
use super::{Clash, Clashes, first_beyond, keeping};

/// What is asked of copies of a protocol.
struct Bench<'p, 'l> {
    protocol: &'p Protocol,
    calendar: &'p Calendar,
    /// Clashes that there are without any change.
    known: &'p [Clash],
    /// What is left out so that these do not stand in the way.
    waived: BTreeSet<NormId>,
    listening: Option<Listening<'l>>,
    /// Steps left.
    steps: u64,
}

/// Whether anything clashes in a copy that does not as it is.
enum Found {
    Nothing,
    Clash(Bite),
    Unknown,
}

/// Where a clash bites, in words that hold in every copy.
struct Bite {
    core: BTreeSet<NormId>,
    tier: Tier,
    /// What has occurred, as a class and a number: points are counted anew in every copy.
    word: Vec<(Happening, usize)>,
    /// The duty that was asked about, if one was.
    asked: Option<NormId>,
}

/// The slack of every last day of ours that is written in one number, in the order of the file, with so many steps of the solver for
/// all of them.
pub fn ask(
    protocol: &Protocol,
    calendar: &Calendar,
    clashes: &Clashes,
    steps: u64,
    listening: Option<Listening<'_>>,
) -> Vec<Slack> {
    let known: Vec<Clash> = clashes.told().cloned().collect();
    let waived = known.iter().filter_map(|c| Clashes::waive(protocol, &c.core, None));
    let mut bench = Bench {
        protocol,
        calendar,
        waived: waived.collect(),
        known: &known,
        listening,
        steps,
    };
    let limits: Vec<Number> = states::local_norms(protocol)
        .into_iter()
        .flat_map(|norm| numbers(protocol, norm))
        .filter(|n| n.is_last_day && n.most(Way::Tighter) > 0)
        .collect();
    let clashing = |n: &Number| known.iter().any(|c| c.core.contains(&n.norm));
    let (none, free): (Vec<Number>, Vec<Number>) = limits.into_iter().partition(clashing);
    let mut out: Vec<(Number, Spare)> = none.into_iter().map(|n| (n, Spare::None)).collect();
    out.extend(bench.apart(free));
    out.sort_by_key(|(number, _)| (describe::span(protocol, number.norm), number.at));
    out.into_iter()
        .filter_map(|(n, spare)| told(protocol, n, spare))
        .collect()
}

fn told(protocol: &Protocol, number: Number, spare: Spare) -> Option<Slack> {
    let limits = describe::limits(protocol, number.norm);
    Some(Slack {
        rule: describe::qualified(protocol, number.norm),
        span: limits.get(number.at)?.span,
        write: number.written(number.length),
        spare,
    })
}

fn tightest(number: &Number) -> Edit {
    number.by(Way::Tighter, number.most(Way::Tighter))
}

impl Bench<'_, '_> {
    /// All together as tight as can be, then those that clash each alone.
    fn apart(&mut self, mut together: Vec<Number>) -> Vec<(Number, Spare)> {
        let mut alone = Vec::new();
        loop {
            let edits: Vec<Edit> = together.iter().map(tightest).collect();
            match self.clash(&edits) {
                Found::Nothing => break,
                Found::Clash(bite) if together.iter().any(|n| bite.core.contains(&n.norm)) => {
                    let (bitten, others) = together.into_iter().partition(|n| bite.core.contains(&n.norm));
                    alone.extend::<Vec<Number>>(bitten);
                    together = others;
                }
                // What clashes has no part in it, or it was not decided: each must speak for itself.
                _ => {
                    alone.append(&mut together);
                    break;
                }
            }
        }
        let mut out: Vec<(Number, Spare)> = together
            .into_iter()
            .map(|n| (n, Spare::All(tightest(&n).write)))
            .collect();
        for number in alone {
            let spare = self.alone(&number);
            out.push((number, spare));
        }
        out
    }

    /// The slack of one: from where the tightest number clashes, the least tightening that does is looked for by halving; then the number
    /// before it is asked about everywhere, and so on from where that clashes.
    fn alone(&mut self, number: &Number) -> Spare {
        let by = |change: u32| number.by(Way::Tighter, change);
        let (mut bad, mut found) = (number.most(Way::Tighter), self.clash(&[by(number.most(Way::Tighter))]));
        if matches!(found, Found::Nothing) {
            return Spare::All(by(bad).write);
        }
        while let Found::Clash(bite) = found {
            let mut good = 0;
            while bad - good > 1 {
                let middle = good + (bad - good) / 2;
                match self.still(&by(middle), &bite, |_, _| true) {
                    Some(Some(_)) => bad = middle,
                    Some(None) => good = middle,
                    None => return Spare::Unknown,
                }
            }
            found = match good {
                0 => Found::Nothing,
                _ => self.clash(&[by(good)]),
            };
            match found {
                Found::Nothing => return self.some(number, bad, &bite).unwrap_or(Spare::Unknown),
                Found::Clash(_) => bad = good,
                Found::Unknown => {}
            }
        }
        Spare::Unknown
    }

    fn some(&mut self, number: &Number, bad: u32, bite: &Bite) -> Option<Spare> {
        let by = |change: u32| number.by(Way::Tighter, change);
        self.still(&by(bad), bite, |asker, clash| {
            let protocol = asker.ground.protocol;
            let asking = clash.core.iter().filter(|n| !describe::is_silent(protocol, **n));
            let asking: Vec<NormId> = asking.copied().collect();
            let dates = clash.refutation.as_ref().map(|r| Dates::of(asker, clash, r, &asking));
            let start = dates.as_ref().and_then(|dates| dates.witness.first().copied());
            Spare::Some(Brink {
                tightest: by(bad - 1).write,
                is_less: bad > 1,
                next: by(bad).write,
                with: asking
                    .iter()
                    .filter(|n| **n != number.norm)
                    .map(|n| describe::quoted(protocol, *n))
                    .collect(),
                start: start.and_then(|at| asker.ground.calendar.day(at)),
                when: dates.and_then(|dates| dates.short()),
                given: case::assumptions(asker, &clash.given),
            })
        })?
    }

    /// Whether anything at all clashes with these changes.
    fn clash(&mut self, edits: &[Edit]) -> Found {
        let about: BTreeSet<NormId> = edits.iter().map(|edit| edit.norm).collect();
        let (known, waived) = (self.known, self.waived.clone());
        let asked = self.copy(edits, |asker| {
            let mut found = first_beyond(asker, known, &about, &waived);
            match found.cores.pop() {
                Some(clash) if found.cores.len() >= known.len() => Found::Clash(Bite::of(asker, &clash)),
                _ if found.open.is_empty() => Found::Nothing,
                _ => Found::Unknown,
            }
        });
        asked.unwrap_or(Found::Unknown)
    }

    /// What is made of the clash there with another number, if there is one; none if that is not decided.
    fn still<T>(
        &mut self,
        edit: &Edit,
        bite: &Bite,
        made: impl FnOnce(&mut Asker<'_>, &Clash) -> T,
    ) -> Option<Option<T>> {
        let waived = self.waived.clone();
        self.copy(std::slice::from_ref(edit), |asker| {
            let clash = bite.in_copy(asker, edit.norm, &waived)?;
            Some(clash.map(|clash| made(asker, &clash)))
        })?
    }

    /// What is asked of a copy with these changes, if there are steps enough for it.
    fn copy<T>(&mut self, edits: &[Edit], ask: impl FnOnce(&mut Asker<'_>) -> T) -> Option<T> {
        if self.steps == 0 {
            return None;
        }
        let copy = made(self.protocol, edits);
        let ground = Ground::new(&copy, self.calendar);
        let mut asker = Asker::proving(ground, self.listening.map(|listener| listener()));
        asker.allow(self.steps);
        let found = ask(&mut asker);
        self.steps = self.steps.saturating_sub(asker.steps());
        (!asker.is_spent()).then_some(found)
    }
}

impl Bite {
    fn of(asker: &Asker<'_>, clash: &Clash) -> Bite {
        let letter = |x: &Point| asker.ground.instance(*x).map(|i| (i.class, i.number));
        let word = clash.refutation.iter().flat_map(|r| r.word.iter().filter_map(letter));
        Bite {
            core: clash.core.clone(),
            tier: clash.tier,
            word: word.collect(),
            asked: clash.asked.as_ref().map(|(norm, _)| *norm),
        }
    }

    /// The clash in a copy, if it bites there; none if that is not decided.
    fn in_copy(&self, asker: &mut Asker<'_>, norm: NormId, waived: &BTreeSet<NormId>) -> Option<Option<Clash>> {
        let obeyed = asker.obeyed(self.tier, waived);
        let parts = asker.parts(&obeyed);
        let Some(part) = parts.into_iter().find(|p| p.norms.contains(&norm)) else {
            return Some(None);
        };
        if let Some(duty) = self.asked {
            let mut found = Clashes::default();
            keeping(asker, &part, duty, self.tier, &mut found, &mut Vec::new());
            let is_open = !found.open.is_empty();
            return match found.cores.into_iter().next() {
                None if is_open => None,
                clash => Some(clash),
            };
        }
        let at = |(class, number): &(Happening, usize)| {
            let mut of_class = asker.ground.of_class(*class);
            of_class.find(|i| i.number == *number).map(|i| i.at)
        };
        let word: Vec<Point> = self.word.iter().filter_map(at).collect();
        match asker.refute(&word, &part, &part.norms) {
            Attempt::Stuck(refutation) => Some(Some(Clash {
                core: refutation.core.clone(),
                tier: self.tier,
                given: refutation.case.clone(),
                refutation: Some(*refutation),
                asked: None,
                bare: None,
                avoidable: false,
                part,
            })),
            Attempt::Unfinished => None,
            Attempt::Unreachable | Attempt::Continues => Some(None),
        }
    }
}
