//! The lines of a metric: what was reported for a part of the market, less what comes off, converted.

use super::{Report, literal};
use crate::engine::Run;
use crate::exchange;
use crate::trace::Step;
use crate::unknown::{Eval, Gap, Unknown};
use crate::value::Val;
use counterpart_ledger::SaleLine;
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::model::{Exchange, Exempt, Metric, MetricKind, Model};
use counterpart_terms::value::Name;
use std::cell::OnceCell;

/// A line of a metric: what was reported, corrected where it was corrected, converted.
#[derive(Debug, Clone)]
pub struct Line {
    /// Product, field, country, customer.
    pub cell: Vec<Name>,
    /// Who reported it.
    pub by: Option<Name>,
    /// The amount that counts.
    pub value: Val,
    /// The period reported.
    pub period: Period,
    /// Words that mark the line.
    pub mark: Option<String>,
    /// Further amounts of the line.
    pub parts: Vec<(String, Val)>,
    /// Where it comes from.
    pub step: Step,
}

/// Which lines are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of each group, one must be in the line's cell, or be an ancestor of a name in it.
    pub any: Vec<Vec<Name>>,
    /// The country must lie in here.
    pub territory: Option<counterpart_terms::value::Territory>,
    /// Reported by this party.
    pub by: Option<Name>,
    /// Not about any of these.
    pub except: Vec<Name>,
    /// Converted by this rule rather than the agreement's.
    pub exchange: Option<Exchange>,
    /// Into this money rather than the agreement's.
    pub money: Option<Currency>,
    /// For this payment: the day it is paid may decide at which rate.
    pub stream: Option<Name>,
    /// An estimate stands in for what is not reported.
    pub estimates: bool,
    /// The day whose terms count for what is reported in the period asked about.
    pub terms: Option<Date>,
    /// What is reported in these days is turned over all of them, as they are paid for at once.
    pub over: Option<Period>,
    /// Nothing comes off.
    pub gross: bool,
    /// A line whose rate of exchange is of a day to come is left out.
    pub least: bool,
}

impl Run<'_> {
    /// The lines of a metric for the periods inside a stretch of days, as corrected.
    ///
    /// # Errors
    /// Where an amount is not given or cannot be converted.
    pub fn lines(
        &self,
        metric: &Name,
        from: Date,
        to: Date,
        exchange_over: &Period,
        filter: &Filter,
    ) -> Eval<Vec<Line>> {
        // Where it is secret what is counted, or which part of it, nothing can be read.
        if let Some(definition) = self.model_on(exchange_over.start).market.metrics.get(metric) {
            if definition.kind == MetricKind::Unknown {
                let why = format!("what `{metric}` counts is redacted or open");
                return Err(Unknown::new(why).at(definition.at));
            }
            let market = &self.model_on(exchange_over.start).market;
            if filter.territory.as_ref().is_some_and(|t| market.has_blank(t)) {
                let why = format!("where `{metric}` is meant is redacted or open");
                return Err(Unknown::new(why).at(definition.at));
            }
            let secret = |exempt: &&Exempt| exempt.territory.as_ref().is_some_and(|t| market.has_blank(t));
            if let Some(exempt) = definition.exempt.iter().find(secret) {
                let why = format!("where `{metric}` does not count is redacted or open");
                return Err(Unknown::new(why).at(exempt.at));
            }
            if let Some(withheld) = &definition.withheld {
                return Err(Unknown::withheld(withheld));
            }
            let mut named = filter.any.iter().flatten().chain(&filter.by).chain(&filter.except);
            if let Some(name) = named.find(|name| name.is_blank()) {
                let why = format!("which part of `{metric}` is meant is {name}");
                return Err(Unknown::new(why).at(definition.at));
            }
        }
        let mut lines: Vec<Line> = Vec::new();
        for report in self.reports_for(metric, filter.estimates).within(from, to) {
            if filter
                .by
                .as_ref()
                .is_some_and(|by| report.by.is_some_and(|r| r != by && !self.stands_for(by, r)))
            {
                continue;
            }
            // What is paid for a period keeps the terms it began under; what was reported before or after, its own.
            let here = exchange_over.contains(report.period.start);
            let day = filter.terms.filter(|_| here).unwrap_or(report.period.start);
            let model = self.model_on(day);
            let definition = self.metric_on(metric, day);
            let definition = definition.ok_or_else(|| Unknown::new(format!("`{metric}` is not measured")))?;
            let mut found: Vec<Line> = Vec::new();
            let turned = OnceCell::new();
            for sale in &report.lines {
                if !self.wanted(model, definition, sale, filter, report.period.end) {
                    continue;
                }
                let over = turned.get_or_init(|| {
                    self.turned_over((metric, definition, model), &report.period, exchange_over, filter)
                });
                match self.line(model, (metric, definition), sale, report, (over, filter)) {
                    Err(why) if filter.least && why.gap == Gap::NotYet && adds(sale) => {}
                    line => found.push(line?),
                }
            }
            for rule in &definition.counts {
                self.count_as(model, rule, &mut found, &report.period)?;
            }
            lines.extend(found);
        }
        Ok(lines)
    }

    /// A member of a group reports for the group.
    fn stands_for(&self, asked: &Name, reporter: &Name) -> bool {
        self.members(asked).contains(reporter)
    }

    fn line(
        &self,
        model: &Model,
        (name, metric): (&Name, &Metric),
        sale: &SaleLine,
        report: &Report<'_>,
        (exchange_over, filter): (&Period, &Filter),
    ) -> Eval<Line> {
        let (period, word) = (report.period, report.word());
        let label = sale.cell.iter().map(Name::as_str).collect::<Vec<_>>().join(" ");
        let what = if label.is_empty() {
            format!("{word} for {period}")
        } else {
            format!("{label}, {word} for {period}")
        };
        let gross = literal(&sale.amount).map_err(|u| u.at(sale.at))?;
        let mut steps = Vec::new();
        let mut value = self
            .converted(model, (name, filter), gross.clone(), exchange_over, &mut steps)
            .map_err(|u| u.at(sale.at))?;
        let mut parts = Vec::new();
        let mut reported = gross.to_string();
        for (part_of, amount) in &sale.parts {
            let part = literal(amount).map_err(|u| u.at(sale.at))?;
            let more = part_of.is_empty() && part.currency().is_some() && gross.currency().is_some();
            if more {
                reported = format!("{reported} and {part}");
            }
            let mut how = Vec::new();
            let converted = self
                .converted(model, (name, filter), part, exchange_over, &mut how)
                .map_err(|u| u.at(sale.at))?;
            if more {
                steps.append(&mut how);
                value = value.plus(&converted)?;
            } else {
                parts.push((part_of.clone(), converted));
            }
        }
        let before = value.clone();
        for deduction in metric.deducts.iter().filter(|_| !filter.gross) {
            let own: Vec<&Name> = deduction.own_names(&metric.deducts).collect();
            let taken: Vec<&(String, Val)> =
                parts.iter().filter(|(name, _)| own.iter().any(|n| n.as_str() == name)).collect();
            let mut sum = value.with(Exact::zero());
            for (_, part) in &taken {
                sum = sum.plus(part)?;
            }
            if sum.number().is_zero() {
                continue;
            }
            if let Some(most) = &deduction.at_most {
                let of = (model, (name, metric), (sale, &before, period));
                let limit = self.most_off_line(most, of).map_err(|u| u.at(deduction.at))?;
                if sum.compare(&limit)?.is_gt() {
                    sum = limit;
                }
            }
            let names = own.iter().map(|n| n.as_str()).collect::<Vec<_>>().join(", ");
            steps.push(Step::new(format!("less {names}"), sum.clone()).by(deduction.at));
            value = value.less(&sum)?;
        }
        let mut step = Step::new(what, value.clone()).by(sale.at);
        if !steps.is_empty() || reported != gross.to_string() {
            step = step.how(format!("{reported} {word}")).from(steps);
        }
        let cell = sale.cell.clone();
        Ok(Line { cell, by: report.by.cloned(), value, period, mark: sale.mark.clone(), parts, step })
    }

    /// The money a royalty's figures are in, and its rule of exchange: for everything it is computed from.
    pub(crate) fn money_filter(&self, stream: Option<&Name>, day: Date) -> Filter {
        let royalty = stream.and_then(|s| self.named_on(day, |m| m.royalties.get(s)));
        Filter {
            exchange: royalty.and_then(|r| r.exchange.clone()),
            money: royalty.and_then(|r| r.currency),
            stream: royalty.map(|r| r.name.clone()),
            estimates: royalty.is_some_and(|r| r.estimated.is_some()),
            terms: Some(day),
            ..Filter::default()
        }
    }

    /// Money in the money of account or of a royalty, by its own rule of exchange where it has one; other values as
    /// they are.
    pub(crate) fn converted(
        &self,
        model: &Model,
        (metric, filter): (&Name, &Filter),
        value: Val,
        period: &Period,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let to = filter.money.or(model.header.currency);
        let (Some(from), Some(to)) = (value.currency(), to) else { return Ok(value) };
        if from == to {
            return Ok(value);
        }
        let of_deal = model.header.exchange.as_ref();
        // A rule without a source goes by the source of the agreement.
        let Some(own) = filter.exchange.as_ref().or(of_deal) else {
            return Err(Unknown::new(format!("the deal does not say at which rate {from} becomes {to}")));
        };
        let source = match of_deal {
            Some(of_deal) if own.source.is_empty() => &of_deal.source,
            _ => &own.source,
        };
        let done = |what: &str| self.day_done(what, metric, filter, period);
        let (rate, step) = exchange::rate(&self.facts, (source, &own.rule), (from, to), period, &done)?;
        let converted = Val::money(value.number() * &rate, to);
        steps.push(step.by(own.at));
        Ok(converted)
    }
}

/// Whether a line, once its rate is known, adds to the sum.
fn adds(sale: &SaleLine) -> bool {
    let adds = |amount| literal(amount).is_ok_and(|value: Val| !value.number().is_negative());
    adds(&sale.amount) && sale.parts.iter().all(|(of, amount)| !of.is_empty() || adds(amount))
}
