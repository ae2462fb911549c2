//! Assertions that something which is no right is in a state, as a condition would ask it on the day.

use crate::claims::Outcome;
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::Eval;
use counterpart_ledger::PartOf;
use counterpart_num::Period;
use counterpart_terms::value::{Condition, Name};

impl Run<'_> {
    /// Whether something is in a state today, or is not, as it is asserted.
    pub(crate) fn is_in_state(&self, asked: (&Name, &str, bool), part: &PartOf) -> Eval<Outcome> {
        let (name, state, not) = asked;
        let today = self.facts.as_of();
        let focus =
            Focus { field: part.field.clone(), period: Period::new(today, today), ..Focus::default() };
        if self.falls_due(name, state) {
            return if *part == PartOf::default() {
                self.is_done(asked, &focus)
            } else {
                Ok(Outcome::NotYet)
            };
        }
        let so = self.state_of(name, state, part.place.as_ref(), today, &focus)?;
        let shown = if so { "it is" } else { "it is not" };
        Ok(if so != not { Outcome::Holds } else { Outcome::Fails(shown.to_string()) })
    }

    /// The same of what has a day by which it is to be done: before that it is neither done nor not done.
    fn is_done(&self, (name, state, not): (&Name, &str, bool), focus: &Focus) -> Eval<Outcome> {
        let so = |not: bool| {
            let (name, state) = (name.clone(), state.to_string());
            self.holds(&Condition::State { name, state, not, territory: None, by: None }, focus)
        };
        if so(not)? {
            return Ok(Outcome::Holds);
        }
        Ok(Outcome::Fails(match (not, so(!not)?) {
            (true, true) => "it is".to_string(),
            (false, true) => "it is not".to_string(),
            (_, false) => {
                format!("it is not, and nothing of it is late: nothing is `not {state}` before it is due")
            }
        }))
    }
}
