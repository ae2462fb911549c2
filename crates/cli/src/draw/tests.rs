//! Drawing findings no deal of today brings about: fixes over several lines, reasons, several files,
//! and places that are not there.

use super::*;
use crate::terminal::Look;
use counterpart_syntax::{Diagnostic, Edit, Fix, Span};
use expect_test::{Expect, expect};

const TEXT: &str =
    "grant One from A to B\n  exclusive\n  in DE, FR\n\ngrant Two from A to C\n  exclusive\n  in DE\n";

fn span(of: &str, nth: usize) -> Span {
    let (start, _) = TEXT.match_indices(of).nth(nth).unwrap();
    Span { start: start as u32, end: (start + of.len()) as u32 }
}

fn book(findings: Vec<Diagnostic>) -> Book {
    let sources =
        vec![Source::new("acme/agreement.deal", TEXT), Source::new("acme/amendment-1.deal", "grant Three\n")];
    Book { sources, findings, ..Book::default() }
}

fn check(text: &str, expected: &Expect) {
    let trimmed: String = text.lines().map(|l| format!("{}\n", l.trim_end())).collect();
    expected.assert_eq(&trimmed);
}

fn overlap() -> Diagnostic {
    let carve = Fix {
        text: "carve it out of the first".into(),
        edits: vec![Edit { file: 0, span: Span { start: 45, end: 45 }, new: "\n  except DE".into() }],
        guess: false,
    };
    let mut finding = Diagnostic::error(
        "rights-overlap",
        span("exclusive", 1),
        "grants One and Two are both exclusive over the same rights",
    )
    .saying("grants this exclusively to C")
    .with_also(0, span("exclusive", 0), "granted exclusively to B")
    .with_also(1, Span { start: 6, end: 11 }, "and restated here")
    .with_note("both cover all acts in Germany, 2027-01-01 to 2033-12-31")
    .with_help("or make the second non-exclusive");
    finding.fixes.push(carve);
    finding
}

#[test]
fn people_see_the_lines_the_reason_and_the_change() {
    let text = human(&book(vec![overlap()]), Look::default());
    check(
        &text,
        &expect![[r#"
            error[rights-overlap]: grants One and Two are both exclusive over the same rights
             --> acme/agreement.deal:6:3
              |
            2 |   exclusive
              |   --------- granted exclusively to B
            ...
            6 |   exclusive
              |   ^^^^^^^^^ grants this exclusively to C
              |
             ::: acme/amendment-1.deal:1:7
              |
            1 | grant Three
              |       ----- and restated here
              |
              = note: both cover all acts in Germany, 2027-01-01 to 2033-12-31
              = help: or make the second non-exclusive
            help: carve it out of the first
              |
            3 ~   in DE, FR
            4 +   except DE
              |
        "#]],
    );
}

#[test]
fn a_screen_reader_hears_the_same() {
    check(
        &plain(&book(vec![overlap()])),
        &expect![[r#"
            acme/agreement.deal:6:3: error: grants One and Two are both exclusive over the same rights [rights-overlap]
                grants this exclusively to C
                see: acme/agreement.deal:2:3: granted exclusively to B
                see: acme/amendment-1.deal:1:7: and restated here
                note: both cover all acts in Germany, 2027-01-01 to 2033-12-31
                help: or make the second non-exclusive
                help: carve it out of the first
                    acme/agreement.deal:3:12: add `except DE`
        "#]],
    );
}

#[test]
fn a_narrow_terminal_cuts_lines_and_a_pipe_does_not() {
    let long = format!("text Note \"{}\"\n", "many words ".repeat(40));
    let finding = Diagnostic::warning("x", Span { start: 5, end: 9 }, "y");
    let book = Book {
        sources: vec![Source::new("a.deal", long.clone())],
        findings: vec![finding],
        ..Book::default()
    };
    let cut = human(&book, Look { colour: false, width: Some(60) });
    assert!(cut.lines().all(|l| l.chars().count() <= 62), "{cut}");
    assert!(human(&book, Look::default()).contains(long.trim_end()));
}

#[test]
fn places_that_are_not_there_are_drawn_somehow() {
    let odd =
        [Span { start: 0, end: 9000 }, Span { start: 9000, end: 0 }, Span { start: u32::MAX, end: u32::MAX }];
    for span in odd {
        for file in [0, 1, 7] {
            let finding = Diagnostic::error("x", span, "y").with_also(3, span, "z").with_fix(
                "w",
                span,
                "long new text",
            );
            let book = book(vec![finding.in_file(file)]);
            for text in [human(&book, Look::default()), plain(&book), sarif(&book, |_| None).to_string()] {
                assert!(text.contains('y'));
            }
            assert!(serde_json::to_string(&json(&book)).is_ok());
        }
    }
    let empty = Book {
        sources: vec![Source::new("e.deal", "")],
        findings: vec![Diagnostic::note("x", Span::default(), "y")],
        ..Book::default()
    };
    assert!(human(&empty, Look::default()).contains("e.deal:1:1"));
}

#[test]
fn characters_of_many_bytes_are_never_cut() {
    let text = "é€😀".repeat(3);
    for start in 0..=text.len() as u32 {
        for end in start..=text.len() as u32 {
            let finding = Diagnostic::error("x", Span { start, end }, "y").with_fix(
                "w",
                Span { start, end },
                "new text",
            );
            let book = Book {
                sources: vec![Source::new("a.deal", text.clone())],
                findings: vec![finding],
                ..Book::default()
            };
            assert!(human(&book, Look::default()).contains("a.deal:1"));
        }
    }
}

#[test]
fn a_line_too_long_to_show_is_named() {
    let text = format!("{}\n", "x".repeat(10_000));
    let finding = Diagnostic::error("x", Span { start: 500, end: 501 }, "y");
    let book =
        Book { sources: vec![Source::new("a.deal", text)], findings: vec![finding], ..Book::default() };
    check(
        &human(&book, Look::default()),
        &expect![[r#"
        error[x]: y
        --> a.deal:1:501
    "#]],
    );
}
