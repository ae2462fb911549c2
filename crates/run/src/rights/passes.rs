//! Assets that come from somebody else, and pass on only once the taker agrees to bear what that licensor charges.

use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, day, within};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::Name;
use counterpart_terms::{At, Record};

impl Run<'_> {
    /// The parts of a region that have not passed on yet, up to the day on which the party named gave notice that it bears
    /// the royalties; or of which that cannot be said, and why.
    pub(super) fn not_passed_on(&self, region: &Region) -> Vec<(Region, Option<Unknown>)> {
        let mut out = Vec::new();
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_now().market };
        for (assets, name, taker) in
            self.rights.with_what_they_cost.get_or_init(|| self.with_what_they_cost())
        {
            let Ok(inside) = reach.names(region, std::slice::from_ref(name)) else { continue };
            if taker.is_blank() {
                let why = Unknown::new("who has to bear the royalties is redacted or open").at(*assets);
                out.push((inside, Some(why)));
                continue;
            }
            let agreed = |event: &&Event| match &event.kind {
                EventKind::Notice(notice) => notice.of.as_ref() == Some(name) && notice.by == *taker,
                _ => false,
            };
            let before = match self.facts.happened().find(agreed) {
                Some(event) => Ranges::of(0, day(event.date)),
                None => all_days(),
            };
            out.push((within(&inside, DAYS, &before), None));
        }
        out
    }

    /// The assets that pass on only once somebody agrees to bear the royalties on them: where they stand, what they are
    /// called, and who has to.
    fn with_what_they_cost(&self) -> Vec<(At, Name, Name)> {
        // Where nobody is named that they come from, or they are described as what the owner has, only some of them may
        // be others', and which is not said.
        let open = [Form::AssetsCaptured, Form::AssetsControlled, Form::AssetsListed];
        let read = |assets: &Record| {
            let whole = !open.iter().any(|form| assets.below(*form).is_some());
            let line = assets.below(Form::AssetsInLicensed).filter(|line| whole && line.has(Label::From));
            let passes = line.and_then(|line| line.parts(Label::Passes));
            let taker = passes.and_then(|passes| passes.name(Label::If))?;
            Some((assets.at, assets.name(Label::Name)?.clone(), taker.clone()))
        };
        self.clauses(Form::FileAssets).filter_map(read).collect()
    }

    /// Whether a grant gives any right under some assets on the day asked about.
    ///
    /// # Errors
    /// Where that hangs on what is not known.
    pub(crate) fn is_licensed(&self, assets: &Name, grant: &Name) -> Eval<bool> {
        if !self.is_right(grant) {
            return Err(Unknown::new(format!("`{grant}` is no grant")));
        }
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
