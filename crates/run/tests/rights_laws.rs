//! Laws of rights over time, on every example of a mechanism: a cell is held in one way a day, what may be done is answered
//! for every cell once, and it does not matter in how many batches the journal comes, nor what became known later.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops with a panic")]

use counterpart_num::Date;
use counterpart_rights::{Kind, PARTIES, Region, Scope};
use counterpart_run::{Machine, Outcome};
use counterpart_syntax::Severity;
use counterpart_terms::Deal;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The examples: each a file of clauses, entries and assertions.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deals/mechanisms");
    let entries = fs::read_dir(folder).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|e| e.expect("it can").path()).collect();
    paths.sort();
    let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    paths.iter().map(|p| (name(p), fs::read_to_string(p).expect("it can be read"))).collect()
}

fn read(files: &[&str]) -> Option<Deal> {
    let named = files.iter().enumerate().map(|(at, text)| (format!("{at}.deal"), text.as_bytes().to_vec()));
    let deal = Deal::read(named);
    let wrong = deal.problems.iter().any(|p| p.severity == Severity::Error);
    (!wrong).then_some(deal)
}

/// What became of each assertion on a day before another, in their words.
fn outcomes(deal: &Deal, before: Date) -> BTreeMap<String, Outcome> {
    let machine = Machine::new(deal);
    let all = machine.check_all().into_iter().filter(|(claim, _)| claim.date < before);
    let said = |file: usize, span| deal.files[file].tree.slice(span).to_string();
    all.map(|(claim, outcome)| (said(claim.at.file, claim.at.span()), outcome)).collect()
}

/// A text in clauses: each a line at the margin with what stands below it.
fn clauses(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for line in text.lines() {
        match out.last_mut().filter(|_| line.is_empty() || line.starts_with(' ')) {
            Some(last) => last.extend([line, "\n"]),
            None => out.push(format!("{line}\n")),
        }
    }
    out
}

fn is_entry(clause: &str) -> bool {
    clause.starts_with(|c: char| c.is_ascii_digit())
}

/// What is asked about on the day after the last entry of a deal.
fn last_day(machine: &Machine<'_>) -> Date {
    let claims = machine.journal.claims.iter().map(|claim| claim.date);
    claims.chain(machine.journal.last_day()).max().unwrap_or(Date::MIN)
}

#[test]
fn a_cell_is_held_in_one_way_a_day() {
    for (name, text) in examples() {
        let deal = read(&[&text]).expect("the example reads");
        let machine = Machine::new(&deal);
        let day = last_day(&machine);
        let rights = machine.run(day, day).rights_of_deal();
        let held: Vec<_> = rights
            .map
            .holdings()
            .iter()
            .filter(|h| h.certain && matches!(h.kind, Kind::Licence | Kind::Covenant))
            .filter_map(|h| Some((&rights.sources.get(h.source)?.name, &h.scope)))
            .collect();
        for (at, (one, scope)) in held.iter().enumerate() {
            let twice = held[at + 1..].iter().find(|(other, theirs)| one == other && scope.meets(theirs));
            assert!(twice.is_none(), "{name}: a cell of `{one}` is held twice on one day");
        }
    }
}

#[test]
fn what_may_be_done_is_answered_for_each_cell_once() {
    for (name, text) in examples() {
        let deal = read(&[&text]).expect("the example reads");
        let machine = Machine::new(&deal);
        let day = last_day(&machine);
        let rights = machine.run(day, day).rights_of_deal();
        let parties = rights.space.all(PARTIES);
        for holding in rights.map.holdings().iter().take(12) {
            for party in parties.iter().flat_map(|(start, end)| start..end).take(4) {
                let pieces: Vec<Scope> =
                    rights.map.may(party, &holding.scope).into_iter().map(|p| p.scope).collect();
                for (at, one) in pieces.iter().enumerate() {
                    let again = pieces[at + 1..].iter().any(|other| one.meets(other));
                    assert!(!again, "{name}: a cell is answered twice");
                }
                let asked = holding.scope.clone().with(PARTIES, counterpart_rights::Ranges::one(party));
                let left = pieces.iter().fold(Region::from(asked), |left, piece| left.less(piece));
                assert!(left.is_empty(), "{name}: a cell is not answered");
            }
        }
    }
}

#[test]
fn batches_of_the_journal_change_nothing() {
    for (name, text) in examples() {
        let (entries, rest): (Vec<String>, Vec<String>) =
            clauses(&text).into_iter().partition(|c| is_entry(c));
        let rest = rest.concat();
        let (odd, even): (Vec<_>, Vec<_>) = entries.iter().enumerate().partition(|(at, _)| at % 2 == 1);
        let batch = |of: Vec<(usize, &String)>| of.into_iter().map(|(_, e)| e.as_str()).collect::<String>();
        let whole = read(&[&rest, &entries.concat()]).expect("the journal reads");
        let (odd, even) = (batch(odd), batch(even));
        // Entries of one day are told in the order they stand in; a batch of its own may turn that round.
        let days: Vec<&str> = entries.iter().filter_map(|e| e.get(..10)).collect();
        let mut once = days.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() < days.len() {
            continue;
        }
        let Some(split) = read(&[&rest, &odd, &even]) else { panic!("{name}: the batches do not read") };
        assert_eq!(outcomes(&whole, Date::MAX), outcomes(&split, Date::MAX), "{name}");
    }
}

#[test]
fn what_became_known_late_changes_only_later_answers() {
    let known = Date::MAX;
    let mut tried = 0;
    for (name, text) in examples() {
        let parts = clauses(&text);
        for (at, entry) in parts.iter().enumerate().filter(|(_, c)| is_entry(c)) {
            let (head, below) = entry.split_once('\n').expect("a clause is a line");
            let head = head.split_once("  #").map_or(head, |(head, _)| head).trim_end();
            let late = format!("{head} known {known}\n{below}");
            let with = |other: &str| -> String {
                let each = parts.iter().enumerate();
                each.map(|(index, part)| if index == at { other } else { part.as_str() }).collect()
            };
            // Some entries say themselves when they were told, or name what others speak of.
            let (Some(late), Some(never)) = (read(&[&with(&late)]), read(&[&with("")])) else { continue };
            tried += 1;
            assert_eq!(outcomes(&late, known), outcomes(&never, known), "{name}: {head}");
        }
    }
    assert!(tried > 300, "only {tried} entries tried");
}
