//! One bad entry in a real journal: there is one finding more, and nothing else changes.
//!
//! Every kind of bad entry is made from the terms and the journal of each real deal, where the deal has what it takes, and
//! is told at the end of its journal. Each assertion must be answered as before.

use crate::answers::findings;
use crate::bad_ends::befell_nobody;
use crate::bad_told::{events_and_seats, of_assets, reported, told_again};
use crate::deals::{Source, all, clauses, each, is_entry};
use crate::dice::Dice;
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Deal;
use counterpart_terms::model::Model;
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

/// What an entry is bad for, and the entry.
pub(super) type Bad = (&'static str, String);

/// The codes of findings that each kind may be told by.
const TOLD_BY: [(&str, &[&str]); 33] = [
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
    ("a breach by the creditor", &["by-another"]),
    ("a party that meets", &["wrong-kind"]),
    ("a notice to itself", &["same-party"]),
    ("a promise noticed by its maker", &["notice-of-nothing"]),
    ("an end on what befell nobody", &["no-right-to-end"]),
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
    reported(model, &told, last, &mut out);
    told_again(machine, &told, last, &mut out);
    events_and_seats(machine, deal, (&told, last), &mut out);
    choices(model, header.effective, last, deal, &mut out);
    let grant = model.grants.keys().find(|name| !name.as_str().contains(' '));
    if let (Some(grant), Some(party)) = (grant, header.parties.first()) {
        out.push(("a choice no clause offers", format!("{last} chose by {party}: {grant} becomes sole\n")));
    }
    entitled(machine, &told, last, &mut out);
    of_assets(machine, deal, last, &mut out);
    befell_nobody(machine, &told, last, &mut out);
    out
}

/// What only another may tell, or nobody.
fn entitled(machine: &Machine<'_>, told: &[String], last: Date, out: &mut Vec<Bad>) {
    let model = machine.editions.last();
    let run = machine.run(last, last);
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
    // What never passed, and cannot.
    let told_of = |name: &Name| told.iter().any(|e| e.contains(&format!("assigned {name}")));
    let passes = |name: &Name| {
        let in_clause = |r: &&Record| {
            let mut found = false;
            r.walk(&mut |line| found |= line.name_any(&|n: &Name| n == name));
            found && !matches!(r.clause, Form::FileAssets | Form::FileGrant | Form::FileProduct)
        };
        told_of(name) || model.records.iter().any(|r| in_clause(&r))
    };
    for (record, spells) in run.owners().into_iter().filter(|(_, spells)| spells.len() == 1) {
        let Some(name) = record.name(Label::Name).filter(|name| plain(name) && !passes(name)) else {
            continue;
        };
        let owners = spells.first().map(|(who, ..)| who.clone()).unwrap_or_default();
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
