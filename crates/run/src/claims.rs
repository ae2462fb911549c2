//! `assert` lines, checked: each holds, fails with both figures, or cannot be decided and says why.

use crate::engine::{Machine, Run};
use crate::questions::Verdict;
use crate::runs::Runs;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::{Claim, ClaimKind, Expected, Figure};
use counterpart_num::Date;
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::TierKind;
use counterpart_terms::value::{Compare, Name, PeriodLabel};
use std::rc::Rc;

/// What became of an assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not: what was found instead.
    Fails(String),
    /// It cannot be decided: why.
    Undecided(String),
    /// It is about the rights space, beyond what payments need: not computed by this machine.
    NotYet,
}

/// A question about a figure.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Of what.
    pub streams: &'a [Name],
    /// Owed by.
    pub from: Option<&'a Name>,
    /// Owed to.
    pub to: Option<&'a Name>,
    /// In which country.
    pub place: Option<&'a Name>,
    /// Of which product.
    pub product: Option<&'a Name>,
    /// For which period.
    pub label: Option<PeriodLabel>,
}

impl<'a> Ask<'a> {
    /// Of payments as a whole.
    pub fn plain(streams: &'a [Name]) -> Ask<'a> {
        Ask { streams, from: None, to: None, place: None, product: None, label: None }
    }

    /// The figure an assertion is about, if it is about one.
    pub fn of(claim: &'a ClaimKind) -> Option<(Figure, Ask<'a>)> {
        let ClaimKind::Figure { figure, streams, from, to, place, product, label, .. } = claim else {
            return None;
        };
        let (from, to, place, product) = (from.as_ref(), to.as_ref(), place.as_ref(), product.as_ref());
        Some((*figure, Ask { streams, from, to, place, product, label: *label }))
    }
}

impl Machine<'_> {
    /// Checks one assertion, as known on its day.
    pub fn check(&self, claim: &Claim) -> Outcome {
        self.check_known(claim, claim.date)
    }

    /// Checks one assertion, by what was known on a day.
    pub(crate) fn check_known(&self, claim: &Claim, known_on: Date) -> Outcome {
        self.check_with(&Runs::new(self), claim, known_on)
    }

    /// The same, with the runs of other questions.
    fn check_with<'m>(&'m self, runs: &Rc<Runs<'m>>, claim: &Claim, known_on: Date) -> Outcome {
        let decided = |reading| {
            let run = runs.read_as(claim.date, known_on, reading);
            let outcome = if claim.unsure { run.is_unknown(&claim.kind) } else { run.decide(&claim.kind) };
            outcome.unwrap_or_else(|unknown| Outcome::Undecided(unknown.reason))
        };
        let first = decided(TierKind::Marginal);
        if !self.has_unsaid_tiers() {
            return first;
        }
        // What is so in one reading and not in the other nobody can know.
        if claim.unsure {
            let so = |reading| {
                let run = runs.read_as(claim.date, known_on, reading);
                run.decide(&claim.kind) == Ok(Outcome::Holds)
            };
            return if so(TierKind::Marginal) == so(TierKind::Whole) { first } else { Outcome::Holds };
        }
        // Two readings that come to two figures leave it unknown which it is.
        if self.asks_whether_unknown(claim) && self.readings_differ(runs, claim, known_on) {
            return Outcome::Holds;
        }
        if first != Outcome::Holds {
            return first;
        }
        // Where the text does not say how tiers are meant, an answer holds only if it holds both ways.
        decided(TierKind::Whole)
    }

    fn asks_whether_unknown(&self, claim: &Claim) -> bool {
        matches!(&claim.kind, ClaimKind::Figure { expected: Expected::Unknown, .. })
    }

    /// Whether the two readings of tiers that do not say how they are meant come to two figures.
    fn readings_differ<'m>(&'m self, runs: &Rc<Runs<'m>>, claim: &Claim, known_on: Date) -> bool {
        let figure = |reading| {
            let run = runs.read_as(claim.date, known_on, reading);
            run.figure_asked(&claim.kind).and_then(Result::ok)
        };
        figure(TierKind::Marginal) != figure(TierKind::Whole)
    }

    fn has_unsaid_tiers(&self) -> bool {
        use counterpart_terms::model::Schedule;
        let mut royalties = self.editions.0.iter().flat_map(|e| e.model.royalties.values());
        royalties.any(|r| {
            r.rates
                .iter()
                .any(|rule| matches!(&rule.schedule, Schedule::Tiers(t) if t.kind == TierKind::Unsaid))
        })
    }

    /// Every assertion with its outcome, and a diagnostic for each that does not hold.
    pub fn check_all(&self) -> Vec<(&Claim, Outcome)> {
        let runs = Runs::new(self);
        let claims = self.journal.claims.iter();
        claims.map(|claim| (claim, self.check_with(&runs, claim, claim.date))).collect()
    }

    /// Diagnostics for the assertions that do not hold.
    pub fn failed_assertions(&self) -> Vec<Diagnostic> {
        self.check_all().iter().filter_map(|(claim, outcome)| outcome.finding(claim)).collect()
    }
}

impl Outcome {
    /// What is to be told of an assertion of which this became; nothing where it holds.
    pub fn finding(&self, claim: &Claim) -> Option<Diagnostic> {
        let at = claim.at.span();
        let found = match self {
            Outcome::Holds | Outcome::NotYet => return None,
            Outcome::Fails(found) => {
                Diagnostic::error("assert-failed", at, format!("this does not hold: {found}"))
            }
            Outcome::Undecided(why) => {
                Diagnostic::error("assert-undecided", at, format!("this cannot be decided: {why}"))
            }
        };
        Some(found.in_file(claim.at.file))
    }
}

impl Run<'_> {
    /// The figure an assertion is about.
    pub(crate) fn figure_asked(&self, claim: &ClaimKind) -> Option<Eval<Val>> {
        let (figure, ask) = Ask::of(claim)?;
        Some(self.figure(figure, &ask))
    }

    /// Whether nobody can know whether something is so.
    fn is_unknown(&self, claim: &ClaimKind) -> Eval<Outcome> {
        if let ClaimKind::May { party, what, .. } = claim {
            // Of a part in which it is known it may be that it is not in another.
            let answer = self.may(party, what, self.facts.as_of())?;
            return Ok(match answer.verdict {
                Verdict::Unknown => Outcome::Holds,
                _ => Outcome::Fails(answer.in_words()),
            });
        }
        Ok(match self.decide(claim) {
            Err(_) | Ok(Outcome::Undecided(_)) => Outcome::Holds,
            Ok(Outcome::Holds) => Outcome::Fails("it is known, and so".to_string()),
            Ok(Outcome::Fails(found)) => Outcome::Fails(found),
            Ok(Outcome::NotYet) => Outcome::NotYet,
        })
    }

    fn decide(&self, claim: &ClaimKind) -> Eval<Outcome> {
        if let Some(answer) = self.course_claim(claim) {
            return answer;
        }
        match claim {
            ClaimKind::Figure { figure, op, expected, .. } => {
                let found = self.figure_asked(claim).unwrap_or_else(|| Err(Unknown::new("it is no figure")));
                if let Some(sure) = found.as_ref().err().and_then(|_| self.sure_so_far(claim)) {
                    return Ok(sure);
                }
                self.compare(*figure, found, *op, expected)
            }
            ClaimKind::Survives { name, not, until } => self.survives(name, *not, *until),
            ClaimKind::Invention(told, not) => self.decide_told(told, *not),
            ClaimKind::Beyond | ClaimKind::Moves { .. } => Ok(Outcome::NotYet),
            ClaimKind::Duty(asked) => Ok(self.must(asked)),
            ClaimKind::Decided(asked) => self.decided(asked),
            ClaimKind::Licensed { assets, grant, not } => {
                let so = self.is_licensed(assets, grant)?;
                let shown = if so { "it is" } else { "it is not" };
                Ok(if so != *not { Outcome::Holds } else { Outcome::Fails(shown.into()) })
            }
            ClaimKind::Liability { subject, op, expected } => {
                let cap = self.liability_cap(subject.as_deref());
                match (cap, expected) {
                    (Ok(None), None) => Ok(Outcome::Holds),
                    (Ok(None), Some(_)) => Ok(Outcome::Fails("there is no limit".into())),
                    (Ok(Some(cap)), None) => Ok(Outcome::Fails(format!("it is {cap}"))),
                    (Err(why), None) => Err(why),
                    (found, Some(expected)) => {
                        let found =
                            found.and_then(|cap| cap.ok_or_else(|| Unknown::new("there is no limit")));
                        self.compare(Figure::Cap, found, *op, expected)
                    }
                }
            }
            ClaimKind::State { name, state, not, .. } if state == "released" => {
                let released = self.released(name)?;
                let shown = released.map_or("it is not".to_string(), |day| format!("it is, since {day}"));
                Ok(if released.is_some() != *not { Outcome::Holds } else { Outcome::Fails(shown) })
            }
            ClaimKind::May { party, what, not } => {
                let on = self.facts.as_of();
                let sought = if *not { Verdict::No } else { Verdict::Yes };
                if self.verdict(party, what, on)? == sought {
                    return Ok(Outcome::Holds);
                }
                // Why not is found only where it is asked.
                let answer = self.may(party, what, on)?;
                let refused = answer.parts.iter().any(|part| part.standing.refuses());
                Ok(match answer.verdict {
                    Verdict::Unknown if refused && !*not => Outcome::Fails(answer.in_words()),
                    Verdict::Unknown => Outcome::Undecided(answer.in_doubt()),
                    _ => Outcome::Fails(answer.in_words()),
                })
            }
            ClaimKind::Due { stream, label, on } => {
                self.due_in_full(stream)?;
                let due = self.due_of(stream, *label)?;
                Ok(match due {
                    Some(day) if day == *on => Outcome::Holds,
                    Some(day) => Outcome::Fails(format!("`{stream}` is due on {day}")),
                    None => Outcome::Undecided(format!("no due day of `{stream}` can be said")),
                })
            }
            ClaimKind::Stage(grant, stage) => {
                let found = self.stage_on(grant, self.facts.as_of())?;
                Ok(match found {
                    Some(found) if &found == stage => Outcome::Holds,
                    Some(found) => Outcome::Fails(format!("the stage is {found}")),
                    None => Outcome::Fails("no stage has begun".into()),
                })
            }
            // Other rights than grants are not weighed.
            ClaimKind::Graded { name, .. } if !self.is_right(name) => Ok(Outcome::NotYet),
            ClaimKind::State { name, state, .. } if !self.is_weighed(name, state) => Ok(Outcome::NotYet),
            ClaimKind::Graded { name, part, grade, not } => {
                let today = self.facts.as_of();
                let found = self.standing(name, part, today);
                if *not && found.is_err() && self.cannot_be_graded(name, part, grade, today) {
                    return Ok(Outcome::Holds);
                }
                let standing = found?;
                Ok(match standing.is(grade)? != *not {
                    true => Outcome::Holds,
                    false => Outcome::Fails(format!("`{name}` is {}", standing.shown())),
                })
            }
            ClaimKind::State { name, state, not, part } if self.is_right(name) => {
                let standing = self.standing(name, part, self.facts.as_of())?;
                let so = match state.as_str() {
                    "in force" | "running" => standing.in_force,
                    "ended" => !standing.in_force && standing.before.clone()?,
                    "suspended" => !standing.in_force && self.is_suspended(name)?,
                    "royalty-bearing" => standing.in_force && self.bears_royalty(name)?,
                    "royalty-free" => standing.in_force && !self.bears_royalty(name)?,
                    _ => return Ok(Outcome::NotYet),
                };
                Ok(match so != *not {
                    true => Outcome::Holds,
                    false => Outcome::Fails(format!("`{name}` is {}", standing.shown())),
                })
            }
            ClaimKind::State { name, state, not, part } => self.is_in_state((name, state, *not), part),
        }
    }

    /// Whether it can be said of something without a course that it is in a state.
    fn is_weighed(&self, name: &Name, state: &str) -> bool {
        let rests = matches!(state, "suspended" | "in force") && self.can_rest(name);
        let due = self.falls_due(name, state);
        self.is_right(name) || self.is_milestone(name) || state == "running" || rests || due
    }

    fn is_milestone(&self, name: &Name) -> bool {
        self.model_now().market.milestones.contains_key(name)
    }

    pub(crate) fn compare(
        &self,
        figure: Figure,
        found: Eval<Val>,
        op: Compare,
        expected: &Expected,
    ) -> Eval<Outcome> {
        let (value, currency) = match expected {
            Expected::Unknown => {
                return Ok(match found {
                    Ok(value) => Outcome::Fails(format!("it is {value}")),
                    Err(_) => Outcome::Holds,
                });
            }
            Expected::Money(value, currency) => (value, Some(*currency)),
            Expected::Number(value) => (value, None),
        };
        let found = found?;
        if found.currency() != currency && !(found.number().is_zero() && value.is_zero()) {
            return Ok(Outcome::Fails(format!("it is {found}")));
        }
        // A claim is to the rounding unit of the deal, unless it is of a rate or a number.
        let rounded = match (&found, figure) {
            (Val::Money(_), Figure::Rate) => found.clone(),
            (Val::Money(_), _) => self.round(&found),
            _ => found.clone(),
        };
        let exact = op.holds(found.number().cmp(value));
        let holds = exact || op.holds(rounded.number().cmp(value));
        let shown = match (&rounded, figure) {
            (Val::Number(n), Figure::Rate) => crate::value::percent(n),
            (value, _) => value.to_string(),
        };
        Ok(if holds { Outcome::Holds } else { Outcome::Fails(format!("it is {shown}")) })
    }
}
