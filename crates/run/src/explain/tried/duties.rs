//! The entries that would fulfil a duty, give it up or break it.

use super::books::form_of;
use super::{Candidate, Trial};
use crate::agenda::{Duty, Kind};
use counterpart_ledger::ClaimKind;
use counterpart_terms::value::Name;

impl Trial<'_, '_> {
    /// What might be told of the duties a question is about.
    pub(super) fn of_duties(&self) -> Vec<Candidate> {
        let ClaimKind::Duty(asked) = &self.claim.kind else { return Vec::new() };
        let run = self.machine.run(self.claim.date, self.known_on);
        let mut duties = run.duties_asked(asked);
        duties.sort_by_key(|duty| (!duty.state.is_open(), duty.due.is_none(), duty.due));
        let mut out = Vec::new();
        for duty in duties.iter().take(2) {
            out.extend(self.done(duty));
            out.extend(given_up(duty));
        }
        out
    }

    /// The entries by which it is done, in the ways a journal may tell it.
    fn done(&self, duty: &Duty) -> Vec<Candidate> {
        match duty.act.as_str() {
            "report" => self.reports(duty),
            _ => done(duty),
        }
    }

    /// The reports that fulfil a duty to report.
    fn reports(&self, duty: &Duty) -> Vec<Candidate> {
        let run = self.machine.run(self.claim.date, self.known_on);
        let Duty { by, what, .. } = duty;
        let one = by.split(", ").next().unwrap_or_default();
        let period = duty.period.as_ref().filter(|_| duty.periods.is_none());
        let period = period.map_or(String::new(), |period| format!(" for {period}"));
        let Some(form) = form_of(&run, &Name::from(what.as_str())) else { return Vec::new() };
        let named = [String::new(), format!(" by {one}")];
        let said =
            |by: &String| form.of(format!("{one} does so"), format!("reported {what}{by}{period}: {form}"));
        named.iter().map(said).collect()
    }
}

/// The entries by which it is done, in the ways a journal may tell it.
fn done(duty: &Duty) -> Vec<Candidate> {
    let Duty { by, what, .. } = duty;
    let one = by.split(", ").next().unwrap_or_default();
    let period = duty.period.as_ref().filter(|_| duty.periods.is_none());
    let period = period.map_or(String::new(), |period| format!(" for {period}"));
    let place = duty.place.as_ref().map_or(String::new(), |place| format!(" in {place}"));
    let says = |entries: &[String]| -> Vec<Candidate> {
        let said = format!("{one} does so");
        entries.iter().map(|entry| Candidate::new(said.clone(), entry.clone())).collect()
    };
    match duty.act.as_str() {
        "pay" => {
            let Some(amount) = &duty.amount else { return Vec::new() };
            says(&[
                format!("paid {what}{period} {amount}"),
                format!("paid {what} by {one}{period} {amount}"),
                format!("paid {what} {amount}"),
            ])
        }
        "reach" => says(&[format!("reached {what}{place}")]),
        "meet in" => says(&[format!("met {what}")]),
        "answer" => says(&[format!("answered \"{what}\" by {one}"), format!("answered {what} by {one}")]),
        "settle" => says(&[format!("settled {what}")]),
        "give notice of" => says(&[format!("notice of {what} by {one}")]),
        "cure" => says(&[format!("cured by {one}"), format!("cured {what} by {one}")]),
        "review" => says(&[format!("reviewed {what} by {one}")]),
        "deliver" => says(&[
            format!("delivered {what} by {one}{period}"),
            format!("delivered {what} by {one}{period}: …"),
        ]),
        "assign" => {
            let to = duty.to.split(", ").next().unwrap_or_default();
            says(&[format!("assigned {what} by {one} to {to}"), format!("assigned {what} to {to}")])
        }
        "close" => says(&[format!("closed {what}")]),
        "do" => says(&[format!("done \"{what}\" by {one}"), format!("done \"{what}\"")]),
        act => match act.strip_prefix("send ") {
            Some(sent) => {
                let sent = sent.trim_start_matches("a ");
                says(&[
                    format!("sent {sent} {what} by {one}{period}"),
                    format!("sent {sent} {what} by {one}"),
                ])
            }
            // What is kept from day to day no entry does; one may break it.
            None if duty.kind == Kind::Keep => {
                vec![Candidate::new(format!("{one} breaks it"), format!("breached {what} by {one}"))]
            }
            None => says(&[format!("done \"{act} {what}\" by {one}"), format!("notice of {what} by {one}")]),
        },
    }
}

/// What those it is owed to may do.
fn given_up(duty: &Duty) -> Vec<Candidate> {
    let one = duty.to.split(", ").next().unwrap_or_default();
    let period = duty.period.as_ref().filter(|_| duty.periods.is_none());
    let period = period.map_or(String::new(), |period| format!(" for {period}"));
    if one.is_empty() {
        return Vec::new();
    }
    vec![Candidate::new(format!("{one} gives it up"), format!("waived {} by {one}{period}", duty.what))]
}
