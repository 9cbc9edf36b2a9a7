//! The shortest text that still shows what a longer one shows. In: a text and a test. Out: a text that passes it.

/// Leaves out blocks (an item with its slots) and then lines, as long as what remains still passes. What is not well formed
/// must fail the test.
pub fn shrunk(text: &str, passes: impl Fn(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    loop {
        let before = lines.len();
        for whole in [true, false] {
            let mut at = 0;
            while at < lines.len() {
                let follows = lines[at + 1..]
                    .iter()
                    .take_while(|l| whole && l.starts_with(' '))
                    .count();
                let mut fewer = lines.clone();
                fewer.drain(at..=at + follows);
                if passes(&joined(&fewer)) {
                    lines = fewer;
                } else {
                    at += 1;
                }
            }
        }
        if lines.len() == before {
            return joined(&lines);
        }
    }
}

fn joined(lines: &[String]) -> String {
    lines.iter().flat_map(|l| [l.as_str(), "\n"]).collect()
}

#[test]
fn what_is_not_needed_is_left_out() {
    let text = "rule a\n  when x\n  unless y\nrule b\n  when x\n";
    assert_eq!(
        shrunk(text, |t| t.contains("  unless y\n") && t.starts_with("rule")),
        "rule a\n  unless y\n"
    );
}
