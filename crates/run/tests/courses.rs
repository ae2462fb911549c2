//! Laws of what opens and closes, on generated journals: every day is in one state, a window is never open twice at once
//! nor more often in a year than it may, and what is told late changes only answers known later.
#![allow(clippy::unwrap_used, reason = "tests stop where something is wrong")]

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_run::windows::Listed;
use counterpart_terms::Deal;
use proptest::prelude::*;
use std::fmt::Write;

const TERMS: &str = "agreement \"Law\"
  between Lab, Maker
  effective 2026-01-01
  ends on 2031-12-31
  currency USD
party Lab
party Maker
patents Core of Lab
event Shock
event Bid
grant Licence from Lab to Maker
  under Core
  in World
  exclusive
trigger Shaken
  when Shock
  then Mid-term opens
window Mid-term
  renegotiates exclusivity of Licence
  opens each year on 15 January, from 2027, and when a trigger says so
  lasts 60 days, at most once a year
  otherwise Licence becomes sole
window Often
  renegotiates exclusivity of Licence
  opens when Shock
  lasts 90 days
sunset Reassess on 2029-12-31
  opens Mid-term
  otherwise Licence becomes non-exclusive
option Buses from Lab to Maker
  exclusive under Core in US
  exercisable from 2026-06-01 until 2029-06-30, by notice
  suspended while Bid
  needs antitrust clearance, within 90 days
first refusal Sale from Lab to Maker
  over Core
  match within 30 days
first negotiation Talks from Lab to Maker
  over Core
  talks 45 days, then free 6 months
buy-out Exit of Core by Maker
  from 2028-01-01
  until 2030-12-31
  notice 60 days
  price USD 5m
covenant Quiet by Maker to Lab
  not to challenge under Core
  while not Bid
covenant Tail by Maker to Lab
  not to sell under Core
  for 2 years after termination
";

const ENTRIES: [&str; 16] = [
    "began Shock",
    "ended Shock",
    "began Bid",
    "ended Bid",
    "opened Mid-term",
    "closed Mid-term: \"as it was\"",
    "closed Mid-term without agreement",
    "exercised Buses by Maker",
    "exercised Buses by Lab",
    "approved Buses",
    "notice of Sale by Lab to Maker",
    "exercised Sale by Maker",
    "waived Sale by Maker",
    "notice of Talks by Lab to Maker",
    "notice of Exit by Maker to Lab",
    "terminated the agreement by Lab, Maker",
];

/// An entry: what, how many days after the beginning, and how much later it was told.
type Entry = (usize, i64, i64);

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    proptest::collection::vec(
        (0..ENTRIES.len(), 0i64..2_000, prop_oneof![3 => Just(0i64), 1 => 1i64..400]),
        0..10,
    )
}

fn line((what, after, late): Entry) -> String {
    let on = Date::new(2026, 1, 1).unwrap().add_days(after).unwrap();
    let known = on.add_days(late).unwrap();
    match late {
        0 => format!("{on} {}\n", ENTRIES.get(what).unwrap()),
        _ => format!("{on} {}, known {known}\n", ENTRIES.get(what).unwrap()),
    }
}

fn read(entries: &[Entry]) -> Deal {
    let mut text = TERMS.to_string();
    for entry in entries {
        let _ = write!(text, "{}", line(*entry));
    }
    Deal::read([("agreement.deal".to_string(), text.into_bytes())])
}

fn listed(entries: &[Entry], as_of: Date, known_on: Date) -> Vec<Listed> {
    Machine::new(&read(entries)).courses(as_of, known_on)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_day_is_in_one_state(entries in entries(), after in 0i64..2_400) {
        let as_of = Date::new(2026, 1, 1).unwrap().add_days(after).unwrap();
        for one in listed(&entries, as_of, Date::MAX) {
            let stretches: Vec<_> = one.history.iter().filter(|step| step.state != "no effect").collect();
            prop_assert_eq!(stretches.first().unwrap().from, None);
            prop_assert_eq!(stretches.last().unwrap().until, None);
            for pair in stretches.windows(2) {
                let [before, next] = pair else { continue };
                prop_assert!(before.from < next.from, "{}: {:?}", one.name, one.history);
                prop_assert_eq!(before.until.unwrap().next_day(), next.from, "{}: {:?}", one.name, one.history);
            }
            let now = stretches.iter().find(|s| s.from.is_none_or(|f| f <= as_of) && s.until.is_none_or(|u| as_of <= u));
            prop_assert_eq!(&now.unwrap().state, &one.state);
        }
    }

    #[test]
    fn a_window_is_open_once_at_a_time_and_once_a_year(entries in entries()) {
        let as_of = Date::new(2033, 1, 1).unwrap();
        for one in listed(&entries, as_of, Date::MAX).iter().filter(|one| one.kind == "window") {
            let open: Vec<_> = one.history.iter().filter(|step| step.state == "open").collect();
            for pair in open.windows(2) {
                let [before, next] = pair else { continue };
                prop_assert!(before.until.unwrap() < next.from.unwrap(), "{:?}", one.history);
                // A sunset opens its window on its own day, however often it was open before.
                let sunset = Some(Date::new(2029, 12, 31).unwrap());
                if one.name == "Mid-term" && before.from != sunset && next.from != sunset {
                    prop_assert!(before.from.unwrap().year() < next.from.unwrap().year(), "{:?}", one.history);
                }
            }
            let longest = if one.name == "Mid-term" { 60 } else { 90 };
            for step in open {
                let days = step.from.unwrap().days_until(step.until.unwrap()) + 1;
                prop_assert!(days <= longest, "{} days: {:?}", days, one.history);
            }
        }
    }

    #[test]
    fn what_is_told_late_changes_only_answers_known_later(
        before in entries(),
        (what, after, late) in (0..ENTRIES.len(), 0i64..1_500, 1i64..600),
        asked in 0i64..2_400,
        earlier in 1i64..400,
    ) {
        let start = Date::new(2026, 1, 1).unwrap();
        let as_of = start.add_days(asked).unwrap();
        let known = start.add_days(after + late).unwrap();
        let known_on = known.add_days(-earlier).unwrap();
        let with: Vec<Entry> = before.iter().copied().chain([(what, after, late)]).collect();
        prop_assert_eq!(listed(&before, as_of, known_on), listed(&with, as_of, known_on));
    }
}
