//! Sums that stand with the clauses on the end of the agreement fall due when it ends, and by nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test stops where something is wrong")]

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_terms::Deal;

const FRAME: &str = include_str!("money/frame.deal");

/// What is to be paid on a day: payer, payee, day, sum; or why that is not known.
fn due(text: &str, day: &str) -> Vec<String> {
    let deal = Deal::read([("agreement.deal".to_string(), format!("{FRAME}{text}").into_bytes())]);
    assert_eq!(deal.problems, []);
    let machine = Machine::new(&deal);
    let duties = machine.agenda(Date::parse(day).unwrap(), Date::MAX, false);
    let told = |d: &counterpart_run::agenda::Duty| {
        let day = d.due.map_or("?".to_string(), |d| d.to_string());
        let sum = d.amount.clone().or(d.unknown.clone()).unwrap_or_default();
        format!("{} to {} on {day}: {sum}", d.by, d.to)
    };
    duties.iter().filter(|d| d.act == "pay").map(told).collect()
}

const WAYS: &str = "terminate\n  by Maker at will: notice 90 days, pays USD 500k\n  \
                    by either on breach: notice 60 days, pays USD 100k\n";

#[test]
fn who_ends_it_pays_for_the_ground_it_ends_it_on() {
    assert_eq!(due(WAYS, "2026-12-31"), Vec::<String>::new());
    let ended = |how: &str| format!("{WAYS}2026-06-01 terminated the agreement by {how}\n");
    assert_eq!(due(&ended("Maker at will"), "2026-05-31"), Vec::<String>::new());
    // On the day the end takes effect: 90 days, or 60, after the notice.
    assert_eq!(due(&ended("Maker at will"), "2026-12-31"), ["Maker to Lab on 2026-08-30: USD 500,000.00"]);
    assert_eq!(due(&ended("Maker on breach"), "2026-12-31"), ["Maker to Lab on 2026-07-31: USD 100,000.00"]);
    assert_eq!(due(&ended("Lab on breach"), "2026-12-31"), ["Lab to Maker on 2026-07-31: USD 100,000.00"]);
    assert_eq!(due(&ended("Lab on insolvency"), "2026-12-31"), Vec::<String>::new());
}

#[test]
fn what_is_paid_after_the_end_waits_for_its_days_and_its_test() {
    let after = "after the end by Maker\n  Maker pays USD 300k when the agreement ends on breach within 30 days\n  \
                 Lab repays USD 3,000\n";
    let ended = |how: &str| format!("{after}2026-06-01 terminated the agreement by {how}\n");
    assert_eq!(
        due(&ended("Maker on breach"), "2026-12-31"),
        ["Lab to Maker on 2026-06-01: USD 3,000.00", "Maker to Lab on 2026-07-01: USD 300,000.00"]
    );
    assert_eq!(due(&ended("Maker at will"), "2026-12-31"), ["Lab to Maker on 2026-06-01: USD 3,000.00"]);
    assert_eq!(due(&ended("Lab on breach"), "2026-12-31"), Vec::<String>::new());
}

#[test]
fn a_ground_that_is_not_told_leaves_the_sum_open() {
    let told = due(&format!("{WAYS}2026-06-01 terminated the agreement by Maker\n"), "2026-12-31");
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().all(|d| d.contains("on what ground")), "{told:#?}");
}
