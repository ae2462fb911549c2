//! The space between words: normal space, and wider space where it lines words up.
//!
//! Normal is none before `,`, `;` and `:`, one after `,` and `;`, one or two as written elsewhere.
//! Wider space stays where the word behind it begins below or above the beginning of a word, or ends
//! below or above an end, on the next line with words or the next line of the same level. Narrowing one space moves the words behind it,
//! which can part what was lined up, so lines are looked at again until nothing changes. A line may
//! be looked at only so often before it gives up all its wide space: that bounds the work, and what
//! is left is still a state that nothing changes, so formatting twice is formatting once.

use crate::tree::Span;

/// Looks at one line before it gives up its wide space.
const MAX_LOOKS: u8 = 8;

/// A word on a line.
pub(super) struct Cell {
    pub span: Span,
    /// The space before it.
    pub gap: usize,
    /// The space before it if it lines up with nothing.
    normal: usize,
    width: usize,
    column: usize,
    /// A colon lines up with colons only, everything else with everything else.
    colon: bool,
}

impl Cell {
    pub fn new(span: Span, text: &str, before: Option<&str>, written: usize, verbatim: bool) -> Self {
        let (gap, normal) = match before {
            None => (0, 0),
            Some(_) if verbatim => (written, written),
            Some(before) => gaps(before, text, written),
        };
        Cell { span, gap, normal, width: text.chars().count(), column: 0, colon: text == ":" }
    }

    fn end(&self) -> usize {
        self.column + self.width
    }
}

/// The space between two words as wide as it may be kept, and what it is if it lines nothing up.
fn gaps(before: &str, after: &str, written: usize) -> (usize, usize) {
    match (before, after) {
        (_, "," | ";") => (0, 0),
        (_, ":") => (written, 0),
        ("," | ";", _) => (written.max(1), 1),
        (":", _) => (written.max(1), written.clamp(1, 2)),
        _ => (written, written.min(2)),
    }
}

/// A line of words.
pub(super) struct Line {
    /// Where its first word stands.
    pub column: usize,
    /// Its range in the list of all words.
    pub cells: (usize, usize),
    /// Its inner space stays as written.
    pub verbatim: bool,
    looks: u8,
    /// The lines before and after it on its level, if only deeper lines stand between.
    siblings: [Option<usize>; 2],
}

impl Line {
    pub fn new(column: usize, cell: usize, verbatim: bool) -> Self {
        Line { column, cells: (cell, cell), verbatim, looks: 0, siblings: [None; 2] }
    }

    /// The column after its last word.
    pub fn end(&self, cells: &[Cell]) -> usize {
        cells.get(self.cells.0..self.cells.1).and_then(<[Cell]>::last).map_or(self.column, Cell::end)
    }
}

/// Narrows all space that lines nothing up.
pub(super) fn settle(lines: &mut [Line], cells: &mut [Cell]) {
    for line in lines.iter() {
        lay_out(line, cells);
    }
    pair_siblings(lines);
    let mut waiting: Vec<usize> = (0..lines.len()).rev().collect();
    let mut queued = vec![true; lines.len()];
    while let Some(at) = waiting.pop() {
        if let Some(queued) = queued.get_mut(at) {
            *queued = false;
        }
        if !narrow(at, lines, cells) {
            continue;
        }
        for next in neighbours(at, lines) {
            if let Some(queued) = queued.get_mut(next).filter(|q| !**q) {
                *queued = true;
                waiting.push(next);
            }
        }
    }
}

fn pair_siblings(lines: &mut [Line]) {
    // The last line of each level that the next line may still be a sibling of.
    let mut above: Vec<(usize, usize)> = Vec::new();
    for at in 0..lines.len() {
        let Some(line) = lines.get(at) else { break };
        let column = line.column;
        while above.pop_if(|(other, _)| *other > column).is_some() {}
        let before = above.pop_if(|(other, _)| *other == column).map(|(_, before)| before);
        above.push((column, at));
        if let Some(line) = lines.get_mut(at) {
            line.siblings[0] = before;
        }
        if let Some(line) = before.and_then(|b| lines.get_mut(b)) {
            line.siblings[1] = Some(at);
        }
    }
}

/// The lines a line may line up with.
fn neighbours(at: usize, lines: &[Line]) -> impl Iterator<Item = usize> + use<> {
    let siblings = lines.get(at).map_or([None; 2], |l| l.siblings);
    [at.checked_sub(1), Some(at + 1).filter(|next| *next < lines.len())].into_iter().chain(siblings).flatten()
}

fn lay_out(line: &Line, cells: &mut [Cell]) {
    let mut column = line.column;
    for cell in cells.get_mut(line.cells.0..line.cells.1).unwrap_or(&mut []) {
        cell.column = column + cell.gap;
        column = cell.end();
    }
}

/// Narrows the space of one line, left to right; says whether there was any to narrow.
fn narrow(at: usize, lines: &mut [Line], cells: &mut [Cell]) -> bool {
    let near: Vec<(usize, usize)> = neighbours(at, lines).filter_map(|n| Some(lines.get(n)?.cells)).collect();
    let Some(line) = lines.get_mut(at) else { return false };
    line.looks = line.looks.saturating_add(1);
    let tired = line.looks > MAX_LOOKS;
    let (mut column, mut changed) = (line.column, false);
    for index in line.cells.0..line.cells.1 {
        let Some(cell) = cells.get(index) else { break };
        let start = column + cell.gap;
        let narrower = cell.gap > cell.normal
            && (tired || !near.iter().any(|other| lines_up(cell, start, *other, cells)));
        let Some(cell) = cells.get_mut(index) else { break };
        if narrower {
            cell.gap = cell.normal;
            changed = true;
        }
        cell.column = column + cell.gap;
        column = cell.end();
    }
    changed
}

/// Whether the word, if it began at this column, would line up with a word of the other line.
fn lines_up(cell: &Cell, start: usize, other: (usize, usize), cells: &[Cell]) -> bool {
    let other = cells.get(other.0..other.1).unwrap_or(&[]);
    let fits = |found: Result<usize, usize>| {
        found.ok().and_then(|i| other.get(i)).is_some_and(|other| other.colon == cell.colon)
    };
    fits(other.binary_search_by_key(&start, |c| c.column))
        || fits(other.binary_search_by_key(&(start + cell.width), Cell::end))
}
