//! One mistake in a good text gives one error, at the mistake.
//!
//! Every word and every line of the tour is spoilt in several ways. A spoilt word that still reads is a
//! name, a number or a text (whether anything has that name is asked later), or stands at one of the places that
//! `silent.txt` lists with the reason; any other must give exactly one error, on its own line or on the one after, which
//! its line end may have left open.

#![allow(
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a test stops with a panic"
)]

mod common;

use common::{Piece, Word, brief, fixed, line_at, pieces, words};
use counterpart_syntax::{Diagnostic, TokenKind, parse};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

/// What came of a number of mistakes.
#[derive(Default)]
struct Tally {
    /// Words of the language whose mistake still reads: the clause, and the word.
    silent: BTreeSet<(String, String)>,
    /// One error, whose place touches the word or the one after it.
    near: usize,
    /// One error further along the line.
    far: usize,
    /// The first fix offered makes the file read again.
    mended: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn add(&mut self, name: &str, good: &str, word: &Word, next: usize, new: &str) {
        let rest = &good[word.end..];
        let rest = if new.is_empty() { rest.trim_start_matches(' ') } else { rest };
        let bad = format!("{}{new}{rest}", &good[..word.start]);
        let start = bad[..word.start].trim_end_matches(' ').len();
        let end = (word.start + new.len()).max(next + new.len() - (word.end - word.start));
        let (_, problems) = parse(bad.as_bytes());
        let line = line_at(&bad, word.start);
        let from = bad[..word.start].rfind('\n').map_or(0, |i| i + 1);
        let to = from + bad[from..].split_inclusive('\n').take(2).map(str::len).sum::<usize>();
        let on_line = |p: &Diagnostic| (from..to).contains(&(p.at.span.start as usize));
        match problems.as_slice() {
            [] => self.silent.extend(silent(good, word, new)),
            [one] if on_line(one) => {
                if one.at.span.start as usize <= end && one.at.span.end as usize >= start {
                    self.near += 1;
                } else {
                    self.far += 1;
                }
                let mended = fixed(&bad, one).is_some_and(|text| parse(text.as_bytes()).1.is_empty());
                self.mended += usize::from(mended);
            }
            many => {
                let said: Vec<String> = many.iter().map(brief).collect();
                self.wrong.push(format!("{name}: {}\n    {}", line.trim(), said.join("\n    ")));
            }
        }
    }

    fn loud(&self) -> usize {
        self.near + self.far
    }
}

/// The words and marks that are written in the grammar: what is none of them is a name, a number or a text.
static LANGUAGE: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar");
    let files = std::fs::read_dir(folder).expect("the grammar is there");
    let texts = files.map(|f| std::fs::read_to_string(f.expect("a file").path()).expect("text"));
    let mut words = BTreeSet::new();
    for text in texts {
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let quoted = line.split('\'').skip(1).step_by(2);
            words.extend(quoted.flat_map(str::split_whitespace).map(str::to_string));
        }
    }
    words
});

/// The place of a mistake that still reads, where a word of the language stood there. The same word is no mistake.
fn silent(good: &str, word: &Word, new: &str) -> Option<(String, String)> {
    let old = &good[word.start..word.end];
    if old == new.trim() || !LANGUAGE.contains(old) {
        return None;
    }
    let (tree, _) = parse(good.as_bytes());
    let clause = tree.clause_around(u32::try_from(word.start).ok()?)?;
    Some((clause.form().map(|form| form.name().to_string()).unwrap_or_default(), old.to_string()))
}

/// What of a kind of mistake may still read, from `silent.txt`: `kind: clause word, clause word`, below its reason.
fn may_be_silent(kind: &str) -> BTreeSet<(String, String)> {
    let lines =
        include_str!("silent.txt").lines().filter_map(|line| line.strip_prefix(kind)?.strip_prefix(": "));
    let places = lines.flat_map(|line| line.split("; ")).filter_map(|place| place.split_once(' '));
    places.map(|(clause, word)| (clause.to_string(), word.to_string())).collect()
}

/// Spoils every word that is asked for in every way that is given.
fn spoil(kind: &str, which: impl Fn(&Word) -> bool, ways: impl Fn(&str) -> Vec<String>) -> Tally {
    let mut tally = Tally::default();
    for Piece { name, text, spoil } in pieces() {
        let words = words(&text);
        for (at, word) in words.iter().enumerate().filter(|(_, word)| spoil.contains(&word.start)) {
            let old = &text[word.start..word.end];
            let next = words.get(at + 1).filter(|next| !next.first).map_or(word.end, |next| next.end);
            for new in ways(old).iter().filter(|new| *new != old && which(word)) {
                tally.add(&name, &text, word, next, new);
            }
        }
    }
    let may = may_be_silent(kind);
    let unlisted: Vec<_> = tally.silent.difference(&may).collect();
    assert!(unlisted.is_empty(), "{kind}: still read, and `silent.txt` does not say why: {unlisted:?}");
    let loud: Vec<_> = may.difference(&tally.silent).collect();
    assert!(loud.is_empty(), "{kind}: take out of `silent.txt`, since they are told: {loud:?}");
    assert!(tally.wrong.is_empty(), "{} not one error:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    tally
}

/// Two letters swapped, one lost, one doubled, one wrong.
fn slips(word: &str) -> Vec<String> {
    // A word with a number in it is a name: the language has no such word.
    if word.contains(|c: char| c.is_ascii_digit()) {
        return Vec::new();
    }
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 3 {
        return Vec::new();
    }
    let middle = letters.len() / 2;
    let change = |change: &dyn Fn(&mut Vec<char>)| {
        let mut letters = letters.clone();
        change(&mut letters);
        letters.into_iter().collect()
    };
    vec![
        change(&|l| l.swap(middle, middle - 1)),
        change(&|l| l.truncate(l.len() - 1)),
        change(&|l| l.insert(middle, letters[middle])),
        change(&|l| l[middle] = 'x'),
    ]
}

fn is_word(word: &Word) -> bool {
    word.kind == TokenKind::Word
}

#[test]
fn a_misspelt_first_word() {
    let tally = spoil("first word misspelt", |word| word.first && is_word(word), slips);
    assert_eq!(tally.far, 0);
    assert!(tally.loud() > 900, "{}", tally.loud());
    assert!(tally.mended * 1000 > tally.loud() * 995, "{} of {}", tally.mended, tally.loud());
}

#[test]
fn a_misspelt_word_within_a_line() {
    let tally = spoil("misspelt", |word| !word.first && is_word(word), slips);
    assert_eq!(tally.far, 0);
    assert!(tally.loud() > 2000, "{}", tally.loud());
    assert!(tally.mended * 1000 > tally.loud() * 995, "{} of {}", tally.mended, tally.loud());
}

#[test]
fn a_wrong_word_within_a_line() {
    let wrong =
        |_: &str| [" qwrtz ", " of ", " § ", " 77 ", " \"text\" ", " until "].map(str::to_string).to_vec();
    let tally = spoil("another word", |word| !word.first, wrong);
    assert!(tally.near * 100 > tally.loud() * 97, "{} of {}", tally.near, tally.loud());
}

#[test]
fn a_word_left_out() {
    let tally = spoil("left out", |word| !word.first, |_| vec![String::new()]);
    assert!(tally.near * 100 > tally.loud() * 97, "{} of {}", tally.near, tally.loud());
}

#[test]
fn a_word_twice() {
    let tally = spoil("twice", |_| true, |word| vec![format!("{word} {word}")]);
    assert!(tally.near * 100 > tally.loud() * 97, "{} of {}", tally.near, tally.loud());
}

/// What a spoilt text is said to be wrong in, if that is not one thing.
fn more_than_one(name: &str, line: &str, bad: &str) -> Option<String> {
    let (_, problems) = parse(bad.as_bytes());
    let said: Vec<String> = problems.iter().map(brief).collect();
    (said.len() > 1).then(|| format!("{name}: {}\n    {}", line.trim_end(), said.join("\n    ")))
}

/// A line moved by some columns is one mistake, whatever stands below it.
#[test]
fn a_line_moved() {
    let (mut total, mut wrong) = (0, Vec::new());
    for Piece { name, text, spoil } in pieces() {
        for word in words(&text).iter().filter(|word| word.first && spoil.contains(&word.start)) {
            let line = line_at(&text, word.start);
            let margin = line.find(|c| c != ' ').unwrap_or(0);
            for columns in [0, 1, 2, 3, 4, 6].into_iter().filter(|c| *c != margin) {
                let (before, after) = (&text[..word.start - margin], &text[word.start..]);
                let bad = format!("{before}{}{after}", " ".repeat(columns));
                wrong.extend(more_than_one(&name, &format!("{columns} {line}"), &bad));
                total += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {total}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A line left out is one mistake, even if others stood below it.
#[test]
fn a_line_left_out() {
    let (mut total, mut wrong) = (0, Vec::new());
    for Piece { name, text, spoil } in pieces() {
        for word in words(&text).iter().filter(|word| word.first && spoil.contains(&word.start)) {
            let line = line_at(&text, word.start);
            let bad = text.replacen(&format!("{line}\n"), "", 1);
            wrong.extend(more_than_one(&name, line, &bad));
            total += 1;
        }
    }
    assert!(wrong.is_empty(), "{} of {total}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Bytes that are no text are one mistake, wherever they stand: in a name, in quotes, around them.
#[test]
fn bytes_that_are_no_text() {
    let texts: [&[u8]; 3] = [
        b"agreement \"x\"\n  between Soci\xe9t\xe9, B\nparty Soci\xe9t\xe9 \"a\"\nparty B \"b\"\n",
        b"party A \"\xe9a\"\nparty B \x93b\x94\n",
        b"royalty R from A to B\n  on sales\n  4\xa0%\n",
    ];
    for text in texts {
        let (_, problems) = parse(text);
        let codes: Vec<&str> = problems.iter().map(|p| p.code.as_str()).collect();
        assert_eq!(codes, ["not-utf8"], "{}", String::from_utf8_lossy(text));
    }
}
