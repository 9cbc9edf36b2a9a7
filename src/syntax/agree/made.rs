//! Lines and files for the properties. In: lines that are known to be good, and a row of numbers to draw from. Out: lines in
//! which parts are exchanged for others that the same rule of the grammar matched, files of such lines, and damaged files.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use pest::Parser;

use super::strict::whole;
use crate::syntax::expected::{EXAMPLES, VERBS};
use crate::syntax::grammar::{Duly, Pair, Rule};
use crate::syntax::{former, lines, words};

/// Shipped files that together use most of the language, scenarios included.
const FILES: [&str; 3] = [
    include_str!("../../../tests/it/syntax/whole.duly"),
    include_str!("../../../policies/stoke-on-trent/stoke-on-trent.duly"),
    include_str!("../../../policies/stoke-on-trent/scenarios.duly"),
];

/// Lines that none of those has: rare forms, and former words.
const RARE: &[&str] = &[
    "on 2026-01-05 nothing happens",
    "on 2026-01-05 first care-review is held for 2026-02-05 chaired by iro by base-a.manager",
    "given not base-a.on-plan",
    "given \"seen at home\" is \"2026-01-05\"",
    "given age is 10 working days",
    "expect no clash",
    "expect clash between a.b and c",
    "expect next care-review is held not before 2026-01-05",
    "expect care-review is held on 2026-01-05",
    "expect rule-a is set aside",
    "expect rule-a is open",
    "expect rule-a is not engaged",
    "when route is one of a, b or d begins or perhaps c is held",
    "when route is one of a,\n    b",
    "holiday \"Easter Monday\" easter + 1 day or next free day from 1990 until 2030 except 1999, 2012",
    "holiday \"Spring\" last monday of may",
    "within unstated",
    "urgency \"at once\"",
    "presume a and not b",
    "caused by court",
    "protects",
    "reading which \"Which?\"",
    "must  say \"why\"",
    "at\tleast 2 weeks or perhaps 10 clear working days before first care-review since last plan begins is held",
    "effect route becomes under-care-order",
    "nobody need allocate lead-worker",
    "the a and b need not cancel any review",
    "the a must begin on-plan",
    "the a must consider beginning on-plan",
    "within 1 hour or perhaps 4 hours or perhaps 1 week or perhaps 1 year after second review is held",
    "within 3 years after third review is held",
    "expect base-a.rule-a is lapsed",
    "cites base-a 33 (1) (a) -- (A-1)\n (A-1, B-2a)",
];

/// Every good line, heads included.
static GOOD: LazyLock<Vec<String>> = LazyLock::new(|| {
    let of_files = FILES.iter().flat_map(|text| {
        let mut sources = crate::source::Sources::new();
        let file = sources.add("a", *text);
        let (_, lines) = lines::cut(file, text, &mut Vec::new());
        lines.into_iter().map(|line| &text[line.span.range()])
    });
    let of_help = EXAMPLES.iter().chain(VERBS).map(|(_, line)| *line);
    let all = of_files.chain(of_help).chain(RARE.iter().copied());
    all.map(str::to_owned).collect()
});

/// What each rule matched in good lines.
static PARTS: LazyLock<BTreeMap<Rule, Vec<&'static str>>> = LazyLock::new(|| {
    let mut parts: BTreeMap<Rule, Vec<&str>> = BTreeMap::new();
    for pair in GOOD.iter().filter_map(|line| matched(line)).flatten() {
        let known = parts.entry(pair.as_rule()).or_default();
        let text = pair.as_str().trim_end();
        if !known.contains(&text) {
            known.push(text);
        }
    }
    parts
});

/// Every rule that matched in a line or head.
fn matched(line: &str) -> Option<Vec<Pair<'_>>> {
    let pair = match words::item_kind(words::first(line)) {
        Some(_) => Duly::parse(Rule::head, line).ok()?.next()?,
        None => whole(line)?,
    };
    Some(
        std::iter::once(pair.clone())
            .chain(pair.into_inner().flatten())
            .collect(),
    )
}

/// Numbers to draw from; when they are used up, the first of everything is drawn.
pub(super) struct Dice<'a>(pub &'a [u16]);

impl Dice<'_> {
    /// Below `sides`.
    pub fn below(&mut self, sides: usize) -> usize {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        usize::from(*first) % sides.max(1)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A good line or head in which up to three parts are exchanged for others of their rule. Almost every one is good.
fn line(dice: &mut Dice, fits: impl Fn(&str) -> bool) -> String {
    let known: Vec<&String> = GOOD.iter().filter(|l| fits(l)).collect();
    let mut line = dice.one_of(&known).clone();
    for _ in 0..dice.below(4) {
        let Some(pairs) = matched(&line) else { break };
        let pair = &pairs[dice.below(pairs.len())];
        let Some(others) = PARTS.get(&pair.as_rule()) else {
            break;
        };
        let (range, end) = (
            pair.as_span().start()..pair.as_span().end(),
            pair.as_str().trim_end().len(),
        );
        line.replace_range(range.start..range.start + end, dice.one_of(others));
    }
    line
}

/// A line that is no head.
pub(super) fn slot(dice: &mut Dice) -> String {
    line(dice, |l| words::item_kind(words::first(l)).is_none())
}

/// A file of such lines, laid out anyhow.
pub(super) fn file(dice: &mut Dice) -> String {
    let mut text = String::new();
    for n in 0..1 + dice.below(12) {
        let head = n == 0 || dice.below(4) == 0;
        let made = match head {
            true => line(dice, |l| words::item_kind(words::first(l)).is_some()),
            false => slot(dice),
        };
        text += if head {
            ""
        } else {
            dice.one_of(&["  ", "\t", "", "    "])
        };
        // Where a line may be broken: before a connective, and after a comma.
        text += &match dice.below(6) {
            1 if !head => made.replace(" and ", "\n  and "),
            2 if !head => made.replace(" or ", "\r\n    or "),
            3 if !head => made.replace(", ", ",\n      "),
            4 if !head => made.replace(" and ", " -- why\n and "),
            _ => made,
        };
        text += dice.one_of(&["\n", "\r\n", "\n\n", " -- \"open\n", " \n-- if a\n"]);
    }
    text
}

/// Words and marks that do most harm where they do not belong.
const BITS: &[&str] = &[
    "",
    " ",
    "\n",
    "\n  ",
    "\r",
    "\r\n",
    "\"",
    "--",
    " -- ",
    ",",
    ", ",
    "(",
    ".",
    "and ",
    "\n and ",
    "\n or perhaps ",
    " is ",
    " not ",
    "one of ",
    "first ",
    "the ",
    "rule ",
    "\nrole a",
    "\nhandover",
    "\nrul a",
    "at ",
    "at least ",
    "2026-02-30",
    "99999999999",
    "\u{FEFF}",
    "\u{A0}",
    "é",
    "\u{2028}",
];

/// A file in which up to three places are overwritten.
pub(super) fn damaged(dice: &mut Dice) -> String {
    let mut chars: Vec<char> = file(dice).chars().collect();
    for _ in 0..dice.below(4) {
        let from = dice.below(chars.len() + 1);
        let to = (from + dice.below(5)).min(chars.len());
        chars.splice(from..to, dice.one_of(BITS).chars());
    }
    chars.into_iter().collect()
}

#[test]
fn the_lines_that_are_drawn_from_are_good_and_use_every_rule() {
    for line in GOOD.iter() {
        assert!(matched(line).is_some(), "{line}");
    }
    // These match without leaving a pair.
    let silent = [
        Rule::WHITESPACE,
        Rule::COMMENT,
        Rule::line,
        Rule::part,
        Rule::slot,
        Rule::alternative,
        Rule::listing,
        Rule::reserved,
        Rule::word_char,
        Rule::edge,
        Rule::gap,
    ];
    let used = |rule: &&Rule| PARTS.contains_key(rule) || silent.contains(rule);
    let unused: Vec<&Rule> = Rule::all_rules().iter().filter(|r| !used(r)).collect();
    assert_eq!(unused, Vec::<&Rule>::new());
    assert!(former::starts().all(|word| GOOD.iter().any(|line| line.starts_with(word))));
}
