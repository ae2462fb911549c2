//! Any text as a deal and its journal: read, run and asked without a panic.
#![no_main]

use counterpart_run::Machine;
use counterpart_terms::Deal;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let deal = Deal::read([("agreement.deal".to_string(), bytes.to_vec())]);
    let machine = Machine::new(&deal);
    let _ = machine.check_all();
});
