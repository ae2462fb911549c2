//! From bytes to clauses: lines, their indentation, what continues what, and which form each line is.

use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData};
use crate::lexer::{self, Token, TokenKind};
use crate::matcher::{self, Line};
use crate::report;
use crate::tree::{ClauseData, NodeData, Span, Tree};

/// Larger files are not read as deals.
pub const MAX_BYTES: usize = 64 << 20;

/// Clauses nest at most this deep.
pub(crate) const MAX_LEVELS: usize = 24;

/// More errors than this in one file say nothing new.
const MAX_ERRORS: usize = 500;

/// Reads a file. It never fails: what is wrong is in the list, and all the bytes are in the tree.
pub fn parse(bytes: &[u8]) -> (Tree, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let text = as_text(bytes, &mut problems);
    let tokens = if bytes.len() > MAX_BYTES {
        let message = format!("this file is larger than {} MB", MAX_BYTES >> 20);
        problems.push(
            Diagnostic::error("file-too-large", Span::default(), message)
                .with_help("keep long tables of sales in CSV files and name them with `sales file`"),
        );
        // One token that covers everything keeps the tree lossless.
        vec![
            Token { kind: TokenKind::Unknown, key: 0, start: 0 },
            Token { kind: TokenKind::Newline, key: 0, start: u32::try_from(text.len()).unwrap_or(u32::MAX) },
        ]
    } else {
        lexer::lex(&text)
    };
    let tree = Tree {
        bytes: bytes.to_vec(),
        text,
        tokens,
        words: Vec::new(),
        clauses: Vec::new(),
        nodes: Vec::new(),
    };
    let mut builder = Builder { tree, problems, lines: Vec::new(), breaks: Vec::new() };
    if bytes.len() <= MAX_BYTES {
        builder.read_lines();
        builder.read_clauses();
    }
    let Builder { tree, mut problems, .. } = builder;
    problems.sort_by_key(|p| p.at.span);
    if problems.len() > MAX_ERRORS {
        let rest = problems.len() - MAX_ERRORS;
        problems.truncate(MAX_ERRORS);
        let end = Span { start: tree.text.len() as u32, end: tree.text.len() as u32 };
        problems.push(Diagnostic::error("too-many-errors", end, format!("{rest} more errors are not shown")));
    }
    (tree, problems)
}

/// The bytes as text of the same length; each byte that is not UTF-8 becomes U+001A.
fn as_text(bytes: &[u8], problems: &mut Vec<Diagnostic>) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_string();
    }
    let mut text = String::with_capacity(bytes.len());
    let mut first = None;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            first.get_or_insert(text.len());
            text.extend(std::iter::repeat_n('\u{1a}', chunk.invalid().len()));
        }
    }
    let start = first.unwrap_or(0) as u32;
    problems.push(
        Diagnostic::error("not-utf8", Span { start, end: start + 1 }, "this file is not UTF-8 text")
            .saying("the first byte that is not text")
            .with_help("save the file as UTF-8"),
    );
    text
}

/// A line with something on it.
struct PhysicalLine {
    indent: usize,
    words: (u32, u32),
    /// Ends in a comma: the next deeper line goes on.
    open: bool,
}

struct Builder {
    tree: Tree,
    problems: Vec<Diagnostic>,
    lines: Vec<PhysicalLine>,
    breaks: Vec<u32>,
}

impl Builder {
    /// Finds the lines that carry words, and complains about tokens no line can carry.
    fn read_lines(&mut self) {
        let mut indent = 0;
        let mut start = self.tree.words.len() as u32;
        for index in 0..self.tree.tokens.len() {
            let Some(token) = self.tree.tokens.get(index).copied() else { break };
            match token.kind {
                TokenKind::Space => {
                    if self.tree.words.len() as u32 == start {
                        indent = lexer::columns(self.tree.token_text(index));
                    }
                }
                TokenKind::Comment => {}
                TokenKind::Newline => {
                    self.close_line(indent, start);
                    start = self.tree.words.len() as u32;
                    indent = 0;
                }
                kind => {
                    self.complain_about(kind, index);
                    self.tree.words.push(index as u32);
                }
            }
        }
    }

    fn close_line(&mut self, indent: usize, start: u32) {
        let end = self.tree.words.len() as u32;
        if end > start {
            let last = self.tree.words.last().copied().unwrap_or(0);
            let open = self.tree.token_text(last as usize) == ",";
            self.lines.push(PhysicalLine { indent, words: (start, end), open });
        }
    }

    fn complain_about(&mut self, kind: TokenKind, index: usize) {
        let span = self.tree.token_span(index);
        if kind == TokenKind::OpenText {
            self.problems.push(
                Diagnostic::error("open-quote", span, "this text has no closing quote")
                    .saying("a text ends on the line it begins")
                    .with_fix("close it", Span { start: span.end, end: span.end }, "\""),
            );
        }
    }

    /// Builds the outline: a line belongs to the nearest line above it that is indented less.
    fn read_clauses(&mut self) {
        let mut open: Vec<OpenClause> = Vec::new();
        let mut at = 0;
        let mut too_deep = false;
        while at < self.lines.len() {
            let Some(&PhysicalLine { indent, words, .. }) = self.lines.get(at) else { break };
            let mut last_indent = None;
            while open.last().is_some_and(|o| o.indent >= indent) {
                last_indent = open.pop().map(|o| {
                    self.close(&o);
                    o.indent
                });
            }
            if let Some(last) = last_indent.filter(|l| *l != indent) {
                self.uneven(at, last);
            }
            if open.len() >= MAX_LEVELS {
                if !too_deep {
                    too_deep = true;
                    let span = self.tree.words_span(words);
                    self.problems.push(Diagnostic::error(
                        "too-deep",
                        span,
                        format!("clauses stand at most {MAX_LEVELS} levels deep"),
                    ));
                }
                at += 1;
                continue;
            }
            at = self.clause(at, &mut open);
        }
        while let Some(o) = open.pop() {
            self.close(&o);
        }
    }

    fn close(&mut self, open: &OpenClause) {
        let end = self.tree.clauses.len() as u32;
        if let Some(clause) = self.tree.clauses.get_mut(open.index as usize) {
            clause.end = end;
        }
        if let Place::In(context) = open.body {
            report::cardinality(&self.tree, open.index, context, &mut self.problems);
        }
    }

    fn uneven(&mut self, at: usize, expected: usize) {
        let Some(line) = self.lines.get(at) else { return };
        let span = self.tree.words_span(line.words);
        let start = span.start.saturating_sub(line.indent as u32);
        self.problems.push(
            Diagnostic::error(
                "uneven-indent",
                Span { start: span.start, end: span.end },
                "this line stands between two levels",
            )
            .saying("is it part of the clause above, or the next one?")
            .with_fix(
                "line it up with the lines before it",
                Span { start, end: span.start },
                " ".repeat(expected),
            ),
        );
    }

    /// Adds the clause that begins on line `at`; returns the line after it.
    fn clause(&mut self, at: usize, open: &mut Vec<OpenClause>) -> usize {
        let Some(line) = self.lines.get(at) else { return at + 1 };
        let (indent, mut words, mut going) = (line.indent, line.words, line.open);
        let place = open.last().map_or(Place::In(Context::File), |o| o.body);
        self.breaks.clear();
        // A comma at the end of a line: the deeper lines go on with it.
        let mut next = at + 1;
        while going {
            let Some(more) = self.lines.get(next).filter(|l| l.indent > indent) else { break };
            self.breaks.push(more.words.0);
            words.1 = more.words.1;
            going = more.open;
            next += 1;
        }
        let index = self.tree.clauses.len() as u32;
        let parent = open.last().map(|o| o.index);
        let depth = open.len() as u16;
        let first_node = self.tree.nodes.len() as u32;
        self.tree.clauses.push(ClauseData {
            form: None,
            depth,
            parent,
            end: index + 1,
            words,
            nodes: (first_node, first_node),
        });
        let Place::In(context) = place else {
            open.push(OpenClause { index, indent, body: Place::Poisoned });
            return next;
        };
        let mut found = self.fit(context, words, index);
        // A form that takes no clauses below takes the deeper lines as its continuation.
        let leaf = found.is_none_or(|f| f.body.is_none());
        if leaf && self.lines.get(next).is_some_and(|l| l.indent > indent) {
            let mut after = next;
            let mut joined = words;
            let kept = self.breaks.len();
            while let Some(more) = self.lines.get(after).filter(|l| l.indent > indent) {
                self.breaks.push(more.words.0);
                joined.1 = more.words.1;
                after += 1;
            }
            if let Some(form) = self.fit(context, joined, index).filter(|f| f.body.is_none()) {
                found = Some(form);
                words = joined;
                next = after;
            } else {
                self.breaks.truncate(kept);
                found = self.fit(context, words, index);
            }
        }
        if let Some(clause) = self.tree.clauses.get_mut(index as usize) {
            clause.words = words;
        }
        let body = match found {
            Some(form) => match form.body {
                Some(body) => Place::In(body),
                None => {
                    if let Some(below) = self.lines.get(next).filter(|l| l.indent > indent) {
                        let span = self.tree.words_span(below.words);
                        report::nothing_below(&self.tree, form, span, &mut self.problems);
                    }
                    Place::Poisoned
                }
            },
            None => {
                let mut problems = std::mem::take(&mut self.problems);
                let guess =
                    report::no_form(self.line(words), context, self.has_text_error(words), &mut problems);
                self.problems = problems;
                guess.map_or(Place::Poisoned, Place::In)
            }
        };
        open.push(OpenClause { index, indent, body });
        next
    }

    fn line(&self, words: (u32, u32)) -> Line<'_> {
        Line {
            text: &self.tree.text,
            tokens: &self.tree.tokens,
            words: &self.tree.words,
            range: words,
            breaks: &self.breaks,
        }
    }

    /// A quote left open has been reported; the clause around it need not be reported again.
    fn has_text_error(&self, words: (u32, u32)) -> bool {
        let words = self.tree.words.get(words.0 as usize..words.1 as usize).unwrap_or(&[]);
        words.iter().any(|&w| self.tree.tokens.get(w as usize).is_some_and(|t| t.kind == TokenKind::OpenText))
    }

    /// The first form of the context that the whole clause fits.
    fn fit(&mut self, context: Context, words: (u32, u32), index: u32) -> Option<&'static FormData> {
        let key = self
            .tree
            .words
            .get(words.0 as usize)
            .and_then(|&t| self.tree.tokens.get(t as usize))
            .map_or(0, |t| t.key);
        let first_node = self.tree.clauses.get(index as usize).map_or(0, |c| c.nodes.0);
        let mut nodes: Vec<NodeData> = std::mem::take(&mut self.tree.nodes);
        nodes.truncate(first_node as usize);
        let mut found = None;
        // A line that begins with a keyword is that clause if it can be; names come second.
        let keyword = context.forms().iter().filter(|f| f.firsts.is_some_and(|firsts| firsts.contains(&key)));
        let named = context.forms().iter().filter(|f| f.firsts.is_none());
        for form in keyword.chain(named) {
            if matcher::fits(self.line(words), &form.pattern, &mut nodes) {
                found = Some(form);
                break;
            }
        }
        let end = nodes.len() as u32;
        self.tree.nodes = nodes;
        if let Some(clause) = self.tree.clauses.get_mut(index as usize) {
            clause.form = found.map(|f| f.form);
            clause.nodes = (first_node, end);
        }
        found
    }
}

#[derive(Clone, Copy)]
enum Place {
    In(Context),
    /// Below a line that could not be read: saying more would only repeat that.
    Poisoned,
}

struct OpenClause {
    index: u32,
    indent: usize,
    body: Place,
}
