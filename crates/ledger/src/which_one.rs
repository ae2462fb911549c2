//! Milestones told without what a payment counts them by.
//!
//! A payment `once each product` is owed for every product that reaches its milestone. An entry that names none could be
//! any of them, and the next one another or the same: no figure can rest on it, so it is left out and asked about.

use crate::event::{COMES_ABOUT, Event, EventKind};
use counterpart_syntax::Diagnostic;
use counterpart_terms::model::{Editions, FeeWhen, Instalment, Market, Model, Pay, Per};
use counterpart_terms::value::{Condition, Name, Value};

/// Takes out the entries that could be of several products, countries or the like, with a finding for each.
pub(crate) fn leave_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !events.iter().any(|e| told(&e.kind).is_some()) {
        return found;
    }
    events.retain(|event| match asked(editions.on(event.date), event) {
        Some(problem) => {
            found.push(problem);
            false
        }
        None => true,
    });
    found
}

/// A finding for each entry that says no place, where a payment is owed for what happens in some places only. It counts
/// for other payments, and so stays.
pub(crate) fn without_place(editions: &Editions, events: &[Event]) -> Vec<Diagnostic> {
    let found = events.iter().filter_map(|event| {
        let model = editions.on(event.date);
        placeless(model, event).or_else(|| anywhere(model, event, events))
    });
    found.collect()
}

/// An entry without a place of something of which others name theirs, where a test asks for one: it counts in all.
fn anywhere(model: &Model, event: &Event, events: &[Event]) -> Option<Diagnostic> {
    let own = told(&event.kind).filter(|own| own.place.is_none())?;
    let placed = |other: &Event| {
        told(&other.kind).is_some_and(|other| other.name == own.name && other.place.is_some())
    };
    if !events.iter().any(placed) {
        return None;
    }
    let (line, place) = model.records.iter().find_map(|record| {
        let mut found = None;
        record.walk(&mut |line| {
            let asked = line.parts.0.iter().find_map(|part| asks_where(&part.value, own.name));
            found = found.or(asked.map(|place| (line, place)));
        });
        found
    })?;
    let name = own.name;
    Some(
        Diagnostic::warning(
            "no-place",
            event.at.span(),
            format!("of `{name}` it is not told where, and a test asks where"),
        )
        .in_file(event.at.file)
        .with_also(line.at.file, line.at.span(), format!("this asks for {place}"))
        .with_note("other entries say where; this one counts in every place")
        .with_help(format!("name the place behind it: `in {place}`")),
    )
}

/// Where a test in a value asks for something, if it does.
fn asks_where<'v>(value: &'v Value, name: &Name) -> Option<&'v Name> {
    match value {
        Value::Condition(condition) => tested_where(condition, name),
        Value::Parts(parts) => parts.0.iter().find_map(|part| asks_where(&part.value, name)),
        _ => None,
    }
}

fn tested_where<'c>(condition: &'c Condition, name: &Name) -> Option<&'c Name> {
    match condition {
        Condition::All(all) | Condition::Any(all) => all.iter().find_map(|one| tested_where(one, name)),
        Condition::Not(inner) => tested_where(inner, name),
        Condition::State { name: of, territory: Some(there), .. } if of == name => there.places.first(),
        Condition::Happens(event) if event.name == *name => event.territory.as_ref()?.places.first(),
        _ => None,
    }
}

fn placeless(model: &Model, event: &Event) -> Option<Diagnostic> {
    let told = told(&event.kind).filter(|told| told.place.is_none())?;
    let lines = model.pays.values().flat_map(|pay| pay.instalments.iter().map(move |line| (pay, line)));
    for (pay, line) in lines.filter(|(_, line)| waits_for(line, told.name)) {
        let FeeWhen::When { when, .. } = &line.when else { continue };
        let asked = when.waits_for().and_then(|(_, place)| place).or(line.territory.as_ref());
        let Some(place) = asked.and_then(|territory| territory.places.first()) else { continue };
        let name = told.name;
        let message = format!("`{name}` is reached without saying where, and `{}` asks where", pay.name);
        return Some(
            Diagnostic::warning("no-place", event.at.span(), message)
                .in_file(event.at.file)
                .with_also(line.at.file, line.at.span(), format!("owed for what happens in {place}"))
                .with_note(format!("nothing of `{}` is due by this entry", pay.name))
                .with_help(format!("name the place, as in `{}`", told.written("in", place.as_str()))),
        );
    }
    None
}

/// What an entry tells of a milestone.
struct Told<'e> {
    name: &'e Name,
    product: Option<&'e Name>,
    place: Option<&'e Name>,
    of: Option<&'e Name>,
}

impl Told<'_> {
    /// The entry as it would say a word too: it says `of`, `in`, `for` in this order.
    fn written(&self, word: &str, one: &str) -> String {
        let part = |at: &str, own: Option<&Name>| match own {
            _ if at == word => format!(" {at} {one}"),
            Some(own) => format!(" {at} {own}"),
            None => String::new(),
        };
        let (of, place, kind) = (part("of", self.product), part("in", self.place), part("for", self.of));
        format!("reached {}{of}{place}{kind}", self.name)
    }
}

fn told(kind: &EventKind) -> Option<Told<'_>> {
    match kind {
        EventKind::Reached { name, product, place, of } => {
            Some(Told { name, product: product.as_ref(), place: place.as_ref(), of: of.as_ref() })
        }
        EventKind::Told { word, name: Some(name), place, .. } if COMES_ABOUT.contains(&word.as_str()) => {
            Some(Told { name, product: None, place: place.as_ref(), of: None })
        }
        EventKind::Began(name, place) => Some(Told { name, product: None, place: place.as_ref(), of: None }),
        _ => None,
    }
}

/// The question an entry leaves open, where a payment asks it.
fn asked(model: &Model, event: &Event) -> Option<Diagnostic> {
    let told = told(&event.kind)?;
    // What is computed is not told.
    if model.market.milestones.get(told.name).is_some_and(|m| m.reached_when.is_some()) {
        return None;
    }
    for pay in model.pays.values() {
        for line in pay.instalments.iter().filter(|line| waits_for(line, told.name)) {
            for per in &pay.each_of(line).per {
                if let Some(choice) = open(&model.market, pay, per, &told) {
                    return Some(finding(event, &told, pay, line, per, &choice));
                }
            }
        }
    }
    None
}

fn waits_for(line: &Instalment, name: &Name) -> bool {
    match &line.when {
        FeeWhen::When { when, .. } => when.waits_for().is_some_and(|(waited, _)| waited == name),
        _ => false,
    }
}

/// What an entry could be of, where it does not say and the deal has several. Of one thing only there is no question;
/// countries are always several.
fn open(market: &Market, pay: &Pay, per: &Per, told: &Told<'_>) -> Option<Vec<Name>> {
    let in_tree = |root: &str| {
        let of = |(_, at): &(&Name, &Name)| at.as_str() == root || at.as_str() == format!("{root}s");
        market.dimension.iter().filter(of).map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    let choice = match per {
        Per::Product if told.product.or(told.of).is_some() => return None,
        Per::Product if pay.of.is_empty() => market.products.keys().cloned().collect(),
        Per::Product => pay.of.clone(),
        Per::Country | Per::Region if told.place.is_some() => return None,
        Per::Country => return Some(Vec::new()),
        Per::Region => return Some(market.territories.keys().cloned().collect()),
        Per::Indication | Per::Field if told.of.is_some() => return None,
        Per::Indication | Per::Field => in_tree("field"),
        Per::Dimension(_) if told.product.or(told.of).is_some() => return None,
        Per::Dimension(name) => {
            let mut members = in_tree(name.as_str());
            members.extend(market.products.get(name).iter().flat_map(|p| p.kinds.iter().cloned()));
            members
        }
    };
    (choice.len() > 1).then_some(choice)
}

fn finding(
    event: &Event,
    told: &Told<'_>,
    pay: &Pay,
    line: &Instalment,
    per: &Per,
    choice: &[Name],
) -> Diagnostic {
    let (what, word) = match per {
        Per::Product => ("product", "of"),
        Per::Country => ("country", "in"),
        Per::Region => ("region", "in"),
        Per::Indication => ("indication", "for"),
        Per::Field => ("field", "for"),
        Per::Dimension(name) => (name.as_str(), "for"),
    };
    let name = told.name;
    let message = format!("`{name}` is reached without saying for which {what}");
    let note = format!("`{}` is owed once each {what}; the entry is left out", pay.name);
    let mut problem = Diagnostic::error("which-one", event.at.span(), message)
        .in_file(event.at.file)
        .with_also(line.at.file, line.at.span(), format!("owed once each {what}"))
        .with_note(note);
    for one in choice.iter().take(6) {
        problem = problem.with_help(format!("write `{}`", told.written(word, one.as_str())));
    }
    if choice.is_empty() {
        problem = problem.with_help(format!("name the {what}, as in `{}`", told.written(word, "DE")));
    }
    problem
}
