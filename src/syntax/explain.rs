//! Why a line cannot be read, in the author's words. In: a slice, and where and on what the grammar gave up. Out: one
//! diagnostic with a caret at the real spot. The slips people really make are recognised before the general message.

mod unknown;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::context::Context;
use super::expected::{self, in_words, keywords_of, takes_name};
use super::grammar::Rule;
use super::lines::Line;
use super::marks;
use super::plain;
use super::slips;
use super::words;
use crate::ast::ItemKind;
use crate::diagnostics::{Diagnostic, code, nearest, only_one};
use crate::source::Span;

/// What a slice that is no line turned out to be.
#[derive(Debug)]
pub(super) enum Mistake {
    /// A bad line.
    Line(Vec<Diagnostic>),
    /// A word in the first column that starts nothing: most likely a misspelt item.
    UnknownItem {
        /// What to say.
        diagnostics: Vec<Diagnostic>,
        /// The item that was probably meant.
        meant: Option<ItemKind>,
    },
}

/// Where the grammar gave up on a slice, and on what.
struct Spot<'a> {
    line: Line,
    slice: &'a str,
    /// Offset in the slice.
    at: usize,
    /// What would have let it go on.
    expected: Vec<Rule>,
    context: Context<'a>,
}

/// Says why the grammar refused `slice`, which it was asked to read as `rule` (a head or a line).
pub(super) fn explain(error: &Error<Rule>, rule: Rule, (line, slice): (Line, &str), context: Context<'_>) -> Mistake {
    let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = error.location;
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.clone(),
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    let spot = Spot {
        line,
        slice,
        at: floor(slice, at),
        expected,
        context,
    };
    if let Some(slip) = marks::odd(line, slice) {
        return Mistake::Line(vec![slip]);
    }
    if rule == Rule::line && spot.at == 0 {
        return spot.unknown_start();
    }
    Mistake::Line(vec![spot.bad_line(rule)])
}

/// The nearest character boundary at or before `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0)
}

impl Spot<'_> {
    fn span(&self, from: usize, to: usize) -> Span {
        let base = self.line.span.start as usize;
        Span::new(self.line.span.file, base + from, base + to)
    }

    fn rest(&self) -> &str {
        &self.slice[self.at..]
    }

    /// The word or the single character at the spot; empty where the slice ends.
    fn found(&self) -> &str {
        let word = words::first(self.rest());
        match self.rest().chars().next() {
            Some(c) if word.is_empty() => &self.rest()[..c.len_utf8()],
            _ => word,
        }
    }

    /// The line starts well and goes wrong later.
    fn bad_line(&self, rule: Rule) -> Diagnostic {
        let found = self.found();
        let (from, to) = (self.at, self.at + found.len());
        let here = self.span(from, to);
        let names_fit = self.expected.iter().any(|r| takes_name(*r));
        // A name in capitals, or with underscores.
        let mended = found
            .to_lowercase()
            .replace(['_', '\u{2010}', '\u{2011}', '\u{2013}', '\u{2014}'], "-");
        if mended != found && names_fit && words::is_name(&mended) {
            return Diagnostic::at(code::BAD_LINE, here, format!("`{found}` is not a name"))
                .here("names are written in lower case and joined by hyphens")
                .help(format!("write `{mended}`"))
                .safe_fix(here, mended);
        }
        if let Some(slip) = slips::sign(&self.around(rule)) {
            let here = self.span(from, from + slip.length);
            let headline = format!("`{}` is not a word of the language", &self.rest()[..slip.length]);
            return self.mended(Diagnostic::at(code::BAD_LINE, here, headline), slip);
        }
        let lower = found.to_lowercase();
        let keyword = |r: &Rule| keywords_of(*r).contains(&lower);
        if lower != found && (names_fit && words::is_reserved(&lower) || self.expected.iter().any(keyword)) {
            return Diagnostic::at(code::BAD_LINE, here, format!("`{found}` is not a word of the language"))
                .here("the words of the language are written in small letters")
                .help(format!("write `{lower}`"))
                .safe_fix(here, lower);
        }
        let around = self.around(rule);
        if self.expects(Rule::date)
            && let Some(slip) = slips::date(around.tail)
        {
            let here = self.span(from, from + slip.length);
            let headline = format!("`{}` is not a date of the language", &self.rest()[..slip.length]);
            return self.mended(Diagnostic::at(code::BAD_LINE, here, headline), slip);
        }
        if let Some(wide) = slips::article(&around, &self.context)
            .or_else(|| slips::unit(&around))
            .or_else(|| slips::name_in_words(&around))
            .or_else(|| slips::change(&around, &self.context))
            .or_else(|| slips::told(&around))
        {
            return self.wide(wide);
        }
        let bad = Diagnostic::at(code::BAD_LINE, here, self.headline(rule));
        let bad = match slips::advice(&around, &self.context) {
            Some(help) if found.is_empty() => bad.here("something is missing here").help(help),
            None if found.is_empty() => bad.here("something is missing here"),
            Some(help) => bad.help(help),
            None => self.advice(bad, here, names_fit),
        };
        if !bad.help.is_empty() {
            return bad;
        }
        let first = words::first(self.slice);
        match expected::example(self.slice) {
            _ if first == "background" => bad.help("write it like this: `background \"why there are reviews\"`"),
            _ if rule == Rule::head => bad.help(format!("write it like this: `{first} NAME \"in words\"`")),
            Some(line) => bad.help(format!("write it like this: `{}`", self.context.fitted(&line))),
            None => bad,
        }
    }

    /// Adds a slip's help and mend.
    fn mended(&self, bad: Diagnostic, slip: slips::Slip) -> Diagnostic {
        let here = self.span(self.at, self.at + slip.length);
        let bad = slip.help.into_iter().fold(bad, Diagnostic::help);
        match slip.mend {
            Some((replacement, safe)) => bad.mend(here, replacement, safe),
            None => bad,
        }
    }

    /// A slip that takes in words before the spot.
    fn wide(&self, wide: slips::Wide) -> Diagnostic {
        let place = |(back, length): (usize, usize)| {
            let from = floor(self.slice, self.at.saturating_sub(back));
            self.span(from, floor(self.slice, from + length))
        };
        let bad = Diagnostic::at(code::BAD_LINE, place(wide.marked), wide.headline).help(wide.help);
        match wide.mend {
            Some((replaced, text, safe)) => bad.mend(place(replaced), text, safe),
            None => bad,
        }
    }

    fn expects(&self, rule: Rule) -> bool {
        self.expected.contains(&rule)
    }

    /// What is wrong at the spot, in words of the language.
    fn headline(&self, rule: Rule) -> String {
        let subject = self.subject(rule);
        let wanted = list(self.wanted().into_iter(), "or");
        let shown = self.shown();
        let anchor = ["`after`", "`before` or `after`"].contains(&wanted.as_str());
        if self.found().is_empty() && anchor {
            return format!("{subject} needs the moment from which it is counted");
        }
        match (self.found().is_empty(), self.expects(Rule::EOI)) {
            (true, _) => format!("{subject} needs {wanted}"),
            (false, false) => format!("{subject} needs {wanted} here, not {shown}"),
            (false, true) if wanted.is_empty() => format!("{shown} cannot follow here: {subject} ends before it"),
            (false, true) => format!("{shown} cannot follow here: {subject} goes on with {wanted}, or ends"),
        }
    }

    /// Adds what would mend the line, where that can be told.
    fn advice(&self, bad: Diagnostic, here: Span, names_fit: bool) -> Diagnostic {
        let found = self.found();
        let expects = |rule: Rule| self.expects(rule);
        let line_end = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        let tail = self.rest()[..line_end].trim_end();
        let all = self.span(self.at, self.at + tail.len());
        let keywords: Vec<String> = self.expected.iter().flat_map(|r| keywords_of(*r)).collect();
        let meant = nearest(found, keywords.iter().map(String::as_str)).filter(|_| !words::is_reserved(found));
        if let Some(meant) = meant {
            let sure = only_one(found, keywords.iter().map(String::as_str)) == Some(meant);
            return bad
                .help(format!("did you mean `{meant}`?"))
                .mend(here, meant.to_owned(), sure);
        }
        if found == "," && expects(Rule::w_and) && words::is_name(self.word_after()) {
            return bad
                .help(format!(
                    "write `and` or `or` between them, whichever is meant: `{} and {}`",
                    self.word_before(),
                    self.word_after()
                ))
                .fix(here, " and");
        }
        if matches!(found, "." | ";" | ":" | ",") && tail == found {
            // What follows a comma may have been lost; a stop ends what is whole.
            return bad.help(format!("leave out the `{found}`")).mend(
                here,
                String::new(),
                found != "," && self.expects(Rule::EOI),
            );
        }
        let begun = self.slice[..self.at].trim_end();
        let of_start = |start: &str| begun.ends_with(start) || start == "on" && begun.split_whitespace().count() == 2;
        if found == ":" && expected::start_in(self.slice).is_some_and(of_start) {
            return bad.help("leave out the `:`").safe_fix(here, "");
        }
        let (before, after) = (self.word_before(), self.word_after());
        if expects(Rule::name) && found == "\"" && words::first(self.slice) == "cites" {
            return bad.help("declare the text as a `source`, and name it with the place in it: `cites guide 3.4`");
        }
        if expects(Rule::name) && found == "\"" {
            return bad.help("write a name before the label, such as `rule first-review \"First review\"`");
        }
        if expects(Rule::modal) && matches!(found, "will" | "shall") {
            return bad
                .help(format!("write `must` where the source says `{found}` and means a duty"))
                .fix(here, "must");
        }
        if expects(Rule::modal)
            && matches!(
                found,
                "needs" | "has" | "have" | "is" | "are" | "ought" | "can" | "might"
            )
        {
            return bad.help("say with what force: `must`, `should`, `may` or `need not`");
        }
        if expects(Rule::w_may) && found == "must" {
            return bad
                .help("write `nobody may` for what must not be done")
                .fix(here, "may");
        }
        if expects(Rule::act) && words::is_name(found) {
            return self.verb(bad);
        }
        if expects(Rule::k_after) && matches!(found, "following" | "from" | "upon" | "since") {
            return bad.help("write `after`").fix(here, "after");
        }
        if expects(Rule::k_after) && found == "of" {
            let after = format!("{}after{}", &self.slice[..self.at], &self.rest()[found.len()..]);
            if super::reads(after.trim_end()) {
                return bad.help("write `after`").fix(here, "after");
            }
            let moment = self.context.moment();
            return bad.help(format!("write `after` and a moment: `... after {moment}`"));
        }
        if expects(Rule::k_after) && !expects(Rule::state) && words::is_reserved(found) {
            return bad.help("count forwards with `within ... after`, backwards with `at least ... before`");
        }
        if expects(Rule::place) {
            return bad
                .help("write where in the source it stands before the statement numbers: `cites stoke 03.4 (STO-31)`");
        }
        if expects(Rule::id) || expects(Rule::ids) {
            return bad.help("write statement numbers in capitals, with a hyphen: `(STO-31)`");
        }
        if words::is_reserved(found) && names_fit && words::is_name(after) {
            let joined = format!("{found}-{after}");
            let end = self.at + self.rest().find(after).unwrap_or(0) + after.len();
            return bad
                .help(format!("join the words of a name with hyphens: `{joined}`"))
                .fix(self.span(self.at, end), joined);
        }
        if expects(Rule::text) && !names_fit && found != "\"" {
            let tail = match tail.strip_prefix('\'').and_then(|t| t.strip_suffix('\'')) {
                Some(inside) if !inside.contains('"') => inside,
                _ => tail,
            };
            return bad
                .help(format!("put the words in quotation marks: `\"{tail}\"`"))
                .fix(all, format!("\"{tail}\""));
        }
        if expects(Rule::date) {
            return bad.help("write dates year first: `2026-05-19`");
        }
        if matches!(found, "(" | "[") && names_fit {
            return bad.help("write the condition without brackets; give a part of it a `term` of its own");
        }
        // Two words in a row, neither of which means anything to the grammar here: most likely one name.
        let plain = |word: &str| words::is_name(word) && !words::is_keyword(word);
        if plain(before) && plain(found) && !names_fit {
            return bad.help(format!(
                "if `{before} {found}` is one name, join its words with hyphens: `{before}-{found}`"
            ));
        }
        bad
    }

    /// An act in a verb that is none of the language. Whatever is offered, the limit stays outside: it has a line of its own.
    fn verb(&self, bad: Diagnostic) -> Diagnostic {
        let around = self.around(Rule::line);
        let found = around.found;
        let ends = LIMITS.iter().filter_map(|limit| limit_at(around.tail, limit)).min();
        let (act, limit) = around.tail.split_at(ends.unwrap_or(around.tail.len()));
        let (act, limit) = (act.trim_end(), limit.trim());
        let quoted = format!("\"{act}\"");
        let articles = ["the", "a", "an"];
        let bare = act.split_whitespace().skip(1).filter(|w| !articles.contains(w));
        let bare = bare.collect::<Vec<_>>().join(" ");
        let next = self.context.kind_of(words::first(&bare));
        let (help, meant) = match plain::verb(found, next) {
            None => {
                let help = format!("put an act that is none of the verbs in quotation marks: `{quoted}`");
                (help, Some(quoted))
            }
            Some((verb, form)) => {
                let said = format!("{verb} {bare}");
                let reads = plain::takes(verb, found, next) && super::reads(&format!("someone must {said}"));
                let first = match reads {
                    true => format!("write `{said}`"),
                    false => format!("write it as `{form}`"),
                };
                let help = format!("{first}, or any other act in quotation marks: `{quoted}`");
                (help, reads.then_some(said))
            }
        };
        let bad = bad.help(help);
        if limit.is_empty() {
            return match meant {
                Some(meant) => bad.fix(self.span(self.at, self.at + act.len()), meant),
                None => bad,
            };
        }
        let bad = bad.help(format!(
            "put the limit on a line of its own, below the sentence: `{limit}`"
        ));
        match meant.filter(|_| super::reads(limit)) {
            Some(meant) => bad.fix(
                self.span(self.at, self.at + around.tail.len()),
                format!("{meant}\n  {limit}"),
            ),
            None => bad,
        }
    }

    /// The words around the spot.
    fn around(&self, rule: Rule) -> slips::Around<'_> {
        let tail = self.rest().split(['\n', '\r']).next().unwrap_or_default();
        let expects = |rule: Rule| self.expects(rule);
        slips::Around {
            first: words::first(self.slice),
            before: self.word_before(),
            found: self.found(),
            after: self.word_after(),
            tail: tail.split(" --").next().unwrap_or(tail).trim_end(),
            so_far: self.slice[..self.at].rsplit('\n').next().unwrap_or_default(),
            spaced: self.slice[..self.at].ends_with([' ', '\t', '\n', '\r']),
            negated: self.after_not(),
            head: rule == Rule::head,
            state: expects(Rule::state) || expects(Rule::w_is) && expects(Rule::w_begins),
            counted: expects(Rule::k_after) || expects(Rule::k_before),
            joined: expects(Rule::w_and) || expects(Rule::w_or),
            tested: expects(Rule::cond) || expects(Rule::atom) || expects(Rule::w_not),
            unit: expects(Rule::unit),
            named: self.expected.iter().any(|r| takes_name(*r))
                || expects(Rule::occurred)
                || expects(Rule::occurred_as),
            modal: expects(Rule::modal),
        }
    }

    /// The word just before the spot on the same line, or nothing.
    fn word_before(&self) -> &str {
        let before = self.slice[..self.at].trim_end_matches([' ', '\t']);
        let start = before
            .rfind(|c: char| !(c.is_alphanumeric() || c == '-'))
            .map_or(0, |i| floor(before, i + 1));
        let start = (start..=before.len())
            .find(|i| before.is_char_boundary(*i))
            .unwrap_or(before.len());
        &before[start..]
    }

    /// The word just after the one at the spot.
    fn word_after(&self) -> &str {
        words::first(self.rest()[self.found().len()..].trim_start_matches([' ', '\t']))
    }

    /// `not NAME` stands before the spot.
    fn after_not(&self) -> bool {
        let before = self.slice[..self.at].trim_end();
        before
            .strip_suffix(self.word_before())
            .is_some_and(|b| b.trim_end().ends_with("not"))
    }

    /// What was found, cut to a readable length.
    fn shown(&self) -> String {
        let found = if self.found() == "\"" {
            self.rest().split_inclusive('"').take(2).collect::<String>()
        } else {
            self.found().to_owned()
        };
        match found.char_indices().nth(40) {
            Some((cut, _)) => format!("`{}...`", &found[..cut]),
            None => format!("`{found}`"),
        }
    }

    /// What kind of line it is.
    fn subject(&self, rule: Rule) -> String {
        let first = words::first(self.slice);
        if rule == Rule::head {
            return format!("the head of a `{first}`");
        }
        if matches!(first, "the" | "each" | "any" | "only" | "nobody" | "someone") {
            return "the sentence".to_owned();
        }
        format!("`{}`", expected::start_in(self.slice).unwrap_or(first))
    }

    /// What was expected, in words, without what is merely possible where something else is required.
    fn wanted(&self) -> Vec<String> {
        let mut wanted: Vec<String> = Vec::new();
        let mut optional: Vec<String> = Vec::new();
        for rule in &self.expected {
            match rule {
                Rule::EOI => {}
                Rule::since | Rule::w_since if self.expects(Rule::EOI) => {}
                Rule::COMMENT | Rule::WHITESPACE => {}
                Rule::w_is if self.expected.contains(&Rule::state) => {}
                Rule::since | Rule::w_since | Rule::w_or_perhaps | Rule::w_and | Rule::w_or | Rule::w_clear => {
                    push_new(&mut optional, in_words(*rule));
                }
                _ => push_new(&mut wanted, in_words(*rule)),
            }
        }
        if wanted.is_empty() {
            wanted = optional;
        }
        if wanted.is_empty() && !self.expects(Rule::EOI) {
            wanted.push("something else".to_owned());
        }
        wanted
    }
}

/// What a limit within a sentence begins with.
const LIMITS: [&str; 9] = [
    " within ",
    " at least ",
    " before ",
    " after ",
    " until ",
    " straight after ",
    " same day as ",
    " no later than ",
    " by ",
];

/// Where a limit begins in a sentence. `by` is one only before a day or a number: what is done by letter is done so.
fn limit_at(sentence: &str, limit: &str) -> Option<usize> {
    let at = sentence.find(limit)?;
    let next = sentence
        .get(at + limit.len()..)?
        .split_whitespace()
        .next()
        .unwrap_or_default();
    let dated = next.starts_with(|c: char| c.is_ascii_digit()) || matches!(next, "the" | "end");
    (limit != " by " || dated || plain::number(next).is_some()).then_some(at)
}

fn push_new(list: &mut Vec<String>, word: String) {
    if !list.contains(&word) {
        list.push(word);
    }
}

/// `a, b or c`.
fn list(words: impl Iterator<Item = String>, last: &str) -> String {
    let words: Vec<String> = words.collect();
    match words.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}
