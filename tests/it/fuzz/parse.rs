//! Any bytes: reading ends, every byte is in the tree, and every place lies in the file.

use duly::source::Sources;
use duly::syntax::{cut, parse};

/// Checks that.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::new();
    let file = sources.add("fuzz.duly", text.as_ref());
    let parsed = parse(&sources, file);
    assert_eq!(parsed.cut.tree.text(&sources), text);
    let mut at = 0;
    for token in &parsed.cut.tree.tokens {
        assert!(token.span.start == at && token.span.end > at);
        at = token.span.end;
    }
    for diagnostic in &parsed.diagnostics {
        for label in &diagnostic.labels {
            assert!(text.get(label.span.range()).is_some());
        }
        if let Some(fix) = &diagnostic.fix {
            assert!(text.get(fix.span.range()).is_some());
        }
    }
    let _ = cut(&sources, file);
}
