//! The pages as a book: every page is in its contents, every link leads somewhere, and the tour is true line by line.

use crate::readme::sessions;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

fn pages(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages(&path, found);
        } else if path.extension().is_some_and(|e| e == "md") {
            found.insert(path);
        }
    }
}

/// What the links of a page lead to, without the place within a page; what is in code is no link.
fn links(text: &str) -> Vec<String> {
    let prose: Vec<&str> = text.split("```").step_by(2).collect();
    let prose = prose.join("\n");
    let plain: String = prose.split('`').step_by(2).collect::<Vec<_>>().join("code");
    let targets = plain.split("](").skip(1).map(|l| l.split(')').next().unwrap());
    targets
        .map(|t| t.split('#').next().unwrap().to_owned())
        .filter(|t| !t.is_empty() && !t.starts_with("http"))
        .collect()
}

#[test]
fn links_are_read_as_written() {
    let text = "[a](b.md#c) `[x](y)` [d](http://e)\n```text\n[f](g)\n```\n[`h`](i.md)\n[j]()";
    assert_eq!(links(text), ["b.md", "i.md"]);
}

#[test]
fn every_page_is_in_the_contents_once_and_nothing_else_is() {
    let mut present = BTreeSet::new();
    pages(&docs(), &mut present);
    let contents = docs().join("SUMMARY.md");
    present.remove(&contents);
    let listed: Vec<PathBuf> = links(&fs::read_to_string(contents).unwrap())
        .iter()
        .map(|l| docs().join(l))
        .collect();
    let once: BTreeSet<PathBuf> = listed.iter().cloned().collect();
    assert_eq!(listed.len(), once.len(), "a page is listed twice");
    assert_eq!(once, present);
}

#[test]
fn the_contents_call_a_page_by_its_heading() {
    let contents = fs::read_to_string(docs().join("SUMMARY.md")).unwrap();
    for line in contents
        .lines()
        .filter(|l| l.contains("](codes/") || l.contains("](decisions/"))
    {
        let (title, target) = line.trim_start_matches([' ', '-', '[']).split_once("](").unwrap();
        let page = fs::read_to_string(docs().join(target.trim_end_matches(')'))).unwrap();
        assert_eq!(page.lines().next(), Some(format!("# {title}").as_str()));
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut all = BTreeSet::new();
    pages(&docs(), &mut all);
    let mut faults = Vec::new();
    for page in all {
        for link in links(&fs::read_to_string(&page).unwrap()) {
            if !page.parent().unwrap().join(&link).exists() {
                faults.push(format!("{} links to {link}", page.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Puts an item in the place of the one with the same head, beneath its comments, or at the end of the file.
fn write_down(file: &Path, item: &str) {
    let text = fs::read_to_string(file).unwrap();
    let head = |lines: &str| lines.split_whitespace().take(2).map(str::to_owned).collect::<Vec<_>>();
    let mut items: Vec<String> = text.trim_end().split("\n\n").map(str::to_owned).collect();
    let mut found = false;
    for place in &mut items {
        let at = place
            .split_inclusive('\n')
            .take_while(|l| l.starts_with("--"))
            .map(str::len)
            .sum();
        if head(&place[at..]) == head(item) {
            place.replace_range(at.., item);
            found = true;
        }
    }
    if !found {
        items.push(item.to_owned());
    }
    fs::write(file, items.join("\n\n") + "\n").unwrap();
}

/// Whoever follows the tour, writing down what it shows and running what it says, sees what it says.
#[test]
fn the_tour_is_true() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tour");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let text = fs::read_to_string(docs().join("tour.md")).unwrap();
    let mut commands = 0;
    for block in text.split("\n```").skip(1).step_by(2) {
        let (kind, body) = block.split_once('\n').unwrap();
        match kind {
            "console" => {
                for (args, expected) in sessions(&format!("```console\n{body}\n```\n")) {
                    let run = Command::new(env!("CARGO_BIN_EXE_duly"))
                        .args(args.split_whitespace())
                        .current_dir(&folder)
                        .output()
                        .unwrap();
                    let shown = String::from_utf8(run.stdout).unwrap() + &String::from_utf8(run.stderr).unwrap();
                    assert_eq!(shown.trim_end(), expected.trim_end(), "duly {args}");
                    commands += 1;
                }
            }
            "duly" if body.starts_with("scenario") => write_down(&folder.join("my-protocol/scenarios.duly"), body),
            "duly" => write_down(&folder.join("my-protocol/my-protocol.duly"), body),
            "toml" => fs::write(folder.join("my-protocol/case.toml"), format!("{body}\n")).unwrap(),
            other => panic!("a block of `{other}` is not run"),
        }
    }
    assert!(commands >= 7, "only {commands} commands were found");
}
