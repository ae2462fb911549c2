//! Lines of reports that do not fit what was reported before, as findings.

use crate::event::{Event, EventKind, SaleLine};
use crate::overlaps::Again;
use crate::reports::{Odd, OddKind};
use counterpart_syntax::Diagnostic;
use counterpart_terms::At;
use counterpart_terms::value::{Name, PeriodLabel};
use std::collections::{BTreeMap, BTreeSet};

/// Lines that do not fit what was reported before; one finding for a report, however many of its lines.
pub(crate) fn findings(odd: &[Odd<'_>]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut said: BTreeSet<(usize, bool)> = BTreeSet::new();
    let mut nothing: BTreeMap<usize, usize> = BTreeMap::new();
    let mut repeated: BTreeMap<(usize, bool), usize> = BTreeMap::new();
    for odd in odd {
        match odd.what {
            OddKind::Nothing => *nothing.entry(odd.event.seq).or_default() += 1,
            OddKind::Twice { inside, .. } => *repeated.entry((odd.event.seq, inside)).or_default() += 1,
            _ => {}
        }
    }
    for Odd { event, line, what } in odd {
        let EventKind::Reported { metric, label, lines, .. } = &event.kind else { continue };
        let period = label.map_or_else(|| event.date.to_string(), |l| l.to_string());
        match what {
            OddKind::Twice { first, inside } => {
                // A whole report made again is one mistake, a line twice within a report another.
                if said.insert((event.seq, *inside)) {
                    let problem = twice(event, line, first, (metric, &period), *inside);
                    let more =
                        repeated.get(&(event.seq, *inside)).copied().unwrap_or_default().saturating_sub(1);
                    found.push(match (is_row(event, line), more) {
                        (false, _) | (_, 0) => problem,
                        (_, 1) => problem.with_note("so is 1 more row of the table"),
                        (_, more) => problem.with_note(format!("so are {more} more rows of the table")),
                    });
                }
            }
            OddKind::Nothing if lines.len() > 1 && nothing.get(&event.seq) == Some(&lines.len()) => {
                if said.insert((event.seq, false)) {
                    let message = format!("no report of `{metric}` for {period} has these lines");
                    found.push(nothing_to_correct(event.at, message));
                }
            }
            OddKind::Nothing => {
                let which = match shown(line).as_str() {
                    "" => "this line".to_string(),
                    cell => format!("the line `{cell}`"),
                };
                let message = format!("no report of `{metric}` for {period} has {which}");
                found.push(nothing_to_correct(line.at, message));
            }
            OddKind::Unreported { later } => {
                if said.insert((event.seq, false)) {
                    found.push(unreported(event, line, *later, metric, label.map(|l| l.to_string())));
                }
            }
            OddKind::Again(what) => {
                if said.insert((event.seq, matches!(what, Again::Whole { .. }))) {
                    found.push(again(event, line, what, (metric, &period)));
                }
            }
            OddKind::OfOthers(by) => {
                if said.insert((event.seq, false)) {
                    found.push(of_others(event, line, by, (metric, *label)));
                }
            }
            OddKind::Several(by) => found.push(several(event, line, by, (metric, &period))),
        }
    }
    found
}

fn nothing_to_correct(at: At, message: String) -> Diagnostic {
    Diagnostic::error("nothing-to-correct", at.span(), message)
        .in_file(at.file)
        .with_help("a correction repeats the product, field and country of the line it corrects")
}

/// A correction of a report that nobody had made: one finding, however many lines it has.
fn unreported(
    event: &Event,
    line: &SaleLine,
    later: Option<At>,
    metric: &Name,
    period: Option<String>,
) -> Diagnostic {
    let at = if is_row(event, line) { line.at } else { event.at };
    let of = period.map_or_else(|| format!("`{metric}`"), |period| format!("`{metric}` for {period}"));
    let problem = Diagnostic::error(
        "nothing-to-correct",
        at.span(),
        format!("no report of {of} was told before this correction"),
    )
    .in_file(at.file)
    .with_note("it corrects nothing, and counts for nothing");
    match later {
        Some(later) => problem
            .with_also(later.file, later.span(), "the report is told here")
            .with_help("give the correction a day after the report's"),
        None if is_row(event, line) => {
            problem.with_help("where this is the first report, leave the column `correction` empty")
        }
        None => problem.with_help("where this is the first report, write `reported`"),
    }
}

/// A correction by a party that made no such report: one finding, however many lines it has.
fn of_others(
    event: &Event,
    line: &SaleLine,
    by: &[&Name],
    (metric, label): (&Name, Option<PeriodLabel>),
) -> Diagnostic {
    let EventKind::Reported { by: Some(own), .. } = &event.kind else {
        return several(event, line, by, (metric, ""));
    };
    let at = if is_row(event, line) { line.at } else { event.at };
    let period = label.map(|label| format!(" for {label}")).unwrap_or_default();
    let names = by.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(" and ");
    let message = format!("this of `{metric}`{period} was reported by {names}, and not by `{own}`");
    let problem = Diagnostic::error("nothing-to-correct", at.span(), message).in_file(at.file).with_note(
        "a correction replaces what its own party reported; it corrects nothing, and counts for nothing",
    );
    by.iter().fold(problem, |problem, one| {
        problem.with_help(format!(
            "where the report of `{one}` is wrong, write `corrected {metric} by {one}{period}`"
        ))
    })
}

/// Whether a line is a row of a table, and not written below the entry.
fn is_row(event: &Event, line: &SaleLine) -> bool {
    line.at.file != event.at.file
}

/// The part of the market of a line, in words.
fn shown(line: &SaleLine) -> String {
    let mut words: Vec<&str> = line.cell.iter().map(Name::as_str).collect();
    words.extend(line.mark.as_deref());
    words.join(" ")
}

fn twice(
    event: &Event,
    line: &SaleLine,
    first: &SaleLine,
    (metric, period): (&Name, &str),
    inside: bool,
) -> Diagnostic {
    let (at, message, help) = if inside {
        let what = match shown(line).as_str() {
            "" => format!("`{metric}` for {period} is in this report twice"),
            cell => format!("`{cell}` is in this report of `{metric}` for {period} twice"),
        };
        let help = match is_row(event, line) {
            true => "add the two up, or tell them apart by words in a column `mark`",
            false => "add the two up, or tell them apart by words in quotes before the line",
        };
        (line.at, what, help)
    } else if is_row(event, line) {
        let what = match shown(line).as_str() {
            "" => format!("`{metric}` for {period} is reported twice"),
            cell => format!("`{cell}` of `{metric}` for {period} is reported twice"),
        };
        let help = "take the row out; where it replaces the first, write `yes` in a column `correction`";
        (line.at, what, help)
    } else {
        let what = format!("`{metric}` for {period} is reported twice for the same line");
        (event.at, what, "write `corrected` where it replaces the first report")
    };
    Diagnostic::error("reported-twice", at.span(), message)
        .in_file(at.file)
        .with_also(first.at.file, first.at.span(), "first here")
        .with_note("the first counts, and the second counts for nothing")
        .with_help(help)
}

/// A line that tells again what others told, though of another period or in more words.
fn again(event: &Event, line: &SaleLine, what: &Again<'_>, (metric, period): (&Name, &str)) -> Diagnostic {
    let which = match shown(line).as_str() {
        "" => String::new(),
        cell => format!(" for `{cell}`"),
    };
    match what {
        Again::Overlaps { first, label } => {
            // A line of a table stands in the table; the entry of a report without lines of its own, for all of it.
            let at = if is_row(event, line) { line.at } else { event.at };
            let message =
                format!("`{metric}`{which} is reported for {period} and, with some of its days, for {label}");
            Diagnostic::error("reported-twice", at.span(), message)
                .in_file(at.file)
                .with_also(first.at.file, first.at.span(), "first here")
                .with_note("the first counts, and this counts for nothing")
                .with_help(format!("report only what {label} leaves open, each period by itself"))
                .with_help(format!("where the first is wrong, write `corrected {metric} for {label}`"))
        }
        Again::Whole { part } => {
            let message = format!("this line{which} may be the sum of others of `{metric}` for {period}");
            Diagnostic::error("reported-twice", line.at.span(), message)
                .in_file(line.at.file)
                .with_also(part.at.file, part.at.span(), "a part of it is told here")
                .with_note("the parts count, and this counts for nothing")
                .with_help("leave out a sum of the other lines")
                .with_help("mark what the others leave out by words in quotes before the line, or in a column `mark`")
        }
    }
}

fn several(event: &Event, line: &SaleLine, by: &[&Name], (metric, period): (&Name, &str)) -> Diagnostic {
    let names: Vec<String> = by.iter().map(|n| format!("`{n}`")).collect();
    let what = match shown(line).as_str() {
        "" => "this line".to_string(),
        cell => format!("the line `{cell}`"),
    };
    let message = format!("{what} of `{metric}` for {period} is reported by {}", names.join(" and by "));
    let mut problem = Diagnostic::error("whose-correction", event.at.span(), message)
        .in_file(event.at.file)
        .with_note("a correction replaces the line of one reporter; nothing is corrected here");
    for one in by {
        problem =
            problem.with_help(format!("to correct the line of `{one}`, write `corrected {metric} by {one}`"));
    }
    problem
}
