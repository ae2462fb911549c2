//! The stages of a grant: those whose day has come or whose test has held.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Gap, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Date, Period, PeriodKind};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::{Condition, Name};

impl Run<'_> {
    /// The stage a grant is in on a day.
    ///
    /// # Errors
    /// Where a stage hangs on a fact nobody told.
    pub fn stage_on(&self, name: &Name, day: Date) -> Eval<Option<Name>> {
        let model = self.model_on(day);
        let grant = model.grants.get(name).ok_or_else(|| Unknown::new(format!("`{name}` is no grant")))?;
        let Some(stages) = &grant.stages else {
            let of_a_secret_one =
                |r: &&Record| r.clause == Form::FileStages && r.name(Label::Name).is_some_and(Name::is_blank);
            return match model.records.iter().find(of_a_secret_one) {
                Some(stages) => {
                    Err(Unknown::new("of which grant these are the stages is redacted or open").at(stages.at))
                }
                None => Ok(None),
            };
        };
        let mut reached = None;
        for stage in &stages.stages {
            let begun = match (&stage.from, &stage.when) {
                (Some(from), _) => self.clock().limit(from, &Focus::default())?.is_some_and(|d| d <= day),
                // A stage once reached stays, so it is enough that its test held at some report.
                (None, Some(when)) => self.held_by(when, day)?,
                (None, None) => false,
            };
            if begun {
                reached = Some(stage.name.clone());
            }
        }
        Ok(reached)
    }

    /// Whether a condition held at the end of any quarter reported by a day.
    fn held_by(&self, condition: &Condition, day: Date) -> Eval<bool> {
        let mut ends: Vec<Date> = self.report_ends().into_iter().filter(|d| *d <= day).collect();
        ends.push(day);
        let mut unknown = None;
        for end in ends {
            let Some(period) = Period::trailing(1, PeriodKind::Quarter, end) else { continue };
            match self.holds(condition, &Focus { until: Some(end), ..Focus::of(period) }) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                // A test that needs a report nobody has made is not met yet.
                Err(reason) if reason.gap != Gap::Missing => {}
                Err(reason) => unknown = Some(reason),
            }
        }
        unknown.map_or(Ok(false), Err)
    }

    /// The last days of all periods reported.
    pub(crate) fn report_ends(&self) -> Vec<Date> {
        let mut ends: Vec<Date> = self
            .facts
            .events()
            .filter_map(|e| match &e.kind {
                EventKind::Reported { label: Some(label), by, .. } => {
                    self.clock().period(*label, by.as_ref()).map(|p| p.end)
                }
                _ => None,
            })
            .collect();
        ends.sort();
        ends.dedup();
        ends
    }
}
