//! What a notice or a breach calls for: an answer to a draft release, filing or paper, open books, news of a leak.

use super::Duty;
use super::told::{duration, without};
use crate::engine::Run;
use crate::rights::blank;
use counterpart_ledger::{Event, EventKind, Notice};
use counterpart_num::Date;
use counterpart_syntax::{Form, Label};
use counterpart_terms::model::Same;
use counterpart_terms::record::Record;
use counterpart_terms::value::{Duration, Name};

/// What is to be answered, opened and told.
pub(super) fn duties(run: &Run<'_>) -> Vec<Duty> {
    let mut out = Vec::new();
    for (of, file, form, label) in [
        ("release", Form::FilePublicity, Form::ProseLine, Label::Within),
        ("filing", Form::FilePublicity, Form::ProseRedaction, Label::Review),
        ("publication", Form::FileConfidential, Form::ConfidentialPublication, Label::Review),
    ] {
        for line in run.clauses(file).flat_map(|clause| clause.all_below(form)) {
            let Some(length) = duration(line, label) else { continue };
            out.extend(
                notices(run, of).flat_map(|(event, notice)| answer(run, (event, notice), line, length)),
            );
        }
    }
    out.extend(run.clauses(Form::FileAudit).flat_map(|audit| books(run, audit)));
    out.extend(run.clauses(Form::FileConfidential).flat_map(|clause| leaks(run, clause)));
    out
}

fn notices<'w, 'm>(
    run: &'w Run<'m>,
    of: &'w str,
) -> impl Iterator<Item = (&'m Event, &'m Notice)> + use<'w, 'm> {
    run.facts.happened().filter_map(move |event| match &event.kind {
        EventKind::Notice(notice) if notice.of.as_ref().is_some_and(|name| name == of) => {
            Some((event, notice))
        }
        _ => None,
    })
}

/// An answer to what was sent, from each of those it was sent to.
fn answer(run: &Run<'_>, (event, notice): (&Event, &Notice), line: &Record, length: &Duration) -> Vec<Duty> {
    let others = without(&run.all_parties(), std::slice::from_ref(&notice.by));
    let asked = notice.to.as_ref().map_or(others, |to| vec![to.clone()]);
    let words = notice.words.clone().or(notice.of.as_ref().map(Name::to_string)).unwrap_or_default();
    let one = |party: &Name| {
        let duty = Duty {
            worded: notice.words.is_some(),
            by: party.to_string(),
            to: notice.by.to_string(),
            ..Duty::new("answer", &words, run.place(line.at))
        };
        let done = run.told_as("answered").find(|(told, parts)| {
            let what = parts.text(Label::Text).or_else(|| parts.name(Label::Name).map(Name::as_str));
            what == Some(words.as_str())
                && told.date >= event.date
                && parts.name(Label::By).is_none_or(|by| acts(run, by, party, told.date))
        });
        run.standing_of(duty, run.clock().shift(event.date, length, false), done.map(|(event, _)| event))
    };
    asked.iter().map(one).collect()
}

/// Books to be opened once an audit was announced.
fn books(run: &Run<'_>, audit: &Record) -> Vec<Duty> {
    let Some(line) = audit.below(Form::AuditNotice) else { return Vec::new() };
    let Some(length) = duration(line, Label::Notice) else { return Vec::new() };
    let (of, by) = (audit.names(Label::Of), audit.names(Label::By));
    let duty = |(event, notice): (&Event, &Notice)| {
        let is = |party: &Name, one: &Name| acts(run, party, one, event.date);
        let whose = notice.to.as_ref().map_or(Some(true), |to| blank::any(&of, |whose| is(to, whose)));
        let announced = blank::both(blank::any(&by, |auditor| is(&notice.by, auditor)), whose);
        let hidden = "whose books may be looked into, or by whom, is redacted or open".to_string();
        let duty = Duty {
            by: Name::list(&of),
            unknown: announced.is_none().then_some(hidden),
            ..Duty::new("open its books to", &notice.by, run.place(line.at))
        };
        if announced != Some(true) {
            return announced.is_none().then_some(duty);
        }
        let done = run.told_as("audited").find(|(told, _)| told.date >= event.date);
        let due = run.clock().shift(event.date, length, false);
        Some(run.standing_of(duty, due, done.map(|(event, _)| event)))
    };
    notices(run, "audit").filter_map(duty).collect()
}

/// News of a breach of confidence, from whoever let it happen.
fn leaks(run: &Run<'_>, clause: &Record) -> Vec<Duty> {
    let Some(line) = clause.below(Form::ConfidentialBreach) else { return Vec::new() };
    let breached = run.told_as("breached").filter(|(_, parts)| {
        parts.name(Label::Name).is_some_and(|name| name == "confidential" || is_class(clause, name))
    });
    let duty = |(event, parts): (&Event, &counterpart_terms::record::Parts)| {
        let by = parts.name(Label::By)?;
        let duty = Duty {
            by: by.to_string(),
            to: Name::list(&without(&run.all_parties(), std::slice::from_ref(by))),
            ..Duty::new("give notice of", "breach", run.place(line.at))
        };
        let told = notices(run, "breach")
            .find(|(told, notice)| told.date >= event.date && acts(run, &notice.by, by, told.date));
        let due: crate::unknown::Eval<Date> = run.within(event.date, line.get(Label::Within));
        Some(run.standing_of(duty, due, told.map(|(event, _)| event)))
    };
    breached.filter_map(duty).collect()
}

/// Whether a party acts for another.
fn acts(run: &Run<'_>, party: &Name, of: &Name, day: Date) -> bool {
    run.acts_for(party, std::slice::from_ref(of), None, day) == Same::Yes
}

/// Whether a name is that of a class of secrets.
pub(super) fn is_class(clause: &Record, name: &Name) -> bool {
    clause.all_below(Form::ConfidentialClass).any(|class| class.name(Label::Name) == Some(name))
}
