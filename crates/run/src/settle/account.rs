//! One royalty for one payer, settled period by period: from what is earned to what is to be paid.
//!
//! What a period adds (minimums, bonuses, audits) comes before what it draws on (credits, advances), and that before it is
//! divided among payees, less what they owe and the tax on it. What others draw on as well is in `together`.

use super::minimum::Topped;
use super::together::Shared;
use super::{Due, Settled, correct, estimate, in_advance, payees, received};
use crate::engine::Run;
use crate::royalty::{self, Part, Series};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// One royalty for one payer, with what it remembers while it is settled.
pub(super) struct Account {
    pub name: Name,
    pub payer: Option<Name>,
    pub series: Rc<Series>,
    /// The days on which its periods take their turn.
    days: Vec<Date>,
    /// Which of them is next.
    pub next: usize,
    topped: Topped,
    received: received::Received,
    books: correct::Books,
    /// What was owed for each period, before credits: what an audit of a longer time is compared with.
    owed: Vec<(Period, Eval<Val>)>,
    estimates: estimate::Differences,
    ahead: in_advance::InAdvance,
    pub out: Settled,
    /// Why it cannot be settled any further.
    pub stopped: Option<Unknown>,
}

/// One period of an account, whose turn it is.
struct Turn<'t> {
    royalty: &'t Royalty,
    payer: Option<&'t Name>,
    /// Who owes it by itself.
    from: Option<Name>,
    parts: &'t [Part],
    part: &'t Part,
}

impl Account {
    /// The day of its next turn, where there is one.
    pub fn day(&self) -> Option<Date> {
        self.days.get(self.next).copied().filter(|_| self.stopped.is_none())
    }
}

impl Run<'_> {
    /// A year keeps the minimum it began under, also where the royalty is taken out within it: what is missing is
    /// settled when the year is over.
    pub(super) fn settle_after_deletion(&self, account: &mut Account) -> Eval<()> {
        let (series, name) = (Rc::clone(&account.series), account.name.clone());
        let Some(last) = series.parts.last().map(|p| p.period) else { return Ok(()) };
        let royalty = royalty::find(self, &name, None)?;
        let zero = self.zero_of(Some(&name))?;
        let cycle = royalty::payment_cycle(self, royalty, last.start)?;
        let after = cycle.between(last.end, self.facts.as_of()).into_iter();
        let deleted = |p: &Period| !self.model_on(p.start).royalties.contains_key(&name);
        for period in after.filter(|p| p.start > last.end && p.end <= self.facts.as_of() && deleted(p)) {
            let part = Part { period, of: vec![period], subs: Vec::new(), bases: Vec::new(), advance: None };
            let missing = self.minimum_dues(
                royalty,
                &part,
                &series.parts,
                &zero,
                &mut account.topped,
                &mut account.out,
            )?;
            for one in missing {
                let day = self.settlement_day(royalty, &period)?;
                let (own, day) = one.apart.unwrap_or((period, day));
                let from = account.payer.clone().or_else(|| royalty.from.first().cloned());
                let mut due = Due::arisen(&name, from, Some(own), own.end, one.amount, royalty.at);
                due.due = day;
                due.steps = vec![one.step];
                self.shared_and_taxed(royalty, &series.parts, &part, &mut due, &mut account.received)?;
                account.out.dues.push(due);
            }
        }
        Ok(())
    }

    /// The advances that fall in a period, each a payment of its own.
    fn settle_advances(
        &self,
        account: &mut Account,
        royalty: &Royalty,
        parts: &[Part],
        part: &Part,
    ) -> Eval<()> {
        let from = account.payer.clone().or_else(|| super::only(&royalty.from));
        for mut due in self.advances_due(royalty, part, from.as_ref())? {
            self.shared_and_taxed(royalty, parts, part, &mut due, &mut account.received)?;
            account.out.dues.push(due);
        }
        Ok(())
    }

    /// The advances of the periods that are not over and not reported.
    pub(super) fn settle_advances_after(&self, account: &mut Account) -> Eval<()> {
        let (series, as_of) = (Rc::clone(&account.series), self.facts.as_of());
        let last = series.parts.last().and_then(|part| part.period.end.next_day());
        let Some(first) = last.or_else(|| self.first_day()).filter(|day| *day <= as_of) else {
            return Ok(());
        };
        let Ok(royalty) = royalty::find(self, &account.name, Some(first)) else { return Ok(()) };
        if royalty.advance.is_none() {
            return Ok(());
        }
        let cycle = royalty::payment_cycle(self, royalty, first)?;
        for period in cycle.between(first, as_of).into_iter().filter(|p| last.is_none_or(|d| d <= p.start)) {
            let Ok(royalty) = royalty::find(self, &account.name, Some(period.start)) else { continue };
            let part = Part { period, of: vec![period], subs: Vec::new(), bases: Vec::new(), advance: None };
            self.settle_advances(account, royalty, &series.parts, &part)?;
        }
        Ok(())
    }

    /// The parts of minimums that fall due in advance by a day.
    pub(super) fn settle_ahead(&self, account: &mut Account, by: Date) {
        match self.due_in_advance(&account.name, account.payer.as_ref(), by, &mut account.ahead) {
            Ok(dues) => account.out.dues.extend(dues),
            Err(unknown) => account.stopped = Some(unknown),
        }
    }

    /// An account before its first period.
    pub(super) fn account(&self, name: &Name, payer: Option<Name>) -> Eval<Account> {
        let mut account = Account {
            name: name.clone(),
            series: Rc::new(Series { parts: Vec::new() }),
            days: Vec::new(),
            next: 0,
            topped: Topped::default(),
            received: received::Received::default(),
            books: correct::Books::default(),
            owed: Vec::new(),
            estimates: estimate::Differences::default(),
            ahead: in_advance::InAdvance::default(),
            out: Settled::default(),
            stopped: None,
            payer,
        };
        match (self.series_of(name, account.payer.as_ref()), self.in_advance(name)) {
            (Ok(series), Ok(ahead)) => (account.series, account.ahead) = (series, ahead),
            (Err(unknown), _) | (_, Err(unknown)) => account.stopped = Some(unknown),
        }
        let parts = &account.series.parts;
        account.days = parts.iter().map(|part| royalty::turns::day(self, name, &part.period)).collect();
        Ok(account)
    }

    /// From earned to owed, for one period of one account.
    pub(super) fn settle_part(
        &self,
        account: &mut Account,
        parts: &[Part],
        part: &Part,
        shared: &mut Shared,
    ) -> Eval<()> {
        // A royalty that the terms of the day do not have is not owed.
        let Ok(royalty) = royalty::find(self, &account.name, Some(part.period.start)) else { return Ok(()) };
        let payer = account.payer.clone();
        let from = payer.clone().or_else(|| super::only(&royalty.from));
        let this = Turn { royalty, payer: payer.as_ref(), from: from.clone(), parts, part };
        self.settle_advances(account, royalty, parts, part)?;
        let mut steps: Vec<Step> = part.subs.iter().flatten().flat_map(|s| s.steps.iter().cloned()).collect();
        // A day that cannot be said leaves the amount as it is.
        let mut due_on = self.settlement_day(royalty, &part.period).unwrap_or_else(|why| {
            steps.push(Step::note("the day it is due is not known").how(why.reason).by(royalty.at));
            None
        });
        let mut exact = self.owed_in_all(account, &this, due_on, &mut steps)?;
        let reported = part.silence().map_or_else(|| exact.clone(), |why| Err(why.clone()));
        account.out.reported.push((part.period, reported));
        let mut shortfall = None;
        if let Some(audited) = self.audited(royalty, (parts, part), &account.owed, &mut steps)? {
            if payer.is_some() {
                let reason = "the audit does not say whose payments of the group it was of";
                exact = Err(Unknown::new(reason).at(royalty.at));
            } else {
                shortfall = audited.shortfall(&exact, due_on);
                steps.extend(audited.change(&exact));
                // What was owed all along keeps its day; where that is not known, neither is what is missing.
                due_on = if exact.is_ok() { due_on } else { audited.due.or(due_on) };
                exact = Ok(audited.owed);
            }
        }
        account.owed.push((part.period, exact.clone()));
        exact = self.after_credits(account, &this, exact, shared, &mut steps);
        let mut due =
            Due::arisen(&account.name, from.clone(), Some(part.period), part.period.end, exact, royalty.at);
        due.due = due_on;
        due.of.extend(part.of.iter().filter(|of| **of != part.period));
        self.divided_less_debts(account, &this, &mut due, shared, &mut steps)?;
        let paid = self.paid(&account.name, payer.as_ref()).iter().any(|(_, p, _)| *p == Some(part.period));
        let worth = part.reported() || paid || due.exact.as_ref().is_ok_and(|v| !v.number().is_zero());
        if !worth && (due.exact.is_ok() || part.period.end > self.facts.as_of()) {
            return Ok(());
        }
        let zero = self.zero_of(Some(&account.name))?;
        // Where nothing was reported and the report is overdue, nothing is no word of what was earned.
        due.gross = part.silence().map_or(part.earned(&zero), |why| Err(why.clone()));
        due.steps = steps;
        let found = shortfall.and_then(|shortfall| shortfall.split_off(&mut due));
        for mut due in [Some(due), found].into_iter().flatten() {
            self.tax(&mut due, royalty.into());
            due.amount = due.exact.clone().map(|v| self.round_of(&royalty.name, &v));
            account.out.dues.push(due);
        }
        let difference =
            self.reconciled(royalty, part, parts, &zero, &mut account.books, &mut account.out.surplus)?;
        if let Some(mut due) = difference {
            due.from = from;
            if !due.back {
                self.shared_and_taxed(royalty, parts, part, &mut due, &mut account.received)?;
            }
            account.out.dues.push(due);
        }
        Ok(())
    }

    /// What the clauses make of what was earned, before anything is drawn on: first reports, estimates, advances that
    /// come first, minimums, bonuses. A minimum with a day of its own becomes an amount of its own.
    fn owed_in_all(
        &self,
        account: &mut Account,
        this: &Turn<'_>,
        due_on: Option<Date>,
        steps: &mut Vec<Step>,
    ) -> Eval<Eval<Val>> {
        let Turn { royalty, payer, parts, part, .. } = *this;
        let zero = self.zero_of(Some(&account.name))?;
        let earned = part.earned(&zero);
        let missing =
            self.minimum_dues(royalty, part, parts, &zero, &mut account.topped, &mut account.out)?;
        let books = &mut account.books;
        let mut exact = self.first_reported_amount(royalty, part, payer, due_on, &earned, books)?;
        steps.extend(correct::waiting(royalty, &earned, &exact));
        exact = self.trued_up((royalty, payer), part, exact, &mut account.estimates, steps)?;
        exact = self.beyond_advance(part, exact, &mut account.ahead, steps);
        if let Some(over) = account.estimates.over() {
            account.out.surplus.push((part.period, over));
        }
        for one in missing {
            match one.apart {
                None => {
                    exact = exact.and_then(|e| e.plus(&one.amount?));
                    steps.push(one.step);
                }
                Some((period, day)) => {
                    let (name, from) = (&account.name, this.from.clone());
                    let mut due = Due::arisen(name, from, Some(period), period.end, one.amount, royalty.at);
                    due.due = day;
                    due.steps = vec![one.step];
                    self.shared_and_taxed(royalty, parts, part, &mut due, &mut account.received)?;
                    account.out.dues.push(due);
                }
            }
        }
        self.bonus_added(royalty, part, exact, steps)
    }

    /// What is left of it once overpayments, prepayments and advances are counted against it.
    fn after_credits(
        &self,
        account: &mut Account,
        this: &Turn<'_>,
        exact: Eval<Val>,
        shared: &mut Shared,
        steps: &mut Vec<Step>,
    ) -> Eval<Val> {
        let Turn { royalty, payer, part, .. } = *this;
        let exact = exact.and_then(|owed| account.books.credited(part, owed, steps));
        let credited = self.credited((royalty, payer), part, &exact, shared, steps);
        if let Err(why) = &credited
            && shared.serves(self, &account.name, part.period.end)
        {
            account.out.uncredited.get_or_insert_with(|| why.clone());
        }
        let (owed, used) = credited?;
        account.out.credited.extend(used.into_iter().map(|(name, n)| (part.period, name, n)));
        self.less_advance(royalty, part, owed, steps)
    }

    /// Divides an amount among its payees, and takes off what they owe in turn.
    fn divided_less_debts(
        &self,
        account: &mut Account,
        this: &Turn<'_>,
        due: &mut Due,
        shared: &mut Shared,
        steps: &mut Vec<Step>,
    ) -> Eval<()> {
        let Turn { royalty, payer, parts, part, .. } = *this;
        due.shares = self.shares_of(royalty, parts, part, &due.exact, &mut account.received)?;
        due.divided = due.exact.clone().ok().filter(|_| !due.shares.is_empty());
        if !due.shares.is_empty() {
            steps.extend(self.unheard_before(royalty, parts, part));
            due.exact = payees::together(&due.shares, &self.zero_of(Some(&account.name))?);
            steps.extend(payees::withheld_from_all(due, royalty.at));
        }
        let whose = (royalty, payer, account.out.dues.as_slice());
        let taken = match &due.exact {
            Ok(owed) => self.set_off(whose, part, owed, due.due, shared, &mut due.shares),
            Err(why) => Err(why.clone()),
        };
        if let Err(why) = &taken {
            let open = self.set_off_open(whose, part, due.due, shared);
            // Nor can it be said what comes off each share.
            due.shares
                .iter_mut()
                .filter(|_| !open.is_empty())
                .for_each(|(_, share)| *share = Err(why.clone()));
            shared.not_set_off.extend(open.iter().map(|(key, _)| (key.clone(), why.clone())));
            account.out.not_set_off.extend(open.into_iter().map(|(_, debt)| (debt, why.clone())));
        }
        due.exact = taken.map(|set_off| {
            account.out.set_off.extend(set_off.taken.into_iter().map(|taken| (part.period, taken)));
            steps.extend(set_off.steps);
            due.off = set_off.off;
            set_off.left
        });
        Ok(())
    }

    /// A difference that is a payment of its own: who gets which part of it, and the tax on it.
    fn shared_and_taxed(
        &self,
        royalty: &Royalty,
        parts: &[Part],
        part: &Part,
        due: &mut Due,
        received: &mut received::Received,
    ) -> Eval<()> {
        // Bands of the base say nothing of a difference.
        if royalty.split.is_empty() {
            due.shares = self.shares_of(royalty, parts, part, &due.exact, received)?;
        }
        if !due.shares.is_empty() {
            due.divided = due.exact.clone().ok();
            due.exact = payees::together(&due.shares, &self.zero_of(Some(&royalty.name))?);
        }
        self.tax(due, royalty.into());
        due.amount = due.exact.clone().map(|v| self.round_of(&royalty.name, &v));
        Ok(())
    }
}
