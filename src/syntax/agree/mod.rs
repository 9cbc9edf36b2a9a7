//! The reader held against a strict one. What recovers from every slip, remembers which rule read which keyword and cuts lines
//! by token must say of a good file just what the grammar says of it, and must complain of every other.

mod made;
mod strict;

use std::fmt::Write;

use pest::Parser;
use proptest::prelude::*;

use super::grammar::{Duly, Rule};
use super::start::Known;
use super::{pair, parse};
use crate::ast::Item;
use crate::source::Sources;
use made::Dice;

/// Items with every place in them, a line for each.
fn told(items: &[Item]) -> String {
    items.iter().fold(String::new(), |mut told, item| {
        let _ = writeln!(told, "{item:?}");
        told
    })
}

/// Holds both readers against each other; whether the text is good.
fn agree(text: &str) -> Result<bool, TestCaseError> {
    let mut sources = Sources::new();
    let file = sources.add("a.duly", text);
    let parsed = parse(&sources, file);
    let faults: Vec<_> = parsed.diagnostics.iter().filter(|d| d.stops()).collect();
    let strict = strict::items(file, text);
    prop_assert_eq!(strict.is_some(), faults.is_empty(), "{:?}: {:?}", text, faults);
    if let Some(strict) = &strict {
        prop_assert_eq!(told(strict), told(&parsed.file.items), "{:?}", text);
    }
    Ok(strict.is_some())
}

/// Every pair of a reading with its place, or what was wrong and where.
fn outcome(read: Result<Option<super::grammar::Pair>, Box<pest::error::Error<Rule>>>) -> String {
    match read {
        Ok(pair) => format!("{pair:?}"),
        Err(error) => format!("{:?} {:?}", error.location, error.variant),
    }
}

fn dice() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_files_of_good_lines(dice in dice()) {
        agree(&made::file(&mut Dice(&dice)))?;
    }

    #[test]
    fn on_files_that_are_damaged(dice in dice()) {
        agree(&made::damaged(&mut Dice(&dice)))?;
    }

    #[test]
    fn on_any_text(text in any::<String>()) {
        agree(&text)?;
    }

    /// The rule that read the last line with a keyword reads the next one as the whole of `line` does, faults included.
    #[test]
    fn a_line_read_by_the_rule_that_is_known(dice in dice()) {
        let mut known = Known::default();
        let dice = &mut Dice(&dice);
        for _ in 0..8 {
            let mut slice = made::slot(dice);
            if dice.below(3) == 1 {
                slice.truncate(slice.char_indices().nth(dice.below(slice.len())).map_or(slice.len(), |(at, _)| at));
            }
            let slice = slice.trim_end();
            let asked = outcome(pair(&mut known, Rule::line, slice));
            let whole = Duly::parse(Rule::line, slice).map(|mut pairs| pairs.next().and_then(|line| line.into_inner().next()));
            prop_assert_eq!(asked, outcome(whole.map_err(Box::new)), "{:?}", slice);
        }
    }
}

#[test]
fn on_texts_that_are_hardly_ever_drawn() {
    let long = format!("role a\n  for example \"{}\"\n", "x".repeat(9_980));
    let longer = long.replace("xxxxx", "xxxxxxxxxx");
    let notes = format!("rule r\n{}", "  protects\n".repeat(300));
    for text in [
        "",
        "\n",
        "-- a",
        "\u{FEFF}",
        "\u{FEFF}role a",
        "role a--b",
        "role a -- b",
        "role a\r\r\n  many\r",
        "role a\r  many\r",
        "role a,\n  b",
        "fact f\n  one of a,\nb",
        "fact f\n  one of a,\n  b",
        "and a",
        "role a\n  and b",
        "many",
        "role a\n  many,\n  outside",
        "  role a\n\tmany",
        "source a\n  cites b \"c -- d",
        &long,
        &longer,
        &notes,
    ] {
        agree(text).unwrap();
    }
}

/// The properties above would hold of nothing but bad files too.
#[test]
fn most_files_that_are_made_are_good_and_most_that_are_damaged_are_not() {
    let mut state = 1u32;
    let mut dice = || -> Vec<u16> {
        let mut next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as u16
        };
        (0..120).map(&mut next).collect()
    };
    let mut good = [0, 0];
    for _ in 0..300 {
        let dice = dice();
        good[0] += usize::from(agree(&made::file(&mut Dice(&dice))).unwrap_or(false));
        good[1] += usize::from(agree(&made::damaged(&mut Dice(&dice))).unwrap_or(false));
    }
    assert!(good[0] > 200 && good[1] > 30 && good[1] < 200, "{good:?}");
}
