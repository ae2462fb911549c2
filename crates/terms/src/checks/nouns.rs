//! The word behind an amount of a report: what it counts, or which part of the line it is.
//!
//! An error where the word is no unit and no part that the metric or the deal knows. A country, a product or a
//! field that stands there was meant to say where the line belongs, and a line without its place is found by no
//! royalty on that place; any other word would say nothing to whoever computes.

use super::Check;
use crate::names::SymbolKind;
use crate::record::{At, Parts, Record, in_parts};
use crate::value::{Name, Value};
use crate::world;
use counterpart_num::Currency;
use counterpart_syntax::{Clause, Diagnostic, Form, Label, Node, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Units every deal knows.
const UNITS: &[&str] =
    &["unit", "units", "hour", "hours", "day", "days", "share", "shares", "cash", "count", "percent"];

pub(super) fn check(check: &mut Check<'_>) {
    let deal = check.deal;
    let units = units(&deal.records);
    // Once for each metric: a journal has many entries of few.
    let mut parts_of: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut found: Vec<(usize, Diagnostic)> = Vec::new();
    for (file, source) in deal.files.iter().enumerate() {
        for entry in source.tree.clauses().filter(|c| c.form() == Some(Form::FileEntry)) {
            let Some(metric) = reported(entry) else { continue };
            let parts = parts_of.entry(metric).or_insert_with(|| parts(&deal.records, metric));
            let known = Known { units: &units, parts, metric };
            let lines = entry.children().filter(|c| c.form() == Some(Form::EntryLine));
            for line in std::iter::once(entry).chain(lines) {
                let mut amounts = Vec::new();
                line.nodes().for_each(|node| self::amounts(node, &mut amounts));
                for amount in amounts {
                    let problem = wrong(check, &known, line, amount);
                    found.extend(problem.map(|p| (file, p)));
                }
            }
        }
    }
    for (file, diagnostic) in found {
        check.push(At { file, ..At::default() }, diagnostic);
    }
}

/// What an amount of a report may be an amount of.
struct Known<'d> {
    /// Units of the deal.
    units: &'d BTreeSet<String>,
    /// What comes off the metric, and the marks of sales that count otherwise.
    parts: &'d BTreeSet<String>,
    /// The metric: `vials-bought` is counted in vials.
    metric: &'d str,
}

impl Known<'_> {
    fn is_unit(&self, word: &str) -> bool {
        let same = |own: &str| own == word || format!("{own}s") == word || own == format!("{word}s");
        UNITS.contains(&word)
            || self.units.iter().any(|u| same(u))
            || same(self.metric)
            || self.metric.split('-').any(same)
    }

    fn is_part(&self, words: &str) -> bool {
        self.parts.contains(words) || self.is_unit(words)
    }
}

/// The metric an entry reports.
fn reported(entry: Clause<'_>) -> Option<&str> {
    let what = entry.get(Label::What)?;
    let reports = [Label::Reported, Label::Corrected, Label::Estimated].into_iter().any(|l| what.has(l));
    reports.then(|| what.get(Label::Metric)).flatten().map(Node::text)
}

/// The amounts in a part of a line that have a word behind them.
fn amounts<'t>(node: Node<'t>, out: &mut Vec<Node<'t>>) {
    if node.label() == Some(Label::Amount) {
        if node.has(Label::What) || node.has(Label::Unit) {
            out.push(node);
        }
        return;
    }
    node.nodes().for_each(|inner| amounts(inner, out));
}

/// What the deal counts things in: of products, of prices and of rates.
fn units(records: &[Record]) -> BTreeSet<String> {
    fn of(parts: &Parts, out: &mut BTreeSet<String>) {
        for part in &parts.0 {
            match &part.value {
                Value::Name(name) if part.key == crate::record::Key::Label(Label::Unit) => {
                    out.insert(name.to_string());
                }
                Value::Parts(inner) => of(inner, out),
                _ => {}
            }
        }
    }
    let mut out = BTreeSet::new();
    for record in records.iter().filter(|r| r.clause != Form::FileEntry) {
        record.walk(&mut |clause| of(&clause.parts, &mut out));
    }
    out
}

/// The words a metric has for parts of its lines: what comes off, what is exempt, what counts otherwise.
fn parts(records: &[Record], metric: &str) -> BTreeSet<String> {
    fn words(parts: &Parts, out: &mut BTreeSet<String>) {
        for part in &parts.0 {
            match &part.value {
                Value::Name(name) => {
                    out.insert(name.to_string());
                }
                Value::Set(set) => out.extend(set.names.iter().map(Name::to_string)),
                Value::Word(word) | Value::Text(word) => {
                    out.insert(word.clone());
                }
                Value::Parts(inner) => words(inner, out),
                _ => {}
            }
        }
    }
    let mut out = BTreeSet::new();
    let own = |r: &&Record| {
        r.clause == Form::FileMetric && r.name(Label::Name).is_some_and(|n| n.as_str() == metric)
    };
    for line in in_parts(records).into_iter().filter(own).flat_map(|m| &m.below) {
        match line.clause {
            Form::MetricMeasured | Form::MetricDeducts | Form::MetricExempt | Form::MetricCounts => {
                words(&line.parts, &mut out);
            }
            _ => {}
        }
    }
    out
}

/// What is wrong with the word behind an amount.
fn wrong(check: &Check<'_>, known: &Known<'_>, line: Clause<'_>, amount: Node<'_>) -> Option<Diagnostic> {
    let unit = amount.get(Label::Unit).filter(|unit| !known.is_part(unit.text()));
    let words = |node: &Node<'_>| node.words().collect::<Vec<_>>().join(" ");
    let what = amount.get(Label::What).filter(|what| !known.is_part(&words(what)));
    let node = unit.or(what)?;
    // Of several words, the one that was meant as a name is told.
    let is_name = |word: &&str| meant(check, word).is_some();
    let said = words(&node);
    let word = said.split(' ').find(is_name).unwrap_or(&said);
    Some(match meant(check, word) {
        Some(meant) => misplaced(known.metric, line, amount, (node, word, meant)),
        None => {
            let message = format!("`{word}` is no unit and no part of `{}`", known.metric);
            let mut listed: Vec<&str> = known.parts.iter().map(String::as_str).collect();
            listed.extend(known.units.iter().map(String::as_str));
            let problem = Diagnostic::error("unknown-unit", node.span(), message);
            match crate::read::closest(word, listed.into_iter().chain(UNITS.iter().copied())) {
                Some(near) => problem.with_guess(format!("perhaps `{near}`"), node.span(), near),
                None => problem.with_help(format!(
                    "take it out; for a part that comes off, write `deducts {}` below the metric",
                    word.split(' ').next().unwrap_or(word)
                )),
            }
        }
    })
}

/// What a word that is no unit was meant to name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meant {
    Currency,
    Place,
    Product,
    Party,
    Other(SymbolKind),
}

fn meant(check: &Check<'_>, word: &str) -> Option<Meant> {
    if let Some(symbol) = check.deal.symbols.get(word) {
        return Some(match symbol.kind {
            SymbolKind::Party | SymbolKind::Group => Meant::Party,
            SymbolKind::Product => Meant::Product,
            SymbolKind::Territory => Meant::Place,
            kind => Meant::Other(kind),
        });
    }
    if world::place(word).is_some() {
        return Some(Meant::Place);
    }
    Currency::parse(word).map(|_| Meant::Currency)
}

/// A name behind an amount, with where it belongs.
fn misplaced(
    metric: &str,
    line: Clause<'_>,
    amount: Node<'_>,
    (node, word, meant): (Node<'_>, &str, Meant),
) -> Diagnostic {
    let kind = match meant {
        Meant::Currency => "a currency",
        Meant::Place => "a place",
        Meant::Product => "a product",
        Meant::Party => "a party",
        Meant::Other(kind) => kind.human(),
    };
    let message = format!("`{word}` is {kind}, and stands where a unit or a part of the amount is named");
    let problem = Diagnostic::error("not-a-unit", node.span(), message);
    let below = line.form() == Some(Form::EntryLine);
    let first = line.tree().slice(Span { start: line.span().start, end: amount.span().start });
    // Only a word that stands alone can be moved before the amount.
    let alone = word == node.text();
    let from = |start: u32| Span { start, end: node.span().end };
    let upto = |start: u32| line.tree().slice(Span { start, end: node.span().start }).trim_end().to_string();
    let bare = upto(amount.span().start);
    match meant {
        Meant::Currency if amount.has(Label::Money) => problem.with_help(format!(
            "an amount has one currency: take `{word}` out, or write `{word}` in place of the other"
        )),
        // A sign stays where it is: `-USD 300`.
        Meant::Currency => {
            let number = amount.get(Label::Number).map_or(node.span().start, |n| n.span().start);
            let new = format!("{word} {}", upto(number));
            let sign = if amount.has(Label::Minus) { "-" } else { "" };
            problem.with_fix(format!("write `{sign}{new}`"), from(number), new)
        }
        Meant::Party => problem.with_help(format!("who reports is named before the period: `reported {metric} by {word}`")),
        _ if below && alone && !first.contains(',') => {
            let new = format!("{word} {bare}");
            problem.with_fix(format!("write `{word}` before the amount"), from(amount.span().start), new)
        }
        Meant::Place if !below && alone && first.trim_end().ends_with(':') && !first.contains(" in ") => {
            let start = line.span().start + u32::try_from(first.trim_end().len()).unwrap_or(0).saturating_sub(1);
            let span = Span { start, end: node.span().end };
            problem.with_fix(format!("write `in {word}` before the amount"), span, format!(" in {word}: {bare}"))
        }
        Meant::Product => problem.with_help(format!("write the name before the amount: `reported {metric} of {word}`, or a line `{word} {bare}` below the entry")),
        _ => problem.with_help(format!(
            "write the name before the amount, on a line of its own below the entry: `{word} {bare}`"
        )),
    }
}
