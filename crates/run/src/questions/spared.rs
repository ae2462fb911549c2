//! Promises not to sue: no licence, and so no answer to what a party may do, but told beside it, since nobody who gave one
//! can stop it.

use crate::engine::Run;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::{Region, day};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The promises not to sue a party for something in a part, on a day.
    pub(super) fn spared(&self, party: &Name, region: &Region, on: Date) -> Vec<Step> {
        let mut out = Vec::new();
        for covenant in self.covenants() {
            let doubt = covenant.doubt.iter().find(|(days, _)| days.contains(day(on)));
            if !covenant.days.contains(day(on)) && doubt.is_none() {
                continue;
            }
            let who = Name::list(&covenant.by);
            for promise in covenant.promises.iter().filter(|promise| promise.not && promise.spares()) {
                let whom = if promise.whom.is_empty() { &covenant.to } else { &promise.whom };
                let theirs = whom.iter().any(|to| self.is_among_now(party, to));
                let here = match &promise.region {
                    Some(Ok(reached)) => !self.on_day_of(reached, region, on).is_empty(),
                    Some(Err(_)) => true,
                    None => false,
                };
                if !theirs || !here {
                    continue;
                }
                let said = format!("{}: {who} promised not to sue, which is no licence", covenant.name);
                let unsure = promise.region.as_ref().and_then(|region| region.as_ref().err());
                let under = doubt.map(|(_, why)| why).or(unsure);
                let under = under.map(|why| Step::note(format!("not known: {}", why.reason)));
                out.push(Step::note(said).by(promise.at).from(under.into_iter().collect()));
            }
        }
        out
    }

    /// What of one region lies in another on a day.
    fn on_day_of(&self, reached: &Region, region: &Region, on: Date) -> Region {
        let days = counterpart_rights::Ranges::one(day(on));
        counterpart_rights::within(&reached.both(region), counterpart_rights::DAYS, &days)
    }
}
