//! Statements of shared costs, from each party that bears a share; and what is open of what is shared under the name of
//! patents or of an invention.

use super::committees::{in_period, same_days};
use super::told::{duration, without};
use super::{Duty, State};
use crate::costs::{CostsAsked, NO_DAY};
use crate::engine::Run;
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Same;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, PeriodLabel, Value};

/// A statement for each period, from each who shares.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let statements = run.clauses(Form::FileShareCosts).flat_map(|clause| of(run, clause));
    statements.chain(open_accounts(run)).chain(withheld(run)).collect()
}

/// What may be owed of costs that are shared, where it is withheld of what.
fn withheld<'r>(run: &'r Run<'_>) -> impl Iterator<Item = Duty> + 'r {
    let clauses = run.clauses(Form::FileShareCosts);
    let hidden = clauses.flat_map(|c| c.names(Label::Of).into_iter().map(move |of| (of, c.at)));
    hidden.filter(|(of, _)| of.is_blank()).map(|(of, at)| Duty {
        unknown: Some("which costs are shared is redacted or open".to_string()),
        ..Duty::new("pay", &of, run.place(at))
    })
}

/// What is left to be paid of running accounts: no clause gives it a day.
fn open_accounts(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for name in run.names_of_accounts() {
        let Some(account) = run.running_account(&name, &CostsAsked::default()) else { continue };
        let duty = Duty { state: State::Due, ..Duty::new("pay", &name, run.place(account.at)) };
        if let Some(why) = account.unknown() {
            out.push(Duty { unknown: Some(why.reason.clone()), ..duty });
            continue;
        }
        for pair in account.pairs.iter().filter(|pair| !pair.left.number().is_zero()) {
            let back = pair.left.number().is_negative();
            let (by, to) = if back { (&pair.to, &pair.from) } else { (&pair.from, &pair.to) };
            out.push(Duty {
                by: by.to_string(),
                to: to.to_string(),
                amount: Some(pair.left.with(pair.left.number().abs()).to_string()),
                unknown: Some(NO_DAY.to_string()),
                ..duty.clone()
            });
        }
    }
    out
}

fn of(run: &Run<'_>, clause: &Record) -> Vec<Duty> {
    let Some(line) = clause.below(Form::ShareCostsReported) else { return Vec::new() };
    let (Some(within), Some(Value::Cycle(cycle))) = (duration(line, Label::Within), line.get(Label::Cycle))
    else {
        return Vec::new();
    };
    let share = |value: &Value| match value {
        Value::Parts(parts) => parts.name(Label::Party).cloned(),
        _ => None,
    };
    let shares = clause.all_below(Form::ShareCostsShares).flat_map(|line| line.all(Label::Share));
    let mut parties: Vec<Name> = shares.filter_map(share).collect();
    parties.dedup();
    let from = run.clock().effective_day().ok().flatten().or_else(|| run.first_day());
    let mut out = Vec::new();
    for name in clause.names(Label::Of) {
        for party in &parties {
            let duty = Duty {
                by: party.to_string(),
                to: Name::list(&without(&parties, std::slice::from_ref(party))),
                ..Duty::new("send a statement of", &name, run.place(line.at))
            };
            let periods = run.clock().cycle(cycle).map(|cycle| match from {
                Some(from) => cycle.between(from, run.facts.as_of()),
                None => Vec::new(),
            });
            match periods {
                Ok(periods) => {
                    out.extend(periods.into_iter().filter(|p| goes_on(run, &name, p)).map(|period| {
                        let due = run.clock().shift(period.end, within, false);
                        let last = due.as_ref().map_or(period.end, |day| *day);
                        let done = run
                            .facts
                            .happened()
                            .find(|event| told(run, event, (&name, party), &period, last));
                        run.standing_of(in_period(&duty, period), due, done)
                    }))
                }
                Err(why) => out.push(Duty { unknown: Some(why.reason), ..duty }),
            }
        }
    }
    out
}

/// Whether there may be costs in a period: not once what they are for was reached, nor after the agreement.
fn goes_on(run: &Run<'_>, name: &Name, period: &Period) -> bool {
    let reached = run.facts.reached(name, None, None);
    let end = [reached, run.ended_on()].into_iter().flatten().min();
    end.is_none_or(|end| end >= period.start)
}

/// Whether an entry tells a party's costs of a period, or that its statement was sent.
fn told(run: &Run<'_>, event: &Event, (name, party): (&Name, &Name), period: &Period, last: Date) -> bool {
    let of = |label: Option<PeriodLabel>| match label.and_then(|label| run.clock().period(label, Some(party)))
    {
        Some(of) => same_days(&of, period),
        None => event.date >= period.start && event.date <= last,
    };
    let acts = |by: &Name| run.acts_for(by, std::slice::from_ref(party), None, event.date) == Same::Yes;
    match &event.kind {
        EventKind::Cost { name: told, by, label, .. } => {
            told == name && by.as_ref().is_none_or(acts) && of(*label)
        }
        EventKind::Told { word, parts, .. } if word == "sent" => {
            let label = match parts.get(Label::Label) {
                Some(Value::Period(label)) => Some(*label),
                _ => None,
            };
            parts.word(Label::Doc) == Some("statement")
                && parts.name(Label::Name) == Some(name)
                && parts.name(Label::By).is_none_or(acts)
                && of(label)
        }
        _ => false,
    }
}
