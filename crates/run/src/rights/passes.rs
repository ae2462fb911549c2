//! Assets that come from somebody else, and pass on only once the taker agrees to bear what that licensor charges.

use crate::acting::may_act;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, day, within};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Same;
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
            let of = std::slice::from_ref(taker);
            let agreed = self.noticed(name, of);
            let before = |event: Option<&(&Event, &Name)>| match event {
                Some((event, _)) => Ranges::of(0, day(event.date)),
                None => all_days(),
            };
            let sure =
                agreed.iter().find(|(_, _, theirs)| *theirs == Same::Yes).map(|(event, by, _)| (*event, *by));
            let first = agreed.first().map(|(event, by, _)| (*event, *by));
            let (until, perhaps) = (before(sure.as_ref()), before(first.as_ref()));
            let doubt = first.map(|(event, by)| may_act(event, by, of));
            let unsure = until.less(&perhaps);
            if !unsure.is_empty() {
                out.push((within(&inside, DAYS, &unsure), doubt));
            }
            out.push((within(&inside, DAYS, &perhaps), None));
        }
        out
    }

    /// The notices of something by who acts, or may act, for one of some, oldest first.
    pub(crate) fn noticed(&self, of: &Name, by: &[Name]) -> Vec<(&Event, &Name, Same)> {
        let noticed = self.facts.happened().filter_map(|event| match &event.kind {
            EventKind::Notice(notice) if notice.of.as_ref() == Some(of) => Some((event, &notice.by)),
            _ => None,
        });
        let acts = noticed.map(|(event, who)| (event, who, self.acts_for(who, by, Some(of), event.date)));
        acts.filter(|(.., theirs)| *theirs != Same::No).collect()
    }

    /// The first day on which one of some, or who acts for one, gave notice of something that counts for a purpose.
    ///
    /// # Errors
    /// Where only who may act for one of them did.
    pub(crate) fn first_noticed(
        &self,
        of: &Name,
        by: &[Name],
        counts: impl Fn(&Event) -> bool,
    ) -> Eval<Option<Date>> {
        let mut noticed = self.noticed(of, by);
        noticed.retain(|(event, ..)| counts(event));
        match (noticed.iter().find(|(_, _, theirs)| *theirs == Same::Yes), noticed.first()) {
            (Some((event, ..)), _) => Ok(Some(event.date)),
            (None, Some((event, who, _))) => Err(may_act(event, who, by)),
            (None, None) => Ok(None),
        }
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
