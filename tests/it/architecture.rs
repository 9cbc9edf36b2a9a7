//! Holds the sources against the tables of ARCHITECTURE.md: which room may use which, and what only one may name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Names = BTreeSet<String>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Words in backticks, in order.
fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Rows of the table beneath a heading: the cells after the first bar.
fn table(heading: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let section = text
        .split("\n## ")
        .find(|s| s.starts_with(heading))
        .expect("the section is there");
    let rows = section.lines().filter(|l| l.starts_with("| `"));
    rows.map(|l| l.trim_matches('|').split('|').map(str::to_owned).collect())
        .collect()
}

/// Room and what it may use, in the order of the table.
fn rooms() -> Vec<(String, Names)> {
    let row = |cells: Vec<String>| (quoted(&cells[0])[0].clone(), quoted(&cells[2]).into_iter().collect());
    table("Rooms").into_iter().map(row).collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every source file with its room; `lib.rs` and `main.rs` have none.
fn sources() -> Vec<(PathBuf, Option<String>, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let room = |path: &Path| {
        let first = path.strip_prefix(&src).unwrap().components().next().unwrap();
        let name = first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned();
        (name != "lib" && name != "main").then_some(name)
    };
    files
        .into_iter()
        .map(|f| (f.clone(), room(&f), code_only(&fs::read_to_string(&f).unwrap())))
        .collect()
}

/// The text without line comments, so that prose may name what code may not.
fn code_only(text: &str) -> String {
    text.lines()
        .map(|l| l.split_once("//").map_or(l, |(code, _)| code))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Rooms named as `crate::room`, or inside `crate::{...}`, wherever they stand.
fn used_rooms(code: &str) -> Names {
    let ident = |s: &str| {
        s.chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let mut used = Names::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = code[at + "crate::".len()..].trim_start();
        let Some(group) = rest.strip_prefix('{') else {
            used.insert(ident(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                c if start && depth == 0 && c.is_alphabetic() => {
                    used.insert(ident(&group[i..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    used
}

#[test]
fn reads_every_form_of_use() {
    let code =
        "use crate::time::Day;\nuse crate::{model::{Rule, Norm}, source,\n  ast::File};\nlet x = crate::world::f();";
    let expected = ["ast", "model", "source", "time", "world"];
    assert_eq!(used_rooms(code), expected.iter().map(|s| s.to_string()).collect());
    assert_eq!(used_rooms(&code_only("// use crate::cli;\n")), Names::new());
}

#[test]
fn every_room_is_in_the_table_and_the_table_has_no_other() {
    let listed: Names = rooms().into_iter().map(|(room, _)| room).collect();
    let present: Names = sources().into_iter().filter_map(|(_, room, _)| room).collect();
    assert_eq!(listed, present);
}

#[test]
fn the_table_is_in_an_order_in_which_rooms_use_only_what_stands_above() {
    let mut above = Names::new();
    for (room, uses) in rooms() {
        let below: Vec<_> = uses.difference(&above).collect();
        assert!(
            below.is_empty(),
            "`{room}` may use {below:?}, which do not stand above it"
        );
        above.insert(room);
    }
}

#[test]
fn judge_and_solve_never_use_each_other() {
    let rooms: BTreeMap<_, _> = rooms().into_iter().collect();
    assert!(!rooms["judge"].contains("solve") && !rooms["solve"].contains("judge"));
}

#[test]
fn rooms_use_only_what_the_table_allows() {
    let rooms: BTreeMap<_, _> = rooms().into_iter().collect();
    let mut faults = Vec::new();
    for (path, room, code) in sources() {
        let Some(room) = room else { continue };
        for used in used_rooms(&code).into_iter().filter(|u| rooms.contains_key(u)) {
            if used != room && !rooms[&room].contains(&used) {
                faults.push(format!("{}: `{room}` uses `{used}`", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether `word` stands in the code as a path or macro of its own, not as part of a longer word.
fn names(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let path = word.ends_with('!') || word.contains("::") || word.chars().next().is_some_and(char::is_uppercase);
        !inside(before) && !inside(after) && (path || code[at + word.len()..].starts_with("::"))
    })
}

#[test]
fn what_belongs_to_one_room_is_named_in_no_other() {
    let mut faults = Vec::new();
    for row in table("What only one room may name") {
        let owner = quoted(&row[0])[0].clone();
        for word in quoted(&row[1]) {
            for (path, room, code) in sources() {
                let main = path.ends_with("main.rs") && word == "std::process";
                if room.as_deref() != Some(&owner) && !main && names(&code, &word) {
                    faults.push(format!("{}: names `{word}`, which is for `{owner}`", path.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_owner_of_a_name_uses_it() {
    for row in table("What only one room may name") {
        let owner = quoted(&row[0])[0].clone();
        let word = &quoted(&row[1])[0];
        let used = sources()
            .iter()
            .any(|(_, room, code)| room.as_deref() == Some(&owner) && names(code, word));
        assert!(used, "`{owner}` no longer names `{word}`: the table is out of date");
    }
}

#[test]
fn every_module_says_what_it_is() {
    for (path, _, _) in sources() {
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//!"), "{} does not open with `//!`", path.display());
    }
}

#[test]
fn no_file_is_longer_than_a_thousand_lines() {
    for (path, _, _) in sources() {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 1000, "{} has {lines} lines", path.display());
    }
}

/// What has to be believed of a proof is small enough to be read in one go. How it is written down, and how it is reported, is not
/// part of it.
#[test]
fn the_checker_of_proofs_stays_small() {
    let trusted = ["mod.rs", "clauses.rs", "lemmas.rs"];
    let code = |name: &str| {
        let text = fs::read_to_string(root().join("src/certify").join(name)).unwrap();
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        text.lines().filter(is_code).count()
    };
    let lines: usize = trusted.into_iter().map(code).sum();
    assert!(lines < 300, "{lines} lines of code");
}
