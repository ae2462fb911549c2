//! What sublicences may come to give, where what they are under may come to give more than it does as things stand.

use crate::engine::Run;
use crate::rights::possible::Possible;
use crate::unknown::Unknown;
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, day, within};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// What a sublicence may come to give.
pub(crate) struct PossibleBelow {
    /// Its name.
    pub name: Name,
    /// What it is directly under.
    pub head: Name,
    /// Who gave it.
    pub from: Vec<Name>,
    /// Who holds it.
    pub to: Name,
    /// The cells.
    pub region: Region,
    /// The cells of which it cannot be said either whether the licence above lets them be given.
    pub doubt: Vec<(Region, Unknown)>,
    /// What must come about first, in words.
    pub once: Vec<String>,
    /// The entry.
    pub at: At,
}

impl Run<'_> {
    /// What sublicences may come to give, oldest first, by what the licences of the text may.
    pub(crate) fn possible_below(&self, possible: &[Possible<'_>]) -> Vec<PossibleBelow> {
        let mut out: Vec<PossibleBelow> = Vec::new();
        for told in self.sublicences_told() {
            let Ok(head) = self.head_of(&told) else { continue };
            let above = possible.iter().find(|one| one.name == head.name);
            let below = out.iter().find(|one| one.name == *head.name);
            let (region, once) = match (above, below) {
                (Some(above), _) => (above.life.in_force(), above.once.clone()),
                (None, Some(below)) => {
                    let all = below.doubt.iter().fold(below.region.clone(), |sum, (part, _)| sum.or(part));
                    (all, below.once.clone())
                }
                (None, None) => continue,
            };
            let space = self.space();
            let reach = Reach { space: &space, market: &self.model_on(told.on).market };
            let since = all_days().less(&Ranges::of(0, day(told.on)));
            let Ok(about) = told.narrow(&reach, &within(&region, DAYS, &since)) else { continue };
            let leave = self.leave(&told, &head, &about);
            let region = about.both(&leave.free);
            let doubt = leave.doubt.into_iter().map(|(part, why)| (about.both(&part), why));
            let doubt: Vec<(Region, Unknown)> = doubt.filter(|(part, _)| !part.is_empty()).collect();
            if !region.is_empty() || !doubt.is_empty() {
                out.push(PossibleBelow {
                    name: told.name.clone(),
                    head: head.name.clone(),
                    from: head.holders,
                    to: told.to.clone(),
                    region,
                    doubt,
                    once,
                    at: told.at,
                });
            }
        }
        out
    }
}
