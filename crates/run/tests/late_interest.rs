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
