//! A figure by the day: some days cut where what is in force on them changes, and what is charged on each part.

use super::Changed;
use super::changed::{self, verb};
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::RoyaltyLine;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::{Figure, Royalty, Turn};
use counterpart_terms::value::Name;

/// Some days, cut where other changes are in force, each part with those that are, oldest first.
pub(crate) fn in_force<'c>(days: &Period, changes: &[&'c Changed]) -> Vec<(Period, Vec<&'c Changed>)> {
    let after = |change: &Changed| change.until.and_then(Date::next_day);
    let edges = changes.iter().flat_map(|change| [Some(change.from), after(change)]).flatten();
    let mut starts: Vec<Date> = edges.filter(|day| days.start < *day && *day <= days.end).collect();
    starts.push(days.start);
    starts.sort();
    starts.dedup();
    let ends = starts.iter().skip(1).filter_map(|day| day.prev_day()).chain([days.end]);
    let parts = starts.iter().zip(ends).filter_map(|(start, end)| Period::new(*start, end));
    parts
        .map(|part| (part, latest(changes.iter().copied().filter(|change| change.is_on(part.start)))))
        .collect()
}

/// What is left of changes of one day, oldest first, where a later one puts something else in the place of what a figure was.
/// What rests or has ended comes last: whatever a figure has become meanwhile, nothing is owed of it.
pub(crate) fn latest<'c>(changes: impl Iterator<Item = &'c Changed>) -> Vec<&'c Changed> {
    let mut out: Vec<&Changed> = Vec::new();
    for change in changes {
        if matches!(change.turn, Turn::Becomes(_)) && change.doubt.is_none() {
            let stays = |before: &Changed| before.figure != change.figure || before.is_apart(change);
            out.retain(|before| before.is_off() || stays(before));
        }
        out.push(change);
    }
    out.sort_by_key(|change| change.is_off());
    out
}

/// What rates come to on lines, with what changed them.
pub(crate) struct Rated<'a> {
    /// The royalty.
    pub royalty: &'a Royalty,
    /// The day whose terms it has.
    pub terms: Date,
    /// What the rates of its text come to.
    pub amount: &'a Val,
    /// Its arithmetic.
    pub step: &'a Step,
    /// The bases charged, each with its cell and its days; an amount for the period has one.
    pub bases: Vec<(Val, Vec<Name>, Period)>,
    /// It is an amount for the period, of which some days have this share.
    pub fixed: Option<&'a dyn Fn(&Period) -> Exact>,
    /// Its rates are those of a table of tiers.
    pub tiers: bool,
    /// Why a base cannot be divided by days, where it cannot.
    pub undivided: &'a dyn Fn(&Val) -> Option<Unknown>,
}

/// What rates come to on lines once effects have changed them; `None` where none did.
pub(crate) fn rate_of_lines(run: &Run<'_>, rated: &Rated<'_>) -> Eval<Option<(Val, Step)>> {
    let changes = run.changes_of_figure(Figure::Rate, &rated.royalty.name, rated.terms);
    if changes.is_empty() {
        return Ok(None);
    }
    let bases: Vec<&Val> = rated.bases.iter().map(|(base, ..)| base).collect();
    let total: Exact = bases.iter().map(|base| base.number().clone()).sum();
    let mut sum = rated.amount.with(Exact::zero());
    let mut parts: Vec<Step> = Vec::new();
    let mut changed = false;
    for (index, (base, cell, days)) in rated.bases.iter().enumerate() {
        let share = base.number().checked_div(&total);
        let share = share.unwrap_or_else(|| if index == 0 { Exact::one() } else { Exact::zero() });
        let own = rated.amount.with(rated.amount.number() * &share);
        let mut here = Vec::new();
        for change in changes.iter() {
            if reaches(run, change, cell, days)? {
                here.push(change);
            }
        }
        let cut = in_force(days, &here);
        if cut.len() > 1
            && rated.fixed.is_none()
            && let Some(why) = (rated.undivided)(base)
        {
            return Err(why);
        }
        for (part, active) in cut {
            let part_of = part.share_of(days);
            let slice = base.with(base.number() * &part_of);
            let mut value = own.with(own.number() * &part_of);
            if active.is_empty() {
                sum = sum.plus(&value)?;
                let left = Step::new("rate", value).how(rated.step.how.clone());
                parts.push(if part_of == Exact::one() { left } else { left.how(days_of(&part, days, &own)) });
                continue;
            }
            changed = true;
            let mut notes = Vec::new();
            let mut how = String::new();
            for change in active {
                let share = rated.fixed.map(|share| share(&part));
                let (now, said) = turned(run, rated, change, (&value, &slice), share.as_ref())?;
                notes.push(change.step(format!("rate {said}"), ""));
                (value, how) = (now, format!("{slice}, rate {said}"));
            }
            sum = sum.plus(&value)?;
            let at = notes.last().and_then(|note| note.clause);
            parts.push(Step::new("rate", value).how(how).by(at).from(notes));
        }
    }
    if !changed {
        return Ok(None);
    }
    let step = match parts.len() {
        1 => parts.remove(0),
        _ => Step::new("rates in turn", sum.clone()).from(parts),
    };
    Ok(Some((sum, step)))
}

fn days_of(part: &Period, all: &Period, own: &Val) -> String {
    format!("{} of {} days, from {} to {}, of {own}", part.days(), all.days(), part.start, part.end)
}

/// Whether a change is about a line, sold in some part of the market.
fn reaches(run: &Run<'_>, change: &Changed, cell: &[Name], days: &Period) -> Eval<bool> {
    let market = &run.model_on(days.start).market;
    let untold = |part: &Name| {
        let why = format!("the rate is changed for {part} alone, and what was sold there is not told apart");
        Err(Unknown::new(why).at(change.at))
    };
    if let Some(place) = &change.place {
        let mut told = cell.iter().filter(|name| market.is_place(name)).peekable();
        if told.peek().is_none() {
            return untold(place);
        }
        if !told.any(|name| name == place) {
            return Ok(false);
        }
    }
    if let Some(of) = &change.of {
        if cell.iter().any(|name| market.within(name, of)) {
            return Ok(true);
        }
        let kind = market.dimension_of(of);
        let alike = |name: &&Name| !market.is_place(name) && market.dimension_of(name) == kind;
        return if cell.iter().any(|name| alike(&name)) { Ok(false) } else { untold(of) };
    }
    Ok(true)
}

/// What a rate comes to on a part of a base once a change is made of it.
fn turned(
    run: &Run<'_>,
    rated: &Rated<'_>,
    change: &Changed,
    (was, base): (&Val, &Val),
    share: Option<&Exact>,
) -> Eval<(Val, String)> {
    // On nothing nothing is charged, whatever the rate.
    if base.number().is_zero() && share.is_none() {
        return Ok((was.clone(), String::from("of nothing")));
    }
    if let Some(why) = &change.doubt {
        return Err(why.clone().at(change.at));
    }
    let charged = |value: &Val| match (value, share) {
        (Val::Number(rate), None) if base.currency().is_some() => {
            Ok((base.with(base.number() * rate), percent(rate)))
        }
        (Val::Money(_), None) if base.currency().is_none() => {
            Ok((value.times(base)?, format!("{value} a unit")))
        }
        (Val::Money(_), Some(share)) => Ok((value.with(value.number() * share), value.to_string())),
        _ => {
            let why =
                format!("a rate of `{}` cannot become {value}: it is of another kind", rated.royalty.name);
            Err(Unknown::new(why).at(change.at))
        }
    };
    let amount = |amount| {
        Ok::<Val, Unknown>(run.amount(amount, &Focus::default()).map_err(|why| why.at(change.at))?.0)
    };
    let (value, how) = match &change.turn {
        Turn::Rests => (was.with(Exact::zero()), "suspended".to_string()),
        Turn::Ends => (was.with(Exact::zero()), "ended".to_string()),
        Turn::Becomes(value) => {
            let (now, shown) = charged(&amount(value)?)?;
            (now, format!("becomes {shown}"))
        }
        Turn::To { rises, value } => {
            let (now, shown) = charged(&amount(value)?)?;
            if rated.tiers {
                let why = format!(
                    "which rates of its table {} to {shown} is not said: write `becomes` or `{} by`",
                    if *rises { "rise" } else { "fall" },
                    verb(*rises)
                );
                return Err(Unknown::new(why).at(change.at));
            }
            (now, format!("{} to {shown}", verb(*rises)))
        }
        Turn::By { rises, value } => {
            let (more, shown) = match amount(value)? {
                Val::Number(of_it) => (was.with(was.number() * &of_it), percent(&of_it)),
                sum => charged(&sum)?,
            };
            (more, format!("{} by {shown}", verb(*rises)))
        }
    };
    // On net returns as on sales: a rate is no less for being charged on what came back.
    let returned = base.number().is_negative() && share.is_none();
    let facing = |val: &Val| if returned { val.with(-val.number().clone()) } else { val.clone() };
    let now = changed::turned(&facing(was), &change.turn, facing(&value))?;
    Ok((facing(&now), how))
}

/// What is left of all that a royalty earned on some lines, where effects changed `payments of` it; `None` where none did.
pub(crate) fn scaled_payments(
    run: &Run<'_>,
    (name, terms): (&Name, Date),
    (earned, lines, sub): (&Val, &[RoyaltyLine], &Period),
) -> Eval<Option<(Val, Vec<Step>)>> {
    let changes = run.changes_of_figure(Figure::Payments, name, terms);
    // Where it ends or rests, the royalty runs on none of the days.
    let changes: Vec<&Changed> = changes.iter().filter(|change| !change.is_off()).collect();
    if changes.is_empty() || earned.number().is_zero() {
        return Ok(None);
    }
    let total: Exact = lines.iter().map(|line| line.due.number().clone()).sum();
    let mut left = Exact::zero();
    let mut steps: Vec<Step> = Vec::new();
    let mut changed = false;
    for line in lines {
        let days = line.day.unwrap_or(*sub);
        let share = line.due.number().checked_div(&total).unwrap_or_else(Exact::zero);
        for (part, active) in in_force(&days, &changes) {
            let own = earned.with(earned.number() * &(&share * &part.share_of(&days)));
            let mut now = own.clone();
            for change in active {
                if let Some(why) = change.in_part_only(name) {
                    return Err(why);
                }
                if change.sets_a_sum() {
                    let why =
                        format!("what is paid of `{name}` hangs on what is sold, and no sum takes its place");
                    return Err(Unknown::new(why).at(change.at));
                }
                let (next, how) = run.changed_sum(&now, change)?;
                changed = true;
                if !steps.iter().any(|step| step.how == how) {
                    steps.push(change.step("payments changed", how));
                }
                now = next;
            }
            left += now.number();
        }
    }
    if !changed {
        return Ok(None);
    }
    let now = earned.with(left);
    let less = now.less(earned)?;
    if let Some(last) = steps.last_mut() {
        last.value = Some(less);
    }
    Ok(Some((now, steps)))
}
