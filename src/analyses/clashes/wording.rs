//! Clashes in words: the headline and what to do. In: who plays which part. Out: sentences.

use crate::diagnostics::{ChangeKind, Code, Repair, code};
use crate::model::{Act, Body, Cond, Happening, NormId, Protocol, ValueId, words};

use super::super::dates::Dates;
use super::super::describe;
use super::cast::Cast;

/// What else the words turn on.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances {
    /// The option of a decision that the clash is about.
    pub option: Option<(NormId, ValueId)>,
    /// What the one norm asks for cannot occur at all.
    pub beyond: bool,
    /// What came later than the chief duty, and calls the bar into being.
    pub later: Option<Happening>,
    /// What the one norm asked has to follow comes from outside, and no rule brings it about.
    pub awaited: Option<Happening>,
    /// The chief duty cannot be kept whatever else is done.
    pub impossible: bool,
}

/// The headline, and help beyond the repairs that were found; what was tried in vain is not advised.
pub fn wording(
    protocol: &Protocol,
    code: Code,
    cast: &Cast,
    dates: Option<&Dates>,
    circumstances: &Circumstances,
    (repairs, in_vain): (&[Repair], &[ChangeKind]),
) -> (String, Vec<String>) {
    let mended_by = |kind: ChangeKind| repairs.iter().flat_map(|r| &r.changes).any(|c| c.kind == kind);
    let q = |n: &NormId| describe::quoted(protocol, *n);
    let when = dates.and_then(Dates::short).map_or(String::new(), |s| format!(" {s}"));
    let Some(chief) = cast.chief() else {
        return (String::new(), Vec::new());
    };
    let others: Vec<NormId> = cast.all_duties().filter(|n| *n != chief).collect();
    let with = if others.is_empty() {
        String::new()
    } else {
        format!(", given {}", describe::list(protocol, &others))
    };
    let power = cast.bars.iter().find(|n| describe::is_exclusive(protocol, **n));
    if let Some(power) = power.filter(|_| !circumstances.impossible) {
        return (
            format!(
                "{} does what {} leaves to somebody else alone{with}{when}",
                q(&chief),
                q(power)
            ),
            (!mended_by(ChangeKind::Exception)
                && !in_vain.contains(&ChangeKind::Exception)
                && may_be_excepted(protocol, chief, *power))
            .then(|| {
                format!(
                    "make {} an `exception to {}`, if that is meant",
                    q(&chief),
                    describe::name(protocol, *power)
                )
            })
            .into_iter()
            .chain([format!(
                "or have the holder of {} decide first, and let {} only carry it out",
                q(power),
                q(&chief)
            )])
            .collect(),
        );
    }
    if code == code::MISSING_BRANCH {
        return (
            format!("a case can reach {} and find none of its options open", q(&chief)),
            vec!["add the option that is missing, or say that the source does not (`otherwise not stated`)".to_owned()],
        );
    }
    if let Some(what) = circumstances.awaited {
        let what = words::happening(protocol, what);
        return (
            format!(
                "{} cannot be kept unless {what} first, which no rule brings about",
                q(&chief)
            ),
            vec![format!(
                "name who brings it about, and by when, or count {} from when {what}",
                q(&chief)
            )],
        );
    }
    if code == code::FORCED_WAIT {
        return (
            format!(
                "{} waits for something outside that no rule brings about{}",
                q(&chief),
                cast.bars
                    .first()
                    .map_or(String::new(), |b| format!(": {} holds until then", q(b)))
            ),
            vec!["name who asks for it or tells the other side, and by when".to_owned()],
        );
    }
    let bar = cast.bars.first().filter(|_| cast.direct && !circumstances.impossible);
    if let Some(bar) = bar {
        let headline = match (code == code::TRAP, option(protocol, chief, circumstances)) {
            (true, _) => format!("{} can be left with no way past {}{with}{when}", q(&chief), q(bar)),
            (false, Some(option)) => format!(
                "the option `{option}` of {} cannot be taken without breaking {}{with}{when}",
                q(&chief),
                q(bar)
            ),
            (false, None) => format!("{} cannot be done without breaking {}{with}{when}", q(&chief), q(bar)),
        };
        let later = circumstances.later.filter(|_| !mended_by(ChangeKind::Lapse));
        let mut help: Vec<String> = later
            .and_then(|what| lapse(protocol, chief, what))
            .map(|lapse| {
                if repairs.is_empty() {
                    lapse
                } else {
                    format!("or {lapse}")
                }
            })
            .into_iter()
            .collect();
        let mut ways = Vec::new();
        if describe::is_local(protocol, *bar) && !mended_by(ChangeKind::Unless) {
            ways.push(format!("say in {} which cases it does not cover (`unless`)", q(bar)));
        }
        let excepted = mended_by(ChangeKind::Exception) || in_vain.contains(&ChangeKind::Exception);
        if may_be_excepted(protocol, chief, *bar) && !excepted {
            let it = if ways.is_empty() { q(bar) } else { "it".to_owned() };
            ways.push(format!("make {} an exception to {it}", q(&chief)));
        }
        let or = |help: &[String]| match help.is_empty() && repairs.is_empty() {
            true => "",
            false => "or ",
        };
        if !ways.is_empty() {
            help.push(format!("{}{}", or(&help), ways.join(", or ")));
        }
        // Where a number does, it lets it wait.
        if circumstances.later.is_none() && may_be_over(protocol, *bar) && repairs.is_empty() {
            help.push(format!("{}let {} wait until {} is over", or(&help), q(&chief), q(bar)));
        }
        return (headline, help);
    }
    let rest: Vec<NormId> = cast
        .duties
        .iter()
        .chain(&cast.begins)
        .chain(&cast.bars)
        .copied()
        .filter(|n| *n != chief)
        .collect();
    if rest.is_empty() || circumstances.impossible {
        return alone(protocol, chief, circumstances, &when, repairs);
    }
    let all: Vec<NormId> = std::iter::once(chief).chain(rest.iter().copied()).collect();
    (
        format!(
            "{} cannot be kept together with {}{when}",
            q(&chief),
            describe::list(protocol, &rest)
        ),
        match repairs.is_empty() {
            true => vec![format!(
                "change one of {}: {}",
                what(protocol, &all),
                describe::list(protocol, &all)
            )],
            false => Vec::new(),
        },
    )
}

/// What there is to change where several cannot be kept together: limits, if they have any.
fn what(protocol: &Protocol, norms: &[NormId]) -> &'static str {
    match norms.iter().any(|n| !describe::limits(protocol, *n).is_empty()) {
        true => "the limits",
        false => "these rules",
    }
}

/// Whether what forbids something says when it no longer does.
fn may_be_over(protocol: &Protocol, bar: NormId) -> bool {
    let NormId::Rule(rule) = bar else { return false };
    let rule = protocol.rules.get(rule.index());
    rule.is_some_and(|r| !r.limits.is_empty() || r.guard.while_ != Cond::True)
}

/// Whether `exception to` can be written: in a rule of ours, of another.
fn may_be_excepted(protocol: &Protocol, chief: NormId, bar: NormId) -> bool {
    let both = [chief, bar];
    both.iter()
        .all(|n| matches!(n, NormId::Rule(_)) && describe::is_local(protocol, *n))
}

/// One norm in its own way.
fn alone(
    protocol: &Protocol,
    norm: NormId,
    circumstances: &Circumstances,
    when: &str,
    repairs: &[Repair],
) -> (String, Vec<String>) {
    let quoted = describe::quoted(protocol, norm);
    let act = match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| &r.body),
        NormId::Decision(_) => None,
    };
    let status = match act {
        Some(Body::Norm { act: Act::End(s), .. }) => Some((*s, "has not begun", "")),
        Some(Body::Norm { act: Act::Begin(s), .. }) => Some((*s, "has begun already", "not ")),
        _ => None,
    };
    let status = status.filter(|_| circumstances.beyond);
    if let Some((status, state, not)) = status
        && let Some(name) = protocol.statuses.get(status.index()).map(|s| &s.origin.name)
    {
        return (
            format!("{quoted} cannot be kept where `{name}` {state}{when}"),
            vec![format!(
                "add `if {not}{name}` to {quoted}: it then asks nothing of such a case"
            )],
        );
    }
    let headline = match circumstances.impossible {
        true => format!("{quoted} can never be kept, whatever else is done"),
        false => format!("{quoted} cannot be kept{when}"),
    };
    (
        headline,
        match repairs.is_empty() {
            true => vec![format!("loosen the limits of {quoted}, or say when it does not apply")],
            false => Vec::new(),
        },
    )
}

/// The option that the clash is about, if it is one of this decision.
fn option<'p>(protocol: &'p Protocol, chief: NormId, circumstances: &Circumstances) -> Option<&'p str> {
    let (norm, value) = circumstances.option.filter(|(n, _)| *n == chief)?;
    let NormId::Decision(d) = norm else { return None };
    let decision = protocol.decisions.get(d.index())?;
    Some(&decision.options.get(value.0 as usize)?.name)
}

/// How to let a duty lapse when something happens later on; none where that has no short wording.
fn lapse(protocol: &Protocol, duty: NormId, what: Happening) -> Option<String> {
    let duty = describe::quoted(protocol, duty);
    let ends = |write: String| {
        format!(
            "let {duty} lapse when {}: {write} (its `if` and `unless` are looked at when it is engaged, which is earlier)",
            words::happening(protocol, what)
        )
    };
    match what {
        Happening::Begins(s) => {
            let name = &protocol.statuses.get(s.index())?.origin.name;
            Some(ends(format!("add `while not {name}`")))
        }
        Happening::Ends(s) => {
            let name = &protocol.statuses.get(s.index())?.origin.name;
            Some(ends(format!("add `while {name}`")))
        }
        Happening::Happens(e) => {
            let event = protocol.events.get(e.index())?;
            let first = if event.repeats { "first " } else { "" };
            let name = &event.origin.name;
            Some(ends(format!(
                "declare a `term` that `means {first}{name} happens`, and add `while not` with its name"
            )))
        }
        _ => None,
    }
}
