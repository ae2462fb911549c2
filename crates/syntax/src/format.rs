//! The formatter: one house style, every comment kept, no meaning changed.
//!
//! It changes nothing but the space between words and the ends of lines, so the clauses it prints are
//! the clauses it read. Each line is indented by the depth the outline gave it, which is also where an
//! uneven line was read to belong. A line that fits no form keeps its inner space as written: whoever
//! is in the middle of writing it knows better. The rules of the space between words are in [`align`].

mod align;

use crate::lexer::{self, TokenKind};
use crate::outline::{MAX_BYTES, MAX_LEVELS};
use crate::tree::{Span, Tree};
use align::{Cell, Line};

/// Spaces a level.
const STEP: usize = 2;

/// The file in house style.
///
/// The answer is bytes because a file need not be UTF-8: what is not text in it is printed as it was.
/// A file too large to be read, or with more errors than are shown, is returned unchanged: it is hardly a
/// deal, and where its lines belong is anybody's guess.
pub fn format(tree: &Tree) -> Vec<u8> {
    if tree.bytes.len() > MAX_BYTES || tree.hopeless {
        return tree.bytes.clone();
    }
    let mut reader = Reader { tree, sheet: Sheet::default(), row: Row::default(), word: 0, clause: 0 };
    reader.read();
    let mut sheet = reader.sheet;
    align::settle(&mut sheet.lines, &mut sheet.cells);
    sheet.place_comments();
    sheet.print(tree)
}

/// The rows of a file and the words on them.
#[derive(Default)]
struct Sheet {
    rows: Vec<Row>,
    lines: Vec<Line>,
    cells: Vec<Cell>,
}

/// A line with a clause, a part of one, or a comment on it.
#[derive(Default)]
struct Row {
    /// A blank line stands before it.
    blank: bool,
    /// The indentation as written.
    indent: usize,
    /// The level it is printed at.
    depth: usize,
    /// Its words, by position in `Sheet::lines`; none for a comment on a line of its own.
    line: Option<usize>,
    comment: Option<Comment>,
}

struct Comment {
    span: Span,
    /// The space before it.
    gap: usize,
    /// The column it stood at.
    written: usize,
    /// The column it is printed at; decided for comments on their own line only.
    column: usize,
}

struct Reader<'t> {
    tree: &'t Tree,
    sheet: Sheet,
    row: Row,
    /// The next word, as counted by `Tree::words`.
    word: u32,
    /// The first clause that does not end before it.
    clause: usize,
}

impl Reader<'_> {
    fn read(&mut self) {
        let (mut gap, mut column) = (0, 0);
        for (index, token) in self.tree.tokens.iter().enumerate() {
            let text = self.tree.token_text(index);
            match token.kind {
                TokenKind::Newline => {
                    self.close_row();
                    (gap, column) = (0, 0);
                    continue;
                }
                TokenKind::Space => {
                    // Space without width parts words all the same.
                    gap = lexer::columns(text).max(1);
                    if column == 0 {
                        self.row.indent = lexer::columns(text);
                    }
                    column += gap;
                    continue;
                }
                TokenKind::Comment => {
                    let mut span = self.tree.token_span(index);
                    span.end = span.start + text.trim_end_matches([' ', '\t']).len() as u32;
                    self.row.comment = Some(Comment { span, gap, written: column, column: 0 });
                }
                _ => self.add_word(index, gap),
            }
            column += text.chars().count();
            gap = 0;
        }
    }

    fn close_row(&mut self) {
        let row = std::mem::take(&mut self.row);
        if row.line.is_none() && row.comment.is_none() {
            self.row.blank = true;
        } else {
            self.sheet.rows.push(row);
        }
    }

    fn add_word(&mut self, index: usize, gap: usize) {
        if self.row.line.is_none() {
            let (depth, verbatim) = self.place();
            let cell = self.sheet.cells.len();
            self.row.depth = depth;
            self.row.line = Some(self.sheet.lines.len());
            self.sheet.lines.push(Line::new(depth * STEP, cell, verbatim));
        }
        let text = self.tree.token_text(index);
        if let Some(line) = self.sheet.lines.last_mut() {
            let before = self.sheet.cells.get(line.cells.0..).and_then(<[Cell]>::last);
            let before = before.map(|cell| self.tree.slice(cell.span));
            self.sheet.cells.push(Cell::new(self.tree.token_span(index), text, before, gap, line.verbatim));
            line.cells.1 = self.sheet.cells.len();
        }
        self.word += 1;
    }

    /// The level of the line that begins with the next word, and whether its space stays as written.
    fn place(&mut self) -> (usize, bool) {
        while self.tree.clauses.get(self.clause).is_some_and(|c| c.words.1 <= self.word) {
            self.clause += 1;
        }
        match self.tree.clauses.get(self.clause) {
            Some(c) if c.words.0 == self.word => (usize::from(c.depth), c.form.is_none()),
            Some(c) if c.words.0 < self.word => (usize::from(c.depth) + 1, c.form.is_none()),
            // Words of no clause: the line stands deeper than clauses can.
            _ => (MAX_LEVELS, true),
        }
    }
}

/// The space before a comment at the end of a line.
fn comment_gap(comment: &Comment) -> usize {
    comment.gap.max(2)
}

fn spaces(out: &mut Vec<u8>, count: usize) {
    out.extend(std::iter::repeat_n(b' ', count));
}

impl Sheet {
    /// Decides where the comments on lines of their own go.
    ///
    /// A comment belongs to the line after it, unless it is indented deeper: then it closes the block
    /// before it, at the level of that block it was written at. One written straight below the comment
    /// at the end of a line continues that comment.
    fn place_comments(&mut self) {
        let mut next = vec![(0, 0); self.rows.len()];
        let mut below = (0, 0);
        for (row, next) in self.rows.iter().zip(&mut next).rev() {
            *next = below;
            if row.line.is_some() {
                below = (row.indent, row.depth);
            }
        }
        // The lines above that the next line may still belong to: their indentation and level.
        let mut above: Vec<(usize, usize)> = Vec::new();
        let mut hanging: Option<(usize, usize)> = None;
        for (row, (next_indent, next_depth)) in self.rows.iter_mut().zip(next) {
            if let Some(line) = row.line.and_then(|l| self.lines.get(l)) {
                above.retain(|(_, depth)| *depth < row.depth);
                above.push((row.indent, row.depth));
                hanging = row.comment.as_ref().map(|c| (c.written, line.end(&self.cells) + comment_gap(c)));
                continue;
            }
            let Some(comment) = &mut row.comment else { continue };
            hanging = hanging.filter(|(written, _)| *written == comment.written && !row.blank);
            if let Some((_, column)) = hanging {
                comment.column = column;
                continue;
            }
            row.depth = match above.last() {
                Some((indent, depth)) if row.indent > next_indent && row.indent > *indent => depth + 1,
                Some(_) if row.indent > next_indent => {
                    let own = above.iter().rev().find(|(indent, _)| *indent <= row.indent);
                    own.map_or(0, |(_, depth)| *depth).max(next_depth)
                }
                _ => next_depth,
            };
            comment.column = row.depth * STEP;
        }
    }

    fn print(&self, tree: &Tree) -> Vec<u8> {
        let mut out = Vec::with_capacity(tree.bytes.len() + tree.bytes.len() / 8);
        let bytes = |span: Span| tree.bytes.get(span.start as usize..span.end as usize).unwrap_or(&[]);
        for row in &self.rows {
            if row.blank && !out.is_empty() {
                out.push(b'\n');
            }
            if let Some(line) = row.line.and_then(|l| self.lines.get(l)) {
                spaces(&mut out, line.column);
                let cells = self.cells.get(line.cells.0..line.cells.1).unwrap_or(&[]);
                let mut last: Option<Span> = None;
                for cell in cells {
                    match last {
                        Some(last) if line.verbatim => {
                            out.extend_from_slice(bytes(Span { start: last.end, end: cell.span.start }));
                        }
                        _ => spaces(&mut out, cell.gap),
                    }
                    out.extend_from_slice(bytes(cell.span));
                    last = Some(cell.span);
                }
                if let Some(comment) = &row.comment {
                    spaces(&mut out, comment_gap(comment));
                }
            } else if let Some(comment) = &row.comment {
                spaces(&mut out, comment.column);
            }
            if let Some(comment) = &row.comment {
                out.extend_from_slice(bytes(comment.span));
            }
            out.push(b'\n');
        }
        out
    }
}
