//! The day of a milestone: as its text says, and later where an earlier one was late.
//!
//! Where `a missed date slides later dates`, or a trigger that a date was missed says that `later dates slide by the
//! delay`, what the same parties are to reach later is due as many days later as the missed one was reached late. While
//! that is still to be reached, the later days are not fixed, and nobody is late with them. A later one that is reached by
//! its own first date makes up for what was missed before it: nothing slides any more.

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact, Mode, Rounding};
use counterpart_syntax::Form;
use counterpart_terms::model::{FeeWhen, Milestone, Model, PayRule, Trigger};
use counterpart_terms::value::{Condition, Moment, Name, Value};
use std::collections::BTreeSet;

/// A milestone with a day of its own.
struct Dated<'m> {
    name: &'m Name,
    milestone: &'m Milestone,
    /// Its first date.
    due: Date,
}

impl<'m> Run<'m> {
    /// The day a milestone is due.
    ///
    /// # Errors
    /// Where what its day hangs on is not given, or it slides with one that is not reached yet.
    pub(crate) fn milestone_due(&self, name: &Name, milestone: &Milestone) -> Eval<When> {
        let Some(moment) = &milestone.due else { return Ok(When::NotYet) };
        let own = self.clock().moment(moment, &Focus::default())?;
        let When::On(own) = own else { return Ok(own) };
        let own = self.bought_time(name, milestone, own)?;
        let sliding = self.sliding();
        if sliding.is_empty() {
            return Ok(When::On(own));
        }
        let mut slid = 0;
        let line = self.in_line(&milestone.by);
        for (index, before) in line.iter().enumerate() {
            if before.name == name || before.due >= own {
                break;
            }
            let Some(due) = before.due.add_days(slid) else { continue };
            if !sliding.contains(before.name) {
                continue;
            }
            let after = line.get(index + 1..).unwrap_or_default();
            if after.iter().any(|later| self.is_in_time(later)) {
                slid = 0;
                continue;
            }
            match self.reached_on(before.name) {
                Some(on) if on > due => slid += due.days_until(on),
                Some(_) => {}
                None if due < self.facts.as_of() || self.was_missed(before.name) => {
                    let why =
                        format!("its day slides by the delay of `{}`, which is not reached yet", before.name);
                    return Err(Unknown::not_yet(why).at(before.milestone.at));
                }
                None => {}
            }
        }
        Ok(own.add_days(slid).map_or(When::NotYet, When::On))
    }

    /// The day of a milestone with the time that was bought for it: each payment under its name that comes by the day then
    /// due moves it on, as often as it pays the price.
    fn bought_time(&self, name: &Name, milestone: &Milestone, own: Date) -> Eval<Date> {
        let Some(extendable) = &milestone.extendable else { return Ok(own) };
        let located = |why: Unknown| why.at(extendable.at);
        let (mut due, mut bought, mut money) = (own, Exact::zero(), None);
        for event in self.facts.payments_of(name) {
            let EventKind::Paid { amount, currency, .. } = &event.kind else { continue };
            if event.date > due {
                break;
            }
            let price = self.amount(&extendable.price, &Focus::default()).map_err(located)?.0;
            let paid =
                amount.clone().ok_or_else(|| Unknown::new("what was paid for more time is not given"))?;
            if price.currency() != Some(*currency) {
                return Err(located(Unknown::new("more time was paid for in another money")));
            }
            // What is paid in parts buys time once it comes to the price.
            let sum = money.take().unwrap_or_else(Exact::zero) + paid;
            let times = sum
                .checked_div(price.number())
                .map_or_else(Exact::zero, |n| n.round(&Rounding::places(0, Mode::Floor)));
            money = Some(sum - times.clone() * price.number());
            let mut times = times.to_i64().unwrap_or(0);
            while times > 0 {
                if let Some(most) = &extendable.most
                    && bought >= crate::amount::given(most, "number of times").map_err(located)?
                {
                    return Ok(due);
                }
                let by = extendable.by.as_ref();
                let by =
                    by.ok_or_else(|| located(Unknown::new("by how long it can be moved is not said")))?;
                due = self.clock().shift(due, by, false).map_err(located)?;
                bought += &Exact::one();
                times -= 1;
            }
        }
        Ok(due)
    }

    /// The day by which a test says a milestone is to be met: where that is the milestone's own day, as it slid.
    pub(crate) fn met_by(&self, name: &Name, by: &Moment, focus: &Focus) -> Eval<Option<Date>> {
        let own = self.model_now().market.milestones.get(name);
        match own.filter(|milestone| milestone.due.as_ref().is_some_and(|due| self.is_one_day(due, by))) {
            Some(milestone) => match self.milestone_due(name, milestone) {
                Ok(when) => Ok(when.day()),
                Err(why) if why.gap == crate::unknown::Gap::NotYet => Ok(None),
                Err(why) => Err(why),
            },
            None => self.clock().limit(by, focus),
        }
    }

    /// Whether two moments are one: in the same words, or on the same day of the calendar.
    fn is_one_day(&self, one: &Moment, other: &Moment) -> bool {
        let day = |moment: &Moment| self.clock().limit(moment, &Focus::default()).ok().flatten();
        one == other || day(one).is_some_and(|day_of| day(other) == Some(day_of))
    }

    /// What makes up for a milestone that was missed: a later one that was reached by its first date, where a payment for
    /// both says that a later one makes earlier ones due.
    pub(crate) fn made_up_for(&self, name: &Name, milestone: &Milestone) -> Option<&'m Event> {
        let model = self.model_now();
        let line = self.in_line(&milestone.by);
        let own = line.iter().position(|dated| dated.name == name)?;
        if self.reached_on(name).is_some() || !self.sliding().contains(name) {
            return None;
        }
        let paid_with = |later: &Name| {
            model.pays.values().any(|pay| {
                let of = |name: &Name| {
                    let mut lines = pay.instalments.iter().filter_map(|line| match &line.when {
                        FeeWhen::When { when, .. } => when.waits_for(),
                        _ => None,
                    });
                    lines.any(|(waits, _)| waits == name)
                };
                pay.rules.iter().any(|(rule, _)| matches!(rule, PayRule::CatchUp(_))) && of(name) && of(later)
            })
        };
        let later =
            line.get(own + 1..)?.iter().find(|later| self.is_in_time(later) && paid_with(later.name))?;
        self.facts.happened().find(|event| reaches(event, later.name))
    }

    /// Why a milestone is due on its day, or is caught up, where that follows from others: those that were missed before it,
    /// and the later one that makes up for it.
    pub(crate) fn why_moved(&self, name: &Name) -> Vec<Step> {
        let model = self.model_now();
        let Some(milestone) = model.market.milestones.get(name) else { return Vec::new() };
        let line = self.in_line(&milestone.by);
        let mut out = Vec::new();
        for earlier in line.iter().take_while(|dated| dated.name != name) {
            let own = self.line_of(earlier.milestone.at, Form::MilestoneSlides);
            let missed = match self.reached_on(earlier.name) {
                Some(on) => on > earlier.due,
                None => earlier.due < self.facts.as_of() || self.was_missed(earlier.name),
            };
            if own == earlier.milestone.at || !missed {
                continue;
            }
            let made_up = self.made_up_for(earlier.name, earlier.milestone).is_some();
            let said = match made_up {
                true => format!("{} was missed, and made up for: it slides nothing", earlier.name),
                false => format!("{} was missed, which slides later dates", earlier.name),
            };
            out.push(Step::note(said).on(earlier.due).by(own));
        }
        if let Some(event) = self.made_up_for(name, milestone) {
            let rules = model.pays.values().flat_map(|pay| &pay.rules);
            let by = rules.filter(|(rule, _)| matches!(rule, PayRule::CatchUp(_))).map(|(_, at)| *at).next();
            out.push(Step::note("a later one makes up for it").on(event.date).by(by));
        }
        out
    }

    /// The milestones of some parties that have a day, by their first dates.
    fn in_line(&self, by: &[Name]) -> Vec<Dated<'m>> {
        let all = self.model_now().market.milestones.iter().filter(|(_, m)| m.by == by);
        let dated = all.filter_map(|(name, milestone)| {
            let due = self.clock().limit(milestone.due.as_ref()?, &Focus::default()).ok()??;
            Some(Dated { name, milestone, due })
        });
        let mut out: Vec<Dated<'m>> = dated.collect();
        out.sort_by_key(|dated| (dated.due, dated.milestone.at));
        out
    }

    /// The milestones that slide those after them where they are missed.
    fn sliding(&self) -> BTreeSet<&'m Name> {
        let model = self.model_now();
        let says = |milestone: &Milestone| {
            let record = model.records.standing_at(milestone.at);
            record.is_some_and(|record| record.below(Form::MilestoneSlides).is_some())
        };
        let own = model.market.milestones.iter().filter(|(_, milestone)| says(milestone));
        let mut out: BTreeSet<&Name> = own.map(|(name, _)| name).collect();
        for trigger in model.triggers.iter().filter(|trigger| trigger.then.iter().any(slides_later)) {
            out.extend(missed_by(trigger));
        }
        out
    }

    /// Whether a milestone was reached by its first date.
    fn is_in_time(&self, dated: &Dated<'_>) -> bool {
        self.reached_on(dated.name).is_some_and(|on| on <= dated.due)
    }

    fn reached_on(&self, name: &Name) -> Option<Date> {
        self.facts.reached(name, None, None)
    }

    fn was_missed(&self, name: &Name) -> bool {
        self.facts.told("missed", Some(name), None).is_some()
    }
}

/// Whether an effect is that the dates after a missed one slide.
pub(crate) fn slides_later(effect: &Value) -> bool {
    matches!(effect, Value::Word(words) if words.starts_with("later dates slide"))
}

fn reaches(event: &Event, name: &Name) -> bool {
    match &event.kind {
        EventKind::Reached { name: reached, .. } => reached == name,
        EventKind::Determined { name: met, yes: Some(true), .. } => met == name,
        _ => false,
    }
}

/// Whether a trigger is on a milestone that was missed.
pub(crate) fn is_on_a_miss(model: &Model, trigger: &Trigger) -> bool {
    missed_by(trigger).into_iter().any(|name| model.market.milestones.contains_key(name))
}

/// What the test of a trigger says was missed.
pub(crate) fn missed_by(trigger: &Trigger) -> BTreeSet<&Name> {
    let mut missed = BTreeSet::new();
    trigger.when.iter().for_each(|when| missed_in(when, &mut missed));
    missed
}

/// What a test says was missed.
fn missed_in<'c>(condition: &'c Condition, out: &mut BTreeSet<&'c Name>) {
    match condition {
        Condition::State { name, not: true, .. } => {
            out.insert(name);
        }
        Condition::Not(inner) => out.extend(inner.waits_for().map(|(name, _)| name)),
        Condition::All(all) | Condition::Any(all) => all.iter().for_each(|one| missed_in(one, out)),
        _ => {}
    }
}
