//! What patents cost before the offices: who bears which cost, by office, place or the first filing, and who owes whom.

use crate::amount::given;
use crate::engine::Run;
use crate::pay::{ByParty, even};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{Event, EventKind};
use counterpart_num::{Exact, Period};
use counterpart_terms::At;
use counterpart_terms::model::{CostShares, CostsOf, Prosecution};
use counterpart_terms::value::{Name, Territory};

/// Who bears how much of what patents cost, and who owes whom what evens it out.
#[derive(Debug, Clone)]
pub(crate) struct PatentCosts {
    /// Who owes whom how much.
    pub owed: Vec<(Name, Name, Exact)>,
    /// The costs told, each with who bears it.
    pub why: Vec<Step>,
}

/// One cost of patents.
pub(crate) struct PatentCost {
    /// Who spent it.
    pub by: Name,
    /// How much.
    pub sum: Val,
    /// Who bears how much of it.
    pub borne: Vec<(Name, Exact)>,
    /// Why.
    pub why: Step,
}

impl Run<'_> {
    /// Whether a name is of assets whose costs of prosecution are shared.
    pub(crate) fn has_patent_costs(&self, name: &Name) -> bool {
        let mut clauses = self.models().flat_map(|m| &m.prosecutions).filter(|c| !c.costs.is_empty());
        clauses.any(|clause| clause.assets.contains(name) || clause.assets.iter().any(Name::is_blank))
    }

    /// Who bears how much of what some patents cost by now, and who owes whom.
    ///
    /// # Errors
    /// Where a share, or of which costs one is, is not told or not given.
    pub(crate) fn patent_costs(&self, assets: &Name, zero: &Val) -> Eval<PatentCosts> {
        let (mut borne, mut spent) = (ByParty::new(), ByParty::new());
        let mut why = Vec::new();
        for event in self.facts.happened() {
            let Some(cost) = self.patent_cost(assets, event, zero) else { continue };
            let cost = cost?;
            *spent.entry(cost.by).or_default() += cost.sum.number();
            for (party, part) in cost.borne {
                *borne.entry(party).or_default() += &part;
            }
            why.push(cost.why);
        }
        let owed = even(&borne, &spent).into_iter().map(|t| (t.from, t.to, t.sum)).collect();
        Ok(PatentCosts { owed, why })
    }

    /// What an entry tells that some patents cost, and who bears it; nothing where it tells no cost of them.
    pub(crate) fn patent_cost(&self, assets: &Name, event: &Event, zero: &Val) -> Option<Eval<PatentCost>> {
        match &event.kind {
            EventKind::Cost { name, .. } if name == assets => Some(self.one_patent_cost(event, zero)),
            _ => None,
        }
    }

    fn one_patent_cost(&self, event: &Event, zero: &Val) -> Eval<PatentCost> {
        let EventKind::Cost { name, by, amount, currency, label, place, priority } = &event.kind else {
            return Err(Unknown::new("this tells no cost"));
        };
        let by = by.clone().ok_or_else(|| Unknown::new("who spent a cost is not told").at(event.at))?;
        let told = Val::money(amount.clone(), *currency);
        let own = Period::new(event.date, event.date);
        let period = label.and_then(|label| self.clock().period(label, None)).or(own);
        let sum = match period {
            Some(period) => self.cost_in(None, &told, zero, (period, event.date)),
            None => Ok((told.clone(), None)),
        };
        let (sum, rate) = sum.map_err(|u| u.at(event.at))?;
        let then = self.on_another_day(event.date);
        let clause = then.prosecution_of(name)?;
        let shares = then.shares_of_cost(clause, place.as_ref(), *priority, event.at)?;
        let (mut borne, mut parts) = (Vec::new(), Vec::new());
        for (party, share) in party_shares(shares)? {
            let part = sum.number() * &share;
            let how = format!("{sum} x {}", percent(&share));
            parts.push(Step::new(format!("{party} bears"), zero.with(part.clone())).how(how).by(shares.at));
            borne.push((party, part));
        }
        let mut why = Step::new(format!("spent by {by}"), sum.clone()).by(event.at);
        if let Some(rate) = rate {
            why = why.how(format!("{told} at the rate below"));
            parts.insert(0, rate);
        }
        Ok(PatentCost { by, sum, borne, why: why.from(parts) })
    }

    /// The shares in a cost: of the first filing, by office or place, or of the rest.
    fn shares_of_cost<'c>(
        &self,
        clause: &'c Prosecution,
        place: Option<&Name>,
        priority: bool,
        told: At,
    ) -> Eval<&'c CostShares> {
        let rest = clause.costs.iter().find(|c| c.of == CostsOf::Rest);
        if priority {
            let named = clause.costs.iter().find(|c| c.of == CostsOf::Priority);
            let blank =
                |c: &&CostShares| matches!(&c.of, CostsOf::Offices(o) if o.iter().any(Name::is_blank));
            if let Some(line) = clause.costs.iter().find(blank).filter(|_| named.is_none()) {
                return Err(Unknown::new("of which costs a share is, is redacted or open").at(line.at));
            }
            let found = named.or(rest);
            return found.ok_or_else(|| {
                Unknown::new("who bears what the first filing costs is not said").at(clause.at)
            });
        }
        let parted = clause.costs.iter().any(|c| !matches!(c.of, CostsOf::Rest | CostsOf::Priority));
        let only = |c: &&CostShares| matches!(c.of, CostsOf::Offices(_) | CostsOf::In(_));
        let Some(place) = place.filter(|_| parted) else {
            // Without a place it can only be of the rest where no place has shares of its own.
            return match rest.filter(|_| !parted) {
                Some(rest) => Ok(rest),
                None => {
                    Err(Unknown::new("where a cost arose is not told: add `in` and the place behind its sum")
                        .at(told))
                }
            };
        };
        let named = super::any_of(clause.costs.iter().filter(only), |c| match &c.of {
            CostsOf::Offices(offices) if offices.contains(place) => Ok(true),
            CostsOf::Offices(offices) if offices.iter().any(Name::is_blank) => {
                Err(Unknown::new("for which offices a share of the costs is, is redacted or open").at(c.at))
            }
            CostsOf::Offices(offices) => {
                // The European office grants for the states of its convention.
                let states = |office: &Name| if *office == "EP" { Name::from("EPC") } else { office.clone() };
                let places = offices.iter().map(states).collect();
                let territory = Territory::of(places);
                self.lies_in(place, &territory, self.facts.as_of())
            }
            CostsOf::In(territory) => self.lies_in(place, territory, self.facts.as_of()),
            _ => Ok(false),
        })?;
        named
            .or(rest)
            .ok_or_else(|| Unknown::new(format!("who bears costs in {place} is not said")).at(clause.at))
    }
}

/// The shares of a line, each with its number: one named alone bears all.
fn party_shares(shares: &CostShares) -> Eval<Vec<(Name, Exact)>> {
    let mut out = Vec::new();
    for (party, share) in &shares.shares {
        if party.is_blank() {
            return Err(Unknown::new("who bears a share of the costs is redacted or open").at(shares.at));
        }
        let share = match share {
            Some(known) => given(known, "share of the costs").map_err(|u| u.at(shares.at))?,
            None => Exact::one(),
        };
        out.push((party.clone(), share));
    }
    Ok(out)
}
