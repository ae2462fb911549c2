//! Milestones that somebody is to reach by a day.

use super::{Consequence, Duty, Kind, State};
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::milestones::{missed_by, slides_later};
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::date;
use counterpart_terms::model::{Milestone, Trigger};
use counterpart_terms::value::Name;

/// The milestones with a day.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let model = run.model_now();
    let dated = model.market.milestones.iter().filter(|(_, milestone)| milestone.due.is_some());
    dated.filter_map(|(name, milestone)| of(run, name, milestone)).collect()
}

fn of(run: &Run<'_>, name: &Name, milestone: &Milestone) -> Option<Duty> {
    let bearers = if milestone.by.is_empty() { run.all_parties() } else { milestone.by.clone() };
    let record = run.model_now().records.standing_at(milestone.at);
    let proof = record.and_then(|record| {
        record.below(counterpart_syntax::Form::MilestoneProved)?.text(counterpart_syntax::Label::By)
    });
    let duty = Duty {
        kind: Kind::Achieve,
        by: Name::list(&bearers),
        proof: proof.map(str::to_string),
        otherwise: missed(run, name),
        ..Duty::new("reach", name, run.place(milestone.at))
    };
    let due = match run.milestone_due(name, milestone) {
        Ok(When::On(day)) => Ok(day),
        // What its day hangs on has not happened.
        Ok(When::NotYet) => return Some(with_the_end(run, Duty { state: State::Coming, ..duty })),
        Ok(When::Never) => return None,
        Err(why) => Err(why),
    };
    let told = run.facts.happened().find(|event| match &event.kind {
        EventKind::Reached { name: reached, .. } => reached == name,
        EventKind::Determined { name: met, yes: Some(true), .. } => met == name,
        _ => false,
    });
    let told = told.or_else(|| run.made_up_for(name, milestone));
    let duty = came_of_it(run, name, run.standing_of(duty, due, told));
    // What is reached when something is measured is told by nobody.
    let met = milestone.reached_when.as_ref().filter(|_| told.is_none()).and_then(|when| {
        let days = run.days_when(when, &Focus::default()).yes;
        days.first().map(date).filter(|day| *day <= run.facts.as_of())
    });
    Some(match (duty.state, met) {
        (State::Done, _) => duty,
        (_, None) => with_the_end(run, duty),
        (_, Some(day)) => Duty { state: State::Done, done_on: Some(day), unknown: None, ..duty },
    })
}

/// What was still to be reached when the agreement ended is to be reached no more.
fn with_the_end(run: &Run<'_>, duty: Duty) -> Duty {
    let open = |end: &Date| duty.state.is_open() && duty.due.is_none_or(|due| *end < due);
    match (run.ended_on().filter(open), run.end_in_doubt()) {
        (None, _) => duty,
        (Some(_), Some(why)) => Duty { unknown: Some(why), ..duty },
        (Some(end), None) => Duty { state: State::Over, until: Some(end), ..duty },
    }
}

/// What was missed is to be reached no more once what was to follow has come: it was that, or else this.
fn came_of_it(run: &Run<'_>, name: &Name, duty: Duty) -> Duty {
    if duty.state != State::Late {
        return duty;
    }
    let model = run.model_now();
    // Where later dates slide by the delay, it is still to be reached.
    let ends =
        |trigger: &&Trigger| missed_by(trigger).contains(name) && !trigger.then.iter().any(slides_later);
    let came =
        model.triggers.iter().filter(ends).find_map(|trigger| run.consequence_came(model, trigger, name));
    match came {
        Some(day) => Duty { state: State::Over, until: Some(day), ..duty },
        None => duty,
    }
}

/// The trigger that follows where a milestone is not reached.
fn missed(run: &Run<'_>, name: &Name) -> Option<Consequence> {
    let on_it = |trigger: &&Trigger| missed_by(trigger).contains(name);
    let trigger = run.model_now().triggers.iter().find(on_it)?;
    Some(Consequence { what: trigger.name.to_string(), clause: run.place(trigger.at) })
}
