//! Milestones that are told to be reached in a place where they cannot be: `in US` on a milestone says where it counts. Such
//! an entry is left out, and told.

use crate::event::{Event, EventKind};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::{Editions, Model};
use counterpart_terms::value::{Name, Territory};

/// Takes them out; a finding for each.
pub(crate) fn left_out(editions: &Editions, events: &mut Vec<Event>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    events.retain(|event| {
        let EventKind::Reached { name, place: Some(place), .. } = &event.kind else { return true };
        let model = editions.on(event.date);
        let lines = regions(model, name);
        let Some(line) = lines.first().filter(|_| !is_in_any(model, &lines, place, event.date)) else {
            return true;
        };
        let message = format!("`{name}` is not to be reached in {place}");
        found.push(event.left_out("out-of-place", message).with_also(
            line.at.file,
            line.at.span(),
            "where it is to be reached",
        ));
        false
    });
    found
}

/// The lines on where a milestone is to be reached.
fn regions<'m>(model: &'m Model, name: &Name) -> Vec<&'m Record> {
    let own = model
        .records
        .iter()
        .filter(|record| record.clause == Form::FileMilestone && record.name(Label::Name) == Some(name));
    own.flat_map(|record| record.all_below(Form::MilestoneRegion)).collect()
}

/// Whether a place, or a part of it, is one of these; also where that is not said.
fn is_in_any(model: &Model, lines: &[&Record], place: &Name, day: Date) -> bool {
    let told = Territory { places: vec![place.clone()], ..Territory::default() };
    let told = model.market.places(&told, day);
    let mut regions = lines.iter().filter_map(|line| line.territory(Label::Territory));
    place.is_blank()
        || regions.any(|region| {
            region.places.contains(place)
                || model.market.has_blank(region)
                || model.market.places(region, day).shared(&told).is_some()
        })
}
