//! Sums for the end of the agreement that stand with the clauses on the end, and not in a payment of their own: a fee for
//! ending it, and what a party pays or repays after the end.
//!
//! They fall due on the day the agreement ends, or so long after, as payments do; those of one party are one payment. It
//! has no name of the deal's, so no entry can tell that it was paid: a warning says so.

use counterpart_num::Span;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::{EachOnce, Editions, FeeWhen, Instalment, Model, Pay};
use counterpart_terms::record::{Key, Part, Parts, Record};
use counterpart_terms::value::{Amount, Condition, Duration, Moment, Name, Value};

/// Adds them to the payments of each edition of the terms.
pub(crate) fn add(editions: &mut Editions) {
    for edition in &mut editions.0 {
        let model = &mut edition.model;
        let parties = model.header.parties.clone();
        let sums: Vec<(Name, Instalment)> =
            model.records.iter().flat_map(|record| sums_of(record, &parties)).collect();
        for (payer, line) in sums {
            let name = Name::from(format!("what {payer} pays at the end").as_str());
            let pay = payment(model, &name, &payer, &line);
            model.pays.entry(name).or_insert(pay).instalments.push(line);
        }
    }
}

/// The sums of a clause on the end, each with who pays it.
fn sums_of(record: &Record, parties: &[Name]) -> Vec<(Name, Instalment)> {
    let below = record.below.iter();
    match record.clause {
        Form::FileTerminate => below.filter(|c| why_not(c).is_none()).flat_map(|c| fee(c, parties)).collect(),
        Form::FileAfterEnd if record.name(Label::Of).is_none() => {
            let by = record.names(Label::By);
            below.filter_map(|clause| after_end(clause, &by)).collect()
        }
        _ => Vec::new(),
    }
}

/// Why the fee of a way to end the agreement is not computed, where it is not.
pub(crate) fn why_not(cause: &Record) -> Option<&'static str> {
    if cause.has(Label::Cost) {
        return Some("how much of it has come up by the day it runs to is not said");
    }
    cause.has(Label::Product).then_some("it is for the end of a part of the agreement, which is not followed")
}

/// What whoever ends the agreement pays for it.
fn fee(cause: &Record, parties: &[Name]) -> Vec<(Name, Instalment)> {
    let Some(value) = cause.amount(Label::Fee) else { return Vec::new() };
    let named = cause.parts(Label::By).map(|by| by.names(Label::Parties)).filter(|named| !named.is_empty());
    let on = cause.parts(Label::Cause);
    let ground = match (cause.get(Label::Cause), on) {
        (Some(Value::Parts(parts)), _) => parts.get(Label::On).cloned(),
        _ => None,
    };
    let tested = on.and_then(|on| on.condition(Label::When)).cloned();
    let at_will = ground.is_none() && tested.is_none();
    let each = named.unwrap_or_else(|| parties.to_vec()).into_iter().map(|payer| {
        let mut asked = vec![part(Label::Ended, Value::Name(payer.clone()))];
        asked.extend(ground.clone().map(|ground| part(Label::Cause, ground)));
        asked.extend(at_will.then(|| part(Label::Will, Value::Word("at will".into()))));
        let ended = Condition::Other(Parts(asked));
        let when = match &tested {
            Some(tested) => Condition::All(vec![ended, tested.clone()]),
            None => ended,
        };
        (payer, line(value, None, Some(when), cause))
    });
    each.collect()
}

/// What a party pays or repays after the end, where one of some parties ended it.
fn after_end(clause: &Record, by: &[Name]) -> Option<(Name, Instalment)> {
    let payer = match clause.clause {
        Form::AfterEndPays => clause.name(Label::Pays)?,
        Form::AfterEndRepay => clause.name(Label::Repay)?,
        _ => return None,
    };
    let ended =
        by.iter().map(|party| Condition::Other(Parts(vec![part(Label::Ended, Value::Name(party.clone()))])));
    let ended: Vec<Condition> = ended.collect();
    let mut all: Vec<Condition> = clause.condition(Label::When).cloned().into_iter().collect();
    if !ended.is_empty() {
        all.push(Condition::Any(ended));
    }
    let when = (!all.is_empty()).then_some(Condition::All(all));
    let within = match clause.get(Label::Within) {
        Some(Value::Duration(within)) => Some(within.clone()),
        _ => None,
    };
    Some((payer.clone(), line(clause.amount(Label::Value)?, within, when, clause)))
}

fn part(label: Label, value: Value) -> Part {
    Part { key: Key::Label(label), value }
}

fn line(value: &Amount, within: Option<Duration>, when: Option<Condition>, clause: &Record) -> Instalment {
    let within = within.unwrap_or(Duration::Span(Span::Days(0)));
    Instalment {
        value: value.clone(),
        per: None,
        shares: None,
        when: FeeWhen::Within(within, Moment::Bare("termination".into()), when),
        each: EachOnce::default(),
        territory: None,
        within: None,
        arrears: false,
        at: clause.at,
    }
}

/// A payment of a party without lines: to the other, where there are two.
fn payment(model: &Model, name: &Name, payer: &Name, line: &Instalment) -> Pay {
    let others: Vec<Name> = model.header.parties.iter().filter(|p| *p != payer).cloned().collect();
    let to = if others.len() == 1 { others } else { Vec::new() };
    Pay::between(name.clone(), (vec![payer.clone()], to), line.at)
}
