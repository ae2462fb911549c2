//! Patents that are told to have lapsed, expired or the like and are none of the assets they are told of: where the text
//! lists all of them, and no entry told of another. Such an entry is left out, and told.

use crate::event::{Event, EventKind};
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::Editions;
use counterpart_terms::value::Name;
use std::collections::BTreeSet;

/// Takes them out; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let told: BTreeSet<(Name, Name, String)> = events.iter().flat_map(told_of).collect();
    let mut found = Vec::new();
    events.retain(|event| {
        let EventKind::Patent { what, assets, patent: Some((office, number)), .. } = &event.kind else {
            return true;
        };
        if matches!(what.as_str(), "filed" | "granted") || office.is_blank() {
            return true;
        }
        let records = editions.0.iter().flat_map(|edition| &edition.model.records);
        let own = |record: &&Record| {
            record.clause == Form::FileAssets && record.name(Label::Name) == Some(assets)
        };
        let records: Vec<&Record> = records.filter(own).collect();
        let is_open = |record: &Record| {
            let more = [Form::AssetsCaptured, Form::AssetsListed, Form::AssetsControlled];
            more.iter().any(|form| record.below(*form).is_some())
        };
        let listed = || records.iter().flat_map(|record| record.all_below(Form::AssetsPatent));
        let Some(first) = listed().next().filter(|_| !records.iter().any(|record| is_open(record))) else {
            return true;
        };
        let same = |patent: &Record| {
            let is_it = |of: &Name, told: &str| (of.is_blank() || of == office) && plain(told) == plain(number);
            patent.name(Label::Office).zip(patent.text(Label::Number)).is_none_or(|(of, told)| is_it(of, told))
        };
        if listed().any(same) || told.contains(&(assets.clone(), office.clone(), plain(number))) {
            return true;
        }
        found.push(
            event
                .left_out("no-such-patent", format!("`{assets}` holds no patent {office} {number}"))
                .with_also(first.at.file, first.at.span(), "its patents are listed here")
                .with_help(format!("write one of its patents, or tell first that it was filed: `filed {assets} {office} {number}`")),
        );
        false
    });
    found
}

/// What an entry tells of that may be new: an application, a patent that was granted.
fn told_of(event: &Event) -> Vec<(Name, Name, String)> {
    let EventKind::Patent { what, assets, patent, application, .. } = &event.kind else { return Vec::new() };
    if !matches!(what.as_str(), "filed" | "granted") {
        return Vec::new();
    }
    let both = patent.iter().chain(application);
    both.map(|(office, number)| (assets.clone(), office.clone(), plain(number))).collect()
}

/// A number without the marks between its digits.
fn plain(number: &str) -> String {
    number.chars().filter(|c| c.is_alphanumeric()).collect()
}
