//! Parts of the agreement that were ended by themselves: what is sold there after their last day, but for a sell-off, is
//! not sold under the licence, and earns nothing.
//!
//! Which part is over, and from which day on, is told by the same rules as for the rights (`rights/told`).

use super::after_end::{GoesOn, lets_go_on};
use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::EndedPart;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Grant, Royalty};
use counterpart_terms::value::{Name, Territory};

/// The last day on which a line is sold under the licence, where the part it is of was ended by itself.
///
/// # Errors
/// Where it cannot be said whether it is of such a part, or whether that is over.
pub(super) fn last_sale(run: &Run<'_>, royalty: &Royalty, line: &Focus, days: &Period) -> Eval<Option<Date>> {
    let mut last: Option<Date> = None;
    let parts = run.ended_parts();
    for part in parts.iter().filter(|part| part.from <= days.end) {
        if !is_of(run, part, royalty, line)? || goes_on_otherwise(run, &parts, royalty, line) {
            continue;
        }
        if let Some(why) = &part.doubt {
            return Err(why.clone());
        }
        let end = part.from.prev_day().unwrap_or(part.from);
        let sold = last_of_stock(run, part, royalty, end)?.unwrap_or(end);
        last = Some(last.map_or(sold, |last| last.min(sold)));
    }
    Ok(last)
}

/// Whether what a line tells of was sold in a part that was ended.
fn is_of(run: &Run<'_>, part: &EndedPart, royalty: &Royalty, line: &Focus) -> Eval<bool> {
    let model = run.model_on(part.from);
    let grant = part.name.as_ref().and_then(|name| model.grants.get(name));
    if grant.is_some_and(|grant| !is_payers(run, grant, royalty)) {
        return Ok(false);
    }
    let untold = |what: &str| {
        let why =
            format!("{what} this was sold is not told, and so not whether it is of the part that was ended");
        Some(Unknown::new(why).at(part.at))
    };
    let mut unclear = None;
    if let Some(name) = part.name.as_ref().filter(|_| grant.is_some()) {
        let of = GoesOn { last: part.from, of: Some(name.clone()), share: None, at: part.at };
        match of.reaches(run, line, part.from) {
            Ok(false) => return Ok(false),
            Ok(true) => {}
            Err(why) => unclear = Some(why),
        }
    }
    if let Some(place) = &part.place {
        let there = Territory::at(place);
        match &line.place {
            Some(sold) if !run.lies_in(sold, &there, part.from)? => return Ok(false),
            Some(_) => {}
            None => unclear = untold("in which country"),
        }
    }
    let is_product = |name: &Name| model.market.products.contains_key(name);
    let (products, others): (Vec<&Name>, Vec<&Name>) = part.of.iter().partition(|name| is_product(name));
    let among = |told: &Name, names: &[&Name]| names.iter().any(|name| model.market.within(told, name));
    match &line.product {
        _ if products.is_empty() => {}
        Some(told) if !among(told, &products) => return Ok(false),
        Some(_) => {}
        None => unclear = untold("of which product"),
    }
    let told: Vec<&Name> = line.field.iter().chain(&line.others).collect();
    match others.is_empty() {
        true => {}
        false if told.is_empty() => unclear = untold("for which field"),
        false if !told.iter().any(|told| among(told, &others)) => return Ok(false),
        false => {}
    }
    unclear.map_or(Ok(true), Err)
}

/// Whether a grant is to a party that pays a royalty.
fn is_payers(run: &Run<'_>, grant: &Grant, royalty: &Royalty) -> bool {
    let members = |name: &Name| run.members(name);
    let payers: Vec<Name> = royalty.from.iter().flat_map(members).chain(royalty.from.clone()).collect();
    grant
        .to
        .iter()
        .any(|to| to.is_blank() || payers.contains(to) || members(to).iter().any(|m| payers.contains(m)))
}

/// Whether another grant to the payer, which was not ended there, reaches what a line tells of.
fn goes_on_otherwise(run: &Run<'_>, parts: &[EndedPart], royalty: &Royalty, line: &Focus) -> bool {
    let Some(day) = parts.iter().map(|part| part.from).max() else { return false };
    let is_over = |name: &Name| {
        let mut own = parts.iter().filter(|part| part.name.as_ref().is_none_or(|of| of == name));
        own.any(|part| is_of(run, part, royalty, line) != Ok(false))
    };
    let others = run.model_on(day).grants.iter().filter(|(_, grant)| is_payers(run, grant, royalty));
    let mut others = others.filter(|(name, _)| !is_over(name));
    others.any(|(name, grant)| {
        let all = GoesOn { last: day, of: Some(name.clone()), share: None, at: grant.at };
        all.reaches(run, line, day) != Ok(false)
    })
}

/// The last day on which stock of a part may be sold for the royalty.
fn last_of_stock(run: &Run<'_>, part: &EndedPart, royalty: &Royalty, end: Date) -> Eval<Option<Date>> {
    let blocks = run.model_on(end).records.of(Form::FileAfterEnd);
    let mut last = None;
    for block in blocks.filter(|r| r.name(Label::Of).is_none()) {
        let named = block.names(Label::By);
        if !named.is_empty() && !named.iter().any(|by| part.by.contains(by)) {
            continue;
        }
        for clause in block.all_below(Form::AfterEndSellOff) {
            let until = lets_go_on(run, &royalty.name, clause, end).map_err(|why| why.at(clause.at))?;
            last = last.max(until);
        }
    }
    Ok(last)
}
