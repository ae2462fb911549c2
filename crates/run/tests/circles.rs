//! A clause may test what it changes: a window that opens when royalties are low, and whose end lowers them. Every clause
//! that says what follows is put with every test on a payment, and each with effects on that payment. All that can be
//! asked is answered, and what follows from a figure never changes the figure it follows from.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops with a panic")]

use counterpart_num::Date;
use counterpart_run::questions::every_act;
use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;

const FRAME: &str = include_str!("circles/frame.deal");

/// Tests on the payment, and on what hangs on it, that hold on no day before anything is reported.
const TESTS: &[&str] = &[
    "rate of Run > 5%",
    "rate of Run < 50%",
    "royalties of Run over a calendar quarter < USD 95k",
    "royalties of Run over a calendar quarter > USD 95k",
    "royalties of the last 2 quarters > USD 95k",
    "earned of Run over a calendar quarter < USD 95k",
    "royalties of Run over a calendar year >= USD 150k",
    "royalties of Run to date >= USD 150k",
    "paid of Run to date >= USD 1k",
    "unrecouped of Down < USD 50k",
    "balance of Run > USD 1",
    "Run is paid",
    "Run is not paid",
    "Run is suspended",
    "G is not exclusive",
    "G is suspended",
    "Maker fails to pay Run",
    "royalties of Run over a calendar quarter < USD 95k and G is exclusive",
];

/// The same, that may hold from the first day on.
const FROM_THE_START: &[&str] = &[
    "minimum of Run > USD 5",
    "Run is in force",
    "Run is running",
    "Run is not suspended",
    "G is exclusive",
    "G is in force",
    "G is not suspended",
];

/// What follows, on the payment or on what its figures hang on.
const EFFECTS: &[&str] = &[
    "rate of Run falls by 50%",
    "rate of Run rises to 20%",
    "payments of Run falls by 50%",
    "minimum of Run rises to USD 500k",
    "cap of Run falls to USD 95k",
    "Run is suspended for 90 days",
    "Run ends",
    "G becomes non-exclusive",
    "G ends",
    "Maker pays USD 5k within 10 days",
];

/// Clauses that say what follows from a test, straight or through another clause.
const HOSTS: &[&str] = &[
    "window W\n  renegotiates rates of Run\n  opens when TEST\n  lasts 30 days\n  otherwise EFFECT\n",
    "window W\n  renegotiates rates of Run\n  opens on 2030-01-15, and when a trigger says so\n  lasts 30 days\n  otherwise EFFECT\n\
     trigger T\n  when TEST\n  then W opens\n",
    "sunset S on 2026-08-15\n  when TEST\n  otherwise EFFECT\n",
    "sunset S on 2026-08-15\n  when TEST\n  opens W\n  otherwise EFFECT\n\
     window W\n  renegotiates rates of Run\n  opens when TEST\n  lasts 30 days\n  otherwise EFFECT\n",
    "option O from Lab to Maker\n  exclusive under Quiet in JP\n  when TEST\n  exercisable until 2026-08-15\n  if it lapses EFFECT\n",
    "assignment\n  with consent\n  control of Maker: EFFECT\n\
     window W\n  renegotiates rates of Run\n  opens when TEST\n  lasts 30 days\n  otherwise EFFECT\n\
     2026-08-15 control of Maker to Rival\n",
    "trigger T\n  when TEST\n  then EFFECT\n",
    "trigger T\n  when TEST\n  tested each quarter\n  then EFFECT\n",
    "trigger T\n  when TEST\n  notice by Lab within 60 days, or the test lapses\n  cure within 20 days\n  then EFFECT\n\
     2026-08-15 notice T by Lab\n",
    "trigger T\n  when TEST\n  then Lab may choose within 90 days\n    EFFECT\n2026-08-15 chose by Lab in T: EFFECT\n",
    "trigger T\n  when TEST\n  then EFFECT for 60 days\n",
    "trigger T\n  when TEST\n  then Storm begins\ntrigger T2\n  when Storm\n  then EFFECT\n",
    "trigger T\n  when TEST\n  then EFFECT\ntrigger T2\n  when TEST\n  then EFFECT\n",
    "milestone M\n  by Maker\n  reached when TEST\ntrigger T\n  when M is met\n  then EFFECT\n",
    "stages G\n  A from effective date : human in DE\n  B when TEST : human in DE, FR\n\
     trigger T\n  when G is in force in FR\n  then EFFECT\n",
    "grant K from Lab to Maker\n  under Quiet\n  in JP\n  exclusive\n  ends when TEST\n\
     trigger T\n  when K is ended\n  then EFFECT\n",
    "grant K from Lab to Maker\n  under Quiet\n  in JP\n  exclusive while TEST, then non-exclusive\n\
     trigger T\n  when K is non-exclusive\n  then EFFECT\n",
    "grant K from Lab to Maker\n  under Quiet\n  in JP\n  exclusive\n  suspended while TEST\n\
     trigger T\n  when K is not in force\n  then EFFECT\n",
    "covenant C by Lab to Maker\n  not to sue under Quiet in JP\n  while TEST\n\
     trigger T\n  when C is in force\n  then EFFECT\n",
    "pay Fee from Maker to Lab\n  USD 5k when TEST, once\n  creditable against Run\n\
     trigger T\n  when Fee is paid\n  then EFFECT\n2026-08-15 paid Fee USD 5,000\n",
    "terminate\n  by Lab when TEST: notice 30 days\nafter the end\n  sell-off 2 years, royalty-bearing\n  then EFFECT\n\
     2026-08-15 terminated the agreement by Lab\n",
    "terminate\n  by Lab when TEST: notice 30 days\n\
     window W\n  renegotiates rates of Run\n  opens when TEST\n  lasts 30 days\n  otherwise EFFECT\n\
     2026-08-15 terminated the agreement by Lab\n",
];

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

fn asserts(machine: &Machine<'_>) -> Vec<Outcome> {
    machine.check_all().into_iter().map(|(_, outcome)| outcome).collect()
}

#[test]
fn what_follows_from_a_figure_never_changes_it() {
    // Each clause with each test, and the effects in turn.
    walk(|host, test, effect| (host + test) % EFFECTS.len() == effect);
}

#[test]
#[ignore = "every clause with every test and every effect takes minutes: `.ci/run` asks for it, in release"]
fn whatever_follows_from_a_figure_never_changes_it() {
    walk(|_, _, _| true);
}

fn walk(wanted: impl Fn(usize, usize, usize) -> bool) {
    let (mut wrong, mut known, mut unknown, mut read) = (Vec::new(), 0, 0, 0);
    // What most tests are on is told on 2026-04-20.
    let claims = "assert 2026-04-20 Run earned for 2026 Q1 = USD 100,000\n\
                  assert 2026-11-15 Run earned for 2026 Q1 = USD 100,000\n";
    for (h, host) in HOSTS.iter().enumerate() {
        for (t, test) in TESTS.iter().chain(FROM_THE_START).enumerate() {
            // Such a grant is non-exclusive from the first day on.
            // What lasts while nothing is overdue lasts from the first day on as well.
            let paid_up = *test == "Run is paid" && host.contains(" while TEST");
            let late = TESTS.contains(test) && !host.contains("exclusive while TEST") && !paid_up;
            for (_, effect) in EFFECTS.iter().enumerate().filter(|(e, _)| wanted(h, t, *e)) {
                let text = host.replace("TEST", test).replace("EFFECT", effect);
                let deal = Deal::read(vec![(
                    "agreement.deal".to_string(),
                    format!("{FRAME}{text}{claims}").into_bytes(),
                )]);
                if deal.problems.iter().any(|p| p.severity == Severity::Error) {
                    continue;
                }
                read += 1;
                let machine = Machine::new(&deal);
                let last = day("2026-11-15");
                let run = machine.run(last, last);
                let _ = machine.statement(None, None, last, last);
                let _ = machine.agenda(last, last, true);
                let _ = machine.courses(last, last);
                let _ = run.rights_table(&every_act(), None, last);
                for outcome in asserts(&machine) {
                    match outcome {
                        Outcome::Holds => known += 1,
                        Outcome::Undecided(_) => unknown += 1,
                        _ if !late => {}
                        other => wrong.push(format!("{text}{other:?}\n")),
                    }
                }
            }
        }
    }
    println!("{read} deals, {known} answers known, {unknown} not");
    assert!(wrong.is_empty(), "{} wrong:\n{}\n", wrong.len(), wrong.join("\n"));
    assert!(known > 20 * unknown, "{unknown} of {} answers are not known", known + unknown);
}

/// A machine in which nothing follows from such a test would pass the walk. Royalties of Run are below USD 95,000 in the
/// second quarter, as its report of 2026-07-20 says, and a rate that falls by half in the third shows in that.
#[test]
fn what_follows_shows_in_what_comes_after() {
    let test = "royalties of Run over a calendar quarter < USD 95k";
    // 10% of 910,000 and of 920,000: what is earned where nothing follows.
    let plain = "assert 2026-11-15 Run earned for 2026 Q2 = USD 91,000\n\
                 assert 2026-11-15 Run earned for 2026 Q3 = USD 92,000\n";
    let read = |text: &str| {
        let text = format!("{FRAME}{text}{plain}");
        Deal::read(vec![("agreement.deal".to_string(), text.into_bytes())])
    };
    assert_eq!(asserts(&Machine::new(&read(""))), [Outcome::Holds, Outcome::Holds]);
    let same: Vec<&str> = HOSTS
        .iter()
        .filter(|host| {
            let text = host.replace("TEST", test).replace("EFFECT", "rate of Run falls by 50%");
            let deal = read(&text);
            assert!(!deal.problems.iter().any(|p| p.severity == Severity::Error), "{text}");
            asserts(&Machine::new(&deal)).iter().all(|outcome| *outcome == Outcome::Holds)
        })
        .copied()
        .collect();
    assert!(same.is_empty(), "nothing followed below:\n{}", same.join("\n"));
}
