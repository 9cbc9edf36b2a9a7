//! Authorities side by side, for people: `rich` and `plain` a paragraph for each subject, `short` a line for each cell.

use super::words::{hanging, sentence, visible};
use super::{Comparing, Style, telling};
use crate::compare::{Cell, Compared, Relation, Telling};

/// What stands above a case.
fn cases<'c>(cell: &'c Cell, name: &str, first: &str) -> Vec<(String, &'c Telling)> {
    let looser = cell
        .looser
        .iter()
        .map(|t| (format!("{name} accepts this, {first} does not:"), t));
    let tighter = cell
        .tighter
        .iter()
        .map(|t| (format!("{first} accepts this, {name} does not:"), t));
    looser.chain(tighter).collect()
}

/// Each cell with its authority, and the authority that it is held against.
fn cells<'c>(compared: &'c Compared, cells: &'c [Option<Cell>]) -> Vec<(&'c str, &'c str, &'c Cell)> {
    let named: Vec<(&str, &Cell)> = compared
        .names
        .iter()
        .zip(cells)
        .filter_map(|(name, cell)| Some((name.as_str(), cell.as_ref()?)))
        .collect();
    let first = named.first().map_or("", |(name, _)| name);
    named.into_iter().map(|(name, cell)| (name, first, cell)).collect()
}

fn relation(cell: &Cell, first: &str) -> String {
    match cell.relation {
        None => String::new(),
        Some(Relation::Same) => format!(" [same as {first}]"),
        Some(Relation::Tighter) => format!(" [tighter than {first}]"),
        Some(Relation::Looser) => format!(" [looser than {first}]"),
        Some(Relation::Incomparable) => format!(" [neither tighter nor looser than {first}]"),
        Some(Relation::Open) => " [not proven]".to_owned(),
    }
}

/// What stands by itself.
pub fn rich(comparing: &Comparing<'_>, style: Style) -> String {
    let mut out = String::new();
    let mut line = |lead: &str, text: &str| {
        out.push_str(&hanging(lead, &visible(text), style.width));
        out.push('\n');
    };
    let Some(compared) = comparing.compared else {
        return out;
    };
    for subject in &compared.subjects {
        line("", &subject.said);
        for (name, first, cell) in cells(compared, &subject.cells) {
            for (at, (rule, says)) in cell.rules.iter().zip(&cell.says).enumerate() {
                let is_last = at + 1 == cell.rules.len();
                let relation = if is_last { relation(cell, first) } else { String::new() };
                line(&format!("  {name}  "), &format!("{says} (`{}`){relation}", rule.name));
            }
            for (title, telling) in cases(cell, name, first).iter().filter(|_| style.all) {
                line("    ", title);
                for (lead, text) in telling::rich(telling, "      ") {
                    line(&lead, &text);
                }
            }
            for why in &cell.open {
                line("    = not proven: ", why);
            }
        }
        line("", "");
    }
    for said in closing(compared, style.all) {
        line("", &said);
    }
    out
}

/// Whole sentences, one fact a line.
pub fn plain(comparing: &Comparing<'_>, style: Style) -> String {
    let Some(compared) = comparing.compared else {
        return String::new();
    };
    let mut out = Vec::new();
    for subject in &compared.subjects {
        out.push(sentence(&format!("{}:", subject.said)));
        for (name, first, cell) in cells(compared, &subject.cells) {
            for (rule, says) in cell.rules.iter().zip(&cell.says) {
                out.push(sentence(&format!(
                    "{name}, rule {}: {says}{}",
                    rule.name,
                    relation(cell, first)
                )));
            }
            for (title, telling) in cases(cell, name, first).iter().filter(|_| style.all) {
                out.extend(telling::plain(title, telling));
            }
            out.extend(cell.open.iter().map(|why| sentence(&format!("not proven: {why}"))));
        }
    }
    out.extend(closing(compared, style.all).iter().map(|l| sentence(l)));
    out.join("\n") + "\n"
}

/// `SUBJECT: AUTHORITY: relation: what it says`.
pub fn short(comparing: &Comparing<'_>) -> String {
    let mut out = String::new();
    let Some(compared) = comparing.compared else {
        return out;
    };
    for subject in &compared.subjects {
        for (name, _, cell) in cells(compared, &subject.cells) {
            let relation = cell.relation.map_or("first", Relation::name);
            let says = cell.says.join("; ");
            out.push_str(&format!(
                "{}: {name}: {relation}: {}\n",
                visible(&subject.said),
                visible(&says)
            ));
        }
    }
    out
}

/// What only one speaks of, and how much was held against each other.
fn closing(compared: &Compared, all: bool) -> Vec<String> {
    let mut out = Vec::new();
    for (name, alone) in compared
        .names
        .iter()
        .zip(&compared.alone)
        .filter(|(_, a)| !a.is_empty())
    {
        let n = alone.len();
        let rules = if n == 1 {
            "1 rule".to_owned()
        } else {
            format!("{n} rules")
        };
        let listed = match all {
            true => format!(
                ": {}",
                alone.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
            ),
            false => "; --all names them".to_owned(),
        };
        out.push(format!(
            "only {name}: {rules} on what no other speaks of in words that they share{listed}"
        ));
    }
    out.extend(compared.bounds.iter().map(|b| format!("bounds: {b}")));
    let cells = compared.subjects.iter().flat_map(|s| s.cells.iter().flatten());
    let relations: Vec<Relation> = cells.filter_map(|c| c.relation).collect();
    let counts: Vec<String> = [
        Relation::Same,
        Relation::Tighter,
        Relation::Looser,
        Relation::Incomparable,
        Relation::Open,
    ]
    .iter()
    .map(|k| (relations.iter().filter(|r| *r == k).count(), k.name()))
    .filter(|(n, _)| *n > 0)
    .map(|(n, name)| format!("{n} {name}"))
    .collect();
    let n = compared.subjects.len();
    let subjects = if n == 1 {
        "1 subject".to_owned()
    } else {
        format!("{n} subjects")
    };
    out.push(match counts.is_empty() {
        true => "nothing that more than one of them speaks of in words that they share".to_owned(),
        false => format!("{subjects} that more than one speaks of: {}", counts.join(", ")),
    });
    out
}
