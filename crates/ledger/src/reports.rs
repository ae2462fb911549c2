//! Which lines of the reports count: a correction takes the place of the line it names.
//!
//! A line is named by its metric, its period, its part of the market, its mark, and who reported it. Each is
//! looked up rather than compared with all others, since a table of sales has many lines. A line reported again
//! without `corrected` is told, and counts for nothing: the first stands. So does one that tells again what others
//! told (`overlaps`).

use crate::event::{Event, EventKind, SaleLine};
use crate::overlaps::{self, Again, Standing};
use crate::ways::Ways;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::in_parts;
use counterpart_terms::value::{Name, PeriodLabel};
use counterpart_terms::{At, Deal};
use std::collections::{BTreeMap, BTreeSet};

/// A report with the lines that count.
#[derive(Debug, Clone)]
pub struct Report<'j> {
    /// Who made it, where the entry says.
    pub by: Option<&'j Name>,
    /// For which period; of a day where there is none.
    pub label: Option<PeriodLabel>,
    /// The day it is told for.
    pub date: Date,
    /// Its lines, as corrected.
    pub lines: Vec<&'j SaleLine>,
}

/// The reports in force, by metric, in the order they were made.
pub type Reports<'j> = BTreeMap<&'j Name, Vec<Report<'j>>>;

/// A line that does not fit what was reported before.
#[derive(Debug)]
pub(crate) struct Odd<'j> {
    pub event: &'j Event,
    pub line: &'j SaleLine,
    pub what: OddKind<'j>,
}

/// What is odd about it.
#[derive(Debug)]
pub(crate) enum OddKind<'j> {
    /// It was reported before, here; `inside` the same entry.
    Twice { first: &'j SaleLine, inside: bool },
    /// It corrects a line nobody reported.
    Nothing,
    /// Its party reported no such line: these did.
    OfOthers(Vec<&'j Name>),
    /// It corrects a report that was not told before it; a report of that period told later, where there is one.
    Unreported { later: Option<At> },
    /// It may correct the line of any of these.
    Several(Vec<&'j Name>),
    /// It tells again what another line told.
    Again(Again<'j>),
}

/// What a line is about; the order of the names of its part of the market does not matter.
pub(crate) type Key<'j> = (Option<PeriodLabel>, Option<Date>, &'j Name, Cell<'j>, Option<&'j str>);

/// The names of a part of the market in their order. Most have one, which needs no list of its own.
pub(crate) type Cell<'j> = (Option<&'j Name>, Vec<&'j Name>);

pub(crate) fn key<'j>(
    metric: &'j Name,
    label: Option<PeriodLabel>,
    day: Date,
    line: &'j SaleLine,
) -> Key<'j> {
    let cell: Cell<'j> = match line.cell.as_slice() {
        [] => (None, Vec::new()),
        [one] => (Some(one), Vec::new()),
        several => {
            let mut names: Vec<&Name> = several.iter().collect();
            names.sort();
            (None, names)
        }
    };
    (label, label.is_none().then_some(day), metric, cell, line.mark.as_deref())
}

/// A line that counts, and where it stands.
struct Place<'j> {
    by: Option<&'j Name>,
    report: usize,
    line: usize,
    told: &'j SaleLine,
}

/// The reports in force among events in their order, and the lines that do not fit.
pub(crate) fn in_force<'j>(
    events: impl Iterator<Item = &'j Event>,
    ways: &'j Ways,
) -> (Reports<'j>, Vec<Odd<'j>>) {
    let mut odd = Vec::new();
    let mut reports: Vec<Made<'j>> = Vec::new();
    let mut places: BTreeMap<Key<'j>, Vec<Place<'j>>> = BTreeMap::new();
    // The day of the last report of a line that is for no period: its correction has a later day.
    let mut days: BTreeMap<Key<'j>, Date> = BTreeMap::new();
    let mut reported: BTreeSet<(&Name, Option<PeriodLabel>)> = BTreeSet::new();
    for event in events {
        let EventKind::Reported { metric, by, label, lines, correction } = &event.kind else { continue };
        let only = ways.only(metric);
        if *correction {
            let mut here: BTreeMap<Key<'j>, &'j SaleLine> = BTreeMap::new();
            for line in lines {
                if let Some(first) = here.insert(key(metric, *label, event.date, line), line) {
                    let what = OddKind::Twice { first, inside: true };
                    odd.push(Odd { event, line, what });
                }
                let mut named = key(metric, *label, event.date, line);
                if label.is_none() {
                    let undated = (None, None, named.2, named.3.clone(), named.4);
                    named.1 = days.get(&undated).copied();
                }
                match corrected(places.get_mut(&named), by.as_ref(), only) {
                    Ok(found) => {
                        for (index, place) in found.into_iter().enumerate() {
                            // A line that stood there twice stands there once now.
                            let now = (index == 0).then_some(line);
                            if let Some(slot) =
                                reports.get_mut(place.report).and_then(|r| r.lines.get_mut(place.line))
                            {
                                *slot = now;
                            }
                        }
                    }
                    Err(OddKind::Nothing) if !reported.contains(&(metric, *label)) => {
                        odd.push(Odd { event, line, what: OddKind::Unreported { later: None } });
                    }
                    Err(what) => odd.push(Odd { event, line, what }),
                }
            }
            continue;
        }
        let report = reports.len();
        reported.insert((metric, *label));
        let by = by.as_ref();
        let mut counted: Vec<Option<&'j SaleLine>> = Vec::with_capacity(lines.len());
        for line in lines {
            let named = key(metric, *label, event.date, line);
            if label.is_none() {
                days.insert((None, None, named.2, named.3.clone(), named.4), event.date);
            }
            let same = places.entry(named).or_insert_with(|| Vec::with_capacity(1));
            if let Some(first) = same.iter().find(|p| p.by.or(only) == by.or(only)) {
                let inside = first.report == report;
                odd.push(Odd { event, line, what: OddKind::Twice { first: first.told, inside } });
                // Which of the two is right nobody says: the first stands until a correction replaces it.
                counted.push(None);
                continue;
            }
            same.push(Place { by, report, line: counted.len(), told: line });
            counted.push(Some(line));
        }
        reports.push(Made { event, metric, by, label: *label, lines: counted });
    }
    told_later(&reports, &mut odd);
    once(&mut reports, ways, &mut odd);
    let mut out: Reports<'j> = BTreeMap::new();
    for Made { event, metric, by, label, lines } in reports {
        let lines = lines.into_iter().flatten().collect();
        out.entry(metric).or_default().push(Report { by, label, date: event.date, lines });
    }
    (out, odd)
}

/// A report that was made, with the lines of it that count so far.
struct Made<'j> {
    event: &'j Event,
    metric: &'j Name,
    by: Option<&'j Name>,
    label: Option<PeriodLabel>,
    lines: Vec<Option<&'j SaleLine>>,
}

/// Where the report of a period was told after its correction, the correction says where.
fn told_later(reports: &[Made<'_>], odd: &mut [Odd<'_>]) {
    if odd.is_empty() {
        return;
    }
    let places: BTreeMap<(&Name, Option<PeriodLabel>), At> =
        reports.iter().rev().map(|made| ((made.metric, made.label), made.event.at)).collect();
    for odd in odd {
        let EventKind::Reported { metric, label, .. } = &odd.event.kind else { continue };
        if let OddKind::Unreported { later } = &mut odd.what {
            *later = places.get(&(metric, *label)).copied();
        }
    }
}

/// Takes out the lines that tell again what others told.
fn once<'j>(reports: &mut [Made<'j>], ways: &'j Ways, odd: &mut Vec<Odd<'j>>) {
    let mut told: BTreeMap<(&Name, Option<&Name>), Vec<Standing<'j>>> = BTreeMap::new();
    for (report, made) in reports.iter().enumerate() {
        let Some(label) = made.label.filter(|_| ways.flow(made.metric).is_some()) else { continue };
        let Some(span) = ways.span(label, made.by) else { continue };
        let of = told.entry((made.metric, made.by.or(ways.only(made.metric)))).or_default();
        let lines = made.lines.iter().enumerate();
        of.extend(
            lines.filter_map(|(line, told)| Some(Standing { report, line, told: (*told)?, label, span })),
        );
    }
    for ((metric, _), lines) in told {
        let Some(way) = ways.flow(metric) else { continue };
        for (standing, what) in overlaps::again(way, &lines) {
            let Some(made) = reports.get_mut(standing.report) else { continue };
            odd.push(Odd { event: made.event, line: standing.told, what: OddKind::Again(what) });
            if let Some(slot) = made.lines.get_mut(standing.line) {
                *slot = None;
            }
        }
    }
}

/// The lines a correction is about: of the party it names; else of the one that reported, where only one did.
fn corrected<'p, 'j>(
    places: Option<&'p mut Vec<Place<'j>>>,
    by: Option<&'j Name>,
    only: Option<&'j Name>,
) -> Result<Vec<&'p mut Place<'j>>, OddKind<'j>> {
    let Some(places) = places else { return Err(OddKind::Nothing) };
    let told: BTreeSet<Option<&Name>> = places.iter().map(|p| p.by.or(only)).collect();
    let whose = match (by, told.len()) {
        // A report that does not say whose it is may be anybody's.
        (Some(by), _) if told.contains(&Some(by)) => Some(by),
        (Some(_), _) if told.contains(&None) => None,
        (Some(_), _) => return Err(OddKind::OfOthers(told.into_iter().flatten().collect())),
        (None, 0 | 1) => told.first().copied().flatten(),
        (None, _) if only.is_some() && told.contains(&only) => only,
        (None, _) => return Err(OddKind::Several(told.into_iter().flatten().collect())),
    };
    Ok(places.iter_mut().filter(|p| p.by.or(only) == whose).collect())
}

/// The metrics of a deal that one party reports.
pub(crate) fn reporters(deal: &Deal) -> BTreeMap<Name, Name> {
    let all = in_parts(&deal.records);
    let groups: BTreeSet<&Name> =
        all.iter().filter(|r| r.clause == Form::FileGroup).filter_map(|r| r.name(Label::Name)).collect();
    let mut by: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
    for metric in all.iter().filter(|r| r.clause == Form::FileMetric) {
        let Some(name) = metric.name(Label::Name) else { continue };
        let told = metric.below.iter().filter(|r| r.clause == Form::MetricReported);
        by.entry(name.clone()).or_default().extend(told.flat_map(|r| r.names(Label::By)));
    }
    let one = |(metric, by): (Name, BTreeSet<Name>)| {
        let only = by.first().filter(|n| by.len() == 1 && !groups.contains(n))?.clone();
        Some((metric, only))
    };
    by.into_iter().filter_map(one).collect()
}
