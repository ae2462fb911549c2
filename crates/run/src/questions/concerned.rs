//! Under which assets a question is asked that names none.
//!
//! Those the party has to do with in what is asked about: it was given a right under them, or a right of another keeps it
//! out of them. A right to do something else counts: whoever may research under a patent, and under another sell, sells
//! nothing by the second alone, unless the first is granted too. So the acts are left open. Marks are another matter: who has
//! no right to put a mark on what it sells, sells without it.

use crate::engine::Run;
use crate::rights::RightsOfDeal;
use counterpart_rights::{DAYS, Holding, Kind, PARTIES, Ranges, Region, Scope, Side};
use counterpart_syntax::{Form, Label};

impl Run<'_> {
    /// The assets with which a party has to do by this deal in what is asked about, or else in anything: wherever and
    /// whenever, for which they are does not hang on where and when is asked.
    pub(super) fn concerned(
        &self,
        rights: &RightsOfDeal,
        party: u32,
        dimension: usize,
        region: &Region,
    ) -> Ranges {
        let acts = rights.space.dimension(&Side::Acts);
        let these = near(rights, party, dimension, Some((region, None)));
        let whatever = near(rights, party, dimension, Some((region, acts))).less(&self.marks(rights));
        match these.or(&whatever) {
            none if none.is_empty() => near(rights, party, dimension, None),
            concerned => concerned,
        }
    }

    /// The assets that are marks.
    fn marks(&self, rights: &RightsOfDeal) -> Ranges {
        let marks = self.clauses(Form::FileAssets).filter(|r| r.word(Label::Kind) == Some("marks"));
        let own = marks.filter_map(|r| rights.space.set(&Side::Assets, r.name(Label::Name)?));
        own.fold(Ranges::none(), |all, own| all.or(own))
    }
}

/// The assets under which a party holds a right, or is kept out by one, near a region: at any time and place, and where
/// another dimension is left open, whatever it is of that.
fn near(
    rights: &RightsOfDeal,
    party: u32,
    dimension: usize,
    about: Option<(&Region, Option<usize>)>,
) -> Ranges {
    let space = &rights.space;
    let wide = |scope: &Scope, open: Option<usize>| {
        let free = [Some(PARTIES), Some(DAYS), space.dimension(&Side::Places), open].into_iter().flatten();
        free.fold(scope.clone(), |wide, d| wide.with(d, space.all(d)))
    };
    let meets = |scope: &Scope| {
        about.is_none_or(|(region, open)| {
            let scope = wide(scope, open);
            region.boxes().iter().any(|b| wide(b, open).meets(&scope))
        })
    };
    let now = |h: &&Holding| !matches!(h.kind, Kind::Owned | Kind::Reserved | Kind::Barred);
    let theirs = |h: &&Holding| h.is_held_by(party) || h.shuts_out.contains(party);
    let found = rights.map.holdings().iter().filter(now).filter(theirs).filter(|h| meets(&h.scope));
    found.filter_map(|h| h.scope.side(dimension)).fold(Ranges::none(), |all, side| all.or(side))
}
