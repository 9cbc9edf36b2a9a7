//! Any text: it is refused as it cannot be read, or laid out for good, with every word and comment in it.

use duly::format::{Refused, format};
use duly::source::Sources;

fn laid(text: &str) -> Result<String, Refused> {
    let mut sources = Sources::new();
    let file = sources.add("fuzz.duly", text);
    format(&sources, file)
}

/// What is not white space.
fn said(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{FEFF}'))
        .collect()
}

/// Checks that.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    match laid(&text) {
        Ok(out) => {
            assert_eq!(said(&out), said(&text));
            assert_eq!(laid(&out).as_deref(), Ok(out.as_str()));
        }
        Err(refused) => assert!(matches!(refused, Refused::Unreadable(_)), "{refused:?}"),
    }
}
