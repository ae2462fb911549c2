//! Tax kept back at source: who bears it, and what the payee is paid.

use super::{Due, Off};
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Model, Withholding};
use counterpart_terms::value::{Known, Name};

impl Run<'_> {
    /// Takes the tax off an amount due, and off what each payee gets of it.
    pub(super) fn tax(&self, due: &mut Due, rule: Option<&Withholding>, from: &[Name]) {
        let owed = match due.exact.clone() {
            Ok(owed) => owed,
            Err(unknown) => {
                let any = self.taxed(rule, from, &Val::Number(Exact::one()), due.period);
                due.withheld = any.map_or(Some(()), |t| t.map(|_| ())).map(|()| Err(unknown));
                return;
            }
        };
        match self.taxed(rule, from, &owed, due.period) {
            Ok(None) => {}
            Ok(Some((tax, cash))) => {
                due.steps.push(Step::new("tax kept back", tax.clone()).by(rule.map_or(due.at, |r| r.at)));
                let kept = cash.number().checked_div(owed.number()).unwrap_or_else(Exact::one);
                for (party, share) in &mut due.shares {
                    let Ok(whole) = share.clone() else { continue };
                    let gets = whole.number() * &kept;
                    let sum = whole.number() - &gets;
                    *share = Ok(whole.with(gets));
                    due.off.push(Off { party: party.clone(), what: "tax".to_string(), sum });
                }
                due.exact = Ok(cash);
                due.kept = Some(kept);
                due.withheld = Some(Ok(tax));
            }
            // What the tax comes to is not known, so neither is what is left to pay.
            Err(unknown) => {
                for (_, share) in &mut due.shares {
                    *share = Err(unknown.clone());
                }
                due.withheld = Some(Err(unknown.clone()));
                due.exact = Err(unknown);
            }
        }
    }

    /// The tax and the cash paid on an amount; `None` where no rate of tax applies.
    fn taxed(
        &self,
        rule: Option<&Withholding>,
        from: &[Name],
        owed: &Val,
        period: Option<Period>,
    ) -> Eval<Option<(Val, Val)>> {
        let today = self.facts.as_of();
        let focus = Focus { period: period.or(Period::new(today, today)), ..Focus::default() };
        let model = self.model_on(self.terms_day(&focus));
        let own = rule.and_then(|r| r.rate.as_ref());
        let rate = match own {
            Some(rate) => Some(rate),
            None => self.taxed_at_home(model, from)?,
        };
        let Some(rate) = rate else { return Ok(None) };
        let rate = given(rate, "rate of tax")?;
        let rule = rule.or(model.withholding.as_ref());
        let borne_by_payer = rule.and_then(|r| r.borne_by.as_ref()).is_some_and(|by| from.contains(by));
        let mut grossed = rule.is_some_and(|r| r.grossed_up) || borne_by_payer;
        if let Some(when) = rule.and_then(|r| r.when.as_ref()).filter(|_| grossed) {
            grossed = self.holds(when, &focus)?;
        }
        // What the payee bears: all of it, or up to a rate, or nothing.
        let borne = match (grossed, rule.and_then(|r| r.above.as_ref())) {
            (false, _) => rate.clone(),
            (true, Some(above)) => given(above, "rate of tax")?.min(rate.clone()),
            (true, None) => Exact::zero(),
        };
        let cash = owed.with(owed.number() * &(Exact::one() - borne.clone()));
        if borne == rate {
            return Ok(Some((owed.with(owed.number() * &rate), cash)));
        }
        // The tax is on the whole that is spent, of which the cash is what is left.
        let left = Exact::one() - rate.clone();
        let tax = (cash.number() * &rate).checked_div(&left);
        let tax = tax.ok_or_else(|| Unknown::new("no payment can be grossed up for a tax of the whole"))?;
        Ok(Some((owed.with(tax), cash)))
    }

    /// Whether tax told with a payment settles what is owed: the payee bears it, and the deal gives no rate by which
    /// it would be taken off beforehand.
    pub(super) fn tax_settles(&self, name: &Name) -> bool {
        let royalty = royalty::find(self, name, None).ok();
        let (rule, from) = match (royalty, self.pay_named(name)) {
            (Some(r), _) => (r.withholding.as_ref(), r.from.as_slice()),
            (None, Some(p)) => (p.withholding.as_ref(), p.from.as_slice()),
            (None, None) => return false,
        };
        let none = self.taxed(rule, from, &Val::Number(Exact::one()), None) == Ok(None);
        let rule = rule.or(self.model_now().withholding.as_ref());
        let payer_bears =
            rule.is_some_and(|r| r.grossed_up || r.borne_by.as_ref().is_some_and(|by| from.contains(by)));
        none && rule.is_some() && !payer_bears
    }

    /// The rate agreed for payments out of the payer's country.
    fn taxed_at_home<'s>(&self, model: &'s Model, from: &[Name]) -> Eval<Option<&'s Known<Exact>>> {
        let Some(agreed) = model.withholding.as_ref() else { return Ok(None) };
        let (Some(rate), day) = (agreed.rate.as_ref(), self.facts.as_of()) else { return Ok(None) };
        let Some(territory) = &agreed.territory else { return Ok(Some(rate)) };
        let places = model.market.places(territory, day);
        let mut unplaced = None;
        for party in from {
            match model.parties.get(party).and_then(|p| p.place.as_ref()) {
                Some(place) if places.contains(place.as_str()) => return Ok(Some(rate)),
                Some(_) => {}
                None => unplaced = Some(party),
            }
        }
        match unplaced {
            Some(party) => Err(Unknown::new(format!(
                "where `{party}` is at home decides the tax and is not said: add `of` and a country to it"
            ))
            .at(agreed.at)),
            None => Ok(None),
        }
    }
}
