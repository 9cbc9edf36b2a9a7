//! Which days are holidays, against the published list and worked values.

use super::*;

#[test]
fn holidays_of_2012_to_2028_are_those_published() {
    let calendar = england_and_wales();
    let published: Vec<(Day, String)> = PUBLISHED
        .lines()
        .skip(1)
        .map(|line| {
            line.split_once(',')
                .map(|(date, name)| (day(date), name.to_owned()))
                .unwrap()
        })
        .collect();
    let reckoned: Vec<(Day, String)> = calendar
        .holidays()
        .filter(|(d, _)| (2012..=2028).contains(&d.ymd().0))
        .map(|(d, name)| (d, name.strip_suffix(" (substitute day)").unwrap_or(name).to_owned()))
        .collect();
    assert_eq!(reckoned, published);
}

#[test]
fn a_substitute_day_says_so() {
    let calendar = england_and_wales();
    // Christmas Day on a Sunday: Boxing Day keeps its Monday and Christmas Day takes the Tuesday.
    assert_eq!(calendar.holiday(day("2022-12-26")), Some("Boxing Day"));
    assert_eq!(
        calendar.holiday(day("2022-12-27")),
        Some("Christmas Day (substitute day)")
    );
    // On a Saturday: Monday and Tuesday, in their order.
    assert_eq!(
        calendar.holiday(day("2027-12-27")),
        Some("Christmas Day (substitute day)")
    );
    assert_eq!(calendar.holiday(day("2027-12-28")), Some("Boxing Day (substitute day)"));
    assert_eq!(
        calendar.holiday(day("2028-01-03")),
        Some("New Year's Day (substitute day)")
    );
    assert_eq!(calendar.holiday(day("2028-12-25")), Some("Christmas Day"));
}

#[test]
fn a_one_off_day_wins_and_keeps_its_name() {
    let text = "calendar c \"C\"\n known from 2026-12-01\n published until 2027-01-31\n known until 2027-01-31\n \
                edition 2026-01-01\n weekend sunday\n \
                holiday \"Plain\" 25 december\n holiday \"Moved\" 25 december or next free day\n \
                holiday \"Also moved\" 31 december or next free day from 2026 until 2026\n \
                one-off 2026-12-25 \"Jubilee\"\n one-off 2026-12-31 \"Eve\"\n one-off 2027-01-01 \"Day after\"\n";
    let calendar = Calendar::build(&definition(text)).unwrap();
    let named: Vec<(String, &str)> = calendar.holidays().map(|(d, name)| (d.to_string(), name)).collect();
    let expected = [
        ("2026-12-25", "Jubilee"),
        ("2026-12-26", "Moved (substitute day)"),
        ("2026-12-31", "Eve"),
        ("2027-01-01", "Day after"),
        // Across the end of the year and past the one-off; the Saturday is no weekend day here.
        ("2027-01-02", "Also moved (substitute day)"),
    ];
    assert_eq!(named, expected.map(|(d, name)| (d.to_owned(), name)));
}

#[test]
fn an_axis_knows_what_is_pushed_into_it() {
    // 31 December 2026 is a Thursday.
    let text = "calendar c \"C\"\n known from 2027-01-01\n published until 2027-01-31\n known until 2027-01-31\n \
                edition 2026-01-01\n weekend thursday\n holiday \"Eve\" 31 december or next free day\n";
    let calendar = Calendar::build(&definition(text)).unwrap();
    assert_eq!(
        calendar.holidays().collect::<Vec<_>>(),
        [(day("2027-01-01"), "Eve (substitute day)")]
    );
}

#[test]
fn substitutes_are_taken_in_order_of_their_day_not_of_their_line() {
    let swapped = "calendar c \"C\"\n known from 2027-12-01\n published until 2027-12-31\n known until 2027-12-31\n \
                   edition 2026-01-01\n weekend saturday, sunday\n \
                   holiday \"Boxing Day\" 26 december or next free day\n holiday \"Christmas Day\" 25 december or next free day\n";
    let calendar = Calendar::build(&definition(swapped)).unwrap();
    assert_eq!(
        calendar.holiday(day("2027-12-27")),
        Some("Christmas Day (substitute day)")
    );
    assert_eq!(calendar.holiday(day("2027-12-28")), Some("Boxing Day (substitute day)"));
}

#[test]
fn easter_agrees_with_another_method_in_every_century() {
    for century in (1600..2600).step_by(100) {
        let text = format!(
            "calendar c \"C\"\n known from {century}-01-01\n published until {century}-01-01\n known until {}-12-31\n \
             edition 2026-01-01\n weekend monday\n holiday \"Easter Sunday\" easter\n",
            century + 99
        );
        let calendar = Calendar::build(&definition(&text)).unwrap();
        let found: Vec<String> = calendar.holidays().map(|(d, _)| d.to_string()).collect();
        let expected: Vec<String> = (century..century + 100).map(|y| easter_oudin(y).to_string()).collect();
        assert_eq!(found, expected);
    }
    // The earliest and the latest there are.
    assert_eq!(easter_oudin(1818).to_string(), "1818-03-22");
    assert_eq!(easter_oudin(2038).to_string(), "2038-04-25");
}

#[test]
fn rules_have_a_first_and_a_last_year_and_months_a_last_weekday() {
    let text = "calendar c \"C\"\n known from 2023-01-01\n published until 2026-12-31\n known until 2026-12-31\n \
                edition 2026-01-01\n weekend sunday\n holiday \"Leap\" 29 february\n \
                holiday \"Fourth\" fourth friday of november from 2024 until 2025\n holiday \"Last\" last saturday of august except 2024\n";
    let calendar = Calendar::build(&definition(text)).unwrap();
    let named: Vec<String> = calendar.holidays().map(|(d, name)| format!("{d} {name}")).collect();
    assert_eq!(
        named,
        [
            "2023-08-26 Last",
            "2024-02-29 Leap",
            "2024-11-22 Fourth",
            "2025-08-30 Last",
            "2025-11-28 Fourth",
            "2026-08-29 Last"
        ]
    );
}
