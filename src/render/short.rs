//! One line per finding, those beneath a headline included: `path:line:col: error[D0301]: headline`.

use super::Report;
use super::words::{place, visible};
use crate::diagnostics::Diagnostic;
use crate::source::Sources;

/// All findings, in order.
pub fn report(report: &Report<'_>) -> String {
    let mut out = String::new();
    lines(&mut out, report.sources, report.findings);
    out
}

fn lines(out: &mut String, sources: &Sources, findings: &[Diagnostic]) {
    for finding in findings {
        if let Some(place) = place(sources, finding.place()) {
            out.push_str(&place);
            out.push_str(": ");
        }
        out.push_str(&head(finding));
        out.push('\n');
        lines(out, sources, &finding.beneath);
    }
}

/// `error[D0301]: headline`.
pub fn head(finding: &Diagnostic) -> String {
    format!(
        "{}[{}]: {}",
        finding.severity.name(),
        finding.code.id,
        visible(&finding.headline)
    )
}
