//! Reading what is claimed of a figure, and of the value it is compared with.

use super::{ClaimKind, Expected, Figure};
use counterpart_num::Currency;
use counterpart_syntax::Label;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Amount, Compare, Value};

/// A figure of one payment or several.
pub(super) fn figure(what: &Parts) -> Option<ClaimKind> {
    let label = crate::entry::label(what);
    let name = |l: Label| what.name(l).cloned();
    let heads = [
        (Label::Minimum, Figure::Minimum),
        (Label::Rate, Figure::Rate),
        (Label::Interest, Figure::Interest),
        (Label::Balance, Figure::Balance),
        (Label::Net, Figure::Net),
        (Label::Total, Figure::Total),
        (Label::Audit, Figure::AuditCost),
        (Label::Price, Figure::Price),
        (Label::Shared, Figure::Share),
        (Label::Sum, Figure::Measured),
    ];
    let (head, figure) = heads.into_iter().find(|(l, _)| !what.names(*l).is_empty())?;
    let figure = match (figure, what.word(Label::Quantity)) {
        (Figure::Measured, Some(word)) => figure_of(word),
        (other, _) => other,
    };
    Some(ClaimKind::Figure {
        figure,
        streams: what.names(head),
        from: name(Label::From),
        to: name(Label::To).or_else(|| name(Label::Party)),
        place: name(Label::Place),
        product: name(Label::Product).or_else(|| name(Label::Field)),
        label,
        op: compared(what),
        expected: match (what.has(Label::Unsaid), what.parts(Label::Below)) {
            (true, _) => Expected::Unknown,
            (false, Some(below)) => below_zero(below)?,
            (false, None) => expected(what.amount(Label::Value)?)?,
        },
    })
}

pub(super) fn compared(what: &Parts) -> Compare {
    match what.word(Label::Op) {
        Some("<=") => Compare::AtMost,
        Some(">=") => Compare::AtLeast,
        Some("<") => Compare::Below,
        Some(">") => Compare::Above,
        _ => Compare::Equal,
    }
}

fn figure_of(word: &str) -> Figure {
    match word {
        "earned" => Figure::Earned,
        "base" => Figure::Base,
        "unpaid" => Figure::Unpaid,
        "shares" => Figure::Shares,
        "carried" => Figure::Carried,
        "recouped" => Figure::Recouped,
        "interest" => Figure::Interest,
        "withheld" => Figure::Withheld,
        "cap" => Figure::Cap,
        "cash" => Figure::Cash,
        _ => Figure::Owed,
    }
}

/// `USD -6,000`.
fn below_zero(parts: &Parts) -> Option<Expected> {
    let currency = Currency::parse(parts.word(Label::Currency)?)?;
    match parts.get(Label::Number)? {
        Value::Number(number) => Some(Expected::Money(-number.clone(), currency)),
        _ => None,
    }
}

pub(super) fn expected(amount: &Amount) -> Option<Expected> {
    Some(match amount {
        Amount::Money(currency, known) => match known.given() {
            Some(value) => Expected::Money(value.clone(), *currency),
            None => Expected::Unknown,
        },
        Amount::Percent(known) => known.given().map_or(Expected::Unknown, |n| Expected::Number(n.clone())),
        Amount::Number(n) | Amount::Quantity(n, _) => Expected::Number(n.clone()),
        _ => return None,
    })
}
