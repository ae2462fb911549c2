//! What is drawn: texts, the findings about them, and where in a text a byte lies.

use crate::exit::Trouble;
use crate::world::Found;
use counterpart_syntax::{Diagnostic, Mark, Severity, Span};
use counterpart_terms::Deal;

/// A text that findings are about.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its path as shown.
    pub path: String,
    /// What it says.
    pub text: String,
    /// Where its lines begin.
    starts: Vec<usize>,
}

/// A range of a text, as people count: lines and columns from 1, a column being a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line it begins on.
    pub line: usize,
    /// The column it begins at.
    pub column: usize,
    /// The line it ends on.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
}

impl Source {
    /// A text under a path.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Source {
        let text = text.into();
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { path: path.into(), text, starts }
    }

    /// The line of a byte, from 0, and the byte it begins at.
    fn line_of(&self, byte: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        (line, self.starts.get(line).copied().unwrap_or(0))
    }

    fn position(&self, byte: usize) -> (usize, usize) {
        let (line, start) = self.line_of(byte.min(self.text.len()));
        let before = self.text.as_bytes().get(start..byte.min(self.text.len())).unwrap_or(&[]);
        // Bytes that continue a character are no columns of their own.
        (line + 1, before.iter().filter(|b| **b & 0xc0 != 0x80).count() + 1)
    }

    /// Where a range lies.
    pub fn place(&self, span: Span) -> Place {
        let (line, column) = self.position(span.start as usize);
        let (end_line, end_column) = self.position(span.end.max(span.start) as usize);
        Place { line, column, end_line, end_column }
    }

    /// The whole lines a range touches: where they begin, and the number of the first, from 1.
    pub(crate) fn lines(&self, span: Span) -> (&str, usize, usize) {
        let (first, start) = self.line_of(span.start as usize);
        // A range that ends where a line begins does not touch that line.
        let last_byte = (span.end as usize).saturating_sub(1).max(span.start as usize);
        let (last, _) = self.line_of(last_byte);
        let end = self.starts.get(last + 1).copied().unwrap_or(self.text.len());
        (self.text.get(start..end).unwrap_or(""), start, first + 1)
    }
}

/// Everything one run looked at and found.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The texts, those of each deal before its tables; the findings name them by position.
    pub sources: Vec<Source>,
    /// How many of them are texts of deals.
    pub files: usize,
    /// The findings, in order.
    pub findings: Vec<Diagnostic>,
    /// How many deals were looked at.
    pub deals: usize,
    /// How many clauses they have.
    pub clauses: usize,
    /// How many names they define.
    pub names: usize,
    /// How many tables lie beside them.
    pub tables: usize,
    /// How many assertions hold.
    pub held: usize,
    /// How many assertions are about what is not computed yet.
    pub waiting: usize,
    /// Some were put to a journal of which lines could not be used.
    pub without: bool,
    /// Assertions not put to the machine, because what they rest on has mistakes.
    pub unasked: usize,
    /// What could not be looked at, and why.
    pub unread: Vec<Trouble>,
}

impl Book {
    /// Adds a deal with what was found in it.
    pub fn add(&mut self, found: &Found, deal: &Deal, findings: &[Diagnostic]) {
        let base = self.sources.len();
        self.sources.extend(deal.files.iter().map(|f| Source::new(found.shown(&f.path), f.tree.text())));
        self.files += deal.files.len();
        // A table may be large: it is kept only where something in it is to be shown.
        for (index, table) in deal.tables.iter().enumerate() {
            let about = |file: usize| file == deal.files.len() + index;
            let shown = findings.iter().any(|f| about(f.at.file) || f.also.iter().any(|m| about(m.file)));
            let text = if shown { String::from_utf8_lossy(&table.bytes) } else { "".into() };
            self.sources.push(Source::new(found.shown(&table.path), text));
        }
        self.findings.extend(findings.iter().map(|p| moved(p, base)));
        self.deals += 1;
        self.clauses += deal.clause_count();
        self.names += deal.symbols.defined();
        self.tables += deal.tables.len();
    }

    /// The text a mark lies in.
    pub fn source(&self, mark: &Mark) -> Option<&Source> {
        self.sources.get(mark.file)
    }

    /// How many findings are this bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }

    /// `path:line:column` of a mark.
    pub(crate) fn shown(&self, mark: &Mark) -> String {
        match self.source(mark) {
            None => "?".to_string(),
            Some(source) => {
                let place = source.place(mark.span);
                format!("{}:{}:{}", source.path, place.line, place.column)
            }
        }
    }
}

/// The finding with every file number raised.
fn moved(finding: &Diagnostic, base: usize) -> Diagnostic {
    let mut finding = finding.clone();
    finding.at.file += base;
    finding.also.iter_mut().for_each(|m| m.file += base);
    finding.fixes.iter_mut().flat_map(|f| &mut f.edits).for_each(|e| e.file += base);
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_survive_anything() {
        let source = Source::new("x", "é = ü\nsecond\n");
        let place = |start, end| {
            let p = source.place(Span { start, end });
            (p.line, p.column, p.end_line, p.end_column)
        };
        assert_eq!(place(0, 2), (1, 1, 1, 2));
        assert_eq!(place(5, 7), (1, 5, 1, 6));
        assert_eq!(place(8, 14), (2, 1, 2, 7));
        assert_eq!(place(900, 9), (3, 1, 3, 1));
        assert_eq!(source.lines(Span { start: 0, end: 8 }), ("é = ü\n", 0, 1));
        assert_eq!(source.lines(Span { start: 15, end: 15 }), ("", 15, 3));
    }
}
