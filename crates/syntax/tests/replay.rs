//! What the fuzzer starts from and what it has found, replayed without it; then a few thousand texts bred
//! from those, the same in every run. `UPDATE=1` makes the starting texts anew from the tour.

#![allow(clippy::indexing_slicing, clippy::expect_used, reason = "a test stops with a panic")]

mod common;

use common::laws::check;
use common::mutate::{Dice, soup, spoil};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Texts bred in one run.
const BRED: u64 = 4000;

/// Longer ones find nothing that shorter ones do not, and take longer.
const MAX_LENGTH: usize = 2000;

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target)
}

/// The texts in the corpus of a target, in a fixed order.
fn texts(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(corpus(target))
        .expect("the corpus is there")
        .map(|e| e.expect("a file").path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).expect("a text"))).collect()
}

/// The starting texts: for `deal` the short files of the tour, for `parse` one clause of each kind.
fn seeds() -> Vec<(PathBuf, String)> {
    let mut seeds = Vec::new();
    let mut kinds = BTreeSet::new();
    for (name, text) in common::tour() {
        let file = name.replace('/', "-");
        for block in common::blocks(&text) {
            // An entry begins with its day.
            let mut words =
                block.split_whitespace().skip_while(|w| w.starts_with(|c: char| c.is_ascii_digit()));
            let kind = words.next().filter(|w| w.starts_with(char::is_alphabetic));
            if let Some(kind) = kind.filter(|kind| kinds.insert(format!("{file} {kind}"))) {
                let name = format!("tour-{}-{kind}", file.trim_end_matches(".deal"));
                seeds.push((corpus("parse").join(name), block));
            }
        }
        if text.len() < 3000 {
            seeds.push((corpus("deal").join(format!("tour-{file}")), text));
        }
    }
    seeds
}

#[test]
fn the_corpus() {
    if std::env::var_os("UPDATE").is_some() {
        for (path, text) in seeds() {
            fs::write(path, text).expect("the corpus can be written");
        }
    }
    for (path, bytes) in ["parse", "deal"].into_iter().flat_map(texts) {
        println!("{}", path.display());
        check(&bytes);
    }
}

#[test]
fn bred_from_the_corpus() {
    let texts: Vec<Vec<u8>> = ["parse", "deal"].into_iter().flat_map(texts).map(|(_, bytes)| bytes).collect();
    for seed in 0..BRED {
        let mut dice = Dice::new(seed);
        let mut bytes = texts[dice.below(texts.len())].clone();
        match dice.below(4) {
            0 => bytes = splice(&mut dice, &bytes, &texts),
            1 => bytes.extend(soup(&mut Dice::new(seed), 20).into_bytes()),
            _ => {
                let edits = 1 + dice.below(6);
                bytes = spoil(&mut dice, &String::from_utf8_lossy(&bytes), edits);
            }
        }
        for _ in 0..dice.below(4) {
            nibble(&mut dice, &mut bytes);
        }
        bytes.truncate(MAX_LENGTH);
        println!("seed {seed}");
        check(&bytes);
    }
}

/// The beginning of one text and the end of another.
fn splice(dice: &mut Dice, bytes: &[u8], texts: &[Vec<u8>]) -> Vec<u8> {
    let other = &texts[dice.below(texts.len())];
    [&bytes[..dice.below(bytes.len() + 1)], &other[dice.below(other.len() + 1)..]].concat()
}

/// One byte changed, lost, doubled or put in.
fn nibble(dice: &mut Dice, bytes: &mut Vec<u8>) {
    if bytes.is_empty() {
        return;
    }
    let at = dice.below(bytes.len());
    match dice.below(4) {
        0 => bytes[at] = dice.below(256) as u8,
        1 => bytes.truncate(at),
        2 => bytes.insert(at, bytes[at]),
        _ => bytes.insert(at, b" \t\n\r\"#,:;%(-\xff"[dice.below(13)]),
    }
}
