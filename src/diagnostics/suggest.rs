//! What the author may have meant by a misspelt word. In: the word and what would have been right. Out: the nearest of
//! those, if it is near enough to be more than a coincidence.

/// The candidate nearest to `word`, unless all are too far: one slip in up to four letters, two in up to eight, three
/// beyond. Of equally near ones the first wins. A slip is a letter added, left out, changed or swapped with its neighbour.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_with_distance(word, candidates).map(|(_, candidate)| candidate)
}

/// As [`nearest`], with the number of slips.
pub fn nearest_with_distance<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<(usize, &'a str)> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).collect();
    // Words of a language are short; anything longer is not worth the square of its length.
    if word.len() > 60 {
        return None;
    }
    let allowed = match word.len() {
        0..=1 => 0,
        2..=4 => 1,
        5..=8 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|c| c.len().abs_diff(word.len()) <= 2 * allowed)
        .map(|c| (slips(&word, &c.chars().collect::<Vec<_>>()), c))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
}

/// The only candidate that is at most one slip from `word`, whatever its capitals, if the word is long enough to tell: nothing
/// else can have been meant.
pub fn only_one<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut same = Vec::new();
    let mut near = Vec::new();
    for candidate in candidates {
        match nearest_with_distance(word, [candidate]) {
            Some((0, _)) if !same.contains(&candidate) => same.push(candidate),
            Some((1, _)) if !near.contains(&candidate) => near.push(candidate),
            _ => {}
        }
    }
    let found = if same.is_empty() { near } else { same };
    match found.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

/// Optimal string alignment distance (Damerau 1964, restricted to one edit a place).
fn slips(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_found_and_a_coincidence_is_not() {
        let words = ["rule", "role", "when", "while"];
        assert_eq!(nearest("rul", words), Some("rule"));
        assert_eq!(nearest("ruel", words), Some("rule"));
        assert_eq!(nearest("Wehn", words), Some("when"));
        assert_eq!(nearest("xyz", words), None);
        assert_eq!(nearest("", words), None);
    }

    #[test]
    fn one_slip_from_two_words_is_from_neither_alone() {
        let words = ["rule", "role", "when", "while"];
        assert_eq!(only_one("rul", words), Some("rule"));
        assert_eq!(only_one("RULE", words), Some("rule"));
        assert_eq!(only_one("rle", words), None);
        assert_eq!(only_one("hwhen", ["when", "when"]), Some("when"));
        assert_eq!(only_one("whiel", ["while", "when"]), Some("while"));
        assert_eq!(only_one("wheel", words), None);
    }
}
