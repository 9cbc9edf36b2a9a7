//! How two versions differ, for people: `rich` with dated cases, `plain` in sentences, `short` with one line each.

use super::words::{hanging, place, sentence, visible};
use super::{Differing, Style, telling};
use crate::compare::{Diff, Relation, Row, Telling};
use crate::source::Sources;

/// How many rows `rich` and `plain` tell in full unless all are asked for.
const IN_FULL: usize = 10;

/// The name of a row: what the new version calls it, and what the old one did where that differs.
pub(super) fn name(row: &Row) -> String {
    match (&row.old, &row.new) {
        (Some(old), Some(new)) if old.name != new.name => format!("`{}` (before `{}`)", new.name, old.name),
        (_, Some(new)) => format!("`{}`", new.name),
        (Some(old), None) => format!("`{}`", old.name),
        (None, None) => String::new(),
    }
}

fn at(sources: &Sources, row: &Row) -> String {
    let span = row.new.as_ref().or(row.old.as_ref()).map(|e| e.span);
    place(sources, span).unwrap_or_default()
}

/// What stands above a case.
const LOOSER: &str = "the new version accepts this, the old one does not:";
const TIGHTER: &str = "the old version accepted this, the new one does not:";

fn cases(row: &Row) -> impl Iterator<Item = (&'static str, &Telling)> {
    let looser = row.looser.iter().map(|t| (LOOSER, t));
    looser.chain(row.tighter.iter().map(|t| (TIGHTER, t)))
}

/// Rows that mean something else or are not decided, then those that only read otherwise.
fn sorted(diff: &Diff) -> (Vec<&Row>, Vec<&Row>) {
    diff.rows.iter().partition(|r| r.relation != Relation::Same)
}

/// Excerpts are not drawn: what was there before and what is there now stand one beneath the other.
pub fn rich(differing: &Differing<'_>, style: Style) -> String {
    let mut out = String::new();
    let mut line = |lead: &str, text: &str| {
        out.push_str(&hanging(lead, &visible(text), style.width));
        out.push('\n');
    };
    let Some(diff) = differing.diff else {
        return out;
    };
    let (rows, same) = sorted(diff);
    let shown = if style.all { rows.len() } else { rows.len().min(IN_FULL) };
    for row in rows.iter().take(shown) {
        let head = format!("{} {}: {}", row.relation.name(), name(row), row.said);
        line("", &head);
        line("  --> ", &at(differing.sources, row));
        for part in &row.otherwise {
            line("  ", part);
        }
        for (title, telling) in cases(row) {
            line("  ", title);
            for (lead, text) in telling::rich(telling, "    ") {
                line(&lead, &text);
            }
        }
        for why in &row.open {
            line("  = not proven: ", why);
        }
        line("", "");
    }
    for row in rows.iter().skip(shown) {
        line("", &format!("{} {}: {}", row.relation.name(), name(row), row.said));
    }
    if rows.len() > shown {
        line("", "--all tells these with their cases");
        line("", "");
    }
    for said in closing(differing, diff, &same, style.all) {
        line("", &said);
    }
    out
}

/// Whole sentences, one fact a line.
pub fn plain(differing: &Differing<'_>, style: Style) -> String {
    let Some(diff) = differing.diff else {
        return String::new();
    };
    let (rows, same) = sorted(diff);
    let mut out = Vec::new();
    for row in &rows {
        out.push(sentence(&format!(
            "{}: {}: {}",
            name(row),
            row.relation.name(),
            row.said
        )));
        out.extend(row.otherwise.iter().map(|p| sentence(p)));
        for (title, telling) in cases(row) {
            out.extend(telling::plain(title, telling));
        }
        out.extend(row.open.iter().map(|why| sentence(&format!("not proven: {why}"))));
    }
    out.extend(closing(differing, diff, &same, style.all).iter().map(|l| sentence(l)));
    out.join("\n") + "\n"
}

/// `path:line:column: looser: NAME: what it comes to`.
pub fn short(differing: &Differing<'_>) -> String {
    let mut out = String::new();
    let Some(diff) = differing.diff else {
        return out;
    };
    for row in &diff.rows {
        let place = at(differing.sources, row);
        out.push_str(&format!(
            "{place}: {}: {}: {}\n",
            row.relation.name(),
            name(row),
            visible(&row.said)
        ));
    }
    for thing in &diff.things {
        out.push_str(&format!("{}\n", visible(thing)));
    }
    out
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {many}")
    }
}

/// What is not a row of its own, and how many rows there are.
fn closing(differing: &Differing<'_>, diff: &Diff, same: &[&Row], all: bool) -> Vec<String> {
    let mut out: Vec<String> = diff.things.iter().map(|t| format!("otherwise: {t}")).collect();
    // What was changed, and comes to the same by another rule alone, is never left unsaid.
    for row in same.iter().filter(|row| all || row.by_others) {
        out.push(format!("{} {}: {}", row.relation.name(), name(row), row.said));
        out.extend(row.otherwise.iter().cloned());
    }
    for (before, now) in &diff.renamed {
        out.push(format!("renamed: `{before}` is now `{now}`"));
    }
    for said in differing.appeared {
        out.push(format!("check now says: {said}"));
    }
    for said in differing.gone {
        out.push(format!("check no longer says: {said}"));
    }
    let count = |relation: Relation| diff.rows.iter().filter(|r| r.relation == relation).count();
    let kinds = [
        Relation::Tighter,
        Relation::Looser,
        Relation::Incomparable,
        Relation::Open,
    ];
    let counts: Vec<String> = kinds
        .iter()
        .map(|k| (count(*k), k.name()))
        .filter(|(n, _)| *n > 0)
        .map(|(n, name)| format!("{n} {name}"))
        .collect();
    let unchanged = counted(diff.unchanged, "rule or decision", "rules and decisions");
    let mut kept = vec![format!("{unchanged} word for word the same")];
    let by_others = same.iter().filter(|row| row.by_others).count();
    if same.len() > by_others {
        kept.push(format!("{} the same in other words", same.len() - by_others));
    }
    if by_others > 0 {
        kept.push(format!("{by_others} the same by what other rules ask"));
    }
    out.extend(diff.bounds.iter().map(|b| format!("bounds: {b}")));
    out.push(match (diff.is_changed(), diff.unproven()) {
        (false, 0) => format!("nothing changed in meaning: {}", kept.join(", ")),
        (false, _) => format!(
            "nothing is shown to have changed: {}; {}",
            counts.join(", "),
            kept.join(", ")
        ),
        (true, _) if counts.is_empty() => format!("changed; {}", kept.join(", ")),
        (true, _) => format!("changed: {}; {}", counts.join(", "), kept.join(", ")),
    });
    out
}
