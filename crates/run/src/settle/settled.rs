//! The settlement of one royalty: what is owed, and what of it was drawn from elsewhere.

use super::{Due, Pool, overpaid};
use crate::unknown::{Eval, Unknown};
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_terms::value::Name;
use std::rc::Rc;

/// What was set off of a debt.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The debt.
    pub debt: Name,
    /// Whose overpayment it was, where it was one.
    pub overpaid: Option<overpaid::Overpaid>,
    /// How much.
    pub sum: Exact,
}

/// The settlement of one royalty for one payer.
#[derive(Debug, Clone, Default)]
pub struct Settled {
    /// What is owed, oldest first.
    pub dues: Vec<Due>,
    /// What was owed for each period as it was reported, before credits: what an audit is compared with.
    pub reported: Vec<(Period, Eval<Val>)>,
    /// Advances and prepayments it draws on, with what is left for all that draw on them.
    pub pools: Vec<Pool>,
    /// What came off advances and prepayments: period, which, amount.
    pub credited: Vec<(Period, Name, Exact)>,
    /// What is carried to later periods: minimum surplus, overpayments.
    pub surplus: Vec<(Period, Eval<Exact>)>,
    /// Why it cannot be said what came off them in a period, where it cannot.
    pub uncredited: Option<Unknown>,
    /// Debts of the payee set off in each period.
    pub set_off: Vec<(Period, Taken)>,
    /// Debts of which it cannot be said what was set off, and why.
    pub not_set_off: Vec<(Name, Unknown)>,
}

impl Settled {
    /// The settlements of all payers as one.
    pub(super) fn of_all(each: &[Rc<Settled>]) -> Settled {
        let mut out = Settled::default();
        for one in each {
            out.dues.extend(one.dues.iter().cloned());
            out.reported.extend(one.reported.iter().cloned());
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
