//! Slips that people make with a line that starts well, told by the words around the spot. In: those words. Out: what to
//! write instead. What the grammar expected is `explain`'s.

use super::context::Context;
use super::plain;
use super::words;
use crate::ast::ItemKind;
use crate::time::written_at_start;

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
    /// From the start of the line to the spot.
    pub so_far: &'a str,
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
    /// A name could stand here.
    pub named: bool,
    /// `must` could stand here.
    pub modal: bool,
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
    let written = written_at_start(tail)?;
    let mend = match written.days.as_slice() {
        [day] => Some((day.clone(), true)),
        _ => None,
    };
    Some(Slip {
        length: written.length,
        help: vec![written.help()],
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

/// A slip that takes in words before the spot.
#[derive(Debug)]
pub(super) struct Wide {
    /// What is wrong.
    pub headline: String,
    /// Bytes of what is wrong, the first of them counted back from the spot.
    pub marked: (usize, usize),
    /// What to do.
    pub help: String,
    /// The same of what is replaced, with what is written there, and whether nothing else can have been meant.
    pub mend: Option<((usize, usize), String, bool)>,
}

/// An article, in a place where names stand without. `a` may be a name, and `the` the beginning of one, if the file says so.
pub(super) fn article(around: &Around<'_>, context: &Context<'_>) -> Option<Wide> {
    let left_out = |word: &str, back: usize, until: usize| {
        let marked = (back, word.len());
        Some(Wide {
            headline: format!("`{word}` is not written before a name here"),
            marked,
            help: format!("leave out `{word}`"),
            mend: Some(((back, until), String::new(), !around.head)),
        })
    };
    let counts = |word: &str| words::is_name(word) || words::is_ordinal(word);
    let begins_a_name = context.kind_of(&format!("the-{}", around.after)).is_some();
    if around.found == "the" && around.named && counts(around.after) && !begins_a_name {
        let gap = around.tail.get(3..)?;
        return left_out("the", 0, 3 + gap.len() - gap.trim_start().len());
    }
    if around.first == "expect" && around.modal && matches!(around.found, "is" | "begins" | "ends" | "happens") {
        let said = around.so_far.strip_prefix("expect")?.trim_start();
        let name = said.strip_prefix("the")?.trim();
        let back = said.len();
        let one = words::is_name(name);
        return one.then(|| left_out("the", back, back - said.strip_prefix("the")?.trim_start().len()))?;
    }
    let before = around.before;
    let measured = around.counted || plain::begins_a_unit(around.found);
    let declared = !around.head && context.kind_of(before).is_some();
    if matches!(before, "a" | "an")
        && !declared
        && !measured
        && counts(around.found)
        && !words::is_keyword(around.found)
    {
        let gap = around.so_far.len() - around.so_far.trim_end().len();
        return left_out(before, before.len() + gap, before.len() + gap);
    }
    None
}

/// A number in words, `a week`, and units that are none of the language.
pub(super) fn unit(around: &Around<'_>) -> Option<Wide> {
    let Around {
        before, found, after, ..
    } = *around;
    let gap = around.so_far.len() - around.so_far.trim_end().len();
    let back = before.len() + gap;
    let one = matches!(before, "a" | "an") && around.counted;
    let number = !before.is_empty() && before.bytes().all(|b| b.is_ascii_digit());
    if let Some(digits) = plain::number(before).filter(|_| plain::begins_a_unit(found)) {
        return Some(Wide {
            headline: format!("`{before}` is not a number of the language"),
            marked: (back, before.len()),
            help: format!("write `{digits}`"),
            mend: Some(((back, before.len()), digits.to_owned(), true)),
        });
    }
    if one && found != "fortnight" {
        let words = around.tail.split(" after ").next().unwrap_or(around.tail);
        return Some(Wide {
            headline: format!("`{before} {words}` is not a length of time"),
            marked: (back, back + words.len()),
            help: format!("keep the words of the source: `timing \"within {before} {words}\"`"),
            mend: None,
        });
    }
    if !(one || number && around.unit) {
        return None;
    }
    let count = if one { "1" } else { before };
    let unit = plain::unit(count, found, after)?;
    let said = match unit.words {
        1 => found.len(),
        _ => around.tail.find(after)? + after.len(),
    };
    let shown = around.tail.get(..said)?;
    Some(Wide {
        headline: format!("`{shown}` is not a unit of the language"),
        marked: (0, said),
        help: match (&unit.mend, unit.help) {
            (_, Some(help)) => help,
            (Some((text, true)), None) => format!("write `{text}`"),
            (Some((text, false)), None) => format!("write `{text}` if that is what it means"),
            (None, None) => plain::UNITS.to_owned(),
        },
        mend: unit.mend.map(|(text, safe)| ((back, back + said), text, safe)),
    })
}

/// The words of a name before its label, where there is one; `rest` is what follows the item word.
pub(super) fn name_before_label(rest: &str) -> Option<&str> {
    let words = rest.get(..rest.find('"')?)?.trim_end();
    let small = |c: char| c.is_ascii_lowercase() || matches!(c, '-' | ' ' | '\t');
    (!words.is_empty() && words.chars().all(small)).then_some(words)
}

/// Two or more words before the label of a head.
pub(super) fn name_in_words(around: &Around<'_>) -> Option<Wide> {
    if !around.head {
        return None;
    }
    let said = around.so_far.strip_prefix(around.first)?.trim_start();
    let label = around.tail.find('"');
    let name = format!("{said}{}", &around.tail[..label.unwrap_or(around.tail.len())]);
    let words: Vec<&str> = name.split_whitespace().collect();
    let joined = words.join("-");
    // Without a mark, the last words may be a label.
    if label.is_none() && (words.len() > 3 || name.contains('-')) {
        return None;
    }
    let plain = words.len() > 1
        && words
            .iter()
            .all(|w| w.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'));
    if !plain || !words::is_name(&joined) {
        return None;
    }
    let length = name.trim_end().len();
    Some(Wide {
        headline: format!("`{}` is not a name: a name is one word", words.join(" ")),
        marked: (said.len(), length),
        help: format!("join its words with hyphens, here and where it is used: `{joined}`"),
        mend: Some(((said.len(), length), joined, false)),
    })
}

/// An ordinary word for a change.
pub(super) fn change(around: &Around<'_>, context: &Context<'_>) -> Option<Wide> {
    let Around {
        before, found, after, ..
    } = *around;
    if !around.state || before.is_empty() {
        return None;
    }
    // `has been held`: what has happened is told by the last word.
    let helping = |word: &str| matches!(word, "has" | "have" | "had" | "been" | "was" | "were" | "gets");
    let word = around.tail.split_whitespace().find(|w| !helping(w))?;
    let meant = plain::moments(before, context.kind_of(before), word)?;
    let two = matches!((found, after), ("comes" | "came", "in") | ("takes" | "took", "place"));
    let length = match two {
        true => around.tail.find(after)? + after.len(),
        false => around.tail.find(word)? + word.len(),
    };
    let shown = around.tail.get(..length)?;
    let lacks_is = meant.first().is_some_and(|m| *m == format!("{before} is {found}"));
    let (help, mend) = match meant.as_slice() {
        [one] => {
            let state = one.strip_prefix(before)?.trim_start();
            (
                format!("write `{one}`"),
                Some(((0, length), state.to_owned(), lacks_is)),
            )
        }
        many => (format!("write `{}", many.join(", `")), None),
    };
    Some(Wide {
        headline: match lacks_is {
            true => format!("`is` is missing before `{shown}`"),
            false => format!("`{shown}` is not how the language says that something happens"),
        },
        marked: (0, length),
        help,
        mend,
    })
}

/// What a scenario tells that a case does not: to whom a letter went, and that a rule is `done`.
pub(super) fn told(around: &Around<'_>) -> Option<Wide> {
    if !matches!(around.first, "on" | "expect") {
        return None;
    }
    let gap = around.so_far.len() - around.so_far.trim_end().len();
    if around.found == "to" {
        let ends = |word: &str| matches!(word, "by" | "on" | "not" | "for" | "chaired" | "--");
        let mut until = around.tail.len();
        for word in around.tail.split_whitespace().skip(1) {
            if ends(word) {
                until = around.tail.find(&format!(" {word}"))?;
                break;
            }
        }
        let said = around.tail.get(..until)?.trim_end();
        return Some(Wide {
            headline: format!("`{said}` cannot follow here: a case tells what was sent, and not to whom"),
            marked: (0, said.len()),
            help: format!("leave out `{said}`"),
            mend: Some(((gap, gap + said.len()), String::new(), false)),
        });
    }
    if around.first == "expect" && around.before == "done" && around.found.is_empty() {
        let rule = around
            .so_far
            .strip_prefix("expect")?
            .trim()
            .strip_suffix("is done")?
            .trim();
        return Some(Wide {
            headline: "`is done` says nothing of how a rule stands".to_owned(),
            marked: (4 + gap, 4),
            help: format!("write `{rule} is kept`, or the day: `{rule} is done by 2026-05-19`"),
            mend: Some(((4 + gap, 4), "kept".to_owned(), false)),
        });
    }
    None
}

/// What to write instead, if this is one of the slips.
pub(super) fn advice(around: &Around<'_>, context: &Context<'_>) -> Option<String> {
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
    if first == "expect" && matches!(before, "late" | "overdue") {
        return Some("write `RULE is missed` for what was not done in time".to_owned());
    }
    if found.is_empty() && first == "expect" {
        return Some(
            "say how a rule stands, such as `RULE is kept`, or by when an act must be done: `... by 2026-05-19`"
                .to_owned(),
        );
    }
    if found.is_empty() {
        let anchor = match first {
            "at" => "before care-review is held".to_owned(),
            _ => format!("after {}", context.moment()),
        };
        let unanchored = around.counted && matches!(first, "within" | "at" | "until");
        return unanchored.then(|| format!("write that moment: `... {anchor}`"));
    }
    if first == "when" && around.state && found == "not" {
        return Some("name what happens; where a duty was not done in time, write `when RULE is missed`".to_owned());
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
    if first == "then" && matches!(found, "expect" | "effect" | "on" | "given") {
        return Some(format!("leave out `then`: the line starts with `{found}`"));
    }
    if first == "then" && (words::is_name(found) || words::is_reserved(found)) {
        let outcome = context.outcome().unwrap_or_else(|| "DECISION is OPTION".to_owned());
        return Some(format!(
            "write what somebody does then as a rule of its own, with `when {outcome}`; `then nothing` is written where nothing follows"
        ));
    }
    if first == "expect" && before == "is" && found == "not" {
        let name = around.so_far.strip_prefix("expect")?.trim().strip_suffix("is")?.trim();
        let rule = match context.kind_of(name) {
            Some(ItemKind::Rule) => name,
            _ => "RULE",
        };
        return Some(format!(
            "say how the rule stands that asks for it: `{rule} does not apply`, or `{rule} is still to do`"
        ));
    }
    if first == "on" && is_date(before) && !found.is_empty() && found != ":" {
        return Some("write what happened on that day, such as `care-review is held`; where nothing happens, write `as of DATE` instead".to_owned());
    }
    if matches!(first, "on" | "expect") && !is_date(found) && matches!(before, "on" | "by" | "for" | "before") {
        return Some("write a day, year first: `2026-05-19`".to_owned());
    }
    if is_date(found) || written_at_start(tail).is_some() {
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
    if around.head && around.so_far.trim_end().ends_with('"') {
        return Some(format!(
            "end the line after the label; what else there is to say of a {first} stands on lines of its own below it"
        ));
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
