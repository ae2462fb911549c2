//! Sales in CSV files: good rows are read, bad ones are told with their line, and hostile ones do no harm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

use counterpart_ledger::{EventKind, Journal, SaleLine};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;

const AGREEMENT: &str = "\
agreement \"Example\"
  between Lab, Maker
  effective 2029-01-01
  currency USD
  exchange \"ECB\", mean of month-end rates in the period
party Lab of US
party Maker of US
product Pump by Maker
metric sales
  money, by product and country
  reported by Maker each quarter
  deducts freight
";

fn read_with(entry: &str, csv: &[u8]) -> Journal {
    let deal = Deal::read([
        ("agreement.deal".to_string(), AGREEMENT.as_bytes().to_vec()),
        ("journal.deal".to_string(), entry.as_bytes().to_vec()),
        ("sales.csv".to_string(), csv.to_vec()),
    ]);
    assert_eq!(deal.problems, []);
    Journal::read(&deal)
}

fn read(csv: &str) -> Journal {
    read_with("2030-02-12 sales file \"sales.csv\" of sales\n", csv.as_bytes())
}

fn lines(journal: &Journal) -> Vec<&SaleLine> {
    let mut out = Vec::new();
    for event in &journal.events {
        if let EventKind::Reported { lines, .. } = &event.kind {
            out.extend(lines);
        }
    }
    out
}

fn told(journal: &Journal) -> Vec<&str> {
    journal.problems.iter().map(|p| p.message.as_str()).collect()
}

#[test]
fn good_rows() {
    let journal = read(
        "period,product,country,amount,currency,freight\n2029 Q1,Pump,DE,\"1,250.50\",USD,30\n\
         2029 Q1,Pump,FR,(30),USD,\n2029 Q2,Pump,DE,-7,EUR,1\n",
    );
    assert_eq!(told(&journal), Vec::<&str>::new());
    let lines = lines(&journal);
    let amounts: Vec<String> = lines.iter().map(|l| format!("{:?}", l.amount)).collect();
    assert_eq!(lines.len(), 3);
    assert!(
        amounts[0].contains("1250.5") && amounts[1].contains("-30") && amounts[2].contains("EUR"),
        "{amounts:?}"
    );
    assert_eq!(lines[0].parts.len(), 1);
    // One report for each period.
    assert_eq!(journal.events.len(), 2);
}

#[test]
fn bad_rows_are_told_by_line_and_the_rest_is_kept() {
    let journal = read(
        "period,country,amount,currency\n2029 Q1,DE,100,USD\n2029 Q1,FR,1e999,USD\n2029 Q9,DE,1,USD\n\
         2029 Q1,Atlantis,1,USD\n2029 Q1,DE,1\n2029 Q1,ES,NaN,USD\n2029 Q1,IT,2,XYZ\n2029 Q1,SE,,USD\n2029 Q1,AT,8,USD\n",
    );
    assert_eq!(
        told(&journal),
        [
            "`1e999` is not an amount",
            "`2029 Q9` is not a period such as 2029 Q1",
            "nothing in this deal is called `Atlantis`",
            "3 columns, the header has 4",
            "`NaN` is not an amount",
            "no currency has the code `XYZ`",
            "no amount",
        ]
    );
    assert_eq!(lines(&journal).len(), 2);
    // The table comes after the two files.
    let places: Vec<usize> = journal.problems.iter().map(|p| p.at.file).collect();
    assert_eq!(places, [2; 7]);
    assert_eq!(journal.problems[0].also[0].file, 1);
}

#[test]
fn a_finding_points_at_its_row() {
    let csv = "period,country,amount,currency\r\n2029 Q1,DE,100,USD\r\n\r\n2029 Q1,FR,x,USD\r\n2029 Q1,ES,\"y\nz\",USD\n2029 Q1,IT,w,USD";
    let journal = read(csv);
    let said = |p: &counterpart_syntax::Diagnostic| {
        csv[p.at.span.start as usize..p.at.span.end as usize].to_string()
    };
    let rows: Vec<String> = journal.problems.iter().map(said).collect();
    assert_eq!(rows, ["2029 Q1,FR,x,USD", "2029 Q1,ES,\"y", "2029 Q1,IT,w,USD"]);
    // The line that is kept says where it stands.
    assert_eq!((lines(&journal)[0].at.file, lines(&journal)[0].at.line), (2, 2));
}

#[test]
fn names_that_are_no_metric_and_no_party() {
    let journal = read(
        "metric,by,period,country,amount,currency\nsales,Maker,2029 Q1,DE,1,USD\nsale,Maker,2029 Q1,FR,1,USD\nsales,Pump,2029 Q1,ES,1,USD\n",
    );
    assert_eq!(told(&journal), ["nothing in this deal is called `sale`", "`Pump` is a product, not a party"]);
    assert_eq!(lines(&journal).len(), 1);
}

#[test]
fn a_correction_is_said_with_yes_or_no() {
    let journal = read(
        "period,country,amount,currency,correction\n2029 Q1,DE,100,USD,no\n2029 Q1,DE,90,USD,Yes\n2029 Q1,DE,80,USD,perhaps\n",
    );
    assert_eq!(told(&journal), ["`perhaps` in column `correction` is neither yes nor no"]);
    assert_eq!(lines(&journal).len(), 2);
}

#[test]
fn the_same_line_twice_in_a_table() {
    let journal = read(
        "period,country,amount,currency,mark\n2029 Q1,DE,100,USD,\n2029 Q1,FR,100,USD,\n2029 Q1,DE,90,USD,\n2029 Q1,DE,80,USD,clinic\n",
    );
    assert_eq!(told(&journal), ["`DE` is in this report of `sales` for 2029 Q1 twice"]);
    assert_eq!((journal.problems[0].at.file, journal.problems[0].also[0].file), (2, 2));
}

#[test]
fn numbers_that_only_look_like_numbers() {
    for wrong in ["1e999", "1e5", "inf", "0x10", "1.2.3", "1,2,3", "--5", "(5", "=1+1", "5 USD", "٣"] {
        let journal =
            read(&format!("period,amount,country,currency\n2029 Q1,\"{wrong}\",DE,USD\n2029 Q1,7,FR,USD\n"));
        assert_eq!(journal.problems.len(), 1, "{wrong}: {:?}", told(&journal));
        assert_eq!(lines(&journal).len(), 1, "{wrong}");
    }
}

#[test]
fn a_header_without_amounts() {
    let journal = read("period,total\n2029 Q1,5\n");
    assert_eq!(told(&journal), ["the header has no column `amount`"]);
    // No row is read, so none is kept either.
    assert!(journal.problems.iter().all(|p| p.notes.is_empty()));
    let short = read("period,amount\n2029 Q1\n");
    assert_eq!(told(&short), ["1 column, the header has 2"]);
    assert!(journal.events.is_empty());
}

#[test]
fn two_columns_of_one_name_are_no_table() {
    let journal = read("period,product,country,country,amount,currency\n2029 Q1,Pump,DE,FR,1000,USD\n");
    assert_eq!(told(&journal), ["the header has two columns `country`"]);
    assert_eq!(journal.events.len(), 0);
}

#[test]
fn a_file_that_is_not_there() {
    let deal = Deal::read([
        ("agreement.deal".to_string(), AGREEMENT.as_bytes().to_vec()),
        ("journal.deal".to_string(), b"2029-05-12 sales file \"../../etc/passwd\" of sales\n".to_vec()),
    ]);
    let journal = Journal::read(&deal);
    assert_eq!(journal.problems.iter().map(|p| p.code.as_str()).collect::<Vec<_>>(), ["no-such-file"]);
}

#[test]
fn hostile_files() {
    let long = format!("amount,country\n{},DE\n5,FR\n", "9".repeat(100_000));
    let wide = format!("amount{}\n5\n", ",x".repeat(5_000));
    let files: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\n\n\n".to_vec(),
        b"amount\n\"never closed,5\n6\n".to_vec(),
        b"amount,country\n\xff\xfe,DE\n5,\xff\n7,DE\n".to_vec(),
        b"amount\0,country\n5,DE\n".to_vec(),
        b"amount,amount,amount\n1,2,3\n".to_vec(),
        b"\xef\xbb\xbfamount,country,currency\r\n5,DE,USD\r\n".to_vec(),
        long.into_bytes(),
        wide.into_bytes(),
        vec![b','; 50_000],
    ];
    for file in files {
        let journal = read_with("2029-05-12 sales file \"sales.csv\" of sales\n", &file);
        for problem in &journal.problems {
            assert!(problem.message.len() < 400, "a message of {} bytes", problem.message.len());
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_header() {
    let journal = read_with(
        "2029-05-12 sales file \"sales.csv\" of sales\n",
        b"\xef\xbb\xbfamount,country,currency,period\r\n5,DE,USD,2029 Q1\r\n",
    );
    assert_eq!(told(&journal), Vec::<&str>::new());
    assert_eq!(lines(&journal).len(), 1);
}

#[test]
fn a_file_told_later_is_known_later() {
    let journal = read_with(
        "2029-05-12 sales file \"sales.csv\" of sales, known 2029-07-01\n",
        b"period,amount,country,currency\n2029 Q1,5,DE,USD\n",
    );
    assert_eq!(journal.events[0].known.to_string(), "2029-07-01");
}

#[test]
fn corrections_in_a_column() {
    let journal = read(
        "period,country,amount,currency,correction\n2029 Q1,DE,100,USD,\n2029 Q1,DE,90,USD,yes\n2029 Q1,FR,1,USD,yes\n",
    );
    assert_eq!(told(&journal), ["no report of `sales` for 2029 Q1 has the line `FR`"]);
    // What is told is told; what it means is not decided here.
    assert_eq!(lines(&journal).len(), 3);
}

#[test]
fn many_rows_are_read_in_the_time_of_their_number() {
    let mut text = String::from("period,country,amount,currency,product\n");
    for row in 0..40_000 {
        text.push_str(&format!("2029 Q{},DE,{row},USD,Pump\n", row % 4 + 1));
    }
    let journal = read(&text);
    assert_eq!(lines(&journal).len(), 40_000);
}

#[test]
fn a_row_without_a_period_is_left_out() {
    let journal = read("period,country,amount,currency\n2029 Q1,DE,100,USD\n,FR,50,USD\n");
    assert_eq!(told(&journal), ["it is not said for which period `sales` is reported"]);
    assert_eq!((journal.problems[0].at.file, journal.problems[0].at.span.start), (2, 50));
    assert_eq!(lines(&journal).len(), 1);
}

#[test]
fn a_row_that_may_be_the_sum_of_others_is_told() {
    let journal =
        read("period,country,amount,currency\n2029 Q1,DE,100,USD\n2029 Q1,FR,50,USD\n2029 Q1,,150,USD\n");
    assert_eq!(told(&journal), ["this line may be the sum of others of `sales` for 2029 Q1"]);
    assert_eq!((journal.problems[0].at.file, journal.problems[0].at.span.start), (2, 68));
}

/// Two rows, two lines of 100 and 50: what stands in a column that nothing reads takes no row away, whatever it is. Three
/// findings, all on the header: one for the name that is nearly `freight`, one for the two names that are near nothing, one
/// for the column without a name.
#[test]
fn columns_that_nothing_reads_are_told_on_the_header() {
    let journal = read(
        "period,country,amount,currency,Freigth,Notes,Invoice date,\n2029 Q1,DE,100,USD,4,sold well,2029-03-01,x\n2029 Q1,FR,50,USD,1,,,\n",
    );
    assert_eq!(
        told(&journal),
        [
            "the column `Freigth` is not known",
            "the columns `Notes` and `Invoice date` are not read",
            "column 8 of the header has no name",
        ]
    );
    assert_eq!(lines(&journal).len(), 2);
    assert!(lines(&journal).iter().all(|l| l.parts.is_empty()));
    let places: Vec<_> =
        journal.problems.iter().map(|p| (p.at.file, p.at.span.start, p.code.as_str())).collect();
    assert_eq!(places, [(2, 0, "unknown-column"); 3]);
    let severities: Vec<_> = journal.problems.iter().map(|p| p.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning, Severity::Warning]);
    assert_eq!(journal.problems[0].fixes[0].text, "did you mean `freight`?");
    assert!(journal.problems[0].notes[1].ends_with(
        "the columns that are read are `amount`, `currency`, `period`, `metric`, `by`, `product`, `field`, \
         `country`, `customer`, `title`, `mark`, `correction`, and what comes off: `freight`"
    ));
}

/// A spreadsheet leaves a comma behind its last column: nothing is lost there, and nothing told.
#[test]
fn an_empty_column_without_a_name_is_nothing() {
    let journal = read("period,country,amount,currency,\n2029 Q1,DE,100,USD,\n");
    assert_eq!(told(&journal), Vec::<&str>::new());
    assert_eq!(lines(&journal).len(), 1);
}

/// What a row is about cannot be said where its column is misspelt: one finding, and no row in the wrong place.
#[test]
fn a_misspelt_column_of_what_a_row_is_about() {
    for (header, near) in [
        ("period,county,amount,currency", "country"),
        ("period,country,amuont,currency", "amount"),
        ("periods,country,amount,currency", "period"),
        ("period,country,amount,curency", "currency"),
    ] {
        let journal = read(&format!("{header}\n2029 Q1,DE,100,USD\n2029 Q1,FR,100,USD\n"));
        assert_eq!(journal.problems.len(), 1, "{:?}", told(&journal));
        assert_eq!(journal.problems[0].code, "unknown-column");
        assert_eq!(journal.problems[0].fixes[0].text, format!("did you mean `{near}`?"));
        assert_eq!(lines(&journal).len(), 0);
    }
}

/// The second table repeats two rows of the first: one finding, at its first row that does, with the row it repeats.
#[test]
fn a_row_of_another_table_is_told_at_its_own() {
    let table = |text: &str| format!("period,country,amount,currency\n{text}").into_bytes();
    let deal = Deal::read([
        ("agreement.deal".to_string(), AGREEMENT.as_bytes().to_vec()),
        (
            "journal.deal".to_string(),
            b"2029-05-12 sales file \"a.csv\" of sales\n2029-05-13 sales file \"b.csv\" of sales\n".to_vec(),
        ),
        ("a.csv".to_string(), table("2029 Q1,ES,5,USD\n2029 Q1,DE,100,USD\n2029 Q1,FR,7,USD\n")),
        ("b.csv".to_string(), table("2029 Q1,AT,8,USD\n2029 Q1,DE,100,USD\n2029 Q1,FR,7,USD\n")),
    ]);
    assert_eq!(deal.problems, []);
    let journal = Journal::read(&deal);
    assert_eq!(told(&journal), ["`DE` of `sales` for 2029 Q1 is reported twice"]);
    // The header has 31 bytes; `2029 Q1,AT,8,USD` and `2029 Q1,ES,5,USD` have 17 each with their ends.
    let problem = &journal.problems[0];
    assert_eq!((problem.at.file, problem.at.span.start), (3, 48));
    assert_eq!((problem.also[0].file, problem.also[0].span.start), (2, 48));
    assert!(problem.notes.iter().any(|n| n == "so is 1 more row of the table"), "{:?}", problem.notes);
}

#[test]
fn a_deduction_below_nothing_is_told() {
    let journal =
        read("period,country,amount,currency,FREIGHT\n2029 Q1,DE,100,USD,-4\n2029 Q1,FR,-50,USD,-1\n");
    assert_eq!(told(&journal), ["`freight` below nothing adds to `sales`"]);
    assert_eq!(journal.problems[0].severity, Severity::Warning);
}
