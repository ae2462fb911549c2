//! What a royalty earned, or what arose under another payment, whether or not it is due yet.

use super::silence::Silence;
use super::{rest, whole_periods, within};
use crate::claims::Ask;
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::Period;
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Earned by a royalty, or arisen under a payment, in a period or in all.
    pub(crate) fn earned(
        &self,
        name: &Name,
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        if let Some(pay) = self.pay_named(name) {
            if !self.concerns(&pay.from, &pay.to, &pay.borne, ask)? {
                return Ok(zero.clone());
            }
            let items = self.items(name)?;
            let unknown = items.iter().filter(|i| i.amount.is_err()).count();
            let side = |own: &Option<Name>, asked: Option<&Name>| {
                own.as_ref().zip(asked).is_none_or(|(own, asked)| own == asked)
            };
            let asked = items.iter().filter(|item| {
                item.is_in(period)
                    && ask.product.is_none_or(|p| item.product.as_ref() == Some(p))
                    && side(&item.from, ask.from)
                    && side(&item.to, ask.to)
            });
            let sum = rest::sum(zero, asked.map(|i| (&i.amount, i.rest.as_ref())), unknown)?;
            return self.borne_part(&pay.borne, sum, ask);
        }
        let royalty = royalty::find(self, name, None)?;
        let today = self.facts.as_of();
        if let Some(period) = period.filter(|period| period.start > today) {
            let why = format!("what `{name}` earns from {} on is not told by {today}", period.start);
            return Err(Unknown::new(why).at(royalty.at));
        }
        if let Some(to) = ask.to.filter(|_| crate::settle::payees::is_shared(royalty)) {
            return self.earned_by(royalty, to, ask, period, zero);
        }
        if !self.concerns(&royalty.from, &royalty.to, &royalty.borne, ask)? {
            return Ok(zero.clone());
        }
        let mut sum = zero.clone();
        let mut silence = Silence::default();
        for payer in self
            .payers(name)
            .into_iter()
            .filter(|p| ask.from.is_none_or(|f| p.as_ref().is_none_or(|p| p == f)))
        {
            for part in &self.series_of(name, payer.as_ref())?.parts {
                let subs: Vec<Period> = part.subs.iter().flatten().map(|s| s.period).collect();
                if !subs.iter().any(|s| period.is_some_and(|p| within(s, p))) {
                    let piece = period.is_some_and(|p| within(p, &part.period));
                    if let Some(Err(unknown)) = part.subs.iter().find(|s| piece && s.is_err()) {
                        return Err(unknown.clone());
                    }
                    whole_periods(name, subs.into_iter(), period)?;
                }
                for sub in &part.subs {
                    let sub = match sub {
                        Ok(sub) => sub,
                        Err(unknown) if period.is_none_or(|p| within(&part.period, p)) => {
                            return Err(unknown.clone());
                        }
                        Err(_) => continue,
                    };
                    if period.is_some_and(|p| !within(&sub.period, p)) {
                        continue;
                    }
                    silence.hear(sub.overdue().filter(|_| sub.earned.number().is_zero()));
                    if ask.place.is_none() && ask.product.is_none() {
                        sum = sum.plus(&sub.earned)?;
                        continue;
                    }
                    for line in &sub.lines {
                        if self.asked(royalty, line, ask)? {
                            sum = sum.plus(&line.due)?;
                        }
                    }
                }
            }
        }
        silence.broken()?;
        self.borne_part(&royalty.borne, sum, ask)
    }

    /// What one of several payees earns of a royalty.
    fn earned_by(
        &self,
        royalty: &Royalty,
        to: &Name,
        ask: &Ask<'_>,
        period: Option<&Period>,
        zero: &Val,
    ) -> Eval<Val> {
        let mut sum = zero.clone();
        let mut silence = Silence::default();
        for payer in self
            .payers(&royalty.name)
            .into_iter()
            .filter(|p| ask.from.is_none_or(|f| p.as_ref().is_none_or(|p| p == f)))
        {
            let series = self.series_of(&royalty.name, payer.as_ref())?;
            for part in series.parts.iter().filter(|part| period.is_none_or(|p| within(&part.period, p))) {
                silence.hear(part.silence());
            }
            let mut received = Default::default();
            for part in series.parts.iter().filter(|p| p.reported() || p.overdue().is_some()) {
                // A period keeps the terms it began under.
                let Ok(royalty) = royalty::find(self, &royalty.name, Some(part.period.start)) else {
                    continue;
                };
                let earned = part.earned(zero);
                let shares = self.shares_of(royalty, &series.parts, part, &earned, &mut received)?;
                if period.is_some_and(|p| !within(&part.period, p)) {
                    continue;
                }
                if shares.is_empty() && royalty.to.contains(to) {
                    sum = sum.plus(&earned?)?;
                }
                for (_, share) in shares.into_iter().filter(|(party, _)| party == to) {
                    sum = sum.plus(&share?)?;
                }
            }
        }
        silence.broken()?;
        Ok(sum)
    }
}
