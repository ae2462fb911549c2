//! Terms that run for each product and country by itself: when they end in one part of the market, and when the agreement
//! ends as a whole.
//!
//! The agreement as a whole goes on while it runs for any product in any country its grants reach. Where nothing was told
//! of what a term runs from, it has not begun to run out. What becomes of a grant in each part is drawn in
//! `rights/cells`.

use crate::clock::{Clock, Focus, When};
use crate::unknown::Eval;
use counterpart_terms::model::{Grant, Model, Per};
use counterpart_terms::value::{Known, Moment, Name};
use std::collections::BTreeSet;

impl Clock<'_> {
    /// The end of the first term of the agreement, before any renewal.
    pub(crate) fn first_end(&self, focus: &Focus) -> Eval<When> {
        let header = &self.model().header;
        let Some(ends) = &header.ends else { return Ok(When::NotYet) };
        // An end still open has not come until somebody tells of it; one that is kept secret may have.
        if matches!(ends, Moment::Unknown(known) if !matches!(known, Known::Redacted(_))) {
            return Ok(When::NotYet);
        }
        let mut found = self.found_in(ends, &header.ends_per, focus);
        if found.is_empty() && header.ends_per.is_empty() {
            return self.moment(ends, focus);
        }
        found.extend(self.unsold(&header.ends_per, focus).iter().map(|part| self.moment(ends, part)));
        // Whatever the other parts are, it goes on where it goes on in one.
        if found.contains(&Ok(When::NotYet)) {
            return Ok(When::NotYet);
        }
        let mut found = found.into_iter().collect::<Eval<Vec<When>>>()?;
        sort(&mut found);
        found.last().map_or_else(|| self.moment(ends, focus), |last| Ok(*last))
    }

    /// When a term that runs for each product or country ends, in every part of the market that a question leaves
    /// open and something was sold in, the first to end first. Empty where the question leaves nothing open, or
    /// nobody told of parts.
    ///
    /// # Errors
    /// As for [`Clock::moment`].
    pub(crate) fn ends_in(&self, until: &Moment, per: &[Per], focus: &Focus) -> Eval<Vec<When>> {
        let mut out = self.found_in(until, per, focus).into_iter().collect::<Eval<Vec<When>>>()?;
        sort(&mut out);
        Ok(out)
    }

    fn found_in(&self, until: &Moment, per: &[Per], focus: &Focus) -> Vec<Eval<When>> {
        let product = per.contains(&Per::Product) && focus.product.is_none();
        let place = per.contains(&Per::Country) && focus.place.is_none();
        if !product && !place {
            return Vec::new();
        }
        let mut out = Vec::new();
        for (sold, sold_in) in self.sold() {
            let inside = |asked: Option<&Name>, of: Option<&Name>| match (asked, of) {
                (Some(asked), Some(of)) => asked == of,
                _ => true,
            };
            let told = (!product || sold.is_some()) && (!place || sold_in.is_some());
            let asked = inside(focus.product.as_ref(), sold.as_ref())
                && inside(focus.place.as_ref(), sold_in.as_ref());
            if told && asked {
                let product = focus.product.clone().or(sold.filter(|_| product));
                let place = focus.place.clone().or(sold_in.filter(|_| place));
                out.push(self.end_for(until, &Focus { product, place, ..focus.clone() }));
            }
        }
        out
    }

    /// A moment as the end of a term, as far as it matters to the period asked about: which of several days is the last
    /// does not where one that is known covers the period.
    ///
    /// # Errors
    /// As for [`Clock::moment`].
    pub(crate) fn end_for(&self, until: &Moment, focus: &Focus) -> Eval<When> {
        match (self.moment(until, focus), until) {
            (Err(unknown), Moment::Latest(of)) => {
                let known = of.iter().filter_map(|m| self.moment(m, focus).ok()?.day()).max();
                let covers = known.filter(|day| focus.period.is_some_and(|p| *day >= p.end));
                covers.map(When::On).ok_or(unknown)
            }
            (found, _) => found,
        }
    }

    /// The parts of what the grants reach in which nothing was sold: of the countries of each product one stands for
    /// all of which nothing was told.
    fn unsold(&self, per: &[Per], focus: &Focus) -> Vec<Focus> {
        let model = self.model();
        let sold = self.sold();
        let listed = self.patent_places();
        let mut out: Vec<Focus> = Vec::new();
        for grant in model.grants.values().filter(|grant| !grant.perpetual) {
            for product in products_of(grant, model, per, focus) {
                let is_sold = |place: Option<&str>| {
                    sold.iter().any(|(of, sold_in)| {
                        (of.is_none() || product.is_none() || *of == product)
                            && (place.is_none() || sold_in.as_ref().is_none_or(|p| Some(p.as_str()) == place))
                    })
                };
                let part = |place: Option<Name>| Focus { product: product.clone(), place, ..focus.clone() };
                if !per.contains(&Per::Country) || focus.place.is_some() {
                    if !is_sold(focus.place.as_ref().map(Name::as_str)) {
                        out.push(part(focus.place.clone()));
                    }
                    continue;
                }
                let Some(territory) = grant.territory.as_ref().filter(|t| !model.market.has_blank(t)) else {
                    out.push(part(Some(Name::from("anywhere else"))));
                    continue;
                };
                let mut others = false;
                for code in model.market.places(territory, self.facts.as_of()).codes() {
                    if is_sold(Some(code)) || code.contains('-') {
                        continue;
                    }
                    if !others || listed.contains(code) {
                        others |= !listed.contains(code);
                        out.push(part(Some(Name::from(code))));
                    }
                }
            }
        }
        out
    }

    /// Whether a moment hangs on patents of which none is listed.
    pub(crate) fn lists_no_patent(&self, moment: &Moment, focus: &Focus) -> bool {
        let none = |assets: &[Name]| crate::patents::none_listed(self.model(), assets, focus);
        match moment {
            Moment::LastValidClaim(assets) => none(assets),
            Moment::LastPatentExpires => none(&self.licensed_assets()),
            _ => false,
        }
    }

    /// The countries in which patents of the deal are listed.
    pub(crate) fn patent_places(&self) -> BTreeSet<String> {
        crate::patents::places(self.model(), self.facts)
    }
}

/// The products of a grant, where a term runs for each and none is asked about.
fn products_of(grant: &Grant, model: &Model, per: &[Per], focus: &Focus) -> Vec<Option<Name>> {
    if !per.contains(&Per::Product) || focus.product.is_some() {
        return vec![focus.product.clone()];
    }
    match &grant.products {
        Some(set) if !set.names.is_empty() => set.names.iter().cloned().map(Some).collect(),
        _ if model.market.products.is_empty() => vec![None],
        _ => model.market.products.keys().cloned().map(Some).collect(),
    }
}

/// What never comes about anywhere is over before all others; what has not come yet is the last.
fn sort(ends: &mut [When]) {
    ends.sort_by_key(|when| match when {
        When::Never => (0, None),
        When::On(day) => (1, Some(*day)),
        When::NotYet => (2, None),
    });
}
