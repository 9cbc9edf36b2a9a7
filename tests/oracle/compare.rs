//! Two versions of a random protocol, one line of which was edited: what each history of either comes to, judged one by one under both,
//! against what is said of the edit.

use std::collections::{BTreeMap, BTreeSet};

use duly::compare::{Diff, Row, diff};
use duly::judge::judge;
use duly::model::{NormId, Protocol};
use duly::solve::ask::Tier;
use duly::solve::ground::norms;

use crate::dice::{Dice, seeds};
use crate::generate::text_of;
use crate::histories::history;
use crate::solver::{World, disobeyed, solved};

/// Steps for either direction: far more than such a protocol needs.
const STEPS: u64 = 40_000_000;

/// The text with one line of one rule said otherwise.
fn edited(text: &str, dice: &mut Dice) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let first_rule = lines.iter().position(|l| l.starts_with("rule "))?;
    let swaps: [(&str, &[&str]); 6] = [
        (" must ", &[" should "]),
        (" should ", &[" must "]),
        ("the manager ", &["the worker ", "the clerk "]),
        ("the worker ", &["the manager ", "the clerk "]),
        ("working days", &["calendar days"]),
        ("calendar days", &["working days"]),
    ];
    let mut ways: Vec<(usize, Option<String>)> = Vec::new();
    for (at, line) in lines.iter().enumerate().skip(first_rule) {
        let in_rule = lines[..at]
            .iter()
            .rev()
            .find(|l| !l.starts_with(' '))
            .is_some_and(|l| l.starts_with("rule "));
        if !in_rule || !line.starts_with("  ") {
            continue;
        }
        for (from, to) in swaps {
            if line.contains(from) {
                ways.push((at, Some(line.replacen(from, dice.pick::<&str>(to), 1))));
            }
        }
        let number = line
            .split(' ')
            .find(|w| !w.is_empty() && w.chars().all(|c| c.is_ascii_digit()));
        // Some weeks more would end beyond these short calendars, and what is beyond is not relied on.
        let number = number.filter(|_| !line.contains("week") && !line.contains("month"));
        if let Some(number) = number.and_then(|n| n.parse::<usize>().ok()) {
            let other = if dice.one_in(2) {
                number + 1 + dice.below(2)
            } else {
                number.saturating_sub(1).max(1)
            };
            ways.push((at, Some(line.replacen(&number.to_string(), &other.to_string(), 1))));
        }
        if line.starts_with("  if ") || line.starts_with("  unless ") || line.starts_with("  while ") {
            ways.push((at, None));
        }
    }
    if ways.is_empty() {
        return None;
    }
    let (at, line) = dice.pick(&ways).clone();
    let mut out: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
    match line {
        Some(line) => out[at] = line,
        None => drop(out.remove(at)),
    }
    let out = out.join("\n") + "\n";
    (out != text).then_some(out)
}

/// A seed's two worlds, on the same days.
fn pair(seed: u64) -> Option<(World, World)> {
    (0..4).find_map(|attempt| {
        let text = text_of(seed, attempt, &solved())?;
        let mut dice = Dice(seed ^ 0x5eed);
        let other = (0..6).find_map(|_| edited(&text, &mut dice))?;
        let (old, new) = (World::new(&text, seed)?, World::new(&other, seed)?);
        (old.days == new.days).then_some((old, new))
    })
}

/// What is broken in a history under one version.
fn broken(world: &World, of: &crate::solver::Judged) -> Option<BTreeSet<NormId>> {
    let whole = judge(
        &world.protocol,
        &world.calendar,
        &history(&of.occurrences, &of.givens, world.calendar.last()),
    );
    let well_formed = whole.faults.is_empty();
    well_formed.then(|| disobeyed(&world.protocol, &whole, &of.occurrences, None))
}

/// The norms of one version that some history breaks which the other accepts, in the tier of each.
fn allowed(accepting: &World, breaking: &World) -> BTreeSet<String> {
    let ours = accepting.asker();
    let theirs = breaking.asker();
    let mut out = BTreeSet::new();
    for one in accepting.histories.iter().chain(&breaking.histories) {
        let (Some(kept), Some(lost)) = (broken(accepting, one), broken(breaking, one)) else {
            continue;
        };
        for norm in lost {
            let tier = if theirs.in_tier(norm, Tier::Must) {
                Tier::Must
            } else {
                Tier::Should
            };
            if !kept.iter().any(|n| ours.in_tier(*n, tier)) {
                out.insert(breaking.protocol.named(norm));
            }
        }
    }
    out
}

fn row<'d>(found: &'d Diff, name: &str, of_the_old: bool) -> Option<&'d Row> {
    let entry = |r: &'d Row| if of_the_old { r.old.as_ref() } else { r.new.as_ref() };
    found.rows.iter().find(|r| entry(r).is_some_and(|e| e.name == name))
}

fn names(protocol: &Protocol) -> BTreeSet<String> {
    norms(protocol).map(|n| protocol.named(n)).collect()
}

#[test]
fn what_a_history_shows_is_never_said_to_be_the_same() {
    let (mut counts, mut wrong): (BTreeMap<&str, usize>, Vec<String>) = Default::default();
    for seed in seeds(100) {
        let Some((old, new)) = pair(seed) else { continue };
        let found = diff(&old.protocol, &new.protocol, STEPS).unwrap();
        // What an edit does to statuses is said of the status, not of each rule that turns on it.
        if !found.things.is_empty() || names(&old.protocol) != names(&new.protocol) {
            *counts.entry("things").or_default() += 1;
            continue;
        }
        let questions = [(allowed(&new, &old), true), (allowed(&old, &new), false)];
        for (shown, of_the_old) in questions {
            for name in shown {
                let row = row(&found, &name, of_the_old);
                let case = row.and_then(|r| {
                    if of_the_old {
                        r.looser.as_ref()
                    } else {
                        r.tighter.as_ref()
                    }
                });
                let open = row.is_some_and(|r| !r.open.is_empty());
                let said = row.map(|r| (r.relation, r.said.as_str()));
                if case.is_none() && !open {
                    wrong.push(format!(
                        "seed {seed}: a history breaks {name} ({}) and is accepted by the other, yet {said:?}\n--- old\n{}\n--- new\n{}",
                        if of_the_old { "old" } else { "new" },
                        old.text,
                        new.text
                    ));
                }
                *counts.entry(if case.is_some() { "shown" } else { "open" }).or_default() += 1;
            }
        }
        for row in &found.rows {
            *counts.entry(row.relation.name()).or_default() += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let count = |name: &str| counts.get(name).copied().unwrap_or(0);
    assert!(
        count("shown") > 30 && count("same") > 2,
        "hardly anything is asked: {counts:?}"
    );
    assert!(count("open") * 4 < count("shown"), "too much is left open: {counts:?}");
}
