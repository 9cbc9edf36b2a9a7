//! Any bytes as a case, in TOML and in CSV: it is read or refused, and every place lies in the file.
#![no_main]

#[path = "../../it/fuzz/case.rs"]
mod case;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| case::holds(bytes));
