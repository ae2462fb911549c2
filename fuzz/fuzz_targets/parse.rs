//! Any bytes parse and print back the same bytes; formatting twice is formatting once and keeps all.
//!
//! `cargo +nightly fuzz run parse`

#![no_main]

#[path = "../../crates/syntax/tests/common/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::check(bytes));
