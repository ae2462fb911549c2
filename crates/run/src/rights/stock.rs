//! What is left in stock at an end, of the agreement or of a part of it: for a while it may still be sold, no longer to the
//! exclusion of others.

use super::after_end::{Left, plain};
use super::life::{Held, Life};
use super::told::EndedPart;
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_rights::{Reach, Region};
use counterpart_terms::At;
use counterpart_terms::model::{AfterEnd, Tail, TailLine};
use counterpart_terms::value::{Acts, GradeKind, Name, Territory};

/// The acts by which stock is sold off.
const SELLING: [&str; 3] = ["sell", "offer", "distribute"];

impl Run<'_> {
    /// Whether a clause lets stock be sold off.
    pub(crate) fn is_sell_off(&self, at: At) -> bool {
        let mut tails = self.models().flat_map(|m| &m.after_end).flat_map(|block| &block.lines);
        tails.any(|line| line.at == at && matches!(line.tail, Tail::SellOff(..)))
    }

    /// What may still be sold of the stock: no longer to the exclusion of others.
    pub(super) fn sell_off(
        &self,
        life: &mut Life,
        end: Date,
        lines: Vec<&TailLine>,
        narrow: &dyn Fn(&Region) -> Region,
    ) {
        let left = self.left(life, end);
        for line in lines {
            let Tail::SellOff(for_, most, _) = &line.tail else { continue };
            let most = most.as_ref();
            let days = self.length_after(end, for_.as_ref(), "sell-off").and_then(|days| match most {
                Some(most) => Ok(days.and(&self.days_after(end, None, Some(most))?)),
                None => Ok(days),
            });
            let space = self.space();
            let reach = Reach { space: &space, market: &self.model_on(end).market };
            let selling = Acts::These(SELLING.map(Name::from).to_vec());
            let goods = |region: &Region| reach.acts(&narrow(region), &selling).unwrap_or_default();
            let left = Left {
                end,
                held: left.held.iter().map(|h| Held { region: goods(&h.region), ..h.clone() }).collect(),
                doubt: left.doubt.iter().map(|(region, why)| (goods(region), why.clone())).collect(),
                unsure: Vec::new(),
            };
            self.extend(life, &left, line, (Ok(true), days), &|_| Some(plain(GradeKind::NonExclusive)));
        }
    }

    /// The same of a part that was ended by itself, on a day that is known.
    pub(super) fn sell_off_part(&self, life: &mut Life, part: &EndedPart) {
        let Some(end) = part.from.prev_day().filter(|_| part.doubt.is_none()) else { return };
        let by = |block: &&AfterEnd| {
            block.of.is_none() && (block.by.is_empty() || block.by.iter().any(|by| part.by.contains(by)))
        };
        let model = self.model_on(end);
        let lines = model.after_end.iter().filter(by).flat_map(|block| &block.lines).collect();
        let narrow = |region: &Region| self.in_part(region, (part.place.as_ref(), &part.of), end);
        self.sell_off(life, end, lines, &narrow);
    }

    /// What of a region lies in a place, and is of some products, fields or customers, where those are named.
    pub(crate) fn in_part(&self, region: &Region, (place, of): (Option<&Name>, &[Name]), on: Date) -> Region {
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_on(on).market };
        let named = if of.is_empty() { Ok(region.clone()) } else { reach.names(region, of) };
        let named = named.unwrap_or_default();
        let Some(place) = place else { return named };
        let there = Territory::at(place);
        reach.territory(&named, &there).unwrap_or_default()
    }
}
