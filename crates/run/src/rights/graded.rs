//! The days on which a right is as exclusive as a text says.

use super::days::DaysSo;
use super::life::Life;
use crate::engine::Run;
use crate::rights::ask::Standing;
use counterpart_rights::{DAYS, Ranges, Reach, Region};
use counterpart_terms::value::{Grade, Name};

impl Run<'_> {
    /// The days on which all of a grant that is in force, in a place if one is named, has a grade; none where its life is
    /// not followed, or is being put together.
    pub(super) fn days_graded(&self, name: &Name, grade: &Grade, place: Option<&Name>) -> Option<DaysSo> {
        if !self.is_lived(name) || self.is_being_drawn(name) {
            return None;
        }
        let life: std::rc::Rc<Life> = self.life_of(name);
        let space = self.space();
        let here = |region: &Region| -> Ranges {
            let reach = Reach { space: &space, market: &self.model_now().market };
            let region = match place {
                Some(place) => reach.in_place(region, place).unwrap_or_default(),
                None => region.clone(),
            };
            region.boxes().iter().filter_map(|b| b.side(DAYS)).fold(Ranges::none(), |sum, days| sum.or(days))
        };
        let (mut so, mut otherwise) = (Ranges::none(), Ranges::none());
        for held in &life.held {
            let standing =
                Standing { in_force: true, grades: vec![held.grade.clone()], ..Standing::default() };
            let days = here(&held.region);
            match standing.is(grade) {
                true => so = so.or(&days),
                false => otherwise = otherwise.or(&days),
            }
        }
        let doubt: Vec<_> = life.doubt.iter().map(|(region, why)| (here(region), why.clone())).collect();
        let doubtful = doubt.iter().fold(Ranges::none(), |sum, (days, _)| sum.or(days));
        Some(DaysSo {
            yes: so.less(&otherwise).less(&doubtful),
            doubt: doubt.into_iter().filter(|(days, _)| !days.is_empty()).collect(),
        })
    }
}
