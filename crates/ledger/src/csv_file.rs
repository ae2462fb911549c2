//! Reported sales kept in CSV files: the entry names the file, the file's rows are the lines.
//!
//! The header (`csv_header`) names the columns. A row that cannot be read is reported with its line, and the other
//! rows are kept.

use crate::csv_header::{Header, cut};
use crate::event::{Event, EventKind, SaleLine};
use crate::journal::Journal;
use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::model::Editions;
use counterpart_terms::names::SymbolKind;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Known, Name, PeriodLabel, Value};
use counterpart_terms::{At, Deal};
use std::collections::BTreeMap;

/// More rows than this are not read into a deal.
const MAX_ROWS: usize = 2_000_000;

/// The file a `sales file` entry, or a report taken `from` a file, names.
pub(crate) fn path(record: &Record) -> Option<String> {
    record.parts(Label::What)?.text(Label::File).map(str::to_string)
}

/// What the entry says about the rows.
struct Entry {
    date: Date,
    known: Date,
    metric: Option<Name>,
    by: Option<Name>,
    label: Option<PeriodLabel>,
}

/// Reads the rows of a file into reports, one for each metric, reporter and period.
pub(crate) fn read(deal: &Deal, editions: &Editions, record: &Record, file: &str, journal: &mut Journal) {
    let (Some(Value::Date(date)), Some(what)) = (record.get(Label::Date), record.parts(Label::What)) else {
        return;
    };
    let known = crate::entry::known(what).unwrap_or(*date);
    let metric = what.name(Label::Metric).cloned();
    let by = what.name(Label::By).cloned();
    let entry = Entry { date: *date, known, metric, by, label: crate::entry::label(what) };
    let Some((index, source)) = deal.tables.iter().enumerate().find(|(_, t)| t.path == file) else {
        journal.problems.push(
            Diagnostic::error(
                "no-such-file",
                record.at.span(),
                format!("there is no file `{file}` in this deal"),
            )
            .in_file(record.at.file)
            .with_help("put the file into the deal's folder, or correct the name"),
        );
        return;
    };
    let mut lines = Lines { bytes: &source.bytes, file: deal.files.len() + index, at: 0, line: 1 };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(source.bytes.as_slice());
    let first = lines.at(0);
    let header = match reader.headers() {
        Ok(cells) => Header::read(cells, editions, first),
        Err(error) => Err(Box::new(
            Diagnostic::error("bad-row", first.span(), broken(&error))
                .in_file(first.file)
                .with_help("no row of the file is read without its header"),
        )),
    };
    let header = match header {
        Ok(header) => header,
        Err(problem) => {
            return tell(journal, vec![*problem], record);
        }
    };
    let mut unnamed = false;
    let mut groups: BTreeMap<Of, usize> = BTreeMap::new();
    let mut reports: Vec<(Of, Vec<SaleLine>)> = Vec::new();
    for (row, result) in reader.records().enumerate() {
        let position = match &result {
            Ok(cells) => cells.position().map(csv::Position::byte),
            Err(error) => error.position().map(csv::Position::byte),
        };
        let at = lines.at(position.unwrap_or(0));
        if row >= MAX_ROWS {
            problem(journal, record, at, &format!("more than {MAX_ROWS} rows"));
            break;
        }
        let read = match result {
            Ok(cells) => {
                unnamed |= header.has_unnamed(&cells);
                Row { header: &header, cells: &cells }.line(deal, &entry, at)
            }
            Err(error) => Err(broken(&error)),
        };
        match read {
            Ok((of, sale)) => {
                let group = *groups.entry(of.clone()).or_insert(reports.len());
                match reports.get_mut(group) {
                    Some((_, lines)) => lines.push(sale),
                    None => reports.push((of, vec![sale])),
                }
            }
            Err(message) => problem(journal, record, at, &message),
        }
    }
    tell(journal, header.findings(first, unnamed), record);
    for (Of { metric, by, label, correction }, lines) in reports {
        let seq = journal.events.len();
        let kind = EventKind::Reported { metric, by, label, lines, correction };
        journal.events.push(Event { date: entry.date, known: entry.known, seq, kind, at: record.at });
    }
}

/// Where rows stand in a table, asked for one after the other.
struct Lines<'t> {
    bytes: &'t [u8],
    file: usize,
    at: usize,
    line: u32,
}

impl Lines<'_> {
    /// The line that a row begins on, which may come after lines that are empty.
    fn at(&mut self, byte: u64) -> At {
        let mut start = usize::try_from(byte).unwrap_or(usize::MAX).min(self.bytes.len());
        let rest = self.bytes.get(start..).unwrap_or_default();
        start += rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let between = self.bytes.get(self.at..start).unwrap_or_default();
        self.line = self.line.saturating_add(between.iter().filter(|b| **b == b'\n').count() as u32);
        self.at = self.at.max(start);
        let row = self.bytes.get(start..).unwrap_or_default();
        let length = row.iter().take_while(|b| !matches!(b, b'\r' | b'\n')).count();
        let byte = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        At { file: self.file, line: self.line, start: byte(start), end: byte(start + length) }
    }
}

/// A row that is no row.
fn broken(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8 text".to_string(),
        _ => error.to_string(),
    }
}

/// What is told of a header: once, however many entries name the table.
fn tell(journal: &mut Journal, found: Vec<Diagnostic>, record: &Record) {
    for problem in found {
        if !journal.problems.iter().any(|p| p.at == problem.at && p.message == problem.message) {
            journal.problems.push(problem.with_also(record.at.file, record.at.span(), "read here"));
        }
    }
}

fn problem(journal: &mut Journal, record: &Record, at: At, message: &str) {
    journal.problems.push(bad_row(record, at, message).with_note("the other rows of the file are kept"));
}

fn bad_row(record: &Record, at: At, message: &str) -> Diagnostic {
    Diagnostic::error("bad-row", at.span(), message).in_file(at.file).with_also(
        record.at.file,
        record.at.span(),
        "read here",
    )
}

struct Row<'r> {
    header: &'r Header,
    cells: &'r csv::StringRecord,
}

/// What the rows of one report have in common.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Of {
    metric: Name,
    by: Option<Name>,
    label: Option<PeriodLabel>,
    correction: bool,
}

type Line = (Of, SaleLine);

impl Row<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        let at = self.header.at(column)?;
        self.cells.get(at).filter(|c| !c.is_empty())
    }

    fn line(&self, deal: &Deal, entry: &Entry, at: At) -> Result<Line, String> {
        if self.cells.len() != self.header.width {
            let columns = if self.cells.len() == 1 { "column" } else { "columns" };
            return Err(format!("{} {columns}, the header has {}", self.cells.len(), self.header.width));
        }
        let metric = self.get("metric").map(Name::from).or_else(|| entry.metric.clone());
        let metric =
            metric.ok_or("no metric: name it in the entry (`sales file \"…\" of sales`) or in a column")?;
        named(deal, &metric, &[SymbolKind::Metric], "a metric")?;
        let label = match self.get("period") {
            Some(text) => Some(
                parse_period(text)
                    .ok_or_else(|| format!("`{}` is not a period such as 2029 Q1", cut(text)))?,
            ),
            None => entry.label,
        };
        let by = self.get("by").map(Name::from).or_else(|| entry.by.clone());
        if let Some(by) = &by {
            named(deal, by, &[SymbolKind::Party, SymbolKind::Group], "a party")?;
        }
        let mut cell = Vec::new();
        for column in ["product", "field", "country", "customer", "title"] {
            if let Some(text) = self.get(column) {
                let name = Name::from(text);
                let known =
                    deal.symbols.get(text).is_some() || counterpart_terms::world::place(text).is_some();
                if !known {
                    return Err(format!("nothing in this deal is called `{}`", cut(text)));
                }
                cell.push(name);
            }
        }
        let text = self.get("amount").ok_or("no amount")?;
        let number = number(text).ok_or_else(|| format!("`{}` is not an amount", cut(text)))?;
        let currency = match self.get("currency") {
            Some(code) => Some(
                Currency::parse(code).ok_or_else(|| format!("no currency has the code `{}`", cut(code)))?,
            ),
            None => None,
        };
        let amount = |n: Exact| match currency {
            Some(currency) => Amount::Money(currency, Known::Given(n)),
            None => Amount::Number(n),
        };
        let mut parts = Vec::new();
        for (column, text) in self.header.deducted(self.cells) {
            let n = self::number(text)
                .ok_or_else(|| format!("`{}` in column `{}` is not an amount", cut(text), cut(column)))?;
            parts.push((column.to_string(), amount(n)));
        }
        let correction = match self.get("correction").map(str::to_lowercase).as_deref() {
            None | Some("no" | "false" | "0") => false,
            Some("yes" | "true" | "1" | "x") => true,
            Some(other) => {
                return Err(format!("`{}` in column `correction` is neither yes nor no", cut(other)));
            }
        };
        let mark = self.get("mark").map(str::to_string);
        let of = Of { metric, by, label, correction };
        Ok((of, SaleLine { cell, amount: amount(number), parts, mark, at }))
    }
}

/// Whether a name of a column means what the column is for.
fn named(deal: &Deal, name: &Name, kinds: &[SymbolKind], what: &str) -> Result<(), String> {
    match deal.symbols.get(name.as_str()) {
        Some(symbol) if kinds.contains(&symbol.kind) => Ok(()),
        Some(symbol) => Err(format!("`{}` is {}, not {what}", cut(name.as_str()), symbol.kind.human())),
        None => Err(format!("nothing in this deal is called `{}`", cut(name.as_str()))),
    }
}

/// `1,250.50`, `-30`, `(30)`.
fn number(text: &str) -> Option<Exact> {
    match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => Exact::parse(inner).map(|n| -n),
        None => Exact::parse(text),
    }
}

/// A period as people write it in tables.
pub(crate) fn parse_period(text: &str) -> Option<PeriodLabel> {
    use counterpart_num::PeriodKind;
    let label = counterpart_num::period::parse_label(text)?;
    let (year, index) = (label.year()?, label.index().unwrap_or(1));
    Some(match label {
        counterpart_num::Label::Part { family, kind, .. } => match (family, kind) {
            (counterpart_num::Family::Calendar, PeriodKind::Year) => PeriodLabel::Year(year),
            (counterpart_num::Family::Calendar, PeriodKind::Quarter) => PeriodLabel::Quarter(year, index),
            (counterpart_num::Family::Calendar, PeriodKind::Half) => PeriodLabel::Half(year, index),
            (counterpart_num::Family::Calendar, PeriodKind::Month) => PeriodLabel::Month(year, index),
            (counterpart_num::Family::Fiscal, PeriodKind::Year) => PeriodLabel::FiscalYear(year),
            (counterpart_num::Family::Fiscal, PeriodKind::Quarter) => PeriodLabel::FiscalQuarter(year, index),
            (counterpart_num::Family::Contract, PeriodKind::Year) => {
                PeriodLabel::ContractYear(u32::try_from(year).ok()?)
            }
            _ => return None,
        },
        _ => return None,
    })
}
