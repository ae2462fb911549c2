//! When what each line of a payment asks for has arisen: on a day, by a condition, again and again, or when something comes
//! about.

use super::occasions::Occasion;
use super::{Item, rules};
use crate::clock::Focus;
use crate::condition::is_about_the_end;
use crate::engine::Run;
use crate::royalty::after_end;
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_num::{Date, Period};
use counterpart_terms::model::{FeeWhen, Instalment, Pay, PayRule};
use counterpart_terms::value::{Condition, Duration, Moment};

impl Run<'_> {
    /// What has arisen of a line so far. After the end of the agreement nothing does any more, but of a payment that survives
    /// it or is for it.
    pub(super) fn arisen(&self, pay: &Pay, index: usize, line: &Instalment) -> Eval<Vec<Item>> {
        let mut out = self.come_about(pay, index, line)?;
        let Some((end, _)) = self.ended_by_now().day() else { return Ok(out) };
        let own = matches!(line.when, FeeWhen::Each { .. }) || is_for_the_end(pay, line);
        if own || out.iter().all(|item| item.arisen <= end) {
            return Ok(out);
        }
        let Some((last, doubt)) = after_end::last_day(self, pay, line)? else { return Ok(out) };
        // What is measured by sales goes by those under the licence, the last of which may come after the end.
        let sales = after_end::last_of_sales(self, pay, end)?.max(last);
        let is_later = |item: &Item| match item.period {
            Some(period) => period.start > sales,
            None => item.arisen > last,
        };
        out.retain(|item| !is_later(item) || doubt.is_some());
        if let Some(why) = doubt {
            let later = out.iter_mut().filter(|item| is_later(item));
            later.for_each(|item| rules::spoil(item, why.clone().at(line.at)));
        }
        Ok(out)
    }

    /// What has come about of a line so far, whether or not the agreement had ended.
    fn come_about(&self, pay: &Pay, index: usize, line: &Instalment) -> Eval<Vec<Item>> {
        let as_of = self.facts.as_of();
        let none = Focus::default();
        let mut out = Vec::new();
        match &line.when {
            FeeWhen::On(moment) | FeeWhen::By(moment) if self.may_be_due(moment).is_some() => {
                let Some((day, why)) = self.may_be_due(moment) else { return Ok(out) };
                let mut item = self.item(pay, index, line, day, Ok(day), None, &none);
                (item.due, item.unsure) = (None, true);
                item.step.what = format!("{} may have arisen since {day}", pay.name);
                rules::spoil(&mut item, why.at(line.at));
                out.push(item);
            }
            FeeWhen::On(moment) | FeeWhen::By(moment) => {
                if let Some(day) = self.clock().limit(moment, &none).map_err(|u| u.at(line.at))?
                    && day <= as_of
                {
                    out.push(self.item(pay, index, line, day, Ok(day), None, &none));
                }
            }
            FeeWhen::Within(within, moment, when) => {
                if let Some(day) = self.clock().limit(moment, &none).map_err(|u| u.at(line.at))?
                    && day <= as_of
                {
                    out.extend(self.on_the_day(pay, (index, line), (within, day), when.as_ref())?);
                }
            }
            FeeWhen::When { when, by, within } => {
                let limit = match by {
                    Some(moment) => self.clock().limit(moment, &none)?,
                    None => None,
                };
                for occasion in self.occasions(pay, line, when).map_err(|u| u.at(line.at))? {
                    if limit.is_some_and(|l| occasion.day > l) {
                        continue;
                    }
                    let within = within.as_ref().or(line.within.as_ref());
                    out.push(self.on_occasion(pay, (index, line), within, occasion));
                }
            }
            FeeWhen::Each { .. } => {
                let last = after_end::last_day(self, pay, line)?;
                for (period, day) in self.recurrences(line)? {
                    let over = last.as_ref().filter(|(last, _)| day > *last).map(|(_, doubt)| doubt);
                    if day > as_of || over.is_some_and(Option::is_none) {
                        continue;
                    }
                    let focus = Focus::of(period);
                    let due = match &line.within {
                        Some(within) => self.clock().shift(day, within, false),
                        None => Ok(day),
                    };
                    let mut item = self.item(pay, index, line, day, due, Some(period), &focus);
                    item.terms = period.start;
                    if let Some(why) = over.cloned().flatten() {
                        rules::spoil(&mut item, why.at(line.at));
                    }
                    out.push(item);
                }
            }
            FeeWhen::During(label) => {
                if let Some(period) = self.clock().period(*label, pay.from.first())
                    && period.start <= as_of
                {
                    out.push(self.item(
                        pay,
                        index,
                        line,
                        period.start,
                        Ok(period.start),
                        Some(period),
                        &Focus::of(period),
                    ));
                }
            }
            FeeWhen::Comes(effect) => {
                let mut came = self.came_about(None, &|one| one == effect.as_ref());
                // Another clause may say the same.
                came.retain(|came| came.host == line.at);
                for came in came {
                    let due = match &line.within {
                        Some(within) => self.clock().shift(came.from, within, false),
                        None => Ok(came.from),
                    };
                    let mut item = self.item(pay, index, line, came.from, due, None, &none);
                    (item.place, item.of) = (came.place, came.of);
                    item.step.parts.push(Step::note(came.cause).on(came.from).by(came.entry));
                    if let Some(why) = came.doubt {
                        (item.due, item.unsure) = (None, true);
                        item.step.what = format!("{} may have arisen since {}", pay.name, came.from);
                        rules::spoil(&mut item, why.at(line.at));
                    }
                    out.push(item);
                }
            }
            FeeWhen::Otherwise => out.extend(self.otherwise(pay, index, line)?),
        }
        Ok(out)
    }

    /// The day since which a sum may be due on the end of the agreement, where it cannot be said whether that has come.
    fn may_be_due(&self, moment: &Moment) -> Option<(Date, Unknown)> {
        let doubt = self.clock().end_in_doubt().filter(|_| after_end::names_the_end(moment));
        doubt.filter(|_| self.clock().limit(moment, &Focus::default()).is_err())
    }

    /// What a line pays within some time of a day, where its test holds on that day; unsure where that cannot be
    /// said.
    fn on_the_day(
        &self,
        pay: &Pay,
        (index, line): (usize, &Instalment),
        (within, day): (&Duration, Date),
        when: Option<&Condition>,
    ) -> Eval<Option<Item>> {
        let on = Focus { period: Period::new(day, day), ..Focus::default() };
        let holds = when.map_or(Ok(true), |when| self.holds(when, &on));
        let unknown = match holds {
            Ok(true) => None,
            Ok(false) => return Ok(None),
            Err(unknown) if unknown.gap != Gap::Missing => return Ok(None),
            Err(unknown) => Some(unknown),
        };
        let due = self.clock().shift(day, within, false);
        let mut item = self.item(pay, index, line, day, due, None, &Focus::default());
        if let Some(unknown) = unknown {
            (item.due, item.unsure) = (None, true);
            item.step.what = format!("{} may have arisen on {day}", pay.name);
            rules::spoil(&mut item, unknown.at(line.at));
        }
        Ok(Some(item))
    }

    /// What a line pays when what it waits for comes about; unsure where it cannot be said whether it did.
    pub(super) fn on_occasion(
        &self,
        pay: &Pay,
        (index, line): (usize, &Instalment),
        within: Option<&Duration>,
        occasion: Occasion,
    ) -> Item {
        let due = match within {
            Some(within) => self.clock().shift(occasion.day, within, false),
            None => Ok(occasion.day),
        };
        let focus = Focus {
            product: occasion.product.clone(),
            place: occasion.place.clone(),
            period: occasion.period,
            ..Focus::default()
        };
        let mut item = self.item(pay, index, line, occasion.day, due, occasion.period, &focus);
        (item.product, item.place, item.of) = (occasion.product, occasion.place, occasion.of);
        if let Some(unknown) = occasion.unknown {
            item.due = None;
            item.unsure = true;
            item.step.what = format!("{} may have arisen since {}", pay.name, item.arisen);
            rules::spoil(&mut item, unknown.at(line.at));
        }
        item
    }
}

/// Whether a sum is for the end of the agreement, or for the time after it, by its own words.
fn is_for_the_end(pay: &Pay, line: &Instalment) -> bool {
    let by_its_day = match &line.when {
        FeeWhen::On(moment) | FeeWhen::By(moment) => after_end::names_the_end(moment),
        FeeWhen::Within(_, moment, when) => {
            after_end::names_the_end(moment) || when.as_ref().is_some_and(is_about_the_end)
        }
        FeeWhen::When { when, by, .. } => {
            is_about_the_end(when) || by.as_ref().is_some_and(after_end::names_the_end)
        }
        // A clause that still makes something due then is one that outlasts the agreement.
        FeeWhen::Comes(_) => true,
        FeeWhen::Each { .. } | FeeWhen::During(_) | FeeWhen::Otherwise => false,
    };
    by_its_day
        || pay
            .rules
            .iter()
            .any(|(rule, _)| matches!(rule, PayRule::While(so) | PayRule::When(so) if is_about_the_end(so)))
}
