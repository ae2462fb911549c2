//! The most that may come off what was reported: of the gross, before anything came off, and in a line of the gross of
//! that very line.

use super::lines::Filter;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_ledger::SaleLine;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Metric, Model};
use counterpart_terms::value::{Amount, Known, Measure, Name};

impl Run<'_> {
    /// The most that comes off a gross figure: a share of it, or what the text says.
    ///
    /// # Errors
    /// Where a figure of the text is missing.
    pub(crate) fn most_off(&self, most: &Amount, gross: &Val, focus: &Focus) -> Eval<Val> {
        let limit = self.amount(most, focus)?.0;
        let share = matches!(most, Amount::Percent(_)) || gross.currency().is_some();
        let limit = match limit {
            Val::Number(of) if share => gross.with(gross.number() * &of),
            limit => limit,
        };
        let nothing = limit.with(Exact::zero());
        Ok(if limit.number().is_negative() { nothing } else { limit })
    }

    /// The same for a line of a report: what the text takes of the metric itself is the gross of the line.
    ///
    /// # Errors
    /// As for [`Run::most_off`].
    pub(super) fn most_off_line(
        &self,
        most: &Amount,
        (model, (name, metric), (sale, gross, period)): (&Model, (&Name, &Metric), (&SaleLine, &Val, Period)),
    ) -> Eval<Val> {
        let of_line = |measure: &Measure| {
            if measure.metric() != Some(name) || measure.window.is_some() {
                return None;
            }
            let mut any = vec![measure.of.clone(), measure.fields.clone()];
            any.retain(|group| !group.is_empty());
            let filter = Filter { any, territory: measure.territory.clone(), ..Filter::default() };
            let here = self.wanted(model, metric, sale, &filter, period.end);
            let value = if here { gross.number().clone() } else { Exact::zero() };
            Some(match gross.currency() {
                Some(currency) => Amount::Money(currency, Known::Given(value)),
                None => Amount::Number(value),
            })
        };
        let focus = Focus { gross: Some(name.clone()), ..Focus::of(period) };
        self.most_off(&put_in(most, &of_line), gross, &focus)
    }
}

/// An amount with other amounts in place of some of what is measured in it.
fn put_in(amount: &Amount, of: &dyn Fn(&Measure) -> Option<Amount>) -> Amount {
    let all = |amounts: &[Amount]| amounts.iter().map(|one| put_in(one, of)).collect();
    let boxed = |amount: &Amount| Box::new(put_in(amount, of));
    match amount {
        Amount::Measure(measure) => of(measure).unwrap_or_else(|| amount.clone()),
        Amount::Sum(terms) => Amount::Sum(terms.iter().map(|(sign, one)| (*sign, put_in(one, of))).collect()),
        Amount::Product(factors) => {
            Amount::Product(factors.iter().map(|(op, one)| (*op, put_in(one, of))).collect())
        }
        Amount::Greatest(amounts) => Amount::Greatest(all(amounts)),
        Amount::Least(amounts) => Amount::Least(all(amounts)),
        Amount::Excess(what, over) => Amount::Excess(boxed(what), boxed(over)),
        Amount::Share(share, whole) => Amount::Share(share.clone(), boxed(whole)),
        _ => amount.clone(),
    }
}
