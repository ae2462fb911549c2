//! Groups of parties: who belongs to one. What members owe or may do is left to those who ask.

use crate::engine::Run;
use counterpart_num::Date;
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The members of a group of parties, whenever they belonged to it; a party is its own group.
    pub(crate) fn members(&self, name: &Name) -> Vec<Name> {
        let mut members: Vec<Name> = Vec::new();
        for model in self.models().rev() {
            let more = model.group(name).unwrap_or_default();
            members.extend(more.into_iter().filter(|m| !members.contains(m)).collect::<Vec<_>>());
        }
        if members.is_empty() { vec![name.clone()] } else { members }
    }

    /// Whether a party is one of these, or a member of one, in the terms of a day.
    pub(crate) fn is_among(&self, party: &Name, parties: &[Name], day: Date) -> bool {
        let model = self.model_on(day);
        parties.iter().any(|one| model.same(party, one) == Same::Yes)
    }

    /// Whether a name is a group of parties.
    pub(crate) fn is_group(&self, name: &Name) -> bool {
        self.models().any(|model| model.group(name).is_some())
    }
}
