//! Committees: their meetings, the minutes and reports of them, what was to be done by whom; and whether what a
//! committee decided is decided.
//!
//! A meeting without its quorum is none, and what it decides is not decided. Nor is what the committee may not do, or
//! what was not agreed in the way it decides, unless a party with the final say on the matter wanted it.

use super::Duty;
use super::told::{holds, list, texts};
use crate::clock::{Focus, When};
use crate::engine::{Machine, Run};
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Name, Value};

/// A meeting of a committee.
struct Meeting<'m> {
    event: &'m Event,
    /// The entry, with what was decided below it.
    entry: &'m Record,
}

/// What committees owe, and what was left to do at their meetings.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    run.clauses(Form::FileCommittee).flat_map(|committee| of(run, committee)).collect()
}

fn of(run: &Run<'_>, committee: &Record) -> Vec<Duty> {
    let Some(name) = committee.name(Label::Name) else { return Vec::new() };
    let mut out = Vec::new();
    let meetings = meetings(run, name);
    let held: Vec<&Meeting<'_>> =
        meetings.iter().filter(|m| !matches!(no_quorum(committee, m.entry), Ok(Some(_)))).collect();
    let members = members(run, committee);
    if let Some(meets) = committee.below(Form::CommitteeMeets) {
        let duty = Duty { by: list(&members), ..Duty::new("meet in", name, run.place(meets.at)) };
        match run.whole_periods(meets.get(Label::Each)) {
            Ok(periods) => out.extend(periods.into_iter().map(|period| {
                let here = || held.iter().filter(|m| period.contains(m.event.date));
                let done = here().find(|m| no_quorum(committee, m.entry).is_ok()).map(|m| m.event);
                let unsure = here().find_map(|m| no_quorum(committee, m.entry).err());
                let duty = run.standing_of(in_period(&duty, period), Ok(period.end), done);
                Duty { unknown: unsure.filter(|_| done.is_none()).map(|why| why.reason), ..duty }
            })),
            Err(why) => out.push(Duty { unknown: Some(why.reason), ..duty.clone() }),
        }
        if meets.has(Label::Minutes) {
            out.extend(minutes(run, (name, committee), meets, &held));
        }
    }
    if let Some(reports) = committee.below(Form::CommitteeReports) {
        let sent = sent(run, "report", name);
        let by = list(&chair(committee).map_or(members.clone(), |chair| vec![chair]));
        let duty = Duty { by, ..Duty::new("send a report of", name, run.place(reports.at)) };
        let periods = run.whole_periods(reports.get(Label::Each)).unwrap_or_else(|why| {
            out.push(Duty { unknown: Some(why.reason), ..duty.clone() });
            Vec::new()
        });
        for period in periods {
            let done = sent.iter().find(|(event, parts)| match parts.get(Label::Label) {
                Some(Value::Period(label)) => {
                    run.clock().period(*label, None).is_some_and(|p| same_days(&p, &period))
                }
                _ => period.contains(event.date),
            });
            out.push(run.standing_of(
                in_period(&duty, period),
                Ok(period.end),
                done.map(|(event, _)| *event),
            ));
        }
    }
    out.extend(held.iter().flat_map(|meeting| actions(run, meeting)));
    out
}

/// A duty of one period.
pub(super) fn in_period(duty: &Duty, period: Period) -> Duty {
    Duty { period: Some(period.to_string()), days: Some(period), ..duty.clone() }
}

/// Whether two periods are the same days.
pub(super) fn same_days(one: &Period, other: &Period) -> bool {
    one.start == other.start && one.end == other.end
}

/// The minutes of each meeting: what is sent is that of the first still open.
fn minutes(
    run: &Run<'_>,
    (name, committee): (&Name, &Record),
    meets: &Record,
    held: &[&Meeting<'_>],
) -> Vec<Duty> {
    let by = list(&chair(committee).map_or(members(run, committee), |chair| vec![chair]));
    let duty = Duty { by, ..Duty::new("send minutes of", name, run.place(meets.at)) };
    let mut sent = sent(run, "minutes", name);
    held.iter()
        .map(|meeting| {
            let on = meeting.event.date;
            let first = sent.iter().position(|(event, _)| event.date >= on);
            let done = first.map(|index| sent.remove(index).0);
            run.standing_of(duty.clone(), run.within(on, meets.get(Label::Minutes)), done)
        })
        .collect()
}

/// What was to be done after a meeting.
fn actions(run: &Run<'_>, meeting: &Meeting<'_>) -> Vec<Duty> {
    let actions = meeting.entry.all_below(Form::EntryAction);
    let duty = |action: &Record| {
        let (text, by) = (action.text(Label::Text)?, action.name(Label::By)?);
        let duty = Duty { worded: true, by: by.to_string(), ..Duty::new("do", text, run.place(action.at)) };
        let done = run.done(text, by, meeting.event.date);
        Some(match action.get(Label::Until) {
            Some(Value::Date(day)) => run.standing_of(duty, Ok(*day), done),
            _ => {
                let day = done.map_or(run.facts.as_of(), |event| event.date);
                Duty { due: None, ..run.standing_of(duty, Ok(day), done) }
            }
        })
    };
    actions.filter_map(duty).collect()
}

/// What was sent of a committee.
fn sent<'m>(run: &Run<'m>, what: &str, of: &Name) -> Vec<(&'m Event, &'m Parts)> {
    let sent = run.told_as("sent");
    sent.filter(|(_, parts)| parts.word(Label::Doc) == Some(what) && parts.name(Label::Name) == Some(of))
        .collect()
}

fn meetings<'m>(run: &Run<'m>, committee: &Name) -> Vec<Meeting<'m>> {
    let met = run.told_as("met").filter(|(_, parts)| parts.name(Label::Name) == Some(committee));
    met.filter_map(|(event, _)| Some(Meeting { event, entry: run.record_of(event)? })).collect()
}

/// The party that chairs a committee, where the text names one.
fn chair(committee: &Record) -> Option<Name> {
    committee.below(Form::CommitteeChair)?.name(Label::By).cloned()
}

/// The parties with seats; of a committee that names none, all.
pub(super) fn members(run: &Run<'_>, committee: &Record) -> Vec<Name> {
    let seats = committee.below(Form::CommitteeSeats).map(seats).unwrap_or_default();
    if seats.is_empty() { run.all_parties() } else { seats.into_iter().map(|(party, _)| party).collect() }
}

/// Parties with numbers; a number that is not given is none.
fn seats(line: &Record) -> Vec<(Name, Option<Exact>)> {
    let seat = |value: &Value| match value {
        Value::Parts(parts) => {
            let number = match parts.get(Label::Number) {
                Some(Value::Number(number)) => Some(number.clone()),
                _ => None,
            };
            Some((parts.name(Label::Party)?.clone(), number))
        }
        _ => None,
    };
    line.all(Label::Seat).filter_map(seat).collect()
}

/// Why a meeting had no quorum, where it is told who was there.
///
/// # Errors
/// Where the text does not give what the quorum is.
fn no_quorum(committee: &Record, meeting: &Record) -> Eval<Option<String>> {
    let Some(quorum) = committee.below(Form::CommitteeQuorum) else { return Ok(None) };
    let present: Vec<(Name, Option<Exact>)> = meeting.all_below(Form::EntryPresent).flat_map(seats).collect();
    if present.is_empty() {
        return Ok(None);
    }
    let needed = match quorum.get(Label::Number) {
        Some(Value::Number(number)) => {
            let parties = committee.below(Form::CommitteeSeats).map(seats).unwrap_or_default();
            parties.into_iter().map(|(party, _)| (party, Some(number.clone()))).collect()
        }
        Some(_) => return Err(Unknown::new("how many are the quorum is redacted or open")),
        None => seats(quorum),
    };
    let mut lacking = None;
    for (party, needed) in needed {
        let (Some(needed), false) = (needed, party.is_blank()) else {
            return Err(Unknown::new("whose seats or how many are the quorum is redacted or open"));
        };
        let there = present.iter().find(|(other, _)| *other == party);
        let Some(there) = there.map_or(Some(Exact::zero()), |(_, number)| number.clone()) else { continue };
        if there < needed {
            lacking = Some(format!("{there} of {party} were there, and {needed} are the quorum"));
        }
    }
    Ok(lacking)
}

/// One thing that was decided, and who wanted it.
struct Decision<'m> {
    words: String,
    votes: Vec<(&'m Name, &'m str)>,
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
        Some((Decision { words, votes: line.all(Label::Vote).filter_map(vote).collect() }, line))
    };
    lines.filter_map(read).collect()
}

impl<'m> Run<'m> {
    /// The entry that says that something in words was done by a party.
    pub(super) fn done(&self, words: &str, by: &Name, from: Date) -> Option<&'m Event> {
        let mut done = self.told_as("done");
        let found = done.find(|(event, parts)| {
            let same = parts.text(Label::Text).is_some_and(|text| text.eq_ignore_ascii_case(words));
            same && event.date >= from && parts.name(Label::By).is_none_or(|told| told == by)
        });
        found.map(|(event, _)| event)
    }

    /// Who decides a matter: the party with the final say on it, or else the committee it is left to.
    pub(crate) fn who_decides(&self, matter: &str) -> Vec<Name> {
        let committees: Vec<&Record> = self.clauses(Form::FileCommittee).collect();
        let mut say: Vec<Name> = Vec::new();
        for committee in &committees {
            say.extend(self.final_say(committee, matter));
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

    /// Who has the final say on a matter in a committee.
    fn final_say(&self, committee: &Record, matter: &str) -> Vec<Name> {
        let lines = committee.all_below(Form::CommitteeFinal);
        let day = self.facts.as_of();
        let has = lines.filter(|line| {
            let on = !line.has(Label::On) || names_it(line, Label::On, matter);
            let barred = names_it(line, Label::Not, matter) || names_it(line, Label::Except, matter);
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
        let say = run.final_say(committee, &decision.words);
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
pub(crate) fn no_decisions(machine: &Machine<'_>) -> Vec<Diagnostic> {
    let met = |e: &Event| matches!(&e.kind, EventKind::Told { word, .. } if word == "met");
    let mut out = Vec::new();
    for event in machine.journal.events.iter().filter(|event| met(event)) {
        let run = machine.run(event.date, Date::MAX);
        let EventKind::Told { name: Some(name), .. } = &event.kind else { continue };
        let committee = run.clauses(Form::FileCommittee).find(|c| c.name(Label::Name) == Some(name));
        let (Some(committee), Some(entry)) = (committee, run.record_of(event)) else { continue };
        let meeting = Meeting { event, entry };
        for (decision, line) in decisions(&meeting) {
            let Ok(Some(why)) = run.void(committee, &meeting, &decision) else { continue };
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
