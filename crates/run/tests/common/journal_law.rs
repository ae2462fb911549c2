//! The law of the journal, which the replay and the fuzzer share: any bytes are read as the journal of a sound deal, and
//! as a table it names, without a panic; what is then asked is answered.

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_terms::Deal;

const AGREEMENT: &[u8] = include_bytes!("../../../../deals/helios-borealis/agreement.deal");
const TAKES_THE_TABLE: &[u8] = b"2029-05-12 sales file \"sales.csv\" of sales\n";

/// Checks the law; the first byte says whether the rest is the journal (`0`) or the table (`1`).
pub fn check(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut files = vec![("agreement.deal".to_string(), AGREEMENT.to_vec())];
    if first % 2 == 0 {
        files.push(("journal.deal".to_string(), rest.to_vec()));
    } else {
        files.push(("journal.deal".to_string(), TAKES_THE_TABLE.to_vec()));
        files.push(("sales.csv".to_string(), rest.to_vec()));
    }
    ask(files);
}

/// Reads a deal and asks it everything.
pub fn ask(files: Vec<(String, Vec<u8>)>) {
    let deal = Deal::read(files);
    let machine = Machine::new(&deal);
    let _ = machine.check_all();
    let day = machine.journal.last_day().unwrap_or(Date::MIN);
    let _ = machine.statement(None, None, day, Date::MAX);
}
