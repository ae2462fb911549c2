//! The journal: its order, what was known when, corrections, and that one bad entry spoils no other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

use counterpart_ledger::{EventKind, Journal};
use counterpart_num::Date;
use counterpart_terms::Deal;
use counterpart_terms::value::{Amount, Known};

const AGREEMENT: &str = "\
agreement \"Example\"
  between Lab, Maker
  effective 2029-01-01
  currency USD
party Lab of US
party Maker of US
product Pump by Maker
product Valve by Maker
metric sales
  money, by product and country
  reported by Maker each quarter
  deducts returns
royalty Running from Maker to Lab
  on sales
  4%
milestone Approval
";

fn deal(journal: &str) -> Deal {
    Deal::read([
        ("agreement.deal".to_string(), AGREEMENT.as_bytes().to_vec()),
        ("journal.deal".to_string(), journal.as_bytes().to_vec()),
    ])
}

fn read(journal: &str) -> Journal {
    let deal = deal(journal);
    assert_eq!(deal.problems, [], "{journal}");
    Journal::read(&deal)
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn codes(journal: &Journal) -> Vec<&str> {
    journal.problems.iter().map(|p| p.code.as_str()).collect()
}

#[test]
fn events_stand_by_their_day_then_by_their_order() {
    let journal = read(
        "2029-05-12 paid Running USD 2\n2029-01-01 signed by Lab, Maker\n2029-05-12 paid Running USD 1\n\
         2029-03-01 reached Approval\n2029-05-12 paid Running USD 3\n",
    );
    let order: Vec<(String, usize)> = journal.events.iter().map(|e| (e.date.to_string(), e.seq)).collect();
    let expected =
        [("2029-01-01", 1), ("2029-03-01", 3), ("2029-05-12", 0), ("2029-05-12", 2), ("2029-05-12", 4)];
    assert_eq!(order, expected.map(|(d, s)| (d.to_string(), s)));
}

#[test]
fn what_was_known_on_a_day() {
    let journal = read(
        "2029-05-12 paid Running USD 1\n2029-05-20 reached Approval, known 2029-08-01\n2029-06-01 paid Running USD 2\n",
    );
    assert_eq!(journal.problems, []);
    let view = |as_of: &str, known: &str| journal.view(day(as_of), day(known)).events.len();
    assert_eq!(view("2029-05-31", "2029-05-31"), 1);
    assert_eq!(view("2029-05-31", "2029-08-01"), 2);
    assert_eq!(view("2029-12-31", "2029-07-31"), 2);
    assert_eq!(view("2029-12-31", "2029-12-31"), 3);
    assert_eq!(view("2028-12-31", "2029-12-31"), 0);
    assert_eq!(journal.last_day(), Some(day("2029-08-01")));
}

#[test]
fn a_late_event_changes_only_what_is_asked_with_later_knowledge() {
    let before = read("2029-05-12 paid Running USD 1\n");
    let after = read("2029-05-12 paid Running USD 1\n2029-05-13 paid Running USD 2, known 2029-09-01\n");
    for (as_of, known) in
        [("2029-05-12", "2029-08-31"), ("2029-12-31", "2029-08-31"), ("2029-05-12", "2030-01-01")]
    {
        let of = |journal: &Journal| -> Vec<EventKind> {
            journal.view(day(as_of), day(known)).events.into_iter().map(|e| e.kind.clone()).collect()
        };
        assert_eq!(of(&before), of(&after), "{as_of} as known on {known}");
    }
    assert_eq!(after.view(day("2029-12-31"), day("2029-09-01")).events.len(), 2);
}

#[test]
fn nothing_is_known_before_it_happens() {
    let journal = read("2029-05-12 reached Approval, known 2029-05-01\n2029-06-01 paid Running USD 2\n");
    assert_eq!(codes(&journal), ["known-too-early"]);
    assert_eq!(journal.events.len(), 2);
}

#[test]
fn a_correction_names_what_it_corrects() {
    let journal = read(
        "2029-05-12 reported sales for 2029 Q1\n  Pump DE USD 100\n  Valve DE USD 50\n\
         2029-06-12 corrected sales for 2029 Q1\n  DE Pump USD 90\n",
    );
    assert_eq!(journal.problems, []);
    let corrections: Vec<bool> = journal
        .events
        .iter()
        .filter_map(|e| match &e.kind {
            EventKind::Reported { correction, .. } => Some(*correction),
            _ => None,
        })
        .collect();
    // The first report is not erased.
    assert_eq!(corrections, [false, true]);
}

#[test]
fn a_correction_of_nothing_and_a_second_report_are_told() {
    let journal = read(
        "2029-05-12 reported sales for 2029 Q1\n  Pump DE USD 100\n\
         2029-06-12 corrected sales for 2029 Q1\n  Pump FR USD 90\n",
    );
    assert_eq!(codes(&journal), ["nothing-to-correct"]);
    let journal = read(
        "2029-05-12 reported sales for 2029 Q1\n  Pump DE USD 100\n\
         2029-06-12 reported sales for 2029 Q1\n  Pump DE USD 90\n\
         2029-08-12 reported sales for 2029 Q2\n  Pump DE USD 90\n",
    );
    assert_eq!(codes(&journal), ["reported-twice"]);
    assert_eq!(journal.events.len(), 3);
}

/// Only 2029 Q1 was reported. A correction of 2029 Q2 is no matter of its lines: nothing of that quarter was told, so
/// there is one finding, on the entry, however many lines it has. Where the report comes later, it is shown.
#[test]
fn a_correction_of_a_period_nobody_reported() {
    let journal = read(
        "2029-05-12 reported sales for 2029 Q1\n  Pump DE USD 100\n\
         2029-07-12 corrected sales for 2029 Q2\n  Pump FR USD 90\n  Pump DE USD 80\n",
    );
    assert_eq!(codes(&journal), ["nothing-to-correct"]);
    let problem = &journal.problems[0];
    assert_eq!(problem.message, "no report of `sales` for 2029 Q2 was told before this correction");
    assert_eq!(problem.fixes[0].text, "where this is the first report, write `reported`");
    let journal = read(
        "2029-07-12 corrected sales for 2029 Q2\n  Pump FR USD 90\n\
         2029-08-12 reported sales for 2029 Q2\n  Pump FR USD 100\n",
    );
    assert_eq!(codes(&journal), ["nothing-to-correct"]);
    let problem = &journal.problems[0];
    assert_eq!(problem.message, "no report of `sales` for 2029 Q2 was told before this correction");
    assert_eq!(problem.also[0].text, "the report is told here");
    assert_eq!(problem.fixes[0].text, "give the correction a day after the report's");
}

#[test]
fn a_bad_entry_spoils_no_other() {
    let deal = deal(
        "2029-02-30 paid Running USD 1\n2029-03-01 pade Running USD 1\n2029-03-02 paid Runing USD 1\n\
         2029-03-03 paid Running USD 7\n2029-03-04\n",
    );
    assert_eq!(deal.problems.len(), 4, "{:#?}", deal.problems);
    let journal = Journal::read(&deal);
    let kept = journal.events.iter().any(|e| {
        matches!(&e.kind, EventKind::Paid { amount, .. } if amount.as_ref().is_some_and(|n| n.to_string() == "7"))
            && e.date == day("2029-03-03")
    });
    assert!(kept, "{:#?}", journal.events);
}

#[test]
fn an_amount_too_long_to_keep_is_told() {
    let deal =
        deal(&format!("2029-03-01 paid Running USD {}\n2029-03-02 paid Running USD 7\n", "9".repeat(80)));
    assert_eq!(deal.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["bad-number"]);
    assert_eq!(Journal::read(&deal).events.len(), 1);
}

#[test]
fn lines_keep_their_cells_and_amounts() {
    let journal = read("2029-05-12 reported sales for 2029 Q1\n  Pump DE USD 1,250.50, USD 30 returns\n");
    let EventKind::Reported { lines, .. } = &journal.events[0].kind else { panic!("a report was written") };
    assert_eq!(lines[0].cell.iter().map(|n| n.as_str()).collect::<Vec<_>>(), ["Pump", "DE"]);
    let Amount::Money(_, Known::Given(value)) = &lines[0].amount else { panic!("money was written") };
    assert_eq!(value.to_string(), "1250.5");
    assert_eq!(lines[0].parts[0].0, "returns");
}

#[test]
fn a_line_without_its_country_is_told_with_the_royalty_that_misses_it() {
    let text = |base: &str, journal: &str| {
        Deal::read([(
            "agreement.deal".to_string(),
            format!("{}{journal}", AGREEMENT.replace("on sales", base)).into_bytes(),
        )])
    };
    let found = |base: &str, journal: &str| -> Vec<String> {
        let deal = text(base, journal);
        assert_eq!(deal.problems, [], "{base} {journal}");
        Journal::read(&deal).problems.into_iter().map(|p| format!("{}: {}", p.code, p.message)).collect()
    };
    let bare = "2029-05-12 reported sales for 2029 Q1: USD 100\n";
    let placed = "2029-05-12 reported sales for 2029 Q1\n  Pump US USD 100\n";
    assert_eq!(
        found("on sales in US", bare),
        ["not-placed: this line of `sales` has no country, so `Running` will not find it"]
    );
    assert_eq!(
        found("on sales of Pump", bare),
        ["not-placed: this line of `sales` has no product, so `Running` will not find it"]
    );
    assert_eq!(found("on sales in US", placed), [""; 0]);
    assert_eq!(found("on sales of Pump", placed), [""; 0]);
    // A royalty on all sales finds it wherever it was made.
    assert_eq!(found("on sales", bare), [""; 0]);
}

#[test]
fn money_without_a_currency_is_told_with_the_word_that_is_missing() {
    let text = "2029-05-12 reported sales for 2029 Q1\n  Pump DE 1,250.50\n  Valve DE USD 7\n\
                2029-08-12 reported sales for 2029 Q2: -30\n";
    let journal = read(text);
    assert_eq!(codes(&journal), ["no-currency", "no-currency"]);
    let fixed: Vec<String> = journal
        .problems
        .iter()
        .map(|p| {
            let edit = &p.fixes[0].edits[0];
            let mut text = text.to_string();
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.new);
            text.lines().find(|l| text_line(l, &edit.new)).unwrap().trim().to_string()
        })
        .collect();
    assert_eq!(fixed, ["Pump DE USD 1,250.50", "2029-08-12 reported sales for 2029 Q2: -USD 30"]);
}

#[test]
fn a_number_of_things_reported_as_money_is_not_turned_into_money() {
    let journal = read("2029-05-12 reported sales for 2029 Q1\n  Pump DE 500 units\n");
    assert_eq!(codes(&journal), ["no-currency"]);
    // The slip may be the metric as well as the currency, so there is nothing to apply.
    assert!(journal.problems[0].fixes.iter().all(|fix| fix.edits.is_empty()));
}

fn text_line(line: &str, new: &str) -> bool {
    line.contains(new)
}

#[test]
fn an_entry_in_one_sides_own_file_is_told_and_left_out() {
    let deal = Deal::read([
        ("agreement.deal".to_string(), AGREEMENT.as_bytes().to_vec()),
        ("journal.deal".to_string(), b"2029-05-12 paid Running USD 1\n".to_vec()),
        ("lab.private.deal".to_string(), b"2029-05-13 paid Running USD 2\n".to_vec()),
    ]);
    assert_eq!(deal.problems, []);
    let journal = Journal::read(&deal);
    assert_eq!(codes(&journal), ["private-entry"]);
    assert_eq!(journal.problems[0].at.file, 2);
    assert_eq!(journal.events.len(), 1);
}

#[test]
fn an_amount_withheld_beside_others_is_told() {
    let journal = read(
        "2029-05-12 paid Running USD 1, withheld USD redacted\n2029-05-12 rate ECB EUR = USD 1.10, GBP = USD redacted\n",
    );
    // The third: nothing in this deal is in another money.
    assert_eq!(codes(&journal), ["entry-not-used", "entry-not-used", "entry-not-used"]);
    assert_eq!(journal.events.len(), 2);
}

/// What is told of a notice of termination by Maker under an agreement with one more clause.
fn notice_of_termination(header: &str, clause: &str, entry: &str) -> Vec<String> {
    let text = format!(
        "agreement \"Example\"\n  between Lab, Maker\n  effective 2026-01-01\n{header}party Lab of US\nparty Maker of US\n\
         party Fund of US\n{clause}2028-03-31 {entry}\n"
    );
    let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
    assert_eq!(deal.problems, [], "{header}{clause}");
    let journal = Journal::read(&deal);
    journal.problems.iter().map(|p| format!("{} {}", p.code, p.message)).collect()
}

/// Lab alone may end this agreement, so a notice by Maker ends nothing; it is told once. A right of Maker, of either, to
/// end a part, on a change of control, or a renewal unless notice is given are each something the notice may belong to.
#[test]
fn a_notice_of_termination_nothing_hangs_on() {
    let notice = "notice of termination by Maker";
    let nothing = ["notice-of-nothing nothing hangs on this notice of termination"];
    assert_eq!(notice_of_termination("", "", notice), nothing);
    assert_eq!(notice_of_termination("", "terminate\n  by Lab at will: notice 3 months\n", notice), nothing);
    // This renewal takes place where Maker asks for it, so that Maker ends nothing by saying no.
    let asked = "  ends on 2030-12-31\n  renews for 1 year each time by notice of Maker\n";
    assert_eq!(notice_of_termination(asked, "", notice), nothing);
    let renews = "  ends on 2030-12-31\n  renews for 1 year each time unless notice 3 months\n";
    for (header, clause) in [
        ("", "terminate\n  by Maker at will: notice 3 months\n"),
        ("", "terminate\n  by either on breach: notice 60 days, cure 60 days\n"),
        ("", "terminate\n  by Lab, Maker on insolvency\n"),
        ("", "terminate\n  by Maker at will for product: notice 3 months\n"),
        ("", "assignment\n  control of Lab: Maker may end\n"),
        (renews, ""),
    ] {
        assert_eq!(notice_of_termination(header, clause, notice), [""; 0], "{header}{clause}");
    }
    assert_eq!(notice_of_termination("", "", "notice of termination by Maker: \"a talk\""), [""; 0]);
}
