//! What an escrow agent holds: to whom it is released, and what it may be used for from then on.

use super::{Duty, Kind, State};
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

/// Deposits that are released.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    run.clauses(Form::FileEscrow).flat_map(|escrow| of(run, escrow)).collect()
}

fn of(run: &Run<'_>, escrow: &Record) -> Vec<Duty> {
    let Some(name) = escrow.name(Label::Name) else { return Vec::new() };
    let assets = escrow.names(Label::Assets);
    let grants = run.model_now().grants.values().filter(|grant| {
        grant.assets.as_ref().is_some_and(|set| set.names.iter().any(|asset| assets.contains(asset)))
    });
    let mut takers: Vec<Name> = grants.flat_map(|grant| grant.to.clone()).collect();
    takers.dedup();
    let agent = escrow.below(Form::EscrowAgent).and_then(|line| line.text(Label::Agent));
    let line = escrow.below(Form::EscrowReleased);
    let deliver = Duty {
        by: agent.unwrap_or("escrow agent").to_string(),
        to: Name::list(&takers),
        ..Duty::new("deliver", Name::list(&assets), run.place(line.map_or(escrow.at, |line| line.at)))
    };
    let limits = escrow.all_below(Form::EscrowUse).filter_map(|line| {
        let fields = line.names(Label::For);
        let what = format!("{} only for {}", Name::list(&assets), Name::list(&fields));
        let duty = Duty {
            kind: Kind::Keep,
            state: State::Running,
            by: Name::list(&takers),
            ..Duty::new("use", what, run.place(line.at))
        };
        (!fields.is_empty()).then_some(duty)
    });
    let released = match run.released(name) {
        Ok(Some(day)) => day,
        Ok(None) => return Vec::new(),
        Err(why) => {
            let all = std::iter::once(deliver).chain(limits);
            return all.map(|duty| Duty { unknown: Some(why.reason.clone()), ..duty }).collect();
        }
    };
    let delivered = run.told_as("delivered").find(|(event, parts)| {
        let it = parts.name(Label::Name).is_some_and(|told| told == name || assets.contains(told));
        it && event.date >= released
    });
    let delivered = run.standing_of(deliver.clone(), Ok(released), delivered.map(|(event, _)| event));
    std::iter::once(delivered).chain(limits).collect()
}

impl Run<'_> {
    /// The day from which a deposit is released, where it has come; for good.
    ///
    /// # Errors
    /// Where whether it has cannot be said.
    pub(crate) fn released(&self, escrow: &Name) -> Eval<Option<Date>> {
        let mut escrows = self.clauses(Form::FileEscrow);
        let Some(record) = escrows.find(|record| record.name(Label::Name) == Some(escrow)) else {
            return Err(Unknown::new(format!("`{escrow}` is no escrow")));
        };
        let Some(line) = record.below(Form::EscrowReleased) else { return Ok(None) };
        let Some(when) = line.condition(Label::When) else { return Ok(None) };
        let so = self.days_when(when, &Focus::default());
        let past = |first: Option<u32>| first.map(date).filter(|day| *day <= self.facts.as_of());
        match (past(so.yes.first()), so.doubt.first()) {
            (Some(day), _) => Ok(Some(day)),
            (None, Some((days, why))) if past(days.first()).is_some() => Err(why.clone().at(line.at)),
            _ => Ok(None),
        }
    }
}
