//! Slips that people make with a line that starts well, told by the words around the spot. In: those words. Out: what to
//! write instead. What the grammar expected is `explain`'s.

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
    /// `not` stands before the word before the spot.
    pub negated: bool,
    /// It is the head of an item.
    pub head: bool,
    /// `is`, `begins`, `ends` or `happens` could stand here.
    pub state: bool,
    /// `after` could stand here.
    pub counted: bool,
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
            "`{found}` is a word of the language: choose a longer name, such as `{found}-{first}`"
        ));
    }
    if found.is_empty() && first == "expect" {
        return Some(
            "say how a rule stands, such as `RULE is kept`, or by when an act must be done: `... by 2026-05-19`"
                .to_owned(),
        );
    }
    if found.is_empty() {
        let unanchored = around.counted && matches!(first, "within" | "at" | "until");
        return unanchored.then(|| "say from when it is counted: `... after in-care begins`".to_owned());
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
    if is_date(found) {
        return Some("times are counted from a moment: declare an `event` for that day, and name it here".to_owned());
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
    if found == "." && before.bytes().all(|b| b.is_ascii_digit()) && !before.is_empty() {
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
