//! What several report and correct: a correction is of the line of the reporter it names, and a line told twice counts for
//! nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where something is wrong"
)]

use counterpart_ledger::Journal;
use counterpart_num::Date;
use counterpart_terms::Deal;
use counterpart_terms::value::{Amount, Known};

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn codes(journal: &Journal) -> Vec<&str> {
    journal.problems.iter().map(|p| p.code.as_str()).collect()
}

const POOL: &str = "\
agreement \"Pool\"
  between Lab, Makers
  effective 2029-01-01
  currency USD
party Lab of US
party One of DE
party Two of FR
group Makers is One, Two
metric sales
  money, by country
  reported by Makers each quarter
";

fn pool(journal: &str) -> (Deal, Journal) {
    let deal = Deal::read([
        ("agreement.deal".to_string(), POOL.as_bytes().to_vec()),
        ("journal.deal".to_string(), journal.as_bytes().to_vec()),
    ]);
    assert_eq!(deal.problems, [], "{journal}");
    let read = Journal::read(&deal);
    (deal, read)
}

/// The amounts in force by a day, as `One DE 100`.
fn in_force(journal: &Journal, on: &str) -> Vec<String> {
    let mut out = Vec::new();
    for reports in journal.view(day(on), day(on)).reports().into_values() {
        for report in reports {
            for line in report.lines {
                let Amount::Money(_, Known::Given(value)) = &line.amount else { panic!("money was written") };
                let by = report.by.map_or("", |b| b.as_str());
                let cell = line.cell.first().map_or("", |n| n.as_str());
                out.push(format!("{by} {cell} {value}"));
            }
        }
    }
    out
}

const TWO_REPORTS: &str = "\
2029-04-20 reported sales by One for 2029 Q1
  DE USD 100
  FR USD 40
2029-04-20 reported sales by Two for 2029 Q1
  DE USD 200
";

#[test]
fn a_correction_replaces_the_line_of_the_reporter_it_names() {
    let (_, journal) =
        pool(&format!("{TWO_REPORTS}2029-06-01 corrected sales by Two for 2029 Q1\n  DE USD 150\n"));
    assert_eq!(journal.problems, []);
    assert_eq!(in_force(&journal, "2029-05-31"), ["One DE 100", "One FR 40", "Two DE 200"]);
    assert_eq!(in_force(&journal, "2029-06-01"), ["One DE 100", "One FR 40", "Two DE 150"]);
}

#[test]
fn a_correction_that_may_be_of_several_reporters_says_whose_it_is() {
    let (_, journal) = pool(&format!(
        "{TWO_REPORTS}2029-06-01 corrected sales for 2029 Q1\n  DE USD 150\n2029-06-02 corrected sales for 2029 Q1\n  FR USD 50\n"
    ));
    assert_eq!(codes(&journal), ["whose-correction"]);
    assert_eq!(
        journal.problems[0].message,
        "the line `DE` of `sales` for 2029 Q1 is reported by `One` and by `Two`"
    );
    let help: Vec<&str> = journal.problems[0].fixes.iter().map(|f| f.text.as_str()).collect();
    assert_eq!(
        help,
        [
            "to correct the line of `One`, write `corrected sales by One`",
            "to correct the line of `Two`, write `corrected sales by Two`"
        ]
    );
    // Only One reported France, so that correction has one meaning.
    assert_eq!(in_force(&journal, "2029-12-31"), ["One DE 100", "One FR 50", "Two DE 200"]);
}

#[test]
fn a_correction_by_somebody_who_did_not_report_the_line() {
    let (_, journal) =
        pool(&format!("{TWO_REPORTS}2029-06-01 corrected sales by Two for 2029 Q1\n  FR USD 150\n"));
    assert_eq!(codes(&journal), ["nothing-to-correct"]);
    assert_eq!(in_force(&journal, "2029-12-31"), ["One DE 100", "One FR 40", "Two DE 200"]);
}

#[test]
fn the_same_line_twice_in_a_report_is_told_with_both_places() {
    let (deal, journal) =
        pool("2029-04-20 reported sales by One for 2029 Q1\n  DE USD 100\n  FR USD 1\n  DE USD 50\n");
    assert_eq!(codes(&journal), ["reported-twice"]);
    let said = |mark: &counterpart_syntax::Mark| deal.files[mark.file].tree.slice(mark.span).to_string();
    assert_eq!(said(&journal.problems[0].at), "DE USD 50");
    assert_eq!(said(&journal.problems[0].also[0]), "DE USD 100");
}

#[test]
fn a_line_reported_again_counts_for_nothing_until_it_is_corrected() {
    let (_, journal) = pool(
        "2029-04-20 reported sales by One for 2029 Q1\n  DE USD 100\n\
         2029-05-20 reported sales by One for 2029 Q1\n  DE USD 140\n  FR USD 20\n\
         2029-06-01 corrected sales by One for 2029 Q1\n  DE USD 120\n",
    );
    assert_eq!(codes(&journal), ["reported-twice"]);
    assert_eq!(in_force(&journal, "2029-05-31"), ["One DE 100", "One FR 20"]);
    assert_eq!(in_force(&journal, "2029-06-01"), ["One DE 120", "One FR 20"]);
}
