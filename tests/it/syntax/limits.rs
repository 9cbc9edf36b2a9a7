//! Files that are too large, too long, too deep, empty or not text: refused at once and in one sentence.

use super::read;

fn codes(text: &str) -> Vec<&'static str> {
    read(text).2.diagnostics.iter().map(|d| d.code.id).collect()
}

#[test]
fn a_file_that_says_nothing_is_reported() {
    for text in ["", "\n\n", "  \r\n\t", "-- only a comment", "\u{FEFF}"] {
        assert_eq!(codes(text), ["D0108"], "{text:?}");
    }
}

#[test]
fn a_large_file_is_refused_by_its_size() {
    let text = "rule r\n".repeat(100 * 1024 * 1024 / 7);
    let (sources, id, parsed) = read(&text);
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code.id, "D0105");
    assert!(parsed.file.items.is_empty());
    assert_eq!(parsed.cut.tree.tokens.len(), 1);
    assert_eq!(
        sources.slice(parsed.cut.tree.tokens[0].span).len(),
        sources.text(id).len()
    );
}

#[test]
fn a_long_line_costs_only_itself() {
    let (_, _, parsed) = read(&format!("rule r\n  if {}\n  when a begins\n", "a and ".repeat(2_000)));
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code.id, "D0105");
    assert_eq!(parsed.file.items[0].slots.len(), 1);
}

#[test]
fn brackets_are_one_bad_line_however_many() {
    for bracket in ["(", "["] {
        for many in [10, 9_000, 100_000] {
            let (_, _, parsed) = read(&format!("rule r\n  if {}\n  when a begins\n", bracket.repeat(many)));
            assert_eq!(parsed.diagnostics.len(), 1, "{many}");
            assert_eq!(parsed.file.items[0].slots.len(), 1);
        }
    }
}

#[test]
fn a_condition_of_very_many_lines_is_read_without_recursion() {
    let (_, _, parsed) = read(&format!("term t\n  means a\n{}", "  and a\n".repeat(50_000)));
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(parsed.file.items[0].slots.len(), 1);
}

#[test]
fn prose_is_not_complained_of_line_by_line() {
    let text =
        "Dear colleague,\nplease find below the protocol\nthat we have agreed.\n  We hope it helps.\n".repeat(1_000);
    assert_eq!(codes(&text), ["D0101"]);
}

#[test]
fn a_file_of_nothing_but_faults_is_given_up_in_time() {
    let (_, _, parsed) = read(&format!("rule r\n{}", " x\n".repeat(1_300_000)));
    assert_eq!(parsed.diagnostics.len(), 201);
    assert!(parsed.file.items[0].broken);
}

#[test]
fn since_does_not_nest() {
    let (_, _, parsed) = read(&format!("rule r\n  at first a {}begins\n", "since a ".repeat(1_000)));
    assert_eq!(parsed.diagnostics.len(), 1);
}

#[test]
fn what_is_not_text_is_said() {
    assert_eq!(codes("rule r\n  when a\0 begins\n")[0], "D0103");
    assert_eq!(codes("rule r \"\u{FFFD}\"\n"), ["D0103"]);
}

#[test]
fn ten_thousand_rules_are_read_in_time() {
    let mut text = String::from("protocol p\n");
    for i in 0..10_000 {
        text += &format!(
            "\nrule r-{i} \"rule\"\n  when            in-care begins or perhaps letter is sent\n  if              on-plan\n  the iro must hold first care-review\n  within          20 working days after in-care begins\n  cites           p {i} (X-{i})\n"
        );
    }
    let started = std::time::Instant::now();
    let (_, _, parsed) = read(&text);
    let taken = started.elapsed();
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(parsed.file.items.len(), 10_001);
    // Usually well under two seconds; the bound only tells a linear parser from a quadratic one on a busy machine.
    assert!(taken.as_secs() < 20, "{taken:?}");
}

#[test]
fn former_words_are_no_faults_however_many_there_are() {
    let (_, _, parsed) = read(&format!("rule r\n{}  if a b\n", "  within unstated\n".repeat(1_000)));
    assert_eq!(parsed.file.items[0].slots.len(), 1_000);
    let faults: Vec<_> = parsed.diagnostics.iter().filter(|d| d.stops()).collect();
    assert_eq!(faults.iter().map(|d| d.code.id).collect::<Vec<_>>(), ["D0102"]);
}
