//! What competes with a product: other products in its fields and places.
//!
//! A promise `not to compete with TONIC` keeps its party out of what rivals Tonic, and not of Tonic itself. Where the line
//! says for which fields, those count; else those of the grants that name the product or what it practises. A product
//! that no grant reaches and that uses nothing of the deal is the rival itself.

use crate::engine::Run;
use counterpart_rights::{Reach, Region, Unclear};
use counterpart_terms::model::{Grant, Product};
use counterpart_terms::value::{Name, Set};

impl Run<'_> {
    /// The part of the space in which somebody competes with some products, or deals with what else is named.
    pub(crate) fn competing_with(
        &self,
        reach: &Reach<'_>,
        with: &[Name],
        fields_said: bool,
    ) -> Result<Region, Unclear> {
        let everything = Region::from(reach.space.everything());
        let products = &self.model_now().market.products;
        let (mut out, mut own) = (Region::default(), Region::default());
        for name in with {
            let part = reach.names(&everything, std::slice::from_ref(name))?;
            let Some(product) = products.get(name) else {
                out = out.or(&part);
                continue;
            };
            let grants = self.grants_of(name, product)?;
            let mut market = Region::default();
            for grant in &grants {
                let mut there = everything.clone();
                if let Some(fields) = grant.fields.as_ref().filter(|_| !fields_said) {
                    there = reach.set(&there, fields)?;
                }
                if let Some(territory) = &grant.territory {
                    there = reach.territory(&there, territory)?;
                }
                market = market.or(&there);
            }
            match () {
                () if !grants.is_empty() => {
                    out = out.or(&market);
                    own = own.or(&part);
                }
                () if fields_said && !product.practises.is_empty() => {
                    out = out.or(&everything);
                    own = own.or(&part);
                }
                () => out = out.or(&part),
            }
        }
        Ok(out.without(&own))
    }

    /// The grants a product is dealt with under: those that name it, or else those of what it practises.
    fn grants_of(&self, name: &Name, product: &Product) -> Result<Vec<&Grant>, Unclear> {
        let grants = || self.model_now().grants.values();
        let blank = |set: &Option<Set>| set.as_ref().is_some_and(|set| set.names.iter().any(Name::is_blank));
        if grants().any(|g| blank(&g.products) || blank(&g.assets))
            || product.practises.iter().any(Name::is_blank)
        {
            return Err(Unclear::Withheld);
        }
        let has = |set: &Option<Set>, names: &[Name]| {
            set.as_ref().is_some_and(|set| set.names.iter().any(|n| names.contains(n)))
        };
        let named: Vec<&Grant> = grants().filter(|g| has(&g.products, std::slice::from_ref(name))).collect();
        Ok(match named.is_empty() {
            true => grants().filter(|g| has(&g.assets, &product.practises)).collect(),
            false => named,
        })
    }
}
