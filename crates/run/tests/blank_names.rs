//! A name that is `redacted`: what rests on who or what it is is undecided, and never zero.
#![allow(clippy::unwrap_used, reason = "a test stops where something is wrong")]

use counterpart_num::Date;
use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
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

/// What a statement says of a payment: the amount, and what each payee and each payer gets or bears.
fn stated(terms: &str) -> Vec<(Option<String>, Vec<Option<String>>)> {
    let deal = Deal::read([("agreement.deal".to_string(), terms.as_bytes().to_vec())]);
    assert!(deal.problems.iter().all(|p| p.severity != Severity::Error), "{:?}", deal.problems);
    let day = Date::parse("2026-04-30").unwrap();
    let statement = Machine::new(&deal).statement(None, None, day, Date::MAX);
    let of = |p: &counterpart_run::statement::Payment| {
        let payees = p.payees.iter().map(|payee| payee.amount.as_ref().map(|f| f.shown.clone()));
        let payers = p.payers.iter().map(|payer| payer.amount.as_ref().map(|f| f.shown.clone()));
        (p.amount.as_ref().map(|f| f.shown.clone()), payees.chain(payers).collect())
    };
    statement.payments.iter().map(of).collect()
}

const FRAME: &str = "\
agreement \"Money\"
  between Lab, Maker, Third
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of DE
party Third of DE
metric sales
  money
  reported by Maker each quarter, within 30 days
2026-04-20 reported sales for 2026 Q1: USD 100
";

#[test]
fn a_statement_says_no_more_than_an_assertion() {
    // 10% of 100 are owed; who gets 40% of that is secret, so nobody's share is known.
    let shared = "royalty Running from Maker to Lab\n  on sales\n  10%\n  to Lab 60%, redacted 40%\n";
    let found = stated(&format!("{FRAME}{shared}"));
    assert_eq!(found, [(Some("10.00".to_string()), vec![None, None])]);
    // Whose 40% of 10 to bear it is, is secret.
    let borne =
        "royalty Running from Maker, Third to Lab\n  on sales\n  10%\n  borne by Maker 60%, redacted 40%\n";
    let found = stated(&format!("{FRAME}{borne}"));
    assert_eq!(found, [(Some("10.00".to_string()), vec![None, None])]);
    // 5 were paid ahead: whether they count against the 10 is secret.
    let credit = "royalty Running from Maker to Lab\n  on sales\n  10%\npay Fee from Maker to Lab\n  USD 5 on effective date\n  creditable against redacted\n";
    let found = stated(&format!("{FRAME}{credit}"));
    assert!(found.iter().all(|(amount, _)| amount.is_none()), "{found:?}");
}
