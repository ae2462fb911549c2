//! What a payment clause says of all its lines: totals, conditions, caps, credits, refunds, rises.

use super::clauses::{self, percent};
use super::instalment::basis;
use crate::record::Record;
use crate::value::{Amount, Condition, Cycle, Known, Moment, Name, Value};
use counterpart_num::{Exact, PeriodKind};
use counterpart_syntax::{Form, Label, Rule};

/// What a payment clause says beyond its lines.
#[derive(Debug, Clone)]
pub enum PayRule {
    /// The stated total of the instalments.
    Total(Amount),
    /// Only when this is so.
    When(Condition),
    /// A later milestone makes earlier ones due; where so said, those of the same country or region alone.
    CatchUp(bool),
    /// A replacement pays only what its predecessor had not.
    Replacement,
    /// What a dropped product had not paid moves to another, unless it was dropped for one of these reasons or
    /// this was so on the day.
    Dropped(Vec<Name>, Option<Condition>),
    /// Several thresholds passed in one year: `all`, `highest`, `next`.
    Several(String),
    /// Together at most this, each such period, on such a condition, with these other payments.
    AtMost(Amount, Option<Cycle>, Option<Condition>, Vec<Name>),
    /// Nothing falls due before this.
    From(Moment),
    /// Nothing arises after this.
    Until(Moment),
    /// Every line is multiplied by this.
    Scaled(Amount),
    /// Only on days on which this is so.
    While(Condition),
    /// Not while this is so.
    Paused(Condition),
    /// Everything unpaid falls due, to a stated total.
    Accelerates(Condition, Option<Amount>),
    /// Less so much for each period late, at most so much.
    LateCut(Amount, PeriodKind, Option<Amount>),
    /// Paid in shares of a party at a price, rounded up or down.
    InShares(Name, Amount, Option<String>),
    /// Credited against royalties: which, at most so much, in the same year.
    Creditable(Vec<Name>, Option<Amount>, bool),
    /// Earned back from royalties, for each title separately.
    Recouped(Vec<Name>, Option<Name>, bool),
    /// Parts of the sum that are earned back by one title or product each.
    Allocated(Vec<(Amount, Name)>),
    /// Indexed: index, at most, from.
    Indexed(Name, Option<Known<Exact>>, Option<Moment>),
    /// A multiple paid back.
    BuyBack(Known<Exact>, Option<Condition>, Option<Known<Exact>>),
    /// Refundable: when, which share.
    Refund(Option<Condition>, Option<Known<Exact>>),
    /// Rises by this much for each such period begun, from the one named on.
    Escalates(Amount, Cycle, Option<Value>),
    /// Rises at most by this percentage, or as this index did, from one year to the next.
    RisesAtMost(Option<Known<Exact>>, Option<Name>),
    /// A total somebody published.
    Published(Amount),
    /// Of several lines whose conditions are met, only the first is paid.
    FirstFit,
    /// Anything that is said but moves no money.
    Other,
}

impl PayRule {
    pub(super) fn read(clause: &Record) -> Option<PayRule> {
        Some(match clause.clause {
            Form::PayTotal => PayRule::Total(clause.amount(Label::Total)?.clone()),
            Form::PayWhen => PayRule::When(clause.condition(Label::When)?.clone()),
            Form::PayWhere => PayRule::When(clause.condition(Label::Where)?.clone()),
            Form::PayCatchUp => PayRule::CatchUp(clause.has(Label::Same)),
            Form::PayReplacement => PayRule::Replacement,
            Form::PayDropped => {
                PayRule::Dropped(clause.names(Label::For), clause.condition(Label::Unless).cloned())
            }
            Form::PaySeveral => {
                let which = [(Label::Highest, "highest"), (Label::Next, "next")];
                let found = which.into_iter().find(|(label, _)| clause.has(*label));
                PayRule::Several(found.map_or("all", |(_, word)| word).to_string())
            }
            Form::PayAtMost => {
                let cycle = match clause.get(Label::Cycle) {
                    Some(Value::Cycle(cycle)) => Some(cycle.clone()),
                    _ => None,
                };
                PayRule::AtMost(
                    clause.amount(Label::Most)?.clone(),
                    cycle,
                    clause.condition(Label::When).cloned(),
                    clause.names(Label::With),
                )
            }
            Form::PayFrom => PayRule::From(clause.moment(Label::From)?.clone()),
            Form::PayUntil => PayRule::Until(clause.moment(Label::Until)?.clone()),
            Form::PayScaled => PayRule::Scaled(clause.amount(Label::By)?.clone()),
            Form::PayWhile => PayRule::While(clause.condition(Label::While)?.clone()),
            Form::PayPaused => PayRule::Paused(clause.condition(Label::While)?.clone()),
            Form::PayAccelerates => PayRule::Accelerates(
                clause.condition(Label::When)?.clone(),
                clause.amount(Label::To).cloned(),
            ),
            Form::PayLateCut => PayRule::LateCut(
                clause.amount(Label::Cut)?.clone(),
                clause.word(Label::Per).and_then(clauses::unit).unwrap_or(PeriodKind::Month),
                clause.amount(Label::Most).cloned(),
            ),
            Form::PayShares => PayRule::InShares(
                clause.name(Label::Of)?.clone(),
                clause.amount(Label::Price)?.clone(),
                clause.word(Label::Rounded).map(str::to_string),
            ),
            Form::PayCreditable => PayRule::Creditable(
                clause.names(Label::Against),
                clause.amount(Label::Most).cloned(),
                clause.has(Label::Same),
            ),
            Form::PayRecouped => PayRule::Recouped(
                clause.names(Label::From),
                clause.name(Label::Per).cloned(),
                clause.has(Label::Repaid),
            ),
            Form::PayAllocated => {
                let parts = clause.all(Label::Part).chain(clause.rules(Rule::AllocatedPart));
                let parts = parts.filter_map(|v| match v {
                    Value::Parts(part) => {
                        Some((part.amount(Label::Value)?.clone(), part.name(Label::To)?.clone()))
                    }
                    _ => None,
                });
                PayRule::Allocated(parts.collect())
            }
            Form::PayIndexed => PayRule::Indexed(
                clause.name(Label::Index)?.clone(),
                percent(clause, Label::Most),
                clause.moment(Label::From).cloned(),
            ),
            Form::PayMultiple => PayRule::BuyBack(
                percent(clause, Label::Multiple)?,
                clause.condition(Label::When).cloned(),
                percent(clause, Label::Plus),
            ),
            Form::PayRefund => {
                PayRule::Refund(clause.condition(Label::When).cloned(), percent(clause, Label::Share))
            }
            Form::PayEscalates => {
                let cycle = Cycle {
                    unit: clause.word(Label::Unit).and_then(clauses::unit).unwrap_or(PeriodKind::Year),
                    basis: basis(clause.word(Label::Basis).unwrap_or_default()),
                    party: clause.name(Label::Of).cloned(),
                    anchor: None,
                    unknown: None,
                };
                let from = match clause.get(Label::From) {
                    Some(Value::Parts(inner)) => inner.0.first().map(|p| p.value.clone()),
                    other => other.cloned(),
                };
                PayRule::Escalates(clause.amount(Label::By)?.clone(), cycle, from)
            }
            Form::PayIncrease => {
                PayRule::RisesAtMost(percent(clause, Label::Most), clause.name(Label::Index).cloned())
            }
            Form::PayFirstFit => PayRule::FirstFit,
            Form::PayPublishes => PayRule::Published(clause.amount(Label::Total)?.clone()),
            _ => PayRule::Other,
        })
    }
}
