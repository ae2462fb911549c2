//! The stages of a grant as reasons: which has begun, by what, and which it went back from.

use crate::engine::Run;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::{date, day};
use counterpart_syntax::Form;
use counterpart_terms::model::{Stage, Stages};

impl Run<'_> {
    /// The stages that had begun by a day, each with what it waited for; and those the grant went back from.
    pub(super) fn why_staged(&self, stages: &Stages, on: Date, depth: usize) -> Vec<Step> {
        let mut out = Vec::new();
        for (stage, so) in stages.stages.iter().zip(self.days_since_begun(stages)) {
            if stage.from.is_none() && stage.when.is_none() {
                continue;
            }
            let Some(first) = so.yes.first().filter(|first| *first <= day(on)).map(date) else { continue };
            let why = stage.when.as_ref().map(|when| self.then(first).why_so(when, first, depth + 1));
            let step = Step::note(format!("stage {} has begun", stage.name)).on(first).by(stage.at);
            out.push(step.from(why.into_iter().collect()));
        }
        out.extend(self.why_left(stages, |_| true, on));
        out
    }

    /// The stages among some that a grant had gone back from by a day, and what took it back.
    pub(super) fn why_left(&self, stages: &Stages, of: impl Fn(&Stage) -> bool, on: Date) -> Vec<Step> {
        let Some(back) = &stages.back else { return Vec::new() };
        let record = self.models().flat_map(|m| &m.records).find(|r| r.at == stages.at);
        let at = record.and_then(|r| r.below(Form::StagesRetract)).map_or(stages.at, |line| line.at);
        let begun = self.days_since_begun(stages).into_iter().zip(self.days_of_stages(stages));
        let mut out = Vec::new();
        for (stage, (begun, stays)) in stages.stages.iter().zip(begun).filter(|(stage, _)| of(stage)) {
            let left = begun.yes.less(&stays.perhaps()).first().filter(|left| *left <= day(on)).map(date);
            let Some(left) = left else { continue };
            let why = self.then(left).why_so(back, left, 1);
            let said = format!("it goes back a stage, from {}", stage.name);
            out.push(Step::note(said).on(left).by(at).from(vec![why]));
        }
        out
    }

    /// The stages that begin on a day.
    pub(super) fn stages_begun_on(&self, stages: &Stages, on: Date) -> Vec<Step> {
        let begun = stages.stages.iter().zip(self.days_since_begun(stages));
        let today = begun.filter(|(_, so)| so.yes.first() == Some(day(on)));
        today.map(|(stage, _)| Step::note(format!("stage {} begins", stage.name)).by(stage.at)).collect()
    }
}
