//! Debts as reasons: which sums of a payment are due and not paid, by which clause and since when, and the entry that
//! would settle each.

use crate::condition::Open;
use crate::engine::Run;
use crate::trace::Step;
use counterpart_ledger::EventKind;
use counterpart_num::Date;
use counterpart_syntax::Label;
use counterpart_terms::value::{Condition, Name};

/// So many payments that were made are told.
const MOST_PAID: usize = 3;

impl Run<'_> {
    /// The payments a test is on: that somebody fails to pay them, or that they are paid.
    pub(super) fn payments_tested(&self, condition: &Condition) -> Vec<Name> {
        match condition {
            Condition::All(all) | Condition::Any(all) => {
                all.iter().flat_map(|one| self.payments_tested(one)).collect()
            }
            Condition::Not(inner) => self.payments_tested(inner),
            Condition::State { name, state, .. } if state == "paid" => vec![name.clone()],
            Condition::Other(parts) if parts.has(Label::Fails) && parts.word(Label::Act) == Some("pay") => {
                parts.names(Label::What)
            }
            _ => Vec::new(),
        }
    }

    /// How a payment stands on a day: each sum that is due and open, or that all is paid, and by which entries. Where a day
    /// is named by which it was to be paid, as it stood on that day, and all that was due on it.
    pub(super) fn why_paid(&self, name: &Name, on: Date, limit: Option<Date>) -> Vec<Step> {
        let limit = limit.filter(|limit| *limit < on);
        let then = self.then(limit.unwrap_or(on));
        let open = match then.open_by(name, limit.or(on.prev_day())) {
            Ok(open) => open,
            Err(why) => return vec![Step::unknown(&why)],
        };
        if !open.is_empty() {
            return open.into_iter().map(|one| one.map_or_else(|why| Step::unknown(&why), told)).collect();
        }
        let paid = then.facts.payments().filter(|event| match &event.kind {
            EventKind::Paid { stream, .. } => stream == name,
            _ => false,
        });
        let mut paid: Vec<Step> =
            paid.map(|event| Step::note(format!("{name} was paid")).on(event.date).by(event.at)).collect();
        paid.drain(..paid.len().saturating_sub(MOST_PAID));
        if paid.is_empty() {
            let said = format!("nothing of {name} is due and open");
            paid.push(Step::note(said).by(self.defined_at(name)));
        }
        paid
    }

    /// What would settle what is open of a payment today, sum by sum.
    pub(super) fn ways_to_pay(&self, name: &Name) -> Vec<Step> {
        let open = self.open_of(name).unwrap_or_default().into_iter().filter_map(Result::ok);
        self.ways_to_settle(name, open.collect())
    }

    /// What would settle some sums of a payment.
    pub(super) fn ways_to_settle(&self, name: &Name, open: Vec<Open>) -> Vec<Step> {
        let way = |Open { due, left }: Open| {
            // Who pays is said where it may be one of several.
            let several = self.payers(name).iter().any(Option::is_some);
            let of = if due.back { &due.to } else { &due.from }.as_ref().filter(|_| several || due.back);
            let period = due.period.map_or(String::new(), |period| format!(" for {period}"));
            let by = of.map_or(String::new(), |by| format!(" by {by}"));
            let entry = format!("paid {name}{by}{period} {left}");
            let waiver = self.machine.parties(name).1;
            let waiver = if waiver.is_empty() { "who it is owed to" } else { &waiver };
            let said = format!("what is open of {name}{period} is paid, or {waiver} gives it up");
            Step::note(said).by(due.at).told_by(entry)
        };
        open.into_iter().map(way).collect()
    }
}

/// A sum that is due and not paid.
fn told(open: Open) -> Step {
    let Open { due, left } = open;
    let period = due.period.map_or(String::new(), |period| format!(" for {period}"));
    let paid = due.amount.as_ref().is_ok_and(|amount| amount.number() != left.number());
    let rest = if paid { "is not paid in full: left" } else { "is not paid" };
    let said = format!("{}{period} was due and {rest}", due.stream);
    Step::new(said, left).on(due.due).by(due.at).from(due.steps)
}
