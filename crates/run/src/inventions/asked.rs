//! Whether assets of the deal are licensed to a party: by a grant under them, or since they went back to it at the end.

use crate::clock::Focus;
use crate::engine::Run;
use crate::rights::Reverted;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::PartOf;
use counterpart_num::Exact;
use counterpart_rights::day;
use counterpart_terms::model::TailPrice;
use counterpart_terms::value::{Grade, Name};

/// What is asked of a licence: how exclusive it is, whether it is free, at which rate.
type Asked<'a> = (Option<&'a Grade>, Option<bool>, Option<&'a Exact>);

impl Run<'_> {
    /// Whether some assets are licensed to a party as asked, and how they are.
    pub(super) fn decide_assets_licensed(
        &self,
        assets: &Name,
        part: &PartOf,
        to: &Name,
        asked: Asked<'_>,
    ) -> Eval<(bool, String)> {
        let mut found = Vec::new();
        let mut unknown: Option<Unknown> = None;
        let today = day(self.facts.as_of());
        let mine = |b: &Reverted| b.asset == *assets && (b.to == *to || b.to.is_blank());
        let back = self.licences_back().into_iter().filter(mine);
        for back in back.filter(|back| back.days().contains(today)) {
            match back.doubt.clone().map_or_else(|| self.is_as_asked(&back, asked), Err) {
                Ok((true, said)) => return Ok((true, format!("`{assets}` is licensed to {to}: {said}"))),
                Ok((false, said)) => found.push(said),
                Err(why) => unknown = Some(why),
            }
        }
        for (name, grant) in self.grants() {
            let theirs = grant.to.iter().any(|p| p == to || self.members(p).contains(to));
            if !theirs || !self.is_licensed(assets, name)? {
                continue;
            }
            match self.is_granted_as_asked(name, part, asked) {
                Ok(true) => return Ok((true, format!("`{assets}` is licensed to {to} by `{name}`"))),
                Ok(false) => found.push(format!("otherwise, by `{name}`")),
                Err(why) => unknown = Some(why),
            }
        }
        if let Some(why) = unknown {
            return Err(why);
        }
        Ok((
            false,
            match found.as_slice() {
                [] => format!("`{assets}` is not licensed to {to}"),
                found => format!("`{assets}` is licensed to {to}: {}", found.join("; ")),
            },
        ))
    }

    /// Whether a licence that went back is as asked, and what it is.
    fn is_as_asked(&self, back: &Reverted, (grade, free, rate): Asked<'_>) -> Eval<(bool, String)> {
        let mut said: Vec<String> = back.grade.iter().map(|grade| grade.kind.to_string()).collect();
        let same = match (grade, &back.grade) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(asked), Some(own)) => match &own.unknown {
                Some(_) => return Err(self.hidden("how exclusive it is", back.at)),
                None => own.kind == asked.kind,
            },
        };
        let is_free = match &back.price {
            Some(TailPrice::Free) => Some(true),
            Some(_) => Some(false),
            None => None,
        };
        said.extend(is_free.map(|free| if free { "royalty-free" } else { "royalty-bearing" }.to_string()));
        let paid = match (rate, &back.price) {
            (None, _) => true,
            (Some(asked), Some(TailPrice::Royalty(Some(rate)))) => {
                *self.amount(rate, &Focus::default())?.0.number() == *asked
            }
            (Some(_), _) => false,
        };
        Ok((same && paid && free.is_none_or(|free| is_free == Some(free)), said.join(", ")))
    }

    fn is_granted_as_asked(&self, grant: &Name, part: &PartOf, (grade, free, rate): Asked<'_>) -> Eval<bool> {
        let standing = self.standing(grant, part, self.facts.as_of())?;
        if !standing.in_force || rate.is_some() {
            return Ok(false);
        }
        let same = grade.map_or(Ok(true), |grade| standing.is(grade))?;
        let paid = match free {
            Some(free) => self.bears_royalty(grant)? != free,
            None => true,
        };
        Ok(same && paid)
    }
}
