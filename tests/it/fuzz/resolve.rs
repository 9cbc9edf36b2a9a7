//! Any text: names are looked up and meant, scenarios included, and what is found can be said in every form.

use duly::diagnostics::Diagnostic;
use duly::resolve::from_text;
use duly::source::Sources;

/// Checks that.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut sources = Sources::new();
    let loaded = from_text("fuzz.duly", &text, &mut sources);
    let stops = loaded.diagnostics.iter().any(Diagnostic::stops);
    assert_eq!(loaded.is_well_formed(), !stops);
    for diagnostic in &loaded.diagnostics {
        for label in &diagnostic.labels {
            let whole = sources.text(label.span.file);
            assert!(whole.get(label.span.range()).is_some());
        }
    }
}
