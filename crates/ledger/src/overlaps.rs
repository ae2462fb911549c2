//! Lines that tell again what others told: of a period that overlaps another, or of a whole beside its parts.
//!
//! A line for a quarter and one for a month of it, of the same part of the market, cannot both count. The first
//! stands, as it does where one period is told twice. A line without a country beside lines with one, of a metric
//! reported by country, may be their sum, and so may a line of a field beside one of a field within it; then the parts
//! stand, which say more.

use crate::event::SaleLine;
use crate::ways::Way;
use counterpart_num::{Date, Period};
use counterpart_terms::value::{Amount, Name, PeriodLabel};
use std::collections::{BTreeMap, BTreeSet};

/// A line that counts so far, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing<'j> {
    /// The report it is of.
    pub report: usize,
    /// Its place among the lines of the report.
    pub line: usize,
    pub told: &'j SaleLine,
    pub label: PeriodLabel,
    pub span: Period,
}

/// A line that tells again what another told.
#[derive(Debug)]
pub(crate) enum Again<'j> {
    /// Its period overlaps that of an earlier line of the same.
    Overlaps { first: &'j SaleLine, label: PeriodLabel },
    /// It has no country, or other part, beside lines that have.
    Whole { part: &'j SaleLine },
}

/// Names that no line has more of are looked at in every choice of them.
const MAX_NAMES: usize = 6;

type Cell<'j> = (Vec<&'j Name>, Option<&'j str>);

fn cell<'j>(line: &'j SaleLine) -> Cell<'j> {
    let mut names: Vec<&Name> = line.cell.iter().collect();
    names.sort();
    (names, line.mark.as_deref())
}

/// The cells of which a cell is a part: those with some of its names, or with all.
fn wholes<'j>((names, mark): &Cell<'j>) -> Vec<Cell<'j>> {
    let mut found: Vec<Vec<&'j Name>> = vec![Vec::new()];
    if names.len() > MAX_NAMES {
        return vec![(Vec::new(), *mark), (names.clone(), *mark)];
    }
    for name in names {
        let more: Vec<Vec<&Name>> =
            found.iter().map(|f| f.iter().copied().chain([*name]).collect()).collect();
        found.extend(more);
    }
    found.into_iter().map(|f| (f, *mark)).collect()
}

fn is_nothing(line: &SaleLine) -> bool {
    match &line.amount {
        Amount::Money(_, known) => known.given().is_some_and(|n| n.is_zero()),
        Amount::Number(n) | Amount::Quantity(n, _) => n.is_zero(),
        _ => false,
    }
}

/// What one reporter told twice of a metric, among its lines in the order they were told.
pub(crate) fn again<'j>(way: &'j Way, lines: &[Standing<'j>]) -> Vec<(Standing<'j>, Again<'j>)> {
    let mut found = whole(way, lines);
    let out: BTreeSet<(usize, usize)> = found.iter().map(|(s, _)| (s.report, s.line)).collect();
    found.extend(overlapping(lines.iter().filter(|s| !out.contains(&(s.report, s.line)))));
    found
}

/// A period by its days and the name it was told under: two names for the same days are told twice as well.
type Told = (Date, Date, PeriodLabel);

fn overlapping<'l, 'j: 'l>(
    lines: impl Iterator<Item = &'l Standing<'j>> + Clone,
) -> Vec<(Standing<'j>, Again<'j>)> {
    let period = |s: &Standing<'_>| -> Told { (s.span.start, s.span.end, s.label) };
    let periods: BTreeSet<Told> = lines.clone().map(period).collect();
    // Of periods in their order, some overlap only where one overlaps the next.
    if !periods.iter().zip(periods.iter().skip(1)).any(|(a, b)| b.0 <= a.1) {
        return Vec::new();
    }
    let mut found = Vec::new();
    // What stands for each period: by its cell, and by every cell that it is a part of.
    type Standings<'j> = BTreeMap<Told, BTreeMap<Cell<'j>, Standing<'j>>>;
    let (mut exact, mut above) = (Standings::new(), Standings::new());
    for standing in lines.filter(|s| !is_nothing(s.told)) {
        let (cell, own) = (cell(standing.told), period(standing));
        let wholes = wholes(&cell);
        let others = periods.iter().filter(|p| **p != own && p.0 <= own.1 && own.0 <= p.1);
        let first = others.filter_map(|other| {
            let part = above.get(other).and_then(|cells| cells.get(&cell));
            let whole = || {
                let cells = exact.get(other)?;
                wholes.iter().find_map(|whole| cells.get(whole))
            };
            part.or_else(whole).copied()
        });
        if let Some(first) = first.min_by_key(|s| (s.report, s.line)) {
            found.push((*standing, Again::Overlaps { first: first.told, label: first.label }));
            continue;
        }
        for whole in wholes {
            above.entry(own).or_default().entry(whole).or_insert(*standing);
        }
        exact.entry(own).or_default().entry(cell).or_insert(*standing);
    }
    found
}

/// The cells with one of their names replaced by one that it lies within.
fn above<'j>(way: &'j Way, (names, mark): &Cell<'j>) -> Vec<Cell<'j>> {
    let mut out = Vec::new();
    for (index, name) in names.iter().enumerate() {
        for wider in way.above.get(*name).into_iter().flatten() {
            let mut cell = names.clone();
            if let Some(slot) = cell.get_mut(index) {
                *slot = wider;
            }
            cell.sort();
            out.push((cell, *mark));
        }
    }
    out
}

/// Lines that may be the sum of others of the same period.
fn whole<'j>(way: &'j Way, lines: &[Standing<'j>]) -> Vec<(Standing<'j>, Again<'j>)> {
    let longest = lines.iter().map(|s| s.told.cell.len()).max().unwrap_or(0);
    let deep = !way.above.is_empty();
    if !deep && (way.told_apart.is_empty() || lines.iter().all(|s| s.told.cell.len() == longest)) {
        return Vec::new();
    }
    let mut parts: BTreeMap<(PeriodLabel, Cell<'j>), &'j SaleLine> = BTreeMap::new();
    for part in lines.iter().filter(|s| !is_nothing(s.told)) {
        let own = cell(part.told);
        let missing =
            |whole: &Cell<'_>, name: &Name| !whole.0.contains(&name) && way.told_apart.contains(name);
        for whole in wholes(&own) {
            if own.0.iter().any(|name| missing(&whole, name)) {
                parts.entry((part.label, whole)).or_insert(part.told);
            }
        }
        for (wider, mark) in if deep { above(way, &own) } else { Vec::new() } {
            parts.entry((part.label, (wider, mark))).or_insert(part.told);
        }
    }
    let told =
        |s: &Standing<'j>| Some((*s, Again::Whole { part: parts.get(&(s.label, cell(s.told))).copied()? }));
    lines.iter().filter(|s| !is_nothing(s.told)).filter_map(told).collect()
}
