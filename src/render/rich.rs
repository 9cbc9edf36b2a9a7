//! The form for a terminal: headline and source excerpts by codespan-reporting, then the dated story, notes, help, and what
//! lies beneath the headline. Ends with what was proved and the counts.

use super::words::{
    advice, beneath_title, closing, date_short, ground, hanging, more, place, story_title, unbroken, visible,
};
use super::{Report, Style, short, split};
use crate::diagnostics::{Diagnostic, LabelKind, Severity};
use crate::source::{Sources, Span};
use codespan_reporting::diagnostic as drawn;
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::termcolor::{Buffer, Color, ColorSpec, WriteColor};
use codespan_reporting::term::{Config, emit_to_write_style};
use std::io::{self, Write};

type Files = SimpleFiles<String, String>;

/// The whole report.
pub fn report(report: &Report<'_>, style: Style) -> String {
    let mut out = if style.colour {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    };
    // Writing to memory does not fail; if it ever did, what was drawn so far is still worth showing.
    let _ = draw(&mut out, report, style);
    String::from_utf8_lossy(out.as_slice()).into_owned()
}

fn draw(out: &mut Buffer, report: &Report<'_>, style: Style) -> io::Result<()> {
    let files = files(report.sources);
    let (shown, left) = split(report.findings, style);
    for finding in shown {
        headline(out, &files, report.sources, finding)?;
        if !finding.story.is_empty() {
            writeln!(out)?;
            story(out, "  ", finding, style.width)?;
        }
        let margin = margin(report.sources, finding);
        for note in &finding.notes {
            bullet(out, &margin, "note", note, style.width)?;
        }
        for help in advice(report.sources, finding) {
            bullet(out, &margin, "help", &help, style.width)?;
        }
        beneath(out, &margin, report.sources, finding, style)?;
        writeln!(out)?;
    }
    if let Some(line) = more(left) {
        writeln!(out, "{line}\n")?;
    }
    for line in closing(report) {
        let (lead, said) = line.split_once(": ").unwrap_or(("", &line));
        let lead = if lead.is_empty() {
            String::new()
        } else {
            format!("{lead}: ")
        };
        writeln!(out, "{}", hanging(&lead, said, style.width))?;
    }
    Ok(())
}

/// Every file of the run; codespan's ids are then the positions of ours.
fn files(sources: &Sources) -> Files {
    let mut files = SimpleFiles::new();
    for id in sources.ids() {
        files.add(
            visible(sources.name(id)).into_owned(),
            visible(sources.text(id)).into_owned(),
        );
    }
    files
}

fn headline(out: &mut Buffer, files: &Files, sources: &Sources, finding: &Diagnostic) -> io::Result<()> {
    let severity = match finding.severity {
        Severity::Error => drawn::Severity::Error,
        Severity::Warning => drawn::Severity::Warning,
        Severity::Note => drawn::Severity::Note,
    };
    let labels = finding.labels.iter().map(|label| {
        let (style, text) = match label.kind {
            LabelKind::Primary => (drawn::LabelStyle::Primary, visible(&label.text).into_owned()),
            LabelKind::Secondary => (drawn::LabelStyle::Secondary, visible(&label.text).into_owned()),
            LabelKind::Related => (
                drawn::LabelStyle::Secondary,
                format!("see also: {}", visible(&label.text)),
            ),
        };
        drawn::Label::new(style, label.span.file.0 as usize, within(sources, label.span)).with_message(text)
    });
    if finding.labels.iter().any(|l| is_long(sources, l.span)) {
        writeln!(out, "{}", short::head(finding))?;
        let place = place(sources, finding.place()).unwrap_or_default();
        return writeln!(out, "  ┌─ {place}");
    }
    let report = drawn::Diagnostic::new(severity)
        .with_code(finding.code.id)
        .with_message(visible(&finding.headline))
        .with_labels(labels.collect());
    // Drawn apart first: a label that cannot be drawn must cost its excerpt, never the finding.
    let mut drawing = if out.supports_color() {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    };
    match emit_to_write_style(&mut drawing, &Config::default(), files, &report) {
        Ok(()) => {
            // codespan ends each report with an empty line; the story belongs right beneath the excerpt.
            let drawing = drawing.as_slice();
            out.write_all(
                drawing
                    .strip_suffix(b"\n")
                    .filter(|d| d.ends_with(b"\n"))
                    .unwrap_or(drawing),
            )
        }
        Err(_) => writeln!(out, "{}", short::head(finding)),
    }
}

/// Bytes of a line beyond which an excerpt would bury what is said about it.
const LONGEST_EXCERPT: usize = 1_000;

/// Whether the first line of a span is too long to be shown.
fn is_long(sources: &Sources, span: Span) -> bool {
    let text = sources.text(span.file).as_bytes();
    let (before, after) = text.split_at(span.range().start.min(text.len()));
    let ends = |b: &u8| *b == b'\n';
    let start = before.iter().rposition(ends).map_or(0, |at| at + 1);
    let length = after.iter().position(ends).unwrap_or(after.len());
    before.len() - start + length > LONGEST_EXCERPT
}

/// The range of a span, pulled in to character boundaries of its file.
fn within(sources: &Sources, span: Span) -> std::ops::Range<usize> {
    let text = sources.text(span.file);
    let inside = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = (inside(span.range().start), inside(span.range().end));
    start..end.max(start)
}

/// The dated case, of a finding that has one.
fn story(out: &mut Buffer, indent: &str, finding: &Diagnostic, width: usize) -> io::Result<()> {
    writeln!(out, "{indent}{}", story_title(finding))?;
    for step in &finding.story {
        let day = step.day.map_or_else(|| "never".to_owned(), date_short);
        let mut text = step.text.clone();
        let (rule, places) = ground(finding, step);
        let ground: Vec<&str> = rule.into_iter().chain(places.as_deref()).collect();
        if !ground.is_empty() {
            text.push_str(&format!(" {}", unbroken(&format!("({})", ground.join(", ")))));
        }
        let lead = format!("{indent}  {day:<15}  ");
        writeln!(out, "{}", hanging(&lead, &visible(&text), width))?;
    }
    Ok(())
}

/// As many spaces as the excerpt's line numbers take, and one: `=` then stands beneath the excerpt's border.
fn margin(sources: &Sources, finding: &Diagnostic) -> String {
    let last = finding
        .labels
        .iter()
        .map(|l| sources.position(l.span.file, l.span.end).line)
        .max();
    " ".repeat(last.unwrap_or(1).to_string().len() + 1)
}

fn bullet(out: &mut Buffer, margin: &str, word: &str, text: &str, width: usize) -> io::Result<()> {
    let lead = format!("{margin}= {word}: ");
    let said = hanging(&lead, &visible(text), width);
    write!(out, "{margin}= ")?;
    out.set_color(ColorSpec::new().set_bold(true))?;
    write!(out, "{word}")?;
    out.reset()?;
    writeln!(out, ": {}", said.get(lead.len()..).unwrap_or_default())
}

/// What turns on the same rule, one line each; with `all`, the dated case of each beneath its line.
fn beneath(out: &mut Buffer, margin: &str, sources: &Sources, finding: &Diagnostic, style: Style) -> io::Result<()> {
    if finding.beneath.is_empty() {
        return Ok(());
    }
    writeln!(out, "{margin}= {}", beneath_title(finding, style.all))?;
    one_line_each(out, sources, &finding.beneath, style)
}

fn one_line_each(out: &mut Buffer, sources: &Sources, findings: &[Diagnostic], style: Style) -> io::Result<()> {
    for finding in findings {
        let colour = match finding.severity {
            Severity::Error => Color::Red,
            Severity::Warning => Color::Yellow,
            Severity::Note => Color::Green,
        };
        write!(out, "      ")?;
        out.set_color(ColorSpec::new().set_fg(Some(colour)))?;
        write!(out, "{}[{}]", finding.severity.name(), finding.code.id)?;
        out.reset()?;
        write!(out, ": {}", visible(&finding.headline))?;
        match place(sources, finding.place()) {
            Some(place) => writeln!(out, " ({place})")?,
            None => writeln!(out)?,
        }
        if style.all && !finding.story.is_empty() {
            story(out, "        ", finding, style.width)?;
        }
        one_line_each(out, sources, &finding.beneath, Style { all: false, ..style })?;
    }
    Ok(())
}
