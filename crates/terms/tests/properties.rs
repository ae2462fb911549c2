//! Properties: one injected mistake gives one error; the model does not depend on how the text is laid out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test stops where something is wrong"
)]

mod common;

use counterpart_syntax::{Severity, TokenKind};
use counterpart_terms::Deal;
use counterpart_terms::names::SymbolKind;
use counterpart_terms::record::{At, Record};
use proptest::prelude::*;
use std::sync::LazyLock;

/// The deal the mistakes are made in: complete, free of errors, with every kind of clause of the tour.
static TOUR: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let found = common::deals().into_iter().find(|(name, _)| name == "helios-borealis");
    found.unwrap().1.into_iter().filter(|(path, _)| path == "agreement.deal").collect()
});

/// Where the names of the deal are used, but not defined.
fn uses(text: &str) -> Vec<(usize, usize)> {
    let deal = Deal::read([("agreement.deal".to_string(), text.as_bytes().to_vec())]);
    let defined: Vec<(usize, usize)> =
        deal.symbols.iter().map(|(_, s)| (s.at.start as usize, s.at.end as usize)).collect();
    let mut at = 0;
    let mut out = Vec::new();
    for (kind, piece) in deal.files[0].tree.tokens() {
        let here = (at, at + piece.len());
        at = here.1;
        // Who decides, and while what is kept secret, may be things the deal does not define.
        let known = deal
            .symbols
            .get(piece)
            .is_some_and(|s| !matches!(s.kind, SymbolKind::Committee | SymbolKind::Confidence));
        if kind == TokenKind::Word && known && !defined.contains(&here) {
            out.push(here);
        }
    }
    out
}

fn text() -> String {
    String::from_utf8(TOUR[0].1.clone()).unwrap()
}

/// Errors, not counting what the wrong name itself may leave open.
fn errors(deal: &Deal) -> Vec<String> {
    deal.problems.iter().filter(|p| p.severity == Severity::Error).map(|p| common::show(deal, p)).collect()
}

/// A record without its place.
fn bare(record: &Record) -> Record {
    let mut out = record.clone();
    out.at = At::default();
    out.below = out.below.iter().map(bare).collect();
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_wrong_name_gives_one_error(pick in any::<prop::sample::Index>()) {
        let text = text();
        let uses = uses(&text);
        prop_assert!(uses.len() > 100, "only {} names are used", uses.len());
        let (start, end) = *pick.get(&uses);
        let wrong = format!("{}Zzyzx-9{}", &text[..start], &text[end..]);
        let deal = Deal::read([("agreement.deal".to_string(), wrong.clone().into_bytes())]);
        let errors = errors(&deal);
        prop_assert_eq!(errors.len(), 1, "at {}: {}", &wrong[start.saturating_sub(40)..(end + 40).min(wrong.len())], errors.join(""));
        prop_assert!(errors[0].contains("Zzyzx-9"), "{}", errors[0]);
    }

    #[test]
    fn the_model_does_not_depend_on_the_layout(pick in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let all = common::deals();
        let (name, files) = pick.get(&all);
        let plain: Vec<Record> = Deal::read(files.clone()).records.iter().map(bare).collect();
        let other = files.iter().map(|(path, bytes)| (path.clone(), laid_out(bytes, seed)));
        let changed: Vec<Record> = Deal::read(other).records.iter().map(bare).collect();
        prop_assert!(plain == changed, "{name} changed with its layout");
    }

    #[test]
    fn spoilt_deals_read_the_same_formatted(pick in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let all = common::deals();
        let (name, files) = pick.get(&all);
        let spoilt: common::Files = files.iter().map(|(path, bytes)| (path.clone(), spoilt(bytes, seed))).collect();
        let found = formatted_differs(&spoilt);
        prop_assert!(found.is_none(), "{name}: {}", found.unwrap_or_default());
    }

    #[test]
    fn any_text_reads(text in "[ -~\n]{0,300}") {
        let deal = Deal::read([("agreement.deal".to_string(), text.into_bytes())]);
        let _ = counterpart_terms::json::to_json(&deal);
    }
}

#[test]
fn every_deal_reads_the_same_formatted() {
    let differ: Vec<String> = common::deals()
        .into_iter()
        .filter_map(|(name, files)| formatted_differs(&files).map(|how| format!("{name}: {how}")))
        .collect();
    assert!(differ.is_empty(), "{} deals differ:\n{}", differ.len(), differ.join("\n"));
}

/// Where a deal says something else once its files are formatted. Tables of sales are no text of the language.
fn formatted_differs(files: &common::Files) -> Option<String> {
    let formatted = files.iter().map(|(path, bytes)| match path.ends_with(".deal") {
        true => (path.clone(), counterpart_syntax::format(&counterpart_syntax::parse(bytes).0)),
        false => (path.clone(), bytes.clone()),
    });
    let formatted: common::Files = formatted.collect();
    let (plain, again) = (Deal::read(files.clone()), Deal::read(formatted));
    let (one, other): (Vec<Record>, Vec<Record>) =
        (plain.records.iter().map(bare).collect(), again.records.iter().map(bare).collect());
    if let Some((one, other)) = one.iter().zip(&other).find(|(one, other)| one != other) {
        return Some(format!("{one:?}\n  is, formatted,\n{other:?}"));
    }
    if one.len() != other.len() {
        return Some(format!("{} clauses are {}, formatted", one.len(), other.len()));
    }
    None
}

/// A text with words swapped, left out or twice, lines moved, and spaces and commas where none belong.
fn spoilt(bytes: &[u8], seed: u64) -> Vec<u8> {
    let (tree, _) = counterpart_syntax::parse(bytes);
    let mut pieces: Vec<String> = tree.tokens().map(|(_, piece)| piece.to_string()).collect();
    let mut random = seed | 1;
    let mut below = |end: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % end.max(1) as u64).unwrap()
    };
    for _ in 0..=below(6) {
        if pieces.is_empty() {
            break;
        }
        let (at, other) = (below(pieces.len()), below(pieces.len()));
        match below(7) {
            0 => pieces.swap(at, other),
            1 => drop(pieces.remove(at)),
            2 => pieces.insert(at, pieces[other].clone()),
            3 => pieces.insert(at, "  ".to_string()),
            4 => pieces.insert(at, ",".to_string()),
            5 => pieces.insert(at, "\n".to_string()),
            _ => pieces.insert(at, "\t".to_string()),
        }
    }
    pieces.concat().into_bytes()
}

/// The same clauses with other spaces: more between words, empty lines, comments at the ends of lines.
fn laid_out(bytes: &[u8], seed: u64) -> Vec<u8> {
    let (tree, _) = counterpart_syntax::parse(bytes);
    let mut random = seed | 1;
    let mut chance = |n: u64| {
        // Xorshift: the layout only has to vary, and to be the same for the same seed.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        random.is_multiple_of(n)
    };
    let mut out = String::new();
    let mut line_start = true;
    for (kind, piece) in tree.tokens() {
        match kind {
            TokenKind::Space if !line_start && chance(3) => out.push_str(&format!("{piece}  ")),
            _ => out.push_str(piece),
        }
        line_start = piece.ends_with('\n') || (line_start && kind == TokenKind::Space);
        if piece.ends_with('\n') && chance(9) {
            out.push_str("# a remark\n");
        }
    }
    out.into_bytes()
}
