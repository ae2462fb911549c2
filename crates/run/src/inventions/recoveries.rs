//! What comes in and is shared: what a suit brought, by the clause on infringers, and what third parties pay for an
//! invention, by its class or as joint work.

use crate::amount::given;
use crate::engine::Run;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_ledger::{Event, EventKind, PartOf};
use counterpart_num::{Exact, Period};
use counterpart_syntax::Label;
use counterpart_terms::At;
use counterpart_terms::model::{Enforcement, Gets, Rate, Recovery, Royalty, Schedule, Shares};
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Amount, Name, Value};
use std::collections::BTreeMap;

/// How something that came in is shared.
#[derive(Debug, Clone)]
pub(crate) struct Shared {
    /// The party it came in to, where that is told.
    pub by: Option<Name>,
    /// All that came in.
    pub whole: Val,
    /// Who gets how much, rounded.
    pub to: BTreeMap<Name, Val>,
    /// Why.
    pub why: Step,
}

/// A share so far, not rounded yet.
#[derive(Default)]
struct Split {
    to: BTreeMap<Name, Exact>,
    why: Vec<Step>,
}

impl Split {
    fn give(&mut self, party: &Name, sum: Exact, what: &str, whole: &Val, at: At) {
        self.why.push(Step::new(format!("{party}: {what}"), whole.with(sum.clone())).by(at));
        *self.to.entry(party.clone()).or_default() += &sum;
    }
}

impl Run<'_> {
    /// Whether anything that comes in on a name is shared: what suits under it bring, or what is paid for it.
    pub(crate) fn shares_what_comes_in(&self, name: &Name) -> bool {
        self.is_invention(name)
            || self.models().flat_map(|m| &m.enforcements).any(|c| {
                c.recoveries.is_some() && (c.assets.contains(name) || c.assets.iter().any(Name::is_blank))
            })
    }

    /// What a party gets of all that came in on a name by now: in a place and a period, where they are named.
    ///
    /// # Errors
    /// Where how it is shared is not told or not given.
    pub(crate) fn share_in(
        &self,
        name: &Name,
        party: &Name,
        part: &PartOf,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        let mut sum = zero.clone();
        for shared in self.all_shared(name, part, period)? {
            if let Some(got) = shared.to.get(party) {
                if got.currency() != sum.currency() {
                    return Err(Unknown::new(
                        "what came in was told in another money, and no rate is agreed for it",
                    ));
                }
                sum = sum.plus(got)?;
            }
        }
        Ok(sum)
    }

    /// All that came in on a name, shared.
    ///
    /// # Errors
    /// As [`Run::share_in`].
    pub(crate) fn all_shared(
        &self,
        name: &Name,
        part: &PartOf,
        period: Option<&Period>,
    ) -> Eval<Vec<Shared>> {
        let events = self.facts.happened().filter(|e| period.is_none_or(|p| p.contains(e.date)));
        events.filter_map(|event| self.shared_by(name, part, event)).collect()
    }

    /// How what an entry tells as come in on a name is shared; nothing where it tells of nothing that came in.
    pub(crate) fn shared_by(&self, name: &Name, part: &PartOf, event: &Event) -> Option<Eval<Shared>> {
        let EventKind::Told { word, parts, .. } = &event.kind else { return None };
        let here = part.place.is_none() || parts.name(Label::Place) == part.place.as_ref();
        match word.as_str() {
            "recovered" if parts.name(Label::Assets) == Some(name) && here => {
                Some(self.recovered(name, event, parts))
            }
            "received" if parts.name(Label::Name) == Some(name) => Some(self.received(name, event, parts)),
            _ => None,
        }
    }

    /// What a suit brought in.
    fn recovered(&self, assets: &Name, event: &Event, parts: &Parts) -> Eval<Shared> {
        let whole = money(parts, Label::Money)
            .ok_or_else(|| Unknown::new("what was recovered is not given").at(event.at))?;
        let acts = parts.name(Label::By).ok_or_else(|| Unknown::new("who acted is not told").at(event.at))?;
        let part = PartOf {
            place: parts.name(Label::Place).cloned(),
            field: parts.name(Label::Field).cloned(),
            ..PartOf::default()
        };
        let then = self.on_another_day(event.date);
        let clauses = then.enforcements_of(assets, &part)?;
        let [clause] = clauses.as_slice() else {
            let why = format!(
                "several clauses share what suits under `{assets}` bring: add `in` and the place to the entry"
            );
            return Err(Unknown::new(why).at(event.at));
        };
        let mut costs: BTreeMap<Name, Exact> = BTreeMap::new();
        for spent in parts.all(Label::Spent) {
            let Value::Parts(spent) = spent else { continue };
            let found = spent.name(Label::Party).zip(money(spent, Label::Money));
            let (party, sum) =
                found.ok_or_else(|| Unknown::new("what a suit cost is not given").at(event.at))?;
            if sum.currency() != whole.currency() {
                return Err(Unknown::new("what a suit cost was told in another money than what it brought")
                    .at(event.at));
            }
            *costs.entry(party.clone()).or_default() += sum.number();
        }
        let split = then.split(clause, acts, &whole, &costs)?;
        let what = format!("recovered by {acts} on {}", event.date);
        Ok(self.rounded(assets, (whole, Some(acts)), split, what, event.at))
    }

    /// Splits what a suit brought.
    fn split(
        &self,
        clause: &Enforcement,
        acts: &Name,
        whole: &Val,
        costs: &BTreeMap<Name, Exact>,
    ) -> Eval<Split> {
        let none = || Unknown::new("no clause says who gets what a suit brings").at(clause.at);
        let (rules, at) = clause.recoveries.as_ref().ok_or_else(none)?;
        let mut split = Split::default();
        let mut left = whole.number().clone();
        // Shares are of what is left after the costs.
        let mut base = left.clone();
        for rule in rules {
            match rule {
                Recovery::CostsFirst => {
                    let cost = costs.get(acts).cloned().unwrap_or_default().min(left.clone());
                    left -= &cost;
                    base = left.clone();
                    split.give(acts, cost, "its costs", whole, *at);
                }
                Recovery::BothCostsFirst => {
                    let all: Exact = costs.values().cloned().sum();
                    let paid = all.clone().min(left.clone());
                    for (party, cost) in costs {
                        let part = (cost * &paid).checked_div(&all).unwrap_or_default();
                        let what = if paid < all { "its part of the costs" } else { "its costs" };
                        split.give(party, part, what, whole, *at);
                    }
                    left -= &paid;
                    base = left.clone();
                }
                Recovery::Share(share, gets) => {
                    let share = given(share, "share in what a suit brings").map_err(|u| u.at(*at))?;
                    let party = self.who_gets(gets, acts, *at)?;
                    let part = &base * &share;
                    split.give(
                        &party,
                        part.clone(),
                        &format!("{} of {}", percent(&share), whole.with(base.clone())),
                        whole,
                        *at,
                    );
                    left -= &part;
                }
                Recovery::Rest(gets) => {
                    let party = self.who_gets(gets, acts, *at)?;
                    split.give(&party, left, "the rest", whole, *at);
                    left = Exact::zero();
                }
                Recovery::AsSales(named) => {
                    self.as_sales(named.as_ref(), acts, &left, whole, *at, &mut split)?;
                    left = Exact::zero();
                }
                Recovery::WhoPays => {
                    let paying: Vec<&Name> = costs.keys().collect();
                    let [payer] = paying.as_slice() else {
                        return Err(Unknown::new(
                            "who bore the costs of a suit is not told: add `costs` to the entry",
                        )
                        .at(*at));
                    };
                    split.give(payer, left, "all of it, for it bore the costs", whole, *at);
                    left = Exact::zero();
                }
            }
        }
        if !left.is_zero() {
            let named: Vec<Name> = split.to.keys().chain([acts]).cloned().collect();
            let others: Vec<Name> = self.all_but(self.model_now(), std::slice::from_ref(acts));
            // Whoever has a share of its own has no more.
            let other = |rule: &Recovery| matches!(rule, Recovery::Share(_, Gets::Party(p)) if p != acts);
            let gets = rules.iter().any(other);
            match others.as_slice() {
                // What one of two does not get is the other's.
                [other] if !gets => split.give(other, left, "what is left for the other side", whole, *at),
                _ => {
                    let why = format!(
                        "the clause gives {} {}, and nobody the rest of {}",
                        Name::list(&named),
                        whole,
                        whole.with(left)
                    );
                    return Err(Unknown::new(why).at(*at));
                }
            }
        }
        Ok(split)
    }

    fn who_gets(&self, gets: &Gets, acts: &Name, at: At) -> Eval<Name> {
        match gets {
            Gets::WhoActs => Ok(acts.clone()),
            Gets::Party(party) if party.is_blank() => {
                Err(Unknown::new("who gets a share of what a suit brings is redacted or open").at(at))
            }
            Gets::Party(party) => Ok(party.clone()),
        }
    }

    /// What is left counts as sales of the licensee: the licensor gets the royalty on it, the licensee the rest.
    fn as_sales(
        &self,
        named: Option<&Name>,
        acts: &Name,
        left: &Exact,
        whole: &Val,
        at: At,
        split: &mut Split,
    ) -> Eval<()> {
        let on = |royalty: &Royalty| match (named, &royalty.base) {
            (None, _) => true,
            (Some(name), _) if *name == royalty.name => true,
            (Some(name), Some(Amount::Measure(measure))) => measure.names.contains(name) || *name == "sales",
            _ => false,
        };
        if named.is_some_and(Name::is_blank) {
            return Err(
                Unknown::new("as what the rest of what a suit brings counts is redacted or open").at(at)
            );
        }
        let found: Vec<&Royalty> = self.model_now().royalties.values().filter(|r| on(r)).collect();
        let [royalty] = found.as_slice() else {
            return Err(Unknown::new("on which royalty what a suit brings counts is not said").at(at));
        };
        let plain = |rate: &counterpart_terms::model::RateRule| match &rate.schedule {
            Schedule::Steps(steps) if rate.is_plain() => match steps.as_slice() {
                [step] => Some(step.rate.clone()),
                _ => None,
            },
            _ => None,
        };
        let rate = match royalty.rates.as_slice() {
            [only] => plain(only),
            _ => None,
        };
        let Some(Rate::Value { value: Amount::Percent(known), per: None, of: None }) = rate else {
            let why = format!("the rate of `{}` depends on more than what a suit brought", royalty.name);
            return Err(Unknown::new(why).at(royalty.at));
        };
        let rate = given(&known, "rate of the royalty").map_err(|u| u.at(royalty.at))?;
        let ([payer], [payee]) = (royalty.from.as_slice(), royalty.to.as_slice()) else {
            return Err(Unknown::new(format!("`{}` is owed by or to several", royalty.name)).at(royalty.at));
        };
        if payer.is_blank() || payee.is_blank() {
            return Err(Unknown::new(format!("who owes or gets `{}` is redacted or open", royalty.name))
                .at(royalty.at));
        }
        let part = left * &rate;
        let what =
            format!("the royalty `{}` at {} on {}", royalty.name, percent(&rate), whole.with(left.clone()));
        split.give(payee, part.clone(), &what, whole, royalty.at);
        let rest = left - &part;
        let what = if acts == payer { "the rest, as its sales" } else { "the rest, as the sales it lost" };
        split.give(payer, rest, what, whole, at);
        Ok(())
    }

    /// What third parties paid for an invention.
    fn received(&self, name: &Name, event: &Event, parts: &Parts) -> Eval<Shared> {
        let whole = money(parts, Label::Money)
            .ok_or_else(|| Unknown::new("what was received is not given").at(event.at))?;
        let it = self.invention(name)?;
        let class = self.class_of(&it)?;
        let joint = self.made_under(&it).joint_work.as_ref();
        let of_class = class.class.and_then(|class| class.income.as_ref());
        let owners = self.owners_of(&it, &class)?;
        let several = owners.iter().any(|part| part.owners.len() > 1);
        let shares = of_class.or_else(|| joint.filter(|_| several)?.income.as_ref());
        let (shares, at): &(Shares, At) = shares.ok_or_else(|| {
            Unknown::new(format!("no clause says how income on `{name}` is shared")).at(event.at)
        })?;
        let mut split = Split::default();
        for (party, share) in shares {
            if party.is_blank() {
                return Err(Unknown::new("who has a share of the income is redacted or open").at(*at));
            }
            let share = given(share, "share of the income").map_err(|u| u.at(*at))?;
            split.give(
                party,
                whole.number() * &share,
                &format!("{} of {whole}", percent(&share)),
                &whole,
                *at,
            );
        }
        let by = parts.name(Label::By).map_or(String::new(), |by| format!(" by {by}"));
        let what = format!("received{by} on {}", event.date);
        Ok(self.rounded(name, (whole, parts.name(Label::By)), split, what, event.at))
    }

    /// Rounds what each gets so that it comes to the whole.
    fn rounded(
        &self,
        name: &Name,
        (whole, by): (Val, Option<&Name>),
        split: Split,
        what: String,
        at: At,
    ) -> Shared {
        let parts: Vec<Eval<Val>> = split.to.values().map(|sum| Ok(whole.with(sum.clone()))).collect();
        let rounded = self.rounded_parts(name, &parts).into_iter().flatten();
        let to = split.to.keys().cloned().zip(rounded).collect();
        let why = Step::new(what, whole.clone()).by(at).from(split.why);
        Shared { by: by.cloned(), whole, to, why }
    }
}

fn money(parts: &Parts, label: Label) -> Option<Val> {
    match parts.amount(label)? {
        Amount::Money(currency, known) => Some(Val::money(known.given()?.clone(), *currency)),
        _ => None,
    }
}
