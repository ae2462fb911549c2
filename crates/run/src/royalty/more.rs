//! What a royalty would have earned on more than was sold: the sum by which a shortfall may be put right.
//!
//! It is the difference that the missing part makes to the last payment period of the time tested, so that tiers, caps and
//! reductions are those it would have met. Where it was sold nobody can say; so it has to come to the same wherever the
//! rest was.

use super::base::RoyaltyLine;
use super::{Part, Series, find, metrics, sharing};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::Period;
use counterpart_terms::value::{Measure, Name};
use std::collections::BTreeSet;

/// More than was reported for a payment period of a royalty.
pub(super) struct More {
    /// Of which royalty.
    pub name: Name,
    /// For which payment period.
    pub period: Period,
    /// What.
    pub line: RoyaltyLine,
}

/// What a royalty comes to on more of what a measure is of, within a period.
///
/// # Errors
/// Where it is not on that, or where that would have been sold matters.
pub(crate) fn earned_on_more(
    run: &Run<'_>,
    name: &Name,
    of: &Measure,
    period: &Period,
    more: &Val,
) -> Eval<(Val, Step)> {
    let royalty = find(run, name, Some(period.end))?;
    let on = metrics(royalty);
    if !of.metric().is_some_and(|metric| on.contains(metric)) {
        let reason = format!("`{name}` is not on what falls short");
        return Err(Unknown::new(reason).at(royalty.at));
    }
    if run.payers(name).iter().any(Option::is_some) {
        let reason = format!("which of those who pay `{name}` would have owed it is not said");
        return Err(Unknown::new(reason).at(royalty.at));
    }
    let zero = run.zero_of(Some(name))?;
    let series = run.series_of(name, None)?;
    let inside = |part: &&Part| period.start <= part.period.start && part.period.end <= period.end;
    let last = series.parts.iter().rfind(inside).ok_or_else(|| {
        Unknown::new(format!("`{name}` has no period of payment within {period}")).at(royalty.at)
    })?;
    let earned = last.earned(&zero)?;
    let streams = sharing(run, name, None);
    let mut found: Option<Val> = None;
    for cell in cells(run, &series, of, period) {
        let line = RoyaltyLine::of(cell, more.clone(), Step::new("missing", more.clone()));
        let more = More { name: name.clone(), period: last.period, line };
        let open = run.open_advances().clone();
        let with = Series::together(run, &streams, Some(&more));
        *run.open_advances() = open;
        let own = with?.into_iter().find(|((stream, _), _)| stream == name);
        let part = own.and_then(|(_, series)| series.parts.into_iter().find(|p| p.period == last.period));
        let part = part.ok_or_else(|| Unknown::new("it cannot be computed").at(royalty.at))?;
        let sum = part.earned(&zero)?.less(&earned)?;
        if found.as_ref().is_some_and(|found| *found != sum) {
            let reason = format!(
                "what `{name}` comes to on {} hangs on where that would have been sold",
                more.line.base
            );
            return Err(Unknown::new(reason).at(royalty.at));
        }
        found = Some(sum);
    }
    let sum = found.unwrap_or(zero);
    let how = format!("what {} more in {} would have earned", more, last.period);
    Ok((sum.clone(), Step::new(format!("{name} on the shortfall"), sum).how(how).by(royalty.at)))
}

/// Where what a measure is of was sold within a period; nowhere said where nothing was.
fn cells(run: &Run<'_>, series: &Series, of: &Measure, period: &Period) -> BTreeSet<Vec<Name>> {
    let market = &run.model_on(period.end).market;
    let among = |cell: &[Name], names: &[Name]| {
        names.is_empty() || cell.iter().any(|one| names.iter().any(|name| market.within(one, name)))
    };
    let placed = |cell: &[Name]| {
        of.territory.as_ref().is_none_or(|territory| {
            let places = market.places(territory, period.end);
            cell.iter().any(|one| places.contains(one.as_str()))
        })
    };
    let parts = series.parts.iter().filter(|p| period.start <= p.period.start && p.period.end <= period.end);
    let subs = parts.flat_map(|part| part.subs.iter().flatten()).flat_map(|sub| &sub.lines);
    let here =
        subs.filter(|line| among(&line.cell, &of.of) && among(&line.cell, &of.fields) && placed(&line.cell));
    let found: BTreeSet<Vec<Name>> = here.map(|line| line.cell.clone()).collect();
    if !found.is_empty() {
        return found;
    }
    let single = |names: &[Name]| if let [one] = names { Some(one.clone()) } else { None };
    let place = of.territory.as_ref().and_then(|territory| {
        let places = market.places(territory, period.end);
        crate::condition::single(Some(territory)).filter(|place| places.contains(place.as_str()))
    });
    BTreeSet::from([single(&of.of).into_iter().chain(single(&of.fields)).chain(place).collect()])
}
