//! Metrics: what was reported, over a stretch of time and a part of the market.

use crate::clock::Focus;
use crate::engine::Run;
use crate::exchange;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{EventKind, SaleLine};
use counterpart_num::{self as num, Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{ExchangeRule, Metric, MetricKind, Model};
use counterpart_terms::value::{Amount, Measure, Name, Window};

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
    pub exchange: Option<(String, ExchangeRule)>,
    /// Into this money rather than the agreement's.
    pub money: Option<num::Currency>,
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
        let model = self.model_on(exchange_over.start);
        let Some(definition) = model.market.metrics.get(metric) else {
            return Err(Unknown::new(format!("`{metric}` is not measured")));
        };
        let mut lines: Vec<Line> = Vec::new();
        for report in self.reports(metric) {
            // Asked of a day, what is reported for the period it lies in counts.
            let of_the_day = from == to && report.period.contains(from);
            if !of_the_day && (report.period.start < from || report.period.end > to) {
                continue;
            }
            if filter
                .by
                .as_ref()
                .is_some_and(|by| report.by.is_some_and(|r| r != by && !self.stands_for(by, r)))
            {
                continue;
            }
            let mut found: Vec<Line> = Vec::new();
            for sale in report.lines {
                if !self.wanted(model, definition, sale, filter, report.period.end) {
                    continue;
                }
                let over = match filter.exchange.as_ref().or(model.header.exchange.as_ref()) {
                    Some((_, ExchangeRule::MonthEnd)) => &report.period,
                    _ => exchange_over,
                };
                found.push(self.line(model, definition, sale, report.period, (over, filter), report.by)?);
            }
            for rule in &definition.counts {
                self.count_as(model, rule, &mut found, &report.period)?;
            }
            lines.extend(found);
        }
        Ok(lines)
    }

    /// The reports of a metric in force: a correction takes the place of the lines it names.
    pub(crate) fn reports<'s>(&'s self, metric: &'s Name) -> Vec<Report<'s>> {
        let mut out: Vec<Report<'s>> = Vec::new();
        for event in self.facts.events() {
            let EventKind::Reported { metric: m, by, label, lines, correction } = &event.kind else {
                continue;
            };
            if m != metric {
                continue;
            }
            let period = match label {
                Some(label) => self.clock().period(*label, by.as_ref()),
                None => Period::new(event.date, event.date),
            };
            let Some(period) = period else { continue };
            let mut lines: Vec<&SaleLine> = lines.iter().collect();
            if *correction {
                let same = |l: &SaleLine, n: &SaleLine| same_cell(&l.cell, &n.cell) && l.mark == n.mark;
                let old = |out: &[Report<'_>], n: &SaleLine| {
                    out.iter().any(|r| r.period == period && r.lines.iter().any(|l| same(l, n)))
                };
                // A correction of a line nobody reported has been reported as a mistake; it counts for nothing.
                lines.retain(|n| old(&out, n));
                for report in out.iter_mut().filter(|r| r.period == period) {
                    report.lines.retain(|l| !lines.iter().any(|n| same(l, n)));
                }
            }
            out.push(Report { period, by: by.as_ref(), lines });
        }
        // An estimate stands in until there is a report.
        for event in self.facts.events() {
            let EventKind::Estimated { metric: m, label, lines } = &event.kind else { continue };
            let Some(period) = self.clock().period(*label, None).filter(|_| m == metric) else { continue };
            if !out.iter().any(|r| r.period == period) {
                out.push(Report { period, by: None, lines: lines.iter().collect() });
            }
        }
        out
    }

    /// A member of a group reports for the group.
    fn stands_for(&self, asked: &Name, reporter: &Name) -> bool {
        self.members(asked).contains(reporter)
    }

    fn wanted(&self, model: &Model, metric: &Metric, sale: &SaleLine, filter: &Filter, day: Date) -> bool {
        let market = &model.market;
        for exempt in &metric.exempt {
            if let Some(territory) = &exempt.territory {
                let places = market.places(territory, day);
                if sale.cell.iter().any(|n| market.is_place(n) && places.contains(n.as_str())) {
                    return false;
                }
            }
            let marked = |n: &Name| {
                sale.mark.as_deref() == Some(n.as_str()) || sale.cell.iter().any(|c| market.within(c, n))
            };
            if exempt.names.iter().any(marked) {
                return false;
            }
        }
        if filter.except.iter().any(|n| sale.cell.iter().any(|c| market.within(c, n))) {
            return false;
        }
        let named = filter.any.iter().all(|group| {
            group.iter().any(|wanted| {
                // A metric that is only of this product need not repeat it in each line.
                let implied =
                    metric.of.contains(wanted) && !sale.cell.iter().any(|c| market.products.contains_key(c));
                implied || sale.cell.iter().any(|c| market.within(c, wanted))
            })
        });
        let placed = filter.territory.as_ref().is_none_or(|territory| {
            let places = market.places(territory, day);
            sale.cell.iter().any(|n| places.contains(n.as_str()))
        });
        named && placed
    }

    fn line(
        &self,
        model: &Model,
        metric: &Metric,
        sale: &SaleLine,
        period: Period,
        (exchange_over, filter): (&Period, &Filter),
        by: Option<&Name>,
    ) -> Eval<Line> {
        let label = sale.cell.iter().map(Name::as_str).collect::<Vec<_>>().join(" ");
        let what = if label.is_empty() {
            format!("reported for {period}")
        } else {
            format!("{label}, reported for {period}")
        };
        let gross = literal(&sale.amount).map_err(|u| u.at(sale.at))?;
        let mut steps = Vec::new();
        let mut value = self
            .converted(model, filter, gross.clone(), exchange_over, &mut steps)
            .map_err(|u| u.at(sale.at))?;
        let mut parts = Vec::new();
        for (name, amount) in &sale.parts {
            let part = literal(amount).map_err(|u| u.at(sale.at))?;
            parts.push((name.clone(), self.converted(model, filter, part, exchange_over, &mut Vec::new())?));
        }
        for deduction in &metric.deducts {
            let taken: Vec<&(String, Val)> =
                parts.iter().filter(|(name, _)| deduction.names.iter().any(|n| n.as_str() == name)).collect();
            let mut sum = value.with(Exact::zero());
            for (_, part) in &taken {
                sum = sum.plus(part)?;
            }
            if sum.number().is_zero() {
                continue;
            }
            if let Some(most) = &deduction.at_most {
                let focus = Focus::of(period);
                let limit = match self.amount(most, &focus)? {
                    (Val::Number(share), _) => value.with(value.number() * &share),
                    (money, _) => money,
                };
                if sum.compare(&limit)?.is_gt() {
                    sum = limit;
                }
            }
            let names = deduction.names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
            steps.push(Step::new(format!("less {names}"), sum.clone()).by(deduction.at));
            value = value.less(&sum)?;
        }
        let mut step = Step::new(what, value.clone()).by(sale.at);
        if !steps.is_empty() {
            step = step.how(format!("{gross} reported")).from(steps);
        }
        let cell = sale.cell.clone();
        Ok(Line { cell, by: by.cloned(), value, period, mark: sale.mark.clone(), parts, step })
    }

    /// The money a royalty's figures are in, and its rule of exchange: for everything it is computed from.
    pub(crate) fn money_filter(&self, stream: Option<&Name>) -> Filter {
        let royalty = stream.and_then(|s| self.last_model().royalties.get(s));
        Filter {
            exchange: royalty.and_then(|r| r.exchange.clone()),
            money: royalty.and_then(|r| r.currency),
            ..Filter::default()
        }
    }

    /// Money in the money of account or of a royalty, by its own rule of exchange where it has one; other values as
    /// they are.
    pub(crate) fn converted(
        &self,
        model: &Model,
        filter: &Filter,
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
        let Some((source, rule)) = filter.exchange.as_ref().or(of_deal).map(|(own, rule)| match of_deal {
            Some((source, _)) if own.is_empty() => (source, rule),
            _ => (own, rule),
        }) else {
            return Err(Unknown::new(format!("the deal does not say at which rate {from} becomes {to}")));
        };
        let (rate, step) = exchange::rate(&self.facts, (source, rule), (from, to), period, None)?;
        let converted = Val::money(value.number() * &rate, to);
        steps.push(step.by(model.header.at));
        Ok(converted)
    }

    /// A measure as a value.
    ///
    /// # Errors
    /// Where nothing was reported.
    pub fn measure(&self, measure: &Measure, focus: &Focus) -> Eval<(Val, Step)> {
        let what = measure.names.first().map_or("this figure", Name::as_str);
        self.deeper(what, || self.measured(measure, focus))
    }

    fn measured(&self, measure: &Measure, focus: &Focus) -> Eval<(Val, Step)> {
        if measure.quantity.is_some() {
            return self.stream_figure(measure, focus);
        }
        let Some(name) = measure.metric() else { return Err(Unknown::new("nothing is measured here")) };
        let model = self.last_model();
        let Some(metric) = model.market.metrics.get(name) else {
            return self.other_measure(name, measure, focus);
        };
        let period = self.window(measure.window.as_ref(), focus)?;
        if let Some(formula) = &metric.computed {
            let inner = Focus { period: Some(period), ..focus.clone() };
            let (value, step) = self.amount(formula, &inner)?;
            let mut steps = vec![step];
            let value = self.deducted(metric, value, &inner, &mut steps)?;
            return Ok((
                value.clone(),
                Step::new(format!("{name} for {period}"), value).by(metric.at).from(steps),
            ));
        }
        if let Some(decided) = self.determined(name, &period) {
            return Ok(decided);
        }
        let mut any = vec![measure.of.clone(), measure.fields.clone()];
        // A metric reported by country is asked for the country in question.
        if let Some(place) = focus
            .place
            .as_ref()
            .filter(|_| measure.territory.is_none() && metric.by.iter().any(|b| *b == "country"))
        {
            any.push(vec![place.clone()]);
        }
        any.extend(focus.others.iter().filter(|o| self.reports_by(name, o)).map(|o| vec![o.clone()]));
        any.retain(|group| !group.is_empty());
        let by = focus.payer.clone().filter(|p| {
            metric.reporters.contains(p) || metric.reporters.iter().any(|r| self.members(r).contains(p))
        });
        let money = self.money_filter(focus.stream.as_ref());
        let filter = Filter { any, territory: measure.territory.clone(), by, ..money };
        if metric.is_flow() {
            let lines =
                self.lines(name, period.start, period.end, &focus.period.unwrap_or(period), &filter)?;
            let zero = match (metric.kind.clone(), filter.money.or(model.header.currency)) {
                (MetricKind::Money, Some(currency)) => Val::money(Exact::zero(), currency),
                _ => Val::Number(Exact::zero()),
            };
            let mut sum = zero;
            let mut steps = Vec::new();
            for line in lines {
                sum = sum.plus(&line.value)?;
                steps.push(line.step);
            }
            if steps.is_empty() && !self.reports(name).iter().any(|r| overlaps(&r.period, &period)) {
                return Err(
                    Unknown::unreported(format!("`{name}` is not reported for {period}")).at(metric.at)
                );
            }
            // A longer time that was reported tells nothing of the part asked about.
            let inside = |r: &Report<'_>| period.start <= r.period.start && r.period.end <= period.end;
            if steps.is_empty() && period.start != period.end && !self.reports(name).iter().any(inside) {
                let reason = format!("`{name}` is reported for a longer time than {period}");
                return Err(Unknown::new(reason).at(metric.at));
            }
            let average = match &measure.window {
                Some(Window::Average { count, .. }) => Some(*count),
                _ => None,
            };
            if let Some(count) = average.filter(|c| *c > 0) {
                let mean = sum.by(&Val::Number(Exact::from_int(count.into())))?;
                return Ok((
                    mean.clone(),
                    Step::new(format!("{name}, mean of {count} to {}", period.end), mean).from(steps),
                ));
            }
            return Ok((
                sum.clone(),
                Step::new(format!("{name} for {period}"), sum).by(metric.at).from(steps),
            ));
        }
        self.level(name, metric, &period, &filter)
    }

    /// Whether any line of a metric is about this name.
    fn reports_by(&self, metric: &Name, name: &Name) -> bool {
        self.reports(metric).iter().any(|r| r.lines.iter().any(|l| l.cell.contains(name)))
    }

    /// A price or percentage: the last one told for the period, or before its end.
    fn level(&self, name: &Name, metric: &Metric, period: &Period, filter: &Filter) -> Eval<(Val, Step)> {
        let model = self.last_model();
        let mut found: Option<(Period, Val, At)> = None;
        for report in self.reports(name).into_iter().filter(|r| r.period.start <= period.end) {
            if filter.by.as_ref().is_some_and(|by| report.by.is_some_and(|r| r != by)) {
                continue;
            }
            for sale in &report.lines {
                if !self.wanted(model, metric, sale, filter, report.period.end) {
                    continue;
                }
                if found.as_ref().is_none_or(|(p, _, _)| p.end <= report.period.end) {
                    found = Some((report.period, literal(&sale.amount)?, sale.at));
                }
            }
        }
        let (told, value, at) = found.ok_or_else(|| {
            Unknown::unreported(format!("`{name}` is not reported for {period}")).at(metric.at)
        })?;
        let shown = match (&metric.kind, &value) {
            (MetricKind::Percent, Val::Number(n)) => percent(n),
            _ => value.to_string(),
        };
        Ok((value.clone(), Step::new(format!("{name} for {told}: {shown}"), value).by(at)))
    }

    /// What an expert or a court determined in place of what was reported.
    fn determined(&self, name: &Name, period: &Period) -> Option<(Val, Step)> {
        let mut found = None;
        for event in self.facts.events() {
            let EventKind::Determined { name: n, label, value: Some(value), .. } = &event.kind else {
                continue;
            };
            let covers = label.is_none_or(|l| self.clock().period(l, None).is_some_and(|p| p == *period));
            if n == name
                && covers
                && let Ok(value) = literal(value)
            {
                found = Some((value.clone(), Step::new(format!("{name} as determined"), value).by(event.at)));
            }
        }
        found
    }

    /// The stretch of days a window means, seen from the focus's period.
    ///
    /// # Errors
    /// Where it hangs on a day not known.
    pub fn window(&self, window: Option<&Window>, focus: &Focus) -> Eval<Period> {
        let base = focus.period.ok_or_else(|| Unknown::new("it is not said for which period"))?;
        let Some(window) = window else { return Ok(base) };
        let beyond = || Unknown::new("the period is beyond the calendar");
        match window {
            Window::Average { count, unit, before: Some(before) } => {
                let day = self.clock().limit(before, focus)?;
                let day = day
                    .ok_or_else(|| Unknown::not_yet("the day before which the mean is taken has not come"))?;
                let within =
                    num::Cycle::new(*unit, num::Basis::Calendar).containing(day).ok_or_else(beyond)?;
                let end = within.start.prev_day().ok_or_else(beyond)?;
                Period::trailing(*count, *unit, end).ok_or_else(beyond)
            }
            Window::Last { count, unit } | Window::Average { count, unit, before: None } => {
                Period::trailing(*count, *unit, base.end).ok_or_else(beyond)
            }
            Window::In(label) => self.clock().period(*label, focus.payer.as_ref()).ok_or_else(beyond),
            Window::ToDate => {
                let start = self.first_day().unwrap_or(base.start).min(base.start);
                Period::new(start, base.end).ok_or_else(beyond)
            }
            Window::One { unit, basis, party, before } => {
                let cycle = counterpart_terms::value::Cycle {
                    unit: *unit,
                    basis: *basis,
                    party: party.clone(),
                    anchor: None,
                    unknown: None,
                };
                let cycle: num::Cycle = self.clock().cycle(&cycle)?;
                let containing = cycle.containing(base.end).ok_or_else(beyond)?;
                if *before { cycle.previous(&containing).ok_or_else(beyond) } else { Ok(containing) }
            }
            Window::Each(cycle) => self.clock().cycle(cycle)?.containing(base.end).ok_or_else(beyond),
        }
    }
}

/// A report in force.
pub(crate) struct Report<'s> {
    pub period: Period,
    pub by: Option<&'s Name>,
    pub lines: Vec<&'s SaleLine>,
}

fn overlaps(a: &Period, b: &Period) -> bool {
    a.start <= b.end && b.start <= a.end
}

fn same_cell(a: &[Name], b: &[Name]) -> bool {
    let mut left: Vec<&Name> = a.iter().collect();
    let mut right: Vec<&Name> = b.iter().collect();
    left.sort();
    right.sort();
    left == right
}

/// An amount that needs nothing to be computed.
///
/// # Errors
/// Where it is `redacted` or `open`, or a formula.
pub fn literal(amount: &Amount) -> Eval<Val> {
    let known = |known: &counterpart_terms::value::Known<Exact>| match known.given() {
        Some(value) => Ok(value.clone()),
        None => Err(Unknown::new(format!("the amount is {}", known.why_unknown().unwrap_or_default()))),
    };
    match amount {
        Amount::Money(currency, value) => Ok(Val::money(known(value)?, *currency)),
        Amount::Percent(value) => Ok(Val::Number(known(value)?)),
        Amount::Number(n) | Amount::Quantity(n, _) => Ok(Val::Number(n.clone())),
        _ => Err(Unknown::new("a formula stands where an amount is needed")),
    }
}

impl Run<'_> {
    /// A name that is measured without being a metric: the price of a product, what a payment came to.
    pub(crate) fn other_measure(&self, name: &Name, measure: &Measure, focus: &Focus) -> Eval<(Val, Step)> {
        let model = self.last_model();
        if let Some(product) = model.market.products.get(name) {
            return self.price_of(name, &product.prices, focus);
        }
        if model.royalties.contains_key(name) || model.pays.contains_key(name) {
            let earned = Measure {
                quantity: Some(counterpart_terms::value::Quantity::Earned),
                names: vec![name.clone()],
                ..measure.clone()
            };
            return self.stream_figure(&earned, focus);
        }
        Err(Unknown::new(format!("`{name}` is not measured")))
    }

    /// The stated price of a product on the day asked about.
    pub(crate) fn price_of(
        &self,
        name: &Name,
        prices: &[(Option<counterpart_terms::value::Moment>, Amount)],
        focus: &Focus,
    ) -> Eval<(Val, Step)> {
        let day = focus.period.map_or(self.facts.as_of(), |p| p.end);
        let mut found = None;
        for (from, amount) in prices {
            let in_force = match from {
                Some(moment) => self.clock().limit(moment, focus)?.is_some_and(|d| d <= day),
                None => true,
            };
            if in_force {
                found = Some(amount);
            }
        }
        let amount = found.ok_or_else(|| Unknown::new(format!("`{name}` has no price")))?;
        let value = literal(amount)?;
        Ok((value.clone(), Step::new(format!("price of {name}"), value)))
    }
}
