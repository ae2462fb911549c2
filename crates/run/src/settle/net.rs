//! Netting: what one side's payments come to less the other's, with small balances that wait.

use crate::engine::Run;
use crate::unknown::Eval;
use crate::value::Val;
use counterpart_num::{Exact, Period};
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::Record;
use counterpart_terms::value::{Name, Value};

impl Run<'_> {
    /// What the first payment comes to in a period less the others; by the clause that nets them where there is one.
    ///
    /// # Errors
    /// Where one of them cannot be computed.
    pub(crate) fn netted(&self, streams: &[Name], period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let clause = self.model_on(period.map_or(self.facts.as_of(), |p| p.start)).records.iter().find(|r| {
            let named = r.names(Label::Streams);
            r.clause == Form::FileNet
                && streams.iter().all(|s| named.contains(s))
                && named.len() == streams.len()
        });
        match (clause, period) {
            (Some(clause), Some(period)) => self.balance_paid(clause, streams, period, zero),
            _ => self.difference(streams, period, zero),
        }
    }

    fn difference(&self, streams: &[Name], period: Option<&Period>, zero: &Val) -> Eval<Val> {
        let mut sum = zero.clone();
        for (index, name) in streams.iter().enumerate() {
            let owed = self.owed_for(name, period, zero)?;
            sum = if index == 0 { sum.plus(&owed)? } else { sum.less(&owed)? };
        }
        Ok(sum)
    }

    /// The balance of a period with what was carried into it; nothing while it is too small to be paid.
    fn balance_paid(&self, clause: &Record, streams: &[Name], period: &Period, zero: &Val) -> Eval<Val> {
        let below = clause.below(Form::NetCarried).and_then(|l| l.amount(Label::Below));
        let below = match below {
            Some(amount) => Some(self.amount(amount, &crate::clock::Focus::of(*period))?.0),
            None => None,
        };
        let cycle = match clause.get(Label::Cycle) {
            Some(Value::Cycle(cycle)) => self.clock().cycle(cycle)?,
            _ => return self.difference(streams, Some(period), zero),
        };
        let first = self.first_day().unwrap_or(period.start).min(period.start);
        let mut carried = zero.clone();
        let mut paid = zero.clone();
        for one in cycle.between(first, period.end) {
            let balance = carried.plus(&self.difference(streams, Some(&one), zero)?)?;
            let size = if balance.number().is_negative() {
                -balance.number().clone()
            } else {
                balance.number().clone()
            };
            let waits = below.as_ref().is_some_and(|limit| &size < limit.number());
            (paid, carried) = if waits {
                (balance.with(Exact::zero()), balance)
            } else {
                (balance.clone(), balance.with(Exact::zero()))
            };
            if one.end >= period.end {
                break;
            }
        }
        Ok(paid)
    }
}
