//! What a statement says of late interest beside its figure.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops with a panic")]

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_terms::Deal;

#[test]
fn a_ceiling_at_what_the_law_allows_is_said_to_be_unchecked_with_its_clause() {
    let text = format!(
        "{}royalty Running from Maker to Lab
  on sales
  10%
  paid within 30 days of each quarter
  late interest 10% a year, simple, actual/365, at most the legal maximum
2026-07-20 reported sales for 2026 Q2: USD 36,500
",
        include_str!("money/frame.deal")
    );
    let deal = Deal::read([("agreement.deal".to_string(), text.clone().into_bytes())]);
    assert!(deal.problems.is_empty(), "{:?}", deal.problems.first());
    let machine = Machine::new(&deal);
    let day = Date::new(2026, 11, 7).expect("a day");
    let run = machine.run(day, Date::MAX);
    let late = run.late(&"Running".into()).expect("the interest is known");
    let one = late.first().expect("one amount is late");
    // 3,650 due on 30 July, 100 days late at 10%
    assert_eq!(one.interest.to_string(), "USD 100.00");
    let note = one.step.parts.iter().find(|s| s.what.contains("legal maximum")).expect("a note");
    assert_eq!(note.what, "the legal maximum is not checked");
    assert_eq!(note.value, None);
    let line = text.lines().position(|l| l.contains("late interest")).expect("the clause") + 1;
    assert_eq!(note.clause.map(|at| at.line as usize), Some(line));
}

/// The arithmetic shown for the first amount that is late.
fn shown(interest: &str, as_of: Date) -> (String, String) {
    let text = format!(
        "{}royalty Running from Maker to Lab
  on sales
  10%
  paid within 30 days of each quarter
  late interest {interest}
2026-07-20 reported sales for 2026 Q2: USD 1,000,000
",
        include_str!("money/frame.deal")
    );
    let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
    assert!(deal.problems.is_empty(), "{:?}", deal.problems.first());
    let machine = Machine::new(&deal);
    let late = machine.run(as_of, Date::MAX).late(&"Running".into()).expect("the interest is known");
    let one = late.first().expect("one amount is late");
    let step = one.step.parts.first().expect("a step");
    (step.how.clone(), one.interest.to_string())
}

#[test]
fn the_arithmetic_shown_gives_the_interest() {
    let day = |y, m, d| Date::new(y, m, d).expect("a day");
    // 100,000 due on 30 July. Three months of thirty days at 1%.
    let three = shown("1% a month, simple, 30/360", day(2026, 10, 30));
    assert_eq!(three.0, "USD 100,000.00 x 1% x 3 months, from 2026-07-30 to 2026-10-30");
    assert_eq!(three.1, "USD 3,000.00");
    // Fifteen days of thirty: half a month.
    let half = shown("1% a month, simple, 30/360", day(2026, 8, 15));
    assert_eq!(half.0, "USD 100,000.00 x 1% x 15/30 months, from 2026-07-30 to 2026-08-15");
    assert_eq!(half.1, "USD 500.00");
    // A month of a year of 365 days: 73 days are 12 x 73/365 = 2.4 months.
    let days = shown("1% a month, simple, actual/365", day(2026, 10, 11));
    assert_eq!(days.0, "USD 100,000.00 x 1% x 12 x 73/365, from 2026-07-30 to 2026-10-11");
    assert_eq!(days.1, "USD 2,400.00");
    // 73 days of 365 at 10%.
    let year = shown("10% a year, simple, actual/365", day(2026, 10, 11));
    assert_eq!(year.0, "USD 100,000.00 x 10% x 73/365, from 2026-07-30 to 2026-10-11");
    assert_eq!(year.1, "USD 2,000.00");
    // From 30 July 2026 155 days to the end of the year, then 30.
    let text = shown("12.2% a year, simple, actual/actual", day(2027, 1, 31)).0;
    assert_eq!(text, "USD 100,000.00 x 12.2% x (155/365 + 30/365), from 2026-07-30 to 2027-01-31");
}
