//! Metrics that are computed from others: what lies below a formula, and how much of it there is.

use crate::engine::Run;
use crate::royalty::measures;
use crate::unknown::{Eval, Unknown};
use counterpart_num::Date;
use counterpart_terms::model::Metric;
use counterpart_terms::value::{Amount, Measure, Name, Op};
use std::collections::BTreeMap;

/// A formula over more figures than this is not computed: each would stand in the reasons of the answer.
const MOST: u64 = 4096;

impl Run<'_> {
    /// Some metrics, and all that they are computed from, each once.
    pub(crate) fn underlying(&self, mut names: Vec<Name>, day: Date) -> Vec<Name> {
        let mut at = 0;
        while let Some(name) = names.get(at).cloned() {
            at += 1;
            for name in self.below(&name, day) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        names
    }

    /// Refuses a metric whose formulas, one in another, come to more figures than can be shown.
    ///
    /// # Errors
    /// Where there are too many.
    pub(super) fn countable(&self, name: &Name, metric: &Metric, day: Date) -> Eval<()> {
        let mut known = BTreeMap::new();
        let figures = self.figures_below(name, day, &mut known);
        if figures <= MOST {
            return Ok(());
        }
        let reason = format!("`{name}` is computed from more than {MOST} figures, one formula in another");
        Err(Unknown::new(reason).at(metric.at))
    }

    /// How many figures a metric is computed from. One that goes in a circle counts as one here: it is refused
    /// where it comes back to itself.
    fn figures_below(&self, name: &Name, day: Date, known: &mut BTreeMap<Name, u64>) -> u64 {
        if let Some(count) = known.get(name) {
            return *count;
        }
        known.insert(name.clone(), 1);
        let mut count = 0_u64;
        for name in self.below(name, day) {
            count = count.saturating_add(self.figures_below(&name, day, known));
        }
        let count = count.max(1);
        known.insert(name.clone(), count);
        count
    }

    /// The metrics in the formula of one, as often as they stand in it; none of one that is reported.
    fn below(&self, name: &Name, day: Date) -> Vec<Name> {
        let mut below = Vec::new();
        if let Some(formula) = self.metric_on(name, day).and_then(|m| m.computed.as_ref()) {
            measures(formula, &mut |m| below.extend(m.metric().cloned()));
        }
        below
    }
}

/// A formula for a part of the market, as `total in FR`, where that is the formula of the parts: a sum of what is
/// measured, or so many times of it. Of a greatest or an excess it is not; nor where a term is of a part already.
pub(super) fn narrowed(formula: &Amount, part: &Measure) -> Option<Amount> {
    let either = |one: &[Name], other: &[Name]| match (one, other) {
        ([], names) | (names, []) => Some(names.to_vec()),
        _ => None,
    };
    Some(match formula {
        Amount::Sum(terms) => {
            let terms = terms.iter().map(|(sign, term)| Some((*sign, narrowed(term, part)?)));
            Amount::Sum(terms.collect::<Option<_>>()?)
        }
        Amount::Share(share, of) => Amount::Share(share.clone(), Box::new(narrowed(of, part)?)),
        Amount::Product(factors) => {
            let plain = |factor: &Amount| matches!(factor, Amount::Number(_) | Amount::Percent(_));
            let mut measured = 0;
            let mut out = Vec::new();
            for (op, factor) in factors {
                if plain(factor) {
                    out.push((*op, factor.clone()));
                } else {
                    measured += 1;
                    out.push((
                        Some(*op).filter(|op| *op == Op::Times && measured == 1)?,
                        narrowed(factor, part)?,
                    ));
                }
            }
            Amount::Product(out)
        }
        Amount::Measure(measure) if measure.quantity.is_none() => Amount::Measure(Box::new(Measure {
            of: either(&measure.of, &part.of)?,
            fields: either(&measure.fields, &part.fields)?,
            territory: match (&measure.territory, &part.territory) {
                (Some(_), Some(_)) => return None,
                (own, other) => own.clone().or_else(|| other.clone()),
            },
            ..(**measure).clone()
        })),
        _ => return None,
    })
}
