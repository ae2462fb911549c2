//! Whether something named is in a state on a day: a milestone is met, a payment paid, a right in force.
//!
//! Rights are asked where their lives are followed; all else is told by the journal.

use super::shown::is_shown_by_sale;
use crate::clock::Focus;
use crate::ends::termination::Termination;
use crate::engine::Run;
use crate::pay::is_a_payment;
use crate::rights::DaysSo;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::PartOf;
use counterpart_num::{Date, Period};
use counterpart_rights::all_days;
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::{Condition, Name, Territory};

impl Run<'_> {
    /// Whether something named is in a state on a day.
    ///
    /// # Errors
    /// Where the state is not one that can be told from the journal.
    pub fn state_of(
        &self,
        name: &Name,
        state: &str,
        place: Option<&Name>,
        day: Date,
        focus: &Focus,
    ) -> Eval<bool> {
        if let Some(so) = self.course_is(name, state, day) {
            return so;
        }
        let by = |d: Option<Date>| d.is_some_and(|d| d <= day);
        let model = self.model_on(day);
        Ok(match state {
            "met" | "reached" | "agreed" | "approved" | "launched" | "on the market" | "exercised" => {
                if self.facts.told("missed", Some(name), None).is_some() {
                    return Ok(false);
                }
                if let Some(when) = model.market.milestones.get(name).and_then(|m| m.reached_when.as_ref()) {
                    // With the figures of a period it is reached at its end, whenever they were told.
                    return match focus.period.filter(|period| period.start < period.end) {
                        Some(_) => self.holds(when, focus),
                        None => self.days_since_it_happened(name, focus).on(day),
                    };
                }
                let sold = model.market.products.contains_key(name) && is_shown_by_sale(state);
                let sold = if sold { self.facts.first_sale_of(Some(name), place) } else { None };
                let shown = self.facts.told_to_be(name, state, place).into_iter().chain(sold).min();
                let told = self
                    .facts
                    .reached(name, focus.product.as_ref(), place)
                    .or_else(|| self.facts.exercised(name))
                    .or(shown)
                    .or_else(|| {
                        self.facts.paid_first(name).filter(|_| is_a_payment(&self.machine.editions, name))
                    });
                by(told) || self.has_begun(name, place, day)?
            }
            // What is paid again and again is paid while nothing of it is overdue, a single sum once all of it is paid.
            "paid" if self.recurs(name) => self.is_paid_up(name)?,
            "paid" => {
                by(self.facts.paid_first(name)) && (!self.is_payment(name) || self.is_paid_in_full(name)?)
            }
            "suspended" if self.can_rest(name) => self.days_resting(name).on(day)?,
            "running" if self.runs_as_clause(name, state) => {
                let on = |test: &Condition| match self
                    .holds(test, &Focus { period: Period::new(day, day), ..focus.clone() })
                {
                    Ok(true) => DaysSo::sure(all_days()),
                    Ok(false) => DaysSo::default(),
                    Err(why) => DaysSo::unknown(why),
                };
                let territory = place.map(Territory::at);
                self.days_running((name, territory.as_ref()), on).on(day)?
            }
            "running" | "open" | "in force" if state != "in force" || self.is_event(name) => {
                self.days_it_lasts(name, place).on(day)?
            }
            "ended" | "lapsed" if self.is_right(name) => self.has_ended(name, &part(place, focus), day)?,
            "ended" | "lapsed" => {
                by(self.facts.ended(name, place))
                    || self.has_stopped(name, place, day)?
                    || self.is_over(name, day)?
            }
            "in force" if self.is_right(name) => self.is_held(name, &part(place, focus), day)?,
            "in force" => self.clock().effective().is_none_or(|d| d <= day) && !self.is_over(name, day)?,
            "reported" => self.is_reported(name, day, focus)?,
            // Patents not listed stand until the journal says otherwise.
            "valid" if self.lists_no_patents(name) => {
                !by(self.facts.patent_event(&["lapsed", "expired", "invalidated", "abandoned"], name, place))
            }
            "valid" => match self.clock().moment(
                &counterpart_terms::value::Moment::LastValidClaim(vec![name.clone()]),
                &Focus { place: place.cloned(), ..focus.clone() },
            )? {
                crate::clock::When::On(end) => day <= end,
                crate::clock::When::NotYet => true,
                crate::clock::When::Never => false,
            },
            other => return Err(Unknown::new(format!("whether `{name}` is {other} cannot be told yet"))),
        })
    }

    /// Whether what is to be done by a day was not: a sum paid, a report made. It is missed from the day after, and one done
    /// in part is; by a day that is named it stays what it was on that day. `None` of what has no such day.
    pub(super) fn is_missed(
        &self,
        (name, state): (&Name, &str),
        (limit, day): (Option<Date>, Date),
        focus: &Focus,
    ) -> Option<Eval<bool>> {
        match (state, limit) {
            ("paid", _) if !self.is_payment(name) => None,
            ("paid", Some(limit)) => Some(self.was_paid_up_by(name, limit).map(|paid| !paid)),
            ("paid", None) => Some(self.is_paid_up(name).map(|paid| !paid)),
            ("reported", Some(limit)) => Some(self.was_not_reported_by(name, limit)),
            ("reported", None) => Some(self.is_not_reported(name, day, focus)),
            _ => None,
        }
    }

    /// Whether something has a day by which it is to be done: what was so by a day that is named is then asked of that day.
    pub(crate) fn falls_due(&self, name: &Name, state: &str) -> bool {
        state == "reported" || state == "paid" && self.is_payment(name)
    }

    /// Whether something that is no right was ended by a day, by itself or with the agreement.
    fn is_over(&self, name: &Name, day: Date) -> Eval<bool> {
        let with_the_agreement = self.clock().terminated().filter(|found| found.told <= day);
        let over = |found: Option<Termination>| found.map_or(Ok(false), |found| Ok(found.end? <= day));
        Ok(over(self.clock().ended_alone(name))?
            || over(with_the_agreement)?
            || self.is_ended_by_effect(name, day)?)
    }

    /// Whether a name is an event of the deal, which is in force while it lasts.
    fn is_event(&self, name: &Name) -> bool {
        let mut records = self.models().flat_map(|m| &m.records);
        records.any(|r| r.clause == Form::FileEvent && r.name(Label::Name) == Some(name))
    }

    /// Whether a payment is one that recurs, of which nothing was owed yet that is settled by now.
    pub(super) fn is_owed_nothing(&self, name: &Name) -> Eval<bool> {
        if !self.recurs(name) {
            return Ok(false);
        }
        let dues = self.dues(name)?;
        for (due, on) in dues.iter().zip(&self.allotted(name, &dues).on) {
            let owed = due.amount.as_ref().map_err(Clone::clone)?.number().is_positive();
            if owed && !on.left(due)?.number().is_positive() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the text lists no patent of assets, and no list of them elsewhere.
    fn lists_no_patents(&self, name: &Name) -> bool {
        let mut assets = self.models().flat_map(|m| &m.records).filter(|r| r.clause == Form::FileAssets);
        let listed =
            |r: &Record| r.below(Form::AssetsPatent).is_some() || r.below(Form::AssetsListed).is_some();
        !assets.any(|r| r.name(Label::Name) == Some(name) && listed(r))
    }
}

/// The part of a right that a test is about.
pub(crate) fn part(place: Option<&Name>, focus: &Focus) -> PartOf {
    let product = focus.product.clone().filter(|_| focus.each);
    PartOf { place: place.cloned(), field: focus.field.clone(), product, ..PartOf::default() }
}
