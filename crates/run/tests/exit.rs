//! Ends that are told and ends that are supposed, with their days worked by hand.

#![allow(clippy::expect_used, reason = "a test stops with a panic")]

use counterpart_num::Date;
use counterpart_run::exit::{ExitAsk, ExitLine, ExitPlan};
use counterpart_run::{Machine, Outcome};
use counterpart_terms::Deal;
use counterpart_terms::value::Name;

const AGREEMENT: &[u8] = include_bytes!("../../../deals/helios-borealis/agreement.deal");
const JOURNAL: &[u8] = include_bytes!("../../../deals/helios-borealis/journal.deal");

/// The breach, and nothing after it.
const BREACH: &str = "2031-09-01 breached by Borealis\n";

/// The end as it was told, and what is so after it. 60 days of notice and 60 to cure run side by side from
/// 2031-09-03: 27 of September, 31 of October and 2 of November, so to 2031-11-02. 180 days after that are 28 of
/// November, 31, 31, 29, 31 and 30 of April; twelve months end on 2032-11-02, five years on 2036-11-02. In the bridge
/// Storage-Europe is not exclusive, so 60% of 4% are owed, and 150% of that: 900,000 x 2.4% x 1.5 = 32,400.
const END: &str = "
2031-09-03 notice by Helios to Borealis: \"breach\"
2031-11-02 terminated the agreement by Helios on breach
2032-05-10 reported sales for 2032 Q1
  Cell grid DE USD 900,000

assert 2032-05-10 Running earned for 2032 Q1 = USD 32,400
assert 2031-11-02 Storage-Europe in DE for grid is sole
assert 2031-11-03 Storage-Europe in DE for grid is non-exclusive
assert 2032-11-02 Storage-Europe in DE for grid to make is in force
assert 2032-11-03 Storage-Europe is ended
assert 2032-04-30 Storage-World in US to sell is non-exclusive
assert 2032-04-30 Storage-World in US to make is not in force
assert 2032-05-01 Storage-World is ended
assert 2031-11-03 confidential survives until 2036-11-02
assert 2031-11-03 audit survives until 2034-11-02
";

fn deal(more: &str) -> Deal {
    let files = [
        ("agreement.deal", AGREEMENT.to_vec()),
        ("journal.deal", JOURNAL.to_vec()),
        ("more.deal", more.as_bytes().to_vec()),
    ];
    Deal::read(files.into_iter().map(|(name, bytes)| (name.to_string(), bytes)))
}

fn date(text: &str) -> Date {
    Date::parse(text).expect("a date")
}

fn plan(more: &str, cause: &str, by: &str) -> ExitPlan {
    let deal = deal(more);
    let ask = ExitAsk { cause: Some(cause.into()), by: Some(Name::from(by)), as_of: None, part: None };
    Machine::new(&deal).exit(date("2031-09-03"), Date::MAX, &ask)
}

fn line<'p>(plan: &'p ExitPlan, what: &str) -> &'p ExitLine {
    plan.lines.iter().find(|line| line.what.contains(what)).expect("the plan has the line")
}

#[test]
fn an_end_on_a_breach_leaves_a_bridge_and_a_sell_off() {
    let deal = deal(&format!("{BREACH}{END}"));
    let machine = Machine::new(&deal);
    let wrong: Vec<String> = machine
        .check_all()
        .into_iter()
        .filter(|(claim, outcome)| deal.path(claim.at.file) == "more.deal" && *outcome != Outcome::Holds)
        .map(|(claim, outcome)| format!("line {}: {outcome:?}", claim.at.line))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_end_that_is_supposed_gives_the_same() {
    let plan = plan(BREACH, "breach", "Helios");
    assert_eq!(plan.available, Some(true), "{:?}", plan.why);
    assert!(plan.supposed);
    assert_eq!(plan.last_day, Some(date("2031-11-02")));
    let bridge = line(&plan, "Storage-Europe, as a bridge");
    assert_eq!((bridge.from, bridge.until), (Some(date("2031-11-03")), Some(date("2032-11-02"))));
    assert_eq!(bridge.terms, "non-exclusive, at 150% of the rate");
    assert_eq!(line(&plan, "stock under Storage-World").until, Some(date("2032-04-30")));
    let help = line(&plan, "helps with the change-over");
    assert_eq!((help.who.as_str(), help.until), ("Helios", Some(date("2032-05-02"))));
    assert_eq!(line(&plan, "confidential").until, Some(date("2036-11-02")));
}

#[test]
fn what_stands_against_a_way_out_is_told() {
    // Nobody told of a breach; and Helios has no right to leave at will.
    let breach = plan("", "breach", "Helios");
    assert_eq!(breach.available, Some(false));
    assert_eq!(breach.why.as_deref(), Some("no breach by another party than Helios is told"));
    let will = plan("", "will", "Helios");
    assert_eq!(will.why.as_deref(), Some("no clause lets Helios end the agreement, cause at will"));
    // 180 days after 2031-09-03 are 27, 31, 30, 31, 31, 29 and one of March.
    let leave = plan("", "will", "Borealis");
    assert_eq!((leave.available, leave.last_day), (Some(true), Some(date("2032-03-01"))));
}

/// An agreement to 2030-12-31 that renews itself for two years unless notice is given six months before.
const RENEWS: &str = "agreement \"R\"
  between Lab, Maker
  effective 2026-01-01
  ends on 2030-12-31
  renews for 2 years each time unless notice 6 months
  currency USD
party Lab of US
party Maker of GB
patents Pat of Lab
  US 11234567 filed 2018-03-02
grant G from Lab to Maker
  under Pat
  in World
  exclusive
after the end
  sell-off 180 days
2026-01-01 signed by Lab, Maker
";

/// Six months before 2030-12-31 is 2030-06-30: asked before it, the agreement runs out on 2030-12-31 and 180 days of selling
/// off end on 2031-06-29 (31 + 28 + 31 + 30 + 31 + 29); asked after it, it runs out two years later.
#[test]
fn what_renews_itself_runs_out_where_notice_is_given_against_it() {
    let deal = Deal::read([("r.deal".to_string(), RENEWS.as_bytes().to_vec())]);
    let machine = Machine::new(&deal);
    let ask = ExitAsk { cause: Some("expiry".into()), by: None, as_of: None, part: None };
    let early = machine.exit(date("2029-01-01"), Date::MAX, &ask);
    assert_eq!(early.last_day, Some(date("2030-12-31")));
    assert_eq!(early.clock.as_deref(), Some("notice against the renewal by 2030-06-30"));
    let sold = early.lines.iter().find(|line| line.what.contains("in stock")).expect("the stock is sold off");
    assert_eq!((sold.from, sold.until), (Some(date("2031-01-01")), Some(date("2031-06-29"))));
    assert!(!early.lines.iter().any(|line| line.what.contains("goes on")), "{:?}", early.lines);
    let late = machine.exit(date("2030-07-01"), Date::MAX, &ask);
    assert_eq!(late.last_day, Some(date("2032-12-31")));
}

/// An agreement that its licensee leaves at will, with what falls due after its last day.
const LEAVES: &str = "agreement \"L\"
  between Lab, Maker
  effective 2026-01-01
  currency USD
party Lab of US
party Maker of GB
party Third of DE
know-how Recipe of Lab
metric sales
  money
  reported by Maker each quarter, within 30 days
grant G from Lab to Maker
  under Recipe
  in World
  exclusive
  sublicence free
  sublicences become direct licences at the choice of Lab
royalty Running from Maker to Lab
  on sales
  10%
  at least USD 50,000 each calendar year
  paid within 30 days of each quarter
improvement Core when it relies on Recipe
  owned by who makes it
  licensed back non-exclusive, royalty-free
confidential
  secret \"recipes\" to staff, kept 5 years
  residuals free
terminate
  by Maker at will: notice 90 days
after the end
  return Recipe
2026-01-01 signed by Lab, Maker
2026-02-01 sublicensed North under G to Third to sell in DE
2026-02-02 invention Better by Maker
  relies on Recipe
2026-04-20 reported sales for 2026 Q1: USD 100,000
2026-04-30 paid Running for 2026 Q1 USD 10,000
";

/// 90 days after 2026-05-01 are 30 of May, 30, 30 of July to 2026-07-30. The second quarter is due 30 days after it, on
/// 2026-07-30, and the third on 2026-10-30: nobody has reported them. The minimum of the year is settled with its last quarter,
/// on 2027-01-30. Better is Maker's, and Lab's licence in it ends with the agreement since nothing says that it goes on; what
/// Maker uses no more it gives back on the last day.
#[test]
fn what_falls_due_after_the_last_day_is_in_the_plan() {
    let deal = Deal::read([("l.deal".to_string(), LEAVES.as_bytes().to_vec())]);
    let ask = ExitAsk { cause: Some("will".into()), by: Some(Name::from("Maker")), as_of: None, part: None };
    let plan = Machine::new(&deal).exit(date("2026-05-01"), Date::MAX, &ask);
    assert_eq!(plan.last_day, Some(date("2026-07-30")));
    let third = line(&plan, "owes Running for 2026 Q3");
    assert_eq!((third.until, third.unknown.is_some()), (Some(date("2026-10-30")), true), "{third:?}");
    let minimum = line(&plan, "owes Running for 2026 Q4");
    assert_eq!(minimum.until, Some(date("2027-01-30")));
    assert!(minimum.unknown.as_ref().is_some_and(|why| why.contains("USD 50,000")), "{minimum:?}");
    let back = line(&plan, "Better");
    assert_eq!((back.who.as_str(), back.until), ("Lab", Some(date("2026-07-30"))));
    assert_eq!(back.what, "licence back of Better ends");
    let given = line(&plan, "Recipe given back");
    assert_eq!(
        (given.who.as_str(), given.until, given.terms.as_str()),
        ("Maker", Some(date("2026-07-30")), "to Lab")
    );
    assert_eq!(
        line(&plan, "North").what,
        "North under G ends, unless Lab chooses that it becomes a licence of Lab"
    );
    let rest = line(&plan, "may use what is remembered");
    assert_eq!((rest.who.as_str(), rest.from), ("Lab, Maker", Some(date("2026-07-31"))));
}
