//! What is carried from one period into the next: tiers, caps, advances, losses, and whether a quarter that is not known
//! leaves them known.

use crate::outcomes;
use counterpart_run::{Machine, Outcome};
use counterpart_terms::Deal;

#[test]
fn tiers_after_a_quarter_whose_sales_are_withheld_are_unknown_until_they_begin_anew() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  marginal tiers each calendar year
    up to USD 1,000  4%
    above            6%
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  US  USD redacted
2026-07-20 reported sales for 2026 Q2
  US  USD 500
2027-04-20 reported sales for 2027 Q1
  US  USD 500
assert 2026-07-20 Running earned for 2026 Q2 = USD 20
# a new year: 500 x 4%
assert 2027-04-20 Running earned for 2027 Q1 = USD 20
",
    );
    assert_eq!(
        found,
        [
            "the sum the tiers have reached is not known, because 2026 Q1 is not: the amount is redacted",
            "holds"
        ]
    );
}

#[test]
fn a_flat_rate_goes_on_after_a_quarter_whose_sales_are_withheld() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  4%
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  US  USD redacted
2026-07-20 reported sales for 2026 Q2
  US  USD 500
# 500 x 4%
assert 2026-07-20 Running earned for 2026 Q2 = USD 20
",
    );
    assert_eq!(found, ["holds"]);
}

#[test]
fn a_cap_after_a_quarter_whose_royalty_is_not_known_is_unknown() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  redacted% until 2026-03-31, then 10%
  at most USD 100 each calendar year
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  US  USD 900
2026-07-20 reported sales for 2026 Q2
  US  USD 500
2027-04-20 reported sales for 2027 Q1
  US  USD 5,000
assert 2026-07-20 Running earned for 2026 Q2 = USD 50
# another year: 500, at most 100
assert 2027-04-20 Running earned for 2027 Q1 = USD 100
",
    );
    assert_eq!(
        found,
        ["what was earned before is not known, because 2026 Q1 is not: the amount is redacted", "holds"]
    );
}

#[test]
fn an_advance_after_a_quarter_whose_royalty_is_not_known_is_unknown() {
    let found = outcomes(
        "pay Guarantee from Maker to Lab
  USD 100 on effective date
  recouped from Running
royalty Running from Maker to Lab
  on sales
  10% until Guarantee is recouped, then 5%
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  US  USD redacted
2026-07-20 reported sales for 2026 Q2
  US  USD 1,000
assert 2026-07-20 Running earned for 2026 Q2 = USD 100
",
    );
    assert_eq!(
        found,
        ["what is left of the advances is not known, because 2026 Q1 is not: the amount is redacted"]
    );
}

#[test]
fn a_loss_after_a_quarter_whose_sales_are_withheld_is_unknown() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  10%
  negative carried forward
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  US  USD redacted
2026-07-20 reported sales for 2026 Q2
  US  USD 1,000
assert 2026-07-20 Running earned for 2026 Q2 = USD 100
",
    );
    assert_eq!(
        found,
        ["the loss carried forward is not known, because 2026 Q1 is not: the amount is redacted"]
    );
}

#[test]
fn a_cap_each_contract_year_is_unknown_where_no_contract_year_begins() {
    let deal = b"agreement \"Money\"
  between Lab, Maker
  currency USD
party Lab of US
party Maker of DE
metric sales
  money
  reported by Maker each quarter, within 30 days
royalty Running from Maker to Lab
  on sales
  10%
  at most USD 50 each contract year
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1: USD 1,000
assert 2026-04-20 Running earned for 2026 Q1 = USD 50
";
    let deal = Deal::read([("agreement.deal".to_string(), deal.to_vec())]);
    let found: Vec<Outcome> = Machine::new(&deal).check_all().into_iter().map(|(_, o)| o).collect();
    let why = "the day contract years are counted from is not known".to_string();
    assert_eq!(found, [Outcome::Undecided(why)]);
}

#[test]
fn tiers_pooled_with_sales_of_another_royalty_are_unknown() {
    let found = outcomes(
        "product Pump by Maker
product Hose by Maker
royalty Pumps from Maker to Lab
  on sales, of Pump
  marginal tiers each calendar year, pooled over Pump, Hose
    up to USD 1,000  4%
    above            6%
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  Pump US  USD 900
  Hose US  USD 900
assert 2026-04-20 Pumps earned for 2026 Q1 = USD 36
",
    );
    assert_eq!(found, ["its tiers are pooled with `Hose`, which is not part of what it is on"]);
}

#[test]
fn what_is_carried_out_of_a_quarter_that_is_not_known_is_unknown() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  10%
  reductions
    third-party royalties: credit 50%, never below half the rate, excess carried forward
  paid within 45 days of each quarter
2026-04-10 third-party royalties on Running for 2026 Q1 USD 500
2026-04-20 reported sales for 2026 Q1
  US  USD redacted
assert 2026-04-20 Running carried for 2026 Q1 = USD 0
assert 2026-07-20 Running carried for 2026 Q2 = USD 0
",
    );
    assert_eq!(
        found,
        [
            "the amount is redacted",
            "the credit carried forward is not known, because 2026 Q1 is not: the amount is redacted"
        ]
    );
}

#[test]
fn a_cap_and_tiers_for_the_whole_life_say_from_where_they_count() {
    let text = format!(
        "{}royalty Running from Maker to Lab
  on sales
  marginal tiers to date
    up to USD 1m  10%
    above          5%
  at most USD 1m in all
  paid within 45 days of each quarter
2026-10-20 reported sales for 2026 Q3: USD 9,000
",
        include_str!("../money/frame.deal")
    );
    let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
    let machine = Machine::new(&deal);
    let run =
        machine.run(counterpart_num::Date::new(2026, 10, 20).expect("a day"), counterpart_num::Date::MAX);
    let dues = run.dues(&"Running".into()).expect("they are known");
    let steps = dues.iter().flat_map(|due| &due.steps).flat_map(|s| std::iter::once(s).chain(&s.parts));
    let found: Vec<&str> = steps.map(|s| s.what.as_str()).filter(|what| what.contains("nothing")).collect();
    // The reports of the first and second quarter were due on 30 April and 30 July.
    assert_eq!(
        found,
        [
            "the tiers begin at nothing: nothing was reported for 2026 Q1 to 2026 Q2",
            "the cap counts from nothing: nothing was reported for 2026 Q1 to 2026 Q2",
        ]
    );
}
