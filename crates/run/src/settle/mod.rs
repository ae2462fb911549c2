//! From earned to owed: minimums, credits, splits, tax, rounding, due dates, what was paid, interest.

mod account;
pub(crate) mod advance;
pub(crate) mod allot;
pub(crate) mod applied;
mod assigned;
pub(crate) mod audit;
mod bonus;
mod correct;
mod credit;
mod crossed;
mod days;
mod due_of;
mod estimate;
mod fee_credit;
pub(crate) mod fit;
pub(crate) mod found;
mod in_advance;
mod minimum;
mod minimums_at_once;
pub(crate) mod net;
mod net_ways;
pub(crate) mod netting;
mod overpaid;
mod parts;
pub(crate) mod payees;
pub(crate) mod payments;
mod pools;
mod received;
mod refund;
mod set_off;
mod settled;
mod split;
mod tax;
mod tax_rate;
mod together;
mod unheard;
pub(crate) mod waived;
pub(crate) mod waived_above;

pub use settled::{Settled, Taken};

use crate::amount::given;
use crate::engine::Run;
use crate::royalty;
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Currency, Date, Exact, Period, Rounding};
use counterpart_terms::At;
use counterpart_terms::value::{Known, Name};

/// An amount that is owed.
#[derive(Debug, Clone)]
pub struct Due {
    /// Which payment.
    pub stream: Name,
    /// Who owes it.
    pub from: Option<Name>,
    /// To whom it was assigned, where it is not owed to those the clause names.
    pub to: Option<Name>,
    /// The period it is for.
    pub period: Option<Period>,
    /// The payment periods in it, where it is for several that were told of as one.
    pub of: Vec<Period>,
    /// The day it arose.
    pub arisen: Date,
    /// The day it is due.
    pub due: Option<Date>,
    /// Why that day cannot be said.
    pub no_day: Option<Unknown>,
    /// Computed, before credits and tax.
    pub gross: Eval<Val>,
    /// To be paid, rounded as the deal says.
    pub amount: Eval<Val>,
    /// To be paid, exact.
    pub exact: Eval<Val>,
    /// What is divided among its payees, exact, where there are several.
    pub divided: Option<Val>,
    /// What each payee gets of it, exact, where there are several.
    pub shares: Vec<(Name, Eval<Val>)>,
    /// What comes off the share of each payee: a debt set off, tax.
    pub off: Vec<Off>,
    /// The share of it that is paid, where tax the payee bears comes off.
    pub kept: Option<Exact>,
    /// Who of several pays how much of it, where the tax on their parts differs.
    pub bearers: Vec<Bearer>,
    /// Tax kept back from it, where there is any.
    pub withheld: Option<Eval<Val>>,
    /// What this and the other lines not given come to together, where the text gives the total of all.
    pub rest: Option<Val>,
    /// Whether it has arisen at all cannot be said; it may have in any period since.
    pub unsure: bool,
    /// Interest runs from this day, where it is not the day it is due.
    pub interest_from: Option<Date>,
    /// An audit found it missing: it is due by itself.
    pub found: bool,
    /// It goes back from the payee to the payer, and counts as negative.
    pub back: bool,
    /// The entry that alone brought it about, where each does by itself.
    pub entry: Option<At>,
    /// Why.
    pub steps: Vec<Step>,
    /// The test it puts right, and the day on which that held, where it is no debt.
    pub(crate) cures: Option<(Name, Date)>,
    /// The clause.
    pub at: At,
}

/// What comes off what one of several payees gets.
#[derive(Debug, Clone)]
pub struct Off {
    /// The payee.
    pub party: Name,
    /// What it is.
    pub what: String,
    /// How much.
    pub sum: Exact,
}

/// What one of several bears of an amount whose parts are not taxed alike.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// Who.
    pub party: Name,
    /// Its part before tax.
    pub whole: Val,
    /// What comes off that for tax.
    pub off: Val,
    /// The share of what is paid that it pays.
    pub pays: Exact,
    /// The share of the tax that falls on its part.
    pub taxed: Exact,
}

impl Due {
    /// What one of those who bear it pays of a sum of it: as the deal says, or by what the tax leaves of its part.
    pub(crate) fn borne_share(&self, borne: &[(Name, Known<Exact>)], party: Option<&Name>) -> Eval<Exact> {
        self.share_borne(borne, party, |bearer| &bearer.pays)
    }

    /// The share of the tax on it that falls on what one of those who bear it pays.
    pub(crate) fn tax_share(&self, borne: &[(Name, Known<Exact>)], party: Option<&Name>) -> Eval<Exact> {
        self.share_borne(borne, party, |bearer| &bearer.taxed)
    }

    fn share_borne(
        &self,
        borne: &[(Name, Known<Exact>)],
        party: Option<&Name>,
        of: impl Fn(&Bearer) -> &Exact,
    ) -> Eval<Exact> {
        let Some(party) = party else { return Ok(Exact::one()) };
        if let Some(bearer) = self.bearers.iter().find(|b| b.party == *party) {
            return Ok(of(bearer).clone());
        }
        match borne.iter().find(|(p, _)| p == party) {
            Some((_, share)) => given(share, "share"),
            None => Ok(Exact::one()),
        }
    }

    /// Whether it belongs to a period that is asked about: what may have arisen on any day since one belongs to all
    /// that follow.
    pub(crate) fn is_in(&self, asked: Option<&Period>) -> bool {
        let Some(asked) = asked else { return true };
        if self.unsure {
            return asked.end >= self.arisen;
        }
        self.period
            .map_or(asked.contains(self.arisen), |own| asked.start <= own.start && own.end <= asked.end)
    }

    /// What is to be paid of it, and by which day, cannot be said.
    fn hide(&mut self, why: &Unknown) {
        self.amount = Err(why.clone());
        self.exact = Err(why.clone());
        self.divided = None;
        for (_, share) in &mut self.shares {
            *share = Err(why.clone());
        }
        if let Some(tax) = &mut self.withheld {
            *tax = Err(why.clone());
        }
    }

    /// An amount that arose, still without a day and reasons.
    pub(crate) fn arisen(
        stream: &Name,
        from: Option<Name>,
        period: Option<Period>,
        arisen: Date,
        exact: Eval<Val>,
        at: At,
    ) -> Due {
        Due {
            stream: stream.clone(),
            from,
            to: None,
            period,
            of: Vec::new(),
            arisen,
            due: None,
            no_day: None,
            gross: exact.clone(),
            amount: exact.clone(),
            exact,
            divided: None,
            shares: Vec::new(),
            off: Vec::new(),
            kept: None,
            bearers: Vec::new(),
            withheld: None,
            rest: None,
            unsure: false,
            interest_from: None,
            found: false,
            back: false,
            entry: None,
            steps: Vec::new(),
            cures: None,
            at,
        }
    }
}

/// What remains of an advance or prepayment.
#[derive(Debug, Clone)]
pub struct Pool {
    /// The payment that made it.
    pub name: Name,
    /// In which money it came.
    pub money: Option<Currency>,
    /// For one title or product alone.
    pub member: Option<Name>,
    /// It counts only against payments for the year in which it came.
    pub same_year: bool,
    /// What is left of it after each period, in the order of settlement.
    pub left: Vec<(Period, Eval<Exact>)>,
    /// What was used: the end of the period it was used in, and how much.
    pub used: Vec<(Date, Exact)>,
    /// The day the first of it came.
    pub since: Option<Date>,
    /// When it came: day, sum.
    pub arrived: Vec<(Date, Exact)>,
    /// What goes back of it at most, oldest first: day, sum.
    pub back: Vec<(Date, Exact)>,
    /// Why it cannot be said what is left of it, where it cannot.
    pub unsure: Option<Unknown>,
}

impl Pool {
    /// What had come by a day and was not used, by the day it came: what came first is used, or goes back, first.
    pub fn lots(&self, day: Date) -> Vec<(Date, Exact)> {
        let here = |d: Date| !self.same_year || d.year() == day.year();
        let used = self.used.iter().filter(|(d, _)| here(*d)).map(|(_, n)| n.clone());
        let back = self.went_back().into_iter().filter(|(d, _)| *d <= day && here(*d)).map(|(_, n)| n);
        let mut gone: Exact = used.chain(back).sum();
        let by_then = self.arrived.iter().filter(|(d, _)| *d <= day && here(*d));
        let mut lots: Vec<(Date, Exact)> = by_then.cloned().collect();
        for (_, left) in &mut lots {
            let taken = left.clone().min(gone.clone());
            *left = &*left - &taken;
            gone = &gone - &taken;
        }
        lots.retain(|(_, left)| left.is_positive());
        lots
    }

    /// What had come by a day and was not used.
    pub fn available(&self, day: Date) -> Exact {
        self.lots(day).into_iter().map(|(_, left)| left).sum()
    }

    /// What goes back of it: no more than was left of it by then.
    pub fn went_back(&self) -> Vec<(Date, Exact)> {
        refund::not_used(&self.arrived, &self.used, &self.back)
    }

    /// What had come in all, less what went back.
    pub fn total(&self) -> Exact {
        let sum = |of: &[(Date, Exact)]| of.iter().map(|(_, n)| n.clone()).sum::<Exact>();
        (sum(&self.arrived) - sum(&self.went_back())).max(Exact::zero())
    }
}

/// Who owes an amount by itself. What several owe they owe together: who bears which part is told with the payment.
pub(crate) fn only(from: &[Name]) -> Option<Name> {
    match from {
        [one] => Some(one.clone()),
        _ => None,
    }
}

impl Run<'_> {
    /// The payers of a royalty that are computed apart: the members of a group, or all together.
    pub fn payers(&self, name: &Name) -> Vec<Option<Name>> {
        let Ok(royalty) = royalty::find(self, name, None) else { return vec![None] };
        let groups: Vec<&Name> = royalty.from.iter().filter(|p| self.is_group(p)).collect();
        if groups.is_empty() {
            return vec![None];
        }
        groups.into_iter().flat_map(|g| self.members(g)).map(Some).collect()
    }

    /// Everything owed under a payment clause or royalty, worked out.
    fn find_dues(&self, name: &Name) -> Eval<Vec<Due>> {
        let mut out = Vec::new();
        if self.pay_named(name).is_some() {
            out = self.pay_dues(name)?;
        } else {
            for payer in self.payers(name) {
                out.extend(self.settled(name, payer.as_ref())?.dues.iter().cloned());
            }
        }
        out.extend(self.paid_as_cures(name, &out));
        // Where a name what is paid rests on is not given, neither is what is to be paid.
        if let Err(why) = self.settled_in_full(name) {
            out.iter_mut().for_each(|due| due.hide(&why));
        }
        // Whoever of several payees is not named may be any of those who are.
        if let Err(why) = self.payees_in_full(name) {
            for (_, share) in out.iter_mut().flat_map(|due| &mut due.shares) {
                *share = Err(why.clone());
            }
        }
        self.assign(name, &mut out);
        Ok(out)
    }

    fn pay_dues(&self, name: &Name) -> Eval<Vec<Due>> {
        let pay = self.pay_named(name).ok_or_else(|| Unknown::new(format!("`{name}` is no payment")))?;
        let mut dues = Vec::new();
        for (item, credits) in self.less_credits(name)? {
            let from = item.from.or_else(|| only(&pay.from));
            let mut due = Due::arisen(name, from, item.period, item.arisen, item.amount, item.at);
            due.to = item.to;
            due.due = item.due;
            due.no_day = item.no_day;
            due.rest = item.rest;
            due.unsure = item.unsure;
            due.entry = item.entry;
            due.steps = vec![item.step];
            due.steps.extend(credits);
            due.shares = payees::by_percent_alone(&pay.payees, &due.exact);
            due.divided = due.exact.clone().ok().filter(|_| !due.shares.is_empty());
            self.tax(&mut due, pay.into());
            due.amount = due.exact.clone().map(|v| self.round(&v));
            dues.push(due);
        }
        dues.extend(self.paid_back(pay)?);
        dues.sort_by_key(|d| d.arisen);
        Ok(dues)
    }

    /// Rounds an amount due under a payment as that says, or else as the deal does.
    pub(crate) fn round_of(&self, name: &Name, value: &Val) -> Val {
        match value {
            Val::Money(money) => Val::Money(money.rounded(&self.rounding_of(name, money.currency))),
            number => number.clone(),
        }
    }

    /// How amounts due under a payment are rounded.
    fn rounding_of(&self, name: &Name, currency: Currency) -> Rounding {
        let own = royalty::find(self, name, None).ok().and_then(|r| r.rounding.clone());
        own.unwrap_or_else(|| self.rounding(currency))
    }

    /// Rounds an amount due as the deal says.
    pub fn round(&self, value: &Val) -> Val {
        match value {
            Val::Money(money) => Val::Money(money.rounded(&self.rounding(money.currency))),
            number => number.clone(),
        }
    }
}
