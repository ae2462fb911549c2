//! From lines to clauses: what belongs to what, what continues what, and which form each line is.

use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData};
use crate::lexer::{self, Token, TokenKind};
use crate::lines::{self, PhysicalLine};
use crate::matcher::{self, Line};
use crate::report::{self, Problems, Stray};
use crate::tree::{ClauseData, Span, Tree};

/// Larger files are not read as deals.
pub const MAX_BYTES: usize = 16 << 20;

/// Clauses nest at most this deep.
pub(crate) const MAX_LEVELS: usize = 24;

/// Reads a file. It never fails: what is wrong is in the list, and all the bytes are in the tree.
pub fn parse(bytes: &[u8]) -> (Tree, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let text = lines::as_text(bytes, &mut problems);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let too_large = bytes.len() > MAX_BYTES;
    let tokens = if too_large {
        problems.add(|| {
            let message = format!("this file is larger than {} MB", MAX_BYTES >> 20);
            Diagnostic::error("file-too-large", Span::default(), message)
                .with_help("keep long tables of sales in CSV files and name them with `sales file`")
        });
        // One token that covers everything keeps the tree lossless.
        vec![Token::new(TokenKind::Unknown, 0), Token::new(TokenKind::Newline, text.len())]
    } else {
        lexer::lex(&text)
    };
    let bytes = bytes.to_vec();
    let mut tree =
        Tree { bytes, text, tokens, words: Vec::new(), clauses: Vec::new(), nodes: Vec::new(), work: 0 };
    if !too_large {
        let lines = lines::read(&mut tree, &mut problems);
        let mut builder =
            Builder { tree, problems, lines, breaks: Vec::new(), open: Vec::new(), sibling: None };
        builder.read_clauses();
        Builder { tree, problems, .. } = builder;
    }
    (tree, problems.sorted(end))
}

struct Builder {
    tree: Tree,
    problems: Problems,
    lines: Vec<PhysicalLine>,
    /// The words of the clause at hand that begin a continuation line.
    breaks: Vec<u32>,
    /// The clauses the line at hand stands below.
    open: Vec<OpenClause>,
    /// The clause before the line at hand, on its level.
    sibling: Option<OpenClause>,
}

#[derive(Clone, Copy)]
enum Place {
    In(Context),
    /// Below a line that could not be read: saying more would only repeat that.
    Poisoned,
}

/// A clause that deeper lines may still join.
struct OpenClause {
    index: u32,
    level: Level,
    body: Place,
}

/// The indentation of one level. It spans several columns once a line has stood between two levels:
/// whichever of them the writer goes on with, that line was the only mistake.
#[derive(Clone, Copy)]
struct Level {
    low: usize,
    high: usize,
}

impl Builder {
    /// Builds the outline: a line belongs to the nearest line above it that is indented less.
    fn read_clauses(&mut self) {
        let mut at = 0;
        let mut too_deep = false;
        while let Some(indent) = self.lines.get(at).map(|l| l.indent) {
            let mut level = Level { low: indent, high: indent };
            self.sibling = None;
            while let Some(closed) = self.open.pop_if(|o| o.level.high >= indent) {
                self.close(&closed);
                self.sibling = Some(closed);
            }
            if let Some(before) = self.sibling.as_ref().map(|s| s.level) {
                level = Level { low: before.low.min(indent), high: before.high };
                // The margin is no level between others, wherever the first line stood.
                if indent < before.low && !self.open.is_empty() {
                    self.uneven(at, before.high);
                }
            }
            if self.open.len() < MAX_LEVELS {
                at = self.clause(at, level);
                continue;
            }
            if !std::mem::replace(&mut too_deep, true) {
                self.too_deep(at);
            }
            at += 1;
        }
        while let Some(closed) = self.open.pop() {
            self.close(&closed);
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
        let (span, margin) = (self.tree.words_span(line.words), self.margin(line.words.0));
        self.problems.add(|| {
            Diagnostic::error("uneven-indent", span, "this line stands between two levels")
                .saying("is it part of the clause above, or the next one?")
                .with_fix("line it up with the lines before it", margin, " ".repeat(expected))
        });
    }

    /// The space before the first word of a line.
    fn margin(&self, word: u32) -> Span {
        let token = self.tree.words.get(word as usize).map_or(0, |t| *t as usize);
        let space = token
            .checked_sub(1)
            .filter(|t| self.tree.tokens.get(*t).is_some_and(|t| t.kind == TokenKind::Space));
        let end = self.tree.token_span(token).start;
        space.map_or(Span { start: end, end }, |space| self.tree.token_span(space))
    }

    fn too_deep(&mut self, at: usize) {
        let Some(line) = self.lines.get(at) else { return };
        let span = self.tree.words_span(line.words);
        let message = format!("clauses stand at most {MAX_LEVELS} levels deep");
        self.problems.add(|| Diagnostic::error("too-deep", span, message));
    }

    /// Adds the clause that begins on line `at`; returns the line after it.
    fn clause(&mut self, at: usize, level: Level) -> usize {
        let Some(line) = self.lines.get(at) else { return at + 1 };
        self.breaks.clear();
        // A comma at the end of a line: the deeper lines go on with it.
        let (mut words, mut going, mut next) = (line.words, line.open, at + 1);
        while let Some(more) = self.lines.get(next).filter(|l| going && l.indent > level.high) {
            self.breaks.push(more.words.0);
            words.1 = more.words.1;
            going = more.open;
            next += 1;
        }
        let index = self.tree.clauses.len() as u32;
        let nodes = self.tree.nodes.len() as u32;
        let parent = self.open.last().map(|o| o.index);
        let depth = self.open.len() as u16;
        let clause = ClauseData { form: None, depth, parent, end: index + 1, words, nodes: (nodes, nodes) };
        self.tree.clauses.push(clause);
        let body = match self.open.last().map_or(Place::In(Context::File), |o| o.body) {
            Place::In(context) => self.read_clause(context, level, &mut words, &mut next),
            Place::Poisoned => Place::Poisoned,
        };
        if let Some(clause) = self.tree.clauses.get_mut(index as usize) {
            clause.words = words;
        }
        self.open.push(OpenClause { index, level, body });
        next
    }

    /// Finds the form of the last clause and where it ends; returns what may stand below it.
    fn read_clause(
        &mut self,
        context: Context,
        level: Level,
        words: &mut (u32, u32),
        next: &mut usize,
    ) -> Place {
        let found = self.fit(context, *words);
        if let Some(body) = found.and_then(|f| f.body) {
            return Place::In(body);
        }
        // A form that takes no clauses below takes the deeper lines as its continuation.
        let (alone, kept) = (*words, self.breaks.len());
        let (mut joined, mut after) = (alone, *next);
        while let Some(more) = self.lines.get(after).filter(|l| l.indent > level.high) {
            self.breaks.push(more.words.0);
            joined.1 = more.words.1;
            after += 1;
        }
        if joined.1 > alone.1 {
            if self.fit(context, joined).is_some_and(|f| f.body.is_none()) {
                (*words, *next) = (joined, after);
                return Place::Poisoned;
            }
            self.fit(context, alone);
        }
        let guess = match found {
            Some(form) if joined.1 > alone.1 => self.stray(context, joined, |stray, work, problems| {
                report::below(stray, alone.1, form, work, problems)
            }),
            Some(_) => None,
            None => self.stray(context, alone, report::no_form),
        };
        self.breaks.truncate(kept);
        if let Some(clause) = self.tree.clauses.last_mut().filter(|_| guess.is_some()) {
            // Whatever it was read as, it was meant to be something else.
            clause.form = None;
            clause.nodes.1 = clause.nodes.0;
        }
        guess.map_or(Place::Poisoned, Place::In)
    }

    /// Has a line reported that fits no form.
    fn stray<T>(
        &mut self,
        context: Context,
        words: (u32, u32),
        report: impl FnOnce(&Stray<'_>, &mut u64, &mut Problems) -> T,
    ) -> T {
        let (mut work, mut problems) = (self.tree.work, std::mem::take(&mut self.problems));
        let mut nearby = Vec::new();
        let mut column = None;
        for open in self.open.iter().rev() {
            if let (Some(column), Place::In(context)) = (column, open.body) {
                nearby.push((context, column));
            }
            column = Some(open.level.high);
        }
        nearby.extend(column.map(|column| (Context::File, column)));
        if let Some(OpenClause { level, body: Place::In(context), .. }) = self.sibling {
            nearby.push((context, level.high + 2));
        }
        let margin = self.margin(words.0);
        let quiet = self.has_text_error(words);
        let answer = report(
            &Stray { line: self.line(words), context, margin, nearby: &nearby, quiet },
            &mut work,
            &mut problems,
        );
        (self.tree.work, self.problems) = (work, problems);
        answer
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

    /// Gives the last clause the first form of the context that all of these words fit.
    fn fit(&mut self, context: Context, words: (u32, u32)) -> Option<&'static FormData> {
        let first = self.tree.clauses.last().map_or(0, |c| c.nodes.0);
        let mut nodes = std::mem::take(&mut self.tree.nodes);
        nodes.truncate(first as usize);
        let mut work = self.tree.work;
        let found = matcher::form_of(self.line(words), context, &mut nodes, &mut work);
        let end = nodes.len() as u32;
        (self.tree.nodes, self.tree.work) = (nodes, work);
        if let Some(clause) = self.tree.clauses.last_mut() {
            clause.form = found.map(|f| f.form);
            clause.nodes = (first, end);
        }
        found
    }
}
