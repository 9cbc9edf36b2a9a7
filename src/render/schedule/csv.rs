//! The sheet: a line for each duty and reading. In: a schedule. Out: CSV as RFC 4180 has it, with a header.

use super::{Worked, words};

const HEADER: [&str; 14] = [
    "state",
    "first_day",
    "last_day",
    "last_day_stated",
    "who",
    "what",
    "force",
    "timing",
    "rule",
    "cites",
    "engaged_by",
    "reading",
    "why_first",
    "why_last",
];

/// Draws the sheet.
pub(super) fn sheet(worked: &Worked<'_>) -> String {
    let mut out = String::new();
    line(&mut out, HEADER.iter().map(|h| (*h).to_owned()));
    for lost in worked.schedule.lost_for_good() {
        let mut cells = vec![String::new(); HEADER.len()];
        cells[0] = "lost".to_owned();
        cells[5] = words::lost(lost, words::date);
        cells[8] = lost
            .rules
            .iter()
            .map(|r| r.name.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        cells[9] = lost
            .rules
            .iter()
            .flat_map(|r| r.cites.clone())
            .collect::<Vec<_>>()
            .join("; ");
        cells[11] = words::under(worked.schedule, &lost.under);
        line(&mut out, cells);
    }
    for duty in &worked.schedule.duties {
        for fate in &duty.fates {
            let day =
                |bound: &Option<crate::schedule::Bound>| bound.as_ref().map_or(String::new(), |b| b.day.to_string());
            let why = |bound: &Option<crate::schedule::Bound>, what: &str| {
                bound
                    .as_ref()
                    .map_or(String::new(), |b| words::reasons(b, what, words::date).join(" | "))
            };
            let last = match fate.state {
                crate::schedule::State::Overdue(day) => day.plus(-1).to_string(),
                crate::schedule::State::Done(Some(day)) | crate::schedule::State::Late(day) => day.to_string(),
                _ => day(&fate.latest),
            };
            line(
                &mut out,
                [
                    words::state(fate.state).to_owned(),
                    day(&fate.earliest),
                    last,
                    if fate.stated { "yes" } else { "no" }.to_owned(),
                    duty.who.clone(),
                    duty.what.clone(),
                    if duty.must { "must" } else { "should" }.to_owned(),
                    duty.urgency.join("; "),
                    duty.rule.name.clone(),
                    duty.rule.cites.join("; "),
                    duty.because.clone().unwrap_or_default(),
                    words::under(worked.schedule, &fate.under),
                    why(&fate.earliest, "earlier"),
                    why(&fate.latest, "later"),
                ],
            );
        }
    }
    out
}

fn line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|c| cell(&c)).collect();
    out.push_str(&cells.join(","));
    out.push_str("\r\n");
}

/// Quoted where it must be. A spreadsheet must not take the author's words for a formula.
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
