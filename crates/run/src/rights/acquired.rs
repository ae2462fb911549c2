//! What stays outside a grant once somebody takes control of a party: the products and patents the acquirer has itself,
//! where the clause on assignment says so.
//!
//! The acquirer's products are not dealt with under the licences of the party it took over, and its assets do not come
//! under the licences that party gave. Who is told only in quotes has neither in the deal.

use super::blank;
use super::life::Life;
use crate::engine::Run;
use crate::unknown::Unknown;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Ranges, Reach, Region, all_days, day, within};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Takes out of the life of a grant what an acquirer of either side has itself, from the day of the change of control
    /// on.
    pub(super) fn leaves_out_what_an_acquirer_has(&self, name: &Name, life: &mut Life) {
        let clauses = self.model_now().records.of(Form::FileAssignment);
        let Some(line) = clauses.flat_map(|r| r.all_below(Form::AssignmentExcludes)).next() else { return };
        let what = line.word(Label::What).unwrap_or_default();
        let Some(grant) = self.named_on(self.facts.as_of(), |m| m.grants.get(name)) else { return };
        for event in self.facts.happened() {
            let EventKind::Told { word, parts, .. } = &event.kind else { continue };
            let (Some(of), Some(to)) = (parts.name(Label::Of), parts.name(Label::To)) else { continue };
            if word != "control" {
                continue;
            }
            let (takes, gives) = (blank::any(&grant.to, |p| p == of), blank::any(&grant.from, |p| p == of));
            let mut outside: Vec<(Name, Option<bool>)> = Vec::new();
            if what.contains("products") {
                outside.extend(self.products_of(to).into_iter().map(|(n, so)| (n, blank::both(takes, so))));
            }
            if what.contains("patents") {
                outside.extend(self.patents_of(to).into_iter().map(|(n, so)| (n, blank::both(gives, so))));
            }
            let named = |so: Option<bool>| -> Vec<Name> {
                outside.iter().filter(|(_, found)| *found == so).map(|(name, _)| name.clone()).collect()
            };
            if let Some(perhaps) = self.region_of(&named(None), event.date).filter(|r| !r.is_empty()) {
                let why = Unknown::new("whose products and patents stay outside is redacted or open");
                life.doubt.push((perhaps.both(&life.about), why.at(line.at)));
            }
            let Some(region) = self.region_of(&named(Some(true)), event.date).filter(|r| !r.is_empty())
            else {
                continue;
            };
            life.about = life.about.without(&region);
            for held in life.held.iter_mut().chain(&mut life.perhaps) {
                held.region = held.region.without(&region);
            }
            for (doubtful, _) in life.doubt.iter_mut().chain(&mut life.unsure) {
                *doubtful = doubtful.without(&region);
            }
            life.doubt.retain(|(region, _)| !region.is_empty());
            life.unsure.retain(|(region, _)| !region.is_empty());
        }
    }

    /// Every product, and whether it is a party's.
    fn products_of(&self, party: &Name) -> Vec<(Name, Option<bool>)> {
        let products = &self.model_now().market.products;
        products.iter().map(|(name, p)| (name.clone(), blank::any(&p.by, |by| by == party))).collect()
    }

    /// All assets, and whether they are a party's.
    fn patents_of(&self, party: &Name) -> Vec<(Name, Option<bool>)> {
        let assets = self.model_now().records.of(Form::FileAssets);
        let whose = |r: &Record| blank::any(&r.names(Label::Of), |of| of == party);
        assets.filter_map(|r| Some((r.name(Label::Name)?.clone(), whose(r)))).collect()
    }

    /// What any of some names makes up, from a day on.
    fn region_of(&self, names: &[Name], from: Date) -> Option<Region> {
        let space = self.space();
        let reach = Reach { space: &space, market: &self.model_now().market };
        let since = all_days().less(&Ranges::of(0, day(from)));
        let all = within(&Region::from(space.everything()), DAYS, &since);
        let each = names.iter().map(|name| reach.names(&all, std::slice::from_ref(name)).ok());
        each.collect::<Option<Vec<_>>>().map(|each| each.iter().fold(Region::default(), |sum, r| sum.or(r)))
    }
}
