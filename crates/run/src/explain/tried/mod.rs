//! What would change an answer, found by trying it: an entry is told, an entry or a clause is taken out, days go by, and
//! the question is asked again. Only what did change the answer is said.
//!
//! What is tried comes from what the answer rests on: the clauses and entries its reasons name, and those that name what
//! is asked about (`told`, `duties`, `books`).

mod books;
mod days;
mod duties;
mod limits;
mod told;

use super::Found;
use crate::engine::Machine;
use crate::statement::{Line, Reason};
use counterpart_ledger::{Claim, ClaimKind};
use counterpart_num::Date;
use counterpart_syntax::{Clause, Form, Severity};
use counterpart_terms::Deal;
use std::collections::BTreeSet;

/// So many things are tried, and no more.
const MOST_TRIED: usize = 64;

/// So many of a kind are told.
const MOST_TOLD: usize = 6;

/// Books larger than this, in bytes, are not read again and again.
const LARGEST: usize = 1 << 22;

/// A figure nobody knows is tried with this one: larger than most bounds, and equal to none.
const LARGE: &str = "1,234,567";

/// The same of a percentage.
const SMALL: &str = "1.25";

/// The same of what is paid: less than is left.
const ONE: &str = "1";

/// The file in which an entry is tried.
const TRIED: &str = "journal tried.deal";

/// An entry that might be told.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    /// What it would say, in words: one thing that may be told in several ways is told once.
    what: String,
    /// The entry without its day, with `…` for a figure nobody knows.
    entry: String,
    /// The figure it is tried with.
    figure: &'static str,
    /// What follows from it may come later.
    later: bool,
}

impl Candidate {
    fn new(what: impl Into<String>, entry: impl Into<String>) -> Candidate {
        Candidate { what: what.into(), entry: entry.into(), figure: LARGE, later: false }
    }

    fn later(self) -> Candidate {
        Candidate { later: true, ..self }
    }

    fn with(self, figure: &'static str) -> Candidate {
        Candidate { figure, ..self }
    }
}

/// A question that is put again and again, each time to another machine.
pub(super) struct Trial<'t, 'd> {
    machine: &'t Machine<'d>,
    claim: &'t Claim,
    known_on: Date,
    now: Found,
}

impl<'t, 'd> Trial<'t, 'd> {
    pub(super) fn new(machine: &'t Machine<'d>, claim: &'t Claim, known_on: Date, now: &Found) -> Self {
        Trial { machine, claim, known_on, now: now.clone() }
    }

    /// What would give another answer.
    pub(super) fn changes(&self, because: &[Line]) -> Vec<Line> {
        let deal = self.machine.deal;
        let texts: usize = deal.files.iter().map(|file| file.tree.bytes().len()).sum();
        let tables: usize = deal.tables.iter().map(|table| table.bytes.len()).sum();
        if texts + tables > LARGEST {
            return Vec::new();
        }
        let cited = self.cited(because);
        let mut left = MOST_TRIED;
        let mut out = self.days();
        out.extend(self.limits());
        out.extend(self.entries(&cited, &mut left));
        out.extend(self.without(&cited, true, &mut left));
        out.extend(self.without(&cited, false, &mut left));
        out
    }

    /// The clauses and entries that reasons name, in their order.
    fn cited(&self, because: &[Line]) -> Vec<(usize, Clause<'d>)> {
        let mut places = Vec::new();
        gather(because, &mut places);
        let deal = self.machine.deal;
        let mut out: Vec<(usize, Clause<'d>)> = Vec::new();
        for place in places {
            let Some((path, line)) = place.rsplit_once(':') else { continue };
            let Ok(line) = line.parse::<u32>() else { continue };
            let mut files = deal.files.iter().enumerate();
            let Some((number, file)) = files.find(|(_, file)| file.path == path) else { continue };
            let mut clauses = file.tree.all_clauses();
            let Some(clause) = clauses.find(|c| file.lines.line(c.span().start) == line) else { continue };
            if !out.iter().any(|(known, other)| *known == number && other.span() == clause.span()) {
                out.push((number, clause));
            }
        }
        out
    }

    /// Entries that might be told, each tried on the day.
    fn entries(&self, cited: &[(usize, Clause<'d>)], left: &mut usize) -> Vec<Line> {
        let mut out = Vec::new();
        let mut said: BTreeSet<String> = BTreeSet::new();
        let mut candidates = self.of_duties();
        candidates.extend(self.of_books(cited));
        candidates.extend(self.of_names(cited));
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for candidate in candidates {
            if out.len() == MOST_TOLD || *left == 0 {
                break;
            }
            if said.contains(&candidate.what) || !seen.insert(candidate.entry.clone()) {
                continue;
            }
            *left -= 1;
            if let Some((then, from)) = self.told(&candidate) {
                said.insert(candidate.what.clone());
                let day = self.day();
                out.push(Line {
                    kind: Reason::Event,
                    what: candidate.what,
                    on: from,
                    entry: Some(format!("{day} {}", candidate.entry)),
                    then: Some(then),
                    ..Line::default()
                });
            }
        }
        out
    }

    /// The day on which an entry is tried: one told later would not be known.
    fn day(&self) -> Date {
        self.claim.date.min(self.known_on)
    }

    /// What the answer is once an entry is told, and from when where that is later; nothing where it stays as it is.
    fn told(&self, candidate: &Candidate) -> Option<(String, Option<Date>)> {
        self.with_entry(candidate, |machine| {
            let then = machine.answer(self.claim, self.known_on);
            if then.differs(&self.now) {
                return Some((self.said(&then, candidate.entry.contains('…')), None));
            }
            if !candidate.later || matches!(self.claim.kind, ClaimKind::Figure { .. }) {
                return None;
            }
            self.later(machine)
        })
    }

    /// An answer in words: of a duty that is none any more, that nothing of it is left.
    fn said(&self, then: &Found, open: bool) -> String {
        let gone =
            matches!(self.claim.kind, ClaimKind::Duty(_)) && (self.now.word, then.word) == ("so", "not so");
        if gone { "nothing of it is left to do".to_string() } else { then.in_words(open) }
    }

    /// What the answer is once an entry is told that is to have this effect.
    fn tried_with(&self, candidate: &Candidate, has: impl Fn(&Machine<'_>) -> bool) -> Option<String> {
        self.with_entry(candidate, |machine| {
            let then = machine.answer(self.claim, self.known_on);
            (has(machine) && then.differs(&self.now)).then(|| then.in_words(false))
        })
    }

    /// What is found in the books with one entry more; nothing where something is wrong with that entry.
    fn with_entry<T>(
        &self,
        candidate: &Candidate,
        find: impl FnOnce(&Machine<'_>) -> Option<T>,
    ) -> Option<T> {
        let text = format!("{} {}\n", self.day(), candidate.entry.replace('…', candidate.figure));
        let mut sources = self.sources();
        sources.push((TRIED.to_string(), text.into_bytes()));
        let deal = Deal::read(sources);
        if deal.problems.iter().any(|p| deal.path(p.at.file) == TRIED) {
            return None;
        }
        let machine = Machine::new(&deal);
        let refused = machine.problems.iter().any(|p| deal.path(p.at.file) == TRIED);
        let told = machine.journal.events.iter().any(|event| deal.path(event.at.file) == TRIED);
        if refused || !told { None } else { find(&machine) }
    }

    /// The books as they stand on the day, without what was told of later days or is known later.
    fn as_it_stands<'m>(&self, machine: &'m Machine<'_>) -> Machine<'m> {
        machine.with_entries(|event| event.date <= self.claim.date && event.known <= self.known_on, None)
    }

    /// From which day on another machine answers otherwise, within the next fifteen months.
    fn later(&self, other: &Machine<'_>) -> Option<(String, Option<Date>)> {
        const DAYS: i64 = 460;
        let (before, after) = (self.as_it_stands(self.machine), self.as_it_stands(other));
        let on = |days: i64| -> Option<(Found, Date)> {
            let date = self.claim.date.add_days(days)?;
            let claim = Claim { date, ..self.claim.clone() };
            let then = after.answer(&claim, Date::MAX);
            then.differs(&before.answer(&claim, Date::MAX)).then_some((then, date))
        };
        let (mut same, mut otherwise) = (0, DAYS);
        let mut found = on(DAYS)?;
        while otherwise - same > 1 {
            let middle = (same + otherwise) / 2;
            match on(middle) {
                Some(then) => (otherwise, found) = (middle, then),
                None => same = middle,
            }
        }
        let (then, date) = found;
        Some((then.in_words(false), Some(date)))
    }

    /// What the answer would be without an entry or a clause it rests on: what leaves no answer says less of what it makes
    /// the answer, and is told where nothing else is.
    fn without(&self, cited: &[(usize, Clause<'d>)], entries: bool, left: &mut usize) -> Vec<Line> {
        let (mut out, mut unknown) = (Vec::new(), Vec::new());
        for (file, clause) in cited {
            let top = matches!(
                clause.form(),
                None | Some(Form::FileAgreement | Form::FileParty | Form::FileClause | Form::FileAssertion)
            );
            let is_entry = told::block_of(*clause).form() == Some(Form::FileEntry);
            // What was reported may be corrected, which is told already.
            if top
                || is_entry != entries
                || is_entry && self.corrected(*file, *clause).is_some()
                || out.len() == MOST_TOLD
                || *left == 0
            {
                continue;
            }
            *left -= 1;
            let Some(then) = self.answer_without(*file, *clause) else { continue };
            let told = if then.is_known() || !self.now.is_known() { &mut out } else { &mut unknown };
            let text = clause.text().split_whitespace().collect::<Vec<_>>().join(" ");
            let at = self.machine.deal.files.get(*file).map(|f| f.lines.line(clause.span().start));
            let place = at.map(|line| format!("{}:{line}", self.machine.deal.path(*file)));
            let (kind, what) = match entries {
                true => (Reason::Event, "without this entry"),
                false => (Reason::Clause, "an amendment of this line"),
            };
            let what = format!("{what}: `{}`", short(&text));
            let then = Some(then.in_words(false));
            told.push(Line { kind, what, clause: place, text: Some(text), then, ..Line::default() });
        }
        if out.is_empty() && !entries { unknown } else { out }
    }

    fn answer_without(&self, file: usize, clause: Clause<'d>) -> Option<Found> {
        let path = self.machine.deal.path(file);
        let span = clause.full_span();
        let mut sources = self.sources();
        let (_, bytes) = sources.iter_mut().find(|(name, _)| name == path)?;
        for byte in bytes.get_mut(span.start as usize..span.end as usize)? {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b' ';
            }
        }
        let deal = Deal::read(sources);
        let errors = |deal: &Deal| deal.problems.iter().filter(|p| p.severity == Severity::Error).count();
        if errors(&deal) > errors(self.machine.deal) {
            return None;
        }
        let then = Machine::new(&deal).answer(self.claim, self.known_on);
        then.differs(&self.now).then_some(then)
    }

    /// The files of the deal.
    fn sources(&self) -> Vec<(String, Vec<u8>)> {
        let deal = self.machine.deal;
        let texts = deal.files.iter().map(|file| (file.path.clone(), file.tree.bytes().to_vec()));
        texts.chain(deal.tables.iter().map(|table| (table.path.clone(), table.bytes.clone()))).collect()
    }
}

/// The places that lines and those below them name.
fn gather<'l>(lines: &'l [Line], out: &mut Vec<&'l str>) {
    for line in lines {
        out.extend(line.clause.as_deref());
        gather(&line.lines, out);
    }
}

/// As much of a text as a reader needs to know it again.
fn short(text: &str) -> String {
    const MOST: usize = 64;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default().trim_end()),
        None => text.to_string(),
    }
}
