//! Whether a licence costs something: as its own lines say, until an effect makes a free one `royalty-bearing`, or a paid one
//! `royalty-free`.

use crate::effects::Came;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_syntax::{Form, Label};
use counterpart_terms::Record;
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// Whether a licence bears a royalty or fee on the day asked about.
    ///
    /// # Errors
    /// Where its text does not say, or it hangs on what is not known.
    pub(crate) fn bears_royalty(&self, name: &Name) -> Eval<bool> {
        let today = self.facts.as_of();
        let came = self.came_on(name, &|effect| turns(effect, name).is_some());
        let apart = |one: &Came, other: &Came| {
            let differ = turns(&one.effect, name) != turns(&other.effect, name);
            differ.then(|| format!("whether `{name}` costs something"))
        };
        let is_on = |came: &Came| came.from <= today && came.until.is_none_or(|last| today <= last);
        let own = self.bears_by_its_text(name);
        self.in_turn(came, &apart).into_iter().filter(is_on).fold(own, |before, came| {
            let bears = turns(&came.effect, name);
            match (came.doubt, bears) {
                (_, None) => before,
                (None, Some(bears)) => Ok(bears),
                (Some(_), Some(bears)) if before == Ok(bears) => before,
                (Some(why), Some(_)) => Err(why.at(came.at)),
            }
        })
    }

    /// What made a licence cost something, or nothing, on the day asked about: oldest first, each with whether it costs something.
    pub(crate) fn turned_priced(&self, name: &Name) -> Vec<(bool, Came)> {
        let today = self.facts.as_of();
        let is_on = |came: &Came| came.from <= today && came.until.is_none_or(|last| today <= last);
        let came = self.came_on(name, &|effect| turns(effect, name).is_some());
        let mut on: Vec<Came> = came.into_iter().filter(is_on).collect();
        on.sort_by_key(|came| came.from);
        on.into_iter().filter_map(|came| Some((turns(&came.effect, name)?, came))).collect()
    }

    fn bears_by_its_text(&self, name: &Name) -> Eval<bool> {
        let is = |r: &&Record| r.clause == Form::FileGrant && r.name(Label::Name) == Some(name);
        let record = self.named_on(self.facts.as_of(), |m| m.records.iter().find(is));
        let has = |form| record.is_some_and(|record| record.below(form).is_some());
        match (has(Form::GrantPriced), has(Form::GrantRoyalty)) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => Err(Unknown::new(format!(
                "the text does not say whether `{name}` is royalty-free or royalty-bearing"
            ))),
        }
    }
}

/// Whether an effect makes a licence cost something, or nothing.
fn turns(effect: &Value, name: &Name) -> Option<bool> {
    let Value::Parts(parts) = effect else { return None };
    if parts.name(Label::Name) != Some(name) {
        return None;
    }
    match () {
        () if parts.has(Label::Bearing) || parts.has(Label::Setter) => Some(true),
        () if parts.has(Label::Free) => Some(false),
        () => None,
    }
}
