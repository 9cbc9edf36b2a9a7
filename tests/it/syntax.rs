//! Text to ast: every slot, recovery, messages, and the promise that parsing is total.

use duly::source::Sources;
use duly::syntax::parse;

#[test]
fn a_whole_rule_is_read() {
    let mut sources = Sources::new();
    let text = "rule r \"R\"\n  when in-care begins\n  the iro must hold first care-review\n  within unstated\n";
    let id = sources.add("r.duly", text);
    let parsed = parse(&sources, id);
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(parsed.file.items.len(), 1);
    assert_eq!(parsed.file.items[0].slots.len(), 3);
    assert_eq!(parsed.tree.text(&sources), text);
}
