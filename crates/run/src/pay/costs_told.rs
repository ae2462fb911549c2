//! Costs that were told: who spent how much on something, with overhead and with staff at its rate.

use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Name, PeriodLabel};

/// What was spent once.
pub(super) struct Cost {
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
    pub(super) fn told_cost(&self, clause: &Record, event: &Event, zero: &Val) -> Eval<Cost> {
        let EventKind::Cost { by, amount, currency, .. } = &event.kind else {
            return Err(Unknown::new("this tells no cost"));
        };
        let Some(by) = by.clone().filter(|by| !by.is_blank()) else {
            return Err(Unknown::new("who spent a cost that is shared is not told").at(event.at));
        };
        if zero.currency() != Some(*currency) {
            let reason = format!("a cost was told in {}, and no rate is agreed for it", currency.code());
            return Err(Unknown::new(reason).at(event.at));
        }
        let mut sum = amount.clone();
        let mut step = Step::new(format!("spent by {by}"), zero.with(sum.clone())).by(event.at);
        if let Some(line) = clause.below(Form::ShareCostsOverhead)
            && let Some(Amount::Percent(plus)) = line.amount(Label::Percent)
        {
            let plus = given(plus, "overhead on the costs").map_err(|u| u.at(line.at))?;
            let how = format!("{} plus {}", zero.with(sum.clone()), percent(&plus));
            sum = &sum * &(Exact::one() + plus);
            step = Step { value: Some(zero.with(sum.clone())), how, ..step };
        }
        Ok(Cost { by, sum, step })
    }

    /// Costs told for a period, with staff at its rate.
    pub(super) fn spent(&self, clause: &Record, name: &Name, period: &Period, zero: &Val) -> Eval<Vec<Cost>> {
        let mut out = Vec::new();
        for event in self.costs_of(name) {
            let told = self.cost_period(event);
            if told.map_or(period.contains(event.date), |t| period.contains(t.end)) {
                out.push(self.told_cost(clause, event, zero)?);
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
        let cost = |(_, _, count, by): (Date, Option<Period>, Eval<Exact>, Name)| {
            let count = count?;
            if by == *name {
                return Err(Unknown::new("whose staff a share of the costs is for is not told").at(line.at));
            }
            let each = rate.with(rate.number() * &factor);
            let sum = each.number() * &count;
            let how = format!("{} {unit}{} x {each}", crate::value::grouped(&count), plural(&count));
            let step = Step::new(format!("staff of {by}"), zero.with(sum.clone())).how(how).by(line.at);
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
