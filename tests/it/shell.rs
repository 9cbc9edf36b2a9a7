//! The command as a craft: help with examples that run, completion, manual pages, a folder to start from, colour, width and
//! what is said aloud.
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const VERBS: [&str; 9] = [
    "new", "check", "test", "diff", "compare", "fmt", "flow", "schedule", "explain",
];

fn duly(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(args)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

fn out(folder: &Path, args: &[&str]) -> String {
    String::from_utf8(duly(folder, args).stdout).unwrap()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("shell-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The commands of a help text: what stands before two spaces, with the lines that a backslash continues.
fn examples(help: &str) -> Vec<String> {
    let after = help
        .split("Examples:\n")
        .nth(1)
        .unwrap_or_default()
        .replace("\\\n      ", "");
    let lines = after.lines().map(str::trim_start).filter(|l| l.starts_with("duly "));
    lines.map(|l| l.split("  ").next().unwrap().to_owned()).collect()
}

#[test]
fn examples_are_read_as_written() {
    let help = "x\n\nExamples:\n  duly a b   says\n  duly c \\\n      --d e\n\nExit codes: duly f";
    assert_eq!(examples(help), ["duly a b", "duly c --d e"]);
}

/// Whether a command asks the solver about a whole shipped protocol, which takes up to a minute.
fn takes_long(command: &str) -> bool {
    ["duly check policies/", "duly test policies/", "duly flow policies/"]
        .iter()
        .any(|start| command.starts_with(start))
}

/// Examples run as they are written, on what is shipped. Only those that take long run where `policies` holds small protocols of
/// the same names; what is found of the shipped ones is held elsewhere (`reviewed.rs`, `scenarios.rs`, `flow.rs`).
#[test]
fn every_example_of_the_help_runs() {
    let (shipped, small) = (folder("examples"), folder("examples-small"));
    for part in ["examples", "policies"] {
        copy(&root().join(part), &shipped.join(part));
    }
    for policy in fs::read_dir(root().join("policies")).unwrap() {
        let path = Path::new("policies").join(policy.unwrap().file_name());
        assert!(duly(&small, &["new", path.to_str().unwrap()]).status.success());
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_duly")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut helps = vec![vec!["--help"]];
    helps.extend(
        VERBS
            .iter()
            .chain(&["completions", "man"])
            .map(|verb| vec![*verb, "--help"]),
    );
    let mut long = 0;
    for help in helps {
        let commands = examples(&out(root(), &help));
        assert!(commands.len() >= 2, "{help:?} has no examples");
        for command in commands {
            if command == "duly new my-protocol" {
                let _ = fs::remove_dir_all(shipped.join("my-protocol"));
            }
            long += usize::from(takes_long(&command));
            for word in command
                .split(' ')
                .filter(|w| w.starts_with("policies/") || w.starts_with("examples/"))
            {
                let word = word.split('*').next().unwrap();
                assert!(root().join(word).exists(), "{command}: there is no {word}");
            }
            let run = Command::new("sh")
                .args(["-c", &command])
                .current_dir(if takes_long(&command) { &small } else { &shipped })
                .env("PATH", &path)
                .output()
                .unwrap();
            let said = String::from_utf8(run.stderr).unwrap();
            assert!(matches!(run.status.code(), Some(0 | 1 | 3)), "{command}: {said}");
            // What is remarked of a case is no failure.
            assert!(!said.contains("error") && !said.contains('×'), "{command}: {said}");
        }
    }
    assert!(long >= 3, "the small protocols were hardly needed");
}

#[test]
fn help_is_short_or_long() {
    for verb in VERBS {
        let (short, long) = (out(root(), &[verb, "-h"]), out(root(), &[verb, "--help"]));
        assert!(!short.contains("Examples:") && short.lines().count() < long.lines().count());
        for text in [&short, &long] {
            assert!(text.lines().all(|l| l.chars().count() <= 100), "{text}");
        }
    }
}

#[test]
fn completions_are_what_each_shell_reads() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let text = out(root(), &["completions", shell]);
        assert!(
            VERBS.iter().all(|v| text.contains(v)) && text.contains("color"),
            "{shell}"
        );
    }
    let script = folder("completions").join("duly.bash");
    fs::write(&script, out(root(), &["completions", "bash"])).unwrap();
    let read = Command::new("bash").arg("-n").arg(&script).status();
    assert!(read.is_ok_and(|s| s.success()));
}

#[test]
fn a_manual_page_for_every_verb() {
    let folder = folder("man");
    assert!(duly(&folder, &["man", "--out", "man1"]).status.success());
    let names = |v: &&str| format!("duly-{v}.1");
    let mut expected: Vec<String> = VERBS.iter().map(names).chain(["duly.1".to_owned()]).collect();
    let mut written: Vec<String> = fs::read_dir(folder.join("man1"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    expected.sort();
    written.sort();
    assert_eq!(written, expected);
    for name in written {
        let text = fs::read_to_string(folder.join("man1").join(&name)).unwrap();
        for part in [
            ".SH NAME",
            ".SH SYNOPSIS",
            ".SH EXAMPLES",
            ".SH \"EXIT STATUS\"",
            ".SH \"SEE ALSO\"",
        ] {
            assert!(text.contains(part), "{name} has no {part}");
        }
    }
    let check = fs::read_to_string(folder.join("man1/duly-check.1")).unwrap();
    assert_eq!(out(root(), &["man", "check"]), check);
    let unknown = duly(root(), &["man", "chekc"]);
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn a_new_protocol_has_nothing_to_complain_of() {
    let folder = folder("new");
    let path = "Care reviews 2";
    let told = out(&folder, &["new", path, "--authority", "Town & County"]);
    assert!(told.contains("`care-reviews-2`"), "{told}");
    let check = duly(&folder, &["check", path, "--deny", "note"]);
    assert_eq!(
        check.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
    for args in [
        vec!["test", path],
        vec!["fmt", "--check", path],
        vec![
            "schedule",
            path,
            "--case",
            "Care reviews 2/case.toml",
            "--today",
            "2026-01-27",
        ],
        vec!["flow", path],
    ] {
        let run = duly(&folder, &args);
        assert_eq!(
            run.status.code(),
            Some(0),
            "{args:?}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
    let text = fs::read_to_string(folder.join(path).join("care-reviews-2.duly")).unwrap();
    assert!(text.contains("authority       \"Town & County\"") && !text.contains("my-protocol"));
}

#[test]
fn nothing_is_written_over() {
    let folder = folder("new-over");
    fs::create_dir_all(folder.join("mine")).unwrap();
    fs::write(folder.join("mine/notes.txt"), "mine").unwrap();
    for path in ["mine", "mine/notes.txt", "!!!"] {
        let run = duly(&folder, &["new", path]);
        assert_eq!(run.status.code(), Some(2), "{path}");
    }
    assert_eq!(fs::read_dir(folder.join("mine")).unwrap().count(), 1);
    assert!(!folder.join("!!!").exists());
    let quoted = duly(&folder, &["new", "other", "--authority", "a \"b\""]);
    assert_eq!(quoted.status.code(), Some(2));
    assert!(!folder.join("other").exists());
}

#[test]
fn a_name_is_made_that_the_language_takes() {
    let folder = folder("new-names");
    for (path, name) in [
        ("2026 plans", "protocol-2026-plans"),
        ("the", "protocol-the"),
        ("A--b_c", "a-b-c"),
    ] {
        let told = out(&folder, &["new", path]);
        assert!(told.contains(&format!("the protocol `{name}`")), "{told}");
        assert!(folder.join(path).join(format!("{name}.duly")).exists());
    }
}

#[test]
fn colour_is_as_asked() {
    let file = "examples/four-weeks.duly";
    let coloured = |args: &[&str]| out(root(), args).contains('\u{1b}');
    assert!(!coloured(&["check", file]) && !coloured(&["check", file, "--color", "auto"]));
    assert!(coloured(&["check", file, "--color", "always"]) && coloured(&["--color=always", "check", file]));
    assert!(coloured(&["check", file, "--colour", "always"]));
    assert!(!coloured(&["check", file, "--color", "always", "--output", "plain"]));
    let slip = duly(root(), &["chekc", "--color=always"]);
    assert!(String::from_utf8(slip.stderr).unwrap().contains('\u{1b}'));
    let wrong = duly(root(), &["check", file, "--color", "blue"]);
    assert_eq!(wrong.status.code(), Some(2));
}

/// What a terminal of so many columns shows; none where there is no `script` to make one.
fn on_a_terminal(columns: &str, args: &str) -> Option<String> {
    let command = format!("{} {args}", env!("CARGO_BIN_EXE_duly"));
    let run = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(root())
        .env("COLUMNS", columns)
        .env("TERM", "xterm")
        .env("NO_COLOR", "1")
        .output()
        .ok()?;
    Some(String::from_utf8(run.stdout).unwrap().replace("\r\n", "\n"))
}

#[test]
fn stories_are_as_wide_as_the_terminal_and_pipes_all_alike() {
    let args = "check examples/review-before-conference.duly";
    let words: Vec<&str> = args.split(' ').collect();
    let piped = out(root(), &words);
    let narrow = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(&words)
        .current_dir(root())
        .env("COLUMNS", "60")
        .output()
        .unwrap();
    assert_eq!(piped, String::from_utf8(narrow.stdout).unwrap());
    let widest = |text: &str| {
        let prose = text
            .lines()
            .filter(|l| l.contains("20 working days") || l.contains("= note"));
        prose.map(|l| l.chars().count()).max().unwrap()
    };
    assert!(widest(&piped) <= 100 && widest(&piped) > 80);
    if let Some(shown) = on_a_terminal("60", args) {
        assert!(widest(&shown) <= 60, "{shown}");
    }
    if let Some(shown) = on_a_terminal("500", args) {
        assert!(widest(&shown) <= 140 && widest(&shown) > 100, "{shown}");
    }
}

#[test]
fn what_is_said_aloud_has_no_signs() {
    let case = "examples/cases/doncaster.toml";
    for args in [
        vec!["check", "examples/review-before-conference.duly", "--output", "plain"],
        vec!["check", "no/such.duly", "--output", "plain"],
        vec!["test", "policies/doncaster", "--output", "plain", "--all"],
        vec![
            "schedule",
            "policies/doncaster",
            "--case",
            case,
            "--case",
            "examples/cases/doncaster.csv",
            "--today",
            "2026-11-20",
            "--output",
            "plain",
            "--why",
        ],
        vec!["explain", "D0301", "--output", "plain"],
    ] {
        let run = duly(root(), &args);
        let said = String::from_utf8(run.stdout).unwrap() + &String::from_utf8(run.stderr).unwrap();
        assert!(!said.is_empty());
        let signs = ['│', '┌', '─', '^', '×', '→', '|', '#', '\u{1b}'];
        assert!(
            !said.contains(signs) && !said.contains("](") && !said.contains("```"),
            "{args:?}: {said}"
        );
    }
    let said = out(root(), &["check", "examples/four-weeks.duly", "--output", "plain"]);
    assert!(said.starts_with("Error, finding 1 of "), "{said}");
    assert!(said.contains("start dates Sunday 1 January 1995 to "), "{said}");
}
