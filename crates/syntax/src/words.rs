//! Numbers the words of the text: a keyword has the number the grammar gave it, any other word 0.

use crate::grammar::{WORD_TABLE, WORDS};

/// The keyword number of a word, 0 for a word that is no keyword.
pub(crate) fn key(word: &str) -> u16 {
    let mask = WORD_TABLE.len() - 1;
    let mut slot = hash(word) as usize & mask;
    loop {
        match WORD_TABLE.get(slot) {
            Some(&key) if key != 0 && text(key) != word => slot = (slot + 1) & mask,
            Some(&key) => return key,
            None => return 0,
        }
    }
}

/// Whether a word is one of the language.
pub fn is_keyword(word: &str) -> bool {
    key(word) != 0
}

/// The word with this number.
pub(crate) fn text(key: u16) -> &'static str {
    usize::from(key).checked_sub(1).and_then(|i| WORDS.get(i)).copied().unwrap_or("")
}

/// Every keyword.
pub(crate) fn all() -> impl Iterator<Item = &'static str> {
    WORDS.iter().copied()
}

/// FNV-1a, as in `build/emit.rs`.
fn hash(word: &str) -> u32 {
    word.bytes().fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}
