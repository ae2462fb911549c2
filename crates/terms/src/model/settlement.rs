//! How a royalty is settled: from when and until when it runs, when it is paid, what is put right later, in which
//! money, how rounded, with which interest and tax.

use super::agreement::{Exchange, ExchangeRule, currency, read_exchange, rounding};
use super::clauses::{self, Paid, percent};
use super::interest::Interest;
use super::royalty::Royalty;
use super::withholding::Withholding;
use crate::record::{At, Record};
use crate::value::{Cycle, Duration, Value};
use counterpart_num::PeriodKind;
use counterpart_syntax::{Form, Label};

/// Payments on first reports are settled once for a longer period.
#[derive(Debug, Clone)]
pub struct Reconciled {
    /// Each such period.
    pub each: Cycle,
    /// Within this time of its end.
    pub within: Option<Duration>,
    /// What was paid too much is refunded, or else credited; `None` where the text does not say.
    pub refunded: Option<bool>,
    /// The clause.
    pub at: At,
}

/// First paid on an estimate.
#[derive(Debug, Clone)]
pub struct Estimated {
    /// Within this time of each period.
    pub within: Duration,
    /// The difference within this time of it.
    pub trued: Option<Duration>,
    /// The difference goes with the payment for the next period.
    pub next: bool,
    /// The clause.
    pub at: At,
}

impl Royalty {
    /// Takes in a clause about when and how it is settled.
    pub(super) fn settlement(&mut self, clause: &Record) {
        match clause.clause {
            Form::RoyaltyUntil => self.ends = clause.moment(Label::Until).cloned(),
            Form::RoyaltyFrom => self.starts = clause.moment(Label::From).cloned(),
            Form::RoyaltyHoliday => {
                self.holiday = clause.moment(Label::Until).map(|m| (m.clone(), clause.at))
            }
            Form::RoyaltyBorne => {
                self.borne.extend(clauses::cost_shares(&clause.all(Label::Borne).collect::<Vec<_>>()))
            }
            Form::RoyaltyHolidayRule => self.roll = clauses::roll(clause),
            Form::RoyaltyEstimated => {
                let duration = |label| match clause.get(label) {
                    Some(Value::Duration(duration)) => Some(duration.clone()),
                    _ => None,
                };
                self.estimated = duration(Label::Within).map(|within| Estimated {
                    within,
                    trued: duration(Label::Trued),
                    next: clause.has(Label::Next),
                    at: clause.at,
                });
            }
            Form::RoyaltyReconciled => {
                let within = match clause.get(Label::Within) {
                    Some(Value::Duration(within)) => Some(within.clone()),
                    _ => None,
                };
                let each = match clause.get(Label::Cycle) {
                    Some(Value::Cycle(cycle)) => cycle.clone(),
                    _ => Cycle::calendar(PeriodKind::Year),
                };
                let refunded = clause.word(Label::Over).map(|word| word.ends_with("refunded"));
                self.reconciled = Some(Reconciled { each, within, refunded, at: clause.at });
            }
            Form::RoyaltyReset => {
                if let Some(Value::Cycle(cycle)) = clause.get(Label::Cycle) {
                    self.reset = Some(cycle.clone());
                }
            }
            Form::RoyaltyPaid => self.paid = clause.get(Label::Paid).and_then(|v| Paid::read(v, clause.at)),
            Form::RoyaltyLag => self.lag = clause.word(Label::Unit).and_then(clauses::unit),
            Form::RoyaltyInterest => {
                self.interest = clause.get(Label::Interest).and_then(|v| Interest::read(v, clause.at));
            }
            Form::RoyaltyWithholding => {
                if let Some(rule) = clause.get(Label::Rule) {
                    Withholding::add(&mut self.withholding, rule, clause.at);
                }
            }
            Form::RoyaltyCurrency => {
                self.currency = currency(clause);
                if let Some(rule) = clause.get(Label::Rule).and_then(read_exchange) {
                    self.exchange = Some(Exchange { source: String::new(), rule, at: clause.at });
                }
            }
            Form::RoyaltyExchange => {
                let source = clause.text(Label::Source).unwrap_or_default().to_string();
                let rule = clause.get(Label::Rule).and_then(read_exchange).unwrap_or(ExchangeRule::PeriodEnd);
                self.exchange = Some(Exchange { source, rule, at: clause.at });
            }
            Form::RoyaltyRounding => self.rounding = Some(rounding(clause, self.currency)),
            Form::RoyaltyIndexed => {
                self.indexed = clause.name(Label::Index).map(|index| {
                    (
                        index.clone(),
                        percent(clause, Label::Most),
                        clause.moment(Label::From).cloned(),
                        clause.at,
                    )
                });
            }
            _ => {}
        }
    }
}
