//! What was reported and does not count: which lines a question leaves out, and why.

use super::{Filter, literal};
use crate::engine::Run;
use crate::royalty::measures;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_ledger::SaleLine;
use counterpart_num::{Currency, Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Metric, Model, Royalty};
use counterpart_terms::value::Name;
use std::cell::OnceCell;
use std::collections::BTreeMap;

impl Run<'_> {
    /// Whether a reported line is one of those that are asked for.
    pub(super) fn wanted(
        &self,
        model: &Model,
        metric: &Metric,
        sale: &SaleLine,
        filter: &Filter,
        day: Date,
    ) -> bool {
        why_left_out(model, metric, sale, filter, day).is_none()
    }

    /// The lines reported for periods inside a stretch of days that do not count, each with the reason. Sales of
    /// another product that another royalty is on while it runs are not told: its own heading says so.
    pub(crate) fn left_out(&self, metric: &Name, days: &Period, filter: &Filter) -> Vec<LeftOut> {
        let mut out = Vec::new();
        for report in self.reports_for(metric, filter.estimates).within(days.start, days.end) {
            // What another payer sold is its own.
            let other = |by: &Name| report.by.is_some_and(|r| r != by && !self.members(by).contains(r));
            if filter.by.as_ref().is_some_and(other) {
                continue;
            }
            let day = filter.terms.unwrap_or(report.period.start);
            let (model, Some(definition)) = (self.model_on(day), self.metric_on(metric, day)) else {
                continue;
            };
            let others = OnceCell::new();
            let others = || others.get_or_init(|| self.others(model, filter.stream.as_ref(), &report.period));
            for sale in &report.lines {
                let Some((why, by)) = why_left_out(model, definition, sale, filter, report.period.end) else {
                    continue;
                };
                if matches!(why, Why::Product(_)) && charged_elsewhere(model, metric, sale, others()) {
                    continue;
                }
                let cell = sale.cell.iter().map(Name::as_str).chain(sale.mark.as_deref());
                let cell = cell.collect::<Vec<_>>().join(" ");
                let amount = literal(&sale.amount);
                let told = format!("{} for {}", report.word(), report.period);
                out.push(LeftOut { why, by, cell, told, amount, at: sale.at });
            }
        }
        out
    }

    /// The royalties beside one that may run in a period: what one was on that has ended, or has not begun, it has no
    /// heading for.
    fn others<'r>(&self, model: &'r Model, own: Option<&Name>, period: &Period) -> Vec<&'r Royalty> {
        let mut others: Vec<&Royalty> = model.royalties.values().filter(|r| Some(&r.name) != own).collect();
        others.retain(|royalty| !self.is_beside(&royalty.name, period));
        others
    }
}

/// A reported line that does not count.
pub(crate) struct LeftOut {
    why: Why,
    /// The line that leaves it out, where one does.
    by: Option<At>,
    cell: String,
    /// That it was reported, and for which days.
    told: String,
    amount: Eval<Val>,
    /// Where it is reported.
    pub at: At,
}

/// Why a line does not count.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    /// It is about another product.
    Product(String),
    /// It is about another place or field.
    Where(String),
    /// It bears a mark, or is of another kind.
    Kind(String),
}

impl Why {
    fn words(&self) -> &str {
        match self {
            Why::Product(words) | Why::Where(words) | Why::Kind(words) => words,
        }
    }
}

/// As remarks: they come to nothing, so they bear no figure that could be added. Lines about a place or a field
/// stand in full, as do one or two of a kind; more of a kind are one remark with their sum.
pub(crate) fn remarks(lines: &[LeftOut], royalty: At) -> Vec<Step> {
    let mut kinds: Vec<(&Why, Vec<&LeftOut>)> = Vec::new();
    for line in lines {
        match kinds.iter_mut().find(|(why, _)| **why == line.why) {
            Some((_, of)) => of.push(line),
            None => kinds.push((&line.why, vec![line])),
        }
    }
    let remarks = kinds.into_iter().flat_map(|(why, of)| match why {
        Why::Product(_) | Why::Kind(_) if of.len() > 2 => vec![together(why, &of).by(royalty)],
        _ => of.iter().map(|line| by_itself(line)).collect(),
    });
    remarks.collect()
}

fn by_itself(line: &LeftOut) -> Step {
    let cell = if line.cell.is_empty() { String::new() } else { format!("{}, ", line.cell) };
    let what = format!("left out ({}): {cell}{}", line.why.words(), line.told);
    let amount = line.amount.as_ref().map_or_else(|why| why.reason.clone(), ToString::to_string);
    let by = line.by.map(|at| Step::note("the text leaves it out").by(at));
    Step::note(what).how(amount).by(line.at).from(by.into_iter().collect())
}

/// Several lines as one: how many, and the sum of each money.
fn together(why: &Why, of: &[&LeftOut]) -> Step {
    let mut sums: BTreeMap<Option<Currency>, Val> = BTreeMap::new();
    for value in of.iter().filter_map(|line| line.amount.as_ref().ok()) {
        let sum = sums.entry(value.currency()).or_insert_with(|| value.with(Exact::zero()));
        *sum = sum.with(sum.number() + value.number());
    }
    let mut parts: Vec<String> = sums.values().map(ToString::to_string).collect();
    let unknown = of.iter().filter(|line| line.amount.is_err()).count();
    if unknown > 0 {
        parts.push(format!("{unknown} not known"));
    }
    let words = match why {
        Why::Product(_) => "other products",
        why => why.words(),
    };
    Step::note(format!("left out ({words})")).how(format!("{} lines, {}", of.len(), parts.join(", ")))
}

/// Whether one of some other royalties is on the same metric and on the products of a line.
fn charged_elsewhere(model: &Model, metric: &Name, sale: &SaleLine, others: &[&Royalty]) -> bool {
    others.iter().filter_map(|r| Some((r, r.base.as_ref()?))).any(|(royalty, base)| {
        let market = &model.market;
        let within = |names: &[Name]| names.iter().any(|n| sale.cell.iter().any(|c| market.within(c, n)));
        let on = |group: &[Name]| group.is_empty() || within(group);
        let mut found = false;
        measures(base, &mut |m| {
            found |= m.metric() == Some(metric) && on(&m.of) && on(&royalty.of) && !within(&royalty.except);
        });
        found
    })
}

/// Why a reported line is not one of those that are asked for; nothing where it is.
fn why_left_out(
    model: &Model,
    metric: &Metric,
    sale: &SaleLine,
    filter: &Filter,
    day: Date,
) -> Option<(Why, Option<At>)> {
    let market = &model.market;
    for exempt in &metric.exempt {
        if let Some(territory) = &exempt.territory
            && sale.cell.iter().any(|n| market.is_place(n) && market.lies_in(n.as_str(), territory, day))
        {
            return Some((Why::Where(format!("exempt in {territory}")), Some(exempt.at)));
        }
        let marked = |n: &&Name| {
            sale.mark.as_deref() == Some(n.as_str()) || sale.cell.iter().any(|c| market.within(c, n))
        };
        if let Some(name) = exempt.names.iter().find(marked) {
            return Some((Why::Kind(format!("exempt: {name}")), Some(exempt.at)));
        }
    }
    let about = |n: &&Name| sale.cell.iter().any(|c| market.within(c, n));
    if let Some(name) = filter.except.iter().find(about) {
        return Some((about_one(model, name)(format!("not on {name}")), None));
    }
    let has = |wanted: &Name| {
        // A metric that is only of this product need not repeat it in each line.
        let implied =
            metric.of.contains(wanted) && !sale.cell.iter().any(|c| market.products.contains_key(c));
        implied || sale.cell.iter().any(|c| market.within(c, wanted))
    };
    if let Some(group) = filter.any.iter().find(|group| !group.iter().any(has)) {
        let kind = group.first().map_or(Why::Kind as fn(String) -> Why, |name| about_one(model, name));
        let group = group.iter().map(Name::as_str).collect::<Vec<_>>().join(" or ");
        return Some((kind(format!("not {group}")), None));
    }
    let territory = filter.territory.as_ref()?;
    let placed = sale.cell.iter().any(|n| market.lies_in(n.as_str(), territory, day));
    (!placed).then(|| (Why::Where(format!("not in {territory}")), None))
}

/// What a name that a line is not about is.
fn about_one(model: &Model, name: &Name) -> fn(String) -> Why {
    let market = &model.market;
    if market.products.contains_key(name) {
        Why::Product
    } else if market.is_place(name) || market.dimension.get(name).is_some_and(|d| *d == "fields") {
        Why::Where
    } else {
        Why::Kind
    }
}
