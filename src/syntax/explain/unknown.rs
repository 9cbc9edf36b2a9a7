//! What a line was meant to be that starts with nothing known: a misspelt slot or item, a sentence without its article, a limit in
//! other words. In: the spot, which is the start of the line. Out: one diagnostic, and which item was probably meant.

use super::super::{plain, slips, words};
use super::{Mistake, Spot, list};
use crate::diagnostics::{Diagnostic, code, nearest, nearest_with_distance, only_one};

/// How limits begin elsewhere; all but the first only before a number.
const PLAIN_LIMITS: [&str; 9] = [
    "by",
    "no later than",
    "not later than",
    "no more than",
    "not more than",
    "inside",
    "in",
    "up to",
    "not less than",
];

impl Spot<'_> {
    /// The line starts with nothing that starts a line.
    pub(super) fn unknown_start(&self) -> Mistake {
        let found = self.found();
        let here = self.span(0, found.len());
        if let Some(slip) = slips::start(found, self.rest()) {
            let bad = Diagnostic::at(
                code::UNKNOWN_WORD,
                self.span(0, slip.length),
                format!("no line starts with `{}`", &self.slice[..slip.length]),
            );
            return Mistake::Line(vec![self.mended(bad, slip)]);
        }
        if let Some(bad) = self.bare_sentence().or_else(|| self.plain_limit()) {
            return Mistake::Line(vec![bad]);
        }
        let phrases = words::starts();
        let mut firsts: Vec<&str> = phrases.iter().filter_map(|p| p.split(' ').next()).collect();
        for word in words::items() {
            firsts.push(word);
        }
        let sure = only_one(found, firsts);
        // `also cald`: the first word is right, so only phrases that start with it can be meant.
        let related: Vec<&str> = phrases
            .iter()
            .copied()
            .filter(|p| p.split(' ').next() == Some(found) && p.contains(' '))
            .collect();
        if let Some(urgency) = self.urgency() {
            return Mistake::Line(vec![urgency]);
        }
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
                Some(meant) => bad.help(format!("did you mean `{meant}`?")).mend(
                    self.span(0, end),
                    meant.to_owned(),
                    only_one(&written, related.iter().copied()).is_some(),
                ),
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
            let synonym = plain::item(found).map(|word| (0, word));
            let meant = synonym.or(item.filter(|(distance, _)| slot.is_none_or(|(other, _)| *distance <= other)));
            if meant.is_some() || slot.is_none() {
                let bad = Diagnostic::at(code::UNKNOWN_WORD, here, format!("`{found}` is not a kind of item"));
                let diagnostic = match meant {
                    Some((distance, word)) => {
                        let bad = match distance {
                            0 | 1 => bad,
                            _ => bad.here("everything up to the next item is passed over"),
                        };
                        bad.help(format!("did you mean `{word}`?"))
                            .mend(here, word.to_owned(), sure == Some(word))
                    }
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
                    // Two letters off, it may as well be another word: its lines would be held against the wrong kind.
                    meant: meant
                        .filter(|(distance, _)| *distance <= 1)
                        .and_then(|(_, word)| words::item_kind(word)),
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
                bad.help(format!("did you mean `{phrase}`?"))
                    .mend(here, first.to_owned(), sure == Some(first))
            }
            (None, Some((1, word))) => bad.help(format!("did you mean `{word}`?")),
            _ if found == "every" => bad.help(
                "write a rule that binds anew each time: `when each care-review is held`, and `within 6 weeks after that care-review is held`",
            ),
            _ if matches!(self.word_after(), "begins" | "ends" | "becomes") && self.slice_reads("effect ") => bad
                .help(format!(
                    "write `effect {0}` for what happens by itself, `when {0}` for what starts the rule",
                    self.slice.split('\n').next().unwrap_or_default()
                ))
                .fix(self.span(0, 0), "effect "),
            _ if words::is_name(found) && matches!(self.word_after(), "to" | "will" | "shall" | "has") => {
                bad.help(format!(
                    "start the sentence with `the`, and say with what force: `the {found} must ...`"
                ))
            }
            _ => bad.help(
                "start the line with a slot such as `when`, `if`, `within` or `cites`, or with `the` for a sentence",
            ),
        };
        Mistake::Line(vec![bad])
    }

    /// The source's word for how soon, without the word that such a line starts with.
    fn urgency(&self) -> Option<Diagnostic> {
        const WORDS: [&str; 7] = [
            "as soon as",
            "immediately",
            "urgently",
            "promptly",
            "without delay",
            "without undue",
            "forthwith",
        ];
        let line = self.slice.split(['\n', '\r']).next()?.split(" --").next()?.trim_end();
        let lower = line.to_lowercase();
        (!line.contains('"') && WORDS.iter().any(|w| lower.starts_with(w))).then(|| {
            let said = format!("timing \"{line}\"");
            let span = self.span(0, line.len());
            let headline = format!("no line starts with `{}`", self.found());
            let bad = Diagnostic::at(code::UNKNOWN_WORD, span, headline);
            bad.help(format!("keep the words of the source: `{said}`"))
                .fix(span, said)
        })
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

    /// A sentence without its article, wherever it stands.
    fn bare_sentence(&self) -> Option<Diagnostic> {
        let line = self.slice.split(['\n', '"']).next()?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let modal = |w: &&str| matches!(*w, "must" | "should" | "may" | "need");
        let (at, modal) = words.iter().enumerate().find(|(_, w)| modal(w))?;
        let who = words[..at].join("-").to_lowercase();
        // A misspelt start has a message of its own, and so has the head of an item whose name holds such a word.
        let starts = ["the", "each", "any", "only", "nobody", "someone"];
        if at > 3
            || nearest(self.found(), starts).is_some()
            || !words::is_name(&who)
            || nearest(self.found(), words::items()).is_some() && !self.slice_reads("the ")
        {
            return None;
        }
        let found = self.found();
        let end = line.find(modal)?;
        let bad = Diagnostic::at(
            code::UNKNOWN_WORD,
            self.span(0, found.len()),
            format!("no line starts with `{found}`"),
        )
        .here("a sentence starts with `the`, `each`, `any` or `someone`")
        .help(format!("start the sentence with `the`: `the {who} {modal} ...`"));
        Some(bad.fix(self.span(0, end), format!("the {who} ")))
    }

    /// A limit in other words than those of the language.
    fn plain_limit(&self) -> Option<Diagnostic> {
        let line = self.slice.split('\n').next()?;
        let lower = line.to_lowercase();
        let start = PLAIN_LIMITS.iter().find(|start| {
            let rest = lower.strip_prefix(**start);
            rest.is_some_and(|r| {
                r.starts_with(' ') && (**start == "by" || r.trim_start().starts_with(|c: char| c.is_ascii_digit()))
            })
        })?;
        let here = self.span(0, start.len());
        let bad = Diagnostic::at(
            code::UNKNOWN_WORD,
            here,
            format!("no line starts with `{}`", &line[..start.len()]),
        );
        let rest = self.slice[start.len()..].trim_start();
        let written = ["within", "at least"]
            .iter()
            .find(|word| crate::syntax::reads(&format!("{word} {rest}")));
        Some(match written {
            Some(word) => bad
                .help(format!("write `{word}`: `{word} {}`", line[start.len()..].trim()))
                .fix(here, *word),
            None if rest.contains(" after ") => {
                bad.help("start it with `within`, and end it with a moment: `within ... after care-review is held`")
            }
            None => bad.help("write a limit as `within ... after ...` or `before ...`"),
        })
    }

    /// Whether the line could be read with these words before it.
    fn slice_reads(&self, before: &str) -> bool {
        crate::syntax::reads(&format!("{before}{}", self.slice))
    }
}
