//! Ends that end nothing: by a party without a right to end the agreement, or not on that day, or no longer, or once it has
//! ended. Each is told.

use crate::clock::Clock;
use crate::ends::alone::{Alone, alone};
use crate::ends::ended::{Ended, Ender};
use crate::ends::right_to_end::ground_told;
use crate::ends::termination::of_termination;
use crate::ends::whose::Right;
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Label};
use counterpart_terms::model::Same;
use counterpart_terms::value::Name;
use std::rc::Rc;

/// A warning for each entry by which a party ends the agreement that has no right to, or not on that day.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let Some(last) = runs.machine.journal.last_day() else { return found };
    let run = runs.on(last, last);
    found.extend(run.facts.happened().filter_map(|event| of(&run, event)));
    found
}

/// The warning for an entry, where it ends nothing.
pub(crate) fn of(run: &Run<'_>, event: &Event) -> Option<Diagnostic> {
    if let Some(found) = notice_in_vain(run, event) {
        return Some(found);
    }
    let EventKind::Told { word, name, place, parts, .. } = &event.kind else { return None };
    // What is supposed for a question is no entry.
    if word != "terminated" || parts.has(Label::Date) {
        return None;
    }
    let clock = run.clock();
    let over = match run.ended_by_now() {
        crate::ends::renewal::Ended::On(end) => Some(end),
        _ => None,
    };
    if let Some(end) = over.filter(|end| *end < event.date) {
        let message = format!("this ends an agreement that has ended on {end}");
        return Some(in_vain(event, message, "what has ended cannot be ended again"));
    }
    let (by, ground) = (parts.names(Label::By), ground_told(parts));
    let fields = parts.names(Label::Fields);
    let model = run.model_on(event.date);
    let what = Ended::told(name.as_ref(), place.as_ref(), &fields, model);
    let nobody = clock.is_told_by_nobody(&by, &what, event.date);
    if let Some(why) = nobody.or_else(|| clock.is_owed_to_others(&by, &what, event.date)) {
        let thing = name.as_ref().map_or("the agreement".to_string(), |name| format!("`{name}`"));
        let message = match by.as_slice() {
            [] => format!("this does not end {thing}"),
            by => format!("{} had no right to end {thing}", Name::list(by)),
        };
        return Some(in_vain(event, message, &why));
    }
    let with = clock.with_a_part(by.clone(), &what, event.date);
    let [party] = with.as_slice() else { return None };
    match alone(&what, model) {
        Some(Alone::OwedTo(to)) if clock.gives_up(&by, (&to, &what), event.date) != Same::No => return None,
        Some(Alone::Other) if !clock.names_it(&what, event.date) => return None,
        _ => {}
    }
    let told = Ender { party, ground: ground.as_deref(), what: &what, entry: event.at };
    let of = if what.is_whole() { "the agreement" } else { "this part" };
    let right = clock.right_used(told, event.date);
    let place = if let Right::Of(place, _) = &right { place } else { party };
    let told = Ender { party: place, ..told };
    let (message, why) = if let Right::Gone(why) = right {
        (format!("{party} had no right to end {of}"), why)
    } else if let Some(why) = clock.has_no_right(told, event.date) {
        (format!("{party} had no right to end {of}"), why)
    } else if clock.is_closed(told, event.date) {
        let message = format!("{party} could not end {of} at will on {}", event.date);
        (message, clock.when_open(told, event.date))
    } else if let Ok(Some(why)) = clock.is_gone(told, event.date) {
        (format!("{party} had no right to end {of} on {}", event.date), why)
    } else {
        return no_clause(&clock, told, event);
    };
    let mut odd = in_vain(event, message, &why)
        .with_help("if both parties agreed that it ends, name both: `terminated the agreement by A, B`");
    if ground.is_none() {
        odd = odd.with_help("if it was ended on another ground, name it, as in `on breach`");
    }
    Some(odd)
}

/// A warning for an end that no clause speaks of: it counts as it is told.
fn no_clause(clock: &Clock<'_>, who: Ender<'_>, event: &Event) -> Option<Diagnostic> {
    let model = clock.editions.on(event.date);
    let is_licence = who.what.one().is_none_or(|name| model.grants.contains_key(name));
    if !is_licence || clock.says_who_may_end(who.what, event.date) {
        return None;
    }
    let of = if who.what.is_whole() { "the agreement" } else { "this part" };
    let message = format!("no clause says who may end {of}");
    Some(
        Diagnostic::warning("end-not-in-the-text", event.at.span(), message)
            .in_file(event.at.file)
            .with_note(format!(
                "whether {} may is a matter of the law; the entry counts as it is told",
                who.party
            ))
            .with_help("say who may end it, as in `by either on breach` below `terminate`")
            .with_help("if both parties agreed that it ends, name both: `terminated … by A, B`"),
    )
}

/// A warning for a notice of termination by a party whose right to end the agreement is gone.
fn notice_in_vain(run: &Run<'_>, event: &Event) -> Option<Diagnostic> {
    let party = of_termination(event)?;
    if run.model_on(event.date).header.renews.as_ref().is_some_and(|renewal| renewal.by_itself) {
        return None;
    }
    let who = Ender { party, ground: None, what: &Ended::default(), entry: event.at };
    let why = match run.clock().right_used(who, event.date) {
        Right::Of(place, _) => run.clock().is_gone(Ender { party: &place, ..who }, event.date).ok()??,
        Right::Gone(why) => why,
    };
    Some(in_vain(event, format!("{party} had no right to end the agreement on {}", event.date), &why))
}

fn in_vain(event: &Event, message: String, why: &str) -> Diagnostic {
    Diagnostic::warning("no-right-to-end", event.at.span(), message)
        .in_file(event.at.file)
        .with_note(format!("{why}; this entry ends nothing"))
}
