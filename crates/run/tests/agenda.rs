//! What is due: nothing that cannot be worked out is left out; it is listed with its reason.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is wrong")]

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::agenda::{Duty, State};
use counterpart_terms::Deal;

const FRAME: &str = include_str!("money/frame.deal");

fn agenda(text: &str, day: &str) -> Vec<Duty> {
    let deal = Deal::read([("agreement.deal".to_string(), format!("{FRAME}{text}").into_bytes())]);
    assert_eq!(deal.problems, []);
    let machine = Machine::new(&deal);
    machine.agenda(Date::parse(day).unwrap(), Date::MAX, false)
}

#[test]
fn a_payment_whose_occasions_cannot_be_told_is_listed() {
    let duties = agenda("pay Fee from Maker to Lab\n  USD 1,000 each redacted\n", "2026-12-31");
    assert_eq!(duties.len(), 1, "{duties:#?}");
    assert_eq!((duties[0].what.as_str(), duties[0].due, duties[0].state), ("Fee", None, State::Due));
    assert_eq!(duties[0].unknown.as_deref(), Some("the period is redacted"));
}

#[test]
fn a_payment_whose_day_cannot_be_told_is_listed_with_its_sum() {
    let duties = agenda(
        "milestone A\npay Fee from Maker to Lab\n  USD 1,000 when A is met within redacted days, once\n\
         2026-03-01 reached A\n",
        "2026-12-31",
    );
    assert_eq!(duties.len(), 1, "{duties:#?}");
    assert_eq!(duties[0].amount.as_deref(), Some("USD 1,000.00"));
    assert_eq!(duties[0].due, None);
    assert!(duties[0].unknown.as_deref().is_some_and(|u| u.contains("redacted")), "{duties:#?}");
}

#[test]
fn a_test_that_cannot_be_told_is_listed() {
    let duties = agenda(
        "pay Bonus from Maker to Lab\n  USD 1,000 when sales over a calendar year >= USD redacted, once\n\
         2026-04-20 reported sales for 2026 Q1: USD 5\n",
        "2026-04-20",
    );
    let pay: Vec<&Duty> = duties.iter().filter(|d| d.act == "pay").collect();
    assert_eq!(pay.len(), 1, "{duties:#?}");
    assert_eq!((pay[0].due, pay[0].amount.as_deref()), (None, None));
    assert!(pay[0].unknown.as_deref().is_some_and(|u| u.contains("redacted")), "{duties:#?}");
}

#[test]
fn a_fee_that_an_amendment_takes_out_is_not_to_come() {
    let fee = "pay Fee from Maker to Lab\n  USD 1,000 each calendar year on 31 March from 2026\n";
    let deal = Deal::read([
        ("agreement.deal".to_string(), format!("{FRAME}{fee}").into_bytes()),
        ("amendment-1.deal".to_string(), b"amendment First\n  effective 2027-01-01\n  delete Fee\n".to_vec()),
        ("journal.deal".to_string(), b"2026-03-31 paid Fee USD 1,000\n".to_vec()),
    ]);
    assert_eq!(deal.problems, []);
    let duties = Machine::new(&deal).agenda(Date::parse("2026-06-30").unwrap(), Date::MAX, false);
    assert_eq!(duties, []);
}

#[test]
fn a_sum_the_clause_fixes_is_told_before_its_day() {
    let duties = agenda(
        "pay Upfront from Maker to Lab\n  USD 3m on 2027-01-01\n\
         pay Fee from Maker to Lab\n  USD 1,000 on 2027-03-31\n\
         2026-06-01 paid Fee USD 400\n",
        "2026-12-01",
    );
    let told: Vec<_> = duties.iter().map(|d| (d.what.as_str(), d.amount.as_deref(), d.state)).collect();
    // What is paid before its day is set against it: 1,000 less 400.
    assert_eq!(
        told,
        [("Upfront", Some("USD 3,000,000.00"), State::Coming), ("Fee", Some("USD 600.00"), State::Coming)]
    );
}
