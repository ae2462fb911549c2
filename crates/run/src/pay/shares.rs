//! Payments made in shares: how many.

use crate::clock::Focus;
use crate::engine::Run;
use crate::unknown::{Eval, Unknown};
use counterpart_ledger::EventKind;
use counterpart_num::{Exact, Mode, Rounding};
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::PayRule;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Amount, Name, Value};

/// The number of shares a payment has come to by the day asked about.
///
/// # Errors
/// Where the payment is not in shares.
pub(crate) fn shares_of(run: &Run<'_>, name: &Name) -> Eval<Exact> {
    let pay = run.pay_named(name).ok_or_else(|| Unknown::new(format!("`{name}` is no payment")))?;
    let in_shares = pay.rules.iter().find_map(|(rule, _)| match rule {
        PayRule::InShares(_, price, _) => Some(price),
        _ => None,
    });
    let mut shares = Exact::zero();
    if let Some(price) = in_shares {
        let (price, _) = run.amount(price, &Focus::default())?;
        for item in run.items(name)? {
            let amount = item.amount?;
            shares += amount.number().checked_div(price.number()).unwrap_or_else(Exact::zero);
        }
        return Ok(shares);
    }
    for (line, item) in pay.instalments.iter().enumerate() {
        if let Some((count, _)) = &item.shares {
            let times = run.items(name)?.iter().filter(|i| i.line == line).count();
            shares += count * &Exact::from_int(times as i64);
        }
    }
    let record = run
        .model_now()
        .records
        .iter()
        .find(|r| r.clause == Form::FilePay && r.name(Label::Name) == Some(name));
    for clause in record.into_iter().flat_map(|r| &r.below) {
        match clause.clause {
            Form::PayWarrant => shares += warrant(run, clause)?,
            Form::PayStake => shares += stake(run, clause)?,
            _ => {}
        }
    }
    Ok(shares)
}

fn warrant(run: &Run<'_>, clause: &Record) -> Eval<Exact> {
    if let Some(vests) = clause.condition(Label::Vests) {
        let today = counterpart_num::Period::new(run.facts.as_of(), run.facts.as_of());
        if !run.holds(vests, &Focus { period: today, ..Focus::default() })? {
            return Ok(Exact::zero());
        }
    }
    match clause.get(Label::Shares) {
        Some(Value::Number(n)) => Ok(n.clone()),
        Some(Value::Unknown(known)) => {
            let why = known.why_unknown().unwrap_or_default();
            Err(Unknown::new(format!("the number of shares is {why}")).at(clause.at))
        }
        _ => Ok(Exact::zero()),
    }
}

/// A stake is kept at its percentage of all shares, its own among them, while a round values the whole
/// company at no more than the sum it is protected to.
fn stake(run: &Run<'_>, clause: &Record) -> Eval<Exact> {
    let percent = match clause.amount(Label::Percent) {
        Some(Amount::Percent(known)) => crate::amount::given(known, "stake")?,
        _ => return Err(Unknown::new("the stake has no percentage")),
    };
    let protected = match clause.amount(Label::Protected) {
        Some(amount) => Some(run.amount(amount, &Focus::default())?.0),
        None => None,
    };
    let own_share = percent.checked_div(&(Exact::one() - percent.clone())).unwrap_or_else(Exact::zero);
    let mut others = Exact::zero();
    let mut stake = Exact::zero();
    for event in run.facts.happened() {
        let EventKind::Told { word, parts, .. } = &event.kind else { continue };
        if word != "issued" {
            continue;
        }
        let Some(Value::Number(count)) = parts.get(Label::Shares) else { continue };
        others += count;
        let topped = (&others * &own_share).round(&Rounding::places(0, Mode::HalfUp));
        let worth = match parts.amount(Label::Price) {
            Some(price) => Some(run.amount(price, &Focus::default())?.0.number() * &(&others + &topped)),
            None => None,
        };
        let within = match (&worth, &protected) {
            (Some(worth), Some(limit)) => worth <= limit.number(),
            _ => true,
        };
        if within {
            stake = topped;
        }
    }
    Ok(stake)
}
