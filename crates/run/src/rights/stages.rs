//! The stages of a grant: each begins on its day, or once its test has held, and stays.

use super::days::DaysSo;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::day;
use counterpart_terms::model::Stage;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The days on which a stage has begun.
    pub(super) fn days_of_stage(&self, stage: &Stage) -> DaysSo {
        match (&stage.from, &stage.when) {
            (Some(from), _) => self.days_from(from),
            (None, Some(when)) => self.days_once(when, &Focus::default()),
            (None, None) => DaysSo::default(),
        }
    }

    /// The stage a grant is in on a day: the last that has begun.
    ///
    /// # Errors
    /// Where a stage hangs on a fact nobody told.
    pub fn stage_on(&self, name: &Name, on: Date) -> Eval<Option<Name>> {
        let model = self.model_on(on);
        let grant = model.grants.get(name).ok_or_else(|| Unknown::new(format!("`{name}` is no grant")))?;
        let Some(stages) = &grant.stages else {
            return super::blank::about(grant, model).map_or(Ok(None), Err);
        };
        for stage in stages.stages.iter().rev() {
            let so = self.days_of_stage(stage);
            if so.yes.contains(day(on)) {
                return Ok(Some(stage.name.clone()));
            }
            if let Some((_, why)) = so.doubt.into_iter().find(|(days, _)| days.contains(day(on))) {
                return Err(why.at(stage.at));
            }
        }
        Ok(None)
    }
}
