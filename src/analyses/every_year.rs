//! Every year there can be, not only those listed: is there a way on after each order of occurrences, whichever year it begins in? In: a
//! protocol and the clashes known from the dates listed. Out: clashes that only other years bring, what was proved, what was not.
//!
//! The question is asked on an axis of short runs of years that stand for all ([`Calendar::every_year`]). A way found there lies
//! within its run, and so is a way in all years like these. Where there is none, the run may merely be too short: so that is
//! asked again of real years that follow one another, and a clash is told from there or counts as not proven.

use crate::calendar::{Calendar, CalendarError};
use crate::model::{NormId, Protocol};
use crate::solve::ask::Asker;
use crate::solve::ground::Ground;
use crate::solve::net::{Lit, Point};
use crate::solve::words::{Attempt, Refutation};
use crate::time::Day;

use super::clashes::{self, Clash, Clashes};
use super::finding::Finding;
use super::{describe, refine};

/// Years of a run: what begins in the first of them, and comes within a year, has at least a year to be dealt with.
const YEARS: usize = 3;
/// Years that follow one another from the one in which a clash was found: it is asked for and told again on them.
const LATER_YEARS: i32 = 10;

/// What came of it.
#[derive(Debug, Default)]
pub struct EveryYear {
    /// Clashes that the dates listed do not bring.
    pub findings: Vec<Finding>,
    /// Questions that were not decided, in words: `whether ...`.
    pub open: Vec<String>,
    /// Clashes found that no history shows: they are not told.
    pub unshown: usize,
    /// The work allowed was used up.
    pub is_spent: bool,
    /// What was proved, if all of it was.
    pub proved: Option<String>,
    /// Within what bounds, one sentence each.
    pub bounds: Vec<String>,
}

/// Asks it, with so many steps of the solver.
///
/// # Errors
/// Years of one kind are not alike in the calendar of the protocol.
pub fn ask(protocol: &Protocol, today: Day, known: &Clashes, steps: u64) -> Result<EveryYear, CalendarError> {
    let (stands, as_of) = as_it_stands(protocol, today);
    let listed = &protocol.calendar;
    let published = listed.published_until.or(listed.known_until).unwrap_or(today);
    let from = published.ymd().0 + 1;
    let calendar = Calendar::every_year(listed, from, YEARS)?;
    let mut asker = Asker::new(Ground::new(&stands, &calendar));
    asker.allow(steps);
    let known: Vec<Clash> = known.told().cloned().collect();
    let told = known.len();
    let found = clashes::of_words(&mut asker, known);
    let mut out = EveryYear {
        open: found.open.iter().map(|open| format!("{open}, in every year")).collect(),
        bounds: bounds(&calendar, (&listed.name, from), found.words, as_of),
        ..EveryYear::default()
    };
    for clash in found.cores.iter().skip(told) {
        match of_clash(&mut asker, clash, steps)? {
            Told::Shown(finding) => out.findings.push(*finding),
            Told::Unshown => out.unshown += 1,
            Told::NotOurs => {}
            Told::TooShort(open) => out.open.push(open),
        }
    }
    out.is_spent = asker.is_spent();
    let all = !out.is_spent && out.open.is_empty() && out.unshown == 0;
    out.proved = all.then(|| {
        "in every year too, under the standing holiday rules, there is a way on after each order of occurrences, but for the findings above".to_owned()
    });
    Ok(out)
}

/// The protocol with the rules as they stand for good from one day on, today or when every base is in force; and that day, if
/// it makes a difference.
fn as_it_stands(protocol: &Protocol, today: Day) -> (Protocol, Option<Day>) {
    let later = protocol.modules.iter().filter_map(|m| m.in_force.0).max();
    let day = later.map_or(today, |later| later.max(today));
    let mut out = protocol.clone();
    let mut differs = false;
    let mut settle = |span: &mut (Option<Day>, Option<Day>)| {
        let stands = span.0.is_none_or(|from| from <= day) && span.1.is_none_or(|until| day < until);
        differs |= !stands || span.1.is_some();
        *span = (None, (!stands).then_some(refine::LONG_AGO));
    };
    for module in &mut out.modules {
        settle(&mut module.in_force);
    }
    for rule in &mut out.rules {
        settle(&mut rule.in_force);
        if let Some(departure) = &mut rule.departs_from {
            let mut span = (None, departure.expires);
            settle(&mut span);
            departure.expires = span.1;
        }
    }
    (out, differs.then_some(day))
}

/// What became of a clash that only some years bring.
enum Told {
    Shown(Box<Finding>),
    /// No history shows it.
    Unshown,
    /// Only rules of the law clash.
    NotOurs,
    /// There is a way on that takes longer than a run.
    TooShort(String),
}

/// The clash in the first years that bring it, told on real years that follow one another.
fn of_clash(asker: &mut Asker<'_>, clash: &Clash, steps: u64) -> Result<Told, CalendarError> {
    let (protocol, runs) = (asker.ground.protocol, asker.ground.calendar);
    if !clash.core.iter().any(|n| describe::is_local(protocol, *n)) {
        return Ok(Told::NotOurs);
    }
    let Some(found) = first_years(asker, clash) else {
        return Ok(Told::Unshown);
    };
    let days: Option<Vec<Day>> = found.days.iter().map(|at| runs.day(*at)).collect();
    let Some(days) = days else { return Ok(Told::Unshown) };
    let year = days.iter().map(|day| day.ymd().0).min().unwrap_or_default();
    let calendar = Calendar::standing(&protocol.calendar, year, LATER_YEARS)?;
    let mut later = Asker::new(Ground::new(protocol, &calendar));
    later.allow(steps);
    let obeyed = later.obeyed(clash.tier, &Default::default());
    let parts = later.parts(&obeyed);
    let core: Vec<NormId> = found.core.iter().copied().collect();
    let part = parts.iter().find(|part| core.iter().any(|n| part.norms.contains(n)));
    let days: Option<Vec<i32>> = days.iter().map(|day| calendar.index(*day)).collect();
    let (Some(part), Some(days)) = (part, days) else {
        return Ok(Told::Unshown);
    };
    let fixed: Vec<(Point, i32)> = found.word.iter().copied().zip(days.iter().copied()).collect();
    if !later.is_stuck(&found.word, part, &fixed, &found.case, &core) {
        let open = clashes::whether_all_go_on(asker, &found.word);
        return Ok(Told::TooShort(format!(
            "{open}, in every year: some way on takes longer than {} hold",
            years()
        )));
    }
    let refutation = Refutation { days, ..found };
    let told = Clash {
        core: refutation.core.clone(),
        given: refutation.case.clone(),
        refutation: Some(refutation),
        part: part.clone(),
        ..clash.clone()
    };
    let mut only = Clashes {
        cores: vec![told],
        ..Clashes::default()
    };
    let finding = clashes::findings(&mut later, &mut only, None).pop();
    Ok(finding.map_or(Told::Unshown, |mut finding| {
        finding.notes.push(format!(
            "under the standing holiday rules, {year} is the first year after those published in which this bites"
        ));
        Told::Shown(Box::new(finding))
    }))
}

/// The same clash of the same word, beginning on the first day of the axis that brings it.
fn first_years(asker: &mut Asker<'_>, clash: &Clash) -> Option<Refutation> {
    let mut found = clash.refutation.clone()?;
    let core: Vec<NormId> = clash.core.iter().copied().collect();
    let (mut none, mut some) = (-1, *found.days.first()?);
    while some - none > 1 {
        let middle = none + (some - none) / 2;
        let until = Lit::Until(*found.word.first()?, middle).into();
        match asker.refute_where(&found.word, &clash.part, &core, &[until]) {
            Attempt::Stuck(earlier) if clash.core == earlier.core => {
                some = *earlier.days.first()?;
                found = *earlier;
            }
            _ => none = middle,
        }
    }
    Some(found)
}

/// How long a run is, in words.
fn years() -> String {
    let words = ["no years", "one year", "two years", "three years"];
    words
        .get(YEARS)
        .map_or_else(|| format!("{YEARS} years"), |words| (*words).to_owned())
}

fn bounds(calendar: &Calendar, (name, from): (&str, i32), words: usize, as_of: Option<Day>) -> Vec<String> {
    let edition = calendar
        .edition()
        .map(|day| format!(", edition {day}"))
        .unwrap_or_default();
    let mut out = vec![
        format!(
            "every year under the standing holiday rules of {name}{edition}: shown on {} runs of {}, from {from} on, that stand for all",
            calendar.runs(),
            years()
        ),
        format!(
            "of every year: {words} orders of occurrences that come within a year, and ways on within the run they begin in; all else is asked of the start dates above"
        ),
    ];
    if let Some(day) = as_of {
        out.push(format!("of every year: the rules as they stand on {day}"));
    }
    out
}
