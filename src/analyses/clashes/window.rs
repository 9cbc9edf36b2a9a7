//! The days that a clash leaves: whether one rule has none of its own, and which days the limits of each come to in a story. In: a
//! clash, a story. Out: a norm, a note.

use std::collections::BTreeSet;

use crate::model::{LimitKind, NormId};
use crate::solve::ask::{Asker, Outcome, Tier};
use crate::solve::net::any;
use crate::time::Day;

use super::super::case::Case;
use super::super::describe;
use super::Clash;

/// The one rule of a clash, ours and a *must*, whose own limits leave no day: it cannot be kept once it is engaged though nothing else
/// need be obeyed.
pub(super) fn impossible(asker: &mut Asker<'_>, clash: &Clash, asking: &[NormId]) -> Option<NormId> {
    let protocol = asker.ground.protocol;
    let ours = |n: &NormId| describe::is_local(protocol, *n) && describe::limits(protocol, *n).len() > 1;
    let found = asking.iter().copied().filter(ours).collect::<Vec<_>>();
    let mut found = found.into_iter().filter(|_| clash.tier == Tier::Must);
    found.find(|norm| {
        let owed = asker.ground.owed(*norm);
        !owed.is_empty()
            && owed.into_iter().all(|owed| {
                let kept = any(owed.acts.into_iter().map(|(_, keeps)| keeps));
                let scene = asker.scene(&clash.part, &[owed.engaged, kept], &[], BTreeSet::new());
                !owed.done.is_empty() && matches!(asker.play(&scene, &[]), Outcome::Unsat(_))
            })
    })
}

/// From when and until when the limits of these leave to act in a story, where one of them says from when.
pub(super) fn note(asker: &mut Asker<'_>, case: &Case, asking: &[NormId]) -> Option<String> {
    let (mut told, mut some_from) = (Vec::new(), false);
    for &norm in asking {
        let (from, until) = days(asker, case, norm);
        some_from |= from.is_some();
        let ends = [(from, "at the earliest"), (until, "at the latest")];
        let ends: Vec<String> = ends
            .into_iter()
            .filter_map(|(day, end)| Some(format!("{} {end}", day?)))
            .collect();
        if !ends.is_empty() {
            let quoted = describe::quoted(asker.ground.protocol, norm);
            told.push(format!("{quoted} on {}", ends.join(" and on ")));
        }
    }
    some_from.then(|| format!("in this story the limits come to: {}", told.join("; ")))
}

/// The first and the last day that the limits of a duty leave, counted from what is dated in a story.
fn days(asker: &mut Asker<'_>, case: &Case, norm: NormId) -> (Option<Day>, Option<Day>) {
    let ties: Vec<_> = asker.ground.owed(norm).into_iter().flat_map(|o| o.ties).collect();
    let (mut first, mut last) = (None, None);
    for tie in ties {
        let Some((_, at)) = case.dated.iter().find(|(x, _)| *x == tie.from) else {
            continue;
        };
        match (&tie.limit.kind, tie.length) {
            (LimitKind::AtLeastAfter(read, _), Some(length)) if read.any.len() == 1 => {
                let table = asker.ground.table(length, false);
                let day = asker.ground.net.get(table).apply(*at);
                first = first.max(asker.ground.calendar.day(day));
            }
            (LimitKind::Within(read, _) | LimitKind::AtLeastBefore(read, _), Some(_)) if read.any.len() == 1 => {
                let day = asker.ground.calendar.day(asker.ground.net.get(tie.table).apply(*at));
                last = [last, day].into_iter().flatten().min();
            }
            _ => {}
        }
    }
    (first, last)
}
