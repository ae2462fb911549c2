//! Small deals in which a plausible mistake of the machine would give another figure. Each is worked by hand in
//! the comment above its assertion.

use counterpart_run::{Machine, Outcome};
use counterpart_terms::Deal;

const FRAME: &str = r#"agreement "Money"
  between Lab, Maker
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of DE
metric sales
  money, by country
  reported by Maker each quarter, within 30 days
"#;

/// Every assertion of the deal holds.
#[track_caller]
fn holds(text: &str) {
    let deal = Deal::read([("agreement.deal".to_string(), format!("{FRAME}{text}").into_bytes())]);
    assert!(deal.problems.is_empty(), "{:?}", deal.problems);
    let machine = Machine::new(&deal);
    let outcomes = machine.check_all();
    assert!(!outcomes.is_empty(), "the deal asserts nothing");
    for (claim, outcome) in outcomes {
        assert_eq!(outcome, Outcome::Holds, "line {} of\n{text}", claim.at.line);
    }
}

#[test]
fn what_is_missed_is_not_met() {
    holds(
        r#"milestone Phase-2
  by Maker
pay Fee from Maker to Lab
  USD 5m when Phase-2 is met, once
2026-06-01 missed Phase-2
# nothing was reached
assert 2026-12-31 total Fee = USD 0
"#,
    );
}

#[test]
fn an_event_in_one_country_leaves_the_others() {
    holds(
        r#"event Biosimilar
royalty Running from Maker to Lab
  on sales
  10%
  reductions
    where Biosimilar: to 50% of rate
  paid within 45 days of each quarter
2026-01-01 began Biosimilar in US
2026-04-20 reported sales for 2026 Q1
  US  USD 1,000
  DE  USD 1,000
# 1,000 x 5% + 1,000 x 10%
assert 2026-04-20 Running earned for 2026 Q1 = USD 150
"#,
    );
}

#[test]
fn a_right_that_ends_is_not_the_agreement_that_ends() {
    holds(
        r#"grant Asia from Lab to Maker
  to sell
  in JP
  exclusive
royalty Running from Maker to Lab
  on sales
  10%
  until termination
  paid within 45 days of each quarter
2026-01-15 terminated Asia by Lab
2026-07-20 reported sales for 2026 Q2
  US  USD 1,000
# the royalty runs on
assert 2026-07-20 Running earned for 2026 Q2 = USD 100
"#,
    );
}

#[test]
fn a_loss_that_may_be_carried_does_not_touch_the_lines_of_a_good_quarter() {
    holds(
        r#"product Pump by Maker
product Hose by Maker
royalty Running from Maker to Lab
  on sales
  for Pump: 5%
  for Hose: 3%
  negative carried forward
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  Pump US  USD 1,000
  Hose US  USD 1,000
# 1,000 x 5% + 1,000 x 3%
assert 2026-04-20 Running earned for 2026 Q1 = USD 80
"#,
    );
}

#[test]
fn two_suspensions_of_a_minimum_add() {
    holds(
        r#"event Shortage
royalty Running from Maker to Lab
  on sales
  10%
  at least USD 365k each year, creditable within the year
  paid within 45 days of each quarter
trigger Relief
  when Shortage lasts
  then minimum of Running is suspended while it lasts
2026-01-01 began Shortage
2026-03-15 ended Shortage
2026-06-01 began Shortage
2026-08-13 ended Shortage
# 1 January to 14 March is 73 days, 1 June to 12 August too: 365,000 x (365 - 146) / 365
assert 2027-01-31 minimum of Running for 2026 = USD 219,000
"#,
    );
}

#[test]
fn a_minimum_rises_once_a_contract_year() {
    holds(
        r#"royalty Running from Maker to Lab
  on sales
  10%
  at least USD 100k each contract year, creditable within the year
    rises by USD 10k each year
  paid within 45 days of each quarter
# the first contract year has risen by nothing, the second once
assert 2028-01-31 minimum of Running for contract year 1 = USD 100,000
assert 2028-01-31 minimum of Running for contract year 2 = USD 110,000
"#,
    );
}

#[test]
fn an_amendment_goes_on_with_the_count_of_the_tiers() {
    let terms = r#"royalty Running from Maker to Lab
  on sales
  marginal tiers each calendar year
    up to USD 2m  4%
    above  6%
  paid within 45 days of each quarter
"#;
    let restated = format!(
        r#"amendment First
  effective 2026-07-01
{}"#,
        terms.replace("45 days", "30 days")
    );
    let journal = r#"2026-04-20 reported sales for 2026 Q1
  US  USD 2,000,000
2026-10-20 reported sales for 2026 Q3
  US  USD 1,000,000
# the year stands at 2m when the quarter begins: 1,000,000 x 6%
assert 2026-10-20 Running earned for 2026 Q3 = USD 60,000
"#;
    let deal = Deal::read([
        ("agreement.deal".to_string(), format!("{FRAME}{terms}").into_bytes()),
        ("amendment-1.deal".to_string(), restated.into_bytes()),
        ("journal.deal".to_string(), journal.as_bytes().to_vec()),
    ]);
    assert!(deal.problems.is_empty(), "{:?}", deal.problems);
    for (_, outcome) in Machine::new(&deal).check_all() {
        assert_eq!(outcome, Outcome::Holds);
    }
}

#[test]
fn a_correction_of_nothing_counts_for_nothing() {
    holds(
        r#"royalty Running from Maker to Lab
  on sales
  10%
  paid within 45 days of each quarter
2026-04-20 reported sales for 2026 Q1
  DE  USD 100
2026-05-20 corrected sales for 2026 Q1
  US  USD 900
# the line for US corrects nothing and is a mistake: 100 x 10%
assert 2026-06-01 Running earned for 2026 Q1 = USD 10
"#,
    );
}
