//! What is kept of a journal is used, or it is told that it is not: an entry without a finding makes a difference to some
//! answer, or to what is told of another entry.
//!
//! To a written journal one entry more is told, of each kind the journal knows, said of one name of each kind the deal has,
//! on a day in the middle. What the deal refuses, or says something of, is told already. Of the rest each must change an
//! answer on its own day, or soon after, or long after; what need not stands in `silent.txt` with its reason.

use super::answers::{self, Answers, findings};
use super::deals::Source;
use super::dice::Dice;
use super::writer::{Entry, FILE, text};
use counterpart_num::Date;
use counterpart_run::Machine;
use counterpart_terms::Deal;
use counterpart_terms::names::SymbolKind;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// What is told, with `{name}` for a name of the deal, `{one}` and `{other}` for its parties, `{money}` for its currency.
const ENTRIES: &[&str] = &[
    "reached {name}",
    "missed {name}",
    "began {name}",
    "ended {name}",
    "exercised {name} by {one}",
    "waived {name} by {one}",
    "determined {name}: met",
    "determined {name} by expert: 7%",
    "approved {name}",
    "launched {name}",
    "accepted {name}",
    "delivered {name} by {one}",
    "breached by {one}",
    "breached {name} by {one}",
    "cured by {one}",
    "cured {name} by {one}",
    "curing {name} by {one}",
    "insolvent {one}",
    "control of {one} to {other}",
    "control of {one} to \"Someone\"",
    "cost of {name} by {one} {money} 5,000",
    "received {money} 5,000 for {name} by {one}",
    "recovered {money} 5,000 under {name} by {one}",
    "infringed {name} by \"Someone\"",
    "challenged {name} by {one}",
    "asserted {name} by {one} against {other}",
    "withdrew by {one} against {other}",
    "withdrew challenge of {name} by {one}",
    "assigned {name} by {one} to {other}, with consent",
    "dropped {name} by {one}",
    "failed to supply {name} by {one}",
    "failed to develop by {one}",
    "refused to report by {one}",
    "issued 1,000 shares of {one} at {money} 5",
    "dispute Quarrel by {one}",
    "sent report of {name} by {one}",
    "sent minutes of {name} by {one}",
    "sent copy of {name} by {one}",
    "sent statement of {name} by {one}",
    "answered {name} by {one}: yes",
    "reviewed {name} by {one}",
    "done \"what nobody asked for\" by {one}",
    "opened {name}",
    "closed {name}",
    "first sale of {name}",
    "first sale",
    "paid {name} {money} 5,000",
    "audited {name}: {money} 9,999",
    "third-party royalties on {name} {money} 5,000",
    "filed {name}",
    "granted {name}",
    "lapsed {name}",
    "invalidated {name}",
    "barred assignment of {name}",
    "took over {name} by {one}",
    "notice of {name} by {one}",
    "terminated {name} by {one} at will",
    "terminated {name} by {one}",
    "chose by {one}: {name} ends",
    "renewed the agreement",
    "met {name}",
    "decided by {name}: \"what nobody asked for\"",
    "fact {name}: \"something\"",
    "agreed {name} by {one}, {other}",
    "replaced {name} by {name}",
    "settled {name} by {one}, {other}",
    "rate Bank USD = EUR 2",
    "index CPI: 104",
    "sublicensed {name} to \"Someone\"",
];

/// What may be kept without a word though nothing comes of it, each with its reason.
const SILENT: &str = include_str!("silent.txt");
/// So many entries are tried with a journal.
const TRIED: usize = 6;
/// So many days after the entry everything is asked.
const LATER: [i64; 3] = [0, 45, 400];

/// What was tried, over all deals.
static SEEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

pub fn or_told(source: &Source, entries: &[Entry], dice: &mut Dice) -> Vec<String> {
    let Some(day) = entries.get(entries.len() / 2).map(|entry| entry.date) else { return Vec::new() };
    let plain = source.with(&[(FILE, &text(entries))]);
    let all = candidates(&plain);
    let mut left = unsaid(source, entries, day, &all);
    let mut asked = Asked { source, entries, day, before: BTreeMap::new(), said: None };
    let mut wrong = Vec::new();
    for _ in 0..TRIED.min(left.len()) {
        let (kind, entry) = left.swap_remove(dice.below(left.len() as u64) as usize);
        if allowed(source, &kind) {
            continue;
        }
        SEEN.lock().expect("no other stopped").insert(kind.clone());
        if asked.nothing_comes_of(&plain, &entry) {
            wrong.push(format!("{kind}: `{day} {entry}` changes nothing, and is not told"));
        }
    }
    wrong
}

/// A law that passes over every case would hold.
#[test]
fn many_kinds_of_entries_are_tried() {
    super::ask(super::FEW, or_told);
    let seen = SEEN.lock().expect("no other stopped");
    assert!(seen.len() > 25 || super::deals::one().is_some(), "only {} kinds: {seen:?}", seen.len());
}

/// Whether an entry of some kind may be kept in silence by a deal.
fn allowed(source: &Source, kind: &str) -> bool {
    let lines = SILENT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut kinds = lines.map(|line| line.rsplit_once(": ").expect("a kind, a colon, a reason").0);
    kinds.any(|one| {
        let (one, words) = one.split_once(" where ").unwrap_or((one, ""));
        let said =
            one == kind || one.strip_suffix(" *").is_some_and(|word| kind.starts_with(&format!("{word} ")));
        let has = |word: &str| {
            source.terms.iter().any(|(_, text)| text.to_lowercase().contains(&word.to_lowercase()))
        };
        said && (words.is_empty() || words.split(' ').any(has))
    })
}

/// Every entry there may be of a deal, with its kind: its words, and what it is said of.
fn candidates(deal: &Deal) -> Vec<(String, String)> {
    let header = &deal.editions.first().header;
    let mut parties = header.parties.iter().filter(|party| !party.is_blank()).map(|name| name.as_str());
    let (Some(one), Some(other)) = (parties.next(), parties.next_back()) else { return Vec::new() };
    let mut named: BTreeMap<String, &str> = BTreeMap::new();
    for (name, symbol) in deal.symbols.iter() {
        if symbol.kind != SymbolKind::Member && !name.contains(' ') {
            named.entry(format!("{:?}", symbol.kind)).or_insert(name);
        }
    }
    let money = header.currency.map_or("USD", |currency| currency.code());
    let mut out = Vec::new();
    for told in ENTRIES {
        let word = told.split_once(" {").map_or(*told, |(word, _)| word);
        let told = told.replace("{other}", other).replace("{money}", money);
        for (one, of) in [(one, 1), (other, 2)] {
            let told = told.replace("{one}", one);
            if of == 2
                && (told.contains(&format!(" to {other}"))
                    || told.contains(&format!("against {other}"))
                    || told.contains(&format!("{other}, {other}")))
            {
                continue;
            }
            match told.contains("{name}") {
                true => out.extend(
                    named.iter().map(|(kind, name)| (format!("{word} {kind}"), told.replace("{name}", name))),
                ),
                false => out.push((format!("{word} -"), told.clone())),
            }
        }
    }
    out.sort();
    out.dedup_by(|a, b| a.1 == b.1);
    out
}

/// Those of which nothing is said where each is told by itself: first all together, which leaves few to be asked about.
fn unsaid(source: &Source, entries: &[Entry], day: Date, all: &[(String, String)]) -> Vec<(String, String)> {
    let mut left = all.to_vec();
    // Beside what is refused for its kind the others are read as they are alone.
    for _ in 0..3 {
        let journal = with(entries, day, &left.iter().map(|(_, entry)| entry.as_str()).collect::<Vec<_>>());
        let deal = source.with(&[(FILE, &journal)]);
        let read = counterpart_ledger::Journal::read(&deal);
        let first = before(entries, day).lines().count();
        let lines: BTreeSet<usize> = deal
            .problems
            .iter()
            .chain(&read.problems)
            .filter(|p| deal.path(p.at.file) == FILE)
            .filter(|p| p.severity == counterpart_syntax::Severity::Error && p.code != "told-twice")
            .map(|p| deal.files[p.at.file].lines.line(p.at.span.start) as usize)
            .collect();
        let mut at = first;
        let before = left.len();
        left.retain(|_| {
            at += 1;
            !lines.contains(&at)
        });
        if left.len() == before {
            break;
        }
    }
    left
}

/// A journal up to a day.
fn before(entries: &[Entry], day: Date) -> String {
    text(&entries.iter().filter(|entry| entry.date <= day).cloned().collect::<Vec<_>>())
}

/// A journal with more entries of a day.
fn with(entries: &[Entry], day: Date, more: &[&str]) -> String {
    let after: Vec<Entry> = entries.iter().filter(|entry| entry.date > day).cloned().collect();
    let more: String = more.iter().map(|entry| format!("{day} {entry}\n")).collect();
    format!("{}{more}{}", before(entries, day), text(&after))
}

/// A journal to which entries are added.
struct Asked<'a> {
    source: &'a Source,
    entries: &'a [Entry],
    day: Date,
    /// What is answered without them, by the day.
    before: BTreeMap<i64, Answers>,
    /// What is told without them.
    said: Option<Vec<String>>,
}

impl Asked<'_> {
    /// Whether an entry changes no answer and is not told.
    fn nothing_comes_of(&mut self, plain: &Deal, entry: &str) -> bool {
        let deal = self.source.with(&[(FILE, &with(self.entries, self.day, &[entry]))]);
        let machine = Machine::new(&deal);
        let without = Machine::new(plain);
        let told = |deal: &Deal, machine: &Machine<'_>| {
            findings(deal, machine).into_iter().map(|f| unplaced(&f)).collect::<Vec<_>>()
        };
        let said = self.said.get_or_insert_with(|| told(plain, &without));
        if told(&deal, &machine) != *said {
            return false;
        }
        for later in LATER {
            let on = self.day.add_days(later).unwrap_or(self.day);
            let of = |machine: &Machine<'_>| {
                let mut all = answers::of(machine, on, Date::MAX);
                all.values_mut().for_each(|text| *text = unplaced(text));
                all
            };
            let before = self.before.entry(later).or_insert_with(|| of(&without));
            if of(&machine) != *before {
                return false;
            }
        }
        true
    }
}

/// A text without the lines of the journal: one entry more moves those after it.
fn unplaced(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(FILE) {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    }
    out.push_str(rest);
    out
}
