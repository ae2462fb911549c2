//! What a party did that it promised not to do: a challenge, or a suit, under a promise of neither. Whether it is a breach the
//! journal says, by an entry of its own; where it has none, the entry that would tell it is named.

use crate::covenants::CovenantLife;
use crate::engine::Run;
use crate::runs::Runs;
use counterpart_ledger::{Event, EventKind};
use counterpart_rights::day;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::Same;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Name};
use std::rc::Rc;

/// A warning for each such entry.
pub(crate) fn findings(runs: &Rc<Runs<'_>>) -> Vec<Diagnostic> {
    let machine = runs.machine;
    let Some(last) = machine.journal.last_day() else { return Vec::new() };
    if !machine.journal.events.iter().any(|event| done(event).is_some()) {
        return Vec::new();
    }
    let run = runs.on(last, last);
    let promises = run.covenants();
    run.facts.happened().flat_map(|event| broken_by(&run, event, &promises)).collect()
}

/// What an entry tells that somebody may have promised not to do, in the words of such promises.
fn done(event: &Event) -> Option<(&'static [&'static str], Option<&Name>, &Parts)> {
    let EventKind::Told { word, name, parts, .. } = &event.kind else { return None };
    let acts: &[&str] = match word.as_str() {
        "challenged" => &["challenge"],
        "asserted" => &["sue", "assert"],
        _ => return None,
    };
    Some((acts, parts.name(Label::Assets).or(name.as_ref()), parts))
}

fn broken_by(run: &Run<'_>, event: &Event, promises: &[CovenantLife]) -> Vec<Diagnostic> {
    let Some((acts, assets, parts)) = done(event) else { return Vec::new() };
    let Some(by) = parts.name(Label::By) else { return Vec::new() };
    let surely = |who: &Name, of: &[Name]| run.acts_for(who, of, None, event.date) == Same::Yes;
    let kept = promises.iter().filter(|covenant| {
        let binds = covenant.days.contains(day(event.date)) && surely(by, &covenant.by);
        let against = parts.name(Label::Against);
        let owed = against.is_none_or(|other| covenant.to.is_empty() || surely(other, &covenant.to));
        let mut lines = covenant.promises.iter().filter(|line| line.not && acts.contains(&line.act.as_str()));
        binds
            && owed
            && lines.any(|line| {
                let whom = line.whom.is_empty() || against.is_none_or(|other| surely(other, &line.whom));
                let text = run.model_on(event.date).records.standing_at(covenant.at);
                let text = text.and_then(|text| text.below.iter().find(|own| own.at == line.at));
                line.limited.is_none() && whom && text.is_some_and(|text| reaches(run, text, assets, event))
            })
    });
    let told = |name: &Name| {
        run.told_as("breached").any(|(told, parts)| {
            told.date >= event.date
                && parts.name(Label::Name).is_none_or(|of| of == name)
                && parts.name(Label::By) == Some(by)
        })
    };
    // Where the deal itself says what follows, nothing is left to tell.
    let label = if acts.contains(&"sue") { Label::Asserts } else { Label::Challenges };
    let on_it = |when: &Condition| matches!(when, Condition::Other(parts) if parts.name(label).is_some_and(|who| who == by));
    if run.model_on(event.date).triggers.iter().any(|trigger| trigger.when.as_ref().is_some_and(on_it)) {
        return Vec::new();
    }
    let untold = kept.filter(|covenant| !told(&covenant.name));
    let warn = |covenant: &CovenantLife| {
        let name = &covenant.name;
        let said = format!("{by} promised not to do so in `{name}`");
        Diagnostic::warning("promise-broken", event.at.span(), said)
            .in_file(event.at.file)
            .with_note(format!(
                "whether `{name}` ({}) is broken by it, no entry tells",
                run.place(covenant.at)
            ))
            .with_help(format!("where it is a breach, add `{} breached {name} by {by}`", event.date))
    };
    untold.map(warn).collect()
}

/// Whether a promise is about some assets, in some place.
fn reaches(run: &Run<'_>, line: &Record, assets: Option<&Name>, event: &Event) -> bool {
    let EventKind::Told { place, parts, .. } = &event.kind else { return false };
    let market = &run.model_on(event.date).market;
    let named = match line.set(Label::Assets) {
        Some(set) => set.names.clone(),
        None => [Label::Names, Label::What].into_iter().flat_map(|label| line.names(label)).collect(),
    };
    let left_out = line.set(Label::Assets).map(|set| set.except.clone()).unwrap_or_default();
    let within = |name: &Name, of: &[Name]| of.iter().any(|one| one == name || market.within(name, one));
    let about = match assets {
        Some(assets) => (named.is_empty() || within(assets, &named)) && !within(assets, &left_out),
        None => named.is_empty(),
    };
    let place = place.as_ref().or(parts.name(Label::Place));
    let there = match (line.territory(Label::Territory), place) {
        (Some(territory), Some(place)) => market.places(territory, event.date).contains(place.as_str()),
        _ => true,
    };
    about && there && !line.has(Label::Fields) && line.clause != Form::CovenantMust
}
