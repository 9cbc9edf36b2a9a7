//! Any text: it is refused as it cannot be read, or laid out for good, with every word and comment in it.
#![no_main]

#[path = "../../it/fuzz/format.rs"]
mod format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| format::holds(bytes));
