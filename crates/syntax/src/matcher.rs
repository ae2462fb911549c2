//! Matches the words of one clause against a pattern of the grammar.
//!
//! Ordered choice, no lookahead tables: the first branch that fits wins. The same code runs twice when
//! a clause fits nothing: the second run notes what was expected at the furthest word reached, which is
//! where the reader's mistake is. Work is bounded by a step budget, so no text can make it run long.

use crate::grammar::{AFTER_COMMA, Class, Label, Pattern, Rule};
use crate::lexer::{Token, TokenKind};
use crate::tree::NodeData;
use crate::words;

/// Rules nest at most this deep; deeper parentheses are refused.
const MAX_DEPTH: u32 = 96;

/// The words a clause is matched over.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    pub text: &'a str,
    pub tokens: &'a [Token],
    /// Indexes of the tokens that carry meaning, of the whole file.
    pub words: &'a [u32],
    /// Which of those are this clause's.
    pub range: (u32, u32),
    /// Words that begin a continuation line; a line end separates list items as a comma does.
    pub breaks: &'a [u32],
}

/// What would have fitted at the furthest word reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Word(u16),
    Thing(&'static str),
}

/// Why nothing fitted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure {
    /// The word where it failed.
    pub at: u32,
    pub expected: Vec<Expected>,
    pub exhausted: bool,
}

/// Matches the whole clause; on success its parts are appended to `nodes`.
pub(crate) fn fits(line: Line<'_>, pattern: &'static Pattern, nodes: &mut Vec<NodeData>) -> bool {
    let start = nodes.len();
    let mut run = Run::<false>::new(line, nodes);
    if run.pattern(pattern) && run.at == line.range.1 {
        return true;
    }
    nodes.truncate(start);
    false
}

/// Explains why a clause does not match.
pub(crate) fn failure(line: Line<'_>, pattern: &'static Pattern) -> Failure {
    let mut nodes = Vec::new();
    let mut run = Run::<true>::new(line, &mut nodes);
    let matched = run.pattern(pattern);
    let at = run.at;
    if matched && at >= run.failure.at {
        // Everything fitted but words are left: what could have followed is already noted.
        if at > run.failure.at {
            run.failure.expected.clear();
        }
        run.failure.at = at;
    }
    run.failure.exhausted = run.steps == 0;
    run.failure
}

struct Run<'a, 'n, const TRACE: bool> {
    line: Line<'a>,
    at: u32,
    nodes: &'n mut Vec<NodeData>,
    steps: u64,
    depth: u32,
    failure: Failure,
    /// Inside a rule that a reader has a name for, and at its first word: the name is enough.
    quiet: bool,
    /// The word after a comma of a list: `kept` or `due` there goes on with the clause, not the list.
    item: Option<u32>,
}

impl<'a, 'n, const TRACE: bool> Run<'a, 'n, TRACE> {
    fn new(line: Line<'a>, nodes: &'n mut Vec<NodeData>) -> Self {
        let length = u64::from(line.range.1 - line.range.0);
        let failure = Failure { at: line.range.0, ..Failure::default() };
        Run { line, at: line.range.0, nodes, steps: 60_000 + 300 * length, depth: 0, failure, quiet: false, item: None }
    }

    fn token_at(&self, word: u32) -> Option<(usize, Token)> {
        if word >= self.line.range.1 {
            return None;
        }
        let index = *self.line.words.get(word as usize)? as usize;
        Some((index, *self.line.tokens.get(index)?))
    }

    fn text_of(&self, index: usize) -> &'a str {
        let start = self.line.tokens.get(index).map_or(0, |t| t.start as usize);
        let end = self.line.tokens.get(index + 1).map_or(self.line.text.len(), |t| t.start as usize);
        self.line.text.get(start..end).unwrap_or("")
    }

    fn expect(&mut self, expected: Expected) {
        if !TRACE || self.quiet || self.at < self.failure.at {
            return;
        }
        if self.at > self.failure.at {
            self.failure.at = self.at;
            self.failure.expected.clear();
        }
        if !self.failure.expected.contains(&expected) {
            self.failure.expected.push(expected);
        }
    }

    fn pattern(&mut self, pattern: &'static Pattern) -> bool {
        if self.steps == 0 {
            return false;
        }
        self.steps -= 1;
        match pattern {
            Pattern::Word(key) => match self.token_at(self.at) {
                Some((_, token)) if token.key == *key => {
                    self.at += 1;
                    true
                }
                _ => {
                    self.expect(Expected::Word(*key));
                    false
                }
            },
            Pattern::Class(class) => {
                let taken = self.class(*class);
                if taken == 0 {
                    self.expect(Expected::Thing(class.human()));
                }
                self.at += taken;
                taken > 0
            }
            Pattern::Rule(rule) => self.node(None, Some(*rule), pattern),
            Pattern::Label(label, inner) => match inner {
                Pattern::Rule(rule) => self.node(Some(*label), Some(*rule), inner),
                _ => self.node(Some(*label), None, inner),
            },
            Pattern::Seq(parts) => {
                let (at, nodes) = (self.at, self.nodes.len());
                for part in *parts {
                    if !self.pattern(part) {
                        self.back(at, nodes);
                        return false;
                    }
                }
                true
            }
            Pattern::Alt(branches) => branches.iter().any(|branch| self.pattern(branch)),
            Pattern::Opt(inner) => {
                self.pattern(inner);
                true
            }
            Pattern::Many(inner) => {
                loop {
                    let before = self.at;
                    if !self.pattern(inner) || self.at == before {
                        return true;
                    }
                }
            }
            Pattern::List(inner) => self.list(inner),
            Pattern::Not(inner) => {
                let (at, nodes, quiet) = (self.at, self.nodes.len(), self.quiet);
                self.quiet = true;
                let fits = self.pattern(inner);
                self.quiet = quiet;
                self.back(at, nodes);
                !fits
            }
        }
    }

    fn back(&mut self, at: u32, nodes: usize) {
        self.at = at;
        self.nodes.truncate(nodes);
    }

    fn node(&mut self, label: Option<Label>, rule: Option<Rule>, pattern: &'static Pattern) -> bool {
        if self.depth >= MAX_DEPTH {
            self.steps = 0;
            return false;
        }
        let data = rule.and_then(Rule::data);
        let inner = data.map_or(pattern, |d| &d.pattern);
        let index = self.nodes.len();
        let start = self.at;
        self.nodes.push(NodeData { label, rule, words: (start, start), end: 0 });
        self.depth += 1;
        let named = TRACE && data.is_some_and(|d| !d.human.is_empty());
        let before = (named && !self.quiet).then(|| self.failure.clone());
        let fits = self.pattern(inner);
        self.depth -= 1;
        if !fits {
            if let (Some(before), Some(data)) = (before, data)
                && self.failure.at == start
            {
                self.failure = before;
                self.at = start;
                self.expect(Expected::Thing(data.human));
            }
            self.back(start, index);
            return false;
        }
        let (at, end) = (self.at, self.nodes.len() as u32);
        if let Some(node) = self.nodes.get_mut(index) {
            node.words.1 = at;
            node.end = end;
        }
        true
    }

    fn list(&mut self, inner: &'static Pattern) -> bool {
        if !self.pattern(inner) {
            return false;
        }
        loop {
            let (at, nodes) = (self.at, self.nodes.len());
            let comma = self.token_at(at).is_some_and(|(index, _)| self.text_of(index) == ",");
            if comma {
                self.at += 1;
            } else if self.line.breaks.binary_search(&at).is_err() {
                return true;
            }
            let outer = self.item.replace(self.at);
            let fits = self.pattern(inner);
            self.item = outer;
            if !fits {
                self.back(at, nodes);
                return true;
            }
        }
    }

    /// How many words the class takes here; 0 if it does not fit.
    fn class(&self, class: Class) -> u32 {
        let Some((index, token)) = self.token_at(self.at) else { return 0 };
        let text = self.text_of(index);
        let fits = match class {
            Class::Name => {
                token.kind == TokenKind::Word
                    && !is_reserved(text)
                    && !self.is_amount(text)
                    && !(self.item == Some(self.at) && AFTER_COMMA.binary_search(&token.key).is_ok())
            }
            Class::String => token.kind == TokenKind::Text,
            Class::Number => token.kind == TokenKind::Number,
            Class::Date => token.kind == TokenKind::Date,
            Class::Month => token.kind == TokenKind::Month,
            Class::Currency => token.kind == TokenKind::Word && is_currency(text),
            Class::Year => {
                token.kind == TokenKind::Number && text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
            }
            Class::Part => matches!(text, "Q1" | "Q2" | "Q3" | "Q4" | "H1" | "H2"),
            Class::Fiscal => {
                text.strip_prefix("FY").is_some_and(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()))
            }
            Class::Patent => return self.patent(index, token),
        };
        u32::from(fits)
    }

    /// A currency code with a number behind it is an amount, not a name.
    fn is_amount(&self, text: &str) -> bool {
        // A party called ETI is no currency; one called SEK had better be renamed.
        is_currency(text)
            && counterpart_num::Currency::parse(text).is_some()
            && self.token_at(self.at + 1).is_some_and(|(index, token)| {
                token.kind == TokenKind::Number || matches!(self.text_of(index), "redacted" | "open")
            })
    }

    /// `8715269`, `8,715,269`, `10/123,456`, `PCT/US2005/012345`: pieces without spaces between.
    fn patent(&self, index: usize, token: Token) -> u32 {
        let piece = |kind| {
            matches!(kind, TokenKind::Number | TokenKind::Word | TokenKind::Month | TokenKind::Date | TokenKind::Sign)
        };
        if !piece(token.kind) || token.kind == TokenKind::Sign || is_reserved(self.text_of(index)) {
            return 0;
        }
        let mut taken = 1;
        let mut digits = self.text_of(index).bytes().any(|b| b.is_ascii_digit());
        while let Some((next, token)) = self.token_at(self.at + taken) {
            let adjacent = next == index + taken as usize;
            if !adjacent || !piece(token.kind) || matches!(self.text_of(next), "," | ":" | ";") {
                break;
            }
            digits |= self.text_of(next).bytes().any(|b| b.is_ascii_digit());
            taken += 1;
        }
        if digits { taken } else { 0 }
    }
}

fn is_currency(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

/// Words that join the parts of a clause and so can never be a name.
pub(crate) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "a" | "an" | "and" | "as" | "at" | "before" | "between" | "by" | "each" | "except" | "for" | "from" | "if"
            | "in" | "is" | "less" | "not" | "of" | "on" | "or" | "otherwise" | "over" | "per" | "plus" | "the" | "then" | "times" | "to" | "under"
            | "unless" | "until" | "when" | "where" | "while" | "with" | "within"
    )
}

/// The text of an expectation.
pub(crate) fn expected_text(expected: Expected) -> String {
    match expected {
        Expected::Word(key) => format!("`{}`", words::text(key)),
        Expected::Thing(human) => human.to_string(),
    }
}
