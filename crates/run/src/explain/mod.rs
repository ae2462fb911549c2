//! Why an answer is what it is: of rights, grants, figures and days, each with the clauses and entries behind it.
//!
//! A question is put in the words of an assertion, so whatever a journal can assert can be explained. The answer is
//! found by the same rules that decide the assertion; the reasons are looked up beside it and are data.

mod besides;
mod clauses;
mod figures;
mod rights;
mod sums;
mod tried;
mod triggers;

use crate::claims::{Ask, Outcome};
use crate::engine::{Machine, Run};
use crate::statement::{Line, Payment, Reason};
use crate::trace::Step;
use counterpart_ledger::{Claim, ClaimKind, PartOf};
use counterpart_num::Date;
use counterpart_terms::value::Condition;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tried::Trial;

/// The version of the form reasons have.
pub const TRACE: &str = "counterpart/why/1";

/// An answer with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Explained {
    /// The question, as it was put.
    pub asked: String,
    /// The day it is answered as of.
    pub as_of: Date,
    /// `so`, `not so`, `unknown`; of a figure that was not put beside another, `computed`.
    pub answer: String,
    /// What was found.
    pub found: String,
    /// Why.
    pub because: Vec<Line>,
    /// What would have to be different for another answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Line>,
}

/// What was found.
#[derive(Debug, Clone)]
struct Found {
    /// `so`, `not so` or `unknown`.
    word: &'static str,
    /// In words.
    said: String,
    /// The figure that was asked about, where it is one; none within where it is not known.
    figure: Option<Option<String>>,
}

impl Found {
    /// Whether it is another answer.
    fn differs(&self, other: &Found) -> bool {
        self.word != other.word || self.figure != other.figure
    }

    /// Whether it is an answer at all.
    fn is_known(&self) -> bool {
        self.word != "unknown" && self.figure != Some(None)
    }

    /// As it is told of an answer that would be; without the figure where that hangs on one nobody has told.
    fn in_words(&self, open: bool) -> String {
        match &self.figure {
            Some(Some(_)) if open => "it is another figure".to_string(),
            Some(Some(figure)) => format!("it is {figure}"),
            Some(None) => format!("it is not known: {}", self.said),
            None => self.word.to_string(),
        }
    }
}

impl Machine<'_> {
    /// Explains the answer to a question put as an assertion, and says what would change it.
    pub fn explain(&self, claim: &Claim, known_on: Date) -> Explained {
        let now = self.answer(claim, known_on);
        let (because, mut changes) = self.run(claim.date, known_on).reasons_of(&claim.kind);
        let tried = Trial::new(self, claim, known_on, &now).changes(&because);
        // What was found both by the clauses and by trying is told with what it leads to.
        changes.retain(|one| one.entry.is_none() || tried.iter().all(|other| other.entry != one.entry));
        changes.extend(tried);
        Explained {
            asked: self.words_of(claim),
            as_of: claim.date,
            answer: now.word.to_string(),
            found: now.said,
            because,
            changes,
        }
    }

    /// The reasons of the answer to a question, without what would change it.
    pub fn because(&self, claim: &Claim, known_on: Date) -> Vec<Line> {
        self.run(claim.date, known_on).reasons_of(&claim.kind).0
    }

    /// The answer to a question.
    fn answer(&self, claim: &Claim, known_on: Date) -> Found {
        let run = self.run(claim.date, known_on);
        if let Some(trigger) = run.trigger_asked(&claim.kind) {
            return Found { word: "so", said: run.trigger_in_words(trigger), figure: None };
        }
        let (word, said) = match self.check_known(claim, known_on) {
            Outcome::Holds if claim.unsure => {
                let plain = Claim { unsure: false, ..claim.clone() };
                let found = match self.check_known(&plain, known_on) {
                    Outcome::Undecided(why) => why,
                    _ => run.found(&claim.kind),
                };
                ("so", found)
            }
            Outcome::Holds => ("so", run.found(&claim.kind)),
            Outcome::Fails(found) => ("not so", found),
            Outcome::Undecided(why) => ("unknown", why),
            Outcome::NotYet => ("unknown", "this is not computed yet".to_string()),
        };
        let figure = run.figure_asked(&claim.kind).map(|found| found.ok().map(|value| value.to_string()));
        Found { word, said, figure }
    }

    /// A question as it was put.
    pub fn words_of(&self, claim: &Claim) -> String {
        let text = self.deal.files.get(claim.at.file).map(|file| file.tree.slice(claim.at.span()));
        let words: Vec<&str> = text.unwrap_or_default().split_whitespace().skip(2).collect();
        words.join(" ")
    }
}

impl Run<'_> {
    /// What holds, in words, where an assertion holds.
    fn found(&self, claim: &ClaimKind) -> String {
        match claim {
            ClaimKind::May { party, what, .. } => {
                self.may(party, what, self.facts.as_of()).map_or(String::new(), |answer| answer.in_words())
            }
            ClaimKind::Graded { name, part, .. } | ClaimKind::State { name, part, .. }
                if self.is_right(name) =>
            {
                let standing = self.standing(name, part, self.facts.as_of());
                standing.map_or(String::new(), |standing| format!("`{name}` is {}", standing.shown()))
            }
            ClaimKind::Figure { .. } => match self.figure_asked(claim) {
                Some(Ok(value)) => value.to_string(),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }

    /// The reasons of an answer, and what would change it.
    fn reasons_of(&self, claim: &ClaimKind) -> (Vec<Line>, Vec<Line>) {
        let today = self.facts.as_of();
        let lines = |steps: Vec<Step>| steps.iter().map(|step| self.statement_line(step)).collect::<Vec<_>>();
        if let Some(trigger) = self.trigger_asked(claim) {
            return (lines(self.why_of_trigger(trigger)), Vec::new());
        }
        match claim {
            ClaimKind::May { party, what, .. } => match self.may(party, what, today) {
                Ok(answer) => {
                    let parts = answer.parts.into_iter();
                    let (because, changes): (Vec<_>, Vec<_>) = parts.map(|p| (p.because, p.changes)).unzip();
                    (because.concat(), changes.concat())
                }
                Err(why) => (lines(vec![Step::unknown(&why)]), Vec::new()),
            },
            ClaimKind::Graded { name, part, .. } | ClaimKind::State { name, part, .. }
                if self.is_right(name) =>
            {
                let (mut because, changes) = self.why_standing(name, part);
                if let ClaimKind::State { state, .. } = claim
                    && matches!(state.as_str(), "royalty-bearing" | "royalty-free")
                {
                    because.splice(0..0, self.why_priced(name));
                }
                (lines(because), lines(changes))
            }
            ClaimKind::Graded { name, part, .. } if self.rights_of_option(name).is_some() => {
                let (because, changes) = self.why_optioned(name, part);
                (lines(because), lines(changes))
            }
            ClaimKind::State { name, part, state, .. }
                if state == "in force" && self.rights_of_option(name).is_some() =>
            {
                let (because, changes) = self.why_optioned(name, part);
                (lines(because), lines(changes))
            }
            ClaimKind::Licensed { assets, grant, .. } => {
                (lines(self.why_licensed(assets, grant)), Vec::new())
            }
            ClaimKind::State { name, state, .. } if state == "released" && self.kind_of(name).is_none() => {
                (lines(self.why_released(name)), Vec::new())
            }
            ClaimKind::State { name, state, not, .. } if self.kind_of(name).is_none() => {
                let condition = Condition::State {
                    name: name.clone(),
                    state: state.clone(),
                    not: *not && self.falls_due(name, state),
                    territory: None,
                    by: None,
                };
                (lines(vec![self.why_so(&condition, today, 0)]), Vec::new())
            }
            ClaimKind::Stage(name, _) => {
                let (because, changes) = self.why_standing(name, &PartOf::default());
                (lines(because), lines(changes))
            }
            ClaimKind::Due { stream, label, .. } => {
                let mut out = lines(self.why_due(stream, *label));
                out.extend(self.lines_of(stream, *label, (None, None)));
                (out, Vec::new())
            }
            other => match Ask::of(other) {
                Some((figure, ask)) => (self.why_figure(figure, &ask), Vec::new()),
                None => self.reasons_besides(other),
            },
        }
    }
}

/// An entry of a statement as a reason: the sum, with its lines below.
fn as_reason(payment: Payment) -> Line {
    let period = payment.period.as_ref().map_or(String::new(), |p| format!(" for {}", p.label));
    let what = format!("{}{period}, {} to {}", payment.payment, payment.payer, payment.payee);
    let unknown = payment.unknown.map_or(String::new(), |why| format!("not known: {why}"));
    Line {
        kind: Reason::Figure,
        what,
        arithmetic: unknown,
        amount: payment.amount.as_ref().or(payment.earned.as_ref()).map(|a| a.among_lines().to_string()),
        on: payment.due,
        clause: Some(payment.clause).filter(|clause| !clause.is_empty()),
        lines: payment.lines,
        ..Line::default()
    }
}
