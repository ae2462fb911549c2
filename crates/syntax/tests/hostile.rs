//! Texts made to be hard: huge, deep, broken. Reading and formatting them takes work in proportion to
//! their size, counted in steps and not in seconds, and never stops with a panic.

#![allow(clippy::indexing_slicing, reason = "a test stops with a panic")]

mod common;

use counterpart_syntax::{MAX_BYTES, format, parse};

/// Steps of matching a byte may cost at most, over all readings of it.
const STEPS_A_BYTE: u64 = 50;

/// Steps that any text may cost, however small.
const STEPS_ANYWAY: u64 = 10_000;

/// Reads and formats; returns how many errors there are.
fn survive(name: &str, bytes: &[u8]) -> usize {
    let (tree, problems) = parse(bytes);
    assert_eq!(tree.bytes(), bytes, "{name}");
    let most = STEPS_ANYWAY + STEPS_A_BYTE * bytes.len() as u64;
    assert!(tree.work() <= most, "{name}: {} steps for {} bytes", tree.work(), bytes.len());
    assert!(problems.len() <= 501, "{name}: {} errors", problems.len());
    let formatted = format(&tree);
    assert!(formatted.len() <= 3 * bytes.len() + 100, "{name}: {} bytes formatted", formatted.len());
    problems.len()
}

fn repeat(unit: &str, bytes: usize) -> String {
    unit.repeat(bytes / unit.len() + 1)
}

const MB: usize = 1 << 20;

#[test]
fn long_lines() {
    survive("spaces", repeat(" ", 10 * MB).as_bytes());
    survive("one word", repeat("a", 10 * MB).as_bytes());
    survive("digits", repeat("1", 10 * MB).as_bytes());
    survive("words", repeat("grant ", 10 * MB).as_bytes());
    survive("names", repeat("a, ", 10 * MB).as_bytes());
    survive("dates", repeat("2027-01-01", 10 * MB).as_bytes());
    survive("a comment", format!("#{}", repeat("x ", 10 * MB)).as_bytes());
    survive("wide space", repeat("a     b        c   ", 10 * MB).as_bytes());
    survive("a text", format!("party A \"{}\"", repeat("x ", 10 * MB)).as_bytes());
}

#[test]
fn brackets_and_quotes() {
    survive("(", repeat("(", MB).as_bytes());
    survive("when (", format!("trigger T\n  when {}", repeat("(", MB)).as_bytes());
    survive(
        "when ( in lines",
        format!("trigger T\n{}", repeat("  when ((((((((((((((((((((((((\n", MB)).as_bytes(),
    );
    survive(
        "nested amounts",
        format!("pay P from A to B\n{}", repeat("  ((((((((1 + 2) + 3) + 4) + 5) + 6) on X\n", MB))
            .as_bytes(),
    );
    survive("nots", format!("trigger T\n  when {}", repeat("not ", MB)).as_bytes());
    survive("later of", format!("sunset S on {}", repeat("the later of ", MB)).as_bytes());
    survive("days after", format!("sunset S on {}", repeat("3 days after ", MB)).as_bytes());
    survive("end of", format!("sunset S on {}", repeat("the end of ", MB)).as_bytes());
    survive("\"", repeat("\"", MB).as_bytes());
    survive("\" in lines", repeat("\"\n", MB).as_bytes());
    survive("signs", repeat(",:;()|=<>/%+*-", MB).as_bytes());
}

#[test]
fn long_lists() {
    let list = vec!["x"; 200_000].join(", ");
    assert_eq!(survive("list", format!("grant G from A to B\n  under {list}\n").as_bytes()), 0);
    survive("list and a mistake", format!("grant G from A to B\n  under {list} §\n").as_bytes());
    let list = vec!["x"; 200_000].join(",\n    ");
    assert_eq!(survive("list over lines", format!("grant G from A to B\n  under {list}\n").as_bytes()), 0);
    let list = vec!["x"; 200_000].join("\n    ");
    assert_eq!(
        survive("list without commas", format!("grant G from A to B\n  under\n    {list}\n").as_bytes()),
        0
    );
    survive("list ends badly", format!("grant G from A to B\n  under\n    {list} is\n").as_bytes());
    let plus = vec!["USD 5"; 100_000].join(" + ");
    survive("sum", format!("pay P from A to B\n  {plus} on X\n").as_bytes());
    let and = vec!["X is met"; 100_000].join(" and ");
    survive("conditions", format!("trigger T\n  when {and}\n").as_bytes());
    survive("conditions and a mistake", format!("trigger T\n  when {and} is\n").as_bytes());
}

#[test]
fn many_lines() {
    survive("unknown clauses", repeat("unknwon clause here\n", 100_000 * 20).as_bytes());
    survive("misspelt clauses", repeat("garnt X from A to B\n", 100_000 * 20).as_bytes());
    survive("misfits", repeat("grant X from A too B\n", 100_000 * 20).as_bytes());
    survive(
        "unknown below",
        format!("grant X from A to B\n{}", repeat("  unknwon clause here\n", 100_000 * 20)).as_bytes(),
    );
    survive(
        "misplaced",
        format!("grant X from A to B\n{}", repeat("  paid within 45 days\n", 100_000 * 20)).as_bytes(),
    );
    survive("twice", format!("grant X from A to B\n{}", repeat("  under A\n", 100_000 * 10)).as_bytes());
    survive("journal", repeat("2027-01-04 paid Signing USD 2,000,000\n", 2 * MB).as_bytes());
    survive("journal wrong", repeat("2027-01-04 payd Signing USD 2,000,000\n", 2 * MB).as_bytes());
    survive("saw", repeat("a\n    b\n  c\n", MB).as_bytes());
    survive("blank", repeat("\n", MB).as_bytes());
    survive("comments", repeat("   # x\n # y\n", MB).as_bytes());
    survive("children of an unknown clause", format!("xyz\n{}", repeat("  a b c\n", MB)).as_bytes());
    survive(
        "lines below a leaf",
        format!("grant X from A to B\n  under A\n{}", repeat("    a b c\n", MB)).as_bytes(),
    );
}

#[test]
fn many_levels() {
    // One line a level, one column a level: more levels than this are more bytes than a file may have.
    let deep: String = (0..5_000).map(|level| format!("{}a\n", " ".repeat(level))).collect();
    survive("levels", deep.as_bytes());
    let deep: String =
        (0..5_000).map(|level| format!("{}grant G from A to B\n", " ".repeat(level))).collect();
    survive("grants", deep.as_bytes());
    let stairs: String = (0..20_000).map(|line| format!("{}fields\n", "  ".repeat(line % 60))).collect();
    survive("stairs", stairs.as_bytes());
    let back: String = (0..3_000).rev().map(|level| format!("{}a\n", " ".repeat(level))).collect();
    survive("back", back.as_bytes());
    let tree: String = (0..100_000).map(|line| format!("{}n{line}\n", " ".repeat(1 + line % 23))).collect();
    survive("tree", format!("fields\n{tree}").as_bytes());
    let hundred_thousand: Vec<u8> =
        (0..100_000).flat_map(|level| [vec![b' '; level % 200], b"a\n".to_vec()].concat()).collect();
    survive("teeth", &hundred_thousand);
}

#[test]
fn alignment() {
    // Two lines that part what the other had lined up, over and over.
    let a: String = (0..50_000).map(|i| format!("a{}", " ".repeat(3 + i % 3))).collect();
    let b: String = (0..50_000).map(|i| format!("b{}", " ".repeat(3 + i % 4))).collect();
    survive("two wide lines", format!("{a}\n{b}\n{a}\n").as_bytes());
    let rows: String = (0..50_000)
        .map(|i| format!("party A{i}{}\"x\"{}of US\n", " ".repeat(3 + i % 5), " ".repeat(3 + i % 7)))
        .collect();
    survive("ragged table", rows.as_bytes());
}

#[test]
fn strange_bytes() {
    survive("NUL", &vec![0; MB]);
    survive("surrogates", &[0xed, 0xa0, 0x80].repeat(100_000));
    survive("all bytes", &(0..=255).cycle().take(MB).collect::<Vec<u8>>());
    survive("continuation bytes", &vec![0x80; MB]);
    survive("marks", "\u{feff}".repeat(100_000).as_bytes());
    survive("accents", "e\u{301}".repeat(100_000).as_bytes());
    for text in [
        "",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        ",",
        "\"",
        "#",
        "\u{feff}",
        "1e999",
        "99999-01-01",
        "year 99999",
        "\0",
    ] {
        survive(text, format!("{text}\n").as_bytes());
        common::laws::check(text.as_bytes());
    }
    let tour = common::tour();
    for (name, text) in &tour {
        for end in ["\r\n", "\r"] {
            let strange = format!("\u{feff}{}", text.replace('\n', end));
            assert_eq!(survive(name, strange.as_bytes()), 0);
            let (tree, _) = parse(strange.as_bytes());
            assert_eq!(String::from_utf8_lossy(&format(&tree)), *text, "{name}");
        }
    }
}

#[test]
fn too_large() {
    let bytes = vec![b'a'; MAX_BYTES + 1];
    let (tree, problems) = parse(&bytes);
    assert_eq!(problems.len(), 1);
    assert_eq!(format(&tree), bytes);
    assert_eq!(survive("as large as can be", &bytes[1..]), 1);
}
