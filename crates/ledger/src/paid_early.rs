//! Royalties paid for a period that is not over. Nothing of it is owed yet, so the payment waits, and is counted when the
//! royalty falls due; more often it is a slip in the period or in the day.

use crate::days::days;
use crate::event::{Event, EventKind};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::{Editions, Model, Royalty};
use counterpart_terms::value::Amount;

/// A warning for each payment of a royalty on what is reported afterwards, for a period that is not over.
pub(crate) fn findings(editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let first = &editions.first().header;
    // Once the agreement is ended, its last period may be shorter than its name says.
    let is_end = |event: &Event| matches!(&event.kind, EventKind::Told { word, .. } if word == "terminated");
    let end = events.iter().find(|event| is_end(event)).map(|event| event.date);
    for event in events.iter().filter(|event| end.is_none_or(|end| event.date < end)) {
        let EventKind::Paid { stream, by, label: Some(label), .. } = &event.kind else { continue };
        let model = editions.on(event.date);
        let Some(royalty) = model.royalties.get(stream) else { continue };
        let Some(span) = days(*label, (model, by.as_ref()), (first, &|| first.effective)) else { continue };
        if event.date >= span.end || !is_owed_afterwards(model, royalty) {
            continue;
        }
        let message = format!("`{stream}` is paid on {} for {label}, which ends on {}", event.date, span.end);
        found.push(
            Diagnostic::warning("paid-early", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(royalty.at.file, royalty.at.span(), "nothing of it is owed for that period yet")
                .with_note("it is counted once the royalty is owed")
                .with_help("correct the period or the day, where one of them is a slip"),
        );
    }
    found
}

/// Whether a royalty is owed for a period once it is over and reported, and nothing of it before.
fn is_owed_afterwards(model: &Model, royalty: &Royalty) -> bool {
    let early = !royalty.minimums.is_empty()
        || royalty.advance.is_some()
        || royalty.estimated.is_some()
        || royalty.paid.as_ref().is_some_and(|paid| paid.on.is_some() || paid.of.is_some());
    let reported = match &royalty.base {
        Some(Amount::Measure(measure)) => {
            let metric = measure.metric().and_then(|name| model.market.metrics.get(name));
            metric.is_some_and(|metric| metric.cycle.is_some())
        }
        _ => false,
    };
    reported && !early
}
