//! Tax kept back at source: who bears it, and what the payee is paid.

use super::tax_rate::alike;
use super::{Bearer, Due, Off};
use crate::amount::given;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::{Val, percent};
use counterpart_num::{Exact, Period};
use counterpart_terms::model::{Pay, Royalty, TaxRate, Withholding};
use counterpart_terms::value::{Known, Name};

/// The clauses of a payment that decide the tax on it.
pub(super) struct Taxing<'t> {
    /// Its own clause on tax.
    rule: Option<&'t Withholding>,
    /// Who pays.
    from: &'t [Name],
    /// Who of several bears which share.
    borne: &'t [(Name, Known<Exact>)],
}

impl<'t> From<&'t Royalty> for Taxing<'t> {
    fn from(royalty: &'t Royalty) -> Taxing<'t> {
        Taxing { rule: royalty.withholding.as_ref(), from: &royalty.from, borne: &royalty.borne }
    }
}

impl<'t> From<&'t Pay> for Taxing<'t> {
    fn from(pay: &'t Pay) -> Taxing<'t> {
        Taxing { rule: pay.withholding.as_ref(), from: &pay.from, borne: &pay.borne }
    }
}

/// An amount, or what one of several bears of it, and the tax on that.
struct Taxed {
    /// Who bears it, where its tax differs from that of others.
    party: Option<Name>,
    whole: Val,
    rate: Option<TaxRate>,
    tax: Exact,
    /// What the payee gets.
    cash: Exact,
}

impl Run<'_> {
    /// Takes the tax off an amount due, and off what each payee gets of it.
    pub(super) fn tax(&self, due: &mut Due, of: Taxing<'_>) {
        let owed = match due.exact.clone() {
            Ok(owed) => owed,
            Err(unknown) => {
                let one = Val::Number(Exact::one());
                due.withheld = match self.taxed(&of, due.from.as_ref(), &one, due.period) {
                    Ok(parts) if parts.is_empty() => None,
                    Ok(_) => Some(Err(unknown)),
                    Err(why) => Some(Err(why)),
                };
                return;
            }
        };
        match self.taxed(&of, due.from.as_ref(), &owed, due.period) {
            Ok(parts) if parts.is_empty() => {}
            Ok(parts) => {
                let off: Exact = parts.iter().map(|part| part.whole.number() - &part.cash).sum();
                let tax: Exact = parts.iter().map(|part| part.tax.clone()).sum();
                let cash = owed.with(owed.number() - &off);
                for part in &parts {
                    due.steps.extend(part.steps(of.rule.map_or(due.at, |rule| rule.at)));
                }
                let kept = cash.number().checked_div(owed.number()).unwrap_or_else(Exact::one);
                for (party, share) in &mut due.shares {
                    let Ok(whole) = share.clone() else { continue };
                    let gets = whole.number() * &kept;
                    let sum = whole.number() - &gets;
                    *share = Ok(whole.with(gets));
                    due.off.push(Off { party: party.clone(), what: "tax".to_string(), sum });
                }
                due.bearers = parts
                    .into_iter()
                    .filter_map(|part| {
                        let of = |sum: &Exact, all: &Exact| sum.checked_div(all).unwrap_or_else(Exact::zero);
                        Some(Bearer {
                            party: part.party?,
                            pays: of(&part.cash, cash.number()),
                            taxed: of(&part.tax, &tax),
                            off: part.whole.with(part.whole.number() - &part.cash),
                            whole: part.whole,
                        })
                    })
                    .collect();
                due.exact = Ok(cash);
                due.kept = Some(kept);
                due.withheld = Some(Ok(owed.with(tax)));
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

    /// The tax on an amount: of the whole, or of what each bears of it where they are not taxed alike. Empty where no
    /// rate of tax applies.
    fn taxed(
        &self,
        of: &Taxing<'_>,
        payer: Option<&Name>,
        owed: &Val,
        period: Option<Period>,
    ) -> Eval<Vec<Taxed>> {
        let today = self.facts.as_of();
        let focus = Focus { period: period.or(Period::new(today, today)), ..Focus::default() };
        let model = self.model_on(self.terms_day(&focus));
        // A member of a group that owes by itself is taxed where it is at home.
        let member = payer.filter(|p| !of.from.contains(p));
        // Where one of several owes by itself, as whoever bore too little of shared costs, it alone is taxed.
        let payers = payer.map_or(of.from, std::slice::from_ref);
        if !of.borne.is_empty() && member.is_none() {
            let one = |party: &Name| self.rate_of_tax(model, of.rule, std::slice::from_ref(party));
            let rates = of.borne.iter().map(|(party, _)| one(party)).collect::<Eval<Vec<_>>>()?;
            let first = rates.first().and_then(Option::as_ref);
            if rates.iter().all(|rate| alike(first, rate.as_ref())) {
                let Some(rate) = first else { return Ok(Vec::new()) };
                return Ok(vec![self.taxed_at(of, &focus, None, owed.clone(), Some(rate.clone()))?]);
            }
            let part = |((party, share), rate): (&(Name, Known<Exact>), Option<TaxRate>)| {
                let whole = owed.with(owed.number() * &given(share, "share")?);
                self.taxed_at(of, &focus, Some(party.clone()), whole, rate)
            };
            return of.borne.iter().zip(rates).map(part).collect();
        }
        match self.rate_of_tax(model, of.rule, payers)? {
            Some(rate) => Ok(vec![self.taxed_at(of, &focus, None, owed.clone(), Some(rate))?]),
            None => Ok(Vec::new()),
        }
    }

    /// The tax at a rate, and the cash that is paid.
    fn taxed_at(
        &self,
        of: &Taxing<'_>,
        focus: &Focus,
        party: Option<Name>,
        whole: Val,
        rate: Option<TaxRate>,
    ) -> Eval<Taxed> {
        let Some(known) = &rate else {
            let cash = whole.number().clone();
            return Ok(Taxed { party, whole, rate, tax: Exact::zero(), cash });
        };
        let percent = given(&known.rate, "rate of tax")?;
        let rule = of.rule.or(self.model_on(self.terms_day(focus)).withholding.as_ref());
        let borne_by_payer = rule.and_then(|r| r.borne_by.as_ref()).is_some_and(|by| of.from.contains(by));
        let mut grossed = rule.is_some_and(|r| r.grossed_up) || borne_by_payer;
        if let Some(when) = rule.and_then(|r| r.when.as_ref()).filter(|_| grossed) {
            grossed = self.holds(when, focus)?;
        }
        // What the payee bears: all of it, or up to a rate, or nothing.
        let borne = match (grossed, rule.and_then(|r| r.above.as_ref())) {
            (false, _) => percent.clone(),
            (true, Some(above)) => given(above, "rate of tax")?.min(percent.clone()),
            (true, None) => Exact::zero(),
        };
        let cash = whole.number() * &(Exact::one() - borne.clone());
        if borne == percent {
            let tax = whole.number() * &percent;
            return Ok(Taxed { party, whole, rate, tax, cash });
        }
        // The tax is on the whole that is spent, of which the cash is what is left.
        let left = Exact::one() - percent.clone();
        let tax = (&cash * &percent).checked_div(&left);
        let tax = tax.ok_or_else(|| Unknown::new("no payment can be grossed up for a tax of the whole"))?;
        Ok(Taxed { party, whole, rate, tax, cash })
    }

    /// Whether tax told with a payment settles what is owed: the payee bears it, and the deal gives no rate by which
    /// it would be taken off beforehand.
    pub(super) fn tax_settles(&self, name: &Name) -> bool {
        let of = match (royalty::find(self, name, None).ok(), self.pay_named(name)) {
            (Some(royalty), _) => Taxing::from(royalty),
            (None, Some(pay)) => Taxing::from(pay),
            (None, None) => return false,
        };
        let one = Val::Number(Exact::one());
        let none = self.taxed(&of, None, &one, None).is_ok_and(|parts| parts.is_empty());
        let rule = of.rule.or(self.model_now().withholding.as_ref());
        let payer_bears =
            rule.is_some_and(|r| r.grossed_up || r.borne_by.as_ref().is_some_and(|by| of.from.contains(by)));
        none && rule.is_some() && !payer_bears
    }
}

impl Taxed {
    /// What is kept back comes off what is paid; what the payer bears on top does not change it.
    fn steps(&self, at: counterpart_terms::At) -> Vec<Step> {
        let Some(rate) = self.rate.as_ref() else { return Vec::new() };
        let who = self.party.as_ref().map_or_else(String::new, |party| format!(" by {party}"));
        let off = self.whole.number() - &self.cash;
        let on_top = &self.tax - &off;
        let mut steps = Vec::new();
        if !off.is_zero() || on_top.is_zero() {
            let mut step =
                Step::new(format!("tax kept back from what is paid{who}"), self.whole.with(-off.clone()));
            if let Some(rate) = rate.rate.given().filter(|_| on_top.is_zero()) {
                step = step.how(format!("{} x {}", self.whole, percent(rate)));
            }
            steps.push(step.by(at));
        }
        if !on_top.is_zero() {
            let sum = self.whole.with(on_top);
            let words = format!("tax of {sum} is paid on top{who} and borne by the payer");
            steps.push(Step::note(words).by(at));
        }
        steps
    }
}
