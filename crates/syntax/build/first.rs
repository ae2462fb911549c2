//! What a pattern can begin with: the matcher skips branches that cannot begin with the word at hand.

use crate::read::{Grammar, Pattern};
use std::collections::BTreeSet;

/// The kinds of token a class takes, as bits; `lexer.rs` numbers the kinds the same way.
const CLASSES: &[(&str, u8)] = &[
    ("STRING", 1),
    ("DATE", 2),
    ("MONTH", 4),
    ("NUMBER", 8),
    ("YEAR", 8),
    ("NAME", 16),
    ("CURRENCY", 16),
    ("PART", 16),
    ("FISCAL", 16),
    ("PATENT", 2 | 4 | 8 | 16),
];

/// Rules refer to each other this deep at most before a word is looked at.
const MAX_DEPTH: usize = 24;

/// The beginnings of a pattern.
#[derive(Debug, Clone, Default)]
pub struct First {
    /// Keywords.
    pub words: BTreeSet<String>,
    /// Kinds of token.
    pub kinds: u8,
    /// It can also be nothing, or has not been worked out.
    pub empty: bool,
}

impl First {
    /// The keywords, where it can begin with nothing else.
    pub fn keywords(self) -> Option<BTreeSet<String>> {
        (self.kinds == 0 && !self.empty).then_some(self.words)
    }

    fn or(&mut self, other: First) {
        self.words.extend(other.words);
        self.kinds |= other.kinds;
    }
}

/// The beginnings of a pattern.
pub fn first(pattern: &Pattern, grammar: &Grammar) -> First {
    of(pattern, grammar, 0)
}

fn of(pattern: &Pattern, grammar: &Grammar, depth: usize) -> First {
    if depth > MAX_DEPTH {
        return First { kinds: u8::MAX, empty: true, ..First::default() };
    }
    match pattern {
        Pattern::Word(word) => First { words: BTreeSet::from([word.clone()]), ..First::default() },
        Pattern::Class(class) => {
            let kinds = CLASSES.iter().find(|(name, _)| name == class).map_or(u8::MAX, |(_, kinds)| *kinds);
            First { kinds, ..First::default() }
        }
        Pattern::Not(_) => First { empty: true, ..First::default() },
        Pattern::Rule(name) => match grammar.rules.iter().find(|r| &r.name == name) {
            Some(rule) => of(&rule.pattern, grammar, depth + 1),
            None => First::default(),
        },
        Pattern::Label(_, inner) | Pattern::List(inner) => of(inner, grammar, depth),
        Pattern::Opt(inner) | Pattern::Many(inner) => First { empty: true, ..of(inner, grammar, depth) },
        Pattern::Alt(branches) => {
            let mut all = First::default();
            for branch in branches {
                let first = of(branch, grammar, depth);
                all.empty |= first.empty;
                all.or(first);
            }
            all
        }
        Pattern::Seq(parts) => {
            let mut all = First::default();
            for part in parts {
                let first = of(part, grammar, depth);
                let empty = first.empty;
                all.or(first);
                if !empty {
                    return all;
                }
            }
            First { empty: true, ..all }
        }
    }
}
