//! What cannot be known stays unknown: a figure that hangs on it says so, with the stretch it hangs on, and no
//! zero stands in its place. What does not hang on it is computed.

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test stops with a panic")]

use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;

/// What becomes of each assertion of a deal on the frame: it holds, or why it cannot be decided.
fn outcomes(text: &str) -> Vec<String> {
    let deal = format!("{}{text}", include_str!("money/frame.deal"));
    let deal = Deal::read([("agreement.deal".to_string(), deal.into_bytes())]);
    let machine = Machine::new(&deal);
    let problems = deal.problems.iter().chain(&machine.problems);
    let errors: Vec<&str> =
        problems.filter(|p| p.severity == Severity::Error).map(|p| p.message.as_str()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let shown = machine.check_all().into_iter().map(|(_, outcome)| match outcome {
        Outcome::Holds => "holds".to_string(),
        Outcome::Undecided(why) => why,
        other => format!("{other:?}"),
    });
    shown.collect()
}

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
fn a_quarter_not_reported_between_two_that_are_leaves_the_tiers_unknown() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  marginal tiers each calendar year
    up to USD 1,000  4%
    above            6%
  paid within 45 days of each quarter
2026-07-20 reported sales for 2026 Q2
  US  USD 500
2027-01-20 reported sales for 2026 Q4
  US  USD 1,000
# nothing was sold before the first report: 500 x 4%
assert 2026-07-20 Running earned for 2026 Q2 = USD 20
# the report for the third quarter was due on 30 October
assert 2027-01-31 Running earned for 2026 Q4 = USD 50
",
    );
    assert_eq!(
        found,
        [
            "holds",
            "the sum the tiers have reached is not known, because 2026 Q3 is not: `sales` is not reported for 2026 Q3"
        ]
    );
}

#[test]
fn a_quarter_whose_report_is_overdue_has_not_earned_nothing() {
    let found = outcomes(
        "royalty Running from Maker to Lab
  on sales
  10%
  paid within 45 days of each quarter
2026-07-20 reported sales for 2026 Q2
  US  USD 1,000
2027-01-20 reported sales for 2026 Q4
  US  USD 2,000
# before the first report nothing was sold
assert 2027-01-20 Running earned for 2026 Q1 = USD 0
# not due before 30 October
assert 2026-10-29 Running earned for 2026 Q3 = USD 0
assert 2026-11-02 Running earned for 2026 Q3 = USD 0
# between two reports
assert 2027-01-20 Running earned for 2026 Q3 = USD 0
assert 2027-01-20 Running earned for 2026 Q3 >= USD 0
# after the last one
assert 2027-04-29 Running earned for 2027 Q1 = USD 0
assert 2027-05-03 Running earned for 2027 Q1 = USD 0
assert 2027-05-03 Running base for 2027 Q1 = USD 0
",
    );
    let third = "`sales` is not reported for 2026 Q3";
    let first = "`sales` is not reported for 2027 Q1";
    assert_eq!(found, ["holds", "holds", third, third, third, "holds", first, first]);
}

#[test]
fn a_minimum_says_which_report_is_missing() {
    let text = format!(
        "{}royalty Running from Maker to Lab
  on sales
  10%
  at least USD 500 each calendar year
  paid within 45 days of each quarter
2027-04-20 reported sales for 2027 Q1
  US  USD 1,000
2027-10-20 reported sales for 2027 Q3
  US  USD 2,000
2028-01-20 reported sales for 2027 Q4
  US  USD 0
",
        include_str!("money/frame.deal")
    );
    let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
    let machine = Machine::new(&deal);
    let run = machine.run(counterpart_num::Date::new(2028, 2, 1).expect("a day"), counterpart_num::Date::MAX);
    let dues = run.dues(&"Running".into()).expect("they are known");
    let steps = dues.iter().flat_map(|due| &due.steps).filter(|s| s.what == "difference to the minimum");
    let found: Vec<&str> = steps.map(|s| s.how.as_str()).collect();
    assert_eq!(
        found,
        [
            // Before the first report nothing was to be reported.
            "USD 500.00 less USD 0.00 earned",
            // 100 + 200, and nobody told of the second quarter.
            "at least the minimum of USD 500.00 is owed for 2027; how much more hangs on this: `sales` is not \
             reported for 2027 Q2",
        ]
    );
}

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
fn sales_of_no_country_are_not_charged_once_the_term_has_ended_in_some() {
    let found = outcomes(
        "royalty Own from Maker to Lab
  on sales
  10%
  for each country until 1 year from first sale
2026-01-01 first sale in US
2026-07-01 first sale in JP
2026-10-20 reported sales for 2026 Q3
  USD 200
2027-04-20 reported sales for 2027 Q1
  USD 200
2028-01-20 reported sales for 2027 Q4
  USD 200
# in both countries: 200 x 10%
assert 2026-10-20 Own earned for 2026 Q3 = USD 20
# over in the US since 2027-01-01, but not in JP
assert 2027-04-20 Own earned for 2027 Q1 = USD 0
# over in both since 2027-07-01
assert 2028-01-20 Own earned for 2027 Q4 = USD 0
",
    );
    assert_eq!(found[0], "holds");
    assert!(found[1].contains("has ended for some products or countries and not for others"), "{found:?}");
    assert_eq!(found[2], "holds");
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
fn a_minimum_says_where_the_text_counts_otherwise() {
    let text = format!(
        "{}royalty Running from Maker to Lab
  on sales
  10%
  at least USD 500 each calendar year
    credit counts what was earned and paid in the 12 months before, by \"4.2\"
    credit counts what was earned in the calendar year, by \"Exhibit A\"
  paid within 45 days of each quarter
2027-01-20 reported sales for 2026 Q4: USD 9,000
",
        include_str!("money/frame.deal")
    );
    let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
    let machine = Machine::new(&deal);
    let run = machine.run(counterpart_num::Date::new(2027, 2, 1).expect("a day"), counterpart_num::Date::MAX);
    let dues = run.dues(&"Running".into()).expect("they are known");
    let steps = dues.iter().flat_map(|due| &due.steps).filter(|s| s.what == "difference to the minimum");
    let found: Vec<&str> = steps.flat_map(|s| &s.parts).map(|s| s.how.as_str()).collect();
    // 900 is above 500 as it is counted here; the other way asks for what was paid by then, which is nothing.
    let otherwise =
        "4.2 counts what was earned and paid in the 12 months before; what 2026 earned is counted here";
    assert_eq!(found, ["", otherwise]);
}

/// A metric computed from another, and that from another, `links` times; the last one is reported, or comes back to the
/// first over the year before.
fn chained(links: usize, circle: bool) -> String {
    let mut text = "agreement \"Money\"\n  between Lab, Maker\n  effective 2026-01-01\n  currency USD\n\
                    party Lab of US\nparty Maker of DE\n"
        .to_string();
    for link in 0..links {
        let over = if circle { " over the calendar year before" } else { "" };
        let next = if circle { (link + 1) % links } else { link + 1 };
        text.push_str(&format!("metric m{link}\n  money\n  is m{next}{over}\n"));
    }
    if !circle {
        text.push_str(&format!(
            "metric m{links}\n  money\n  reported by Maker each quarter, within 30 days\n"
        ));
        text.push_str(&format!("2026-04-20 reported m{links} for 2026 Q1: USD 100\n"));
    }
    text.push_str("assert 2026-12-31 m0 for 2026 Q1 = USD 100\n");
    text
}

#[test]
fn a_long_chain_is_no_circle() {
    let outcome = |text: String| {
        let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
        Machine::new(&deal).check_all().pop().map(|(_, outcome)| format!("{outcome:?}")).unwrap_or_default()
    };
    assert_eq!(outcome(chained(20, false)), "Holds");
    let long = outcome(chained(40, false));
    assert!(long.contains("each computed from the next"), "{long}");
    let circle = outcome(chained(3, true));
    assert!(circle.contains("depends on itself"), "{circle}");
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
        include_str!("money/frame.deal")
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
