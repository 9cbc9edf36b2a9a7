//! The README's own commands and outputs are true: every `$ duly ...` in a console block is run in the project's folder.

use std::fs;
use std::path::Path;
use std::process::Command;

/// Command lines with the output that follows each, up to the next command or the end of the block.
pub fn sessions(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for block in text.split("```console\n").skip(1) {
        let block = block.split("\n```").next().unwrap();
        let mut run = None;
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ ") {
                run = command.strip_prefix("duly ").map(|args| {
                    found.push((args.to_owned(), String::new()));
                    found.len() - 1
                });
            } else if let Some(at) = run {
                found[at].1 += &format!("{line}\n");
            }
        }
    }
    found
}

#[test]
fn sessions_are_read_as_written() {
    let text = "x\n```console\n$ duly check a\none\ntwo\n$ cargo x\nno\n$ duly flow b\n```\n";
    let expected = vec![
        ("check a".to_owned(), "one\ntwo\n".to_owned()),
        ("flow b".to_owned(), String::new()),
    ];
    assert_eq!(sessions(text), expected);
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sessions = sessions(&fs::read_to_string(root.join("README.md")).unwrap());
    assert!(!sessions.is_empty(), "the README shows no command");
    for (args, expected) in sessions {
        let run = Command::new(env!("CARGO_BIN_EXE_duly"))
            .args(args.split_whitespace())
            .current_dir(root)
            .env_remove("NO_COLOR")
            .output()
            .unwrap();
        let shown = String::from_utf8(run.stdout).unwrap() + &String::from_utf8(run.stderr).unwrap();
        assert_eq!(shown.trim_end(), expected.trim_end(), "duly {args}");
    }
}

#[test]
fn the_protocols_it_shows_are_the_examples_as_they_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let examples: Vec<String> = fs::read_dir(root.join("examples"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let shown: Vec<&str> = readme
        .split("```duly\n")
        .skip(1)
        .map(|b| b.split("```").next().unwrap())
        .collect();
    assert!(!shown.is_empty(), "the README shows no protocol");
    for protocol in shown {
        assert!(examples.iter().any(|e| e == protocol), "not in examples/:\n{protocol}");
    }
}

#[test]
fn its_links_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for page in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        for link in text.split("](").skip(1).map(|l| l.split(')').next().unwrap()) {
            if !link.starts_with("http") {
                assert!(root.join(link).exists(), "{page} links to {link}");
            }
        }
    }
}
