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

const YEARLY: &str = "pay Fee from Maker to Lab\n  USD 1,000 each calendar year on 31 March from 2026\n";

fn told(duties: &[Duty]) -> Vec<(&str, Option<&str>, Option<String>, State)> {
    let one = |d: &'_ Duty| d.due.map(|day| day.to_string());
    duties.iter().map(|d| (d.what.as_str(), d.period.as_deref(), one(d), d.state)).collect()
}

#[test]
fn a_fee_that_comes_again_is_listed_before_its_day() {
    // 2026 is paid; 31 March 2027 is the next.
    let duties = agenda(&format!("{YEARLY}2026-03-31 paid Fee USD 1,000\n"), "2026-06-30");
    let day = Some("2027-03-31".to_string());
    assert_eq!(told(&duties), [("Fee", Some("2027"), day.clone(), State::Coming)]);
    assert_eq!(duties[0].amount.as_deref(), Some("USD 1,000.00"));
    // One that is open hides none that comes.
    let duties = agenda(YEARLY, "2026-06-30");
    let late = Some("2026-03-31".to_string());
    assert_eq!(
        told(&duties),
        [("Fee", Some("2026"), late, State::Late), ("Fee", Some("2027"), day, State::Coming)]
    );
}

#[test]
fn a_fee_that_begins_later_is_listed_and_one_that_is_over_is_not() {
    let text = "pay Fee from Maker to Lab\n  USD 1,000 each calendar year on 31 March from 2030\n";
    let day = Some("2030-03-31".to_string());
    assert_eq!(told(&agenda(text, "2026-06-30")), [("Fee", Some("2030"), day, State::Coming)]);
    let text = "pay Fee from Maker to Lab\n  USD 1,000 each calendar year on 31 March from 2026 until 2026-12-31\n\
                2026-03-31 paid Fee USD 1,000\n";
    assert_eq!(told(&agenda(text, "2026-06-30")), []);
}

#[test]
fn what_happens_later_does_not_pay_a_fee_to_come() {
    let text = format!("{YEARLY}2026-03-31 paid Fee USD 1,000\n2027-03-31 paid Fee USD 1,000\n");
    let duties = agenda(&text, "2026-06-30");
    assert_eq!(duties[0].amount.as_deref(), Some("USD 1,000.00"), "{duties:#?}");
}

/// Reports are due 30 days after the quarter, and so is the royalty. By 26 November 2026 ten are missing. Those of 2024
/// Q2 to 2025 Q3 were due by 30 October 2025, more than twelve months before: six, in one line. Those of 2025 Q4 to 2026 Q3
/// stand by themselves.
#[test]
fn a_royalty_whose_report_is_missing_is_listed() {
    let duties = agenda(
        "royalty Running from Maker to Lab\n  on sales\n  5%\n  paid within 30 days of each quarter\n\
         2024-04-20 reported sales for 2024 Q1: USD 100\n2024-04-20 paid Running USD 5\n",
        "2026-11-26",
    );
    // The agreement takes effect in 2026, but its royalty is followed from the first report on.
    let pay: Vec<&Duty> = duties.iter().filter(|d| d.act == "pay").collect();
    let said: Vec<_> =
        pay.iter().map(|d| (d.period.as_deref().unwrap(), d.due.unwrap().to_string())).collect();
    assert_eq!(
        said,
        [
            ("2024 Q2 to 2025 Q3", "2024-07-30".to_string()),
            ("2025 Q4", "2026-01-30".to_string()),
            ("2026 Q1", "2026-04-30".to_string()),
            ("2026 Q2", "2026-07-30".to_string()),
            ("2026 Q3", "2026-10-30".to_string()),
        ]
    );
    assert!(pay.iter().all(|d| d.state == State::Late));
    assert_eq!((pay[0].periods, pay[1].periods), (Some(6), None));
    assert!(pay.iter().all(|d| d.unknown.as_deref() == Some("no report of sales")));
}

/// 5% of nothing known, and 10,000 at least for each quarter since 2026 Q2: what is older than a year is one duty, and
/// its reason is that of each. By 10 January 2030 the quarters due before 10 January 2029 are 2026 Q2 to 2028 Q3 (due 30
/// October 2028), ten of them; 2028 Q4 to 2029 Q3 stand by themselves.
#[test]
fn old_payments_whose_minimum_alone_is_known_are_one() {
    let duties = agenda(
        "royalty Running from Maker to Lab\n  on sales\n  5%\n  at least USD 10k each quarter\n  \
         paid within 30 days of each quarter\n2026-04-20 reported sales for 2026 Q1: USD 300,000\n\
         2026-04-30 paid Running for 2026 Q1 USD 15,000\n",
        "2030-01-10",
    );
    let late: Vec<&Duty> = duties.iter().filter(|d| d.what == "Running" && d.state == State::Late).collect();
    assert_eq!(late.len(), 5, "{late:#?}");
    assert_eq!(late[0].period.as_deref(), Some("2026 Q2 to 2028 Q3"));
    assert_eq!(late[0].periods, Some(10));
    let why = late[0].unknown.as_deref().unwrap_or_default();
    assert!(why.contains("USD 10,000.00 is owed for each of these periods"), "{why}");
}

/// A part of what is not known yet is the fund's too.
#[test]
fn what_is_not_reported_is_due_to_all_who_share_it() {
    let duties = agenda(
        "party Fund of DE\nroyalty Running from Maker to Lab\n  on sales\n  10%\n  to Lab 60%, Fund 40%\n  \
         paid within 30 days of each quarter\n2026-04-20 reported sales for 2026 Q1: USD 100,000\n\
         2026-04-30 paid Running for 2026 Q1 USD 10,000\n",
        "2026-08-10",
    );
    let unknown = duties.iter().find(|d| d.act == "pay" && d.period.as_deref() == Some("2026 Q2")).unwrap();
    assert_eq!((unknown.to.as_str(), unknown.amount.as_deref()), ("Lab, Fund", None));
}

/// Thirty days from 10 February, that day counted, are over on 11 March.
#[test]
fn after_talks_that_came_to_nothing_an_expert_is_to_decide_on_an_invention() {
    let text = "improvement Els otherwise\n  owned by who makes it\n  talks 30 days, then expert\n\
                2026-02-10 invention Oth by Maker\n  relies on nothing\n\
                2026-02-10 invention Settled by Maker\n  relies on nothing\n\
                2026-03-01 agreed Settled by Lab, Maker\n";
    let of_expert = |text: &str, day: &str| -> Vec<(String, State)> {
        let duties = agenda(text, day).into_iter().filter(|duty| duty.by == "expert");
        duties.map(|duty| (duty.what, duty.state)).collect()
    };
    assert_eq!(of_expert(text, "2026-03-11"), []);
    assert_eq!(of_expert(text, "2026-03-12"), [("Oth".to_string(), State::Due)]);
    let told = format!("{text}2026-03-20 determined Oth by expert: USD 10k\n");
    assert_eq!(of_expert(&told, "2026-03-19"), [("Oth".to_string(), State::Due)]);
    let deal = Deal::read([("agreement.deal".to_string(), format!("{FRAME}{told}").into_bytes())]);
    let all = Machine::new(&deal).agenda(Date::parse("2026-03-20").unwrap(), Date::MAX, true);
    let done = all.iter().find(|duty| duty.by == "expert").unwrap();
    assert_eq!((done.state, done.done_on), (State::Done, Date::parse("2026-03-20").ok()));
}
