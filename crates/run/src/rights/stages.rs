//! The stages of a grant: each begins on its day, or once its test has held, and stays until the grant goes back a stage.

use super::days::DaysSo;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_rights::{Ranges, day};
use counterpart_terms::model::{Stage, Stages};
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The days on which each stage is reached: from its beginning on, until what takes the grant back a stage holds
    /// while it is the last that was.
    pub(crate) fn days_of_stages(&self, stages: &Stages) -> Vec<DaysSo> {
        let mut out = self.days_since_begun(stages);
        let Some(back) = &stages.back else { return out };
        let so = self.days_when(back, &Focus::default());
        for (from, _) in so.yes.iter() {
            let before = Ranges::of(0, from);
            if let Some(at) = out.iter_mut().rev().find(|stage| stage.perhaps().contains(from)) {
                at.yes = at.yes.and(&before);
                at.doubt.iter_mut().for_each(|(days, _)| *days = days.and(&before));
            }
        }
        for (days, why) in so.doubt {
            let Some(from) = days.first() else { continue };
            if let Some(at) = out.iter_mut().rev().find(|stage| stage.yes.contains(from)) {
                let later = at.yes.less(&Ranges::of(0, from));
                at.yes = at.yes.less(&later);
                at.doubt.push((later, why));
            }
        }
        out
    }

    /// The days from the beginning of each stage on, whatever took the grant back.
    pub(crate) fn days_since_begun(&self, stages: &Stages) -> Vec<DaysSo> {
        stages.stages.iter().map(|stage| self.days_of_stage(stage)).collect()
    }

    /// The days from the beginning of a stage on.
    fn days_of_stage(&self, stage: &Stage) -> DaysSo {
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
        for (stage, so) in stages.stages.iter().zip(self.days_of_stages(stages)).rev() {
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
