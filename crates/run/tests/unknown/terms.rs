//! Terms that are withheld, or that the text leaves open: rates, floors, prices, patents, grounds of an end.

use crate::outcomes;

#[test]
fn third_party_royalties_that_are_withheld_are_not_nothing() {
    let found = outcomes(
        "metric upstream
  money
  reported by Maker each quarter
royalty Running from Maker to Lab
  on sales
  10%
  reductions
    third-party royalties reported as upstream: credit 50%, excess carried forward
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  US  USD 1,000
2026-07-20 reported upstream for 2026 Q2: USD redacted
2026-07-20 reported sales for 2026 Q2
  US  USD 1,000
2026-10-20 reported sales for 2026 Q3
  US  USD 1,000
# nothing reported is nothing paid
assert 2026-04-20 Running earned for 2026 Q1 = USD 100
assert 2026-07-20 Running earned for 2026 Q2 = USD 100
assert 2026-10-20 Running earned for 2026 Q3 = USD 100
",
    );
    assert_eq!(
        found,
        [
            "holds",
            "the amount is redacted",
            "the credit carried forward is not known, because 2026 Q2 is not: the amount is redacted"
        ]
    );
}

#[test]
fn a_credit_for_each_product_needs_to_know_the_product() {
    let found = outcomes(
        "product Pump by Maker
product Hose by Maker
royalty Running from Maker to Lab
  on sales
  10%
  reductions
    third-party royalties for each product: credit 50%, excess carried forward
  paid within 45 days of each quarter
2026-04-10 third-party royalties on Running for 2026 Q1 USD 300
2026-04-20 reported sales for 2026 Q1
  Pump US  USD 1,000
  Hose US  USD 1,000
2026-07-20 reported sales for 2026 Q2
  Pump US  USD 1,000
assert 2026-04-20 Running earned for 2026 Q1 = USD 100
assert 2026-07-20 Running earned for 2026 Q2 = USD 100
",
    );
    let why = "it is not told for which product or country the third-party royalties were paid";
    let later = format!("the credit carried forward is not known, because 2026 Q1 is not: {why}");
    assert_eq!(found, [why.to_string(), later]);
}

#[test]
fn a_floor_that_is_withheld_matters_only_where_something_is_cut() {
    let found = outcomes(
        "event Generic
royalty Running from Maker to Lab
  on sales
  10%
  reductions in this order
    when Generic: to 50% of rate
    third-party royalties: credit redacted%
    all together: at most redacted% of the royalty each quarter
  paid within 45 days of each quarter
2026-05-01 began Generic
2026-04-20 reported sales for 2026 Q1
  US  USD 1,000
2026-07-20 reported sales for 2026 Q2
  US  USD 1,000
# nothing is cut: 1,000 x 10%
assert 2026-04-20 Running earned for 2026 Q1 = USD 100
assert 2026-07-20 Running earned for 2026 Q2 = USD 50
",
    );
    assert_eq!(found, ["holds", "the limit is redacted"]);
}

#[test]
fn a_european_patent_without_states_is_not_no_patent() {
    let found = outcomes(
        "patents Core of Lab
  EP 1300401  filed 2010-05-02
  DE 102020000001  filed 2020-05-02
royalty Running from Maker to Lab
  on sales
  10%
  for each country until last valid claim
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  FR  USD 1,000
2026-07-20 reported sales for 2026 Q2
  DE  USD 1,000
2026-10-20 reported sales for 2026 Q3
  US  USD 1,000
assert 2026-04-20 Running earned for 2026 Q1 = USD 100
# the German patent lives longer: 1,000 x 10%
assert 2026-07-20 Running earned for 2026 Q2 = USD 100
# none in the United States
assert 2026-10-20 Running earned for 2026 Q3 = USD 0
",
    );
    let why = "it is not said in which states the European patent is in force: add `in DE, FR`";
    assert_eq!(found, [why, "holds", "holds"]);
}

#[test]
fn a_minimum_under_a_trigger_whose_test_is_withheld_is_unknown() {
    let terms = |test: &str| {
        format!(
            "royalty Running from Maker to Lab
  on sales
  10%
  at least USD 500 each calendar year
  paid within 45 days of each quarter
trigger Relief
  when {test}
  then minimum of Running is suspended
2026-04-20 reported sales for 2026 Q1: USD 1,000
2026-07-20 reported sales for 2026 Q2: USD 1,000
2026-10-20 reported sales for 2026 Q3: USD 1,000
2027-01-20 reported sales for 2026 Q4: USD 1,000
assert 2027-02-01 minimum of Running for 2026 = USD 500
"
        )
    };
    assert_eq!(outcomes(&terms("redacted")), ["what is tested is redacted"]);
    assert_eq!(outcomes(&terms("sales over a calendar year < USD redacted")), ["the amount is redacted"]);
    // What Lab has to be found to have done, and nobody says it did, does not set the trigger off.
    assert_eq!(outcomes(&terms("Lab fails to supply")), ["holds"]);
}

#[test]
fn a_prepayment_in_another_currency_is_not_taken_off_as_if_it_were_in_this_one() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  10%
  exchange \"ECB\", period-end rate
  paid within 45 days of each quarter
pay Advance from Maker to Lab
  EUR 50 on 2026-01-01
  creditable against Running
2026-04-20 reported sales for 2026 Q1: USD 1,000
assert 2026-05-01 Running earned for 2026 Q1 = USD 100
assert 2026-05-01 Running owed for 2026 Q1 = USD 50
",
    );
    assert_eq!(found, ["holds", "`Advance` is in EUR, and how much of it counts in USD is not said"]);
}

#[test]
fn a_rate_that_would_have_to_be_made_of_others_is_unknown_and_the_others_are_named() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  10%
  exchange \"ECB\", period-end rate
  paid within 45 days of each quarter
2026-03-31 rate ECB JPY = EUR 0.01, EUR = USD 1.20
2026-04-20 reported sales for 2026 Q1: JPY 100,000
assert 2026-05-01 Running earned for 2026 Q1 = USD 120
",
    );
    assert_eq!(
        found,
        [
            "no rate of JPY in USD is told by ECB for 2026-03-31; told are those of EUR in USD and of JPY in EUR, \
          and the deal does not say that a rate is made of others"
        ]
    );
}

#[test]
fn what_hangs_on_the_ground_of_an_end_is_not_known_where_no_ground_is_told() {
    let found = outcomes(
        "pay Exit from Lab to Maker
  USD 9m within 30 days of termination when ended by Maker on breach
pay Other from Lab to Maker
  USD 9m within 30 days of termination when ended by Lab on breach
2026-08-01 terminated the agreement by Maker
assert 2026-08-02 Exit earned = USD 9m
# Lab did not end it
assert 2026-08-02 Other earned = USD 0
",
    );
    assert!(found[0].contains("on what ground the agreement was ended"), "{found:?}");
    assert_eq!(found[1], "holds");
}

#[test]
fn sales_of_days_between_two_rates_have_no_rate_that_is_known() {
    let found = outcomes(
        "royalty Own from Maker to Lab
  on sales
  10% from 2026-04-01 until 2026-06-30
  8% from 2026-10-01 until 2026-12-31
2026-04-20 reported sales for 2026 Q1
  US USD 200
2026-10-20 reported sales for 2026 Q3
  US USD 200
2027-04-20 reported sales for 2027 Q1
  US USD 200
# before the first rate, and after the last, nothing is owed
assert 2026-04-20 Own earned for 2026 Q1 = USD 0
assert 2026-10-20 Own earned for 2026 Q3 = USD 0
assert 2027-04-20 Own earned for 2027 Q1 = USD 0
",
    );
    assert_eq!(found[0], "holds");
    assert!(found[1].contains("no rate stands for 2026 Q3"), "{found:?}");
    assert_eq!(found[2], "holds");
}

#[test]
fn a_price_of_supply_that_is_withheld_is_withheld_and_not_missing() {
    let found = outcomes(
        "product Pump by Maker
supply Vials by Lab to Maker
  of Pump
  price USD redacted a vial
pay First-order from Maker to Lab
  50 times price of Vials on 2026-02-01
assert 2026-02-02 First-order earned = USD 0
",
    );
    assert!(found[0].contains("redacted"), "{found:?}");
}

#[test]
fn a_delivery_in_another_unit_than_the_price_is_for_is_not_charged_by_guess() {
    let found = outcomes(
        "\
product Vial by Lab
supply Vials by Lab to Maker
  of Vial
  price USD 140 a vial
2026-03-02 delivered Vials: 10 boxes
assert 2026-03-31 Vials earned = USD 1,400
",
    );
    assert!(found[0].contains("another unit"), "{found:?}");
}
