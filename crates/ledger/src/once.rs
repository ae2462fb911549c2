//! What is told a second time though it can be so only once: a milestone that was reached, an event that is still going on,
//! a first sale, a patent that is over, a signing, an insolvency, control, and a fee that falls due once and was paid before; and what is told otherwise: an
//! estimate of what was reported, a milestone not met that was reached. The first counts; a payment counts too, and is open in
//! favour of the payer.

use crate::event::{Event, EventKind};
use crate::order::Order;
use counterpart_num::{Currency, Date, Exact};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::At;
use counterpart_terms::model::{Editions, FeeWhen, Pay};
use counterpart_terms::value::{Amount, Known, Name, PeriodLabel};
use std::collections::BTreeMap;

/// What can be told once, with what tells it apart.
type Once = (&'static str, Option<Name>, Vec<Option<Name>>);

/// A patent is over by any of these, and only once.
const OVER: [&str; 4] = ["lapsed", "expired", "abandoned", "invalidated"];

/// A finding for each entry that tells it again.
pub(crate) fn findings(editions: &Editions, events: &[Event], order: &Order) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // What comes before its day counts for nothing, and is told.
    let early = order.early_ones(events);
    let mut told: BTreeMap<Once, At> = BTreeMap::new();
    let mut controlled: BTreeMap<(Name, Date), (Name, At)> = BTreeMap::new();
    let mut reported: BTreeMap<(&Name, PeriodLabel), (Date, At)> = BTreeMap::new();
    let mut paid: BTreeMap<(&Name, Currency), (Exact, At)> = BTreeMap::new();
    for event in events.iter().filter(|event| !early.contains(&event.seq)) {
        let once: Once = match &event.kind {
            EventKind::Reached { name, product, place, of } => {
                ("reached", Some(name.clone()), vec![product.clone(), place.clone(), of.clone()])
            }
            EventKind::Began(name, place) => ("began", Some(name.clone()), vec![place.clone()]),
            EventKind::Ended(name, place) => {
                told.remove(&("began", Some(name.clone()), vec![place.clone()]));
                if place.is_none() {
                    told.retain(|(what, of, _), _| *what != "began" || of.as_ref() != Some(name));
                }
                continue;
            }
            // An estimate stands in for a report: after it, it says nothing.
            EventKind::Reported { metric, label: Some(label), correction: false, .. } => {
                reported.entry((metric, *label)).or_insert((event.known, event.at));
                continue;
            }
            EventKind::Estimated { metric, label, .. } => {
                if let Some((_, first)) =
                    reported.get(&(metric, *label)).filter(|(known, _)| *known <= event.date)
                {
                    let said = format!("`{metric}` was reported before for {label}, and is estimated now");
                    found.push(told_before(event, said, *first));
                }
                continue;
            }
            EventKind::Determined { name, yes: Some(false), label: None, .. }
                if editions.on(event.date).market.milestones.contains_key(name) =>
            {
                if let Some(first) = told.get(&("reached", Some(name.clone()), vec![None, None, None])) {
                    let said = format!("`{name}` was reached before, and is told now as not met");
                    found.push(told_before(event, said, *first));
                }
                continue;
            }
            EventKind::FirstSale { product, field, place, .. } => {
                ("first sale", None, vec![product.clone(), field.clone(), place.clone()])
            }
            EventKind::Patent { what, assets, patent: Some((office, number)), place, .. }
                if OVER.contains(&what.as_str()) =>
            {
                let number = Name::from(number.as_str());
                ("over", Some(assets.clone()), vec![Some(office.clone()), Some(number), place.clone()])
            }
            EventKind::Told { word, parts, .. } if word == "insolvent" => {
                ("insolvent", parts.name(Label::Party).cloned(), Vec::new())
            }
            EventKind::Told { word, parts, .. } if word == "control" => {
                let of = parts.name(Label::Of).cloned();
                let to = parts.name(Label::To).cloned().or_else(|| parts.text(Label::To).map(Name::from));
                if let Some((of, to)) = of.as_ref().zip(to.as_ref()) {
                    let day =
                        controlled.entry((of.clone(), event.date)).or_insert_with(|| (to.clone(), event.at));
                    if day.0 != *to {
                        found.push(controlled_by_two(event, (of, to), day));
                    }
                }
                ("control", of, vec![to, None])
            }
            EventKind::Signed { by, of } => ("signed", of.clone(), by.iter().cloned().map(Some).collect()),
            EventKind::Paid { stream, label: None, amount: Some(amount), currency, .. } => {
                let (sum, first) = paid.entry((stream, *currency)).or_insert((Exact::zero(), event.at));
                let pay = editions.on(event.date).pays.get(stream);
                if let Some((pay, all)) = pay.and_then(|pay| Some((pay, sum_of(pay, *currency)?))) {
                    if *sum >= all {
                        found.push(paid_again(event, stream, pay, *first));
                    } else if &*sum + amount > all {
                        found.push(paid_too_much(event, stream, pay));
                    }
                }
                *sum += amount;
                continue;
            }
            _ => continue,
        };
        match told.get(&once) {
            Some(first) => found.push(again(event, &once, *first)),
            None => {
                told.insert(once, event.at);
            }
        }
    }
    found
}

/// All that falls due of a payment that falls due on days of its own alone, each time a sum that is stated; none where
/// that hangs on anything else.
fn sum_of(pay: &Pay, currency: Currency) -> Option<Exact> {
    let each = !pay.each.per.is_empty() || pay.each.each_time;
    if each || !pay.rules.is_empty() || pay.instalments.is_empty() {
        return None;
    }
    if pay.instalments.iter().any(|line| line.per.is_some() || line.shares.is_some()) {
        return None;
    }
    pay.instalments.iter().try_fold(Exact::zero(), |sum, line| match (&line.when, &line.value) {
        (FeeWhen::On(_) | FeeWhen::Within(..) | FeeWhen::By(_), Amount::Money(own, Known::Given(value))) => {
            (*own == currency).then(|| sum + value)
        }
        _ => None,
    })
}

fn again(event: &Event, (what, name, parts): &Once, first: At) -> Diagnostic {
    let said = match (*what, name) {
        ("first sale", _) => "this first sale was told before".to_string(),
        ("over", Some(name)) => {
            let which: Vec<&str> = parts.iter().take(2).flatten().map(Name::as_str).collect();
            format!("patent {} of `{name}` was over before", which.join(" "))
        }
        ("reached", Some(name)) => format!("`{name}` was reached before"),
        ("insolvent", Some(name)) => {
            return Diagnostic::warning(
                "told-twice",
                event.at.span(),
                format!("`{name}` was insolvent before"),
            )
            .in_file(event.at.file)
            .with_also(first.file, first.span(), "first here")
            .with_note("one insolvency is told once")
            .with_help("take it out; where it is another one, nothing needs to be done");
        }
        ("control", Some(name)) => format!("`{name}` came under that control before"),
        ("began", Some(name)) => format!("`{name}` began before, and nothing says that it ended"),
        _ => "it was signed before by the same parties".to_string(),
    };
    told_before(event, said, first)
        .with_help("take it out, or say what tells the two apart: a place, a product")
}

fn told_before(event: &Event, said: String, first: At) -> Diagnostic {
    Diagnostic::warning("told-twice", event.at.span(), said)
        .in_file(event.at.file)
        .with_also(first.file, first.span(), "first here")
        .with_note("the first counts, and nothing follows from this entry")
}

/// That a party comes under the control of two on one day.
fn controlled_by_two(event: &Event, (of, to): (&Name, &Name), first: &(Name, At)) -> Diagnostic {
    let message = format!(
        "`{of}` comes under the control of `{to}` on the day on which it came under that of `{}`",
        first.0
    );
    Diagnostic::warning("told-twice", event.at.span(), message)
        .in_file(event.at.file)
        .with_also(first.1.file, first.1.span(), "told here")
        .with_note("both are kept, and both act for it from then on")
        .with_help("take the wrong one out, or correct its day")
}

fn paid_too_much(event: &Event, stream: &Name, pay: &Pay) -> Diagnostic {
    Diagnostic::warning(
        "paid-twice",
        event.at.span(),
        format!("more of `{stream}` is paid than was left of it"),
    )
    .in_file(event.at.file)
    .with_also(pay.at.file, pay.at.span(), "owed by this clause")
    .with_note("what is too much stays open in favour of the payer")
    .with_help("correct the sum, or name the payment the rest was for")
}

fn paid_again(event: &Event, stream: &Name, pay: &Pay, first: At) -> Diagnostic {
    Diagnostic::warning("paid-twice", event.at.span(), format!("`{stream}` was paid in full before"))
        .in_file(event.at.file)
        .with_also(first.file, first.span(), "first here")
        .with_also(pay.at.file, pay.at.span(), "owed by this clause")
        .with_note("it counts as paid again, and what is too much stays open in favour of the payer")
        .with_help("take it out where it was made once; where it is a part of the sum, go on")
}
