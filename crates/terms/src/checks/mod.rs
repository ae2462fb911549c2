//! What the model alone can say is wrong: units, impossible percentages, dates that run backwards,
//! sums that miss their total, royalties without a rate, limits that cross, clauses of equal rank that tie.
//!
//! One check, one file. A check reads one edition of the terms and writes diagnostics. What a filed
//! agreement may really say is a warning; what cannot mean anything is an error. Why each code matters is
//! told where codes are explained (`crates/cli/errors`); clauses that fire it and clauses that do not are
//! documents of this crate's tests.

mod amendments;
mod backwards;
mod bare_amounts;
mod circles;
mod compared_currencies;
mod counted_in;
mod crossed_limits;
mod currencies;
mod days;
mod decided_twice;
mod differ;
mod exceptions;
mod gaps;
mod hanging;
mod incomplete;
mod legal_words;
mod no_rate;
mod nothing_left;
mod nouns;
mod one_line;
mod open_end;
mod owners;
mod patents;
mod percents;
mod precedence;
mod same_for_each;
mod same_party;
mod shares;
mod steps_in_time;
mod tiers;
mod totals;
mod two_grades;
mod undated;
mod unit;
mod units;
mod weekends;
mod words;

use crate::deal::Deal;
use crate::model::Model;
use crate::record::{At, Part, Parts, Record};
use crate::value::{Amount, Condition, Measure, Value};
use counterpart_syntax::{Clause, Diagnostic, Span};
use std::collections::BTreeMap;

/// What a check reads, and where it writes.
pub(crate) struct Check<'d> {
    /// The files, for places.
    pub deal: &'d Deal,
    /// The edition checked.
    pub model: &'d Model,
    /// What was found.
    pub found: Vec<Diagnostic>,
}

/// Everything the checks find in a deal, over all its editions; each finding once.
pub(crate) fn all(deal: &Deal) -> Vec<Diagnostic> {
    let mut found: BTreeMap<(usize, Span), Vec<Diagnostic>> = BTreeMap::new();
    for edition in &deal.editions.0 {
        let mut check = Check { deal, model: &edition.model, found: Vec::new() };
        let checks: [fn(&mut Check<'_>); 34] = [
            amendments::check,
            units::check,
            percents::check,
            shares::check,
            backwards::check,
            tiers::check,
            currencies::check,
            open_end::check,
            no_rate::check,
            same_party::check,
            crossed_limits::check,
            totals::check,
            gaps::check,
            differ::check,
            decided_twice::check,
            precedence::check,
            two_grades::check,
            undated::check,
            nouns::check,
            incomplete::check,
            bare_amounts::check,
            compared_currencies::check,
            counted_in::check,
            legal_words::check,
            nothing_left::check,
            circles::check,
            steps_in_time::check,
            owners::check,
            patents::check,
            weekends::check,
            exceptions::check,
            hanging::check,
            one_line::check,
            same_for_each::check,
        ];
        for run in checks {
            run(&mut check);
        }
        for diagnostic in check.found {
            // An amendment leaves most clauses as they were: their findings are the old ones.
            let here = found.entry((diagnostic.at.file, diagnostic.at.span)).or_default();
            if !here.contains(&diagnostic) {
                here.push(diagnostic);
            }
        }
    }
    found.into_values().flatten().collect()
}

impl Check<'_> {
    /// Adds a finding about a place.
    pub(crate) fn push(&mut self, at: At, mut diagnostic: Diagnostic) {
        // Other places keep their own file: an amendment and what it amends are two.
        diagnostic.at.file = at.file;
        self.found.push(diagnostic);
    }

    /// Whether a mistake has been told in a stretch of a file: what follows from it is not a second one.
    pub(crate) fn is_told(&self, file: usize, span: Span) -> bool {
        self.deal.is_told(file, span)
    }

    /// A clause with everything below it.
    pub(crate) fn whole(&self, at: At) -> Span {
        self.clause(at).map_or(at.span(), Clause::full_span)
    }

    /// The clause of a record in its file's tree.
    pub(crate) fn clause(&self, at: At) -> Option<Clause<'_>> {
        let tree = &self.deal.files.get(at.file)?.tree;
        tree.clause_at(at.start)
    }

    /// The range of a part of a record, or of the record where it cannot be told.
    pub(crate) fn place(&self, record: &Record, part: &Part) -> Span {
        let index = record.parts.0.iter().position(|p| std::ptr::eq(p, part));
        let node = index.and_then(|i| {
            let clause = self.clause(record.at)?;
            clause.nodes().filter(|n| n.label().is_some() || n.kind().is_some()).nth(i)
        });
        node.map_or(record.at.span(), |n| n.span())
    }

    /// Every clause of the edition with every clause below it.
    pub(crate) fn each_record<'m>(model: &'m Model, visit: &mut dyn FnMut(&'m Record)) {
        for record in &model.records {
            record.walk(visit);
        }
    }
}

/// Calls `visit` for every value of a clause, those inside groups of parts included.
pub(crate) fn each_value<'v>(parts: &'v Parts, visit: &mut dyn FnMut(&'v Value)) {
    for part in &parts.0 {
        value(&part.value, visit);
    }
}

pub(crate) fn value<'v>(value_: &'v Value, visit: &mut dyn FnMut(&'v Value)) {
    visit(value_);
    if let Value::Parts(parts) = value_ {
        each_value(parts, visit);
    }
}

/// Calls `visit` for every amount that stands in a value, those in conditions included.
pub(crate) fn each_condition<'v>(condition: &'v Condition, visit: &mut dyn FnMut(&'v Condition)) {
    visit(condition);
    match condition {
        Condition::All(of) | Condition::Any(of) => of.iter().for_each(|c| each_condition(c, visit)),
        Condition::Not(inner) => each_condition(inner, visit),
        Condition::Other(parts) => each_value(parts, &mut |v| {
            if let Value::Condition(inner) = v {
                each_condition(inner, visit);
            }
        }),
        _ => {}
    }
}

/// Calls `visit` for everything measured in a formula.
pub(crate) fn each_measure<'a>(amount: &'a Amount, visit: &mut dyn FnMut(&'a Measure)) {
    match amount {
        Amount::Measure(measure) => visit(measure),
        Amount::Sum(terms) => terms.iter().for_each(|(_, a)| each_measure(a, visit)),
        Amount::Product(factors) => factors.iter().for_each(|(_, a)| each_measure(a, visit)),
        Amount::Greatest(of) | Amount::Least(of) => of.iter().for_each(|a| each_measure(a, visit)),
        Amount::Excess(a, b) => {
            each_measure(a, visit);
            each_measure(b, visit);
        }
        Amount::Share(_, of) => each_measure(of, visit),
        _ => {}
    }
}
