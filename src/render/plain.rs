//! The form for a screen reader: whole sentences, one fact a line, dates in full, no box drawing, no colour, no columns.
//! Failures and the pages of codes are told here too, so that a listener hears one vocabulary.

use super::words::{advice, beneath_title, closing, date_long, ground, more, sentence, story_title, visible};
use super::{Failure, Report, Style, split};
use crate::diagnostics::{Diagnostic, Label, LabelKind};
use crate::source::Sources;

/// The whole report.
pub fn report(report: &Report<'_>, style: Style) -> String {
    let mut lines = Vec::new();
    let (shown, left) = split(report.findings, style);
    for (i, finding) in shown.iter().enumerate() {
        let of = report.findings.len();
        lines.push(sentence(&format!(
            "{}, finding {} of {of}",
            finding.severity.name(),
            i + 1
        )));
        lines.push(sentence(&head(finding)));
        narrate(&mut lines, report.sources, finding, style.all);
        lines.push(String::new());
    }
    if let Some(line) = more(left) {
        lines.push(sentence(&line));
        lines.push(String::new());
    }
    lines.extend(closing(report).iter().map(|line| sentence(line)));
    lines.join("\n") + "\n"
}

fn narrate(lines: &mut Vec<String>, sources: &Sources, finding: &Diagnostic, all: bool) {
    for label in &finding.labels {
        place(lines, sources, label);
    }
    story(lines, finding);
    lines.extend(finding.notes.iter().map(|n| sentence(&format!("Note: {n}"))));
    let advice = advice(sources, finding);
    lines.extend(advice.iter().map(|h| sentence(&format!("What to do: {h}"))));
    if !finding.beneath.is_empty() {
        lines.push(sentence(beneath_title(finding, all)));
        beneath(lines, sources, &finding.beneath, all);
    }
}

fn story(lines: &mut Vec<String>, finding: &Diagnostic) {
    if !finding.story.is_empty() {
        lines.push(sentence(story_title(finding)));
    }
    for step in &finding.story {
        let day = step.day.map_or_else(|| "Never".to_owned(), date_long);
        let (rule, places) = ground(finding, step);
        let rule = rule.map_or_else(String::new, |r| format!(", by rule {r}"));
        let places = places.map_or_else(String::new, |p| format!(", see {p}"));
        lines.push(sentence(&format!("{day}: {}{rule}{places}", step.text)));
    }
}

/// What turns on the same rule, one line each; with `all`, the dated case of each after its line.
fn beneath(lines: &mut Vec<String>, sources: &Sources, findings: &[Diagnostic], with_story: bool) {
    for finding in findings {
        let place = finding
            .labels
            .first()
            .map(|l| format!(", in {}", whereabouts(sources, l)))
            .unwrap_or_default();
        lines.push(sentence(&format!(
            "{} {}{place}",
            finding.severity.name(),
            head(finding)
        )));
        if with_story {
            story(lines, finding);
        }
        beneath(lines, sources, &finding.beneath, false);
    }
}

fn head(finding: &Diagnostic) -> String {
    format!("{}, {}: {}", finding.code.id, finding.code.name, finding.headline)
}

fn whereabouts(sources: &Sources, label: &Label) -> String {
    let at = sources.position(label.span.file, label.span.start);
    format!(
        "{}, line {}, column {}",
        sources.name(label.span.file),
        at.line,
        at.column
    )
}

/// Characters of a line that are quoted; what is longer is no line that anybody wants read out.
const LONGEST_QUOTE: usize = 1_000;

fn place(lines: &mut Vec<String>, sources: &Sources, label: &Label) {
    let what = match label.kind {
        LabelKind::Primary => "Place",
        LabelKind::Secondary => "Because of",
        LabelKind::Related => "See also",
    };
    let text = if label.text.is_empty() {
        String::new()
    } else {
        format!(": {}", label.text)
    };
    lines.push(sentence(&format!("{what}: {}{text}", whereabouts(sources, label))));
    let at = sources.position(label.span.file, label.span.start);
    if let Some(line) = sources.text(label.span.file).lines().nth(at.line as usize - 1) {
        let line: String = line.trim().chars().take(LONGEST_QUOTE).collect();
        lines.push(format!("Line {} reads: {}", at.line, visible(&line)));
    }
}

/// A failure: what went wrong, why, what to do.
pub fn failure(failure: &Failure) -> String {
    let mut lines = vec![sentence(&format!("error: {}", failure.headline))];
    lines.extend(failure.causes.iter().map(|c| sentence(&format!("because: {c}"))));
    lines.extend(failure.help.iter().map(|h| sentence(&format!("what to do: {h}"))));
    lines.join("\n") + "\n"
}

/// A page without its marks: a heading is a sentence, an example is announced and ended, a link is its words, a paragraph is
/// one line.
pub fn page(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let (mut in_example, mut in_paragraph) = (false, false);
    for line in text.lines() {
        if line.starts_with("```") {
            in_example = !in_example;
            in_paragraph = false;
            out.push(if in_example { "Example:" } else { "End of the example." }.to_owned());
        } else if in_example {
            out.push(line.to_owned());
        } else if let Some(heading) = line.strip_prefix('#') {
            out.push(sentence(&words_of(heading.trim_start_matches('#').trim())));
        } else if line.starts_with("|--") {
            in_paragraph = false;
        } else if line.starts_with('|') {
            let cells: Vec<String> = line
                .trim_matches('|')
                .split(" | ")
                .map(|c| words_of(c.trim()))
                .collect();
            out.push(sentence(&cells.join(": ")));
        } else if line.trim().is_empty() || line.starts_with("- ") {
            in_paragraph = line.starts_with("- ");
            out.push(words_of(line.trim_start_matches("- ")));
        } else if let (true, Some(last)) = (in_paragraph, out.last_mut()) {
            last.push_str(&format!(" {}", words_of(line.trim())));
        } else {
            in_paragraph = true;
            out.push(words_of(line));
        }
    }
    out.join("\n") + "\n"
}

/// A line with `[words](address)` as its words alone.
fn words_of(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after
            .split_once("](")
            .and_then(|(words, tail)| Some((words, tail.split_once(')')?.1)));
        out.push_str(before);
        match link {
            Some((words, tail)) => {
                out.push_str(words);
                rest = tail;
            }
            None => {
                out.push('[');
                rest = after;
            }
        }
    }
    (out + rest).replace("**", "")
}
