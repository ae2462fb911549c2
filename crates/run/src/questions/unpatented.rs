//! Where nobody's right stands: what is asked about is under patents alone, all of them listed, and none of them stands in the
//! country on the day.
//!
//! What the owner did not grant there it could not: no grant is needed, and none would change anything. It is said apart
//! from what stays with its owner. Who promised to stay out, or is kept out by the licence of another, stays out.

use crate::clock::{Focus, When};
use crate::engine::Run;
use crate::rights::RightsOfDeal;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::{Ranges, Region, Scope, Side};
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Moment, Name};
use counterpart_terms::world::PlaceSet;

impl Run<'_> {
    /// Whether no patent stands in all of a part on a day.
    pub(super) fn is_unpatented(&self, rights: &RightsOfDeal, part: &Scope, on: Date) -> bool {
        let space = &rights.space;
        let side = |of: &Side| part.side(space.dimension(of)?);
        let (Some(assets), Some(places)) = (side(&Side::Assets), side(&Side::Places)) else { return false };
        let mut free = Ranges::none();
        for record in self.clauses(Form::FileAssets).filter(|record| lists_all(record)) {
            let Some(name) = record.name(Label::Name) else { continue };
            let Some(own) = space.set(&Side::Assets, name).filter(|own| own.meets(assets)) else { continue };
            let live = self.reach(space).places(&self.where_it_stands(name, on));
            if !live.meets(places) {
                free = free.or(own);
            }
        }
        !assets.is_empty() && free.covers(assets)
    }

    /// That nobody's right stands in a part, in words.
    pub(super) fn no_patent_stands(&self, region: &Region, on: Date) -> Step {
        let space = self.space();
        let side = space.dimension(&Side::Assets);
        let meets = |own: &Ranges| {
            region.boxes().iter().any(|b| side.and_then(|d| b.side(d)).is_some_and(|side| side.meets(own)))
        };
        let mut own = self.clauses(Form::FileAssets).filter(|record| {
            let name = record.name(Label::Name);
            lists_all(record) && name.and_then(|n| space.set(&Side::Assets, n)).is_some_and(meets)
        });
        let first = own.next();
        let names: Vec<&str> =
            first.iter().copied().chain(own).filter_map(|r| Some(r.name(Label::Name)?.as_str())).collect();
        let said = format!("no patent of {} stands there on {on}", names.join(", "));
        Step::note(said).by(first.map(|record| record.at))
    }

    /// The countries in which a patent of some assets stands on a day, or may.
    fn where_it_stands(&self, assets: &Name, on: Date) -> PlaceSet {
        let mut out = PlaceSet::default();
        for place in self.clock().patent_places() {
            let focus = Focus { place: Some(Name::from(place.as_str())), ..Focus::default() };
            let last = self.clock().moment(&Moment::LastValidClaim(vec![assets.clone()]), &focus);
            if !matches!(last, Ok(When::Never)) && !matches!(last, Ok(When::On(last)) if last < on) {
                out.add(&place, on);
            }
        }
        out
    }
}

/// Whether assets are patents, each listed with its office, and nothing else.
fn lists_all(record: &Record) -> bool {
    let patents = record.word(Label::Kind) == Some("patents");
    let listed = |line: &Record| {
        let known = line.name(Label::Office).is_some_and(|office| !office.is_blank());
        line.clause == Form::AssetsPatent && known
    };
    patents && !record.below.is_empty() && record.below.iter().all(listed)
}
