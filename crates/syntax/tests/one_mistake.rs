//! One mistake in a good text gives one error, at the mistake.
//!
//! Every word of the tour is spoilt in several ways. A spoilt word that still reads is a name (whether
//! anything has that name is asked later); any other must give exactly one error, on its own line.

#![allow(clippy::string_slice, reason = "a test stops with a panic")]

mod common;

use common::{Word, brief, fixed, line_at, tour, words};
use counterpart_syntax::{Diagnostic, TokenKind, parse};

/// What came of a number of mistakes.
#[derive(Default)]
struct Tally {
    /// The mistake still reads.
    silent: usize,
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
        let bad = format!("{}{new}{}", &good[..word.start], &good[word.end..]);
        let end = (word.start + new.len()).max(next + new.len() - (word.end - word.start));
        let (_, problems) = parse(bad.as_bytes());
        let line = line_at(&bad, word.start);
        let on_line = |p: &Diagnostic| line_at(&bad, p.at.span.start as usize).as_ptr() == line.as_ptr();
        match problems.as_slice() {
            [] => self.silent += 1,
            [one] if on_line(one) => {
                if one.at.span.start as usize <= end && one.at.span.end as usize >= word.start {
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

/// Spoils every word that is asked for in every way that is given.
fn spoil(which: impl Fn(&Word, &str) -> bool, ways: impl Fn(&str) -> Vec<String>) -> Tally {
    let mut tally = Tally::default();
    for (name, text) in tour() {
        let words = words(&text);
        for (at, word) in words.iter().enumerate() {
            let old = &text[word.start..word.end];
            let next = words.get(at + 1).filter(|next| !next.first).map_or(word.end, |next| next.end);
            for new in ways(old).iter().filter(|new| *new != old && which(word, old)) {
                tally.add(&name, &text, word, next, new);
            }
        }
    }
    assert!(tally.wrong.is_empty(), "{} not one error:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    tally
}

/// Two letters swapped, one lost, one doubled, one wrong.
fn slips(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let middle = letters.len() / 2;
    let change = |change: &dyn Fn(&mut Vec<char>)| {
        let mut letters = letters.clone();
        change(&mut letters);
        letters.into_iter().collect()
    };
    vec![
        change(&|l| l.swap(middle, middle - 1)),
        change(&|l| drop(l.remove(middle))),
        change(&|l| l.insert(middle, letters[middle])),
        change(&|l| l[middle] = 'x'),
    ]
}

fn is_word(word: &Word, text: &str) -> bool {
    word.kind == TokenKind::Word && text.chars().count() > 2
}

#[test]
fn a_misspelt_first_word() {
    let tally = spoil(|word, text| word.first && is_word(word, text), slips);
    assert_eq!(tally.far, 0);
    assert!(tally.loud() > 900, "{}", tally.loud());
    assert!(tally.mended * 100 > tally.loud() * 99, "{} of {}", tally.mended, tally.loud());
}

#[test]
fn a_misspelt_word_within_a_line() {
    let tally = spoil(|word, text| !word.first && is_word(word, text), slips);
    assert_eq!(tally.far, 0);
    assert!(tally.loud() > 2000, "{}", tally.loud());
    assert!(tally.mended * 100 > tally.loud() * 99, "{} of {}", tally.mended, tally.loud());
}

#[test]
fn a_wrong_word_within_a_line() {
    let wrong =
        |_: &str| [" qwrtz ", " of ", " § ", " 77 ", " \"text\" ", " until "].map(str::to_string).to_vec();
    let tally = spoil(|word, _| !word.first, wrong);
    assert!(tally.near * 100 > tally.loud() * 97, "{} of {}", tally.near, tally.loud());
}

#[test]
fn a_word_left_out() {
    let tally = spoil(|_, _| true, |_| vec![String::new()]);
    assert!(tally.near * 100 > tally.loud() * 97, "{} of {}", tally.near, tally.loud());
}

#[test]
fn a_word_twice() {
    let tally = spoil(|_, _| true, |word| vec![format!("{word} {word}")]);
    assert!(tally.near * 100 > tally.loud() * 97, "{} of {}", tally.near, tally.loud());
}
