//! Files that nobody writes by hand: nested deeper and longer than anything anybody could read, or made to read otherwise
//! than they are. Each is refused in a sentence or judged; none overflows the stack or takes forever.

use std::fmt::Write;

use duly::analyses;
use duly::case::read;
use duly::diagnostics::Diagnostic;
use duly::resolve::{Loaded, from_text, load};
use duly::source::Sources;
use duly::syntax::parse;
use duly::time::Day;
use duly::world::MemoryWorld;
use proptest::prelude::*;

const HEAD: &str = "protocol p \"P\"\n  authority \"A council\"\nrole worker \"worker\"\nrole court \"court\"\n  outside\n\
                    event order \"an order\"\n  comes from court\ndocument letter \"letter\"\n";

fn resolved(text: &str) -> Loaded {
    from_text("p.duly", text, &mut Sources::new())
}

/// The codes of what is wrong, notes left out.
fn errors(loaded: &Loaded) -> Vec<&str> {
    loaded
        .diagnostics
        .iter()
        .filter(|d| d.stops())
        .map(|d| d.code.id)
        .collect()
}

fn said(text: &str) -> Vec<Diagnostic> {
    let mut sources = Sources::new();
    let file = sources.add("p.duly", text);
    parse(&sources, file).diagnostics
}

/// A rule that hangs on a condition.
fn rule(condition: &str) -> String {
    format!(
        "rule r\n  when order happens\n  if {condition}\n  the worker must send letter to court\n  within 2 weeks after order happens\n  cites p 1\n"
    )
}

/// `t-0 means t-1`, and so on to a fact.
fn terms(deep: usize, means: impl Fn(usize) -> String) -> String {
    let mut text = format!("{HEAD}fact f \"f\"\n");
    for n in 0..deep {
        writeln!(text, "term t-{n} \"t\"\n  means {}", means(n + 1)).unwrap();
    }
    writeln!(text, "term t-{deep} \"t\"\n  means f").unwrap();
    text + &rule("t-0")
}

fn checked(loaded: &Loaded) {
    let today = Day::parse_iso("2026-11-22").unwrap();
    analyses::check_within(
        &loaded.protocol,
        today,
        analyses::Extent {
            steps: 2_000,
            ..analyses::Extent::default()
        },
        &mut |_| (),
        None,
    )
    .unwrap();
}

#[test]
fn terms_within_terms_have_a_limit() {
    let fits = resolved(&terms(100, |n| format!("t-{n}")));
    assert_eq!(errors(&fits), Vec::<&str>::new());
    checked(&fits);
    for deep in [101, 10_000] {
        let loaded = resolved(&terms(deep, |n| format!("t-{n}")));
        assert_eq!(errors(&loaded), ["D0105"], "{deep}");
    }
}

#[test]
fn terms_that_double_have_a_limit() {
    let fits = resolved(&terms(9, |n| format!("t-{n} and not t-{n}")));
    assert_eq!(errors(&fits), Vec::<&str>::new());
    checked(&fits);
    let loaded = resolved(&terms(90, |n| format!("t-{n} and not t-{n}")));
    assert_eq!(errors(&loaded), ["D0105"]);
}

#[test]
fn a_circle_of_ten_thousand_terms_is_told_in_short() {
    let text = terms(10_000, |n| format!("t-{n}")).replace("  means f\n", "  means t-0\n");
    let loaded = resolved(&text);
    assert_eq!(errors(&loaded), ["D0208"]);
    let circle = loaded.diagnostics.iter().find(|d| d.code.id == "D0208").unwrap();
    assert!(
        circle.headline.len() < 300 && circle.labels.len() < 20,
        "{}",
        circle.headline
    );
}

#[test]
fn a_chain_of_ten_thousand_kinds_is_followed() {
    for item in ["role", "meeting"] {
        let word = if item == "role" { "counts as" } else { "kind of" };
        let mut text = HEAD.to_owned();
        for n in 0..10_000 {
            writeln!(text, "{item} k-{n} \"k\"\n  {word} k-{}", n + 1).unwrap();
        }
        writeln!(text, "{item} k-10000 \"k\"").unwrap();
        let loaded = resolved(&(text.clone() + &rule("order happens")));
        assert_eq!(errors(&loaded), Vec::<&str>::new());
        checked(&loaded);
        let circle = resolved(&format!("{text}  {word} k-0\n"));
        assert_eq!(errors(&circle), ["D0208"]);
    }
}

#[test]
fn ten_thousand_conditions_in_one_rule_are_read() {
    let text = format!(
        "{HEAD}fact f \"f\"\n{}",
        rule(&"f\n  and ".repeat(10_000).replace("and \n", ""))
    );
    let loaded = resolved(text.replace("and \n", "and f\n").as_str());
    assert_eq!(errors(&loaded), Vec::<&str>::new());
    checked(&loaded);
}

#[test]
fn bases_that_use_one_another_have_a_limit() {
    let mut world = MemoryWorld::default();
    for n in 0..10_000 {
        let text = format!("base b-{n} \"B\"\n  uses b-{}\n", n + 1);
        world.files.insert(format!("f/b-{n}.duly"), text);
    }
    world.files.insert(
        "f/p.duly".to_owned(),
        format!("{HEAD}{}", rule("order happens")).replacen("\n", "\n  uses b-0\n", 1),
    );
    let loaded = load(&world, "f/p.duly", &mut Sources::new()).unwrap();
    assert!(errors(&loaded).contains(&"D0105"), "{:?}", errors(&loaded));
}

#[test]
fn a_hundred_thousand_items_are_resolved_in_time() {
    let mut text = HEAD.to_owned();
    for n in 0..100_000 {
        writeln!(text, "fact f-{n} \"f\"").unwrap();
    }
    let values: Vec<String> = (0..100_000).map(|n| format!("v-{n}")).collect();
    writeln!(text, "fact many \"m\"\n  one of {}", values.join(",\n    ")).unwrap();
    let started = std::time::Instant::now();
    let loaded = resolved(&(text + &rule("f-0")));
    assert_eq!(errors(&loaded), Vec::<&str>::new());
    // Usually well under two seconds; the bound only tells a linear pass from a quadratic one on a busy machine.
    assert!(started.elapsed().as_secs() < 30);
}

#[test]
fn a_line_of_ten_million_characters_costs_only_itself() {
    for long in [
        "a".repeat(10_000_000),
        "\"".repeat(10_000_000),
        "and f ".repeat(1_700_000),
    ] {
        let found = said(&format!("{HEAD}fact f \"f\"\n  about {long}\nfact g \"g\"\n"));
        assert_eq!(found.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["D0105"]);
    }
}

#[test]
fn marks_that_turn_text_around_are_refused_wherever_they_stand() {
    for mark in [
        '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ] {
        for text in [
            format!("{HEAD}-- a {mark}comment\n"),
            HEAD.replace("an order", &format!("an{mark} order")),
        ] {
            let found = said(&text);
            assert_eq!(found.len(), 1, "{text:?}");
            assert_eq!((found[0].code.id, found[0].stops()), ("D0103", true));
            let fix = found[0].fix.as_ref().unwrap();
            assert_eq!(&text[fix.span.range()], mark.to_string());
        }
    }
}

#[test]
fn line_ends_that_only_some_editors_show_are_refused() {
    for end in ["\r", "\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}"] {
        let found = said(&format!("{HEAD}-- it applies,{end}  unless it does not\n"));
        assert_eq!(
            found.iter().map(|d| d.code.id).collect::<Vec<_>>(),
            ["D0103"],
            "{end:?}"
        );
    }
    for end in ["\r\n", "\r\r\n", "\n"] {
        assert_eq!(said(&HEAD.replace('\n', end)), [], "{end:?}");
    }
    assert_eq!(said(&HEAD.replacen('\n', "\r\n", 3)), [], "mixed");
    assert_eq!(said(&format!("{HEAD}\r")), []);
}

#[test]
fn control_characters_are_refused() {
    for c in ['\0', '\u{1}', '\u{7}', '\u{8}', '\u{1B}', '\u{7F}', '\u{9B}'] {
        let found = said(&HEAD.replace("an order", &format!("an{c} order")));
        assert_eq!(found.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["D0103"], "{c:?}");
    }
}

/// Lines of the shipped protocols and their scenarios.
fn lines() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "policies/stoke-on-trent/stoke-on-trent.duly",
        "policies/stoke-on-trent/scenarios.duly",
        "examples/four-weeks.duly",
    ];
    let texts = files.map(|f| std::fs::read_to_string(root.join(f)).unwrap());
    texts.iter().flat_map(|t| t.lines().map(str::to_owned)).collect()
}

/// Lines of the shipped cases, and marks of TOML and CSV.
fn case_lines() -> Vec<String> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cases");
    let files = ["doncaster.csv", "doncaster.toml", "stoke-on-trent.toml"];
    let texts = files.map(|f| std::fs::read_to_string(root.join(f)).unwrap());
    let marks = [
        "[",
        "]]",
        "\"",
        "\"\"\"",
        ",",
        "=",
        "\r",
        "\0",
        "[[event]]",
        "1979-05-27T07:32:00Z",
    ]
    .map(str::to_owned);
    texts
        .iter()
        .flat_map(|t| t.lines().map(str::to_owned))
        .chain(marks)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Items and scenarios of shipped files in any order and with lines lost: names are looked up without a panic, and every
    /// place lies in its file.
    #[test]
    fn any_lines_are_resolved_or_refused(picks in prop::collection::vec((any::<prop::sample::Index>(), 1usize..12), 0..30)) {
        let lines = lines();
        let picked = picks.iter().flat_map(|(at, many)| lines.iter().skip(at.index(lines.len())).take(*many));
        let text: String = std::iter::once(HEAD).chain(picked.flat_map(|l| [l.as_str(), "\n"])).collect();
        let mut sources = Sources::new();
        let loaded = from_text("p.duly", &text, &mut sources);
        for label in loaded.diagnostics.iter().flat_map(|d| &d.labels) {
            prop_assert!(sources.text(label.span.file).get(label.span.range()).is_some());
        }
    }

    #[test]
    fn any_text_is_resolved_or_refused(text in any::<String>()) {
        let loaded = resolved(&format!("{HEAD}{text}"));
        prop_assert_eq!(loaded.is_well_formed(), errors(&loaded).is_empty());
    }

    #[test]
    fn any_case_is_read_or_refused(picks in prop::collection::vec(any::<prop::sample::Index>(), 0..30), csv in any::<bool>(), end in "\\PC{0,20}") {
        let lines = case_lines();
        let mut text: String = picks.iter().flat_map(|at| [lines[at.index(lines.len())].as_str(), "\n"]).collect();
        text += &end;
        let loaded = resolved(HEAD);
        let mut sources = Sources::new();
        let file = sources.add(if csv { "case.csv" } else { "case.toml" }, text.as_str());
        let (history, found) = read(&sources, &[file], &loaded.protocol, Day::parse_iso("2026-11-22").unwrap());
        prop_assert!(history.occurrences.is_sorted_by_key(|o| o.day));
        for label in found.iter().flat_map(|d| &d.labels) {
            prop_assert!(text.get(label.span.range()).is_some());
        }
    }
}
