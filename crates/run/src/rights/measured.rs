//! What a test on the figures of a payment is measured by: the metrics its royalty is on.

use crate::engine::Run;
use crate::royalty::measures;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Names with the metrics that the royalties among them are on.
    pub(crate) fn with_bases(&self, mut names: Vec<Name>) -> Vec<Name> {
        let day = self.facts.as_of();
        let bases: Vec<_> = names
            .iter()
            .filter_map(|name| self.named_on(day, |model| model.royalties.get(name))?.base.as_ref())
            .collect();
        for base in bases {
            measures(base, &mut |measure| names.extend(measure.metric().cloned()));
        }
        names
    }
}
