//! A deal: the files of a folder, read together.

use crate::model::Editions;
use crate::names::{Lines, Symbols};
use crate::read::{Missing, Reader};
use crate::record::Record;
use crate::value::Value;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, EDITION, Form, Label, Severity, Span, Tree, parse};
use std::collections::BTreeSet;

/// How the names of files end that one side keeps to itself.
const PRIVATE: &str = ".private.deal";

/// A file of a deal.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its path as shown in messages, relative to the deal's folder.
    pub path: String,
    /// Its tree.
    pub tree: Tree,
    /// Where its lines begin.
    pub lines: Lines,
}

/// A table that belongs to a deal, read only when an entry names it.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its path relative to the deal's folder.
    pub path: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A deal, read and resolved.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Its files, amendments after the agreement.
    pub files: Vec<SourceFile>,
    /// Its tables of sales. A finding about one names it by its place behind the files: the first table of a
    /// deal with three files is the fourth.
    pub tables: Vec<Table>,
    /// The edition of the language it is written in.
    pub edition: u32,
    /// Every clause of every file, in order.
    pub records: Vec<Record>,
    /// The terms over time.
    pub editions: Editions,
    /// Every name.
    pub symbols: Symbols,
    /// The names used that nothing defines.
    pub undefined: BTreeSet<String>,
    /// What is wrong.
    pub problems: Vec<Diagnostic>,
}

impl Deal {
    /// The path of a file as shown in messages. Tables are numbered after the files.
    pub fn path(&self, file: usize) -> &str {
        let table = || self.tables.get(file.checked_sub(self.files.len())?).map(|t| t.path.as_str());
        self.files.get(file).map(|f| f.path.as_str()).or_else(table).unwrap_or_default()
    }

    /// Whether a file is one side's own.
    pub fn is_private(&self, file: usize) -> bool {
        self.path(file).ends_with(PRIVATE)
    }

    /// Reads the files of a deal, given as path and bytes.
    pub fn read(sources: impl IntoIterator<Item = (String, Vec<u8>)>) -> Deal {
        let mut sources: Vec<(String, Vec<u8>)> = sources.into_iter().collect();
        let is_table = |(path, _): &(String, Vec<u8>)| path.ends_with(".csv");
        let tables = sources
            .iter()
            .filter(|s| is_table(s))
            .cloned()
            .map(|(path, bytes)| Table { path, bytes })
            .collect();
        sources.retain(|s| !is_table(s));
        sources.sort_by_key(|(path, _)| (rank(path), path.clone()));
        let mut files = Vec::new();
        let mut problems = Vec::new();
        for (index, (path, bytes)) in sources.into_iter().enumerate() {
            let (tree, found) = parse(&bytes);
            problems.extend(found.into_iter().map(|p| p.in_file(index)));
            let lines = Lines::new(tree.text());
            files.push(SourceFile { path, tree, lines });
        }
        let mut symbols = Symbols::default();
        for (index, file) in files.iter().enumerate() {
            symbols.collect(index, &file.tree, &file.lines, &mut problems);
        }
        let mut records = Vec::new();
        let mut missing = Missing::default();
        for (index, file) in files.iter().enumerate() {
            let mut reader = Reader::new(&symbols, index, &file.lines, &mut problems, &mut missing);
            records.extend(file.tree.clauses().filter_map(|clause| reader.record(clause)));
        }
        let edition = edition(&records, &mut problems);
        let undefined = missing.names;
        let editions = Editions(Vec::new());
        let mut deal = Deal { files, tables, edition, records, editions, symbols, undefined, problems };
        deal.editions = Editions::of(&deal);
        // The checks look up what has been told already, by its place.
        deal.problems.sort_by_key(|p| (p.at.file, p.at.span));
        let found = crate::checks::all(&deal);
        deal.problems.extend(found);
        deal.problems.sort_by_key(|p| (p.at.file, p.at.span));
        deal
    }
}

impl Deal {
    /// Whether a mistake stands in an entry of the journal, or in a line that was meant to be one: the terms are
    /// sound all the same.
    pub fn is_in_journal(&self, problem: &Diagnostic) -> bool {
        let Some(file) = self.files.get(problem.at.file) else { return false };
        file.tree.clause_around(problem.at.span.start).is_some_and(|clause| match clause.form() {
            Some(form) => matches!(form, Form::FileEntry | Form::FileAssertion),
            None => clause.words().next().is_some_and(|word| word == "assert" || Date::parse(word).is_ok()),
        })
    }

    /// Whether a line can be used: no mistake stands on it, and everything it names is defined.
    pub fn is_usable(&self, line: &Record) -> bool {
        !self.is_told(line.at.file, line.at.span())
            && !line.parts.name_any(&|name| self.undefined.contains(name.as_str()))
    }

    /// Whether a mistake has been told in a stretch of a file. The problems stand in the order of their places.
    pub(crate) fn is_told(&self, file: usize, span: Span) -> bool {
        let first = self.problems.partition_point(|p| (p.at.file, p.at.span.start) < (file, span.start));
        let rest = self.problems.get(first..).unwrap_or_default();
        let mut here = rest.iter().take_while(|p| p.at.file == file && p.at.span.start < span.end);
        here.any(|p| p.severity == Severity::Error)
    }

    /// How many clauses its files have that can be read, those below others included. Entries and assertions of the journal
    /// are clauses too.
    pub fn clause_count(&self) -> usize {
        self.files.iter().flat_map(|f| f.tree.all_clauses()).filter(|c| c.form().is_some()).count()
    }
}

/// The edition the deal names, or this build's own.
fn edition(records: &[Record], problems: &mut Vec<Diagnostic>) -> u32 {
    let Some(record) = records.iter().find(|r| r.clause == Form::FileEdition) else { return EDITION };
    let number = match record.get(Label::Number) {
        Some(Value::Number(n)) => n.to_i64().and_then(|n| u32::try_from(n).ok()),
        _ => None,
    };
    if number != Some(EDITION) {
        problems.push(
            Diagnostic::error(
                "unknown-edition",
                record.at.span(),
                "this edition of the language is not known here",
            )
            .in_file(record.at.file)
            .with_help(format!("this program reads edition {EDITION}")),
        );
    }
    number.unwrap_or(EDITION)
}

/// The agreement is read first, then its amendments, then what happened, then what each side thinks.
fn rank(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name {
        name if name.starts_with("agreement") => 0,
        name if name.starts_with("amendment") => 2,
        name if name.starts_with("journal") => 3,
        name if name.starts_with("talks") => 4,
        name if name.ends_with(PRIVATE) => 5,
        _ => 1,
    }
}
