//! Any text: names are looked up and meant, scenarios included, and what is found can be said in every form.
#![no_main]

#[path = "../../it/fuzz/resolve.rs"]
mod resolve;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| resolve::holds(bytes));
