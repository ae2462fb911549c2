//! Places that are left out of where they were not in, where one of them is a territory of the deal.
//!
//! A warning, as for codes and groups everybody knows, of which it is told where they are read. What belongs to a territory
//! of the deal is known only with all its files.

use super::{Check, each_value};
use crate::record::{At, Record};
use crate::value::{Name, Territory, Value};
use counterpart_num::Date;
use counterpart_syntax::{Diagnostic, Span};

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    let day = model.header.effective.unwrap_or(Date::MAX);
    let market = &model.market;
    let only = |name: &Name| Territory::at(name);
    let mut found: Vec<(At, Name, String)> = Vec::new();
    Check::each_record(model, &mut |record: &Record| {
        each_value(&record.parts, &mut |value| {
            let Value::Territory(territory) = value else { return };
            let own = |name: &Name| market.territories.contains_key(name);
            if territory.except.is_empty() || !territory.places.iter().chain(&territory.except).any(own) {
                return;
            }
            let inside = Territory { except: Vec::new(), ..territory.clone() };
            if market.has_blank(territory) {
                return;
            }
            let inside = market.places(&inside, day);
            for out in &territory.except {
                let places = market.places(&only(out), day);
                // Of what has no places nothing can be said.
                if !places.is_empty() && !inside.is_empty() && inside.shared(&places).is_none() {
                    let whole: Vec<String> = territory.places.iter().map(|p| format!("`{p}`")).collect();
                    found.push((record.at, out.clone(), whole.join(", ")));
                }
            }
        });
    });
    for (at, out, inside) in found {
        let text = check.deal.files.get(at.file).map(|f| f.tree.slice(at.span())).unwrap_or_default();
        let start = text.rfind(out.as_str()).and_then(|i| u32::try_from(i).ok()).unwrap_or(0) + at.start;
        let span = Span { start, end: start + u32::try_from(out.as_str().len()).unwrap_or(0) };
        let message = format!("`{out}` is no part of {inside}: nothing is left out");
        check.push(at, Diagnostic::warning("not-inside", span, message).with_help("leave the exception out"));
    }
}
