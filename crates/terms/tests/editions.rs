//! Amendments: what they replace, add and take out, and which terms hold on a day.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_num::Date;
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Rate, Schedule};
use counterpart_terms::value::{Amount, Known, Name};

const BASE: &str = "\
agreement \"Base\"
  between Lab, Maker
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of US
metric sales
  money
  reported by Maker each quarter
royalty Running from Maker to Lab
  on sales
  4%
pay Fee from Maker to Lab
  USD 1m on 2028-01-01
";

const FIRST: &str = "\
amendment One
  effective 2027-01-01
  delete Fee
royalty Running from Maker to Lab
  on sales
  5%
pay Bonus from Maker to Lab
  USD 2m on 2029-01-01
";

const SECOND: &str = "\
amendment Two
  effective 2028-07-01
royalty Running from Maker to Lab
  on sales
  6%
";

fn deal() -> Deal {
    common::several(&[("agreement.deal", BASE), ("amendment-1.deal", FIRST), ("amendment-2.deal", SECOND)])
}

/// The rate of `Running`, and the names of the payments, on a day.
fn on(deal: &Deal, day: &str) -> (String, Vec<String>) {
    let editions = Editions::of(deal);
    let model = editions.on(Date::parse(day).unwrap());
    let royalty = &model.royalties[&Name::from("Running")];
    let rate = match &royalty.rates[0].schedule {
        Schedule::Steps(steps) => match &steps[0].rate {
            Rate::Value { value: Amount::Percent(Known::Given(rate)), .. } => rate.to_string(),
            other => panic!("{other:?}"),
        },
        Schedule::Tiers(_) => panic!("no tiers were written"),
    };
    (rate, model.pays.keys().map(ToString::to_string).collect())
}

#[test]
fn terms_on_a_day() {
    let deal = deal();
    assert_eq!(deal.problems, []);
    assert_eq!(on(&deal, "2026-12-31"), ("0.04".into(), vec!["Fee".into()]));
    assert_eq!(on(&deal, "2027-01-01"), ("0.05".into(), vec!["Bonus".into()]));
    assert_eq!(on(&deal, "2028-06-30"), ("0.05".into(), vec!["Bonus".into()]));
    assert_eq!(on(&deal, "2028-07-01"), ("0.06".into(), vec!["Bonus".into()]));
}

#[test]
fn before_the_agreement_its_first_terms_are_meant() {
    assert_eq!(on(&deal(), "2020-01-01").0, "0.04");
}

#[test]
fn amendments_count_by_their_day_not_by_their_file() {
    let swapped = common::several(&[
        ("agreement.deal", BASE),
        ("amendment-1.deal", SECOND),
        ("amendment-2.deal", FIRST),
    ]);
    assert_eq!(on(&swapped, "2027-06-30").0, "0.05");
    assert_eq!(on(&swapped, "2029-01-01").0, "0.06");
}

#[test]
fn each_edition_names_its_amendment() {
    let editions = Editions::of(&deal());
    let names: Vec<Option<String>> =
        editions.0.iter().map(|e| e.amendment.as_ref().map(ToString::to_string)).collect();
    assert_eq!(names, [None, Some("One".into()), Some("Two".into())]);
    assert_eq!(editions.first().pays.len(), 1);
    assert!(editions.last().pays.contains_key(&Name::from("Bonus")));
}

#[test]
fn a_clause_an_amendment_restates_is_checked_where_it_stands() {
    let amendment = FIRST.replace("5%", "5% from 2029-01-01 until 2028-01-01");
    let deal = common::several(&[("agreement.deal", BASE), ("amendment-1.deal", &amendment)]);
    let said: String = deal.problems.iter().map(|p| common::show(&deal, p)).collect();
    assert!(said.starts_with("amendment-1.deal:6:3: warning ends-before-it-starts"), "{said}");
    assert_eq!(deal.problems.len(), 1, "{said}");
}

#[test]
fn an_amendment_without_a_day_waits_for_the_journal() {
    let waits =
        "amendment Later\n  effective redacted\nroyalty Running from Maker to Lab\n  on sales\n  7%\n";
    let files = [("agreement.deal", BASE), ("amendment-1.deal", waits)];
    let deal = common::several(&files);
    assert_eq!(on(&deal, "2026-06-30").0, "0.04");
    assert_eq!(on(&deal, "2030-06-30").0, "0.04");
    let codes: Vec<&str> = deal.problems.iter().map(|p| p.code.as_str()).collect();
    assert_eq!(codes, ["amendment-undated"]);
    let told = [files[0], files[1], ("journal.deal", "2027-03-01 amended by Later\n")];
    let deal = common::several(&told);
    assert_eq!(on(&deal, "2027-02-28").0, "0.04");
    assert_eq!(on(&deal, "2027-03-01").0, "0.07");
    assert!(deal.problems.is_empty());
}
