//! What triggers and choices do to a payment: it ends, or rests for some time.

use super::Item;
use super::moves::rest_through;
use super::rules::{change, spoil};
use crate::clock::Focus;
use crate::engine::Run;
use crate::kept_going::Of;
use crate::rights::{Bites, Cause, Fires};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::percent;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Change, Effect, Lasting, Pay, Trigger};
use counterpart_terms::value::{Name, Value};

/// The days on which something rests: the first, and the last where one is known.
pub(super) type Rests = Vec<(Date, Option<Date>)>;

/// What triggers and choices did to a payment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Triggered {
    /// The first day on which it is no more.
    pub end: Option<(Date, At)>,
    /// The days on which it rests: the first, and the last where one is known.
    pub rests: Rests,
    /// Tests of which it cannot be said whether they held, each with its day.
    pub doubts: Vec<(Date, Unknown)>,
}

impl Triggered {
    /// The days among some on which it rests.
    pub fn resting(&self, days: &Period) -> i64 {
        let mut rests: Vec<(Date, Date)> =
            self.rests.iter().map(|(a, b)| (*a, b.unwrap_or(Date::MAX))).collect();
        rests.sort();
        // Days that rest twice are counted once.
        let (mut count, mut next) = (0, days.start);
        for (from, to) in rests {
            if let Some(both) = Period::new(from.max(next), to.min(days.end)) {
                count += both.days();
                next = both.end.next_day().unwrap_or(both.end);
            }
        }
        count
    }

    /// Why it cannot be said whether something ends or rests by a day.
    pub fn doubt_by(&self, day: Date) -> Option<&Unknown> {
        self.doubts.iter().find(|(tested, _)| *tested <= day).map(|(_, why)| why)
    }

    fn add(
        &mut self,
        run: &Run<'_>,
        (change, lasting): (&Change, &Lasting),
        from: Date,
        (by, at): (Option<&Trigger>, At),
    ) -> Eval<()> {
        let nowhere = Focus::default();
        let cause = by.map(|trigger| Cause { trigger, tested: from, focus: &nowhere });
        let lasting = by.map_or_else(|| lasting.clone(), |trigger| trigger.lasting(lasting));
        let last = run.last_day_of(&lasting, from, cause)?;
        match change {
            // What ends for a time rests.
            Change::Ends if last.is_some() => self.rests.push((from, last)),
            Change::Ends if self.end.as_ref().is_none_or(|(end, _)| from < *end) => {
                self.end = Some((from, at))
            }
            Change::Ends => {}
            _ => self.rests.push((from, last)),
        }
        Ok(())
    }
}

impl Run<'_> {
    /// What triggers and choices did to a payment, or a royalty.
    ///
    /// # Errors
    /// Where it cannot be said how long it rests.
    pub(crate) fn triggered(&self, name: &Name) -> Eval<Triggered> {
        self.kept_of_payment(name, || self.find_triggered(name))
    }

    fn find_triggered(&self, name: &Name) -> Eval<Triggered> {
        let mut out = Triggered::default();
        for trigger in &self.model_now().triggers {
            let does = trigger.then.iter().filter_map(|effect| Effect::on_payment(effect, name));
            let does: Vec<(Change, Lasting)> = does.collect();
            let offered = trigger.choice.iter().flat_map(|(_, _, effects)| effects);
            let offers = offered.filter_map(|effect| Effect::on_payment(effect, name)).count() > 0;
            if does.is_empty() && !offers || !self.can_follow(trigger) {
                continue;
            }
            let Fires { bites, doubt } = self.fires(trigger);
            if !does.is_empty() && !doubt.is_empty() {
                let undecided = self.followed(self.model_now(), trigger).into_iter();
                out.doubts.extend(undecided.filter_map(|fired| Some((fired.tested, fired.doubt?))));
            }
            for Bites { day, .. } in &bites {
                for (change, lasting) in &does {
                    out.add(self, (change, lasting), *day, (Some(trigger), trigger.at))?;
                }
            }
            for (effect, day) in chosen(self, Some(trigger)) {
                let open = bites.iter().any(|b| b.day <= day && self.may_still_choose(trigger, b.day, day));
                if let Some((change, lasting)) = Effect::on_payment(effect, name).filter(|_| open) {
                    let same = |offered: &Value| {
                        Effect::on_payment(offered, name).is_some_and(|(of, _)| matches!(of, Change::Ends))
                    };
                    let day = match change {
                        Change::Ends => self.end_comes(trigger, day, same)?,
                        _ => day,
                    };
                    out.add(self, (&change, &lasting), day, (Some(trigger), trigger.at))?;
                }
            }
        }
        for event in self.facts.happened() {
            let EventKind::Chose { in_: None, effects, .. } = &event.kind else { continue };
            for (change, lasting) in effects.iter().filter_map(|effect| Effect::on_payment(effect, name)) {
                out.add(self, (&change, &lasting), event.date, (None, event.at))?;
            }
        }
        Ok(out)
    }
}

/// Applies to what has arisen of a payment what triggers and choices did to it.
pub(super) fn apply(run: &Run<'_>, pay: &Pay, items: &mut Vec<Item>) -> Eval<()> {
    for kept in run.reduced(&pay.from, &pay.to, Of::Sum) {
        for item in items.iter_mut().filter(|item| item.arisen >= kept.from) {
            let what = Step::note("kept instead of ended").by(kept.at);
            match &kept.share {
                Ok(share) => {
                    let step = what.how(format!("{} of it from {}", percent(share), kept.from));
                    change(item, |value| value.with(value.number() * share), step);
                }
                Err(why) => spoil(item, why.clone()),
            }
        }
    }
    let Triggered { end, rests, doubts } = run.triggered(&pay.name)?;
    for (_, why) in doubts {
        items.iter_mut().for_each(|item| spoil(item, why.clone()));
    }
    if let Some((end, _)) = end {
        items.retain(|item| item.arisen < end);
    }
    rest_through(run, pay, items, &rests);
    Ok(())
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
