//! A dated case of what one text accepts and another breaks, for people: the same wherever two texts are held against each other. In: a
//! case. Out: lines.

use super::words::{date_long, date_short, sentence};
use crate::compare::Telling;

/// Its days and its notes, each as what leads a line and the line, further in by so much.
pub(super) fn rich(telling: &Telling, indent: &str) -> Vec<(String, String)> {
    let steps = telling.story.iter().map(|step| {
        let day = step.day.map(date_short).unwrap_or_default();
        (format!("{indent}{day:<15}  "), step.text.clone())
    });
    let notes = telling
        .notes
        .iter()
        .map(|note| (format!("{indent}= note: "), note.clone()));
    steps.chain(notes).collect()
}

/// What it shows, its days and its notes, as sentences.
pub(super) fn plain(title: &str, telling: &Telling) -> Vec<String> {
    let steps = telling.story.iter().map(|step| {
        let day = step.day.map(|d| format!("{}, ", date_long(d))).unwrap_or_default();
        sentence(&format!("{day}{}", step.text))
    });
    let notes = telling.notes.iter().map(|note| sentence(note));
    std::iter::once(sentence(title)).chain(steps).chain(notes).collect()
}
