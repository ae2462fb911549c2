//! A name that is `redacted`: what rests on who or what it is is undecided, and never zero.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use counterpart_run::{Machine, Outcome};
use counterpart_terms::Deal;

const TERMS: &str = "\
agreement \"Money\"
  between Lab, Maker
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of DE
metric sales
  money, by country
  reported by Maker each quarter, within 30 days
metric secret
  redacted
  reported by Maker each quarter, within 30 days
royalty Whole from redacted to redacted
  on sales
  10%
royalty Part from Maker to Lab
  on sales of redacted
  10%
royalty Other from Maker to Lab
  on secret
  10%
territory Home is DE, redacted
royalty Scoped from Maker to Lab
  on sales
  4%
  for redacted in DE: 3%
royalty Placed from Maker to Lab
  on sales in Home
  10%
pay Fee from Maker to Lab
  USD 1m when redacted is met, once
2026-04-20 reported sales for 2026 Q1: USD 100
2026-04-20 reported secret for 2026 Q1: USD 100
";

fn holds(claim: &str) -> Outcome {
    let deal = Deal::read([("agreement.deal".to_string(), format!("{TERMS}{claim}\n").into_bytes())]);
    let machine = Machine::new(&deal);
    machine.check_all().pop().unwrap().1
}

#[test]
fn what_rests_on_a_secret_name_is_undecided() {
    // Who pays whom does not change how much: 10% of 100.
    let whole = holds("assert 2026-12-31 Whole earned for 2026 Q1 = USD 10");
    assert!(matches!(whole, Outcome::Holds), "{whole:?}");
    for claim in [
        "assert 2026-12-31 total Whole to Lab = USD 0",
        "assert 2026-12-31 Part earned for 2026 Q1 = USD 0",
        "assert 2026-12-31 Other earned for 2026 Q1 = USD 0",
        "assert 2026-12-31 Scoped earned for 2026 Q1 = USD 4",
        "assert 2026-12-31 Placed earned for 2026 Q1 = USD 0",
        "assert 2026-12-31 total Fee = USD 0",
    ] {
        let found = holds(claim);
        assert!(!matches!(found, Outcome::Holds | Outcome::Fails(_)), "{claim}: {found:?}");
    }
}
