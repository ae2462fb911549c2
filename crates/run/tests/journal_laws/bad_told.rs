//! Bad entries of what is told as such, whoever tells it: of no period or thing of the deal, told twice or too early, of events,
//! seats and patents.

use crate::bad::Bad;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Deal;
use counterpart_terms::model::{MetricKind, Model};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::record::Record;
use counterpart_terms::value::Value;

/// Reports of no period, of nothing in the deal, in the wrong unit.
pub(super) fn reported(model: &Model, told: &[String], last: Date, out: &mut Vec<Bad>) {
    if let Some((name, metric)) =
        model.market.metrics.iter().find(|(_, m)| m.computed.is_none() && m.cycle.is_some())
    {
        let unit = if metric.kind == MetricKind::Money { "USD 1" } else { "1" };
        out.push(("a period that does not exist", format!("{last} reported {name} for 2019 Q5: {unit}\n")));
        out.push((
            "a thing outside the deal",
            format!("{last} reported {name} for 2019 Q4\n  Atlantis-West {unit}\n"),
        ));
    }
    let money =
        model.market.metrics.iter().find(|(_, m)| m.kind == MetricKind::Money && m.computed.is_none());
    if let Some((name, metric)) = money {
        let label = told.iter().find_map(|entry| {
            let rest = entry.split_once(&format!("reported {name} "))?.1;
            Some(rest.split_once("for ")?.1.split(['\n', ':']).next()?.trim().to_string())
        });
        let by = metric.reporters.first().filter(|_| metric.reporters.len() > 1);
        let by = by.map_or(String::new(), |by| format!(" by {by}"));
        if let Some(label) = label.filter(|_| metric.cycle.is_some()) {
            out.push(("the wrong unit", format!("{last} reported {name}{by} for {label}: 5%\n")));
        }
    }
}

/// What is told a second time, otherwise, or before it can be.
pub(super) fn told_again(machine: &Machine<'_>, told: &[String], last: Date, out: &mut Vec<Bad>) {
    let header = &machine.editions.first().header;
    if let Some(paid) = told.iter().find(|entry| entry[10..].starts_with(" paid ")) {
        out.push(("a payment told twice", paid.clone()));
        let signed = told.iter().find(|entry| entry[10..].starts_with(" signed by"));
        let day = signed.and_then(|signed| Date::parse(&signed[..10]).ok());
        if let Some(early) = day.map(|day| header.effective.map_or(day, |of| of.min(day))) {
            let early = early.add_days(-40).unwrap_or(early);
            let what = paid[10..].split("  #").next().unwrap_or_default().trim_end();
            let what = what.lines().next().unwrap_or_default();
            out.push(("an act before signature", format!("{early}{what}\n")));
        }
    }
    let corrected = told.iter().find(|entry| entry[10..].starts_with(" corrected "));
    if let Some(other) = corrected.and_then(|entry| with_another_figure(entry)) {
        out.push(("corrections that disagree", other));
    }
    if let Some(reached) = told.iter().find(|entry| entry[10..].starts_with(" reached ")) {
        let what =
            reached[10..].split("  #").next().unwrap_or_default().split(", known").next().unwrap_or_default();
        out.push(("something told again", format!("{last}{}\n", what.trim_end())));
    }
}

/// An end without a beginning, a withdrawal of nothing, more present than have seats.
pub(super) fn events_and_seats(
    machine: &Machine<'_>,
    deal: &Deal,
    (told, last): (&[String], Date),
    out: &mut Vec<Bad>,
) {
    let (model, header) = (machine.editions.last(), &machine.editions.first().header);
    let mut events = deal.symbols.iter().filter(|(_, s)| s.kind == SymbolKind::Event).map(|(name, _)| name);
    let silent = |name: &&str| {
        !told.iter().any(|e| e.contains(&format!("began {name}")) || e.contains(&format!("ended {name}")))
    };
    if let Some(event) = events.find(silent) {
        out.push(("an end before its beginning", format!("{last} ended {event}\n")));
    }
    if let [one, other, ..] = header.parties.as_slice() {
        if !told.iter().any(|e| e[10..].starts_with(" asserted ")) {
            out.push((
                "a withdrawal of nothing",
                format!("{last} withdrew assertion by {one} against {other}\n"),
            ));
        }
        // Where it is not given how many seats there are, there may be as many.
        let is_given = |seat: &Value| matches!(seat, Value::Parts(seat) if matches!(seat.get(Label::Number), Some(Value::Number(_))));
        let given = |line: &Record| line.all(Label::Seat).all(is_given);
        let seated = model
            .records
            .iter()
            .find(|r| r.clause == Form::FileCommittee && r.below(Form::CommitteeSeats).is_some_and(given));
        if let Some(name) = seated.and_then(|r| r.name(Label::Name)) {
            let present = format!("  present {one} 99\n");
            out.push(("more than have seats", format!("{last} met {name}\n{present}")));
        }
    }
}

/// What is told of patents and options that only another may tell, or that are none.
pub(super) fn of_assets(machine: &Machine<'_>, deal: &Deal, last: Date, out: &mut Vec<Bad>) {
    let (model, header) = (machine.editions.last(), &machine.editions.first().header);
    let run = model.prosecutions.iter().find(|p| p.step_in.is_none() && p.offered.is_none());
    let sole = run.and_then(|run| Some((run.assets.first()?, run.led.first()?.by.first()?)));
    if let Some((assets, leader)) = sole
        && let Some(other) = header.parties.iter().find(|party| *party != leader)
    {
        out.push(("patents that were not offered", format!("{last} took over {assets} by {other}\n")));
    }
    let more = [Form::AssetsCaptured, Form::AssetsListed, Form::AssetsControlled];
    let listed = model.records.iter().find(|r| {
        r.clause == Form::FileAssets
            && r.below(Form::AssetsPatent).is_some()
            && !more.iter().any(|form| r.below(*form).is_some())
    });
    if let Some(assets) = listed.and_then(|r| r.name(Label::Name)) {
        out.push(("a patent that is not there", format!("{last} lapsed {assets} US 99999999\n")));
    }
    let option = deal.symbols.iter().find(|(_, s)| s.kind == SymbolKind::Option).map(|(name, _)| name);
    if let Some(option) = option {
        let of = model.records.iter().find(|r| {
            r.clause == Form::FileOption && r.name(Label::Name).is_some_and(|n| n.as_str() == option)
        });
        let theirs = of.map(|r| r.names(Label::To)).unwrap_or_default();
        let other = header.parties.iter().find(|p| !theirs.contains(p) && model.group(p).is_none());
        if let Some(other) = other.filter(|_| !theirs.is_empty()) {
            out.push(("an exercise by the wrong party", format!("{last} exercised {option} by {other}\n")));
        }
    }
}

/// An entry with a figure more in the last of its amounts.
fn with_another_figure(entry: &str) -> Option<String> {
    let at = entry.trim_end().rfind(|c: char| c.is_ascii_digit())?;
    let clean: Vec<&str> = entry.lines().map(|line| line.split("  #").next().unwrap_or_default()).collect();
    let clean = clean.join("\n");
    let at = at.min(clean.len().saturating_sub(1));
    let at = clean[..=at].rfind(|c: char| c.is_ascii_digit())?;
    let other = if &clean[at..=at] == "7" { "8" } else { "7" };
    (!clean.contains(" known ")).then(|| format!("{}{other}{}\n", &clean[..at], clean[at + 1..].trim_end()))
}
