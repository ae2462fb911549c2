//! Any bytes are read as the journal of a sound deal, and as a table it names, without a panic; what is then
//! asked is answered.
//!
//! `cargo +nightly fuzz run journal`: the first byte says whether the rest is the journal or the table.

#![no_main]

#[path = "../../crates/run/tests/common/journal_law.rs"]
mod journal_law;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| journal_law::check(bytes));
