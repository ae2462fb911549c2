//! Notices that nothing hangs on: of nothing in particular, without words, where no renewal asks for one; or of
//! termination, where the agreement lets that party end nothing and does not wait for a notice to be renewed; or of a
//! promise, by the one that made it.

use crate::event::{Event, EventKind, Notice};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Deal;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::names::SymbolKind as K;
use counterpart_terms::record::{Record, in_parts};
use counterpart_terms::value::{Name, Value};

/// A finding for each notice that changes nothing and does not say why it was given. One with words is a record.
pub(crate) fn findings(deal: &Deal, editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for event in events {
        let EventKind::Notice(Notice { of, by, words: None, .. }) = &event.kind else { continue };
        match of {
            None if !is_heard(editions, by) => {
                found.push(of_nothing(event, by, ends_something(editions, by)));
            }
            Some(of) if of.as_str() == "termination" && !ends_something(editions, by) => {
                found.push(of_no_right(event, by));
            }
            Some(of) if is_never_noticed(deal, events, of) => found.push(of_no_course(deal, event, of)),
            Some(of) => found.extend(own_promise(editions.on(event.date), event, (by, of))),
            None => {}
        }
    }
    found
}

fn of_nothing(event: &Event, by: &Name, may_end: bool) -> Diagnostic {
    let what = match may_end {
        true => format!("say what it is of, as in `notice of termination by {by}`"),
        false => "say what it is of: the trigger, option or right it belongs to".to_string(),
    };
    Diagnostic::warning("notice-of-nothing", event.at.span(), "nothing hangs on this notice")
        .in_file(event.at.file)
        .with_note("it does not say what it is of, and no renewal waits for a notice")
        .with_help(what)
        .with_help(format!("where it is only kept for the record, add its words: `notice by {by}: \"…\"`"))
}

/// What is no course of things: a notice of it counts where a clause that speaks of it asks for one, or where it was broken.
const THINGS: [K; 16] = [
    K::Party,
    K::Group,
    K::Territory,
    K::Field,
    K::Dimension,
    K::Product,
    K::Metric,
    K::Milestone,
    K::Event,
    K::Royalty,
    K::Pay,
    K::Assets,
    K::Grant,
    K::Amendment,
    K::Security,
    K::Improvement,
];
/// A clause that asks for a notice has one of these words.
const ASKED: [&str; 6] = ["notice", "notif", "offer", "first", "cure", "inform"];

/// Whether nothing can hang on a notice of something: it is a thing, no clause on it asks for a notice, and nobody told that
/// it was broken.
fn is_never_noticed(deal: &Deal, events: &[Event], of: &Name) -> bool {
    let Some(symbol) = deal.symbols.get(of.as_str()).filter(|symbol| THINGS.contains(&symbol.kind)) else {
        return false;
    };
    let broken = |event: &Event| matches!(&event.kind, EventKind::Told { word, name: Some(name), .. } if word == "breached" && name == of);
    let told = |record: &&Record| matches!(record.clause, Form::FileEntry | Form::FileAssertion);
    let own = |record: &Record| record.at == symbol.at || record.name(Label::Name) == Some(of);
    let asks = |record: &Record| {
        let about = |name: &Name| name == of || name.is_blank();
        if !own(record) && !record.speaks_of(&about) {
            return false;
        }
        let mut asked = false;
        record.walk(&mut |line| {
            let text = deal.files.get(line.at.file).map_or("", |file| file.tree.slice(line.at.span()));
            asked |= ASKED.iter().any(|word| text.contains(word));
        });
        asked
    };
    !events.iter().any(broken)
        && !in_parts(&deal.records).into_iter().filter(|record| !told(record)).any(asks)
}

/// A notice of a thing of which no clause asks for one.
fn of_no_course(deal: &Deal, event: &Event, of: &Name) -> Diagnostic {
    let human = deal.symbols.get(of.as_str()).map_or("a thing", |symbol| symbol.kind.human());
    let message = format!("nothing hangs on a notice of `{of}`, which is {human}");
    Diagnostic::warning("notice-of-nothing", event.at.span(), message)
        .in_file(event.at.file)
        .with_note("no clause asks for a notice of it, and nothing tells that it was broken; this notice changes nothing")
        .with_help("say what it is of: the trigger, option or right it belongs to, or the breach, told before it")
        .with_help("where it is only kept for the record, add its words")
}

/// A notice of a promise by the one that made it, and that nothing waits for: of its breach the other side gives notice.
fn own_promise(model: &Model, event: &Event, (by, of): (&Name, &Name)) -> Option<Diagnostic> {
    let promise = model.records.named(Form::FileCovenant, of).next()?;
    let (bearers, to) = (promise.names(Label::By), promise.names(Label::To));
    let mut asks = false;
    promise.walk(&mut |line| asks |= line.has(Label::Notice));
    if asks || !bearers.contains(by) || to.contains(by) || to.is_empty() {
        return None;
    }
    let message = format!("nothing hangs on a notice of `{of}` by `{by}`, who promised it");
    Some(
        Diagnostic::warning("notice-of-nothing", event.at.span(), message)
            .in_file(event.at.file)
            .with_also(promise.at.file, promise.at.span(), format!("owed to {}", Name::list(&to)))
            .with_note("of a breach of it those give notice to whom it is owed")
            .with_help("name who gave it, or, where it is only kept for the record, add its words"),
    )
}

fn of_no_right(event: &Event, by: &Name) -> Diagnostic {
    Diagnostic::warning("notice-of-nothing", event.at.span(), "nothing hangs on this notice of termination")
        .in_file(event.at.file)
        .with_note(format!("no clause lets {by} end the agreement, and no renewal waits for its notice"))
        .with_help(format!("state the right below `terminate`, as in `by {by} at will: notice 90 days`"))
        .with_help(format!("where the agreement ended all the same, add `terminated the agreement by {by}`"))
        .with_help(format!(
            "where it is only kept for the record, add its words: `notice of termination by {by}: \"…\"`"
        ))
}

/// Whether the agreement is renewed by the notice of a party, or unless somebody gives one.
fn is_heard(editions: &Editions, by: &Name) -> bool {
    editions.0.iter().filter_map(|e| e.model.header.renews.as_ref()).any(|renewal| {
        renewal.by_itself
            || by.is_blank()
            || renewal.by.as_ref().is_some_and(|own| own == by || own.is_blank())
    })
}

/// Whether a notice of termination by a party may belong to anything: to a right to end the agreement or a part of it, or
/// to a renewal that takes place unless somebody gives notice.
fn ends_something(editions: &Editions, by: &Name) -> bool {
    editions.0.iter().any(|edition| {
        let model = &edition.model;
        model.header.renews.as_ref().is_some_and(|renewal| renewal.by_itself)
            || by.is_blank()
            || model.records.iter().any(|record| may_end(model, record, by))
    })
}

/// Whether a clause lets a party end the agreement or a part of it.
fn may_end(model: &Model, record: &Record, by: &Name) -> bool {
    let whose = |parties: Vec<Name>| {
        // What a group may do, its members may do; whom a name kept back stands for nobody knows.
        let may = |one: &Name| one == by || one.is_blank() || !model.parties.contains_key(one);
        parties.is_empty() || parties.iter().any(may)
    };
    let mut causes = record.all_below(Form::TerminateCause);
    let mut controls = record.all_below(Form::AssignmentControl).flat_map(|clause| clause.all(Label::Effect));
    causes.any(|clause| whose(clause.parts(Label::By).map(|by| by.names(Label::Parties)).unwrap_or_default()))
        || controls.any(|effect| match effect {
            Value::Parts(effect) => effect.name(Label::By).is_some_and(|own| whose(vec![own.clone()])),
            _ => false,
        })
}
