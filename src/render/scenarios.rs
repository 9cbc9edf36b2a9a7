//! What came of scenarios, for people: `rich` with two timelines for what does not hold, one beneath the other, `plain` in
//! sentences, `short` with one line each.

use super::words::{date_long, date_short, hanging, place, sentence, unbroken, visible};
use super::{Style, Tested};
use crate::scenario::{Answer, Check, Line, Told, Unreached};
use crate::source::{Sources, Span};

/// One line per scenario, and the two timelines of each expectation that does not hold.
pub fn rich(tested: &Tested<'_>, style: Style) -> String {
    let mut out = String::new();
    for told in all(tested) {
        out.push_str(&format!(
            "{:<9}  {}: {}\n",
            verdict(told),
            told.name,
            visible(&told.label)
        ));
        for (check, parts) in wrong_in_turn(told) {
            out.push_str(&format!(
                "\n  {}: {}\n",
                place(tested.sources, Some(check.span)).unwrap_or_default(),
                visible(&line_of(tested.sources, check.span))
            ));
            for (title, lines) in parts {
                out.push_str(&format!("    {title}:\n"));
                for line in lines {
                    let day = line.day.map(date_short).unwrap_or_default();
                    let lead = format!("      {day:<15}  ");
                    out.push_str(&hanging(&lead, &visible(&line.text), style.width));
                    out.push('\n');
                }
            }
        }
        if wrong(told).next().is_some() {
            out.push('\n');
        }
    }
    for line in closing(tested, style.all, unbroken) {
        out.push_str(&hanging("", &line, style.width));
        out.push('\n');
    }
    out
}

/// Whole sentences, one fact a line.
pub fn plain(tested: &Tested<'_>, style: Style) -> String {
    let mut out = Vec::new();
    for told in all(tested) {
        out.push(sentence(&format!(
            "scenario {} {}: {}",
            told.name,
            verdict(told),
            told.label
        )));
        for (check, parts) in wrong_in_turn(told) {
            let at = tested.sources.position(check.span.file, check.span.start);
            let said = visible(&line_of(tested.sources, check.span)).into_owned();
            let name = tested.sources.name(check.span.file);
            out.push(sentence(&format!("in {name}, line {}: {said}", at.line)));
            for (title, lines) in parts {
                for line in lines {
                    let day = line.day.map(|d| format!("{}, ", date_long(d))).unwrap_or_default();
                    out.push(sentence(&format!("{title}: {day}{}", line.text)));
                }
            }
        }
    }
    out.extend(closing(tested, style.all, str::to_owned).iter().map(|l| sentence(l)));
    out.join("\n") + "\n"
}

/// `path:line:column: holds: NAME`, at the expectation where one does not hold.
pub fn short(tested: &Tested<'_>) -> String {
    let mut out = String::new();
    for told in all(tested) {
        if told.checks.iter().all(|c| c.answer == Answer::Holds) {
            let place = place(tested.sources, Some(told.span)).unwrap_or_default();
            out.push_str(&format!("{place}: holds: {}\n", told.name));
        }
        for check in wrong(told) {
            let place = place(tested.sources, Some(check.span)).unwrap_or_default();
            let got: Vec<String> = check.got.iter().map(in_one).collect();
            out.push_str(&format!(
                "{place}: {}: {}: {}; got: {}\n",
                answer(check.answer),
                told.name,
                visible(&line_of(tested.sources, check.span)),
                visible(&got.join("; "))
            ));
        }
    }
    out
}

fn all<'t>(tested: &'t Tested<'_>) -> impl Iterator<Item = &'t Told> {
    tested.runs.iter().flat_map(|(_, run)| &run.told)
}

fn wrong(told: &Told) -> impl Iterator<Item = &Check> {
    told.checks.iter().filter(|c| c.answer != Answer::Holds)
}

/// What a timeline is called, and its lines.
type Timeline<'t> = (&'static str, &'t [Line]);

/// The timelines of each expectation that does not hold; what had happened is told once where it is the same.
fn wrong_in_turn(told: &Told) -> Vec<(&Check, Vec<Timeline<'_>>)> {
    let mut out: Vec<(&Check, Vec<Timeline<'_>>)> = Vec::new();
    for check in wrong(told) {
        let mut parts: Vec<Timeline<'_>> = vec![("expected", &check.expected), ("got", &check.got)];
        if out.last().is_none_or(|(before, _)| before.so_far != check.so_far) {
            parts.insert(0, ("so far", &check.so_far));
        }
        out.push((check, parts));
    }
    out
}

fn in_one(line: &Line) -> String {
    match line.day {
        Some(day) => format!("{day} {}", line.text),
        None => line.text.clone(),
    }
}

/// The worst of a scenario.
fn verdict(told: &Told) -> &'static str {
    let worst = told.checks.iter().map(|c| c.answer).max();
    answer(worst.unwrap_or(Answer::Holds))
}

/// An answer in one word.
pub(super) fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Holds => "holds",
        Answer::Undecided => "undecided",
        Answer::Fails => "fails",
    }
}

/// The words of a line, with one space between them and without a comment.
pub(super) fn line_of(sources: &Sources, span: Span) -> String {
    sources.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts, and what no scenario reaches: how many, and with `names` which, each made one word by `whole`.
fn closing(tested: &Tested<'_>, names: bool, whole: fn(&str) -> String) -> Vec<String> {
    let count = |wanted: &str| all(tested).filter(|t| verdict(t) == wanted).count();
    let left_out = left_out(tested);
    let scenarios = all(tested).count() + left_out;
    let mut counts = vec![format!("{} hold", count("holds"))];
    let others = [
        (count("fails"), "fail"),
        (count("undecided"), "undecided"),
        (left_out, "could not be asked"),
    ];
    for (n, verb) in others.iter().filter(|(n, _)| *n > 0) {
        counts.push(format!("{n} {verb}"));
    }
    let mut lines = taken(tested, names);
    for (path, run) in tested.runs {
        let of = if tested.runs.len() > 1 {
            format!("{}: ", visible(path))
        } else {
            String::new()
        };
        lines.extend(
            unreached(&run.unreached, names, whole)
                .into_iter()
                .map(|l| format!("{of}{l}")),
        );
    }
    let s = if scenarios == 1 { "" } else { "s" };
    lines.push(format!("{scenarios} scenario{s}: {}", counts.join(", ")));
    lines
}

/// How many scenarios nothing was asked of: those that cannot be read, and those that cannot have happened.
pub(super) fn left_out(tested: &Tested<'_>) -> usize {
    let impossible = tested.runs.iter().map(|(_, run)| run.diagnostics.len());
    tested.left_out + impossible.sum::<usize>()
}

/// Days that hold, but rest on what the case does not give: how many, and with `names` on what.
fn taken(tested: &Tested<'_>, names: bool) -> Vec<String> {
    let rests = |c: &&Check| c.answer == Answer::Holds && !c.assumed.is_empty();
    let found: Vec<(&Told, &Check)> = all(tested)
        .flat_map(|t| t.checks.iter().filter(rests).map(move |c| (t, c)))
        .collect();
    let said = match found.len() {
        0 => return Vec::new(),
        1 => "1 expected day holds but rests on values that its case does not give".to_owned(),
        n => format!("{n} expected days hold but rest on values that their cases do not give"),
    };
    let more = if names { "" } else { "; --all names them" };
    let mut lines = vec![format!("{said}{more}")];
    for (told, check) in found.iter().filter(|_| names) {
        let line = line_of(tested.sources, check.span);
        let values = check.assumed.join(", ");
        lines.push(visible(&format!("in {}: {line}: taken so: {values}", told.name)).into_owned());
    }
    lines
}

fn unreached(u: &Unreached, names: bool, whole: fn(&str) -> String) -> Vec<String> {
    let kinds = [
        ("rules and decisions", &u.rules, u.of_rules),
        ("options", &u.options, u.of_options),
        ("branches", &u.branches, u.of_branches),
    ];
    let counts: Vec<String> = kinds
        .iter()
        .map(|(kind, left, of)| format!("{} of {of} {kind}", left.len()))
        .collect();
    if kinds.iter().all(|(_, left, _)| left.is_empty()) {
        return Vec::new();
    }
    let more = if names { "" } else { "; --all names them" };
    let mut lines = vec![format!("no scenario reaches {}{more}", counts.join(", "))];
    for (kind, left, _) in kinds.iter().filter(|(_, left, _)| names && !left.is_empty()) {
        let named: Vec<String> = left.iter().map(|n| whole(&format!("`{n}`"))).collect();
        lines.push(format!("{kind} not reached: {}", named.join(", ")));
    }
    lines
}
