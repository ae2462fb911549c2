//! Who a right passed to, as a reason: the entry that assigned it, and the clause by which it could pass.

use crate::engine::Run;
use crate::trace::Step;
use counterpart_num::Date;
use counterpart_rights::day;
use counterpart_syntax::Form;
use counterpart_terms::model::Grant;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The entry by which those who hold a grant on a day came to hold it; nothing where it was given to them.
    pub(super) fn why_passed(&self, name: &Name, grant: &Grant, on: Date) -> Vec<Step> {
        let holders = self.holders_over_time(name, grant).into_iter();
        let now = holders.filter(|holders| holders.days.contains(day(on)) && holders.at != grant.at);
        let mut out = Vec::new();
        for holders in now {
            let entry = self.facts.happened().find(|event| event.at == holders.at);
            let clauses = self.clauses(Form::FileAssignment).flat_map(|clause| &clause.below);
            let why = clauses.map(|line| self.line_in_steps(line)).collect();
            let said = format!("it passed to {}", Name::list(&holders.to));
            out.push(Step::note(said).on(entry.map(|event| event.date)).by(holders.at).from(why));
        }
        out
    }
}
