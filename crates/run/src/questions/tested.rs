//! What a test rests on, as reasons: the reports that are overdue, the failures that were told, what became of patents, each
//! period of several in a row; and the entries that would make a test hold no more.
//!
//! Debts have a file of their own (`debts`).

use crate::clock::Focus;
use crate::condition::{Failure, OverdueReport, single};
use crate::engine::Run;
use crate::trace::Step;
use counterpart_ledger::EventKind;
use counterpart_num::{Basis, Cycle, Date, Period};
use counterpart_syntax::Label;
use counterpart_terms::record::Parts;
use counterpart_terms::value::{Condition, Name};

/// So many reports that were made are told.
const MOST_REPORTED: usize = 3;

/// What may become of patents so that they are valid no more.
const ENDED: [&str; 4] = ["lapsed", "expired", "invalidated", "abandoned"];

/// The reports a test is on.
pub(super) struct ReportsTested<'c> {
    /// Whose, where the test says that somebody fails to make them.
    party: Option<&'c Name>,
    what: Vec<Name>,
}

impl Run<'_> {
    /// Why something is paid or reported, or is not, by the day it was due on or one that a test names.
    pub(super) fn why_done(&self, test: &Condition, focus: &Focus, on: Date, so: bool) -> Option<Step> {
        let Condition::State { name, state, not, by, .. } = test else { return None };
        if !self.falls_due(name, state) {
            return None;
        }
        let limit = by.as_ref().and_then(|by| self.met_by(name, by, focus).ok().flatten());
        let done = || self.state_of(name, state, None, on, focus) == Ok(true);
        let is = match (so, *not) {
            (true, false) => "is",
            (true, true) | (false, false) => "is not",
            (false, true) if limit.is_some() || done() => "is",
            // What is not due yet is neither.
            (false, true) => "need not yet be",
        };
        let when = limit.map_or(String::new(), |limit| format!(" by {limit}"));
        let step = Step::note(format!("{name} {is} {state}{when}")).by(self.defined_at(name));
        Some(step.from(match self.reports_tested(test) {
            Some(tested) => self.why_reported(&tested, on, limit),
            None => self.why_paid(name, on, limit),
        }))
    }

    /// The reports a single test is on: that somebody fails to make them, or that something is reported.
    pub(super) fn reports_tested<'c>(&self, condition: &'c Condition) -> Option<ReportsTested<'c>> {
        match condition {
            Condition::State { name, state, .. } if state == "reported" => {
                Some(ReportsTested { party: None, what: vec![name.clone()] })
            }
            Condition::Other(parts) if parts.word(Label::Act) == Some("report") => {
                let what = parts.names(Label::What);
                (!what.is_empty()).then(|| ReportsTested { party: parts.name(Label::Fails), what })
            }
            _ => None,
        }
    }

    /// How reports stand on a day: each that is overdue, or the last that were made. Where a day is named by which they were
    /// to be made, as they stood on that day.
    pub(super) fn why_reported(
        &self,
        tested: &ReportsTested<'_>,
        on: Date,
        limit: Option<Date>,
    ) -> Vec<Step> {
        let limit = limit.filter(|limit| *limit < on);
        let then = self.then(limit.unwrap_or(on));
        let overdue = then.overdue_of(tested.party, &tested.what, limit.or(on.prev_day()));
        let late = |OverdueReport { metric, asked }: OverdueReport| {
            let said = format!("the report of {metric} for {} was due and is not made", asked.period);
            Step::note(said).on(asked.due.ok()).by(self.defined_at(&metric))
        };
        if !overdue.is_empty() {
            return overdue.into_iter().map(late).collect();
        }
        let all = then.underlying(then.with_bases(tested.what.clone()), on);
        let mut made: Vec<Step> = Vec::new();
        for name in &all {
            made.extend(then.facts.reports_of(name).map(|event| {
                let period = match &event.kind {
                    EventKind::Reported { label: Some(label), .. } => format!(" for {label}"),
                    _ => String::new(),
                };
                Step::note(format!("{name} was reported{period}")).on(event.date).by(event.at)
            }));
        }
        made.sort_by_key(|step| step.on);
        made.drain(..made.len().saturating_sub(MOST_REPORTED));
        if made.is_empty() {
            let said = format!(
                "nothing of {} is reported, and no report of it is overdue",
                Name::list(&tested.what)
            );
            made.push(Step::note(said).by(tested.what.first().and_then(|name| self.defined_at(name))));
        }
        made
    }

    /// The reports that are overdue today, each made.
    pub(super) fn ways_to_report(&self, tested: &ReportsTested<'_>) -> Vec<Step> {
        let last = self.facts.as_of().prev_day();
        let way = |OverdueReport { metric, asked }: OverdueReport| {
            let known = self.metric_on(&metric, asked.period.start)?;
            let said = format!("{metric} is reported for {}", asked.period);
            let entry = self.entry_of((&metric, known), None, &asked.period);
            Some(Step::note(said).by(known.at).told_by(entry))
        };
        self.overdue_of(tested.party, &tested.what, last).into_iter().filter_map(way).collect()
    }

    /// The entries that tell of a failure that stands on a day; or, where none does, that it was made good.
    pub(super) fn why_failing(&self, asked: &Parts, focus: &Focus, on: Date) -> Option<Step> {
        let party = asked.name(Label::Fails)?;
        let act = asked.word(Label::Act)?;
        let open = self.failures(party, asked, on, focus)?;
        let said = |word: &str| format!("{party} {word} to {act}");
        let steps: Vec<Step> =
            open.iter().map(|one| Step::note(said("failed")).on(one.from).by(one.at)).collect();
        match steps.as_slice() {
            [] => {
                let resumed = self.facts.told_as("resumed").filter(|event| match &event.kind {
                    EventKind::Told { parts, .. } => event.date <= on && parts.word(Label::Act) == Some(act),
                    _ => false,
                });
                let (day, at) = resumed.last().map(|event| (event.date, event.at)).unzip();
                Some(Step::note(said("resumed")).on(day).by(at))
            }
            [one] => Some(one.clone()),
            _ => Some(Step::note(said("fails")).from(steps)),
        }
    }

    /// That a failure that stands today is made good.
    pub(super) fn ways_to_resume(&self, asked: &Parts) -> Vec<Step> {
        let (Some(party), Some(act)) = (asked.name(Label::Fails), asked.word(Label::Act)) else {
            return Vec::new();
        };
        let open = self.failures(party, asked, self.facts.as_of(), &Focus::default()).unwrap_or_default();
        let way = |failure: &Failure<'_>| {
            let what = match failure.what.as_slice() {
                [] => String::new(),
                what => format!(" {}", Name::list(what)),
            };
            let place = failure.place.map_or(String::new(), |place| format!(" in {place}"));
            let entry = format!("resumed to {act}{what}{place} by {party}");
            Step::note(format!("{party} resumes to {act}{what}{place}")).by(failure.at).told_by(entry)
        };
        open.iter().map(way).collect()
    }

    /// What became of patents by a day, where it is tested whether they are valid.
    pub(super) fn why_not_valid(&self, name: &Name, place: Option<&Name>, on: Date) -> Option<Step> {
        let here = |told: &Option<Name>| told.as_ref().zip(place).is_none_or(|(told, place)| told == place);
        let mut told = self.facts.happened().take_while(|event| event.date <= on);
        told.find_map(|event| match &event.kind {
            EventKind::Patent { what, assets, place, .. }
                if assets == name && here(place) && ENDED.contains(&what.as_str()) =>
            {
                let there = place.as_ref().map_or(String::new(), |place| format!(" in {place}"));
                Some(Step::note(format!("{name} was {what}{there}")).on(event.date).by(event.at))
            }
            _ => None,
        })
    }

    /// Why a test held in several periods in a row, or did not: the figures of each, the last first, as far as they decide it.
    pub(super) fn why_in_a_row(
        &self,
        condition: &Condition,
        focus: &Focus,
        on: Date,
        so: bool,
        depth: usize,
    ) -> Option<Step> {
        let Condition::Compare { left, op, right, window, row: Some((count, unit)) } = condition else {
            return None;
        };
        let one = Condition::Compare {
            left: left.clone(),
            op: *op,
            right: right.clone(),
            window: window.clone(),
            row: None,
        };
        let mut end = focus.period.map_or(self.facts.as_of(), |period| period.end);
        let mut parts = Vec::new();
        for _ in 0..*count {
            let Some(period) = Period::trailing(1, *unit, end) else { break };
            let focus = Focus { period: Some(period), ..focus.clone() };
            let holds = self.holds(&one, &focus);
            let step = self.why_so_in(&one, &focus, on, depth);
            let named = Cycle::new(*unit, Basis::Calendar).containing(period.end);
            let named = named.filter(|named| named.start == period.start).unwrap_or(period);
            parts.push(Step { what: format!("{named}: {}", step.what), ..step });
            let Some(before) = period.start.prev_day().filter(|_| holds == Ok(true)) else { break };
            end = before;
        }
        let not = if so { "" } else { "not " };
        Some(Step::note(format!("it is {not}so {count} times in a row")).from(parts))
    }

    /// Where a single test looks, if it names a place or is asked of one.
    pub(super) fn place_tested(&self, condition: &Condition, focus: &Focus) -> Option<Name> {
        let territory = match condition {
            Condition::State { territory, .. } | Condition::Graded { territory, .. } => territory.as_ref(),
            _ => None,
        };
        single(territory).or_else(|| focus.place.clone())
    }
}
