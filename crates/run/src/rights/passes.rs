//! Assets that come from somebody else, and pass on only once the taker agrees to bear what that licensor charges.

use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::{Event, EventKind};
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, day, within};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// A region without what has not passed on yet: until the party named gave notice that it bears the royalties.
    pub(super) fn passed_on(&self, region: &Region) -> Region {
        let mut out = region.clone();
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_now().market };
        for assets in self.model_now().records.iter().filter(|record| record.clause == Form::FileAssets) {
            let line = assets.below(Form::AssetsInLicensed).and_then(|line| line.parts(Label::Passes));
            let taker = line.and_then(|passes| passes.name(Label::If));
            let (Some(name), Some(taker)) = (assets.name(Label::Name), taker) else { continue };
            let agreed = |event: &&Event| matches!(&event.kind, EventKind::Notice(notice) if notice.of.as_ref() == Some(name) && notice.by == *taker);
            let before = match self.facts.happened().find(agreed) {
                Some(event) => Ranges::of(0, day(event.date)),
                None => all_days(),
            };
            if let Ok(inside) = reach.names(region, std::slice::from_ref(name)) {
                out = out.without(&within(&inside, DAYS, &before));
            }
        }
        out
    }

    /// Whether a grant gives any right under some assets on the day asked about.
    ///
    /// # Errors
    /// Where that hangs on what is not known.
    pub(crate) fn is_licensed(&self, assets: &Name, grant: &Name) -> Eval<bool> {
        let life = self.life_of(grant);
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_now().market };
        let today = |region: &Region| {
            let here = self.on_day(region, self.facts.as_of());
            reach.names(&here, std::slice::from_ref(assets)).unwrap_or_default()
        };
        if let Some((_, why)) = life.doubt.iter().find(|(region, _)| !today(region).is_empty()) {
            return Err(why.clone());
        }
        Ok(!today(&life.in_force()).is_empty())
    }
}
