//! What is asserted of inventions and patents, answered.

use super::owners::OwnedPart;
use crate::claims::{Ask, Outcome};
use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{Figure, PartOf, Told};
use counterpart_num::{Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::value::{Grade, Name};

impl Run<'_> {
    /// Decides an assertion; `not` says that the contrary is asserted.
    pub(crate) fn decide_told(&self, told: &Told, not: bool) -> Eval<Outcome> {
        let (so, found) = match told {
            Told::Class(name, class) => {
                let it = self.invention(name)?;
                match self.class_of(&it)?.class {
                    Some(found) => (found.name == *class, format!("`{name}` is {}", found.name)),
                    None => (false, format!("`{name}` is of no class of improvements")),
                }
            }
            Told::Undecided(name) => {
                let it = self.invention(name)?;
                match self.class_of(&it) {
                    Err(_) => (true, format!("of which class `{name}` is cannot be said")),
                    Ok(found) => {
                        let class =
                            found.class.map_or("of no class".to_string(), |class| class.name.to_string());
                        (false, format!("`{name}` is {class}"))
                    }
                }
            }
            Told::Owned(name, part, owners) => return self.decide_owned(name, part, owners, not),
            Told::Licensed { name, part, to, grade, free, rate } => {
                let terms = (grade.as_ref(), *free, rate.as_ref());
                self.decide_licensed(name, part, to, terms)?
            }
            Told::PatentLicensed(patent, grant) => {
                let found = self.patent_licensed(patent, grant.as_ref())?;
                (found.so, found.why.iter().map(|step| step.what.as_str()).collect::<Vec<_>>().join("; "))
            }
            Told::Allocated(what, to) => {
                let (found, _) = self.allocated_to(what)?;
                (found == *to, format!("it is allocated to {found}"))
            }
            Told::Led { assets, patent, place, by } => {
                let found = self.leader_of(assets, patent.as_ref(), place.as_ref())?;
                (
                    found.by.contains(by),
                    format!("the prosecution of `{assets}` is led by {}", Name::list(&found.by)),
                )
            }
            Told::Steered(act, assets, by) => {
                let found = self.decides_step(act, assets)?;
                (
                    found.by.contains(by),
                    format!("{act} of `{assets}` is decided by {}", Name::list(&found.by)),
                )
            }
            Told::NoDuty(duty, assets) => match self.is_free_of(duty, assets)? {
                Some(_) => (true, format!("nobody must {duty} `{assets}`")),
                None => (false, format!("no clause says that nobody must {duty} `{assets}`")),
            },
            Told::MaySue(party, assets, part) => {
                let found = self.may_sue(party, assets, part)?;
                let why = found.why.iter().map(|step| step.what.as_str()).collect::<Vec<_>>().join("; ");
                (found.so, why)
            }
            Told::Consent(assets, part, by) => self.decide_consent(assets, part, by)?,
        };
        Ok(if so != not { Outcome::Holds } else { Outcome::Fails(found) })
    }

    fn decide_owned(
        &self,
        name: &Name,
        part: &PartOf,
        owners: &[(Name, Option<Exact>)],
        not: bool,
    ) -> Eval<Outcome> {
        let parts = match self.is_invention(name) {
            true => {
                let it = self.invention(name)?;
                self.owners_of(&it, &self.class_of(&it)?)?
            }
            false => self.owned_assets(name)?,
        };
        let asked: Vec<&OwnedPart> = parts.iter().filter(|p| self.is_part(p, part)).collect();
        let mut so = !asked.is_empty();
        for part in &asked {
            let found = part.names();
            so &= found.len() == owners.len() && owners.iter().all(|(owner, _)| found.contains(owner));
            for (owner, share) in owners.iter().filter_map(|(owner, share)| Some((owner, share.as_ref()?))) {
                let Some((_, found)) = part.owners.iter().find(|(o, _)| o == owner) else { continue };
                so &= found.clone()? == *share;
            }
        }
        let shown: Vec<String> = asked.iter().map(|part| shown(part)).collect();
        let found = format!("`{name}` is owned by {}", shown.join("; "));
        Ok(if so != not { Outcome::Holds } else { Outcome::Fails(found) })
    }

    /// Whether a part of what an invention is for is meant: where no field is named, every part.
    fn is_part(&self, owned: &OwnedPart, part: &PartOf) -> bool {
        let Some(field) = part.field.as_ref().or(part.product.as_ref()) else { return true };
        let market = &self.model_now().market;
        let among = |names: &[Name]| names.iter().any(|name| market.within(field, name));
        (owned.fields.is_empty() || among(&owned.fields)) && !among(&owned.but)
    }

    fn decide_licensed(
        &self,
        name: &Name,
        part: &PartOf,
        to: &Name,
        (grade, free, rate): (Option<&Grade>, Option<bool>, Option<&Exact>),
    ) -> Eval<(bool, String)> {
        if !self.is_invention(name)
            && self.clauses(Form::FileAssets).any(|r| r.name(Label::Name) == Some(name))
        {
            return self.decide_assets_licensed(name, part, to, (grade, free, rate));
        }
        let it = self.invention(name)?;
        let class = self.class_of(&it)?;
        let owned = self.owners_of(&it, &class)?;
        let licences = self.licences_in(&it, &class, &owned);
        let mut unknown: Option<Unknown> = None;
        let mut found = Vec::new();
        let hidden = || Unknown::new("to whom a licence back is given is redacted or open");
        unknown = unknown.or_else(|| licences.iter().find(|l| l.to.is_blank()).map(|l| hidden().at(l.at)));
        for licence in licences.iter().filter(|l| l.to == *to || self.members(to).contains(&l.to)) {
            let so = self.reaches_part(licence, part, &it).and_then(|reaches| {
                let live = reaches && licence.in_force.clone()?;
                if !live {
                    return Ok(false);
                }
                found.push(licence.shown());
                let same = match grade {
                    Some(asked) => licence.grade.clone()?.kind == asked.kind,
                    None => true,
                };
                let paid = match rate {
                    Some(asked) => match &licence.rate {
                        Some(rate) => rate.clone()? == *asked,
                        None => false,
                    },
                    None => true,
                };
                Ok(same && paid && free.is_none_or(|free| licence.free == Some(free)))
            });
            match so {
                Ok(true) => return Ok((true, format!("`{name}` is licensed to {to}: {}", licence.shown()))),
                Ok(false) => {}
                Err(why) => unknown = Some(why),
            }
        }
        if let Some(why) = unknown {
            return Err(why);
        }
        let there = if *part == PartOf::default() { "" } else { " there" };
        Ok((
            false,
            match found.as_slice() {
                [] => format!("`{name}` is not licensed to {to}{there}"),
                found => format!("`{name}` is licensed to {to}{there}: {}", found.join("; ")),
            },
        ))
    }

    /// A figure of an invention or of patents: a share in what came in, the price of an invention, what one owes another
    /// of what patents cost. Nothing where it is a figure of something else.
    pub(crate) fn figure_of_invention(
        &self,
        figure: Figure,
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Option<Eval<Val>> {
        let [name] = ask.streams else { return None };
        match figure {
            Figure::Share if self.shares_what_comes_in(name) => {
                let part =
                    PartOf { place: ask.place.cloned(), field: ask.product.cloned(), ..PartOf::default() };
                Some(self.share_in(name, ask.to?, &part, period, zero))
            }
            Figure::Price if self.is_invention(name) => Some(self.price_of_invention(name)),
            Figure::Unpaid if self.pay_named(name).is_none() && self.names_of_accounts().contains(name) => {
                Some(self.account_left(name, (ask.from, ask.to), zero))
            }
            Figure::Owed | Figure::Unpaid | Figure::Total
                if self.pay_named(name).is_none() && self.has_patent_costs(name) =>
            {
                let owed = self.patent_costs(name, zero).map(|costs| {
                    let mut sum = Exact::zero();
                    let asked = |asked: Option<&Name>, of: &Name| asked.is_none_or(|a| a == of);
                    for (from, to, part) in &costs.owed {
                        if asked(ask.from, from) && asked(ask.to, to) {
                            sum += part;
                        }
                    }
                    self.round(&zero.with(sum))
                });
                Some(owed)
            }
            _ => None,
        }
    }

    /// What the other side pays for an invention, once.
    fn price_of_invention(&self, name: &Name) -> Eval<Val> {
        let it = self.invention(name)?;
        let class = self.class_of(&it)?;
        let none = || Unknown::new(format!("no price of `{name}` is said"));
        let (price, _, at) = class.class.and_then(|class| class.priced.first()).ok_or_else(none)?;
        self.amount(price, &Focus::default()).map(|(value, _)| value).map_err(|u| u.at(*at))
    }

    fn decide_consent(&self, assets: &Name, part: &PartOf, by: &[Name]) -> Eval<(bool, String)> {
        let mut found: Vec<Name> = Vec::new();
        for clause in self.enforcements_of(assets, part)? {
            if let Some((who, at)) = &clause.consent {
                if who.iter().any(Name::is_blank) {
                    return Err(Unknown::new("whose consent a settlement needs is redacted or open").at(*at));
                }
                found.extend(who.iter().filter(|w| !found.contains(w)).cloned().collect::<Vec<_>>());
            }
        }
        let so = found.len() == by.len() && by.iter().all(|party| found.contains(party));
        let said = match found.as_slice() {
            [] => "a settlement needs nobody's consent".to_string(),
            found => format!("a settlement needs the consent of {}", Name::list(found)),
        };
        Ok((so, said))
    }
}

/// Some owners with their shares, for a reader.
pub(super) fn shown(part: &OwnedPart) -> String {
    let one = |(owner, share): &(Name, Eval<Exact>)| match share {
        Ok(share) if *share == Exact::one() => owner.to_string(),
        Ok(share) => format!("{owner} {}", percent(share)),
        Err(_) => owner.to_string(),
    };
    let owners: Vec<String> = part.owners.iter().map(one).collect();
    match part.what_for() {
        what if what.is_empty() => owners.join(", "),
        what => format!("{} {what}", owners.join(", ")),
    }
}
