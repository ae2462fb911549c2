//! How long patents live: terms from the filing date, adjustments, and what ended them early.
//!
//! Twenty years from filing: TRIPS art. 33; 35 U.S.C. 154(a)(2); art. 63 EPC. Adjustment and extension
//! days are those the deal states.

use crate::clock::{Focus, When};
use crate::facts::Facts;
use crate::unknown::{Eval, Unknown};
use counterpart_num::{Date, Exact};
use counterpart_syntax::{Form, Label, Rule};
use counterpart_terms::At;
use counterpart_terms::model::Model;
use counterpart_terms::record::{Parts, Record};
use counterpart_terms::value::{Name, Value};
use counterpart_terms::world;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What ends a patent.
const ENDED: [&str; 4] = ["lapsed", "expired", "invalidated", "abandoned"];

/// The last day a valid claim of these assets stands in the focus's place; in any place without one.
///
/// # Errors
/// Where it hangs on a patent of which neither filing nor expiry is stated, or on a European patent of which it is
/// not said in which states it is in force.
pub(crate) fn last_claim(model: &Model, facts: &Facts<'_>, assets: &[Name], focus: &Focus) -> Eval<When> {
    let wanted = wanted_assets(model, assets, focus);
    let mut latest = When::Never;
    // Patents that may stand there too: what is not said of them, and until when they would.
    let mut unsaid: Vec<(When, &Record, &str)> = Vec::new();
    let mut undated: Option<&Record> = None;
    let mut unlisted: Option<(&Name, &Record)> = None;
    let secret = wanted.iter().any(Name::is_blank);
    for record in model.records.of(Form::FileAssets) {
        let Some(name) = record.name(Label::Name) else { continue };
        let named = wanted.is_empty() || wanted.contains(name);
        if !named && !secret {
            continue;
        }
        if named && lists_none(record) {
            // All of them may be told to have ended where it is asked.
            let over = focus.place.as_ref().and_then(|p| facts.patent_event(&ENDED, name, Some(p)));
            match over {
                Some(day) => latest = later(latest, When::On(day)),
                None => unlisted = unlisted.or(Some((name, record))),
            }
        }
        for patent in record.all_below(Form::AssetsPatent) {
            let Some(places) = places_of(patent) else { continue };
            let end = |place| Ok(expiry(patent, name, place, facts)?.map_or(When::NotYet, When::On));
            let here = |p: &&Name| focus.place.as_ref().is_none_or(|f| country(f) == country(p));
            if let (Some(asked), [office]) = (&focus.place, places.as_slice())
                && *office == "EP"
                && european(country(asked), facts.as_of())
            {
                unsaid.push((end(office)?, patent, "in which states the European patent is in force"));
            }
            if let Some(place) =
                places.iter().find(|place| place.is_blank()).filter(|_| focus.place.is_some())
            {
                unsaid.push((end(place)?, patent, "where the patent is in force"));
            }
            if !named {
                for place in places.iter().filter(here) {
                    unsaid.push((end(place)?, patent, "which patents are meant"));
                }
                continue;
            }
            for place in places.iter().filter(here) {
                match end(place)? {
                    When::On(day) => latest = later(latest, When::On(day)),
                    _ => undated = undated.or(Some(patent)),
                }
            }
        }
    }
    // A life of unknown length matters only where nothing else covers the days asked about.
    let covered = |end: When| matches!((end, focus.period), (When::On(day), Some(p)) if day >= p.end);
    if let Some(patent) = undated.filter(|_| !covered(latest)) {
        let number = patent.text(Label::Number).unwrap_or_default();
        let office = patent.name(Label::Office).map_or("", Name::as_str);
        let reason =
            format!("neither filing nor expiry of {office} {number} is stated: add `filed` or `expires`");
        return Err(Unknown::new(reason).at(patent.at));
    }
    if let Some((name, record)) = unlisted.filter(|_| !covered(latest)) {
        let reason =
            format!("which patents `{name}` holds is not told: add them, each with `filed` or `expires`");
        return Err(Unknown::new(reason).at(record.at));
    }
    // It matters only where it would live longer than what is known to be in force there.
    match unsaid.into_iter().find(|(end, ..)| later(latest, *end) != latest) {
        Some((_, patent, what)) => {
            let fix = if what.contains("European") { ": add `in DE, FR`" } else { "" };
            Err(Unknown::new(format!("it is not said {what}{fix}")).at(patent.at))
        }
        None => Ok(latest),
    }
}

/// Whether a European patent can be in force in a country: a contracting state of the European Patent Convention.
fn european(country: &str, day: Date) -> bool {
    world::group("EPC").is_some_and(|states| states.members_on(day).any(|state| state == country))
}

fn later(a: When, b: When) -> When {
    match (a, b) {
        (When::NotYet, _) | (_, When::NotYet) => When::NotYet,
        (When::On(a), When::On(b)) => When::On(a.max(b)),
        (When::Never, other) | (other, When::Never) => other,
    }
}

/// Whether a record is one of patents of which none is listed: which there are, it does not say.
fn lists_none(record: &Record) -> bool {
    record.below(Form::AssetsPatent).is_none()
        && (record.word(Label::Kind) == Some("patents") || record.below(Form::AssetsListed).is_some())
}

/// Whether of some assets not one patent is listed that a claim could be of, though there may be some.
pub(crate) fn none_listed(model: &Model, assets: &[Name], focus: &Focus) -> bool {
    let wanted = wanted_assets(model, assets, focus);
    let is_meant = |r: &&Record| r.name(Label::Name).is_some_and(|n| wanted.is_empty() || wanted.contains(n));
    let mut meant = model.records.of(Form::FileAssets).filter(is_meant);
    meant.any(lists_none)
}

/// The countries in which patents are listed, with those a European patent may be in force in where it does not say.
pub(crate) fn places(model: &Model, facts: &Facts<'_>) -> BTreeSet<String> {
    let assets = model.records.of(Form::FileAssets);
    let listed = assets.flat_map(|r| r.all_below(Form::AssetsPatent)).filter_map(places_of).flatten();
    let mut out: BTreeSet<String> = listed.map(|place| country(&place).to_string()).collect();
    if out.remove("EP") {
        let states = world::group("EPC").into_iter();
        out.extend(states.flat_map(|s| s.members_on(facts.as_of()).map(str::to_string).collect::<Vec<_>>()));
    }
    out
}

/// Assets of which a patent may claim the thing itself.
const THINGS: [&str; 4] = ["compound", "materials", "equipment", "designs"];

/// Of which assets a claim counts: of those named, or else of those the product practises. Of a product that practises
/// things alone it is not said which patents claim it, and so any may.
fn wanted_assets(model: &Model, assets: &[Name], focus: &Focus) -> Vec<Name> {
    if !assets.is_empty() {
        return assets.to_vec();
    }
    let product = focus.product.as_ref().and_then(|p| model.market.products.get(p));
    let practised = product.map(|p| p.practises.clone()).unwrap_or_default();
    let records = model.records.of(Form::FileAssets);
    let own = records.filter(|r| r.name(Label::Name).is_some_and(|name| practised.contains(name)));
    let is_thing = |r: &&Record| r.word(Label::Kind).is_some_and(|kind| THINGS.contains(&kind));
    let holds = |r: &&Record| r.word(Label::Kind) == Some("patents") || r.below(Form::AssetsPatent).is_some();
    let own: Vec<&Record> = own.collect();
    match own.iter().any(is_thing) && !own.iter().any(holds) && !practised.iter().any(Name::is_blank) {
        true => Vec::new(),
        false => practised,
    }
}

/// The country of a place: `US` of `US-CA`.
fn country(place: &Name) -> &str {
    place.as_str().split('-').next().unwrap_or_default()
}

/// The countries a patent is in force in: the states an EP patent names, or its office's own country.
fn places_of(patent: &Record) -> Option<Vec<Name>> {
    let office = patent.name(Label::Office)?;
    let states: Vec<Name> = parts_of(patent).flat_map(|p| p.names(Label::States)).collect();
    if states.is_empty() { Some(vec![office.clone()]) } else { Some(states) }
}

fn parts_of(patent: &Record) -> impl Iterator<Item = &Parts> {
    let labelled = patent.all(Label::Part).chain(patent.rules(Rule::PatentPart));
    labelled.filter_map(|v| match v {
        Value::Parts(parts) => Some(parts),
        _ => None,
    })
}

fn date(patent: &Record, label: Label) -> Option<Date> {
    parts_of(patent).find_map(|p| match p.get(label)? {
        Value::Date(date) => Some(*date),
        _ => None,
    })
}

fn days(patent: &Record, label: Label) -> i64 {
    let number = parts_of(patent).find_map(|p| match p.get(label)? {
        Value::Number(n) => Some(n.clone()),
        _ => None,
    });
    number.as_ref().and_then(Exact::to_i64).unwrap_or(0)
}

/// When each patent ends in each place, by all that is known on a day: found once.
#[derive(Default)]
pub(crate) struct Lives(RefCell<BTreeMap<(At, Name), Life>>);

/// The last day of a patent; none while that cannot be said.
type Life = Eval<Option<Date>>;

/// The last day of a patent in a country; `None` while that cannot be said.
fn expiry(patent: &Record, assets: &Name, place: &Name, facts: &Facts<'_>) -> Eval<Option<Date>> {
    let key = (patent.at, place.clone());
    if let Some(found) = facts.patents.0.borrow().get(&key) {
        return found.clone();
    }
    let found = find_expiry(patent, assets, place, facts);
    facts.patents.0.borrow_mut().insert(key, found.clone());
    found
}

fn find_expiry(patent: &Record, assets: &Name, place: &Name, facts: &Facts<'_>) -> Eval<Option<Date>> {
    let ended = [date(patent, Label::Lapsed), facts.patent_ended(assets, patent, place)];
    let ended = ended.into_iter().flatten().min();
    // A day that is kept secret decides nothing where the patent is known to have ended.
    if let (None, Some(why)) = (ended, withheld(patent)) {
        let number = patent.text(Label::Number).unwrap_or_default();
        let office = patent.name(Label::Office).map_or("", Name::as_str);
        return Err(Unknown::new(format!("a day in the life of {office} {number} is {why}")).at(patent.at));
    }
    let stated = date(patent, Label::Expires);
    let filed = date(patent, Label::Filed).or_else(|| facts.patent_told("filed", assets, patent));
    let granted = date(patent, Label::Granted).or_else(|| facts.patent_told("granted", assets, patent));
    let term = stated.or_else(|| {
        let twenty = filed?.add_years(20)?;
        // A United States patent filed before 8 June 1995 lives for the longer of 20 years from filing
        // and 17 years from grant: 35 U.S.C. 154(c)(1).
        let old_law = filed < Date::new(1995, 6, 8) && *place == "US";
        let base = match granted.and_then(|g| g.add_years(17)).filter(|_| old_law) {
            Some(seventeen) => twenty.max(seventeen),
            None => twenty,
        };
        base.add_days(days(patent, Label::Adjusted) + days(patent, Label::Extended))
    });
    Ok(match (term, ended) {
        (Some(term), Some(ended)) => Some(term.min(ended)),
        (term, ended) => term.or(ended),
    })
}

/// Why the end of a patent's term is not known, where a day or a number of days it hangs on is not given.
fn withheld(patent: &Record) -> Option<String> {
    let hangs_on: &[Label] = match date(patent, Label::Expires) {
        Some(_) => &[Label::Lapsed],
        None => &[Label::Expires, Label::Filed, Label::Adjusted, Label::Extended, Label::Lapsed],
    };
    // Only the oldest patents of the United States hang on the day of grant.
    let old = date(patent, Label::Filed).is_some_and(|filed| Some(filed) < Date::new(1995, 6, 8));
    if old && let Some(why) = parts_of(patent).find_map(|p| p.withheld(Label::Granted)?.why_unknown()) {
        return Some(why);
    }
    let of = |label: &Label| parts_of(patent).find_map(|p| p.withheld(*label)?.why_unknown());
    hangs_on.iter().find_map(of)
}
