//! `assert` lines, checked: each holds, fails with both figures, or cannot be decided and says why.

use crate::clock::Focus;
use crate::engine::{Machine, Run};
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_ledger::{Claim, ClaimKind, Expected, Figure};
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::TierKind;
use counterpart_terms::value::{Compare, GradeKind, Measure, Name, PeriodLabel, Quantity};

/// What became of an assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not: what was found instead.
    Fails(String),
    /// It cannot be decided: why.
    Undecided(String),
    /// It is about the rights space, beyond what payments need: not computed by this machine.
    NotYet,
}

/// A question about a figure.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// Of what.
    pub streams: &'a [Name],
    /// Owed by.
    pub from: Option<&'a Name>,
    /// Owed to.
    pub to: Option<&'a Name>,
    /// In which country.
    pub place: Option<&'a Name>,
    /// Of which product.
    pub product: Option<&'a Name>,
    /// For which period.
    pub label: Option<PeriodLabel>,
}

impl Machine<'_> {
    /// Checks one assertion.
    pub fn check(&self, claim: &Claim) -> Outcome {
        let first = self.check_reading(claim, TierKind::Marginal);
        if first != Outcome::Holds || !self.has_unsaid_tiers() {
            return first;
        }
        // Where the text does not say how tiers are meant, an answer holds only if it holds both ways.
        self.check_reading(claim, TierKind::Whole)
    }

    fn has_unsaid_tiers(&self) -> bool {
        use counterpart_terms::model::Schedule;
        let mut royalties = self.editions.0.iter().flat_map(|e| e.model.royalties.values());
        royalties.any(|r| {
            r.rates
                .iter()
                .any(|rule| matches!(&rule.schedule, Schedule::Tiers(t) if t.kind == TierKind::Unsaid))
        })
    }

    fn check_reading(&self, claim: &Claim, reading: TierKind) -> Outcome {
        let run = self.run_reading(claim.date, claim.date, reading);
        match run.decide(&claim.kind) {
            Ok(outcome) => outcome,
            Err(unknown) => Outcome::Undecided(unknown.reason),
        }
    }

    /// Every assertion with its outcome, and a diagnostic for each that does not hold.
    pub fn check_all(&self) -> Vec<(&Claim, Outcome)> {
        self.journal.claims.iter().map(|claim| (claim, self.check(claim))).collect()
    }

    /// Diagnostics for the assertions that do not hold.
    pub fn failed_assertions(&self) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        for (claim, outcome) in self.check_all() {
            let at = claim.at;
            match outcome {
                Outcome::Holds | Outcome::NotYet => {}
                Outcome::Fails(found) => out.push(
                    Diagnostic::error("assert-failed", at.span(), format!("this does not hold: {found}"))
                        .in_file(at.file),
                ),
                Outcome::Undecided(why) => out.push(
                    Diagnostic::error(
                        "assert-undecided",
                        at.span(),
                        format!("this cannot be decided: {why}"),
                    )
                    .in_file(at.file),
                ),
            }
        }
        out
    }
}

impl Run<'_> {
    fn decide(&self, claim: &ClaimKind) -> Eval<Outcome> {
        match claim {
            ClaimKind::Figure { figure, streams, from, to, place, product, label, op, expected } => {
                let ask = Ask {
                    streams,
                    from: from.as_ref(),
                    to: to.as_ref(),
                    place: place.as_ref(),
                    product: product.as_ref(),
                    label: *label,
                };
                let found = self.figure(*figure, &ask);
                self.compare(*figure, found, *op, expected)
            }
            ClaimKind::Due { stream, label, on } => {
                let due = self.due_of(stream, *label)?;
                Ok(match due {
                    Some(day) if day == *on => Outcome::Holds,
                    Some(day) => Outcome::Fails(format!("`{stream}` is due on {day}")),
                    None => Outcome::Undecided(format!("no due day of `{stream}` can be said")),
                })
            }
            ClaimKind::Stage(grant, stage) => {
                let found = self.stage_on(grant, self.facts.as_of())?;
                Ok(match found {
                    Some(found) if &found == stage => Outcome::Holds,
                    Some(found) => Outcome::Fails(format!("the stage is {found}")),
                    None => Outcome::Fails("no stage has begun".into()),
                })
            }
            ClaimKind::Graded { name, .. } | ClaimKind::State { name, .. } if !self.is_followed(name) => {
                Ok(Outcome::NotYet)
            }
            ClaimKind::Graded { name, place, field, grade, not } => {
                let found = self.grade_on(name, place.as_ref(), field.as_ref(), self.facts.as_of())?;
                let shown = found.map_or("not granted there".to_string(), |g: GradeKind| g.to_string());
                let so = found == Some(grade.kind);
                Ok(if so != *not { Outcome::Holds } else { Outcome::Fails(format!("`{name}` is {shown}")) })
            }
            ClaimKind::State { name, state, not, place } => {
                let so = self.state_of(name, state, place.as_ref(), self.facts.as_of(), &Focus::default())?;
                let shown = if so { "it is" } else { "it is not" };
                Ok(if so != *not { Outcome::Holds } else { Outcome::Fails(shown.to_string()) })
            }
        }
    }

    fn compare(&self, figure: Figure, found: Eval<Val>, op: Compare, expected: &Expected) -> Eval<Outcome> {
        let (value, currency) = match expected {
            Expected::Unknown => {
                return Ok(match found {
                    Ok(value) => Outcome::Fails(format!("it is {value}")),
                    Err(_) => Outcome::Holds,
                });
            }
            Expected::Money(value, currency) => (value, Some(*currency)),
            Expected::Number(value) => (value, None),
        };
        let found = found?;
        if found.currency() != currency && !(found.number().is_zero() && value.is_zero()) {
            return Ok(Outcome::Fails(format!("it is {found}")));
        }
        // A claim is to the rounding unit of the deal, unless it is of a rate or a number.
        let rounded = match (&found, figure) {
            (Val::Money(_), Figure::Rate) => found.clone(),
            (Val::Money(_), _) => self.round(&found),
            _ => found.clone(),
        };
        let exact = op.holds(found.number().cmp(value));
        let holds = exact || op.holds(rounded.number().cmp(value));
        let shown = match (&rounded, figure) {
            (Val::Number(n), Figure::Rate) => crate::value::percent(n),
            (value, _) => value.to_string(),
        };
        Ok(if holds { Outcome::Holds } else { Outcome::Fails(format!("it is {shown}")) })
    }

    /// The day a payment is due: for a period, or of the earliest part not fully paid.
    ///
    /// # Errors
    /// Where the name is no payment.
    pub fn due_of(&self, stream: &Name, label: Option<PeriodLabel>) -> Eval<Option<Date>> {
        let period = label.and_then(|l| self.clock().period(l, None));
        let dues = self.dues(stream)?;
        if let Some(period) = period {
            if let Some(due) = dues.iter().find(|d| d.period == Some(period)) {
                return Ok(due.due);
            }
            if let Ok(royalty) = royalty::find(self, stream, Some(period.start)) {
                return self.due_day(royalty, &period);
            }
            return Ok(dues.iter().find(|d| period.contains(d.arisen)).and_then(|d| d.due));
        }
        let mut paid: Exact = self.paid(stream, None).iter().map(|(_, _, v)| v.number().clone()).sum();
        for due in &dues {
            let amount = due.amount.as_ref().map_or_else(|_| Exact::zero(), |v| v.number().clone());
            if amount > paid {
                return Ok(due.due);
            }
            paid = &paid - &amount;
        }
        if let Some(pay) = self.pay_named(stream) {
            return self.next_due(pay);
        }
        Ok(dues.last().and_then(|d| d.due))
    }

    /// The next instalment with a day that is still to come.
    fn next_due(&self, pay: &counterpart_terms::model::Pay) -> Eval<Option<Date>> {
        use counterpart_terms::model::FeeWhen;
        let mut next: Option<Date> = None;
        for line in &pay.instalments {
            let day = match &line.when {
                FeeWhen::On(moment) | FeeWhen::By(moment) => self.clock().limit(moment, &Focus::default())?,
                FeeWhen::Within(within, moment) => match self.clock().limit(moment, &Focus::default())? {
                    Some(day) => Some(self.clock().shift(day, within, false)?),
                    None => None,
                },
                _ => None,
            };
            if let Some(day) = day.filter(|d| *d > self.facts.as_of()) {
                next = Some(next.map_or(day, |n| n.min(day)));
            }
        }
        Ok(next)
    }

    /// A figure of payments.
    ///
    /// # Errors
    /// Where a fact or a term is missing.
    pub fn figure(&self, figure: Figure, ask: &Ask<'_>) -> Eval<Val> {
        let zero = Val::money(Exact::zero(), self.currency()?);
        let period = match ask.label {
            Some(label) => {
                let period = self.clock().period(label, ask.from);
                Some(period.ok_or_else(|| Unknown::new(format!("no days are known for {label}")))?)
            }
            None => None,
        };
        let first = ask.streams.first().ok_or_else(|| Unknown::new("no payment is named"))?;
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
            Figure::Owed | Figure::Total => {
                self.sum_streams(ask, &zero, |name| self.owed(name, ask, period.as_ref(), &zero))
            }
            Figure::Unpaid => self.sum_streams(ask, &zero, |name| {
                let owed = self.owed(name, ask, period.as_ref(), &zero)?;
                let mut left = owed;
                for (_, for_, value) in self.paid(name, ask.from) {
                    if period.is_none() || for_ == period {
                        left = left.less(&value)?;
                    }
                }
                Ok(left)
            }),
            Figure::Minimum => self.minimum(first, period.as_ref(), &zero),
            Figure::Shares => Ok(Val::Number(crate::pay::shares_of(self, first)?)),
            Figure::Carried => self.carried(first, ask, period.as_ref(), &zero),
            Figure::Recouped => {
                let settled = self.settled(first, ask.from)?;
                Ok(zero.with(settled.pools.iter().map(|p| p.used.clone()).sum()))
            }
            Figure::Balance => self.balance(first, period.as_ref(), &zero),
            Figure::Net => self.net(ask, period.as_ref(), &zero),
            Figure::Interest => self.interest(first, period.as_ref(), &zero),
            Figure::Withheld => Err(Unknown::new("tax kept back cannot be computed here yet")),
            Figure::Measured => {
                let measure = Measure::of_metric(first.clone());
                let focus = period.map(Focus::of).unwrap_or_default();
                self.measure(&measure, &focus).map(|(value, _)| value)
            }
        }
    }

    fn sum_streams(&self, ask: &Ask<'_>, zero: &Val, of: impl Fn(&Name) -> Eval<Val>) -> Eval<Val> {
        let mut sum = zero.clone();
        for name in ask.streams {
            sum = sum.plus(&of(name)?)?;
        }
        Ok(sum)
    }

    /// Earned by a royalty, or arisen under a payment, in a period or in all.
    fn earned(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        if self.pay_named(name).is_some() {
            let mut sum = zero.clone();
            for item in self.items(name)? {
                let inside =
                    period.is_none_or(|p| item.period.map_or(p.contains(item.arisen), |i| within(&i, p)));
                if inside && ask.product.is_none_or(|p| item.product.as_ref() == Some(p)) {
                    sum = sum.plus(&item.amount?)?;
                }
            }
            return Ok(sum);
        }
        let mut sum = zero.clone();
        for payer in self
            .payers(name)
            .into_iter()
            .filter(|p| ask.from.is_none_or(|f| p.as_ref().is_none_or(|p| p == f)))
        {
            for part in &self.series_of(name, payer.as_ref())?.parts {
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
                    if ask.place.is_none() && ask.product.is_none() {
                        sum = sum.plus(&sub.earned)?;
                        continue;
                    }
                    for line in sub.lines.iter().filter(|l| self.asked(l, ask)) {
                        sum = sum.plus(&line.due)?;
                    }
                }
            }
        }
        Ok(sum)
    }

    /// The days whose royalty is booked in a period when it is reported in arrears.
    fn before_lag(&self, name: &Name, period: &Period) -> Option<Period> {
        let lag = royalty::find(self, name, Some(period.start)).ok()?.lag?;
        let back = |d: Date| d.add_months(-i64::from(lag.months()));
        Period::new(back(period.start)?, back(period.end.next_day()?)?.prev_day()?)
    }

    fn asked(&self, line: &royalty::RoyaltyLine, ask: &Ask<'_>) -> bool {
        let market = &self.last_model().market;
        let has = |name: &Name| line.cell.iter().any(|n| market.within(n, name));
        ask.place.is_none_or(has) && ask.product.is_none_or(has)
    }

    fn base(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>) -> Eval<Val> {
        let mut sum: Option<Val> = None;
        for payer in self
            .payers(name)
            .into_iter()
            .filter(|p| ask.from.is_none_or(|f| p.as_ref().is_none_or(|p| p == f)))
        {
            for part in &self.series_of(name, payer.as_ref())?.parts {
                let whole = part.subs.iter().flatten().map(|s| (&s.period, &s.lines, &s.base));
                let bases = part.bases.iter().map(|b| (&b.period, &b.lines, &b.base));
                for (days, lines, base) in whole.chain(bases) {
                    if period.is_some_and(|p| !within(days, p)) {
                        continue;
                    }
                    let values: Vec<Val> = if ask.place.is_none() && ask.product.is_none() {
                        vec![base.clone()]
                    } else {
                        lines.iter().filter(|l| self.asked(l, ask)).map(|l| l.base.clone()).collect()
                    };
                    for value in values {
                        sum = Some(match sum {
                            Some(sum) => sum.plus(&value)?,
                            None => value,
                        });
                    }
                }
            }
        }
        sum.ok_or_else(|| Unknown::new(format!("nothing is reported for `{name}`")))
    }

    fn owed(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let mut sum = zero.clone();
        for due in self.dues(name)? {
            let inside = period.is_none_or(|p| due.period.map_or(p.contains(due.arisen), |d| within(&d, p)));
            let payer = ask.from.is_none_or(|f| due.from.as_ref() == Some(f));
            if inside && payer {
                sum = sum.plus(&due.amount?)?;
            }
        }
        Ok(sum)
    }

    fn minimum(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let Some(period) = period else {
            let royalty = royalty::find(self, name, Some(self.facts.as_of()))?;
            let mut sum: Option<Val> = None;
            for minimum in &royalty.minimums {
                if let Some(found) = self.minimum_in_all(minimum)? {
                    sum = Some(sum.map_or(Ok(found.value.clone()), |s| s.plus(&found.value))?);
                }
            }
            return sum.ok_or_else(|| Unknown::new("say for which period: `for 2029`"));
        };
        let royalty = royalty::find(self, name, Some(period.start))?;
        let mut sum: Option<Val> = None;
        for minimum in &royalty.minimums {
            if let Some(found) = self.minimum_for(royalty, minimum, period)? {
                sum = Some(sum.map_or(Ok(found.value.clone()), |s| s.plus(&found.value))?);
            }
        }
        Ok(sum.unwrap_or_else(|| zero.clone()))
    }

    fn carried(&self, name: &Name, ask: &Ask<'_>, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let settled = self.settled(name, ask.from)?;
        if let Some((_, surplus)) = settled.surplus.iter().rev().find(|(p, _)| period.is_none_or(|q| p == q))
        {
            return Ok(zero.with(surplus.clone()));
        }
        let series = self.series_of(name, ask.from)?;
        let part = series.parts.iter().rev().find(|p| period.is_none_or(|q| within(&p.period, q)));
        Ok(part.map_or(zero.clone(), |p| p.carried(zero)))
    }

    /// What is left of an advance after a period, or of what is owed.
    fn balance(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        for royalty in self.last_model().royalties.keys() {
            let settled = self.settled(royalty, None)?;
            let pools: Vec<_> = settled.pools.iter().filter(|p| &p.name == name).collect();
            if pools.is_empty() {
                continue;
            }
            let left = pools.iter().map(|pool| {
                let after = pool.left.iter().rev().find(|(p, _)| period.is_none_or(|q| p.end <= q.end));
                after.map_or(pool.total.clone(), |(_, left)| left.clone())
            });
            return Ok(zero.with(left.sum()));
        }
        let ask = Ask { streams: &[], from: None, to: None, place: None, product: None, label: None };
        let mut left = self.owed(name, &ask, period, zero)?;
        for (_, for_, value) in self.paid(name, None) {
            if period.is_none() || for_.as_ref() == period {
                left = left.less(&value)?;
            }
        }
        Ok(left)
    }

    fn net(&self, ask: &Ask<'_>, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let mut sum = zero.clone();
        let plain = Ask { streams: &[], from: None, to: None, ..ask.clone() };
        for (index, name) in ask.streams.iter().enumerate() {
            let owed = self.owed(name, &plain, period, zero)?;
            sum = if index == 0 { sum.plus(&owed)? } else { sum.less(&owed)? };
        }
        Ok(sum)
    }

    fn interest(&self, name: &Name, period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let mut sum = zero.clone();
        for late in self.late(name)? {
            if period.is_none() || late.period.as_ref() == period {
                sum = sum.plus(&late.interest)?;
            }
        }
        Ok(sum)
    }

    /// A figure of payments inside a formula.
    ///
    /// # Errors
    /// As for [`Run::figure`].
    pub(crate) fn stream_figure(&self, measure: &Measure, focus: &Focus) -> Eval<(Val, crate::trace::Step)> {
        let zero = Val::money(Exact::zero(), self.currency()?);
        let mut names = measure.names.clone();
        if names.is_empty() {
            names = self.last_model().royalties.keys().cloned().collect();
        }
        let period = match (&measure.window, focus.period) {
            (Some(window), Some(_)) => Some(self.window(Some(window), focus)?),
            (None, period) if measure.quantity == Some(Quantity::Minimum) => period,
            _ => None,
        };
        let ask = Ask { streams: &names, from: None, to: None, place: None, product: None, label: None };
        let first = names.first().cloned().unwrap_or_else(|| "".into());
        let value = match measure.quantity {
            Some(Quantity::Price) => {
                if let Some(product) = self.last_model().market.products.get(&first) {
                    return self.price_of(&first, &product.prices, focus);
                }
                let line = self.pay_named(&first).and_then(|p| p.instalments.first());
                let line = line.ok_or_else(|| Unknown::new(format!("`{first}` has no price")))?;
                return self.amount(&line.value, focus);
            }
            Some(Quantity::Paid) => {
                let mut sum = zero.clone();
                for name in &names {
                    for (_, _, value) in self.paid(name, None) {
                        sum = sum.plus(&value)?;
                    }
                }
                sum
            }
            Some(Quantity::Minimum) => self.minimum(&first, period.as_ref(), &zero)?,
            Some(Quantity::Recouped) => self.figure(Figure::Recouped, &ask)?,
            Some(Quantity::Balance | Quantity::Unrecouped) => self.balance(&first, period.as_ref(), &zero)?,
            Some(Quantity::Rate) => {
                let earned = self.earned(&first, &ask, period.as_ref(), &zero)?;
                earned.by(&self.base(&first, &ask, period.as_ref())?)?
            }
            Some(Quantity::Shortfall) => {
                let least = self.minimum(&first, focus.period.as_ref(), &zero)?;
                let earned = self.earned(&first, &ask, focus.period.as_ref(), &zero)?;
                let missing = least.less(&earned)?;
                if missing.number().is_negative() { zero } else { missing }
            }
            _ => self.sum_streams(&ask, &zero, |name| {
                // What was paid counts where the clause is a payment; what was earned where it is a royalty.
                self.earned(name, &ask, period.as_ref(), &zero)
            })?,
        };
        let what = names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ");
        Ok((value.clone(), crate::trace::Step::new(what, value)))
    }
}

fn within(inner: &Period, outer: &Period) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
