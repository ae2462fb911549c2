//! Debts of the payee that the payer sets off against what it owes.

use super::overpaid::Overpaid;
use super::together::Shared;
use super::{Due, Off, Taken};
use crate::clock::Focus;
use crate::engine::Run;
use crate::royalty::{self, Part};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{Model, Royalty};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

/// The word for what was paid too much before.
pub(super) const OVERPAYMENT: &str = "overpayment";

/// The words for what an audit found to be missing.
const SHORTFALL: &str = "audit shortfall";

/// What is left of an amount after debts were set off.
pub(super) struct SetOff {
    /// What is left to pay.
    pub left: Val,
    /// What came off.
    pub taken: Vec<Taken>,
    /// What of it came off whose share, where there are several.
    pub off: Vec<Off>,
    /// Why.
    pub steps: Vec<Step>,
}

/// A debt that is open on a day.
struct Open {
    debt: Name,
    /// Whose overpayment it is, where it is one.
    overpaid: Option<Overpaid>,
    /// What it is counted under.
    key: Name,
    /// Who owes it; where nobody of them is among the payees, it comes off all shares alike.
    owed_by: Vec<Name>,
    sum: Exact,
}

impl Open {
    /// What it is called where it is set off against the shares of several.
    fn title(&self, shares: &[(Name, Eval<Val>)]) -> String {
        match &self.overpaid {
            Some(Overpaid::To(parties)) if !shares.is_empty() => {
                let parties: Vec<&str> = parties.iter().map(Name::as_str).collect();
                format!("{} of {}", self.debt, parties.join(", "))
            }
            _ => self.debt.to_string(),
        }
    }

    /// Whose shares it comes off, and the most that can.
    fn bearers(
        &self,
        payees: &[Name],
        shares: &[(Name, Eval<Val>)],
        left: &Exact,
    ) -> Eval<(Vec<usize>, Exact)> {
        let unsaid = self.overpaid == Some(Overpaid::Unsaid);
        let own = |party: &Name| self.owed_by.contains(party);
        if shares.is_empty() {
            // Who was paid before may be paid no more.
            let gone = self.overpaid.is_some() && !unsaid && !payees.iter().any(own);
            return match unsaid {
                true => Err(self.nobody_named()),
                false => Ok((Vec::new(), if gone { Exact::zero() } else { left.clone() })),
            };
        }
        // A debt of none of them comes off all alike.
        let alike = unsaid || self.overpaid.is_none() && !shares.iter().any(|(party, _)| own(party));
        let each = shares.iter().enumerate().filter(|(_, (party, _))| alike || own(party));
        let at: Vec<usize> = each.map(|(at, _)| at).collect();
        let mut sums = Vec::new();
        for (_, share) in at.iter().filter_map(|at| shares.get(*at)) {
            sums.push(share.as_ref().map_err(Clone::clone)?.number().clone());
        }
        // Whoever of them had it, it comes off in full.
        let least = sums.iter().min().cloned().unwrap_or_default();
        match unsaid && self.sum > least {
            true => Err(self.nobody_named()),
            false => Ok((at, sums.into_iter().sum())),
        }
    }

    fn nobody_named(&self) -> Unknown {
        Unknown::new(
            "the journal does not say who of several payees was paid too much: add `to` and the payee to each payment",
        )
    }

    /// Takes a part of it off the shares of those who bear it.
    fn take(&self, bearers: &[usize], taken: &Exact, shares: &mut [(Name, Eval<Val>)]) -> Vec<Off> {
        let unsaid = self.overpaid == Some(Overpaid::Unsaid);
        let known = |at: &usize| shares.get(*at).and_then(|(_, share)| share.as_ref().ok());
        let all: Exact = bearers.iter().filter_map(known).map(|v| v.number().clone()).sum();
        let mut off = Vec::new();
        for at in bearers {
            let Some((party, share)) = shares.get_mut(*at) else { continue };
            let Ok(gets) = share.clone() else { continue };
            if unsaid {
                *share = Err(self.nobody_named());
                continue;
            }
            let part = (taken * gets.number()).checked_div(&all).unwrap_or_default();
            *share = Ok(gets.with(gets.number() - &part));
            off.push(Off { party: party.clone(), what: self.debt.to_string(), sum: part });
        }
        off
    }
}

impl Run<'_> {
    /// Takes the debts that have fallen due by the day a period is paid off what is owed for it, with what was paid too
    /// much for earlier periods where the deal lets that be set off. A payee's own debt comes off its own share, any
    /// other off all shares alike.
    pub(super) fn set_off(
        &self,
        whose @ (royalty, ..): (&Royalty, Option<&Name>, &[Due]),
        part: &Part,
        full: &Val,
        due_on: Option<Date>,
        shared: &mut Shared,
        shares: &mut [(Name, Eval<Val>)],
    ) -> Eval<SetOff> {
        let mut left = full.number().clone();
        let (mut out, mut off, mut steps) = (Vec::new(), Vec::new(), Vec::new());
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
                for open in self.open_for(whose, &debt, part, day, shared)? {
                    if !open.sum.is_positive() || !left.is_positive() {
                        continue;
                    }
                    if let Some((_, why)) = shared.not_set_off.iter().find(|(k, _)| *k == open.key) {
                        return Err(why.clone());
                    }
                    let (bearers, most) =
                        open.bearers(&royalty.to, shares, &left).map_err(|u| u.at(clause.at))?;
                    let taken = open.sum.clone().min(room.clone()).min(left.clone()).min(most);
                    if !taken.is_positive() {
                        continue;
                    }
                    left = &left - &taken;
                    room = &room - &taken;
                    let what = format!("{} set off", open.title(shares));
                    steps.push(Step::new(what, full.with(-taken.clone())).by(clause.at));
                    off.extend(open.take(&bearers, &taken, shares));
                    shared.set_off.push((open.key, taken.clone()));
                    out.push(Taken { debt: open.debt, overpaid: open.overpaid, sum: taken });
                }
            }
        }
        Ok(SetOff { left: full.with(left), taken: out, off, steps })
    }

    /// What is left by a day of a debt; of overpayments, by who had them.
    fn open_for(
        &self,
        whose @ (royalty, payer, _): (&Royalty, Option<&Name>, &[Due]),
        debt: &Debt,
        part: &Part,
        day: Date,
        shared: &Shared,
    ) -> Eval<Vec<Open>> {
        let name = debt.name();
        let plain = |owed_by: &[Name], sum: Exact| {
            let (debt, key, owed_by) = (name.clone(), name.clone(), owed_by.to_vec());
            vec![Open { debt, overpaid: None, key, owed_by, sum }]
        };
        let mut found = match debt {
            Debt::Overpayment => {
                let overpaid = self.overpaid_by(whose, &part.period, day)?.into_iter();
                let open = |(to, sum): (Overpaid, Exact)| Open {
                    debt: name.clone(),
                    key: to.key(royalty, payer),
                    owed_by: match &to {
                        Overpaid::To(parties) => parties.clone(),
                        Overpaid::Unsaid => Vec::new(),
                    },
                    overpaid: Some(to),
                    sum,
                };
                overpaid.map(open).collect()
            }
            Debt::Pay(name) => {
                let owed_by = self.pay_named(name).map(|p| p.from.as_slice()).unwrap_or_default();
                plain(owed_by, self.open_debt(name, day)?)
            }
            Debt::Shortfall(name) => {
                plain(&royalty::find(self, name, None)?.from, self.open_shortfall(name, day)?)
            }
        };
        for open in &mut found {
            let used = shared.set_off.iter().filter(|(d, _)| *d == open.key).map(|(_, n)| n.clone());
            open.sum = &open.sum - &used.sum::<Exact>();
        }
        Ok(found)
    }

    /// The debts that were open when a period was paid of which it cannot be said what came off: the key each is
    /// counted under, and its name.
    pub(super) fn set_off_open(
        &self,
        whose @ (royalty, ..): (&Royalty, Option<&Name>, &[Due]),
        part: &Part,
        due_on: Option<Date>,
        shared: &Shared,
    ) -> Vec<(Name, Name)> {
        let day = due_on.unwrap_or(part.period.end).max(part.period.end);
        let mut out = Vec::new();
        for clause in self.set_offs(self.model_on(part.period.start), &royalty.name, &royalty.from) {
            for debt in self.debts(clause) {
                match self.open_for(whose, &debt, part, day, shared) {
                    Ok(found) => {
                        let open = found.into_iter().filter(|open| open.sum.is_positive());
                        out.extend(open.map(|open| (open.key, open.debt)));
                    }
                    // How much is open is not known either.
                    Err(_) => out.push((debt.name(), debt.name())),
                }
            }
        }
        out
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
                let royalties = named.iter().filter(|n| royalty::find(self, n, None).is_ok());
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
        let records = model.records.of(Form::FileSetOff);
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
                for (period, taken) in settled.set_off.iter().filter(|(_, taken)| taken.debt == *debt) {
                    let due = settled.dues.iter().find(|d| d.period == Some(*period));
                    out.push((due.and_then(|d| d.due).unwrap_or(period.end), taken.sum.clone()));
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
