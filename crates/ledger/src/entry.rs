//! From a journal clause to an event.

use crate::event::{Event, EventKind, Notice, PublishedFigure, SaleLine};
use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::{Form, Label};
use counterpart_terms::record::{Key, Parts, Record};
use counterpart_terms::value::{Amount, Name, PeriodLabel, Value};

/// The event of an entry; `None` where a required amount is not given (`redacted`, `open`).
pub(crate) fn event(record: &Record, seq: usize) -> Option<Event> {
    let date = date(record, Label::Date)?;
    let what = record.parts(Label::What)?;
    let known = self::known(what);
    let kind = kind(record, what)?;
    Some(Event { date, known: known.unwrap_or(date), seq, kind, at: record.at })
}

/// Whether everything an entry says has become part of its event: not where an amount beside the first is withheld.
pub(crate) fn is_whole(record: &Record, event: &Event) -> bool {
    let Some(what) = record.parts(Label::What) else { return true };
    match &event.kind {
        EventKind::Rate { pairs, .. } => {
            let told = what.all(Label::Pair).count() + record.all_below(Form::EntryRateLine).count();
            pairs.len() == told
        }
        EventKind::Paid { amount, withheld, .. } => {
            amount.is_some() && (withheld.is_some() || what.amount(Label::Withheld).is_none())
        }
        EventKind::Waived { sum, .. } => sum.as_ref().is_none_or(|(amount, _)| amount.is_some()),
        _ => true,
    }
}

/// The day an entry became known, where it says one.
pub(crate) fn known(what: &Parts) -> Option<Date> {
    let inner = what.parts(Label::Known).and_then(|k| self::date(k, Label::Known));
    inner.or_else(|| self::date(what, Label::Known))
}

fn date(parts: &Parts, label: Label) -> Option<Date> {
    match parts.get(label)? {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

pub(crate) fn label(parts: &Parts) -> Option<PeriodLabel> {
    match parts.get(Label::Label)? {
        Value::Period(label) => Some(*label),
        _ => None,
    }
}

pub(crate) fn money(parts: &Parts, at: Label) -> Option<(Exact, Currency)> {
    match parts.amount(at)? {
        Amount::Money(currency, known) => Some((known.given()?.clone(), *currency)),
        _ => None,
    }
}

fn kind(record: &Record, what: &Parts) -> Option<EventKind> {
    let name = |l: Label| what.name(l).cloned();
    let has = |l: Label| what.has(l);
    if has(Label::Reported) || has(Label::Corrected) {
        return Some(EventKind::Reported {
            metric: name(Label::Metric)?,
            by: name(Label::By).or_else(|| name(Label::Party)),
            label: label(what),
            lines: report_lines(record, what),
            correction: has(Label::Corrected),
        });
    }
    if has(Label::Paid) {
        // That something was paid is a fact even where the sum is not given.
        let Some(Amount::Money(currency, amount)) = what.amount(Label::Money) else { return None };
        let (amount, currency) = (amount.given().cloned(), *currency);
        return Some(EventKind::Paid {
            stream: name(Label::Stream)?,
            by: name(Label::By),
            to: name(Label::To),
            label: label(what),
            amount,
            currency,
            withheld: money(what, Label::Withheld).map(|(amount, _)| amount),
        });
    }
    if has(Label::Published) {
        let (amount, currency) = match (money(what, Label::Money), what.amount(Label::Percent)) {
            (Some((amount, currency)), _) => (amount, Some(currency)),
            (None, Some(Amount::Percent(known))) => (known.given()?.clone(), None),
            _ => return None,
        };
        return Some(EventKind::Published(PublishedFigure {
            stream: name(Label::Stream)?,
            quantity: what.word(Label::Quantity).unwrap_or("royalty").to_string(),
            of: name(Label::Of),
            from: name(Label::From),
            to: name(Label::To),
            label: label(what),
            amount,
            currency,
            source: what.text(Label::Title).map(str::to_string),
            at: record.at,
        }));
    }
    if !what.names(Label::Signed).is_empty() {
        return Some(EventKind::Signed { by: what.names(Label::Signed), of: name(Label::Of) });
    }
    if has(Label::Reached) {
        return Some(EventKind::Reached {
            name: name(Label::Name)?,
            product: name(Label::Product),
            place: name(Label::Place),
            of: name(Label::Of),
        });
    }
    if has(Label::Began) {
        return Some(EventKind::Began(name(Label::Name)?, name(Label::Place)));
    }
    if has(Label::Ended) {
        return Some(EventKind::Ended(name(Label::Name)?, name(Label::Place)));
    }
    if has(Label::Notice) {
        return Some(EventKind::Notice(Notice {
            of: name(Label::Of),
            by: name(Label::By)?,
            to: name(Label::To),
            for_: name(Label::For),
            place: name(Label::Place),
            words: what.text(Label::Text).map(str::to_string),
        }));
    }
    if has(Label::Chose) {
        return Some(EventKind::Chose {
            by: name(Label::By)?,
            in_: name(Label::In),
            effects: what.all(Label::Effect).cloned().collect(),
        });
    }
    if has(Label::Exercised) {
        return Some(EventKind::Exercised(name(Label::Name)?, name(Label::By)));
    }
    if has(Label::Waived) {
        let sum = match what.amount(Label::Money) {
            Some(Amount::Money(currency, amount)) => Some((amount.given().cloned(), *currency)),
            _ => None,
        };
        return Some(EventKind::Waived {
            name: name(Label::Name)?,
            by: name(Label::By),
            label: label(what),
            sum,
        });
    }
    if has(Label::Sold) {
        return Some(EventKind::FirstSale {
            product: name(Label::Product),
            field: name(Label::Field),
            place: name(Label::Place),
            by: name(Label::By),
        });
    }
    if has(Label::Rate) {
        return Some(EventKind::Rate { source: name(Label::Source)?, pairs: pairs(record, what) });
    }
    if has(Label::Index) {
        let value = match what.amount(Label::Value)? {
            Amount::Number(n) | Amount::Quantity(n, _) => n.clone(),
            Amount::Percent(known) | Amount::Money(_, known) => known.given()?.clone(),
            _ => return None,
        };
        return Some(EventKind::Index { name: name(Label::Index)?, label: label(what), value });
    }
    if has(Label::Estimated) {
        return Some(EventKind::Estimated {
            metric: name(Label::Metric)?,
            label: label(what)?,
            lines: report_lines(record, what),
        });
    }
    if has(Label::Cost) && !has(Label::Audited) {
        let (amount, currency) = money(what, Label::Money)?;
        return Some(EventKind::Cost {
            name: name(Label::Name)?,
            by: name(Label::By),
            amount,
            currency,
            label: label(what),
            place: name(Label::Place),
            priority: has(Label::Priority),
        });
    }
    if has(Label::Third) {
        let (amount, currency) = money(what, Label::Money)?;
        let who = match what.get(Label::Third) {
            Some(Value::Parts(parts)) => parts.word(Label::Who).map(str::to_string),
            _ => None,
        };
        return Some(EventKind::ThirdParty {
            stream: name(Label::On)?,
            who,
            product: name(Label::Product),
            place: name(Label::Place),
            label: label(what),
            amount,
            currency,
        });
    }
    if has(Label::Determined) {
        return Some(EventKind::Determined {
            name: name(Label::Name)?,
            by: name(Label::By),
            label: label(what),
            value: what.amount(Label::Value).cloned(),
            yes: what.word(Label::Yes).map(|w| matches!(w, "met" | "yes")),
        });
    }
    let patents =
        [Label::Filed, Label::Granted, Label::Abandoned, Label::Lapsed, Label::Expired, Label::Invalid];
    if let Some(found) = patents.into_iter().find(|l| has(*l)) {
        return Some(EventKind::Patent {
            what: what.word(found).unwrap_or(found.name()).to_string(),
            assets: name(Label::Assets)?,
            patent: patent_ref(what, Label::Patent),
            application: patent_ref(what, Label::Application),
            place: name(Label::Place),
            lines: record.below.clone(),
        });
    }
    Some(EventKind::Told {
        word: what.0.iter().find_map(told_word).unwrap_or_default(),
        name: name(Label::Name),
        place: name(Label::Place),
        parts: what.clone(),
        lines: record.below.clone(),
    })
}

/// One patent: its office and its number.
pub(crate) fn patent_ref(parts: &Parts, label: Label) -> Option<(Name, String)> {
    let patent = parts.parts(label)?;
    Some((patent.name(Label::Office)?.clone(), patent.text(Label::Number)?.to_string()))
}

/// The first keyword of an entry: what is told.
fn told_word(part: &counterpart_terms::record::Part) -> Option<String> {
    match (&part.key, &part.value) {
        (Key::Label(_), Value::Word(word)) => Some(word.clone()),
        _ => None,
    }
}

/// The lines of a report: on the entry's own line, or below it.
fn report_lines(record: &Record, what: &Parts) -> Vec<SaleLine> {
    let mut lines = Vec::new();
    let head: Vec<Name> =
        [Label::Product, Label::Place].into_iter().filter_map(|l| what.name(l).cloned()).collect();
    if let Some(amounts) = amounts(what.get(Label::Value)) {
        // Most entries report one line: a list of just that length keeps a long journal small.
        lines = sale_lines(&head, amounts, record);
    }
    lines.reserve_exact(record.below.len());
    for line in record.all_below(Form::EntryLine) {
        let mut cell = head.clone();
        for word in line.rules(counterpart_syntax::Rule::CellWord) {
            match word {
                Value::Parts(parts) => cell.extend(parts.name(Label::Word).cloned()),
                Value::Name(name) => cell.push(name.clone()),
                _ => {}
            }
        }
        cell.extend(line.names(Label::Cell));
        if let Some(amounts) = amounts(line.get(Label::Amounts)) {
            lines.extend(sale_lines(&cell, amounts, line));
        }
    }
    lines
}

/// The amounts of a line with the words behind each.
type Amounts = Vec<(Amount, Option<String>)>;

fn amounts(value: Option<&Value>) -> Option<Amounts> {
    let Value::Parts(parts) = value? else { return None };
    Some(parts.all(Label::Amount).filter_map(signed_amount).collect())
}

fn signed_amount(value: &Value) -> Option<(Amount, Option<String>)> {
    match value {
        Value::Amount(amount) => Some((amount.clone(), None)),
        Value::Number(number) => Some((Amount::Number(number.clone()), None)),
        Value::Parts(parts) => {
            let amount = if let Some(money) = parts.amount(Label::Money) {
                money.clone()
            } else if let Some(percent) = parts.amount(Label::Percent) {
                percent.clone()
            } else {
                match (parts.get(Label::Number)?, parts.get(Label::Unit)) {
                    (Value::Number(n), Some(Value::Word(unit))) => Amount::Quantity(n.clone(), unit.clone()),
                    (Value::Number(n), Some(Value::Name(unit))) => {
                        Amount::Quantity(n.clone(), unit.to_string())
                    }
                    (Value::Number(n), _) => Amount::Number(n.clone()),
                    _ => return None,
                }
            };
            let amount = if parts.has(Label::Minus) { negated(amount) } else { amount };
            Some((amount, parts.text(Label::What).map(str::to_string)))
        }
        _ => None,
    }
}

fn negated(amount: Amount) -> Amount {
    use counterpart_terms::value::Known;
    match amount {
        Amount::Money(currency, Known::Given(n)) => Amount::Money(currency, Known::Given(-n)),
        Amount::Percent(Known::Given(n)) => Amount::Percent(Known::Given(-n)),
        Amount::Number(n) => Amount::Number(-n),
        Amount::Quantity(n, unit) => Amount::Quantity(-n, unit),
        other => other,
    }
}

/// The amounts of a line: the first is what is reported, the others say what is in it. Sums of money that
/// each have a name, as `USD 30m cash, USD 10m shares`, are lines of their own.
fn sale_lines(cell: &[Name], amounts: Amounts, record: &Record) -> Vec<SaleLine> {
    let named = |a: &(Amount, Option<String>)| matches!(a, (Amount::Money(..), Some(_)));
    if amounts.len() > 1 && amounts.iter().all(named) {
        return amounts.into_iter().filter_map(|a| sale_line(cell.to_vec(), vec![a], record)).collect();
    }
    sale_line(cell.to_vec(), amounts, record).into_iter().collect()
}

fn sale_line(cell: Vec<Name>, amounts: Amounts, record: &Record) -> Option<SaleLine> {
    let mut amounts = amounts.into_iter();
    let (amount, after) = amounts.next()?;
    // `"samples" Tool US USD 10,000`: the words stand before the line, or after its amount.
    let before =
        if record.clause == Form::EntryLine { record.text(Label::Kind).map(str::to_string) } else { None };
    let mark = before.or(after);
    let parts = amounts.map(|(amount, what)| (what.unwrap_or_default(), amount)).collect();
    Some(SaleLine { cell, amount, parts, mark, at: record.at })
}

/// Rates on the entry's line and below it.
fn pairs(record: &Record, what: &Parts) -> Vec<(Currency, Currency, Exact)> {
    let read = |parts: &Parts| {
        let from = Currency::parse(parts.word(Label::From)?)?;
        let (value, to) = money(parts, Label::To)?;
        Some((from, to, value))
    };
    let inline = what.all(Label::Pair).filter_map(|v| match v {
        Value::Parts(parts) => read(parts),
        _ => None,
    });
    let below = record.all_below(Form::EntryRateLine).filter_map(|line| read(line));
    inline.chain(below).collect()
}
