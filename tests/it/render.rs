//! The four forms of output, drawn from one hand-made report.

use duly::diagnostics::{Diagnostic, Evidence, Involved, LabelKind, Severity, Step, code};
use duly::render::{Asked, CalendarEdition, Checked, Counts, Failure, Format, Report, Style, failure, report};
use duly::source::{Sources, Span};
use duly::time::Day;

const RULES: &str = "rule visit-late\n  when in-care begins\n  the social-worker must hold first visit\n  at least 28 calendar days after in-care begins\n";
const LAW: &str = "rule visit-soon\n  within 20 working days after in-care begins\n";

fn style(format: Format) -> Style {
    Style {
        format,
        colour: false,
        all: false,
        width: duly::render::WIDTH,
    }
}

fn step(ymd: Option<(i32, u32, u32)>, text: &str, rule: Option<&str>) -> Step {
    let day = ymd.and_then(|(y, m, d)| Day::from_ymd(y, m, d));
    Step {
        day,
        text: text.into(),
        rule: rule.map(Into::into),
    }
}

fn find(sources: &Sources, file: usize, words: &str) -> Span {
    let id = sources.ids().nth(file).unwrap();
    let at = sources.text(id).find(words).unwrap();
    Span::new(id, at, at + words.len())
}

/// Two files and a finding that lies in both, with a story and a weaker one beneath.
fn sample() -> (Sources, Vec<Diagnostic>, Vec<Checked>) {
    let mut sources = Sources::new();
    sources.add("local.duly", RULES);
    sources.add("law.duly", LAW);
    let late = find(&sources, 0, "at least 28 calendar days");
    let soon = find(&sources, 1, "within 20 working days");
    let mut clash = Diagnostic::at(
        code::IMPOSSIBLE_TIME,
        late,
        "`visit-late` leaves no day for the first visit",
    )
    .here("not before the 28th day")
    .also(soon, "but no later than this")
    .note("from a Saturday or a Sunday only")
    .help("make one of the two give way");
    clash.labels.push(duly::diagnostics::Label {
        span: find(&sources, 0, "visit-late"),
        text: "the rule".into(),
        kind: LabelKind::Related,
    });
    clash.rules.push(Involved {
        name: "local.visit-late".into(),
        span: find(&sources, 0, "rule visit-late"),
        citations: vec!["local 1".into()],
        statements: vec!["LOC-1".into()],
        kind: LabelKind::Primary,
    });
    clash.story = vec![
        step(Some((2026, 2, 7)), "in care begins", None),
        step(
            Some((2026, 3, 6)),
            "the last day for the first visit, which is so far into the story that its words take more than one line of it",
            Some("local.visit-late"),
        ),
        step(None, "the first visit is held", None),
    ];
    clash.evidence = Evidence::JudgeConfirmed;
    let mut weaker = Diagnostic::at(code::SILENT, soon, "a room must be booked by the 10th day");
    weaker.story = vec![step(Some((2026, 2, 17)), "no room is booked", Some("law.visit-soon"))];
    clash.beneath = vec![weaker];
    let checked = vec![Checked {
        path: "local.duly".into(),
        calendar: Some(CalendarEdition {
            name: "england-and-wales".into(),
            edition: Day::from_ymd(2026, 11, 22),
            published_until: Day::from_ymd(2028, 12, 31),
            known_until: None,
        }),
        asked: Some(Asked {
            dates: "every-year",
            further_holidays: 1,
            steps: 200_000_000,
        }),
        proved: vec!["3 of 4 rules can be kept from every start date".into()],
        bounds: vec!["start dates 1995 to 2040".into()],
        slack: None,
        unproven: 1,
        certified: None,
    }];
    (sources, vec![clash], checked)
}

fn drawn(style: Style) -> String {
    let (sources, findings, checked) = sample();
    report(
        &Report {
            sources: &sources,
            findings: &findings,
            checked: &checked,
            failures: &[],
        },
        style,
    )
}

#[test]
fn rich() {
    insta::assert_snapshot!(drawn(style(Format::Rich)));
}

#[test]
fn what_lies_beneath_has_its_case_only_with_all() {
    for (format, told) in [
        (
            Format::Rich,
            "\n        how it came about:\n          Tue 17 Feb 2026  no room is booked (law.visit-soon)\n",
        ),
        (
            Format::Plain,
            "\nHow it came about:\nTuesday 17 February 2026: no room is booked, by rule law.visit-soon.\n",
        ),
    ] {
        let (brief, all) = (
            drawn(style(format)),
            drawn(Style {
                all: true,
                ..style(format)
            }),
        );
        assert!(all.contains(told), "{all}");
        assert!(
            !brief.contains("no room is booked") && brief.contains("`--all` shows their cases"),
            "{brief}"
        );
    }
}

#[test]
fn a_step_that_names_its_rule_gives_the_paragraph_alone() {
    let (sources, mut findings, checked) = sample();
    findings[0].story[1].text = "this breaks `visit-late`".into();
    let report_of = |format| {
        report(
            &Report {
                sources: &sources,
                findings: &findings,
                checked: &checked,
                failures: &[],
            },
            style(format),
        )
    };
    assert!(report_of(Format::Rich).contains("  this breaks `visit-late` (local 1)\n"));
    assert!(report_of(Format::Plain).contains(": this breaks `visit-late`, see local 1.\n"));
}

#[test]
fn prose_is_folded_beneath_its_lead() {
    let (sources, mut findings, _) = sample();
    findings[0].notes = vec!["word ".repeat(60).trim_end().to_owned()];
    let text = report(
        &Report {
            sources: &sources,
            findings: &findings,
            checked: &[],
            failures: &[],
        },
        style(Format::Rich),
    );
    let note: Vec<&str> = text
        .lines()
        .skip_while(|l| !l.contains("= note: word"))
        .take_while(|l| !l.contains("= help"))
        .collect();
    assert!(
        note.len() > 1 && note.iter().all(|l| l.chars().count() <= 120),
        "{text}"
    );
    assert!(note[1..].iter().all(|l| l.starts_with("          word")), "{text}");
    assert_eq!(note.join(" ").matches("word").count(), 60);
}

#[test]
fn short() {
    insta::assert_snapshot!(drawn(style(Format::Short)));
}

#[test]
fn plain() {
    let text = drawn(style(Format::Plain));
    assert!(text.is_ascii(), "box drawing or colour in text for screen readers");
    insta::assert_snapshot!(text);
}

#[test]
fn json() {
    let text = drawn(style(Format::Json));
    insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn colour_only_adds_escapes() {
    let coloured = drawn(Style {
        colour: true,
        ..style(Format::Rich)
    });
    assert!(coloured.contains("\u{1b}["));
    let mut bare = String::new();
    let mut chars = coloured.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(|c| *c == 'm');
        } else {
            bare.push(c);
        }
    }
    assert_eq!(bare, drawn(style(Format::Rich)));
}

fn many(n: usize) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::new();
    let file = sources.add("many.duly", "rule a\n");
    let one = |i: usize| {
        let mut d = Diagnostic::at(code::NO_OWNER, Span::new(file, 0, 4), format!("finding number {i}"));
        d.severity = if i.is_multiple_of(2) {
            Severity::Warning
        } else {
            Severity::Note
        };
        d
    };
    (sources, (1..=n).map(one).collect())
}

#[test]
fn five_in_full_and_then_a_count() {
    let (sources, findings) = many(9);
    let report_of = |style| {
        report(
            &Report {
                sources: &sources,
                findings: &findings,
                checked: &[],
                failures: &[],
            },
            style,
        )
    };
    for format in [Format::Rich, Format::Plain] {
        let text = report_of(style(format));
        assert!(
            text.contains("finding number 5") && !text.contains("finding number 6"),
            "{text}"
        );
        assert!(
            text.contains("nd 4 more: 2 warnings, 2 notes; --all prints them"),
            "{text}"
        );
        let all = report_of(Style {
            all: true,
            ..style(format)
        });
        assert!(all.contains("finding number 9") && !all.contains("more:"), "{all}");
    }
    for format in [Format::Short, Format::Json] {
        assert!(report_of(style(format)).contains("finding number 9"));
    }
}

#[test]
fn what_is_beneath_counts() {
    let (_, findings, _) = sample();
    let counts = Counts::of(&findings);
    assert_eq!((counts.errors, counts.warnings, counts.notes), (1, 0, 1));
    assert_eq!(counts.at_least(Severity::Warning), 1);
    assert_eq!(counts.at_least(Severity::Note), 2);
}

#[test]
fn text_cannot_steer_the_terminal() {
    let mut sources = Sources::new();
    let file = sources.add("evil\u{1b}[31m.duly", "rule \u{1b}[2J\u{202e}evil\u{85}\n");
    let evil =
        Diagnostic::at(code::BAD_LINE, Span::new(file, 0, 4), "unknown word `\u{1b}]0;x\u{7}`").here("\u{1b}[1m");
    for format in [Format::Rich, Format::Short, Format::Plain] {
        let findings = [evil.clone()];
        let text = report(
            &Report {
                sources: &sources,
                findings: &findings,
                checked: &[],
                failures: &[],
            },
            style(format),
        );
        assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{85}']), "{text:?}");
        assert!(text.contains("evil"));
    }
}

#[test]
fn a_place_that_does_not_exist_costs_no_finding() {
    let mut sources = Sources::new();
    let file = sources.add("short.duly", "é\n");
    let foreign = duly::source::FileId(7);
    for span in [
        Span::new(file, 1, 900),
        Span::new(file, 500, 600),
        Span::new(foreign, 0, 3),
    ] {
        let findings = [Diagnostic::at(code::BAD_LINE, span, "still said")];
        for format in [Format::Rich, Format::Short, Format::Plain, Format::Json] {
            let report_ = Report {
                sources: &sources,
                findings: &findings,
                checked: &[],
                failures: &[],
            };
            assert!(report(&report_, style(format)).contains("till said"));
        }
    }
}

#[test]
fn failures() {
    let failed = Failure::new("`x.duly` is not a text in UTF-8")
        .because("byte 7 cannot be read")
        .help("save it as UTF-8");
    insta::assert_snapshot!(
        [Format::Rich, Format::Plain, Format::Short]
            .map(|format| failure(&failed, style(format)))
            .join("----\n")
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    /// Whatever the text and wherever the labels, every form says the headline and nothing that steers a terminal.
    #[test]
    fn any_text_and_any_places(text in "([a-zé\t\r\n\u{1b}\u{202e}“–👩\u{200d}👧]|\r\n){0,60}", other in "[a-c\n]{0,9}", spans in proptest::collection::vec((0usize..2, 0usize..90, 0usize..90), 1..5)) {
        let mut sources = Sources::new();
        sources.add("one.duly", text);
        sources.add("two.duly", other);
        let ids: Vec<_> = sources.ids().collect();
        let mut finding = Diagnostic::at(code::BAD_LINE, Span::new(ids[spans[0].0], spans[0].1, spans[0].2), "a finding");
        for (i, (file, start, end)) in spans.into_iter().enumerate() {
            finding = finding.also(Span::new(ids[file], start, end), if i % 2 == 0 { "here" } else { "" });
        }
        let findings = [finding];
        for format in [Format::Rich, Format::Short, Format::Plain, Format::Json] {
            let text = report(&Report { sources: &sources, findings: &findings, checked: &[], failures: &[] }, style(format));
            proptest::prop_assert!(text.contains(" finding"), "{format:?}: {text}");
            proptest::prop_assert!(!text.contains(['\u{1b}', '\u{202e}']) || format == Format::Json, "{format:?}: {text:?}");
            proptest::prop_assert!(!text.contains('\u{1b}'), "{format:?}: {text:?}");
        }
    }
}
