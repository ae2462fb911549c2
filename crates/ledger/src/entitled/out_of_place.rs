//! Milestones that are told to be reached in a place where they cannot be: `in US` on a milestone says where it counts. Such
//! an entry is left out, and told.

use super::Asked;
use crate::event::EventKind;
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Form, Label};
use counterpart_terms::Record;
use counterpart_terms::model::Model;
use counterpart_terms::value::{Name, Territory};

/// A finding for what is reached where it cannot be.
pub(super) fn rule(asked: &Asked<'_>) -> Option<Diagnostic> {
    let EventKind::Reached { name, place: Some(place), .. } = &asked.event.kind else { return None };
    let model = asked.editions.on(asked.event.date);
    let lines = regions(model, name);
    let line = lines.first().filter(|_| !is_in_any(model, &lines, place, asked.event.date))?;
    let message = format!("`{name}` is not to be reached in {place}");
    Some(asked.event.left_out("out-of-place", message).with_also(
        line.at.file,
        line.at.span(),
        "where it is to be reached",
    ))
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
