//! Any bytes are read as a deal without a panic.
//!
//! `cargo +nightly fuzz run deal`

#![no_main]

use counterpart_terms::Deal;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = Deal::read([("agreement.deal".to_string(), bytes.to_vec())]);
});
