//! The header of a table of sales: which of its columns are read, and what as.
//!
//! Known are `period` (as `2029 Q1`), `amount`, `currency`, `metric`, `by`, `product`, `field`, `country`, `customer`,
//! `title`, `mark` and `correction`, and what the metrics of the deal deduct: those amounts come off. Every other
//! column is kept out and told once, on the header: a table made for something else holds more than is asked here,
//! and its rows are right all the same. Where a column that says what a row is about is misspelt, no row is read: each
//! would stand in the wrong place.

use counterpart_syntax::Diagnostic;
use counterpart_terms::model::Editions;
use counterpart_terms::value::Name;
use counterpart_terms::{At, closest};
use std::collections::{BTreeMap, BTreeSet};

/// What is read of every row, whatever the deal.
const KNOWN: [&str; 12] = [
    "amount",
    "currency",
    "period",
    "metric",
    "by",
    "product",
    "field",
    "country",
    "customer",
    "title",
    "mark",
    "correction",
];

/// Words too short, or too near to common ones, to be what a misspelt column means.
const NEVER_MEANT: [&str; 2] = ["by", "mark"];

/// As many columns are named in one finding.
const MOST_NAMED: usize = 5;

/// The columns of a table, by their place.
pub(crate) struct Header {
    /// Where the columns stand that every table may have.
    known: BTreeMap<&'static str, usize>,
    /// What comes off, by the name of its column.
    deducted: Vec<(usize, String)>,
    /// Columns that nothing reads, as they are written, each with the column that may be meant.
    unread: Vec<(String, Option<String>)>,
    /// Columns without a name.
    unnamed: Vec<usize>,
    /// How many columns there are.
    pub width: usize,
    /// What a column may be called that is an amount that comes off.
    deductions: Vec<String>,
}

impl Header {
    /// Reads the header; where no row can be read by it, why.
    pub fn read(cells: &csv::StringRecord, editions: &Editions, at: At) -> Result<Header, Box<Diagnostic>> {
        let metrics = editions.0.iter().flat_map(|e| e.model.market.metrics.values());
        let names: BTreeSet<&Name> = metrics.flat_map(|m| &m.deducts).flat_map(|d| &d.names).collect();
        let names = names.iter().filter(|n| !n.is_blank());
        let mut header = Header {
            known: BTreeMap::new(),
            deducted: Vec::new(),
            unread: Vec::new(),
            unnamed: Vec::new(),
            width: cells.len(),
            deductions: names.map(|n| n.as_str().to_lowercase()).collect(),
        };
        for (place, cell) in cells.iter().enumerate() {
            let name = cell.to_lowercase();
            let own = KNOWN.into_iter().find(|known| *known == name);
            let twice = match own {
                Some(own) => header.known.insert(own, place).is_some(),
                None if header.deductions.contains(&name) => {
                    let twice = header.deducted.iter().any(|(_, other)| *other == name);
                    header.deducted.push((place, name.clone()));
                    twice
                }
                None if name.is_empty() => {
                    header.unnamed.push(place);
                    false
                }
                None => {
                    header.unread.push((cell.to_string(), None));
                    false
                }
            };
            if twice {
                let message = format!("the header has two columns `{}`", cut(&name));
                let help = "no row of the file is read while it is not said which counts: rename one of them";
                return Err(Box::new(bad(at, message).with_help(help)));
            }
        }
        header.guess();
        let of_row = |near: &str| KNOWN.contains(&near);
        let slip = header.unread.iter().find_map(|(c, n)| Some((c, n.as_deref().filter(|n| of_row(n))?)));
        if let Some((cell, near)) = slip {
            return Err(Box::new(header.unknown(at, cell, near, "no row of the file is read without it")));
        }
        if !header.known.contains_key("amount") {
            let problem = bad(at, "the header has no column `amount`".to_string());
            let help = "no row of the file is read without it: name the column that holds the sums";
            return Err(Box::new(problem.with_help(help)));
        }
        Ok(header)
    }

    /// Looks for what the columns may mean that nothing reads; what stands there already is not meant by another.
    fn guess(&mut self) {
        let there = |n: &str| self.known.contains_key(n) || self.deducted.iter().any(|(_, own)| own == n);
        let own = self.deductions.iter().map(String::as_str);
        let open: Vec<&str> =
            KNOWN.into_iter().chain(own).filter(|n| !NEVER_MEANT.contains(n) && !there(n)).collect();
        // A table of a thousand columns is no slip of one letter.
        for (cell, near) in self.unread.iter_mut().take(100) {
            *near = closest(cell, open.iter().copied());
        }
    }

    /// Where a column stands.
    pub fn at(&self, column: &str) -> Option<usize> {
        self.known.get(column).copied()
    }

    /// The cells of a row that hold what comes off, each with the name of its column.
    pub fn deducted<'r>(
        &'r self,
        cells: &'r csv::StringRecord,
    ) -> impl Iterator<Item = (&'r str, &'r str)> + 'r {
        self.deducted
            .iter()
            .filter_map(|(at, name)| Some((name.as_str(), cells.get(*at).filter(|c| !c.is_empty())?)))
    }

    /// Whether a row holds something below no name.
    pub fn has_unnamed(&self, cells: &csv::StringRecord) -> bool {
        self.unnamed.iter().any(|at| cells.get(*at).is_some_and(|c| !c.is_empty()))
    }

    /// What is told of the columns that nothing reads; of those without a name only where a row holds something there.
    pub fn findings(&self, at: At, unnamed: bool) -> Vec<Diagnostic> {
        let known = format!("the columns that are read are {}", self.columns());
        let problem = |problem: Diagnostic| problem.in_file(at.file);
        let slips = self.unread.iter().filter_map(|(cell, near)| Some((cell, near.as_deref()?)));
        let mut found: Vec<Diagnostic> = slips
            .map(|(cell, near)| {
                self.unknown(at, cell, near, "the rows are kept, and nothing comes off for it")
            })
            .collect();
        let others: Vec<&str> =
            self.unread.iter().filter(|(_, near)| near.is_none()).map(|(cell, _)| cell.as_str()).collect();
        if let [first, rest @ ..] = others.as_slice() {
            let message = match rest.len() {
                0 => format!("the column `{}` is not read", cut(first)),
                _ => format!("the columns {} are not read", list(&others)),
            };
            found.push(
                problem(Diagnostic::warning("unknown-column", at.span(), message))
                    .with_note("the rows are kept, and what stands there counts for nothing")
                    .with_note(known.as_str())
                    .with_help(
                        "where one holds what comes off, write `deducts` and its name below the metric",
                    ),
            );
        }
        if let [first, rest @ ..] = self.unnamed.as_slice()
            && unnamed
        {
            let message = match rest.len() {
                0 => format!("column {} of the header has no name", first + 1),
                more => format!("column {} of the header and {more} more have no name", first + 1),
            };
            found.push(
                problem(Diagnostic::warning("unknown-column", at.span(), message))
                    .with_note("the rows are kept, and what stands there counts for nothing")
                    .with_help("name the column, or take it out"),
            );
        }
        found
    }

    /// A column whose name is nearly one that is read.
    fn unknown(&self, at: At, cell: &str, near: &str, then: &str) -> Diagnostic {
        let message = format!("the column `{}` is not known", cut(cell));
        Diagnostic::error("unknown-column", at.span(), message)
            .in_file(at.file)
            .with_note(then)
            .with_note(format!("the columns that are read are {}", self.columns()))
            .with_help(format!("did you mean `{near}`?"))
    }

    /// The columns a table may have.
    fn columns(&self) -> String {
        let plain = KNOWN.map(|k| format!("`{k}`")).join(", ");
        match self.deductions.as_slice() {
            [] => plain,
            names => {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                format!("{plain}, and what comes off: {}", list(&names))
            }
        }
    }
}

fn bad(at: At, message: String) -> Diagnostic {
    Diagnostic::error("bad-row", at.span(), message).in_file(at.file)
}

/// Names, the first of them where there are many.
fn list(names: &[&str]) -> String {
    let mut shown: Vec<String> = names.iter().take(MOST_NAMED).map(|n| format!("`{}`", cut(n))).collect();
    if names.len() > MOST_NAMED {
        shown.push(format!("{} more", names.len() - MOST_NAMED));
    }
    match shown.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => String::new(),
    }
}

/// A cell short enough for a message.
pub(crate) fn cut(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_string(),
    }
}
