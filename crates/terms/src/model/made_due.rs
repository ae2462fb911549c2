//! Sums that a clause makes due when something comes about: `then Maker pays USD 50k within 10 days`, below a trigger, a
//! window, a sunset or an option, or on a change of control.
//!
//! Those of one clause are one payment and bear its name, so an entry can tell that they were paid. The day they arise on
//! is the day their effect comes about, which is asked where payments are computed.

use super::Model;
use super::instalment::{FeeWhen, Instalment};
use super::pay::Pay;
use crate::record::{Parts, Record};
use crate::value::{Name, Value};
use counterpart_syntax::{Form, Label};

/// The effects of a clause that come about when it says so: its own, and those among which a party may choose.
pub fn effects_of(record: &Record) -> Vec<(&Record, &Value)> {
    let lines = record.below.iter().flat_map(|line| match line.clause {
        Form::TriggerThenChoose => line.all_below(Form::ChoicesChoice).collect(),
        Form::TriggerThen
        | Form::WindowOtherwise
        | Form::SunsetOtherwise
        | Form::OptionLapses
        | Form::AssignmentControl
        | Form::AfterEndThen => vec![line],
        _ => Vec::new(),
    });
    lines.flat_map(|line| on_line(line).into_iter().map(move |effect| (line, effect))).collect()
}

/// The effects of one line. What follows from a change of control may stand one level down.
pub fn on_line(line: &Record) -> Vec<&Value> {
    let own = line.all(Label::Effect).flat_map(|value| match value {
        Value::Parts(parts) if parts.has(Label::Effect) => parts.all(Label::Effect).collect(),
        other => vec![other],
    });
    own.collect()
}

/// Who pays, where an effect is that somebody pays a sum.
pub fn payer(effect: &Value) -> Option<&Name> {
    match effect {
        Value::Parts(parts) => parts.name(Label::Pays).filter(|_| parts.amount(Label::Value).is_some()),
        _ => None,
    }
}

/// Under which name the sums of a clause are paid. A clause without a name has none of the deal's.
pub fn paid_under(record: &Record, payer: &Name) -> Option<Name> {
    match record.clause {
        Form::FileTrigger | Form::FileWindow | Form::FileSunset | Form::FileOption | Form::FileFirstRight => {
            record.name(Label::Name).cloned()
        }
        Form::FileAssignment => {
            Some(Name::from(format!("what {payer} pays on a change of control").as_str()))
        }
        Form::FileAfterEnd => Some(Name::from(format!("what {payer} pays at the end").as_str())),
        _ => None,
    }
}

/// Adds them to the payments of a model.
pub(super) fn add(model: &mut Model, records: &[Record]) {
    for record in records {
        for (_, effect) in effects_of(record) {
            let (Some(payer), Value::Parts(parts)) = (payer(effect), effect) else { continue };
            let Some(name) = paid_under(record, payer) else { continue };
            let Some(sum) = instalment(record, effect, parts) else { continue };
            let others = model.header.parties.iter().filter(|party| *party != payer).cloned();
            let others: Vec<Name> = others.collect();
            // To the other, where there are two; to whom else is not said, and a sum without a creditor is none.
            let [_] = others.as_slice() else { continue };
            let made = Pay::between(name.clone(), (vec![payer.clone()], others), record.at);
            let pay = model.pays.entry(name).or_insert(made);
            // One name is the name of one payment, with one debtor.
            let same = |line: &Instalment| line.at == record.at && line.when.is_on(effect);
            if pay.from.as_slice() == std::slice::from_ref(payer) && !pay.instalments.iter().any(same) {
                pay.instalments.push(sum);
            }
        }
    }
}

fn instalment(host: &Record, effect: &Value, parts: &Parts) -> Option<Instalment> {
    let within = match parts.get(Label::Within) {
        Some(Value::Duration(within)) => Some(within.clone()),
        _ => None,
    };
    let when = FeeWhen::Comes(Box::new(effect.clone()));
    Some(Instalment { when, within, ..Instalment::plain(parts.amount(Label::Value)?.clone(), host.at) })
}
