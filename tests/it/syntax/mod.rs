//! Text to ast: every slot, recovery, messages, and the promise that parsing is total.

mod limits;
mod pages;
pub mod slips;
mod slots;
mod totality;

use duly::source::{FileId, Sources};
use duly::syntax::{Parsed, parse};

/// A file that uses most of the language, without a fault of form.
const WHOLE: &str = include_str!("whole.duly");

fn read(text: &str) -> (Sources, FileId, Parsed) {
    let mut sources = Sources::new();
    let id = sources.add("test.duly", text);
    let parsed = parse(&sources, id);
    (sources, id, parsed)
}

#[test]
fn the_whole_file_is_read_without_complaint() {
    let (_, _, parsed) = read(WHOLE);
    assert_eq!(parsed.diagnostics, []);
    assert!(parsed.file.items.iter().all(|item| !item.broken));
    assert_eq!(parsed.file.items.len(), 17);
}
