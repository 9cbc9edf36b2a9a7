//! Mending without asking. In: a text. Out: the text with every safe mend of its form applied, again and again until none is
//! left, and the lines that still cannot be read. It looks at form alone: names and meaning are not touched, so what the text says cannot become something else.

use super::parse;
use crate::diagnostics::{Diagnostic, Fix, Severity};
use crate::source::Sources;

/// Rounds after which mending ends: a line can hold several slips, of which each round sees the first.
const ROUNDS: usize = 200;

/// A text that was mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mended {
    /// The text now.
    pub text: String,
    /// How many slips were mended.
    pub slips: usize,
    /// The lines of that text which cannot be read, in order; none where all of it can.
    pub stops: Vec<Stop>,
}

/// A line that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its number, the first being 1.
    pub line: u32,
    /// The first thing wrong with it.
    pub why: String,
}

/// Mends what can be mended safely.
pub fn mend(name: &str, text: &str) -> Mended {
    let (mut text, mut slips, mut rounds) = (text.to_owned(), 0, 0);
    loop {
        let mut sources = Sources::new();
        let file = sources.add(name, text.clone());
        let found = parse(&sources, file).diagnostics;
        let fixes: Vec<&Fix> = found.iter().filter_map(|d| d.fix.as_ref()).filter(|f| f.safe).collect();
        let (now, applied) = apply(&text, fixes);
        if applied == 0 || now == text || rounds == ROUNDS {
            let stops = stops(&sources, &found);
            return Mended { text, slips, stops };
        }
        text = now;
        slips += applied;
        rounds += 1;
    }
}

/// The lines on which an error stands.
fn stops(sources: &Sources, found: &[Diagnostic]) -> Vec<Stop> {
    let errors = found.iter().filter(|d| d.severity == Severity::Error);
    let mut stops: Vec<Stop> = errors
        .map(|d| Stop {
            line: d.place().map_or(1, |p| sources.position(p.file, p.start).line),
            why: d.headline.clone(),
        })
        .collect();
    stops.dedup_by_key(|stop| stop.line);
    stops
}

/// Applies mends in order of place, those that do not overlap one already applied, and counts them; the rest waits for the next
/// round.
fn apply(text: &str, mut fixes: Vec<&Fix>) -> (String, usize) {
    fixes.sort_by_key(|f| (f.span.start, f.span.end));
    let (mut out, mut at, mut applied) = (String::with_capacity(text.len()), 0, 0);
    for fix in fixes {
        let range = fix.span.range();
        // Two mends at one point would leave their order to chance.
        if range.start < at || (applied > 0 && range.start == at) {
            continue;
        }
        let Some(before) = text.get(at..range.start) else {
            continue;
        };
        out.push_str(before);
        out.push_str(&fix.replacement);
        at = range.end;
        applied += 1;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    (out, applied)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn of_overlapping_mends_the_first_is_applied() {
        let mut sources = Sources::new();
        let file = sources.add("a", "");
        let fix = |from, to, new: &str| Fix {
            span: Span::new(file, from, to),
            replacement: new.to_owned(),
            safe: true,
        };
        let (one, two, three) = (fix(0, 3, "X"), fix(2, 4, "Y"), fix(5, 6, ""));
        assert_eq!(apply("abcdef", vec![&three, &two, &one]), ("Xde".to_owned(), 2));
    }
}
