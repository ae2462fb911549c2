//! What triggers and choices do to a payment: it ends, or rests for some time.

use super::Item;
use super::moves::rest_through;
use super::rules::spoil;
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::{Bites, Fires};
use crate::unknown::Eval;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{date, day};
use counterpart_terms::model::{Change, Effect, Lasting, Pay, Trigger};
use counterpart_terms::value::Value;

/// Applies to what has arisen of a payment what triggers and choices did to it.
pub(super) fn triggered(run: &Run<'_>, pay: &Pay, items: &mut Vec<Item>) -> Eval<()> {
    let model = run.model_now();
    let mut rests = Vec::new();
    for trigger in &model.triggers {
        let does = trigger.then.iter().filter_map(|effect| Effect::on_payment(effect, &pay.name));
        let does: Vec<(Change, Lasting)> = does.collect();
        let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
        let offers = offered.filter_map(|effect| Effect::on_payment(effect, &pay.name)).count() > 0;
        if does.is_empty() && !offers || !run.can_follow(trigger) {
            continue;
        }
        let Fires { bites, doubt } = run.fires(trigger);
        for why in doubt.into_iter().filter(|_| !does.is_empty()) {
            items.iter_mut().for_each(|item| spoil(item, why.clone()));
        }
        for Bites { day, .. } in &bites {
            for (change, lasting) in &does {
                change_from(run, (change, lasting), *day, Some(trigger), (&mut *items, &mut rests))?;
            }
        }
        for (effect, day) in chosen(run, Some(trigger)) {
            let open = bites.iter().any(|b| b.day <= day && run.may_still_choose(trigger, b.day, day));
            if let Some((change, lasting)) = Effect::on_payment(effect, &pay.name).filter(|_| open) {
                change_from(run, (&change, &lasting), day, None, (&mut *items, &mut rests))?;
            }
        }
    }
    for (effect, day) in chosen(run, None) {
        if let Some((change, lasting)) = Effect::on_payment(effect, &pay.name) {
            change_from(run, (&change, &lasting), day, None, (&mut *items, &mut rests))?;
        }
    }
    rest_through(run, pay, items, &rests);
    Ok(())
}

/// The days on which something rests: the first, and the last where one is known.
type Rests = Vec<(Date, Option<Date>)>;

fn change_from(
    run: &Run<'_>,
    (change, lasting): (&Change, &Lasting),
    from: Date,
    by: Option<&Trigger>,
    (items, rests): (&mut Vec<Item>, &mut Rests),
) -> Eval<()> {
    match change {
        Change::Ends => items.retain(|item| item.arisen < from),
        _ => rests.push((from, last_day(run, lasting, from, by)?)),
    }
    Ok(())
}

/// The last day of a rest; none while it goes on.
fn last_day(run: &Run<'_>, lasting: &Lasting, from: Date, by: Option<&Trigger>) -> Eval<Option<Date>> {
    let mut ends = Vec::new();
    for length in lasting.for_.iter().chain(&lasting.most) {
        ends.extend(run.clock().shift(from, length, false)?.prev_day());
    }
    if let Some(until) = &lasting.until {
        ends.extend(run.clock().limit(until, &Focus::default())?);
    }
    let cause = by.and_then(|trigger| trigger.when.as_ref()).filter(|_| lasting.while_it_lasts);
    if let Some(cause) = cause {
        // The day on which the cause ends is the last.
        let so = run.days_when(cause, &Focus::default()).yes;
        let here = so.iter().find(|(start, end)| *start <= day(from) && day(from) < *end);
        ends.extend(here.map(|(_, end)| date(end)).filter(|end| *end <= run.facts.as_of()));
    }
    Ok(ends.into_iter().min())
}

/// What was chosen, under a trigger or without one.
fn chosen<'r>(run: &'r Run<'_>, under: Option<&'r Trigger>) -> impl Iterator<Item = (&'r Value, Date)> {
    run.facts.happened().flat_map(move |event| {
        let effects = match &event.kind {
            EventKind::Chose { in_, effects, .. } if in_.as_ref() == under.map(|t| &t.name) => {
                effects.as_slice()
            }
            _ => &[],
        };
        effects.iter().map(move |effect| (effect, event.date))
    })
}
