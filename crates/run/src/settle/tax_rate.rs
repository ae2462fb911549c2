//! Which rate of tax a payment bears: by where those who pay it are at home.
//!
//! The rates of the payment itself come before those of the agreement. Of several that fit, the one for the narrower
//! place counts. Where several pay a sum together, they must be taxed alike.

use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_terms::model::{Model, TaxRate, Withholding};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The rate on what these parties pay together; `None` where none applies.
    pub(super) fn rate_of_tax(
        &self,
        model: &Model,
        rule: Option<&Withholding>,
        payers: &[Name],
    ) -> Eval<Option<TaxRate>> {
        let mut homes: Vec<Option<Name>> =
            payers.iter().flat_map(|payer| at_home(model, payer)).map(Some).collect();
        if homes.is_empty() {
            homes.push(None);
        }
        let mut found: Option<Option<TaxRate>> = None;
        for party in &homes {
            let rate = self.rate_of_one(model, rule, party.as_ref())?;
            match &found {
                Some(before) if !alike(before.as_ref(), rate.as_ref()) => {
                    let at = before.as_ref().or(rate.as_ref()).map(|r| r.at);
                    let names: Vec<String> = payers.iter().map(|p| format!("`{p}`")).collect();
                    let why = Unknown::new(format!(
                        "those who pay for {} are not taxed alike, and who pays how much is not said: add `borne by` \
                         with a share for each",
                        names.join(" and ")
                    ));
                    return Err(at.map_or(why.clone(), |at| why.at(at)));
                }
                Some(_) => {}
                None => found = Some(rate),
            }
        }
        Ok(found.flatten())
    }

    fn rate_of_one(
        &self,
        model: &Model,
        rule: Option<&Withholding>,
        party: Option<&Name>,
    ) -> Eval<Option<TaxRate>> {
        for agreed in rule.into_iter().chain(&model.withholding) {
            let rate = self.rate_that_fits(model, &agreed.rates, party)?;
            if rate.is_some() {
                return Ok(rate);
            }
        }
        Ok(None)
    }

    fn rate_that_fits(
        &self,
        model: &Model,
        rates: &[TaxRate],
        party: Option<&Name>,
    ) -> Eval<Option<TaxRate>> {
        let place = party.and_then(|p| model.parties.get(p)).and_then(|p| p.place.as_ref());
        let mut fit = Vec::new();
        for rate in rates {
            let Some(territory) = &rate.territory else {
                fit.push((rate, None));
                continue;
            };
            let Some(place) = place else {
                let who = party.map_or_else(|| "the payer".to_string(), |p| format!("`{p}`"));
                let reason = format!(
                    "where {who} is at home decides the tax and is not said: add `of` and a country to it"
                );
                return Err(Unknown::new(reason).at(rate.at));
            };
            let places = model.market.places(territory, self.facts.as_of());
            if places.contains(place.as_str()) {
                fit.push((rate, Some(places)));
            } else if model.market.has_blank(territory) {
                return Err(Unknown::new("where a tax is kept back is redacted or open").at(rate.at));
            }
        }
        let Some((first, _)) = fit.first() else { return Ok(None) };
        if fit.iter().all(|(rate, _)| alike(Some(rate), Some(first))) {
            return Ok(Some((*first).clone()));
        }
        let narrowest = fit.iter().find(|(rate, own)| {
            let others = fit.iter().filter(|(other, _)| other.at != rate.at);
            others.into_iter().all(|(_, other)| match (own, other) {
                (Some(own), Some(other)) => own.is_within(other) && !other.is_within(own),
                (Some(_), None) => true,
                (None, _) => false,
            })
        });
        match narrowest {
            Some((rate, _)) => Ok(Some((*rate).clone())),
            None => {
                let who = party.map_or_else(|| "the payer".to_string(), |p| format!("`{p}`"));
                let reason = format!(
                    "two rates of tax fit {who}, and the place of neither lies within that of the other: leave one out"
                );
                Err(Unknown::new(reason).at(first.at))
            }
        }
    }
}

/// Whether two payers, or two rules, come to the same rate.
pub(super) fn alike(a: Option<&TaxRate>, b: Option<&TaxRate>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.at == b.at || a.rate.given().is_some_and(|rate| b.rate.given() == Some(rate)),
        (None, None) => true,
        _ => false,
    }
}

/// The parties whose home counts for a payer: the members of a group, or the party itself.
fn at_home(model: &Model, payer: &Name) -> Vec<Name> {
    let own = model.parties.get(payer).is_some_and(|p| p.place.is_some());
    let members = if own { None } else { model.group(payer) };
    members.unwrap_or_else(|| vec![payer.clone()])
}
