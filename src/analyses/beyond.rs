//! Calendars beyond the one listed: every year there can be, and working days that may yet be made days off. Is there a way on after each
//! order of occurrences on these too? In: a protocol and the clashes known from the calendar as it is. Out: clashes that only others bring,
//! what was proved, what was not.
//!
//! *Every year* is asked on an axis of short runs of years that stand for all ([`Calendar::every_year`]). A way found there lies
//! within its run, and so is a way in all years like these. Where there is none, the run may merely be too short: so that is
//! asked again of real years that follow one another, and a clash is told from there or counts as not proven.
//!
//! *Days off not yet announced* are days that the solver is given as it is given what comes from outside ([`Ground::announcing`]). A clash is
//! told on a calendar that has the few it needs among its holidays, and the judge counts with that calendar.

use crate::calendar::{Calendar, CalendarError};
use crate::certify::proof::Listening;
use crate::diagnostics::{Severity, code};
use crate::model::{NormId, Protocol};
use crate::solve::ask::Asker;
use crate::solve::ground::Ground;
use crate::solve::net::Lit;
use crate::solve::words::{Attempt, Refutation};
use crate::time::Day;

use super::clashes::{self, Clash, Clashes};
use super::finding::Finding;
use super::{Calendars, Dates, describe, refine};

/// Years of a run: what begins in the first of them, and comes within a year, has at least a year to be dealt with.
const YEARS: usize = 3;
/// Years that follow one another from the one in which a clash was found: it is asked for and told again on them.
const LATER_YEARS: i32 = 10;

/// What came of it.
#[derive(Debug, Default)]
pub struct Beyond {
    /// Clashes that the calendar listed does not bring.
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

/// What is asked about, and on which axis.
struct Scope<'l> {
    calendars: Calendars,
    calendar: Calendar,
    /// The rules in force.
    protocol: Protocol,
    /// The day as of which they stand, if it makes a difference.
    as_of: Option<Day>,
    /// The first year of the axis, if it is one of runs.
    first_year: Option<i32>,
    /// Who hears the proofs.
    listening: Option<Listening<'l>>,
}

impl<'l> Scope<'l> {
    fn of(
        (protocol, today): (&Protocol, Day),
        calendars: Calendars,
        listening: Option<Listening<'l>>,
    ) -> Result<Scope<'l>, CalendarError> {
        let listed = &protocol.calendar;
        Ok(match calendars.dates {
            Dates::Listed => Scope {
                calendars,
                calendar: Calendar::build(listed)?,
                protocol: protocol.clone(),
                as_of: None,
                first_year: None,
                listening,
            },
            Dates::EveryYear => {
                let published = listed.published_until.or(listed.known_until).unwrap_or(today);
                let from = published.ymd().0 + 1;
                let (protocol, as_of) = as_it_stands(protocol, today);
                Scope {
                    calendars,
                    calendar: Calendar::every_year(listed, from, YEARS)?,
                    protocol,
                    as_of,
                    first_year: Some(from),
                    listening,
                }
            }
        })
    }

    /// The first day that may yet be made a day off: in the calendar listed, the day after its edition.
    fn first_day_off(&self) -> Option<Day> {
        match self.calendars.dates {
            Dates::Listed => self.calendar.edition().map(|day| day.plus(1)),
            Dates::EveryYear => None,
        }
    }

    /// The calendar on which a clash of that year is told.
    fn telling(&self, year: i32) -> Result<Calendar, CalendarError> {
        match self.calendars.dates {
            Dates::Listed => Ok(self.calendar.clone()),
            Dates::EveryYear => Calendar::standing(&self.protocol.calendar, year, LATER_YEARS),
        }
    }

    /// In which calendars a way on is looked for, in words, with so many more holidays.
    fn told(&self, further: usize) -> String {
        let is_plain = further == 0;
        let further = format!("with up to {} that nobody has announced", holidays(further));
        match (self.calendars.dates, is_plain) {
            (Dates::Listed, _) => further,
            (Dates::EveryYear, true) => "in every year too, under the standing holiday rules".to_owned(),
            (Dates::EveryYear, _) => format!("in every year too, under the standing holiday rules and {further}"),
        }
    }
}

/// So many more holidays, in words.
fn holidays(n: usize) -> String {
    match n {
        1 => "1 more holiday".to_owned(),
        n => format!("{n} more holidays"),
    }
}

/// Asks it, with so many steps of the solver. A listener, if there is one, hears the proof of every answer that there is no way on.
///
/// # Errors
/// Years of one kind are not alike in the calendar of the protocol.
pub fn ask(
    (protocol, today): (&Protocol, Day),
    calendars: Calendars,
    known: &Clashes,
    steps: u64,
    listening: Option<Listening<'_>>,
) -> Result<Beyond, CalendarError> {
    let scope = Scope::of((protocol, today), calendars, listening)?;
    let mut known: Vec<Clash> = known.told().cloned().collect();
    let mut out = Beyond::default();
    // What needs few holidays is told with few: so these are asked about first.
    let fewest = usize::from(calendars.dates == Dates::Listed);
    for further in fewest..=calendars.further {
        let from = scope.first_day_off().and_then(|day| scope.calendar.index(day));
        let ground = Ground::announcing(&scope.protocol, &scope.calendar, further, from);
        let mut asker = Asker::proving(ground, scope.listening.map(|listener| listener()));
        asker.allow(steps);
        let told = known.len();
        let found = clashes::of_words(&mut asker, std::mem::take(&mut known));
        for clash in found.cores.iter().skip(told) {
            match of_clash(&mut asker, &scope, clash, steps)? {
                Told::Shown(finding) => out.findings.push(*finding),
                Told::Unshown => out.unshown += 1,
                Told::NotOurs => {}
                Told::TooShort(open) => out.open.push(open),
            }
        }
        out.is_spent |= asker.is_spent();
        out.open
            .extend(found.open.iter().map(|open| format!("{open}, {}", scope.told(further))));
        out.bounds = bounds(&scope, found.words);
        known = found.cores;
        // With more of them it would not be through either.
        if out.is_spent {
            break;
        }
    }
    let all = !out.is_spent && out.open.is_empty() && out.unshown == 0;
    out.proved = all.then(|| {
        let told = scope.told(calendars.further);
        format!("{told}, there is a way on after each order of occurrences, but for the findings above")
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

/// What became of a clash that only other calendars bring.
enum Told {
    Shown(Box<Finding>),
    /// No history shows it.
    Unshown,
    /// Only rules of the law clash.
    NotOurs,
    /// There is a way on that takes longer than a run.
    TooShort(String),
}

/// The clash from the first start date that brings it, told on one calendar.
fn of_clash(asker: &mut Asker<'_>, scope: &Scope<'_>, clash: &Clash, steps: u64) -> Result<Told, CalendarError> {
    if !clash.core.iter().any(|n| describe::is_local(&scope.protocol, *n)) {
        return Ok(Told::NotOurs);
    }
    let Some(found) = first_start(asker, clash) else {
        return Ok(Told::Unshown);
    };
    let letters: Option<Vec<Day>> = found.days.iter().map(|at| scope.calendar.day(*at)).collect();
    let off: Option<Vec<Day>> = found.days_off.iter().map(|(_, at)| scope.calendar.day(*at)).collect();
    let (Some(letters), Some(mut off)) = (letters, off) else {
        return Ok(Told::Unshown);
    };
    let year = letters.iter().map(|day| day.ymd().0).min().unwrap_or_default();
    let plain = scope.telling(year)?;
    let stands = |off: &[Day]| Retold::on(scope, &plain.with_days_off(off), (clash, &found), &letters, steps);
    let Some(mut told) = stands(&off) else {
        return Ok(match scope.calendars.dates {
            Dates::Listed => Told::Unshown,
            Dates::EveryYear => {
                let open = clashes::whether_all_go_on(asker, &found.word);
                let length = years();
                let where_ = scope.told(found.days_off.len());
                Told::TooShort(format!("{open}, {where_}: some way on takes longer than {length} hold"))
            }
        });
    };
    // Those that it can do without were put somewhere only because all are.
    let mut at = 0;
    while at < off.len() {
        let mut fewer = off.clone();
        fewer.remove(at);
        match stands(&fewer) {
            Some(without) => (off, told) = (fewer, without),
            None => at += 1,
        }
    }
    let Some(mut finding) = told.finding else {
        return Ok(Told::Unshown);
    };
    if scope.first_year.is_some() {
        finding.notes.push(format!(
            "under the standing holiday rules, {year} is the first year after those published in which this bites"
        ));
    }
    if !off.is_empty() {
        finding.code = code::HOLIDAY_TO_COME;
        finding.severity = finding.severity.min(Severity::Warning);
    }
    Ok(Told::Shown(Box::new(finding)))
}

/// A clash asked for again on one calendar.
struct Retold {
    /// Its finding, if a history shows it.
    finding: Option<Finding>,
}

impl Retold {
    /// None where there is a way on.
    fn on(
        scope: &Scope<'_>,
        calendar: &Calendar,
        (clash, found): (&Clash, &Refutation),
        letters: &[Day],
        steps: u64,
    ) -> Option<Retold> {
        let ground = Ground::new(&scope.protocol, calendar);
        let mut asker = Asker::proving(ground, scope.listening.map(|listener| listener()));
        asker.allow(steps);
        let obeyed = asker.obeyed(clash.tier, &Default::default());
        let parts = asker.parts(&obeyed);
        let core: Vec<NormId> = found.core.iter().copied().collect();
        let part = parts
            .into_iter()
            .find(|part| core.iter().any(|n| part.norms.contains(n)))?;
        let days = letters.iter().map(|day| calendar.index(*day)).collect::<Option<_>>()?;
        let refutation = Refutation {
            days,
            days_off: Vec::new(),
            ..found.clone()
        };
        if !asker.is_stuck(&refutation.word, &part, &refutation.fixed(), &found.case, &core) {
            return None;
        }
        let told = Clash {
            core: refutation.core.clone(),
            given: refutation.case.clone(),
            refutation: Some(refutation),
            part,
            ..clash.clone()
        };
        let mut only = Clashes {
            cores: vec![told],
            ..Clashes::default()
        };
        Some(Retold {
            finding: clashes::findings(&mut asker, &mut only, None).pop(),
        })
    }
}

/// The same clash of the same word, beginning on the first day of the axis that brings it.
fn first_start(asker: &mut Asker<'_>, clash: &Clash) -> Option<Refutation> {
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

fn bounds(scope: &Scope<'_>, words: usize) -> Vec<String> {
    let (calendar, name) = (&scope.calendar, &scope.protocol.calendar.name);
    let mut out = Vec::new();
    if let Some(from) = scope.first_year {
        let edition = calendar
            .edition()
            .map(|day| format!(", edition {day}"))
            .unwrap_or_default();
        out.push(format!(
            "every year under the standing holiday rules of {name}{edition}: shown on {} runs of {}, from {from} on, that stand for all",
            calendar.runs(),
            years()
        ));
        out.push(format!(
            "of every year: {words} orders of occurrences that come within a year, and ways on within the run they begin in; all else is asked of the start dates above"
        ));
    }
    if let Some(day) = scope.as_of {
        out.push(format!("of every year: the rules as they stand on {day}"));
    }
    if scope.calendars.further > 0 {
        let from = scope
            .first_day_off()
            .map(|day| format!(" from {day} on"))
            .unwrap_or_default();
        out.push(format!(
            "of {} that nobody has announced: any working days{from}, known by the end of the order of occurrences; {words} orders of occurrences, and no other question",
            holidays(scope.calendars.further)
        ));
    }
    out
}
