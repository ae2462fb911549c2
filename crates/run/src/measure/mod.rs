//! Metrics: what was reported, over a stretch of time and a part of the market.

mod asked;
mod computed;
mod each;
mod left_out;
mod limit;
mod lines;
mod price;
mod reports;
mod turned;
mod window;

pub(crate) use asked::AskedReport;
pub(crate) use left_out::remarks;
pub use lines::{Filter, Line};
pub(crate) use reports::{AllReports, Report, Reports, is_covered};

use crate::clock::Focus;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{EventKind, SaleLine};
use counterpart_num::{Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Metric, MetricKind, Model};
use counterpart_terms::value::{Amount, Measure, Name, Window};

impl Run<'_> {
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
            let apart = focus.product.is_some() || focus.field.is_some() || !focus.others.is_empty();
            if focus.each && apart && measure.of.is_empty() {
                let what = measure.names.first().map_or("a payment", Name::as_str);
                return Err(Unknown::new(format!("how much `{what}` is for each by itself is not told")));
            }
            return self.stream_figure(measure, focus);
        }
        let Some(name) = measure.metric() else { return Err(Unknown::new("nothing is measured here")) };
        let day = self.terms_day(focus);
        let model = self.model_on(day);
        let Some(metric) = self.metric_on(name, day) else {
            return self.other_measure(name, measure, focus);
        };
        let mut period = self.window(measure.window.as_ref(), focus)?;
        let whole = period;
        if let Some(until) = focus.until.filter(|until| metric.is_flow() && *until < period.end) {
            // Of the one day nothing can have been reported.
            period = Period::new(period.start, until).filter(|p| p.start < p.end).ok_or_else(|| {
                Unknown::unreported(format!("`{name}` is not reported up to {until}")).at(metric.at)
            })?;
        }
        if let Some(formula) = &metric.computed {
            self.countable(name, metric, day)?;
            return self.computed((name, metric, formula), measure, period, focus);
        }
        if let Some(decided) = self.determined(name, &period)? {
            return Ok(decided);
        }
        let mut any = vec![measure.of.clone(), measure.fields.clone()];
        any.retain(|group| !group.is_empty());
        let asked = any.clone();
        let by_country = metric.by.iter().any(|b| *b == "country");
        // A metric reported by country is asked for the country in question.
        if let Some(place) = focus.place.as_ref().filter(|_| measure.territory.is_none() && by_country) {
            any.push(vec![place.clone()]);
        }
        let counted = metric.by.iter().chain(&metric.of).any(Name::is_blank);
        let placed = focus.place.is_some() && measure.territory.is_none() && !by_country;
        let of_it = |product: &Name| measure.of.is_empty() && !metric.of.contains(product);
        let priced = !metric.is_flow() && focus.product.as_ref().is_some_and(of_it);
        if counted && (placed || priced) {
            let why = format!("for what `{name}` is told apart is redacted or open");
            return Err(Unknown::new(why).at(metric.at));
        }
        // A price of several products is asked for the product in question.
        let product = focus.product.as_ref().filter(|p| measure.of.is_empty() && metric.of.contains(p));
        any.extend(product.filter(|_| !metric.is_flow()).map(|product| vec![product.clone()]));
        let money = self.money_filter(focus.stream.as_ref(), day);
        let reports = self.reports_for(name, money.estimates);
        let about = self.about_each(model, (name, metric), measure, focus)?;
        let others = focus.others.iter().filter(|o| reports.names(o) && !about.contains(o));
        any.extend(others.chain(&about).map(|o| vec![o.clone()]));
        any.retain(|group| !group.is_empty());
        let by = focus.payer.clone().filter(|p| {
            metric.reporters.contains(p) || metric.reporters.iter().any(|r| self.members(r).contains(p))
        });
        let gross = focus.gross.as_ref() == Some(name);
        let territory = measure.territory.clone();
        let filter = Filter { any, territory, by, gross, least: focus.least, ..money };
        if metric.is_flow() {
            if focus.each {
                let place = focus.place.as_ref().filter(|_| measure.territory.is_none() && by_country);
                let plain = Filter { any: asked, ..filter.clone() };
                self.each_line_tells(model, (name, metric), (&about, place), &plain, &period)?;
            }
            return self.flow((name, metric), measure, (period, whole), (&filter, reports), (model, focus));
        }
        self.level(name, (model, metric), &period, &filter)
    }

    /// A metric that is computed, in a period.
    fn computed(
        &self,
        (name, metric, formula): (&Name, &Metric, &Amount),
        measure: &Measure,
        period: Period,
        focus: &Focus,
    ) -> Eval<(Val, Step)> {
        let inner = Focus { period: Some(period), ..focus.clone() };
        let whole = measure.of.is_empty() && measure.fields.is_empty() && measure.territory.is_none();
        let part = if whole { None } else { Some(computed::narrowed(formula, measure)) };
        let formula = match &part {
            None => formula,
            Some(Some(part)) => part,
            Some(None) => {
                let reason = format!("`{name}` is computed, and not so that a part of it could be told");
                return Err(Unknown::new(reason).at(metric.at));
            }
        };
        let (value, step) = self.amount(formula, &inner)?;
        // A sum is told term by term.
        let (how, mut steps) = match formula {
            Amount::Sum(_) => (step.how, step.parts),
            _ => (String::new(), vec![step]),
        };
        let terms = steps.len();
        let value = match focus.gross.as_ref() == Some(name) {
            true => value,
            false => self.deducted((name, metric), value, &inner, &mut steps)?,
        };
        let how = if steps.len() == terms { how } else { String::new() };
        let step = Step::new(format!("{name} for {period}"), value.clone()).how(how);
        Ok((value, step.by(metric.at).from(steps)))
    }

    /// What was reported of a metric in a period, line by line; of the whole period that was asked about, up to a day.
    fn flow(
        &self,
        (name, metric): (&Name, &Metric),
        measure: &Measure,
        (period, whole): (Period, Period),
        (filter, reports): (&Filter, &Reports<'_>),
        (model, focus): (&Model, &Focus),
    ) -> Eval<(Val, Step)> {
        let lines = self.lines(name, period.start, period.end, &focus.period.unwrap_or(period), filter)?;
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
        if steps.is_empty() && reports.touching(period.start, period.end).is_empty() {
            return Err(Unknown::unreported(format!("`{name}` is not reported for {period}")).at(metric.at));
        }
        // A longer time that was reported tells nothing of the part asked about.
        let inside = |r: &&Report<'_>| period.start <= r.period.start && r.period.end <= period.end;
        let touching = reports.touching(period.start, period.end);
        // By a day before the end of what is reported first, nothing is told yet.
        let inside_whole = |r: &&Report<'_>| whole.start <= r.period.start && r.period.end <= whole.end;
        if steps.is_empty() && whole.end != period.end && touching.iter().all(inside_whole) {
            let reason = format!("`{name}` is not reported up to {}", period.end);
            return Err(Unknown::unreported(reason).at(metric.at));
        }
        if steps.is_empty() && period.start != period.end && !touching.iter().any(inside) {
            let reason = format!("`{name}` is reported for a longer time than {period}");
            return Err(Unknown::new(reason).at(metric.at));
        }
        if let Some(Window::Last { .. } | Window::Average { .. }) = &measure.window {
            self.is_covered(name, metric, (&period, reports))?;
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
        Ok((sum.clone(), Step::new(format!("{name} for {period}"), sum).by(metric.at).from(steps)))
    }

    /// That a sum over the last months has all of them: no report reaches over its ends, and the last days are
    /// reported. What is missing at the end may yet be told.
    fn is_covered(
        &self,
        name: &Name,
        metric: &Metric,
        (period, reports): (&Period, &Reports<'_>),
    ) -> Eval<()> {
        let touching = reports.touching(period.start, period.end);
        let last = touching.iter().map(|r| r.period.end).max();
        if let Some(last) = last.filter(|last| metric.cycle.is_some() && *last < period.end) {
            let reason = format!("`{name}` is reported up to {last}, not up to {}", period.end);
            return Err(Unknown::not_yet(reason).at(metric.at));
        }
        let over = |r: &&Report<'_>| r.period.start < period.start || r.period.end > period.end;
        match touching.into_iter().find(over) {
            Some(over) => {
                let reason = format!(
                    "`{name}` is reported for {}, of which only a part lies in {period}",
                    over.period
                );
                Err(Unknown::new(reason).at(metric.at))
            }
            None => Ok(()),
        }
    }

    /// A price or percentage: the last one told for the period, or before its end.
    fn level(
        &self,
        name: &Name,
        (model, metric): (&Model, &Metric),
        period: &Period,
        filter: &Filter,
    ) -> Eval<(Val, Step)> {
        let mut found: Option<(Period, Val, At)> = None;
        for report in self.reports_for(name, filter.estimates).latest_by(period.end) {
            if filter.by.as_ref().is_some_and(|by| report.by.is_some_and(|r| r != by)) {
                continue;
            }
            let wanted = |sale: &SaleLine| self.wanted(model, metric, sale, filter, report.period.end);
            if let Some(sale) = report.lines.iter().rev().find(|sale| wanted(sale)) {
                found = Some((report.period, literal(&sale.amount).map_err(|u| u.at(sale.at))?, sale.at));
                break;
            }
        }
        let (told, value, at) = found.ok_or_else(|| {
            Unknown::unreported(format!("`{name}` is not reported for {period}")).at(metric.at)
        })?;
        if let Some(missing) = self.overdue(metric, period)?.filter(|missing| told.end < missing.end) {
            let why = format!("`{name}` is not reported for {missing}, which was due");
            return Err(Unknown::unreported(why).at(metric.at));
        }
        let shown = match (&metric.kind, &value) {
            (MetricKind::Percent, Val::Number(n)) => percent(n),
            _ => value.to_string(),
        };
        Ok((value.clone(), Step::new(format!("{name} for {told}: {shown}"), value).by(at)))
    }

    /// The period a report of which should have told of the end of another by now.
    fn overdue(&self, metric: &Metric, period: &Period) -> Eval<Option<Period>> {
        let whole = match &metric.cycle {
            Some(cycle) => self.clock().cycle(cycle)?.containing(period.end),
            None => None,
        };
        let Some(whole) = whole else { return Ok(None) };
        let due = self.report_day(metric, whole.end)?;
        Ok(due.is_some_and(|due| due < self.facts.as_of()).then_some(whole))
    }

    /// Whether what is measured may still be reported in time for a period.
    pub(crate) fn may_yet_be_told(&self, measure: &Measure, period: &Period) -> bool {
        let metrics = &self.model_now().market.metrics;
        let own = measure.metric().and_then(|name| metrics.get(name));
        let due = own.and_then(|metric| self.report_day(metric, period.end).ok().flatten());
        due.is_some_and(|due| self.facts.as_of() <= due)
    }

    /// What an expert or a court determined in place of what was reported; the last time counts.
    pub(crate) fn determined(&self, name: &Name, period: &Period) -> Eval<Option<(Val, Step)>> {
        let mut found = None;
        for event in self.facts.happened() {
            let EventKind::Determined { name: n, label, value: Some(value), .. } = &event.kind else {
                continue;
            };
            let covers = label.is_none_or(|l| self.clock().period(l, None).is_some_and(|p| p == *period));
            if n == name && covers {
                found = Some((value, event.at));
            }
        }
        let Some((value, at)) = found else { return Ok(None) };
        let value = literal(value).map_err(|u| u.at(at))?;
        Ok(Some((value.clone(), Step::new(format!("{name} as determined"), value).by(at))))
    }
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
