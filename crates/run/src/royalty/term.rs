//! When nothing is payable: on which days a royalty runs, and for which lines.

use super::after_end;
use super::base::{self, RoyaltyLine};
use super::ended_parts;
use super::stretch::Stretch;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{Per, Royalty};
use counterpart_terms::value::{Moment, Name};

/// Takes out the lines, or the days, for which no royalty runs.
pub(super) fn apply_term(
    stretch: &Stretch<'_, '_>,
    lines: &mut Vec<RoyaltyLine>,
    steps: &mut Vec<Step>,
) -> Eval<()> {
    let (run, royalty, sub, focus) = (stretch.run, stretch.royalty, &stretch.sub, &stretch.focus);
    if let Some((condition, at)) = &royalty.while_
        && !run.holds(condition, focus).map_err(|u| u.at(*at))?
    {
        steps.push(Step::note("not payable in this period").by(*at));
        lines.clear();
        return Ok(());
    }
    let ending = super::after_end::ending(run, royalty, sub)?;
    if let Some(why) = ending.as_ref().and_then(|ending| ending.over(sub)) {
        steps.push(why);
        lines.clear();
        return Ok(());
    }
    let set_off = run.triggered(&royalty.name)?;
    let mut kept = Vec::new();
    for line in lines.drain(..) {
        let line_focus = base::focus(run, focus, &line);
        let mut none = None;
        for (condition, at) in &royalty.none_where {
            if run.holds(condition, &line_focus).map_err(|u| u.at(*at))? {
                none = Some(*at);
            }
        }
        let cell = line.cell.iter().map(Name::as_str).collect::<Vec<_>>().join(" ");
        if let Some(at) = none {
            steps.push(Step::note(format!("{cell}: no royalty")).by(at));
            continue;
        }
        let own = line.day.unwrap_or(*sub);
        let last = ending.as_ref().map(|ending| ending.last_for(run, &line_focus)).transpose()?;
        let alone = match line.base.number().is_zero() {
            true => None,
            false => ended_parts::last_sale(run, royalty, &line_focus, &own)?,
        };
        let last = last.into_iter().chain(alone).min();
        let running = running_days(run, royalty, &own, last, &line_focus)?;
        let Some(days) = running else {
            let what =
                if cell.is_empty() { "no royalty runs".into() } else { format!("{cell}: no royalty runs") };
            steps.push(Step::note(what).by(not_running(run, royalty, &own, &line_focus)));
            continue;
        };
        let resting = set_off.resting(&days);
        if resting == days.days() {
            let what = if cell.is_empty() { "suspended".into() } else { format!("{cell}: suspended") };
            steps.push(Step::note(what).by(royalty.at));
            continue;
        }
        if days == own && resting == 0 {
            kept.push(line);
            continue;
        }
        let sold = if days == own { own } else { sold_on(run, royalty, &own, &line_focus)? };
        if days == sold && resting == 0 {
            kept.push(RoyaltyLine { day: Some(days), runs: Some(days), ..line });
            continue;
        }
        // What of several periods told of as one was earned on which days is not said.
        if !super::rules::sums_only(stretch)
            && let Some(why) = stretch.undivided(&line.base)
        {
            return Err(why.at(royalty.at));
        }
        let running = Exact::ratio(days.days() - resting, days.days()).unwrap_or_else(Exact::one);
        let part = days.share_of(&sold) * running;
        let base = line.base.with(line.base.number() * &part);
        // No figure of its own: the line is told already, with all that was sold.
        let how = format!("{base} of {}, for the days on which the royalty runs", line.base);
        let what = if cell.is_empty() { "base".to_string() } else { cell };
        steps.push(Step::note(what).how(how).by(royalty.at));
        kept.push(RoyaltyLine { base, day: Some(days), runs: Some(days), ..line });
    }
    *lines = kept;
    Ok(())
}

/// Whether a royalty may run in a stretch, whatever was sold: a term for each country or product is not asked.
pub(super) fn runs(stretch: &Stretch<'_, '_>) -> Eval<bool> {
    let (run, royalty, focus) = (stretch.run, stretch.royalty, &stretch.focus);
    if let Some((condition, _)) = &royalty.while_
        && !run.holds(condition, focus)?
    {
        return Ok(false);
    }
    for (condition, _) in &royalty.none_where {
        if run.holds(condition, focus)? {
            return Ok(false);
        }
    }
    let ending = super::after_end::ending(run, royalty, &stretch.sub)?;
    if ending.as_ref().is_some_and(|ending| ending.over(&stretch.sub).is_some()) {
        return Ok(false);
    }
    let sub = &stretch.sub;
    if run.triggered(&royalty.name)?.resting(sub) == sub.days() {
        return Ok(false);
    }
    if royalty.term.as_ref().is_some_and(|(per, ..)| !per.is_empty()) {
        return Ok(true);
    }
    Ok(running_days(run, royalty, &stretch.sub, ending.map(|e| e.last), focus)?.is_some())
}

/// Whether a royalty runs on no day of a period in which another one, from the same to the same and on the same
/// reports, runs in its place.
pub(crate) fn runs_in_place(run: &Run<'_>, name: &Name, period: Period, payer: Option<&Name>) -> bool {
    let royalties = &run.model_on(period.start).royalties;
    let Some(own) = royalties.get(name) else { return false };
    let Ok(series) = run.series_of(name, payer) else { return false };
    let Some(part) = series.parts.iter().find(|part| part.period == period) else { return false };
    let runs = |royalty: &Royalty, days: Period| {
        Stretch::new(run, royalty, days, period, payer).and_then(|stretch| runs(&stretch))
    };
    // The question is asked of each stretch: a condition may change within the period.
    let idle = |sub: &Eval<super::Sub>| sub.as_ref().is_ok_and(|sub| runs(own, sub.period) == Ok(false));
    let metrics = super::metrics(own);
    let other = |other: &Royalty| {
        other.name != own.name
            && (&other.from, &other.to) == (&own.from, &own.to)
            && super::metrics(other).iter().any(|metric| metrics.contains(metric))
            && runs(other, period) == Ok(true)
    };
    part.subs.iter().all(idle) && royalties.values().any(other)
}

/// What a line is asked about where the text says `for each product and country`, or only one of them: a term for
/// each product is one for all countries it is sold in.
fn for_each(per: &[Per], focus: &Focus) -> Focus {
    let any = |of: &[Per]| per.iter().any(|p| of.contains(p));
    let dimension = per.iter().any(|p| matches!(p, Per::Dimension(_)));
    Focus {
        place: focus.place.clone().filter(|_| any(&[Per::Country, Per::Region])),
        product: focus.product.clone().filter(|_| any(&[Per::Product])),
        field: focus.field.clone().filter(|_| any(&[Per::Field, Per::Indication])),
        others: if dimension { focus.others.clone() } else { Vec::new() },
        each: !per.is_empty(),
        ..focus.clone()
    }
}

/// The days among some on which what a line tells was sold, where the royalty begins with the first sale of just that:
/// before it nothing was.
fn sold_on(run: &Run<'_>, royalty: &Royalty, days: &Period, line: &Focus) -> Eval<Period> {
    let Some(from @ Moment::FirstSale { product, field, place }) = &royalty.starts else { return Ok(*days) };
    let market = &run.model_on(days.start).market;
    let own = |named: &Option<Name>, of: Option<&Name>| {
        named.as_ref().is_none_or(|named| of.is_some_and(|of| market.within(of, named)))
    };
    // A line that names no product is of those the base is of.
    let of_base = || {
        let metrics: Vec<Name> = super::metrics(royalty);
        let of =
            |metric: &Name| run.metric_on(metric, days.start).map(|m| m.of.as_slice()).unwrap_or_default();
        !metrics.is_empty()
            && metrics.iter().all(|m| !of(m).is_empty() && of(m).iter().all(|p| own(product, Some(p))))
    };
    let is_product = own(product, line.product.as_ref()) || line.product.is_none() && of_base();
    if !is_product || !own(field, line.field.as_ref()) || !own(place, line.place.as_ref()) {
        return Ok(*days);
    }
    let first = run.clock().limit(from, &for_each(&[], line))?;
    Ok(first.and_then(|first| Period::new(first.max(days.start), days.end)).unwrap_or(*days))
}

/// The days among some on which the royalty runs for a line; after the last sale under the licence there are none.
fn running_days(
    run: &Run<'_>,
    royalty: &Royalty,
    sub: &Period,
    last_sale: Option<Date>,
    line: &Focus,
) -> Eval<Option<Period>> {
    // What is not said to be for each product or country is one day for the whole royalty.
    let focus = &for_each(&[], line);
    let mut first = sub.start;
    let mut last = last_sale.map_or(sub.end, |day| day.min(sub.end));
    if let Some(from) = &royalty.starts {
        match run.clock().moment(from, focus)? {
            When::On(day) => first = first.max(day),
            When::NotYet | When::Never => return Ok(None),
        }
    }
    if let Some((until, _)) = &royalty.holiday {
        match run.clock().moment(until, focus)? {
            // `until` includes the day.
            When::On(day) => first = first.max(day.next_day().unwrap_or(day)),
            When::NotYet => return Ok(None),
            When::Never => {}
        }
    }
    let term = royalty.term.as_ref().map(|(per, until, at)| {
        let line = for_each(per, line);
        let plain = royalty.term_extended.is_none();
        let apart = if plain { told_apart(run, until, per, &line, sub) } else { Ok(None) };
        let end = apart.and_then(|end| end.map_or_else(|| term_end(run, royalty, until, &line), Ok));
        end.map_err(|u| u.at(*at))
    });
    let term = term.transpose()?;
    let ends = royalty.ends.iter().map(|end| match run.clock().moment(end, focus) {
        // Whether the agreement was renewed does not matter to the days before.
        Err(_) if after_end::is_before_doubt(run, end, sub) => Ok(When::NotYet),
        found => found,
    });
    let ends = ends.collect::<Eval<Vec<When>>>()?;
    let own = after_end::goes_by_own_term(run, royalty);
    let header = &run.model_on(sub.start).header;
    let agreed = header.ends.as_ref().filter(|_| !own && !header.ends_per.is_empty());
    let agreed = match agreed.filter(|_| run.clock().terminated().is_none()) {
        Some(ends) => {
            let line = for_each(&header.ends_per, line);
            let end = told_apart(run, ends, &header.ends_per, &line, sub).map_err(|u| u.at(header.at))?;
            Some(end.map_or_else(|| run.clock().end_for(ends, &line), Ok)?)
        }
        None => None,
    };
    for end in ends.into_iter().chain(term).chain(agreed) {
        match end {
            When::On(day) => last = last.min(day),
            When::NotYet => {}
            // In a country where nothing was ever protected and nothing sold, nothing runs.
            When::Never => return Ok(None),
        }
    }
    if (first, last) == (sub.start, sub.end) {
        return Ok(Some(*sub));
    }
    Ok(Period::new(first, last))
}

/// The line by which a royalty does not run in a stretch: that on the time it is free, or on its term.
fn not_running(run: &Run<'_>, royalty: &Royalty, sub: &Period, line: &Focus) -> At {
    let holiday = royalty.holiday.as_ref();
    let free = holiday.filter(|(until, _)| {
        let until = run.clock().moment(until, &for_each(&[], line));
        matches!(until, Ok(When::NotYet)) || matches!(until, Ok(When::On(day)) if day >= sub.end)
    });
    match (free, &royalty.term) {
        (Some((_, at)), _) => *at,
        (None, Some((_, _, at))) => *at,
        (None, None) => royalty.at,
    }
}

/// The end of a term that runs for each product or country, for a line that does not say which it is of; `None` where
/// it says so. What has ended in some parts and not in others cannot be told apart.
fn told_apart(run: &Run<'_>, until: &Moment, per: &[Per], line: &Focus, sub: &Period) -> Eval<Option<When>> {
    let ends = run.clock().ends_in(until, per, line)?;
    let runs_on = |when: &When| match when {
        When::On(day) => *day >= sub.end,
        When::NotYet => true,
        When::Never => false,
    };
    let over = |when: &When| match when {
        When::On(day) => *day < sub.start,
        When::NotYet => false,
        When::Never => true,
    };
    match (ends.first(), ends.last()) {
        (Some(first), Some(last)) if first == last || runs_on(first) || over(last) => Ok(Some(*last)),
        (Some(_), Some(_)) => Err(Unknown::new(
            "the term has ended for some products or countries and not for others, and it is not said which these \
             sales are of",
        )),
        _ => Ok(None),
    }
}

/// The end of the term for a line: the later day where the test holds on the day it would end.
fn term_end(run: &Run<'_>, royalty: &Royalty, until: &Moment, focus: &Focus) -> Eval<When> {
    let end = run.clock().end_for(until, focus)?;
    if let (Some((later, condition)), When::On(day)) = (&royalty.term_extended, end) {
        let that_day = Focus { period: Period::new(day, day), ..focus.clone() };
        if day <= run.facts.as_of() && run.holds(condition, &that_day)? {
            return run.clock().moment(later, focus);
        }
    }
    Ok(end)
}
