//! Whether what a committee decided is decided, and who decides a matter.
//!
//! What a meeting without its quorum decides is not decided. Nor is what the committee may not do, or what was not agreed
//! in the way it decides, unless a party with the final say on the matter wanted it.

use super::meetings::{Meeting, meetings, members, no_quorum};
use crate::agenda::told::{holds, texts};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::runs::Runs;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::model::seats;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};
use std::rc::Rc;

/// One thing that was decided, and who wanted it.
struct Decision<'m> {
    words: String,
    votes: Vec<(&'m Name, &'m str)>,
    /// What something was decided to be: the class of an invention.
    class: Option<&'m Name>,
}

/// What a text calls the matters of inventions.
const ON_INVENTIONS: [&str; 2] = ["improvements", "inventions"];

/// How the words begin that speak of an extension.
pub(crate) const EXTENDING: &str = "exten";

/// Whether some words speak of a matter of a sort.
fn is_on(words: &str, sort: &str) -> bool {
    words.to_lowercase().split_whitespace().any(|word| word.starts_with(sort))
}

fn decisions<'m>(meeting: &Meeting<'m>) -> Vec<(Decision<'m>, &'m Record)> {
    let lines = meeting.entry.all_below(Form::EntryDecided);
    let read = |line: &'m Record| {
        let words = match line.get(Label::Decided)? {
            Value::Text(text) | Value::Word(text) => text.clone(),
            Value::Name(name) => name.to_string(),
            Value::Parts(parts) => {
                let what = parts.text(Label::What).or_else(|| parts.text(Label::Act));
                let name = parts.name(Label::Name).map(Name::as_str);
                what.or(name)?.to_string()
            }
            _ => return None,
        };
        let vote = |value: &'m Value| match value {
            Value::Parts(parts) => Some((parts.name(Label::Party)?, parts.word(Label::Say)?)),
            _ => None,
        };
        let class = match line.get(Label::Decided)? {
            Value::Parts(parts) => parts
                .parts(Label::Value)
                .and_then(|value| value.name(Label::Name))
                .or_else(|| parts.name(Label::Value)),
            _ => None,
        };
        let votes = line.all(Label::Vote).filter_map(vote).collect();
        Some((Decision { words, votes, class }, line))
    };
    lines.filter_map(read).collect()
}

impl Run<'_> {
    /// Who decides a matter: the party with the final say on it, or else the committee it is left to.
    pub(crate) fn who_decides(&self, matter: &str) -> Vec<Name> {
        let committees: Vec<&Record> = self.clauses(Form::FileCommittee).collect();
        let mut say: Vec<Name> = Vec::new();
        for committee in &committees {
            say.extend(self.final_say(committee, &[matter]));
        }
        say.dedup();
        if !say.is_empty() {
            return say;
        }
        let on = |committee: &&&Record| {
            committee.all_below(Form::CommitteeOn).any(|line| names_it(line, Label::On, matter))
        };
        committees.iter().filter(on).filter_map(|committee| committee.name(Label::Name).cloned()).collect()
    }

    /// Who has the final say on a matter in a committee, by any of the words for it.
    fn final_say(&self, committee: &Record, matter: &[&str]) -> Vec<Name> {
        let names_it = |line: &Record, label| matter.iter().any(|matter| names_it(line, label, matter));
        let lines = committee.all_below(Form::CommitteeFinal);
        let day = self.facts.as_of();
        let has = lines.filter(|line| {
            let on = !line.has(Label::On) || names_it(line, Label::On);
            let barred = names_it(line, Label::Not) || names_it(line, Label::Except);
            let limit = |label| {
                let moment = line.moment(label)?;
                match self.clock().moment(moment, &Focus::default()) {
                    Ok(When::On(day)) => Some(Some(day)),
                    _ => Some(None),
                }
            };
            let begun = limit(Label::From).is_none_or(|from| from.is_some_and(|from| from <= day));
            let over = limit(Label::Until).flatten().is_some_and(|until| until < day);
            let when = line.condition(Label::When);
            let met = when.is_none_or(|when| self.holds_on(when, day, &Focus::default()).unwrap_or(false));
            on && !barred && begun && !over && met
        });
        has.filter_map(|line| line.name(Label::By).cloned()).collect()
    }

    /// Whether a matter was decided by a day; or why what was decided is no decision.
    ///
    /// # Errors
    /// Where what makes it a decision is not given.
    pub(crate) fn is_decided(&self, matter: &str) -> Eval<Result<bool, String>> {
        let mut why = None;
        for committee in self.clauses(Form::FileCommittee) {
            let Some(name) = committee.name(Label::Name) else { continue };
            for meeting in meetings(self, name) {
                let here =
                    decisions(&meeting).into_iter().find(|(d, _)| d.words.eq_ignore_ascii_case(matter));
                if let Some((decision, _)) = here {
                    match self.void(committee, &meeting, &decision)? {
                        None => return Ok(Ok(true)),
                        Some(reason) => why = Some(reason),
                    }
                }
            }
        }
        Ok(match why {
            Some(why) => Err(why),
            None => Ok(false),
        })
    }

    /// What was decided on a matter, and by which lines of the committee's clause that is or is not a decision.
    pub(crate) fn why_decided_on(&self, matter: &str) -> Vec<Step> {
        let mut out = Vec::new();
        for committee in self.clauses(Form::FileCommittee) {
            let Some(name) = committee.name(Label::Name) else { continue };
            for meeting in meetings(self, name) {
                for (decision, line) in decisions(&meeting) {
                    if !decision.words.eq_ignore_ascii_case(matter) {
                        continue;
                    }
                    let said = match self.void(committee, &meeting, &decision) {
                        Ok(None) => format!("{name} decided it"),
                        Ok(Some(why)) => format!("what {name} decided is no decision: {why}"),
                        Err(why) => why.reason,
                    };
                    let rules = [Form::CommitteeDecides, Form::CommitteeQuorum, Form::CommitteeFinal];
                    let rules = committee.below.iter().filter(|line| rules.contains(&line.clause));
                    let rules = rules.map(|rule| Step::note("it says").by(rule.at));
                    out.push(Step::note(said).on(meeting.event.date).by(line.at).from(rules.collect()));
                }
            }
        }
        out
    }

    /// The lines by which a matter is left to somebody.
    pub(crate) fn lines_on_matter(&self, matter: &str) -> Vec<Step> {
        let mut out = Vec::new();
        for committee in self.clauses(Form::FileCommittee) {
            for line in &committee.below {
                let about = match line.clause {
                    Form::CommitteeFinal => !line.has(Label::On) || names_it(line, Label::On, matter),
                    Form::CommitteeOn => names_it(line, Label::On, matter),
                    _ => false,
                };
                if about {
                    out.push(Step::note("it says").by(line.at));
                }
            }
        }
        out
    }

    /// Whether a committee voted on a matter of this sort by now, and its last vote on it came to no decision.
    ///
    /// # Errors
    /// Where what makes it one is not given.
    pub(crate) fn could_not_agree(&self, committee: &Name, sort: &str) -> Eval<bool> {
        let mut last = false;
        let mut bodies = self.clauses(Form::FileCommittee);
        let Some(record) = bodies.find(|r| r.name(Label::Name) == Some(committee)) else { return Ok(false) };
        for meeting in meetings(self, committee) {
            for (decision, _) in decisions(&meeting) {
                if is_on(&decision.words, sort) {
                    last = self.void(record, &meeting, &decision)?.is_some();
                }
            }
        }
        Ok(last)
    }

    /// Whether somebody else chooses which term is extended where a committee does not.
    fn has_another_say(&self, committee: &Name) -> bool {
        let clauses = &self.model_now().prosecutions;
        clauses
            .iter()
            .any(|c| c.extension.as_ref().is_some_and(|(by, then, _)| by == committee && then.is_some()))
    }

    /// Why what a meeting decided is no decision.
    ///
    /// # Errors
    /// Where what makes it one is not given.
    fn void(
        &self,
        committee: &Record,
        meeting: &Meeting<'_>,
        decision: &Decision<'_>,
    ) -> Eval<Option<String>> {
        if let Some(why) = no_quorum(committee, meeting.entry)? {
            return Ok(Some(why));
        }
        let barred = committee.all_below(Form::CommitteeMayNot).flat_map(|line| texts(line, Label::Not));
        if let Some(phrase) = barred.into_iter().find(|phrase| holds(&decision.words, phrase)) {
            return Ok(Some(format!("the committee may not {phrase}")));
        }
        if decision.votes.is_empty() {
            return Ok(None);
        }
        let run = self.on_another_day(meeting.event.date);
        let wanted = |party: &Name| decision.votes.iter().any(|(who, say)| *who == party && *say == "yes");
        let mut matter = vec![decision.words.as_str()];
        let classes = &run.model_now().improvements;
        if decision.class.is_some_and(|class| classes.iter().any(|one| one.name == *class)) {
            matter.extend(ON_INVENTIONS);
        }
        let say = run.final_say(committee, &matter);
        if say.iter().any(wanted) {
            return Ok(None);
        }
        let Some(line) = committee.below(Form::CommitteeDecides) else { return Ok(None) };
        let casting = line.name(Label::Casting);
        if casting.is_some_and(wanted) {
            return Ok(None);
        }
        let seats = committee.below(Form::CommitteeSeats).map(seats).unwrap_or_default();
        let members = members(self, committee);
        let why = match line.word(Label::How) {
            Some("majority") => no_majority(decision, &seats)?,
            _ => not_agreed(decision, &members),
        };
        // Whoever is not named may have wanted it, or have the last word.
        let blank = members.iter().chain(&say).chain(casting).any(Name::is_blank);
        match why {
            Some(_) if blank => {
                Err(Unknown::new("who sits in the committee or has the last word is redacted or open"))
            }
            why => Ok(why),
        }
    }
}

/// Why a decision has no majority, by the seats of those who voted.
fn no_majority(decision: &Decision<'_>, seats: &[(Name, Option<Exact>)]) -> Eval<Option<String>> {
    let (mut yes, mut no) = (Exact::zero(), Exact::zero());
    for (who, say) in decision.votes.iter().filter(|(_, say)| *say != "abstains") {
        let weight = match seats.iter().find(|(party, _)| party == *who) {
            Some((_, None)) => {
                return Err(Unknown::new(format!("how many seats {who} has is redacted or open")));
            }
            Some((_, Some(number))) => number.clone(),
            None => Exact::one(),
        };
        let side = if *say == "yes" { &mut yes } else { &mut no };
        *side = &*side + &weight;
    }
    Ok((yes <= no).then(|| "no majority wanted it".to_string()))
}

/// Why not all agreed, who have to.
fn not_agreed(decision: &Decision<'_>, members: &[Name]) -> Option<String> {
    let against: Vec<&str> =
        decision.votes.iter().filter(|(_, say)| *say != "yes").map(|(who, _)| who.as_str()).collect();
    let silent = members.iter().find(|member| !decision.votes.iter().any(|(who, _)| who == member));
    match (against.is_empty(), silent) {
        (true, None) => None,
        (true, Some(silent)) => Some(format!("{silent} did not vote, and all have to agree")),
        (false, _) => Some(format!("{} did not agree", against.join(", "))),
    }
}

/// Whether one of the phrases of a line names a matter.
fn names_it(line: &Record, label: Label, matter: &str) -> bool {
    texts(line, label).iter().any(|phrase| holds(matter, phrase))
}

/// What was told as decided, and is not: a finding for each.
pub(crate) fn no_decisions(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let met = |e: &Event| matches!(&e.kind, EventKind::Told { word, .. } if word == "met");
    let mut out = Vec::new();
    for event in runs.machine.journal.events.iter().filter(|event| met(event)) {
        let run = runs.on(event.date, Date::MAX);
        let EventKind::Told { name: Some(name), .. } = &event.kind else { continue };
        let committee = run.clauses(Form::FileCommittee).find(|c| c.name(Label::Name) == Some(name));
        let (Some(committee), Some(entry)) = (committee, run.record_of(event)) else { continue };
        let meeting = Meeting { event, entry };
        for (decision, line) in decisions(&meeting) {
            let Ok(Some(why)) = run.void(committee, &meeting, &decision) else { continue };
            // Where somebody else decides then, that it was not agreed has its effect.
            if is_on(&decision.words, EXTENDING) && run.has_another_say(name) {
                continue;
            }
            let said = format!("this is no decision of `{name}`: {why}");
            out.push(
                Diagnostic::warning("no-decision", line.at.span(), said).in_file(line.at.file).with_also(
                    committee.at.file,
                    committee.at.span(),
                    "how it decides is said here",
                ),
            );
        }
    }
    out
}
