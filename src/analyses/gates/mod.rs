//! Gates: does every case that reaches a fork find a way on, can every way be taken, and does no way lead round a test?
//! In: an [`Asker`]. Out: findings, each with a case that the judge confirmed unless it is about what is written alone.

mod branches;
mod by_itself;
mod criteria;
mod families;
mod options;
mod orders;
mod permissions;
mod usable;

use std::collections::BTreeSet;

use crate::judge::{Claim, confirm, judge};
use crate::model::{Cond, Confirmation, FactorId, Guard, Happening, Moment, NormId, Protocol, VerdictKind};
use crate::solve::ask::Asker;
use crate::solve::ask::Outcome;
use crate::solve::days::Taste;
use crate::solve::ground::Ground;
use crate::solve::net::{Formula, Point};

use super::case::{self, Case};
use super::finding::Finding;
use super::states;

/// All findings about gates.
pub fn findings(asker: &mut Asker<'_>) -> Vec<Finding> {
    let mut out = branches::findings(asker);
    out.extend(orders::findings(asker));
    out.extend(criteria::findings(asker));
    out.extend(options::findings(asker));
    out.extend(permissions::findings(asker));
    out.extend(by_itself::findings(asker));
    out
}

/// A dated case of what `write` says, in which the judge finds the claims true and the `silent` norms not engaged.
fn witness(
    asker: &mut Asker<'_>,
    visible: &BTreeSet<Point>,
    write: impl FnOnce(&mut Ground<'_>) -> Vec<Formula>,
    claims: &[Claim],
    silent: &[NormId],
) -> Option<Case> {
    let made = dated(asker, visible, write)?;
    let (protocol, calendar) = (asker.ground.protocol, asker.ground.calendar);
    let holds = confirm(protocol, calendar, &made.history, claims) == Confirmation::Confirmed;
    let engaged = |v: &crate::model::Verdict| silent.contains(&v.norm) && v.kind != VerdictKind::NotEngaged;
    (holds && !judge(protocol, calendar, &made.history).verdicts.iter().any(engaged)).then_some(made)
}

/// A dated case of what `write` says, not yet shown to the judge. Only what is `visible` occurs: a case of few occurrences
/// is quick to find and to read.
fn dated(
    asker: &mut Asker<'_>,
    visible: &BTreeSet<Point>,
    write: impl FnOnce(&mut Ground<'_>) -> Vec<Formula>,
) -> Option<Case> {
    let hidden: BTreeSet<Point> = asker
        .ground
        .instances
        .iter()
        .map(|i| i.at)
        .filter(|x| !visible.contains(x))
        .collect();
    let formulas = write(&mut asker.ground);
    let part = asker.whole();
    let scene = asker.scene(&part, &formulas, &[], hidden);
    let Outcome::Sat(leaf) = asker.play(&scene, &[]) else {
        return None;
    };
    let first = super::first_day(asker)?;
    case::case(asker, &leaf, &[], first, Taste::Early)
}

/// What brings about the values of the statuses that these conditions test: the first occurrence of each declared cause; and
/// what sets the days they ask for.
pub(super) fn causes<'c>(asker: &mut Asker<'_>, conds: impl Iterator<Item = &'c Cond>) -> BTreeSet<Point> {
    let (mut tested, mut out) = (BTreeSet::new(), BTreeSet::new());
    for cond in conds {
        states::tested(asker.ground.protocol, cond, &mut tested);
        out.extend(asker.ground.setting_days(cond));
    }
    for status in tested {
        let declared = asker
            .ground
            .settings
            .get(&status)
            .into_iter()
            .flatten()
            .filter(|s| s.norm.is_none());
        out.extend(declared.map(|s| s.cause));
        for class in [Happening::Begins(status), Happening::Ends(status)] {
            out.extend(asker.ground.of_class(class).take(1).map(|i| i.at));
        }
    }
    out
}

pub(super) fn guard(protocol: &Protocol, norm: NormId) -> Option<&Guard> {
    match norm {
        NormId::Rule(r) => protocol.rules.get(r.index()).map(|r| &r.guard),
        NormId::Decision(d) => protocol.decisions.get(d.index()).map(|d| &d.guard),
    }
}

/// The moments that a norm's `when` names.
pub(super) fn moments(protocol: &Protocol, norm: NormId) -> impl Iterator<Item = &Moment> {
    guard(protocol, norm)
        .into_iter()
        .flat_map(|g| &g.when)
        .flat_map(|m| &m.any)
}

/// Whether two moments are one, wherever they are written.
pub(super) fn same_moment(a: &Moment, b: &Moment) -> bool {
    let since = match (&a.since, &b.since) {
        (None, None) => true,
        (Some(a), Some(b)) => same_moment(a, b),
        _ => false,
    };
    a.ordinal == b.ordinal && a.what == b.what && since
}

/// What must all be true for a condition to be, with the terms that stand for several opened.
pub(super) fn conjuncts(protocol: &Protocol, cond: &Cond) -> Vec<Cond> {
    match cond {
        Cond::True => Vec::new(),
        Cond::All(parts) => parts.iter().flat_map(|c| conjuncts(protocol, c)).collect(),
        Cond::Term(t, _) => match protocol.terms.get(t.index()) {
            Some(term) => conjuncts(protocol, &term.means),
            None => Vec::new(),
        },
        other => vec![other.clone()],
    }
}

/// The factors that a condition depends on.
pub(super) fn factors(protocol: &Protocol, cond: &Cond, out: &mut BTreeSet<FactorId>) {
    match cond {
        Cond::Factor(f, ..) => {
            out.insert(*f);
        }
        Cond::Term(t, _) => {
            if let Some(term) = protocol.terms.get(t.index()) {
                factors(protocol, &term.means, out);
            }
        }
        Cond::Not(inner) => factors(protocol, inner, out),
        Cond::All(parts) | Cond::Any(parts) => parts.iter().for_each(|c| factors(protocol, c, out)),
        Cond::DueWithin(_, length, _) => out.extend(length.reading),
        Cond::True | Cond::Status(..) | Cond::Happened(..) | Cond::Before(..) | Cond::DueBefore(..) => {}
    }
}
