//! Risks: their reviews, and the remedies promised by a day.

use super::Duty;
use super::committees::in_period;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;

/// What the owners of risks owe.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    run.clauses(Form::FileRisk).flat_map(|risk| of(run, risk)).collect()
}

fn of(run: &Run<'_>, risk: &Record) -> Vec<Duty> {
    let mut out = Vec::new();
    let Some(name) = risk.name(Label::Name) else { return out };
    let Some(facts) = risk.below(Form::RiskFacts) else { return out };
    let Some(owner) = facts.name(Label::Owner) else { return out };
    if facts.has(Label::Each) {
        let duty = Duty { by: owner.to_string(), ..Duty::new("review", name, run.place(facts.at)) };
        match run.whole_periods(facts.get(Label::Each)) {
            Ok(periods) => out.extend(periods.into_iter().map(|period| {
                let mut reviews = run.told_as("reviewed");
                let done = reviews.find(|(event, parts)| {
                    parts.name(Label::Name) == Some(name) && period.contains(event.date)
                });
                run.standing_of(in_period(&duty, period), Ok(period.end), done.map(|(event, _)| event))
            })),
            Err(why) => out.push(Duty { unknown: Some(why.reason), ..duty }),
        }
    }
    for line in risk.all_below(Form::RiskRemedy) {
        let (Some(words), Some(by)) = (line.text(Label::Remedy), line.moment(Label::By)) else { continue };
        let duty = Duty { worded: true, by: owner.to_string(), ..Duty::new("do", words, run.place(line.at)) };
        let due = match run.clock().moment(by, &Focus::default()) {
            Ok(When::On(day)) => Ok(day),
            Ok(_) => Err(Unknown::not_yet("what its day hangs on has not happened")),
            Err(why) => Err(why),
        };
        out.push(run.standing_of(duty, due, run.done(words, owner, Date::MIN)));
    }
    out
}
