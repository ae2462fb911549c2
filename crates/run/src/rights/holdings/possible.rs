//! The map as it may come to be: the rights in force, and what each grant may come to give beyond them.

use super::drawn::Drawn;
use super::granted::Heads;
use super::{RightsOfDeal, Source};
use crate::engine::Run;
use counterpart_num::Date;
use counterpart_rights::{Kind, Ranges, RightsMap};
use counterpart_terms::value::Name;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The map as it may come to be.
pub(crate) struct MayCome {
    /// All rights, those that may come to be last.
    pub rights: RightsOfDeal,
    /// The first source that may come to be.
    pub first: usize,
    /// What must come about first, by the right it brings into force.
    pub once: BTreeMap<Name, Vec<String>>,
}

impl MayCome {
    /// What must come about before a source is so; nothing where it is so as things stand.
    pub fn awaits(&self, number: usize) -> &[String] {
        let source = self.rights.sources.get(number).filter(|_| number >= self.first);
        source.and_then(|source| self.once.get(&source.name)).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Run<'_> {
    /// The map as it may come to be from a day on; nothing where no grant waits for anything.
    pub(crate) fn may_come(&self, on: Date) -> Option<MayCome> {
        let possible = self.possible(on);
        if possible.is_empty() {
            return None;
        }
        let now = self.rights_of_deal();
        let mut drawn = Drawn {
            run: self,
            space: Rc::clone(&now.space),
            holdings: now.map.holdings().to_vec(),
            sources: now.sources.clone(),
            rights: numbered(&now.sources),
        };
        let first = drawn.sources.len();
        let grants = self.grants();
        let heads = Heads::among(grants.iter().map(|(name, grant)| (*name, *grant)));
        let mut once = BTreeMap::new();
        let below = self.possible_below(&possible);
        for one in possible {
            drawn.granted_as(one.name, one.grant, &one.life);
            drawn.derive(one.name, one.grant, &heads);
            drawn.give_way(one.name, one.grant);
            once.insert(one.name.clone(), one.once);
        }
        for one in below {
            let source = Source {
                name: one.name.clone(),
                kind: Kind::Licence,
                from: one.from,
                to: vec![one.to.clone()],
                grade: None,
                by: vec![one.at],
                doubt: None,
            };
            let holders = drawn.parties(&[one.to]);
            drawn.add(&one.region, &holders, &Ranges::none(), source.clone());
            for (region, why) in one.doubt {
                drawn.add(&region, &holders, &Ranges::none(), Source { doubt: Some(why), ..source.clone() });
            }
            let head = drawn.rights.get(&one.head).copied();
            drawn.put_under(&one.name, head.as_slice());
            once.insert(one.name, one.once);
        }
        let rights =
            RightsOfDeal { space: drawn.space, map: RightsMap::new(drawn.holdings), sources: drawn.sources };
        Some(MayCome { rights, first, once })
    }
}

/// The number of each right: the first of its sources.
fn numbered(sources: &[Source]) -> BTreeMap<Name, usize> {
    let mut out = BTreeMap::new();
    for (number, source) in sources.iter().enumerate().filter(|(_, source)| source.kind != Kind::Owned) {
        out.entry(source.name.clone()).or_insert(number);
    }
    out
}
