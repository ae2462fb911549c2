//! Whoever has passed on all that he had in something has no part in it any more, and whoever has it now has: what the one
//! tells of it is told to be in vain, and what the other tells is not told to be somebody else's.

use super::deals::{Source, is_sound};
use super::dice::Dice;
use super::writer::{Entry, FILE};
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_syntax::Form;
use counterpart_terms::Record;
use counterpart_terms::model::{Grant, Model};
use counterpart_terms::value::Name;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// To whom it passes: a name that no deal has.
const HEIR: &str = "Heir-of-some";
/// What is told of an entry that is another's to tell.
const IN_VAIN: [&str; 5] =
    ["notice-by-another", "not-its-choice", "by-another", "by-a-stranger", "no-right-to-end"];
/// So many entries were told by both.
static COMPARED: AtomicUsize = AtomicUsize::new(0);

/// Something a party has, that it passes on with all that belongs to it.
struct Case {
    by: Name,
    /// What it assigns.
    passes: BTreeSet<Name>,
    /// What it, or whoever has it then, tells.
    entry: Box<dyn Fn(&str) -> String>,
}

pub fn both(source: &Source, _: &[Entry], _: &mut Dice) -> Vec<String> {
    let deal = source.with(&[]);
    let machine = Machine::new(&deal);
    let first = machine.editions.first().header.effective.or(machine.editions.first().header.signed);
    let last = machine.editions.0.iter().filter_map(|edition| edition.from).chain(first).max();
    let Some(on) = last.and_then(Date::next_day) else { return Vec::new() };
    let Some(then) = on.next_day() else { return Vec::new() };
    let mut wrong = Vec::new();
    for case in cases(machine.editions.last()) {
        let assigned = |name: &Name| format!("{on} assigned {name} by {} to {HEIR}, with consent\n", case.by);
        let passes: String = case.passes.iter().map(assigned).collect();
        // What is told of the entry, where all that goes before it is told without a finding.
        let told = |teller: &str| -> Option<Vec<String>> {
            let before = format!("party {HEIR} of IS\n{passes}");
            let journal = format!("{before}{then} {}\n", (case.entry)(teller));
            let deal = source.with(&[(FILE, &journal)]);
            let machine = Machine::new(&deal);
            if !is_sound(&deal) {
                return None;
            }
            let own = |at: usize| deal.path(at) == FILE;
            let (earlier, here): (Vec<_>, Vec<_>) = machine
                .problems
                .iter()
                .filter(|problem| own(problem.at.file))
                .partition(|problem| (problem.at.span.start as usize) < before.len());
            earlier.is_empty().then(|| here.iter().map(|problem| problem.code.to_string()).collect())
        };
        let (Some(former), Some(heir)) = (told(case.by.as_str()), told(HEIR)) else { continue };
        COMPARED.fetch_add(1, Ordering::Relaxed);
        let said = (case.entry)(case.by.as_str());
        let vain = |codes: &[String]| codes.iter().any(|code| IN_VAIN.contains(&code.as_str()));
        if !vain(&former) {
            wrong.push(format!("`{said}` counts after `{}`", passes.trim()));
        }
        let ends = said.starts_with("terminated");
        if !ends && vain(&heir) {
            wrong.push(format!("`{}` does not count after `{}`", (case.entry)(HEIR), passes.trim()));
        }
    }
    wrong
}

/// What parties have alone, each with an entry of theirs that is about nothing else.
fn cases(model: &Model) -> Vec<Case> {
    let mut out = Vec::new();
    let alone = |side: &[Name]| match side {
        [one] if model.parties.contains_key(one) && !one.is_blank() => Some(one.clone()),
        _ => None,
    };
    for (name, grant) in &model.grants {
        if let Some(by) = alone(&grant.to) {
            let (passes, of) = (BTreeSet::from([name.clone()]), name.clone());
            let places = grant.territory.iter().flat_map(|territory| &territory.places);
            if let Some(place) = places.into_iter().find(|place| place.as_str().len() == 2).cloned() {
                let (by, passes, of) = (by.clone(), passes.clone(), of.clone());
                let entry = Box::new(move |by: &str| format!("terminated {of} by {by} in {place}"));
                out.push(Case { by, passes, entry });
            }
            out.push(Case { by, passes, entry: Box::new(move |by| format!("terminated {of} by {by}")) });
        }
    }
    for trigger in &model.triggers {
        let Some(record) = model.records.iter().find(|record| record.at == trigger.at) else { continue };
        if record.speaks_of(&Name::is_blank) {
            continue;
        }
        let of = trigger.name.clone();
        if let Some(by) = trigger.notice.as_ref().and_then(|(by, _)| alone(by))
            && let Some(passes) = all_of(model, record, &by)
        {
            out.push(Case { by, passes, entry: Box::new(move |by| format!("notice of {of} by {by}")) });
        }
    }
    out
}

/// All that a party has in the licences a clause speaks of: those it holds, and the assets of those it gave. Nothing where it
/// speaks of none, or not all of it can be said.
fn all_of(model: &Model, clause: &Record, by: &Name) -> Option<BTreeSet<Name>> {
    let speaks = |name: &Name| clause.speaks_of(&|one| one == name);
    let spoken: Vec<(&Name, &Grant)> = model.grants.iter().filter(|(name, _)| speaks(name)).collect();
    let mut out = BTreeSet::new();
    for (name, grant) in spoken {
        if grant.to.contains(by) {
            out.insert(name.clone());
        }
        if grant.from.contains(by) {
            let set = grant.assets.as_ref().filter(|set| !set.all && !set.has_blank())?;
            out.extend(set.names.iter().cloned());
        }
    }
    let assets: Vec<&Record> = model.records.of(Form::FileAssets).collect();
    let named = |record: &&&Record| {
        let name = record.name(counterpart_syntax::Label::Name);
        name.is_some_and(|name| speaks(name) || out.contains(name))
    };
    let owned: Vec<&&Record> = assets.iter().filter(named).collect();
    let sole = owned.iter().all(|record| record.names(counterpart_syntax::Label::Of) == [by.clone()]);
    let more: Vec<Name> =
        owned.iter().filter_map(|record| record.name(counterpart_syntax::Label::Name)).cloned().collect();
    out.extend(more);
    (!out.is_empty() && sole).then_some(out)
}

/// A law that passes over every case would hold.
#[test]
fn many_entries_are_told_after_all_was_passed_on() {
    super::ask(super::FEW, both);
    let compared = COMPARED.load(Ordering::Relaxed);
    assert!(compared > 40, "only {compared} entries were told after all of it passed");
}
