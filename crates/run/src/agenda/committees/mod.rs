//! Committees: their meetings, the minutes and reports of them, what was to be done by whom; and whether what a
//! committee decided is decided.

mod decisions;
mod meetings;

pub(crate) use decisions::{EXTENDING, no_decisions};
pub(super) use meetings::members;

use super::Duty;
use crate::engine::Run;
use counterpart_ledger::Event;
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Same;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Name, Value};
use meetings::{Meeting, meetings, no_quorum};

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
        let duty = Duty { by: Name::list(&members), ..Duty::new("meet in", name, run.place(meets.at)) };
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
        let by = Name::list(&chair(committee).map_or(members.clone(), |chair| vec![chair]));
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
    let by = Name::list(&chair(committee).map_or(members(run, committee), |chair| vec![chair]));
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

/// The party that chairs a committee, where the text names one.
fn chair(committee: &Record) -> Option<Name> {
    committee.below(Form::CommitteeChair)?.name(Label::By).cloned()
}

impl<'m> Run<'m> {
    /// The entry that says that something in words was done by a party.
    pub(super) fn done(&self, words: &str, by: &Name, from: Date) -> Option<&'m Event> {
        let mut done = self.told_as("done");
        let found = done.find(|(event, parts)| {
            let same = parts.text(Label::Text).is_some_and(|text| text.eq_ignore_ascii_case(words));
            let of = std::slice::from_ref(by);
            let theirs = |told| self.acts_for(told, of, None, event.date) == Same::Yes;
            same && event.date >= from && parts.name(Label::By).is_none_or(theirs)
        });
        found.map(|(event, _)| event)
    }
}
