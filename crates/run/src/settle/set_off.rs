//! Debts of the payee that the payer sets off against what it owes.

use super::Due;
use super::together::Shared;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Model, Royalty};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// The word for what was paid too much before.
pub(super) const OVERPAYMENT: &str = "overpayment";

/// The words for what an audit found to be missing.
const SHORTFALL: &str = "audit shortfall";

impl Run<'_> {
    /// The debts that have fallen due by the day a period is paid and come off what is owed for it, with what
    /// was paid too much for earlier periods where the deal lets that be set off.
    pub(super) fn set_off(
        &self,
        (royalty, payer, earlier): (&Royalty, Option<&Name>, &[Due]),
        part: &Part,
        full: &Val,
        due_on: Option<Date>,
        shared: &mut Shared,
        steps: &mut Vec<Step>,
    ) -> Eval<Vec<(Name, Exact)>> {
        let mut left = full.number().clone();
        let mut out = Vec::new();
        let day = due_on.unwrap_or(part.period.end).max(part.period.end);
        for clause in self.set_offs(self.model_on(part.period.start), &royalty.name, &royalty.from) {
            let line =
                clause.below(Form::SetOffAtMost).and_then(|l| l.amount(Label::Most).map(|m| (m, l.at)));
            let mut room = match line {
                Some((most, at)) => match self.amount(most, &Focus::of(part.period)).map_err(|u| u.at(at))?.0
                {
                    Val::Number(share) => full.number() * &share,
                    Val::Money(money) => money.amount,
                },
                None => full.number().clone(),
            };
            for debt in self.debts(clause) {
                let (key, open) = self.open_for((royalty, payer, earlier), &debt, part, day, shared)?;
                let gap = shared.not_set_off.iter().find(|(k, _)| *k == key);
                if let Some((_, why)) = gap.filter(|_| open.is_positive() && left.is_positive()) {
                    return Err(why.clone());
                }
                let debt = debt.name();
                let taken = open.min(room.clone()).min(left.clone()).max(Exact::zero());
                if taken.is_zero() {
                    continue;
                }
                left = &left - &taken;
                room = &room - &taken;
                steps.push(Step::new(format!("{debt} set off"), full.with(-taken.clone())).by(clause.at));
                shared.set_off.push((key, taken.clone()));
                out.push((debt, taken));
            }
        }
        Ok(out)
    }

    /// What is left by a day of a debt, and the key it is counted under.
    fn open_for(
        &self,
        (royalty, payer, earlier): (&Royalty, Option<&Name>, &[Due]),
        debt: &Debt,
        part: &Part,
        day: Date,
        shared: &Shared,
    ) -> Eval<(Name, Exact)> {
        let (key, open) = match debt {
            Debt::Overpayment => (
                overpayment_of(royalty, payer),
                self.overpaid_by(royalty, payer, earlier, &part.period, day)?,
            ),
            Debt::Pay(name) => (name.clone(), self.open_debt(name, day)?),
            Debt::Shortfall(name) => (name.clone(), self.open_shortfall(name, day)?),
        };
        let used = shared.set_off.iter().filter(|(d, _)| *d == key).map(|(_, n)| n.clone());
        Ok((key.clone(), open - used.sum::<Exact>()))
    }

    /// The debts that were open when a period was paid of which it cannot be said what came off: the key each is
    /// counted under, and its name.
    pub(super) fn set_off_open(
        &self,
        (royalty, payer, earlier): (&Royalty, Option<&Name>, &[Due]),
        part: &Part,
        due_on: Option<Date>,
        shared: &Shared,
    ) -> Vec<(Name, Name)> {
        let day = due_on.unwrap_or(part.period.end).max(part.period.end);
        let mut out = Vec::new();
        for clause in self.set_offs(self.model_on(part.period.start), &royalty.name, &royalty.from) {
            for debt in self.debts(clause) {
                match self.open_for((royalty, payer, earlier), &debt, part, day, shared) {
                    Ok((_, open)) if !open.is_positive() => {}
                    Ok((key, _)) => out.push((key, debt.name())),
                    // How much is open is not known either.
                    Err(_) => out.push((debt.name(), debt.name())),
                }
            }
        }
        out
    }

    /// What is left of an amount after debts were set off: a payee's own debt comes off its own share, any other
    /// off all shares alike.
    pub(super) fn less_set_off(
        &self,
        owed: &Val,
        taken: &[(Name, Exact)],
        shares: &mut [(Name, Eval<Val>)],
    ) -> Eval<Val> {
        let mut left = owed.clone();
        for (debt, amount) in taken {
            let debtors = self.pay_named(debt).map(|p| p.from.as_slice()).unwrap_or_default();
            let own = shares.iter().position(|(party, _)| debtors.contains(party));
            let kept = (left.number() - amount).checked_div(left.number()).unwrap_or_else(Exact::zero);
            for (at, (_, share)) in shares.iter_mut().enumerate() {
                *share = share.clone().map(|s| match own {
                    Some(own) if own == at => s.with(s.number() - amount),
                    Some(_) => s,
                    None => s.with(s.number() * &kept),
                });
            }
            left = left.with(left.number() - amount);
        }
        Ok(left)
    }

    /// What was paid by a day for earlier periods beyond what is owed for them.
    fn overpaid_by(
        &self,
        royalty: &Royalty,
        payer: Option<&Name>,
        earlier: &[Due],
        period: &Period,
        day: Date,
    ) -> Eval<Exact> {
        if let Some(why) = self.paid_unknown(&royalty.name, None, day) {
            return Err(why);
        }
        let mut sum = Exact::zero();
        for (due, over) in earlier.iter().zip(self.overpaid_by_day(&royalty.name, earlier, day)) {
            let here = payer.is_none() || due.from.as_ref() == payer;
            if here && due.amount.is_ok() && due.period.is_some_and(|p| p.end < period.start) {
                sum += &over;
            }
        }
        Ok(sum)
    }

    /// The debts of a set-off clause that can be followed. An audit's shortfall is of any royalty that is owed to
    /// those who set off.
    fn debts(&self, clause: &Record) -> Vec<Debt> {
        let by = clause.names(Label::By);
        let lines = clause.all_below(Form::SetOffFor).flat_map(|l| l.all(Label::What));
        let of = |value: &Value| match value {
            Value::Name(name) if self.pay_named(name).is_some() => vec![Debt::Pay(name.clone())],
            Value::Word(word) if word == OVERPAYMENT => vec![Debt::Overpayment],
            Value::Word(word) if word == SHORTFALL => {
                let royalties = self.royalties().into_iter();
                let owed = royalties.filter(|r| r.to.iter().any(|p| by.contains(p)));
                owed.map(|r| Debt::Shortfall(r.name.clone())).collect()
            }
            _ => Vec::new(),
        };
        lines.flat_map(of).collect()
    }

    /// The groups of royalties that a followed debt is set off against.
    pub(super) fn set_off_against(&self) -> Vec<Vec<Name>> {
        let records = self.models().flat_map(|m| &m.records).filter(|r| r.clause == Form::FileSetOff);
        let mut by_debt: std::collections::BTreeMap<Name, Vec<Name>> = std::collections::BTreeMap::new();
        for clause in records {
            let named =
                clause.below(Form::SetOffAgainst).map(|a| a.names(Label::Against)).unwrap_or_default();
            for debt in self.debts(clause).into_iter().filter(|d| *d != Debt::Overpayment) {
                let royalties = named.iter().filter(|n| crate::royalty::find(self, n, None).is_ok());
                by_debt.entry(debt.name()).or_default().extend(royalties.cloned());
            }
        }
        by_debt.into_values().collect()
    }

    /// The clauses by which these payers set off against a payment.
    fn set_offs<'s>(
        &'s self,
        model: &'s Model,
        stream: &'s Name,
        by: &'s [Name],
    ) -> impl Iterator<Item = &'s Record> + 's {
        let records = model.records.iter().filter(|r| r.clause == Form::FileSetOff);
        records.filter(move |r| {
            let here = r.below(Form::SetOffAgainst).is_some_and(|a| a.names(Label::Against).contains(stream));
            here && r.below(Form::SetOffNot).is_none() && r.names(Label::By).iter().any(|p| by.contains(p))
        })
    }

    /// What of a debt had fallen due by a day and was not paid by then.
    fn open_debt(&self, debt: &Name, day: Date) -> Eval<Exact> {
        let mut dues = Vec::new();
        for item in self.items(debt)? {
            let mut due = Due::arisen(debt, None, item.period, item.arisen, item.amount, item.at);
            due.due = item.due;
            due.unsure = item.unsure;
            dues.push(due);
        }
        let paid = self.paid_by(debt, &dues, day);
        if let Some(why) = self.paid_unknown(debt, None, day) {
            return Err(why);
        }
        let mut open = Exact::zero();
        for (due, applied) in dues.iter().zip(&paid).filter(|(d, _)| d.due.unwrap_or(d.arisen) <= day) {
            open += &applied.left(due)?.number().clone().max(Exact::zero());
        }
        Ok(open)
    }

    /// What of a debt has been set off against other payments: the day each was due, and how much.
    ///
    /// # Errors
    /// Where those cannot be settled.
    pub(crate) fn set_off_of(&self, debt: &Name) -> Eval<Vec<(Date, Exact)>> {
        let mut out = Vec::new();
        for royalty in self.royalties() {
            let mut clauses = self.models().flat_map(|m| self.set_offs(m, &royalty.name, &royalty.from));
            if !clauses.any(|c| self.debts(c).iter().any(|d| d.name() == *debt)) {
                continue;
            }
            for payer in self.payers(&royalty.name) {
                let settled = self.settled(&royalty.name, payer.as_ref())?;
                if let Some((_, why)) = settled.not_set_off.iter().find(|(d, _)| d == debt) {
                    return Err(why.clone());
                }
                for (period, _, sum) in settled.set_off.iter().filter(|(_, d, _)| d == debt) {
                    let due = settled.dues.iter().find(|d| d.period == Some(*period));
                    out.push((due.and_then(|d| d.due).unwrap_or(period.end), sum.clone()));
                }
            }
        }
        Ok(out)
    }
}

/// A debt that can be followed, so that what is open of it can be set off.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Debt {
    /// What was paid too much on the royalty itself.
    Overpayment,
    /// A payment the payee owes.
    Pay(Name),
    /// What audits found missing of a royalty the payee owes.
    Shortfall(Name),
}

impl Debt {
    /// The name it goes by.
    fn name(&self) -> Name {
        match self {
            Debt::Overpayment => Name::from(OVERPAYMENT),
            Debt::Pay(name) | Debt::Shortfall(name) => name.clone(),
        }
    }
}

/// What was paid too much on one royalty by one payer, as a debt.
fn overpayment_of(royalty: &Royalty, payer: Option<&Name>) -> Name {
    let payer = payer.map_or("", Name::as_str);
    Name::from(format!("{OVERPAYMENT} {} {payer}", royalty.name).as_str())
}
