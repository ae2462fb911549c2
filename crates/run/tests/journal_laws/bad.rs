//! One bad entry in a real journal: there is one finding more, and nothing else changes.
//!
//! Every kind of bad entry is made from the terms and the journal of each real deal, where the deal has what it takes, and
//! is told at the end of its journal. Each assertion must be answered as before.

use crate::answers::findings;
use crate::deals::{Source, all, clauses, each, is_entry};
use crate::dice::Dice;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Deal;
use counterpart_terms::model::{MetricKind, Model};
use counterpart_terms::names::SymbolKind;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};
use std::collections::BTreeMap;

/// What an entry is bad for, and the entry.
type Bad = (&'static str, String);

/// The codes of findings that each kind may be told by.
const TOLD_BY: [(&str, &[&str]); 28] = [
    ("a thing that does not exist", &["unknown-name"]),
    ("a period that does not exist", &["clause-misfit"]),
    ("a thing outside the deal", &["unknown-name"]),
    ("the wrong unit", &["unit-mismatch"]),
    ("a payment told twice", &["paid-twice"]),
    ("corrections that disagree", &["corrections-differ"]),
    ("an act before signature", &["before-signature"]),
    ("an end before its beginning", &["not-begun"]),
    ("a withdrawal of nothing", &["not-begun"]),
    ("more than have seats", &["more-than-seats"]),
    ("patents that were not offered", &["not-to-take-over"]),
    ("a choice nobody offered", &["not-offered"]),
    ("a choice no clause offers", &["not-offered"]),
    ("something told again", &["told-twice"]),
    ("a patent that is not there", &["no-such-patent"]),
    ("a notice by the wrong party", &["notice-by-another"]),
    ("a choice at the wrong time", &["choice-out-of-time"]),
    ("an exercise by the wrong party", &["void-exercise"]),
    ("what one alone agreed", &["agreed-by-some"]),
    ("what one alone decided", &["not-its-decision"]),
    ("a decision on a right", &["not-its-decision"]),
    ("patents asserted against their owner", &["against-its-owner"]),
    ("assets assigned by another", &["assignment-not-allowed"]),
    ("a waiver of a trigger", &["wrong-kind"]),
    ("a renewal without a clause", &["not-offered"]),
    ("a licence kept without a clause", &["not-offered"]),
    ("control of itself", &["same-party"]),
    ("a rate of nothing", &["not-a-rate"]),
];

#[test]
fn a_bad_entry_gives_one_finding_and_changes_nothing_else() {
    one_finding(false);
}

#[test]
#[ignore = "every kind in every deal: `.ci/run` asks for it, in release"]
fn every_bad_entry_gives_one_finding_and_changes_nothing_else() {
    one_finding(true);
}

/// Of each deal a few kinds, or all.
fn one_finding(every: bool) {
    let mut deals: Vec<Source> = all().into_iter().filter(|deal| !deal.small).collect();
    assert!(deals.len() > 35 || crate::deals::one().is_some(), "only {} deals", deals.len());
    if !every {
        deals = crate::deals::some(deals);
    }
    let found = each(&deals, |source| {
        let whole = source.with(&[(JOURNAL, &source.journal)]);
        let machine = Machine::new(&whole);
        let (said, before) = (findings(&whole, &machine), outcomes(&whole, &machine));
        let (mut tried, mut wrong) = (Vec::new(), Vec::new());
        let mut dice = Dice::of(&source.name, 7);
        for (kind, entry) in bad_entries(source, &whole, &machine) {
            if !every && !dice.percent(15) {
                continue;
            }
            tried.push(kind);
            let with = format!("{}{entry}", source.journal);
            let deal = source.with(&[(JOURNAL, &with)]);
            let machine = Machine::new(&deal);
            let more = more(&said, findings(&deal, &machine));
            let codes =
                TOLD_BY.iter().find(|(of, _)| *of == kind).map(|(_, codes)| *codes).unwrap_or_default();
            let entry = entry.trim();
            match more.as_slice() {
                [one] if codes.iter().any(|code| one.contains(&format!("[{code}]"))) => {}
                other => wrong.push(format!("{}: {kind}: `{entry}` gives {other:#?}", source.name)),
            }
            let after = outcomes(&deal, &machine);
            let changed = before.iter().find(|(claim, outcome)| after.get(*claim) != Some(*outcome));
            if let Some((claim, outcome)) = changed {
                let now = after.get(claim);
                wrong.push(format!(
                    "{}: {kind}: `{entry}` makes of `{claim}` {outcome} now {now:?}",
                    source.name
                ));
            }
        }
        (tried, wrong)
    });
    let tried: Vec<&str> = found.iter().flat_map(|(tried, _)| tried.iter().copied()).collect();
    for (kind, _) in TOLD_BY {
        let count = tried.iter().filter(|one| **one == kind).count();
        println!("{kind}: {count} deals");
        assert!(
            count > 1 || !every || crate::deals::one().is_some(),
            "{kind}: tried with {count} deals only"
        );
    }
    let wrong: Vec<&String> = found.iter().flat_map(|(_, wrong)| wrong).collect();
    let shown: Vec<&str> = wrong.iter().take(30).map(|w| w.as_str()).collect();
    assert!(wrong.is_empty(), "{} wrong of {}:\n{}\n", wrong.len(), tried.len(), shown.join("\n"));
}

const JOURNAL: &str = "journal.deal";

/// What became of each assertion, by its words.
fn outcomes(deal: &Deal, machine: &Machine<'_>) -> BTreeMap<String, String> {
    let all = machine.check_all().into_iter();
    all.map(|(claim, outcome)| {
        (deal.files[claim.at.file].tree.slice(claim.at.span()).to_string(), format!("{outcome:?}"))
    })
    .collect()
}

/// The findings that were not there before, and those that were and are not any more.
fn more(before: &[String], after: Vec<String>) -> Vec<String> {
    let mut left: Vec<&String> = before.iter().collect();
    let mut more = Vec::new();
    for one in after {
        match left.iter().position(|other| **other == one) {
            Some(at) => {
                left.remove(at);
            }
            None => more.push(one),
        }
    }
    more.extend(left.into_iter().map(|gone| format!("gone: {gone}")));
    more
}

/// Bad entries for a deal, as far as it has what they take.
fn bad_entries(source: &Source, deal: &Deal, machine: &Machine<'_>) -> Vec<Bad> {
    let model = machine.editions.last();
    let header = &machine.editions.first().header;
    let last = machine.journal.last_day().and_then(Date::next_day).unwrap_or(Date::MIN);
    let told: Vec<String> = clauses(&source.journal).into_iter().filter(|c| is_entry(c)).collect();
    let mut out: Vec<Bad> =
        vec![("a thing that does not exist", format!("{last} began Nowhere-to-be-found\n"))];
    let named =
        |kind: SymbolKind| deal.symbols.iter().filter(move |(_, s)| s.kind == kind).map(|(name, _)| name);
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
    let silent = |name: &&str| {
        !told.iter().any(|e| e.contains(&format!("began {name}")) || e.contains(&format!("ended {name}")))
    };
    if let Some(event) = named(SymbolKind::Event).find(silent) {
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
    let run = model.prosecutions.iter().find(|p| p.step_in.is_none() && p.offered.is_none());
    let sole = run.and_then(|run| Some((run.assets.first()?, run.led.first()?.by.first()?)));
    if let Some((assets, leader)) = sole
        && let Some(other) = header.parties.iter().find(|party| *party != leader)
    {
        out.push(("patents that were not offered", format!("{last} took over {assets} by {other}\n")));
    }
    choices(model, header.effective, last, deal, &mut out);
    let grant = model.grants.keys().find(|name| !name.as_str().contains(' '));
    if let (Some(grant), Some(party)) = (grant, header.parties.first()) {
        out.push(("a choice no clause offers", format!("{last} chose by {party}: {grant} becomes sole\n")));
    }
    entitled(model, &told, last, &mut out);
    if let Some(reached) = told.iter().find(|entry| entry[10..].starts_with(" reached ")) {
        let what =
            reached[10..].split("  #").next().unwrap_or_default().split(", known").next().unwrap_or_default();
        out.push(("something told again", format!("{last}{}\n", what.trim_end())));
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
    if let Some(option) = named(SymbolKind::Option).next() {
        let of = model.records.iter().find(|r| {
            r.clause == Form::FileOption && r.name(Label::Name).is_some_and(|n| n.as_str() == option)
        });
        let theirs = of.map(|r| r.names(Label::To)).unwrap_or_default();
        let other = header.parties.iter().find(|p| !theirs.contains(p) && model.group(p).is_none());
        if let Some(other) = other.filter(|_| !theirs.is_empty()) {
            out.push(("an exercise by the wrong party", format!("{last} exercised {option} by {other}\n")));
        }
    }
    out
}

/// What only another may tell, or nobody.
fn entitled(model: &Model, told: &[String], last: Date, out: &mut Vec<Bad>) {
    let parties: Vec<&Name> =
        model.header.parties.iter().filter(|p| model.parties.contains_key(*p)).collect();
    let [one, ..] = parties.as_slice() else { return };
    let named = |form: Form| {
        model.records.iter().filter(move |r| r.clause == form).filter_map(|r| r.name(Label::Name))
    };
    let plain = |name: &&Name| !name.as_str().contains(' ');
    if let Some(window) = named(Form::FileWindow).find(plain) {
        out.push(("what one alone agreed", format!("{last} agreed {window} by {one}\n")));
    }
    let milestones = named(Form::FileMilestone).filter(plain);
    let silent = |name: &&Name| !told.iter().any(|e| e.contains(name.as_str()));
    if let Some(milestone) = milestones.into_iter().find(silent) {
        out.push(("what one alone decided", format!("{last} determined {milestone} by {one}: met\n")));
    }
    if let Some(grant) = model.grants.keys().find(plain) {
        out.push(("a decision on a right", format!("{last} decided by {one}: {grant} is sole\n")));
        let keeps = |r: &Record| r.clause == Form::FileInsolvency || r.below(Form::TerminateKeeps).is_some();
        if !model.records.iter().any(keeps) {
            out.push((
                "a licence kept without a clause",
                format!("{last} chose by {one}: {grant} continues\n"),
            ));
        }
    }
    let assets = model.records.iter().filter(|r| r.clause == Form::FileAssets);
    let owned = assets.filter_map(|r| Some((r.name(Label::Name)?, r.names(Label::Of))));
    let passed = |name: &Name| {
        told.iter().any(|e| e.contains(&format!("assigned {name}")))
            || model.records.iter().any(|r| {
                let mut found = false;
                r.walk(&mut |line| found |= line.name_any(&|n: &Name| n == name));
                found && !matches!(r.clause, Form::FileAssets | Form::FileGrant | Form::FileProduct)
            })
    };
    for (name, owners) in owned.filter(|(name, _)| plain(name) && !passed(name)) {
        let [owner] = owners.as_slice() else { continue };
        let other = parties.iter().find(|party| **party != owner && !owner.is_blank());
        if let Some(other) = other.filter(|_| parties.contains(&owner)) {
            out.push((
                "patents asserted against their owner",
                format!("{last} asserted {name} by {other} against {owner}\n"),
            ));
            out.push((
                "assets assigned by another",
                format!("{last} assigned {name} by {other} to {owner}\n"),
            ));
        }
    }
    if let Some(trigger) = model.triggers.iter().map(|t| &t.name).find(plain) {
        out.push(("a waiver of a trigger", format!("{last} waived {trigger} by {one}\n")));
    }
    let renews = |r: &Record| {
        let mut found = false;
        r.walk(&mut |line| found |= line.has(Label::Renews));
        found
    };
    if model.header.renews.is_none() && !model.records.iter().any(renews) {
        out.push(("a renewal without a clause", format!("{last} renewed the agreement\n")));
    }
    out.push(("control of itself", format!("{last} control of {one} to {one}\n")));
    out.push(("a rate of nothing", format!("{last} rate ECB EUR = USD 0\n")));
}

fn choices(model: &Model, effective: Option<Date>, last: Date, deal: &Deal, out: &mut Vec<Bad>) {
    let header = &model.header;
    if let Some(royalty) = model.royalties.keys().next()
        && let Some(party) = header.parties.first()
    {
        out.push((
            "a choice nobody offered",
            format!("{last} chose by {party} in {royalty}: the agreement ends\n"),
        ));
    }
    for trigger in &model.triggers {
        if let Some((by, _)) = &trigger.notice {
            let apart =
                |party: &&Name| !by.contains(party) && by.iter().all(|one| model.parties.contains_key(one));
            if let Some(other) = header.parties.iter().find(apart).filter(|_| !by.is_empty()) {
                out.push((
                    "a notice by the wrong party",
                    format!("{last} notice of {} by {other}\n", trigger.name),
                ));
            }
        }
        let lines = model
            .records
            .iter()
            .filter(|r| r.clause == Form::FileTrigger && r.name(Label::Name) == Some(&trigger.name));
        let mut lines = lines
            .flat_map(|r| r.all_below(Form::TriggerThenChoose))
            .flat_map(|r| r.all_below(Form::ChoicesChoice));
        if let (Some((who, ..)), Some(line), Some(day)) = (&trigger.choice, lines.next(), effective) {
            let choice = deal.files[line.at.file].tree.slice(line.at.span()).trim();
            // The end of the agreement as a choice is not held against the time of its trigger yet (`glu`).
            if choice.contains("the agreement") {
                continue;
            }
            // Some choices say more in the clause than an entry can.
            if choice.contains(" within ") || choice.contains(" and ") {
                continue;
            }
            out.push((
                "a choice at the wrong time",
                format!("{day} chose by {who} in {}: {choice}\n", trigger.name),
            ));
        }
    }
    // One of each kind is enough.
    let mut seen = Vec::new();
    out.retain(|(kind, _)| {
        let first = !seen.contains(kind);
        seen.push(*kind);
        first
    });
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
