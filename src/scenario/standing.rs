//! How a rule stands in a case, and its own last day. In: a history. Out: what the judge says of it, against what was
//! expected.

use super::{Asked, Came, Line, names};
use crate::judge::judge;
use crate::model::{Happening, History, NormId, Standing, Verdict, VerdictKind};
use crate::time::Day;

impl Asked<'_> {
    /// Whether a norm stands so. It is *kept* if it was and was never broken, *lapsed* likewise; *open*, *missed*, *broken* and
    /// *set aside* if any instance of it is; *not engaged* if it has none.
    pub(super) fn stands(&self, history: &History, today: Day, norm: NormId, standing: Standing) -> Came {
        let name = names::name(self.protocol, norm);
        let expected = Line::on(today, format!("`{name}` {}", word(standing)));
        let kinds = self.verdicts(history, norm);
        let any = |wanted: fn(&VerdictKind) -> bool| kinds.iter().any(wanted);
        let breached = any(|k| matches!(k, VerdictKind::Breached { .. }));
        // Of a decision, a barred outcome is broken and none in time is missed.
        let wrong_outcome = kinds.iter().any(|k| match (k, norm) {
            (VerdictKind::Breached { when, .. }, NormId::Decision(d)) => history
                .occurrences
                .iter()
                .any(|o| o.day == *when && matches!(o.what, Happening::Outcome(e, _) if d == e)),
            _ => false,
        });
        let holds = match standing {
            Standing::Kept => any(|k| *k == VerdictKind::Kept) && !breached,
            Standing::Lapsed => any(|k| *k == VerdictKind::Lapsed) && !breached,
            Standing::Open => any(|k| *k == VerdictKind::Open),
            Standing::SetAside => any(|k| *k == VerdictKind::Departed),
            Standing::NotEngaged => !kinds.is_empty() && kinds.iter().all(|k| *k == VerdictKind::NotEngaged),
            Standing::Missed => breached && !wrong_outcome,
            Standing::Broken => breached && (wrong_outcome || matches!(norm, NormId::Rule(_))),
        };
        let missing = any(|k| matches!(k, VerdictKind::Undetermined(_)));
        let settled = holds
            && matches!(
                standing,
                Standing::Open | Standing::Missed | Standing::Broken | Standing::SetAside
            );
        let got = kinds.iter().map(|k| self.told(norm, k, today)).collect();
        if missing && !settled {
            return Came::undecided(expected, got);
        }
        Came::out(holds, expected, got)
    }

    fn verdicts(&self, history: &History, norm: NormId) -> Vec<VerdictKind> {
        let judged = self.judged(history).into_iter();
        judged.filter(|v| v.norm == norm).map(|v| v.kind).collect()
    }

    fn told(&self, norm: NormId, kind: &VerdictKind, today: Day) -> Line {
        let name = names::name(self.protocol, norm);
        let cited = names::cited(self.protocol, norm);
        let at = |day: Day, said: &str| Line::on(day, format!("`{name}` {said}{cited}"));
        match kind {
            VerdictKind::NotEngaged => at(today, "does not apply"),
            VerdictKind::Kept => at(today, "is kept"),
            VerdictKind::Breached { when, .. } if self.bars(norm) => at(*when, "is broken"),
            VerdictKind::Breached { when, .. } => at(*when, "is missed from this day on"),
            VerdictKind::Lapsed => at(today, "has lapsed"),
            VerdictKind::Open => at(today, "is still to do"),
            VerdictKind::Departed => at(today, "is set aside"),
            VerdictKind::Undetermined(what) => Line::on(
                today,
                format!("how `{name}` stands depends on {what}, which the case does not give"),
            ),
        }
    }

    /// Whether a last day of a norm, by itself, is this one: the day before the judge would find it missed if nothing more
    /// ever happened.
    pub(super) fn due_by(&self, history: &History, norm: NormId, by: Day) -> Came {
        let name = names::name(self.protocol, norm);
        let cited = names::cited(self.protocol, norm);
        let expected = Line::on(by, format!("the last day for `{name}`{cited}"));
        let mine = |verdicts: Vec<Verdict>| -> Vec<(Option<usize>, VerdictKind)> {
            let mine = verdicts.into_iter().filter(|v| v.norm == norm);
            mine.map(|v| (v.trigger, v.kind)).collect()
        };
        let today = history.until.unwrap_or(by);
        let end = self.calendar.last();
        let now = mine(self.judged(history));
        let without_end = History {
            until: Some(end),
            ..history.clone()
        };
        let later = mine(judge(self.protocol, self.calendar, &without_end).verdicts);
        let mut days = Vec::new();
        let mut got = Vec::new();
        let mut missing = false;
        for (trigger, kind) in &now {
            match kind {
                VerdictKind::Breached { when, .. } => days.push(when.plus(-1)),
                VerdictKind::Open => {
                    let fate = later
                        .iter()
                        .find(|(t, k)| t == trigger && !matches!(k, VerdictKind::Kept));
                    match fate.map(|(_, k)| k) {
                        Some(VerdictKind::Breached { when, .. }) if *when <= end => days.push(when.plus(-1)),
                        Some(VerdictKind::Breached { .. }) => {
                            got.push(Line::never(format!("`{name}` states no last day{cited}")));
                        }
                        _ => got.push(Line::never(format!(
                            "`{name}` has no last day yet: what it is counted from has not come{cited}"
                        ))),
                    }
                }
                other => {
                    missing |= matches!(other, VerdictKind::Undetermined(_));
                    got.push(self.told(norm, other, today));
                }
            }
        }
        days.sort_unstable();
        days.dedup();
        if missing && days.is_empty() {
            return Came::undecided(expected, got);
        }
        let holds = days.contains(&by);
        if !days.is_empty() {
            got = days
                .iter()
                .map(|day| Line::on(*day, format!("the last day for `{name}`{cited}")))
                .collect();
        }
        Came::out(holds, expected, got)
    }
}

/// As it is written after the name of a rule.
fn word(standing: Standing) -> &'static str {
    match standing {
        Standing::Kept => "is kept",
        Standing::Missed => "is missed",
        Standing::Broken => "is broken",
        Standing::Open => "is still to do",
        Standing::Lapsed => "is lapsed",
        Standing::SetAside => "is set aside",
        Standing::NotEngaged => "does not apply",
    }
}
