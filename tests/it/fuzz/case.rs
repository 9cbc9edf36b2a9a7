//! Any bytes as a case, in TOML and in CSV: it is read or refused, and every place lies in the file.

use std::sync::LazyLock;

use duly::case::read;
use duly::model::Protocol;
use duly::resolve::from_text;
use duly::source::Sources;
use duly::time::Day;

static PROTOCOL: LazyLock<Protocol> = LazyLock::new(|| {
    let text = include_str!("../../../policies/stoke-on-trent/stoke-on-trent.duly");
    let loaded = from_text("stoke-on-trent.duly", text, &mut Sources::new());
    assert!(loaded.is_well_formed());
    loaded.protocol
});

/// Checks that.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let today = Day::parse_iso("2026-05-19").unwrap();
    for name in ["case.toml", "case.csv"] {
        let mut sources = Sources::new();
        let file = sources.add(name, text.as_ref());
        let (history, found) = read(&sources, &[file], &PROTOCOL, today);
        assert!(history.occurrences.is_sorted_by_key(|o| o.day));
        for label in found.iter().flat_map(|d| &d.labels) {
            assert!(text.get(label.span.range()).is_some());
        }
    }
}
