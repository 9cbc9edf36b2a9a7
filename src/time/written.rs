//! Dates as people write them. In: the text at a spot. Out: which day can be meant, year first. No day is guessed: where two can
//! be meant, both are given.

use super::Day;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of a month, 1 to 12.
pub fn month_name(month: u32) -> Option<&'static str> {
    MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?).copied()
}

/// A date that is not written as the language writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Bytes of it.
    pub length: usize,
    /// The days that can be meant, in the form of the language: one, or two where day and month may stand either way; none where
    /// the century is missing or there is no such day.
    pub days: Vec<String>,
}

impl Written {
    /// What to write instead: the day, or both days where two can be meant.
    pub fn help(&self) -> String {
        match self.days.as_slice() {
            [] => "write dates year first: `2026-05-19`".to_owned(),
            [day] => format!("write `{day}`"),
            [day, other, ..] => format!("write `{day}` if the day stands first here, `{other}` if the month does"),
        }
    }
}

/// The date that `text` begins with, unless it is in the form of the language or no date at all.
pub fn written_at_start(text: &str) -> Option<Written> {
    numbers(text).or_else(|| words(text))
}

/// `1/2/2026`, `1.2.2026`, `1-2-2026`, `2026/2/1`.
fn numbers(text: &str) -> Option<Written> {
    let sign = text.chars().find(|c| !c.is_ascii_digit())?;
    if !matches!(sign, '/' | '.' | '-') {
        return None;
    }
    let length = text
        .find(|c: char| !(c.is_ascii_digit() || c == sign))
        .unwrap_or(text.len());
    let written = text.get(..length)?;
    let length = written.trim_end_matches(sign).len();
    let written = written.get(..length)?;
    let parts: Vec<&str> = written.split(sign).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    if sign == '-' && (a.len(), b.len(), c.len()) == (4, 2, 2) {
        return None;
    }
    let short = |part: &str| matches!(part.len(), 1 | 2);
    let days = match (a.len(), c.len()) {
        (4, 1 | 2) if short(b) => vec![iso(a, b, c)],
        (1 | 2, 4) if short(b) && a == b => vec![iso(c, b, a)],
        (1 | 2, 4) if short(b) => vec![iso(c, b, a), iso(c, a, b)],
        (1 | 2, 2) if short(b) => Vec::new(),
        _ => return None,
    };
    let days: Vec<String> = days.into_iter().flatten().collect();
    Some(Written { length, days })
}

/// `1 Feb 2026`, `1st February 2026`, `February 1, 2026`.
fn words(text: &str) -> Option<Written> {
    let (line, _) = text.split_once(['\n', '\r']).unwrap_or((text, ""));
    let words: Vec<&str> = line.split_whitespace().take(3).collect();
    let [a, b, c] = words.as_slice() else { return None };
    let (day, month) = match month(a) {
        Some(month) => (*b, month),
        None => (*a, month(b)?),
    };
    let day = day.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ',');
    let year = c.trim_end_matches(|c: char| !c.is_ascii_digit());
    let end = line.find(year)? + year.len();
    (year.len() == 4 && matches!(day.len(), 1 | 2)).then(|| Written {
        length: end,
        days: iso(year, &month.to_string(), day).into_iter().collect(),
    })
}

/// The number of a month by its name or the beginning of it, three letters or more.
fn month(word: &str) -> Option<u32> {
    let word = word.trim_end_matches(['.', ',']).to_lowercase();
    let fits = |n: &u32| month_name(*n).is_some_and(|name| name.to_lowercase().starts_with(&word));
    (word.len() >= 3).then(|| (1..=12).find(fits)).flatten()
}

fn iso(year: &str, month: &str, day: &str) -> Option<String> {
    Day::from_ymd(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).map(|d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_day_is_meant_is_asked_where_it_is_open() {
        let days = |text: &str| written_at_start(text).map(|w| w.days.join(" "));
        for (text, meant) in [
            ("1/2/2026", "2026-02-01 2026-01-02"),
            ("1.2.2026 x is held", "2026-02-01 2026-01-02"),
            ("13/2/2026", "2026-02-13"),
            ("2/13/2026", "2026-02-13"),
            ("2/2/2026.", "2026-02-02"),
            ("2026/2/1", "2026-02-01"),
            ("2026-2-1", "2026-02-01"),
            ("1/2/26", ""),
            ("31/31/2026", ""),
            ("1 Feb 2026 x", "2026-02-01"),
            ("1st February 2026,", "2026-02-01"),
            ("Feb 1, 2026", "2026-02-01"),
        ] {
            assert_eq!(days(text).as_deref(), Some(meant), "{text}");
        }
        for text in [
            "2026-02-01",
            "2.5 weeks",
            "10 working days",
            "1/2",
            "-3 weeks",
            "",
            "may 2026",
        ] {
            assert_eq!(days(text), None, "{text}");
        }
        assert_eq!(written_at_start("1 Feb 2026 x").map(|w| w.length), Some(10));
    }
}
