//! A trigger that is tested for each product, field or customer by itself, on a figure that is not told apart so: what it finds for
//! one of them it finds for all.

use super::{Check, each_condition, each_measure};
use crate::value::{Condition, Measure, Name};
use counterpart_syntax::Diagnostic;

pub(super) fn check(check: &mut Check<'_>) {
    let model = check.model;
    for trigger in &model.triggers {
        let Some(each) = trigger.each.as_ref().filter(|each| !each.is_blank() && *each != "country") else {
            continue;
        };
        let mut measures: Vec<&Measure> = Vec::new();
        if let Some(when) = &trigger.when {
            each_condition(when, &mut |test| {
                if let Condition::Compare { left, right, .. } = test {
                    [left, right]
                        .into_iter()
                        .for_each(|amount| each_measure(amount, &mut |m| measures.push(m)));
                }
            });
        }
        let mut told: Vec<&Name> = Vec::new();
        for name in measures.iter().filter(|m| m.quantity.is_none()).flat_map(|m| &m.names) {
            let Some(metric) = model.market.metrics.get(name) else { continue };
            let apart =
                |by: &Name| by == each || by.is_blank() || by.as_str().trim_end_matches('s') == each.as_str();
            let same = metric.computed.is_none() && metric.of.is_empty() && !metric.by.iter().any(apart);
            if !same || told.contains(&name) {
                continue;
            }
            told.push(name);
            let message =
                format!("`{name}` is not told apart by {each}, so the test is the same for each {each}");
            let diagnostic = Diagnostic::warning("not-computed", trigger.at.span(), message)
                .with_also(metric.at.file, metric.at.span(), "how it is reported")
                .with_note(format!(
                    "what comes about for one {each} comes about for all of them on the same day"
                ))
                .with_help(format!("add `by {each}` below the metric, or leave out `for each {each}`"));
            check.push(trigger.at, diagnostic);
        }
    }
}
