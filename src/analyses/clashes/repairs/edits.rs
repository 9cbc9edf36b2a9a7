//! Changes of one line of a protocol. In: a protocol and a clash. Out: changes that might remove it, copies that have one, and how each is
//! written. Says nothing of whether one does.

use crate::diagnostics::RepairKind;
use crate::model::{
    Cond, FactorId, FactorKind, Guard, Happening, Length, Limit, LimitKind, Moment, NormId, Ordinal, Protocol, RuleId,
};
use crate::solve::ask::Asker;
use crate::solve::ground::{YES, factor_of};
use crate::solve::net::Choice;
use crate::source::Span;
use crate::time::{Duration, Unit};

use super::super::super::describe;
use super::Clash;

/// One change.
#[derive(Debug, Clone)]
pub enum Edit {
    /// The limit with this index counts so many.
    Limit { norm: NormId, at: usize, length: Duration },
    /// Where the one rule applies, the other does not.
    Exception { rule: RuleId, to: RuleId },
    /// It does not apply in a case.
    Unless { norm: NormId, case: Cond, said: String },
    /// It lapses when something comes between.
    Lapse {
        norm: NormId,
        while_: Cond,
        write: String,
        text: String,
    },
}

/// A limit in a number that could be looser.
#[derive(Debug, Clone, Copy)]
pub struct Loose {
    pub norm: NormId,
    pub at: usize,
    /// As it is written.
    pub length: Duration,
    /// Looser is more; if not, it is less.
    more: bool,
}

impl Loose {
    /// By how much it can change at all. A day is the least that can be asked for; more than some years is no limit.
    pub fn most(&self) -> u32 {
        let years = |each: u32| each.max(self.length.count.saturating_mul(3));
        match (self.more, self.length.unit) {
            (false, _) => self.length.count.saturating_sub(1),
            (true, Unit::Hours) => 0,
            (true, Unit::WorkingDays) => years(260),
            (true, Unit::CalendarDays) => years(366),
            (true, Unit::Weeks) => years(52),
            (true, Unit::Months) => years(12),
            (true, Unit::Years) => years(2),
        }
    }

    /// Looser by so many.
    pub fn by(&self, change: u32) -> Edit {
        let count = match self.more {
            true => self.length.count.saturating_add(change),
            false => self.length.count.saturating_sub(change),
        };
        Edit::Limit {
            norm: self.norm,
            at: self.at,
            length: Duration { count, ..self.length },
        }
    }
}

/// Limits of ours among these norms that are written in one number, in the order of the file. Hours are counted in days, so
/// nothing could be said of them in their own unit.
pub fn loose<'c>(protocol: &'c Protocol, core: impl Iterator<Item = NormId> + 'c) -> impl Iterator<Item = Loose> + 'c {
    core.filter(|n| describe::is_local(protocol, *n)).flat_map(|norm| {
        let forbids = describe::forbids(protocol, norm);
        let limits = describe::limits(protocol, norm).iter().enumerate();
        limits.filter_map(move |(at, limit)| {
            let (length, more) = match &limit.kind {
                LimitKind::Within(length, _) => (length, !forbids),
                LimitKind::AtLeastAfter(length, _) | LimitKind::AtLeastBefore(length, _) => (length, forbids),
                LimitKind::UntilAfter(length, _) => (length, false),
                _ => return None,
            };
            match length.any.as_slice() {
                [one] if one.unit != Unit::Hours => Some(Loose {
                    norm,
                    at,
                    length: *one,
                    more,
                }),
                _ => None,
            }
        })
    })
}

/// Other changes that might do: an exception for the `chief` duty or effect to bars of ours, duties that lapse when `later` comes,
/// cases that a rule leaves out.
pub fn others(asker: &Asker<'_>, clash: &Clash, chief: Option<NormId>, later: Option<Happening>) -> Vec<Edit> {
    let protocol = asker.ground.protocol;
    let ours = clash.core.iter().copied().filter(|n| describe::is_local(protocol, *n));
    let (bars, duties): (Vec<NormId>, Vec<NormId>) = ours
        .filter(|n| !describe::is_silent(protocol, *n))
        .partition(|n| describe::forbids(protocol, *n));
    let mut out = Vec::new();
    let speaks = |n: &NormId| later.is_some_and(|what| describe::speaks_of(protocol, *n, what));
    if let Some(what) = later.filter(|_| clash.core.iter().any(|n| describe::forbids(protocol, *n) && speaks(n))) {
        let idle = duties.iter().filter(|n| !speaks(n));
        out.extend(idle.filter_map(|n| lapse(protocol, *n, what)));
    }
    let chief = chief.filter(|n| describe::is_local(protocol, *n) && !describe::forbids(protocol, *n));
    for bar in &bars {
        if let (Some(NormId::Rule(rule)), NormId::Rule(to)) = (chief, *bar) {
            out.push(Edit::Exception { rule, to });
        }
    }
    if let Some((factors, case, said)) = case_of(asker, &clash.given) {
        // What applies only in such a case would never apply.
        let free = |n: &&NormId| {
            let guard = guard_of(protocol, **n);
            !guard.is_some_and(|g| factors.iter().any(|f| tests(protocol, &g.if_, *f)))
        };
        let left = bars.iter().chain(&duties).filter(free).map(|norm| Edit::Unless {
            norm: *norm,
            case: case.clone(),
            said: said.clone(),
        });
        out.extend(left);
    }
    out
}

/// Whether a condition tests a factor, through its terms.
fn tests(protocol: &Protocol, cond: &Cond, factor: FactorId) -> bool {
    match cond {
        Cond::Factor(f, ..) => *f == factor,
        Cond::Term(t, _) => protocol
            .terms
            .get(t.index())
            .is_some_and(|t| tests(protocol, &t.means, factor)),
        Cond::Not(inner) => tests(protocol, inner, factor),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().any(|c| tests(protocol, c, factor)),
        _ => false,
    }
}

/// What a case assumes of facts, judgements and words in quotes, as a condition and as it is written.
fn case_of(asker: &Asker<'_>, given: &[(Choice, u64)]) -> Option<(Vec<FactorId>, Cond, String)> {
    let protocol = asker.ground.protocol;
    let (mut factors, mut conds, mut words) = (Vec::new(), Vec::new(), Vec::new());
    for (choice, set) in given {
        let factor: Option<FactorId> = factor_of(&asker.ground, *choice);
        let Some((id, factor)) = factor.and_then(|id| Some((id, protocol.factors.get(id.index())?))) else {
            continue;
        };
        if *set == asker.ground.net.full(*choice) || factor.kind == FactorKind::Reading {
            continue;
        }
        let name = match factor.kind {
            FactorKind::Quoted => format!("\"{}\"", factor.origin.label),
            _ => factor.origin.name.clone(),
        };
        let values: Vec<&str> = factor
            .values
            .iter()
            .enumerate()
            .filter(|(at, _)| set & (1 << at) != 0)
            .map(|(_, v)| v.as_str())
            .collect();
        let said = match values.as_slice() {
            ["yes"] => name,
            ["no"] => format!("not {name}"),
            [one] => format!("{name} is {one}"),
            many => format!("{name} is one of {}", many.join(", ")),
        };
        let kept = (0..64)
            .filter(|at| set & (1u64 << at) != 0)
            .map(crate::model::ValueId)
            .collect();
        factors.push(id);
        conds.push(Cond::Factor(id, kept, factor.origin.span));
        words.push(said);
    }
    (!conds.is_empty()).then(|| (factors, Cond::All(conds), words.join(" and ")))
}

/// How a duty is made to lapse when something happens later on; none where that has no short wording.
fn lapse(protocol: &Protocol, norm: NormId, what: Happening) -> Option<Edit> {
    let span = describe::span(protocol, norm)?;
    let duty = describe::quoted(protocol, norm);
    let (while_, write, text) = match what {
        Happening::Begins(s) | Happening::Ends(s) => {
            let name = &protocol.statuses.get(s.index())?.origin.name;
            let holds = Cond::Status(s, vec![YES], span);
            let (while_, write) = match what {
                Happening::Begins(_) => (Cond::Not(Box::new(holds)), format!("while not {name}")),
                _ => (holds, format!("while {name}")),
            };
            let text = format!("write `{write}` in {duty}");
            (while_, write, text)
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
            (Cond::Not(Box::new(Cond::Happened(moment, span))), means, text)
        }
        _ => return None,
    };
    Some(Edit::Lapse {
        norm,
        while_,
        write,
        text,
    })
}

impl Edit {
    pub fn kind(&self) -> RepairKind {
        match self {
            Edit::Limit { .. } => RepairKind::Limit,
            Edit::Exception { .. } => RepairKind::Exception,
            Edit::Unless { .. } => RepairKind::Unless,
            Edit::Lapse { .. } => RepairKind::Lapse,
        }
    }

    /// The rule or decision that it changes.
    pub fn norm(&self) -> NormId {
        match self {
            Edit::Limit { norm, .. } | Edit::Unless { norm, .. } | Edit::Lapse { norm, .. } => *norm,
            Edit::Exception { rule, .. } => NormId::Rule(*rule),
        }
    }

    /// How much it changes a number, in thousandths of it; nothing for what changes none.
    pub fn size(&self, protocol: &Protocol) -> u32 {
        let Edit::Limit { norm, at, length } = self else {
            return 0;
        };
        let old = describe::limits(protocol, *norm)
            .get(*at)
            .and_then(|l| length_of(&l.kind));
        let old = old.and_then(|l| l.any.first()).map_or(1, |d| d.count.max(1));
        length.count.abs_diff(old).saturating_mul(1000) / old
    }

    /// The line that is changed, or the head of the item that gets one more.
    pub fn span(&self, protocol: &Protocol) -> Option<Span> {
        match self {
            Edit::Limit { norm, at, .. } => describe::limits(protocol, *norm).get(*at).map(|l| l.span),
            _ => describe::span(protocol, self.norm()),
        }
    }

    /// As the language has it.
    pub fn write(&self, protocol: &Protocol) -> String {
        match self {
            Edit::Limit { norm, at, length } => {
                let limit = describe::limits(protocol, *norm).get(*at).map(|l| &l.kind);
                let word = match limit {
                    Some(LimitKind::Within(..)) => "within",
                    Some(LimitKind::UntilAfter(..)) => "until",
                    _ => "at least",
                };
                format!("{word} {length}")
            }
            Edit::Exception { to, .. } => format!("exception to {}", describe::name(protocol, NormId::Rule(*to))),
            Edit::Unless { said, .. } => format!("unless {said}"),
            Edit::Lapse { write, .. } => write.clone(),
        }
    }

    /// What to do.
    pub fn text(&self, protocol: &Protocol) -> String {
        match self {
            Edit::Lapse { text, .. } => text.clone(),
            _ => format!(
                "write `{}` in {}",
                self.write(protocol),
                describe::quoted(protocol, self.norm())
            ),
        }
    }

    /// A copy of the protocol that has it.
    pub fn made(&self, protocol: &Protocol) -> Protocol {
        let mut copy = protocol.clone();
        match self {
            Edit::Limit { norm, at, length } => {
                let limits = match norm {
                    NormId::Rule(r) => copy.rules.get_mut(r.index()).map(|r| &mut r.limits),
                    NormId::Decision(d) => copy.decisions.get_mut(d.index()).map(|d| &mut d.limits),
                };
                if let Some(limit) = limits.and_then(|l| l.get_mut(*at)) {
                    count(limit, *length);
                }
            }
            Edit::Exception { rule, to } => {
                if let Some(rule) = copy.rules.get_mut(rule.index()) {
                    rule.exception_to.push(*to);
                }
            }
            Edit::Unless { norm, case, .. } => {
                if let Some(guard) = guard(&mut copy, *norm) {
                    guard.unless.push(case.clone());
                }
            }
            Edit::Lapse { norm, while_, .. } => {
                if let Some(guard) = guard(&mut copy, *norm) {
                    guard.while_ = match std::mem::replace(&mut guard.while_, Cond::True) {
                        Cond::True => while_.clone(),
                        other => Cond::All(vec![other, while_.clone()]),
                    };
                }
            }
        }
        copy
    }
}

fn guard(protocol: &mut Protocol, norm: NormId) -> Option<&mut Guard> {
    match norm {
        NormId::Rule(r) => protocol.rules.get_mut(r.index()).map(|r| &mut r.guard),
        NormId::Decision(d) => protocol.decisions.get_mut(d.index()).map(|d| &mut d.guard),
    }
}

fn guard_of(protocol: &Protocol, norm: NormId) -> Option<&Guard> {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| &r.guard),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map(|d| &d.guard),
    }
}

fn length_of(limit: &LimitKind) -> Option<&Length> {
    match limit {
        LimitKind::Within(length, _)
        | LimitKind::AtLeastAfter(length, _)
        | LimitKind::AtLeastBefore(length, _)
        | LimitKind::UntilAfter(length, _) => Some(length),
        _ => None,
    }
}

fn count(limit: &mut Limit, to: Duration) {
    if let LimitKind::Within(length, _)
    | LimitKind::AtLeastAfter(length, _)
    | LimitKind::AtLeastBefore(length, _)
    | LimitKind::UntilAfter(length, _) = &mut limit.kind
    {
        length.any = vec![to];
    }
}
