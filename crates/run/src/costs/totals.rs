//! What is open between each two parties: all that one owes the other less all that the other owes it.

use super::form::PairTotal;
use super::{CostsAsked, OpenCost};
use crate::engine::Run;
use crate::value::Val;
use counterpart_num::Exact;
use counterpart_terms::value::Name;
use std::collections::BTreeMap;

impl Run<'_> {
    /// The totals of what is open, pair by pair and money by money.
    pub(super) fn pair_totals(&self, open: Vec<OpenCost>, asked: &CostsAsked) -> Vec<PairTotal> {
        type Sides = (Option<Val>, Exact, Exact);
        let mut pairs: BTreeMap<(Name, Name, Option<&str>), Sides> = BTreeMap::new();
        let mut unknown: Vec<(Option<(Name, Name)>, String)> = Vec::new();
        for one in open {
            let (Some((from, to)), Some(left)) = (&one.between, &one.left) else {
                unknown.push((one.between, one.what));
                continue;
            };
            let turned = to < from;
            let (first, other) = if turned { (to, from) } else { (from, to) };
            let code = left.currency().map(|c| c.code());
            let sides = pairs.entry((first.clone(), other.clone(), code)).or_default();
            sides.0.get_or_insert_with(|| left.clone());
            if turned {
                sides.2 += left.number();
            } else {
                sides.1 += left.number();
            }
        }
        // A pair of which nothing is known but that something is not has its line too.
        let known: Vec<(Name, Name)> = pairs.keys().map(|(a, b, _)| (a.clone(), b.clone())).collect();
        for (between, _) in &unknown {
            let Some((from, to)) = between else { continue };
            let (first, other) = if to < from { (to, from) } else { (from, to) };
            if !known.contains(&(first.clone(), other.clone())) {
                let zero = self.currency().ok().map(|c| Val::money(Exact::zero(), c));
                let code = zero.as_ref().and_then(Val::currency).map(|c| c.code());
                pairs.entry((first.clone(), other.clone(), code)).or_default().0 = zero;
            }
        }
        let mut out = Vec::new();
        for ((first, other, _), (zero, one, back)) in pairs {
            let Some(zero) = zero else { continue };
            if !asked.is_of(first.as_str()) && !asked.is_of(other.as_str()) {
                continue;
            }
            let turned = back > one;
            let (from, to, owes, owed_back) =
                if turned { (&other, &first, back, one) } else { (&first, &other, one, back) };
            let about = |pair: &Option<(Name, Name)>| {
                pair.as_ref().is_none_or(|(a, b)| (a == from && b == to) || (a == to && b == from))
            };
            let mut without: Vec<String> =
                unknown.iter().filter(|(pair, _)| about(pair)).map(|(_, what)| what.clone()).collect();
            without.dedup();
            out.push(PairTotal {
                from: from.to_string(),
                to: to.to_string(),
                left: self.cost_shown(&zero, &(&owes - &owed_back)),
                owes: self.cost_shown(&zero, &owes),
                owed_back: self.cost_shown(&zero, &owed_back),
                without,
            });
        }
        out
    }
}
