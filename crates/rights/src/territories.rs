//! What territories come to as positions, each found once for a space.
//!
//! A group of countries has other members on other days, and a territory is made of many; the same few are asked for
//! again and again. What the deal calls so is kept with what was found: asked with other territories, as those of another
//! edition, a space finds them anew.

use crate::ranges::{Range, Ranges};
use counterpart_terms::model::Market;
use counterpart_terms::value::Territory;
use std::cell::RefCell;
use std::rc::Rc;

/// The places of a territory, stretch by stretch of days.
pub(crate) type Stretches = Rc<[(Range, Ranges)]>;

/// The territories of a space.
#[derive(Debug, Clone, Default)]
pub(crate) struct Territories(RefCell<Vec<OfDeal>>);

/// Those of one edition of a deal.
#[derive(Debug, Clone)]
struct OfDeal {
    /// What the deal calls so.
    words: Market,
    found: Vec<(Territory, Stretches)>,
}

impl Territories {
    /// The places of a territory, as they were found before, or as they are found now.
    pub fn of(
        &self,
        market: &Market,
        territory: &Territory,
        find: impl FnOnce() -> Vec<(Range, Ranges)>,
    ) -> Stretches {
        let known = |all: &[OfDeal]| {
            let deal = all.iter().find(|deal| deal.words.calls_the_same(market))?;
            let found = deal.found.iter().find(|(one, _)| one == territory)?;
            Some(Rc::clone(&found.1))
        };
        if let Some(found) = known(&self.0.borrow()) {
            return found;
        }
        let found: Stretches = find().into();
        let mut all = self.0.borrow_mut();
        let new = (territory.clone(), Rc::clone(&found));
        match all.iter_mut().find(|deal| deal.words.calls_the_same(market)) {
            Some(deal) => deal.found.push(new),
            None => all.push(OfDeal { words: market.territories_alone(), found: vec![new] }),
        }
        found
    }
}
