//! Rights to end the agreement that are open and lapse on a day: a choice with a clock of its own, listed as other choices are.

use super::Way;
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::At;
use counterpart_terms::value::Name;

/// A right to end the agreement that lapses unless it is used.
pub(crate) struct OpenRight {
    /// Whose.
    pub by: Name,
    /// On which ground, in the words of its clause.
    pub ground: String,
    /// For what alone, where it is not for the whole.
    pub part: Option<String>,
    /// The last day to use it, where that is known.
    pub last: Option<Date>,
    /// The clause.
    pub at: At,
}

impl OpenRight {
    /// What it is on and of, in words: `the agreement on insolvency`.
    pub fn words(&self) -> String {
        let of = self.part.as_ref().map_or("the agreement".to_string(), |part| format!("a part ({part})"));
        match self.ground.as_str() {
            super::TEST => format!("{of} on its test"),
            ground => format!("{of} on {ground}"),
        }
    }
}

impl Run<'_> {
    /// The rights to end the agreement that are open on the day asked about, and lapse.
    pub(crate) fn open_rights_to_end(&self) -> Vec<OpenRight> {
        let on = self.facts.as_of();
        let model = self.model_on(on);
        let blocks = || model.records.of(Form::FileTerminate);
        let mut clauses = blocks().flat_map(|block| block.all_below(Form::TerminateCause));
        if !clauses.any(|clause| clause.has(Label::Lapse))
            || self.clock().terminated().is_some()
            || self.ended_by_now().day().is_some()
        {
            return Vec::new();
        }
        let mut out = Vec::new();
        for block in blocks() {
            for clause in block.all_below(Form::TerminateCause).filter(|clause| clause.has(Label::Lapse)) {
                for (party, way) in self.ways_under(block, clause, on) {
                    let Way { available: Some(true), cause, part, .. } = way else { continue };
                    let last = self.last_to_use(clause, &party, &cause, on).ok().flatten();
                    out.push(OpenRight { by: party, ground: cause, part, last, at: clause.at });
                }
            }
        }
        out
    }
}
