//! What shares an advance, a prepayment or a debt is settled together.
//!
//! A prepayment that counts against two royalties, against a royalty and a fee, or against one that the members of a
//! group pay, is one sum of money. So everything that draws on it is taken period by period, or fee by fee, each in
//! its turn (`royalty::turns`). One dollar is used once.

use super::account::Account;
use super::fee_credit::FeesDue;
use super::{Pool, Settled};
use crate::engine::Run;
use crate::royalty;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Exact, Period};
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
        let mut links: Vec<Vec<Name>> = self.draws().iter().map(|(_, names)| names.clone()).collect();
        links.extend(self.set_off_against());
        royalty::turns::linked(&links, name)
    }

    /// Settles royalties with all their payers, and the fees that draw on the same.
    ///
    /// # Errors
    /// Where one of them hangs on what settles it: a fee that is owed while a royalty is not paid, and counts against it.
    pub(super) fn settle_all(&self, names: &[Name]) -> Eval<Together> {
        if let Some(name) = self.owed.settling.borrow().iter().find(|name| names.contains(name)) {
            self.goes_in_a_circle();
            return Err(Unknown::new(format!("what settles `{name}` hangs on whether it is settled")));
        }
        let before = self.owed.settling.borrow().len();
        self.owed.settling.borrow_mut().extend(names.iter().cloned());
        let found = self.settle_each(names);
        self.owed.settling.borrow_mut().truncate(before);
        found
    }

    fn settle_each(&self, names: &[Name]) -> Eval<Together> {
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
            let after = self.settle_advances_after(account);
            if let Err(unknown) = after.and_then(|()| self.settle_after_deletion(account)) {
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
}

impl Shared {
    /// Whether there is, or may be, something a royalty can draw on by a day.
    pub(super) fn serves(&self, run: &Run<'_>, name: &Name, day: Date) -> bool {
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
