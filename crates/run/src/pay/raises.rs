//! What makes a payment's lines rise or fall with time: an index, a step each year, delay.

use super::Item;
use super::rules::{change, focus, spoil};
use crate::amount::given;
use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, PeriodKind};
use counterpart_terms::At;
use counterpart_terms::model::{FeeWhen, Pay};
use counterpart_terms::value::{Amount, Condition, Known, Moment, Name, PeriodLabel, Value};

/// Less so much for each month past the milestone's due day.
pub(super) fn late_cut(
    run: &Run<'_>,
    pay: &Pay,
    items: &mut [Item],
    cut: &Amount,
    per: PeriodKind,
    most: Option<&Amount>,
    at: At,
) {
    for item in items {
        let Some(line) = pay.instalments.get(item.line) else { continue };
        let FeeWhen::When { when: Condition::State { name, .. }, .. } = &line.when else { continue };
        let milestone = run.named_on(item.terms, |m| m.market.milestones.get(name));
        let Some(milestone) = milestone.filter(|m| m.due.is_some()) else { continue };
        let due = run.milestone_due(name, milestone).map(When::day);
        match due.and_then(|due| less_for_delay(run, item, due, (cut, per, most))) {
            Ok(Some((less, why))) => change(item, |v| v.with(v.number() - &less(v)), why.by(at)),
            Ok(None) => {}
            Err(unknown) => spoil(item, unknown.at(at)),
        }
    }
}

/// What comes off an amount that was reached after its day.
type Less = Box<dyn Fn(&Val) -> Exact>;

fn less_for_delay(
    run: &Run<'_>,
    item: &Item,
    due: Option<Date>,
    (cut, per, most): (&Amount, PeriodKind, Option<&Amount>),
) -> Eval<Option<(Less, Step)>> {
    let Some(due) = due else { return Ok(None) };
    let mut late = 0i64;
    while due.add_months((late + 1) * i64::from(per.months())).is_some_and(|d| d <= item.arisen)
        && late < 1200
    {
        late += 1;
    }
    if late == 0 {
        return Ok(None);
    }
    let (each, why) = run.amount(cut, &focus(item))?;
    let limit = match most {
        Some(most) => Some(run.amount(most, &focus(item))?.0),
        None => None,
    };
    let count = Exact::from_int(late);
    let less = move |v: &Val| {
        let of = |cut: &Val, times: &Exact| match cut {
            Val::Money(money) => &money.amount * times,
            Val::Number(share) => v.number() * &(share * times),
        };
        let less = of(&each, &count);
        let less = limit.as_ref().map_or(less.clone(), |limit| less.min(of(limit, &Exact::one())));
        // However late, nothing is owed back.
        less.min(v.number().clone().max(Exact::zero()))
    };
    Ok(Some((Box::new(less), why)))
}

/// The fee of a year follows the index of the year before, compounding, each rise limited.
pub(super) fn indexed(
    run: &Run<'_>,
    items: &mut [Item],
    index: &Name,
    most: Option<&Known<Exact>>,
    from: Option<&Moment>,
    at: At,
) -> Eval<()> {
    let first = match from {
        Some(moment) => run.clock().limit(moment, &Focus::default())?.map(Date::year),
        None => items.iter().map(|i| i.arisen.year()).min(),
    };
    let Some(first) = first else { return Ok(()) };
    for item in items {
        match index_factor(run, index, most, first, item.arisen.year()) {
            Err(why) => spoil(item, why.at(at)),
            Ok(factor) => change(
                item,
                |v| v.with(v.number() * &factor),
                Step::new("index", Val::Number(factor.clone())).by(at),
            ),
        }
    }
    Ok(())
}

/// By how much an index has raised a sum of one year until another: each year by the rise of the year before, each
/// rise limited.
///
/// # Errors
/// Where a value of the index is not told, or the limit is not given.
pub(crate) fn index_factor(
    run: &Run<'_>,
    index: &Name,
    most: Option<&Known<Exact>>,
    first: i32,
    year: i32,
) -> Eval<Exact> {
    let mut factor = Exact::one();
    for year in first + 1..=year {
        let rise = rise_before(run, index, year)?;
        let rise = match most {
            Some(most) => rise.min(given(most, "limit")?),
            None => rise,
        };
        factor *= Exact::one() + rise;
    }
    Ok(factor)
}

/// No more than what arose a year or more before allows: that sum, risen by so much, or as the index did, for each
/// year since. A sum that does not rise is not touched, and needs no index.
pub(super) fn rises_at_most(
    run: &Run<'_>,
    items: &mut [Item],
    (most, index): (Option<&Known<Exact>>, Option<&Name>),
    at: At,
) {
    for place in 0..items.len() {
        let Some((earlier, [item, ..])) = items.split_at_mut_checked(place) else { continue };
        let Ok(value) = item.amount.clone() else { continue };
        let before = |e: &&Item| e.arisen.add_years(1).is_some_and(|d| d <= item.arisen);
        let Some(base) = earlier.iter().rev().find(before) else { continue };
        let limit = match &base.amount {
            Ok(base_value) if value.number() <= base_value.number() => continue,
            Ok(base_value) => risen(run, base_value, (base.arisen, item.arisen), (most, index)),
            Err(why) => Err(why.clone()),
        };
        match limit {
            Ok(limit) if value.number() > limit.number() => {
                change(item, |_| limit.clone(), Step::new("rises at most", limit.clone()).by(at));
            }
            Ok(_) => {}
            Err(why) => spoil(item, why.at(at)),
        }
    }
}

/// What a sum may have risen to from one day to a later one.
fn risen(
    run: &Run<'_>,
    base: &Val,
    (from, to): (Date, Date),
    (most, index): (Option<&Known<Exact>>, Option<&Name>),
) -> Eval<Val> {
    let mut factor = Exact::one();
    for year in from.year() + 1..=to.year() {
        let rise = match (most, index) {
            (Some(most), _) => given(most, "limit")?,
            (None, Some(index)) => rise_before(run, index, year)?.max(Exact::zero()),
            (None, None) => return Err(Unknown::new("by how much it may rise is not said")),
        };
        factor *= Exact::one() + rise;
    }
    Ok(base.with(base.number() * &factor))
}

/// By how much an index rose in the year before one.
fn rise_before(run: &Run<'_>, index: &Name, year: i32) -> Eval<Exact> {
    let value = |year: i32| {
        let label = Some(PeriodLabel::Year(year));
        let told = run.facts.index(index).filter(|(_, l, _)| *l == label).last();
        told.map(|(_, _, v)| v).ok_or_else(|| Unknown::new(format!("no value of {index} is told for {year}")))
    };
    let (new, old) = (value(year - 1)?, value(year - 2)?);
    Ok(new.checked_div(old).unwrap_or_else(Exact::one) - Exact::one())
}

/// So much more for each period begun since the one named.
pub(super) fn escalate(
    run: &Run<'_>,
    items: &mut [Item],
    by: &Amount,
    cycle: &counterpart_terms::value::Cycle,
    from: Option<&Value>,
    at: At,
) -> Eval<()> {
    let clock = run.clock();
    let periods = clock.cycle(cycle)?;
    let start = match from {
        Some(Value::Period(label)) => clock.period(*label, cycle.party.as_ref()).map(|p| p.start),
        Some(Value::Moment(moment)) => clock.limit(moment, &Focus::default())?,
        // Without a beginning the first rise comes in the second period.
        _ => {
            let first = items.iter().map(|i| i.arisen).min();
            first.and_then(|d| periods.containing(d)?.end.next_day())
        }
    };
    let Some(start) = start else { return Ok(()) };
    for item in items.iter_mut().filter(|i| i.arisen >= start) {
        let times = periods.between(start, item.arisen).len();
        let (more, why) = run.amount(by, &focus(item)).map_err(|u| u.at(at))?;
        let times = Exact::from_int(i64::try_from(times).unwrap_or(0));
        change(
            item,
            |v| match &more {
                Val::Number(share) => v.with(v.number() * &(Exact::one() + share * &times)),
                Val::Money(money) => v.with(v.number() + &(&money.amount * &times)),
            },
            why.by(at),
        );
    }
    Ok(())
}
