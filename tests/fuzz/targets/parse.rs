//! Any bytes: reading ends, every byte is in the tree, and every place lies in the file.
#![no_main]

#[path = "../../it/fuzz/parse.rs"]
mod parse;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parse::holds(bytes));
