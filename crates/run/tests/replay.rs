//! The fuzzers' laws on mutated deals, without the fuzzers' engine: from a fixed seed, so that a failure
//! can be had again. `FUZZ_SECONDS` gives it longer than its few hundred cases.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop where something is wrong")]

#[path = "common/journal_law.rs"]
mod journal_law;
#[path = "../../syntax/tests/common/laws.rs"]
mod text_laws;

use journal_law::ask;
use std::collections::BTreeMap;
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

/// The laws of `fuzz/fuzz_targets`: those of any text, and that what the text says can be asked.
fn obey(bytes: &[u8]) {
    text_laws::check(bytes);
    ask(vec![("agreement.deal".to_string(), bytes.to_vec())]);
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

/// Journals of all deals and a few tables, each after the byte that says which it is.
fn journals() -> Vec<Vec<u8>> {
    let deals = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../deals");
    let folders = std::fs::read_dir(&deals).unwrap().map(|entry| entry.unwrap().path().join("journal.deal"));
    let mut journals: Vec<PathBuf> = folders.filter(|path| path.is_file()).collect();
    journals.sort();
    journals.iter().map(|path| [b"0".as_slice(), &std::fs::read(path).unwrap()].concat()).collect()
}

/// Tables of sales: a plain one, one with what comes off and corrections, one that breaks off.
const TABLES: [(&str, &str); 3] = [
    (
        "plain",
        "1period,product,field,country,amount,currency\n2029 Q1,Cell,grid,DE,1940000,EUR\n2029 Q1,Cell,home,FR,310000,EUR\n",
    ),
    (
        "corrected",
        "1metric,by,period,country,amount,currency,returns,mark,correction\nsales,Borealis,2029-03,NO,\"18,200,000.00\",NOK,5,sample,\n",
    ),
    ("unclosed", "1period;amount;currency\n2029 Q2;1;USD\n\"unclosed"),
];

/// What the journal's fuzzer starts from: the entries of the tour, one of each kind, and the tables.
fn seeds() -> Vec<(PathBuf, Vec<u8>)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let corpus = root.join("fuzz/corpus/journal");
    let text = std::fs::read_to_string(root.join("deals/helios-borealis/journal.deal")).unwrap();
    let mut blocks: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n').filter(|line| !line.starts_with(['#', '\n'])) {
        match blocks.last_mut() {
            Some(block) if line.starts_with(' ') => block.push_str(line),
            _ => blocks.push(line.to_string()),
        }
    }
    let mut seeds: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
    for block in blocks {
        // An entry begins with its day, an assertion with its word.
        let kind =
            block.split_whitespace().find(|word| word.starts_with(char::is_alphabetic)).unwrap_or("other");
        let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).collect();
        let bytes = [b"0".as_slice(), block.as_bytes()].concat();
        seeds.entry(corpus.join(format!("tour-{kind}"))).or_insert(bytes);
    }
    let tables =
        TABLES.map(|(name, table)| (corpus.join(format!("table-{name}")), table.as_bytes().to_vec()));
    seeds.into_iter().chain(tables).collect()
}

/// What the fuzzer starts from and what it has found, replayed without it. `UPDATE=1` makes the starting texts anew.
#[test]
fn the_journals_corpus() {
    if std::env::var_os("UPDATE").is_some() {
        for (path, bytes) in seeds() {
            std::fs::write(path, bytes).unwrap();
        }
    }
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/journal");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(paths.len() >= seeds().len(), "only {} texts: run with UPDATE=1", paths.len());
    for path in paths {
        println!("{}", path.display());
        journal_law::check(&std::fs::read(path).unwrap());
    }
}

#[test]
fn mutated_journals_leave_a_sound_deal_standing() {
    replay(&journals(), 4, journal_law::check);
}

#[test]
fn mutated_tables_leave_a_sound_deal_standing() {
    let tables = TABLES.map(|(_, table)| table.as_bytes().to_vec());
    replay(&tables, 4, journal_law::check);
}
