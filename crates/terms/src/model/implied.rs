//! What clauses on something else say of payments: what evens out shared costs, what an audit cost, what a royalty earns
//! back, when no royalty is cut, who is paid the price of a buy-out.
//!
//! A share of costs is paid under the name of that whose costs are shared, by whoever bore too little to whoever bore too
//! much; so all who bear or spend are on both sides of it. What an audit cost is paid under `audit-of-` and the party.

use super::agreement::{currency, read_exchange};
use super::pay::buy_out_name;
use super::{Exchange, Interest, Model, Pay, PayRule};
use crate::names::audit_name;
use crate::record::{At, Record};
use crate::value::Name;
use counterpart_syntax::{Form, Label};

/// Adds them to the payments of some terms.
pub(super) fn add(model: &mut Model, records: &[Record]) {
    for record in records {
        match record.clause {
            Form::FileShareCosts => shared_costs(model, record),
            Form::FileAudit => audit_cost(model, record),
            Form::FileBuyOut => sellers(model, record, records),
            _ => {}
        }
    }
    recouped(model);
    // What a clause on infringers says of cuts holds for every royalty.
    let no_relief: Vec<_> = model.enforcements.iter().filter_map(|clause| clause.no_relief.clone()).collect();
    for royalty in model.royalties.values_mut() {
        royalty.no_relief.extend(no_relief.iter().cloned());
    }
}

/// What a royalty says it earns back is earned back from it, as where the payment says so itself.
fn recouped(model: &mut Model) {
    // Of several what the text names first is named first.
    let mut royalties: Vec<_> = model.royalties.values().collect();
    royalties.sort_by_key(|royalty| royalty.at);
    for royalty in royalties {
        let Some((advance, per, at)) = &royalty.recoups else { continue };
        let Some(pay) = model.pays.get_mut(advance) else { continue };
        let by_itself = |(rule, _): &(PayRule, At)| matches!(rule, PayRule::Recouped(from, ..) if from.contains(&royalty.name));
        if !pay.rules.iter().any(by_itself) {
            pay.rules.push((PayRule::Recouped(vec![royalty.name.clone()], per.clone(), false), *at));
        }
    }
}

fn shared_costs(model: &mut Model, record: &Record) {
    let parties = model.header.parties.clone();
    for name in record.names(Label::Of) {
        // A running payment keeps its name to itself.
        if name.is_blank() || model.royalties.contains_key(&name) {
            continue;
        }
        let mut pay = Pay::between(name.clone(), (parties.clone(), parties.clone()), record.at);
        let late = record.below(Form::ShareCostsInterest);
        pay.interest = late.and_then(|c| Interest::read(c.get(Label::Interest)?, c.at));
        if let Some(money) = record.below(Form::ShareCostsCurrency) {
            pay.currency = currency(money);
            let rule = money.get(Label::Rule).and_then(read_exchange);
            pay.exchange = rule.map(|rule| Exchange { source: String::new(), rule, at: money.at });
        }
        model.pays.entry(name).or_insert(pay);
    }
}

/// The price of a buy-out goes to whoever has what is bought: the payee of a payment, the grantor of a right, the owner of
/// assets. Who owns a party no deal says, so where one is bought nobody is named.
fn sellers(model: &mut Model, record: &Record, records: &[Record]) {
    let name = &buy_out_name(record);
    let mut to: Vec<Name> = Vec::new();
    for of in record.names(Label::Of) {
        let grant = || model.grants.get(&of).map(|grant| grant.from.clone());
        let paid = || model.royalties.get(&of).map(|royalty| royalty.to.clone());
        let other = || model.pays.get(&of).map(|pay| pay.to.clone());
        let assets = || {
            let mut assets = records.iter().filter(|r| r.clause == Form::FileAssets);
            assets.find(|r| r.name(Label::Name) == Some(&of)).map(|r| r.names(Label::Of))
        };
        to.extend(grant().or_else(paid).or_else(other).or_else(assets).unwrap_or_default());
    }
    if let Some(pay) = model.pays.get_mut(name) {
        for party in to {
            if !pay.from.contains(&party) && !pay.to.contains(&party) {
                pay.to.push(party);
            }
        }
    }
}

fn audit_cost(model: &mut Model, record: &Record) {
    let (of, by) = (record.names(Label::Of), record.names(Label::By));
    if record.below(Form::AuditUnderpaid).is_none() || of.iter().any(Name::is_blank) {
        return;
    }
    let name = Name::from(audit_name(of.iter().map(Name::as_str)).as_str());
    model.pays.entry(name.clone()).or_insert_with(|| Pay::between(name, (of, by), record.at));
}
