//! The fuzzers' laws on mutated deals, without the fuzzers' engine: from a fixed seed, so that a failure
//! can be had again. `FUZZ_SECONDS` gives it longer than its few hundred cases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where something is wrong")]

use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::format;
use counterpart_syntax::parse;
use counterpart_terms::Deal;
use std::path::PathBuf;

/// A generator whose every step is written down (xorshift64*), so that seeds mean the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// The small examples and the tour.
fn corpus() -> Vec<Vec<u8>> {
    let deals = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let mut files: Vec<PathBuf> = ["mechanisms", "helios-borealis"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(deals.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// One change of the kind people and machines make.
fn mutate(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(bytes.len());
    let word = |bytes: &[u8], at: usize| {
        let end = bytes[at..].iter().position(|b| b.is_ascii_whitespace()).map_or(bytes.len(), |n| at + n);
        (at, end)
    };
    match random.below(8) {
        0 => bytes.insert(at, random.next() as u8),
        1 if !bytes.is_empty() => bytes[at] = random.next() as u8,
        2 if !bytes.is_empty() => {
            let (start, end) = word(bytes, at);
            bytes.drain(start..end);
        }
        3 if !other.is_empty() => {
            let (start, end) = word(other, random.below(other.len()));
            bytes.splice(at..at, other[start..end].iter().copied());
        }
        4 => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let mut lines: Vec<&str> = text.lines().collect();
            if lines.len() > 1 {
                let (a, b) = (random.below(lines.len()), random.below(lines.len()));
                lines.swap(a, b);
            }
            *bytes = lines.join("\n").into_bytes();
        }
        5 => bytes.splice(at..at, b"99999999999999999999".iter().copied()).for_each(drop),
        6 => bytes.splice(at..at, b"\n      ".iter().copied()).for_each(drop),
        _ => bytes.truncate(at.max(1)),
    }
}

/// The laws of `fuzz/fuzz_targets`.
fn obey(bytes: &[u8]) {
    let (tree, _) = parse(bytes);
    assert_eq!(tree.bytes(), bytes);
    let once = format(&tree);
    let (again, _) = parse(&once);
    assert_eq!(format(&again), once, "the formatter does not settle");
    ask(vec![("agreement.deal".to_string(), bytes.to_vec())]);
}

/// Reads a deal and asks it everything.
fn ask(files: Vec<(String, Vec<u8>)>) {
    let deal = Deal::read(files);
    let machine = Machine::new(&deal);
    let _ = machine.check_all();
    let day = machine.journal.last_day().unwrap_or(Date::MIN);
    let _ = machine.statement(None, None, day, Date::MAX);
}

/// Spoils texts of a corpus from a fixed seed, and puts each to the law.
fn replay(corpus: &[Vec<u8>], share: u64, law: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let seconds: u64 = std::env::var("FUZZ_SECONDS").ok().and_then(|s| s.parse().ok()).unwrap_or(0);
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut cases, begun) = (0u64, std::time::Instant::now());
    while cases < 300 || begun.elapsed().as_secs() < seconds / share {
        let mut bytes = corpus[random.below(corpus.len())].clone();
        let other = &corpus[random.below(corpus.len())];
        for _ in 0..=random.below(4) {
            mutate(&mut bytes, other, &mut random);
        }
        let result = std::panic::catch_unwind(|| law(&bytes));
        assert!(result.is_ok(), "case {cases}:\n{}", String::from_utf8_lossy(&bytes));
        cases += 1;
    }
    println!("{cases} cases");
}

#[test]
fn mutated_deals_obey_the_laws() {
    replay(&corpus(), 2, obey);
}

#[test]
fn mutated_journals_leave_a_sound_deal_standing() {
    let deals = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let read = |path: &str| std::fs::read(deals.join(path)).unwrap();
    let agreement = read("helios-borealis/agreement.deal");
    let folders = std::fs::read_dir(&deals).unwrap().map(|entry| entry.unwrap().path().join("journal.deal"));
    let mut journals: Vec<PathBuf> = folders.filter(|path| path.is_file()).collect();
    journals.sort();
    let journals: Vec<Vec<u8>> = journals.iter().map(|path| std::fs::read(path).unwrap()).collect();
    replay(&journals, 4, |journal| {
        ask(vec![("agreement.deal".into(), agreement.clone()), ("journal.deal".into(), journal.to_vec())]);
    });
}

#[test]
fn mutated_tables_leave_a_sound_deal_standing() {
    let deals = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let agreement = std::fs::read(deals.join("helios-borealis/agreement.deal")).unwrap();
    let tables: Vec<Vec<u8>> = [
        "period,product,field,country,amount,currency\n2029 Q1,Cell,grid,DE,1940000,EUR\n2029 Q1,Cell,home,FR,310000,EUR\n",
        "metric,by,period,country,amount,currency,returns,mark,correction\nsales,Borealis,2029-03,NO,\"18,200,000.00\",NOK,5,sample,\n",
        "period;amount;currency\n2029 Q2;1;USD\n\"unclosed",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    let journal = b"2029-05-12 sales file \"sales.csv\" of sales\n".to_vec();
    replay(&tables, 4, |table| {
        ask(vec![
            ("agreement.deal".into(), agreement.clone()),
            ("journal.deal".into(), journal.clone()),
            ("sales.csv".into(), table.to_vec()),
        ]);
    });
}
