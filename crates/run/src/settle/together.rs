//! What shares an advance, a prepayment or a debt is settled together.
//!
//! A prepayment that counts against two royalties, against a royalty and a fee, or against one that the members of a
//! group pay, is one sum of money. So everything that draws on it is taken period by period, or fee by fee, each in
//! its turn (`royalty::turns`). One dollar is used once.

use super::fee_credit::FeesDue;
use super::minimum::Topped;
use super::{Due, Pool, Settled, correct, estimate, in_advance, payees, received};
use crate::engine::Run;
use crate::royalty::{self, Part, Series};
use crate::trace::Step;
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Date, Exact, Period};
use counterpart_terms::model::Royalty;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// What is drawn on by all that is settled together.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Advances and prepayments.
    pub pools: Vec<Pool>,
    /// Debts set off so far, whoever did: debt, amount.
    pub set_off: Vec<(Name, Exact)>,
    /// Debts of which it cannot be said what was set off, and why.
    pub not_set_off: Vec<(Name, Unknown)>,
}

/// What is settled together, settled.
pub(super) struct Together {
    accounts: Vec<Account>,
    pub fees: Vec<FeesDue>,
    pub pools: Vec<Pool>,
}

/// Whose turn it can be, by its place.
enum Turn {
    Royalty(usize),
    Fee(usize),
}

/// One royalty for one payer, with what it remembers while it is settled.
struct Account {
    name: Name,
    payer: Option<Name>,
    series: Rc<Series>,
    /// The days on which its periods take their turn.
    days: Vec<Date>,
    /// Which of them is next.
    next: usize,
    topped: Topped,
    received: received::Received,
    books: correct::Books,
    /// What was owed for each period, before credits: what an audit of a longer time is compared with.
    owed: Vec<(Period, Eval<Val>)>,
    estimates: estimate::Differences,
    ahead: in_advance::InAdvance,
    out: Settled,
    /// Why it cannot be settled any further.
    stopped: Option<Unknown>,
}

impl Account {
    /// The day of its next turn, where there is one.
    fn day(&self) -> Option<Date> {
        self.days.get(self.next).copied().filter(|_| self.stopped.is_none())
    }
}

impl Run<'_> {
    /// The settlement of a royalty for a payer; of all payers where none is named.
    ///
    /// # Errors
    /// Where the royalty cannot be followed at all.
    pub fn settled(&self, name: &Name, payer: Option<&Name>) -> Eval<Rc<Settled>> {
        let payers = self.payers(name);
        let apart = payers.iter().any(Option::is_some);
        // Where payers are not computed apart, who pays makes no difference.
        let payer = payer.filter(|_| apart).cloned();
        let key = (name.clone(), payer.clone());
        if let Some(found) = self.settlements.borrow().get(&key) {
            return Ok(Rc::clone(found));
        }
        if apart && payer.is_none() {
            let each: Eval<Vec<Rc<Settled>>> =
                payers.iter().map(|p| self.settled(name, p.as_ref())).collect();
            return Ok(Rc::new(Settled::of_all(&each?)));
        }
        let mut asked = None;
        for account in self.settle_all(&self.sharing(name))?.accounts {
            let this = account.name == *name && account.payer == payer;
            let settled = match account.stopped {
                Some(unknown) if this => return Err(unknown),
                Some(_) => continue,
                None => Rc::new(account.out),
            };
            if this {
                asked = Some(Rc::clone(&settled));
            }
            // What is computed while something else is under way may lean on what is not there yet.
            if !self.is_busy() {
                self.settlements.borrow_mut().insert((account.name, account.payer), settled);
            }
        }
        Ok(asked.unwrap_or_default())
    }

    /// The royalties and fees that draw on what this one draws on, itself among them, in the order the text names
    /// them.
    pub(super) fn sharing(&self, name: &Name) -> Vec<Name> {
        let mut links: Vec<Vec<Name>> = self.draws().into_iter().map(|(_, names)| names).collect();
        links.extend(self.set_off_against());
        royalty::turns::linked(&links, name)
    }

    /// Settles royalties with all their payers, and the fees that draw on the same.
    pub(super) fn settle_all(&self, names: &[Name]) -> Eval<Together> {
        let (mut accounts, mut fees, mut turns) = (Vec::new(), Vec::new(), Vec::new());
        let mut shared = Shared { pools: self.pools(names)?, ..Shared::default() };
        for name in names {
            if self.pay_named(name).is_some() {
                turns.push(Turn::Fee(fees.len()));
                fees.push(self.fees_due(name, &mut shared));
                continue;
            }
            for payer in self.payers(name) {
                turns.push(Turn::Royalty(accounts.len()));
                accounts.push(self.account(name, payer)?);
            }
        }
        let day = |turn: &Turn, accounts: &[Account], fees: &[FeesDue]| match turn {
            Turn::Royalty(at) => accounts.get(*at).and_then(Account::day),
            Turn::Fee(at) => fees.get(*at).and_then(FeesDue::day),
        };
        while let Some(turn) =
            royalty::turns::next(turns.iter().map(|t| day(t, &accounts, &fees))).and_then(|at| turns.get(at))
        {
            match turn {
                Turn::Fee(at) => {
                    let Some(fee) = fees.get_mut(*at) else { break };
                    self.settle_fee(fee, &mut shared);
                }
                Turn::Royalty(at) => {
                    let Some(account) = accounts.get_mut(*at) else { break };
                    let series = Rc::clone(&account.series);
                    let day = account.day().unwrap_or(Date::MIN);
                    self.settle_ahead(account, day);
                    if let Some(part) = series.parts.get(account.next)
                        && let Err(unknown) = self.settle_part(account, &series.parts, part, &mut shared)
                    {
                        // What it would have drawn cannot be said, so what is left for the others cannot either.
                        shared.unsure(self, &account.name, &part.period, &unknown);
                        account.stopped = Some(unknown);
                    }
                    account.next += 1;
                }
            }
        }
        for account in accounts.iter_mut().filter(|a| a.stopped.is_none()) {
            self.settle_ahead(account, Date::MAX);
            if let Err(unknown) = self.settle_after_deletion(account) {
                account.stopped = Some(unknown);
                continue;
            }
            account.out.pools = shared.pools.clone();
            let ends = self.advance_back(&account.name, &account.series.parts, account.payer.as_ref());
            match ends {
                Ok(dues) => account.out.dues.extend(dues),
                Err(unknown) => account.stopped = Some(unknown),
            }
            account.out.dues.sort_by_key(|d| (d.arisen, d.period.map(|p| p.days())));
        }
        Ok(Together { accounts, fees, pools: shared.pools })
    }

    /// A year keeps the minimum it began under, also where the royalty is taken out within it: what is missing is
    /// settled when the year is over.
    fn settle_after_deletion(&self, account: &mut Account) -> Eval<()> {
        let (series, name) = (Rc::clone(&account.series), account.name.clone());
        let Some(last) = series.parts.last().map(|p| p.period) else { return Ok(()) };
        let royalty = royalty::find(self, &name, None)?;
        let zero = self.zero_of(Some(&name))?;
        let cycle = royalty::payment_cycle(self, royalty, last.start)?;
        let after = cycle.between(last.end, self.facts.as_of()).into_iter();
        let deleted = |p: &Period| !self.model_on(p.start).royalties.contains_key(&name);
        for period in after.filter(|p| p.start > last.end && p.end <= self.facts.as_of() && deleted(p)) {
            let part = Part { period, subs: Vec::new(), bases: Vec::new(), advance: None };
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

    /// The parts of minimums that fall due in advance by a day.
    fn settle_ahead(&self, account: &mut Account, by: Date) {
        match self.due_in_advance(&account.name, account.payer.as_ref(), by, &mut account.ahead) {
            Ok(dues) => account.out.dues.extend(dues),
            Err(unknown) => account.stopped = Some(unknown),
        }
    }

    fn account(&self, name: &Name, payer: Option<Name>) -> Eval<Account> {
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
    fn settle_part(
        &self,
        account: &mut Account,
        parts: &[Part],
        part: &Part,
        shared: &mut Shared,
    ) -> Eval<()> {
        // A royalty that the terms of the day do not have is not owed.
        let Ok(royalty) = royalty::find(self, &account.name, Some(part.period.start)) else { return Ok(()) };
        let zero = self.zero_of(Some(&account.name))?;
        let payer = account.payer.clone();
        let from = payer.clone().or_else(|| super::only(&royalty.from));
        let earned = part.earned(&zero);
        let mut steps: Vec<Step> = Vec::new();
        for sub in part.subs.iter().flatten() {
            steps.extend(sub.steps.iter().cloned());
        }
        // A day that cannot be said leaves the amount as it is.
        let mut due_on = self.settlement_day(royalty, &part.period).unwrap_or_else(|why| {
            steps.push(Step::note("the day it is due is not known").how(why.reason).by(royalty.at));
            None
        });
        let missing =
            self.minimum_dues(royalty, part, parts, &zero, &mut account.topped, &mut account.out)?;
        let books = &mut account.books;
        let mut exact = self.first_reported_amount(royalty, part, payer.as_ref(), due_on, &earned, books)?;
        steps.extend(correct::waiting(royalty, &earned, &exact));
        exact = self.trued_up((royalty, payer.as_ref()), part, exact, &mut account.estimates, &mut steps)?;
        exact = self.beyond_advance(part, exact, &mut account.ahead, &mut steps);
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
                    let mut due = Due::arisen(
                        &account.name,
                        from.clone(),
                        Some(period),
                        period.end,
                        one.amount,
                        royalty.at,
                    );
                    due.due = day;
                    due.steps = vec![one.step];
                    self.shared_and_taxed(royalty, parts, part, &mut due, &mut account.received)?;
                    account.out.dues.push(due);
                }
            }
        }
        exact = self.bonus_added(royalty, part, exact, &mut steps)?;
        let mut shortfall = None;
        if let Some(audited) = self.audited(royalty, (parts, part), &account.owed, &mut steps)? {
            if payer.is_some() {
                let reason = "the audit does not say whose payments of the group it was of";
                exact = Err(Unknown::new(reason).at(royalty.at));
            } else {
                shortfall = audited.shortfall(&exact, due_on);
                // What was owed all along keeps its day; where that is not known, neither is what is missing.
                due_on = if exact.is_ok() { due_on } else { audited.due.or(due_on) };
                exact = Ok(audited.owed);
            }
        }
        account.owed.push((part.period, exact.clone()));
        exact = exact.and_then(|owed| account.books.credited(part, owed, &mut steps));
        let credited = self.credited((royalty, payer.as_ref()), part, &exact, shared, &mut steps);
        if let Err(why) = &credited
            && shared.serves(self, &account.name, part.period.end)
        {
            account.out.uncredited.get_or_insert_with(|| why.clone());
        }
        exact = credited.map(|(owed, used)| {
            account.out.credited.extend(used.into_iter().map(|(name, n)| (part.period, name, n)));
            owed
        });
        exact = exact.and_then(|owed| self.with_advance(royalty, part, owed, &mut steps));
        let mut shares = self.shares_of(royalty, parts, part, &exact, &mut account.received)?;
        let divided = exact.clone().ok().filter(|_| !shares.is_empty());
        if !shares.is_empty() {
            steps.extend(self.unheard_before(royalty, parts, part));
            exact = payees::together(&shares, &zero);
        }
        let whose = (royalty, payer.as_ref(), account.out.dues.as_slice());
        let taken = match &exact {
            Ok(owed) => self.set_off(whose, part, owed, due_on, shared, &mut shares),
            Err(why) => Err(why.clone()),
        };
        if let Err(why) = &taken {
            let open = self.set_off_open(whose, part, due_on, shared);
            // Nor can it be said what comes off each share.
            shares.iter_mut().filter(|_| !open.is_empty()).for_each(|(_, share)| *share = Err(why.clone()));
            shared.not_set_off.extend(open.iter().map(|(key, _)| (key.clone(), why.clone())));
            account.out.not_set_off.extend(open.into_iter().map(|(_, debt)| (debt, why.clone())));
        }
        let mut off = Vec::new();
        exact = taken.map(|set_off| {
            account.out.set_off.extend(set_off.taken.into_iter().map(|taken| (part.period, taken)));
            steps.extend(set_off.steps);
            off = set_off.off;
            set_off.left
        });
        let paid = self.paid(&account.name, payer.as_ref()).iter().any(|(_, p, _)| *p == Some(part.period));
        let worth = part.reported() || paid || exact.as_ref().is_ok_and(|v| !v.number().is_zero());
        if !worth && (exact.is_ok() || part.period.end > self.facts.as_of()) {
            return Ok(());
        }
        let mut due =
            Due::arisen(&account.name, from.clone(), Some(part.period), part.period.end, exact, royalty.at);
        // Where nothing was reported and the report is overdue, nothing is no word of what was earned.
        due.gross = part.silence().map_or(earned, |why| Err(why.clone()));
        due.due = due_on;
        (due.divided, due.shares, due.off) = (divided, shares, off);
        due.steps = steps;
        let found = shortfall.and_then(|shortfall| shortfall.split_off(&mut due));
        for mut due in [Some(due), found].into_iter().flatten() {
            self.tax(&mut due, royalty.withholding.as_ref(), &royalty.from);
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
        self.tax(due, royalty.withholding.as_ref(), &royalty.from);
        due.amount = due.exact.clone().map(|v| self.round_of(&royalty.name, &v));
        Ok(())
    }
}

impl Shared {
    /// Whether there is, or may be, something a royalty can draw on by a day.
    fn serves(&self, run: &Run<'_>, name: &Name, day: Date) -> bool {
        let drawn = run.drawn_on();
        let open = self.pools.iter().filter(|p| p.unsure.is_some() || p.available(day).is_positive());
        open.into_iter().any(|p| drawn.iter().any(|(pay, by)| *pay == p.name && by.contains(name)))
    }

    /// What a royalty draws in a period cannot be said: neither can what it leaves of what there was.
    pub(super) fn unsure(&mut self, run: &Run<'_>, name: &Name, period: &Period, why: &Unknown) {
        let drawn = run.drawn_on();
        let open = |p: &&mut Pool| p.unsure.is_some() || p.available(period.end).is_positive();
        for pool in self.pools.iter_mut().filter(open) {
            if drawn.iter().any(|(pay, against)| *pay == pool.name && against.contains(name)) {
                let why = pool.unsure.get_or_insert_with(|| why.clone()).clone();
                pool.left.push((*period, Err(why)));
            }
        }
    }
}

impl Settled {
    /// The settlements of all payers as one.
    fn of_all(each: &[Rc<Settled>]) -> Settled {
        let mut out = Settled::default();
        for one in each {
            out.dues.extend(one.dues.iter().cloned());
            out.set_off.extend(one.set_off.iter().cloned());
            out.not_set_off.extend(one.not_set_off.iter().cloned());
            out.credited.extend(one.credited.iter().cloned());
            out.uncredited = out.uncredited.or_else(|| one.uncredited.clone());
            for (period, amount) in &one.surplus {
                match out.surplus.iter_mut().find(|(p, _)| p == period) {
                    Some((_, sum)) => *sum = sum.clone().and_then(|sum| Ok(sum + amount.clone()?)),
                    None => out.surplus.push((*period, amount.clone())),
                }
            }
            // They share what they draw on.
            if out.pools.is_empty() {
                out.pools = one.pools.clone();
            }
        }
        out
    }

    /// What came off advances and prepayments in all.
    ///
    /// # Errors
    /// Where that cannot be said of a period.
    pub fn recouped(&self) -> Eval<Exact> {
        match &self.uncredited {
            Some(why) => Err(why.clone()),
            None => Ok(self.credited.iter().map(|(_, _, n)| n.clone()).sum()),
        }
    }
}
