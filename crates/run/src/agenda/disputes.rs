//! Disputes: the steps each climbs, with their clocks, and who decides it on a day.
//!
//! A step has its time from the day the one before it ran out of its own, the first from the day the dispute began. A
//! step for certain subjects is passed over where the dispute is about another; of courts and arbitrators, the one for the
//! largest claims that the claim reaches.

use super::told::{duration, holds, texts};
use super::{Consequence, Duty, State};
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::Event;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Same;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Amount, Name, Value};

/// A dispute, as it was told.
struct Dispute<'m> {
    name: &'m Name,
    event: &'m Event,
    parts: &'m Parts,
    settled: Option<&'m Event>,
}

/// Who decides a dispute, and of arbitrators how many, where the text says.
pub(crate) struct Decider {
    pub by: String,
    pub members: Option<i64>,
}

/// A step of a dispute.
struct Step<'m> {
    /// A committee, `executives`, `mediation`, `court`.
    by: String,
    /// Who has to settle it there.
    who: String,
    begins: Date,
    ends: Option<Date>,
    /// Its clause.
    line: &'m Record,
    /// A brief from each side is called for, by this day.
    brief: Option<(Eval<Date>, &'m Record)>,
}

/// What the steps of disputes call for.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for dispute in disputes(run) {
        let (steps, why) = run.steps(&dispute);
        out.extend(of(run, &dispute, &steps, why.is_some()));
        // What comes after a step whose clock is not known is owed on days that are not.
        let Some(why) = why.filter(|_| dispute.settled.is_none()) else { continue };
        let clause = why.at.map_or_else(|| run.place(dispute.event.at), |at| run.place(at));
        let open = |duty: &&mut Duty| {
            duty.act == "settle" && duty.what == dispute.name.as_str() && duty.due.is_none()
        };
        let briefs =
            run.clauses(Form::FileDisputes).any(|clause| clause.below(Form::DisputesBriefs).is_some());
        let unsaid = |act: &str| Duty {
            by: Name::list(&run.all_parties()),
            unknown: Some(why.reason.clone()),
            ..Duty::new(act, dispute.name, clause.clone())
        };
        match out.iter_mut().rfind(open) {
            Some(duty) => duty.unknown = Some(why.reason.clone()),
            None => out.push(unsaid("settle")),
        }
        if briefs {
            out.push(unsaid("send a brief on"));
        }
    }
    out
}

fn of(run: &Run<'_>, dispute: &Dispute<'_>, steps: &[Step<'_>], more: bool) -> Vec<Duty> {
    let as_of = run.facts.as_of();
    let mut out = Vec::new();
    let settled = dispute.settled.map(|event| event.date);
    for (index, step) in steps.iter().enumerate() {
        if step.begins > as_of || settled.is_some_and(|day| day <= step.begins && index > 0) {
            break;
        }
        let next = steps.get(index + 1);
        let duty = Duty {
            due: step.ends,
            by: step.who.clone(),
            otherwise: next
                .map(|next| Consequence { what: next.by.clone(), clause: run.place(next.line.at) }),
            ..Duty::new("settle", dispute.name, run.place(step.line.at))
        };
        let here = |day: Date| step.ends.is_none_or(|end| day <= end);
        let state = match (dispute.settled.filter(|event| here(event.date)), step.ends) {
            (Some(_), _) => State::Done,
            // Its time ran out, and the next step took over.
            (None, Some(end)) if end < as_of && (next.is_some() || more || settled.is_some()) => State::Over,
            (None, Some(end)) if end < as_of => State::Late,
            _ => State::Due,
        };
        let done = dispute.settled.filter(|_| state == State::Done);
        out.push(Duty {
            state,
            done_on: done.map(|event| event.date),
            evidence: done.map(|event| run.place(event.at)),
            ..duty
        });
        if let Some((due, line)) = &step.brief {
            out.extend(run.all_parties().iter().map(|party| {
                let duty = Duty {
                    by: party.to_string(),
                    ..Duty::new("send a brief on", dispute.name, run.place(line.at))
                };
                let mut sent = run.told_as("sent");
                let of = std::slice::from_ref(party);
                let done = sent.find(|(event, parts)| {
                    let by = parts.name(Label::By);
                    parts.word(Label::Doc) == Some("brief")
                        && parts.name(Label::Name) == Some(dispute.name)
                        && by.is_some_and(|by| run.acts_for(by, of, None, event.date) == Same::Yes)
                });
                let duty = run.standing_of(duty, due.clone(), done.map(|(event, _)| event));
                match settled {
                    Some(_) if duty.state.is_open() => Duty { state: State::Over, ..duty },
                    _ => duty,
                }
            }));
        }
    }
    out
}

fn disputes<'m>(run: &Run<'m>) -> Vec<Dispute<'m>> {
    let told = run.told_as("dispute").filter_map(|(event, parts)| {
        let name = parts.name(Label::Name)?;
        let mut settled = run.told_as("settled");
        let settled =
            settled.find(|(_, parts)| parts.name(Label::Name) == Some(name)).map(|(event, _)| event);
        Some(Dispute { name, event, parts, settled })
    });
    told.collect()
}

impl<'m> Run<'m> {
    /// Who decides a dispute on the day asked about; nobody once it is settled. `None` where it is no dispute.
    ///
    /// # Errors
    /// Where the step cannot be told.
    pub(crate) fn decides_dispute(&self, name: &Name) -> Option<Eval<Option<Decider>>> {
        let dispute = disputes(self).into_iter().find(|dispute| dispute.name == name)?;
        if dispute.settled.is_some() {
            return Some(Ok(None));
        }
        let (steps, why) = self.steps(&dispute);
        let as_of = self.facts.as_of();
        let last = steps.len();
        let now = steps.iter().enumerate().rfind(|(_, step)| step.begins <= as_of);
        // Whether its time has run out cannot be told of the step whose clock is not known.
        let sure = |index: usize, step: &Step<'_>| {
            index + 1 < last || step.begins == as_of || step.ends.is_some_and(|end| as_of <= end)
        };
        if let Some(why) = why.filter(|_| now.is_none_or(|(index, step)| !sure(index, step))) {
            return Some(Err(why));
        }
        let Some((_, now)) = now else { return Some(Ok(None)) };
        let members = match now.line.get(Label::Members) {
            Some(Value::Number(number)) => number.to_i64(),
            Some(_) => {
                return Some(Err(
                    Unknown::new("how many arbitrators there are is redacted or open").at(now.line.at)
                ));
            }
            None => None,
        };
        Some(Ok(Some(Decider { by: now.by.clone(), members })))
    }

    /// How a dispute came to whoever decides it: the entry, and each step with the day it began.
    pub(crate) fn why_dispute(&self, name: &Name) -> Vec<crate::trace::Step> {
        use crate::trace::Step as Reason;
        let Some(dispute) = disputes(self).into_iter().find(|dispute| dispute.name == name) else {
            return Vec::new();
        };
        let told = Reason::note("the dispute was told").on(dispute.event.date).by(dispute.event.at);
        let (steps, why) = self.steps(&dispute);
        let begun = steps.into_iter().filter(|step| step.begins <= self.facts.as_of());
        let begun = begun
            .map(|step| Reason::note(format!("it came to {}", step.by)).on(step.begins).by(step.line.at));
        let settled = dispute.settled.map(|event| Reason::note("it was settled").on(event.date).by(event.at));
        let unsure = why.as_ref().map(Reason::unknown);
        std::iter::once(told).chain(begun).chain(settled).chain(unsure).collect()
    }

    /// The steps of a dispute in their order, up to one whose clock is not known; and why it is not.
    fn steps(&self, dispute: &Dispute<'m>) -> (Vec<Step<'m>>, Option<Unknown>) {
        let mut steps = Vec::new();
        let why = self.climb(dispute, &mut steps).err();
        (steps, why)
    }

    fn climb(&self, dispute: &Dispute<'m>, steps: &mut Vec<Step<'m>>) -> Eval<()> {
        let mut from = dispute.event.date;
        let parties = Name::list(&self.all_parties());
        for line in self.clauses(Form::FileDisputes).flat_map(|clause| &clause.below) {
            let (by, who, within) = match line.clause {
                Form::DisputesStep if self.is_about(dispute, line) => {
                    let Some(by) = line.name(Label::By) else { continue };
                    let mut committees = self.clauses(Form::FileCommittee);
                    let committee = committees.find(|c| c.name(Label::Name) == Some(by));
                    let who = committee.map(|c| Name::list(&super::committees::members(self, c)));
                    (by.to_string(), who.unwrap_or_else(|| parties.clone()), Label::Within)
                }
                Form::DisputesExpert if self.is_about(dispute, line) => {
                    ("expert".to_string(), "expert".to_string(), Label::Within)
                }
                Form::DisputesArbitration if line.word(Label::Kind) == Some("mediation") => {
                    ("mediation".to_string(), parties.clone(), Label::Within)
                }
                Form::DisputesBriefs => {
                    let begun = steps.last().map_or(dispute.event.date, |step| step.begins);
                    let due = self.within(begun, line.get(Label::Within));
                    if let Some(step) = steps.last_mut() {
                        step.brief = Some((due, line));
                    }
                    continue;
                }
                Form::DisputesFinal => {
                    let Some(who) = line.name(Label::Who) else { continue };
                    (who.to_string(), who.to_string(), Label::Within)
                }
                _ => continue,
            };
            let ends = duration(line, within).map(|length| self.clock().shift(from, length, false));
            let begins = match steps.is_empty() {
                true => from,
                false => from.next_day().unwrap_or(from),
            };
            let last = ends.as_ref().and_then(|end| end.as_ref().ok()).copied();
            steps.push(Step { by, who, begins, ends: last, line, brief: None });
            match ends.transpose().map_err(|why| why.at(line.at))? {
                Some(day) => from = day,
                // What has no clock goes on until it is decided.
                None => return Ok(()),
            }
        }
        if let Some(line) = self.forum(dispute)? {
            let by =
                line.word(Label::Kind).map_or("arbitration", |kind| kind.trim_end_matches('s')).to_string();
            let begins = if steps.is_empty() { from } else { from.next_day().unwrap_or(from) };
            let ends = duration(line, Label::Within).map(|length| self.clock().shift(from, length, false));
            let ends = ends.transpose().map_err(|why| why.at(line.at))?;
            steps.push(Step { who: by.clone(), by, begins, ends, line, brief: None });
        }
        Ok(())
    }

    /// Whether a step is for the subject of a dispute.
    fn is_about(&self, dispute: &Dispute<'_>, line: &Record) -> bool {
        let subjects = texts(line, Label::On);
        let about: Vec<&str> =
            texts(dispute.parts, Label::On).into_iter().chain(dispute.parts.text(Label::Text)).collect();
        subjects.is_empty() || subjects.iter().any(|subject| about.iter().any(|words| holds(words, subject)))
    }

    /// The court or arbitrators a dispute comes to.
    fn forum(&self, dispute: &Dispute<'m>) -> Eval<Option<&'m Record>> {
        let lines = self.clauses(Form::FileDisputes).flat_map(|clause| &clause.below);
        let lines = lines.filter(|line| {
            line.clause == Form::DisputesArbitration && line.word(Label::Kind) != Some("mediation")
        });
        let mut best: Option<(&'m Record, Option<counterpart_num::Exact>)> = None;
        for line in lines {
            let limit =
                [Label::Above, Label::From].into_iter().find_map(|label| Some((label, line.get(label)?)));
            let reached = match limit {
                None => Some(None),
                Some((label, value)) => {
                    self.limit_reached(dispute, label, value).map_err(|why| why.at(line.at))?.map(Some)
                }
            };
            let Some(reached) = reached else { continue };
            let larger = match &best {
                None => true,
                Some((_, before)) => reached > *before,
            };
            if larger {
                best = Some((line, reached));
            }
        }
        Ok(best.map(|(line, _)| line))
    }

    /// The limit of a court or of more arbitrators, where what is at stake comes up to it.
    fn limit_reached(
        &self,
        dispute: &Dispute<'_>,
        label: Label,
        limit: &Value,
    ) -> Eval<Option<counterpart_num::Exact>> {
        let Value::Amount(Amount::Money(currency, known)) = limit else {
            return Err(Unknown::new("from which value on is not given"));
        };
        let Some(limit) = known.given() else {
            let why = known.why_unknown().unwrap_or_default();
            return Err(Unknown::new(format!("from which value on is {why}")));
        };
        match dispute.parts.amount(Label::Worth) {
            Some(Amount::Money(told, worth)) if told == currency => {
                let worth = worth.given().ok_or_else(|| Unknown::new("what is at stake is not given"))?;
                let reached = if label == Label::Above { worth > limit } else { worth >= limit };
                Ok(reached.then(|| limit.clone()))
            }
            Some(_) => Err(Unknown::new("what is at stake is told in another money than the limit")),
            None => Err(Unknown::new(format!(
                "what is at stake in `{}` is not told: add it to the entry, as in `, {currency} 1m`",
                dispute.name
            ))),
        }
    }
}
