//! Changes that might remove a clash. In: a protocol and a clash. Out: the changes of our own rules that are worth trying, and how each
//! is written. Says nothing of whether one does.

use crate::model::{
    Act, Body, Cond, FactorId, FactorKind, Happening, ModuleId, Moment, NormId, Ordinal, Party, Protocol, Subject, Who,
};
use crate::solve::ask::Asker;
use crate::solve::ground::{YES, factor_of};
use crate::solve::net::Choice;

use super::super::super::{describe, gates};
use super::super::Clash;
use super::edits::{Edit, To};
use super::numbers::{Number, Way, numbers};

/// Something to change.
#[derive(Debug, Clone)]
pub enum Candidate {
    /// A number, by as little as does.
    Number(Number),
    /// A line.
    Line(Edit),
}

impl Candidate {
    /// By how much it can change at all. A line changes or does not.
    pub fn most(&self) -> u32 {
        match self {
            Candidate::Number(limit) => limit.most(Way::Looser),
            Candidate::Line(_) => 1,
        }
    }

    /// A change to begin with, where the least is looked for.
    pub fn step(&self) -> u32 {
        match self {
            Candidate::Number(limit) => limit.step(),
            Candidate::Line(_) => 1,
        }
    }

    /// Changed by so much.
    pub fn by(&self, change: u32) -> Edit {
        match self {
            Candidate::Number(limit) => limit.by(Way::Looser, change),
            Candidate::Line(edit) => edit.clone(),
        }
    }
}

/// All of them: numbers first, in the order of the file. The `chief` is the duty or effect that does what is forbidden; `later` came
/// when something had been engaged already.
pub fn of(asker: &Asker<'_>, clash: &Clash, chief: Option<NormId>, later: Option<Happening>) -> Vec<Candidate> {
    let protocol = asker.ground.protocol;
    let ours = clash.core.iter().copied().filter(|n| describe::is_local(protocol, *n));
    let mut lines = Vec::new();
    let (bars, duties): (Vec<NormId>, Vec<NormId>) = ours
        .clone()
        .filter(|n| !describe::is_silent(protocol, *n))
        .partition(|n| describe::forbids(protocol, *n));
    for duty in &duties {
        lines.extend(others(protocol, *duty, clash));
    }
    let speaks = |n: &NormId| later.is_some_and(|what| describe::speaks_of(protocol, *n, what));
    if let Some(what) = later.filter(|_| clash.core.iter().any(|n| describe::forbids(protocol, *n) && speaks(n))) {
        let idle = duties.iter().filter(|n| !speaks(n));
        lines.extend(idle.filter_map(|n| lapse(protocol, *n, what)));
    }
    let chief = chief.filter(|n| describe::is_local(protocol, *n) && !describe::forbids(protocol, *n));
    if let Some(chief @ NormId::Rule(_)) = chief {
        lines.extend(bars.iter().filter_map(|bar| exception(protocol, chief, *bar)));
    }
    for norm in bars.iter().chain(&duties) {
        lines.extend(unless(asker, *norm, &clash.given));
    }
    let numbers = ours.flat_map(|norm| numbers(protocol, norm));
    numbers
        .map(Candidate::Number)
        .chain(lines.into_iter().map(Candidate::Line))
        .collect()
}

/// A duty in the hands of those to whom another member of the clash gives it.
fn others(protocol: &Protocol, duty: NormId, clash: &Clash) -> Vec<Edit> {
    let Some((Subject::The(mine), act)) = sentence(protocol, duty) else {
        return Vec::new();
    };
    let mut out: Vec<Edit> = Vec::new();
    for norm in clash.core.iter().filter(|n| **n != duty) {
        let Some((Subject::The(who) | Subject::Only(who), _)) = sentence(protocol, *norm) else {
            continue;
        };
        // Nobody tells himself.
        let told = |p: &Party| addressed(act).is_some_and(|w| w.parties.contains(p));
        if who.parties == mine.parties || who.parties.iter().any(told) {
            continue;
        }
        let (Some(old), Some(new)) = (written(protocol, mine), written(protocol, who)) else {
            continue;
        };
        if out.iter().all(|known| known.write != new) {
            let text = format!("write `{new}` for `{old}` in {}", describe::quoted(protocol, duty));
            out.push(Edit {
                norm: duty,
                to: To::Who(who.clone()),
                write: new,
                text: Some(text),
            });
        }
    }
    out
}

fn sentence(protocol: &Protocol, norm: NormId) -> Option<(&Subject, &Act)> {
    let NormId::Rule(r) = norm else { return None };
    match &protocol.rules.get(r.index())?.body {
        Body::Norm { subject, act, .. } => Some((subject, act)),
        _ => None,
    }
}

/// Whom an act is done to.
fn addressed(act: &Act) -> Option<&Who> {
    match act {
        Act::Send(_, who, _) | Act::Notify(who, _) | Act::Ask(who, _) | Act::Consult(who, _) => Some(who),
        _ => None,
    }
}

/// Parties as a sentence names them; none if a name of theirs is given to two.
fn written(protocol: &Protocol, who: &Who) -> Option<String> {
    let roles = protocol.roles.iter().map(|r| &r.origin.name);
    let named: Vec<&String> = roles.chain(protocol.meetings.iter().map(|m| &m.origin.name)).collect();
    let one = |party: &Party| {
        let name = match party {
            Party::Role(r) => &protocol.roles.get(r.index())?.origin.name,
            Party::Meeting(m) => &protocol.meetings.get(m.index())?.origin.name,
        };
        (named.iter().filter(|n| **n == name).count() == 1).then(|| name.clone())
    };
    let names: Vec<String> = who.parties.iter().map(one).collect::<Option<_>>()?;
    let joint = if who.either { " or " } else { " and " };
    Some(format!("the {}", names.join(joint)))
}

fn exception(protocol: &Protocol, chief: NormId, bar: NormId) -> Option<Edit> {
    let NormId::Rule(to) = bar else { return None };
    Some(Edit {
        norm: chief,
        to: To::Exception(to),
        write: format!("exception to {}", describe::name(protocol, bar)),
        text: None,
    })
}

/// A rule leaves a case out.
fn unless(asker: &Asker<'_>, norm: NormId, given: &[(Choice, u64)]) -> Option<Edit> {
    let protocol = asker.ground.protocol;
    let (factors, case, said) = case_of(asker, describe::origin(protocol, norm)?.module, given)?;
    let guard = gates::guard(protocol, norm)?;
    // What applies only in such a case would never apply.
    let mut conds = std::iter::once(&guard.if_).chain(&guard.unless);
    if conds.any(|cond| factors.iter().any(|f| tests(protocol, cond, *f))) {
        return None;
    }
    // Of a duty both are looked at in the same moment, and the one without two negations is easier to read.
    let plain = said.strip_prefix("not ").filter(|_| factors.len() == 1);
    let write = match plain.filter(|_| guard.if_ == Cond::True && !describe::forbids(protocol, norm)) {
        Some(otherwise) => format!("if {otherwise}"),
        None => format!("unless {said}"),
    };
    Some(Edit {
        norm,
        to: To::Unless(case),
        write,
        text: None,
    })
}

/// Whether a condition tests a factor, through its terms.
fn tests(protocol: &Protocol, cond: &Cond, factor: FactorId) -> bool {
    match cond {
        Cond::Factor(f, ..) => *f == factor,
        Cond::Term(t, _) => {
            let term = protocol.terms.get(t.index());
            term.is_some_and(|t| tests(protocol, &t.means, factor))
        }
        Cond::Not(inner) => tests(protocol, inner, factor),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().any(|c| tests(protocol, c, factor)),
        _ => false,
    }
}

/// What a case assumes of facts, judgements and words in quotes, as a condition and as it is written in a module: the words of
/// another module are another condition there.
fn case_of(asker: &Asker<'_>, module: ModuleId, given: &[(Choice, u64)]) -> Option<(Vec<FactorId>, Cond, String)> {
    let protocol = asker.ground.protocol;
    let (mut factors, mut conds, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for (choice, set) in given {
        let factor: Option<FactorId> = factor_of(&asker.ground, *choice);
        let Some((id, factor)) = factor.and_then(|id| Some((id, protocol.factors.get(id.index())?))) else {
            continue;
        };
        let is_foreign = factor.kind == FactorKind::Quoted && factor.origin.module != module;
        if *set == asker.ground.net.full(*choice) || factor.kind == FactorKind::Reading || is_foreign {
            continue;
        }
        let name = match factor.kind {
            FactorKind::Quoted => format!("\"{}\"", factor.origin.label),
            _ => factor.origin.name.clone(),
        };
        let kept: Vec<usize> = (0..factor.values.len()).filter(|at| set & (1 << at) != 0).collect();
        let values: Vec<&str> = kept.iter().map(|at| factor.values[*at].as_str()).collect();
        let said = match values.as_slice() {
            ["yes"] => name,
            ["no"] => format!("not {name}"),
            [one] => format!("{name} is {one}"),
            many => format!("{name} is one of {}", many.join(", ")),
        };
        let value = |at: usize| crate::model::ValueId(u32::try_from(at).unwrap_or(u32::MAX));
        factors.push(id);
        conds.push(Cond::Factor(
            id,
            kept.into_iter().map(value).collect(),
            factor.origin.span,
        ));
        words.push(said);
    }
    (!conds.is_empty()).then(|| (factors, Cond::All(conds), words.join(" and ")))
}

/// How a duty is made to lapse when something happens later on; none where that has no short wording.
fn lapse(protocol: &Protocol, norm: NormId, what: Happening) -> Option<Edit> {
    let span = describe::span(protocol, norm)?;
    let duty = describe::quoted(protocol, norm);
    let (cond, write, text) = match what {
        Happening::Begins(s) | Happening::Ends(s) => {
            let name = &protocol.statuses.get(s.index())?.origin.name;
            let holds = Cond::Status(s, vec![YES], span);
            let (cond, write) = match what {
                Happening::Begins(_) => (Cond::Not(Box::new(holds)), format!("while not {name}")),
                _ => (holds, format!("while {name}")),
            };
            (cond, write, None)
        }
        Happening::Happens(e) => {
            let event = protocol.events.get(e.index())?;
            let (ordinal, first) = match event.repeats {
                true => (Ordinal::First, "first "),
                false => (Ordinal::Any, ""),
            };
            let moment = Moment {
                ordinal,
                what,
                since: None,
                span,
            };
            let means = format!("means {first}{} happens", event.origin.name);
            let text = format!("declare a `term` that `{means}`, and write `while not` and its name in {duty}");
            let happened = Cond::Happened(moment, span);
            (Cond::Not(Box::new(happened)), means, Some(text))
        }
        _ => return None,
    };
    Some(Edit {
        norm,
        to: To::While(cond),
        write,
        text,
    })
}
