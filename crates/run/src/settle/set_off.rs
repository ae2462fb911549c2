//! Debts of the payee that the payer sets off against what it owes.

use super::Settled;
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::Part;
use crate::trace::Step;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Royalty;
use counterpart_terms::record::Record;
use counterpart_terms::value::Name;

impl Run<'_> {
    /// Takes debts that have fallen due off what is owed for a period.
    pub(super) fn set_off(
        &self,
        royalty: &Royalty,
        part: &Part,
        owed: Val,
        used: &mut Vec<(Period, Name, Exact)>,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let mut owed = owed;
        let full = owed.clone();
        for clause in self.set_offs(&royalty.name, &royalty.from) {
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
            for debt in debts(clause) {
                // Only debts that payments can be followed for are set off here.
                if self.pay_named(&debt).is_none() {
                    continue;
                }
                let before: Exact =
                    used.iter().filter(|(_, d, _)| *d == debt).map(|(_, _, n)| n.clone()).sum();
                let open = self.open_debt(&debt, part.period.end)? - before;
                let taken = open.min(room.clone()).min(owed.number().clone()).max(Exact::zero());
                if taken.is_zero() {
                    continue;
                }
                owed = owed.with(owed.number() - &taken);
                room = &room - &taken;
                steps.push(Step::new(format!("{debt} set off"), owed.with(-taken.clone())).by(clause.at));
                used.push((part.period, debt, taken));
            }
        }
        Ok(owed)
    }

    /// The clauses by which these payers set off against a payment.
    fn set_offs<'s>(&'s self, stream: &'s Name, by: &'s [Name]) -> impl Iterator<Item = &'s Record> + 's {
        let records = self.last_model().records.iter().filter(|r| r.clause == Form::FileSetOff);
        records.filter(move |r| {
            let here = r.below(Form::SetOffAgainst).is_some_and(|a| a.names(Label::Against).contains(stream));
            here && r.below(Form::SetOffNot).is_none() && r.names(Label::By).iter().any(|p| by.contains(p))
        })
    }

    /// What of a debt had arisen by a day and is not paid.
    fn open_debt(&self, debt: &Name, day: Date) -> Eval<Exact> {
        let mut open = Exact::zero();
        for item in self.items(debt)?.into_iter().filter(|i| i.arisen <= day) {
            open += item.amount?.number();
        }
        let paid: Exact = self.paid(debt, None).iter().map(|(_, _, v)| v.number().clone()).sum();
        Ok(open - paid)
    }

    /// What of a debt has been set off against other payments.
    ///
    /// # Errors
    /// Where those cannot be settled.
    pub(crate) fn set_off_of(&self, debt: &Name) -> Eval<Exact> {
        let mut sum = Exact::zero();
        for royalty in self.last_model().royalties.values() {
            if !self.set_offs(&royalty.name, &royalty.from).any(|c| debts(c).contains(debt)) {
                continue;
            }
            for payer in self.payers(&royalty.name) {
                let settled: Settled = self.settled(&royalty.name, payer.as_ref())?;
                sum += &settled.set_off.iter().filter(|(_, d, _)| d == debt).map(|(_, _, n)| n.clone()).sum();
            }
        }
        Ok(sum)
    }
}

/// The debts a set-off clause names.
fn debts(clause: &Record) -> Vec<Name> {
    clause.all_below(Form::SetOffFor).flat_map(|l| l.names(Label::What)).collect()
}
