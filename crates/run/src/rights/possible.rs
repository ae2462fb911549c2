//! What grants may come to give beyond what they give as things stand: where a condition is not met yet, a stage not begun,
//! an option not exercised.

use super::drawing;
use super::life::Life;
use super::moments::since;
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_rights::{DAYS, Reach, Region, within};
use counterpart_terms::model::Grant;
use counterpart_terms::value::Name;

/// What a grant may come to give.
pub(crate) struct Possible<'r> {
    /// The grant.
    pub name: &'r Name,
    /// Its text.
    pub grant: &'r Grant,
    /// What it would give from the day asked about on, and does not as things stand.
    pub life: Life,
    /// What must come about first, in words.
    pub once: Vec<String>,
}

impl Run<'_> {
    /// What every grant may come to give from a day on, beyond what it gives or may already be giving.
    pub(crate) fn possible(&self, on: Date) -> Vec<Possible<'_>> {
        let mut out = Vec::new();
        for (name, grant) in self.grants() {
            // Whoever will hold it, it is the text in force then that says what it gives.
            let Some((text, model, days)) = self.texts_of(name).pop() else { continue };
            let space = self.space();
            let reach = Reach { space: &space, market: &model.market };
            let changes = self.changes_of(name, text, model);
            let Some((mut life, once)) = drawing::supposed(self, reach, text, (&days, on), &changes) else {
                continue;
            };
            let now = self.life_of(name);
            let taken: Region = now.doubt.iter().fold(now.in_force(), |sum, (part, _)| sum.or(part));
            for held in &mut life.held {
                held.region = within(&held.region, DAYS, &since(on)).without(&taken);
            }
            life.held.retain(|held| !held.region.is_empty());
            life.doubt.clear();
            life.unsure.clear();
            if !life.held.is_empty() {
                out.push(Possible { name, grant, life, once });
            }
        }
        out
    }
}
