//! Why a line cannot be read, in the author's words. In: a slice, and where and on what the grammar gave up. Out: one
//! diagnostic with a caret at the real spot. The slips people really make are recognised before the general message.

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::lines::{Line, scan};
use super::slips;
use super::tree::TokenKind;
use super::words;
use crate::ast::ItemKind;
use crate::diagnostics::{Diagnostic, code, nearest, nearest_with_distance};
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
}

/// Says why the grammar refused `slice`, which it was asked to read as `rule` (a head or a line).
pub(super) fn explain(error: &Error<Rule>, rule: Rule, line: Line, slice: &str) -> Mistake {
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
    };
    if let Some(slip) = spot.odd_character() {
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

    /// What a word processor leaves behind: an open quotation, typographic quotation marks, non-breaking spaces.
    fn odd_character(&self) -> Option<Diagnostic> {
        let mut tokens = Vec::new();
        scan(self.line.span.file, self.slice, 0, &mut tokens);
        for token in &tokens {
            let written = &self.slice[token.span.range()];
            let start = token.span.start as usize;
            if token.kind == TokenKind::Unread {
                let end = start + written.len();
                let open = Diagnostic::at(
                    code::BAD_LINE,
                    self.span(start, start + 1),
                    "the quotation is not closed",
                );
                return Some(
                    open.here("it begins here")
                        .help("write `\"` at the end of the quoted words, on the same line")
                        .fix(self.span(end, end), "\""),
                );
            }
            if token.kind != TokenKind::Word {
                continue;
            }
            if let Some((at, mark)) = written
                .match_indices(['\u{201C}', '\u{201D}', '\u{201E}', '\u{AB}', '\u{BB}'])
                .next()
            {
                let here = self.span(start + at, start + at + mark.len());
                let headline = format!("`{mark}` is not a quotation mark of the language");
                return Some(
                    Diagnostic::at(code::BAD_LINE, here, headline).help("write straight marks, `\"like this\"`"),
                );
            }
            if let Some((at, space)) = written.match_indices(['\u{A0}', '\u{2007}', '\u{202F}']).next() {
                let here = self.span(start + at, start + at + space.len());
                let odd = Diagnostic::at(code::BAD_LINE, here, "a non-breaking space does not separate words");
                return Some(odd.help("write an ordinary space").fix(here, " "));
            }
        }
        None
    }

    /// The line starts with nothing that starts a line.
    fn unknown_start(&self) -> Mistake {
        let found = self.found();
        let here = self.span(0, found.len());
        let starts = words::starts();
        let phrases: Vec<&str> = starts.iter().map(String::as_str).collect();
        // `also cald`: the first word is right, so only phrases that start with it can be meant.
        let related: Vec<&str> = phrases
            .iter()
            .copied()
            .filter(|p| p.split(' ').next() == Some(found) && p.contains(' '))
            .collect();
        if !related.is_empty() {
            let written = self
                .slice
                .split_whitespace()
                .take(related[0].split(' ').count())
                .collect::<Vec<_>>()
                .join(" ");
            let meant = nearest(&written, related.iter().copied());
            let headline = format!("no line starts with `{written}`");
            let end = if self.slice.starts_with(&written) {
                written.len()
            } else {
                found.len()
            };
            let bad = Diagnostic::at(code::UNKNOWN_WORD, self.span(0, end), headline);
            return Mistake::Line(vec![match meant {
                Some(meant) => bad
                    .help(format!("did you mean `{meant}`?"))
                    .fix(self.span(0, end), meant),
                None => bad.help(format!(
                    "write {}",
                    list(related.iter().map(|p| format!("`{p}`")), "or")
                )),
            }]);
        }
        let slot = phrases
            .iter()
            .filter_map(|p| nearest_with_distance(found, p.split(' ').next()).map(|(distance, _)| (distance, *p)))
            .min_by_key(|(distance, phrase)| (*distance, self.phrase_distance(phrase)));
        let item = nearest_with_distance(found, words::items());
        if self.line.flush && !words::first(self.slice).is_empty() {
            let meant = item.filter(|(distance, _)| slot.is_none_or(|(other, _)| *distance <= other));
            if meant.is_some() || slot.is_none() {
                let bad = Diagnostic::at(code::UNKNOWN_WORD, here, format!("`{found}` is not a kind of item"));
                let diagnostic = match meant {
                    Some((_, word)) => bad.help(format!("did you mean `{word}`?")).fix(here, word),
                    None => bad
                        .here("everything up to the next item is passed over")
                        .help(format!(
                            "write one of {}",
                            list(words::items().map(|w| format!("`{w}`")), "or")
                        ))
                        .help("write a slot of the item above with spaces in front of it"),
                };
                return Mistake::UnknownItem {
                    diagnostics: vec![diagnostic],
                    meant: meant.and_then(|(_, word)| words::item_kind(word)),
                };
            }
        }
        let shown = match found {
            "\"" => "a quotation".to_owned(),
            _ => format!("`{found}`"),
        };
        let bad = Diagnostic::at(code::UNKNOWN_WORD, here, format!("no line starts with {shown}"));
        let bad = match (slot, item) {
            (Some((_, phrase)), _) => {
                let first = phrase.split(' ').next().unwrap_or(phrase);
                bad.help(format!("did you mean `{phrase}`?")).fix(here, first)
            }
            _ if self.has_modal() => bad
                .help(format!("start the sentence with `the`: `the {found} ...`"))
                .fix(self.span(0, 0), "the "),
            (None, Some((_, word))) => bad.help(format!("did you mean `{word}`?")),
            (None, None) if found == "by" => bad.help("write a limit as `within ... after ...` or `before ...`"),
            (None, None) => bad.help(
                "start the line with a slot such as `when`, `if`, `within` or `cites`, or with `the` for a sentence",
            ),
        };
        Mistake::Line(vec![bad])
    }

    /// How far the beginning of the slice is from a phrase of several words; only compared, never shown.
    fn phrase_distance(&self, phrase: &str) -> usize {
        let written = self
            .slice
            .split_whitespace()
            .take(phrase.split(' ').count())
            .collect::<Vec<_>>()
            .join(" ");
        nearest_with_distance(&written, [phrase]).map_or(usize::MAX, |(distance, _)| distance)
    }

    /// A modal follows the first word: a sentence without its article.
    fn has_modal(&self) -> bool {
        words::is_name(self.found())
            && self.slice.lines().next().is_some_and(|line| {
                line.split_whitespace()
                    .skip(1)
                    .any(|w| matches!(w, "must" | "should" | "may" | "need"))
            })
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
                .fix(here, mended);
        }
        let wanted = self.wanted();
        let shown = if found.is_empty() {
            "the line ends".to_owned()
        } else {
            format!("found {}", self.shown())
        };
        let headline = format!(
            "{}: expected {}, but {shown}",
            self.context(rule),
            list(wanted.into_iter(), "or")
        );
        let bad = Diagnostic::at(code::BAD_LINE, here, headline);
        let slip = slips::advice(&self.around(rule));
        match slip {
            Some(help) if found.is_empty() => bad.here("something is missing here").help(help),
            None if found.is_empty() => bad.here("something is missing here"),
            Some(help) => bad.help(help),
            None => self.advice(bad, here, names_fit),
        }
    }

    /// Adds what would mend the line, where that can be told.
    fn advice(&self, bad: Diagnostic, here: Span, names_fit: bool) -> Diagnostic {
        let found = self.found();
        let expects = |rule: Rule| self.expected.contains(&rule);
        let line_end = self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
        let tail = self.rest()[..line_end].trim_end();
        let all = self.span(self.at, self.at + tail.len());
        let keywords: Vec<String> = self.expected.iter().flat_map(|r| keywords_of(*r)).collect();
        let meant = nearest(found, keywords.iter().map(String::as_str)).filter(|_| !words::is_reserved(found));
        if let Some(meant) = meant {
            return bad.help(format!("did you mean `{meant}`?")).fix(here, meant);
        }
        if matches!(found, "." | ";" | ":" | ",") && tail == found {
            return bad.help(format!("leave out the `{found}`")).fix(here, "");
        }
        let (before, after) = (self.word_before(), self.word_after());
        if expects(Rule::name) && found == "\"" {
            return bad.help("write a name before the label, such as `rule first-review \"First review\"`");
        }
        if expects(Rule::modal) && matches!(found, "will" | "shall") {
            return bad
                .help(format!("write `must` where the source says `{found}` and means a duty"))
                .fix(here, "must");
        }
        if expects(Rule::w_may) && found == "must" {
            return bad
                .help("write `nobody may` for what must not be done")
                .fix(here, "may");
        }
        if expects(Rule::act) && words::is_name(found) {
            return bad
                .help(format!(
                    "put an act that is none of the verbs in quotation marks: `\"{tail}\"`"
                ))
                .fix(all, format!("\"{tail}\""));
        }
        if expects(Rule::k_after) && !expects(Rule::state) && words::is_reserved(found) {
            return bad.help("count forwards with `within ... after`, backwards with `at least ... before`");
        }
        if NUMBERS.contains(&before) && self.slice.starts_with(['w', 'a', 'u', 'i']) {
            return bad.help(format!("write the number `{before}` in digits"));
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

    /// The words around the spot.
    fn around(&self, rule: Rule) -> slips::Around<'_> {
        let tail = self.rest().split(['\n', '\r']).next().unwrap_or_default();
        let expects = |rule: Rule| self.expected.contains(&rule);
        slips::Around {
            first: words::first(self.slice),
            before: self.word_before(),
            found: self.found(),
            after: self.word_after(),
            tail: tail.trim_end(),
            negated: self.after_not(),
            head: rule == Rule::head,
            state: expects(Rule::state),
            counted: expects(Rule::k_after) || expects(Rule::k_before),
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

    /// Which line it is.
    fn context(&self, rule: Rule) -> String {
        let first = words::first(self.slice);
        if rule == Rule::head {
            return format!("in the head of a `{first}`");
        }
        if matches!(first, "the" | "each" | "any" | "only" | "nobody" | "someone") {
            return "in the sentence".to_owned();
        }
        let starts = words::starts();
        let longest = starts
            .iter()
            .filter(|phrase| {
                let mut written = self.slice.split_whitespace();
                phrase.split(' ').all(|word| written.next() == Some(word))
            })
            .max_by_key(|phrase| phrase.len());
        format!("after `{}`", longest.map_or(first, String::as_str))
    }

    /// What was expected, in words, without what is merely possible where something else is required.
    fn wanted(&self) -> Vec<String> {
        let mut wanted: Vec<String> = Vec::new();
        let mut optional: Vec<String> = Vec::new();
        let mut end = false;
        for rule in &self.expected {
            match rule {
                Rule::EOI => end = true,
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
        if end {
            wanted.push("the end of the line".to_owned());
        }
        if wanted.is_empty() {
            wanted.push("something else".to_owned());
        }
        wanted
    }
}

/// Numbers that sources like to write out.
const NUMBERS: [&str; 15] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fifteen", "twenty",
    "thirty", "forty",
];

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

/// Whether a name could stand where this rule was expected.
fn takes_name(rule: Rule) -> bool {
    use Rule::*;
    matches!(
        rule,
        name | names | r#ref | who | party | occ | moment | moments | cond | atom | told | thing | length | lengths
    )
}

/// The keywords that could stand where this rule was expected.
fn keywords_of(rule: Rule) -> Vec<String> {
    use Rule::*;
    let inside: &[Rule] = match rule {
        state => &[w_is, w_begins, w_ends, w_happens],
        modal => &[w_must, w_should, w_may, w_need_not],
        unit => &[
            w_working, w_calendar, w_hours, w_weeks, w_months, w_years, w_month, w_week, w_year, w_hour,
        ],
        act => &[
            w_hold,
            w_book,
            w_cancel,
            w_attend,
            w_chair,
            w_send,
            w_notify,
            w_ask,
            w_consult,
            w_record,
            w_consider,
            w_carry_out,
            w_decide,
            w_challenge,
            w_allocate,
            w_begin,
            w_end,
        ],
        ordinal => &[
            w_first, w_second, w_third, w_next, w_previous, w_last, w_each, w_any, w_that,
        ],
        since => &[w_since],
        weekday => {
            return [
                "monday",
                "tuesday",
                "wednesday",
                "thursday",
                "friday",
                "saturday",
                "sunday",
            ]
            .map(str::to_owned)
            .into();
        }
        month => {
            return (1..=12)
                .filter_map(super::build::month_name)
                .map(str::to_lowercase)
                .collect();
        }
        _ => return words::keyword(rule).into_iter().collect(),
    };
    inside.iter().filter_map(|r| words::keyword(*r)).collect()
}

/// A rule of the grammar as an author would call it.
fn in_words(rule: Rule) -> String {
    use Rule::*;
    match rule {
        name => "a name",
        names => "names, separated by commas",
        text => "words in quotation marks",
        number => "a number",
        date => "a date such as `2026-05-19`",
        year => "a year such as `2026`",
        month => "a month such as `may`",
        weekday => "a day of the week such as `monday`",
        falls_on | nth | sign => "a day such as `25 december`, `easter - 2 days` or `first monday of may`",
        moment | moments => "a moment such as `care-review is held`",
        occ => "a name, perhaps with a word such as `first` or `next` before it",
        who | party => "a role",
        cond | atom | told => "a condition",
        state => "`is`, `begins`, `ends` or `happens`",
        modal => "`must`, `should`, `may` or `need not`",
        act => "a verb such as `hold`, `send` or `decide`, or words in quotation marks",
        length | lengths => "a duration such as `10 working days`",
        unit => "a unit such as `working days`, `weeks` or `months`",
        thing => "a name or words in quotation marks",
        changing => "`ending` or `beginning` a status",
        r#ref => "the name of a rule",
        place => "a place in the source such as `03.4`",
        ids | id => "statement numbers such as `(STO-31)`",
        ordinal => "a word such as `first` or `next`",
        since => "`since`",
        occurred => "what happened, such as `care-review is held`",
        value => "a value",
        clash | due_by | timed | occurred_as | standing | sentence => {
            "what is expected, such as `RULE is kept` or `the manager may end on-plan`"
        }
        item_word => "the kind of item",
        _ => {
            return words::keyword(rule).map_or_else(|| "something else".to_owned(), |k| format!("`{k}`"));
        }
    }
    .to_owned()
}
