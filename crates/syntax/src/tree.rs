//! The lossless tree: tokens that cover every byte, clauses over the tokens, named parts over the clauses.
//!
//! Everything lives in flat arrays: a tree is built once, read often and never edited in place, and a
//! deal is re-read whole after each edit (a few hundred lines take well under a millisecond).

use crate::grammar::{Form, Label, Rule};
use crate::lexer::{Token, TokenKind};

/// A range of bytes of the source.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Tree {
    pub(crate) bytes: Vec<u8>,
    /// The bytes as text of the same length; bytes that are not UTF-8 stand as U+001A.
    pub(crate) text: String,
    pub(crate) tokens: Vec<Token>,
    /// Indexes of the tokens that carry meaning, clause after clause.
    pub(crate) words: Vec<u32>,
    pub(crate) clauses: Vec<ClauseData>,
    pub(crate) nodes: Vec<NodeData>,
    pub(crate) work: u64,
    /// There are more errors in it than are worth showing.
    pub(crate) hopeless: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct ClauseData {
    pub form: Option<Form>,
    pub depth: u16,
    pub parent: Option<u32>,
    /// One past the last clause of its subtree.
    pub end: u32,
    /// Its range in `Tree::words`.
    pub words: (u32, u32),
    /// Its range in `Tree::nodes`.
    pub nodes: (u32, u32),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct NodeData {
    pub label: Option<Label>,
    pub rule: Option<Rule>,
    /// Its range in `Tree::words`.
    pub words: (u32, u32),
    /// One past the last node of its subtree.
    pub end: u32,
}

impl Tree {
    /// The bytes that were parsed, unchanged.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text that was parsed; bytes that are not UTF-8 stand as U+001A.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many steps of matching it took to read: a measure of work that is the same on every machine.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// All tokens, comments and spaces included, with the piece of source each covers.
    pub fn tokens(&self) -> impl Iterator<Item = (TokenKind, &str)> {
        self.tokens.iter().enumerate().filter_map(|(i, token)| {
            let text = self.token_text(i);
            if text.is_empty() { None } else { Some((token.kind, text)) }
        })
    }

    /// The clauses at the outer level.
    pub fn clauses(&self) -> impl Iterator<Item = Clause<'_>> {
        Siblings { tree: self, next: 0, end: self.clauses.len() as u32 }
    }

    /// Every clause, outer before inner.
    pub fn all_clauses(&self) -> impl Iterator<Item = Clause<'_>> {
        (0..self.clauses.len() as u32).filter_map(|index| Clause::new(self, index))
    }

    /// The clause whose first word begins at a byte.
    pub fn clause_at(&self, start: u32) -> Option<Clause<'_>> {
        // Clauses stand in the order of their lines.
        let found = self.clauses.binary_search_by_key(&start, |c| self.words_span(c.words).start);
        Clause::new(self, found.ok()? as u32)
    }

    /// The outermost clause that a byte lies in, on its line or on one below it.
    pub fn clause_around(&self, byte: u32) -> Option<Clause<'_>> {
        let after = self.clauses.partition_point(|c| self.words_span(c.words).start <= byte);
        let mut clause = Clause::new(self, after.checked_sub(1)? as u32)?;
        while let Some(above) = clause.parent() {
            clause = above;
        }
        (byte <= clause.full_span().end).then_some(clause)
    }

    pub(crate) fn clause(&self, index: u32) -> Option<Clause<'_>> {
        Clause::new(self, index)
    }

    pub(crate) fn token_span(&self, index: usize) -> Span {
        let start = self.tokens.get(index).map_or(self.text.len() as u32, |t| t.start);
        let end = self.tokens.get(index + 1).map_or(self.text.len() as u32, |t| t.start);
        Span { start, end }
    }

    pub(crate) fn token_text(&self, index: usize) -> &str {
        self.slice(self.token_span(index))
    }

    /// The text of a range, empty where the range is none of this tree's.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    fn words_text(&self, (first, end): (u32, u32)) -> impl Iterator<Item = &str> {
        let words = self.words.get(first as usize..end as usize).unwrap_or(&[]);
        words.iter().map(|&t| self.token_text(t as usize))
    }

    pub(crate) fn words_span(&self, words: (u32, u32)) -> Span {
        let at = |word: u32| self.words.get(word as usize).map(|&t| self.token_span(t as usize));
        let first =
            at(words.0).unwrap_or(Span { start: self.text.len() as u32, end: self.text.len() as u32 });
        if words.1 <= words.0 {
            return Span { start: first.start, end: first.start };
        }
        let last = at(words.1 - 1).unwrap_or(first);
        Span { start: first.start, end: last.end }
    }
}

struct Siblings<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Siblings<'t> {
    type Item = Clause<'t>;

    fn next(&mut self) -> Option<Clause<'t>> {
        if self.next >= self.end {
            return None;
        }
        let clause = Clause::new(self.tree, self.next)?;
        self.next = clause.data.end;
        Some(clause)
    }
}

/// One line of the outline, with the lines that continue it.
#[derive(Debug, Clone, Copy)]
pub struct Clause<'t> {
    tree: &'t Tree,
    index: u32,
    data: &'t ClauseData,
}

impl<'t> Clause<'t> {
    fn new(tree: &'t Tree, index: u32) -> Option<Self> {
        Some(Clause { tree, index, data: tree.clauses.get(index as usize)? })
    }

    /// What kind of line it is; `None` when it fits no form, which a diagnostic has said.
    pub fn form(self) -> Option<Form> {
        self.data.form
    }

    /// The clauses below it.
    pub fn children(self) -> impl Iterator<Item = Clause<'t>> {
        Siblings { tree: self.tree, next: self.index + 1, end: self.data.end }
    }

    /// The clause it stands below.
    pub fn parent(self) -> Option<Clause<'t>> {
        Clause::new(self.tree, self.data.parent?)
    }

    /// How deep it stands; 0 at the margin.
    pub fn depth(self) -> usize {
        usize::from(self.data.depth)
    }

    /// Where it stands, from its first to its last word.
    pub fn span(self) -> Span {
        self.tree.words_span(self.data.words)
    }

    /// The whole of it with everything below.
    pub fn full_span(self) -> Span {
        let last = Clause::new(self.tree, self.data.end.saturating_sub(1)).unwrap_or(self);
        Span { start: self.span().start, end: last.span().end }
    }

    /// Its text, without the lines below.
    pub fn text(self) -> &'t str {
        self.tree.slice(self.span())
    }

    /// Its words, without spaces and comments.
    pub fn words(self) -> impl Iterator<Item = &'t str> {
        self.tree.words_text(self.data.words)
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'t Tree {
        self.tree
    }

    fn parts(self) -> Parts<'t> {
        Parts { tree: self.tree, next: self.data.nodes.0, end: self.data.nodes.1 }
    }

    /// The part with this label.
    pub fn get(self, label: Label) -> Option<Node<'t>> {
        self.parts().find(|n| n.data.label == Some(label))
    }

    /// All parts with this label, in order.
    pub fn all(self, label: Label) -> impl Iterator<Item = Node<'t>> {
        self.parts().filter(move |n| n.data.label == Some(label))
    }

    /// The first unlabelled part that is this rule.
    pub fn rule(self, rule: Rule) -> Option<Node<'t>> {
        self.parts().find(|n| n.data.rule == Some(rule))
    }

    /// Whether a part with this label is there.
    pub fn has(self, label: Label) -> bool {
        self.get(label).is_some()
    }

    /// All parts.
    pub fn nodes(self) -> impl Iterator<Item = Node<'t>> {
        self.parts()
    }
}

#[derive(Clone)]
struct Parts<'t> {
    tree: &'t Tree,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Parts<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.next >= self.end {
            return None;
        }
        let data = self.tree.nodes.get(self.next as usize)?;
        let node = Node { tree: self.tree, index: self.next, data };
        self.next = data.end;
        Some(node)
    }
}

/// A named part of a clause.
#[derive(Debug, Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    index: u32,
    data: &'t NodeData,
}

impl<'t> Node<'t> {
    /// The label its form gives it.
    pub fn label(self) -> Option<Label> {
        self.data.label
    }

    /// The rule it is.
    pub fn kind(self) -> Option<Rule> {
        self.data.rule
    }

    fn parts(self) -> Parts<'t> {
        Parts { tree: self.tree, next: self.index + 1, end: self.data.end }
    }

    /// The part with this label.
    pub fn get(self, label: Label) -> Option<Node<'t>> {
        self.parts().find(|n| n.data.label == Some(label))
    }

    /// All parts with this label, in order.
    pub fn all(self, label: Label) -> impl Iterator<Item = Node<'t>> {
        self.parts().filter(move |n| n.data.label == Some(label))
    }

    /// The first part that is this rule.
    pub fn rule(self, rule: Rule) -> Option<Node<'t>> {
        self.parts().find(|n| n.data.rule == Some(rule))
    }

    /// Whether a part with this label is there.
    pub fn has(self, label: Label) -> bool {
        self.get(label).is_some()
    }

    /// All parts.
    pub fn nodes(self) -> impl Iterator<Item = Node<'t>> {
        self.parts()
    }

    /// Where it stands.
    pub fn span(self) -> Span {
        self.tree.words_span(self.data.words)
    }

    /// Its text as written.
    pub fn text(self) -> &'t str {
        self.tree.slice(self.span())
    }

    /// Its words, without spaces and comments.
    pub fn words(self) -> impl Iterator<Item = &'t str> {
        self.tree.words_text(self.data.words)
    }

    /// Its first word.
    pub fn word(self) -> &'t str {
        self.words().next().unwrap_or("")
    }

    /// Whether its first word is this one.
    pub fn is(self, word: &str) -> bool {
        self.word() == word
    }

    /// The kind of its first token.
    pub fn token(self) -> Option<TokenKind> {
        let first = *self.tree.words.get(self.data.words.0 as usize)?;
        self.tree.tokens.get(first as usize).map(|t| t.kind)
    }
}
