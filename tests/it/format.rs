//! The formatter: what it makes of a text, what it leaves alone, and what must hold of every text.

mod cli;

use std::fs;
use std::path::{Path, PathBuf};

use duly::format::{Refused, WIDTH, format};
use duly::source::Sources;
use proptest::prelude::*;

fn laid(text: &str) -> Result<String, Refused> {
    let mut sources = Sources::new();
    let file = sources.add("p.duly", text);
    format(&sources, file)
}

#[track_caller]
fn becomes(before: &str, after: &str) {
    assert_eq!(laid(before).unwrap(), after);
    assert_eq!(laid(after).unwrap(), after, "laid out again");
}

/// Every `.duly` file that comes with the project.
fn shipped() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<PathBuf> = ["policies", "stdlib", "examples"]
        .iter()
        .map(|f| root.join(f))
        .collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "duly") {
                files.push((path.clone(), fs::read_to_string(path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn shipped_files_are_laid_out() {
    for (path, text) in shipped() {
        assert!(laid(&text).unwrap() == text, "`duly fmt {}`", path.display());
    }
}

#[test]
fn values_stand_in_line() {
    becomes(
        "rule a \"A\"\nwhen b   begins\n\t if c\n the d   must hold first e\n      at least 2   weeks before f is held\n",
        "rule a \"A\"\n  when            b begins\n  if              c\n  the d must hold first e\n  at least        2 weeks before f is held\n",
    );
}

#[test]
fn options_hold_their_slots() {
    becomes(
        "decision d \"?\"\n decided by a\n option o \"O\"\n  effect s ends\n  cites x 1 (A-1)\n otherwise not stated\n cites x 2\n",
        "decision d \"?\"\n  decided by      a\n  option o \"O\"\n    effect        s ends\n    cites         x 1 (A-1)\n  otherwise       not stated\n    cites         x 2\n",
    );
}

#[test]
fn the_place_of_a_citation_is_kept_as_written() {
    becomes(
        "source a\n  cites b 33  (1) a  (A-1)\n",
        "source a\n  cites           b 33  (1) a  (A-1)\n",
    );
}

#[test]
fn blank_lines_come_one_at_a_time() {
    becomes("\n\nrole a\n\n\n \nrole b\n  many\n\n\n", "role a\n\nrole b\n  many\n");
}

#[test]
fn comments_keep_their_place() {
    becomes(
        "-- top  \nrole a -- one\nrole bb   -- two\n-- of many\n  many\n  -- still of bb\n\n-- of c\nrole c\n  -- the end",
        "-- top\nrole a   -- one\nrole bb  -- two\n  -- of many\n  many\n  -- still of bb\n\n-- of c\nrole c\n  -- the end\n",
    );
}

#[test]
fn line_ends_tabs_and_byte_order_marks() {
    becomes("\u{FEFF}role a\r\n\tmany\r\nrole b", "role a\n  many\nrole b\n");
}

#[test]
fn long_conditions_are_broken_before_each_connective() {
    let name = "a-name-that-is-long-enough-to-be-a-nuisance";
    becomes(
        &format!("term t\n  means {name} and not {name} and {name}\n"),
        &format!("term t\n  means           {name}\n  and             not {name}\n  and             {name}\n"),
    );
    becomes(
        "term t\n  means a\n  and b\n",
        "term t\n  means           a\n  and             b\n",
    );
}

#[test]
fn long_lists_are_broken_after_commas_and_long_sentences_where_they_can_be() {
    let names: Vec<String> = (0..12).map(|n| format!("value-number-{n}")).collect();
    let text = laid(&format!("fact f\n  one of {}\n", names.join(","))).unwrap();
    assert!(text.lines().all(|l| l.len() <= WIDTH), "{text}");
    assert!(text.lines().nth(2).unwrap().starts_with(&" ".repeat(18)), "{text}");
    becomes(
        "rule r\n  the a and b must send a-letter-with-a-long-name to each person-who-came-to-it and each other-person-who-came\n",
        "rule r\n  the a and b must send a-letter-with-a-long-name to each person-who-came-to-it\n    and each other-person-who-came\n",
    );
}

#[test]
fn what_cannot_be_read_is_left_alone() {
    for text in [
        "",
        "rule\n",
        "rule a\n  wenn b begins\n",
        "role a\nrole b \"open\n",
        "-- a comment alone\n",
    ] {
        assert!(matches!(laid(text), Err(Refused::Unreadable(_))), "{text:?}");
    }
}

/// The text with other white space where that says nothing.
fn disturbed(text: &str, dice: &[u8]) -> String {
    let mut dice = dice.iter().copied().cycle();
    let mut roll = || dice.next().unwrap_or(0);
    let mut out = String::new();
    for line in text.lines() {
        let said = line.trim_start();
        let indented = said.len() < line.len();
        if roll() % 5 == 0 {
            out.push_str(["\n", " \n", "\r\n"][usize::from(roll()) % 3]);
        }
        if indented {
            out.push_str([" ", "\t", "      "][usize::from(roll()) % 3]);
        }
        let gaps = !said.contains("cites ") && !said.contains('"') && !said.contains("--");
        for (at, word) in said.split(' ').enumerate() {
            if at > 0 {
                out.push_str(if gaps {
                    ["  ", " ", "\t"][usize::from(roll()) % 3]
                } else {
                    " "
                });
            }
            out.push_str(word);
        }
        out.push_str(["\n", "\r\n", "  \n"][usize::from(roll()) % 3]);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    /// However a shipped file is spaced, laying it out gives what it was, blank lines aside.
    #[test]
    fn spacing_says_nothing(at in any::<prop::sample::Index>(), dice in prop::collection::vec(any::<u8>(), 50..400)) {
        let files = shipped();
        let (path, text) = &files[at.index(files.len())];
        let full = |text: &str| text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let again = laid(&disturbed(text, &dice)).unwrap();
        prop_assert_eq!(full(&again), full(&laid(text).unwrap()), "{}", path.display());
        prop_assert_eq!(&laid(&again).unwrap(), &again);
    }

    /// Whatever the bytes, it is either refused or laid out for good, and no fault of the formatter's own is met.
    #[test]
    fn any_text_is_refused_or_settled(lines in prop::collection::vec(line(), 0..24)) {
        match laid(&lines.join("\n")) {
            Ok(text) => prop_assert_eq!(&laid(&text).unwrap(), &text),
            Err(refused) => prop_assert!(matches!(refused, Refused::Unreadable(_)), "{:?}: {:?}", refused, lines),
        }
    }
}

/// Lines that mostly can be read, in any order and with any indentation.
fn line() -> impl Strategy<Value = String> {
    let lines = shipped()
        .into_iter()
        .flat_map(|(_, text)| text.lines().map(|l| l.trim().to_owned()).collect::<Vec<_>>())
        .chain([
            "and b".to_owned(),
            "one of a,".to_owned(),
            "b, c".to_owned(),
            "role x,".to_owned(),
            ",".to_owned(),
        ])
        .collect::<Vec<_>>();
    (0usize..7, prop::sample::select(lines)).prop_map(|(indent, line)| format!("{}{line}", " ".repeat(indent)))
}
