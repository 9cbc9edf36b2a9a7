//! Slips that people make with a line that starts well, told by the words around the spot. In: those words. Out: what to
//! write instead. What the grammar expected is `explain`'s.

use super::dates;
use super::words;

/// The words around the spot at which a line stops making sense.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around<'a> {
    /// The first word of the line.
    pub first: &'a str,
    /// The word before the spot.
    pub before: &'a str,
    /// What stands at the spot; empty where the line ends.
    pub found: &'a str,
    /// The word after it.
    pub after: &'a str,
    /// From the spot to the end of the line.
    pub tail: &'a str,
    /// White space stands before the spot.
    pub spaced: bool,
    /// `not` stands before the word before the spot.
    pub negated: bool,
    /// It is the head of an item.
    pub head: bool,
    /// `is`, `begins`, `ends` or `happens` could stand here.
    pub state: bool,
    /// `after` could stand here.
    pub counted: bool,
    /// `and` or `or` could stand here.
    pub joined: bool,
    /// A condition could stand here.
    pub tested: bool,
    /// A unit could stand here.
    pub unit: bool,
}

/// A slip at the spot, with its mend.
#[derive(Debug)]
pub(super) struct Slip {
    /// Bytes of it, from the spot.
    pub length: usize,
    /// What to do.
    pub help: Vec<String>,
    /// What to write in its place, and whether nothing else can have been meant.
    pub mend: Option<(String, bool)>,
}

impl Slip {
    fn word(length: usize, word: &str, replacement: String) -> Slip {
        Slip {
            length,
            help: vec![format!("write `{word}`")],
            mend: Some((replacement, true)),
        }
    }
}

/// Signs of other languages, the longer first, and their words in this one.
const JOINS: [(&str, &str); 4] = [("&&", "and"), ("||", "or"), ("&", "and"), ("|", "or")];
const TESTS: [(&str, &str); 4] = [("!=", "is not"), ("<>", "is not"), ("==", "is"), ("=", "is")];

/// A sign where a word is meant.
pub(super) fn sign(around: &Around<'_>) -> Option<Slip> {
    let tail = around.tail;
    let known = |signs: &[(&str, &'static str)]| {
        let (sign, word) = signs.iter().find(|(sign, _)| tail.starts_with(sign))?;
        let after = tail.get(sign.len()..)?.starts_with([' ', '\t']);
        let space = |there: bool| if there { "" } else { " " };
        let replacement = format!("{}{word}{}", space(around.spaced), space(after));
        Some(Slip::word(sign.len(), word, replacement))
    };
    if around.joined
        && let Some(slip) = known(&JOINS)
    {
        return Some(slip);
    }
    if around.state
        && let Some(slip) = known(&TESTS)
    {
        return Some(slip);
    }
    (around.tested && around.found == "!").then(|| Slip::word(1, "not", "not ".to_owned()))
}

/// A date in another form.
pub(super) fn date(tail: &str) -> Option<Slip> {
    let written = dates::at_start(tail)?;
    let (help, mend) = match written.days.as_slice() {
        [] => ("write dates year first: `2026-05-19`".to_owned(), None),
        [day] => (format!("write `{day}`"), Some((day.clone(), true))),
        [day, other, ..] => (
            format!("write `{day}` if the day stands first here, `{other}` if the month does"),
            None,
        ),
    };
    Some(Slip {
        length: written.length,
        help: vec![help],
        mend,
    })
}

/// What a line starts with instead of `and`, `or` or `--`.
pub(super) fn start(found: &str, rest: &str) -> Option<Slip> {
    let lower = found.to_lowercase();
    if lower != found && matches!(lower.as_str(), "and" | "or") {
        return Some(Slip::word(found.len(), &lower, lower.clone()));
    }
    if let Some((sign, word)) = JOINS.iter().find(|(sign, _)| rest.starts_with(sign)) {
        let space = if rest[sign.len()..].starts_with([' ', '\t']) {
            ""
        } else {
            " "
        };
        return Some(Slip::word(sign.len(), word, format!("{word}{space}")));
    }
    // It may be a bullet as well, and what follows it a line that counts.
    let other = match found {
        "\u{2013}" | "\u{2014}" => "write `--` before a comment, and nothing before any other line",
        "*" | "\u{2022}" | "-" => "leave it out: a line starts with its first word",
        "#" | "/" => "write `--` before a comment",
        _ => return None,
    };
    let length = if rest.starts_with("//") { 2 } else { found.len() };
    Some(Slip {
        length,
        help: vec![other.to_owned()],
        mend: None,
    })
}

/// Words for a change that are none of the language, and the one that is.
const CHANGES: [(&str, &str); 12] = [
    ("starts", "begins"),
    ("started", "begins"),
    ("start", "begins"),
    ("begin", "begins"),
    ("stops", "ends"),
    ("stopped", "ends"),
    ("finishes", "ends"),
    ("end", "ends"),
    ("ended", "ends"),
    ("occurs", "happens"),
    ("happened", "happens"),
    ("happen", "happens"),
];

/// What to write instead, if this is one of the slips.
pub(super) fn advice(around: &Around<'_>) -> Option<String> {
    let Around {
        first,
        before,
        found,
        after,
        tail,
        ..
    } = *around;
    let sentence = matches!(first, "the" | "each" | "any" | "only" | "nobody" | "someone");
    if around.head && words::is_reserved(found) && !words::is_name(after) {
        return Some(format!(
            "choose a longer name, such as `{found}-{first}`: `{found}` is a word of the language"
        ));
    }
    let number = !before.is_empty() && before.bytes().all(|b| b.is_ascii_digit());
    if around.unit && number && (found.is_empty() || words::is_reserved(found)) {
        return Some(format!(
            "say what is counted: `{before} working days`, `{before} calendar days`, `{before} weeks` or `{before} months`"
        ));
    }
    if matches!(found, "\u{2013}" | "\u{2014}") {
        return Some("write `--` before a comment, and a hyphen within a name".to_owned());
    }
    if found.is_empty() && first == "expect" {
        return Some(
            "say how a rule stands, such as `RULE is kept`, or by when an act must be done: `... by 2026-05-19`"
                .to_owned(),
        );
    }
    if found.is_empty() {
        let anchor = match first {
            "at" => "before care-review is held",
            _ => "after in-care begins",
        };
        let unanchored = around.counted && matches!(first, "within" | "at" | "until");
        return unanchored.then(|| format!("write that moment: `... {anchor}`"));
    }
    if around.state
        && let Some((_, meant)) = CHANGES.iter().find(|(word, _)| *word == found)
    {
        return Some(format!("write `{meant}`: `{before} {meant}`"));
    }
    if first == "when" && matches!(found, "and" | "if" | "while" | "unless") {
        return Some("put the condition on a line of its own, below `when`: `if ...`".to_owned());
    }
    if around.negated && matches!(found, "happens" | "begins" | "ends") {
        return Some(has_not_happened(first, &format!("{before} {found}")));
    }
    if around.negated && found == "is" {
        return Some(format!("write `{before} is not {after}`"));
    }
    if first == "expect" && matches!(found, "on" | "by") && is_date(after) {
        return Some(format!(
            "leave the day out here, and write `as of {after}` above: what is expected is expected on that day"
        ));
    }
    if first == "on" && is_date(before) && !found.is_empty() {
        return Some("write what happened on that day, such as `care-review is held`; where nothing happens, write `as of DATE` instead".to_owned());
    }
    if matches!(first, "on" | "expect") && !is_date(found) && matches!(before, "on" | "by" | "for" | "before") {
        return Some("write a day, year first: `2026-05-19`".to_owned());
    }
    if is_date(found) || dates::at_start(tail).is_some() {
        return Some("declare an `event` for that day, and name it here: times are counted from a moment".to_owned());
    }
    if sentence
        && matches!(
            found,
            "within" | "before" | "after" | "until" | "at" | "straight" | "same"
        )
    {
        return Some(format!(
            "put the limit on a line of its own, below the sentence: `{tail}`"
        ));
    }
    if sentence && matches!(found, "by" | "in" | "inside" | "no") {
        return Some("put the limit on a line of its own, below the sentence: `within ... after ...`".to_owned());
    }
    if found == "." && number {
        return Some("count in whole numbers, in a smaller unit if need be".to_owned());
    }
    if found.starts_with('-') && found[1..].bytes().all(|b| b.is_ascii_digit()) {
        return Some("count forwards with `within ... after`, backwards with `at least ... before`".to_owned());
    }
    None
}

/// How to say that a moment has not come yet.
fn has_not_happened(first: &str, moment: &str) -> String {
    if first == "if" {
        format!("write `unless {moment}`")
    } else {
        format!("declare a `term` that `means {moment}`, and write `not` before its name")
    }
}

fn is_date(word: &str) -> bool {
    let mut parts = word.split('-');
    let number = |part: Option<&str>, digits: usize| {
        part.is_some_and(|p| p.len() == digits && p.bytes().all(|b| b.is_ascii_digit()))
    };
    number(parts.next(), 4) && number(parts.next(), 2) && number(parts.next(), 2) && parts.next().is_none()
}
