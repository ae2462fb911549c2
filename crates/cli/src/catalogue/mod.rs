//! Every finding we can report: why it is a problem, how to mend it, and a deal that triggers it.
//!
//! One file per code in `errors/` (a folder where it takes several files). The comment that opens the file
//! is the page: a title, then a paragraph that says why, then how to mend it. What follows is a deal that
//! triggers this code and no other; a test runs each of them. Lines of the form `# key: value` right below
//! the title say what the checker cannot: `kind` (see [`Kind`]), `also` (codes that cannot be avoided
//! along with it) and `repeat` (the last line is to be read that many times: large files stay small here).

mod entry;

pub use entry::{Entry, Kind};

use crate::text::closest;
use std::collections::BTreeMap;
use std::sync::LazyLock;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/errors.rs"));
}

static ENTRIES: LazyLock<Vec<Entry>> = LazyLock::new(|| {
    let mut files: BTreeMap<&str, Vec<(&str, &[u8])>> = BTreeMap::new();
    for (path, bytes) in embedded::ERRORS {
        let (code, name) = path.split_once('/').unwrap_or((path.strip_suffix(".deal").unwrap_or(path), path));
        files.entry(code).or_default().push((name, bytes));
    }
    files.into_iter().map(|(code, files)| Entry::read(code, &files)).collect()
});

/// Every code, by name.
pub fn all() -> &'static [Entry] {
    &ENTRIES
}

/// What is known of a code.
pub fn get(code: &str) -> Option<&'static Entry> {
    all().iter().find(|e| e.code == code)
}

/// The code nearest to a word, if one is near.
pub fn nearest(word: &str) -> Option<&'static str> {
    closest(word, all().iter().map(|e| e.code.as_str()))
}

/// What kind of problem a code is; a code that is in no file is taken to be about the deal's meaning.
pub fn kind(code: &str) -> Kind {
    get(code).map_or(Kind::Meaning, |e| e.kind)
}

#[cfg(test)]
mod tests;
