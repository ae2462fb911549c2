//! From lines to clauses: what belongs to what, what continues what, and which form each line is.

mod stray;

use crate::diagnostic::Diagnostic;
use crate::grammar::{Context, FormData};
use crate::lexer::{self, Token, TokenKind};
use crate::lines::{self, PhysicalLine};
use crate::matcher::{self, Line};
use crate::report::{self, Continued, Problems};
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
    let mut tree = Tree {
        bytes,
        text,
        tokens,
        words: Vec::new(),
        clauses: Vec::new(),
        nodes: Vec::new(),
        work: 0,
        hopeless: false,
    };
    if !too_large {
        let lines = lines::read(&mut tree, &mut problems);
        let mut builder = Builder {
            margin: lines.iter().map(|l| l.indent).min().unwrap_or(0),
            tree,
            problems,
            lines,
            breaks: Vec::new(),
            open: Vec::new(),
            shut: Vec::new(),
            strayed: false,
        };
        builder.read_clauses();
        Builder { tree, problems, .. } = builder;
    }
    tree.hopeless = problems.are_too_many();
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
    /// The clauses it ends, innermost first.
    shut: Vec<OpenClause>,
    /// The least indentation of the file: there is nothing to belong to further out.
    margin: usize,
    /// A line at the margin has been reported that does not belong there.
    strayed: bool,
}

#[derive(Clone, Copy)]
enum Place {
    In(Context),
    /// Below a clause of a form that takes none.
    Leaf(&'static FormData),
    /// Below a line that could not be read: saying more would only repeat that.
    Poisoned,
}

/// A clause that deeper lines may still join.
struct OpenClause {
    index: u32,
    /// Its indentation, or the one it should have had.
    level: usize,
    /// The indentation of the first line below it.
    column: Option<usize>,
    body: Place,
    /// A line below it has been reported that does not belong where it stands.
    strayed: bool,
}

/// The clause at hand while it is being read.
struct Reading {
    words: (u32, u32),
    /// Its first line.
    first: usize,
    /// The line after it.
    next: usize,
    indent: usize,
    /// The indentation that counts; what is deeper belongs to it.
    level: usize,
    /// It has been moved to where it fits.
    moved: bool,
}

impl Builder {
    /// Builds the outline: a line belongs to the nearest line above it that is indented less.
    fn read_clauses(&mut self) {
        let mut at = 0;
        let mut too_deep = false;
        while let Some(indent) = self.lines.get(at).map(|l| l.indent) {
            while let Some(closed) = self.open.pop_if(|o| o.level >= indent) {
                self.shut.push(closed);
            }
            self.line_up(indent);
            let end = self.tree.clauses.len() as u32;
            if self.open.len() < MAX_LEVELS {
                at = self.clause(at, indent);
            } else {
                if !std::mem::replace(&mut too_deep, true) {
                    self.too_deep(at);
                }
                at += 1;
            }
            self.close(end);
        }
        self.shut.extend(self.open.drain(..).rev());
        self.close(self.tree.clauses.len() as u32);
    }

    /// A line between two levels may well be on a level that began before the last line out of line.
    fn line_up(&mut self, indent: usize) {
        if self.shut.last().is_some_and(|s| s.level > indent)
            && let Some(depth) = self.open.iter().position(|o| o.column == Some(indent))
        {
            self.shut.extend(self.open.drain(depth + 1..).rev());
        }
    }

    /// Ends the clauses the last line ended; `end` is the first clause after them.
    fn close(&mut self, end: u32) {
        for closed in std::mem::take(&mut self.shut) {
            if let Some(clause) = self.tree.clauses.get_mut(closed.index as usize) {
                clause.end = end;
            }
            if let Place::In(context) = closed.body {
                report::cardinality(&self.tree, closed.index, context, &mut self.problems);
            }
        }
    }

    fn too_deep(&mut self, at: usize) {
        let Some(line) = self.lines.get(at) else { return };
        let span = self.tree.words_span(line.words);
        let message = format!("clauses stand at most {MAX_LEVELS} levels deep");
        self.problems.add(|| Diagnostic::error("too-deep", span, message));
    }

    /// Adds the clause that begins on line `at`; returns the line after it.
    fn clause(&mut self, at: usize, indent: usize) -> usize {
        let Some(line) = self.lines.get(at) else { return at + 1 };
        let level = if self.open.is_empty() { self.margin } else { indent };
        // A comma at the end of a line: the deeper lines go on with it.
        let mut reading = Reading { words: line.words, first: at, next: at + 1, indent, level, moved: false };
        let mut going = line.open;
        self.breaks.clear();
        while let Some(more) = self.lines.get(reading.next).filter(|l| going && l.indent > level) {
            self.breaks.push(more.words.0);
            reading.words.1 = more.words.1;
            going = more.open;
            reading.next += 1;
        }
        let index = self.tree.clauses.len() as u32;
        let nodes = self.tree.nodes.len() as u32;
        self.tree.clauses.push(ClauseData {
            form: None,
            depth: 0,
            parent: None,
            end: index + 1,
            words: reading.words,
            nodes: (nodes, nodes),
        });
        let body = match self.place(self.open.len()) {
            Place::In(context) => self.read_clause(context, &mut reading),
            Place::Leaf(form) => self.read_below(form, &mut reading),
            Place::Poisoned => Place::Poisoned,
        };
        self.check_level(&reading);
        if let Some(clause) = self.tree.clauses.last_mut() {
            clause.words = reading.words;
            clause.parent = self.open.last().map(|o| o.index);
            clause.depth = self.open.len() as u16;
        }
        if let Some(above) = self.open.last_mut() {
            above.column.get_or_insert(reading.level);
        }
        // Below a clause that could not be read, lines that fit nothing say nothing new.
        let strayed = self.tree.clauses.last().is_some_and(|c| c.form.is_none());
        self.open.push(OpenClause { index, level: reading.level, column: None, body, strayed });
        reading.next
    }

    /// What may stand at this depth, below the open clauses.
    fn place(&self, depth: usize) -> Place {
        let above = depth.checked_sub(1).and_then(|above| self.open.get(above));
        above.map_or(Place::In(Context::File), |o| o.body)
    }

    /// Finds the form of the last clause and where it ends; returns what may stand below it.
    fn read_clause(&mut self, context: Context, reading: &mut Reading) -> Place {
        let alone = reading.words;
        let found =
            self.fit(context, alone).filter(|form| form.is_sure() || !self.rather_outside(context, reading));
        if let Some(body) = found.and_then(|f| f.body) {
            return Place::In(body);
        }
        // A form that takes no clauses below takes the deeper lines as its continuation.
        let (mut joined, mut after, kept) = (alone, reading.next, self.breaks.len());
        while let Some(more) = self.lines.get(after).filter(|l| l.indent > reading.level) {
            self.breaks.push(more.words.0);
            joined.1 = more.words.1;
            after += 1;
        }
        if joined.1 > alone.1 {
            if self.fit(context, joined).is_some_and(|f| f.body.is_none()) {
                (reading.words, reading.next) = (joined, after);
                return Place::Poisoned;
            }
            self.fit(context, alone);
        }
        if (found.is_none() || joined.1 > alone.1) && self.problems.skip() {
            return Place::Poisoned;
        }
        let guess = match found {
            Some(form) if joined.1 > alone.1 && !self.belongs_outside(context, reading) => {
                let lower = self.stray(context, joined, |stray, work, problems| {
                    report::continued(stray, alone.1, form, work, problems)
                });
                match lower {
                    Continued::No => return Place::Leaf(form),
                    Continued::Misread => None,
                    Continued::Meant(context) => Some(context),
                }
            }
            Some(form) => return Place::Leaf(form),
            None => {
                self.breaks.truncate(kept);
                if let Some(context) = self.relocate(Some(context), reading) {
                    return self.read_clause(context, reading);
                }
                self.stray(context, alone, report::no_form)
            }
        };
        self.breaks.truncate(kept);
        if let Some(clause) = self.tree.clauses.last_mut().filter(|_| guess.is_some()) {
            // Whatever it was read as, it was meant to be something else.
            clause.form = None;
            clause.nodes.1 = clause.nodes.0;
        }
        guess.map_or(Place::Poisoned, Place::In)
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
