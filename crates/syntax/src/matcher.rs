//! Matches the words of one clause against a pattern of the grammar.
//!
//! Ordered choice, no backtracking into what has fitted: the first branch that fits wins. The same code
//! runs twice when a clause fits nothing: the second run notes what was expected at the furthest word
//! reached, which is where the reader's mistake is. Work is counted in steps and bounded by a budget,
//! so no text can make it run long.

use crate::grammar::{Context, FormData, Label, Pattern, Rule};
use crate::lexer::{Token, Traits};
use crate::tree::{NodeData, Span};
use crate::words;

/// Rules nest at most this deep; deeper parentheses are refused.
const MAX_DEPTH: u32 = 48;

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

impl<'a> Line<'a> {
    /// The token that is this word, with its index.
    pub fn token(&self, word: u32) -> Option<(usize, Token)> {
        if word >= self.range.1 {
            return None;
        }
        let index = *self.words.get(word as usize)? as usize;
        Some((index, *self.tokens.get(index)?))
    }

    /// The number of the keyword it begins with.
    pub fn key(&self) -> u16 {
        self.token(self.range.0).map_or(0, |(_, token)| token.key)
    }

    /// The text of a word, empty behind the last one.
    pub fn word(&self, word: u32) -> &'a str {
        self.token(word).map_or("", |(index, _)| self.text_of(index))
    }

    /// Where a word stands.
    pub fn span(&self, word: u32) -> Span {
        let index = self.words.get(word as usize).map_or(self.tokens.len(), |t| *t as usize);
        let at = |index: usize| self.tokens.get(index).map_or(self.text.len() as u32, |t| t.start);
        Span { start: at(index), end: at(index + 1) }
    }

    /// Where a word stands, or the point after the last one where the line ends too early.
    pub fn place(&self, word: u32) -> Span {
        if word < self.range.1 {
            return self.span(word);
        }
        let end = self.span(self.range.1.saturating_sub(1)).end;
        Span { start: end, end }
    }

    /// From its first to its last word.
    pub fn whole(&self) -> Span {
        Span { start: self.span(self.range.0).start, end: self.span(self.range.1.saturating_sub(1)).end }
    }

    /// The text of a token.
    pub fn text_of(&self, index: usize) -> &'a str {
        let start = self.tokens.get(index).map_or(self.text.len(), |t| t.start as usize);
        let end = self.tokens.get(index + 1).map_or(self.text.len(), |t| t.start as usize);
        self.text.get(start..end).unwrap_or("")
    }
}

/// What would have fitted at the furthest word reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    Word(u16),
    Thing(&'static str),
}

impl Expected {
    /// What an error calls it.
    pub fn text(self) -> String {
        match self {
            Expected::Word(key) => format!("`{}`", words::text(key)),
            Expected::Thing(human) => human.to_string(),
        }
    }
}

/// Why nothing fitted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failure {
    /// The word where it failed.
    pub at: u32,
    /// What would have fitted, and whether the clause cannot do without it.
    pub expected: Vec<(Expected, bool)>,
    /// The innermost thing with a name that was begun and not finished there, and its first word.
    pub within: Option<(&'static str, u32)>,
    pub exhausted: bool,
}

/// The first form of the context that the whole clause fits; its parts are appended to `nodes`.
pub(crate) fn form_of(
    line: Line<'_>,
    context: Context,
    nodes: &mut Vec<NodeData>,
    work: &mut u64,
) -> Option<&'static FormData> {
    let first = line.token(line.range.0).map(|(_, token)| token);
    let forms = || context.forms().iter().filter(|f| f.starts.admit(first));
    // A line that begins with a keyword is that clause if it can be; names come second.
    let keyword = forms().filter(|f| f.firsts().is_some());
    let named = forms().filter(|f| f.firsts().is_none());
    keyword.chain(named).find(|form| fits(line, &form.pattern, nodes, work))
}

/// Matches the whole clause; on success its parts are appended to `nodes`.
fn fits(line: Line<'_>, pattern: &'static Pattern, nodes: &mut Vec<NodeData>, work: &mut u64) -> bool {
    let start = nodes.len();
    let mut run = Run::<false>::new(line, nodes);
    let fits = run.pattern(pattern) && run.at == line.range.1;
    *work += run.budget - run.steps;
    if !fits {
        nodes.truncate(start);
    }
    fits
}

/// Explains why a clause does not match.
pub(crate) fn failure(line: Line<'_>, pattern: &'static Pattern, work: &mut u64) -> Failure {
    let mut nodes = Vec::new();
    let mut run = Run::<true>::new(line, &mut nodes);
    let matched = run.pattern(pattern);
    *work += run.budget - run.steps;
    let at = run.at;
    if matched && at > run.failure.at {
        // Everything fitted but words are left, and nothing was expected there.
        run.failure.expected.clear();
        run.failure.within = None;
        run.failure.at = at;
    }
    run.failure.exhausted = run.exhausted;
    run.failure
}

struct Run<'a, 'n, const TRACE: bool> {
    pub(super) line: Line<'a>,
    pub(super) at: u32,
    nodes: &'n mut Vec<NodeData>,
    budget: u64,
    steps: u64,
    depth: u32,
    exhausted: bool,
    failure: Failure,
    /// Inside a pattern that only looks ahead: what it expects is not what the clause expects.
    quiet: bool,
    /// The word where something optional was begun: what is expected there can also be left out.
    optional: Option<u32>,
    /// The word after a comma of a list: `kept` or `due` there goes on with the clause, not the list.
    item: Option<u32>,
}

impl<'a, 'n, const TRACE: bool> Run<'a, 'n, TRACE> {
    fn new(line: Line<'a>, nodes: &'n mut Vec<NodeData>) -> Self {
        let at = line.range.0;
        let budget = 20_000 + 200 * u64::from(line.range.1 - at);
        Run {
            line,
            at,
            nodes,
            budget,
            steps: budget,
            depth: 0,
            exhausted: false,
            failure: Failure { at, ..Failure::default() },
            quiet: false,
            optional: None,
            item: None,
        }
    }

    fn expect(&mut self, expected: Expected) {
        if !TRACE || self.quiet || self.at < self.failure.at {
            return;
        }
        if self.at > self.failure.at {
            self.failure.at = self.at;
            self.failure.expected.clear();
            self.failure.within = None;
        }
        let needed = self.optional != Some(self.at);
        match self.failure.expected.iter_mut().find(|(other, _)| *other == expected) {
            Some((_, was)) => *was |= needed,
            None => self.failure.expected.push((expected, needed)),
        }
    }

    fn pattern(&mut self, pattern: &'static Pattern) -> bool {
        if self.steps == 0 || self.exhausted {
            self.exhausted = true;
            return false;
        }
        self.steps -= 1;
        match pattern {
            Pattern::Word(key) => match self.line.token(self.at) {
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
                let taken = class.take(self.line, self.at, self.item == Some(self.at));
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
            Pattern::Alt(branches) => {
                let next = self.line.token(self.at).map(|(_, token)| token);
                branches.iter().any(|b| (TRACE || b.starts.admit(next)) && self.pattern(&b.pattern))
            }
            Pattern::Opt(inner) => {
                self.maybe(inner);
                true
            }
            Pattern::Many(inner) => loop {
                let before = self.at;
                if !self.maybe(inner) || self.at == before {
                    return true;
                }
            },
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

    fn maybe(&mut self, inner: &'static Pattern) -> bool {
        let outer = self.optional.replace(self.at);
        let fits = self.pattern(inner);
        self.optional = outer;
        fits
    }

    fn back(&mut self, at: u32, nodes: usize) {
        self.at = at;
        self.nodes.truncate(nodes);
    }

    fn node(&mut self, label: Option<Label>, rule: Option<Rule>, pattern: &'static Pattern) -> bool {
        let data = rule.and_then(Rule::data);
        if !TRACE && data.is_some_and(|d| !d.starts.admit(self.line.token(self.at).map(|(_, token)| token))) {
            return false;
        }
        if self.depth >= MAX_DEPTH {
            self.exhausted = true;
            return false;
        }
        let index = self.nodes.len();
        let start = self.at;
        let (before, noted) = (self.failure.at, self.failure.expected.len());
        self.nodes.push(NodeData { label, rule, words: (start, start), end: 0 });
        self.depth += 1;
        let fits = self.pattern(data.map_or(pattern, |d| &d.pattern));
        self.depth -= 1;
        if !fits {
            if let Some(data) = data.filter(|d| TRACE && !d.human.is_empty()) {
                self.name_failure(data.human, start, (before, noted));
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

    /// Says what a failed rule is called, in place of all it can begin with or beside what it lacks.
    fn name_failure(&mut self, human: &'static str, start: u32, (before, noted): (u32, usize)) {
        if self.failure.at == start {
            self.failure.expected.truncate(if before == start { noted } else { 0 });
            self.at = start;
            self.expect(Expected::Thing(human));
        } else if self.failure.at > start && (before < self.failure.at || self.failure.expected.len() > noted)
        {
            self.failure.within.get_or_insert((human, start));
        }
    }

    fn list(&mut self, inner: &'static Pattern) -> bool {
        if !self.pattern(inner) {
            return false;
        }
        loop {
            let (at, nodes) = (self.at, self.nodes.len());
            if self.line.token(at).is_some_and(|(_, token)| token.traits == Traits::Comma) {
                self.at += 1;
            } else if self.line.breaks.binary_search(&at).is_err() {
                self.comma(at);
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

    /// Notes that a comma would have gone on with the list.
    fn comma(&mut self, at: u32) {
        if TRACE {
            let outer = self.optional.replace(at);
            self.expect(Expected::Word(words::key(",")));
            self.optional = outer;
        }
    }
}
