//! Costs that were told: who spent how much on something, with overhead and with staff at its rate.

use super::converted::rate_days;
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::exchange;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Exchange;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Name, PeriodLabel};

/// What was spent once.
pub(crate) struct Cost {
    /// Who spent it.
    pub by: Name,
    /// How much, with what is added for overhead.
    pub sum: Exact,
    /// How that was worked out.
    pub step: Step,
}

impl Run<'_> {
    /// The entries that tell a cost of something.
    pub(super) fn costs_of<'r>(&'r self, name: &Name) -> impl Iterator<Item = &'r Event> {
        let all = self.facts.happened();
        all.filter(move |event| matches!(&event.kind, EventKind::Cost { name: of, .. } if of == name))
    }

    /// The period a cost is told for.
    pub(super) fn cost_period(&self, event: &Event) -> Option<Period> {
        let EventKind::Cost { label: Some(label), .. } = &event.kind else { return None };
        self.clock().period(*label, None)
    }

    /// A cost as told, with what is added for overhead.
    pub(super) fn told_cost(&self, clause: &Record, event: &Event, days: &Period, zero: &Val) -> Eval<Cost> {
        let EventKind::Cost { name, by, amount, currency, .. } = &event.kind else {
            return Err(Unknown::new("this tells no cost"));
        };
        let Some(by) = by.clone().filter(|by| !by.is_blank()) else {
            return Err(Unknown::new("who spent a cost that is shared is not told").at(event.at));
        };
        let period = self.cost_period(event).unwrap_or(*days);
        let own = self.pay_on(name, period.start).and_then(|pay| pay.exchange.as_ref());
        let told = Val::money(amount.clone(), *currency);
        let (value, rate) =
            self.cost_in(own, &told, zero, (period, event.date)).map_err(|u| u.at(event.at))?;
        let mut sum = value.number().clone();
        let mut step = Step::new(format!("spent by {by}"), value).on(event.date).by(event.at);
        if let Some(rate) = rate {
            step = step.how(format!("{told} at the rate below")).from(vec![rate]);
        }
        if let Some(line) = clause.below(Form::ShareCostsOverhead)
            && let Some(Amount::Percent(plus)) = line.amount(Label::Percent)
        {
            let plus = given(plus, "overhead on the costs").map_err(|u| u.at(line.at))?;
            let rate = if step.how.is_empty() { String::new() } else { format!(", {}", step.how) };
            let how = format!("{} plus {}{rate}", zero.with(sum.clone()), percent(&plus));
            sum = &sum * &(Exact::one() + plus);
            step = Step { value: Some(zero.with(sum.clone())), how, ..step };
        }
        Ok(Cost { by, sum, step })
    }

    /// A cost in the money it is shared in: as it was told, or at the rate of its period by the rule of its clause, or else
    /// of the agreement.
    ///
    /// # Errors
    /// Where no rate is agreed, or told.
    pub(crate) fn cost_in(
        &self,
        own: Option<&Exchange>,
        told: &Val,
        zero: &Val,
        (period, day): (Period, Date),
    ) -> Eval<(Val, Option<Step>)> {
        let (Some(from), Some(to)) = (told.currency(), zero.currency()) else {
            return Ok((told.clone(), None));
        };
        if from == to {
            return Ok((told.clone(), None));
        }
        let of_deal = self.model_on(day).header.exchange.as_ref();
        let Some(rule) = own.or(of_deal) else {
            let reason = format!("a cost was told in {}, and no rate is agreed for it", from.code());
            return Err(Unknown::new(reason));
        };
        // A rule without a source goes by the source of the agreement.
        let source = match of_deal {
            Some(of_deal) if rule.source.is_empty() => &of_deal.source,
            _ => &rule.source,
        };
        let days = rate_days(&rule.rule, Some(period), day.max(period.end)).map_err(|u| u.at(rule.at))?;
        let done = |what: &str| Err(Unknown::new(format!("the journal tells no day of {what} of a cost")));
        let (rate, step) = exchange::rate(&self.facts, (source, &rule.rule), (from, to), &days, &done)
            .map_err(|u| u.at(rule.at))?;
        Ok((zero.with(told.number() * &rate), Some(step.by(rule.at))))
    }

    /// Costs told for a period, with staff at its rate.
    pub(super) fn spent(&self, clause: &Record, name: &Name, period: &Period, zero: &Val) -> Eval<Vec<Cost>> {
        let mut out = Vec::new();
        for event in self.costs_of(name) {
            let told = self.cost_period(event);
            if told.map_or(period.contains(event.date), |t| period.contains(t.end)) {
                out.push(self.told_cost(clause, event, period, zero)?);
            }
        }
        if let Some(rate) = clause.below(Form::ShareCostsRate) {
            out.extend(self.staff(rate, name, period, zero)?);
        }
        Ok(out)
    }

    /// Staff delivered in a period, at its indexed rate.
    fn staff(&self, line: &Record, name: &Name, period: &Period, zero: &Val) -> Eval<Vec<Cost>> {
        let Some(rate) = line.amount(Label::Rate) else { return Ok(Vec::new()) };
        let unit = line.word(Label::Per).unwrap_or("year");
        let delivered = self.work_delivered(name, unit).into_iter();
        let here =
            |day: Date, told: Option<Period>| told.map_or(period.contains(day), |t| period.contains(t.end));
        let delivered: Vec<_> = delivered.filter(|(day, told, ..)| here(*day, *told)).collect();
        // A rate that is not given leaves nothing open where no staff was charged.
        if delivered.is_empty() {
            return Ok(Vec::new());
        }
        let (rate, _) = self.amount(rate, &Focus::of(*period)).map_err(|u| u.at(line.at))?;
        let factor = match line.name(Label::Index) {
            Some(index) => self.index_since_start(index, period)?,
            None => Exact::one(),
        };
        let cost = |(day, _, count, by): (Date, Option<Period>, Eval<Exact>, Name)| {
            let count = count?;
            if by == *name {
                return Err(Unknown::new("whose staff a share of the costs is for is not told").at(line.at));
            }
            let each = rate.with(rate.number() * &factor);
            if each.currency() != zero.currency() {
                return Err(Unknown::new("staff is charged in another money than its costs are shared in")
                    .at(line.at));
            }
            let sum = each.number() * &count;
            let how = format!("{} {unit}{} x {each}", crate::value::grouped(&count), plural(&count));
            let step =
                Step::new(format!("staff of {by}"), zero.with(sum.clone())).how(how).on(day).by(line.at);
            Ok(Cost { by, sum, step })
        };
        delivered.into_iter().map(cost).collect()
    }

    /// How an index has moved from the year before the first to the year before a period.
    fn index_since_start(&self, index: &Name, period: &Period) -> Eval<Exact> {
        let first = self.clock().effective_day()?.map_or(period.start.year(), |d| d.year());
        let value = |year: i32| {
            let label = Some(PeriodLabel::Year(year));
            let told = self.facts.index(index).filter(|(_, l, _)| *l == label).last();
            told.map(|(_, _, v)| v.clone())
                .ok_or_else(|| Unknown::new(format!("no value of {index} is told for {year}")))
        };
        let year = period.end.year();
        if year <= first {
            return Ok(Exact::one());
        }
        let now = value(year - 1)?;
        Ok(now.checked_div(&value(first - 1)?).unwrap_or_else(Exact::one))
    }
}

fn plural(count: &Exact) -> &'static str {
    if *count == Exact::one() { "" } else { "s" }
}
