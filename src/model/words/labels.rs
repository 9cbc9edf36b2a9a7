//! The author's labels in a sentence: with an article, an ordinal or quotation marks, by how they look. In: a label. Out: a
//! phrase. A wrong guess costs elegance, never sense.

use super::quoted;
use crate::model::Ordinal;

const DETERMINERS: [&str; 16] = [
    "someone", "anyone", "a", "an", "the", "any", "each", "every", "all", "no", "its", "their", "this", "that",
    "another", "both",
];
const FINITE: [&str; 40] = [
    "is",
    "are",
    "was",
    "were",
    "has",
    "have",
    "does",
    "do",
    "did",
    "can",
    "cannot",
    "may",
    "will",
    "begin",
    "begins",
    "start",
    "starts",
    "end",
    "ends",
    "become",
    "becomes",
    "disagree",
    "disagrees",
    "agree",
    "agrees",
    "happens",
    "needs",
    "takes",
    "leaves",
    "moves",
    "asks",
    "makes",
    "wants",
    "dies",
    "comes",
    "goes",
    "gives",
    "decides",
    "receives",
    "refuses",
];
const PARTICIPLES: [&str; 14] = [
    "made", "told", "given", "held", "sent", "taken", "found", "known", "born", "begun", "done", "left", "heard",
    "brought",
];

pub fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
        .filter(|w| !w.is_empty())
}

/// Whether a label reads as a clause ("the parents take the child home") rather than as a thing ("legal order").
/// It goes by the look of the words; a wrong guess costs elegance, never sense.
pub fn clause(label: &str) -> bool {
    // "a removal that calls for a conference" is a thing all the same.
    let main = [" that ", " who ", " which "]
        .iter()
        .filter_map(|w| label.find(w))
        .min()
        .map_or(label, |at| &label[..at]);
    words_of(main).any(|w| FINITE.contains(&w)) || participle(main) || (determined(main) && verb_inside(main))
}

/// Whether a label is a clause without its auxiliary, as a headline is ("receiving authority told").
fn participle(label: &str) -> bool {
    words_of(label).count() > 1
        && words_of(label)
            .last()
            .is_some_and(|w| PARTICIPLES.contains(&w) || w.ends_with("ed"))
}

/// After "the": a word in -s with more to follow ("the child turns 18", "the parents take"), or one in -ed that is not
/// the noun's own ("the authority recommended against it").
fn verb_inside(label: &str) -> bool {
    let all: Vec<_> = words_of(label).collect();
    let last = all.len().saturating_sub(1);
    all.iter().enumerate().skip(1).any(|(n, w)| {
        let ends_s = w.ends_with('s') && !["'s", "ss", "us", "is"].iter().any(|e| w.ends_with(e));
        (ends_s && n < last) || (n > 1 && w.ends_with("ed"))
    })
}

/// "a" or "an", by the first letter, or by how its name sounds in an abbreviation ("an IRO").
pub fn article(label: &str) -> &'static str {
    let first = words_of(label).next().unwrap_or("");
    let spelt = first.chars().count() > 1 && first.chars().all(|c| c.is_uppercase());
    let sounds = if spelt { "AEFHILMNORSX" } else { "aeiouAEIOU" };
    if first.starts_with(|c| sounds.contains(c)) {
        "an"
    } else {
        "a"
    }
}

pub fn determined(label: &str) -> bool {
    words_of(label)
        .next()
        .is_some_and(|w| DETERMINERS.contains(&w.to_lowercase().as_str()))
}

/// Whether "the" can stand before the label; questions, clauses and lists are quoted instead.
pub fn nominal(label: &str) -> bool {
    !label.ends_with('?') && !label.contains([':', ',', ';']) && !words_of(label).any(|w| FINITE.contains(&w))
}

/// "lead worker" of "lead worker, a qualified social worker": a sentence has no room for what follows the comma.
pub fn head(label: &str) -> &str {
    label
        .split_once(", ")
        .map(|(head, _)| head)
        .filter(|head| nominal(head))
        .unwrap_or(label)
}

/// Plural by the look of its first noun: "minutes of the conference", but not "status" or "LCS".
pub fn plural(label: &str) -> bool {
    let head = [" of ", " for ", " to ", " on ", " in ", " from ", " with ", " at "]
        .iter()
        .filter_map(|p| label.find(p))
        .min()
        .map_or(label, |at| &label[..at]);
    let last = words_of(head).last().unwrap_or("");
    last.ends_with('s')
        && !["ss", "us", "is"].iter().any(|e| last.ends_with(e))
        && last.chars().all(|c| c.is_lowercase() || c == '-')
}

/// The label as a noun phrase: "the care review", "a parent", or `the meeting “is it still needed?”`.
pub fn noun(kind: &str, label: &str) -> String {
    let label = head(label);
    if !nominal(label) {
        format!("the {kind} {}", quoted(label))
    } else if determined(label) {
        label.to_owned()
    } else {
        format!("the {label}")
    }
}

/// The same, with an ordinal. `repeats`: it can occur more than once, so that `any` says something.
pub fn counted(ordinal: Option<Ordinal>, repeats: bool, kind: &str, label: &str) -> String {
    let label = head(label);
    let which = match ordinal {
        Some(ordinal) => ordinal_words(ordinal, repeats),
        None if repeats && nominal(label) => Some(article(label)),
        None => None,
    };
    let Some(which) = which else { return noun(kind, label) };
    if nominal(label) && !determined(label) {
        format!("{which} {label}")
    } else {
        format!("{which} {kind} {}", quoted(label))
    }
}

pub fn ordinal_words(ordinal: Ordinal, repeats: bool) -> Option<&'static str> {
    Some(match ordinal {
        Ordinal::First => "the first",
        Ordinal::Second => "the second",
        Ordinal::Third => "the third",
        Ordinal::Next => "the next",
        Ordinal::Previous => "the previous",
        Ordinal::Last => "the last",
        Ordinal::EachLater => "each later",
        Ordinal::Each => "each",
        Ordinal::Any if repeats => "any",
        Ordinal::That if repeats => "that",
        Ordinal::Any | Ordinal::That => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_and_things_are_told_apart() {
        for label in [
            "the child turns 18",
            "the parents take the child home",
            "the authority recommended against it",
            "receiving authority told",
            "contact is refused",
            "the child dies",
        ] {
            assert!(clause(label), "{label}");
        }
        for label in [
            "interim care order",
            "a removal that calls for a conference",
            "the child's plan",
            "exceptional",
        ] {
            assert!(!clause(label), "{label}");
        }
    }

    #[test]
    fn a_label_stands_in_a_sentence() {
        assert_eq!(noun("role", "lead worker, a social worker"), "the lead worker");
        assert_eq!(noun("role", "an agency on the case"), "an agency on the case");
        assert_eq!(
            noun("meeting", "is it still needed?"),
            "the meeting “is it still needed?”"
        );
        assert_eq!(
            counted(Some(Ordinal::First), true, "meeting", "care review"),
            "the first care review"
        );
        assert_eq!(counted(None, true, "meeting", "IRO visit"), "an IRO visit");
        assert_eq!(
            counted(Some(Ordinal::Any), false, "meeting", "care review"),
            "the care review"
        );
    }

    #[test]
    fn plurals_go_by_the_first_noun() {
        assert!(plural("minutes of the conference") && plural("parents"));
        assert!(!plural("status") && !plural("LCS") && !plural("letter to parents"));
    }
}
