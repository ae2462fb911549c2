//! Tax kept back at source: who bears it, and what the payee is paid.

use crate::amount::given;
use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::Exact;
use counterpart_terms::model::Withholding;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// The tax and the cash paid on an amount; `None` where no rate of tax applies.
    pub(super) fn taxed(
        &self,
        rule: Option<&Withholding>,
        from: &[Name],
        owed: &Eval<Val>,
    ) -> Eval<Option<(Val, Val)>> {
        let Ok(owed) = owed else { return Ok(None) };
        let model = self.last_model();
        let own = rule.and_then(|r| r.rate.as_ref());
        let Some(rate) = own.or_else(|| self.taxed_at_home(from)) else { return Ok(None) };
        let rate = given(rate, "rate of tax")?;
        let rule = rule.or(model.withholding.as_ref());
        let borne_by_payer = rule.and_then(|r| r.borne_by.as_ref()).is_some_and(|by| from.contains(by));
        let grossed = rule.is_some_and(|r| r.grossed_up) || borne_by_payer;
        // What the payee bears: all of it, or up to a rate, or nothing.
        let borne = match (grossed, rule.and_then(|r| r.above.as_ref())) {
            (false, _) => rate.clone(),
            (true, Some(above)) => given(above, "rate of tax")?.min(rate.clone()),
            (true, None) => Exact::zero(),
        };
        let cash = owed.with(owed.number() * &(Exact::one() - borne));
        // The tax is on the whole that is spent, of which the cash is what is left.
        let left = Exact::one() - rate.clone();
        let tax = (cash.number() * &rate).checked_div(&left).unwrap_or_else(Exact::zero);
        Ok(Some((owed.with(tax), cash)))
    }

    /// The rate agreed for payments out of the payer's country.
    fn taxed_at_home(&self, from: &[Name]) -> Option<&counterpart_terms::value::Known<Exact>> {
        let model = self.last_model();
        let agreed = model.withholding.as_ref()?;
        let day = self.facts.as_of();
        let here = |party: &Name| {
            let place = model.parties.get(party).and_then(|p| p.place.as_ref());
            match (&agreed.territory, place) {
                (None, _) => true,
                (Some(territory), Some(place)) => {
                    model.market.places(territory, day).contains(place.as_str())
                }
                (Some(_), None) => false,
            }
        };
        from.iter().any(here).then_some(agreed.rate.as_ref()).flatten()
    }
}
