//! What a royalty remembers from period to period: tiers filled, caps used, credits carried.

use super::base::RoyaltyLine;
use crate::engine::Run;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{EachBy, Per, Royalty, Schedule, TierCycle, Tiers};
use counterpart_terms::value::{Measure, Name};
use std::collections::BTreeMap;

/// The running sums of one royalty.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The base so far, by tier table, separate count and the start of the tier period.
    tiers: BTreeMap<(usize, String, Option<Date>), Exact>,
    /// The royalty so far by the same key, for tiers counted in royalties.
    royalties: BTreeMap<(usize, String, Option<Date>), Exact>,
    /// Earned so far, by the start of the cap's period.
    caps: BTreeMap<(At, Option<Date>), Exact>,
    /// Credit not used, by the reduction.
    pub credit: BTreeMap<At, Exact>,
    /// Unreduced royalty and cuts of each calendar year.
    years: BTreeMap<i32, (Exact, Exact)>,
    /// Losses carried forward.
    pub loss: Exact,
    /// Not earned yet, by the advance; the royalty's own stands under its name.
    pub(super) advances: BTreeMap<Name, Exact>,
    /// What of each separate advance has come in.
    pub(super) arrived: BTreeMap<Name, Exact>,
    /// All advances were earned back at some time.
    pub(super) satisfied: bool,
}

impl Memory {
    /// The sum a tier table has reached before this stretch.
    pub fn reached(&self, tiers: &Tiers, key: &str, start: Option<Date>) -> Exact {
        self.tiers.get(&(tiers.table, key.to_string(), start)).cloned().unwrap_or_default()
    }

    /// The royalty earned within a tier table before this stretch.
    pub fn royalties_reached(&self, tiers: &Tiers, key: &str, start: Option<Date>) -> Exact {
        self.royalties.get(&(tiers.table, key.to_string(), start)).cloned().unwrap_or_default()
    }

    /// Adds a stretch's base to every tier table.
    pub fn fill_tiers(
        &mut self,
        run: &Run<'_>,
        royalty: &Royalty,
        sub: &Period,
        fill: &[RoyaltyLine],
        charged: &[RoyaltyLine],
    ) {
        for rule in &royalty.rates {
            let Schedule::Tiers(tiers) = &rule.schedule else { continue };
            let start = tier_start(run, tiers, sub);
            for line in fill {
                if rule.scope.as_ref().is_some_and(|s| !super::rates::in_scope(run, s, line, sub)) {
                    continue;
                }
                let key = tier_key(run, tiers, line);
                *self.tiers.entry((tiers.table, key, start)).or_default() += line.base.number();
            }
            for line in charged {
                let key = tier_key(run, tiers, line);
                *self.royalties.entry((tiers.table, key, start)).or_default() += line.full.number();
            }
        }
    }

    /// What a cap has let through in its period.
    pub fn capped(&self, at: At, start: Option<Date>) -> Exact {
        self.caps.get(&(at, start)).cloned().unwrap_or_default()
    }

    /// Adds what a cap let through.
    pub fn add_capped(&mut self, at: At, start: Option<Date>, earned: &Exact) {
        *self.caps.entry((at, start)).or_default() += earned;
    }

    /// Unreduced royalty and cuts of the calendar year so far.
    pub fn year(&self, year: i32) -> (Exact, Exact) {
        self.years.get(&year).cloned().unwrap_or_default()
    }

    /// Notes a cut that counts against a yearly allowance.
    pub fn add_cut(&mut self, year: i32, cut: &Exact) {
        self.years.entry(year).or_default().1 += cut;
    }

    /// Notes what a stretch earned before and after cuts.
    pub fn earned(&mut self, sub: &Period, _earned: &Val, full: &Val) {
        self.years.entry(sub.end.year()).or_default().0 += full.number();
    }

    /// The loss carried forward, as money.
    pub fn loss(&self, money: &Val) -> Val {
        money.with(self.loss.clone())
    }
}

/// The first day of the period a tier table counts in; `None` where it never starts anew.
pub(crate) fn tier_start(run: &Run<'_>, tiers: &Tiers, sub: &Period) -> Option<Date> {
    match &tiers.cycle {
        TierCycle::Each(cycle) => run.clock().cycle(cycle).ok()?.containing(sub.end).map(|p| p.start),
        TierCycle::ToDate | TierCycle::By(Measure { .. }) => None,
    }
}

/// What a line is counted with: everything together, or its product, country or member alone.
pub(crate) fn tier_key(run: &Run<'_>, tiers: &Tiers, line: &RoyaltyLine) -> String {
    match &tiers.each {
        Some(EachBy::Per(per)) => member(run, per, &line.cell).map_or_else(String::new, |n| n.to_string()),
        _ => String::new(),
    }
}

/// The product, country, field or member of a line.
pub(crate) fn member<'n>(run: &Run<'_>, per: &Per, cell: &'n [Name]) -> Option<&'n Name> {
    let market = &run.last_model().market;
    cell.iter().find(|name| match per {
        Per::Product => {
            market.products.contains_key(*name) || market.dimension_of(name) == Some(Name::from("product"))
        }
        Per::Country | Per::Region => market.is_place(name) && !market.products.contains_key(*name),
        Per::Field | Per::Indication => market.dimension.get(*name) == Some(&Name::from("fields")),
        // `for each title`: a member of the dimension of that name, or of any whose name it begins.
        Per::Dimension(dimension) => market.dimension.get(*name).is_some_and(|root| {
            let (root, asked) = (root.as_str().to_lowercase(), dimension.as_str().to_lowercase());
            root == asked || root.starts_with(&asked) || asked.starts_with(&root)
        }),
    })
}
