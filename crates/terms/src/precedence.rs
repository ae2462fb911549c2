//! Which clause prevails over which: `subject to`, `notwithstanding`, `except`.
//!
//! The words make a ranking of clauses that every later crate reads: a clause that stands `notwithstanding`
//! another is above it, one that is `subject to` another or holds `except` where it applies is below it.
//! What is above something that is above a third is above the third. A circle ranks nobody.

use crate::record::{At, Parts, Record};
use crate::value::{Name, Value};
use counterpart_syntax::{Context, Form, Label};
use std::collections::{BTreeMap, BTreeSet};

/// A clause that can be ranked. Ladders and stages bear the name of their grant, so the kind is part of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseRef {
    /// `ladder` or `stages`; none for a clause with a name of its own.
    pub kind: Option<&'static str>,
    /// Its name.
    pub name: Name,
}

impl ClauseRef {
    /// A clause with a name of its own.
    pub fn named(name: impl Into<Name>) -> ClauseRef {
        ClauseRef { kind: None, name: name.into() }
    }

    /// The ladder of a grant.
    pub fn ladder(grant: impl Into<Name>) -> ClauseRef {
        ClauseRef { kind: Some("ladder"), name: grant.into() }
    }

    /// The stages of a grant.
    pub fn stages(grant: impl Into<Name>) -> ClauseRef {
        ClauseRef { kind: Some("stages"), name: grant.into() }
    }

    /// What a record is called where others name it.
    pub fn of(record: &Record) -> Option<ClauseRef> {
        match record.clause {
            Form::FileAgreement => Some(ClauseRef::named("agreement")),
            Form::FileLadder => record.name(Label::Name).map(|n| ClauseRef::ladder(n.clone())),
            Form::FileStages => record.name(Label::Name).map(|n| ClauseRef::stages(n.clone())),
            Form::FileClause => record.text(Label::Number).map(ClauseRef::named),
            _ => record.name(Label::Name).map(|n| ClauseRef::named(n.clone())),
        }
    }
}

impl std::fmt::Display for ClauseRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            Some(kind) => write!(f, "the {kind} of {}", self.name),
            None => write!(f, "{}", self.name),
        }
    }
}

/// Why a clause is above another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Above {
    /// The clause above.
    pub upper: ClauseRef,
    /// The clause below.
    pub lower: ClauseRef,
    /// `notwithstanding`, `subject to` or `except`.
    pub word: &'static str,
    /// The line that says so.
    pub at: At,
}

/// How two clauses stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The first prevails.
    First,
    /// The second prevails.
    Second,
    /// Nothing ranks them.
    Equal,
    /// Each is said to prevail over the other.
    Circular,
}

/// The ranking of the clauses of one edition.
#[derive(Debug, Clone, Default)]
pub struct Ranking {
    above: Vec<Above>,
}

impl Ranking {
    /// Reads the ranking from clauses.
    pub fn of(records: &[Record]) -> Ranking {
        let mut ranking = Ranking::default();
        for record in records {
            ranking.read(record, ClauseRef::of(record).as_ref());
        }
        ranking
    }

    fn read(&mut self, record: &Record, own: Option<&ClauseRef>) {
        for line in &record.below {
            let word = match line.clause.name() {
                "notwithstanding" => "notwithstanding",
                "subject" | "precedence-subject" => "subject to",
                // A royalty or fee `except Others` gives way where the others apply.
                "except" if matches!(line.clause, Form::RoyaltyExcept | Form::PayExcept) => "except",
                _ => {
                    if line.clause.context() == Context::File {
                        self.read(line, ClauseRef::of(line).as_ref().or(own));
                    }
                    continue;
                }
            };
            let Some(own) = own else { continue };
            for other in others(line) {
                let (upper, lower) = match word {
                    "notwithstanding" => (own.clone(), other),
                    _ => (other, own.clone()),
                };
                self.above.push(Above { upper, lower, word, at: line.at });
            }
        }
    }

    /// Every pair the text ranks, in the order it does so.
    pub fn pairs(&self) -> &[Above] {
        &self.above
    }

    /// Who prevails of two clauses.
    pub fn standing(&self, first: &ClauseRef, second: &ClauseRef) -> Standing {
        match (self.path(first, second).is_some(), self.path(second, first).is_some()) {
            (true, false) => Standing::First,
            (false, true) => Standing::Second,
            (false, false) => Standing::Equal,
            (true, true) => Standing::Circular,
        }
    }

    /// The lines by which one clause is above another, nearest first; none where it is not.
    pub fn path(&self, upper: &ClauseRef, lower: &ClauseRef) -> Option<Vec<&Above>> {
        let mut came: BTreeMap<&ClauseRef, &Above> = BTreeMap::new();
        let mut next: Vec<&ClauseRef> = vec![upper];
        while let Some(at) = next.pop() {
            for step in self.above.iter().filter(|a| &a.upper == at) {
                if came.contains_key(&step.lower) {
                    continue;
                }
                came.insert(&step.lower, step);
                if &step.lower == lower {
                    return Some(unwind(&came, upper, lower));
                }
                next.push(&step.lower);
            }
        }
        None
    }

    /// The circles: sets of clauses each of which is said to prevail over all of them.
    pub fn circles(&self) -> Vec<Vec<ClauseRef>> {
        let clauses: BTreeSet<&ClauseRef> = self.above.iter().flat_map(|a| [&a.upper, &a.lower]).collect();
        let mut seen: BTreeSet<&ClauseRef> = BTreeSet::new();
        let mut out = Vec::new();
        for clause in &clauses {
            if seen.contains(clause) || self.path(clause, clause).is_none() {
                continue;
            }
            let circular = |other: &&&ClauseRef| {
                *other == clause || (self.path(clause, other).is_some() && self.path(other, clause).is_some())
            };
            let circle: Vec<&ClauseRef> = clauses.iter().filter(circular).copied().collect();
            seen.extend(circle.iter().copied());
            out.push(circle.into_iter().cloned().collect());
        }
        out
    }
}

fn unwind<'r>(
    came: &BTreeMap<&ClauseRef, &'r Above>,
    upper: &ClauseRef,
    lower: &ClauseRef,
) -> Vec<&'r Above> {
    let mut path: Vec<&Above> = Vec::new();
    let mut at = lower;
    // Each clause was reached once, so the way back is at most as long as the list of them.
    for _ in 0..=came.len() {
        let Some(step) = came.get(at) else { break };
        path.push(step);
        at = &step.upper;
        if at == upper {
            break;
        }
    }
    path.reverse();
    path
}

/// The clauses a line names.
fn others(line: &Record) -> Vec<ClauseRef> {
    let mut out = Vec::new();
    for value in line.all(Label::Others) {
        match value {
            Value::Name(name) => out.push(ClauseRef::named(name.clone())),
            Value::Set(set) => out.extend(set.names.iter().cloned().map(ClauseRef::named)),
            Value::Parts(parts) => out.extend(target(parts)),
            _ => {}
        }
    }
    out
}

fn target(parts: &Parts) -> Option<ClauseRef> {
    let name = parts.name(Label::Of).or_else(|| parts.name(Label::Name))?.clone();
    Some(match parts.word(Label::Kind) {
        Some("ladder") => ClauseRef::ladder(name),
        Some("stages") => ClauseRef::stages(name),
        _ => ClauseRef::named(name),
    })
}
