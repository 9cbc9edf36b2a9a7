//! What is said of a calendar that is wrong.

use super::*;

fn complaints(text: &str) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    resolve(&item(text), &mut out);
    out
}

#[test]
fn what_is_wrong_with_a_calendar_is_said_in_one_line() {
    let good = "calendar c \"C\"\n known from 2026-01-01\n published until 2026-12-31\n known until 2027-12-31\n edition 2026-01-01\n weekend sunday\n";
    assert_eq!(complaints(good), []);
    let cases = [
        (
            good.replace(" edition 2026-01-01\n weekend sunday\n", ""),
            code::INCOMPLETE_ITEM,
            "calendar `c` has no line `edition`, `weekend`",
        ),
        (
            format!("{good} weekend friday\n"),
            code::REPEATED_SLOT,
            "a calendar says this only once",
        ),
        (
            good.replace("known until 2027", "known until 2025"),
            code::WRONG_VALUE,
            "calendar `c` is known until 2025-12-31, before it is known at all",
        ),
        (
            good.replace("known until 2027", "known until 2526"),
            code::WRONG_VALUE,
            "calendar `c` covers more than 200 years",
        ),
        (
            good.replace("until 2026", "until 2028"),
            code::WRONG_VALUE,
            "the holidays of calendar `c` are published until 2028-12-31, outside the days it knows",
        ),
        (
            good.replace(
                "sunday",
                "monday, tuesday, wednesday, thursday, friday, saturday, sunday",
            ),
            code::WRONG_VALUE,
            "calendar `c` makes every day of the week a weekend day",
        ),
        (
            format!("{good} holiday \"May Day\" 1 may from 2020 until 2019\n"),
            code::WRONG_VALUE,
            "`May Day` ends in 2019, before it starts in 2020",
        ),
        (
            format!("{good} one-off 2026-05-08 \"A\"\n one-off 2026-05-08 \"B\"\n"),
            code::REPEATED_SLOT,
            "calendar `c` names 2026-05-08 twice",
        ),
        (
            format!("{good} one-off 2028-05-08 \"A\"\n"),
            code::BEYOND_CALENDAR,
            "`A` on 2028-05-08 lies outside the days calendar `c` knows",
        ),
        (
            format!("{good} outside\n"),
            code::MISPLACED,
            "calendar `c` has a line that calendars do not take",
        ),
    ];
    for (text, code, headline) in cases {
        let found = complaints(&text);
        let said: Vec<(&str, &str)> = found.iter().map(|d| (d.code.id, d.headline.as_str())).collect();
        assert_eq!(said, [(code.id, headline)], "{text}");
        assert!(
            found
                .iter()
                .all(|d| !d.help.is_empty() && d.labels.iter().all(|l| !l.text.is_empty())),
            "{text}"
        );
    }
}

#[test]
fn what_resolve_accepts_can_be_built() {
    let until = |extent: i32| {
        let from = day("2026-01-01");
        format!(
            "calendar c \"C\"\n known from {from}\n published until {from}\n known until {}\n edition {from}\n weekend sunday\n",
            from.plus(extent)
        )
    };
    for extent in [-1, 0, 1, 73_049, 73_050] {
        let mut out = Vec::new();
        let def = resolve(&item(&until(extent)), &mut out);
        assert_eq!(out.is_empty(), Calendar::build(&def).is_ok(), "{extent}");
    }
}

#[test]
fn a_broken_line_silences_what_follows_from_it() {
    let mut sources = Sources::new();
    let file = sources.add(
        "calendar.duly",
        "calendar c \"C\"\n  known from 2026-13-01\n  holiday \"May Day\" 31 june\n",
    );
    let parsed = parse(&sources, file);
    assert_eq!(parsed.diagnostics.len(), 2);
    let mut out = Vec::new();
    for item in &parsed.file.items {
        resolve(item, &mut out);
    }
    assert_eq!(out, []);
}
