//! Reports that are missing, overdue or do not say enough, and figures computed from others.

use crate::outcomes;
use counterpart_run::Machine;
use counterpart_terms::Deal;

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
        include_str!("../money/frame.deal")
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
        include_str!("../money/frame.deal")
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
