//! Figures of payments: what is earned, owed, carried, capped, for a period or in all.

mod earned;
mod held;
mod hidden;
mod last;
mod opened;
mod owed;
mod price;
mod silence;
mod so_far;

use crate::amount::given;
use crate::claims::Ask;
use crate::clock::Focus;
use crate::engine::Run;
use crate::pay::rest;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::Figure;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Model, Royalty};
use counterpart_terms::value::{Amount, Known, Measure, Name, Quantity, Window};
use silence::Silence;

impl Run<'_> {
    /// A figure of payments.
    ///
    /// # Errors
    /// Where a fact or a term is missing.
    pub fn figure(&self, figure: Figure, ask: &Ask<'_>) -> Eval<Val> {
        let zero = self.zero_of(ask.streams.first())?;
        let period = match ask.label {
            Some(label) => {
                let period = self.clock().period(label, ask.from);
                Some(period.ok_or_else(|| Unknown::new(format!("no days are known for {label}")))?)
            }
            None => None,
        };
        let first = ask.streams.first().ok_or_else(|| Unknown::new("no payment is named"))?;
        self.named_in_full(figure, ask, period.as_ref())?;
        if let Some(found) = self.figure_of_invention(figure, ask, period.as_ref(), &zero) {
            return found;
        }
        match figure {
            Figure::Earned => {
                self.sum_streams(ask, &zero, |name| self.earned(name, ask, period.as_ref(), &zero))
            }
            Figure::Base => self.base(first, ask, period.as_ref()),
            Figure::Cash => self.sum_streams(ask, &zero, |name| {
                let earlier = period.as_ref().and_then(|p| self.before_lag(name, p)).or(period);
                self.earned(name, ask, earlier.as_ref(), &zero)
            }),
            Figure::Rate => {
                let earned = self.earned(first, ask, period.as_ref(), &zero)?;
                let base = self.base(first, ask, period.as_ref())?;
                earned.by(&base)
            }
            // Without a period it is what is still owed on the day.
            Figure::Owed if period.is_none() => {
                self.sum_streams(ask, &zero, |name| self.unpaid(name, ask, None, &zero))
            }
            Figure::Owed | Figure::Total => {
                self.sum_streams(ask, &zero, |name| self.owed(name, ask, period.as_ref(), &zero))
            }
            Figure::Unpaid => {
                self.sum_streams(ask, &zero, |name| self.unpaid(name, ask, period.as_ref(), &zero))
            }
            Figure::Minimum => self.minimum(first, period.as_ref(), &zero),
            Figure::Shares => Ok(Val::Number(crate::pay::shares_of(self, first)?)),
            Figure::Carried => self.carried(first, ask, period.as_ref(), &zero),
            Figure::Recouped => Ok(zero.with(self.settled(first, ask.from)?.recouped()?)),
            Figure::Balance => self.balance(first, period.as_ref(), &zero),
            Figure::Net => self.netted(ask.streams, period.as_ref(), &zero),
            Figure::Interest => self.interest(first, period.as_ref(), &zero),
            Figure::Withheld => self.withheld(first, ask, period.as_ref(), &zero),
            Figure::Cap => self.cap(first, ask, period.as_ref()),
            Figure::Price => self.price_asked(first),
            Figure::Share => Err(Unknown::new(format!("nothing that comes in on `{first}` is shared"))),
            Figure::AuditCost => self.audit_cost(first, period.as_ref(), &zero),
            // A payment's own figure is its price, or else what is owed for the period.
            Figure::Measured if self.pay_named(first).is_some_and(|p| !p.prices.is_empty()) => {
                self.price_on(first)
            }
            // What is measured may have costs that are shared under its name.
            Figure::Measured if self.pay_named(first).is_some() && !self.is_metric(first) => {
                self.owed(first, ask, period.as_ref(), &zero)
            }
            Figure::Measured => self.measured_there(first, ask, period),
        }
    }

    /// Whether a name is that of a metric under any terms.
    pub(crate) fn is_metric(&self, name: &Name) -> bool {
        self.models().any(|model| model.market.metrics.contains_key(name))
    }

    fn sum_streams(&self, ask: &Ask<'_>, zero: &Val, of: impl Fn(&Name) -> Eval<Val>) -> Eval<Val> {
        let mut sum = zero.clone();
        for name in ask.streams {
            sum = sum.plus(&of(name)?)?;
        }
        Ok(sum)
    }

    /// Whether a payment runs between the parties asked about.
    fn concerns(
        &self,
        from: &[Name],
        to: &[Name],
        borne: &[(Name, Known<Exact>)],
        ask: &Ask<'_>,
    ) -> Eval<bool> {
        let among = |parties: &[Name], party: &Name| {
            parties.is_empty() || parties.iter().any(|p| p == party || self.members(p).contains(party))
        };
        let payer = ask.from.is_none_or(|f| among(from, f) || borne.iter().any(|(p, _)| p == f));
        let payee = ask.to.is_none_or(|t| among(to, t));
        // Nobody is known to be no party while one of the parties is not given.
        let secret = |party: &Name| party.is_blank() || self.members(party).iter().any(Name::is_blank);
        let blank = |parties: &[Name], is: bool| !is && parties.iter().any(secret);
        if blank(from, payer) || blank(to, payee) {
            return Err(Unknown::new("a party to it is redacted or open"));
        }
        Ok(payer && payee)
    }

    /// The share one of several payers bears.
    fn borne_part(&self, borne: &[(Name, Known<Exact>)], sum: Val, ask: &Ask<'_>) -> Eval<Val> {
        let share = ask.from.and_then(|f| borne.iter().find(|(p, _)| p == f));
        match share {
            Some((_, share)) => Ok(sum.with(sum.number() * &given(share, "share")?)),
            None => Ok(sum),
        }
    }

    /// The days whose royalty is booked in a period when it is reported in arrears.
    fn before_lag(&self, name: &Name, period: &Period) -> Option<Period> {
        let lag = royalty::find(self, name, Some(period.start)).ok()?.lag?;
        let back = |d: Date| d.add_months(-i64::from(lag.months()));
        Period::new(back(period.start)?, back(period.end.next_day()?)?.prev_day()?)
    }

    /// Whether a line is of the country and the product asked about.
    ///
    /// # Errors
    /// Where the line says of no country or product, as one whose base is computed: how much of it is of that one
    /// nobody says.
    fn asked(&self, royalty: &Royalty, line: &royalty::RoyaltyLine, ask: &Ask<'_>) -> Eval<bool> {
        let markets = || self.models().map(|m| &m.market);
        let has = |name: &Name| line.cell.iter().any(|n| markets().any(|m| m.within(n, name)));
        let place = |n: &Name| markets().any(|m| m.is_place(n));
        let product = |n: &Name| markets().any(|m| m.products.contains_key(n));
        let of = |name: &Name| royalty.of.as_slice() == std::slice::from_ref(name);
        for (asked, says) in [(ask.place, &place as &dyn Fn(&Name) -> bool), (ask.product, &product)] {
            let Some(asked) = asked.filter(|name| !has(name) && !of(name)) else { continue };
            if line.base.number().is_zero() || line.cell.iter().any(says) {
                return Ok(false);
            }
            let reason = format!("what `{}` is on is not told by `{asked}` and others", royalty.name);
            return Err(Unknown::new(reason).at(royalty.at));
        }
        Ok(true)
    }

    fn base(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>) -> Eval<Val> {
        let mut sum: Option<Val> = None;
        let mut unknown = None;
        let mut silence = Silence::default();
        for payer in self
            .payers(name)
            .into_iter()
            .filter(|p| ask.from.is_none_or(|f| p.as_ref().is_none_or(|p| p == f)))
        {
            for part in &self.series_of(name, payer.as_ref())?.parts {
                let asked = period.is_none_or(|p| within(&part.period, p));
                unknown =
                    unknown.or_else(|| part.subs.iter().filter(|_| asked).find_map(|s| s.clone().err()));
                let whole = part.subs.iter().flatten().map(|s| (&s.period, &s.lines, &s.base, s.overdue()));
                let bases = part.bases.iter().map(|b| (&b.period, &b.lines, &b.base, None));
                for (days, lines, base, overdue) in whole.chain(bases) {
                    if period.is_some_and(|p| !within(days, p)) {
                        continue;
                    }
                    silence.hear(overdue);
                    let mut values: Vec<Val> = Vec::new();
                    if ask.place.is_none() && ask.product.is_none() {
                        values.push(base.clone());
                    } else {
                        let royalty = royalty::find(self, name, None)?;
                        for line in lines {
                            values.extend(self.asked(royalty, line, ask)?.then(|| line.base.clone()));
                        }
                    }
                    for value in values {
                        sum = Some(match sum {
                            Some(sum) => sum.plus(&value)?,
                            None => value,
                        });
                    }
                }
            }
        }
        silence.broken()?;
        match (sum, unknown) {
            (Some(sum), _) => Ok(sum),
            (None, Some(why)) => Err(why),
            (None, None) => Err(Unknown::not_yet(format!("nothing is reported for `{name}`"))),
        }
    }

    /// The least that is bought of a supply in each period.
    fn least_supplied(&self, name: &Name) -> Option<&Amount> {
        let mut supplies = self.model_now().records.of(Form::FileSupply);
        let supply = supplies.find(|r| r.name(Label::Name) == Some(name))?;
        supply.below(Form::SupplyMinimum)?.amount(Label::Least)
    }

    /// A figure of payments inside a formula.
    ///
    /// # Errors
    /// As for [`Run::figure`].
    pub(crate) fn stream_figure(&self, measure: &Measure, focus: &Focus) -> Eval<(Val, crate::trace::Step)> {
        let mut names = measure.names.clone();
        if names.is_empty() {
            names = self.royalties().into_iter().map(|r| r.name.clone()).collect();
        }
        let zero = self.zero_of(names.first())?;
        let period = match (&measure.window, focus.period) {
            (Some(window), Some(_)) => Some(self.window(Some(window), focus)?),
            (None, period) if measure.quantity == Some(Quantity::Minimum) => period,
            _ => None,
        };
        let ask = Ask::plain(&names);
        let first = names.first().cloned().unwrap_or_else(|| "".into());
        let value = match measure.quantity {
            Some(Quantity::Price) => {
                let day = focus.period.map_or(self.facts.as_of(), |p| p.end);
                if let Some(product) = self.named_on(day, |m| m.market.products.get(&first)) {
                    return self.price_of(&first, &product.prices, focus);
                }
                let supply = |model: &'_ Model| {
                    let mut supplies = model.records.of(Form::FileSupply);
                    let supply = supplies.find(|r| r.name(Label::Name) == Some(&first))?;
                    supply.below(Form::SupplyPrice)?.amount(Label::Price).cloned()
                };
                if let Some(price) = supply(self.model_on(day)) {
                    return self.amount(&price, focus);
                }
                let line = self.pay_named(&first).and_then(|p| p.instalments.first());
                let line = line.ok_or_else(|| Unknown::new(format!("`{first}` has no price")))?;
                return self.amount(&line.value, focus);
            }
            Some(Quantity::Paid) => {
                let mut sum = zero.clone();
                for name in &names {
                    if let Some(why) = self.paid_unknown(name, None, self.facts.as_of()) {
                        return Err(why);
                    }
                    let within = |day: &Date| period.as_ref().is_none_or(|period| period.contains(*day));
                    for (_, _, value) in self.paid(name, None).into_iter().filter(|(day, ..)| within(day)) {
                        sum = sum.plus(&value)?;
                    }
                }
                sum
            }
            Some(Quantity::Minimum) if self.least_supplied(&first).is_some() => {
                let least = self.least_supplied(&first).ok_or_else(|| Unknown::new("nothing is supplied"))?;
                self.amount(least, focus)?.0
            }
            Some(Quantity::Minimum) => self.minimum(&first, period.as_ref(), &zero)?,
            Some(Quantity::Recouped) => self.figure(Figure::Recouped, &ask)?,
            Some(Quantity::Balance | Quantity::Unrecouped) => self.balance(&first, period.as_ref(), &zero)?,
            Some(Quantity::Rate) => {
                let earned = self.earned(&first, &ask, period.as_ref(), &zero)?;
                let base = self.base(&first, &ask, period.as_ref())?;
                if base.number().is_zero() {
                    return Err(Unknown::not_yet(format!("there is nothing yet that `{first}` is on")));
                }
                earned.by(&base)?
            }
            Some(Quantity::Shortfall) => {
                let least = self.minimum(&first, focus.period.as_ref(), &zero)?;
                let earned = self.earned(&first, &ask, focus.period.as_ref(), &zero)?;
                let missing = least.less(&earned)?;
                if missing.number().is_negative() { zero } else { missing }
            }
            _ => self.sum_streams(&ask, &zero, |name| {
                // What was paid counts where the clause is a payment; what was earned where it is a royalty.
                let last = period.as_ref().zip(measure.window.as_ref());
                let of_its_own = match last {
                    Some((period, Window::Last { count, unit })) => {
                        self.last_periods(name, (*count, *unit), period.end)?
                    }
                    _ => None,
                };
                self.earned(name, &ask, of_its_own.as_ref().or(period.as_ref()), &zero)
            })?,
        };
        let what = Name::list(&names);
        let summed = !matches!(
            measure.quantity,
            Some(
                Quantity::Paid
                    | Quantity::Minimum
                    | Quantity::Recouped
                    | Quantity::Balance
                    | Quantity::Unrecouped
                    | Quantity::Rate
                    | Quantity::Shortfall
            )
        );
        let parts = if summed { self.opened(measure, &names, period.as_ref()) } else { Vec::new() };
        Ok((value.clone(), crate::trace::Step::new(what, value).from(parts)))
    }
}

/// That a period asked about is no mere piece of one that is computed as a whole.
fn whole_periods(name: &Name, known: impl Iterator<Item = Period>, asked: Option<&Period>) -> Eval<()> {
    let Some(asked) = asked else { return Ok(()) };
    let mut larger = known.filter(|p| within(asked, p) && p != asked);
    match larger.next() {
        Some(larger) => Err(Unknown::new(format!(
            "`{name}` is computed for {larger} as a whole, of which {asked} is a piece"
        ))),
        None => Ok(()),
    }
}

fn within(inner: &Period, outer: &Period) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
