//! From earned to owed: minimums, credits, splits, tax, rounding, due dates, what was paid, interest.

mod bonus;
mod correct;
mod credit;
mod minimum;
mod net;
mod payees;
mod set_off;
mod tax;

use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Exact, Period, Roll};
use counterpart_terms::At;
use counterpart_terms::model::{Paid, Royalty};
use counterpart_terms::value::Name;

/// An amount that is owed.
#[derive(Debug, Clone)]
pub struct Due {
    /// Which payment.
    pub stream: Name,
    /// Who owes it.
    pub from: Option<Name>,
    /// The period it is for.
    pub period: Option<Period>,
    /// The day it arose.
    pub arisen: Date,
    /// The day it is due.
    pub due: Option<Date>,
    /// Why that day cannot be said.
    pub no_day: Option<Unknown>,
    /// Computed, before credits and tax.
    pub gross: Eval<Val>,
    /// To be paid, rounded as the deal says.
    pub amount: Eval<Val>,
    /// To be paid, exact.
    pub exact: Eval<Val>,
    /// What each payee gets of it, exact, where there are several.
    pub shares: Vec<(Name, Eval<Val>)>,
    /// Tax kept back from it.
    pub withheld: Option<Val>,
    /// What this and the other lines not given come to together, where the text gives the total of all.
    pub rest: Option<Val>,
    /// It goes back from the payee to the payer, and counts as negative.
    pub back: bool,
    /// Why.
    pub steps: Vec<Step>,
    /// The clause.
    pub at: At,
}

impl Due {
    /// An amount that arose, still without a day and reasons.
    fn arisen(
        stream: &Name,
        from: Option<Name>,
        period: Option<Period>,
        arisen: Date,
        exact: Eval<Val>,
        at: At,
    ) -> Due {
        Due {
            stream: stream.clone(),
            from,
            period,
            arisen,
            due: None,
            no_day: None,
            gross: exact.clone(),
            amount: exact.clone(),
            exact,
            shares: Vec::new(),
            withheld: None,
            rest: None,
            back: false,
            steps: Vec::new(),
            at,
        }
    }
}

/// What remains of an advance or prepayment.
#[derive(Debug, Clone)]
pub struct Pool {
    /// The payment that made it.
    pub name: Name,
    /// For one title or product alone.
    pub member: Option<Name>,
    /// What is left of it after each period.
    pub left: Vec<(Period, Exact)>,
    /// What was used in all.
    pub used: Exact,
    /// What there was.
    pub total: Exact,
    /// When it came: day, sum.
    pub arrived: Vec<(Date, Exact)>,
}

impl Pool {
    /// What had come by a day and was not used.
    pub fn available(&self, day: Date) -> Exact {
        let arrived: Exact = self.arrived.iter().filter(|(d, _)| *d <= day).map(|(_, n)| n.clone()).sum();
        arrived - self.used.clone()
    }
}

/// The settlement of one royalty for one payer.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// What is owed, oldest first.
    pub dues: Vec<Due>,
    /// Advances and prepayments credited.
    pub pools: Vec<Pool>,
    /// What is carried to later periods: minimum surplus, overpayments.
    pub surplus: Vec<(Period, Exact)>,
    /// Debts of the payee set off: period, debt, amount.
    pub set_off: Vec<(Period, Name, Exact)>,
}

impl Run<'_> {
    /// The payers of a royalty that are computed apart: the members of a group, or all together.
    pub fn payers(&self, name: &Name) -> Vec<Option<Name>> {
        let Ok(royalty) = royalty::find(self, name, None) else { return vec![None] };
        let groups: Vec<&Name> = royalty.from.iter().filter(|p| self.is_group(p)).collect();
        if groups.is_empty() {
            return vec![None];
        }
        groups.into_iter().flat_map(|g| self.members(g)).map(Some).collect()
    }

    /// Everything owed under a payment clause or royalty, oldest first.
    ///
    /// # Errors
    /// Where the name is neither.
    pub fn dues(&self, name: &Name) -> Eval<Vec<Due>> {
        if self.pay_named(name).is_some() {
            return self.pay_dues(name);
        }
        let mut out = Vec::new();
        for payer in self.payers(name) {
            out.extend(self.settled(name, payer.as_ref())?.dues);
        }
        Ok(out)
    }

    fn pay_dues(&self, name: &Name) -> Eval<Vec<Due>> {
        let pay = self.pay_named(name).ok_or_else(|| Unknown::new(format!("`{name}` is no payment")))?;
        let mut dues = Vec::new();
        for item in self.items(name)? {
            let from = pay.from.first().cloned();
            let mut due = Due::arisen(name, from, item.period, item.arisen, item.amount, item.at);
            due.due = item.due;
            due.no_day = item.no_day;
            due.rest = item.rest;
            due.steps = vec![item.step];
            if let Some((tax, cash)) = self.taxed(pay.withholding.as_ref(), &pay.from, &due.exact)? {
                due.exact = Ok(cash);
                due.withheld = Some(tax);
            }
            due.amount = due.exact.clone().map(|v| self.round(&v));
            dues.push(due);
        }
        dues.extend(self.paid_back(pay)?);
        dues.sort_by_key(|d| d.arisen);
        Ok(dues)
    }

    /// Rounds an amount due as the deal says.
    pub fn round(&self, value: &Val) -> Val {
        match value {
            Val::Money(money) => Val::Money(money.rounded(&self.rounding(money.currency))),
            number => number.clone(),
        }
    }

    /// The settlement of a royalty for a payer.
    ///
    /// # Errors
    /// Where the royalty cannot be followed at all.
    pub fn settled(&self, name: &Name, payer: Option<&Name>) -> Eval<Settled> {
        let series = self.series_of(name, payer)?;
        let zero = Val::money(Exact::zero(), self.currency()?);
        let mut out = Settled { pools: self.pools(name)?, ..Settled::default() };
        let mut surplus: Vec<(Date, Exact)> = Vec::new();
        let mut received = payees::Received::default();
        let mut books = correct::Books::default();
        for part in &series.parts {
            let Ok(royalty) = royalty::find(self, name, Some(part.period.start)) else { continue };
            let from = payer.cloned().or_else(|| royalty.from.first().cloned());
            let earned = part.earned(&zero);
            let minimums =
                self.minimum_dues(royalty, part, &series.parts, &zero, &mut surplus, &mut out.surplus)?;
            let mut steps: Vec<Step> = Vec::new();
            for sub in part.subs.iter().flatten() {
                steps.extend(sub.steps.iter().cloned());
            }
            let mut due_on = self.settlement_day(royalty, part)?;
            let mut exact = self.first_reported_amount(royalty, part, payer, due_on, &earned, &mut books)?;
            for (difference, step, apart) in minimums {
                match apart {
                    None => {
                        exact = exact.and_then(|e| e.plus(&difference));
                        steps.push(step);
                    }
                    Some((period, day)) => {
                        let mut due = Due::arisen(
                            name,
                            from.clone(),
                            Some(period),
                            period.end,
                            Ok(difference),
                            royalty.at,
                        );
                        due.amount = due.exact.clone().map(|v| self.round(&v));
                        due.due = day;
                        due.steps = vec![step];
                        out.dues.push(due);
                    }
                }
            }
            exact = self.bonus_added(royalty, part, exact, &mut steps)?;
            if let Some((found, day, step)) = self.audited(royalty, &part.period)? {
                exact = Ok(found);
                due_on = day.or(due_on);
                steps.push(step);
            }
            exact = exact.and_then(|owed| books.credited(part, owed, &mut steps));
            exact = exact
                .and_then(|owed| self.credited(royalty, part, owed, &earned, &mut out.pools, &mut steps));
            exact = exact.and_then(|owed| self.with_advance(royalty, part, owed, &mut steps));
            let shares = self.shares_of(royalty, &series.parts, part, &exact, &mut received)?;
            if !shares.is_empty() {
                exact = payees::together(&shares, &zero);
            }
            exact = exact.and_then(|owed| self.set_off(royalty, part, owed, &mut out.set_off, &mut steps));
            let worth = part.reported() || exact.as_ref().is_ok_and(|v| !v.number().is_zero());
            if !worth && exact.is_ok() {
                continue;
            }
            if !part.reported() && exact.is_err() && part.period.end > self.facts.as_of() {
                continue;
            }
            let mut due =
                Due::arisen(name, from.clone(), Some(part.period), part.period.end, exact, royalty.at);
            due.gross = earned;
            due.due = due_on;
            due.shares = shares;
            due.steps = steps;
            if let Some((tax, cash)) = self.taxed(royalty.withholding.as_ref(), &royalty.from, &due.exact)? {
                due.steps.push(Step::new("tax kept back", tax.clone()).by(royalty.at));
                due.exact = Ok(cash);
                due.withheld = Some(tax);
            }
            due.amount = due.exact.clone().map(|v| self.round(&v));
            out.dues.push(due);
            if let Some(difference) =
                self.reconciled(royalty, part, &series.parts, &zero, &mut books, &mut out.surplus)?
            {
                out.dues.push(Due { from, ..difference });
            }
        }
        out.dues.extend(self.advance_back(name, &series.parts, payer)?);
        out.dues.sort_by_key(|d| (d.arisen, d.period.map(|p| p.days())));
        Ok(out)
    }

    /// The day a royalty for a period is due.
    ///
    /// # Errors
    /// Where the length of time is not given.
    pub fn due_day(&self, royalty: &Royalty, period: &Period) -> Eval<Option<Date>> {
        let day = match &royalty.paid {
            Some(paid) => self.paid_day(paid, period),
            None => {
                // Payment goes with the report where nothing else is said.
                let metric = royalty::metrics(royalty).into_iter().next();
                let within = metric.and_then(|m| self.last_model().market.metrics.get(&m)?.within.clone());
                within.map(|w| self.clock().shift(period.end, &w, false)).transpose()
            }
        };
        Ok(self.rolled(royalty.roll, day?))
    }

    /// A due day that is a day off, moved as the holiday rule says.
    pub(crate) fn rolled(&self, roll: Option<Roll>, day: Option<Date>) -> Option<Date> {
        match roll {
            Some(roll) => day.map(|d| self.calendar().roll(d, roll).unwrap_or(d)),
            None => day,
        }
    }

    pub(crate) fn paid_day(&self, paid: &Paid, period: &Period) -> Eval<Option<Date>> {
        let focus = Focus::of(*period);
        let base = match (&paid.of, &paid.on) {
            (Some(of), _) => self.clock().limit(of, &focus)?,
            (None, Some(on)) => self.clock().limit(on, &focus)?,
            (None, None) => Some(period.end),
        };
        if let Some((month, day)) = paid.by {
            let year = period.end.year();
            let this = Date::new(year, month, day).filter(|d| *d > period.end);
            return Ok(this.or_else(|| Date::new(year + 1, month, day)));
        }
        match (&paid.within, base) {
            (Some(within), Some(base)) => self.clock().shift(base, within, false).map(Some),
            (None, base) => Ok(base),
            (Some(_), None) => Ok(None),
        }
    }

    /// What was paid on a payment: day, period, amount, tax kept back.
    pub fn paid(&self, name: &Name, payer: Option<&Name>) -> Vec<(Date, Option<Period>, Val)> {
        self.paid_to(name, payer, None)
    }

    /// What was paid on a payment to a payee. An entry that names no payee went to the usual ones.
    pub(crate) fn paid_to(
        &self,
        name: &Name,
        payer: Option<&Name>,
        payee: Option<&Name>,
    ) -> Vec<(Date, Option<Period>, Val)> {
        let usual = self.pay_named(name).map(|p| (&p.from, &p.to));
        let usual = usual.or_else(|| royalty::find(self, name, None).ok().map(|r| (&r.from, &r.to)));
        let returns =
            |party: &Name| usual.is_some_and(|(from, to)| from.contains(party) && !to.contains(party));
        let paid = self.facts.events().filter_map(|event| {
            let EventKind::Paid { stream, by, to, label, amount, currency, .. } = &event.kind else {
                return None;
            };
            let from_here = payer.is_none_or(|p| by.as_ref().is_none_or(|b| b == p));
            let to_here = match (payee, to) {
                (Some(asked), Some(told)) => asked == told,
                (Some(asked), None) => !returns(asked),
                (None, _) => true,
            };
            let period = label.and_then(|l| self.clock().period(l, None));
            let here = stream == name && from_here && to_here;
            here.then(|| (event.date, period, Val::money(amount.clone(), *currency)))
        });
        paid.collect()
    }
}
